package flow

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"topicls/index/client"
	"topicls/index/facts"
)

// section is a part of a store whose keys are not fields of a class of the
// workspace: a map in a bound class (`Map<String, String> topics`), or a class of
// a library that is bound to a prefix (Spring's KafkaProperties).
type section struct {
	how    *client.Bound
	prefix string
	at     place
	elem   ref // the declared type of a map's values, if known
}

func (*section) isValue() {}

func (s *section) same(o *section) bool { return s.how == o.how && s.prefix == o.prefix }

// key is the section as a key of its own.
func (s *section) key() *stringValue {
	return &stringValue{parts: []part{{kind: partEnv, store: s.how.Store, text: s.prefix, at: s.at}}}
}

// below is the part of a section under a key.
func (s *section) below(key string, at place) *section {
	return &section{how: s.how, prefix: (&boundTo{how: s.how, prefix: s.prefix}).below(key), at: at}
}

// sectionMethod evaluates a method of a section: `get("orders")`, and what gets a
// property by its name.
func (ev *evaluator) sectionMethod(s *section, name string, r ref, fr *frame) set {
	args := callArgs(r, fr)
	switch name {
	case "get", "getOrDefault", "getProperty", "getValue", "GetValueOrDefault":
		if len(args) > 0 {
			var def set
			if len(args) > 1 {
				def = ev.argValue(args[1])
			}
			return ev.sectionKeys(s, ev.argValue(args[0]), def, r)
		}
	}
	if len(args) > 0 {
		return one(&unknown{"the result of " + name + "()", r.place()}, nil)
	}
	for _, prefix := range []string{"get", "is"} {
		rest, ok := strings.CutPrefix(name, prefix)
		if c, size := utf8.DecodeRuneInString(rest); ok && unicode.IsUpper(c) {
			name = string(unicode.ToLower(c)) + rest[size:]
			break
		}
	}
	return one(s.below(cased(name, "kebab"), r.place()), nil)
}

// sectionKeys looks keys up in a section.
func (ev *evaluator) sectionKeys(s *section, keys, def set, r ref) set {
	var out set
	for _, k := range keys {
		text, ok := constOf(k.v)
		if !ok {
			if _, hole := k.v.(*param); hole {
				out = out.add(k)
				continue
			}
			out = out.add(alt{&unknown{"a key chosen at run time", r.place()}, k.tr})
			continue
		}
		b := s.below(text, r.place())
		if s.elem.file != nil {
			var parts set
			for _, a := range ev.annotated(s.elem, nil) {
				if o, ok := a.v.(*object); ok && !isEnum(ev, o.class) {
					c := *o
					c.bound = &boundTo{how: s.how, prefix: b.prefix}
					parts = parts.add(alt{&c, a.tr})
				}
			}
			if len(parts) > 0 {
				out = out.add(parts...)
				continue
			}
		}
		v := b.key()
		v.parts[0].def = def
		out = out.add(alt{v, &trace{place: r.place(), what: "key " + b.prefix}})
	}
	return out
}

// mapValues returns the declared type of the values of a map; ok is false for
// types that are none.
func mapValues(f *facts.File, id facts.ExprID) (value facts.ExprID, ok bool) {
	e := f.At(id)
	name := lastName(f, id)
	if e.Kind == facts.Index {
		name = lastName(f, e.X)
	}
	if f.Text(name) == "Optional" && e.Kind == facts.Index {
		return mapValues(f, e.Y)
	}
	if !slices.Contains([]string{"Map", "Dict", "HashMap", "LinkedHashMap", "TreeMap", "MutableMap", "Dictionary", "IDictionary", "IReadOnlyDictionary", "Properties"}, f.Text(name)) {
		return 0, false
	}
	if e.Kind == facts.Index {
		if y := f.At(e.Y); y.Kind == facts.List && y.N == 2 {
			return f.Operands(y)[1], true
		}
	}
	return 0, true
}
