package index

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/lineage"
)

// TestExampleLineage follows the field of the example that goes through every stage.
func TestExampleLineage(t *testing.T) {
	w, err := Open(context.Background(), "../examples/forecasting-pipeline", Options{})
	if err != nil {
		t.Fatal(err)
	}
	way, near := w.Snapshot().Lineage("config_hash")
	if near != nil {
		t.Errorf("others are meant: %v", near)
	}
	got := map[string]string{}
	for _, s := range way.Stops {
		if strings.HasPrefix(s.Topic, "DLQ-") {
			continue
		}
		var first, on []string
		for _, x := range s.Writers {
			if x.First {
				first = append(first, x.Service)
			}
		}
		for _, h := range s.Hops {
			if h.How == lineage.Lost {
				t.Errorf("%s is lost in %s on the way to %s", s.Topic, h.Service, h.To)
			}
			if h.How == lineage.ByValue && !strings.HasPrefix(h.To, "DLQ-") {
				on = append(on, strings.TrimPrefix(h.Service, "compose:")+" > "+h.To)
			}
		}
		slices.Sort(on)
		got[s.Topic] = fmt.Sprint(first, on)
	}
	want := map[string]string{
		"training-data":    "[compose:preprocess] [nonml_prophet > model-training train_gru > model-training train_lstm > model-training]",
		"inference-data":   "[compose:preprocess] [inference > performance-eval]",
		"model-training":   "[] [eval > model-selected]",
		"model-selected":   "[] []",
		"performance-eval": "[] []",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestLineageInCircles ends, though each message holds the one before it, and
// tells the topics in an order that does not depend on anything else.
func TestLineageInCircles(t *testing.T) {
	code := func(from, to string) string {
		return `import json
from kafka import KafkaConsumer, KafkaProducer

producer = KafkaProducer()
for record in KafkaConsumer("` + from + `"):
    message = json.loads(record.value)
    print(message["id"])
    producer.send("` + to + `", json.dumps({"id": message["id"], "before": message}).encode())
`
	}
	dir := t.TempDir()
	writeAll(t, dir, map[string]string{"a/main.py": code("one", "two"), "b/main.py": code("two", "one")})
	w, err := Open(context.Background(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	way, _ := w.Snapshot().Lineage("id")
	if len(way.Stops) < 4 {
		t.Fatalf("only %d stops", len(way.Stops))
	}
	for range 20 {
		again, _ := w.Snapshot().Lineage("id")
		if diff := cmp.Diff(way, again); diff != "" {
			t.Fatal(diff)
		}
	}
	for _, s := range way.Stops {
		for _, x := range s.Writers {
			if x.First {
				t.Errorf("%s writes %s of %s first, in a circle", x.Service, s.Field, s.Topic)
			}
		}
	}
}
