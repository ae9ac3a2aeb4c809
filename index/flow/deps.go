package flow

import "slices"

type depKind uint8

const (
	depFile    depKind = iota // a: the file whose facts were looked at
	depLoad                   // a: the file that the unit needs taken in
	depUnread                 // a: a file that was not looked at because nothing needs it taken in
	depModule                 // a: the last name of a module that was looked for
	depCallers                // a: a name, b: the project near which its callers were looked for
	depAttr                   // the same for assignments of an attribute
	depMethods                // the same for methods
	depBases                  // the same for classes that extend one
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

// depend replaces what a unit depends on. What it no longer needs taken in
// may be needed by nobody.
func (l *Linker) depend(x *file, old, now *unit) {
	for _, list := range [][]dep{old.deps, old.late} {
		for _, d := range list {
			l.forget(d, x.id)
			if d.kind == depLoad {
				if y := l.byID[d.a]; y != nil && !slices.Contains(now.deps, d) {
					l.suspects[y.path] = true
				}
			}
		}
	}
	for _, d := range now.deps {
		l.rdeps[d] = append(l.rdeps[d], x.id)
	}
}

func (l *Linker) forget(d dep, id uint32) {
	list := l.rdeps[d]
	i := slices.Index(list, id)
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
