package flow

import (
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

// Parameters that a library fills from the command line: those of functions
// under `@click.option("--topic", ...)`, and those whose default or declared
// type says so (`topic: str = typer.Option(...)`); and fields of classes, under
// `@Option(names = "--topic", defaultValue = "orders")`.

// optionField evaluates a field that the command line fills; ok is false for all
// others.
func (ev *evaluator) optionField(x *file, b *facts.Binding, fr *frame) (set, bool) {
	f := x.facts()
	if len(ev.l.models.OptionNames) == 0 || b.Annot == 0 || f.Scopes[b.Scope].Kind != facts.ClassScope {
		return nil, false
	}
	an := f.At(b.Annot)
	if an.Kind != facts.Index || f.Text(lastName(f, an.X)) != "Annotated" || f.At(an.Y).Kind != facts.List {
		return nil, false
	}
	for _, k := range f.Operands(f.At(an.Y)) {
		r := ref{x, k}
		m := ev.optionModel(r)
		if m == nil || !m.Field {
			continue
		}
		var o declaredOption
		for _, a := range callArgs(r, nil) {
			switch a.name {
			case m.Flags:
				o.flag = longest(ev.texts(ev.argValue(a)))
			case m.Default:
				o.def, o.hasDefault = ev.argValue(a), true
				if m.Variables {
					o.def = variableDefault(o.def, a.ref.place())
				}
			}
		}
		if m.Positional {
			o.flag = ""
		}
		if !o.hasDefault && b.Value != 0 {
			o.def, o.hasDefault = ev.eval(ref{x, b.Value}, fr), true
		}
		return ev.optionSet(o, r.place()).through(place{x, b.Span}, "assigned to "+f.Text(b.Name)), true
	}
	return nil, false
}

// texts lists the texts that are known of a value, those in lists included.
func (ev *evaluator) texts(s set) []string {
	var out []string
	for _, a := range s {
		if l, ok := a.v.(*listing); ok {
			for _, it := range ev.items(l) {
				out = append(out, ev.texts(it)...)
			}
		} else if t, ok := constOf(a.v); ok {
			out = append(out, t)
		}
	}
	return out
}

// longest is the longest of some texts, the first of several.
func longest(texts []string) string {
	out := ""
	for _, t := range texts {
		if len(t) > len(out) {
			out = t
		}
	}
	return out
}

// variableDefault reads defaults that name a variable: `${NAME:-text}`. Where
// other things are put into the text, what it is can't be told.
func variableDefault(s set, at place) set {
	var out set
	for _, a := range s {
		text, ok := constOf(a.v)
		if !ok || !strings.Contains(text, "${") {
			out = out.add(a)
			continue
		}
		inner, whole := strings.CutPrefix(text, "${")
		inner, closed := strings.CutSuffix(inner, "}")
		name, def, has := strings.Cut(strings.TrimPrefix(inner, "env:"), ":-")
		if !whole || !closed || strings.ContainsAny(name, "${}:") || strings.Contains(def, "${") {
			out = out.add(alt{&unknown{"a default that is put together at run time", at}, a.tr})
			continue
		}
		p := part{kind: partEnv, text: name, at: at}
		if has {
			p.soft, p.def = true, one(literal(def), a.tr)
		}
		out = out.add(alt{&stringValue{parts: []part{p}}, &trace{place: at, what: "variable " + name}})
	}
	return out
}

// commandLineParam evaluates a parameter that the command line fills; ok is
// false for all others.
func (ev *evaluator) commandLineParam(x *file, s facts.ScopeID, pi int) (set, bool) {
	f := x.facts()
	p := &f.Params[pi]
	name := f.Text(p.Name)
	var described []facts.ExprID // calls that may describe the parameter by themselves
	if p.Default != 0 {
		described = append(described, p.Default)
	}
	if an := f.At(p.Annot); p.Annot != 0 && an.Kind == facts.Index && f.Text(lastName(f, an.X)) == "Annotated" {
		if y := f.At(an.Y); y.Kind == facts.List {
			described = append(described, f.Operands(y)...)
		}
	}
	for _, d := range described {
		if m := ev.optionModel(ref{x, d}); m != nil && m.Param {
			o := ev.declaredOption(m, ref{x, d}, d == p.Default)
			if o.flag == "" && !m.Positional {
				o.flag = "--" + strings.ReplaceAll(name, "_", "-")
			}
			if d != p.Default && p.Default != 0 && !o.hasDefault {
				o.def, o.hasDefault = ev.eval(ref{x, p.Default}, nil), true
			}
			return ev.optionSet(o, place{x, p.Span}), true
		}
	}
	for _, d := range f.Decorators(&f.Scopes[s]) {
		m := ev.optionModel(ref{x, d})
		if m != nil && m.Command && p.Default != 0 {
			o := declaredOption{flag: "--" + strings.ReplaceAll(name, "_", "-"), def: ev.eval(ref{x, p.Default}, nil), hasDefault: true}
			return ev.optionSet(o, place{x, p.Span}), true
		}
		if m == nil || !m.Decorates {
			continue
		}
		if o := ev.declaredOption(m, ref{x, d}, false); o.dest == name {
			return ev.optionSet(o, ref{x, d}.place()), true
		}
	}
	return nil, false
}

// optionModel finds the model of a call that declares an option.
func (ev *evaluator) optionModel(r ref) *client.Option {
	e := r.expr()
	if e.Kind != facts.Call || !ev.l.models.OptionNames[r.file.facts().Text(lastName(r.file.facts(), e.X))] {
		return nil
	}
	for _, a := range ev.eval(r.at(e.X), nil) {
		if v, ok := a.v.(*external); ok {
			if m := ev.l.models.Options[v.path]; m != nil {
				return m
			}
		}
	}
	return nil
}

// declaredOption is an option of the command line as code declares it.
type declaredOption struct {
	dest, flag string
	envs       []set // variables that stand in for the option
	def        set
	hasDefault bool
}

// declaredOption reads the call that declares an option. With first, the
// call's first argument is the default.
func (ev *evaluator) declaredOption(m *client.Option, r ref, first bool) declaredOption {
	var o declaredOption
	dest := ""
	for i, a := range callArgs(r, nil) {
		switch {
		case a.name == "" && m.Param && first && i == 0, a.name == "default":
			if e := a.ref.expr(); e.Kind != facts.Unknown { // `...` is none
				o.def, o.hasDefault = ev.argValue(a), true
			}
		case a.name == "envvar":
			for _, v := range ev.argValue(a) {
				if l, ok := v.v.(*listing); ok {
					o.envs = append(o.envs, ev.items(l)...)
				} else {
					o.envs = append(o.envs, set{v})
				}
			}
		case a.name == "":
			for _, v := range ev.argValue(a) {
				text, ok := constOf(v.v)
				if !ok {
					continue
				}
				text, _, _ = strings.Cut(text, "/") // --on/--off
				bare := strings.TrimLeft(text, "-")
				switch {
				case bare == text:
					dest = bare
				case strings.HasPrefix(text, "--") && !strings.HasPrefix(o.flag, "--"), o.flag == "":
					o.flag = text
				}
			}
		}
	}
	if m.Positional {
		o.flag = ""
	}
	if o.dest = dest; dest == "" {
		o.dest = strings.ToLower(strings.ReplaceAll(strings.TrimLeft(o.flag, "-"), "-", "_"))
	}
	return o
}

// optionSet is what an option may be: what the command gives, else a variable,
// else its default.
func (ev *evaluator) optionSet(o declaredOption, at place) set {
	out := o.def
	if !o.hasDefault || isNone(out) {
		out = nil
	}
	fall := func(name string) {
		out = one(&stringValue{parts: []part{{kind: partEnv, text: name, at: at, soft: true, def: out}}}, &trace{place: at, what: optionWhat(name)})
	}
	for i := len(o.envs) - 1; i >= 0; i-- {
		for _, v := range o.envs[i] {
			if name, ok := constOf(v.v); ok {
				fall(name)
			}
		}
	}
	if o.flag != "" {
		fall(o.flag)
	}
	if len(out) == 0 {
		return one(&unknown{"an argument of the command line", at}, nil)
	}
	return out
}

func optionWhat(name string) string {
	if strings.HasPrefix(name, "-") {
		return "option " + name
	}
	return "variable " + name
}
