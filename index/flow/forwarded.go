package flow

import (
	"slices"

	"topicls/index/client"
	"topicls/index/facts"
)

// givenByCaller reports whether the function that a call is given is none that is
// known: whoever calls the function around it gives that.
func (ev *evaluator) givenByCaller(fw *client.Forward, r ref, fr *frame) bool {
	for _, slot := range fw.Function {
		if a, ok := ev.slotArg(r, fr, slot); ok {
			return slices.ContainsFunc(ev.argValue(a), func(a alt) bool {
				switch a.v.(type) {
				case *param, *unknown:
					return true
				}
				return false
			})
		}
	}
	return false
}

// forwardOf finds the model of a call that calls the function given to it.
func (ev *evaluator) forwardOf(site ref, callees set) *client.Forward {
	f := site.file.facts()
	callee := f.At(site.expr().X)
	name := f.Text(lastName(f, site.expr().X))
	for _, a := range callees {
		switch v := a.v.(type) {
		case *external:
			if fw := ev.l.models.Forwards[v.path]; fw != nil {
				return fw
			}
		case *function, *class:
			return nil
		}
	}
	if callee.Kind == facts.Attr {
		return ev.l.models.Forwards["."+name]
	}
	return nil
}

// forwardedArgs lists the arguments that a forwarding call passes on.
func (ev *evaluator) forwardedArgs(site ref, fr *frame, fw *client.Forward) []arg {
	var out []arg
	for _, s := range fw.Args {
		if a, ok := ev.slotArg(site, fr, s); ok {
			a.name, a.flag = "", facts.SpreadOne
			out = append(out, a)
			break
		}
	}
	for _, s := range fw.Kwargs {
		if a, ok := ev.slotArg(site, fr, s); ok {
			a.name, a.flag = "", facts.SpreadMap
			out = append(out, a)
			break
		}
	}
	for _, s := range fw.Given {
		if s.Keyword == client.Receiver {
			out = append(out, arg{val: ev.receiverOf(site, fr)})
			break
		}
		if a, ok := ev.slotArg(site, fr, s); ok {
			a.name = ""
			out = append(out, a)
			break
		}
	}
	if fw.Indexed {
		out = append(out, arg{val: one(&unknown{"the number of an element", site.place()}, nil)})
	}
	for _, s := range fw.Element {
		if s.Keyword == client.Receiver {
			var val set // the elements of a list, or what is there
			for _, a := range ev.receiverOf(site, fr) {
				switch v := a.v.(type) {
				case *instance:
					if v.typ == nil || ev.l.models.Iterate(v.typ) != "" {
						val = val.add(ev.elements(v, site.place())...)
						continue
					}
					val = val.add(a)
				case *mapping:
					if two := ev.keyAndValue(v, site, fw); two != nil {
						out = append(out, two...)
						continue
					}
					val = val.add(ev.elements(v, site.place())...)
				case *stringValue, *object, *selfValue, *constant:
					val = val.add(a)
				default:
					val = val.add(ev.elements(v, site.place())...)
				}
			}
			if len(val) > 0 || len(out) == 0 || fw.Indexed {
				out = append(out, arg{val: val})
			}
			break
		}
		if a, ok := ev.slotArg(site, fr, s); ok {
			out = append(out, arg{val: ev.elementsOf(ev.argValue(a), site.place())})
			break
		}
	}
	if t := ev.l.models.Types[fw.Gives]; t != nil {
		out = append(out, arg{val: one(&instance{typ: t, path: t.Name}, nil)})
	}
	n := 0
	for _, a := range callArgs(site, fr) {
		if a.name == "" {
			if fw.All || fw.Rest > 0 && n >= fw.Rest {
				if fw.Each {
					a = arg{val: ev.elementsOf(ev.argValue(a), site.place())}
				}
				out = append(out, a)
			}
			n++
		} else if fw.Keywords {
			out = append(out, a)
		}
	}
	return out
}

// positions counts the arguments that have no name.
func positions(args []arg) int {
	n := 0
	for _, a := range args {
		if a.name == "" {
			n++
		}
	}
	return n
}
