package flow

import (
	"slices"
	"strings"

	"topicls/index/facts"
)

// maxNested bounds how deep objects inside of objects are told.
const maxNested = 4

// describe tells the types of a field from the value of its entry: its own, or
// those of the consumed field that it is copied from, and the fields inside.
func (ev *evaluator) describe(f *Field, en mapEntry, depth int) {
	values := ev.entryValue(en)
	if en.ref.id != 0 {
		t := ev.told(en.ref, en.fr, values, 0)
		f.Types, f.Copy = t.Types, t.Copy
	} else {
		f.Types, f.Copy = ev.types(values)
	}
	if depth >= maxNested {
		return
	}
	first := true
	for _, a := range values {
		switch a.v.(type) {
		case *mapping, *object:
		default:
			continue
		}
		if o, ok := a.v.(*object); ok && isEnum(ev, o.class) {
			continue
		}
		p := ev.shape(a.v, depth+1)
		switch {
		case p == nil || len(p.Fields) == 0:
			continue
		case first:
			f.Fields = p.Fields
		default:
			f.Fields = mergeFields(f.Fields, p.Fields)
		}
		first = false
	}
}

// told tells the types of an expression by its form, or else by its values.
func (ev *evaluator) told(r ref, fr *frame, values set, depth int) Field {
	e := r.expr()
	if t := ev.typesOfForm(r, fr, depth); len(t) > 0 {
		return Field{Types: t}
	}
	if e.Kind != facts.Alt || e.Flag&facts.And != 0 || depth > 4 {
		t, c := ev.types(values)
		return Field{Types: t, Copy: c}
	}
	var out Field
	kids, some := r.file.facts().Operands(e), false
	for i, k := range kids {
		f := ev.told(r.at(k), fr, ev.eval(r.at(k), fr), depth+1)
		if e.Flag&facts.Or != 0 && i < len(kids)-1 && len(f.Types) > 0 { // null gives way to what follows
			f.Types = slices.DeleteFunc(slices.Clone(f.Types), func(t string) bool { return t == "null" })
			if len(f.Types) == 0 {
				continue
			}
		}
		if some {
			out.mergeType(&f)
		} else {
			out, some = f, true
		}
	}
	return out
}

// declared tells the types of a field that is declared with a class of the
// workspace.
func (ev *evaluator) declared(f *Field, annot ref, depth int) {
	var classes set
	ev.with(follows, func() { classes = ev.annotated(annot, nil) }) // the types of a message need not mention Kafka
	for _, a := range classes {
		o, ok := a.v.(*object)
		switch {
		case !ok:
		case isEnum(ev, o.class):
			f.Types = uniqueStrings(append(f.Types, "string"))
		default:
			p := ev.classShape(o.class, depth+1)
			if p == nil {
				continue
			}
			f.Types, f.Fields = []string{"object"}, p.Fields
		}
	}
}

// typesOfForm tells the JSON types that an expression has by its form alone,
// whatever its operands are; nil when they decide.
func (ev *evaluator) typesOfForm(r ref, fr *frame, depth int) []string {
	f, e := r.file.facts(), r.expr()
	if depth > 6 {
		return nil
	}
	switch e.Kind {
	case facts.Interp, facts.Format:
		return []string{"string"}
	case facts.Compare, facts.Not:
		return []string{"boolean"}
	case facts.Compute:
		return ev.arithmetic(r, e, fr, depth)
	case facts.Attr:
		if t := ev.l.models.Results["."+f.Text(e.Name)]; t != "" && strings.HasPrefix(f.Text(e.Name), "__") {
			return []string{t}
		}
	case facts.Await:
		if e.Flag&facts.Yield == 0 {
			return ev.typesOfForm(r.at(e.X), fr, depth+1)
		}
	case facts.Alt:
		if e.Flag&facts.And != 0 {
			return nil
		}
		var out []string
		for _, k := range f.Operands(e) {
			t := ev.typesOfForm(r.at(k), fr, depth+1)
			if len(t) == 0 {
				return nil
			}
			out = append(out, t...)
		}
		return uniqueStrings(out)
	case facts.Name:
		s := r.file.enclosingFunc(e.Scope)
		if list := r.file.bindings(s, e.Name); len(list) == 1 {
			if b := &f.Bindings[list[0]]; b.Flag&facts.Augmented == 0 && b.Value != 0 && f.At(b.Value).Kind != facts.ParamRef {
				return ev.typesOfForm(r.at(b.Value), fr, depth+1)
			}
			return nil
		}
		if a, ok := givenFor(r.file, s, e.Name, fr); ok {
			return ev.typesOfForm(a.ref, a.fr, depth+1)
		}
	case facts.Call:
		callee := f.At(e.X)
		if callee.Kind == facts.Attr {
			t := ev.l.models.Results["."+f.Text(callee.Name)]
			if t == "" {
				return ev.typesOfCall(r.at(e.X), fr)
			}
			for _, a := range ev.eval(r.at(callee.X), fr) { // a method of its own has its own result
				switch a.v.(type) {
				case *object, *selfValue, *paramSelf, *class, *module:
					return nil
				}
			}
			return []string{t}
		}
		return ev.typesOfCall(r.at(e.X), fr)
	case facts.String, facts.Number, facts.Bool, facts.None, facts.Map, facts.List:
		t, _ := ev.types(ev.eval(r, fr))
		if e.Kind != facts.Map {
			return t
		}
	}
	return nil
}

