package container

import (
	"testing"

	"topicls/index/deploy"
	"topicls/index/deploy/program"
)

// oneFile is a workspace of one file.
type oneFile string

func (f oneFile) ReadFile(string) ([]byte, error) { return []byte(f), nil }
func (f oneFile) IsDir(string) bool               { return false }
func (f oneFile) List(string) []string            { return nil }

// A command may end behind the equals sign, with the file's quote after it.
func TestPlaceOfEmptyValue(t *testing.T) {
	const text = `command: "export TOPIC="`
	at, value := placeOf(oneFile(text), "TOPIC", program.Exported{Raw: "x"}, deploy.Pos{File: "f", Start: 10, End: uint32(len(text) - 1)})
	if got := text[at.Start:at.End]; got != "TOPIC" {
		t.Errorf("the variable stands at %q", got)
	}
	if value.Start < at.End || int(value.End) > len(text) {
		t.Errorf("the value stands at %d to %d", value.Start, value.End)
	}
}
