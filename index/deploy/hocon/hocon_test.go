package hocon_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/deploy/hocon"
	"topicls/index/deploy/keys"
)

func TestRead(t *testing.T) {
	data := `
# comment
include "other.conf"
ktor {
  kafka {
    topic = orders // which
    topic = ${?ORDERS_TOPIC}
    "bootstrap.servers" : ["a:9092", b:9092]
    group: "the "${env}"-group", key.deep = """raw "x" """
  }
}
ktor.kafka.retries = 3
list += x
list += y
`
	want := `ktor.kafka.topic = "orders" at "orders"
ktor.kafka.topic = "${?ORDERS_TOPIC}" at "${?ORDERS_TOPIC}" optional
ktor.kafka.bootstrap.servers[0] = "a:9092" at "a:9092"
ktor.kafka.bootstrap.servers[1] = "b:9092" at "b:9092"
ktor.kafka.group = "the ${env}-group" at "the \"${env}\"-group"
ktor.kafka.key.deep = "raw \"x\"" at "raw \"x\" "
ktor.kafka.retries = "3" at "3"
list[0] = "x" at "x"
list[1] = "y" at "y"
`
	var b strings.Builder
	f := hocon.Read([]byte(data))
	for _, e := range f.Documents[0].Entries {
		fmt.Fprintf(&b, "%s = %q at %q", e.Key, e.Value, data[e.At.Start:e.At.End])
		if e.Optional {
			b.WriteString(" optional")
		}
		b.WriteString("\n")
	}
	if diff := cmp.Diff(want, b.String()); diff != "" || f.Broken || len(f.Problems) > 0 {
		t.Errorf("%s\n%+v", diff, f.Problems)
	}
	for _, bad := range []string{"a {", "a = [1", "a = \"x", "a", "}", "a = ${x", "= 1"} {
		if f := hocon.Read([]byte(bad)); !f.Broken {
			t.Errorf("%q is read as %+v", bad, f)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("a { b = ${?X}, c = [1, {d: 2}] }\n"))
	f.Add([]byte("a = \"\"\"x\"\"\" ${y} z\nb += 1"))
	f.Fuzz(func(t *testing.T, data []byte) { keys.CheckFile(t, data, hocon.Read(data)) })
}
