package check

import (
	"fmt"
	"slices"
	"strings"

	"topicls/index/topology"
)

// world is what the rules need to know of the whole workspace to judge one
// part of it.
type world struct {
	in       Input
	services map[string]*topology.Service
	// by role:
	any      map[topology.Role]bool // some application code does this
	unknown  map[topology.Role]int  // endpoints whose topic is not known
	patterns map[topology.Role][]string
	relays   []string // services that read and write topics as they are configured
	deploys  bool     // some service of a deployment runs code that uses Kafka

	variables map[string][]*topology.Variable // by the words of their values; filled when asked for often
	asked     int
	byService map[[2]string]*topology.Variable
	mayReads  map[[2]string]bool // by service and name: what mayRead found
	follows   map[string]bool    // ids of services with code that was read
	texts     map[string][]byte
	orphans   map[topology.Role]map[int][]string // topics without the role's side, by length
	hostsOf   map[string]map[string]bool         // host names by environment; nil: not all are known
}

// worldKey is the part of a world that all topics' findings depend on.
type worldKey struct {
	anyProduce, anyConsume         bool
	unknownProduce, unknownConsume int
	patterns                       string
}

func newWorld(in Input) *world {
	w := &world{
		in: in, services: map[string]*topology.Service{}, any: map[topology.Role]bool{}, unknown: map[topology.Role]int{},
		patterns: map[topology.Role][]string{}, follows: map[string]bool{}, texts: map[string][]byte{},
	}
	for _, s := range in.Services() {
		w.services[s.ID] = s
		w.follows[s.ID] = !s.Infra && len(s.Files) > 0
		if isRelay(s) {
			w.relays = append(w.relays, s.Name)
		}
		w.deploys = w.deploys || s.Environment != "" && len(s.Files) > 0
	}
	for _, e := range in.Endpoints() {
		w.any[e.Role] = true
		for i := range e.Topics {
			n := &e.Topics[i]
			if n.Status == topology.Unknown || n.Status == topology.Partial && vague(n.Name) {
				w.unknown[e.Role]++
				break
			}
		}
	}
	for _, name := range in.Topics() {
		if strings.IndexByte(name, '*') < 0 || vague(name) {
			continue
		}
		t := in.Topic(name)
		if t == nil || !t.Pattern {
			continue
		}
		if len(t.Producers) > 0 {
			w.patterns[topology.Produce] = append(w.patterns[topology.Produce], name)
		}
		if len(t.Consumers) > 0 {
			w.patterns[topology.Consume] = append(w.patterns[topology.Consume], name)
		}
	}
	return w
}

func (w *world) key() worldKey {
	return worldKey{
		w.any[topology.Produce], w.any[topology.Consume], w.unknown[topology.Produce], w.unknown[topology.Consume],
		strings.Join(w.patterns[topology.Produce], "\x00") + "\x01" + strings.Join(w.patterns[topology.Consume], "\x00"),
	}
}

// vague reports whether a pattern says so little that it may mean any topic.
func vague(pattern string) bool {
	return len(strings.Trim(strings.ReplaceAll(pattern, "*", ""), separators)) < 3
}

// matches reports whether a name fits a pattern, whose "*" stands for anything.
func matches(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	rest, ok := strings.CutPrefix(name, parts[0])
	if !ok {
		return false
	}
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, p)
		if i < 0 {
			return false
		}
		rest = rest[i+len(p):]
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}

func (w *world) matched(role topology.Role, name string) bool {
	return slices.ContainsFunc(w.patterns[role], func(p string) bool { return matches(p, name) })
}

// doubt is how far it is certain that a topic lacks a side.
type doubt struct {
	none bool   // it does not lack it, or nobody can tell
	why  string // why it is not certain; "" when it is
}

// lacks judges whether a topic lacks the side of a role. It has none in the code.
func (w *world) lacks(t *topology.Topic, role topology.Role) doubt {
	here := t.Producers
	if role == topology.Produce {
		here = t.Consumers
	}
	if t.Pattern || len(here) == 0 || w.matched(role, t.Name) {
		return doubt{none: true}
	}
	mine := map[string]bool{}
	except := map[string]bool{}
	deployed := false
	for _, u := range here {
		except[u.Endpoint.Place.File] = true
		for _, s := range u.Name.Services {
			mine[s] = true
			deployed = deployed || w.isDeployed(s)
		}
		for _, s := range u.Name.Steps {
			except[s.File] = true
		}
	}
	for _, e := range w.in.Environments() {
		for _, f := range e.Files {
			except[f] = true
		}
	}
	why := ""
	for _, v := range w.naming(t.Name) {
		except[v.NameAt.File], except[v.ValueAt.File] = true, true
		for _, o := range v.Origin {
			except[o.File] = true
		}
		if s := w.services[v.Service]; mine[v.Service] || s == nil || s.Broker {
			continue
		}
		if !w.follows[v.Service] { // code that was not read is told the name: it will use it
			return doubt{none: true}
		}
		why = fmt.Sprintf("%s is given the name in %s, but what it does with it was not found", w.name(v.Service), v.Name)
	}
	if w.in.Mentioned(t.Name, except) {
		return doubt{none: true}
	}
	switch {
	case why != "":
	case w.unknown[role] > 0:
		why = fmt.Sprintf("%s of a topic that is not known may", count(w.unknown[role], noun(role)))
	case w.unread() != "":
		why = w.unread() + " may, but its code was not read"
	case !w.any[role]:
		why = fmt.Sprintf("no code of this workspace has %ss", noun(role))
	case len(w.relays) > 0:
		why = fmt.Sprintf("%s may, as it is configured at run time", strings.Join(w.relays, ", "))
	case !deployed:
		why = "no deployed service runs this code"
	}
	return doubt{why: why}
}

