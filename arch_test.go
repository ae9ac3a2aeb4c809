// Package topicls_test holds what is true of the module as a whole.
package topicls_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport says which packages of the module each package may import: the
// directions of docs/architecture.md. A name ending in /... stands for the
// package and all below it; the longest name that fits a package counts. Tests
// may import more (they build whole workspaces), within onlyIn.
var mayImport = map[string][]string{
	"topicls/cmd/...":                     {"topicls/lsp", "topicls/index", "topicls/index/check", "topicls/index/report", "topicls/index/topology"},
	"topicls/internal/demo":               {}, // an LSP client: knows the protocol, and nothing of ours
	"topicls/internal/checkprogram":       {},
	"topicls/internal/verifymodels":       {"topicls/index/client", "topicls/index/client/signatures"},
	"topicls/internal/editortest":         {},
	"topicls/internal/editortest/compare": {"topicls/internal/editortest"},
	"topicls/neovim":                      {"topicls/internal/editortest"},
	"topicls/editors":                     {"topicls/internal/editortest"},

	"topicls/lsp":                   {"topicls/index", "topicls/index/check", "topicls/index/lineage", "topicls/index/report", "topicls/index/source", "topicls/index/topology", "topicls/lsp/internal/..."},
	"topicls/lsp/internal/rpc":      {},
	"topicls/lsp/internal/settings": {"topicls/index/check", "topicls/index/topology"},
	"topicls/lsp/internal/wire":     {},
	"topicls/lsp/internal/lsptest":  {},

	// The face knows all layers; they don't know the face.
	"topicls/index": {
		"topicls/index/source", "topicls/index/ordered", "topicls/index/facts", "topicls/index/extract/...", "topicls/index/client", "topicls/index/deploy/...",
		"topicls/index/workspacefile", "topicls/index/confdoc", "topicls/index/flow", "topicls/index/schema/...", "topicls/index/topology", "topicls/index/check", "topicls/index/lineage", "topicls/index/report", "topicls/index/store/...",
	},
	"topicls/index/bench/...":         {"topicls/index/..."},
	"topicls/index/source":            {"topicls/index/ordered"},
	"topicls/index/ordered":           {},
	"topicls/index/facts":             {},
	"topicls/index/topology":          {},
	"topicls/index/client":            {},
	"topicls/index/client/signatures": {"topicls/index/client"},
	"topicls/index/syntax":            {"topicls/index/facts"}, // for the words for what went wrong
	"topicls/index/extract/...":       {"topicls/index/extract/build", "topicls/index/syntax", "topicls/index/facts"},
	"topicls/index/deploy/...":        {"topicls/index/deploy/..."}, // files come through deploy.FS
	"topicls/index/confdoc":           {},
	"topicls/index/workspacefile":     {"topicls/index/deploy", "topicls/index/deploy/yamldoc", "topicls/index/check", "topicls/index/topology"},
	"topicls/index/flow":              {"topicls/index/facts", "topicls/index/client", "topicls/index/confdoc"},
	"topicls/index/schema/...":        {"topicls/index/topology", "topicls/index/schema/..."},
	"topicls/index/check":             {"topicls/index/topology", "topicls/index/ordered", "topicls/index/schema"},
	"topicls/index/lineage":           {"topicls/index/topology"},
	"topicls/index/report":            {"topicls/index/lineage", "topicls/index/topology"},
	"topicls/index/store":             {"topicls/index/source"}, // for the words for a content
	"topicls/index/store/graph":       {},
}

