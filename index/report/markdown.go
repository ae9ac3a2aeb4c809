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

// edge is a service that consumes one topic and produces another.
type edge struct {
	from, to string // topics
	services []string
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

// plainTopics lists the topics that are neither patterns nor for dead letters.
func (m *markdown) plainTopics() []*topology.Topic {
	var out []*topology.Topic
	for _, n := range m.Topics() {
		if t := m.Topic(n); t.DeadLetterOf == "" && !t.Pattern {
			out = append(out, t)
		}
	}
	return out
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

// folders lists the folders of code that is given file by file.
func folders(list []string) []string {
	if len(list) < 2 {
		return list
	}
	var out []string
	for _, p := range list {
		if i := strings.LastIndexByte(p, '/'); i > 0 && strings.Contains(p[i:], ".") {
			p = p[:i]
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

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
		rows = append(rows, []string{words(m.name(p.service)), orDash(code(e.Function)), code(m.where(e.Place)), orDash(codes(in(e.Groups, p.service))), orDash(codes(topReads(e))), orDash(m.places(e.Handlers))})
	}
	if len(rows) == 0 {
		m.o.line("Nothing consumes it.")
	}
	m.table([]string{"consumed by", "function", "place", "group", "reads", "handled at"}, rows)
	m.message(t)
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

// topReads lists the fields that an endpoint reads, in their order, each once.
func topReads(e *topology.Endpoint) []string {
	var out []string
	for i := range e.Reads {
		if p := e.Reads[i].Path; len(p) > 0 && !slices.Contains(out, p[0]) {
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
			if slices.Contains(topReads(u.Endpoint), f.Name) {
				for _, s := range u.Name.Services {
					if n := words(m.name(s)); !slices.Contains(read, n) {
						read = append(read, n)
					}
				}
			}
		}
		rows = append(rows, []string{code(f.Name), orDash(strings.Join(f.Types, ", ")), always, strings.Join(written, ", "), orDash(strings.Join(read, ", "))})
	}
	m.table([]string{"field", "type", "there", "written by", "read by"}, rows)
	if open {
		m.o.line("\nSome producers' messages are not known; they may have other fields.")
	}
}

func (m *markdown) chains() {
	topics := m.plainTopics()
	var lines []string
	for _, t := range topics {
		if len(t.Producers) > 0 && len(t.Consumers) > 0 {
			lines = append(lines, fmt.Sprintf("- %s > %s > %s", m.serviceList(serviceIDs(t.Producers)), code(t.Name), m.serviceList(serviceIDs(t.Consumers))))
		}
	}
	if len(lines) == 0 {
		return
	}
	m.heading(2, "Chains")
	for _, l := range lines {
		m.o.line(l)
	}
	if paths, more := m.paths(); len(paths) > 0 {
		m.o.line("\nFrom end to end:\n")
		for _, p := range paths {
			m.o.line("- ", p)
		}
		if more {
			m.o.line("- and more")
		}
	}
	var dangling []string
	for _, t := range topics {
		switch {
		case len(t.Consumers) == 0:
			dangling = append(dangling, fmt.Sprintf("- %s ends with %s: nothing consumes it", code(t.Name), m.serviceList(serviceIDs(t.Producers))))
		case len(t.Producers) == 0:
			dangling = append(dangling, fmt.Sprintf("- %s comes from outside: nothing here produces it for %s", code(t.Name), m.serviceList(serviceIDs(t.Consumers))))
		}
	}
	if len(dangling) > 0 {
		m.o.line("\nOpen ends:\n")
		for _, l := range dangling {
			m.o.line(l)
		}
	}
}

const maxPaths = 50

// paths lists the ways from topics that come from no other topic to those that
// lead to no other. A way that comes round ends there.
func (m *markdown) paths() (out []string, more bool) {
	next := map[string][]edge{}
	entered := map[string]bool{}
	for _, e := range m.edges {
		next[e.from] = append(next[e.from], e)
		if e.to != e.from {
			entered[e.to] = true
		}
	}
	var walk func(topic, path string, seen []string)
	walk = func(topic, path string, seen []string) {
		if len(out) >= maxPaths {
			more = true
			return
		}
		path += code(topic)
		if slices.Contains(seen, topic) {
			out = append(out, path+" (again)")
			return
		}
		if len(next[topic]) == 0 {
			if ids := serviceIDs(m.Topic(topic).Consumers); len(ids) > 0 {
				path += " > " + m.serviceList(ids)
			}
			if len(seen) > 0 {
				out = append(out, path)
			}
			return
		}
		for _, e := range next[topic] {
			walk(e.to, path+" > "+m.serviceList(e.services)+" > ", append(slices.Clone(seen), topic))
		}
	}
	for _, t := range m.plainTopics() {
		if !entered[t.Name] && len(next[t.Name]) > 0 {
			start := ""
			if ids := serviceIDs(t.Producers); len(ids) > 0 {
				start = m.serviceList(ids) + " > "
			}
			walk(t.Name, start, nil)
		}
	}
	return out, more
}

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
			m.o.line("Deployed in ", code(s.Environment), " at ", code(m.where(s.At)), "; code in ", orDash(codes(folders(s.Code))), ".\n")
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

func (m *markdown) consumers() {
	var rows [][]string
	for _, s := range m.apps {
		topics, _ := m.topicsOf(s.ID, topology.Consume)
		if len(topics) < 2 {
			continue
		}
		var where []string
		for _, e := range m.Endpoints() {
			if e.Role == topology.Consume && slices.Contains(e.Services, s.ID) {
				where = append(where, m.where(e.Place))
			}
		}
		rows = append(rows, []string{words(m.name(s.ID)), codes(topics), codes(m.groupsOf(s.ID)), codes(where)})
	}
	if len(rows) > 0 {
		m.heading(2, "Consumers of several topics")
		m.table([]string{"service", "topics", "group", "places"}, rows)
	}
	heading := func() {
		m.heading(2, "Consumers that hold messages back")
		m.o.line("They keep state between messages and produce only when it is complete. A step that runs once for each message can't",
			" take their place.\n")
	}
	for _, e := range m.Endpoints() {
		if len(e.Stateful) == 0 {
			continue
		}
		if heading != nil {
			heading()
			heading = nil
		}
		m.o.line("- ", m.serviceList(e.Services), ", consuming ", codes(e.TopicNames()), " at ", code(m.where(e.Place)), ":")
		for i, s := range e.Stateful {
			m.o.linef("  %d. %s: %s", i+1, code(m.where(s.Place)), words(s.What))
		}
	}
}

func (m *markdown) deadLetters() {
	var rows [][]string
	for _, n := range m.Topics() {
		t := m.Topic(n)
		if t.DeadLetterOf == "" {
			continue
		}
		var where []string
		for _, u := range t.Producers {
			if w := m.where(u.Endpoint.Place); !slices.Contains(where, w) {
				where = append(where, w)
			}
		}
		rows = append(rows, []string{code(n), code(t.DeadLetterOf), m.serviceList(serviceIDs(t.Producers)), m.serviceList(serviceIDs(t.Consumers)), orDash(codes(where))})
	}
	if len(rows) > 0 {
		m.heading(2, "Dead letters")
		m.table([]string{"topic", "of", "produced by", "consumed by", "places"}, rows)
	}
}

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
			undeployed = append(undeployed, words(m.name(s.ID)))
		case m.runs(s):
		case s.Infra:
			images = append(images, words(m.name(s.ID)))
		default:
			idle = append(idle, words(m.name(s.ID)))
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
