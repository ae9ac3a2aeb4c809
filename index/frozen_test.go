package index

import (
	"bytes"
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/check"
	"topicls/index/source"
	"topicls/index/topology"
)

// openFrozen opens files, keeps what was found out, and opens them again.
func openFrozen(t *testing.T, files map[string]string) (first, second *Workspace) {
	t.Helper()
	root, dir := t.TempDir(), t.TempDir()
	writeAll(t, root, files)
	first = openKept(t, root, dir, "1")
	if err := first.Save(); err != nil {
		t.Fatal(err)
	}
	second = openKept(t, root, dir, "1")
	if second.frozen == nil {
		t.Fatal("not as it was kept")
	}
	return first, second
}

// TestFrozen asks a workspace that was opened as it was kept all that editors
// ask, everywhere: it answers as the whole one does.
func TestFrozen(t *testing.T) {
	for name, files := range incrementalWorkspaces(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, second := openFrozen(t, files)
			want, got := first.Snapshot(), second.Snapshot()
			if diff := cmp.Diff(stateOf(t, want, want.Files().Root()), stateOf(t, got, got.Files().Root())); diff != "" {
				t.Fatalf("(-whole +frozen)\n%s", diff)
			}
			if !reflect.DeepEqual(want.Topology(), got.Topology()) || !reflect.DeepEqual(want.Stats(), got.Stats()) {
				t.Error("another topology")
			}
			for _, p := range slices.Sorted(maps.Keys(files)) {
				ofFile := func(s *Snapshot) []any {
					out := []any{s.Hints(p, 0, 1<<31, true, true), s.Lenses(p), s.DiagnosticsIn(p), s.Through(p), s.ReadsIn(p), s.FileSymbols(p)}
					for _, l := range s.Lenses(p) {
						title, places := s.LensText(l, true)
						out = append(out, title, places)
					}
					return out
				}
				if diff := cmp.Diff(ofFile(want), ofFile(got)); diff != "" {
					t.Fatalf("%s (-whole +frozen)\n%s", p, diff)
				}
				step := max(1, len(files[p])/40)
				if testing.Short() {
					step *= 4
				}
				for off := uint32(0); off <= uint32(len(files[p])); off += uint32(step) {
					if diff := cmp.Diff(askedAt(want, p, off), askedAt(got, p, off)); diff != "" {
						t.Fatalf("%s:%d (-whole +frozen)\n%s", p, off, diff)
					}
				}
			}
		})
	}
}

// askedAt is what a snapshot answers about a place.
func askedAt(s *Snapshot, p string, off uint32) []any {
	hover, ok := s.Hover(p, off)
	at, name, why, can := s.Renamable(p, off)
	rename, whyNot := s.Rename(p, off, "renamed")
	return []any{
		hover.Page, ok, at, name, why, can, rename.Edits, whyNot,
		s.Definition(p, off), s.Declaration(p, off), s.Implementation(p, off), s.References(p, off, true), s.Highlights(p, off), s.FileSymbols(p),
	}
}

// TestFrozenQuietly asks about endpoints, topics and findings without making the
// workspace whole.
func TestFrozenQuietly(t *testing.T) {
	_, w := openFrozen(t, incrementalWorkspaces(t)["example"])
	s := w.Snapshot()
	for _, e := range s.Endpoints() {
		for _, name := range e.Topics {
			for _, st := range append(name.Steps, topology.Step{Place: e.Place}) {
				s.Hover(st.File, st.Start)
				s.Definition(st.File, st.Start)
				s.References(st.File, st.Start, true)
			}
		}
	}
	s.Report()
	s.Topology()
	s.Diagnostics()
	s.Symbols("", 100)
	if w.frozen.made.Load() != nil {
		t.Error("it was made whole")
	}
}

