package check

import (
	"fmt"
	"slices"

	"topicls/index/topology"
)

var payloadConflict = Rule{
	Code:     "payload-conflict",
	Severity: topology.Warning,
	Summary:  "Two producers of a topic write a field with types that exclude each other.",
	Doc: `One producer writes the field as a number, say, and another as text. A consumer that is right for one is wrong for the other.

It is a warning when a consumer reads the field, and information otherwise, or when the two messages are forms that a consumer can
tell apart (most of their fields differ, or a field such as ` + "`type`, `kind`, `event` or `status`" + ` has a say). Fields that only some producers
write are no conflict, and dead-letter topics are left out.

**To fix it**, agree on one type.`,
	Example: `-- shop/main.py --
import json

from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka:9092")
order = {"id": "o-1", "amount": 12.5}
producer.send("orders", json.dumps(order).encode())
-- till/main.py --
import json

from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka:9092")
order = {"id": "t-1", "amount": "12.50"}  #@ payload-conflict:warning
producer.send("orders", json.dumps(order).encode())
-- mailer/main.py --
import json

from kafka import KafkaConsumer

for message in KafkaConsumer("orders", bootstrap_servers="kafka:9092"):
    order = json.loads(message.value)
    print(order["id"], order["amount"])
`,
	topic: findPayloadConflict,
}

func findPayloadConflict(r *Rule, w *world, t *topology.Topic) []topology.Diagnostic {
	if t.Pattern || w.isDeadLetter(t) || len(t.Producers) < 2 {
		return nil
	}
	type written struct {
		field *topology.Field
		use   topology.Use
	}
	first := map[string]written{}
	told := map[string]bool{}
	var out []topology.Diagnostic
	for _, u := range t.Producers {
		if u.Endpoint.Payload == nil {
			continue
		}
		for i := range u.Endpoint.Payload.Fields {
			f := &u.Endpoint.Payload.Fields[i]
			types := typesOf([]*topology.Field{f})
			if len(types) == 0 {
				continue
			}
			o, ok := first[f.Name]
			if !ok {
				first[f.Name] = written{f, u}
				continue
			}
			if told[f.Name] || f.At.File != "" && o.field.At == f.At || compatible(typesOf([]*topology.Field{o.field}), types) {
				continue
			}
			told[f.Name] = true
			d := topology.Diagnostic{
				Code: r.Code, Severity: r.Severity, Place: f.At, Topic: t.Name, Service: firstOf(u.Name.Services),
				Message: fmt.Sprintf("%s writes %q of %q as %s, %s as %s", and(w.namesOf(u.Name.Services)), f.Name, t.Name, or(f.Types), and(w.namesOf(o.use.Name.Services)), or(o.field.Types)),
				Related: []topology.Related{{Place: o.field.At, Message: "written as " + or(o.field.Types)}},
			}
			if d.Place.File == "" {
				d.Place = u.Endpoint.Place
			}
			if o.field.At.File == "" {
				d.Related[0].Place = o.use.Endpoint.Place
			}
			read := slices.ContainsFunc(t.Consumers, func(c topology.Use) bool {
				return slices.ContainsFunc(c.Endpoint.Reads, func(x topology.FieldRead) bool { return len(x.Path) > 0 && x.Path[0] == f.Name && x.Of(t.Name) })
			})
			deployed := w.anyDeployed(u.Name.Services) && w.anyDeployed(o.use.Name.Services)
			if !read || !deployed || toldApart(u.Endpoint.Payload, o.use.Endpoint.Payload) {
				d.Severity = topology.Information
			}
			out = append(out, d)
		}
	}
	return out
}

// discriminators are fields by which consumers tell forms of messages apart.
var discriminators = []string{"type", "kind", "event", "event_type", "eventType", "event_name", "status", "action", "op", "message_type", "messageType", "schema", "version"}

// toldApart reports whether two payloads are forms that a consumer can tell apart.
func toldApart(a, b *topology.Payload) bool {
	names := map[string]bool{}
	for _, f := range a.Fields {
		names[f.Name] = true
	}
	both := 0
	for _, f := range b.Fields {
		if names[f.Name] {
			both++
			if slices.Contains(discriminators, f.Name) {
				return true
			}
		}
	}
	return both*2 < max(len(a.Fields), len(b.Fields))
}
