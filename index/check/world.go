package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"topicls/index/topology"
)

// world is what the rules need to know of the whole workspace to judge one
// part of it. It is kept from one state to the next: indexes that an update
// brings up to date, and what was asked for as long as it holds.
type world struct {
	in Input
	ambient
	patterns map[topology.Role][]string // of topics, by role
	inEnv    map[string]map[string]bool // ids of services by environment

	names    nameIndex                               // of topics
	words    map[string][]variableKey                // variables by the words of their values
	places   map[string]map[topology.Place][]string  // services by the place that sets a variable for them, by its file
	needs    map[string]map[string]bool              // files by a variable that they can't do without
	needsOf  map[string]map[string]int               // those variables by service, with how many times
	mayReads map[string]map[string]bool              // by service and name: what mayRead found
	hostsOf  map[string]map[string]bool              // host names by environment; nil: not all are known
	texts    map[string][]byte                       // asked for in this update
	fields   map[*topology.Topic]writtenFields       // that are written to topics; asked for in this update
	toldOf   map[*topology.Topic]bool                // what told found; asked for in this update
	readers  map[topology.Place][]*topology.Endpoint // that read a field at a place; asked for in this update
	envFiles map[string]bool                         // files of environments, and those that their variables come from
}

type variableKey struct{ service, name string }

func newWorld() *world {
	return &world{
		in: nothing{}, ambient: newAmbient(), patterns: map[topology.Role][]string{},
		inEnv: map[string]map[string]bool{}, names: nameIndex{}, words: map[string][]variableKey{},
		places: map[string]map[topology.Place][]string{}, needs: map[string]map[string]bool{}, needsOf: map[string]map[string]int{},
		mayReads: map[string]map[string]bool{}, hostsOf: map[string]map[string]bool{},
	}
}

// nothing is the state before the first.
type nothing struct{}

func (nothing) Topics() []string                           { return nil }
func (nothing) Topic(string) *topology.Topic               { return nil }
func (nothing) EndpointFiles() []string                    { return nil }
func (nothing) File(string) []*topology.Endpoint           { return nil }
func (nothing) Through(string) []string                    { return nil }
func (nothing) Services() []*topology.Service              { return nil }
func (nothing) Service(string) *topology.Service           { return nil }
func (nothing) VariablesOf(string) []topology.Variable     { return nil }
func (nothing) ReadFiles() []string                        { return nil }
func (nothing) ReadsIn(string) []topology.VariableRead     { return nil }
func (nothing) Environments() []topology.Environment       { return nil }
func (nothing) Elsewhere(string) []topology.Elsewhere      { return nil }
func (nothing) SetElsewhere(string, string) bool           { return false }
func (nothing) Mentioned(string, func(string) bool) bool   { return false }
func (nothing) ServiceMentions(string, string) bool        { return false }
func (nothing) MountsVariable(string, string) bool         { return false }
func (nothing) Settings() *Settings                        { return nil }
func (nothing) Flaws() []Flaw                              { return nil }
func (nothing) Text(string) ([]byte, bool)                 { return nil, false }
func (nothing) ValuesFiles() []string                      { return nil }
func (nothing) UnusedValues(string) []topology.UnusedValue { return nil }
func (nothing) DeclaredTopics() []string                   { return nil }
func (nothing) Schemas(string) []topology.Schema           { return nil }
func (nothing) Operations(string) []topology.Operation     { return nil }
func (nothing) DescribedTopics() []string                  { return nil }
func (nothing) Declarations(string) []topology.Declaration { return nil }
func (nothing) DeclaresOpen() bool                         { return false }
func (nothing) Undeployed(string) []topology.Undeployed    { return nil }
func (nothing) Imported(string) []topology.Imported        { return nil }

// enter goes over to the next state. What was asked of the one before is gone.
func (w *world) enter(in Input) {
	w.in, w.envFiles = in, map[string]bool{}
	w.forget()
	for _, e := range in.Environments() {
		for _, f := range e.Files {
			w.envFiles[f] = true
		}
		for _, f := range e.Read {
			w.envFiles[f] = true
		}
	}
}

