package lsp

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"topicls/lsp/internal/lsptest"
)

var update = flag.Bool("update", false, "write the hovers of marker tests into their archives")

// TestMarkers runs the cases in testdata. A case is a txtar archive of a
// workspace whose files carry marks behind `#@`: what an editor sees at places
// on the mark's line, which are found by their text (the first on the line, or
// the nth of "text@n").
//
//	hover("TEXT", re"..."), hover("TEXT", "part"), hover("TEXT", none)
//	hover("TEXT", @name)     the whole text, in the archive's file @name
//	loc(name, "TEXT")        names a place
//	def("TEXT", a, b), decl(...), impl(...), refs(...)   lead to exactly these places
//	uses("TEXT", a, b)       references without declarations
//	same("TEXT", a, b)       places that are marked with the text, in its file
//	rename("TEXT", "new", @name)       the lines that a rename changes, in @name
//	rename("TEXT", "new", re"...")     it is refused, with a reason
//	lens("TEXT", "2 consumers · 1 producer", ...)   the lenses above the text
//	hint("TEXT", "= orders")           the inlay hint behind the text
//	hint("TEXT", "= a | b", re"...")   and what it tells of itself when it is asked
//	fix("TEXT", "title", @name)        the lines that a quick fix at the text changes or adds
//	fixes("TEXT", "title", ...)        all quick fixes that there are
//	complete("TEXT", "x", "name", ...)   what is offered behind the text, which x takes the place of (text around it);
//	                                   a last re"..." is about what the first tells of itself
//	complete("TEXT", none)
//	calls("TEXT", "name", ...)         whom what is at the text calls, through topics: functions a topic, it functions
//	called("TEXT", "name", ...)        who calls it
//	tokens("text", ...)                what is marked as a topic's name on the line; given ones have a ! behind
//	symbol("query", "name", ...)   what a search finds, in this order
//	outline("name", ...)     the symbols of the file
//	diag("code", "TEXT"), diag("code", "TEXT", re"...")  a diagnostic on the text
//
// A line of marks alone is about the line before it. Every diagnostic must be claimed by a diag, unless the archive's comment has
// the line `diagnostics: any`. Files named @2/path, @3/path are edits of
// the file at path, made in an open document, one step after the other; each
// step checks the marks in its own files alone. Further lines of the comment:
//
//	encoding: utf-8          what the editor offers
//	folders: a b             workspace folders instead of the root
//	open: path path          documents to open; default: those with marks
//
// Each case runs as it is, with CRLF, and with characters outside of the basic
// plane put before the text.
func TestMarkers(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range archives {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		for _, v := range variants {
			if *update && v.name != "plain" {
				break // only the plain run, the first, is written
			}
			t.Run(name+"/"+v.name, func(t *testing.T) {
				if !*update {
					t.Parallel()
				}
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				runCase(t, path, txtar.Parse(data), v)
			})
		}
	}
}

// variant is a way in which a case's files are written.
type variant struct {
	name   string
	change func(name, text string) string
}

var variants = []variant{
	{"plain", func(_, s string) string { return s }},
	{"crlf", func(_, s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }},
	{"emoji", func(name, s string) string { return commentOf(name) + " 😀🎉 größer\n" + s }},
}

// commentOf is what begins a comment in a file.
func commentOf(name string) string {
	switch filepath.Ext(name) {
	case ".cs", ".go", ".java", ".js", ".json", ".jsonc", ".jsx", ".kt", ".mod", ".mts", ".ts", ".tsx", ".avsc", ".proto":
		return "//"
	}
	return "#"
}

// mark is one mark with its place.
type mark struct {
	file string
	line int // 0-based
	text string
	name string
	args []arg
}

type arg struct {
	kind byte // s string, r regexp, n name, @ golden
	text string
}

func (m *mark) String() string { return fmt.Sprintf("%s:%d %s", m.file, m.line+1, m.name) }

// session is one run of a case.
type session struct {
	t        *testing.T
	e        *lsptest.Editor
	archive  *txtar.Archive
	variant  variant
	root     string
	settings map[string]string
	utf8     bool
	texts    map[string]string // by path, as the editor sees them
	isOpen   map[string]bool
	locs     map[string]place
	golden   map[string]string
	changed  bool
}

type place struct {
	file string
	at   lsptest.Range
}

func (p place) String() string {
	return fmt.Sprintf("%s:%d:%d", p.file, p.at.Start.Line+1, p.at.Start.Character+1)
}

