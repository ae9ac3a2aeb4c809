package check

import (
	"fmt"
	"slices"

	"topicls/index/topology"
)

var topicUnusedDeclaration = Rule{
	Code:     "topic-unused-declaration",
	Severity: topology.Warning,
	Summary:  "A topic is created and no code uses it.",
	Doc: `Something in the workspace creates a topic (a ` + "`KafkaTopic`" + ` manifest, a Terraform resource, ` + "`kafka-topics --create`" + `, ` + "`KAFKA_CREATE_TOPICS`" + `)
that no code of the workspace produces to or consumes: it is left over, or its name is wrong on one side.

It is a warning only when Topicls knows every use there is. It becomes information when

- an endpoint's topic could not be resolved (it may be this one),
- a deployed service's code was not read, or a program that uses topics as it is configured (Kafka Connect, ksqlDB, ...) is deployed,
- the workspace has no code that produces, or none that consumes,
- an AsyncAPI document declares it, which may describe what others have,
- the name is made of a variable's default (of Terraform), and may be another where it is deployed.

Nothing is said when a pattern fits the name, when it is used in another environment, when a service is given the name, when any file that is not
followed mentions it beside where it is created, of dead-letter topics, of topics that another repository uses or [.topicls.yaml](../topicls-yaml.md) has elsewhere, and where the
workspace has no code that uses Kafka.

**To fix it**, remove the declaration, or correct the name.`,
	Example: `-- compose.yaml --
services:
  kafka:
    image: apache/kafka
  init:
    image: apache/kafka
    command: |
      kafka-topics.sh --create --topic orders
      kafka-topics.sh --create --topic orderz  #@ topic-unused-declaration:warning
  shop:
    build: shop
  mailer:
    build: mailer
-- shop/main.py --
from kafka import KafkaProducer

KafkaProducer(bootstrap_servers="kafka:9092").send("orders", b"...")
-- mailer/main.py --
from kafka import KafkaConsumer

for message in KafkaConsumer("orders", bootstrap_servers="kafka:9092"):
    print(message.value)
`,
	declared: findTopicUnusedDeclaration,
}

func findTopicUnusedDeclaration(r *Rule, w *world) []topology.Diagnostic {
	if len(w.in.DeclaredTopics()) == 0 || w.hasNone(topology.Produce) && w.hasNone(topology.Consume) {
		return nil
	}
	var out []topology.Diagnostic
	var elsewhere map[string]bool
	for _, name := range w.in.DeclaredTopics() {
		if w.in.Topic(name) != nil || len(w.in.Imported(name)) > 0 || selfMade(name) || w.in.Settings().IsExternal(name) || w.matched(topology.Produce, name) || w.matched(topology.Consume, name) {
			continue
		}
		if base, ok := w.in.Settings().DeadLetterBase(name); ok && (base == "" || w.in.Topic(base) != nil) { // frameworks use those by themselves
			continue
		}
		if elsewhere == nil {
			elsewhere = w.usedElsewhere()
		}
		list := w.in.Declarations(name)
		if elsewhere[name] || w.givenName(name, list) || w.in.Mentioned(name, w.beside(name, list)) {
			continue
		}
		for i, d := range list {
			if d.Described && slices.ContainsFunc(w.in.Operations(name), func(o topology.Operation) bool { return o.Service != "" }) {
				continue // operation-without-code tells
			}
			f := topology.Diagnostic{
				Code: r.Code, Severity: r.Severity, Place: d.At, Topic: name,
				Message: fmt.Sprintf("%q is created by %s and no code uses it", name, d.By),
			}
			if d.Described {
				f.Severity, f.Message = topology.Information, fmt.Sprintf("%q is declared by %s and no code uses it", name, d.By)
			}
			for j, o := range list {
				if i != j && len(f.Related) < 8 {
					f.Related = append(f.Related, topology.Related{Place: o.At, Message: "created here too"})
				}
			}
			doubts := doubt{role: topology.Produce, deployed: true}
			if w.reason(doubts) == "" {
				doubts.role = topology.Consume
			}
			if d.Default {
				doubts.why = "its name is made of a variable's default"
			}
			out = append(out, w.weaken(f, doubts))
		}
	}
	return out
}

// usedElsewhere are the names that endpoints have in environments that do not
// answer.
func (w *world) usedElsewhere() map[string]bool {
	out := map[string]bool{}
	for _, p := range w.in.EndpointFiles() {
		for _, e := range w.in.File(p) {
			for i := range e.OtherTopics {
				out[e.OtherTopics[i].Name] = true
			}
		}
	}
	return out
}

// givenName reports whether a variable that does not create the topic itself has
// its name.
func (w *world) givenName(name string, list []topology.Declaration) bool {
	return slices.ContainsFunc(w.naming(name), func(v *topology.Variable) bool {
		return !slices.ContainsFunc(list, func(d topology.Declaration) bool {
			return d.At.File == v.ValueAt.File && v.ValueAt.Start <= d.At.Start && d.At.End <= v.ValueAt.End
		})
	})
}

// beside returns which files' mentions of a topic count: those that say it more
// often than they create it.
func (w *world) beside(name string, list []topology.Declaration) func(file string) bool {
	return func(file string) bool {
		n := 0
		for _, d := range list {
			if d.At.File != file {
				continue
			}
			if d.Described { // it names its channels wherever it refers to them
				return false
			}
			n++
		}
		return n == 0 || countFold(w.text(file), name) > n
	}
}
