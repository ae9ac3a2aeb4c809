// Package jsonschema reads schemas of JSON (JSON Schema, draft 4 to 2020-12, and
// what AsyncAPI and OpenAPI make of it) as shapes of messages. Schemas are parts
// of documents and refer to others: documents come through Docs, and what is
// not in the workspace is never fetched.
package jsonschema

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"topicls/index/schema"
	"topicls/index/schema/tree"
	"topicls/index/topology"
)

// Docs gives the documents of the workspace by their paths; nil for what is none.
type Docs interface {
	Doc(path string) *tree.Node
}

// Likely reports whether a document says of itself, or by its file's name, that
// it is a schema of JSON.
func Likely(p string, n *tree.Node) bool {
	if !n.Is(tree.Map) {
		return false
	}
	shaped := false
	for _, k := range []string{"properties", "$ref", "allOf", "oneOf", "anyOf", "definitions", "$defs"} {
		shaped = shaped || n.Get(k) != nil
	}
	if !shaped {
		return false
	}
	base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(path.Base(p), ".json"), ".yaml"), ".yml")
	return strings.Contains(n.Str("$schema"), "json-schema.org/") || strings.HasSuffix(base, ".schema") || path.Ext(p) == ".jsonschema"
}

// Ref is where a reference leads: a file of the workspace and a JSON pointer in
// it.
type Ref struct{ File, Pointer string }

func (r Ref) String() string { return r.File + "#" + r.Pointer }

// Parse reads what [Ref.String] writes.
func Parse(s string) Ref {
	file, pointer, _ := strings.Cut(s, "#")
	return Ref{file, pointer}
}

// Why a reference leads nowhere.
const (
	NotFetched = "lies on the network, which is not asked"
	Outside    = "lies outside of the workspace and is not read"
	Missing    = "is not in the workspace"
)

// Follow finds what a reference in a file leads to; why says why nowhere.
func Follow(docs Docs, from, ref string) (to Ref, n *tree.Node, in *tree.Entry, why string) {
	file, fragment, _ := strings.Cut(ref, "#")
	to.File = from
	if file != "" {
		if strings.Contains(file, "://") || strings.HasPrefix(file, "urn:") {
			if found := byID(docs, from, file); found != "" {
				to.File = found
			} else {
				return to, nil, nil, NotFetched
			}
		} else if to.File = schema.Join(from, file); to.File == "" {
			return to, nil, nil, Outside
		}
	}
	root := docs.Doc(to.File)
	if root == nil {
		return to, nil, nil, Missing
	}
	switch {
	case fragment == "" || strings.HasPrefix(fragment, "/"):
		to.Pointer = strings.TrimSuffix(fragment, "/")
		n, in = root.At(to.Pointer)
	default: // an anchor
		to.Pointer, n, in = anchor(root, fragment)
	}
	if n == nil {
		return to, nil, nil, Missing
	}
	return to, n, in, ""
}

// byID finds a document by the address that it gives itself: a neighbour of the
// last part's name with that as $id.
func byID(docs Docs, from, address string) string {
	p := schema.Join(from, path.Base(address))
	if n := docs.Doc(p); p != "" && n != nil && (n.Str("$id") == address || n.Str("id") == address) {
		return p
	}
	return ""
}

// anchor finds a part of a document by the name that it gives itself.
func anchor(root *tree.Node, name string) (string, *tree.Node, *tree.Entry) {
	for _, defs := range []string{"$defs", "definitions"} {
		d := root.Get(defs)
		if !d.Is(tree.Map) {
			continue
		}
		for i := range d.Entries {
			e := &d.Entries[i]
			if e.Value.Str("$anchor") == name || e.Value.Str("$id") == "#"+name || e.Value.Str("id") == "#"+name {
				return "/" + defs + "/" + strings.ReplaceAll(strings.ReplaceAll(e.Key, "~", "~0"), "/", "~1"), e.Value, e
			}
		}
	}
	return "", nil, nil
}

// Record reads the schema at a place of a document; nil if there is none.
func Record(docs Docs, at Ref) *schema.Record {
	root := docs.Doc(at.File)
	if root == nil {
		return nil
	}
	n, in := root.At(at.Pointer)
	if n == nil {
		return nil
	}
	r := &reader{docs: docs, path: at.File, seen: map[string]bool{at.String(): true}}
	name := n.Str("title")
	if in != nil {
		name = cmp.Or(name, in.Key)
	}
	if name == "" {
		name = strings.TrimSuffix(path.Base(at.File), path.Ext(at.File))
	}
	x := &schema.Record{Format: schema.JSON, Name: name, ID: at.String(), Doc: n.Str("description"), At: r.head(n, in)}
	s := r.schema(n, 0)
	x.Fields, x.Open, x.Any = s.fields, s.open, s.any
	return x
}

