package kotlin

import (
	"bytes"

	"topicls/index/facts"
)

// modifierWords are the soft keywords that may stand in front of a declaration.
var modifierWords = map[string]bool{
	"public": true, "private": true, "internal": true, "protected": true, "open": true, "abstract": true, "final": true,
	"override": true, "suspend": true, "inline": true, "noinline": true, "crossinline": true, "external": true,
	"const": true, "lateinit": true, "data": true, "sealed": true, "inner": true, "enum": true, "annotation": true,
	"value": true, "companion": true, "tailrec": true, "operator": true, "infix": true, "vararg": true, "expect": true,
	"actual": true,
}

// modifiers is what stands in front of a declaration.
type modifiers struct {
	start       uint32
	annotations []facts.ExprID // on Extractor.args; to be dropped with drop
	mark        int
	enum        bool
	annotation  bool
	companion   bool
	vararg      bool
	private     bool
}

// declaration finds the word that says what the declaration that begins at
// token i declares. It reports false if none does.
func (x *Extractor) declaration(i int) (int, bool) {
	companion := false
	for i < x.end {
		switch t := &x.toks[i]; t.kind {
		case kwClass, kwInterface, kwVal, kwVar, kwTypealias:
			return i, true
		case kwObject:
			return i, companion || x.toks[i+1].kind == tIdent
		case kwFun:
			switch after := &x.toks[i+1]; after.kind {
			case tLParen:
				return i, after.pair != 0 && x.toks[after.pair+1].kind == tDot
			case tIdent, tLt, kwInterface, tAt:
				return i, true
			}
			return i, !x.toks[i+1].closes()
		case tAt:
			i = x.pastAnnotation(i)
		case tIdent:
			switch {
			case x.isOne(t, modifierWords):
				companion = companion || x.is(t, "companion")
				i++
			case x.is(t, "context") && x.toks[i+1].kind == tLParen && x.toks[i+1].pair != 0:
				i = x.past(i + 1)
			case x.is(t, "constructor") && x.toks[i+1].kind == tLParen && x.inBody():
				return i, true
			case x.is(t, "init") && x.toks[i+1].kind == tLBrace && x.inBody():
				return i, true
			default:
				return i, false
			}
		default:
			return i, false
		}
	}
	return i, false
}

func (t *token) closes() bool {
	switch t.kind {
	case tEOF, tRParen, tRBrack, tRBrace, tTplEnd, tStrEnd:
		return true
	}
	return false
}

// inBody reports whether the walk stands in the body of a class, not in one of
// its functions.
func (x *Extractor) inBody() bool { return x.F.Scopes[x.Scope].Kind == facts.ClassScope }

// modifiers takes what stands in front of a declaration.
func (x *Extractor) modifiers() modifiers {
	m := modifiers{start: x.tok().start, mark: len(x.args)}
	for {
		switch t := x.tok(); {
		case t.kind == tAt:
			x.annotation()
			continue
		case t.kind == tIdent && x.isOne(t, modifierWords) && !x.endsModifiers():
			switch string(x.Src[t.start:t.end]) {
			case "enum":
				m.enum = true
			case "annotation":
				m.annotation = true
			case "companion":
				m.companion = true
			case "vararg":
				m.vararg = true
			case "private":
				m.private = true
			}
			x.next()
			continue
		case x.is(t, "context") && x.peek(1).kind == tLParen && x.peek(1).pair != 0:
			x.next()
			x.skipBalanced()
			continue
		}
		m.annotations = x.args[m.mark:]
		return m
	}
}

// endsModifiers reports whether the next token, though the word of a modifier,
// is the name of what is declared, as in `val data: T`.
func (x *Extractor) endsModifiers() bool {
	switch x.peek(1).kind {
	case tIdent, tAt, kwClass, kwInterface, kwVal, kwVar, kwFun, kwObject, kwTypealias:
		return false
	}
	return true
}

// drop forgets the annotations of m.
func (x *Extractor) drop(m *modifiers) { x.args = x.args[:m.mark] }

// decorators lists the annotations of m as those of a scope.
func (x *Extractor) decorators(m *modifiers) (lo, n int32) {
	mark := len(x.Kids)
	for _, a := range m.annotations {
		x.Push(a)
	}
	return x.Pop(mark)
}

