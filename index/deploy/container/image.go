package container

import (
	"path"
	"slices"
	"sync"

	"topicls/index/deploy"
	"topicls/index/deploy/dockerfile"
	"topicls/index/deploy/dotenv"
)

// A Recipe is how an image is built from the workspace.
type Recipe struct {
	Context string
	Outside bool   // the context is not in the workspace
	File    string // the Dockerfile; "" when it is written inline, or there is none
	Inline  string
	Pos     *deploy.Pos // of the inline one
	At      deploy.Pos  // where a deployment file names the context, for the service that it builds
	FileAt  deploy.Pos  // where it names the Dockerfile
	Target  string
	Args    map[string]dotenv.Value
	Named   map[string]string // further contexts by name
}

// A Builder evaluates Dockerfiles and remembers images of those without
// arguments, until a file that they were built from changes: it must be told
// (Forget). It is safe for concurrent use. The zero Builder is not valid.
type Builder struct {
	mu       sync.Mutex
	images   map[imageKey]*builtImage
	imagesOf map[string][]*builtImage // by a file or folder that they were built from
}

// imageKey is a build context, a Dockerfile and a target in it.
type imageKey [3]string

// builtImage is an image with what it was built from.
type builtImage struct {
	key   imageKey
	image *dockerfile.Image
	read  []string
}

// NewBuilder returns an empty Builder.
func NewBuilder() *Builder {
	return &Builder{images: map[imageKey]*builtImage{}, imagesOf: map[string][]*builtImage{}}
}

// Forget says that files changed, and which of them came or went, so that
// images that were built from them are built again.
func (b *Builder) Forget(changed, moved []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range changed {
		b.forget(p)
	}
	for _, p := range moved {
		for d := path.Dir(p); ; d = path.Dir(d) {
			b.forget(d)
			if d == "." || d == "/" {
				break
			}
		}
	}
}

func (b *Builder) forget(p string) {
	for _, built := range slices.Clone(b.imagesOf[p]) {
		for _, q := range built.read {
			list := slices.DeleteFunc(b.imagesOf[q], func(o *builtImage) bool { return o == built })
			if b.imagesOf[q] = list; len(list) == 0 {
				delete(b.imagesOf, q)
			}
		}
		delete(b.images, built.key)
	}
}

// keep remembers what an image was built from.
func (b *Builder) keep(built *builtImage) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.images[built.key] = built
	for _, p := range built.read {
		b.imagesOf[p] = append(b.imagesOf[p], built)
	}
}

// Image evaluates the Dockerfile of a recipe; nil when it can't be read. Many
// services may be built the same way.
func (b *Builder) Image(fs *deploy.Recorder, r *Recipe) *dockerfile.Image {
	if len(r.Args)+len(r.Named)+len(r.Inline) > 0 {
		return evaluate(fs, r)
	}
	key := imageKey{r.Context, r.File, r.Target}
	b.mu.Lock()
	known := b.images[key]
	b.mu.Unlock()
	if known == nil {
		own := deploy.Record(fs)
		known = &builtImage{key: key, image: evaluate(own, r), read: own.Seen()}
		b.keep(known)
	}
	fs.Note(known.read...)
	return known.image
}

// Dockerfiles are the names of the file by which an image is built: where there is
// none of the first, BuildKit looks for the second, and podman for the third.
var Dockerfiles = [...]string{"Dockerfile", "dockerfile", "Containerfile"}

// Dockerfile returns the file that is meant by the path of a Dockerfile.
func Dockerfile(fs deploy.FS, file string) string {
	if path.Base(file) != "Dockerfile" || deploy.IsFile(fs, file) {
		return file
	}
	for _, name := range Dockerfiles[1:] {
		if other := path.Join(path.Dir(file), name); deploy.IsFile(fs, other) {
			return other
		}
	}
	return file
}

func evaluate(fs deploy.FS, r *Recipe) *dockerfile.Image {
	var text *deploy.Text
	switch {
	case r.Inline != "":
		text = deploy.NewText("", []byte(r.Inline))
	case r.File != "":
		file := r.File
		data, err := fs.ReadFile(file)
		if err != nil {
			return nil
		}
		text = deploy.NewText(file, data)
	default:
		return nil
	}
	image := dockerfile.Parse(text).Build(dockerfile.Options{
		FS: fs, Context: r.Context, Outside: r.Outside, Target: r.Target, Args: r.Args, Named: r.Named,
	})
	if r.Inline != "" && r.Pos != nil {
		moveTo(&image, *r.Pos)
	}
	return &image
}

// moveTo places what an inline Dockerfile says at its scalar.
func moveTo(image *dockerfile.Image, pos deploy.Pos) {
	image.Cmd.Pos, image.Entrypoint.Pos = pos, pos
	for i := range image.Env {
		image.Env[i].NamePos, image.Env[i].ValuePos = pos, pos
		image.Env[i].Value.Origin = nil
	}
}
