package editors

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"topicls/internal/editortest"
)

// TestHelix types into a Helix that runs in tmux, with helix/languages.toml, and
// reads its screen.
func TestHelix(t *testing.T) {
	root := editortest.Root(t)
	out, err := exec.Command(filepath.Join(root, "scripts", "helix.sh"), "find").Output()
	program := strings.TrimSpace(string(out))
	if _, tmuxErr := exec.LookPath("tmux"); err != nil || tmuxErr != nil {
		editortest.Missing(t, "Helix (hx) with tmux", "apt-get install tmux hx")
		return
	}
	s := editortest.NewSession(t, editortest.Program(t))
	h := startHelix(t, s, program, filepath.Join(root, "editors", "helix", "languages.toml"))

	h.open("preprocess_container/main.py", "produce_message(producer, TRAINING_TOPIC")
	h.untilKeys("hover shows the topic", `topic training-data: 1 producer, 3 consumers`, "Space", "k")
	h.see("and who consumes it", `nonml_prophet`)
	h.keys(escape, "g", "d")
	h.see("gd offers both consumers", `nonml_container/main\.py`)
	h.see("gd offers the other one too", `train_container/main\.py`)
	h.keys(escape)

	h.open("eval_container/promoter.py", "self.producer, self.output_topic")
	h.keys("g", "d")
	h.see("gd moves into another container", `inference_container/main\.py.* 29:`)
	h.keys(escape, "C-o")
	h.see("and C-o back", `eval_container/promoter\.py.* 71:`)
	h.keys("g", "r")
	h.see("gr lists references in compose", `docker-compose\.yaml`)
	h.see("gr lists references in env files", `inference\.env`)
	h.keys(escape)
	h.keys("Space", "S")
	h.text("training-data")
	h.see("Space S finds a topic by its name", `training-data .*\.env`)
	h.keys(escape)
	h.keys("Space", "d")
	h.see("the code has its diagnostic", `ARCHIVE_BUCKET`)
	h.keys(escape)

	h.open("docker-compose.yaml", "model-selected")
	h.keys("Space", "d")
	h.see("compose has its diagnostic", `INFERENCE_BATCH_SIZE is set for inference`)
	h.keys(escape)

	// An edit, not saved, changes what is said in the code.
	h.open("docker-compose.yaml", "model-selected")
	h.keys("c")
	h.text("promoted-models")
	h.keys(escape)
	h.open("eval_container/promoter.py", "self.producer, self.output_topic")
	h.untilKeys("hover has the new name", `topic promoted-models: 1 producer, 0 consumers`, "Space", "k")
	h.keys(escape, "Space", "d")
	h.see("the edit brings a diagnostic in the code", `promoted-models.* is produced by eval`)
	h.keys(escape)
	h.open("docker-compose.yaml", "promoted-models")
	h.keys("u", "u")
	h.open("eval_container/promoter.py", "self.producer, self.output_topic")
	h.untilKeys("undone, the old answer is back", `topic model-selected: 1 producer, 1 consumer`, "Space", "k")
	h.keys(escape)

	// Rename, in every file.
	h.keys("Space", "r")
	h.see("it asks for the name", `rename-to`)
	h.keys("C-u")
	h.text("model-chosen")
	h.keys("Enter")
	h.command("write-all")
	for _, file := range []string{"docker-compose.yaml", "env/inference.env", "eval_container/main.py"} {
		h.wait("rename changes "+file, func() bool {
			data, err := os.ReadFile(filepath.Join(s.Workspace, filepath.FromSlash(file)))
			return err == nil && bytes.Contains(data, []byte("model-chosen"))
		})
	}
}

// helix is one that runs in a terminal of its own.
type helix struct {
	t      *testing.T
	socket string
	screen string // as last seen
}

func startHelix(t *testing.T, s *editortest.Session, program, languages string) *helix {
	t.Helper()
	config := filepath.Join(s.Home, "helix")
	if err := os.Mkdir(config, 0o700); err != nil {
		t.Fatal(err)
	}
	// The guide's configuration, with the program that was built.
	data, err := os.ReadFile(languages)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(data), `command = "topicls"`, `command = "`+s.Program+`"`, 1)
	if err := os.WriteFile(filepath.Join(config, "languages.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(config, "config.toml"), []byte(keys), 0o600); err != nil {
		t.Fatal(err)
	}
	h := &helix{t: t, socket: filepath.Join(filepath.Dir(s.Home), "tmux")}
	cmd := exec.Command("tmux", "-S", h.socket, "-f", "/dev/null", "new-session", "-d", "-x", "150", "-y", "50", program)
	cmd.Dir, cmd.Env = s.Workspace, append(s.Env(), "TERM=xterm-256color", "TMUX=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("tmux: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		_ = h.tmux("send-keys", escape, escape, ":qa!", "Enter").Run()
		_ = h.tmux("kill-server").Run()
	})
	h.until("Helix starts", `scratch`)
	return h
}

