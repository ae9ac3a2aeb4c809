package ecmascript

import (
	"bytes"

	"topicls/index/facts"
	"topicls/index/syntax"
)

// This file has what a module takes from others and gives to them, in the
// language's own form and in that of CommonJS.

// importStatement visits `import d, {a as b} from 'm'` and its likes.
func (x *Extractor) importStatement(i uint32) {
	source := x.Child(i, fSource)
	end := x.Nodes[i].Next
	if source == 0 {
		for c := i + 1; c < end; c = x.Nodes[c].Next {
			if x.Nodes[c].Kind == kImportRequire {
				x.importRequire(c)
			}
		}
		return
	}
	module, ok := x.plainText(source)
	if !ok {
		return
	}
	clause := false
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind == kImportClause {
			clause = true
			x.importClause(c, module)
		}
	}
	if !clause {
		x.F.Imports = append(x.F.Imports, facts.Import{Scope: x.Scope, Module: module, Span: x.Span(source)})
	}
}

// importClause records what stands between `import` and `from`.
func (x *Extractor) importClause(i uint32, module facts.Sym) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kIdentifier:
			x.addImport(module, x.Sym(textDefault), c, c)
		case kNamespaceImport:
			if name := x.first(c); name != 0 {
				x.addImport(module, 0, name, name)
			}
		case kNamedImports:
			last := x.Nodes[c].Next
			for s := c + 1; s < last; s = x.Nodes[s].Next {
				if x.Nodes[s].Kind == kImportSpecifier {
					x.specifier(s, module)
				}
			}
		}
	}
}

// specifier records `a as b` of module.
func (x *Extractor) specifier(i uint32, module facts.Sym) {
	name, local := x.Child(i, fName), x.Child(i, fAlias)
	if name == 0 {
		return
	}
	if local == 0 {
		local = name
	}
	x.addImport(module, x.exportedName(name), name, local)
}

// exportedName returns the name at node i: an identifier or a string.
func (x *Extractor) exportedName(i uint32) facts.Sym {
	if x.Nodes[i].Kind == kString {
		name, _ := x.plainText(i)
		return name
	}
	return x.Ident(i)
}

// importRequire records `import n = require('m')`.
func (x *Extractor) importRequire(i uint32) {
	source, name := x.Child(i, fSource), x.first(i)
	if source == 0 || name == 0 || name == source {
		return
	}
	if module, ok := x.plainText(source); ok {
		x.addImport(module, 0, name, name)
	}
}

// importAlias visits `import n = A.B`.
func (x *Extractor) importAlias(i uint32) {
	name := x.first(i)
	if name == 0 || x.Nodes[name].Next >= x.Nodes[i].Next || !x.isName(name) {
		return
	}
	x.assign(name, x.expr(x.Nodes[name].Next), 0, ofProgram)
}

// addImport records that the name at node local is a member of a module, or
// with 0 the module itself.
func (x *Extractor) addImport(module, member facts.Sym, written, local uint32) {
	if x.Nodes[local].Start == x.Nodes[local].End || x.Nodes[written].Start == x.Nodes[written].End {
		return
	}
	name := x.exportedName(local)
	if name == 0 {
		return
	}
	ref := x.importRef(facts.Import{Module: module, Member: member, Local: name, Span: x.Span(written)})
	x.declare(name)
	x.Bind(name, x.Span(local), ref)
}

// importRef appends a row for what an import brings in.
func (x *Extractor) importRef(imp facts.Import) facts.ExprID {
	imp.Scope = x.Scope
	ref := x.Add(facts.ImportRef, 0, imp.Span)
	x.F.Exprs[ref].Lo = int32(len(x.F.Imports))
	x.F.Imports = append(x.F.Imports, imp)
	return ref
}

var textDefault, textModuleExports = []byte("default"), []byte("module.exports")

// isRequire returns the module's string of `require('m')` and `import('m')`,
// also as compilers wrap them, or 0.
func (x *Extractor) isRequire(i uint32) uint32 {
	for depth := 0; depth < 4; depth++ {
		if x.Nodes[i].Kind == kAwait || x.Nodes[i].Kind == kParenthesized {
			if i = x.first(i); i == 0 {
				return 0
			}
			continue
		}
		if x.Nodes[i].Kind != kCall {
			return 0
		}
		function, arguments := x.Child(i, fFunction), x.Child(i, fArguments)
		if function == 0 || arguments == 0 || x.Nodes[arguments].Kind != kArguments {
			return 0
		}
		arg := x.first(arguments)
		if arg == 0 {
			return 0
		}
		switch x.Nodes[function].Kind {
		case kImportWord:
		case kIdentifier:
			switch string(x.Source(function)) {
			case "require":
			case "__importDefault", "__importStar", "_interopRequireDefault", "_interopRequireWildcard", "__toESM":
				i = arg
				continue
			default:
				return 0
			}
		case kMember:
			property := x.Child(function, fProperty)
			if property == 0 {
				return 0
			}
			switch string(x.Source(property)) {
			case "__importDefault", "__importStar":
				i = arg
				continue
			}
			return 0
		default:
			return 0
		}
		if x.Nodes[arg].Kind != kString || x.Nodes[arg].Missing() {
			return 0
		}
		return arg
	}
	return 0
}

