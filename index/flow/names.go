package flow

import (
	"strings"

	"topicls/index/facts"
)

// name evaluates an identifier: the bindings that can reach it in its scope,
// else those of the scopes around it, else what the language brings.
func (ev *evaluator) name(r ref, e *facts.Expr, fr *frame) set {
	return ev.lookup(r.file, e.Name, e.Scope, e, fr)
}

// lookup finds a name from inside a scope. use is the expression that uses it,
// or nil when the name is looked up from elsewhere (all bindings count then).
func (ev *evaluator) lookup(x *file, sym facts.Sym, from facts.ScopeID, use *facts.Expr, fr *frame) set {
	f := x.facts()
	n := typeCountOf(use)
	first := true
	for s := from; ; {
		sc := &f.Scopes[s]
		if sc.Kind != facts.ClassScope || first && ev.l.lang.bodies() || ev.l.lang.members() {
			if s != 0 && declaresGlobal(f, sc, sym) && !(ev.l.lang.structural() && use != nil && len(x.bindings(s, sym)) > 0) {
				s = globalTarget(f, sc, sym, x)
				first = false
				use = nil
				if s == 0 {
					return ev.moduleName(x, sym, n)
				}
				continue
			}
			pi := paramIndex(f, sc, sym)
			bs := x.bindings(s, sym)
			if use != nil && s != 0 {
				bs, pi = visible(f, bs, pi, use)
			}
			if s == 0 && len(bs) > 0 {
				if bs = fitting(f, bs, n); len(bs) == 0 { // a class of that name is not meant
					break
				}
				if use != nil && x.enclosingFunc(use.Scope) == 0 && (use.Scope == 0 || !ev.l.lang.members()) {
					return ev.reaching(x, bs, s, -1, use, fr)
				}
				return ev.moduleName(x, sym, n)
			}
			if sc.Kind == facts.ClassScope && ev.l.lang.members() && (len(bs) == 0 || s != from) {
				if got := ev.memberName(x, s, f.Text(sym), from, use, fr); len(got) > 0 {
					return got
				}
				bs = nil
			}
			if text, ok := fr.fixedText(x, s, sym); ok && len(bs) > 0 {
				return one(literal(text), &trace{place: usedAt(x, use), what: "element of a list"})
			}
			if pi >= 0 || len(bs) > 0 {
				same := use
				if use != nil && x.enclosingFunc(use.Scope) != x.enclosingFunc(s) {
					same = nil
				}
				return ev.reaching(x, bs, s, pi, same, fr)
			}
		}
		if s == 0 {
			break
		}
		if sc.Kind != facts.CompScope {
			first = false
		}
		s = sc.Parent
	}
	return ev.moduleName(x, sym, n)
}

// usedAt is where a name is used, as far as that is known.
func usedAt(x *file, use *facts.Expr) place {
	if use == nil {
		return place{file: x}
	}
	return place{x, use.Span}
}

// moduleName evaluates a module-level name as other code sees it: its last
// unconditional binding and every conditional one behind it, and what
// functions assign to it through `global`. A name that the file does not bind is
// looked for outside of it.
func (ev *evaluator) moduleName(x *file, sym facts.Sym, n typeCount) set {
	f := x.facts()
	out, bound := ev.boundName(x, sym, n)
	if bound {
		return out
	}
	name := f.Text(sym)
	if got := ev.l.lang.free(ev, x, name, n, place{file: x}); len(got) > 0 {
		return got
	}
	for i := range f.Imports {
		if im := &f.Imports[i]; im.Star {
			if got := ev.l.lang.starred(ev, x, im, name, n); len(got) > 0 {
				if _, ok := got[0].v.(*external); ok && len(got) == 1 {
					return got
				}
				return got.through(place{x, im.Span}, "imported from "+f.Text(im.Module))
			}
		}
	}
	if n != anyTypes {
		if out, bound = ev.boundName(x, sym, anyTypes); bound {
			return out
		}
	}
	return one(&external{path: name}, nil)
}

// boundName evaluates a module-level name that the file binds itself.
func (ev *evaluator) boundName(x *file, sym facts.Sym, n typeCount) (_ set, bound bool) {
	f := x.facts()
	bs := fitting(f, x.bindings(0, sym), n)
	var out set
	var all []given
	if assigned := ev.assignedInside(x, sym, bs); len(assigned) > 0 {
		return usable(assigned), true
	}
	for i := len(bs) - 1; i >= 0; i-- {
		b := &f.Bindings[bs[i]]
		got := ev.binding(x, b, nil)
		all = append(all, given{b.Block, got})
		out = out.add(got...)
		if b.Block == 0 && b.Flag&facts.Augmented == 0 && b.Value != 0 {
			break
		}
	}
	out = ev.settled(x, all, out, nil, nil)
	for s := 1; s < len(f.Scopes); s++ {
		if sc := &f.Scopes[s]; sc.GlobalN > 0 && declaresGlobal(f, sc, sym) && globalTarget(f, sc, sym, x) == 0 {
			out = out.add(ev.reaching(x, x.bindings(facts.ScopeID(s), sym), facts.ScopeID(s), -1, nil, nil)...)
		}
	}
	return usable(out), len(out) > 0 || len(bs) > 0
}

