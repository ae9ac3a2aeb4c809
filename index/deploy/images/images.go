// Package images knows images by their names: Kafka brokers, what is installed
// rather than written, and those whose own program waits for somebody's. It must
// not know where an image is named, nor what a workspace builds.
package images

import (
	_ "embed"
	"path"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed images.yaml
var imagesYAML []byte

// imageTable names the images that are no workspace's own code.
type imageTable struct {
	Brokers []string `yaml:"brokers"`
	Others  []string `yaml:"others"`
	Bare    []string `yaml:"bare"`
}

var known = sync.OnceValue(func() imageTable {
	var t imageTable
	if err := yaml.Unmarshal(imagesYAML, &t); err != nil {
		panic(err) // the file is part of the program
	}
	return t
})

// Broker reports whether an image is a Kafka broker, or speaks its protocol.
func Broker(image string) bool { return matchesAny(known().Brokers, Repository(image)) }

// Installed reports whether an image is known to hold no code of a workspace.
func Installed(image string) bool {
	repo := Repository(image)
	return matchesAny(known().Brokers, repo) || matchesAny(known().Others, repo)
}

// StartsNothing reports whether an image without a command of its own runs no
// program of the workspace.
func StartsNothing(image string) bool { return matchesAny(known().Bare, Repository(image)) }

func matchesAny(patterns []string, repo string) bool {
	for _, p := range patterns {
		if ok, _ := path.Match(p, repo); ok && repo != "" {
			return true
		}
	}
	return false
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
