package flow

import (
	"slices"
	"strconv"
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

// call evaluates a call expression.
func (ev *evaluator) call(r ref, e *facts.Expr, fr *frame) set {
	f := r.file.facts()
	callee := f.At(e.X)
	var out set
	var callees set
	if callee.Kind == facts.Attr {
		name := f.Text(callee.Name)
		recv := ev.eval(r.at(callee.X), fr)
		if len(recv) == 0 {
			got, _ := ev.anyMethod(&unknown{}, name, r, fr)
			return got
		}
		for _, a := range recv {
			if got, ok := ev.attributesAsked(a, name, r, fr); ok {
				out = out.add(got...)
				continue
			}
			if got, ok := ev.anyMethod(a.v, name, r, fr); ok {
				out = out.add(got...)
				continue
			}
			if fns := ev.extensions(a.v, name, r.file, len(f.Operands(e))); len(fns) > 0 && !ev.hasMethod(a.v, name) {
				args := extensionArgs(r, callee, fr)
				for _, fn := range fns {
					out = out.add(ev.callFunction(fn, args, &callSite{r, fr}, r.place())...)
				}
				continue
			}
			if got, ok := ev.scopeFunction(a, name, r, fr); ok {
				out = out.add(got...)
				continue
			}
			if got, ok := ev.valueMethod(a, name, r, fr); ok {
				out = out.add(got...)
				continue
			}
			if got, ok := ev.accessed(a.v, name, r, fr); ok {
				out = out.add(got.after(a.tr)...)
				continue
			}
			if p, ok := a.v.(*param); ok && (name == "topic" || ev.l.models.Attributes[name] == "topic") {
				if got := ev.topicOfParam(p, r.place()); len(got) > 0 {
					out = out.add(got...)
					continue
				}
			}
			members := ev.attr(a.v, name, r.at(e.X).place(), fr)
			if _, open := a.v.(*param); open && e.N == 0 && ev.l.lang.members() {
				var read set
				read, members = fieldsAmong(members)
				out = out.add(read...)
			}
			callees = callees.add(members...)
		}
	} else if got, ok := ev.ownType(r, fr); callee.Kind == facts.Name && ok {
		return got
	} else {
		callees = ev.asType(r.at(e.X), fr)
		if fns := ev.added(r, callee, callees); len(fns) > 0 {
			for _, fn := range fns {
				out = out.add(ev.callFunction(fn, ev.addedArgs(fn, r, fr), &callSite{r, fr}, r.place())...)
			}
			return out
		}
	}
	for _, a := range callees {
		out = out.add(ev.invoke(a.v, r, fr)...)
	}
	return out
}

// scopeFunction evaluates a method that any value has and that gives the value
// itself to a function, as `x.let { f(it) }`: what that returns, or, aside, the
// value. ok is false for others.
func (ev *evaluator) scopeFunction(recv alt, name string, r ref, fr *frame) (set, bool) {
	fw := ev.l.models.Forwards["."+name]
	if fw == nil || len(fw.Given) == 0 || fw.Given[0].Keyword != client.Receiver || ev.hasMethod(recv.v, name) {
		return nil, false
	}
	if fw.Aside {
		if o, ok := recv.v.(*object); ok && !o.handed && ev.givenByCaller(fw, r, fr) { // Config().apply(configure)
			c := *o
			c.handed = true
			recv.v = &c
		}
		return set{recv}, true
	}
	var out set
	for _, slot := range fw.Function {
		a, ok := ev.slotArg(r, fr, slot)
		if !ok {
			continue
		}
		for _, t := range ev.argValue(a) {
			switch fn := t.v.(type) {
			case *function:
				out = out.add(ev.callFunction(fn, []arg{{val: set{recv}}}, &callSite{r, fr}, r.place())...)
			case *class:
				out = out.add(alt{ev.construct(fn, r, fr), nil})
			}
		}
		break
	}
	if len(out) == 0 {
		return one(&unknown{"the result of a call that can't be followed", r.place()}, nil), true
	}
	return out, true
}

// givenByCaller reports whether the function that a call is given is none that is
// known: whoever calls the function around it gives that.
func (ev *evaluator) givenByCaller(fw *client.Forward, r ref, fr *frame) bool {
	for _, slot := range fw.Function {
		if a, ok := ev.slotArg(r, fr, slot); ok {
			return slices.ContainsFunc(ev.argValue(a), func(a alt) bool {
				switch a.v.(type) {
				case *param, *unknown:
					return true
				}
				return false
			})
		}
	}
	return false
}

// anyMethod evaluates a method that the models know by its name alone, whatever
// foreign object it is called on; ok is false for others.
func (ev *evaluator) anyMethod(recv value, name string, r ref, fr *frame) (set, bool) {
	c := ev.l.models.Functions["."+name]
	if c == nil {
		return nil, false
	}
	switch v := recv.(type) {
	case *param, *unknown, *external:
	case *instance:
		if v.typ != nil && ev.l.models.Method(v.typ, name) != nil {
			return nil, false
		}
	default:
		return nil, false
	}
	return ev.result(c.Result, &instance{path: name}, r, fr, r.place()), true
}

// invoke evaluates the call r of the given callee.
func (ev *evaluator) invoke(v value, r ref, fr *frame) set {
	at := r.place()
	site := &callSite{r, fr}
	switch v := v.(type) {
	case *function:
		args := callArgs(r, fr)
		return ev.callFunction(ev.overload(v, args), args, site, at)
	case *class:
		if isEnum(ev, v) && !ev.l.lang.members() {
			if a, ok := firstArg(r, fr); ok {
				return ev.argValue(a)
			}
		}
		if s, ok := ev.conversion(v, r, fr); ok {
			return s
		}
		return one(ev.construct(v, r, fr), &trace{place: at, what: "object of " + v.name()})
	case *object:
		if fn := ev.methodOf(v, "__call__"); fn != nil {
			return ev.callFunction(fn, callArgs(r, fr), site, at)
		}
		return one(&unknown{"the result of a call that can't be followed", at}, nil)
	case *instance:
		if rd := ev.l.models.Reads[v.path]; rd != nil {
			return ev.readEnv(rd, r, fr, v)
		}
		return one(&instance{path: v.path + "()", call: site, recv: v}, nil)
	case *external:
		return ev.callExternal(v, r, fr)
	case *param:
		return one(v, nil)
	case *message:
		return one(v, nil)
	case *unknown:
		return one(v, nil)
	case *mapping, *listing, *stringValue, *constant, *document:
		return nil
	}
	return one(&unknown{"the result of a call that can't be followed", at}, nil)
}

// callFunction evaluates what a workspace function returns.
func (ev *evaluator) callFunction(fn *function, args []arg, site *callSite, at place) set {
	if s := ev.boundGetter(fn); len(s) > 0 {
		return s
	}
	fr := ev.enterFunc(fn, args, site)
	if fr.depth > maxFrames {
		ev.limited()
		return one(&unknown{"too many nested calls", at}, nil)
	}
	k := activeKey{guard: guardReturns, ref: ref{fn.file, facts.ExprID(fn.scope)}}
	if ev.recurs(k) { // recursion adds nothing
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	f := fn.file.facts()
	sc := &f.Scopes[fn.scope]
	if sc.Flag&facts.Abstract != 0 {
		if s := ev.givenByOverrides(fn, args, site, at); len(s) > 0 {
			return s
		}
	}
	var out, yields set
	var all []given
	for _, i := range fn.file.returnsOf(fn.scope) {
		rt := &f.Returns[i]
		if rt.Value == 0 {
			continue
		}
		holds, told := ev.toldByNil(fn.file, rt.Block, fr)
		if told && !holds {
			continue
		}
		s := ev.eval(ref{fn.file, rt.Value}, fr)
		if rt.Yield {
			yields = yields.add(s...)
			continue
		}
		all = append(all, given{rt.Block, s})
		out = out.add(s...)
		if told && f.Blocks[rt.Block].Parent == sc.Body {
			break
		}
	}
	// What comes behind a return is reached where that isn't.
	out = ev.settled(fn.file, all, out, fr, nil)
	if sc.Generator {
		return one(&listing{items: []set{yields}}, nil)
	}
	out = usable(out)
	if nothingKnown(out) && sc.Result != 0 {
		if t := ev.annotated(ref{fn.file, sc.Result}, nil); len(t) > 0 {
			if sc.Flag&facts.Abstract != 0 { // made by whoever reads the annotations
				return askedBy(t, fn.file, f.Decorators(sc))
			}
			return t
		}
	}
	return out.through(place{fn.file, sc.NameSpan}, "returned by "+f.Text(sc.Name))
}

// callExternal evaluates a call of something outside the workspace.
func (ev *evaluator) callExternal(v *external, r ref, fr *frame) set {
	m := ev.l.models
	at := r.place()
	site := &callSite{r, fr}
	if rd := m.Reads[v.path]; rd != nil && (rd.Prefix != nil || r.expr().N > 0) && (v.recv == nil || m.Types[v.path] == nil) && !rd.Subscript {
		if _, constructs := m.Types[v.path]; !constructs && (rd.Store != "" || m.Family != client.Python || !(isUpper(lastDotted(v.path)) && v.recv == nil)) {
			return ev.readEnv(rd, r, fr, v.recv)
		}
	}
	if m.Documents[v.path] {
		if d := ev.loadedDocument(r, fr); len(d) > 0 {
			return d
		}
	}
	if how := m.Bound[v.path]; how != nil && len(how.Document) > 0 && m.Family == client.Python {
		if s := ev.filledObjects(how, v, r, fr); len(s) > 0 {
			return s
		}
	}
	if slots := m.Through[v.path]; slots != nil {
		for _, s := range slots {
			if a, ok := ev.slotArg(r, fr, s); ok {
				return ev.argValue(a)
			}
		}
	}
	if kind := m.Makes[v.path]; kind != "" {
		return ev.made(kind, r, fr)
	}
	if form, ok := m.Formats[v.path]; ok {
		return ev.filledTemplate(form, r, fr)
	}
	if m.Picks[v.path] {
		if a, ok := onlyArg(r, fr); ok {
			if got := ev.elementsOf(ev.argValue(a), at); slices.ContainsFunc(got, func(a alt) bool { return ev.holdsMessage(a.v, 0) }) {
				return got
			}
		}
	}
	if fw := ev.forwardOf(r, one(v, nil)); fw != nil && !fw.Aside {
		var out set
		for _, slot := range fw.Function {
			a, ok := ev.slotArg(r, fr, slot)
			if !ok {
				continue
			}
			for _, t := range ev.argValue(a) {
				switch fn := t.v.(type) {
				case *function:
					args := ev.forwardedArgs(r, fr, fw)
					if fw.Partial {
						c := *fn
						c.bound = append(append([]arg(nil), fn.bound...), args...)
						out = out.add(alt{&c, t.tr})
						continue
					}
					for _, res := range ev.callFunction(fn, args, site, at) {
						if l, ok := res.v.(*listing); ok && l.items != nil && len(l.items) == 1 {
							out = out.add(l.items[0]...)
							continue
						}
						out = out.add(res)
					}
				case *class:
					out = out.add(alt{ev.construct(fn, r, fr), nil})
				case *external:
					if b := ev.boundMethod(fn, r, fr, fw); b != nil {
						out = out.add(alt{b, t.tr})
					}
				}
			}
			break
		}
		if len(out) > 0 {
			return out
		}
		return one(&unknown{"the result of a call that can't be followed", at}, nil)
	}
	if t := m.Types[v.path]; t != nil {
		return one(&instance{typ: t, path: t.Name, call: site, recv: v.recv}, &trace{place: at, what: "made by " + lastDotted(v.path)})
	}
	if c := m.Functions[v.path]; c != nil && c.Result != "" && isMessage(c.Result) {
		return one(&message{kind: c.Result, at: r}, &trace{place: at, what: "message"})
	} else if c != nil && m.Types[c.Result] != nil {
		return one(&instance{typ: m.Types[c.Result], path: c.Result, call: site}, &trace{place: at, what: "made by " + lastDotted(v.path)})
	}
	if c := m.Functions[v.path]; c != nil && m.Types[c.Result] != nil {
		t := m.Types[c.Result]
		return one(&instance{typ: t, path: t.Name, call: site, recv: v.recv}, &trace{place: at, what: "made by " + lastDotted(v.path)})
	}
	if got, ok := ev.textFunction(v.path, r, fr); ok {
		return got
	}
	if in, ok := v.recv.(*instance); ok && in.typ != nil {
		c := m.Method(in.typ, lastDotted(v.path))
		if c != nil && strings.HasPrefix(c.Result, "new:") {
			if made := ev.provided(in, at); made != nil {
				in, c = made, m.Method(made.typ, lastDotted(v.path))
			}
		}
		if c != nil && c.Result != "" {
			if c.Action != nil && c.Action.Role == client.Consume && isMessage(c.Result) { // consumes by itself
				return one(&message{kind: c.Result, at: r}, &trace{place: at, what: "message"})
			}
			return ev.result(c.Result, in, r, fr, at)
		} else if next := m.FluentOf(in.typ); c == nil && next != "" {
			return ev.result(next, in, r, fr, at)
		}
	}
	switch v.path {
	case "dict", "OrderedDict", "collections.OrderedDict", "types.SimpleNamespace":
		return one(&mapping{ref: r, fr: fr}, nil)
	case "collections.defaultdict", "defaultdict":
		return one(&mapping{ref: r, fr: fr, skip: 1}, nil)
	case "list", "tuple", "set", "sorted", "reversed", "frozenset", "enumerate", "filter":
		if a, ok := firstArg(r, fr); ok {
			s := ev.argValue(a)
			for i := range s {
				if m, ok := s[i].v.(*mapping); ok { // a map as a list: its keys
					s = slices.Clone(s)
					s[i].v = ev.keyList(m)
				}
			}
			if v.path == "enumerate" {
				return one(&listing{items: []set{one(&listing{items: []set{one(&constant{kind: facts.Number, text: "0"}, nil), ev.elementsOf(s, at)}}, nil)}}, nil)
			}
			return s
		}
		return one(&listing{ref: r, fr: fr, items: []set{}}, nil)
	case "append":
		return ev.appended(r, fr)
	case "getattr":
		return ev.getattr(r, fr)
	case "super":
		return ev.super(r, fr)
	case "zip", "map", "chain", "itertools.chain":
		return one(&unknown{"a computed list", at}, nil)
	case "type":
		return nil
	}
	if q := m.Queues[v.path]; q != nil {
		return one(&instance{path: v.path, call: site}, &trace{place: at, what: "queue"})
	}
	return one(&instance{path: v.path, call: site, recv: v.recv}, nil)
}

func isMessage(result string) bool {
	switch result {
	case "record", "records", "batches", "payload", "payloads":
		return true
	}
	return false
}

func isUpper(s string) bool { return s != "" && s[0] >= 'A' && s[0] <= 'Z' }

func lastDotted(s string) string { return s[strings.LastIndexByte(s, '.')+1:] }

func firstArg(r ref, fr *frame) (arg, bool) {
	for _, a := range callArgs(r, fr) {
		if a.name == "" && a.flag == 0 {
			return a, true
		}
	}
	return arg{}, false
}

// onlyArg returns the one positional argument of a call.
func onlyArg(r ref, fr *frame) (arg, bool) {
	var out arg
	n := 0
	for _, a := range callArgs(r, fr) {
		if a.name == "" {
			out = a
			n++
		}
	}
	return out, n == 1 && out.flag == 0
}

func (ev *evaluator) elementsOf(s set, at place) set {
	var out set
	for _, a := range s {
		out = out.add(ev.elements(a.v, at)...)
	}
	return out
}

// getattr evaluates getattr(x, "name", default).
func (ev *evaluator) getattr(r ref, fr *frame) set {
	args := callArgs(r, fr)
	if len(args) < 2 {
		return nil
	}
	var out set
	for _, n := range ev.argValue(args[1]) {
		name, ok := constOf(n.v)
		if !ok {
			return one(&unknown{"an attribute whose name is computed", r.place()}, nil)
		}
		out = out.add(ev.attrs(ev.argValue(args[0]), name, r.place(), fr)...)
	}
	if len(args) > 2 && nothingKnown(out) {
		if def := ev.argValue(args[2]); !isNone(def) || len(out) == 0 { // something may set it all the same
			out = def
		}
	}
	return out
}

// result interprets a model's result word for a call on (or a field or
// iteration of) an instance.
func (ev *evaluator) result(res string, in *instance, r ref, fr *frame, at place) set {
	switch res {
	case "record", "records", "batches", "payload", "payloads":
		return one(&message{kind: res, src: in}, &trace{place: at, what: "message"})
	case "self":
		return one(in, nil)
	case "key": // of a store, whose value it is
		if s := ev.sectionValue(in, at); len(s) > 0 {
			return s
		}
		return one(&unknown{"what a library gives", at}, nil)
	case "topic": // of the message that is handled
		return ev.attr(&message{kind: "record", src: in}, "topic", at, fr)
	case "":
		return one(&unknown{"what a library gives", at}, nil)
	}
	if spec, ok := strings.CutPrefix(res, "of:"); ok && r.file != nil {
		slot, err := client.ParseSlot(spec)
		if err != nil {
			return nil
		}
		return ev.ofType(ev.slot(slot, r, fr, in), r)
	}
	if spec, ok := strings.CutPrefix(res, "new:"); ok {
		if in.call == nil {
			return one(&unknown{"how this was made can't be told", at}, nil)
		}
		for _, text := range strings.Split(spec, ",") {
			slot, err := client.ParseSlot(text)
			if err != nil {
				continue
			}
			if s := ev.slot(slot, in.call.ref, in.call.fr, in.recv); len(s) > 0 {
				return s
			}
		}
		return nil
	}
	if n, ok := strings.CutPrefix(res, "types:"); ok { // a list of them
		got := ev.ofTypeArgument(n, in, r, fr, at)
		if nothingKnown(got) {
			return got
		}
		return one(&listing{items: []set{got}}, nil)
	}
	if n, ok := strings.CutPrefix(res, "type:"); ok {
		return ev.ofTypeArgument(n, in, r, fr, at)
	}
	if t := ev.l.models.Types[res]; t != nil {
		if r.file == nil { // an attribute: made with its object
			return one(&instance{typ: t, path: t.Name, call: in.call, recv: in.recv}, nil)
		}
		if more := ev.l.models.Types[res+"`"+strconv.Itoa(typeArgumentsOf(r))]; more != nil {
			t = more
		}
		return one(&instance{typ: t, path: t.Name, call: &callSite{r, fr}, recv: in}, &trace{place: at, what: "made by " + lastDotted(in.path)})
	}
	return one(&unknown{"the result of a library call", at}, nil)
}

// forwardOf finds the model of a call that calls the function given to it.
func (ev *evaluator) forwardOf(site ref, callees set) *client.Forward {
	f := site.file.facts()
	callee := f.At(site.expr().X)
	name := f.Text(lastName(f, site.expr().X))
	for _, a := range callees {
		switch v := a.v.(type) {
		case *external:
			if fw := ev.l.models.Forwards[v.path]; fw != nil {
				return fw
			}
		case *function, *class:
			return nil
		}
	}
	if callee.Kind == facts.Attr {
		return ev.l.models.Forwards["."+name]
	}
	return nil
}

// forwardedArgs lists the arguments that a forwarding call passes on.
func (ev *evaluator) forwardedArgs(site ref, fr *frame, fw *client.Forward) []arg {
	var out []arg
	for _, s := range fw.Args {
		if a, ok := ev.slotArg(site, fr, s); ok {
			a.name, a.flag = "", facts.SpreadOne
			out = append(out, a)
			break
		}
	}
	for _, s := range fw.Kwargs {
		if a, ok := ev.slotArg(site, fr, s); ok {
			a.name, a.flag = "", facts.SpreadMap
			out = append(out, a)
			break
		}
	}
	for _, s := range fw.Given {
		if s.Keyword == client.Receiver {
			out = append(out, arg{val: ev.receiverOf(site, fr)})
			break
		}
		if a, ok := ev.slotArg(site, fr, s); ok {
			a.name = ""
			out = append(out, a)
			break
		}
	}
	if fw.Indexed {
		out = append(out, arg{val: one(&unknown{"the number of an element", site.place()}, nil)})
	}
	for _, s := range fw.Element {
		if s.Keyword == client.Receiver {
			var val set // the elements of a list, or what is there
			for _, a := range ev.receiverOf(site, fr) {
				switch v := a.v.(type) {
				case *instance:
					if v.typ == nil || ev.l.models.Iterate(v.typ) != "" {
						val = val.add(ev.elements(v, site.place())...)
						continue
					}
					val = val.add(a)
				case *mapping:
					if two := ev.keyAndValue(v, site, fw); two != nil {
						out = append(out, two...)
						continue
					}
					val = val.add(ev.elements(v, site.place())...)
				case *stringValue, *object, *selfValue, *constant:
					val = val.add(a)
				default:
					val = val.add(ev.elements(v, site.place())...)
				}
			}
			if len(val) > 0 || len(out) == 0 || fw.Indexed {
				out = append(out, arg{val: val})
			}
			break
		}
		if a, ok := ev.slotArg(site, fr, s); ok {
			out = append(out, arg{val: ev.elementsOf(ev.argValue(a), site.place())})
			break
		}
	}
	if t := ev.l.models.Types[fw.Gives]; t != nil {
		out = append(out, arg{val: one(&instance{typ: t, path: t.Name}, nil)})
	}
	n := 0
	for _, a := range callArgs(site, fr) {
		if a.name == "" {
			if fw.All || fw.Rest > 0 && n >= fw.Rest {
				if fw.Each {
					a = arg{val: ev.elementsOf(ev.argValue(a), site.place())}
				}
				out = append(out, a)
			}
			n++
		} else if fw.Keywords {
			out = append(out, a)
		}
	}
	return out
}

// slotArg finds the argument of a call that a slot names (Slot.New ignored).
func (ev *evaluator) slotArg(site ref, fr *frame, s client.Slot) (arg, bool) {
	args, _ := ev.flat(callArgs(site, fr))
	return pickArg(s, args)
}

// positions counts the arguments that have no name.
func positions(args []arg) int {
	n := 0
	for _, a := range args {
		if a.name == "" {
			n++
		}
	}
	return n
}

// pickArg finds the argument that a slot names.
func pickArg(s client.Slot, args []arg) (arg, bool) {
	if s.Of > 0 && s.Of != len(args)-typeArguments(args) {
		return arg{}, false
	}
	if s.OfPositions > 0 && s.OfPositions != positions(args) {
		return arg{}, false
	}
	n := 0
	for _, a := range args {
		if a.name == "" {
			if s.Pos >= 0 && n == s.Pos {
				return a, true
			}
			n++
		} else if s.Keyword != "" && a.name == s.Keyword {
			return a, true
		}
	}
	if s.Keyword != "" {
		for _, a := range args { // whoever gives the map decides
			if a.flag&facts.SpreadMap != 0 && hasHole(a.val) {
				return a, true
			}
		}
	}
	return arg{}, false
}

// slot evaluates what a slot of a call holds: nothing when it is not given.
// recv is the call's receiver.
func (ev *evaluator) slot(s client.Slot, site ref, fr *frame, recv value) set {
	if in, ok := recv.(*instance); ok && s.New == 1 && s.Keyword != "" && s.Key == "" && in.call != nil {
		if got := ev.assignedField(in, s.Keyword, site, fr); len(got) > 0 {
			return got
		}
	}
	for i := 0; i < s.New; i++ {
		in, ok := recv.(*instance)
		if !ok || in.call == nil {
			return nil
		}
		site, fr, recv = in.call.ref, in.call.fr, in.recv
	}
	if s.Method != "" {
		if got := ev.setBefore(s, site, fr); len(got) > 0 {
			return got
		}
		return ev.chainSlot(s, recv)
	}
	if s.Keyword == client.Receiver {
		return ev.receiverOf(site, fr)
	}
	if s.Option != "" {
		var out set
		for _, in := range ev.optionCalls(s.Option, site, fr) {
			out = out.add(ev.slotIn(s, in.call.ref, in.call.fr)...)
		}
		return out
	}
	if s.Assigned != "" {
		return ev.assignedIn(s.Assigned, site, fr)
	}
	if s.Inside != "" {
		var out set
		for _, c := range ev.innerCalls(s.Inside, site, fr) {
			out = out.add(ev.slotIn(s, c.ref, c.fr)...)
		}
		return out
	}
	return ev.slotIn(s, site, fr)
}

// slotIn evaluates what a slot of a call holds, whichever call that is.
func (ev *evaluator) slotIn(s client.Slot, site ref, fr *frame) set {
	var v set
	if s.Rest {
		args, _ := ev.flat(callArgs(site, fr))
		var items []set
		n := 0
		for _, a := range args {
			if a.name == "" {
				if n >= s.Pos {
					if a.flag&facts.SpreadOne != 0 {
						items = append(items, a.val)
					} else {
						items = append(items, ev.argValue(a))
					}
				}
				n++
			}
		}
		if len(items) == 0 {
			return nil
		}
		v = one(&listing{items: items}, nil)
	} else {
		a, ok := ev.slotArg(site, fr, s)
		if !ok {
			return nil
		}
		v = ev.argValue(a)
	}
	if s.Field != "" {
		v = ev.fieldOf(v, s.Field, site.place())
	}
	if s.Key != "" {
		v = ev.underKey(v, s.Key)
	}
	for _, key := range s.Deeper {
		if key != "" {
			v = ev.underKey(v, key)
			continue
		}
		var out set
		for _, m := range v {
			if l, ok := m.v.(*listing); ok {
				out = out.add(ev.elements(l, site.place())...)
			} else if _, ok := m.v.(*param); ok {
				out = out.add(m)
			}
		}
		v = out
	}
	return v
}

// underKey looks a key up in maps and objects; parameters stay open.
func (ev *evaluator) underKey(s set, key string) set {
	var out set
	for _, m := range s {
		switch v := m.v.(type) {
		case *mapping:
			found := false
			for _, en := range ev.entries(v) {
				if en.key == key {
					out = out.add(ev.entryValue(en)...)
					found = true
				}
			}
			if !found {
				out = out.add(ev.openEntries(v)...)
				out = out.add(ev.openSpreads(v)...)
			}
		case *object:
			if got := ev.objectAttr(v, key, place{}); !nothingKnown(got) {
				out = out.add(got...)
			}
		case *instance: // a record of a library
			out = out.add(ev.recordField(v, key)...)
		case *section:
			b := v.below(key, v.at)
			out = out.add(alt{b.key(), &trace{place: v.at, what: "key " + b.prefix, next: m.tr}})
		case *listing:
			for _, it := range ev.items(v) {
				out = out.add(ev.underKey(it, key)...)
			}
		case *document:
			if n := v.node.Get(key); n != nil {
				out = out.add(ev.docValue(v.path, n, key)...)
			}
		case *param:
			out = out.add(alt{v, m.tr})
		}
	}
	return out
}

// envOf makes a variable of every possible name.
func (ev *evaluator) envOf(names, def set, hasDefault, required bool, r ref) set {
	var out set
	for _, n := range names {
		switch v := n.v.(type) {
		case *param:
			out = out.add(n)
			continue
		default:
			name, ok := constOf(v)
			if !ok {
				out = out.add(alt{&unknown{"a variable whose name is computed", r.place()}, n.tr})
				continue
			}
			p := part{kind: partEnv, text: name, at: r.place(), required: required && !hasDefault}
			if hasDefault && !isNone(def) {
				for _, d := range def { // a default that is a parameter leaves a hole
					if _, ok := d.v.(*param); ok {
						out = out.add(d)
					}
				}
				p.def = def
			}
			tr := &trace{place: r.place(), what: "variable " + name}
			if n.tr != nil && n.tr.what != "literal" {
				tr.next = n.tr
			}
			out = out.add(alt{&stringValue{parts: []part{p}}, tr})
		}
	}
	return out
}

func isNone(s set) bool {
	for _, a := range s {
		if c, ok := a.v.(*constant); !ok || c.kind != facts.None {
			return false
		}
	}
	return true
}

// valueMethod evaluates a method call on a plain value: strings, maps, lists,
// messages and queues. ok is false when the receiver is something else.
func (ev *evaluator) valueMethod(recv alt, name string, r ref, fr *frame) (set, bool) {
	what := ev.l.models.Methods[name]
	args := callArgs(r, fr)
	constArg := func(i int) (string, bool) {
		if i >= len(args) {
			return "", false
		}
		for _, a := range ev.argValue(args[i]) {
			return constOf(a.v)
		}
		return "", false
	}
	if got, ok := ev.callbackMethod(recv, what, r, fr); ok {
		return got, true
	}
	if got := ev.ofTypes(recv, name, r); len(args) == 0 && len(got) > 0 {
		return got, true
	}
	switch v := recv.v.(type) {
	case *stringValue:
		if ev.l.models.ValueNames[name] {
			if p := v.loneEnv(); p != nil && p.store != "" {
				return set{recv}, true
			}
		}
		switch what {
		case "self":
			return set{recv}, true
		case "strip", "lower", "upper":
			return set{{v.with(strOp{op: what}), recv.tr}}, true
		case "replace":
			a, ok1 := constArg(0)
			b, ok2 := constArg(1)
			if ok1 && ok2 {
				return set{{v.with(strOp{op: "replace", a: a, b: b}), recv.tr}}, true
			}
		case "split":
			sep, ok := constArg(0)
			if !ok && len(args) > 0 {
				break
			}
			return set{{v.with(strOp{op: "split", a: sep}), recv.tr}}, true
		case "format":
			return ev.format(v, recv.tr, r, fr), true
		case "printf":
			var fill []set
			for _, a := range args {
				fill = append(fill, ev.argValue(a).orUnknown(r))
			}
			return ev.filled(set{recv}, fill, r), true
		case "concat":
			if len(args) == 1 {
				return concat(set{recv}, ev.argValue(args[0]).orUnknown(r), r.place()).normal().through(r.place(), "concatenation"), true
			}
		case "else":
			if len(args) == 1 {
				return orElse(set{recv}, ev.argValue(args[0])), true
			}
		case "join":
			return ev.joinList(v, r, fr), true
		}
		return one(&unknown{"a string changed by " + name + "()", r.place()}, nil), true
	case *mapping:
		if ev.hasEntry(v, name) { // an object of functions
			return nil, false
		}
		switch what {
		case "get":
			var def set
			if len(args) > 1 {
				def = ev.argValue(args[1])
			}
			if len(args) > 0 {
				return ev.indexMap(v, ev.argValue(args[0]), def, r.place()), true
			}
		case "values", "items", "keys":
			return ev.partOfMap(v, what), true
		case "self":
			return set{recv}, true
		}
		return nil, true
	case *listing:
		if what == "self" {
			return set{recv}, true
		}
		if what == "get" { // pop
			return ev.elements(v, r.place()), true
		}
		return nil, true
	case *message:
		if as := ev.l.models.Attributes[name]; as != "" && v.kind == "record" {
			name = as
		}
		switch {
		case v.kind == "record" && name == "self":
			return set{recv}, true
		case v.kind == "record" && (name == "value" || name == "json"):
			return one(v.as("payload"), recv.tr), true
		case v.kind == "record" && name == "topic":
			if ev.asking {
				return one(v.as("topic"), recv.tr), true
			}
			return ev.topicOf(v, r.place()), true
		case v.kind == "topic":
			if what == "self" {
				return set{recv}, true
			}
			return one(&unknown{topicOfMessage, r.place()}, nil), true
		case v.kind == "record" && (name == "key" || name == "headers" || name == "error" || name == "offset" || name == "partition"):
			return one(&unknown{"the " + name + " of a message", r.place()}, nil), true
		case v.kind == "batches" && what == "items":
			return one(v.as("batch.items"), nil), true
		case v.kind == "batches" && what == "values":
			return one(v.as("batch.values"), nil), true
		case v.kind == "payloads":
			if name == "events" {
				return one(v.as("records"), nil), true
			}
			if name == "items" {
				return one(v.as("payload.items"), nil), true
			}
			return one(v, nil), true
		case v.kind == "payload":
			if what == "get" && len(args) > 0 {
				return ev.payloadField(v, ev.argValue(args[0]), recv.tr, r.place()), true
			}
			if what == "values" || what == "items" || what == "keys" {
				return one(&unknown{"all of a message", r.place()}, nil), true
			}
			if what == "" && len(args) == 0 && isGetter(name) {
				return one(&unknown{"a part of a message", r.place()}, nil), true
			}
			return set{recv}, true
		}
		return set{recv}, true
	case *document:
		return ev.docMethod(v, false, name, r, fr), true
	case *layered:
		return ev.layeredGet(v, name, r, fr)
	case *section:
		return ev.sectionMethod(v, name, r, fr), true
	case *stored:
		if got, ok := ev.storedMethod(v.owner, v.depth, what, len(args)); ok {
			return got, true
		}
		return nil, true
	case *instance:
		if ev.layers(v) != nil {
			return ev.layeredGet(&layered{in: v}, name, r, fr)
		}
		if c := ev.container(v); c.id != 0 && ev.l.models.Queues[v.path] == nil && len(ev.putsInto(c)) > 0 && what != "self" {
			if got, ok := ev.storedMethod(c, 0, what, len(args)); ok {
				return got, true
			}
		}
		if d := ev.parserDocument(v); d != nil && strings.HasPrefix(name, "get") {
			return ev.docMethod(d, true, name, r, fr), true
		}
		if q := ev.l.models.Queues[v.path]; q != nil {
			if i, ok := q.Get[name]; ok {
				return ev.dequeued(v, q, i, r.place()), true
			}
			if q.Put[name] != nil {
				return nil, true
			}
		}
		if v.typ == nil && what == "self" && v.recv == nil && ev.l.models.Reads[v.path] == nil && v.call != nil {
			return set{recv}, true
		}
	case *object:
		if v.member != "" && name == "ToString" && isEnum(ev, v.class) { // its name
			return one(literal(v.member), recv.tr), true
		}
		if what == "self" && ev.methodOf(v, name) == nil {
			return set{recv}, true
		}
	}
	return nil, false
}

func (s *stringValue) with(op strOp) *stringValue {
	if t, ok := s.constText(); ok && op.op != "split" {
		return literal(op.apply(t))
	}
	return &stringValue{parts: s.parts, ops: append(append([]strOp(nil), s.ops...), op)}
}

// hasEntry reports whether a map has an entry of a name.
func (ev *evaluator) hasEntry(m *mapping, name string) bool {
	return slices.ContainsFunc(ev.entries(m), func(en mapEntry) bool { return en.key == name && en.pat == nil })
}

// apply carries out a string operation; split and item are carried out by resolve.
func (o strOp) apply(s string) string {
	switch o.op {
	case "lower":
		return strings.ToLower(s)
	case "upper":
		return strings.ToUpper(s)
	case "strip":
		return strings.TrimSpace(s)
	case "replace":
		return strings.ReplaceAll(s, o.a, o.b)
	}
	return s
}

// format evaluates "...".format(args).
func (ev *evaluator) format(v *stringValue, tr *trace, r ref, fr *frame) set {
	args, _ := ev.flat(callArgs(r, fr))
	return ev.formatWith(v, tr, args, r)
}

// formatWith fills the braces of a template.
func (ev *evaluator) formatWith(v *stringValue, tr *trace, args []arg, r ref) set {
	text, ok := v.constText()
	if !ok {
		return one(&unknown{"a computed format string", r.place()}, nil)
	}
	out := one(literal(""), tr)
	next := 0
	for text != "" {
		i := strings.IndexAny(text, "{}")
		if i < 0 {
			out = concat(out, one(literal(text), nil), r.place())
			break
		}
		out = concat(out, one(literal(text[:i]), nil), r.place())
		if i+1 < len(text) && text[i+1] == text[i] {
			out = concat(out, one(literal(text[i:i+1]), nil), r.place())
			text = text[i+2:]
			continue
		}
		j := strings.IndexByte(text[i:], '}')
		if j < 0 {
			break
		}
		field := text[i+1 : i+j]
		text = text[i+j+1:]
		field = trimmedNumber(field)
		var got set
		n := 0
		for _, a := range args {
			if a.name == "" {
				if field == "" && n == next || field == itoa(n) {
					got = ev.argValue(a)
				}
				n++
			} else if a.name == field {
				got = ev.argValue(a)
			}
		}
		if field == "" {
			next++
		}
		out = concat(out, got.orUnknown(r), r.place())
	}
	return out.normal().through(r.place(), "formatted string")
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

// joinList evaluates "sep".join(list).
func (ev *evaluator) joinList(sep *stringValue, r ref, fr *frame) set {
	a, ok := firstArg(r, fr)
	if !ok {
		return nil
	}
	return ev.joined(sep, ev.argValue(a), r)
}

// slotSets evaluates slots of a call, one after the other.
func (ev *evaluator) slotSets(slots client.Slots, r ref, fr *frame) []set {
	var out []set
	for _, s := range slots {
		out = append(out, ev.slot(s, r, fr, nil))
	}
	return out
}

// joined evaluates lists of texts joined by a separator.
func (ev *evaluator) joined(sep *stringValue, lists set, r ref) set {
	var all set
	for _, v := range lists {
		l, ok := v.v.(*listing)
		if !ok {
			if _, hole := v.v.(*param); hole {
				return set{v}
			}
			continue
		}
		out := one(literal(""), nil)
		for i, it := range ev.items(l) {
			if i > 0 {
				out = concat(out, one(sep, nil), r.place())
			}
			out = concat(out, it.orUnknown(r), r.place())
		}
		all = all.add(out.normal().through(r.place(), "joined string")...)
	}
	if len(all) > 0 {
		return all
	}
	return one(&unknown{"a joined list that can't be told", r.place()}, nil)
}

// isGetter reports whether a method of a message's class gives a part of it, by its
// name; not one by which the whole comes out of what holds it.
func isGetter(name string) bool {
	rest, ok := strings.CutPrefix(name, "get")
	if !ok || rest == "" || rest[0] < 'A' || rest[0] > 'Z' {
		return false
	}
	switch rest {
	case "Payload", "Value", "Body", "Bytes", "Data", "Message", "Content", "Object", "AsJsonObject", "Event":
		return false
	}
	return true
}
