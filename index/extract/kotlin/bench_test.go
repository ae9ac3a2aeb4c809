package kotlin

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// corpus returns the Kotlin files of TOPICLS_CORPUS, or else those in
// testdata.
func corpus(tb testing.TB) [][]byte {
	root := os.Getenv("TOPICLS_CORPUS")
	if root == "" {
		var files [][]byte
		for _, src := range language.Samples(tb) {
			files = append(files, src)
		}
		return files
	}
	var files [][]byte
	_ = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".kt") {
			return nil
		}
		if b, err := os.ReadFile(path); err == nil && len(b) > 0 {
			files = append(files, b)
		}
		return nil
	})
	return files
}

func size(files [][]byte) (n int64) {
	for _, f := range files {
		n += int64(len(f))
	}
	return n
}

var sink *facts.File

// BenchmarkShares reports what extracting facts costs beside a bare parse with
// tree-sitter's grammar: at most 0.25 of it.
func BenchmarkShares(b *testing.B) {
	files := corpus(b)
	b.SetBytes(size(files))
	view := syntax.Kotlin.View(syntax.Spec{})
	parse, extract := make([]time.Duration, len(files)), make([]time.Duration, len(files))
	best := func(t *time.Duration, d time.Duration) {
		if *t == 0 || d < *t {
			*t = d
		}
	}
	x := New()
	for b.Loop() {
		for i, src := range files {
			t0 := time.Now()
			_ = view.ParseOnly(src)
			t1 := time.Now()
			sink = x.Extract(src)
			best(&parse[i], t1.Sub(t0))
			best(&extract[i], time.Since(t1))
		}
	}
	var p, e time.Duration
	for i := range files {
		p += parse[i]
		e += extract[i]
	}
	b.ReportMetric(float64(e)/float64(p), "extract/parse")
}

// BenchmarkExtract is the whole way from bytes to facts.
func BenchmarkExtract(b *testing.B) {
	files := corpus(b)
	b.SetBytes(size(files))
	b.ReportAllocs()
	x := New()
	for b.Loop() {
		for _, src := range files {
			sink = x.Extract(src)
		}
	}
}
