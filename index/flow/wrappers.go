package flow

import (
	"slices"

	"topicls/index/client"
)

// isCurrent reports whether a wrapper was computed from the present versions
// of its files. One that was not is about to be computed again.
func (l *Linker) isCurrent(w *wrapper) bool {
	ok := l.isCurrentFile(w.at.file) && l.isCurrentFile(w.sink.site.file)
	for k := w.chain; k != nil && ok; k = k.inner {
		ok = l.isCurrentFile(k.file) && l.isCurrentFile(k.site.file)
	}
	return ok
}

func (l *Linker) isCurrentFile(x *file) bool { return l.file(x.path) == x }

// noteWrapper notes the files that a wrapper was computed from.
func (ev *evaluator) noteWrapper(w *wrapper) {
	ev.noteFile(w.at.file)
	ev.noteFile(w.sink.site.file)
	for k := w.chain; k != nil; k = k.inner {
		ev.noteFile(k.file)
		ev.noteFile(k.site.file)
	}
}

// sameWrappers reports whether two lists say the same, whatever versions of
// files they were computed from.
func sameWrappers(a, b []*wrapper) bool { return slices.EqualFunc(a, b, (*wrapper).same) }

func (w *wrapper) same(o *wrapper) bool {
	return w.fn == o.fn && w.at.same(o.at) && w.known == o.known && w.told == o.told && w.hole == o.hole && slices.Equal(w.names, o.names) &&
		w.sink.same(o.sink) && w.chain.same(o.chain)
}

// same reports whether two references name the same expression in some version
// of the same file.
func (r ref) same(o ref) bool {
	return r.id == o.id && (r.file == o.file || r.file != nil && o.file != nil && r.file.path == o.file.path)
}

func (s *sink) same(o *sink) bool {
	return s.site.same(o.site) && s.action == o.action && sameType(s.typ, o.typ) && s.method == o.method &&
		s.decorates == o.decorates && s.param == o.param && s.ctor == o.ctor && (s.made == nil) == (o.made == nil) && s.record.same(o.record)
}

// sameType compares types of models. That of a function outside of any class is
// made where it is called, so that it is known by what it says.
func sameType(a, b *client.Type) bool {
	return a == b || a != nil && b != nil && a.Name == b.Name && a.Library == b.Library
}

func (k *link) same(o *link) bool {
	for k != nil && o != nil {
		if k.file.path != o.file.path || k.scope != o.scope || !k.site.same(o.site) {
			return false
		}
		k, o = k.inner, o.inner
	}
	return k == nil && o == nil
}
