package lsptest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
)

// metaModelFile is the meta model of LSP 3.17 as far as it says what is valid,
// from the protocol's own metaModel.json; TestRecordMetaModel writes it.
//
//go:embed metamodel.json
var metaModelFile []byte

// metaModel says which messages are valid.
type metaModel struct {
	From          string                   `json:"from"` // the version it was taken from
	Requests      map[string]metaMessage   `json:"requests"`
	Notifications map[string]metaMessage   `json:"notifications"`
	Structures    map[string]metaStructure `json:"structures"`
	Enumerations  map[string]metaEnum      `json:"enumerations"`
	Aliases       map[string]*metaType     `json:"aliases"`
}

type metaMessage struct {
	Params *metaType `json:"params,omitempty"`
	Result *metaType `json:"result,omitempty"`
	Part   *metaType `json:"part,omitempty"` // of a partial result
}

type metaStructure struct {
	Extends    []string                `json:"extends,omitempty"` // and mixins
	Properties map[string]metaProperty `json:"properties,omitempty"`
}

type metaProperty struct {
	Type     *metaType `json:"type"`
	Optional bool      `json:"optional,omitempty"`
}

type metaEnum struct {
	Values []any `json:"values"`
	Open   bool  `json:"open,omitempty"` // other values of the same type too
}

// metaType is a type in the meta model's own words.
type metaType struct {
	Kind       string                  `json:"kind"`
	Name       string                  `json:"name,omitempty"`
	Element    *metaType               `json:"element,omitempty"`
	Items      []*metaType             `json:"items,omitempty"`
	Key        *metaType               `json:"key,omitempty"`
	Value      *metaType               `json:"value,omitempty"`      // of a map
	Literal    any                     `json:"literal,omitempty"`    // of a string, integer or boolean literal
	Properties map[string]metaProperty `json:"properties,omitempty"` // of a literal
}

var theMetaModel = sync.OnceValue(func() *metaModel {
	m := &metaModel{}
	if err := json.Unmarshal(metaModelFile, m); err != nil {
		panic(err)
	}
	return m
})

// validator checks values. A strict one takes no property that the protocol has
// not; clients send some.
type validator struct {
	*metaModel
	strict bool
}

// wrong says what is wrong with a value of a type, "" when nothing is. nil has
// no type: nothing is valid, or null.
func (v validator) wrong(t *metaType, raw json.RawMessage) string {
	var x any
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &x); err != nil {
			return err.Error()
		}
	}
	if t == nil {
		if x != nil {
			return "there should be nothing"
		}
		return ""
	}
	return v.check(t, x, "")
}

func (v validator) check(t *metaType, x any, at string) string {
	bad := func(want string) string { return fmt.Sprintf("%s is %.60v, not %s", orRoot(at), x, want) }
	switch t.Kind {
	case "base":
		if !isBase(t.Name, x) {
			return bad(t.Name)
		}
	case "reference":
		return v.reference(t.Name, x, at)
	case "array":
		list, ok := x.([]any)
		if !ok {
			return bad("a list")
		}
		for i, e := range list {
			if why := v.check(t.Element, e, fmt.Sprintf("%s[%d]", at, i)); why != "" {
				return why
			}
		}
	case "tuple":
		list, ok := x.([]any)
		if !ok || len(list) != len(t.Items) {
			return bad(fmt.Sprintf("a list of %d", len(t.Items)))
		}
		for i, e := range list {
			if why := v.check(t.Items[i], e, fmt.Sprintf("%s[%d]", at, i)); why != "" {
				return why
			}
		}
	case "map":
		object, ok := x.(map[string]any)
		if !ok {
			return bad("an object")
		}
		for k, e := range object {
			if why := v.check(t.Value, e, at+"."+k); why != "" {
				return why
			}
		}
	case "or":
		var all []string
		for _, i := range t.Items {
			why := v.check(i, x, at)
			if why == "" {
				return ""
			}
			all = append(all, why)
		}
		return strings.Join(all, "; or ")
	case "and":
		for _, i := range t.Items {
			if why := (validator{v.metaModel, false}).check(i, x, at); why != "" {
				return why
			}
		}
	case "literal":
		return v.object(t.Properties, x, at)
	default: // a literal of a basic type
		if x != t.Literal {
			return bad(fmt.Sprintf("%v", t.Literal))
		}
	}
	return ""
}

