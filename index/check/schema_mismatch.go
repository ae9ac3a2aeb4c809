package check

import (
	"fmt"
	"slices"
	"strings"

	"topicls/index/schema"
	"topicls/index/topology"
)

var schemaMismatch = Rule{
	Code:     "schema-mismatch",
	Severity: topology.Warning,
	Summary:  "Code writes or reads a message otherwise than the schema of its topic says.",
	Doc: `A schema of the workspace (Avro, Protobuf, JSON Schema, or the messages of an AsyncAPI document) is tied to the topic, and the code has it otherwise:

- a producer writes a field that the schema does not have, and the schema allows no others,
- a producer whose whole message is known does not write a field that the schema needs (one without a default that may not be null),
- a producer writes, or a consumer uses, a field as a type that the schema does not have,
- a consumer reads a field that the schema does not have, and no producer writes it.

A schema counts when a document declares it for the topic, when it is registered as a subject of the topic, or when the code around a producer or
consumer names it (its file, or its text), or around all those on the topic's other side; not when only its file's name is like the topic's. Where messages may have one of several schemas, code
that fits one of them is right. Names are compared without regard to case, ` + "`_` and `-`" + `.

It is information when no deployed service runs the code, or when reading has a fallback. Nothing is said of code that uses a class
which is generated from the schema, of messages that have nothing in common with it (an envelope around it, for example), of types that code has in forms of its own
(dates, decimals, enumerations), and of dead-letter topics.

**To fix it**, correct the code or the schema.`,
	Example: `-- asyncapi.yaml --
asyncapi: 2.6.0
info: {title: Orders, version: '1'}
servers:
  main: {url: kafka:9092, protocol: kafka}
channels:
  orders:
    subscribe:
      message:
        payload:
          type: object
          required: [id, amount]
          additionalProperties: false
          properties:
            id: {type: string}
            amount: {type: number}
            note: {type: string}
-- shop/main.py --
import json

from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka:9092")
order = {"id": "o-1", "amount": "12.50"}  #@ schema-mismatch:warning
producer.send("orders", json.dumps(order).encode())
-- mailer/main.py --
import json

from kafka import KafkaConsumer

for message in KafkaConsumer("orders", bootstrap_servers="kafka:9092"):
    order = json.loads(message.value)
    print(order["id"], order["customer"])  #@ schema-mismatch:warning
`,
	topic: findSchemaMismatch,
}

func findSchemaMismatch(r *Rule, w *world, t *topology.Topic) []topology.Diagnostic {
	if t.Pattern {
		return nil
	}
	var all []*topology.Schema
	list := w.in.Schemas(t.Name)
	for i := range list {
		if s := &list[i]; !s.Key && !s.Named && len(s.Fields) > 0 {
			all = append(all, s)
		}
	}
	if len(all) == 0 || w.isDeadLetter(t) {
		return nil
	}
	out := w.writesOtherwise(r, t, all)
	return append(out, w.readsOtherwise(r, t, all)...)
}

// schemasFor are the schemas that the messages of an endpoint may have: that
// which its code names, else those of the topic, else those that all endpoints on
// the other side name. It is nil where the code has a class that is made from it,
// and where some of them may have others.
func schemasFor(e *topology.Endpoint, otherSide []topology.Use, all []*topology.Schema) []*topology.Schema {
	var own, general, theirs []*topology.Schema
	for _, s := range all {
		switch {
		case s.Of == e.ID && s.Class:
			return nil
		case s.Of == e.ID:
			own = append(own, s)
		case s.Of == "":
			general = append(general, s)
		}
	}
	switch {
	case len(own) > 0:
		return own
	case len(general) > 0:
		return general
	}
	for _, u := range otherSide {
		n := len(theirs)
		for _, s := range all {
			if s.Of == u.Endpoint.ID {
				theirs = append(theirs, s)
			}
		}
		if len(theirs) == n {
			return nil
		}
	}
	return theirs
}

