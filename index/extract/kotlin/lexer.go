package kotlin

import (
	"unicode"
	"unicode/utf8"

	"topicls/index/syntax"
)

// token is a token of the source. Comments and white space are between them.
type token struct {
	start, end uint32
	pair       int32 // of a bracket: the token of its other half, 0 if it has none
	kind       kind
	line       bool // a line begins in front of it
	nl         bool // and that line's begin ends a statement: it doesn't stand in parentheses
}

// kind says what a token is.
type kind uint8

// The kinds of tokens.
const (
	tEOF kind = iota
	tBad
	tIdent
	tNumber
	tChar
	tStr    // the quotes that open a string
	tRawStr // the same, of a raw one
	tText   // literal text in a string
	tRef    // the name in "$name"
	tTpl    // "${"
	tTplEnd // its "}"
	tStrEnd // the quotes that close a string

	tLParen
	tRParen
	tLBrack
	tRBrack
	tLBrace
	tRBrace
	tComma
	tSemi
	tColon
	tColons // ::
	tDot
	tSafe // ?.
	tQuest
	tElvis
	tArrow
	tAt
	tAssign
	tPlusEq
	tOpEq // -=, *=, /=, %=
	tEq
	tEqq
	tNe
	tNee
	tLt
	tLe
	tGt
	tGe
	tPlus
	tMinus
	tStar
	tSlash
	tPercent
	tAndAnd
	tOrOr
	tAmp
	tNot
	tNotNull // !!
	tInc
	tDec
	tRange
	tNotIn
	tNotIs

	// Hard keywords: identifiers nowhere.
	kwAs
	kwAsSafe // as?
	kwBreak
	kwClass
	kwContinue
	kwDo
	kwElse
	kwFalse
	kwFor
	kwFun
	kwIf
	kwIn
	kwInterface
	kwIs
	kwNull
	kwObject
	kwPackage
	kwReturn
	kwSuper
	kwThis
	kwThrow
	kwTrue
	kwTry
	kwTypealias
	kwVal
	kwVar
	kwWhen
	kwWhile
)

var keywords = map[string]kind{
	"as": kwAs, "break": kwBreak, "class": kwClass, "continue": kwContinue, "do": kwDo, "else": kwElse, "false": kwFalse,
	"for": kwFor, "fun": kwFun, "if": kwIf, "in": kwIn, "interface": kwInterface, "is": kwIs, "null": kwNull,
	"object": kwObject, "package": kwPackage, "return": kwReturn, "super": kwSuper, "this": kwThis, "throw": kwThrow,
	"true": kwTrue, "try": kwTry, "typealias": kwTypealias, "val": kwVal, "var": kwVar, "when": kwWhen, "while": kwWhile,
}

// operators are the tokens of more than one character, longest first for each
// first character, and then those of one.
var operators = [256][]struct {
	text string
	kind kind
}{
	'(': {{"(", tLParen}}, ')': {{")", tRParen}}, '[': {{"[", tLBrack}}, ']': {{"]", tRBrack}}, '{': {{"{", tLBrace}}, '}': {{"}", tRBrace}},
	',': {{",", tComma}}, ';': {{";", tSemi}}, ':': {{"::", tColons}, {":", tColon}}, '.': {{"..<", tRange}, {"..", tRange}, {".", tDot}},
	'?': {{"?.", tSafe}, {"?:", tElvis}, {"?", tQuest}}, '-': {{"->", tArrow}, {"--", tDec}, {"-=", tOpEq}, {"-", tMinus}}, '@': {{"@", tAt}},
	'=': {{"===", tEqq}, {"==", tEq}, {"=", tAssign}}, '!': {{"!==", tNee}, {"!=", tNe}, {"!!", tNotNull}, {"!", tNot}},
	'<': {{"<=", tLe}, {"<", tLt}}, '>': {{">=", tGe}, {">", tGt}}, '+': {{"++", tInc}, {"+=", tPlusEq}, {"+", tPlus}},
	'*': {{"*=", tOpEq}, {"*", tStar}}, '/': {{"/=", tOpEq}, {"/", tSlash}}, '%': {{"%=", tOpEq}, {"%", tPercent}},
	'&': {{"&&", tAndAnd}, {"&", tAmp}}, '|': {{"||", tOrOr}},
}

