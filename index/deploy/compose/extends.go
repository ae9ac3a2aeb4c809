package compose

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/override"
	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
)

// An extension is a service's `extends`, kept in its tree.
type extension struct {
	service string
	file    *yaml.Node // nil for the same file
	pos     deploy.Pos
}

// extendAll puts the services that are extended below those that extend them.
func (l *loader) extendAll(f *file) {
	for _, name := range slices.Sorted(maps.Keys(f.services)) {
		l.extend(f, name, map[string]bool{})
	}
}

// extend resolves the `extends` of one service, its base's first.
func (l *loader) extend(f *file, name string, active map[string]bool) model {
	service, _ := f.services[name].(model)
	ext, ok := service["extends"].(*extension)
	if !ok {
		return service
	}
	delete(service, "extends")
	id := f.doc.Text.File + "\x00" + name
	active[id] = true
	defer delete(active, id)
	from := f
	if ext.file != nil {
		if from = l.base(f, ext); from == nil {
			return service
		}
	}
	if _, ok := from.services[ext.service]; !ok {
		l.problem(ext.pos, "service %q, which %q extends, is not in %s", ext.service, name, from.doc.Text.File)
		return service
	}
	if active[from.doc.Text.File+"\x00"+ext.service] {
		l.problem(ext.pos, "service %q extends itself", name)
		return service
	}
	base := l.extend(from, ext.service, active)
	if base == nil {
		return service
	}
	source := l.through(clone(base).(model), deploy.Step{Pos: ext.pos, What: "extends " + ext.service})
	one := model{name: source}
	reset(f.resets, one)
	source, _ = one[name].(model)
	merged, err := override.ExtendService(source, service)
	if err != nil {
		l.problem(ext.pos, "service %q can't extend %q: %v", name, ext.service, err)
		return service
	}
	f.services[name] = merged
	return merged
}

// base reads the file that an extended service is in.
func (l *loader) base(f *file, ext *extension) *file {
	name, ok := l.filePath(f, ext.file, f.dir, "extends")
	if !ok {
		return nil
	}
	key := name + "\x00" + f.scope.dir
	if b, ok := l.bases[key]; ok {
		return b
	}
	d := l.document(name)
	if d == nil || len(d.Roots) == 0 {
		return nil
	}
	before := maps.Clone(l.places)
	b := l.open(d, 0, f.scope, path.Dir(name))
	l.places = before // a base names no service of the project
	l.bases[key] = b
	return b
}

// through notes in every environment entry of a tree how it got there.
func (l *loader) through(service model, step deploy.Step) model {
	again := func(index string) string {
		d := l.definitionAt(index)
		if d == nil {
			return index
		}
		c := *d
		c.steps = append(slices.Clip(d.steps), step)
		return l.define(&c)
	}
	switch env := service["environment"].(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(env)) {
			if index, ok := env[k].(string); ok {
				env[k] = again(index)
			}
		}
	case []any:
		for i, e := range env {
			if s, ok := e.(string); ok {
				name, index, _ := strings.Cut(s, "=")
				env[i] = name + "=" + again(index)
			}
		}
	}
	return service
}

// define puts an entry into the table and returns its index.
func (l *loader) define(d *definition) string {
	l.defs = append(l.defs, d)
	return strconv.Itoa(len(l.defs) - 1)
}

func (l *loader) definitionAt(index string) *definition {
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 || i >= len(l.defs) {
		return nil
	}
	return l.defs[i]
}
