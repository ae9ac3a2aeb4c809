package source

import (
	"maps"
	"slices"
	"strings"
)

// Kind says what a file is to the index, decided by its name alone.
type Kind uint8

// The kinds of files.
const (
	KindNone   Kind = iota // not kept
	KindCode               // source code in Entry.Lang
	KindDeploy             // may say how services are deployed or configured
	KindSchema             // message schemas in a language of their own: Avro, Protobuf
	KindBuild              // says how code is put together: modules, packages, what they need
)

func (k Kind) String() string {
	switch k {
	case KindCode:
		return "code"
	case KindDeploy:
		return "deploy"
	case KindSchema:
		return "schema"
	case KindBuild:
		return "build"
	}
	return "none"
}

// Language is a programming language by its common lower-case name.
type Language string

// The languages that Topicls tells apart. Whether code in one is read is the
// extractors' matter.
const (
	Python     Language = "python"
	Java       Language = "java"
	Kotlin     Language = "kotlin"
	Scala      Language = "scala"
	Groovy     Language = "groovy"
	Go         Language = "go"
	JavaScript Language = "javascript"
	TypeScript Language = "typescript"
	TSX        Language = "tsx"
	CSharp     Language = "csharp"
	Rust       Language = "rust"
	Ruby       Language = "ruby"
	PHP        Language = "php"
	C          Language = "c"
	CPP        Language = "cpp"
	Elixir     Language = "elixir"
)

// languages maps extensions to languages. Left out on purpose: .pyi and .d.ts
// only declare, .ipynb and .min.js are not written by hand.
var languages = map[string]Language{
	".py":   Python,
	".pyw":  Python,
	".java": Java,
	".kt":   Kotlin, ".kts": Kotlin,
	".scala": Scala, ".sc": Scala,
	".groovy": Groovy,
	".go":     Go,
	".js":     JavaScript, ".mjs": JavaScript, ".cjs": JavaScript, ".jsx": JavaScript,
	".ts": TypeScript, ".mts": TypeScript, ".cts": TypeScript,
	".tsx": TSX,
	".cs":  CSharp,
	".rs":  Rust,
	".rb":  Ruby,
	".php": PHP,
	".c":   C,
	".h":   CPP, ".cc": CPP, ".cpp": CPP, ".cxx": CPP, ".hh": CPP, ".hpp": CPP, ".hxx": CPP,
	".ex": Elixir, ".exs": Elixir,
}

var notCode = []string{".d.ts", ".d.mts", ".d.cts", ".min.js"}

var deployExts = map[string]bool{
	".yaml": true, ".yml": true, ".env": true, ".sh": true, ".bash": true,
	".toml": true, ".ini": true, ".cfg": true, ".conf": true, ".json": true, ".properties": true,
	".dockerfile": true, ".containerfile": true,
	".tpl": true, ".gotmpl": true, // templates of Helm and Helmfile
	".tf": true,
}

// lockFiles are big, machine-written and say nothing about topics.
var lockFiles = map[string]bool{
	"package-lock.json": true, "npm-shrinkwrap.json": true, "pnpm-lock.yaml": true,
	"composer.lock": true, "poetry.lock": true, "uv.lock": true, "Cargo.lock": true, "pubspec.lock": true,
}

// buildFiles and buildExts are what build tools read; package.json and
// tsconfig.json may be configuration as well and are kept with it.
var (
	buildFiles = map[string]bool{
		"pom.xml": true, "build.gradle": true, "settings.gradle": true,
		"go.mod": true, "go.work": true, "requirements.txt": true, "Pipfile": true,
	}
	buildExts = map[string]bool{".csproj": true, ".fsproj": true, ".sln": true, ".slnx": true}
)

// Extensions lists the endings of files in a language, with their dots, sorted.
func Extensions(lang Language) []string {
	var out []string
	for ext, l := range languages {
		if l == lang {
			out = append(out, ext)
		}
	}
	slices.Sort(out)
	return out
}

