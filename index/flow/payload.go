package flow

import (
	"sort"
	"strings"

	"topicls/index/facts"
)

// Payload is the shape of what an endpoint sends.
type Payload struct {
	Type   string // the class of the message, or ""
	Fields []Field
	Open   bool // there may be fields that can't be told
}

// Field is one field of a payload.
type Field struct {
	Name     string
	Types    []string // JSON types, sorted; empty when not known
	Optional bool
	At       Place
	Fields   []Field // of an object, as far as they can be told
	// Copy says that a value is passed on from messages that the program
	// consumes; the types are those that it has there then.
	Copy *Copy
}

// Copy is where a field's value is passed on from.
type Copy struct {
	Sources []CopySource
	Types   []string // of the values that it has otherwise
	Open    bool     // some of those can't be told
}

// CopySource is a field of consumed messages; without a path the message itself.
type CopySource struct {
	Consumers []Place // the consume endpoints
	Path      []string
	origins   []originKey
}

// Read is a field that a consumer reads from its messages.
type Read struct {
	Name     string
	Path     []string
	At       Place
	Optional bool // a missing field is stood
	// Types are the JSON types that the use of the value needs, sorted; empty when
	// any would do or it can't be told.
	Types []string
	Asked []Asked // what the code knows of the topic there
}

// payload evaluates the shape of the value that a sink sends.
func (ev *evaluator) payload(s *sink, recv value, fr *frame) *Payload {
	var got set
	if s.action.Returns == "payload" && s.decorates != 0 {
		got = ev.callFunction(&function{file: s.site.file, scope: s.decorates}, nil, nil, s.site.place())
	} else if v := s.record.value; v.id != 0 {
		got = ev.eval(v, fr)
	} else {
		got, _ = ev.sinkSlot(s, s.action.Value, recv, fr)
		if hasHole(got) {
			ev.expanded(func() set { got, _ = ev.sinkSlot(s, s.action.Value, recv, fr); return nil })
		}
	}
	var out *Payload
	shapes := func() set { // fields have the types of what callers give
		for _, a := range got {
			if p := ev.shape(a.v, 0); p != nil {
				out = mergePayloads(out, p)
			}
		}
		return nil
	}
	ev.expanded(shapes)
	if out == nil && s.action.Returns == "" { // a method of an object that only callers know
		ev.expanded(func() set { got, _ = ev.sinkSlot(s, s.action.Value, recv, fr); return shapes() })
	}
	return out
}

func hasHole(s set) bool {
	for _, a := range s {
		if _, ok := a.v.(*param); ok {
			return true
		}
	}
	return false
}

// shape returns the fields of one value, or nil if it is no record.
func (ev *evaluator) shape(v value, depth int) *Payload {
	if depth > maxNested {
		return nil
	}
	switch v := v.(type) {
	case *mapping:
		p := &Payload{}
		p.Open = ev.openMap(v)
		entries := ev.entries(v)
		if len(entries) > 0 {
			p.Fields = make([]Field, 0, len(entries)) // kept: no more room than it takes
		}
		for _, en := range entries {
			if en.pat != nil {
				p.Open = true
				continue
			}
			f := Field{Name: en.key, Optional: en.optional}
			ev.describe(&f, en, depth)
			if en.at.file != nil {
				f.At = Place{Path: en.at.file.path, Span: en.at.expr().Span}
			}
			p.Fields = append(p.Fields, f)
		}
		return p
	case *object:
		return ev.classShape(v.class, depth)
	case *instance:
		if v.typ == nil && v.call != nil { // encoded by a call that no model knows: look at its one argument
			args := callArgs(v.call.ref, v.call.fr)
			if len(args) == 1 {
				for _, a := range ev.argValue(args[0]) {
					switch a.v.(type) {
					case *mapping, *object:
						return ev.shape(a.v, depth+1)
					}
				}
			}
		}
	case *message:
		return nil
	}
	return nil
}

// openMap reports whether a map has entries that can't be told: a spread of
// something unknown or a computed key.
func (ev *evaluator) openMap(m *mapping) bool {
	if m.computed {
		return false
	}
	f := m.ref.file.facts()
	e := m.ref.expr()
	for _, k := range f.Operands(e) {
		x := f.At(k)
		if x.Flag&facts.SpreadMap != 0 {
			known := false
			for _, a := range ev.eval(m.ref.at(x.X), m.fr) {
				if n, ok := a.v.(*mapping); ok {
					known = true
					if ev.openMap(n) {
						return true
					}
				}
			}
			if !known {
				return true
			}
		} else if x.Kind == facts.Entry && x.Y != 0 {
			for _, kv := range ev.eval(m.ref.at(x.Y), m.fr) {
				if _, ok := constOf(kv.v); !ok {
					return true
				}
			}
		}
	}
	return e.Flag&facts.Comp != 0
}

