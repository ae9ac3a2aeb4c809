package created

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"topicls/index/deploy"
)

var update = flag.Bool("update", false, "write what is found into the archives")

// TestCases finds what the files of archives declare: files of Terraform together,
// each other by itself.
func TestCases(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases", err)
	}
	for _, p := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(p), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(p)
			if err != nil {
				t.Fatal(err)
			}
			var kept []txtar.File
			var b strings.Builder
			want := ""
			terraform, texts := map[string][]byte{}, map[string][]byte{}
			show := func(name string, f Found) {
				for _, d := range f.Topics {
					fmt.Fprintf(&b, "%s:%d:%d %s at %q", d.Pos.File, d.Pos.Line, d.Pos.Column, d.Name, texts[d.Pos.File][d.Pos.Start:d.Pos.End])
					if d.Partitions != 0 {
						fmt.Fprintf(&b, ", %d partitions", d.Partitions)
					}
					fmt.Fprintf(&b, ", by %s\n", d.By)
				}
				if f.Open {
					fmt.Fprintf(&b, "%s: and others\n", name)
				}
			}
			for _, f := range ar.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				kept = append(kept, f)
				texts[f.Name] = f.Data
				if strings.HasSuffix(f.Name, ".tf") {
					terraform[f.Name] = f.Data
				} else {
					show(f.Name, Commands(f.Name, f.Data))
				}
			}
			show("Terraform", Terraform(terraform))
			if *update {
				ar.Files = append(kept, txtar.File{Name: "want", Data: []byte(b.String())})
				if err := os.WriteFile(p, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, b.String()); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestInVariable(t *testing.T) {
	at := func(start, end int) deploy.Pos { return deploy.Pos{Start: uint32(start), End: uint32(end)} }
	got := InVariable("orders:3:1,refunds:1:1:compact, mails\n${X}:1:1", at, "X")
	var out []string
	for _, d := range got.Topics {
		out = append(out, fmt.Sprintf("%s %d %d %d", d.Name, d.Partitions, d.Pos.Start, d.Pos.End))
	}
	if diff := cmp.Diff([]string{"orders 3 0 6", "refunds 1 11 18", "mails 0 32 37"}, out); diff != "" {
		t.Error(diff)
	}
	if !got.Open {
		t.Error("nothing is open")
	}
}

// FuzzCommands: foreign bytes give places inside of them, and no panic.
func FuzzCommands(f *testing.F) {
	f.Add([]byte("for t in a b; do kafka-topics --create --topic $t \\\n--partitions 3; done"))
	f.Add([]byte("kafka-topics.sh --create --topic="))
	f.Add([]byte("rpk topic create a b -p 3 \\"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, d := range Commands("x", data).Topics {
			if got := string(data[d.Pos.Start:d.Pos.End]); got != d.Name {
				t.Errorf("%s stands at %q", d.Name, got)
			}
		}
	})
}

// FuzzTerraform likewise.
func FuzzTerraform(f *testing.F) {
	f.Add([]byte("locals {\n a = \"x\"\n}\nresource \"kafka_topic\" \"b\" {\n  for_each = toset([local.a])\n  name = \"${each.key}-y\"\n}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, d := range Terraform(map[string][]byte{"x.tf": data}).Topics {
			if d.Pos.Start > d.Pos.End || int(d.Pos.End) > len(data) {
				t.Errorf("%v is outside", d.Pos)
			}
		}
	})
}
