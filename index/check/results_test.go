package check_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"topicls/index/check"
	"topicls/index/topology"
)

// After any series of edits the findings equal those of the same state from nothing.
func TestUpdateEqualsNew(t *testing.T) {
	for seed := range uint64(300) {
		c := newChanging(seed)
		checker := check.New(c.state())
		for step := range 12 {
			change := check.Change{}
			for range 1 + c.r.IntN(2) {
				c.edit(&change)
			}
			f := c.state()
			got := checker.Update(f, change).Diagnostics()
			if diff := cmp.Diff(check.Run(f), got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("seed %d step %d, %+v:\n%s", seed, step, change, diff)
			}
		}
	}
}

// changing is a workspace that changes at random.
type changing struct {
	r    *rand.Rand
	now  *fake
	code map[string][]*topology.Endpoint // by file
}

func newChanging(seed uint64) *changing {
	c := &changing{r: rand.New(rand.NewPCG(seed, 1)), now: base(), code: map[string][]*topology.Endpoint{}}
	c.now.endpoints = nil
	c.now.texts, c.now.mentioned, c.now.says = map[string]string{}, map[string]bool{}, map[string]string{}
	c.now.services = nil
	var ignored check.Change
	for _, s := range []string{"a", "b", "c", "kafka"} {
		c.service(s, &ignored)
		c.endpoints(s, &ignored)
		c.variables(s, &ignored)
		c.reads(s, &ignored)
		c.text(s, &ignored)
	}
	return c
}

