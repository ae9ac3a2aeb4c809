package syntax

import (
	"slices"

	sitter "github.com/smacker/go-tree-sitter"
)

// Spec says which nodes of a language an extractor wants, and under which
// numbers. Names are those of the grammar. A name that stands for several
// symbols of the grammar (as aliases do) means all of them.
type Spec struct {
	Nodes  map[string]Kind  // named nodes; unmentioned ones become Other
	Tokens map[string]Kind  // anonymous tokens such as "+"; unmentioned ones are left out
	Fields map[string]Field // unmentioned ones become NoField
	Leaves []string         // named nodes that are kept without their children
	Drop   []string         // named nodes that are left out with their children
	// LeafStart lists nodes that are kept without their children if their first
	// byte is one of the given ones.
	LeafStart      []string
	LeafStartBytes string
}

// rule says what the copy does with a symbol. Its layout is known to flat.go.
type rule struct {
	kind  Kind
	flags uint16
}

const (
	ruleKeep    = 1 << iota // copy the node
	ruleDescend             // visit its children
	ruleByStart             // don't, if its first byte is in leafStart
)

// errorSymbol is tree-sitter's symbol of ERROR nodes.
const errorSymbol = 0xffff

// View is a language as one extractor sees it. It is immutable and safe for
// concurrent use.
type View struct {
	lang      *Language
	rules     []rule   // by symbol
	fields    []uint16 // by the grammar's field id
	leafStart [256]bool
	fieldName map[string]Field
	missing   []string
	Limits    Limits // may be changed before the first Parse
}

// View compiles a spec. Names that the grammar doesn't have are listed by
// [View.Unknown].
func (l *Language) View(spec Spec) *View {
	g := l.grammar()
	v := &View{lang: l, fieldName: spec.Fields, Limits: DefaultLimits}
	count := int(g.SymbolCount())
	v.rules = make([]rule, count)
	found := map[string]bool{}
	for s := range count {
		name := g.SymbolName(sitter.Symbol(s))
		switch g.SymbolType(sitter.Symbol(s)) {
		case sitter.SymbolTypeRegular:
			found[name] = true
			r := rule{spec.Nodes[name], ruleKeep | ruleDescend}
			switch {
			case slices.Contains(spec.Drop, name):
				r.flags = 0
			case slices.Contains(spec.Leaves, name):
				r.flags = ruleKeep
			case slices.Contains(spec.LeafStart, name):
				r.flags |= ruleByStart
			}
			v.rules[s] = r
		case sitter.SymbolTypeAnonymous:
			found[name+" token"] = true
			if k, ok := spec.Tokens[name]; ok {
				v.rules[s] = rule{k, ruleKeep}
			}
		}
	}
	for _, b := range []byte(spec.LeafStartBytes) {
		v.leafStart[b] = true
	}
	v.fields = []uint16{0}
	for i := 1; ; i++ {
		name := g.FieldName(i)
		if name == "" {
			break
		}
		found["field "+name] = true
		v.fields = append(v.fields, spec.Fields[name])
	}
	v.findUnknown(spec, found)
	return v
}

// findUnknown records the names of spec that the grammar doesn't have.
func (v *View) findUnknown(spec Spec, found map[string]bool) {
	check := func(name string) {
		if !found[name] {
			v.missing = append(v.missing, name)
		}
	}
	for name := range spec.Nodes {
		check(name)
	}
	for name := range spec.Tokens {
		check(name + " token")
	}
	for name := range spec.Fields {
		check("field " + name)
	}
	for _, list := range [][]string{spec.Leaves, spec.Drop, spec.LeafStart} {
		for _, name := range list {
			check(name)
		}
	}
	slices.Sort(v.missing)
}

// Unknown lists the spec's names that the grammar doesn't have. An
// extractor's tests check that it is empty, or as expected where one spec
// serves several grammars.
func (v *View) Unknown() []string { return v.missing }
