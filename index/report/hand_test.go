package report_test

import (
	"sort"
	"strings"

	"topicls/index/report"
	"topicls/index/topology"
)

// hand is a hand-built input.
type hand struct {
	root         string
	texts        map[string]string
	environments []topology.Environment
	services     []*topology.Service
	endpoints    []*topology.Endpoint
	variables    []topology.Variable
	reads        []topology.VariableRead
	diagnostics  []topology.Diagnostic
	notes        []report.Note
	topics       map[string]*topology.Topic
	order        []string
	schemas      map[string][]topology.Schema
}

var _ report.Input = (*hand)(nil)

func (h *hand) Root() string                         { return h.root }
func (h *hand) Environments() []topology.Environment { return h.environments }
func (h *hand) Services() []*topology.Service        { return h.services }
func (h *hand) Endpoints() []*topology.Endpoint      { return h.endpoints }
func (h *hand) Topics() []string                     { return h.order }
func (h *hand) Topic(n string) *topology.Topic       { return h.topics[n] }
func (h *hand) DeclaredTopics() []string             { return nil }
func (h *hand) Variables() []topology.Variable       { return h.variables }
func (h *hand) Reads() []topology.VariableRead       { return h.reads }
func (h *hand) Diagnostics() []topology.Diagnostic   { return h.diagnostics }
func (h *hand) Notes() []report.Note                 { return h.notes }
func (h *hand) Counts() map[string]int               { return map[string]int{"endpoints": len(h.endpoints)} }

func (h *hand) Schemas(n string) []topology.Schema         { return h.schemas[n] }
func (h *hand) Operations(string) []topology.Operation     { return nil }
func (h *hand) Declarations(string) []topology.Declaration { return nil }

func (h *hand) Text(p string) ([]byte, bool) {
	t, ok := h.texts[p]
	return []byte(t), ok
}

// at is the place of a text in a file.
func (h *hand) at(file, text string) topology.Place {
	i := strings.Index(h.texts[file], text)
	if i < 0 {
		panic(file + " has no " + text)
	}
	return topology.Place{File: file, Start: uint32(i), End: uint32(i + len(text))}
}

