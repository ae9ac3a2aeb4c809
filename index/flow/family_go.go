package flow

import (
	"path"

	"topicls/index/facts"
)

// golang is the language of Go: packages are folders, found by import paths;
// the files of one see each other's names; a type's methods may stand in any
// of them.
type golang struct{}

func (golang) imported(ev *evaluator, x *file, i int) set {
	f := x.facts()
	im := &f.Imports[i]
	p := f.Text(im.Module)
	if dir := ev.importFolder(x, p); dir != "" {
		return one(&module{dir: dir}, nil)
	}
	return one(&external{path: p}, nil)
}

// importFolder returns the folder of the workspace whose package an import path
// means; "" when it has none.
func (ev *evaluator) importFolder(x *file, importPath string) string {
	dir := ev.l.src.ImportFolder(x.path, importPath)
	if dir == "" {
		return ""
	}
	if len(ev.l.src.PackageFiles(dir)) == 0 {
		ev.note(dep{kind: depDeclared, a: ev.l.names.id(anyName), b: ev.l.names.id(dir)})
		return ""
	}
	return dir
}

func (golang) starred(ev *evaluator, x *file, im *facts.Import, name string, n typeCount) set {
	p := x.facts().Text(im.Module)
	if dir := ev.importFolder(x, p); dir != "" {
		return ev.packageName(x, dir, name, n, place{x, im.Span})
	}
	if ev.l.models.Knows(p + "." + name) {
		return one(&external{path: p + "." + name}, nil)
	}
	return nil
}

func (golang) free(ev *evaluator, x *file, name string, n typeCount, at place) set {
	if s := ev.packageName(x, ev.l.src.PackageOf(x.path), name, n, at); len(s) > 0 {
		return s
	}
	return ev.packageCalled(x, name)
}

// packageCalled finds the import of a package that has another name than its
// folder's.
func (ev *evaluator) packageCalled(x *file, name string) set {
	f := x.facts()
	for i := range f.Imports {
		im := &f.Imports[i]
		if im.Local == 0 || im.Star {
			continue
		}
		dir := ev.importFolder(x, f.Text(im.Module))
		if dir == "" {
			continue
		}
		p := ev.l.src.PackageFiles(dir)[0]
		ev.note(dep{kind: depDeclared, a: ev.l.names.id(anyName), b: ev.l.names.id(dir)})
		ev.note(dep{kind: depFile, a: ev.l.fileID(p)})
		if y := ev.l.src.Facts(p); y != nil && y.File().Text(y.File().Package) == name {
			return one(&module{dir: dir}, nil)
		}
	}
	return nil
}

func (golang) member(ev *evaluator, m *module, name string, at place) set {
	if at.file == nil {
		return nil
	}
	return ev.packageName(at.file, m.dir, name, anyTypes, at)
}

func (golang) leads(l *Linker, x *file, im *facts.Import) []string {
	dir := l.src.ImportFolder(x.path, x.facts().Text(im.Module))
	if dir == "" {
		return nil
	}
	return l.src.PackageFiles(dir)
}

func (golang) moduleKeys(_ *Linker, x *file, im *facts.Import) []string {
	return []string{path.Base(x.facts().Text(im.Module))}
}

func (golang) configures(string) bool { return false } // go.mod is no document; see ImportsChanged

func (golang) values() bool { return false }

func (golang) members() bool { return false }

func (golang) overloads() bool { return false }

func (golang) results() bool { return true }

func (golang) bodies() bool { return false }

func (golang) structural() bool { return true }

func (golang) initialisers() bool { return false }

func (golang) qualifies() bool { return true }

// nthResult evaluates result number i of a call that has several. Of what is
// not known as several values the first is the value itself; the second one of
// a variable says whether it is set.
func (ev *evaluator) nthResult(r ref, e *facts.Expr, fr *frame) set {
	var out set
	for _, a := range ev.eval(r.at(e.X), fr) {
		if l, ok := a.v.(*listing); ok && isTuple(l) {
			out = out.add(ev.item(l, int(e.Lo), r.place()).after(a.tr)...)
			continue
		}
		if s, ok := a.v.(*stringValue); e.Lo == 0 || ok && s.loneEnv() != nil {
			out = out.add(a)
			continue
		}
		if _, hole := a.v.(*param); hole {
			continue
		}
		out = out.add(alt{&unknown{"a further result of a call", r.place()}, nil})
	}
	return out
}

// isTuple reports whether a list is several values side by side.
func isTuple(l *listing) bool {
	return l.ref.file != nil && l.items == nil && l.ref.expr().Kind == facts.List && l.ref.expr().Flag&facts.Tuple != 0
}

// elementsOfRange evaluates the variables of a loop over the keys and values of
// something: of a map its keys or values, of a list its elements, of a
// channel what it gives.
func (ev *evaluator) elementsOfRange(a alt, keys bool, at place) set {
	switch v := a.v.(type) {
	case *mapping:
		if keys {
			return ev.elements(v, at)
		}
		var out set
		for _, en := range ev.entries(v) {
			out = out.add(ev.entryValue(en)...)
		}
		return out.add(ev.taken(v.ref, 1, true)...)
	case *listing:
		if keys {
			return one(&unknown{"the place in a list", at}, nil)
		}
	case *instance:
		if q := ev.l.models.Queues[v.path]; q != nil {
			for _, i := range q.Get {
				return ev.dequeued(v, q, i, at)
			}
		}
	}
	return ev.elements(a.v, at)
}

