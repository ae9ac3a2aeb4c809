package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Comparison is what differs between two environments of a workspace. Lists are
// sorted; services are called by their names.
type Comparison struct {
	A        string          `json:"a"` // ids of the environments
	B        string          `json:"b"`
	OnlyA    []string        `json:"onlyA"` // services with code that the other one does not deploy
	OnlyB    []string        `json:"onlyB"`
	Services []ComparedPair  `json:"services"` // that both deploy, and in another way
	Topics   []ComparedTopic `json:"topics"`   // with other sides
}

// ComparedPair is a service that both environments deploy.
type ComparedPair struct {
	A         string          `json:"a"`
	B         string          `json:"b"`
	Names     []ComparedName  `json:"names"`
	Variables []ComparedValue `json:"variables"`
}

// ComparedName is a topic or group of one endpoint that is another one in the
// other environment. What is not known is said in words, with Known false.
type ComparedName struct {
	What string `json:"what"` // "produces", "consumes", "group"
	A    Value  `json:"a"`
	B    Value  `json:"b"`
	At   string `json:"at"` // the endpoint: file and line
}

// ComparedValue is a variable that the service's code reads.
type ComparedValue struct {
	Name string `json:"name"`
	A    Value  `json:"a"`
	B    Value  `json:"b"`
}

// Value is a value and where it is given.
type Value struct {
	Text  string `json:"text"` // the value, or in words why there is none
	Known bool   `json:"known"`
	At    string `json:"at,omitempty"` // file and line
}

// ComparedTopic is a topic whose sides differ.
type ComparedTopic struct {
	Name string        `json:"name"`
	A    ComparedSides `json:"a"`
	B    ComparedSides `json:"b"`
}

// ComparedSides are the services that use a topic.
type ComparedSides struct {
	Producers []string `json:"producers"`
	Consumers []string `json:"consumers"`
}

// CompareJSON writes a comparison for programs.
func CompareJSON(w io.Writer, c Comparison) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(c)
}

// CompareText writes a comparison for a person.
func CompareText(w io.Writer, c Comparison, st Style) error {
	o := newOutput(w)
	o.line(st.bold(c.A + " and " + c.B))
	if len(c.OnlyA)+len(c.OnlyB)+len(c.Services)+len(c.Topics) == 0 {
		o.line("\nThey deploy the same services, with the same topics.")
		return o.Flush()
	}
	for _, only := range []struct {
		in, not string
		list    []string
	}{{c.A, c.B, c.OnlyA}, {c.B, c.A, c.OnlyB}} {
		if len(only.list) > 0 {
			o.linef("\n%s  %s", st.heading("Only in "+only.in), strings.Join(only.list, ", "))
		}
	}
	value := func(v Value) string {
		text := v.Text
		if !v.Known {
			text = st.dim(text)
		}
		if v.At != "" {
			text += "  " + st.dim(v.At)
		}
		return printable(text)
	}
	if len(c.Services) > 0 {
		o.line("\n", st.heading("Services"))
	}
	for _, s := range c.Services {
		name := s.A
		if s.B != s.A {
			name += " (" + s.B + " in " + c.B + ")"
		}
		o.line("\n", st.bold(printable(name)))
		for _, n := range s.Names {
			o.linef("  %s  %s", n.What, st.dim(n.At))
			o.linef("    %s  %s", c.A, value(n.A))
			o.linef("    %s  %s", c.B, value(n.B))
		}
		for _, v := range s.Variables {
			o.linef("  %s", printable(v.Name))
			o.linef("    %s  %s", c.A, value(v.A))
			o.linef("    %s  %s", c.B, value(v.B))
		}
	}
	if len(c.Topics) > 0 {
		o.line("\n", st.heading("Topics"))
	}
	for _, t := range c.Topics {
		o.line("\n", st.topic(printable(t.Name)))
		for _, side := range []struct {
			in string
			s  ComparedSides
		}{{c.A, t.A}, {c.B, t.B}} {
			if len(side.s.Producers)+len(side.s.Consumers) == 0 {
				o.linef("  %s  %s", side.in, st.dim("not used"))
				continue
			}
			o.linef("  %s  produced by %s, consumed by %s", side.in, orNobody(side.s.Producers), orNobody(side.s.Consumers))
		}
	}
	return o.Flush()
}

func orNobody(list []string) string {
	if len(list) == 0 {
		return "nobody"
	}
	return strings.Join(list, ", ")
}

// Place spells a file and a line, as comparisons do.
func Place(file string, line int) string { return fmt.Sprintf("%s:%d", file, line) }

// SameSides reports whether two topics have the same services on both sides, by
// the pairs of names of services that are one.
func SameSides(a, b ComparedSides, same map[string]string) bool {
	renamed := func(list []string) []string {
		out := make([]string, len(list))
		for i, n := range list {
			if out[i] = n; same[n] != "" {
				out[i] = same[n]
			}
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(renamed(a.Producers), renamed(b.Producers)) && slices.Equal(renamed(a.Consumers), renamed(b.Consumers))
}
