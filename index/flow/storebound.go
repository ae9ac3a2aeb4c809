package flow

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"topicls/index/client"
	"topicls/index/confdoc"
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
	doc    *document
}

func (b *boundTo) same(o *boundTo) bool {
	if b == nil || o == nil {
		return b == o
	}
	if (b.doc == nil) != (o.doc == nil) || b.doc != nil && *b.doc != *o.doc {
		return false
	}
	return b.how == o.how && b.prefix == o.prefix
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
	if ev.asked(k) {
		return nil
	}
	m := ev.mark()
	ev.pose(k)
	b := ev.findBound(c)
	ev.answered(k)
	if ev.isWhole(m) {
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
					return &boundTo{how: how, prefix: ev.boundPrefix(how, r, nil)}
				}
			}
		}
	}
	names := make([]string, 0, len(ev.l.models.Bound))
	for path, how := range ev.l.models.Bound {
		if n := lastDotted(path); len(how.Class) > 0 && !slices.Contains(names, n) {
			names = append(names, n)
			if slices.ContainsFunc(how.Class, isTypeArgument) { // such files may say nothing of Kafka
				ev.sought = append(ev.sought, strings.Join(append([]string{c.name(), n}, how.Beside...), " "))
			}
		}
	}
	slices.Sort(names)
	for _, n := range names {
		typed := ev.bindsTypes(n)
		for _, site := range ev.fillingSites(n, c.file) {
			if typed && !ev.mayNameType(site, c) {
				continue
			}
			if b := ev.boundAt(site, c); b != nil {
				return b
			}
		}
	}
	return nil
}

// bindsTypes reports whether calls of a name only fill objects of the class that
// is their type argument. Other things have methods of such names too.
func (ev *evaluator) bindsTypes(name string) bool {
	for path, how := range ev.l.models.Bound {
		if lastDotted(path) != name || len(how.Class) == 0 {
			continue
		}
		for _, s := range how.Class {
			if !isTypeArgument(s) || s.Method != "" {
				return false
			}
		}
	}
	return true
}

// mayNameType reports whether a call has a type argument that is a class, or
// that somebody else decides.
func (ev *evaluator) mayNameType(site ref, c *class) bool {
	t, ok := lastTypeOf(site)
	if !ok {
		return false
	}
	for t.expr().Kind == facts.Index {
		t = t.at(t.expr().X)
	}
	for _, a := range ev.eval(t, nil) {
		if k, is := a.v.(*class); is && *k != *c {
			return false
		}
	}
	return true
}

// isTypeArgument reports whether a slot is a type argument.
func isTypeArgument(s client.Slot) bool { return strings.HasPrefix(s.Keyword, "<") }

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
	for _, v := range ev.fillingCallee(callee) {
		how := ev.l.models.Bound[v.path]
		if ev.filledByCode(how, site, v.recv) {
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
						return ev.boundBy(how, site, v.recv)
					}
				case *class:
					if *o == *c {
						return ev.boundBy(how, site, v.recv)
					}
				}
			}
		}
	}
	return nil
}

// filledByCode reports whether a call is given a function where others have the
// part of the store that fills an object.
func (ev *evaluator) filledByCode(how *client.Bound, site ref, recv value) bool {
	if how.Store == "" || len(ev.l.models.FillerNames) == 0 {
		return false
	}
	return slices.ContainsFunc(how.Prefix, func(s client.Slot) bool {
		return slices.ContainsFunc(ev.slot(s, site, nil, recv), func(a alt) bool { _, is := a.v.(*function); return is })
	})
}

// filledObjects evaluates a call that makes an object of a class that it is
// given, out of a document.
func (ev *evaluator) filledObjects(how *client.Bound, v *external, r ref, fr *frame) set {
	to := ev.boundBy(how, r, v.recv)
	if to.doc == nil {
		return nil
	}
	var out set
	for _, s := range how.Class {
		for _, a := range ev.slot(s, r, fr, v.recv) {
			if c, ok := a.v.(*class); ok {
				out = out.add(alt{&object{class: c, site: &callSite{r, fr}, bound: to}, &trace{place: r.place(), what: "object of " + c.name()}})
			}
		}
	}
	return out
}

