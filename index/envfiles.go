package index

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/config"
	"topicls/index/deploy/dotenv"
	"topicls/index/deploy/keys"
	"topicls/index/flow"
)

// Programs take variables from files that lie beside their code: all of them at
// start (`load_dotenv()`), or as a read finds a variable unset (flow's
// envfiles.go). What the deployment sets counts before them. Such a file is read
// as far as the service has it: it is copied or mounted with the code, or a ConfigMap is mounted there.

// loadedOf answers variables from the files that a service loads.
func (w *Workspace) loadedOf(s *service, rf *resolvedFile) func(name, from string, files []string) (flow.Setting, bool) {
	return func(name, from string, files []string) (flow.Setting, bool) {
		if strings.HasPrefix(name, "-") {
			return flow.Setting{}, false
		}
		if rf.asked == nil {
			rf.asked = askedStores{}
		}
		list := w.configs.variableIn(name, from, files, s, rf.asked)
		if len(list) == 0 {
			return flow.Setting{}, false
		}
		return flowSettings(list)[0], true
	}
}

// variableIn looks a variable up in the files that are loaded at start, then in
// those that its read in file from looks into.
func (c *configs) variableIn(name, from string, files []string, svc *service, asked askedStores) []config.Value {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := storeKey{kind: config.DotEnv}
	if svc != nil {
		k.service = svc.ID
	} else {
		k.module = path.Dir(from)
	}
	asked[k] = true
	if list, ok, _ := c.envStore(k, nil, svc).Lookup(name); ok {
		return list
	}
	if len(files) == 0 {
		return nil
	}
	k.kind, k.module = config.EnvFile, path.Dir(from)+"\n"+strings.Join(files, "\n")
	asked[k] = true
	list, _, _ := c.envStore(k, files, svc).Lookup(name)
	return list
}

// envStore returns a store of files of variables.
func (c *configs) envStore(k storeKey, files []string, svc *service) *builtStore {
	if s := c.stores[k]; s != nil {
		return s
	}
	s := &builtStore{key: k, looked: map[string]bool{}}
	r := reading{c, s.looked, map[fileKey]*keys.File{}}
	var places [][]config.VariablesFile
	if k.kind == config.DotEnv {
		places = c.loadedFiles(r, k.module, svc)
	} else {
		dir, _, _ := strings.Cut(k.module, "\n")
		for _, f := range files {
			if m := svc.mountedAs(f); m != nil {
				places = append(places, []config.VariablesFile{{Mounted: m}})
			} else if p, _ := nearestFile(r, f, dir, true, svc); p != "" {
				places = append(places, []config.VariablesFile{{Path: p}})
			}
		}
	}
	s.loads = map[string]bool{}
	for _, f := range slices.Concat(places...) {
		if f.Mounted == nil {
			s.loads[f.Path] = true
		}
	}
	s.Store = config.NewDotEnv(k.kind, places, r)
	c.stores[k], c.dirty = s, true
	return s
}

// loadedFiles lists the files that the code of a service loads at start; for
// code that no service runs, those that the nearest code around a folder loads. In
// the place of each stand those that it may be.
func (c *configs) loadedFiles(r reading, dir string, svc *service) [][]config.VariablesFile {
	var by []string // code files that load some
	for _, p := range slices.Sorted(maps.Keys(c.setups)) {
		if (svc == nil || svc.runs(p)) && slices.ContainsFunc(c.setups[p], func(u flow.Setup) bool { return u.Store == string(config.DotEnv) }) {
			by = append(by, p)
		}
	}
	for d := dir; svc == nil; d = path.Dir(d) {
		near := slices.DeleteFunc(slices.Clone(by), func(p string) bool { return !under(p, d) })
		if len(near) > 0 || d == "." {
			by = near
			break
		}
	}
	var out [][]config.VariablesFile
	seen := map[string]bool{}
	for _, p := range by {
		for _, u := range c.setups[p] {
			if u.Store != string(config.DotEnv) {
				continue
			}
			given := [][]string{{".env"}}
			if len(u.Args) > 0 {
				given = nil
			}
			for _, names := range u.Args {
				given = append(given, fileNames(names, svc))
			}
			for _, names := range given {
				var place []config.VariablesFile
				for _, n := range names {
					if m := svc.mountedAs(n); m != nil {
						if !seen[m.Target] {
							seen[m.Target] = true
							place = append(place, config.VariablesFile{Mounted: m})
						}
						continue
					}
					f, from := nearestFile(r, n, path.Dir(p), len(u.Args) > 0, svc)
					if f != "" && (svc != nil || under(dir, from)) && !seen[f] {
						seen[f] = true
						place = append(place, config.VariablesFile{Path: f})
					}
				}
				if place != nil {
					out = append(out, place)
				}
			}
		}
	}
	return out
}