// pastAnnotation returns the place behind the annotation at token i.
func (x *Extractor) pastAnnotation(i int) int {
	i = min(i+1, x.end)
	if x.toks[i].kind == tIdent && x.toks[i+1].kind == tColon {
		i += 2
	}
	if x.toks[i].kind == tLBrack {
		return x.past(i)
	}
	for x.toks[i].kind == tIdent {
		i++
		if x.toks[i].kind != tDot || x.toks[i+1].kind != tIdent {
			break
		}
		i++
	}
	if x.toks[i].kind == tLt {
		if j, ok := x.pastAngles(i); ok {
			i = j
		}
	}
	t := &x.toks[i]
	switch {
	case t.kind != tLParen || t.start != x.toks[i-1].end:
		return i
	case t.pair != 0:
		return x.past(i)
	}
	// Half-typed: up to what can only be the declaration.
	for i++; i < x.end; i++ {
		switch t := &x.toks[i]; {
		case t.kind == tRBrace, t.line && t.kind == tAt:
			return i
		case t.line && (t.kind == kwFun || t.kind == kwClass || t.kind == kwVal || t.kind == kwVar || t.kind == kwInterface || t.kind == kwObject),
			t.line && x.isOne(t, modifierWords):
			return i
		}
	}
	return i
}

// annotation reads the annotation at the next token, or several in brackets,
// and puts them on Extractor.args.
func (x *Extractor) annotation() {
	x.next()
	if x.at(tIdent) && x.peek(1).kind == tColon {
		x.pos += 2 // where the annotation goes to
	}
	if x.at(tLBrack) {
		open := x.pos
		x.next()
		for x.at(tIdent) {
			x.args = append(x.args, x.annotationValue())
		}
		x.close(open, tRBrack)
		return
	}
	if !x.at(tIdent) {
		x.unexpected()
		return
	}
	x.args = append(x.args, x.annotationValue())
}

// annotationValue reads an annotation behind its @: a call if it has
// arguments.
func (x *Extractor) annotationValue() facts.ExprID {
	t := x.next()
	start := t.start
	id := x.named(facts.Name, x.ident(t), t.span())
	for x.at(tDot) && x.peek(1).kind == tIdent {
		x.next()
		t = x.next()
		id = x.attr(id, x.ident(t), x.since(start))
	}
	if x.at(tLt) {
		if i, ok := x.pastAngles(x.pos); ok {
			x.pos = i
		}
	}
	if !x.at(tLParen) || x.tok().start != x.toks[x.pos-1].end {
		return id
	}
	mark := len(x.Kids)
	x.arguments()
	return x.call(id, x.since(start), mark)
}

// file reads the whole file.
func (x *Extractor) file() {
	for x.at(tAt) && x.is(x.peek(1), "file") && x.peek(2).kind == tColon {
		x.pos = x.pastAnnotation(x.pos)
	}
	x.topNames()
	for !x.at(tEOF) && x.pos < x.end {
		before := x.pos
		switch {
		case x.accept(tSemi):
		case x.at(kwPackage):
			x.packageHeader()
		case x.is(x.tok(), "import") && x.peek(1).kind == tIdent && !x.peek(1).nl:
			x.importHeader()
		case x.declare():
		default:
			x.statement(false) // scripts have some
		}
		x.ended(before)
	}
	x.FlushGlobals(0, 0)
}

// ended checks that what began at token before ends where a line does, and
// that it was something.
func (x *Extractor) ended(before int) {
	if x.pos == before {
		x.unexpected()
		x.skipBalanced()
		return
	}
	if t := x.tok(); !t.nl && t.kind != tSemi && !t.closes() && x.toks[x.pos-1].kind != tSemi && !x.beginsDeclaration() && x.toks[x.pos-1].kind != tRBrace {
		x.unexpected()
	}
}