func runCase(t *testing.T, path string, a *txtar.Archive, v variant) {
	s := &session{
		t: t, archive: a, variant: v, root: t.TempDir(), settings: map[string]string{}, texts: map[string]string{},
		isOpen: map[string]bool{}, locs: map[string]place{}, golden: map[string]string{},
	}
	for _, line := range strings.Split(string(a.Comment), "\n") {
		if k, val, ok := strings.Cut(line, ": "); ok && !strings.Contains(k, " ") {
			s.settings[k] = strings.TrimSpace(val)
		}
	}
	steps := [][]txtar.File{nil}
	for _, f := range a.Files {
		switch {
		case strings.HasPrefix(f.Name, "@"):
			n, rest, isStep := strings.Cut(f.Name[1:], "/")
			step, err := strconv.Atoi(n)
			if !isStep || err != nil {
				s.golden[f.Name] = string(f.Data)
				continue
			}
			for len(steps) < step {
				steps = append(steps, nil)
			}
			steps[step-1] = append(steps[step-1], txtar.File{Name: rest, Data: f.Data})
		default:
			steps[0] = append(steps[0], f)
		}
	}
	opts := lsptest.Options{}
	if enc := s.settings["encoding"]; enc != "" {
		s.utf8 = enc == "utf-8"
		opts.Params = map[string]any{"capabilities": map[string]any{
			"general":      map[string]any{"positionEncodings": []string{enc}},
			"textDocument": map[string]any{"hover": map[string]any{"contentFormat": []string{"markdown"}}},
		}}
	}
	for _, f := range steps[0] {
		s.texts[f.Name] = v.change(f.Name, string(f.Data))
		write(t, filepath.Join(s.root, f.Name), s.texts[f.Name])
	}
	folders := []string{s.root}
	if list := strings.Fields(s.settings["folders"]); len(list) > 0 {
		folders = nil
		for _, f := range list {
			folders = append(folders, filepath.Join(s.root, f))
		}
	}
	s.e = lsptest.Start(t, serve, opts)
	s.e.Initialize(folders...)
	for i, files := range steps {
		var marks []mark
		if i > 0 {
			for _, f := range files {
				s.open(f.Name)
				s.texts[f.Name] = v.change(f.Name, string(f.Data))
				s.e.SetText(s.abs(f.Name), s.texts[f.Name])
			}
		}
		for _, f := range files {
			marks = append(marks, s.parse(f.Name)...)
		}
		s.step(marks, files)
		if t.Failed() {
			return
		}
	}
	s.e.Close()
	if s.changed && *update {
		if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func (s *session) abs(file string) string {
	if strings.Contains(file, ":") {
		return file
	}
	return filepath.Join(s.root, file)
}

func (s *session) open(file string) {
	if !s.isOpen[file] {
		s.isOpen[file] = true
		s.e.Open(s.abs(file), strings.TrimPrefix(filepath.Ext(file), "."), s.texts[file])
	}
}

// step checks the marks of one step.
func (s *session) step(marks []mark, files []txtar.File) {
	for i := range marks {
		if m := &marks[i]; m.name == "loc" {
			s.locs[m.args[0].text] = place{m.file, s.find(m, 1)}
		}
	}
	if list, ok := s.settings["open"]; ok {
		for _, f := range strings.Fields(list) {
			s.open(f)
		}
	} else {
		for i := range marks {
			if m := marks[i].name; m != "loc" && m != "diag" {
				s.open(marks[i].file)
			}
		}
	}
	settle(s.t, s.e)
	for i := range marks {
		s.check(&marks[i])
	}
	if s.settings["diagnostics"] != "any" {
		for _, f := range files {
			s.diagnostics(f.Name, marks)
		}
	}
}

func (s *session) check(m *mark) {
	switch m.name {
	case "loc", "diag":
	case "hover":
		s.hover(m)
	case "def":
		s.leads(m, "textDocument/definition", nil)
	case "decl":
		s.leads(m, "textDocument/declaration", nil)
	case "impl":
		s.leads(m, "textDocument/implementation", nil)
	case "refs":
		s.leads(m, "textDocument/references", map[string]any{"includeDeclaration": true})
	case "uses":
		s.leads(m, "textDocument/references", map[string]any{"includeDeclaration": false})
	case "same":
		s.same(m)
	case "rename":
		s.rename(m)
	case "lens":
		s.lens(m)
	case "hint":
		s.hint(m)
	case "fix", "fixes":
		s.fix(m)
	case "complete":
		s.complete(m)
	case "calls":
		s.calls(m, "callHierarchy/outgoingCalls")
	case "called":
		s.calls(m, "callHierarchy/incomingCalls")
	case "tokens":
		s.tokens(m)
	case "symbol":
		s.symbol(m)
	case "outline":
		s.outline(m)
	default:
		s.t.Errorf("%v: unknown mark", m)
	}
}

// find finds the text of an argument on the mark's line.
func (s *session) find(m *mark, i int) lsptest.Range {
	s.t.Helper()
	if i >= len(m.args) || m.args[i].kind != 's' {
		s.t.Fatalf("%v: argument %d is no text", m, i+1)
	}
	want, nth := m.args[i].text, 1
	if at := strings.LastIndexByte(want, '@'); at > 0 {
		if n, err := strconv.Atoi(want[at+1:]); err == nil {
			want, nth = want[:at], n
		}
	}
	off := -1
	for range nth {
		next := strings.Index(m.text[off+1:], want)
		if next < 0 {
			s.t.Fatalf("%v: no %q in %q", m, want, m.text)
		}
		off += 1 + next
	}
	return lsptest.Range{
		Start: lsptest.Position{Line: m.line, Character: s.column(m.text[:off])},
		End:   lsptest.Position{Line: m.line, Character: s.column(m.text[:off+len(want)])},
	}
}

func (s *session) column(before string) int {
	if s.utf8 {
		return len(before)
	}
	return len(utf16.Encode([]rune(before)))
}

func (s *session) hover(m *mark) {
	at := s.find(m, 0)
	var got *struct {
		Contents struct{ Value string }
		Range    *lsptest.Range
	}
	if err := s.e.Request("textDocument/hover", lsptest.At(s.abs(m.file), at.Start.Line, at.Start.Character), &got); err != nil {
		s.t.Errorf("%v: %v", m, err)
		return
	}
	value := ""
	if got != nil {
		value = s.neutral(got.Contents.Value)
		if got.Range == nil || before(at.Start, got.Range.Start) || before(got.Range.End, at.Start) {
			s.t.Errorf("%v: the hover's range %v has not the place %v", m, got.Range, at)
		}
	}
	for _, a := range m.args[1:] {
		switch {
		case a.kind == 'n' && a.text == "none":
			if got != nil {
				s.t.Errorf("%v: want nothing, got\n%s", m, value)
			}
		case got == nil:
			s.t.Errorf("%v: no hover", m)
			return
		case a.kind == 's' && !strings.Contains(value, a.text):
			s.t.Errorf("%v: no %q in\n%s", m, a.text, value)
		case a.kind == 'r' && !regexp.MustCompile(a.text).MatchString(value):
			s.t.Errorf("%v: no match for %q in\n%s", m, a.text, value)
		case a.kind == '@':
			s.compareGolden(m, a.text, value)
		}
	}
}

var lineNumber = regexp.MustCompile(`(:|#L)(\d+)(\]|\))`)

// neutral takes the workspace's folder out of a text, and the emoji line's
// effect on line numbers.
func (s *session) neutral(text string) string {
	text = strings.ReplaceAll(text, lsptest.URI(s.root), "file:///ws")
	if s.variant.name != "emoji" {
		return text
	}
	return lineNumber.ReplaceAllStringFunc(text, func(x string) string {
		p := lineNumber.FindStringSubmatch(x)
		n, _ := strconv.Atoi(p[2])
		return p[1] + strconv.Itoa(n-1) + p[3]
	})
}

func (s *session) compareGolden(m *mark, name, got string) {
	got += "\n"
	if *update {
		for i := range s.archive.Files {
			if f := &s.archive.Files[i]; f.Name == name {
				s.changed = s.changed || string(f.Data) != got
				f.Data = []byte(got)
				return
			}
		}
		s.archive.Files = append(s.archive.Files, txtar.File{Name: name, Data: []byte(got)})
		s.changed = true
		return
	}
	if diff := cmp.Diff(s.golden[name], got); diff != "" {
		s.t.Errorf("%v: %s (-want +got)\n%s", m, name, diff)
	}
}

func before(a, b lsptest.Position) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Character < b.Character
}

func (s *session) leads(m *mark, method string, context map[string]any) {
	at := s.find(m, 0)
	params := lsptest.At(s.abs(m.file), at.Start.Line, at.Start.Character)
	if context != nil {
		params["context"] = context
	}
	var list []lsptest.Location
	if err := s.e.Request(method, params, &list); err != nil {
		s.t.Errorf("%v: %v", m, err)
		return
	}
	if list == nil {
		s.t.Errorf("%v: null instead of a list", m)
	}
	var got []string
	for _, l := range list {
		got = append(got, place{s.rel(l.URI), l.Range}.String())
		if o := l.Origin; o != nil && (before(at.Start, o.Start) || before(o.End, at.Start)) {
			s.t.Errorf("%v: the origin %v has not the place %v", m, *o, at)
		}
	}
	s.samePlaces(m, got)
}

// same checks what is marked in the file.
func (s *session) same(m *mark) {
	at := s.find(m, 0)
	var list []struct{ Range lsptest.Range }
	if err := s.e.Request("textDocument/documentHighlight", lsptest.At(s.abs(m.file), at.Start.Line, at.Start.Character), &list); err != nil {
		s.t.Errorf("%v: %v", m, err)
	}
	var got []string
	for _, h := range list {
		got = append(got, place{m.file, h.Range}.String())
	}
	s.samePlaces(m, got)
}

// rename checks what a rename changes or why it is refused, and what an editor
// asks before it.
func (s *session) rename(m *mark) {
	at := s.find(m, 0)
	params := lsptest.At(s.abs(m.file), at.Start.Line, at.Start.Character)
	var prepared *struct {
		Range       lsptest.Range
		Placeholder string
	}
	refused := s.e.Request("textDocument/prepareRename", params, &prepared)
	params["newName"] = m.args[1].text
	var edit struct {
		DocumentChanges []struct {
			TextDocument struct{ URI string }
			Edits        []struct {
				Range   lsptest.Range
				NewText string
			}
		}
	}
	err := s.e.Request("textDocument/rename", params, &edit)
	for _, a := range m.args[2:] {
		switch {
		case a.kind == 'n' && a.text == "none":
			if err != nil || refused != nil || prepared != nil || len(edit.DocumentChanges) > 0 {
				s.t.Errorf("%v: want nothing, got %v %v %+v", m, err, prepared, edit)
			}
		case a.kind == 'r':
			if err == nil || !regexp.MustCompile(a.text).MatchString(err.Error()) {
				s.t.Errorf("%v: not refused for %q: %v", m, a.text, err)
			}
		case err != nil:
			s.t.Errorf("%v: %v", m, err)
		case prepared == nil || before(at.Start, prepared.Range.Start) || before(prepared.Range.End, at.Start):
			s.t.Errorf("%v: what is prepared is %+v (%v), which has not the place %v", m, prepared, refused, at)
		default:
			var got strings.Builder
			fmt.Fprintf(&got, "%s becomes %s\n", prepared.Placeholder, m.args[1].text)
			for _, d := range edit.DocumentChanges {
				file := s.rel(d.TextDocument.URI)
				fmt.Fprintf(&got, "%s\n", file)
				lines := strings.Split(strings.ReplaceAll(s.texts[file], "\r\n", "\n"), "\n")
				changed := map[int]string{}
				for i := len(d.Edits) - 1; i >= 0; i-- { // from the end, so that places stay
					e := d.Edits[i]
					line, ok := changed[e.Range.Start.Line]
					if !ok {
						line = lines[e.Range.Start.Line]
					}
					changed[e.Range.Start.Line] = s.replaced(line, e.Range, e.NewText)
				}
				for n, line := range lines {
					if now, ok := changed[n]; ok {
						fmt.Fprintf(&got, "  - %s\n  + %s\n", withoutMarks(line), withoutMarks(now))
					}
				}
			}
			s.compareGolden(m, a.text, strings.TrimSuffix(got.String(), "\n"))
		}
	}
}

func withoutMarks(line string) string {
	line, _, _ = strings.Cut(line, "#@")
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(line), "//"))
}

