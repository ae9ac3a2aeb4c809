package helm

import (
	"slices"
	"unsafe"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
	"topicls/index/deploy/yamldoc"
)

type yamlNode = yaml.Node

// A source is a place that a part of the output comes from.
type source struct {
	pos   deploy.Pos
	raw   string
	via   []deploy.Pos // actions of templates it came through, the outermost first
	value bool         // it stands in a values file, or another file that is taken in
	exact bool         // the part is what stands there, and nothing else
}

// A finder finds the places that output comes from.
type finder struct {
	*tracer
	values []*valuesFile
	files  map[*byte]*deploy.Text // texts of files that templates read
	parse  func(string) parsed
	docs   map[*byte]*document
	lines  map[*byte]map[string][]int // of texts that no template made
	begins map[*byte][]int
	steps  int     // in this search
	hull   *source // of what is put together in this search
}

func newFinder(t *tracer, values []*valuesFile, files map[*byte]*deploy.Text, parse func(string) parsed) *finder {
	return &finder{
		tracer: t, values: values, files: files, parse: parse,
		docs: map[*byte]*document{}, lines: map[*byte]map[string][]int{}, begins: map[*byte][]int{},
	}
}

// A document is a text that was read as YAML to find places in it.
type document struct {
	parsed
	extents map[*yaml.Node]yamldoc.Extent
}

// extent is like Extent, which takes long for long texts.
func (d *document) extent(n *yaml.Node) yamldoc.Extent {
	e, ok := d.extents[n]
	if !ok {
		e = d.Extent(n)
		d.extents[n] = e
	}
	return e
}

func (f *finder) document(s string) *document {
	p := unsafe.StringData(s)
	if d := f.docs[p]; d != nil && len(d.Text.Data) == len(s) {
		return d
	}
	kept := f.parse(s)
	d := &document{parsed: kept, extents: map[*yaml.Node]yamldoc.Extent{}}
	f.docs[p] = d
	return d
}

// parsed is a text that was read as YAML. It does not change.
type parsed struct {
	*yamldoc.Document
	root *yaml.Node // nil when it is none
}

func parseText(s string) parsed {
	d := parsed{Document: yamldoc.Parse("", []byte(s))}
	if len(d.Roots) > 0 {
		d.root = d.Roots[0]
	} else if d.Err == nil { // a list
		var n yaml.Node
		if yaml.Unmarshal([]byte(s), &n) == nil && len(n.Content) > 0 {
			d.root = n.Content[0]
		}
	}
	return d
}

// maxSearch bounds the search for one place.
const maxSearch = 4000

// locate says where what stands in a rendered text is edited. What is put
// together is edited in the template that does so; parts are what it is made of.
func (f *finder) locate(s string, start, end int) (at source, parts []source) {
	f.steps, f.hull = 0, nil
	found := f.find(s, start, end, 0)
	if len(found) == 1 && found[0].exact {
		return found[0], nil
	}
	if f.hull != nil {
		return *f.hull, found
	}
	if len(found) > 0 {
		return found[0], found
	}
	return source{}, nil
}

// find returns the sources of a part of a text, in their order.
func (f *finder) find(s string, start, end, depth int) []source {
	if f.steps++; s == "" || depth > 60 || f.steps > maxSearch {
		return nil
	}
	p := unsafe.StringData(s)
	for _, v := range f.values {
		if n, ok := v.nodes[p]; ok {
			return []source{f.inValues(v, n, s, start, end)}
		}
	}
	if t := f.files[p]; t != nil {
		pos := t.Pos(start, end)
		return []source{{pos: pos, raw: t.Slice(pos), value: true, exact: true}}
	}
	if m := f.made[p]; m != nil {
		switch {
		case m.pieces != nil:
			return f.inPieces(m, start, end, depth)
		case m.fn == "" && m.of != "":
			off := m.args[0].(int)
			return f.find(m.of, off+start, off+end, depth+1)
		case m.of != "":
			return f.inDocument(m, start, end, depth)
		}
		return f.inMade(m, s, start, end, depth)
	}
	for _, u := range f.list {
		if at, ok := u.at(p, len(s)); ok { // a literal of a template
			return f.inUnit(u, at+start, at+end, depth)
		}
	}
	return nil
}

// inValues is a part of a text of a values file.
func (f *finder) inValues(v *valuesFile, n valueNode, s string, start, end int) source {
	e := v.doc.Extent(n.node)
	out := source{value: true, exact: true}
	from, to := e.Start, e.End
	switch at, ok := 0, false; {
	case e.Verbatim && end <= len(s):
		from, to = e.Start+start, e.Start+end
	case start == 0 && end >= len(s):
	default:
		if at, ok = f.inLiteral(v.doc, n.node, e, s, start, end); ok {
			from, to = at, at+end-start
		} else {
			out.exact = false
		}
	}
	out.pos, out.raw = v.doc.Text.Pos(from, to), v.doc.Text.Slice(v.doc.Text.Own(from, to))
	return out
}

// inLiteral finds a part of a text that is written as a literal block: its lines
// are those of the text, further to the right.
func (f *finder) inLiteral(d *yamldoc.Document, n *yaml.Node, e yamldoc.Extent, s string, start, end int) (int, bool) {
	if n.Style&yaml.LiteralStyle == 0 || end > len(s) {
		return 0, false
	}
	lines := f.starts(s)
	k, found := slices.BinarySearch(lines, start)
	if !found {
		k--
	}
	first := d.Text.Own(e.Start, e.Start)
	from, to := d.Text.Line(first.Line + k)
	at := from + first.Column - 1 + start - lines[k]
	if at+end-start > to || string(d.Text.Data[at:at+end-start]) != s[start:end] {
		return 0, false
	}
	return at, true
}

