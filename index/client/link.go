package client

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
)

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
	addAll(s, s.Decodes)
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

// actsAs notes that a call of a name may act on Kafka.
func (s *Set) actsAs(name string, c *Call) {
	given := c.Action != nil && c.Decorator == nil && len(c.Decorators)+len(c.Also)+len(c.Handlers) == 0 && c.Action.needsArguments()
	s.Given[name] = given && (s.Given[name] || !s.MethodNames[name])
	s.MethodNames[name] = true
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
		Forwards: map[string]*Forward{}, Tasks: map[string]*Forward{}, Settings: map[string]*Settings{}, Through: map[string]Slots{}, Decodes: map[string]*Decode{}, DecodeNames: map[string]bool{},
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
				if c.acts() {
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
			if t.New != nil && t.New.acts() {
				s.actsAs(last(name), t.New)
			}
		}
		for name, c := range m.Functions {
			s.addGiver(last(name), c)
			s.Functions[name] = c
			module(name)
			if c.acts() {
				s.actsAs(last(name), c)
			}
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
		for name, v := range m.Decodes {
			s.Decodes[name] = v
			s.DecodeNames[last(name)] = true
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
