// Package client says what each Kafka client library's calls mean. The
// knowledge is data: one YAML file per library under models/, and more from a
// workspace's own configuration. This package reads and checks that data; it
// knows no source code and no values. Adding a library must need no Go.
package client

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// Role is what an endpoint does with a topic.
type Role string

// The roles.
const (
	Produce Role = "produce"
	Consume Role = "consume"
)

// Slot says where in a call a thing is given. Its text form, used in the
// YAML, is `[new.]...ARG[KEY]` where ARG is a position counted from 0, a
// position followed by `*` (that argument and all positional ones after it),
// a keyword, or `@` (the receiver itself), `new.` moves to the call that
// created the receiver, and KEY looks up a key in a map argument: `new.0[group.id]`.
// Further brackets go deeper: `0[messages][][value]` is the value under "value" of
// each element of the list under "messages" (a key that is empty stands for the elements).
// `POS/N` counts only in calls with N arguments, `POS.FIELD` is a field of an
// argument that is an object of a library's type. `METHOD(KEY).ARG` is an
// argument of the nearest call of a method in the chain of calls that made the
// receiver; with KEY, of one whose first argument that is. `with:NAME.ARG` is an
// argument of the call of a function of that name among the call's own arguments,
// as options are given: `new.with:ConsumeTopics.0*`. `in:NAME.ARG` is an argument of
// a call of that name which stands in a function among the call's arguments, as
// what builds something is given: `AddConsumer(c => c.Topic("orders"))`. `set:FIELD` is
// what such a function assigns to a field of its own parameter: `AddBus(o => o.Topic = "orders")`.
// `POS#N` counts only in calls with N arguments by position.
type Slot struct {
	New     int      // how many times to move to the call that created the receiver
	Pos     int      // position, or -1
	Rest    bool     // Pos and all positional arguments after it
	Keyword string   // keyword, or ""
	Key     string   // map key, or ""
	Deeper  []string // keys to look up in what that leads to, one after the other; "" for the elements of a list
	Path    string   // with Key: nothing more; kept for messages

	Option            string // the name of the function whose call, an argument, has the slot; or ""
	Inside            string // the name of the function whose call in a function, an argument, has the slot; or ""
	Assigned          string // the field that a function, an argument, assigns; or ""
	Of                int    // the number of arguments that the call must have; 0 for any
	OfPositions       int    // the number of those that have no name
	Field             string // of the argument, or ""
	Method, MethodKey string // the call in the chain, or ""
}

// ParseSlot parses the text form of a slot.
func ParseSlot(text string) (Slot, error) {
	s := Slot{Pos: -1, Path: text}
	rest := text
	for strings.HasPrefix(rest, "new.") {
		s.New++
		rest = rest[len("new."):]
	}
	ok := true
	switch {
	case strings.HasPrefix(rest, "set:"):
		if s.Assigned = rest[len("set:"):]; s.Assigned == "" {
			return s, fmt.Errorf("slot %q: names no field", text)
		}
		return s, nil
	case strings.HasPrefix(rest, "with:"):
		s.Option, rest, ok = strings.Cut(rest[len("with:"):], ".")
	case strings.HasPrefix(rest, "in:"):
		s.Inside, rest, ok = strings.Cut(rest[len("in:"):], ".")
	default:
		rest, _ = parseMethodSlot(rest, &s)
	}
	if !ok {
		return s, fmt.Errorf("slot %q: names no argument", text)
	}
	if i := strings.IndexByte(rest, '['); i >= 0 {
		if !strings.HasSuffix(rest, "]") {
			return s, fmt.Errorf("slot %q: missing ]", text)
		}
		keys := strings.Split(rest[i+1:len(rest)-1], "][")
		if s.Key, s.Deeper = keys[0], keys[1:]; s.Key == "" {
			s.Deeper = keys
		}
		rest = rest[:i]
	}
	if strings.HasSuffix(rest, "*") {
		s.Rest = true
		rest = rest[:len(rest)-1]
	}
	if rest == "" {
		return s, fmt.Errorf("slot %q: names no argument", text)
	}
	if rest[0] >= '0' && rest[0] <= '9' {
		rest, s.Field, _ = strings.Cut(rest, ".")
		if pos, of, ok := strings.Cut(rest, "/"); ok {
			n, err := strconv.Atoi(of)
			if err != nil || n <= 0 {
				return s, fmt.Errorf("slot %q: no number of arguments behind /", text)
			}
			rest, s.Of = pos, n
		}
		if pos, of, ok := strings.Cut(rest, "#"); ok {
			n, err := strconv.Atoi(of)
			if err != nil || n <= 0 {
				return s, fmt.Errorf("slot %q: no number of arguments behind #", text)
			}
			rest, s.OfPositions = pos, n
		}
	}
	if n, err := strconv.Atoi(rest); err == nil {
		if n < 0 {
			return s, fmt.Errorf("slot %q: negative position", text)
		}
		s.Pos = n
	} else {
		s.Keyword = rest
		if s.Rest {
			return s, fmt.Errorf("slot %q: only a position can have *", text)
		}
	}
	return s, nil
}

