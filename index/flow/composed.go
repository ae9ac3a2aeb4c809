package flow

import (
	"slices"

	"topicls/index/client"
	"topicls/index/facts"
)

// Annotations of the workspace that are annotated themselves, as Spring composes
// them (https://docs.spring.io/spring-framework/reference/core/beans/classpath-scanning.html#beans-meta-annotations):
// what `@KafkaListener(groupId = "shop") @interface OrderListener` says, it says of
// what stands under @OrderListener. Elements of the composed annotation stand for
// those of the other by @AliasFor, or by having the same name.

// maxComposed bounds how many annotations deep a composed one is looked into.
const maxComposed = 3

// composedName is the name by which files are found that declare a composed
// annotation.
func composedName(name string) string { return "@ " + name }

// eachComposed names the composed annotations that a file declares.
func (x *file) eachComposed(do func(string)) {
	f := x.facts()
	for i := range f.Scopes {
		if sc := &f.Scopes[i]; sc.IsAnnotationType() && sc.DecorN > 0 {
			do(composedName(f.Text(sc.Name)))
		}
	}
}

// seekComposed takes in the files that have a composed annotation under which
// something is a sink: they need not mention Kafka.
func (ev *evaluator) seekComposed(x *file, annotation facts.ScopeID) {
	f := x.facts()
	sc := &f.Scopes[annotation]
	for _, d := range f.Decorators(sc) {
		if ev.l.models.MethodNames[f.Text(lastName(f, calleeOf(f, d)))] {
			ev.sought = append(ev.sought, f.Text(sc.Name))
			return
		}
	}
}

// calleeOf is what an annotation names, without its arguments.
func calleeOf(f *facts.File, d facts.ExprID) facts.ExprID {
	if e := f.At(d); e.Kind == facts.Call {
		return e.X
	}
	return d
}

// composedSinks lists the sinks of the composed annotations in a file.
func (ev *evaluator) composedSinks(x *file) []*sink {
	if !ev.l.lang.members() {
		return nil
	}
	f := x.facts()
	var out []*sink
	plain := map[facts.Sym]bool{} // names of annotations that are not composed
	for s := range f.Scopes {
		sc := &f.Scopes[s]
		if sc.IsAnnotationType() {
			ev.seekComposed(x, facts.ScopeID(s))
			continue
		}
		for _, d := range f.Decorators(sc) {
			n := lastName(f, calleeOf(f, d))
			if _, seen := plain[n]; !seen {
				plain[n] = len(ev.filesNear(depBases, composedName(f.Text(n)), x)) == 0
			}
			if plain[n] {
				continue
			}
			ev.fuel = fuelSink
			out = append(out, ev.composedAt(ref{x, d}, facts.ScopeID(s))...)
		}
	}
	return out
}

// composedAt lists what an annotation of a function or class means by those that
// its own type stands under.
func (ev *evaluator) composedAt(site ref, decorates facts.ScopeID) []*sink {
	c := ev.composed(site)
	if c == nil {
		return nil
	}
	return ev.composedBy(c, callArgs(ref{site.file, callOf(site)}, nil), site, decorates, 0)
}

// callOf is an annotation's call, or nothing for one without arguments.
func callOf(site ref) facts.ExprID {
	if site.expr().Kind == facts.Call {
		return site.id
	}
	return 0
}

// composed is the annotation type of the workspace that an annotation is of, if it
// is annotated itself; nil for others.
func (ev *evaluator) composed(site ref) *class {
	f := site.file.facts()
	callee := calleeOf(f, site.id)
	name := f.Text(lastName(f, callee))
	if name == "" || len(ev.filesNear(depBases, composedName(name), site.file)) == 0 {
		return nil
	}
	for _, a := range ev.eval(site.at(callee), nil) {
		if c, ok := a.v.(*class); ok && c.file.facts().Scopes[c.scope].IsAnnotationType() {
			ev.noteFile(c.file)
			return c
		}
	}
	return nil
}

// composedBy lists the sinks that the annotations of an annotation type c make of
// what c annotates with the given arguments.
func (ev *evaluator) composedBy(c *class, args []arg, site ref, decorates facts.ScopeID, depth int) []*sink {
	f := c.file.facts()
	var out []*sink
	for _, d := range f.Decorators(&f.Scopes[c.scope]) {
		meta := ref{c.file, d}
		callee := meta.at(calleeOf(f, d))
		if inner := ev.composed(meta); inner != nil {
			if depth < maxComposed {
				out = append(out, ev.composedBy(inner, ev.composedArgs(c, meta, inner.name(), args), site, decorates, depth+1)...)
			}
			continue
		}
		if !ev.l.models.MethodNames[f.Text(lastName(f, callee.id))] {
			continue
		}
		for _, a := range ev.eval(callee, nil) {
			v, ok := a.v.(*external)
			if !ok || ev.l.models.Functions[v.path] == nil {
				continue
			}
			m := ev.l.models.Functions[v.path]
			bound := ev.composedArgs(c, meta, lastDotted(v.path), args)
			for _, action := range append([]*client.Action{m.Decorator}, withoutParameters(m.Decorators)...) {
				if action == nil {
					continue
				}
				if beside, ok := ev.decoratesAs(site.file, decorates, action); ok {
					typ := &client.Type{Name: "annotation", Library: m.Library}
					out = append(out, &sink{site: site, action: action, typ: typ, method: "annotation." + lastDotted(v.path), decorates: decorates, beside: beside, bound: bound})
				}
			}
		}
	}
	return out
}

