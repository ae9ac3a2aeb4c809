package check

import (
	"bytes"
	"regexp"
	"strings"

	"topicls/index/topology"
)

// directives are the comments of one file that suppress findings:
//
//	# topicls: ignore[code, code]       on the line of the finding, or alone on the line above
//	# topicls: ignore-file[code]        anywhere
//
// Without brackets they hold for every code.
type directives struct {
	file   []string // codes; "" = all
	lines  map[int][]string
	starts []uint32 // where lines start; nil when the file has no directive for a line
}

var directive = regexp.MustCompile(`(?:#|//|--|;|/\*|<!--)[ \t]*topicls:[ \t]*(ignore-file|ignore)\b[ \t]*(?:\[([^\]\n]*)\])?`)

func readDirectives(text []byte) *directives {
	d := &directives{}
	if !bytes.Contains(text, []byte("topicls:")) {
		return d
	}
	start := 0
	for n := 0; start <= len(text); n++ {
		end, next := len(text), len(text)+1
		if i := bytes.IndexByte(text[start:], '\n'); i >= 0 {
			end, next = start+i, start+i+1
		}
		d.starts = append(d.starts, uint32(start))
		line := text[start:end]
		for _, m := range directive.FindAllSubmatchIndex(line, -1) {
			codes := []string{""}
			if m[4] >= 0 {
				codes = strings.FieldsFunc(string(line[m[4]:m[5]]), func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
			}
			if string(line[m[2]:m[3]]) == "ignore-file" {
				d.file = append(d.file, codes...)
				continue
			}
			if d.lines == nil {
				d.lines = map[int][]string{}
			}
			d.lines[n] = append(d.lines[n], codes...)
			if len(bytes.TrimSpace(line[:m[0]])) == 0 {
				d.lines[n+1] = append(d.lines[n+1], codes...)
			}
		}
		start = next
	}
	return d
}

func (d *directives) suppress(f *topology.Diagnostic) bool {
	if has(d.file, f.Code) {
		return true
	}
	if d.lines == nil {
		return false
	}
	for n := d.line(f.Place.Start); n <= d.line(f.Place.End); n++ {
		if has(d.lines[n], f.Code) {
			return true
		}
	}
	return false
}

// line returns the 0-based line of a byte offset.
func (d *directives) line(off uint32) int {
	lo, hi := 0, len(d.starts)
	for lo < hi {
		if mid := (lo + hi) / 2; d.starts[mid] <= off {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo - 1
}

func has(codes []string, code string) bool {
	for _, c := range codes {
		if c == "" || c == code {
			return true
		}
	}
	return false
}