// replaced puts a text in the place of a range of a line.
func (s *session) replaced(line string, at lsptest.Range, text string) string {
	start, end := s.byteAt(line, at.Start.Character), s.byteAt(line, at.End.Character)
	return line[:start] + text + line[end:]
}

// byteAt turns a column of the client's into one of bytes.
func (s *session) byteAt(line string, column int) int {
	for i := range line {
		if s.column(line[:i]) == column {
			return i
		}
	}
	return len(line)
}

// samePlaces compares places with those that a mark names after its text.
func (s *session) samePlaces(m *mark, got []string) {
	var want []string
	for _, a := range m.args[1:] {
		p, ok := s.locs[a.text]
		if !ok {
			s.t.Errorf("%v: no loc %s", m, a.text)
		}
		want = append(want, p.String())
	}
	sort.Strings(got)
	sort.Strings(want)
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("%v(%s) (-want +got)\n%s", m, m.args[0].text, diff)
	}
}

func (s *session) rel(uri string) string {
	rel := strings.TrimPrefix(strings.TrimPrefix(uri, lsptest.URI(s.root)), "/")
	if name, err := url.PathUnescape(rel); err == nil {
		return name
	}
	return rel
}

// fix checks what a quick fix changes, or which there are.
func (s *session) fix(m *mark) {
	at := s.find(m, 0)
	params := lsptest.At(s.abs(m.file), 0, 0)
	params["range"] = lsptest.Range{Start: at.Start, End: at.Start}
	params["context"] = map[string]any{"diagnostics": s.published(m.file)}
	var list []struct {
		Title, Kind string
		Diagnostics []lsptest.Diagnostic
		Edit        struct {
			DocumentChanges []struct {
				Kind, URI    string
				TextDocument struct{ URI string }
				Edits        []textEdit
			}
		}
	}
	if err := s.e.Request("textDocument/codeAction", params, &list); err != nil {
		s.t.Errorf("%v: %v", m, err)
	}
	if m.name == "fixes" {
		s.sameNames(m, slices.DeleteFunc(slices.Clone(m.args[1:]), func(a arg) bool { return a.kind == 'n' }), func(yield func(string)) {
			for _, a := range list {
				yield(a.Title)
			}
		})
		return
	}
	for _, a := range list {
		if a.Title != m.args[1].text {
			continue
		}
		if len(a.Diagnostics) == 0 || a.Kind != "quickfix" {
			s.t.Errorf("%v: of no diagnostic: %+v", m, a)
		}
		var got strings.Builder
		for _, d := range a.Edit.DocumentChanges {
			if d.Kind != "" {
				fmt.Fprintf(&got, "%s %s\n", d.Kind, s.rel(d.URI))
				continue
			}
			file := s.rel(d.TextDocument.URI)
			was := s.texts[file]
			now := s.edited(was, d.Edits)
			if strings.Contains(was, "\r\n") && strings.Count(now, "\n") != strings.Count(now, "\r\n") {
				s.t.Errorf("%v: line ends are mixed", m)
			}
			fmt.Fprintf(&got, "%s\n", file)
			before, after := strings.Split(plainLines(was), "\n"), strings.Split(plainLines(now), "\n")
			for _, line := range changedLines(before, after) {
				fmt.Fprintf(&got, "  %s\n", line)
			}
		}
		s.compareGolden(m, m.args[2].text, strings.TrimSuffix(got.String(), "\n"))
		return
	}
	s.t.Errorf("%v: no quick fix %q among %+v", m, m.args[1].text, list)
}

