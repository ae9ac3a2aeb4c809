// Package syntax turns source text into flat syntax trees.
//
// It is the only importer of the tree-sitter binding, and it keeps the
// binding's dangers to itself: parsers are leased from a pool and parse whole
// files under an operation limit; the tree is copied into one Go array with
// one call into C and closed at once. What leaves this package is plain data
// that needs no Close, may be read by any number of goroutines and can't
// outlive any C memory.
//
// An extractor describes with a [Spec] which nodes it wants and gives them its
// own small numbers, so that it can switch over constants. Everything else is
// left out during the copy.
package syntax

import "topicls/index/facts"

// Kind is an extractor's own number for a node, as given in its [Spec].
type Kind = uint16

// Field is an extractor's own number for a field, as given in its [Spec].
type Field = uint16

// The kinds every tree may contain.
const (
	Other     Kind = 0 // a named node the Spec doesn't mention
	Error     Kind = 1 // text that the grammar couldn't make sense of
	FirstKind Kind = 2 // the first number a Spec may give
)

// NoField is the field of a node that has none, or none the Spec mentions.
const NoField Field = 0

// Node flags, kept in the upper bits of a raw field.
const (
	missingBit = 0x8000 // the parser made the node up
	deepBit    = 0x4000 // the subtree was cut off at the depth limit
	fieldMask  = 0x3fff
)

// Node is one syntax node of a tree in preorder. The children of node i start
// at i+1; each next one starts where the one before it ends (Next).
type Node struct {
	Start, End uint32 // bytes
	Next       uint32 // index after the node's subtree
	Kind       Kind
	raw        uint16 // field and flags
}

// Field returns the field of its parent that the node fills.
func (n *Node) Field() Field { return n.raw & fieldMask }

// Missing reports whether the parser made the node up to go on.
func (n *Node) Missing() bool { return n.raw&missingBit != 0 }

// Deep reports whether the node's subtree was cut off at the depth limit.
func (n *Node) Deep() bool { return n.raw&deepBit != 0 }

// Tree is a syntax tree. It is valid until its Buffer is used again.
type Tree struct {
	Nodes  []Node // node 0 is the root
	Src    []byte
	Flawed bool // there are Error or Missing nodes
	Deep   bool // subtrees were cut off at the depth limit
	// Mended are lines that were read as if they were blank, sorted: without them
	// more of the file can be read.
	Mended []facts.Span
}

// Text returns the source text of node i.
func (t *Tree) Text(i uint32) []byte { return t.Src[t.Nodes[i].Start:t.Nodes[i].End] }

// End returns the index after the last descendant of node i.
func (t *Tree) End(i uint32) uint32 { return t.Nodes[i].Next }

// Child returns the first child of node i with the given field, or 0.
func (t *Tree) Child(i uint32, f Field) uint32 {
	end := t.Nodes[i].Next
	for c := i + 1; c < end; c = t.Nodes[c].Next {
		if t.Nodes[c].raw&fieldMask == f {
			return c
		}
	}
	return 0
}

// First returns the first child of node i that has the given kind, or 0.
func (t *Tree) First(i uint32, k Kind) uint32 {
	end := t.Nodes[i].Next
	for c := i + 1; c < end; c = t.Nodes[c].Next {
		if t.Nodes[c].Kind == k {
			return c
		}
	}
	return 0
}

// Span returns the byte range of node i.
func (t *Tree) Span(i uint32) facts.Span {
	return facts.Span{Start: t.Nodes[i].Start, End: t.Nodes[i].End}
}

// Buffer is memory for one tree at a time. It isn't safe for concurrent use.
type Buffer struct{ nodes []Node }

// maxKept is the largest array a Buffer keeps between trees (16 MiB).
const maxKept = 1 << 20

// grow returns an array of n nodes.
func (b *Buffer) grow(n int) []Node {
	if cap(b.nodes) >= n {
		return b.nodes[:n]
	}
	nodes := make([]Node, n+n/4)
	if len(nodes) <= maxKept {
		b.nodes = nodes
	}
	return nodes[:n]
}
