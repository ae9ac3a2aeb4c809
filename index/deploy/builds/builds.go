// Package builds finds out which images the files of a workspace build beside
// its deployment files: `docker build` commands in scripts, makefiles and
// pipelines, GitHub's build-push-action, Skaffold and Tilt. It sees one
// file's bytes, reads no other file and runs nothing; whether a folder that a
// command names exists is for its users to find out.
package builds

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy/program"
)

// A Build is one image that a file has built.
type Build struct {
	Image      string // without what variables give, such as a registry or a tag
	Context    string // a folder, relative to the file's or to the workspace's root
	Dockerfile string // relative to the context or to where the command runs; "" for the context's own
}

// Matters reports whether a file may build images, from its name alone.
func Matters(file string) bool {
	base := strings.ToLower(path.Base(file))
	switch ext := path.Ext(base); {
	case base == "makefile", base == "gnumakefile", base == "tiltfile", base == "jenkinsfile", base == "justfile":
		return true
	case ext == ".sh", ext == ".bash", ext == ".ps1", ext == ".cmd", ext == ".bat", ext == ".mk", ext == ".jenkinsfile", strings.HasPrefix(base, "jenkinsfile."):
		return true
	case ext == ".yml", ext == ".yaml":
		return strings.Contains(file, ".github/workflows/") || strings.Contains(base, "skaffold") || strings.Contains(base, "gitlab-ci") ||
			strings.Contains(base, "pipeline") || strings.Contains(base, "cloudbuild") || strings.HasPrefix(base, "taskfile") ||
			strings.Contains(file, ".circleci/") || strings.HasPrefix(base, ".drone")
	}
	return false
}

// Find returns the images that a file has built, in the file's order.
func Find(file string, data []byte) []Build {
	var out []Build
	add := func(list ...Build) {
		for _, b := range list {
			if b.Image = constant(b.Image); b.Image != "" && b.Context != "" && !strings.Contains(b.Context, "://") {
				b.Context = path.Clean(b.Context)
				out = append(out, b)
			}
		}
	}
	if bytes.Contains(data, []byte("build")) {
		text := string(data)
		switch strings.ToLower(path.Ext(file)) {
		case ".ps1", ".cmd", ".bat":
			text = windows.Replace(text)
		}
		add(commands(text)...)
	}
	switch base := strings.ToLower(path.Base(file)); {
	case strings.Contains(base, "skaffold"):
		add(skaffold(data)...)
	case strings.Contains(base, "tilt"):
		add(tilt(string(data))...)
	case bytes.Contains(data, []byte("docker/build-push-action")):
		add(actions(data)...)
	}
	return out
}

var (
	command  = regexp.MustCompile(`\b(?:docker|podman|nerdctl|buildah)\s+(?:buildx\s+|image\s+|builder\s+)?(?:build|bud)\s([^\n]*)`)
	goesTo   = regexp.MustCompile(`\b(?:cd|pushd)\s+([^\s;&|]+)\s*(?:&&|;)`)
	variable = regexp.MustCompile(`\$\{\{[^}]*\}\}|\$\{[^}]*\}|\$\([^)]*\)|\$\w+|%\w+%|<[^>]*>|\{\{[^}]*\}\}`)
)

// windows turns the paths and the continued lines of scripts for Windows into
// those of a shell.
var windows = strings.NewReplacer("`\r\n", " ", "`\n", " ", "^\r\n", " ", "^\n", " ", "\r\n", "\n", `\`, "/")

// commands finds `docker build` in text.
func commands(text string) []Build {
	text = strings.NewReplacer("\\\r\n", " ", "\\\n", " ", "`\n", " ").Replace(text)
	var out []Build
	for _, m := range command.FindAllStringSubmatchIndex(text, -1) {
		line := text[strings.LastIndexByte(text[:m[0]], '\n')+1 : m[0]]
		dir := ""
		for _, c := range goesTo.FindAllStringSubmatch(line, -1) {
			dir = path.Join(dir, c[1])
		}
		out = append(out, fromArguments(text[m[2]:m[3]], dir)...)
	}
	return out
}

// takesValue are the flags of `docker build` that have a value behind them.
var takesValue = map[string]bool{
	"--build-arg": true, "--platform": true, "--target": true, "--label": true, "--cache-from": true, "--cache-to": true, "--network": true,
	"--progress": true, "--output": true, "-o": true, "--secret": true, "--ssh": true, "--builder": true, "--build-context": true, "--memory": true, "-m": true,
	"--add-host": true, "--iidfile": true, "--metadata-file": true, "--format": true, "--provenance": true, "--sbom": true,
}

func fromArguments(line, dir string) []Build {
	line, _, _ = strings.Cut(strings.TrimRight(line, "\"')], "), " #")
	words := program.Words(variable.ReplaceAllStringFunc(line, func(v string) string { return strings.ReplaceAll(v, " ", "") }))
	var tags []string
	var context, file string
	for i := 0; i < len(words); i++ {
		name, value, has := strings.Cut(words[i], "=")
		next := func() string {
			if has {
				return value
			}
			if i++; i < len(words) {
				return words[i]
			}
			return ""
		}
		switch {
		case name == "-t" || name == "--tag":
			tags = append(tags, next())
		case name == "-f" || name == "--file":
			file = next()
		case strings.HasPrefix(name, "-t") && len(name) > 2 && name[1] != '-':
			tags = append(tags, words[i][2:])
		case takesValue[name]:
			next()
		case strings.HasPrefix(name, "-"):
		case words[i] == "&&" || words[i] == "||" || words[i] == ";" || words[i] == "|":
			i = len(words)
		case context == "":
			context = words[i]
		}
	}
	if context == "" || strings.Contains(context, "://") || variable.MatchString(context) {
		return nil
	}
	var out []Build
	for _, t := range tags {
		b := Build{Image: t, Context: path.Join(dir, context), Dockerfile: file}
		if file != "" && dir != "" {
			b.Dockerfile = path.Join(dir, file)
		}
		out = append(out, b)
	}
	return out
}

