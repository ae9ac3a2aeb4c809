package index

import (
	"topicls/index/topology"
)

// Page is a short text for people about one thing. [Page.Markdown] and
// [Page.Plain] render it.
type Page struct {
	Title    Line
	Sections []Section
}

// Section is a part of a page.
type Section struct {
	Head  Line // begins a part about another thing; all else is empty then
	Title string
	Lines []Line // one paragraph without Title, list items with it
	Code  string // a block of text in the form of Lang
	Lang  string
}

// Line is one line of text.
type Line []Run

// Run is a piece of a line.
type Run struct {
	Text string
	Code bool           // a name or a value
	At   topology.Place // where it leads, if File is set; without Text its place is shown
}

func text(s string) Run { return Run{Text: s} }

func quoted(s string) Run { return Run{Text: s, Code: true} }

func link(p topology.Place) Run { return Run{At: p} }

func (p *Page) add(sections ...Section) {
	for _, s := range sections {
		if len(s.Head) > 0 || len(s.Lines) > 0 || s.Code != "" {
			p.Sections = append(p.Sections, s)
		}
	}
}
