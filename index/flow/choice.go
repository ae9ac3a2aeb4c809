package flow

import (
	"slices"
	"strings"

	"topicls/index/facts"
)

// choice is a string that a map gives for a key that the deployment decides:
// `TOPICS[os.environ["STAGE"]]`. Resolve picks the entry.
type choice struct {
	key     *stringValue
	options []option
	def     set // for a key that the map does not have
}

// option is an entry of the map that a choice is made from.
type option struct {
	key *stringValue
	val set
	at  *trace
}

// patternKey names an entry whose key is a string with variables in it; ok is
// false when nothing of the key is known.
func patternKey(v value) (text string, pat *stringValue, ok bool) {
	if t, ok := constOf(v); ok {
		return t, nil, true
	}
	s, ok := v.(*stringValue)
	if !ok || !decided(s) {
		return "", nil, false
	}
	var b strings.Builder
	render(&b, s)
	return b.String(), s, true
}

// entryOf is the entry of a map with a key, without its value; ok is false when
// nothing of the key is known.
func entryOf(key alt) (en mapEntry, ok bool) {
	if id := identity(key.v); id != "" && !isPlainObject(key.v) {
		return mapEntry{key: id, id: key.v, tr: key.tr}, true
	}
	text, pat, ok := patternKey(key.v)
	return mapEntry{key: text, pat: pat, tr: key.tr}, ok
}

// identity is a text by which classes and members of enumerations are told
// apart where they are keys of maps; an object counts as its class, which its
// `::class` is. "" for other values.
func identity(v value) string {
	of := func(c *class) string { return "\x00" + c.file.path + "#" + itoa(int(c.scope)) }
	switch v := v.(type) {
	case *class:
		return of(v)
	case *object:
		if v.member != "" {
			return of(v.class) + "." + v.member
		}
		if v.ctor != nil || v.site != nil {
			return of(v.class)
		}
	}
	return ""
}

// isPlainObject reports whether a value is an object that is no member of an
// enumeration.
func isPlainObject(v value) bool {
	o, ok := v.(*object)
	return ok && o.member == ""
}

// decided reports whether the deployment can decide a string: it has a variable.
func decided(s *stringValue) bool {
	for _, p := range s.parts {
		if p.kind == partEnv || p.kind == partChoice || p.kind == partSub && decided(p.sub) {
			return true
		}
	}
	return false
}

// render writes a string's pattern so that different patterns differ, and none
// is a text that code can give.
func render(b *strings.Builder, s *stringValue) {
	b.WriteByte(0)
	for _, p := range s.parts {
		b.WriteByte(byte('0' + p.kind))
		b.WriteString(p.text)
		b.WriteByte(0)
		if p.sub != nil {
			render(b, p.sub)
		}
		if p.choice != nil {
			render(b, p.choice.key)
		}
	}
	for _, o := range s.ops {
		b.WriteString(o.op + "\x00" + o.a + "\x00" + o.b + "\x00")
	}
}

// choose makes the choice among a map's entries by a key with variables. ok is
// false when the entries are no strings: then any of them may be meant.
func (ev *evaluator) choose(entries []mapEntry, key alt, def set) (out set, ok bool) {
	sv, isString := key.v.(*stringValue)
	if t, known := constOf(key.v); known {
		sv, isString = literal(t), true
	}
	if !isString || len(entries) == 0 {
		return nil, false
	}
	c := &choice{key: sv, def: def}
	strs := 0
	for _, en := range entries {
		k := en.pat
		if k == nil {
			k = literal(en.key)
		}
		val := ev.entryValue(en)
		for _, a := range val {
			switch v := a.v.(type) {
			case *param:
				out = out.add(a)
			case *stringValue:
				strs++
			case *constant:
				if v.kind != facts.None {
					strs++
				}
			case *unknown:
			default:
				return nil, false
			}
		}
		c.options = append(c.options, option{k, val, en.keyOf().tr})
	}
	if strs == 0 {
		return nil, false
	}
	return out.add(alt{&stringValue{parts: []part{{kind: partChoice, choice: c}}}, key.tr}), true
}

// same reports whether two choices are made from the same entries by the same key.
func (c *choice) same(d *choice) bool {
	if c == nil || d == nil {
		return c == d
	}
	if !same(c.key, d.key) || len(c.options) != len(d.options) || !sameAlternatives(c.def, d.def) {
		return false
	}
	for i := range c.options {
		if !same(c.options[i].key, d.options[i].key) || !sameAlternatives(c.options[i].val, d.options[i].val) {
			return false
		}
	}
	return true
}

func sameAlternatives(a, b set) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !same(a[i].v, b[i].v) {
			return false
		}
	}
	return true
}

// resolve closes a choice: the entry whose key is what the deployment says;
// every entry, as the code's word alone, when it does not say.
func (c *choice) resolve(env Environment, depth int) []Resolved {
	var out []Resolved
	closed := func(s set, by Resolved, also []Step, least Status) {
		for _, a := range s {
			for _, r := range resolveAlt(a, env, depth+1) {
				if r.Status == Exact && least == Default {
					r.Status = Default
				}
				r.Steps = append(append(slices.Clip(r.Steps), also...), by.Steps...)
				r.Vars = append(append([]Variable(nil), by.Vars...), r.Vars...)
				out = append(out, r)
			}
		}
	}
	keys := make([][]Resolved, len(c.options))
	for i, o := range c.options {
		keys[i] = resolveString(o.key, nil, nil, env, depth+1)
	}
	for _, k := range resolveString(c.key, nil, nil, env, depth+1) {
		known := k.Status == Exact || k.Status == Default
		found := false
		for i, o := range c.options {
			for _, name := range keys[i] {
				if known && name.Name == k.Name && (name.Status == Exact || name.Status == Default) {
					found = true
					steps, _ := o.at.steps()
					closed(o.val, k, steps, k.Status)
					break
				}
			}
		}
		if found {
			continue
		}
		open := !known
		for i, o := range c.options { // what can't be told not to be meant
			for _, name := range keys[i] {
				if !known || name.Status == Partial || name.Status == Unknown {
					open = true
					closed(o.val, k, nil, Default)
					break
				}
			}
		}
		closed(c.def, k, nil, k.Status)
		if !open && len(c.def) == 0 {
			out = append(out, Resolved{Status: Unknown, Reason: "the map has no key " + k.Name, Steps: k.Steps, Vars: k.Vars})
		}
	}
	return out
}

// variables calls do for every string of a choice that may hold variables.
func (c *choice) variables(do func(v value)) {
	do(c.key)
	for _, o := range c.options {
		do(o.key)
		for _, a := range o.val {
			do(a.v)
		}
	}
	for _, a := range c.def {
		do(a.v)
	}
}
