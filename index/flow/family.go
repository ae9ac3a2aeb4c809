package flow

import (
	"topicls/index/client"
	"topicls/index/facts"
)

// A linker follows values through the code of one family of languages. What
// the family's languages differ in from others stands behind one interface;
// everything else in this package reads facts without asking for the language.
//
// Implementations: family_python.go, family_packages.go (what the languages
// with declared packages share), family_jvm.go, family_ecma.go. They only look at files that
// they note, as every evaluation does.
type language interface {
	// imported evaluates what import number i of a file binds.
	imported(ev *evaluator, x *file, i int) set
	// starred finds a name among those that a star import brings in; nothing
	// when it has no such name.
	starred(ev *evaluator, x *file, im *facts.Import, name string, n typeCount) set
	// free evaluates a name that neither the file nor a star import binds: what
	// the rest of its package declares. Nothing when the name is the language's
	// own.
	free(ev *evaluator, x *file, name string, n typeCount, at place) set
	// member finds a name in a module or package.
	member(ev *evaluator, m *module, name string, at place) set
	// leads lists the files of other projects that an import of a file may lead to.
	leads(l *Linker, x *file, im *facts.Import) []string
	// moduleKeys lists the last names of the paths that an import may mean: when
	// files of such a name come or go, it may lead elsewhere.
	moduleKeys(l *Linker, x *file, im *facts.Import) []string
	// configures reports whether a configuration document of a name says where
	// imports lead.
	configures(base string) bool
	// values reports whether modules give values to others under names of their
	// own, see aliases.go.
	values() bool
	// members reports whether an unqualified name in a class's code may be a
	// member of the class.
	members() bool
	// overloads reports whether functions of one name that stand side by side
	// are several, told apart by their parameters.
	overloads() bool
	// results reports whether functions have several results, which an Item
	// tells apart, and loops go over keys and values.
	results() bool
	// bodies reports whether what stands in a class's body sees the names of the
	// class before others, as in Python: the types of fields among them.
	bodies() bool
	// initialisers reports whether a call that makes an object may give values to
	// its fields besides what its constructor gets.
	initialisers() bool
	// structural reports whether a class implements an interface by having its methods.
	structural() bool
	// qualifies reports whether p.f, where p is an import, is f of that package and
	// nothing else.
	qualifies() bool
}

// languageOf returns the language of a family.
func languageOf(f client.Family) language {
	switch f {
	case client.JVM:
		return jvm{}
	case client.ECMA:
		return ecma{}
	case client.DotNet:
		return dotnet{}
	case client.Go:
		return golang{}
	}
	return python{}
}
