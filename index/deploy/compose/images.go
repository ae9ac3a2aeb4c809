package compose

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

var images = sync.OnceValue(func() imageTable {
	var t imageTable
	if err := yaml.Unmarshal(imagesYAML, &t); err != nil {
		panic(err) // the file is part of the program
	}
	return t
})

// isBroker reports whether an image is a Kafka broker.
func isBroker(image string) bool { return matchesAny(images().Brokers, Repository(image)) }

// Installed reports whether an image is known to hold no code of a workspace.
func Installed(image string) bool {
	repo := Repository(image)
	return matchesAny(images().Brokers, repo) || matchesAny(images().Others, repo)
}

// startsNothing reports whether an image without a command of its own runs no
// program of the workspace.
func startsNothing(image string) bool { return matchesAny(images().Bare, Repository(image)) }

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
