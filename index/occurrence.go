package index

import (
	"slices"
	"sort"
	"strings"

	"topicls/index/deploy"
	"topicls/index/topology"
)

// OccurrenceKind says what stands at a place.
type OccurrenceKind string

// The kinds of occurrences.
const (
	TopicOccurrence    OccurrenceKind = "topic"
	VariableOccurrence OccurrenceKind = "variable"
	FieldOccurrence    OccurrenceKind = "field"
	GroupOccurrence    OccurrenceKind = "group"
	ServiceOccurrence  OccurrenceKind = "service"
	KeyOccurrence      OccurrenceKind = "key" // of a framework's configuration
)

// Occurrence is what stands at a place of the workspace.
type Occurrence struct {
	Kind  OccurrenceKind
	Place topology.Place
	// Names are the topics (none when the topic is not known), the variable, the
	// key, the field's path joined by ".", the consumer groups, or the service's id.
	Names []string
	// Derived are topics whose names are made from what stands here and more,
	// such as a dead-letter topic's; Names are empty of them when there are
	// others.
	Derived []string
	// Uses are the endpoints that have to do with it and, for a topic or a
	// consumer group, the name that each has here.
	Uses []topology.Use
	// Services are the ids of the services for which a variable is set or read here.
	Services []string
	// Environment is the id of the environment that sets it, when it is one that
	// does not answer; else "".
	Environment string
	// Deployed says that it stands in a deployment or configuration file.
	Deployed bool

	parts []topology.Use // with Derived
	// topics are those of whose messages a field of a schema is.
	topics []string
	// describes says that it is no topic's name but what describes its messages.
	describes bool
	plain     bool // a name by itself, no attribute of something
}

// Roles reports whether the uses of an occurrence produce and consume.
func (o *Occurrence) Roles() (produce, consume bool) {
	for _, u := range o.Uses {
		if u.Endpoint.Role == topology.Produce {
			produce = true
		} else {
			consume = true
		}
	}
	return produce, consume
}

// add enters a name, a use and services, each once.
func (o *Occurrence) add(name string, u topology.Use, services ...string) {
	if name != "" && !slices.Contains(o.Names, name) {
		o.Names = append(o.Names, name)
	}
	if u.Endpoint != nil && !slices.Contains(o.Uses, u) {
		o.Uses = append(o.Uses, u)
	}
	for _, id := range services {
		if !slices.Contains(o.Services, id) {
			o.Services = append(o.Services, id)
		}
	}
}

// addPart enters a topic whose name is made from what stands here and more.
func (o *Occurrence) addPart(name string, u topology.Use) {
	if name != "" && !slices.Contains(o.Derived, name) {
		o.Derived = append(o.Derived, name)
	}
	if !slices.Contains(o.parts, u) {
		o.parts = append(o.parts, u)
	}
}

// settle makes derived topics the names where there are no others.
func (o *Occurrence) settle() {
	if len(o.Names) == 0 && len(o.Uses) == 0 {
		o.Names, o.Uses, o.Derived = o.Derived, o.parts, nil
	}
	o.Derived = slices.DeleteFunc(o.Derived, func(n string) bool { return slices.Contains(o.Names, n) })
	sort.Strings(o.Derived)
	o.parts = nil
}

// At tells what stands at a byte offset of a file: of all that does, what has
// the shortest text.
func (s *Snapshot) At(path string, off uint32) (Occurrence, bool) {
	f := finder{path: path, off: off}
	s.concerning(path, off, f.endpoint)
	for _, r := range s.ReadsIn(path) {
		if f.hits(r.At) {
			f.occurrence(VariableOccurrence, r.At).add(r.Name, topology.Use{}, r.Services...)
		}
	}
	s.keysReadAt(&f)
	s.deployedAt(&f)
	o := f.best()
	if o == nil {
		o = s.declaredAt(path, off)
	}
	if o == nil {
		o = s.schemaAt(path, off)
	}
	if o == nil {
		o = s.keyAt(path, off)
	}
	if o == nil || o.Kind == TopicOccurrence || o.Kind == GroupOccurrence {
		n := s.nameAt(path, off)
		if n != nil && (o == nil || n.plain && n.Place != o.Place && o.Place.Start <= n.Place.Start && n.Place.End <= o.Place.End) {
			o = n
		}
	}
	if o == nil && isCode(s, path) {
		if o = s.fallbackAt(path, off); o == nil {
			o = s.spelledRead(path, off)
		}
	} else if o == nil {
		o = s.otherAt(path, off)
	}
	if o == nil {
		return Occurrence{}, false
	}
	o.settle()
	if o.Kind == VariableOccurrence && o.Environment == "" {
		s.addVariableUses(o)
	}
	sort.Strings(o.Names)
	sort.Strings(o.Services)
	o.Deployed = !isCode(s, path)
	return *o, true
}