func (v validator) reference(name string, x any, at string) string {
	switch name {
	case "LSPAny", "LSPArray", "LSPObject":
		return ""
	}
	if a := v.Aliases[name]; a != nil {
		return v.check(a, x, at)
	}
	if e, ok := v.Enumerations[name]; ok {
		if slices.Contains(e.Values, x) || e.Open && len(e.Values) > 0 && fmt.Sprintf("%T", x) == fmt.Sprintf("%T", e.Values[0]) {
			return ""
		}
		return fmt.Sprintf("%s is %.60v, which is no %s", orRoot(at), x, name)
	}
	if _, ok := v.Structures[name]; !ok {
		return fmt.Sprintf("the meta model has no %s", name)
	}
	return v.object(v.properties(name), x, at)
}

// properties are those of a structure with those that it takes over.
func (v validator) properties(name string) map[string]metaProperty {
	s := v.Structures[name]
	if len(s.Extends) == 0 {
		return s.Properties
	}
	all := map[string]metaProperty{}
	for _, e := range s.Extends {
		for k, p := range v.properties(e) {
			all[k] = p
		}
	}
	for k, p := range s.Properties {
		all[k] = p
	}
	return all
}

func (v validator) object(properties map[string]metaProperty, x any, at string) string {
	object, ok := x.(map[string]any)
	if !ok {
		return fmt.Sprintf("%s is %.60v, not an object", orRoot(at), x)
	}
	for name, p := range properties {
		e, given := object[name]
		switch {
		case !given && !p.Optional:
			return fmt.Sprintf("%s has no %s", orRoot(at), name)
		case !given, e == nil && p.Optional && !v.strict:
			continue
		}
		if why := v.check(p.Type, e, at+"."+name); why != "" {
			return why
		}
	}
	if v.strict {
		for name := range object {
			if _, known := properties[name]; !known {
				return fmt.Sprintf("%s has %s, which is not in the protocol", orRoot(at), name)
			}
		}
	}
	return ""
}

func orRoot(at string) string {
	if at == "" {
		return "it"
	}
	return strings.TrimPrefix(at, ".")
}

func isBase(name string, x any) bool {
	n, isNumber := x.(float64)
	whole := isNumber && n == math.Trunc(n)
	switch name {
	case "string", "URI", "DocumentUri", "RegExp":
		_, ok := x.(string)
		return ok
	case "boolean":
		_, ok := x.(bool)
		return ok
	case "null":
		return x == nil
	case "integer":
		return whole && math.MinInt32 <= n && n <= math.MaxInt32
	case "uinteger":
		return whole && 0 <= n && n <= math.MaxInt32
	case "decimal":
		return isNumber
	}
	return false
}

// wrongFromServer says what is wrong with a message that the server sent; asked
// is the method that it answers. What is beside the protocol has names of its own.
func wrongFromServer(m *Message, asked string) string {
	v := validator{theMetaModel(), true}
	switch {
	case m.Method == "$/progress":
		return "" // what its value is depends on its token: badNotification looks at it
	case m.Method != "" && m.ID != nil:
		r, ok := v.Requests[m.Method]
		if !ok {
			return "" // calls of unknown methods are problems already
		}
		return v.wrong(r.Params, m.Params)
	case m.Method != "":
		if n, ok := v.Notifications[m.Method]; ok {
			return v.wrong(n.Params, m.Params)
		}
		return ""
	case m.Error != nil:
		return ""
	}
	r, ok := v.Requests[asked]
	if !ok {
		return ""
	}
	return v.wrong(r.Result, m.Result)
}

// wrongFromClient says what is wrong with what a test sends.
func wrongFromClient(method string, params any) string {
	v := validator{theMetaModel(), false}
	r, isRequest := v.Requests[method]
	n, isNote := v.Notifications[method]
	if !isRequest && !isNote {
		return ""
	}
	raw, err := json.Marshal(params)
	if err != nil {
		return err.Error()
	}
	if isRequest {
		return v.wrong(r.Params, raw)
	}
	return v.wrong(n.Params, raw)
}
