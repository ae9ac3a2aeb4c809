package check_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"topicls/index"
	"topicls/index/check"
	"topicls/index/topology"
)

// A case is a workspace in the txtar format. A line on which a finding is
// expected ends with a claim, taken out before the workspace is read:
//
//	producer.send("orders", b"")  #@ topic-no-consumer:warning "by shop"
//
// It names the code and severity; text in quotes must be in the message. Every
// finding must be claimed and every claim must be met.
type claim struct {
	file string
	line int
	code string
	sev  topology.Severity
	text string
}

func (c claim) String() string {
	s := fmt.Sprintf("%s:%d: %s:%s", c.file, c.line, c.code, c.sev)
	if c.text != "" {
		s += fmt.Sprintf(" %q", c.text)
	}
	return s
}

var claimPattern = regexp.MustCompile(`([a-z-]+):([a-z]+)(?:\s+"([^"]*)")?`)

// unpack writes a case's files and returns its claims.
func unpack(t *testing.T, archive *txtar.Archive) (dir string, claims []claim) {
	t.Helper()
	dir = t.TempDir()
	for _, f := range archive.Files {
		lines := strings.Split(string(f.Data), "\n")
		for i, l := range lines {
			code, marks, ok := strings.Cut(l, "#@")
			if !ok {
				continue
			}
			lines[i] = strings.TrimRight(code, " ")
			for _, m := range claimPattern.FindAllStringSubmatch(marks, -1) {
				claims = append(claims, claim{f.Name, i + 1, m[1], topology.Severity(m[2]), m[3]})
			}
		}
		p := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, claims
}

func open(t *testing.T, dir string) *index.Snapshot {
	t.Helper()
	w, err := index.Open(context.Background(), dir, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return w.Snapshot()
}

func compareClaims(t *testing.T, in check.Input, found []topology.Diagnostic, claims []claim) {
	t.Helper()
	open := slices.Clone(claims)
	for _, d := range found {
		text, _ := in.Text(d.Place.File)
		got := claim{d.Place.File, 1 + strings.Count(string(text[:d.Place.Start]), "\n"), d.Code, d.Severity, ""}
		i := slices.IndexFunc(open, func(c claim) bool {
			return c.file == got.file && c.line == got.line && c.code == got.code && c.sev == got.sev && strings.Contains(d.Message, c.text)
		})
		if i < 0 {
			t.Errorf("not claimed: %v: %s", got, d.Message)
			continue
		}
		open = slices.Delete(open, i, i+1)
	}
	for _, c := range open {
		t.Errorf("not found: %v", c)
	}
}

func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(f)
			if err != nil {
				t.Fatal(err)
			}
			dir, claims := unpack(t, archive)
			in := open(t, dir)
			compareClaims(t, in, check.Run(in), claims)
		})
	}
}

// The example on each rule's page must give what the page says.
func TestExamples(t *testing.T) {
	for _, r := range check.Rules() {
		t.Run(r.Code, func(t *testing.T) {
			dir, claims := unpack(t, txtar.Parse([]byte(r.Workspace())))
			if !slices.ContainsFunc(claims, func(c claim) bool { return c.code == r.Code }) {
				t.Errorf("the example claims no %s", r.Code)
			}
			in := open(t, dir)
			compareClaims(t, in, check.Run(in), claims)
		})
	}
}
