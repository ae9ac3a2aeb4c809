package client

import (
	"slices"
	"strings"
)

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

// acts reports whether the call, or what it decorates, may do something on Kafka.
func (c *Call) acts() bool {
	return c.Action != nil || c.Decorator != nil || len(c.Decorators)+len(c.Also) > 0
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

// needsArguments reports whether the topic can only be in the arguments of the
// call itself.
func (a *Action) needsArguments() bool {
	slots := append(slices.Clone(a.Topic), a.Pattern...)
	configured := a.Keys != nil && (len(a.Keys.Topic) > 0 || a.Keys.Otherwise != "")
	return len(slots) > 0 && !configured && a.Registered == nil && !slices.ContainsFunc(slots, func(s Slot) bool {
		return s.New > 0 || s.Keyword == Receiver || s.Method != "" || s.Inside != ""
	})
}
