package index

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"topicls/index/schema"
	"topicls/index/schema/asyncapi"
	"topicls/index/schema/avro"
	"topicls/index/schema/jsonschema"
	"topicls/index/schema/protobuf"
	"topicls/index/schema/tree"
	"topicls/index/source"
	"topicls/index/topology"
)

// Files of the workspace describe messages: Avro, Protobuf, JSON Schema, AsyncAPI.
// They are read here; schema_ties.go ties them to topics.

// schemaFiles are the files that describe messages, as they were last read.
type schemaFiles struct {
	set    *source.Set
	before *source.Set       // as it was before the last change
	good   map[string][]byte // see schemas_typed.go
	avro   map[string]*avro.File
	proto  map[string]*protobuf.File
	json   map[string]bool // documents that say that they are schemas of JSON
	async  map[string]bool // documents of AsyncAPI
	// docs are documents as they are read, or nil for what is none; those that
	// others refer to are here too.
	docs     map[string]*tree.Node
	subjects map[string][]subject // file -> where it registers schemas
	problems map[string]schema.Problem
	dirty    bool // something that follows from the files is to be made again
	linked   *schemaIndex
	uses     map[string]*schemaUses // code file -> the schemas that its endpoints name
}

func newSchemaFiles() *schemaFiles {
	return &schemaFiles{
		avro: map[string]*avro.File{}, proto: map[string]*protobuf.File{}, json: map[string]bool{}, async: map[string]bool{},
		good: map[string][]byte{}, docs: map[string]*tree.Node{}, subjects: map[string][]subject{}, problems: map[string]schema.Problem{}, uses: map[string]*schemaUses{}, linked: &schemaIndex{},
	}
}

// schemaIndex is what follows from all files together.
type schemaIndex struct {
	byID   map[string][]*schema.Record // Avro and Protobuf
	byBase map[string][]*schema.Record // the same by the name of their class
	roots  map[string]*schema.Record   // file -> what it as a whole describes
	byName map[string][]string         // last part of a path -> files with a root
	async  []*asyncapi.Document
	shapes map[*schema.Record]*shape // of records that are tied
	// messages are the schemas of messages of documents.
	messages map[asyncapi.Message]*schema.Record
	// classes are files of code that are called after a class which schemas have too.
	classes map[string][]classFile
}

// classFile is such a file; made says that a compiler of schemas made it.
type classFile struct {
	path string
	made bool
}

// empty reports whether no file describes messages.
func (x *schemaFiles) empty() bool {
	return len(x.avro)+len(x.proto)+len(x.json)+len(x.async) == 0
}

// Doc implements [jsonschema.Docs]: documents of the workspace alone.
func (x *schemaFiles) Doc(p string) *tree.Node {
	if n, ok := x.docs[p]; ok {
		return n
	}
	var n *tree.Node
	if e, ok := x.set.Get(p); ok && (isDocument(p) || isAvro(p)) && e.Size <= tree.MaxSize {
		if data, err := x.set.ReadFile(p); err == nil {
			n, _ = x.parse(p, data)
		}
	}
	x.docs[p] = n
	return n
}

func isAvro(p string) bool { return strings.HasSuffix(p, ".avsc") || strings.HasSuffix(p, ".avpr") }

func isDocument(p string) bool {
	switch path.Ext(p) {
	case ".json", ".yaml", ".yml":
		return true
	}
	return false
}

func parseDocument(p string, data []byte) (*tree.Node, *tree.Problem) {
	if isAvro(p) {
		p += ".json"
	}
	return tree.Parse(p, data)
}