// typesOfCall tells the type of what a library function returns.
func (ev *evaluator) typesOfCall(callee ref, fr *frame) []string {
	got := ev.eval(callee, fr)
	if len(got) == 0 {
		return nil
	}
	if x, ok := got[0].v.(*external); ok && ev.l.models.Results[x.path] != "" && ev.l.models.Reads[x.path] == nil { // a variable's default may be of another type
		return []string{ev.l.models.Results[x.path]}
	}
	return nil
}

// arithmetic tells the type of a computation with numbers on both sides.
func (ev *evaluator) arithmetic(r ref, e *facts.Expr, fr *frame, depth int) []string {
	f := r.file.facts()
	if f.Text(e.Name) == "/" && e.Y != 0 && (f.At(e.X).Kind == facts.Number || f.At(e.Y).Kind == facts.Number) {
		return []string{"number"}
	}
	t := "integer"
	for _, k := range [...]facts.ExprID{e.X, e.Y} {
		if k == 0 {
			continue
		}
		types := ev.typesOfForm(r.at(k), fr, depth+1)
		if len(types) != 1 {
			return nil
		}
		switch types[0] {
		case "integer":
		case "number":
			t = "number"
		default:
			return nil
		}
	}
	if op := r.file.facts().Text(e.Name); op == "/" || op == "**" {
		t = "number"
	}
	return []string{t}
}

// givenFor finds the argument that a frame has for a parameter of its function.
func givenFor(x *file, s facts.ScopeID, name facts.Sym, fr *frame) (arg, bool) {
	f := x.facts()
	sc := &f.Scopes[s]
	local := fr.of(x, s)
	if s == 0 || local == nil || local.open || len(x.bindings(s, name)) > 0 {
		return arg{}, false
	}
	pi := paramIndex(f, sc, name)
	if pi < 0 || f.Params[pi].Kind == facts.Rest || f.Params[pi].Kind == facts.RestMap {
		return arg{}, false
	}
	pos := pi - int(sc.ParamLo)
	if x.classOf(s) != 0 && local.self != nil {
		pos--
	}
	n := 0
	for _, a := range local.args {
		switch {
		case a.flag != 0:
			return arg{}, false
		case a.name == f.Text(name) || a.name == "" && n == pos:
			return a, a.ref.id != 0
		case a.name == "":
			n++
		}
	}
	return arg{}, false
}

// types tells the JSON types that a value can have; nil when one can't be
// told. A value that is passed on from a message has those of the message.
func (ev *evaluator) types(s set) ([]string, *Copy) {
	var out []string
	var c Copy
	for _, a := range s {
		if m, ok := a.v.(*message); ok && m.kind == "payload" {
			if o := m.origins(); len(o) > 0 {
				c.add(CopySource{Path: m.path, origins: o})
				continue
			}
		}
		t := ev.typeOf(a.v)
		if u, ok := a.v.(*unknown); ok && u.why == topicOfMessage {
			t = "string"
		}
		c.Open = c.Open || t == ""
		out = append(out, t)
	}
	if len(c.Sources) > 0 {
		if !c.Open {
			c.Types = uniqueStrings(out)
		}
		return nil, &c
	}
	if c.Open {
		return nil, nil
	}
	return uniqueStrings(out), nil
}

func (c *Copy) add(more ...CopySource) {
	for _, s := range more {
		if !slices.ContainsFunc(c.Sources, func(o CopySource) bool {
			return slices.Equal(o.Path, s.Path) && slices.Equal(o.origins, s.origins)
		}) {
			c.Sources = append(c.Sources, s)
		}
	}
}

// typeOf tells the JSON type of a value, or "".
func (ev *evaluator) typeOf(v value) string {
	switch v := v.(type) {
	case *stringValue:
		if n := len(v.ops); n > 0 && v.ops[n-1].op == "split" {
			return "array"
		}
		return "string"
	case *constant:
		switch v.kind {
		case facts.Number:
			if strings.ContainsAny(v.text, ".eE") && !strings.HasPrefix(v.text, "0x") {
				return "number"
			}
			return "integer"
		case facts.Bool:
			return "boolean"
		case facts.None:
			return "null"
		}
	case *external:
		return ev.l.models.Results[v.path]
	case *mapping:
		return "object"
	case *listing:
		return "array"
	case *object:
		if isEnum(ev, v.class) {
			return "string"
		}
		return "object"
	case *instance:
		if t := ev.l.models.Results[v.path]; t != "" {
			return t
		}
		return ev.l.models.Results["."+strings.TrimSuffix(lastDotted(v.path), "()")]
	}
	return ""
}

// mergeType joins what two messages say of the type of one field.
func (f *Field) mergeType(g *Field) {
	switch {
	case len(f.Fields) == 0:
		f.Fields = g.Fields
	case len(g.Fields) > 0:
		f.Fields = mergeFields(f.Fields, g.Fields)
	}
	if f.Copy == nil && g.Copy == nil {
		if len(f.Types) > 0 && len(g.Types) > 0 {
			f.Types = uniqueStrings(append(append([]string(nil), f.Types...), g.Types...))
		} else {
			f.Types = nil
		}
		return
	}
	var c Copy
	for _, x := range []*Field{f, g} {
		switch {
		case x.Copy != nil:
			c.add(x.Copy.Sources...)
			c.Types = append(c.Types, x.Copy.Types...)
			c.Open = c.Open || x.Copy.Open
		case len(x.Types) == 0:
			c.Open = true
		default:
			c.Types = append(c.Types, x.Types...)
		}
	}
	c.Types = uniqueStrings(c.Types)
	f.Types, f.Copy = nil, &c
}
