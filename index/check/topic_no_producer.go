package check

import (
	"strings"

	"topicls/index/topology"
)

var topicNoProducer = Rule{
	Code:     "topic-no-producer",
	Severity: topology.Warning,
	Summary:  "A topic is consumed and nothing produces to it.",
	Doc: `Code waits for messages of a topic that no code of the workspace sends to: it waits for ever, or the name on one side is
wrong.

It is a warning only when Topicls knows every producer there is. It becomes information when

- an endpoint produces to a topic that could not be resolved (it may be this one),
- the workspace has no producers at all (they live in another repository),
- all code that has to do with Kafka is one service's, and that runs in a cluster or no topic has both of its sides here (the workspace is that service's repository),
- a program that writes topics as it is configured (Kafka Connect, Debezium, ksqlDB, ...) is deployed,
- a service is given the topic's name in a variable but no producer was found in its code,
- the code that consumes is run by no deployed service,
- the topic is a dead-letter topic, or one of replies (its name ends in .reply): client frameworks produce to those on their own.

Nothing is said when [.topicls.yaml](../topicls-yaml.md) has the topic among those with sides elsewhere or imports a producer from another repository, when a producer's name pattern matches the name, when a service whose code is not read here is given the
name, or when a file that Topicls does not follow (code in another language, a configuration, a script) mentions it. A
name that is close to that of a topic without consumer is reported as [topic-near-miss](topic-near-miss.md).

Where an environment was chosen that does not deploy a service which another one does, the finding says so when that service is the missing
producer, and shows where.

**To fix it**, produce to the topic, correct its name, or stop consuming it.`,
	Example: `-- shop/main.py --
from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka:9092")
producer.send("orders", b"...")
-- mailer/main.py --
from kafka import KafkaConsumer

consumer = KafkaConsumer(bootstrap_servers="kafka:9092")
consumer.subscribe(["orders", "refunds"])  #@ topic-no-producer:warning
for message in consumer:
    print(message.value)
`,
	topic: findTopicNoProducer,
}

func findTopicNoProducer(r *Rule, w *world, t *topology.Topic) []topology.Diagnostic {
	found := w.oneSided(t, topology.Produce, r)
	why := ""
	switch {
	case w.isDeadLetter(t):
		why = "a framework may produce to a dead-letter topic on its own"
	case strings.HasSuffix(t.Name, ".reply"):
		why = "a framework may send replies on its own"
	}
	for i := range found {
		if why != "" && found[i].Severity == topology.Warning {
			found[i] = w.weaken(found[i], doubt{why: why})
		}
	}
	return found
}
