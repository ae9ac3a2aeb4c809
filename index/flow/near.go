package flow

import (
	"strings"

	"topicls/index/facts"
)

// maxClasses bounds how many classes are searched for those that inherit them.
const maxClasses = 64

// constructorNames returns the names by which a class's constructor is called:
// its own, those of classes that inherit it, and explicit calls.
func (l *Linker) constructorNames(ev *evaluator, x *file, cls facts.ScopeID) []string {
	names := []string{x.facts().Text(x.facts().Scopes[cls].Name), "__init__"}
	seen := map[string]bool{names[0]: true}
	for i := 0; i < len(names) && i < maxClasses; i++ {
		if names[i] == "__init__" {
			continue
		}
		for _, y := range ev.filesNear(depBases, names[i], x) {
			sym := y.sym(names[i])
			if sym == 0 {
				continue
			}
			f := y.facts()
			for s := range f.Scopes {
				sc := &f.Scopes[s]
				if sc.Kind != facts.ClassScope {
					continue
				}
				for _, b := range f.Bases(sc) {
					if lastName(f, f.At(b).X) == sym && !seen[f.Text(sc.Name)] {
						seen[f.Text(sc.Name)] = true
						names = append(names, f.Text(sc.Name))
						ev.noteFile(y)
					}
				}
			}
		}
	}
	return names
}

// methodsNamed lists the methods of that name in the classes of the code
// around file x.
func (l *Linker) methodsNamed(ev *evaluator, x *file, name string) []*function {
	var out []*function
	for _, y := range ev.filesNear(depMethods, name, x) {
		ev.noteFile(y)
		sym := y.sym(name)
		for s := range y.facts().Scopes {
			if y.facts().Scopes[s].Name == sym && y.classOf(facts.ScopeID(s)) != 0 {
				out = append(out, &function{file: y, scope: facts.ScopeID(s), self: &selfValue{ev.whole(&class{y, y.classOf(facts.ScopeID(s))})}})
			}
		}
	}
	return out
}

// onlyMethod returns the only method of that name among the classes that the
// code around file x can see, for receivers of unknown type; nil when there
// are several, or when the name is a single word that any class may have.
func (l *Linker) onlyMethod(ev *evaluator, x *file, name string) *function {
	if !strings.Contains(strings.Trim(name, "_"), "_") && strings.ToLower(name) == name {
		return nil
	}
	var found *function
	for _, m := range l.methodsNamed(ev, x, name) {
		ev.spend(1)
		if isAbstract(m) {
			continue
		}
		if found != nil {
			return nil
		}
		found = m
	}
	return found
}