// Receiver is the keyword of the slot that is what a method is called on.
const Receiver = "@"

// Slots are the places where one thing may be given, in order of preference.
type Slots []Slot

// UnmarshalYAML reads a list of slots, or one.
func (s *Slots) UnmarshalYAML(unmarshal func(any) error) error {
	var many []string
	if err := unmarshal(&many); err != nil {
		var one string
		if err := unmarshal(&one); err != nil {
			return err
		}
		many = []string{one}
	}
	for _, text := range many {
		slot, err := ParseSlot(text)
		if err != nil {
			return err
		}
		*s = append(*s, slot)
	}
	return nil
}

// Action is what a call does on Kafka.
type Action struct {
	Role      Role  `yaml:"role"`
	Topic     Slots `yaml:"topic"`     // a topic, or a list of topics
	Before    Slots `yaml:"before"`    // the topic where Topic holds what can't be told: in calls before
	Pattern   Slots `yaml:"pattern"`   // a regular expression over topic names
	Group     Slots `yaml:"group"`     // consumer group
	Key       Slots `yaml:"key"`       // message key
	Value     Slots `yaml:"value"`     // message value
	Bootstrap Slots `yaml:"bootstrap"` // bootstrap servers
	// Optional: without any topic argument the call is no endpoint
	// (`KafkaConsumer()` that subscribes later).
	Optional bool `yaml:"optional"`
	// Prefix is put before the topic name (routers with a prefix).
	Prefix Slots `yaml:"prefix"`
	// Scheme: the topic is given as an address with this in front, `topic:orders`.
	Scheme string `yaml:"scheme"`
	// Otherwise are patterns (with `*`) of which one is the topic's name where none is
	// given: which one, the library's version decides.
	Otherwise []string `yaml:"otherwise"`
	Handler   string   `yaml:"handler"` // decorators: what the function's first parameter is: payload, record, stream
	Returns   string   `yaml:"returns"` // decorators: "payload" when what the function returns is produced
	// Part is the annotation of the one parameter that gets the message, or the
	// field of it that is the annotation's argument.
	Part string `yaml:"part"`
	// Context is the annotation of the one parameter that gets what the message
	// came with: a record.
	Context string `yaml:"context"`
	// Host names the model's host that must be set up for the action to be one.
	Host string `yaml:"host"`
	// Suffix is put behind the topic name, unless SuffixFrom gives another one.
	Suffix     string `yaml:"suffix"`
	SuffixFrom Slots  `yaml:"suffixFrom"`
	// SuffixMore: the library puts more behind the suffix than can be told.
	SuffixMore bool `yaml:"suffixMore"`
	// Retries says how often and after which times, where that makes what is more.
	Retries *Retries `yaml:"retries"`
	// Not rules the action out: slots that have these texts, or are these constants.
	Not map[string]string `yaml:"not"`
	// Registered says where the topic is given if not in the call.
	Registered *Registered `yaml:"registered"`
	// Split: a text holds several topics with commas between them.
	Split bool `yaml:"split"`
	// With are decorators one of which the decorated function must have too, Within
	// those of the class around it; `new.` in a slot is its call then.
	With   []string `yaml:"with"`
	Within []string `yaml:"within"`
	// Declared are types one of which the decorated function must be declared to
	// return, or the variable or parameter to have in whose type the call stands.
	Declared []string `yaml:"declared"`
	// Parameter: the annotation is one of a parameter, which is the topic: whoever
	// calls the function gives it.
	Parameter bool `yaml:"parameter"`
	// Texts: what is no text among the topic arguments is something else.
	Texts bool `yaml:"texts"`
	// Named: the first text among the topic arguments is the name of something else.
	Named bool `yaml:"named"`
	// Batch, given as true, has a decorated function get lists.
	Batch Slots `yaml:"batch"`
	// Store is the framework whose configuration the texts of the action refer to
	// by placeholders (`${app.topic:default}`), and which Keys are of: spring,
	// microprofile, micronaut, dotnet, ktor, viper or
	// node-config.
	Store string `yaml:"store"`
	Keys  *Keys  `yaml:"keys"`
	// When restricts the action to calls that are given an object of a type.
	When *When `yaml:"when"`
	// Unless restricts it to those that are not given one.
	Unless *When `yaml:"unless"`
	// Gives says what the call hands to functions that it is given.
	Gives []*Given `yaml:"gives"`
}

