package client

// Family is a group of languages whose code calls each other's: what one of
// them declares, the others can name. Each has client models of its own.
type Family string

// The families.
const (
	Python Family = "python"
	JVM    Family = "jvm"
	Go     Family = "go"
	ECMA   Family = "ecma" // JavaScript and TypeScript
	DotNet Family = "dotnet"
)

// Families lists all families in a fixed order.
var Families = []Family{Python, JVM, Go, ECMA, DotNet}

// FamilyOf returns the family of a language (facts.File.Lang, or what a
// model's `language` says: a language or the family itself); "" for none.
func FamilyOf(language string) Family {
	switch language {
	case "python":
		return Python
	case "java", "kotlin", "jvm":
		return JVM
	case "go":
		return Go
	case "javascript", "typescript", "tsx", "ecma":
		return ECMA
	case "csharp", "dotnet":
		return DotNet
	}
	return ""
}

// moduleOf is the module by which a model's dotted name is known: the
// top-level one in Python, whose packages are imported as a whole, and the
// package or import path itself elsewhere.
func (f Family) moduleOf(name string) string {
	if f == Python {
		return topOf(name)
	}
	for i := len(name) - 1; i >= 0; i-- {
		switch name[i] {
		case '.':
			return name[:i]
		case '/':
			return name
		}
	}
	return name
}

func topOf(name string) string {
	for i := range len(name) {
		if name[i] == '.' {
			return name[:i]
		}
	}
	return name
}