// assignedInside evaluates what functions assign to a module's variable that is
// declared with a type and no value; nothing for other variables.
func (ev *evaluator) assignedInside(x *file, sym facts.Sym, bs []int32) set {
	f := x.facts()
	if len(bs) != 1 || f.Bindings[bs[0]].Value != 0 {
		return nil
	}
	var out set
	for s := 1; s < len(f.Scopes); s++ {
		if sc := &f.Scopes[s]; sc.GlobalN > 0 && declaresGlobal(f, sc, sym) && globalTarget(f, sc, sym, x) == 0 {
			out = out.add(ev.reaching(x, x.bindings(facts.ScopeID(s), sym), facts.ScopeID(s), -1, nil, nil)...)
		}
	}
	if nothingKnown(out) {
		return nil
	}
	return out
}

// usable drops None where something else is known.
func usable(s set) set {
	if len(s) < 2 {
		return s
	}
	var out set
	for _, a := range s {
		if c, ok := a.v.(*constant); ok && c.kind == facts.None {
			continue
		}
		out = append(out, a)
	}
	if len(out) == 0 {
		return s[:1]
	}
	return out
}

// reaching evaluates the bindings of a name that can be in effect where it is
// used. pi is the index of the parameter of that name, or -1. A nil use means
// it is used by a nested function: every binding counts, the last
// unconditional one hides those before it.
func (ev *evaluator) reaching(x *file, bs []int32, s facts.ScopeID, pi int, use *facts.Expr, fr *frame) set {
	f := x.facts()
	local := fr.of(x, s)
	var out set
	var all []given
	killed := false
	bound := func(b *facts.Binding) {
		got := ev.binding(x, b, local)
		all = append(all, given{b.Block, got})
		out = out.add(got...)
	}
	if use == nil {
		body := f.Scopes[s].Body
		for i := len(bs) - 1; i >= 0 && !killed; i-- {
			b := &f.Bindings[bs[i]]
			bound(b)
			killed = b.Block == body && b.Flag&facts.Augmented == 0 && b.Value != 0
		}
		out = ev.settled(x, all, out, local, nil)
	} else {
		var later []int32
		for i := len(bs) - 1; i >= 0 && !killed; i-- {
			b := &f.Bindings[bs[i]]
			if b.End > use.Start && b.Span != use.Span || ofItself(f, b, use) { // `export default` says the name where it is declared
				later = append(later, bs[i])
				continue
			}
			if exclusive(f, b.Block, use.Block) {
				continue
			}
			if b.Value == 0 && b.Annot != 0 && i > 0 {
				continue
			}
			bound(b)
			killed = encloses(f, b.Block, use.Block) && b.Flag&facts.Augmented == 0
		}
		out = ev.settled(x, all, out, local, nil)
		for _, i := range later {
			b := &f.Bindings[i]
			if len(out) == 0 && len(all) == 0 && pi < 0 || !killed && sharedLoop(f, b.Block, use.Block) {
				if ofItself(f, b, use) {
					continue
				}
				out = out.add(ev.binding(x, b, local)...)
			}
		}
	}
	if pi >= 0 && !killed {
		out = out.add(ev.paramOf(x, s, pi, fr)...)
	}
	return usable(out)
}

// ofItself reports whether a name is used in the value that a binding gives it:
// there it is what it was before, unless it names a function or class.
func ofItself(f *facts.File, b *facts.Binding, use *facts.Expr) bool {
	v := f.At(b.Value)
	return b.Value != 0 && !namesCode(f, b) && v.Start <= use.Start && use.End <= v.End
}

// namesCode reports whether a binding names a function or a class.
func namesCode(f *facts.File, b *facts.Binding) bool {
	k := f.At(b.Value).Kind
	return b.Value != 0 && (k == facts.Func || k == facts.Class)
}

