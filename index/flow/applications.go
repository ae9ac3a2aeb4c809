package flow

import (
	"slices"
	"strings"

	"topicls/index/facts"
)

// A program has one application object of its framework. Code keeps clients
// and configuration on it (`app.state.producer = ...`, `app["producer"] = ...`,
// `app.config["TOPIC"] = ...`), and code in other files finds them there through
// whatever the framework hands it: `current_app`, `request.app`,
// `self.application`. What is kept is found by its place on the application.

// orKept is s, or where s tells nothing what kept tells.
func (ev *evaluator) orKept(r ref, e *facts.Expr, fr *frame, s set) set {
	for _, a := range s {
		switch v := a.v.(type) {
		case *unknown, *param, *external, *constant:
		case *instance:
			if v.typ != nil {
				return s
			}
		default:
			return s
		}
	}
	if t := ev.kept(r, e, fr); len(t) > 0 {
		return t
	}
	return ev.withField(s, r, fr)
}

// kept evaluates an attribute, an element or a `.get()` of the application, or
// of something on it, as other code set it. It says nothing of other objects.
func (ev *evaluator) kept(r ref, e *facts.Expr, fr *frame) set {
	f := r.file.facts()
	switch e.Kind {
	case facts.Attr:
		if slices.Contains(ev.l.models.Applications.Places, f.Text(e.Name)) {
			return nil
		}
		if on, ok := ev.onApplication(r.at(e.X), fr, 0); ok {
			return ev.keptAs(r, on, f.Text(e.Name), false)
		}
	case facts.Index:
		return ev.keptUnder(r, e.X, e.Y, fr)
	case facts.Call:
		callee := f.At(e.X)
		args := f.Operands(e)
		if callee.Kind == facts.Attr && f.Text(callee.Name) == "get" && len(args) > 0 && f.At(args[0]).Name == 0 {
			return ev.keptUnder(r, callee.X, f.At(args[0]).X, fr) // not app.get("/path"), which declares a route
		}
	}
	return nil
}

func (ev *evaluator) keptUnder(r ref, on, key facts.ExprID, fr *frame) set {
	if k := r.file.facts().At(key).Kind; k != facts.String && k != facts.Name && k != facts.Attr {
		return nil
	}
	where, ok := ev.onApplication(r.at(on), fr, 0)
	if !ok || where == "" && r.expr().Kind == facts.Call {
		return nil
	}
	var out set
	for _, k := range ev.eval(r.at(key), fr) {
		if text, ok := constOf(k.v); ok {
			out = out.add(ev.keptAs(r, where, text, true)...)
		}
	}
	return out
}

// maxOnApplication bounds how deep on an application something is kept.
const maxOnApplication = 4

// onApplication reports whether an expression is the application, or what is on
// it, and where: "" or "state" or "config".
func (ev *evaluator) onApplication(r ref, fr *frame, depth int) (where string, ok bool) {
	f := r.file.facts()
	e := r.expr()
	if e.Kind != facts.Name && e.Kind != facts.Attr || depth > maxOnApplication {
		return "", false
	}
	foreign := true
	for _, a := range ev.eval(r, fr) {
		if where, ok := ev.applicationPath(a.v); ok {
			return where, true
		}
		switch v := a.v.(type) {
		case *external, *unknown, *param, *constant:
		case *instance:
			foreign = foreign && v.typ == nil
		default:
			foreign = false
		}
	}
	if !foreign {
		return "", false
	}
	if slices.Contains(ev.l.models.Applications.Names, f.Text(e.Name)) {
		return "", true
	}
	if e.Kind == facts.Attr {
		if on, ok := ev.onApplication(r.at(e.X), fr, depth+1); ok {
			return strings.TrimPrefix(on+"."+f.Text(e.Name), "."), true
		}
		return "", false
	}
	if bs := r.file.bindings(r.file.enclosingFunc(e.Scope), e.Name); len(bs) == 1 { // state = request.app.state
		if v := f.Bindings[bs[0]].Value; v != 0 && f.At(v).Kind == facts.Attr {
			return ev.onApplication(r.at(v), fr, depth+1)
		}
	}
	return "", false
}

// applicationPath reports whether a value is the application or what is on it.
func (ev *evaluator) applicationPath(v value) (where string, ok bool) {
	path := ""
	switch v := v.(type) {
	case *external:
		path = v.path
	case *instance:
		if v.typ != nil {
			return "", false
		}
		path = v.path
	case *object:
		return "", ev.isApplication(v.class)
	case *selfValue:
		return "", ev.isApplication(v.class)
	default:
		return "", false
	}
	types := ev.l.models.Applications.IsType
	for i := len(path); i > 0; i = strings.LastIndexByte(path[:i], '.') {
		if types[path[:i]] {
			rest := strings.TrimPrefix(path[i:], ".")
			return rest, !strings.ContainsAny(rest, "()[]")
		}
	}
	return "", false
}

// isApplication reports whether a class of the workspace extends an application's type.
func (ev *evaluator) isApplication(c *class) bool {
	for _, b := range ev.externalBases(c) {
		if ev.l.models.Applications.IsType[b] {
			return true
		}
	}
	return false
}

