package flow

import (
	"slices"
	"strings"

	"topicls/index/facts"
)

// maxClasses bounds how many classes are searched for those that inherit them.
const maxClasses = 64

// seekMakers has the files taken in that may give a topic to a constructor, or to
// a static function that makes an object: start-up code that registers what uses
// a topic need not mention Kafka.
func (ev *evaluator) seekMakers(x *file, s facts.ScopeID) {
	f := x.facts()
	sc := &f.Scopes[s]
	name := f.Text(sc.Name)
	cls := x.classOf(s)
	switch {
	case cls != 0 && isConstructor(name):
		names, _ := ev.l.constructorNames(ev, x, cls)
		ev.sought = append(ev.sought, names...) // by what makes one, or is one
	case cls != 0 && name != "" && (sc.Flag&facts.Static != 0 || ev.isExtension(x, s)):
		ev.sought = append(ev.sought, name)
	}
}

// constructorNames returns the names by which a class's constructor is called:
// its own and those of classes that inherit it, and the files of the latter,
// which may call it as that of their base.
func (l *Linker) constructorNames(ev *evaluator, x *file, cls facts.ScopeID) (names []string, heirs []*file) {
	names = []string{x.facts().Text(x.facts().Scopes[cls].Name)}
	seen := map[string]bool{names[0]: true}
	for i := 0; i < len(names) && i < maxClasses; i++ {
		for _, y := range ev.filesNear(depBases, names[i], x) {
			f := y.facts()
			for s := range f.Scopes {
				sc := &f.Scopes[s]
				if sc.Kind != facts.ClassScope {
					continue
				}
				for _, b := range f.Bases(sc) {
					if !y.means(baseName(f, b), names[i]) {
						continue
					}
					ev.noteFile(y)
					if !slices.Contains(heirs, y) {
						heirs = append(heirs, y)
					}
					if !seen[f.Text(sc.Name)] {
						seen[f.Text(sc.Name)] = true
						names = append(names, f.Text(sc.Name))
					}
				}
			}
		}
	}
	slices.SortFunc(heirs, func(a, b *file) int { return strings.Compare(a.path, b.path) })
	return names, heirs
}

// extends reports whether a class of the file has a base of that name.
func (x *file) extends(name string) bool {
	f := x.facts()
	for s := range f.Scopes {
		for _, b := range f.Bases(&f.Scopes[s]) {
			if x.means(baseName(f, b), name) {
				return true
			}
		}
	}
	return false
}

// methodsNamed lists the methods of that name in the classes of the code
// around file x.
func (l *Linker) methodsNamed(ev *evaluator, x *file, name string) []*function {
	var out []*function
	ev.eachMethod(x, name, func(m *function) bool {
		m.self = &selfValue{ev.whole(&class{m.file, m.file.classOf(m.scope)})}
		out = append(out, m)
		return true
	})
	return out
}

// eachMethod calls do with each method of that name in the classes of the code
// around file x, without what it is called on, until do returns false.
func (ev *evaluator) eachMethod(x *file, name string, do func(m *function) bool) {
	for _, y := range ev.filesNear(depMethods, name, x) {
		ev.noteFile(y)
		sym := y.sym(name)
		for s := range y.facts().Scopes {
			if y.facts().Scopes[s].Name == sym && y.classOf(facts.ScopeID(s)) != 0 && !do(&function{file: y, scope: facts.ScopeID(s)}) {
				return
			}
		}
	}
}

// onlyMethod returns the only method of that name among the classes that the
// code around file x can see, for receivers of unknown type; nil when there
// are several, or when the name is a single word that any class may have.
func (l *Linker) onlyMethod(ev *evaluator, x *file, name string) *function {
	if t := strings.Trim(name, "_"); !strings.Contains(t, "_") && t != "" && strings.ToLower(t[1:]) == t[1:] {
		return nil
	}
	var found *function
	ev.eachMethod(x, name, func(m *function) bool {
		ev.spend(1)
		if isAbstract(m) {
			return true
		}
		several := found != nil
		if found = m; several {
			found = nil
		}
		return !several
	})
	if found != nil {
		found.self = &selfValue{ev.whole(&class{found.file, found.file.classOf(found.scope)})}
	}
	return found
}
