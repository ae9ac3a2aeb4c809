package helm

import (
	"unsafe"

	"gopkg.in/yaml.v3"
	k8syaml "sigs.k8s.io/yaml"

	"topicls/index/deploy"
	"topicls/index/deploy/yamldoc"
)

// Values is what templates see as .Values. It has a name of its own because
// Helm's has one.
type Values map[string]any

// globalKey is the table that all charts of a tree share.
const globalKey = "global"

// A valuesFile is a parsed values file. It is not changed after parsing.
//
// Each text in data, and each key, is stored at an address of its own, so that
// a text that comes out of a template can be told from all others, even when it
// was handed through lists, dictionaries and named templates on its way. Where
// it stands in the file is in nodes, by that address.
type valuesFile struct {
	doc   *yamldoc.Document
	data  map[string]any
	nodes map[*byte]valueNode
	err   *deploy.Problem
}

// A valueNode is a text of a values file: a key or a value.
type valueNode struct {
	node  *yaml.Node
	value *yaml.Node // of a key
}

// parseValues reads a values file as Helm does.
func parseValues(file string, data []byte) *valuesFile {
	return parseValuesAt(file, data, editedIn(file))
}

// parseValuesAt reads values that are edited elsewhere, where edited is not nil.
func parseValuesAt(file string, data []byte, edited func(start, end int) deploy.Pos) *valuesFile {
	v := &valuesFile{doc: yamldoc.Parse(file, data), data: map[string]any{}, nodes: map[*byte]valueNode{}}
	v.doc.Text.Edited = edited
	if v.doc.Err != nil {
		v.err = v.doc.Err
		return v
	}
	var raw map[string]any
	if err := unmarshal(data, &raw); err != nil {
		v.err = &deploy.Problem{Pos: v.doc.Text.Pos(0, 0), Message: "the values can't be read: " + err.Error()}
		return v
	}
	if len(v.doc.Roots) == 0 {
		return v
	}
	b := &binder{file: v, mapper: yamldoc.NewMapper(func(*yaml.Node, string) {})}
	if m, ok := b.bind(v.doc.Roots[0], raw).(map[string]any); ok {
		v.data = m
	}
	return v
}

// A binder finds the nodes of decoded values.
type binder struct {
	file   *valuesFile
	mapper *yamldoc.Mapper
}

// bind returns a copy of a decoded value in which every text has an address of
// its own. Where nodes and values differ in shape, the rest has no places.
func (b *binder) bind(n *yaml.Node, v any) any {
	n = yamldoc.Deref(n)
	switch v := v.(type) {
	case string:
		if v == "" {
			return v
		}
		s := clone(v)
		b.file.nodes[unsafe.StringData(s)] = valueNode{node: n}
		return s
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			if n.Kind == yaml.SequenceNode && i < len(n.Content) {
				out[i] = b.bind(n.Content[i], item)
			} else {
				out[i] = item
			}
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for _, p := range b.mapper.Pairs(n) {
			key := yamldoc.Deref(p.Key)
			item, ok := v[key.Value]
			if !ok || key.Value == "" {
				continue
			}
			s := clone(key.Value)
			b.file.nodes[unsafe.StringData(s)] = valueNode{node: p.Key, value: p.Value}
			out[s] = b.bind(p.Value, item)
		}
		for k, item := range v {
			if _, ok := out[k]; !ok {
				out[k] = item
			}
		}
		return out
	}
	return v
}

// clone returns the same text at another address. (strings.Clone promises less.)
func clone(s string) string {
	b := make([]byte, len(s))
	copy(b, s)
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// unmarshal is Helm's way to read YAML. The parser has been seen to panic.
func unmarshal(data []byte, to any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errPanic
		}
	}()
	return k8syaml.Unmarshal(data, to)
}

// copyValue returns a deep copy of tables and lists. Texts keep their addresses.
func copyValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return copyTable(v)
	case []any:
		if v == nil {
			return v
		}
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = copyValue(item)
		}
		return out
	}
	return v
}

func copyTable(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = copyValue(v)
	}
	return out
}