// binding evaluates what one binding gives its target.
func (ev *evaluator) binding(x *file, b *facts.Binding, fr *frame) set {
	f := x.facts()
	if o := ev.enumMember(x, b); o != nil {
		return one(o, &trace{place: place{x, b.Span}, what: "member of " + o.class.name()})
	}
	if s, ok := ev.optionField(x, b, fr); ok {
		return s
	}
	if b.Value == 0 {
		if b.Annot != 0 {
			s := ev.annotated(ref{x, b.Annot}, fr)
			for _, a := range s {
				if v, ok := a.v.(*stringValue); ok && v.firstKey() != nil { // injected
					return s.through(place{x, b.Span}, "assigned to "+f.Text(b.Name))
				}
			}
			return called(ev.decodedInto(x, b, s, fr), f.Text(b.Name))
		}
		return nil
	}
	v := f.At(b.Value)
	if b.Flag&facts.Augmented != 0 {
		s := ev.eval(ref{x, b.Value}, fr)
		var out set
		for _, a := range s {
			switch a.v.(type) {
			case *listing:
				out = append(out, a)
			case *mapping: // put into the map that the name has
				return nil
			}
		}
		if len(out) > 0 {
			return out
		}
		return one(&unknown{"changed step by step", place{x, b.Span}}, nil)
	}
	s := ev.eval(ref{x, b.Value}, fr)
	if v.Kind == facts.Call && f.Scopes[b.Scope].Kind == facts.ClassScope && len(s) == 1 {
		if in, ok := s[0].v.(*instance); ok && in.path == "enum.auto" && ev.isStrEnum(&class{x, b.Scope}) {
			s = one(literal(strings.ToLower(f.Text(b.Name))), nil)
		}
	}
	if b.Target != facts.ToIndex && (v.Kind == facts.Call || v.Kind == facts.Await) {
		s = ev.filledLater(x, b, s, fr)
	}
	if b.Annot != 0 && nothingKnown(s) {
		if t := ev.annotated(ref{x, b.Annot}, fr); len(t) > 0 && !nothingKnown(t) {
			return t
		}
	}
	switch v.Kind {
	case facts.Func, facts.Class, facts.ImportRef:
		return s
	}
	return ev.decodedInto(x, b, s, fr).through(place{x, b.Span}, "assigned to "+f.Text(b.Name))
}