// byHand is a topology with all that the writers have a case for.
func byHand() *hand {
	h := &hand{root: "/workspace", topics: map[string]*topology.Topic{}}
	h.texts = map[string]string{
		"compose.yaml":  "services:\r\n  eval:\r\n    environment:\r\n      OUT: model-selected\r\n      KEY: a|b\r\n      SECRET:\r\n  train:\r\n  größe-日本:\r\n  kafka:\r\n",
		"eval/main.py":  "# 😀 eval\nfor m in consumer(GROUP): pass\nsend(OUT, best, key=\"promotion\")  # 日本\nsend(DLQ, error)\n",
		"train/main.py": "send('model-training', running)\nsend('model-training', success)\n",
		"tool/dump.py":  "consume(sys.argv[1])\n",
		"größe/日本.py":   "consume('model-training')\nconsume('outside')\n",
	}
	h.environments = []topology.Environment{
		{ID: "compose", Kind: "compose", Default: true, Files: []string{"compose.yaml"}},
		{ID: "compose:staging", Kind: "compose", Files: []string{"compose.yaml", "compose.staging.yaml"}},
	}
	svc := func(name string, code ...string) *topology.Service {
		s := &topology.Service{ID: "compose:" + name, Name: name, Environment: "compose", At: h.at("compose.yaml", name), Code: code}
		h.services = append(h.services, s)
		return s
	}
	h.services = []*topology.Service{{ID: "code:tool", Name: "tool", At: topology.Place{File: "tool/dump.py"}, Code: []string{"tool"}}}
	svc("eval", "eval")
	svc("größe-日本", "größe")
	svc("kafka").Infra = true
	h.services[len(h.services)-1].Image = "apache/kafka:3.9"
	svc("train", "train/main.py", "train/model.py")

	name := func(n string, st topology.Status, services ...string) []topology.Name {
		return []topology.Name{{Name: n, Status: st, Services: services}}
	}
	eval, train, wide := "compose:eval", "compose:train", "compose:größe-日本"
	consume := &topology.Endpoint{
		ID: "consume:eval/main.py:1", Role: topology.Consume, Place: h.at("eval/main.py", "consumer(GROUP)"), Library: "kafka-python",
		Via: []string{"consumer", "KafkaConsumer"}, Function: "run", Services: []string{eval},
		Topics: name("model-training", topology.Exact, eval), Groups: name("eval|1", topology.Exact, eval),
		Brokers: name("kafka:9092", topology.Exact, eval),
		Reads: []topology.FieldRead{
			{Path: []string{"status"}, At: h.at("eval/main.py", "pass")},
			{Path: []string{"metrics", "rmse"}, At: h.at("eval/main.py", "pass"), Types: []string{"integer", "number"}, Topics: []string{"model-training"}, Optional: true},
			{Path: []string{"run_id"}, At: h.at("eval/main.py", "pass")},
			{Path: []string{"run_id"}, At: h.at("eval/main.py", "for")},
		},
		Handlers: []topology.Place{h.at("eval/main.py", "for")},
		Stateful: []topology.Step{
			{Place: h.at("eval/main.py", "for"), What: "keeps results by model type"},
			{Place: h.at("eval/main.py", "send(OUT"), What: "is produced when none is missing"},
		},
	}
	send := &topology.Endpoint{
		ID: "produce:eval/main.py:2", Role: topology.Produce, Place: h.at("eval/main.py", `send(OUT, best, key="promotion")`), Arg: h.at("eval/main.py", "OUT"),
		Library: "kafka-python", Via: []string{"send", "KafkaProducer.send"}, Function: "Promoter.promote", Services: []string{eval},
		Topics: []topology.Name{{
			Name: "model-selected", Status: topology.Exact, Services: []string{eval},
			Steps: []topology.Step{{Place: h.at("eval/main.py", "OUT"), What: "variable OUT"}, {Place: h.at("compose.yaml", "model-selected"), What: "OUT is set here"}},
			Vars:  []topology.VariableUse{{Name: "OUT", At: h.at("eval/main.py", "OUT")}},
		}},
		Keys:    name("promotion", topology.Exact, eval),
		Payload: &topology.Payload{Type: "Selected", Fields: []topology.Field{{Name: "run_id", Types: []string{"string"}}, {Name: "score", Types: []string{"number"}, Optional: true}}},
	}
	dead := &topology.Endpoint{
		ID: "produce:eval/main.py:3", Role: topology.Produce, Place: h.at("eval/main.py", "send(DLQ, error)"), Library: "kafka-python",
		Services: []string{eval}, Topics: name("DLQ-model-selected", topology.Exact, eval), Payload: &topology.Payload{Open: true, Fields: []topology.Field{{Name: "error"}}},
	}
	running := &topology.Endpoint{
		ID: "produce:train/main.py:1", Role: topology.Produce, Place: h.at("train/main.py", "send('model-training', running)"), Library: "confluent-kafka",
		Via: []string{"Producer.produce"}, Function: "handle", Services: []string{train}, Topics: name("model-training", topology.Default, train),
		Keys:    name("", topology.Unknown, train),
		Payload: &topology.Payload{Fields: []topology.Field{{Name: "run_id", Types: []string{"string"}}, {Name: "status", Types: []string{"string"}}, {Name: "started_at", Types: []string{"string"}}}},
	}
	success := &topology.Endpoint{
		ID: "produce:train/main.py:2", Role: topology.Produce, Place: h.at("train/main.py", "send('model-training', success)"), Library: "confluent-kafka",
		Via: []string{"Producer.produce"}, Function: "handle", Services: []string{train}, Topics: name("model-training", topology.Default, train),
		Payload: &topology.Payload{Fields: []topology.Field{
			{Name: "run_id", Types: []string{"string"}},
			{Name: "status", Types: []string{"string"}},
			{Name: "bucket", Types: []string{"string"}},
			{Name: "object", Types: []string{"string"}},
			{Name: "size", Types: []string{"integer"}},
			{Name: "metrics", Types: []string{"object"}, Fields: []topology.Field{{Name: "rmse", Types: []string{"number"}}}},
		}},
	}
	unknown := &topology.Endpoint{
		ID: "consume:tool/dump.py:1", Role: topology.Consume, Place: h.at("tool/dump.py", "consume(sys.argv[1])"), Library: "kafka-python", Services: []string{"code:tool"},
		Topics: []topology.Name{{Status: topology.Unknown, Services: []string{"code:tool"}, Reason: "an argument of the program"}}, Reason: "an argument of the program",
	}
	wide1 := &topology.Endpoint{
		ID: "consume:größe/日本.py:1", Role: topology.Consume, Place: h.at("größe/日本.py", "consume('model-training')"), Library: "aiokafka", Services: []string{wide},
		Topics: name("model-training", topology.Exact, wide), Groups: name("größe", topology.Default, wide),
	}
	wide2 := &topology.Endpoint{
		ID: "consume:größe/日本.py:2", Role: topology.Consume, Place: h.at("größe/日本.py", "consume('outside')"), Library: "aiokafka", Services: []string{wide},
		Topics: append(name("outside", topology.Exact, wide), name("out*", topology.Partial, wide)...),
	}
	h.endpoints = []*topology.Endpoint{consume, send, dead, wide1, wide2, unknown, running, success}
	for _, e := range h.endpoints {
		for i := range e.Topics {
			n := &e.Topics[i]
			if n.Name == "" {
				continue
			}
			t := h.topics[n.Name]
			if t == nil {
				t = &topology.Topic{Name: n.Name, Pattern: strings.Contains(n.Name, "*")}
				h.topics[n.Name] = t
				h.order = append(h.order, n.Name)
			}
			u := topology.Use{Endpoint: e, Name: n}
			if e.Role == topology.Produce {
				t.Producers = append(t.Producers, u)
			} else {
				t.Consumers = append(t.Consumers, u)
			}
		}
	}
	sort.Strings(h.order)
	h.topics["DLQ-model-selected"].DeadLetterOf = "model-selected"
	h.topics["model-selected"].DeadLetters = []string{"DLQ-model-selected"}

	h.variables = []topology.Variable{
		{Service: eval, Name: "KEY", Value: "a|b", Known: true, NameAt: h.at("compose.yaml", "KEY"), ValueAt: h.at("compose.yaml", "a|b")},
		{Service: eval, Name: "OUT", Value: "model-selected", Known: true, NameAt: h.at("compose.yaml", "OUT"), ValueAt: h.at("compose.yaml", "model-selected"), ReadAt: []topology.Place{h.at("eval/main.py", "OUT")}},
		{Service: eval, Name: "SECRET", Reason: "passed through from the machine that deploys", NameAt: h.at("compose.yaml", "SECRET")},
	}
	h.reads = []topology.VariableRead{
		{Name: "GROUP", At: h.at("eval/main.py", "GROUP"), Services: []string{eval}, HasDefault: true, Default: "eval|1"},
		{Name: "OUT", At: h.at("eval/main.py", "OUT"), Services: []string{eval}, Required: true},
	}
	h.diagnostics = []topology.Diagnostic{
		{Code: "env-unused", Severity: topology.Information, Message: "KEY is set for eval, whose code never reads it", Place: h.at("compose.yaml", "KEY"), Variable: "KEY", Service: eval},
		{
			Code: "topic-no-consumer", Severity: topology.Warning, Message: `"model-selected" is produced by eval and no service consumes it`,
			Place: h.at("eval/main.py", "OUT"), Topic: "model-selected", Related: []topology.Related{{Place: h.at("compose.yaml", "model-selected"), Message: "set here"}},
		},
		{Code: "dlq-no-consumer", Severity: topology.Hint, Message: "a | b\x1b[31m", Place: h.at("eval/main.py", "send(DLQ, error)"), Topic: "DLQ-model-selected"},
	}
	h.notes = []report.Note{{Place: topology.Place{File: "broken.yaml"}, Message: "did not find expected key"}, {Place: h.at("train/main.py", "running"), Message: "syntax error"}}
	return h
}
