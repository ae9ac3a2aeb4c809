package config

import (
	"path"
	"slices"
	"strings"
)

// A configuration server in the workspace serves files to those programs that
// ask one (Spring Cloud Config 4.1, "Config Server" and "Config Client"): those
// of its native folders, or of a git repository that is a folder of the
// workspace.

// served reads the files that a configuration server of the workspace serves to
// the program, what counts least first. above says that they count before the
// environment, as they do for programs that ask in their bootstrap phase.
func (b *springBuilder) served(bases []springDoc, profiles []string) (docs []*docLayer, above bool) {
	if b.m.Others == nil {
		return nil, false
	}
	text := func(key string) string {
		for i := len(bases) - 1; i >= 0; i-- {
			if t := bases[i].layer.text(key); t != "" && b.active(bases[i], profiles) {
				return t
			}
		}
		return ""
	}
	asks := false
	for _, d := range bases {
		if strings.Contains(d.layer.text("spring.config.import"), "configserver:") {
			asks = true
		}
		if strings.HasPrefix(path.Base(d.file), "bootstrap") {
			for i := range d.layer.entries {
				if k := d.layer.entries[i].Key; strings.HasPrefix(k, "spring.cloud.config.") && !strings.HasPrefix(k, "spring.cloud.config.server.") {
					asks, above = true, true
				}
			}
		}
	}
	if !asks {
		return nil, false
	}
	names := text("spring.cloud.config.name")
	if names == "" {
		names = text("spring.application.name")
	}
	if names == "" || strings.Contains(names, "${") {
		return nil, false
	}
	if p := text("spring.cloud.config.profile"); p != "" && !strings.Contains(p, "${") {
		profiles = strings.Split(p, ",")
	}
	var files []string
	for _, name := range append([]string{"application"}, strings.Split(names, ",")...) {
		files = append(files, strings.TrimSpace(name))
		for _, p := range profiles {
			files = append(files, strings.TrimSpace(name)+"-"+strings.TrimSpace(p))
		}
	}
	servers := 0
	for _, m := range b.m.Others() {
		var its []*docLayer
		own := false // it has files of the program's name
		for _, dir := range b.serverFolders(m, names) {
			for i, name := range files {
				for _, ext := range []string{".yml", ".yaml", ".properties"} {
					p := path.Join(dir, name+ext)
					f := b.files.Read(p, "", ".")
					if f == nil {
						continue
					}
					own = own || i > len(profiles)
					for j := range f.Documents {
						d := springDoc{layer: newDoc(p, &f.Documents[j], b.canon), file: p}
						if b.active(d, profiles) {
							its = append(its, d.layer)
						}
					}
				}
			}
		}
		if own {
			return its, above
		}
		if len(its) > 0 {
			docs, servers = its, servers+1
		}
	}
	if servers != 1 { // which of them it asks can't be told
		return nil, false
	}
	return docs, above
}

// serverFolders lists the folders whose files a module serves, if it is a
// configuration server.
func (b *springBuilder) serverFolders(m Module, application string) []string {
	m.Others = nil
	s := NewSpring(&Process{}, m, nil, b.files)
	list := func(key string) []string {
		values, _, _ := s.Lookup(key)
		var out []string
		for _, v := range values {
			if v.Status != Unknown {
				out = append(out, strings.Split(v.Text, ",")...)
			}
		}
		return out
	}
	var out []string
	for _, loc := range list("spring.cloud.config.server.native.search-locations") {
		loc = strings.ReplaceAll(strings.TrimPrefix(strings.TrimSpace(loc), "optional:"), "{application}", application)
		switch rest, classpath := strings.CutPrefix(loc, "classpath:"); {
		case classpath:
			for _, r := range m.Resources {
				out = append(out, path.Join(r, strings.Trim(rest, "/")))
			}
		case strings.HasPrefix(loc, "file:"):
			out = append(out, localFolders(m, loc)...)
		}
	}
	for _, uri := range list("spring.cloud.config.server.git.uri") {
		if !strings.HasPrefix(uri, "file:") {
			continue
		}
		for _, dir := range localFolders(m, uri) {
			out = append(out, dir)
			for _, sub := range list("spring.cloud.config.server.git.search-paths") {
				out = append(out, path.Join(dir, strings.ReplaceAll(strings.TrimSpace(sub), "{application}", application)))
			}
		}
	}
	return slices.Compact(out)
}

// localFolders are the folders that a file: location of a module may mean: below
// the module or one of the folders around it. Of an absolute one the last part
// counts, which is where it was when it was written.
func localFolders(m Module, loc string) []string {
	rest := strings.TrimPrefix(loc, "file:")
	absolute := strings.HasPrefix(rest, "/") || strings.Contains(rest, "${")
	rest = strings.Trim(path.Clean("/"+rest), "/")
	if absolute {
		rest = path.Base(rest)
	}
	if rest == "" || rest == "." || strings.Contains(rest, "${") {
		return nil
	}
	var out []string
	for dir := m.Dir; ; dir = path.Dir(dir) {
		out = append(out, path.Join(dir, rest))
		if dir == "." || dir == "/" || len(out) > 6 {
			return out
		}
	}
}
