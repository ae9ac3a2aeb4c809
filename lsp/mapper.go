package lsp

import (
	"sync"

	"topicls/index"
	"topicls/index/source"
	"topicls/lsp/internal/wire"
)

// maxMapped is how many bytes of text the mappers of a folder keep.
const maxMapped = 16 << 20

// mapperCache keeps mappers of files that answers lead to. A mapper counts as
// long as the file's entry is the same.
type mapperCache struct {
	mu    sync.Mutex
	files map[string]*mapped // under mu
	size  int                // under mu: bytes of text
}

type mapped struct {
	entry  source.Entry
	text   []byte
	mapper *wire.Mapper
}

// mapper gives the mapper of a file as a snapshot has it, nil when the file
// can't be read.
func (f *folder) mapper(snap *index.Snapshot, rel string) *wire.Mapper {
	set := snap.Files()
	entry, ok := set.Get(rel)
	open := set.IsOpen(rel)
	c := &f.mappers
	if ok && !open {
		c.mu.Lock()
		if m := c.files[rel]; m != nil && m.entry == entry {
			c.mu.Unlock()
			return m.mapper
		}
		c.mu.Unlock()
	}
	text, err := set.ReadFile(rel)
	if err != nil {
		return nil
	}
	if open {
		return c.opened(rel, entry, text, f.s.enc)
	}
	m := &mapped{entry, text, wire.NewFileMapper(text, f.s.enc)}
	if ok {
		c.put(rel, m)
	}
	return m.mapper
}

// opened gives the mapper of an open document's text, which is the same slice
// as long as nobody edits it.
func (c *mapperCache) opened(rel string, entry source.Entry, text []byte, enc wire.Encoding) *wire.Mapper {
	c.mu.Lock()
	m := c.files[rel]
	c.mu.Unlock()
	if m != nil && m.entry.Overlay && len(m.text) == len(text) && (len(text) == 0 || &m.text[0] == &text[0]) {
		return m.mapper
	}
	entry.Overlay = true
	m = &mapped{entry, text, wire.NewMapper(text, enc)}
	c.put(rel, m)
	return m.mapper
}

func (c *mapperCache) put(rel string, m *mapped) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.files == nil {
		c.files = map[string]*mapped{}
	}
	if old := c.files[rel]; old != nil {
		c.size -= len(old.text)
	}
	c.files[rel] = m
	c.size += len(m.text)
	for p, old := range c.files { // any other will do
		if c.size <= maxMapped {
			break
		}
		if p != rel {
			c.size -= len(old.text)
			delete(c.files, p)
		}
	}
}
