package flow

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"topicls/index/client"
	"topicls/index/facts"
)

// Classes whose fields a framework fills from its configuration: under an
// annotation (`@ConfigurationProperties("app.kafka")`), or given to a call
// (`viper.Unmarshal(&cfg)`). A field of one is a key of the store, below the
// prefix of its class; a field whose type is another class of the workspace is a
// part with a longer prefix.

// boundTo says where the fields of an object come from.
type boundTo struct {
	how    *client.Bound
	prefix string // of the keys of its fields, without the separator
}

func (b *boundTo) same(o *boundTo) bool {
	if b == nil || o == nil {
		return b == o
	}
	return *b == *o
}

// boundClass returns where the fields of a class come from; nil for most.
func (ev *evaluator) boundClass(c *class) *boundTo {
	if len(ev.l.models.BoundNames) == 0 {
		return nil
	}
	if b, ok := ev.bindings[*c]; ok {
		ev.noteFile(c.file)
		return b
	}
	k := activeKey{guard: guardBound, ref: ref{c.file, facts.ExprID(c.scope)}}
	if ev.active[k] {
		return nil
	}
	ev.active[k] = true
	cut := ev.cut
	b := ev.findBound(c)
	delete(ev.active, k)
	if ev.cut == cut {
		ev.bindings[*c] = b
	}
	return b
}

