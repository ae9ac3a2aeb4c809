package compose

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/deploy"
)

// checkResult holds what is true of every result.
func checkResult(t *testing.T, m memFS, r deploy.Result) {
	t.Helper()
	in := func(p deploy.Pos) {
		t.Helper()
		data, ok := m[p.File]
		if p == (deploy.Pos{}) {
			return
		}
		if !ok || p.Start > p.End || int(p.End) > len(data) || p.Line < 1 || p.Column < 1 {
			t.Fatalf("position %+v is not in a file", p)
		}
	}
	for _, e := range r.Environments {
		for i, s := range e.Services {
			in(s.Pos)
			if i > 0 && e.Services[i-1].Name >= s.Name {
				t.Fatalf("services are not sorted: %q, %q", e.Services[i-1].Name, s.Name)
			}
			for _, en := range s.Entries {
				in(en.Pos)
			}
			for j, v := range s.Vars {
				in(v.NamePos)
				in(v.ValuePos)
				for _, o := range v.Origin {
					in(o.Pos)
				}
				if j > 0 && s.Vars[j-1].Name >= v.Name {
					t.Fatalf("variables are not sorted: %q, %q", s.Vars[j-1].Name, v.Name)
				}
				if v.Name == "" {
					t.Fatal("a variable without a name")
				}
			}
		}
	}
	for _, p := range r.Problems {
		in(p.Pos)
	}
}

func FuzzRead(f *testing.F) {
	for _, c := range cases(f) {
		m := c.files
		f.Add(m["compose.yaml"], m["compose.override.yaml"], m[".env"], m["app/Dockerfile"], m["app/start.sh"])
	}
	f.Fuzz(func(t *testing.T, main, over, env, docker, script []byte) {
		m := memFS{
			"compose.yaml": main, "compose.override.yaml": over, ".env": env, "app.env": env, "app/.env": env,
			"app/Dockerfile": docker, "Dockerfile": docker, "app/start.sh": script, "start.sh": script, "app/entrypoint.sh": script,
			"app/main.py": nil, "main.py": nil, "app/compose.yaml": over, "Makefile": script,
		}
		r := Read(m)
		checkResult(t, m, r)
		if diff := cmp.Diff(r, Read(m)); diff != "" {
			t.Fatalf("not the same twice:\n%s", diff)
		}
	})
}
