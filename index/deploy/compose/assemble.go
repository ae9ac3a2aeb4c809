package compose

import (
	"maps"
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/container"
	"topicls/index/deploy/dockerfile"
)

// load loads a file set.
func (r *Reader) load(fs *deploy.Recorder, set deploy.FileSet) deploy.Loaded {
	l := newLoader(r, fs)
	l.root = l.projectScope(set.Dir)
	services := l.model(set.Files, l.root, nil)
	env := deploy.Environment{ID: set.ID, Kind: "compose", Dir: set.Dir, Default: set.Default}
	recipes := l.recipes(services)
	for _, name := range slices.Sorted(maps.Keys(services)) {
		tree, ok := services[name].(model)
		if !ok {
			continue
		}
		env.Services = append(env.Services, l.assemble(set, name, tree, recipes))
	}
	env.Files = set.Files
	for _, f := range l.files {
		if !slices.Contains(env.Files, f) {
			env.Files = append(slices.Clip(env.Files), f)
		}
	}
	return deploy.Loaded{Environment: env, Problems: tidy(l.problems), Read: fs.Seen()}
}

// assemble makes a service from its merged tree.
func (l *loader) assemble(set deploy.FileSet, name string, tree model, recipes map[string]*container.Recipe) deploy.Service {
	s := deploy.Service{
		ID: set.ID + ":" + name, Name: name, Environment: set.ID,
		Image: str(tree, "image"), DependsOn: dependencies(tree), Profiles: strs(tree["profiles"]),
	}
	if p, ok := l.places[name]; ok {
		s.Pos = p.doc.Pos(p.key)
	}
	r := recipes[name]
	var image *dockerfile.Image
	if r != nil {
		image = l.reader.builder.Image(l.fs, r)
	}
	l.variables(&s, tree, image)
	l.code(&s, tree, r, image)
	return s
}

// recipes returns how each service is built. A service that only names the
// image that another one builds runs the same code.
func (l *loader) recipes(services model) map[string]*container.Recipe {
	out := map[string]*container.Recipe{}
	built := map[string]*container.Recipe{}
	for _, name := range slices.Sorted(maps.Keys(services)) {
		tree, _ := services[name].(model)
		r := l.recipe(tree)
		if r == nil {
			continue
		}
		out[name] = r
		if image := str(tree, "image"); image != "" {
			built[image] = r
		} else if project, ok := l.root.vars["COMPOSE_PROJECT_NAME"]; ok {
			built[project.Text+"-"+name] = r
			built[project.Text+"_"+name] = r
		}
	}
	for name := range services {
		tree, _ := services[name].(model)
		if r := built[strings.TrimSuffix(str(tree, "image"), ":latest")]; out[name] == nil && r != nil {
			out[name] = shared(r)
		} else if r := built[str(tree, "image")]; out[name] == nil && r != nil {
			out[name] = shared(r)
		}
	}
	return out
}

// shared is a recipe for a service that another one builds the image of.
func shared(r *container.Recipe) *container.Recipe {
	c := *r
	c.At, c.FileAt = deploy.Pos{}, deploy.Pos{}
	return &c
}

// dependencies returns the services that a service names.
func dependencies(tree model) []string {
	all := map[string]bool{}
	depends, _ := tree["depends_on"].(map[string]any)
	for name := range depends {
		all[name] = true
	}
	for _, key := range []string{"links", "volumes_from"} {
		for _, link := range strs(tree[key]) {
			if name, _, _ := strings.Cut(link, ":"); name != "container" {
				all[name] = true
			}
		}
	}
	if name, ok := strings.CutPrefix(str(tree, "network_mode"), "service:"); ok {
		all[name] = true
	}
	delete(all, "")
	return slices.Sorted(maps.Keys(all))
}

func strs(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, e := range list {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// tidy sorts problems and drops repeated ones.
func tidy(problems []deploy.Problem) []deploy.Problem {
	slices.SortStableFunc(problems, func(a, b deploy.Problem) int {
		if c := strings.Compare(a.Pos.File, b.Pos.File); c != 0 {
			return c
		}
		if a.Pos.Start != b.Pos.Start {
			return int(a.Pos.Start) - int(b.Pos.Start)
		}
		return strings.Compare(a.Message, b.Message)
	})
	return slices.Compact(problems)
}

// cleanTarget is a container path as compose-go cleans it.
func cleanTarget(p string) string {
	return path.Clean("/" + strings.TrimPrefix(p, "/"))
}
