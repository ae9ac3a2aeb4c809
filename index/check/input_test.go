package check_test

import (
	"strings"

	"topicls/index"
	"topicls/index/check"
)

func input(s *index.Snapshot) check.Input { return withMentions{s} }

type withMentions struct{ *index.Snapshot }

func (w withMentions) ServiceMentions(id, name string) bool {
	s := w.Service(id)
	if s == nil {
		return false
	}
	for _, dir := range s.Code {
		for _, p := range w.Files().List(dir) {
			if t, ok := w.Text(p); ok && strings.Contains(strings.ToLower(string(t)), strings.ToLower(name)) {
				return true
			}
		}
	}
	return false
}
