package check

import "topicls/index/topology"

// Grading says how much the findings of rules matter, by code, where that is not
// as the rule says; "" turns a rule off. It is not to be changed.
type Grading map[string]topology.Severity

// append adds findings with their severities. One that is not certain, and so
// matters less than its rule says, matters no more for being graded up.
func (g Grading) append(out, found []topology.Diagnostic) []topology.Diagnostic {
	if len(g) == 0 {
		return append(out, found...)
	}
	for _, d := range found {
		severity, graded := g[d.Code]
		switch {
		case !graded:
		case severity == "":
			continue
		case d.Severity == severityOf(d.Code) || Rank(severity) > Rank(d.Severity):
			d.Severity = severity
		}
		out = append(out, d)
	}
	return out
}

// severityOf is the severity of a rule's certain findings.
func severityOf(code string) topology.Severity {
	for _, r := range all {
		if r.Code == code {
			return r.Severity
		}
	}
	return ""
}
