package flow

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"topicls/index/client"
	"topicls/index/facts"
)

// Keys of a framework's configuration: where code reads them, and where a
// framework is told by them what a call does not say. What a key is in a service
// is asked of its store when a name is resolved (Environment.Key).

// separators of the parts of a key are dots where none are given here.
var separators = map[string]string{"dotnet": ":"}

// objectStores give whole objects for the keys that others are below.
var objectStores = map[string]bool{"node-config": true}

// keyBelow evaluates what the object of a key has under a name:
// `config.get("kafka").topic`; nothing for keys of other stores.
func (ev *evaluator) keyBelow(s *stringValue, name string, at place) set {
	p := s.loneEnv()
	if p == nil || !objectStores[p.store] || len(p.def) > 0 {
		return nil
	}
	below := *p
	below.text += separatorOf(p.store) + name
	return one(&stringValue{parts: []part{below}}, &trace{place: at, what: "key " + below.text})
}

// keysBelow evaluates what the object of a key has under names.
func (ev *evaluator) keysBelow(s *stringValue, names set, at place) set {
	if p := s.loneEnv(); p == nil || !objectStores[p.store] {
		return nil
	}
	var out set
	for _, n := range names {
		if name, ok := constOf(n.v); ok {
			out = out.add(ev.keyBelow(s, name, at)...)
		}
	}
	return out
}

func separatorOf(store string) string {
	if s := separators[store]; s != "" {
		return s
	}
	return "."
}

// readKey evaluates a read of a key, or of a text with placeholders.
func (ev *evaluator) readKey(rd *client.Read, r ref, fr *frame, recv value) set {
	for _, s := range rd.Text {
		if got := ev.slot(s, r, fr, recv); len(got) > 0 {
			return ev.withPlaceholders(rd.Store, got)
		}
	}
	var names, def set
	for _, s := range rd.Name {
		if names = ev.slot(s, r, fr, recv); len(names) > 0 {
			break
		}
	}
	hasDefault := false
	for _, s := range rd.Default {
		if a, ok := ev.slotArg(r, fr, s); ok {
			def, hasDefault = ev.argValue(a), true
			break
		}
	}
	out := ev.storeKeys(rd.Store, ev.inSection(rd, names, recv, r, fr), def, hasDefault, rd.Required, r)
	if rd.List {
		for i, a := range out {
			if v, ok := a.v.(*stringValue); ok {
				out[i].v = v.with(strOp{op: "split", a: ","})
			}
		}
	}
	return out
}

// inSection puts before names what they are below of: `GetSection("Kafka")["Topic"]`.
func (ev *evaluator) inSection(rd *client.Read, names set, recv value, r ref, fr *frame) set {
	if rd.Within == "" {
		return names
	}
	sep := one(literal(separatorOf(rd.Store)), nil)
	for depth := 0; depth < 8; depth++ {
		in, ok := recv.(*instance)
		if !ok || in.call == nil || !slices.Contains(strings.Split(rd.Within, ","), ev.makerMethod(in)) {
			return names
		}
		a, ok := firstArg(in.call.ref, in.call.fr)
		if !ok {
			return names
		}
		names = concat(concat(ev.argValue(a), sep, r.place()), names, r.place()).normal()
		recv = in.recv
	}
	return names
}

// sectionValue evaluates the value of a part of a store that is a single key:
// `GetSection("Kafka:Topic").Value`. Nothing for what is no part of one.
func (ev *evaluator) sectionValue(in *instance, at place) set {
	rd := ev.l.models.Reads[in.path]
	if rd == nil || rd.Store == "" || rd.Within == "" || in.call == nil {
		return nil
	}
	if !slices.Contains(strings.Split(rd.Within, ","), ev.makerMethod(in)) {
		return nil
	}
	a, ok := firstArg(in.call.ref, in.call.fr)
	if !ok {
		return nil
	}
	return ev.storeKeys(rd.Store, ev.inSection(rd, ev.argValue(a), in.recv, in.call.ref, in.call.fr), nil, false, false, in.call.ref)
}

