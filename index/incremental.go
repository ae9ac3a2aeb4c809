package index

import (
	"maps"
	"path"
	"slices"
	"sort"
	"strings"

	"topicls/index/check"
	"topicls/index/deploy"
	"topicls/index/source"
	"topicls/index/topology"
)

// delta gathers what differs from the snapshot before.
type delta struct {
	redeployed
	services  map[string]bool // ids whose view may differ
	variables map[string]bool // ids of services whose variables, or where they are read, may differ
	topics    map[string]bool // topics to be built again
	judged    map[string]bool // those among them that differ in more than the places by which their names came about
	moved     map[string]bool // topics that came or went
	endpoints []string        // files with other endpoints
	reads     []string        // files with other reads
	texts     []check.Text
}

func newDelta(d redeployed) *delta {
	c := &delta{redeployed: d, services: map[string]bool{}, variables: map[string]bool{}, topics: map[string]bool{}, judged: map[string]bool{}, moved: map[string]bool{}}
	for id := range d.services {
		c.services[id], c.variables[id] = true, true
	}
	return c
}

// noteFile takes in the endpoints that a file has now. shifted says that they
// differ in the places by which their names came about and in nothing else.
func (w *Workspace) noteFile(c *delta, next *Snapshot, old, now *resolvedFile, shifted bool) {
	shifted = shifted && !slices.ContainsFunc(now.endpoints, func(e *topology.Endpoint) bool {
		return len(e.OtherTopics) > 0 // findings about two environments show both places
	})
	both := func(list ...string) {
		for _, id := range list {
			c.services[id] = true
		}
	}
	if !slices.Equal(old.services(), now.services()) {
		both(old.services()...)
		both(now.services()...)
	}
	if !maps.Equal(groupNames(old), groupNames(now)) { // a secret that names a group is none
		for _, id := range slices.Concat(old.services(), now.services()) {
			c.variables[id] = true
		}
	}
	if old != nil {
		next.stats.count(old.endpoints, -1)
		for _, n := range old.names {
			c.topics[n] = true
			c.judged[n] = c.judged[n] || !shifted
			delete(w.topics[n], old.path)
		}
		for _, id := range old.services() {
			if delete(w.programs[id], old.path); len(w.programs[id]) == 0 {
				delete(w.programs, id)
			}
		}
	}
	next.stats.count(now.endpoints, 1)
	for _, n := range now.names {
		c.topics[n] = true
		c.judged[n] = c.judged[n] || !shifted
		m := w.topics[n]
		if m == nil {
			m = map[string]bool{}
			w.topics[n] = m
		}
		m[now.path] = true
	}
	for _, id := range now.services() {
		if w.deployed.byID[id] != nil {
			continue
		}
		m := w.programs[id]
		if m == nil {
			m = map[string]bool{}
			w.programs[id] = m
		}
		m[now.path] = true
	}
}

func groupNames(rf *resolvedFile) map[string]bool {
	if rf == nil {
		return nil
	}
	var names map[string]bool
	for _, e := range rf.endpoints {
		for i := range e.Groups {
			if names == nil {
				names = map[string]bool{}
			}
			names[e.Groups[i].Name] = true
		}
	}
	return names
}

// isProgramMarker reports whether a file of that name says which folder is a
// main program's (mainService).
func isProgramMarker(p string) bool {
	return slices.Contains(programMarkers, path.Base(p)) || isDotnetProject(p)
}

// readVariables takes in what a file reads now. It reports whether that
// differs from before.
func (w *Workspace) readVariables(p string, c *delta) bool {
	reads := w.environmentReads(p, c)
	var ids []string
	if len(reads) > 0 {
		ids = idsOf(w.runsOf(p))
	}
	now := make([]topology.VariableRead, len(reads))
	for i, v := range reads {
		now[i] = topology.VariableRead{
			Name: v.Name, At: toPlace(v.At), Services: ids,
			HasDefault: v.HasDefault, Default: v.Default, Required: v.Required, Soft: v.Soft,
		}
	}
	return w.setReadsOf(p, now, c)
}