func (h *helix) tmux(args ...string) *exec.Cmd {
	return exec.CommandContext(context.Background(), "tmux", append([]string{"-S", h.socket, "-f", "/dev/null"}, args...)...)
}

func (h *helix) keys(keys ...string) {
	h.t.Helper()
	for _, key := range keys {
		if err := h.tmux("send-keys", key).Run(); err != nil {
			h.t.Fatalf("tmux send-keys: %v", err)
		}
	}
}

func (h *helix) text(text string) {
	h.t.Helper()
	if err := h.tmux("send-keys", "-l", text).Run(); err != nil {
		h.t.Fatalf("tmux send-keys: %v", err)
	}
}

func (h *helix) command(command string) {
	h.t.Helper()
	h.keys(escape)
	h.text(":" + command)
	h.keys("Enter")
}

// open opens a file and selects a text, as a search does: the cursor is on its end.
func (h *helix) open(file, text string) {
	h.t.Helper()
	shown := regexp.MustCompile(`(NOR|INS|SEL) +` + regexp.QuoteMeta(file))
	for end := time.Now().Add(limit); ; {
		// What comes late, such as a hover that was asked for twice, may take keys away.
		h.command("open " + file)
		if h.soon(shown) {
			break
		}
		if time.Now().After(end) {
			h.t.Fatalf("%s is not open: the screen shows:\n%s", file, h.screen)
		}
	}
	found := regexp.MustCompile(`sel +([2-9]|\d\d+):\d+`) // no text is on the first line
	for end := time.Now().Add(limit); ; {
		h.keys(escape, "g", "g")
		h.text("/" + regexp.QuoteMeta(text))
		h.keys("Enter")
		if h.soon(found) {
			return
		}
		if time.Now().After(end) {
			h.t.Fatalf("%s is not found: the screen shows:\n%s", text, h.screen)
		}
	}
}

// escape leaves what is open. A terminal can't tell Escape and a key soon after
// it from the key with Alt.
const escape = "C-c"

const keys = `[keys.normal]
C-c = "normal_mode"
[keys.insert]
C-c = "normal_mode"
`

const limit = 40 * time.Second // for a machine that is busy with other tests

// wait asks again and again, with a limit: a screen tells of no event.
func (h *helix) wait(name string, done func() bool) {
	h.t.Helper()
	ok := done()
	for end := time.Now().Add(limit); !ok && time.Now().Before(end); ok = done() {
		time.Sleep(20 * time.Millisecond)
	}
	h.t.Run(name, func(t *testing.T) {
		if !ok {
			t.Errorf("the screen shows:\n%s", h.screen)
		}
	})
}

func (h *helix) shows(pattern *regexp.Regexp) bool {
	out, err := h.tmux("capture-pane", "-p").Output()
	if err != nil {
		h.screen = err.Error()
		return false
	}
	h.screen = string(out)
	return pattern.MatchString(h.screen)
}

// see waits until the screen shows a text.
func (h *helix) see(name, pattern string) {
	h.t.Helper()
	re := regexp.MustCompile(pattern)
	h.wait(name, func() bool { return h.shows(re) })
}

// until is see for what is no test of its own.
func (h *helix) until(name, pattern string) {
	h.t.Helper()
	re := regexp.MustCompile(pattern)
	for end := time.Now().Add(limit); !h.shows(re); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			h.t.Fatalf("%s: the screen shows:\n%s", name, h.screen)
		}
	}
}

// soon says whether the screen comes to show something.
func (h *helix) soon(pattern *regexp.Regexp) bool {
	for end := time.Now().Add(limit / 10); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if h.shows(pattern) {
			return true
		}
	}
	return false
}

// untilKeys presses keys again until the screen shows a text: while the server
// indexes, its answers are empty.
func (h *helix) untilKeys(name, pattern string, keys ...string) {
	h.t.Helper()
	re := regexp.MustCompile(pattern)
	h.wait(name, func() bool {
		h.keys(escape)
		h.keys(keys...)
		return h.soon(re)
	})
}
