// Package ordered has the immutable sorted sequence that snapshots are made of:
// a state and the next one share all but what differs. It knows nothing of what
// is in it.
package ordered

import (
	"iter"
	"slices"
)

// A Tree is an immutable sorted sequence of items in chunks. A change copies
// one or two chunks and the table of chunks, and shares the rest: some
// microseconds at 20,000 items. The zero Tree is empty.
type Tree[T Keyed] struct {
	chunks [][]T // none empty; sorted by key, also across chunks
	size   int
}

// Keyed is an item with the key that it is sorted by, which never changes.
type Keyed interface{ Key() string }

const (
	chunkMax  = 512 // items; a longer chunk is split
	chunkFill = 256 // items in each chunk after splitting
	chunkMin  = 64  // items; a shorter chunk joins a neighbour
)

// New returns a Tree of items that are sorted by key, each key once.
func New[T Keyed](sorted []T) Tree[T] {
	return Tree[T]{}.Replace("", "", sorted)
}

// Len is the number of items.
func (t Tree[T]) Len() int { return t.size }

// Same reports whether two trees are one, unchanged. It may be false for trees
// with the same items.
func (t Tree[T]) Same(o Tree[T]) bool {
	return t.size == o.size && (t.size == 0 || &t.chunks[0] == &o.chunks[0])
}

// at returns the index of the chunk in which key is or would be.
func (t Tree[T]) at(key string) int {
	lo, hi := 0, len(t.chunks)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if t.chunks[mid][0].Key() <= key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return max(lo-1, 0)
}

// search returns the index of the first item in chunk with a key >= key.
func search[T Keyed](chunk []T, key string) int {
	lo, hi := 0, len(chunk)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if chunk[mid].Key() < key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// Get returns the item that has the key.
func (t Tree[T]) Get(key string) (item T, ok bool) {
	if len(t.chunks) == 0 {
		return item, false
	}
	chunk := t.chunks[t.at(key)]
	if i := search(chunk, key); i < len(chunk) && chunk[i].Key() == key {
		return chunk[i], true
	}
	return item, false
}

// Between yields the items with lo <= key < hi in order. An empty hi has no end.
func (t Tree[T]) Between(lo, hi string) iter.Seq[T] {
	return func(yield func(T) bool) {
		if len(t.chunks) == 0 {
			return
		}
		c := t.at(lo)
		i := search(t.chunks[c], lo)
		for ; c < len(t.chunks); c, i = c+1, 0 {
			for ; i < len(t.chunks[c]); i++ {
				if hi != "" && t.chunks[c][i].Key() >= hi {
					return
				}
				if !yield(t.chunks[c][i]) {
					return
				}
			}
		}
	}
}

// Any reports whether there is an item with lo <= key < hi.
func (t Tree[T]) Any(lo, hi string) bool {
	for range t.Between(lo, hi) {
		return true
	}
	return false
}

// Put returns t with item in the place of the one with its key, or added.
func (t Tree[T]) Put(item T) Tree[T] {
	return t.Replace(item.Key(), item.Key()+"\x00", []T{item})
}

// PutAll returns t with items, sorted by key, each key once, in the place of
// those with their keys, or added.
func (t Tree[T]) PutAll(sorted []T) Tree[T] {
	if len(sorted)*chunkFill < t.size { // each copies a chunk: together less than everything
		for _, item := range sorted {
			t = t.Put(item)
		}
		return t
	}
	all := make([]T, 0, t.size+len(sorted))
	for item := range t.All() {
		key := item.Key()
		for len(sorted) > 0 && sorted[0].Key() < key {
			all, sorted = append(all, sorted[0]), sorted[1:]
		}
		if len(sorted) > 0 && sorted[0].Key() == key {
			item, sorted = sorted[0], sorted[1:]
		}
		all = append(all, item)
	}
	return New(append(all, sorted...))
}

// Without returns t without the item that has the key.
func (t Tree[T]) Without(key string) Tree[T] {
	if _, ok := t.Get(key); !ok {
		return t
	}
	return t.Replace(key, key+"\x00", nil)
}

// Replace returns t with the items in [lo, hi) replaced by the given ones,
// which are sorted and lie in that range. An empty hi has no end.
func (t Tree[T]) Replace(lo, hi string, items []T) Tree[T] {
	first, last := 0, 0 // the chunks [first, last) are rebuilt
	var before, after []T
	if len(t.chunks) > 0 {
		first = t.at(lo)
		before = t.chunks[first][:search(t.chunks[first], lo)]
		if hi == "" {
			last = len(t.chunks)
		} else {
			end := t.at(hi)
			after = t.chunks[end][search(t.chunks[end], hi):]
			last = end + 1
		}
	}
	if len(before)+len(items)+len(after) < chunkMin {
		switch {
		case first > 0:
			first--
			before = slices.Concat(t.chunks[first], before)
		case last < len(t.chunks):
			after = slices.Concat(after, t.chunks[last])
			last++
		}
	}
	middle := slices.Concat(before, items, after)
	out := Tree[T]{size: t.size + len(middle)}
	for _, chunk := range t.chunks[first:last] {
		out.size -= len(chunk)
	}
	out.chunks = make([][]T, 0, len(t.chunks)-(last-first)+1+len(middle)/chunkFill)
	out.chunks = append(out.chunks, t.chunks[:first]...)
	for len(middle) > chunkMax {
		out.chunks = append(out.chunks, middle[:chunkFill:chunkFill])
		middle = middle[chunkFill:]
	}
	if len(middle) > 0 {
		out.chunks = append(out.chunks, middle)
	}
	out.chunks = append(out.chunks, t.chunks[last:]...)
	return out
}

// All yields all items in order.
func (t Tree[T]) All() iter.Seq[T] { return t.Between("", "") }

// Slice returns all items in order. The slice is the caller's.
func (t Tree[T]) Slice() []T {
	return slices.Concat(t.chunks...)
}

// Diff returns the keys of the items that differ between two trees, sorted. Two
// trees that are a few changes apart are compared in the time of these changes.
func Diff[T interface {
	Keyed
	comparable
}](a, b Tree[T]) []string {
	var keys []string
	ac, bc := 0, 0 // chunks
	ai, bi := 0, 0 // items in them
	for ac < len(a.chunks) || bc < len(b.chunks) {
		switch {
		case ac == len(a.chunks):
			keys = append(keys, b.chunks[bc][bi].Key())
			bi++
		case bc == len(b.chunks):
			keys = append(keys, a.chunks[ac][ai].Key())
			ai++
		case ai == 0 && bi == 0 && &a.chunks[ac][0] == &b.chunks[bc][0] && len(a.chunks[ac]) == len(b.chunks[bc]):
			ac++
			bc++
			continue
		default:
			x, y := a.chunks[ac][ai], b.chunks[bc][bi]
			if x != y {
				keys = append(keys, min(x.Key(), y.Key()))
			}
			if x.Key() <= y.Key() {
				ai++
			}
			if y.Key() <= x.Key() {
				bi++
			}
		}
		if ac < len(a.chunks) && ai == len(a.chunks[ac]) {
			ac, ai = ac+1, 0
		}
		if bc < len(b.chunks) && bi == len(b.chunks[bc]) {
			bc, bi = bc+1, 0
		}
	}
	return slices.Clip(keys)
}
