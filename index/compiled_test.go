package index

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/source"
)

// What was compiled is code when its source goes, and none when that comes.
func TestCompiledFollowsItsSource(t *testing.T) {
	send := "const { Kafka } = require('kafkajs');\nnew Kafka({}).producer().send({ topic: 'orders', messages: [] });\n"
	files := map[string]string{
		"compose.yaml": "services:\n  shop:\n    build: .\n    command: node lib/main.js\n",
		"lib/main.js":  send,
		"src/other.js": send,
	}
	w := openFiles(t, files)
	endpoints := func(s *Snapshot) map[string][]string {
		out := map[string][]string{}
		for name := range files {
			for _, e := range s.File(name) {
				out[name] = append(out[name], e.Services...)
			}
		}
		return out
	}
	check := func(got *Snapshot) {
		t.Helper()
		if diff := cmp.Diff(endpoints(openFiles(t, files).Snapshot()), endpoints(got)); diff != "" {
			t.Error(diff)
		}
	}
	check(w.Snapshot())
	files["src/main.ts"], files["src/other.ts"] = send, send
	now := w.Apply(source.Opened("src/main.ts", []byte(send)), source.Opened("src/other.ts", []byte(send)))
	check(now)
	if got := endpoints(now); got["lib/main.js"] != nil || got["src/other.js"] != nil || got["src/main.ts"] == nil {
		t.Errorf("endpoints in %v", got)
	}
	delete(files, "src/main.ts")
	check(w.Apply(source.Closed("src/main.ts")))
}
