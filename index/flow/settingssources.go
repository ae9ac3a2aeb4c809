package flow

import (
	"topicls/index/client"
	"topicls/index/facts"
)

// Settings may be read from more than variables: a class lists its sources, of
// which a function that loads a document is one, and so is a type of the
// library that reads the document which the class names.

// settingsDocs evaluates the documents that a class of settings is read from
// where no variable sets a field.
func (ev *evaluator) settingsDocs(st *client.Settings, c *class) set {
	if len(st.Sources) == 0 {
		return nil
	}
	k := activeKey{guard: guardSources, ref: ref{c.file, facts.ExprID(c.scope)}}
	if ev.recurs(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	for _, k := range ev.ancestry(c) {
		holders := []*class{k}
		for _, cfg := range st.Config {
			if sym := k.file.sym(cfg); sym != 0 {
				for _, a := range ev.classBinding(k, sym) {
					if inner, ok := a.v.(*class); ok {
						holders = append(holders, inner)
					}
				}
			}
		}
		for _, h := range holders {
			for name := range st.Sources {
				sym := h.file.sym(name)
				if sym == 0 {
					continue
				}
				if m := h.file.method(h.scope, sym); m != 0 {
					ev.noteFile(h.file)
					return ev.sourceDocs(st, c, h.file, m)
				}
			}
		}
	}
	return nil
}

// sourceDocs evaluates the documents among the sources that a method returns.
func (ev *evaluator) sourceDocs(st *client.Settings, c *class, x *file, m facts.ScopeID) set {
	var out set
	for _, i := range x.returnsOf(m) {
		r := ref{x, x.facts().Returns[i].Value}
		if r.id == 0 {
			continue
		}
		for _, a := range ev.eval(r, nil) {
			l, ok := a.v.(*listing)
			if !ok {
				continue
			}
			for _, it := range ev.items(l) {
				for _, s := range it {
					out = out.add(ev.sourceDoc(st, c, s.v, r.place())...)
				}
			}
		}
	}
	return out
}

// sourceDoc evaluates the document that one source gives.
func (ev *evaluator) sourceDoc(st *client.Settings, c *class, v value, at place) set {
	switch v := v.(type) {
	case *function:
		return ev.callFunction(v, []arg{{val: one(&unknown{"the settings", at}, nil)}}, nil, at)
	case *object:
		if fn := ev.methodOf(v, "__call__"); fn != nil {
			return ev.callFunction(fn, nil, nil, at)
		}
	case *instance:
		key := st.Reads[v.path]
		if key == "" {
			return nil
		}
		paths := ev.settingsValues(st, c, []string{key})
		if v.call != nil {
			if own := ev.slot(client.Slot{Pos: -1, Keyword: key}, v.call.ref, v.call.fr, nil); len(own) > 0 {
				paths = own
			}
		}
		for _, p := range paths {
			if d := ev.documentAt(c.file, ev.filePath(p.v, 0)); d != nil {
				return ev.docValue(d.Path, d.Root, "")
			}
		}
	}
	return nil
}

// plainValues returns what a document says of a field when that is a text or a
// list of texts.
func plainValues(s set) set {
	for _, a := range s {
		switch v := a.v.(type) {
		case *stringValue:
		case *listing:
			for _, it := range v.items {
				for _, e := range it {
					if _, ok := e.v.(*stringValue); !ok {
						return nil
					}
				}
			}
		default:
			return nil
		}
	}
	return s
}