// When is a condition: what a slot holds is an object of a type.
type When struct {
	Slot Slots  `yaml:"slot"`
	Is   string `yaml:"is"`
}

// Given is what a call hands to a function, or to a method of an object, that
// is one of its arguments.
type Given struct {
	To     Slots  `yaml:"to"`     // the function or the object
	Method string `yaml:"method"` // the object's method; "" for functions
	Param  int    `yaml:"param"`  // which of its parameters gets it, the receiver not counted
	Params int    `yaml:"params"` // only functions with so many parameters
	As     string `yaml:"as"`     // a Result; `type:0` for an object of the type argument, which the function fills
}

// Fills reports whether the function is to fill an object of the type that the
// call is given.
func (g *Given) Fills() bool { return strings.HasPrefix(g.As, "type:") }

// Retries describes a series of topics, one for each further attempt at a message:
// behind the suffix stands the number of the attempt or the time before it.
type Retries struct {
	Attempts Slots `yaml:"attempts"` // how often a message is handled at most
	Times    Slots `yaml:"times"`    // an annotation with what follows:
	Delay    Slots `yaml:"delay"`    // the first time
	Factor   Slots `yaml:"factor"`   // by which the next one is longer; without it all are the same
	Longest  Slots `yaml:"longest"`
	Varied   Slots `yaml:"varied"` // given, times can't be told

	Counted string `yaml:"counted"`  // the constant that puts numbers there instead of times
	Suffix  Slots  `yaml:"suffixes"` // where that is given
	Single  string `yaml:"single"`   // the constant that has one topic for attempts after the same time, and
	Several string `yaml:"several"`  // that has one for each; without either that depends on the version
	Reuse   Slots  `yaml:"reuse"`    // where those are given

	// What is meant where nothing is given.
	UsualAttempts int   `yaml:"usualAttempts"`
	UsualDelay    int64 `yaml:"usualDelay"`
	UsualLongest  int64 `yaml:"usualLongest"`
}

// Registered is a call elsewhere that gives the topic of a sink: one whose last
// type argument is that of the object which the sink's method is called on, as in
// `AddProducer<OrderPlaced>("orders")` for an `ITopicProducer<OrderPlaced>`, or one
// with the name by which that object was asked for.
type Registered struct {
	Call  string `yaml:"call"`  // the name of what is called
	Topic Slots  `yaml:"topic"` // the topic in that call
	Name  Slots  `yaml:"name"`  // the name in that call
	Is    Slots  `yaml:"is"`    // where, from the sink, that name stands
}

