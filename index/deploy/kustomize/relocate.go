package kustomize

import (
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/manifest"
)

// relocate gives each text of a result the place where it is edited.
func (l *layers) relocate(o *manifest.Object) {
	base := l.base(o)
	fallback := l.c.root.refs.Doc.Text.Pos(0, 0)
	plain := o.Name
	if base != nil {
		fallback, plain, o.Title = base.Pos, base.Name, base.Name
		l.plain[o] = plain
	}
	o.Pos = fallback
	var sources []*layer
	for _, s := range l.objects {
		if s.Kind != "" && s.Kind != o.Kind {
			continue
		}
		if s == base || s.Name == "" || s.Name == o.Name || s.Name == plain || strings.Contains(o.Name, s.Name) && strings.Contains(s.Name, plain) {
			sources = append(sources, s)
		}
	}
	if o.Workload != nil {
		for i := range o.Workload.Containers {
			l.container(&o.Workload.Containers[i], sources, fallback)
		}
		for i := range o.Workload.Volumes {
			for j := range o.Workload.Volumes[i].Sources {
				s := &o.Workload.Volumes[i].Sources[j]
				s.Name.Place = l.named(s.Name.Text, fallback, sources, func(w *manifest.Workload, found func(manifest.Scalar)) {
					for _, v := range w.Volumes {
						for _, s := range v.Sources {
							found(s.Name)
						}
					}
				})
			}
		}
	}
	if o.Topic != nil {
		o.Topic.Pos = fallback
		for _, s := range sources {
			if s.Topic != nil && s.Topic.Name == o.Topic.Name {
				o.Topic.Pos = s.Topic.Pos
				break
			}
		}
	}
	if o.Map != nil {
		l.entries(o, sources, fallback)
	}
}

// base finds the object that a result is made of: that of the longest name which
// is part of the result's, in the innermost base.
func (l *layers) base(o *manifest.Object) *layer {
	var best *layer
	for _, s := range l.objects {
		if !s.patch && s.Kind == o.Kind && strings.Contains(o.Name, s.Name) && (best == nil || len(s.Name) >= len(best.Name)) {
			best = s
		}
	}
	return best
}

// plainNames gives workloads the names that their manifests have, without what
// overlays put before and behind them, where that leaves them distinct: a service
// is the same in all environments.
func (l *layers) plainNames(objects []*manifest.Object) {
	count := map[string]int{}
	for _, o := range objects {
		if o.Workload != nil || o.Broker {
			count[l.plain[o]]++
		}
	}
	for _, o := range objects {
		if name := l.plain[o]; name != "" && count[name] == 1 && (o.Workload != nil || o.Broker) {
			o.Name = name
		}
	}
}

// container places the texts of a container.
func (l *layers) container(c *manifest.Container, sources []*layer, fallback deploy.Pos) {
	name := c.Name.Text
	c.Name.Place = manifest.Place{Pos: fallback}
	c.CommandPos = deploy.Pos{}
	var same []*manifest.Container
	for _, s := range sources {
		if s.Workload == nil {
			continue
		}
		for i := range s.Workload.Containers {
			if o := &s.Workload.Containers[i]; o.Name.Text == name || o.Name.Text == "" {
				same = append(same, o)
			}
		}
	}
	for _, o := range same {
		if o.Name.Text == name && o.Name.Pos.File != "" {
			c.Name.Place = o.Name.Place // the last one is the base's
		}
		if c.CommandPos == (deploy.Pos{}) && o.CommandPos.File != "" && (c.Command == nil || slices.Equal(o.Command, c.Command)) && (o.Command != nil || o.Args != nil) {
			c.CommandPos = o.CommandPos
		}
	}
	if c.CommandPos == (deploy.Pos{}) && (c.Command != nil || c.Args != nil) {
		c.CommandPos = fallback
	}
	for i := range c.Env {
		envPlace(&c.Env[i], same, fallback)
	}
	for i := range c.EnvFrom {
		e := &c.EnvFrom[i]
		e.Name.Place = manifest.Place{Pos: fallback}
		best := -1
		for _, o := range same {
			for _, s := range o.EnvFrom {
				if s.Kind == e.Kind && s.Prefix == e.Prefix && strings.Contains(e.Name.Text, s.Name.Text) && len(s.Name.Text) > best {
					best, e.Name.Place = len(s.Name.Text), s.Name.Place
				}
			}
		}
	}
}

