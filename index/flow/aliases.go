package flow

import (
	"path"
	"slices"
	"strings"

	"topicls/index/facts"
)

// In languages whose modules give values to others under names of their own,
// a function or class is called by names that it is not declared with: what a
// module is as a whole has the name that each importer gives it, and what is
// put into an object is called by its key. Who looks for callers by name looks
// for those too.

// wholeName is the name under which calls of what a module is as a whole, or by
// default, are indexed: the last name of its path.
func wholeName(stem string) string { return "default@" + stem }

// wordOf returns a word that files contain which use a name of the index.
func wordOf(name string) string {
	stem, ok := strings.CutPrefix(name, "default@")
	if !ok {
		return name
	}
	word := ""
	for _, w := range strings.FieldsFunc(stem, func(c rune) bool { return c == '-' || c == '.' }) {
		if len(w) > len(word) {
			word = w
		}
	}
	return word
}

// wholeNameOf is wholeName of a file: that of its folder if it is an index.
func wholeNameOf(p string) string {
	s := stemOfModule(p)
	if s == "index" {
		s = path.Base(path.Dir(p))
	}
	return wholeName(s)
}

// importedAs is the name of an import under which its uses are indexed, beside
// that of the member: that of the module as a whole; "" for others.
func (x *file) importedAs(im *facts.Import) string {
	if !x.open().valued || im.Star || im.Local == 0 || im.Member != 0 && x.facts().Text(im.Member) != "default" {
		return ""
	}
	mod := x.facts().Text(im.Module)
	if isRelative(mod) {
		mod = path.Join(path.Dir(x.path), mod)
	}
	if path.Base(stemOfModule(mod)) == "index" {
		mod = path.Dir(mod)
	}
	return wholeName(stemOfModule(mod))
}

// otherNames lists the names, beside its own, by which a function or class of
// the module (scope s) may be called elsewhere.
func (x *file) otherNames(s facts.ScopeID) []string {
	f := x.facts()
	sc := &f.Scopes[s]
	if !x.open().valued || s == 0 || sc.Name == 0 || sc.Kind == facts.ClassScope && sc.Parent != 0 || x.classOf(s) != 0 {
		return nil
	}
	var out []string
	add := func(n string) {
		if n == "default" || n == commonJS {
			n = wholeNameOf(x.path)
		}
		if n != "" && n != f.Text(sc.Name) && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	if f.Text(sc.Name) == "default" {
		add("default")
	}
	is := func(id facts.ExprID) bool {
		switch v := f.At(id); v.Kind {
		case facts.Name:
			return v.Name == sc.Name
		case facts.Func, facts.Class:
			return facts.ScopeID(v.Lo) == s
		}
		return false
	}
	for i := range f.Bindings {
		if b := &f.Bindings[i]; b.Value != 0 && b.Target != facts.ToIndex && b.Name != sc.Name && is(b.Value) {
			add(f.Text(b.Name))
		}
	}
	for _, c := range named(x.open().kept, sc.Name) {
		m := f.At(c.call)
		if m.Kind != facts.Map {
			continue
		}
		for _, k := range f.Operands(m) {
			if en := f.At(k); en.Flag&facts.SpreadMap == 0 && is(en.X) && f.At(en.Y).Kind == facts.String {
				add(f.Text(f.At(en.Y).Name))
			}
		}
	}
	return out
}
