package flow

// Most files that are taken in never have a message: they say what a constant
// is, or which type a function gives. To look for one in each of their
// expressions would cost more than all else, so each file is gauged first by
// what others found. What the gauge says may change with that; regauge then has
// the file's uses computed again.

// mayHaveMessages reports whether a message may be in a file: it says a word of a
// client library, calls one or a wrapper, gets a client by a name that carries
// one, or others hand it a message or a client.
func (l *Linker) mayHaveMessages(x *file) bool {
	if l.src.Matters(x.path) || l.handedIn[x.path] > 0 || len(l.rdeps[dep{kind: depHandler, a: x.id}]) > 0 {
		return true
	}
	if u := l.units[x.path]; u != nil && len(u.endpoints)+len(u.wrappers)+len(u.nameUnit.uses) > 0 {
		return true
	}
	for k := range l.carried {
		if l.isMentionedBy(k, x.path) {
			return true
		}
	}
	return false
}

// regauge has the uses of a file computed again if messages may be in it now, or
// may no longer.
func (l *Linker) regauge(x *file) {
	if u := l.units[x.path]; u != nil && u.useDeps != nil && u.gauged != l.mayHaveMessages(x) {
		l.enqueue(x.path, useHalf)
	}
}

// regaugeCarried does so for the files that may get a client by a carrier.
func (l *Linker) regaugeCarried(k carrier) {
	for _, p := range l.src.Mentions(k.name) {
		if x := l.files[p]; x != nil {
			l.regauge(x)
		}
	}
}

// noteHandler notes that a file has a handler of messages.
func (ev *evaluator) noteHandler(x *file) {
	if x != ev.home {
		ev.note(dep{kind: depHandler, a: x.id})
	}
}
