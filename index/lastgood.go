package index

import (
	"topicls/index/facts"
	"topicls/index/source"
)

// While somebody types, a file is broken every other moment, and what a parser
// makes of a half-typed line may swallow the functions and annotations below it.
// They are still there for whoever looks: as long as a text in an editor can't
// be parsed, what would be lost of the last text that could stays, at the places
// where it stands now.

// lastGood is what a file said when it last had no syntax error.
type lastGood struct {
	facts *facts.Kept
	text  []byte
}

// maxHalfTyped bounds, in bytes, how much of a text may have been typed or taken
// away since it had no syntax error. Beyond, it is what it is.
const maxHalfTyped = 4 << 10

// keepGood lets a file that somebody types in say what it last said without a
// syntax error, if what it says now is less. before are the files before.
func (c *code) keepGood(p string, before *source.Set, old, now *codeFile) {
	if e, ok := c.set.Get(p); !ok || !e.Overlay || old == nil || old.facts == nil || now.facts == nil || old.lang != now.lang || !hasSyntaxError(now.facts) {
		return
	}
	good := old.good
	if good == nil {
		if hasSyntaxError(old.facts) {
			return // as it was opened
		}
		text, err := before.ReadFile(p)
		if err != nil || source.HashBytes(text) != old.hash {
			return // the file is another already than the one that was looked at
		}
		good = &lastGood{old.facts, text}
	}
	text, err := c.set.ReadFile(p)
	if err != nil {
		return
	}
	edit, ok := typedSince(good.text, text)
	if !ok {
		return
	}
	now.good = good // also if nothing is lost now: the next letter may
	was, is := good.facts.File(), now.facts.File()
	if edit.loses(was, is) {
		now.facts, now.torn, now.stale = facts.Keep(was.Moved(edit.at, is)), true, true
	}
}

// typedSince is what was typed in a text since another. It reports whether that is
// as little as one may have typed since.
func typedSince(good, text []byte) (edit, bool) {
	e := editBetween(good, text)
	return e, e.oldEnd-e.start <= maxHalfTyped && e.newEnd-e.start <= maxHalfTyped
}

func hasSyntaxError(f *facts.Kept) bool {
	for _, p := range f.Problems() {
		if p.Kind == facts.SyntaxError {
			return true
		}
	}
	return false
}

// edit is the one stretch in which two texts differ.
type edit struct{ start, oldEnd, newEnd uint32 }

func editBetween(a, b []byte) edit {
	n := min(len(a), len(b))
	start := 0
	for start < n && a[start] == b[start] {
		start++
	}
	end := 0
	for end < n-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	return edit{uint32(start), uint32(len(a) - end), uint32(len(b) - end)}
}

// at is where an offset of the old text is in the new one: within the stretch
// that differs, as far into it as it goes.
func (e edit) at(off uint32) uint32 {
	switch {
	case off >= e.oldEnd:
		return off - e.oldEnd + e.newEnd
	case off <= e.start:
		return off
	}
	return min(off, e.newEnd)
}

// loses reports whether a function, class, call or text in quotes of the old
// text is none in the new one, unless its beginning was taken away.
func (e edit) loses(was, is *facts.File) bool {
	return e.lost(namesOf(was), namesOf(is)) || e.lost(valuesOf(was), valuesOf(is))
}

func (e edit) lost(was, is map[facts.Span]facts.Kind) bool {
	for s, kind := range was {
		if s.Start >= e.start && s.Start < e.oldEnd {
			continue // it was taken away
		}
		if now, ok := is[facts.Span{Start: e.at(s.Start), End: e.at(s.End)}]; !ok || now != kind {
			return true
		}
	}
	return false
}

// namesOf are the places of the names of functions and classes.
func namesOf(f *facts.File) map[facts.Span]facts.Kind {
	out := make(map[facts.Span]facts.Kind, len(f.Scopes))
	for i := range f.Scopes {
		if s := f.Scopes[i].NameSpan; s.End > 0 {
			out[s] = 0
		}
	}
	return out
}

// valuesOf are the places of calls and of texts in quotes.
func valuesOf(f *facts.File) map[facts.Span]facts.Kind {
	out := make(map[facts.Span]facts.Kind, len(f.Calls))
	for i := range f.Exprs {
		if x := &f.Exprs[i]; x.Kind == facts.Call || x.Kind == facts.String {
			out[x.Span] = x.Kind
		}
	}
	return out
}
