package index

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"unique"

	"topicls/index/check"
	"topicls/index/client"
	"topicls/index/deploy"
	"topicls/index/deploy/config"
	"topicls/index/flow"
	"topicls/index/topology"
)

// resolvedFile holds the endpoints of one file, resolved for every service
// that runs it.
type resolvedFile struct {
	path      string
	endpoints []*topology.Endpoint
	names     []string    // topics named, sorted
	touches   []touch     `store:"-"` // files that provenance, fields and handlers lead through, sorted
	through   []string    `store:"-"` // other code files that values passed through, as far as services need run them
	ids       []string    // of the services that run the file
	asked     askedStores `store:"-"`
	// undeployed is what a file without endpoints does in services that are not deployed.
	undeployed []topology.Undeployed `store:"-"`
}

// services are the ids of the services that run the file.
func (rf *resolvedFile) services() []string {
	if rf == nil || len(rf.endpoints) == 0 {
		return nil
	}
	return rf.ids
}

// sameBut reports whether endpoints of the same code, resolved anew, are equal
// but for the places by which their names came about.
func (rf *resolvedFile) sameBut(now *resolvedFile) bool {
	same := func(a, b []topology.Name) bool {
		return slices.EqualFunc(a, b, func(x, y topology.Name) bool {
			return x.Name == y.Name && x.Status == y.Status && x.Reason == y.Reason && slices.Equal(x.Services, y.Services) && slices.Equal(x.Vars, y.Vars) && slices.Equal(x.Keys, y.Keys) &&
				slices.EqualFunc(x.Steps, y.Steps, func(s, t topology.Step) bool { return s.File == t.File && s.What == t.What })
		})
	}
	return rf != nil && slices.EqualFunc(rf.endpoints, now.endpoints, func(a, b *topology.Endpoint) bool {
		return slices.Equal(a.Services, b.Services) && same(a.Topics, b.Topics) && same(a.Groups, b.Groups) && same(a.Keys, b.Keys) && same(a.Brokers, b.Brokers) &&
			same(a.OtherTopics, b.OtherTopics) && same(a.OtherGroups, b.OtherGroups)
	})
}

// refresh resolves the files whose endpoints changed or that run in another way
// and publishes a new snapshot.
func (w *Workspace) refresh(changed []string, d redeployed, texts []check.Text) {
	linked := setOf(changed)
	changed = uniqueSorted(append(changed, d.files...))
	w.seq++
	next := w.nextSnapshot()
	old := *next
	c := newDelta(d)
	c.texts = texts
	touched := touchDelta{}
	resolved := w.resolveFiles(changed, func(p string) *relocation {
		if linked[p] || !d.shifted[p] {
			return nil
		}
		return &d.places
	})
	var files []*resolvedFile
	for i, p := range changed {
		was, rf := w.resolved[p], resolved[i]
		w.setAsked(p, rf.asked)
		next.setUndeployed(c, p, rf.undeployed)
		if w.readVariables(p, c) {
			c.reads = append(c.reads, p)
		}
		if was == nil && len(rf.endpoints) == 0 {
			continue
		}
		c.endpoints = append(c.endpoints, p)
		touched.note(p, was, rf)
		w.noteFile(c, next, was, rf, !linked[p] && was.sameBut(rf))
		if len(rf.endpoints) == 0 {
			delete(w.resolved, p)
			next.files = next.files.Without(p)
			continue
		}
		w.resolved[p] = rf
		files = append(files, rf)
	}
	next.files = next.files.PutAll(files)
	w.readConfigs(c, changed)
	var topics []topicEntry
	for _, n := range slices.Sorted(maps.Keys(c.topics)) {
		t := w.buildTopic(n)
		if t == nil {
			next.topics = next.topics.Without(n)
		} else {
			topics = append(topics, topicEntry{t})
		}
		if had := old.Topic(n) != nil; had != (t != nil) {
			c.moved[n] = true
		}
		if len(w.topics[n]) == 0 {
			delete(w.topics, n)
		}
	}
	next.topics = next.topics.PutAll(topics)
	next.setTouches(touched)
	w.publish(next, c)
}

