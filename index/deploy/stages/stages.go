// Package stages knows how people call the stages that they deploy to: names of
// folders, files and overlays. It must not know what is deployed.
package stages

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// words are the names of stages.
var words = []string{
	"base", "dev", "devel", "develop", "development", "local", "minikube", "kind", "test", "testing", "ci", "qa", "uat", "int", "integration",
	"stage", "staging", "stg", "pre-?prod", "prod", "production", "prd", "live", "default", "canary", "sandbox",
}

var stage = regexp.MustCompile(`(?i)(^|[._-])(` + strings.Join(words, "|") + `)([._-]|$)`)

// Apart reports whether the id of an environment says that it is not deployed
// beside others: it is one stage of them, or there for tests, examples or a debugger.
func Apart(id string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(id), func(r rune) bool { return strings.ContainsRune(":/._-", r) }), func(part string) bool {
		switch part {
		case "base", "default", "docs", "doc", "documentation", "website": // which others may stand on, or which are programs
			return false
		case "debug", "functional":
			return true
		}
		return slices.Contains(words, part) || slices.Contains(tries, part) || slices.Contains(asides, part)
	})
}

// Is reports whether the name of a folder or file says for which stage it is.
func Is(name string) bool { return stage.MatchString(name) }

// Of returns the stage in a name, or "".
func Of(name string) string {
	if m := stage.FindStringSubmatch(name); m != nil {
		return strings.ToLower(m[2])
	}
	return ""
}

// ranks are the names of stages, the most likely to be really deployed first.
var ranks = []string{"prod", "production", "prd", "live", "main", "default", "base", "staging", "stage", "stg", "preprod", "uat", "qa", "dev", "develop", "development", "local", "minikube", "kind"}

// tries are names of what is deployed to be thrown away.
var tries = []string{"test", "testing", "ci", "e2e", "example", "sandbox", "canary"}

// Rank orders labels by how likely they are what is really deployed, the most
// likely first.
func Rank(label string) int {
	best := len(ranks)
	for _, part := range strings.FieldsFunc(strings.ToLower(label), func(r rune) bool { return r == '/' || r == '.' || r == '-' || r == '_' }) {
		if i := slices.Index(ranks, part); i >= 0 {
			best = min(best, i)
		}
		if slices.Contains(tries, part) {
			return len(ranks) + 1
		}
	}
	return best
}

// asides are folders with what nobody deploys for its own sake.
var asides = []string{"test", "tests", "testing", "e2e", "testdata", "test-data", "fixtures", "docs", "doc", "documentation", "example", "examples", "sample", "samples", "website"}

// Aside returns the outermost folder for tests, documentation or examples that a
// file is in, or "".
func Aside(file string) string {
	parts := strings.Split(path.Dir(file), "/")
	for i, part := range parts {
		if slices.Contains(asides, strings.ToLower(part)) {
			return strings.Join(parts[:i+1], "/")
		}
	}
	return ""
}
