package check

import (
	"fmt"

	"topicls/index/topology"
)

var topicNoConsumer = Rule{
	Code:     "topic-no-consumer",
	Severity: topology.Warning,
	Summary:  "A topic is produced to and nothing consumes it.",
	Doc: `Messages are sent to a topic that no code of the workspace reads: the work is lost, or the name on one side is wrong.

It is a warning only when Topicls knows every consumer there is. It becomes information when

- an endpoint consumes a topic that could not be resolved (it may be this one),
- the workspace has no consumers at all (they live in another repository),
- all code that has to do with Kafka is one service's, and that runs in a cluster or no topic has both of its sides here (the workspace is that service's repository),
- a program that reads topics as it is configured (Kafka Connect, ksqlDB, Logstash, ...) is deployed,
- a service is given the topic's name in a variable but no consumer was found in its code,
- the code that produces is run by no deployed service.

Nothing is said when [.topicls.yaml](../topicls-yaml.md) has the topic among those with sides elsewhere or imports a consumer from another repository, when a pattern subscription matches the name, when a service whose code is not read here is given the
name, or when a file that Topicls does not follow (code in another language, a configuration, a script) mentions it.
Dead-letter topics have a rule of their own: [dlq-no-consumer](dlq-no-consumer.md). A name that is close to that of a
topic without producer is reported as [topic-near-miss](topic-near-miss.md).

Where an environment was chosen that does not deploy a service which another one does, the finding says so when that service is the missing
consumer, and shows where.

**To fix it**, consume the topic, correct its name, or stop producing to it.`,
	Example: `-- shop/main.py --
from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka:9092")
producer.send("orders", b"...")
producer.send("refunds", b"...")  #@ topic-no-consumer:warning
-- mailer/main.py --
from kafka import KafkaConsumer

for message in KafkaConsumer("orders", bootstrap_servers="kafka:9092"):
    print(message.value)
`,
	topic: findTopicNoConsumer,
}

func findTopicNoConsumer(r *Rule, w *world, t *topology.Topic) []topology.Diagnostic {
	if w.isDeadLetter(t) {
		return nil
	}
	return w.oneSided(t, topology.Consume, r)
}

func (w *world) isDeadLetter(t *topology.Topic) bool {
	if t.DeadLetterOf != "" {
		return true
	}
	_, ok := w.in.Settings().DeadLetterBase(t.Name)
	return ok
}

// oneSided finds a topic that lacks the side of role.
func (w *world) oneSided(t *topology.Topic, role topology.Role, r *Rule) []topology.Diagnostic {
	here, there := t.Producers, t.Consumers
	verb, other := "produced", "consumes"
	if role == topology.Produce {
		here, there = there, here
		verb, other = "consumed", "produces"
	}
	if len(there) > 0 || len(here) == 0 {
		return nil
	}
	d := w.lacks(t, role)
	if d.none || w.near(t, role) != nil {
		return nil
	}
	d.known, d.sided = w.sideNotDeployed(t, role), true
	f := topology.Diagnostic{
		Code: r.Code, Severity: r.Severity, Place: at(here[0].Endpoint), Topic: t.Name,
		Message: fmt.Sprintf("%q is %s by %s and no service %s it", t.Name, verb, and(w.users(here)), other),
		Related: w.relatedUses(here, verb, at(here[0].Endpoint)),
	}
	w.tellNotDeployed(&f, other, d.known)
	return []topology.Diagnostic{w.weaken(f, d)}
}

// weaken lowers a finding that is not certain to information and says why.
func (w *world) weaken(f topology.Diagnostic, d doubt) topology.Diagnostic {
	if why := w.reason(d); why != "" {
		if Rank(f.Severity) < Rank(topology.Information) {
			f.Severity = topology.Information
		}
		f.Message += " (" + why + ")"
	}
	return f
}
