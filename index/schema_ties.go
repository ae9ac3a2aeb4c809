package index

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"

	"topicls/index/check"
	"topicls/index/deploy"
	"topicls/index/deploy/created"
	"topicls/index/schema"
	"topicls/index/schema/asyncapi"
	"topicls/index/schema/avro"
	"topicls/index/schema/jsonschema"
	"topicls/index/source"
	"topicls/index/topology"
)

// A schema is tied to a topic by evidence alone: a document of AsyncAPI says it,
// it is registered under the topic's subject, the code around an endpoint names
// it, or its file is called after the topic.

// schemaView is what a snapshot knows of schemas. It never changes.
type schemaView struct {
	byTopic    map[string][]topology.Schema
	operations map[string][]topology.Operation // by topic
	tied       []tied                          // by topic
	problems   []Problem
}

// tied is a record that is tied to a topic.
type tied struct {
	topic string
	head  topology.Place // the record's name
	shape *shape
}

// shape is a record with all that is inside. Snapshots share them.
type shape struct {
	fields []topology.SchemaField
	open   bool
	places map[string][]fieldPlace // by file
	asked  []askedRecord           `store:"-"`
}

// askedRecord is what a reference led to.
type askedRecord struct {
	from *schema.Record
	ref  string
	got  *schema.Record
}

// fieldPlace is where a field of a record stands.
type fieldPlace struct {
	at   topology.Place
	path []string
}

func (v *schemaView) problemList() []Problem {
	if v == nil {
		return nil
	}
	return v.problems
}

// Schemas returns what files declare of a topic's messages: what is most certain first.
func (s *Snapshot) Schemas(topic string) []topology.Schema {
	if s.schemas == nil {
		return nil
	}
	return s.schemas.byTopic[topic]
}

// Operations returns what documents declare that services do with a topic, by
// place.
func (s *Snapshot) Operations(topic string) []topology.Operation {
	if s.schemas == nil {
		return nil
	}
	return s.schemas.operations[topic]
}

// DescribedTopics returns the topics that documents declare operations of, sorted.
func (s *Snapshot) DescribedTopics() []string {
	if s.schemas == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(s.schemas.operations))
}

// setSchemas brings what is known of schemas up to date.
func (s *Snapshot) setSchemas(w *Workspace, c *delta, change *check.Change) {
	x := w.schemas
	if x.empty() && !x.dirty && s.schemas == nil && !slices.ContainsFunc(c.endpoints, w.mayHaveInline) {
		return
	}
	linked, again := x.dirty, false
	if linked {
		was := x.linked
		x.link(w.madeBySchema)
		x.dirty = false
		same, became := x.linked.renew(was)
		if again = !same; again {
			clear(x.uses)
		}
		for p, u := range x.uses {
			x.uses[p] = u.renewed(became)
		}
	}
	other := w.updateUses(s, c, again)
	if !linked && !other && len(c.moved) == 0 && len(change.Services) == 0 {
		return
	}
	was, now := s.schemas, w.schemaView(s)
	if x.empty() && len(now.problems) == 0 {
		now = nil
	}
	s.schemas = now
	for _, n := range differ(was.topics(), now.topics()) {
		c.judged[n] = true
	}
	change.Operations = len(differ(was.declared(), now.declared())) > 0
}

func (v *schemaView) topics() map[string][]topology.Schema {
	if v == nil {
		return nil
	}
	return v.byTopic
}

func (v *schemaView) declared() map[string][]topology.Operation {
	if v == nil {
		return nil
	}
	return v.operations
}