// resolveFiles resolves files, several at a time: each by itself, from what
// does not change meanwhile. shifted says where the places are now by which a
// file's names came about, if they are all that is different; else nil.
func (w *Workspace) resolveFiles(paths []string, shifted func(p string) *relocation) []*resolvedFile {
	out := make([]*resolvedFile, len(paths))
	var wg sync.WaitGroup
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), (len(paths)+7)/8) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(paths); i = int(next.Add(1)) - 1 {
				if places, rf := shifted(paths[i]), w.resolved[paths[i]]; places != nil && rf != nil {
					if now, ok := places.file(rf); ok {
						out[i] = now
						continue
					}
				}
				out[i] = w.resolveFile(paths[i])
			}
		})
	}
	wg.Wait()
	return out
}

// serviceRun is one service that runs a file, or a main program.
type serviceRun struct {
	id      string
	svc     *service // nil for a main program
	program string   // the folder of the .NET project that is started, if svc is nil; or ""
}

func (w *Workspace) runsOf(p string) []serviceRun {
	ids := w.runs[p]
	if len(ids) == 0 {
		if w.deployed.chosen != "" && len(w.deployed.elsewhereOf(p)) > 0 {
			return nil
		}
		run := serviceRun{id: w.mainService(p, w.deployed)}
		var out []serviceRun
		if len(w.deployed.programs) > 0 {
			for _, run.program = range w.deployed.programs[w.code.projectFolder(p)] {
				out = append(out, run)
			}
		}
		if len(out) == 0 {
			out = append(out, run)
		}
		return out
	}
	out := make([]serviceRun, len(ids))
	for i, id := range ids {
		out[i] = serviceRun{id: id, svc: w.deployed.byID[id]}
	}
	return out
}

// startedFrom lists places whose configuration a program reads before that of
// the code which asks for a key: of .NET, that of the project which is started,
// whatever library the code is in.
func startedFrom(kind config.Kind, r serviceRun, rf *resolvedFile) []string {
	switch s := r.svc; {
	case kind != config.DotNet:
		return nil
	case s == nil && r.program != "":
		return []string{path.Join(r.program, "appsettings.json")}
	case s == nil:
		return []string{rf.path}
	case s.project != "":
		return []string{s.project}
	}
	return nil
}

// environmentOf answers variables and keys of stores for a service. The stores
// that were asked are noted.
func (w *Workspace) environmentOf(r serviceRun, rf *resolvedFile) flow.Environment {
	s := r.svc
	return flow.Environment{Variable: w.variablesOf(r, rf), Loaded: w.loadedOf(s, rf), Key: func(store, key, from string) ([]flow.Setting, bool, string) {
		if rf.asked == nil {
			rf.asked = askedStores{}
		}
		for _, p := range startedFrom(config.Kind(store), r, rf) {
			if list, ok, _ := w.configs.key(config.Kind(store), key, p, s, rf.asked); ok {
				return flowSettings(list), true, ""
			}
		}
		list, ok, why := w.configs.key(config.Kind(store), key, from, s, rf.asked)
		return flowSettings(list), ok, why
	}}
}

// variablesOf answers variables for a service, or for a program of .NET as its
// launch settings start it.
func (w *Workspace) variablesOf(r serviceRun, rf *resolvedFile) func(name string) (flow.Setting, bool, string) {
	s := r.svc
	return func(name string) (flow.Setting, bool, string) {
		if s == nil && r.program != "" {
			if rf.asked == nil {
				rf.asked = askedStores{}
			}
			if v := w.configs.launchVariable(r.program, name, rf.asked); v != nil {
				return flow.Setting{Value: v.Value, Steps: variableSteps(v)}, true, ""
			}
		}
		if s == nil {
			return flow.Setting{}, false, ""
		}
		if strings.HasPrefix(name, "-") {
			return optionOf(s, name)
		}
		v := s.variable(name)
		if v == nil {
			return flow.Setting{}, false, ""
		}
		steps := variableSteps(v)
		switch {
		case v.Status == deploy.VarSet:
			return flow.Setting{Value: v.Value, Steps: steps}, true, ""
		case v.Status == deploy.VarSecret || s.Start != nil: // set, but to what can't be told: no default applies
			return flow.Setting{Steps: steps, Status: flow.Unknown, Reason: v.Reason}, true, ""
		}
		return flow.Setting{Steps: steps}, false, v.Reason
	}
}

