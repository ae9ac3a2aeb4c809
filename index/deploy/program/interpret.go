package program

import (
	"path"
	"strings"
)

// tri is a truth value that may be unknown.
type tri int8

const (
	no tri = iota - 1
	unknown
	yes
)

func triOf(b bool) tri {
	if b {
		return yes
	}
	return no
}

// A block is an open `if`, `case` or loop.
type block struct {
	kind   string // "if", "case", "loop"
	active tri    // whether the commands read now are run
	taken  tri    // whether a branch before was
	test   bool   // within the condition of an if
	cond   tri
	tests  int // commands in the condition
	word   string
	known  bool     // the case's word is
	choice bool     // patterns are read now
	match  tri      // of the patterns read so far
	names  []string // patterns read so far
}

// interpret follows the commands of a script. Where a branch depends on what
// is known (the script's arguments, the service's variables) it follows that
// branch only, else all of them.
func (f *finder) interpret(commands []command, depth int) {
	in := interpreter{f: f, depth: depth}
	for i, c := range commands {
		if f.steps--; f.steps < 0 || in.over {
			return
		}
		in.step(c)
		_ = i
	}
}

type interpreter struct {
	f      *finder
	depth  int
	blocks []*block
	status tri    // of the last command
	joined string // the operator before this command
	over   bool   // the script surely ended
}

func (in *interpreter) top() *block {
	if len(in.blocks) == 0 {
		return nil
	}
	return in.blocks[len(in.blocks)-1]
}

// active tells whether commands are run here.
func (in *interpreter) active() tri {
	out := yes
	for _, b := range in.blocks {
		out = min(out, b.active)
	}
	return out
}

func (in *interpreter) push(b *block) {
	if len(in.blocks) < 200 {
		in.blocks = append(in.blocks, b)
	}
}

func (in *interpreter) pop(kind string) {
	if b := in.top(); b != nil && b.kind == kind {
		in.blocks = in.blocks[:len(in.blocks)-1]
	}
}

// step follows one command, its keywords first.
func (in *interpreter) step(c command) {
	words := c.words
	if b := in.top(); b != nil && b.kind == "case" && b.choice {
		in.pattern(b, words, c.end)
		return
	}
	for len(words) > 0 {
		used := in.keyword(&words, c.end)
		if !used {
			break
		}
	}
	if len(words) > 0 {
		in.simple(words)
	}
	in.joined = c.end
	if c.end == ";;" {
		if b := in.top(); b != nil && b.kind == "case" {
			b.choice, b.match, b.names = true, no, nil
			in.joined = ""
		}
	}
}

// keyword takes a keyword off the front of a command.
func (in *interpreter) keyword(words *[]string, end string) bool {
	b := in.top()
	rest := (*words)[1:]
	switch (*words)[0] {
	case "if":
		in.push(&block{kind: "if", active: yes, test: true, taken: no})
	case "elif":
		if b != nil && b.kind == "if" {
			b.active, b.test, b.tests = minus(b.taken), true, 0
		}
	case "then":
		if b != nil && b.kind == "if" {
			b.test = false
			b.active = min(b.cond, minus(b.taken))
			b.taken = max(b.taken, b.cond)
		}
	case "else":
		if b != nil && b.kind == "if" {
			b.active = minus(b.taken)
		}
	case "fi":
		in.pop("if")
		rest = nil
	case "while", "until":
		in.push(&block{kind: "loop", active: yes})
	case "for", "select":
		in.push(&block{kind: "loop", active: yes})
		rest = nil
	case "do", "{", "time":
	case "!":
		*words = rest
		if len(rest) > 0 {
			in.simple(rest)
			in.status = -in.status
			in.note()
		}
		*words = nil
		return false
	case "done":
		in.pop("loop")
		rest = nil
	case "}":
		rest = nil
	case "case":
		nb := &block{kind: "case", active: no, taken: no, choice: true, match: no}
		if len(rest) > 0 {
			nb.word, nb.known = in.f.vars.sure(rest[0])
		}
		in.push(nb)
		if len(rest) > 2 {
			in.pattern(nb, rest[2:], end)
		}
		rest = nil
	case "esac":
		in.pop("case")
		rest = nil
	default:
		return false
	}
	*words = rest
	in.joined = ""
	return true
}

