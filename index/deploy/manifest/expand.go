package manifest

import (
	"regexp"
	"strings"

	"topicls/index/deploy"
)

// A known is how far the value of a variable is known.
type known struct {
	text   string // a pattern when reason is given
	reason string // why it is not known
	origin []deploy.Step
}

// expand fills in `$(NAME)` as Kubernetes does: `$$` stands for a dollar, and what
// names no variable stays as it is.
func expand(text string, lookup func(name string) (known, bool)) known {
	if !strings.Contains(text, "$") {
		return known{text: text}
	}
	var out known
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '$' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		end := strings.IndexByte(text[i:], ')')
		switch {
		case text[i] == '$':
			b.WriteByte('$')
		case text[i] != '(' || end < 0:
			b.WriteString(text[i-1 : i+1])
		default:
			name := text[i+1 : i+end]
			i += end
			v, ok := lookup(name)
			if !ok {
				b.WriteString("$(" + name + ")")
				continue
			}
			b.WriteString(v.text)
			if len(out.origin) < maxSteps {
				out.origin = append(out.origin, v.origin...)
			}
			if out.reason == "" {
				out.reason = v.reason
			}
		}
		if b.Len() > maxValue {
			return known{reason: "the value is too long"}
		}
	}
	out.text = b.String()
	return out
}

// maxValue and maxSteps bound what variables that name one another grow to.
const (
	maxValue = 128 << 10
	maxSteps = 32
)

// ofServices matches the names of variables that Kubernetes sets for each Service.
var ofServices = regexp.MustCompile(`^[A-Z0-9_]+_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$`)

// filledIn matches what is put in by another program before a manifest is
// applied: `${NAME}` of envsubst and Flux, `{{ name }}` of template engines.
var filledIn = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)(:?[-=][^{}]*)?\}|^\$([A-Z_][A-Z0-9_]*)$|\{\{[^{}]*\}\}`)

// unfilled returns a value in which such parts are unknown.
func unfilled(k known, has func(name string) bool) known {
	if k.reason != "" || !strings.Contains(k.text, "${") && !strings.Contains(k.text, "{{") && !strings.HasPrefix(k.text, "$") {
		return k
	}
	k.text = filledIn.ReplaceAllStringFunc(k.text, func(part string) string {
		m := filledIn.FindStringSubmatch(part)
		if name := m[1] + m[3]; name != "" && has(name) {
			return part // the program may look at its own variables
		}
		k.reason = part + " is filled in before the manifest is applied"
		return "*"
	})
	return k
}
