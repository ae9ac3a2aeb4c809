package container

import (
	"maps"
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/dockerfile"
	"topicls/index/deploy/images"
	"topicls/index/deploy/program"
)

// codeOf returns the smallest list of folders and files that covers the code.
// An image that has files of the workspace but no code among them was given what
// an earlier stage made, or what was built before: the code is that of the build context.
func codeOf(fs deploy.FS, g Given) []string {
	r, image := g.Recipe, g.Image
	all := map[string]bool{}
	if image != nil {
		for _, f := range image.Files {
			all[f.Source] = true
		}
		for _, source := range image.Built {
			all[source] = true
		}
	}
	built := image != nil && (image.Stages > 1 || len(image.Absent) > 0) && len(image.Built) == 0 && !slices.ContainsFunc(image.Files, func(f deploy.Mount) bool { return holdsCode(fs, f.Source) })
	if (len(all) == 0 || built) && r != nil && !r.Outside && fs.IsDir(r.Context) {
		all[r.Context] = true
	}
	for _, m := range g.Mounts {
		all[m.Source] = true
	}
	var out []string
	for _, p := range slices.Sorted(maps.Keys(all)) {
		if !coveredBy(p, all) {
			out = append(out, p)
		}
	}
	if image != nil && len(image.Made) > 0 {
		out = withoutOtherModules(fs, out, image.Made)
	}
	return out
}

// coveredBy reports whether a folder above p is in the set.
func coveredBy(p string, all map[string]bool) bool {
	for p != "." {
		if p = path.Dir(p); all[p] {
			return true
		}
	}
	return false
}

// rootsOf returns the folders that a service imports from.
func rootsOf(started []program.Started, machine program.Machine, r *Recipe) []string {
	var out []string
	add := func(dirs ...string) {
		for _, d := range dirs {
			if !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	for _, p := range started {
		if p.File != "" {
			add(p.Roots...)
		}
	}
	if machine.Dir != "/" {
		add(machine.Tree.Roots(machine.Dir)...)
	}
	if value, ok := machine.Vars("PYTHONPATH"); ok {
		for _, dir := range strings.Split(value, ":") {
			if dir != "" && !path.IsAbs(dir) {
				dir = path.Join(machine.Dir, dir)
			}
			if dir != "" {
				add(machine.Tree.Roots(dir)...)
			}
		}
	}
	if len(out) == 0 && r != nil && !r.Outside && machine.Tree.FS.IsDir(r.Context) {
		add(r.Context)
	}
	return out
}

// codeExt are the endings of files that programs are written in.
var codeExt = map[string]bool{
	".py": true, ".ipynb": true, ".go": true, ".js": true, ".mjs": true, ".cjs": true, ".ts": true, ".tsx": true, ".java": true, ".kt": true,
	".scala": true, ".jar": true, ".cs": true, ".rb": true, ".php": true, ".rs": true, ".ex": true, ".exs": true, ".clj": true, ".groovy": true,
}

// classify tells the workspace's own services from installed ones.
//
// A service is the workspace's when it runs a file of the workspace that is a
// program, when it is built from the workspace (except on top of a known
// image and without any program, as when plugins are added to a connector),
// or when an image not known to be installed has programs mounted into it.
func classify(fs deploy.FS, s *deploy.Service, g Given) {
	r, image := g.Recipe, g.Image
	base := s.Image
	if image != nil {
		base = image.Base
	}
	s.Broker = images.Broker(base)
	for _, e := range s.Entries {
		if codeExt[path.Ext(e.File)] {
			return
		}
	}
	switch {
	case r != nil:
		s.Infra = image != nil && images.Installed(base) && !runsProgram(fs, image)
	case images.Installed(base):
		s.Infra = true
	default:
		s.Infra = !slices.ContainsFunc(g.Mounts, func(m deploy.Mount) bool { return holdsCode(fs, m.Source) })
	}
	if s.Infra {
		s.Code, s.Roots = nil, nil
	}
}

// runsProgram reports whether an image on top of an installed one has programs of
// the workspace, or on top of a bare one those that an earlier stage built or that
// were built before the image.
func runsProgram(fs deploy.FS, image *dockerfile.Image) bool {
	before := len(image.Absent) > 0 && (image.Cmd.Set() || image.Entrypoint.Set())
	return (image.Stages > 1 || before) && images.StartsNothing(image.Base) || slices.ContainsFunc(image.Files, func(f deploy.Mount) bool { return holdsCode(fs, f.Source) })
}

// holdsCode reports whether a file or folder has programs in it.
func holdsCode(fs deploy.FS, p string) bool {
	if !fs.IsDir(p) {
		return codeExt[path.Ext(p)]
	}
	return slices.ContainsFunc(fs.List(p), func(file string) bool { return codeExt[path.Ext(file)] })
}
