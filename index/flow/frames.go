package flow

import (
	"topicls/index/facts"
)

// callSite is a call expression in the frame it is evaluated in.
type callSite struct {
	ref ref
	fr  *frame
}

func (c *callSite) same(d *callSite) bool {
	if c == nil || d == nil {
		return c == d
	}
	return c.ref == d.ref && c.fr.sameCalls(d.fr)
}

// frame is one entry into a function: which arguments its parameters have. A
// nil frame leaves all parameters open.
type frame struct {
	file    *file
	scope   facts.ScopeID
	self    value     // bound receiver, or nil
	args    []arg     // actual arguments
	open    bool      // parameters are not known: holes
	site    *callSite // the call, or nil
	closure *frame    // frame of the function around it, or nil
	depth   int
	fixed   fixedName // a name whose value is known in it
}

// fixedName is the variable of a loop in the turn in which it has a value.
type fixedName struct {
	scope facts.ScopeID // 0 for none
	name  facts.Sym
	text  string
}

// inTurn is the frame in which the variable of a loop, which a name stands for, has
// a value; nil for other names.
func (ev *evaluator) inTurn(name ref, text string, fr *frame) *frame {
	e, x := name.expr(), name.file
	fn := x.enclosingFunc(e.Scope)
	if e.Kind != facts.Name || fn == 0 || !ev.l.lang.structural() {
		return nil
	}
	for _, i := range x.bindings(e.Scope, e.Name) {
		b := &x.facts().Bindings[i]
		if b.Value == 0 || x.facts().At(b.Value).Kind != facts.Element {
			return nil
		}
	}
	g := frame{file: x, scope: fn, open: true}
	if fr != nil {
		g = *fr
	}
	if g.file != x || g.scope != fn {
		return nil
	}
	g.fixed = fixedName{e.Scope, e.Name, text}
	return ev.frame(g)
}

// fixedText is the value that a frame gives to a name of a scope.
func (fr *frame) fixedText(x *file, s facts.ScopeID, name facts.Sym) (string, bool) {
	for g := fr; g != nil; g = g.closure {
		if g.fixed.scope != 0 && g.file == x && g.fixed.name == name && g.fixed.scope == s {
			return g.fixed.text, true
		}
	}
	return "", false
}

// arg is an actual argument: an expression in its frame, or a value.
type arg struct {
	name string // keyword, or ""
	flag facts.Flag
	ref  ref
	fr   *frame
	val  set // used when ref.id is 0
}

// sameCalls reports whether two frames stand for the same chain of calls.
func (fr *frame) sameCalls(g *frame) bool {
	for fr != nil && g != nil {
		if fr == g {
			return true
		}
		if fr.file != g.file || fr.scope != g.scope || fr.open != g.open || fr.fixed != g.fixed || (fr.site == nil) != (g.site == nil) {
			return false
		}
		if fr.site != nil && fr.site.ref != g.site.ref {
			return false
		}
		if fr.site == nil {
			return fr.closure.sameCalls(g.closure)
		}
		fr, g = fr.site.fr, g.site.fr
	}
	return fr == nil && g == nil
}

// of returns the frame, among fr and those around it, in which the names of
// scope s are evaluated; nil when none is entered.
func (fr *frame) of(x *file, s facts.ScopeID) *frame {
	fn := x.enclosingFunc(s)
	for g := fr; g != nil; g = g.closure {
		if g.file == x && (g.scope == fn || isInside(x, fn, g.scope)) {
			if g.scope == fn {
				return g
			}
		}
	}
	if fn == 0 {
		return nil
	}
	// An open function inside an entered one keeps what surrounds it.
	for g := fr; g != nil; g = g.closure {
		if g.file == x && isInside(x, fn, g.scope) {
			return &frame{file: x, scope: fn, open: true, closure: g, self: nil, depth: g.depth}
		}
	}
	return nil
}

// isInside reports whether scope s lies within scope around.
func isInside(x *file, s, around facts.ScopeID) bool {
	for s != 0 {
		if s == around {
			return true
		}
		s = x.facts().Scopes[s].Parent
	}
	return around == 0
}

