package csharp

import "topicls/index/facts"

// This file holds which names are variables of the functions around the walk.
// C# declares its variables, so that an assignment to a name that no function
// declares is one to a member of the class.

// locals says in which scope each variable was declared.
type locals struct {
	in    map[facts.Sym]facts.ScopeID
	stack []shadowed
}

// shadowed is a declaration with what it hides.
type shadowed struct {
	name  facts.Sym
	outer facts.ScopeID
	had   bool
}

// declare makes a name a variable of the current scope.
func (x *Extractor) declare(name facts.Sym) {
	if name == 0 {
		return
	}
	if x.locals.in == nil {
		x.locals.in = map[facts.Sym]facts.ScopeID{}
	}
	outer, had := x.locals.in[name]
	x.locals.stack = append(x.locals.stack, shadowed{name, outer, had})
	x.locals.in[name] = x.Scope
}

// undeclare forgets the variables declared since the stack was that long.
func (x *Extractor) undeclare(mark int) {
	l := &x.locals
	for len(l.stack) > mark {
		s := l.stack[len(l.stack)-1]
		l.stack = l.stack[:len(l.stack)-1]
		if s.had {
			l.in[s.name] = s.outer
		} else {
			delete(l.in, s.name)
		}
	}
}
