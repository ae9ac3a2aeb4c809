package client

import (
	"bytes"
	"strings"
	"sync"
)

// TopicPosition reports of code that need not parse whether a topic is given at
// an argument: by the names of the constructors, methods and functions of the client
// libraries that a text mentions. It is for half-typed code alone; who knows the
// types knows more.
//
// argument is the argument's name, or "" for the first one.
func TopicPosition(family Family, text []byte, call, argument string) bool {
	for _, l := range topicCallsOnce()[family] {
		if l.calls[call][argument] && l.mentioned(text) {
			return true
		}
	}
	return false
}

// topicCalls are the names of a library's calls that are given topics: in their
// first argument ("") or in those of these names.
type topicCalls struct {
	prefilter []string
	calls     map[string]map[string]bool
}

func (l *topicCalls) mentioned(text []byte) bool {
	for _, word := range l.prefilter {
		if bytes.Contains(text, []byte(word)) {
			return true
		}
	}
	return false
}

var topicCallsOnce = sync.OnceValue(func() map[Family][]topicCalls {
	out := map[Family][]topicCalls{}
	models, err := Bundled()
	if err != nil {
		return out // they are part of the program; who loads them says it
	}
	for _, m := range models {
		l := topicCalls{m.Prefilter, map[string]map[string]bool{}}
		add := func(name string, c *Call) {
			if c == nil {
				return
			}
			name = name[strings.LastIndexByte(name, '.')+1:]
			for argument := range c.topicArguments() {
				if l.calls[name] == nil {
					l.calls[name] = map[string]bool{}
				}
				l.calls[name][argument] = true
			}
		}
		for name, t := range m.Types {
			add(name, t.New)
			for method, c := range t.Methods {
				add(method, c)
			}
		}
		for name, c := range m.Functions {
			add(name, c)
		}
		if len(l.calls) > 0 && len(l.prefilter) > 0 {
			f := FamilyOf(m.Language)
			out[f] = append(out[f], l)
		}
	}
	return out
})

// topicArguments are the arguments of a call that are topics or lists of them,
// by name; "" is the first.
func (c *Call) topicArguments() map[string]bool {
	out := map[string]bool{}
	for _, a := range append([]*Action{c.Action, c.Decorator}, append(c.Decorators, c.Also...)...) {
		if a == nil {
			continue
		}
		for _, s := range a.Topic {
			switch {
			case s.New != 0 || s.Key != "" || s.Option != "" || s.Inside != "" || s.Field != "" || s.Method != "":
			case s.Keyword != "":
				out[s.Keyword] = true
			case s.Pos == 0:
				out[""] = true
			}
		}
	}
	return out
}
