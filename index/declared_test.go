package index

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"topicls/index/source"
	"topicls/index/topology"
)

// declaringWorkspace creates topics in every way that is read.
var declaringWorkspace = map[string]string{
	"shop/main.py":           "from kafka import KafkaProducer\nfrom kafka.admin import NewTopic\n\np = KafkaProducer()\nfor t in [\"orders\", \"refunds\", \"mails\", \"bills\", \"clicks\", \"coded\"]:\n    p.send(t, b\"\")\np.send(\"shipments\", b\"\")\nadmin.create_topics([NewTopic(name=\"coded\", num_partitions=1, replication_factor=1)])\n",
	"shop/requirements.txt":  "kafka-python\n",
	"shop/Dockerfile":        "FROM python:3.12\nCOPY . .\nCMD [\"python\", \"main.py\"]\n",
	"compose.yaml":           "services:\n  kafka:\n    image: wurstmeister/kafka\n    environment:\n      KAFKA_CREATE_TOPICS: \"orders:3:1,unused:1:1\"\n  init:\n    image: apache/kafka\n    command: kafka-topics.sh --create --topic refunds --partitions 6\n  shop:\n    build: shop\n",
	"scripts/topics.sh":      "for t in mails orders; do\n  kafka-topics --create --topic $t\ndone\n",
	"terraform/topics.tf":    "resource \"kafka_topic\" \"bills\" {\n  name       = \"${local.prefix}bills\"\n  partitions = 2\n}\n",
	"terraform/locals.tf":    "locals {\n  prefix = \"\"\n}\n",
	"k8s/shop.yaml":          "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  template:\n    spec:\n      containers:\n        - name: shop\n          image: shop\n          env:\n            - name: LEVEL\n              value: \"1\"\n---\napiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaTopic\nmetadata:\n  name: clicks\nspec:\n  partitions: 12\n",
	".github/workflows/a.sh": "kafka-topics --create --topic ci\n",
}

func TestDeclared(t *testing.T) {
	w := openFiles(t, declaringWorkspace)
	s := w.Snapshot()
	var got []string
	for _, n := range s.DeclaredTopics() {
		for _, d := range s.Declarations(n) {
			data, _ := s.Text(d.At.File)
			got = append(got, fmt.Sprintf("%s %s %q %d", n, d.At.File, data[d.At.Start:d.At.End], d.Partitions))
		}
	}
	want := []string{
		`bills terraform/topics.tf "bills" 2`, `clicks k8s/shop.yaml "clicks" 12`, `coded shop/main.py "\"coded\"" 0`,
		`mails scripts/topics.sh "mails" 0`, `orders compose.yaml "orders" 3`, `orders scripts/topics.sh "orders" 0`,
		`refunds compose.yaml "refunds" 6`, `unused compose.yaml "unused" 1`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("declared:\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := strings.Join(slices.Concat(only(s, "topic-undeclared"), only(s, "topic-unused-declaration")), "; "); got != "topic-undeclared:warning shipments; topic-unused-declaration:information unused" {
		t.Errorf("findings: %s", got)
	}
	// From where it is created a topic leads to its uses, and back.
	text := declaringWorkspace["scripts/topics.sh"]
	off := uint32(strings.Index(text, "mails"))
	h, ok := s.Hover("scripts/topics.sh", off)
	if page := h.Plain(nil); !ok || !strings.Contains(page, "mails") || !strings.Contains(page, "Declared") {
		t.Errorf("hover: %s", page)
	}
	if list := s.Definition("scripts/topics.sh", off); len(list) != 1 || list[0].File != "shop/main.py" {
		t.Errorf("definition: %v", list)
	}
	code := declaringWorkspace["shop/main.py"]
	if list := s.References("shop/main.py", uint32(strings.Index(code, "mails")), true); !slices.ContainsFunc(list, func(p topology.Place) bool { return p.File == "scripts/topics.sh" }) {
		t.Errorf("references: %v", list)
	}
	if _, ok := s.Hover("compose.yaml", uint32(strings.Index(declaringWorkspace["compose.yaml"], "unused"))); !ok {
		t.Error("no hover on a topic that nothing uses")
	}
}

// TestDeclaredIncremental holds a workspace after random edits against one opened
// afresh.
func TestDeclaredIncremental(t *testing.T) {
	for seed := range 8 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			newEditedWorkspace(t, declaringWorkspace, uint64(seed)).run(24)
		})
	}
	w := openFiles(t, declaringWorkspace)
	for _, edit := range []struct{ file, text, want string }{
		{"terraform/locals.tf", "locals {\n  prefix = \"x-\"\n}\n", "x-bills"},
		{"terraform/locals.tf", "locals {\n  prefix = \"y-\"\n}\n", "y-bills"},
		{"scripts/topics.sh", "kafka-topics --create --topic other\n", "other"},
	} {
		if s := w.Apply(source.Opened(edit.file, []byte(edit.text))); len(s.Declarations(edit.want)) != 1 {
			t.Errorf("%s: %v", edit.want, s.DeclaredTopics())
		}
	}
	if s := w.Apply(source.Closed("scripts/topics.sh")); len(s.Declarations("mails")) != 1 || len(s.Declarations("other")) != 0 {
		t.Errorf("%v", s.DeclaredTopics())
	}
}
