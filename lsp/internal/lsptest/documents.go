package lsptest

import (
	"encoding/json"
	"net/url"
	"path/filepath"
	"strings"
)

// document is an open document.
type document struct {
	uri     string
	version int
}

// Change is one change of didChange; Range is nil for the whole text.
type Change struct {
	Range *Range `json:"range,omitempty"`
	Text  string `json:"text"`
}

// URI spells the URI of a path as VS Code does; what is a URI already stays.
func URI(path string) string {
	if !strings.HasPrefix(path, "/") {
		return path
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	return u.String()
}

func samePath(uri, path string) bool {
	a, err1 := url.Parse(uri)
	b, err2 := url.Parse(URI(path))
	return err1 == nil && err2 == nil && a.Scheme == b.Scheme && a.Path == b.Path && a.Opaque == b.Opaque
}

// Open opens a document, given by path or URI.
func (e *Editor) Open(path, language, text string) {
	e.t.Helper()
	d := &document{uri: URI(path), version: 1}
	e.docs[path] = d
	e.Notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": d.uri, "languageId": language, "version": d.version, "text": text,
	}})
}

// Change changes an open document.
func (e *Editor) Change(path string, changes ...Change) {
	e.t.Helper()
	d := e.docs[path]
	if d == nil {
		e.t.Fatalf("%s is not open", path)
	}
	d.version++
	e.Notify("textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": d.uri, "version": d.version},
		"contentChanges": changes,
	})
}

// SetText replaces the whole text of an open document.
func (e *Editor) SetText(path, text string) {
	e.t.Helper()
	e.Change(path, Change{Text: text})
}

// Save says that a document was saved.
func (e *Editor) Save(path string) {
	e.t.Helper()
	e.Notify("textDocument/didSave", map[string]any{"textDocument": map[string]any{"uri": URI(path)}})
}

// CloseDocument closes an open document.
func (e *Editor) CloseDocument(path string) {
	e.t.Helper()
	delete(e.docs, path)
	e.Notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": URI(path)}})
}

// At makes the params of a request at a position.
func At(path string, line, character int) map[string]any {
	return map[string]any{
		"textDocument": map[string]any{"uri": URI(path)},
		"position":     Position{line, character},
	}
}

// Location is a place that an answer leads to. Origin is set when the server
// answered with a LocationLink that has one.
type Location struct {
	URI    string
	Range  Range
	Origin *Range
}

// UnmarshalJSON reads a Location or a LocationLink.
func (l *Location) UnmarshalJSON(data []byte) error {
	var raw struct {
		URI                  string
		Range                Range
		OriginSelectionRange *Range
		TargetURI            string
		TargetSelectionRange Range
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	*l = Location{URI: raw.URI, Range: raw.Range, Origin: raw.OriginSelectionRange}
	if raw.TargetURI != "" {
		l.URI, l.Range = raw.TargetURI, raw.TargetSelectionRange
	}
	return nil
}
