// Package settings has the settings of an editor: one table, from which come
// what the server understands, docs/settings.md and the settings that the VS
// Code extension declares. It knows no protocol; what a client sends is read
// leniently, and what is wrong with it is said in words.
package settings

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"topicls/index/topology"
)

// Settings are those that the server follows.
type Settings struct {
	Environment string   // the environment that answers; "": the default one
	Tests       bool     // take test code in
	Exclude     []string // further ignore patterns
	// Rules are the severities of findings by their rule's code, where they are
	// not the rule's own; "" turns the rule off.
	Rules         map[string]topology.Severity
	TopicHints    bool // inlay hints of topics
	VariableHints bool // inlay hints of variables
	CodeLens      bool
}

// Default gives the settings of a client that says nothing.
func Default() Settings {
	return Settings{TopicHints: true, VariableHints: true, CodeLens: true}
}

// SameIndex reports whether an index made with one of two settings does for the other.
func (s *Settings) SameIndex(o *Settings) bool {
	return s.Tests == o.Tests && slices.Equal(s.Exclude, o.Exclude)
}

// Decode reads what a client sends as the section "topicls", over a base: an
// object of settings, nested or with dotted names, alone or as the value of
// "topicls". problems say what can't be understood; those settings are the
// base's.
func Decode(raw json.RawMessage, base Settings) (s Settings, problems []string) {
	var v any
	if len(raw) == 0 || json.Unmarshal(raw, &v) != nil || v == nil {
		return base, nil
	}
	given, ok := v.(map[string]any)
	if !ok {
		return base, nil // some clients send [] or "" for nothing
	}
	if inner, ok := given["topicls"].(map[string]any); ok {
		given = inner
	}
	for _, row := range table {
		value, ok := find(given, strings.Split(row.Key, "."))
		if !ok || value == nil || row.apply == nil {
			continue
		}
		for _, p := range row.apply(&base, value) {
			problems = append(problems, "topicls."+row.Key+p)
		}
	}
	return base, problems
}

// find looks a name up in nested objects, of which any may spell several parts
// of the name joined by dots.
func find(in map[string]any, parts []string) (any, bool) {
	for n := len(parts); n > 0; n-- {
		v, ok := in[strings.Join(parts[:n], ".")]
		if !ok {
			continue
		}
		if n == len(parts) {
			return v, true
		}
		if inner, ok := v.(map[string]any); ok {
			if v, ok := find(inner, parts[n:]); ok {
				return v, true
			}
		}
	}
	return nil, false
}

func setBool(field func(*Settings) *bool) applier {
	return func(s *Settings, v any) []string {
		b, ok := v.(bool)
		if !ok {
			return []string{" is neither true nor false"}
		}
		*field(s) = b
		return nil
	}
}

func setTests(s *Settings, v any) []string {
	tests := s.Tests // false is no word against a flag
	if problems := setBool(func(s *Settings) *bool { return &s.Tests })(s, v); problems != nil {
		return problems
	}
	s.Tests = s.Tests || tests
	return nil
}

func setEnvironment(s *Settings, v any) []string {
	text, ok := v.(string)
	if !ok {
		return []string{" is no text"}
	}
	if text = strings.TrimSpace(text); text != "" { // a client that sends defaults says nothing with it
		s.Environment = text
	}
	return nil
}

func setExclude(s *Settings, v any) []string {
	list, ok := v.([]any)
	if !ok {
		return []string{" is no list"}
	}
	s.Exclude = nil
	for _, x := range list {
		text, ok := x.(string)
		if !ok {
			return []string{" has something in it that is no text"}
		}
		s.Exclude = append(s.Exclude, text)
	}
	return nil
}

func setRules(s *Settings, v any) (problems []string) {
	given, ok := v.(map[string]any)
	if !ok {
		return []string{" is no object"}
	}
	s.Rules = map[string]topology.Severity{}
	for code, x := range given {
		level, _ := x.(string)
		switch i := slices.Index(levels, level); {
		case !slices.Contains(codes(), code):
			problems = append(problems, fmt.Sprintf(": there is no rule %q", code))
		case i < 0:
			problems = append(problems, fmt.Sprintf(".%s is none of %s", code, strings.Join(levels, ", ")))
		case level == off:
			s.Rules[code] = ""
		default:
			s.Rules[code] = topology.Severity(level)
		}
	}
	sort.Strings(problems)
	return problems
}
