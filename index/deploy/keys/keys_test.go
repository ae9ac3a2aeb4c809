package keys_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/deploy/keys"
)

func show(data string, f keys.File) string {
	var b strings.Builder
	for i, d := range f.Documents {
		if i > 0 {
			b.WriteString("---\n")
		}
		for _, e := range d.Entries {
			fmt.Fprintf(&b, "%s = %q at %q, named %q\n", e.Key, e.Value, data[e.At.Start:e.At.End], data[e.Name.Start:e.Name.End])
		}
	}
	for _, p := range f.Problems {
		fmt.Fprintf(&b, "problem at %q: %s\n", data[p.At.Start:p.At.End], p.Message)
	}
	return b.String()
}

func TestYAML(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"nested and dotted", "app:\n  topics:\n    orders: ${ORDERS_TOPIC:orders}\n  kafka.group: 'é g'\nempty:\n", `app.topics.orders = "${ORDERS_TOPIC:orders}" at "${ORDERS_TOPIC:orders}", named "orders"
app.kafka.group = "é g" at "é g", named "kafka.group"
empty = "" at "", named "empty"
`},
		{"lists", "app:\n  topics: [a, b]\n  more:\n    - name: c\n", `app.topics[0] = "a" at "a", named "topics"
app.topics[1] = "b" at "b", named "topics"
app.more[0].name = "c" at "c", named "name"
`},
		{"documents", "a: 1\n---\nspring.config.activate.on-profile: dev\na: 2\n---\n", `a = "1" at "1", named "a"
---
spring.config.activate.on-profile = "dev" at "dev", named "spring.config.activate.on-profile"
a = "2" at "2", named "a"
---
`},
		{"twice", "a: 1\nb: 2\na: 3\n", `a = "1" at "1", named "a"
b = "2" at "2", named "b"
a = "3" at "3", named "a"
problem at "a": the key "a" is there twice
`},
		{"merged", "x: &x\n  a: 1\n  b: 2\ny:\n  <<: *x\n  b: 3\n", `x.a = "1" at "1", named "a"
x.b = "2" at "2", named "b"
y.a = "1" at "1", named "a"
y.b = "2" at "2", named "b"
y.b = "3" at "3", named "b"
`},
		{"half typed", "app:\n  topics:\n    orders: x\n   y: [\n", "problem at \"app:\": not valid YAML: line 1: did not find expected key\n"},
		{"folded", "a: >\n  x\n  y\n", "a = \"x y\\n\" at \">\", named \"a\"\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, show(c.data, keys.YAML([]byte(c.data), "."))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	data := "\xef\xbb\xbf{\n\t// the topics\n\t\"Kafka\": { \"Topic\": \"orders\", /* more */ \"Topics\": [\"a\", \"b\",], },\n}\n"
	want := `Kafka:Topic = "orders" at "orders", named "Topic"
Kafka:Topics[0] = "a" at "a", named "Topics"
Kafka:Topics[1] = "b" at "b", named "Topics"
`
	if diff := cmp.Diff(want, show(data, keys.JSON([]byte(data), ":"))); diff != "" {
		t.Error(diff)
	}
	if f := keys.JSON([]byte(`{"a": `), ":"); !f.Broken || !strings.HasPrefix(f.Problems[0].Message, "not valid JSON") {
		t.Errorf("half-typed JSON is %+v", f)
	}
}

func FuzzYAML(f *testing.F) {
	f.Add([]byte("a: &x {b: [1, 2]}\nc: *x\n---\nd: |\n  e\n"))
	f.Add([]byte("{\"a\": \"\\u00e9\", // c\n}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		keys.CheckFile(t, data, keys.YAML(data, "."))
		keys.CheckFile(t, data, keys.JSON(data, ":"))
	})
}
