package dotenv

import (
	"io"
	"math/rand"
	"os"
	"strings"
	"testing"

	cdotenv "github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/template"
	"github.com/sirupsen/logrus"

	"topicls/index/deploy"
)

// compose-go logs every unset variable; the tests don't want to read that.
func TestMain(m *testing.M) {
	logrus.SetOutput(io.Discard)
	os.Exit(m.Run())
}

var known = map[string]string{"A": "a", "EMPTY": "", "TOPIC": "orders", "x": "lower"}

func lookup(name string) (Value, bool) {
	v, ok := known[name]
	return Known(v), ok
}

func oracle(name string) (string, bool) { v, ok := known[name]; return v, ok }

// checkExpand compares Expand with compose-go's evaluator.
func checkExpand(t *testing.T, tmpl string) {
	t.Helper()
	want, wantErr, panicked := substitute(tmpl)
	if panicked {
		_, _ = Expand(tmpl, nil, lookup)
		return
	}
	got, err := Expand(tmpl, func(a, b int) deploy.Pos { return deploy.Pos{Start: uint32(a), End: uint32(b)} }, lookup)
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("%q: error %v, compose-go %v", tmpl, err, wantErr)
	}
	if err != nil {
		return
	}
	if got.Text != want {
		t.Fatalf("%q = %q, compose-go %q", tmpl, got.Text, want)
	}
	for _, s := range got.Origin {
		if s.Pos.Start > s.Pos.End || int(s.Pos.End) > len(tmpl) {
			t.Fatalf("%q: origin %v out of range", tmpl, s)
		}
	}
}

func substitute(tmpl string) (s string, err error, panicked bool) { //nolint:revive // the panic is the oracle's
	defer func() {
		if recover() != nil {
			panicked = true
		}
	}()
	s, err = template.Substitute(tmpl, oracle)
	return s, err, false
}

// checkParse compares Parse with compose-go's parser.
func checkParse(t *testing.T, src string) {
	t.Helper()
	want, err, panicked := oracleParse(src)
	text := deploy.NewText(".env", []byte(src))
	entries, problems := Parse(text, lookup, nil)
	for _, e := range entries {
		if !e.Inherited && text.Slice(e.ValuePos) != e.Raw {
			t.Fatalf("%q: %s: value at %q, raw %q", src, e.Name, text.Slice(e.ValuePos), e.Raw)
		}
		if text.Slice(e.NamePos) != e.Name {
			t.Fatalf("%q: name %q at %q", src, e.Name, text.Slice(e.NamePos))
		}
	}
	if err != nil || panicked {
		return // compose-go gives up on the whole file
	}
	// compose-go takes a name alone on a last line without line feed for the
	// value of the variable ""; we take it for a name alone.
	if _, ok := want[""]; ok {
		return
	}
	if len(problems) > 0 {
		t.Fatalf("%q: problems %v, compose-go none", src, problems)
	}
	got := map[string]string{}
	for _, e := range entries {
		if e.Inherited {
			if v, ok := known[e.Name]; ok {
				got[e.Name] = v
			}
			continue
		}
		got[e.Name] = e.Value.Text
	}
	for name, value := range want {
		if g, ok := got[name]; !ok || g != value {
			t.Fatalf("%q: %s = %q, compose-go %q", src, name, g, value)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%q: got %v, compose-go %v", src, got, want)
	}
}

func oracleParse(src string) (m map[string]string, err error, panicked bool) { //nolint:revive // as above
	defer func() {
		if recover() != nil {
			panicked = true
		}
	}()
	m, err = cdotenv.ParseWithLookup(strings.NewReader(src), oracle)
	return m, err, false
}

var templateParts = []string{"$", "$$", "{", "}", "${", "A", "EMPTY", "NONE", "TOPIC", ":-", "-", ":+", "+", ":?", "?", "x", "/", " ", "${A}", "${NONE:-d}", "\n", "é"}

func TestExpandEqualsComposeGo(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 20000 {
		var b strings.Builder
		for range 1 + r.Intn(9) {
			b.WriteString(templateParts[r.Intn(len(templateParts))])
		}
		checkExpand(t, b.String())
	}
}

func TestParseEqualsComposeGo(t *testing.T) {
	parts := []string{"A=1", "B=$A", "C=\"${B:-x}\"", "D='$A'", "\n", "\n", "\n", "#c", " #c", "export ", "E", "=", ":", "\"", "'", "\\", "\\n", "\\$", " ", "\r\n", "é", "😀", "F=a b", "[", "\t", "NONE", "TOPIC", "x=\"a\\\"b\""}
	r := rand.New(rand.NewSource(2))
	for range 20000 {
		var b strings.Builder
		for range 1 + r.Intn(9) {
			b.WriteString(parts[r.Intn(len(parts))])
		}
		checkParse(t, b.String())
	}
}

func FuzzExpand(f *testing.F) {
	for _, s := range []string{"${A:-${NONE:-x}}/y", "$$A", "${NONE:?no}", "${A"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkExpand(t, s) })
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"A=1\nB=\"$A\"\n", "export X='y' # c\r\n", "\uFEFFA=1", "K"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkParse(t, s) })
}
