package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"topicls/index/topology"
)

// Explain writes, for every endpoint that has to do with a line (or with a
// 1-based byte column of it, if that is not 0), how its names came about,
// step by step. It reports whether there is any.
func Explain(w io.Writer, input Input, file string, line, column int, style Style) (bool, error) {
	v, o := newView(input), newOutput(w)
	found := v.at(file, line, column)
	for i, e := range found {
		if i > 0 {
			o.line("")
		}
		v.explain(o, e, style)
	}
	return len(found) > 0, o.Flush()
}

// at returns the endpoints at a line: those whose call is there, or else those
// whose names passed through it.
func (v *view) at(file string, line, column int) []*topology.Endpoint {
	on := func(p topology.Place) bool {
		if p.File != file {
			return false
		}
		l1, c1 := v.position(p.File, p.Start)
		l2, c2 := v.position(p.File, p.End)
		if line < l1 || line > l2 {
			return false
		}
		return column == 0 || (line > l1 || column >= c1) && (line < l2 || column <= c2)
	}
	var calls, passed []*topology.Endpoint
	for _, e := range v.Endpoints() {
		if on(e.Place) || on(e.Arg) {
			calls = append(calls, e)
			continue
		}
		for _, list := range [...][]topology.Name{e.Topics, e.Groups, e.Keys, e.Brokers} {
			if slices.ContainsFunc(list, func(n topology.Name) bool {
				return slices.ContainsFunc(n.Steps, func(s topology.Step) bool { return on(s.Place) }) ||
					slices.ContainsFunc(n.Vars, func(u topology.VariableUse) bool { return on(u.At) })
			}) {
				passed = append(passed, e)
				break
			}
		}
	}
	if len(calls) == 0 {
		return passed
	}
	if column == 0 { // a call may span lines: the narrowest one that begins here says most
		if begin := slices.DeleteFunc(slices.Clone(calls), func(e *topology.Endpoint) bool {
			l, _ := v.position(file, e.Place.Start)
			return l != line
		}); len(begin) > 0 {
			return begin
		}
	}
	return calls
}

func (v *view) explain(o output, e *topology.Endpoint, st Style) {
	verb := "produces"
	if e.Role == topology.Consume {
		verb = "consumes"
	}
	head := verb
	if len(e.Via) > 0 {
		head += " by " + strings.Join(e.Via, " > ")
	}
	o.line(st.bold(v.whereExactly(e.Place)), "  ", head, st.dim(" ("+e.Library+")"))
	if src := v.source(e.Place); src != "" {
		o.line("  ", st.dim(printable(src)))
	}
	runs := "run by " + v.names(e.Services)
	if e.Function != "" {
		runs = "in " + e.Function + ", " + runs
	}
	o.line("  ", runs)
	v.explainNames(o, st, "topic", e.Topics)
	v.explainNames(o, st, "group", e.Groups)
	v.explainNames(o, st, "key", e.Keys)
	v.explainNames(o, st, "broker", e.Brokers)
}

func (v *view) explainNames(o output, st Style, what string, list []topology.Name) {
	for i := range list {
		n := &list[i]
		name := st.topic(printable(n.Name))
		if n.Name == "" {
			name = "?"
		}
		o.line("\n  ", what, " ", name, "  ", st.dim(statusWords[n.Status]), st.dim(", in "+v.names(n.Services)))
		tab := &table{indent: "    "}
		for j, s := range n.Steps {
			where := ""
			if s.File != "" {
				where = v.whereExactly(s.Place)
			}
			src := ""
			if s.File != "" {
				src = v.source(s.Place)
			}
			tab.add(plain(fmt.Sprintf("%d.", j+1)), plain(where), plain(s.What), cell{src, st.dim})
		}
		tab.write(o)
		if n.Reason != "" {
			o.line("    ", n.Reason)
		}
	}
}

var statusWords = map[topology.Status]string{
	topology.Exact:   "exact: a literal or the deployment says so",
	topology.Default: "default: only the code's fallback says so",
	topology.Partial: "partial: * stands for what is not known",
	topology.Unknown: "unknown",
}
