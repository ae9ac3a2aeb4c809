package facts

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// extreme is a file with the largest values in every field: it means nothing,
// but what was encoded comes back.
func extreme() *File {
	const m = 1<<31 - 1
	span := Span{Start: 1<<32 - 1, End: 7}
	id := ExprID(-1 << 31)
	return &File{
		Lang: "any", Names: []string{"", "a"}, Kids: []ExprID{m, id}, Globals: []Sym{1<<32 - 1}, Calls: []ExprID{id, m}, Main: span,
		Exprs: []Expr{
			{},
			{Kind: ParamRef, Flag: 1<<16 - 1, Scope: m, Block: m, Name: 1<<32 - 1, X: m, Y: id, Lo: -1 << 31, N: m, Span: span},
			{X: 1, Y: 1, Lo: m, Span: Span{Start: 1, End: 1<<32 - 1}},
			{X: id, Scope: -1 << 31, N: -1},
		},
		Scopes: []Scope{{}, {
			Kind: CompScope, Async: true, Generator: true, Name: 1<<32 - 1, Parent: m, Block: -1 << 31, Body: m, NameSpan: span, Span: span,
			ParamLo: m, ParamN: m, DecorLo: m, BaseLo: -1 << 31, BaseN: m, Result: id, GlobalLo: -1, GlobalN: m,
		}, {}},
		Params:     []Param{{}, {Kind: RestMap, Name: 1<<32 - 1, Default: m, Annot: id, Span: span}, {Annot: m}},
		Blocks:     []Block{{}, {Kind: With, Parent: m, Scope: -1 << 31, Group: -1 << 31, Arm: m, Cond: id, Leaves: true, Span: span}, {Cond: m}},
		Bindings:   []Binding{{}, {Target: ToIndex, Flag: 1<<16 - 1, Scope: m, Block: m, Name: 1<<32 - 1, Obj: id, Key: m, Value: id, Annot: m, Span: span}, {Key: 1}},
		Returns:    []Return{{}, {Yield: true, Scope: m, Block: -1 << 31, Value: id}, {Value: m}},
		Imports:    []Import{{}, {Scope: m, Level: -1 << 31, Module: 1<<32 - 1, Member: 1<<32 - 1, Local: 1<<32 - 1, Star: true, Span: span}},
		Directives: []Directive{{}, {Text: "x", Span: span}}, Problems: []Problem{{}, {Kind: NotUTF8, Span: span}},
		LineStarts: []uint32{0, 1<<32 - 1, 3}, ASCII: true,
	}
}

func TestExtreme(t *testing.T) {
	got, err := decode(Encode(extreme()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(extreme(), got); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
	if extreme().Check() == nil {
		t.Error("it holds together, to Check")
	}
}
