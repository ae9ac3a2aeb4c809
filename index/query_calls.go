package index

import (
	"path"
	"slices"
	"strings"

	"topicls/index/facts"
	"topicls/index/topology"
)

// Callable is a function that produces or handles messages, or the topic between
// two of them: who produces to a topic calls who handles its messages.
type Callable struct {
	Topic  string // "" for a function
	Name   string
	Detail string
	Place  topology.Place // all of it
	Focus  topology.Place // its name
	Method bool           // a function of a class
	Module bool           // code outside of functions
}

// CallsTo is one end of calls.
type CallsTo struct {
	Callable
	From []topology.Place // the calls, in the file of who calls
}

// Callables lists what calls, or is called, through topics at an offset: the
// topics that it names, or the function there, if it produces or handles messages.
func (s *Snapshot) Callables(path string, off uint32) []Callable {
	if o, ok := s.At(path, off); ok && o.Environment == "" {
		names := o.Names
		if o.Kind != TopicOccurrence {
			names = nil
			if o.Kind == VariableOccurrence || o.Kind == KeyOccurrence {
				names = topicsOf(o.Uses)
				slices.Sort(names)
			}
		}
		var out []Callable
		for _, n := range names {
			if c, ok := s.topicCallable(n); ok {
				out = append(out, c)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	f, ok := s.functionAt(path, off)
	if !ok || f.Module || !f.Focus.Contains(path, off) || len(s.Incoming(f)) == 0 && len(s.Outgoing(f)) == 0 {
		return nil
	}
	return []Callable{f}
}

// CallableAt is the function at an offset again, of one that Callables gave.
func (s *Snapshot) CallableAt(path string, off uint32) (Callable, bool) {
	return s.functionAt(path, off)
}

// CallableTopic is a topic as a callable.
func (s *Snapshot) CallableTopic(name string) (Callable, bool) { return s.topicCallable(name) }

func (s *Snapshot) topicCallable(name string) (Callable, bool) {
	t := s.Topic(name)
	at, ok := s.topicPlace(name)
	if t == nil || !ok {
		return Callable{}, false
	}
	return Callable{Topic: name, Name: name, Detail: "topic, " + sidesDetail(t.Producers, t.Consumers), Place: at, Focus: at}, true
}

// functionAt is the innermost named function around an offset of a code file, or
// the file itself outside of functions.
func (s *Snapshot) functionAt(file string, off uint32) (Callable, bool) {
	cf := s.codeOf(file)
	if cf.codeFile == nil || cf.facts == nil {
		return Callable{}, false
	}
	f := cf.facts.File()
	var best *facts.Scope
	for i := range f.Scopes {
		sc := &f.Scopes[i]
		if sc.Kind == facts.FuncScope && sc.NameSpan.End > sc.NameSpan.Start && sc.Start <= off && off <= sc.End &&
			(best == nil || sc.End-sc.Start <= best.End-best.Start) {
			best = sc
		}
	}
	detail := file
	if names := s.runsIn(file); len(names) > 0 {
		detail = strings.Join(names, ", ") + ", " + file
	}
	if best == nil {
		at := topology.Place{File: file}
		return Callable{Name: path.Base(file), Detail: detail, Place: at, Focus: at, Module: true}, true
	}
	name := f.Text(best.Name)
	if text, ok := s.Text(file); ok && int(best.NameSpan.End) <= len(text) { // a constructor as it is called there
		name = string(text[best.NameSpan.Start:best.NameSpan.End])
	}
	c := Callable{
		Name: name, Detail: detail,
		Place: topology.Place{File: file, Start: best.Start, End: best.End},
		Focus: topology.Place{File: file, Start: best.NameSpan.Start, End: best.NameSpan.End},
	}
	if parent := &f.Scopes[best.Parent]; parent.Kind == facts.ClassScope {
		c.Name, c.Method = f.Text(parent.Name)+"."+c.Name, true
	}
	return c, true
}

// runsIn lists the names of the services that run a code file.
func (s *Snapshot) runsIn(file string) []string {
	var out []string
	for _, e := range s.File(file) {
		for _, id := range e.Services {
			if n := s.serviceName(id); !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	slices.Sort(out)
	return out
}

// calls gathers the other ends of calls.
type calls []CallsTo

func (c *calls) add(to Callable, from topology.Place) {
	for i := range *c {
		if x := &(*c)[i]; x.Topic == to.Topic && x.Place == to.Place && x.Focus == to.Focus {
			if !slices.Contains(x.From, from) {
				x.From = append(x.From, from)
			}
			return
		}
	}
	*c = append(*c, CallsTo{to, []topology.Place{from}})
}

// Outgoing lists whom a callable calls: a function the topics that it produces to,
// a topic the functions that handle its messages.
func (s *Snapshot) Outgoing(c Callable) []CallsTo {
	var out calls
	if c.Topic == "" {
		s.endpointsOfFunction(c, topology.Produce, func(e *topology.Endpoint) {
			for i := range e.Topics {
				if t, ok := s.topicCallable(e.Topics[i].Name); ok {
					out.add(t, usePlace(topology.Use{Endpoint: e, Name: &e.Topics[i]}))
				}
			}
		})
		return out
	}
	_, consumers := s.usesOf([]string{c.Topic})
	for _, e := range endpointsOf(consumers) {
		for _, at := range handlersOf(e) {
			if f, ok := s.functionAt(at.File, at.Start); ok {
				out.add(f, c.Focus)
			}
		}
	}
	return out
}

// Incoming lists who calls a callable: a topic's producers, and of a function the
// topics whose messages it handles.
func (s *Snapshot) Incoming(c Callable) []CallsTo {
	var out calls
	if c.Topic != "" {
		producers, _ := s.usesOf([]string{c.Topic})
		for _, u := range producers {
			at := usePlace(u)
			if f, ok := s.functionAt(at.File, at.Start); ok {
				out.add(f, at)
			}
		}
		return out
	}
	handled := func(e *topology.Endpoint) {
		for _, n := range e.TopicNames() {
			if t, ok := s.topicCallable(n); ok {
				out.add(t, t.Focus)
			}
		}
	}
	s.concerningFile(c.Place.File, func(e *topology.Endpoint) {
		if e.Role != topology.Consume {
			return
		}
		for _, at := range handlersOf(e) {
			if at.File != c.Place.File {
				continue
			}
			if f, ok := s.functionAt(at.File, at.Start); ok && f.Focus == c.Focus && f.Module == c.Module {
				handled(e)
				return
			}
		}
	})
	return out
}

// handlersOf are the functions that get a consumer's messages, or else where it
// consumes them.
func handlersOf(e *topology.Endpoint) []topology.Place {
	if len(e.Handlers) > 0 {
		return e.Handlers
	}
	return []topology.Place{EndpointPlace(e)}
}

// endpointsOfFunction calls f with the endpoints in a function, but not in
// functions inside of it.
func (s *Snapshot) endpointsOfFunction(c Callable, role topology.Role, f func(e *topology.Endpoint)) {
	for _, e := range s.File(c.Place.File) {
		if e.Role != role {
			continue
		}
		if in, ok := s.functionAt(e.Place.File, e.Place.Start); ok && in.Focus == c.Focus && in.Module == c.Module {
			f(e)
		}
	}
}