type textEdit struct {
	Range   lsptest.Range
	NewText string
}

// edited applies edits to a text.
func (s *session) edited(text string, edits []textEdit) string {
	offset := func(p lsptest.Position) int {
		off := 0
		for range p.Line {
			off += strings.IndexByte(text[off:], '\n') + 1
		}
		line, _, _ := strings.Cut(text[off:], "\n")
		return off + s.byteAt(strings.TrimSuffix(line, "\r"), p.Character)
	}
	for _, e := range slices.Backward(edits) { // from the end, so that places stay
		text = text[:offset(e.Range.Start)] + e.NewText + text[offset(e.Range.End):]
	}
	return text
}

func plainLines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// changedLines lists the lines that are only in one of two texts, by the longest
// common begin and end.
func changedLines(a, b []string) (out []string) {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	add := func(sign string, lines []string) {
		for _, l := range lines {
			l, _, _ = strings.Cut(l, "#@")
			out = append(out, strings.TrimRight(sign+" "+l, " "))
		}
	}
	add("-", a[head:len(a)-tail])
	add("+", b[head:len(b)-tail])
	return out
}

// complete checks what is offered where a text ends.
func (s *session) complete(m *mark) {
	at := s.find(m, 0)
	var list struct {
		IsIncomplete *bool
		Items        []json.RawMessage
	}
	if err := s.e.Request("textDocument/completion", lsptest.At(s.abs(m.file), at.End.Line, at.End.Character), &list); err != nil || list.Items == nil || list.IsIncomplete == nil || *list.IsIncomplete {
		s.t.Errorf("%v: %+v, %v", m, list, err)
	}
	type item struct {
		Label    string
		TextEdit textEdit
	}
	var names []arg
	for i, a := range m.args[1:] {
		switch {
		case i == 0 && a.kind == 's':
			for _, raw := range list.Items {
				var x item
				if err := json.Unmarshal(raw, &x); err != nil {
					s.t.Fatal(err)
				}
				r := x.TextEdit.Range
				line := m.text
				if r.Start.Line != at.End.Line || r.End.Line != at.End.Line || line[s.byteAt(line, r.Start.Character):s.byteAt(line, r.End.Character)] != a.text {
					s.t.Errorf("%v: %q takes the place of %v", m, x.Label, r)
				}
			}
		case a.kind == 'r':
			var x struct{ Documentation struct{ Value string } }
			if len(list.Items) == 0 {
				continue
			}
			if err := s.e.Request("completionItem/resolve", list.Items[0], &x); err != nil || !regexp.MustCompile(a.text).MatchString(x.Documentation.Value) {
				s.t.Errorf("%v: no match for %q in %q, %v", m, a.text, x.Documentation.Value, err)
			}
		case a.kind == 's':
			names = append(names, a)
		}
	}
	s.sameNames(m, names, func(yield func(string)) {
		for _, raw := range list.Items {
			var x item
			if err := json.Unmarshal(raw, &x); err != nil {
				s.t.Fatal(err)
			}
			yield(x.Label)
		}
	})
}