// fileNames tells what a name of a file is in a service, as far as it is known.
func fileNames(names []flow.Name, svc *service) []string {
	env := flow.Environment{Variable: func(name string) (flow.Setting, bool, string) {
		if svc != nil {
			for i := range svc.Vars {
				if v := &svc.Vars[i]; v.Name == name && v.Status == deploy.VarSet {
					return flow.Setting{Value: v.Value}, true, ""
				}
			}
		}
		return flow.Setting{}, false, ""
	}}
	var out []string
	for _, n := range names {
		for _, got := range n.Resolve(env) {
			if (got.Status == flow.Exact || got.Status == flow.Default) && got.Name != "" {
				out = append(out, got.Name)
			}
		}
	}
	return out
}

// nearestFile finds a file that a path names, as seen from a folder of code: in
// the folders that the service runs in, where the path goes from there, or else
// in the nearest folder above that has it; and the folder from which the path
// leads to it. "" when there is none.
func nearestFile(r reading, name, dir string, fromWork bool, svc *service) (file, from string) {
	tail := strings.TrimLeft(path.Clean("/"+strings.ReplaceAll(name, "\\", "/")), "/")
	var dirs []string
	if svc != nil && fromWork {
		dirs = append(dirs, svc.Roots...)
	}
	for d := dir; ; d = path.Dir(d) {
		dirs = append(dirs, d)
		if d == "." || d == "/" {
			break
		}
	}
	for tail != "" {
		for _, d := range dirs {
			p := path.Join(d, tail)
			if svc.hasFile(r, p) && r.Read(p, ".dotenv", "") != nil {
				return p, d
			}
		}
		_, rest, more := strings.Cut(tail, "/") // "/app/.env" may be .env here
		if !more {
			break
		}
		tail = rest
	}
	return "", ""
}

// mountedAs finds the file that is mounted where a service has a path, as seen from
// the folder that it starts in; nil for none.
func (s *service) mountedAs(name string) *deploy.MountedFile {
	if s == nil || name == "" {
		return nil
	}
	target := path.Clean(name)
	if !path.IsAbs(target) {
		if s.Workdir == "" {
			return nil
		}
		target = path.Join(s.Workdir, target)
	}
	for i := range s.Files {
		if s.Files[i].Target == target {
			return &s.Files[i]
		}
	}
	return nil
}

// hasFile reports whether a file comes into a service with its code.
func (s *service) hasFile(r reading, p string) bool {
	if s == nil {
		return true
	}
	if !slices.ContainsFunc(s.Code, func(f string) bool { return under(p, f) }) {
		return false
	}
	if s.Context == "" || !under(p, s.Context) {
		return true
	}
	ignored := r.Read(path.Join(s.Context, ".dockerignore"), ".dockerignore", "")
	return ignored == nil || !isIgnored(ignored, strings.TrimPrefix(p, s.Context+"/"))
}

// isIgnored reports whether the lines of a .dockerignore leave a file out; the
// last one that matches counts.
func isIgnored(f *keys.File, rel string) bool {
	out := false
	for _, e := range f.Documents[0].Entries {
		pattern, keep := strings.CutPrefix(e.Key, "!")
		pattern = strings.Trim(pattern, "/")
		anywhere := strings.TrimPrefix(pattern, "**/")
		for p := rel; ; {
			whole, _ := path.Match(anywhere, p)
			if whole || strings.HasPrefix(p, anywhere+"/") {
				out = !keep
				break
			}
			_, rest, more := strings.Cut(p, "/")
			if !more || anywhere == pattern {
				break
			}
			p = rest
		}
	}
	return out
}

// linesOf reads a file as a list of its lines, without comments.
func linesOf(data []byte) keys.File {
	var doc keys.Document
	for line := range bytes.Lines(data) {
		if t := strings.TrimSpace(string(line)); t != "" && t[0] != '#' {
			doc.Entries = append(doc.Entries, keys.Entry{Key: t})
		}
	}
	return keys.File{Documents: []keys.Document{doc}}
}

// variablesOfFile reads a file of variables.
func variablesOfFile(p string, data []byte) keys.File {
	if path.Base(p) == "local.settings.json" { // of Azure Functions
		return valuesOfSettings(data)
	}
	var doc keys.Document
	entries, _ := dotenv.Parse(deploy.NewText(p, data), nil, nil)
	for _, e := range entries {
		if e.Inherited || e.Err != nil || e.Value.Reason != "" {
			continue
		}
		doc.Entries = append(doc.Entries, keys.Entry{
			Key: e.Name, Value: e.Value.Text,
			At:   keys.Span{Start: e.ValuePos.Start, End: e.ValuePos.End},
			Name: keys.Span{Start: e.NamePos.Start, End: e.NamePos.End},
		})
	}
	return keys.File{Documents: []keys.Document{doc}}
}

// valuesOfSettings reads the variables that the local settings of Azure Functions
// give: https://learn.microsoft.com/azure/azure-functions/functions-develop-local
func valuesOfSettings(data []byte) keys.File {
	f := keys.JSON(data, ":")
	for i := range f.Documents {
		d := &f.Documents[i]
		var own []keys.Entry
		for _, e := range d.Entries {
			if name, ok := strings.CutPrefix(e.Key, "Values:"); ok {
				e.Key = name
				own = append(own, e)
			}
		}
		d.Entries = own
	}
	return f
}
