package flow

import "slices"

// What is shown of an endpoint is compared here, so that a file whose facts
// changed without changing what they say is not resolved again.

func sameEndpoints(a, b []*Endpoint) bool { return slices.EqualFunc(a, b, (*Endpoint).same) }

func (e *Endpoint) same(o *Endpoint) bool {
	return e.Role == o.Role && e.Path == o.Path && e.Span == o.Span && e.Arg == o.Arg && e.Library == o.Library &&
		e.Function == o.Function && slices.Equal(e.Via, o.Via) && slices.Equal(e.Handlers, o.Handlers) &&
		sameNames(e.Topics, o.Topics) && sameNames(e.Groups, o.Groups) && sameNames(e.Keys, o.Keys) && sameNames(e.Brokers, o.Brokers) &&
		slices.EqualFunc(e.When, o.When, func(c, d Condition) bool {
			return slices.Equal(c.Built, d.Built) && slices.Equal(c.Is, d.Is) && (len(c.Built) > 0 || sameNames([]Name{c.Name}, []Name{d.Name}))
		}) &&
		e.Payload.same(o.Payload) && slices.EqualFunc(e.Reads, o.Reads, Read.same) && slices.Equal(e.origins, o.origins)
}

func sameNames(a, b []Name) bool {
	return slices.EqualFunc(a, b, func(n, m Name) bool { return sameShown(n.v, m.v) && n.tr.same(m.tr) })
}

func (t *trace) same(o *trace) bool {
	for t != nil && o != nil {
		if t == o {
			return true
		}
		if !t.place.same(o.place) || t.what != o.what {
			return false
		}
		t, o = t.next, o.next
	}
	return t == nil && o == nil
}

func (p place) same(o place) bool {
	if p.Span != o.Span || (p.file == nil) != (o.file == nil) {
		return false
	}
	return p.file == nil || p.file == o.file || p.file.path == o.file.path
}

// sameShown reports whether two values of a name resolve alike everywhere.
func sameShown(a, b value) bool {
	switch a := a.(type) {
	case *stringValue:
		b, ok := b.(*stringValue)
		return ok && a.sameShown(b)
	case *constant:
		b, ok := b.(*constant)
		return ok && *a == *b
	case *unknown:
		b, ok := b.(*unknown)
		return ok && a.why == b.why && a.at.same(b.at)
	}
	return false
}

func (s *stringValue) sameShown(o *stringValue) bool {
	return slices.Equal(s.ops, o.ops) && slices.EqualFunc(s.parts, o.parts, func(p, q part) bool {
		return p.kind == q.kind && p.text == q.text && p.store == q.store && p.at.same(q.at) && p.required == q.required && p.soft == q.soft && p.filled == q.filled && p.files == q.files && p.filed == q.filed &&
			slices.EqualFunc(p.def, q.def, sameAlt) && p.choice.sameShown(q.choice) &&
			(p.sub == nil) == (q.sub == nil) && (p.sub == nil || p.sub.sameShown(q.sub))
	})
}

func sameAlt(x, y alt) bool { return sameShown(x.v, y.v) && x.tr.same(y.tr) }

func (c *choice) sameShown(o *choice) bool {
	if c == nil || o == nil {
		return c == o
	}
	return c.key.sameShown(o.key) && slices.EqualFunc(c.def, o.def, sameAlt) && slices.EqualFunc(c.options, o.options, func(x, y option) bool {
		return x.key.sameShown(y.key) && slices.EqualFunc(x.val, y.val, sameAlt) && x.at.same(y.at)
	})
}

func (p *Payload) same(o *Payload) bool {
	if p == nil || o == nil {
		return p == o
	}
	return p.Type == o.Type && p.Open == o.Open && slices.EqualFunc(p.Fields, o.Fields, Field.same)
}

func (f Field) same(o Field) bool {
	return f.Name == o.Name && f.Optional == o.Optional && f.At == o.At && slices.Equal(f.Types, o.Types) &&
		slices.EqualFunc(f.Fields, o.Fields, Field.same) && f.Copy.same(o.Copy)
}

func (c *Copy) same(o *Copy) bool {
	if c == nil || o == nil {
		return c == o
	}
	return c.Open == o.Open && slices.Equal(c.Types, o.Types) && slices.EqualFunc(c.Sources, o.Sources, func(s, t CopySource) bool {
		return slices.Equal(s.Path, t.Path) && slices.Equal(s.origins, t.origins)
	})
}

func (r Read) same(o Read) bool {
	return r.Name == o.Name && r.At == o.At && r.Optional == o.Optional && slices.Equal(r.Path, o.Path) && slices.Equal(r.Types, o.Types) && sameAsked(r.Asked, o.Asked)
}