// classShape lists the declared fields of a class, base classes first.
func (ev *evaluator) classShape(c *class, depth int) *Payload {
	p := &Payload{Type: c.name()}
	chain := ev.ancestry(c)
	for i := len(chain) - 1; i >= 0; i-- {
		k := chain[i]
		ev.noteFile(k.file)
		f := k.file.facts()
		for j := range f.Bindings {
			b := &f.Bindings[j]
			if b.Scope != k.scope || b.Target != facts.ToName || b.Annot == 0 {
				continue
			}
			name, leftOut, ok := ev.serialized(k.file, b)
			if !ok || strings.HasPrefix(name, "_") || name == "model_config" {
				continue
			}
			types, opt := annotTypes(f, b.Annot)
			opt = opt || leftOut
			fd := Field{Name: name, Types: types, Optional: opt, At: Place{Path: k.file.path, Span: b.Span}}
			if len(types) == 0 && depth < maxNested {
				ev.declared(&fd, ref{k.file, b.Annot}, depth)
			}
			p.put(fd)
		}
	}
	if len(p.Fields) == 0 {
		init := ev.constructorOf(c)
		if init == 0 {
			return nil
		}
		f := c.file.facts()
		for j := range f.Bindings {
			b := &f.Bindings[j]
			if b.Target == facts.ToAttr && b.Scope == init && isSelf(f, init, b.Obj) {
				fd := Field{Name: f.Text(b.Name), At: Place{Path: c.file.path, Span: b.Span}}
				ev.describe(&fd, mapEntry{ref: ref{c.file, b.Value}}, depth)
				p.put(fd)
			}
		}
	}
	return p
}

func (p *Payload) put(f Field) {
	for i := range p.Fields {
		if p.Fields[i].Name == f.Name {
			p.Fields[i] = f
			return
		}
	}
	p.Fields = append(p.Fields, f)
}

// annotTypes maps a declared type to JSON types.
func annotTypes(f *facts.File, id facts.ExprID) (types []string, optional bool) {
	e := f.At(id)
	switch e.Kind {
	case facts.Name, facts.Attr:
		if t := jsonTypes[f.Text(e.Name)]; t != "" {
			return []string{t}, false
		}
		return nil, false
	case facts.None:
		return []string{"null"}, true
	case facts.String:
		return nil, false
	case facts.Alt:
		all := true
		for _, k := range f.Operands(e) {
			t, opt := annotTypes(f, k)
			types = append(types, t...)
			optional, all = optional || opt, all && len(t) > 0
		}
		if !all { // one that can't be told may have any
			return nil, optional
		}
		return uniqueStrings(types), optional
	case facts.Index:
		switch f.Text(lastName(f, e.X)) {
		case "Optional":
			t, _ := annotTypes(f, e.Y)
			return uniqueStrings(append(t, "null")), true
		case "List": // bytes are written as a text
			if y := f.At(e.Y); y.Kind == facts.Name && (f.Text(y.Name) == "byte" || f.Text(y.Name) == "uint8") {
				return []string{"string"}, false
			}
		case "Annotated":
			if y := f.At(e.Y); y.Kind == facts.List && y.N > 0 {
				return annotTypes(f, f.Operands(y)[0])
			}
		case "Literal":
			values := []facts.ExprID{e.Y}
			if y := f.At(e.Y); y.Kind == facts.List {
				values = f.Operands(y)
			}
			for _, v := range values {
				if f.At(v).Kind != facts.String {
					return nil, false
				}
			}
			return []string{"string"}, false
		case "Union":
			if y := f.At(e.Y); y.Kind == facts.List {
				for _, k := range f.Operands(y) {
					t, opt := annotTypes(f, k)
					types = append(types, t...)
					optional = optional || opt
				}
				return uniqueStrings(types), optional
			}
		}
		return annotTypes(f, e.X)
	}
	return nil, false
}

func uniqueStrings(s []string) []string {
	sort.Strings(s)
	out := s[:0:0]
	for i, x := range s {
		if i == 0 || s[i-1] != x {
			out = append(out, x)
		}
	}
	return out
}

// mergePayloads joins the shapes of several messages: a field that some of
// them lack is optional.
func mergePayloads(a, b *Payload) *Payload {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	out := &Payload{Type: a.Type, Open: a.Open || b.Open}
	if a.Type != b.Type {
		out.Type = ""
	}
	out.Fields = mergeFields(a.Fields, b.Fields)
	return out
}

// mergeFields joins the fields of two objects.
func mergeFields(a, b []Field) []Field {
	find := func(list []Field, name string) *Field {
		for i := range list {
			if list[i].Name == name {
				return &list[i]
			}
		}
		return nil
	}
	var out []Field
	for _, f := range a {
		if g := find(b, f.Name); g != nil {
			f.Optional = f.Optional || g.Optional
			f.mergeType(g)
		} else {
			f.Optional = true
		}
		out = append(out, f)
	}
	for _, g := range b {
		if find(a, g.Name) == nil {
			g.Optional = true
			out = append(out, g)
		}
	}
	return out
}
