package flow

import (
	"path"
	"strings"

	"topicls/index/confdoc"
)

// Where the imports of JavaScript and TypeScript lead, by paths and by the
// documents that say more: relative paths with or without their endings, the
// path mappings of tsconfig.json, the workspace's own packages by the names in
// their package.json. What is compiled leads to its source where that is here.

// codeEndings are what an import may leave out, in the order of preference:
// where a source and what was compiled from it stand side by side, the source.
var codeEndings = []string{".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"}

// sourceOf says which endings of a source an ending of compiled code stands for.
var sourceOf = map[string][]string{
	".js": {".ts", ".tsx"}, ".jsx": {".tsx"}, ".mjs": {".mts"}, ".cjs": {".cts"},
}

// ecma returns the file or document that an import of a file leads to.
func (m *modules) ecma(from, spec string) (modulePath, bool) {
	q := moduleQuery{path.Dir(from), spec}
	m.mu.RLock()
	got, ok := m.found[q]
	m.mu.RUnlock()
	if !ok {
		for _, base := range m.ecmaBases(from, spec) {
			if got, ok = m.ecmaFile(base); ok {
				break
			}
		}
		m.mu.Lock()
		m.found[q] = got
		m.mu.Unlock()
	}
	return got, got != modulePath{}
}

// ecmaFile returns what stands at a path of which endings, and the name of an
// index file, may be left out.
func (m *modules) ecmaFile(base string) (modulePath, bool) {
	ext := path.Ext(base)
	stem := strings.TrimSuffix(base, ext)
	for _, e := range sourceOf[ext] {
		if m.src.Has(stem + e) {
			return modulePath{file: stem + e, dir: stem}, true
		}
	}
	if m.src.Has(base) {
		return modulePath{file: base, dir: stem}, true
	}
	for _, e := range codeEndings {
		if m.src.Has(base + e) {
			return modulePath{file: base + e, dir: base}, true
		}
	}
	for _, e := range codeEndings {
		if p := path.Join(base, "index"+e); m.src.Has(p) {
			return modulePath{file: p, dir: base}, true
		}
	}
	for _, p := range [...]string{base, base + ".json"} {
		if path.Ext(p) == ".json" && m.src.Document(p) != nil {
			return modulePath{doc: p}, true
		}
	}
	return modulePath{}, false
}

// ecmaBases lists the paths, without endings, that an import may mean.
func (m *modules) ecmaBases(from, spec string) []string {
	switch {
	case spec == "" || strings.HasPrefix(spec, "node:"):
		return nil
	case isRelative(spec):
		return []string{path.Join(path.Dir(from), spec)}
	case strings.HasPrefix(spec, "/"):
		return nil
	}
	out := append(m.mapped(from, spec), m.packageBases(spec)...)
	return append(out, rooted(from, spec)...)
}

// eachFolder calls f with the folder of a file and those around it until it
// reports true.
func eachFolder(from string, f func(dir string) bool) {
	for dir := path.Dir(from); ; dir = path.Dir(dir) {
		if f(dir) || dir == "." || dir == "/" {
			return
		}
	}
}

// configNames are the documents that map paths, in the order in which a folder
// is asked for them.
var configNames = []string{"tsconfig.json", "tsconfig.app.json", "tsconfig.base.json", "jsconfig.json"}

// mapped lists where tsconfig.json's paths and baseUrl lead an import: those of
// the nearest folder that says something of it.
func (m *modules) mapped(from, spec string) (out []string) {
	eachFolder(from, func(dir string) bool {
		for _, name := range configNames {
			p := path.Join(dir, name)
			if doc := m.src.Document(p); doc != nil {
				out = append(out, m.pathsOf(doc, spec, 0)...)
			}
			if len(out) > 0 {
				return true
			}
		}
		if doc := m.src.Document(path.Join(dir, "package.json")); doc != nil && strings.HasPrefix(spec, "#") {
			if t := target(doc.Root.Get("imports").Get(spec)); t != "" {
				out = append(out, sourceBases(dir, t)...)
			}
		}
		return len(out) > 0
	})
	return out
}

// maxExtends bounds how often a configuration extends another.
const maxExtends = 8

// pathsOf lists where a configuration leads an import.
func (m *modules) pathsOf(doc *confdoc.Doc, spec string, depth int) (out []string) {
	options := doc.Root.Get("compilerOptions")
	dir := path.Dir(doc.Path)
	base := dir
	hasBase := false
	if b := options.Get("baseUrl"); b != nil && b.Kind == confdoc.Scalar {
		base, hasBase = path.Join(dir, b.Text), true
	}
	if paths := options.Get("paths"); paths != nil && paths.Kind == confdoc.Map {
		best, rest := -1, ""
		for i, e := range paths.Entries {
			if r, ok := matchPath(e.Key, spec); ok && (best < 0 || len(e.Key) > len(paths.Entries[best].Key)) {
				best, rest = i, r
			}
		}
		if best >= 0 {
			for _, t := range paths.Entries[best].Value.Items {
				out = append(out, path.Join(base, strings.Replace(t.Text, "*", rest, 1)))
			}
		}
	}
	if len(out) == 0 && depth < maxExtends {
		for _, e := range extended(doc.Root.Get("extends")) {
			p := path.Join(dir, e)
			for _, p := range [...]string{p, p + ".json"} {
				if parent := m.src.Document(p); parent != nil && parent.Path != doc.Path {
					out = append(out, m.pathsOf(parent, spec, depth+1)...)
					break
				}
			}
		}
	}
	if len(out) == 0 && hasBase {
		out = append(out, path.Join(base, spec))
	}
	return out
}

