package check

import (
	"maps"
	"slices"
	"strings"

	"topicls/index/ordered"
	"topicls/index/topology"
)

// A Checker keeps the findings of a workspace up to date: those of the next
// state cost what changed. It has one user at a time; its Results have any number.
type Checker struct {
	w       *world
	at      map[subject][]string // files in which a subject has findings
	asked   map[string]question  // topics whose findings depend on more than what is near them
	results *Results
}

// Change says what differs from the state before. What is named in vain costs
// time and nothing else.
type Change struct {
	Topics       []string // topics of which a use came, went or changed
	Endpoints    []string // files of which an endpoint came, went or changed
	Reads        []string // files that read other variables, or for other services
	Services     []string // ids of services that came, went or changed in any way, the code they run included
	Variables    []string // ids of services with other variables, or variables read elsewhere
	Environments bool     // other environments, or other files of one
	Settings     bool     // the workspace tells the rules something else
	Flaws        bool     // there are other flaws in it
	Values       []string // values files of which other keys are unused, or stand elsewhere
	Declared     bool     // other topics are created, or elsewhere
	Operations   bool     // documents declare other operations, or elsewhere
	Texts        []Text   // files with other bytes
}

// Text is a file that came, went or has other bytes.
type Text struct {
	File       string
	Services   []string // ids of services with the file in their code, before or now
	Unfollowed bool     // it counts for Input.Mentioned
	// Mentions reports whether the file may have mentioned a word before, or
	// does now, in upper or lower case; nil when that is not known.
	Mentions func(word string) bool
}

func (t *Text) mentions(word string) bool { return t.Mentions == nil || t.Mentions(word) }

// New returns a Checker with the findings of a state.
func New(in Input) *Checker {
	c := &Checker{w: newWorld(), at: map[subject][]string{}, asked: map[string]question{}, results: newResults(ordered.Tree[*fileFindings]{})}
	c.Update(in, everything(in))
	return c
}

// everything is the change from nothing to a state.
func everything(in Input) Change {
	c := Change{Topics: in.Topics(), Endpoints: in.EndpointFiles(), Reads: in.ReadFiles(), Environments: true, Flaws: true, Declared: true, Values: in.ValuesFiles()}
	for _, s := range in.Services() {
		c.Services = append(c.Services, s.ID)
	}
	c.Variables = c.Services
	return c
}

// Results returns the findings of the last state; nil of no Checker.
func (c *Checker) Results() *Results {
	if c == nil {
		return nil
	}
	return c.results
}

// Update goes over to the next state. The findings are those that New gives for it.
func (c *Checker) Update(in Input, change Change) *Results {
	if (change.Environments || change.Settings) && c.w.in != (nothing{}) {
		*c = *New(in)
		return c.results
	}
	d := &dirt{
		w: c.w, old: c.w.in, in: in,
		topics: map[string]bool{}, endpoints: map[string]bool{}, files: map[string]bool{}, variables: map[string]bool{}, settings: map[topology.Place]bool{},
		services: map[string]bool{}, code: map[string]bool{}, hosts: map[string]bool{},
	}
	ambient := c.w.state()
	before := map[topology.Role][]string{topology.Produce: c.w.patterns[topology.Produce], topology.Consume: c.w.patterns[topology.Consume]}
	c.w.enter(in)
	for id := range setOf(change.Services) {
		d.service(id)
	}
	for id := range setOf(change.Variables) {
		d.serviceVariables(id)
	}
	d.endpointsAndReads(change)
	for _, f := range change.Values {
		d.files[f] = true
	}
	for n := range setOf(change.Topics) {
		c.w.noteTopic(n, d.old.Topic(n), in.Topic(n))
		d.topics[n] = true
	}
	for i := range change.Texts {
		c.text(d, &change.Texts[i])
	}
	for f := range d.code {
		d.runs(f)
	}
	d.otherHosts()
	d.matched(before)
	d.neighbours()
	if other := ambient.differ(c.w.state()); other != 0 {
		for n, asked := range c.asked {
			if asked&other != 0 {
				d.topics[n] = true
			}
		}
	}
	subjects := d.subjects()
	if change.Flaws {
		subjects = append(subjects, subject{kind: theFlaws})
	}
	if change.Declared || change.Operations || len(in.DeclaredTopics()) > 0 && change.usesTopics() {
		subjects = append(subjects, subject{kind: theDeclarations})
	}
	c.find(subjects, change.Texts)
	return c.results
}

