// Package dotenv reads env files (.env, env_file) as docker compose does, and
// keeps where each name and value stands.
package dotenv

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"topicls/index/deploy"
)

// An Entry is one assignment of an env file.
type Entry struct {
	Name      string
	Value     Value
	Raw       string // the value as written, without quotes
	Inherited bool   // `NAME` alone: the value comes from outside the file
	Missing   bool   // and nothing outside has one
	NamePos   deploy.Pos
	ValuePos  deploy.Pos // without quotes
	Err       error      // the value could not be computed
}

// Parse reads an env file. Names in values are looked up in outer first, then
// among the earlier entries, then in inner; each may be nil. Lines that can't
// be read are problems and cost only themselves.
func Parse(t *deploy.Text, outer, inner Lookup) ([]Entry, []deploy.Problem) {
	p := &parser{t: t, src: string(t.Data), outer: outer, inner: inner, seen: map[string]Value{}}
	if bytes.HasPrefix(t.Data, []byte("\uFEFF")) {
		p.at = len("\uFEFF")
	}
	for p.statement() {
	}
	return p.entries, p.problems
}

// ParseRaw reads an env file in compose's raw format, where nothing is quoted
// or expanded.
func ParseRaw(t *deploy.Text) []Entry {
	var entries []Entry
	for at := 0; at < len(t.Data); {
		end := len(t.Data)
		if i := bytes.IndexByte(t.Data[at:], '\n'); i >= 0 {
			end = at + i
		}
		line := strings.TrimSuffix(string(t.Data[at:end]), "\r")
		start := at
		at = end + 1
		trimmed := strings.TrimLeft(line, " \t")
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		start += len(line) - len(trimmed)
		name, value, found := strings.Cut(trimmed, "=")
		e := Entry{Name: name, NamePos: t.Pos(start, start+len(name)), Raw: value, Inherited: !found, Missing: !found}
		valueStart := start + len(name)
		if found {
			valueStart++
		}
		e.ValuePos = t.Pos(valueStart, valueStart+len(value))
		if found {
			e.Value = Known(value)
		}
		entries = append(entries, e)
	}
	return entries
}

type parser struct {
	t        *deploy.Text
	src      string
	at       int
	outer    Lookup
	inner    Lookup
	seen     map[string]Value
	entries  []Entry
	problems []deploy.Problem
}

func (p *parser) lookup(name string) (Value, bool) {
	var outside Value
	if p.outer != nil {
		v, ok := p.outer(name)
		if ok {
			return v, true
		}
		outside = v
	}
	if v, ok := p.seen[name]; ok {
		return v, true
	}
	if p.inner != nil {
		if v, ok := p.inner(name); ok || outside.Reason == "" {
			return v, ok
		}
	}
	return outside, false
}

// statement reads one assignment and reports whether there may be more.
func (p *parser) statement() bool {
	p.skipBlank()
	if p.at >= len(p.src) {
		return false
	}
	start := p.at
	p.skipExport()
	nameStart := p.at
	sep, ok := p.name()
	if !ok {
		p.problem(start, fmt.Sprintf("not a variable assignment: %q", p.lineAt(start)))
		return true
	}
	nameEnd := trimRightSpace(p.src, nameStart, p.at)
	e := Entry{Name: p.src[nameStart:nameEnd], NamePos: p.t.Pos(nameStart, nameEnd)}
	if strings.Contains(e.Name, " ") {
		p.problem(start, "a variable's name cannot contain a space")
		p.skipLine()
		return true
	}
	if sep == 0 || sep == '\n' {
		e.Inherited = true
		e.ValuePos = p.t.Pos(nameEnd, nameEnd)
		v, ok := p.inherit(e.Name)
		e.Value, e.Missing = v, !ok
		if ok {
			p.seen[e.Name] = v
		}
	} else {
		p.at++
		p.skipInline()
		p.value(&e)
		v := e.Value
		v.Origin = append([]deploy.Step{{Pos: e.ValuePos, What: e.Name + " in " + p.t.File}}, v.Origin...)
		p.seen[e.Name] = v
	}
	if e.Name != "" {
		p.entries = append(p.entries, e)
	}
	return true
}

func (p *parser) inherit(name string) (Value, bool) {
	if p.outer == nil {
		return Value{}, false
	}
	return p.outer(name)
}

// skipBlank skips white space and comments.
func (p *parser) skipBlank() {
	for p.at < len(p.src) {
		r, size := utf8.DecodeRuneInString(p.src[p.at:])
		switch {
		case unicode.IsSpace(r):
			p.at += size
		case r == '#':
			p.skipLine()
		default:
			return
		}
	}
}