// enterFunc makes the frame of a call of fn with the given arguments.
func (ev *evaluator) enterFunc(fn *function, args []arg, site *callSite) *frame {
	depth := 0
	if site != nil && site.fr != nil {
		depth = site.fr.depth
	}
	if fn.closure != nil && fn.closure.depth > depth {
		depth = fn.closure.depth
	}
	all := args
	if len(fn.bound) > 0 {
		all = append(append([]arg(nil), fn.bound...), args...)
	}
	return ev.frame(frame{file: fn.file, scope: fn.scope, self: fn.self, args: all, site: site, closure: fn.closure, depth: depth + 1})
}

// frameKey identifies a frame by what it was made from. Frames are interned,
// so that what was evaluated in one is found again by the next that enters the
// same function by the same calls.
type frameKey struct {
	file   *file
	scope  facts.ScopeID
	open   bool
	site   ref
	siteFr *frame
	self   any
	// The class of a receiver that is not one object.
	selfClass class
	closure   *frame
	args      *arg
	n         int
	fixed     fixedName
}

// frame returns the one frame equal to f.
func (ev *evaluator) frame(f frame) *frame {
	k := frameKey{file: f.file, scope: f.scope, open: f.open, closure: f.closure, n: len(f.args), fixed: f.fixed}
	if f.site != nil {
		k.site, k.siteFr = f.site.ref, f.site.fr
	} else if len(f.args) > 0 {
		k.args = &f.args[0]
	}
	switch v := f.self.(type) {
	case *object:
		o := ev.object(v)
		f.self, k.self = o, o
	case *selfValue:
		k.self = "self"
		k.selfClass = *v.class
	case *paramSelf:
		k.self, k.selfClass = *v.p, *v.class
	case *class:
		k.selfClass = *v
	case nil:
	default:
		k.self = v
	}
	if g := ev.interned[k]; g != nil {
		return g
	}
	g := &f
	ev.interned[k] = g
	return g
}

type objectKey struct {
	class  class
	nested string // the prefix of its variables
	member string
	site   ref
	fr     *frame
	ctor   *frame
}

// object returns the one object equal to o.
func (ev *evaluator) object(o *object) *object {
	k := objectKey{class: *o.class, member: o.member}
	if o.nested != nil {
		k.nested = o.nested.prefix
	}
	if o.bound != nil {
		k.nested += "\x00" + o.bound.prefix
	}
	if o.handed {
		k.nested += "\x00handed"
	}
	if o.site != nil {
		k.site, k.fr = o.site.ref, o.site.fr
	}
	if o.ctor != nil && (o.site == nil || o.ctor.site == nil || o.ctor.site.ref != o.site.ref) {
		k.ctor = o.ctor
	}
	if p := ev.objects[k]; p != nil {
		return p
	}
	ev.objects[k] = o
	return o
}

// callArgs lists the arguments written in a call.
func callArgs(r ref, fr *frame) []arg {
	f := r.file.facts()
	if e := r.expr(); e.Kind == facts.Index { // what indexing made is made by its key
		return []arg{{ref: r.at(e.Y), fr: fr}}
	}
	kids := f.Operands(r.expr())
	out := make([]arg, 0, len(kids))
	for _, k := range kids {
		e := f.At(k)
		out = append(out, arg{name: f.Text(e.Name), flag: e.Flag, ref: r.at(e.X), fr: fr})
	}
	return out
}

func (ev *evaluator) argValue(a arg) set {
	if a.ref.id == 0 {
		return a.val
	}
	return ev.eval(a.ref, a.fr)
}

