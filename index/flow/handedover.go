package flow

import (
	"cmp"
	"maps"
	"slices"

	"topicls/index/facts"
)

// Messages are followed from where they are read to the functions that get them:
// a unit says which functions it hands a message or a client to. Where the types
// of parameters are written down, those of all other functions have none, and
// their callers need not be asked.

// handOver notes the functions that a call which is given a message or a client
// enters, and has them taken in: they need not mention Kafka.
func (ev *evaluator) handOver(site ref) []entry {
	var entries []entry
	ev.with(follows, func() { entries = ev.entered(site, nil, false) })
	if ev.handed == nil {
		ev.handed = map[fnKey]bool{}
	}
	for _, en := range entries {
		ev.handed[fnKey{en.fn.file.path, en.fn.scope}] = true
		if en.fn.file.classOf(en.fn.scope) == 0 {
			continue
		}
		for _, m := range ev.implementations(en.fn) {
			ev.handed[fnKey{m.file.path, m.scope}] = true
		}
	}
	return entries
}

func sortedHanded(m map[fnKey]bool) []fnKey {
	return slices.SortedFunc(maps.Keys(m), func(a, b fnKey) int {
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.scope, b.scope))
	})
}

// setHanded replaces the functions that a unit hands messages to.
func (l *Linker) setHanded(old, now []fnKey) {
	if slices.Equal(old, now) {
		return
	}
	changed := map[string]bool{}
	count := func(list []fnKey, n int) {
		for _, k := range list {
			was := l.handed[k] > 0
			if l.handed[k] += n; l.handed[k] <= 0 {
				delete(l.handed, k)
			}
			if l.handedIn[k.path] += n; l.handedIn[k.path] <= 0 {
				delete(l.handedIn, k.path)
			}
			if was != (l.handed[k] > 0) {
				changed[k.path] = true
			}
		}
	}
	count(now, 1)
	count(old, -1)
	for _, p := range slices.Sorted(maps.Keys(changed)) {
		if y := l.files[p]; y != nil {
			l.touch(dep{kind: depHanded, a: y.id})
			l.regauge(y)
		}
	}
}

// isWithoutMessage reports whether a parameter declared as something that is no
// client gets no message: nothing that is looked at hands its function one. Only
// who looks for messages may ask.
func (ev *evaluator) isWithoutMessage(x *file, s facts.ScopeID, declared set) bool {
	if ev.care != lazy || !ev.l.lang.members() {
		return false
	}
	for _, a := range declared {
		if in, ok := a.v.(*instance); ok && in.typ != nil {
			return false
		}
	}
	ev.note(dep{kind: depHanded, a: x.id})
	return ev.l.handed[fnKey{x.path, s}] == 0
}
