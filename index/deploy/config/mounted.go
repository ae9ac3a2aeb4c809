package config

import (
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/keys"
)

// Files that a deployment puts where a program reads its configuration: keys of
// ConfigMaps that are mounted, and files of the workspace that are mounted or copied
// to another place than that of the code.

// opened is a file of a service that was read.
type opened struct {
	path    string // in the workspace
	file    *keys.File
	mounted *deploy.MountedFile // nil for one that the workspace has as a file
}

// docs makes layers of its documents, in their order, as change makes them; nil for
// as they are.
func (o *opened) docs(canon func(string) string, change func(*keys.Document) *keys.Document) []*docLayer {
	var out []*docLayer
	for i := range o.file.Documents {
		doc := &o.file.Documents[i]
		if change != nil {
			doc = change(doc)
		}
		d := newDoc(o.path, doc, canon)
		d.place(o.mounted)
		out = append(out, d)
	}
	return out
}

// at reads what stands at a path of the service's file system; nil for nothing that
// is known. A secret is sealed: what it has is never read.
func (p *Process) at(files Files, target, format, sep string) (o *opened, secret bool) {
	target = path.Clean("/" + target)
	for i := range p.Files {
		m := &p.Files[i]
		if m.Target != target {
			continue
		}
		if m.Secret {
			return nil, true
		}
		if f := files.Mounted(m, format, sep); f != nil {
			return &opened{m.Pos.File, f, m}, false
		}
		return nil, false
	}
	for _, m := range slices.Backward(p.Mounts) {
		source := m.Source
		if m.Target != target {
			rel, ok := strings.CutPrefix(target, strings.TrimSuffix(m.Target, "/")+"/")
			if !ok {
				continue
			}
			source = path.Join(source, rel)
		}
		if f := files.Read(source, format, sep); f != nil {
			return &opened{source, f, nil}, false
		}
	}
	return nil, false
}

// folders are those of a service's file system that a program looks into for what it
// finds at paths relative to its working directory; where that is not known, all into
// which a file is mounted that has one of the names.
func (p *Process) folders(rel []string, named func(base string) bool) []string {
	if p.Dir != "" {
		var out []string
		for _, r := range rel {
			out = append(out, path.Join(p.Dir, r))
		}
		return out
	}
	var out []string
	for i := range p.Files {
		if dir := path.Dir(p.Files[i].Target); named(path.Base(p.Files[i].Target)) && !slices.Contains(out, dir) {
			out = append(out, dir)
		}
	}
	return out
}

// absolute is a path in the service's file system, as seen from its working
// directory; "" when that is not known.
func (p *Process) absolute(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	if p.Dir == "" {
		return ""
	}
	return path.Join(p.Dir, name)
}

// place puts the entries of a document where the text of a mounted file is edited.
func (d *docLayer) place(m *deploy.MountedFile) {
	if m == nil {
		return
	}
	starts := lineStarts(m.Text)
	d.mounted, d.entries = m, slices.Clone(d.entries)
	d.files = make([]string, len(d.entries))
	d.origins = make([][]Step, len(d.entries))
	for i := range d.entries {
		e := &d.entries[i]
		name, _, _ := placeIn(m, starts, e.Name)
		at, exact, origin := placeIn(m, starts, e.At)
		if name.File != at.File { // a name has no place of its own then
			name = Place{at.File, keys.Span{Start: at.Start, End: at.Start}}
		}
		e.Name, e.At, e.Verbatim = name.Span, at.Span, e.Verbatim && exact
		d.files[i], d.origins[i] = at.File, origin
		if strings.Contains(e.Value, deploy.UnknownText) {
			e.Value, e.Verbatim = deploy.UnknownText, false
		}
	}
}

func lineStarts(text string) []int {
	out := []int{0}
	for i := range len(text) {
		if text[i] == '\n' {
			out = append(out, i+1)
		}
	}
	return out
}

// placeIn says where a part of a mounted text is edited, and whether it stands there
// byte for byte.
func placeIn(m *deploy.MountedFile, starts []int, s keys.Span) (at Place, exact bool, origin []Step) {
	for i := range m.Parts {
		if p := &m.Parts[i]; p.Start <= s.Start && s.End <= p.End && s.Start < s.End {
			for _, o := range p.Origin {
				origin = append(origin, Step{placeOf(o.Pos), o.What})
			}
			at = placeOf(p.Pos)
			if p.Exact {
				at.Start += s.Start - p.Start
				at.End = at.Start + s.End - s.Start
			}
			return at, p.Exact, origin
		}
	}
	line, found := slices.BinarySearch(starts, int(s.Start))
	if !found {
		line--
	}
	if line >= len(m.Lines) {
		return placeOf(m.Pos), false, nil
	}
	end := len(m.Text)
	if line+1 < len(starts) {
		end = starts[line+1] - 1
	}
	at = placeOf(m.Lines[line])
	if int(s.End) > end || int(at.End-at.Start) != end-starts[line] {
		return at, false, nil
	}
	at.Start += s.Start - uint32(starts[line])
	at.End = at.Start + s.End - s.Start
	return at, true, nil
}

// steps tells how a value came from an entry of a mounted file: the file first.
func (d *docLayer) steps(i int, key string) []Step {
	if d.mounted == nil {
		return nil
	}
	var out []Step
	for _, o := range slices.Backward(d.mounted.Origin) {
		out = append(out, Step{placeOf(o.Pos), o.What})
	}
	out = append(out, d.origins[i]...)
	return append(out, Step{Place{d.files[i], d.entries[i].At}, key + " is set here"})
}

// file is where an entry stands.
func (d *docLayer) file(i int) string {
	if d.files != nil {
		return d.files[i]
	}
	return d.path
}

// named reads the file that a program finds under a name, as seen from its working
// directory; where that is not known, a file that is mounted under such a path.
func (p *Process) named(files Files, name, format, sep string) (o *opened, secret bool) {
	if at := p.absolute(name); at != "" {
		return p.at(files, at, format, sep)
	}
	tail := path.Clean("/" + name)
	for i := range p.Files {
		if strings.HasSuffix(p.Files[i].Target, tail) {
			return p.at(files, p.Files[i].Target, format, sep)
		}
	}
	return nil, false
}

// secretLayer is a secret that is mounted where a file is read: it may have any key.
func secretLayer(target string) layer {
	return sealed("a secret is mounted as " + target + " and may set it")
}