// setReadsOf replaces the reads of variables in a file. It reports whether they
// differ from before.
func (w *Workspace) setReadsOf(p string, now []topology.VariableRead, c *delta) bool {
	old := w.reads[p]
	if slices.EqualFunc(old, now, func(a, b topology.VariableRead) bool {
		return a.Name == b.Name && a.At == b.At && a.HasDefault == b.HasDefault && a.Default == b.Default &&
			a.Required == b.Required && a.Soft == b.Soft && slices.Equal(a.Services, b.Services)
	}) {
		return false
	}
	for _, list := range [][]topology.VariableRead{old, now} {
		for i := range list {
			for _, id := range list[i].Services {
				c.variables[id] = true
			}
		}
	}
	for i := range old {
		w.noteSecret(old[i].Default, secretOwner{file: p}, false)
	}
	if len(now) == 0 {
		delete(w.reads, p)
		return true
	}
	for i := range now {
		if isSecret(now[i].Name) {
			w.noteSecret(now[i].Default, secretOwner{file: p}, true)
		}
	}
	w.reads[p] = now
	return true
}

// secretOwner has a value that nobody may see, unless it names a topic: a
// service's variables or a file's reads.
type secretOwner struct{ service, file string }

func (w *Workspace) noteSecret(value string, o secretOwner, in bool) {
	if value == "" {
		return
	}
	if !in {
		if delete(w.secrets[value], o); len(w.secrets[value]) == 0 {
			delete(w.secrets, value)
		}
		return
	}
	if w.secrets[value] == nil {
		w.secrets[value] = map[secretOwner]bool{}
	}
	w.secrets[value][o] = true
}

// setReads computes the reads of files, sorted, as people may see them.
func (s *Snapshot) setReads(w *Workspace, files []string) {
	var all []fileReads
	for _, p := range files {
		if len(w.reads[p]) == 0 {
			s.reads = s.reads.Without(p)
			continue
		}
		list := slices.Clone(w.reads[p])
		for i := range list {
			list[i].Default = s.shownDefault(list[i].Name, list[i].Default)
		}
		all = append(all, fileReads{p, list})
	}
	s.reads = s.reads.PutAll(all)
}

// setVariables computes the variables of services, sorted by id, with their reads.
func (s *Snapshot) setVariables(w *Workspace, ids []string) {
	var all []serviceVariables
	for _, id := range ids {
		if list := s.variablesOf(w, id); list != nil {
			all = append(all, serviceVariables{id, list})
		} else {
			s.variables = s.variables.Without(id)
		}
	}
	s.variables = s.variables.PutAll(all)
}

// variablesOf computes the variables of a service with their reads; nil when
// there are none to show.
func (s *Snapshot) variablesOf(w *Workspace, id string) []topology.Variable {
	if old := w.masked[id]; old != nil {
		for _, value := range old {
			w.noteSecret(value, secretOwner{service: id}, false)
		}
		delete(w.masked, id)
	}
	svc := w.deployed.byID[id]
	if svc == nil || svc.Infra || len(svc.Vars) == 0 {
		return nil
	}
	readAt := map[string][]topology.Place{}
	for _, p := range svc.files {
		reads := w.reads[p]
		for i := range reads {
			readAt[reads[i].Name] = append(readAt[reads[i].Name], reads[i].At)
		}
	}
	w.configuredReads(svc, readAt)
	list := make([]topology.Variable, 0, len(svc.Vars))
	for i := range svc.Vars {
		v := &svc.Vars[i]
		out := topology.Variable{
			Service: id, Name: v.Name, Value: v.Value, Known: v.Status == deploy.VarSet, Reason: v.Reason,
			NameAt: placeOf(v.NamePos), ValueAt: placeOf(v.ValuePos), ReadAt: readAt[v.Name],
			FromFile: v.Bulk || v.NamePos.File != svc.Pos.File, MayBind: w.mayBind(svc, v.Name),
		}
		if v.Status == deploy.VarSecret {
			out.Value = ""
		}
		if out.Value != "" && isSecret(secretNameOf(v)) {
			w.masked[id] = append(w.masked[id], out.Value)
			w.noteSecret(out.Value, secretOwner{service: id}, true)
		}
		s.hideSecrets(&out, v)
		for _, o := range v.Origin {
			out.Origin = append(out.Origin, topology.Step{Place: placeOf(o.Pos), What: o.What})
		}
		list = append(list, out)
	}
	return list
}

