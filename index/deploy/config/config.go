// Package config is the layered store that a framework reads its configuration
// from: what the code defaults to, what packaged files say for the active
// profiles, what the command line and the environment of a service override, in
// each framework's own order of precedence and with its own spelling of names.
//
// It reads files through Files alone, keeps which ones it looked for, and runs
// nothing. A value that can't be told is unknown and says why.
package config

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"topicls/index/deploy"
	"topicls/index/deploy/keys"
)

// Kind is the framework that a store belongs to.
type Kind string

// The kinds of stores.
const (
	Spring       Kind = "spring"       // Spring Boot
	MicroProfile Kind = "microprofile" // MicroProfile Config as SmallRye and Quarkus implement it
	Micronaut    Kind = "micronaut"
	DotNet       Kind = "dotnet"      // Microsoft.Extensions.Configuration
	Ktor         Kind = "ktor"        // Ktor's ApplicationConfig, and Lightbend's config library
	Viper        Kind = "viper"       // spf13/viper
	NodeConfig   Kind = "node-config" // the npm package config
	DotEnv       Kind = "dotenv"      // files of variables that programs load at start
	EnvFile      Kind = "envfile"     // files of variables that the read of a variable looks into
)

// Place is a range of a workspace file.
type Place struct {
	File string
	keys.Span
}

// Step is one place that a value passed through.
type Step struct {
	Place
	What string
}

// Status says how far a value is known.
type Status uint8

// The statuses, from best to worst.
const (
	Set     Status = iota // a file, the command line or the deployment says so
	Default               // only the default of a placeholder says so
	Unknown
)

// Use is a name that a value was looked up by on its way.
type Use struct {
	Name string
	// Key says that it is a key of the store; otherwise it is an environment
	// variable.
	Key bool
	// At is where it is spelled; an empty File stands for the place that asked.
	At         Place
	HasDefault bool
	Default    string
}

// Value is what a key is in one service.
type Value struct {
	Text   string
	Status Status
	Why    string // why it is unknown
	Steps  []Step // nearest first
	Uses   []Use
}

// Files gives the workspace's configuration files.
type Files interface {
	// Read returns what a file says; nil when there is none. format is the
	// extension that says how it is to be read, with its dot, or "" for its own.
	// sep joins the parts of keys.
	Read(path, format, sep string) *keys.File
	// Mounted reads a text that a deployment mounts as a file.
	Mounted(m *deploy.MountedFile, format, sep string) *keys.File
}

// Process is what is known of a running service beside its files.
type Process struct {
	Vars    []deploy.Variable // sorted by name
	Entries []deploy.Entry    // the programs it starts
	Dir     string            // the folder that it starts in; "" when that is not known
	Files   []deploy.MountedFile
	Mounts  []deploy.Mount // of the workspace; later ones hide earlier ones
}

// variable returns a variable by name, or nil.
func (p *Process) variable(name string) *deploy.Variable {
	i, ok := slices.BinarySearchFunc(p.Vars, name, func(v deploy.Variable, name string) int { return strings.Compare(v.Name, name) })
	if !ok {
		return nil
	}
	return &p.Vars[i]
}

// Module is where a program's configuration files lie.
type Module struct {
	Dir       string   // the folder of the program, its working directory as a rule
	Resources []string // folders that are packaged with it, nearest first
	// Others lists the modules of the workspace that may be a configuration server
	// of this one; nil where there are none.
	Others func() []Module
}

// hit is what one layer says of a key.
type hit struct {
	text     string
	at       Place
	verbatim bool
	optional bool
	steps    []Step // instead of at: for variables and arguments
	variable string // the environment variable that says it
	why      string // the value is not known
	ends     bool   // with why: what further layers say does not count
	raw      bool   // placeholders are none
	fallback bool   // it is a default
}

// layer is one source of configuration.
type layer interface {
	// find returns what the layer says of a key, what counts first.
	find(key string) []hit
}

// Store is the configuration of one program in one service.
type Store struct {
	kind   Kind
	layers []layer // the one that counts first
	syntax syntax
	// Profiles are those that are active, in order.
	Profiles []string
	docs     []*docLayer
	spell    func(key string) []string // the environment variables that set a key
	// others are keys that are asked instead of one which nothing sets.
	others func(key string) []string

	bindOnce sync.Once
	binds    map[string]boundKey // by variable
}

// Kind returns the framework of the store.
func (s *Store) Kind() Kind { return s.kind }

// maxDepth bounds placeholders inside the values of placeholders.
const maxDepth = 16