// inUnit is a part of a template.
func (f *finder) inUnit(u *unit, start, end, depth int) []source {
	if u == nil {
		return nil
	}
	if u.file == "" { // a text that was given to tpl
		if m := f.made[unsafe.StringData(u.src)]; m != nil && len(m.args) == 1 {
			if of, ok := m.args[0].(string); ok {
				return f.find(of, start, end, depth+1)
			}
		}
		return nil
	}
	pos := u.pos(start, end)
	return []source{{pos: pos, raw: u.text.Slice(pos), exact: true}}
}

// inPieces is a part of what a template wrote.
func (f *finder) inPieces(m *made, start, end, depth int) []source {
	var out []source
	var h hull
	n := 0
	for i := f.pieceAt(m, start); i < len(m.pieces); i++ {
		p := &m.pieces[i]
		if p.at >= end && !(start == end && p.at <= start) {
			break
		}
		to := len(m.text)
		if i+1 < len(m.pieces) {
			to = m.pieces[i+1].at
		}
		from, to := max(start, p.at), min(end, to)
		if from >= to && start != end {
			continue
		}
		n++
		h.add(p, from-p.at, to-p.at)
		out = append(out, f.inPiece(p, from-p.at, to-p.at, depth)...)
	}
	if n > 1 {
		for i := range out {
			out[i].exact = false
		}
		if at := f.inUnit(h.unit, h.start, h.end, depth); len(at) > 0 {
			f.hull = &at[0]
		}
	}
	return out
}

// A hull is what a template has for several pieces of its output: from the first
// to the last.
type hull struct {
	unit       *unit
	start, end int
}

func (h *hull) add(p *piece, from, to int) {
	u, start, end := p.unit, p.start+from, p.start+to
	if p.out.action >= 0 {
		if u = p.out.unit; u != nil {
			start, end = u.actions[p.out.action].start, u.actions[p.out.action].end
		}
	}
	switch {
	case u == nil:
	case h.unit == nil:
		*h = hull{u, start, end}
	case h.unit == u && start >= h.start:
		h.end = max(h.end, end)
	}
}

func (f *finder) pieceAt(m *made, at int) int {
	i, found := slices.BinarySearchFunc(m.pieces, at, func(p piece, at int) int { return p.at - at })
	if !found && i > 0 {
		i--
	}
	return i
}

func (f *finder) inPiece(p *piece, from, to, depth int) []source {
	if p.out.action < 0 {
		if p.unit == nil {
			return nil
		}
		return f.inUnit(p.unit, p.start+from, p.start+to, depth)
	}
	var found []source
	if s, ok := p.out.value.(string); ok {
		if found = f.find(s, from, to, depth+1); len(found) == 0 && to <= len(s) { // such as {{ .Values.port | quote }}
			found = f.byKey(p.out.parent, p.out.key)
			for i := range found {
				found[i].exact = found[i].raw == s[from:to]
			}
		}
	} else {
		found = f.byKey(p.out.parent, p.out.key)
	}
	u := p.out.unit
	if u == nil {
		return found
	}
	e := u.actions[p.out.action]
	here := f.inUnit(u, e.start, e.end, depth)
	if len(here) == 0 {
		return found
	}
	if f.hull == nil && (len(found) != 1 || !found[0].exact) {
		f.hull = &here[0]
	}
	if !here[0].value {
		for i := range found {
			found[i].via = append([]deploy.Pos{here[0].pos}, found[i].via...)
		}
	}
	return found
}

// byKey finds a number or a truth value by the key of its table.
func (f *finder) byKey(parent any, key string) []source {
	if name, ok := parent.(string); ok && key == ofKey {
		return f.keyed(name)
	}
	table, ok := parent.(map[string]any)
	if v, is := parent.(Values); is {
		table, ok = v, true
	}
	if !ok {
		return nil
	}
	for k := range table {
		if k != key {
			continue
		}
		return f.keyed(k)
	}
	return nil
}

// keyed finds the scalar that stands at a key of a values file.
func (f *finder) keyed(key string) []source {
	if key == "" {
		return nil
	}
	for _, v := range f.values {
		if n, ok := v.nodes[unsafe.StringData(key)]; ok && n.value != nil && yamldoc.Deref(n.value).Kind == yaml.ScalarNode {
			e := v.doc.Extent(yamldoc.Deref(n.value))
			return []source{{pos: v.doc.Pos(n.value), raw: v.doc.Text.Slice(v.doc.Text.Own(e.Start, e.End)), value: true, exact: true}}
		}
	}
	return nil
}

// inDocument is a text that a document had, such as one that fromYaml read.
func (f *finder) inDocument(m *made, start, end, depth int) []source {
	d := f.document(m.of)
	if d.root == nil {
		return nil
	}
	n := follow(d.root, m.path)
	if n == nil {
		return nil
	}
	return f.inNode(d, n, m.of, m.text, start, end, depth)
}

// inNode is a part of the value of a node of a document.
func (f *finder) inNode(d *document, n *yaml.Node, document, value string, start, end, depth int) []source {
	e := d.extent(n)
	if e.Verbatim {
		return f.find(document, e.Start+start, e.Start+end, depth+1)
	}
	out := f.find(document, e.Start, e.End, depth+1)
	if start != 0 || end < len(value) {
		for i := range out {
			out[i].exact = false
		}
	}
	return out
}
