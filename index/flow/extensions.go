package flow

import (
	"slices"

	"topicls/index/client"
	"topicls/index/facts"
)

// Extension functions of C# and Kotlin are called on an object and get it as
// their first argument. They stand in a class scope of the name of the type that they extend,
// which only adds to it, inside the static class that declares them
// (docs/facts.md); Kotlin's at the top of a file or in a class.

// isExtension reports whether a function is an extension function whose first
// parameter is declared like the others.
func (ev *evaluator) isExtension(x *file, s facts.ScopeID) bool {
	f := x.facts()
	cls := f.Scopes[s].Parent
	if f.Lang == "kotlin" { // a class that only adds to another has nothing but them
		return cls != 0 && f.Scopes[cls].Kind == facts.ClassScope && f.Scopes[cls].Flag&facts.Partial != 0
	}
	if f.Lang != "csharp" || cls == 0 || f.Scopes[cls].Kind != facts.ClassScope || f.Scopes[cls].Flag&facts.Partial == 0 {
		return false
	}
	outer := f.Scopes[cls].Parent
	if f.Scopes[outer].Kind != facts.ClassScope {
		return false
	}
	for _, i := range x.bindings(outer, f.Scopes[cls].Name) { // a nested class with other parts
		if v := f.At(f.Bindings[i].Value); v.Kind == facts.Class && facts.ScopeID(v.Lo) == cls {
			return false
		}
	}
	return true
}

// extensions lists the extension functions that a method call on a value may
// enter. n is how many arguments it has, -1 if it isn't one.
func (ev *evaluator) extensions(v value, name string, near *file, n int) []*function {
	if l := near.facts().Lang; l != "csharp" && l != "kotlin" {
		return nil
	}
	var names []string // of the types that the value has; nil if that isn't known
	switch v := v.(type) {
	case *stringValue:
		names = []string{"string", "String", "CharSequence", "object", "Object", "Any"}
	case *object, *selfValue, *paramSelf:
		c := classOfValue(v)
		for _, k := range ev.ancestry(c) {
			names = append(names, k.name())
		}
		for _, b := range ev.externalBases(c) {
			names = append(names, lastDotted(b))
		}
		names = append(names, "object", "Object", "Any")
	case *instance:
		if v.typ != nil {
			if c := ev.l.models.Method(v.typ, name); c != nil && (c.Most == 0 || n <= c.Most) {
				return nil
			}
		}
		if v.typ != nil && near.facts().Lang == "kotlin" {
			names = []string{lastDotted(v.typ.Name), lastDotted(v.typ.Extends), "Any"}
			for _, a := range v.typ.Aliases {
				names = append(names, lastDotted(a))
			}
		}
	case *param, *unknown, *external, *listing, *mapping:
	default:
		return nil
	}
	var out []*function
	for _, y := range ev.filesNear(depMethods, name, near) {
		f := y.facts()
		sym := y.sym(name)
		for s := range f.Scopes {
			sc := &f.Scopes[s]
			if sc.Kind != facts.FuncScope || sc.Name != sym || !ev.isExtension(y, facts.ScopeID(s)) {
				continue
			}
			if names != nil && !slices.Contains(names, f.Text(f.Scopes[sc.Parent].Name)) {
				continue
			}
			if n >= 0 && !takesSoMany(f, sc, n) || !ev.seesExtension(near, y, sc) {
				continue
			}
			ev.noteFile(y)
			out = append(out, &function{file: y, scope: facts.ScopeID(s)})
		}
	}
	if len(out) > 1 && near.facts().Lang == "csharp" {
		out = meantExtensions(out, v, near)
	}
	return out
}

// takesSoMany reports whether an extension function of Kotlin may be called with n
// arguments besides what it is called on. What C# allows is not asked: its
// arguments are not all written (params, optional ones of delegates).
func takesSoMany(f *facts.File, sc *facts.Scope, n int) bool {
	if f.Lang != "kotlin" {
		return true
	}
	least, most := 0, 0
	for i, p := range f.ScopeParams(sc) {
		switch {
		case i == 0:
		case p.Kind == facts.Rest:
			return n >= least
		default:
			if most++; p.Default == 0 {
				least++
			}
		}
	}
	return least <= n && n <= most
}

// seesExtension reports whether code of a file sees an extension function of
// Kotlin that stands at the top of file y: it is of the same package, or
// imported. One that a class declares is seen where that class is this.
func (ev *evaluator) seesExtension(near, y *file, sc *facts.Scope) bool {
	f := y.facts()
	if f.Lang != "kotlin" || near == y || near.facts().Lang != "kotlin" || f.Scopes[sc.Parent].Parent != 0 {
		return true
	}
	pkg := ev.l.src.PackageOf(y.path)
	return pkg == "" || ev.seesAll(near, pkg) || importsName(near, pkg, f.Text(sc.Name))
}

// importsName reports whether a file imports a name of a package.
func importsName(x *file, pkg, name string) bool {
	f := x.facts()
	for i := range f.Imports {
		im := &f.Imports[i]
		if !im.Star && f.Text(im.Module) == pkg && f.Text(im.Member) == name {
			return true
		}
	}
	return false
}

// meantExtensions leaves out the extension functions of C# that others hide:
// where some extend the very type of the value, those that extend other types,
// which it may have too; and those of other projects that the own one has with the
// same type and as many parameters.
func meantExtensions(all []*function, v value, near *file) []*function {
	extended := func(fn *function) string {
		f := fn.file.facts()
		return f.Text(f.Scopes[f.Scopes[fn.scope].Parent].Name)
	}
	if in, ok := v.(*instance); ok && in.typ != nil {
		names := []string{lastDotted(in.typ.Name)}
		for _, a := range in.typ.Aliases {
			names = append(names, lastDotted(a))
		}
		own := func(fn *function) bool { return slices.Contains(names, extended(fn)) }
		if slices.ContainsFunc(all, own) {
			all = slices.DeleteFunc(all, func(fn *function) bool { return !own(fn) })
		}
	}
	type form struct {
		typ    string
		params int32
	}
	formOf := func(fn *function) form { return form{extended(fn), fn.file.facts().Scopes[fn.scope].ParamN} }
	own := map[form]bool{}
	for _, fn := range all {
		if fn.file.project == near.project {
			own[formOf(fn)] = true
		}
	}
	return slices.DeleteFunc(all, func(fn *function) bool { return fn.file.project != near.project && own[formOf(fn)] })
}

// isAdded reports whether the call of a method of a library's type is of a
// function that is added to the type: the method doesn't take as many arguments.
func (ev *evaluator) isAdded(in *instance, name string, c *client.Call, site ref) bool {
	e := site.expr()
	n := len(site.file.facts().Operands(e))
	return c.Most > 0 && e.Kind == facts.Call && n > c.Most && len(ev.extensions(in, name, site.file, n)) > 0
}

// hasMethod reports whether an object has a method of its own of that name.
func (ev *evaluator) hasMethod(v value, name string) bool {
	c := classOfValue(v)
	return c != nil && ev.methodOf(&object{class: c}, name) != nil
}

// extensionArgs are the arguments of an extension function that is called as a
// method: what it is called on, and those written.
func extensionArgs(site ref, callee *facts.Expr, fr *frame) []arg {
	return append([]arg{{ref: site.at(callee.X), fr: fr}}, callArgs(site, fr)...)
}
