package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"topicls/index/flow"
	"topicls/index/source"
	"topicls/index/store/graph"
)

// stateName tells states apart that other options give, and other models and scans
// that the workspace's own file has or names: those need not be among its files.
func (w *Workspace) stateName() string {
	o := &w.opts
	name := fmt.Sprintf("%t\x00%s\x00%s", o.Tests, o.Environment, strings.Join(o.Exclude, "\x00"))
	if texts := slices.Concat(w.ownModels.texts, w.imports.texts); len(texts) > 0 {
		name += "\x00" + source.HashBytes([]byte(strings.Join(texts, "\x01"))).String()
	}
	return name
}

// The parts of a state.
const (
	partFiles   = "files"   // which files there were, what was in them, and what else was looked at
	partGraph   = "graph"   // the snapshot
	partTexts   = "texts"   // the strings in it
	partSecrets = "secrets" // where those stand that are not written down
)

// savedState is a snapshot with what is made from other things in a whole
// workspace.
type savedState struct {
	Snapshot *Snapshot
	Problems []Problem
	KeyReads map[string][]flow.Variable
	Configs  []string

	beside []string `store:"-"`
}

// found is what was found of a state, as far as it is whole.
type found struct {
	files keptFiles
	state *savedState // nil when there is none
}

// read begins to read the state that was kept, while somebody looks which files
// there are.
func (c *cache) read() <-chan found {
	out := make(chan found, 1)
	if c == nil {
		close(out)
		return out
	}
	go func() {
		f, err := c.readState()
		if err != nil {
			c.log.Warn("what was kept can't be used", "root", c.root, "err", err)
		}
		out <- f
	}()
	return out
}

func (c *cache) readState() (f found, err error) {
	c.kept.Used()
	kept, ok := c.kept.State(c.name)
	if !ok {
		return f, nil
	}
	defer kept.Close()
	part := func(name string) []byte {
		data, ok := kept.Part(name)
		if !ok && err == nil {
			err = fmt.Errorf("%s: %w", name, errPart)
		}
		return data
	}
	files := part(partFiles)
	if err != nil {
		return f, err
	}
	if f.files, ok = decodeFiles(files); !ok {
		return found{}, fmt.Errorf("%s: %w", partFiles, errPart)
	}
	if !f.files.whole {
		return f, nil
	}
	data, strings, secrets := part(partGraph), part(partTexts), part(partSecrets)
	if err != nil {
		return f, err
	}
	texts, err := graph.ReadTexts(strings)
	if err != nil {
		return f, err
	}
	places, marked, ok := decodeSecrets(secrets)
	if !ok {
		return f, fmt.Errorf("%s: %w", partSecrets, errPart)
	}
	if !reveal(func(p string) ([]byte, error) { return source.ReadFile(c.root, p) }, texts, places, marked) {
		return f, nil // files changed
	}
	err = graph.New().Read(&f.state, data, texts)
	return f, err
}

var errPart = errors.New("damaged")

// take remembers which files there were, and what was in them. If that is what
// there is in a set, and all else that was looked at is as it was, it returns
// the state that was kept; otherwise nil.
func (c *cache) take(set *source.Set, f found) *savedState {
	c.set, c.rows, c.whole = set, f.files.rows, f.state != nil
	st := f.state
	if st == nil || st.Snapshot == nil || st.Snapshot.deployed == nil || st.Snapshot.mentions == nil || st.Snapshot.found == nil || !c.unchanged(set) || !f.files.beside.same(set) {
		return nil
	}
	for i := range f.files.beside.files {
		st.beside = append(st.beside, f.files.beside.files[i].path)
	}
	for i := range f.files.beside.folders {
		st.beside = append(st.beside, f.files.beside.folders[i].path)
	}
	return st
}

// unchanged reports whether the files of a set are those of the rows. Where
// times can't tell, it reads.
func (c *cache) unchanged(set *source.Set) bool {
	if set.Len() != len(c.rows) {
		return false
	}
	i := 0
	for e := range set.All() {
		r := &c.rows[i]
		if r.path != e.Path || r.mode != uint32(e.Mode) || r.size != e.Size {
			return false
		}
		if i++; !(r.trusted && r.looksLike(e)) && hashOnDisk(set, e.Path) != r.hash {
			return false
		}
	}
	return true
}

// beside is what was looked at beside the files that matter, as it was.
type beside struct {
	files    []lookedAt
	folders  []lookedAt
	problems source.Hash // of the set
}

// lookedAt is a file with the identity of its bytes, or a folder.
type lookedAt struct {
	path  string
	there bool
	hash  source.Hash
}

