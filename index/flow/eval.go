package flow

import (
	"slices"
	"strconv"
	"strings"

	"topicls/index/facts"
)

// Limits of one evaluation. Where they cut, the result says so.
const (
	maxDepth    = 120   // nested evaluations
	maxFrames   = 14    // calls entered one inside another
	fuelUnit    = 5000  // evaluations for one endpoint; names that are found take 13 (half of them), 200 (of ten, nine), 3,400 (the dearest seen)
	fuelSink    = 3000  // evaluations for what a call may be made on; the dearest client seen took 900
	fuelTotal   = 60000 // evaluations for one file
	fuelCarrier = 1000  // evaluations for a name that other files may get a client by
	fuelElement = 1000  // evaluations for the callee of a call through a container
)

// evaluator answers what expressions may be. It only reads files and notes
// what it read in deps, so that its results can be dropped when that changes.
type evaluator struct {
	fieldNext   bool // see fieldMeant
	l           *Linker
	home        *file            // the file whose unit is computed
	deps        map[dep]struct{} // everything looked at for this unit
	near        map[dep][]*file  // by name, see filesNear
	sites       map[dep][]ref    // by name, see sitesNamed
	handing     map[dep][]ref    // by name, see sitesHanding
	decorates   map[*file]bool   // see makesDecorators
	hosts       map[hostKey][]hostSetting
	active      map[activeKey]int
	memo        map[memoKey]set
	maps        map[memoKey][]mapEntry
	lists       map[memoKey][]set
	interned    map[frameKey]*frame
	objects     map[objectKey]*object
	depth       int
	fuel        int                     // evaluations left for what is looked at now
	total       int                     // evaluations left for the whole file
	params      map[paramKey]set        // parameters as all callers give them
	selves      map[selfKey]set         // attributes of receivers nobody names
	nested      int                     // parameters being filled from callers
	called      map[calledKey][]*frame  // callers of functions
	fields      map[*unknown]*fieldRead // what unknowns are fields of, see records.go; nil where no topics are asked for
	enters      map[enteredKey][]entry
	implemented map[calledKey][]*function
	puts        map[ref][]put                      // what is put into containers
	bound       map[*file]map[facts.ExprID][]int32 // bindings by their value
	asking      bool                               // a message's topic stands for itself, see ask
	answers     answers                            // what is evaluated while asking
	lineages    map[class]*lineage
	descending  map[subclassKey][]*class // by subclasses
	globals     map[uint32][]*file       // by project, see globalUsings
	bindings    map[class]*boundTo       // see boundClass
	filledBy    map[class][]filler       // see fillers
	appliers    map[calledKey][]*sink    // see appliedBy
	byElement   map[uint32]*elementCalls // by project
	sought      []string                 // words of files to take in, see Linker.sought
	naming      bool                     // a topic is asked for, whoever gives it
	lazy        bool                     // take in no file that says nothing of Kafka
	expand      bool                     // fill parameters from all known callers instead of leaving holes
	stale       bool                     // a wrapper was left out that is about to be computed again
	cut         int                      // the outermost question that was cut since mark, see recursion.go
}

// activeKey names a question that is being answered: what an expression may
// be, or what guard says of it.
type activeKey struct {
	guard  guard
	ref    ref
	fr     *frame
	expand bool
}

type memoKey struct {
	ref    ref
	fr     *frame
	expand bool
	lazy   bool
}

// newEvaluator returns an evaluator of a linker, for one unit after another.
func newEvaluator(l *Linker) *evaluator {
	return &evaluator{l: l}
}

// beginRound forgets what the indexes of names said: they are the same for all
// units of a round.
func (ev *evaluator) beginRound() {
	ev.near, ev.sites, ev.handing = emptied(ev.near), emptied(ev.sites), emptied(ev.handing)
}

// begin forgets everything and starts with the unit of a file.
func (ev *evaluator) begin(x *file) {
	*ev = evaluator{
		l: ev.l, home: x, fuel: fuelUnit, total: fuelTotal, cut: noCut,
		deps: emptied(ev.deps), near: ev.near, sites: ev.sites, handing: ev.handing, decorates: emptied(ev.decorates), hosts: emptied(ev.hosts), active: emptied(ev.active), memo: emptied(ev.memo), maps: emptied(ev.maps), lists: emptied(ev.lists),
		appliers: emptied(ev.appliers), interned: emptied(ev.interned), objects: emptied(ev.objects), called: emptied(ev.called), params: emptied(ev.params), selves: emptied(ev.selves),
		puts: emptied(ev.puts), bound: emptied(ev.bound), answers: ev.answers.emptied(),
		lineages: emptied(ev.lineages), descending: emptied(ev.descending), globals: emptied(ev.globals), bindings: emptied(ev.bindings), filledBy: emptied(ev.filledBy), enters: emptied(ev.enters), implemented: emptied(ev.implemented), fields: emptied(ev.fields), byElement: emptied(ev.byElement),
	}
	ev.note(dep{kind: depFile, a: x.id})
}

