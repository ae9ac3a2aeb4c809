package client

// Host describes the calls that set a program up: only with certain settings
// an action is one on Kafka, and some of what it needs stands there.
type Host struct {
	Calls    []string            `yaml:"calls"`    // the last names of the calls
	Settings Slots               `yaml:"settings"` // where they have a map of settings; none when the call itself says enough
	Factory  string              `yaml:"factory"`  // the key of a function that makes settings instead
	Has      map[string][]string `yaml:"has"`      // what the settings must have: by key, one of these names of the library
	Near     bool                `yaml:"near"`     // only the calls in the nearest folder around the action count
	Beside   bool                `yaml:"beside"`   // only the calls in the action's file count, or else in its folder, or else in its project
	Optional bool                `yaml:"optional"` // without any such call the action is one too
	Name     string              `yaml:"name"`     // the key of a name, by which the action's receiver is asked for
	Is       Slots               `yaml:"is"`       // where, from the action, that name stands
	// Provider is the key of the name in an object around the call, where the
	// settings have none: `{ provide: "ORDERS", useFactory: () => create(...) }`.
	Provider string `yaml:"provider"`
	// Own says by argument of the action's own call what it must be, where it
	// is given; then the hosts are not asked.
	Own map[string][]string `yaml:"own"`

	// Prefix is put before the names of topics.
	Prefix *HostPrefix `yaml:"prefix"`

	Group         []string `yaml:"group"` // keys that lead to the consumer group
	DefaultGroup  string   `yaml:"default-group"`
	Suffix        []string `yaml:"suffix"` // keys that lead to what is put behind the group
	DefaultSuffix string   `yaml:"default-suffix"`
}

// HostPrefix says where a program's settings have what stands before the names
// of all its topics.
type HostPrefix struct {
	Call    string `yaml:"call"`    // the name of the call that has them
	Value   Slots  `yaml:"value"`   // what is put before names
	Between string `yaml:"between"` // and what between both
}

// Loader is a call that gives a program an object whose keys it reads.
type Loader struct {
	Name Slots `yaml:"name"` // what stands before its keys; none for a root
	Made Slots `yaml:"made"` // the functions that make it
}

// Include is a call that takes in a router.
type Include struct {
	Router Slots `yaml:"router"`
	Prefix Slots `yaml:"prefix"` // put before the topics of the router
	Own    Slots `yaml:"own"`    // the prefix of the object that takes the router in
}

// Read is a function that reads a configuration variable.
type Read struct {
	Name    Slots `yaml:"name"`
	Default Slots `yaml:"default"`
	Upper   bool  `yaml:"upper"`
	// Subscript: the name is the subscript (`os.environ["X"]`).
	Subscript bool `yaml:"subscript"`
	// Attribute: the name is an attribute's (`process.env.X`).
	Attribute bool `yaml:"attribute"`
	// Loaded: the name may be a dotted path into an object that a loader gives
	// (Model.Loaders); a variable only where there is none.
	Loaded bool `yaml:"loaded"`
	// Required: reading fails where the variable is not set and there is no default.
	Required bool `yaml:"required"`
	// Prefix is put before the name; it is given to the call that made the reader.
	Prefix Slots `yaml:"prefix"`
	// Within is the reader's method that puts a prefix before all names read
	// inside the block that its call opens, or those (with commas between them) by
	// whose call it is a part of the store.
	Within string `yaml:"within"`
	// List: the value is split at commas.
	List bool `yaml:"list"`
	// Files are files of variables that the read looks into where the variable is
	// not set, and File an argument that names one; it may be given to the call
	// that made the reader.
	Files []string `yaml:"files"`
	File  Slots    `yaml:"file"`
	// Store is the framework whose store is read; "" for the environment. With
	// Within, the method by whose call a part of the store is taken
	// (`GetSection`): its first argument is put before the name.
	Store string `yaml:"store"`
	// Text is a text with placeholders (`@Value("${app.topic}")`), instead of a
	// name.
	Text Slots `yaml:"text"`
	// Flag is put before the name of what is no variable but an option of the
	// command line: "-".
	Flag string `yaml:"flag"`
	// Values are the methods by which what was read of a store gives its text:
	// `config.property("kafka.topic").getString()`.
	Values []string `yaml:"values"`
}

