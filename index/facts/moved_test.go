package facts

import (
	"reflect"
	"testing"
)

// TestMoved moves a file in which every place is another offset: all of them
// must move, also those of tables that come later.
func TestMoved(t *testing.T) {
	f := extreme()
	text := &File{LineStarts: []uint32{0, 9}, Problems: []Problem{{Kind: Binary}}}
	offsets := func(f *File) (out []uint32) {
		eachOffset(reflect.ValueOf(f).Elem(), func(v reflect.Value) { out = append(out, uint32(v.Uint())) })
		return out
	}
	next := uint32(0)
	eachOffset(reflect.ValueOf(f).Elem(), func(v reflect.Value) { next++; v.SetUint(uint64(next)) })
	before := offsets(f)
	f.Problems = nil
	now := f.Moved(func(off uint32) uint32 { return off + 1000 }, text)
	if !reflect.DeepEqual(now.Problems, text.Problems) || !reflect.DeepEqual(now.LineStarts, text.LineStarts) || now.ASCII != text.ASCII {
		t.Error("the lines or problems are not those of the text")
	}
	now.Problems, f.Problems = nil, nil
	got, was := offsets(now), offsets(f)
	if len(got) != len(was) || len(was) < 20 || len(before) < len(was) {
		t.Fatalf("%d offsets, then %d", len(was), len(got))
	}
	for i := range was {
		if got[i] != was[i]+1000 {
			t.Errorf("offset %d stayed at %d, is %d", i, was[i], got[i])
		}
	}
	if !reflect.DeepEqual(offsets(f), was) {
		t.Error("the facts that were moved are others now")
	}
}

// eachOffset visits the ends of every span below a value.
func eachOffset(v reflect.Value, do func(reflect.Value)) {
	switch {
	case v.Type() == reflect.TypeFor[Span]():
		do(v.Field(0))
		do(v.Field(1))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			eachOffset(v.Field(i), do)
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			eachOffset(v.Index(i), do)
		}
	}
}
