package compose

import (
	"fmt"
	"strings"

	"github.com/compose-spec/compose-go/v2/format"
	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
	"topicls/index/deploy/container"
	"topicls/index/deploy/dotenv"
	"topicls/index/deploy/program"
	"topicls/index/deploy/yamldoc"
)

// builder makes the tree of one service: only the keys that say which code
// runs with which variables, each in one form, so that merging can't fail
// for what doesn't matter here.
type builder struct {
	l     *loader
	f     *file
	name  string
	steps []deploy.Step // how the service's own mapping got here
	out   model
}

// service reads one service.
func (l *loader) service(f *file, name string, p yamldoc.Pair) model {
	b := builder{l: l, f: f, name: name, out: model{}}
	b.steps = b.arrival(p)
	for _, p := range f.maps.Pairs(p.Value) {
		b.key(p)
	}
	return b.out
}

// arrival returns the aliases and merges that an entry came through.
func (b *builder) arrival(p yamldoc.Pair) []deploy.Step {
	var steps []deploy.Step
	if p.Value.Kind == yaml.AliasNode && yamldoc.Deref(p.Value).Kind != yaml.ScalarNode {
		steps = append(steps, b.aliasStep(p.Value, ""))
	}
	for _, m := range p.Merged {
		if m.Kind == yaml.AliasNode {
			steps = append(steps, b.aliasStep(m, "<<: "))
		}
	}
	return steps
}

func (b *builder) aliasStep(n *yaml.Node, prefix string) deploy.Step {
	return deploy.Step{Pos: b.f.doc.Pos(n), What: prefix + "*" + n.Value}
}

// key reads one key of the service.
func (b *builder) key(p yamldoc.Pair) {
	key := yamldoc.Deref(p.Key).Value
	switch tag := yamldoc.Deref(p.Value).Tag; tag {
	case "!reset":
		b.f.resets = append(b.f.resets, []string{b.name, key})
		return
	case "!override":
		b.f.resets = append(b.f.resets, []string{b.name, key})
	}
	if yamldoc.IsNull(p.Value) {
		return
	}
	switch key {
	case "image", "working_dir":
		if v, ok := b.l.text(b.f, p.Value); ok {
			b.out[key] = v.Text
		}
	case "command", "entrypoint":
		b.command(key, p.Value)
	case "environment":
		if env := b.environment(p, key, b.steps); env != nil {
			b.out[key] = env
		}
	case "env_file":
		b.envFiles(p.Value)
	case "build":
		b.build(p)
	case "volumes":
		b.volumes(p.Value)
	case "configs":
		b.configs(p.Value)
	case "depends_on":
		b.dependsOn(p.Value)
	case "profiles", "links", "volumes_from":
		if list := b.texts(p.Value); list != nil {
			b.out[key] = list
		}
	case "network_mode":
		if v, ok := b.l.text(b.f, p.Value); ok && strings.HasPrefix(v.Text, "service:") {
			b.out[key] = v.Text
		}
	case "extends":
		b.extends(p.Value)
	}
}

// text evaluates a scalar. What can't be interpolated is a problem.
func (l *loader) text(f *file, n *yaml.Node) (dotenv.Value, bool) {
	target := yamldoc.Deref(n)
	if target.Kind != yaml.ScalarNode {
		l.problem(f.doc.Pos(n), "expected a text")
		return dotenv.Value{}, false
	}
	v, err := l.expand(f, target)
	if err != nil {
		l.problem(f.doc.Pos(target), "%v", err)
	}
	return v, true
}

// expand interpolates a scalar. Only texts are interpolated: numbers and
// booleans can't hold a variable.
func (l *loader) expand(f *file, n *yaml.Node) (dotenv.Value, error) {
	if tag := n.ShortTag(); tag != "!!str" && !(strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!")) {
		return dotenv.Known(scalarText(n)), nil
	}
	return dotenv.Expand(n.Value, f.doc.Place(n), f.scope.lookup)
}

// scalarText is a number, boolean or time the way compose writes it.
func scalarText(n *yaml.Node) string {
	var v any
	if err := n.Decode(&v); err != nil || v == nil {
		return n.Value
	}
	if s, ok := v.(string); ok {
		return s
	}
	return fmt.Sprint(v)
}

