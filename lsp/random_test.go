package lsp

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"topicls/lsp/internal/lsptest"
)

var (
	sessionTime = flag.Duration("session", 0, "how long TestRandomSession goes on with new seeds; 0: two short ones")
	sessionSeed = flag.Uint64("session.seed", 1, "the first seed of TestRandomSession")
)

// TestRandomSession is a person gone mad: edits, opens, closes, saves, changes on
// disk, settings, requests anywhere and cancels, by a seed. No reply is an error,
// every message is right, no goroutine and no memory is left, and in the end the
// answers are those of a server that was started on the same texts.
//
//	go test ./lsp -run TestRandomSession -session 1h -timeout 0
//	go test ./lsp -run TestRandomSession -session.seed 42
func TestRandomSession(t *testing.T) {
	begun := time.Now()
	var heap []uint64
	for seed := *sessionSeed; seed < *sessionSeed+2 || time.Since(begun) < *sessionTime; seed++ {
		if !t.Run(fmt.Sprint(seed), func(t *testing.T) { newMadSession(t, seed).run(250) }) {
			return
		}
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		heap = append(heap, m.HeapAlloc)
	}
	t.Logf("%d sessions, heap %d kB at first and %d kB at last", len(heap), heap[0]>>10, heap[len(heap)-1]>>10)
	if n := len(heap); n > 20 && slices.Min(heap[n-5:]) > 2*slices.Min(heap[5:10])+(8<<20) {
		t.Errorf("the heap grew from %d kB to %d kB", slices.Min(heap[5:10])>>10, slices.Min(heap[n-5:])>>10)
	}
}

type madSession struct {
	t      *testing.T
	r      *rand.Rand
	preset lsptest.Preset
	e      *lsptest.Editor
	root   string
	disk   map[string]string // texts of files
	open   map[string]string // texts of open documents
	asked  []madRequest
}

type madRequest struct {
	*lsptest.Request
	method    string
	cancelled bool
}

