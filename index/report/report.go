// Package report writes a topology for people and programs: as text, JSON and
// Markdown, findings as a compiler prints them, and the way by which a name
// came about. It computes views of plain data and reads no file on its own.
//
// All writers give the same bytes for the same input.
package report

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"

	"topicls/index/topology"
)

// Input is what the writers show. An index.Snapshot's Report is one.
type Input interface {
	// Root returns the absolute path of the workspace.
	Root() string
	// Environments returns every environment that the workspace describes.
	Environments() []topology.Environment
	// Services returns the services of the chosen environments and the programs
	// that no deployment runs, sorted by id.
	Services() []*topology.Service
	// Endpoints returns all endpoints, by file and position.
	Endpoints() []*topology.Endpoint
	// Topics returns the names of all topics, sorted.
	Topics() []string
	// Topic returns a topic by name, or nil.
	Topic(name string) *topology.Topic
	// DeclaredTopics returns the names of the topics that something creates, sorted.
	DeclaredTopics() []string
	// Declarations returns where a topic is created, by place.
	Declarations(topic string) []topology.Declaration
	// Schemas returns what files declare of a topic's messages.
	Schemas(topic string) []topology.Schema
	// Operations returns what documents declare that services do with a topic, by
	// place.
	Operations(topic string) []topology.Operation
	// Variables returns the variables of all services, sorted by service and name.
	Variables() []topology.Variable
	// Reads returns the places where code reads variables, by file and position.
	Reads() []topology.VariableRead
	// Diagnostics returns all findings, by file and position.
	Diagnostics() []topology.Diagnostic
	// Notes returns what could not be read, by file.
	Notes() []Note
	// Counts returns what the index counted, by name.
	Counts() map[string]int
	// Text returns the bytes of a workspace file.
	Text(path string) ([]byte, bool)
}

// Note is a part of the workspace that could not be read or used.
type Note struct {
	Place   topology.Place // Start and End may be 0: the whole file
	Message string
}

// view answers what all writers ask of an input.
type view struct {
	Input
	services map[string]*topology.Service
	lines    map[string]*lines
	aka      map[string]bool // display names that several services have
}

func newView(in Input) *view {
	v := &view{Input: in, services: map[string]*topology.Service{}, lines: map[string]*lines{}, aka: map[string]bool{}}
	seen := map[string]bool{}
	for _, s := range in.Services() {
		v.services[s.ID] = s
		v.aka[s.Name] = seen[s.Name]
		seen[s.Name] = true
	}
	return v
}

// name is how a service is shown: by its name, or by its id where several
// services have that name.
func (v *view) name(id string) string {
	s := v.services[id]
	if s == nil || s.Name == "" || v.aka[s.Name] {
		return strings.TrimPrefix(id, "code:")
	}
	return s.Name
}

// named is a service's name with the image it runs.
func (v *view) named(s *topology.Service) string {
	if s.Image == "" {
		return v.name(s.ID)
	}
	return v.name(s.ID) + " (" + s.Image + ")"
}

func (v *view) names(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = v.name(id)
	}
	return strings.Join(out, ", ")
}

// lines tells where the lines of a file begin, as source.Lines does.
type lines struct {
	text   []byte
	starts []int
}

func (v *view) file(path string) *lines {
	if l := v.lines[path]; l != nil {
		return l
	}
	text, _ := v.Text(path)
	l := &lines{text: text, starts: []int{0}}
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' || text[i] == '\r' && (i+1 == len(text) || text[i+1] != '\n') {
			l.starts = append(l.starts, i+1)
		}
	}
	v.lines[path] = l
	return l
}

// position returns the 1-based line and the 1-based column in bytes of an offset.
func (v *view) position(path string, off uint32) (line, column int) {
	l := v.file(path)
	o := min(int(off), len(l.text))
	line = sort.Search(len(l.starts), func(i int) bool { return l.starts[i] > o })
	return line, o - l.starts[line-1] + 1
}

// where is a place as "file:line".
func (v *view) where(p topology.Place) string {
	if p.File == "" {
		return ""
	}
	line, _ := v.position(p.File, p.Start)
	return fmt.Sprintf("%s:%d", p.File, line)
}

// whereExactly is a place as "file:line:column".
func (v *view) whereExactly(p topology.Place) string {
	line, column := v.position(p.File, p.Start)
	return fmt.Sprintf("%s:%d:%d", p.File, line, column)
}

