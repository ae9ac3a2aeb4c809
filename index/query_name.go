package index

import (
	"bytes"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/facts"
	"topicls/index/topology"
)

// nameAt tells what a name in code stands for that is no topic's argument
// itself: the use of a constant, parameter or attribute through which a topic
// passes, or else a consumer group. It is nil when neither does.
func (s *Snapshot) nameAt(path string, off uint32) *Occurrence {
	cf := s.codeOf(path)
	if cf.codeFile == nil || len(s.File(path)) == 0 && len(s.ledThrough(path)) == 0 { // others' facts may still come
		return nil
	}
	if cf.facts == nil {
		return nil
	}
	f := cf.facts.File()
	at, declared := declaredAt(f, off)
	var out *Occurrence
	for _, d := range declared {
		g := finder{path: path, off: d.Start}
		s.concerning(path, d.Start, g.endpoint)
		for _, o := range g.found {
			if o.Kind != TopicOccurrence && o.Kind != GroupOccurrence || o.Place.Start != d.Start || o.Place.End != d.End {
				continue
			}
			if out != nil && out.Kind != o.Kind {
				if out.Kind == TopicOccurrence {
					continue
				}
				out = nil // of a name that stands for both, the topic says more
			}
			if out == nil {
				out = &Occurrence{Kind: o.Kind, Place: topology.Place{File: path, Start: at.Start, End: at.End}, plain: at.plain}
			}
			for _, u := range o.Uses {
				out.add(u.Name.Name, u)
			}
			for _, u := range o.parts {
				out.addPart(u.Name.Name, u)
			}
		}
	}
	return out
}

// named is a name where it stands, and whether it stands by itself.
type named struct {
	facts.Span
	plain bool
	name  facts.Sym
}

// declaredAt finds the name at an offset and the places in the file that may
// give it its value: parameters, assignments, imports.
func declaredAt(f *facts.File, off uint32) (at named, declared []facts.Span) {
	var e *facts.Expr
	for i := range f.Exprs {
		x := &f.Exprs[i]
		if x.Start > off || off > x.End {
			continue
		}
		switch {
		case x.Kind == facts.Name:
		case x.Kind == facts.Attr && off >= x.End-min(x.End, uint32(len(f.Text(x.Name)))):
		default:
			continue
		}
		if e == nil || e.End == off || x.End-x.Start < e.End-e.Start && x.End != off {
			e = x
		}
	}
	if e == nil {
		return named{}, nil
	}
	if e.Kind == facts.Attr {
		for i := range f.Bindings {
			if b := &f.Bindings[i]; b.Target == facts.ToAttr && b.Name == e.Name {
				declared = append(declared, b.Span)
			}
		}
		return named{facts.Span{Start: e.End - uint32(len(f.Text(e.Name))), End: e.End}, false, e.Name}, declared
	}
	for sc, inner := e.Scope, true; ; inner = false {
		scope := &f.Scopes[sc]
		if inner || scope.Kind != facts.ClassScope {
			for _, p := range f.ScopeParams(scope) {
				if p.Name == e.Name {
					declared = append(declared, p.Span)
				}
			}
			for i := range f.Bindings {
				if b := &f.Bindings[i]; b.Scope == sc && b.Target == facts.ToName && b.Name == e.Name {
					declared = append(declared, b.Span)
				}
			}
			for i := range f.Imports {
				if im := &f.Imports[i]; im.Scope == sc && im.Local == e.Name {
					declared = append(declared, im.Span)
				}
			}
		}
		if len(declared) > 0 || sc == 0 {
			return named{e.Span, true, e.Name}, declared
		}
		sc = scope.Parent
	}
}

// fallbackAt tells what stands behind a variable's read as its default, in
// `read(NAME) or "default"`: the variable, whose value is another one as long as
// it is set. It is nil for all else.
func (s *Snapshot) fallbackAt(path string, off uint32) *Occurrence {
	reads := s.ReadsIn(path)
	cf := s.codeOf(path)
	if len(reads) == 0 || cf.codeFile == nil || cf.facts == nil {
		return nil
	}
	f := cf.facts.File()
	for i := range f.Exprs {
		alt := &f.Exprs[i]
		if alt.Kind != facts.Alt || alt.Flag&facts.Or == 0 || !alt.Contains(off) {
			continue
		}
		kids := f.Operands(alt)
		for k := 1; k < len(kids); k++ {
			text, read := f.At(kids[k]), f.At(kids[k-1])
			if text.Kind != facts.String || !text.Contains(off) {
				continue
			}
			for _, r := range reads {
				if readsAt(f, read, r.At) {
					o := &Occurrence{Kind: VariableOccurrence, Place: topology.Place{File: path, Start: text.Start, End: text.End}}
					o.add(r.Name, topology.Use{}, r.Services...)
					return o
				}
			}
		}
	}
	return nil
}

