package wire

import (
	"bytes"
	"encoding/json"
	"math"
)

// tree is decoded JSON that is asked for what should be there and answers with
// zero values for what is not, or is of another type.
type tree struct{ value any }

// parseTree reads JSON; numbers keep their text.
func parseTree(data []byte) (tree, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	err := dec.Decode(&v)
	return tree{v}, err
}

// at follows the names into objects.
func (t tree) at(names ...string) tree {
	for _, name := range names {
		object, _ := t.value.(map[string]any)
		t = tree{object[name]}
	}
	return t
}

func (t tree) null() bool { return t.value == nil }

// flag is true for true, and for an object, which many capabilities may be
// instead.
func (t tree) flag() bool {
	switch v := t.value.(type) {
	case bool:
		return v
	case map[string]any:
		return true
	}
	return false
}

// is tells whether a flag at the path is set.
func (t tree) is(names ...string) bool { return t.at(names...).flag() }

func (t tree) text() string {
	s, _ := t.value.(string)
	return s
}

func (t tree) list() []tree {
	items, _ := t.value.([]any)
	out := make([]tree, len(items))
	for i, v := range items {
		out[i] = tree{v}
	}
	return out
}

// texts gives the strings of a list.
func (t tree) texts() []string {
	var out []string
	for _, v := range t.list() {
		if s, ok := v.value.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// number gives an integer clamped to int64; a fraction is cut off.
func (t tree) number() int64 {
	n, ok := t.value.(json.Number)
	if !ok {
		return 0
	}
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, _ := n.Float64() // infinite for a number out of range
	switch {
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	default:
		return int64(f)
	}
}

// raw gives the JSON text, nil for null.
func (t tree) raw() json.RawMessage {
	if t.null() {
		return nil
	}
	out, err := json.Marshal(t.value)
	if err != nil {
		return nil
	}
	return out
}

// position clamps negative, huge and fractional numbers into what a position
// holds.
func (t tree) position() Position {
	return Position{Line: t.at("line").uint32(), Character: t.at("character").uint32()}
}

func (t tree) uint32() uint32 {
	return uint32(min(max(t.number(), 0), math.MaxUint32))
}

func (t tree) rangeOf() Range {
	return Range{Start: t.at("start").position(), End: t.at("end").position()}
}

func (t tree) optionalRange() *Range {
	if t.null() {
		return nil
	}
	r := t.rangeOf()
	return &r
}
