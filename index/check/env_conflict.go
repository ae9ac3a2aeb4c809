package check

import (
	"fmt"
	"slices"

	"topicls/index/topology"
)

var envConflict = Rule{
	Code:     "env-conflict",
	Severity: topology.Warning,
	Summary:  "A variable names another topic in another environment, and its other side does not follow.",
	Doc: `In the environment that answers, producers and consumers of the topic meet. In another one (a staging file, a chart, an overlay)
a variable has another value for one of them, or is not set there so that the code's default applies, and no service of the
other side uses that topic there: the messages are lost in that environment only.

Nothing is said when the other side follows (the topic just has another name there), when a name in the other environment is
not known, or when a service of the other side is not deployed there.

**To fix it**, give the variable the name that the other side uses in that environment.`,
	Example: `-- compose.yaml --
services:
  shop:
    build: ./shop
    environment:
      TOPIC: orders
  mailer:
    build: ./mailer
    environment:
      TOPIC: orders
-- compose.staging.yaml --
services:
  shop:
    build: ./shop
    environment:
      TOPIC: orders-staging  #@ env-conflict:warning
  mailer:
    build: ./mailer
    environment:
      TOPIC: orders-test  #@ env-conflict:warning
-- shop/main.py --
import os

from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka:9092")
producer.send(os.environ["TOPIC"], b"...")
-- mailer/main.py --
import os

from kafka import KafkaConsumer

for message in KafkaConsumer(os.environ["TOPIC"], bootstrap_servers="kafka:9092"):
    print(message.value)
`,
	topic: findEnvConflict,
}

// renamed is what a service calls a topic in one other environment.
type renamed struct {
	there topology.Elsewhere
	use   topology.Use
	name  *topology.Name // as it is there
}

func findEnvConflict(r *Rule, w *world, t *topology.Topic) []topology.Diagnostic {
	var out []topology.Diagnostic
	seen := map[topology.Place]bool{}
	for _, uses := range [][]topology.Use{t.Producers, t.Consumers} {
		for _, x := range w.renamedBy(t.Name, uses) {
			d, ok := w.judgeRenamed(r, t, x)
			if !ok || seen[d.Place] {
				continue
			}
			seen[d.Place] = true
			out = append(out, d)
		}
	}
	return out
}

// renamedBy lists the services that use a topic by another name in other
// environments, as far as a variable gives it there.
func (w *world) renamedBy(topic string, uses []topology.Use) []renamed {
	var out []renamed
	for _, u := range uses {
		if len(u.Endpoint.OtherTopics) == 0 || u.Name.Name != topic || u.Name.Status != topology.Exact && u.Name.Status != topology.Default {
			continue
		}
		for _, id := range u.Name.Services {
			for _, there := range w.in.Elsewhere(id) {
				names := namesThere(u.Endpoint, there.ID)
				if len(names) != 1 || !isKnown(names[0]) || names[0].Name == topic {
					continue
				}
				out = append(out, renamed{there, u, names[0]})
			}
		}
	}
	return out
}

// namesThere returns what an endpoint's topics are in a service of another
// environment.
func namesThere(e *topology.Endpoint, id string) []*topology.Name {
	var out []*topology.Name
	for i := range e.OtherTopics {
		if n := &e.OtherTopics[i]; slices.Contains(n.Services, id) {
			out = append(out, n)
		}
	}
	return out
}

func isKnown(n *topology.Name) bool {
	return n.Status == topology.Exact || n.Status == topology.Default
}

// judgeRenamed tells whether the other side of a topic follows its other name.
func (w *world) judgeRenamed(r *Rule, t *topology.Topic, x renamed) (topology.Diagnostic, bool) {
	opposite, verb, other := t.Consumers, "produces to", "consumes"
	if x.use.Endpoint.Role == topology.Consume {
		opposite, verb, other = t.Producers, "consumes", "produces to"
	}
	deployed := false
	var instead []topology.Related
	var names []string
	for _, u := range opposite {
		for _, id := range u.Name.Services {
			i := slices.IndexFunc(w.in.Elsewhere(id), func(e topology.Elsewhere) bool { return e.Environment == x.there.Environment })
			if i < 0 {
				return topology.Diagnostic{}, false
			}
			deployed = true
			at := []*topology.Name{u.Name}
			if len(u.Endpoint.OtherTopics) > 0 {
				at = namesThere(u.Endpoint, w.in.Elsewhere(id)[i].ID)
			}
			for _, n := range at {
				if !isKnown(n) {
					return topology.Diagnostic{}, false
				}
				if n.Name == x.name.Name { // it follows
					return topology.Diagnostic{}, false
				}
				if !slices.Contains(names, n.Name) {
					names = append(names, n.Name)
					instead = append(instead, topology.Related{Place: givenIn(n, u.Endpoint), Message: fmt.Sprintf("%s %s %q there", w.in.Elsewhere(id)[i].Name, other, n.Name)})
				}
			}
		}
	}
	if !deployed {
		return topology.Diagnostic{}, false
	}
	f := topology.Diagnostic{
		Code: r.Code, Severity: r.Severity, Place: givenIn(x.name, x.use.Endpoint), Topic: t.Name, Service: x.there.ID,
		Message: fmt.Sprintf("in %s, %s %s %q instead of %q, and nothing there %s that", x.there.Environment, x.there.Name, verb, x.name.Name, t.Name, other),
		Related: append(instead, topology.Related{Place: givenIn(x.use.Name, x.use.Endpoint), Message: fmt.Sprintf("%q by default", t.Name)}),
	}
	for i := range x.name.Vars {
		f.Variable = x.name.Vars[i].Name
	}
	if x.name.Status == topology.Default && f.Variable != "" && !w.in.SetElsewhere(x.there.ID, f.Variable) {
		f.Message = fmt.Sprintf("in %s, %s is not set for %s: the code's default %q applies instead of %q, and nothing there %s that", x.there.Environment, f.Variable, x.there.Name, x.name.Name, t.Name, other)
		f.Place = x.there.At
	}
	return f, true
}

// givenIn is the place where a variable gives a name, or else the endpoint.
func givenIn(n *topology.Name, e *topology.Endpoint) topology.Place {
	for _, s := range n.Steps {
		for i := range n.Vars {
			if s.What == n.Vars[i].Name+" is set here" {
				return s.Place
			}
		}
	}
	return at(e)
}
