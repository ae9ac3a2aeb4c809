package check

import (
	"fmt"

	"topicls/index/topology"
)

var topicNearMiss = Rule{
	Code:     "topic-near-miss",
	Severity: topology.Warning,
	Summary:  "A topic without its other side has nearly the name of one that lacks the opposite side.",
	Doc: `One side produces to a topic that nothing consumes; another consumes a topic that nothing produces to; and their names
differ only in case, in separators or by a letter. They are very likely meant to be one.

Both places are reported, each with the other one's name. Names that differ in a digit (` + "`orders-1`, `orders-2`" + `) or in a
short word are taken to be different on purpose. It becomes information, or nothing, under the same
conditions as [topic-no-consumer](topic-no-consumer.md) and [topic-no-producer](topic-no-producer.md), which it stands for here.

**To fix it**, use one name in both places. Editors offer the change.`,
	Example: `-- shop/main.py --
from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka:9092")
producer.send("order-events", b"...")  #@ topic-near-miss:warning
-- mailer/main.py --
from kafka import KafkaConsumer

for message in KafkaConsumer("order_events", bootstrap_servers="kafka:9092"):  #@ topic-near-miss:warning
    print(message.value)
`,
	topic: findTopicNearMiss,
}

func findTopicNearMiss(r *Rule, w *world, t *topology.Topic) []topology.Diagnostic {
	role, here := topology.Consume, t.Producers
	verb, side, otherSide := "produced to and never consumed", "consumed", "produced to"
	switch {
	case len(t.Consumers) == 0 && len(t.Producers) > 0:
	case len(t.Producers) == 0 && len(t.Consumers) > 0:
		role, here = topology.Produce, t.Consumers
		verb, side, otherSide = "consumed and never produced to", "produced", "consumed"
	default:
		return nil
	}
	other := w.near(t, role)
	if other == nil {
		return nil
	}
	d := w.lacks(t, role)
	if d.none {
		return nil
	}
	there := other.Consumers
	if role == topology.Produce {
		there = other.Producers
	}
	f := topology.Diagnostic{
		Code: r.Code, Severity: r.Severity, Place: at(here[0].Endpoint), Topic: t.Name,
		Message: fmt.Sprintf("%q is %s, while %q is %s by %s and never %s: is this the same topic?", t.Name, verb, other.Name, side, and(w.users(there)), otherSide),
		Related: w.relatedUses(there, side, topology.Place{}), Near: other.Name,
	}
	if text := w.text(f.Place.File); int(f.Place.End) <= len(text) && f.Place.Start < f.Place.End {
		if p, ok := literal(text, f.Place, t.Name); ok {
			f.Place, f.Replace = p, other.Name
		}
	}
	return []topology.Diagnostic{w.weaken(f, d)}
}

// literal finds a name, written out once in quotes, within a place.
func literal(text []byte, p topology.Place, name string) (topology.Place, bool) {
	s := string(text[p.Start:p.End])
	for _, q := range []string{`"`, `'`} {
		if i := indexOnce(s, q+name+q); i >= 0 {
			start := p.Start + uint32(i) + 1
			return topology.Place{File: p.File, Start: start, End: start + uint32(len(name))}, true
		}
	}
	return p, false
}
