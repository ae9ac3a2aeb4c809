package index

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/source"
)

// Edits that move nothing and change one thing that an endpoint tells must be
// seen, also from the file that the thing was taken from.
func TestEditsThatMoveNothing(t *testing.T) {
	files := map[string]string{
		"compose.yaml": "services:\n  shop:\n    build: .\n    command: python shop.py\n    environment:\n      STAGE: prod\n",
		"shop.py": `import json
import os
from kafka import KafkaConsumer, KafkaProducer
from parts import make, LIMIT, TOPICS

producer = KafkaProducer(value_serializer=json.dumps)
seen = {}
for record in KafkaConsumer("first", "other", value_deserializer=json.loads):
    message = record.value
    if record.topic == "first":
        seen.setdefault(message["id"], []).append(message)
        total = message["count"] + 1
    if len(seen[message["id"]]) >= LIMIT:
        producer.send(TOPICS[os.environ["STAGE"]], {"id": message["id"], "inner": {"n": make()}})
`,
		"parts.py": "LIMIT = 2\nTOPICS = {\"prod\": \"orders\", \"test\": \"trials\"}\n\n\ndef make():\n    return 11\n",
	}
	for _, edit := range []struct{ file, old, now string }{
		{"parts.py", `"orders", "test"`, `"ordars", "test"`},
		{"shop.py", `== "first"`, `== "other"`},
		{"shop.py", `"count"] + 1`, `"count"] , 1`},
		{"shop.py", `{"id": message["id"]`, `{"id": message["is"]`},
		{"shop.py", `>= LIMIT`, `in [LIMI]`},
		{"parts.py", "11", `""`},
	} {
		t.Run(edit.now, func(t *testing.T) {
			w := openFiles(t, files)
			edited := map[string]string{}
			for p, s := range files {
				edited[p] = s
			}
			edited[edit.file] = strings.Replace(files[edit.file], edit.old, edit.now, 1)
			now := w.Apply(source.Opened(edit.file, []byte(edited[edit.file])))
			want, got := openFiles(t, edited).Snapshot().File("shop.py"), now.File("shop.py")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-fresh +edited\n%s", diff)
			}
			if before := openFiles(t, files).Snapshot().File("shop.py"); cmp.Equal(before, want) {
				t.Error("the edit changes nothing")
			}
		})
	}
}
