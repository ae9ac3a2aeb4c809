package check

import (
	"bytes"
	"fmt"
	"slices"

	"topicls/index/topology"
)

var operationWithoutCode = Rule{
	Code:     "operation-without-code",
	Severity: topology.Warning,
	Summary:  "An AsyncAPI document says that a service produces to or consumes a topic, and its code does not.",
	Doc: `The document describes the interface of a service of the workspace: it lies in the service's code, or has its name as title. It declares an
operation on a topic, and no code of the service does that.

In AsyncAPI 2 the words are those of others: ` + "`publish`" + ` is what others do, so the service consumes; ` + "`subscribe`" + ` means that it produces. Where the code does just the
opposite of the document, the finding says so, and is information.

It is information as well when the document is the service's by its title alone, and when no deployment runs the service. Nothing is said when an endpoint of the service has a topic that is
not known, when a pattern fits the name, when the service's code mentions the name, and when its code was not read.

**To fix it**, correct the document, or the name of the topic in the code.`,
	Example: `-- shop/asyncapi.yaml --
asyncapi: 3.0.0
info: {title: Shop, version: '1'}
servers:
  main: {host: 'kafka:9092', protocol: kafka}
channels:
  orders: {address: orders}
  refunds: {address: refunds}
operations:
  placed:
    action: send
    channel: {$ref: '#/channels/orders'}
  refunded:
    action: receive  #@ operation-without-code:warning
    channel: {$ref: '#/channels/refunds'}
-- shop/main.py --
from kafka import KafkaProducer

KafkaProducer(bootstrap_servers="kafka:9092").send("orders", b"...")
-- mailer/main.py --
from kafka import KafkaConsumer

for message in KafkaConsumer("orders", bootstrap_servers="kafka:9092"):
    print(message.value)
`,
	declared: findOperationWithoutCode,
}

func findOperationWithoutCode(r *Rule, w *world) []topology.Diagnostic {
	var out []topology.Diagnostic
	for _, name := range w.in.DescribedTopics() {
		for _, o := range w.in.Operations(name) {
			if o.Service == "" || w.doesOperation(o, o.Role) || w.mayDo(o) {
				continue
			}
			f := topology.Diagnostic{Code: r.Code, Severity: r.Severity, Place: o.At, Topic: name, Service: o.Service, Message: fmt.Sprintf(
				"%s %s %q, as this document says, and its code does not", w.name(o.Service), map[topology.Role]string{topology.Produce: "produces to", topology.Consume: "consumes"}[o.Role], name)}
			if o.ByTitle || !w.isDeployed(o.Service) {
				f.Severity = topology.Information
			}
			other := topology.Produce
			if o.Role == topology.Produce {
				other = topology.Consume
			}
			if w.doesOperation(o, other) && !slices.ContainsFunc(w.in.Operations(name), func(x topology.Operation) bool { return x.Service == o.Service && x.Role == other }) {
				f.Severity = topology.Information
				f.Message = fmt.Sprintf("%s says that %s %s %q, and its code does the opposite", quote(o.Word), w.name(o.Service), map[topology.Role]string{topology.Produce: "produces to", topology.Consume: "consumes"}[o.Role], name)
			}
			if t := w.in.Topic(name); t != nil {
				uses := append(slices.Clone(t.Producers), t.Consumers...)
				f.Related = w.relatedUses(uses, "used", topology.Place{})
			}
			out = append(out, f)
		}
	}
	return out
}

func quote(s string) string { return "`" + s + "`" }

// doesOperation reports whether the code of a document's service has a role on a
// topic.
func (w *world) doesOperation(o topology.Operation, role topology.Role) bool {
	t := w.in.Topic(o.Topic)
	if t == nil {
		return false
	}
	uses := t.Producers
	if role == topology.Consume {
		uses = t.Consumers
	}
	return slices.ContainsFunc(uses, func(u topology.Use) bool { return slices.Contains(u.Name.Services, o.Service) })
}

// mayDo reports whether the service may do what a document says, for all that is
// known.
func (w *world) mayDo(o topology.Operation) bool {
	s := w.in.Service(o.Service)
	if s == nil || !w.follows(o.Service) || s.Unread || w.matched(o.Role, o.Topic) {
		return true
	}
	endpoints := 0
	for _, p := range s.Files {
		for _, e := range w.in.File(p) {
			if !slices.Contains(e.Services, o.Service) {
				continue
			}
			endpoints++
			for i := range e.Topics {
				if n := &e.Topics[i]; n.Status == topology.Unknown || n.Status == topology.Partial {
					return true
				}
			}
			if slices.ContainsFunc(e.OtherTopics, func(n topology.Name) bool { return n.Name == o.Topic }) {
				return true
			}
		}
		if w.doesOperation(o, topology.Produce) || w.doesOperation(o, topology.Consume) {
			continue // it is mentioned for that
		}
		if bytes.Contains(w.text(p), []byte(o.Topic)) {
			return true
		}
	}
	return endpoints == 0
}