// storeKeys makes a leaf of every possible key of a store.
func (ev *evaluator) storeKeys(store string, names, def set, hasDefault, required bool, r ref) set {
	out := ev.envOf(names, def, hasDefault, required, r)
	for i, a := range out {
		if v, ok := a.v.(*stringValue); ok {
			p := *v.loneEnv()
			p.store = store
			out[i] = alt{&stringValue{parts: []part{p}}, a.tr.renamed("key " + p.text)}
		}
	}
	return out
}

// renamed is the same trace with another word for its nearest step.
func (t *trace) renamed(what string) *trace {
	if t == nil {
		return nil
	}
	c := *t
	c.what = what
	return &c
}

// injectedParam evaluates a parameter that a framework fills from its
// configuration (`@Value("${app.topic}") String topic`); ok is false for others.
func (ev *evaluator) injectedParam(x *file, pi int) (set, bool) {
	f := x.facts()
	if len(ev.l.models.StoreNames) == 0 {
		return nil, false
	}
	an := f.At(f.Params[pi].Annot)
	if f.Params[pi].Annot == 0 || an.Kind != facts.Index || f.Text(lastName(f, an.X)) != "Annotated" {
		return nil, false
	}
	y := f.At(an.Y)
	if y.Kind != facts.List {
		return nil, false
	}
	for _, k := range f.Operands(y) {
		e := f.At(k)
		if e.Kind != facts.Call || !ev.l.models.StoreNames[f.Text(lastName(f, e.X))] {
			continue
		}
		if s := ev.eval(ref{x, k}, nil); len(s) > 0 && !nothingKnown(s) {
			return s, true
		}
	}
	return nil, false
}

// keyed evaluates what keys say that the call of a sink does not give: the first
// of them that is set, or else the text of a last template.
func (ev *evaluator) keyed(s *sink, templates []string, otherwise string, recv value, fr *frame) set {
	if len(templates) == 0 || s.action.Store == "" {
		return nil
	}
	at := s.site
	if a := ev.keyArgument(s); a.id != 0 {
		at = a
	}
	def := ev.template(s, otherwise, recv, fr)
	for i := len(templates) - 1; i >= 0; i-- {
		names := ev.template(s, templates[i], recv, fr)
		var out set
		for n, a := range names {
			var mine set
			switch {
			case len(def) == len(names): // that of the same channel
				mine = set{def[n]}
			default:
				mine = def
			}
			out = out.add(ev.storeKeys(s.action.Store, set{a}, mine, len(mine) > 0, false, at)...)
		}
		def = out
	}
	return def
}

// keyArgument finds the argument that names the topic's key: the channel.
func (ev *evaluator) keyArgument(s *sink) ref {
	if s.site.expr().Kind != facts.Call {
		return ref{}
	}
	for _, text := range s.action.Keys.Topic {
		_, name, _ := strings.Cut(text, "{")
		name, _, _ = strings.Cut(name, "}")
		for _, slot := range slotsOf(name) {
			if slot.New > 0 {
				continue
			}
			a, ok := ev.sinkArg(s, slot, s.site, nil)
			if !ok || a.ref.id == 0 {
				continue
			}
			if at, call := a.ref.place(), s.site.place(); at.file == call.file && at.Start >= call.Start && at.End <= call.End {
				return a.ref
			}
		}
	}
	return ref{}
}

// decoratedName is the name under which a framework knows what a decorator
// decorates: that of a function, or, of a class, what the decorator says, or else
// its own with a small letter first.
func (ev *evaluator) decoratedName(s *sink, recv value, fr *frame) set {
	f := s.site.file.facts()
	sc := &f.Scopes[s.decorates]
	name := f.Text(sc.Name)
	if sc.Kind == facts.ClassScope {
		if given, ok := ev.sinkSlot(s, slotsOf("0,value"), recv, fr); ok {
			return given
		}
		if first, n := utf8.DecodeRuneInString(name); n > 0 {
			name = string(unicode.ToLower(first)) + name[n:]
		}
	}
	return one(literal(name), &trace{place: place{s.site.file, sc.NameSpan}, what: "function"})
}

