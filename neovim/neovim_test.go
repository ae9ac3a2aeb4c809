// Package neovim has no code of its own: its test drives the Neovim that is
// installed through a session with the built topicls.
package neovim

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestNeovim runs test/session.lua in every Neovim there is: the one on the
// PATH, and those that TOPICLS_NVIM lists (as PATH lists folders). Without any
// it fails when CI is set, and otherwise says what is missing.
func TestNeovim(t *testing.T) {
	var editors []string
	if path, err := exec.LookPath("nvim"); err == nil {
		editors = append(editors, path)
	}
	for _, path := range filepath.SplitList(os.Getenv("TOPICLS_NVIM")) {
		if _, err := os.Stat(path); err != nil {
			t.Fatalf("TOPICLS_NVIM: %v", err)
		}
		editors = append(editors, path)
	}
	if len(editors) == 0 {
		const message = "NOTHING TESTED: Neovim is not installed (Debian: apt-get install neovim; then go test -count=1 ./neovim)"
		if os.Getenv("CI") != "" {
			t.Fatal(message)
		}
		fmt.Fprintln(os.Stderr, message)
		t.Log(message)
		return
	}
	program := build(t)
	for _, editor := range editors {
		v := version(t, editor)
		ways := []string{"setup"}
		if v.atLeast(0, 11) {
			ways = append(ways, "enable")
		}
		for _, how := range ways {
			t.Run(v.String()+"/"+how, func(t *testing.T) { session(t, editor, program, how) })
		}
	}
}

// session runs test/session.lua and makes each of its checks a test.
func session(t *testing.T, editor, program, how string) {
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	workspace, home := filepath.Join(t.TempDir(), "workspace"), t.TempDir()
	if err := os.CopyFS(workspace, os.DirFS("../examples/forecasting-pipeline")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, editor, "--headless", "--clean", "-n", "-i", "NONE",
		"--cmd", "set rtp^="+folder, "-c", "luafile "+filepath.Join(folder, "test", "session.lua"))
	cmd.Dir = workspace
	cmd.Env = append(os.Environ(), "TOPICLS="+program, "HOW="+how, "HOME="+home, "XDG_CONFIG_HOME="+home,
		"XDG_DATA_HOME="+home, "XDG_STATE_HOME="+home, "XDG_CACHE_HOME="+home, "NVIM=", "NVIM_LOG_FILE="+filepath.Join(home, "nvim.log"))
	cmd.WaitDelay = 10 * time.Second // for a server that would outlive its editor
	var out, messages bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &messages
	runErr := cmd.Run()

	done := false
	for line := range strings.Lines(out.String()) {
		line = strings.TrimSpace(line)
		name, ok := strings.CutPrefix(line, "ok ")
		if ok {
			t.Run(name, func(*testing.T) {})
			continue
		}
		if name, ok = strings.CutPrefix(line, "FAIL "); ok {
			name, detail, _ := strings.Cut(name, ": ")
			t.Run(name, func(t *testing.T) { t.Error(strings.ReplaceAll(detail, `\n`, "\n")) })
		}
		done = done || line == "done"
	}
	if !done || runErr != nil {
		t.Errorf("the session ended with %v; its messages:\n%s%s", runErr, messages.String(), lspLog(home))
	}
}

// lspLog is what Neovim wrote of its servers.
func lspLog(home string) string {
	paths, _ := filepath.Glob(filepath.Join(home, "nvim", "lsp.log"))
	var b strings.Builder
	for _, p := range paths {
		data, _ := os.ReadFile(p)
		b.Write(data)
	}
	return b.String()
}

// build builds topicls, or takes the one that TOPICLS names.
func build(t *testing.T) string {
	if path := os.Getenv("TOPICLS"); path != "" {
		abs, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		return abs
	}
	// go test takes an old result unless something changed that the test opened:
	// look at all that the program is built from.
	for _, dir := range []string{"../cmd", "../index", "../lsp", "."} {
		if err := filepath.WalkDir(dir, func(_ string, _ fs.DirEntry, err error) error { return err }); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "topicls")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", path, "topicls/cmd/topicls")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build topicls: %v\n%s", err, out)
	}
	return path
}

type nvimVersion [3]int

func (v nvimVersion) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }

func (v nvimVersion) atLeast(major, minor int) bool {
	return v[0] > major || v[0] == major && v[1] >= minor
}

func version(t *testing.T, editor string) nvimVersion {
	out, err := exec.Command(editor, "--version").Output()
	if err != nil {
		t.Fatalf("%s --version: %v", editor, err)
	}
	var v nvimVersion
	m := regexp.MustCompile(`v(\d+)\.(\d+)\.(\d+)`).FindSubmatch(out)
	if m == nil {
		t.Fatalf("%s --version says %q", editor, out)
	}
	for i := range v {
		_, _ = fmt.Sscan(string(m[i+1]), &v[i])
	}
	return v
}
