package check

import (
	"slices"
	"strings"
	"unicode"
)

// deadLetterWords are the words that mark a topic for messages that could not
// be handled, or that are to be tried again: at the beginning, at the end or
// between the words of its base topic's name.
var deadLetterWords = [][]string{
	{"dead", "letter", "queue"},
	{"dead", "letter", "topic"},
	{"dead", "letters"},
	{"dead", "letter"},
	{"deadletters"},
	{"deadletter"},
	{"deadletterqueue"},
	{"dlq"},
	{"dlt"},
}

// deadLetterEnds are the words that mark such a topic only at the end of its
// name, a number behind them or not. Words such as "failed" and "errors" are
// not among them: they name what happened as often.
var deadLetterEnds = [][]string{
	{"dead"}, {"retry"}, {"retries"}, {"parking", "lot"}, {"parked"},
}

// DeadLetterBase tells whether a topic's name marks it as one for messages
// that could not be handled (`DLQ-orders`, `orders.DLT`, `orders_dlq`,
// `orders-dead-letter`, `orders-retry-0`), and of which topic. The base is ""
// when the name says nothing but that.
func DeadLetterBase(name string) (base string, ok bool) {
	words := splitWords(name)
	for _, mark := range deadLetterWords {
		for i := range words {
			if matchWords(words[i:], mark) {
				return joinAround(name, words, i, len(mark)), true
			}
		}
	}
	n := len(words)
	for n > 1 && isNumber(words[n-1].text) { // orders-retry-0, orders-retry-5000
		n--
	}
	for _, mark := range deadLetterEnds {
		if i := n - len(mark); i >= 1 && matchWords(words[i:n], mark) {
			return strings.TrimRight(name[:words[i].start], separators), true
		}
	}
	return "", false
}

const separators = "-_. :/"

type word struct {
	text       string // in lower case
	start, end int
}

// splitWords splits a name at separators and where a lower-case letter is
// followed by an upper-case one.
func splitWords(name string) []word {
	var out []word
	start := -1
	flush := func(end int) {
		if start >= 0 {
			out = append(out, word{strings.ToLower(name[start:end]), start, end})
			start = -1
		}
	}
	var last rune
	for i, r := range name {
		switch {
		case strings.ContainsRune(separators, r):
			flush(i)
		case start < 0:
			start = i
		case unicode.IsUpper(r) && unicode.IsLower(last):
			flush(i)
			start = i
		}
		last = r
	}
	flush(len(name))
	return out
}

func matchWords(words []word, mark []string) bool {
	return len(words) >= len(mark) && slices.EqualFunc(words[:len(mark)], mark, func(w word, m string) bool { return w.text == m })
}

// joinAround returns the name without n words from word i on, and without the
// separator that held them.
func joinAround(name string, words []word, i, n int) string {
	switch {
	case i == 0 && i+n == len(words):
		return ""
	case i == 0:
		return name[words[n].start:]
	case i+n == len(words):
		return strings.TrimRight(name[:words[i].start], separators)
	}
	return name[:words[i].start] + name[words[i+n].start:]
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
