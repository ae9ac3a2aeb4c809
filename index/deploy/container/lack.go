package container

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/images"
	"topicls/index/deploy/program"
)

// What a service is to be made from that is not in the workspace: its build
// context, its Dockerfile, the file that its command starts. It is told only where
// nothing else could bring that in: what git leaves out on purpose (submodules,
// ignored files), what is made while the image is built and what a base image may
// have are no faults.

// lack finds what is missing of a service; nil for nothing that is certain.
func lack(fs deploy.FS, s *deploy.Service, g Given, started []program.Started, machine program.Machine) *deploy.Lack {
	if l := recipeLack(fs, s, g); l != nil {
		return l
	}
	return startLack(fs, g, started, machine)
}

// recipeLack finds that the image can't be built.
func recipeLack(fs deploy.FS, s *deploy.Service, g Given) *deploy.Lack {
	r := g.Recipe
	if r == nil || r.Outside || r.At.File == "" {
		return nil
	}
	l := &deploy.Lack{Pos: r.At}
	if s.Image != "" {
		l.Doubt = "the image may be pulled"
	}
	switch {
	case !fs.IsDir(r.Context):
		if leftOut(fs, r.Context) {
			return nil
		}
		l.What = "the build context " + r.Context + " does not exist"
	case r.File != "" && g.Image == nil && r.Inline == "":
		if r.FileAt.File != "" {
			l.Pos = r.FileAt
		}
		if leftOut(fs, r.File) || fs.IsDir(r.File) {
			return nil
		}
		l.What = "there is no " + r.File + " to build the image by"
		if l.Doubt == "" && len(fs.List(r.Context)) == 0 {
			l.Doubt = "nothing is in " + r.Context + ", which may be another repository's"
		}
	default:
		return nil
	}
	return l
}

// startLack finds that the one program which is started is not among what the
// image is made from, where its whole folder comes from the workspace.
func startLack(fs deploy.FS, g Given, started []program.Started, machine program.Machine) *deploy.Lack {
	if len(started) != 1 || started[0].File != "" || started[0].Missing == "" || g.Pos.File == "" || g.Image == nil || !images.StartsNothing(g.Image.Base) {
		return nil
	}
	file := started[0].Missing
	mounted := slices.ContainsFunc(machine.Tree.Mounts, func(m deploy.Mount) bool {
		_, below := program.Below(file, m.Target)
		return below && fs.IsDir(m.Source)
	})
	source, whole, ok := machine.Tree.Source(file, machine.Dir)
	if !mounted || !ok || !holdsCode(fs, whole) || madeLater(source) || leftOut(fs, source) {
		return nil
	}
	stem := strings.TrimSuffix(path.Base(file), path.Ext(file))
	for _, b := range g.Image.Builds {
		if makesFiles.MatchString(b.Text) || strings.Contains(b.Text, stem) {
			return nil
		}
	}
	return &deploy.Lack{Pos: g.Pos, What: file + " is started, and there is no " + source}
}

// makesFiles matches commands that may bring in or make a program.
var makesFiles = regexp.MustCompile(`\b(git|curl|wget|cp|mv|ln|tar|unzip|sed|echo|cat|printf|tee|rsync|tsc|build|compile|bundle|webpack|esbuild|rollup|vite|babel|swc|generate|codegen|protoc|grpc_tools|make|nest|nx|turbo|lerna|prisma|envsubst|jinja2?|npm run|yarn run|pnpm run|gradlew?|mvnw?|aws|gsutil|gcloud)\b`)

// madeLater reports whether a path has a folder of what is built or installed.
func madeLater(p string) bool {
	return slices.ContainsFunc(strings.Split(path.Dir(p), "/"), func(name string) bool {
		return buildFolders[name] && name != "src" || name == "node_modules" || name == "target" || name == "bin" || strings.HasPrefix(name, ".")
	})
}

// leftOut reports whether git leaves a path out: a submodule's, or one that an
// ignore file above it names.
func leftOut(fs deploy.FS, p string) bool {
	if data, err := fs.ReadFile(".gitmodules"); err == nil {
		for _, line := range strings.Split(string(data), "\n") {
			if key, value, ok := strings.Cut(line, "="); ok && strings.TrimSpace(key) == "path" && within(p, strings.Trim(strings.TrimSpace(value), "/")) {
				return true
			}
		}
	}
	for dir := path.Dir(p); ; dir = path.Dir(dir) {
		if data, err := fs.ReadFile(path.Join(dir, ".gitignore")); err == nil {
			rel, _ := program.Below(p, dir)
			for _, line := range strings.Split(string(data), "\n") {
				if ignores(strings.TrimSpace(line), rel) {
					return true
				}
			}
		}
		if dir == "." {
			return false
		}
	}
}

// ignores reports whether a pattern of an ignore file may mean a path or a folder
// above it. It errs towards yes.
func ignores(pattern, rel string) bool {
	pattern = strings.TrimSuffix(strings.Trim(strings.TrimPrefix(pattern, "**/"), "/"), "/*")
	if pattern == "" || pattern[0] == '#' || pattern[0] == '!' {
		return false
	}
	parts := strings.Split(rel, "/")
	for i, part := range parts {
		for _, name := range []string{part, strings.Join(parts[:i+1], "/")} {
			if ok, err := path.Match(pattern, name); ok && err == nil {
				return true
			}
		}
	}
	return false
}

// within reports whether a path is a folder or below it.
func within(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }
