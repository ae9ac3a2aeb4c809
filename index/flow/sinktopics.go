package flow

import (
	"slices"
	"strings"

	"topicls/index/facts"
)

// sinkTopics evaluates the topics of a sink, one alternative a topic.
func (ev *evaluator) sinkTopics(s *sink, recv value, fr *frame) (topics set, given bool) {
	if s.record.topic.id != 0 {
		return ev.topicNames(ev.eval(s.record.topic, fr), s.site.place(), 0), true
	}
	if holes := ev.receiverHoles(s, recv, fr); len(holes) > 0 {
		return holes, true
	}
	if s.param > 0 {
		return ev.topicNames(ev.paramOf(s.site.file, s.decorates, s.param-1, fr), s.site.place(), 0), true
	}
	got, ok := ev.sinkSlot(s, s.action.Topic, recv, fr)
	if ok && s.action.Named {
		got = behindName(got)
	}
	if ok {
		topics = ev.withPlaceholders(s.action.Store, ev.topicNames(got, s.site.place(), 0))
		topics = withoutScheme(topics, s.action.Scheme, s.site.place())
		if s.action.Texts && !nothingKnown(topics) {
			topics = slices.DeleteFunc(topics, func(a alt) bool { _, no := a.v.(*unknown); return no })
		}
		given = true
		if len(s.action.Before) > 0 && nothingKnown(topics) {
			if before, ok := ev.sinkSlot(s, s.action.Before, recv, fr); ok {
				topics = ev.topicNames(before, s.site.place(), 0)
			}
		}
		if s.action.Split {
			for i, a := range topics {
				if v, ok := a.v.(*stringValue); ok {
					topics[i].v = v.with(strOp{op: "split", a: ","})
				}
			}
		}
	}
	if got, ok := ev.registeredTopics(s, recv); ok && !given {
		topics, given = ev.topicNames(got, s.site.place(), 0), true
	}
	if k := s.action.Keys; k != nil && !given {
		if topics = ev.keyed(s, k.Topic, k.Otherwise, recv, fr); len(topics) > 0 {
			given = true
			if k.Split {
				for i, a := range topics {
					if v, ok := a.v.(*stringValue); ok {
						topics[i].v = v.with(strOp{op: "split", a: ","})
					}
				}
			}
		}
	}
	if p, ok := ev.sinkSlot(s, s.action.Pattern, recv, fr); ok && !isNone(p) {
		given = true
		for _, a := range ev.withPlaceholders(s.action.Store, ev.topicNames(p, s.site.place(), 0)) {
			topics = topics.add(alt{asPattern(a.v), a.tr})
		}
	}
	if !given && len(s.action.Otherwise) > 0 && !ev.isWritten(s, s.action.Topic, fr) {
		for _, pattern := range s.action.Otherwise {
			topics, given = topics.add(alt{patternName(strings.ReplaceAll(pattern, "*", ".*")), nil}), true
		}
	}
	topics = ev.suffixed(s, topics, recv, fr)
	if prefix := ev.hostPrefix(s); len(prefix) > 0 {
		topics = concat(prefix, topics, s.site.place()).normal()
	}
	if !ev.underPrefix(s, recv, fr) {
		return topics, given
	}
	if prefix, ok := ev.sinkSlot(s, s.action.Prefix, recv, fr); ok && !isNone(prefix) {
		topics = concat(prefix, topics, s.site.place()).normal()
	}
	if router := ev.routerOf(s, recv); router != nil {
		if prefix := ev.includedPrefix(router, 0); len(prefix) > 0 {
			topics = concat(prefix, topics, s.site.place()).normal()
		}
	}
	return topics, given
}

// withoutScheme takes what stands before a topic's name in an address off the
// addresses: `topic:` of `topic:orders`. Other addresses tell no topic.
func withoutScheme(topics set, scheme string, at place) set {
	if scheme == "" {
		return topics
	}
	scheme += ":"
	out := make(set, len(topics))
	for i, a := range topics {
		out[i] = a
		v, ok := a.v.(*stringValue)
		switch {
		case !ok:
		case len(v.parts) == 0 || v.parts[0].kind != partText || len(v.ops) > 0: // the whole address comes from elsewhere
			out[i].v = v.with(strOp{op: "replace", a: scheme})
		case strings.HasPrefix(v.parts[0].text, scheme):
			c := &stringValue{parts: slices.Clone(v.parts), member: v.member}
			if c.parts[0].text = c.parts[0].text[len(scheme):]; c.parts[0].text == "" && len(c.parts) > 1 {
				c.parts = c.parts[1:]
			}
			out[i].v = c
		default:
			out[i].v = &unknown{"an address that names no topic", at}
		}
	}
	return out
}

// behindName leaves of a list of arguments those behind the first that may be a
// text, which is the name of something else: what stands before it says how
// (`addSource(AutoOffsetReset.EARLIEST, "source", "orders")`).
func behindName(s set) set {
	out := slices.Clone(s)
	for i, a := range out {
		l, ok := a.v.(*listing)
		if !ok {
			continue
		}
		n := slices.IndexFunc(l.items, func(it set) bool {
			return slices.ContainsFunc(it, func(a alt) bool {
				switch a.v.(type) {
				case *stringValue, *param, *unknown:
					return true
				}
				return false
			})
		})
		out[i].v = &listing{items: l.items[n+1:]}
	}
	return out
}

// patternOf shows an object that is a regular expression over topic names; nil
// for anything else.
func (ev *evaluator) patternOf(v *instance) value {
	if v.call == nil {
		return nil
	}
	for _, slot := range ev.l.models.Patterns[v.path] {
		for _, a := range ev.slot(slot, v.call.ref, v.call.fr, nil) {
			if t, ok := constOf(a.v); ok {
				return patternName(t)
			}
		}
	}
	return nil
}

// asPattern shows a value that is a regular expression over topic names: in its
// text what is open in it, other parts as they are.
func asPattern(v value) value {
	if t, ok := constOf(v); ok {
		return patternName(t)
	}
	s, ok := v.(*stringValue)
	if !ok || len(s.ops) > 0 {
		return v
	}
	out := &stringValue{}
	for _, p := range s.parts {
		if p.kind == partText {
			out.parts = append(out.parts, patternName(p.text).parts...)
		} else {
			out.parts = append(out.parts, p)
		}
	}
	return out
}

// patternName shows a regular expression over topic names with `*` for what is open.
func patternName(re string) *stringValue {
	re = strings.TrimSuffix(strings.TrimPrefix(re, "^"), "$")
	var parts []part
	for re != "" {
		i := strings.Index(re, ".*")
		if j := strings.Index(re, ".+"); i < 0 || j >= 0 && j < i {
			i = j
		}
		if i < 0 {
			parts = append(parts, part{kind: partText, text: strings.ReplaceAll(re, `\`, "")})
			break
		}
		if i > 0 {
			parts = append(parts, part{kind: partText, text: strings.ReplaceAll(re[:i], `\`, "")})
		}
		parts = append(parts, part{kind: partAny, text: "a pattern"})
		re = re[i+2:]
	}
	return &stringValue{parts: parts}
}

// topicNames flattens lists and library objects into names.
func (ev *evaluator) topicNames(s set, at place, depth int) set {
	var out set
	for _, a := range s {
		switch v := a.v.(type) {
		case *listing:
			if depth < 3 {
				for _, it := range ev.items(v) {
					out = out.add(ev.topicNames(it, at, depth+1).after(a.tr)...)
				}
			}
		case *instance:
			if v.typ != nil {
				if v.typ.Local {
					continue
				}
				if res := ev.l.models.Field(v.typ, "topic"); res != "" && depth < 3 {
					out = out.add(ev.topicNames(ev.result(res, v, ref{}, nil, at), at, depth+1).after(a.tr)...)
					continue
				}
			}
			if t := ev.patternOf(v); t != nil {
				out = out.add(alt{t, a.tr})
				continue
			}
			why := "the result of " + v.path
			field := columnRead(v)
			if list, ok := strings.CutSuffix(v.path, "[]"); ok {
				why = "an element of " + list
			}
			out = out.add(alt{ev.unknownField(&unknown{why, at}, field), a.tr})
		case *section:
			out = out.add(alt{v.key(), &trace{place: v.at, what: "key " + v.prefix, next: a.tr}})
		case *class:
			if m := ev.enumMembers(v); len(m) > 0 {
				out = out.add(m...)
			}
		case *stringValue: // `let topic = ""`: set later
			if t, ok := v.constText(); ok && t == "" {
				out = out.add(alt{&unknown{"an empty name", at}, a.tr})
				continue
			}
			out = out.add(a)
		case *constant:
			if v.kind == facts.None {
				continue
			}
			out = out.add(alt{&unknown{"not a name", at}, a.tr})
		case *external:
			u := &unknown{"an expression that is computed at run time", at}
			if in, ok := v.recv.(*instance); ok && in.typ == nil && in.call != nil {
				ev.unknownField(u, &fieldRead{lastDotted(v.path), in.call.ref, in.call.fr})
			}
			out = out.add(alt{u, a.tr})
		case *mapping:
			if depth > 0 {
				out = out.add(alt{&unknown{"an expression that is computed at run time", at}, a.tr})
				continue
			}
			// Subscribed to as a list: its keys.
			for _, en := range ev.entries(v) {
				out = out.add(set{en.keyOf()}.after(a.tr)...)
			}
		case *function: // one that chooses the topic
			if ev.l.lang.members() && depth < 3 {
				if got := ev.callFunction(v, nil, nil, at); len(got) > 0 && !nothingKnown(got) && !hasHole(got) {
					out = out.add(ev.topicNames(got, at, depth+1).after(a.tr)...)
					continue
				}
			}
			out = out.add(alt{&unknown{"an expression that is computed at run time", at}, a.tr})
		case *document, *module, *object, *selfValue, *paramSelf, *message:
			out = out.add(alt{&unknown{"an expression that is computed at run time", at}, a.tr})
		default:
			out = out.add(a)
		}
	}
	return out
}
