package check

import (
	"slices"
	"strings"

	"topicls/index/topology"
)

// Settings are what a workspace tells the rules. They never change. A nil
// *Settings tells nothing.
type Settings struct {
	External    []string // names and patterns of topics with sides outside of the workspace
	DeadLetters []string // patterns of dead-letter topics' names; see DeadLetterPattern
}

// Same reports whether two settings say the same.
func (s *Settings) Same(o *Settings) bool {
	return slices.Equal(s.external(), o.external()) && slices.Equal(s.deadLetters(), o.deadLetters())
}

func (s *Settings) external() []string {
	if s == nil {
		return nil
	}
	return s.External
}

func (s *Settings) deadLetters() []string {
	if s == nil {
		return nil
	}
	return s.DeadLetters
}

// IsExternal reports whether a topic has sides outside of the workspace.
func (s *Settings) IsExternal(topic string) bool {
	return slices.ContainsFunc(s.external(), func(p string) bool { return matches(p, topic) })
}

const topicMark = "{topic}"

// DeadLetterPattern reports whether a text is a pattern of dead-letter topics'
// names: it has "{topic}" in it once, in the place of the topic's name that one is
// for, and something else.
func DeadLetterPattern(text string) bool {
	return strings.Count(text, topicMark) == 1 && len(text) > len(topicMark) && text == strings.TrimSpace(text)
}

// DeadLetterBase is [DeadLetterBase] with the settings' own patterns, which come
// first.
func (s *Settings) DeadLetterBase(name string) (base string, ok bool) {
	for _, p := range s.deadLetters() {
		before, after, _ := strings.Cut(p, topicMark)
		if len(name) > len(before)+len(after) && strings.HasPrefix(name, before) && strings.HasSuffix(name, after) {
			return name[len(before) : len(name)-len(after)], true
		}
	}
	return DeadLetterBase(name)
}

// Flaw is something wrong with what the workspace tells Topicls.
type Flaw struct {
	Place   topology.Place
	Message string
	Replace string // what was likely meant in its place, or ""
	// Unsure says that it may be right where Topicls knows too little.
	Unsure bool
}
