package flow

import "slices"

type depKind uint8

const (
	depFile     depKind = iota // a: the file whose facts were looked at
	depLoad                    // a: the file that the unit needs taken in
	depHandler                 // a: a file that has a handler of the unit's messages
	depHanded                  // a: a file of which it was asked which functions get messages
	depUnread                  // a: a file that was not looked at because nothing needs it taken in
	depModule                  // a: the last name of a module that was looked for
	depCallers                 // a: a name, b: the project near which its callers were looked for
	depAttr                    // the same for assignments of an attribute
	depMethods                 // the same for methods
	depBases                   // the same for classes that extend one
	depKept                    // the same for functions and classes kept in containers
	depDeclared                // a: a name, b: the package that was asked for it
)

// dep is something that a unit's result depends on.
type dep struct {
	kind depKind
	a, b uint32
}

func (ev *evaluator) note(d dep) {
	ev.deps[d] = struct{}{}
}

// noteFile notes that the facts of a file were looked at.
func (ev *evaluator) noteFile(x *file) {
	if x != ev.home {
		ev.note(dep{kind: depFile, a: x.id})
	}
}

// depend replaces what half of a unit depends on.
func (l *Linker) depend(x *file, h halves, old, now []dep) {
	for _, d := range old {
		l.forget(x, h, d)
		l.askFor(d, -1)
		if d.kind == depLoad && !slices.Contains(now, d) {
			l.suspectFile(d.a)
		}
	}
	for _, d := range now {
		l.rdeps[d] = append(l.rdeps[d], x.half(h))
		l.askFor(d, 1)
	}
	for _, list := range [][]dep{old, now} {
		for _, d := range list {
			if d.kind == depHandler {
				if y := l.byID[d.a]; y != nil {
					l.regauge(y)
				}
			}
		}
	}
}

// dependLate replaces what the orphans of a unit depend on, beside what its
// names do.
func (l *Linker) dependLate(x *file, u *unit, now []dep) {
	now = slices.DeleteFunc(now, func(d dep) bool { return slices.Contains(u.nameDeps, d) })
	l.depend(x, nameHalf, u.late, now)
	u.late = now
}

// suspectFile asks for another look at a file that is needed by one unit less.
func (l *Linker) suspectFile(id uint32) {
	if y := l.byID[id]; y != nil {
		l.suspects[y.path] = true
	}
}

func (l *Linker) forget(x *file, h halves, d dep) {
	list := l.rdeps[d]
	i := slices.Index(list, x.half(h))
	if i < 0 {
		return
	}
	if len(list) == 1 {
		delete(l.rdeps, d)
		return
	}
	list[i] = list[len(list)-1]
	l.rdeps[d] = list[:len(list)-1]
}
