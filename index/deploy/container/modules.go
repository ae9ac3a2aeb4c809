package container

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"topicls/index/deploy"
)

// An image of one module of a Maven or Gradle build is often made in a stage that
// was given all of them, as the build wants them there.

// withoutOtherModules leaves out the modules of a build that are neither those
// which an image's program was made in nor ones that these need, one through
// another. made are folders of the workspace; where they are no modules by
// themselves, nothing is left out.
func withoutOtherModules(fs deploy.FS, code, made []string) []string {
	needed := map[string]bool{}
	queue := slices.Clone(made)
	for _, dir := range made {
		if !slices.Contains(code, dir) || buildText(fs, dir) == "" {
			return code
		}
		needed[dir] = true
	}
	for len(queue) > 0 {
		text := buildText(fs, queue[0])
		queue = queue[1:]
		for _, dir := range code {
			if !needed[dir] && mentionsModule(text, dir, buildText(fs, dir)) {
				needed[dir] = true
				queue = append(queue, dir)
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(code), func(dir string) bool { return !needed[dir] && buildText(fs, dir) != "" })
}

// buildText is the text of a module's build file, "" for what is no module.
func buildText(fs deploy.FS, dir string) string {
	if !fs.IsDir(dir) {
		return ""
	}
	for _, name := range []string{"pom.xml", "build.gradle", "build.gradle.kts"} {
		if data, err := fs.ReadFile(path.Join(dir, name)); err == nil {
			return string(data)
		}
	}
	return ""
}

// mentionsModule reports whether a build file names another module, by its folder or
// its artifact.
func mentionsModule(text, dir, build string) bool {
	if hasName(text, path.Base(dir)) {
		return true
	}
	m := artifact.FindStringSubmatch(parentOf.ReplaceAllString(build, ""))
	return m != nil && hasName(text, m[1])
}

var (
	parentOf = regexp.MustCompile(`(?s)<parent>.*?</parent>`)
	artifact = regexp.MustCompile(`<artifactId>\s*([^<\s]+)\s*</artifactId>`)
)

// hasName reports whether a text has a name that is no part of a longer one.
func hasName(text, name string) bool {
	part := func(c byte) bool {
		return c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	for from := 0; ; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(name)
		if (start == 0 || !part(text[start-1])) && (end == len(text) || !part(text[end])) {
			return true
		}
		from = start + 1
	}
}
