package images

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed languages.yaml
var languagesYAML []byte

// languages tells by a Dockerfile's text what its image is made for.
type languages struct {
	families map[string]*regexp.Regexp
	others   *regexp.Regexp
}

var made = sync.OnceValue(func() *languages {
	var t struct {
		Families map[string]struct{ Images, Starts, Runs []string }
		Others   []string
	}
	if err := yaml.Unmarshal(languagesYAML, &t); err != nil {
		panic(err) // the file is part of the program
	}
	alternatives := func(list []string) string {
		quoted := make([]string, len(list))
		for i, s := range list {
			if quoted[i] = regexp.QuoteMeta(s); strings.HasPrefix(s, "/") { // the whole of a name's last part
				quoted[i] += `\b`
			}
		}
		return "(" + strings.Join(quoted, "|") + ")"
	}
	const from = `^\s*FROM\s+(--platform=\S+\s+)?`
	out := &languages{families: map[string]*regexp.Regexp{}, others: regexp.MustCompile(`(?mi)` + from + `(\S+/)?` + alternatives(t.Others) + `([:@\s]|$)`)}
	for name, f := range t.Families {
		text := from + `\S*` + alternatives(f.Images)
		if len(f.Starts) > 0 {
			text += `|^\s*(CMD|ENTRYPOINT)\b.*\b` + alternatives(f.Starts) + `\b`
		}
		if len(f.Runs) > 0 {
			text += `|\b` + alternatives(f.Runs) + `\b`
		}
		out.families[name] = regexp.MustCompile(`(?mi)` + text)
	}
	return out
})

// For reports whether a Dockerfile's text names an image for programs of a family
// of languages, or a command that builds or starts one.
func For(family string, dockerfile []byte) bool {
	re := made().families[family]
	return re != nil && re.Match(dockerfile)
}

// ForAny reports whether it does so for any family, or names an image of a language
// of which no code is read.
func ForAny(dockerfile []byte) bool {
	m := made()
	for _, re := range m.families {
		if re.Match(dockerfile) {
			return true
		}
	}
	return m.others.Match(dockerfile)
}
