package avro

import (
	"testing"

	"topicls/index/schema"
)

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"type": "record", "name": "a.B", "fields": [{"name": "x", "type": ["null", "B", {"type": "map", "values": "int"}], "default": null}]}`))
	f.Add([]byte(`[{"type": "enum", "name": "E", "symbols": ["A"]}, {"type": "array", "items": "E"}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		x := Read("a.avsc", data)
		byName := map[string]*schema.Record{}
		for _, r := range x.Records {
			byName[r.ID] = r
		}
		for _, r := range x.Records {
			if int(r.At.End) > len(data) || r.At.Start > r.At.End {
				t.Fatalf("%q stands at %v of %d bytes", r.Name, r.At, len(data))
			}
			schema.Expand(r, func(_ *schema.Record, ref string) *schema.Record { return byName[ref] })
		}
	})
}