// constant is an image's name without registry, tag and what variables give; ""
// when that is in the name itself.
func constant(image string) string {
	image = strings.Trim(image, "\"' ")
	image, _, _ = strings.Cut(image, "@")
	const mark = "\x00"
	image = variable.ReplaceAllString(image, mark)
	if i := strings.LastIndexByte(image, ':'); i > strings.LastIndexByte(image, '/') {
		image = image[:i]
	}
	parts := strings.Split(image, "/")
	if last := parts[len(parts)-1]; last == "" || strings.Contains(last, mark) {
		return ""
	}
	for i := len(parts) - 2; i >= 0; i-- {
		if strings.Contains(parts[i], mark) || i == 0 && strings.ContainsAny(parts[i], ".:") {
			parts = parts[i+1:]
			break
		}
	}
	return strings.ToLower(strings.Join(parts, "/"))
}

// tilt finds docker_build calls of a Tiltfile.
func tilt(text string) []Build {
	var out []Build
	for _, m := range tiltBuild.FindAllStringSubmatch(text, -1) {
		b := Build{Image: m[1], Context: m[2]}
		if d := tiltFile.FindStringSubmatch(m[3]); d != nil {
			b.Dockerfile = d[1]
		}
		out = append(out, b)
	}
	return out
}

var (
	tiltBuild = regexp.MustCompile(`(?s)\b(?:docker_build|custom_build|docker_build_with_restart)\(\s*['"]([^'"]+)['"]\s*,\s*(?:context\s*=\s*)?['"]([^'"]+)['"]([^)]*)\)`)
	tiltFile  = regexp.MustCompile(`dockerfile\s*=\s*['"]([^'"]+)['"]`)
)

// skaffold reads the artifacts of a Skaffold configuration.
func skaffold(data []byte) []Build {
	type artifact struct {
		Image   string `yaml:"image"`
		Context string `yaml:"context"`
		Docker  struct {
			Dockerfile string `yaml:"dockerfile"`
		} `yaml:"docker"`
	}
	var out []Build
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for range 100 {
		var doc struct {
			Build struct {
				Artifacts []artifact `yaml:"artifacts"`
			} `yaml:"build"`
		}
		if err := dec.Decode(&doc); err != nil {
			break
		}
		for _, a := range doc.Build.Artifacts {
			if a.Context == "" {
				a.Context = "."
			}
			out = append(out, Build{Image: a.Image, Context: a.Context, Dockerfile: a.Docker.Dockerfile})
		}
	}
	return out
}

// actions reads the steps of a workflow that build an image. A step of a matrix
// counts once for each of its values.
func actions(data []byte) []Build {
	type step struct {
		Uses string            `yaml:"uses"`
		With map[string]string `yaml:"with"`
	}
	var doc struct {
		Jobs map[string]struct {
			Strategy struct {
				Matrix map[string]yaml.Node `yaml:"matrix"`
			} `yaml:"strategy"`
			Steps []yaml.Node `yaml:"steps"`
		} `yaml:"jobs"`
	}
	if yaml.Unmarshal(data, &doc) != nil {
		return nil
	}
	var out []Build
	for _, job := range doc.Jobs {
		rows := matrix(job.Strategy.Matrix)
		for i := range job.Steps {
			var s step
			if job.Steps[i].Decode(&s) != nil || !strings.HasPrefix(s.Uses, "docker/build-push-action") {
				continue
			}
			for _, row := range rows {
				fill := func(text string) string {
					return expression.ReplaceAllStringFunc(text, func(e string) string {
						if v, ok := row[strings.TrimSpace(strings.Trim(e, "${}"))]; ok {
							return v
						}
						return e
					})
				}
				context := fill(s.With["context"])
				if context == "" {
					context = "."
				}
				for _, tag := range strings.FieldsFunc(fill(s.With["tags"]), func(r rune) bool { return r == '\n' || r == ',' }) {
					out = append(out, Build{Image: tag, Context: context, Dockerfile: fill(s.With["file"])})
				}
			}
		}
	}
	return out
}

var expression = regexp.MustCompile(`\$\{\{[^}]*\}\}`)

// matrix lists the values of a job's matrix, by what expressions call them; one
// row without values when there is none.
func matrix(m map[string]yaml.Node) []map[string]string {
	rows := []map[string]string{{}}
	for name, n := range m {
		if name == "include" || name == "exclude" || n.Kind != yaml.SequenceNode || len(rows)*len(n.Content) > 200 {
			continue
		}
		var next []map[string]string
		for _, row := range rows {
			for _, v := range n.Content {
				values := map[string]string{}
				for k, x := range row {
					values[k] = x
				}
				takeValues(values, "matrix."+name, v)
				next = append(next, values)
			}
		}
		if len(next) > 0 {
			rows = next
		}
	}
	if n, ok := m["include"]; ok && n.Kind == yaml.SequenceNode && len(n.Content) <= 200 {
		if len(m) == 1 {
			rows = nil
		}
		for _, v := range n.Content {
			values := map[string]string{}
			takeValues(values, "matrix", v)
			rows = append(rows, values)
		}
	}
	return rows
}

func takeValues(into map[string]string, name string, n *yaml.Node) {
	switch n.Kind {
	case yaml.ScalarNode:
		into[name] = n.Value
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			takeValues(into, name+"."+n.Content[i].Value, n.Content[i+1])
		}
	}
}