// TestFrozenChanges applies changes that make nothing other, and one that does.
func TestFrozenChanges(t *testing.T) {
	files := incrementalWorkspaces(t)["small"]
	_, w := openFrozen(t, files)
	root := w.Snapshot().Files().Root()
	before := stateOf(t, w.Snapshot(), root)
	same := func(what string, changes ...source.Change) {
		t.Helper()
		s := w.Apply(changes...)
		if w.frozen.made.Load() != nil {
			t.Fatalf("%s makes it whole", what)
		}
		if diff := cmp.Diff(before, stateOf(t, s, root)); diff != "" {
			t.Errorf("%s (-before +after)\n%s", what, diff)
		}
	}
	text := []byte(files["app/main.py"])
	same("opening", source.Opened("app/main.py", text), source.Opened("compose.yaml", []byte(files["compose.yaml"])))
	if !w.Snapshot().Files().IsOpen("app/main.py") {
		t.Error("not open")
	}
	same("looking again", source.Touched("app/main.py"), source.Touched("."), source.Touched("app/no.py"), source.Touched("README"))
	writeAll(t, root, map[string]string{"app/names.py": files["app/names.py"], "notes.txt": "x"})
	same("writing the same", source.Touched("app/names.py"), source.Touched("notes.txt"))
	same("closing", source.Closed("compose.yaml"))
	if s, ok := w.ApplyNow(source.Opened("app/main.py", text)); !ok || s != w.Snapshot() {
		t.Error("the same text was not taken at once")
	}
	if _, ok := w.ApplyNow(source.Opened("app/main.py", nil)); ok || w.frozen.made.Load() != nil {
		t.Error("a change did not wait")
	}
	now := w.Apply(source.Opened("app/main.py", bytes.Replace(text, []byte("alerts"), []byte("warnings"), -1)), source.Opened("app/names.py", []byte(strings.Replace(files["app/names.py"], "orders", "sales", 1))))
	if w.frozen.made.Load() == nil {
		t.Fatal("still frozen")
	}
	if now.Topic("sales-done") == nil || !now.Files().IsOpen("app/main.py") || now.Seq <= 1 || w.Snapshot() != now {
		t.Errorf("after an edit: %v", now.Topics())
	}
	if s, ok := w.ApplyNow(source.Closed("app/main.py")); !ok || s.Files().IsOpen("app/main.py") {
		t.Error("there is nothing to wait for")
	}
}

