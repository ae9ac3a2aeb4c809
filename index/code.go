package index

import (
	"context"
	"path"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"

	"topicls/index/client"
	"topicls/index/confdoc"
	"topicls/index/facts"
	"topicls/index/ordered"
	"topicls/index/source"
)

// codeFile is what is known of one code file. Its facts are kept once they
// were needed; a file that has nothing to do with Kafka never has any.
type codeFile struct {
	hash      source.Hash
	signature source.Signature
	family    client.Family
	lang      source.Language
	pkg       string // see packageOf
	matters   bool   // says a word of a client library
	facts     *facts.Kept
	extracted bool
	torn      bool      // the facts are of other bytes than the rest: the file changed meanwhile
	problem   string    // why there are no facts
	good      *lastGood // of a file with a syntax error, if that was typed
	stale     bool      // the facts are those of good, at their places now

	scanned bool // scan is filled
	scan    scan
	// The scan as of the last time services were computed.
	known       bool
	lastScanned bool
	last        scan
}

// code is the workspace's code, as the linker sees it (flow.Source). It has
// one writer at a time; while the linker runs, which changes no file, several
// goroutines may ask for facts, projects and documents.
type code struct {
	mu         sync.Mutex // guards what is found on demand: facts, projects, documents
	set        *source.Set
	files      map[string]*codeFile
	stems      map[string][]string
	folders    map[packageKey]int      // how many code files of a family lie below a folder
	paths      []string                // sorted; rebuilt when files come or go
	packages   map[packageKey][]string // files, sorted
	models     map[client.Family]*client.Set
	more       []*client.Model // that the workspace brings
	prefilters map[client.Family]*source.Prefilter
	tests      bool                    // take test code in
	extracted  int                     // files with facts
	flawed     ordered.Tree[codeEntry] // files with problems
	entries    ordered.Tree[codeEntry] // files, for snapshots; empty until listed
	listed     bool
	asked      map[mentionKey]*mention
	pools      map[source.Language]*sync.Pool // extractors
	cache      *cache                         // nil when nothing is kept between runs

	gomods    *goModules
	projects  map[string]string       // folder -> project
	dotnet    map[string]bool         // folders with a project file of .NET; nil until asked for
	documents map[string][]string     // configuration documents by base name
	parsed    map[string]*confdoc.Doc // those that were asked for
	lastGood  map[string]*confdoc.Doc
	outdated  map[string]bool // those that are what they last were, before they could not be read
}

func newCode(tests bool) *code {
	c := &code{
		files: map[string]*codeFile{}, asked: map[mentionKey]*mention{}, stems: map[string][]string{}, folders: map[packageKey]int{},
		packages: map[packageKey][]string{}, models: map[client.Family]*client.Set{}, prefilters: map[client.Family]*source.Prefilter{}, pools: map[source.Language]*sync.Pool{},
		projects: map[string]string{}, parsed: map[string]*confdoc.Doc{}, lastGood: map[string]*confdoc.Doc{}, outdated: map[string]bool{}, tests: tests,
	}
	for lang, make := range extractors {
		c.pools[lang] = &sync.Pool{New: func() any { return make() }}
	}
	return c
}

// supported reports whether an entry is code that an extractor reads.
func (c *code) supported(e source.Entry) bool {
	return e.Kind == source.KindCode && extractors[e.Lang] != nil && (c.tests || !e.Test) && !isCompiled(c.set, e)
}

// readAll reads the given files in parallel: bytes, identity, signature and,
// where they matter, facts. It tells now and then how many are under way. When
// ctx ends it stops; nothing is read then.
func (c *code) readAll(ctx context.Context, paths []string, progress func(begun int)) {
	results := make([]*codeFile, len(paths))
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				if ctx.Err() == nil {
					results[i] = c.read(paths[i])
				}
			}
		}()
	}
	for i := range paths {
		if i%64 == 0 {
			progress(i)
		}
		next <- i
	}
	close(next)
	wg.Wait()
	if ctx.Err() != nil {
		return
	}
	for i, p := range paths {
		c.put(p, results[i])
	}
}

// read reads a file of a family whose models are loaded.
func (c *code) read(p string) *codeFile {
	e, _ := c.set.Get(p)
	cf := &codeFile{lang: e.Lang, family: client.FamilyOf(string(e.Lang))}
	if c.cache != nil {
		c.cache.files.Add(1)
		if hash, ok := c.cache.hashOf(e); ok && c.cache.fill(c, p, cf, hash, false) {
			return cf
		}
	}
	data, err := c.set.ReadFile(p)
	if err != nil {
		cf.problem, cf.extracted = err.Error(), true
		return cf
	}
	cf.hash = source.HashBytes(data)
	if c.cache != nil && c.cache.fill(c, p, cf, cf.hash, false) {
		return cf
	}
	cf.signature, cf.pkg = source.Sign(data), packageOf(p, e.Lang, data)
	if cf.matters = c.prefilters[cf.family].ContainsAny(data); cf.matters {
		cf.facts = facts.Keep(c.extract(cf.lang, data))
		cf.extracted = true
	}
	return cf
}

