package index

import (
	"encoding/binary"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"topicls/index/facts"
	"topicls/index/source"
	"topicls/index/store"
)

// What was found out about a workspace is kept for the next start (package
// store). This file knows how: what of a file's content (cached), and which
// content a file had (fileRow), so that a file that looks unchanged need not be
// read. A cache changes how long an answer takes, and never the answer.

// cache is what is kept of the workspace that is open.
type cache struct {
	kept *store.Workspace
	log  *slog.Logger
	name string // of the state for these options
	root string
	set  *source.Set
	rows []fileRow     // as they were when the workspace was opened
	racy time.Duration // see isRacy; 0 means by the file's times
	salt source.Hash   // of the client models that the workspace brings; zero without any

	saving sync.Mutex
	saved  []fileRow // under saving: as they were kept last; nil before that
	whole  bool      // under saving: a whole state is kept

	broken sync.Map // store.Content whose facts are damaged

	files, hits atomic.Int64 // of code, that were read or need not be
}

// with has the cache keep what is found of content by further client models apart:
// they say which files matter.
func (c *cache) with(models *ownModels) {
	if c != nil && len(models.models) > 0 {
		c.salt = source.HashBytes([]byte(strings.Join(models.texts, "\x00")))
	}
}

// content is under what is kept of bytes with a hash.
func (c *cache) content(hash source.Hash, lang source.Language) store.Content {
	for i := range hash {
		hash[i] ^= c.salt[i]
	}
	return store.Content{Hash: hash, Lang: lang}
}

// newCache returns what is kept of a workspace; nil when nothing is to be.
func newCache(s *Store, root, name string, opts *Options, log *slog.Logger) *cache {
	if s == nil {
		return nil
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return nil // there is nothing to open either
	}
	return &cache{kept: s.Workspace(root), root: root, log: log, name: name, racy: opts.racy}
}

// fileRow is a file and which content it had.
type fileRow struct {
	path                   string
	size, modTime, changed int64
	mode                   uint32
	trusted                bool // a file that looks the same is the same
	code                   bool // is read as code
	facts                  bool // its facts were needed
	hash                   source.Hash
}

func rowOf(e source.Entry, hash source.Hash) fileRow {
	return fileRow{path: e.Path, size: e.Size, mode: uint32(e.Mode), modTime: e.ModTime, changed: e.Changed, hash: hash}
}

// looksLike reports whether a file has the size and times of the row.
func (r *fileRow) looksLike(e source.Entry) bool {
	return r.size == e.Size && r.modTime == e.ModTime && r.changed == e.Changed && !e.Overlay
}

// isRacy reports whether a file's times are so close to when it was looked at
// that it may have changed after that without showing it: file systems have
// clocks that tick a hundred times in a second, or once in two.
func (c *cache) isRacy(e source.Entry, looked time.Time) bool {
	tick := 50 * time.Millisecond
	if e.ModTime%1e9 == 0 && e.Changed%1e9 == 0 {
		tick = 2100 * time.Millisecond
	}
	if c.racy != 0 {
		tick = c.racy
	}
	return time.Unix(0, max(e.ModTime, e.Changed)).Add(tick).After(looked)
}

// looked is when files were looked at, or a little before.
type looked struct {
	at     time.Time            // all
	latest map[string]time.Time // those that were looked at again
	// first has what was in files before they were looked at, for those whose times
	// may not show a change after that.
	first map[string]source.Hash
}

// again notes that files of a set are about to be looked at.
func (l *looked) again(c *cache, set *source.Set, paths []string, at time.Time) {
	if c == nil {
		return
	}
	for _, p := range paths {
		l.latest[p] = at
		delete(l.first, p)
		if e, ok := set.Get(p); ok {
			l.soon(c, set, e, at)
		}
	}
}

// soon notes that a file is about to be looked at. Files of code are read once,
// and known by what was read.
func (l *looked) soon(c *cache, set *source.Set, e source.Entry, at time.Time) {
	if !e.Overlay && !readAsCode(e) && c.isRacy(e, at) {
		l.first[e.Path] = hashOnDisk(set, e.Path)
	}
}

// readAsCode reports whether a file is one that an extractor reads, if any does.
func readAsCode(e source.Entry) bool { return e.Kind == source.KindCode && extractors[e.Lang] != nil }

// all notes that all files of a set are about to be looked at.
func (l *looked) all(c *cache, set *source.Set) {
	l.latest, l.first = map[string]time.Time{}, map[string]source.Hash{}
	if c == nil {
		return
	}
	for e := range set.All() {
		l.soon(c, set, e, l.at)
	}
}

func (l *looked) clone() looked { return looked{l.at, maps.Clone(l.latest), maps.Clone(l.first)} }

func (l *looked) when(p string) time.Time {
	if t, ok := l.latest[p]; ok {
		return t
	}
	return l.at
}

// row returns the row of a path.
func (c *cache) row(p string) *fileRow { return rowIn(c.rows, p) }

func rowIn(rows []fileRow, p string) *fileRow {
	i, ok := slices.BinarySearchFunc(rows, p, func(r fileRow, p string) int { return strings.Compare(r.path, p) })
	if !ok {
		return nil
	}
	return &rows[i]
}

// hashOf returns the identity of a file that is as it was when it was last
// read, without reading it.
func (c *cache) hashOf(e source.Entry) (source.Hash, bool) {
	if r := c.row(e.Path); r != nil && r.trusted && r.looksLike(e) {
		return r.hash, true
	}
	return source.Hash{}, false
}