// forget drops what was asked for in an update.
func (w *world) forget() {
	w.texts, w.readers = map[string][]byte{}, map[topology.Place][]*topology.Endpoint{}
	w.fields, w.toldOf = map[*topology.Topic]writtenFields{}, map[*topology.Topic]bool{}
}

// countEndpoints counts the endpoints of a file in or, with -1, out.
func (w *world) countEndpoints(endpoints []*topology.Endpoint, n int) {
	for _, e := range endpoints {
		w.any[e.Role] += n
		for i := range e.Topics {
			t := &e.Topics[i]
			if t.Status == topology.Unknown || t.Status == topology.Partial && vague(t.Name) {
				w.unknown[e.Role] += n
				break
			}
		}
	}
}

// noteTopic takes in that a topic came, went or has other sides.
func (w *world) noteTopic(name string, before, after *topology.Topic) {
	if before == nil && after != nil {
		w.names.add(name)
	} else if before != nil && after == nil {
		w.names.remove(name)
	}
	w.whole += bothSides(after) - bothSides(before)
	if strings.IndexByte(name, '*') < 0 || vague(name) {
		return
	}
	note := func(role topology.Role, has bool) {
		list := w.patterns[role]
		if i, had := slices.BinarySearch(list, name); has && !had {
			w.patterns[role] = slices.Insert(slices.Clone(list), i, name)
		} else if had && !has {
			w.patterns[role] = slices.Delete(slices.Clone(list), i, i+1)
		}
	}
	note(topology.Produce, after != nil && after.Pattern && len(after.Producers) > 0)
	note(topology.Consume, after != nil && after.Pattern && len(after.Consumers) > 0)
}

// bothSides is 1 for a topic that is produced and consumed here, else 0.
func bothSides(t *topology.Topic) int {
	if t == nil || len(t.Producers) == 0 || len(t.Consumers) == 0 {
		return 0
	}
	return 1
}

// servicesOf returns the services of an environment, by id.
func (w *world) servicesOf(env string) []*topology.Service {
	var out []*topology.Service
	for _, id := range slices.Sorted(maps.Keys(w.inEnv[env])) {
		if s := w.in.Service(id); s != nil {
			out = append(out, s)
		}
	}
	return out
}

// noteService takes in a service that was, and as it is now; nil when it was or
// is none.
func (w *world) noteService(id string, was, s *topology.Service) {
	if was != nil && (s == nil || s.Environment != was.Environment) {
		delete(w.inEnv[was.Environment], id)
	}
	if s != nil {
		if w.inEnv[s.Environment] == nil {
			w.inEnv[s.Environment] = map[string]bool{}
		}
		w.inEnv[s.Environment][id] = true
	}
	delete(w.relays, id)
	delete(w.unread, id)
	delete(w.code, id)
	delete(w.systems, id)
	delete(w.mayReads, id)
	if s != nil && isRelay(s) {
		w.relays[id] = s.Name
	}
	if s != nil && !s.Infra && !s.Broker && len(s.Files) > 0 {
		w.code[id] = strings.Join(s.Code, ",")
		if s.Environment == "" || w.isCompose(s.Environment) {
			w.systems[id] = true
		}
	}
	if s != nil && s.Unread && s.Environment != "" && !s.Broker {
		w.unread[id] = s.Name
	}
}

func (w *world) isCompose(env string) bool {
	return slices.ContainsFunc(w.in.Environments(), func(e topology.Environment) bool { return e.ID == env && e.Kind == "compose" })
}

// noteVariable takes a variable in or, with false, out.
func (w *world) noteVariable(v *topology.Variable, in bool) {
	k := variableKey{v.Service, v.Name}
	for _, word := range valueWords(v) {
		list := w.words[word]
		i := slices.Index(list, k)
		switch {
		case in && i < 0:
			w.words[word] = append(list, k)
		case !in && i >= 0 && len(list) == 1:
			delete(w.words, word)
		case !in && i >= 0:
			w.words[word] = slices.Delete(list, i, i+1)
		}
	}
	if v.NameAt.File == "" {
		return
	}
	file := w.places[v.NameAt.File]
	if file == nil {
		file = map[topology.Place][]string{}
		w.places[v.NameAt.File] = file
	}
	list := file[v.NameAt]
	i, had := slices.BinarySearch(list, v.Service)
	switch {
	case in && !had:
		file[v.NameAt] = slices.Insert(list, i, v.Service)
	case !in && had:
		if file[v.NameAt] = slices.Delete(list, i, i+1); len(list) == 1 {
			if delete(file, v.NameAt); len(file) == 0 {
				delete(w.places, v.NameAt.File)
			}
		}
	}
}

