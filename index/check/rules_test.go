package check_test

import (
	"strings"
	"testing"

	"topicls/index/check"
	"topicls/index/topology"
)

const (
	produce = topology.Produce
	consume = topology.Consume
)

// found lists findings as "code severity topic/variable", sorted by place.
func found(in check.Input) string {
	var out []string
	for _, d := range check.Run(in) {
		out = append(out, strings.TrimSpace(d.Code+" "+string(d.Severity)+" "+d.Topic+d.Variable))
	}
	return strings.Join(out, "; ")
}

// base is a workspace without a fault: a produces orders, b consumes it.
func base() *fake {
	f := &fake{
		services:     []*topology.Service{deployed("a"), deployed("b")},
		environments: []topology.Environment{{ID: "compose", Kind: "compose", Default: true, Files: []string{"compose.yaml"}}},
		endpoints:    []*topology.Endpoint{endpoint(produce, "a", "orders", 10), endpoint(consume, "b", "orders", 10)},
	}
	return f.link()
}

func TestRules(t *testing.T) {
	produceLost := func(f *fake) { f.endpoints = append(f.endpoints, endpoint(produce, "a", "lost", 20)) }
	setVar := func(f *fake, service, name, value string, at int) {
		f.variables = append(f.variables, topology.Variable{
			Service: "compose:" + service, Name: name, Value: value, Known: true,
			NameAt: place("compose.yaml", at), ValueAt: place("compose.yaml", at+6),
		})
	}
	read := func(f *fake, service, name string, required bool) {
		f.reads = append(f.reads, topology.VariableRead{
			Name: name, At: place(service+"/main.py", 500), Services: []string{"compose:" + service}, Required: required,
		})
	}
	for _, c := range []struct {
		name   string
		change func(f *fake)
		want   string
	}{
		{"nothing wrong", func(*fake) {}, ""},
		{"lost", produceLost, "topic-no-consumer warning lost"},
		{"lost, an unknown consumer", func(f *fake) {
			produceLost(f)
			f.endpoints = append(f.endpoints, endpoint(consume, "b", "", 20))
		}, "topic-no-consumer information lost; topic-unresolved information"},
		{"lost, a vague pattern", func(f *fake) {
			produceLost(f)
			f.endpoints = append(f.endpoints, endpoint(consume, "b", "*", 20))
		}, "topic-no-consumer information lost"},
		{"lost, a pattern that fits", func(f *fake) {
			produceLost(f)
			f.endpoints = append(f.endpoints, endpoint(consume, "b", "los*", 20))
		}, ""},
		{"lost, mentioned", func(f *fake) {
			produceLost(f)
			f.mentioned = map[string]bool{"lost": true}
		}, ""},
		{"lost, given to a service that is not read", func(f *fake) {
			produceLost(f)
			f.services = append(f.services, &topology.Service{ID: "compose:java", Name: "java", Environment: "compose", Code: []string{"java"}})
			setVar(f, "java", "TOPICS", "other,lost", 10)
		}, ""},
		{"lost, given to a service that is read", func(f *fake) {
			produceLost(f)
			setVar(f, "b", "TOPIC", "lost", 10)
			f.variables[0].ReadAt = []topology.Place{place("b/main.py", 1)}
		}, "topic-no-consumer information lost"},
		{"lost, created by the broker", func(f *fake) {
			produceLost(f)
			f.services = append(f.services, &topology.Service{ID: "compose:kafka", Name: "kafka", Environment: "compose", Infra: true, Broker: true})
			setVar(f, "kafka", "TOPICS", "orders lost", 10)
		}, "topic-no-consumer warning lost"},
		{"lost, Kafka Connect", func(f *fake) {
			produceLost(f)
			f.services = append(f.services, &topology.Service{ID: "compose:sink", Name: "sink", Environment: "compose", Infra: true, Image: "confluentinc/cp-kafka-connect:7"})
		}, "topic-no-consumer information lost"},
		{"lost in code that nothing deploys", func(f *fake) {
			f.services = append(f.services, &topology.Service{ID: "code:tool", Name: "tool", Code: []string{"tool"}})
			e := endpoint(produce, "tool", "lost", 1)
			e.Services, e.Topics[0].Services = []string{"code:tool"}, []string{"code:tool"}
			f.endpoints = append(f.endpoints, e)
		}, "topic-no-consumer information lost"},
		{"only producers", func(f *fake) { f.endpoints = f.endpoints[:1] }, "topic-no-consumer information orders"},
		{"only consumers", func(f *fake) { f.endpoints = f.endpoints[1:] }, "topic-no-producer information orders"},
		{"waits for ever", func(f *fake) { f.endpoints = append(f.endpoints, endpoint(consume, "b", "never", 20)) }, "topic-no-producer warning never"},
		{"dead letters", func(f *fake) { f.endpoints = append(f.endpoints, endpoint(produce, "a", "DLQ-orders", 20)) }, "dlq-no-consumer hint DLQ-orders"},
		{"dead letters of a framework", func(f *fake) { f.endpoints = append(f.endpoints, endpoint(consume, "b", "orders.DLT", 20)) }, "topic-no-producer information orders.DLT"},

		{"near miss", func(f *fake) {
			f.endpoints = append(f.endpoints, endpoint(produce, "a", "order-events", 20), endpoint(consume, "b", "order_events", 20))
		}, "topic-near-miss warning order-events; topic-near-miss warning order_events"},
		{"near miss by a letter", func(f *fake) {
			f.endpoints = append(f.endpoints, endpoint(produce, "a", "shipment", 20), endpoint(consume, "b", "shipments", 20))
		}, "topic-near-miss warning shipment; topic-near-miss warning shipments"},
		{"near miss, both have their other side", func(f *fake) {
			f.endpoints = append(f.endpoints, endpoint(produce, "a", "order", 20), endpoint(consume, "b", "order", 20))
		}, ""},
		{"not near: a digit", func(f *fake) {
			f.endpoints = append(f.endpoints, endpoint(produce, "a", "events-1", 20), endpoint(consume, "b", "events-2", 20))
		}, "topic-no-consumer warning events-1; topic-no-producer warning events-2"},
		{"not near: a short word", func(f *fake) {
			f.endpoints = append(f.endpoints, endpoint(produce, "a", "eu-events", 20), endpoint(consume, "b", "ea-events", 20))
		}, "topic-no-consumer warning eu-events; topic-no-producer warning ea-events"},
		{"not near: the same side", func(f *fake) {
			f.endpoints = append(f.endpoints, endpoint(produce, "a", "shipment", 20), endpoint(produce, "b", "shipments", 20))
		}, "topic-no-consumer warning shipment; topic-no-consumer warning shipments"},

		{"unset", func(f *fake) { read(f, "b", "X", true) }, "env-unset warning X"},
		{"unset, may fail nowhere", func(f *fake) { read(f, "b", "X", false) }, ""},
		{"unset, but set", func(f *fake) {
			read(f, "b", "X", true)
			setVar(f, "b", "X", "1", 10)
			f.variables[0].ReadAt = []topology.Place{f.reads[0].At}
		}, ""},
		{"unset, set for one of two", func(f *fake) {
			read(f, "b", "X", true)
			f.reads[0].Services = []string{"compose:a", "compose:b"}
			setVar(f, "a", "X", "1", 10)
			f.variables[0].ReadAt = []topology.Place{f.reads[0].At}
		}, ""},
		{"unset, a missing env_file", func(f *fake) {
			read(f, "b", "X", true)
			f.services[1].MoreVars = "secret.env is not in the workspace"
		}, ""},
		{"unset, not all code need run", func(f *fake) {
			read(f, "b", "X", true)
			f.services[1].Whole = true
		}, "env-unset information X"},
		{"unset, mentioned elsewhere", func(f *fake) {
			read(f, "b", "X", true)
			f.mentioned = map[string]bool{"X": true}
		}, ""},
		{"unset, asked for before", func(f *fake) {
			read(f, "b", "X", true)
			f.texts = map[string]string{"b/main.py": `if "X" in os.environ: use(os.environ["X"])`}
		}, ""},
		{"unset, set by the code", func(f *fake) {
			read(f, "b", "X", true)
			f.texts = map[string]string{"b/main.py": `os.environ["X"] = "1"`}
		}, ""},
		{"unset, compared only", func(f *fake) {
			read(f, "b", "X", true)
			f.texts = map[string]string{"b/main.py": `if os.environ["X"] == "1": pass`}
		}, "env-unset warning X"},
		{"unset, run by nothing", func(f *fake) {
			read(f, "b", "X", true)
			f.reads[0].Services = []string{"code:b"}
		}, ""},
		{"unset topic", func(f *fake) {
			e := endpoint(consume, "b", "", 20)
			e.Topics[0].Vars = []topology.VariableUse{{Name: "X", At: place("b/main.py", 30)}}
			f.endpoints = append(f.endpoints, e)
		}, "env-unset warning X"},

		{"unused", func(f *fake) { setVar(f, "b", "BATCH_SIZE", "1", 10) }, "env-unused information BATCH_SIZE"},
		{"unused, but mentioned", func(f *fake) {
			setVar(f, "b", "BATCH_SIZE", "1", 10)
			f.says = map[string]string{"compose:b": "batch_size"}
		}, ""},
		{"unused, but prefixed", func(f *fake) {
			setVar(f, "b", "APP_BATCH_SIZE", "1", 10)
			f.says = map[string]string{"compose:b": "env_prefix batch_size"}
		}, ""},
		{"unused, prefixed and nothing fits", func(f *fake) {
			setVar(f, "b", "APP_BATCH_SIZE", "1", 10)
			f.says = map[string]string{"compose:b": "env_prefix batch"}
		}, "env-unused information APP_BATCH_SIZE"},
		{"unused, without prefixes a part means nothing", func(f *fake) {
			setVar(f, "b", "APP_BATCH_SIZE", "1", 10)
			f.says = map[string]string{"compose:b": "batch_size"}
		}, "env-unused information APP_BATCH_SIZE"},
		{"unused, well known", func(f *fake) {
			setVar(f, "b", "PYTHONUNBUFFERED", "1", 10)
			setVar(f, "b", "TZ", "UTC", 20)
			setVar(f, "b", "AWS_REGION", "eu", 30)
			setVar(f, "b", "https_proxy", "x", 40)
		}, ""},
		{"unused, an image", func(f *fake) {
			f.services[1].Infra = true
			setVar(f, "b", "X", "1", 10)
		}, ""},
		{"unused, code that is not read", func(f *fake) {
			f.services = append(f.services, &topology.Service{ID: "compose:java", Name: "java", Environment: "compose", Code: []string{"java"}})
			setVar(f, "java", "X", "1", 10)
		}, ""},
		{"unused, set for two in one place and read by one", func(f *fake) {
			setVar(f, "a", "X", "1", 10)
			setVar(f, "b", "X", "1", 10)
			f.variables[0].ReadAt = []topology.Place{place("a/main.py", 1)}
		}, ""},
		{"unused by two", func(f *fake) {
			setVar(f, "a", "X", "1", 10)
			setVar(f, "b", "X", "1", 10)
		}, "env-unused information X"},
		{"unused, but in a command", func(f *fake) {
			setVar(f, "b", "X", "1", 10)
			f.texts = map[string]string{"compose.yaml": "command: run --x $${X}"}
		}, ""},
		{"unused, Dockerfile", func(f *fake) {
			setVar(f, "b", "X", "1", 10)
			f.variables[0].NameAt.File = "b/Dockerfile"
		}, ""},

		{"default differs", func(f *fake) {
			f.endpoints[1].Groups = []topology.Name{{Name: "v2", Status: topology.Exact, Services: []string{"compose:b"}, Vars: []topology.VariableUse{{Name: "GROUP", At: place("b/main.py", 30), HasDefault: true, Default: "v1"}}}}
			setVar(f, "b", "GROUP", "v2", 10)
			f.variables[0].ReadAt = []topology.Place{place("b/main.py", 30)}
		}, "env-default-differs information GROUP"},
		{"default is the same", func(f *fake) {
			f.endpoints[1].Groups = []topology.Name{{Name: "v1", Status: topology.Exact, Services: []string{"compose:b"}, Vars: []topology.VariableUse{{Name: "GROUP", At: place("b/main.py", 30), HasDefault: true, Default: "v1"}}}}
			setVar(f, "b", "GROUP", "v1", 10)
			f.variables[0].ReadAt = []topology.Place{place("b/main.py", 30)}
		}, ""},
		{"default differs, and so do the services", func(f *fake) {
			f.endpoints[1].Groups = []topology.Name{{Name: "v2", Status: topology.Exact, Services: []string{"compose:a", "compose:b"}, Vars: []topology.VariableUse{{Name: "GROUP", At: place("b/main.py", 30), HasDefault: true, Default: "v1"}}}}
			setVar(f, "a", "GROUP", "v2", 10)
			setVar(f, "b", "GROUP", "v3", 20)
			f.variables[0].ReadAt = []topology.Place{place("b/main.py", 30)}
			f.variables[1].ReadAt = f.variables[0].ReadAt
		}, ""},

		{"field never produced", func(f *fake) {
			f.endpoints[0].Payload = payload("id:string", "amount:number")
			f.endpoints[1].Reads = reads("b/main.py", "id", "total")
		}, "field-never-produced warning orders"},
		{"field never produced, with a fallback", func(f *fake) {
			f.endpoints[0].Payload = payload("id:string")
			f.endpoints[1].Reads = reads("b/main.py", "total?")
		}, "field-never-produced information orders"},
		{"field, the payload is open", func(f *fake) {
			f.endpoints[0].Payload = payload("id:string")
			f.endpoints[0].Payload.Open = true
			f.endpoints[1].Reads = reads("b/main.py", "total")
		}, ""},
		{"field, a producer is not known", func(f *fake) {
			f.endpoints[0].Payload = payload("id:string")
			f.endpoints[1].Reads = reads("b/main.py", "total")
			f.endpoints = append(f.endpoints, endpoint(produce, "a", "", 20))
		}, "topic-unresolved information"},
		{"field, another producer's payload is not known", func(f *fake) {
			f.endpoints[0].Payload = payload("id:string")
			f.endpoints[1].Reads = reads("b/main.py", "total")
			f.endpoints = append(f.endpoints, endpoint(produce, "a", "orders", 20))
		}, ""},
		{"field, read from two topics and one has it", func(f *fake) {
			f.endpoints[0].Payload = payload("id:string")
			f.endpoints[1].Reads = reads("b/main.py", "total")
			p, c := endpoint(produce, "a", "refunds", 20), endpoint(consume, "b", "refunds", 20)
			p.Payload, c.Reads = payload("total:number"), f.endpoints[1].Reads
			f.endpoints = append(f.endpoints, p, c)
		}, ""},
		{"field, only one form has it", func(f *fake) {
			f.endpoints[0].Payload = payload("id:string")
			f.endpoints[1].Reads = reads("b/main.py", "total")
			p := endpoint(produce, "a", "orders", 20)
			p.Payload = payload("total:number")
			f.endpoints = append(f.endpoints, p)
		}, ""},

		{"type mismatch", func(f *fake) {
			f.endpoints[0].Payload = payload("price:number")
			f.endpoints[1].Reads = reads("b/main.py", "price.amount")
		}, "field-type-mismatch warning orders"},
		{"type may be decoded", func(f *fake) {
			f.endpoints[0].Payload = payload("price:string")
			f.endpoints[1].Reads = reads("b/main.py", "price.amount")
		}, ""},
		{"type is not known", func(f *fake) {
			f.endpoints[0].Payload = payload("price")
			f.endpoints[1].Reads = reads("b/main.py", "price.amount")
		}, ""},
		{"type of one of two", func(f *fake) {
			f.endpoints[0].Payload = payload("price:number|object")
			f.endpoints[1].Reads = reads("b/main.py", "price.amount")
		}, ""},

		{"payload conflict", func(f *fake) {
			f.endpoints[0].Payload = payload("id:string", "amount:number")
			p := endpoint(produce, "b", "orders", 20)
			p.Payload = payload("id:string", "amount:string")
			f.endpoints = append(f.endpoints, p)
			f.endpoints[1].Reads = reads("b/main.py", "amount")
		}, "payload-conflict warning orders"},
		{"payload conflict that nobody reads", func(f *fake) {
			f.endpoints[0].Payload = payload("id:string", "amount:number")
			p := endpoint(produce, "b", "orders", 20)
			p.Payload = payload("id:string", "amount:string")
			f.endpoints = append(f.endpoints, p)
		}, "payload-conflict information orders"},
		{"payload forms", func(f *fake) {
			f.endpoints[0].Payload = payload("status:string", "id:string")
			p := endpoint(produce, "a", "orders", 20)
			p.Payload = payload("status:string", "id:string", "amount:number")
			f.endpoints = append(f.endpoints, p)
		}, ""},
		{"payload numbers", func(f *fake) {
			f.endpoints[0].Payload = payload("amount:number")
			p := endpoint(produce, "b", "orders", 20)
			p.Payload = payload("amount:integer|null")
			f.endpoints = append(f.endpoints, p)
		}, ""},

		{"group shared", func(f *fake) {
			f.services = append(f.services, deployed("c"))
			c := endpoint(consume, "c", "orders", 10)
			for _, e := range []*topology.Endpoint{f.endpoints[1], c} {
				e.Groups = []topology.Name{{Name: "g", Status: topology.Exact, Services: e.Services}}
			}
			f.endpoints = append(f.endpoints, c)
		}, "group-shared warning orders"},
		{"group shared by copies of one program", func(f *fake) {
			c := deployed("c")
			c.Code, c.Files = f.services[1].Code, f.services[1].Files
			f.services = append(f.services, c)
			e := f.endpoints[1]
			e.Services = []string{"compose:b", "compose:c"}
			e.Topics[0].Services = e.Services
			e.Groups = []topology.Name{{Name: "g", Status: topology.Exact, Services: e.Services}}
		}, ""},
		{"groups differ", func(f *fake) {
			f.services = append(f.services, deployed("c"))
			c := endpoint(consume, "c", "orders", 10)
			f.endpoints[1].Groups = []topology.Name{{Name: "g", Status: topology.Exact, Services: f.endpoints[1].Services}}
			c.Groups = []topology.Name{{Name: "h", Status: topology.Exact, Services: c.Services}}
			f.endpoints = append(f.endpoints, c)
		}, ""},
		{"group is the default", func(f *fake) {
			f.services = append(f.services, deployed("c"))
			c := endpoint(consume, "c", "orders", 10)
			for _, e := range []*topology.Endpoint{f.endpoints[1], c} {
				e.Groups = []topology.Name{{Name: "g", Status: topology.Default, Services: e.Services}}
			}
			f.endpoints = append(f.endpoints, c)
		}, "group-shared information orders"},

		{"broker unknown", brokers("kafak:9092", ""), "broker-unknown warning"},
		{"broker is its own container", brokers("localhost:9092", ""), "broker-unknown warning"},
		{"broker by protocol", brokers("PLAINTEXT://kafka:9092", ""), ""},
		{"one of two brokers", brokers("kafka2:9092,kafka:9092", ""), ""},
		{"broker elsewhere", brokers("kafka.example.com:9092", ""), ""},
		{"broker by container name", brokers("queue:9092", "    container_name: queue\n"), ""},
		{"broker by alias", brokers("queue:9092", "    networks:\n      default:\n        aliases:\n          - queue\n"), ""},
		{"broker on an external network", brokers("queue:9092", "networks:\n  shared:\n    external: true\n"), ""},
		{"broker on the host's network", brokers("localhost:9092", "    network_mode: host\n"), ""},
		{"no broker in the deployment", func(f *fake) {
			brokers("queue:9092", "")(f)
			f.services[2].Broker = false
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := base()
			c.change(f)
			if got := found(f.link()); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
				for _, d := range check.Run(f) {
					t.Log(d.Message)
				}
			}
		})
	}
}

