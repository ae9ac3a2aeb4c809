package flow

import (
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

// callExternal evaluates a call of something outside the workspace.
func (ev *evaluator) callExternal(v *external, r ref, fr *frame) set {
	m := ev.l.models
	at := r.place()
	site := &callSite{r, fr}
	if rd := m.Reads[v.path]; rd != nil && (rd.Prefix != nil || r.expr().N > 0) && (v.recv == nil || m.Types[v.path] == nil) && !rd.Subscript {
		if _, constructs := m.Types[v.path]; !constructs && (rd.Store != "" || m.Family != client.Python || !(isUpper(lastDotted(v.path)) && v.recv == nil)) {
			return ev.readEnv(rd, r, fr, v.recv)
		}
	}
	if m.Documents[v.path] {
		if d := ev.loadedDocument(r, fr); len(d) > 0 {
			return d
		}
	}
	if how := m.Bound[v.path]; how != nil && len(how.Document) > 0 && m.Family == client.Python {
		if s := ev.filledObjects(how, v, r, fr); len(s) > 0 {
			return s
		}
	}
	if s, ok := ev.decodedAs(v.path, r, fr); ok {
		return s
	}
	if slots := m.Through[v.path]; slots != nil {
		for _, s := range slots {
			if a, ok := ev.slotArg(r, fr, s); ok {
				return ev.argValue(a)
			}
		}
	}
	if kind := m.Makes[v.path]; kind != "" {
		return ev.made(kind, r, fr)
	}
	if form, ok := m.Formats[v.path]; ok {
		return ev.filledTemplate(form, r, fr)
	}
	if m.Picks[v.path] {
		if a, ok := onlyArg(r, fr); ok {
			if got := ev.elementsOf(ev.argValue(a), at); slices.ContainsFunc(got, func(a alt) bool { return ev.holdsMessage(a.v, 0) }) {
				return got
			}
		}
	}
	if fw := ev.forwardOf(r, one(v, nil)); fw != nil && !fw.Aside {
		var out set
		for _, slot := range fw.Function {
			a, ok := ev.slotArg(r, fr, slot)
			if !ok {
				continue
			}
			for _, t := range ev.argValue(a) {
				switch fn := t.v.(type) {
				case *function:
					args := ev.forwardedArgs(r, fr, fw)
					if fw.Partial {
						c := *fn
						c.bound = append(append([]arg(nil), fn.bound...), args...)
						out = out.add(alt{&c, t.tr})
						continue
					}
					for _, res := range ev.callFunction(fn, args, site, at) {
						if l, ok := res.v.(*listing); ok && l.items != nil && len(l.items) == 1 {
							out = out.add(l.items[0]...)
							continue
						}
						out = out.add(res)
					}
				case *class:
					out = out.add(alt{ev.construct(fn, r, fr), nil})
				case *external:
					if b := ev.boundMethod(fn, r, fr, fw); b != nil {
						out = out.add(alt{b, t.tr})
					}
				}
			}
			break
		}
		if len(out) > 0 {
			return out
		}
		return one(&unknown{"the result of a call that can't be followed", at}, nil)
	}
	if t := m.Types[v.path]; t != nil {
		return one(&instance{typ: t, path: t.Name, call: site, recv: v.recv}, &trace{place: at, what: "made by " + lastDotted(v.path)})
	}
	if c := m.Functions[v.path]; c != nil && c.Result != "" && isMessage(c.Result) {
		return one(&message{kind: c.Result, at: r}, &trace{place: at, what: "message"})
	} else if c != nil && m.Types[c.Result] != nil {
		return one(&instance{typ: m.Types[c.Result], path: c.Result, call: site}, &trace{place: at, what: "made by " + lastDotted(v.path)})
	}
	if c := m.Functions[v.path]; c != nil && m.Types[c.Result] != nil {
		t := m.Types[c.Result]
		return one(&instance{typ: t, path: t.Name, call: site, recv: v.recv}, &trace{place: at, what: "made by " + lastDotted(v.path)})
	}
	if got, ok := ev.textFunction(v.path, r, fr); ok {
		return got
	}
	if in, ok := v.recv.(*instance); ok && in.typ != nil {
		c := m.Method(in.typ, lastDotted(v.path))
		if c != nil && strings.HasPrefix(c.Result, "new:") {
			if made := ev.provided(in, at); made != nil {
				in, c = made, m.Method(made.typ, lastDotted(v.path))
			}
		}
		if c != nil && c.Result != "" {
			if c.Action != nil && c.Action.Role == client.Consume && isMessage(c.Result) { // consumes by itself
				return one(&message{kind: c.Result, at: r}, &trace{place: at, what: "message"})
			}
			return ev.result(c.Result, in, r, fr, at)
		} else if next := m.FluentOf(in.typ); c == nil && next != "" {
			return ev.result(next, in, r, fr, at)
		}
	}
	switch v.path {
	case "dict", "OrderedDict", "collections.OrderedDict", "types.SimpleNamespace":
		return one(&mapping{ref: r, fr: fr}, nil)
	case "collections.defaultdict", "defaultdict":
		return one(&mapping{ref: r, fr: fr, skip: 1}, nil)
	case "list", "tuple", "set", "sorted", "reversed", "frozenset", "enumerate", "filter":
		if a, ok := firstArg(r, fr); ok {
			s := ev.argValue(a)
			for i := range s {
				if m, ok := s[i].v.(*mapping); ok { // a map as a list: its keys
					s = slices.Clone(s)
					s[i].v = ev.keyList(m)
				}
			}
			if v.path == "enumerate" {
				return one(&listing{items: []set{one(&listing{items: []set{one(&constant{kind: facts.Number, text: "0"}, nil), ev.elementsOf(s, at)}}, nil)}}, nil)
			}
			return s
		}
		return one(&listing{ref: r, fr: fr, items: []set{}}, nil)
	case "append":
		return ev.appended(r, fr)
	case "getattr":
		return ev.getattr(r, fr)
	case "super":
		return ev.super(r, fr)
	case "zip", "map", "chain", "itertools.chain":
		return one(&unknown{"a computed list", at}, nil)
	case "type":
		return nil
	}
	if q := m.Queues[v.path]; q != nil {
		return one(&instance{path: v.path, call: site}, &trace{place: at, what: "queue"})
	}
	return one(&instance{path: v.path, call: site, recv: v.recv}, nil)
}

func isMessage(result string) bool {
	switch result {
	case "record", "records", "batches", "payload", "payloads":
		return true
	}
	return false
}

func isUpper(s string) bool { return s != "" && s[0] >= 'A' && s[0] <= 'Z' }

func lastDotted(s string) string { return s[strings.LastIndexByte(s, '.')+1:] }

func firstArg(r ref, fr *frame) (arg, bool) {
	for _, a := range callArgs(r, fr) {
		if a.name == "" && a.flag == 0 {
			return a, true
		}
	}
	return arg{}, false
}

// onlyArg returns the one positional argument of a call.
func onlyArg(r ref, fr *frame) (arg, bool) {
	var out arg
	n := 0
	for _, a := range callArgs(r, fr) {
		if a.name == "" {
			out = a
			n++
		}
	}
	return out, n == 1 && out.flag == 0
}
