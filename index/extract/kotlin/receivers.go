package kotlin

import (
	"slices"

	"topicls/index/facts"
)

// In a lambda with a receiver of its own (`x.apply { put(k, v) }`) a name that
// nothing in the file declares or imports, and that is none of Kotlin's own
// functions, is a member of the receiver, of that of a function around, or
// something that another file of the package declares. It is written down as a
// member of a facts.Receiver. The same is done in functions that are added to a
// class that is imported.

// own are functions of Kotlin's library that need no receiver.
var own = map[string]bool{
	"it": true, "println": true, "print": true, "listOf": true, "listOfNotNull": true, "mutableListOf": true, "arrayListOf": true, "emptyList": true,
	"mapOf": true, "mutableMapOf": true, "hashMapOf": true, "linkedMapOf": true, "emptyMap": true, "setOf": true, "mutableSetOf": true,
	"hashSetOf": true, "emptySet": true, "arrayOf": true, "intArrayOf": true, "byteArrayOf": true, "sequenceOf": true, "require": true,
	"requireNotNull": true, "check": true, "checkNotNull": true, "error": true, "lazy": true, "run": true, "with": true, "repeat": true,
	"maxOf": true, "minOf": true, "buildString": true, "buildList": true, "buildMap": true, "buildSet": true, "runCatching": true,
	"measureTimeMillis": true, "thread": true, "synchronized": true, "generateSequence": true, "sequence": true, "field": true,
	"sortedMapOf": true, "linkedSetOf": true, "exitProcess": true, "readln": true, "compareBy": true,
}

// ofReceiver reports whether the name at token t is a member of the receiver of
// a lambda that the walk is in.
func (x *Extractor) ofReceiver(t *token) bool {
	name := x.word(t)
	if t.kind != tIdent || name[0] < 'a' || name[0] > 'z' || own[string(name)] {
		return false
	}
	sym := x.Sym(name)
	top := len(x.locals)
	for i := len(x.funcs) - 1; i >= 0; i-- {
		f := &x.funcs[i]
		if slices.Contains(x.locals[f.locals:top], sym) {
			return false
		}
		if f.receiver {
			return !x.declaredHere(sym, x.calls()) && !x.localBelow(i, sym)
		}
		if !f.lambda {
			return false
		}
		top = f.locals
	}
	return false
}

// localBelow reports whether one of the functions around function i has a
// variable of a name.
func (x *Extractor) localBelow(i int, name facts.Sym) bool {
	return slices.Contains(x.locals[:x.funcs[i].locals], name)
}

// calls reports whether the name in front of the next token is called.
func (x *Extractor) calls() bool {
	switch t := x.tok(); t.kind {
	case tLParen, tLBrace:
		return !t.nl
	case tLt:
		i, ok := x.pastAngles(x.pos)
		return ok && x.toks[i].kind == tLParen
	}
	return false
}

// declaredHere reports whether the file declares or imports a name. With
// called, functions don't count: a receiver's own come before them.
func (x *Extractor) declaredHere(name facts.Sym, called bool) bool {
	if !x.listed {
		x.listed = true
		x.names, x.funNames = x.names[:0], x.funNames[:0]
		for i := 1; i < x.end; i++ {
			switch x.toks[i].kind {
			case kwVal, kwVar, kwClass, kwObject, kwInterface:
				if n := &x.toks[i+1]; n.kind == tIdent {
					x.names = append(x.names, x.ident(n))
				}
			case kwFun:
				// Also behind a receiver: what stands in front of the parameters.
				for j := i + 1; j < x.end && j < i+12 && x.toks[j].kind != tLBrace; j++ {
					if x.toks[j].kind == tIdent && x.toks[j+1].kind == tLParen {
						x.funNames = append(x.funNames, x.ident(&x.toks[j]))
						break
					}
				}
			}
		}
		for _, c := range x.classes {
			x.names = append(x.names, c.fields...)
		}
		slices.Sort(x.names)
		slices.Sort(x.funNames)
	}
	if _, ok := slices.BinarySearch(x.names, name); ok {
		return true
	}
	if _, ok := slices.BinarySearch(x.funNames, name); ok && !called {
		return true
	}
	if slices.ContainsFunc(x.classes, func(c class) bool { return slices.Contains(c.fields, name) }) {
		return true
	}
	return slices.ContainsFunc(x.F.Imports, func(m facts.Import) bool { return m.Local == name && !m.Star })
}

// filled are the calls that make a map, which a lambda given to apply fills.
var filled = map[string]bool{
	"Properties": true, "HashMap": true, "LinkedHashMap": true, "mutableMapOf": true, "hashMapOf": true, "linkedMapOf": true,
	"TreeMap": true, "ConcurrentHashMap": true, "mapOf": true, "sortedMapOf": true,
}