// usesTopics reports whether topics may be used that were not, or no longer.
func (c *Change) usesTopics() bool {
	return len(c.Topics) > 0 || len(c.Endpoints) > 0 || len(c.Services) > 0 || len(c.Variables) > 0 || len(c.Texts) > 0
}

// find looks at subjects again.
func (c *Checker) find(subjects []subject, texts []Text) {
	files := c.results.files
	changed := map[string]*fileFindings{} // to be finished
	file := func(p string) *fileFindings {
		f := changed[p]
		if f != nil {
			return f
		}
		f = &fileFindings{file: p}
		if was, ok := files.Get(p); ok {
			f.items, f.directives = slices.Clone(was.items), was.directives
		}
		changed[p] = f
		return f
	}
	again := make(map[subject]bool, len(subjects))
	for _, s := range subjects {
		again[s] = true
		for _, p := range c.at[s] {
			file(p)
		}
	}
	for _, f := range changed {
		f.items = slices.DeleteFunc(f.items, func(it item) bool { return again[it.of] })
	}
	for _, s := range subjects {
		delete(c.at, s)
		c.w.asked = 0
		for _, d := range c.w.look(s) {
			f := file(d.Place.File)
			f.items = append(f.items, item{d, s})
			if !slices.Contains(c.at[s], d.Place.File) {
				c.at[s] = append(c.at[s], d.Place.File)
			}
		}
		if s.kind == aTopic {
			if c.asked[s.name] = c.w.asked; c.w.asked == 0 {
				delete(c.asked, s.name)
			}
		}
	}
	for i := range texts {
		if _, ok := files.Get(texts[i].File); ok {
			file(texts[i].File).directives = nil
		}
	}
	var put []*fileFindings
	for _, p := range slices.Sorted(maps.Keys(changed)) {
		f := changed[p]
		if len(f.items) == 0 {
			files = files.Without(p)
			continue
		}
		if f.directives == nil {
			f.directives = readDirectives(c.w.text(p))
		}
		f.finish()
		put = append(put, f)
	}
	files = files.PutAll(put)
	if len(changed) > 0 {
		c.results = newResults(files)
	}
	c.w.forget()
}

// dirt gathers the subjects whose findings a change may concern.
type dirt struct {
	w                           *world
	old, in                     Input
	topics                      map[string]bool
	endpoints, files, variables map[string]bool
	settings                    map[topology.Place]bool
	services                    map[string]bool
	code                        map[string]bool // files with endpoints of services that changed
	hosts                       map[string]bool // environments that may have other hosts
}

func (d *dirt) both(do func(in Input)) {
	do(d.old)
	do(d.in)
}

// service: all that its code does, and its variables.
func (d *dirt) service(id string) {
	d.services[id] = true
	was, is := d.old.Service(id), d.in.Service(id)
	hosts := was == nil || is == nil || was.Name != is.Name || was.Environment != is.Environment || was.Broker != is.Broker
	d.both(func(in Input) {
		if s := in.Service(id); s != nil {
			if hosts {
				d.hosts[s.Environment] = true
			}
			for _, f := range s.Files {
				d.code[f] = true
			}
		}
		vars := in.VariablesOf(id)
		for i := range vars {
			d.named(&vars[i])
			d.settings[vars[i].NameAt] = true
		}
	})
	for n := range d.w.needsOf[id] {
		d.variables[n] = true
	}
	d.w.noteService(id, was, is)
}

// named: the topics that a variable names.
func (d *dirt) named(v *topology.Variable) {
	for _, word := range valueWords(v) {
		d.topics[word] = true
	}
}

