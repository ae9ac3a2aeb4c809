package program

import (
	"strconv"
	"strings"
)

// A simple command of a shell script.
type command struct {
	words []string // with quotes and variables as written
	end   string   // the operator after it: "\n", ";", ";;", "&&", "||", "|", "&", "(", ")"
}

// split cuts a shell script into its simple commands. It knows quotes,
// comments, operators, here-documents and substitutions. Keywords are words
// of the commands that they stand in front of.
func split(script string) []command {
	s := splitter{src: script}
	s.run()
	return s.out
}

type splitter struct {
	src      string
	at       int
	cur      []string
	word     strings.Builder
	inWord   bool
	heredocs []string
	out      []command
}

func (s *splitter) endWord() {
	if s.inWord {
		s.cur = append(s.cur, s.word.String())
	}
	s.word.Reset()
	s.inWord = false
}

// endCommand ends a command at an operator. One without words is kept when
// the operator says more than the one before.
func (s *splitter) endCommand(op string) {
	s.endWord()
	if len(s.cur) > 0 || op == ";;" || op == ")" {
		s.out = append(s.out, command{words: s.cur, end: op})
	}
	s.cur = nil
}

func (s *splitter) take(n int) {
	n = min(n, len(s.src)-s.at)
	s.word.WriteString(s.src[s.at : s.at+n])
	s.at += n
	s.inWord = true
}

func (s *splitter) run() {
	for s.at < len(s.src) {
		switch c := s.src[s.at]; c {
		case '\\':
			s.backslash()
		case '\'':
			s.take(s.quoteEnd(s.at) - s.at)
		case '"':
			s.take(s.quoteEnd(s.at) - s.at)
		case '$':
			s.dollar()
		case '`':
			end := strings.IndexByte(s.src[s.at+1:], '`')
			if end < 0 {
				end = len(s.src)
			}
			s.take(end + 2)
		case ' ', '\t', '\r':
			s.endWord()
			s.at++
		case '#':
			if s.inWord {
				s.take(1)
				continue
			}
			s.skipLine()
		case '\n':
			s.endCommand("\n")
			s.at++
			s.skipHeredocs()
		case ';', '&', '|', '(', ')':
			if c == '&' && s.at > 0 && (s.src[s.at-1] == '>' || s.at+1 < len(s.src) && s.src[s.at+1] == '>') {
				s.take(1) // a redirection: 2>&1, &>file
				continue
			}
			op := s.src[s.at : s.at+1]
			if s.at+1 < len(s.src) && s.src[s.at+1] == c && (c == ';' || c == '&' || c == '|') {
				op = s.src[s.at : s.at+2]
			}
			s.endCommand(op)
			s.at += len(op)
		case '<':
			s.less()
		default:
			s.take(1)
		}
	}
	s.endCommand("\n")
}

func (s *splitter) backslash() {
	rest := s.src[s.at:]
	switch {
	case strings.HasPrefix(rest, "\\\r\n"):
		s.at += 3
	case strings.HasPrefix(rest, "\\\n"):
		s.at += 2
	default:
		s.take(2)
	}
}

func (s *splitter) skipLine() {
	if i := strings.IndexByte(s.src[s.at:], '\n'); i >= 0 {
		s.at += i
		return
	}
	s.at = len(s.src)
}

// quoteEnd returns the offset behind the quote that begins at i.
func (s *splitter) quoteEnd(i int) int {
	quote := s.src[i]
	for i++; i < len(s.src); i++ {
		if s.src[i] == '\\' && quote == '"' {
			i++
		} else if s.src[i] == quote {
			return i + 1
		}
	}
	return len(s.src)
}

// dollar takes `$name`, `${...}` and `$(...)` into the word.
func (s *splitter) dollar() {
	if s.at+1 >= len(s.src) {
		s.take(1)
		return
	}
	open := s.src[s.at+1]
	closing := byte(0)
	switch open {
	case '(':
		closing = ')'
	case '{':
		closing = '}'
	default:
		s.take(1)
		return
	}
	depth := 0
	for i := s.at + 1; i < len(s.src); i++ {
		switch s.src[i] {
		case '\\':
			i++
		case '\'', '"':
			i = s.quoteEnd(i) - 1
		case open:
			depth++
		case closing:
			if depth--; depth == 0 {
				s.take(i + 1 - s.at)
				return
			}
		}
	}
	s.take(len(s.src) - s.at)
}

