package config

import (
	"strconv"
	"strings"
)

// How Spring Cloud Stream calls the bindings of functions, after "Functional
// binding names" and "Functional Composition" of its reference (4.1): a function
// that is composed of others, `spring.cloud.function.definition: upper|length`,
// has bindings under all their names together, which take from the first and give
// to the last; and each binding may have a name of its own.

// functionBindings lists what stands for a key about a binding of a function:
// the same key of the binding that the function has in truth.
func functionBindings(s *Store, key string) []string {
	rest, ok := strings.CutPrefix(key, "spring.cloud.stream.")
	if !ok || strings.HasPrefix(rest, "function.") {
		return nil
	}
	i := strings.Index(rest, "bindings.")
	if i < 0 {
		return nil
	}
	before, binding := key[:len(key)-len(rest)+i+len("bindings.")], rest[i+len("bindings."):]
	binding, after, _ := strings.Cut(binding, ".")
	function, side, number, ok := functionBinding(binding)
	if !ok {
		return nil
	}
	names := []string{binding}
	for _, composed := range s.compositions() {
		end := composed[0]
		if side == "out" {
			end = composed[len(composed)-1]
		}
		if len(composed) > 1 && end == function {
			names = append(names, strings.Join(composed, "")+"-"+side+"-"+number)
		}
	}
	var out []string
	for i, n := range names {
		l := lookup{store: s}
		if v, ok := l.key("spring.cloud.stream.function.bindings." + n); ok && v.Status != Unknown && v.Text != "" {
			out = append(out, before+v.Text+"."+after)
		}
		if i > 0 {
			out = append(out, before+n+"."+after)
		}
	}
	return out
}

// functionBinding takes the name of a binding apart: `upper-in-0`.
func functionBinding(name string) (function, side, number string, ok bool) {
	for _, side := range []string{"in", "out"} {
		i := strings.LastIndex(name, "-"+side+"-")
		if i <= 0 {
			continue
		}
		number := name[i+len(side)+2:]
		if _, err := strconv.Atoi(number); err == nil {
			return name[:i], side, number, true
		}
	}
	return "", "", "", false
}

// compositions lists the functions that a program is told to bind, each as the
// functions that it is composed of.
func (s *Store) compositions() [][]string {
	var out [][]string
	for _, key := range []string{"spring.cloud.function.definition", "spring.cloud.stream.function.definition"} {
		l := lookup{store: s}
		v, ok := l.key(key)
		if !ok || v.Status == Unknown {
			continue
		}
		for def := range strings.SplitSeq(v.Text, ";") {
			parts := strings.FieldsFunc(def, func(r rune) bool { return r == '|' || r == ',' || r == ' ' || r == '\n' })
			if len(parts) > 0 {
				out = append(out, parts)
			}
		}
	}
	return out
}
