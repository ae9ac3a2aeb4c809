package flow

import (
	"slices"
)

// unit is what was computed from one file. Its halves are computed, and depend
// on things, apart: names first, and uses once the names and the files that
// they need are known.
type unit struct {
	nameUnit
	useUnit
	orphans []*Endpoint // endpoints in functions that nobody calls
	late    []dep       // what the orphans were computed from
}

// nameUnit says which topics a file names.
type nameUnit struct {
	endpoints []*Endpoint
	wrappers  []*wrapper
	uses      []fnKey // wrappers applied
	relays    []*relay

	nameDeps   []dep
	nameSought []string // see Linker.sought
}

// useUnit says what a file does with messages, variables and clients.
type useUnit struct {
	gauged   bool    // messages may be in it, see mayHaveMessages
	handed   []fnKey // functions that it gives a message or a client
	messages []messageUse
	states   []stateUse // what it keeps between messages
	reads    []Variable
	setups   []Setup
	carriers []string // names by which other files get hold of a client

	useDeps   []dep
	useSought []string
}

// halves says which halves of a unit are queued.
type halves uint8

const (
	nameHalf halves = 1 << iota
	useHalf
)

// half is the number of a file, and which half of its unit.
type half uint32

func (x *file) half(h halves) half { return half(x.id)<<1 | half(h>>1) }

func (h half) file() uint32 { return uint32(h >> 1) }

func (h half) which() halves { return halves(1 << (h & 1)) }

// unit returns the unit of a file, a new one if need be.
func (l *Linker) unit(x *file) *unit {
	u := l.units[x.path]
	if u == nil {
		u = &unit{}
		l.units[x.path] = u
	}
	return u
}

// storeNames replaces what a file names and queues what its wrappers concern.
func (l *Linker) storeNames(x *file, now nameUnit) {
	u := l.unit(x)
	old := u.nameUnit
	l.depend(x, nameHalf, old.nameDeps, now.nameDeps)
	for _, k := range old.uses {
		l.used[k]--
		if l.used[k] <= 0 {
			delete(l.used, k)
		}
		l.orphans[k.path] = true
	}
	for _, k := range now.uses {
		l.used[k]++
		l.orphans[k.path] = true
	}
	l.orphans[x.path] = true
	l.setSought(x, old.nameSought, now.nameSought)
	l.setOrigins(x.path, slices.Concat(old.endpoints, u.orphans), slices.Concat(now.endpoints, u.orphans))
	l.setCopies(x.path, old.endpoints, now.endpoints)
	u.nameUnit = now
	if !sameEndpoints(old.endpoints, now.endpoints) {
		l.changed[x.path] = true
		l.heldChanged(x.path)
	}
	l.regauge(x)
	l.setWrappers(x, old.wrappers, now.wrappers)
	l.relaysChanged(old.relays, now.relays)
}

// storeUses replaces what a file does with messages, variables and clients.
func (l *Linker) storeUses(x *file, now useUnit) {
	u := l.unit(x)
	old := u.useUnit
	l.depend(x, useHalf, old.useDeps, now.useDeps)
	u.useUnit = now
	l.setHanded(old.handed, now.handed)
	l.regauge(x) // units of the same round may have handed it something
	l.setUses(x.path, old.messages, now.messages)
	if !sameStates(old.states, now.states) {
		l.setStates(x.path, old.states, now.states)
	}
	if !slices.Equal(old.reads, now.reads) || !slices.EqualFunc(old.setups, now.setups, Setup.same) {
		l.changed[x.path] = true
	}
	l.setCarriers(x, old.carriers, now.carriers)
	l.setSought(x, old.useSought, now.useSought)
}

// setWrappers replaces the wrappers that a file defines and, where they say
// something else than before, queues the files that call functions of their
// names.
func (l *Linker) setWrappers(x *file, old, now []*wrapper) {
	if len(old) == 0 && len(now) == 0 {
		return
	}
	if sameWrappers(old, now) {
		for _, w := range now {
			delete(l.wrappers, w.fn)
		}
		for _, w := range now {
			l.wrappers[w.fn] = append(l.wrappers[w.fn], w)
		}
		return
	}
	names := map[string]bool{}
	for _, w := range old {
		delete(l.wrappers, w.fn)
		for _, n := range w.names {
			names[n] = true
			l.byName[n]--
			if l.byName[n] <= 0 {
				delete(l.byName, n)
				l.suspect(n)
			}
		}
	}
	for _, w := range now {
		l.wrappers[w.fn] = append(l.wrappers[w.fn], w)
		for _, n := range w.names {
			names[n] = true
			l.byName[n]++
		}
	}
	for n := range names {
		if l.byName[n] > 0 {
			l.grow(n, x.path)
		}
		for _, k := range []depKind{depCallers, depBases} {
			for _, y := range l.filesNear(k, n, x) {
				l.enqueue(y.path, nameHalf)
			}
		}
		l.enqueueThroughDeclarations(n, x)
	}
}

// enqueueThroughDeclarations queues the callers of methods of a name that are
// near what declares it and not near x, which implements it: a module of
// interfaces lies between those that implement them and those that use them.
func (l *Linker) enqueueThroughDeclarations(name string, x *file) {
	done := map[uint32]bool{x.project: true}
	for _, y := range l.filesNear(depMethods, name, x) {
		if done[y.project] {
			continue
		}
		done[y.project] = true
		for _, z := range l.filesNear(depCallers, name, y) {
			l.enqueue(z.path, nameHalf)
		}
	}
}
