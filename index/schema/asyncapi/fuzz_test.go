package asyncapi

import (
	"testing"

	"topicls/index/schema/tree"
)

type docs map[string]*tree.Node

func (d docs) Doc(p string) *tree.Node { return d[p] }

func FuzzRead(f *testing.F) {
	f.Add([]byte("asyncapi: 2.6.0\nservers: {a: {protocol: kafka}}\nchannels:\n  a.b:\n    publish: {message: {oneOf: [{$ref: '#/channels/a.b/publish/message'}, {payload: {$ref: x.avsc}}]}}\n"))
	f.Add([]byte("asyncapi: 3.0.0\nchannels:\n  c: {address: t, bindings: {kafka: {topic: u, partitions: 99999999999}}, messages: {m: {payload: {schemaFormat: avro, schema: {}}}}}\noperations:\n  o: {action: send, channel: {$ref: '#/channels/c'}, reply: {channel: {$ref: '#/channels/c'}}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, problem := tree.Parse("a.yaml", data)
		if problem != nil || !Is(n) {
			return
		}
		d := Read("a.yaml", docs{"a.yaml": n})
		for _, c := range d.Channels {
			if int(c.At.End) > len(data) || c.At.Start > c.At.End {
				t.Fatalf("%q stands at %v of %d bytes", c.Topic, c.At, len(data))
			}
		}
	})
}