// need is a place where code can't do without a variable.
type need struct {
	name     string
	at       topology.Place
	services []string
	topic    bool // it names a topic
}

// needsIn lists what the code of a file can't do without: first the variables
// that the names of topics need, then those that are read without a default.
func needsIn(in Input, file string) []need {
	var out []need
	for _, e := range in.File(file) {
		for i := range e.Topics {
			n := &e.Topics[i]
			if n.Status != topology.Unknown {
				continue
			}
			for j := range n.Vars {
				if v := &n.Vars[j]; !v.HasDefault && !v.Soft {
					out = append(out, need{v.Name, v.At, n.Services, true})
				}
			}
		}
	}
	for _, e := range in.File(file) { // for services in environments that do not answer
		for i := range e.OtherTopics {
			n := &e.OtherTopics[i]
			if n.Status != topology.Unknown {
				continue
			}
			for j := range n.Vars {
				if v := &n.Vars[j]; !v.HasDefault && !v.Soft {
					out = append(out, need{v.Name, v.At, n.Services, true})
				}
			}
		}
	}
	reads := in.ReadsIn(file)
	for i := range reads {
		if v := &reads[i]; v.Required && !v.HasDefault && !v.Soft {
			out = append(out, need{v.Name, v.At, v.Services, false})
		}
	}
	return out
}

// noteNeeds takes what a file needs in or, with -1, out.
func (w *world) noteNeeds(file string, list []need, n int) {
	for _, x := range list {
		files := w.needs[x.name]
		if files == nil {
			files = map[string]bool{}
			w.needs[x.name] = files
		}
		if n > 0 {
			files[file] = true
		} else if delete(files, file); len(files) == 0 {
			delete(w.needs, x.name)
		}
		for _, id := range x.services {
			names := w.needsOf[id]
			if names == nil {
				names = map[string]int{}
				w.needsOf[id] = names
			}
			if names[x.name] += n; names[x.name] == 0 {
				if delete(names, x.name); len(names) == 0 {
					delete(w.needsOf, id)
				}
			}
		}
	}
}