func isCode(s *Snapshot, path string) bool {
	e, ok := s.set.Get(path)
	return ok && e.Lang != ""
}

// finder gathers what stands at an offset.
type finder struct {
	path  string
	off   uint32
	found []*Occurrence
	names map[uint32]topology.Place // in files of variables, by where the value begins
}

func (f *finder) hits(p topology.Place) bool {
	return p.Start <= f.off && f.off <= p.End && p.File == f.path && p.End > 0
}

func (f *finder) occurrence(kind OccurrenceKind, p topology.Place) *Occurrence {
	for _, o := range f.found {
		if o.Kind == kind && o.Place == p {
			return o
		}
	}
	o := &Occurrence{Kind: kind, Place: p}
	f.found = append(f.found, o)
	return o
}

// endpoint looks at all places of one endpoint.
func (f *finder) endpoint(e *topology.Endpoint) {
	at := e.Arg
	if at.File == "" {
		at = e.Place
	}
	here := f.hits(at)
	for i := range e.Topics {
		n := &e.Topics[i]
		u := topology.Use{Endpoint: e, Name: n}
		if here {
			f.occurrence(TopicOccurrence, at).add(n.Name, u)
		}
		composed := false
		for j := range n.Steps {
			st := &n.Steps[j]
			inside := composed
			composed = composed || composes(st.What)
			if !f.hits(st.Place) {
				continue
			}
			if returnsSetting(n, j) {
				continue
			}
			if v := variableAt(n, j); v != "" {
				f.occurrence(VariableOccurrence, st.Place).add(v, u, n.Services...)
				continue
			}
			if inside {
				f.occurrence(TopicOccurrence, st.Place).addPart(n.Name, u)
				continue
			}
			f.occurrence(TopicOccurrence, st.Place).add(n.Name, u)
		}
		for j := range n.Vars {
			if v := &n.Vars[j]; f.hits(v.At) {
				f.occurrence(VariableOccurrence, v.At).add(v.Name, u, n.Services...)
			}
		}
		for j := range n.Also {
			if at := n.Also[j].Place; f.hits(at) {
				f.occurrence(TopicOccurrence, at).add(n.Name, u)
			}
		}
		f.keys(n, u)
	}
	f.groups(e)
	u := topology.Use{Endpoint: e}
	eachField(e.Payload, func(path string, fd *topology.Field) {
		if f.hits(fd.At) {
			f.occurrence(FieldOccurrence, fd.At).add(path, u)
		}
	})
	for i := range e.Reads {
		if r := &e.Reads[i]; f.hits(r.At) {
			f.occurrence(FieldOccurrence, r.At).add(strings.Join(r.Path, "."), u)
		}
	}
}

// keys enters the keys that a name depends on.
func (f *finder) keys(n *topology.Name, u topology.Use) {
	for i := range n.Keys {
		if k := &n.Keys[i]; f.hits(k.At) {
			f.occurrence(KeyOccurrence, k.At).add(k.Key, u, n.Services...)
		}
	}
}

// groups looks at the places that name the consumer group of an endpoint. Where
// a variable's name is spelled or read, it is the variable that stands there.
func (f *finder) groups(e *topology.Endpoint) {
	for i := range e.Groups {
		n := &e.Groups[i]
		if n.Name == "" {
			continue
		}
		for j := range n.Steps {
			if st := &n.Steps[j]; f.hits(st.Place) && variableAt(n, j) == "" && !returnsSetting(n, j) {
				f.occurrence(GroupOccurrence, st.Place).add(n.Name, topology.Use{Endpoint: e, Name: n})
			}
		}
	}
}

// composes reports whether a step makes a text from several.
func composes(what string) bool {
	switch what {
	case "interpolated string", "concatenation", "formatted string", "joined string":
		return true
	}
	return false
}

// returnsSetting reports whether a step returns from a function that is told by
// its caller which variable to read: its name stands for any setting, and so
// for none.
func returnsSetting(n *topology.Name, step int) bool {
	if !strings.HasPrefix(n.Steps[step].What, "returned by ") {
		return false
	}
	for j := step + 1; j < len(n.Steps); j++ {
		if spelledVariable(n, j) != "" {
			return true
		}
	}
	return false
}