// boundBy tells where a call that fills objects takes the values from.
func (ev *evaluator) boundBy(how *client.Bound, site ref, recv value) *boundTo {
	to := &boundTo{how: how, prefix: ev.boundPrefix(how, site, recv)}
	for _, s := range how.Document {
		for _, a := range ev.expanded(func() set { return ev.slot(s, site, nil, recv) }) {
			if d, ok := a.v.(*document); ok {
				to.doc = d
				return to
			}
			if d := ev.documentAt(site.file, ev.filePath(a.v, 0)); d != nil {
				to.doc = &document{path: d.Path, node: d.Root}
				return to
			}
		}
	}
	return to
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
			value := b.Value
			if value == 0 {
				value = ev.constructorDefault(c, sym)
			}
			return ev.boundValue(to, x, name, b.Annot, value, b.Span)
		}
	}
	return nil
}

// constructorDefault is the default of the parameter of a class's constructor
// that is called as a field: `class Names(val audit: String = "audit")`; 0 if
// there is none.
func (ev *evaluator) constructorDefault(c *class, field facts.Sym) facts.ExprID {
	f := c.file.facts()
	ctor := ev.constructorOf(c)
	if ctor == 0 {
		return 0
	}
	sc := &f.Scopes[ctor]
	for i := range int(sc.ParamN) {
		if p := &f.Params[int(sc.ParamLo)+i]; p.Name == field {
			return p.Default
		}
	}
	return 0
}

// boundGetter evaluates a method without a body that stands for a field
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
	n := fieldNote{}
	for _, d := range x.facts().Decorators(sc) {
		ev.readNote(to.how, ref{x, d}, &n)
	}
	return ev.boundLeaf(to, x, x.facts().Text(sc.Name), n, sc.Result, sc.NameSpan)
}

// fieldNote is what annotations and tags say of a field.
type fieldNote struct {
	key    string // its key's name; "-" for none
	env    string // the variable that counts before all else
	prefix string // of the fields of an object
	has    bool   // prefix is given
	words  bool   // the words of the field's name are divided in the key's
	def    set
}

// boundValue evaluates a field by its name, declared type and first value.
func (ev *evaluator) boundValue(to *boundTo, x *file, name string, annot, value facts.ExprID, at facts.Span) set {
	f := x.facts()
	var n fieldNote
	declared := annot
	if an := f.At(annot); annot != 0 && an.Kind == facts.Index && f.Text(lastName(f, an.X)) == "Annotated" {
		if y := f.At(an.Y); y.Kind == facts.List && y.N > 0 {
			declared = f.Operands(y)[0]
			for _, k := range f.Operands(y)[1:] {
				ev.readNote(to.how, ref{x, k}, &n)
			}
		}
	}
	if value != 0 && len(n.def) == 0 {
		if n.def = ev.eval(ref{x, value}, nil); nothingKnown(n.def) {
			n.def = nil
		}
	}
	return ev.boundLeaf(to, x, name, n, declared, at)
}

// readNote reads an annotation or tag of a field.
func (ev *evaluator) readNote(how *client.Bound, r ref, n *fieldNote) {
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
			n.readTag(how, reflect.StructTag(text), a.tr)
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
				n.key = t
			}
		}
	case names(how.Default):
		n.def = first()
	}
}

// readTag reads the tag of a field of a Go struct.
func (n *fieldNote) readTag(how *client.Bound, tag reflect.StructTag, tr *trace) {
	for _, t := range how.Tags {
		v, ok := tag.Lookup(t)
		if !ok || n.key != "" {
			continue
		}
		v, opts, _ := strings.Cut(v, ",")
		if n.key = v; v == "" && (strings.Contains(opts, "squash") || strings.Contains(opts, "inline")) {
			n.key = "-"
		}
		for _, o := range strings.Split(opts, ",") { // `env:"TOPIC,default=orders"`
			o = strings.TrimSpace(o)
			if d, ok := strings.CutPrefix(o, "default="); ok {
				n.def = one(literal(d), tr)
			}
			if p, ok := strings.CutPrefix(o, "prefix="); ok {
				n.prefix, n.has = p, true
			}
		}
	}
	n.words = n.words || how.Words != "" && tag.Get(how.Words) == "true"
	for _, t := range how.Env {
		if v, ok := tag.Lookup(t); ok && n.env == "" {
			n.env, _, _ = strings.Cut(v, ",")
		}
	}
	for _, t := range how.PrefixTags {
		if v, ok := tag.Lookup(t); ok {
			n.prefix, n.has = v, true
		}
	}
	for _, t := range how.DefaultTags {
		if v, ok := tag.Lookup(t); ok {
			n.def = one(literal(v), tr)
		}
	}
}