// viewOf computes the plain view of a service or main program; nil when there
// is none.
func (s *Snapshot) viewOf(w *Workspace, id string) *topology.Service {
	svc := w.deployed.byID[id]
	if svc == nil {
		if len(w.programs[id]) == 0 {
			return nil
		}
		name := strings.TrimPrefix(id, "code:")
		files := slices.Sorted(maps.Keys(w.programs[id]))
		return &topology.Service{ID: id, Name: name, At: topology.Place{File: files[0]}, Code: []string{name}, Files: files, DeployedIn: w.deployed.deployedIn(files)}
	}
	t := &topology.Service{
		ID: svc.ID, Name: svc.Name, Environment: svc.Environment, At: placeOf(svc.Pos), Code: svc.Code,
		Image: svc.Image, Infra: svc.Infra, Broker: svc.Broker, DependsOn: svc.DependsOn,
		Whole: svc.whole, MoreVars: svc.MoreVars, Named: svc.Named, Unread: !svc.Infra && !s.readable(svc),
	}
	if l := svc.Lack; l != nil {
		t.Lack = topology.Lack{What: l.What, Doubt: l.Doubt, At: placeOf(l.Pos)}
	}
	for _, p := range svc.files {
		if _, ok := s.files.Get(p); ok {
			t.Files = append(t.Files, p)
		}
	}
	return t
}

// readable reports whether the workspace has code that a service may run.
func (s *Snapshot) readable(svc *service) bool {
	switch {
	case len(svc.files) > 0:
		return true
	case svc.Absent:
		return false
	case svc.Within != "":
		return s.hasCode([]string{svc.Within})
	}
	return s.hasCode(svc.Code)
}

// sameView reports whether two views are equal but for where they stand, which
// findings about what a service lacks show.
func sameView(a, b *topology.Service) bool {
	return a.Name == b.Name && a.Environment == b.Environment && slices.Equal(a.DeployedIn, b.DeployedIn) && a.Image == b.Image && a.Infra == b.Infra && a.Broker == b.Broker &&
		a.Whole == b.Whole && a.Unread == b.Unread && a.Named == b.Named && a.MoreVars == b.MoreVars && a.Lack == b.Lack && (a.Lack.What == "" || a.At == b.At) &&
		slices.Equal(a.Code, b.Code) && slices.Equal(a.Files, b.Files) && slices.Equal(a.DependsOn, b.DependsOn)
}

// setServices computes the views of services again. It returns the ids of those
// that differ in more than their place, or that run other code.
func (s *Snapshot) setServices(w *Workspace, c *delta) []string {
	var out []string
	own := false
	for _, id := range slices.Sorted(maps.Keys(c.services)) {
		old, now := s.byID[id], s.viewOf(w, id)
		if old == nil && now == nil {
			continue
		}
		same := old != nil && now != nil && sameView(old, now)
		if !same || c.code[id] {
			out = append(out, id)
		}
		if same && old.At == now.At {
			continue
		}
		if !own {
			s.byID, own = maps.Clone(s.byID), true
		}
		if now == nil {
			delete(s.byID, id)
		} else {
			s.byID[id] = now
		}
	}
	return out
}

// linkDeadLetters ties dead-letter topics to the topics whose failures they
// take: those that were built again, and those that have to do with one that
// came or went.
func (s *Snapshot) linkDeadLetters(w *Workspace, c *delta) {
	for n := range c.moved {
		base, ok := w.own.rules.DeadLetterBase(n)
		if !ok || base == "" || base == n {
			continue
		}
		list := w.deadLetters[base]
		i, had := slices.BinarySearch(list, n)
		if has := s.Topic(n) != nil; has && !had {
			list = slices.Insert(slices.Clone(list), i, n)
		} else if had && !has {
			list = slices.Delete(slices.Clone(list), i, i+1)
		}
		if w.deadLetters[base] = list; len(list) == 0 {
			delete(w.deadLetters, base)
		}
	}
	for n := range c.moved {
		if base, ok := w.own.rules.DeadLetterBase(n); ok {
			c.topics[base], c.judged[base] = true, true
		}
		for _, d := range w.deadLetters[n] {
			c.topics[d], c.judged[d] = true, true
		}
	}
	for n := range c.topics {
		t := s.Topic(n)
		if t == nil {
			continue
		}
		base, ok := w.own.rules.DeadLetterBase(n)
		if !ok || base == n || s.Topic(base) == nil {
			base = ""
		}
		if t.DeadLetterOf == base && slices.Equal(t.DeadLetters, w.deadLetters[n]) {
			continue
		}
		linked := *t
		linked.DeadLetterOf, linked.DeadLetters = base, w.deadLetters[n]
		s.topics = s.topics.Put(topicEntry{&linked})
	}
}