// flat replaces `*list` by the list's items and `**map` by its entries.
func (ev *evaluator) flat(args []arg) (out []arg, open bool) {
	plain := true
	for _, a := range args {
		if a.flag&(facts.SpreadOne|facts.SpreadMap) != 0 {
			plain = false
		}
	}
	if plain {
		return args, false
	}
	for _, a := range args {
		switch {
		case a.flag&facts.SpreadOne != 0:
			var lists [][]set
			var rest set
			for _, v := range ev.argValue(a) {
				if l, ok := v.v.(*listing); ok {
					lists = append(lists, ev.items(l))
				} else {
					rest = rest.add(ev.elements(v.v, a.ref.place())...)
				}
			}
			for i := 0; ; i++ { // position by position, as every list gives it
				var it set
				some := false
				for _, l := range lists {
					if i < len(l) {
						some = true
						it = it.add(l[i]...)
					}
				}
				if !some {
					break
				}
				out = append(out, arg{val: it})
			}
			if len(lists) == 0 {
				out = append(out, arg{val: rest, flag: facts.SpreadOne})
				open = true
			}
		case a.flag&facts.SpreadMap != 0:
			known := false
			all := ev.argValue(a)
			for _, v := range all {
				switch v := v.v.(type) {
				case *mapping:
					known = true
					for _, en := range ev.entries(v) {
						if en.pat != nil { // no name of a parameter
							open = true
							continue
						}
						out = append(out, arg{name: en.key, val: en.val, ref: en.ref, fr: en.fr})
					}
				case *document: // **config["kafka"]
					for _, en := range v.node.Entries {
						known = true
						out = append(out, arg{name: en.Key, val: ev.docValue(v.path, en.Value, en.Key)})
					}
				case *object: // **event.model_dump()
					fields := ev.fieldArgs(v, a.ref.place())
					known = known || len(fields) > 0
					out = append(out, fields...)
				}
			}
			if !known {
				out = append(out, arg{name: "**", val: all, flag: facts.SpreadMap})
			}
			open = open || !known
		default:
			out = append(out, a)
		}
	}
	return out, open
}

// fieldArgs gives the declared fields of an object as named arguments.
func (ev *evaluator) fieldArgs(o *object, at place) []arg {
	var out []arg
	seen := map[string]bool{}
	for _, c := range ev.ancestry(o.class) {
		ev.noteFile(c.file)
		f := c.file.facts()
		for _, i := range c.file.scopeBindings(c.scope) {
			name := f.Text(f.Bindings[i].Name)
			if f.Bindings[i].Annot == 0 || seen[name] {
				continue
			}
			seen[name] = true
			if v := ev.objectAttr(o, name, at); len(v) > 0 {
				out = append(out, arg{name: name, val: v})
			}
		}
	}
	return out
}

// paramOf evaluates a parameter (an index into File.Params) of scope s.
func (ev *evaluator) paramOf(x *file, s facts.ScopeID, pi int, fr *frame) set {
	f := x.facts()
	sc := &f.Scopes[s]
	p := &f.Params[pi]
	at := place{x, p.Span}
	pos := pi - int(sc.ParamLo)
	local := fr.of(x, s)
	cls := x.classOf(s)
	receiver := cls != 0 && pos == 0 && p.Kind == facts.Positional && !ev.isStatic(x, s) && !ev.isExtension(x, s)
	if receiver {
		if local != nil && local.self != nil {
			return one(local.self, nil)
		}
		if ev.isClassMethod(x, s) {
			return one(&class{x, cls}, nil)
		}
		return one(&selfValue{ev.whole(&class{x, cls})}, nil)
	}
	if s, ok := ev.commandLineParam(x, s, pi); ok {
		return s
	}
	if s, ok := ev.injectedParam(x, pi); ok && (local == nil || local.open) {
		return s
	}
	if local == nil || local.open {
		if t := ev.providedText(x, s, pi); len(t) > 0 {
			return t
		}
	}
	if local == nil || local.open {
		if ev.expand {
			if m := ev.handledMessage(x, s, pi, local); len(m) > 0 {
				return m
			}
			if m := ev.givenByLibrary(x, s, pi); len(m) > 0 {
				return m
			}
			var declared set // asked before callers are, as these may be too many to ask all
			if p.Annot != 0 && ev.l.lang.members() {
				declared = ev.annotated(ref{x, p.Annot}, nil)
			}
			got := ev.fromCallers(x, s, pi, local)
			if !nothingKnown(got) {
				return got
			}
			if p.Default != 0 {
				if d := ev.eval(ref{x, p.Default}, outerFrame(local)); !nothingKnown(d) {
					return d.through(at, "default of parameter "+f.Text(p.Name))
				}
			}
			if len(declared) > 0 {
				return called(declared, f.Text(p.Name))
			}
			if p.Annot != 0 {
				if t := ev.annotated(ref{x, p.Annot}, nil); len(t) > 0 {
					return called(t, f.Text(p.Name))
				}
			}
			return got
		}
		if p.Default != 0 { // injected by a framework, whoever calls
			if d := f.At(p.Default); d.Kind == facts.Call {
				if got := ev.eval(ref{x, p.Default}, outerFrame(local)); len(got) > 0 && !nothingKnown(got) {
					switch got[0].v.(type) {
					case *instance, *object:
						return got
					}
				}
			}
		}
		if got := ev.givenWhereItStands(x, s, pi, local); len(got) > 0 {
			return got
		}
		return one(&param{file: x, scope: s, index: pi}, &trace{place: at, what: "parameter " + f.Text(p.Name)})
	}
	return ev.boundParam(x, s, pi, local)
}

