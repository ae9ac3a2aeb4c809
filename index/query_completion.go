package index

import (
	"slices"
	"sort"
	"strings"

	"topicls/index/facts"
	"topicls/index/topology"
)

// Completion is what may be written at a place.
type Completion struct {
	Kind  OccurrenceKind // topics, variables or fields
	Place topology.Place // the text that it takes the place of
	Items []CompletionItem
}

// CompletionItem is one of the names.
type CompletionItem struct {
	Name   string
	Detail string // short
	First  bool   // it is likelier than others
}

// Complete lists the names that may be meant at an offset of a file: topics where
// a topic is given, in code and in configuration; variables where code reads one
// and where a deployment sets one; the fields of a consumed message. Everywhere
// else there is nothing.
func (s *Snapshot) Complete(path string, off uint32) (Completion, bool) {
	text, ok := s.Text(path)
	if !ok || int(off) > len(text) {
		return Completion{}, false
	}
	c := completing{s: s, path: path, off: off, text: text}
	c.line = text[lineStart(text, int(off)):off]
	var out Completion
	if isCode(s, path) {
		out, ok = c.inCode()
	} else {
		out, ok = c.inConfiguration()
	}
	if !ok || len(out.Items) == 0 {
		return Completion{}, false
	}
	sort.SliceStable(out.Items, func(i, j int) bool {
		a, b := &out.Items[i], &out.Items[j]
		if a.First != b.First {
			return a.First
		}
		return a.Name < b.Name
	})
	out.Items = slices.CompactFunc(out.Items, func(a, b CompletionItem) bool { return a.Name == b.Name })
	return out, true
}

// completing is one question.
type completing struct {
	s    *Snapshot
	path string
	off  uint32
	text []byte
	line []byte // up to the offset
}

// inCode looks first at what the code says, where it can be read, and then at the
// words in front of the offset, where it is half typed.
func (c *completing) inCode() (Completion, bool) {
	if at, ok := c.literal(); ok {
		if out, ok := c.known(at); ok {
			return out, true
		}
	}
	return c.typed()
}

// literal is the text inside the quotes in which the offset is.
func (c *completing) literal() (topology.Place, bool) {
	cf := c.s.codeOf(c.path)
	if cf.codeFile == nil || cf.facts == nil || cf.stale {
		return topology.Place{}, false
	}
	f := cf.facts.File()
	best, found := topology.Place{File: c.path}, false
	for i := range f.Exprs {
		e := &f.Exprs[i]
		if e.Kind != facts.String || e.Start >= c.off || c.off >= e.End || int(e.End) > len(c.text) || found && e.End-e.Start >= best.End-best.Start {
			continue
		}
		best.Start, best.End, found = e.Start, e.End, true
	}
	if !found {
		return best, false
	}
	for best.Start < best.End && !isQuote(c.text[best.Start]) { // a prefix, as in f"..."
		best.Start++
	}
	for best.Start < c.off && isQuote(c.text[best.Start]) {
		best.Start++
	}
	for best.End > c.off && isQuote(c.text[best.End-1]) {
		best.End--
	}
	return best, best.Start <= c.off && c.off <= best.End && !strings.ContainsAny(string(c.text[best.Start:best.End]), "\n{}$\\")
}

func isQuote(b byte) bool { return b == '"' || b == '\'' || b == '`' }

// known tells by what a literal stands for.
func (c *completing) known(at topology.Place) (Completion, bool) {
	covers := func(p topology.Place) bool {
		return p.File == c.path && p.Start <= at.Start && at.End <= p.End && p.End-p.Start <= at.End-at.Start+8
	}
	for _, r := range c.s.ReadsIn(c.path) {
		if covers(r.At) {
			return c.variables(at, r.Services), true
		}
	}
	role, isTopic := topology.Role(""), false
	var readers []*topology.Endpoint
	c.s.concerning(c.path, c.off, func(e *topology.Endpoint) {
		if covers(e.Arg) {
			role, isTopic = e.Role, true
		}
		for i := range e.Topics {
			for j := range e.Topics[i].Steps {
				st := &e.Topics[i].Steps[j]
				if st.What == "literal" && covers(st.Place) && spelledVariable(&e.Topics[i], j) == "" {
					role, isTopic = e.Role, true
				}
			}
		}
		for i := range e.Reads {
			if e.Role == topology.Consume && covers(e.Reads[i].At) {
				readers = append(readers, e)
			}
		}
	})
	switch {
	case isTopic:
		return c.topics(at, role), true
	case len(readers) > 0:
		return c.fields(at, readers), true
	}
	return Completion{}, false
}

