package signatures

import (
	"testing"

	"topicls/index/client"
)

// TestModelsAreTrue compares the bundled models with what was recorded of the
// real libraries (`make verify-models` records them anew).
func TestModelsAreTrue(t *testing.T) {
	recordings, err := Load("recorded")
	if err != nil {
		t.Fatal(err)
	}
	models, err := client.Bundled()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range models {
		r := recordings[m.Library]
		if r == nil {
			continue
		}
		seen[m.Library] = true
		if len(r.Versions) == 0 || r.Recorded == "" || r.Package != m.Package {
			t.Errorf("%s: recorded %q of %q, %d versions", m.Library, r.Recorded, r.Package, len(r.Versions))
		}
		for _, fault := range Check(m, r) {
			t.Error(fault)
		}
	}
	for name := range recordings {
		if !seen[name] {
			t.Errorf("%s is recorded and has no model", name)
		}
	}
}

func TestParams(t *testing.T) {
	s := Signature{Kind: "function", Calls: []Params{{"topic", "record:messages,topic", "=key", "*more"}, {"config:brokers"}}, Keys: []string{"acks"}}
	for _, tc := range []struct {
		slot Slot
		want bool
	}{
		{Slot{Pos: 0}, true},
		{Slot{Pos: 9}, true}, // *more
		{Slot{Pos: -1, Keyword: "topic"}, true},
		{Slot{Pos: -1, Keyword: "key"}, true},
		{Slot{Pos: -1, Keyword: "more"}, false},
		{Slot{Pos: -1, Keyword: "acks"}, true},
		{Slot{Pos: -1, Keyword: "group"}, false},
		{Slot{Pos: 1, Key: "topic"}, true},
		{Slot{Pos: 1, Key: "messages.value"}, true},
		{Slot{Pos: 1, Key: "group"}, false},
		{Slot{Pos: 0, Key: "brokers"}, true}, // of the second, or the first, which says nothing
	} {
		if got := s.has(tc.slot); got != tc.want {
			t.Errorf("%s: %v", tc.slot, got)
		}
	}
	closed := Signature{Kind: "function", Calls: []Params{{"a", "=b"}}}
	if closed.has(Slot{Pos: 1}) {
		t.Error("a parameter given by name alone has a position")
	}
	if module := (Signature{Kind: "module"}); module.has(Slot{Pos: 0}) {
		t.Error("a module is called")
	}
}
