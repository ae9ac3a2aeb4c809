package flow

import (
	"topicls/index/facts"
)

// wrapper is a function whose caller decides the topic of a sink inside it.
type wrapper struct {
	fn    fnKey
	names []string // names by which it is called
	sink  *sink
	chain *link // from the sink outward; nil when the sink stands in fn itself
	at    ref   // the call inside fn that leads to the sink
	known bool  // the topic has a name even without its parameter
	told  bool  // callers tell the topic, as far as is known; if not, the endpoint stands inside
	hole  int   // the parameter that decides the topic: an index into File.Params
}

// link is a call that enters a wrapper.
type link struct {
	file  *file
	scope facts.ScopeID // the function entered
	site  ref           // the call that enters it
	inner *link         // the next call, inside that function
}

func (k *link) has(x *file, s facts.ScopeID) bool {
	for ; k != nil; k = k.inner {
		if k.file == x && k.scope == s {
			return true
		}
	}
	return false
}

func (k *link) len() int {
	n := 0
	for ; k != nil; k = k.inner {
		n++
	}
	return n
}

// maxChain bounds how many wrappers are followed one inside another.
const maxChain = 7

// frames rebuilds the frames of a chain of calls: the innermost one, in which
// the sink is evaluated.
func (ev *evaluator) frames(chain *link) []*frame {
	cur := []*frame{nil}
	for k := chain; k != nil; k = k.inner {
		var next []*frame
		for _, fr := range cur {
			fr = ev.adapt(fr, k.site)
			for _, g := range ev.framesAt(k.site, fr, k.file, k.scope) {
				next = append(next, g)
				if len(next) >= 4 {
					break
				}
			}
		}
		cur = next
	}
	return cur
}

// adapt turns the frame of a constructor into an open frame of the method that
// holds the expression, on the object constructed.
func (ev *evaluator) adapt(fr *frame, at ref) *frame {
	if fr == nil {
		return nil
	}
	fn := at.file.enclosingFunc(at.expr().Scope)
	if fr.file == at.file && (fn == fr.scope || isInside(at.file, fn, fr.scope)) {
		return fr
	}
	m, cls := at.file.selfClass(fn)
	if cls == 0 {
		return fr
	}
	self := fr.self
	if o := ev.madeIn(fr, &class{at.file, cls}); o != nil {
		self = o
	}
	if self == nil {
		return fr
	}
	return ev.frame(frame{file: at.file, scope: m, self: self, open: true, depth: fr.depth})
}
