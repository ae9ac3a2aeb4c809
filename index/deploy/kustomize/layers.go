package kustomize

import (
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
	"sigs.k8s.io/kustomize/api/types"

	"topicls/index/deploy"
	"topicls/index/deploy/manifest"
	"topicls/index/deploy/yamldoc"
)

// layers are the texts that a result may come from: for each kustomization its
// patches, its generators and its manifests, overlays first. All are objects, if
// only parts of some; a name, kind or container that isn't said is "".
type layers struct {
	c        *collection
	objects  []*layer
	plain    map[*manifest.Object]string // the names of results in their manifests
	problems []deploy.Problem
}

type layer struct {
	*manifest.Object
	file  string // that has it, or the kustomization's
	patch bool
	more  string // of a generator
}

func (c *collection) layers() *layers {
	l := &layers{c: c, plain: map[*manifest.Object]string{}}
	for _, u := range c.units {
		l.patches(u)
		l.generators(u, "configMapGenerator", "ConfigMap")
		l.generators(u, "secretGenerator", "Secret")
		for _, ref := range u.refs.Refs {
			if (ref.Section == "resources" || ref.Section == "bases") && c.byDir[ref.Path] == nil {
				if doc := c.doc(ref.Path); doc != nil {
					read := manifest.Read(doc, nil)
					l.problems = append(l.problems, read.Problems...)
					for _, o := range read.Objects {
						l.objects = append(l.objects, &layer{Object: o, file: ref.Path})
					}
				}
			}
		}
	}
	return l
}