// overlay lays the values of a later file over those of an earlier, as Helm
// does with several --values.
func overlay(under, over map[string]any) map[string]any {
	out := make(map[string]any, len(under)+len(over))
	for k, v := range under {
		out[k] = v
	}
	for k, v := range over {
		if table, ok := v.(map[string]any); ok {
			if below, ok := out[k].(map[string]any); ok {
				out[k] = overlay(below, table)
				continue
			}
		}
		out[k] = v
	}
	return out
}

// fill puts what dst lacks into it from src. A null in dst takes the key away,
// unless nulls are to be kept.
func fill(dst, src map[string]any, keepNull bool) {
	for k, v := range src {
		have, ok := dst[k]
		switch {
		case ok && have == nil && !keepNull:
			delete(dst, k)
		case !ok:
			dst[k] = v
		default:
			table, isTable := v.(map[string]any)
			below, isBelow := have.(map[string]any)
			if isTable && isBelow {
				fill(below, table, keepNull)
			}
		}
	}
}

// A chart is one chart of a tree with the values that it brings. A chart that is
// used under several names is there several times.
type chart struct {
	files  *chartFiles
	meta   metadata
	values map[string]any
	deps   []*chart
	parent *chart
}

func (c *chart) name() string { return c.meta.Name }

// path is the name under which Helm knows the chart's templates.
func (c *chart) path() string {
	if c.parent == nil {
		return c.name()
	}
	return c.parent.path() + "/charts/" + c.name()
}

func (c *chart) setDeps(deps []*chart) {
	c.deps = deps
	for _, d := range deps {
		d.parent = c
	}
}

// settle lays the values that are given over those of a chart and its
// dependencies, and hands the global ones down.
func (c *chart) settle(given map[string]any, keepNull bool) (map[string]any, error) {
	out := copyTable(given)
	return out, c.settleIn(out, keepNull)
}

func (c *chart) settleIn(out map[string]any, keepNull bool) error {
	for k, v := range copyTable(c.values) {
		have, ok := out[k]
		switch {
		case !ok:
			out[k] = v
		case have == nil && !keepNull:
			delete(out, k)
		default:
			table, isTable := v.(map[string]any)
			below, isBelow := have.(map[string]any)
			if isTable && isBelow {
				fill(below, table, keepNull || c.hasDep(k))
			}
		}
	}
	for _, d := range c.deps {
		if _, ok := out[d.name()]; !ok {
			out[d.name()] = map[string]any{}
		}
		below, ok := out[d.name()].(map[string]any)
		if !ok {
			return &valueError{c, d.name()}
		}
		handGlobals(below, out)
		if err := d.settleIn(below, keepNull); err != nil {
			return err
		}
	}
	return nil
}

func (c *chart) hasDep(name string) bool {
	for _, d := range c.deps {
		if d.name() == name {
			return true
		}
	}
	return false
}

// handGlobals copies the global values of a chart into those of a dependency.
func handGlobals(below, above map[string]any) {
	to, ok := table(below, globalKey)
	from, ok2 := table(above, globalKey)
	if !ok || !ok2 {
		return
	}
	for k, v := range from {
		if global, ok := v.(map[string]any); ok {
			merged := make(map[string]any, len(global))
			for k, v := range global {
				merged[k] = v
			}
			if have, ok := to[k]; ok {
				own, ok := have.(map[string]any)
				if !ok {
					continue
				}
				fill(merged, own, true)
			}
			to[k] = merged
			continue
		}
		if _, ok := to[k].(map[string]any); !ok {
			to[k] = v
		}
	}
	below[globalKey] = to
}

// table returns a table of values, an empty one where there is none, and false
// where it is something else.
func table(m map[string]any, key string) (map[string]any, bool) {
	v, ok := m[key]
	if !ok {
		return map[string]any{}, true
	}
	t, ok := v.(map[string]any)
	return t, ok
}

// lookUp follows keys to a table.
func lookUp(m map[string]any, keys []string) (map[string]any, bool) {
	for _, k := range keys {
		next, ok := m[k].(map[string]any)
		if !ok {
			return nil, false
		}
		m = next
	}
	return m, true
}

// A valueError says that values for a dependency are no table.
type valueError struct {
	chart *chart
	key   string
}

func (e *valueError) Error() string {
	return "the values of " + e.key + " in the chart " + e.chart.name() + " are no table"
}
