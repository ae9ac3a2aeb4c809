package index

import (
	"bytes"
	"iter"
	"path"
	"slices"
	"strings"

	"topicls/index/deploy/connector"
	"topicls/index/ordered"
	"topicls/index/source"
	"topicls/index/workspacefile"
)

// mentions knows the words of the files that Topicls can't follow: code in
// languages without an extractor, configuration, scripts. It never changes
// after it was published in a snapshot.
type mentions struct {
	files ordered.Tree[mentionFile]
}

type mentionFile struct {
	path  string
	words *source.Signature // of the text in lower case
	// connector says that it may configure a connector of Kafka Connect.
	connector bool
}

// Key implements ordered.Keyed.
func (m mentionFile) Key() string { return m.path }

// unfollowed reports whether an entry is a file whose words count as mentions.
func (w *Workspace) unfollowed(e source.Entry) bool {
	if e.Test || w.code.supported(e) || e.Size > 1<<20 || e.Path == workspacefile.Name || slices.Contains(w.imports.files, e.Path) {
		return false
	}
	return e.Kind == source.KindCode && extractors[e.Lang] == nil || e.Kind == source.KindDeploy
}

// readMentions reads the files there are.
func (w *Workspace) readMentions() {
	var list []mentionFile
	for e := range w.set.All() {
		if w.unfollowed(e) {
			if m, ok := w.readMention(e.Path); ok {
				list = append(list, m)
			}
		}
	}
	w.mentions = &mentions{ordered.New(list)}
}

func (w *Workspace) readMention(p string) (mentionFile, bool) {
	data, err := w.set.ReadFile(p)
	if err != nil {
		return mentionFile{}, false
	}
	w.declaring.text(p, data)
	w.schemas.read(p, data)
	s := source.Sign(bytes.ToLower(data))
	return mentionFile{p, &s, connector.MayBe(data)}, true
}

// updateMentions reads the changed files.
func (w *Workspace) updateMentions(diff []string) {
	files := w.mentions.files
	for _, p := range diff {
		e, ok := w.set.Get(p)
		if ok = ok && w.unfollowed(e); ok {
			var m mentionFile
			if m, ok = w.readMention(p); ok {
				files = files.Put(m)
			}
		}
		if !ok {
			if _, had := files.Get(p); had {
				w.declaring.text(p, nil)
				w.schemas.forget(p)
			}
			files = files.Without(p)
		}
	}
	w.mentions = &mentions{files}
}

// has reports whether a file mentions a name, in upper or lower case.
func (m *mentions) has(set *source.Set, name string, counts func(string) bool) bool {
	return m.hasIn(set, m.files.All(), name, counts)
}

func (m *mentions) hasIn(set *source.Set, files iter.Seq[mentionFile], name string, counts func(string) bool) bool {
	if name == "" {
		return false
	}
	lower := strings.ToLower(name)
	w := source.NewWord(lower)
	for f := range files {
		if !f.words.MayContainWord(w) || counts != nil && !counts(f.path) {
			continue
		}
		data, err := set.ReadFile(f.path)
		if err == nil && bytes.Contains(bytes.ToLower(data), []byte(lower)) {
			return true
		}
	}
	return false
}

// under yields the files in a folder, or the file itself.
func (m *mentions) under(folder string) iter.Seq[mentionFile] {
	if folder == "." {
		return m.files.All()
	}
	return func(yield func(mentionFile) bool) {
		if f, ok := m.files.Get(folder); ok && !yield(f) {
			return
		}
		for f := range m.files.Between(folder+"/", folder+"0") { // "0" follows "/"
			if !yield(f) {
				return
			}
		}
	}
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
	for _, p := range svc.files {
		if sig := s.signature(p); !sig.MayContainWord(word) && !sig.MayContainWord(lower) {
			continue
		}
		data, err := s.set.ReadFile(p)
		if err == nil && bytes.Contains(bytes.ToLower(data), []byte(strings.ToLower(name))) {
			return true
		}
	}
	for _, folder := range svc.Code {
		if s.mentions.hasIn(s.set, s.mentions.under(folder), name, readsVariables) {
			return true
		}
	}
	return false
}

// MountsVariable reports whether a file that a deployment mounts into a service sets a
// variable, as a file of variables does, or is a secret that may.
func (s *Snapshot) MountsVariable(serviceID, name string) bool {
	svc := s.deployed.byID[serviceID]
	if svc == nil {
		return false
	}
	for i := range svc.Files {
		m := &svc.Files[i]
		if base := path.Base(m.Target); !strings.HasPrefix(base, ".env") && !strings.HasSuffix(base, ".env") {
			continue
		}
		if m.Secret {
			return true
		}
		for line := range strings.Lines(m.Text) {
			if key, _, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "="); ok && strings.TrimSpace(key) == name {
				return true
			}
		}
	}
	return false
}

// readsVariables reports whether a file that mentions a variable may read it:
// compose files and .env files set them.
func readsVariables(p string) bool {
	base := path.Base(p)
	return !strings.Contains(base, "compose") && !strings.HasPrefix(base, ".env") && !strings.HasSuffix(base, ".env")
}

func (s *Snapshot) signature(p string) source.Signature {
	if cf := s.codeOf(p); cf.codeFile != nil {
		return cf.signature
	}
	return nil
}
