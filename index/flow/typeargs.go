package flow

import (
	"strconv"

	"topicls/index/facts"
)

// Libraries have generic types and functions whose results are of the type that
// they are given: `IOptions<T>.Value`, `Deserialize<T>(text)`. Calls have type
// arguments as the keyword arguments `<0>`, `<1>` (docs/facts.md), declared types
// as an index.

// withTypeArguments notes the type arguments of a declared type in the
// instances of a library's type that it stands for.
func (ev *evaluator) withTypeArguments(s set, args ref) set {
	for i, a := range s {
		if v, ok := a.v.(*instance); ok && v.typ != nil && v.call == nil {
			c := *v
			c.args = args
			if e := args.expr(); e.Kind == facts.List { // types of one name are told apart by the number of arguments
				if t := ev.l.models.Types[v.typ.Name+"`"+strconv.Itoa(int(e.N))]; t != nil {
					c.typ = t
				}
			}
			s[i].v = &c
		}
	}
	return s
}

// ofTypeArgument evaluates what a library gives that is of its type argument
// number n (a digit): that of the call r, or without one of the object in.
func (ev *evaluator) ofTypeArgument(n string, in *instance, r ref, fr *frame, at place) set {
	t, ok := ev.typeArgument(n, in, r)
	if !ok {
		return one(&unknown{"the result of a library call", at}, nil)
	}
	if r.file != nil && isList(t.file.facts(), t.id) {
		if to := ev.boundCall(in, r); to != nil && to.prefix != "" && to.doc == nil { // the list itself
			return ev.boundLeaf(&boundTo{how: to.how}, r.file, to.prefix, fieldNote{key: to.prefix}, t.id, r.expr().Span)
		}
	}
	if e := t.expr(); r.file != nil && e.Kind == facts.Name && isTextType(t.file.facts().Text(e.Name)) && ev.boundCall(in, r) != nil {
		if s := ev.sectionValue(in, at); len(s) > 0 { // GetSection("Kafka:Topic").Get<string>()
			return s
		}
	}
	out := ev.annotated(t, fr)
	if len(out) == 0 {
		if open := holesAmong(ev.asType(t, fr)); len(open) > 0 { // whoever gives the type decides
			return open
		}
		return one(&unknown{"a value of a type that is not known", at}, nil)
	}
	if r.file == nil {
		return out
	}
	if to := ev.boundCall(in, r); to != nil {
		for i, a := range out {
			if o, ok := a.v.(*object); ok {
				c := *o
				c.bound = to
				out[i].v = ev.object(&c)
			}
		}
	}
	return out
}

// holesAmong lists the open parameters among some values.
func holesAmong(s set) (out set) {
	for _, a := range s {
		if _, open := a.v.(*param); open {
			out = append(out, a)
		}
	}
	return out
}

// isOpenType reports whether all of some values are open type parameters.
func isOpenType(s set) bool {
	for _, a := range s {
		p, open := a.v.(*param)
		if !open || !isTypeParameter(p.file.facts().Text(p.file.facts().Params[p.index].Name)) {
			return false
		}
	}
	return len(s) > 0
}

// typeArgument finds type argument number n of a call, or of the type of an
// object.
func (ev *evaluator) typeArgument(n string, in *instance, r ref) (ref, bool) {
	given := func(r ref) (ref, bool) {
		f := r.file.facts()
		if r.expr().Kind != facts.Call {
			return ref{}, false
		}
		for _, k := range f.Operands(r.expr()) {
			if a := f.At(k); f.Text(a.Name) == "<"+n+">" {
				return r.at(a.X), true
			}
		}
		return ref{}, false
	}
	if r.file != nil {
		return given(r)
	}
	if in.args.file != nil {
		e := in.args.expr()
		if e.Kind != facts.List {
			return in.args, n == "0"
		}
		kids := in.args.file.facts().Operands(e)
		if i := int(n[0] - '0'); i < len(kids) {
			return in.args.at(kids[i]), true
		}
		return ref{}, false
	}
	if in.call != nil {
		return given(in.call.ref)
	}
	return ref{}, false
}

// isTypeParameter reports whether a parameter of that name is one for types.
func isTypeParameter(name string) bool { return len(name) > 0 && name[0] == '<' }

// typeArguments counts the type arguments among the arguments of a call.
func typeArguments(args []arg) int {
	n := 0
	for _, a := range args {
		if isTypeParameter(a.name) {
			n++
		}
	}
	return n
}

// typeArgumentsOf counts the type arguments that a call is written with.
func typeArgumentsOf(site ref) int {
	n := 0
	if f := site.file.facts(); site.expr().Kind == facts.Call {
		for _, k := range f.Operands(site.expr()) {
			if isTypeParameter(f.Text(f.At(k).Name)) {
				n++
			}
		}
	}
	return n
}

// boundCall tells from where a call fills the object of its type argument that
// it makes; nil where it doesn't.
func (ev *evaluator) boundCall(in *instance, r ref) *boundTo {
	f := r.file.facts()
	how := ev.l.models.Bound[in.path+"."+f.Text(lastName(f, r.expr().X))]
	if how == nil {
		return nil
	}
	return &boundTo{how: how, prefix: ev.boundPrefix(how, r, in)}
}