// minus is the opposite of what was taken.
func minus(t tri) tri { return -t }

// pattern reads what stands between `in` or `;;` and `)`.
func (in *interpreter) pattern(b *block, words []string, end string) {
	if len(words) > 0 && words[0] == "esac" {
		in.pop("case")
		in.joined = end
		return
	}
	for _, w := range words {
		if !b.known {
			b.match = max(b.match, unknown)
			continue
		}
		pattern, sure := in.f.vars.sure(w)
		ok, err := path.Match(strings.ReplaceAll(pattern, "/", "\x00"), strings.ReplaceAll(b.word, "/", "\x00"))
		switch {
		case !sure || err != nil:
			b.match = max(b.match, unknown)
		case ok:
			b.match = yes
		}
	}
	if end == ")" && len(words)+len(b.names) > 0 || end == ")" && b.match != no {
		b.active = min(b.match, minus(b.taken))
		b.taken = max(b.taken, b.match)
		b.choice = false
		in.joined = ""
	} else if end == ")" {
		b.choice = false
		b.active = unknown
	}
	b.names = append(b.names, words...)
}

// simple runs a command where it is run.
func (in *interpreter) simple(words []string) {
	run := in.active()
	switch {
	case in.joined == "&&":
		run = min(run, in.status)
	case in.joined == "||":
		run = min(run, -in.status)
	}
	if run == no {
		return
	}
	if result, ok := in.f.test(words); ok {
		in.status = result
		in.note()
		return
	}
	in.status = unknown
	in.note()
	outer := in.f.vars.exports.open
	if in.active() == unknown || in.joined == "||" {
		in.f.vars.exports.open = "only some of what the command may do sets it"
	}
	in.f.command(words, in.depth)
	in.f.vars.exports.open = outer
	if run == yes && (words[0] == "exec" && len(words) > 1 || words[0] == "exit") {
		in.over = true
	}
}

// note records a command of an if's condition.
func (in *interpreter) note() {
	if b := in.top(); b != nil && b.test {
		b.cond = in.status
		if b.tests++; b.tests > 1 {
			b.cond = unknown
		}
	}
}

// test evaluates `[ ... ]`, `[[ ... ]]` and `test ...` where all is known.
func (f *finder) test(words []string) (result tri, ok bool) {
	switch words[0] {
	case "[", "[[":
		words = words[1:]
		if n := len(words); n > 0 && (words[n-1] == "]" || words[n-1] == "]]") {
			words = words[:n-1]
		}
	case "test":
		words = words[1:]
	case "true", ":":
		return yes, true
	case "false":
		return no, true
	default:
		return unknown, false
	}
	negate := false
	if len(words) > 0 && words[0] == "!" {
		negate, words = true, words[1:]
	}
	result = f.condition(words)
	if negate {
		result = -result
	}
	return result, true
}

func (f *finder) condition(words []string) tri {
	switch len(words) {
	case 1:
		if s, sure := f.vars.sure(words[0]); sure {
			return triOf(s != "")
		}
	case 2:
		s, sure := f.vars.sure(words[1])
		if !sure {
			return unknown
		}
		switch words[0] {
		case "-z":
			return triOf(s == "")
		case "-n":
			return triOf(s != "")
		}
	case 3:
		a, sureA := f.vars.sure(words[0])
		b, sureB := f.vars.sure(words[2])
		if !sureA || !sureB {
			return unknown
		}
		switch words[1] {
		case "=", "==", "-eq":
			if strings.ContainsAny(b, "*?[") {
				return unknown
			}
			return triOf(a == b)
		case "!=", "-ne":
			return triOf(a != b)
		}
	}
	return unknown
}
