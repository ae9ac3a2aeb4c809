package index

import (
	"slices"
	"sort"
	"strings"

	"topicls/index/topology"
)

// Limits of a page beside the code.
const (
	maxLines  = 10 // of one section
	maxTopics = 3  // that are shown in full; more are only listed
)

// Page is a short text for people about one thing. [Page.Markdown] and
// [Page.Plain] render it.
type Page struct {
	Title    Line
	Sections []Section
}

// Section is a part of a page.
type Section struct {
	Head  Line // begins a part about another thing; all else is empty then
	Title string
	Lines []Line // one paragraph without Title, list items with it
	Code  string // a block of text in the form of Lang
	Lang  string
}

// Line is one line of text.
type Line []Run

// Run is a piece of a line.
type Run struct {
	Text string
	Code bool           // a name or a value
	At   topology.Place // where it leads, if File is set; without Text its place is shown
}

func text(s string) Run         { return Run{Text: s} }
func quoted(s string) Run       { return Run{Text: s, Code: true} }
func link(p topology.Place) Run { return Run{At: p} }
func (p *Page) add(sections ...Section) {
	for _, s := range sections {
		if len(s.Head) > 0 || len(s.Lines) > 0 || s.Code != "" {
			p.Sections = append(p.Sections, s)
		}
	}
}

// Hover is what to show about a place.
type Hover struct {
	Place topology.Place
	Page
}

// Hover tells about what stands at a byte offset of a file.
func (s *Snapshot) Hover(path string, off uint32) (Hover, bool) {
	o, ok := s.At(path, off)
	if !ok {
		return Hover{}, false
	}
	h := Hover{Place: o.Place}
	if o.Environment != "" {
		h.Page = s.otherPage(o)
		return h, true
	}
	switch o.Kind {
	case TopicOccurrence:
		h.Page = s.topicsPage(o.Names, o.Uses)
		derived := o.Derived
		if len(o.Names) == 1 && s.Topic(o.Names[0]) != nil { // it names its dead-letter topics already
			dead := s.Topic(o.Names[0]).DeadLetters
			derived = slices.DeleteFunc(slices.Clone(derived), func(n string) bool { return slices.Contains(dead, n) })
		}
		h.add(s.derivedSection(derived))
	case VariableOccurrence:
		h.Page = s.variablePage(o)
	case FieldOccurrence:
		h.Page = s.fieldPage(o)
	case GroupOccurrence:
		h.Page = s.groupPage(o)
	case ServiceOccurrence:
		h.Page = s.servicePage(o.Names[0])
	}
	return h, true
}

// TopicPage tells about a topic.
func (s *Snapshot) TopicPage(name string) (Page, bool) {
	t := s.Topic(name)
	if t == nil {
		return Page{}, false
	}
	return s.topicPage(name, append(slices.Clone(t.Producers), t.Consumers...)), true
}

// topicsPage tells about the topics that uses name at one place.
func (s *Snapshot) topicsPage(names []string, uses []topology.Use) Page {
	switch {
	case len(names) == 0:
		return s.unknownPage(uses)
	case len(names) == 1:
		return s.topicPage(names[0], uses)
	}
	p := Page{Title: Line{text(counted(len(names), "topic"))}}
	p.add(Section{Title: "Topics", Lines: capped(s.topicLines(names, uses))})
	if len(names) <= maxTopics {
		for _, n := range names {
			one := s.topicPage(n, usesNaming(uses, n))
			p.add(Section{Head: one.Title})
			p.add(one.Sections...)
		}
	}
	return p
}

// topicLines lists topics with the services in which uses name them.
func (s *Snapshot) topicLines(names []string, uses []topology.Use) []Line {
	var out []Line
	for _, n := range names {
		l := Line{quoted(n), text(": " + s.topicDetail(n))}
		if services := servicesNaming(uses, n); len(services) > 0 && len(services) < 6 {
			l = append(append(l, text(" (in ")), append(s.serviceRuns(services), text(")"))...)
		}
		out = append(out, l)
	}
	return out
}