// givenWhereItStands evaluates a parameter of a function that is written as an
// argument of the call that calls it, and nowhere else called: in
// `topics.forEach((topic) => ...)` whoever gives the topics decides.
func (ev *evaluator) givenWhereItStands(x *file, s facts.ScopeID, pi int, local *frame) set {
	if !x.open().valued && x.facts().Lang != "csharp" || x.facts().Scopes[s].Kind != facts.LambdaScope {
		return nil
	}
	var out set
	for _, site := range x.holding(s) {
		for _, fr := range ev.framesAt(site, outerFrame(local), x, s) {
			out = out.add(ev.boundParam(x, s, pi, fr)...)
		}
	}
	return out
}

func outerFrame(fr *frame) *frame {
	if fr == nil {
		return nil
	}
	return fr.closure
}

// boundParam evaluates a parameter from a frame's arguments.
func (ev *evaluator) boundParam(x *file, s facts.ScopeID, pi int, fr *frame) set {
	f := x.facts()
	sc := &f.Scopes[s]
	p := &f.Params[pi]
	name := f.Text(p.Name)
	at := place{x, p.Span}
	pos := pi - int(sc.ParamLo)
	if x.classOf(s) != 0 && !ev.isStatic(x, s) && fr.self != nil {
		pos--
	}
	args, open := ev.flat(fr.args)
	what := "argument " + name + " of " + f.Text(sc.Name)
	switch p.Kind {
	case facts.Rest:
		var items []set
		n := 0
		for _, a := range args {
			if a.name == "" {
				if n >= pos {
					items = append(items, ev.argValue(a))
				}
				n++
			}
		}
		return one(&listing{items: append([]set{}, items...), ref: ref{}}, &trace{place: at, what: "arguments " + name})
	case facts.RestMap:
		m := &mapping{computed: true}
		for _, a := range args {
			if a.name != "" && namedParam(f, sc, a.name) < 0 {
				m.entries = append(m.entries, mapEntry{key: a.name, val: ev.argValue(a), at: a.ref})
			}
		}
		return one(m, &trace{place: at, what: "arguments " + name})
	}
	n := 0
	for _, a := range args {
		if a.flag&(facts.SpreadOne|facts.SpreadMap) != 0 && hasHole(a.val) && (p.Kind == facts.Positional || a.flag&facts.SpreadMap != 0) {
			return a.val // whoever fills the list or map decides
		}
		if a.name == "" {
			if n == pos && p.Kind == facts.Positional {
				return ev.argValue(a).through(at, what)
			}
			n++
		} else if a.name == name {
			return ev.argValue(a).through(at, what)
		}
	}
	if p.Default != 0 {
		return ev.eval(ref{x, p.Default}, fr.closure).through(at, "default of parameter "+name)
	}
	if isTypeParameter(name) {
		if t := ev.inferredType(x, s, pi, fr); len(t) > 0 {
			return t
		}
	}
	if p.Annot != 0 {
		if t := ev.annotated(ref{x, p.Annot}, nil); len(t) > 0 {
			return called(t, name)
		}
	}
	if open {
		return one(&unknown{"arguments given as *args or **kwargs that can't be told", at}, nil)
	}
	if x.open().valued { // undefined
		return one(&constant{kind: facts.None}, &trace{place: at, what: what})
	}
	return one(&unknown{"argument " + name + " is not given", at}, nil)
}

