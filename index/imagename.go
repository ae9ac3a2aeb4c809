package index

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/builds"
	"topicls/index/deploy/container"
	"topicls/index/deploy/images"
	"topicls/index/source"
)

// Which folder of the workspace an image is built from, when no deployment file
// says so. A command that builds the image tells for certain; all else goes by
// names and is marked so: a folder that is called like the image or the service,
// the program in whose folder the manifest stands, the program that reads the
// variables that the manifest sets.

// imageBuilds are the images that scripts and pipelines build, by
// the file that does.
type imageBuilds map[string][]builds.Build

// readBuilds reads the files of the workspace that may build images.
func (w *Workspace) readBuilds() {
	w.builds = imageBuilds{}
	for e := range w.set.All() {
		w.readBuildsOf(e.Path)
	}
}

// readBuildsOf reads one of them again and reports whether it builds others now.
func (w *Workspace) readBuildsOf(p string) bool {
	if !builds.Matters(p) {
		return false
	}
	old := w.builds[p]
	delete(w.builds, p)
	if data, err := w.set.ReadFile(p); err == nil {
		if list := builds.Find(p, data); len(list) > 0 {
			w.builds[p] = list
		}
	}
	return !slices.Equal(old, w.builds[p])
}

// updateBuilds reads the changed files again.
func (w *Workspace) updateBuilds(diff []string) {
	changed := false
	for _, p := range diff {
		changed = w.readBuildsOf(p) || changed
	}
	if changed {
		w.deployments.uncomplete()
	}
}

