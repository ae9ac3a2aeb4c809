package report

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"topicls/index/topology"
)

// Markdown writes the inventory of a workspace: all that is to be known of its
// use of Kafka by someone who takes it over or moves it elsewhere.
func Markdown(w io.Writer, input Input) error {
	m := markdown{view: newView(input), o: newOutput(w)}
	m.prepare()
	m.summary()
	m.topicSections()
	m.chains()
	m.serviceSections()
	m.variables()
	m.messages()
	m.consumers()
	m.deadLetters()
	m.deployment()
	m.findingsList()
	return m.o.Flush()
}

type markdown struct {
	*view
	o     output
	apps  []*topology.Service // that run code that uses Kafka
	edges []edge
	all   []topology.Variable
	byApp map[string][]*topology.Variable
}

func (m *markdown) prepare() {
	m.all = m.Variables()
	m.byApp = map[string][]*topology.Variable{}
	for i := range m.all {
		m.byApp[m.all[i].Service] = append(m.byApp[m.all[i].Service], &m.all[i])
	}
	for _, s := range m.Services() {
		if m.runs(s) {
			m.apps = append(m.apps, s)
		}
	}
	for _, s := range m.apps {
		in, _ := m.topicsOf(s.ID, topology.Consume)
		out, _ := m.topicsOf(s.ID, topology.Produce)
		for _, a := range in {
			for _, b := range out {
				i := slices.IndexFunc(m.edges, func(e edge) bool { return e.from == a && e.to == b })
				if i < 0 {
					m.edges = append(m.edges, edge{from: a, to: b})
					i = len(m.edges) - 1
				}
				m.edges[i].services = append(m.edges[i].services, s.ID)
			}
		}
	}
}

// heading writes a heading with blank lines around it.
func (m *markdown) heading(level int, text string) {
	m.o.line("\n", strings.Repeat("#", level), " ", text, "\n")
}

// table writes a table, or nothing when there is no row.
func (m *markdown) table(head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	m.o.line("| ", strings.Join(head, " | "), " |")
	m.o.line(strings.Repeat("|---", len(head)), "|")
	for _, r := range rows {
		m.o.line("| ", strings.Join(r, " | "), " |")
	}
}

// code is text as a code span that stands in a table too.
func code(s string) string {
	if s == "" {
		return ""
	}
	s = strings.ReplaceAll(printable(s), "|", `\|`)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if fence != "`" {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}

func codes(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = code(s)
	}
	return strings.Join(out, ", ")
}

// words is text that stands in a table.
func words(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", "*", `\*`).Replace(printable(s))
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func (m *markdown) serviceList(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = words(m.name(id))
	}
	return orDash(strings.Join(out, ", "))
}

func (m *markdown) summary() {
	m.o.line("# Kafka inventory of ", words(filepath.Base(m.Root())))
	m.o.line("\nWritten by `topicls report`. Places are relative to the workspace.\n")
	produce, consume, open := 0, 0, 0
	status := map[topology.Status]int{}
	for _, e := range m.Endpoints() {
		if e.Role == topology.Produce {
			produce++
		} else {
			consume++
		}
		for i := range e.Topics {
			status[e.Topics[i].Status]++
		}
		if len(e.TopicNames()) == 0 {
			open++
		}
	}
	groups := map[string]bool{}
	for _, s := range m.apps {
		for _, g := range m.groupsOf(s.ID) {
			groups[g] = true
		}
	}
	dead := 0
	for _, n := range m.Topics() {
		if m.Topic(n).DeadLetterOf != "" {
			dead++
		}
	}
	rows := [][]string{
		{"services that use Kafka", fmt.Sprint(len(m.apps))},
		{"topics", fmt.Sprintf("%d, and %d for dead letters", len(m.Topics())-dead, dead)},
		{"places that produce", fmt.Sprint(produce)},
		{"places that consume", fmt.Sprint(consume)},
		{"consumer groups", fmt.Sprint(len(groups))},
		{"topic names by how sure they are", fmt.Sprintf("%d exact, %d by the code's default, %d in part, %d unknown", status[topology.Exact], status[topology.Default], status[topology.Partial], status[topology.Unknown])},
		{"findings", summary(m.Diagnostics())},
	}
	for _, e := range m.chosen() {
		rows = append(rows, []string{"environment " + code(e.ID), codes(e.Files)})
	}
	m.table([]string{"what", "how many"}, rows)
	if len(m.Endpoints()) == 0 {
		m.o.line("\nNo code that uses Kafka was found.")
		return
	}
	rows = nil
	for _, s := range m.apps {
		in, _ := m.topicsOf(s.ID, topology.Consume)
		out, _ := m.topicsOf(s.ID, topology.Produce)
		rows = append(rows, []string{words(m.name(s.ID)), orDash(codes(folders(s.Code))), orDash(codes(in)), orDash(codes(out)), orDash(codes(m.groupsOf(s.ID)))})
	}
	m.heading(2, "Services at a glance")
	m.table([]string{"service", "code", "consumes", "produces", "group"}, rows)
	if open > 0 {
		m.heading(2, "Endpoints whose topic is not known")
		rows = nil
		for _, e := range m.Endpoints() {
			if len(e.TopicNames()) == 0 {
				rows = append(rows, []string{string(e.Role), code(m.where(e.Place)), orDash(code(e.Function)), m.serviceList(e.Services), words(e.Reason)})
			}
		}
		m.table([]string{"role", "place", "function", "services", "why"}, rows)
	}
}