// slotsOf reads what stands in the braces of a template: slots of which the
// first that is given counts.
func slotsOf(text string) client.Slots {
	var out client.Slots
	for name := range strings.SplitSeq(text, ",") {
		if slot, err := client.ParseSlot(name); err == nil {
			out = append(out, slot)
		}
	}
	return out
}

// conditions evaluates what must be configured for a sink to be an endpoint.
func (ev *evaluator) conditions(s *sink, recv value, fr *frame) []Condition {
	if s.action.Keys == nil {
		return nil
	}
	var out []Condition
	joined := ev.isJoined(s, recv, fr)
	for key, is := range s.action.Keys.When {
		if joined {
			is = slices.DeleteFunc(slices.Clone(is), func(v string) bool { return v == "" })
		}
		for _, a := range ev.keyed(s, []string{key}, "", recv, fr) {
			if _, ok := a.v.(*stringValue); ok {
				out = append(out, Condition{Name: Name(a), Is: is})
			}
		}
	}
	slices.SortFunc(out, func(a, b Condition) int {
		return strings.Compare(a.Name.v.(*stringValue).parts[0].text, b.Name.v.(*stringValue).parts[0].text)
	})
	if built := s.action.Keys.Built; len(built) > 0 {
		out = append(out, Condition{Built: built})
	}
	return out
}

// isJoined reports whether the other end of a sink's channel is in the same
// project, so that nothing outside needs to know of it.
func (ev *evaluator) isJoined(s *sink, recv value, fr *frame) bool {
	k := s.action.Keys
	if len(k.Joined) == 0 {
		return false
	}
	var channels []string
	for _, a := range ev.template(s, k.Otherwise, recv, fr) {
		if t, ok := constOf(a.v); ok {
			channels = append(channels, t)
		}
	}
	x := s.site.file
	project := ev.l.src.Project(x.path)
	for _, path := range k.Joined {
		for _, site := range ev.sitesNamed(lastDotted(path), x) {
			e := site.expr()
			if e.Kind != facts.Call || ev.l.src.Project(site.file.path) != project || site == s.site || s.beside == nil && site == made(recv) {
				continue
			}
			if t := ev.l.models.Types[path]; t != nil && t.New != nil && t.New.Action != nil && // an end of either kind
				ev.standsInType(site, t.New.Action.Declared) == (s.action.Role == client.Consume) {
				continue
			}
			a, ok := firstArg(site, nil)
			if !ok {
				continue
			}
			for _, v := range ev.argValue(a) {
				if t, ok := constOf(v.v); ok && slices.Contains(channels, t) {
					return true
				}
			}
		}
	}
	return false
}

// made is the call that made an object.
func made(v value) ref {
	if in, ok := v.(*instance); ok && in.call != nil {
		return in.call.ref
	}
	return ref{}
}

// template evaluates a text with slots in braces: `mp.messaging.incoming.{0}.topic`.
// A slot that holds a list makes a text of each element.
func (ev *evaluator) template(s *sink, text string, recv value, fr *frame) set {
	if text == "" {
		return nil
	}
	at := s.site.place()
	out := one(literal(""), nil)
	for text != "" {
		i := strings.IndexByte(text, '{')
		j := strings.IndexByte(text, '}')
		if i < 0 || j < i {
			out = concat(out, one(literal(text), nil), at)
			break
		}
		out = concat(out, one(literal(text[:i]), nil), at)
		name := text[i+1 : j]
		text = text[j+1:]
		var got set
		if name == "function" {
			if s.decorates != 0 {
				got = ev.decoratedName(s, recv, fr)
			}
		} else if slots := slotsOf(name); len(slots) > 0 {
			v, _ := ev.sinkSlot(s, slots, recv, fr)
			got = ev.withPlaceholders(s.action.Store, ev.topicNames(v, at, 0))
		}
		if len(got) == 0 {
			return nil
		}
		out = concat(out, got, at)
	}
	return out.normal()
}
