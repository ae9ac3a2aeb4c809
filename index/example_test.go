package index_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index"
	"topicls/index/check"
	"topicls/index/topology"
)

// TestExample holds the example workspace to its tables: what every service
// consumes and produces, in which group, and what is to be found wrong with
// it. Nothing more, nothing less.
func TestExample(t *testing.T) {
	w, err := index.Open(context.Background(), "../examples/forecasting-pipeline", index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := w.Snapshot()
	if p := s.Problems(); len(p) > 0 {
		t.Errorf("problems: %v", p)
	}
	t.Run("topology", func(t *testing.T) {
		type row struct{ consumes, produces, dead, groups []string }
		rows := map[string]*row{}
		put := func(list *[]string, name string) {
			if !slices.Contains(*list, name) {
				*list = append(*list, name)
			}
		}
		for _, e := range s.Endpoints() {
			for _, n := range e.Topics {
				if n.Status != topology.Exact && n.Status != topology.Default {
					t.Errorf("%s: topic %q is %s: %s", e.ID, n.Name, n.Status, n.Reason)
				}
				for _, id := range n.Services {
					r := rows[id]
					if r == nil {
						r = &row{}
						rows[id] = r
					}
					_, dead := check.DeadLetterBase(n.Name)
					switch {
					case e.Role == topology.Consume:
						put(&r.consumes, n.Name)
					case dead:
						put(&r.dead, n.Name)
					default:
						put(&r.produces, n.Name)
					}
				}
			}
			for _, g := range e.Groups {
				for _, id := range g.Services {
					put(&rows[id].groups, g.Name)
				}
			}
		}
		var got []string
		for id, r := range rows {
			for _, list := range [][]string{r.consumes, r.produces, r.dead, r.groups} {
				slices.Sort(list)
			}
			got = append(got, fmt.Sprintf("%s: %s > %s, %s (%s)", strings.TrimPrefix(id, "compose:"),
				strings.Join(r.consumes, " "), strings.Join(r.produces, " "), strings.Join(r.dead, " "), strings.Join(r.groups, " ")))
		}
		slices.Sort(got)
		want := []string{
			"eval: model-training > model-selected, DLQ-model-selected (eval-promoter-r5)",
			"inference: inference-data model-selected model-training > performance-eval, DLQ-performance-eval (batch-forecasting-v2)",
			"nonml_prophet: training-data > model-training, DLQ-model-training (nonml-prophet)",
			"preprocess:  > inference-data training-data, DLQ-inference-data DLQ-training-data ()",
			"train_gru: training-data > model-training, DLQ-model-training (train-gru)",
			"train_lstm: training-data > model-training, DLQ-model-training (train-lstm)",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("topology differs (-want +got):\n%s", diff)
		}
	})
	t.Run("findings", func(t *testing.T) {
		got := findingsOf(s)
		want := []string{
			"hint dlq-no-consumer: DLQ-inference-data",
			"hint dlq-no-consumer: DLQ-model-selected",
			"hint dlq-no-consumer: DLQ-model-training",
			"hint dlq-no-consumer: DLQ-performance-eval",
			"hint dlq-no-consumer: DLQ-training-data",
			"hint values-unused: ",
			"information env-default-differs: EVAL_GROUP_ID",
			"information env-unused: INFERENCE_BATCH_SIZE",
			"information field-never-produced: model-training",
			"warning env-conflict: INFERENCE_TOPIC",
			"warning env-conflict: PROMOTION_TOPIC",
			"warning env-unset: ARCHIVE_BUCKET",
			"warning env-unset: MODEL_TYPE",
			"warning topic-no-consumer: performance-eval",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("findings differ (-want +got):\n%s", diff)
		}
	})
	t.Run("messages", func(t *testing.T) {
		fields := func(topic string) string {
			var out []string
			for _, u := range s.Topic(topic).Producers {
				for _, f := range u.Endpoint.Payload.Fields {
					if !slices.Contains(out, f.Name) {
						out = append(out, f.Name)
					}
				}
			}
			slices.Sort(out)
			return strings.Join(out, " ")
		}
		if got, want := fields("training-data"), "bucket config_hash identifier object size v"; got != want {
			t.Errorf("training-data carries %s, want %s", got, want)
		}
		if got := fields("model-training"); !strings.Contains(got, "status") || !strings.Contains(got, "config_hash") {
			t.Errorf("model-training carries %s", got)
		}
		for _, topic := range []string{"training-data", "inference-data", "model-training", "model-selected", "performance-eval"} {
			if !strings.Contains(fields(topic), "config_hash") {
				t.Errorf("%s carries no config_hash: %s", topic, fields(topic))
			}
		}
		for _, topic := range []string{"training-data", "model-training", "model-selected"} {
			read := false
			for _, u := range s.Topic(topic).Consumers {
				for _, r := range u.Endpoint.Reads {
					read = read || r.Path[0] == "config_hash"
				}
			}
			if !read {
				t.Errorf("nobody is seen to read config_hash from %s", topic)
			}
		}
	})
}

func findingsOf(s *index.Snapshot) []string {
	var got []string
	for _, d := range s.Diagnostics() {
		about := d.Topic
		if d.Variable != "" {
			about = d.Variable
		}
		got = append(got, fmt.Sprintf("%s %s: %s", d.Severity, d.Code, about))
	}
	slices.Sort(got)
	return got
}

// TestExampleEnvironments holds the example's other environments to its tables:
// what each service consumes and produces there, and what is wrong there only.
func TestExampleEnvironments(t *testing.T) {
	w, err := index.Open(context.Background(), "../examples/forecasting-pipeline", index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	byDefault := findingsOf(w.Snapshot())
	for _, c := range []struct {
		environment    string
		rows, findings []string
	}{
		{
			"kubernetes",
			[]string{
				"eval: model-training > model-selected", "inference: inference-data model-promoted model-training > performance-eval",
				"preprocess:  > inference-data training-data", "train-gru: training-data > model-training", "train-lstm: training-data > model-training",
			},
			[]string{"warning env-unset: ARCHIVE_BUCKET", "warning topic-no-consumer: model-selected", "warning topic-no-producer: model-promoted"},
		},
		{
			"helm",
			[]string{
				"forecasting-inference: inference-data model-selected model-training > performance-eval", "forecasting-nonml-prophet: training-data-v2 > model-training",
				"forecasting-preprocess:  > inference-data-v2 training-data-v2", "forecasting-train-gru: training-data-v2 > model-training", "forecasting-train-lstm: training-data-v2 > model-training",
			},
			[]string{"information env-unused: INFERENCE_DATA_TOPIC", "information topic-no-consumer: inference-data-v2", "warning topic-no-producer: inference-data", "warning topic-no-producer: model-selected"},
		},
		{
			"helm:prod",
			[]string{
				"forecasting-eval: model-training > model-selected", "forecasting-inference: inference-data model-selected model-training > performance-eval",
				"forecasting-nonml-prophet: training-data-prod > model-training", "forecasting-preprocess:  > inference-data training-data-prod",
				"forecasting-train-gru: training-data-prod > model-training", "forecasting-train-lstm: training-data-prod > model-training",
			},
			[]string{"information env-unused: INFERENCE_DATA_TOPIC", "warning env-unset: ARCHIVE_BUCKET"},
		},
	} {
		t.Run(c.environment, func(t *testing.T) {
			s, err := w.Choose(c.environment)
			if err != nil {
				t.Fatal(err)
			}
			sides := map[string]map[topology.Role]map[string]bool{}
			for _, e := range s.Endpoints() {
				for _, n := range e.Topics {
					if _, dead := check.DeadLetterBase(n.Name); dead {
						continue
					}
					for _, id := range n.Services {
						if sides[id] == nil {
							sides[id] = map[topology.Role]map[string]bool{topology.Produce: {}, topology.Consume: {}}
						}
						sides[id][e.Role][n.Name] = true
					}
				}
			}
			var rows []string
			for id, side := range sides {
				rows = append(rows, fmt.Sprintf("%s: %s > %s", strings.TrimPrefix(id, c.environment+":"),
					strings.Join(slices.Sorted(maps.Keys(side[topology.Consume])), " "), strings.Join(slices.Sorted(maps.Keys(side[topology.Produce])), " ")))
			}
			slices.Sort(rows)
			if diff := cmp.Diff(c.rows, rows); diff != "" {
				t.Errorf("topology differs (-want +got):\n%s", diff)
			}
			var own []string
			for _, f := range findingsOf(s) {
				if !slices.Contains(byDefault, f) && !strings.HasPrefix(f, "hint dlq") && !strings.Contains(f, "env-default-differs") || f == "warning env-unset: ARCHIVE_BUCKET" {
					own = append(own, f)
				}
			}
			if diff := cmp.Diff(c.findings, own); diff != "" {
				t.Errorf("findings differ (-want +got):\n%s", diff)
			}
		})
	}
}
