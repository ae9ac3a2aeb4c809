package syntax

import sitter "github.com/smacker/go-tree-sitter"

// walk has the same result as copy, through the binding's public API and at
// the price of several calls into C for each node.
func (v *View) walk(t *sitter.Tree, src []byte, buf *Buffer) Tree {
	root := t.RootNode()
	w := walker{
		view: v, cursor: sitter.NewTreeCursor(root), nodes: buf.nodes[:0],
		tree: Tree{Src: src, Flawed: root.HasError()},
	}
	defer w.cursor.Close()
	w.visit(0)
	if cap(w.nodes) <= maxKept {
		buf.nodes = w.nodes
	}
	w.tree.Nodes = w.nodes
	return w.tree
}

type walker struct {
	view   *View
	cursor *sitter.TreeCursor
	nodes  []Node
	tree   Tree
}

// visit copies the subtree at the cursor.
func (w *walker) visit(depth int) {
	x := w.cursor.CurrentNode()
	rule := rule{kind: Other, flags: ruleKeep | ruleDescend}
	if s := int(x.Symbol()); s < len(w.view.rules) {
		rule = w.view.rules[s]
	} else if s == errorSymbol {
		rule.kind = Error
	}
	if len(w.nodes) == 0 {
		rule.flags = ruleKeep | ruleDescend
	}
	missing := w.tree.Flawed && x.IsMissing()
	me := -1
	if rule.flags&ruleKeep != 0 || missing {
		me = len(w.nodes)
		n := Node{Start: x.StartByte(), End: x.EndByte(), Kind: rule.kind, raw: w.view.fieldName[w.cursor.CurrentFieldName()]}
		if missing {
			n.raw |= missingBit
		}
		if rule.flags&ruleByStart != 0 && int(n.Start) < len(w.tree.Src) && w.view.leafStart[w.tree.Src[n.Start]] {
			rule.flags &^= ruleDescend
		}
		w.nodes = append(w.nodes, n)
	}
	if rule.flags&ruleDescend != 0 {
		if depth < w.view.cut() {
			if w.cursor.GoToFirstChild() {
				w.visit(depth + 1)
				for w.cursor.GoToNextSibling() {
					w.visit(depth + 1)
				}
				w.cursor.GoToParent()
			}
		} else if me >= 0 && x.ChildCount() > 0 {
			w.nodes[me].raw |= deepBit
			w.tree.Deep = true
		}
	}
	if me >= 0 {
		w.nodes[me].Next = uint32(len(w.nodes))
	}
}
