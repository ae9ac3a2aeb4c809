//go:build !cgo || windows || topicls_walk

package syntax

import sitter "github.com/smacker/go-tree-sitter"

// copy copies what the view keeps of a tree.
func (v *View) copy(t *sitter.Tree, src []byte, buf *Buffer) Tree { return v.walk(t, src, buf) }
