package client

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Values is what a model says of a language's plain values: constants of its
// libraries, and how texts, lists and maps are made and filled.
type Values struct {
	// Constants are the values of names of libraries (`ConsumerConfig.GROUP_ID_CONFIG`),
	// by dotted name.
	Constants map[string]string `yaml:"constants"`
	// Makes says what a function or constructor gives, by dotted name:
	// map (empty, or a copy of its argument), list (likewise), items (a list of
	// its arguments), pairs (a map of its arguments, key and value in turn),
	// entries (a map of its arguments, each of which is a call with a key and a
	// value), pattern (the names that match a regular expression), keysOf, valuesOf
	// and itemsOf (a list of what its argument has: a map, an enumeration or a class
	// with constants).
	Makes map[string]string `yaml:"makes"`
	// Puts are methods that put a value under a key into a map: the slots of key
	// and value.
	Puts map[string]Slots `yaml:"puts"`
	// Messages says which declared types of a handler's parameters are what:
	// record, records; by dotted name.
	Messages map[string]string `yaml:"messages"`
	// NotPayload are annotations of a handler's parameters that are other parts of
	// the message.
	NotPayload []string `yaml:"notPayload"`
	// Parts are all of NotPayload.
	Parts map[string]bool `yaml:"-"`
	// Serialized says how fields of classes are written in messages.
	Serialized Serialized `yaml:"serialized"`
	// Providers are annotations of functions that a framework calls to make
	// objects for whoever declares a field or parameter of their type.
	Providers []string `yaml:"providers"`
	// Registers are the last names of calls that have a container make objects of
	// the class that is their last type argument.
	Registers []string `yaml:"registers"`
	// TypeNames are the members of types that are their names: simple, or full with
	// the package in front.
	TypeNames map[string]string `yaml:"typeNames"`
	// TypeAttributes are methods that ask a type for attributes of a class: one, or
	// all as a list.
	TypeAttributes map[string]string `yaml:"typeAttributes"`
	// Formats are functions that fill a template, by dotted name: where it is
	// given. What fills it is behind it.
	Formats map[string]Format `yaml:"formats"`
}

// Serialized says by what a field of a class tells how it is written.
type Serialized struct {
	Names []string `yaml:"names"` // annotations that name it, by dotted name
	Skips []string `yaml:"skips"` // annotations of those that aren't written
	Tags  []string `yaml:"tags"`  // keys of its tag that name it, those that count first in front

	IsName, IsSkip map[string]bool `yaml:"-"` // last names of the annotations
}

func (s *Serialized) take(m *Serialized) {
	if s.IsName == nil {
		s.IsName, s.IsSkip = map[string]bool{}, map[string]bool{}
	}
	s.Names, s.Skips, s.Tags = append(s.Names, m.Names...), append(s.Skips, m.Skips...), append(s.Tags, m.Tags...)
	for _, n := range m.Names {
		s.IsName[n[strings.LastIndexByte(n, '.')+1:]] = true
	}
	for _, n := range m.Skips {
		s.IsSkip[n[strings.LastIndexByte(n, '.')+1:]] = true
	}
}

// Format is a function that fills a template.
type Format struct {
	Template Slots  `yaml:"template"`
	Style    string `yaml:"style"` // printf (`%s`), braces (`{}`, `{0}`) or join (the template stands between a list's elements)
}

var (
	makes  = []string{"map", "list", "items", "pairs", "entries", "pattern", "keysOf", "valuesOf", "itemsOf"}
	styles = []string{"printf", "braces", "join"}
)

// What a member of a type that is its name has: the name alone, or the package
// in front.
const (
	SimpleName = "simple"
	FullName   = "full"
)

// What a method asks a type for: one of its attributes, or all as a list.
const (
	OneAttribute  = "one"
	AllAttributes = "all"
)