// optionOf answers a command line option from the commands that a service starts.
func optionOf(s *service, name string) (flow.Setting, bool, string) {
	for _, e := range s.Entries {
		args := e.Args
		if e.File == "" && len(args) == 0 && len(e.Words) > 1 { // of a program that is built
			args = e.Words[1:]
		}
		for i, w := range args {
			value, given := "", false
			if !strings.HasPrefix(name, "--") && len(name) > 2 { // Go's flags have one dash or two
				if rest, ok := strings.CutPrefix(w, "-"+name); ok && (rest == "" || rest[0] == '=') {
					w = name + rest
				}
			}
			if w == name && i+1 < len(args) {
				value, given = args[i+1], true
			} else if v, ok := strings.CutPrefix(w, name+"="); ok {
				value, given = v, true
			}
			if given {
				return flow.Setting{Value: value, Steps: []flow.Step{step(e.Pos, name+" in the command of "+s.Name)}}, true, ""
			}
		}
	}
	return flow.Setting{}, false, ""
}

func variableSteps(v *deploy.Variable) []flow.Step {
	at := v.ValuePos
	if at.File == "" || at.Start == at.End {
		at = v.NamePos
	}
	out := []flow.Step{step(at, unique.Make(v.Name+" is set here").Value())}
	for _, o := range v.Origin {
		out = append(out, step(o.Pos, o.What))
	}
	return out
}

func step(p deploy.Pos, what string) flow.Step {
	s := flow.Step{Path: p.File, What: what}
	s.Start, s.End = p.Start, p.End
	return s
}

// resolveFile resolves the endpoints of one file.
func (w *Workspace) resolveFile(p string) *resolvedFile {
	rf := &resolvedFile{path: p}
	eps := w.linkers.endpoints(p)
	if len(eps) == 0 {
		if e, ok := w.set.Get(p); !ok || e.Lang == "" {
			return w.resolveConnectors(p)
		}
		return rf
	}
	all := w.runsOf(p)
	if len(all) == 0 {
		rf.undeployed = w.undeployedIn(rf, eps)
		return rf
	}
	names := map[string]bool{}
	rf.ids = idsOf(all)
	same := sharing{services: rf.ids}
	for i, e := range eps {
		runs, ids := all, rf.ids
		if len(e.When) > 0 {
			if runs = w.configured(rf, e.When, all); len(runs) == 0 {
				continue
			}
			if len(runs) < len(all) {
				ids = idsOf(runs)
			}
		}
		t := &topology.Endpoint{
			Role:  topology.Produce,
			Place: topology.Place{File: p, Start: e.Span.Start, End: e.Span.End}, Library: e.Library,
			Via: e.Via, Function: e.Function,
		}
		if e.Role == client.Consume {
			t.Role = topology.Consume
		}
		if e.Arg.End > 0 {
			t.Arg = topology.Place{File: p, Start: e.Arg.Start, End: e.Arg.End}
		}
		t.Services = ids
		t.Topics = same.names(w.resolveNames(rf, e.Topics, runs))
		t.Groups = same.names(w.resolveNames(rf, e.Groups, runs))
		t.Keys = same.names(w.resolveNames(rf, e.Keys, runs))
		t.Brokers = same.names(w.resolveBrokers(rf, e.Brokers, runs))
		w.resolveElsewhere(rf, e, t, runs)
		t.Payload = toPayload(e.Payload)
		for i := range e.Reads {
			if r, ok := w.resolveRead(rf, &e.Reads[i], t.Topics, runs); ok {
				if t.Reads == nil {
					t.Reads = make([]topology.FieldRead, 0, len(e.Reads))
				}
				t.Reads = append(t.Reads, r)
			}
		}
		for _, s := range e.State {
			t.Stateful = append(t.Stateful, topology.Step{Place: topology.Place{File: s.Path, Start: s.Start, End: s.End}, What: s.What})
		}
		for _, h := range e.Handlers {
			t.Handlers = append(t.Handlers, toPlace(h))
		}
		if len(t.Topics) == 0 {
			t.Topics = []topology.Name{{Status: topology.Unknown, Services: t.Services, Reason: "no topic is given"}}
		}
		for _, n := range t.Topics {
			if n.Name != "" {
				names[n.Name] = true
			} else if t.Reason == "" {
				t.Reason = n.Reason
			}
		}
		t.ID = fmt.Sprintf("%s:%s:%d", t.Role, p, i+1)
		rf.endpoints = append(rf.endpoints, t)
	}
	for n := range names {
		rf.names = append(rf.names, n)
	}
	sort.Strings(rf.names)
	rf.touches = touchesOf(rf.endpoints)
	return rf
}