// filledMap makes `Properties().apply { put(k, v) }` and `buildMap { put(k, v) }`
// the map that they make: id is the call, callee what it calls, name its last
// name. Other calls stay what they are.
func (x *Extractor) filledMap(id, callee facts.ExprID, name []byte) facts.ExprID {
	call := &x.F.Exprs[id]
	if call.N != 1 {
		return id
	}
	fn := &x.F.Exprs[x.F.Exprs[x.F.Kids[call.Lo]].X]
	if fn.Kind != facts.Func {
		return id
	}
	var base facts.ExprID
	switch string(name) {
	case "apply", "also":
		c := &x.F.Exprs[callee]
		if c.Kind != facts.Attr {
			return id
		}
		made := &x.F.Exprs[c.X]
		if made.Kind == facts.Map {
			base = c.X
			break
		}
		if made.Kind != facts.Call {
			return id
		}
		of := &x.F.Exprs[made.X]
		for of.Kind == facts.Index || of.Kind == facts.Attr {
			if of.Kind == facts.Attr {
				break
			}
			of = &x.F.Exprs[of.X]
		}
		if of.Kind != facts.Name && of.Kind != facts.Attr || !filled[string(x.Text(of.Name))] {
			return id
		}
		if made.N > 0 {
			base = c.X
		}
	case "buildMap":
	default:
		return id
	}
	scope := facts.ScopeID(fn.Lo)
	s := &x.F.Scopes[scope]
	if s.ParamN == 0 {
		return id
	}
	return x.mapOfPuts(id, base, scope, x.F.Params[s.ParamLo].Name)
}

// put is what is put into the object that a lambda is given.
type put struct {
	at         uint32
	key, value facts.ExprID // no key: a map is spread into it
}

// mapOfPuts appends the map that the code of a scope fills, whose parameter is
// the map. id is returned if it fills nothing.
func (x *Extractor) mapOfPuts(id, base facts.ExprID, scope facts.ScopeID, param facts.Sym) facts.ExprID {
	var puts []put
	isMap := func(e facts.ExprID) bool {
		if e == 0 || x.F.Exprs[e].Scope != scope {
			return false
		}
		return x.F.Exprs[e].Kind == facts.Receiver || x.F.Exprs[e].Kind == facts.Name && x.F.Exprs[e].Name == param
	}
	for i := len(x.F.Bindings) - 1; i >= 0 && x.F.Bindings[i].Span.Start >= x.F.Scopes[scope].Start; i-- {
		if b := &x.F.Bindings[i]; b.Target == facts.ToIndex && isMap(b.Obj) {
			puts = append(puts, put{b.Start, b.Key, b.Value})
		}
	}
	for i := len(x.F.Calls) - 1; i >= 0; i-- {
		c := &x.F.Exprs[x.F.Calls[i]]
		if c.Start < x.F.Scopes[scope].Start && c.End <= x.F.Scopes[scope].Start {
			break
		}
		fn := &x.F.Exprs[c.X]
		if fn.Kind != facts.Attr || !isMap(fn.X) {
			continue
		}
		arg := func(n int32) facts.ExprID { return x.F.Exprs[x.F.Kids[c.Lo+n]].X }
		switch {
		case c.N == 2 && (x.symIs(fn.Name, []byte("put")) || x.symIs(fn.Name, []byte("setProperty")) || x.symIs(fn.Name, []byte("set")) || x.symIs(fn.Name, []byte("putIfAbsent"))):
			puts = append(puts, put{c.Start, arg(0), arg(1)})
		case c.N == 1 && x.symIs(fn.Name, []byte("putAll")):
			puts = append(puts, put{c.Start, 0, arg(0)})
		}
	}
	if len(puts) == 0 {
		return id
	}
	slices.SortFunc(puts, func(a, b put) int { return int(a.at) - int(b.at) })
	span := x.F.Exprs[id].Span
	mark := len(x.Kids)
	if base != 0 {
		e := x.Add(facts.Entry, facts.SpreadMap, x.F.Exprs[base].Span)
		x.F.Exprs[e].X = base
		x.Push(e)
	}
	for _, p := range puts {
		var flag facts.Flag
		if p.key == 0 {
			flag = facts.SpreadMap
		}
		e := x.Add(facts.Entry, flag, x.F.Exprs[p.value].Span)
		x.F.Exprs[e].X, x.F.Exprs[e].Y = p.value, p.key
		x.Push(e)
	}
	return x.Group(facts.Map, 0, span, mark)
}
