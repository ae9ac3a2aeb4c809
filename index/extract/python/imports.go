package python

import (
	"bytes"

	"topicls/index/facts"
)

// importStatement visits `import a.b.c, d as e`.
func (x *Extractor) importStatement(i uint32) {
	end := x.nodes[i].Next
	for c := i + 1; c < end; c = x.nodes[c].Next {
		name, alias := x.importedName(c)
		if name == 0 {
			continue
		}
		imp := facts.Import{Scope: x.scope, Module: x.dotted(name), Span: x.span(name)}
		local := imp.Span
		if alias != 0 {
			imp.Local, local = x.ident(alias), x.span(alias)
		} else {
			text := x.source(name)
			if dot := bytes.IndexByte(text, '.'); dot >= 0 {
				text = bytes.TrimRight(text[:dot], " \t\\\r\n")
				local.End = local.Start + uint32(len(text))
			}
			imp.Local = x.sym(text)
		}
		x.addImport(imp, local)
	}
}

// importFrom visits `from .m import a, b as c` and `from m import *`.
func (x *Extractor) importFrom(i uint32) {
	var base facts.Import
	module := x.child(i, fModuleName)
	switch {
	case module == 0:
		return
	case x.nodes[module].Kind == kRelativeImport:
		end := x.nodes[module].Next
		for c := module + 1; c < end; c = x.nodes[c].Next {
			switch x.nodes[c].Kind {
			case kImportPrefix:
				base.Level = int32(bytes.Count(x.source(c), []byte(".")))
			case kDottedName:
				base.Module = x.dotted(c)
			}
		}
	default:
		base.Module = x.dotted(module)
	}
	base.Scope = x.scope
	end := x.nodes[i].Next
	for c := i + 1; c < end; c = x.nodes[c].Next {
		if x.nodes[c].Kind == kWildcardImport {
			imp := base
			imp.Star, imp.Span = true, x.span(c)
			x.f.Imports = append(x.f.Imports, imp)
			continue
		}
		name, alias := x.importedName(c)
		if c == module || name == 0 {
			continue
		}
		imp := base
		imp.Member, imp.Span = x.dotted(name), x.span(name)
		local := imp.Span
		imp.Local = imp.Member
		if alias != 0 {
			imp.Local, local = x.ident(alias), x.span(alias)
		}
		x.addImport(imp, local)
	}
}

// importedName returns the name and alias nodes of an imported thing, or 0.
func (x *Extractor) importedName(i uint32) (name, alias uint32) {
	switch x.nodes[i].Kind {
	case kDottedName:
		name = i
	case kAliasedImport:
		name, alias = x.child(i, fName), x.child(i, fAlias)
	}
	if name == 0 || x.empty(name) || alias != 0 && x.empty(alias) {
		return 0, 0
	}
	return name, alias
}

// empty reports whether the parser made node i up.
func (x *Extractor) empty(i uint32) bool { return x.nodes[i].Start == x.nodes[i].End }

// addImport records an import and the binding of its local name.
func (x *Extractor) addImport(imp facts.Import, local facts.Span) {
	if imp.Local == 0 {
		return
	}
	ref := x.add(facts.ImportRef, 0, imp.Span)
	x.f.Exprs[ref].Lo = int32(len(x.f.Imports))
	x.f.Imports = append(x.f.Imports, imp)
	x.bind(imp.Local, local, ref)
}

// dotted interns a dotted name, without the space it may be written with.
func (x *Extractor) dotted(i uint32) facts.Sym {
	text := x.source(i)
	if bytes.ContainsAny(text, " \t\\\r\n\f") {
		x.text = x.text[:0]
		for _, c := range text {
			switch c {
			case ' ', '\t', '\\', '\r', '\n', '\f':
			default:
				x.text = append(x.text, c)
			}
		}
		text = x.text
	}
	return x.sym(text)
}
