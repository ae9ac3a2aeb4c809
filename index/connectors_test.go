package index

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/source"
)

// What a connector writes follows each edit of its configuration, also where the
// file becomes one, is half typed, or goes.
func TestConnectorEdits(t *testing.T) {
	const config = `{"name": "c", "config": {"connector.class": "io.debezium.connector.mysql.MySqlConnector", "topic.prefix": "shop", "table.include.list": "db.orders"}}`
	files := map[string]string{
		"connect/c.json": config,
		"compose.yaml":   "services:\n  app:\n    build: .\n    command: python app.py\n",
		"app.py":         "from kafka import KafkaConsumer\n\nKafkaConsumer(\"shop.db.orders\")\n",
	}
	w := openFiles(t, files)
	for _, step := range []struct{ file, text, topics string }{
		{"connect/c.json", strings.Replace(config, "shop", "store", 1), "shop.db.orders store.db.orders"},
		{"connect/c.json", config[:40], "shop.db.orders"},
		{"connect/c.json", `{"name": "none"}`, "shop.db.orders"},
		{"connect/c.json", strings.Replace(config, "orders", "refunds", 1), "shop.db.orders shop.db.refunds"},
		{"other.json", config, "shop.db.orders shop.db.refunds"},
		{"compose.yaml", "services:\n  app:\n    build: connect\n", "shop.db.orders shop.db.refunds"},
		{"connect/c.json", "", "shop.db.orders"},
	} {
		files[step.file] = step.text
		s := w.Apply(source.Opened(step.file, []byte(step.text)))
		if got := strings.Join(s.Topics(), " "); got != step.topics {
			t.Errorf("topics are %s, want %s", got, step.topics)
		}
		if diff := cmp.Diff(openFiles(t, files).Snapshot().Endpoints(), s.Endpoints()); diff != "" {
			t.Errorf("after %q (-fresh +edited)\n%s", step.text, diff)
		}
	}
}