// envPlace places an entry of env: where its value is given, else where it is
// named.
func envPlace(e *manifest.Env, same []*manifest.Container, fallback deploy.Pos) {
	var named, given *manifest.Env
	for _, c := range same {
		for i := range c.Env {
			s := &c.Env[i]
			if s.Name.Text != e.Name.Text && s.Name.Text != "" {
				continue
			}
			if s.Name.Text != "" {
				named = s // the last one is the base's
			}
			if given == nil && sameValue(e, s) {
				given = s
			}
		}
	}
	at := given
	if at == nil || at.Name.Text == "" {
		at = named
	}
	if at == nil {
		e.Name.Place, e.Value.Place = manifest.Place{Pos: fallback}, manifest.Place{Pos: fallback}
		if e.From != nil {
			e.From.Name.Place, e.From.Key.Place = e.Name.Place, e.Name.Place
		}
		return
	}
	e.Name.Place, e.Value.Place = at.Name.Place, at.Value.Place
	if given != nil && given != at {
		e.Value.Place = given.Value.Place
	}
	if e.From != nil {
		e.From.Name.Place, e.From.Key.Place = at.Name.Place, at.Name.Place
		if at.From != nil {
			e.From.Name.Place, e.From.Key.Place = at.From.Name.Place, at.From.Key.Place
		}
		if e.From.Key.Pos.File == "" {
			e.From.Key.Place = e.From.Name.Place
		}
	}
}

// sameValue reports whether an entry gives what another has. Names of generated
// ConfigMaps have more around them in the result.
func sameValue(e, s *manifest.Env) bool {
	if e.From == nil || s.From == nil {
		return e.From == nil && s.From == nil && e.Value.Text == s.Value.Text
	}
	return e.From.Kind == s.From.Kind && e.From.Key.Text == s.From.Key.Text && strings.Contains(e.From.Name.Text, s.From.Name.Text)
}

// named finds the place of the name that fits best among those that each source
// is asked for.
func (l *layers) named(name string, fallback deploy.Pos, sources []*layer, ask func(w *manifest.Workload, found func(manifest.Scalar))) manifest.Place {
	place, best := manifest.Place{Pos: fallback}, -1
	for _, s := range sources {
		if s.Workload == nil {
			continue
		}
		ask(s.Workload, func(n manifest.Scalar) {
			if strings.Contains(name, n.Text) && len(n.Text) > best {
				place, best = n.Place, len(n.Text)
			}
		})
	}
	return place
}

// entries places what a ConfigMap or Secret has.
func (l *layers) entries(o *manifest.Object, sources []*layer, fallback deploy.Pos) {
	for _, s := range sources {
		if s.more != "" {
			o.Map.More = s.more
		}
	}
	for i := range o.Map.Entries {
		e := &o.Map.Entries[i]
		e.Lines, e.Parts = nil, nil
		var named, given *manifest.Entry
		for _, s := range sources {
			if s.Map == nil {
				continue
			}
			for j := range s.Map.Entries {
				if f := &s.Map.Entries[j]; f.Key.Text == e.Key.Text {
					named = f
					if given == nil && (f.Value.Text == e.Value.Text || o.Kind == "Secret") {
						given = f
					}
				}
			}
		}
		if given == nil {
			given = named
		}
		if given == nil {
			e.Key.Place, e.Value.Place = manifest.Place{Pos: fallback}, manifest.Place{Pos: fallback}
			continue
		}
		e.Key.Place, e.Value.Place = given.Key.Place, given.Value.Place
		if given.Value.Text == e.Value.Text {
			e.Lines, e.Parts = given.Lines, given.Parts
		}
		if e.Value.Pos.File == "" {
			e.Value.Pos = e.Key.Pos
		}
	}
}
