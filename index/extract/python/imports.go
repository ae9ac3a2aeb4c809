package python

import (
	"bytes"

	"topicls/index/facts"
)

// importStatement visits `import a.b.c, d as e`.
func (x *Extractor) importStatement(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		name, alias := x.importedName(c)
		if name == 0 {
			continue
		}
		imp := facts.Import{Scope: x.Scope, Module: x.dotted(name), Span: x.Span(name)}
		local := imp.Span
		if alias != 0 {
			imp.Local, local = x.Ident(alias), x.Span(alias)
		} else {
			text := x.Source(name)
			if dot := bytes.IndexByte(text, '.'); dot >= 0 {
				text = bytes.TrimRight(text[:dot], " \t\\\r\n")
				local.End = local.Start + uint32(len(text))
			}
			imp.Local = x.Sym(text)
		}
		x.addImport(imp, local)
	}
}

// importFrom visits `from .m import a, b as c` and `from m import *`.
func (x *Extractor) importFrom(i uint32) {
	var base facts.Import
	module := x.Child(i, fModuleName)
	switch {
	case module == 0:
		return
	case x.Nodes[module].Kind == kRelativeImport:
		end := x.Nodes[module].Next
		for c := module + 1; c < end; c = x.Nodes[c].Next {
			switch x.Nodes[c].Kind {
			case kImportPrefix:
				base.Level = int32(bytes.Count(x.Source(c), []byte(".")))
			case kDottedName:
				base.Module = x.dotted(c)
			}
		}
	default:
		base.Module = x.dotted(module)
	}
	base.Scope = x.Scope
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kWildcardImport {
			imp := base
			imp.Star, imp.Span = true, x.Span(c)
			x.F.Imports = append(x.F.Imports, imp)
			continue
		}
		name, alias := x.importedName(c)
		if c == module || name == 0 {
			continue
		}
		imp := base
		imp.Member, imp.Span = x.dotted(name), x.Span(name)
		local := imp.Span
		imp.Local = imp.Member
		if alias != 0 {
			imp.Local, local = x.Ident(alias), x.Span(alias)
		}
		x.addImport(imp, local)
	}
}

// importedName returns the name and alias nodes of an imported thing, or 0.
func (x *Extractor) importedName(i uint32) (name, alias uint32) {
	switch x.Nodes[i].Kind {
	case kDottedName:
		name = i
	case kAliasedImport:
		name, alias = x.Child(i, fName), x.Child(i, fAlias)
	}
	if name == 0 || x.empty(name) || alias != 0 && x.empty(alias) {
		return 0, 0
	}
	return name, alias
}

// empty reports whether the parser made node i up.
func (x *Extractor) empty(i uint32) bool { return x.Nodes[i].Start == x.Nodes[i].End }

// addImport records an import and the binding of its local name.
func (x *Extractor) addImport(imp facts.Import, local facts.Span) {
	if imp.Local == 0 {
		return
	}
	ref := x.Add(facts.ImportRef, 0, imp.Span)
	x.F.Exprs[ref].Lo = int32(len(x.F.Imports))
	x.F.Imports = append(x.F.Imports, imp)
	x.Bind(imp.Local, local, ref)
}

// dotted interns a dotted name, without the space it may be written with.
func (x *Extractor) dotted(i uint32) facts.Sym {
	text := x.Source(i)
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
	return x.Sym(text)
}