func namedParam(f *facts.File, sc *facts.Scope, name string) int {
	for i := sc.ParamLo; i < sc.ParamLo+sc.ParamN; i++ {
		if f.Text(f.Params[i].Name) == name && f.Params[i].Kind != facts.RestMap {
			return int(i)
		}
	}
	return -1
}

// decorated reports whether a function has a decorator of one of the names.
func decorated(x *file, s facts.ScopeID, names ...string) bool {
	f := x.facts()
	for _, d := range f.Decorators(&f.Scopes[s]) {
		e := f.At(d)
		if e.Kind == facts.Call {
			e = f.At(e.X)
		}
		if e.Kind != facts.Name && e.Kind != facts.Attr {
			continue
		}
		for _, n := range names {
			if f.Text(e.Name) == n {
				return true
			}
		}
	}
	return false
}

func (ev *evaluator) isStatic(x *file, s facts.ScopeID) bool {
	return x.facts().Scopes[s].Flag&facts.Static != 0 || decorated(x, s, "staticmethod")
}

func (ev *evaluator) isClassMethod(x *file, s facts.ScopeID) bool {
	return x.facts().Scopes[s].Flag&facts.OfClass != 0 || decorated(x, s, "classmethod", "validator", "field_validator", "root_validator", "model_validator")
}

// maxCallers bounds how many callers are asked for one parameter.
const maxCallers = 64

// fromCallers evaluates a parameter as every known caller gives it.
func (ev *evaluator) fromCallers(x *file, s facts.ScopeID, pi int, local *frame) set {
	k := activeKey{guard: guardParam, ref: ref{x, facts.ExprID(pi)}, expand: true}
	if ev.recurs(k) {
		return nil
	}
	pk := paramKey{file: x, index: pi, lazy: ev.lazy}
	if local != nil {
		pk.closure = local.closure
	}
	if got, ok := ev.params[pk]; ok {
		return got
	}
	m := ev.mark()
	ev.pose(k)
	ev.nested++
	out := ev.givenByCallers(x, s, pi, local)
	ev.nested--
	ev.answered(k)
	// What was cut while a parameter is filled for another one may be missing
	// from this one's set; for the outermost one nothing is.
	if ev.isWhole(m) || ev.nested == 0 && ev.total > 0 {
		ev.params[pk] = out
	}
	return out
}

// paramKey names a parameter, by its index in File.Params.
type paramKey struct {
	file  *file
	index int
	lazy  bool
	// The frame around the function, when that is known.
	closure *frame
}

func (ev *evaluator) givenByCallers(x *file, s facts.ScopeID, pi int, local *frame) set {
	var out set
	for _, fr := range ev.callers(x, s) {
		if local != nil && local.closure != nil && fr.closure != nil && !fr.closure.sameCalls(local.closure) {
			continue // the same function, made by another call of the one around it
		}
		out = out.add(ev.boundParam(x, s, pi, fr)...)
		if len(out) >= maxAlts {
			break
		}
	}
	return usable(out)
}

// callers returns a frame for every known call of a function, whose caller's
// own parameters are open.
func (ev *evaluator) callers(x *file, s facts.ScopeID) []*frame {
	if ev.naming && !ev.lazy && ev.l.lang.initialisers() {
		ev.seekMakers(x, s)
	}
	k := calledKey{x, s, ev.expand, ev.lazy}
	if out, ok := ev.called[k]; ok {
		return out
	}
	asked := activeKey{guard: guardCallers, ref: ref{x, facts.ExprID(s)}, expand: ev.expand}
	if ev.recurs(asked) || ev.exhausted() {
		return nil
	}
	m := ev.mark()
	ev.pose(asked)
	out := ev.findCallers(x, s)
	ev.answered(asked)
	if ev.isWhole(m) {
		ev.called[k] = out
	}
	return out
}