// TestFrozenSees changes what answers depend on beside the files that matter by
// their name.
func TestFrozenSees(t *testing.T) {
	files := map[string]string{
		"app/main.py":  "import os\nfrom kafka import KafkaProducer\n\nKafkaProducer().send(os.environ[\"OUT\"], {})\n",
		"compose.yaml": "services:\n  app:\n    build: app\n    command: python main.py\n    env_file:\n      - path: names.list\n        required: false\n",
		"names.list":   "OUT=orders\n",
	}
	for what, change := range map[string]func(root string) error{
		"changed": func(root string) error {
			return os.WriteFile(filepath.Join(root, "names.list"), []byte("OUT=others\n"), 0o600)
		},
		"gone": func(root string) error { return os.Remove(filepath.Join(root, "names.list")) },
		"mode": func(root string) error { return os.Chmod(filepath.Join(root, "app/main.py"), 0o755) },
		"new":  func(root string) error { return os.WriteFile(filepath.Join(root, "app/new.py"), nil, 0o600) },
	} {
		root, dir := t.TempDir(), t.TempDir()
		writeAll(t, root, files)
		w := openKept(t, root, dir, "1")
		if w.Snapshot().Topic("orders") == nil {
			t.Fatal(w.Snapshot().Topics())
		}
		if err := w.Save(); err != nil {
			t.Fatal(err)
		}
		if openKept(t, root, dir, "1").frozen == nil {
			t.Fatal("not as it was kept")
		}
		if err := change(root); err != nil {
			t.Fatal(err)
		}
		again := openKept(t, root, dir, "1")
		fresh, err := Open(context.Background(), root, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if again.frozen != nil {
			t.Errorf("%s: as it was kept", what)
		}
		if diff := cmp.Diff(stateOf(t, fresh.Snapshot(), root), stateOf(t, again.Snapshot(), root)); diff != "" {
			t.Errorf("%s (-fresh +kept)\n%s", what, diff)
		}
	}
}

// TestFrozenMethods calls every method of a workspace on one that was opened as
// it was kept: none forgets that little of it is there.
func TestFrozenMethods(t *testing.T) {
	files := incrementalWorkspaces(t)["example"]
	calls := map[string]func(w *Workspace){
		"Apply":     func(w *Workspace) { w.Apply(source.Opened("eval_container/main.py", nil)) },
		"ApplyNow":  func(w *Workspace) { w.ApplyNow(source.Opened("eval_container/main.py", nil)) },
		"Choose":    func(w *Workspace) { _, _ = w.Choose("compose") },
		"Grade":     func(w *Workspace) { w.Grade(check.Grading{}) },
		"Parsed":    func(w *Workspace) { w.Parsed() },
		"Rest":      func(w *Workspace) { w.Rest() },
		"Save":      func(w *Workspace) { _ = w.Save() },
		"Snapshot":  func(w *Workspace) { w.Snapshot() },
		"Thaw":      func(w *Workspace) { _ = w.Thaw(context.Background()) },
		"Unsettled": func(w *Workspace) { w.Unsettled() },
	}
	for m := range reflect.TypeFor[*Workspace]().Methods() {
		call := calls[m.Name]
		if call == nil {
			t.Errorf("add %s here, and let it ask whether the workspace is frozen", m.Name)
			continue
		}
		_, w := openFrozen(t, files)
		call(w)
		call(w)
		if err := w.Thaw(context.Background()); err != nil {
			t.Fatal(err)
		}
		call(w)
	}
}

// TestKeptSecrets looks for the values of secrets in all that is kept.
func TestKeptSecrets(t *testing.T) {
	files := map[string]string{
		"docker-compose.yaml": `services:
  app:
    build: app
    environment:
      DB_PASSWORD: hunter2-a
      AWS_SECRET_ACCESS_KEY: ${VAULT}
      DATABASE_URL: postgres://app:hunter2-e@db:5432/app
      KAFKA_SASL_JAAS_CONFIG: module required password="hunter2-f";
      OUTPUT: ${UNSET_PASSWORD:-hunter2-g}
      PASSWORD_RESET_TOPIC: password-resets
      ODD_PASSWORD: "0"
  db:
    image: postgres
    environment:
      POSTGRES_PASSWORD: hunter2-h
`,
		"compose.staging.yaml": "services:\n  app:\n    build: app\n    environment:\n      DB_PASSWORD: hunter2-k\n      PASSWORD_RESET_TOPIC: resets\n",
		".env":                 "VAULT=hunter2-c\nOTHER_TOKEN=hunter2-l\n",
		"app/main.py": `import os

from kafka import KafkaProducer
from dotenv import load_dotenv

load_dotenv()
password = os.environ.get("DB_PASSWORD", "hunter2-i")
other = os.environ.get("OTHER_PASSWD", "hunter2-j")
key = os.environ["AWS_SECRET_ACCESS_KEY"]
KafkaProducer().send(os.environ["PASSWORD_RESET_TOPIC"], {"id": 1})
KafkaProducer().send(os.environ["DATABASE_URL"], {"id": 1})
`,
		"app/Dockerfile": "FROM python\nCOPY . /app\nCMD [\"python\", \"/app/main.py\"]\n",
	}
	root, dir := t.TempDir(), t.TempDir()
	writeAll(t, root, files)
	w := openKept(t, root, dir, "1")
	if err := w.Save(); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(p)
		if i := bytes.Index(data, []byte("hunter2")); i >= 0 {
			t.Errorf("%s: %q", filepath.Base(p), data[i:min(len(data), i+10)])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	again := openKept(t, root, dir, "1")
	if again.frozen == nil {
		t.Fatal("not as it was kept")
	}
	svc := func(w *Workspace) any { return w.Snapshot().deployed.services[0].Vars }
	if diff := cmp.Diff(svc(w), svc(again)); diff != "" {
		t.Errorf("(-first +second)\n%s", diff)
	}
	if diff := cmp.Diff(stateOf(t, w.Snapshot(), root), stateOf(t, again.Snapshot(), root)); diff != "" {
		t.Errorf("(-first +second)\n%s", diff)
	}
	writeAll(t, root, map[string]string{".env": "VAULT=hunter3-c\nOTHER_TOKEN=hunter2-l\n"})
	if again := openKept(t, root, dir, "1"); again.frozen != nil {
		t.Error("as it was kept, with another secret")
	}
}

func TestRedact(t *testing.T) {
	secrets := map[string]secretAt{"long-secret": {"f", 0, 11, 20}, "secret": {"f", 5, 6, 20}, "ab": {"f", 12, 2, 20}}
	texts := []string{"", "nothing", "a long-secret and a secret", "ab", "abc", "\x00", "x\x000\x00y", "secret\x00secret"}
	read := func(string) ([]byte, error) { return []byte("long-secret ab 12345"), nil }
	out, places, marked := redact(texts, secrets)
	for _, s := range out {
		if strings.Contains(s, "secret") || s == "ab" {
			t.Errorf("%q", s)
		}
	}
	places, marked, ok := decodeSecrets(encodeSecrets(places, marked))
	if !ok || !reveal(read, out, places, marked) {
		t.Fatal("not revealed")
	}
	if diff := cmp.Diff(texts, out); diff != "" {
		t.Error(diff)
	}
}

// TestFrozenFresh opens files that were written a moment before, with the times
// that file systems have.
func TestFrozenFresh(t *testing.T) {
	files := incrementalWorkspaces(t)["example"]
	root, dir := t.TempDir(), t.TempDir()
	writeAll(t, root, files)
	open := func() *Workspace {
		t.Helper()
		s, err := OpenStore(dir)
		if err != nil {
			t.Fatal(err)
		}
		w, err := Open(context.Background(), root, Options{Store: s})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	save := func(w *Workspace) {
		t.Helper()
		if err := w.Save(); err != nil {
			t.Fatal(err)
		}
	}
	w := open()
	save(w)
	if open().frozen == nil {
		t.Error("not as it was kept")
	}
	p := "docker-compose.yaml"
	for i := range 3 { // as saving in an editor does, which tells at once
		text := files[p] + strings.Repeat("#", i+1)
		writeAll(t, root, map[string]string{p: text})
		w.Apply(source.Touched(p))
		save(w)
		if open().frozen == nil {
			t.Errorf("after edit %d: not as it was kept", i)
		}
	}
	writeAll(t, root, map[string]string{p: strings.Replace(files[p]+"###", "kafka", "kafki", 1)}) // as long as before
	if again := open(); again.frozen != nil {
		t.Error("a change is not seen")
	}
}
