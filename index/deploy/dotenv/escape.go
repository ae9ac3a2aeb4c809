package dotenv

import (
	"regexp"
	"strconv"
	"strings"
)

// escapes are the sequences that mean something within double quotes.
var escapes = regexp.MustCompile(`\\(?:[abcfnrtv$"\\]|0\d{0,3})`)

// unescape replaces the escape sequences of a double-quoted value, as
// compose-go does before it expands variables.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return escapes.ReplaceAllStringFunc(s, func(seq string) string {
		if seq == `\$` {
			return "$$"
		}
		if strings.HasPrefix(seq, `\0`) {
			seq = `\` + seq[2:]
		}
		r, _, _, err := strconv.UnquoteChar(seq, '"')
		if err != nil {
			return seq
		}
		return string(r)
	})
}
