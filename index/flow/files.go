package flow

import (
	"slices"
	"sort"
	"strings"
	"sync/atomic"

	"topicls/index/client"
	"topicls/index/facts"
)

// file is one file of code. What it says is at hand while it is open; while
// nobody looks at it, it takes little room. A file says the same as long as it
// lives: an edit makes a new one.
type file struct {
	id   uint32
	path string
	kept *facts.Kept
	read atomic.Pointer[body] // nil while it is closed
	warm *warm

	tasks   map[string]*client.Forward // see tasks.go
	project uint32                     // see projects.go
	imports []uint32                   // other projects that it imports
	keys    []nameID                   // what it is found by, see nameIndex
	entered bool                       // is in the index by name: was taken in before the round began
}

// open gives what a file says. Several goroutines may open it at once.
func (x *file) open() *body {
	if b := x.read.Load(); b != nil {
		return b
	}
	return x.reopen()
}

func (x *file) reopen() *body {
	b := newBody(x.kept.File(), x.tasks)
	if !x.read.CompareAndSwap(nil, b) {
		return x.open() // by another goroutine meanwhile
	}
	x.warm.opened(x, b)
	return b
}

// facts are those of the file.
func (x *file) facts() *facts.File { return x.open().facts }

// body is what a file says: its facts and the look-up tables over them. It is
// never changed after newBody.
type body struct {
	facts    *facts.File
	size     int                            // of the facts, in bytes; see warm
	names    []facts.Sym                    // symbols sorted by text
	toName   []int32                        // ToName bindings sorted by (scope, name, position)
	toAttr   []int32                        // ToAttr bindings sorted by name
	toIndex  []int32                        // ToIndex bindings in source order
	returns  []int32                        // returns sorted by scope
	calls    []callName                     // calls sorted by the last name of the callee
	mentions []callName                     // calls sorted by the last name of each function passed as an argument
	callIDs  []facts.ExprID                 // calls sorted by scope
	kept     []callName                     // functions and classes in maps and lists, sorted by name; see indirect.go
	indirect []facts.ExprID                 // calls of what comes out of a map or list, in source order
	givenTo  map[facts.ScopeID]facts.ExprID // by function that stands in a call's arguments, also within literals: the call
	tasks    map[facts.Sym]bool             // names of methods that call functions, see tasks.go
	valued   bool                           // see aliases.go
}

type callName struct {
	name facts.Sym
	call facts.ExprID
}

// ref is an expression in a file.
type ref struct {
	file *file
	id   facts.ExprID
}

func (r ref) expr() *facts.Expr { return r.file.facts().At(r.id) }
func (r ref) place() place      { return place{r.file, r.expr().Span} }
func (r ref) at(id facts.ExprID) ref {
	return ref{r.file, id}
}

func newBody(f *facts.File, tasks map[string]*client.Forward) *body {
	x := &body{facts: f, valued: languageOf(client.FamilyOf(f.Lang)).values()}
	x.names = make([]facts.Sym, len(f.Names))
	for i := range x.names {
		x.names[i] = facts.Sym(i)
	}
	sort.Slice(x.names, func(i, j int) bool { return f.Names[x.names[i]] < f.Names[x.names[j]] })
	for i := range f.Bindings {
		switch f.Bindings[i].Target {
		case facts.ToName:
			x.toName = append(x.toName, int32(i))
		case facts.ToAttr:
			x.toAttr = append(x.toAttr, int32(i))
		case facts.ToIndex:
			x.toIndex = append(x.toIndex, int32(i))
		}
	}
	slices.SortStableFunc(x.toName, func(i, j int32) int {
		a, b := &f.Bindings[i], &f.Bindings[j]
		if a.Scope != b.Scope {
			return int(a.Scope) - int(b.Scope)
		}
		return int(a.Name) - int(b.Name)
	})
	slices.SortStableFunc(x.toAttr, func(i, j int32) int { return int(f.Bindings[i].Name) - int(f.Bindings[j].Name) })
	x.returns = make([]int32, len(f.Returns))
	for i := range x.returns {
		x.returns[i] = int32(i)
	}
	slices.SortStableFunc(x.returns, func(i, j int32) int { return int(f.Returns[i].Scope) - int(f.Returns[j].Scope) })
	for _, c := range f.Calls {
		e := f.At(c)
		if n := lastName(f, e.X); n != 0 {
			x.calls = append(x.calls, callName{n, c})
		}
		for _, k := range f.Operands(e) {
			a := f.At(k)
			x.addMentions(c, a.X, 0)
			if t := f.At(a.X); t.Kind == facts.Index && isTypeParameter(f.Text(a.Name)) { // AddSingleton<Consumer<Order>>()
				x.mentions = append(x.mentions, callName{lastName(f, t.X), c})
			}
		}
	}
	x.findTasks(tasks)
	byName := func(a, b callName) int {
		if a.name != b.name {
			return int(a.name) - int(b.name)
		}
		return int(a.call) - int(b.call)
	}
	slices.SortFunc(x.calls, byName)
	slices.SortFunc(x.mentions, byName)
	x.findIndirect()
	slices.SortFunc(x.kept, byName)
	x.callIDs = append([]facts.ExprID(nil), f.Calls...)
	slices.SortStableFunc(x.callIDs, func(a, b facts.ExprID) int { return int(f.At(a).Scope) - int(f.At(b).Scope) })
	return x
}

