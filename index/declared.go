package index

import (
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/deploy"
	"topicls/index/deploy/created"
	"topicls/index/deploy/manifest"
	"topicls/index/facts"
	"topicls/index/source"
	"topicls/index/topology"
)

// Topics are declared where something creates them: manifests, commands, Terraform,
// variables of brokers' images, calls in code. A declaration is no use of a topic.

// declarations are all of a state. They never change.
type declarations struct {
	byTopic map[string][]topology.Declaration // by place
	byFile  map[string][]topology.Declaration
	names   []string
	open    bool // topics are declared whose names can't be told
}

// declaring are what files declare, as they were last read.
type declaring struct {
	files     map[string]created.Found // commands in texts, and code
	terraform map[string]created.Found // by folder
	stale     map[string]bool          // folders of Terraform to be read again
}

func newDeclaring() *declaring {
	return &declaring{files: map[string]created.Found{}, terraform: map[string]created.Found{}, stale: map[string]bool{}}
}

const byManifest = "a manifest of the topic"

func isManifest(p string) bool { return strings.HasSuffix(p, ".yaml") || strings.HasSuffix(p, ".yml") }

func isTerraform(p string) bool { return strings.HasSuffix(p, ".tf") }

// text takes in a file that is not followed, or with nil that it is gone.
func (d *declaring) text(p string, data []byte) {
	if isTerraform(p) {
		d.stale[path.Dir(p)] = true
		return
	}
	if strings.HasPrefix(p, ".github/") || strings.Contains(p, "/.github/") { // what a test run creates
		data = nil
	}
	found := created.Commands(p, data)
	if isManifest(p) && bytes.Contains(data, []byte("Topic")) && !bytes.Contains(data, []byte("{{")) && manifest.Likely(data) { // of environments and of none
		for _, o := range manifest.Parse(p, data).Objects {
			if o.Topic != nil {
				found.Topics = append(found.Topics, created.Declared{DeclaredTopic: *o.Topic, By: byManifest})
			}
		}
	}
	d.put(p, found)
}

func (d *declaring) put(p string, f created.Found) {
	if len(f.Topics) > 0 || f.Open {
		d.files[p] = f
	} else {
		delete(d.files, p)
	}
}

// readTerraform reads the folders again whose files changed.
func (d *declaring) readTerraform(set *source.Set) {
	for dir := range d.stale {
		files, may := map[string][]byte{}, false
		for e := range set.Under(dir) {
			if !isTerraform(e.Path) || path.Dir(e.Path) != dir || e.Test {
				continue
			}
			if data, err := set.ReadFile(e.Path); err == nil {
				files[e.Path], may = data, may || created.MayDeclare(data)
			}
		}
		delete(d.terraform, dir)
		if may {
			if f := created.Terraform(files); len(f.Topics) > 0 || f.Open {
				d.terraform[dir] = f
			}
		}
	}
	clear(d.stale)
}

// code takes in what calls in a code file create.
func (d *declaring) code(p string, cf *codeFile) {
	if cf == nil || !cf.matters || cf.facts == nil || !mayCreate(cf) {
		delete(d.files, p)
		return
	}
	d.put(p, createdIn(p, cf.facts.File(), client.CreatesOf(cf.family)))
}

// mayCreate reports whether a file has a word by which topics are created.
func mayCreate(cf *codeFile) bool {
	for name := range client.CreatesOf(cf.family) {
		if cf.signature.MayContainWord(source.NewWord(name[strings.LastIndexByte(name, '.')+1:])) {
			return true
		}
	}
	return false
}

// createdIn finds the topics that calls in a file create under literal names.
func createdIn(p string, f *facts.File, names client.Creates) created.Found {
	var out created.Found
	for _, id := range f.Calls {
		call := f.At(id)
		if !creates(f, call, names) {
			continue
		}
		at := nameArguments(f, call)
		if len(at) == 0 {
			out.Open = true
		}
		for _, e := range at {
			if e.Kind != facts.String {
				out.Open = true
				continue
			}
			name := f.Text(e.Name)
			out.Topics = append(out.Topics, created.Declared{
				DeclaredTopic: deploy.DeclaredTopic{Name: name, Pos: deploy.Pos{File: p, Start: e.Start, End: e.End}}, By: "code",
			})
		}
	}
	return out
}

var nameKeys = map[string]bool{"topic": true, "Topic": true, "name": true, "Name": true}