// keptAs evaluates what code related to r keeps at a place of the application,
// as an attribute or under a key. Names that several files give differently are
// not told.
func (ev *evaluator) keptAs(r ref, on, name string, key bool) set {
	index := name
	if key {
		index = keyName(name)
	}
	k := activeKey{guard: guardKept, ref: ref{r.file, r.id}}
	if ev.recurs(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	if ev.fields != nil {
		ev.wantKept(name)
	}
	var out set
	files := 0
	for _, y := range ev.filesNear(depAttr, index, r.file) {
		s := ev.keptIn(y, on, name, key)
		if len(s) > 0 {
			files++
			ev.noteFile(y)
		}
		out = out.add(s...)
	}
	if key && isConfigKey(name) {
		s := ev.keptEntries(r.file, on, name)
		out = out.add(s...)
	}
	out = usable(out)
	if files > 1 && slices.ContainsFunc(out, func(a alt) bool { _, text := a.v.(*stringValue); return text }) {
		return nil
	}
	return out
}

// wantKept notes that files matter which may keep something under a name on
// the application, or use what is kept there.
func (ev *evaluator) wantKept(name string) {
	for _, n := range ev.l.models.Applications.Names {
		ev.sought = append(ev.sought, name+" "+n)
	}
}

// keptClients notes the names under which a file keeps clients on the
// application: those who use them need not mention any client library.
func (ev *evaluator) keptClients(x *file) {
	ev.care = lazy // who has a client is looked at anyway
	defer func() { ev.care = seeks }()
	f := x.facts()
	note := func(i int32, name func(*facts.Binding) string) {
		b := &f.Bindings[i]
		if b.Value == 0 {
			return
		}
		ev.fuel = fuelCarrier
		if _, ok := ev.onApplication(ref{x, b.Obj}, nil, 0); ok && holdsClient(ev.eval(ref{x, b.Value}, nil)) {
			ev.wantKept(name(b))
		}
	}
	for _, i := range x.open().toAttr {
		note(i, func(b *facts.Binding) string { return f.Text(b.Name) })
	}
	for _, i := range x.open().toIndex {
		if f.At(f.Bindings[i].Key).Kind == facts.String {
			note(i, func(b *facts.Binding) string { return f.Text(f.At(b.Key).Name) })
		}
	}
}

// keptIn evaluates what one file keeps at a place of the application.
func (ev *evaluator) keptIn(y *file, on, name string, key bool) set {
	f := y.facts()
	var out set
	sym := y.sym(name)
	list := y.open().toIndex
	if !key {
		list = y.attrBindings(sym)
	}
	for _, i := range list {
		b := &f.Bindings[i]
		if b.Value == 0 || key && (f.At(b.Key).Kind != facts.String || f.At(b.Key).Name != sym) {
			continue
		}
		if where, ok := ev.onApplication(ref{y, b.Obj}, nil, 0); ok && where == on {
			out = out.add(ev.binding(y, b, nil)...)
		}
	}
	return out
}

// isConfigKey reports whether a key is spelt as frameworks want names of the
// configuration: in upper case.
func isConfigKey(name string) bool {
	return isUpper(name) && strings.ToUpper(name) == name
}

// keptEntries evaluates the entry of a map on the application that is filled
// from keywords or maps (`app.config.update(TOPIC="t")`), or from the attributes
// of a module, class or object (`app.config.from_object(Config)`).
func (ev *evaluator) keptEntries(near *file, on, name string) set {
	m := &ev.l.models.Applications
	var out set
	filled := func(method string, do func(site ref, a arg)) {
		for _, site := range ev.sitesNamed(method, near) {
			callee := site.file.facts().At(site.expr().X)
			if callee.Kind != facts.Attr || site.file.facts().Text(callee.Name) != method {
				continue
			}
			if where, ok := ev.onApplication(site.at(callee.X), nil, 0); !ok || where != on {
				continue
			}
			ev.noteFile(site.file)
			for _, a := range callArgs(site, nil) {
				do(site, a)
			}
		}
	}
	for _, method := range m.Entries {
		filled(method, func(_ ref, a arg) {
			if a.name == name {
				out = out.add(ev.argValue(a)...)
			}
			if a.name != "" {
				return
			}
			for _, v := range ev.argValue(a) {
				if mp, ok := v.v.(*mapping); ok {
					for _, en := range ev.entries(mp) {
						if en.key == name {
							out = out.add(ev.entryValue(en)...)
						}
					}
				}
			}
		})
	}
	for _, method := range m.Objects {
		filled(method, func(site ref, a arg) {
			for _, v := range ev.argValue(a) {
				s := set{v}
				if text, ok := constOf(v.v); ok { // "shop.config.Config"
					s = ev.dotted(site.file, text)
				}
				if s = ev.attrs(s, name, site.place(), nil); !nothingKnown(s) && !foreignOnly(s) {
					out = out.add(s...)
				}
			}
		})
	}
	return out
}

// dotted evaluates a dotted name in a string: a module, or a member of one.
func (ev *evaluator) dotted(x *file, text string) set {
	for _, a := range ev.moduleNamed(x, text, 0, "") {
		if m, ok := a.v.(*module); ok {
			return one(m, nil)
		}
	}
	if i := strings.LastIndexAny(text, ".:"); i > 0 {
		for _, a := range ev.moduleNamed(x, text[:i], 0, "") {
			if m, ok := a.v.(*module); ok {
				return ev.member(m, text[i+1:], place{x, facts.Span{}})
			}
		}
	}
	return nil
}

// keyName is the name under which keys that are set are indexed beside attributes.
func keyName(key string) string { return "[" + key + "]" }

// eachSetKey names the constant keys that the file sets on what has a name.
func (x *file) eachSetKey(do func(string)) {
	f := x.facts()
	for _, i := range x.open().toIndex {
		b := &f.Bindings[i]
		if k := f.At(b.Obj).Kind; k != facts.Name && k != facts.Attr {
			continue
		}
		if key := f.At(b.Key); key.Kind == facts.String {
			do(keyName(f.Text(key.Name)))
		}
	}
}
