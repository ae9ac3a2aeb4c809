package index

import (
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/container"
	"topicls/index/deploy/stages"
)

// Images are often called like the project with the program behind: compose itself
// names what it builds so ("shop-orders" of the service orders in the project
// shop). Where nothing else says what builds an image, the program counts that its
// name ends with, unless that is another image's whole name.

// wordsOfName are the words of a name, in small letters.
func wordsOfName(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' || r == '/' })
}

// endWords counts the words of a name that the words of another end with, all of
// them; 0 when they end otherwise or are the same.
func endWords(whole, name []string) int {
	if n := len(whole) - len(name); n > 0 && len(name) > 0 && slices.Equal(whole[n:], name) {
		return len(name)
	}
	return 0
}

// endsLike finds what builds an image by the end of its name, or nil: a compose
// service, else a folder with a Dockerfile.
func (w *Workspace) endsLike(s *deploy.Service, repository string, built builtImages) *imageRecipe {
	whole := wordsOfName(path.Base(repository))
	var best *deploy.Service
	most, tied := 0, false
	for name, list := range built.services {
		if len(list) != 1 || built.named[name] {
			continue
		}
		switch n := endWords(whole, wordsOfName(list[0].Name)); {
		case n > most:
			best, most, tied = list[0], n, false
		case n == most && n > 0 && !sameBuild(best, list[0]):
			tied = true
		}
	}
	if best != nil && !tied {
		return recipeOf(best, true)
	}
	if r := w.fileAtEnd(whole, built); r != nil {
		return r
	}
	folder := w.folderAtEnd(s, whole, built)
	if folder == "" {
		return nil
	}
	return &imageRecipe{Recipe: container.Recipe{Context: folder, File: w.dockerfileIn(folder)}, named: true, folder: true}
}

// folderAtEnd finds the folder with a Dockerfile whose name the words of an image's
// end with: the one of whose path most words are the image's (java/kafka/consumer
// for java-kafka-consumer), and of those the one that is nearest to the manifest.
func (w *Workspace) folderAtEnd(s *deploy.Service, whole []string, built builtImages) string {
	var found []string
	most := 0
	for _, dir := range w.programFolders() {
		name := wordsOfName(path.Base(dir))
		n := endWords(whole, name)
		if n == 0 {
			if slices.Equal(whole, name) {
				return "" // called so: that was looked at before
			}
			continue
		}
		if built.named[plainName(path.Base(dir))] || w.standsElsewhere(s.Pos.File, dir) {
			continue
		}
		for above := path.Dir(dir); above != "."; above = path.Dir(above) {
			more := wordsOfName(path.Base(above))
			if len(more) > len(whole)-n || !slices.Equal(whole[len(whole)-n-len(more):len(whole)-n], more) {
				break
			}
			n += len(more)
		}
		if n > most {
			found, most = found[:0], n
		}
		if n == most {
			found = append(found, dir)
		}
	}
	return nearest(found, s.Pos.File)
}

// imageFolder finds the folder without code that is called like an image and has
// its Dockerfile (docker/orders/Dockerfile), where that copies code from around it.
func (w *Workspace) imageFolder(repository string) string {
	found := ""
	for _, dir := range w.imageFolders[plainName(path.Base(repository))] {
		file := w.dockerfileIn(dir)
		if file == "" || w.code.hasBelow(dir) {
			continue
		}
		if found != "" {
			return ""
		}
		found = dir
	}
	return found
}

// dockerfileFor is the plain name of the program that a Dockerfile is for by its own
// name (Dockerfile.orders, orders.Dockerfile), or "": of stages there are several
// of one program.
func dockerfileFor(base string) string {
	low := strings.ToLower(base)
	name, ok := strings.CutPrefix(low, "dockerfile")
	if !ok {
		name, ok = strings.CutSuffix(low, ".dockerfile")
	}
	name = strings.Trim(name, "._-")
	if !ok || name == "" || name == "dockerignore" || stages.Is(name) {
		return ""
	}
	return plainName(name)
}

// imageFile finds the one Dockerfile that is called like an image.
func (w *Workspace) imageFile(repository string) *imageRecipe {
	return w.recipeOfFiles(w.imageFiles[plainName(path.Base(repository))])
}

// fileAtEnd finds the one Dockerfile that is called like the most words that an
// image's name ends with.
func (w *Workspace) fileAtEnd(whole []string, built builtImages) *imageRecipe {
	for i := 1; i < len(whole); i++ {
		name := strings.Join(whole[i:], "")
		if files := w.imageFiles[name]; len(files) > 0 && !built.named[name] {
			return w.recipeOfFiles(files)
		}
	}
	return nil
}

// recipeOfFiles is how the only Dockerfile of some builds: in its own folder, or in
// the one around it where more is found of what it copies.
func (w *Workspace) recipeOfFiles(files []string) *imageRecipe {
	if len(files) != 1 {
		return nil
	}
	return &imageRecipe{Recipe: container.Recipe{Context: path.Dir(files[0]), File: files[0]}, named: true, folder: true}
}
