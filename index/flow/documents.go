package flow

import (
	"path"
	"strings"

	"topicls/index/client"
	"topicls/index/confdoc"
	"topicls/index/facts"
)

// document is a value inside a configuration document that code loads.
type document struct {
	path string
	node *confdoc.Node
	key  string // the key it stands under
}

func (*document) isValue() {}

// place gives a range in a document a place as code has it.
func (ev *evaluator) docPlace(d *document) place {
	return place{&file{id: ev.l.fileID(d.path), path: d.path}, facts.Span{Start: d.node.Start, End: d.node.End}}
}

// docValue turns a node into a value: a scalar is a string where it stands.
func (ev *evaluator) docValue(p string, n *confdoc.Node, key string) set {
	if n == nil {
		return nil
	}
	d := &document{path: p, node: n, key: key}
	switch n.Kind {
	case confdoc.Map:
		return one(d, nil)
	case confdoc.List:
		items := make([]set, len(n.Items))
		for i, it := range n.Items {
			items[i] = ev.docValue(p, it, key)
		}
		return one(&listing{items: items}, nil)
	}
	at := ev.docPlace(d)
	if n.Null {
		return one(&constant{kind: facts.None}, nil)
	}
	if strings.Contains(n.Text, "${") || strings.Contains(n.Text, "{{") || strings.HasPrefix(n.Text, "!") {
		return one(&unknown{"a placeholder in " + path.Base(p), at}, nil)
	}
	return one(literal(n.Text), &trace{place: at, what: key + " in " + path.Base(p)})
}

// loadedDocument evaluates a call that loads a configuration document; nil
// when the argument leads to no file of the workspace.
func (ev *evaluator) loadedDocument(r ref, fr *frame) set {
	a, ok := firstArg(r, fr)
	if !ok {
		return nil
	}
	var out set
	for _, v := range ev.argValue(a) {
		if _, text := v.v.(*stringValue); text && ev.l.models.Family == client.ECMA { // what it reads, and no path
			continue
		}
		if d := ev.documentAt(r.file, ev.filePath(v.v, 0)); d != nil {
			out = out.add(ev.docValue(d.Path, d.Root, "")...)
		}
	}
	return out
}

// filePath tells the path that a file object, a path object or its content
// comes from, as far as it is literal: its last part at least; "" otherwise.
func (ev *evaluator) filePath(v value, depth int) string {
	if depth > 6 {
		return ""
	}
	switch v := v.(type) {
	case *stringValue:
		var tail string
		for i := len(v.parts) - 1; i >= 0; i-- {
			p := v.parts[i]
			if p.kind == partEnv && len(v.parts) == 1 {
				for _, d := range p.def {
					if t := ev.filePath(d.v, depth+1); t != "" {
						return t
					}
				}
			}
			if p.kind != partText {
				break
			}
			tail = p.text + tail
		}
		if len(v.ops) > 0 {
			return ""
		}
		return tail
	case *instance:
		if v.path == pathObject {
			return ev.filePath(v.recv, depth+1)
		}
		if v.recv != nil { // f.read(), path.open(), path.read_text()
			switch lastDotted(strings.TrimSuffix(v.path, "()")) {
			case "joinpath":
				if v.call == nil {
					return ""
				}
				if a, ok := onlyArg(v.call.ref, v.call.fr); ok {
					for _, x := range ev.argValue(a) {
						if t := ev.filePath(x.v, depth+1); t != "" {
							return t
						}
					}
				}
				return ""
			case "read", "open", "read_text", "read_bytes", "resolve", "absolute", "expanduser", "as_posix", "toString":
				return ev.filePath(v.recv, depth+1)
			}
		}
		if v.call == nil {
			return ""
		}
		if joinsPaths[v.path] {
			args := callArgs(v.call.ref, v.call.fr)
			var parts []string
			for i := len(args) - 1; i >= 0; i-- {
				t := ""
				for _, x := range ev.argValue(args[i]) {
					t = ev.filePath(x.v, depth+1)
				}
				if t == "" {
					break
				}
				parts = append([]string{t}, parts...)
			}
			return strings.Join(parts, "/")
		}
		switch v.path {
		case "dotenv.find_dotenv":
			if len(callArgs(v.call.ref, v.call.fr)) == 0 {
				return ".env"
			}
			fallthrough
		case "open", "io.open", "codecs.open", "pathlib.Path", "pathlib.PurePath", "os.path.abspath", "os.path.realpath", "os.path.expanduser", "aiofiles.open",
			"fs.readFileSync", "fs.promises.readFile", "fs/promises.readFile":
			if a, ok := firstArg(v.call.ref, v.call.fr); ok {
				for _, x := range ev.argValue(a) {
					if t := ev.filePath(x.v, depth+1); t != "" {
						return t
					}
				}
			}
		}
	}
	return ""
}

