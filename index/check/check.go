// Package check finds faults in a topology: topics without their other side,
// variables that lead nowhere, messages that don't fit. It takes a topology as
// plain data and gives findings as plain data; it reads no file on its own and
// knows no editor.
//
// It is quiet by default: a finding is given when it is true, and what
// Topicls could not find out is no fault. Each rule has a file of its own with
// its page; see [Rules].
package check

import (
	"cmp"
	"slices"
	"strings"

	"topicls/index/topology"
)

// Input is what the rules look at. An index.Snapshot is one.
type Input interface {
	// Endpoints returns all endpoints, by file and position.
	Endpoints() []*topology.Endpoint
	// Topics returns the names of all topics, sorted.
	Topics() []string
	// Topic returns a topic by name, or nil.
	Topic(name string) *topology.Topic
	// Services returns all services, sorted by id.
	Services() []*topology.Service
	// Variables returns the variables of all services, sorted by service and name.
	Variables() []topology.Variable
	// Reads returns the places where code reads variables, by file and position.
	Reads() []topology.VariableRead
	// Environments returns every environment that the workspace describes.
	Environments() []topology.Environment
	// Mentioned reports whether a file that is not followed mentions a name.
	// Files in except don't count.
	Mentioned(name string, except map[string]bool) bool
	// ServiceMentions reports whether any file in a service's code folders
	// mentions a word, in upper or lower case.
	ServiceMentions(serviceID, name string) bool
	// Text returns the bytes of a workspace file.
	Text(path string) ([]byte, bool)
}

// Rule is one kind of finding.
type Rule struct {
	Code     string
	Severity topology.Severity // of a finding that is certain
	Summary  string            // one line
	Doc      string            // the page's text in Markdown, without title and footer
	Example  string            // what [Rule.Workspace] completes to a workspace, in the txtar format, in which the rule finds something

	topic    func(r *Rule, w *world, t *topology.Topic) []topology.Diagnostic
	endpoint func(r *Rule, w *world, e *topology.Endpoint) []topology.Diagnostic
	global   func(r *Rule, w *world) []topology.Diagnostic
}

// all holds the rules in the order of their pages.
var all = []*Rule{
	&topicNoConsumer, &topicNoProducer, &dlqNoConsumer, &topicUnresolved, &topicNearMiss,
	&envUnset, &envUnused, &envDefaultDiffers,
	&fieldNeverProduced, &fieldTypeMismatch, &payloadConflict,
	&groupShared, &brokerUnknown,
}

// Rules returns all rules. The slice and the rules are not to be changed.
func Rules() []*Rule { return all }

// Lookup returns the rule with the given code, or nil.
func Lookup(code string) *Rule {
	for _, r := range all {
		if r.Code == code {
			return r
		}
	}
	return nil
}

// Run returns all findings, by file and position, without those that comments
// suppress.
func Run(in Input) []topology.Diagnostic { return All(in).Diagnostics() }

// Topics returns the findings of the rules that look at one topic at a time,
// for the named topics only. Comments suppress nothing here.
func Topics(in Input, names []string) []topology.Diagnostic {
	w := newWorld(in)
	var out []topology.Diagnostic
	for _, n := range names {
		out = append(out, topicFindings(w, n)...)
	}
	return sorted(out)
}

func topicFindings(w *world, name string) []topology.Diagnostic {
	t := w.in.Topic(name)
	if t == nil {
		return nil
	}
	var out []topology.Diagnostic
	for _, r := range all {
		if r.topic != nil {
			out = append(out, r.topic(r, w, t)...)
		}
	}
	return out
}

func endpointFindings(w *world, e *topology.Endpoint) []topology.Diagnostic {
	var out []topology.Diagnostic
	for _, r := range all {
		if r.endpoint != nil {
			out = append(out, r.endpoint(r, w, e)...)
		}
	}
	return out
}

func globalFindings(w *world) []topology.Diagnostic {
	var out []topology.Diagnostic
	for _, r := range all {
		if r.global != nil {
			out = append(out, r.global(r, w)...)
		}
	}
	return out
}

// sorted sorts findings by file and position and drops those said twice.
func sorted(list []topology.Diagnostic) []topology.Diagnostic {
	slices.SortStableFunc(list, func(a, b topology.Diagnostic) int { return compare(&a, &b) })
	return slices.CompactFunc(list, func(a, b topology.Diagnostic) bool { return same(&a, &b) })
}

func compare(a, b *topology.Diagnostic) int {
	return cmp.Or(
		comparePlaces(a.Place, b.Place), cmp.Compare(a.Code, b.Code),
		cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Variable, b.Variable), cmp.Compare(a.Message, b.Message),
	)
}

// same reports whether two findings say the same of one place.
func same(a, b *topology.Diagnostic) bool {
	return a.Place == b.Place && a.Code == b.Code && a.Message == b.Message
}

func comparePlaces(a, b topology.Place) int {
	return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
}

// Rank orders severities: 1 for an error, 4 for a hint.
func Rank(s topology.Severity) int {
	switch s {
	case topology.Error:
		return 1
	case topology.Warning:
		return 2
	case topology.Information:
		return 3
	}
	return 4
}