// check reports a word that means nothing.
func (v *Values) check(library string) error {
	for name, what := range v.Makes {
		if !slices.Contains(makes, what) {
			return fmt.Errorf("client model %s: %s makes %q; there are %v", library, name, what, makes)
		}
	}
	for name, f := range v.Formats {
		if !slices.Contains(styles, f.Style) || len(f.Template) == 0 {
			return fmt.Errorf("client model %s: format %s needs a template and one of the styles %v", library, name, styles)
		}
	}
	for name, what := range v.TypeNames {
		if what != SimpleName && what != FullName {
			return fmt.Errorf("client model %s: the name %s of types is %q; there are %s and %s", library, name, what, SimpleName, FullName)
		}
	}
	for name, how := range v.TypeAttributes {
		if how != OneAttribute && how != AllAttributes {
			return fmt.Errorf("client model %s: %s asks types for %q; there are %s and %s", library, name, how, OneAttribute, AllAttributes)
		}
	}
	for name, slots := range v.Puts {
		if len(slots) != 2 {
			return fmt.Errorf("client model %s: %s needs the slots of a key and a value", library, name)
		}
	}
	return nil
}

// take adds what a model says.
func (v *Values) take(m *Values) {
	if v.Constants == nil {
		*v = Values{Constants: map[string]string{}, Makes: map[string]string{}, Puts: map[string]Slots{}, Formats: map[string]Format{}, TypeNames: map[string]string{}, TypeAttributes: map[string]string{}, Messages: map[string]string{}, Parts: map[string]bool{}}
	}
	maps.Copy(v.Messages, m.Messages)
	for _, name := range m.NotPayload {
		v.Parts[name] = true
	}
	v.Serialized.take(&m.Serialized)
	v.Providers = append(v.Providers, m.Providers...)
	v.Registers = append(v.Registers, m.Registers...)
	maps.Copy(v.Constants, m.Constants)
	maps.Copy(v.Makes, m.Makes)
	maps.Copy(v.TypeNames, m.TypeNames)
	maps.Copy(v.TypeAttributes, m.TypeAttributes)
	maps.Copy(v.Puts, m.Puts)
	maps.Copy(v.Formats, m.Formats)
}

// findSaid notes all dotted names that models say something of.
func (s *Set) findSaid(models []*Model) {
	s.said = map[string]bool{}
	say := func(name string) {
		s.said[name] = true
		if i := strings.LastIndexByte(name, '.'); i > 0 {
			s.said[name[:i]] = true
		}
	}
	action := func(list ...*Action) {
		for _, a := range list {
			if a == nil {
				continue
			}
			for _, names := range [][]string{a.With, a.Within, a.Declared} {
				for _, n := range names {
					say(n)
				}
			}
			if a.Keys != nil {
				for _, n := range a.Keys.Joined {
					say(n)
				}
			}
		}
	}
	call := func(c *Call) {
		if c != nil {
			action(append(append([]*Action{c.Action, c.Decorator}, c.Also...), c.Decorators...)...)
		}
	}
	for _, m := range models {
		for n, t := range m.Types {
			say(n)
			call(t.New)
			for _, c := range t.Methods {
				call(c)
			}
		}
		for n, c := range m.Functions {
			say(n)
			call(c)
		}
		for _, names := range [][]string{m.Providers, m.NotPayload, m.Serialized.Names, m.Serialized.Skips, m.Records.Bases} {
			for _, n := range names {
				say(n)
			}
		}
		for n := range m.Constants {
			say(n)
		}
		for n := range m.Makes {
			say(n)
		}
		for n := range m.Formats {
			say(n)
		}
		for n := range m.Messages {
			say(n)
		}
		for n := range m.Through {
			say(n)
		}
		for n := range m.Decodes {
			say(n)
		}
		for n := range m.Forwards {
			say(n)
		}
		for n := range m.Reads {
			say(n)
		}
		for n := range m.Bound {
			say(n)
		}
		for n := range m.Queues {
			say(n)
		}
		for n := range m.Options {
			say(n)
		}
	}
}

// parseMethodSlot parses `METHOD(KEY).ARG`, the form of a slot that names an
// argument of a call in the chain that made the receiver. ok is false for text
// of another form.
func parseMethodSlot(text string, s *Slot) (rest string, ok bool) {
	open := strings.IndexByte(text, '(')
	if open <= 0 {
		return text, false
	}
	end := strings.Index(text, ").")
	if end < open {
		return text, false
	}
	s.Method, s.MethodKey = text[:open], text[open+1:end]
	return text[end+2:], true
}