// calledKey names a question for a function's callers.
type calledKey struct {
	file         *file
	scope        facts.ScopeID
	expand, lazy bool
}

func (ev *evaluator) findCallers(x *file, s facts.ScopeID) []*frame {
	f := x.facts()
	name := f.Text(f.Scopes[s].Name)
	names := []string{name}
	var heirs []*file
	if cls := x.classOf(s); cls != 0 && isConstructor(name) {
		names, heirs = ev.l.constructorNames(ev, x, cls)
		names = append(names, x.otherNames(cls)...)
	} else {
		names = append(names, x.otherNames(s)...)
	}
	var out []*frame
	at := func(site ref, n string) {
		ev.spend(1)
		frames := ev.framesAt(site, nil, x, s)
		if len(frames) == 0 {
			frames = ev.handedFrames(site, nil, n, x, s, 0)
		}
		out = append(out, frames...)
	}
	for i, n := range names {
		if n == "" {
			continue
		}
		for _, site := range ev.sitesNamed(n, x) {
			if at(site, n); len(out) >= maxCallers {
				return out[:maxCallers]
			}
		}
		if i > 0 {
			continue
		}
		for _, y := range heirs { // super().__init__(topic)
			for _, site := range y.sitesNamed(facts.Constructor) {
				if at(site, facts.Constructor); len(out) >= maxCallers {
					return out[:maxCallers]
				}
			}
		}
	}
	for _, n := range names {
		if n == "" || !ev.isKept(n, x) {
			continue
		}
		for _, site := range ev.indirectSites(x, s) {
			out = append(out, ev.framesAt(site, nil, x, s)...)
		}
		break
	}
	if f.Scopes[s].Kind == facts.LambdaScope || x.open().givenTo[s] != 0 {
		for _, site := range x.holding(s) {
			if x.open().valued || ev.l.lang.members() { // topics.forEach(topic => ...)
				out = append(out, ev.framesAt(site, nil, x, s)...)
			}
			out = append(out, ev.handedFrames(site, nil, "", x, s, 0)...)
		}
	}
	out = append(out, ev.decoratorFrames(x, s)...)
	out = append(out, ev.returnedFrames(x, s)...)
	return append(out, ev.decorating(x, s)...)
}

func isConstructor(name string) bool { return name == facts.Constructor || name == "__new__" }

// sitesNamed returns the calls, in all files related to near, whose callee ends in name or
// that hand over a function of that name.
func (ev *evaluator) sitesNamed(name string, near *file) []ref {
	key := ev.l.nameKey(depCallers, name, near.project)
	ev.note(key)
	out, ok := ev.sites[key]
	if !ok {
		for _, x := range ev.filesNear(depCallers, name, near) {
			out = append(out, x.sitesNamed(name)...)
		}
		ev.sites[key] = out
	}
	return out
}

// sitesNamed returns the file's calls of a function of that name, by its own
// name or by a local alias, and those that hand it over.
func (x *file) sitesNamed(name string) []ref {
	var out []ref
	collect := func(sym facts.Sym) {
		if sym == 0 {
			return
		}
		for _, c := range named(x.open().calls, sym) {
			out = append(out, ref{x, c.call})
		}
		for _, c := range named(x.open().mentions, sym) {
			out = append(out, ref{x, c.call})
		}
	}
	sym := x.sym(name)
	collect(sym)
	if sym != 0 {
		for i := range x.facts().Imports {
			if im := &x.facts().Imports[i]; im.Member == sym && im.Local != sym {
				collect(im.Local)
			}
		}
	}
	if x.open().valued {
		for i := range x.facts().Imports {
			if im := &x.facts().Imports[i]; x.importedAs(im) == name {
				collect(im.Local)
			}
		}
	}
	return out
}