func (ev *evaluator) findBound(c *class) *boundTo {
	for _, k := range ev.ancestry(c) {
		f := k.file.facts()
		for _, d := range f.Decorators(&f.Scopes[k.scope]) {
			r := ref{k.file, d}
			callee := d
			if e := f.At(d); e.Kind == facts.Call {
				callee = e.X
			}
			if !ev.l.models.BoundNames[f.Text(lastName(f, callee))] {
				continue
			}
			for _, a := range ev.eval(r.at(callee), nil) {
				v, ok := a.v.(*external)
				if !ok {
					continue
				}
				if how := ev.l.models.Bound[v.path]; how != nil && len(how.Class) == 0 {
					return &boundTo{how, ev.boundPrefix(how, r, nil)}
				}
			}
		}
	}
	names := make([]string, 0, len(ev.l.models.Bound))
	for path, how := range ev.l.models.Bound {
		if n := lastDotted(path); len(how.Class) > 0 && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	for _, n := range names {
		for _, site := range ev.sitesNamed(n, c.file) {
			if b := ev.boundAt(site, c); b != nil {
				return b
			}
		}
	}
	return nil
}

// boundAt tells whether a call fills objects of a class, and from where.
func (ev *evaluator) boundAt(site ref, c *class) *boundTo {
	e := site.expr()
	if e.Kind != facts.Call {
		return nil
	}
	callee, typeArg := ref{site.file, e.X}, facts.ExprID(0)
	if x := callee.expr(); x.Kind == facts.Index {
		callee, typeArg = callee.at(x.X), x.Y
	}
	for _, a := range ev.expanded(func() set { return ev.eval(callee, nil) }) {
		v, ok := a.v.(*external)
		if !ok {
			continue
		}
		how := ev.l.models.Bound[v.path]
		if how == nil {
			continue
		}
		for _, s := range how.Class {
			var got set
			if s.Keyword == "type" {
				got = ev.eval(site.at(typeArg), nil)
			} else {
				got = ev.expanded(func() set { return ev.slot(s, site, nil, v.recv) })
			}
			for _, o := range got {
				switch o := o.v.(type) {
				case *object:
					if *o.class == *c {
						return &boundTo{how, ev.boundPrefix(how, site, v.recv)}
					}
				case *class:
					if *o == *c {
						return &boundTo{how, ev.boundPrefix(how, site, v.recv)}
					}
				}
			}
		}
	}
	return nil
}

// boundPrefix evaluates the prefix of a bound class: a text, or the part of the
// store that was taken by its name.
func (ev *evaluator) boundPrefix(how *client.Bound, r ref, recv value) string {
	if r.expr().Kind != facts.Call {
		return ""
	}
	for _, s := range how.Prefix {
		for _, a := range ev.expanded(func() set { return ev.slot(s, r, nil, recv) }) {
			if t, ok := constOf(a.v); ok {
				return strings.Trim(t, ".:")
			}
			var parts []string
			for in, ok := a.v.(*instance); ok && in.call != nil && len(parts) < 8; in, ok = in.recv.(*instance) {
				first, has := firstArg(in.call.ref, in.call.fr)
				if !has {
					break
				}
				for _, p := range ev.argValue(first) {
					if t, ok := constOf(p.v); ok {
						parts = append(parts, t)
						break
					}
				}
			}
			if len(parts) > 0 {
				slices.Reverse(parts)
				return strings.Join(parts, separatorOf(how.Store))
			}
		}
	}
	return ""
}

// boundField evaluates a field of an object whose class is bound; nothing for
// what is no field.
func (ev *evaluator) boundField(o *object, to *boundTo, name string) set {
	for _, c := range ev.ancestry(o.class) {
		x := c.file
		f := x.facts()
		sym := x.sym(name)
		if sym == 0 {
			continue
		}
		ev.noteFile(x)
		for _, i := range x.bindings(c.scope, sym) {
			b := &f.Bindings[i]
			if b.Annot == 0 && b.Value == 0 {
				continue
			}
			if b.Value != 0 {
				if k := f.At(b.Value).Kind; k == facts.Func || k == facts.Class {
					continue
				}
			}
			return ev.boundValue(to, x, name, b.Annot, b.Value, b.Span)
		}
	}
	return nil
}

// boundMethod evaluates a method without a body that stands for a field
// (interfaces under @ConfigMapping).
func (ev *evaluator) boundGetter(fn *function) set {
	x := fn.file
	sc := &x.facts().Scopes[fn.scope]
	cls := x.classOf(fn.scope)
	if sc.Flag&facts.Abstract == 0 || cls == 0 {
		return nil
	}
	to := ev.boundClass(&class{x, cls})
	if o, ok := fn.self.(*object); ok && o.bound != nil {
		to = o.bound
	}
	if to == nil {
		return nil
	}
	how, key, def := to.how, "", set(nil)
	for _, d := range x.facts().Decorators(sc) {
		ev.fieldNote(how, ref{x, d}, &key, &def)
	}
	return ev.boundLeaf(to, x, x.facts().Text(sc.Name), key, sc.Result, def, sc.NameSpan)
}

// boundValue evaluates a field by its name, declared type and first value.
func (ev *evaluator) boundValue(to *boundTo, x *file, name string, annot, value facts.ExprID, at facts.Span) set {
	f := x.facts()
	key := ""
	var def set
	declared := annot
	if an := f.At(annot); annot != 0 && an.Kind == facts.Index && f.Text(lastName(f, an.X)) == "Annotated" {
		if y := f.At(an.Y); y.Kind == facts.List && y.N > 0 {
			declared = f.Operands(y)[0]
			for _, k := range f.Operands(y)[1:] {
				ev.fieldNote(to.how, ref{x, k}, &key, &def)
			}
		}
	}
	if to.how.Tagged && key == "" {
		return nil
	}
	if value != 0 && len(def) == 0 {
		if def = ev.eval(ref{x, value}, nil); nothingKnown(def) {
			def = nil
		}
	}
	return ev.boundLeaf(to, x, name, key, declared, def, at)
}

// fieldNote reads an annotation or tag of a field: its key's name, its default.
func (ev *evaluator) fieldNote(how *client.Bound, r ref, key *string, def *set) {
	e := r.expr()
	f := r.file.facts()
	if e.Kind != facts.Call {
		return
	}
	first := func() set {
		if a, ok := firstArg(r, nil); ok {
			return ev.argValue(a)
		}
		return nil
	}
	last := f.Text(lastName(f, e.X))
	if last == "tag" {
		for _, a := range first() {
			text, _ := constOf(a.v)
			tag := reflect.StructTag(text)
			for _, t := range how.Tags {
				if v, ok := tag.Lookup(t); ok && *key == "" {
					v, opts, _ := strings.Cut(v, ",")
					if *key = v; v == "" && strings.Contains(opts, "squash") {
						*key = "-"
					}
					for _, o := range strings.Split(opts, ",") { // go-envconfig: `env:"X,default=y"`
						if d, ok := strings.CutPrefix(strings.TrimSpace(o), "default="); ok {
							*def = one(literal(d), a.tr)
						}
					}
				}
			}
			for _, t := range how.DefaultTags {
				if v, ok := tag.Lookup(t); ok {
					*def = one(literal(v), a.tr)
				}
			}
		}
		return
	}
	names := func(list []string) bool {
		if !slices.ContainsFunc(list, func(n string) bool { return lastDotted(n) == last }) {
			return false
		}
		for _, a := range ev.eval(r.at(e.X), nil) {
			if v, ok := a.v.(*external); ok && slices.Contains(list, v.path) {
				return true
			}
		}
		return false
	}
	switch {
	case names(how.Name):
		for _, a := range first() {
			if t, ok := constOf(a.v); ok {
				*key = t
			}
		}
	case names(how.Default):
		*def = first()
	}
}

// boundLeaf makes the key of a field, or the part of the store that it is.
func (ev *evaluator) boundLeaf(to *boundTo, x *file, name, key string, declared facts.ExprID, def set, span facts.Span) set {
	if key == "" {
		key = cased(name, to.how.Case)
	}
	at := place{x, span}
	sep := separatorOf(to.how.Store)
	if to.how.Store == "" {
		sep = "_"
	}
	full := key
	switch {
	case key == "-":
		full = to.prefix
	case to.prefix != "":
		full = to.prefix + sep + key
	}
	many := false
	if declared != 0 {
		many = isList(x.facts(), declared)
		var parts set
		for _, a := range ev.annotated(ref{x, declared}, nil) {
			if o, ok := a.v.(*object); ok && !isEnum(ev, o.class) {
				c := *o
				c.bound = &boundTo{to.how, full}
				parts = parts.add(alt{&c, a.tr})
			}
		}
		if len(parts) > 0 {
			return parts
		}
	}
	for _, d := range def {
		switch d.v.(type) {
		case *object, *instance, *mapping:
			return def
		case *listing:
			def = ev.asText(def)
		}
	}
	p := part{kind: partEnv, text: full, store: to.how.Store, at: at, required: false}
	if len(def) > 0 && !isNone(def) {
		p.def = def
	}
	what := "key " + full
	if to.how.Store == "" {
		what = "variable " + full
	}
	v := &stringValue{parts: []part{p}}
	if many {
		v.ops = []strOp{{op: "split", a: ","}}
	}
	return one(v, &trace{place: at, what: what})
}

// isList reports whether a declared type is one of several values.
func isList(f *facts.File, id facts.ExprID) bool {
	e := f.At(id)
	if e.Kind != facts.Index {
		return false
	}
	switch f.Text(lastName(f, e.X)) {
	case "List", "Set", "Collection", "Iterable", "MutableList", "Array", "IEnumerable", "IList", "ICollection", "IReadOnlyList", "HashSet", "Sequence":
		return true
	case "Optional":
		return isList(f, e.Y)
	}
	return false
}

// cased turns a field's name into a key's.
func cased(name, how string) string {
	sep := ""
	switch how {
	case "kebab":
		sep = "-"
	case "snake", "upper":
		sep = "_"
	default:
		return name
	}
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if unicode.IsUpper(r) {
			if i > 0 && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsUpper(runes[i-1])) {
				b.WriteString(sep)
			}
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	if how == "upper" {
		return strings.ToUpper(b.String())
	}
	return b.String()
}