// variableAt returns the variable whose name, not its value, is at a step: the
// literal that spells it, or a parameter on the literal's way to the read.
func variableAt(n *topology.Name, step int) string {
	for j := step; j < len(n.Steps); j++ {
		v := spelledVariable(n, j)
		if v == "" {
			continue
		}
		for i := range step {
			if n.Steps[i].What == "variable "+v {
				return v
			}
		}
		return ""
	}
	return ""
}

// spelledVariable returns the variable whose name a step spells: a literal
// given to a helper that reads the variable.
func spelledVariable(n *topology.Name, step int) string {
	st := &n.Steps[step]
	if st.What != "literal" {
		return ""
	}
	if n.Status == topology.Default && !slices.ContainsFunc(n.Steps[step+1:], func(o topology.Step) bool { return o.What == "literal" }) {
		return "" // the default itself, which may be as long as the variable's name
	}
	for i := range n.Vars {
		v := &n.Vars[i]
		if int(st.End-st.Start) != len(v.Name)+2 {
			continue
		}
		for j := range step {
			if n.Steps[j].What == "variable "+v.Name {
				return v.Name
			}
		}
	}
	return ""
}

// best picks the shortest; one that ends before the offset is taken only when
// no other goes on after it. Where a variable's read and a topic have the same
// text, it is the variable.
func (f *finder) best() *Occurrence {
	var best *Occurrence
	rank := func(o *Occurrence) int {
		r := int(o.Place.End-o.Place.Start) * 8
		if o.Place.End == f.off {
			r += 1 << 40
		}
		switch o.Kind {
		case FieldOccurrence:
			r++
		case TopicOccurrence:
			r += 2
		case GroupOccurrence:
			r += 3
		case ServiceOccurrence:
			r += 4
		case KeyOccurrence:
			r += 5
		}
		return r
	}
	for _, o := range f.found {
		if best == nil || rank(o) < rank(best) {
			best = o
		}
	}
	return best
}

// deployedAt looks at the deployment files: services and their variables. A
// value that names a topic is the topic's.
func (s *Snapshot) deployedAt(f *finder) {
	if isCode(s, f.path) {
		return
	}
	for _, svc := range s.deployed.services {
		if p := placeOf(svc.Pos); f.hits(p) {
			f.occurrence(ServiceOccurrence, p).add(svc.ID, topology.Use{})
		}
		for i := range svc.Vars {
			v := &svc.Vars[i]
			f.variable(v, v.NamePos, svc.ID)
			f.variable(v, v.ValuePos, svc.ID)
			for j := range v.Origin {
				if o := &v.Origin[j]; givesValue(o.What) {
					f.variable(v, o.Pos, svc.ID)
					f.spelled(s, v, o, svc.ID)
				}
			}
		}
	}
}

func (f *finder) variable(v *deploy.Variable, at deploy.Pos, service string) {
	if at.Start > f.off || f.off > at.End || at.End == at.Start {
		return
	}
	p := placeOf(at)
	if !f.hits(p) {
		return
	}
	for _, o := range f.found {
		if (o.Kind == TopicOccurrence || o.Kind == GroupOccurrence) && o.Place == p {
			return
		}
	}
	f.occurrence(VariableOccurrence, p).add(v.Name, topology.Use{}, service)
}

// spelled enters a variable whose value comes from a line of a file of
// variables, when the offset is in the name at the line's begin.
func (f *finder) spelled(s *Snapshot, v *deploy.Variable, o *deploy.Step, service string) {
	if o.Pos.File != f.path || f.off >= o.Pos.Start || o.Pos.Start-f.off > 256 {
		return
	}
	p, ok := f.names[o.Pos.Start]
	if !ok {
		p, _ = s.spelledName(o)
		if f.names == nil {
			f.names = map[uint32]topology.Place{}
		}
		f.names[o.Pos.Start] = p
	}
	if f.hits(p) {
		f.occurrence(VariableOccurrence, p).add(v.Name, topology.Use{}, service)
	}
}

// givesValue reports whether a step of a variable's origin holds the value
// itself, and is not only a way by which it came.
func givesValue(what string) bool {
	for _, way := range waysOfValues {
		if strings.HasPrefix(what, way) {
			return false
		}
	}
	return !strings.Contains(what, " in ConfigMap ")
}

// waysOfValues are how steps begin that say by which way a value came.
var waysOfValues = []string{"env_file ", "<<", "extends ", "anchor ", "the template ", "envFrom ", "volume ", "envs ", "mounted as ", "the config "}
