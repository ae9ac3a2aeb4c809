package source

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// makeTree writes n files in folders of 25, one in four of them of no kind,
// and a .gitignore as projects have it.
func makeTree(t testing.TB, root string, n int) {
	var ignore strings.Builder
	for i := range 60 {
		fmt.Fprintf(&ignore, "*.x%d\nname%d\n/anchored%d/\n", i, i, i)
	}
	write(t, root, ".gitignore", ignore.String())
	for i := range n {
		dir := filepath.Join(root, fmt.Sprintf("d%d/e%d/f%d", i/2500, i/250%10, i/25%10))
		if i%25 == 0 {
			must(t, os.MkdirAll(dir, 0o755))
		}
		ext := "py"
		if i%4 == 3 {
			ext = "png"
		}
		must(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("file_%d.%s", i, ext)), []byte("x = 1\n"), 0o644))
	}
}

func BenchmarkWalk(b *testing.B) {
	root := b.TempDir()
	makeTree(b, root, 10_000)
	b.Run("source.Walk", func(b *testing.B) {
		for b.Loop() {
			Walk(context.Background(), root, Options{})
		}
	})
	b.Run("filepath.WalkDir", func(b *testing.B) {
		for b.Loop() {
			must(b, filepath.WalkDir(root, func(string, fs.DirEntry, error) error { return nil }))
		}
	})
	b.Run("filepath.WalkDir+stat", func(b *testing.B) {
		for b.Loop() {
			must(b, filepath.WalkDir(root, func(path string, d fs.DirEntry, _ error) error {
				if strings.HasSuffix(path, ".py") {
					_, err := d.Info()
					return err
				}
				return nil
			}))
		}
	})
}

// benchSet is a Set of n files that needs no disk.
func benchSet(n int) *Set {
	s := &Set{w: &walker{root: "/nowhere", real: "/nowhere", disk: osDisk{}, beside: newBeside()}}
	var got found
	got.folders = []folder{{dir: ""}}
	for d := range n / 20 {
		dir := fmt.Sprintf("folder%05d/", d)
		got.folders = append(got.folders, folder{dir: dir})
		for i := range 20 {
			got.files = append(got.files, Entry{Path: fmt.Sprintf("%sfile%02d.py", dir, i), Kind: KindCode, Lang: Python})
		}
	}
	s.takeAll(got)
	return s
}

func BenchmarkWith(b *testing.B) {
	for _, n := range []int{20_000, 200_000} {
		s := benchSet(n)
		text := []byte(strings.Repeat("x = 1\n", 1000))
		b.Run(fmt.Sprintf("%d/edit", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.With(Opened("folder00500/file07.py", text))
			}
		})
		b.Run(fmt.Sprintf("%d/unsaved", n), func(b *testing.B) {
			for b.Loop() {
				s.With(Opened("folder00500/new.py", text))
			}
		})
		b.Run(fmt.Sprintf("%d/deleted", n), func(b *testing.B) {
			for b.Loop() {
				s.With(Touched("folder00500/file07.py"))
			}
		})
		other := s.With(Touched("folder00500/file07.py"))
		b.Run(fmt.Sprintf("%d/diff", n), func(b *testing.B) {
			for b.Loop() {
				Diff(s, other)
			}
		})
	}
}

func BenchmarkReadFile(b *testing.B) {
	root := b.TempDir()
	write(b, root, "a/b/c/d/file.py", strings.Repeat("x", 6000))
	s := open(b, root)
	b.Run("Set", func(b *testing.B) {
		for b.Loop() {
			s.ReadFile("a/b/c/d/file.py")
		}
	})
	b.Run("os", func(b *testing.B) {
		for b.Loop() {
			os.ReadFile(root + "/a/b/c/d/file.py")
		}
	})
	b.Run("os.Root", func(b *testing.B) {
		for b.Loop() {
			rootRead(root, "a/b/c/d/file.py", MaxFile)
		}
	})
}

// sampleCode is this package's own source, about 60 kB.
func sampleCode(t testing.TB) []byte {
	names, err := filepath.Glob("*.go")
	must(t, err)
	var all []byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		must(t, err)
		all = append(all, data...)
	}
	return all
}

func BenchmarkScan(b *testing.B) {
	data := sampleCode(b)
	run := func(name string, f func(data []byte)) {
		for _, size := range []int{8 << 10, len(data)} {
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				b.SetBytes(int64(size))
				for b.Loop() {
					f(data[:size])
				}
			})
		}
	}
	run("Sign", func(data []byte) { Sign(data) })
	run("HashBytes", func(data []byte) { HashBytes(data) })
	run("NewLines", func(data []byte) { NewLines(data) })
	filter := NewPrefilter("kafka", "KAFKA", "Kafka", "topic")
	data = bytes.ReplaceAll(bytes.ReplaceAll(data, []byte("af"+"ka"), []byte("afak")), []byte("topi"), []byte("tipo"))
	data = bytes.ReplaceAll(data, []byte("KAF"+"KA"), []byte("KAFAK"))
	run("ContainsAny", func(data []byte) {
		if filter.ContainsAny(data) {
			b.Fatal("found")
		}
	})
	run("copy", func(data []byte) { bytes.Clone(data) })
}

func BenchmarkMayContain(b *testing.B) {
	s := Sign(sampleCode(b)[:8<<10])
	w := NewWord("produce_message")
	for b.Loop() {
		s.MayContainWord(w)
	}
}