type reader struct {
	docs Docs
	path string
	seen map[string]bool // references that are being followed
	seek int
}

// Bounds of one schema.
const (
	maxDepth = 24
	maxRefs  = 400
)

func (r *reader) place(s tree.Span) topology.Place {
	return topology.Place{File: r.path, Start: s.Start, End: s.End}
}

// head is where a schema begins for people: its key, else its title.
func (r *reader) head(n *tree.Node, in *tree.Entry) topology.Place {
	switch t := n.Get("title"); {
	case in != nil:
		return r.place(in.At)
	case t.Is(tree.String):
		return r.place(t.Span)
	}
	if len(n.Entries) > 0 {
		return r.place(n.Entries[0].At)
	}
	return r.place(tree.Span{Start: n.Start, End: n.Start})
}

// shape is what a schema says of an object.
type shape struct {
	fields  []schema.Field
	open    bool // messages may have fields besides
	unknown bool // some that it says can't be told
	closed  bool // additional properties are not allowed
	any     []schema.Type
}

// schema reads an object: its own properties with those of all that it includes.
func (r *reader) schema(n *tree.Node, depth int) shape {
	var s shape
	if !n.Is(tree.Map) || depth > maxDepth {
		s.open, s.unknown = true, true
		return s
	}
	if ref := n.Str("$ref"); ref != "" {
		inner, ok := r.follow(ref, depth)
		s = inner
		s.unknown = s.unknown || !ok
	} else if n.Get("$dynamicRef") != nil || n.Get("$recursiveRef") != nil {
		s.unknown = true
	}
	required := requiredOf(n)
	if props := n.Get("properties"); props.Is(tree.Map) {
		for i := range props.Entries {
			e := &props.Entries[i]
			f := schema.Field{Name: e.Key, At: r.place(e.At), Doc: e.Value.Str("description"), Optional: !slices.Contains(required, e.Key)}
			f.Type = r.typ(e.Value, depth+1)
			if f.Doc == "" && e.Value.Str("$ref") == "" {
				f.Doc = e.Value.Str("title")
			}
			put(&s, f)
		}
	}
	for _, name := range required { // of what is included
		for i := range s.fields {
			if s.fields[i].Name == name {
				s.fields[i].Optional = false
			}
		}
	}
	if all := n.Get("allOf"); all.Is(tree.List) {
		for _, it := range all.Items {
			inner := r.schema(it, depth+1)
			for _, f := range inner.fields {
				if slices.Contains(required, f.Name) {
					f.Optional = false
				}
				put(&s, f)
			}
			s.unknown, s.closed = s.unknown || inner.unknown, s.closed || inner.closed
			s.any = append(s.any, inner.any...)
		}
	}
	for _, key := range []string{"oneOf", "anyOf"} {
		list := n.Get(key)
		if !list.Is(tree.List) {
			continue
		}
		all := true
		for _, it := range list.Items {
			if it.Str("type") == "null" || onlyRequires(it) {
				continue
			}
			t := r.typ(it, depth+1)
			s.any, all = append(s.any, t), all && !t.Open
		}
		s.closed = s.closed || all && len(s.any) > 0 && len(s.fields) == 0
	}
	for _, key := range []string{"if", "then", "else", "patternProperties", "dependentSchemas", "dependencies"} {
		s.unknown = s.unknown || n.Get(key) != nil
	}
	for _, key := range []string{"additionalProperties", "unevaluatedProperties"} {
		if v := n.Get(key); v.Is(tree.Bool) && v.Text == "false" {
			s.closed = true
		}
	}
	s.open = s.unknown || !s.closed
	return s
}

// onlyRequires reports whether one of several forms only says which fields it
// needs.
func onlyRequires(n *tree.Node) bool {
	return n.Is(tree.Map) && len(n.Entries) == 1 && n.Entries[0].Key == "required"
}

// put adds a field, or joins it with the one of its name.
func put(s *shape, f schema.Field) {
	for i := range s.fields {
		if o := &s.fields[i]; o.Name == f.Name {
			o.Optional = o.Optional && f.Optional
			if o.Doc == "" {
				o.Doc = f.Doc
			}
			if o.Type.Text == "any" || o.Type.Text == "" {
				o.Type = f.Type
			}
			return
		}
	}
	s.fields = append(s.fields, f)
}