// Patterns are globs (of the Language Server Protocol) that match every file
// that Classify keeps, as far as code is in one of the given languages.
func Patterns(code []Language) []string {
	var exts []string
	for ext, lang := range languages {
		if slices.Contains(code, lang) {
			exts = append(exts, ext[1:])
		}
	}
	for _, m := range []map[string]bool{deployExts, buildExts} {
		for ext := range m {
			exts = append(exts, ext[1:])
		}
	}
	exts = append(exts, schemaExts...)
	slices.Sort(exts)
	names := slices.AppendSeq([]string{".env*", "Dockerfile*", "dockerfile", "Containerfile*", ".dockerignore", ".gitignore"}, maps.Keys(buildFiles))
	names = slices.AppendSeq(names, maps.Keys(deployNames))
	slices.Sort(names)
	return []string{"**/*.{" + strings.Join(exts, ",") + "}", "**/{" + strings.Join(names, ",") + "}"}
}

// deployNames are files without an ending that build or start programs.
var deployNames = map[string]bool{
	"Procfile": true, "Makefile": true, "makefile": true, "GNUmakefile": true, "Tiltfile": true, "Jenkinsfile": true, "Justfile": true, "justfile": true,
}

var schemaExts = []string{"avsc", "avdl", "proto"}

// Classify tells a file's kind, and its language if it is code, from its name.
// The name is the last part of a path.
func Classify(name string) (Kind, Language) {
	if strings.HasPrefix(name, ".#") || strings.HasSuffix(name, "~") {
		return KindNone, "" // editors' lock and backup files
	}
	if isDockerfile(name) || isDotenv(name) || name == ".dockerignore" {
		return KindDeploy, ""
	}
	if buildFiles[name] || strings.HasSuffix(name, ".gradle.kts") {
		return KindBuild, ""
	}
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		if deployNames[name] {
			return KindDeploy, ""
		}
		return KindNone, ""
	}
	ext := name[dot:]
	if lang, ok := languages[ext]; ok {
		for _, suffix := range notCode {
			if strings.HasSuffix(name, suffix) {
				return KindNone, ""
			}
		}
		return KindCode, lang
	}
	if deployExts[ext] && !lockFiles[name] {
		return KindDeploy, ""
	}
	if buildExts[ext] {
		return KindBuild, ""
	}
	if slices.Contains(schemaExts, ext[1:]) {
		return KindSchema, ""
	}
	return KindNone, ""
}

// isDockerfile accepts Dockerfile, Dockerfile.prod, Dockerfile-dev and the
// same for Containerfile.
func isDockerfile(name string) bool {
	for _, base := range [...]string{"Dockerfile", "Containerfile"} {
		if rest, ok := strings.CutPrefix(name, base); ok {
			return rest == "" || ((rest[0] == '.' || rest[0] == '-' || rest[0] == '_') && !strings.HasSuffix(rest, ".dockerignore"))
		}
	}
	return name == "dockerfile"
}

// isDotenv accepts .env, .env.local, .envrc, prod.env.
func isDotenv(name string) bool {
	return strings.HasPrefix(name, ".env") || strings.HasSuffix(name, ".env")
}

// isCompose accepts the names that the compose program looks for, and their
// variants such as docker-compose.staging.yml.
func isCompose(name string) bool {
	return (strings.HasPrefix(name, "docker-compose") || strings.HasPrefix(name, "compose")) &&
		(strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml"))
}

// ownName is the file by which a workspace tells Topicls something, at its root.
const ownName = ".topicls.yaml"

// neverIgnored names files that are kept even when .gitignore excludes them:
// they are commonly left out of git because they differ between machines,
// and they decide what topics are called.
func neverIgnored(name string) bool {
	return isDotenv(name) || name == ownName || isCompose(name) || isDockerfile(name)
}
