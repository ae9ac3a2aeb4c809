package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"strings"

	"topicls/index/source"
	"topicls/index/store"
)

// stateName tells states apart that other options give.
func (o *Options) stateName() string {
	return fmt.Sprintf("%t\x00%s\x00%s", o.Tests, o.Environment, strings.Join(o.Exclude, "\x00"))
}

// The parts of a state.
const partFiles = "files"

// load reads which files there were, and what was in them.
func (c *cache) load() {
	if c == nil {
		return
	}
	c.kept.Used()
	s, ok := c.kept.State(c.name)
	if !ok {
		return
	}
	defer s.Close()
	if data, ok := s.Part(partFiles); ok {
		c.rows, _ = decodeRows(data)
	}
}

const rowTrusted = 1

// encodeRows writes rows, sorted by path.
func encodeRows(rows []fileRow) []byte {
	b := binary.AppendUvarint(nil, uint64(len(rows)))
	last := ""
	for i := range rows {
		r := &rows[i]
		same := 0
		for same < len(r.path) && same < len(last) && r.path[same] == last[same] {
			same++
		}
		b = binary.AppendUvarint(b, uint64(same))
		b = appendText(b, r.path[same:])
		flags := byte(0)
		if r.trusted {
			flags |= rowTrusted
		}
		b = append(b, flags)
		b = binary.AppendVarint(b, r.size)
		b = binary.LittleEndian.AppendUint64(b, uint64(r.modTime))
		b = binary.LittleEndian.AppendUint64(b, uint64(r.changed))
		b = append(b, r.hash[:]...)
		last = r.path
	}
	return b
}

func decodeRows(data []byte) (rows []fileRow, ok bool) {
	r := byteReader{b: data}
	rows = make([]fileRow, r.count())
	last := ""
	for i := range rows {
		row := &rows[i]
		same, rest := r.number(), r.text()
		if same > uint64(len(last)) {
			r.fail()
			break
		}
		row.path = last[:same] + string(rest)
		row.trusted = r.byte()&rowTrusted != 0
		row.size = r.signed()
		if fixed := r.bytes(16 + len(row.hash)); fixed != nil {
			row.modTime = int64(binary.LittleEndian.Uint64(fixed))
			row.changed = int64(binary.LittleEndian.Uint64(fixed[8:]))
			copy(row.hash[:], fixed[16:])
		}
		last = row.path
	}
	if r.bad || len(r.b) > 0 {
		return nil, false
	}
	return rows, true
}

func (r *byteReader) signed() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

// Save keeps what was found out for the next start. An error says what could
// not be kept; it costs that start time and nothing else.
func (w *Workspace) Save() error {
	if w.cache == nil {
		return nil
	}
	w.mu.Lock()
	set, looked := w.set, looked{w.looked.at, maps.Clone(w.looked.latest)}
	files := make([]*codeFile, 0, len(w.code.files))
	hashes := make(map[string]source.Hash, len(w.code.files))
	for p, cf := range w.code.files {
		one := *cf // facts may come later
		files, hashes[p] = append(files, &one), cf.hash
	}
	w.mu.Unlock()
	err := errors.Join(w.cache.keepFacts(files), w.cache.kept.Note(int(w.cache.files.Load()), int(w.cache.hits.Load())))
	var rows []fileRow
	for e := range set.All() {
		if hash := hashes[e.Path]; hash != (source.Hash{}) && !e.Overlay {
			row := rowOf(e, hash)
			row.trusted = !w.cache.isRacy(e, looked.when(e.Path))
			rows = append(rows, row)
		}
	}
	return errors.Join(err, w.cache.kept.WriteState(w.cache.name, []store.Part{{Name: partFiles, Data: [][]byte{encodeRows(rows)}}}))
}
