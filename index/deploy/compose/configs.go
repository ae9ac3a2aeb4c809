package compose

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
	"topicls/index/deploy/dotenv"
	"topicls/index/deploy/yamldoc"
)

// A config is what a file says at `configs`: a file of the workspace, or a text of its
// own, that services mount (compose specification, "Configs").
type config struct {
	file  string // "" for a text, or what is not known
	text  dotenv.Value
	given bool // there is a text
	pos   deploy.Pos
	lines []deploy.Pos
	at    deploy.Pos // the name
}

// readConfigs reads the configs of one YAML document; what a later one says counts.
func (l *loader) readConfigs(f *file, root *yaml.Node) {
	for _, p := range f.maps.Pairs(orNothing(f.maps.Get(root, "configs"))) {
		if yamldoc.Deref(p.Value).Kind != yaml.MappingNode {
			continue
		}
		c := &config{at: f.doc.Pos(p.Key)}
		if n := f.maps.Get(p.Value, "file"); n != nil {
			if v, ok := l.text(f, n); ok && v.Reason == "" {
				c.file, _ = resolve(f.dir, v.Text)
			}
		} else if n := f.maps.Get(p.Value, "content"); n != nil {
			if v, ok := l.text(f, n); ok {
				c.text, c.given, c.pos = v, true, f.doc.Pos(n)
				if v.Text == yamldoc.Deref(n).Value {
					c.lines = f.doc.Lines(yamldoc.Deref(n))
				}
			}
		}
		l.configs[yamldoc.Deref(p.Key).Value] = c
	}
}

// orNothing makes a node of nil.
func orNothing(n *yaml.Node) *yaml.Node {
	if n == nil {
		return &yaml.Node{}
	}
	return n
}

// configs reads which configs a service mounts, and where.
func (b *builder) configs(n *yaml.Node) {
	if yamldoc.Deref(n).Kind != yaml.SequenceNode {
		return
	}
	out := []any{}
	for _, item := range yamldoc.Deref(n).Content {
		source, target := "", ""
		at := b.f.doc.Pos(item)
		if yamldoc.Deref(item).Kind == yaml.MappingNode {
			for key, into := range map[string]*string{"source": &source, "target": &target} {
				if v := b.f.maps.Get(item, key); v != nil {
					if t, ok := b.l.text(b.f, v); ok {
						*into = t.Text
					}
				}
			}
		} else if v, ok := b.l.text(b.f, item); ok {
			source = v.Text
		}
		if source != "" {
			target = path.Join("/", cmp.Or(target, source))
			out = append(out, map[string]any{"source": source, "target": target, "pos": &at})
		}
	}
	b.out["configs"] = out
}

// mountConfigs puts the configs of a service where it sees them.
func (l *loader) mountConfigs(s *deploy.Service, service model) (mounts []deploy.Mount) {
	list, _ := service["configs"].([]any)
	for _, item := range list {
		m, _ := item.(map[string]any)
		c := l.configs[str(m, "source")]
		if c == nil {
			continue
		}
		target := str(m, "target")
		if c.file != "" {
			if deploy.IsFile(l.fs, c.file) {
				mounts = append(mounts, deploy.Mount{Source: c.file, Target: target})
			}
			continue
		}
		if !c.given {
			continue
		}
		f := deploy.MountedFile{Target: target, Text: c.text.Text, Pos: c.pos, Lines: c.lines, Origin: []deploy.Step{{Pos: c.at, What: "the config " + str(m, "source")}}}
		if c.text.Reason != "" {
			f.Text = strings.ReplaceAll(c.text.Pattern, "*", deploy.UnknownText)
		}
		if at, ok := m["pos"].(*deploy.Pos); ok {
			f.Origin = append(f.Origin, deploy.Step{Pos: *at, What: "mounted as " + target})
		}
		s.Files = append(s.Files, f)
	}
	slices.SortFunc(s.Files, func(a, b deploy.MountedFile) int { return strings.Compare(a.Target, b.Target) })
	return mounts
}
