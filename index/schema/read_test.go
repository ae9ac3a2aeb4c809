package schema_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"topicls/index/schema"
	"topicls/index/schema/asyncapi"
	"topicls/index/schema/avro"
	"topicls/index/schema/jsonschema"
	"topicls/index/schema/protobuf"
	"topicls/index/schema/tree"
	"topicls/index/topology"
)

var update = flag.Bool("update", false, "write what is read into the archives")

// docs are the documents of an archive.
type docs map[string]*tree.Node

func (d docs) Doc(p string) *tree.Node { return d[p] }

// TestRead: each archive has files, and in want what is read of them.
func TestRead(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want, files, got := -1, map[string][]byte{}, ""
			for i, f := range a.Files {
				if f.Name == "want" {
					want = i
					continue
				}
				files[f.Name] = f.Data
			}
			got = dump(a, files)
			if *update {
				if want < 0 {
					a.Files, want = append(a.Files, txtar.File{Name: "want"}), len(a.Files)
				}
				a.Files[want].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want < 0 {
				t.Fatal("no want in it: run with -update")
			}
			if diff := cmp.Diff(string(a.Files[want].Data), got); diff != "" {
				t.Errorf("- want, + got\n%s", diff)
			}
		})
	}
}

func dump(a *txtar.Archive, files map[string][]byte) string {
	var b strings.Builder
	d := docs{}
	for p, data := range files {
		if filepath.Ext(p) != ".proto" {
			d[p], _ = tree.Parse(strings.Replace(p, ".avsc", ".json", 1), data)
		}
	}
	records := map[string]*schema.Record{}
	lookup := func(from *schema.Record, ref string) *schema.Record {
		if from.Format == schema.Protobuf {
			for _, n := range protobuf.Names(from.Name, ref) {
				if r := records[n]; r != nil {
					return r
				}
			}
		}
		return records[ref]
	}
	at := func(p topology.Place) string {
		data := files[p.File]
		if int(p.End) > len(data) || p.Start > p.End {
			return fmt.Sprintf("%s:?%v", p.File, p)
		}
		return fmt.Sprintf("%s:%d %q", p.File, 1+strings.Count(string(data[:p.Start]), "\n"), data[p.Start:p.End])
	}
	var fields func(list []topology.SchemaField, indent string)
	fields = func(list []topology.SchemaField, indent string) {
		for i := range list {
			f := &list[i]
			mark := ""
			if f.Optional {
				mark = "?"
			}
			fmt.Fprintf(&b, "%s%s%s: %s %v", indent, f.Name, mark, f.Type, f.Types)
			if len(f.Aliases) > 0 {
				fmt.Fprintf(&b, " also %v", f.Aliases)
			}
			if f.Doc != "" {
				fmt.Fprintf(&b, " // %s", f.Doc)
			}
			if data := files[f.At.File]; string(data[f.At.Start:f.At.End]) != f.Name {
				fmt.Fprintf(&b, " at %s", at(f.At))
			}
			b.WriteByte('\n')
			fields(f.Fields, indent+"  ")
		}
	}
	record := func(r *schema.Record) {
		if r == nil {
			b.WriteString("  none\n")
			return
		}
		list, open := schema.Expand(r, lookup)
		fmt.Fprintf(&b, "  %s at %s", r.Name, at(r.At))
		if open {
			b.WriteString(", open")
		}
		if r.Doc != "" {
			fmt.Fprintf(&b, " // %s", r.Doc)
		}
		if r.Format == schema.Protobuf {
			fmt.Fprintf(&b, ", classes in %v %s", r.Space, r.Outer)
		}
		b.WriteByte('\n')
		fields(list, "    ")
	}
	problems := func(list []schema.Problem) {
		for _, p := range list {
			fmt.Fprintf(&b, "  problem at %s: %s\n", at(p.At), p.Message)
		}
	}
	all := map[string][]*schema.Record{}
	faults := map[string][]schema.Problem{}
	for p, data := range files {
		switch filepath.Ext(p) {
		case ".avsc":
			f := avro.Read(p, data)
			all[p], faults[p] = f.Records, f.Problems
		case ".proto":
			f := protobuf.Read(p, data)
			all[p], faults[p] = f.Records, f.Problems
		}
		for _, r := range all[p] {
			records[r.ID] = r
		}
	}
	for _, f := range a.Files {
		p := f.Name
		if p == "want" {
			continue
		}
		fmt.Fprintf(&b, "%s\n", p)
		switch {
		case filepath.Ext(p) == ".avsc" || filepath.Ext(p) == ".proto":
			for _, r := range all[p] {
				if len(r.Any) == 0 {
					record(r)
				}
			}
			problems(faults[p])
		case asyncapi.Is(d[p]):
			x := asyncapi.Read(p, d)
			fmt.Fprintf(&b, "  AsyncAPI %d, %q, named %v\n", x.Major, x.Title, x.Named)
			for _, c := range x.Channels {
				fmt.Fprintf(&b, "  channel %q at %s\n", c.Topic, at(c.At))
				for _, o := range c.Operations {
					fmt.Fprintf(&b, "    %s at %s\n", o.Role, at(o.At))
				}
				for _, m := range c.Messages {
					fmt.Fprintf(&b, "    message %s at %s, payload %v, avro %v, other %v, key %v\n", m.Name, at(m.At), m.Payload, m.Avro, m.Other, m.Key)
				}
			}
			problems(x.Problems)
		case jsonschema.Likely(p, d[p]):
			record(jsonschema.Record(d, jsonschema.Ref{File: p}))
		default:
			b.WriteString("  no schema\n")
		}
	}
	return b.String()
}
