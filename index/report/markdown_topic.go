package report

import (
	"fmt"
	"slices"
	"strings"

	"topicls/index/topology"
)

func (m *markdown) topicSections() {
	if len(m.Topics()) == 0 {
		return
	}
	m.heading(2, "Topics")
	var rows [][]string
	for _, n := range m.Topics() {
		t := m.Topic(n)
		rows = append(rows, []string{code(n), m.serviceList(serviceIDs(t.Producers)), m.serviceList(serviceIDs(t.Consumers)), orDash(codes(t.DeadLetters)), orDash(code(t.DeadLetterOf))})
	}
	m.table([]string{"topic", "produced by", "consumed by", "dead letters go to", "dead letters of"}, rows)
	for _, n := range m.Topics() {
		m.topic(m.Topic(n))
	}
}

func (m *markdown) topic(t *topology.Topic) {
	m.heading(3, code(t.Name))
	if t.Pattern {
		m.o.line("`*` stands for a part of the name that is not known.\n")
	}
	if t.DeadLetterOf != "" {
		m.o.line("Dead letters of ", code(t.DeadLetterOf), ".\n")
	}
	var rows [][]string
	for _, p := range parts(t.Producers) {
		e := p.use.Endpoint
		rows = append(rows, []string{words(m.name(p.service)), orDash(code(e.Function)), code(m.where(e.Place)), orDash(codes(in(e.Keys, p.service))), string(p.use.Name.Status)})
	}
	if len(rows) == 0 {
		m.o.line("Nothing produces to it.")
	}
	m.table([]string{"produced by", "function", "place", "key", "name"}, rows)
	m.o.line("")
	rows = nil
	for _, p := range parts(t.Consumers) {
		e := p.use.Endpoint
		rows = append(rows, []string{words(m.name(p.service)), orDash(code(e.Function)), code(m.where(e.Place)), orDash(codes(in(e.Groups, p.service))), orDash(codes(topReads(e, t.Name))), orDash(m.places(e.Handlers))})
	}
	if len(rows) == 0 {
		m.o.line("Nothing consumes it.")
	}
	m.table([]string{"consumed by", "function", "place", "group", "reads", "handled at"}, rows)
	m.message(t)
	m.schemas(t.Name)
}

func (m *markdown) places(list []topology.Place) string {
	var out []string
	for _, p := range list {
		if s := code(m.where(p)); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

// topReads lists the fields that an endpoint reads of a topic's messages, in their order, each once.
func topReads(e *topology.Endpoint, topic string) []string {
	var out []string
	for i := range e.Reads {
		if p := e.Reads[i].Path; len(p) > 0 && e.Reads[i].Of(topic) && !slices.Contains(out, p[0]) {
			out = append(out, p[0])
		}
	}
	slices.Sort(out)
	return out
}

// form is one shape of a topic's messages and who sends it.
type form struct {
	payload *topology.Payload
	where   []string
}

func (m *markdown) forms(t *topology.Topic) []form {
	var out []form
	for _, u := range t.Producers {
		p := u.Endpoint.Payload
		if p == nil || len(p.Fields) == 0 {
			continue
		}
		text := example(p)
		i := slices.IndexFunc(out, func(f form) bool { return example(f.payload) == text })
		if i < 0 {
			out = append(out, form{payload: p})
			i = len(out) - 1
		}
		if w := m.where(u.Endpoint.Place); !slices.Contains(out[i].where, w) {
			out[i].where = append(out[i].where, w)
		}
	}
	return out
}

func (m *markdown) message(t *topology.Topic) {
	list, open := payloads(t)
	if len(list) == 0 {
		if len(t.Producers) > 0 {
			m.o.line("\nThe message's fields are not known.")
		}
		return
	}
	forms := m.forms(t)
	for i, f := range forms {
		title := "Message"
		if len(forms) > 1 {
			title = fmt.Sprintf("Message, form %d of %d", i+1, len(forms))
		}
		if f.payload.Type != "" {
			title += " " + code(f.payload.Type)
		}
		m.o.line("\n", title, ", sent at ", codes(f.where), ":\n")
		m.o.line("```json\n", example(f.payload), "\n```")
	}
	m.o.line("")
	var rows [][]string
	for _, f := range mergeFields(list) {
		always := "always"
		if f.Optional {
			always = "sometimes"
		}
		var written, read []string
		for _, u := range t.Producers {
			if p := u.Endpoint.Payload; p != nil && slices.ContainsFunc(p.Fields, func(x topology.Field) bool { return x.Name == f.Name }) {
				for _, s := range u.Name.Services {
					if n := words(m.name(s)); !slices.Contains(written, n) {
						written = append(written, n)
					}
				}
			}
		}
		for _, u := range t.Consumers {
			if slices.Contains(topReads(u.Endpoint, t.Name), f.Name) {
				for _, s := range u.Name.Services {
					if n := words(m.name(s)); !slices.Contains(read, n) {
						read = append(read, n)
					}
				}
			}
		}
		rows = append(rows, []string{code(f.Name), typeWords(f.Types), always, strings.Join(written, ", "), orDash(strings.Join(read, ", "))})
		rows = append(rows, innerRows(f.Name, f.Fields, f.Optional)...)
	}
	m.table([]string{"field", "type", "there", "written by", "read by"}, rows)
	if open {
		m.o.line("\nSome producers' messages are not known; they may have other fields.")
	}
}

// typeWords spells JSON types; any when they can't be told.
func typeWords(types []string) string {
	if len(types) == 0 {
		return "any"
	}
	return strings.Join(types, ", ")
}

// innerRows lists the fields inside of a field's object.
func innerRows(path string, fields []topology.Field, optional bool) [][]string {
	var rows [][]string
	for i := range fields {
		f := &fields[i]
		always := "always"
		if optional || f.Optional {
			always = "sometimes"
		}
		name := path + "." + f.Name
		rows = append(rows, []string{code(name), typeWords(f.Types), always, "", ""})
		rows = append(rows, innerRows(name, f.Fields, optional || f.Optional)...)
	}
	return rows
}
