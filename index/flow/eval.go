package flow

import (
	"topicls/index/facts"
)

// eval returns what the expression may be in the given frame; a nil frame
// leaves the parameters of the enclosing function open.
func (ev *evaluator) eval(r ref, fr *frame) set {
	if r.id == 0 {
		return nil
	}
	e := r.expr()
	ev.noteFile(r.file)
	switch e.Kind { // cheap ones first
	case facts.String:
		return one(literal(r.file.facts().Text(e.Name)), &trace{place: r.place(), what: "literal"})
	case facts.Number, facts.Bool, facts.None:
		return one(&constant{kind: e.Kind, text: r.file.facts().Text(e.Name)}, &trace{place: r.place(), what: "literal"})
	case facts.Map:
		return one(&mapping{ref: r, fr: fr}, &trace{place: r.place(), what: "map"})
	case facts.Func:
		return one(&function{file: r.file, scope: facts.ScopeID(e.Lo), closure: fr}, nil)
	case facts.Class:
		return one(&class{r.file, facts.ScopeID(e.Lo)}, nil)
	case facts.Unknown:
		return one(&unknown{"an expression that is computed at run time", r.place()}, nil)
	}
	if ev.depth >= maxDepth || ev.fuel <= 0 || ev.total <= 0 {
		ev.limited()
		return one(&unknown{"too many steps to follow", r.place()}, nil)
	}
	ev.fuel--
	ev.total--
	if s, ok := ev.memo[memoKey{r, fr, ev.expand, ev.care}]; ok {
		return s
	}
	k := activeKey{ref: r, fr: fr, expand: ev.expand}
	if ev.recurs(k) {
		return nil
	}
	m := ev.mark()
	ev.pose(k)
	ev.depth++
	s := ev.compute(r, e, fr)
	if ev.isWhole(m) {
		ev.memo[memoKey{r, fr, ev.expand, ev.care}] = s
	}
	ev.depth--
	ev.answered(k)
	return s
}

func (ev *evaluator) compute(r ref, e *facts.Expr, fr *frame) set {
	f := r.file.facts()
	switch e.Kind {
	case facts.Name:
		return ev.narrowed(r, e, ev.name(r, e, fr), fr)
	case facts.Attr:
		if s := ev.nameOfType(r, fr); len(s) > 0 {
			return s
		}
		return ev.attrExpr(r, e, fr)
	case facts.Index:
		return ev.orKept(r, e, fr, ev.indexExpr(r, e, fr))
	case facts.Call:
		return ev.orKept(r, e, fr, ev.call(r, e, fr))
	case facts.Interp:
		out := one(literal(""), nil)
		for _, k := range f.Operands(e) {
			out = concat(out, ev.eval(r.at(k), fr).orUnknown(r.at(k)), r.at(k).place())
		}
		return out.normal().through(r.place(), "interpolated string")
	case facts.Concat:
		a, b := ev.eval(r.at(e.X), fr).orUnknown(r.at(e.X)), ev.eval(r.at(e.Y), fr).orUnknown(r.at(e.Y))
		if la, ok := lists(a, b); ok {
			return one(&listing{ref: r, fr: fr, items: append(ev.elements(la[0].v, r.place()).each(), ev.elements(la[1].v, r.place()).each()...)}, nil)
		}
		return concat(a, b, r.place()).normal().through(r.place(), "concatenation")
	case facts.Format:
		return ev.printf(r, e, fr)
	case facts.List:
		return one(&listing{ref: r, fr: fr}, &trace{place: r.place(), what: "list"})
	case facts.Alt:
		return ev.alternatives(r, e, fr)
	case facts.Element:
		var out set
		if ev.l.lang.results() {
			for _, a := range ev.eval(r.at(e.X), fr) {
				out = out.add(ev.elementsOfRange(a, e.Flag&facts.Keys != 0, r.at(e.X).place()).after(a.tr)...)
			}
			return out.through(r.place(), "element of a list")
		}
		for _, a := range ev.eval(r.at(e.X), fr) {
			out = out.add(ev.elements(a.v, r.at(e.X).place()).after(a.tr)...)
		}
		return out.through(r.place(), "element of a list")
	case facts.Item:
		var out set
		if ev.l.lang.results() {
			return ev.nthResult(r, e, fr)
		}
		for _, a := range ev.eval(r.at(e.X), fr) {
			out = out.add(ev.item(a.v, int(e.Lo), r.place()).after(a.tr)...)
		}
		return out
	case facts.Enter:
		return ev.enter(r, e, fr)
	case facts.Await:
		if e.Flag&facts.Yield != 0 {
			return one(&unknown{"a value sent into a generator", r.place()}, nil)
		}
		return ev.eval(r.at(e.X), fr)
	case facts.ImportRef:
		return ev.imported(r.file, int(e.Lo))
	case facts.ParamRef:
		return ev.paramOf(r.file, e.Scope, int(e.Lo), fr)
	case facts.Receiver:
		return ev.implied(r, e, fr)
	case facts.Arg, facts.Spread:
		return ev.eval(r.at(e.X), fr)
	case facts.Compute:
		if s := ev.joinedPath(r, e, fr); len(s) > 0 {
			return s
		}
	case facts.Raised:
		return one(&unknown{"an exception", r.place()}, nil)
	}
	return one(&unknown{"an expression that is computed at run time", r.place()}, nil)
}

