package index

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"topicls/index/source"
	"topicls/index/topology"
)

// renamed applies a rename's edits to texts and to the workspace, and returns
// where a place is afterwards.
func renamed(w *Workspace, texts map[string]string, r Rename, at topology.Place) (*Snapshot, uint32) {
	off := at.Start
	changed := map[string]bool{}
	for _, e := range slices.Backward(r.Edits) {
		t := texts[e.File]
		texts[e.File] = t[:e.Start] + e.Text + t[e.End:]
		changed[e.File] = true
		if e.File == at.File && e.End <= at.Start {
			off = uint32(int(off) + len(e.Text) - int(e.End-e.Start))
		}
	}
	var changes []source.Change
	for f := range changed {
		changes = append(changes, source.Opened(f, []byte(texts[f])))
	}
	return w.Apply(changes...), off
}

// endpointsNaming lists the endpoints of a topic.
func endpointsNaming(s *Snapshot, topic string) []string {
	var out []string
	if t := s.Topic(topic); t != nil {
		for _, u := range append(slices.Clone(t.Producers), t.Consumers...) {
			out = append(out, u.Endpoint.ID+" in "+strings.Join(u.Name.Services, ","))
		}
	}
	slices.Sort(out)
	return out
}

// Whatever topic and variable of a case is renamed, its endpoints keep it under
// the new name, nothing keeps the old one, and renaming it back gives the same
// bytes.
func TestRenameThereAndBack(t *testing.T) {
	paths, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, p := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(p), ".txtar"), func(t *testing.T) {
			t.Parallel()
			ar, err := txtar.ParseFile(p)
			if err != nil {
				t.Fatal(err)
			}
			files := map[string]string{}
			for _, f := range ar.Files {
				if f.Name != "want" {
					files[f.Name] = string(f.Data)
				}
			}
			w := openFiles(t, files)
			for _, topic := range w.Snapshot().Topics() {
				renameTopicAndBack(t, w, files, topic)
			}
			seen := map[topology.Place]bool{}
			for _, v := range w.Snapshot().Variables() {
				if !seen[v.NameAt] {
					seen[v.NameAt] = true
					renameVariableAndBack(t, w, files, v.Name, v.NameAt)
				}
			}
			for _, v := range w.Snapshot().Reads() {
				if !seen[v.At] {
					seen[v.At] = true
					renameVariableAndBack(t, w, files, v.Name, v.At)
				}
			}
		})
	}
}

func renameTopicAndBack(t *testing.T, w *Workspace, files map[string]string, topic string) {
	s := w.Snapshot()
	if s.Topic(topic) == nil {
		t.Fatalf("%s is gone", topic)
	}
	uses := append(slices.Clone(s.Topic(topic).Producers), s.Topic(topic).Consumers...)
	g := s.newRenaming()
	var from []topology.Place
	for _, u := range uses {
		from = append(from, g.given(u.Name)...)
	}
	if len(from) == 0 {
		return // it is made of others
	}
	at := from[0]
	to := topic + ".v-2"
	r, why := s.Rename(at.File, at.Start, to)
	if why != "" {
		t.Logf("%s can't be renamed: %s", topic, why)
		return
	}
	if r.From != topic {
		t.Logf("at %v stands %s, not %s", at, r.From, topic)
		return
	}
	texts := maps.Clone(files)
	before := endpointsNaming(s, topic)
	s, off := renamed(w, texts, r, at)
	if left := endpointsNaming(s, topic); len(left) > 0 {
		t.Errorf("%s became %s, but is left at %v; edits %+v", topic, to, left, r.Edits)
	}
	if now := endpointsNaming(s, to); !slices.Equal(before, now) {
		t.Errorf("%s had %v, %s has %v", topic, before, to, now)
	}
	back, why := s.Rename(at.File, off, topic)
	if why != "" {
		t.Errorf("%s became %s, which can't be renamed back: %s", topic, to, why)
	}
	renamed(w, texts, back, at)
	wantSame(t, topic, files, texts)
	restore(w, files)
}

func renameVariableAndBack(t *testing.T, w *Workspace, files map[string]string, name string, at topology.Place) {
	s := w.Snapshot()
	g := s.newRenaming()
	p := g.named(at, name)
	if len(p) == 0 {
		return
	}
	at = p[0]
	r, why := s.Rename(at.File, at.Start, name+"_2")
	if why != "" || r.Kind != VariableOccurrence || len(r.Edits) == 0 {
		t.Logf("%s can't be renamed: %s", name, why)
		return
	}
	texts := maps.Clone(files)
	before := s.Topics()
	s, off := renamed(w, texts, r, at)
	if now := s.Topics(); !slices.Equal(before, now) {
		t.Errorf("variable %s became %s: topics were %v and are %v; edits %+v", name, r.To, before, now, r.Edits)
	}
	back, why := s.Rename(at.File, off, name)
	if why != "" {
		t.Errorf("variable %s became %s, which can't be renamed back: %s", name, r.To, why)
	}
	renamed(w, texts, back, at)
	wantSame(t, name, files, texts)
	restore(w, files)
}

func wantSame(t *testing.T, name string, want, got map[string]string) {
	for f := range want {
		if want[f] != got[f] {
			t.Errorf("%s was renamed and renamed back; %s was\n%s\nand is\n%s", name, f, want[f], got[f])
		}
	}
}

func restore(w *Workspace, files map[string]string) {
	var changes []source.Change
	for f, text := range files {
		changes = append(changes, source.Opened(f, []byte(text)))
	}
	w.Apply(changes...)
}
