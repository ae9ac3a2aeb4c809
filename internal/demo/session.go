package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf16"
)

// scan is the part of `topicls scan --format json` that the session needs.
type scan struct {
	Endpoints []endpoint
	Topics    []struct {
		Name                 string
		Producers, Consumers []string
	}
}

type endpoint struct {
	Role  string
	File  string
	Range struct{ Start, End struct{ Line, Column int } }

	Topics []struct{ Name string }
}

// session shows what an editor shows: the hover of a produced topic, where
// definition leads from there, and the diagnostics.
func session(ctx context.Context, p *printer, program, dir string) error {
	root, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	data, err := capture(ctx, program, "scan", "--quiet", "--format", "json", dir)
	if err != nil {
		return err
	}
	var found scan
	if err := json.Unmarshal(data, &found); err != nil {
		return fmt.Errorf("scan --format json: %w", err)
	}
	c, err := start(ctx, program, root)
	if err != nil {
		return err
	}
	if from, topic, ok := best(found); ok {
		if err := showTopic(ctx, p, c, root, from, topic); err != nil {
			return err
		}
	} else {
		p.note("no topic here has both sides: nothing to hover on")
	}
	// Diagnostics come when the workspace is quiet; what check found, the editor gets.
	want, err := capture(ctx, program, "check", "--quiet", dir)
	if err != nil {
		return err
	}
	n := len(regexp.MustCompile(`(?m)^\S.*\[[a-z-]+\]$`).FindAll(want, -1))
	if err := c.until(ctx, func() bool { return c.count() >= n }); err != nil {
		return fmt.Errorf("%d diagnostics of %d came: %w", c.count(), n, err)
	}
	showDiagnostics(p, c, root)
	return c.close(ctx)
}

// best chooses the produce endpoint to hover on: a topic with as many services
// on its other side as possible.
func best(s scan) (endpoint, string, bool) {
	others := map[string]int{}
	for _, t := range s.Topics {
		if len(t.Producers) > 0 {
			others[t.Name] = len(t.Consumers)
		}
	}
	var at endpoint
	topic, most := "", 0
	for _, e := range s.Endpoints {
		if e.Role == "produce" && len(e.Topics) == 1 && others[e.Topics[0].Name] > most {
			at, topic, most = e, e.Topics[0].Name, others[e.Topics[0].Name]
		}
	}
	return at, topic, most > 0
}

func showTopic(ctx context.Context, p *printer, c *client, root string, e endpoint, topic string) error {
	path := filepath.Join(root, filepath.FromSlash(e.File))
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	lines := strings.Split(string(text), "\n")
	type object = map[string]any
	uri := fileURI(path)
	language := map[string]string{".py": "python"}[filepath.Ext(path)]
	err = c.send(message{Method: "textDocument/didOpen", Params: object{
		"textDocument": object{"uri": uri, "languageId": language, "version": 1, "text": string(text)},
	}})
	if err != nil {
		return err
	}

	var hover struct {
		Contents struct{ Value string }
		Range    *span
	}
	var params object
	// While the server indexes, its answers are empty.
	for hover.Range == nil {
		// The caret goes to the first word of the call where there is a hover on this topic.
		for _, at := range words(lines, e) {
			params = object{"textDocument": object{"uri": uri}, "position": at}
			if err := c.call(ctx, "textDocument/hover", params, &hover); err != nil {
				return fmt.Errorf("no hover on %s at %s:%d: %w", topic, e.File, e.Range.Start.Line, err)
			}
			if hover.Range != nil && strings.Contains(hover.Contents.Value, topic) {
				break
			}
			hover.Range = nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	line := hover.Range.Start.Line
	p.title(fmt.Sprintf("%s:%d, the caret on the topic", e.File, line+1))
	p.text(lines[line])
	p.text(strings.Repeat(" ", hover.Range.Start.Character) + strings.Repeat("^", max(1, hover.Range.End.Character-hover.Range.Start.Character)))
	p.title("Hover")
	p.text(p.markdown(hover.Contents.Value))

	var to []location
	if err := c.call(ctx, "textDocument/definition", params, &to); err != nil {
		return err
	}
	p.title("Definition: the consumers")
	for _, l := range to {
		p.text(fmt.Sprintf("%s:%d  %s", relative(root, l.URI), l.Range.Start.Line+1, sourceLine(l)))
	}
	return nil
}

// words returns the end of each word in an endpoint's call.
func words(lines []string, e endpoint) (out []position) {
	first := e.Range.Start.Line - 1
	for n := first; n < min(e.Range.End.Line, len(lines)); n++ {
		from := 0
		if n == first {
			from = e.Range.Start.Column - 1
		}
		for _, word := range regexp.MustCompile(`[\w.-]+`).FindAllStringIndex(lines[n][from:], -1) {
			out = append(out, position{n, units(lines[n][:from+word[1]]) - 1})
		}
	}
	return out
}

func showDiagnostics(p *printer, c *client, root string) {
	p.title("Diagnostics")
	var uris []string
	for uri, list := range c.diagnostics {
		if len(list) > 0 {
			uris = append(uris, uri)
		}
	}
	sort.Strings(uris)
	if len(uris) == 0 {
		p.text("none")
	}
	marks := map[int]string{1: p.style("31", "error  "), 2: p.style("33", "warning"), 3: p.style("34", "info   "), 4: p.style("2", "hint   ")}
	for _, uri := range uris {
		p.text(relative(root, uri))
		for _, d := range slices.SortedFunc(slices.Values(c.diagnostics[uri]), func(a, b diagnostic) int { return a.Range.Start.Line - b.Range.Start.Line }) {
			p.text(fmt.Sprintf("  %4d  %s  %s  %s", d.Range.Start.Line+1, marks[d.Severity], d.Message, p.style("2", d.Code)))
		}
	}
}

func (c *client) count() (n int) {
	for _, list := range c.diagnostics {
		n += len(list)
	}
	return n
}

var (
	link  = regexp.MustCompile(`\[([^\]]+)\]\([^)]*\)`)
	bold  = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	fence = regexp.MustCompile("(?m)^```.*\n")
	code  = regexp.MustCompile("`([^`\n]+)`")
)

// markdown is for a terminal what an editor makes of Markdown.
func (p *printer) markdown(s string) string {
	s = fence.ReplaceAllString(strings.ReplaceAll(s, "\r\n", "\n")+"\n", "")
	s = code.ReplaceAllString(s, "$1")
	s = link.ReplaceAllString(s, p.style("4", "$1"))
	s = bold.ReplaceAllString(s, p.style("1", "$1"))
	return strings.Trim(s, "\n")
}

// sourceLine is the text at a location.
func sourceLine(l location) string {
	data, err := os.ReadFile(filePath(l.URI))
	lines := strings.Split(string(data), "\n")
	if err != nil || l.Range.Start.Line >= len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[l.Range.Start.Line])
}

// units counts as the protocol does, in UTF-16.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

func fileURI(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/...
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

func filePath(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return uri
	}
	path := u.Path
	if len(path) > 2 && path[2] == ':' {
		path = path[1:]
	}
	return filepath.FromSlash(path)
}

func relative(root, uri string) string {
	if rel, err := filepath.Rel(root, filePath(uri)); err == nil {
		return filepath.ToSlash(rel)
	}
	return uri
}
