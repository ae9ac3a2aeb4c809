package flow

import (
	"unicode"
	"unicode/utf8"

	"topicls/index/facts"
)

// In languages whose code names members of its class without a receiver,
// fields are read by methods that nobody writes: those of records, and the
// getters, builders and withers that annotations have generated. A call of a
// method that a class doesn't have is one of those if the class has the field.

// accessed evaluates a call of a method that reads or fills a field of a
// receiver; ok is false when the class has the method, or no such field.
func (ev *evaluator) accessed(recv value, name string, r ref, fr *frame) (got set, ok bool) {
	if !ev.l.lang.members() {
		return nil, false
	}
	args := int(r.expr().N)
	if c, isClass := recv.(*class); isClass {
		if name == "builder" && args == 0 && !ev.hasMember(c, name) && !isEnum(ev, c) {
			return one(&object{class: c}, nil), true
		}
		if name == "values" && args == 0 && !ev.hasMember(c, name) && isEnum(ev, c) {
			return one(ev.memberList(c), nil), true
		}
		return nil, false
	}
	c := classOfValue(recv)
	if c == nil {
		return nil, false
	}
	if got, ok := ev.copied(recv, name, r, fr); ok {
		return got, true
	}
	if o, isObject := recv.(*object); isObject && o.member != "" && args == 0 && (name == "name" || name == "toString") && ev.methodOf(o, name) == nil {
		return one(literal(o.member), nil), true
	}
	if args > 1 || ev.declaresMethod(c, name) {
		return nil, false
	}
	at := r.place()
	switch field := ev.fieldRead(c, name); {
	case args == 0 && field != "":
		return ev.attr(recv, field, at, fr), true
	case args == 0 && (name == "build" || name == "toBuilder"), args == 1 && ev.declaresFieldOf(c, name):
		return one(recv, nil), true
	}
	return nil, false
}

// fieldsAmong tells the values of fields from what can be called: what an open
// parameter has under the name of a method that reads its field, as records do.
func fieldsAmong(members set) (fields, others set) {
	for _, a := range members {
		switch a.v.(type) {
		case *stringValue, *constant, *listing, *mapping, *section, *object, *instance:
			fields = append(fields, a)
		default:
			others = append(others, a)
		}
	}
	return fields, others
}

// declaresMethod reports whether a class or one that it extends has a method,
// or might inherit one from outside.
func (ev *evaluator) declaresMethod(c *class, name string) bool {
	for _, k := range ev.lookedIn(c, name) {
		ev.noteFile(k.file)
		if k.file.method(k.scope, k.file.sym(name)) != 0 {
			return true
		}
	}
	return false
}

// fieldRead returns the field that a generated method of a name reads: the name
// itself, as records have it, or what is behind get or is; "" if there is none.
func (ev *evaluator) fieldRead(c *class, name string) string {
	if ev.declaresFieldOf(c, name) {
		return name
	}
	for _, prefix := range []string{"get", "is"} {
		if len(name) <= len(prefix) || name[:len(prefix)] != prefix {
			continue
		}
		first, n := utf8.DecodeRuneInString(name[len(prefix):])
		if !unicode.IsUpper(first) {
			continue
		}
		if field := string(unicode.ToLower(first)) + name[len(prefix)+n:]; ev.declaresFieldOf(c, field) {
			return field
		}
	}
	return ""
}

// declaresFieldOf reports whether a class, or one that it extends, declares a
// field.
func (ev *evaluator) declaresFieldOf(c *class, name string) bool {
	for _, k := range ev.lookedIn(c, name) {
		ev.noteFile(k.file)
		if hasField(k, k.file.sym(name)) {
			return true
		}
	}
	return false
}

// enumMember evaluates a member of an enumeration whose members are objects of
// it: what it is made with, and its name. nil for other bindings.
func (ev *evaluator) enumMember(x *file, b *facts.Binding) *object {
	f := x.facts()
	if !ev.l.lang.members() || b.Target != facts.ToName || f.Scopes[b.Scope].Kind != facts.ClassScope {
		return nil
	}
	c := &class{x, b.Scope}
	own := f.Scopes[b.Scope].Name
	switch {
	case b.Value != 0:
		v := f.At(b.Value)
		if v.Kind != facts.Call || f.At(v.X).Kind != facts.Name || f.At(v.X).Name != own || b.Annot != 0 && !annotatedWith(f, b.Annot, own) {
			return nil
		}
	case b.Annot != 0 && !annotatedWith(f, b.Annot, own):
		return nil
	}
	if own == 0 || !isEnum(ev, c) {
		return nil
	}
	o := &object{class: c, member: f.Text(b.Name)}
	if b.Value != 0 {
		made := ev.construct(c, ref{x, b.Value}, nil)
		o.site, o.ctor = made.site, made.ctor
	}
	return ev.object(o)
}

// annotatedWith reports whether a declared type is a name with annotations.
func annotatedWith(f *facts.File, id facts.ExprID, name facts.Sym) bool {
	e := f.At(id)
	if e.Kind != facts.Index || f.Text(lastName(f, e.X)) != "Annotated" {
		return false
	}
	y := f.At(e.Y)
	if y.Kind != facts.List || y.N == 0 {
		return false
	}
	t := f.At(f.Operands(y)[0])
	return t.Kind == facts.Name && t.Name == name
}

// Fields and methods of one name stand side by side in such languages: which one
// is meant, the place where it is named says.

// isCallee reports whether a name or an attribute is what a call calls.
func isCallee(x *file, e *facts.Expr) bool {
	f := x.facts()
	for _, c := range named(x.open().calls, e.Name) {
		if f.At(f.At(c.call).X) == e {
			return true
		}
	}
	return false
}

// fieldMeant notes that the attribute which is evaluated next is a field if its
// class has such a one; see takeFieldMeant.
func (ev *evaluator) fieldMeant(x *file, e *facts.Expr) {
	ev.fieldNext = ev.l.lang.members() && e != nil && !isCallee(x, e)
}

// takeFieldMeant reports whether a field is meant, and forgets it.
func (ev *evaluator) takeFieldMeant() bool {
	was := ev.fieldNext
	ev.fieldNext = false
	return was
}

// hasField reports whether a class itself declares a field.
func hasField(c *class, sym facts.Sym) bool {
	f := c.file.facts()
	for _, i := range c.file.bindings(c.scope, sym) {
		if b := &f.Bindings[i]; b.Annot != 0 || b.Value != 0 && f.At(b.Value).Kind != facts.Func && f.At(b.Value).Kind != facts.Class {
			return true
		}
	}
	return false
}

// isMember reports whether objects are members of an enumeration whose members
// are objects.
func (ev *evaluator) isMember(objs set) bool {
	for _, a := range objs {
		if o, ok := a.v.(*object); ok && ev.l.lang.members() && isEnum(ev, o.class) {
			return true
		}
	}
	return false
}
