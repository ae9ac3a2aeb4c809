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
	for _, paths := range places {
		var found []string
		var read []*keys.File
		for _, p := range paths {
			if f := files.Read(p, ".dotenv", ""); f != nil {
				found, read = append(found, p), append(read, f)
			}
		}
		for i, f := range read {
			for j := range f.Documents {
				d := f.Documents[j]
				if len(read) > 1 {
					d.Entries = slices.DeleteFunc(slices.Clone(d.Entries), func(e keys.Entry) bool {
						return slices.ContainsFunc(read, func(o *keys.File) bool { return !holds(o, e) })
					})
				}
				y := newDoc(found[i], &d, nil)
				s.docs = append(s.docs, y)
				s.layers = append(s.layers, y)
			}
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
