package check

import (
	"fmt"
	"slices"
	"strings"

	"topicls/index/topology"
)

var fieldTypeMismatch = Rule{
	Code:     "field-type-mismatch",
	Severity: topology.Warning,
	Summary:  "A consumer uses a field as a type that no producer of the topic writes.",
	Doc: `Every producer of the topic writes the field, with a type that is known, and none of them is what the consumer's use needs:
it looks into a number as if it were an object, for example.

Nothing is said unless the types on both sides are certain; text is never reported, since a consumer may decode it first.

**To fix it**, make both sides agree on the field.`,
	Example: `-- shop/main.py --
import json

from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka:9092")
order = {"id": "o-1", "price": 12.5}
producer.send("orders", json.dumps(order).encode())
-- mailer/main.py --
import json

from kafka import KafkaConsumer

for message in KafkaConsumer("orders", bootstrap_servers="kafka:9092"):
    order = json.loads(message.value)
    print(order["price"]["amount"])  #@ field-type-mismatch:warning
`,
	topic: findFieldTypeMismatch,
}

func findFieldTypeMismatch(r *Rule, w *world, t *topology.Topic) []topology.Diagnostic {
	fields, closed := w.written(t)
	if !closed {
		return nil
	}
	var out []topology.Diagnostic
	seen := map[string]bool{}
	for _, u := range t.Consumers {
		for i := range u.Endpoint.Reads {
			f := &u.Endpoint.Reads[i]
			if len(f.Path) == 0 || !f.Of(t.Name) {
				continue
			}
			have := typesOf(fields[f.Path[0]])
			want := f.Types
			if len(f.Path) > 1 {
				want = []string{"object"}
			}
			if len(have) == 0 || len(want) == 0 || compatible(have, want) || slices.Contains(have, "string") || slices.Contains(have, "array") && len(f.Path) > 1 {
				continue
			}
			key := f.Path[0] + "\x00" + f.At.File
			if seen[key] || !w.onlyTopic(f, t) || w.told(t) {
				continue
			}
			seen[key] = true
			d := topology.Diagnostic{
				Code: r.Code, Severity: r.Severity, Place: f.At, Topic: t.Name, Service: firstOf(u.Name.Services),
				Message: fmt.Sprintf("%s uses %q of %q as %s; its producers write %s", and(w.namesOf(u.Name.Services)), f.Path[0], t.Name, or(want), or(have)),
			}
			if !w.anyDeployed(u.Name.Services) {
				d.Severity = topology.Information
			}
			for _, p := range fields[f.Path[0]] {
				if p.At.File != "" && len(d.Related) < 8 {
					d.Related = append(d.Related, topology.Related{Place: p.At, Message: "written as " + or(p.Types)})
				}
			}
			out = append(out, d)
		}
	}
	if len(out) > 0 && !w.allKnown() {
		return nil
	}
	return out
}

// onlyTopic reports whether all endpoints that share the code of a read
// consume just this topic.
func (w *world) onlyTopic(f *topology.FieldRead, t *topology.Topic) bool {
	for _, e := range w.readersOf(f.At) {
		shared := slices.DeleteFunc(slices.Clone(e.Reads), func(o topology.FieldRead) bool { return o.At != f.At })
		for i := range e.Topics {
			n := e.Topics[i].Name
			if n != t.Name && slices.ContainsFunc(shared, func(o topology.FieldRead) bool { return o.Of(n) }) {
				return false
			}
		}
	}
	return true
}

// typesOf joins the types of a field of several producers; nil when one is not known.
func typesOf(list []*topology.Field) []string {
	var out []string
	for _, f := range list {
		if len(f.Types) == 0 {
			return nil
		}
		for _, t := range f.Types {
			if t != "null" && !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	slices.Sort(out)
	return out
}

// compatible reports whether some value can have a type of both lists.
func compatible(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y || x == "integer" && y == "number" || x == "number" && y == "integer" || x == "boolean" && (y == "integer" || y == "number") || y == "boolean" && (x == "integer" || x == "number") {
				return true
			}
		}
	}
	return false
}

// or joins types for a sentence.
func or(types []string) string {
	if len(types) == 0 {
		return "something"
	}
	return strings.Join(types, " or ")
}