// readsAt reports whether an expression is a read of a variable that stands, or
// whose name is given, at a place.
func readsAt(f *facts.File, read *facts.Expr, at topology.Place) bool {
	stands := func(e *facts.Expr) bool { return e.Start == at.Start && e.End == at.End }
	switch {
	case stands(read):
		return true
	case read.Kind == facts.Index:
		return stands(f.At(read.Y))
	case read.Kind == facts.Call:
		return slices.ContainsFunc(f.Operands(read), func(arg facts.ExprID) bool { return stands(f.At(f.At(arg).X)) })
	}
	return false
}

// sameName lists where in a file the name at an offset is used with the same
// declarations, and these, whatever it is used for: an editor that marks what a
// topic's constant stands for takes this for all of its uses.
func (s *Snapshot) sameName(path string, off uint32) []topology.Place {
	cf := s.codeOf(path)
	if cf.codeFile == nil || len(s.File(path)) == 0 && len(s.ledThrough(path)) == 0 && len(s.ReadsIn(path)) == 0 || cf.facts == nil {
		return nil
	}
	f := cf.facts.File()
	at, declared := declaredAt(f, off)
	if len(declared) == 0 { // at the declaration itself
		for i := range f.Bindings {
			if b := &f.Bindings[i]; b.Target == facts.ToName && b.Span.Contains(off) {
				at, declared = named{b.Span, true, b.Name}, []facts.Span{b.Span}
			}
		}
	}
	if !at.plain {
		return nil
	}
	var out []topology.Place
	add := func(sp facts.Span) { out = append(out, topology.Place{File: path, Start: sp.Start, End: sp.End}) }
	for i := range f.Exprs {
		e := &f.Exprs[i]
		if e.Kind != facts.Name || e.Name != at.name {
			continue
		}
		if _, its := declaredAt(f, e.Start); slices.ContainsFunc(its, func(sp facts.Span) bool { return slices.Contains(declared, sp) }) {
			add(e.Span)
		}
	}
	if len(out) > 0 {
		for _, sp := range declared {
			add(sp)
		}
	}
	return out
}

// spelledName finds the name in front of a value in a file of variables, such
// as NAME in `NAME=value`, for an origin that says "NAME in file".
func (s *Snapshot) spelledName(o *deploy.Step) (topology.Place, bool) {
	name, _, ok := strings.Cut(o.What, " in ")
	if !ok || strings.Contains(name, " ") {
		return topology.Place{}, false
	}
	data, err := s.set.ReadFile(o.Pos.File)
	if err != nil || int(o.Pos.Start) > len(data) {
		return topology.Place{}, false
	}
	line := bytes.LastIndexByte(data[:o.Pos.Start], '\n') + 1
	i := bytes.Index(data[line:o.Pos.Start], []byte(name))
	if i < 0 {
		return topology.Place{}, false
	}
	return topology.Place{File: o.Pos.File, Start: uint32(line + i), End: uint32(line + i + len(name))}, true
}

// keptSteps are the steps by which a name came about as a person tells them:
// the constants, variables and lines of configuration, without the calls and
// imports that it went through.
func keptSteps(n *topology.Name) []topology.Step {
	var out []topology.Step
	helper := false // inside a function that many values pass through
	for i := range n.Steps {
		st := &n.Steps[i]
		word, _, _ := strings.Cut(st.What, " ")
		switch word {
		case "returned":
			helper = true
		case "argument", "arguments", "parameter", "taken", "element", "imported", "anchor", "env_file", "extends", "<<:", "<<", "list", "map":
		case "assigned":
			if !helper {
				out = append(out, *st)
			}
		case "literal":
			if spelledVariable(n, i) == "" {
				out = append(out, *st)
			}
		default:
			out = append(out, *st)
		}
	}
	return slices.CompactFunc(out, func(a, b topology.Step) bool { return a.Place == b.Place && a.What == b.What })
}