// texts evaluates a list of texts.
func (b *builder) texts(n *yaml.Node) []any {
	var out []any
	for _, item := range yamldoc.ListOf(n) {
		if v, ok := b.l.text(b.f, item); ok {
			out = append(out, v.Text)
		}
	}
	return out
}

func (b *builder) command(key string, n *yaml.Node) {
	c := &container.Command{Pos: b.f.doc.Pos(n), Words: []string{}}
	if yamldoc.Deref(n).Kind == yaml.SequenceNode {
		for _, item := range yamldoc.Deref(n).Content {
			if v, ok := b.l.text(b.f, item); ok {
				c.Words = append(c.Words, v.Text)
			}
		}
		if items := yamldoc.Deref(n).Content; len(items) > 0 {
			first, last := b.f.doc.Pos(items[0]), b.f.doc.Pos(items[len(items)-1])
			if first.Start <= last.End {
				c.Pos = b.f.doc.Text.Pos(int(first.Start), int(last.End))
			}
		}
	} else if v, ok := b.l.text(b.f, n); ok {
		c.Words = append(c.Words, program.Words(v.Text)...)
	}
	b.out[key] = c
}

func (b *builder) envFiles(n *yaml.Node) {
	var out []any
	for _, item := range yamldoc.ListOf(n) {
		entry := map[string]any{"required": true}
		at := item
		if yamldoc.Deref(item).Kind == yaml.MappingNode {
			at = b.f.maps.Get(item, "path")
			if at == nil {
				b.l.problem(b.f.doc.Pos(item), "env_file without a path")
				continue
			}
			if r := b.f.maps.Get(item, "required"); r != nil {
				if v, ok := b.l.text(b.f, r); ok {
					entry["required"] = !strings.EqualFold(v.Text, "false")
				}
			}
			if format := b.f.maps.Get(item, "format"); format != nil && !yamldoc.IsNull(format) {
				if v, ok := b.l.text(b.f, format); ok {
					entry["format"] = v.Text
				}
			}
		}
		v, ok := b.l.text(b.f, at)
		if !ok || v.Text == "" {
			continue
		}
		pos := b.f.doc.Pos(at)
		entry["pos"] = &pos
		file, ok := resolve(b.f.dir, v.Text)
		if !ok {
			file = v.Text
			entry["outside"] = true
		}
		entry["path"] = file
		out = append(out, entry)
	}
	if out != nil {
		b.out["env_file"] = out
	}
}

// build reads a build section. A context that is no folder of the workspace
// is kept as "", so that it hides the one it overrides.
func (b *builder) build(p yamldoc.Pair) {
	n := p.Value
	out := map[string]any{}
	context := func(n *yaml.Node) (string, bool) {
		v, ok := b.l.text(b.f, n)
		if !ok {
			return "", false
		}
		dir, ok := resolve(b.f.dir, v.Text)
		if at := b.f.doc.Pos(n); ok && v.Reason == "" {
			out["at"] = &at
		}
		if !ok && v.Text != "" && !isRemote(v.Text) {
			b.l.problem(b.f.doc.Pos(n), "build context %s is outside the workspace and not read", v.Text)
		}
		return dir, true
	}
	if yamldoc.Deref(n).Kind == yaml.ScalarNode {
		if dir, ok := context(n); ok {
			out["context"] = dir
		}
		b.out["build"] = out
		return
	}
	if yamldoc.Deref(n).Kind != yaml.MappingNode {
		b.l.problem(b.f.doc.Pos(n), "build must be a text or a mapping")
		return
	}
	for _, e := range b.f.maps.Pairs(n) {
		if yamldoc.IsNull(e.Value) {
			continue
		}
		switch key := yamldoc.Deref(e.Key).Value; key {
		case "context":
			if dir, ok := context(e.Value); ok {
				out[key] = dir
			}
		case "dockerfile", "target":
			v, ok := b.l.text(b.f, e.Value)
			if !ok {
				continue
			}
			out[key] = v.Text
			if at := b.f.doc.Pos(e.Value); key == "dockerfile" && v.Reason == "" {
				out["dockerfile_at"] = &at
			}
		case "dockerfile_inline":
			if v, ok := b.l.text(b.f, e.Value); ok {
				out[key] = v.Text
				pos := b.f.doc.Pos(e.Value)
				out["inline_pos"] = &pos
			}
		case "args":
			if args := b.environment(e, "build", nil); args != nil {
				out[key] = args
			}
		case "additional_contexts":
			b.contexts(e.Value, out)
		}
	}
	if _, ok := out["context"]; !ok {
		out["default_context"] = b.f.dir
	}
	b.out["build"] = out
}