// serviceVariables compares the variables of a service.
func (d *dirt) serviceVariables(id string) {
	a, b := d.old.VariablesOf(id), d.in.VariablesOf(id)
	other := false
	note := func(v *topology.Variable, in, names bool) {
		d.w.noteVariable(v, in)
		if names {
			d.named(v)
		}
		d.settings[v.NameAt] = true
		d.variables[v.Name] = d.variables[v.Name] || d.w.needs[v.Name] != nil
		other = true
	}
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].Name < b[0].Name:
			note(&a[0], false, true)
			a = a[1:]
			continue
		case len(a) == 0 || a[0].Name > b[0].Name:
			note(&b[0], true, true)
			b = b[1:]
			continue
		}
		if !sameSetting(&a[0], &b[0]) {
			names := !sameNaming(&a[0], &b[0])
			note(&a[0], false, names)
			note(&b[0], true, names)
		} else if !slices.Equal(a[0].ReadAt, b[0].ReadAt) {
			d.settings[a[0].NameAt] = true
		}
		a, b = a[1:], b[1:]
	}
	if !other {
		return
	}
	d.both(func(in Input) {
		s := in.Service(id)
		if s == nil {
			return
		}
		if s.Broker {
			d.hosts[s.Environment] = true
		}
		for _, f := range s.Files {
			d.endpoints[f] = true
			d.defaults(in, f)
		}
	})
}

// sameSetting reports whether two variables are equal but for where they are read.
func sameSetting(a, b *topology.Variable) bool {
	return a.Value == b.Value && a.Known == b.Known && a.Reason == b.Reason && a.NameAt == b.NameAt && a.ValueAt == b.ValueAt &&
		a.FromFile == b.FromFile && slices.Equal(a.Origin, b.Origin)
}

// sameNaming reports whether two variables name the same topics in the same
// files, if not at the same places there.
func sameNaming(a, b *topology.Variable) bool {
	return a.Value == b.Value && a.Known == b.Known && a.NameAt.File == b.NameAt.File && a.ValueAt.File == b.ValueAt.File &&
		slices.EqualFunc(a.Origin, b.Origin, func(x, y topology.Step) bool { return x.File == y.File })
}

// defaults: the files that hold the variables of a file's endpoints.
func (d *dirt) defaults(in Input, file string) {
	for _, e := range in.File(file) {
		defaultFiles(e, d.files)
	}
}

// runs: all about the endpoints of a file that runs in another way.
func (d *dirt) runs(file string) {
	d.endpoints[file] = true
	d.both(func(in Input) {
		d.defaults(in, file)
		for _, e := range in.File(file) {
			for _, n := range e.TopicNames() {
				d.topics[n] = true
			}
		}
	})
}

// endpointsAndReads: what files say of themselves.
func (d *dirt) endpointsAndReads(change Change) {
	for f := range setOf(change.Endpoints) {
		d.w.countEndpoints(d.old.File(f), -1)
		d.w.countEndpoints(d.in.File(f), 1)
		d.endpoints[f] = true
		d.both(func(in Input) { d.defaults(in, f) })
	}
	needs := setOf(change.Endpoints)
	for _, f := range change.Reads {
		needs[f] = true
	}
	for f := range needs {
		was, is := needsIn(d.old, f), needsIn(d.in, f)
		d.w.noteNeeds(f, was, -1)
		d.w.noteNeeds(f, is, 1)
		for _, n := range was {
			d.variables[n.name] = true
		}
		for _, n := range is {
			d.variables[n.name] = true
		}
	}
}

// text: what looks into a file that has other bytes.
func (c *Checker) text(d *dirt, t *Text) {
	if f, ok := c.results.files.Get(t.File); ok {
		for i := range f.items { // what is written at their places may be quoted
			if f.items[i].of.kind == aTopic {
				d.topics[f.items[i].of.name] = true
			}
		}
	}
	for at := range d.w.places[t.File] {
		d.settings[at] = true
	}
	if d.w.envFiles[t.File] {
		d.environmentText(t.File)
	}
	for _, n := range needsIn(d.in, t.File) {
		d.variables[n.name] = true
	}
	marked := slices.ContainsFunc(slices.Concat(wholesale, byPrefix, dotenvMarks), t.mentions)
	for _, id := range t.Services {
		for name := range d.w.mayReads[id] {
			if marked || t.mentions(name) || slices.ContainsFunc(namesWithoutPrefix(name), t.mentions) {
				delete(d.w.mayReads[id], name)
				if v := d.w.variable(id, name); v != nil {
					d.settings[v.NameAt] = true
				}
			}
		}
		for name := range d.w.needsOf[id] {
			if marked || t.mentions(name) {
				d.variables[name] = true
			}
		}
	}
	if !t.Unfollowed {
		return
	}
	for name := range d.w.needs {
		if t.mentions(name) {
			d.variables[name] = true
		}
	}
	if d.w.envFiles[t.File] { // their mentions of topics don't count
		return
	}
	for _, n := range d.in.Topics() {
		if t.mentions(n) {
			d.topics[n] = true
		}
	}
}