// Lookup returns what a key is: one value, or the elements of a list. ok is
// false when nothing says it; why may then say more.
func (s *Store) Lookup(key string) (values []Value, ok bool, why string) {
	l := lookup{store: s}
	v, ok := l.key(key)
	if ok {
		return []Value{v}, true, ""
	}
	if list := l.list(key); len(list) > 0 {
		return list, true, ""
	}
	if s.others != nil {
		for _, k := range s.others(key) {
			if v, ok := l.key(k); ok {
				return []Value{v}, true, ""
			}
		}
	}
	return nil, false, l.why
}

// lookup is the answer to one question.
type lookup struct {
	store *Store
	stack []string // keys that are being looked up
	why   string
}

// key looks up one key with all layers.
func (l *lookup) key(key string) (Value, bool) {
	if slices.Contains(l.stack, key) {
		return Value{Status: Unknown, Why: key + selfReference}, true
	}
	if len(l.stack) >= maxDepth {
		return Value{Status: Unknown, Why: "too many placeholders one inside another"}, true
	}
	l.stack = append(l.stack, key)
	defer func() { l.stack = l.stack[:len(l.stack)-1] }()
	for _, y := range l.store.layers {
		for _, h := range y.find(key) {
			if h.ends {
				return Value{Status: Unknown, Why: h.why}, true
			}
			if h.why != "" {
				if l.why == "" {
					l.why = h.why
				}
				continue
			}
			v, ok := l.expand(key, h)
			if ok {
				return v, true
			}
		}
	}
	return Value{}, false
}

