package python

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestQuickImports(t *testing.T) {
	for _, c := range []struct {
		src  string
		want []QuickImport
	}{
		{"import a", []QuickImport{{Module: "a"}}},
		{"import a.b as c, d # e, f\r\n", []QuickImport{{Module: "a.b"}, {Module: "d"}}},
		{"try:\n\timport a;x = 1\n", []QuickImport{{Module: "a"}}},
		{"import a, \\\n  b\n", []QuickImport{{Module: "a"}, {Module: "b"}}},
		{"from a.b import c\nfrom d import e", []QuickImport{{Module: "a.b", Members: []string{"c"}}, {Module: "d", Members: []string{"e"}}}},
		{"from a import b as c, d", []QuickImport{{Module: "a", Members: []string{"b", "d"}}}},
		{"from a import *", []QuickImport{{Module: "a", Members: []string{"*"}}}},
		{"from . import a", []QuickImport{{Level: 1, Members: []string{"a"}}}},
		{"from ..a.b import c", []QuickImport{{Level: 2, Module: "a.b", Members: []string{"c"}}}},
		{"from.a import(b)", []QuickImport{{Level: 1, Module: "a", Members: []string{"b"}}}},
		{
			"from a import (  # all (of it)\n    b,  # the (first)\n\n    c as d,\n)\nimport e\n",
			[]QuickImport{{Module: "a", Members: []string{"b", "c"}}, {Module: "e"}},
		},
		{"from a import b  # noqa (a cycle)\nx = f(1)\n", []QuickImport{{Module: "a", Members: []string{"b"}}}},
		{"from a import b, \\\r\n    c\r\nimport d", []QuickImport{{Module: "a", Members: []string{"b", "c"}}, {Module: "d"}}},
		{"important = 1\nfrom a importlib b\nreimport x\nx = 'from a import b'\nimport", nil},
		{"from a import (b", []QuickImport{{Module: "a", Members: []string{"b"}}}},
		{"uvicorn.run('app.main:app')", []QuickImport{{Module: "app.main"}}},
		{"x = 'app.main:app'", nil},
		{"", nil},
	} {
		if diff := cmp.Diff(c.want, QuickImports([]byte(c.src)), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.src, diff)
		}
	}
}

// What the parser finds at the top of a file, the quick way finds too.
func TestQuickImportsFindsAll(t *testing.T) {
	paths, _ := filepath.Glob("../../../examples/*/*/*.py")
	if len(paths) == 0 {
		t.Fatal("no examples")
	}
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		quick := map[string]bool{}
		for _, q := range QuickImports(src) {
			quick[q.Module] = true
		}
		f := Extract(src)
		for _, i := range f.Imports {
			if m := f.Text(i.Module); !quick[m] {
				t.Errorf("%s: no %q", path, m)
			}
		}
	}
}

func FuzzQuickImports(f *testing.F) {
	for _, src := range language.Samples(f) {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, q := range QuickImports(src) {
			if q.Level < 0 || q.Level > len(src) {
				t.Errorf("%+v", q)
			}
		}
	})
}
