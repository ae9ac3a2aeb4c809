package helm

import (
	"topicls/index/deploy"
)

// Helmfile's files are templates themselves. They are rendered like those of charts,
// so that what they say has its places; what Helmfile would ask the machine for
// (variables, commands, secrets) is not known.

// renderText renders a template that is no chart's, and says where each part of
// the result is edited. ok is false when it can't be rendered.
func (l *folderLoader) renderText(file string, data []byte, dot map[string]any, values []*valuesFile) (out string, edited func(start, end int) deploy.Pos, ok bool) {
	u := l.r.unit(file, file, data)
	if u.err != nil && !u.err.Absent {
		l.failed = true
		l.problem(*u.err)
		return "", nil, false
	}
	r := &rendering{tracer: newTracer()}
	outputs := r.renderJobs([]job{{name: file, unit: u, base: ".", dot: Values(dot)}})
	if len(outputs) == 0 {
		return "", nil, u.trees != nil
	}
	o := outputs[0]
	f := newFinder(r.tracer, values, nil, l.r.parseText)
	return o.text, func(start, end int) deploy.Pos {
		if p := f.place(o, deploy.Pos{Start: uint32(start), End: uint32(end)}).Pos; p.File != "" {
			return p
		}
		return u.pos(0, 0)
	}, true
}
