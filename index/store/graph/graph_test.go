package graph_test

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"topicls/index/store/graph"
)

type shape interface{ area() int }

type square struct{ side int }

func (s *square) area() int { return s.side * s.side }

type box struct {
	w, h int
	in   []shape
}

func (b box) area() int { return b.w * b.h }

// node has a field of every kind.
type node struct {
	mu     sync.Mutex //lint:ignore U1000 of a kind that is left out
	name   string
	b      bool
	i      int
	i8     int8
	i64    int64
	u16    uint16
	u32    uint32
	u64    uint64
	f      float64
	raw    []byte
	words  []uint64
	hash   [4]byte
	pair   [2]string
	names  []string
	next   *node
	same   *node
	kids   []*node
	values []small
	byName map[string]*node
	counts map[small]int
	shape  shape
	any    any
	gone   func()
	hidden string `store:"-"`
	made   int    `store:"-"`
}

type small struct {
	a string
	b int
}

// Loaded implements graph.Loader.
func (n *node) Loaded() { n.made = len(n.kids) + 1 }

func codec() *graph.Codec {
	return graph.New(reflect.TypeFor[*square](), reflect.TypeFor[box](), reflect.TypeFor[*node](), reflect.TypeFor[[]any](), reflect.TypeFor[map[string]any]())
}

func sample() *node {
	leaf := &node{name: "leaf", made: 1}
	n := &node{
		name: "top", b: true, i: -5, i8: math.MinInt8, i64: math.MinInt64, u16: math.MaxUint16, u32: math.MaxUint32, u64: math.MaxUint64, f: math.Inf(-1),
		raw: []byte{0, 1, 255}, words: []uint64{1, math.MaxUint64}, hash: [4]byte{1, 2, 3, 4}, pair: [2]string{"a", ""},
		names: []string{"", "top", "größe\x00"}, next: leaf, same: leaf, kids: []*node{leaf, nil, {name: "other", made: 1}}, values: []small{{"x", 1}, {}, {"", -1}},
		byName: map[string]*node{"leaf": leaf, "": nil}, counts: map[small]int{{"k", 1}: 2}, shape: &square{3}, any: map[string]any{"l": []any{"s", 1, true, nil, 2.5}},
		made: 4,
	}
	n.kids[2].next = n // in a circle
	n.kids[2].kids, n.kids[2].made = n.kids, 4
	n.kids[2].shape = box{1, 2, []shape{n.shape, box{}}}
	n.kids[2].names = n.names[:2]
	return n
}

func roundTrip[T any](t *testing.T, c *graph.Codec, v *T) *T {
	t.Helper()
	data, texts, err := c.Write(v)
	if err != nil {
		t.Fatal(err)
	}
	texts, err = graph.ReadTexts(graph.AppendTexts(nil, texts))
	if err != nil {
		t.Fatal(err)
	}
	var got *T
	if err := c.Read(&got, data, texts); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRoundTrip(t *testing.T) {
	want := sample()
	want.hidden = "not kept"
	got := roundTrip(t, codec(), want)
	if got.hidden != "" {
		t.Error("a field was kept that is not to be")
	}
	want.hidden = ""
	if !reflect.DeepEqual(want, got) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got.next != got.same || got.next != got.kids[0] || got.next != got.byName["leaf"] || got.kids[2].next != got || got.kids[2].shape.(box).in[0] != got.shape {
		t.Error("what was one thing are several")
	}
	if &got.kids[0] != &got.kids[2].kids[0] {
		t.Error("what was one slice are two")
	}
	got.names = append(got.names, "more")
	if again := roundTrip(t, codec(), got); !slices.Equal(again.names, got.names) {
		t.Error(again.names)
	}
}

// TestEmpty tells nothing from empty.
func TestEmpty(t *testing.T) {
	got := roundTrip(t, codec(), &node{names: []string{}, byName: map[string]*node{}, values: nil})
	if got.names == nil || got.byName == nil || got.values != nil || got.counts != nil {
		t.Errorf("%#v", got)
	}
}

// TestMany has more things of a type than are made at a time.
func TestMany(t *testing.T) {
	n := &node{made: 1001}
	for i := range 1000 {
		n.kids = append(n.kids, &node{i: i, values: make([]small, i%70), made: 1})
	}
	got := roundTrip(t, codec(), n)
	if !reflect.DeepEqual(n, got) {
		t.Error("differs")
	}
	got.kids[0].values = append(got.kids[0].values, small{"x", 1})
	got.kids[3].values = append(got.kids[3].values, small{"x", 1})
	if !reflect.DeepEqual(n.kids[4], got.kids[4]) {
		t.Error("appending to one changes another")
	}
}

func TestCannotWrite(t *testing.T) {
	type unknown struct{ shape }
	deep := &node{}
	for n := range 30_000 {
		deep = &node{next: deep, i: n}
	}
	for name, v := range map[string]any{
		"function": &node{gone: func() {}}, "channel": &struct{ c chan int }{make(chan int)}, "type": &node{any: unknown{}}, "map": &struct{ m sync.Map }{},
		"deep": deep, "no pointer": node{}, "nil": (*node)(nil),
	} {
		if _, _, err := codec().Write(v); err == nil {
			t.Errorf("%s: written", name)
		}
	}
	if err := codec().Read(&node{}, nil, nil); err == nil {
		t.Error("read into no pointer to a pointer")
	}
}

// FuzzRead reads bytes that nobody wrote: an error, or some values, which can be
// used.
func FuzzRead(f *testing.F) {
	data, texts, err := codec().Write(sample())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	for i := range data {
		f.Add(slices.Concat(data[:i], []byte{data[i] + 1}, data[i+1:]))
		f.Add(data[:i])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var n *node
		if err := codec().Read(&n, data, texts); err != nil {
			if n != nil {
				t.Error("an error and a result")
			}
			return
		}
		if n == nil {
			return
		}
		if _, _, err := codec().Write(n); err != nil && !strings.Contains(err.Error(), "deep") {
			t.Error(err)
		}
	})
}

// FuzzReadTexts does the same for strings.
func FuzzReadTexts(f *testing.F) {
	good := graph.AppendTexts(nil, []string{"", "a", "größe", "a"})
	f.Add(good)
	f.Add(good[:3])
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		texts, err := graph.ReadTexts(slices.Clone(b))
		if err != nil {
			if !errors.Is(err, graph.ErrDamaged) {
				t.Error(err)
			}
			return
		}
		if again, err := graph.ReadTexts(graph.AppendTexts(nil, texts)); err != nil || !slices.Equal(again, texts) {
			t.Errorf("%q, %q, %v", texts, again, err)
		}
	})
}
