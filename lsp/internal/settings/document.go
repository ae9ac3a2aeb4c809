package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

const generated = "<!-- Generated from lsp/internal/settings by `go test ./lsp/internal/settings -update`. Do not edit. -->\n\n"

const intro = `Editors send settings under the section ` + "`topicls`" + `: VS Code from its settings, others as their guides say. They hold at once, without
a restart. The server asks with ` + "`workspace/configuration`" + ` where the client answers that, for each workspace folder; else it takes
` + "`initializationOptions`" + ` and what comes with ` + "`workspace/didChangeConfiguration`" + `. Names may be nested or joined by dots:

` + "```json" + `
{ "topicls": { "inlayHints": { "topics": false }, "rules": { "env-unused": "off" } } }
` + "```" + `

The flags of ` + "`topicls serve`" + ` hold where a setting is not given.
`

// Page is docs/settings.md.
func Page() string {
	var b strings.Builder
	b.WriteString(generated + "# Settings\n\n" + intro)
	section := func(only string) {
		b.WriteString("\n| setting | default | |\n|---|---|---|\n")
		for _, s := range table {
			if s.Only != only {
				continue
			}
			def, _ := json.Marshal(s.Schema.Default)
			text := s.Text
			for i, v := range s.Schema.Enum {
				if i < len(s.Schema.EnumTexts) {
					text += fmt.Sprintf(" `%s`: %s", v, s.Schema.EnumTexts[i])
				} else {
					text += fmt.Sprintf(" `%s`", v)
				}
			}
			fmt.Fprintf(&b, "| `topicls.%s` | `%s` | %s |\n", s.Key, def, text)
		}
	}
	section("")
	b.WriteString("\nThe [rules](rules/README.md) may be set to `" + strings.Join(levels, "`, `") + "`:\n\n| rule | by itself | finds |\n|---|---|---|\n")
	for _, p := range ruleProperties() {
		fmt.Fprintf(&b, "| [%s](rules/%[1]s.md) | %s | %s |\n", p.Name, p.Default, p.Text)
	}
	b.WriteString("\n## Of the VS Code extension\n")
	section(vscode)
	return b.String()
}

// object is a JSON object that keeps its order.
type object []member

type member struct {
	name  string
	value any // string, bool, []string, object
}

func (o *object) add(name string, value any) { *o = append(*o, member{name, value}) }

// write writes a value as Prettier leaves it: objects on lines of their own,
// lists on one line where that is not longer than width.
func write(b *strings.Builder, v any, indent string, column int) {
	o, isObject := v.(object)
	list, isList := v.([]string)
	switch {
	case isObject && len(o) > 0:
		b.WriteString("{\n")
		for i, m := range o {
			head := indent + "  " + quote(m.name) + ": "
			b.WriteString(head)
			write(b, m.value, indent+"  ", len(head))
			if i+1 < len(o) {
				b.WriteString(",")
			}
			b.WriteString("\n")
		}
		b.WriteString(indent + "}")
	case isObject:
		b.WriteString("{}")
	case isList:
		var words []string
		for _, s := range list {
			words = append(words, quote(s))
		}
		line := "[" + strings.Join(words, ", ") + "]"
		if column+len(line)+1 > width {
			line = "[\n" + indent + "  " + strings.Join(words, ",\n"+indent+"  ") + "\n" + indent + "]"
		}
		b.WriteString(line)
	default:
		b.WriteString(quote(v))
	}
}

const width = 120

func quote(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // texts and booleans
	}
	return strings.TrimSpace(b.String())
}

// configuration is contributes.configuration of the extension's package.json.
func configuration() object {
	properties := object{}
	for _, s := range table {
		p := object{{"type", s.Schema.Type}}
		if s.Schema.Items != "" {
			p.add("items", object{{"type", s.Schema.Items}})
		}
		if s.Schema.Enum != nil {
			p.add("enum", s.Schema.Enum)
		}
		if s.Schema.EnumTexts != nil {
			p.add("markdownEnumDescriptions", s.Schema.EnumTexts)
		}
		if s.Schema.Properties != nil {
			inner := object{}
			for _, x := range s.Schema.Properties {
				inner.add(x.Name, object{{"type", "string"}, {"enum", x.Enum}, {"markdownDescription", x.Text + " By itself: `" + x.Default + "`."}})
			}
			p.add("properties", inner)
			p.add("additionalProperties", false)
		}
		def := s.Schema.Default
		if s.Schema.Type == "object" {
			def = object{}
		}
		p.add("default", def)
		p.add("scope", s.Scope)
		p.add("markdownDescription", s.Text)
		properties.add("topicls."+s.Key, p)
	}
	return object{{"title", "Topicls"}, {"properties", properties}}
}

// Configure returns the text of a package.json with the settings in the place
// of its contributes.configuration, which there must be.
func Configure(manifest []byte) ([]byte, error) {
	start, end, err := valueAt(manifest, "contributes", "configuration")
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	write(&b, configuration(), "    ", 0)
	return []byte(string(manifest[:start]) + b.String() + string(manifest[end:])), nil
}

// valueAt finds where the value of a member of nested objects stands.
func valueAt(text []byte, path ...string) (start, end int, err error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	for _, name := range path {
		if t, err := dec.Token(); err != nil || t != json.Delim('{') {
			return 0, 0, fmt.Errorf("no object with %q: %w", name, errors.Join(err, io.ErrUnexpectedEOF))
		}
		for {
			if !dec.More() {
				return 0, 0, fmt.Errorf("no member %q", name)
			}
			key, err := dec.Token()
			if err != nil {
				return 0, 0, err
			}
			if key == name {
				break
			}
			var skipped json.RawMessage
			if err := dec.Decode(&skipped); err != nil {
				return 0, 0, err
			}
		}
	}
	var value json.RawMessage
	if err := dec.Decode(&value); err != nil {
		return 0, 0, err
	}
	end = int(dec.InputOffset())
	return end - len(value), end, nil
}