func (c *code) extract(lang source.Language, data []byte) *facts.File {
	pool := c.pools[lang]
	x := pool.Get().(extractor)
	f := x.Extract(data)
	pool.Put(x) // not if it panicked
	return f
}

// put records a file, or with nil that it is gone.
func (c *code) put(p string, cf *codeFile) {
	old, had := c.files[p]
	c.mentionsChanged(p, cf)
	if had && cf != nil {
		cf.known, cf.lastScanned, cf.last = old.known, old.lastScanned, old.last
	}
	if had {
		c.tally(p, old, -1)
		if cf == nil || cf.family != old.family || cf.pkg != old.pkg {
			c.countPackage(p, old, -1)
		}
	}
	if cf == nil {
		if had {
			delete(c.files, p)
			c.count(p, old.family, -1)
			if c.listed {
				c.entries = c.entries.Without(p)
			}
		}
		return
	}
	c.files[p] = cf
	if c.listed {
		c.entries = c.entries.Put(codeEntry{p, cf})
	}
	c.tally(p, cf, 1)
	c.countPackage(p, cf, 1)
	if !had {
		c.count(p, cf.family, 1)
	}
}

// tally counts a file that came or went.
func (c *code) tally(p string, cf *codeFile, n int) {
	if cf.facts != nil {
		c.extracted += n
	}
	if n < 0 {
		c.flawed = c.flawed.Without(p)
	} else if cf.problem != "" || cf.facts != nil && len(cf.facts.Problems()) > 0 {
		c.flawed = c.flawed.Put(codeEntry{p, cf})
	}
}

// list returns the files as snapshots keep them.
func (c *code) list() ordered.Tree[codeEntry] {
	if !c.listed {
		list := make([]codeEntry, 0, len(c.files))
		for _, p := range c.sorted() {
			list = append(list, codeEntry{p, c.files[p]})
		}
		c.entries, c.listed = ordered.New(list), true
	}
	return c.entries
}

func (c *code) count(p string, family client.Family, n int) {
	s := stemOf(p)
	list := c.stems[s]
	i := sort.SearchStrings(list, p)
	if n > 0 {
		if i == len(list) || list[i] != p {
			list = append(list, "")
			copy(list[i+1:], list[i:])
			list[i] = p
		}
	} else if i < len(list) && list[i] == p {
		list = append(list[:i:i], list[i+1:]...)
	}
	if len(list) == 0 {
		delete(c.stems, s)
	} else {
		c.stems[s] = list
	}
	for d := path.Dir(p); ; d = path.Dir(d) {
		k := packageKey{family, d}
		if c.folders[k] += n; c.folders[k] == 0 {
			delete(c.folders, k)
		}
		if d == "." {
			break
		}
	}
	c.paths = nil
}

func stemOf(p string) string {
	b := path.Base(p)
	if i := strings.LastIndexByte(b, '.'); i > 0 {
		b = b[:i]
	}
	if b == "__init__" {
		return path.Base(path.Dir(p))
	}
	return b
}

// Has implements flow.Source.
func (c *code) Has(p string) bool { return c.files[p] != nil }

// Facts implements flow.Source.
func (c *code) Facts(p string) *facts.Kept {
	cf := c.files[p]
	if cf == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if cf.extracted {
		return cf.facts
	}
	c.mu.Unlock()
	var f *facts.Kept
	var err error
	torn := false
	if c.cache != nil {
		f = c.cache.facts(c, p, cf)
	}
	if f == nil {
		var data []byte
		if data, err = c.set.ReadFile(p); err == nil {
			f = facts.Keep(c.extract(cf.lang, data))
			torn = source.HashBytes(data) != cf.hash
		}
	}
	c.mu.Lock()
	if cf.extracted { // by another goroutine meanwhile
		return cf.facts
	}
	cf.extracted, cf.facts, cf.torn = true, f, torn
	if err != nil {
		cf.problem = err.Error()
	}
	c.tally(p, cf, 1)
	return cf.facts
}

// Stems implements flow.Source.
func (c *code) Stems(stem string) []string { return c.stems[stem] }

// Documents implements flow.Source.
func (c *code) Documents(base string) []string { return c.documents[base] }