var madFiles = map[string][]string{
	"docker-compose.yaml": {
		"services:\n  a:\n    build: a\n    environment:\n      ORDERS: orders\n      UNUSED: x\n  b:\n    build: b\n    environment:\n      - TOPIC=orders\n  kafka:\n    image: apache/kafka:3.9.0\n",
		"services:\n  a:\n    build: a\n    environment: &e\n      ORDERS: refunds\n  b:\n    build: b\n    environment:\n      <<: *e\n      TOPIC: refunds\n",
		"services: [\n  a: {", "",
	},
	"docker-compose.staging.yaml": {"services:\n  a:\n    build: a\n    environment:\n      ORDERS: orders-staging\n", "x: 1\n"},
	"a/Dockerfile":                {"FROM python:3.12\nCOPY . /app\nCMD [\"python\", \"/app/main.py\"]\n"},
	"b/Dockerfile":                {"FROM python:3.12\nCOPY . /app\nCMD [\"python\", \"/app/main.py\"]\n"},
	"a/main.py": {
		"import json\nimport os\n\nfrom kafka import KafkaProducer\nfrom names import REFUNDS\n\n\ndef go(total):\n    KafkaProducer().send(os.environ[\"ORDERS\"], json.dumps({\"id\": 1, \"total\": total}).encode())\n    KafkaProducer().send(REFUNDS, b\"größer 😀\")\n\n\ngo(1.5)\n",
		"from kafka import KafkaProducer\nKafkaProducer().send(\"order\", b\"x\")\nKafkaProducer().send(\"orders-dlq\", b\"x\")\n",
		"import os\nfrom kafka import KafkaProducer\nKafkaProducer().send(os.environ[\"MISSING\"], b\"x\")\r\n", "\xff\x00", "",
	},
	"a/names.py": {"REFUNDS = \"refunds\"\n", "import os\nREFUNDS = os.getenv(\"R\", \"back\")\n", "REFUNDS = \"ref"},
	"b/main.py": {
		"import json\nimport os\n\nfrom kafka import KafkaConsumer\n\n\ndef handle(order):\n    print(order[\"id\"], order.get(\"totall\"))\n\n\nfor m in KafkaConsumer(os.environ.get(\"TOPIC\", \"x\"), group_id=\"g\"):\n    handle(json.loads(m.value))\n",
		"from kafka import KafkaConsumer\nfor m in KafkaConsumer(\"refunds\", \"orders\"):\n    pass\n", "def f(:\n",
	},
	"c/src/main/java/c/C.java":             {"package c;\n\nimport org.springframework.kafka.annotation.KafkaListener;\n\nclass C {\n    @KafkaListener(topics = \"${app.topic:orders}\")\n    void on(String s) {}\n}\n"},
	"c/src/main/resources/application.yml": {"app:\n  topic: ${T:orders}\n", "app.topic: refunds\n"},
	"d/main.go": {
		"package main\n\nimport (\n\t\"encoding/json\"\n\t\"os\"\n\n\t\"github.com/segmentio/kafka-go\"\n)\n\ntype Order struct {\n\tID    int     `json:\"id\"`\n\tTotal float64 `json:\"total\"`\n}\n\nfunc main() {\n\tr := kafka.NewReader(kafka.ReaderConfig{Topic: os.Getenv(\"ORDERS\"), GroupID: \"g\"})\n\tm, _ := r.ReadMessage(nil)\n\tvar o Order\n\tjson.Unmarshal(m.Value, &o)\n\tprintln(o.ID, o.Total)\n\tkafka.NewReader(kafka.ReaderConfig{Topic: \"orders\"})\n}\n",
		"package main\n\nimport \"github.com/segmentio/kafka-go\"\n\nvar w = kafka.Writer{Topic: \"refunds\"}\n", "package main\n\nfunc main() { kafka.NewReader(",
	},
	"d/go.mod": {"module d\n\nrequire github.com/segmentio/kafka-go v0.4.47\n"},
	"e/src/main.ts": {
		"import { Kafka } from 'kafkajs';\nimport { TOPIC } from './names';\n\nconst kafka = new Kafka({ brokers: ['kafka:9092'] });\nconst producer = kafka.producer();\nproducer.send({ topic: TOPIC, messages: [{ value: JSON.stringify({ id: 1, total: 'x' }) }] });\nproducer.send({ topic: process.env.REFUNDS ?? 'refunds', messages: [] });\n",
		"import { Kafka } from 'kafkajs';\nnew Kafka({}).consumer({ groupId: 'g' }).subscribe({ topic: `orders` });\n", "import { Kafka } from 'kafkajs';\nnew Kafka({}).producer().send({ topic: ",
	},
	"e/src/names.ts": {"export const TOPIC = 'orders';\n", "export const TOPIC = process.env.TOPIC || 'ord😀ers';\n", "export const TOPIC = '"},
	"f/Program.cs": {
		"using Confluent.Kafka;\n\nvar consumer = new ConsumerBuilder<string, string>(new ConsumerConfig { GroupId = \"f\" }).Build();\nconsumer.Subscribe(\"orders\");\nvar producer = new ProducerBuilder<string, string>(new ProducerConfig()).Build();\nproducer.Produce(Names.Refunds, new Message<string, string>());\n\nstatic class Names { public const string Refunds = \"refunds\"; }\n",
		"using Confluent.Kafka;\nnew ProducerBuilder<string, string>(new ProducerConfig()).Build().Produce(\"orders\", null);\n", "using Confluent.Kafka;\nclass X { void f() { p.Produce(\"",
	},
	"schemas/orders-value.avsc": {
		"{\"type\": \"record\", \"name\": \"Order\", \"fields\": [\n  {\"name\": \"id\", \"type\": \"int\"},\n  {\"name\": \"total\", \"type\": \"double\"}\n]}\n",
		"{\"type\": \"record\", \"name\": \"Order\", \"fields\": [{\"name\": \"id\", \"type\": \"string\"}]}\n", "{\"type\": \"record\", \"name\": ",
	},
	"k8s/d.yaml": {
		"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  template:\n    spec:\n      containers:\n        - name: d\n          image: d\n          env:\n            - name: ORDERS\n              value: orders\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  ORDERS: orders\n", "apiVersion: [",
	},
	"asyncapi.yaml": {
		"asyncapi: 2.6.0\nservers:\n  s: {url: kafka, protocol: kafka}\nchannels:\n  orders:\n    publish:\n      message:\n        payload:\n          type: object\n          properties:\n            id: {type: integer}\n", "asyncapi: 2.6.0\n",
	},
	".env":          {"ORDERS=orders\nT=orders\n", "T=refunds\n", "=\n'"},
	".topicls.yaml": {"external:\n  - refunds\n", "rules:\n  topic-no-consumer: hint\n"},
}