func brokers(list, compose string) func(f *fake) {
	return func(f *fake) {
		f.services = append(f.services, &topology.Service{ID: "compose:kafka", Name: "kafka", Environment: "compose", Infra: true, Broker: true})
		f.texts = map[string]string{"compose.yaml": "services:\n  kafka:\n    image: kafka\n" + compose}
		e := f.endpoints[0]
		e.Brokers = []topology.Name{{Name: list, Status: topology.Exact, Services: e.Services}}
	}
}

func TestSuppression(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       string
	}{
		{"none", "\n>>>>>", "topic-no-consumer warning lost"},
		{"same line", "\n>>>>>  # topicls: ignore[topic-no-consumer]", ""},
		{"two codes", "\n>>>>>  # topicls:ignore[ env-unset, topic-no-consumer ]", ""},
		{"all codes", "\n>>>>>  // topicls: ignore", ""},
		{"another code", "\n>>>>>  # topicls: ignore[env-unset]", "topic-no-consumer warning lost"},
		{"no code", "\n>>>>>  # topicls: ignore[]", "topic-no-consumer warning lost"},
		{"line above", "  # topicls: ignore[topic-no-consumer]\n>>>>>", ""},
		{"line above, with code", "x = 1  # topicls: ignore[topic-no-consumer]\n>>>>>", "topic-no-consumer warning lost"},
		{"two lines above", "# topicls: ignore\n\n>>>>>", "topic-no-consumer warning lost"},
		{"line below", "\n>>>>>\n# topicls: ignore", "topic-no-consumer warning lost"},
		{"file", "# topicls: ignore-file[topic-no-consumer]\n\n\n>>>>>", ""},
		{"file, another code", "# topicls: ignore-file[env-unset]\n>>>>>", "topic-no-consumer warning lost"},
		{"no comment", "'topicls: ignore'\n>>>>>", "topic-no-consumer warning lost"},
		{"CRLF", "# topicls: ignore\r\n>>>>>", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := base()
			e := endpoint(produce, "a", "lost", strings.Index(c.text, ">>>>>"))
			f.endpoints = append(f.endpoints, e)
			f.texts = map[string]string{"a/main.py": c.text}
			if got := found(f.link()); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
