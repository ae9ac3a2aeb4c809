package flow

import (
	"slices"
	"strings"
)

// copies reports whether a field is passed on from a consumed message.
func copies(list []Field) bool {
	return slices.ContainsFunc(list, func(f Field) bool { return f.Copy != nil || copies(f.Fields) })
}

// eachCopy calls do for every source that fields are passed on from.
func eachCopy(list []Field, do func(*CopySource)) {
	for i := range list {
		if c := list[i].Copy; c != nil {
			for j := range c.Sources {
				do(&c.Sources[j])
			}
		}
		eachCopy(list[i].Fields, do)
	}
}

// setCopies replaces a unit's produce endpoints in the index of those that pass
// fields on.
func (l *Linker) setCopies(p string, old, now []*Endpoint) {
	each := func(list []*Endpoint, do func(originKey)) {
		for _, e := range list {
			if e.Payload != nil {
				eachCopy(e.Payload.Fields, func(s *CopySource) { do(s.origins[0]) })
			}
		}
	}
	each(old, func(k originKey) {
		if m := l.copiers[k]; m != nil {
			delete(m, p)
			if len(m) == 0 {
				delete(l.copiers, k)
			}
		}
	})
	each(now, func(k originKey) {
		m := l.copiers[k]
		if m == nil {
			m = map[string]bool{}
			l.copiers[k] = m
		}
		m[p] = true
	})
}

// sourced returns a payload with the consume endpoints that its fields are
// passed on from.
func (l *Linker) sourced(p *Payload) *Payload {
	q := *p
	q.Fields = l.sourcedFields(p.Fields)
	return &q
}

func (l *Linker) sourcedFields(list []Field) []Field {
	out := slices.Clone(list)
	for i := range out {
		f := &out[i]
		f.Fields = l.sourcedFields(f.Fields)
		if f.Copy == nil {
			continue
		}
		c := *f.Copy
		c.Sources = slices.Clone(c.Sources)
		for j := range c.Sources {
			c.Sources[j].Consumers = l.consumersOf(c.Sources[j].origins)
		}
		f.Copy = &c
	}
	return out
}

// consumersOf lists the consume endpoints whose messages a value comes from.
func (l *Linker) consumersOf(origins []originKey) []Place {
	var out []Place
	for p := range l.consumers[origins[0]] {
		u := l.units[p]
		if u == nil {
			continue
		}
		for _, e := range append(slices.Clone(u.endpoints), u.orphans...) {
			if e.reads(origins) {
				out = append(out, Place{Path: e.Path, Span: e.Span})
			}
		}
	}
	slices.SortFunc(out, func(a, b Place) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return int(a.Start) - int(b.Start)
	})
	return slices.Compact(out)
}

// reads reports whether messages that came about by the given calls are read
// by the endpoint: the innermost made its consumer, the outermost is on its way.
func (e *Endpoint) reads(origins []originKey) bool {
	return slices.Contains(e.origins, origins[0]) && slices.Contains(e.origins, origins[len(origins)-1])
}