// builtBy finds the command that builds an image: one whose name is the whole
// image's, else the last part of it. Several that differ say nothing.
func (w *Workspace) builtBy(repository string) *imageRecipe {
	for _, same := range []func(name string) bool{
		func(name string) bool { return images.Repository(name) == repository },
		func(name string) bool { return path.Base(name) == path.Base(repository) },
	} {
		var found *imageRecipe
		for file, list := range w.builds {
			for _, b := range list {
				if !same(b.Image) {
					continue
				}
				r := w.recipeOfBuild(file, b)
				switch {
				case r == nil:
				case found == nil:
					found = r
				case found.Context != r.Context || found.File != r.File:
					return nil
				}
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// recipeOfBuild finds a build's folder, as seen from its file or from the root.
func (w *Workspace) recipeOfBuild(file string, b builds.Build) *imageRecipe {
	for _, from := range []string{path.Dir(file), "."} {
		context := path.Join(from, b.Context)
		if strings.HasPrefix(context, "..") || !w.set.IsDir(context) {
			continue
		}
		files := []string{w.dockerfileIn(context)}
		if b.Dockerfile != "" {
			files = []string{path.Join(from, b.Dockerfile), path.Join(context, b.Dockerfile)}
		}
		for _, f := range files {
			if f != "" && w.set.Has(f) {
				return &imageRecipe{Recipe: container.Recipe{Context: context, File: f}}
			}
		}
	}
	return nil
}

// dockerfileIn returns the Dockerfile of a folder, or "".
func (w *Workspace) dockerfileIn(dir string) string {
	for _, name := range container.Dockerfiles {
		if file := path.Join(dir, name); w.set.Has(file) {
			return file
		}
	}
	return ""
}

// calledLike finds the program folder that is called like a service or its
// image: the only one, or of several the only one that is nearest to the manifest.
func (w *Workspace) calledLike(s *deploy.Service, repository string) string {
	base := path.Base(repository)
	tag := imageTag(s.Image)
	names := []string{base, s.Name, base + tag, tag}
	for _, name := range names {
		if plainName(name) == "" {
			continue
		}
		if folders := innermostFolders(w.withPrograms(w.imageFolders[plainName(name)])); len(folders) > 0 {
			return nearest(folders, s.Pos.File)
		}
	}
	var found []string
	for _, folders := range w.imageFolders {
		if sameWords(path.Base(folders[0]), s.Name) || sameWords(path.Base(folders[0]), base) {
			found = append(found, w.withPrograms(folders)...)
		}
	}
	return nearest(found, s.Pos.File)
}

// withPrograms keeps those of the folders that have code: a chart's has none,
// whatever it is called like. Where some have a Dockerfile, these are meant.
func (w *Workspace) withPrograms(folders []string) []string {
	var code, images []string
	for _, dir := range folders {
		if !w.code.hasBelow(dir) {
			continue
		}
		code = append(code, dir)
		if w.dockerfileIn(dir) != "" {
			images = append(images, dir)
		}
	}
	if len(images) > 0 {
		return images
	}
	return code
}

// innermostFolders leaves out the folders that others are in: a project of several modules
// is often called like the one of them that is the program.
func innermostFolders(folders []string) []string {
	return slices.DeleteFunc(slices.Clone(folders), func(dir string) bool {
		return slices.ContainsFunc(folders, func(other string) bool { return strings.HasPrefix(other, dir+"/") })
	})
}

// nearest returns the folder that shares more of its way from the root with a file
// than any other does, or "".
func nearest(folders []string, file string) string {
	best, found := -1, ""
	for _, dir := range folders {
		switch n := sharedWay(dir, file); {
		case n > best:
			best, found = n, dir
		case n == best:
			found = ""
		}
	}
	return found
}

// sharedWay counts the folders that two paths begin with.
func sharedWay(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

// imageTag is an image's tag when it is a name, as where one repository has the
// images of all services.
func imageTag(image string) string {
	image, _, _ = strings.Cut(image, "@")
	i := strings.LastIndexByte(image, ':')
	if i <= strings.LastIndexByte(image, '/') {
		return ""
	}
	tag := strings.TrimPrefix(strings.TrimPrefix(image[i+1:], "latest-"), "latest")
	if strings.Trim(tag, "v0123456789.-") == "" {
		return ""
	}
	return tag
}

// sameWords reports whether two names are the same but for words that only say
// that something is a program.
func sameWords(a, b string) bool {
	words := func(name string) string {
		name = strings.NewReplacer("_", "-", ".", "-", " ", "-").Replace(strings.ToLower(name))
		list := slices.DeleteFunc(strings.Split(name, "-"), func(w string) bool {
			switch w {
			case "", "app", "application", "service", "svc", "server", "deployment", "container", "image", "docker", "microservice", "ms", "main", "chart":
				return true
			}
			return false
		})
		return strings.Join(list, "")
	}
	x := words(a)
	return x != "" && x == words(b)
}

// standsIn finds the program in whose folder a deployment file stands: below the
// folder of a chart or of manifests, the nearest one around it that has a
// Dockerfile. At the root it
// counts when there is no other program, and no other image that it could be.
func (w *Workspace) standsIn(file string) string {
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		if w.dockerfileIn(dir) != "" && w.code.hasBelow(dir) {
			return dir
		}
	}
	if len(w.programFolders()) == 0 && w.unknownImages() == 1 && w.dockerfileIn(".") != "" && w.code.hasBelow(".") {
		return "."
	}
	return ""
}

// unknownImages counts the images that manifests name and of which nothing is
// known: neither that they are installed nor that something here builds them.
func (w *Workspace) unknownImages() int {
	sets := w.deployments.all()
	built := imagesBuilt(sets)
	found := map[string]bool{}
	for _, set := range sets {
		e := set.counts()
		for i := range e.Services {
			s := &e.Services[i]
			repository := images.Repository(s.Image)
			if s.Start != nil && !s.Broker && repository != "" && !images.Installed(s.Image) && len(built.images[repository]) == 0 && w.builtBy(repository) == nil {
				found[repository] = true
			}
		}
	}
	return len(found)
}

// programFolders lists the folders below the root that have a Dockerfile and code.
func (w *Workspace) programFolders() []string {
	var out []string
	for _, folders := range w.imageFolders {
		for _, dir := range folders {
			if w.dockerfileIn(dir) != "" && w.code.hasBelow(dir) {
				out = append(out, dir)
			}
		}
	}
	slices.Sort(out)
	return out
}

// readsVariablesOf finds the one program that reads at least two of the variables
// that a manifest sets and that are not everybody's, and more of them than any
// other does. asked are the names that code was searched for.
func (w *Workspace) readsVariablesOf(s *deploy.Service) (folder string, asked []string) {
	for i := range s.Vars {
		if n := s.Vars[i].Name; len(n) > 5 && !images.General(n) && len(asked) < 64 {
			asked = append(asked, n)
		}
	}
	folders := w.programFolders()
	if len(folders) == 0 && w.dockerfileIn(".") != "" {
		folders = []string{"."}
	}
	if len(asked) < 2 || len(folders) == 0 {
		return "", nil
	}
	reads := map[string]int{}
	for _, name := range asked {
		for _, dir := range w.mentionedBelow(folders, name) {
			reads[dir]++
		}
	}
	most, tied := 1, false
	for _, dir := range folders {
		switch n := reads[dir]; {
		case n > most:
			folder, most, tied = dir, n, false
		case n == most && folder != "":
			tied = true
		}
	}
	if tied {
		return "", asked
	}
	return folder, asked
}

// mentionedBelow lists those of the folders, sorted, that have a code file with a
// word.
func (w *Workspace) mentionedBelow(folders []string, word string) []string {
	wanted := source.NewWord(word)
	found := map[string]bool{}
	for p, cf := range w.code.files {
		if len(cf.signature) > 0 && !cf.signature.MayContainWord(wanted) {
			continue
		}
		dir, ok := path.Dir(p), false
		for ; ; dir = path.Dir(dir) {
			if _, ok = slices.BinarySearch(folders, dir); ok || dir == "." {
				break
			}
		}
		if !ok || found[dir] {
			continue
		}
		if data, err := w.set.ReadFile(p); err == nil && bytes.Contains(data, []byte(word)) {
			found[dir] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}
