package editortest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Root is the module's folder, seen from a test of a package below it.
func Root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above this test")
		}
		dir = up
	}
}

// Missing says that an editor is not installed, and how to get it; where CI is
// set, that is a failure.
func Missing(t *testing.T, editor, debian string) {
	t.Helper()
	message := fmt.Sprintf("NOTHING TESTED: %s is not installed (Debian: %s; then go test -count=1)", editor, debian)
	if os.Getenv("CI") != "" {
		t.Fatal(message)
	}
	fmt.Fprintln(os.Stderr, message)
	t.Log(message)
}

// Program builds topicls, or takes the one that TOPICLS names.
func Program(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TOPICLS"); path != "" {
		abs, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		return abs
	}
	// go test takes an old result unless something changed that the test opened:
	// look at all that the program is built from, and at the sessions' scripts.
	root := Root(t)
	for _, dir := range []string{"cmd", "index", "lsp", "neovim", "editors"} {
		if err := filepath.WalkDir(filepath.Join(root, dir), func(_ string, _ fs.DirEntry, err error) error { return err }); err != nil {
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

// Session is one run of an editor.
type Session struct {
	Program   string
	Workspace string // a copy of the example; the current folder
	Home      string // an empty one
	Facts     string // where facts.json is
	Answers   string // where the session leaves its answers
	env       []string
}

// NewSession copies the example.
func NewSession(t *testing.T, program string) *Session {
	t.Helper()
	root, tmp := Root(t), t.TempDir()
	if real, err := filepath.EvalSymlinks(tmp); err == nil {
		tmp = real
	}
	s := &Session{
		Program:   program,
		Workspace: filepath.Join(tmp, "workspace"), Home: filepath.Join(tmp, "home"),
		Facts: filepath.Join(root, "internal", "editortest", "facts.json"), Answers: filepath.Join(tmp, "answers.json"),
	}
	if err := os.CopyFS(s.Workspace, os.DirFS(filepath.Join(root, "examples", "forecasting-pipeline"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(s.Home, 0o700); err != nil {
		t.Fatal(err)
	}
	s.env = append(os.Environ(), "TOPICLS="+program, "TOPICLS_FACTS="+s.Facts, "TOPICLS_ANSWERS="+s.Answers,
		"HOME="+s.Home, "XDG_CONFIG_HOME="+s.Home, "XDG_DATA_HOME="+s.Home, "XDG_STATE_HOME="+s.Home, "XDG_CACHE_HOME="+s.Home)
	return s
}

// Env is the environment of the editor: what scripts read, and folders of its own.
func (s *Session) Env() []string { return slices.Clone(s.env) }

// Run runs the editor and makes each of its checks a test. log tells more of a
// session that did not come to its end; it may be nil.
func (s *Session) Run(t *testing.T, log func() string, env []string, name string, args ...string) {
	t.Helper()
	out, messages, err := s.run(t, env, name, args...)
	s.conclude(t, out, messages, err, log)
}

// RunToFile is Run for an editor whose standard output is a screen: its session
// writes its checks to the file that TOPICLS_OUT names.
func (s *Session) RunToFile(t *testing.T, env []string, name string, args ...string) {
	t.Helper()
	path := filepath.Join(filepath.Dir(s.Answers), "checks.txt")
	screen, messages, runErr := s.run(t, append(env, "TOPICLS_OUT="+path), name, args...)
	checks, err := os.ReadFile(path)
	if err != nil {
		messages += screen + err.Error()
	}
	s.conclude(t, string(checks), messages, runErr, nil)
}

func (s *Session) run(t *testing.T, env []string, name string, args ...string) (out, messages string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = s.Workspace, append(s.Env(), env...)
	cmd.WaitDelay = 10 * time.Second // for a server that would outlive its editor
	var outBuf, errBuf bytes.Buffer
	cmd.Stdout, cmd.Stderr = &outBuf, &errBuf
	err = cmd.Run()
	return outBuf.String(), errBuf.String(), err
}

// conclude fails for a session that did not come to its end.
func (s *Session) conclude(t *testing.T, out, messages string, err error, log func() string) {
	t.Helper()
	if s.report(t, out) && err == nil {
		return
	}
	if log != nil {
		messages += log()
	}
	t.Errorf("the session ended with %v; its messages:\n%s", err, messages)
}

// report makes a test of each line; it says whether the session came to its end.
func (s *Session) report(t *testing.T, out string) (done bool) {
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "ok "); ok {
			t.Run(name, func(*testing.T) {})
		} else if name, ok := strings.CutPrefix(line, "FAIL "); ok {
			name, detail, _ := strings.Cut(name, ": ")
			t.Run(name, func(t *testing.T) { t.Error(strings.ReplaceAll(detail, `\n`, "\n")) })
		}
		done = done || line == "done"
	}
	return done
}

// Compare fails for each answer that is not what all editors must be told.
func (s *Session) Compare(t *testing.T) {
	t.Helper()
	facts, err := ReadFacts(s.Facts)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(s.Answers)
	if err != nil {
		t.Fatal(err)
	}
	var answers map[string]json.RawMessage
	if err := json.Unmarshal(data, &answers); err != nil {
		t.Fatalf("the session's answers: %v", err)
	}
	for _, ask := range facts.Asks {
		t.Run("fact: "+ask.Name, func(t *testing.T) {
			answer, ok := answers[ask.Name]
			if !ok {
				t.Fatal("the session has no answer")
			}
			got, err := Plain(ask.Method, s.Workspace, answer)
			if err != nil {
				t.Fatalf("%v in %s", err, answer)
			}
			if diff := cmp.Diff(ask.Answer, got); diff != "" {
				t.Errorf("(-all editors +this one)\n%s", diff)
			}
		})
	}
}
