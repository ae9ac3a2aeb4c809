package check

import (
	"fmt"
	"slices"
	"strings"

	"topicls/index/topology"
)

var topicUndeclared = Rule{
	Code:     "topic-undeclared",
	Severity: topology.Warning,
	Summary:  "A topic is used and, unlike most others, nothing in the workspace creates it.",
	Doc: `The workspace creates its topics: by ` + "`KafkaTopic`" + ` manifests, Terraform resources, ` + "`kafka-topics --create`" + ` in scripts and compose
files, a broker's ` + "`KAFKA_CREATE_TOPICS`" + ` or calls in code. This one is not among them: where topics are not created automatically, it
does not exist, or gets the broker's defaults.

Where it creates fewer than half of those that it uses, AsyncAPI documents count as well, which declare topics.

It is a warning where at least four of five topics that code uses are declared, and information where at least half are. Nothing is
said where fewer are, where topics are created under names that can't be told, of names that are not certain, of topics that only code uses
which no deployed service runs, of topics that [.topicls.yaml](../topicls-yaml.md) has elsewhere, of dead-letter topics, and of topics that Kafka Streams
and other frameworks create by themselves.

**To fix it**, declare the topic where the others are, or correct its name.`,
	Example: `-- compose.yaml --
services:
  kafka:
    image: apache/kafka
  init:
    image: apache/kafka
    command: |
      kafka-topics.sh --create --topic orders
      kafka-topics.sh --create --topic refunds
      kafka-topics.sh --create --topic mails
      kafka-topics.sh --create --topic bills
  shop:
    build: shop
  mailer:
    build: mailer
-- shop/main.py --
from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka:9092")
for topic in ["orders", "refunds", "mails", "bills"]:
    producer.send(topic, b"...")
producer.send("shipments", b"...")  #@ topic-undeclared:warning
-- mailer/main.py --
from kafka import KafkaConsumer

consumer = KafkaConsumer("orders", "refunds", "mails", "bills", "shipments", bootstrap_servers="kafka:9092")
for message in consumer:
    print(message.value)
`,
	declared: findTopicUndeclared,
}

func findTopicUndeclared(r *Rule, w *world) []topology.Diagnostic {
	if len(w.in.DeclaredTopics()) == 0 || w.in.DeclaresOpen() {
		return nil
	}
	var missing, undescribed []*topology.Topic
	used := 0
	for _, name := range w.in.Topics() {
		t := w.in.Topic(name)
		if !w.wantsDeclaring(t) {
			continue
		}
		used++
		if list := w.in.Declarations(name); len(list) == 0 {
			missing, undescribed = append(missing, t), append(undescribed, t)
		} else if !slices.ContainsFunc(list, func(d topology.Declaration) bool { return !d.Described }) {
			missing = append(missing, t)
		}
	}
	verb := "creates"
	if 2*(used-len(missing)) < used { // it has no place where all are created, but may describe all
		missing, verb = undescribed, "declares"
	}
	declared := used - len(missing)
	if 2*declared < used {
		return nil
	}
	var out []topology.Diagnostic
	for _, t := range missing {
		uses := append(append([]topology.Use{}, t.Producers...), t.Consumers...)
		f := topology.Diagnostic{
			Code: r.Code, Severity: r.Severity, Place: at(uses[0].Endpoint), Topic: t.Name,
			Message: fmt.Sprintf("%q is used by %s and nothing in the workspace %s it, as it does %d of the %d topics that are used", t.Name, and(w.users(uses)), verb, declared, used),
			Related: w.relatedUses(uses, "used", at(uses[0].Endpoint)),
		}
		if 5*declared < 4*used {
			f.Severity = topology.Information
		}
		out = append(out, f)
	}
	return out
}

// wantsDeclaring reports whether a topic has to be created by somebody, as far as
// that is certain.
func (w *world) wantsDeclaring(t *topology.Topic) bool {
	if t == nil || t.Pattern || w.in.Settings().IsExternal(t.Name) || w.isDeadLetter(t) || selfMade(t.Name) {
		return false
	}
	for _, uses := range [...][]topology.Use{t.Producers, t.Consumers} {
		for _, u := range uses {
			if u.Name.Status != topology.Exact {
				continue
			}
			for _, s := range u.Name.Services {
				if w.isDeployed(s) {
					return true
				}
			}
		}
	}
	return false
}

// selfMade reports whether Kafka or a framework creates topics of that name by
// itself.
func selfMade(name string) bool {
	return strings.HasPrefix(name, "_") || strings.HasSuffix(name, "-changelog") || strings.HasSuffix(name, "-repartition") || strings.HasSuffix(name, ".reply")
}
