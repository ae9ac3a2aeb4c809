package golang

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestQuickImports(t *testing.T) {
	for _, c := range []struct {
		src  string
		want []string
	}{
		{"package p\n\nimport \"a/b\"\nimport k `c`\n", []string{"a/b", "c"}},
		{"package p\r\nimport (\r\n\t\"a\" // one\r\n\t_ \"b\"\r\n\t// \"no\"\r\n)\r\nfunc f() { x := \"d\" }\r\nimport \"e\"\r\n", []string{"a", "b"}},
		{"package p; import (\"no\")\nimport (\"a\"; \"b\")\n", []string{"a", "b"}},
		{"package p\nimport (\"a\n", nil},
		{"", nil},
	} {
		if diff := cmp.Diff(c.want, QuickImports([]byte(c.src)), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.src, diff)
		}
	}
}

func TestQuickMain(t *testing.T) {
	for src, want := range map[string]bool{
		"package main\n\nfunc main() {}\n": true, "// x\npackage main\nfunc main(": true,
		"package main\nfunc other() {}\n": false, "package p\nfunc main() {}\n": false, "": false,
	} {
		if got := QuickMain([]byte(src)); got != want {
			t.Errorf("%q: %v", src, got)
		}
	}
}
