package check

import (
	"slices"

	"topicls/index/topology"
)

// Results are the findings of one state, kept by what they are about, so that
// those of the next state cost what changed.
type Results struct {
	in         Input
	world      worldKey
	topics     map[string][]topology.Diagnostic // by topic
	files      map[string][]topology.Diagnostic // by the endpoints' file
	global     []topology.Diagnostic
	directives map[string]*directives // of files with findings
	shown      []topology.Diagnostic
}

// Change says what differs from the state before.
type Change struct {
	Topics    []string // topics of which an endpoint came, went or changed
	Endpoints []string // files of which an endpoint came, went or changed
	Files     []string // files with other bytes
	Deployed  bool     // services, variables or which code they run changed
	Unread    bool     // a file that is not followed (Mentioned, ServiceMentions) changed
}

// All computes the findings of a state from nothing.
func All(in Input) *Results {
	r := &Results{in: in}
	w := newWorld(in)
	r.world = w.key()
	r.allTopics(w)
	r.allFiles(w)
	r.global = globalFindings(w)
	r.finish(nil)
	return r
}

// Update computes the findings of the state in from those of the state before
// it. The result is what All gives for in.
func (r *Results) Update(in Input, c Change) *Results {
	w := newWorld(in)
	next := &Results{in: in, world: w.key()}
	if c.Deployed || c.Unread {
		next.allFiles(w)
	} else {
		next.files = without(r.files, c.Endpoints)
		touched := setOf(c.Endpoints)
		for _, e := range in.Endpoints() {
			if touched[e.Place.File] {
				next.addEndpoint(w, e)
			}
		}
	}
	if c.Deployed || c.Unread || next.world != r.world {
		next.allTopics(w)
	} else {
		names := neighbours(r.in, in, c.Topics)
		next.topics = without(r.topics, names)
		for _, n := range names {
			next.addTopic(w, n)
		}
	}
	next.global = globalFindings(w)
	kept := map[string]*directives{}
	changed := setOf(c.Files)
	for p, d := range r.directives {
		if !changed[p] {
			kept[p] = d
		}
	}
	next.finish(kept)
	return next
}

// Diagnostics returns the findings, by file and position, without those that
// comments suppress.
func (r *Results) Diagnostics() []topology.Diagnostic { return r.shown }

func (r *Results) allTopics(w *world) {
	r.topics = map[string][]topology.Diagnostic{}
	for _, n := range w.in.Topics() {
		r.addTopic(w, n)
	}
}

func (r *Results) addTopic(w *world, name string) {
	if found := topicFindings(w, name); len(found) > 0 {
		r.topics[name] = found
	}
}

func (r *Results) allFiles(w *world) {
	r.files = map[string][]topology.Diagnostic{}
	for _, e := range w.in.Endpoints() {
		r.addEndpoint(w, e)
	}
}

func (r *Results) addEndpoint(w *world, e *topology.Endpoint) {
	if found := endpointFindings(w, e); len(found) > 0 {
		r.files[e.Place.File] = append(r.files[e.Place.File], found...)
	}
}

// finish merges the findings and leaves out the suppressed ones.
func (r *Results) finish(kept map[string]*directives) {
	var list []topology.Diagnostic
	for _, found := range r.topics {
		list = append(list, found...)
	}
	for _, found := range r.files {
		list = append(list, found...)
	}
	list = append(list, r.global...)
	r.directives = map[string]*directives{}
	list = slices.DeleteFunc(list, func(d topology.Diagnostic) bool {
		file := r.directives[d.Place.File]
		if file == nil {
			if file = kept[d.Place.File]; file == nil {
				text, _ := r.in.Text(d.Place.File)
				file = readDirectives(text)
			}
			r.directives[d.Place.File] = file
		}
		return file.suppress(d)
	})
	r.shown = sorted(list)
}

func without(m map[string][]topology.Diagnostic, keys []string) map[string][]topology.Diagnostic {
	drop := setOf(keys)
	out := make(map[string][]topology.Diagnostic, len(m))
	for k, v := range m {
		if !drop[k] {
			out[k] = v
		}
	}
	return out
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
func neighbours(before, after Input, names []string) []string {
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
		for _, o := range in.Topics() {
			for _, n := range names {
				if !out[o] && nearNames(n, o) {
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
	list := make([]string, 0, len(out))
	for n := range out {
		list = append(list, n)
	}
	slices.Sort(list)
	return list
}
