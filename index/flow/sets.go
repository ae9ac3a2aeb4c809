package flow

import (
	"topicls/index/facts"
)

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