// nameArguments finds the names in a call that creates topics: what is given
// under the name of one, or else the texts by position.
func nameArguments(f *facts.File, call *facts.Expr) (out []*facts.Expr) {
	var positions []*facts.Expr
	for _, id := range f.Operands(call) {
		arg := f.At(id)
		if arg.Kind != facts.Arg || arg.X == 0 {
			continue
		}
		value := f.At(arg.X)
		switch {
		case arg.Name != 0 && nameKeys[f.Text(arg.Name)]:
			out = append(out, value)
		case arg.Name == 0:
			positions = append(positions, value)
		}
	}
	if len(out) > 0 {
		return out
	}
	for i := range f.Exprs {
		e := &f.Exprs[i]
		if e.Kind != facts.Entry || e.Start < call.Start || call.End < e.End || e.X == 0 || e.Y == 0 {
			continue
		}
		if key := f.At(e.Y); (key.Kind == facts.String || key.Kind == facts.Name) && strings.EqualFold(f.Text(key.Name), "topic") {
			out = append(out, f.At(e.X))
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, p := range positions {
		if p.Kind == facts.String {
			out = append(out, p)
		}
	}
	if len(out) == 0 && len(positions) > 0 {
		return positions[:1]
	}
	return out
}

// declared gathers all declarations; was are those before.
func (w *Workspace) declared(was *declarations) *declarations {
	w.declaring.readTerraform(w.set)
	d := &declarations{}
	seen := map[topology.Place]bool{}
	enter := func(f created.Found, described bool) {
		d.open = d.open || f.Open
		for _, t := range f.Topics {
			x := topology.Declaration{Topic: t.Name, At: placeOf(t.Pos), Partitions: t.Partitions, By: t.By, Default: t.Default, Described: described}
			if one := (topology.Place{File: x.At.File + "\x00" + x.Topic, Start: x.At.Start}); !seen[one] { // one manifest may be of several environments
				seen[one] = true
				if d.byTopic == nil {
					d.byTopic, d.byFile = map[string][]topology.Declaration{}, map[string][]topology.Declaration{}
				}
				d.byTopic[x.Topic] = append(d.byTopic[x.Topic], x)
				d.byFile[x.At.File] = append(d.byFile[x.At.File], x)
			}
		}
	}
	add := func(f created.Found) { enter(f, false) }
	for _, f := range w.declaring.files {
		add(f)
	}
	for _, f := range w.declaring.terraform {
		add(f)
	}
	enter(created.Found{Topics: w.describedTopics()}, true)
	for _, set := range w.deployments.all() {
		e := set.counts()
		for _, t := range e.Topics {
			add(created.Found{Topics: []created.Declared{{DeclaredTopic: t, By: byManifest}}})
		}
		for i := range e.Services {
			s := &e.Services[i]
			if !s.Broker && !s.Infra {
				continue
			}
			for j := range s.Vars {
				if v := &s.Vars[j]; created.IsCreating(v.Name) && v.Status == deploy.VarSet {
					add(created.InVariable(v.Value, partsOf(v), "the variable "+v.Name))
				}
			}
		}
	}
	byPlace := func(a, b topology.Declaration) int {
		return cmp.Or(strings.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Start, b.At.Start), strings.Compare(a.Topic, b.Topic))
	}
	for name, list := range d.byTopic {
		slices.SortFunc(list, byPlace)
		d.names = append(d.names, name)
	}
	for _, list := range d.byFile {
		slices.SortFunc(list, byPlace)
	}
	slices.Sort(d.names)
	if was != nil && was.open == d.open && slices.Equal(was.names, d.names) && !slices.ContainsFunc(d.names, func(n string) bool { return !slices.Equal(was.byTopic[n], d.byTopic[n]) }) {
		return was
	}
	return d
}

// partsOf gives the places of parts of a variable's value, as far as its file has
// it byte for byte.
func partsOf(v *deploy.Variable) func(start, end int) deploy.Pos {
	return func(start, end int) deploy.Pos {
		p := v.ValuePos
		if int(p.End-p.Start) == len(v.Value) {
			p.Start, p.End = p.Start+uint32(start), p.Start+uint32(end)
		}
		return p
	}
}

// DeclaredTopics returns the names of the topics that something creates, sorted.
func (s *Snapshot) DeclaredTopics() []string { return s.declared.names }

// Declarations returns where a topic is created, by place.
func (s *Snapshot) Declarations(topic string) []topology.Declaration {
	return s.declared.byTopic[topic]
}

// DeclaresOpen reports whether topics are created whose names can't be told.
func (s *Snapshot) DeclaresOpen() bool { return s.declared.open }

// declaredAt tells which topic a place declares, or nil.
func (s *Snapshot) declaredAt(file string, off uint32) *Occurrence {
	var o *Occurrence
	for _, d := range s.declared.byFile[file] {
		if !d.At.Contains(file, off) {
			continue
		}
		if o == nil {
			o = &Occurrence{Kind: TopicOccurrence, Place: d.At}
		}
		if d.At == o.Place && !slices.Contains(o.Names, d.Topic) {
			o.Names = append(o.Names, d.Topic)
		}
	}
	return o
}

// declaredPlaces are the places where topics are created.
func (s *Snapshot) declaredPlaces(names []string) []topology.Place {
	var out []topology.Place
	for _, n := range names {
		for _, d := range s.Declarations(n) {
			out = append(out, d.At)
		}
	}
	return out
}

// declaredSection tells where a topic is created.
func (s *Snapshot) declaredSection(name string) Section {
	sec := Section{Title: "Declared"}
	for _, d := range s.Declarations(name) {
		l := Line{link(d.At), text(" by " + d.By)}
		if d.Partitions > 0 {
			l = append(l, text(", "+counted(d.Partitions, "partition")))
		}
		sec.Lines = append(sec.Lines, l)
	}
	sec.Lines = capped(sec.Lines)
	return sec
}
