package helm

import (
	"slices"
	"strings"
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
	out := source{value: true, exact: true, pos: v.doc.Text.Pos(e.Start, e.End)}
	switch at, ok := 0, false; {
	case e.Verbatim && end <= len(s):
		out.pos = v.doc.Text.Pos(e.Start+start, e.Start+end)
	case start == 0 && end >= len(s):
	default:
		if at, ok = f.inLiteral(v.doc, n.node, e, s, start, end); ok {
			out.pos = v.doc.Text.Pos(at, at+end-start)
		} else {
			out.exact = false
		}
	}
	out.raw = v.doc.Text.Slice(out.pos)
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
	first := d.Text.Pos(e.Start, e.Start)
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
			pos := v.doc.Pos(n.value)
			return []source{{pos: pos, raw: v.doc.Text.Slice(pos), value: true, exact: true}}
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

// follow follows a path of keys and numbers from a node.
func follow(n *yaml.Node, path []any) *yaml.Node {
	m := yamldoc.NewMapper(func(*yaml.Node, string) {})
	for _, step := range path {
		n = yamldoc.Deref(n)
		var next *yaml.Node
		switch step := step.(type) {
		case int:
			if n.Kind == yaml.SequenceNode && step < len(n.Content) {
				next = n.Content[step]
			}
		case string:
			next = m.Get(n, step)
		case keyOf:
			for _, p := range m.Pairs(n) {
				if yamldoc.Deref(p.Key).Value == string(step) {
					next = p.Key
				}
			}
		}
		if next == nil {
			return nil
		}
		n = next
	}
	if n.Kind != yaml.ScalarNode {
		return nil
	}
	return n
}

// inMade is a part of what a function made.
func (f *finder) inMade(m *made, s string, start, end, depth int) []source {
	switch m.fn {
	case "toYaml", "toYamlPretty", "toJson", "mustToJson", "toPrettyJson", "toRawJson":
		if len(m.args) == 1 {
			return f.inEncoded(m, start, end, depth)
		}
	}
	texts := texts(m.args, nil)
	if start >= end || end > len(m.text) {
		return nil
	}
	part := m.text[start:end]
	if !strings.Contains(part, "\n") {
		if found, ok := f.inLine(m, texts, start, end, depth); ok {
			return found
		}
	}
	if strings.TrimSpace(part) == "" {
		return nil
	}
	// The part is part of one of the arguments.
	var in string
	at, places := 0, 0
	for _, t := range texts {
		if n := strings.Count(t, part); n > 0 {
			places += n
			in, at = t, strings.Index(t, part)
		}
	}
	if places == 1 {
		return f.find(in, at, at+len(part), depth+1)
	}
	if places > 1 && strings.Count(in, part) == places && strings.Count(m.text, part) == places {
		nth := strings.Count(m.text[:start], part)
		at := 0
		for range nth {
			at += strings.Index(in[at:], part) + len(part)
		}
		if i := strings.Index(in[at:], part); i >= 0 {
			return f.find(in, at+i, at+i+len(part), depth+1)
		}
	}
	// Arguments are parts of it, or it is made of them in another way.
	var out []source
	for _, t := range texts {
		if strings.Contains(part, strings.TrimSpace(t)) && len(out) < 20 {
			for _, s := range f.find(t, 0, len(t), depth+1) {
				s.exact = false
				out = append(out, s)
			}
		}
	}
	if len(out) == 0 && len(texts) == 1 { // as upper does
		for _, s := range f.find(texts[0], 0, len(texts[0]), depth+1) {
			s.exact = false
			out = append(out, s)
		}
	}
	return out
}

// inLine finds the line of an argument that a line of the result is: what
// functions like nindent leave as it is.
func (f *finder) inLine(m *made, texts []string, start, end, depth int) ([]source, bool) {
	if !strings.Contains(m.text, "\n") {
		return nil, false
	}
	from := strings.LastIndexByte(m.text[:start], '\n') + 1
	to := len(m.text)
	if n := strings.IndexByte(m.text[from:], '\n'); n >= 0 {
		to = from + n
	}
	line := strings.TrimSpace(m.text[from:to])
	if line == "" || end > to {
		return nil, false
	}
	indent := strings.Index(m.text[from:to], line)
	if m.lines == nil {
		m.lines = linesOf(m.text)
	}
	nth, ok := slices.BinarySearch(m.lines[line], from)
	if !ok {
		return nil, false
	}
	for _, t := range texts {
		var lines map[string][]int
		if made := f.made[unsafe.StringData(t)]; made != nil && len(made.text) == len(t) {
			if made.lines == nil {
				made.lines = linesOf(t)
			}
			lines = made.lines
		} else if f.lines[unsafe.StringData(t)] != nil {
			lines = f.lines[unsafe.StringData(t)]
		} else {
			lines = linesOf(t)
			f.lines[unsafe.StringData(t)] = lines
		}
		if at := lines[line]; len(at) == len(m.lines[line]) {
			pad := strings.Index(t[at[nth]:], line)
			off := at[nth] + pad - (from + indent)
			return f.find(t, max(start+off, at[nth]), max(end+off, at[nth]), depth+1), true
		}
	}
	return nil, false
}

// linesOf returns where the lines of a text begin, by what they say.
func linesOf(s string) map[string][]int {
	out := map[string][]int{}
	for at := 0; at < len(s); {
		end := len(s)
		if n := strings.IndexByte(s[at:], '\n'); n >= 0 {
			end = at + n
		}
		if line := strings.TrimSpace(s[at:end]); line != "" {
			out[line] = append(out[line], at)
		}
		at = end + 1
	}
	return out
}

// starts returns where the lines of a text begin.
func (f *finder) starts(s string) []int {
	p := unsafe.StringData(s)
	if lines := f.begins[p]; lines != nil {
		return lines
	}
	lines := []int{0}
	for i := range len(s) {
		if s[i] == '\n' {
			lines = append(lines, i+1)
		}
	}
	f.begins[p] = lines
	return lines
}

// texts returns the texts in values.
func texts(values []any, out []string) []string {
	for _, v := range values {
		if len(out) > 200 {
			return out
		}
		switch v := v.(type) {
		case string:
			if v != "" {
				out = append(out, v)
			}
		case []any:
			out = texts(v, out)
		case []string:
			for _, s := range v {
				if s != "" {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// inEncoded is a part of a document that a function made of a value.
func (f *finder) inEncoded(m *made, start, end, depth int) []source {
	d := f.document(m.text)
	if d.root == nil {
		return nil
	}
	path, node, key := f.pathAt(d, d.root, start, end)
	if node == nil {
		return nil
	}
	return f.inValue(m.args[0], path, key, d, node, start, end, depth)
}

// inValue finds the text at the end of a path in a value.
func (f *finder) inValue(v any, path []any, key bool, d *document, n *yaml.Node, start, end, depth int) []source {
	for i, step := range path {
		last := i == len(path)-1
		if val, ok := v.(Values); ok {
			v = map[string]any(val)
		}
		switch step := step.(type) {
		case int:
			list, ok := v.([]any)
			if !ok || step >= len(list) {
				return nil
			}
			v = list[step]
		case string:
			switch table := v.(type) {
			case map[string]any:
				if last && key {
					for k := range table {
						if k == step {
							v = k
						}
					}
					break
				}
				next, ok := table[step]
				if !ok {
					return nil
				}
				if _, isText := next.(string); last && !isText {
					return f.byKey(table, step)
				}
				v = next
			case map[string]string:
				next, ok := table[step]
				if !ok || last && key {
					return nil
				}
				v = next
			default:
				return nil
			}
		}
	}
	s, ok := v.(string)
	if !ok {
		return nil
	}
	e := d.extent(n)
	if e.Verbatim {
		return f.find(s, start-e.Start, end-e.Start, depth+1)
	}
	if start <= e.Start && end >= e.End {
		return f.find(s, 0, len(s), depth+1)
	}
	if n.Style&yaml.LiteralStyle != 0 && start >= e.Start {
		// Its lines are those of the text, further to the right.
		from, first := d.Text.Pos(start, end), d.Text.Pos(e.Start, e.Start)
		lines := f.starts(s)
		if k := from.Line - first.Line; k < len(lines) {
			at := lines[k] + max(from.Column-first.Column, 0)
			if to := at + end - start; to <= len(s) && s[at:to] == string(d.Text.Data[start:end]) {
				return f.find(s, at, to, depth+1)
			}
		}
	}
	// A part of a text that is written in another way: found by what it says.
	if part := d.Text.Data[max(start, 0):min(end, len(d.Text.Data))]; strings.Count(s, string(part)) == 1 {
		at := strings.Index(s, string(part))
		return f.find(s, at, at+len(part), depth+1)
	}
	out := f.find(s, 0, len(s), depth+1)
	for i := range out {
		out[i].exact = false
	}
	return out
}

// pathAt finds the scalar around a part of a document, and the path to it.
func (f *finder) pathAt(d *document, n *yaml.Node, start, end int) (path []any, node *yaml.Node, key bool) {
	covers := func(n *yaml.Node) bool {
		if n.Kind != yaml.ScalarNode {
			return false
		}
		e := d.extent(n)
		return e.Start <= start && end <= e.End
	}
	switch n.Kind {
	case yaml.ScalarNode:
		if covers(n) {
			return nil, n, false
		}
	case yaml.SequenceNode:
		i := f.childAt(d, n.Content, 1, start)
		if i < 0 {
			return nil, nil, false
		}
		path, node, key = f.pathAt(d, n.Content[i], start, end)
		return append([]any{i}, path...), node, key
	case yaml.MappingNode:
		i := f.childAt(d, n.Content, 2, start)
		if i < 0 {
			return nil, nil, false
		}
		if covers(n.Content[i]) {
			return []any{n.Content[i].Value}, n.Content[i], true
		}
		if i+1 < len(n.Content) {
			path, node, key = f.pathAt(d, n.Content[i+1], start, end)
			return append([]any{n.Content[i].Value}, path...), node, key
		}
	}
	return nil, nil, false
}

// childAt returns the last of every step'th node that begins at or before an offset.
func (f *finder) childAt(d *document, nodes []*yaml.Node, step, at int) int {
	out := -1
	lo, hi := 0, len(nodes)/step
	for lo < hi {
		mid := (lo + hi) / 2
		if d.Offset(nodes[mid*step]) <= at {
			out = mid * step
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return out
}
