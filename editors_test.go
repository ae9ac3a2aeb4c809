package topicls_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"topicls/index"
	"topicls/index/source"
)

// editorNames are what editors call the languages: VS Code, then Neovim.
var editorNames = map[source.Language][2]string{
	source.Python: {"python", "python"}, source.Java: {"java", "java"}, source.Kotlin: {"kotlin", "kotlin"}, source.Go: {"go", "go"},
	source.JavaScript: {"javascript", "javascript"}, source.TypeScript: {"typescript", "typescript"}, source.TSX: {"typescriptreact", "typescriptreact"},
	source.CSharp: {"csharp", "cs"},
}

// TestEditorsAttach has the editors' configurations start the server for every
// language that is read.
func TestEditorsAttach(t *testing.T) {
	read := func(path string) string {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	manifest := read("vscode-extension/package.json")
	client := read("vscode-extension/extension.js")
	extensions := regexp.MustCompile(`\*\*/\*\.\{([^}]*)\}`).FindStringSubmatch(client)
	if extensions == nil {
		t.Fatal("no extensions in the VS Code client")
	}
	for _, lang := range index.Languages() {
		names, ok := editorNames[lang]
		if !ok {
			t.Errorf("%s: what do editors call it?", lang)
			continue
		}
		if !strings.Contains(manifest, `"onLanguage:`+names[0]+`"`) {
			t.Errorf("VS Code is not started for %s", lang)
		}
		for _, path := range []string{"neovim/lsp/topicls.lua", "neovim/lua/topicls.lua"} {
			if !strings.Contains(read(path), "'"+names[1]+"'") {
				t.Errorf("%s does not attach to %s", path, lang)
			}
		}
		for _, ext := range source.Extensions(lang) {
			if ext != ".kts" && !strings.Contains(","+extensions[1]+",", ","+ext[1:]+",") {
				t.Errorf("the VS Code client does not select %s", ext)
			}
		}
	}
}