// publish completes a snapshot after its files and topics were set.
func (w *Workspace) publish(next *Snapshot, c *delta) {
	change := check.Change{Endpoints: c.endpoints, Texts: c.texts, Environments: c.environments}
	change.Services = append(next.setServices(w, c), c.elsewhere...)
	w.relinkDeadLetters(next, c)
	next.setOwn(w, &change)
	next.setSchemas(w, c, &change)
	was := next.declared
	next.declared = w.declared(was)
	change.Declared = next.declared != was
	next.linkDeadLetters(w, c)
	reads := setOf(c.reads)
	for n := range c.moved {
		for o := range w.secrets[n] {
			if o.service != "" {
				c.variables[o.service] = true
			} else {
				reads[o.file] = true
			}
		}
	}
	change.Reads = slices.Sorted(maps.Keys(reads))
	next.setReads(w, change.Reads)
	change.Variables = slices.Sorted(maps.Keys(c.variables))
	next.setVariables(w, change.Variables)
	next.wholeConfig = w.configViewOf(next.wholeConfig)
	next.mentions, next.wholeCode, next.wholeFlawed = w.mentions, w.code.list(), w.code.flawed
	st := &next.stats
	st.Files, st.Code, st.Parsed, st.Topics, st.Services = w.set.Len(), len(w.code.files), w.code.extracted, next.topics.Len(), len(next.byID)
	maps.DeleteFunc(c.judged, func(_ string, yes bool) bool { return !yes })
	change.Topics = slices.Sorted(maps.Keys(c.judged))
	if old := w.current.Load(); old != nil {
		change.Values = otherValues(old.deployed.unused, next.deployed.unused)
	}
	before := w.checker.Results()
	if w.checker == nil {
		w.checker = check.New(next)
	} else {
		w.checker.Update(next, change)
	}
	if found, grading := w.checker.Results(), w.own.grading(&w.opts); found != before || next.found == nil || !maps.Equal(grading, w.grading) {
		next.found, w.grading = found.Graded(grading), grading
	}
	w.current.Store(next)
}

func setOf(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m
}

// Parsed returns the code files whose facts were needed, sorted.
func (w *Workspace) Parsed() []string {
	if w.frozen != nil {
		return w.frozen.whole().Parsed()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for p, cf := range w.code.files {
		if cf.facts != nil {
			out = append(out, p)
		}
	}
	sort.Strings(out)
	return out
}

// textOf describes a changed file to the rules. before are the words that it
// had, as code and as a file that is not followed.
func (w *Workspace) textOf(p string, code source.Signature, other *source.Signature) check.Text {
	t := check.Text{File: p, Services: w.runs[p]}
	lower := []source.Signature{}
	if other != nil {
		lower = append(lower, *other)
	}
	if m, ok := w.mentions.files.Get(p); ok {
		lower = append(lower, *m.words)
	}
	t.Unfollowed = len(lower) > 0
	if t.Unfollowed && readsVariables(p) {
		for _, s := range w.deployed.services {
			if slices.ContainsFunc(s.Code, func(f string) bool { return under(p, f) }) {
				t.Services = append(slices.Clip(t.Services), s.ID)
			}
		}
	}
	exact := []source.Signature{code}
	if cf := w.code.files[p]; cf != nil {
		exact = append(exact, cf.signature)
	}
	t.Mentions = func(word string) bool {
		low := source.NewWord(strings.ToLower(word))
		may := func(w source.Word) func(source.Signature) bool {
			return func(s source.Signature) bool { return len(s) > 0 && s.MayContainWord(w) }
		}
		return slices.ContainsFunc(lower, may(low)) || slices.ContainsFunc(exact, may(low)) || slices.ContainsFunc(exact, may(source.NewWord(word)))
	}
	return t
}