// lexer makes tokens of a file's text.
type lexer struct {
	src   []byte
	at    int
	line  bool // a line began since the last token
	toks  []token
	modes []mode
	texts []syntax.Node // strings, for those who search comments
	open  []int32       // unpaired brackets
	floor int           // those in front of it stand around the template that is being read
}

// mode is a string that the lexer is in, and where it is in it.
type mode struct {
	raw     bool
	dollars int  // how many begin a template
	inside  bool // in a template, not in the text
	braces  int  // open in that template
	floor   int  // lexer.floor around it
	start   uint32
	lines   bool // the line ends behind the brace that opens the template
}

// maxModes is how deep strings may stand in templates of strings.
const maxModes = 100

// tokens appends the tokens of src, the last of which is tEOF.
func (l *lexer) tokens(src []byte, toks []token) []token {
	l.src, l.at, l.line, l.toks = src, 0, true, append(toks, token{}) // token 0 is no bracket's other half
	l.modes, l.texts, l.open, l.floor = l.modes[:0], append(l.texts[:0], syntax.Node{Next: 1}), l.open[:0], 0
	if len(src) >= 3 && src[0] == 0xEF && src[1] == 0xBB && src[2] == 0xBF {
		l.at = 3
	}
	if l.starts("#!") {
		l.lineEnd()
	}
	for l.at < len(src) {
		if n := len(l.modes); n > 0 && !l.modes[n-1].inside {
			l.string(&l.modes[n-1])
			continue
		}
		l.code()
	}
	for len(l.modes) > 0 {
		l.closeString(0)
	}
	l.add(tEOF, l.at)
	l.newlines()
	l.src = nil
	return l.toks
}

func (l *lexer) starts(s string) bool {
	return len(l.src)-l.at >= len(s) && string(l.src[l.at:l.at+len(s)]) == s
}

// add appends the token from start to the current place.
func (l *lexer) add(k kind, start int) {
	l.toks = append(l.toks, token{start: uint32(start), end: uint32(l.at), kind: k, line: l.line})
	l.line = false
}

// code reads a token outside of the text of strings, or what is no token.
func (l *lexer) code() {
	start := l.at
	c := l.src[l.at]
	switch {
	case c == '\n' || c == '\r':
		l.line = true
		l.unfinished()
		l.at++
	case c == ' ' || c == '\t' || c == '\f':
		l.at++
	case l.starts("//"):
		l.lineEnd()
	case l.starts("/*"):
		l.comment()
	case c == '"':
		l.openString(0)
	case c == '$' && l.dollars():
	case c == '\'':
		l.char()
	case c == '`':
		l.at++
		for l.at < len(l.src) && l.src[l.at] != '`' && l.src[l.at] != '\n' {
			l.at++
		}
		if l.at < len(l.src) && l.src[l.at] == '`' {
			l.at++
		}
		l.add(tIdent, start)
	case c >= '0' && c <= '9':
		l.number()
	case isWord(c) || c >= utf8.RuneSelf:
		l.word()
	default:
		l.operator(c)
	}
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= '0' && c <= '9'
}

func (l *lexer) lineEnd() {
	for l.at < len(l.src) && l.src[l.at] != '\n' && l.src[l.at] != '\r' {
		l.at++
	}
}

// comment skips a comment, in which others may stand.
func (l *lexer) comment() {
	depth := 0
	for l.at < len(l.src) {
		switch {
		case l.starts("/*"):
			depth++
			l.at += 2
		case l.starts("*/"):
			depth--
			l.at += 2
			if depth == 0 {
				return
			}
		default:
			if l.src[l.at] == '\n' {
				l.line = true
			}
			l.at++
		}
	}
}

