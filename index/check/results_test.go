package check_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/check"
	"topicls/index/topology"
)

// After any series of edits the findings equal those of the same state from nothing.
func TestUpdateEqualsAll(t *testing.T) {
	names := []string{
		"orders", "order", "orders-x", "order_events", "order-events", "order-event", "DLQ-orders", "payments", "Payments",
		"order*", "*", "", "x*events", "shipment", "shipments",
	}
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		services := []string{"a", "b", "c"}
		perFile := map[string][]*topology.Endpoint{}
		build := func() *fake {
			f := base()
			f.services = append(f.services, deployed("c"))
			f.endpoints = nil
			f.texts = map[string]string{}
			for _, s := range services {
				f.endpoints = append(f.endpoints, perFile[s]...)
				f.texts[s+"/main.py"] = fmt.Sprintf("%4000s", "")
			}
			return f.link()
		}
		edit := func(s string) []string {
			var topics []string
			for _, e := range perFile[s] {
				topics = append(topics, e.TopicNames()...)
			}
			perFile[s] = nil
			for i := range r.IntN(4) {
				role := produce
				if r.IntN(2) == 0 {
					role = consume
				}
				e := endpoint(role, s, names[r.IntN(len(names))], 10+10*i)
				if role == produce && r.IntN(3) > 0 {
					e.Payload = payload([]string{"id:string", "id:number", "total:number"}[r.IntN(3)], "x:string")
				}
				if role == consume {
					// the same places, as of code that endpoints share
					e.Reads = reads("shared.py", []string{"id", "total", "other"}[:1+r.IntN(3)]...)
					e.Groups = []topology.Name{{Name: []string{"g", "h"}[r.IntN(2)], Status: topology.Exact, Services: e.Services}}
				}
				perFile[s] = append(perFile[s], e)
				topics = append(topics, e.TopicNames()...)
			}
			slices.Sort(topics)
			return slices.Compact(topics)
		}
		for _, s := range services {
			edit(s)
		}
		results := check.All(build())
		for step := range 12 {
			s := services[r.IntN(len(services))]
			topics := edit(s)
			f := build()
			results = results.Update(f, check.Change{Topics: topics, Endpoints: []string{s + "/main.py"}, Files: []string{s + "/main.py"}})
			if diff := cmp.Diff(check.Run(f), results.Diagnostics()); diff != "" {
				t.Fatalf("seed %d step %d:\n%s", seed, step, diff)
			}
		}
	}
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
	results := check.All(f)
	change := check.Change{Topics: []string{"topic-aa-4", "topic-bb-4-lost"}, Endpoints: []string{"svc0/main.py"}, Files: []string{"svc0/main.py"}}
	b.ReportMetric(float64(len(f.endpoints)), "endpoints")
	for b.Loop() {
		results.Update(f, change)
	}
}
