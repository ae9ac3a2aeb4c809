package client

import (
	"reflect"
	"testing"
)

func TestBundledModelsLink(t *testing.T) {
	all, err := Bundled()
	if err != nil {
		t.Fatal(err)
	}
	langs := map[Family]bool{}
	for _, m := range all {
		langs[FamilyOf(m.Language)] = true
	}
	for lang := range langs {
		s, err := ForFamily(lang)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Types) == 0 || len(s.Prefilter) == 0 {
			t.Errorf("%s: %d types, prefilter %q", lang, len(s.Types), s.Prefilter)
		}
	}
}

func TestParseSlot(t *testing.T) {
	for _, tc := range []struct {
		text string
		want Slot
	}{
		{"0", Slot{Pos: 0, Path: "0"}},
		{"1*", Slot{Pos: 1, Rest: true, Path: "1*"}},
		{"topic", Slot{Pos: -1, Keyword: "topic", Path: "topic"}},
		{"new.new.0[group.id]", Slot{New: 2, Pos: 0, Key: "group.id", Deeper: []string{}, Path: "new.new.0[group.id]"}},
		{"0[][topic]", Slot{Pos: 0, Deeper: []string{"", "topic"}, Path: "0[][topic]"}},
		{"0[messages][][value]", Slot{Pos: 0, Key: "messages", Deeper: []string{"", "value"}, Path: "0[messages][][value]"}},
		{"set:TopicNamePrefix", Slot{Pos: -1, Assigned: "TopicNamePrefix", Path: "set:TopicNamePrefix"}},
		{"1*[Topic]", Slot{Pos: 1, Rest: true, Key: "Topic", Deeper: []string{}, Path: "1*[Topic]"}},
		{"new.with:ConsumeTopics.0*", Slot{New: 1, Option: "ConsumeTopics", Pos: 0, Rest: true, Path: "new.with:ConsumeTopics.0*"}},
	} {
		got, err := ParseSlot(tc.text)
		if err != nil || !reflect.DeepEqual(got, tc.want) {
			t.Errorf("ParseSlot(%q) = %+v, %v; want %+v", tc.text, got, err, tc.want)
		}
	}
	for _, bad := range []string{"", "new.", "0[x", "-1", "topic*", "set:"} {
		if _, err := ParseSlot(bad); err == nil {
			t.Errorf("ParseSlot(%q) gave no error", bad)
		}
	}
}