// noted lists what was looked at since begin.
func (ev *evaluator) noted() []dep {
	out := make([]dep, 0, len(ev.deps))
	for d := range ev.deps {
		out = append(out, d)
	}
	return out
}

// spend takes n steps from what may be spent on the present question.
func (ev *evaluator) spend(n int) {
	ev.fuel -= n
	ev.total -= n
}

// soughtWords lists the words of files to take in, see Linker.sought.
func (ev *evaluator) soughtWords() []string {
	slices.Sort(ev.sought)
	return slices.Compact(ev.sought)
}

// maxKept bounds the tables that are kept for the next unit.
const maxKept = 2048

// emptied returns the map without its entries; a new one when it was large.
func emptied[K comparable, V any](m map[K]V) map[K]V {
	if m == nil || len(m) > maxKept {
		return map[K]V{}
	}
	clear(m)
	return m
}

// expanded evaluates with parameters filled from their callers.
func (ev *evaluator) expanded(do func() set) set {
	was := ev.expand
	ev.expand = true
	defer func() { ev.expand = was }()
	return do()
}

// lazily evaluates without taking in files that say nothing of Kafka: for
// questions that only concern files that are looked at anyway.
func (ev *evaluator) lazily(lazy bool, do func()) {
	was := ev.lazy
	ev.lazy = lazy
	defer func() { ev.lazy = was }()
	do()
}

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
	if s, ok := ev.memo[memoKey{r, fr, ev.expand, ev.lazy}]; ok {
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
		ev.memo[memoKey{r, fr, ev.expand, ev.lazy}] = s
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

// after appends a further trace behind each alternative's own.
func (s set) after(tr *trace) set {
	if tr == nil {
		return s
	}
	out := make(set, len(s))
	for i, a := range s {
		if a.tr == nil {
			out[i] = alt{a.v, tr}
		} else {
			out[i] = a
		}
	}
	return out
}

// each makes one set of every alternative, for lists of computed items.
func (s set) each() []set {
	out := make([]set, len(s))
	for i, a := range s {
		out[i] = set{a}
	}
	return out
}

func (s set) orUnknown(r ref) set {
	if len(s) == 0 {
		return one(&unknown{"nothing says what this is", r.place()}, nil)
	}
	return s
}

// lists picks the two lists when both operands of a concatenation are lists.
func lists(a, b set) ([2]alt, bool) {
	if len(a) == 1 && len(b) == 1 {
		_, ok1 := a[0].v.(*listing)
		_, ok2 := b[0].v.(*listing)
		if ok1 && ok2 {
			return [2]alt{a[0], b[0]}, true
		}
	}
	return [2]alt{}, false
}

// normal merges neighbouring literal parts of every string.
func (s set) normal() set {
	for i, a := range s {
		sv, ok := a.v.(*stringValue)
		if !ok || len(sv.parts) < 2 {
			continue
		}
		var parts []part
		for _, p := range sv.parts {
			if p.kind == partText {
				if p.text == "" {
					continue
				}
				if n := len(parts); n > 0 && parts[n-1].kind == partText {
					parts[n-1].text += p.text
					continue
				}
			}
			parts = append(parts, p)
		}
		s[i].v = &stringValue{parts: parts, ops: sv.ops}
	}
	return s
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

// orElse is `a or b`: what of a can be empty gives way to b.
func orElse(a, b set) set {
	var out set
	needB := len(a) == 0
	for _, x := range a {
		switch v := x.v.(type) {
		case *constant:
			if v.kind == facts.None || v.text == "false" || v.text == "0" {
				needB = true
				continue
			}
		case *stringValue:
			if t, ok := v.constText(); ok && t == "" {
				needB = true
				continue
			}
			if p := v.loneEnv(); p != nil && p.def == nil {
				q := *p
				q.def = b
				q.required = false
				q.filled = true
				for _, d := range b { // a default that is a parameter leaves a hole
					if _, ok := d.v.(*param); ok {
						out = out.add(d)
					}
				}
				out = out.add(alt{&stringValue{parts: []part{q}, ops: v.ops}, x.tr})
				continue
			}
		case *unknown, *param, *external:
			needB = true
		}
		out = out.add(x)
	}
	if needB {
		out = out.add(b...)
	}
	return out
}

// printf evaluates a %-format.
func (ev *evaluator) printf(r ref, e *facts.Expr, fr *frame) set {
	f := r.file.facts()
	var args []set
	for _, k := range f.Operands(e) {
		x := f.At(k)
		if x.Kind == facts.List && x.Flag&facts.Tuple != 0 {
			for _, t := range f.Operands(x) {
				args = append(args, ev.eval(r.at(t), fr).orUnknown(r.at(t)))
			}
			continue
		}
		args = append(args, ev.eval(r.at(k), fr).orUnknown(r.at(k)))
	}
	return ev.filled(ev.eval(r.at(e.X), fr), args, r)
}

// filled fills the places of a %-template.
func (ev *evaluator) filled(template set, args []set, r ref) set {
	var out set
	for _, t := range template {
		if p, ok := t.v.(*param); ok {
			out = out.add(alt{p, t.tr})
			continue
		}
		text, ok := constOf(t.v)
		if !ok {
			out = out.add(alt{&unknown{"a computed format string", r.place()}, nil})
			continue
		}
		s := one(literal(""), nil)
		n := 0
		for text != "" {
			i := strings.IndexByte(text, '%')
			if i < 0 || i+1 >= len(text) {
				s = concat(s, one(literal(text), nil), r.place())
				break
			}
			s = concat(s, one(literal(text[:i]), nil), r.place())
			text = text[i+1:]
			if text[0] == '%' {
				s = concat(s, one(literal("%"), nil), r.place())
				text = text[1:]
				continue
			}
			j := strings.IndexFunc(text, func(c rune) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' })
			arg := one(&unknown{"a format argument that can't be told", r.place()}, nil)
			if text[0] == '(' { // %(name)s
				k := strings.IndexByte(text, ')')
				if k < 0 || k+1 >= len(text) {
					s = concat(s, arg, r.place())
					break
				}
				if len(args) == 1 {
					var got set
					for _, m := range args[0] {
						if m, ok := m.v.(*mapping); ok {
							got = got.add(ev.indexMap(m, one(literal(text[1:k]), nil), nil, r.place())...)
						}
					}
					if len(got) > 0 {
						arg = got
					}
				}
				text = text[k+1:]
				j = strings.IndexFunc(text, func(c rune) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' })
			} else if n < len(args) {
				arg = args[n]
				n++
			}
			s = concat(s, arg, r.place())
			if j < 0 {
				break
			}
			text = text[j+1:]
		}
		out = out.add(s.normal()...)
	}
	return out.through(r.place(), "formatted string")
}

// constOf returns the text of a value that is one known string or number.
func constOf(v value) (string, bool) {
	switch v := v.(type) {
	case *stringValue:
		return v.constText()
	case *constant:
		if v.kind != facts.None {
			return v.text, true
		}
	}
	return "", false
}

// elements returns what iterating over v yields.
func (ev *evaluator) elements(v value, at place) set {
	switch v := v.(type) {
	case *listing:
		var out set
		for _, it := range ev.items(v) {
			out = out.add(it...)
		}
		return out.add(ev.taken(v.ref, 1, false)...)
	case *stored:
		return ev.taken(v.owner, v.depth+1, false)
	case *mapping: // iterating a map gives its keys
		if isKotlin(v.ref.file) {
			return ev.elementsOf(ev.partOfMap(v, "items"), at)
		}
		var out set
		for _, en := range ev.entries(v) {
			out = out.add(en.keyOf())
		}
		return out
	case *message:
		switch v.kind {
		case "records":
			return one(v.as("record"), nil)
		case "batches":
			return one(v.as("partition"), nil)
		case "payloads":
			return one(v.as("payload"), nil)
		case "payload":
			return one(v.field("[]"), nil)
		case "batch.items":
			return one(v.as("batch.item"), nil)
		case "payload.items":
			return one(v.as("payload.item"), nil)
		case "batch.values":
			return one(v.as("records"), nil)
		}
	case *instance:
		if v.typ != nil {
			if res := ev.l.models.Iterate(v.typ); res != "" {
				return ev.result(res, v, ref{}, nil, at)
			}
		}
		if got := ev.taken(ev.container(v), 1, false); len(got) > 0 {
			return got
		}
	case *object:
		for _, name := range []string{"__iter__", "__aiter__"} {
			if fn := ev.methodOf(v, name); fn != nil {
				var out set
				for _, a := range ev.callFunction(fn, nil, nil, at) {
					if _, self := a.v.(*object); !self {
						out = out.add(ev.elements(a.v, at)...)
					}
				}
				return out
			}
		}
		for _, b := range ev.externalBases(v.class) { // a class that extends a consumer
			if t := ev.l.models.Types[b]; t != nil {
				if res := ev.l.models.Iterate(t); res != "" {
					return ev.result(res, &instance{typ: t, path: t.Name, call: ev.superCall(v)}, ref{}, nil, at)
				}
			}
		}
	case *stringValue:
		for i, op := range v.ops {
			if op.op == "split" && i == len(v.ops)-1 {
				return one(v, nil)
			}
		}
		if p := v.loneEnv(); p != nil { // a variable read as a list
			return one(&stringValue{parts: v.parts, ops: append(append([]strOp(nil), v.ops...), strOp{op: "split", a: ","})}, nil)
		}
	case *class: // an enumeration
		return ev.enumMembers(v)
	case *param, *unknown:
		return one(v, nil)
	}
	return one(&unknown{"an element of something that is not a known list", at}, nil)
}

// items returns the item sets of a list.
func (ev *evaluator) items(v *listing) []set {
	if v.items != nil || v.ref.file == nil {
		return v.items
	}
	mk := memoKey{v.ref, v.fr, ev.expand, ev.lazy}
	if got, ok := ev.lists[mk]; ok {
		return got
	}
	k := activeKey{guard: guardItems, ref: ref{v.ref.file, v.ref.id}, fr: v.fr}
	if ev.recurs(k) || ev.exhausted() { // a list that is spread into itself
		return nil
	}
	m := ev.mark()
	ev.pose(k)
	ev.total--
	got := ev.readItems(v)
	ev.answered(k)
	if ev.isWhole(m) {
		ev.lists[mk] = got
	}
	return got
}

func (ev *evaluator) readItems(v *listing) []set {
	f := v.ref.file.facts()
	e := v.ref.expr()
	var out []set
	for _, k := range f.Operands(e) {
		if spreads(f, k) {
			for _, a := range ev.eval(v.ref.at(k), v.fr) {
				if l, ok := a.v.(*listing); ok {
					out = append(out, ev.items(l)...)
				} else {
					out = append(out, ev.elements(a.v, v.ref.place()))
				}
			}
			continue
		}
		out = append(out, ev.eval(v.ref.at(k), v.fr))
	}
	return append(out, ev.laterItems(v.ref, v.fr)...)
}

// spreads reports whether an element of a list literal is spread into it. The
// grammar has `[*a.b]` as an attribute of `*a`.
func spreads(f *facts.File, id facts.ExprID) bool {
	for {
		switch e := f.At(id); e.Kind {
		case facts.Spread:
			return true
		case facts.Attr, facts.Index, facts.Call:
			id = e.X
		default:
			return false
		}
	}
}

// item returns element number i of v.
func (ev *evaluator) item(v value, i int, at place) set {
	switch v := v.(type) {
	case *listing:
		items := ev.items(v)
		e := facts.Expr{}
		if v.ref.file != nil && v.items == nil {
			e = *v.ref.expr()
		}
		if e.Flag&facts.Comp != 0 && len(items) > 0 {
			return unpacked(v, items[0])
		}
		if i < 0 {
			i += len(items)
		}
		if i >= 0 && i < len(items) {
			return unpacked(v, items[i])
		}
		return ev.taken(v.ref, 1, false)
	case *stored:
		return ev.taken(v.owner, v.depth+1, false)
	case *message:
		switch v.kind {
		case "batch.item":
			if i == 1 {
				return one(v.as("records"), nil)
			}
			return one(v.as("partition"), nil)
		case "payload.item":
			if i == 1 {
				return one(v.as("payload"), nil)
			}
		case "records", "payloads":
			return ev.elements(v, at)
		case "payload":
			return one(v.field("[]"), nil)
		}
	case *stringValue:
		if n := len(v.ops); n > 0 && v.ops[n-1].op == "split" {
			return one(&stringValue{parts: v.parts, ops: append(append([]strOp(nil), v.ops...), strOp{op: "item", a: strconv.Itoa(i)})}, nil)
		}
	case *param, *unknown:
		return one(v, nil)
	}
	return one(&unknown{"a part of something that is not a known list", at}, nil)
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
