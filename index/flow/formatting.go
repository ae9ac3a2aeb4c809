package flow

import (
	"strings"

	"topicls/index/facts"
)

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
