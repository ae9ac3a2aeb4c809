package check

import (
	"maps"
	"slices"

	"topicls/index/topology"
)

// Results are the findings of one state, kept by what they are about, so that
// those of the next state cost what changed.
type Results struct {
	in         Input
	hosts      map[string]map[string]bool // as in a world
	byService  map[[2]string]*topology.Variable
	mayReads   map[[2]string]bool
	world      worldKey
	items      []*item                // sorted; the suppressed ones too
	directives map[string]*directives // of files with findings
	shown      []topology.Diagnostic
}

// item is a finding with what it came from: a topic, a file's endpoints, or
// with neither the workspace as a whole.
type item struct {
	topology.Diagnostic
	topic, file string
}

// Change says what differs from the state before.
type Change struct {
	Topics    []string // topics of which an endpoint came, went or changed
	Endpoints []string // files of which an endpoint came, went or changed
	Files     []string // files with other bytes
	Deployed  bool     // services, variables or which code they run changed
	Services  []string // ids of services with code that has other bytes
	Unread    bool     // a file that is not followed (Mentioned) came, went or changed
}

// All computes the findings of a state from nothing.
func All(in Input) *Results {
	w := newWorld(in)
	r := &Results{in: in, world: w.key()}
	found := allTopics(w, nil)
	found = allEndpoints(w, found)
	found = addGlobal(w, found)
	sortItems(found)
	r.items = found
	r.finish(nil)
	return r
}

// Update computes the findings of the state in from those of the state before
// it. The result is what All gives for in.
func (r *Results) Update(in Input, c Change) *Results {
	w := newWorld(in)
	w.takeOver(r, c)
	next := &Results{in: in, world: w.key()}
	defer func() { next.hosts, next.byService, next.mayReads = w.hostsOf, w.byService, w.mayReads }()
	var found []*item
	files := setOf(c.Endpoints)
	everyFile := c.Deployed || c.Unread
	if everyFile {
		found = allEndpoints(w, found)
	} else if len(files) > 0 {
		for _, e := range in.Endpoints() {
			if files[e.Place.File] {
				found = addEndpoint(w, e, found)
			}
		}
	}
	everyTopic := everyFile || next.world != r.world
	var topics map[string]bool
	if everyTopic {
		found = allTopics(w, found)
	} else {
		topics = neighbours(r.in, in, c.Topics)
		for _, n := range slices.Sorted(maps.Keys(topics)) {
			found = addTopic(w, n, found)
		}
	}
	found = addGlobal(w, found)
	sortItems(found)
	kept := make([]*item, 0, len(r.items))
	for _, it := range r.items {
		switch {
		case it.topic != "":
			if everyTopic || topics[it.topic] {
				continue
			}
		case it.file != "":
			if everyFile || files[it.file] {
				continue
			}
		default:
			continue
		}
		kept = append(kept, it)
	}
	next.items = merge(kept, found)
	seen := map[string]*directives{}
	changed := setOf(c.Files)
	for p, d := range r.directives {
		if !changed[p] {
			seen[p] = d
		}
	}
	next.finish(seen)
	return next
}

// takeOver keeps what the world before knew and the change does not concern.
func (w *world) takeOver(r *Results, c Change) {
	if c.Deployed {
		return
	}
	w.hostsOf = r.hosts
	if a, b := r.in.Variables(), w.in.Variables(); len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) {
		w.byService = r.byService
	}
	if c.Unread {
		return
	}
	w.mayReads = r.mayReads
	if len(c.Services) > 0 {
		changed := setOf(c.Services)
		maps.DeleteFunc(w.mayReads, func(k [2]string, _ bool) bool { return changed[k[0]] })
	}
}

// Diagnostics returns the findings, by file and position, without those that
// comments suppress.
func (r *Results) Diagnostics() []topology.Diagnostic { return r.shown }

func allTopics(w *world, to []*item) []*item {
	for _, n := range w.in.Topics() {
		to = addTopic(w, n, to)
	}
	return to
}

func addTopic(w *world, name string, to []*item) []*item {
	for _, d := range topicFindings(w, name) {
		to = append(to, &item{Diagnostic: d, topic: name})
	}
	return to
}

func allEndpoints(w *world, to []*item) []*item {
	for _, e := range w.in.Endpoints() {
		to = addEndpoint(w, e, to)
	}
	return to
}

func addEndpoint(w *world, e *topology.Endpoint, to []*item) []*item {
	for _, d := range endpointFindings(w, e) {
		to = append(to, &item{Diagnostic: d, file: e.Place.File})
	}
	return to
}

func addGlobal(w *world, to []*item) []*item {
	for _, d := range globalFindings(w) {
		to = append(to, &item{Diagnostic: d})
	}
	return to
}

func sortItems(list []*item) {
	slices.SortStableFunc(list, func(a, b *item) int { return compare(&a.Diagnostic, &b.Diagnostic) })
}

// merge merges two sorted lists.
func merge(a, b []*item) []*item {
	out := make([]*item, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compare(&a[0].Diagnostic, &b[0].Diagnostic) <= 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// finish leaves out the findings that are suppressed or said twice.
func (r *Results) finish(seen map[string]*directives) {
	r.directives = map[string]*directives{}
	r.shown = make([]topology.Diagnostic, 0, len(r.items))
	for _, it := range r.items {
		d := &it.Diagnostic
		file := r.directives[d.Place.File]
		if file == nil {
			if file = seen[d.Place.File]; file == nil {
				text, _ := r.in.Text(d.Place.File)
				file = readDirectives(text)
			}
			r.directives[d.Place.File] = file
		}
		if n := len(r.shown); n > 0 && same(&r.shown[n-1], d) || file.suppress(d) {
			continue
		}
		r.shown = append(r.shown, *d)
	}
}

func setOf(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m
}

// neighbours returns the topics whose findings may change when the named ones
// do, in the state before or after: they themselves, those with a name close
// to theirs, and those whose messages the same code reads.
func neighbours(before, after Input, names []string) map[string]bool {
	out := setOf(names)
	reads := map[topology.Place]bool{}
	for _, in := range []Input{before, after} {
		for _, n := range names {
			t := in.Topic(n)
			if t == nil {
				continue
			}
			for _, u := range t.Consumers {
				for i := range u.Endpoint.Reads {
					reads[u.Endpoint.Reads[i].At] = true
				}
			}
		}
	}
	for _, in := range []Input{before, after} {
		for _, n := range names {
			for _, o := range in.Topics() {
				if nearNames(n, o) {
					out[o] = true
				}
			}
		}
		if len(reads) == 0 {
			continue
		}
		for _, e := range in.Endpoints() {
			if e.Role == topology.Consume && slices.ContainsFunc(e.Reads, func(f topology.FieldRead) bool { return reads[f.At] }) {
				for _, n := range e.TopicNames() {
					out[n] = true
				}
			}
		}
	}
	return out
}
