// Package editors has no code of its own: its tests drive the editors that are
// installed through sessions with the built topicls, after the guides in its
// folders. Neovim's is in package neovim, VS Code's in vscode-extension/test.
package editors

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"topicls/internal/editortest"
)

// TestVim runs vim/session.vim in a Vim with ALE.
func TestVim(t *testing.T) {
	ale := os.Getenv("TOPICLS_ALE")
	if ale == "" {
		ale = "/usr/share/vim-ale" // Debian's
	}
	vim, err := exec.LookPath("vim")
	if _, aleErr := os.Stat(ale); err != nil || aleErr != nil {
		editortest.Missing(t, "Vim with ALE", "apt-get install vim vim-ale")
		return
	}
	s := editortest.NewSession(t, editortest.Program(t))
	folder := filepath.Join(editortest.Root(t), "editors", "vim")
	s.RunToFile(t, []string{"TOPICLS_VIM=" + folder, "TOPICLS_ALE=" + ale, "TERM=dumb"},
		vim, "-es", "-N", "-u", filepath.Join(folder, "session.vim"), "-i", "NONE", "-n")
	s.Compare(t)
}

// TestEmacs runs emacs/session.el in a batch Emacs with eglot.
func TestEmacs(t *testing.T) {
	emacs, err := exec.LookPath("emacs")
	if err == nil {
		// Debian's packages are found by its site start, which -Q would leave out.
		err = exec.Command(emacs, "--batch", "--eval", "(progn (require 'package) (package-initialize) (require 'eglot) (or (require 'yaml-mode nil t) (fboundp 'yaml-ts-mode) (kill-emacs 1)))").Run()
	}
	if err != nil {
		editortest.Missing(t, "Emacs with eglot and yaml-mode", "apt-get install emacs-nox elpa-eglot elpa-yaml-mode")
		return
	}
	s := editortest.NewSession(t, editortest.Program(t))
	folder := filepath.Join(editortest.Root(t), "editors", "emacs")
	s.Run(t, nil, []string{"TOPICLS_EMACS=" + folder}, emacs, "--batch", "-l", filepath.Join(folder, "session.el"))
	s.Compare(t)
}
