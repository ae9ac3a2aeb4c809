// Package topology is the result as plain data: services, topics, endpoints,
// groups, edges and variables of one environment. It computes nothing and
// knows nothing of how the result came about.
package topology

import "slices"

// Role is what an endpoint does with a topic.
type Role string

// The roles.
const (
	Produce Role = "produce"
	Consume Role = "consume"
)

// Status says how far a name is known.
type Status string

// The statuses, from best to worst.
const (
	Exact   Status = "exact"   // the deployment or a literal says so
	Default Status = "default" // only the code's fallback says so
	Partial Status = "partial" // a pattern; the unknown part is `*`
	Unknown Status = "unknown"
)

// Place is a range of a workspace file, in bytes, 0-based and half-open.
type Place struct {
	File       string
	Start, End uint32
}

// Contains reports whether off lies in the place, its end included.
func (p Place) Contains(file string, off uint32) bool {
	return p.File == file && p.Start <= off && off <= p.End
}

// Step is one place that a value passed through, with what happened there.
type Step struct {
	Place
	What string
}

// Name is a resolved name (of a topic, group or key) and where it holds.
type Name struct {
	Name     string
	Status   Status
	Services []string // ids of the services it holds in, sorted
	Steps    []Step   // provenance, nearest first
	Reason   string   // why it is unknown or partial
	Vars     []VariableUse
	Keys     []KeyUse
	Also     []Step // where it is given too: the last steps of other ways to the same name
}

// KeyUse is a key of a framework's configuration that a name depends on.
type KeyUse struct {
	Key string
	At  Place // where it is spelled
}

// VariableUse is a configuration variable that a name depends on.
type VariableUse struct {
	Name       string
	At         Place
	HasDefault bool
	Default    string
	Required   bool
	Soft       bool // a file read at start may set it too
}

// Field is one field of a payload.
type Field struct {
	Name     string
	Types    []string // JSON types, sorted; empty when not known
	Optional bool
	At       Place
	Fields   []Field // of an object, as far as they can be told
	// Copy says that the value is passed on from consumed messages; Types is
	// empty then, and those that it has there are the field's.
	Copy *Copy
}

// Copy is where a field's value is passed on from.
type Copy struct {
	Sources []Source
	Types   []string // JSON types of the values that it has otherwise, sorted
	Open    bool     // the types of some of those can't be told
}

// Source is a field of the messages of consume endpoints; the whole message
// when Path is empty.
type Source struct {
	Consumers []Place // the endpoints' places
	Path      []string
}

// Payload is the shape of what is sent.
type Payload struct {
	Type   string
	Fields []Field
	Open   bool // there may be fields that can't be told
}

// FieldRead is a field that a consumer reads.
type FieldRead struct {
	Path     []string
	At       Place
	Optional bool // read with a fallback
	// Types are the JSON types that the use of the value needs, sorted; empty
	// when any would do or it can't be told.
	Types []string
	// Topics are those whose messages it is read of, where the code asks for the
	// topic first; empty when it reads it of all that the endpoint consumes.
	Topics []string
}

// Of reports whether the field may be read of a topic's messages.
func (f *FieldRead) Of(topic string) bool {
	return len(f.Topics) == 0 || slices.Contains(f.Topics, topic)
}

// Endpoint is a place in application code that produces to or consumes from Kafka.
type Endpoint struct {
	ID       string
	Role     Role
	Place    Place // the call
	Arg      Place // the topic as it is given there; empty File when it is given elsewhere
	Library  string
	Via      []string
	Function string
	Services []string // ids of the services that run it, sorted
	Topics   []Name
	Groups   []Name
	// OtherTopics and OtherGroups are the names in services of environments that
	// do not answer, where they may be others there; their Services are those.
	OtherTopics []Name
	OtherGroups []Name
	Keys        []Name
	Brokers     []Name
	Payload     *Payload
	Reads       []FieldRead
	Handlers    []Place
	// Stateful tells, for a consumer that keeps state between messages and holds
	// back a produce until it is complete, how it does so: where the state is
	// kept, where it is checked, what is produced then. Empty for all others.
	Stateful []Step
	Reason   string // why no topic is known
}

// TopicNames lists the distinct known topic names of an endpoint, sorted as given.
func (e *Endpoint) TopicNames() []string {
	var out []string
next:
	for _, t := range e.Topics {
		if t.Name == "" {
			continue
		}
		for _, o := range out {
			if o == t.Name {
				continue next
			}
		}
		out = append(out, t.Name)
	}
	return out
}

// Topic is one topic, however many files, services or environments name it.
type Topic struct {
	Name      string
	Pattern   bool // the name has `*` for a part that can't be told
	Producers []Use
	Consumers []Use
	// DeadLetterOf is the topic whose failures this one takes, or "".
	DeadLetterOf string
	DeadLetters  []string // the topics that take this one's failures
}

// Imported is a use of a topic in another repository, by that one's scan.
type Imported struct {
	Topic      string // a pattern, if the name has "*"
	Role       Role
	Repository string
	Root       string // where that is, for people, or ""
	File       string // in that repository
	Line       int
	Function   string
}

// Undeployed is a use of a topic by a service that the environment which was
// asked for does not deploy, and another one does.
type Undeployed struct {
	Topic       string
	Role        Role
	At          Place  // the topic as it is given, or else the call
	Service     string // its name
	Environment string // that deploys it
}

