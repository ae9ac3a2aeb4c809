package flow

import (
	"topicls/index/facts"
)

func (c *class) name() string { return c.file.facts().Text(c.file.facts().Scopes[c.scope].Name) }

// called is what people call the class.
func (c *class) called() string {
	if n := c.name(); n != "" {
		return "class " + n
	}
	return "a type without a name"
}

// lineage is what a class descends from.
type lineage struct {
	bases    set      // directly: workspace classes and external names
	ancestry []*class // itself and its workspace base classes, nearest first
	external []string // dotted names of external classes
}

// lineageOf finds what a class descends from, once an evaluator: bases depend
// on nothing but the class.
func (ev *evaluator) lineageOf(c *class) *lineage {
	if in, ok := ev.lineages[*c]; ok {
		if ev.home != c.file {
			ev.noteFile(c.file)
		}
		return in
	}
	m := ev.mark()
	in := &lineage{}
	was := ev.expand
	ev.expand = false
	in.bases = ev.findBases(c)
	in.ancestry = ev.findAncestry(c, in.bases)
	for _, k := range in.ancestry {
		bases := in.bases
		if *k != *c {
			bases = ev.findBases(k)
		}
		for _, b := range bases {
			if e, ok := b.v.(*external); ok {
				in.external = append(in.external, e.path)
			}
		}
	}
	ev.expand = was
	if ev.isWhole(m) {
		ev.lineages[*c] = in
	}
	return in
}

// bases lists the direct base classes: workspace classes and external names.
func (ev *evaluator) bases(c *class) set { return ev.lineageOf(c).bases }

func (ev *evaluator) findBases(c *class) set {
	f := c.file.facts()
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
func (ev *evaluator) ancestry(c *class) []*class { return ev.lineageOf(c).ancestry }

func (ev *evaluator) findAncestry(c *class, bases set) []*class {
	out := []*class{c}
	for i := 0; i < len(out) && len(out) < 16; i++ {
		if i > 0 {
			bases = ev.findBases(out[i])
		}
		for _, b := range bases {
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

// externalBases returns the dotted names of the external classes a class descends from.
func (ev *evaluator) externalBases(c *class) []string { return ev.lineageOf(c).external }

func (ev *evaluator) constructorOf(c *class) facts.ScopeID {
	return c.file.method(c.scope, c.file.sym(facts.Constructor))
}

// methodOf finds a method of an object, bound to it; nil if it has none of its own.
func (ev *evaluator) methodOf(o *object, name string) *function {
	for _, c := range ev.lookedIn(o.class, name) {
		ev.noteFile(c.file)
		if m := c.file.method(c.scope, c.file.sym(name)); m != 0 {
			return &function{file: c.file, scope: m, self: o}
		}
	}
	return nil
}

// subclasses lists the known classes that descend from c, without c.
func (ev *evaluator) subclasses(c *class) []*class {
	k := subclassKey{*c, ev.care}
	if out, ok := ev.descending[k]; ok {
		return out
	}
	m := ev.mark()
	out := ev.findSubclasses(c)
	if ev.isWhole(m) {
		ev.descending[k] = out
	}
	return out
}

// subclassKey names a question for what descends from a class.
type subclassKey struct {
	class class
	care  care
}

func (ev *evaluator) findSubclasses(c *class) []*class {
	var out []*class
	work := []*class{c}
	for len(work) > 0 && len(out) < 32 {
		name := work[0].name()
		for _, y := range ev.filesNear(depBases, name, c.file) {
			f := y.facts()
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
