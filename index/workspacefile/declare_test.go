package workspacefile

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestDeclareExternal adds the topic orders.v2 to files of all styles: "NAME" is
// before, "NAME want" after; without that nothing can be put in. With CRLF it
// is the same.
func TestDeclareExternal(t *testing.T) {
	a, err := txtar.ParseFile(filepath.Join("testdata", "declare", "external.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, f := range a.Files {
		if name, ok := strings.CutSuffix(f.Name, " want"); ok {
			want[name] = string(f.Data)
		}
	}
	for _, f := range a.Files {
		if strings.HasSuffix(f.Name, " want") {
			continue
		}
		for _, eol := range []string{"\n", "\r\n"} {
			data := strings.ReplaceAll(string(f.Data), "\n", eol)
			at, text, ok := DeclareExternal([]byte(data), "orders.v2")
			wanted, can := want[f.Name]
			if ok != can {
				t.Errorf("%s: ok is %v", f.Name, ok)
			}
			if !ok || !can {
				continue
			}
			now := data[:at] + text + data[at:]
			if eol == "\r\n" && len(data) > 0 && strings.Count(now, "\n") != strings.Count(now, "\r\n") {
				t.Errorf("%s: line ends are mixed: %q", f.Name, now)
			}
			if diff := cmp.Diff(wanted, strings.ReplaceAll(now, "\r\n", "\n")); diff != "" {
				t.Errorf("%s (-want +got)\n%s", f.Name, diff)
			}
			if _, _, again := DeclareExternal([]byte(now), "orders.v2"); again {
				t.Errorf("%s: it is declared twice", f.Name)
			}
		}
	}
}

// TestDeclareNames adds names that YAML would read as something else.
func TestDeclareNames(t *testing.T) {
	for _, file := range []string{"", "topics:\n  external: []\n", "topics:\n  external: [a]\n", "topics:\n  external:\n    - a\n"} {
		for _, name := range []string{"true", "12", "1.5", "null", "~", "a,b", "x: y", "- z", "#c", "it's", `"q"`, "orders"} {
			at, text, ok := DeclareExternal([]byte(file), name)
			if !ok {
				t.Errorf("%q: %q can't be declared", file, name)
				continue
			}
			f, problems, ok := Read([]byte(file[:at] + text + file[at:]))
			if !ok || len(problems) > 0 || !slices.Contains(Texts(f.External), name) {
				t.Errorf("%q: %q becomes %q", file, name, text)
			}
		}
	}
}

// FuzzDeclareExternal: whatever the file, it says nothing else afterwards.
func FuzzDeclareExternal(f *testing.F) {
	f.Add([]byte("topics: {external: [a, b]}\n"), "orders")
	f.Add([]byte("topics:\n  external: # why\n    - 'a'\n"), "b")
	f.Add([]byte("a: &x\n  external: *x\n"), "")
	f.Fuzz(func(t *testing.T, data []byte, topic string) {
		at, text, ok := DeclareExternal(data, topic)
		if !ok {
			return
		}
		now, _, ok := Read(slices.Concat(data[:at], []byte(text), data[at:]))
		if !ok || !slices.Contains(Texts(now.External), topic) {
			t.Errorf("%q at %d does not declare %q", text, at, topic)
		}
	})
}
