//go:build cgo && !windows && !topicls_walk

package syntax

// The functions of tree-sitter are linked into the program by the binding.
// They are declared weak here, so that this package's own objects link without
// them, and called on the tree that the binding holds. (Where that link fails
// all the same, as on macOS, the go command turns to external linking, which
// finds them.) This is one call into C for a whole tree, where a walk through
// the binding has several for each node. Builds with the tag topicls_walk, and
// those for Windows, whose weak symbols are something else, use the walk.

/*
#cgo noescape topicls_flat
#cgo nocallback topicls_flat
#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>
typedef struct TSTree TSTree;
typedef struct { uint32_t context[4]; const void *id; const TSTree *tree; } TSNode;
typedef struct { const void *tree; const void *id; uint32_t context[3]; } TSTreeCursor;
#define W __attribute__((weak)) extern
W TSNode ts_tree_root_node(const TSTree *);
W TSTreeCursor ts_tree_cursor_new(TSNode);
W void ts_tree_cursor_delete(TSTreeCursor *);
W TSNode ts_tree_cursor_current_node(const TSTreeCursor *);
W uint16_t ts_tree_cursor_current_field_id(const TSTreeCursor *);
W bool ts_tree_cursor_goto_first_child(TSTreeCursor *);
W bool ts_tree_cursor_goto_next_sibling(TSTreeCursor *);
W bool ts_tree_cursor_goto_parent(TSTreeCursor *);
W uint16_t ts_node_symbol(TSNode);
W bool ts_node_is_missing(TSNode);
W bool ts_node_has_error(TSNode);
W uint32_t ts_node_child_count(TSNode);
W uint32_t ts_node_start_byte(TSNode);
W uint32_t ts_node_end_byte(TSNode);
W uint32_t ts_node_descendant_count(TSNode);

enum { KEEP = 1, DESCEND = 2, BY_START = 4, ERROR_SYMBOL = 0xffff, MISSING = 0x8000, DEEP = 0x4000, MAX_DEPTH = 4000 };
typedef struct { uint32_t start, end, next; uint16_t kind, raw; } flat_node;
typedef struct { uint16_t kind, flags; } flat_rule;
typedef struct { uint32_t count; uint8_t flawed, deep; } flat_result;

// topicls_flat copies the nodes that the rules keep, in preorder. Children of
// nodes that are left out but descended into become children of the parent.
// If cap is too small, it copies nothing and returns the capacity to use.
static flat_result topicls_flat(const TSTree *t, const uint8_t *src, uint32_t srclen, flat_node *out, uint32_t cap,
    const flat_rule *rules, uint32_t nrules, const uint16_t *fields, uint32_t nfields,
    const bool *leaf_start, uint32_t max_depth) {
  flat_result r = {0, 0, 0};
  TSNode root = ts_tree_root_node(t);
  uint32_t need = ts_node_descendant_count(root) + 1;
  if (need > cap) { r.count = need; return r; }
  r.flawed = ts_node_has_error(root);
  TSTreeCursor c = ts_tree_cursor_new(root);
  uint32_t n = 0, depth = 0, stack[MAX_DEPTH];
  const flat_rule error_rule = {1, KEEP | DESCEND}, no_rule = {0, KEEP | DESCEND};
  for (;;) {
    TSNode x = ts_tree_cursor_current_node(&c);
    uint16_t sym = ts_node_symbol(x);
    flat_rule rule = sym < nrules ? rules[sym] : sym == ERROR_SYMBOL ? error_rule : no_rule;
    if (n == 0) rule.flags = KEEP | DESCEND;
    bool missing = r.flawed && ts_node_is_missing(x);
    uint32_t me = UINT32_MAX;
    if ((rule.flags & KEEP) || missing) {
      if (n >= cap) break;
      me = n++;
      flat_node *o = &out[me];
      o->start = ts_node_start_byte(x);
      o->end = ts_node_end_byte(x);
      o->kind = rule.kind;
      uint16_t f = ts_tree_cursor_current_field_id(&c);
      o->raw = f < nfields ? fields[f] : 0;
      if (missing) o->raw |= MISSING;
      if ((rule.flags & BY_START) && o->start < srclen && leaf_start[src[o->start]]) rule.flags &= ~DESCEND;
    }
    if (rule.flags & DESCEND) {
      if (depth < max_depth) {
        if (ts_tree_cursor_goto_first_child(&c)) { stack[depth++] = me; continue; }
      } else if (me != UINT32_MAX && ts_node_child_count(x) > 0) {
        out[me].raw |= DEEP;
        r.deep = 1;
      }
    }
    if (me != UINT32_MAX) out[me].next = n;
    while (!ts_tree_cursor_goto_next_sibling(&c)) {
      if (depth == 0 || !ts_tree_cursor_goto_parent(&c)) goto done;
      me = stack[--depth];
      if (me != UINT32_MAX) out[me].next = n;
    }
  }
done:
  while (depth) { uint32_t me = stack[--depth]; if (me != UINT32_MAX) out[me].next = n; }
  ts_tree_cursor_delete(&c);
  r.count = n;
  return r;
}
*/
import "C"

import (
	"runtime"
	"unsafe"

	sitter "github.com/smacker/go-tree-sitter"
)

// copy copies what the view keeps of a tree.
func (v *View) copy(t *sitter.Tree, src []byte, buf *Buffer) Tree {
	// The first field of a BaseTree is its *C.TSTree; TestFlatSameAsWalk
	// notices when it no longer is.
	p := *(*unsafe.Pointer)(unsafe.Pointer(t.BaseTree))
	nodes := buf.nodes[:cap(buf.nodes)]
	for {
		r := C.topicls_flat(
			(*C.TSTree)(p),
			(*C.uint8_t)(unsafe.SliceData(src)), C.uint32_t(len(src)),
			(*C.flat_node)(unsafe.Pointer(unsafe.SliceData(nodes))), C.uint32_t(len(nodes)),
			(*C.flat_rule)(unsafe.Pointer(unsafe.SliceData(v.rules))), C.uint32_t(len(v.rules)),
			(*C.uint16_t)(unsafe.SliceData(v.fields)), C.uint32_t(len(v.fields)),
			(*C.bool)(&v.leafStart[0]), C.uint32_t(v.cut()),
		)
		if int(r.count) <= len(nodes) {
			runtime.KeepAlive(t)
			return Tree{Nodes: nodes[:r.count], Src: src, Flawed: r.flawed != 0, Deep: r.deep != 0}
		}
		nodes = buf.grow(int(r.count))
	}
}
