package index

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"topicls/index/source"
)

// configured opens a workspace whose one listener's topic is a key.
func configured(t *testing.T, files map[string]string) *Workspace {
	t.Helper()
	all := map[string]string{
		"pom.xml":                      "<project/>\n",
		"src/main/java/shop/Main.java": "package shop;\n\nimport org.springframework.kafka.annotation.KafkaListener;\n\npublic class Main {\n    @KafkaListener(topics = \"${shop.topic:none}\")\n    public void on(String text) {\n    }\n}\n",
	}
	for n, text := range files {
		all["src/main/resources/"+n] = text
	}
	root := t.TempDir()
	writeAll(t, root, all)
	w, err := Open(context.Background(), root, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func topics(s *Snapshot) string { return strings.Join(s.Topics(), " ") }

func problems(s *Snapshot) string {
	var out []string
	for _, p := range s.Problems() {
		lines, _, _ := s.Lines(p.Place.File)
		line, _ := lines.OffsetLine(int(p.Place.Start))
		out = append(out, fmt.Sprintf("%s:%d: %s", p.Place.File[strings.LastIndexByte(p.Place.File, '/')+1:], line, p.Message))
	}
	return strings.Join(out, "\n")
}

// TestBrokenConfiguration types into configuration files: what can't be read is
// a problem, what the file last said stays, and a file that is gone says nothing.
func TestBrokenConfiguration(t *testing.T) {
	const yml = "src/main/resources/application.yml"
	w := configured(t, map[string]string{"application.yml": "shop:\n  topic: orders\n"})
	if got := topics(w.Snapshot()); got != "orders" {
		t.Fatalf("topics are %q", got)
	}
	for _, step := range []struct{ text, topics, problems string }{
		{"shop:\n  topic: orders\n topic", "orders", "application.yml:2: not valid YAML: line 2: did not find expected key"},
		{"shop:\n  topic: [orders\n", "orders", "application.yml:1: not valid YAML: line 1: did not find expected ',' or ']'"},
		{"shop:\n  topic: paid\n  topic: refunds\n", "refunds", `application.yml:3: the key "topic" is there twice`},
		{"shop.topic: ${a}\na: ${b:x}\nb: ${a}\n", "", "application.yml:1: shop.topic refers to itself\napplication.yml:2: a refers to itself\napplication.yml:3: b refers to itself"},
		{"shop.topic: a\n---\nshop.topic: b\n", "b", ""},
		{"", "none", ""},
		{"\x00\xff", "none", "application.yml:1: not valid YAML: control characters are not allowed"},
	} {
		s := w.Apply(source.Opened(yml, []byte(step.text)))
		if got := topics(s); got != step.topics {
			t.Errorf("with %q topics are %q, want %q", step.text, got, step.topics)
		}
		if got := problems(s); got != step.problems {
			t.Errorf("with %q problems are\n%s\nwant\n%s", step.text, got, step.problems)
		}
	}
}

// TestBrokenProperties is the same for files that Java does not read.
func TestBrokenProperties(t *testing.T) {
	w := configured(t, map[string]string{"application.properties": "shop.topic=orders\nshop.name=caf\\u00zz\n"})
	if got := topics(w.Snapshot()); got != "orders" {
		t.Errorf("topics are %q", got)
	}
	if got := problems(w.Snapshot()); !strings.HasPrefix(got, "application.properties:2: not four hexadecimal digits") {
		t.Errorf("problems are %q", got)
	}
}

// TestConfigurationConcerns holds that a file of configuration concerns the code
// that looked at it, also when it comes and goes.
func TestConfigurationConcerns(t *testing.T) {
	w := configured(t, map[string]string{"other.properties": "shop.topic=other\n"})
	if got := topics(w.Snapshot()); got != "none" {
		t.Fatalf("topics are %q", got)
	}
	const p = "src/main/resources/application-dev.yaml"
	s := w.Apply(source.Opened(p, []byte("shop.topic: dev\n")))
	if got := topics(s); got != "none" {
		t.Errorf("without the profile topics are %q", got)
	}
	s = w.Apply(source.Opened("src/main/resources/application.properties", []byte("spring.profiles.active=dev\n")))
	if got := topics(s); got != "dev" {
		t.Errorf("with the profile topics are %q", got)
	}
	s = w.Apply(source.Closed(p))
	if got := topics(s); got != "none" {
		t.Errorf("without the file topics are %q", got)
	}
	if !slices.Equal(w.Snapshot().Topics(), []string{"none"}) {
		t.Errorf("topics are %q", w.Snapshot().Topics())
	}
}
