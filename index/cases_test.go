package index_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"topicls/index"
	"topicls/index/topology"
)

var update = flag.Bool("update", false, "rewrite the want sections of testdata/cases")

// TestCases indexes each workspace in testdata/cases and compares its
// endpoints with the archive's section "want". The archive's comment says what
// shape the case is about; its name is what one would look for.
func TestCases(t *testing.T) {
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
			if len(bytes.TrimSpace(ar.Comment)) == 0 {
				t.Error("the case has no comment that says what it is about")
			}
			dir := t.TempDir()
			want := -1
			for i, f := range ar.Files {
				if f.Name == "want" {
					want = i
					continue
				}
				name := filepath.Join(dir, filepath.FromSlash(f.Name))
				if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(name, f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			w, err := index.Open(context.Background(), dir, index.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if u := w.Unsettled(); len(u) > 0 {
				t.Errorf("these files do not settle: %q", u)
			}
			got := dumpEndpoints(w.Snapshot())
			if *update {
				if want < 0 {
					ar.Files = append(ar.Files, txtar.File{Name: "want"})
					want = len(ar.Files) - 1
				}
				ar.Files[want].Data = []byte(got)
				if err := os.WriteFile(p, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want < 0 {
				t.Fatal("the case has no section want; run with -update and read what it says")
			}
			if diff := cmp.Diff(string(ar.Files[want].Data), got); diff != "" {
				t.Errorf("endpoints differ (-want +got):\n%s", diff)
			}
		})
	}
}

// dumpEndpoints prints every endpoint on a line, and under it what is known of
// its topic in each service, its group, key, message and reads.
func dumpEndpoints(s *index.Snapshot) string {
	var b strings.Builder
	for _, e := range s.Endpoints() {
		lines, text, _ := s.Lines(e.Place.File)
		line, _ := lines.OffsetLine(int(e.Place.Start))
		call := string(text[e.Place.Start:e.Place.End])
		call, _, more := strings.Cut(call, "\n")
		if more {
			call += " ..."
		}
		fmt.Fprintf(&b, "%s %s:%d %s\n", e.Role, e.Place.File, line, call)
		fmt.Fprintf(&b, "    via %s\n", strings.Join(e.Via, " > "))
		names := func(what string, list []topology.Name) {
			for _, n := range list {
				name := n.Name
				if name == "" {
					name = "? (" + n.Reason + ")"
				}
				fmt.Fprintf(&b, "    %s %s  %s  in %s\n", what, name, n.Status, strings.Join(n.Services, ", "))
			}
		}
		names("topic", e.Topics)
		names("group", e.Groups)
		names("key", e.Keys)
		names("elsewhere topic", e.OtherTopics)
		names("elsewhere group", e.OtherGroups)
		if p := e.Payload; p != nil {
			var fields []string
			for i := range p.Fields {
				fields = append(fields, dumpField(s, &p.Fields[i]))
			}
			open := ""
			if p.Open {
				open = " ..."
			}
			fmt.Fprintf(&b, "    message %s{%s%s}\n", p.Type, strings.Join(fields, " "), open)
		}
		if len(e.Reads) > 0 {
			var reads []string
			for _, r := range e.Reads {
				x := strings.Join(r.Path, ".")
				if r.Optional {
					x += "?"
				}
				if len(r.Types) > 0 {
					x += ":" + strings.Join(r.Types, "|")
				}
				if len(r.Topics) > 0 {
					x += "@" + strings.Join(r.Topics, "|")
				}
				reads = append(reads, x)
			}
			fmt.Fprintf(&b, "    reads %s\n", strings.Join(reads, " "))
		}
		for _, st := range e.Stateful {
			lines, text, _ := s.Lines(st.File)
			line, _ := lines.OffsetLine(int(st.Start))
			code, _, _ := strings.Cut(string(text[st.Start:st.End]), "\n")
			fmt.Fprintf(&b, "    state %s:%d %s: %s\n", st.File, line, code, st.What)
		}
		for _, h := range e.Handlers {
			lines, text, _ := s.Lines(h.File)
			line, _ := lines.OffsetLine(int(h.Start))
			fmt.Fprintf(&b, "    handler %s:%d %s\n", h.File, line, text[h.Start:h.End])
		}
	}
	for _, n := range s.Topics() {
		for _, x := range s.Schemas(n) {
			key := ""
			if x.Key {
				key = " of keys"
			}
			fmt.Fprintf(&b, "schema%s of %s: %s in %s, %s in %s\n", key, n, x.Name, x.At.File, x.Tie, x.TieAt.File)
		}
	}
	return b.String()
}

// dumpField spells a field as name?:types{inner}; one that is passed on says
// from where.
func dumpField(s *index.Snapshot, f *topology.Field) string {
	x := f.Name
	if f.Optional {
		x += "?"
	}
	if len(f.Types) > 0 {
		x += ":" + strings.Join(f.Types, "|")
	}
	if f.Copy != nil {
		var from []string
		for _, src := range f.Copy.Sources {
			for _, at := range src.Consumers {
				for _, e := range s.File(at.File) {
					if e.Place == at && e.Role == topology.Consume {
						from = append(from, strings.Join(append([]string{strings.Join(e.TopicNames(), "|")}, src.Path...), "."))
					}
				}
			}
		}
		x += "<" + strings.Join(from, ",")
		if len(f.Copy.Types) > 0 {
			x += "," + strings.Join(f.Copy.Types, "|")
		}
		x += ">"
	}
	if len(f.Fields) > 0 {
		var inner []string
		for i := range f.Fields {
			inner = append(inner, dumpField(s, &f.Fields[i]))
		}
		x += "{" + strings.Join(inner, " ") + "}"
	}
	return x
}
