package flow

import (
	"topicls/index/facts"
)

// arg is an actual argument: an expression in its frame, or a value.
type arg struct {
	name string // keyword, or ""
	flag facts.Flag
	ref  ref
	fr   *frame
	val  set // used when ref.id is 0
}

// callArgs lists the arguments written in a call.
func callArgs(r ref, fr *frame) []arg {
	f := r.file.facts()
	if e := r.expr(); e.Kind == facts.Index { // what indexing made is made by its key
		return []arg{{ref: r.at(e.Y), fr: fr}}
	}
	kids := f.Operands(r.expr())
	out := make([]arg, 0, len(kids))
	for _, k := range kids {
		e := f.At(k)
		out = append(out, arg{name: f.Text(e.Name), flag: e.Flag, ref: r.at(e.X), fr: fr})
	}
	return out
}

func (ev *evaluator) argValue(a arg) set {
	if a.ref.id == 0 {
		return a.val
	}
	return ev.eval(a.ref, a.fr)
}

// flat replaces `*list` by the list's items and `**map` by its entries.
func (ev *evaluator) flat(args []arg) (out []arg, open bool) {
	plain := true
	for _, a := range args {
		if a.flag&(facts.SpreadOne|facts.SpreadMap) != 0 {
			plain = false
		}
	}
	if plain {
		return args, false
	}
	for _, a := range args {
		switch {
		case a.flag&facts.SpreadOne != 0:
			var lists [][]set
			var rest set
			for _, v := range ev.argValue(a) {
				if l, ok := v.v.(*listing); ok {
					lists = append(lists, ev.items(l))
				} else {
					rest = rest.add(ev.elements(v.v, a.ref.place())...)
				}
			}
			for i := 0; ; i++ { // position by position, as every list gives it
				var it set
				some := false
				for _, l := range lists {
					if i < len(l) {
						some = true
						it = it.add(l[i]...)
					}
				}
				if !some {
					break
				}
				out = append(out, arg{val: it})
			}
			if len(lists) == 0 {
				out = append(out, arg{val: rest, flag: facts.SpreadOne})
				open = true
			}
		case a.flag&facts.SpreadMap != 0:
			known := false
			all := ev.argValue(a)
			for _, v := range all {
				switch v := v.v.(type) {
				case *mapping:
					known = true
					for _, en := range ev.entries(v) {
						if en.pat != nil { // no name of a parameter
							open = true
							continue
						}
						out = append(out, arg{name: en.key, val: en.val, ref: en.ref, fr: en.fr})
					}
				case *document: // **config["kafka"]
					for _, en := range v.node.Entries {
						known = true
						out = append(out, arg{name: en.Key, val: ev.docValue(v.path, en.Value, en.Key)})
					}
				case *object: // **event.model_dump()
					fields := ev.fieldArgs(v, a.ref.place())
					known = known || len(fields) > 0
					out = append(out, fields...)
				}
			}
			if !known {
				out = append(out, arg{name: "**", val: all, flag: facts.SpreadMap})
			}
			open = open || !known
		default:
			out = append(out, a)
		}
	}
	return out, open
}

// fieldArgs gives the declared fields of an object as named arguments.
func (ev *evaluator) fieldArgs(o *object, at place) []arg {
	var out []arg
	seen := map[string]bool{}
	for _, c := range ev.ancestry(o.class) {
		ev.noteFile(c.file)
		f := c.file.facts()
		for _, i := range c.file.scopeBindings(c.scope) {
			name := f.Text(f.Bindings[i].Name)
			if f.Bindings[i].Annot == 0 || seen[name] {
				continue
			}
			seen[name] = true
			if v := ev.objectAttr(o, name, at); len(v) > 0 {
				out = append(out, arg{name: name, val: v})
			}
		}
	}
	return out
}
