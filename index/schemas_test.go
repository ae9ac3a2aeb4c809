package index

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/source"
)

var schemaWorkspace = map[string]string{
	"shop/main.py": `import json
from kafka import KafkaProducer
producer = KafkaProducer()
producer.send("orders", json.dumps({"id": "x"}))
producer.send("mails", json.dumps({"to": "x"}))
`,
	"mailer/main.py":            "from kafka import KafkaConsumer\nimport json\nfor m in KafkaConsumer(\"orders\"):\n    print(json.loads(m.value)[\"id\"])\nfor m in KafkaConsumer(\"mails\"):\n    pass\n",
	"schemas/orders-value.avsc": `{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}`,
	"schemas/mail.proto":        "syntax = \"proto3\";\nmessage Mail { string to = 1; }\n",
	"pom.xml":                   "<subjects>\n<mails-value>${project.basedir}/schemas/mail.proto</mails-value>\n</subjects>\n",
	"api/asyncapi.yaml":         "asyncapi: 2.6.0\ninfo: {title: Shop, version: '1'}\nservers: {a: {url: k, protocol: kafka}}\nchannels:\n  orders:\n    subscribe: {message: {payload: {$ref: types.yaml#/order}}}\n",
	"api/types.yaml":            "order: {type: object, properties: {id: {type: string}}}\n",
}

// schemasOf prints all that is known of schemas.
func schemasOf(s *Snapshot) string {
	var b strings.Builder
	for _, n := range append(s.Topics(), "unheard") {
		for _, t := range s.Schemas(n) {
			b.WriteString(n + ": " + t.Name + " " + t.At.File + " " + t.Tie + " " + t.TieAt.File)
			for _, f := range t.Fields {
				b.WriteString(" " + f.Name + ":" + f.Type)
			}
			b.WriteByte('\n')
		}
		for _, o := range s.Operations(n) {
			b.WriteString(n + ": " + string(o.Role) + " " + o.At.File + " " + o.Service + "\n")
		}
	}
	for _, n := range s.DeclaredTopics() {
		b.WriteString("declared " + n + "\n")
	}
	for _, p := range s.Problems() {
		b.WriteString(p.Place.File + ": " + p.Message + "\n")
	}
	return b.String()
}

func TestSchemas(t *testing.T) {
	got := schemasOf(openFiles(t, schemaWorkspace).Snapshot())
	want := `mails: Mail schemas/mail.proto registered as mails-value pom.xml to:string
orders: order api/types.yaml by the AsyncAPI document of Shop api/asyncapi.yaml id:string
orders: Order schemas/orders-value.avsc its file is called after the topic schemas/orders-value.avsc id:string
orders: produce api/asyncapi.yaml code:shop
declared orders
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// What is known of schemas after edits is what a fresh index knows; and an edit
// of any file that has a say changes something. A file that is half typed in an
// editor says what it said before.
func TestSchemaEdits(t *testing.T) {
	halfTyped := map[string]bool{"": true, "Mail": true, "channels: [": true}
	for _, edit := range []struct{ file, old, now string }{
		{"schemas/orders-value.avsc", `"name": "id"`, `"name": "other"`},
		{"schemas/orders-value.avsc", `]}`, ``},
		{"schemas/mail.proto", "string to", "int32 to"},
		{"schemas/mail.proto", "Mail {", "Mail"},
		{"pom.xml", "mails-value", "orders-value"},
		{"pom.xml", "mail.proto", "none.proto"},
		{"api/asyncapi.yaml", "  orders:", "  mails:"},
		{"api/asyncapi.yaml", "types.yaml", "https://elsewhere.example/types.yaml"},
		{"api/asyncapi.yaml", "types.yaml", "../../outside/types.yaml"},
		{"api/asyncapi.yaml", "protocol: kafka", "protocol: mqtt"},
		{"api/asyncapi.yaml", "subscribe", "publish"},
		{"api/asyncapi.yaml", "channels:", "channels: ["},
		{"api/types.yaml", "id:", "number:"},
		{"api/types.yaml", "order:", "mail:"},
		{"mailer/main.py", "for m in KafkaConsumer(\"mails\"):\n    pass", `open("schemas/orders-value.avsc")`},
	} {
		t.Run(edit.file+" "+edit.now, func(t *testing.T) {
			w := openFiles(t, schemaWorkspace)
			before := schemasOf(w.Snapshot())
			edited := map[string]string{}
			for p, s := range schemaWorkspace {
				edited[p] = s
			}
			edited[edit.file] = strings.Replace(edited[edit.file], edit.old, edit.now, 1)
			got, want := schemasOf(w.Apply(source.Opened(edit.file, []byte(edited[edit.file])))), schemasOf(openFiles(t, edited).Snapshot())
			if halfTyped[edit.now] {
				rest, ok := strings.CutPrefix(got, before)
				if !ok || strings.Count(rest, "\n") > 1 { // the problem, of formats whose problems are told
					t.Errorf("half-typed: -before +edited\n%s", cmp.Diff(before, got))
				}
				if err := os.WriteFile(filepath.Join(w.Snapshot().Root(), edit.file), []byte(edited[edit.file]), 0o644); err != nil {
					t.Fatal(err)
				}
				got = schemasOf(w.Apply(source.Closed(edit.file), source.Touched(edit.file)))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-fresh +edited\n%s", diff)
			}
			if got == before {
				t.Error("the edit changes nothing")
			}
			if err := os.WriteFile(filepath.Join(w.Snapshot().Root(), edit.file), []byte(schemaWorkspace[edit.file]), 0o644); err != nil {
				t.Fatal(err)
			}
			if got := schemasOf(w.Apply(source.Closed(edit.file), source.Touched(edit.file))); got != before {
				t.Errorf("taken back: %s", cmp.Diff(before, got))
			}
			delete(edited, edit.file)
			gone := openFiles(t, schemaWorkspace)
			if err := os.Remove(filepath.Join(gone.Snapshot().Root(), edit.file)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(schemasOf(openFiles(t, edited).Snapshot()), schemasOf(gone.Apply(source.Touched(edit.file)))); diff != "" {
				t.Errorf("the file is gone: -fresh +edited\n%s", diff)
			}
		})
	}
}
