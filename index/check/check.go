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
	"strings"

	"topicls/index/topology"
)

// Input is what the rules look at: one state, which never changes. An
// index.Snapshot is one.
type Input interface {
	// Topics returns the names of all topics, sorted.
	Topics() []string
	// Topic returns a topic by name, or nil.
	Topic(name string) *topology.Topic
	// EndpointFiles returns the files that have endpoints, sorted.
	EndpointFiles() []string
	// File returns the endpoints of one file, by position.
	File(path string) []*topology.Endpoint
	// Through returns the files whose endpoints stand in a file or have a name,
	// field or handler that leads through it, sorted.
	Through(path string) []string
	// Services returns all services, sorted by id.
	Services() []*topology.Service
	// Service returns a service by id, or nil.
	Service(id string) *topology.Service
	// VariablesOf returns the variables of a service, sorted by name.
	VariablesOf(service string) []topology.Variable
	// ReadFiles returns the files whose code reads variables, sorted.
	ReadFiles() []string
	// ReadsIn returns the places where a file's code reads variables, by position.
	ReadsIn(path string) []topology.VariableRead
	// Environments returns every environment that the workspace describes.
	Environments() []topology.Environment
	// ValuesFiles returns the files with values that nothing uses, sorted.
	ValuesFiles() []string
	// UnusedValues returns the keys of a values file that nothing uses, by position.
	UnusedValues(file string) []topology.UnusedValue
	// Elsewhere returns a service as environments deploy it that do not answer, in
	// the order of those.
	Elsewhere(service string) []topology.Elsewhere
	// SetElsewhere reports whether a variable is set for one of them, to whatever
	// value.
	SetElsewhere(id, variable string) bool
	// Mentioned reports whether a file that is not followed mentions a name.
	// Only files for which counts holds do; nil stands for all.
	Mentioned(name string, counts func(file string) bool) bool
	// ServiceMentions reports whether any file in a service's code folders
	// mentions a word, in upper or lower case.
	ServiceMentions(serviceID, name string) bool
	// MountsVariable reports whether a file that a deployment mounts into a service
	// sets a variable, or may.
	MountsVariable(serviceID, name string) bool
	// Settings returns what the workspace tells the rules; nil for nothing.
	Settings() *Settings
	// Flaws returns what is wrong with what it tells Topicls.
	Flaws() []Flaw
	// DeclaredTopics returns the names of the topics that something creates, sorted.
	DeclaredTopics() []string
	// Declarations returns where a topic is created, by place.
	Declarations(topic string) []topology.Declaration
	// DeclaresOpen reports whether topics are created whose names can't be told.
	DeclaresOpen() bool
	// Undeployed returns the uses of a topic by services that the environment which
	// was asked for does not deploy.
	Undeployed(topic string) []topology.Undeployed
	// Schemas returns what files declare of a topic's messages.
	Schemas(topic string) []topology.Schema
	// DescribedTopics returns the topics that documents declare operations of, sorted.
	DescribedTopics() []string
	// Operations returns what documents declare that services do with a topic, by
	// place.
	Operations(topic string) []topology.Operation
	// Imported returns the uses of a topic in other repositories.
	Imported(topic string) []topology.Imported
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

	// What a rule looks at, one at a time: a topic, an endpoint, the uses of
	// variables in one file, a variable by name, a place where a variable is set, a service, what the workspace tells,
	// the topics that it creates.
	topic    func(r *Rule, w *world, t *topology.Topic) []topology.Diagnostic
	endpoint func(r *Rule, w *world, e *topology.Endpoint) []topology.Diagnostic
	file     func(r *Rule, w *world, file string) []topology.Diagnostic
	variable func(r *Rule, w *world, name string) []topology.Diagnostic
	setting  func(r *Rule, w *world, at topology.Place) []topology.Diagnostic
	service  func(r *Rule, w *world, s *topology.Service) []topology.Diagnostic
	flaws    func(r *Rule, w *world) []topology.Diagnostic
	declared func(r *Rule, w *world) []topology.Diagnostic
}

// all holds the rules in the order of their pages.
var all = []*Rule{
	&topicNoConsumer, &topicNoProducer, &dlqNoConsumer, &topicUnresolved, &topicNearMiss, &topicUndeclared, &topicUnusedDeclaration, &operationWithoutCode,
	&envUnset, &envUnused, &envDefaultDiffers, &envConflict, &valuesUnused,
	&fieldNeverProduced, &fieldTypeMismatch, &payloadConflict, &schemaMismatch,
	&groupShared, &brokerUnknown, &serviceWithoutCode, &topiclsYAML,
}

// Rules returns all rules. The slice and the rules are not to be changed.
func Rules() []*Rule { return all }

// Run returns all findings, by file and position, without those that comments
// suppress.
func Run(in Input) []topology.Diagnostic { return New(in).Results().Diagnostics() }

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
