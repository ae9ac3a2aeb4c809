package program

import (
	"maps"
	"strings"
)

// Commands and scripts give variables to the programs that they start: by what
// stands in front of a command (`TOPIC=orders node main.js`, `env`, cross-env), by
// `export`, and by assignments to variables that are exported already.

// Exported is a variable that commands gave to a program on the way.
type Exported struct {
	Value string
	Raw   string // as written
	File  string // the workspace file that says so; "" for the command line itself
	// Open says why the value is not known; "" when it is.
	Open string
	// Unset says that variables are used in it that are set nowhere.
	Unset bool
}

// exports are the variables that programs get that are started now. The map is
// never changed: a copy takes its place.
type exports struct {
	list map[string]Exported
	all  bool // set -a
	file string
	open string // why what is exported now is not certain
}

// assign evaluates the value of an assignment as it is written.
func (v *vars) assign(raw string) Exported {
	v.unknown, v.computed = false, false
	text, _ := v.text(raw, 0)
	x := Exported{Value: text, Raw: strings.Trim(raw, `"'`), File: v.exports.file, Open: v.exports.open, Unset: v.unknown}
	if x.Open == "" && v.computed {
		x.Open = "a command's output"
	}
	return x
}

// export gives a variable to the programs that are started from now on.
func (v *vars) export(name string, x Exported) {
	v.exports.list = maps.Clone(v.exports.list)
	if v.exports.list == nil {
		v.exports.list = map[string]Exported{}
	}
	v.exports.list[name] = x
}

// isExported reports whether programs that are started get a variable.
func (v *vars) isExported(name string) bool {
	if _, ok := v.exports.list[name]; ok || v.exports.all {
		return true
	}
	if v.lookup == nil {
		return false
	}
	_, ok := v.lookup(name)
	return ok
}

// isCommand reports whether words have a command behind assignments, which are
// then for it alone.
func isCommand(words []string) bool {
	for i := 0; i < len(words); i++ {
		if redirect, alone := redirection(words[i]); redirect {
			if alone {
				i++
			}
			continue
		}
		if !isAssignment(words[i]) {
			return true
		}
	}
	return false
}

// restore gives a function that makes a variable what it is now.
func (v *vars) restore(name string) func() {
	exported := v.exports
	value, ok := v.set[name]
	return func() {
		v.exports = exported
		if ok {
			v.set[name] = value
		} else {
			delete(v.set, name)
		}
	}
}

// exportWords follows `export` and its like: words are as written, the command first.
func (v *vars) exportWords(c []string) {
	if c[0] != "export" && !(c[0] == "declare" || c[0] == "typeset") {
		return
	}
	if c[0] != "export" && (len(c) < 2 || !strings.HasPrefix(c[1], "-") || !strings.Contains(c[1], "x")) {
		return
	}
	for _, w := range c[1:] {
		name, raw, ok := strings.Cut(w, "=")
		switch {
		case strings.HasPrefix(w, "-"):
		case ok:
			v.export(name, v.assign(raw))
		default:
			if value, set := v.set[name]; set {
				v.export(name, Exported{Value: value, Raw: value, File: v.exports.file, Open: v.exports.open})
			}
		}
	}
}