// required records `name = require('m')`, `{a: b} = require('m')` and
// `name = require('m').a` as imports. It reports false for anything else.
func (x *Extractor) required(name, value uint32) bool {
	var member uint32
	call := value
	if x.Nodes[value].Kind == kMember {
		call, member = x.Child(value, fObject), x.Child(value, fProperty)
		if call == 0 || member == 0 || !x.isName(member) || !x.isName(name) {
			return false
		}
	}
	source := x.isRequire(call)
	if source == 0 || x.Nodes[value].Kind == kCall && x.isDynamic(value) {
		return false
	}
	module, ok := x.plainText(source)
	if !ok {
		return false
	}
	switch {
	case member != 0:
		x.addImport(module, x.Ident(member), member, name)
		return true
	case x.isName(name):
		x.addImport(module, 0, name, name)
		return true
	case x.Nodes[name].Kind == kObjectPattern && x.plainPattern(name):
		end := x.Nodes[name].Next
		for c := name + 1; c < end; c = x.Nodes[c].Next {
			if x.Nodes[c].Kind == kShorthandPattern {
				x.addImport(module, x.Ident(c), c, c)
			} else {
				key := x.Child(c, fKey)
				x.addImport(module, x.Ident(key), key, x.Child(c, fValue))
			}
		}
		return true
	}
	return false
}

// isDynamic reports whether call i is `import('m')`, which is only a promise.
func (x *Extractor) isDynamic(i uint32) bool {
	f := x.Child(i, fFunction)
	return f != 0 && x.Nodes[f].Kind == kImportWord
}

// plainPattern reports whether pattern i has names only: `{a, b: c}`.
func (x *Extractor) plainPattern(i uint32) bool {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kShorthandPattern:
		case kPairPattern:
			key, value := x.Child(c, fKey), x.Child(c, fValue)
			if key == 0 || value == 0 || !x.isName(key) || !x.isName(value) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// exportStatement visits `export ...`.
func (x *Extractor) exportStatement(i uint32) {
	if source := x.Child(i, fSource); source != 0 {
		x.reexport(i, source)
		return
	}
	var decorators []uint32
	at := x.Nodes[i].Start + uint32(len("export"))
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		n := &x.Nodes[c]
		isDefault := n.Kind != kDecorator && bytes.HasSuffix(x.between(min(at, n.Start), n.Start), textDefault)
		switch {
		case n.Kind == kDecorator:
			decorators = append(decorators, c)
			at = n.End
		case n.Kind == syntax.Error:
			x.visitChildren(c)
		case n.Kind == kClass || n.Kind == kAbstractClass:
			x.classDeclaration(c, decorators)
			decorators = nil
			if isDefault {
				x.bindDefault(c)
			}
		case n.Field() == fDeclaration:
			x.visit(c)
			if isDefault {
				x.bindDefault(c)
			}
		case n.Kind == kExportClause:
			x.exportClause(c)
		case n.Field() == fValue, n.Kind == kIdentifier, n.Kind == kMember, n.Kind == kObject, n.Kind == kCall, n.Kind == kNew:
			span := x.Span(c)
			span.End = span.Start
			value := x.defaultValue(c, decorators)
			decorators = nil
			name := textDefault
			if !isDefault { // `export = v`
				name = textModuleExports
			}
			x.Bind(x.Sym(name), span, value)
		default:
			x.visit(c)
		}
	}
	for _, d := range decorators {
		x.visitChildren(d)
	}
}

// defaultValue appends what stands behind `export default`.
func (x *Extractor) defaultValue(i uint32, decorators []uint32) facts.ExprID {
	if x.Nodes[i].Kind == kClassExpression {
		return x.class(i, decorators, x.Sym(textDefault), facts.Span{}, false)
	}
	return x.namedValue(i, x.Sym(textDefault), facts.Span{Start: x.Nodes[i].Start, End: x.Nodes[i].Start})
}

// bindDefault binds `default` to the name of the declaration at node i.
func (x *Extractor) bindDefault(i uint32) {
	if name := x.Child(i, fName); name != 0 && x.isName(name) {
		x.Bind(x.Sym(textDefault), x.Span(name), x.Named(facts.Name, name, x.Ident(name)))
	}
}

