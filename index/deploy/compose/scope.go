package compose

import (
	"path"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/dotenv"
)

// A scope is what interpolation sees: a project folder and the variables of
// its .env. The variables of the machine that deploys are not known.
type scope struct {
	dir  string // the project folder, relative to the workspace root
	vars map[string]dotenv.Value
	hint map[string]deploy.Step // examples for what is not set
}

// lookup finds a variable. One that the workspace sets nowhere can only come
// from the machine that deploys; an example file may show what it looks like.
func (s *scope) lookup(name string) (dotenv.Value, bool) {
	if v, ok := s.vars[name]; ok {
		return v, true
	}
	if step, ok := s.hint[name]; ok {
		return dotenv.Value{
			Reason: name + " is set nowhere in the workspace but in " + step.Pos.File,
			Origin: []deploy.Step{step},
		}, false
	}
	return dotenv.Value{}, false
}

// projectScope returns the scope of a project folder: its .env, then the
// workspace root's for what that doesn't set, as when docker compose is
// called from the root with -f.
func (l *loader) projectScope(dir string) *scope {
	s := &scope{dir: dir, vars: map[string]dotenv.Value{}, hint: map[string]deploy.Step{}}
	l.addEnvFile(s, path.Join(dir, ".env"))
	if dir != "." {
		l.addEnvFile(s, ".env")
	}
	for _, name := range []string{".env.example", ".env.sample", ".env.template", ".env.dist", "env.example", "example.env"} {
		l.addHints(s, path.Join(dir, name))
	}
	if _, ok := s.vars["COMPOSE_PROJECT_NAME"]; !ok && dir != "." {
		s.vars["COMPOSE_PROJECT_NAME"] = dotenv.Known(projectName(path.Base(dir)))
	}
	return s
}

// addEnvFile adds the variables of an env file that are not set yet.
func (l *loader) addEnvFile(s *scope, file string) bool {
	text, ok := l.read(file)
	if !ok {
		return false
	}
	outer := make(map[string]dotenv.Value, len(s.vars))
	for k, v := range s.vars {
		outer[k] = v
	}
	entries, problems := dotenv.Parse(text, func(name string) (dotenv.Value, bool) {
		v, ok := outer[name]
		return v, ok
	}, nil)
	l.problems = append(l.problems, problems...)
	for _, e := range entries {
		if _, ok := outer[e.Name]; ok || e.Inherited {
			continue
		}
		v := e.Value
		v.Origin = append([]deploy.Step{{Pos: e.ValuePos, What: e.Name + " in " + file}}, v.Origin...)
		s.vars[e.Name] = v
	}
	return true
}

// addHints notes what an example file sets.
func (l *loader) addHints(s *scope, file string) {
	text, ok := l.read(file)
	if !ok {
		return
	}
	entries, _ := dotenv.Parse(text, nil, nil)
	for _, e := range entries {
		if _, ok := s.hint[e.Name]; !ok && !e.Inherited {
			s.hint[e.Name] = deploy.Step{Pos: e.ValuePos, What: e.Name + " in " + file + ", an example that is not used"}
		}
	}
}

// projectName is the name docker compose gives the project of a folder.
func projectName(base string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(base) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '-' {
			b.WriteRune(r)
		}
	}
	return strings.TrimLeft(b.String(), "_-")
}

// resolve joins a path written in a file to the folder it is relative to.
// Paths that leave the workspace are not resolved.
func resolve(dir, p string) (string, bool) {
	if p == "" || path.IsAbs(p) || strings.HasPrefix(p, "~") || isRemote(p) || strings.ContainsRune(p, 0) {
		return "", false
	}
	p = path.Join(dir, strings.ReplaceAll(p, `\`, "/"))
	if p == ".." || strings.HasPrefix(p, "../") {
		return "", false
	}
	return p, true
}

// isRemote reports whether a path is an address that compose would fetch.
func isRemote(p string) bool {
	if strings.Contains(p, "://") || strings.HasPrefix(p, "git@") || strings.HasPrefix(p, "github.com/") {
		return true
	}
	// A Windows drive: `C:\x`.
	return len(p) > 1 && p[1] == ':' && (p[0]|0x20) >= 'a' && (p[0]|0x20) <= 'z'
}