// source returns the source line that a place begins on, without blanks around it.
func (v *view) source(p topology.Place) string {
	l := v.file(p.File)
	line, _ := v.position(p.File, p.Start)
	end := len(l.text)
	if line < len(l.starts) {
		end = l.starts[line]
	}
	return string(bytes.TrimSpace(l.text[l.starts[line-1]:end]))
}

// chosen returns the environments that answer: those that services are of.
func (v *view) chosen() []topology.Environment {
	var out []topology.Environment
	for _, e := range v.Environments() {
		if slices.ContainsFunc(v.Services(), func(s *topology.Service) bool { return s.Environment == e.ID }) {
			out = append(out, e)
		}
	}
	return out
}

// runs reports whether a service runs code that uses Kafka.
func (v *view) runs(s *topology.Service) bool {
	return slices.ContainsFunc(v.Endpoints(), func(e *topology.Endpoint) bool { return slices.Contains(e.Services, s.ID) })
}

// part is one service's use of a topic at one place.
type part struct {
	service string // id
	use     topology.Use
}

// parts lists uses by service, then by place.
func parts(uses []topology.Use) []part {
	var out []part
	for _, u := range uses {
		for _, s := range u.Name.Services {
			out = append(out, part{s, u})
		}
	}
	slices.SortStableFunc(out, func(a, b part) int { return strings.Compare(a.service, b.service) })
	return out
}

// serviceIDs lists the services of uses, sorted, each once.
func serviceIDs(uses []topology.Use) []string {
	out := []string{}
	for _, p := range parts(uses) {
		if len(out) == 0 || out[len(out)-1] != p.service {
			out = append(out, p.service)
		}
	}
	return out
}

// in lists the names that hold in a service, each once, unknown ones as "?".
func in(list []topology.Name, service string) []string {
	var out []string
	for i := range list {
		n := &list[i]
		if !slices.Contains(n.Services, service) {
			continue
		}
		name := n.Name
		if name == "" {
			name = "?"
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// topicsOf lists the topics that a service produces or consumes, dead-letter
// topics apart.
func (v *view) topicsOf(id string, role topology.Role) (plain, dead []string) {
	for _, n := range v.Topics() {
		t := v.Topic(n)
		uses := t.Producers
		if role == topology.Consume {
			uses = t.Consumers
		}
		if !slices.ContainsFunc(uses, func(u topology.Use) bool { return slices.Contains(u.Name.Services, id) }) {
			continue
		}
		if t.DeadLetterOf != "" {
			dead = append(dead, n)
		} else {
			plain = append(plain, n)
		}
	}
	return plain, dead
}

// groupsOf lists the consumer groups of a service, sorted.
func (v *view) groupsOf(id string) []string {
	return v.namesOf(id, func(e *topology.Endpoint) []topology.Name { return e.Groups })
}

// brokersOf lists the brokers that a service connects to, sorted.
func (v *view) brokersOf(id string) []string {
	return v.namesOf(id, func(e *topology.Endpoint) []topology.Name { return e.Brokers })
}

func (v *view) namesOf(id string, of func(e *topology.Endpoint) []topology.Name) []string {
	var out []string
	for _, e := range v.Endpoints() {
		for _, n := range in(of(e), id) {
			if n != "?" && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	slices.Sort(out)
	return out
}

// plural is a count with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

var severities = [...]topology.Severity{topology.Error, topology.Warning, topology.Information, topology.Hint}

// summary counts findings by severity, in words.
func summary(list []topology.Diagnostic) string {
	if len(list) == 0 {
		return "no findings"
	}
	n := map[topology.Severity]int{}
	for i := range list {
		n[list[i].Severity]++
	}
	var out []string
	for _, s := range severities {
		if n[s] == 0 {
			continue
		}
		one, many := string(s), string(s)+"s"
		if s == topology.Information {
			many = one
		}
		out = append(out, plural(n[s], one, many))
	}
	return strings.Join(out, ", ")
}

// output is a buffered writer that keeps its first error.
type output struct{ *bufio.Writer }

func newOutput(w io.Writer) output { return output{bufio.NewWriter(w)} }

func (o output) line(parts ...string) {
	for _, p := range parts {
		o.WriteString(p) //nolint:errcheck // the writer keeps its first error for Flush
	}
	o.WriteByte('\n') //nolint:errcheck // as above
}

func (o output) linef(format string, args ...any) { fmt.Fprintf(o, format+"\n", args...) }
