package facts_test

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"topicls/index/extract/python"
	"topicls/index/facts"
)

// sources returns all Python sources in examples and test data: the files
// themselves and those in archives.
func sources(tb testing.TB) (out [][]byte) {
	tb.Helper()
	for _, root := range []string{"../../examples", ".."} {
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			switch filepath.Ext(path) {
			case ".py":
				b, err := os.ReadFile(path)
				out = append(out, b)
				return err
			case ".txtar":
				a, err := txtar.ParseFile(path)
				if err != nil {
					return err
				}
				for _, f := range a.Files {
					if strings.HasSuffix(f.Name, ".py") {
						out = append(out, f.Data)
					}
				}
			}
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	if len(out) < 100 {
		tb.Fatalf("only %d sources", len(out))
	}
	return out
}

// real is what the extractor says about all sources, and files of their kinds.
func real(tb testing.TB) (files []*facts.File) {
	for _, src := range sources(tb) {
		files = append(files, python.Extract(src))
	}
	for _, src := range []string{"", "\x00", "x = 'caf\xe9'\n", "\ufeffx = 1\r\n\r", strings.Repeat("a = 1\n", 1<<20)} {
		files = append(files, python.Extract([]byte(src)))
	}
	return files
}

func TestRoundTrip(t *testing.T) {
	encoded, exprs := 0, 0
	for _, f := range real(t) {
		if err := f.Check(); err != nil {
			t.Fatalf("extracted: %v", err)
		}
		b := facts.Encode(f)
		got, err := facts.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(f, got); diff != "" {
			t.Fatalf("differs (-want +got):\n%s", diff)
		}
		if len(f.Exprs) > 1 {
			encoded += len(b)
			exprs += len(f.Exprs)
		}
	}
	if per := float64(encoded) / float64(exprs); per > 14 {
		t.Errorf("%.1f bytes for each expression", per)
	}
}

// A damaged or foreign file gives an error or a File that passes Check, never
// a panic, and costs no more memory than its bytes may hold.
func TestDamaged(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, f := range real(t) {
		b := facts.Encode(f)
		if len(b) > 1<<14 {
			continue
		}
		for n := 0; n < len(b); n += 1 + len(b)/50 {
			if _, err := facts.Decode(b[:n]); err == nil {
				t.Fatalf("%d of %d bytes are accepted", n, len(b))
			}
		}
		if _, err := facts.Decode(append(slices.Clone(b), 0)); err == nil {
			t.Fatal("a byte more is accepted")
		}
		for range 50 {
			bad := slices.Clone(b)
			for range 1 + r.IntN(3) {
				bad[r.IntN(len(bad))] ^= byte(1 + r.IntN(255))
			}
			decodeForeign(t, bad)
		}
	}
}

func decodeForeign(t *testing.T, b []byte) {
	t.Helper()
	f, err := facts.Decode(b)
	if err != nil {
		return
	}
	if err := f.Check(); err != nil {
		t.Errorf("accepted: %v", err)
	}
	again, err := facts.Decode(facts.Encode(f))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f, again); diff != "" {
		t.Errorf("accepted, but differs when encoded again:\n%s", diff)
	}
}

// A count that promises more rows than there are bytes is found before they
// get memory.
func TestPromises(t *testing.T) {
	whole := facts.Encode(python.Extract([]byte("x = 1\n")))
	for i := 1; i < len(whole); i++ {
		b := slices.Concat(whole[:i], []byte{0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, whole[i:])
		if n := testing.AllocsPerRun(1, func() { _, _ = facts.Decode(b) }); n > 100 {
			t.Errorf("%v allocations", n)
		}
	}
}

func TestVersion(t *testing.T) {
	b := facts.Encode(python.Extract([]byte("x = 1\n")))
	b[0]++
	if _, err := facts.Decode(b); err == nil {
		t.Error("another version is accepted")
	}
	if _, err := facts.Decode(nil); err == nil {
		t.Error("nothing is accepted")
	}
}

func FuzzDecode(f *testing.F) {
	for i, x := range real(f) {
		if b := facts.Encode(x); i%7 == 0 && len(b) < 1<<12 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) { decodeForeign(t, b) })
}

// corpus returns the facts of the files of TOPICLS_CORPUS, or else of the test
// data, and how many bytes they take in memory.
func corpus(b *testing.B) (files []*facts.File, memory int64) {
	if root := os.Getenv("TOPICLS_CORPUS"); root != "" {
		_ = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".py") {
				if src, err := os.ReadFile(path); err == nil {
					files = append(files, python.Extract(src))
				}
			}
			return nil
		})
	} else {
		for _, src := range sources(b) {
			files = append(files, python.Extract(src))
		}
	}
	for _, f := range files {
		memory += int64(f.Size())
	}
	return files, memory
}

func BenchmarkEncode(b *testing.B) {
	files, memory := corpus(b)
	b.SetBytes(memory)
	exprs, size := 0, 0
	for b.Loop() {
		exprs, size = 0, 0
		for _, f := range files {
			size += len(facts.Encode(f))
			exprs += len(f.Exprs)
		}
	}
	b.ReportMetric(float64(size)/float64(exprs), "B/expr")
	b.ReportMetric(float64(memory)/float64(size), "x-smaller")
}

// BenchmarkDecode counts bytes as they are in memory.
func BenchmarkDecode(b *testing.B) {
	files, memory := corpus(b)
	b.SetBytes(memory)
	var encoded [][]byte
	for _, f := range files {
		encoded = append(encoded, facts.Encode(f))
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, e := range encoded {
			if _, err := facts.Decode(e); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(files)), "files")
}
