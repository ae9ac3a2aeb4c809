package ecmascript

import (
	"slices"
	"testing"
)

func TestQuickImports(t *testing.T) {
	for _, c := range []struct {
		src  string
		want []string
	}{
		{"import a from 'a';\nimport {\n b,\n} from \"./b\"\nexport * from './c'", []string{"a", "./b", "./c"}},
		{"import './side'; const x = await import('./lazy')", []string{"./side", "./lazy"}},
		{"const y = require( './y' ), {z} = require('z').z", []string{"./y", "z"}},
		{"xrequire('no'); const from = 'a b'; require(name); from 'x\\y'; importing 'q'; import(", nil},
		{"", nil},
	} {
		if got := QuickImports([]byte(c.src)); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.src, got, c.want)
		}
	}
}

// What the parser finds, the quick way finds too.
func TestQuickImportsFindsAll(t *testing.T) {
	for _, l := range languages {
		for path, src := range l.Samples(t) {
			quick := QuickImports(src)
			f := l.Extract(src)
			for _, i := range f.Imports {
				if m := f.Text(i.Module); !slices.Contains(quick, m) {
					t.Errorf("%s: no %q", path, m)
				}
			}
		}
	}
}

func FuzzQuickImports(f *testing.F) {
	for _, l := range languages {
		for _, src := range l.Samples(f) {
			f.Add(src)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, m := range QuickImports(src) {
			if m == "" || len(m) > maxModule {
				t.Errorf("%q", m)
			}
		}
	})
}
