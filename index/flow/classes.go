package flow

import (
	"topicls/index/facts"
)

func (c *class) name() string { return c.file.facts.Text(c.file.facts.Scopes[c.scope].Name) }

// bases lists the direct base classes: workspace classes and external names.
func (ev *evaluator) bases(c *class) set {
	f := c.file.facts
	var out set
	for _, b := range f.Bases(&f.Scopes[c.scope]) {
		e := f.At(b)
		if e.Name != 0 { // metaclass=...
			continue
		}
		x := f.At(e.X)
		id := e.X
		if x.Kind == facts.Index { // Generic[T]
			id = x.X
		}
		out = out.add(ev.eval(ref{c.file, id}, nil)...)
	}
	return out
}

// ancestry lists a class and its workspace base classes, nearest first.
func (ev *evaluator) ancestry(c *class) []*class {
	out := []*class{c}
	for i := 0; i < len(out) && len(out) < 16; i++ {
		for _, b := range ev.bases(out[i]) {
			if k, ok := b.v.(*class); ok {
				dup := false
				for _, o := range out {
					dup = dup || *o == *k
				}
				if !dup {
					out = append(out, k)
				}
			}
		}
	}
	return out
}

// externalBase returns the dotted names of the external classes a class descends from.
func (ev *evaluator) externalBases(c *class) []string {
	var out []string
	for _, k := range ev.ancestry(c) {
		for _, b := range ev.bases(k) {
			if e, ok := b.v.(*external); ok {
				out = append(out, e.path)
			}
		}
	}
	return out
}

func isEnum(ev *evaluator, c *class) bool {
	for _, b := range ev.externalBases(c) {
		switch lastDotted(b) {
		case "Enum", "StrEnum", "IntEnum":
			return true
		}
	}
	return false
}

// isStrEnum reports whether auto() gives a class's members their names in lower case.
func (ev *evaluator) isStrEnum(c *class) bool {
	for _, b := range ev.externalBases(c) {
		if lastDotted(b) == "StrEnum" {
			return true
		}
	}
	return false
}

// enumMembers lists the values of an enumeration.
func (ev *evaluator) enumMembers(c *class) set {
	var out set
	if !isEnum(ev, c) {
		return nil
	}
	f := c.file.facts
	for _, i := range c.file.scopeBindings(c.scope) {
		if b := &f.Bindings[i]; b.Value != 0 && f.At(b.Value).Kind != facts.Func {
			out = out.add(ev.binding(c.file, b, nil)...)
		}
	}
	return out
}

func (ev *evaluator) constructorOf(c *class) facts.ScopeID {
	return c.file.method(c.scope, c.file.sym("__init__"))
}

// methodOf finds a method of an object, bound to it; nil if it has none of its own.
func (ev *evaluator) methodOf(o *object, name string) *function {
	for _, c := range ev.ancestry(o.class) {
		ev.noteFile(c.file)
		if m := c.file.method(c.scope, c.file.sym(name)); m != 0 {
			return &function{file: c.file, scope: m, self: o}
		}
	}
	return nil
}

// subclasses lists the known classes that descend from c, without c.
func (ev *evaluator) subclasses(c *class) []*class {
	var out []*class
	work := []*class{c}
	for len(work) > 0 && len(out) < 32 {
		name := work[0].name()
		ev.noteName(depBases, name, c.file)
		for _, y := range ev.l.filesNear(depBases, name, c.file) {
			f := y.facts
			for s := range f.Scopes {
				sc := &f.Scopes[s]
				if sc.Kind != facts.ClassScope {
					continue
				}
				for _, b := range ev.bases(&class{y, facts.ScopeID(s)}) {
					k, ok := b.v.(*class)
					if !ok || *k != *work[0] {
						continue
					}
					n := &class{y, facts.ScopeID(s)}
					dup := *n == *c
					for _, o := range out {
						dup = dup || *o == *n
					}
					if !dup {
						out = append(out, n)
						work = append(work, n)
					}
				}
			}
		}
		work = work[1:]
	}
	return out
}
