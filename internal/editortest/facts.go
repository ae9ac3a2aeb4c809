package editortest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Facts is what every editor is asked, and what it must be told.
type Facts struct {
	// Edit is made, and not saved, when the first questions are answered; those
	// that are asked After come behind it.
	Edit Edit   `json:"edit"`
	Asks []*Ask `json:"asks"`
}

// Edit replaces a text on a line (from 0) of a file.
type Edit struct {
	File string `json:"file"`
	Line int    `json:"line"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Ask is one question: a method of LSP, whose params lack the document's URI
// alone, or Diagnostics.
type Ask struct {
	Name   string         `json:"name"`
	Method string         `json:"method"`
	File   string         `json:"file,omitempty"`
	Params map[string]any `json:"params,omitempty"`
	After  bool           `json:"after,omitempty"`
	Answer []string       `json:"answer"`
}

// Diagnostics is the method of a question that no server is asked: what does
// the editor itself show in the file? Its answer is a list of [Shown].
const Diagnostics = "diagnostics"

// Shown is a diagnostic as an editor has it; its line counts from 1.
type Shown struct {
	Line    int    `json:"line"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// ReadFacts reads a file of facts.
func ReadFacts(path string) (*Facts, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var f Facts
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &f, nil
}

// Plain makes one list of texts of an answer, whatever form the editor's
// capabilities gave it: a hover's words, "path:line" of places, "path:line:column
// text" of edits.
func Plain(method, root string, answer json.RawMessage) ([]string, error) {
	out := []string{}
	switch method {
	case "textDocument/hover":
		var hover *struct{ Contents struct{ Value string } }
		if err := json.Unmarshal(answer, &hover); err != nil {
			return nil, err
		}
		if hover != nil {
			out = append(out, words(hover.Contents.Value))
		}
	case Diagnostics:
		var shown []Shown
		if err := json.Unmarshal(answer, &shown); err != nil {
			return nil, err
		}
		for _, d := range shown {
			out = append(out, fmt.Sprintf("%d %s %s", d.Line, d.Code, d.Message))
		}
	case "textDocument/rename":
		var edit *workspaceEdit
		if err := json.Unmarshal(answer, &edit); err != nil {
			return nil, err
		}
		if edit != nil {
			out = edit.plain(root)
		}
	default:
		var places []place
		if err := json.Unmarshal(answer, &places); err != nil {
			return nil, err
		}
		for _, p := range places {
			out = append(out, p.plain(root))
		}
	}
	slices.Sort(out)
	return out, nil
}

var (
	linkTarget = regexp.MustCompile(`\]\([^)]*\)`)
	fence      = regexp.MustCompile("(?m)^```.*$")
	bullet     = regexp.MustCompile(`(?m)^\s*- `)
	colon      = regexp.MustCompile(`:(\s|$)`)
)

// words is a text without what Markdown adds to it, or what plain text has instead.
func words(text string) string {
	text = linkTarget.ReplaceAllString(text, "")
	text = fence.ReplaceAllString(text, "")
	text = bullet.ReplaceAllString(text, "")
	text = colon.ReplaceAllString(text, "$1")
	text = strings.NewReplacer("*", "", "`", "", "[", "", `\`, "").Replace(text)
	return strings.Join(strings.Fields(text), " ")
}

type lspRange struct{ Start struct{ Line, Character int } }

// place is a Location, a LocationLink or a symbol.
type place struct {
	URI                  string
	Range                lspRange
	TargetURI            string
	TargetSelectionRange lspRange
	Name                 string
	Location             *place
}

func (p place) plain(root string) string {
	switch {
	case p.Location != nil:
		return p.Name + " " + p.Location.plain(root)
	case p.TargetURI != "":
		return fmt.Sprintf("%s:%d", relative(root, p.TargetURI), p.TargetSelectionRange.Start.Line+1)
	}
	return fmt.Sprintf("%s:%d", relative(root, p.URI), p.Range.Start.Line+1)
}

type textEdit struct {
	Range   lspRange
	NewText string
}

// workspaceEdit has its changes in one of two forms.
type workspaceEdit struct {
	Changes         map[string][]textEdit
	DocumentChanges []struct {
		TextDocument struct{ URI string }
		Edits        []textEdit
	}
}

func (e *workspaceEdit) plain(root string) []string {
	out := []string{}
	add := func(uri string, edits []textEdit) {
		for _, t := range edits {
			out = append(out, fmt.Sprintf("%s:%d:%d %s", relative(root, uri), t.Range.Start.Line+1, t.Range.Start.Character+1, t.NewText))
		}
	}
	for uri, edits := range e.Changes {
		add(uri, edits)
	}
	for _, d := range e.DocumentChanges {
		add(d.TextDocument.URI, d.Edits)
	}
	return out
}

// relative is a URI's path in the workspace.
func relative(root, uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return uri
	}
	rel, err := filepath.Rel(root, filepath.FromSlash(u.Path))
	if err != nil {
		return uri
	}
	return filepath.ToSlash(rel)
}