// below is the key of a field of what is bound.
func (to *boundTo) below(key string) string {
	sep := separatorOf(to.how.Store)
	switch {
	case to.how.Join == "none":
		sep = ""
	case to.how.Join != "":
		sep = to.how.Join
	case to.how.Store == "":
		sep = "_"
	}
	switch {
	case key == "-":
		return to.prefix
	case to.prefix == "":
		return key
	}
	return to.prefix + sep + key
}

// part is what an object that is a field of what is bound is bound to.
func (to *boundTo) part(key string, n fieldNote) *boundTo {
	p := &boundTo{how: to.how}
	switch {
	case n.has:
		p.prefix = to.prefix + n.prefix
	case len(to.how.PrefixTags) > 0:
		p.prefix = to.prefix
	default:
		p.prefix = to.below(key)
	}
	if to.doc != nil {
		p.doc = to.doc
		if key != "-" {
			sub := to.doc.node.Get(key)
			if sub == nil {
				sub = &confdoc.Node{Kind: confdoc.Map}
			}
			p.doc = &document{path: to.doc.path, node: sub, key: key}
		}
	}
	return p
}

// boundLeaf makes the key of a field, or the part of the store that it is.
func (ev *evaluator) boundLeaf(to *boundTo, x *file, name string, n fieldNote, declared facts.ExprID, span facts.Span) set {
	key := n.key
	if key == "" {
		key = cased(name, to.how.Case)
		if n.words {
			key = cased(name, "snake")
		}
	}
	at := place{x, span}
	many := false
	if declared != 0 {
		many = isList(x.facts(), declared)
		var parts set
		for _, a := range ev.annotated(ref{x, declared}, nil) {
			if o, ok := a.v.(*object); ok && !isEnum(ev, o.class) {
				c := *o
				c.bound = to.part(key, n)
				parts = parts.add(alt{&c, a.tr})
			}
		}
		if len(parts) > 0 {
			return parts
		}
	}
	if to.how.Tagged && n.key == "" && n.env == "" {
		return nil
	}
	def := n.def
	if declared != 0 && len(to.how.Document) == 0 {
		if value, ok := mapValues(x.facts(), declared); ok && (len(def) == 0 || madeEmpty(def)) {
			s := &section{how: to.how, prefix: to.below(key), at: at}
			if value != 0 {
				s.elem = ref{x, value}
			}
			return one(s, &trace{place: at, what: "key " + s.prefix})
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
	text, store := to.below(key), to.how.Store
	switch {
	case len(to.how.Document) > 0 && n.env == "":
		if to.doc == nil {
			return nil
		}
		return ev.docKeys(to.doc, one(literal(key), nil), def, at)
	case len(to.how.Document) > 0:
		if to.doc != nil && to.doc.node.Get(key) != nil {
			def = ev.docKeys(to.doc, one(literal(key), nil), nil, at)
		}
		text, store = to.prefix+n.env, ""
	case to.how.Case == "capitals":
		text = strings.ToUpper(text)
	case n.env != "":
		text, store = to.prefix+n.env, ""
	}
	p := part{kind: partEnv, text: text, store: store, at: at}
	if len(def) > 0 && !isNone(def) {
		p.def = def
	}
	what := "key " + text
	if store == "" {
		what = "variable " + text
	}
	v := &stringValue{parts: []part{p}}
	if many {
		v.ops = []strOp{{op: "split", a: ","}}
	}
	return one(v, &trace{place: at, what: what})
}

// madeEmpty reports whether a field is first a map without entries of its own,
// which the framework then fills.
func madeEmpty(def set) bool {
	for _, d := range def {
		switch v := d.v.(type) {
		case *mapping:
			if len(v.entries) > 0 || v.ref.file != nil && !isBare(v.ref) {
				return false
			}
		case *instance:
			if v.call != nil && !isBare(v.call.ref) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// isBare reports whether what makes a map has no arguments but types.
func isBare(r ref) bool {
	return int(r.expr().N) == typeArgumentsOf(r)
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
	case "snake":
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
	return b.String()
}
