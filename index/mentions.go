package index

import (
	"bytes"
	"path"
	"sort"
	"strings"

	"topicls/index/source"
)

// mentions knows the words of the files that Topicls can't follow: code in
// languages without an extractor, configuration, scripts. It never changes
// after it was published in a snapshot.
type mentions struct {
	signatures map[string]source.Signature
	order      []string
}

// unfollowed reports whether an entry is a file whose words count as mentions.
func (w *Workspace) unfollowed(e source.Entry) bool {
	if e.Test || w.code.supported(e) || e.Size > 1<<20 {
		return false
	}
	return e.Kind == source.KindCode && e.Lang != source.Python || e.Kind == source.KindDeploy
}

// updateMentions reads the changed files (all with all) and reports whether
// anything differs.
func (w *Workspace) updateMentions(diff []string, all bool) bool {
	next := &mentions{signatures: map[string]source.Signature{}}
	changed := false
	put := func(p string) {
		if data, err := w.set.ReadFile(p); err == nil {
			next.signatures[p] = source.Sign(bytes.ToLower(data))
			changed = true
		}
	}
	if all {
		for e := range w.set.All() {
			if w.unfollowed(e) {
				put(e.Path)
			}
		}
	} else {
		relevant := false
		for _, p := range diff {
			e, ok := w.set.Get(p)
			_, had := w.mentions.signatures[p]
			relevant = relevant || had || ok && w.unfollowed(e)
		}
		if !relevant {
			return false
		}
		for p, s := range w.mentions.signatures {
			next.signatures[p] = s
		}
		for _, p := range diff {
			delete(next.signatures, p)
			changed = true
			if e, ok := w.set.Get(p); ok && w.unfollowed(e) {
				put(p)
			}
		}
	}
	for p := range next.signatures {
		next.order = append(next.order, p)
	}
	sort.Strings(next.order)
	w.mentions = next
	return changed
}

// has reports whether a file mentions a name, in upper or lower case.
func (m *mentions) has(set *source.Set, name string, except map[string]bool) bool {
	return m.hasIn(set, name, func(p string) bool { return !except[p] })
}

func (m *mentions) hasIn(set *source.Set, name string, in func(string) bool) bool {
	if m == nil || name == "" {
		return false
	}
	lower := strings.ToLower(name)
	w := source.NewWord(lower)
	for _, p := range m.order {
		if !m.signatures[p].MayContainWord(w) || !in(p) {
			continue
		}
		data, err := set.ReadFile(p)
		if err == nil && bytes.Contains(bytes.ToLower(data), []byte(lower)) {
			return true
		}
	}
	return false
}

// ServiceMentions reports whether any file in a service's code folders
// mentions a word, in upper or lower case. Compose files and .env files don't
// count: they set variables, they don't read them.
func (s *Snapshot) ServiceMentions(serviceID, name string) bool {
	svc := s.deployed.byID[serviceID]
	if svc == nil {
		return false
	}
	word, lower := source.NewWord(name), source.NewWord(strings.ToLower(name))
	for p := range svc.files {
		if sig := s.signature(p); !sig.MayContainWord(word) && !sig.MayContainWord(lower) {
			continue
		}
		data, err := s.set.ReadFile(p)
		if err == nil && bytes.Contains(bytes.ToLower(data), []byte(strings.ToLower(name))) {
			return true
		}
	}
	folders := svc.Code
	return s.mentions.hasIn(s.set, name, func(p string) bool {
		base := path.Base(p)
		if strings.Contains(base, "compose") || strings.HasPrefix(base, ".env") || strings.HasSuffix(base, ".env") {
			return false
		}
		for _, f := range folders {
			if f == "." || p == f || strings.HasPrefix(p, f+"/") {
				return true
			}
		}
		return false
	})
}

func (s *Snapshot) signature(p string) source.Signature {
	if cf := s.code[p]; cf != nil {
		return cf.signature
	}
	return nil
}
