package program

import (
	"regexp"
	"strings"
)

var (
	makeVariable  = regexp.MustCompile(`^\s*(?:export\s+)?([\w.-]+)\s*[:?+]?:?=\s*(.*)$`)
	makeRule      = regexp.MustCompile(`^([^\s:#=][^:#=]*):(?:[^=]|$)(.*)$`)
	makeReference = regexp.MustCompile(`\$[({]([\w.-]+)[)}]|\$\$`)
)

// make follows the targets of a Makefile.
func (f *finder) make(args []string, depth int) {
	name, dir := "", f.dir
	defer func() { f.dir = dir }()
	var targets []string
	set := map[string]string{}
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case (a == "-C" || a == "--directory") && i+1 < len(args):
			i++
			f.chdir(args[i])
		case (a == "-f" || a == "--file" || a == "--makefile") && i+1 < len(args):
			i++
			name = args[i]
		case strings.HasPrefix(a, "-"):
		case strings.Contains(a, "="):
			k, v, _ := strings.Cut(a, "=")
			set[k] = v
		default:
			targets = append(targets, a)
		}
	}
	names := []string{"GNUmakefile", "makefile", "Makefile"}
	if name != "" {
		names = []string{name}
	}
	for _, n := range names {
		file, ok := f.file(n)
		if !ok {
			continue
		}
		if data, err := f.tree.FS.ReadFile(file); err == nil && depth < maxDepth {
			m := parseMake(string(data))
			for k, v := range set {
				m.vars[k] = v
			}
			if len(targets) == 0 && m.first != "" {
				targets = []string{m.first}
			}
			for _, t := range targets {
				f.target(m, t, depth, map[string]bool{})
			}
			return
		}
	}
	f.found(Started{})
}

// target follows a rule's prerequisites and its recipe.
func (f *finder) target(m *makefile, name string, depth int, seen map[string]bool) {
	r, ok := m.rules[name]
	if f.steps--; f.steps < 0 || !ok || seen[name] {
		return
	}
	seen[name] = true
	for _, p := range strings.Fields(m.expand(r.needs, 0)) {
		f.target(m, p, depth, seen)
	}
	for _, line := range r.recipe {
		f.script(m.expand(strings.TrimLeft(line, "@-+ \t"), 0), nil, depth+1)
	}
}

// A makefile is what is read of one: plain variables and rules.
type makefile struct {
	vars  map[string]string
	rules map[string]*rule
	first string
}

type rule struct {
	needs  string
	recipe []string
}

func parseMake(text string) *makefile {
	m := &makefile{vars: map[string]string{}, rules: map[string]*rule{}}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\\\n", " ")
	var open []*rule
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "\t") {
			for _, r := range open {
				r.recipe = append(r.recipe, line)
			}
			continue
		}
		if v := makeVariable.FindStringSubmatch(line); v != nil {
			m.vars[v[1]] = v[2]
			continue
		}
		d := makeRule.FindStringSubmatch(line + " ")
		if d == nil {
			continue
		}
		open = nil
		needs, inline, _ := strings.Cut(d[2], ";")
		for _, name := range strings.Fields(d[1]) {
			r := m.rules[name]
			if r == nil {
				r = &rule{}
				m.rules[name] = r
			}
			r.needs += " " + needs
			if inline != "" {
				r.recipe = append(r.recipe, inline)
			}
			open = append(open, r)
			if m.first == "" && !strings.HasPrefix(name, ".") {
				m.first = name
			}
		}
	}
	return m
}

// expand replaces variables; those that make doesn't set are the shell's.
func (m *makefile) expand(s string, depth int) string {
	if depth > 8 || len(s) > 1<<16 {
		return s
	}
	return makeReference.ReplaceAllStringFunc(s, func(ref string) string {
		if ref == "$$" {
			return "$"
		}
		name := ref[2 : len(ref)-1]
		if v, ok := m.vars[name]; ok {
			return m.expand(v, depth+1)
		}
		return "${" + name + "}"
	})
}