// environmentText: hosts and commands are looked for in an environment's files.
func (d *dirt) environmentText(file string) {
	for _, e := range d.in.Environments() {
		if !slices.Contains(e.Files, file) {
			continue
		}
		d.hosts[e.ID] = true
		for _, s := range d.w.servicesOf(e.ID) {
			vars := d.in.VariablesOf(s.ID)
			for i := range vars {
				d.settings[vars[i].NameAt] = true
			}
		}
	}
}

// otherHosts: the endpoints of environments that have other hosts.
func (d *dirt) otherHosts() {
	for env := range d.hosts {
		was, asked := d.w.hostsOf[env]
		if !asked {
			continue
		}
		delete(d.w.hostsOf, env)
		is, _ := d.w.hosts(env)
		if (was == nil) == (is == nil) && maps.Equal(was, is) {
			continue
		}
		for _, s := range d.w.servicesOf(env) {
			for _, f := range s.Files {
				d.endpoints[f] = true
			}
		}
	}
}

// matched: the topics that fit a pattern that came or went.
func (d *dirt) matched(before map[topology.Role][]string) {
	var moved []string
	for role, was := range before {
		is := d.w.patterns[role]
		for _, p := range slices.Concat(was, is) {
			if slices.Contains(was, p) != slices.Contains(is, p) {
				moved = append(moved, p)
			}
		}
	}
	if len(moved) == 0 {
		return
	}
	for _, n := range d.in.Topics() {
		if slices.ContainsFunc(moved, func(p string) bool { return matches(p, n) }) {
			d.topics[n] = true
		}
	}
}

// neighbours: the topics with a name close to that of one, and those whose
// messages the same code reads.
func (d *dirt) neighbours() {
	places := map[topology.Place]bool{}
	for _, n := range slices.Collect(maps.Keys(d.topics)) {
		before, now := d.old.Topic(n), d.in.Topic(n)
		if before == nil && now == nil {
			continue
		}
		for _, o := range d.w.names.near(n) {
			d.topics[o] = true
		}
		for _, t := range []*topology.Topic{before, now} {
			if t == nil {
				continue
			}
			for _, u := range t.Consumers {
				for i := range u.Endpoint.Reads {
					places[u.Endpoint.Reads[i].At] = true
				}
			}
		}
	}
	for at := range places {
		for _, e := range d.w.readersOf(at) {
			for _, n := range e.TopicNames() {
				d.topics[n] = true
			}
		}
		for _, e := range readersIn(d.old, at) {
			for _, n := range e.TopicNames() {
				d.topics[n] = true
			}
		}
	}
}

// subjects lists what is to be looked at again, in an order that depends on
// nothing but what it is.
func (d *dirt) subjects() []subject {
	var out []subject
	add := func(kind subjectKind, names map[string]bool) {
		for n, dirty := range names {
			if dirty {
				out = append(out, subject{kind: kind, name: n})
			}
		}
	}
	add(aTopic, d.topics)
	for n := range d.variables { // topic-unresolved leaves to env-unset what that tells
		for f := range d.w.needs[n] {
			d.endpoints[f] = true
		}
	}
	add(endpointsOfFile, d.endpoints)
	add(aFile, d.files)
	add(aVariable, d.variables)
	add(aService, d.services)
	for at := range d.settings {
		if at.File != "" {
			out = append(out, subject{aSetting, at.File, at.Start, at.End})
		}
	}
	slices.SortFunc(out, func(a, b subject) int {
		if a.kind != b.kind {
			return int(a.kind) - int(b.kind)
		}
		if a.name != b.name {
			return strings.Compare(a.name, b.name)
		}
		if a.start != b.start {
			return int(a.start) - int(b.start)
		}
		return int(a.end) - int(b.end)
	})
	return out
}

func setOf(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m
}