// calls checks the other ends of an item's calls.
func (s *session) calls(m *mark, method string) {
	at := s.find(m, 0)
	var items []json.RawMessage
	if err := s.e.Request("textDocument/prepareCallHierarchy", lsptest.At(s.abs(m.file), at.Start.Line, at.Start.Character), &items); err != nil {
		s.t.Errorf("%v: %v", m, err)
	}
	if len(m.args) == 2 && m.args[1].kind == 'n' {
		if items != nil {
			s.t.Errorf("%v: items %s", m, items)
		}
		return
	}
	type item struct {
		Name                  string
		Range, SelectionRange lsptest.Range
	}
	s.sameNames(m, m.args[1:], func(yield func(string)) {
		for _, raw := range items {
			var list []struct {
				From, To   item
				FromRanges []lsptest.Range
			}
			if err := s.e.Request(method, map[string]any{"item": raw}, &list); err != nil || list == nil {
				s.t.Errorf("%v: %+v, %v", m, list, err)
			}
			for _, c := range list {
				if len(c.FromRanges) == 0 {
					s.t.Errorf("%v: no ranges in %+v", m, c)
				}
				x := c.To
				if method == "callHierarchy/incomingCalls" {
					x = c.From
				}
				if before(x.SelectionRange.Start, x.Range.Start) || before(x.Range.End, x.SelectionRange.End) {
					s.t.Errorf("%v: %+v selects what is outside", m, x)
				}
				yield(x.Name)
			}
		}
	})
}