func idsOf(runs []serviceRun) []string {
	ids := make([]string, len(runs))
	for i, r := range runs {
		ids[i] = r.id
	}
	return slices.Compact(ids) // one library may be run by several programs
}

// builtWith reports whether a build file in a folder around a code file has one
// of the words, or there is none.
func (w *Workspace) builtWith(p string, words []string) bool {
	some := false
	for d := path.Dir(p); ; d = path.Dir(d) {
		for _, f := range []string{"pom.xml", "build.gradle", "build.gradle.kts"} {
			data, err := w.set.ReadFile(path.Join(d, f))
			if err != nil {
				continue
			}
			some = true
			if slices.ContainsFunc(words, func(word string) bool { return bytes.Contains(data, []byte(word)) }) {
				return true
			}
		}
		if d == "." || d == "/" {
			return !some
		}
	}
}

// configured returns the services in which all conditions hold, or can't be told
// not to.
func (w *Workspace) configured(rf *resolvedFile, when []flow.Condition, runs []serviceRun) []serviceRun {
	var out []serviceRun
	for _, r := range runs {
		env := w.environmentOf(r, rf)
		holds := true
		for _, c := range when {
			ok := len(c.Built) > 0 && w.builtWith(rf.path, c.Built)
			if len(c.Built) > 0 {
				holds = holds && ok
				continue
			}
			for _, res := range c.Name.Resolve(env) {
				switch {
				case res.Unset:
					ok = ok || slices.Contains(c.Is, "")
				case res.Status == flow.Unknown || res.Status == flow.Partial:
					ok = true
				default:
					ok = ok || slices.ContainsFunc(c.Is, func(is string) bool { m, _ := path.Match(is, res.Name); return m || is == res.Name })
				}
			}
			holds = holds && ok
		}
		if holds {
			out = append(out, r)
		}
	}
	return out
}

// resolveElsewhere resolves an endpoint's names in the environments that do not
// answer, where they can be others there.
func (w *Workspace) resolveElsewhere(rf *resolvedFile, e *flow.Endpoint, t *topology.Endpoint, runs []serviceRun) {
	if len(w.deployed.othersOf) == 0 {
		return
	}
	var others []serviceRun
	for _, r := range runs {
		for _, o := range w.deployed.othersOf[r.id] {
			others = append(others, serviceRun{id: o.ID, svc: o.as})
		}
	}
	if len(others) == 0 {
		return
	}
	differ := func(n topology.Name) bool { return dependsOnDeployment(&n) }
	if slices.ContainsFunc(t.Topics, differ) {
		t.OtherTopics = w.resolveNames(rf, e.Topics, others)
	}
	if slices.ContainsFunc(t.Groups, differ) {
		t.OtherGroups = w.resolveNames(rf, e.Groups, others)
	}
}

// dependsOnDeployment reports whether a name may be another one where the service
// is deployed in another way.
func dependsOnDeployment(n *topology.Name) bool {
	return len(n.Vars) > 0 || len(n.Keys) > 0
}

