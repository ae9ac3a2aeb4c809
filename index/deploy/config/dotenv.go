package config

// NewDotEnv builds the store of files that hold variables of the environment, those
// that count first in front.
func NewDotEnv(kind Kind, paths []string, files Files) *Store {
	s := &Store{kind: kind}
	for _, p := range paths {
		f := files.Read(p, ".dotenv", "")
		if f == nil {
			continue
		}
		for i := range f.Documents {
			d := newDoc(p, &f.Documents[i], nil)
			s.docs = append(s.docs, d)
			s.layers = append(s.layers, d)
		}
	}
	return s
}
