package check

import (
	"fmt"
	"slices"
	"strings"

	"topicls/index/topology"
)

var fieldNeverProduced = Rule{
	Code:     "field-never-produced",
	Severity: topology.Warning,
	Summary:  "A consumer reads a field that no producer of the topic writes.",
	Doc: `Every producer of the topic is known, with all the fields of its messages, and none writes the field that is read here.

It is a warning when reading a field that isn't there fails (` + "`message[\"total\"]`" + `), and information when the read has a fallback
(` + "`message.get(\"total\")`" + `), or the code asks first whether the field is there (` + "`if \"total\" in message`" + `, ` + "`message.total ?? 0`" + `,
` + "`if (message.total)`" + `): then it always falls back.

Nothing is said unless it is certain: not when some producer's topic or message could not be found out, when something that can't
be followed may produce to the topic, or when the same code reads the messages of several topics and one of them has
the field.

**To fix it**, correct the field's name, or write the field.`,
	Example: `-- shop/main.py --
import json

from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka:9092")
order = {"id": "o-1", "amount": 12.5}
producer.send("orders", json.dumps(order).encode())
-- mailer/main.py --
import json

from kafka import KafkaConsumer

for message in KafkaConsumer("orders", bootstrap_servers="kafka:9092"):
    order = json.loads(message.value)
    print(order["id"])
    print(order["total"])  #@ field-never-produced:warning
`,
	topic: findFieldNeverProduced,
}

// writtenLike reports whether a field is written under a name that differs in case
// alone: decoders into objects may take it for theirs.
func writtenLike[F any](fields map[string]F, name string) bool {
	for w := range fields {
		if strings.EqualFold(w, name) {
			return true
		}
	}
	return false
}

