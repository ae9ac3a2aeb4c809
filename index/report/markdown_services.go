package report

import (
	"slices"
	"strings"

	"topicls/index/topology"
)

func (m *markdown) serviceSections() {
	if len(m.apps) == 0 {
		return
	}
	m.heading(2, "Service by service")
	for i, s := range m.apps {
		if i > 0 {
			m.o.line("")
		}
		m.o.line("### ", words(m.name(s.ID)), "\n")
		if s.Environment == "" {
			m.o.line("No deployment in this workspace runs this code.\n")
		} else {
			m.o.line("Deployed in ", code(s.Environment), " at ", code(m.where(s.At)), "; code in ", orDash(codes(folders(s.Code))), m.imageOf(s), ".\n")
		}
		var rows [][]string
		for _, e := range m.Endpoints() {
			if !slices.Contains(e.Services, s.ID) {
				continue
			}
			note := "key " + codes(in(e.Keys, s.ID))
			if e.Role == topology.Consume {
				note = "group " + codes(in(e.Groups, s.ID))
			}
			if strings.HasSuffix(note, " ") {
				note = "-"
			}
			rows = append(rows, []string{string(e.Role), orDash(codes(in(e.Topics, s.ID))), orDash(code(e.Function)), code(m.where(e.Place)), codes(e.Via), note})
		}
		m.table([]string{"role", "topic", "function", "place", "by", "key or group"}, rows)
	}
}

// named is a service's name with the image it runs.
func (m *markdown) named(s *topology.Service) string {
	if s.Image == "" {
		return words(m.name(s.ID))
	}
	return words(m.name(s.ID)) + " (" + code(s.Image) + ")"
}

func (m *markdown) imageOf(s *topology.Service) string {
	if s.Image == "" {
		return ""
	}
	return "; image " + code(s.Image)
}

func (m *markdown) variables() {
	if len(m.apps) == 0 {
		return
	}
	m.heading(2, "Variables")
	var rows [][]string
	for _, s := range m.apps {
		in, _ := m.topicsOf(s.ID, topology.Consume)
		out, dead := m.topicsOf(s.ID, topology.Produce)
		rows = append(rows, []string{words(m.name(s.ID)), orDash(codes(m.brokersOf(s.ID))), orDash(codes(in)), orDash(codes(append(out, dead...))), orDash(codes(m.groupsOf(s.ID)))})
	}
	m.table([]string{"service", "bootstrap servers", "consumed topics", "produced topics", "group"}, rows)
	rows = nil
	for _, s := range m.apps {
		for _, x := range m.byApp[s.ID] {
			value := code(x.Value)
			switch {
			case x.Reason == topology.SecretReason:
				value = topology.Masked
			case !x.Known:
				value = "not known: " + words(x.Reason)
			case x.Value == "":
				value = "(empty)"
			}
			rows = append(rows, []string{words(m.name(s.ID)), code(x.Name), value, code(m.where(x.NameAt)), orDash(m.places(x.ReadAt))})
		}
	}
	if len(rows) > 0 {
		m.o.line("\nAll that the deployment sets for these services:\n")
		m.table([]string{"service", "variable", "value", "set at", "read at"}, rows)
	}
}
