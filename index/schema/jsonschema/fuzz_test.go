package jsonschema

import (
	"testing"

	"topicls/index/schema"
	"topicls/index/schema/tree"
)

type docs map[string]*tree.Node

func (d docs) Doc(p string) *tree.Node { return d[p] }

func FuzzRecord(f *testing.F) {
	f.Add([]byte(`{"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#"}, {"properties": {"x": {"$ref": "b.json#/y"}}}], "required": ["x"]}}}`), []byte(`{"y": {"type": ["string", "null"], "oneOf": [{"$ref": "a.json"}]}}`))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		d := docs{}
		for name, data := range map[string][]byte{"a.json": a, "b.json": b} {
			if n, problem := tree.Parse(name, data); problem == nil {
				d[name] = n
			}
		}
		r := Record(d, Ref{File: "a.json"})
		if r == nil {
			return
		}
		list, _ := schema.Expand(r, func(*schema.Record, string) *schema.Record { return nil })
		for _, x := range list {
			if data := map[string][]byte{"a.json": a, "b.json": b}[x.At.File]; int(x.At.End) > len(data) || x.At.Start > x.At.End {
				t.Fatalf("%q stands at %v of %d bytes", x.Name, x.At, len(data))
			}
		}
	})
}
