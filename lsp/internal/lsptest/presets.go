package lsptest

import (
	"embed"
	"encoding/json"
	"os"
	"testing"
)

// Preset names the params of initialize that a client sends.
type Preset string

// The presets. They are cut from what the real clients send, except for
// Minimal (nothing), Nulls (null for everything) and Odd (wrong types
// everywhere).
const (
	VSCode    Preset = "vscode"
	Neovim    Preset = "neovim-0.11"
	OldNeovim Preset = "neovim-0.7"
	Eglot     Preset = "eglot"
	Helix     Preset = "helix"
	Vim       Preset = "vim-lsp"
	Minimal   Preset = "minimal"
	Nulls     Preset = "nulls"
	Odd       Preset = "odd"
)

// Presets are all of them.
var Presets = []Preset{VSCode, Neovim, OldNeovim, Eglot, Helix, Vim, Minimal, Nulls, Odd}

//go:embed presets/*.json
var presetFiles embed.FS

// JSON gives the params of initialize.
func (p Preset) JSON() []byte {
	data, err := presetFiles.ReadFile("presets/" + string(p) + ".json")
	if err != nil {
		panic(err)
	}
	return data
}

// params gives the params with the folders in them.
func (p Preset) params(t testing.TB, folders []string) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(p.JSON(), &out); err != nil {
		t.Fatalf("preset %s: %v", p, err)
	}
	if out["processId"] == float64(4711) {
		out["processId"] = os.Getpid() // a server may watch over it
	}
	if len(folders) == 0 {
		return out
	}
	var list []any
	for _, dir := range folders {
		list = append(list, map[string]any{"uri": URI(dir), "name": dir})
	}
	out["rootUri"] = URI(folders[0])
	out["rootPath"] = folders[0]
	if p != OldNeovim && p != Vim && p != Minimal && p != Nulls || len(folders) > 1 {
		out["workspaceFolders"] = list
	}
	return out
}
