package flow

import (
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

func (c *class) name() string { return c.file.facts.Text(c.file.facts.Scopes[c.scope].Name) }

// attrExpr evaluates `x.name`.
func (ev *evaluator) attrExpr(r ref, e *facts.Expr, fr *frame) set {
	f := r.file.facts
	name := f.Text(e.Name)
	// `import a.b.c` makes a.b.c reachable through a.
	if dotted := dottedName(f, r.id); dotted != "" {
		if s := ev.dottedImport(r.file, dotted); len(s) > 0 {
			return s
		}
	}
	recv := ev.eval(r.at(e.X), fr)
	// An attribute set on this very name earlier in the same function
	// (`app.state.producer = ...`) counts where the object itself is foreign.
	s := ev.attrs(recv, name, r.place(), fr)
	if nothingKnown(s) || foreignOnly(s) {
		if t := ev.attrByName(r, name, fr); len(t) > 0 {
			return t
		}
	}
	return s
}

func foreignOnly(s set) bool {
	for _, a := range s {
		switch v := a.v.(type) {
		case *external:
		case *instance:
			if v.typ != nil {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// attrByName looks for assignments to an attribute of the same name on the
// same chain of names (`app.state.producer`), in this file and in the files
// that the last name before it comes from.
func (ev *evaluator) attrByName(r ref, name string, fr *frame) set {
	x := r.file
	tail := attrTail(x.facts, r.id)
	if tail == "" {
		return nil
	}
	k := activeKey{ref: ref{x, -r.id - 5000000}}
	if ev.active[k] {
		return nil
	}
	ev.active[k] = true
	defer delete(ev.active, k)
	var out set
	ev.noteName(depAttr, name, x)
	for _, y := range ev.l.filesNear(depAttr, name, x) {
		for _, i := range y.attrBindings(y.sym(name)) {
			b := &y.facts.Bindings[i]
			if b.Value == 0 || attrTailOf(y.facts, b.Obj, name) != tail {
				continue
			}
			ev.noteFile(y)
			out = out.add(ev.binding(y, b, nil)...)
		}
	}
	return usable(out)
}

// attrTail returns the last two names of an attribute chain: "state.producer".
func attrTail(f *facts.File, id facts.ExprID) string {
	e := f.At(id)
	if e.Kind != facts.Attr {
		return ""
	}
	return attrTailOf(f, e.X, f.Text(e.Name))
}

func attrTailOf(f *facts.File, obj facts.ExprID, name string) string {
	switch o := f.At(obj); o.Kind {
	case facts.Attr:
		return f.Text(o.Name) + "." + name
	case facts.Name:
		if t := f.Text(o.Name); t != "self" && t != "cls" {
			return t + "." + name
		}
	}
	return ""
}

// dottedName returns "a.b.c" for a plain chain of names, else "".
func dottedName(f *facts.File, id facts.ExprID) string {
	e := f.At(id)
	switch e.Kind {
	case facts.Name:
		return f.Text(e.Name)
	case facts.Attr:
		if p := dottedName(f, e.X); p != "" {
			return p + "." + f.Text(e.Name)
		}
	}
	return ""
}

// dottedImport resolves a chain of names that spells an imported module path.
func (ev *evaluator) dottedImport(x *file, dotted string) set {
	f := x.facts
	for i := range f.Imports {
		im := &f.Imports[i]
		if im.Member == 0 && im.Level == 0 && f.Text(im.Module) == dotted && strings.Contains(dotted, ".") && f.Text(im.Local) != dotted {
			return ev.moduleNamed(x, dotted, 0, "")
		}
	}
	return nil
}

// attrs evaluates an attribute of every alternative.
func (ev *evaluator) attrs(s set, name string, at place, fr *frame) set {
	var out set
	for _, a := range s {
		out = out.add(ev.attr(a.v, name, at, fr).after(a.tr)...)
	}
	return out
}

// attr evaluates an attribute of a value.
func (ev *evaluator) attr(v value, name string, at place, fr *frame) set {
	switch v := v.(type) {
	case *module:
		if got := ev.member(v, name, at); len(got) > 0 {
			return got
		}
		return one(&unknown{name + " is not found in module " + v.dir, at}, nil)
	case *external:
		return one(&external{path: v.path + "." + name, recv: v.recv}, nil)
	case *instance:
		if v.typ != nil {
			if res := ev.l.models.Field(v.typ, name); res != "" {
				return ev.result(res, v, ref{}, nil, at)
			}
		}
		if s, ok := ev.optionValue(v, name, at); ok {
			return s
		}
		return one(&external{path: v.path + "." + name, recv: v}, nil)
	case *class:
		return ev.classAttr(v, name, at)
	case *object:
		if name == "__dict__" {
			return one(v, nil)
		}
		return ev.objectAttr(v, name, at)
	case *selfValue:
		k := selfKey{*v.class, name, ev.expand, ev.lazy}
		if s, ok := ev.selves[k]; ok {
			return s
		}
		cut := ev.cut
		s := ev.objectAttr(&object{class: v.class}, name, at).asSelf()
		if ev.cut == cut {
			ev.selves[k] = s
		}
		return s
	case *paramSelf:
		s := ev.objectAttr(&object{class: v.class}, name, at)
		if hasHole(s) {
			return one(v.p, nil)
		}
		out := make(set, len(s))
		for i, a := range s {
			if fn, ok := a.v.(*function); ok && fn.self != nil {
				if _, isClass := fn.self.(*class); !isClass {
					c := *fn
					c.self = v
					a.v = &c
				}
			}
			out[i] = a
		}
		return out
	case *stringValue:
		if name == "value" {
			return one(v, nil)
		}
		if name == "name" {
			return one(&unknown{"the name of a constant", at}, nil)
		}
	case *constant:
		if v.kind == facts.None {
			return nil
		}
	case *message:
		switch {
		case v.kind == "record" && name == "value":
			return one(v.as("payload"), nil)
		case v.kind == "record":
			return one(&unknown{"the " + name + " of a message", at}, nil)
		case v.kind == "payload":
			return one(v.field(name), nil)
		}
		return one(v, nil)
	case *document:
		return ev.docKeys(v, one(literal(name), nil), nil, at)
	case *mapping:
		return ev.indexMap(v, one(literal(name), nil), nil, at)
	case *param:
		return ev.paramAttr(v, name, at)
	case *unknown:
		return one(v, nil)
	}
	return one(&unknown{"attribute " + name + " of something unknown", at}, nil)
}

// selfKey names an attribute of a receiver that nobody names.
type selfKey struct {
	class        class
	name         string
	expand, lazy bool
}

// asSelf marks parameters reached through the receiver.
func (s set) asSelf() set {
	for i, a := range s {
		if p, ok := a.v.(*param); ok && !p.self {
			q := *p
			q.self = true
			s[i].v = &q
		}
	}
	return s
}

// paramAttr evaluates an attribute of an open parameter. When every caller
// gives an object whose attribute doesn't depend on the caller, that is the
// answer; otherwise the parameter stays open.
func (ev *evaluator) paramAttr(p *param, name string, at place) set {
	if an := p.file.facts.Params[p.index].Annot; an != 0 {
		if out := ev.attrOfAny(ev.annotated(ref{p.file, an}, nil), name, at); len(out) > 0 && !hasHole(out) {
			return out
		}
	}
	objs := ev.expanded(func() set { return ev.paramOf(p.file, p.scope, p.index, nil) })
	if out := ev.attrOfAny(objs, name, at); len(out) > 0 && !hasHole(out) {
		return out
	}
	return one(p, nil)
}

// attrOfAny evaluates an attribute of objects; nothing when one of them is no
// object whose class is known.
func (ev *evaluator) attrOfAny(objs set, name string, at place) set {
	was := ev.expand
	ev.expand = false
	defer func() { ev.expand = was }()
	var out set
	for _, o := range objs {
		switch v := o.v.(type) {
		case *object:
			out = out.add(ev.objectAttr(v, name, at)...)
		case *selfValue, *module, *class, *instance, *external, *message:
			out = out.add(ev.attr(v, name, at, nil)...)
		case *constant:
		default:
			return nil
		}
	}
	return out
}

// bases lists the direct base classes: workspace classes and external names.
func (ev *evaluator) bases(c *class) set {
	f := c.file.facts
	var out set
	for _, b := range f.Bases(&f.Scopes[c.scope]) {
		e := f.At(b)
		if e.Name != 0 { // metaclass=...
			continue
		}
		x := f.At(e.X)
		id := e.X
		if x.Kind == facts.Index { // Generic[T]
			id = x.X
		}
		out = out.add(ev.eval(ref{c.file, id}, nil)...)
	}
	return out
}

// ancestry lists a class and its workspace base classes, nearest first.
func (ev *evaluator) ancestry(c *class) []*class {
	out := []*class{c}
	for i := 0; i < len(out) && len(out) < 16; i++ {
		for _, b := range ev.bases(out[i]) {
			if k, ok := b.v.(*class); ok {
				dup := false
				for _, o := range out {
					dup = dup || *o == *k
				}
				if !dup {
					out = append(out, k)
				}
			}
		}
	}
	return out
}

// externalBase returns the dotted names of the external classes a class descends from.
func (ev *evaluator) externalBases(c *class) []string {
	var out []string
	for _, k := range ev.ancestry(c) {
		for _, b := range ev.bases(k) {
			if e, ok := b.v.(*external); ok {
				out = append(out, e.path)
			}
		}
	}
	return out
}

func isEnum(ev *evaluator, c *class) bool {
	for _, b := range ev.externalBases(c) {
		switch lastDotted(b) {
		case "Enum", "StrEnum", "IntEnum":
			return true
		}
	}
	return false
}

// isStrEnum reports whether auto() gives a class's members their names in lower case.
func (ev *evaluator) isStrEnum(c *class) bool {
	for _, b := range ev.externalBases(c) {
		if lastDotted(b) == "StrEnum" {
			return true
		}
	}
	return false
}

// enumMembers lists the values of an enumeration.
func (ev *evaluator) enumMembers(c *class) set {
	var out set
	if !isEnum(ev, c) {
		return nil
	}
	f := c.file.facts
	for _, i := range c.file.scopeBindings(c.scope) {
		if b := &f.Bindings[i]; b.Value != 0 && f.At(b.Value).Kind != facts.Func {
			out = out.add(ev.binding(c.file, b, nil)...)
		}
	}
	return out
}

// settingsOf returns the model by which a class's fields are read from the environment.
func (ev *evaluator) settingsOf(c *class) *client.Settings {
	for _, b := range ev.externalBases(c) {
		if s := ev.l.models.Settings[b]; s != nil {
			return s
		}
	}
	return nil
}

func (ev *evaluator) constructorOf(c *class) facts.ScopeID {
	return c.file.method(c.scope, c.file.sym("__init__"))
}

// construct makes the object that calling a class yields.
func (ev *evaluator) construct(c *class, r ref, fr *frame) *object {
	site := &callSite{r, fr}
	depth := 1
	if fr != nil {
		depth = fr.depth + 1
	}
	return ev.object(&object{class: c, site: site, ctor: ev.frame(frame{file: c.file, scope: ev.constructorOf(c), args: callArgs(r, fr), site: site, depth: depth})})
}

// methodOf finds a method of an object, bound to it; nil if it has none of its own.
func (ev *evaluator) methodOf(o *object, name string) *function {
	for _, c := range ev.ancestry(o.class) {
		ev.noteFile(c.file)
		if m := c.file.method(c.scope, c.file.sym(name)); m != 0 {
			return &function{file: c.file, scope: m, self: o}
		}
	}
	return nil
}

// classAttr evaluates an attribute of a class itself.
func (ev *evaluator) classAttr(c *class, name string, at place) set {
	for _, k := range ev.ancestry(c) {
		ev.noteFile(k.file)
		sym := k.file.sym(name)
		if sym == 0 {
			continue
		}
		if m := k.file.method(k.scope, sym); m != 0 {
			fn := &function{file: k.file, scope: m}
			if ev.isClassMethod(k.file, m) {
				fn.self = c
			}
			return one(fn, nil)
		}
		if s := ev.classBinding(k, sym); len(s) > 0 {
			if set := ev.settingsOf(c); set != nil {
				return ev.settingsField(set, c, k, sym)
			}
			if nothingKnown(s) { // producer = None, made on first use
				s = usable(s.add(ev.assignedThroughClass(k, sym)...))
			}
			return s
		}
		if s := ev.assignedThroughClass(k, sym); len(s) > 0 {
			return s
		}
	}
	if name == "__members__" {
		return one(&listing{items: ev.enumMembers(c).each()}, nil)
	}
	for _, b := range ev.externalBases(c) {
		if ev.l.models.Types[b] != nil {
			return one(&external{path: b + "." + name, recv: &instance{typ: ev.l.models.Types[b], path: b}}, nil)
		}
	}
	return one(&unknown{name + " is not found in class " + c.name(), at}, nil)
}

// assignedThroughClass finds `Class.name = value` and `cls.name = value`.
func (ev *evaluator) assignedThroughClass(c *class, sym facts.Sym) set {
	f := c.file.facts
	var out set
	for _, i := range c.file.attrBindings(sym) {
		b := &f.Bindings[i]
		o := f.At(b.Obj)
		if o.Kind != facts.Name || b.Value == 0 {
			continue
		}
		if o.Name == f.Scopes[c.scope].Name {
			out = out.add(ev.binding(c.file, b, nil)...)
		} else if m, k := c.file.selfClass(b.Scope); k == c.scope && ev.isClassMethod(c.file, m) {
			out = out.add(ev.binding(c.file, b, nil)...)
		}
	}
	return usable(out)
}

func (ev *evaluator) classBinding(c *class, sym facts.Sym) set {
	f := c.file.facts
	bs := c.file.bindings(c.scope, sym)
	for i := len(bs) - 1; i >= 0; i-- {
		if s := ev.binding(c.file, &f.Bindings[bs[i]], nil); len(s) > 0 {
			return s
		}
	}
	return nil
}

// objectAttr evaluates an attribute of an object: what its constructor and
// methods assign to it, what its class declares, its methods.
func (ev *evaluator) objectAttr(o *object, name string, at place) set {
	settings := ev.settingsOf(o.class)
	fr := o.ctor
	for _, c := range ev.ancestry(o.class) {
		x := c.file
		ev.noteFile(x)
		if *c != *o.class {
			fr = ev.superFrame(o, c)
		}
		sym := x.sym(name)
		if sym == 0 {
			continue
		}
		if m := x.method(c.scope, sym); m != 0 {
			fn := &function{file: x, scope: m, self: ev.receiver(o)}
			if ev.isStatic(x, m) {
				fn.self = nil
			} else if ev.isClassMethod(x, m) {
				fn.self = o.class
			}
			if decorated(x, m, "property", "cached_property", "computed_field", "setter") {
				s := ev.callFunction(fn, nil, nil, at)
				if o.ctor == nil && o.site == nil && nothingKnown(s) { // declared here, given by subclasses
					break
				}
				return s
			}
			return one(fn, nil)
		}
		var out set
		if settings != nil {
			if s := ev.settingsField(settings, o.class, c, sym); len(s) > 0 {
				return s
			}
		}
		out = out.add(ev.selfBindings(o, c, sym, fr)...)
		if len(out) == 0 || nothingKnown(out) {
			if ev.constructorOf(o.class) == 0 && ev.constructorOf(c) == 0 && len(x.bindings(c.scope, sym)) > 0 {
				if s := ev.fieldArgument(o, c, sym, fr); len(s) > 0 {
					return s
				}
			}
			out = out.add(ev.classBinding(c, sym)...)
			out = out.add(ev.assignedThroughClass(c, sym)...)
			if o.ctor == nil && o.site == nil && !nothingKnown(out) { // subclasses may give another
				for _, sub := range ev.subclasses(o.class) {
					if s := sub.file.sym(name); s != 0 && sub.file.method(sub.scope, s) == 0 {
						ev.noteFile(sub.file)
						out = out.add(ev.classBinding(sub, s)...)
					}
				}
			}
		}
		if len(out) > 0 {
			if o.ctor == nil && o.site == nil && nothingKnown(out) { // declared here, given by subclasses
				break
			}
			return usable(out)
		}
	}
	if o.ctor == nil && o.site == nil { // the receiver may be of a subclass
		var out set
		for _, c := range ev.subclasses(o.class) {
			if s := ev.ownAttr(&object{class: c}, c, name); len(s) > 0 {
				out = out.add(s...)
			}
		}
		if len(out) > 0 {
			return usable(out)
		}
	}
	for _, b := range ev.externalBases(o.class) {
		if t := ev.l.models.Types[b]; t != nil {
			in := &instance{typ: t, path: t.Name, call: ev.superCall(o)}
			if res := ev.l.models.Field(t, name); res != "" {
				return ev.result(res, in, ref{}, nil, at)
			}
			return one(&external{path: t.Name + "." + name, recv: in}, nil)
		}
	}
	if s := ev.assignedFromOutside(o, name); len(s) > 0 {
		return s
	}
	return one(&unknown{name + " is not found in class " + o.class.name(), at}, nil)
}

// ownAttr evaluates what one class itself says of an attribute of its objects.
func (ev *evaluator) ownAttr(o *object, c *class, name string) set {
	sym := c.file.sym(name)
	if sym == 0 {
		return nil
	}
	ev.noteFile(c.file)
	if m := c.file.method(c.scope, sym); m != 0 {
		fn := &function{file: c.file, scope: m, self: &selfValue{c}}
		if decorated(c.file, m, "property", "cached_property") {
			return ev.callFunction(fn, nil, nil, place{c.file, c.file.facts.Scopes[m].NameSpan})
		}
		return one(fn, nil)
	}
	out := ev.selfBindings(o, c, sym, nil)
	if len(out) == 0 {
		out = ev.classBinding(c, sym)
	}
	return out
}

// subclasses lists the known classes that descend from c, without c.
func (ev *evaluator) subclasses(c *class) []*class {
	var out []*class
	work := []*class{c}
	for len(work) > 0 && len(out) < 32 {
		name := work[0].name()
		ev.noteName(depBases, name, c.file)
		for _, y := range ev.l.filesNear(depBases, name, c.file) {
			f := y.facts
			for s := range f.Scopes {
				sc := &f.Scopes[s]
				if sc.Kind != facts.ClassScope {
					continue
				}
				for _, b := range ev.bases(&class{y, facts.ScopeID(s)}) {
					k, ok := b.v.(*class)
					if !ok || *k != *work[0] {
						continue
					}
					n := &class{y, facts.ScopeID(s)}
					dup := *n == *c
					for _, o := range out {
						dup = dup || *o == *n
					}
					if !dup {
						out = append(out, n)
						work = append(work, n)
					}
				}
			}
		}
		work = work[1:]
	}
	return out
}

// receiver is what `self` is inside a method of o.
func (ev *evaluator) receiver(o *object) value {
	if o.ctor == nil && o.site == nil {
		return &selfValue{o.class}
	}
	return o
}

// assignedFromOutside finds `obj.name = value` outside the class, in its file.
func (ev *evaluator) assignedFromOutside(o *object, name string) set {
	x := o.class.file
	f := x.facts
	var out set
	for _, i := range x.attrBindings(x.sym(name)) {
		b := &f.Bindings[i]
		obj := f.At(b.Obj)
		if obj.Kind != facts.Name || b.Value == 0 {
			continue
		}
		if _, cls := x.selfClass(b.Scope); cls != 0 {
			continue
		}
		for _, a := range ev.eval(ref{x, b.Obj}, nil) {
			if p, ok := a.v.(*object); ok && *p.class == *o.class {
				out = out.add(ev.binding(x, b, nil)...)
			}
		}
	}
	return out
}

// selfBindings evaluates the assignments to self.name in the methods of c.
func (ev *evaluator) selfBindings(o *object, c *class, sym facts.Sym, ctor *frame) set {
	x := c.file
	f := x.facts
	init := ev.constructorOf(c)
	var out set
	for _, i := range x.attrBindings(sym) {
		b := &f.Bindings[i]
		m, cls := x.selfClass(b.Scope)
		if cls != c.scope {
			continue
		}
		if !isSelf(f, m, b.Obj) && f.Text(f.Scopes[m].Name) != "__new__" { // __new__ makes the object itself
			continue
		}
		var fr *frame
		switch {
		case m == init && ctor != nil && ctor.scope == init:
			g := *ctor
			g.self = ev.receiver(o)
			fr = ev.frame(g)
		default:
			g := frame{file: x, scope: m, self: ev.receiver(o), open: true}
			if ctor != nil {
				g.depth = ctor.depth
			}
			fr = ev.frame(g)
		}
		if fr.depth > maxFrames {
			ev.cut++
			continue
		}
		out = out.add(ev.binding(x, b, fr)...)
	}
	return usable(out)
}

// isSelf reports whether an expression is the first parameter of method m.
func isSelf(f *facts.File, m facts.ScopeID, obj facts.ExprID) bool {
	sc := &f.Scopes[m]
	o := f.At(obj)
	return o.Kind == facts.Name && sc.ParamN > 0 && f.Params[sc.ParamLo].Name == o.Name
}

// fieldArgument evaluates a declared field of a class without a constructor of
// its own (a data class, a model): the constructor call's argument, else the
// field's default.
func (ev *evaluator) fieldArgument(o *object, c *class, sym facts.Sym, fr *frame) set {
	f := c.file.facts
	name := f.Text(sym)
	if o.site == nil && o.ctor == nil && declaresField(c, sym) { // some object: as it is made anywhere
		var out set
		for _, p := range ev.constructions(o.class) {
			out = out.add(ev.fieldArgument(p, c, sym, fr)...)
		}
		if !nothingKnown(out) {
			return usable(out)
		}
	}
	var args []arg
	if o.site != nil {
		args, _ = ev.flat(callArgs(o.site.ref, o.site.fr))
	}
	pos := -1
	n := 0
	for i := range f.Bindings {
		b := &f.Bindings[i]
		if b.Scope == c.scope && b.Target == facts.ToName && b.Annot != 0 {
			if b.Name == sym {
				pos = n
			}
			n++
		}
	}
	k := 0
	for _, a := range args {
		if a.name == name {
			return ev.argValue(a)
		}
		if a.name == "" {
			if k == pos {
				return ev.argValue(a)
			}
			k++
		}
	}
	// field(default=...) and Field("...")
	for _, i := range c.file.bindings(c.scope, sym) {
		if s := ev.fieldDefault(c.file, &f.Bindings[i]); len(s) > 0 {
			return s
		}
	}
	return nil
}

// declaresField reports whether a class declares a field with a type.
func declaresField(c *class, sym facts.Sym) bool {
	for _, i := range c.file.bindings(c.scope, sym) {
		if c.file.facts.Bindings[i].Annot != 0 {
			return true
		}
	}
	return false
}

// constructions lists the objects that the workspace makes of a class and of
// those that descend from it.
func (ev *evaluator) constructions(c *class) []*object {
	k := activeKey{ref: ref{c.file, -facts.ExprID(c.scope) - 8000000}}
	if ev.active[k] {
		ev.cut++
		return nil
	}
	ev.active[k] = true
	defer delete(ev.active, k)
	classes := append([]*class{c}, ev.subclasses(c)...)
	var out []*object
	for _, k := range classes {
		for _, site := range ev.sitesNamed(k.name(), c.file) {
			if lastName(site.file.facts, site.expr().X) == 0 {
				continue
			}
			for _, a := range ev.eval(site.at(site.expr().X), nil) {
				if got, ok := a.v.(*class); ok && *got == *k {
					out = append(out, ev.construct(k, site, nil))
				}
			}
			if len(out) >= maxCallers {
				return out
			}
		}
	}
	return out
}

// fieldDefault evaluates `field(default=x, default_factory=f)` and `Field(x)`.
func (ev *evaluator) fieldDefault(x *file, b *facts.Binding) set {
	f := x.facts
	if b.Value == 0 || f.At(b.Value).Kind != facts.Call {
		return nil
	}
	fn := f.Text(lastName(f, f.At(b.Value).X))
	if fn != "field" && fn != "Field" {
		return nil
	}
	for _, a := range callArgs(ref{x, b.Value}, nil) {
		switch {
		case a.name == "default", a.name == "" && fn == "Field":
			return ev.argValue(a)
		case a.name == "default_factory":
			var out set
			for _, v := range ev.argValue(a) {
				switch fn := v.v.(type) {
				case *function:
					out = out.add(ev.callFunction(fn, nil, nil, place{x, b.Span})...)
				case *class:
					out = out.add(alt{&object{class: fn}, nil})
				}
			}
			return out
		}
	}
	return nil
}

// superFrame returns the frame of base class c's constructor for object o: the
// arguments of the super().__init__() call of a class nearer to o.
func (ev *evaluator) superFrame(o *object, base *class) *frame {
	cur := o.class
	fr := o.ctor
	for range 8 {
		init := ev.constructorOf(cur)
		if init == 0 { // inherits the constructor: same arguments
			for _, b := range ev.ancestry(cur)[1:] {
				if fr != nil {
					g := *fr
					g.file, g.scope = b.file, ev.constructorOf(b)
					fr = ev.frame(g)
				}
				if *b == *base {
					return fr
				}
				if ev.constructorOf(b) != 0 {
					cur = b
					break
				}
			}
			if ev.constructorOf(cur) == 0 {
				return nil
			}
			continue
		}
		f := cur.file.facts
		var next *class
		for _, c := range cur.file.callsIn(init) {
			e := f.At(c)
			callee := f.At(e.X)
			if callee.Kind != facts.Attr || f.Text(callee.Name) != "__init__" {
				continue
			}
			for _, b := range ev.ancestry(cur)[1:] {
				if bi := ev.constructorOf(b); bi != 0 {
					next = b
					inner := fr
					if inner == nil {
						inner = ev.frame(frame{file: cur.file, scope: init, open: true, self: ev.receiver(o)})
					} else {
						g := *inner
						g.self = ev.receiver(o)
						inner = ev.frame(g)
					}
					args := callArgs(ref{cur.file, c}, inner)
					if x := f.At(callee.X); x.Kind == facts.Name && len(args) > 0 && f.Text(x.Name) != "super" {
						args = args[1:] // Base.__init__(self, ...)
					}
					fr = ev.frame(frame{file: b.file, scope: bi, args: args, site: &callSite{ref{cur.file, c}, inner}, depth: inner.depth + 1})
					break
				}
			}
			break
		}
		if next == nil {
			return nil
		}
		if *next == *base {
			return fr
		}
		cur = next
	}
	return nil
}

// superCall returns the super().__init__ call of an object whose class extends
// a library's type, so that the library constructor's arguments are seen.
func (ev *evaluator) superCall(o *object) *callSite {
	init := ev.constructorOf(o.class)
	if init == 0 {
		return o.site
	}
	f := o.class.file.facts
	for _, c := range o.class.file.callsIn(init) {
		callee := f.At(f.At(c).X)
		if callee.Kind == facts.Attr && f.Text(callee.Name) == "__init__" {
			fr := o.ctor
			if fr == nil {
				fr = ev.frame(frame{file: o.class.file, scope: init, open: true})
			} else if fr.self == nil {
				g := *fr
				g.self = ev.receiver(o)
				fr = ev.frame(g)
			}
			return &callSite{ref{o.class.file, c}, fr}
		}
	}
	return nil
}

// super evaluates super(): the receiver seen as its base class.
func (ev *evaluator) super(r ref, fr *frame) set {
	_, cls := r.file.selfClass(r.expr().Scope)
	if cls == 0 {
		return nil
	}
	var out set
	self := &class{r.file, cls}
	for _, b := range ev.bases(self) {
		switch v := b.v.(type) {
		case *class:
			o := &object{class: v}
			for g := fr; g != nil; g = g.closure {
				if so, ok := g.self.(*object); ok {
					o.ctor, o.site = ev.superFrame(so, v), so.site
				}
			}
			out = out.add(alt{o, nil})
		case *external:
			if t := ev.l.models.Types[v.path]; t != nil {
				out = out.add(alt{&instance{typ: t, path: t.Name, call: ev.superCall(&object{class: self})}, nil})
			}
		}
	}
	return out
}

// settingsField evaluates a field of a settings class: a variable with the
// field's name, or the name the field declares, and the field's default.
func (ev *evaluator) settingsField(st *client.Settings, whole, c *class, sym facts.Sym) set {
	x := c.file
	f := x.facts
	var b *facts.Binding
	for _, i := range x.bindings(c.scope, sym) {
		if f.Bindings[i].Annot != 0 || f.Bindings[i].Value != 0 {
			b = &f.Bindings[i]
		}
	}
	if b == nil {
		return nil
	}
	if b.Value != 0 {
		if k := f.At(b.Value).Kind; k == facts.Func || k == facts.Class {
			return nil
		}
	}
	name := f.Text(sym)
	env := strings.ToUpper(ev.settingsPrefix(st, whole) + name)
	at := place{x, b.Span}
	var def set
	hasDefault := false
	if b.Value != 0 {
		v := f.At(b.Value)
		field := false
		if v.Kind == facts.Call {
			for _, a := range ev.eval(ref{x, v.X}, nil) {
				if e, ok := a.v.(*external); ok {
					for _, n := range st.FieldFns {
						field = field || n == e.path
					}
				}
			}
		}
		if field {
			r := ref{x, b.Value}
			for _, key := range st.Alias {
				if s := ev.slot(client.Slot{Pos: -1, Keyword: key}, r, nil, nil); len(s) > 0 {
					if t, ok := constOf(s[0].v); ok {
						env = strings.ToUpper(t)
						break
					}
				}
			}
			for _, key := range st.Default {
				slot, err := client.ParseSlot(key)
				if err != nil {
					continue
				}
				if s := ev.slot(slot, r, nil, nil); len(s) > 0 {
					def, hasDefault = s, true
					break
				}
			}
			if s := ev.fieldDefault(x, b); !hasDefault && len(s) > 0 {
				def, hasDefault = s, true
			}
		} else {
			def, hasDefault = ev.eval(ref{x, b.Value}, nil), true
		}
	}
	// A field whose type is another settings class, or a computed default
	// object, is that object.
	if objs := ev.annotatedObject(x, b); len(objs) > 0 {
		if hasDefault && !nothingKnown(def) {
			return def
		}
		return objs
	}
	for _, d := range def { // lists and objects are not one variable
		switch d.v.(type) {
		case *object, *instance:
			return def
		case *listing:
			return def
		}
		if sv, ok := d.v.(*stringValue); ok && sv.loneEnv() != nil && sv.loneEnv().text == env {
			return def
		}
	}
	p := part{kind: partEnv, text: env, at: at, required: !hasDefault, soft: ev.settingsKey(st, whole, st.File) != ""}
	if hasDefault && !isNone(def) {
		p.def = def
	}
	return one(&stringValue{parts: []part{p}}, &trace{place: at, what: "variable " + env + " (settings field " + name + ")"})
}

// annotatedObject returns objects when a field is declared with a workspace class.
func (ev *evaluator) annotatedObject(x *file, b *facts.Binding) set {
	if b.Annot == 0 {
		return nil
	}
	var out set
	for _, a := range ev.annotated(ref{x, b.Annot}, nil) {
		if o, ok := a.v.(*object); ok && !isEnum(ev, o.class) {
			out = append(out, a)
		}
	}
	return out
}

// settingsPrefix finds the prefix of a settings class: `model_config =
// SettingsConfigDict(env_prefix="X_")` or an inner class Config.
func (ev *evaluator) settingsPrefix(st *client.Settings, c *class) string {
	return ev.settingsKey(st, c, st.Prefix)
}

// settingsKey finds the value of one of the keys in the configuration of a
// settings class.
func (ev *evaluator) settingsKey(st *client.Settings, c *class, keys []string) string {
	for _, k := range ev.ancestry(c) {
		for _, cfg := range st.Config {
			sym := k.file.sym(cfg)
			if sym == 0 {
				continue
			}
			for _, a := range ev.classBinding(k, sym) {
				for _, key := range keys {
					var s set
					switch v := a.v.(type) {
					case *class:
						s = ev.classAttr(v, key, place{})
					case *instance:
						if v.call != nil {
							s = ev.slot(client.Slot{Pos: -1, Keyword: key}, v.call.ref, nil, nil)
						}
					case *mapping:
						s = ev.indexMap(v, one(literal(key), nil), nil, place{})
					}
					for _, p := range s {
						if t, ok := constOf(p.v); ok {
							return t
						}
						if _, none := p.v.(*constant); !none && len(st.File) > 0 && key == st.File[0] {
							return "*" // computed
						}
					}
				}
			}
		}
	}
	return ""
}
