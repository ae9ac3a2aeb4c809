// Package neovim has no code of its own: its test drives the Neovim that is
// installed through a session with the built topicls.
package neovim

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"topicls/internal/editortest"
)

// TestNeovim runs test/session.lua in every Neovim there is: the one on the
// PATH, and those that TOPICLS_NVIM lists (as PATH lists folders).
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
		editortest.Missing(t, "Neovim", "apt-get install neovim")
		return
	}
	program := editortest.Program(t)
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
	s := editortest.NewSession(t, program)
	s.Run(t, func() string { return lspLog(s.Home) }, []string{"HOW=" + how, "NVIM=", "NVIM_LOG_FILE=" + filepath.Join(s.Home, "nvim.log")},
		editor, "--headless", "--clean", "-n", "-i", "NONE", "--cmd", "set rtp^="+folder, "-c", "luafile "+filepath.Join(folder, "test", "session.lua"))
	s.Compare(t)
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
