// Package images knows images by their names: Kafka brokers, what is installed
// rather than written, and those whose own program waits for somebody's. It must
// not know where an image is named, nor what a workspace builds.
package images

import (
	_ "embed"
	"path"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed images.yaml
var imagesYAML []byte

// imageTable names the images that are no workspace's own code.
type imageTable struct {
	Brokers patterns `yaml:"brokers"`
	Others  patterns `yaml:"others"`
	Bare    patterns `yaml:"bare"`
	Bases   patterns `yaml:"bases"`
	General patterns `yaml:"general"`
}

// patterns are names, and those with a * apart: most of these stand for any folder
// in front of a name, or any name in a folder.
type patterns struct {
	names   map[string]bool
	last    map[string]bool // "*/name"
	folders map[string]bool // "folder/*"
	globs   []string        // all others
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (p *patterns) UnmarshalYAML(n *yaml.Node) error {
	var list []string
	if err := n.Decode(&list); err != nil {
		return err
	}
	p.names, p.last, p.folders = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, s := range list {
		folder, name, _ := strings.Cut(s, "/")
		switch {
		case !strings.ContainsAny(s, "*?["):
			p.names[s] = true
		case folder == "*" && !strings.ContainsAny(name, "*?[/"):
			p.last[name] = true
		case name == "*" && !strings.ContainsAny(folder, "*?["):
			p.folders[folder] = true
		default:
			p.globs = append(p.globs, s)
		}
	}
	return nil
}

var known = sync.OnceValue(func() *imageTable {
	var t imageTable
	if err := yaml.Unmarshal(imagesYAML, &t); err != nil {
		panic(err) // the file is part of the program
	}
	return &t
})

// Broker reports whether an image is a Kafka broker, or speaks its protocol.
func Broker(image string) bool { return known().Brokers.match(Repository(image)) }

// Installed reports whether an image is known to hold no code of a workspace.
func Installed(image string) bool {
	repo := Repository(image)
	return known().Brokers.match(repo) || known().Others.match(repo)
}

// StartsNothing reports whether an image without a command of its own runs no
// program of the workspace.
func StartsNothing(image string) bool { return known().Bare.match(Repository(image)) }

// Base reports whether an image is one that others are built on, published under
// this name: it is no program of a workspace, whatever a service is called.
func Base(image string) bool {
	repo := Repository(image)
	return known().Bare.match(repo) || known().Bases.match(repo)
}

// General reports whether a variable is one that programs of any kind have, so that
// it tells nothing of the program.
func General(variable string) bool { return known().General.match(variable) }

func (p *patterns) match(repo string) bool {
	if folder, name, ok := strings.Cut(repo, "/"); ok && !strings.Contains(name, "/") && (p.last[name] || p.folders[folder]) {
		return true
	}
	return p.names[repo] || slices.ContainsFunc(p.globs, func(glob string) bool {
		ok, _ := path.Match(glob, repo)
		return ok
	})
}

// Repository is an image's name without registry, tag and digest, in small letters:
// "quay.io/strimzi/kafka:0.40" is "strimzi/kafka", "postgres:16" "postgres".
func Repository(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if i := strings.LastIndexByte(image, ':'); i > strings.LastIndexByte(image, '/') {
		image = image[:i]
	}
	if first, rest, ok := strings.Cut(image, "/"); ok && (strings.ContainsAny(first, ".:") || first == "localhost") {
		image = rest
	}
	image = strings.TrimPrefix(image, "library/")
	// A mirror keeps the repository at the end: "mirror/dockerhub/bitnami/kafka".
	if parts := strings.Split(image, "/"); len(parts) > 2 {
		image = strings.Join(parts[len(parts)-2:], "/")
	}
	return strings.ToLower(image)
}
