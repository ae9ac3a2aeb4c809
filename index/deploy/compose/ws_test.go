package compose

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestWS(t *testing.T) {
	root := os.Getenv("TOPICLS_WS")
	if root == "" {
		t.Skip()
	}
	dirs, _ := os.ReadDir(root)
	for _, d := range dirs {
		if only := os.Getenv("ONLY"); only != "" && d.Name() != only {
			continue
		}
		m := memFS{}
		filepath.WalkDir(filepath.Join(root, d.Name()), func(p string, e fs.DirEntry, err error) error {
			if err != nil {
				return nil
			}
			if e.IsDir() {
				if e.Name() == ".git" || e.Name() == "node_modules" {
					return filepath.SkipDir
				}
				return nil
			}
			rel, _ := filepath.Rel(filepath.Join(root, d.Name()), p)
			data, _ := os.ReadFile(p)
			m[rel] = data
			return nil
		})
		start := time.Now()
		r := Read(m)
		fmt.Printf("==== %s files=%d %v\n", d.Name(), len(m), time.Since(start))
		out := dump(m, r)
		if os.Getenv("FULL") == "" {
			for _, line := range strings.Split(out, "\n") {
				if strings.HasPrefix(line, "      ") {
					continue
				}
				if strings.HasPrefix(line, "    var") {
					continue
				}
				if len(line) > 260 {
					line = line[:260]
				}
				fmt.Println(line)
			}
		} else {
			fmt.Println(out)
		}
	}
}
