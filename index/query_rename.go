package index

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"topicls/index/topology"
)

// Rename is what it takes to give a topic or an environment variable another
// name: all of the edits, or none.
type Rename struct {
	Kind     OccurrenceKind
	From, To string
	Edits    []Edit // by place
	// Joins says that another topic has the new name already, so that the two
	// become one.
	Joins bool
	Notes []string // what else changes by it, for people
}

// Edit is a better text for a place.
type Edit struct {
	topology.Place
	Text string
	Why  string // what stands there, for people
}

// Renamable returns the name at an offset that a rename would change, and its
// place there. ok is false where nothing can be renamed; why then says why not,
// or is empty where there is nothing at all.
func (s *Snapshot) Renamable(path string, off uint32) (at topology.Place, name, why string, ok bool) {
	r := s.newRenaming()
	t, why, ok := r.target(path, off)
	if !ok {
		return topology.Place{}, "", why, false
	}
	return t.at, t.name, "", true
}

// Rename tells the edits that give the topic or variable at an offset another
// name: in every file that gives the name, code and configuration, whatever the
// environment. Where a part of the way can't be followed, so that something would
// be left with the old name, nothing is changed and why says what it is. It is
// empty where there is nothing to be renamed at all.
func (s *Snapshot) Rename(path string, off uint32, to string) (out Rename, why string) {
	r := s.newRenaming()
	t, why, ok := r.target(path, off)
	if !ok {
		return Rename{}, why
	}
	if why := wrongName(t.kind, to); why != "" {
		return Rename{}, why
	}
	out = Rename{Kind: t.kind, From: t.name, To: to}
	if to == t.name {
		return out, ""
	}
	if t.kind == TopicOccurrence {
		r.topics(t.name, to)
		out.Joins = s.Topic(to) != nil
	} else {
		r.variable(t, to)
	}
	if r.why != "" {
		return Rename{}, r.why
	}
	for p, e := range r.edits {
		out.Edits = append(out.Edits, Edit{p, r.quotedAt(p, e.text), e.why})
	}
	slices.SortFunc(out.Edits, func(a, b Edit) int { return comparePlaces(a.Place, b.Place) })
	if out.Joins {
		r.note("%s is a topic already: the two become one", to)
	}
	out.Notes = r.notes
	return out, ""
}

// renaming gathers the edits of one rename.
type renaming struct {
	s     *Snapshot
	texts map[string]string
	edits map[topology.Place]newText
	notes []string
	why   string // it can't be done; the first reason

	// Of a topic:
	to    map[string]string // the topics that get other names, with the one that was asked for first
	queue []string          // those of them that are to be looked at
}

type newText struct{ text, why string }

func (s *Snapshot) newRenaming() *renaming {
	return &renaming{s: s, texts: map[string]string{}, edits: map[topology.Place]newText{}, to: map[string]string{}}
}

// refuse gives up.
func (r *renaming) refuse(format string, args ...any) {
	if r.why == "" {
		r.why = fmt.Sprintf(format, args...)
	}
}

func (r *renaming) note(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); !slices.Contains(r.notes, n) {
		r.notes = append(r.notes, n)
	}
}

// edit enters a new text; false when the place has it already.
func (r *renaming) edit(p topology.Place, text, why string) bool {
	old, ok := r.edits[p]
	if ok && old.text != text {
		r.refuse("%s would have to become %s and %s", r.line(p), old.text, text)
	}
	if !ok {
		r.edits[p] = newText{text, why}
	}
	return !ok
}

// line spells a place for people: file:line.
func (r *renaming) line(p topology.Place) string {
	t := r.text(p.File)
	return fmt.Sprintf("%s:%d", p.File, 1+strings.Count(t[:min(int(p.Start), len(t))], "\n"))
}

// target is what is to be renamed.
type target struct {
	kind     OccurrenceKind
	name     string
	at       topology.Place // in the file that was asked about
	services []string       // of a variable
	// taken says that the name is one of those from which a deployment file takes
	// the values of variables (`${NAME}`), in these environments.
	taken []string
}

// target tells what stands at an offset.
func (r *renaming) target(path string, off uint32) (t target, why string, ok bool) {
	o, ok := r.s.At(path, off)
	if !ok {
		return target{}, "", false
	}
	switch o.Kind {
	case TopicOccurrence:
		if o.describes {
			return target{}, "the name of a schema, not of a topic", false
		}
		return r.topicAt(&o, off)
	case VariableOccurrence:
		return r.variableAt(&o, off)
	}
	return target{}, fmt.Sprintf("a %s: only topics and environment variables can be renamed", map[OccurrenceKind]string{
		FieldOccurrence: "field of a message", GroupOccurrence: "consumer group", ServiceOccurrence: "service", KeyOccurrence: "configuration key",
	}[o.Kind]), false
}

// topicAt chooses the topic of an occurrence: the one, or of several the one
// whose name is spelled at the offset.
func (r *renaming) topicAt(o *Occurrence, off uint32) (t target, why string, ok bool) {
	if len(o.Names) == 0 {
		reason := "it can't be told"
		for _, u := range o.Uses {
			if u.Name != nil && u.Name.Reason != "" {
				reason = u.Name.Reason
			}
		}
		return target{}, "the topic's name is not known: " + reason, false
	}
	for _, n := range o.Names {
		for _, p := range r.spelled(o.Place, n, true) {
			if p.Contains(o.Place.File, off) {
				return target{kind: o.Kind, name: n, at: p}, "", true
			}
		}
	}
	if len(o.Names) > 1 {
		return target{}, fmt.Sprintf("%s stand here: %s; rename one where its name is given", counted(len(o.Names), "topic"), listed(o.Names)), false
	}
	return target{kind: o.Kind, name: o.Names[0], at: o.Place}, "", true
}

// listed joins names for people, the first few of many.
func listed(names []string) string {
	if len(names) > 4 {
		return strings.Join(names[:3], ", ") + fmt.Sprintf(" and %d more", len(names)-3)
	}
	return strings.Join(names, ", ")
}

var (
	topicName    = regexp.MustCompile(`^[A-Za-z0-9._-]{1,249}$`)
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// wrongName says what is wrong with a new name, "" if nothing is.
func wrongName(kind OccurrenceKind, name string) string {
	switch {
	case kind == VariableOccurrence && !variableName.MatchString(name):
		return fmt.Sprintf("%q is no name of a variable: letters, digits and _ can be in it, and no digit at its begin", name)
	case kind == TopicOccurrence && (!topicName.MatchString(name) || name == "." || name == ".."):
		return fmt.Sprintf("%q is no name of a topic: up to 249 letters, digits, dots, - and _ can be in it", name)
	}
	return ""
}
