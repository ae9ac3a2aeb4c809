package compose

import (
	"fmt"
	"sort"
	"strings"

	"topicls/index/deploy"
)

// memFS is a workspace in memory.
type memFS map[string][]byte

func (m memFS) ReadFile(path string) ([]byte, error) {
	if strings.HasPrefix(path, "/") || path == ".." || strings.HasPrefix(path, "../") {
		panic("read outside the workspace: " + path)
	}
	data, ok := m[path]
	if !ok {
		return nil, fmt.Errorf("%s: no such file", path)
	}
	return data, nil
}

func (m memFS) IsDir(path string) bool {
	if strings.HasPrefix(path, "/") || path == ".." || strings.HasPrefix(path, "../") {
		panic("looked outside the workspace: " + path)
	}
	for f := range m {
		if path == "." || strings.HasPrefix(f, path+"/") {
			return true
		}
	}
	return false
}

func (m memFS) List(dir string) []string {
	var out []string
	for f := range m {
		if dir == "." || strings.HasPrefix(f, dir+"/") {
			out = append(out, f)
		}
	}
	sort.Strings(out)
	return out
}

func pos(p deploy.Pos) string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// dump writes a result for people and golden files. At every position it
// shows the text there.
func dump(fs deploy.FS, r deploy.Result) string {
	var b strings.Builder
	at := func(p deploy.Pos) string {
		data, err := fs.ReadFile(p.File)
		if err != nil || int(p.End) > len(data) || p.Start > p.End {
			return "?"
		}
		s := string(data[p.Start:p.End])
		if len(s) > 60 {
			s = s[:57] + "..."
		}
		return fmt.Sprintf("%s %q", pos(p), s)
	}
	for _, e := range r.Environments {
		mark := ""
		if e.Default {
			mark = " default"
		}
		fmt.Fprintf(&b, "environment %s%s dir=%s files=%s\n", e.ID, mark, e.Dir, strings.Join(e.Files, ","))
		for _, s := range e.Services {
			fmt.Fprintf(&b, "  service %s %s\n", s.ID, at(s.Pos))
			line := func(name, value string) {
				if value != "" {
					fmt.Fprintf(&b, "    %s %s\n", name, value)
				}
			}
			line("image", s.Image)
			if s.Context != "" {
				line("context", s.Context)
				line("dockerfile", s.Dockerfile)
			}
			line("code", strings.Join(s.Code, " "))
			line("roots", strings.Join(s.Roots, " "))
			if s.Infra {
				line("infra", map[bool]string{true: "broker", false: "yes"}[s.Broker])
			} else if s.Broker {
				line("broker", "yes")
			}
			line("depends", strings.Join(s.DependsOn, " "))
			line("profiles", strings.Join(s.Profiles, " "))
			line("more", s.MoreVars)
			for _, en := range s.Entries {
				fmt.Fprintf(&b, "    entry %q args=%q words=%q %s\n", en.File, en.Args, en.Words, at(en.Pos))
			}
			for _, v := range s.Vars {
				status := [...]string{"set", "host", "secret", "invalid"}[v.Status]
				if v.Default {
					status += " default"
				}
				fmt.Fprintf(&b, "    var %s=%q %s\n      name %s value %s\n", v.Name, v.Value, status, at(v.NamePos), at(v.ValuePos))
				if v.Raw != v.Value {
					fmt.Fprintf(&b, "      raw %q\n", v.Raw)
				}
				line("  reason", v.Reason)
				for _, o := range v.Origin {
					fmt.Fprintf(&b, "      from %s: %s\n", at(o.Pos), o.What)
				}
			}
		}
	}
	for _, p := range r.Problems {
		absent := ""
		if p.Absent {
			absent = " (absent)"
		}
		fmt.Fprintf(&b, "problem %s: %s%s\n", at(p.Pos), p.Message, absent)
	}
	return b.String()
}