// word reads an identifier or keyword.
func (l *lexer) word() {
	start := l.at
	for l.at < len(l.src) {
		c := l.src[l.at]
		if isWord(c) {
			l.at++
			continue
		}
		if c < utf8.RuneSelf {
			break
		}
		r, n := utf8.DecodeRune(l.src[l.at:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Nl, r) {
			break
		}
		l.at += n
	}
	if l.at == start {
		_, n := utf8.DecodeRune(l.src[l.at:])
		l.at += n
		if r, _ := utf8.DecodeRune(l.src[start:]); !unicode.IsSpace(r) && r != 0xFEFF {
			l.add(tBad, start)
		}
		return
	}
	k, ok := keywords[string(l.src[start:l.at])]
	if !ok {
		k = tIdent
	}
	if k == kwAs && l.at < len(l.src) && l.src[l.at] == '?' && !l.starts("?.") && !l.starts("?:") {
		l.at++
		k = kwAsSafe
	}
	l.add(k, start)
}

// number reads a number, with its suffix and what else is glued to it.
func (l *lexer) number() {
	start := l.at
	for l.at < len(l.src) {
		c := l.src[l.at]
		switch {
		case isWord(c):
		case c == '.' && l.at+1 < len(l.src) && l.src[l.at+1] >= '0' && l.src[l.at+1] <= '9':
		case (c == '-' || c == '+') && (l.src[l.at-1]|0x20) == 'e' && !hex(l.src[start:l.at]):
		default:
			l.add(tNumber, start)
			return
		}
		l.at++
	}
	l.add(tNumber, start)
}

func hex(b []byte) bool { return len(b) > 1 && b[0] == '0' && b[1]|0x20 == 'x' }

// char reads a character literal.
func (l *lexer) char() {
	start := l.at
	l.at++
	for l.at < len(l.src) && l.src[l.at] != '\'' && l.src[l.at] != '\n' {
		if l.src[l.at] == '\\' && l.at+1 < len(l.src) && l.src[l.at+1] != '\n' {
			l.at++
		}
		l.at++
	}
	if l.at < len(l.src) && l.src[l.at] == '\'' {
		l.at++
	}
	l.add(tChar, start)
	l.texts = append(l.texts, syntax.Node{Start: uint32(start), End: uint32(l.at), Next: uint32(len(l.texts) + 1), Kind: kString})
}

// operator reads an operator or bracket.
func (l *lexer) operator(c byte) {
	start := l.at
	if c == '!' {
		for _, w := range [...]struct {
			text string
			kind kind
		}{{"!in", tNotIn}, {"!is", tNotIs}} {
			if l.starts(w.text) && (l.at+3 == len(l.src) || !isWord(l.src[l.at+3]) && l.src[l.at+3] < utf8.RuneSelf) {
				l.at += 3
				l.add(w.kind, start)
				return
			}
		}
	}
	for _, op := range operators[c] {
		if !l.starts(op.text) || op.kind == tElvis && l.starts("?::") {
			continue
		}
		l.at += len(op.text)
		if op.kind == tRBrace && l.templateEnd(start) {
			return
		}
		l.add(op.kind, start)
		l.pair(op.kind)
		return
	}
	l.at++
	l.add(tBad, start)
}

// pair finds the other half of a bracket. One that closes what isn't the
// innermost open one leaves those in between unpaired.
func (l *lexer) pair(k kind) {
	me := int32(len(l.toks) - 1)
	var opener kind
	switch k {
	case tLBrace:
		if n := len(l.modes); n > 0 {
			l.modes[n-1].braces++
		}
		fallthrough
	case tLParen, tLBrack, tTpl:
		l.open = append(l.open, me)
		return
	case tRParen:
		opener = tLParen
	case tRBrack:
		opener = tLBrack
	case tRBrace:
		opener = tLBrace
	case tTplEnd:
		opener = tTpl
	default:
		return
	}
	for i := len(l.open) - 1; i >= l.floor; i-- {
		switch o := l.toks[l.open[i]].kind; {
		case o == opener:
			l.toks[l.open[i]].pair, l.toks[me].pair = me, l.open[i]
			l.open = l.open[:i]
			return
		case o == tLBrace && opener != tTpl:
			return // a parenthesis doesn't reach out of a block
		}
	}
}

// openString enters a string with so many dollars in front of its quotes.
func (l *lexer) openString(dollars int) {
	start := l.at
	m := mode{dollars: max(dollars, 1), start: uint32(start - dollars)}
	k := tStr
	if l.starts(`"""`) {
		m.raw, k = true, tRawStr
		l.at += 3
	} else {
		l.at++
	}
	l.add(k, start-dollars)
	if len(l.modes) >= maxModes {
		l.lineEnd()
		l.add(tStrEnd, l.at)
		return
	}
	l.modes = append(l.modes, m)
}

// dollars reads the dollars in front of a string whose templates begin with
// as many.
func (l *lexer) dollars() bool {
	n := 0
	for l.at+n < len(l.src) && l.src[l.at+n] == '$' {
		n++
	}
	if l.at+n == len(l.src) || l.src[l.at+n] != '"' {
		return false
	}
	l.at += n
	l.openString(n)
	return true
}

// string reads text of the innermost string, up to what ends it or a template.
func (l *lexer) string(m *mode) {
	start := l.at
	text := func() {
		if l.at > start {
			l.add(tText, start)
		}
	}
	for l.at < len(l.src) {
		c := l.src[l.at]
		switch {
		case c == '"' && !m.raw:
			text()
			l.at++
			l.closeString(1)
			return
		case c == '"' && l.starts(`"""`):
			for l.starts(`""""`) { // quotes in front of the last three are text
				l.at++
			}
			text()
			l.at += 3
			l.closeString(3)
			return
		case c == '\n' && !m.raw:
			text()
			l.closeString(0)
			return
		case c == '\\' && !m.raw && l.at+1 < len(l.src) && l.src[l.at+1] != '\n':
			l.at += 2
		case c == '$' && l.template(m, text):
			return
		default:
			l.at++
		}
	}
	text()
}

// template reads what begins a template, if it is one.
func (l *lexer) template(m *mode, text func()) bool {
	n := 0
	for l.at+n < len(l.src) && l.src[l.at+n] == '$' {
		n++
	}
	if n < m.dollars || l.at+n == len(l.src) {
		if n > 1 {
			l.at += n - 1
		}
		return false
	}
	c := l.src[l.at+n]
	r, _ := utf8.DecodeRune(l.src[l.at+n:])
	if c != '{' && c != '`' && c != '_' && !unicode.IsLetter(r) {
		l.at += n - 1
		return false
	}
	l.at += n - m.dollars // dollars in front are text
	text()
	start := l.at
	l.at += m.dollars
	if c == '{' {
		l.at++
		l.add(tTpl, start)
		m.inside, m.braces, m.floor, m.lines = true, 0, l.floor, false
		l.pair(tTpl)
		l.floor = len(l.open) - 1
		return true
	}
	start = l.at
	if c == '`' {
		l.code()
	} else {
		l.word()
	}
	t := &l.toks[len(l.toks)-1]
	if t.kind != kwThis && int(t.start) == start {
		t.kind = tRef
	}
	return true
}

// templateEnd closes the innermost template if the brace before the current
// place is its end.
func (l *lexer) templateEnd(start int) bool {
	n := len(l.modes)
	if n == 0 {
		return false
	}
	m := &l.modes[n-1]
	if m.braces > 0 {
		m.braces--
		return false
	}
	m.inside = false
	l.add(tTplEnd, start)
	l.pair(tTplEnd)
	l.floor = min(m.floor, len(l.open))
	return true
}

// unfinished leaves a template that a line ends in, unless brackets are open in
// it or it is laid out over lines: nobody has written the rest of it yet.
func (l *lexer) unfinished() {
	n := len(l.modes)
	if n == 0 {
		return
	}
	m := &l.modes[n-1]
	m.lines = m.lines || l.toks[len(l.toks)-1].kind == tTpl
	if !m.raw && !m.lines && len(l.open) == l.floor+1 {
		l.open = l.open[:l.floor]
		l.closeString(0)
	}
}

// closeString leaves the innermost string, whose closing quotes are the given
// number of bytes in front of the current place: 0 if there are none.
func (l *lexer) closeString(quotes int) {
	n := len(l.modes) - 1
	m := l.modes[n]
	if m.inside {
		l.floor = min(m.floor, len(l.open))
	}
	l.modes = l.modes[:n]
	l.add(tStrEnd, l.at-quotes)
	if len(l.modes) == 0 {
		l.texts = append(l.texts, syntax.Node{Start: m.start, End: uint32(l.at), Next: uint32(len(l.texts) + 1), Kind: kString})
	}
}

// newlines decides which begins of lines end a statement: those that don't
// stand in a pair of parentheses or square brackets.
func (l *lexer) newlines() {
	l.open = l.open[:0]
	for i := range l.toks {
		t := &l.toks[i]
		inside := len(l.open) > 0 && l.toks[l.open[len(l.open)-1]].kind != tLBrace
		t.nl = t.line && !inside
		switch t.kind {
		case tLParen, tLBrack, tLBrace, tTpl:
			if t.pair != 0 {
				l.open = append(l.open, int32(i))
			}
		case tRParen, tRBrack, tRBrace, tTplEnd:
			if t.pair != 0 {
				if n := len(l.open) - 1; n >= 0 && l.open[n] == t.pair {
					l.open = l.open[:n]
				}
			}
		}
	}
}
