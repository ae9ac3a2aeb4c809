package index

import (
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/images"
	"topicls/index/source"
)

// Images that are built outside of the deployment file: by a build tool
// (`spring-boot:build-image`, jib, ko), or by a script. A service that only names
// one runs the workspace's code when a folder of the workspace is a program of
// the image's or the service's name.

// setImageFolders lists the folders that have a file which makes them a program's,
// by their last name.
func (w *Workspace) setImageFolders() {
	w.imageFolders = map[string][]string{}
	for e := range w.set.All() {
		dir := path.Dir(e.Path)
		if !marksFolder(e.Path) || dir == "." || e.Test {
			continue
		}
		base := strings.ToLower(path.Base(dir))
		if !slices.Contains(w.imageFolders[base], dir) {
			w.imageFolders[base] = append(w.imageFolders[base], dir)
		}
	}
}

// marksFolder reports whether a file makes its folder a program's.
func marksFolder(p string) bool {
	kind, _ := source.Classify(path.Base(p))
	return kind == source.KindBuild || marksProject(p)
}

// builtElsewhere returns the service with the code that its image is built from,
// when the deployment names an image alone and one folder of the workspace is a
// program of that name; else the service as it is.
func (w *Workspace) builtElsewhere(s *deploy.Service) *deploy.Service {
	if !s.Infra || s.Context != "" || s.Image == "" || s.Broker || images.Installed(s.Image) {
		return s
	}
	repository := images.Repository(s.Image)
	for _, name := range []string{path.Base(repository), strings.ToLower(s.Name)} {
		folders := w.imageFolders[name]
		if len(folders) != 1 || !w.code.hasBelow(folders[0]) || w.standsElsewhere(s.Pos.File, folders[0]) {
			continue
		}
		c := *s
		c.Named = true
		c.Infra, c.Context, c.Code, c.Roots = false, folders[0], []string{folders[0]}, []string{folders[0]}
		return &c
	}
	return s
}

// standsElsewhere reports whether a deployment file stands in the folder of
// another program than the given one: what it deploys is that.
func (w *Workspace) standsElsewhere(file, folder string) bool {
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		if slices.Contains(w.imageFolders[strings.ToLower(path.Base(dir))], dir) {
			return folder != dir && !strings.HasPrefix(folder, dir+"/")
		}
	}
	return false
}