// less takes a redirection, and notes a here-document.
func (s *splitter) less() {
	rest := s.src[s.at:]
	if !strings.HasPrefix(rest, "<<") || strings.HasPrefix(rest, "<<<") {
		s.take(1)
		return
	}
	s.endWord()
	i := s.at + 2
	for i < len(s.src) && strings.IndexByte("- \t", s.src[i]) >= 0 {
		i++
	}
	start := i
	for i < len(s.src) && strings.IndexByte(" \t\r\n;&|<>", s.src[i]) < 0 {
		i++
	}
	if name := strings.Trim(s.src[start:i], `'"\`); name != "" {
		s.heredocs = append(s.heredocs, name)
	}
	s.at = max(i, s.at+2)
}

func (s *splitter) skipHeredocs() {
	for _, name := range s.heredocs {
		for s.at < len(s.src) {
			start := s.at
			s.skipLine()
			line := s.src[start:s.at]
			s.at = min(s.at+1, len(s.src))
			if strings.Trim(line, "\t\r") == name {
				break
			}
		}
	}
	s.heredocs = nil
}

// vars are the variables a script sees.
type vars struct {
	lookup  func(string) (string, bool)
	set     map[string]string
	args    []string // $1, $2, ...
	unknown bool     // a word had a part that is not known
	// computed: a word had a part that only running tells.
	computed bool
	exports  exports
}

func (v *vars) get(name string) (string, bool) {
	if value, ok := v.set[name]; ok {
		return value, true
	}
	if v.lookup != nil {
		if value, ok := v.lookup(name); ok {
			return value, true
		}
	}
	v.unknown = true
	return "", false
}

// sure evaluates a word and reports whether all of it is known.
func (v *vars) sure(word string) (string, bool) {
	v.unknown = false
	text, _ := v.text(word, 0)
	return text, !v.unknown
}

// fields evaluates a word: quotes go, variables are replaced. `$@` may give
// any number of fields; a word that is empty without quotes gives none.
func (v *vars) fields(word string) []string {
	switch word {
	case `$@`, `$*`, `"$@"`, `${@}`, `"${@}"`:
		return v.args
	}
	text, quoted := v.text(word, 0)
	if text == "" && !quoted {
		return nil
	}
	if !quoted && strings.Contains(word, "$") {
		return strings.Fields(text)
	}
	return []string{text}
}

// text evaluates a word to one string.
func (v *vars) text(word string, depth int) (text string, quoted bool) {
	var b strings.Builder
	inDouble := false
	for i := 0; i < len(word); {
		c := word[i]
		switch {
		case c == '\'' && !inDouble:
			quoted = true
			end := strings.IndexByte(word[i+1:], '\'')
			if end < 0 {
				end = len(word) - i - 1
			}
			b.WriteString(word[i+1 : i+1+end])
			i = min(i+end+2, len(word))
		case c == '"':
			quoted, inDouble = true, !inDouble
			i++
		case c == '\\' && i+1 < len(word):
			if inDouble && strings.IndexByte("\\\"$`", word[i+1]) < 0 {
				b.WriteByte('\\')
			}
			b.WriteByte(word[i+1])
			i += 2
		case c == '$':
			i = v.reference(&b, word, i, depth)
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String(), quoted
}

// reference evaluates `$name` or `${...}` at word[i].
func (v *vars) reference(b *strings.Builder, word string, i, depth int) int {
	j := i + 1
	if j >= len(word) {
		b.WriteByte('$')
		return j
	}
	switch c := word[j]; {
	case c == '{':
		end := closing(word, j, '{', '}')
		v.braced(b, word[j+1:end], depth)
		return min(end+1, len(word))
	case c == '(': // a command's output is not known
		v.unknown, v.computed = true, true
		return min(closing(word, j, '(', ')')+1, len(word))
	case c >= '0' && c <= '9':
		if n := int(c - '0'); n >= 1 && n <= len(v.args) {
			b.WriteString(v.args[n-1])
		}
		return j + 1
	case c == '#':
		b.WriteString(strconv.Itoa(len(v.args)))
		return j + 1
	case c == '?' || c == '$' || c == '!':
		v.unknown, v.computed = true, true
		return j + 1
	case c == '@' || c == '*':
		b.WriteString(strings.Join(v.args, " "))
		return j + 1
	}
	end := j
	for end < len(word) && isName(word[end]) {
		end++
	}
	if end == j {
		b.WriteByte('$')
		return j
	}
	value, _ := v.get(word[j:end])
	b.WriteString(value)
	return end
}

func (v *vars) braced(b *strings.Builder, inside string, depth int) {
	end := 0
	for end < len(inside) && isName(inside[end]) {
		end++
	}
	value, ok := "", false
	if end > 0 && (inside[0] < '0' || inside[0] > '9') {
		value, ok = v.get(inside[:end])
	}
	if end == 1 && inside[0] >= '1' && inside[0] <= '9' {
		n := int(inside[0] - '0')
		if ok = n <= len(v.args); ok {
			value = v.args[n-1]
		}
	}
	op := inside[end:]
	rest := strings.TrimPrefix(op, ":")
	if value == "" && rest != op {
		ok = false
	}
	if rest == "" || depth > 10 {
		b.WriteString(value)
		return
	}
	switch rest[0] {
	case '-', '=':
		if !ok {
			value, _ = v.text(rest[1:], depth+1)
		}
	case '+':
		if ok {
			value, _ = v.text(rest[1:], depth+1)
		}
	}
	b.WriteString(value)
}

func isName(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// closing returns the offset of what closes the bracket at i, or the end.
func closing(s string, i int, open, shut byte) int {
	depth := 0
	for ; i < len(s); i++ {
		switch s[i] {
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(s)
}
