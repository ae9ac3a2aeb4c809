package flow

import (
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

// A value is what an expression may be, as far as the workspace says. The
// implementations below are immutable.
type value interface{ isValue() }

// place is a range in a file.
type place struct {
	file *file
	facts.Span
}

// trace is the chain of places by which a value came about, nearest first.
type trace struct {
	place
	what string
	next *trace
}

// alt is one alternative of a set: a value and how it came about.
type alt struct {
	v  value
	tr *trace
}

// set is the possible values of an expression. An empty set means the
// evaluation has nothing to say (a dead end such as None).
type set []alt

// maxAlts bounds the number of alternatives of one set. The 17th and later
// ones are replaced by one unknown that says so.
const maxAlts = 24

// partKind says what a part of a string pattern is.
type partKind uint8

const (
	partText   partKind = iota
	partEnv             // a configuration variable
	partAny             // not known: text says why
	partSub             // another string with operations of its own
	partChoice          // an entry of a map
)

// part is a piece of a string pattern.
type part struct {
	kind partKind
	text string // literal text, variable name, or the reason why it is unknown
	// For partEnv: the default given in code (nil = none), where it is read and
	// whether reading fails without a value.
	def      set
	at       place
	store    string // for partEnv: the store that text is a key of; "" for the environment
	required bool
	soft     bool         // a file read at start may set it too
	files    string       // for partEnv: files of variables that the read looks into, one a line
	filed    bool         // a file says the default, not code
	filled   bool         // the default also stands in for an empty value, as in `a or b`
	sub      *stringValue // for partSub
	choice   *choice      // for partChoice
}

// strOp is an operation on a whole string, carried out once its variables are known.
type strOp struct {
	op   string // lower, upper, strip, replace, split
	a, b string
}

// stringValue is a pattern of literal text, variables and unknown pieces.
type stringValue struct {
	parts  []part
	ops    []strOp
	member string // the name of the enumeration's member whose value this is, or ""
}

// instance is an object made by calling an external type or function.
type instance struct {
	typ  *client.Type // nil when no model knows it
	path string       // dotted name of what was called
	call *callSite    // the call that made it; nil for annotated parameters
	recv value        // the receiver of that call, for methods that make objects
	// named is the field or parameter that it is declared by, without a call.
	named string
	args  ref // the type arguments of a declared type (`IOptions<T>`), or none
}

// external is a name that comes from outside the workspace.
type external struct {
	path  string
	recv  value // for attributes of instances: the instance
	bound []arg // arguments bound to it by partial application
}

// function is a function of the workspace, with what is bound to it.
type function struct {
	file    *file
	scope   facts.ScopeID
	self    value  // bound receiver, or nil
	closure *frame // frame of the enclosing function, or nil
	bound   []arg  // arguments bound by partial application
}

// class is a class of the workspace.
type class struct {
	file  *file
	scope facts.ScopeID
}

// object is an instance of a workspace class.
type object struct {
	class *class
	ctor  *frame    // how it was constructed: a frame with the constructor's arguments; nil when not known
	site  *callSite // the constructor call, or nil
	// member is the name of the member of an enumeration that it is, or "".
	member string
	// nested: a part of settings whose fields are variables; nil for others.
	nested *nested
	// bound: a part of a bound class, whose fields are keys below a prefix.
	bound *boundTo
	// handed: to a function that isn't known here, which may set its fields.
	handed bool
	// part: what the declared type of this open parameter says of an attribute.
	part *param
	// from: the message that it was decoded from.
	from *message
}

// selfValue is the receiver of a method when nobody says which object it is.
type selfValue struct{ class *class }

// paramSelf is the receiver of a method called on an open parameter: an object
// of the class, but which one is for the callers to say.
type paramSelf struct {
	p     *param
	class *class
}

// param is a parameter whose value is not known here: a hole that callers fill.
type param struct {
	file  *file
	scope facts.ScopeID
	index int
	self  bool // reached as an attribute of the receiver: a constructor's parameter
	part  bool // an attribute of it is meant
}

// asPart is the parameter where an attribute of it is meant.
func (p *param) asPart() *param {
	if p.part {
		return p
	}
	q := *p
	q.part = true
	return &q
}

// module is a workspace module, or a package folder without a file of its own (file nil).
type module struct {
	file   *file
	dir    string
	unread bool // has a file that was not taken in, in a lazy evaluation
}

// mapping is a map literal in its frame; listing a list, tuple or set literal.
type mapping struct {
	ref      ref
	fr       *frame
	computed bool       // the entries are given; otherwise the literal is read
	skip     int        // for a map made by a call: its first arguments that are no entries
	entries  []mapEntry // with computed
	packed   bool       // see listing.packed
	open     []mapEntry // with computed: those whose keys can't be told
}

// mapEntry is one entry of a map.
type mapEntry struct {
	key string
	// The value: computed, or an expression in its frame.
	val      set
	ref      ref
	fr       *frame
	at       ref
	pat      *stringValue // the key when it has variables in it; key then only tells it from others
	id       value        // the key when it is a class or a member of an enumeration; key then only tells it from others
	tr       *trace       // how the key came about, when it is no literal
	optional bool         // set only on some paths
	weak     bool         // gives way to one that is there already
}

type listing struct {
	ref   ref
	fr    *frame
	items []set // set when the list was computed; otherwise the literal's kids are read
	// packed says that it went through a queue or a container as a whole.
	packed bool
}

// message is something read from Kafka.
type message struct {
	kind string // record, records, batches, payload, payloads; topic: the name of a record's topic, see ask
	src  *instance
	at   ref // decorator or call that consumes, for messages without an instance
	// path is the field path inside the payload, nil at its top.
	path  []string
	pack  value   // what it came out of a queue in: a packed listing or mapping
	asked []asked // what is known of its topic where it is used
}

// constant is a number, boolean or None.
type constant struct {
	kind   facts.Kind
	text   string
	member string // as of stringValue
}

// unknown is what the evaluation can't tell, with the reason.
type unknown struct {
	why string
	at  place
}

func (*stringValue) isValue() {}
func (*instance) isValue()    {}
func (*external) isValue()    {}
func (*function) isValue()    {}
func (*class) isValue()       {}
func (*object) isValue()      {}
func (*selfValue) isValue()   {}
func (*param) isValue()       {}
func (*paramSelf) isValue()   {}
func (*module) isValue()      {}
func (*mapping) isValue()     {}
func (*listing) isValue()     {}
func (*message) isValue()     {}
func (*constant) isValue()    {}
func (*unknown) isValue()     {}

func literal(text string) *stringValue {
	return &stringValue{parts: []part{{kind: partText, text: text}}}
}

// constText returns the text of a string without variables or unknown pieces.
func (s *stringValue) constText() (string, bool) {
	if len(s.ops) > 0 {
		return "", false
	}
	switch len(s.parts) {
	case 0:
		return "", true
	case 1:
		if s.parts[0].kind == partText {
			return s.parts[0].text, true
		}
		return "", false
	}
	var b strings.Builder
	for _, p := range s.parts {
		if p.kind != partText {
			return "", false
		}
		b.WriteString(p.text)
	}
	return b.String(), true
}

// loneEnv returns the variable when the whole string is one.
func (s *stringValue) loneEnv() *part {
	if len(s.parts) == 1 && s.parts[0].kind == partEnv {
		return &s.parts[0]
	}
	return nil
}

// topicOfMessage is why a name that is a message's topic is not known.
const topicOfMessage = "the topic of a message"

func one(v value, tr *trace) set { return set{{v, tr}} }

// dig returns the trace with a nearer step put in front.
func (t *trace) from(p place, what string) *trace { return &trace{place: p, what: what, next: t} }

// through puts a step in front of every alternative.
func (s set) through(p place, what string) set {
	if len(s) == 0 {
		return s
	}
	out := make(set, len(s))
	for i, a := range s {
		out[i] = alt{a.v, a.tr.from(p, what)}
	}
	return out
}

// add appends the alternatives of more that s does not have yet.
func (s set) add(more ...alt) set {
	for _, a := range more {
		if len(s) >= maxAlts {
			return s
		}
		if !s.has(a) {
			s = append(s, a)
		}
	}
	return s
}

func (s set) has(a alt) bool {
	for _, b := range s {
		if same(a.v, b.v) {
			return true
		}
	}
	return false
}

// same reports whether two values are the same for the purpose of listing alternatives.
func same(a, b value) bool {
	switch a := a.(type) {
	case *stringValue:
		b, ok := b.(*stringValue)
		if !ok || len(a.parts) != len(b.parts) || len(a.ops) != len(b.ops) {
			return false
		}
		for i := range a.parts {
			p, q := &a.parts[i], &b.parts[i]
			if p.kind == partChoice && q.kind == partChoice {
				if !p.choice.same(q.choice) {
					return false
				}
				continue
			}
			if p.kind == partSub && q.kind == partSub {
				if !same(p.sub, q.sub) {
					return false
				}
				continue
			}
			if p.kind != q.kind || p.text != q.text || p.store != q.store || len(p.def) != len(q.def) || p.kind == partEnv && p.at != q.at {
				return false
			}
		}
		for i := range a.ops {
			if a.ops[i] != b.ops[i] {
				return false
			}
		}
		return true
	case *constant:
		b, ok := b.(*constant)
		return ok && *a == *b
	case *unknown:
		b, ok := b.(*unknown)
		return ok && a.why == b.why
	case *external:
		b, ok := b.(*external)
		if !ok || a.path != b.path || len(a.bound) != len(b.bound) {
			return false
		}
		for i := range a.bound {
			if p, q := &a.bound[i], &b.bound[i]; p.ref != q.ref || p.name != q.name || !p.fr.sameCalls(q.fr) {
				return false
			}
		}
		return true
	case *class:
		b, ok := b.(*class)
		return ok && *a == *b
	case *selfValue:
		b, ok := b.(*selfValue)
		return ok && *a.class == *b.class
	case *param:
		b, ok := b.(*param)
		return ok && *a == *b
	case *paramSelf:
		b, ok := b.(*paramSelf)
		return ok && *a.p == *b.p && *a.class == *b.class
	case *module:
		b, ok := b.(*module)
		return ok && *a == *b
	case *instance:
		b, ok := b.(*instance)
		return ok && a.path == b.path && a.named == b.named && a.args == b.args && a.call.same(b.call)
	case *object:
		b, ok := b.(*object)
		return ok && *a.class == *b.class && a.member == b.member && a.handed == b.handed && sameFrom(a.from, b.from) && a.nested.same(b.nested) && a.bound.same(b.bound) && a.site.same(b.site) && a.ctor.sameCalls(b.ctor)
	case *function:
		b, ok := b.(*function)
		return ok && a.file == b.file && a.scope == b.scope && len(a.bound) == len(b.bound) && sameSelf(a.self, b.self)
	case *mapping:
		b, ok := b.(*mapping)
		if !ok || a.ref != b.ref || !a.fr.sameCalls(b.fr) || len(a.entries) != len(b.entries) {
			return false
		}
		for i := range a.entries {
			if p, q := &a.entries[i], &b.entries[i]; p.key != q.key || p.at != q.at {
				return false
			}
		}
		return true
	case *listing:
		b, ok := b.(*listing)
		if !ok || a.ref != b.ref || !a.fr.sameCalls(b.fr) || len(a.items) != len(b.items) {
			return false
		}
		for i := range a.items {
			if len(a.items[i]) != len(b.items[i]) {
				return false
			}
			for j := range a.items[i] {
				if !same(a.items[i][j].v, b.items[i][j].v) {
					return false
				}
			}
		}
		return true
	case *section:
		b, ok := b.(*section)
		return ok && a.same(b)
	case *layered:
		b, ok := b.(*layered)
		return ok && a.same(b)
	case *document:
		b, ok := b.(*document)
		return ok && a.path == b.path && a.node == b.node
	case *message:
		b, ok := b.(*message)
		if !ok || a.kind != b.kind || a.at != b.at || !sameQuestions(a.asked, b.asked) || !samePack(a.pack, b.pack) || strings.Join(a.path, "\x00") != strings.Join(b.path, "\x00") {
			return false
		}
		return a.src == b.src || a.src != nil && b.src != nil && same(a.src, b.src)
	}
	return false
}

func samePack(a, b value) bool {
	if a == nil || b == nil {
		return a == b
	}
	return same(a, b)
}

func sameQuestions(a, b []asked) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].not != b[i].not || len(a[i].names) != len(b[i].names) {
			return false
		}
		for j := range a[i].names {
			if !same(a[i].names[j].v, b[i].names[j].v) {
				return false
			}
		}
	}
	return true
}