// topics lists all topics; those that lack what is written here come first.
func (c *completing) topics(at topology.Place, role topology.Role) Completion {
	out := Completion{Kind: TopicOccurrence, Place: at}
	for t := range c.s.topics.All() {
		if t.Pattern || t.Name == string(c.text[at.Start:at.End]) && len(t.Producers)+len(t.Consumers) == 1 {
			continue // what is being typed is no topic yet
		}
		out.Items = append(out.Items, CompletionItem{
			Name: t.Name, Detail: sidesDetail(t.Producers, t.Consumers),
			First: role == topology.Produce && len(t.Producers) == 0 || role == topology.Consume && len(t.Consumers) == 0,
		})
	}
	return out
}

// variables lists the variables that are set for services, or for any when none
// is known to run the code.
func (c *completing) variables(at topology.Place, services []string) Completion {
	out := Completion{Kind: VariableOccurrence, Place: at}
	at2 := map[string]int{}
	add := func(svc *service) {
		for i := range svc.Vars {
			v := &svc.Vars[i]
			if _, ok := at2[v.Name]; ok || svc.Infra {
				continue
			}
			at2[v.Name] = len(out.Items)
			item := CompletionItem{Name: v.Name}
			if value, ok := c.s.shownVariable(svc.ID, v); !ok {
				item.Detail = "a secret"
			} else if v.Reason == "" {
				item.Detail = "= " + value
			}
			out.Items = append(out.Items, item)
		}
	}
	for _, id := range services {
		if svc := c.s.deployed.byID[id]; svc != nil {
			add(svc)
		}
	}
	if len(services) == 0 {
		for _, svc := range c.s.deployed.services {
			add(svc)
		}
	}
	return out
}

// fields lists the fields that producers write into what endpoints consume.
func (c *completing) fields(at topology.Place, readers []*topology.Endpoint) Completion {
	out := Completion{Kind: FieldOccurrence, Place: at}
	for _, e := range readers {
		producers, _ := c.s.usesOf(e.TopicNames())
		for _, p := range endpointsOf(producers) {
			payload := c.s.passedPayload(p.Payload)
			if payload == nil {
				continue
			}
			for i := range payload.Fields {
				f := &payload.Fields[i]
				out.Items = append(out.Items, CompletionItem{Name: f.Name, Detail: typeText(f.Types, len(f.Types) == 0, f.Fields)})
			}
		}
	}
	return out
}

// CompletionPage tells about a name that a completion offers in a file.
func (s *Snapshot) CompletionPage(kind OccurrenceKind, name, path string) (Page, bool) {
	switch kind {
	case TopicOccurrence:
		return s.TopicPage(name)
	case VariableOccurrence:
		return s.variablePage(Occurrence{Kind: kind, Names: []string{name}, Services: s.runBy(path)}), true
	case FieldOccurrence:
		o := Occurrence{Kind: kind, Names: []string{name}}
		for _, e := range s.File(path) {
			if e.Role == topology.Consume {
				o.Uses = append(o.Uses, topology.Use{Endpoint: e})
			}
		}
		return s.fieldPage(o), len(o.Uses) > 0
	}
	return Page{}, false
}

// runBy lists the services that run a code file, sorted.
func (s *Snapshot) runBy(path string) []string {
	var out []string
	for _, svc := range s.deployed.services {
		if _, ok := slices.BinarySearch(svc.files, path); ok {
			out = append(out, svc.ID)
		}
	}
	return out
}
