package check

import (
	"maps"
	"reflect"
	"slices"
	"sync"

	"topicls/index/ordered"
	"topicls/index/topology"
)

// Results are the findings of one state. They never change.
type Results struct {
	files ordered.Tree[*fileFindings]
	grade Grading
	flat  func() []topology.Diagnostic `store:"-"`
}

func newResults(files ordered.Tree[*fileFindings]) *Results { return gradedResults(files, nil) }

func gradedResults(files ordered.Tree[*fileFindings], grade Grading) *Results {
	return &Results{files: files, grade: grade, flat: sync.OnceValue(func() []topology.Diagnostic {
		n := 0
		for f := range files.All() {
			n += len(f.shown)
		}
		out := make([]topology.Diagnostic, 0, n)
		for f := range files.All() {
			out = grade.append(out, f.shown)
		}
		return out
	})}
}

// Loaded makes what is not kept between runs (package store).
func (r *Results) Loaded() { *r = *gradedResults(r.files, r.grade) }

// In returns the findings of one file, by position.
func (r *Results) In(file string) []topology.Diagnostic {
	f, ok := r.files.Get(file)
	if !ok {
		return nil
	}
	if len(r.grade) == 0 {
		return f.shown
	}
	return r.grade.append(nil, f.shown)
}

// Graded returns the same findings with other severities.
func (r *Results) Graded(grade Grading) *Results {
	if maps.Equal(r.grade, grade) {
		return r
	}
	return gradedResults(r.files, grade)
}

// Diagnostics returns the findings, by file and position, without those that
// comments suppress.
func (r *Results) Diagnostics() []topology.Diagnostic { return r.flat() }

// Same reports whether two states have the same findings. It takes the time of
// what differs.
func (r *Results) Same(o *Results) bool {
	if !maps.Equal(r.grade, o.grade) {
		return false
	}
	if r == o || r.files.Same(o.files) {
		return true
	}
	for _, p := range ordered.Diff(r.files, o.files) {
		a, _ := r.files.Get(p)
		b, _ := o.files.Get(p)
		if a == nil || b == nil || !reflect.DeepEqual(a.shown, b.shown) {
			if (a == nil || len(a.shown) == 0) && (b == nil || len(b.shown) == 0) {
				continue
			}
			return false
		}
	}
	return true
}

// fileFindings are the findings about places of one file.
type fileFindings struct {
	file       string
	items      []item      `store:"-"` // sorted; the suppressed ones too
	directives *directives `store:"-"`
	shown      []topology.Diagnostic
}

// Key implements ordered.Keyed.
func (f *fileFindings) Key() string { return f.file }

// item is a finding with what was looked at when it was found.
type item struct {
	topology.Diagnostic
	of subject
}

// subject is what a rule looks at, one at a time.
type subject struct {
	kind       subjectKind
	name       string // a topic, a file, a variable, a service
	start, end uint32 // of a place in a file
}

type subjectKind uint8

const (
	aTopic subjectKind = iota
	endpointsOfFile
	aFile
	aVariable
	aSetting
	aService
	theFlaws
	theDeclarations
)

// look runs the rules that look at a subject.
func (w *world) look(of subject) (out []topology.Diagnostic) {
	for _, r := range all {
		switch of.kind {
		case aTopic:
			if t := w.in.Topic(of.name); t != nil && r.topic != nil {
				out = append(out, r.topic(r, w, t)...)
			}
		case endpointsOfFile:
			if r.endpoint != nil {
				for _, e := range w.in.File(of.name) {
					out = append(out, r.endpoint(r, w, e)...)
				}
			}
		case aFile:
			if r.file != nil {
				out = append(out, r.file(r, w, of.name)...)
			}
		case aVariable:
			if r.variable != nil {
				out = append(out, r.variable(r, w, of.name)...)
			}
		case aSetting:
			if r.setting != nil {
				out = append(out, r.setting(r, w, topology.Place{File: of.name, Start: of.start, End: of.end})...)
			}
		case aService:
			if s := w.in.Service(of.name); s != nil && r.service != nil {
				out = append(out, r.service(r, w, s)...)
			}
		case theDeclarations:
			if r.declared != nil {
				out = append(out, r.declared(r, w)...)
			}
		case theFlaws:
			if r.flaws != nil {
				out = append(out, r.flaws(r, w)...)
			}
		}
	}
	return out
}

// finish sorts the findings of a file and leaves out those that are suppressed
// or said twice.
func (f *fileFindings) finish() {
	slices.SortStableFunc(f.items, func(a, b item) int { return compare(&a.Diagnostic, &b.Diagnostic) })
	for i := range f.items {
		d := &f.items[i].Diagnostic
		if n := len(f.shown); n > 0 && same(&f.shown[n-1], d) || f.directives.suppress(d) {
			continue
		}
		f.shown = append(f.shown, *d)
	}
}