// Document implements flow.Source.
func (c *code) Document(p string) *confdoc.Doc {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d, ok := c.parsed[p]; ok {
		return d
	}
	data, err := c.set.ReadFile(p)
	if err != nil {
		c.parsed[p] = nil // looking for it again costs a call of the system
		return nil
	}
	d := confdoc.Parse(p, data)
	delete(c.outdated, p)
	if d == nil && c.lastGood[p] != nil { // half-typed: what it last said
		d = c.lastGood[p]
		c.outdated[p] = true
	}
	c.parsed[p] = d
	if d != nil {
		c.lastGood[p] = d
	}
	return d
}

// setDocuments lists the documents of a set of files.
func (c *code) setDocuments() {
	c.documents = map[string][]string{}
	for e := range c.set.All() {
		if e.Kind == source.KindDeploy && !e.Test && confdoc.Supported(e.Path) {
			b := path.Base(e.Path)
			c.documents[b] = append(c.documents[b], e.Path)
		}
	}
}

// documentsChanged takes changed paths and returns those that are documents.
func (c *code) documentsChanged(diff []string) []string {
	var out []string
	relist := false
	for _, p := range diff {
		if !confdoc.Supported(p) {
			continue
		}
		out = append(out, p)
		delete(c.parsed, p)
		relist = relist || c.set.Has(p) != slices.Contains(c.documents[path.Base(p)], p)
		if !c.set.Has(p) {
			delete(c.lastGood, p)
			delete(c.outdated, p)
		}
	}
	if relist {
		c.setDocuments()
	}
	return out
}

// hasBelow reports whether there is code of any family in a folder.
func (c *code) hasBelow(folder string) bool {
	return slices.ContainsFunc(client.Families, func(f client.Family) bool { return c.folders[packageKey{f, folder}] > 0 })
}

// projectMarks are the files that make a folder a program's.
var projectMarks = []string{
	"Dockerfile", "pyproject.toml", "setup.py", "requirements.txt", "Pipfile", "setup.cfg",
	"pom.xml", "build.gradle", "build.gradle.kts", "go.mod", "package.json",
}

// Project implements flow.Source: the nearest folder around a file that has
// one of projectMarks, else the top-level folder, else the root.
func (c *code) Project(p string) string {
	dir := path.Dir(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	if q, ok := c.projects[dir]; ok {
		return q
	}
	project, _, below := strings.Cut(p, "/")
	if !below {
		project = "."
	}
	for d := dir; d != "." && d != "/"; d = path.Dir(d) {
		if c.isDotnetFolder(d) || slices.ContainsFunc(projectMarks, func(m string) bool { return c.set.Has(d + "/" + m) }) {
			project = d
			break
		}
	}
	c.projects[dir] = project
	return project
}

// marksProject reports whether a path is one of projectMarks, or a project file
// of .NET.
func marksProject(p string) bool {
	return slices.Contains(projectMarks, path.Base(p)) || isDotnetProject(p)
}

// Matters implements flow.Source.
func (c *code) Matters(p string) bool { cf := c.files[p]; return cf != nil && cf.matters }

// mentionKey is a name that was asked for, in files of a family or, with "",
// of any.
type mentionKey struct {
	family client.Family
	name   string
}

// mention are the files that may contain a name that was asked for.
type mention struct {
	family client.Family
	word   source.Word
	files  []string // sorted
}

// has reports whether a file is one of them; nil is none.
func (m *mention) has(cf *codeFile) bool {
	return cf != nil && (m.family == "" || cf.family == m.family) && cf.signature.MayContainWord(m.word)
}

// maxAsked bounds the names whose files are remembered.
const maxAsked = 4096

// mentioning lists the files of a family, or with "" of any, that may contain
// a name, sorted. The result holds until a file changes.
func (c *code) mentioning(family client.Family, name string) []string {
	k := mentionKey{family, name}
	m := c.asked[k]
	if m == nil {
		m = &mention{family: family, word: source.NewWord(name)}
		for _, p := range c.sorted() {
			if m.has(c.files[p]) {
				m.files = append(m.files, p)
			}
		}
		if len(c.asked) >= maxAsked {
			clear(c.asked)
		}
		c.asked[k] = m
	}
	return m.files
}

// MayMention implements flow.Source.
func (c *code) MayMention(p, name string) bool {
	cf := c.files[p]
	return cf != nil && cf.signature.MayContain(name)
}

// mentionsChanged brings what is remembered up to date for a file; nil when
// it is gone.
func (c *code) mentionsChanged(p string, cf *codeFile) {
	for _, m := range c.asked {
		i, had := slices.BinarySearch(m.files, p)
		has := m.has(cf)
		switch {
		case has && !had:
			m.files = slices.Insert(m.files, i, p)
		case had && !has:
			m.files = slices.Delete(m.files, i, i+1)
		}
	}
}

func (c *code) sorted() []string {
	if c.paths == nil {
		c.paths = make([]string, 0, len(c.files))
		for p := range c.files {
			c.paths = append(c.paths, p)
		}
		sort.Strings(c.paths)
	}
	return c.paths
}
