package index

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/source"
)

// What a Dockerfile installs says whether a service runs the code around it,
// whatever the Dockerfile is called.
func TestDockerfileOfAnyName(t *testing.T) {
	files := map[string]string{
		"compose.yaml":     "services:\n  shop:\n    build:\n      context: shop\n      dockerfile: image.build\n",
		"shop/image.build": "FROM example/node:22\nCOPY . /app\n",
		"shop/main.py":     "from kafka import KafkaProducer\n\nKafkaProducer().send(\"orders\", b\"\")\n",
	}
	w := openFiles(t, files)
	before := w.Snapshot().File("shop/main.py")[0].Services
	files["shop/image.build"] = "FROM example/python:3.12\nCOPY . /app\n"
	got := w.Apply(source.Opened("shop/image.build", []byte(files["shop/image.build"]))).File("shop/main.py")[0].Services
	want := openFiles(t, files).Snapshot().File("shop/main.py")[0].Services
	if diff := cmp.Diff(want, got); diff != "" || cmp.Equal(before, got) {
		t.Errorf("services %v, then %v:\n%s", before, got, diff)
	}
}