func usesNaming(uses []topology.Use, name string) []topology.Use {
	var out []topology.Use
	for _, u := range uses {
		if u.Name != nil && u.Name.Name == name {
			out = append(out, u)
		}
	}
	return out
}

func servicesNaming(uses []topology.Use, name string) []string {
	var out []string
	for _, u := range usesNaming(uses, name) {
		out = append(out, u.Name.Services...)
	}
	sort.Strings(out)
	return slices.Compact(out)
}

// topicPage tells about one topic, as the given uses name it: who produces and
// consumes it, groups, key, payload, where the name comes from, dead letters,
// findings.
func (s *Snapshot) topicPage(name string, uses []topology.Use) Page {
	producers, consumers := s.usesOf([]string{name})
	p := Page{Title: Line{text("topic "), quoted(name), text(": " + sidesDetail(producers, consumers))}}
	p.add(
		s.sideSection("Produced by", producers, name),
		s.sideSection("Consumed by", consumers, name),
		s.groupSection(consumers),
		s.keySection(producers),
		s.payloadSection(producers, consumers),
	)
	p.add(s.nameSections(uses)...)
	p.add(s.deadLetterSection(name), s.findingSection(name))
	return p
}

// sideSection lists one side's services with the places in their code.
func (s *Snapshot) sideSection(title string, uses []topology.Use, name string) Section {
	type side struct {
		services     []string
		function, as string
		at           []topology.Place
	}
	var sides []side
	for _, e := range endpointsOf(uses) {
		x := side{function: e.Function}
		for _, u := range uses {
			if u.Endpoint == e && u.Name != nil {
				x.services = append(x.services, u.Name.Services...)
				if u.Name.Name != name {
					x.as = u.Name.Name
				}
			}
		}
		sort.Strings(x.services)
		x.services = slices.Compact(x.services)
		i := slices.IndexFunc(sides, func(y side) bool {
			return y.function == x.function && y.as == x.as && y.at[0].File == e.Place.File && slices.Equal(y.services, x.services)
		})
		if i < 0 {
			i = len(sides)
			sides = append(sides, x)
		}
		sides[i].at = append(sides[i].at, e.Place)
	}
	sort.SliceStable(sides, func(i, j int) bool { return slices.Compare(sides[i].services, sides[j].services) < 0 })
	sec := Section{Title: title}
	for _, x := range sides {
		l := append(s.serviceRuns(x.services), text(" "))
		for i, at := range x.at {
			if i > 0 {
				l = append(l, text(", "))
			}
			l = append(l, link(at))
		}
		if x.function != "" {
			l = append(l, text(" in "), quoted(x.function))
		}
		if x.as != "" {
			l = append(l, text(" as "), quoted(x.as))
		}
		sec.Lines = append(sec.Lines, l)
	}
	if len(sec.Lines) == 0 {
		sec.Lines = []Line{{text("nothing in this workspace")}}
	}
	sec.Lines = capped(sec.Lines)
	return sec
}

// serviceRuns names services, each a link to where it is deployed.
func (s *Snapshot) serviceRuns(ids []string) Line {
	var out Line
	for i, id := range ids {
		if i > 0 {
			out = append(out, text(", "))
		}
		r := Run{Text: id, Code: true}
		if svc := s.byID[id]; svc != nil {
			r.Text = svc.Name
			if svc.At.End > svc.At.Start {
				r.At = svc.At
			}
		}
		out = append(out, r)
	}
	return out
}

func capped(lines []Line) []Line {
	if len(lines) > maxLines {
		lines = append(lines[:maxLines-1:maxLines-1], Line{text("and " + counted(len(lines)-maxLines+1, "more place"))})
	}
	return lines
}

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