// nothingKnown reports whether a set holds no telling alternative.
func nothingKnown(s set) bool {
	for _, a := range s {
		switch v := a.v.(type) {
		case *unknown:
		case *constant:
			if v.kind != facts.None {
				return false
			}
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

func declaresGlobal(f *facts.File, sc *facts.Scope, sym facts.Sym) bool {
	for _, g := range f.GlobalNames(sc) {
		if g == sym {
			return true
		}
	}
	return false
}

// globalTarget returns the scope that a global or nonlocal name lives in.
func globalTarget(f *facts.File, sc *facts.Scope, sym facts.Sym, x *file) facts.ScopeID {
	for p := sc.Parent; p != 0; p = f.Scopes[p].Parent {
		k := f.Scopes[p].Kind
		if (k == facts.FuncScope || k == facts.LambdaScope) && (paramIndex(f, &f.Scopes[p], sym) >= 0 || len(x.bindings(p, sym)) > 0) && !declaresGlobal(f, &f.Scopes[p], sym) {
			return p
		}
	}
	return 0
}

func paramIndex(f *facts.File, sc *facts.Scope, sym facts.Sym) int {
	for i := sc.ParamLo; i < sc.ParamLo+sc.ParamN; i++ {
		if f.Params[i].Name == sym {
			return int(i)
		}
	}
	return -1
}

// encloses reports whether block a is b or around it, so that what is done in
// a before b has been done when b is reached.
func encloses(f *facts.File, a, b facts.BlockID) bool {
	for {
		if a == b {
			return true
		}
		if b == 0 {
			return false
		}
		b = f.Blocks[b].Parent
	}
}

// exclusive reports whether two blocks stand in different arms of one statement.
func exclusive(f *facts.File, a, b facts.BlockID) bool {
	for i := a; i != 0; i = f.Blocks[i].Parent {
		x := &f.Blocks[i]
		if x.Kind != facts.Branch {
			continue
		}
		for j := b; j != 0; j = f.Blocks[j].Parent {
			if y := &f.Blocks[j]; y.Kind == facts.Branch && y.Group == x.Group && y.Arm != x.Arm {
				return true
			}
		}
	}
	return false
}

// sharedLoop reports whether some loop holds both blocks.
func sharedLoop(f *facts.File, a, b facts.BlockID) bool {
	for i := a; i != 0; i = f.Blocks[i].Parent {
		if f.Blocks[i].Kind == facts.Loop && encloses(f, i, b) {
			return true
		}
	}
	return false
}

// annotated evaluates a declared type: an object of a workspace class, or an
// instance of a library's type.
func (ev *evaluator) annotated(r ref, fr *frame) set {
	e := r.expr()
	f := r.file.facts()
	switch e.Kind {
	case facts.String:
		text := f.Text(e.Name)
		head, rest, _ := strings.Cut(strings.TrimSpace(text), ".")
		head = strings.TrimPrefix(head, "Optional[")
		sym := r.file.sym(strings.Trim(head, "[] "))
		if sym == 0 {
			return nil
		}
		s := ev.lookup(r.file, sym, e.Scope, nil, fr)
		for _, part := range strings.Split(rest, ".") {
			if part != "" {
				s = ev.attrs(s, part, r.place(), fr)
			}
		}
		return ev.ofType(s, r)
	case facts.Name, facts.Attr, facts.Class:
		return ev.ofType(ev.asType(r, fr), r)
	case facts.Alt:
		var out set
		for _, k := range f.Operands(e) {
			out = out.add(ev.annotated(r.at(k), fr)...)
		}
		return out
	case facts.Index:
		head := lastName(f, e.X)
		switch f.Text(head) {
		case "Optional", "Type", "Final", "ClassVar", "Required", "NotRequired":
			return ev.annotated(r.at(e.Y), fr)
		case "Union", "Annotated":
			y := f.At(e.Y)
			if y.Kind != facts.List {
				return ev.annotated(r.at(e.Y), fr)
			}
			var out set
			for _, k := range f.Operands(y) {
				if f.At(k).Kind == facts.Call { // Annotated[T, Depends(f)]
					if s := ev.eval(r.at(k), fr); !nothingKnown(s) {
						return s
					}
					continue
				}
				out = out.add(ev.annotated(r.at(k), fr)...)
			}
			return askedFor(out, r)
		case "List", "list", "Sequence", "Iterable", "Set", "set", "Iterator", "AsyncIterator", "Generator", "AsyncGenerator", "AsyncIterable",
			"IEnumerable", "IReadOnlyList", "IReadOnlyCollection", "IList", "ICollection", "IAsyncEnumerable", "HashSet":
			y := e.Y
			if t := f.At(y); t.Kind == facts.List && t.N > 0 {
				y = f.Operands(t)[0]
			}
			if s := ev.annotated(r.at(y), fr); len(s) > 0 {
				return one(&listing{items: []set{ev.eachHeir(s)}}, nil)
			}
			return nil
		}
		return ev.withTypeArguments(ev.annotated(r.at(e.X), fr), r.at(e.Y))
	}
	return nil
}

// eachHeir is what a list declared with a type without constructors has: objects of
// each of the classes that descend from it, as a container of services fills it.
func (ev *evaluator) eachHeir(s set) set {
	if !ev.l.lang.members() {
		return s
	}
	var out set
	for _, a := range s {
		o, ok := a.v.(*object)
		if !ok || *o != (object{class: o.class}) || ev.constructorOf(o.class) != 0 {
			out = out.add(a)
			continue
		}
		ev.seekHeirs(o.class)
		subs := ev.subclasses(o.class)
		if len(subs) < 2 {
			out = out.add(a)
			continue
		}
		for _, c := range subs {
			b := a
			b.v = &object{class: c}
			out = out.add(b)
		}
	}
	return out
}

// askedFor notes, for library objects that an annotated type declares, the
// annotation that asks for them: `@Inject("ORDERS") client: ClientProxy`.
func askedFor(s set, r ref) set {
	return askedBy(s, r.file, annotationsOf(r.file.facts(), r.id))
}

// askedBy notes the first of some annotations that has arguments.
func askedBy(s set, x *file, annotations []facts.ExprID) set {
	for _, k := range annotations {
		if x.facts().At(k).Kind != facts.Call {
			continue
		}
		for i, a := range s {
			if in, ok := a.v.(*instance); ok && in.call == nil {
				c := *in
				c.call = &callSite{ref{x, k}, nil}
				s[i].v = &c
			}
		}
		break
	}
	return s
}

// ofType turns types into values of these types.
func (ev *evaluator) ofType(s set, r ref) set {
	var out set
	for _, a := range s {
		switch v := a.v.(type) {
		case *class:
			out = out.add(alt{&object{class: v}, nil})
		case *external:
			if how := ev.l.models.Bound[v.path]; how != nil && how.At != "" {
				out = out.add(alt{&section{how: how, prefix: how.At, at: r.place()}, nil})
			} else if t := ev.l.models.Types[v.path]; t != nil {
				out = out.add(alt{&instance{typ: t, path: v.path}, nil})
			}
		case *instance: // Producer = Annotated[AIOKafkaProducer, Depends(f)]
			if v.typ != nil {
				out = out.add(a)
			}
		case *object:
			out = out.add(a)
		}
	}
	return out
}