// Declaration is where a topic is created.
type Declaration struct {
	Topic      string
	At         Place  // the name, or what gives it
	Partitions int    // 0 when it isn't said
	By         string // by what, for people
	Default    bool   // the name is made of a default
	Described  bool   // it is not created but described
}

// Schema is what a file of the workspace declares of a topic's messages.
type Schema struct {
	Format string // "Avro", "Protobuf", "JSON Schema"
	Name   string // of the record or message
	Key    bool   // it is of the messages' keys, not of their values
	At     Place
	Doc    string
	Tie    string // what ties it to the topic, for people
	TieAt  Place
	// Named says that only names tie it to the topic: a file's, or that of a subject.
	Named bool
	// Of is the id of the endpoint of whose messages alone it is, if the code around
	// that one names it; "" when it is of all. Class says that the code there uses
	// a class that is generated from the schema, so that its messages fit.
	Of     string
	Class  bool
	Fields []SchemaField
	Open   bool // messages may have fields besides
}

// SchemaField is a field of a schema.
type SchemaField struct {
	Name     string
	Aliases  []string // other names that messages or code may have for it
	Type     string   // as the schema spells it
	Types    []string // JSON types that values have in code, sorted; none when any or it can't be told
	Optional bool     // a message is right without it
	Doc      string
	At       Place
	Item     bool // Fields are those of a list's or map's elements
	Open     bool // there may be Fields besides
	Fields   []SchemaField
}

// Operation is what a document declares that a service does with a topic.
type Operation struct {
	Topic    string
	Role     Role
	At       Place
	Document Place  // its title
	Title    string // the document's, for people
	Word     string // what the document calls it: "publish", "send"
	// Service is the id of the one service that the document is of, or ""; ByTitle
	// says that it has the service's name, and does not lie in its code.
	Service string
	ByTitle bool
}

// Use is an endpoint's use of a topic.
type Use struct {
	Endpoint *Endpoint
	Name     *Name
}

// Variable is a configuration variable of a service.
type Variable struct {
	Service string
	Name    string
	Value   string
	Known   bool   // Value is known
	Reason  string // why it is not
	NameAt  Place
	ValueAt Place
	Origin  []Step
	ReadAt  []Place // where the service's code reads it, sorted
	// MayBind says that the framework of the service's code may take the variable
	// for a setting of its own or of a library, by its name alone.
	MayBind  bool
	FromFile bool // set in a file that is not the deployment file itself (env_file, Dockerfile)
}

// SecretReason is the Reason of a variable whose value is a secret, and Masked
// what stands for the value where people read it.
const (
	SecretReason = "a secret; not shown"
	Masked       = "•••"
)

// Service is a deployed unit.
type Service struct {
	ID          string
	Name        string
	Environment string // "" for a main program that no environment which answers deploys
	// DeployedIn are the environments that do not answer and deploy such a program.
	DeployedIn []string
	At         Place
	Code       []string // folders of its code
	Files      []string // code files that it runs and that matter to Kafka, sorted
	Image      string   // the image it runs; one built from the workspace may have a name too
	Infra      bool
	Broker     bool
	DependsOn  []string
	// Whole says that the code was taken as a whole, because the program started
	// is not known or finds its modules at run time: not all of it need run.
	Whole bool
	// Unread says that the service is built from the workspace, or is no known
	// infrastructure, but none of its code could be read.
	Unread bool
	// MoreVars says why variables may be set that can't be seen, such as an
	// env_file that isn't in the workspace; "" when they are all known.
	MoreVars string
	Lack     Lack
	// Named says that its image is not built here, and its code is what has its
	// name: the files in the image may be others.
	Named bool
}

// Lack is something that a service is to be made from and the workspace does not
// have; What is "" for nothing.
type Lack struct {
	What  string // in words, for people
	Doubt string // why the service may run all the same; "" for certain
	At    Place
}

// Elsewhere is a service as an environment deploys it that does not answer.
type Elsewhere struct {
	ID          string
	Name        string
	Environment string
	At          Place
	MoreVars    string // as in Service
}

// Environment is one way to deploy the services.
type Environment struct {
	ID      string
	Kind    string
	Default bool
	Files   []string
	Read    []string // further files that its services' variables come from, sorted
}

// UnusedValue is a key of a values file that nothing uses.
type UnusedValue struct {
	Key string // with those above it: "kafka.topic"
	At  Place
}

// VariableRead is a place where code reads a configuration variable.
type VariableRead struct {
	Name       string
	At         Place
	Services   []string // ids of the services that run the code
	HasDefault bool
	Default    string // with HasDefault: the default, when it is one known string
	Required   bool   // reading fails when the variable is not set
	Soft       bool   // a file read at start may set it too
}

// Severity is how much a finding matters.
type Severity string

// The severities.
const (
	Error       Severity = "error"
	Warning     Severity = "warning"
	Information Severity = "information"
	Hint        Severity = "hint"
)

// Related is a place that helps to understand a finding.
type Related struct {
	Place
	Message string
}

// Diagnostic is a finding about one place.
type Diagnostic struct {
	Code     string
	Severity Severity
	Message  string
	Place    Place
	Topic    string // the topic it is about, or ""
	Variable string // the variable it is about, or ""
	Service  string // the service it is about, or ""
	Related  []Related
	// Replace is a better text for Place, for a quick fix; "" when there is none.
	Replace string
	Near    string // the name of another topic that may be meant, or ""
}