// definedType returns the type that a class is declared as another name of, or
// 0: it has that as its base and no fields.
func definedType(c *class) facts.ExprID {
	f := c.file.facts()
	sc := &f.Scopes[c.scope]
	if f.Lang != "go" || sc.BaseN != 1 || sc.Flag&facts.Abstract != 0 {
		return 0
	}
	for _, i := range c.file.scopeBindings(c.scope) {
		if f.Bindings[i].Annot != 0 {
			return 0
		}
	}
	return f.At(f.Bases(sc)[0]).X
}

// conversion evaluates the call of a class that is declared as another type:
// what it converts, or the map or list that it writes out. ok is false for
// what makes an object.
func (ev *evaluator) conversion(c *class, r ref, fr *frame) (s set, ok bool) {
	base := definedType(c)
	if base == 0 {
		return nil, false
	}
	args := callArgs(r, fr)
	f := c.file.facts()
	switch t := f.At(base); {
	case t.Kind == facts.Index && f.Text(lastName(f, t.X)) == "Dict":
		if len(args) > 0 && args[0].name != "" || len(args) == 0 {
			return one(&mapping{ref: r, fr: fr}, nil), true
		}
	case t.Kind == facts.Index && f.Text(lastName(f, t.X)) == "List":
		if len(args) != 1 || args[0].ref.id != 0 && args[0].ref.expr().Kind == facts.Map {
			items := []set{}
			for _, a := range args {
				items = append(items, ev.argValue(a))
			}
			return one(&listing{items: items}, nil), true
		}
	case t.Kind == facts.Name || t.Kind == facts.Attr:
		for _, b := range ev.bases(c) {
			if k, isClass := b.v.(*class); isClass && definedType(k) == 0 {
				return nil, false // another name of a struct
			}
			if e, isExternal := b.v.(*external); isExternal && ev.l.models.Types[e.path] != nil {
				return nil, false
			}
		}
	}
	if len(args) == 1 && args[0].name == "" {
		return ev.argValue(args[0]), true
	}
	return nil, false
}

// implements reports whether a class has all methods that an interface
// declares, with parameters of the same types as far as these can be told.
func (ev *evaluator) implements(c, iface *class) bool {
	some := false
	for _, k := range ev.ancestry(iface) {
		f := k.file.facts()
		for _, i := range k.file.scopeBindings(k.scope) {
			b := &f.Bindings[i]
			if b.Value == 0 || f.At(b.Value).Kind != facts.Func {
				continue
			}
			some = true
			m := ev.methodOf(&object{class: c}, f.Text(b.Name))
			if m == nil || !sameParams(m.file.facts(), m.scope, f, facts.ScopeID(f.At(b.Value).Lo)) {
				return false
			}
		}
	}
	return some
}

// appended evaluates `append(list, a, b...)`: the list and what is appended.
func (ev *evaluator) appended(r ref, fr *frame) set {
	args := callArgs(r, fr)
	if len(args) == 0 {
		return nil
	}
	more, _ := ev.flat(args[1:])
	items := []set{}
	for _, a := range ev.argValue(args[0]) {
		if l, ok := a.v.(*listing); ok {
			items = append(items, ev.items(l)...)
		}
	}
	for _, a := range more {
		items = append(items, ev.argValue(a))
	}
	return one(&listing{items: items}, nil)
}

// sameParams reports whether two methods may have parameters of the same types.
func sameParams(f *facts.File, s facts.ScopeID, g *facts.File, t facts.ScopeID) bool {
	a, b := &f.Scopes[s], &g.Scopes[t]
	if a.ParamN != b.ParamN {
		return false
	}
	for i := int32(1); i < a.ParamN; i++ {
		if !sameParamType(f, f.Params[a.ParamLo+i].Annot, g, g.Params[b.ParamLo+i].Annot) {
			return false
		}
	}
	return true
}

// sameParamType reports whether two types may be the same one: names are compared by
// their last part, which aliases of packages leave alone.
func sameParamType(f *facts.File, a facts.ExprID, g *facts.File, b facts.ExprID) bool {
	if a == 0 || b == 0 {
		return true
	}
	p, q := f.At(a), g.At(b)
	named := func(e *facts.Expr) bool { return e.Kind == facts.Name || e.Kind == facts.Attr }
	switch {
	case named(p) && named(q):
		return f.Text(p.Name) == g.Text(q.Name)
	case p.Kind == facts.Index && q.Kind == facts.Index:
		return sameParamType(f, p.X, g, q.X) && sameParamType(f, p.Y, g, q.Y)
	case p.Kind == facts.Index && named(q):
		return !basicTypes[g.Text(q.Name)]
	case q.Kind == facts.Index && named(p):
		return !basicTypes[f.Text(p.Name)]
	case p.Kind == facts.Index && q.Kind == facts.Class, q.Kind == facts.Index && p.Kind == facts.Class:
		return false
	}
	return true
}

// basicTypes are the types that Go declares itself, none of which is a list or a map.
var basicTypes = map[string]bool{
	"any": true, "bool": true, "byte": true, "complex64": true, "complex128": true, "error": true, "float32": true, "float64": true,
	"int": true, "int8": true, "int16": true, "int32": true, "int64": true, "rune": true, "string": true,
	"uint": true, "uint8": true, "uint16": true, "uint32": true, "uint64": true, "uintptr": true,
}
