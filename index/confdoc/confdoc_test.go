package confdoc

import "testing"

func find(d *Doc, keys ...string) *Node {
	if d == nil {
		return nil
	}
	n := d.Root
	for _, k := range keys {
		n = n.Get(k)
	}
	return n
}

func TestPlaces(t *testing.T) {
	for _, tc := range []struct {
		path, text string
		keys       []string
		want       string
	}{
		{"a.yaml", "kafka:\n  topic: orders\n", []string{"kafka", "topic"}, "orders"},
		{"a.yaml", "kafka:\n  t\u00f6pic: 'orders'\n", []string{"kafka", "t\u00f6pic"}, "orders"},
		{"a.yaml", "d: &d {topic: orders}\nk:\n  <<: *d\n", []string{"k", "topic"}, "orders"},
		{"a.json", `{"kafka": {"topic": "orders"}}`, []string{"kafka", "topic"}, "orders"},
		{"a.ini", "[kafka]\ntopic = orders ; the main one\n", []string{"kafka", "topic"}, "orders"},
		{"a.ini", "[kafka]\nTOPIC: orders\r\n", []string{"kafka", "topic"}, "orders"},
		{"a.toml", "[app.kafka]\ntopic = \"orders\" # x\n", []string{"app", "kafka", "topic"}, "orders"},
		{"a.properties", "kafka.topic=orders\n", []string{"kafka.topic"}, "orders"},
	} {
		n := find(Parse(tc.path, []byte(tc.text)), tc.keys...)
		if n == nil {
			t.Errorf("%s %q: nothing at %q", tc.path, tc.text, tc.keys)
			continue
		}
		if n.Text != tc.want || tc.text[n.Start:n.End] != tc.want {
			t.Errorf("%s %q: %q at %q", tc.path, tc.text, n.Text, tc.text[n.Start:n.End])
		}
	}
	if l := find(Parse("a.toml", []byte("topics = [\"a\", \"b\"]\n")), "topics"); l == nil || len(l.Items) != 2 || l.Items[1].Text != "b" {
		t.Errorf("list: %+v", l)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a.yaml", []byte("a: &a {b: *a}\n"))
	f.Add("a.yaml", []byte("a: &a [*a, *a]\n<<: *a\n"))
	f.Add("a.ini", []byte("[x\n= y\n[]]"))
	f.Add("a.toml", []byte("[a.b.c]\nx = [\"a\", 'b"))
	f.Fuzz(func(t *testing.T, p string, data []byte) {
		d := Parse(p, data)
		if d == nil {
			return
		}
		var walk func(n *Node, depth int)
		walk = func(n *Node, depth int) {
			if n == nil || depth > 100 {
				return
			}
			if n.Start > n.End || int(n.End) > len(data) {
				t.Fatalf("range %d-%d of %d bytes", n.Start, n.End, len(data))
			}
			for _, e := range n.Entries {
				if e.Key != "" {
					walk(e.Value, depth+1)
				}
			}
			for _, it := range n.Items {
				walk(it, depth+1)
			}
		}
		walk(d.Root, 0)
	})
}

// Comments in JSON, as in tsconfig.json, are no part of it, and move nothing.
func TestCommentsInJSON(t *testing.T) {
	src := "{\n  // a \"b\"\n  \"url\": \"http://x/*\", /* c */\n  \"list\": [1, 2,],\n}\n"
	d := Parse("tsconfig.json", []byte(src))
	if d == nil {
		t.Fatal("not read")
	}
	u := d.Root.Get("url")
	if u == nil || u.Text != "http://x/*" || src[u.Start:u.End] != u.Text || len(d.Root.Get("list").Items) != 2 {
		t.Errorf("%+v", u)
	}
	if d := Parse("a.json", []byte("{\"a\": 1 /* open")); d != nil {
		t.Error("read")
	}
}