// addMentions records bare references to functions among a call's arguments.
func (x *body) addMentions(call, v facts.ExprID, depth int) {
	e := x.facts.At(v)
	switch e.Kind {
	case facts.Name, facts.Attr:
		x.mentions = append(x.mentions, callName{e.Name, call})
	case facts.List, facts.Alt:
		if depth < 2 {
			for _, k := range x.facts.Operands(e) {
				x.addMentions(call, k, depth+1)
			}
		}
	case facts.Map: // { eachMessage: handle }
		if x.valued && depth < 2 {
			for _, k := range x.facts.Operands(e) {
				x.addMentions(call, x.facts.At(k).X, depth+1)
			}
		}
	case facts.Func:
		if x.valued {
			if x.givenTo == nil {
				x.givenTo = map[facts.ScopeID]facts.ExprID{}
			}
			x.givenTo[facts.ScopeID(e.Lo)] = call
		}
	case facts.Call: // this.handle.bind(this)
		if callee := x.facts.At(e.X); x.valued && callee.Kind == facts.Attr && x.facts.Text(callee.Name) == "bind" {
			x.addMentions(call, callee.X, depth+1)
		}
	}
}

// lastName returns the identifier that a callee expression ends in.
func lastName(f *facts.File, id facts.ExprID) facts.Sym {
	switch e := f.At(id); e.Kind {
	case facts.Name, facts.Attr:
		return e.Name
	}
	return 0
}

// baseName is the name of a class's base, with or without type arguments.
func baseName(f *facts.File, b facts.ExprID) facts.Sym {
	id := f.At(b).X
	if e := f.At(id); e.Kind == facts.Index {
		id = e.X
	}
	return lastName(f, id)
}

// sym finds the symbol of a text, or 0.
func (x *body) sym(text string) facts.Sym {
	i, ok := slices.BinarySearchFunc(x.names, text, func(s facts.Sym, t string) int { return strings.Compare(x.facts.Names[s], t) })
	if !ok {
		return 0
	}
	return x.names[i]
}

// bindings returns the bindings of a name in a scope, in source order.
func (x *body) bindings(scope facts.ScopeID, name facts.Sym) []int32 {
	b := x.facts.Bindings
	lo := sort.Search(len(x.toName), func(i int) bool {
		c := &b[x.toName[i]]
		return c.Scope > scope || c.Scope == scope && c.Name >= name
	})
	hi := lo
	for hi < len(x.toName) && b[x.toName[hi]].Scope == scope && b[x.toName[hi]].Name == name {
		hi++
	}
	return x.toName[lo:hi]
}

// scopeBindings returns all name bindings of a scope, grouped by name.
func (x *body) scopeBindings(scope facts.ScopeID) []int32 {
	b := x.facts.Bindings
	lo := sort.Search(len(x.toName), func(i int) bool { return b[x.toName[i]].Scope >= scope })
	hi := lo
	for hi < len(x.toName) && b[x.toName[hi]].Scope == scope {
		hi++
	}
	return x.toName[lo:hi]
}

