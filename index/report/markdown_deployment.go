package report

import (
	"fmt"
	"slices"
	"strings"

	"topicls/index/topology"
)

// deployment checks what is deployed against what the code does.
func (m *markdown) deployment() {
	if len(m.chosen()) == 0 {
		return
	}
	m.heading(2, "Deployment against code")
	var images, idle, undeployed []string
	for _, s := range m.Services() {
		switch {
		case s.Environment == "":
			name := words(m.name(s.ID))
			if len(s.DeployedIn) > 0 {
				name += " (deployed in " + codes(s.DeployedIn) + ")"
			}
			undeployed = append(undeployed, name)
		case m.runs(s):
		case s.Infra:
			images = append(images, m.named(s))
		default:
			idle = append(idle, m.named(s))
		}
	}
	say := func(what string, list []string) {
		if len(list) > 0 {
			m.o.line("- ", what, ": ", strings.Join(list, ", "))
		}
	}
	say("services with code of the workspace that uses Kafka", []string{fmt.Sprint(len(m.apps) - len(undeployed))})
	say("images", images)
	say("services whose code uses no Kafka, or is not read", idle)
	say("code that uses Kafka and that no service runs", undeployed)
	var unread, given [][]string
	for _, s := range m.apps {
		for _, x := range m.byApp[s.ID] {
			if len(x.ReadAt) == 0 {
				unread = append(unread, []string{words(m.name(s.ID)), code(x.Name), code(m.where(x.NameAt))})
			}
			if t := m.Topic(x.Value); x.Known && t != nil && !slices.Contains(serviceIDs(t.Producers), s.ID) && !slices.Contains(serviceIDs(t.Consumers), s.ID) {
				given = append(given, []string{words(m.name(s.ID)), code(x.Name), code(x.Value), code(m.where(x.NameAt))})
			}
		}
	}
	if len(given) > 0 {
		m.o.line("\nTopics that a service is told of and does not use:\n")
		m.table([]string{"service", "variable", "topic", "set at"}, given)
	}
	if len(unread) > 0 {
		m.o.line("\nVariables that are set, and that no code Topicls has read reads (libraries and other files may):\n")
		m.table([]string{"service", "variable", "set at"}, unread)
	}
	var unset [][]string
	reads := m.Reads()
	for i := range reads {
		r := &reads[i]
		var lacking []string
		for _, id := range r.Services {
			if s := m.services[id]; s != nil && s.Environment != "" && !slices.ContainsFunc(m.byApp[id], func(x *topology.Variable) bool { return x.Name == r.Name }) {
				lacking = append(lacking, id)
			}
		}
		if len(lacking) == 0 {
			continue
		}
		fallback := "none"
		switch {
		case r.HasDefault && r.Default != "":
			fallback = code(r.Default)
		case r.HasDefault:
			fallback = "computed or empty"
		case r.Required:
			fallback = "none: the read fails"
		}
		unset = append(unset, []string{m.serviceList(lacking), code(r.Name), fallback, code(m.where(r.At))})
	}
	if len(unset) > 0 {
		m.o.line("\nVariables that code reads and the deployment does not set:\n")
		m.table([]string{"service", "variable", "default", "read at"}, unset)
	}
}

func (m *markdown) findingsList() {
	if list := m.Diagnostics(); len(list) > 0 {
		m.heading(2, "Findings")
		var rows [][]string
		for i := range list {
			f := &list[i]
			rows = append(rows, []string{string(f.Severity), code(m.where(f.Place)), words(f.Message), code(f.Code)})
		}
		m.table([]string{"severity", "place", "what", "rule"}, rows)
	}
	if notes := m.Notes(); len(notes) > 0 {
		m.heading(2, "What could not be read")
		for _, n := range notes {
			where := n.Place.File
			if n.Place.End > 0 {
				where = m.where(n.Place)
			}
			m.o.line("- ", code(where), ": ", words(n.Message))
		}
	}
}
