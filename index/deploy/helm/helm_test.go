package helm

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"topicls/index/deploy"
)

var update = flag.Bool("update", false, "write the expected results")

// memFS is a workspace in memory.
type memFS map[string]string

func (m memFS) ReadFile(p string) ([]byte, error) {
	if data, ok := m[p]; ok {
		return []byte(data), nil
	}
	return nil, os.ErrNotExist
}

func (m memFS) IsDir(p string) bool { return p == "." || len(m.List(p)) > 0 }

func (m memFS) List(dir string) []string {
	var out []string
	for f := range m {
		if dir == "." || strings.HasPrefix(f, dir+"/") {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return out
}

type testCase struct {
	name string
	path string
	ar   *txtar.Archive
	fs   memFS
}

// cases reads the archives of testdata. What is in "want" is expected.
func cases(t testing.TB) []testCase {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	var out []testCase
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := testCase{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), path: file, ar: ar, fs: memFS{}}
		for _, f := range ar.Files {
			if !strings.HasPrefix(f.Name, "want") {
				c.fs[f.Name] = string(f.Data)
			}
		}
		out = append(out, c)
	}
	return out
}

func TestCases(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(c.name, func(t *testing.T) {
			got := dump(c.fs, NewReader())
			i := slices.IndexFunc(c.ar.Files, func(f txtar.File) bool { return f.Name == "want" })
			if *update {
				if i < 0 {
					i = len(c.ar.Files)
					c.ar.Files = append(c.ar.Files, txtar.File{Name: "want"})
				}
				c.ar.Files[i].Data = []byte(got)
				if err := os.WriteFile(c.path, txtar.Format(c.ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if i < 0 {
				t.Fatal("no want")
			}
			if diff := cmp.Diff(string(c.ar.Files[i].Data), got); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

// dump writes down what a Reader says of a workspace.
func dump(fs memFS, r *Reader) string {
	var b strings.Builder
	at := func(p deploy.Pos) string {
		if p.File == "" {
			return "nowhere"
		}
		return fmt.Sprintf("%s:%d:%d %q", p.File, p.Line, p.Column, fs[p.File][p.Start:p.End])
	}
	for _, set := range r.Discover(fs) {
		l := r.Load(fs, set)
		fmt.Fprintf(&b, "environment %s default=%t files=%s\n", set.ID, set.Default, strings.Join(set.Files, ","))
		for _, s := range l.Environment.Services {
			fmt.Fprintf(&b, "  service %s image=%s at %s\n", s.Name, s.Image, at(s.Pos))
			if s.MoreVars != "" {
				fmt.Fprintf(&b, "    more: %s\n", s.MoreVars)
			}
			for _, v := range s.Vars {
				fmt.Fprintf(&b, "    %s", v.Name)
				switch v.Status {
				case deploy.VarSet:
					fmt.Fprintf(&b, " = %q", v.Value)
				case deploy.VarHost:
					fmt.Fprintf(&b, " = host %q (%s)", v.Value, v.Reason)
				case deploy.VarSecret:
					fmt.Fprintf(&b, " = secret (%s)", v.Reason)
				default:
					fmt.Fprintf(&b, " = invalid (%s)", v.Reason)
				}
				fmt.Fprintf(&b, "\n      name %s\n      value %s\n", at(v.NamePos), at(v.ValuePos))
				for _, o := range v.Origin {
					fmt.Fprintf(&b, "      from %s: %s\n", o.What, at(o.Pos))
				}
			}
		}
		for _, topic := range l.Environment.Topics {
			fmt.Fprintf(&b, "  topic %s at %s\n", topic.Name, at(topic.Pos))
		}
		for _, k := range l.Environment.UnusedValues {
			fmt.Fprintf(&b, "  unused %s at %s\n", k.Key, at(k.Pos))
		}
		for _, p := range l.Problems {
			absent := ""
			if p.Absent {
				absent = "absent "
			}
			fmt.Fprintf(&b, "  %sproblem: %s at %s\n", absent, p.Message, at(p.Pos))
		}
		fmt.Fprintf(&b, "  read %s\n", strings.Join(l.Read, " "))
	}
	return b.String()
}