// framesAt returns the frames by which a call enters function (x, s): directly,
// by constructing the class whose constructor it is, or through a call that
// forwards to the function given to it. fr is the caller's frame.
func (ev *evaluator) framesAt(site ref, fr *frame, x *file, s facts.ScopeID) []*frame {
	var out []*frame
	cs := &callSite{site, fr}
	for _, en := range ev.entered(site, fr, true) {
		if en.fn.file == x && en.fn.scope == s {
			out = append(out, ev.enterFunc(en.fn, en.args, cs))
		}
	}
	return out
}

// entry is a function that a call enters, with the arguments it gets.
type entry struct {
	fn   *function
	args []arg
	made bool // by the container, which gives all but the type arguments
}

// entered lists the functions that a call enters. With guess, a method call on
// a receiver of unknown type enters the only method of that name.
func (ev *evaluator) entered(site ref, fr *frame, guess bool) []entry {
	k := enteredKey{memoKey{site, fr, ev.expand, ev.lazy}, guess}
	if out, ok := ev.enters[k]; ok {
		return out
	}
	m := ev.mark()
	out := ev.findEntered(site, fr, guess)
	if ev.isWhole(m) {
		ev.enters[k] = out
	}
	return out
}

// enteredKey names a question for what a call enters.
type enteredKey struct {
	memoKey
	guess bool
}

func (ev *evaluator) findEntered(site ref, fr *frame, guess bool) []entry {
	f := site.file.facts()
	e := site.expr()
	var out []entry
	callee := f.At(e.X)
	var callees set
	if callee.Kind == facts.Attr {
		recv := ev.openReceiver(site.at(callee.X), fr)
		name := f.Text(callee.Name)
		for _, a := range recv {
			if fns := ev.extensions(a.v, name, site.file, len(f.Operands(e))); len(fns) > 0 && !ev.hasMethod(a.v, name) {
				args := extensionArgs(site, callee, fr)
				for _, fn := range fns {
					out = append(out, entry{fn: fn, args: args})
				}
				continue
			}
			if fn, ok := a.v.(*function); ok {
				if how := ev.l.models.Tasks[name]; how != nil {
					out = append(out, entry{fn: fn, args: ev.taskArgs(fn, site, fr, how)})
					continue
				}
			}
			callees = callees.add(ev.attr(a.v, name, site.at(e.X).place(), fr)...)
		}
		if guess && len(out) == 0 && nothingCallable(callees) && allUnknown(recv) {
			if fn := ev.l.onlyMethod(ev, site.file, name); fn != nil {
				callees = append(callees, alt{fn, nil})
			}
		}
	} else {
		callees = ev.expanded(func() set { return ev.eval(site.at(e.X), fr) })
		for _, fn := range ev.added(site, callee, callees) {
			out = append(out, entry{fn: fn, args: ev.addedArgs(fn, site, fr)})
		}
	}
	var args []arg
	if len(callees) > 0 {
		args = callArgs(site, fr)
	}
	for _, a := range callees {
		switch v := a.v.(type) {
		case *function:
			if en, ok := ev.baseConstructor(v, site, fr); ok {
				out = append(out, en)
				continue
			}
			v = ev.overload(v, args)
			out = append(out, entry{fn: v, args: args})
			if guess && isAbstract(v) {
				for _, m := range ev.implementations(v) {
					out = append(out, entry{fn: ev.overload(m, args), args: args})
				}
			}
		case *class:
			obj := ev.construct(v, site, fr)
			for _, c := range ev.ancestry(v) {
				if m := ev.constructorOf(c); m != 0 {
					out = append(out, entry{fn: ev.overload(&function{file: c.file, scope: m, self: obj}, args), args: args})
					break
				}
			}
		case *object:
			if fn := ev.methodOf(v, "__call__"); fn != nil {
				out = append(out, entry{fn: fn, args: args})
			}
		}
	}
	out = append(out, ev.madeByContainer(site, fr)...)
	if fw := ev.forwardOf(site, callees); fw != nil {
		for _, slot := range fw.Function {
			a, ok := ev.slotArg(site, fr, slot)
			if !ok {
				continue
			}
			for _, t := range ev.expanded(func() set { return ev.argValue(a) }) {
				switch v := t.v.(type) {
				case *function:
					out = append(out, entry{fn: v, args: ev.forwardedArgs(site, fr, fw)})
				case *class:
					obj := ev.construct(v, site, fr)
					for _, c := range ev.ancestry(v) {
						if m := ev.constructorOf(c); m != 0 {
							out = append(out, entry{fn: &function{file: c.file, scope: m, self: obj}, args: ev.forwardedArgs(site, fr, fw)})
							break
						}
					}
				}
			}
			break
		}
	}
	return out
}

