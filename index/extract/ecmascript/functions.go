package ecmascript

import (
	"bytes"
	"slices"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// pattern is a parameter that is taken apart: `({a, b})`.
type pattern struct {
	node  uint32
	param int32 // its row in File.Params
}

// receiver says what `this` is in a function.
type receiver uint8

const (
	outerThis receiver = iota // an arrow function: that of the function around it
	ownThis                   // whatever the caller says
	selfThis                  // a method: its first parameter
	noThis                    // a static method that doesn't say `this`, which is its class
)

// callable is a function to be written down.
type callable struct {
	node     uint32 // the whole
	name     facts.Sym
	nameSpan facts.Span
	receiver receiver
	flag     facts.ScopeFlag
	async    bool
	generate bool
	decorLo  int32
	decorN   int32
	bind     bool // the name is bound where it stands

	prologue func() // visits what else stands in front of its body
}

// functionDeclaration visits `async function f(a) {}`.
func (x *Extractor) functionDeclaration(i uint32) {
	fn := callable{node: i, receiver: ownThis, bind: true, generate: x.Nodes[i].Kind == kGeneratorFunction}
	if name := x.Child(i, fName); name != 0 && x.isName(name) {
		fn.name, fn.nameSpan = x.Ident(name), x.Span(name)
		x.declare(fn.name)
	}
	fn.async = x.startsWith(i, textAsync)
	x.function(fn)
}

var textAsync = []byte("async")

// startsWith reports whether the source of node i starts with a word.
func (x *Extractor) startsWith(i uint32, word []byte) bool {
	text := x.Source(i)
	return len(text) > len(word) && bytes.HasPrefix(text, word) && !isWord(text[len(word)])
}

func isWord(b byte) bool {
	return b == '_' || b == '$' || b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z' || b >= 0x80
}

// functionValue appends a function expression. One that is bound to a name at
// once is known by it, as a declared one is.
func (x *Extractor) functionValue(i uint32, name facts.Sym, span facts.Span) facts.ExprID {
	fn := callable{node: i, name: name, nameSpan: span, generate: x.Nodes[i].Kind == kGenerator, async: x.startsWith(i, textAsync)}
	if x.Nodes[i].Kind == kArrow {
		// `async => 1` has a parameter of that name.
		if p := x.Child(i, fParameter); p != 0 && x.Nodes[p].Start == x.Nodes[i].Start {
			fn.async = false
		}
	} else {
		fn.receiver = ownThis
	}
	return x.function(fn)
}

// function writes a function down. Its parameters' defaults and types are
// evaluated outside.
func (x *Extractor) function(fn callable) facts.ExprID {
	i := fn.node
	s := facts.Scope{
		Kind: facts.FuncScope, Flag: fn.flag, Async: fn.async, Generator: fn.generate, Name: fn.name, NameSpan: fn.nameSpan,
		Span: x.Span(i), DecorLo: fn.decorLo, DecorN: fn.decorN,
	}
	if fn.name == 0 {
		s.Kind = facts.LambdaScope
	}
	if x.F.Scopes[x.Scope].Kind == facts.ClassScope && fn.receiver != selfThis {
		s.Flag |= facts.Static
	}
	patterns := len(x.patterns)
	s.ParamLo, s.ParamN = x.parameters(fn)
	if t := x.Child(i, fReturnType); t != 0 {
		s.Result = x.typeExpr(t)
	}
	value := x.Row(facts.Func, i)
	if fn.bind && fn.name != 0 {
		x.Bind(fn.name, fn.nameSpan, value)
	}
	body := x.Child(i, fBody)
	span := facts.Span{Start: s.End, End: s.End}
	if body != 0 {
		span = x.Span(body)
	}
	id, outer := x.OpenScope(s, span)
	x.F.Exprs[value].Lo = int32(id)
	declared, assigned := len(x.declared), len(x.assigned)
	for _, p := range x.patterns[patterns:] {
		ref := x.Row(facts.ParamRef, p.node)
		x.F.Exprs[ref].Lo = p.param
		x.assign(p.node, ref, 0, ofProgram)
	}
	x.patterns = x.patterns[:patterns]
	if fn.prologue != nil {
		fn.prologue()
	}
	switch {
	case body == 0:
	case x.Nodes[body].Kind == kBlock:
		x.visitChildren(body)
	default:
		result := x.expr(body)
		x.F.Returns = append(x.F.Returns, facts.Return{Scope: x.Scope, Block: x.Block, Value: result})
	}
	x.visitErrors(i)
	x.outerNames(id, declared, assigned)
	x.GoTo(outer)
	return value
}

// outerNames says which names that a function assigns to are those of a
// function around it, or of the module: those that it doesn't declare.
func (x *Extractor) outerNames(id facts.ScopeID, declared, assigned int) {
	mark := len(x.Globals)
	s := &x.F.Scopes[id]
	own := x.declared[declared:]
	for _, name := range x.assigned[assigned:] {
		isParam := slices.ContainsFunc(x.F.ScopeParams(s), func(p facts.Param) bool { return p.Name == name })
		if !isParam && !slices.Contains(own, name) && !slices.Contains(x.Globals[mark:], name) {
			x.Globals = append(x.Globals, name)
		}
	}
	x.FlushGlobals(id, mark)
	x.declared, x.assigned = x.declared[:declared], x.assigned[:assigned]
}

// parameters lists the parameters of a function, `this` among them: first for
// methods, by name alone for functions whose callers say what it is.
func (x *Extractor) parameters(fn callable) (lo, n int32) {
	mark := len(x.params)
	patterns := len(x.patterns)
	at := fn.nameSpan
	if fn.name == 0 {
		at = facts.Span{Start: x.Nodes[fn.node].Start, End: x.Nodes[fn.node].Start}
	}
	this := facts.Param{Name: x.Sym(textThis), Span: at}
	if fn.receiver == selfThis {
		x.params = append(x.params, this)
	}
	declared := false
	if list := x.Child(fn.node, fParameters); list != 0 {
		end := x.Nodes[list].Next
		for c := list + 1; c < end; c = x.Nodes[c].Next {
			switch k := x.Nodes[c].Kind; {
			case k == syntax.Error:
				x.visitChildren(c)
			case k == kDecorator:
			case x.isThisParameter(c):
				declared = true
				this.Span = x.Span(c)
				if t := x.Child(c, fType); t != 0 {
					this.Annot = x.typeExpr(t)
				}
			default:
				x.parameter(c, mark)
			}
		}
	} else if p := x.Child(fn.node, fParameter); p != 0 {
		x.parameter(p, mark)
	}
	if fn.receiver == ownThis && (declared || x.mentionsThis(fn.node)) {
		this.Kind = facts.KeywordOnly
		x.params = append(x.params, this)
	}
	lo, n = int32(len(x.F.Params)), int32(len(x.params)-mark)
	x.F.Params = append(x.F.Params, x.params[mark:]...)
	x.params = x.params[:mark]
	for k := patterns; k < len(x.patterns); k++ {
		x.patterns[k].param += lo
	}
	return lo, n
}

var textThis = []byte("this")

// isThisParameter recognises `this: T`, which says what callers bind.
func (x *Extractor) isThisParameter(i uint32) bool {
	p := x.Child(i, fPattern)
	return p != 0 && x.Nodes[p].Kind == kThis
}

// mentionsThis reports whether `this` stands in node i.
func (x *Extractor) mentionsThis(i uint32) bool {
	at, _ := slices.BinarySearch(x.this, x.Nodes[i].Start)
	return at < len(x.this) && x.this[at] < x.Nodes[i].End
}

// parameter reads one parameter of a list that starts at mark. One that is
// taken apart has no name.
func (x *Extractor) parameter(i uint32, mark int) {
	p := facts.Param{Span: x.Span(i)}
	target := i
	var decorators []uint32
	switch x.Nodes[i].Kind {
	case kRequiredParameter, kOptionalParameter:
		target = x.Child(i, fPattern)
		decorators = x.decoratorsOf(i)
		if t := x.Child(i, fType); t != 0 {
			p.Annot = x.typeExpr(t)
		}
		if x.Nodes[i].Kind == kOptionalParameter && p.Annot != 0 {
			p.Annot = x.wrapType("Optional", i, p.Annot)
		}
		p.Annot = x.annotated(i, p.Annot, decorators)
		if v := x.Child(i, fValue); v != 0 {
			p.Default = x.expr(v)
		}
	case kAssignmentPattern:
		target = x.Child(i, fLeft)
		if v := x.Child(i, fRight); v != 0 {
			p.Default = x.expr(v)
		}
	}
	if target != 0 && x.Nodes[target].Kind == kRestPattern {
		p.Kind = facts.Rest
		target = x.first(target)
	}
	if target != 0 {
		switch x.Nodes[target].Kind {
		case kIdentifier:
			if x.isName(target) {
				p.Name, p.Span = x.Ident(target), x.Span(target)
			}
		case kObjectPattern, kArrayPattern:
			p.Span = x.Span(target)
			x.patterns = append(x.patterns, pattern{target, int32(len(x.params) - mark)})
		}
	}
	x.params = append(x.params, p)
}

// decoratorsOf lists the decorators that stand in node i.
func (x *Extractor) decoratorsOf(i uint32) (out []uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kDecorator {
			out = append(out, c)
		}
	}
	return out
}

// decorators lists the expressions of decorators.
func (x *Extractor) decorators(nodes []uint32) (lo, n int32) {
	if len(nodes) == 0 {
		return 0, 0
	}
	mark := len(x.Kids)
	for _, c := range nodes {
		if e := x.first(c); e != 0 {
			x.Push(x.expr(e))
		} else {
			x.visitChildren(c)
		}
	}
	return x.Pop(mark)
}

// annotated adds decorators to a declared type.
func (x *Extractor) annotated(i uint32, annot facts.ExprID, decorators []uint32) facts.ExprID {
	if len(decorators) == 0 {
		return annot
	}
	mark := len(x.Kids)
	if annot == 0 {
		annot = x.Named(facts.Name, i, x.Sym([]byte("any")))
		x.F.Exprs[annot].End = x.F.Exprs[annot].Start
	}
	x.Push(annot)
	for _, c := range decorators {
		if e := x.first(c); e != 0 {
			x.Push(x.expr(e))
		} else {
			x.visitChildren(c)
		}
	}
	list := x.Group(facts.List, 0, x.Span(i), mark)
	name := x.typeName("Annotated", i)
	return x.Both(facts.Index, i, name, list)
}