// unread names a deployed service whose code was not read, or is "".
func (w *world) unread() string {
	for _, s := range w.in.Services() {
		if s.Unread && s.Environment != "" && !s.Broker {
			return s.Name
		}
	}
	return ""
}

func noun(r topology.Role) string {
	if r == topology.Produce {
		return "producer"
	}
	return "consumer"
}

func count(n int, what string) string {
	if n == 1 {
		return "a " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// naming returns the variables whose value names a topic, alone or in a list.
func (w *world) naming(topic string) []*topology.Variable {
	vars := w.in.Variables()
	if w.variables == nil && w.asked < 8 { // for a few topics, looking is cheaper than an index
		w.asked++
		var out []*topology.Variable
		for i := range vars {
			if v := &vars[i]; len(v.Value) >= len(topic) && strings.Contains(v.Value, topic) && slices.Contains(valueWords(v), topic) {
				out = append(out, v)
			}
		}
		return out
	}
	if w.variables == nil {
		w.variables = map[string][]*topology.Variable{}
		for i := range vars {
			v := &vars[i]
			for _, p := range valueWords(v) {
				if list := w.variables[p]; len(list) == 0 || list[len(list)-1] != v {
					w.variables[p] = append(list, v)
				}
			}
		}
	}
	return w.variables[topic]
}

// valueWords splits a variable's value where it may be a list.
func valueWords(v *topology.Variable) []string {
	if !v.Known || v.Value == "" || len(v.Value) > 4096 {
		return nil
	}
	return strings.FieldsFunc(v.Value, func(r rune) bool { return strings.ContainsRune(", ;|[]\"'\t\n", r) })
}

// variable returns a service's variable, or nil.
func (w *world) variable(service, name string) *topology.Variable {
	if w.byService == nil {
		vars := w.in.Variables()
		w.byService = make(map[[2]string]*topology.Variable, len(vars))
		for i := range vars {
			w.byService[[2]string{vars[i].Service, vars[i].Name}] = &vars[i]
		}
	}
	return w.byService[[2]string{service, name}]
}

// isDeployed reports whether an id is of a service that a deployment file names.
func (w *world) isDeployed(id string) bool {
	s := w.services[id]
	return s != nil && s.Environment != ""
}

func (w *world) name(id string) string {
	if s := w.services[id]; s != nil && s.Name != "" {
		return s.Name
	}
	return id
}

// names lists services by name, in their order, each once.
func (w *world) names(ids []string) []string {
	var out []string
	for _, id := range ids {
		if n := w.name(id); !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// users lists the services of uses by name, sorted by id.
func (w *world) users(uses []topology.Use) []string {
	seen := map[string]bool{}
	var ids []string
	for _, u := range uses {
		for _, s := range u.Name.Services {
			if !seen[s] {
				seen[s] = true
				ids = append(ids, s)
			}
		}
	}
	slices.Sort(ids)
	return w.names(ids)
}

// and joins names for a sentence, at most four of them.
func and(names []string) string {
	switch n := len(names); {
	case n == 0:
		return "no service"
	case n == 1:
		return names[0]
	case n > 4:
		return fmt.Sprintf("%s and %d others", strings.Join(names[:3], ", "), n-3)
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// text returns a file's bytes; nil when it can't be read.
func (w *world) text(file string) []byte {
	if t, ok := w.texts[file]; ok {
		return t
	}
	t, _ := w.in.Text(file)
	w.texts[file] = t
	return t
}

// at is where an endpoint's topic is given, or else the call.
func at(e *topology.Endpoint) topology.Place {
	if e.Arg.File != "" {
		return e.Arg
	}
	return e.Place
}

// relatedUses are the places of uses, each once and at most eight, but for
// that of the finding itself.
func (w *world) relatedUses(uses []topology.Use, what string, self topology.Place) []topology.Related {
	var places []topology.Place
	services := map[topology.Place][]topology.Use{}
	for _, u := range uses {
		p := at(u.Endpoint)
		if p == self {
			continue
		}
		if services[p] == nil {
			if len(places) == 8 {
				continue
			}
			places = append(places, p)
		}
		services[p] = append(services[p], u)
	}
	var out []topology.Related
	for _, p := range places {
		out = append(out, topology.Related{Place: p, Message: what + " by " + and(w.users(services[p]))})
	}
	return out
}

// relays are programs that read or write topics as they are told at run time,
// by words of their service's or image's name.
var relays = []string{
	"connect", "debezium", "mirrormaker", "mirror-maker", "ksql", "ksqldb", "flink", "spark", "logstash", "fluentd", "fluent-bit", "fluentbit",
	"vector", "telegraf", "filebeat", "metricbeat", "nifi", "streamsets", "benthos", "redpanda-connect", "materialize", "risingwave",
	"clickhouse", "druid", "pinot", "mqtt", "rest-proxy", "kafka-rest", "akhq-connect", "camel", "airbyte", "opensearch-ingestion", "data-prepper",
	"otel", "opentelemetry", "jaeger-ingester", "schemaspy", "n8n", "node-red", "nodered", "kafka-bridge", "starrocks", "doris",
}

func isRelay(s *topology.Service) bool {
	if !s.Infra {
		return false
	}
	for _, text := range [...]string{s.Name, s.Image} {
		words := splitWords(text)
		for _, r := range relays {
			mark := strings.Split(r, "-")
			for i := range words {
				if matchWords(words[i:], mark) {
					return true
				}
			}
		}
	}
	return false
}
