package workspacefile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// member and object are JSON objects that keep their order.
type member struct {
	name  string
	value any
}

type object []member

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Schema is the JSON Schema of the file, for editors.
func Schema() ([]byte, error) {
	top := append(object{
		{"$schema", "http://json-schema.org/draft-07/schema#"},
		{"title", Name},
		{"description", "What a workspace tells Topicls. Generated from index/workspacefile."},
	}, schemaOf(root)...)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(top); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// schemaOf is the schema of a form. An empty value says nothing and is allowed
// everywhere, since half-typed files have it.
func schemaOf(f *Form) object {
	properties := func(keys []Key, item *Form) object {
		var out object
		for i := range keys {
			k := &keys[i]
			form := k.Form
			if form == nil {
				form = item
			}
			p := object{{"description", plain(k.Text)}}
			out = append(out, member{k.Name, append(p, schemaOf(form)...)})
		}
		return out
	}
	switch f.Kind {
	case List:
		return object{{"type", []string{"array", "null"}}, {"items", schemaOf(f.Item)}}
	case Model:
		return object{{"type", []string{"string", "object"}}}
	case Object:
		out := object{{"type", []string{"object", "null"}}, {"properties", properties(f.Keys, nil)}, {"additionalProperties", false}}
		var required []string
		for i := range f.Keys {
			if f.Keys[i].Required {
				required = append(required, f.Keys[i].Name)
			}
		}
		if required != nil {
			out = append(out, member{"required", required})
		}
		return out
	case Map:
		out := object{{"type", []string{"object", "null"}}}
		if f.Keys != nil {
			return append(out, member{"properties", properties(f.Keys, f.Item)}, member{"additionalProperties", false})
		}
		return append(out, member{"additionalProperties", schemaOf(f.Item)})
	}
	if f.Enum != nil {
		var names []string
		for _, k := range f.Enum {
			names = append(names, k.Name)
		}
		return object{{"enum", names}}
	}
	return object{{"type", "string"}}
}

// plain is Markdown without its marks.
func plain(markdown string) string { return strings.ReplaceAll(markdown, "`", "") }

const intro = "<!-- Generated from index/workspacefile by `go test ./index/workspacefile -update`. Do not edit. -->\n\n" +
	"# .topicls.yaml\n\n" +
	`Topicls needs no configuration. What it can't find out, or gets wrong, a workspace may tell it in ` + "`" + Name + "`" + ` at its root. The file
is read by the command line and by editors alike, and an edit holds at once. [Settings](settings.md) of the editor and flags of the command
line come before the file; patterns of files to leave out add up, the file's first.

What is wrong with the file is found as [topicls-yaml](rules/topicls-yaml.md). While it can't be read, being half-typed, what it last said
holds.

Editors that know JSON Schema complete and check it: the VS Code extension brings the [schema](../vscode-extension/schemas/topicls.schema.json), elsewhere a first
line does, as in ` + "`# yaml-language-server: $schema=PATH/topicls.schema.json`" + `. The language server completes and explains the keys
without it.
`

// Page is docs/topicls-yaml.md.
func Page() string {
	var b strings.Builder
	b.WriteString(intro)
	b.WriteString("\n| key | |\n|---|---|\n")
	each(root, "", func(path string, k *Key) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", path, k.Text)
	})
	each(root, "", func(path string, k *Key) {
		if k.Example != "" {
			fmt.Fprintf(&b, "\n## %s\n\n%s\n\n```yaml\n%s```\n", path, k.Text, k.Example)
		}
	})
	return b.String()
}

// each calls do for the keys of objects, and of the objects in them.
func each(f *Form, prefix string, do func(path string, k *Key)) {
	if f.Kind != Object {
		return
	}
	for i := range f.Keys {
		k := &f.Keys[i]
		do(prefix+k.Name, k)
		each(k.Form, prefix+k.Name+".", do)
	}
}
