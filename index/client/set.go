package client

// Set is all models of one family of languages, ready for look-up by dotted name.
type Set struct {
	Family     Family
	Types      map[string]*Type
	Functions  map[string]*Call
	Reads      map[string]*Read
	Forwards   map[string]*Forward
	Tasks      map[string]*Forward
	Settings   map[string]*Settings
	Bound      map[string]*Bound
	Setups     map[string]*Setup
	Layered    map[string]*Layered
	Through    map[string]Slots
	Methods    map[string]string
	Results    map[string]string
	Needs      map[string][]string
	NeedNames  map[string]bool // last names of the functions in Needs
	Queues     map[string]*Queue
	Enums      map[string]*Enum
	Texts      map[string]*Text
	Attributes map[string]string
	Stores     map[string]Slots
	Containers map[string]bool
	Picks      map[string]bool
	Documents  map[string]bool
	Includes   map[string]bool
	Parsers    map[string]bool
	Patterns   map[string]Slots
	Hosts      map[string]*Host
	Loaders    map[string]*Loader
	Options    map[string]*Option
	Decoders   map[string]bool // last names of the functions in Through
	Decodes    map[string]*Decode
	Builtin    map[string]bool
	Implicit   []string
	Chains     []*Chain
	Prefilter  []string

	Values
	said map[string]bool // dotted names that models say anything of, and what these are members of

	Applications Applications
	Records      Records
	Libraries    []string
	// GiverNames are the last names of the calls that hand something to the
	// methods of a name, "" for functions.
	GiverNames map[string]map[string]bool
	// FillerNames are those of the calls that hand over an object to be filled.
	FillerNames []string
	// MethodNames are the names of all methods that act on Kafka, and
	// decorators likewise: a call of another name needs no closer look.
	MethodNames map[string]bool
	// Given are those of MethodNames that act only with arguments, in which the
	// topic is: `stream` of Kafka Streams, but not that of a collection.
	Given map[string]bool
	// ReadNames are the last names of the calls that read a variable.
	ReadNames map[string]bool
	// DecodeNames are the last names of the calls that make an object of a message.
	DecodeNames map[string]bool
	// DecoratorNames are the names of those methods that make decorators.
	DecoratorNames map[string]bool
	// IncludeNames are the names of the methods that take in routers.
	IncludeNames map[string]bool
	// OptionNames are the last names of the calls that declare a parameter to be
	// filled from the command line.
	OptionNames map[string]bool
	// ForwardNames are the last names of all calls that forward to a function.
	ForwardNames map[string]bool
	// StoreNames are the last names of calls that read a store's keys, BoundNames
	// of annotations and calls that bind classes, SetupNames of those that tell a
	// store something.
	StoreNames, BoundNames, SetupNames map[string]bool
	// ValueNames are the methods by which what was read of a store gives its text.
	ValueNames map[string]bool

	// MakerNames are the last names of calls that make objects of a library.
	MakerNames map[string]bool
	// Parts are the last names of annotations that ask for messages.
	Parts map[string]bool
	// ParameterNames are the last names of annotations that make a parameter the topic.
	ParameterNames map[string]bool
	// HandlerNames are the names of the methods that take handlers of messages.
	HandlerNames map[string]bool
	// AttributeNames are the last names of what has variables as its attributes.
	AttributeNames map[string]bool
	modules        map[string]bool
	parts          map[string]bool // see KnowsPart
}

// KnowsModule reports whether a module, or that of a dotted name, belongs to a
// model; in Python a top-level module does with all below it.
func (s *Set) KnowsModule(dotted string) bool {
	return s.modules[dotted] || s.modules[s.Family.moduleOf(dotted)]
}

// Knows reports whether a dotted name is a type or function of a model, or a
// way to read a variable, or else stands in one: what a star import may bring in.
func (s *Set) Knows(dotted string) bool {
	return s.Types[dotted] != nil || s.Functions[dotted] != nil || s.Reads[dotted] != nil || s.said[dotted]
}

// KnowsPart reports whether a dotted name, or one that begins with it, is of a
// model: `System.Text.Encoding` of `System.Text.Encoding.UTF8.GetBytes`.
func (s *Set) KnowsPart(dotted string) bool { return s.parts[dotted] }

// Method finds a method in t or the types it extends.
func (s *Set) Method(t *Type, name string) *Call {
	for i := 0; t != nil && i < 8; i++ {
		if c := t.Methods[name]; c != nil {
			return c
		}
		t = s.Types[t.Extends]
	}
	return nil
}

// Include finds a method that takes in routers in t or the types it extends.
func (s *Set) Include(t *Type, name string) *Include {
	for i := 0; t != nil && i < 8; i++ {
		if c := t.Include[name]; c != nil {
			return c
		}
		t = s.Types[t.Extends]
	}
	return nil
}

// Field finds an attribute in t or the types it extends.
func (s *Set) Field(t *Type, name string) string {
	for i := 0; t != nil && i < 8; i++ {
		if r := t.Fields[name]; r != "" {
			return r
		}
		t = s.Types[t.Extends]
	}
	return ""
}

// FluentOf says what methods of t yield that are not listed.
func (s *Set) FluentOf(t *Type) string {
	for i := 0; t != nil && i < 8; i++ {
		if t.Fluent != "" {
			return t.Fluent
		}
		t = s.Types[t.Extends]
	}
	return ""
}

// Constructor finds the constructor of t.
func (s *Set) Constructor(t *Type) *Call {
	for i := 0; t != nil && i < 8; i++ {
		if t.New != nil {
			return t.New
		}
		t = s.Types[t.Extends]
	}
	return nil
}

// Iterate says what iterating over t yields.
func (s *Set) Iterate(t *Type) string {
	for i := 0; t != nil && i < 8; i++ {
		if t.Iterate != "" {
			return t.Iterate
		}
		t = s.Types[t.Extends]
	}
	return ""
}
