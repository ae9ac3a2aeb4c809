package flow

import (
	"reflect"
	"strings"

	"topicls/index/facts"
)

// How the fields of a class are written in a message: under which name, and
// whether at all. Annotations and tags that say so are the models' to know
// (client.Serialized).

// serialized says how a declared field of a class is written: its name in
// messages, and whether it may be left out; ok is false for one that is no part
// of them.
func (ev *evaluator) serialized(x *file, b *facts.Binding) (name string, optional, ok bool) {
	f := x.facts()
	name = f.Text(b.Name)
	if f.Lang == "go" && (!isUpper(name) || isEmbedded(f, b)) { // encoders see exported fields, and those of embedded ones as the struct's own
		return "", false, false
	}
	an := f.At(b.Annot)
	if an.Kind != facts.Index {
		return name, false, true
	}
	switch f.Text(lastName(f, an.X)) {
	case "ClassVar":
		return "", false, false
	case "Annotated":
	default:
		return name, false, true
	}
	y := f.At(an.Y)
	if y.Kind != facts.List || y.N == 0 {
		return name, false, true
	}
	notes := f.Operands(y)
	if isShared(f, b.Annot) {
		return "", false, false
	}
	how := &ev.l.models.Serialized
	for _, k := range notes[1:] {
		e := f.At(k)
		callee := k
		if e.Kind == facts.Call {
			callee = e.X
		}
		last := f.Text(lastName(f, callee))
		if last == "tag" && e.Kind == facts.Call {
			n, opt, skip := tagged(firstText(f, e), how.Tags)
			if skip {
				return "", false, false
			}
			if n != "" {
				name = n
			}
			optional = optional || opt
			continue
		}
		switch {
		case how.IsSkip[last] && ev.isNamed(ref{x, callee}, how.Skips):
			return "", false, false
		case how.IsName[last] && ev.isNamed(ref{x, callee}, how.Names):
			if n := noteText(f, e); n != "" {
				name = n
			}
		}
	}
	return name, optional, true
}

// isShared reports whether the declared type of a field says that all objects
// share it: it is static.
func isShared(f *facts.File, annot facts.ExprID) bool {
	e := f.At(annot)
	if e.Kind != facts.Index {
		return false
	}
	switch f.Text(lastName(f, e.X)) {
	case "ClassVar":
		return true
	case "Annotated":
		y := f.At(e.Y)
		return y.Kind == facts.List && y.N > 0 && isShared(f, f.Operands(y)[0])
	}
	return false
}

// tagged reads the name and options of a field's tag.
func tagged(text string, keys []string) (name string, optional, skip bool) {
	tag := reflect.StructTag(strings.Trim(text, "`"))
	for _, k := range keys {
		if v, ok := tag.Lookup(k); ok {
			name, opts, _ := strings.Cut(v, ",")
			return name, strings.Contains(opts, "omitempty"), name == "-"
		}
	}
	return "", false, false
}

// firstText is the text of a call's first argument, if that is a string.
func firstText(f *facts.File, e *facts.Expr) string {
	if args := f.Operands(e); len(args) > 0 {
		if v := f.At(f.At(args[0]).X); v.Kind == facts.String {
			return f.Text(v.Name)
		}
	}
	return ""
}

// noteText is the name that an annotation gives: its argument without a name, or
// the one called value, name or PropertyName.
func noteText(f *facts.File, e *facts.Expr) string {
	if e.Kind != facts.Call {
		return ""
	}
	for _, k := range f.Operands(e) {
		a := f.At(k)
		if v := f.At(a.X); v.Kind == facts.String && (a.Name == 0 || f.Text(a.Name) == "value" || strings.EqualFold(f.Text(a.Name), "name") || f.Text(a.Name) == "PropertyName") {
			return f.Text(v.Name)
		}
	}
	return ""
}

// isNamed reports whether an expression means one of the dotted names.
func (ev *evaluator) isNamed(r ref, names []string) bool {
	for _, a := range ev.eval(r, nil) {
		if v, ok := a.v.(*external); ok {
			for _, n := range names {
				if v.path == n {
					return true
				}
			}
		}
	}
	return false
}

// jsonTypes are the JSON types of values of types that languages bring along, as
// their usual encoders write them.
var jsonTypes = map[string]string{
	"str": "string", "String": "string", "string": "string", "char": "string", "Character": "string", "CharSequence": "string",
	"UUID": "string", "UUID4": "string", "Guid": "string", "EmailStr": "string", "AnyUrl": "string", "HttpUrl": "string", "URI": "string", "Uri": "string",
	"datetime": "string", "date": "string", "time": "string", "bytes": "string", "Decimal": "string", "DateTime": "string", "DateTimeOffset": "string",
	"int": "integer", "Int": "integer", "Integer": "integer", "long": "integer", "Long": "integer", "short": "integer", "Short": "integer",
	"byte": "integer", "Byte": "integer", "BigInteger": "integer", "int8": "integer", "int16": "integer", "int32": "integer", "int64": "integer",
	"uint": "integer", "uint8": "integer", "uint16": "integer", "uint32": "integer", "uint64": "integer", "UInt": "integer", "ULong": "integer",
	"float": "number", "Float": "number", "double": "number", "Double": "number", "BigDecimal": "number", "decimal": "number", "number": "number",
	"float32": "number", "float64": "number",
	"bool": "boolean", "Bool": "boolean", "boolean": "boolean", "Boolean": "boolean",
	"dict": "object", "Dict": "object", "Mapping": "object", "Map": "object", "HashMap": "object", "LinkedHashMap": "object", "TreeMap": "object",
	"MutableMap": "object", "Dictionary": "object", "IDictionary": "object", "Record": "object", "ObjectNode": "object",
	"list": "array", "List": "array", "set": "array", "Set": "array", "tuple": "array", "Tuple": "array", "Sequence": "array", "Collection": "array",
	"ArrayList": "array", "LinkedList": "array", "HashSet": "array", "MutableList": "array", "Array": "array", "IEnumerable": "array", "IList": "array",
	"ReadonlyArray": "array", "ArrayNode": "array",
}

// isEmbedded reports whether a field without a tag is an embedded one: a base of
// its class has its name.
func isEmbedded(f *facts.File, b *facts.Binding) bool {
	if an := f.At(b.Annot); an.Kind == facts.Index && f.Text(lastName(f, an.X)) == "Annotated" {
		return false
	}
	for _, base := range f.Bases(&f.Scopes[b.Scope]) {
		t := f.At(base).X
		if f.At(t).Kind == facts.Index {
			t = f.At(t).X
		}
		if lastName(f, t) == b.Name {
			return true
		}
	}
	return false
}
