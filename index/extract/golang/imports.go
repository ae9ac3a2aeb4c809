package golang

import (
	"bytes"

	"topicls/index/facts"
)

// importDeclaration visits `import "a"` and `import ( ... )`.
func (x *Extractor) importDeclaration(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kImportSpec {
			x.importSpec(c)
		} else {
			x.importDeclaration(c)
		}
	}
}

// importSpec visits one import. What it binds is the alias, or what the package
// is most likely called.
func (x *Extractor) importSpec(i uint32) {
	path := x.Child(i, fPath)
	if path == 0 {
		return
	}
	text, ok := x.decoded(path)
	if !ok || len(text) == 0 {
		return
	}
	im := facts.Import{Scope: x.Scope, Module: x.Sym(text), Span: x.Span(path)}
	local := im.Span
	name := x.Child(i, fName)
	switch {
	case name == 0:
		im.Local = x.Sym(packageName(text))
	case x.Nodes[name].Kind == kDot:
		im.Star = true
	case x.Nodes[name].Kind == kPackageName:
		im.Local, local = x.Ident(name), x.Span(name)
	}
	if im.Local == 0 {
		x.F.Imports = append(x.F.Imports, im)
		return
	}
	ref := x.Add(facts.ImportRef, 0, im.Span)
	x.F.Exprs[ref].Lo = int32(len(x.F.Imports))
	x.F.Imports = append(x.F.Imports, im)
	x.Bind(im.Local, local, ref)
}

// packageName returns what the package with an import path is most likely
// called: the last element that is no version, without what repositories of Go
// code have around their names, and what can't be in a name.
func packageName(path []byte) []byte {
	last := path
	for {
		i := bytes.LastIndexByte(path, '/')
		last = path[i+1:]
		if i < 0 || !isVersion(last) {
			break
		}
		path = path[:i]
	}
	if i := bytes.LastIndex(last, []byte(".v")); i > 0 && isVersion(last[i+1:]) { // gopkg.in/yaml.v3
		last = last[:i]
	}
	last = bytes.TrimSuffix(bytes.TrimSuffix(last, []byte(".go")), []byte("-go"))
	last = bytes.TrimPrefix(last, []byte("go-"))
	if i := bytes.LastIndexAny(last, "-."); i >= 0 && i+1 < len(last) {
		last = last[i+1:]
	}
	return last
}

// isVersion recognises the element of a path that is a major version.
func isVersion(b []byte) bool {
	if len(b) < 2 || b[0] != 'v' {
		return false
	}
	for _, c := range b[1:] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