// tokens checks what is marked on the line, in the file and in a part of it.
func (s *session) tokens(m *mark) {
	doc := lsptest.At(s.abs(m.file), 0, 0)
	part := lsptest.At(s.abs(m.file), 0, 0)
	part["range"] = lsptest.Range{Start: lsptest.Position{Line: m.line}, End: lsptest.Position{Line: m.line, Character: 1000}}
	for method, params := range map[string]any{"full": doc, "range": part} {
		var got struct{ Data []int }
		if err := s.e.Request("textDocument/semanticTokens/"+method, params, &got); err != nil || got.Data == nil || len(got.Data)%5 != 0 {
			s.t.Errorf("%v: %+v, %v", m, got, err)
			return
		}
		s.sameNames(m, slices.DeleteFunc(slices.Clone(m.args), func(a arg) bool { return a.kind == 'n' }), func(yield func(string)) {
			line, character := 0, 0
			for d := got.Data; len(d) > 0; d = d[5:] {
				if line += d[0]; d[0] > 0 {
					character = 0
				}
				character += d[1]
				if line != m.line {
					continue
				}
				text := m.text[s.byteAt(m.text, character):s.byteAt(m.text, character+d[2])]
				yield(text + strings.Repeat("!", d[4]))
			}
		})
	}
}