// cached is what is kept of the content of every file of code.
type cached struct {
	signature source.Signature
	clause    string // of the package, where the content says it
	matters   bool
	facts     bool // are kept too
	problems  []facts.Problem
}

const (
	cachedMatters = 1 << iota
	cachedFacts
)

func (x *cached) encode() []byte {
	flags := byte(0)
	if x.matters {
		flags |= cachedMatters
	}
	if x.facts {
		flags |= cachedFacts
	}
	b := append(make([]byte, 0, 16+len(x.clause)+8*len(x.signature)), flags)
	b = appendText(b, x.clause)
	b = binary.AppendUvarint(b, uint64(len(x.problems)))
	for _, p := range x.problems {
		b = append(b, byte(p.Kind))
		b = binary.AppendUvarint(b, uint64(p.Start))
		b = binary.AppendUvarint(b, uint64(p.End))
	}
	for _, w := range x.signature {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}

func decodeCached(b []byte) (x cached, ok bool) {
	r := byteReader{b: b}
	flags := r.byte()
	x.matters, x.facts = flags&cachedMatters != 0, flags&cachedFacts != 0
	x.clause = string(r.text())
	for range r.count() {
		p := facts.Problem{Kind: facts.ProblemKind(r.byte())}
		p.Start, p.End = uint32(r.number()), uint32(r.number())
		x.problems = append(x.problems, p)
	}
	if r.bad || len(r.b)%8 != 0 {
		return cached{}, false
	}
	if len(r.b) > 0 {
		x.signature = make(source.Signature, len(r.b)/8)
		for i := range x.signature {
			x.signature[i] = binary.LittleEndian.Uint64(r.b[8*i:])
		}
	}
	return x, true
}

// fill completes a file of code whose bytes have a hash from what is kept of
// them. It reports whether there was enough: facts are, if the file matters or
// they are wanted.
func (c *cache) fill(code *code, p string, cf *codeFile, hash source.Hash, wanted bool) bool {
	content := c.content(hash, cf.lang)
	data, ok := c.kept.Info(content)
	if !ok {
		return false
	}
	x, ok := decodeCached(data)
	if !ok || (x.matters || wanted) && !x.facts {
		return false
	}
	c.hits.Add(1)
	cf.hash, cf.signature, cf.matters, cf.pkg = hash, x.signature, x.matters, x.clause
	if cf.lang == source.Go {
		cf.pkg = packageOf(p, cf.lang, nil)
	}
	if x.matters || wanted {
		cf.facts, cf.extracted = c.factsOf(code, p, hash, content, x.problems), true
	}
	return true
}

// facts returns the facts of a file of code, if they are kept.
func (c *cache) facts(code *code, p string, cf *codeFile) *facts.Kept {
	content := c.content(cf.hash, cf.lang)
	if data, ok := c.kept.Info(content); ok {
		if x, ok := decodeCached(data); ok && x.facts {
			return c.factsOf(code, p, cf.hash, content, x.problems)
		}
	}
	return nil
}

// factsOf returns facts that are read when they are asked for. If they are
// damaged, the file is read again; if it says something else by then, which is
// about to be noticed, it says nothing.
func (c *cache) factsOf(code *code, p string, hash source.Hash, content store.Content, problems []facts.Problem) *facts.Kept {
	set := code.set
	return facts.KeepElsewhere(problems, func() (*facts.File, []byte) {
		if data, ok := c.kept.Facts(content); ok {
			if f, err := facts.Decode(data); err == nil {
				return f, data
			}
		}
		c.broken.Store(content, true)
		data, err := set.ReadFile(p)
		if err != nil || source.HashBytes(data) != hash {
			data = nil
		}
		f := code.extract(content.Lang, data)
		return f, facts.Encode(f)
	})
}

// keepFacts keeps what is known of files of code that is not kept yet.
func (c *cache) keepFacts(files []*codeFile) error {
	fresh, live := map[store.Content]store.File{}, map[store.Content]bool{}
	for _, cf := range files {
		if cf.hash == (source.Hash{}) || cf.torn { // what is known is of no content, or of two
			continue
		}
		content := c.content(cf.hash, cf.lang)
		live[content] = true
		if _, ok := fresh[content]; ok {
			continue
		}
		_, known := c.kept.Info(content)
		_, broken := c.broken.LoadAndDelete(content)
		if known && !broken && (cf.facts == nil || c.kept.HasFacts(content)) {
			continue
		}
		x := cached{signature: cf.signature, matters: cf.matters}
		if cf.lang != source.Go {
			x.clause = cf.pkg
		}
		var file store.File
		if cf.facts != nil {
			x.facts, x.problems, file.Facts = true, cf.facts.Problems(), cf.facts.Bytes()
		}
		file.Info = x.encode()
		fresh[content] = file
	}
	return c.kept.Add(fresh, func(content store.Content) bool { return live[content] })
}

// appendText appends a string with its length.
func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// byteReader reads from the front of b. At the first fault it drops the rest,
// so that only the end needs to ask.
type byteReader struct {
	b   []byte
	bad bool
}

func (r *byteReader) fail() {
	r.b, r.bad = nil, true
}

func (r *byteReader) byte() byte {
	if len(r.b) == 0 {
		r.fail()
		return 0
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

func (r *byteReader) number() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

// count reads how many things follow, which take a byte each at least.
func (r *byteReader) count() int {
	n := r.number()
	if n > uint64(len(r.b)) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *byteReader) bytes(n int) []byte {
	if n > len(r.b) {
		r.fail()
		return nil
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b
}

func (r *byteReader) text() []byte { return r.bytes(r.count()) }
