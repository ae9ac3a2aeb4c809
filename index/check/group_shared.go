package check

import (
	"fmt"
	"slices"
	"strings"

	"topicls/index/topology"
)

var groupShared = Rule{
	Code:     "group-shared",
	Severity: topology.Warning,
	Summary:  "Two services with different code consume a topic in one consumer group.",
	Doc: `Kafka gives each message of a topic to one member of a group. Two different programs in one group each get a part of the
messages, and neither sees the rest.

Several services with the same code in one group share work, which is what groups are for; nothing is said of them. It is
information when a group's name is only the code's default.

**To fix it**, give each service a group of its own.`,
	Example: `-- shop/main.py --
from kafka import KafkaProducer

KafkaProducer(bootstrap_servers="kafka:9092").send("orders", b"...")
-- mailer/main.py --
from kafka import KafkaConsumer

for message in KafkaConsumer("orders", group_id="orders", bootstrap_servers="kafka:9092"):
    print("mail", message.value)
-- stock/main.py --
from kafka import KafkaConsumer

for message in KafkaConsumer("orders", group_id="orders", bootstrap_servers="kafka:9092"):  #@ group-shared:warning
    print("stock", message.value)
`,
	topic: findGroupShared,
}

func findGroupShared(r *Rule, w *world, t *topology.Topic) []topology.Diagnostic {
	if t.Pattern || len(t.Consumers) < 2 {
		return nil
	}
	type member struct {
		use     topology.Use
		service *topology.Service
		status  topology.Status
	}
	groups := map[string][]member{}
	var out []topology.Diagnostic
	told := map[string]bool{}
	for _, u := range t.Consumers {
		for i := range u.Endpoint.Groups {
			g := &u.Endpoint.Groups[i]
			if g.Name == "" || g.Status != topology.Exact && g.Status != topology.Default {
				continue
			}
			for _, id := range g.Services {
				s := w.in.Service(id)
				if s == nil || s.Environment == "" || !slices.Contains(u.Name.Services, id) {
					continue
				}
				for _, m := range groups[g.Name] {
					if m.service.ID == id || m.service.Environment != s.Environment || sharesCode(m.service, s) || m.use.Endpoint.Place.File == u.Endpoint.Place.File || otherBroker(m.use.Endpoint, u.Endpoint) {
						continue
					}
					key := g.Name + "\x00" + m.service.ID + "\x00" + id
					if told[key] {
						continue
					}
					told[key] = true
					d := topology.Diagnostic{
						Code: r.Code, Severity: r.Severity, Place: at(u.Endpoint), Topic: t.Name, Service: id,
						Message: fmt.Sprintf("%s and %s both consume %q in group %q: each gets only a part of the messages", m.service.Name, s.Name, t.Name, g.Name),
						Related: []topology.Related{{Place: at(m.use.Endpoint), Message: "consumed by " + m.service.Name}},
					}
					if g.Status != topology.Exact || m.status != topology.Exact {
						d.Severity = topology.Information
						d.Message += " (unless it is set elsewhere)"
					}
					out = append(out, d)
				}
				groups[g.Name] = append(groups[g.Name], member{u, s, g.Status})
			}
		}
	}
	return out
}

func sharesCode(a, b *topology.Service) bool {
	if slices.ContainsFunc(a.Files, func(f string) bool { return slices.Contains(b.Files, f) }) {
		return true
	}
	return slices.ContainsFunc(a.Code, func(f string) bool {
		return slices.ContainsFunc(b.Code, func(g string) bool {
			return f == g || f == "." || g == "." || strings.HasPrefix(f, g+"/") || strings.HasPrefix(g, f+"/")
		})
	})
}

// otherBroker reports whether two endpoints talk to brokers that are known and differ.
func otherBroker(a, b *topology.Endpoint) bool {
	known := func(e *topology.Endpoint) []string {
		var out []string
		for i := range e.Brokers {
			if e.Brokers[i].Name != "" {
				out = append(out, e.Brokers[i].Name)
			}
		}
		return out
	}
	x, y := known(a), known(b)
	return len(x) > 0 && len(y) > 0 && !slices.ContainsFunc(x, func(n string) bool { return slices.Contains(y, n) })
}
