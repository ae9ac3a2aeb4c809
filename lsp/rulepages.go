package lsp

import (
	"os"
	"path/filepath"
	"sync"

	"topicls/index/check"
	"topicls/lsp/internal/wire"
)

// rulePages are the pages of the rules as files, for editors to open. They are
// written when the first finding is sent.
type rulePages struct {
	once sync.Once
	uris map[string]wire.URI // by rule
}

// rulePage gives the URI of a rule's page, "" when there is none.
func (s *server) rulePage(code string) string {
	if s.opts.RulePages == "" {
		return ""
	}
	s.pages.once.Do(func() {
		uris, err := writeRulePages(s.opts.RulePages)
		if err != nil {
			s.log.Warn("the pages of rules can't be written", "path", s.opts.RulePages, "err", err)
		}
		s.pages.uris = uris
	})
	return string(s.pages.uris[code])
}

// writeRulePages writes the pages that are not there as they should be. Servers
// may do so at once.
func writeRulePages(dir string) (map[string]wire.URI, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	for name, text := range check.Pages() {
		path := filepath.Join(dir, name)
		if old, err := os.ReadFile(path); err == nil && string(old) == text {
			continue
		}
		f, err := os.CreateTemp(dir, "."+name+"*")
		if err != nil {
			return nil, err
		}
		_, err = f.WriteString(text)
		if closed := f.Close(); err == nil {
			err = closed
		}
		if err == nil {
			err = os.Rename(f.Name(), path)
		}
		if err != nil {
			_ = os.Remove(f.Name())
			return nil, err
		}
	}
	uris := map[string]wire.URI{}
	for _, r := range check.Rules() {
		uris[r.Code] = wire.FileURI(filepath.Join(dir, r.Code+".md"))
	}
	return uris, nil
}