func (w *world) writesOtherwise(r *Rule, t *topology.Topic, all []*topology.Schema) []topology.Diagnostic {
	var out []topology.Diagnostic
	told := map[string]bool{}
	for _, u := range t.Producers {
		p := u.Endpoint.Payload
		if p == nil || len(p.Fields) == 0 || slices.ContainsFunc(p.Fields, func(f topology.Field) bool { return isGenerated(f.At.File) }) {
			continue
		}
		s, differences := nearest(schemasFor(u.Endpoint, t.Consumers, all), p)
		for _, d := range differences {
			if d.Kind == schema.Typed && slices.Equal(d.Types, []string{"null"}) {
				continue
			}
			f := topology.Diagnostic{Code: r.Code, Severity: r.Severity, Place: d.At, Topic: t.Name, Service: firstOf(u.Name.Services)}
			if f.Place.File == "" {
				f.Place = at(u.Endpoint)
			}
			who := and(w.namesOf(u.Name.Services))
			at, what := s.At, "the schema"
			switch d.Kind {
			case schema.Lacks:
				f.Message = fmt.Sprintf("%s does not write %q to %q, which the schema %s needs", who, d.Path, t.Name, s.Name)
				at, what = d.Field.At, "needed here"
			case schema.Unknown:
				f.Message = fmt.Sprintf("%s writes %q to %q; the schema %s has no such field", who, d.Path, t.Name, s.Name)
			case schema.Typed:
				f.Message = fmt.Sprintf("%s writes %q of %q as %s; in the schema %s it is %s", who, d.Path, t.Name, or(d.Types), s.Name, d.Field.Type)
				at, what = d.Field.At, "declared as "+d.Field.Type
			}
			f.Related = []topology.Related{{Place: at, Message: what}}
			if !w.anyDeployed(u.Name.Services) {
				f.Severity = topology.Information
			}
			if key := fmt.Sprint(f.Place, f.Message); !told[key] {
				told[key] = true
				out = append(out, f)
			}
		}
	}
	return out
}

// nearest chooses of several schemas the one that a message differs from least. It
// is nil where they have nothing in common, or where it can't be told which is meant.
func nearest(list []*topology.Schema, p *topology.Payload) (best *topology.Schema, differences []schema.Difference) {
	names := map[string]bool{}
	for _, s := range list {
		shared := 0
		for i := range p.Fields {
			if schema.Find(s.Fields, p.Fields[i].Name) != nil {
				shared++
			}
		}
		d := schema.Differences(s, p.Fields, p.Open)
		if len(d) == 0 {
			return s, nil
		}
		names[s.Name] = true
		if shared == 0 {
			continue
		}
		if best == nil || len(d) < len(differences) {
			best, differences = s, d
		}
	}
	if len(names) > 1 && best != nil && len(differences)*2 >= len(p.Fields) {
		return nil, nil
	}
	return best, differences
}

func (w *world) readsOtherwise(r *Rule, t *topology.Topic, all []*topology.Schema) []topology.Diagnostic {
	var out []topology.Diagnostic
	seen := map[string]bool{}
	written, _ := w.written(t)
	for _, u := range t.Consumers {
		schemas := schemasFor(u.Endpoint, t.Producers, all)
		if len(schemas) == 0 || !readsSome(u.Endpoint, t, schemas) {
			continue
		}
		for i := range u.Endpoint.Reads {
			f := &u.Endpoint.Reads[i]
			if len(f.Path) == 0 || !f.Of(t.Name) || len(written[f.Path[0]]) > 0 || isGenerated(f.At.File) {
				continue
			}
			var d *schema.Difference
			var s *topology.Schema
			for _, one := range schemas {
				if s, d = one, schema.ReadDifference(one, f); d == nil {
					break
				}
			}
			if d == nil || !w.onlyTopic(f, t) {
				continue
			}
			x := topology.Diagnostic{Code: r.Code, Severity: r.Severity, Place: f.At, Topic: t.Name, Service: firstOf(u.Name.Services)}
			who := and(w.namesOf(u.Name.Services))
			if d.Kind == schema.Typed {
				x.Message = fmt.Sprintf("%s uses %q of %q as %s; in the schema %s it is %s", who, d.Path, t.Name, or(d.Types), s.Name, d.Field.Type)
				x.Related = []topology.Related{{Place: d.Field.At, Message: "declared as " + d.Field.Type}}
			} else {
				x.Message = fmt.Sprintf("%s reads %q of %q; the schema %s has no such field", who, d.Path, t.Name, s.Name)
				x.Related = []topology.Related{{Place: s.At, Message: "the schema"}}
			}
			if f.Optional || !w.anyDeployed(u.Name.Services) {
				x.Severity = topology.Information
			}
			if key := d.Path + "\x00" + f.At.File; !seen[key] {
				seen[key] = true
				out = append(out, x)
			}
		}
	}
	return out
}

// readsSome reports whether a consumer reads a field that one of some schemas has:
// if not, what it reads is something around the message.
func readsSome(e *topology.Endpoint, t *topology.Topic, schemas []*topology.Schema) bool {
	return slices.ContainsFunc(e.Reads, func(f topology.FieldRead) bool {
		return len(f.Path) > 0 && f.Of(t.Name) && slices.ContainsFunc(schemas, func(s *topology.Schema) bool { return schema.Find(s.Fields, f.Path[0]) != nil })
	})
}

// isGenerated reports whether a file is made by a compiler of schemas, by its name.
func isGenerated(file string) bool {
	for _, part := range []string{"/generated/", "/gen/", "/target/", "/build/", ".pb.go", "_pb2", "_pb.js", "_pb.ts", ".gen.go", "generated-"} {
		if strings.Contains("/"+file, part) {
			return true
		}
	}
	return false
}
