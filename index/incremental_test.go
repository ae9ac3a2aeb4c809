package index

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"topicls/index/bench"
	"topicls/index/report"
	"topicls/index/source"
)

// TestIncremental holds a workspace after random edits against one opened
// afresh on the same files.
func TestIncremental(t *testing.T) {
	seeds, edits := 8, 24
	if testing.Short() {
		seeds = 2
	}
	for name, files := range incrementalWorkspaces(t) {
		for seed := range seeds {
			t.Run(fmt.Sprintf("%s/%d", name, seed), func(t *testing.T) {
				t.Parallel()
				newEditedWorkspace(t, files, uint64(seed)).run(edits)
			})
		}
	}
}

// FuzzIncremental is TestIncremental with any number of edits by any seed.
func FuzzIncremental(f *testing.F) {
	f.Add(uint64(1), uint8(8), false)
	f.Add(uint64(2), uint8(8), true)
	spaces := incrementalWorkspaces(f)
	names := slices.Sorted(maps.Keys(spaces))
	f.Fuzz(func(t *testing.T, seed uint64, edits uint8, all bool) {
		name := names[int(seed%uint64(len(names)))]
		e := newEditedWorkspace(t, spaces[name], seed)
		e.everyEdit = all
		e.run(int(edits % 50))
	})
}

// incrementalWorkspaces are the workspaces that are edited: the example, and
// small generated ones.
func incrementalWorkspaces(tb testing.TB) map[string]map[string]string {
	tb.Helper()
	out := map[string]map[string]string{"example": {}, "generated": {}, "small": {
		"app/main.py":      "import os\nfrom kafka import KafkaProducer, KafkaConsumer\nfrom names import TOPIC, other\n\np = KafkaProducer(bootstrap_servers=\"kafka:9092\")\n\n\ndef send(topic, value):\n    p.send(topic, value)\n\n\nsend(TOPIC, {\"id\": 1})\nsend(os.environ.get(\"OUT\", \"orders\"), {\"id\": 1, \"name\": \"x\"})\nfor m in KafkaConsumer(other(), group_id=os.environ[\"GROUP\"]):\n    print(m.value[\"id\"])\n",
		"app/names.py":     "import os\n\nTOPIC = os.getenv(\"TOPIC\", \"orders\")\n\n\ndef other():\n    return f\"{TOPIC}-done\"\n",
		"app/Dockerfile":   "FROM python:3.12\nCOPY . /app\nCMD [\"python\", \"/app/main.py\"]\n",
		"lib/sender.py":    "from kafka import KafkaProducer\n\n\nclass Sender:\n    def __init__(self, topic=\"orders-done\"):\n        self.topic = topic\n        self.p = KafkaProducer()\n\n    def emit(self, value):\n        self.p.send(self.topic, value)\n",
		"job.py":           "from lib.sender import Sender\n\ns = Sender(\"alerts\")\ns.emit({\"a\": 1})\nSender().emit({\"b\": \"x\"})\n",
		"compose.yaml":     "services:\n  kafka:\n    image: apache/kafka\n  app:\n    build: app\n    env_file: app.env\n    environment:\n      OUT: ${OUT_NAME:-orders}\n      GROUP: g1\n  app2:\n    build: ./app\n    environment:\n      - OUT=alerts\n      - UNUSED=1\n",
		"app.env":          "TOPIC=orders\n",
		".env":             "OUT_NAME=orders\n",
		"requirements.txt": "kafka-python\n",
	}, "undeployed": {
		".topicls.yaml":   "environment: kubernetes\n",
		"compose.yaml":    "services:\n  shop:\n    build: shop\n    environment: {OUT: orders}\n  mail:\n    build: mail\n    environment: {IN: orders}\n  audit:\n    build: mail\n    environment: {IN: audited}\n",
		"k8s/shop.yaml":   "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  template:\n    spec:\n      containers:\n        - name: shop\n          image: shop\n          env:\n            - name: OUT\n              value: orders\n",
		"shop/Dockerfile": "FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"python\", \"main.py\"]\n",
		"shop/main.py":    "import os\nfrom kafka import KafkaProducer\n\np = KafkaProducer()\np.send(os.environ[\"OUT\"], b\"\")\np.send(\"lost\", b\"\")\n",
		"mail/Dockerfile": "FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"python\", \"main.py\"]\n",
		"mail/main.py":    "import os\nfrom kafka import KafkaConsumer\nfrom names import LOST\n\nKafkaConsumer(os.environ[\"IN\"], LOST)\n",
		"mail/names.py":   "LOST = \"lost\"\n",
	}, "configured": {
		"stock/src/main/java/shop/Stock.java":             "package shop;\n\nimport org.apache.kafka.clients.producer.Producer;\nimport org.apache.kafka.clients.producer.ProducerRecord;\nimport org.eclipse.microprofile.config.inject.ConfigProperty;\n\npublic class Stock {\n    @ConfigProperty(name = \"shop.orders.topic\")\n    String orders;\n    @ConfigProperty(name = \"shop.paid\", defaultValue = \"paid\")\n    String paid;\n    private final Topics topics;\n\n    Stock(Topics topics) {\n        this.topics = topics;\n    }\n\n    void send(Producer<String, String> producer) {\n        producer.send(new ProducerRecord<>(orders, \"x\"));\n        producer.send(new ProducerRecord<>(paid, \"x\"));\n        producer.send(new ProducerRecord<>(topics.deadLetters(), \"x\"));\n    }\n}\n",
		"stock/src/main/java/shop/Topics.java":            "package shop;\n\nimport io.smallrye.config.ConfigMapping;\nimport io.smallrye.config.WithDefault;\n\n@ConfigMapping(prefix = \"shop.topics\")\npublic interface Topics {\n    @WithDefault(\"dead\")\n    String deadLetters();\n}\n",
		"stock/src/main/resources/application.properties": "shop.orders.topic=${ORDERS_TOPIC:orders}\n%dev.shop.orders.topic=orders-dev\nshop.topics.dead-letters=${shop.orders.topic}-dead\n",
		"stock/src/main/resources/application-dev.yml":    "shop:\n  paid: paid-dev\n  topics: {dead-letters: dead-dev}\n",
		"stock/pom.xml":    "<project/>\n",
		"stock/Dockerfile": "FROM eclipse-temurin:21\nCOPY target/app.jar app.jar\n",
		"compose.yaml":     "services:\n  stock:\n    build: stock\n    environment:\n      ORDERS_TOPIC: orders-v2\n      SHOP_PAID: paid-env\n  stock-dev:\n    build: stock\n    environment:\n      QUARKUS_PROFILE: dev\n",
		"in/main.py":       "from kafka import KafkaConsumer\n\nfor m in KafkaConsumer(\"orders-v2\"):\n    print(m.value)\n",
	}}
	for _, name := range []string{"kafkajs-wrappers-typescript", "kafkajs-commonjs", "nestjs-kafka", "java-spring-template", "java-quarkus-channels", "java-generics-and-optionals", "env-files", "settings-sources", "handed-out", "queue-of-maps", "task-queues", "package-parts", "service-split-settings", "helm-chart", "config-mounted-files", "config-mounted-chart", "schemas-by-code"} {
		ar, err := txtar.ParseFile(filepath.Join("testdata", "cases", name+".txtar"))
		if err != nil {
			tb.Fatal(err)
		}
		out[name] = map[string]string{}
		for _, f := range ar.Files {
			if f.Name != "want" {
				out[name][f.Name] = string(f.Data)
			}
		}
	}
	root := filepath.Join("..", "examples", "forecasting-pipeline")
	err := fs.WalkDir(os.DirFS(root), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(root, p))
		out["example"][p] = string(data)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range bench.Workspace(40, bench.PythonOnly) {
		if !strings.Contains(f.Path, "/web/") {
			out["generated"][f.Path] = f.Text
		}
	}
	return out
}

