package program

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// supervisor follows supervisord (4.2): the programs of its configuration,
// which `-c` names, or which stands where supervisord looks for it.
// http://supervisord.org/configuration.html says what the keys mean.
func (f *finder) supervisor(args []string, depth int) {
	var named []string
	for i := 0; i < len(args); i++ {
		switch option, value, attached := strings.Cut(args[i], "="); {
		case option != "-c" && option != "--configuration":
		case attached:
			named = append(named, value)
		case i+1 < len(args):
			i++
			named = append(named, args[i])
		}
	}
	before := len(f.out)
	for _, p := range append(named, "supervisord.conf", "etc/supervisord.conf", "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf") {
		if file, ok := f.file(p); ok {
			f.supervised(p, file, depth)
			break
		}
	}
	if len(f.out) == before { // the configuration of a package, which takes in those beside it
		for _, p := range f.tree.in("/etc/supervisor/conf.d", ".conf") {
			f.supervised(p, p, depth)
		}
	}
	if len(f.out) == before { // appended to the package's when the image is made
		if file, ok := f.file("supervisor.conf"); ok {
			f.supervised("supervisor.conf", file, depth)
		}
	}
	if len(f.out) == before {
		f.found(Started{})
	}
}

// in lists the workspace files with an ending right in a container folder.
func (t *Tree) in(dir, ending string) []string {
	var out []string
	for _, m := range t.Mounts {
		if source, ok := sourceAt(m, dir); ok {
			for _, p := range t.FS.List(source) {
				if path.Dir(p) == source && strings.HasSuffix(p, ending) {
					out = appendNew(out, p)
				}
			}
			continue
		}
		if rel, ok := Below(m.Target, dir); ok && !strings.Contains(rel, "/") && strings.HasSuffix(rel, ending) && t.isFile(m.Source) {
			out = appendNew(out, m.Source)
		}
	}
	slices.Sort(out)
	return out
}

var expansion = regexp.MustCompile(`%\((?:ENV_)?(\w+)\)[sd]`)

// supervised starts the programs of one configuration file; word is what the
// container calls it.
func (f *finder) supervised(word, file string, depth int) {
	data, err := f.tree.FS.ReadFile(file)
	if err != nil || depth > maxDepth {
		return
	}
	for _, s := range iniSections(string(data)) {
		kind, _, _ := strings.Cut(s.name, ":")
		switch {
		case kind == "include":
			for _, p := range strings.Fields(s.keys["files"]) {
				if !path.IsAbs(p) {
					p = path.Join(path.Dir(word), p)
				}
				if !path.IsAbs(p) {
					p = path.Join(f.dir, p)
				}
				for _, q := range f.tree.in(path.Dir(p), path.Ext(p)) {
					if ok, err := path.Match(path.Base(p), path.Base(q)); ok && err == nil && q != file {
						f.supervised(p, q, depth+1)
					}
				}
			}
		case kind == "program" && s.keys["command"] != "" && s.keys["autostart"] != "false":
			dir := f.dir
			if d := s.keys["directory"]; d != "" {
				f.chdir(d)
			}
			text := expansion.ReplaceAllString(s.keys["command"], `${$1}`)
			if env := s.keys["environment"]; env != "" {
				text = "export " + strings.ReplaceAll(expansion.ReplaceAllString(env, `${$1}`), ",", " ") + "; " + text
			}
			f.script(text, nil, depth+1)
			f.dir = dir
		}
	}
}

// iniSection is a section of a configuration in the form of Python's
// configparser, without comments.
type iniSection struct {
	name string
	keys map[string]string
}

func iniSections(text string) []iniSection {
	var out []iniSection
	last := ""
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(strings.TrimRight(line, "\r\n"), " ;")
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';':
		case trimmed[0] == '[' && strings.HasSuffix(trimmed, "]"):
			out, last = append(out, iniSection{trimmed[1 : len(trimmed)-1], map[string]string{}}), ""
		case len(out) == 0:
		case line[0] == ' ' || line[0] == '\t': // goes on
			if last != "" {
				out[len(out)-1].keys[last] += " " + trimmed
			}
		default:
			key, value, _ := strings.Cut(trimmed, "=")
			last = strings.TrimSpace(key)
			out[len(out)-1].keys[last] = strings.TrimSpace(value)
		}
	}
	return out
}