var madPieces = []string{"\n", "x", "\"", "orders", "😀", "(", ")", "#", "KafkaProducer().send(\"orders\", b\"x\")\n", "  ", "\r\n", "import os\n", ":", "[", "${"}

func newMadSession(t *testing.T, seed uint64) *madSession {
	s := &madSession{t: t, r: rand.New(rand.NewPCG(seed, 0)), root: t.TempDir(), disk: map[string]string{}, open: map[string]string{}}
	for _, f := range slices.Sorted(maps.Keys(madFiles)) {
		s.disk[f] = madFiles[f][0]
		write(t, filepath.Join(s.root, f), s.disk[f])
	}
	// Clients that watch files: else the server does, and sees changes when it will.
	s.preset = []lsptest.Preset{lsptest.VSCode, lsptest.Eglot, lsptest.Helix}[s.r.IntN(3)]
	s.e = lsptest.Start(t, serve, lsptest.Options{Preset: s.preset, Timeout: time.Minute, Settings: map[string]json.RawMessage{}})
	s.e.Initialize(s.root)
	return s
}

func (s *madSession) path(file string) string { return filepath.Join(s.root, file) }

func (s *madSession) pick(from map[string]string) string {
	keys := slices.Sorted(maps.Keys(from))
	return keys[s.r.IntN(len(keys))]
}

func (s *madSession) run(steps int) {
	for i := range steps {
		s.step()
		if i%50 == 49 {
			s.replies()
			s.e.Forget()
		}
	}
	s.replies()
	s.mend()
	s.e.Notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"topicls": map[string]any{}}})
	settle(s.t, s.e)
	got := answersOf(s.t, s.e, s.root, s.open)
	s.e.Close()

	fresh := lsptest.Start(s.t, serve, lsptest.Options{Preset: s.preset, Timeout: time.Minute})
	fresh.Initialize(s.root)
	for _, f := range slices.Sorted(maps.Keys(s.open)) {
		fresh.Open(s.path(f), "python", s.open[f])
	}
	settle(s.t, fresh)
	want := answersOf(s.t, fresh, s.root, s.open)
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("the answers differ from those of a server that was just started (-fresh +old)\n%.6000s", diff)
	}
}

// mend makes configuration and open code readable: where they are not, what they
// said last counts, which a server that was just started can't know.
func (s *madSession) mend() {
	for _, f := range slices.Sorted(maps.Keys(s.disk)) {
		_, isOpen := s.open[f]
		if !isOpen && !strings.HasSuffix(f, ".yaml") && !strings.HasSuffix(f, ".yml") {
			continue
		}
		text := madFiles[f][s.r.IntN(min(2, len(madFiles[f])))]
		s.t.Logf("in the end %s: %q", f, text)
		if _, ok := s.open[f]; ok {
			s.open[f] = text
			s.e.SetText(s.path(f), text)
		}
		s.disk[f] = text
		write(s.t, s.path(f), text)
		s.watched(f, 2)
	}
}

