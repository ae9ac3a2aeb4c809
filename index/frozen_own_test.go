package index

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/source"
)

// TestFrozenOwn: a workspace with models of its own, or scans of other repositories,
// is kept as others are, and found again as long as those say the same, also where git
// leaves their files out.
func TestFrozenOwn(t *testing.T) {
	scan := func(topic string) string {
		return `{"schemaVersion": 1, "endpoints": [{"role": "consume", "file": "a.py", "range": {"start": {"line": 1}}, "topics": [{"name": "` + topic + `", "status": "exact"}]}]}`
	}
	for name, c := range map[string]struct {
		files      map[string]string
		edit, text string
	}{
		"models":      {busWorkspace, "models/bus.yaml", "library: none\nlanguage: python\nprefilter: [nothing]\n"},
		"left out":    {with(busWorkspace, ".gitignore", "models/\n"), "models/bus.yaml", "library: none\nlanguage: python\nprefilter: [nothing]\n"},
		"scans":       {with(busWorkspace, ".topicls.yaml", "imports: [{file: other.json, repository: other}]\n", "other.json", scan("plain")), "other.json", scan("another")},
		"scans apart": {with(busWorkspace, ".topicls.yaml", "imports: [{file: out/other.json, repository: other}]\n", "out/other.json", scan("plain"), ".gitignore", "out/\n"), "out/other.json", scan("another")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, dir := t.TempDir(), t.TempDir()
			writeAll(t, root, c.files)
			for step := range 3 {
				w := openKept(t, root, dir, "1")
				if frozen := w.frozen != nil; frozen != (step == 1) {
					t.Fatalf("start %d: as it was kept %v", step, frozen)
				}
				fresh := openFilesAt(t, root)
				if diff := cmp.Diff(stateOf(t, fresh.Snapshot(), root), stateOf(t, w.Snapshot(), root)); diff != "" {
					t.Fatalf("start %d: -fresh +kept\n%s", step, diff)
				}
				if err := w.Save(); err != nil {
					t.Fatal(err)
				}
				if step != 1 {
					continue
				}
				if err := os.WriteFile(filepath.Join(root, c.edit), []byte(c.text), 0o644); err != nil {
					t.Fatal(err)
				}
				got := w.Apply(source.Touched(c.edit))
				if diff := cmp.Diff(stateOf(t, openFilesAt(t, root).Snapshot(), root), stateOf(t, got, root)); diff != "" {
					t.Fatalf("after an edit: -fresh +edited\n%s", diff)
				}
			}
		})
	}
}

// with is files with others, by path and text.
func with(files map[string]string, more ...string) map[string]string {
	out := maps.Clone(files)
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}
