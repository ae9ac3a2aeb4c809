package flow

import (
	"path"
	"strings"
)

// Given answers a variable of the environment or an option of the command line: the
// value that is given, and whether any is; known is false where it can't be told.
type Given func(name string) (text string, given, known bool)

// Paths lists the files that a name may mean as a path: texts, what variables and
// options have or else their defaults, and of what is not known as a whole how it
// ends behind some folder (`fmt.Sprintf("%s/config/config.yaml", dir)`).
func (n Name) Paths(look Given) []string { return pathsOfValue(n.v, look, 0) }

func pathsOfValue(v value, look Given, depth int) []string {
	if t, ok := constOf(v); ok {
		return []string{t}
	}
	s, ok := v.(*stringValue)
	if !ok || len(s.ops) > 0 || depth > 4 {
		return nil
	}
	if len(s.parts) == 1 {
		switch p := &s.parts[0]; {
		case p.kind == partSub:
			return pathsOfValue(p.sub, look, depth+1)
		case p.kind == partEnv && p.store == "":
			text, given, known := look(p.text)
			if given && known && (text != "" || !p.filled) {
				return []string{text}
			}
			if given && !known {
				return nil
			}
			var out []string
			for _, d := range p.def {
				out = append(out, pathsOfValue(d.v, look, depth+1)...)
			}
			return out
		}
		return nil
	}
	end := ""
	for i := len(s.parts) - 1; i >= 0 && s.parts[i].kind == partText; i-- {
		end = s.parts[i].text + end
	}
	if _, end, ok = strings.Cut(end, "/"); !ok || path.Ext(end) == "" {
		return nil
	}
	return []string{end}
}