// declare reads a declaration, if one begins at the next token.
func (x *Extractor) declare() bool {
	switch x.tok().kind {
	case kwClass, kwInterface, kwVal, kwVar, kwTypealias, kwObject, kwFun, tAt, tIdent:
	default:
		return false
	}
	if _, ok := x.declaration(x.pos); !ok {
		return false
	}
	if !x.enter() {
		return true
	}
	defer x.leave()
	m := x.modifiers()
	switch t := x.tok(); {
	case t.kind == kwClass, t.kind == kwInterface, t.kind == kwFun && x.peek(1).kind == kwInterface:
		x.accept(kwFun)
		x.classDeclaration(&m)
	case t.kind == kwObject && m.companion:
		x.companion()
	case t.kind == kwObject:
		x.classDeclaration(&m)
	case t.kind == kwFun:
		x.function(&m)
	case t.kind == kwVal, t.kind == kwVar:
		x.property(&m)
	case t.kind == kwTypealias:
		x.typeAlias()
	case x.is(t, "constructor"):
		x.secondaryConstructor(&m)
	case x.is(t, "init"):
		x.initBlock()
	default:
		x.unexpected()
	}
	x.drop(&m)
	return true
}

// packageHeader reads `package a.b`.
func (x *Extractor) packageHeader() {
	x.next()
	name, _ := x.dotted()
	x.F.Package = x.Sym(name)
}

// dotted reads a dotted name.
func (x *Extractor) dotted() (name []byte, span facts.Span) {
	x.text = x.text[:0]
	span = facts.Span{Start: x.tok().start, End: x.tok().start}
	for x.at(tIdent) || len(x.text) > 0 && x.tok().kind >= kwAs && !x.tok().nl {
		t := x.next()
		x.text = append(x.text, x.word(t)...)
		span.End = t.end
		if !x.at(tDot) || x.peek(1).nl || x.peek(1).kind == tStar {
			break
		}
		x.next()
		x.text = append(x.text, '.')
	}
	return x.text, span
}

// companionSuffix is how an import names what is a static member of the class.
var companionSuffix = []byte(".Companion")

// importHeader reads `import a.b.C as D` and `import a.b.*`.
func (x *Extractor) importHeader() {
	x.next()
	name, span := x.dotted()
	imp := facts.Import{Scope: x.Scope, Span: span}
	if x.at(tDot) && x.peek(1).kind == tStar {
		imp.Module, imp.Star = x.Sym(bytes.TrimSuffix(name, companionSuffix)), true
		x.next()
		imp.Span = x.next().span()
		imp.Span.Start = span.Start
		x.F.Imports = append(x.F.Imports, imp)
		return
	}
	if len(name) == 0 {
		x.unexpected()
		return
	}
	if dot := bytes.LastIndexByte(name, '.'); dot >= 0 {
		imp.Member = x.Sym(name[dot+1:])
		imp.Module = x.Sym(bytes.TrimSuffix(name[:dot], companionSuffix))
	} else {
		imp.Module = x.Sym(name)
	}
	imp.Local = imp.Member
	if imp.Member == 0 {
		imp.Local = imp.Module
	}
	local := x.toks[x.pos-1].span()
	if x.at(kwAs) && x.peek(1).kind == tIdent {
		x.next()
		t := x.next()
		imp.Local, local = x.ident(t), t.span()
	}
	if imp.Local == 0 {
		return
	}
	ref := x.Add(facts.ImportRef, 0, imp.Span)
	x.F.Exprs[ref].Lo = int32(len(x.F.Imports))
	x.F.Imports = append(x.F.Imports, imp)
	x.Bind(imp.Local, local, ref)
}

// typeAlias reads `typealias X = T`.
func (x *Extractor) typeAlias() {
	x.next()
	if !x.at(tIdent) {
		x.unexpected()
		return
	}
	t := x.next()
	name, span := x.ident(t), t.span()
	x.typeParameters()
	if !x.expect(tAssign) {
		return
	}
	x.Bind(name, span, x.typeExpr())
}

// typeParameters skips `<T : Any>`.
func (x *Extractor) typeParameters() {
	if x.at(tLt) {
		if i, ok := x.pastAngles(x.pos); ok {
			x.pos = i
		}
	}
}

// constraints skips `where T : Any, T : Other`.
func (x *Extractor) constraints() {
	if !x.is(x.tok(), "where") || x.peek(1).kind != tIdent && x.peek(1).kind != tAt || x.peek(2).kind != tColon && x.peek(1).kind != tAt {
		return
	}
	x.next()
	for {
		for x.at(tAt) {
			x.pos = x.pastAnnotation(x.pos)
		}
		if !x.accept(tIdent) || !x.accept(tColon) {
			return
		}
		x.skipType()
		if !x.accept(tComma) {
			return
		}
	}
}
