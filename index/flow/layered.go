package flow

import (
	"path"
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/confdoc"
)

// A library may read several configuration files, one over the other, and the
// variables with a prefix over those, and give all of it as attributes of one
// object: `Dynaconf(envvar_prefix="SHOP", settings_files=["settings.toml"])`.

// layered is a part of what such an object has, below some keys.
type layered struct {
	in   *instance
	keys []string
}

func (*layered) isValue() {}

func (v *layered) same(o *layered) bool { return same(v.in, o.in) && slices.Equal(v.keys, o.keys) }

// layers says how an object reads its files, or nil.
func (ev *evaluator) layers(v *instance) *client.Layered {
	if v.call == nil || v.recv != nil {
		return nil
	}
	return ev.l.models.Layered[v.path]
}

// layeredKey evaluates a key below others.
func (ev *evaluator) layeredKey(v *layered, name string, at place) set {
	how := ev.layers(v.in)
	site, fr := v.in.call.ref, v.in.call.fr
	texts := func(slots client.Slots) (out []string, given bool) {
		for _, slot := range slots {
			for _, a := range ev.slot(slot, site, fr, nil) {
				given = true
				list := []set{{a}}
				if l, ok := a.v.(*listing); ok {
					list = ev.items(l)
				}
				for _, s := range list {
					for _, x := range s {
						if t, ok := constOf(x.v); ok {
							out = append(out, t)
						}
					}
				}
			}
		}
		return out, given
	}
	keys := append(slices.Clone(v.keys), name)
	variable := strings.ToUpper(strings.Join(keys, how.Nested))
	prefix := how.Variables
	if t, given := texts(how.Prefix); given {
		prefix = strings.Join(t, "")
	}
	if prefix != "" {
		variable = strings.ToUpper(prefix) + "_" + variable
	}
	files, given := texts(how.Files)
	if !given {
		files = how.Usual
	}
	_, sections := texts(how.Sections)
	var found set
	for _, f := range files { // what comes later counts
		d := ev.documentAt(site.file, f)
		if d == nil {
			continue
		}
		roots := []*confdoc.Node{d.Root}
		if sections && d.Root != nil {
			roots = nil
			for _, e := range d.Root.Entries {
				roots = append(roots, e.Value)
			}
		}
		if got := ev.layeredIn(v.in, d, roots, keys, at); len(got) > 0 {
			found = got
		}
	}
	if len(found) == 1 {
		if _, deeper := found[0].v.(*layered); deeper {
			return found
		}
	}
	p := part{kind: partEnv, text: variable, at: at, soft: true}
	return orElse(one(&stringValue{parts: []part{p}}, &trace{place: at, what: "variable " + variable}), found)
}

// layeredIn finds keys in the sections of one document. Sections that disagree say
// nothing: which of them counts is told when the program runs.
func (ev *evaluator) layeredIn(in *instance, d *confdoc.Doc, roots []*confdoc.Node, keys []string, at place) set {
	var out set
	said := ""
	for _, n := range roots {
		for _, k := range keys {
			n = withoutCase(n, k)
		}
		switch {
		case n == nil:
			continue
		case n.Kind == confdoc.Map:
			return one(&layered{in, keys}, nil)
		case len(out) > 0 && n.Text != said:
			return one(&unknown{keys[len(keys)-1] + " differs between the environments in " + path.Base(d.Path), at}, nil)
		case len(out) == 0:
			out, said = ev.docValue(d.Path, n, keys[len(keys)-1]), n.Text
		}
	}
	return out
}

// withoutCase finds a key of a node, in upper or lower case.
func withoutCase(n *confdoc.Node, key string) *confdoc.Node {
	if n == nil || n.Kind != confdoc.Map {
		return nil
	}
	for i := len(n.Entries) - 1; i >= 0; i-- {
		if strings.EqualFold(n.Entries[i].Key, key) {
			return n.Entries[i].Value
		}
	}
	return nil
}

// layeredKeys evaluates keys that an index or a method names; def is what stands
// for those that nothing sets.
func (ev *evaluator) layeredKeys(v *layered, names, def set, at place) set {
	var out set
	for _, n := range names {
		if t, ok := constOf(n.v); ok {
			got := set{{v, nil}}
			for k := range strings.SplitSeq(t, ".") {
				var next set
				for _, a := range got {
					if l, ok := a.v.(*layered); ok {
						next = next.add(ev.layeredKey(l, k, at)...)
					}
				}
				got = next
			}
			out = out.add(got...)
		}
	}
	if len(def) > 0 {
		out = orElse(out, def)
	}
	return out
}

// layeredGet evaluates a method that gives a key: `settings.get("topic", "orders")`.
func (ev *evaluator) layeredGet(v *layered, name string, r ref, fr *frame) (set, bool) {
	if how := ev.layers(v.in); how == nil || !slices.Contains(how.Get, name) {
		return nil, false
	}
	args := callArgs(r, fr)
	if len(args) == 0 {
		return nil, false
	}
	var def set
	for i, a := range args[1:] {
		if i == 0 && a.name == "" || a.name == "default" {
			def = ev.argValue(a)
		}
	}
	return ev.layeredKeys(v, ev.argValue(args[0]), def, r.place()), true
}

// nameOf is the place of a name that a place ends in.
func nameOf(at place, name string) place { return place{at.file, nameSpan(at, name)} }
