package index

import (
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/container"
	"topicls/index/deploy/dockerfile"
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
	asked   []string // words that code was searched for
}

// setImageFolders lists the folders that have a file which makes them a program's,
// by their last name.
func (w *Workspace) setImageFolders() {
	w.imageFolders, w.imageFiles = map[string][]string{}, map[string][]string{}
	for e := range w.set.All() {
		dir := path.Dir(e.Path)
		if name := dockerfileFor(path.Base(e.Path)); name != "" && !e.Test {
			w.imageFiles[name] = append(w.imageFiles[name], e.Path)
		}
		if !marksFolder(e.Path) || dir == "." || e.Test {
			continue
		}
		base := plainName(path.Base(dir))
		if !slices.Contains(w.imageFolders[base], dir) {
			w.imageFolders[base] = append(w.imageFolders[base], dir)
		}
	}
	w.deployments.uncomplete()
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

// searched forgets the services for which code was searched for a word that a
// changed file had or has.
func (d *deployments) searched(has func(word string) bool) {
	for s, c := range d.completed {
		if slices.ContainsFunc(c.asked, has) {
			delete(d.completed, s)
			d.again = true
		}
	}
}

// uncomplete forgets all of them.
func (d *deployments) uncomplete() {
	if len(d.completed) > 0 {
		clear(d.completed)
		d.again = true
	}
}

// builtImages are the images that the deployment files of a workspace build: how,
// by the image's name without registry and tag, and by the service's plain name.
type builtImages struct {
	images   map[string][]*deploy.Service
	services map[string][]*deploy.Service
	named    map[string]bool // the plain names, without registry, of images that manifests run
}

// imagesBuilt lists the images that environments build themselves.
func imagesBuilt(all []*loadedSet) builtImages {
	out := builtImages{map[string][]*deploy.Service{}, map[string][]*deploy.Service{}, map[string]bool{}}
	add := func(m map[string][]*deploy.Service, name string, s *deploy.Service) {
		if !slices.ContainsFunc(m[name], func(o *deploy.Service) bool { return sameBuild(o, s) }) {
			m[name] = append(m[name], s)
		}
	}
	for _, set := range all {
		e := set.counts()
		for i := range e.Services {
			s := &e.Services[i]
			if s.Start != nil && s.Image != "" {
				out.named[plainName(path.Base(images.Repository(s.Image)))] = true
			}
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
func (w *Workspace) withCode(s *deploy.Service, built func() builtImages) *deploy.Service {
	if s.Start == nil && (!s.Infra || s.Context != "" || s.Image == "" || s.Broker || images.Installed(s.Image)) {
		return s
	}
	if c := w.deployments.completed[s]; c != nil {
		return c.service
	}
	rec := deploy.Record(w.set)
	c := &completed{}
	c.service, c.asked = w.complete(rec, s, built)
	c.read = rec.Seen()
	w.deployments.completed[s] = c
	return c.service
}

// complete finds out what builds a service's image: what a deployment file
// says that names the image, else one that builds a service of that name, else a
// folder that is called so.
func (w *Workspace) complete(rec *deploy.Recorder, s *deploy.Service, built func() builtImages) (done *deploy.Service, asked []string) {
	c := *s
	recipe, asked := w.recipeFor(s, built)
	if s.Start == nil {
		if recipe == nil {
			return s, asked
		}
		c.Named = true
		c.Infra, c.Context, c.Code, c.Roots = false, recipe.Context, []string{recipe.Context}, []string{recipe.Context}
		return &c, asked
	}
	given := container.Given{Workdir: s.Start.Workdir, Mounts: mountedCode(rec, s.Files)}
	if recipe != nil {
		if recipe.folder {
			recipe.Context = w.contextOf(rec, recipe.Recipe)
		}
		given.Recipe, c.Named = &recipe.Recipe, recipe.named
		given.Image = w.deployments.builder.Image(rec, given.Recipe)
	}
	c.Vars = container.Under(s.Vars, given.Image)
	given.Argv, given.Pos = container.Argv(commandOf(s.Start.Entrypoint, s.Start.Pos), commandOf(s.Start.Args, s.Start.Pos), given.Image)
	container.Complete(rec, &c, given)
	c.Broker = c.Broker || s.Broker
	return &c, asked
}

// mountedCode lists files of the workspace that are mounted as they are, such as
// programs that a ConfigMap is generated from.
func mountedCode(rec *deploy.Recorder, files []deploy.MountedFile) []deploy.Mount {
	var out []deploy.Mount
	for i := range files {
		f := &files[i]
		if f.Secret || f.Text == "" || f.Pos.Start != 0 {
			continue
		}
		if kind, _ := source.Classify(path.Base(f.Pos.File)); kind != source.KindCode {
			continue
		}
		if data, err := rec.ReadFile(f.Pos.File); err == nil && string(data) == f.Text {
			out = append(out, deploy.Mount{Source: f.Pos.File, Target: f.Target})
		}
	}
	container.SortMounts(out)
	return out
}

func commandOf(words []string, pos deploy.Pos) *container.Command {
	if words == nil {
		return nil
	}
	return &container.Command{Words: words, Pos: pos}
}

// contextOf finds the build context of a Dockerfile in a program's folder: that
// folder, or the one around it in which more is found of what it copies, the
// program's folder or something in it by name.
func (w *Workspace) contextOf(rec *deploy.Recorder, r container.Recipe) string {
	best, most := r.Context, -1
	folder := r.Context
	only := !w.code.hasBelow(folder) // the Dockerfile alone stands there
	for dir := folder; r.File != ""; dir = path.Dir(dir) {
		r.Context = dir
		n, own := 0, dir == folder || only
		for _, source := range copied(w.deployments.builder.Image(rec, &r)) {
			n++
			own = own || source == folder || strings.HasPrefix(source, folder+"/")
		}
		if own && n > most {
			best, most = dir, n
		}
		if dir == "." {
			break
		}
	}
	return best
}

// copied lists what of the workspace the stages of an image copy.
func copied(image *dockerfile.Image) []string {
	if image == nil {
		return nil
	}
	var out []string
	add := func(source string) {
		if !slices.Contains(out, source) {
			out = append(out, source)
		}
	}
	for _, source := range image.Built {
		add(source)
	}
	for _, m := range image.Files {
		add(m.Source)
	}
	for i := range image.Builds {
		for _, m := range image.Builds[i].Files {
			add(m.Source)
		}
	}
	return out
}

// imageRecipe is how a service's image is built.
type imageRecipe struct {
	container.Recipe
	named  bool // only a name tells so
	folder bool // a folder was found, and its Dockerfile's context is not known
}

// recipeFor tells how a service's image is built, or nil. The first of these that
// says something counts: another deployment file that builds an image of that
// name, a command that does, a compose service of the service's name, a folder that
// is called so, the program whose manifest it is, the one whose name the image's
// ends with, the program that reads its variables.
func (w *Workspace) recipeFor(s *deploy.Service, built func() builtImages) (recipe *imageRecipe, asked []string) {
	if s.Broker || s.Image == "" || images.Installed(s.Image) {
		return nil, nil
	}
	repository := images.Repository(s.Image)
	if list := built().images[repository]; len(list) == 1 {
		return recipeOf(list[0], false), nil
	}
	if r := w.builtBy(repository); r != nil {
		return r, nil
	}
	if s.Start != nil && images.Base(s.Image) {
		return nil, nil
	}
	if s.Start != nil {
		for _, name := range []string{path.Base(repository), s.Name} {
			if list := built().services[plainName(name)]; len(list) == 1 {
				return recipeOf(list[0], true), nil
			}
		}
	}
	folder := w.calledLike(s, repository)
	if folder != "" && (!w.code.hasBelow(folder) || w.standsElsewhere(s.Pos.File, folder)) {
		folder = ""
	}
	if folder == "" {
		if r := w.imageFile(repository); r != nil {
			return r, nil
		}
		folder = w.imageFolder(repository)
	}
	if folder == "" && s.Start != nil {
		if folder = w.standsIn(s.Pos.File); folder == "" {
			if r := w.endsLike(s, repository, built()); r != nil {
				return r, nil
			}
			folder, asked = w.readsVariablesOf(s)
		}
	}
	if folder == "" {
		return nil, asked
	}
	r := &imageRecipe{Recipe: container.Recipe{Context: folder}, named: true, folder: true}
	if file := w.dockerfileIn(folder); file != "" {
		r.File = file
	}
	return r, asked
}

func recipeOf(s *deploy.Service, named bool) *imageRecipe {
	return &imageRecipe{Recipe: container.Recipe{Context: s.Context, File: s.Dockerfile, Target: s.Target}, named: named}
}

// standsElsewhere reports whether a deployment file stands in the folder of
// another program than the given one: what it deploys is that.
func (w *Workspace) standsElsewhere(file, folder string) bool {
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		if slices.Contains(w.imageFolders[plainName(path.Base(dir))], dir) && w.code.hasBelow(dir) {
			return folder != dir && !strings.HasPrefix(folder, dir+"/")
		}
	}
	return false
}
