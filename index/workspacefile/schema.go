package workspacefile

import (
	"topicls/index/check"
	"topicls/index/topology"
)

// Kind is what a value is in YAML.
type Kind uint8

// The kinds.
const (
	Text   Kind = iota
	List        // of items that have one form
	Object      // a mapping whose keys are known
	Map         // a mapping whose keys are names, and whose values have one form
	Model       // a client model, or the path of a file that has one
)

// A Form says what a value may be.
type Form struct {
	Kind Kind
	Item *Form // of a list's items, of a map's values
	Keys []Key // of an object; of a map, the names that there may be, if not all
	Enum []Key // of a text, the values that there may be, if not all
	// Check says what is wrong with a text, "" for nothing.
	Check func(text string) string
}

// A Key is a key of a mapping with what people need to know of it.
type Key struct {
	Name string
	Text string // in Markdown
	Form *Form
	// Example is how it is written, in YAML, with the key.
	Example string
	// Required: an object without it says nothing.
	Required bool
}

// key returns a key of a form by name, or nil.
func (f *Form) key(name string) *Key {
	if f == nil {
		return nil
	}
	for i := range f.Keys {
		if f.Keys[i].Name == name {
			return &f.Keys[i]
		}
	}
	return nil
}

var (
	text  = &Form{Kind: Text}
	texts = &Form{Kind: List, Item: text}
)

// Off turns a rule off.
const Off = "off"

var levels = []Key{
	{Name: string(topology.Error), Text: "The findings are errors."},
	{Name: string(topology.Warning), Text: "The findings are warnings."},
	{Name: string(topology.Information), Text: "The findings are information."},
	{Name: string(topology.Hint), Text: "The findings are hints."},
	{Name: Off, Text: "There are no findings."},
}

// Root is the form of the whole file: what is read, the JSON Schema and the page
// of documentation come from it. It is not to be changed.
func Root() *Form { return root }

var root = &Form{Kind: Object, Keys: []Key{
	{
		Name: "environment", Form: text,
		Text:    "The environment that answers, by its id as `topicls scan` shows it: a compose file, a Kubernetes folder, a chart with its values. Without it, what is deployed by default.",
		Example: "environment: compose:staging\n",
	},
	{
		Name: "ignore", Form: texts,
		Text:    "Files and folders to leave out, in the patterns of `.gitignore`, relative to this folder, besides those that ignore files and Topicls leave out.",
		Example: "ignore:\n  - legacy/\n  - \"**/generated/**\"\n",
	},
	{
		Name: "services", Form: &Form{Kind: Map, Item: texts},
		Text: "The folders of the code that a service runs, where Topicls does not find them out or is wrong. A service is named as in its deployment file, in " +
			"whatever environment, or by its id (`compose:eval`) in one of them. Folders are relative to this one.",
		Example: "services:\n  eval: [services/evaluation, libs/common]\n  \"kubernetes:eval\":\n    - services/evaluation\n",
	},
	{
		Name: "topics", Text: "What is known of topics.",
		Form: &Form{Kind: Object, Keys: []Key{{
			Name: "external", Form: texts,
			Text:    "Topics whose other side lives outside of the workspace, by name; `*` stands for anything. That they lack a producer or a consumer here is no finding.",
			Example: "topics:\n  external:\n    - payments.settled\n    - \"erp.*\"\n",
		}}},
	},
	{
		Name: "deadLetters", Form: &Form{Kind: List, Item: &Form{Kind: Text, Check: checkDeadLetters}},
		Text: "How a topic is called that takes the messages which could not be handled: a name with `{topic}` in the place of the topic that it is for. The usual ways " +
			"(`orders.DLT`, `DLQ-orders`, `orders-dead-letter`) are known.",
		Example: "deadLetters:\n  - \"{topic}.rejected\"\n  - \"error-{topic}\"\n",
	},
	{
		Name: "severities", Form: &Form{Kind: Map, Keys: ruleKeys(), Item: &Form{Kind: Text, Enum: levels}},
		Text:    "How much the findings of a rule matter, by its code. What is not given is as the rule says, which also lowers a finding that is not certain.",
		Example: "severities:\n  env-unused: off\n  topic-no-consumer: error\n",
	},
	{
		Name: "models", Form: &Form{Kind: List, Item: &Form{Kind: Model}},
		Text: "What the calls of client libraries mean that Topicls does not know, such as a message bus of your own: models in the form of those that " +
			"come with it (index/client/models), or paths of files that have one each, relative to this folder. `prefilter` are texts of which every file that uses the library has one.",
		Example: "models:\n  - library: acme-bus\n    language: python\n    prefilter: [acme.bus]\n    types:\n      acme.bus.Bus:\n        methods:\n          publish:\n            action: {role: produce, topic: [\"0\", topic], value: [\"1\", message]}\n" +
			"    functions:\n      acme.bus.subscribe:\n        action: {role: consume, topic: \"0\"}\n  - tools/topicls/other-bus.yaml\n",
	},
	{
		Name: "imports",
		Text: "What other repositories have, by the output of `topicls scan --format json` in them: their producers and consumers are shown, and a topic that has its other side there lacks none. " +
			"Nothing is fetched: the files are in this workspace.",
		Form: &Form{Kind: List, Item: &Form{Kind: Object, Keys: []Key{
			{Name: "file", Form: text, Required: true, Text: "The file, relative to this folder."},
			{Name: "repository", Form: text, Required: true, Text: "What the other repository is called."},
			{Name: "root", Form: text, Text: "Where it is: a URL, or a folder on this machine, as a path from here or from the root of the disk. It is shown before paths, and not read; from a topic, editors go to files below a folder."},
		}}},
		Example: "imports:\n  - file: topology/billing.json\n    repository: billing\n    root: https://example.org/billing/blob/main\n",
	},
}}

func ruleKeys() []Key {
	var out []Key
	for _, r := range check.Rules() {
		out = append(out, Key{Name: r.Code, Text: r.Summary + " By itself: " + string(r.Severity) + "."})
	}
	return out
}

func checkDeadLetters(text string) string {
	if check.DeadLetterPattern(text) {
		return ""
	}
	return "a pattern of dead-letter topics has {topic} in it once, and something else"
}
