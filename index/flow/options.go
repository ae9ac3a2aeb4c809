package flow

import (
	"strings"

	"topicls/index/facts"
)

// optionValue evaluates an attribute of a command line that a parser read
// (`args = parser.parse_args(); args.topic`): the option as the service's
// command gives it, else the option's default. ok is false when the attribute
// is none of the parser's options.
func (ev *evaluator) optionValue(in *instance, name string, at place) (set, bool) {
	model := ev.l.models.Options[in.path]
	parser, ok := in.recv.(*instance)
	if model == nil || !ok || parser.call == nil {
		return nil, false
	}
	k := activeKey{guard: guardOptions, ref: ref{parser.call.ref.file, parser.call.ref.id}}
	if ev.recurs(k) {
		return nil, false
	}
	ev.pose(k)
	defer ev.answered(k)
	for _, site := range ev.sitesNamed(model.Add, parser.call.ref.file) {
		f := site.file.facts()
		callee := f.At(site.expr().X)
		if callee.Kind != facts.Attr || f.Text(callee.Name) != model.Add {
			continue
		}
		dest, flag, def := "", "", set(nil)
		hasDefault := false
		for _, a := range callArgs(site, nil) {
			text := ""
			if e := a.ref.expr(); e.Kind == facts.String {
				text = f.Text(e.Name)
			}
			switch {
			case a.name == "" && strings.HasPrefix(text, "--"):
				if flag == "" || !strings.HasPrefix(flag, "--") {
					flag = text
				}
			case a.name == "" && text != "" && flag == "":
				flag = text
			case a.name == "dest":
				dest = text
			case a.name == "default":
				def, hasDefault = ev.eval(a.ref, nil), true
			}
		}
		if dest == "" {
			dest = strings.ReplaceAll(strings.TrimLeft(flag, "-"), "-", "_")
		}
		if dest != name || !ev.madeBy(site.at(callee.X), parser) {
			continue
		}
		ev.noteFile(site.file)
		p := part{kind: partEnv, text: flag, at: site.place(), soft: true}
		if hasDefault && !isNone(def) {
			p.def = def
		}
		return one(&stringValue{parts: []part{p}}, &trace{place: site.place(), what: "option " + flag}), true
	}
	return nil, false
}

// madeBy reports whether an expression is the object that a call made, or a
// part of it (an argument group).
func (ev *evaluator) madeBy(r ref, made *instance) bool {
	for _, a := range ev.expanded(func() set { return ev.eval(r, nil) }) {
		in, ok := a.v.(*instance)
		for depth := 0; ok && depth < 3; depth++ {
			if in.call != nil && in.call.ref == made.call.ref {
				return true
			}
			in, ok = in.recv.(*instance)
		}
	}
	return false
}
