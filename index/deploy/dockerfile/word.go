package dockerfile

import (
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/dotenv"
)

// A word is a part of an instruction, with quotes and variables as written.
type word struct{ start, end int }

// words splits a text at white space outside quotes.
func words(s string, escape byte) []word {
	var out []word
	for i := 0; i < len(s); {
		if isSpace(s[i]) {
			i++
			continue
		}
		start := i
		i = wordEnd(s, i, escape)
		out = append(out, word{start, i})
	}
	return out
}

// wordEnd returns the end of the word that begins at i.
func wordEnd(s string, i int, escape byte) int {
	var quote byte
	for ; i < len(s); i++ {
		c := s[i]
		switch {
		case c == escape && quote != '\'' && i+1 < len(s):
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case isSpace(c):
			return i
		}
	}
	return len(s)
}

// maxExpansion bounds a value, which may double from line to line.
const maxExpansion = 1 << 20

// expansion evaluates words: quotes, escapes, variables.
type expansion struct {
	escape byte
	lookup dotenv.Lookup
	at     func(start, end int) deploy.Pos
	out    dotenv.Value
	text   strings.Builder
	pat    strings.Builder
}

// expand evaluates the part of s from start to end.
func expand(s string, start, end int, escape byte, lookup dotenv.Lookup, at func(start, end int) deploy.Pos) dotenv.Value {
	e := expansion{escape: escape, lookup: lookup, at: at}
	e.run(s[:end], start, 0)
	e.out.Text, e.out.Pattern = e.text.String(), e.pat.String()
	return e.out
}

func (e *expansion) write(text, pattern string) {
	if e.text.Len()+len(text) > maxExpansion {
		e.unknown("its value is too long")
		return
	}
	e.text.WriteString(text)
	e.pat.WriteString(pattern)
}

func (e *expansion) unknown(reason string) {
	if e.out.Reason == "" {
		e.out.Reason = reason
	}
}

func (e *expansion) run(s string, i, depth int) {
	var quote byte
	for i < len(s) {
		c := s[i]
		switch {
		case quote == '\'':
			if c == quote {
				quote = 0
			} else {
				e.write(s[i:i+1], s[i:i+1])
			}
			i++
		case c == '"':
			quote ^= '"'
			i++
		case c == '\'' && quote == 0:
			quote = '\''
			i++
		case c == e.escape:
			i++
			if i < len(s) {
				if quote == '"' && s[i] != '"' && s[i] != '$' && s[i] != e.escape {
					e.write(string(e.escape), string(e.escape))
				}
				e.write(s[i:i+1], s[i:i+1])
				i++
			}
		case c == '$':
			i = e.variable(s, i, depth)
		default:
			e.write(s[i:i+1], s[i:i+1])
			i++
		}
	}
}

// variable evaluates the reference at s[i] and returns the offset behind it.
func (e *expansion) variable(s string, i, depth int) int {
	j := i + 1
	if j >= len(s) {
		e.write("$", "$")
		return j
	}
	if s[j] != '{' {
		end := nameEnd(s, j)
		if end == j {
			e.write("$", "$")
			return j
		}
		e.use(s[j:end])
		return end
	}
	end := nameEnd(s, j+1)
	closing := braceEnd(s, j)
	if closing < 0 || end == j+1 || depth > 20 {
		e.unknown("its value can't be interpolated")
		e.write("", "*")
		return len(s)
	}
	name, op := s[j+1:end], s[end:closing]
	wordStart := end
	switch {
	case op == "":
		e.use(name)
		return closing + 1
	case strings.HasPrefix(op, ":"):
		wordStart = end + 2
	default:
		wordStart = end + 1
	}
	kind := op[len(op)-1]
	if wordStart <= closing {
		kind = s[wordStart-1]
	}
	v, ok := e.lookup(name)
	filled := ok && (op[0] != ':' || v.Text != "" || v.Reason != "")
	switch {
	case kind == '-' && filled, kind == '?' && filled:
		e.take(v)
	case kind == '-' || kind == '+' && filled:
		if kind == '-' && e.at != nil {
			e.out.Default = true
			e.out.Origin = append(e.out.Origin, deploy.Step{Pos: e.at(wordStart, closing), What: "default of " + name})
		}
		e.run(s[:closing], min(wordStart, closing), depth+1)
	case kind == '+' || kind == '?':
	default: // `${NAME#pattern}` and the like
		e.unknown("the Dockerfile computes it")
		e.write("", "*")
	}
	return closing + 1
}

// use writes a variable's value.
func (e *expansion) use(name string) {
	v, ok := e.lookup(name)
	if ok {
		e.take(v)
		return
	}
	if v.Reason != "" {
		e.unknown(v.Reason)
		e.write("", "*")
	}
}

func (e *expansion) take(v dotenv.Value) {
	if v.Reason != "" {
		e.unknown(v.Reason)
	}
	e.out.Default = e.out.Default || v.Default
	if len(e.out.Origin) < 32 {
		e.out.Origin = append(e.out.Origin, v.Origin...)
	}
	e.write(v.Text, v.Pattern)
}

func nameEnd(s string, i int) int {
	for i < len(s) && (s[i] == '_' || s[i] >= 'a' && s[i] <= 'z' || s[i] >= 'A' && s[i] <= 'Z' || s[i] >= '0' && s[i] <= '9') {
		i++
	}
	return i
}

// braceEnd returns the offset of the brace that closes the one at s[i], or -1.
func braceEnd(s string, i int) int {
	open := 0
	for ; i < len(s); i++ {
		switch s[i] {
		case '{':
			open++
		case '}':
			if open--; open == 0 {
				return i
			}
		}
	}
	return -1
}