func (p *parser) skipLine() {
	if i := strings.IndexByte(p.src[p.at:], '\n'); i >= 0 {
		p.at += i
		return
	}
	p.at = len(p.src)
}

// skipInline skips white space up to the end of the line.
func (p *parser) skipInline() {
	for p.at < len(p.src) {
		r, size := utf8.DecodeRuneInString(p.src[p.at:])
		if !isInlineSpace(r) {
			return
		}
		p.at += size
	}
}

func (p *parser) skipExport() {
	after, ok := strings.CutPrefix(p.src[p.at:], "export")
	if !ok || after == "" || !strings.ContainsRune(" \t\r\f\n", rune(after[0])) {
		return
	}
	p.at += len("export")
	p.skipInline()
}

// name moves to the separator after a name and returns it: '=', ':', a line
// feed, or 0 at the end of the file.
func (p *parser) name() (sep byte, ok bool) {
	for p.at < len(p.src) {
		r, size := utf8.DecodeRuneInString(p.src[p.at:])
		switch {
		case isInlineSpace(r):
		case r == '=' || r == ':' || r == '\n':
			return byte(r), true
		case r == '_' || r == '.' || r == '-' || r == '[' || r == ']':
		case unicode.IsLetter(r) || unicode.IsNumber(r):
		default:
			p.skipLine()
			return 0, false
		}
		p.at += size
	}
	return 0, true
}

// value reads the value at p.at.
func (p *parser) value(e *Entry) {
	if p.at < len(p.src) && (p.src[p.at] == '"' || p.src[p.at] == '\'') {
		p.quoted(e, p.src[p.at])
		return
	}
	start := p.at
	p.skipLine()
	line := p.src[start:p.at]
	line, _, _ = strings.Cut(line, " #")
	line = strings.TrimRightFunc(line, unicode.IsSpace)
	e.Raw = line
	e.ValuePos = p.t.Pos(start, start+len(line))
	e.Value, e.Err = Expand(line, func(a, b int) deploy.Pos { return p.t.Pos(start+a, start+b) }, p.lookup)
	p.check(e)
}

func (p *parser) quoted(e *Entry, quote byte) {
	start := p.at + 1
	var text strings.Builder
	escaped := false
	for i := start; i < len(p.src); i++ {
		c := p.src[i]
		if c == quote && !escaped {
			p.at = i + 1
			e.Raw = p.src[start:i]
			e.ValuePos = p.t.Pos(start, i)
			p.unquote(e, quote, text.String(), start)
			return
		}
		if escaped {
			if c != quote {
				text.WriteByte('\\')
			}
			text.WriteByte(c)
			escaped = false
			continue
		}
		if c == '\\' {
			escaped = true
			continue
		}
		text.WriteByte(c)
	}
	p.problem(p.at, "unterminated quoted value")
	p.skipLine()
	e.Raw = p.src[start:p.at]
	e.ValuePos = p.t.Pos(start, p.at)
	e.Value = Value{Pattern: "*", Reason: "unterminated quoted value"}
	e.Err = fmt.Errorf("unterminated quoted value")
}

func (p *parser) unquote(e *Entry, quote byte, text string, start int) {
	if quote == '\'' {
		e.Value = Known(text)
		return
	}
	place := func(a, b int) deploy.Pos { return e.ValuePos }
	if text == e.Raw {
		place = func(a, b int) deploy.Pos { return p.t.Pos(start+a, start+b) }
	}
	e.Value, e.Err = Expand(unescape(text), place, p.lookup)
	p.check(e)
}

func (p *parser) check(e *Entry) {
	if e.Err != nil {
		p.problems = append(p.problems, deploy.Problem{Pos: e.ValuePos, Message: e.Name + ": " + e.Err.Error()})
	}
}

func (p *parser) problem(start int, message string) {
	end := start + len(p.lineAt(start))
	p.problems = append(p.problems, deploy.Problem{Pos: p.t.Pos(start, end), Message: message})
}

// lineAt returns the rest of the line at an offset.
func (p *parser) lineAt(start int) string {
	line, _, _ := strings.Cut(p.src[start:], "\n")
	return strings.TrimRightFunc(line, unicode.IsSpace)
}

// isInlineSpace is white space that is not a line feed, as compose-go sees it.
func isInlineSpace(r rune) bool {
	switch r {
	case '\t', '\v', '\f', '\r', ' ', 0x85, 0xA0:
		return true
	}
	return false
}

func trimRightSpace(s string, start, end int) int {
	return start + len(strings.TrimRightFunc(s[start:end], unicode.IsSpace))
}