// patches adds the objects that patches are made of.
func (l *layers) patches(u *unit) {
	maps := yamldoc.NewMapper(func(*yaml.Node, string) {})
	add := func(text *deploy.Text, data []byte, place func(deploy.Pos) manifest.Place, target *types.Selector) {
		doc := yamldoc.Parse(text.File, data)
		kind := ""
		if target != nil {
			kind = target.Kind
		}
		read := manifest.ReadPart(doc, place, kind)
		for _, o := range read.Objects {
			if target != nil {
				o.Kind, o.Name = target.Kind, target.Name
			}
			l.objects = append(l.objects, &layer{Object: o, file: u.file, patch: true})
		}
		if len(read.Objects) == 0 && target != nil {
			if o := operations(doc, data, place); o != nil {
				o.Kind, o.Name = target.Kind, target.Name
				l.objects = append(l.objects, &layer{Object: o, file: u.file, patch: true})
			}
		}
	}
	file := func(p string, target *types.Selector) {
		if t := l.c.texts[path.Join(u.dir, p)]; t != nil {
			add(t, t.Data, func(p deploy.Pos) manifest.Place { return manifest.Place{Pos: p, Raw: t.Slice(p)} }, target)
		}
	}
	inline := func(n *yaml.Node, target *types.Selector) {
		n = yamldoc.Deref(n)
		add(u.refs.Doc.Text, []byte(n.Value), within(u.refs.Doc, n), target)
	}
	for _, root := range u.refs.Doc.Roots {
		for _, section := range []string{"patchesJson6902", "patches", "patchesStrategicMerge"} { // the last applied first
			list := slices.Clone(yamldoc.ListOf(maps.Get(root, section)))
			slices.Reverse(list)
			for _, n := range list {
				if yamldoc.Deref(n).Kind == yaml.ScalarNode {
					if strings.Contains(yamldoc.Deref(n).Value, "\n") {
						inline(n, nil)
					} else {
						file(yamldoc.Deref(n).Value, nil)
					}
					continue
				}
				var target *types.Selector
				if t := maps.Get(n, "target"); t != nil {
					target = &types.Selector{}
					target.Kind, target.Name = scalarOf(maps.Get(t, "kind")), scalarOf(maps.Get(t, "name"))
					if strings.ContainsAny(target.Name, `.*+?|()[]^$\`) {
						target.Name = "" // a pattern
					}
				}
				if p := maps.Get(n, "path"); p != nil {
					file(scalarOf(p), target)
				} else if p := maps.Get(n, "patch"); p != nil && yamldoc.Deref(p).Kind == yaml.ScalarNode {
					inline(p, target)
				}
			}
		}
	}
}

func scalarOf(n *yaml.Node) string {
	if n == nil || yamldoc.Deref(n).Kind != yaml.ScalarNode {
		return ""
	}
	return yamldoc.Deref(n).Value
}

// within returns where the parts of a text stand that is a value in a file.
func within(doc *yamldoc.Document, n *yaml.Node) func(deploy.Pos) manifest.Place {
	e := doc.Extent(n)
	whole := doc.Text.Pos(e.Start, e.End)
	if n.Style&yaml.LiteralStyle == 0 {
		return func(deploy.Pos) manifest.Place { return manifest.Place{Pos: whole} }
	}
	blank := len(n.Value) - len(strings.TrimLeft(n.Value, "\n"))
	return func(p deploy.Pos) manifest.Place {
		start, _ := doc.Text.Line(whole.Line + p.Line - 1 - blank)
		start += whole.Column - 1 + p.Column - 1
		pos := doc.Text.Pos(start, start+int(p.End-p.Start))
		return manifest.Place{Pos: pos, Raw: doc.Text.Slice(pos)}
	}
}

// operations reads a JSON patch as the part of an object that it gives.
func operations(doc *yamldoc.Document, data []byte, place func(deploy.Pos) manifest.Place) *manifest.Object {
	var node yaml.Node
	if err := yaml.Unmarshal(data, &node); err != nil || len(node.Content) == 0 || node.Content[0].Kind != yaml.SequenceNode {
		return nil
	}
	maps := yamldoc.NewMapper(func(*yaml.Node, string) {})
	o := &manifest.Object{Pos: place(doc.Text.Pos(0, 0)).Pos, Workload: &manifest.Workload{}, Map: &manifest.Map{}}
	scalar := func(n *yaml.Node) manifest.Scalar {
		n = yamldoc.Deref(n)
		return manifest.Scalar{Text: n.Value, Place: place(doc.Pos(n))}
	}
	var c manifest.Container
	// Entries of env are told by what they have, wherever they are put.
	var env func(n *yaml.Node, depth int)
	env = func(n *yaml.Node, depth int) {
		n = yamldoc.Deref(n)
		if depth > 20 {
			return
		}
		name, value, from := maps.Get(n, "name"), maps.Get(n, "value"), maps.Get(n, "valueFrom")
		if name != nil && (value != nil || from != nil) && yamldoc.Deref(name).Kind == yaml.ScalarNode {
			e := manifest.Env{Name: scalar(name)}
			if value != nil && yamldoc.Deref(value).Kind == yaml.ScalarNode {
				e.Value = scalar(value)
			} else {
				e.Value.Pos = e.Name.Pos
			}
			c.Env = append(c.Env, e)
			return
		}
		for _, p := range maps.Pairs(n) {
			env(p.Value, depth+1)
		}
		if n.Kind == yaml.SequenceNode {
			for _, item := range n.Content {
				env(item, depth+1)
			}
		}
	}
	for _, op := range node.Content[0].Content {
		at, value := scalarOf(maps.Get(op, "path")), maps.Get(op, "value")
		if value == nil {
			continue
		}
		if key, ok := strings.CutPrefix(at, "/data/"); ok {
			key = strings.NewReplacer("~1", "/", "~0", "~").Replace(key)
			name := scalar(maps.Get(op, "path"))
			name.Text = key
			o.Map.Entries = append(o.Map.Entries, manifest.Entry{Key: name, Value: scalar(value)})
			continue
		}
		if yamldoc.Deref(value).Kind != yaml.ScalarNode {
			env(value, 0)
		} else if strings.Contains(at, "/env/") && strings.HasSuffix(at, "/value") {
			c.Env = append(c.Env, manifest.Env{Value: scalar(value)})
		}
	}
	o.Workload.Containers = []manifest.Container{c}
	return o
}

// generators adds the ConfigMaps or Secrets that a kustomization makes.
func (l *layers) generators(u *unit, section, kind string) {
	maps := yamldoc.NewMapper(func(*yaml.Node, string) {})
	for _, root := range u.refs.Doc.Roots {
		for _, g := range yamldoc.ListOf(maps.Get(root, section)) {
			name := maps.Get(g, "name")
			if name == nil {
				continue
			}
			o := &manifest.Object{ID: manifest.ID{Kind: kind, Name: scalarOf(name)}, Pos: u.refs.Doc.Pos(name), Map: &manifest.Map{}}
			add := func(e manifest.Entry) {
				if kind == "Secret" {
					e.Key.Raw, e.Value, e.Lines = "", manifest.Scalar{}, nil
				}
				o.Map.Entries = append(o.Map.Entries, e)
			}
			for _, n := range yamldoc.ListOf(maps.Get(g, "literals")) {
				add(literal(u.refs.Doc, n))
			}
			for _, n := range slices.Concat(yamldoc.ListOf(maps.Get(g, "envs")), yamldoc.ListOf(maps.Get(g, "env"))) {
				if t := l.c.texts[path.Join(u.dir, scalarOf(n))]; t != nil {
					for _, e := range envEntries(t, u.refs.Doc.Pos(n)) {
						add(e)
					}
				}
			}
			for _, n := range yamldoc.ListOf(maps.Get(g, "files")) {
				key, file, ok := strings.Cut(scalarOf(n), "=")
				if !ok {
					key, file = path.Base(key), key
				}
				if t := l.c.texts[path.Join(u.dir, file)]; t != nil {
					add(fileEntry(key, t, u.refs.Doc.Pos(n)))
				}
			}
			l.objects = append(l.objects, &layer{Object: o, file: u.file, more: u.more[o.Name]})
		}
	}
}

// literal reads `KEY=value`.
func literal(doc *yamldoc.Document, n *yaml.Node) manifest.Entry {
	n = yamldoc.Deref(n)
	e := doc.Extent(n)
	written := string(doc.Text.Data[e.Start:e.End])
	split := strings.IndexByte(written, '=')
	key, value, _ := strings.Cut(n.Value, "=")
	if split < 0 {
		split = len(written)
	}
	name := doc.Text.Pos(e.Start, e.Start+split)
	at := doc.Text.Pos(min(e.Start+split+1, e.End), e.End)
	if len(value) > 1 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
		value = value[1 : len(value)-1]
		if e.Verbatim {
			at = doc.Text.Pos(int(at.Start)+1, int(at.End)-1)
		}
	}
	return manifest.Entry{
		Key:   manifest.Scalar{Text: key, Place: manifest.Place{Pos: name, Raw: key}},
		Value: manifest.Scalar{Text: value, Place: manifest.Place{Pos: at, Raw: doc.Text.Slice(at)}},
	}
}

// envEntries reads the lines of a file of variables.
func envEntries(t *deploy.Text, ref deploy.Pos) []manifest.Entry {
	var out []manifest.Entry
	step := deploy.Step{Pos: ref, What: "envs " + t.File}
	for n := 1; ; n++ {
		start, end := t.Line(n)
		if start >= len(t.Data) {
			return out
		}
		line := string(t.Data[start:end])
		trimmed := strings.TrimLeft(line, " \t")
		start += len(line) - len(trimmed)
		key, value, ok := strings.Cut(trimmed, "=")
		if !ok || strings.HasPrefix(trimmed, "#") {
			continue
		}
		split := start + len(key)
		name, at := t.Pos(start, split), t.Pos(split+1, end)
		out = append(out, manifest.Entry{
			Key:   manifest.Scalar{Text: key, Place: manifest.Place{Pos: name, Raw: key}},
			Value: manifest.Scalar{Text: value, Place: manifest.Place{Pos: at, Raw: value, Origin: []deploy.Step{step}}},
		})
	}
}

// fileEntry is a file that is a key's value as a whole.
func fileEntry(key string, t *deploy.Text, ref deploy.Pos) manifest.Entry {
	e := manifest.Entry{
		Key:   manifest.Scalar{Text: key, Place: manifest.Place{Pos: ref, Raw: key}},
		Value: manifest.Scalar{Text: string(t.Data), Place: manifest.Place{Pos: t.Pos(0, len(t.Data))}},
	}
	for n, line := range strings.Split(strings.TrimRight(e.Value.Text, "\n"), "\n") {
		start, end := t.Line(n + 1)
		if string(t.Data[start:end]) != line {
			e.Lines = nil
			break
		}
		e.Lines = append(e.Lines, t.Pos(start, end))
	}
	return e
}
