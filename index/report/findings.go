package report

import (
	"io"

	"topicls/index/topology"
)

// Findings writes findings as a compiler does, one a line:
//
//	file:line:column: severity: message [code]
//
// Places that belong to a finding follow it, indented.
func Findings(w io.Writer, input Input, list []topology.Diagnostic, style Style) error {
	o := newOutput(w)
	newView(input).findings(o, list, style, true)
	return o.Flush()
}

// Summary tells in one line how many findings there are.
func Summary(list []topology.Diagnostic) string { return summary(list) }

func (v *view) findings(o output, list []topology.Diagnostic, style Style, related bool) {
	for i := range list {
		f := &list[i]
		o.line(style.bold(printable(v.whereExactly(f.Place))+":"), " ", style.severity(f.Severity), ": ", printable(f.Message), " ", style.dim("["+f.Code+"]"))
		if !related {
			continue
		}
		for _, r := range f.Related {
			if r.File != "" {
				o.line("    ", style.dim(printable(v.whereExactly(r.Place)+": "+r.Message)))
			}
		}
	}
}