// Keys are the keys of a store by which a framework is told what a call or
// annotation does not give. Each is a template: `{0}`, `{name}`, `{new.0}`, `{0,value}` stand
// for what the (first given) slot holds, `{function}` for the name of the decorated function.
// Of several, the first that is set counts.
type Keys struct {
	Topic     []string `yaml:"topic"`
	Group     []string `yaml:"group"`
	Key       []string `yaml:"key"`
	Bootstrap []string `yaml:"bootstrap"`
	// Otherwise is a template of the topic's name where no key is set: `{0}` for
	// the channel's own name.
	Otherwise string `yaml:"otherwise"`
	// Split: the value of a topic's key holds several topics with commas between
	// them.
	Split bool `yaml:"split"`
	// When says which keys must have which values for the call to be about Kafka:
	// one of those listed, a pattern with `*` and `?`, "" for a key that is not set.
	When map[string][]string `yaml:"when"`
	// Built are words of which the build files of the code must have one, where
	// there are any: what connects the program to Kafka and not to something else.
	Built []string `yaml:"built"`
	// Joined are annotations that are the other end of a channel of the first
	// argument: where one stands in the same project, a key that is not set does
	// not count for When.
	Joined []string `yaml:"joined"`
}

// Call is what a call (of a function, method or constructor) means.
type Call struct {
	Action    *Action `yaml:"action"`
	Decorator *Action `yaml:"decorator"` // when the result decorates a function
	// Decorators are further actions of the same kind, each with conditions of its own.
	Decorators []*Action `yaml:"decorators"`
	Result     string    `yaml:"result"`  // "of:SLOT": an object of the class that is given there; a type's name, or record, records, batches, payload, self, arg0, callerarg, `type:0` (of the first type argument), `types:0` (a list of such), ...
	Most       int       `yaml:"most"`    // the most arguments that it takes, if functions added to its type have its name
	Becomes    string    `yaml:"becomes"` // the type that a function under this decorator is afterwards
	Also       []*Action `yaml:"also"`    // further actions of the same call
	Library    string    `yaml:"-"`       // functions: the model's library
	Gives      []*Given  `yaml:"gives"`   // what it hands to methods of objects and to functions, where it is no action
	// Handlers are the functions given to the call that the library calls with
	// messages.
	Handlers []*Handler `yaml:"handlers"`
}

// Handler is a function that is given to a call and called by the library:
// `consumer.run({ eachMessage: f })`, `consumer.on("data", f)`.
type Handler struct {
	Function Slots             `yaml:"function"`
	When     map[string]string `yaml:"when"`   // slots that must have these texts
	Params   []string          `yaml:"params"` // what its parameters are, in order (as Call.Result says); "" for what is not followed
}

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

// addParts notes the names that a dotted name begins with.
func (s *Set) addParts(dotted string) {
	for !s.parts[dotted] && dotted != "" {
		s.parts[dotted] = true
		dotted = dotted[:max(strings.LastIndexByte(dotted, '.'), 0)]
	}
}

// collectParts fills parts from all that the models name.
func (s *Set) collectParts() {
	s.parts = map[string]bool{}
	addAll(s, s.Types)
	addAll(s, s.Functions)
	addAll(s, s.Reads)
	addAll(s, s.Forwards)
	addAll(s, s.Settings)
	addAll(s, s.Through)
	addAll(s, s.Results)
	addAll(s, s.Bound)
	addAll(s, s.Setups)
	addAll(s, s.Queues)
	addAll(s, s.Makes)
	addAll(s, s.Formats)
	addAll(s, s.Constants)
	for _, list := range [][]string{s.Serialized.Names, s.Serialized.Skips} {
		for _, name := range list {
			s.addParts(name)
		}
	}
}

func addAll[T any](s *Set, m map[string]T) {
	for name := range m {
		s.addParts(name)
	}
}

// AllGiven lists what a call hands to functions.
func (c *Call) AllGiven() []*Given {
	if c == nil {
		return nil
	}
	out := c.Gives
	if c.Action != nil {
		out = append(out[:len(out):len(out)], c.Action.Gives...)
	}
	return out
}

// actsAs notes that a call of a name may act on Kafka.
func (s *Set) actsAs(name string, c *Call) {
	given := c.Action != nil && c.Decorator == nil && len(c.Decorators)+len(c.Also)+len(c.Handlers) == 0 && c.Action.needsArguments()
	s.Given[name] = given && (s.Given[name] || !s.MethodNames[name])
	s.MethodNames[name] = true
}

// needsArguments reports whether the topic can only be in the arguments of the
// call itself.
func (a *Action) needsArguments() bool {
	slots := append(slices.Clone(a.Topic), a.Pattern...)
	return len(slots) > 0 && a.Keys == nil && a.Registered == nil && !slices.ContainsFunc(slots, func(s Slot) bool {
		return s.New > 0 || s.Keyword == Receiver || s.Method != "" || s.Inside != ""
	})
}