// step does one thing.
func (s *madSession) step() {
	switch n := s.r.IntN(100); {
	case n < 8:
		f := s.pick(s.disk)
		if _, ok := s.open[f]; !ok && !strings.Contains(s.disk[f], "\xff") {
			s.open[f] = s.disk[f]
			s.t.Logf("open %s: %q", f, s.open[f])
			s.e.Open(s.path(f), "python", s.open[f])
		}
	case n < 11 && len(s.open) > 0:
		f := s.pick(s.open)
		delete(s.open, f)
		s.t.Logf("close %s", f)
		s.e.CloseDocument(s.path(f))
	case n < 30 && len(s.open) > 0:
		s.edit(s.pick(s.open))
	case n < 36 && len(s.open) > 0:
		f := s.pick(s.open)
		if text := madFiles[f][s.r.IntN(len(madFiles[f]))]; !strings.Contains(text, "\xff") {
			s.open[f] = text
			s.t.Logf("text %s: %q", f, text)
			s.e.SetText(s.path(f), text)
		}
	case n < 40 && len(s.open) > 0:
		f := s.pick(s.open)
		s.disk[f] = s.open[f]
		s.t.Logf("save %s", f)
		write(s.t, s.path(f), s.disk[f])
		s.e.Save(s.path(f))
		s.watched(f, 2)
	case n < 45:
		f := s.pick(s.disk)
		s.disk[f] = madFiles[f][s.r.IntN(len(madFiles[f]))]
		s.t.Logf("on disk %s: %q", f, s.disk[f])
		write(s.t, s.path(f), s.disk[f])
		s.watched(f, 2)
	case n < 47:
		f := s.pick(s.disk)
		s.t.Logf("removed and written again: %s", f)
		if err := os.Remove(s.path(f)); err != nil {
			s.t.Fatal(err)
		}
		s.watched(f, 3)
		write(s.t, s.path(f), s.disk[f])
		s.watched(f, 1)
	case n < 49:
		rules := map[string]any{}
		if s.r.IntN(2) == 0 {
			rules["topic-no-consumer"] = []string{"off", "error"}[s.r.IntN(2)]
		}
		s.e.Notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"topicls": map[string]any{"rules": rules}}})
	default:
		s.ask()
	}
}

func (s *madSession) watched(file string, kind int) {
	s.e.Notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": lsptest.URI(s.path(file)), "type": kind}}})
}

// edit replaces a part of a line of an open document.
func (s *madSession) edit(file string) {
	lines := strings.Split(s.open[file], "\n")
	n := s.r.IntN(len(lines))
	line := []rune(strings.TrimSuffix(lines[n], "\r"))
	if slices.ContainsFunc(line, func(r rune) bool { return r > 0xFFFF }) {
		line = nil // columns are counted by the byte here
	}
	from := s.r.IntN(len(line) + 1)
	to := from + s.r.IntN(len(line)-from+1)
	text := madPieces[s.r.IntN(len(madPieces))]
	units := func(n int) int { return n }
	start, end := lsptest.Position{Line: n, Character: units(from)}, lsptest.Position{Line: n, Character: units(to)}
	rest := strings.TrimPrefix(lines[n], string(line))
	lines[n] = string(line[:from]) + text + string(line[to:]) + rest
	if line == nil {
		lines[n] = text + rest
	}
	s.open[file] = strings.Join(lines, "\n")
	s.t.Logf("edit %s %v to %v: %q, now %q", file, start, end, text, s.open[file])
	s.e.Change(s.path(file), lsptest.Change{Range: &lsptest.Range{Start: start, End: end}, Text: text})
}

