// Package connector reads configurations of Kafka Connect's connectors: which
// topics a connector writes and reads, above all Debezium's, whose names are
// computed from the tables that it watches. Input is the bytes of one file: what
// is posted to Connect (JSON, also several), a worker's properties, or a resource
// of Strimzi. It asks no connector and knows no code.
package connector

import (
	"path"
	"strings"

	"topicls/index/deploy/keys"
	"topicls/index/deploy/properties"
)

// Topic is a topic that a connector writes or reads.
type Topic struct {
	Produce bool
	// Name is the topic; parts that can't be told are `*`, and it is "" when nothing
	// can be.
	Name   string
	Reason string    // why a part is not known
	At     keys.Span // where the table or the topic is named
	Steps  []Step    // how the name came about, nearest first
	Group  string    // the consumer group of one that reads; "" for the others
	Class  string    // the connector's class, the last part of its name
	Where  keys.Span // the class in the configuration, by which the connector is known
}

// Step is a place by which a name came about.
type Step struct {
	At   keys.Span
	What string
}

// marker is what every configuration says; one without it is not looked at.
const marker = "connector.class"

// MayBe reports whether a file may be a connector's configuration.
func MayBe(data []byte) bool {
	text := string(data)
	return strings.Contains(text, marker) || strings.Contains(text, "KafkaConnector") && strings.Contains(text, "strimzi")
}

// Read returns the topics of the connectors that a file configures, in the order
// of the file.
func Read(name string, data []byte) []Topic {
	if !MayBe(data) {
		return nil
	}
	var f keys.File
	switch path.Ext(name) {
	case ".json":
		f = keys.JSON(data, ".")
	case ".yaml", ".yml":
		f = keys.YAML(data, ".")
	case ".properties":
		f = properties.Read(data)
	default:
		return nil
	}
	var out []Topic
	for i := range f.Documents {
		d := &f.Documents[i]
		for j := range d.Entries {
			e := &d.Entries[j]
			switch prefix, ok := strings.CutSuffix(e.Key, marker); {
			case ok && (prefix == "" || strings.HasSuffix(prefix, ".")):
				out = append(out, (&connector{doc: d, prefix: prefix, class: e}).topics()...)
			case e.Key == "spec.class" && d.Last("kind") != nil && d.Last("kind").Value == "KafkaConnector":
				out = append(out, (&connector{doc: d, prefix: "spec.config.", class: e}).topics()...)
			}
		}
	}
	return out
}

// connector is one configuration.
type connector struct {
	doc    *keys.Document
	prefix string
	class  *keys.Entry
}

// get returns the first setting there is, or nil.
func (c *connector) get(names ...string) *keys.Entry {
	for _, n := range names {
		if e := c.doc.Last(c.prefix + n); e != nil && !e.Null && e.Value != "" {
			return e
		}
	}
	return nil
}

func (c *connector) className() string {
	return c.class.Value[strings.LastIndexByte(c.class.Value, '.')+1:]
}

// topics lists what the connector writes and reads.
func (c *connector) topics() []Topic {
	var out []Topic
	switch name := c.className(); {
	case strings.HasPrefix(c.class.Value, "io.debezium.connector.") && !strings.Contains(c.class.Value, ".jdbc."):
		out = c.debezium()
	case strings.Contains(name, "JdbcSource"):
		out = c.tables("topic.prefix", "", "table.whitelist", "table.include.list")
	case strings.Contains(name, "Source"):
		out = c.named(true, "kafka.topic", "topic", "topics")
	default:
		out = c.sink()
	}
	for i := range out {
		out[i].Class, out[i].Where = c.className(), c.class.At
	}
	return out
}

// sink lists what a connector reads that writes to something else.
func (c *connector) sink() []Topic {
	out := c.named(false, "topics")
	if e := c.get("topics.regex"); e != nil {
		out = append(out, Topic{Name: globOf(e.Value), Reason: "a regular expression", At: e.At, Steps: []Step{{e.At, "topics.regex is set here"}}})
	}
	group := ""
	for _, key := range []string{strings.TrimSuffix(c.prefix, "config.") + "name", c.prefix + "name", "metadata.name"} {
		if e := c.doc.Last(key); e != nil && e.Value != "" {
			group = "connect-" + e.Value
			break
		}
	}
	for i := range out {
		out[i].Group = group
	}
	return out
}

// named lists topics that a setting names, separated by commas.
func (c *connector) named(produce bool, settings ...string) []Topic {
	e := c.get(settings...)
	if e == nil {
		return nil
	}
	var out []Topic
	for _, p := range split(e) {
		t := Topic{Produce: produce, Name: p.text, At: p.at, Steps: []Step{{p.at, strings.TrimPrefix(e.Key, c.prefix) + " is set here"}}}
		if strings.Contains(p.text, "${") {
			t.Name, t.Reason = "", "the configuration takes it from elsewhere"
		}
		out = append(out, t)
	}
	return out
}

// part is an element of a list in a value.
type part struct {
	text string
	at   keys.Span
}

// split divides a value at its commas.
func split(e *keys.Entry) []part {
	var out []part
	off := 0
	for _, p := range strings.Split(e.Value, ",") {
		text := strings.TrimSpace(p)
		at := e.At
		if e.Verbatim && text != "" {
			start := e.At.Start + uint32(off+strings.Index(p, text))
			at = keys.Span{Start: start, End: start + uint32(len(text))}
		}
		off += len(p) + 1
		if text != "" {
			out = append(out, part{text, at})
		}
	}
	return out
}
