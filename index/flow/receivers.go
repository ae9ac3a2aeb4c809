package flow

import (
	"topicls/index/client"
	"topicls/index/facts"
)

// Kotlin's members that are written without a receiver, where several objects
// could be meant: in a lambda with a receiver of its own, that, what the
// functions around have as theirs, and the names that the package declares.

// implied evaluates what the member that a facts.Receiver stands for is a
// member of: the innermost `this` that has it, the package where only that
// does, else the innermost one of which too little is known to say that it
// hasn't.
func (ev *evaluator) implied(r ref, e *facts.Expr, fr *frame) set {
	f := r.file.facts()
	var around []facts.ScopeID
	for s := e.Scope; s != 0; s = f.Scopes[s].Parent {
		if sc := &f.Scopes[s]; sc.Kind != facts.ClassScope && sc.ParamN > 0 && f.Text(f.Params[sc.ParamLo].Name) == "this" {
			around = append(around, s)
		}
	}
	this := func(s facts.ScopeID) set { return ev.paramOf(r.file, s, int(f.Scopes[s].ParamLo), fr) }
	name := f.Text(e.Name)
	var open facts.ScopeID
	for _, s := range around {
		has, may := ev.mayHave(ev.expanded(func() set { return this(s) }), name, r.file)
		if has {
			return this(s)
		}
		if may && open == 0 {
			open = s
		}
	}
	if len(ev.unqualified(r.file, name, r.place())) > 0 {
		return one(&module{file: r.file}, nil)
	}
	if open == 0 && len(around) > 0 {
		open = around[0]
	}
	return this(open)
}

// mayHave reports whether a value has a member, and whether it may have it as
// far as is known.
func (ev *evaluator) mayHave(s set, name string, near *file) (has, may bool) {
	if fw := ev.l.models.Forwards["."+name]; fw != nil && len(fw.Given) > 0 && fw.Given[0].Keyword == client.Receiver {
		return len(s) > 0, true
	}
	for _, a := range s {
		switch v := a.v.(type) {
		case *instance:
			if v.typ == nil {
				may = true
				break
			}
			if ev.l.models.Method(v.typ, name) != nil || ev.l.models.Field(v.typ, name) != "" {
				return true, true
			}
		case *object, *selfValue, *paramSelf:
			c := classOfValue(v)
			if ev.hasMember(c, name) {
				return true, true
			}
			may = may || len(ev.externalBases(c)) > 0
		case *class:
			if ev.hasMember(v, name) {
				return true, true
			}
		case *constant, *module, *stringValue, *listing, *message:
			may = may || ev.l.models.Methods[name] != ""
		default:
			may = true
			continue
		}
		if len(ev.extensions(a.v, name, near, -1)) > 0 {
			return true, true
		}
	}
	return false, may
}

// unqualified evaluates a name as code of a file sees it that other files of
// its package declare, or those of packages that it imports whole.
func (ev *evaluator) unqualified(x *file, name string, at place) set {
	if got := ev.l.lang.free(ev, x, name, anyTypes, at); len(got) > 0 {
		return got
	}
	f := x.facts()
	for i := range f.Imports {
		if im := &f.Imports[i]; im.Star && len(ev.l.src.PackageFiles(f.Text(im.Module))) > 0 {
			if got := ev.l.lang.starred(ev, x, im, name, anyTypes); len(got) > 0 {
				return got
			}
		}
	}
	return nil
}

// added lists the extension functions that a call by name alone enters, on a
// receiver that the lambda has in which it stands: what it names is nothing
// else. callees is what the name was evaluated to.
func (ev *evaluator) added(site ref, callee *facts.Expr, callees set) []*function {
	f := site.file.facts()
	if f.Lang != "kotlin" || callee.Kind != facts.Name || len(callees) != 1 {
		return nil
	}
	name := f.Text(callee.Name)
	ext, ok := callees[0].v.(*external)
	if !ok || ext.recv != nil || lastDotted(ext.path) != name || ev.l.models.Makes[ext.path] != "" {
		return nil
	}
	var out []*function
	for _, fn := range ev.extensions(&unknown{}, name, site.file, -1) {
		pkg := ev.l.src.PackageOf(fn.file.path)
		if ext.path == pkg+"."+name || ext.path == name && ev.seesAll(site.file, pkg) {
			out = append(out, fn)
		}
	}
	return out
}

// seesAll reports whether a file sees whatever a package declares.
func (ev *evaluator) seesAll(x *file, pkg string) bool {
	if ev.l.src.PackageOf(x.path) == pkg {
		return true
	}
	f := x.facts()
	for i := range f.Imports {
		if im := &f.Imports[i]; im.Star && f.Text(im.Module) == pkg {
			return true
		}
	}
	return false
}

// addedArgs are the arguments of an extension function that is called by its
// name alone: some object of the type that it extends, and those written.
func (ev *evaluator) addedArgs(fn *function, site ref, fr *frame) []arg {
	f := fn.file.facts()
	of := one(&unknown{"what this is called on", site.place()}, nil)
	if p := f.ScopeParams(&f.Scopes[fn.scope]); len(p) > 0 && p[0].Annot != 0 {
		if t := ev.annotated(ref{fn.file, p[0].Annot}, nil); len(t) > 0 {
			of = t
		}
	}
	return append([]arg{{val: of}}, callArgs(site, fr)...)
}