// joinsPaths are the functions that put paths together.
var joinsPaths = map[string]bool{
	"os.path.join": true, "path.join": true, "path.resolve": true, "path.posix.join": true, "path.posix.resolve": true,
	"node:path.join": true, "node:path.resolve": true, "path/filepath.Join": true, "path.Join": true,
}

// pathObject stands for an object of a path whose last part is known.
const pathObject = "pathlib.Path/"

// joinedPath evaluates a path put together by the operator of path objects
// (`BASE_DIR / "config" / "app.yaml"`); nothing for other computations.
func (ev *evaluator) joinedPath(r ref, e *facts.Expr, fr *frame) set {
	if ev.l.models.Family != client.Python || r.file.facts().Text(e.Name) != "/" || e.Y == 0 {
		return nil
	}
	names := ev.eval(r.at(e.Y), fr)
	if len(names) == 0 {
		return nil
	}
	tail, ok := constOf(names[0].v)
	if _, text := names[0].v.(*stringValue); !ok || !text || tail == "" {
		return nil
	}
	for _, a := range ev.eval(r.at(e.X), fr) {
		if in, ok := a.v.(*instance); ok && in.path == pathObject {
			tail = ev.filePath(in, 0) + "/" + tail
			break
		}
	}
	return one(&instance{path: pathObject, recv: literal("/" + strings.TrimPrefix(tail, "/"))}, names[0].tr)
}

// documentAt finds the document that a path names as seen from a file: the one
// whose own path ends in it, the nearest to the file if there are several.
func (ev *evaluator) documentAt(x *file, p string) *confdoc.Doc {
	p = path.Clean("/" + strings.ReplaceAll(p, "\\", "/"))[1:]
	if p == "" || !confdoc.Supported(p) {
		return nil
	}
	base := path.Base(p)
	ev.note(dep{kind: depModule, a: ev.l.names.id(base)})
	best, bestN, ties := "", -1, 0
	var tail string
	for tail = p; tail != ""; { // "/app/config/x.yaml" may be config/x.yaml here
		for _, c := range ev.l.src.Documents(base) {
			if c != tail && !strings.HasSuffix(c, "/"+tail) {
				continue
			}
			switch n := commonFolders(c, x.path); {
			case n > bestN:
				best, bestN, ties = c, n, 1
			case n == bestN:
				ties++
			}
		}
		if best != "" {
			break
		}
		_, rest, more := strings.Cut(tail, "/")
		if !more {
			break
		}
		tail = rest
	}
	if best == "" || ties > 1 {
		return nil
	}
	ev.note(dep{kind: depFile, a: ev.l.fileID(best)})
	return ev.l.src.Document(best)
}

// parserDocument evaluates a parser object that was told to read a file:
// `config = ConfigParser(); config.read("app.ini")`.
func (ev *evaluator) parserDocument(in *instance) *document {
	if in.call == nil || !ev.l.models.Parsers[in.path] {
		return nil
	}
	k := activeKey{guard: guardParser, ref: ref{in.call.ref.file, in.call.ref.id}}
	if ev.asked(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	for _, method := range []string{"read", "read_file", "read_string"} {
		for _, site := range ev.sitesNamed(method, in.call.ref.file) {
			f := site.file.facts()
			callee := f.At(site.expr().X)
			if callee.Kind != facts.Attr || f.Text(callee.Name) != method {
				continue
			}
			mine := false
			for _, a := range ev.expanded(func() set { return ev.eval(site.at(callee.X), nil) }) {
				if p, ok := a.v.(*instance); ok && p.call != nil && p.call.ref == in.call.ref {
					mine = true
				}
			}
			if !mine {
				continue
			}
			a, ok := firstArg(site, nil)
			if !ok {
				continue
			}
			for _, v := range ev.expanded(func() set { return ev.argValue(a) }) {
				names := set{v}
				if l, ok := v.v.(*listing); ok {
					names = nil
					for _, it := range ev.items(l) {
						names = append(names, it...)
					}
				}
				for _, n := range names {
					if d := ev.documentAt(site.file, ev.filePath(n.v, 0)); d != nil {
						return &document{path: d.Path, node: d.Root}
					}
				}
			}
		}
	}
	return nil
}

// docKeys looks keys up in a document, one below the other.
func (ev *evaluator) docKeys(d *document, keys set, def set, at place) set {
	var out set
	for _, k := range keys {
		key, ok := constOf(k.v)
		if !ok {
			if _, hole := k.v.(*param); hole {
				out = out.add(k)
				continue
			}
			return one(&unknown{"a key chosen at run time", at}, nil)
		}
		n := d.node.Get(key)
		if n == nil && strings.Contains(key, ".") { // box["a.b"]
			n = d.node
			for _, part := range strings.Split(key, ".") {
				n = n.Get(part)
			}
		}
		if n == nil {
			if len(def) > 0 {
				out = out.add(def...)
				continue
			}
			out = out.add(alt{&unknown{key + " is not in " + path.Base(d.path), at}, nil})
			continue
		}
		out = out.add(ev.docValue(d.path, n, key)...)
	}
	return out
}

// docMethod evaluates a method call on a document or on a parser's document.
func (ev *evaluator) docMethod(d *document, parser bool, name string, r ref, fr *frame) set {
	args := callArgs(r, fr)
	positional := func(i int) set {
		n := 0
		for _, a := range args {
			if a.name == "" {
				if n == i {
					return ev.argValue(a)
				}
				n++
			}
		}
		return nil
	}
	keyword := func(names ...string) set {
		for _, a := range args {
			for _, n := range names {
				if a.name == n {
					return ev.argValue(a)
				}
			}
		}
		return nil
	}
	if parser && strings.HasPrefix(name, "get") {
		var out set
		for _, s := range ev.docKeys(d, positional(0), nil, r.place()) {
			if sec, ok := s.v.(*document); ok {
				out = out.add(ev.docKeys(sec, positional(1), keyword("fallback"), r.place())...)
			} else if f := keyword("fallback"); len(f) > 0 {
				out = out.add(f...)
			}
		}
		return out
	}
	switch {
	case name == "get" || name == "pop" || name == "setdefault" || strings.HasPrefix(name, "get"):
		def := positional(1)
		if len(def) == 0 {
			def = keyword("default", "fallback")
		}
		return ev.docKeys(d, positional(0), def, r.place())
	case name == "values":
		items := []set{}
		for _, e := range d.node.Entries {
			items = append(items, ev.docValue(d.path, e.Value, e.Key))
		}
		return one(&listing{items: items}, nil)
	case name == "items":
		items := []set{}
		for _, e := range d.node.Entries {
			items = append(items, one(&listing{items: []set{one(literal(e.Key), nil), ev.docValue(d.path, e.Value, e.Key)}}, nil))
		}
		return one(&listing{items: items}, nil)
	case name == "copy":
		return one(d, nil)
	}
	return one(&unknown{"what " + name + "() makes of " + path.Base(d.path), r.place()}, nil)
}