// Bound says that the fields of a class are read from a store: those of a class
// under an annotation, or those of the object or type given to a call.
type Bound struct {
	Store string `yaml:"store"` // "" for the environment
	// Prefix is put before the names of all fields.
	Prefix Slots `yaml:"prefix"`
	// At is the prefix of a library's own type that is bound: its properties are
	// keys below it.
	At string `yaml:"at"`
	// Class is the argument of a call whose class is bound; `type` for a type
	// argument (`Configure<KafkaOptions>`). Empty for annotations.
	Class Slots `yaml:"class"`
	// Case is how a field's name becomes a key's: "" as it is, kebab, snake; capitals:
	// the whole name of the variable is in upper case.
	Case string `yaml:"case"`
	// Words is the key of a field's tag by which the words of its name are divided.
	Words string `yaml:"words"`
	// Name are annotations of a field whose first argument is its key's name, and
	// Default those that hold its default.
	Name    []string `yaml:"name"`
	Default []string `yaml:"default"`
	// Tags are the keys of a field's tag that name it (Go), those that count first
	// in front; DefaultTags those that hold its default.
	Tags        []string `yaml:"tags"`
	DefaultTags []string `yaml:"defaultTags"`
	// Beside are words that a file with such a call has beside its name, where that
	// alone says little.
	Beside []string `yaml:"beside"`
	// Tagged: fields without such a tag are not read.
	Tagged bool `yaml:"tagged"`
	// Document is the argument that holds a configuration document, its content or
	// its path, from which the fields are read instead of a store.
	Document Slots `yaml:"document"`
	// Env are the keys of a field's tag that name a variable which counts before
	// all else.
	Env []string `yaml:"env"`
	// Join is put between a prefix and a name: "" for what is usual in the store,
	// none for nothing.
	Join string `yaml:"join"`
	// PrefixTags are the keys of the tag of a field that is an object which hold
	// the prefix of its fields; without one they have that of the object's own.
	PrefixTags []string `yaml:"prefixTags"`
}

// Layered is a constructor whose objects have as attributes what several files say,
// the later ones counting, and variables with a prefix over them.
type Layered struct {
	Prefix    Slots    `yaml:"prefix"`    // of the variables
	Variables string   `yaml:"variables"` // the prefix where none is given
	Files     Slots    `yaml:"files"`     // their paths
	Usual     []string `yaml:"usual"`     // those that are read where none is given
	Sections  Slots    `yaml:"sections"`  // given where the files have a section for each environment
	Nested    string   `yaml:"nested"`    // what stands in a variable's name between keys
	Get       []string `yaml:"get"`       // methods that give a key, with a default
}

// Setup is a call by which code tells a store where to look, or a value.
type Setup struct {
	Store string `yaml:"store"`
	// Is says what it tells: file, name and path (where files are), prefix,
	// replace (old and new), automatic and bind (the environment), default and set
	// (a key and its value), load (a file of variables, or the nearest .env above),
	// later (a file that counts before those told before), named (the variables whose
	// names begin with a text set the keys that the rest of the name is).
	Is   string `yaml:"is"`
	Args Slots  `yaml:"args"`
	// Path: the arguments are paths, of which the part that is literal counts.
	Path bool `yaml:"path"`
	// Import: importing the module of this name is what tells it.
	Import bool `yaml:"import"`
	// Unless are arguments by which it tells nothing, where they are true.
	Unless Slots `yaml:"unless"`
}

// Forward is a call that calls the function given to it.
type Forward struct {
	Function Slots  `yaml:"function"`
	Args     Slots  `yaml:"args"`     // a list argument that holds the positional arguments
	Kwargs   Slots  `yaml:"kwargs"`   // a map argument that holds the keyword arguments
	Rest     int    `yaml:"rest"`     // position from which on the call's own arguments are passed; 0 = none
	Keywords bool   `yaml:"keywords"` // the call's own keyword arguments are passed too
	Each     bool   `yaml:"each"`     // those arguments are lists: the function gets an element of each
	Element  Slots  `yaml:"element"`  // a list argument an element of which the function gets
	Indexed  bool   `yaml:"indexed"`  // the function gets the element's number before it
	Aside    bool   `yaml:"aside"`    // the call's result is not the function's
	Gives    string `yaml:"gives"`    // the function gets an object of this type
	Given    Slots  `yaml:"given"`    // an argument that the function gets as it is; "@" is what the call is on, and with aside its result
	Partial  bool   `yaml:"partial"`  // the result is the function with these arguments bound
	All      bool   `yaml:"all"`      // all of the call's own arguments are passed
	// Receiver restricts the match to a type, "" matches by method name where the receiver is not known to be another type.
	Decorates bool `yaml:"decorates"`
}

