package report

import (
	"fmt"
	"slices"
	"strings"

	"topicls/index/lineage"
	"topicls/index/topology"
)

// messages writes what is to be known of messages as a whole: claim checks and
// the fields that travel from topic to topic.
func (m *markdown) messages() {
	var rows [][]string
	for _, t := range m.plainTopics() {
		if c, ok := claimCheck(t); ok {
			rows = append(rows, []string{code(t.Name), codes(c.names), orDash(codes(c.rest)), m.serviceList(serviceIDs(t.Producers)), m.serviceList(serviceIDs(t.Consumers))})
		}
	}
	if len(rows) > 0 {
		m.heading(2, "Claim checks")
		m.o.line("These messages name a stored object and don't carry the data.\n")
		m.table([]string{"topic", "names the object", "other fields", "written by", "read by"}, rows)
	}
	m.travels()
}

type claim struct{ names, rest []string }

// stores are pairs of words of fields that name a stored object together.
var stores = []string{"bucket", "container", "share", "volume", "repository"}

var objects = []string{"object", "key", "blob", "path", "file", "filename", "prefix", "name"}

// pointers are last words of fields that name a stored object alone.
var pointers = []string{"uri", "url", "path", "location", "href", "s3", "gcs", "objectkey", "dvc"}

// sizes are further fields of such a name.
var sizes = []string{"size", "etag", "checksum", "md5", "sha256", "v", "version", "bytes", "format"}

// claimCheck tells whether all known messages of a topic that name a stored
// object do it by which fields. A message of many fields beside the name is
// none, since it carries its data itself.
func claimCheck(t *topology.Topic) (claim, bool) {
	var c claim
	list, _ := payloads(t)
	fields := mergeFields(list)
	store := ""
	for _, f := range fields {
		w := lastWord(f.Name)
		if slices.Contains(stores, w) && stringy(f.Types) {
			store = f.Name
		}
	}
	for _, f := range fields {
		w := lastWord(f.Name)
		switch {
		case f.Name == store,
			store != "" && slices.Contains(objects, w) && stringy(f.Types) && (w != "name" || strings.Contains(strings.ToLower(f.Name), "object") || strings.Contains(strings.ToLower(f.Name), "file")),
			slices.Contains(pointers, w) && stringy(f.Types) && (w != "url" && w != "href" && w != "location" || strings.ContainsAny(f.Name, "_-") && w != "href"):
			c.names = append(c.names, f.Name)
		default:
			c.rest = append(c.rest, f.Name)
		}
	}
	if len(c.names) == 0 || store != "" && len(c.names) < 2 {
		return claim{}, false
	}
	c.rest = slices.DeleteFunc(c.rest, func(n string) bool {
		if slices.Contains(sizes, strings.ToLower(n)) {
			c.names = append(c.names, n)
			return true
		}
		return false
	})
	return c, true
}

func stringy(types []string) bool { return len(types) == 0 || slices.Contains(types, "string") }

func lastWord(s string) string {
	i := strings.LastIndexAny(s, "_-.")
	w := s[i+1:]
	for j := len(w) - 1; j > 0; j-- { // objectKey
		if w[j] >= 'A' && w[j] <= 'Z' && w[j-1] >= 'a' && w[j-1] <= 'z' {
			w = w[j:]
			break
		}
	}
	return strings.ToLower(w)
}

// travels writes which fields go from topic to topic through the services, and
// where they stop.
func (m *markdown) travels() {
	fieldsOf := map[string]map[string]bool{} // topic -> fields; absent when not known
	var order []string
	for _, t := range m.plainTopics() {
		list, open := payloads(t)
		if len(list) == 0 || open && len(list) == 0 {
			continue
		}
		fieldsOf[t.Name] = map[string]bool{}
		for _, f := range mergeFields(list) {
			fieldsOf[t.Name][f.Name] = true
			if !slices.Contains(order, f.Name) {
				order = append(order, f.Name)
			}
		}
	}
	onChain := []string{}
	for _, e := range m.edges {
		if fieldsOf[e.from] != nil && fieldsOf[e.to] != nil && e.from != e.to {
			for _, t := range [...]string{e.from, e.to} {
				if !slices.Contains(onChain, t) {
					onChain = append(onChain, t)
				}
			}
		}
	}
	if len(onChain) == 0 {
		return
	}
	fields := lineage.New(m)
	slices.Sort(order)
	var through, rows [][]string
	for _, f := range order {
		known := func(topic string) bool { return fieldsOf[topic] != nil }
		passed, stopped := m.hops(fields.Of(f), known)
		if len(passed) == 0 {
			continue
		}
		missing := slices.DeleteFunc(slices.Clone(onChain), func(t string) bool { return fieldsOf[t][f] })
		if len(missing) == 0 {
			through = append(through, []string{code(f), fmt.Sprint(len(onChain)), strings.Join(passed, "; ")})
		} else {
			slices.Sort(missing)
			rows = append(rows, []string{code(f), strings.Join(passed, "; "), orDash(strings.Join(stopped, "; ")), codes(missing)})
		}
	}
	if len(through) == 0 && len(rows) == 0 {
		return
	}
	m.heading(2, "Fields that travel")
	if len(through) > 0 {
		m.o.line("Through the whole pipeline:\n")
		m.table([]string{"field", "topics", "passed on by"}, through)
	} else {
		m.o.line("No field travels through the whole pipeline.")
	}
	if len(rows) > 0 {
		m.o.line("\nA part of the way:\n")
		m.table([]string{"field", "passed on by", "not passed on by", "topics without it"}, rows)
	}
}

// hops spells the ways of a field through services: those by which it goes on,
// and those that end; between topics that are known.
func (m *markdown) hops(way lineage.Way, known func(topic string) bool) (passed, stopped []string) {
	type hop struct {
		from, to, as string
		lost         bool
		services     []string
	}
	var all []hop
	for i := range way.Stops {
		s := &way.Stops[i]
		if s.Field != way.Field || !known(s.Topic) {
			continue
		}
		for _, h := range s.Hops {
			if h.How == lineage.Untold || h.To == s.Topic || !known(h.To) {
				continue
			}
			n := hop{from: s.Topic, to: h.To, as: h.As, lost: h.How == lineage.Lost}
			j := slices.IndexFunc(all, func(o hop) bool { return o.from == n.from && o.to == n.to && o.as == n.as })
			if j < 0 {
				j = len(all)
				all = append(all, n)
			}
			if !slices.Contains(all[j].services, h.Service) {
				all[j].services = append(all[j].services, h.Service)
			}
		}
	}
	for _, h := range all {
		text := fmt.Sprintf("%s (%s > %s", m.serviceList(h.services), code(h.from), code(h.to))
		if h.as != "" && h.as != way.Field {
			text += " as " + code(h.as)
		}
		if text += ")"; h.lost {
			stopped = append(stopped, text)
		} else {
			passed = append(passed, text)
		}
	}
	return passed, stopped
}
