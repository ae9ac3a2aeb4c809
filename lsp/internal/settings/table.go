package settings

import (
	"topicls/index/check"
	"topicls/index/topology"
)

// Setting is one row of the table.
type Setting struct {
	Key   string // behind "topicls."
	Text  string // for people, in Markdown
	Scope string // VS Code's, of who may set it: "resource", "machine-overridable", ...
	// Only is the client that reads the setting, when it is not the server that
	// does.
	Only   string
	Schema Schema

	apply applier
}

// applier takes a value in; problems complete the setting's name to sentences.
type applier func(s *Settings, value any) (problems []string)

// Schema is the JSON Schema of a setting.
type Schema struct {
	Type       string
	Default    any
	Enum       []string
	EnumTexts  []string
	Items      string // the type of a list's items
	Properties []Property
}

// Property is one of an object.
type Property struct {
	Name, Text string
	Enum       []string
	Default    string
}

const off = "off"

// levels are what a rule may be set to.
var levels = []string{string(topology.Error), string(topology.Warning), string(topology.Information), string(topology.Hint), off}

const vscode = "VS Code"

// table has all settings, in the order of the documents. The VS Code
// extension's own are here too, so that there is one list.
var table = []Setting{
	{
		Key: "environment", Scope: "resource",
		Text:   "The environment that answers, by its id: a compose file, a Kubernetes folder, a chart with its values. Empty: what is deployed by default.",
		Schema: Schema{Type: "string", Default: ""}, apply: setEnvironment,
	},
	{
		Key: "tests", Scope: "resource",
		Text:   "Take test code in.",
		Schema: Schema{Type: "boolean", Default: false}, apply: setTests,
	},
	{
		Key: "exclude", Scope: "resource",
		Text:   "Files and folders to leave out, in the patterns of `.gitignore`, besides those that ignore files and Topicls leave out.",
		Schema: Schema{Type: "array", Items: "string", Default: []string{}}, apply: setExclude,
	},
	{
		Key: "rules", Scope: "resource",
		Text:   "How much the findings of a rule matter, or `off`. What is not set is as the rule says, which also lowers a finding that is not certain.",
		Schema: Schema{Type: "object", Default: map[string]string{}, Properties: ruleProperties()}, apply: setRules,
	},
	{
		Key: "inlayHints.topics", Scope: "resource",
		Text:   "Show the topic beside an expression that is not its name.",
		Schema: Schema{Type: "boolean", Default: true}, apply: setBool(func(s *Settings) *bool { return &s.TopicHints }),
	},
	{
		Key: "inlayHints.variables", Scope: "resource",
		Text:   "Show the value beside where code reads a variable.",
		Schema: Schema{Type: "boolean", Default: true}, apply: setBool(func(s *Settings) *bool { return &s.VariableHints }),
	},
	{
		Key: "codeLens.enabled", Scope: "resource",
		Text:   "Show the number of producers and consumers above a topic.",
		Schema: Schema{Type: "boolean", Default: true}, apply: setBool(func(s *Settings) *bool { return &s.CodeLens }),
	},
	{
		Key: "start", Scope: "window", Only: vscode,
		Text: "When the language server starts.",
		Schema: Schema{Type: "string", Default: "auto", Enum: []string{"auto", "always", "never"}, EnumTexts: []string{
			"When something of Kafka is found in the workspace.", "In every workspace.", "Only by the command *Topicls: Start*.",
		}},
	},
	{
		Key: "server.path", Scope: "machine-overridable", Only: vscode,
		Text:   "The program `topicls`. Empty: the one that comes with the extension, or else the one on the `PATH`.",
		Schema: Schema{Type: "string", Default: ""},
	},
	{
		Key: "server.args", Scope: "machine-overridable", Only: vscode,
		Text:   "Further arguments of `topicls serve`, such as `--verbose`.",
		Schema: Schema{Type: "array", Items: "string", Default: []string{}},
	},
	{
		Key: "trace.server", Scope: "window", Only: vscode,
		Text:   "Log the messages between VS Code and the server.",
		Schema: Schema{Type: "string", Default: "off", Enum: []string{"off", "messages", "verbose"}},
	},
}

// Table returns all settings. It is not to be changed.
func Table() []Setting { return table }

func ruleProperties() []Property {
	var out []Property
	for _, r := range check.Rules() {
		out = append(out, Property{Name: r.Code, Text: r.Summary, Enum: levels, Default: string(r.Severity)})
	}
	return out
}

func codes() []string {
	var out []string
	for _, r := range check.Rules() {
		out = append(out, r.Code)
	}
	return out
}
