package check

import (
	"fmt"

	"topicls/index/topology"
)

var dlqNoConsumer = Rule{
	Code:     "dlq-no-consumer",
	Severity: topology.Hint,
	Summary:  "A dead-letter topic is produced to and nothing consumes it.",
	Doc: `Messages that could not be handled are put aside in a topic that no code of the workspace reads. Often that is
meant so, and a person looks into it; then it is good to know which topics those are. It is a hint and never more.

A topic is a dead-letter topic by its name: ` + "`DLQ-orders`, `orders.DLT`, `orders_dlq`, `orders-dead-letter`, `orders.dead`, `orders-retry-0`" + ` and the
like, or what [.topicls.yaml](../topicls-yaml.md) says they are called. Nothing is said when some code that can't be followed may consume it, as for
[topic-no-consumer](topic-no-consumer.md).`,
	Example: `-- mailer/main.py --
from kafka import KafkaConsumer, KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka:9092")
for message in KafkaConsumer("DLQ-other", bootstrap_servers="kafka:9092"):  #@ topic-no-producer:information
    try:
        print(message.value)
    except Exception:
        producer.send("DLQ-orders", message.value)  #@ dlq-no-consumer:hint
`,
	topic: findDlqNoConsumer,
}

func findDlqNoConsumer(r *Rule, w *world, t *topology.Topic) []topology.Diagnostic {
	if len(t.Consumers) > 0 || len(t.Producers) == 0 || !w.isDeadLetter(t) {
		return nil
	}
	if w.lacks(t, topology.Consume).none || w.near(t, topology.Consume) != nil {
		return nil
	}
	return []topology.Diagnostic{{
		Code: r.Code, Severity: r.Severity, Place: at(t.Producers[0].Endpoint), Topic: t.Name,
		Message: fmt.Sprintf("dead letters of %s go to %q, which no service consumes", and(w.users(t.Producers)), t.Name),
		Related: w.relatedUses(t.Producers, "produced", at(t.Producers[0].Endpoint)),
	}}
}