// ask sends a request about a random place.
func (s *madSession) ask() {
	f := s.pick(s.disk)
	at := lsptest.At(s.path(f), s.r.IntN(14), s.r.IntN(60))
	doc := map[string]any{"textDocument": at["textDocument"]}
	ranged := map[string]any{
		"textDocument": at["textDocument"], "context": map[string]any{"diagnostics": []any{}},
		"range": lsptest.Range{End: lsptest.Position{Line: s.r.IntN(30)}},
	}
	methods := []string{
		"textDocument/hover", "textDocument/definition", "textDocument/declaration", "textDocument/implementation", "textDocument/documentHighlight",
		"textDocument/completion", "textDocument/prepareCallHierarchy", "textDocument/references",
		"textDocument/documentSymbol", "textDocument/codeLens", "textDocument/semanticTokens/full", "textDocument/diagnostic",
		"textDocument/codeAction", "textDocument/inlayHint", "workspace/symbol", "workspace/diagnostic", "topicls/topology", "topicls/status",
	}
	method := methods[s.r.IntN(len(methods))]
	var params any = at
	switch {
	case method == "textDocument/references":
		at["context"] = map[string]any{"includeDeclaration": true}
	case slices.Index(methods, method) >= 8 && slices.Index(methods, method) < 12:
		params = doc
	case method == "textDocument/codeAction" || method == "textDocument/inlayHint":
		params = ranged
	case method == "workspace/symbol":
		params = map[string]any{"query": "o"}
	case method == "workspace/diagnostic":
		params = map[string]any{"previousResultIds": []any{}}
	case strings.HasPrefix(method, "topicls/"):
		params = nil
	}
	r := madRequest{Request: s.e.Go(method, params), method: method}
	if s.r.IntN(5) == 0 {
		r.Cancel()
		r.cancelled = true
	}
	s.asked = append(s.asked, r)
}

// replies waits for all replies: none is an error but of what was cancelled.
func (s *madSession) replies() {
	for _, r := range s.asked {
		var coded *lsptest.Error
		if err := r.Await(nil); err != nil && !(r.cancelled && errors.As(err, &coded) && coded.Code == -32800) {
			s.t.Errorf("%s: %v", r.method, err)
		}
	}
	s.asked = nil
}

// answersOf asks a server much about all files.
func answersOf(t *testing.T, e *lsptest.Editor, root string, open map[string]string) map[string]any {
	out := map[string]any{}
	ask := func(name, method string, params any) {
		var got any
		if err := e.Request(method, params, &got); err != nil {
			t.Errorf("%s: %v", method, err)
		}
		out[name] = got
	}
	for f := range madFiles {
		path := filepath.Join(root, f)
		doc := lsptest.At(path, 0, 0)
		delete(doc, "position")
		for _, method := range []string{"textDocument/codeLens", "textDocument/semanticTokens/full"} {
			ask(f+" "+method, method, doc)
		}
		doc["range"] = lsptest.Range{End: lsptest.Position{Line: 1000}}
		ask(f+" hints", "textDocument/inlayHint", doc)
		text, ok := open[f]
		if !ok {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text = string(data)
		}
		for i, line := range strings.Split(text, "\n") {
			for c := 4; c < len(line); c += 7 {
				at := lsptest.At(path, i, c)
				ask(fmt.Sprint(f, i, ":", c, " completion"), "textDocument/completion", at)
				ask(fmt.Sprint(f, i, ":", c, " calls"), "textDocument/prepareCallHierarchy", at)
				at["context"] = map[string]any{"includeDeclaration": true}
				ask(fmt.Sprint(f, i, ":", c, " references"), "textDocument/references", at)
			}
		}
	}
	ask("symbols", "workspace/symbol", map[string]any{"query": ""})
	ask("diagnostics", "workspace/diagnostic", map[string]any{"previousResultIds": []any{}})
	reports, _ := out["diagnostics"].(map[string]any)
	items, _ := reports["items"].([]any)
	for _, r := range items { // the versions of documents are those of their edits
		delete(r.(map[string]any), "version")
	}
	return out
}
