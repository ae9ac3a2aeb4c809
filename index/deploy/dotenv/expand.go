package dotenv

import (
	"fmt"
	"strings"

	"github.com/compose-spec/compose-go/v2/template"

	"topicls/index/deploy"
)

// A Value is a text together with how far it is known and where it comes from.
type Value struct {
	Text    string        // as docker compose computes it; what is set nowhere is empty
	Pattern string        // Text with * in place of each unknown part
	Reason  string        // why a part is unknown; "" when all is known
	Default bool          // a default such as `${NAME:-value}` was used
	Origin  []deploy.Step // the places it was put together from, nearest first
}

// Known returns a fully known value.
func Known(text string, origin ...deploy.Step) Value {
	return Value{Text: text, Pattern: text, Origin: origin}
}

// A Lookup finds a variable. A Reason in a value that was not found says why.
type Lookup func(name string) (Value, bool)

// A MissingError says that a `${NAME:?message}` has no value.
type MissingError struct {
	Name, Message string
	Start, End    int // offsets in the template
}

func (e *MissingError) Error() string {
	if e.Message == "" {
		return fmt.Sprintf("required variable %s is missing a value", e.Name)
	}
	return fmt.Sprintf("required variable %s is missing a value: %s", e.Name, e.Message)
}

// An InvalidError says that a template can't be read at an offset.
type InvalidError struct{ Offset int }

func (e *InvalidError) Error() string { return "invalid interpolation: write $$ for a dollar sign" }

// Expand replaces the variables in a template as compose-go does. It uses
// compose-go's own grammar but not its evaluator, which logs unset variables
// to standard error and can't tell where a value came from; a fuzz test holds
// the two equal. The function at turns offsets in the template into places;
// it may be nil. On an error the value is still as good as it can be.
func Expand(tmpl string, at func(start, end int) deploy.Pos, lookup Lookup) (Value, error) {
	if !strings.Contains(tmpl, "$") {
		return Known(tmpl), nil
	}
	if len(tmpl) > maxTemplate {
		return Value{Pattern: "*", Reason: "it is too long to interpolate"}, &InvalidError{}
	}
	e := expander{at: at, lookup: lookup}
	text, pattern := e.expand(tmpl, 0, 0)
	return Value{Text: text, Pattern: pattern, Reason: e.reason, Default: e.isDefault, Origin: e.origin}, e.err
}

const (
	maxNesting  = 50       // defaults within defaults
	maxTemplate = 64 << 10 // bytes of a template
	maxValue    = 1 << 20  // bytes that variables bring into a value
	maxOrigin   = 32       // steps of a value
)

type expander struct {
	at        func(start, end int) deploy.Pos
	lookup    Lookup
	reason    string
	isDefault bool
	origin    []deploy.Step
	err       error
	stopped   bool
	size      int
}

func (e *expander) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

func (e *expander) unknown(reason string) {
	if e.reason == "" {
		e.reason = reason
	}
}

func (e *expander) step(start, end int, what string) {
	if e.at != nil {
		e.from([]deploy.Step{{Pos: e.at(start, end), What: what}})
	}
}

func (e *expander) from(steps []deploy.Step) {
	if room := maxOrigin - len(e.origin); len(steps) > room {
		steps = steps[:room]
	}
	e.origin = append(e.origin, steps...)
}

// expand returns the text and the pattern of a template that begins at offset
// base of the outermost one.
func (e *expander) expand(tmpl string, base, depth int) (string, string) {
	if depth > maxNesting {
		e.stop(base)
		return "", "*"
	}
	var text, pattern strings.Builder
	write := func(t, p string) {
		text.WriteString(t)
		pattern.WriteString(p)
	}
	at := 0
	for !e.stopped {
		i := strings.IndexByte(tmpl[at:], '$')
		if i < 0 {
			break
		}
		write(tmpl[at:at+i], tmpl[at:at+i])
		at += i
		n := e.reference(tmpl[at:], base+at, depth, write)
		at += n
	}
	write(tmpl[at:], tmpl[at:])
	return text.String(), pattern.String()
}