// lens checks what the lenses say that stand where the text begins, and that
// each leads to as many places as a list of it has.
func (s *session) lens(m *mark) {
	at := s.find(m, 0)
	var list []json.RawMessage
	if err := s.e.Request("textDocument/codeLens", lsptest.At(s.abs(m.file), 0, 0), &list); err != nil {
		s.t.Errorf("%v: %v", m, err)
	}
	s.sameNames(m, slices.DeleteFunc(slices.Clone(m.args[1:]), func(a arg) bool { return a.kind == 'n' }), func(yield func(string)) {
		for _, raw := range list {
			var l struct {
				Range   lsptest.Range
				Command *struct {
					Title, Command string
					Arguments      []json.RawMessage
				}
			}
			if err := json.Unmarshal(raw, &l); err != nil || l.Command != nil {
				s.t.Errorf("%v: %s is no lens to be resolved: %v", m, raw, err)
			}
			if l.Range.Start != at.Start {
				continue
			}
			if err := s.e.Request("codeLens/resolve", raw, &l); err != nil || l.Command == nil || len(l.Command.Arguments) != 3 {
				s.t.Errorf("%v: resolved to %+v, %v", m, l, err)
				continue
			}
			yield(l.Command.Title)
		}
	})
}

// hint checks the inlay hint that stands where the text ends.
func (s *session) hint(m *mark) {
	at := s.find(m, 0)
	params := lsptest.At(s.abs(m.file), 0, 0)
	params["range"] = lsptest.Range{Start: lsptest.Position{Line: at.Start.Line}, End: lsptest.Position{Line: at.End.Line, Character: 1000}}
	var list []json.RawMessage
	if err := s.e.Request("textDocument/inlayHint", params, &list); err != nil {
		s.t.Errorf("%v: %v", m, err)
	}
	type hint struct {
		Position lsptest.Position
		Label    []struct {
			Value    string
			Location *lsptest.Location
		}
		Tooltip struct{ Value string }
	}
	label := func(h hint) (out string) {
		for _, p := range h.Label {
			out += p.Value
		}
		return out
	}
	var found json.RawMessage
	got := ""
	for _, raw := range list {
		var h hint
		if err := json.Unmarshal(raw, &h); err != nil {
			s.t.Fatal(err)
		}
		if h.Position.Line != at.End.Line {
			s.t.Errorf("%v: a hint outside of the range: %s", m, raw)
		}
		if h.Position == at.End {
			found, got = raw, label(h)
		}
	}
	for i, a := range m.args[1:] {
		switch {
		case i == 0 && a.kind == 'n':
			if got != "" {
				s.t.Errorf("%v: want no hint, got %q", m, got)
			}
		case i == 0 && got != a.text:
			s.t.Errorf("%v: hint %q", m, got)
			return
		case i > 0:
			var h hint
			if err := s.e.Request("inlayHint/resolve", found, &h); err != nil || label(h) != got {
				s.t.Errorf("%v: resolved to %+v, %v", m, h, err)
			}
			if !slices.ContainsFunc(h.Label, func(p struct {
				Value    string
				Location *lsptest.Location
			},
			) bool {
				return p.Location != nil
			}) {
				s.t.Errorf("%v: no part of %q leads anywhere", m, got)
			}
			if text := s.neutral(h.Tooltip.Value); !regexp.MustCompile(a.text).MatchString(text) {
				s.t.Errorf("%v: no match for %q in\n%s", m, a.text, text)
			}
		}
	}
}

func (s *session) symbol(m *mark) {
	var list []struct{ Name string }
	if err := s.e.Request("workspace/symbol", map[string]any{"query": m.args[0].text}, &list); err != nil {
		s.t.Errorf("%v: %v", m, err)
	}
	s.sameNames(m, m.args[1:], func(yield func(string)) {
		for _, y := range list {
			yield(y.Name)
		}
	})
}

func (s *session) outline(m *mark) {
	var list []struct{ Name string }
	if err := s.e.Request("textDocument/documentSymbol", lsptest.At(s.abs(m.file), 0, 0), &list); err != nil {
		s.t.Errorf("%v: %v", m, err)
	}
	s.sameNames(m, m.args, func(yield func(string)) {
		for _, y := range list {
			yield(y.Name)
		}
	})
}

