package index

import (
	"slices"
	"sort"
	"strings"

	"topicls/index/topology"
)

func (s *Snapshot) groupSection(consumers []topology.Use) Section {
	return s.namesSection("Group", consumers, func(e *topology.Endpoint) []topology.Name { return e.Groups })
}

func (s *Snapshot) keySection(producers []topology.Use) Section {
	return s.namesSection("Key", producers, func(e *topology.Endpoint) []topology.Name { return e.Keys })
}

// namesSection lists the distinct groups or keys of endpoints with the services
// they hold in.
func (s *Snapshot) namesSection(title string, uses []topology.Use, of func(e *topology.Endpoint) []topology.Name) Section {
	services := map[string][]string{}
	var order []string
	for _, e := range endpointsOf(uses) {
		for _, label := range nameLabels(e, of(e)) {
			if services[label.text] == nil {
				order = append(order, label.text)
			}
			services[label.text] = append(services[label.text], label.services...)
		}
	}
	sort.Strings(order)
	sec := Section{Title: title}
	for _, label := range order {
		list := services[label]
		sort.Strings(list)
		l := Line{quoted(strings.TrimPrefix(label, "?"))}
		if strings.HasPrefix(label, "?") {
			l = Line{text(strings.TrimPrefix(label, "?"))}
		}
		l = append(append(l, text(" (")), append(s.serviceRuns(slices.Compact(list)), text(")"))...)
		sec.Lines = append(sec.Lines, l)
	}
	sec.Lines = capped(sec.Lines)
	return sec
}

// label is a name, or behind a "?" what is known of one that is not.
type label struct {
	text     string
	services []string
}

// nameLabels spells names of an endpoint. An unknown one is called as it is
// there: by what is given to the outermost wrapper. Of one that was followed to
// several places only the farthest counts.
func nameLabels(e *topology.Endpoint, names []topology.Name) []label {
	trails := make([][]string, len(names)) // what an unknown name passed through
	labels := make([]string, len(names))
	for i := range names {
		if labels[i] = names[i].Name; labels[i] != "" {
			continue
		}
		trails[i] = []string{}
		best, given := "", false
		for j := range names[i].Steps {
			what := names[i].Steps[j].What
			trails[i] = append(trails[i], what)
			if v, ok := strings.CutPrefix(what, "assigned to "); ok && (best == "" || given) {
				best, given = v, false
			} else if v, ok := strings.CutPrefix(what, "argument "); ok {
				if v, wrapper, _ := strings.Cut(v, " of "); slices.Contains(e.Via, wrapper) {
					best, given = v, true
				}
			}
		}
		labels[i] = "?known at run time only"
		if best != "" {
			labels[i] = "?" + best + ", known at run time only"
		}
	}
	var out []label
next:
	for i, t := range trails {
		for j, o := range trails {
			if n := len(t) - 1; t != nil && j != i && n >= 0 && len(o) > len(t) && slices.Equal(o[:n], t[:n]) {
				continue next
			}
		}
		out = append(out, label{labels[i], names[i].Services})
	}
	return out
}

// nameSections tell how the name came about, once per way.
func (s *Snapshot) nameSections(uses []topology.Use) []Section {
	type way struct {
		steps    []topology.Step
		status   topology.Status
		reason   string
		services []string
	}
	var ways []way
	for _, u := range uses {
		if u.Name == nil {
			continue
		}
		w := way{keptSteps(u.Name), u.Name.Status, u.Name.Reason, slices.Clone(u.Name.Services)}
		i := slices.IndexFunc(ways, func(x way) bool {
			return x.status == w.status && x.reason == w.reason && sameOrigin(x.steps, w.steps)
		})
		if i >= 0 {
			ways[i].services = append(ways[i].services, w.services...)
			continue
		}
		ways = append(ways, w)
	}
	var out []Section
	for i, w := range ways {
		if i == maxTopics {
			out = append(out, Section{Lines: []Line{{text("The name comes about in " + counted(len(ways)-i, "other way") + " too.")}}})
			break
		}
		title := "Name"
		if w.status != topology.Exact {
			title += ", " + statusWords(w.status)
		}
		if len(ways) > 1 {
			sort.Strings(w.services)
			var names []string
			for _, id := range slices.Compact(w.services) {
				names = append(names, s.serviceName(id))
			}
			title += ", in " + strings.Join(names, ", ")
		}
		sec := Section{Title: title}
		if w.reason != "" {
			sec.Lines = append(sec.Lines, Line{text(w.reason)})
		}
		for i := 0; i < len(w.steps); i++ {
			st := w.steps[i]
			if st.What == w.reason {
				continue
			}
			l := stepWords(st.What)
			if i+1 < len(w.steps) && strings.HasPrefix(st.What, "assigned ") { // `TOPIC = os.environ[...]` is one line
				next := w.steps[i+1]
				if strings.HasPrefix(next.What, "variable ") && next.File == st.File && next.Start >= st.End && next.Start-st.End < 40 {
					i++
					l = append(append(l, text(" from the ")), stepWords(next.What)...)
				}
			}
			sec.Lines = append(sec.Lines, append(l, text(" "), link(st.Place)))
		}
		sec.Lines = capped(sec.Lines)
		out = append(out, sec)
	}
	return out
}

// stepWords says what happened at a step, with its names quoted.
func stepWords(what string) Line {
	if what == "literal" {
		return Line{text("a literal")}
	}
	words := strings.Split(what, " ")
	for _, before := range []string{"assigned to ", "variable "} {
		if name, ok := strings.CutPrefix(what, before); ok {
			name, rest, more := strings.Cut(name, " ")
			l := Line{text(before), quoted(name)}
			if more {
				l = append(l, text(" "+rest))
			}
			return l
		}
	}
	if len(words) > 2 && (words[1] == "is" && words[2] == "set" || words[1] == "in") {
		return Line{quoted(words[0]), text(strings.TrimSuffix(strings.TrimPrefix(what, words[0]), " here"))}
	}
	return Line{text(what)}
}

// sameOrigin reports whether two provenances end in the same place.
func sameOrigin(a, b []topology.Step) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	return a[len(a)-1].Place == b[len(b)-1].Place
}

func statusWords(st topology.Status) string {
	switch st {
	case topology.Exact:
		return "given exactly"
	case topology.Default:
		return "the code's default, set by no deployment"
	case topology.Partial:
		return "known in part"
	}
	return "unknown"
}
