package flow

import (
	"slices"
	"strings"

	"topicls/index/facts"
)

// EnvReads returns the places where a file reads configuration variables, in
// source order. A read through a helper stands at the call that names the
// variable.
func (l *Linker) EnvReads(p string) []Variable {
	if u := l.units[p]; u != nil {
		return u.reads
	}
	return nil
}

// envReads finds the configuration variables that a file reads.
func (ev *evaluator) envReads(x *file) []Variable {
	f := x.facts()
	var out []Variable
	var add func(at facts.Span, s set, name string)
	add = func(at facts.Span, s set, name string) {
		for _, a := range s {
			if o, ok := a.v.(*object); ok && o.nested != nil {
				for _, field := range ev.nestedFields(o) {
					add(at, field, name)
				}
				continue
			}
			sv, ok := a.v.(*stringValue)
			if !ok {
				continue
			}
			for _, p := range sv.parts {
				if p.kind != partEnv || p.store == "" && !strings.HasSuffix(p.text, name) { // the reader may put a prefix before it
					continue
				}
				v := Variable{Name: p.text, Store: p.store, At: Place{Path: x.path, Span: at}, Required: p.required, Soft: p.soft, HasDefault: len(p.def) > 0}
				for _, d := range p.def {
					if t, ok := constOf(d.v); ok {
						v.Default = t
					}
				}
				out = append(out, v)
				return
			}
		}
	}
	ev.expanded(func() set {
		for id := facts.ExprID(1); int(id) < len(f.Exprs); id++ {
			e := f.At(id)
			if ev.isStoreRead(x, e) {
				ev.fuel = fuelUnit
				add(e.Span, ev.eval(ref{x, id}, nil), "")
				continue
			}
			var name *facts.Expr
			switch e.Kind {
			case facts.Attr: // process.env.TOPIC
				if ev.l.models.AttributeNames[f.Text(lastName(f, e.X))] && looksLikeVariable(f.Text(e.Name)) {
					ev.fuel = fuelUnit
					add(facts.Span{Start: e.End - uint32(len(f.Text(e.Name))), End: e.End}, ev.eval(ref{x, id}, nil), f.Text(e.Name))
				}
				continue
			case facts.Call:
				for _, k := range f.Operands(e) {
					if v := f.At(f.At(k).X); v.Kind == facts.String {
						name = v
						break
					}
				}
			case facts.Index:
				if v := f.At(e.Y); v.Kind == facts.String {
					name = v
				}
			}
			if name == nil || !looksLikeVariable(f.Text(name.Name)) {
				continue
			}
			ev.fuel = fuelUnit
			add(name.Span, ev.eval(ref{x, id}, nil), f.Text(name.Name))
		}
		for s := range f.Scopes {
			if f.Scopes[s].Kind != facts.ClassScope {
				continue
			}
			c := &class{x, facts.ScopeID(s)}
			if to := ev.boundClass(c); to != nil {
				for _, i := range x.scopeBindings(facts.ScopeID(s)) {
					b := &f.Bindings[i]
					add(b.Span, ev.boundField(&object{class: c}, to, f.Text(b.Name)), "")
				}
				continue
			}
			st := ev.settingsOf(c)
			if st == nil {
				continue
			}
			for _, i := range x.scopeBindings(facts.ScopeID(s)) {
				b := &f.Bindings[i]
				s := ev.settingsField(st, c, c, b.Name)
				for depth := 0; len(s) > 0 && depth < 8; depth++ { // and its other names
					add(b.Span, s, "")
					sv, ok := s[0].v.(*stringValue)
					if !ok {
						break
					}
					p := sv.loneEnv()
					if p == nil || len(p.def) != 1 {
						break
					}
					s = p.def
				}
			}
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b Variable) int { return int(a.At.Start) - int(b.At.Start) })
	return slices.CompactFunc(out, func(a, b Variable) bool { return a.At == b.At && a.Name == b.Name })
}

// looksLikeVariable reports whether a string can be the name of an environment
// variable.
func looksLikeVariable(s string) bool {
	if len(s) < 2 || len(s) > 100 || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	upper := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'A' && c <= 'Z':
			upper = true
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '_', c == '.', c == '-':
		default:
			return false
		}
	}
	return upper
}
