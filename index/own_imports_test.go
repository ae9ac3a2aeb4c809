package index

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"topicls/index/report"
	"topicls/index/source"
)

// scanOf is the scan of another repository.
func scanOf(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.JSON(&b, openFiles(t, files).Snapshot().Report()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func importingWorkspace(t *testing.T) map[string]string {
	t.Helper()
	billing := scanOf(t, map[string]string{
		"bill/main.py":    "from kafka import KafkaConsumer\n\n\ndef run():\n    for m in KafkaConsumer(\"orders\"):\n        print(m.value)\n",
		"bill/compose.py": "from kafka import KafkaProducer\n\nKafkaProducer().send(\"bills\", b\"\")\n",
	})
	return map[string]string{
		"shop/main.py":          "from kafka import KafkaProducer\n\np = KafkaProducer()\np.send(\"orders\", b\"\")\np.send(\"refunds\", b\"\")\n",
		"mail/main.py":          "from kafka import KafkaConsumer\n\nfor m in KafkaConsumer(\"bills\"):\n    print(m.value)\n",
		"topology/billing.json": billing,
		".topicls.yaml":         "imports:\n  - {file: topology/billing.json, repository: billing, root: https://example.org/billing}\n",
	}
}

// TestImports: what another repository has is shown, and lacks here no more.
func TestImports(t *testing.T) {
	files := importingWorkspace(t)
	w := openFiles(t, files)
	sides := func(s *Snapshot) string {
		return strings.Join(append(only(s, "topic-no-consumer"), only(s, "topic-no-producer")...), "; ")
	}
	const without = "topic-no-consumer:information orders; topic-no-consumer:information refunds; topic-no-producer:information bills"
	if got := sides(w.Snapshot()); got != "topic-no-consumer:information refunds" {
		t.Errorf("findings: %s", got)
	}
	h, _ := w.Snapshot().Hover("shop/main.py", uint32(strings.Index(files["shop/main.py"], "orders")))
	if page := h.Plain(nil); !strings.Contains(page, "in other repositories 1 consumer") || !strings.Contains(page, "https://example.org/billing/bill/main.py:5") {
		t.Errorf("hover: %s", page)
	}
	for _, edit := range []struct{ file, text, findings, flaws string }{
		{".topicls.yaml", "# none\n", "", ""}, // the file mentions the topics then
		{".topicls.yaml", "imports:\n  - file: topology/billing.json\n", "", "repository is missing"},
		{".topicls.yaml", "imports:\n  - file: nowhere.json\n    repository: x\n", "", "the scan nowhere.json can't be read: it is not in the workspace"},
		{".topicls.yaml", files[".topicls.yaml"], "topic-no-consumer:information refunds", ""},
		{"topology/billing.json", `{"schemaVersion": 7}`, without, "topology/billing.json has schemaVersion 7, and 1 is what can be read: make it anew with this version of topicls"},
		{"topology/billing.json", `{"schemaVersion": 1, "endpoints": [{"role": "consume", "topics": [{"name": "re*s", "status": "partial"}, {"name": "*", "status": "partial"}]}]}`, "topic-no-consumer:information orders; topic-no-producer:information bills", ""},
	} {
		s := w.Apply(source.Opened(edit.file, []byte(edit.text)))
		var flaws []string
		for _, f := range s.Flaws() {
			flaws = append(flaws, f.Message)
		}
		if edit.findings == "" {
			edit.findings = sides(s)
		}
		if got := sides(s); got != edit.findings || strings.Join(flaws, "; ") != edit.flaws {
			t.Errorf("after %q:\n%s, flaws %v\nnot\n%s, flaws %s", edit.text, got, flaws, edit.findings, edit.flaws)
		}
	}
}

// TestImportsIncremental holds a workspace after edits of its imports, and of
// others beside, against one opened afresh.
func TestImportsIncremental(t *testing.T) {
	files := importingWorkspace(t)
	texts := []string{files[".topicls.yaml"], "# none\n", "imports:\n  - {file: topology/billing.json, repository: other}\n", "imports:\n  - {file: topology/none.json, repository: other}\n"}
	for seed := range 3 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			e := newEditedWorkspace(t, files, uint64(seed))
			for range 10 {
				e.write(".topicls.yaml", texts[e.r.IntN(len(texts))])
				if e.r.IntN(3) == 0 {
					e.write("topology/billing.json", []string{"{}", files["topology/billing.json"]}[e.r.IntN(2)])
				}
				e.compare()
			}
		})
	}
}
