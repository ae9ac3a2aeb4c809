package lsp

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"topicls/lsp/internal/lsptest"
)

// git runs git in a folder, with nothing of the machine's configuration.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.org"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// TestBranches switches to another git branch under the server, and back: a
// consumer moves to another file, a folder comes and goes, and a document that is
// open keeps the text that the client gave it. The client watches files, or the
// server does by itself.
func TestBranches(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Fatal("git is needed")
	}
	for _, preset := range []lsptest.Preset{lsptest.VSCode, lsptest.Minimal} {
		t.Run(string(preset), func(t *testing.T) {
			root := workspace(t, "a/main.py", producing, "b/main.py", consuming, "c/main.py", consuming)
			git(t, root, "init", "-q", "-b", "main")
			git(t, root, "add", ".")
			git(t, root, "commit", "-q", "-m", "one")
			git(t, root, "switch", "-q", "-c", "other")
			git(t, root, "rm", "-q", "-r", "b")
			write(t, filepath.Join(root, "c/main.py"), "# moved\n"+consuming)
			write(t, filepath.Join(root, "d/e/main.py"), "\n\n"+consuming)
			git(t, root, "add", ".")
			git(t, root, "commit", "-q", "-m", "two")
			git(t, root, "switch", "-q", "main")

			e := lsptest.Start(t, serve, lsptest.Options{Preset: preset})
			e.Initialize(root)
			settle(t, e)
			leads := func(want ...string) {
				t.Helper()
				for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
					got := leadsTo(t, e, root, "a/main.py", 3, 15)
					if slices.Equal(got, want) {
						return
					}
					if time.Now().After(deadline) {
						t.Fatalf("leads to %v, want %v", got, want)
					}
				}
			}
			change := func(branch string) {
				t.Helper()
				git(t, root, "switch", "-q", branch)
				if preset != lsptest.VSCode {
					return
				}
				var changes []any // in no order, as watchers tell of them
				for _, line := range strings.Split(strings.TrimSpace(git(t, root, "diff", "--name-status", "--no-renames", "@{-1}", "HEAD")), "\n") {
					kind, path, _ := strings.Cut(line, "\t")
					changes = append(changes, map[string]any{
						"uri": lsptest.URI(filepath.Join(root, path)), "type": map[string]int{"A": 1, "M": 2, "D": 3}[kind],
					})
				}
				e.Notify("workspace/didChangeWatchedFiles", map[string]any{"changes": changes})
			}
			leads("b/main.py:3", "c/main.py:3")
			for range 3 {
				change("other")
				leads("c/main.py:4", "d/e/main.py:5")
				change("main")
				leads("b/main.py:3", "c/main.py:3")
			}

			b := filepath.Join(root, "b/main.py")
			e.Open(b, "python", "#\n#\n#\n"+consuming)
			change("other") // the file goes away, its document stays
			leads("b/main.py:6", "c/main.py:4", "d/e/main.py:5")
			e.CloseDocument(b)
			leads("c/main.py:4", "d/e/main.py:5")

			var raw json.RawMessage
			if err := e.Request("workspace/symbol", map[string]any{"query": "orders"}, &raw); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRootGoes renames and deletes the whole workspace under the server, which
// goes on to answer: of what the client told it of, and with what it knows until
// it is told.
func TestRootGoes(t *testing.T) {
	for _, preset := range []lsptest.Preset{lsptest.VSCode, lsptest.Minimal} {
		for name, take := range map[string]func(root string) error{
			"renamed": func(root string) error { return os.Rename(root, root+"-2") },
			"deleted": os.RemoveAll,
		} {
			t.Run(string(preset)+"/"+name, func(t *testing.T) {
				root := filepath.Join(workspace(t), "w")
				write(t, filepath.Join(root, "a/main.py"), producing)
				write(t, filepath.Join(root, "b/main.py"), consuming)
				e := lsptest.Start(t, serve, lsptest.Options{Preset: preset})
				e.Initialize(root)
				settle(t, e)
				a := filepath.Join(root, "a/main.py")
				e.Open(a, "python", producing)
				wantLeads(t, leadsTo(t, e, root, "a/main.py", 3, 15), "b/main.py:3")
				if err := take(root); err != nil {
					t.Fatal(err)
				}
				if preset == lsptest.VSCode {
					e.Notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": lsptest.URI(root), "type": 3}}})
				}
				for deadline := time.Now().Add(10 * time.Second); len(leadsTo(t, e, root, "a/main.py", 3, 15)) > 0; time.Sleep(5 * time.Millisecond) {
					if time.Now().After(deadline) {
						t.Fatal("it still leads to a file that is gone")
					}
				}
				e.SetText(a, strings.ReplaceAll(producing, "orders", "refunds"))
				for _, method := range []string{"hover", "documentSymbol", "codeLens"} {
					if err := e.Request("textDocument/"+method, lsptest.At(a, 3, 15), nil); err != nil {
						t.Errorf("%s: %v", method, err)
					}
				}
				e.CloseDocument(a)
				settle(t, e)
			})
		}
	}
}
