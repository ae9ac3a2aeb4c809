package java

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

// corpus returns real Java files: those of TOPICLS_CORPUS, or of the Java
// installed here. It is empty where there is none.
func corpus(tb testing.TB) [][]byte {
	roots := []string{os.Getenv("TOPICLS_CORPUS")}
	if roots[0] == "" {
		roots, _ = filepath.Glob("/usr/lib/python3*")
	}
	var files [][]byte
	total := 0
	for _, root := range roots {
		_ = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".java") || total > 4<<20 {
				return nil
			}
			b, err := os.ReadFile(path)
			if err == nil && len(b) > 0 {
				files = append(files, b)
				total += len(b)
			}
			return nil
		})
	}
	if len(files) == 0 {
		tb.Skip("no Java files here")
	}
	return files
}

func size(files [][]byte) (n int64) {
	for _, f := range files {
		n += int64(len(f))
	}
	return n
}

// BenchmarkShares reports what copying the tree and extracting facts cost
// beside the parse: together at most 0.25 of it. It takes the best time of
// each file, since the shares are small beside the noise of the whole.
func BenchmarkShares(b *testing.B) {
	files := corpus(b)
	b.SetBytes(size(files))
	x := New()
	var buf syntax.Buffer
	parse, both, extract := newBest(files), newBest(files), newBest(files)
	for b.Loop() {
		for i, src := range files {
			t0 := time.Now()
			_ = view.ParseOnly(src)
			t1 := time.Now()
			tree, problem := view.Parse(src, &buf)
			t2 := time.Now()
			if problem != nil {
				continue
			}
			x.Start(src)
			x.walk(tree)
			sink = x.Finish("java")
			t3 := time.Now()
			parse.add(i, t1.Sub(t0))
			both.add(i, t2.Sub(t1))
			extract.add(i, t3.Sub(t2))
		}
	}
	bare := parse.sum()
	b.ReportMetric((both.sum()-bare)/bare, "copy/parse")
	b.ReportMetric(extract.sum()/bare, "extract/parse")
	b.ReportMetric((both.sum()-bare+extract.sum())/bare, "both/parse")
}

// best is the shortest time seen for each file.
type best []time.Duration

func newBest(files [][]byte) best { return make(best, len(files)) }

func (t best) add(i int, d time.Duration) {
	if t[i] == 0 || d < t[i] {
		t[i] = d
	}
}

func (t best) sum() (total float64) {
	for _, d := range t {
		total += float64(d)
	}
	return total
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

// BenchmarkFacts is the way from a tree to facts.
func BenchmarkFacts(b *testing.B) {
	files := corpus(b)
	b.SetBytes(size(files))
	b.ReportAllocs()
	x := New()
	trees := make([]syntax.Tree, len(files))
	for i, src := range files {
		var buf syntax.Buffer
		trees[i], _ = view.Parse(src, &buf)
	}
	rows := 0
	for b.Loop() {
		rows = 0
		for i, src := range files {
			if trees[i].Nodes == nil {
				continue
			}
			x.Start(src)
			x.walk(trees[i])
			sink = x.Finish("java")
			rows += len(sink.Exprs)
		}
	}
	b.ReportMetric(float64(rows), "exprs")
}

var sink *facts.File
