package csharp

import (
	"bytes"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// namespace visits what stands at the top of a file or in a namespace, whose
// full name is prefix.
func (x *Extractor) namespace(i uint32, prefix []byte) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kUsing:
			x.using(c)
		case kNamespace:
			full := x.qualify(prefix, c)
			if body := x.Child(c, fBody); body != 0 && !x.Nodes[c].Deep() {
				x.namespace(body, full)
			}
		case kFileNamespace:
			prefix = x.qualify(prefix, c)
			if x.F.Package == 0 {
				x.F.Package = x.Sym(prefix)
			}
		case kGlobalStatement:
			x.topLevel(c)
		case kIfDirective:
			x.directive(c, func(arm uint32) { x.namespaceArm(arm, prefix) })
		case kElifDirective, kElseDirective: // arms of their own
		case syntax.Error:
			x.broken(c)
		case kClass, kStruct, kRecord, kInterface, kEnum:
			if x.F.Package == 0 && len(prefix) > 0 {
				x.F.Package = x.Sym(prefix)
			}
			x.undeclare(0)
			x.visit(c)
		default:
			x.visit(c)
		}
	}
}

// namespaceArm visits an arm of a directive outside of types. Statements
// there have no node of their own around them.
func (x *Extractor) namespaceArm(i uint32, prefix []byte) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kExpressionStatement, kLocal, kIf, kTry, kUsingStatement, kForeach, kWhile, kReturn:
			x.extendMain(c)
		}
	}
	x.namespace(i, prefix)
}

// topLevel visits a statement outside of types; together they are the program.
func (x *Extractor) topLevel(i uint32) {
	if s := x.first(i); s != 0 && x.Nodes[s].Kind != kLocalFunction {
		x.extendMain(i)
	}
	x.visitChildren(i)
}

// extendMain makes node i a part of the program's entry.
func (x *Extractor) extendMain(i uint32) {
	if x.main == (facts.Span{}) {
		x.main = x.Span(i)
	}
	x.main.End = x.Nodes[i].End
}

// qualify returns the full name of the namespace at node i within prefix.
func (x *Extractor) qualify(prefix []byte, i uint32) []byte {
	name := x.Child(i, fName)
	if name == 0 {
		return prefix
	}
	own := x.dotted(name)
	if len(prefix) == 0 {
		return own
	}
	return bytes.Join([][]byte{prefix, own}, dot)
}

var dot = []byte(".")

// dotted returns a dotted name without the space it may be written with,
// `global::` in front of it, or type arguments.
func (x *Extractor) dotted(i uint32) []byte {
	switch x.Nodes[i].Kind {
	case kQualified, kAliasQualified, kGeneric:
		var parts [][]byte
		end := x.Nodes[i].Next
		for c := i + 1; c < end; c = x.Nodes[c].Next {
			if k := x.Nodes[c].Kind; x.Nodes[c].Field() != fAlias && k != kTypeArguments && k != syntax.Error {
				parts = append(parts, x.dotted(c))
			}
		}
		return bytes.Join(parts, dot)
	}
	return bytes.TrimPrefix(x.Source(i), []byte("@"))
}

// using visits a using directive. A global one, which holds for every file of
// its project, has Level 1.
func (x *Extractor) using(i uint32) {
	imp := facts.Import{Scope: x.Scope, Star: true}
	var alias, name uint32
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch k := x.Nodes[c].Kind; {
		case k == kGlobalToken:
			imp.Level = 1
		case k == kStaticToken, k == kUsingToken, k == kToken, k == syntax.Error:
		case x.Nodes[c].Field() == fName && alias == 0:
			alias = c
		case name == 0:
			name = c
		}
	}
	if name == 0 || x.Nodes[name].Missing() {
		return
	}
	if alias == 0 {
		imp.Module, imp.Span = x.Sym(x.dotted(name)), x.Span(name)
		if imp.Module != 0 {
			x.F.Imports = append(x.F.Imports, imp)
		}
		return
	}
	if x.Nodes[name].Kind != kQualified || x.hasTypeArguments(name) {
		// A type of this namespace, or one with type arguments.
		x.Bind(x.ident(alias), x.Span(alias), x.typeExpr(name))
		return
	}
	full := x.dotted(name)
	at := bytes.LastIndexByte(full, '.')
	if at <= 0 {
		return
	}
	imp.Star, imp.Span, imp.Local = false, x.Span(name), x.ident(alias)
	imp.Module, imp.Member = x.Sym(full[:at]), x.Sym(full[at+1:])
	if imp.Local == 0 || imp.Module == 0 || imp.Member == 0 {
		return
	}
	ref := x.Add(facts.ImportRef, 0, imp.Span)
	x.F.Exprs[ref].Lo = int32(len(x.F.Imports))
	x.F.Imports = append(x.F.Imports, imp)
	x.Bind(imp.Local, x.Span(alias), ref)
}

// hasTypeArguments reports whether the name at node i has type arguments
// anywhere.
func (x *Extractor) hasTypeArguments(i uint32) bool {
	for c := i; c < x.Nodes[i].Next; c++ {
		if x.Nodes[c].Kind == kTypeArguments {
			return true
		}
	}
	return false
}

// ident interns the identifier at node i, without the @ that makes a keyword
// one.
func (x *Extractor) ident(i uint32) facts.Sym {
	text := x.Source(i)
	if len(text) > 0 && text[0] == '@' {
		text = text[1:]
	}
	return x.Sym(text)
}

// directive visits the arms of #if, of which one is compiled: f is given the
// node that has an arm's content.
func (x *Extractor) directive(i uint32, f func(arm uint32)) {
	group := x.NewGroup()
	for arm := int32(0); i != 0; arm++ {
		span := x.Span(i)
		var cond facts.ExprID
		alternative := x.Child(i, fAlternative)
		if alternative != 0 {
			span.End = x.Nodes[alternative].Start
		}
		if c := x.Child(i, fCondition); c != 0 {
			cond = x.Row(facts.Unknown, c)
		}
		outer := x.OpenBlock(facts.Branch, group, arm, span)
		x.F.Blocks[x.Block].Cond = cond
		f(i)
		x.Block = outer
		if i = alternative; i != 0 && x.Nodes[i].Deep() {
			return
		}
	}
}

// broken visits text that the grammar could make no sense of. A type without
// a body, which the grammar has only for records, is one all the same, and so
// is one whose body isn't closed.
func (x *Extractor) broken(i uint32) {
	if x.Nodes[i].Deep() {
		return
	}
	kind, name := x.brokenType(i)
	if kind == 0 {
		x.visitChildren(i)
		return
	}
	if x.class == nil {
		x.undeclare(0)
	}
	x.typeAt(i, name, kind)
}

// brokenType finds the header of a type in an error: the keyword, and the node
// of the name behind it.
func (x *Extractor) brokenType(i uint32) (kind syntax.Kind, name uint32) {
	at := x.Nodes[i].Start
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kIdentifier {
			words := bytes.Fields(x.between(at, x.Nodes[c].Start))
			if len(words) > 0 {
				switch string(words[len(words)-1]) {
				case "class":
					return kClass, c
				case "interface":
					return kInterface, c
				case "struct":
					return kStruct, c
				case "record":
					return kRecord, c
				}
			}
		}
		at = x.Nodes[c].End
	}
	return 0, 0
}