func (s *session) sameNames(m *mark, args []arg, each func(func(string))) {
	var got, want []string
	each(func(n string) { got = append(got, n) })
	for _, a := range args {
		want = append(want, a.text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("%v (-want +got)\n%s", m, diff)
	}
}

// diagnostics checks that the diagnostics of a file are those that its marks claim.
func (s *session) diagnostics(file string, marks []mark) {
	var want []mark
	for _, m := range marks {
		if m.file == file && m.name == "diag" {
			want = append(want, m)
		}
	}
	got := s.published(file)
	for i := range want {
		m := &want[i]
		at := s.find(m, 1)
		n := slices.IndexFunc(got, func(d lsptest.Diagnostic) bool {
			return d.Code == m.args[0].text && d.Range.Start == at.Start && (len(m.args) < 3 || regexp.MustCompile(m.args[2].text).MatchString(d.Message))
		})
		if n < 0 {
			s.t.Errorf("%v: no diagnostic %s at %s; there are %+v", m, m.args[0].text, place{file, at}, got)
			continue
		}
		got = slices.Delete(got, n, n+1)
	}
	for _, d := range got {
		s.t.Errorf("%s:%d: unclaimed diagnostic %s: %s", file, d.Range.Start.Line+1, d.Code, d.Message)
	}
}

// published gives the diagnostics that an editor shows for a file by now.
func (s *session) published(file string) []lsptest.Diagnostic {
	if s.e.Pulls() {
		return s.e.Pull(s.abs(file))
	}
	var last []lsptest.Diagnostic
	for _, m := range s.e.Messages() {
		if m.Method != "textDocument/publishDiagnostics" {
			continue
		}
		var p struct {
			URI         string
			Diagnostics []lsptest.Diagnostic
		}
		if err := json.Unmarshal(m.Params, &p); err != nil {
			s.t.Fatal(err)
		}
		if s.rel(p.URI) == file {
			last = p.Diagnostics
		}
	}
	return last
}

// parse reads the marks of a file.
func (s *session) parse(file string) []mark {
	var out []mark
	text := strings.ReplaceAll(s.texts[file], "\r\n", "\n")
	lines := strings.Split(text, "\n")
	for n, line := range lines {
		code, marks, ok := strings.Cut(line, "#@")
		if !ok {
			continue
		}
		if code == "" && n > 0 { // of the line before, where the language has no comment behind text
			n--
			code = lines[n]
		}
		p := parser{s.t, fmt.Sprintf("%s:%d", file, n+1), strings.TrimSpace(marks)}
		for p.rest != "" {
			m := mark{file: file, line: n, text: code}
			m.name, m.args = p.call()
			out = append(out, m)
		}
	}
	return out
}

// parser reads marks: name(arg, ...), separated by commas or spaces.
type parser struct {
	t     *testing.T
	where string
	rest  string
}

var (
	nameForm   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*`)
	goldenForm = regexp.MustCompile(`^@[A-Za-z0-9_.-]+`)
)

func (p *parser) call() (name string, args []arg) {
	name = nameForm.FindString(p.rest)
	p.rest = strings.TrimPrefix(p.rest, name)
	if name == "" || !p.eat("(") {
		p.t.Fatalf("%s: no mark at %q", p.where, p.rest)
	}
	for !p.eat(")") {
		args = append(args, p.arg())
		p.eat(",")
	}
	p.eat(",")
	return name, args
}

func (p *parser) eat(s string) bool {
	p.rest = strings.TrimSpace(p.rest)
	rest, ok := strings.CutPrefix(p.rest, s)
	if ok {
		p.rest = strings.TrimSpace(rest)
	}
	return ok
}

func (p *parser) arg() arg {
	kind := byte('s')
	if rest, ok := strings.CutPrefix(p.rest, `re"`); ok {
		kind, p.rest = 'r', `"`+rest
	}
	if strings.HasPrefix(p.rest, `"`) {
		quoted, err := strconv.QuotedPrefix(p.rest)
		if kind == 'r' { // in a regexp, \ is its own; only \" is a quote
			end := 1
			for end < len(p.rest) && (p.rest[end] != '"' || p.rest[end-1] == '\\') {
				end++
			}
			text := strings.ReplaceAll(p.rest[1:min(end, len(p.rest))], `\"`, `"`)
			p.rest = p.rest[min(end+1, len(p.rest)):]
			return arg{kind, text}
		}
		if err != nil {
			p.t.Fatalf("%s: %v in %q", p.where, err, p.rest)
		}
		p.rest = p.rest[len(quoted):]
		text, err := strconv.Unquote(quoted)
		if err != nil {
			p.t.Fatalf("%s: %v", p.where, err)
		}
		return arg{kind, text}
	}
	if g := goldenForm.FindString(p.rest); g != "" {
		p.rest = p.rest[len(g):]
		return arg{'@', g}
	}
	n := nameForm.FindString(p.rest)
	if n == "" {
		p.t.Fatalf("%s: no argument at %q", p.where, p.rest)
	}
	p.rest = p.rest[len(n):]
	return arg{'n', n}
}