// editedWorkspace is a workspace under random edits, with what its files
// should be.
type editedWorkspace struct {
	t         *testing.T
	r         *rand.Rand
	root      string
	w         *Workspace
	original  map[string]string
	disk      map[string]string
	open      map[string]string
	history   []string
	everyEdit bool // compare after every edit
}

func newEditedWorkspace(t *testing.T, files map[string]string, seed uint64) *editedWorkspace {
	e := &editedWorkspace{
		t: t, r: rand.New(rand.NewPCG(seed, 0)), root: t.TempDir(),
		original: files, disk: maps.Clone(files), open: map[string]string{},
	}
	writeAll(t, e.root, files)
	w, err := Open(context.Background(), e.root, Options{})
	if err != nil {
		t.Fatal(err)
	}
	e.w = w
	return e
}

func writeAll(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		p := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func (e *editedWorkspace) run(edits int) {
	for i := range edits {
		e.edit()
		if e.everyEdit || i%4 == 3 || i == edits-1 {
			e.compare()
		}
	}
}

// files are the files as the index should see them.
func (e *editedWorkspace) files() map[string]string {
	all := maps.Clone(e.disk)
	maps.Copy(all, e.open)
	return all
}

// edit makes one random edit.
func (e *editedWorkspace) edit() {
	if e.r.IntN(8) == 0 {
		e.note("rest")
		e.w.rest(0)
	}
	all := e.files()
	names := slices.Sorted(maps.Keys(all))
	p := names[e.r.IntN(len(names))]
	for i := 0; i < 4 && !isScript(p) && !isDeployment(p); i++ {
		p = names[e.r.IntN(len(names))]
	}
	if e.r.IntN(4) == 0 { // more often than there are such files
		for i := 0; i < 20 && !isDeployment(p); i++ {
			p = names[e.r.IntN(len(names))]
		}
	}
	text := all[p]
	switch n := e.r.IntN(20); {
	case n == 0 && len(names) > 3:
		e.remove(p)
	case n == 1:
		e.create(path.Join(path.Dir(names[e.r.IntN(len(names))]), fmt.Sprintf("new%d%s", e.r.IntN(4), path.Ext(p))), text)
	case n == 2 && len(names) > 3:
		to := path.Join(path.Dir(p), fmt.Sprintf("moved%d%s", e.r.IntN(4), path.Ext(p)))
		e.remove(p)
		e.create(to, text)
	case n == 3:
		if old, ok := e.original[p]; ok {
			e.write(p, old)
		}
	case n == 4:
		back := names[e.r.IntN(len(names))]
		if old, ok := e.original[back]; ok {
			e.write(back, old)
		}
		for gone, old := range e.original {
			if _, ok := e.files()[gone]; !ok {
				e.create(gone, old)
				break
			}
		}
	case n == 5 && len(e.open) > 0:
		e.close(slices.Sorted(maps.Keys(e.open))[0])
	case n == 6 && isDeployment(p): // half-typed, and repaired before anybody looks
		e.write(p, text+"\n  \"broken: [\n")
		e.write(p, text)
	case n < 12:
		e.write(p, e.changeLiteral(text, all))
	case n < 15:
		e.write(p, e.deleteLine(text))
	default:
		e.write(p, e.insertLine(text, p, all))
	}
}

func isScript(p string) bool {
	switch path.Ext(p) {
	case ".py", ".ts", ".js":
		return true
	}
	return false
}

func isDeployment(p string) bool {
	return strings.Contains(p, "compose") || strings.HasSuffix(p, ".env") || strings.HasSuffix(p, "Dockerfile") || strings.Contains(p, "resources/") || strings.HasPrefix(p, "chart/")
}

func (e *editedWorkspace) note(format string, args ...any) {
	e.history = append(e.history, fmt.Sprintf(format, args...))
}

func (e *editedWorkspace) write(p, text string) {
	if isDeployment(p) && !strings.HasSuffix(p, "Dockerfile") && strings.Contains(text, "\t") {
		return
	}
	if _, ok := e.open[p]; ok || e.r.IntN(2) == 0 {
		e.note("type in %s:\n%s", p, changed(e.files()[p], text))
		e.open[p] = text
		e.w.Apply(source.Opened(p, []byte(text)))
		return
	}
	e.create(p, text)
}

// changed shows the lines that differ.
func changed(a, b string) string { return cmp.Diff(strings.Split(a, "\n"), strings.Split(b, "\n")) }

func (e *editedWorkspace) create(p, text string) {
	e.note("write %s:\n%s", p, changed(e.disk[p], text))
	e.disk[p] = text
	writeAll(e.t, e.root, map[string]string{p: text})
	e.w.Apply(source.Touched(p))
}

func (e *editedWorkspace) remove(p string) {
	e.close(p)
	e.note("remove %s", p)
	delete(e.disk, p)
	if err := os.Remove(filepath.Join(e.root, p)); err != nil && !os.IsNotExist(err) {
		e.t.Fatal(err)
	}
	e.w.Apply(source.Touched(p))
}

func (e *editedWorkspace) close(p string) {
	if _, ok := e.open[p]; ok {
		e.note("close %s", p)
		delete(e.open, p)
		e.w.Apply(source.Closed(p))
	}
}

var editable = regexp.MustCompile(`"[A-Za-z0-9_.-]+"|'[A-Za-z0-9_.-]+'|[=:-] *[A-Za-z0-9_.-]+\n`)

// changeLiteral puts another literal or value of the workspace in place of one.
func (e *editedWorkspace) changeLiteral(text string, all map[string]string) string {
	at := editable.FindAllStringIndex(text, -1)
	if len(at) == 0 {
		return text
	}
	m := at[e.r.IntN(len(at))]
	names := slices.Sorted(maps.Keys(all))
	other := all[names[e.r.IntN(len(names))]]
	word := regexp.MustCompile(`[A-Za-z0-9_.-]+`)
	options := editable.FindAllString(other, -1)
	with := "other"
	if len(options) > 0 && e.r.IntN(4) > 0 {
		with = word.FindString(strings.TrimLeft(options[e.r.IntN(len(options))], "-=: "))
	}
	in := word.FindStringIndex(strings.TrimLeft(text[m[0]:m[1]], "-=: "))
	if in == nil || with == "" {
		return text
	}
	skip := len(text[m[0]:m[1]]) - len(strings.TrimLeft(text[m[0]:m[1]], "-=: "))
	return text[:m[0]+skip+in[0]] + with + text[m[0]+skip+in[1]:]
}

func (e *editedWorkspace) deleteLine(text string) string {
	lines := strings.SplitAfter(text, "\n")
	i := e.r.IntN(len(lines))
	return strings.Join(slices.Delete(lines, i, min(len(lines), i+1+e.r.IntN(2))), "")
}

func (e *editedWorkspace) insertLine(text, p string, all map[string]string) string {
	lines := strings.SplitAfter(text, "\n")
	i := e.r.IntN(len(lines))
	var line string
	if strings.HasSuffix(p, ".py") {
		line = []string{
			"\n", "x = 1\n", "    x = (\n", "import names\n", "def helper(a, b=2):\n    return a\n", "from lib.sender import *\n", "TOPIC = \"orders\"\n",
			"import kafka\nkafka.KafkaProducer().send(\"orders\", {\"id\": \"7\"})\n", "# topicls: ignore\n", "import os\nEXTRA = os.environ[\"UNUSED\"]\n",
		}[e.r.IntN(10)]
		if e.r.IntN(3) == 0 { // a line of another file
			names := slices.Sorted(maps.Keys(all))
			other := strings.SplitAfter(all[names[e.r.IntN(len(names))]], "\n")
			line = other[e.r.IntN(len(other))]
		}
	} else if isScript(p) {
		line = []string{
			"\n", "const x = 1;\n", "  x = (\n", "import names from './names';\n", "function helper(a, b = 2) { return a; }\n", "export * from './topics';\n",
			"exports.TOPIC = 'orders';\n", "new (require('kafkajs').Kafka)({}).producer().send({ topic: 'orders', messages: [{ value: '7' }] });\n", "module.exports = { topic: 'mail' };\n", "const extra = process.env.UNUSED ?? 'none';\n",
		}[e.r.IntN(10)]
		if e.r.IntN(3) == 0 { // a line of another file
			names := slices.Sorted(maps.Keys(all))
			other := strings.SplitAfter(all[names[e.r.IntN(len(names))]], "\n")
			line = other[e.r.IntN(len(other))]
		}
	} else {
		line = []string{"\n", "# a comment\n", lines[e.r.IntN(len(lines))]}[e.r.IntN(3)]
	}
	return strings.Join(slices.Insert(lines, i, line), "")
}

// compare holds the edited workspace against one opened on the same files.
func (e *editedWorkspace) compare() {
	e.t.Helper()
	w := e.w
	if w.frozen != nil {
		w = w.frozen.whole()
	}
	for _, p := range slices.Sorted(maps.Keys(e.files())) {
		if cf := w.code.files[p]; cf != nil && cf.stale { // a text that can't be read keeps what it last said, until it can
			e.write(p, string(cf.good.text))
		}
		if good := w.schemas.good[p]; good != nil { // likewise
			e.write(p, string(good))
		}
	}
	root := e.t.TempDir()
	writeAll(e.t, root, e.files())
	fresh, err := Open(context.Background(), root, Options{})
	if err != nil {
		e.t.Fatal(err)
	}
	if e.broken(fresh) || len(e.w.deployments.problems()) > 0 {
		return // a deployment that can't be read keeps what it last said
	}
	got, want := stateOf(e.t, e.w.Snapshot(), e.root), stateOf(e.t, fresh.Snapshot(), root)
	if diff := cmp.Diff(want, got); diff != "" {
		e.t.Fatalf("the edited workspace (+) is not the fresh one (-):\n%s\nafter:\n%s", diff, strings.Join(e.history, "\n"))
	}
}

// broken reports whether a compose or configuration file can't be read as it is now.
func (e *editedWorkspace) broken(w *Workspace) bool {
	if len(w.deployments.problems()) > 0 {
		return true
	}
	for p := range e.files() { // a document that says where imports lead keeps what it last said
		if path.Ext(p) == ".json" && unread(w, p) {
			return true
		}
	}
	for _, f := range w.configs.files { // configuration that can't be read likewise
		if f != nil && f.Broken {
			return true
		}
	}
	return false
}

// unread reports whether a document can't be read as it is now.
func unread(w *Workspace, p string) bool { return w.code.Document(p) == nil }

// stateOf is the whole state that people can see. How many files were parsed
// is none of it: a file that was needed once keeps its facts.
func stateOf(t *testing.T, s *Snapshot, root string) any {
	t.Helper()
	var b bytes.Buffer
	if err := report.JSON(&b, s.Report()); err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(bytes.ReplaceAll(b.Bytes(), []byte(root), []byte("ROOT")), &doc); err != nil {
		t.Fatal(err)
	}
	delete(doc, "root")
	delete(doc["stats"].(map[string]any), "parsed")
	return doc
}
