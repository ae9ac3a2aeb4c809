package signatures

import (
	"fmt"
	"strings"

	"topicls/index/client"
)

// Check lists what a model claims and no recorded version of its library has.
// Slots are alternatives over versions and overloads: each must exist in one.
func Check(m *client.Model, r *Recording) []string {
	var out []string
	for _, w := range Wants(m) {
		var found []Signature
		for _, v := range r.Versions {
			for _, n := range append([]string{w.Name}, w.Or...) {
				if s, ok := v.Names[n]; ok {
					found = append(found, s)
				}
			}
		}
		if len(found) == 0 {
			out = append(out, fmt.Sprintf("%s: %s has no %s", m.Library, r.versions(), w.Name))
			continue
		}
		for _, slot := range w.Slots {
			ok := false
			for i := range found {
				ok = ok || found[i].has(slot)
			}
			if !ok {
				out = append(out, fmt.Sprintf("%s: %s of %s has no %s", m.Library, w.Name, r.versions(), slot))
			}
		}
	}
	return out
}

func (r *Recording) versions() string {
	var list []string
	for _, v := range r.Versions {
		list = append(list, v.Version)
	}
	return r.Package + " " + strings.Join(list, ", ")
}