// state is a copy that later edits leave alone.
func (c *changing) state() *fake {
	f := *c.now
	f.services, f.variables, f.reads = slices.Clone(f.services), slices.Clone(f.variables), slices.Clone(f.reads)
	f.texts, f.mentioned, f.says = maps.Clone(f.texts), maps.Clone(f.mentioned), maps.Clone(f.says)
	f.endpoints = nil
	for _, p := range slices.Sorted(maps.Keys(c.code)) {
		f.endpoints = append(f.endpoints, c.code[p]...)
	}
	for i, s := range f.services { // as the index has it: files with endpoints
		v := *s
		v.Files = slices.DeleteFunc(slices.Clone(v.Files), func(p string) bool { return len(c.code[p]) == 0 })
		f.services[i] = &v
	}
	return f.link()
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func (c *changing) edit(change *check.Change) {
	s := pick(c.r, "a", "b", "c")
	switch c.r.IntN(12) {
	case 0:
		c.service(pick(c.r, s, "kafka"), change)
	case 1, 2:
		c.variables(pick(c.r, s, s, "kafka"), change)
	case 3:
		c.reads(s, change)
	case 4:
		c.text(s, change)
	case 5:
		c.mention(change)
	case 6:
		c.now.texts["compose.yaml"] = pick(c.r, "", "external: true", "hostname: broker", "command: run $${GROUP}")
		change.Texts = append(change.Texts, check.Text{File: "compose.yaml", Unfollowed: true})
	default:
		c.endpoints(s, change)
	}
}

var topicNames = []string{
	"orders", "order", "orders-x", "order_events", "order-events", "order-event", "DLQ-orders", "payments", "Payments",
	"order*", "*", "", "x*events", "shipment", "shipments", "shipmnet",
}

func (c *changing) name() string { return pick(c.r, topicNames...) }

func (c *changing) endpoints(s string, change *check.Change) {
	file := s + "/main.py"
	note := func() {
		for _, e := range c.code[file] {
			change.Topics = append(change.Topics, e.TopicNames()...)
		}
	}
	note()
	had := len(c.code[file]) > 0
	c.code[file] = nil
	for i := range c.r.IntN(4) {
		e := endpoint(pick(c.r, produce, consume), s, c.name(), 10+10*i)
		n := &e.Topics[0]
		if c.r.IntN(2) == 0 {
			v := topology.VariableUse{Name: pick(c.r, "TOPIC", "GROUP"), At: place(pick(c.r, file, "shared.py"), 300+10*c.r.IntN(2))}
			if n.Status != topology.Unknown && c.r.IntN(2) == 0 {
				v.HasDefault, v.Default = true, "orders"
			}
			n.Vars = append(n.Vars, v)
		}
		if e.Role == produce && c.r.IntN(3) > 0 {
			e.Payload = payload(pick(c.r, "id:string", "id:number", "total:number"), "x:string")
		}
		if e.Role == consume { // the same places, as of code that endpoints share
			e.Reads = reads("shared.py", []string{"id", "total", "other"}[:1+c.r.IntN(3)]...)
			e.Groups = []topology.Name{{Name: pick(c.r, "g", "h"), Status: topology.Exact, Services: e.Services}}
		}
		if c.r.IntN(3) == 0 {
			e.Brokers = []topology.Name{{Name: pick(c.r, "kafka:9092", "broker:9092", "localhost:9092"), Status: topology.Exact, Services: e.Services}}
		}
		c.code[file] = append(c.code[file], e)
	}
	note()
	change.Endpoints = append(change.Endpoints, file)
	if had != (len(c.code[file]) > 0) {
		change.Services = append(change.Services, "compose:"+s)
	}
	c.textOf(s, change)
}

// textOf says that the code of a service has other bytes.
func (c *changing) textOf(s string, change *check.Change) {
	change.Texts = append(change.Texts, check.Text{File: s + "/main.py", Services: []string{"compose:" + s}})
}

func (c *changing) service(s string, change *check.Change) {
	id := "compose:" + s
	c.now.services = slices.DeleteFunc(c.now.services, func(t *topology.Service) bool { return t.ID == id })
	change.Services, change.Variables = append(change.Services, id), append(change.Variables, id)
	if s != "kafka" && c.r.IntN(6) == 0 {
		return // gone
	}
	t := deployed(s)
	t.Name = pick(c.r, s, s, s+"2", "debezium")
	t.Environment = pick(c.r, "compose", "compose", "compose", "")
	t.Infra = s == "kafka" || c.r.IntN(8) == 0
	t.Broker = s == "kafka"
	t.Whole, t.Unread = c.r.IntN(4) == 0, c.r.IntN(8) == 0
	if c.r.IntN(6) == 0 {
		t.MoreVars = "more"
	}
	c.now.services = append(c.now.services, t)
	slices.SortFunc(c.now.services, func(a, b *topology.Service) int { return strings.Compare(a.ID, b.ID) })
}

func (c *changing) variables(s string, change *check.Change) {
	id := "compose:" + s
	c.now.variables = slices.DeleteFunc(c.now.variables, func(v topology.Variable) bool { return v.Service == id })
	change.Variables = append(change.Variables, id)
	for i, n := range []string{"GROUP", "PREFIX_GROUP", "TOPIC", "UNUSED"} {
		if c.r.IntN(2) == 0 {
			continue
		}
		at := 100 + 10*i // one line for several services
		if c.r.IntN(2) == 0 {
			at += 100 * int(s[0]-'a'+1)
		}
		c.now.variables = append(c.now.variables, topology.Variable{
			Service: id, Name: n, Value: pick(c.r, "orders", "payments order-events", "PLAINTEXT://broker:9092", "g"), Known: c.r.IntN(5) > 0,
			NameAt: place("compose.yaml", at), ValueAt: place("compose.yaml", at+6),
		})
	}
	slices.SortStableFunc(c.now.variables, func(a, b topology.Variable) int { return strings.Compare(a.Service, b.Service) })
}

func (c *changing) reads(s string, change *check.Change) {
	file, id := s+"/main.py", "compose:"+s
	c.now.reads = slices.DeleteFunc(c.now.reads, func(r topology.VariableRead) bool { return r.At.File == file })
	change.Reads, change.Variables = append(change.Reads, file), append(change.Variables, id)
	for i, n := range []string{"GROUP", "TOPIC", "NEEDED"} {
		if c.r.IntN(2) == 0 {
			c.now.reads = append(c.now.reads, topology.VariableRead{Name: n, At: place(file, 500+10*i), Services: []string{id}, Required: c.r.IntN(2) == 0})
		}
	}
	slices.SortStableFunc(c.now.reads, func(a, b topology.VariableRead) int { return strings.Compare(a.At.File, b.At.File) })
}

// text writes other words into a service's code.
func (c *changing) text(s string, change *check.Change) {
	c.now.says["compose:"+s] = pick(c.r, "", "unused", "load_dotenv", "env_prefix group", "dynaconf")
	c.now.texts[s+"/main.py"] = fmt.Sprintf("%4000s", pick(c.r, "", "os.environ.get('NEEDED')", "# topicls: ignore-file", "# topicls: ignore-file[env-unused]"))
	c.textOf(s, change)
}

// mention writes other names into a file that is not followed.
func (c *changing) mention(change *check.Change) {
	was := maps.Clone(c.now.mentioned)
	n := pick(c.r, c.name(), "NEEDED", "TOPIC")
	c.now.mentioned[n] = !c.now.mentioned[n]
	now := maps.Clone(c.now.mentioned)
	change.Texts = append(change.Texts, check.Text{File: "notes.go", Unfollowed: true, Mentions: func(word string) bool { return was[word] || now[word] }})
}

// An edit costs what it touches, not what the workspace has.
func BenchmarkUpdate(b *testing.B) {
	f := base()
	f.services = nil
	f.endpoints = nil
	f.texts = map[string]string{}
	for i := range 1000 {
		s := deployed(fmt.Sprintf("svc%d", i))
		f.services = append(f.services, s)
		for j := range 5 {
			topic := fmt.Sprintf("topic-%c%c-%d", 'a'+i%26, 'a'+i/26%26, j)
			p, c := endpoint(produce, s.Name, topic, 10*j), endpoint(consume, s.Name, topic, 100+10*j)
			p.Payload, c.Reads = payload("id:string", "x:number"), reads(s.Name+"/main.py", "id", "x")
			if j == 4 {
				c.Topics[0].Name = topic + "-lost"
			}
			f.endpoints = append(f.endpoints, p, c)
			f.variables = append(f.variables, topology.Variable{Service: s.ID, Name: fmt.Sprintf("V%d", j), Value: topic, Known: true, NameAt: place("compose.yaml", 100*i+10*j), ReadAt: []topology.Place{place(s.Name+"/main.py", 1)}})
			f.reads = append(f.reads, topology.VariableRead{Name: fmt.Sprintf("V%d", j), At: place(s.Name+"/main.py", 1), Services: []string{s.ID}})
		}
	}
	f.link()
	checker := check.New(f)
	change := check.Change{Topics: []string{"topic-aa-4", "topic-bb-4-lost"}, Endpoints: []string{"svc0/main.py"}, Texts: []check.Text{{File: "svc0/main.py", Services: []string{"compose:svc0"}}}}
	b.ReportMetric(float64(len(f.endpoints)), "endpoints")
	for b.Loop() {
		checker.Update(f, change)
	}
}
