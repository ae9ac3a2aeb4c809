package kotlin

import "topicls/index/facts"

// tok returns the next token.
func (x *Extractor) tok() *token { return &x.toks[x.pos] }

// peek returns the token n behind the next one.
func (x *Extractor) peek(n int) *token { return &x.toks[min(x.pos+n, len(x.toks)-1)] }

// at reports whether the next token is of a kind.
func (x *Extractor) at(k kind) bool { return x.toks[x.pos].kind == k }

// next takes the next token.
func (x *Extractor) next() *token {
	t := &x.toks[x.pos]
	if x.pos < x.end {
		x.pos++
	}
	return t
}

// accept takes the next token if it is of a kind.
func (x *Extractor) accept(k kind) bool {
	if !x.at(k) {
		return false
	}
	x.next()
	return true
}

// expect takes the next token if it is of a kind; otherwise it is a problem.
func (x *Extractor) expect(k kind) bool {
	if x.accept(k) {
		return true
	}
	x.unexpected()
	return false
}

// unexpected records that the next token can't stand where it does.
func (x *Extractor) unexpected() {
	t := x.tok()
	x.problem(facts.SyntaxError, t.span())
}

func (t *token) span() facts.Span { return facts.Span{Start: t.start, End: t.end} }

// text returns the source of a token, without backticks.
func (x *Extractor) word(t *token) []byte {
	b := x.Src[t.start:t.end]
	if n := len(b); n > 2 && b[0] == '`' && b[n-1] == '`' {
		return b[1 : n-1]
	}
	return b
}

// ident interns the name that a token is.
func (x *Extractor) ident(t *token) facts.Sym { return x.Sym(x.word(t)) }

// is reports whether t is the given word, which is no hard keyword.
func (x *Extractor) is(t *token, word string) bool {
	return t.kind == tIdent && int(t.end-t.start) == len(word) && string(x.Src[t.start:t.end]) == word
}

// isOne reports whether t is one of the given words.
func (x *Extractor) isOne(t *token, words map[string]bool) bool {
	return t.kind == tIdent && words[string(x.Src[t.start:t.end])]
}

// since is the span from start to the last token taken.
func (x *Extractor) since(start uint32) facts.Span {
	return facts.Span{Start: start, End: max(start, x.toks[x.pos-1].end)}
}

// row appends an expression with one operand, from start to the last token
// taken.
func (x *Extractor) row(k facts.Kind, start uint32, operand facts.ExprID) facts.ExprID {
	id := x.Add(k, 0, x.since(start))
	x.F.Exprs[id].X = operand
	return id
}

// both appends an expression with two operands.
func (x *Extractor) both(k facts.Kind, start uint32, a, b facts.ExprID) facts.ExprID {
	id := x.row(k, start, a)
	x.F.Exprs[id].Y = b
	return id
}

// named appends an expression with a name.
func (x *Extractor) named(k facts.Kind, name facts.Sym, span facts.Span) facts.ExprID {
	id := x.Add(k, 0, span)
	x.F.Exprs[id].Name = name
	return id
}

// attr appends `operand.name`.
func (x *Extractor) attr(operand facts.ExprID, name facts.Sym, span facts.Span) facts.ExprID {
	id := x.named(facts.Attr, name, span)
	x.F.Exprs[id].X = operand
	return id
}

// call appends a call of callee with the arguments pushed since mark.
func (x *Extractor) call(callee facts.ExprID, span facts.Span, mark int) facts.ExprID {
	id := x.Group(facts.Call, 0, span, mark)
	x.F.Exprs[id].X = callee
	x.F.Calls = append(x.F.Calls, id)
	return id
}

// pushArg pushes an argument.
func (x *Extractor) pushArg(value facts.ExprID, keyword facts.Sym, flag facts.Flag, span facts.Span) {
	id := x.Add(facts.Arg, flag, span)
	x.F.Exprs[id].X, x.F.Exprs[id].Name = value, keyword
	x.Push(id)
}

// skipBalanced takes the next token, and all up to its other half if it is a
// bracket that has one.
func (x *Extractor) skipBalanced() {
	if t := x.tok(); t.pair > int32(x.pos) {
		x.pos = min(int(t.pair), x.end)
	}
	x.next()
}

// past returns the place behind the token at i and, if it is a bracket, its
// other half.
func (x *Extractor) past(i int) int {
	if p := int(x.toks[i].pair); p > i {
		i = p
	}
	return min(i+1, x.end)
}

// pastAngles returns the place behind the type parameters or arguments that
// begin at i, and false if none do.
func (x *Extractor) pastAngles(i int) (int, bool) {
	depth := 0
	for i < x.end {
		switch t := &x.toks[i]; t.kind {
		case tLt:
			depth++
		case tGt:
			depth--
			if depth == 0 {
				return i + 1, true
			}
		case tLParen, tLBrack:
			if t.pair == 0 {
				return i, false
			}
			i = int(t.pair)
		case tIdent, tComma, tDot, tQuest, tSafe, tStar, tArrow, tColon, tAmp, tAt, kwIn, tNumber, tStr, tText, tStrEnd:
			// `?.` is the end of a nullable receiver of a function type.
		default:
			return i, false
		}
		i++
	}
	return i, false
}

// closing reports whether the next token ends what the walk is in.
func (x *Extractor) closing() bool {
	switch x.tok().kind {
	case tEOF, tRParen, tRBrack, tRBrace, tTplEnd, tStrEnd:
		return true
	}
	return x.pos >= x.end
}

// beginsDeclaration reports whether the next token begins a line and can begin
// nothing but a declaration or statement: what is open in front of it was not
// finished.
func (x *Extractor) beginsDeclaration() bool {
	t := x.tok()
	switch t.kind {
	case kwVal, kwVar, kwClass, kwInterface, kwTypealias, kwFor, kwWhile, kwPackage:
		return t.line
	case kwFun:
		return t.line && x.peek(1).kind == tIdent
	case tIdent:
		if !t.line {
			return false
		}
		_, ok := x.declaration(x.pos)
		return ok
	case tAt:
		if !t.line {
			return false
		}
		_, ok := x.declaration(x.pos)
		return ok
	}
	return false
}

// close takes the bracket that closes the one at token open. If something else
// is next, that is a problem, and what stands in front of it is skipped; where
// open has no other half, nothing is.
func (x *Extractor) close(open int, k kind) {
	if x.accept(k) {
		return
	}
	x.unexpected()
	if p := int(x.toks[open].pair); p >= x.pos {
		x.pos = min(p+1, x.end)
	}
}