func (b *builder) contexts(n *yaml.Node, out map[string]any) {
	named := map[string]any{}
	add := func(name, dir string) {
		if dir, ok := resolve(b.f.dir, dir); ok && name != "" {
			named[name] = dir
		}
	}
	for _, e := range b.f.maps.Pairs(n) {
		if v, ok := b.l.text(b.f, e.Value); ok {
			add(yamldoc.Deref(e.Key).Value, v.Text)
		}
	}
	if yamldoc.Deref(n).Kind == yaml.SequenceNode {
		for _, item := range yamldoc.Deref(n).Content {
			if v, ok := b.l.text(b.f, item); ok {
				name, dir, _ := strings.Cut(v.Text, "=")
				add(name, dir)
			}
		}
	}
	out["contexts"] = named
}

func (b *builder) volumes(n *yaml.Node) {
	if yamldoc.Deref(n).Kind != yaml.SequenceNode {
		b.l.problem(b.f.doc.Pos(n), "volumes must be a list")
		return
	}
	out := []any{}
	for _, item := range yamldoc.Deref(n).Content {
		source, target := "", ""
		bind := false
		if yamldoc.Deref(item).Kind == yaml.MappingNode {
			for _, e := range b.f.maps.Pairs(item) {
				if yamldoc.Deref(e.Value).Kind != yaml.ScalarNode {
					continue
				}
				v, _ := b.l.text(b.f, e.Value)
				switch yamldoc.Deref(e.Key).Value {
				case "type":
					bind = v.Text == "bind"
				case "source", "src":
					source = v.Text
				case "target", "dst", "destination":
					target = v.Text
				}
			}
		} else if v, ok := b.l.text(b.f, item); ok && v.Text != "" {
			parsed, err := format.ParseVolume(v.Text)
			if err != nil {
				b.l.problem(b.f.doc.Pos(item), "%v", err)
				continue
			}
			source, target, bind = parsed.Source, parsed.Target, parsed.Type == "bind"
		}
		if target == "" {
			continue
		}
		volume := map[string]any{"target": cleanTarget(target), "source": ""}
		if dir, ok := resolve(b.f.dir, source); ok && bind {
			volume["source"] = dir
			volume["bind"] = true
		} else if !bind && source != "" {
			volume["source"] = source
		}
		out = append(out, volume)
	}
	b.out["volumes"] = out
}

func (b *builder) dependsOn(n *yaml.Node) {
	out := map[string]any{}
	for _, p := range b.f.maps.Pairs(n) {
		out[yamldoc.Deref(p.Key).Value] = map[string]any{}
	}
	if yamldoc.Deref(n).Kind == yaml.SequenceNode {
		for _, item := range yamldoc.Deref(n).Content {
			if v, ok := b.l.text(b.f, item); ok {
				out[v.Text] = map[string]any{}
			}
		}
	}
	b.out["depends_on"] = out
}

func (b *builder) extends(n *yaml.Node) {
	ext := &extension{pos: b.f.doc.Pos(n)}
	if yamldoc.Deref(n).Kind == yaml.MappingNode {
		service := b.f.maps.Get(n, "service")
		if service == nil {
			b.l.problem(ext.pos, "extends names no service")
			return
		}
		v, ok := b.l.text(b.f, service)
		if !ok {
			return
		}
		ext.service, ext.pos = v.Text, b.f.doc.Pos(service)
		if file := b.f.maps.Get(n, "file"); file != nil && !yamldoc.IsNull(file) {
			ext.file = file
		}
	} else if v, ok := b.l.text(b.f, n); ok {
		ext.service = v.Text
	}
	if ext.service != "" {
		b.out["extends"] = ext
	}
}
