package config

import (
	"slices"

	"topicls/index/deploy"
	"topicls/index/deploy/keys"
)

// A VariablesFile is a file that holds variables of the environment: one of the workspace,
// or one that a deployment mounts.
type VariablesFile struct {
	Path    string // in the workspace, "" of a mounted one
	Mounted *deploy.MountedFile
}

// NewDotEnv builds the store of files that hold variables of the environment, those
// that count first in front. In the place of each may stand several, of which it is
// not known which one is read: what they agree on holds.
func NewDotEnv(kind Kind, places [][]VariablesFile, files Files) *Store {
	s := &Store{kind: kind}
	for _, place := range places {
		var found []VariablesFile
		var read []*keys.File
		for _, e := range place {
			if e.Mounted != nil && e.Mounted.Secret {
				s.layers = append(s.layers, secretLayer(e.Mounted.Target))
				continue
			}
			var f *keys.File
			if e.Mounted != nil {
				f = files.Mounted(e.Mounted, ".dotenv", "")
			} else {
				f = files.Read(e.Path, ".dotenv", "")
			}
			if f != nil {
				found, read = append(found, e), append(read, f)
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
				y := newDoc(found[i].Path, &d, nil)
				if m := found[i].Mounted; m != nil {
					y = newDoc(m.Pos.File, &d, nil)
					y.place(m)
				}
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
