package index

import (
	"bytes"

	"topicls/index/source"
)

// mentions knows the words of the files that Topicls can't follow: code in
// languages without an extractor, configuration, scripts.
type mentions struct {
	signatures map[string]source.Signature
}

func (m *mentions) has(set *source.Set, name string, except map[string]bool) bool {
	if m == nil || name == "" {
		return false
	}
	w := source.NewWord(name)
	for p, sig := range m.signatures {
		if except[p] || !sig.MayContainWord(w) {
			continue
		}
		data, err := set.ReadFile(p)
		if err == nil && bytes.Contains(data, []byte(name)) {
			return true
		}
	}
	return false
}