func (s *Set) addGiver(name string, c *Call) {
	for _, g := range c.AllGiven() {
		if s.GiverNames[g.Method] == nil {
			s.GiverNames[g.Method] = map[string]bool{}
		}
		s.GiverNames[g.Method][name] = true
		if g.Fills() && !slices.Contains(s.FillerNames, name) {
			s.FillerNames = append(s.FillerNames, name)
		}
	}
}

// Link merges models of a family into one set, checking that what they refer
// to exists.
func Link(family Family, models []*Model) (*Set, error) {
	s := &Set{
		Family: family,
		Types:  map[string]*Type{}, Functions: map[string]*Call{}, Reads: map[string]*Read{},
		Forwards: map[string]*Forward{}, Tasks: map[string]*Forward{}, Settings: map[string]*Settings{}, Through: map[string]Slots{},
		Bound: map[string]*Bound{}, Setups: map[string]*Setup{}, Layered: map[string]*Layered{}, StoreNames: map[string]bool{}, BoundNames: map[string]bool{}, SetupNames: map[string]bool{}, ValueNames: map[string]bool{},
		Methods: map[string]string{}, Results: map[string]string{}, Queues: map[string]*Queue{}, Enums: map[string]*Enum{}, Texts: map[string]*Text{}, Attributes: map[string]string{}, GiverNames: map[string]map[string]bool{},
		Documents: map[string]bool{}, Includes: map[string]bool{}, Parsers: map[string]bool{}, Decoders: map[string]bool{}, Options: map[string]*Option{},
		Stores: map[string]Slots{}, Containers: map[string]bool{}, Picks: map[string]bool{}, Needs: map[string][]string{}, NeedNames: map[string]bool{},
		Builtin: map[string]bool{}, MethodNames: map[string]bool{}, Given: map[string]bool{}, DecoratorNames: map[string]bool{}, ReadNames: map[string]bool{}, IncludeNames: map[string]bool{}, OptionNames: map[string]bool{}, ForwardNames: map[string]bool{}, HandlerNames: map[string]bool{}, Parts: map[string]bool{}, ParameterNames: map[string]bool{}, MakerNames: map[string]bool{}, AttributeNames: map[string]bool{}, Patterns: map[string]Slots{}, Hosts: map[string]*Host{}, Loaders: map[string]*Loader{}, modules: map[string]bool{},
	}
	last := func(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
	seen := map[string]bool{}
	for _, m := range models {
		s.Libraries = append(s.Libraries, m.Library)
		s.Chains = append(s.Chains, m.Chains...)
		if err := m.Values.check(m.Library); err != nil {
			return nil, err
		}
		s.take(&m.Values)
		for _, w := range m.Prefilter {
			if !seen[w] {
				seen[w] = true
				s.Prefilter = append(s.Prefilter, w)
			}
		}
		module := func(name string) { s.modules[family.moduleOf(name)] = true }
		for name, t := range m.Types {
			s.Types[name] = t
			s.MakerNames[last(name)] = true
			module(name)
			for _, a := range t.Aliases {
				s.Types[a] = t
				module(a)
			}
			for method, c := range t.Methods {
				s.addGiver(method, c)
				if c.Action != nil || c.Decorator != nil || len(c.Also) > 0 {
					s.actsAs(method, c)
				}
				if c.Decorator != nil {
					s.DecoratorNames[method] = true
				}
				if len(c.Handlers) > 0 {
					s.HandlerNames[method] = true
				}
				if c.Result != "" && !strings.Contains(c.Result, ":") {
					s.MakerNames[method] = true
				}
			}
			for method := range t.Include {
				s.IncludeNames[method] = true
			}
			if t.New != nil && (t.New.Action != nil || t.New.Decorator != nil) {
				s.actsAs(last(name), t.New)
			}
		}
		for name, c := range m.Functions {
			s.addGiver(last(name), c)
			s.Functions[name] = c
			module(name)
			s.actsAs(last(name), c)
			if c.Decorator != nil && c.Decorator.Part != "" {
				s.Parts[last(c.Decorator.Part)] = true
				if c.Decorator.Context != "" {
					s.Parts[last(c.Decorator.Context)] = true
				}
			}
			for _, a := range c.Decorators {
				if a.Parameter {
					s.ParameterNames[last(name)] = true
				}
			}
		}
		for name, r := range m.Reads {
			s.Reads[name] = r
			if r.Flag == "" {
				s.ReadNames[last(name)] = true
			}
			if r.Store != "" {
				s.StoreNames[last(name)] = true
				for _, v := range r.Values {
					s.ValueNames[v] = true
				}
			}
			if r.Attribute {
				s.AttributeNames[last(name)] = true
			}
		}
		maps.Copy(s.Tasks, m.Tasks)
		for name, f := range m.Forwards {
			s.Forwards[name] = f
			s.ForwardNames[last(name)] = true
		}
		for name, v := range m.Settings {
			s.Settings[name] = v
		}
		for name, v := range m.Attributes {
			s.Attributes[name] = v
		}
		for name, v := range m.Texts {
			s.Texts[name] = v
		}
		for name, v := range m.Bound {
			s.Bound[name] = v
			s.BoundNames[last(name)] = true
		}
		for name, v := range m.Setups {
			s.Setups[name] = v
			s.SetupNames[last(name)] = true
		}
		for name, v := range m.Through {
			s.Through[name] = v
			s.Decoders[last(name)] = true
		}
		for name, v := range m.Options {
			s.Options[name] = v
			if v.Decorates || v.Param || v.Command || v.Field {
				s.OptionNames[last(name)] = true
			}
		}
		maps.Copy(s.Layered, m.Layered)
		maps.Copy(s.Methods, m.Methods)
		maps.Copy(s.Results, m.Results)
		maps.Copy(s.Stores, m.Stores)
		maps.Copy(s.Patterns, m.Patterns)
		maps.Copy(s.Hosts, m.Hosts)
		maps.Copy(s.Loaders, m.Loaders)
		for _, name := range m.Holders {
			s.Containers[name] = true
		}
		for _, name := range m.Picks {
			s.Picks[name] = true
		}
		for name, v := range m.Needs {
			s.Needs[name] = v
			s.NeedNames[last(name)] = true
		}
		for _, name := range m.Includes {
			s.Includes[name] = true
		}
		for _, name := range m.Documents {
			s.Documents[name] = true
		}
		for _, name := range m.Parsers {
			s.Parsers[name] = true
		}
		s.Implicit = append(s.Implicit, m.Implicit...)
		for _, name := range m.Builtin {
			s.Builtin[name] = true
		}
		maps.Copy(s.Queues, m.Queues)
		maps.Copy(s.Enums, m.Enums)
		s.Records.Bases = append(s.Records.Bases, m.Records.Bases...)
		s.Records.Tables = append(s.Records.Tables, m.Records.Tables...)
		s.Records.Writes = append(s.Records.Writes, m.Records.Writes...)
		s.Records.Asks = append(s.Records.Asks, m.Records.Asks...)
		a, b := &s.Applications, &m.Applications
		a.Types = append(a.Types, b.Types...)
		for _, name := range b.Types {
			if a.IsType == nil {
				a.IsType = map[string]bool{}
			}
			a.IsType[name] = true
		}
		a.Names = append(a.Names, b.Names...)
		a.Places = append(a.Places, b.Places...)
		a.Entries = append(a.Entries, b.Entries...)
		a.Objects = append(a.Objects, b.Objects...)
		for name, v := range b.Modules {
			if a.Modules == nil {
				a.Modules = map[string]SettingsModule{}
			}
			a.Modules[name] = v
		}
	}
	for name, t := range s.Types {
		if t.Extends != "" && s.Types[t.Extends] == nil {
			return nil, fmt.Errorf("client model %s: %s extends unknown type %s", t.Library, name, t.Extends)
		}
	}
	for _, m := range models {
		if err := m.checkStores(); err != nil {
			return nil, err
		}
	}
	s.collectParts()
	s.findSaid(models)
	sort.Strings(s.FillerNames)
	sort.Strings(s.Libraries)
	sort.Strings(s.Prefilter)
	return s, nil
}

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
