package index

import (
	"regexp"
	"strings"

	"topicls/index/client"
	"topicls/index/topology"
)

// What stands in front of a caret in code that need not parse: the name of a
// call, an opened list and texts before it, and the begin of a text.
var (
	callOpened = regexp.MustCompile("(?:new\\s+)?([A-Za-z_$][\\w$]*)\\s*\\(\\s*(?:(\\w+)\\s*[=:]\\s*)?[\\[{(]?\\s*(?:(?:\"[^\"]*\"|'[^']*')\\s*,\\s*)*[\"'`]([^\"'`]*)$")
	envOpened  = regexp.MustCompile("(?:environ(?:\\.get)?|[gG]etenv|Getenv|LookupEnv|GetEnvironmentVariable|process\\.env)\\s*[\\[(]\\s*[\"'`](\\w*)$|\\bprocess\\.env\\.(\\w*)$")
	readOpened = regexp.MustCompile("([A-Za-z_$][\\w$.]*(?:\\(\\))?)\\s*(\\[|\\.get\\()\\s*[\"'](\\w*)$")
)

// typed tells by the words in front of the offset.
func (c *completing) typed() (Completion, bool) {
	e, _ := c.s.set.Get(c.path)
	if m := envOpened.FindSubmatchIndex(c.line); m != nil {
		n := m[1] - max(m[2], m[4])
		return c.variables(c.word(n), c.s.runBy(c.path)), true
	}
	if m := callOpened.FindSubmatch(c.line); m != nil && client.TopicPosition(client.FamilyOf(string(e.Lang)), c.text, string(m[1]), string(m[2])) {
		return c.topics(c.rest(len(m[3])), c.roleOf(string(m[1]))), true
	}
	if m := readOpened.FindSubmatch(c.line); m != nil {
		if readers := c.readersBy(string(m[1]), string(m[2])); len(readers) > 0 {
			return c.fields(c.word(len(m[3])), readers), true
		}
	}
	return Completion{}, false
}

// word is the word around the offset, of which n bytes stand in front of it.
func (c *completing) word(n int) topology.Place {
	end := c.off
	for int(end) < len(c.text) && isWord(c.text[end]) {
		end++
	}
	return topology.Place{File: c.path, Start: c.off - uint32(n), End: end}
}

// rest is the begun text: up to the closing quote where there is one on the line,
// else what looks like the rest of a name.
func (c *completing) rest(n int) topology.Place {
	at := c.value(n)
	for end := at.End; int(end) < len(c.text) && c.text[end] != '\n'; end++ {
		if isQuote(c.text[end]) {
			if name := string(c.text[c.off:end]); !strings.ContainsAny(name, " ,()") {
				at.End = end
			}
			break
		}
	}
	return at
}

// roleOf is what other calls of a name in the file do, "" when there are none.
func (c *completing) roleOf(call string) topology.Role {
	for _, e := range c.s.File(c.path) {
		if len(e.Via) > 0 && strings.HasSuffix(e.Via[len(e.Via)-1], "."+call) {
			return e.Role
		}
	}
	return ""
}

// readersBy lists the consumers whose messages are read in the file by the same
// words, as `order["id"]` is.
func (c *completing) readersBy(receiver, how string) []*topology.Endpoint {
	var out []*topology.Endpoint
	c.s.concerningFile(c.path, func(e *topology.Endpoint) {
		for i := range e.Reads {
			at := e.Reads[i].At
			if e.Role != topology.Consume || at.File != c.path || int(at.Start) > len(c.text) {
				continue
			}
			before := strings.TrimRight(string(c.text[lineStart(c.text, int(at.Start)):at.Start]), "\"'` ")
			before = strings.TrimSuffix(strings.TrimSuffix(strings.TrimRight(before, " "), "["), ".get(")
			if name, ok := strings.CutSuffix(before, receiver); ok && (name == "" || !isWord(name[len(name)-1]) && name[len(name)-1] != '.') {
				out = append(out, e)
				return
			}
		}
	})
	return out
}

// concerningFile calls f with every endpoint that stands in a file or leads
// through it.
func (s *Snapshot) concerningFile(path string, f func(e *topology.Endpoint)) {
	for _, p := range s.Through(path) {
		for _, e := range s.File(p) {
			f(e)
		}
	}
}