// resolveRead closes a read for the services that run it; false when the code
// asks for the topic first and it is none of the endpoint's.
func (w *Workspace) resolveRead(rf *resolvedFile, r *flow.Read, topics []topology.Name, runs []serviceRun) (topology.FieldRead, bool) {
	out := topology.FieldRead{Path: r.Path, At: toPlace(r.At), Optional: r.Optional, Types: r.Types}
	if len(r.Asked) == 0 {
		return out, true
	}
	left := map[string]bool{}
	for i := range topics {
		n := &topics[i]
		if n.Status == topology.Unknown || n.Status == topology.Partial {
			return out, true
		}
		left[n.Name] = true
	}
	all := len(left)
	for _, q := range r.Asked {
		asked := map[string]bool{}
		for _, n := range w.resolveNames(rf, q.Names, runs) {
			if n.Status == topology.Unknown || n.Status == topology.Partial {
				return out, true
			}
			asked[n.Name] = true
		}
		for n := range left {
			if asked[n] == q.Not {
				delete(left, n)
			}
		}
	}
	if len(left) == 0 {
		return out, false
	}
	if len(left) < all {
		out.Topics = slices.Sorted(maps.Keys(left))
	}
	return out, true
}

// resolveNames resolves names for every service; equal results are joined.
func (w *Workspace) resolveNames(rf *resolvedFile, list []flow.Name, runs []serviceRun) []topology.Name {
	return knownNames(w.resolveAll(rf, list, runs))
}

// resolveBrokers is resolveNames for brokers: an address that stands beside
// something unknown may be what the code falls back to.
func (w *Workspace) resolveBrokers(rf *resolvedFile, list []flow.Name, runs []serviceRun) []topology.Name {
	all := w.resolveAll(rf, list, runs)
	unsure := map[string]bool{}
	for i := range all {
		if all[i].Status == topology.Unknown {
			for _, s := range all[i].Services {
				unsure[s] = true
			}
		}
	}
	out := knownNames(all)
	for i := range out {
		if n := &out[i]; n.Status == topology.Exact && slices.ContainsFunc(n.Services, func(s string) bool { return unsure[s] }) {
			n.Status = topology.Default
		}
	}
	return out
}

// resolveAll resolves names for every service, also those that can't be told.
func (w *Workspace) resolveAll(rf *resolvedFile, list []flow.Name, runs []serviceRun) []topology.Name {
	var out []topology.Name
	for _, r := range runs {
		env := w.environmentOf(r, rf)
		for _, n := range list {
			for _, res := range n.Resolve(env) {
				if res.Name == "" && res.Status != flow.Unknown {
					res.Status, res.Reason = flow.Unknown, "the name is empty"
				}
				if r.svc != nil && !r.svc.whole {
					rf.passed(res.Files)
				}
				if !w.passesThrough(r, res.Files) {
					continue
				}
				out = joinName(out, res, r.id)
			}
		}
	}
	return out
}

// knownNames sorts names, without the unknown ones of services that have others:
// an unknown says nothing beside something known.
func knownNames(all []topology.Name) []topology.Name {
	out := slices.Clone(all)
	for i := range out {
		if out[i].Status != topology.Unknown {
			out = slices.DeleteFunc(out, func(n topology.Name) bool {
				return n.Status == topology.Unknown && coveredBy(n.Services, out)
			})
			break
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Name < out[j].Name && out[i].Name != "" })
	return out
}

// passed notes the files that a value passed through.
func (rf *resolvedFile) passed(files []string) {
	for _, f := range files {
		if f != rf.path && !slices.Contains(rf.through, f) {
			rf.through = append(rf.through, f)
		}
	}
}

// coveredBy reports whether every service has a known name too.
func coveredBy(services []string, names []topology.Name) bool {
	for _, s := range services {
		ok := false
		for _, n := range names {
			ok = ok || n.Status != topology.Unknown && slices.Contains(n.Services, s)
		}
		if !ok {
			return false
		}
	}
	return true
}

// passesThrough reports whether a deployed service runs all the code that a
// value passed through.
func (w *Workspace) passesThrough(r serviceRun, files []string) bool {
	if r.svc == nil || r.svc.whole {
		return true
	}
	for _, f := range files {
		if !r.svc.runs(f) && w.code.Has(f) && len(w.runs[f]) > 0 {
			return false
		}
	}
	return true
}

