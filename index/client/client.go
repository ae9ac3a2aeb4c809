// Package client says what each Kafka client library's calls mean. The
// knowledge is data: one YAML file per library under models/, and more from a
// workspace's own configuration. This package reads and checks that data; it
// knows no source code and no values. Adding a library must need no Go.
package client

// Type is a type of a client library.
type Type struct {
	Name    string   `yaml:"-"`
	Library string   `yaml:"-"`
	Aliases []string `yaml:"aliases"`
	// Local: its objects stand where topics do, but what is sent to them stays in
	// the program.
	Local bool `yaml:"local"`
	// Unnamed: what calls give, and no name of the library stands for.
	Unnamed bool             `yaml:"unnamed"`
	Extends string           `yaml:"extends"`
	New     *Call            `yaml:"new"`
	Methods map[string]*Call `yaml:"methods"`
	// Include are the methods by which an object of this type takes in a router
	// whose topics then get a prefix.
	Include map[string]*Include `yaml:"include"`
	// Fields are attributes: what reading them yields (a Result).
	Fields map[string]string `yaml:"fields"`
	// Iterate is what iterating yields (a Result).
	Iterate string `yaml:"iterate"`
	// Subscript is what indexing yields (a Result).
	Subscript string `yaml:"subscript"`
	// Fluent is what methods yield that are not listed (a Result); "" for
	// something that is not known.
	Fluent string `yaml:"fluent"`
}

// Chain is an action that no single call stands for, but a chain of calls on
// objects whose type is not followed: `spark.readStream.format("kafka")
// .option("subscribe", TOPIC).load()`. Its slots are the options' names.
type Chain struct {
	Name    string            `yaml:"name"`    // as what calls of it are shown
	Through []string          `yaml:"through"` // attributes one of which the chain passes through
	With    map[string]string `yaml:"with"`    // methods that must be called in it, with this first argument
	Option  string            `yaml:"option"`  // the method that sets one option: its name and its value
	Options string            `yaml:"options"` // the method that sets options by keyword
	Action  *Action           `yaml:"action"`
	Library string            `yaml:"-"`
}

// Model is one library's model file.
type Model struct {
	// Unverified are names, with what is below them, that can't be looked up in
	// the library: of versions that can't be installed any more, or of what a
	// function gives. A comment says which.
	Unverified []string `yaml:"unverified"`

	Library   string               `yaml:"library"`
	Language  string               `yaml:"language"`
	Package   string               `yaml:"package"`   // the registry's package
	Packages  []string             `yaml:"packages"`  // further ones that names of the model come from
	Checked   []string             `yaml:"checked"`   // versions the names were checked against
	Prefilter []string             `yaml:"prefilter"` // byte strings one of which a file that uses the library contains
	Types     map[string]*Type     `yaml:"types"`
	Functions map[string]*Call     `yaml:"functions"` // module-level functions by dotted name, or ".method" for a method of any foreign object
	Reads     map[string]*Read     `yaml:"reads"`
	Forwards  map[string]*Forward  `yaml:"forwards"`   // by dotted name, or ".method" for a method of any type
	Tasks     map[string]*Forward  `yaml:"tasks"`      // methods by which a function is called that a queue of tasks decorates
	Settings  map[string]*Settings `yaml:"settings"`   // by dotted name of the base class
	Bound     map[string]*Bound    `yaml:"bound"`      // by dotted name of the annotation or call
	Layered   map[string]*Layered  `yaml:"layered"`    // by dotted name of the constructor
	Setups    map[string]*Setup    `yaml:"setups"`     // by dotted name of the call or annotation
	Through   map[string]Slots     `yaml:"through"`    // calls that return (an encoded form of) an argument
	Decodes   map[string]*Decode   `yaml:"decodes"`    // calls that make an object of a message; ".method" of what they are called on
	Methods   map[string]string    `yaml:"methods"`    // ".name": what a method of a plain value yields
	Results   map[string]string    `yaml:"results"`    // dotted function or ".method" -> JSON type of its result
	Needs     map[string][]string  `yaml:"needs"`      // dotted function, ".method" or operator -> JSON types that its (first) operand must have
	Queues    map[string]*Queue    `yaml:"queues"`     // types that hand values from one place to another
	Enums     map[string]*Enum     `yaml:"enums"`      // base classes of enumerations, by dotted name, that have more than the language's own
	Stores    map[string]Slots     `yaml:"stores"`     // methods that put an argument into a list or set; `*`: the argument's elements
	Holders   []string             `yaml:"containers"` // types that hold values under keys or in order
	Picks     []string             `yaml:"picks"`      // functions that return an element of their argument
	Texts     map[string]*Text     `yaml:"texts"`      // functions that change a text
	Documents []string             `yaml:"documents"`  // functions that load a configuration document
	Includes  []string             `yaml:"includes"`   // functions that run other files, given by their paths, in the calling module
	Patterns  map[string]Slots     `yaml:"patterns"`   // functions that make a regular expression of an argument
	Parsers   []string             `yaml:"parsers"`    // types whose objects read one
	Options   map[string]*Option   `yaml:"options"`    // by dotted name of the call that reads the command line
	Chains    []*Chain             `yaml:"chains"`     // chains of calls that act on Kafka
	Builtin   []string             `yaml:"builtin"`    // modules that come with the language
	Implicit  []string             `yaml:"implicit"`   // namespaces whose names every file has without importing them

	// Creates are calls that have topics created under the names that they are given:
	// no endpoints, but places that name a topic. ".name" is a method of any object.
	Creates []string `yaml:"creates"`

	// Loaders are the calls that give a program objects whose keys are read by
	// their dotted paths (Read.Loaded).
	Loaders map[string]*Loader `yaml:"loaders"`
	Hosts   map[string]*Host   `yaml:"hosts"` // by the name that actions have them under

	// Attributes are attributes and methods of consumed records: what they are,
	// which is value, topic, key, or self for a part that counts as the record.
	Attributes map[string]string `yaml:"recordAttributes"`

	Applications Applications `yaml:"applications"`
	Records      Records      `yaml:"records"`
	Values       `yaml:",inline"`
}

// Text is a function that makes a text of another one.
type Text struct {
	Op    string `yaml:"op"`    // lower, upper, strip, replace, split, join
	Value Slots  `yaml:"value"` // the text; join: the list
	A     Slots  `yaml:"a"`     // replace: what is replaced; split and join: the separator
	B     Slots  `yaml:"b"`     // replace: by what
}

// Queue is a type through which values pass.
type Queue struct {
	Put map[string]Slots `yaml:"put"` // method -> the argument put in
	Get map[string]int   `yaml:"get"` // method -> index in the returned tuple, -1 for the value itself
}