// isAbstract reports whether a method only declares: it is marked abstract, or
// its class is a protocol.
func isAbstract(fn *function) bool {
	if fn.file.facts().Scopes[fn.scope].Flag&facts.Abstract != 0 || decorated(fn.file, fn.scope, "abstractmethod") {
		return true
	}
	cls := fn.file.classOf(fn.scope)
	if cls == 0 {
		return false
	}
	f := fn.file.facts()
	for _, b := range f.Bases(&f.Scopes[cls]) {
		x := f.At(f.At(b).X)
		if x.Kind == facts.Index {
			x = f.At(x.X)
		}
		if (x.Kind == facts.Name || x.Kind == facts.Attr) && f.Text(x.Name) == "Protocol" {
			return true
		}
	}
	return false
}

// implementations lists the methods that implement an abstract one: those of
// its subclasses, or, for a protocol without any, those of the same name.
func (ev *evaluator) implementations(fn *function) []*function {
	k := calledKey{file: fn.file, scope: fn.scope}
	out, ok := ev.implemented[k]
	if !ok {
		m := ev.mark()
		if out = ev.findImplementations(fn); ev.isWhole(m) {
			ev.implemented[k] = out
		}
	}
	return out
}

func (ev *evaluator) findImplementations(fn *function) []*function {
	name := fn.file.facts().Text(fn.file.facts().Scopes[fn.scope].Name)
	cls := class{fn.file, fn.file.classOf(fn.scope)}
	var sub, all []*function
	for _, m := range ev.l.methodsNamed(ev, fn.file, name) {
		ev.spend(1)
		if isAbstract(m) || m.file == fn.file && m.scope == fn.scope {
			continue
		}
		if ev.l.lang.structural() {
			if ev.implements(&class{m.file, m.file.classOf(m.scope)}, &cls) {
				sub = append(sub, m)
			}
			continue
		}
		all = append(all, m)
		for _, c := range ev.ancestry(&class{m.file, m.file.classOf(m.scope)}) {
			if *c == cls {
				sub = append(sub, m)
				break
			}
		}
	}
	if len(sub) > 0 {
		return sub
	}
	if len(all) <= 3 {
		return all
	}
	return nil
}

// openReceiver evaluates the receiver of a method call. An open parameter stays
// open as to which object it is, but not as to its class.
func (ev *evaluator) openReceiver(r ref, fr *frame) set {
	all := func() set { return ev.expanded(func() set { return ev.eval(r, fr) }) }
	if ev.expand {
		return ev.eval(r, fr)
	}
	s := ev.eval(r, fr)
	if !hasHole(s) {
		if nothingKnown(s) {
			return all()
		}
		return s
	}
	var out set
	for _, a := range s {
		p, ok := a.v.(*param)
		if !ok {
			out = out.add(a)
			continue
		}
		if p.self { // a constructor's parameter kept by the object
			out = out.add(all()...)
			continue
		}
		for _, t := range all() {
			if c := classOfValue(t.v); c != nil {
				out = out.add(alt{&paramSelf{p, c}, a.tr})
			} else {
				out = out.add(t)
			}
		}
	}
	return out
}

func nothingCallable(s set) bool {
	for _, a := range s {
		switch a.v.(type) {
		case *function, *class, *object, *external, *instance:
			return false
		}
	}
	return true
}

// allUnknown reports whether nothing is known of a receiver's type.
func allUnknown(s set) bool {
	for _, a := range s {
		switch v := a.v.(type) {
		case *unknown, *param:
		case *constant:
			if v.kind != facts.None {
				return false
			}
		default:
			return false
		}
	}
	return true
}
