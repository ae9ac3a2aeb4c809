package config

import (
	"slices"

	"topicls/index/deploy/keys"
)

// NewDotEnv builds the store of files that hold variables of the environment, those
// that count first in front. In the place of each may stand several, of which it is
// not known which one is read: what they agree on holds.
func NewDotEnv(kind Kind, places [][]string, files Files) *Store {
	s := &Store{kind: kind}
	add := func(p string, d *keys.Document) {
		y := newDoc(p, d, nil)
		s.docs = append(s.docs, y)
		s.layers = append(s.layers, y)
	}
	for _, paths := range places {
		var found []*keys.File
		var first string
		for _, p := range paths {
			if f := files.Read(p, ".dotenv", ""); f != nil {
				if found = append(found, f); first == "" {
					first = p
				}
			}
		}
		if len(found) == 0 {
			continue
		}
		for i := range found[0].Documents {
			d := found[0].Documents[i]
			if len(found) > 1 {
				d.Entries = slices.DeleteFunc(slices.Clone(d.Entries), func(e keys.Entry) bool {
					return slices.ContainsFunc(found[1:], func(f *keys.File) bool { return !holds(f, e) })
				})
			}
			add(first, &d)
		}
	}
	return s
}

// holds reports whether a file has an entry's key with the same value.
func holds(f *keys.File, e keys.Entry) bool {
	value, ok := "", false
	for i := range f.Documents {
		for _, o := range f.Documents[i].Entries {
			if o.Key == e.Key {
				value, ok = o.Value, true
			}
		}
	}
	return ok && value == e.Value
}
