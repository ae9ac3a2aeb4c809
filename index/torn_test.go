package index

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"topicls/index/source"
)

// TestTorn has a file that is another for a moment, in which it is looked at: when
// it is as before, that counts, though nothing of it differs from what was read first.
func TestTorn(t *testing.T) {
	root := t.TempDir()
	const orders, refunds = "TOPIC = \"orders\"\n", "TOPIC = \"refunds\"\n"
	writeAll(t, root, map[string]string{"main.py": "from kafka import KafkaProducer\n", "names.py": orders})
	w, err := Open(context.Background(), root, Options{})
	if err != nil {
		t.Fatal(err)
	}
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(root, "names.py"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(refunds) // nobody is told yet
	s := w.Apply(source.Opened("main.py", []byte("from kafka import KafkaProducer\nfrom names import TOPIC\nKafkaProducer().send(TOPIC, b\"\")\n")))
	if s.Topic("refunds") == nil {
		t.Fatal("the file was not read as it is")
	}
	write(orders)
	if s = w.Apply(source.Touched("names.py")); s.Topic("orders") == nil || s.Topic("refunds") != nil {
		t.Errorf("there are %d topics, orders is not among them", len(s.Topics()))
	}
}

// TestGoneForAMoment is the same of a file that is not there for a moment, as when an
// editor writes a file by taking its place.
func TestGoneForAMoment(t *testing.T) {
	root := t.TempDir()
	writeAll(t, root, map[string]string{"main.py": "from kafka import KafkaProducer\n", "names.py": "TOPIC = \"orders\"\n"})
	w, err := Open(context.Background(), root, Options{})
	if err != nil {
		t.Fatal(err)
	}
	names := filepath.Join(root, "names.py")
	if err := os.Rename(names, names+".new"); err != nil { // nobody is told yet
		t.Fatal(err)
	}
	s := w.Apply(source.Opened("main.py", []byte("from kafka import KafkaProducer\nfrom names import TOPIC\nKafkaProducer().send(TOPIC, b\"\")\n")))
	if s.Topic("orders") != nil {
		t.Fatal("a file that is not there was read")
	}
	if err := os.Rename(names+".new", names); err != nil {
		t.Fatal(err)
	}
	if s = w.Apply(source.Touched("names.py")); s.Topic("orders") == nil {
		t.Error("the file is there again, and was not looked at")
	}
}
