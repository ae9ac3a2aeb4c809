package index

import (
	"errors"
	"maps"
	"slices"
	"time"

	"topicls/index/source"
	"topicls/index/store"
	"topicls/index/store/graph"
)

// errOutdated says that a state is not what a fresh start would give.
var errOutdated = errors.New("a half-typed file counts as it was before")

// outdated reports whether some file that can't be read now counts as it was
// when it could.
func (w *Workspace) outdated() bool {
	for _, k := range w.deployments.kinds {
		for i := range k.sets {
			if s := &k.sets[i]; s.hasOK && len(s.loaded.Environment.Services) == 0 && len(s.loaded.Problems) > 0 {
				return true
			}
		}
	}
	for _, cf := range w.code.files {
		if cf.stale {
			return true
		}
	}
	for k, f := range w.configs.files {
		if f != nil && f.Broken && w.configs.good[k] != nil {
			return true
		}
	}
	return w.own.broken || len(w.code.outdated) > 0
}

// errMoving says that a state is not that of files as they are on disk.
var errMoving = errors.New("files are other than the index has them")

// Save keeps what was found out for the next start. An error says what could
// not be kept; it costs that start time and nothing else.
func (w *Workspace) Save() error {
	c := w.cache
	if c == nil {
		return nil
	}
	if w.frozen != nil {
		if x := w.frozen.made.Load(); x != nil {
			return x.Save()
		}
		return c.note() // the rest is kept
	}
	w.mu.Lock()
	if w.kept && w.keptSeq == w.seq {
		w.mu.Unlock()
		return nil
	}
	seq, outdated := w.seq, w.outdated()
	snap, name := w.current.Load(), w.stateName()
	looked := w.looked.clone()
	files := make([]*codeFile, 0, len(w.code.files))
	indexed := make(map[string]indexedFile, len(w.code.files))
	secrets, secretive := map[string]map[secretOwner]bool{}, map[string]bool{}
	for value, owners := range w.secrets {
		secrets[value] = maps.Clone(owners)
		for o := range owners {
			secretive[o.file] = true
		}
	}
	for p, cf := range w.code.files {
		indexed[p] = indexedFile{cf.hash, cf.facts != nil}
		one := *cf // facts may come later
		if secretive[p] {
			one.facts = nil // which have the secret in them
		}
		files = append(files, &one)
	}
	w.mu.Unlock()
	c.saving.Lock()
	defer c.saving.Unlock()
	err := errors.Join(c.keepFacts(files), c.note())
	kept, why := c.describe(snap.set, indexed, looked)
	if outdated {
		why = errOutdated
	}
	var parts []store.Part
	if why == nil {
		parts, why = stateParts(snap, secrets)
	}
	if why == nil { // what is beside comes last: secrets may have been looked for there
		kept.beside, why = c.besideOf(snap.set, looked)
	}
	if kept.whole = why == nil; !kept.whole {
		parts = nil
		c.log.Info("no state is kept, only what is known of files", "root", snap.set.Root(), "reason", why)
	}
	if !kept.whole && c.whole {
		return err // what was kept before may still be right: texts in editors may never be saved
	}
	parts = append(parts, store.Part{Name: partFiles, Data: [][]byte{kept.encode()}})
	if err2 := c.kept.WriteState(name, parts); err2 != nil {
		return errors.Join(err, err2)
	}
	c.saved, c.whole = kept.rows, kept.whole
	if err == nil && kept.whole {
		w.mu.Lock()
		w.kept, w.keptSeq = kept.trusted(), seq
		w.mu.Unlock()
	}
	return err
}

// note keeps how the start went.
func (c *cache) note() error { return c.kept.Note(int(c.files.Load()), int(c.hits.Load())) }

// trusted reports whether all files that look the same are the same.
func (k *keptFiles) trusted() bool {
	return !slices.ContainsFunc(k.rows, func(r fileRow) bool { return !r.trusted })
}

// indexedFile is a file of code as the index has it.
type indexedFile struct {
	hash  source.Hash
	facts bool
}

// describe lists the files of a set with what was in them when the index looked.
// The error says that this is not known of some.
func (c *cache) describe(set *source.Set, indexed map[string]indexedFile, looked looked) (k keptFiles, err error) {
	disk := set.Disk()
	for e := range set.All() {
		file, code := indexed[e.Path]
		hash := file.hash
		trusted := false
		switch {
		case e.Overlay:
			began := time.Now()
			seen := hashOnDisk(set, e.Path)
			d, ok := disk.Get(e.Path)
			if hash = hashOnDisk(disk, e.Path); !ok || hash != seen {
				err = errMoving
				continue
			}
			e, trusted = d, !c.isRacy(d, began)
		case code:
			trusted = !c.isRacy(e, looked.when(e.Path))
		default:
			ok := false
			if hash, ok = c.savedHash(e); !ok {
				began := time.Now()
				first, racy := looked.first[e.Path]
				hash = hashOnDisk(disk, e.Path)
				now, there := set.Stat(e.Path)
				if racy && hash != first || !racy && !readAsCode(e) && c.isRacy(e, looked.when(e.Path)) ||
					!there || now.Size != e.Size || now.ModTime != e.ModTime || now.Changed != e.Changed {
					err = errMoving
					continue
				}
				ok = !c.isRacy(e, began)
			}
			trusted = ok
		}
		row := rowOf(e, hash)
		row.trusted, row.code, row.facts = trusted, code, file.facts
		k.rows = append(k.rows, row)
	}
	return k, err
}

// savedHash is hashOf by what was kept last.
func (c *cache) savedHash(e source.Entry) (source.Hash, bool) {
	if c.saved == nil {
		return c.hashOf(e)
	}
	r := rowIn(c.saved, e.Path)
	if r == nil || !r.trusted || !r.looksLike(e) {
		return source.Hash{}, false
	}
	return r.hash, true
}

// stateParts writes a snapshot down.
func stateParts(snap *Snapshot, secrets map[string]map[secretOwner]bool) ([]store.Part, error) {
	st := &savedState{Snapshot: snap, Problems: snap.Problems(), KeyReads: snap.wholeConfig.reads}
	for p, f := range snap.wholeConfig.files {
		if f != nil {
			st.Configs = append(st.Configs, p)
		}
	}
	slices.Sort(st.Configs)
	data, texts, err := graph.New().Write(st)
	if err != nil {
		return nil, err
	}
	places, err := findSecrets(snap.set, secretsOf(secrets, snap.deployed, texts))
	if err != nil {
		return nil, err
	}
	texts, at, marked := redact(texts, places)
	return []store.Part{
		{Name: partGraph, Data: [][]byte{data}},
		{Name: partTexts, Data: [][]byte{graph.AppendTexts(nil, texts)}},
		{Name: partSecrets, Data: [][]byte{encodeSecrets(at, marked)}},
	}, nil
}
