package flow

import (
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

// nested says of an object that its fields can be set by variables, because it
// is a part of settings whose class has a delimiter for that
// (`env_nested_delimiter="__"`: KAFKA__TOPIC sets settings.kafka.topic).
type nested struct {
	st        *client.Settings
	prefix    string // of the variables: "KAFKA__"
	delimiter string
	def       set    // what the field is without variables: objects
	files     string // see part.files
	docs      set    // what further sources of the settings say of the object
}

// nestedParts gives the objects of a settings field their part of the
// variables; what is no object of a plain class stays.
func (ev *evaluator) nestedParts(like nested, prefix string, objs, def set) set {
	out := make(set, len(objs))
	for i, a := range objs {
		if o, ok := a.v.(*object); ok {
			c := *o
			n := like
			n.prefix, n.def, n.docs = prefix+like.delimiter, def, like.docs
			c.nested = &n
			a.v = &c
		}
		out[i] = a
	}
	return out
}

// nestedField evaluates a field of an object whose fields are variables;
// nothing for what is no field.
func (ev *evaluator) nestedField(o *object, name string, at place) set {
	n := o.nested
	for _, c := range ev.ancestry(o.class) {
		sym := c.file.sym(name)
		if sym == 0 || !declaresField(c, sym) {
			continue
		}
		ev.noteFile(c.file)
		x := c.file
		var b *facts.Binding
		for _, i := range x.bindings(c.scope, sym) {
			b = &x.facts().Bindings[i]
		}
		var def set
		for _, d := range n.def {
			if p, ok := d.v.(*object); ok {
				def = def.add(ev.objectAttr(p, name, at)...)
			}
		}
		if len(n.def) == 0 && b.Value != 0 {
			if def = ev.fieldDefault(x, b); len(def) == 0 && x.facts().At(b.Value).Kind != facts.Call {
				def = ev.eval(ref{x, b.Value}, nil)
			}
		}
		env := n.prefix + strings.ToUpper(name)
		docs := ev.underKey(n.docs, name)
		filed := false
		if got := plainValues(docs); len(got) > 0 {
			def, filed = got, true
		}
		if objs := ev.annotatedObject(x, b); len(objs) > 0 {
			below := *n
			below.docs = docs
			return ev.nestedParts(below, env, objs, def)
		}
		list := declaresList(x.facts(), b.Annot, 0)
		if texts, ok := ev.listAsText(def); ok {
			def, list = texts, true
		}
		for _, d := range def {
			switch d.v.(type) {
			case *object, *instance, *listing, *mapping:
				return def
			}
		}
		p := part{kind: partEnv, text: env, at: place{x, b.Span}, required: len(def) == 0, soft: true, files: n.files, filed: filed}
		if len(def) > 0 && !isNone(def) {
			p.def = def
		}
		v := &stringValue{parts: []part{p}}
		if list {
			v.ops = []strOp{{op: "split", a: ","}}
		}
		if n.delimiter == "" { // no variable is asked
			if len(def) == 0 {
				return nil
			}
			return def
		}
		return one(v, &trace{place: place{x, b.Span}, what: "variable " + env + " (settings field " + name + ")"})
	}
	return nil
}

// nestedFields evaluates all fields of an object whose fields are variables.
func (ev *evaluator) nestedFields(o *object) []set {
	var out []set
	for _, c := range ev.ancestry(o.class) {
		f := c.file.facts()
		for _, i := range c.file.scopeBindings(c.scope) {
			if b := &f.Bindings[i]; b.Annot != 0 && strings.Count(o.nested.prefix, o.nested.delimiter) < 4 {
				out = append(out, ev.nestedField(o, f.Text(b.Name), place{c.file, b.Span}))
			}
		}
	}
	return out
}

func (n *nested) same(o *nested) bool {
	if n == nil || o == nil {
		return n == o
	}
	return n.prefix == o.prefix && n.files == o.files
}
