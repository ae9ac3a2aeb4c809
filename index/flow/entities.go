package flow

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"topicls/index/facts"
)

// In languages whose records of databases are classes under an annotation, what
// is stored is given to a builder, to a setter or to a constructor:
// `Outbox.builder().topic(ORDERS)`, `row.setTopic(ORDERS)`, `new Outbox(ORDERS, text)`.

// isEntity reports whether an annotation says that the objects of a class are
// records of a database: which ones there are, the database decides.
func (ev *evaluator) isEntity(c *class) bool {
	bases := ev.l.models.Records.Bases
	return ev.l.lang.members() && len(bases) > 0 && ev.decoratorAmong(c.file, c.scope, bases) != nil
}

// gotten is the field that a method which takes nothing reads, by its name.
func gotten(method string) string {
	for _, prefix := range []string{"get", "is"} {
		rest, ok := strings.CutPrefix(method, prefix)
		if c, n := utf8.DecodeRuneInString(rest); ok && unicode.IsUpper(c) {
			return string(unicode.ToLower(c)) + rest[n:]
		}
	}
	return method
}

// setter is the method that sets a field.
func setter(field string) string {
	c, n := utf8.DecodeRuneInString(field)
	return "set" + string(unicode.ToUpper(c)) + field[n:]
}

// namedIn reports whether a file names one of the classes of a relay's records.
func (r *relay) namedIn(x *file) bool {
	for _, store := range r.stores {
		if _, class, ok := strings.Cut(store, "#"); ok && x.sym(class) != 0 {
			return true
		}
	}
	return false
}

// filledEntities lists the calls in a file that fill the relay's field of one of
// its records.
func (ev *evaluator) filledEntities(x *file, r *relay, add func(site, topic, value facts.ExprID)) {
	f := x.facts()
	stored := func(c *class) bool { return c != nil && slices.Contains(r.stores, recordClass(c)) }
	one := func(call facts.ExprID) facts.ExprID { // the only argument
		if e := f.At(call); e.N == 1 && (fnKey{x.path, x.enclosingFunc(e.Scope)}) != r.fn {
			return f.At(f.Operands(e)[0]).X
		}
		return 0
	}
	for _, c := range named(x.open().calls, x.sym(r.field)) {
		ev.fuel = fuelUnit
		if topic := one(c.call); topic != 0 && stored(ev.builtBy(ref{x, f.At(c.call).X})) {
			add(c.call, topic, 0)
		}
	}
	for _, c := range named(x.open().calls, x.sym(setter(r.field))) {
		callee := f.At(f.At(c.call).X)
		topic := one(c.call)
		if topic == 0 || callee.Kind != facts.Attr {
			continue
		}
		ev.fuel = fuelUnit
		for _, a := range ev.expanded(func() set { return ev.eval(ref{x, callee.X}, nil) }) {
			if stored(classOfValue(a.v)) {
				add(c.call, topic, 0)
				break
			}
		}
	}
	for _, store := range r.stores {
		_, name, ok := strings.Cut(store, "#")
		if !ok {
			continue
		}
		for _, c := range named(x.open().calls, x.sym(name)) {
			ev.fuel = fuelUnit
			for _, a := range ev.eval(ref{x, f.At(c.call).X}, nil) {
				if k, ok := a.v.(*class); ok && stored(k) {
					if topic := ev.constructorField(k, ref{x, c.call}, r.field); topic != 0 {
						add(c.call, topic, 0)
					}
				}
			}
		}
	}
}

// builtBy finds the class whose builder a chain of calls begins with; nil when
// it begins otherwise.
func (ev *evaluator) builtBy(callee ref) *class {
	f := callee.file.facts()
	for e := callee.expr(); e.Kind == facts.Attr; {
		made := f.At(e.X)
		if made.Kind != facts.Call {
			return nil
		}
		if e = f.At(made.X); e.Kind == facts.Attr && f.Text(e.Name) == "builder" && made.N == 0 {
			for _, a := range ev.eval(callee.at(e.X), nil) {
				if c, ok := a.v.(*class); ok {
					return c
				}
			}
			return nil
		}
	}
	return nil
}

// constructorField finds the argument of a constructor's call that fills a
// field: by the parameter of its name, or by its place where no constructor is
// written.
func (ev *evaluator) constructorField(c *class, call ref, field string) facts.ExprID {
	f := call.file.facts()
	var args []facts.ExprID
	for _, k := range f.Operands(call.expr()) {
		switch a := f.At(k); {
		case a.Name == 0:
			args = append(args, a.X)
		case f.Text(a.Name) == field:
			return a.X
		}
	}
	at := -1
	if s := ev.constructorOf(c); s != 0 {
		fn := ev.overload(&function{file: c.file, scope: s}, callArgs(call, nil))
		y := c.file.facts()
		for i, p := range y.ScopeParams(&y.Scopes[fn.scope]) {
			if y.Text(p.Name) == field {
				at = i - 1 // behind the object
			}
		}
	} else {
		at = slices.Index(ev.constructed(c, len(args)), c.file.sym(field))
	}
	if at < 0 || at >= len(args) {
		return 0
	}
	return args[at]
}
