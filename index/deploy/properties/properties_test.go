package properties_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/deploy/keys"
	"topicls/index/deploy/properties"
)

// show writes what was read, one entry a line, with the text at its place.
func show(data string, f keys.File) string {
	var b strings.Builder
	for i, d := range f.Documents {
		if i > 0 {
			b.WriteString("---\n")
		}
		for _, e := range d.Entries {
			fmt.Fprintf(&b, "%q = %q at %q", e.Key, e.Value, data[e.At.Start:e.At.End])
			if e.Verbatim {
				b.WriteString(" verbatim")
			}
			b.WriteString("\n")
		}
	}
	for _, p := range f.Problems {
		fmt.Fprintf(&b, "problem at %q: %s\n", data[p.At.Start:p.At.End], p.Message)
	}
	return b.String()
}

// TestRead follows the examples of java.util.Properties.load.
func TestRead(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"separators", "Truth = Beauty\n Truth:Beauty\nTruth                    :Beauty\ncheeses\n", `"Truth" = "Beauty" at "Beauty" verbatim
"Truth" = "Beauty" at "Beauty" verbatim
"Truth" = "Beauty" at "Beauty" verbatim
"cheeses" = "" at "" verbatim
`},
		{"lines that go on", "fruits   apple, banana, pear, \\\n         cantaloupe, watermelon, \\\r\n         kiwi, mango\n", `"fruits" = "apple, banana, pear, cantaloupe, watermelon, kiwi, mango" at "apple, banana, pear, \\\n         cantaloupe, watermelon, \\\r\n         kiwi, mango"
`},
		{"comments", "# a=1\n  ! b=2\nc=3 # no comment\n", `"c" = "3 # no comment" at "3 # no comment" verbatim
`},
		{"escapes", `a\:b\=c=d\te` + "\n" + `k=caf\u00e9 \ud83d\ude00` + "\n", `"a:b=c" = "d\te" at "d\\te"
"k" = "café 😀" at "caf\\u00e9 \\ud83d\\ude00"
`},
		{"documents", "a=1\n#---\nspring.config.activate.on-profile=dev\na=2\n", `"a" = "1" at "1" verbatim
---
"spring.config.activate.on-profile" = "dev" at "dev" verbatim
"a" = "2" at "2" verbatim
`},
		{"malformed", `a=\u00zz` + "\nb=2\n", `"a" = "u00zz" at "\\u00zz"
"b" = "2" at "2" verbatim
problem at "\\u00zz": not four hexadecimal digits behind \u; Java does not read the file
`},
		{"placeholders", "app.topics.orders=${ORDERS_TOPIC:orders}\r\n", `"app.topics.orders" = "${ORDERS_TOPIC:orders}" at "${ORDERS_TOPIC:orders}" verbatim
`},
		{"half typed", "app.topic=orders\napp.", `"app.topic" = "orders" at "orders" verbatim
"app." = "" at "" verbatim
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, show(c.data, properties.Read([]byte(c.data)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("a=1\n#---\nb : ${A:x} \\\n y\n"))
	f.Add([]byte(`k=\ud83d\u`))
	f.Add([]byte("\xef\xbb\xbfa\r\rb=\\"))
	f.Fuzz(func(t *testing.T, data []byte) { keys.CheckFile(t, data, properties.Read(data)) })
}
