package flow

import "topicls/index/facts"

// In C# several classes may have one name, told apart by the number of their
// type parameters: `Consumer`, `Consumer<T>`. In facts a name has the number of
// type arguments that it is used with, and a class's scope its type parameters;
// both are none in other languages.

// typeCount is how many type parameters a class must have that a name means.
type typeCount int32

// anyTypes is the count where it is not known what a name is used with.
const anyTypes typeCount = -1

// typeCountOf is the count that the use of a name asks for.
func typeCountOf(use *facts.Expr) typeCount {
	if use == nil || use.Kind != facts.Name {
		return anyTypes
	}
	return typeCount(use.Lo)
}

// fitting leaves out the bindings that are classes of another count.
func fitting(f *facts.File, bs []int32, n typeCount) []int32 {
	if n == anyTypes {
		return bs
	}
	fits := func(i int32) bool {
		v := f.At(f.Bindings[i].Value)
		return v.Kind != facts.Class || typeCount(f.Scopes[v.Lo].ParamN) == n
	}
	for k, i := range bs {
		if fits(i) {
			continue
		}
		out := append([]int32(nil), bs[:k]...)
		for _, j := range bs[k+1:] {
			if fits(j) {
				out = append(out, j)
			}
		}
		return out
	}
	return bs
}

// hasTypes reports whether what a name was evaluated to is no class of another
// count.
func hasTypes(s set, n typeCount) bool {
	if n == anyTypes {
		return true
	}
	for _, a := range s {
		if c, ok := a.v.(*class); ok && typeCount(c.file.facts().Scopes[c.scope].ParamN) != n {
			return false
		}
	}
	return true
}