// exportClause notes `export {a as b}`.
func (x *Extractor) exportClause(i uint32) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kExportSpecifier {
			continue
		}
		name, alias := x.Child(c, fName), x.Child(c, fAlias)
		if name == 0 || alias == 0 || !x.isName(name) {
			continue
		}
		if as := x.exportedName(alias); as != 0 && as != x.Ident(name) {
			x.exports = append(x.exports, export{as, x.Span(alias), x.Named(facts.Name, name, x.Ident(name))})
		}
	}
}

// reexport records `export * from 'm'` and `export {a as b} from 'm'`.
func (x *Extractor) reexport(i, source uint32) {
	module, ok := x.plainText(source)
	if !ok {
		return
	}
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		switch x.Nodes[c].Kind {
		case kExportClause:
			last := x.Nodes[c].Next
			for s := c + 1; s < last; s = x.Nodes[s].Next {
				if x.Nodes[s].Kind == kExportSpecifier {
					x.specifier(s, module)
				}
			}
			return
		case kNamespaceExport:
			if name := x.first(c); name != 0 {
				x.addImport(module, 0, name, name)
			}
			return
		}
	}
	x.F.Imports = append(x.F.Imports, facts.Import{Scope: x.Scope, Module: module, Star: true, Span: x.Span(source)})
}

// export is a name that a module gives to others, and what it is there.
type export struct {
	name  facts.Sym
	span  facts.Span
	value facts.ExprID
}

// bindExports binds the exported names that the file has no others of.
func (x *Extractor) bindExports() {
	if len(x.exports) == 0 {
		return
	}
	taken := map[facts.Sym]bool{}
	for i := range x.F.Bindings {
		if b := &x.F.Bindings[i]; b.Scope == 0 && b.Target == facts.ToName {
			taken[b.Name] = true
		}
	}
	for _, e := range x.exports {
		if !taken[e.name] {
			x.Bind(e.name, e.span, e.value)
		}
	}
}

// exported visits `exports.a = v` and `module.exports = v`, and reports whether
// left is one of these.
func (x *Extractor) exported(left, right uint32) (facts.ExprID, bool) {
	name, ok := x.exportTarget(left)
	if !ok {
		return 0, false
	}
	if name != 0 {
		sym := x.Ident(name)
		value := x.namedValue(right, sym, x.Span(name))
		if e := x.F.At(value); e.Kind != facts.Name || e.Name != sym {
			x.exports = append(x.exports, export{sym, x.Span(name), value})
		}
		return value, true
	}
	value := x.namedValue(right, x.Sym(textDefault), x.Span(left))
	x.exports = append(x.exports, export{x.Sym(textModuleExports), x.Span(left), value})
	if e := x.F.At(value); e.Kind == facts.Map {
		for _, k := range x.F.Operands(e) {
			x.exportEntry(k)
		}
	}
	return value, true
}

// exportEntry notes an entry of the object that a module exports.
func (x *Extractor) exportEntry(entry facts.ExprID) {
	e := *x.F.At(entry)
	value := x.F.At(e.X)
	if e.Flag&facts.SpreadMap != 0 {
		if value.Kind == facts.ImportRef {
			if imp := x.F.Imports[value.Lo]; imp.Member == 0 && imp.Local == 0 {
				x.F.Imports = append(x.F.Imports, facts.Import{Module: imp.Module, Star: true, Span: imp.Span})
			}
		}
		return
	}
	key := x.F.At(e.Y)
	if key.Kind != facts.String || key.Name == 0 || value.Kind == facts.Name && value.Name == key.Name {
		return
	}
	x.exports = append(x.exports, export{key.Name, key.Span, e.X})
}

// exportTarget reports whether node i is `module.exports`, `exports.a` or
// `module.exports.a`, and returns the node of a.
func (x *Extractor) exportTarget(i uint32) (name uint32, ok bool) {
	if x.Nodes[i].Kind != kMember {
		return 0, false
	}
	object, property := x.Child(i, fObject), x.Child(i, fProperty)
	if object == 0 || property == 0 || !x.isName(property) {
		return 0, false
	}
	if x.isModuleExports(i) {
		return 0, true
	}
	if x.Nodes[object].Kind == kIdentifier && string(x.Source(object)) == "exports" || x.isModuleExports(object) {
		return property, true
	}
	return 0, false
}

func (x *Extractor) isModuleExports(i uint32) bool {
	if x.Nodes[i].Kind != kMember {
		return false
	}
	object, property := x.Child(i, fObject), x.Child(i, fProperty)
	return object != 0 && property != 0 && x.Nodes[object].Kind == kIdentifier &&
		string(x.Source(object)) == "module" && string(x.Source(property)) == "exports"
}
