package source

import (
	"bytes"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var wordPattern = regexp.MustCompile(`[A-Za-z0-9_]+`)

// checkSignature checks that all words of data are found, that a filter knows
// no more than the hashes of these words, and its form.
func checkSignature(t *testing.T, data []byte) {
	t.Helper()
	s := Sign(data)
	words := wordPattern.FindAll(data, -1)
	if len(s) == 0 != (len(words) == 0) || len(s) > 0 && bits.OnesCount(uint(len(s))) != 1 {
		t.Fatalf("%d elements for %d words", len(s), len(words))
	}
	want := make(Signature, len(s))
	for _, w := range words {
		if !s.MayContain(string(w)) {
			t.Fatalf("%q is in %.200q", w, data)
		}
		h := hashWord(w)
		want[h&uint64(len(s)-1)] |= wordMask(h)
	}
	if !slices.Equal(s, want) {
		t.Fatalf("the filter of %.200q has other words in it", data)
	}
}

func TestSignature(t *testing.T) {
	checkSignature(t, nil)
	checkSignature(t, []byte(" .,\n\xff"))
	checkSignature(t, sampleCode(t))
	rng := rand.New(rand.NewPCG(1, 2))
	alphabet := []byte("aZ09_ .\n@[`{/:\x80\xc3\xa4\xff\x00azAZ")
	for n := range 400 {
		data := make([]byte, n)
		for i := range data {
			data[i] = alphabet[rng.IntN(len(alphabet))]
			if n%3 > 0 && rng.IntN(4) > 0 { // longer words
				data[i] = 'x' + byte(rng.IntN(2))
			}
		}
		checkSignature(t, data)
	}
	for c := range 256 { // each byte at each place of a block
		for at := range 70 {
			data := bytes.Repeat([]byte{'a'}, 140)
			data[at] = byte(c)
			checkSignature(t, data)
		}
	}
	for n := range 200 { // long words over the edges of blocks
		checkSignature(t, []byte(strings.Repeat(" ", n)+strings.Repeat("w", 200-n)))
	}
}

func TestSignatureNames(t *testing.T) {
	s := Sign([]byte(`def größe(x): send("orders.created", $topic) # naïve 7`))
	for _, name := range []string{"größe", "orders.created", "orders", "$topic", "send", "7", "", "*", "x.def"} {
		if !s.MayContain(name) {
			t.Errorf("%q is there", name)
		}
	}
	for _, name := range []string{"sender", "orders.deleted", "Topic"} {
		if s.MayContain(name) { // may be, but isn't: the test would be worth nothing otherwise
			t.Errorf("%q is not there", name)
		}
	}
}

// TestSignatureRates checks the documented size and rate of wrong answers.
func TestSignatureRates(t *testing.T) {
	for _, n := range []int{50, 300, 1000, 5000} {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, "some_name_%d = other(some_name_%d)  # and more\n", i, i)
		}
		s := Sign([]byte(text.String()))
		wrong := 0
		for i := range 20000 {
			if s.MayContain(fmt.Sprintf("missing%d", i)) {
				wrong++
			}
		}
		perWord := float64(len(s)*64) / float64(n+4)
		rate := float64(wrong) / 20000
		t.Logf("%d words: %.1f bits each, %.2f %% wrong", n, perWord, rate*100)
		if rate > 0.035 || perWord > 21 {
			t.Errorf("%d words: %.1f bits each, %.2f %% wrong", n, perWord, rate*100)
		}
	}
}

func TestSignatureStable(t *testing.T) {
	// Stored signatures must keep their meaning: change the store's version with this.
	if got := fmt.Sprintf("%x %x", Sign([]byte("orders topic")), hashWord("a_rather_long_identifier_name")); got != "[240600001000200a] d2d2289386834735" {
		t.Error(got)
	}
	// From FIPS 180-2, the example "abc".
	if got := HashBytes([]byte("abc")).String(); got != "ba7816bf8f01cfea414140de5dae2223" {
		t.Error(got)
	}
}

func FuzzSignature(f *testing.F) {
	f.Add([]byte("def send(x):\n    pass\n"))
	f.Add(bytes.Repeat([]byte("ab_9 \xff"), 40))
	f.Fuzz(func(t *testing.T, data []byte) { checkSignature(t, data) })
}

func TestPrefilter(t *testing.T) {
	for _, c := range []struct {
		words      []string
		data       string
		want       bool
		anchorsMax int
	}{
		{nil, "kafka", false, 0},
		{[]string{""}, "kafka", false, 0},
		{[]string{"kafka"}, "x kafka-python", true, 1},
		{[]string{"kafka"}, "kafka", true, 1},
		{[]string{"kafka"}, "kafk", false, 1},
		{[]string{"kafka"}, "afka", false, 1},
		{[]string{"kafka", "Kafka", "KAFKA"}, "xKAFKA", true, 2},
		{[]string{"kafka-python", "kafka", "org.apache.kafka"}, "kafka", true, 1},
		{[]string{"a", "b"}, "zzzb", true, 2},
		{[]string{"ab"}, "aab", true, 1},
		{[]string{"\xff\x00"}, "a\xff\x00", true, 1},
		{[]string{"kafka"}, "", false, 1},
	} {
		p := NewPrefilter(c.words...)
		if got := p.ContainsAny([]byte(c.data)); got != c.want || len(p.anchors) > c.anchorsMax {
			t.Errorf("%q in %q: %v, %d passes", c.words, c.data, got, len(p.anchors))
		}
	}
}

func FuzzPrefilter(f *testing.F) {
	f.Add("kafka", "Kafka", []byte("some kafk Kafka"))
	f.Fuzz(func(t *testing.T, a, b string, data []byte) {
		want := a != "" && bytes.Contains(data, []byte(a)) || b != "" && bytes.Contains(data, []byte(b))
		if got := NewPrefilter(a, b).ContainsAny(data); got != want {
			t.Errorf("%q, %q in %q: %v", a, b, data, got)
		}
	})
}