// alternatives evaluates `a or b`, `a and b` and conditional expressions.
func (ev *evaluator) alternatives(r ref, e *facts.Expr, fr *frame) set {
	kids := r.file.facts().Operands(e)
	switch {
	case e.Flag&facts.And != 0:
		if len(kids) == 0 {
			return nil
		}
		return ev.eval(r.at(kids[len(kids)-1]), fr)
	case e.Flag&facts.Or != 0:
		var out set
		for i, k := range kids {
			s := ev.eval(r.at(k), fr)
			if i == 0 {
				out = s
				continue
			}
			if ev.someGiveNone(r.at(kids[i-1]), fr) {
				out = orElse(out, s).add(s...)
				continue
			}
			out = orElse(out, s)
		}
		return out
	case e.Flag&facts.Ternary != 0 && len(kids) == 2:
		a, b := ev.eval(r.at(kids[0]), fr), ev.eval(r.at(kids[1]), fr)
		if vars := variables(a); vars != nil && e.Y != 0 {
			if missing, empty := ev.saysMissing(r.at(e.Y), false, question{vars: vars, fr: fr}); missing {
				return withDefault(a, b, empty)
			}
		}
		if vars := variables(b); vars != nil && e.Y != 0 {
			if missing, empty := ev.saysMissing(r.at(e.Y), true, question{vars: vars, fr: fr}); missing {
				return withDefault(b, a, empty)
			}
		}
		if c := r.file.facts().At(e.Y); c.Kind == facts.Name || c.Kind == facts.Attr {
			if x := r.file.facts().At(kids[0]); x.Kind == c.Kind && x.Name == c.Name {
				return orElse(a, b)
			}
		}
		return append(set(nil), a...).add(b...)
	}
	var out set
	for _, k := range kids {
		out = out.add(ev.eval(r.at(k), fr)...)
	}
	return out
}

// someGiveNone reports whether a name is a parameter that some caller leaves
// at, or sets to, None.
func (ev *evaluator) someGiveNone(r ref, fr *frame) bool {
	e := r.expr()
	if e.Kind != facts.Name || !ev.expand {
		return false
	}
	s := r.file.enclosingFunc(e.Scope)
	if s == 0 {
		return false
	}
	if local := fr.of(r.file, s); local != nil && !local.open {
		return false
	}
	pi := paramIndex(r.file.facts(), &r.file.facts().Scopes[s], e.Name)
	if pi < 0 || len(r.file.bindings(s, e.Name)) > 0 {
		return false
	}
	for _, c := range ev.callers(r.file, s) {
		for _, a := range ev.boundParam(r.file, s, pi, c) {
			if c, ok := a.v.(*constant); ok && c.kind == facts.None {
				return true
			}
		}
	}
	return false
}

// enter evaluates `with X as v`.
func (ev *evaluator) enter(r ref, e *facts.Expr, fr *frame) set {
	var out set
	for _, a := range ev.eval(r.at(e.X), fr) {
		switch v := a.v.(type) {
		case *object:
			done := false
			for _, name := range []string{"__enter__", "__aenter__"} {
				if fn := ev.methodOf(v, name); fn != nil {
					out = out.add(ev.callFunction(fn, nil, nil, r.place())...)
					done = true
					break
				}
			}
			if !done {
				out = out.add(a)
			}
		case *listing: // a generator used as a context manager
			out = out.add(ev.elements(v, r.place())...)
		default:
			out = out.add(a)
		}
	}
	return out
}

func (m *message) as(kind string) *message {
	c := *m
	c.kind = kind
	return &c
}

func (m *message) field(name string) *message {
	c := *m
	c.path = append(append([]string(nil), m.path...), name)
	return &c
}
