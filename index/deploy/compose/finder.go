package compose

import (
	"path"
	"slices"

	"topicls/index/deploy"
)

// A Finder is Discover for a workspace whose files change: it keeps what it
// read of each file and reads again those that it is told of.
type Finder struct {
	r        *Reader
	outlines map[string]*outline // of compose files
	env      map[string]envFile  // .env files that were read
	sets     []deploy.FileSet
}

type envFile struct {
	data []byte
	err  error
}

// NewFinder returns a Finder with the file sets there are.
func (r *Reader) NewFinder(fs deploy.FS) *Finder {
	f := &Finder{r: r, outlines: map[string]*outline{}, env: map[string]envFile{}}
	for _, file := range fs.List(".") {
		if isComposeName(file) {
			f.outlines[file] = r.outline(fs, file)
		}
	}
	f.regroup(fs)
	return f
}

// Sets returns what Discover does.
func (f *Finder) Sets() []deploy.FileSet { return f.sets }

// Update takes files that came, went or changed; has tells which there are. It
// reports whether there may be other file sets.
func (f *Finder) Update(fs deploy.FS, changed []string, has func(file string) bool) bool {
	other := false
	for _, file := range changed {
		if _, read := f.env[file]; read {
			delete(f.env, file)
			other = true
		}
		if !isComposeName(file) {
			continue
		}
		old := f.outlines[file]
		if !has(file) {
			delete(f.outlines, file)
			other = other || old != nil
			continue
		}
		now := f.r.outline(fs, file)
		f.outlines[file] = now
		other = other || !old.equal(now)
	}
	if other {
		f.regroup(fs)
	}
	return other
}

func (o *outline) equal(p *outline) bool {
	if o == nil || p == nil {
		return o == p
	}
	return o.partial == p.partial && slices.Equal(o.services, p.services) && slices.Equal(o.uses, p.uses)
}

func (f *Finder) regroup(fs deploy.FS) {
	var all []*outline
	for _, o := range f.outlines {
		if o != nil {
			all = append(all, o)
		}
	}
	f.sets = groupAll(all, func(file string) ([]byte, error) {
		e, ok := f.env[file]
		if !ok {
			e.data, e.err = fs.ReadFile(file)
			f.env[path.Clean(file)] = e
		}
		return e.data, e.err
	})
}
