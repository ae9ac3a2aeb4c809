package helm

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"topicls/index/deploy"
)

// helmProgram is the real Helm, to record with:
//
//	go test ./index/deploy/helm -run Recorded -helm "$(which helm)"
var helmProgram = flag.String("helm", "", "the helm program that cases are recorded with")

// TestRecorded compares what is rendered with recordings of `helm template`, for
// each environment of each case that Helm renders as a whole.
func TestRecorded(t *testing.T) {
	compared := 0
	for _, c := range cases(t) {
		t.Run(c.name, func(t *testing.T) {
			r := NewReader()
			for _, set := range r.Discover(c.fs) {
				section := "want." + set.ID
				if *helmProgram != "" {
					record(t, &c, set, section)
				}
				i := slices.IndexFunc(c.ar.Files, func(f txtar.File) bool { return f.Name == section })
				if i < 0 {
					continue
				}
				compared++
				want := documents(t, string(c.ar.Files[i].Data))
				if diff := cmp.Diff(want, renderedDocuments(t, c.fs, r, set)); diff != "" {
					t.Errorf("%s: Helm -, ours +:\n%s", set.ID, diff)
				}
			}
			if *helmProgram != "" {
				if err := os.WriteFile(c.path, txtar.Format(c.ar), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if compared < 5 {
		t.Errorf("only %d recordings", compared)
	}
}

// record writes down what Helm renders; nothing where it refuses.
func record(t *testing.T, c *testCase, set deploy.FileSet, section string) {
	t.Helper()
	root := t.TempDir()
	for name, data := range c.fs {
		p := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c.ar.Files = slices.DeleteFunc(c.ar.Files, func(f txtar.File) bool { return f.Name == section })
	dir := filepath.Join(root, set.Dir)
	_ = exec.Command(*helmProgram, "dependency", "build", "--skip-refresh", dir).Run() // charts beside it
	name := (&folderLoader{r: NewReader(), fs: &unpackedFS{Recorder: deploy.Record(c.fs)}}).load(set.Dir).meta.Name
	args := []string{"template", name, dir, "--kube-version", kubeMajor + "." + kubeMinor + ".0"}
	for _, f := range set.Files {
		if strings.HasPrefix(filepath.Base(f), "Chart") || f == set.Dir+"/values.yaml" {
			continue
		}
		args = append(args, "--values", filepath.Join(root, f))
	}
	if out, err := exec.Command(*helmProgram, args...).Output(); err == nil {
		c.ar.Files = append(c.ar.Files, txtar.File{Name: section, Data: out})
	}
}

var (
	separator  = regexp.MustCompile(`(?m)^---\s*$`)
	sourceLine = regexp.MustCompile(`(?m)^# Source: (.*)$`)
)

// documents are the documents of Helm's output, by the template they are from.
func documents(t *testing.T, out string) map[string][]string {
	t.Helper()
	docs := map[string][]string{}
	for _, text := range separator.Split(out, -1) {
		if m := sourceLine.FindStringSubmatch(text); m != nil {
			add(t, docs, m[1], text)
		}
	}
	for _, d := range docs {
		slices.Sort(d)
	}
	return docs
}

func add(t *testing.T, docs map[string][]string, name, text string) {
	t.Helper()
	var v any
	if err := unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, text)
	}
	if v == nil {
		return
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	docs[name] = append(docs[name], b.String())
}

func renderedDocuments(t *testing.T, fs deploy.FS, r *Reader, set deploy.FileSet) map[string][]string {
	t.Helper()
	l := &folderLoader{r: r, fs: &unpackedFS{Recorder: deploy.Record(fs)}}
	done, err := l.render(&l.releasesOf(set)[0])
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string][]string{}
	for _, o := range done.outputs {
		if strings.HasSuffix(o.name, "NOTES.txt") {
			continue
		}
		for _, text := range separator.Split(o.text, -1) {
			add(t, docs, o.name, text)
		}
	}
	for _, d := range docs {
		slices.Sort(d)
	}
	return docs
}

// TestPieces holds that every byte of the output is known to come from somewhere,
// and that texts of templates are those at their places.
func TestPieces(t *testing.T) {
	for _, c := range cases(t) {
		r := NewReader()
		for _, set := range r.Discover(c.fs) {
			l := &folderLoader{r: r, fs: &unpackedFS{Recorder: deploy.Record(c.fs)}}
			for _, rel := range l.releasesOf(set) {
				done, err := l.render(&rel)
				if err != nil {
					t.Fatal(err)
				}
				for _, o := range done.outputs {
					m := done.made[unsafe.StringData(o.text)]
					if m == nil || m.text != o.text {
						t.Fatalf("%s %s: what it is made of is not known", c.name, o.name)
					}
					at := 0
					for i, p := range m.pieces {
						end := len(m.text)
						if i+1 < len(m.pieces) {
							end = m.pieces[i+1].at
						}
						if p.at != at || end < p.at {
							t.Fatalf("%s %s: piece %d is at %d, not %d", c.name, o.name, i, p.at, at)
						}
						at = end
						if p.unit != nil && p.out.action < 0 && p.unit.src[p.start:p.start+end-p.at] != m.text[p.at:end] {
							t.Fatalf("%s %s: %q is not what stands in the template", c.name, o.name, m.text[p.at:end])
						}
						if p.unit == nil && p.out.unit == nil {
							t.Fatalf("%s %s: %q comes from nowhere", c.name, o.name, m.text[p.at:end])
						}
					}
				}
			}
		}
	}
}
