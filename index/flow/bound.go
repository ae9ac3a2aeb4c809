package flow

import (
	"topicls/index/client"
	"topicls/index/facts"
)

// Methods of a client can be kept under another name, alone or with arguments
// bound to them: `self._send = client.send`, `partial(producer.send, TOPIC)`.

// keptMethods adds to names those under which the file keeps a method of one
// of the names.
func (ev *evaluator) keptMethods(x *file, names map[facts.Sym]bool) {
	f := x.facts()
	var more []facts.Sym
	for i := range f.Bindings {
		b := &f.Bindings[i]
		if b.Value == 0 || b.Target == facts.ToIndex || names[b.Name] {
			continue
		}
		v := f.At(b.Value)
		if v.Kind == facts.Call && v.N > 0 && ev.l.models.ForwardNames[f.Text(lastName(f, v.X))] {
			v = f.At(f.At(f.Operands(v)[0]).X)
		}
		if v.Kind == facts.Attr && names[v.Name] {
			more = append(more, b.Name)
		}
	}
	for _, n := range more {
		names[n] = true
	}
}

// keptMethod finds the method of a client that a callee is, when it is called
// by another name than its own or with arguments bound to it.
func (ev *evaluator) keptMethod(callee ref) (in *instance, name string, bound []arg) {
	for _, a := range ev.expanded(func() set { return ev.eval(callee, nil) }) {
		v, ok := a.v.(*external)
		if !ok {
			continue
		}
		if in, ok := v.recv.(*instance); ok && in.typ != nil {
			return in, lastDotted(v.path), v.bound
		}
	}
	return nil, "", nil
}

// boundMethod is a method of a client with the arguments of a call bound to
// it; nil for anything else.
func (ev *evaluator) boundMethod(v value, r ref, fr *frame, fw *client.Forward) *external {
	e, ok := v.(*external)
	if !ok || !fw.Partial || e.recv == nil {
		return nil
	}
	if in, ok := e.recv.(*instance); !ok || in.typ == nil {
		return nil
	}
	return &external{path: e.path, recv: e.recv, bound: append(append([]arg(nil), e.bound...), ev.forwardedArgs(r, fr, fw)...)}
}

// sinkArg finds the argument that a slot of a sink's own call names, among
// those bound before and those of the call.
func (ev *evaluator) sinkArg(s *sink, slot client.Slot, site ref, fr *frame) (arg, bool) {
	args, _ := ev.flat(append(append([]arg(nil), s.bound...), callArgs(site, fr)...))
	return pickArg(slot, args)
}
