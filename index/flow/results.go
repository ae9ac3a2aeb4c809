package flow

import (
	"strconv"
	"strings"

	"topicls/index/client"
)

func (ev *evaluator) elementsOf(s set, at place) set {
	var out set
	for _, a := range s {
		out = out.add(ev.elements(a.v, at)...)
	}
	return out
}

// getattr evaluates getattr(x, "name", default).
func (ev *evaluator) getattr(r ref, fr *frame) set {
	args := callArgs(r, fr)
	if len(args) < 2 {
		return nil
	}
	var out set
	for _, n := range ev.argValue(args[1]) {
		name, ok := constOf(n.v)
		if !ok {
			return one(&unknown{"an attribute whose name is computed", r.place()}, nil)
		}
		out = out.add(ev.attrs(ev.argValue(args[0]), name, r.place(), fr)...)
	}
	if len(args) > 2 && nothingKnown(out) {
		if def := ev.argValue(args[2]); !isNone(def) || len(out) == 0 { // something may set it all the same
			out = def
		}
	}
	return out
}

// result interprets a model's result word for a call on (or a field or
// iteration of) an instance.
func (ev *evaluator) result(res string, in *instance, r ref, fr *frame, at place) set {
	switch res {
	case "record", "records", "batches", "payload", "payloads":
		return one(&message{kind: res, src: in}, &trace{place: at, what: "message"})
	case "self":
		return one(in, nil)
	case "key": // of a store, whose value it is
		if s := ev.sectionValue(in, at); len(s) > 0 {
			return s
		}
		return one(&unknown{"what a library gives", at}, nil)
	case "topic": // of the message that is handled
		return ev.attr(&message{kind: "record", src: in}, "topic", at, fr)
	case "":
		return one(&unknown{"what a library gives", at}, nil)
	}
	if spec, ok := strings.CutPrefix(res, "of:"); ok && r.file != nil {
		slot, err := client.ParseSlot(spec)
		if err != nil {
			return nil
		}
		return ev.ofType(ev.slot(slot, r, fr, in), r)
	}
	if spec, ok := strings.CutPrefix(res, "new:"); ok {
		if in.call == nil {
			return one(&unknown{"how this was made can't be told", at}, nil)
		}
		for _, text := range strings.Split(spec, ",") {
			slot, err := client.ParseSlot(text)
			if err != nil {
				continue
			}
			if s := ev.slot(slot, in.call.ref, in.call.fr, in.recv); len(s) > 0 {
				return s
			}
		}
		return nil
	}
	if n, ok := strings.CutPrefix(res, "types:"); ok { // a list of them
		got := ev.ofTypeArgument(n, in, r, fr, at)
		if nothingKnown(got) {
			return got
		}
		return one(&listing{items: []set{got}}, nil)
	}
	if n, ok := strings.CutPrefix(res, "type:"); ok {
		return ev.ofTypeArgument(n, in, r, fr, at)
	}
	if t := ev.l.models.Types[res]; t != nil {
		if r.file == nil { // an attribute: made with its object
			return one(&instance{typ: t, path: t.Name, call: in.call, recv: in.recv}, nil)
		}
		if more := ev.l.models.Types[res+"`"+strconv.Itoa(typeArgumentsOf(r))]; more != nil {
			t = more
		}
		return one(&instance{typ: t, path: t.Name, call: &callSite{r, fr}, recv: in}, &trace{place: at, what: "made by " + lastDotted(in.path)})
	}
	return one(&unknown{"the result of a library call", at}, nil)
}
