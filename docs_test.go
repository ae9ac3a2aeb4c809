package topicls_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the program's output into the documents")

// Documents show what the program prints. A block is announced by a comment:
//
//	<!-- output of `topicls check examples/forecasting-pipeline` from "A" to "B" -->
//
// from and to are optional: the lines from the first one that has A to the
// next one that has B.
var shown = regexp.MustCompile("(?s)<!-- output of `([^`]+)`(?: from \"([^\"]*)\")?(?: to \"([^\"]*)\")? -->\n```text\n(.*?)```\n")

// TestShownOutput runs the commands whose output documents show.
func TestShownOutput(t *testing.T) {
	if strings.HasPrefix(runtime.GOOS, "windows") {
		t.Log("paths differ")
		return
	}
	readSources(t)
	bin := t.TempDir()
	for name, pkg := range map[string]string{"topicls": "topicls/cmd/topicls", "demo": "topicls/internal/demo"} {
		if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", filepath.Join(bin, name), pkg).CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", pkg, err, out)
		}
	}
	outputs := map[string]string{} // by command
	run := func(t *testing.T, command string) string {
		if out, ok := outputs[command]; ok {
			return out
		}
		args := strings.Fields(command)
		switch {
		case command == "make demo":
			args = []string{filepath.Join(bin, "demo"), "-program", filepath.Join(bin, "topicls"), "examples/forecasting-pipeline"}
		case args[0] == "topicls":
			args[0] = filepath.Join(bin, "topicls")
		default:
			t.Fatalf("can't run %q", command)
		}
		var out, errs bytes.Buffer
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Stdout, cmd.Stderr = &out, &errs
		var exit *exec.ExitError
		if err := cmd.Run(); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) { // 1: findings
			t.Fatalf("%s: %v\n%s", command, err, &errs)
		}
		outputs[command] = out.String()
		return out.String()
	}
	blocks := 0
	for _, doc := range documents(t) {
		data, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		text := shown.ReplaceAllStringFunc(string(data), func(block string) string {
			m := shown.FindStringSubmatch(block)
			blocks++
			want, err := excerpt(run(t, m[1]), m[2], m[3])
			if err != nil {
				t.Errorf("%s: %s: %v", doc, m[1], err)
				return block
			}
			if !*update && m[4] != want {
				t.Errorf("%s shows another output of %s (go test . -update writes it):\n%s", doc, m[1], cmp.Diff(m[4], want))
			}
			return strings.TrimSuffix(block, m[4]+"```\n") + want + "```\n"
		})
		if *update {
			if err := os.WriteFile(doc, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if blocks == 0 {
		t.Error("no document shows any output")
	}
}

// excerpt returns the lines between two that are found by their text, with
// both. Trailing spaces are taken away.
func excerpt(output, from, to string) (string, error) {
	var lines []string
	for l := range strings.Lines(output) {
		lines = append(lines, strings.TrimRight(l, " \n"))
	}
	has := func(text string) func(string) bool {
		return func(line string) bool { return strings.Contains(line, text) }
	}
	first := slices.IndexFunc(lines, has(from))
	if first < 0 {
		return "", fmt.Errorf("no line with %q in its output:\n%s", from, output)
	}
	lines = lines[first:]
	if to != "" {
		n := slices.IndexFunc(lines, has(to))
		if n < 0 {
			return "", fmt.Errorf("no line with %q in its output:\n%s", to, output)
		}
		lines = lines[:n+1]
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n", nil
}

var (
	links   = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	targets = regexp.MustCompile("(?m)\\bmake ([a-z]+)\\b(?:`|[ \\t]*$|\\s+#| [A-Z]+=)")
	fenced  = regexp.MustCompile("(?s)\n```.*?\n```")
	private = regexp.MustCompile(`(^|[\s("` + "`" + `])/(work|root|home)/`)
)

// TestDocuments checks that what documents refer to exists: files, headings,
// make targets.
func TestDocuments(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range documents(t) {
		data, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range targets.FindAllStringSubmatch(string(data), -1) {
			if !regexp.MustCompile(`(?m)^` + m[1] + `:`).Match(makefile) {
				t.Errorf("%s: there is no make %s", doc, m[1])
			}
		}
		if m := private.Find(data); m != nil {
			t.Errorf("%s names a path of somebody's machine: %q", doc, m)
		}
		for _, m := range links.FindAllStringSubmatch(fenced.ReplaceAllString(string(data), ""), -1) {
			file, heading, _ := strings.Cut(m[1], "#")
			if strings.Contains(file, "://") {
				continue
			}
			target := doc
			if file != "" {
				target = path.Join(path.Dir(doc), file)
			}
			text, err := os.ReadFile(target)
			if info, e := os.Stat(target); e == nil && info.IsDir() && heading == "" {
				continue
			}
			if err != nil {
				t.Errorf("%s: link to %s: %v", doc, m[1], err)
				continue
			}
			if heading != "" && !slices.Contains(headings(string(text)), heading) {
				t.Errorf("%s: link to %s: no such heading", doc, m[1])
			}
		}
	}
}

// headings returns the names by which the headings of a document are linked to.
func headings(text string) (names []string) {
	for line := range strings.Lines(fenced.ReplaceAllString(text, "")) {
		if title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && strings.HasPrefix(line, "#") {
			name := regexp.MustCompile(`[^\w -]`).ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), "")
			names = append(names, strings.ReplaceAll(name, " ", "-"))
		}
	}
	return names
}

// documents lists the project's own Markdown files.
func documents(t *testing.T) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && p != "." && (name[0] == '.' || name == "testdata" || name == "node_modules" || name == "bin") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(p, ".md") {
			paths = append(paths, filepath.ToSlash(p))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// readSources looks at all that the programs are built from, so that go test
// does not take an old result when they change: it sees what a test opens.
func readSources(t *testing.T) {
	t.Helper()
	for _, dir := range []string{"cmd", "index", "lsp", "internal", "examples", "go.mod", "go.sum"} {
		if err := filepath.WalkDir(dir, func(_ string, _ fs.DirEntry, err error) error { return err }); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.ReadFile("go.sum"); err != nil {
		t.Fatal(err)
	}
}