// list collects the elements of a list from the first layer that has any.
func (l *lookup) list(key string) []Value {
	for _, y := range l.store.layers {
		var out []Value
		for i := 0; i < 100; i++ {
			elem := key + "[" + strconv.Itoa(i) + "]"
			found := false
			for _, h := range y.find(elem) {
				if h.why != "" {
					continue
				}
				if v, ok := l.expand(elem, h); ok {
					out, found = append(out, v), true
					break
				}
			}
			if !found {
				break
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// expand makes a value of what a layer says: its placeholders are replaced. ok
// is false when it counts only if something is set that is not.
func (l *lookup) expand(key string, h hit) (Value, bool) {
	v := Value{Steps: h.steps}
	if h.variable != "" {
		v.Uses = []Use{{Name: h.variable}}
	}
	if h.steps == nil && h.at.File != "" {
		v.Steps = []Step{{h.at, key + " is set here"}}
	}
	if h.fallback {
		v.Status = Default
	}
	if h.raw || l.store.syntax == nil {
		v.Text = h.text
		return v, true
	}
	pieces, bad := l.store.syntax(h.text)
	if bad != "" {
		v.Status, v.Why = Unknown, bad
		return v, true
	}
	for _, p := range pieces {
		if !p.hole {
			v.Text += p.text
			continue
		}
		if p.optional && h.optional && !l.has(p.text) {
			return Value{}, false
		}
		v.join(l.placeholder(p, h))
	}
	if v.Status == Unknown {
		v.Text = ""
	}
	return v, true
}

// has reports whether anything sets a key.
func (l *lookup) has(key string) bool {
	v, ok := l.key(key)
	return ok && v.Status != Unknown
}

// join puts a piece behind a value.
func (v *Value) join(p Value) {
	v.Text += p.Text
	v.Status = max(v.Status, p.Status)
	if v.Why == "" {
		v.Why = p.Why
	}
	v.Steps = append(slices.Clip(v.Steps), p.Steps...)
	v.Uses = append(slices.Clip(v.Uses), p.Uses...)
}

// placeholder evaluates one placeholder in a value.
func (l *lookup) placeholder(p piece, h hit) Value {
	part := func(start, end int) Place {
		if !h.verbatim {
			return h.at
		}
		return Place{h.at.File, keys.Span{Start: h.at.Start + uint32(start), End: h.at.Start + uint32(end)}}
	}
	name := p.text
	for _, q := range p.name { // a name with placeholders inside
		if q.hole {
			return Value{Status: Unknown, Why: "a placeholder whose name is computed"}
		}
	}
	at := part(p.nameAt[0], p.nameAt[1])
	use := Use{Name: name, Key: !isVariableName(name), At: at, HasDefault: p.hasDefault}
	step := Step{at, "variable " + name}
	if use.Key {
		step.What = "key " + name
	}
	if p.hasDefault && len(p.def) == 1 && !p.def[0].hole {
		use.Default = p.def[0].text
	}
	v, ok := l.key(name)
	if ok {
		if n := len(v.Uses); n > 0 && v.Uses[0].At.File == "" && !v.Uses[0].Key { // a variable says it
			v.Uses = slices.Clone(v.Uses)
			v.Uses[0].At, v.Uses[0].HasDefault, v.Uses[0].Default = at, use.HasDefault, use.Default
			if h.verbatim {
				v.Steps = append([]Step{{at, "variable " + v.Uses[0].Name}}, v.Steps...)
			}
		} else {
			use.Key = true
			v.Uses = append([]Use{use}, v.Uses...)
		}
		return v
	}
	if p.optional {
		return Value{Uses: []Use{use}}
	}
	if !p.hasDefault {
		why := l.why
		if why == "" {
			why = name + " is not set and has no default"
		}
		return Value{Status: Unknown, Why: why, Uses: []Use{use}, Steps: []Step{{at, why}}}
	}
	out := Value{Status: Default, Uses: []Use{use}}
	text := part(p.defAt[0], p.defAt[1])
	if len(p.def) == 0 || len(p.def) == 1 && !p.def[0].hole {
		if h.verbatim {
			out.Steps = append(out.Steps, step)
		}
		out.Steps = append(out.Steps, Step{text, "the default of " + name + " in " + base(h.at.File)})
	}
	inner := h
	known := true // whether all of the default comes from somewhere that is set
	for _, q := range p.def {
		if !q.hole {
			out.Text += q.text
			known = known && strings.TrimSpace(q.text) == ""
			continue
		}
		w := l.placeholder(q, inner)
		known = known && w.Status == Set
		out.join(w)
	}
	if known && len(p.def) > 0 && out.Status == Default {
		out.Status = Set
	}
	if l.store.kind == Spring && strings.Contains(out.Text, "#{") {
		out.Status, out.Why = Unknown, springExpression
		if out.Text == "#{null}" {
			out.Why = name + " is not set and has no default"
		}
	}
	return out
}

func base(p string) string { return p[strings.LastIndexByte(p, '/')+1:] }

// isVariableName reports whether a placeholder's name is that of an environment
// variable by custom: capitals, digits and underscores.
func isVariableName(s string) bool {
	upper := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'A' && c <= 'Z':
			upper = true
		case c == '_', c >= '0' && c <= '9' && i > 0:
		default:
			return false
		}
	}
	return upper
}

// Variables returns the names of the environment variables that set a key.
func (s *Store) Variables(key string) []string {
	if s.spell == nil {
		return nil
	}
	return s.spell(key)
}

// Reads lists the environment variables and keys that the values of active
// documents refer to, each where it is spelled, and whether there is a default.
func (s *Store) Reads() []Use {
	var out []Use
	if s.syntax == nil {
		return nil
	}
	for _, d := range s.docs {
		for i := range d.entries {
			e := &d.entries[i]
			pieces, _ := s.syntax(e.Value)
			out = readsOf(out, pieces, hit{at: Place{d.file(i), e.At}, verbatim: e.Verbatim})
		}
	}
	return out
}

func readsOf(out []Use, pieces []piece, h hit) []Use {
	for _, p := range pieces {
		if !p.hole {
			continue
		}
		u := Use{Name: p.text, Key: !isVariableName(p.text), At: h.at, HasDefault: p.hasDefault || p.optional}
		if h.verbatim {
			u.At.Start, u.At.End = h.at.Start+uint32(p.nameAt[0]), h.at.Start+uint32(p.nameAt[1])
		}
		if len(p.def) == 1 && !p.def[0].hole {
			u.Default = p.def[0].text
		}
		out = append(out, u)
		out = readsOf(out, p.def, h)
	}
	return out
}

// Keys calls f with every key of the active documents, with its file; keys may
// come twice.
func (s *Store) Keys(f func(file string, e *keys.Entry)) {
	for _, d := range s.docs {
		for i := range d.entries {
			f(d.file(i), &d.entries[i])
		}
	}
}

// Binds reports whether a variable of the environment sets a key of the active
// documents, and returns where the first of them is written.
func (s *Store) Binds(variable string) (Place, string, bool) {
	if s.spell == nil {
		return Place{}, "", false
	}
	s.bindOnce.Do(func() {
		s.binds = map[string]boundKey{}
		for _, d := range s.docs {
			for i := range d.entries {
				e := &d.entries[i]
				for _, v := range s.spell(e.Key) {
					if _, ok := s.binds[v]; !ok {
						s.binds[v] = boundKey{Place{d.file(i), e.Name}, e.Key}
					}
				}
			}
		}
	})
	b, ok := s.binds[variable]
	return b.at, b.key, ok
}

// boundKey is a key that a variable sets.
type boundKey struct {
	at  Place
	key string
}

// Circles calls f with the keys of active documents whose values refer to
// themselves through other keys, each where it is written.
func (s *Store) Circles(f func(at Place, key string)) {
	if s.syntax == nil {
		return
	}
	for _, d := range s.docs {
		for i := range d.entries {
			e := &d.entries[i]
			if !strings.Contains(e.Value, "${") {
				continue
			}
			l := lookup{store: s}
			if v, ok := l.key(e.Key); ok && v.Status == Unknown && strings.HasSuffix(v.Why, selfReference) {
				f(Place{d.file(i), e.At}, e.Key)
			}
		}
	}
}

const selfReference = " refers to itself"
