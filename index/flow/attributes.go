package flow

import (
	"slices"
	"strings"

	"topicls/index/facts"
)

// attrExpr evaluates `x.name`.
func (ev *evaluator) attrExpr(r ref, e *facts.Expr, fr *frame) set {
	f := r.file.facts()
	name := f.Text(e.Name)
	// `import a.b.c` makes a.b.c reachable through a.
	if dotted := dottedName(f, r.id); dotted != "" {
		if s := ev.dottedImport(r.file, dotted); len(s) > 0 {
			return s
		}
	}
	recv := ev.eval(r.at(e.X), fr)
	if s := ev.attributeRead(r, name, recv); len(s) > 0 {
		return s
	}
	// An attribute set on this very name earlier in the same function
	// (`app.state.producer = ...`) counts where the object itself is foreign.
	ev.fieldMeant(r.file, e)
	s := ev.attrs(recv, name, r.place(), fr)
	if (nothingKnown(s) || foreignOnly(s)) && !setIsFollowed(recv) {
		if t := ev.attrByName(r, name, fr); len(t) > 0 {
			return t
		}
	}
	return ev.orKept(r, e, fr, s)
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
	tail := attrTail(x.facts(), r.id)
	if tail == "" {
		return nil
	}
	k := activeKey{guard: guardAttr, ref: ref{x, r.id}}
	if ev.asked(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	var out set
	for _, y := range ev.filesNear(depAttr, name, x) {
		for _, i := range y.attrBindings(y.sym(name)) {
			b := &y.facts().Bindings[i]
			if b.Value == 0 || attrTailOf(y.facts(), b.Obj, name) != tail {
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
		if t := f.Text(o.Name); t != "self" && t != "cls" && t != "this" {
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
	f := x.facts()
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
	field := ev.takeFieldMeant()
	for _, a := range s {
		ev.fieldNext = field
		got := ev.attr(a.v, name, at, fr)
		if nothingKnown(got) {
			if s := ev.extensionProperty(a.v, name, at); len(s) > 0 {
				got = s
			}
		}
		out = out.add(got.after(a.tr)...)
	}
	ev.fieldNext = false
	return out
}

// attr evaluates an attribute of a value.
func (ev *evaluator) attr(v value, name string, at place, fr *frame) set {
	field := ev.takeFieldMeant()
	if s, ok := ev.libraryProperty(v, name, at); ok {
		return s
	}
	switch v := v.(type) {
	case *module:
		if got := ev.member(v, name, at); len(got) > 0 {
			return got
		}
		return one(&unknown{name + " is not found in module " + v.dir, at}, nil)
	case *external:
		if s, ok := ev.fromSettings(v, name, at); ok {
			return s
		}
		if in, ok := v.recv.(*instance); ok && (lastDotted(v.path) == "data" || lastDotted(v.path) == "value") { // schema.safeParse(process.env).data
			if s := ev.checkedVariable(in, name, at); len(s) > 0 {
				return s
			}
		}
		if v.recv == nil && ev.l.lang.members() {
			if s := ev.qualified(at.file, v.path+"."+name, at); len(s) > 0 {
				return s
			}
		}
		return ev.outside(v.path+"."+name, v.recv, at)
	case *instance:
		if v.typ != nil {
			if res := ev.l.models.Field(v.typ, name); res != "" {
				return ev.result(res, v, ref{}, nil, at)
			}
		}
		if ev.layers(v) != nil {
			return ev.layeredKey(&layered{in: v}, name, nameOf(at, name))
		}
		if s := ev.checkedVariable(v, name, at); len(s) > 0 {
			return s
		}
		if s, ok := ev.optionValue(v, name, at); ok {
			return s
		}
		return one(&external{path: v.path + "." + name, recv: v}, nil)
	case *class:
		ev.fieldNext = field
		return ev.classAttr(v, name, at)
	case *object:
		if name == "__dict__" {
			return one(v, nil)
		}
		ev.fieldNext = field
		return ev.partOfMessage(v, name, ev.partsOf(v.part, ev.ofSome(v, ev.objectAttr(v, name, at), at)), at)
	case *selfValue:
		k := selfKey{*v.class, name, field, ev.expand, ev.care}
		if s, ok := ev.selves[k]; ok {
			return s
		}
		m := ev.mark()
		ev.fieldNext = field
		s := ev.objectAttr(&object{class: v.class}, name, at).asSelf()
		if ev.isWhole(m) {
			ev.selves[k] = s
		}
		return s
	case *paramSelf:
		ev.fieldNext = field
		s := ev.objectAttr(&object{class: v.class}, name, at)
		if hasHole(s) {
			return one(v.p.asPart(), nil)
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
		if s := ev.keyBelow(v, name, at); len(s) > 0 {
			return s
		}
		if name == "value" {
			return one(v, nil)
		}
		if name == "name" {
			if v.member != "" {
				return one(literal(v.member), &trace{place: at, what: "name of constant " + v.member})
			}
			return one(&unknown{"the name of a constant", at}, nil)
		}
	case *constant:
		if v.kind == facts.None {
			return nil
		}
		if v.member != "" && name == "name" {
			return one(literal(v.member), &trace{place: at, what: "name of constant " + v.member})
		}
		if v.member != "" && name == "value" {
			return one(v, nil)
		}
	case *message:
		if v.kind == "record" || v.kind == "partition" {
			if as := ev.l.models.Attributes[name]; as == "self" {
				return one(v, nil)
			} else if as != "" {
				name = as
			}
		}
		switch {
		case v.kind == "record" && name == "value":
			return ev.typedValue(v.as("payload"))
		case name == "topic" && (v.kind == "record" || v.kind == "partition"):
			if ev.asking && v.kind == "record" {
				return one(v.as("topic"), nil)
			}
			return ev.topicOf(v, at)
		case v.kind == "topic":
			return one(&unknown{topicOfMessage, at}, nil)
		case v.kind == "record" || v.kind == "partition":
			return one(&unknown{"the " + name + " of a message", at}, nil)
		case v.kind == "payload":
			return one(v.field(name), nil)
		}
		return one(v, nil)
	case *document:
		return ev.docKeys(v, one(literal(name), nil), nil, at)
	case *layered:
		return ev.layeredKey(v, name, nameOf(at, name))
	case *section:
		return one(v.below(cased(name, "kebab"), at), nil)
	case *mapping:
		if what := ev.l.models.Methods[name]; (what == "keys" || what == "values") && ev.l.lang.members() && !ev.hasEntry(v, name) {
			return ev.partOfMap(v, what)
		}
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
	class  class
	name   string
	field  bool
	expand bool
	care   care
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
// answer; otherwise the parameter stays open: which topic an event is for,
// whoever gives the event decides.
func (ev *evaluator) paramAttr(p *param, name string, at place) set {
	if p.part { // an attribute of an attribute: as open as that
		return one(p, nil)
	}
	isType := isTypeParameter(p.file.facts().Text(p.file.facts().Params[p.index].Name))
	if isType && ev.l.models.TypeNames[name] != "" {
		return one(p, nil) // each caller gives a type of its own
	}
	if an := p.file.facts().Params[p.index].Annot; an != 0 {
		objs := ev.annotated(ref{p.file, an}, nil)
		if ev.isMember(objs) {
			return one(p.asPart(), nil) // which member it is, callers say
		}
		out := ev.attrOfAny(objs, name, at)
		if ev.ofEnum(out) { // which member it is, callers say
			return one(p.asPart(), nil)
		}
		if isOpenType(out) { // `IOptions<T>.Value`: whoever gives T decides
			return out
		}
		ev.seekCallers(p, out)
		if !nothingKnown(out) && !hasHole(out) {
			if ev.differs(objs, name, out) {
				return one(p.asPart(), nil)
			}
			return ev.partsOf(p, out)
		}
	}
	objs := ev.expanded(func() set { return ev.paramOf(p.file, p.scope, p.index, nil) })
	if isType { // an object of the type, which somebody else makes
		objs = ev.ofType(objs, ref{p.file, 0})
	}
	if out := ev.attrOfAny(objs, name, at); !nothingKnown(out) && !hasHole(out) && !ev.differs(objs, name, out) {
		return out
	}
	return one(p.asPart(), nil)
}

// seekCallers has the callers looked for that may give a parameter's field
// another value than those known do, where a field is what its maker says and no
// constructor stands between. What they give is no reason not to look for them.
func (ev *evaluator) seekCallers(p *param, known set) {
	if !ev.l.lang.structural() || !ev.seeks() || ev.expand || p.scope == 0 {
		return
	}
	for _, a := range known {
		switch a.v.(type) {
		case *stringValue, *param:
			if name := p.file.facts().Text(p.file.facts().Scopes[p.scope].Name); name != "" {
				ev.sought = append(ev.sought, name)
			}
			return
		}
	}
}

// partsOf is an attribute of what an open parameter has, p, as far as declared types
// say what that is: objects by whose types alone no more may be known than that
// whoever fills the parameter decides. Without a p it is the attribute itself.
func (ev *evaluator) partsOf(p *param, s set) set {
	if p == nil {
		return s
	}
	if nothingKnown(s) || ev.ofEnum(s) {
		return one(p.asPart(), nil)
	}
	for i, a := range s {
		if o, ok := a.v.(*object); ok && o.site == nil && o.ctor == nil && o.part == nil && o.nested == nil && o.bound == nil && o.member == "" {
			q := *o
			q.part = p
			s = slices.Clone(s)
			s[i].v = &q
		}
	}
	return s
}

// ofEnum reports whether a value is a member of an enumeration by its declared
// type alone.
func (ev *evaluator) ofEnum(s set) bool {
	for _, a := range s {
		if o, ok := a.v.(*object); ok && o.member == "" && o.site == nil && o.ctor == nil && isEnum(ev, o.class) {
			return true
		}
	}
	return false
}

// differs reports whether an attribute has several values because the objects
// are of several classes, or may be of subclasses that have their own. What is
// called or has attributes of its own is not kept apart.
func (ev *evaluator) differs(objs set, name string, out set) bool {
	for _, a := range out {
		switch a.v.(type) {
		case *stringValue, *constant, *unknown, *mapping:
		default:
			return false
		}
	}
	var first *class
	for _, o := range objs {
		v, ok := o.v.(*object)
		if !ok {
			continue
		}
		switch {
		case first == nil:
			first = v.class
		case *v.class != *first && len(out) > 1:
			return true
		}
	}
	if first == nil || ev.settingsOf(first) != nil {
		return false
	}
	if len(out) > 1 && ev.l.lang.structural() && len(ev.constructions(first)) > 1 { // each caller gives its own
		return true
	}
	for _, c := range ev.subclasses(first) {
		if sym := c.file.sym(name); sym != 0 && len(c.file.bindings(c.scope, sym)) > 0 {
			ev.noteFile(c.file)
			return true
		}
	}
	return false
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
			got := ev.objectAttr(v, name, at)
			if nothingKnown(got) {
				if s := ev.extensionProperty(v, name, at); len(s) > 0 {
					got = s
				}
			}
			out = out.add(ev.ofSome(v, got, at)...)
		case *section:
			if !isKotlin(at.file) { // a getter is called
				return nil
			}
			out = out.add(ev.attr(v, name, at, nil)...)
		case *selfValue, *module, *class, *instance, *external, *message:
			out = out.add(ev.attr(v, name, at, nil)...)
		case *constant:
		default:
			return nil
		}
	}
	return out
}
