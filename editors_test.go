package topicls_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
	client := read("vscode-extension/src/server/server.ts")
	detection := read("vscode-extension/src/kafka.ts")
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
		if !strings.Contains(manifest, `"onLanguage:`+names[0]+`"`) || !strings.Contains(detection, `'`+names[0]+`'`) {
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

// general are packages of models that many programs have which have nothing to
// do with Kafka: they don't start the VS Code extension.
var general = []string{"jvm-options", "ktor", "micronaut", "microprofile-config", "nestjs", "pyspark", "spring"}

// TestKafkaIsFound has the words by which the VS Code extension finds Kafka in a
// manifest fit the package of every client model.
func TestKafkaIsFound(t *testing.T) {
	data, err := os.ReadFile("vscode-extension/src/kafka.ts")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`const words =\s*/(.*)/i;`).FindSubmatch(data)
	if m == nil {
		t.Fatal("no words in kafka.ts")
	}
	words := regexp.MustCompile("(?i)" + string(m[1]))
	models, err := filepath.Glob("index/client/models/*.yaml")
	if err != nil || len(models) == 0 {
		t.Fatalf("%d models, %v", len(models), err)
	}
	packaged := 0
	for _, path := range models {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		pkg := regexp.MustCompile(`(?m)^package: *"?([^"\n]+)`).FindSubmatch(data)
		if pkg == nil {
			continue
		}
		packaged++
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		if found := words.Match(pkg[1]); found == slices.Contains(general, name) {
			t.Errorf("%s: package %s, found %t", name, pkg[1], found)
		}
	}
	if packaged < 30 {
		t.Errorf("only %d models have a package", packaged)
	}
}
