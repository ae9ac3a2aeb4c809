package index

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"topicls/index/source"
	"topicls/index/topology"
	"topicls/index/workspacefile"
)

// Fix is a way to get rid of a finding.
type Fix struct {
	Title     string
	Finding   topology.Diagnostic
	Preferred bool // it is what is most likely meant
	Edits     []Edit
	// Creates says that the file of the edits is not there yet.
	Creates bool
}

// maxFixes is for how many services one finding offers a fix.
const maxFixes = 5

// Fixes lists what can be done about the findings in a part of a file.
func (s *Snapshot) Fixes(path string, from, to uint32) []Fix {
	var out []Fix
	for _, d := range s.DiagnosticsIn(path) {
		if d.Place.End < from || to < d.Place.Start {
			continue
		}
		out = append(out, s.nameFixes(d)...)
		if d.Code == "env-unset" {
			out = append(out, s.setFixes(d)...)
		}
		if f, ok := s.declareFix(d); ok {
			out = append(out, f)
		}
		if f, ok := s.externalFix(d); ok {
			out = append(out, f)
		}
		if f, ok := s.ignoreFix(d); ok {
			out = append(out, f)
		}
	}
	return out
}

// nameFixes take the name that is nearly the same.
func (s *Snapshot) nameFixes(d topology.Diagnostic) []Fix {
	switch {
	case d.Replace != "":
		text := s.newRenaming().quotedAt(d.Place, d.Replace)
		return []Fix{{Title: fmt.Sprintf("Use %q", d.Replace), Finding: d, Preferred: true, Edits: []Edit{{Place: d.Place, Text: text}}}}
	case d.Near != "":
		at, _ := s.topicPlace(d.Topic)
		r, why := s.Rename(at.File, at.Start, d.Near)
		if why != "" || len(r.Edits) == 0 || r.From != d.Topic {
			return nil
		}
		for i := range r.Edits {
			r.Edits[i].Why = ""
		}
		return []Fix{{Title: fmt.Sprintf("Use %q", d.Near), Finding: d, Preferred: true, Edits: r.Edits}}
	}
	return nil
}

// setFixes set a variable for the services that need it: to the value that all
// others have, or else to nothing yet.
func (s *Snapshot) setFixes(d topology.Diagnostic) []Fix {
	services := []string{d.Service}
	for _, r := range s.ReadsIn(d.Place.File) {
		if r.Name == d.Variable && d.Place.Start <= r.At.Start && r.At.End <= d.Place.End {
			services = union(services, r.Services)
		}
	}
	value := s.agreedValue(d.Variable)
	var out []Fix
	for _, id := range services {
		svc := s.deployed.byID[id]
		if o := s.deployed.other(id); svc == nil && o != nil {
			svc = o.as
		}
		if svc == nil || svc.variable(d.Variable) != nil || len(out) == maxFixes {
			continue
		}
		edit, ok := s.setVariable(svc, d.Variable, value)
		if !ok {
			continue
		}
		title := fmt.Sprintf("Set %s for %s in %s", d.Variable, svc.Name, path.Base(edit.File))
		if value == "" {
			title += ", empty for now"
		}
		out = append(out, Fix{Title: title, Finding: d, Edits: []Edit{edit}})
	}
	return out
}

// agreedValue is the value that a variable has wherever it is set, "" if there is
// none.
func (s *Snapshot) agreedValue(name string) string {
	value := ""
	for _, v := range s.settingsOf([]string{name}, nil) {
		shown, ok := s.shownVariable(v.service, v.v)
		if !ok || v.v.Reason != "" || shown != v.v.Value || value != "" && shown != value {
			return ""
		}
		value = shown
	}
	return value
}

// externalFix says in the workspace's own file that a topic's other side lives
// elsewhere.
func (s *Snapshot) externalFix(d topology.Diagnostic) (Fix, bool) {
	if d.Topic == "" || d.Code != "topic-no-consumer" && d.Code != "topic-no-producer" {
		return Fix{}, false
	}
	data, there := s.Text(workspacefile.Name)
	off, text, ok := workspacefile.DeclareExternal(data, d.Topic)
	if !ok {
		return Fix{}, false
	}
	at := topology.Place{File: workspacefile.Name, Start: uint32(off), End: uint32(off)}
	title := fmt.Sprintf("Declare %q external in %s", d.Topic, workspacefile.Name)
	return Fix{Title: title, Finding: d, Edits: []Edit{{Place: at, Text: text}}, Creates: !there}, true
}

// ignoreFix puts a comment on a line of its own above a finding. Where files have
// no comments there is none.
func (s *Snapshot) ignoreFix(d topology.Diagnostic) (Fix, bool) {
	mark := s.commentMark(d.Place.File)
	data, ok := s.Text(d.Place.File)
	if mark == "" || !ok || int(d.Place.Start) > len(data) {
		return Fix{}, false
	}
	start := lineStart(data, int(d.Place.Start))
	indent := indentOf(data[start:])
	text := indent + mark + " topicls: ignore[" + d.Code + "] because" + lineEnd(data, start)
	at := topology.Place{File: d.Place.File, Start: uint32(start), End: uint32(start)}
	return Fix{Title: "Ignore " + d.Code + " here, and say why", Finding: d, Edits: []Edit{{Place: at, Text: text}}}, true
}

// commentMark is what begins a comment in a file, "" when nothing does.
func (s *Snapshot) commentMark(file string) string {
	e, _ := s.set.Get(file)
	switch {
	case e.Lang == source.Python:
		return "#"
	case e.Lang != "":
		return "//"
	}
	switch path.Ext(file) {
	case ".json", ".md", ".xml", ".avsc", ".csproj", ".fsproj":
		return ""
	}
	return "#"
}

func lineStart(text []byte, off int) int {
	return strings.LastIndexByte(string(text[:off]), '\n') + 1
}

// lineEnd is how the line ends that has an offset.
func lineEnd(text []byte, off int) string {
	if i := slices.Index(text[off:], '\n'); i > 0 && text[off+i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

func indentOf(line []byte) string {
	n := 0
	for n < len(line) && (line[n] == ' ' || line[n] == '\t') {
		n++
	}
	return string(line[:n])
}
