package index

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"topicls/index/check"
	"topicls/index/report"
	"topicls/index/source"
	"topicls/index/topology"
	"topicls/index/workspacefile"
)

// What other repositories produce and consume is taken from their scans, which
// are files of this workspace. Nothing of those repositories themselves is read.

// imports are the scans that the workspace's own file names, as they were last
// read. They never change.
type imports struct {
	texts    []string // by which a change is noticed
	files    []string
	byTopic  map[string][]topology.Imported
	patterns []topology.Imported
	flaws    []check.Flaw
}

// scanned is the part of a scan that is read; docs/scan-json.md describes it.
type scanned struct {
	SchemaVersion int `json:"schemaVersion"`
	Endpoints     []struct {
		Role     topology.Role `json:"role"`
		File     string        `json:"file"`
		Function string        `json:"function"`
		Range    struct {
			Start struct {
				Line int `json:"line"`
			} `json:"start"`
		} `json:"range"`
		Topics []struct {
			Name   string          `json:"name"`
			Status topology.Status `json:"status"`
		} `json:"topics"`
	} `json:"endpoints"`
}

// readImports reads the scans that the workspace's own file names.
func readImports(o *ownFile, read func(path string) ([]byte, error)) *imports {
	out := &imports{byTopic: map[string][]topology.Imported{}}
	for _, i := range o.Imports {
		p, ok := folderOf(i.File.Text)
		var data []byte
		var err error
		if ok {
			out.files = append(out.files, p)
			data, err = read(p)
		}
		out.texts = append(out.texts, strings.Join([]string{p, i.Repository.Text, i.Root.Text, string(data)}, "\x00"))
		flaw := func(unsure bool, format string, args ...any) {
			out.flaws = append(out.flaws, check.Flaw{Place: placeOf(i.File.Pos), Message: fmt.Sprintf(format, args...), Unsure: unsure})
		}
		if !ok || err != nil {
			flaw(true, "the scan %s can't be read: it is not in the workspace", i.File.Text)
			continue
		}
		var doc scanned
		switch err := json.Unmarshal(data, &doc); {
		case err != nil:
			flaw(false, "%s is no output of topicls scan --format json: %v", i.File.Text, err)
			continue
		case doc.SchemaVersion != report.SchemaVersion:
			flaw(false, "%s has schemaVersion %d, and %d is what can be read: make it anew with this version of topicls", i.File.Text, doc.SchemaVersion, report.SchemaVersion)
			continue
		}
		for _, e := range doc.Endpoints {
			for _, t := range e.Topics {
				if t.Name == "" || t.Status == topology.Unknown || e.Role != topology.Produce && e.Role != topology.Consume {
					continue
				}
				x := topology.Imported{
					Topic: t.Name, Role: e.Role, Repository: i.Repository.Text, Root: i.Root.Text,
					File: e.File, Line: e.Range.Start.Line, Function: e.Function,
				}
				switch {
				case !strings.Contains(t.Name, "*"):
					if !slices.Contains(out.byTopic[t.Name], x) {
						out.byTopic[t.Name] = append(out.byTopic[t.Name], x)
					}
				case !check.Vague(t.Name) && !slices.Contains(out.patterns, x):
					out.patterns = append(out.patterns, x)
				}
			}
		}
	}
	for _, list := range out.byTopic {
		slices.SortFunc(list, compareImported)
	}
	slices.SortFunc(out.patterns, compareImported)
	return out
}

func compareImported(a, b topology.Imported) int {
	return cmp.Or(strings.Compare(a.Repository, b.Repository), strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
		strings.Compare(string(a.Role), string(b.Role)), strings.Compare(a.Topic, b.Topic))
}

// updateImports reads the scans again if they may be others after a change of
// files. It returns the changed files, with those that count as scans now or no
// longer.
func (w *Workspace) updateImports(set *source.Set, diff []string) []string {
	if !slices.Contains(diff, workspacefile.Name) && !slices.ContainsFunc(diff, func(p string) bool { return slices.Contains(w.imports.files, p) }) {
		return diff
	}
	was, now := w.imports, readImports(w.own, set.ReadFile)
	w.imports = now
	for _, p := range slices.Concat(was.files, now.files) {
		if slices.Contains(was.files, p) != slices.Contains(now.files, p) {
			diff = append(diff, p)
		}
	}
	return uniqueSorted(diff)
}

// Imported returns the uses of a topic in other repositories.
func (s *Snapshot) Imported(topic string) []topology.Imported {
	list := s.imports.byTopic[topic]
	for _, p := range s.imports.patterns {
		if check.Matches(p.Topic, topic) {
			list = append(slices.Clip(list), p)
		}
	}
	return list
}

// importedSection lists the uses of a topic in other repositories.
func (s *Snapshot) importedSection(name string) Section {
	sec := Section{Title: "In other repositories"}
	for _, i := range s.Imported(name) {
		verb := "consumed"
		if i.Role == topology.Produce {
			verb = "produced"
		}
		at := fmt.Sprintf("%s:%d", i.File, i.Line)
		if i.Root != "" {
			at = strings.TrimSuffix(i.Root, "/") + "/" + at
		}
		l := Line{text(verb + " in "), quoted(i.Repository), text(": " + at)}
		if i.Function != "" {
			l = append(l, text(" in "), quoted(i.Function))
		}
		if i.Topic != name {
			l = append(l, text(" as "), quoted(i.Topic))
		}
		sec.Lines = append(sec.Lines, l)
	}
	sec.Lines = capped(sec.Lines)
	return sec
}

// importedDetail counts the uses of a topic in other repositories, for its title.
func (s *Snapshot) importedDetail(name string) string {
	if out := s.importedSides([]string{name}); out != nil {
		return "; in other repositories " + strings.Join(out, ", ")
	}
	return ""
}

// importedSides counts the producers and consumers of topics in other repositories;
// nil for none.
func (s *Snapshot) importedSides(names []string) (out []string) {
	producers, consumers := 0, 0
	for _, n := range names {
		for _, i := range s.Imported(n) {
			if i.Role == topology.Produce {
				producers++
			} else {
				consumers++
			}
		}
	}
	if producers > 0 {
		out = append(out, counted(producers, "producer"))
	}
	if consumers > 0 {
		out = append(out, counted(consumers, "consumer"))
	}
	return out
}
