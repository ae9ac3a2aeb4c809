package index

import (
	"fmt"
	"sort"

	"topicls/index/deploy/connector"
	"topicls/index/topology"
)

// Connectors of Kafka Connect write and read topics as they are configured. Where
// the workspace has the configuration, it has endpoints as code has, of a program
// that is named after its folder: which service the configuration is sent to can't
// be told.

// connectorsIn lists the files among some that configure connectors.
func (m *mentions) connectorsIn(paths []string) []string {
	var out []string
	for _, p := range paths {
		if f, ok := m.files.Get(p); ok && f.connector {
			out = append(out, p)
		}
	}
	return out
}

// connectors lists all files that configure connectors.
func (m *mentions) connectors() []string {
	var out []string
	for f := range m.files.All() {
		if f.connector {
			out = append(out, f.path)
		}
	}
	return out
}

// resolveConnectors makes the endpoints of the connectors that a file configures.
func (w *Workspace) resolveConnectors(p string) *resolvedFile {
	rf := &resolvedFile{path: p}
	if m, ok := w.mentions.files.Get(p); !ok || !m.connector {
		return rf
	}
	data, err := w.set.ReadFile(p)
	if err != nil {
		return rf
	}
	rf.ids = []string{w.mainService(p, w.deployed)}
	names := map[string]bool{}
	for i, t := range connector.Read(p, data) {
		at := topology.Place{File: p, Start: t.At.Start, End: t.At.End}
		e := &topology.Endpoint{
			Role: topology.Consume, Place: at, Arg: at, Library: "kafka-connect", Via: []string{t.Class}, Services: rf.ids,
		}
		if t.Produce {
			e.Role = topology.Produce
		}
		e.ID = fmt.Sprintf("%s:%s:%d", e.Role, p, i+1)
		n := topology.Name{Name: t.Name, Status: topology.Exact, Services: rf.ids, Reason: t.Reason}
		switch {
		case t.Name == "":
			n.Status = topology.Unknown
			e.Reason = t.Reason
		case t.Reason != "":
			n.Status = topology.Partial
		}
		for _, st := range t.Steps {
			n.Steps = append(n.Steps, topology.Step{Place: topology.Place{File: p, Start: st.At.Start, End: st.At.End}, What: st.What})
		}
		e.Topics = []topology.Name{n}
		if t.Group != "" {
			e.Groups = []topology.Name{{Name: t.Group, Status: topology.Exact, Services: rf.ids, Steps: n.Steps[:0:0]}}
		}
		rf.endpoints = append(rf.endpoints, e)
		if t.Name != "" {
			names[t.Name] = true
		}
	}
	for n := range names {
		rf.names = append(rf.names, n)
	}
	sort.Strings(rf.names)
	rf.touches = touchesOf(rf.endpoints)
	return rf
}