func sameSelf(a, b value) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return same(a, b)
}

// concat joins every left with every right string.
func concat(a, b set, at place) set {
	var out set
	for _, x := range a {
		for _, y := range b {
			out = out.add(alt{joinStrings(x.v, y.v, at), firstTrace(x.tr, y.tr)})
		}
	}
	return out
}

// firstTrace keeps the steps of the more telling operand: one with more steps.
func firstTrace(a, b *trace) *trace {
	if a.len() >= b.len() {
		return a
	}
	return b
}

func (t *trace) len() int {
	n := 0
	for ; t != nil; t = t.next {
		n++
	}
	return n
}

// joinStrings concatenates two values as strings; what is not a string
// becomes an unknown piece, and parameters stay visible through partAny only
// when nothing better is known, so callers check for params first.
func joinStrings(a, b value, at place) value {
	if p, ok := a.(*param); ok {
		return p
	}
	if p, ok := b.(*param); ok {
		return p
	}
	return &stringValue{parts: append(append([]part(nil), stringParts(a, at)...), stringParts(b, at)...)}
}

// stringParts views any value as parts of a string.
func stringParts(v value, at place) []part {
	switch v := v.(type) {
	case *stringValue:
		if len(v.ops) == 0 {
			return v.parts
		}
		return []part{{kind: partSub, sub: v}}
	case *constant:
		if v.kind != facts.None {
			return []part{{kind: partText, text: v.text}}
		}
		return []part{{kind: partText, text: "None"}}
	case *unknown:
		return []part{{kind: partAny, text: v.why}}
	case *section:
		return v.key().parts
	case *object: // a member of an enumeration is its name, unless it says otherwise
		if x := v.class.file; v.member != "" && x.method(v.class.scope, x.sym("toString")) == 0 {
			return []part{{kind: partText, text: v.member}}
		}
	}
	return []part{{kind: partAny, text: "not a string"}}
}

// files lists the files that a trace passes through, in order.
func (t *trace) files() []*file {
	var out []*file
	for ; t != nil; t = t.next {
		if t.place.file != nil && !slices.Contains(out, t.place.file) {
			out = append(out, t.place.file)
		}
	}
	return out
}