// onlyIn says which packages may import a library; tests too, unless it is
// a library for tests.
var onlyIn = map[string][]string{
	"github.com/smacker/go-tree-sitter/...":     {"topicls/index/syntax"},
	"go.lsp.dev/...":                            {"topicls/lsp", "topicls/lsp/internal/rpc", "topicls/lsp/internal/wire"},
	"go.lsp.dev/jsonrpc2":                       {"topicls/lsp/internal/rpc"},
	"github.com/compose-spec/compose-go/v2/...": {"topicls/index/deploy/..."},
	"helm.sh/helm/v3/pkg/chart":                 {"topicls/index/deploy/helm"},
	"helm.sh/helm/v3/pkg/ignore":                {"topicls/index/deploy/helm"},
	"github.com/Masterminds/...":                {"topicls/index/deploy/helm"},
	"github.com/BurntSushi/toml":                {"topicls/index/deploy/helm"},
	"github.com/gobwas/glob":                    {"topicls/index/deploy/helm"},
	"sigs.k8s.io/yaml/...":                      {"topicls/index/deploy/..."},
	"sigs.k8s.io/kustomize/...":                 {"topicls/index/deploy/kustomize"},
	"github.com/hashicorp/hcl/v2/...":           {"topicls/index/deploy/created"},
	"github.com/zclconf/go-cty/...":             {"topicls/index/deploy/created"},
	"gopkg.in/yaml.v3":                          {"topicls/index/client", "topicls/index/confdoc", "topicls/index/deploy/...", "topicls/index/schema/tree", "topicls/index/workspacefile"},
	"github.com/bufbuild/protocompile/...":      {"topicls/index/schema/protobuf"},
	"github.com/fsnotify/fsnotify":              {"topicls/index/source"},
	"github.com/spf13/cobra":                    {"topicls/cmd/..."},
	"golang.org/x/text/...":                     {"topicls/index/report"},
	"golang.org/x/sys/...":                      {"topicls/index/source"},
	"github.com/google/go-cmp/...":              {"topicls/index/extract/extracttest", "topicls/internal/editortest"}, // the rest is for tests
	"github.com/rogpeppe/go-internal/...":       {"topicls/index/bench/...", "topicls/index/extract/extracttest"},
	"github.com/santhosh-tekuri/jsonschema/v6":  {},
	"github.com/sirupsen/logrus":                {},
	"github.com/mattn/go-shellwords":            {},
	"golang.org/x/tools/...":                    {},
}

var forTests = []string{
	"github.com/google/go-cmp/...", "github.com/rogpeppe/go-internal/...", "github.com/santhosh-tekuri/jsonschema/v6",
	"github.com/sirupsen/logrus", "github.com/mattn/go-shellwords", "golang.org/x/tools/...",
}

// TestImportDirections reads the imports of every Go file, of all platforms.
func TestImportDirections(t *testing.T) {
	files := 0
	for _, f := range goFiles(t) {
		files++
		if _, ok := longest(mayImport, f.pkg); !ok && f.pkg != "topicls" {
			t.Errorf("package %s has no line in mayImport (arch_test.go): say there what it may import", f.pkg)
		}
		for _, i := range f.imports {
			checkImport(t, f, i)
		}
	}
	if files < 100 {
		t.Errorf("only %d Go files found", files)
	}
}

func checkImport(t *testing.T, f goFile, imported string) {
	t.Helper()
	if imported == "topicls" || strings.HasPrefix(imported, "topicls/") {
		if strings.HasPrefix(f.pkg, "topicls/index") && strings.HasPrefix(imported, "topicls/lsp") {
			t.Errorf("%s imports %s: nothing below index knows the language server", f.path, imported)
			return
		}
		if f.test {
			return
		}
		allowed, _ := longest(mayImport, f.pkg)
		if imported != f.pkg && !slices.ContainsFunc(allowed, func(pattern string) bool { return fits(pattern, imported) }) {
			t.Errorf("%s: %s may not import %s (see docs/architecture.md)", f.path, f.pkg, imported)
		}
		return
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return // standard library
	}
	users, ok := longest(onlyIn, imported)
	if !ok {
		t.Errorf("%s imports %s, which has no line in onlyIn (arch_test.go): say there who uses it, and why in docs/architecture.md", f.path, imported)
		return
	}
	if f.test && slices.ContainsFunc(forTests, func(pattern string) bool { return fits(pattern, imported) }) {
		return
	}
	if !slices.ContainsFunc(users, func(pattern string) bool { return fits(pattern, f.pkg) }) {
		t.Errorf("%s imports %s: only %v may", f.path, imported, users)
	}
}

type goFile struct {
	path    string
	pkg     string // import path of its folder
	test    bool
	imports []string
}

func goFiles(t *testing.T) []goFile {
	t.Helper()
	var out []goFile
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if p != "." && (name[0] == '.' || name[0] == '_' || name == "testdata" || name == "node_modules" || name == "bin" || name == "examples") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		parsed, err := parser.ParseFile(fset, p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		f := goFile{path: filepath.ToSlash(p), test: strings.HasSuffix(name, "_test.go")}
		f.pkg = path.Join("topicls", path.Dir(f.path))
		for _, i := range parsed.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, name)
		}
		out = append(out, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func fits(pattern, pkg string) bool {
	base, below := strings.CutSuffix(pattern, "/...")
	return pkg == base || below && strings.HasPrefix(pkg, base+"/")
}

// longest returns the value of the longest pattern that fits a package.
func longest(m map[string][]string, pkg string) (value []string, ok bool) {
	best := -1
	for pattern, v := range m {
		if n := len(strings.TrimSuffix(pattern, "/...")); fits(pattern, pkg) && n > best {
			best, value, ok = n, v, true
		}
	}
	return value, ok
}
