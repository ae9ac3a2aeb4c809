package check

import (
	"fmt"
	"regexp"
	"strings"
)

// Pages returns the documentation of all rules as files of docs/rules, by
// name. Everything in them comes from the rules themselves.
func Pages() map[string]string {
	pages := map[string]string{}
	var list strings.Builder
	list.WriteString(generated + "# Rules\n\n" + intro + "\n\n| code | severity | finds |\n|---|---|---|\n")
	for _, r := range all {
		fmt.Fprintf(&list, "| [%s](%[1]s.md) | %s | %s |\n", r.Code, r.Severity, r.Summary)
		pages[r.Code+".md"] = page(r)
	}
	list.WriteString("\n" + suppression)
	pages["README.md"] = list.String()
	return pages
}

const (
	generated = "<!-- Generated from index/check by `go test ./index/check -run TestPages -update`. Do not edit. -->\n\n"
	intro     = `Topicls is quiet: it reports what is true, and what it could not find out is no fault. The severity given here is that of a
finding that is certain; each page says when it is lowered or left out. ` + "`topicls check`" + ` fails on warnings unless ` + "`--fail-on`" + `
says otherwise.`
	suppression = "## Silencing a finding\n\nBy a comment on its line, or alone on the line above, in code and in YAML:\n\n" +
		"    # topicls: ignore[topic-no-consumer]\n\nSeveral codes are separated by commas; without brackets all are meant. For a whole file:\n\n" +
		"    # topicls: ignore-file[env-unused]\n\nA workspace sets severities, or turns rules off, in [.topicls.yaml](../topicls-yaml.md).\n"
)

func page(r *Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# %s\n\n%s\n\nSeverity: %s\n\n%s\n\n## Example\n", generated, r.Code, r.Summary, r.Severity, r.Doc)
	files := exampleFiles(r.Example)
	if files[0].name != composeName {
		fmt.Fprintf(&b, "\nA compose file builds a service from each folder and sets no variables.\n")
	}
	for _, f := range files {
		name, text := f.name, f.text
		lang := ""
		switch {
		case strings.HasSuffix(name, ".py"):
			lang = "python"
		case strings.HasSuffix(name, ".yaml"):
			lang = "yaml"
		}
		fmt.Fprintf(&b, "\n%s\n\n```%s\n%s\n```\n", "`"+name+"`:", lang, claimMark.ReplaceAllString(strings.TrimSpace(text), "  # <- $1"))
	}
	fmt.Fprintf(&b, "\n## Silencing it\n\n    # topicls: ignore[%s]\n\non the line, or alone on the line above. See [all rules](README.md).\n", r.Code)
	return b.String()
}

// claimMark is how examples mark the line of a finding, for tests.
var claimMark = regexp.MustCompile(`(?m)[ \t]*#@ ([a-z-]+):[a-z]+$`)

// exampleFile is a file of a rule's example.
type exampleFile struct{ name, text string }

func exampleFiles(example string) []exampleFile {
	var out []exampleFile
	for _, f := range strings.Split("\n"+strings.TrimSpace(example), "\n-- ") {
		if name, text, ok := strings.Cut(f, " --\n"); ok {
			out = append(out, exampleFile{name, text})
		}
	}
	return out
}

const composeName = "compose.yaml"

// Workspace returns the example with what all of them share: an image for each
// folder with a main program, and a compose file that builds a service from
// each, where the example has none of its own.
func (r *Rule) Workspace() string {
	var services, images strings.Builder
	files := exampleFiles(r.Example)
	for _, f := range files {
		if dir, ok := strings.CutSuffix(f.name, "/main.py"); ok {
			fmt.Fprintf(&services, "  %s:\n    build: ./%[1]s\n", dir)
			fmt.Fprintf(&images, "-- %s/Dockerfile --\nFROM python:3.12\nCOPY . /app\nCMD [\"python\", \"main.py\"]\n", dir)
		}
	}
	compose := ""
	if files[0].name != composeName {
		compose = "-- " + composeName + " --\nservices:\n" + services.String()
	}
	return compose + images.String() + r.Example
}
