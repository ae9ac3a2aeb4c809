package build

import (
	"bytes"
	"hash/maphash"

	"topicls/index/facts"
)

// names gives equal texts equal symbols. All texts stand in one arena, which
// becomes one string in the end, so that a file's names cost two allocations.
type names struct {
	seed  maphash.Seed
	arena []byte
	ends  []uint32 // end of text i in the arena; it starts where the one before ends
	slots []uint32 // hash table with open addressing: symbols, 0 = free
}

func (n *names) reset() {
	if n.slots == nil {
		n.seed = maphash.MakeSeed()
		n.slots = make([]uint32, 1024)
	} else {
		clear(n.slots)
	}
	n.arena = n.arena[:0]
	n.ends = append(n.ends[:0], 0) // symbol 0 is the empty string
}

func (n *names) text(s uint32) []byte {
	if s == 0 {
		return nil
	}
	return n.arena[n.ends[s-1]:n.ends[s]]
}

// intern returns the symbol of b, which is valid UTF-8 afterwards.
func (n *names) intern(b []byte) facts.Sym {
	if len(b) == 0 {
		return 0
	}
	mask := uint32(len(n.slots) - 1)
	at := uint32(maphash.Bytes(n.seed, b)) & mask
	for n.slots[at] != 0 {
		if bytes.Equal(n.text(n.slots[at]), b) {
			return facts.Sym(n.slots[at])
		}
		at = (at + 1) & mask
	}
	s := uint32(len(n.ends))
	n.arena = append(n.arena, b...)
	n.ends = append(n.ends, uint32(len(n.arena)))
	n.slots[at] = s
	if len(n.ends)*2 > len(n.slots) {
		n.rehash()
	}
	return facts.Sym(s)
}

func (n *names) rehash() {
	n.slots = make([]uint32, 2*len(n.slots))
	mask := uint32(len(n.slots) - 1)
	for s := 1; s < len(n.ends); s++ {
		at := uint32(maphash.Bytes(n.seed, n.text(uint32(s)))) & mask
		for n.slots[at] != 0 {
			at = (at + 1) & mask
		}
		n.slots[at] = uint32(s)
	}
}

// strings returns all texts, by symbol.
func (n *names) strings() []string {
	all := string(n.arena)
	out := make([]string, len(n.ends))
	for i := 1; i < len(out); i++ {
		out[i] = all[n.ends[i-1]:n.ends[i]]
	}
	return out
}