func joinName(list []topology.Name, r flow.Resolved, service string) []topology.Name {
	for i := range list {
		n := &list[i]
		if n.Name == r.Name && n.Status == topology.Status(r.Status) && (r.Name != "" || n.Reason == r.Reason) && sameSteps(n.Steps, r.Steps) {
			if !slices.Contains(n.Services, service) {
				n.Services = append(n.Services, service)
			}
			return list
		}
		if n.Name == r.Name && r.Name != "" && slices.Contains(n.Services, service) {
			alsoBy(n, newName(r, service))
			return list // the same name by another way
		}
	}
	return append(list, newName(r, service))
}

// alsoBy notes where a name is given too, by another way.
func alsoBy(n *topology.Name, other topology.Name) {
	i, j := lastGiving(n), lastGiving(&other)
	if j < 0 || i >= 0 && n.Steps[i].Place == other.Steps[j].Place || slices.Contains(n.Also, other.Steps[j]) {
		return
	}
	n.Also = append(n.Also, other.Steps[j])
}

func newName(r flow.Resolved, service string) topology.Name {
	n := topology.Name{Name: r.Name, Status: topology.Status(r.Status), Services: []string{service}, Reason: r.Reason}
	if len(r.Steps) > 0 {
		n.Steps = make([]topology.Step, len(r.Steps))
	}
	for i, s := range r.Steps {
		n.Steps[i] = topology.Step{Place: topology.Place{File: s.Path, Start: s.Start, End: s.End}, What: s.What}
	}
	for _, v := range r.Vars {
		if v.Store != "" {
			n.Keys = append(n.Keys, topology.KeyUse{Key: v.Name, At: toPlace(v.At)})
			continue
		}
		n.Vars = append(n.Vars, topology.VariableUse{Name: v.Name, At: toPlace(v.At), HasDefault: v.HasDefault, Default: v.Default, Required: v.Required, Soft: v.Soft})
	}
	return n
}

func sameSteps(a []topology.Step, b []flow.Step) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].File != b[i].Path || a[i].Start != b[i].Start || a[i].End != b[i].End {
			return false
		}
	}
	return true
}

func toPayload(p *flow.Payload) *topology.Payload {
	if p == nil {
		return nil
	}
	out := &topology.Payload{Type: p.Type, Open: p.Open}
	out.Fields = toFields(p.Fields)
	return out
}

func toFields(list []flow.Field) []topology.Field {
	if len(list) == 0 {
		return nil
	}
	out := make([]topology.Field, 0, len(list))
	for i := range list {
		f := &list[i]
		t := topology.Field{Name: f.Name, Types: f.Types, Optional: f.Optional, At: toPlace(f.At), Fields: toFields(f.Fields)}
		if f.Copy != nil {
			t.Copy = &topology.Copy{Types: f.Copy.Types, Open: f.Copy.Open}
			for _, s := range f.Copy.Sources {
				c := topology.Source{Path: s.Path}
				for _, p := range s.Consumers {
					c.Consumers = append(c.Consumers, toPlace(p))
				}
				t.Copy.Sources = append(t.Copy.Sources, c)
			}
		}
		out = append(out, t)
	}
	return out
}

// buildTopic gathers one topic from the files that name it; nil if none does.
func (w *Workspace) buildTopic(name string) *topology.Topic {
	files := w.topics[name]
	if len(files) == 0 {
		return nil
	}
	paths := make([]string, 0, len(files))
	for p := range files {
		paths = append(paths, p)
	}
	sort.Strings(paths)
	t := &topology.Topic{Name: name, Pattern: strings.Contains(name, "*")}
	for _, p := range paths {
		for _, e := range w.resolved[p].endpoints {
			for i := range e.Topics {
				if e.Topics[i].Name != name {
					continue
				}
				u := topology.Use{Endpoint: e, Name: &e.Topics[i]}
				if e.Role == topology.Produce {
					t.Producers = append(t.Producers, u)
				} else {
					t.Consumers = append(t.Consumers, u)
				}
			}
		}
	}
	return t
}