// read takes in a file; without bytes, that it is gone.
func (x *schemaFiles) read(p string, data []byte) {
	good := x.good[p]
	x.forget(p)
	if data == nil {
		return
	}
	if good != nil {
		x.good[p] = good
	}
	switch {
	case isAvro(p):
		x.dirty = true
		n, problem := x.parse(p, data)
		x.docs[p] = n
		if problem != nil {
			x.broken(p, problem)
		}
		if n == nil {
			return
		}
		x.avro[p] = avro.FromNode(p, n)
	case strings.HasSuffix(p, ".proto"):
		x.dirty = true
		x.proto[p] = x.protobuf(p, data)
	case isDocument(p):
		x.document(p, data)
	}
	if list := registrations(p, data); len(list) > 0 {
		x.subjects[p], x.dirty = list, true
	}
}

func (x *schemaFiles) broken(p string, problem *tree.Problem) {
	x.problems[p] = schema.Problem{At: topology.Place{File: p, Start: problem.Start, End: problem.End}, Message: problem.Message}
}

// forget drops what is known of a file.
func (x *schemaFiles) forget(p string) {
	_, doc := x.docs[p]
	if doc || x.avro[p] != nil || x.proto[p] != nil || x.subjects[p] != nil {
		x.dirty = true
	}
	delete(x.docs, p)
	delete(x.avro, p)
	delete(x.proto, p)
	delete(x.json, p)
	delete(x.async, p)
	delete(x.subjects, p)
	delete(x.problems, p)
	delete(x.good, p)
}

// Words of which each document has one that describes messages.
var (
	asyncWord = []byte("asyncapi")
	jsonWord  = []byte("json-schema.org/")
	avroWord  = []byte(`"record"`)
)

// schemaWords are those that a document has.
type schemaWords struct{ async, channels, named, record, json bool }

func schemaWordsOf(p string, data []byte) schemaWords {
	head := data[:min(len(data), 4096)]
	return schemaWords{
		async: bytes.Contains(head, asyncWord), channels: bytes.Contains(head, []byte("channels")), named: strings.Contains(path.Base(p), ".schema."),
		record: path.Ext(p) == ".json" && bytes.Contains(data, avroWord), json: bytes.Contains(head, jsonWord),
	}
}

func (w schemaWords) any() bool { return w.async || w.named || w.record || w.json }

// document takes in JSON or YAML, if it is a schema.
func (x *schemaFiles) document(p string, data []byte) {
	words := schemaWordsOf(p, data)
	if !words.any() {
		if words = schemaWordsOf(p, x.goodText(p)); !words.any() {
			return
		}
	}
	n, problem := x.parse(p, data)
	if problem != nil && (words.async && words.channels || words.named) {
		x.dirty, x.docs[p] = true, nil
		x.broken(p, problem)
	}
	switch {
	case n == nil:
		return
	case asyncapi.Is(n):
		x.async[p] = true
	case words.record && avro.Likely(n):
		x.avro[p] = avro.FromNode(p, n)
	case jsonschema.Likely(p, n):
		x.json[p] = true
	default:
		return
	}
	x.dirty, x.docs[p] = true, n
}

// describes reports whether an entry is a file that may describe messages, or
// register descriptions, and that readMention does not see.
func (w *Workspace) describes(e source.Entry) bool {
	if e.Test && !w.opts.Tests || e.Size > tree.MaxSize {
		return false
	}
	return e.Kind == source.KindSchema || e.Kind == source.KindBuild && registers(e.Path)
}

func registers(p string) bool {
	base := path.Base(p)
	return base == "pom.xml" || strings.HasPrefix(base, "build.gradle")
}

// readSchemas reads the files there are.
func (w *Workspace) readSchemas() {
	w.schemas.set = w.set
	for e := range w.set.All() {
		if w.describes(e) {
			w.readSchema(e.Path)
		}
	}
}

func (w *Workspace) readSchema(p string) {
	data, err := w.set.ReadFile(p)
	if err != nil {
		data = nil
	}
	w.schemas.read(p, data)
}

