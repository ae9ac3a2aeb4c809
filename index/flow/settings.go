package flow

import (
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

// settingsOf returns the model by which a class's fields are read from the environment.
func (ev *evaluator) settingsOf(c *class) *client.Settings {
	for _, b := range ev.externalBases(c) {
		if s := ev.l.models.Settings[b]; s != nil {
			return s
		}
	}
	return nil
}

// settingsField evaluates a field of a settings class: a variable with the
// field's name, or the name the field declares, and the field's default.
func (ev *evaluator) settingsField(st *client.Settings, whole, c *class, sym facts.Sym) set {
	x := c.file
	f := x.facts()
	var b *facts.Binding
	for _, i := range x.bindings(c.scope, sym) {
		if f.Bindings[i].Annot != 0 || f.Bindings[i].Value != 0 {
			b = &f.Bindings[i]
		}
	}
	if b == nil {
		return nil
	}
	if b.Value != 0 {
		if k := f.At(b.Value).Kind; k == facts.Func || k == facts.Class {
			return nil
		}
	}
	name := f.Text(sym)
	env := strings.ToUpper(ev.settingsPrefix(st, whole) + name)
	at := place{x, b.Span}
	var def set
	var others []string // further variables, for when the first is not set
	hasDefault := false
	if d := ev.declaredField(st, ref{x, b.Annot}); d.id != 0 {
		if names := ev.aliasesOf(st, d); len(names) > 0 {
			env, others = names[0], names[1:]
		}
		if s := ev.slot(client.Slot{Pos: -1, Keyword: "default"}, d, nil, nil); len(s) > 0 {
			def, hasDefault = s, true
		}
	}
	if b.Value != 0 {
		v := f.At(b.Value)
		field := false
		if v.Kind == facts.Call {
			for _, a := range ev.eval(ref{x, v.X}, nil) {
				if e, ok := a.v.(*external); ok {
					for _, n := range st.FieldFns {
						field = field || n == e.path
					}
				}
			}
		}
		if field {
			r := ref{x, b.Value}
			if names := ev.aliasesOf(st, r); len(names) > 0 {
				env, others = names[0], names[1:]
			}
			for _, key := range st.Default {
				slot, err := client.ParseSlot(key)
				if err != nil {
					continue
				}
				if s := ev.slot(slot, r, nil, nil); len(s) > 0 {
					def, hasDefault = s, true
					break
				}
			}
			if s := ev.fieldDefault(x, b); !hasDefault && len(s) > 0 {
				def, hasDefault = s, true
			}
		} else {
			def, hasDefault = ev.eval(ref{x, b.Value}, nil), true
		}
	}
	docs := ev.underKey(ev.settingsDocs(st, whole), name)
	filed := false // a file says what the field is without a variable
	if got := plainValues(docs); len(got) > 0 {
		def, hasDefault, filed = got, true, true
	}
	// A field whose type is another settings class, or a computed default
	// object, is that object.
	if objs := ev.annotatedObject(x, b); len(objs) > 0 {
		if d := ev.settingsKey(st, whole, st.Nested); d != "" && d != "*" || len(docs) > 0 {
			return ev.nestedParts(nested{st: st, delimiter: d, files: ev.settingsFiles(st, whole), docs: docs}, env, objs, def)
		}
		if hasDefault && !nothingKnown(def) {
			return def
		}
		return objs
	}
	list := declaresList(x.facts(), b.Annot, 0)
	if texts, ok := ev.listAsText(def); ok {
		def, list = texts, true
	}
	for _, d := range def { // lists of more than texts, and objects, are not one variable
		switch d.v.(type) {
		case *object, *instance:
			return def
		case *listing:
			return def
		}
		if sv, ok := d.v.(*stringValue); ok && sv.loneEnv() != nil && sv.loneEnv().text == env {
			return def
		}
	}
	files := ev.settingsFiles(st, whole)
	p := part{kind: partEnv, text: env, at: at, required: !hasDefault, soft: files != "", files: files, filed: filed}
	if hasDefault && !isNone(def) {
		p.def = def
	}
	var ops []strOp
	if list {
		ops = []strOp{{op: "split", a: ","}}
	}
	for i := len(others) - 1; i >= 0; i-- {
		q := p
		q.text = others[i]
		p.def, p.required = one(&stringValue{parts: []part{q}}, &trace{place: at, what: "variable " + others[i] + " (settings field " + name + ")"}), false
	}
	return one(&stringValue{parts: []part{p}, ops: ops}, &trace{place: at, what: "variable " + env + " (settings field " + name + ")"})
}

// declaresList reports whether a field is declared as a list or set, which a
// variable gives in one text: `list[str]`, `Optional[List[str]]`, `list[str] | None`.
func declaresList(f *facts.File, annot facts.ExprID, depth int) bool {
	if annot == 0 || depth > 4 {
		return false
	}
	switch e := f.At(annot); e.Kind {
	case facts.Name, facts.Attr:
		switch f.Text(e.Name) {
		case "list", "List", "set", "Set", "tuple", "Tuple", "frozenset", "FrozenSet", "Sequence", "Iterable":
			return true
		}
	case facts.Index:
		switch f.Text(lastName(f, e.X)) {
		case "Optional", "Annotated", "Union", "Final":
			return declaresList(f, e.Y, depth+1)
		}
		return declaresList(f, e.X, depth+1)
	case facts.List, facts.Alt:
		for _, k := range f.Operands(e) {
			if declaresList(f, k, depth+1) {
				return true
			}
		}
	}
	return false
}

// listAsText turns a list of known texts into the text that a variable would have.
func (ev *evaluator) listAsText(s set) (set, bool) {
	if len(s) != 1 {
		return nil, false
	}
	if _, ok := s[0].v.(*listing); !ok {
		return nil, false
	}
	out := ev.asText(s)
	if len(out) != 1 {
		return nil, false
	}
	_, ok := constOf(out[0].v)
	return out, ok
}

// aliasesOf lists the variables that the description of a field names: one, or
// several of which the first that is set counts.
func (ev *evaluator) aliasesOf(st *client.Settings, field ref) []string {
	for _, key := range st.Alias {
		var out []string
		add := func(s set) {
			if len(s) > 0 {
				if t, ok := constOf(s[0].v); ok {
					out = append(out, strings.ToUpper(t))
				}
			}
		}
		s := ev.slot(client.Slot{Pos: -1, Keyword: key}, field, nil, nil)
		if len(s) == 0 {
			continue
		}
		switch v := s[0].v.(type) {
		case *listing:
			for _, it := range ev.items(v) {
				add(it)
			}
		case *instance:
			if v.call != nil && slices.Contains(st.Choices, v.path) {
				for _, a := range callArgs(v.call.ref, v.call.fr) {
					add(ev.argValue(a))
				}
			}
		default:
			add(s)
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// declaredField returns the call that describes a field in its declared type
// (`Annotated[str, Field(alias="TOPIC")]`), or nothing.
func (ev *evaluator) declaredField(st *client.Settings, annot ref) ref {
	if annot.id == 0 {
		return ref{}
	}
	e := annot.expr()
	f := annot.file.facts()
	if e.Kind != facts.Index || f.Text(lastName(f, e.X)) != "Annotated" || f.At(e.Y).Kind != facts.List {
		return ref{}
	}
	for _, k := range f.Operands(f.At(e.Y)) {
		if f.At(k).Kind != facts.Call {
			continue
		}
		for _, a := range ev.eval(annot.at(f.At(k).X), nil) {
			if v, ok := a.v.(*external); ok && slices.Contains(st.FieldFns, v.path) {
				return annot.at(k)
			}
		}
	}
	return ref{}
}

// annotatedObject returns objects when a field is declared with a workspace class.
func (ev *evaluator) annotatedObject(x *file, b *facts.Binding) set {
	if b.Annot == 0 {
		return nil
	}
	var out set
	for _, a := range ev.annotated(ref{x, b.Annot}, nil) {
		if o, ok := a.v.(*object); ok && !isEnum(ev, o.class) {
			out = append(out, a)
		}
	}
	return out
}

// settingsPrefix finds the prefix of a settings class: `model_config =
// SettingsConfigDict(env_prefix="X_")` or an inner class Config.
func (ev *evaluator) settingsPrefix(st *client.Settings, c *class) string {
	return ev.settingsKey(st, c, st.Prefix)
}

// settingsKey finds the value of one of the keys in the configuration of a
// settings class.
func (ev *evaluator) settingsKey(st *client.Settings, c *class, keys []string) string {
	for _, p := range ev.settingsValues(st, c, keys) {
		if t, ok := constOf(p.v); ok {
			return t
		}
	}
	return ""
}

// settingsValues evaluates one of the keys in the configuration of a settings
// class: in the nearest class that has it.
func (ev *evaluator) settingsValues(st *client.Settings, c *class, keys []string) set {
	for _, k := range ev.ancestry(c) {
		for _, cfg := range st.Config {
			sym := k.file.sym(cfg)
			if sym == 0 {
				continue
			}
			for _, a := range ev.classBinding(k, sym) {
				for _, key := range keys {
					var s set
					switch v := a.v.(type) {
					case *class:
						s = ev.classAttr(v, key, place{})
					case *instance:
						if v.call != nil {
							s = ev.slot(client.Slot{Pos: -1, Keyword: key}, v.call.ref, nil, nil)
						}
					case *mapping:
						s = ev.indexMap(v, one(literal(key), nil), nil, place{})
					}
					if len(s) > 0 {
						return s
					}
				}
			}
		}
	}
	return nil
}
