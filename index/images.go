package index

import (
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/container"
	"topicls/index/deploy/images"
	"topicls/index/source"
)

// Images that are built outside of the deployment file: by another deployment
// file, by a build tool (`spring-boot:build-image`, jib, ko), or by a script. A
// service that only names one runs the workspace's code when something in the
// workspace builds the image, or when a folder is a program of its name.

// completed is a service with the code of its image, and what that was told by.
type completed struct {
	service *deploy.Service
	read    []string
}

// setImageFolders lists the folders that have a file which makes them a program's,
// by their last name.
func (w *Workspace) setImageFolders() {
	w.imageFolders = map[string][]string{}
	for e := range w.set.All() {
		dir := path.Dir(e.Path)
		if !marksFolder(e.Path) || dir == "." || e.Test {
			continue
		}
		base := plainName(path.Base(dir))
		if !slices.Contains(w.imageFolders[base], dir) {
			w.imageFolders[base] = append(w.imageFolders[base], dir)
		}
	}
	clear(w.deployments.completed)
}

// plainName is a name without what people write in one way here and another
// there: case, and what stands between words.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '.' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// marksFolder reports whether a file makes its folder a program's.
func marksFolder(p string) bool {
	kind, _ := source.Classify(path.Base(p))
	return kind == source.KindBuild || marksProject(p)
}

// staleCompleted forgets the services whose code changed files or those that
// came or went may concern, and reports whether there were any.
func (d *deployments) staleCompleted(diff, moved []string) bool {
	stale := false
	for s, c := range d.completed {
		if anyRead(c.read, diff) || len(moved) > 0 && builtWithin(c.service, moved) {
			delete(d.completed, s)
			stale = true
		}
	}
	return stale
}

// builtImages are the images that the deployment files of a workspace build: how,
// by the image's name without registry and tag, and by the service's plain name.
type builtImages struct {
	images   map[string][]*deploy.Service
	services map[string][]*deploy.Service
}

// imagesBuilt lists the images that environments build themselves.
func imagesBuilt(all []*deploy.Environment) builtImages {
	out := builtImages{map[string][]*deploy.Service{}, map[string][]*deploy.Service{}}
	add := func(m map[string][]*deploy.Service, name string, s *deploy.Service) {
		if !slices.ContainsFunc(m[name], func(o *deploy.Service) bool { return sameBuild(o, s) }) {
			m[name] = append(m[name], s)
		}
	}
	for _, e := range all {
		for i := range e.Services {
			s := &e.Services[i]
			if s.Start != nil || s.Context == "" || s.Infra {
				continue
			}
			if s.Image != "" {
				add(out.images, images.Repository(s.Image), s)
			}
			add(out.services, plainName(s.Name), s)
		}
	}
	return out
}

func sameBuild(a, b *deploy.Service) bool {
	return a.Context == b.Context && a.Dockerfile == b.Dockerfile && a.Target == b.Target
}

// withCode returns a service with the code that its image is built from.
func (w *Workspace) withCode(s *deploy.Service, built *builtImages) *deploy.Service {
	if s.Start == nil && (!s.Infra || s.Context != "" || s.Image == "" || s.Broker || images.Installed(s.Image)) {
		return s
	}
	if c := w.deployments.completed[s]; c != nil {
		return c.service
	}
	rec := deploy.Record(w.set)
	c := &completed{service: w.complete(rec, s, built)}
	c.read = rec.Seen()
	w.deployments.completed[s] = c
	return c.service
}

// complete finds out what builds a service's image: what a deployment file
// says that names the image, else one that builds a service of that name, else a
// folder that is called so.
func (w *Workspace) complete(rec *deploy.Recorder, s *deploy.Service, built *builtImages) *deploy.Service {
	c := *s
	recipe := w.recipeFor(s, built)
	if s.Start == nil {
		if recipe == nil {
			return s
		}
		c.Named = true
		c.Infra, c.Context, c.Code, c.Roots = false, recipe.Context, []string{recipe.Context}, []string{recipe.Context}
		return &c
	}
	given := container.Given{Workdir: s.Start.Workdir}
	if recipe != nil {
		given.Recipe, c.Named = &recipe.Recipe, recipe.named
		given.Image = w.deployments.builder.Image(rec, given.Recipe)
	}
	c.Vars = container.Under(s.Vars, given.Image)
	given.Argv, given.Pos = container.Argv(commandOf(s.Start.Entrypoint, s.Start.Pos), commandOf(s.Start.Args, s.Start.Pos), given.Image)
	container.Complete(rec, &c, given)
	c.Broker = c.Broker || s.Broker
	return &c
}

func commandOf(words []string, pos deploy.Pos) *container.Command {
	if words == nil {
		return nil
	}
	return &container.Command{Words: words, Pos: pos}
}

// imageRecipe is how a service's image is built. named says that only a name
// tells so.
type imageRecipe struct {
	container.Recipe
	named bool
}

// recipeFor tells how a service's image is built, or nil.
func (w *Workspace) recipeFor(s *deploy.Service, built *builtImages) *imageRecipe {
	if s.Broker || s.Image == "" || images.Installed(s.Image) {
		return nil
	}
	repository := images.Repository(s.Image)
	if list := built.images[repository]; len(list) == 1 {
		return recipeOf(list[0], false)
	}
	names := []string{path.Base(repository), s.Name}
	if s.Start != nil {
		for _, name := range names {
			if list := built.services[plainName(name)]; len(list) == 1 {
				return recipeOf(list[0], true)
			}
		}
	}
	for _, name := range names {
		folders := w.imageFolders[plainName(name)]
		if len(folders) != 1 || !w.code.hasBelow(folders[0]) || w.standsElsewhere(s.Pos.File, folders[0]) {
			continue
		}
		r := &imageRecipe{container.Recipe{Context: folders[0]}, true}
		if file := path.Join(folders[0], "Dockerfile"); w.set.Has(file) {
			r.File = file
		}
		return r
	}
	return nil
}

func recipeOf(s *deploy.Service, named bool) *imageRecipe {
	return &imageRecipe{container.Recipe{Context: s.Context, File: s.Dockerfile, Target: s.Target}, named}
}

// standsElsewhere reports whether a deployment file stands in the folder of
// another program than the given one: what it deploys is that.
func (w *Workspace) standsElsewhere(file, folder string) bool {
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		if slices.Contains(w.imageFolders[plainName(path.Base(dir))], dir) {
			return folder != dir && !strings.HasPrefix(folder, dir+"/")
		}
	}
	return false
}