// follows reports whether a service has code that was read.
func (w *world) follows(id string) bool {
	s := w.in.Service(id)
	return s != nil && !s.Infra && len(s.Files) > 0
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

// Matches reports whether a name fits a pattern, whose "*" stands for anything.
func Matches(pattern, name string) bool { return matches(pattern, name) }

// Vague reports whether a pattern says so little that it may mean any topic.
func Vague(pattern string) bool { return vague(pattern) }

func (w *world) matched(role topology.Role, name string) bool {
	return slices.ContainsFunc(w.patterns[role], func(p string) bool { return matches(p, name) })
}

// doubt is how far it is certain that a topic lacks a side.
type doubt struct {
	none     bool   // it does not lack it, or nobody can tell
	why      string // why it is not certain, as far as the topic itself says so; see world.reason
	role     topology.Role
	known    []topology.Undeployed // where the side is, in services that are not deployed
	deployed bool                  // a deployed service runs the code on the side that it has
	sided    bool                  // one of its sides is all that there is of it, no other topic has a name like it
}

// lacks judges whether a topic lacks the side of a role. It has none in the code.
func (w *world) lacks(t *topology.Topic, role topology.Role) doubt {
	here := t.Producers
	if role == topology.Produce {
		here = t.Consumers
	}
	if t.Pattern || len(here) == 0 || w.matched(role, t.Name) || w.in.Settings().IsExternal(t.Name) || w.imports(t.Name, role) {
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
	why := ""
	for _, v := range w.naming(t.Name) {
		except[v.NameAt.File], except[v.ValueAt.File] = true, true
		for _, o := range v.Origin {
			except[o.File] = true
		}
		if s := w.in.Service(v.Service); mine[v.Service] || s == nil || s.Broker {
			continue
		}
		if !w.follows(v.Service) { // code that was not read is told the name: it will use it
			return doubt{none: true}
		}
		why = fmt.Sprintf("%s is given the name in %s, but what it does with it was not found", w.name(v.Service), v.Name)
	}
	if w.describedElsewhere(t.Name, role, except) || w.in.Mentioned(t.Name, w.outside(except)) {
		return doubt{none: true}
	}
	return doubt{why: why, role: role, deployed: deployed}
}

// describedElsewhere reports whether a document says that a program which is none
// of the services has a role on a topic. The documents' mentions of the topic are
// known and go to except. AsyncAPI 2 is often read the wrong way round: what it says
// of somebody may be either role.
func (w *world) describedElsewhere(topic string, role topology.Role, except map[string]bool) bool {
	for _, d := range w.in.Declarations(topic) {
		if d.Described {
			except[d.At.File] = true
		}
	}
	return slices.ContainsFunc(w.in.Operations(topic), func(o topology.Operation) bool {
		return o.Service == "" && (o.Role == role || o.Word == "publish" || o.Word == "subscribe")
	})
}

// imports reports whether another repository has a side of a topic.
func (w *world) imports(topic string, role topology.Role) bool {
	return slices.ContainsFunc(w.in.Imported(topic), func(i topology.Imported) bool { return i.Role == role })
}

// reason says why it is not certain that a topic lacks a side; "" when it is.
func (w *world) reason(d doubt) string {
	if d.why != "" {
		return d.why
	}
	if w.hasUnknown(d.role) {
		return fmt.Sprintf("%s of a topic that is not known may", count(w.countUnknown(d.role), noun(d.role)))
	}
	relays, unread := w.others()
	switch {
	case unread != "":
		return unread + " may, but its code was not read"
	case w.hasNone(d.role) && len(d.known) == 0:
		return fmt.Sprintf("no code of this workspace has %ss", noun(d.role))
	case relays != "":
		return relays + " may, as it is configured at run time"
	case !d.deployed:
		return "no deployed service runs this code"
	case d.sided && len(d.known) == 0 && w.onlyService():
		return "this is one service's repository: others are elsewhere"
	}
	return ""
}

// outside returns which files' mentions of a topic count: not those of
// environments, which set variables, and not those in except.
func (w *world) outside(except map[string]bool) func(file string) bool {
	return func(file string) bool { return !w.envFiles[file] && !except[file] }
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

// naming returns the variables whose value names a topic, alone or in a list,
// by service and name.
func (w *world) naming(topic string) []*topology.Variable {
	var out []*topology.Variable
	for _, k := range w.words[topic] {
		if v := w.variable(k.service, k.name); v != nil {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b *topology.Variable) int {
		return cmp.Or(strings.Compare(a.Service, b.Service), strings.Compare(a.Name, b.Name))
	})
	return out
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
	vars := w.in.VariablesOf(service)
	i, ok := slices.BinarySearchFunc(vars, name, func(v topology.Variable, name string) int { return strings.Compare(v.Name, name) })
	if !ok {
		return nil
	}
	return &vars[i]
}

// readersOf returns the consumers that read a field at a place.
func (w *world) readersOf(at topology.Place) []*topology.Endpoint {
	if list, ok := w.readers[at]; ok {
		return list
	}
	list := readersIn(w.in, at)
	w.readers[at] = list
	return list
}

func readersIn(in Input, at topology.Place) []*topology.Endpoint {
	var out []*topology.Endpoint
	for _, p := range in.Through(at.File) {
		for _, e := range in.File(p) {
			if e.Role == topology.Consume && slices.ContainsFunc(e.Reads, func(f topology.FieldRead) bool { return f.At == at }) {
				out = append(out, e)
			}
		}
	}
	return out
}

// isDeployed reports whether an id is of a service that a deployment file names.
func (w *world) isDeployed(id string) bool {
	s := w.in.Service(id)
	return s != nil && s.Environment != ""
}

func (w *world) name(id string) string {
	if s := w.in.Service(id); s != nil && s.Name != "" {
		return s.Name
	}
	return id
}

// namesOf lists services by name, in their order, each once.
func (w *world) namesOf(ids []string) []string {
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
	return w.namesOf(ids)
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
