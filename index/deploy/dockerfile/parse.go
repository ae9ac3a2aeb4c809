// Package dockerfile reads Dockerfiles: which workspace files an image holds
// and where, its environment, and the command it starts. Nothing is built and
// no base image is looked at.
package dockerfile

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"

	"topicls/index/deploy"
)

// A File is a parsed Dockerfile.
type File struct {
	Text         *deploy.Text
	Instructions []Instruction
	escape       byte
}

// An Instruction is one instruction with its continuation lines joined.
type Instruction struct {
	Name  string            // in capitals: "COPY"
	Flags map[string]string // "from" -> "builder"
	Rest  string            // the text after name and flags
	Pos   deploy.Pos        // the whole instruction
	rest  logical           // Rest with its places
	text  *deploy.Text
}

// logical is a text joined from pieces of the file.
type logical struct {
	text   string
	pieces []piece // ascending; each holds until the next one
}

type piece struct{ at, file int } // offset in the text, offset in the file

// offset returns the file offset of a text offset.
func (l logical) offset(at int) int {
	off := 0
	for _, p := range l.pieces {
		if p.at > at {
			break
		}
		off = p.file + at - p.at
	}
	return off
}

// cut returns the part of a logical text from an offset on.
func (l logical) cut(from int) logical {
	out := logical{text: l.text[from:]}
	for i, p := range l.pieces {
		if i+1 < len(l.pieces) && l.pieces[i+1].at <= from {
			continue
		}
		at := max(p.at-from, 0)
		out.pieces = append(out.pieces, piece{at: at, file: p.file + at - (p.at - from)})
	}
	return out
}

// at returns the place of a part of the instruction's Rest.
func (i *Instruction) at(start, end int) deploy.Pos {
	if end <= start {
		off := i.rest.offset(start)
		return i.text.Pos(off, off)
	}
	return i.text.Pos(i.rest.offset(start), i.rest.offset(end-1)+1)
}

// JSON returns the strings of an instruction in exec form.
func (i *Instruction) JSON() ([]string, bool) {
	rest := strings.TrimSpace(i.Rest)
	if !strings.HasPrefix(rest, "[") {
		return nil, false
	}
	var words []string
	if json.Unmarshal([]byte(rest), &words) != nil {
		return nil, false
	}
	return words, true
}

var (
	directive = regexp.MustCompile(`^#\s*([a-zA-Z]+)\s*=\s*(\S+)\s*$`)
	heredoc   = regexp.MustCompile(`<<-?\s*(?:"(\w+)"|'(\w+)'|(\w+))`)
)

// Parse reads a Dockerfile. What it can't read it skips.
func Parse(t *deploy.Text) *File {
	p := &parser{t: t, src: string(t.Data), escape: '\\'}
	p.at = len(p.src) - len(strings.TrimPrefix(p.src, "\uFEFF"))
	p.directives()
	f := &File{Text: t}
	for p.at < len(p.src) {
		if ins, ok := p.instruction(); ok {
			f.Instructions = append(f.Instructions, ins)
		}
	}
	f.escape = p.escape
	return f
}

type parser struct {
	t      *deploy.Text
	src    string
	at     int
	escape byte
}

// directives reads the parser directives at the top.
func (p *parser) directives() {
	for at := p.at; at < len(p.src); {
		line, next := lineFrom(p.src, at)
		m := directive.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			return
		}
		if strings.EqualFold(m[1], "escape") && m[2] == "`" {
			p.escape = '`'
		}
		at = next
	}
}

// lineFrom returns the line at an offset without its ending, and the next one's offset.
func lineFrom(src string, at int) (line string, next int) {
	if i := strings.IndexByte(src[at:], '\n'); i >= 0 {
		return strings.TrimSuffix(src[at:at+i], "\r"), at + i + 1
	}
	return src[at:], len(src)
}

// instruction reads one instruction; false for blank lines and comments.
func (p *parser) instruction() (Instruction, bool) {
	var (
		text   strings.Builder
		pieces []piece
		start  = -1
		end    int
	)
	for p.at < len(p.src) {
		line, next := lineFrom(p.src, p.at)
		trimmed := strings.TrimLeftFunc(line, unicode.IsSpace)
		if trimmed == "" || trimmed[0] == '#' {
			p.at = next
			if start < 0 {
				return Instruction{}, false
			}
			continue // within an instruction, blank lines and comments don't count
		}
		lineStart := p.at
		if start < 0 {
			lineStart += len(line) - len(trimmed)
			line, start = trimmed, lineStart
		}
		p.at = next
		body := strings.TrimRightFunc(line, unicode.IsSpace)
		more := strings.HasSuffix(body, string(p.escape))
		if more {
			body = body[:len(body)-1]
		}
		pieces = append(pieces, piece{at: text.Len(), file: lineStart})
		text.WriteString(body)
		end = lineStart + len(body)
		if !more {
			break
		}
	}
	if start < 0 {
		return Instruction{}, false
	}
	all := logical{text: text.String(), pieces: pieces}
	ins := Instruction{Pos: p.t.Pos(start, end), text: p.t}
	ins.split(all)
	p.skipHeredocs(&ins)
	return ins, true
}

// split takes the name and the flags off.
func (i *Instruction) split(all logical) {
	n := strings.IndexFunc(all.text, unicode.IsSpace)
	if n < 0 {
		n = len(all.text)
	}
	i.Name = strings.ToUpper(all.text[:n])
	for {
		for n < len(all.text) && isSpace(all.text[n]) {
			n++
		}
		if !strings.HasPrefix(all.text[n:], "--") {
			break
		}
		end := n
		for end < len(all.text) && !isSpace(all.text[end]) {
			end++
		}
		name, value, _ := strings.Cut(all.text[n+2:end], "=")
		if i.Flags == nil {
			i.Flags = map[string]string{}
		}
		i.Flags[name] = value
		n = end
	}
	i.rest = all.cut(n)
	i.Rest = i.rest.text
}

// skipHeredocs moves behind the here-documents that an instruction opens.
func (p *parser) skipHeredocs(i *Instruction) {
	if i.Name != "RUN" && i.Name != "COPY" && i.Name != "ADD" {
		return
	}
	for _, m := range heredoc.FindAllStringSubmatch(i.Rest, -1) {
		name := m[1] + m[2] + m[3]
		for at := p.at; at < len(p.src); {
			line, next := lineFrom(p.src, at)
			at = next
			if strings.TrimLeft(line, "\t") == name {
				p.at = at
				break
			}
		}
	}
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v'
}
