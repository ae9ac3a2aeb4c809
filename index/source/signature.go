package source

import (
	"encoding/binary"
	"math/bits"
	"sync"
)

// Signature is a small Bloom filter of the words in a file. A word is a
// longest run of ASCII letters, digits and underscores: identifiers and
// numbers, also inside comments and strings.
//
// It answers "may this file mention send_order?" without the file. The answer
// no is always right; yes is wrong for about one file in fifty. It takes 8 to
// 20 bits per different word. Its length is a power of two, or 0 for a file
// without words. It depends on the bytes alone and may be stored.
type Signature []uint64

// Word is a name made ready for asking many signatures.
type Word struct {
	first uint64
	more  []uint64
	some  bool
}

// NewWord prepares name. A name of several words, such as "orders.created" or
// "größe", is mentioned where all of them are; one of no word, such as "*",
// may be mentioned anywhere.
func NewWord(name string) Word {
	var w Word
	eachWord(name, func(word string) {
		h := hashWord(word)
		if w.some {
			w.more = append(w.more, h)
		} else {
			w.first, w.some = h, true
		}
	})
	return w
}

// MayContain reports whether the file may mention name, as a whole word.
func (s Signature) MayContain(name string) bool { return s.MayContainWord(NewWord(name)) }

// MayContainWord is MayContain for a prepared name.
func (s Signature) MayContainWord(w Word) bool {
	if !w.some {
		return true
	}
	if !s.has(w.first) {
		return false
	}
	for _, h := range w.more {
		if !s.has(h) {
			return false
		}
	}
	return true
}

func (s Signature) has(h uint64) bool {
	if len(s) == 0 {
		return false
	}
	mask := wordMask(h)
	return s[h&uint64(len(s)-1)]&mask == mask
}

// wordMask chooses the bits of a hash within one element: all of a word's
// bits are in the same one, so that setting and asking cost one access.
func wordMask(h uint64) uint64 {
	return 1<<(h>>58) | 1<<(h>>52&63) | 1<<(h>>46&63) | 1<<(h>>40&63)
}

// signaturePool holds the filters that Sign fills before it folds them.
var signaturePool = sync.Pool{New: func() any { return new([]uint64) }}

// Sign returns the signature of a file's bytes. It reads them once.
func Sign(data []byte) Signature {
	// How many different words there are shows afterwards. A filter of one
	// bit per byte is large enough in practice; folding halves it while it
	// stays sparse. As the index is the hash's low bits, the folded filter is
	// the one that a smaller size would have given.
	scratch := signaturePool.Get().(*[]uint64)
	defer signaturePool.Put(scratch)
	size := 1 << bits.Len(uint(len(data)/64))
	if cap(*scratch) < size {
		*scratch = make([]uint64, size)
	}
	filter := (*scratch)[:size]
	clear(filter)
	if !addWords(filter[:size:size], data) {
		return nil
	}
	for len(filter) > 1 {
		half := len(filter) / 2
		set := 0
		for i := range half {
			set += bits.OnesCount64(filter[i] | filter[i+half])
		}
		if set*100 > half*64*36 { // 36 % set: about 9 bits per word
			break
		}
		for i := range half {
			filter[i] |= filter[i+half]
		}
		filter = filter[:half]
	}
	return Signature(append([]uint64(nil), filter...))
}

// addWords puts all words of data into filter, whose length is a power of
// two. It reports whether there are any.
//
// It works in two loops that the processor takes at full speed: the first
// makes 64 bytes at a time a mask of word characters and lists the edges in
// it, at which words begin and end in turn; the second hashes what is between.
func addWords(filter []uint64, data []byte) (some bool) {
	var list [512]uint32
	edges := list[:0]
	before := uint64(0) // 1 when the byte before is a word character
	base := 0
	for ; base+64 <= len(data); base += 64 {
		block := (*[64]byte)(data[base:])
		var m uint64
		for i := 0; i < 64; i += 8 {
			m |= wordChars(binary.LittleEndian.Uint64(block[i:])) << (i & 63)
		}
		edges = appendEdges(edges, m^(m<<1|before), base)
		before = m >> 63
		if len(edges) > len(list)-64 {
			edges = hashEdges(filter, data, edges)
			some = true
		}
	}
	var m uint64
	for i := base; i < len(data); i++ {
		if isWordChar(data[i]) {
			m |= 1 << (i - base)
		}
	}
	edges = appendEdges(edges, m^(m<<1|before), base)
	if len(edges)%2 == 1 { // only when base is in the text's last word or at its end
		edges = append(edges, uint32(len(data)))
	}
	some = some || len(edges) > 0
	hashEdges(filter, data, edges)
	return some
}

// appendEdges appends base plus the place of each bit set. There is room.
func appendEdges(edges []uint32, bitsSet uint64, base int) []uint32 {
	n := len(edges)
	edges = edges[:n+bits.OnesCount64(bitsSet)]
	for i := n; i < len(edges); i++ {
		edges[i] = uint32(base + bits.TrailingZeros64(bitsSet))
		bitsSet &= bitsSet - 1
	}
	return edges
}

// hashEdges puts the words between edges into filter. It returns an edge that
// is left over: a word that begins but doesn't end.
func hashEdges(filter []uint64, data []byte, edges []uint32) (rest []uint32) {
	last := uint64(len(filter) - 1)
	for i := 0; i+1 < len(edges); i += 2 {
		start, end := int(edges[i]), int(edges[i+1])
		var h uint64
		if n := uint(end - start); n <= 16 && start+16 <= len(data) {
			b := (*[16]byte)(data[start:])
			h = hash16(binary.LittleEndian.Uint64(b[:8])&firstMask[n], binary.LittleEndian.Uint64(b[8:])&secondMask[n], n)
		} else {
			h = hashWord(data[start:end])
		}
		filter[h&last] |= wordMask(h)
	}
	if len(edges)%2 == 1 {
		edges[0] = edges[len(edges)-1]
		return edges[:1]
	}
	return edges[:0]
}

// wordChars returns a bit for each byte of x that is a word character, the
// lowest bit for the lowest byte.
func wordChars(x uint64) uint64 {
	const (
		ones = 0x0101010101010101
		high = 0x80 * ones
	)
	low := x &^ high // additions below don't carry into the next byte
	letter := low | 0x20*ones
	in := (letter + (0x80-'a')*ones) &^ (letter + (0x7f-'z')*ones)
	in |= (low + (0x80-'0')*ones) &^ (low + (0x7f-'9')*ones)
	in |= ^((low ^ '_'*ones) + 0x7f*ones)
	in &= high &^ x
	return in >> 7 * 0x0102040810204080 >> 56
}

func isWordChar(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_'
}

func eachWord(s string, f func(word string)) {
	for i := 0; i < len(s); i++ {
		start := i
		for i < len(s) && isWordChar(s[i]) {
			i++
		}
		if i > start {
			f(s[start:i])
		}
	}
}

// firstMask and secondMask keep of 16 loaded bytes those of a word, by its length.
var firstMask, secondMask = func() (first, second [17]uint64) {
	for n := range uint(17) {
		first[n] = 1<<(8*min(n, 8)) - 1
		second[n] = 1<<(8*(max(n, 8)-8)) - 1
	}
	return first, second
}()

const (
	wordSeed1 = 0xa0761d6478bd642f // wyhash's constants
	wordSeed2 = 0xe7037ed1a0b428db
)

// hashWord hashes a word, the last 1 to 16 bytes as hash16 does.
func hashWord[T string | []byte](word T) uint64 {
	n := uint(len(word))
	var h uint64
	for len(word) > 16 {
		h = hash16(h^load8(word[:8]), load8(word[8:16]), 0)
		word = word[16:]
	}
	var second uint64
	if len(word) > 8 {
		second = load8(word[8:])
		word = word[:8]
	}
	return hash16(h^load8(word), second, n)
}

// load8 returns up to eight bytes as a number, the first one lowest.
func load8[T string | []byte](word T) (x uint64) {
	for i := len(word) - 1; i >= 0; i-- {
		x = x<<8 | uint64(word[i])
	}
	return x
}

// hash16 hashes up to sixteen bytes of a word that is n bytes long.
func hash16(first, second uint64, n uint) uint64 {
	hi, lo := bits.Mul64(first^wordSeed1, second^wordSeed2^uint64(n)<<56)

	return hi ^ lo
}
