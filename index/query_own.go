package index

import (
	"slices"
	"strings"

	"topicls/index/topology"
	"topicls/index/workspacefile"
)

// What editors show in the workspace's own file, .topicls.yaml.

// IsOwnFile reports whether a file is the one by which the workspace tells
// Topicls what it can't find out.
func IsOwnFile(path string) bool { return path == workspacefile.Name }

// ownHover explains the key, or the value, at an offset of the file.
func (s *Snapshot) ownHover(off uint32) (Hover, bool) {
	data, ok := s.Text(workspacefile.Name)
	if !ok || int(off) > len(data) {
		return Hover{}, false
	}
	at, ok := workspacefile.At(data, int(off))
	if !ok || at.Word == "" {
		return Hover{}, false
	}
	h := Hover{Place: ownPlace(&at)}
	k := at.Key
	if !at.IsKey {
		if i := slices.IndexFunc(at.Keys, func(k workspacefile.Key) bool { return k.Name == at.Word }); i >= 0 {
			k = &at.Keys[i]
		}
	}
	if k == nil {
		return Hover{}, false
	}
	h.Title = Line{quoted(k.Name)}
	h.add(Section{Lines: []Line{fromMarkdown(k.Text)}}, Section{Title: "Example", Code: strings.TrimSuffix(k.Example, "\n"), Lang: "yaml"})
	return h, true
}

func ownPlace(at *workspacefile.Spot) topology.Place {
	return topology.Place{File: workspacefile.Name, Start: uint32(at.Start), End: uint32(at.End)}
}

// fromMarkdown is a line of Markdown that has no marks but those of code.
func fromMarkdown(markdown string) Line {
	var out Line
	for i, part := range strings.Split(markdown, "`") {
		if part != "" {
			out = append(out, Run{Text: part, Code: i%2 == 1})
		}
	}
	return out
}

// A Suggestion is a text that may stand at a place.
type Suggestion struct {
	Text  string
	IsKey bool // a key of YAML, which a colon follows
	About Line // what it means, for people
}

// Short is the first sentence of what it means.
func (x *Suggestion) Short() string {
	var b strings.Builder
	x.About.plain(&b, nil)
	short, _, _ := strings.Cut(b.String(), ". ")
	return strings.TrimSuffix(short, ".")
}

// OwnSuggestions are the keys and values that may stand at an offset of the
// workspace's own file, in place of what is there.
func (s *Snapshot) OwnSuggestions(off uint32) (topology.Place, []Suggestion) {
	data, ok := s.Text(workspacefile.Name)
	if !ok || int(off) > len(data) {
		return topology.Place{}, nil
	}
	at, ok := workspacefile.At(data, int(off))
	if !ok {
		return topology.Place{}, nil
	}
	var out []Suggestion
	for _, k := range at.Keys {
		if !at.IsKey || !at.There[k.Name] || k.Name == at.Word {
			out = append(out, Suggestion{Text: k.Name, IsKey: at.IsKey, About: fromMarkdown(k.Text)})
		}
	}
	switch path := strings.Join(at.Path, "."); {
	case path == "environment":
		for _, e := range s.deployed.environments {
			out = append(out, Suggestion{Text: e.ID, About: Line{text(strings.Join(e.Files, ", "))}})
		}
	case path == "services" && at.IsKey:
		for _, x := range s.deployed.services {
			if !slices.ContainsFunc(out, func(o Suggestion) bool { return o.Text == x.Name }) && (!at.There[x.Name] || x.Name == at.Word) {
				out = append(out, Suggestion{Text: x.Name, IsKey: true, About: Line{quoted(x.ID)}})
			}
		}
	case path == "topics.external":
		for _, name := range s.Topics() {
			if t := s.Topic(name); !t.Pattern && (len(t.Producers) == 0 || len(t.Consumers) == 0) {
				out = append(out, Suggestion{Text: name})
			}
		}
	}
	return ownPlace(&at), out
}