func requiredOf(n *tree.Node) []string {
	var out []string
	if list := n.Get("required"); list.Is(tree.List) {
		for _, it := range list.Items {
			out = append(out, it.Text)
		}
	}
	if props := n.Get("properties"); props.Is(tree.Map) { // draft 3
		for i := range props.Entries {
			if v := props.Entries[i].Value.Get("required"); v.Is(tree.Bool) && v.Text == "true" {
				out = append(out, props.Entries[i].Key)
			}
		}
	}
	return out
}

// follow reads what a reference leads to.
func (r *reader) follow(ref string, depth int) (shape, bool) {
	to, n, _, why := Follow(r.docs, r.path, ref)
	key := to.String()
	if r.seek++; why != "" || r.seen[key] || r.seek > maxRefs {
		return shape{}, false
	}
	r.seen[key] = true
	was := r.path
	r.path = to.File
	s := r.schema(n, depth+1)
	r.path = was
	delete(r.seen, key)
	return s, true
}

// typ reads the schema of a value.
func (r *reader) typ(n *tree.Node, depth int) schema.Type {
	if !n.Is(tree.Map) || depth > maxDepth {
		return schema.Type{Text: "any", Open: true}
	}
	if ref := n.Str("$ref"); ref != "" {
		to, target, _, why := Follow(r.docs, r.path, ref)
		name := strings.TrimRight(ref, "#/")
		if name = name[max(strings.LastIndexByte(name, '/'), strings.LastIndexByte(name, '#'))+1:]; name == "" {
			name = path.Base(to.File)
		}
		for _, ext := range []string{".json", ".yaml", ".yml", ".schema"} {
			name = strings.TrimSuffix(name, ext)
		}
		key := to.String()
		if r.seek++; why != "" || r.seen[key] || r.seek > maxRefs {
			return schema.Type{Text: name, Open: true}
		}
		r.seen[key] = true
		was := r.path
		r.path = to.File
		t := r.typ(target, depth+1)
		r.path = was
		delete(r.seen, key)
		if slices.Equal(t.Types, []string{"object"}) || len(t.Fields) > 0 {
			t.Text = name
		}
		return t
	}
	t := schema.Type{Types: typesOf(n)}
	var texts []string
	for _, x := range t.Types {
		if x != "null" {
			texts = append(texts, x)
		}
	}
	t.Text = cmp.Or(strings.Join(texts, " | "), "any")
	if f := n.Str("format"); f != "" {
		t.Text += " (" + f + ")"
	}
	if e := n.Get("enum"); e.Is(tree.List) && len(e.Items) > 0 && len(e.Items) <= 8 {
		var values []string
		for _, it := range e.Items {
			values = append(values, it.Text)
		}
		t.Text = "enum " + strings.Join(values, " | ")
	}
	if slices.Contains(t.Types, "array") && n.Get("items") != nil {
		items := r.typ(n.Get("items"), depth+1)
		t.Text, t.Fields, t.Open, t.Item = "array<"+items.Text+">", items.Fields, items.Open, true
		return t
	}
	s := r.schema(n, depth+1)
	t.Fields, t.Open = s.fields, s.open
	if len(s.any) == 1 { // a value or null
		o := s.any[0]
		if t.Text == "any" {
			t.Text = o.Text
		}
		if len(t.Types) == 0 {
			t.Types = o.Types
		}
		if len(t.Fields) == 0 {
			t.Fields, t.Open = o.Fields, o.Open
		}
	} else if len(s.any) > 1 {
		t.Open = true
		if t.Text == "any" {
			var alts []string
			for _, o := range s.any {
				alts = append(alts, o.Text)
			}
			t.Text = strings.Join(alts, " | ")
		}
	}
	return t
}

var known = map[string]bool{"string": true, "integer": true, "number": true, "boolean": true, "object": true, "array": true, "null": true}

// typesOf are the JSON types that a schema allows; nil when it may be any.
func typesOf(n *tree.Node) []string {
	var out []string
	switch t := n.Get("type"); {
	case t.Is(tree.String):
		out = append(out, t.Text)
	case t.Is(tree.List):
		for _, it := range t.Items {
			out = append(out, it.Text)
		}
	case n.Get("properties").Is(tree.Map):
		out = append(out, "object")
	case n.Get("enum").Is(tree.List):
		for _, it := range n.Get("enum").Items {
			if it.Kind != tree.String {
				return nil
			}
		}
		out = append(out, "string")
	}
	if v := n.Get("nullable"); v.Is(tree.Bool) && v.Text == "true" && len(out) > 0 {
		out = append(out, "null")
	}
	if slices.ContainsFunc(out, func(s string) bool { return !known[s] }) {
		return nil
	}
	return schema.Unique(out)
}
