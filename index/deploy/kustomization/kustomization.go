// Package kustomization reads what a kustomization file refers to: the files and
// folders that it takes in. What becomes of them is for others to work out.
package kustomization

import (
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
	"topicls/index/deploy/yamldoc"
)

// IsFile reports whether a file is a kustomization by its name.
func IsFile(file string) bool {
	switch path.Base(file) {
	case "kustomization.yaml", "kustomization.yml", "Kustomization":
		return true
	}
	return false
}

// File is what a kustomization file refers to.
type File struct {
	Doc  *yamldoc.Document
	Kind string // "Component", or what else it says
	Refs []Ref  // in their order
	// Charts are the places where Helm charts are asked for.
	Charts []deploy.Pos
}

// A Ref is one path that a kustomization refers to.
type Ref struct {
	Section string // "resources", "patches", ...
	Text    string // as it is written
	Pos     deploy.Pos
	// Path is the path from the workspace's root, "" when it is no place in the
	// workspace: Remote or Outside says which.
	Path            string
	Remote, Outside bool
}

// Takes reports whether what a reference names may be a folder with a
// kustomization of its own.
func (r Ref) Takes() bool {
	return r.Section == "resources" || r.Section == "bases" || r.Section == "components"
}

// lists are the sections that list paths, or may do so.
var lists = []string{
	"resources", "bases", "components", "patchesStrategicMerge", "crds", "configurations", "generators", "transformers", "validators",
}

// Parse reads a kustomization file.
func Parse(file string, data []byte) *File {
	f := &File{Doc: yamldoc.Parse(file, data)}
	maps := yamldoc.NewMapper(func(*yaml.Node, string) {})
	for _, root := range f.Doc.Roots {
		if kind := maps.Get(root, "kind"); kind != nil {
			f.Kind = yamldoc.Deref(kind).Value
		}
		for _, section := range lists {
			for _, n := range yamldoc.ListOf(maps.Get(root, section)) {
				f.add(section, n)
			}
		}
		for _, section := range []string{"patches", "patchesJson6902", "replacements"} {
			for _, n := range yamldoc.ListOf(maps.Get(root, section)) {
				f.add(section, maps.Get(n, "path"))
			}
		}
		for _, section := range []string{"configMapGenerator", "secretGenerator"} {
			for _, n := range yamldoc.ListOf(maps.Get(root, section)) {
				f.add(section, maps.Get(n, "env"))
				for _, key := range []string{"envs", "files"} {
					for _, n := range yamldoc.ListOf(maps.Get(n, key)) {
						f.add(section, n)
					}
				}
			}
		}
		f.add("openapi", maps.Get(orNothing(maps.Get(root, "openapi")), "path"))
		for _, section := range []string{"helmCharts", "helmChartInflationGenerator"} {
			for _, n := range yamldoc.ListOf(maps.Get(root, section)) {
				f.Charts = append(f.Charts, f.Doc.Pos(n))
			}
		}
	}
	return f
}

func orNothing(n *yaml.Node) *yaml.Node {
	if n == nil {
		return &yaml.Node{}
	}
	return n
}

// add adds a path. Inline patches and generators are none.
func (f *File) add(section string, n *yaml.Node) {
	if n == nil || yamldoc.Deref(n).Kind != yaml.ScalarNode || len(f.Refs) > 50_000 {
		return
	}
	text := yamldoc.Deref(n).Value
	if strings.Contains(text, "\n") || text == "" {
		return
	}
	target := text
	if section == "configMapGenerator" || section == "secretGenerator" {
		if _, after, ok := strings.Cut(text, "="); ok { // name=path
			target = after
		}
	}
	r := Ref{Section: section, Text: text, Pos: f.Doc.Pos(yamldoc.Deref(n))}
	r.Path, r.Remote, r.Outside = Resolve(path.Dir(f.Doc.Text.File), target)
	f.Refs = append(f.Refs, r)
}

// Resolve finds what a path in a kustomization of a folder means.
func Resolve(dir, text string) (p string, remote, outside bool) {
	if IsRemote(text) {
		return "", true, false
	}
	if strings.HasPrefix(text, "/") || strings.HasPrefix(text, "~") || strings.Contains(text, "\\") || strings.ContainsRune(text, 0) {
		return "", false, true
	}
	p = path.Join(dir, text)
	if p == ".." || strings.HasPrefix(p, "../") {
		return "", false, true
	}
	return p, false, false
}

// IsRemote reports whether a reference is one to something on another machine, in
// the forms that kustomize knows: addresses, and repositories of hosts by name.
func IsRemote(text string) bool {
	if strings.Contains(text, "://") || strings.HasPrefix(text, "git@") || strings.HasPrefix(text, "git::") || strings.Contains(text, "?ref=") || strings.Contains(text, "?version=") {
		return true
	}
	host, _, _ := strings.Cut(text, "/")
	return slices.Contains([]string{"github.com", "gitlab.com", "bitbucket.org", "dev.azure.com"}, host) || strings.Contains(host, "@") && strings.Contains(host, ":")
}