// extended lists the documents that a configuration extends.
func extended(n *confdoc.Node) []string {
	switch {
	case n == nil:
	case n.Kind == confdoc.Scalar && isRelative(n.Text):
		return []string{n.Text}
	case n.Kind == confdoc.List:
		var out []string
		for _, it := range n.Items {
			if it.Kind == confdoc.Scalar && isRelative(it.Text) {
				out = append(out, it.Text)
			}
		}
		return out
	}
	return nil
}

// matchPath reports whether an import has the form of a mapping's key, and what
// stands for its star.
func matchPath(key, spec string) (rest string, ok bool) {
	prefix, suffix, star := strings.Cut(key, "*")
	if !star {
		return "", key == spec
	}
	if len(spec) < len(prefix)+len(suffix) || !strings.HasPrefix(spec, prefix) || !strings.HasSuffix(spec, suffix) {
		return "", false
	}
	return spec[len(prefix) : len(spec)-len(suffix)], true
}

// packageBases lists where an import of one of the workspace's own packages
// leads.
func (m *modules) packageBases(spec string) (out []string) {
	name, sub := splitPackage(spec)
	for _, p := range m.src.Documents("package.json") {
		doc := m.src.Document(p)
		if doc == nil || doc.Root == nil {
			continue
		}
		if n := doc.Root.Get("name"); n == nil || n.Kind != confdoc.Scalar || n.Text != name {
			continue
		}
		dir := path.Dir(p)
		exports := doc.Root.Get("exports")
		if sub != "" {
			if t := target(exports.Get("./" + sub)); t != "" {
				out = append(out, sourceBases(dir, t)...)
			}
			out = append(out, path.Join(dir, sub), path.Join(dir, "src", sub))
			continue
		}
		for _, n := range [...]*confdoc.Node{doc.Root.Get("source"), exports.Get("."), exports, doc.Root.Get("main"), doc.Root.Get("module"), doc.Root.Get("types")} {
			if t := target(n); t != "" {
				out = append(out, sourceBases(dir, t)...)
			}
		}
		out = append(out, path.Join(dir, "src"), path.Join(dir, "src", "main"), path.Join(dir, "lib"), dir)
	}
	return out
}

// splitPackage parts an import into a package's name and a path in it.
func splitPackage(spec string) (name, sub string) {
	parts := strings.SplitN(spec, "/", 3)
	n := 1
	if strings.HasPrefix(spec, "@") {
		n = 2
	}
	if len(parts) <= n {
		return spec, ""
	}
	return strings.Join(parts[:n], "/"), strings.Join(parts[n:], "/")
}

// target returns the path that an entry of package.json gives: itself, or the
// first of its conditions.
func target(n *confdoc.Node) string {
	for depth := 0; n != nil && depth < 4; depth++ {
		switch n.Kind {
		case confdoc.Scalar:
			return n.Text
		case confdoc.Map:
			next := n.Get("source")
			for _, c := range [...]string{"types", "import", "require", "node", "default"} {
				if next == nil {
					next = n.Get(c)
				}
			}
			n = next
		default:
			return ""
		}
	}
	return ""
}

// outputFolders are where compilers put what they make of src.
var outputFolders = []string{"dist/", "build/", "lib/", "out/", "esm/", "cjs/"}

// sourceBases lists the sources that a path in a package may have been compiled
// from, then the path itself.
func sourceBases(dir, target string) (out []string) {
	target = strings.TrimPrefix(target, "./")
	plain := target
	for _, ext := range [...]string{".d.ts", ".d.mts", ".d.cts"} {
		plain = strings.TrimSuffix(plain, ext)
	}
	if ext := path.Ext(plain); ext == ".js" || ext == ".mjs" || ext == ".cjs" {
		plain = strings.TrimSuffix(plain, ext)
	}
	for _, o := range outputFolders {
		if rest, ok := strings.CutPrefix(plain, o); ok {
			rest = strings.TrimPrefix(strings.TrimPrefix(rest, "src/"), "cjs/")
			out = append(out, path.Join(dir, "src", rest), path.Join(dir, rest))
		}
	}
	return append(out, path.Join(dir, plain), path.Join(dir, target))
}

// rooted lists where an import leads that is written from the root of a
// program: `src/topics`, `@/topics`, `~/topics`.
func rooted(from, spec string) (out []string) {
	rest := ""
	for _, alias := range [...]string{"@/", "~/", "@src/", "~src/"} {
		if r, ok := strings.CutPrefix(spec, alias); ok {
			rest = path.Join("src", r)
		}
	}
	if strings.HasPrefix(spec, "src/") || strings.HasPrefix(spec, "libs/") || strings.HasPrefix(spec, "apps/") {
		rest = spec
	}
	if rest == "" {
		return nil
	}
	eachFolder(from, func(dir string) bool {
		out = append(out, path.Join(dir, rest))
		return false
	})
	return out
}

// ecmaModule finds the module, or the document, that an import of a file leads
// to; neither for what is not in the workspace.
func (ev *evaluator) ecmaModule(x *file, spec string) (*module, *confdoc.Doc) {
	id := func(name string) { ev.note(dep{kind: depModule, a: ev.l.names.id(name)}) }
	if !isRelative(spec) {
		for _, name := range configNames {
			id(name)
		}
		id("package.json")
	}
	for _, b := range ev.l.modules.ecmaBases(x.path, spec) {
		id("index")
		id(stemOfModule(b))
	}
	m, ok := ev.l.modules.ecma(x.path, spec)
	switch {
	case !ok:
		return nil, nil
	case m.file == x.path: // a file that imports itself does not keep itself
		return &module{file: x, dir: m.dir}, nil
	case m.doc != "":
		id(path.Base(m.doc))
		return nil, ev.l.src.Document(m.doc)
	}
	return ev.takeModule(m), nil
}
