package compose

import (
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
	"topicls/index/deploy/dotenv"
	"topicls/index/deploy/yamldoc"
)

// A definition is one entry of an `environment` or `args` section.
type definition struct {
	name     string
	value    dotenv.Value
	given    bool // it has a value; otherwise the machine that deploys gives it
	raw      string
	namePos  deploy.Pos
	valuePos deploy.Pos
	anchor   []deploy.Step // where the value stands when the entry has an alias
	steps    []deploy.Step // how it got into the service, nearest first
	err      error
}

// environment reads variables in map or list form. In the tree, the value of
// each is its index in the table of definitions.
func (b *builder) environment(p yamldoc.Pair, key string, steps []deploy.Step) any {
	n := p.Value
	steps = append(b.arrival(p), steps...)
	switch yamldoc.Deref(n).Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		for _, e := range b.f.maps.Pairs(n) {
			name := yamldoc.Deref(e.Key).Value
			switch yamldoc.Deref(e.Value).Tag {
			case "!reset":
				b.f.resets = append(b.f.resets, []string{b.name, key, name})
				continue
			case "!override":
				b.f.resets = append(b.f.resets, []string{b.name, key, name})
			}
			if d := b.entry(e, steps); d != nil {
				out[name] = b.l.define(d)
			}
		}
		return out
	case yaml.SequenceNode:
		var out []any
		for _, item := range yamldoc.Deref(n).Content {
			if d := b.item(item, steps); d != nil {
				out = append(out, d.name+"="+b.l.define(d))
			}
		}
		return out
	}
	b.l.problem(b.f.doc.Pos(n), "%s must be a mapping or a list", yamldoc.Deref(p.Key).Value)
	return nil
}

// entry reads `NAME: value`.
func (b *builder) entry(e yamldoc.Pair, steps []deploy.Step) *definition {
	name := yamldoc.Deref(e.Key)
	value := yamldoc.Deref(e.Value)
	if value.Kind != yaml.ScalarNode {
		b.l.problem(b.f.doc.Pos(e.Value), "the value of %s must be a text, number or boolean", name.Value)
		return nil
	}
	if !b.afford() {
		return nil
	}
	d := &definition{name: name.Value, namePos: b.f.doc.Pos(e.Key)}
	d.steps = append(b.arrival(e), steps...)
	if yamldoc.IsNull(e.Value) {
		b.noValue(d)
		return d
	}
	d.given = true
	d.valuePos = b.f.doc.Pos(e.Value)
	d.raw = b.f.doc.Text.Slice(d.valuePos)
	d.value, d.err = b.l.expand(b.f, value)
	if e.Value.Kind == yaml.AliasNode {
		d.anchor = []deploy.Step{{Pos: b.f.doc.Pos(value), What: "anchor &" + e.Value.Value}}
	}
	b.check(d)
	return d
}

// item reads `NAME=value` or `NAME`.
func (b *builder) item(n *yaml.Node, steps []deploy.Step) *definition {
	target := yamldoc.Deref(n)
	if target.Kind != yaml.ScalarNode || target.ShortTag() != "!!str" {
		b.l.problem(b.f.doc.Pos(n), "expected NAME=value")
		return nil
	}
	if !b.afford() {
		return nil
	}
	d := &definition{steps: steps}
	if n.Kind == yaml.AliasNode {
		d.steps = append([]deploy.Step{b.aliasStep(n, "")}, steps...)
	}
	whole, err := b.l.expand(b.f, target)
	var found bool
	d.name, _, found = strings.Cut(whole.Text, "=")
	_, pattern, _ := strings.Cut(whole.Pattern, "=")
	_, text, _ := strings.Cut(whole.Text, "=")
	if d.name == "" {
		if err != nil {
			b.l.problem(b.f.doc.Pos(n), "%v", err)
		}
		return nil
	}
	if unicode.IsSpace(rune(d.name[len(d.name)-1])) {
		b.l.problem(b.f.doc.Pos(n), "environment variable %q ends with a space", d.name)
	}
	e := b.f.doc.Extent(target)
	written := string(b.f.doc.Text.Data[e.Start:e.End])
	split := strings.IndexByte(written, '=')
	d.namePos = b.f.doc.Text.Pos(e.Start, e.End)
	d.valuePos = b.f.doc.Text.Pos(e.End, e.End)
	if split >= 0 {
		d.namePos = b.f.doc.Text.Pos(e.Start, e.Start+split)
		d.valuePos = b.f.doc.Text.Pos(e.Start+split+1, e.End)
		d.raw = written[split+1:]
	}
	d.err = err
	if !found && err == nil {
		b.noValue(d)
		return d
	}
	d.given = true
	d.value = whole
	d.value.Text, d.value.Pattern = text, pattern
	b.check(d)
	return d
}

// noValue places an entry that has no value: the project's variables may have
// one, else the machine that deploys.
func (b *builder) noValue(d *definition) {
	d.valuePos = b.f.doc.Text.Pos(int(d.namePos.End), int(d.namePos.End))
}

// passThrough gives the entries without value in list form what a project's
// variables say. Those in map form wait for the outermost project, as in
// compose-go, where merging turns maps into lists.
func (l *loader) passThrough(services model, s *scope) {
	for _, service := range services {
		tree, _ := service.(model)
		list, _ := tree["environment"].([]any)
		for i, e := range list {
			entry, _ := e.(string)
			name, index, _ := strings.Cut(entry, "=")
			d := l.definitionAt(index)
			if d == nil || d.given {
				continue
			}
			if v, ok := s.lookup(name); ok {
				c := *d
				c.value, c.given = v, true
				list[i] = name + "=" + l.define(&c)
			}
		}
	}
}

func (b *builder) check(d *definition) {
	if d.err != nil {
		pos := d.valuePos
		b.l.problem(pos, "%s: %v", d.name, d.err)
	}
}

// afford reports whether one more definition may be made.
func (b *builder) afford() bool {
	b.l.budget--
	return b.l.budget >= 0
}