func findFieldNeverProduced(r *Rule, w *world, t *topology.Topic) []topology.Diagnostic {
	fields, closed := w.written(t)
	if !closed || len(t.Consumers) == 0 {
		return nil
	}
	var out []topology.Diagnostic
	index := map[string]int{} // field and file -> finding
	for _, u := range t.Consumers {
		for i := range u.Endpoint.Reads {
			f := &u.Endpoint.Reads[i]
			// What is below a field is read where the field is, which is a read of its own.
			if len(f.Path) != 1 || f.Path[0] == "" || !f.Of(t.Name) || fields[f.Path[0]] != nil {
				continue
			}
			if f.Optional && writtenLike(fields, f.Path[0]) {
				continue
			}
			name := f.Path[0]
			key := name + "\x00" + f.At.File
			if j, ok := index[key]; ok {
				if out[j].Place != f.At && len(out[j].Related) < 8 && !slices.ContainsFunc(out[j].Related, func(r topology.Related) bool { return r.Place == f.At }) {
					out[j].Related = append(out[j].Related, topology.Related{Place: f.At, Message: fmt.Sprintf("%q is read here too", name)})
				}
				if !f.Optional && out[j].Severity == topology.Information && w.anyDeployed(u.Name.Services) {
					out[j].Severity = r.Severity
				}
				continue
			}
			if w.told(t) {
				return nil
			}
			if !w.readOnlyHere(f, t) {
				continue
			}
			d := topology.Diagnostic{
				Code: r.Code, Severity: r.Severity, Place: f.At, Topic: t.Name, Service: firstOf(u.Name.Services),
				Message: fmt.Sprintf("no producer of %q writes %q, which %s reads", t.Name, name, and(w.namesOf(u.Name.Services))),
			}
			if f.Optional || !w.anyDeployed(u.Name.Services) {
				d.Severity = topology.Information
			}
			if near := nearField(name, fields); near != "" {
				d.Message += fmt.Sprintf("; they write %q", near)
				if text := w.text(f.At.File); int(f.At.End) <= len(text) && f.At.Start < f.At.End {
					if p, ok := literal(text, f.At, name); ok {
						d.Place, d.Replace = p, near
					}
				}
			}
			d.Related = w.relatedUses(t.Producers, "produced", topology.Place{})
			index[key] = len(out)
			out = append(out, d)
		}
	}
	if len(out) > 0 && !w.allKnown() {
		return nil
	}
	return out
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func (w *world) anyDeployed(ids []string) bool { return slices.ContainsFunc(ids, w.isDeployed) }

// written returns the fields that the producers of a topic write, by name.
// closed says that the endpoints have no others; see allKnown for endpoints
// that nobody knows to be the topic's.
func (w *world) written(t *topology.Topic) (fields map[string][]*topology.Field, closed bool) {
	if t == nil || t.Pattern || len(t.Producers) == 0 || w.matched(topology.Produce, t.Name) {
		return nil, false
	}
	if f, ok := w.fields[t]; ok {
		return f.byName, f.closed
	}
	fields, closed = map[string][]*topology.Field{}, true
	for _, u := range t.Producers {
		p := u.Endpoint.Payload
		if p == nil || p.Open || len(p.Fields) == 0 {
			closed = false
			continue
		}
		for i := range p.Fields {
			f := &p.Fields[i]
			fields[f.Name] = append(fields[f.Name], f)
		}
	}
	w.fields[t] = writtenFields{fields, closed}
	return fields, closed
}

// writtenFields is an answer of written.
type writtenFields struct {
	byName map[string][]*topology.Field
	closed bool
}

// allKnown reports whether all code that produces to a topic is among the
// endpoints that name it. Rules ask it last: what they find in most topics is
// nothing, whatever the answer.
func (w *world) allKnown() bool { return !w.hasUnknown(topology.Produce) && !w.hasRelays() }

// told reports whether something that is not followed is told of a topic: it
// may produce to it as well.
func (w *world) told(t *topology.Topic) bool {
	yes, known := w.toldOf[t]
	if !known {
		yes = w.findTold(t)
		w.toldOf[t] = yes
	}
	return yes
}

func (w *world) findTold(t *topology.Topic) bool {
	mine := map[string]bool{}
	except := map[string]bool{}
	for _, uses := range [...][]topology.Use{t.Producers, t.Consumers} {
		for _, u := range uses {
			except[u.Endpoint.Place.File] = true
			for _, s := range u.Name.Services {
				mine[s] = true
			}
			for _, s := range u.Name.Steps {
				except[s.File] = true
			}
		}
	}
	for _, v := range w.naming(t.Name) {
		except[v.NameAt.File], except[v.ValueAt.File] = true, true
		for _, o := range v.Origin {
			except[o.File] = true
		}
		if s := w.in.Service(v.Service); !mine[v.Service] && s != nil && !s.Broker {
			return true
		}
	}
	return w.describedElsewhere(t.Name, topology.Produce, except) || w.in.Mentioned(t.Name, w.outside(except))
}

// readOnlyHere reports whether no endpoint that shares the code of a read has
// a topic with that field, or one whose fields are not known.
func (w *world) readOnlyHere(f *topology.FieldRead, t *topology.Topic) bool {
	for _, e := range w.readersOf(f.At) {
		shared := slices.DeleteFunc(slices.Clone(e.Reads), func(o topology.FieldRead) bool { return o.At != f.At })
		for i := range e.Topics {
			n := &e.Topics[i]
			if n.Name == t.Name || !slices.ContainsFunc(shared, func(o topology.FieldRead) bool { return o.Of(n.Name) }) {
				continue
			}
			if n.Name == "" || n.Status == topology.Unknown {
				return false
			}
			o := w.in.Topic(n.Name)
			if fields, closed := w.written(o); !closed || fields[f.Path[0]] != nil || w.told(o) {
				return false
			}
		}
	}
	return true
}

// nearField returns the one written field with nearly the given name, or "".
func nearField(name string, fields map[string][]*topology.Field) string {
	found := ""
	for f := range fields {
		if nearNames(name, f) || len(name) > 3 && (strings.TrimSuffix(f, "s") == name || strings.TrimSuffix(name, "s") == f) {
			if found != "" {
				return ""
			}
			found = f
		}
	}
	return found
}
