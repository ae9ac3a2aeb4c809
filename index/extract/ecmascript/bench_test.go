package ecmascript

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// corpus returns real files by dialect: those of TOPICLS_CORPUS, or of the
// packages of Node.js installed here. It is empty where there are none.
func corpus(tb testing.TB) (files [][]byte, dialect []Dialect) {
	roots := []string{os.Getenv("TOPICLS_CORPUS")}
	if roots[0] == "" {
		roots = []string{"/usr/share/nodejs", "/usr/lib/node_modules", "/usr/local/lib/node_modules"}
	}
	total := 0
	for _, root := range roots {
		_ = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || total > 4<<20 {
				return nil
			}
			d, ok := map[string]Dialect{".js": JavaScript, ".mjs": JavaScript, ".cjs": JavaScript, ".jsx": JavaScript, ".ts": TypeScript, ".tsx": TSX}[filepath.Ext(path)]
			if !ok {
				return nil
			}
			b, err := os.ReadFile(path)
			if err == nil && len(b) > 0 && len(b) < 1<<19 {
				files, dialect = append(files, b), append(dialect, d)
				total += len(b)
			}
			return nil
		})
	}
	if len(files) == 0 {
		tb.Skip("no JavaScript files here")
	}
	return files, dialect
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
	files, dialect := corpus(b)
	b.SetBytes(size(files))
	xs := []*Extractor{New(JavaScript), New(TypeScript), New(TSX)}
	var buf syntax.Buffer
	parse, both, extract := newBest(files), newBest(files), newBest(files)
	for b.Loop() {
		for i, src := range files {
			t0 := time.Now()
			_ = views[dialect[i]]().ParseOnly(src)
			t1 := time.Now()
			tree, problem := views[dialect[i]]().Parse(src, &buf)
			t2 := time.Now()
			if problem != nil {
				continue
			}
			x := xs[dialect[i]]
			x.Start(src)
			x.reset()
			x.walk(tree)
			sink = x.Finish(x.dialect.lang())
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
	files, dialect := corpus(b)
	b.SetBytes(size(files))
	b.ReportAllocs()
	xs := []*Extractor{New(JavaScript), New(TypeScript), New(TSX)}
	for b.Loop() {
		for i, src := range files {
			sink = xs[dialect[i]].Extract(src)
		}
	}
}

// BenchmarkFacts is the way from a tree to facts.
func BenchmarkFacts(b *testing.B) {
	files, dialect := corpus(b)
	b.SetBytes(size(files))
	b.ReportAllocs()
	xs := []*Extractor{New(JavaScript), New(TypeScript), New(TSX)}
	trees := make([]syntax.Tree, len(files))
	for i, src := range files {
		var buf syntax.Buffer
		trees[i], _ = views[dialect[i]]().Parse(src, &buf)
	}
	rows := 0
	for b.Loop() {
		rows = 0
		for i, src := range files {
			if trees[i].Nodes == nil {
				continue
			}
			x := xs[dialect[i]]
			x.Start(src)
			x.reset()
			x.walk(trees[i])
			sink = x.Finish(x.dialect.lang())
			rows += len(sink.Exprs)
		}
	}
	b.ReportMetric(float64(rows), "exprs")
}

var sink *facts.File