// composedArgs are the arguments that an annotation of a composed one gets: those
// that stand for its elements, what it is given itself, and last the defaults of
// elements that stand for its own.
func (ev *evaluator) composedArgs(c *class, meta ref, name string, args []arg) []arg {
	elements := ev.elementsOfAnnotation(c)
	var out, defaults []arg
	given := map[string]bool{}
	for i, a := range args {
		if a.name == "" && i < len(elements) && !slices.ContainsFunc(elements, func(e element) bool { return e.name == "value" }) {
			a.name = elements[i].name // Kotlin's constructors take them in their order
		}
		if a.name == "" {
			a.name = "value"
		}
		given[a.name] = true
		for _, target := range targetsOf(elements, a.name, name, 0) {
			a.name = target
			out = append(out, a)
		}
	}
	for _, e := range elements {
		if e.def.id == 0 || given[e.name] || e.isEmpty() {
			continue
		}
		for _, target := range targetsOf(elements, e.name, name, 0) {
			defaults = append(defaults, arg{name: target, ref: e.def})
		}
	}
	out = append(out, defaults...)
	if id := callOf(meta); id != 0 {
		out = append(out, callArgs(meta, nil)...)
	}
	return out
}

// element is an element of an annotation's type.
type element struct {
	name  string
	def   ref // its default; or nothing
	of    string
	alias string // what it stands for: an element of the annotation `of`, or of its own
}

// isEmpty reports whether the default of an element is one that says nothing.
func (e *element) isEmpty() bool {
	x := e.def.expr()
	f := e.def.file.facts()
	return x.Kind == facts.List && x.N == 0 || x.Kind == facts.String && f.Text(x.Name) == ""
}

// targetsOf lists the elements of the annotation called meta that an element
// stands for.
func targetsOf(elements []element, name, meta string, depth int) []string {
	i := slices.IndexFunc(elements, func(e element) bool { return e.name == name })
	if i < 0 || depth > maxComposed {
		return nil
	}
	switch e := elements[i]; {
	case e.alias == "" && e.of == "" && name != "value":
		return []string{name} // by having the same name
	case e.alias == "" && e.of == "":
		return nil
	case e.of == "" && e.alias != name: // of another element of its own type
		return targetsOf(elements, e.alias, meta, depth+1)
	case e.of == meta:
		if e.alias == "" {
			return []string{name}
		}
		return []string{e.alias}
	}
	return nil
}

// elementsOfAnnotation lists the elements of an annotation type: methods in
// Java, the parameters of the constructor in Kotlin.
func (ev *evaluator) elementsOfAnnotation(c *class) []element {
	f := c.file.facts()
	var out []element
	alias := func(e *element, d facts.ExprID) {
		x := f.At(d)
		if x.Kind != facts.Call || f.Text(lastName(f, x.X)) != "AliasFor" {
			return
		}
		for _, a := range callArgs(ref{c.file, d}, nil) {
			switch a.name {
			case "annotation":
				e.of = f.Text(lastName(f, a.ref.id))
			case "attribute", "value", "":
				for _, v := range ev.argValue(a) {
					if t, ok := constOf(v.v); ok {
						e.alias = t
					}
				}
			}
		}
	}
	if ctor := ev.constructorOf(c); ctor != 0 {
		sc := &f.Scopes[ctor]
		for i := int(sc.ParamLo) + 1; i < int(sc.ParamLo+sc.ParamN); i++ {
			p := &f.Params[i]
			e := element{name: f.Text(p.Name)}
			if p.Default != 0 {
				e.def = ref{c.file, p.Default}
			}
			for _, d := range annotationsOf(f, p.Annot) {
				alias(&e, d)
			}
			out = append(out, e)
		}
		return out
	}
	for s := range f.Scopes {
		sc := &f.Scopes[s]
		if sc.Kind != facts.FuncScope || sc.Flag&facts.Abstract == 0 || c.file.classOf(facts.ScopeID(s)) != c.scope {
			continue
		}
		e := element{name: f.Text(sc.Name)}
		for i := range f.Returns {
			if r := &f.Returns[i]; r.Scope == facts.ScopeID(s) {
				e.def = ref{c.file, r.Value}
			}
		}
		for _, d := range f.Decorators(sc) {
			alias(&e, d)
		}
		out = append(out, e)
	}
	return out
}
