package index

import (
	"fmt"
	"strings"
	"testing"
)

// TestFillersCostOthersNothing has calls that may fill objects of classes, by their
// name, and whose receivers are dear to follow: what they cost is not taken from
// the question that leads to them.
func TestFillersCostOthersNothing(t *testing.T) {
	const calls, callers = 12, 40
	var b strings.Builder
	b.WriteString(`package main

import "github.com/confluentinc/confluent-kafka-go/v2/kafka"

type Config struct {
	Consumer *kafka.Consumer
	Topics   []string
}

type Sink struct{ config Config }

func (s *Sink) run() error { return s.config.Consumer.SubscribeTopics(s.config.Topics, nil) }

func main() {
	c, _ := kafka.NewConsumer(&kafka.ConfigMap{})
	s := &Sink{config: Config{Consumer: c, Topics: []string{"meters"}}}
	_ = s.run()
}

type Duration string

func (d Duration) Parse() {}

type Rate struct{ Period Duration }

type Card struct{ Of Rate }

`)
	for i := range calls {
		fmt.Fprintf(&b, "func read%d(c Card) { r := c.Of; Duration(r.Period).Parse() }\n", i)
		for k := range callers {
			fmt.Fprintf(&b, "func use%dx%d(c Card) { read%d(c) }\n", i, k, i)
			fmt.Fprintf(&b, "func give%dx%d(r Rate) { use%dx%d(Card{Of: r}) }\n", i, k, i, k)
			fmt.Fprintf(&b, "func make%dx%d() { give%dx%d(Rate{Period: \"PT%dH\"}) }\n", i, k, i, k, i)
		}
	}
	s := openFiles(t, map[string]string{"go.mod": "module sinks\n", "sink.go": b.String()}).Snapshot()
	var names []string
	for _, e := range s.Endpoints() {
		for _, n := range e.Topics {
			names = append(names, n.Name)
		}
	}
	if len(names) != 1 || names[0] != "meters" {
		t.Errorf("topics %q, want meters alone", names)
	}
}