// updateSchemas reads the changed files that readMention did not see.
func (w *Workspace) updateSchemas(diff []string) {
	w.schemas.before, w.schemas.set = w.schemas.set, w.set
	for _, p := range diff {
		e, ok := w.set.Get(p)
		if l := w.schemas.linked; len(l.byBase[stem(p)]) > 0 {
			i := slices.IndexFunc(l.classes[stem(p)], func(c classFile) bool { return c.path == p })
			w.schemas.dirty = w.schemas.dirty || (i >= 0) != (ok && e.Kind == source.KindCode) || i >= 0 && l.classes[stem(p)][i].made != w.madeBySchema(p)
		}
		if ok && w.describes(e) {
			w.readSchema(p)
		} else if !ok || !w.unfollowed(e) {
			w.schemas.forget(p)
		}
	}
}

// stem is the name of a path's file without its ending.
func stem(p string) string { return strings.TrimSuffix(path.Base(p), path.Ext(p)) }

// link makes the index of all files anew. made tells which files of code a
// compiler of schemas made.
func (x *schemaFiles) link(made func(p string) bool) {
	l := &schemaIndex{byID: map[string][]*schema.Record{}, byBase: map[string][]*schema.Record{}, roots: map[string]*schema.Record{}, byName: map[string][]string{}}
	add := func(p string, records []*schema.Record, root *schema.Record) {
		for _, r := range records {
			l.byID[r.ID] = append(l.byID[r.ID], r)
			if len(r.Any) == 0 && !r.Call { // no enumeration, and not what programs call each other with
				l.byBase[r.Base()] = append(l.byBase[r.Base()], r)
			}
		}
		if root != nil {
			l.roots[p] = root
			l.byName[path.Base(p)] = append(l.byName[path.Base(p)], p)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(x.avro)) {
		add(p, x.avro[p].Records, x.avro[p].Root)
	}
	for _, p := range slices.Sorted(maps.Keys(x.proto)) {
		add(p, x.proto[p].Records, outerMessage(x.proto[p].Records))
	}
	for _, p := range slices.Sorted(maps.Keys(x.json)) {
		add(p, nil, jsonschema.Record(x, jsonschema.Ref{File: p}))
	}
	for _, p := range slices.Sorted(maps.Keys(x.async)) {
		if d := asyncapi.Read(p, x); d != nil {
			l.async = append(l.async, d)
		}
	}
	if len(l.byBase) > 0 {
		l.classes = map[string][]classFile{}
		for e := range x.set.All() {
			if e.Kind != source.KindCode {
				continue
			}
			if base := stem(e.Path); len(l.byBase[base]) > 0 {
				l.classes[base] = append(l.classes[base], classFile{e.Path, made(e.Path)})
			}
		}
	}
	x.linked = l
}

// renew takes over what was made of another index, as far as it is the same. It
// reports whether code that names schemas names those of the same files under the
// same names, so that it need not be looked at again; became then has the records
// in the place of those that were.
func (l *schemaIndex) renew(was *schemaIndex) (same bool, became map[*schema.Record]*schema.Record) {
	for r, s := range was.shapes {
		if !slices.ContainsFunc(s.asked, func(a askedRecord) bool { return l.lookup(a.from, a.ref) != a.got }) && slices.Contains(l.byID[r.ID], r) {
			if l.shapes == nil {
				l.shapes = map[*schema.Record]*shape{}
			}
			l.shapes[r] = s
		}
	}
	if len(l.byID) != len(was.byID) || len(l.roots) != len(was.roots) || !maps.EqualFunc(l.classes, was.classes, slices.Equal[[]classFile]) {
		return false, nil
	}
	became = map[*schema.Record]*schema.Record{}
	for id, list := range l.byID {
		old := was.byID[id]
		if len(old) != len(list) {
			return false, nil
		}
		for i, r := range list {
			if !sameClass(old[i], r) {
				return false, nil
			}
			became[old[i]] = r
		}
	}
	for p, r := range l.roots {
		old := was.roots[p]
		if old == nil || !sameClass(old, r) {
			return false, nil
		}
		became[old] = r
	}
	return true, became
}

// sameClass reports whether two records are called the same in code, and stand in
// the same file.
func sameClass(a, b *schema.Record) bool {
	return a == b || a.ID == b.ID && a.Format == b.Format && a.At.File == b.At.File && a.Outer == b.Outer && a.Call == b.Call && (len(a.Any) == 0) == (len(b.Any) == 0) && slices.Equal(a.Space, b.Space) && sameRefs(a, b)
}

// sameRefs reports whether two records refer to the same others.
func sameRefs(a, b *schema.Record) bool {
	return slices.EqualFunc(a.Fields, b.Fields, func(x, y schema.Field) bool {
		return x.Type.Ref == y.Type.Ref && len(x.Type.Fields) == 0 && len(y.Type.Fields) == 0
	}) ||
		!refers(a) && !refers(b)
}

func refers(r *schema.Record) bool {
	return slices.ContainsFunc(r.Fields, func(f schema.Field) bool { return f.Type.Ref != "" || len(f.Type.Fields) > 0 })
}

// outerMessage is the one message of a file that no other in it has as a field, or nil.
func outerMessage(records []*schema.Record) *schema.Record {
	inside := map[*schema.Record]bool{}
	for _, r := range records {
		for _, f := range r.Fields {
			if f.Type.Ref == "" {
				continue
			}
			for _, n := range protobuf.Names(r.Name, f.Type.Ref) {
				if i := slices.IndexFunc(records, func(o *schema.Record) bool { return o.Name == n }); i >= 0 {
					inside[records[i]] = inside[records[i]] || records[i] != r
					break
				}
			}
		}
	}
	var out *schema.Record
	for _, r := range records {
		nested := slices.ContainsFunc(records, func(o *schema.Record) bool { return strings.HasPrefix(r.Name, o.Name+".") })
		if len(r.Any) > 0 || inside[r] || nested {
			continue
		}
		if out != nil {
			return nil
		}
		out = r
	}
	return out
}

// lookup finds the record that a reference means: of several of a name, the one
// in the file that is nearest.
func (l *schemaIndex) lookup(from *schema.Record, ref string) *schema.Record {
	names := []string{ref}
	if from.Format == schema.Protobuf {
		names = protobuf.Names(from.Name, ref)
	}
	for _, n := range names {
		var list []*schema.Record
		for _, r := range l.byID[n] {
			if r.Format == from.Format {
				list = append(list, r)
			}
		}
		if r := nearestRecord(list, from.At.File); r != nil {
			return r
		}
	}
	return nil
}

// nearestRecord is the first of nearestRecords, or nil.
func nearestRecord(list []*schema.Record, p string) *schema.Record {
	if near := nearestRecords(list, p); len(near) > 0 {
		return near[0]
	}
	return nil
}

// nearestRecords are the records whose files have most folders with a path in common.
func nearestRecords(list []*schema.Record, p string) []*schema.Record {
	var best []*schema.Record
	most := -1
	for _, r := range list {
		switch n := inCommon(r.At.File, p); {
		case n > most:
			best, most = []*schema.Record{r}, n
		case n == most:
			best = append(best, r)
		}
	}
	return best
}

// inCommon counts the folders that two paths have in common; a file itself
// counts as well.
func inCommon(a, b string) int {
	if a == b {
		return 1 << 20
	}
	n := 0
	for i := 0; i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		if a[i] == '/' {
			n++
		}
	}
	return n
}

// schemaProblems lists what could not be read of schemas.
func (w *Workspace) schemaProblems() []Problem {
	var out []Problem
	add := func(list []schema.Problem) {
		for _, p := range list {
			out = append(out, Problem{Place: p.At, Message: p.Message})
		}
	}
	for _, p := range w.schemas.problems {
		add([]schema.Problem{p})
	}
	for _, f := range w.schemas.avro {
		add(f.Problems)
	}
	for _, f := range w.schemas.proto {
		add(f.Problems)
	}
	for _, d := range w.schemas.linked.async {
		add(d.Problems)
	}
	slices.SortFunc(out, func(a, b Problem) int { return comparePlaces(a.Place, b.Place) })
	return out
}