// derivedSection lists topics whose names are made from this one's text.
func (s *Snapshot) derivedSection(names []string) Section {
	sec := Section{Title: "Part of the names of"}
	if len(names) == 1 {
		sec.Title = "Part of the name of"
	}
	for _, l := range s.topicLines(names, nil) {
		sec.Lines = append(sec.Lines, append(Line{text("topic ")}, l...))
	}
	sec.Lines = capped(sec.Lines)
	return sec
}

// sameOrigin reports whether two provenances end in the same place.
func sameOrigin(a, b []topology.Step) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	return a[len(a)-1].Place == b[len(b)-1].Place
}

func (s *Snapshot) serviceName(id string) string {
	if svc := s.byID[id]; svc != nil {
		return svc.Name
	}
	return id
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

func (s *Snapshot) deadLetterSection(name string) Section {
	t := s.Topic(name)
	sec := Section{Title: "Dead letters"}
	if t == nil {
		return sec
	}
	leads := func(n string) Line {
		if p, ok := s.topicPlace(n); ok {
			return Line{{Text: n, Code: true, At: p}}
		}
		return Line{quoted(n)}
	}
	for _, d := range t.DeadLetters {
		sec.Lines = append(sec.Lines, append(Line{text("failures go to ")}, leads(d)...))
	}
	if t.DeadLetterOf != "" {
		sec.Lines = append(sec.Lines, append(Line{text("takes the failures of ")}, leads(t.DeadLetterOf)...))
	}
	return sec
}

func (s *Snapshot) findingSection(name string) Section {
	sec := Section{Title: "Findings"}
	all := s.Diagnostics()
	for i := range all {
		if d := &all[i]; d.Topic == name {
			sec.Lines = append(sec.Lines, Line{text(string(d.Severity) + ": " + d.Message + " "), link(d.Place)})
		}
	}
	sec.Lines = capped(sec.Lines)
	return sec
}

// unknownPage tells why no topic is known.
func (s *Snapshot) unknownPage(uses []topology.Use) Page {
	p := Page{Title: Line{text("unknown topic")}}
	var why []Line
	for _, u := range uses {
		reason := u.Endpoint.Reason
		if u.Name != nil && u.Name.Reason != "" {
			reason = u.Name.Reason
		}
		if reason == "" {
			reason = "the name can't be followed"
		}
		if l := (Line{text(reason)}); !slices.ContainsFunc(why, func(x Line) bool { return slices.Equal(x, l) }) {
			why = append(why, l)
		}
	}
	p.add(Section{Title: "Why", Lines: capped(why)})
	p.add(s.nameSections(uses)...)
	return p
}

// variablePage tells about a variable: its value per service, who reads it, and
// the topics that depend on it.
func (s *Snapshot) variablePage(o Occurrence) Page {
	p := Page{Title: Line{text(counted(len(o.Names), "environment variable"))}}
	if len(o.Names) == 1 {
		p.Title = Line{text("environment variable "), quoted(o.Names[0])}
	}
	type value struct {
		shown Line
		at    topology.Place
	}
	services := map[topology.Place][]string{}
	var values []value
	set := map[string]bool{}
	for _, v := range s.settingsOf(o.Names, o.Services) {
		at := v.setAt()
		if services[at] == nil {
			var shown Line
			if len(o.Names) > 1 {
				shown = Line{quoted(v.v.Name), text(" is ")}
			}
			switch value, ok := s.shownVariable(v.service, v.v); {
			case !ok:
				shown = append(shown, text(topology.Masked+" (a secret)"))
			case v.v.Reason != "":
				shown = append(shown, text("not known: "+v.v.Reason))
			default:
				shown = append(shown, quoted(value))
			}
			values = append(values, value{shown, at})
		}
		services[at] = append(services[at], v.service)
		set[v.service] = true
	}
	sec := Section{Title: "Value"}
	for _, v := range values {
		l := append(v.shown, text(" in "))
		l = append(append(l, s.serviceRuns(services[v.at])...), text(" "), link(v.at))
		sec.Lines = append(sec.Lines, l)
	}
	var unset []string
	for _, id := range o.Services {
		if !set[id] {
			unset = append(unset, id)
		}
	}
	reads := s.readsOf(o.Names, o.Services)
	if len(unset) > 0 {
		sec.Lines = append(sec.Lines, append(Line{text("not set in ")}, s.serviceRuns(unset)...))
	}
	sec.Lines = capped(sec.Lines)
	read := Section{Title: "Read at"}
	for _, r := range reads {
		l := Line{link(r.At)}
		if len(o.Names) > 1 {
			l = Line{quoted(r.Name), text(" "), link(r.At)}
		}
		switch {
		case r.HasDefault && r.Default != "":
			l = append(l, text(" with the default "), quoted(r.Default))
		case r.HasDefault:
			l = append(l, text(" with a default"))
		case r.Required:
			l = append(l, text(", must be set"))
		}
		read.Lines = append(read.Lines, l)
	}
	read.Lines = capped(read.Lines)
	p.add(sec, read)
	names := topicsOf(o.Uses)
	sort.Strings(names)
	whole, derived := s.valuedTopics(o, names)
	switch {
	case len(whole) == 0:
	case len(whole) == 1:
		if t := s.Topic(whole[0]); t != nil {
			derived = slices.DeleteFunc(derived, func(n string) bool { return slices.Contains(t.DeadLetters, n) })
		}
		topic := s.topicPage(whole[0], usesNaming(o.Uses, whole[0]))
		p.add(Section{Head: topic.Title})
		p.add(topic.Sections...)
	default:
		p.add(Section{Title: "Topics", Lines: capped(s.topicLines(whole, o.Uses))})
	}
	p.add(s.derivedSection(derived), s.otherUseSection(o))
	var findings Section
	findings.Title = "Findings"
	if len(whole) == 1 {
		findings.Title = "Findings about the variable"
	}
	all := s.Diagnostics()
	for i := range all {
		if d := &all[i]; d.Variable != "" && slices.Contains(o.Names, d.Variable) && (d.Service == "" || slices.Contains(o.Services, d.Service)) {
			findings.Lines = append(findings.Lines, Line{text(string(d.Severity) + ": " + d.Message + " "), link(d.Place)})
		}
	}
	p.add(findings)
	return p
}

// valuedTopics divides the topics that depend on a variable into those that it
// names and those that it only names a part of.
func (s *Snapshot) valuedTopics(o Occurrence, names []string) (whole, derived []string) {
	values := map[string]bool{}
	for _, v := range s.settingsOf(o.Names, o.Services) {
		values[v.v.Value] = true
	}
	for _, r := range s.readsOf(o.Names, o.Services) {
		if r.HasDefault {
			values[r.Default] = true
		}
	}
	for _, n := range names {
		if values[n] {
			whole = append(whole, n)
		} else {
			derived = append(derived, n)
		}
	}
	if len(whole) == 0 {
		return derived, nil
	}
	return whole, derived
}

// otherUseSection tells which groups and keys a variable names.
func (s *Snapshot) otherUseSection(o Occurrence) Section {
	sec := Section{Title: "Used for"}
	for _, id := range o.Services {
		for _, e := range s.endpointsIn(id) {
			for _, use := range []struct {
				what string
				list []topology.Name
			}{{"the group on ", e.Groups}, {"the key on ", e.Keys}} {
				for i := range use.list {
					n := &use.list[i]
					if !slices.Contains(n.Services, id) || !dependsOn(n, o.Names) {
						continue
					}
					for _, t := range e.TopicNames() {
						l := append(Line{text(use.what), quoted(t), text(" in ")}, s.serviceRuns([]string{id})...)
						sec.Lines = append(sec.Lines, append(l, text(" "), link(e.Place)))
					}
				}
			}
		}
	}
	sec.Lines = capped(sec.Lines)
	return sec
}

// fieldPage tells who writes and reads a field of messages.
func (s *Snapshot) fieldPage(o Occurrence) Page {
	topics := topicsOf(o.Uses)
	sort.Strings(topics)
	p := Page{Title: Line{text("field "), quoted(strings.Join(o.Names, ", ")), text(" of ")}}
	for i, t := range topics {
		if i > 0 {
			p.Title = append(p.Title, text(", "))
		}
		p.Title = append(p.Title, quoted(t))
	}
	if len(topics) == 0 {
		p.Title = append(p.Title, text("messages of an unknown topic"))
	}
	producers, consumers := s.usesOf(topics)
	var types []string
	written, read := Section{Title: "Written at"}, Section{Title: "Read at"}
	seen := map[topology.Place]bool{}
	for _, e := range endpointsOf(append(append(slices.Clone(o.Uses), producers...), consumers...)) {
		where := func(at topology.Place, optional bool) Line {
			l := append(s.serviceRuns(e.Services), text(" "), link(at))
			if optional {
				l = append(l, text(", not always"))
			}
			return l
		}
		if e.Payload != nil {
			for i := range e.Payload.Fields {
				f := &e.Payload.Fields[i]
				if slices.Contains(o.Names, f.Name) && !seen[f.At] {
					seen[f.At] = true
					types = append(types, f.Types...)
					written.Lines = append(written.Lines, where(f.At, f.Optional))
				}
			}
		}
		for i := range e.Reads {
			r := &e.Reads[i]
			if slices.Contains(o.Names, strings.Join(r.Path, ".")) && !seen[r.At] {
				seen[r.At] = true
				read.Lines = append(read.Lines, where(r.At, false))
			}
		}
	}
	sort.Strings(types)
	if types = slices.Compact(types); len(types) > 0 {
		p.add(Section{Title: "Type", Lines: []Line{{quoted(strings.Join(types, " | "))}}})
	}
	if len(written.Lines) == 0 {
		written.Lines = []Line{{text("nothing in this workspace")}}
	}
	written.Lines, read.Lines = capped(written.Lines), capped(read.Lines)
	p.add(written, read)
	return p
}

// servicePage tells what a service consumes and produces.
func (s *Snapshot) servicePage(id string) Page {
	svc := s.byID[id]
	if svc == nil {
		return Page{Title: Line{text("service "), quoted(id)}}
	}
	p := Page{Title: Line{text("service "), quoted(svc.Name)}}
	sides := map[topology.Role]map[string]topology.Place{topology.Produce: {}, topology.Consume: {}}
	for _, e := range s.endpointsIn(id) {
		for i := range e.Topics {
			n := &e.Topics[i]
			if _, seen := sides[e.Role][n.Name]; !seen && n.Name != "" && slices.Contains(n.Services, id) {
				sides[e.Role][n.Name] = e.Place
			}
		}
	}
	for _, side := range []struct {
		title string
		role  topology.Role
	}{{"Consumes", topology.Consume}, {"Produces", topology.Produce}} {
		sec := Section{Title: side.title}
		names := make([]string, 0, len(sides[side.role]))
		for n := range sides[side.role] {
			names = append(names, n)
		}
		sort.Strings(names)
		for _, n := range names {
			sec.Lines = append(sec.Lines, Line{quoted(n), text(" "), link(sides[side.role][n])})
		}
		sec.Lines = capped(sec.Lines)
		p.add(sec)
	}
	switch {
	case svc.Broker:
		p.add(Section{Lines: []Line{{text("A Kafka broker.")}}})
	case svc.Infra:
		p.add(Section{Lines: []Line{{text("An image whose code is not in this workspace.")}}})
	case len(svc.Code) > 0:
		var l Line
		for i, c := range svc.Code {
			if i == 4 && len(svc.Code) > 5 {
				l = append(l, text(" and "+counted(len(svc.Code)-i, "more place")))
				break
			}
			if i > 0 {
				l = append(l, text(", "))
			}
			l = append(l, quoted(c))
		}
		p.add(Section{Title: "Code", Lines: []Line{l}})
	}
	return p
}
