package protobuf

import (
	"testing"

	"topicls/index/schema"
)

func FuzzRead(f *testing.F) {
	f.Add([]byte("syntax = \"proto3\"; package a.b;\n// doc\nmessage M { string x = 1; map<string, M> y = 2; oneof o { M m = 3; } enum E { A = 0; } }"))
	f.Add([]byte("message M { optional group G = 1 { required int32 x = 1; } extensions 1 to max; } extend M { optional string y = 2; }"))
	f.Fuzz(func(t *testing.T, data []byte) {
		x := Read("a.proto", data)
		byName := map[string]*schema.Record{}
		for _, r := range x.Records {
			byName[r.ID] = r
		}
		for _, r := range x.Records {
			if int(r.At.End) > len(data) || string(data[r.At.Start:r.At.End]) != r.Base() {
				t.Fatalf("%q stands at %v of %d bytes", r.Name, r.At, len(data))
			}
			schema.Expand(r, func(from *schema.Record, ref string) *schema.Record {
				for _, n := range Names(from.Name, ref) {
					if byName[n] != nil {
						return byName[n]
					}
				}
				return nil
			})
		}
	})
}
