package index

import (
	"fmt"
	"strings"
	"testing"

	"topicls/index/source"
	"topicls/index/workspacefile"
)

const busModel = `library: acme-bus
language: python
prefilter: [acme.bus]
types:
  acme.bus.Bus:
    new: {}
    methods:
      publish:
        action: {role: produce, topic: ["0", topic], value: ["1", message]}
`

const busFunctions = `  - library: acme-listen
    language: python
    prefilter: [acme.bus]
    functions:
      acme.bus.subscribe:
        action: {role: consume, topic: "0", group: group}
`

// busWorkspace talks over a library that Topicls does not know.
var busWorkspace = map[string]string{
	"shop/main.py":     "from acme.bus import Bus\n\nbus = Bus(\"kafka:9092\")\n\n\ndef place(order):\n    bus.publish(\"orders\", {\"id\": order})\n",
	"mail/main.py":     "from acme.bus import subscribe\n\nfor message in subscribe(\"orders\", group=\"mail\"):\n    print(message)\n",
	"models/bus.yaml":  busModel,
	".topicls.yaml":    "models:\n" + busFunctions + "  - models/bus.yaml\n",
	"plain/main.py":    "from kafka import KafkaProducer\n\nKafkaProducer().send(\"plain\", b\"\")\n",
	"requirements.txt": "kafka-python\n",
}

func endpointsText(s *Snapshot) string {
	var out []string
	for _, e := range s.Endpoints() {
		out = append(out, fmt.Sprintf("%s %s %s by %s", e.Place.File, e.Role, strings.Join(e.TopicNames(), ","), e.Library))
	}
	return strings.Join(out, "; ")
}

// TestOwnModels: a workspace's own models find endpoints, and hold as soon as they
// are written.
func TestOwnModels(t *testing.T) {
	const plain = "plain/main.py produce plain by kafka-python"
	all := "mail/main.py consume orders by acme-listen; " + plain + "; shop/main.py produce orders by acme-bus"
	w := openFiles(t, busWorkspace)
	if got := endpointsText(w.Snapshot()); got != all {
		t.Fatalf("endpoints: %s", got)
	}
	if n := w.Snapshot().Topic("orders").Producers[0].Endpoint.Payload; n == nil || len(n.Fields) != 1 {
		t.Errorf("payload: %+v", n)
	}
	for _, edit := range []struct{ file, text, want string }{
		{".topicls.yaml", "models:\n  - models/bus.yaml\n", plain + "; shop/main.py produce orders by acme-bus"},
		{"models/bus.yaml", strings.Replace(busModel, "publish", "send", 1), plain},
		{"models/bus.yaml", busModel, plain + "; shop/main.py produce orders by acme-bus"},
		{".topicls.yaml", "models: [", plain + "; shop/main.py produce orders by acme-bus"},
		{".topicls.yaml", "", plain},
		{".topicls.yaml", busWorkspace[".topicls.yaml"], all},
	} {
		if got := endpointsText(w.Apply(source.Opened(edit.file, []byte(edit.text)))); got != edit.want {
			t.Errorf("after %q:\n%s\nnot\n%s", edit.text, got, edit.want)
		}
	}
}

// TestOwnModelFlaws: what is wrong with a model is said where it stands.
func TestOwnModelFlaws(t *testing.T) {
	w := openFiles(t, busWorkspace)
	for _, edit := range []struct{ file, text, want string }{
		{".topicls.yaml", "models:\n  - library: x\n    language: python\n    tpyes: {}\n", `.topicls.yaml "tpyes": client model: there is no key "tpyes" in its model`},
		{".topicls.yaml", "models:\n  - library: x\n    language: cobol\n", `.topicls.yaml "library: x": client model: no such language: cobol`},
		{".topicls.yaml", "models:\n  - {library: x, language: python, functions: {a.b: {action: {role: produce, topic: \"0[\"}}}}\n", `.topicls.yaml "{library: x, language: python, functions: {a.b: {action: {role: produce, topic: \"0[\"}}}}": client model: slot "0[": missing ]`},
		{".topicls.yaml", "models:\n  - nowhere.yaml\n  - ../out.yaml\n", `.topicls.yaml "nowhere.yaml": the client model nowhere.yaml can't be read: it is not in the workspace / .topicls.yaml "../out.yaml": the client model ../out.yaml can't be read: it is not in the workspace`},
		{".topicls.yaml", "models:\n  - [a]\n", `.topicls.yaml "[a]": each of models is a client model, or the path of a file`},
		{".topicls.yaml", "models:\n  - models/bus.yaml\n", ""},
		{"models/bus.yaml", busModel + "nonsense: 1\n", `models/bus.yaml "nonsense": client model: there is no key "nonsense" in its model`},
	} {
		s := w.Apply(source.Opened(edit.file, []byte(edit.text)))
		var out []string
		for _, d := range s.Diagnostics() {
			if d.Code == "topicls-yaml" {
				data, _ := s.Text(d.Place.File)
				out = append(out, fmt.Sprintf("%s %q: %s", d.Place.File, data[d.Place.Start:d.Place.End], d.Message))
			}
		}
		if got := strings.Join(out, " / "); got != edit.want {
			t.Errorf("%s\nnot\n%s", got, edit.want)
		}
	}
}

// TestOwnModelsIncremental holds a workspace after edits of its models, and of
// others beside, against one opened afresh.
func TestOwnModelsIncremental(t *testing.T) {
	texts := []string{
		busWorkspace[".topicls.yaml"], "models:\n" + busFunctions, "models:\n  - models/bus.yaml\n", "# none\n",
		"models:\n" + strings.Replace(busFunctions, "consume", "produce", 1), "models:\n  - models/bus.yaml\nignore: [plain/]\n",
	}
	for seed := range 3 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			e := newEditedWorkspace(t, busWorkspace, uint64(seed))
			for range 10 {
				e.write(workspacefile.Name, texts[e.r.IntN(len(texts))])
				if e.r.IntN(3) == 0 {
					e.write("models/bus.yaml", strings.Replace(busModel, "publish", []string{"publish", "emit"}[e.r.IntN(2)], 1))
				}
				e.compare()
				e.edit()
				if _, _, ok := workspacefile.Read([]byte(e.files()[workspacefile.Name])); ok {
					e.compare()
				}
			}
		})
	}
}
