// Package program tells which workspace files a container runs: it reads a
// command line, through shells, wrappers and start scripts, down to the
// program's own file. Nothing is run.
package program

import (
	"path"
	"strings"

	"topicls/index/deploy"
)

// A Tree is a container's file system, as far as it is the workspace's.
type Tree struct {
	FS deploy.FS
	// Mounts are workspace files and folders at container paths; later ones
	// hide earlier ones.
	Mounts []deploy.Mount
	// Folders are workspace folders to look in for what is nowhere in Mounts:
	// the build context of an image whose Dockerfile is not understood.
	Folders []string
}

// Workspace returns the workspace file at a container path.
func (t *Tree) Workspace(p string) (string, bool) {
	p = path.Clean("/" + p)
	for i := len(t.Mounts) - 1; i >= 0; i-- {
		source, ok := sourceAt(t.Mounts[i], p)
		if !ok {
			continue
		}
		if t.isFile(source) {
			return source, true
		}
	}
	return "", false
}

// sourceAt returns the source of a container path.
func sourceAt(m deploy.Mount, p string) (string, bool) {
	if m.Target == p {
		return m.Source, true
	}
	if rel, ok := Below(p, m.Target); ok {
		return path.Join(m.Source, rel), true
	}
	return "", false
}

// Source returns where in the workspace a container path would come from,
// whether there is anything or not, and what was put there as a whole.
func (t *Tree) Source(p, dir string) (source, whole string, ok bool) {
	p = path.Clean("/" + p)
	for i := len(t.Mounts) - 1; i >= 0; i-- {
		if source, ok := sourceAt(t.Mounts[i], p); ok && t.FS.IsDir(t.Mounts[i].Source) {
			return source, t.Mounts[i].Source, true
		}
	}
	for _, folder := range t.Folders {
		if rel, ok := Below(p, path.Clean("/"+dir)); ok {
			return path.Join(folder, rel), folder, true
		}
	}
	return "", "", false
}

func (t *Tree) isFile(p string) bool {
	return !t.FS.IsDir(p) && deploy.IsFile(t.FS, p)
}

// Roots returns the workspace folders whose content is at a container folder,
// so that what is imported from there is imported from them.
func (t *Tree) Roots(dir string) []string {
	dir = path.Clean("/" + dir)
	var out []string
	add := func(p string) {
		for _, o := range out {
			if o == p {
				return
			}
		}
		out = append(out, p)
	}
	for i := len(t.Mounts) - 1; i >= 0; i-- {
		m := t.Mounts[i]
		if source, ok := sourceAt(m, dir); ok {
			if t.FS.IsDir(source) {
				add(source)
			}
			continue
		}
		// Something was put below the folder under its own name: its parent in
		// the workspace looks like the folder in the container.
		rel, ok := Below(m.Target, dir)
		if !ok {
			continue
		}
		if m.Source == rel {
			add(".")
		} else if parent, ok := strings.CutSuffix(m.Source, "/"+rel); ok {
			add(parent)
		}
	}
	return out
}

// Below returns p relative to dir when it lies below it.
func Below(p, dir string) (string, bool) {
	if dir == "/" || dir == "." {
		rel := strings.TrimPrefix(p, "/")
		return rel, rel != "" && rel != "." && !strings.HasPrefix(rel, "..")
	}
	rel, ok := strings.CutPrefix(p, dir+"/")
	return rel, ok && rel != ""
}