// besideOf describes what was looked at beside the files of a set. The error
// says that it may not be as it was then.
func (c *cache) besideOf(set *source.Set, looked looked) (beside, error) {
	files, folders := set.Beside()
	var e beside
	var err error
	for _, p := range slices.Sorted(maps.Keys(files)) {
		x := lookedAt{path: p, there: files[p]}
		if x.hash = hashOnDisk(set, p); x.there != (x.hash != source.Hash{}) {
			err = errMoving
		}
		if x.there {
			if now, ok := set.Stat(p); !ok || c.isRacy(now, looked.when(p)) {
				err = errMoving
			}
		}
		e.files = append(e.files, x)
	}
	for _, p := range slices.Sorted(maps.Keys(folders)) {
		e.folders = append(e.folders, lookedAt{path: p, there: folders[p]})
	}
	e.problems = problemsOf(set)
	return e, err
}

// hashOnDisk returns the identity of a file's bytes; the zero one when it
// can't be read.
func hashOnDisk(set *source.Set, p string) source.Hash {
	hash, err := set.Hash(p)
	if err != nil {
		return source.Hash{}
	}
	return hash
}

func problemsOf(set *source.Set) source.Hash {
	var b strings.Builder
	for _, p := range set.Problems() {
		b.WriteString(p.Path + "\x00" + p.Message + "\x00")
	}
	return source.HashBytes([]byte(b.String()))
}

// same reports whether all is as it was.
func (e *beside) same(set *source.Set) bool {
	for i := range e.files {
		if hashOnDisk(set, e.files[i].path) != e.files[i].hash {
			return false
		}
	}
	for i := range e.folders {
		if set.IsDir(e.folders[i].path) != e.folders[i].there {
			return false
		}
	}
	return problemsOf(set) == e.problems
}

// keptFiles is the part of a state about files.
type keptFiles struct {
	rows   []fileRow // sorted by path
	whole  bool      // these are all, and the snapshot is kept too
	beside beside
}

const (
	rowTrusted = 1 << iota
	rowCode
	rowFacts
	rowThere
)

func (k *keptFiles) encode() []byte {
	b := []byte{0}
	if k.whole {
		b[0] = 1
	}
	b = append(b, k.beside.problems[:]...)
	for _, list := range [][]lookedAt{k.beside.files, k.beside.folders} {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for i := range list {
			flags := byte(0)
			if list[i].there {
				flags |= rowThere
			}
			b = append(appendText(b, list[i].path), flags)
			b = append(b, list[i].hash[:]...)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(k.rows)))
	last := ""
	for i := range k.rows {
		r := &k.rows[i]
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
		if r.code {
			flags |= rowCode
		}
		if r.facts {
			flags |= rowFacts
		}
		b = append(b, flags)
		b = binary.AppendVarint(b, r.size)
		b = binary.AppendUvarint(b, uint64(r.mode))
		b = binary.LittleEndian.AppendUint64(b, uint64(r.modTime))
		b = binary.LittleEndian.AppendUint64(b, uint64(r.changed))
		b = append(b, r.hash[:]...)
		last = r.path
	}
	return b
}

func decodeFiles(data []byte) (k keptFiles, ok bool) {
	r := byteReader{b: data}
	k.whole = r.byte() == 1
	copy(k.beside.problems[:], r.bytes(len(k.beside.problems)))
	for _, list := range []*[]lookedAt{&k.beside.files, &k.beside.folders} {
		for range r.count() {
			x := lookedAt{path: string(r.text()), there: r.byte()&rowThere != 0}
			copy(x.hash[:], r.bytes(len(x.hash)))
			*list = append(*list, x)
		}
	}
	k.rows = make([]fileRow, r.count())
	last := ""
	for i := range k.rows {
		row := &k.rows[i]
		same, rest := r.number(), r.text()
		if same > uint64(len(last)) {
			r.fail()
			break
		}
		row.path = last[:same] + string(rest)
		flags := r.byte()
		row.trusted, row.code, row.facts = flags&rowTrusted != 0, flags&rowCode != 0, flags&rowFacts != 0
		row.size, row.mode = r.signed(), uint32(r.number())
		if fixed := r.bytes(16 + len(row.hash)); fixed != nil {
			row.modTime = int64(binary.LittleEndian.Uint64(fixed))
			row.changed = int64(binary.LittleEndian.Uint64(fixed[8:]))
			copy(row.hash[:], fixed[16:])
		}
		last = row.path
	}
	return k, !r.bad && len(r.b) == 0
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