// reference evaluates what begins with the dollar sign at the start of s, and
// returns how many bytes that was.
//
// compose-go's grammar is greedy: it matches up to the line's last brace and
// cuts at the brace that closes the first one. Cutting before matching is the
// same and linear.
func (e *expander) reference(s string, base, depth int, write func(text, pattern string)) int {
	area := s
	if strings.HasPrefix(s, "${") {
		if end := closingBrace(s); end >= 0 {
			area = s[:end+1]
		}
	}
	m := template.DefaultPattern.FindStringSubmatchIndex(area)
	if m == nil || m[0] != 0 {
		write("$", "$")
		return 1
	}
	group := func(name string) string {
		i := 2 * template.DefaultPattern.SubexpIndex(name)
		if i <= 0 || m[i] < 0 {
			return ""
		}
		return area[m[i]:m[i+1]]
	}
	if escaped := group("escaped"); escaped != "" {
		write(escaped, escaped)
		return m[1]
	}
	if name := group("named"); name != "" {
		write(e.plain(name))
		return m[1]
	}
	braced := group("braced")
	if braced == "" {
		e.stop(base)
		write("", "*")
		return m[1]
	}
	name, op, word := splitOperator(braced)
	if op == "" {
		write(e.plain(name))
		return m[1]
	}
	write(e.operate(name, op, word, span{base, base + m[1]}, depth))
	return m[1]
}

// stop ends the expansion at a mistake in the template.
func (e *expander) stop(offset int) {
	e.stopped = true
	e.unknown("its value can't be interpolated")
	e.fail(&InvalidError{Offset: offset})
}

// A span is a part of the outermost template.
type span struct{ start, end int }

// plain evaluates `$NAME` and `${NAME}`.
func (e *expander) plain(name string) (string, string) {
	v, ok := e.lookup(name)
	if !ok {
		reason := v.Reason
		if reason == "" {
			reason = fmt.Sprintf("%s is set nowhere in the workspace", name)
		}
		e.unknown(reason)
		e.from(v.Origin)
		return "", "*"
	}
	return e.use(v)
}

// use takes over a variable's value.
func (e *expander) use(v Value) (string, string) {
	if v.Reason != "" {
		e.unknown(v.Reason)
	}
	e.isDefault = e.isDefault || v.Default
	if e.size += len(v.Text) + len(v.Pattern); e.size > maxValue {
		e.unknown("its value is too long")
		return "", "*"
	}
	e.from(v.Origin)
	return v.Text, v.Pattern
}

// operate evaluates `${NAME<op>word}`.
func (e *expander) operate(name, op, word string, whole span, depth int) (string, string) {
	wordBase := whole.start + len("${") + len(name) + len(op)
	v, ok := e.lookup(name)
	filled := ok && (op[0] != ':' || v.Text != "")
	switch op[len(op)-1] {
	case '-':
		if filled {
			return e.use(v)
		}
		e.isDefault = true
		e.step(wordBase, wordBase+len(word), "default of "+name)
		return e.expand(word, wordBase, depth+1)
	case '+':
		if filled {
			e.step(wordBase, wordBase+len(word), "given when "+name+" is set")
			return e.expand(word, wordBase, depth+1)
		}
		if ok {
			return e.use(v)
		}
		e.isDefault = true
		return "", ""
	default: // '?'
		if filled {
			return e.use(v)
		}
		sub := expander{lookup: e.lookup}
		message, _ := sub.expand(word, wordBase, depth+1)
		if sub.err != nil {
			e.stop(wordBase)
			return "", "*"
		}
		e.unknown(fmt.Sprintf("required variable %s is set nowhere in the workspace", name))
		e.fail(&MissingError{Name: name, Message: message, Start: whole.start, End: whole.end})
		return "", "*"
	}
}

// splitOperator cuts the inside of `${...}`. A name holds no operator character.
func splitOperator(s string) (name, op, word string) {
	i := strings.IndexAny(s, ":-?+")
	if i < 0 {
		return s, "", ""
	}
	n := 1
	if s[i] == ':' {
		n = 2
	}
	return s[:i], s[i : i+n], s[i+n:]
}

// closingBrace returns the index of the brace that closes the first one, as
// compose-go finds it, or -1.
func closingBrace(s string) int {
	open := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '}':
			if open--; open == 0 {
				return i
			}
		case '{':
			open++
			i++
		}
	}
	return -1
}