// differ lists the keys under which two maps have not the same.
func differ[T any](a, b map[string]T) []string {
	var out []string
	for k, x := range a {
		if y, ok := b[k]; !ok || !reflect.DeepEqual(x, y) {
			out = append(out, k)
		}
	}
	for k := range b {
		if _, ok := a[k]; !ok {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// updateUses looks again at the code that changed, or at all. It reports whether
// something may differ.
func (w *Workspace) updateUses(s *Snapshot, c *delta, all bool) bool {
	x := w.schemas
	none := len(x.linked.byBase)+len(x.linked.roots) == 0 // but those that are texts in code
	again := map[string]bool{}
	if all {
		for _, p := range s.EndpointFiles() {
			again[p] = true
		}
	} else {
		for _, p := range c.endpoints {
			again[p] = true
		}
		texts := map[string]bool{}
		for i := range c.texts {
			texts[c.texts[i].File] = true
		}
		for p := range texts {
			again[p] = true
		}
		for p, u := range x.uses {
			if slices.ContainsFunc(u.files, func(f string) bool { return texts[f] }) {
				again[p] = true
			}
		}
	}
	other := false
	for p := range again {
		rf, ok := s.files.Get(p)
		was := x.uses[p]
		if !ok || none && !w.mayHaveInline(p) {
			delete(x.uses, p)
			other = other || was != nil
			continue
		}
		now := w.usesOf(rf)
		if was == nil || !reflect.DeepEqual(was, now) {
			x.uses[p] = now
			other = other || was != nil || len(now.of) > 0
		}
	}
	return other
}

// mayHaveInline reports whether a file of code may have a schema of Avro as a text.
func (w *Workspace) mayHaveInline(p string) bool {
	cf := w.code.files[p]
	return cf != nil && cf.signature.MayContainWord(recordWord) && cf.signature.MayContainWord(fieldsWord)
}

var recordWord, fieldsWord = source.NewWord("record"), source.NewWord("fields")

// describedTopics are the topics that documents of AsyncAPI have channels for.
// Where a document does not say that it is about Kafka, only those that code uses.
func (w *Workspace) describedTopics() []created.Declared {
	var out []created.Declared
	for _, d := range w.schemas.linked.async {
		for i := range d.Channels {
			c := &d.Channels[i]
			if c.Topic == "" || (d.Named || c.Named) && len(w.topics[c.Topic]) == 0 {
				continue
			}
			out = append(out, created.Declared{
				DeclaredTopic: deploy.DeclaredTopic{Name: c.Topic, Partitions: c.Partitions, Pos: deploy.Pos{File: c.At.File, Start: c.At.Start, End: c.At.End}},
				By:            "an AsyncAPI document",
			})
		}
	}
	return out
}

// schemaView ties schemas to topics anew.
func (w *Workspace) schemaView(s *Snapshot) *schemaView {
	v := &schemaView{byTopic: map[string][]topology.Schema{}, operations: map[string][]topology.Operation{}}
	l := w.schemas.linked
	v.problems = w.schemaProblems()
	for _, d := range l.async {
		w.tieDocument(s, v, d)
	}
	for _, p := range slices.Sorted(maps.Keys(w.schemas.subjects)) {
		for _, r := range w.schemas.subjects[p] {
			if to := l.schemaFile(p, r.file); to != "" {
				v.tie(l, r.topic, l.roots[to], topology.Schema{Key: r.key, Tie: "registered as " + r.topic + map[bool]string{false: "-value", true: "-key"}[r.key], TieAt: topology.Place{File: p, Start: r.start, End: r.end}})
			}
		}
	}
	for _, p := range slices.Sorted(maps.Keys(w.schemas.uses)) {
		rf, ok := s.files.Get(p)
		if !ok {
			continue
		}
		for _, e := range rf.endpoints {
			for _, u := range w.schemas.uses[p].of[e.ID] {
				for _, n := range e.TopicNames() {
					if strings.Contains(n, "*") {
						continue
					}
					how := "named by the code of " + noun(e.Role)
					v.tie(l, n, u.record, topology.Schema{Key: u.key, Of: e.ID, Class: u.class, Tie: how, TieAt: u.at})
				}
			}
		}
	}
	for _, p := range slices.Sorted(maps.Keys(l.roots)) {
		topic, key, whole := subjectOf(p)
		if s.Topic(topic) == nil || whole && (len(v.byTopic[topic]) > 0 || l.roots[p].Format == schema.Protobuf) { // those describe calls as well
			continue
		}
		v.tie(l, topic, l.roots[p], topology.Schema{Key: key, Named: true, Tie: "its file is called after the topic", TieAt: topology.Place{File: p}})
	}
	v.settle()
	return v
}

func noun(r topology.Role) string {
	if r == topology.Produce {
		return "a producer"
	}
	return "a consumer"
}

// tie enters a schema of a topic.
func (v *schemaView) tie(l *schemaIndex, topic string, r *schema.Record, t topology.Schema) {
	if topic == "" || r == nil {
		return
	}
	t.Format, t.Name, t.At, t.Doc = string(r.Format), r.Name, r.At, r.Doc
	s := l.shape(r)
	t.Fields, t.Open = s.fields, s.open
	v.byTopic[topic] = append(v.byTopic[topic], t)
	v.tied = append(v.tied, tied{topic, t.At, s})
}

// shape lists the fields of a record, once.
func (l *schemaIndex) shape(r *schema.Record) *shape {
	if s := l.shapes[r]; s != nil {
		return s
	}
	s := &shape{places: map[string][]fieldPlace{}}
	s.fields, s.open = schema.Expand(r, func(from *schema.Record, ref string) *schema.Record {
		got := l.lookup(from, ref)
		s.asked = append(s.asked, askedRecord{from, ref, got})
		return got
	})
	var walk func(prefix []string, list []topology.SchemaField)
	walk = func(prefix []string, list []topology.SchemaField) {
		for i := range list {
			f := &list[i]
			p := append(slices.Clip(prefix), f.Name)
			s.places[f.At.File] = append(s.places[f.At.File], fieldPlace{f.At, p})
			walk(p, f.Fields)
		}
	}
	walk(nil, s.fields)
	if !isInline(r) { // those are made anew
		if l.shapes == nil {
			l.shapes = map[*schema.Record]*shape{}
		}
		l.shapes[r] = s
	}
	return s
}

// settle sorts what was tied.
func (v *schemaView) settle() {
	for _, list := range v.byTopic {
		slices.SortStableFunc(list, func(a, b topology.Schema) int {
			return cmp.Or(boolOrder(a.Key, b.Key), boolOrder(a.Named, b.Named), boolOrder(a.Of != "", b.Of != ""), comparePlaces(a.At, b.At), comparePlaces(a.TieAt, b.TieAt), strings.Compare(a.Of, b.Of))
		})
	}
	slices.SortStableFunc(v.tied, func(a, b tied) int {
		return cmp.Or(strings.Compare(a.topic, b.topic), comparePlaces(a.head, b.head))
	})
	v.tied = slices.Compact(v.tied)
	for _, list := range v.operations {
		slices.SortFunc(list, func(a, b topology.Operation) int { return comparePlaces(a.At, b.At) })
	}
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// tieDocument ties the messages of a document of AsyncAPI.
func (w *Workspace) tieDocument(s *Snapshot, v *schemaView, d *asyncapi.Document) {
	l := w.schemas.linked
	service, byTitle := s.serviceOf(d)
	for i := range d.Channels {
		c := &d.Channels[i]
		if c.Topic == "" || (d.Named || c.Named) && s.Topic(c.Topic) == nil {
			continue
		}
		for _, o := range c.Operations {
			v.operations[c.Topic] = append(v.operations[c.Topic], topology.Operation{
				Topic: c.Topic, Role: o.Role, At: o.At, Document: d.TitleAt, Title: d.Title, Word: o.Word, Service: service, ByTitle: byTitle,
			})
		}
		how := topology.Schema{Tie: "by the AsyncAPI document", TieAt: c.At}
		if d.Title != "" {
			how.Tie = "by the AsyncAPI document of " + d.Title
		}
		for _, m := range c.Messages {
			r := w.messageRecord(m)
			if r == nil {
				continue
			}
			t := how
			v.tie(l, c.Topic, r, t)
			if list := v.byTopic[c.Topic]; m.Doc != "" && r.Doc == "" {
				list[len(list)-1].Doc = m.Doc
			}
			if m.Key.File != "" {
				if k := w.messageRecord(asyncapi.Message{Payload: m.Key}); k != nil && len(k.Fields) > 0 {
					t.Key = true
					v.tie(l, c.Topic, k, t)
				}
			}
		}
	}
}

// messageRecord is the schema of a message's payload; nil when it has none, or is
// in a form that is not read.
func (w *Workspace) messageRecord(m asyncapi.Message) *schema.Record {
	l := w.schemas.linked
	r, ok := l.messages[m]
	if !ok {
		if l.messages == nil {
			l.messages = map[asyncapi.Message]*schema.Record{}
		}
		r = w.readMessage(m)
		l.messages[m] = r
	}
	return r
}

func (w *Workspace) readMessage(m asyncapi.Message) *schema.Record {
	x := w.schemas
	switch {
	case m.Payload.File == "":
		return nil
	case m.Other:
		return x.linked.roots[m.Payload.File]
	}
	root := x.Doc(m.Payload.File)
	n, _ := root.At(m.Payload.Pointer)
	if n == nil {
		return nil
	}
	if m.Avro || avro.Likely(n) {
		return avro.FromNode(m.Payload.File, n).Root
	}
	r := jsonschema.Record(x, m.Payload)
	if r != nil && strings.HasSuffix(m.Payload.Pointer, "/payload") {
		if m.Name != "" {
			r.Name, r.At = m.Name, m.At
		}
		if r.Name == "payload" {
			r.Name = "message"
		}
	}
	return r
}

// serviceOf is the id of the service whose interface a document describes: the
// one in whose code it stands, or else the one that has its title's name; "" when
// that is none or one of several.
func (s *Snapshot) serviceOf(d *asyncapi.Document) (id string, title bool) {
	best, depth, several := "", -1, false
	note := func(id string, n int) {
		switch {
		case n > depth:
			best, depth, several = id, n, false
		case n == depth && id != best:
			several = true
		}
	}
	words := nameWords(d.Title)
	byTitle, titles := "", 0
	for _, svc := range s.Services() {
		if svc.Infra || svc.Broker {
			continue
		}
		for _, f := range svc.Code {
			if f != "." && strings.HasPrefix(d.Path, f+"/") {
				note(svc.ID, strings.Count(f, "/"))
			}
		}
		if len(words) > 0 && slices.Equal(words, nameWords(svc.Name)) {
			byTitle = svc.ID
			titles++
		}
	}
	switch {
	case best != "" && !several:
		return best, false
	case titles == 1:
		return byTitle, true
	}
	return "", false
}

// nameWords are the words of a name that tell services apart.
func nameWords(s string) []string {
	var out []string
	s = s[strings.LastIndexByte(s, '/')+1:]
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !('a' <= r && r <= 'z' || '0' <= r && r <= '9') }) {
		switch w {
		case "service", "api", "asyncapi", "the", "events", "app", "application", "microservice":
		default:
			out = append(out, w)
		}
	}
	return out
}