// attrBindings returns the bindings of an attribute name on any object.
func (x *body) attrBindings(name facts.Sym) []int32 {
	b := x.facts.Bindings
	lo := sort.Search(len(x.toAttr), func(i int) bool { return b[x.toAttr[i]].Name >= name })
	hi := lo
	for hi < len(x.toAttr) && b[x.toAttr[hi]].Name == name {
		hi++
	}
	return x.toAttr[lo:hi]
}

// returnsOf returns the returns of a function.
func (x *body) returnsOf(scope facts.ScopeID) []int32 {
	r := x.facts.Returns
	lo := sort.Search(len(x.returns), func(i int) bool { return r[x.returns[i]].Scope >= scope })
	hi := lo
	for hi < len(x.returns) && r[x.returns[hi]].Scope == scope {
		hi++
	}
	return x.returns[lo:hi]
}

// callsIn returns the calls that stand directly in a scope.
func (x *body) callsIn(scope facts.ScopeID) []facts.ExprID {
	f := x.facts
	lo := sort.Search(len(x.callIDs), func(i int) bool { return f.At(x.callIDs[i]).Scope >= scope })
	hi := lo
	for hi < len(x.callIDs) && f.At(x.callIDs[hi]).Scope == scope {
		hi++
	}
	return x.callIDs[lo:hi]
}

func named(list []callName, name facts.Sym) []callName {
	lo := sort.Search(len(list), func(i int) bool { return list[i].name >= name })
	hi := lo
	for hi < len(list) && list[hi].name == name {
		hi++
	}
	return list[lo:hi]
}

// method finds a function defined directly in a class scope; the last definition wins.
func (x *body) method(cls facts.ScopeID, name facts.Sym) facts.ScopeID {
	bs := x.bindings(cls, name)
	for i := len(bs) - 1; i >= 0; i-- {
		if v := x.facts.At(x.facts.Bindings[bs[i]].Value); v.Kind == facts.Func {
			return facts.ScopeID(v.Lo)
		}
	}
	return 0
}

// enclosingFunc returns the nearest function scope at or above s: comprehensions
// and class bodies belong to what surrounds them. The module is 0.
func (x *body) enclosingFunc(s facts.ScopeID) facts.ScopeID {
	for s != 0 {
		if k := x.facts.Scopes[s].Kind; k == facts.FuncScope || k == facts.LambdaScope {
			return s
		}
		s = x.facts.Scopes[s].Parent
	}
	return 0
}

// classOf returns the class that a function is a method of, or 0.
func (x *body) classOf(s facts.ScopeID) facts.ScopeID {
	if s == 0 {
		return 0
	}
	p := x.facts.Scopes[s].Parent
	if p != 0 && x.facts.Scopes[p].Kind == facts.ClassScope && x.facts.Scopes[s].Kind == facts.FuncScope {
		return p
	}
	return 0
}

// selfClass returns the class whose object `self` is inside scope s: s itself
// or a function that encloses it may be the method.
func (x *body) selfClass(s facts.ScopeID) (method, cls facts.ScopeID) {
	for s != 0 {
		if c := x.classOf(s); c != 0 {
			return s, c
		}
		s = x.facts.Scopes[s].Parent
	}
	return 0, 0
}

// The look-ups of a body, for whoever has the file.

func (x *file) sym(text string) facts.Sym { return x.open().sym(text) }

func (x *file) bindings(scope facts.ScopeID, name facts.Sym) []int32 {
	return x.open().bindings(scope, name)
}

func (x *file) scopeBindings(scope facts.ScopeID) []int32 { return x.open().scopeBindings(scope) }

func (x *file) attrBindings(name facts.Sym) []int32 { return x.open().attrBindings(name) }

func (x *file) returnsOf(scope facts.ScopeID) []int32 { return x.open().returnsOf(scope) }

func (x *file) callsIn(scope facts.ScopeID) []facts.ExprID { return x.open().callsIn(scope) }

func (x *file) method(cls facts.ScopeID, name facts.Sym) facts.ScopeID {
	return x.open().method(cls, name)
}

func (x *file) enclosingFunc(s facts.ScopeID) facts.ScopeID { return x.open().enclosingFunc(s) }

func (x *file) classOf(s facts.ScopeID) facts.ScopeID { return x.open().classOf(s) }

func (x *file) selfClass(s facts.ScopeID) (method, cls facts.ScopeID) { return x.open().selfClass(s) }
