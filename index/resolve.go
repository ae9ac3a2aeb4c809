package index

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"topicls/index/check"
	"topicls/index/client"
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

// passed notes the files that a value passed through.
func (rf *resolvedFile) passed(files []string) {
	for _, f := range files {
		if f != rf.path && !slices.Contains(rf.through, f) {
			rf.through = append(rf.through, f)
		}
	}
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