// Option is a function that reads the command line.
type Option struct {
	Add string `yaml:"add"` // the parser's method that declares an option
	// Decorates: the call decorates a function, one parameter of which it fills.
	Decorates bool `yaml:"decorates"`
	// Param: the call is the default or in the declared type of the parameter that it fills.
	Param bool `yaml:"param"`
	// Command: the call decorates a function, all parameters of which come from the command line.
	Command bool `yaml:"command"`
	// Positional: it declares an argument without a flag.
	Positional bool `yaml:"positional"`
	// Field: the annotation stands at the field that it fills; its flags are in
	// Flags, its default in Default, or else the field's first value.
	Field   bool   `yaml:"field"`
	Flags   string `yaml:"flags"`
	Default string `yaml:"default"`
	// Variables: a default of the form `${NAME:-text}` or `${env:NAME:-text}` is a
	// variable of the environment.
	Variables bool `yaml:"variables"`
}

// Settings is a class whose attributes are read from the environment.
type Settings struct {
	Prefix   []string `yaml:"prefix"`  // settings keys that hold the prefix
	File     []string `yaml:"file"`    // settings keys that name a file of variables
	Alias    []string `yaml:"alias"`   // field keywords that name the variable
	Default  []string `yaml:"default"` // field keywords that hold the default
	Config   []string `yaml:"config"`  // class attributes or inner classes that hold the settings keys
	FieldFns []string `yaml:"fields"`  // functions that describe a field
	Choices  []string `yaml:"choices"` // types that hold several names of a field's variable, the first that is set counts
	Nested   []string `yaml:"nested"`  // settings keys that hold the delimiter by which a variable names a field of a field
	// Sources are methods that list where else settings are read from: functions
	// that give a document, or types whose document a settings key names.
	Sources map[string]bool   `yaml:"sources"`
	Reads   map[string]string `yaml:"reads"`
}

// Records describes how records of databases are declared and written.
type Records struct {
	Bases  []string `yaml:"bases"`  // base classes, and packages whose classes are bases
	Tables []string `yaml:"tables"` // class attributes that name the table
	Writes []string `yaml:"writes"` // parts of the names of calls that write what they are given
	Asks   []string `yaml:"asks"`   // calls on records that have fields as arguments and write none
}

// Enum describes a library's base class of enumerations: the class attributes
// that list something of the members, or "".
type Enum struct {
	Values  string `yaml:"values"`  // their values
	Names   string `yaml:"names"`   // their names
	Choices string `yaml:"choices"` // pairs of value and label
	Labels  bool   `yaml:"labels"`  // a member may be given as a pair of value and label
}

// Applications describes the objects of which a program has one: what one
// piece of code keeps on them, under an attribute or a key, another finds there.
type Applications struct {
	Types   []string `yaml:"types"`   // dotted names of types, and of names that stand for the running application
	Names   []string `yaml:"names"`   // what parameters and attributes are called that hold one
	Places  []string `yaml:"places"`  // attributes that it has of itself and that hold what is kept on it
	Entries []string `yaml:"entries"` // methods by which a map on it takes entries
	Objects []string `yaml:"objects"` // methods by which a map on it takes an object's upper-case attributes

	Modules map[string]SettingsModule `yaml:"modules"` // by dotted name

	IsType map[string]bool `yaml:"-"` // Types, linked
}

// SettingsModule describes a name that stands for a module of the program's
// own, which a variable names.
type SettingsModule struct {
	Variable string `yaml:"variable"`
	Usual    string `yaml:"usual"` // what the module is called where nothing sets the variable
}
