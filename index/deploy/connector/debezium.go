package connector

import (
	"regexp"
	"strings"

	"topicls/index/deploy/keys"
)

// Debezium (2.7, 3.1; 1.9 by its former settings) writes the changes of a table
// to the topic PREFIX.SCHEMA.TABLE, before transformations give it another name.

func (c *connector) debezium() []Topic {
	between := []part{{}}
	if e := c.get("database.names"); e != nil && strings.Contains(c.class.Value, "sqlserver") {
		between = split(e)
	}
	var out []Topic
	for _, db := range between {
		middle := "."
		if db.text != "" {
			middle = "." + db.text + "."
		}
		out = append(out, c.tables("topic.prefix", middle, "table.include.list", "table.whitelist", "collection.include.list", "collection.whitelist")...)
	}
	for i := range out {
		c.transform(&out[i])
	}
	return unique(out)
}

// tables lists the topics of tables, which are called after a prefix.
func (c *connector) tables(prefix, middle string, settings ...string) []Topic {
	p := c.get(prefix, "database.server.name", "mongodb.name")
	if p == nil || strings.Contains(p.Value, "${") {
		return []Topic{{Produce: true, Reason: "the prefix of its topics is not known", At: c.class.At}}
	}
	step := Step{p.At, strings.TrimPrefix(p.Key, c.prefix) + " is set here"}
	e := c.get(settings...)
	if e == nil {
		return []Topic{{Produce: true, Name: p.Value + middle + "*", Reason: "the tables are not listed", At: p.At, Steps: []Step{step}}}
	}
	var out []Topic
	for _, t := range split(e) {
		name := globOf(t.text)
		topic := Topic{Produce: true, Name: p.Value + middle + clean(name), At: t.at, Steps: []Step{{t.at, "concatenation"}, step, {t.at, strings.TrimPrefix(e.Key, c.prefix) + " is set here"}}}
		if strings.Contains(name, "*") {
			topic.Reason = "the tables are a regular expression"
		}
		if strings.Contains(t.text, "${") {
			topic.Name, topic.Reason = p.Value+middle+"*", "the configuration takes the table from elsewhere"
		}
		out = append(out, topic)
	}
	return out
}

var notTopic = regexp.MustCompile(`[^A-Za-z0-9._*-]`)

// clean puts what a topic's name can't have into `_`, as Debezium does.
func clean(name string) string { return notTopic.ReplaceAllString(name, "_") }

// globOf turns a regular expression over names into a pattern with `*`; a plain
// name, its dots escaped or not, is itself.
func globOf(re string) string {
	re = strings.TrimSuffix(strings.TrimPrefix(re, "^"), "$")
	var b strings.Builder
	for i := 0; i < len(re); i++ {
		switch ch := re[i]; {
		case ch == '\\' && i+1 < len(re) && strings.IndexByte(`.-$_`, re[i+1]) >= 0:
			i++
			b.WriteByte(re[i])
		case ch == '.' && i+1 < len(re) && strings.IndexByte("*+?", re[i+1]) >= 0:
			i++
			b.WriteByte('*')
		case strings.IndexByte(`\[](){}|*+?`, ch) >= 0:
			return strings.TrimRight(b.String(), "*") + "*" // and no more is told of it
		default:
			b.WriteByte(ch)
		}
	}
	return b.String()
}

// transform applies the transformations that give a topic another name.
func (c *connector) transform(t *Topic) {
	list := c.get("transforms")
	if list == nil {
		return
	}
	for _, p := range split(list) {
		at := "transforms." + p.text + "."
		kind := c.get(at + "type")
		if kind == nil {
			continue
		}
		was := t.Name
		switch name := kind.Value[strings.LastIndexByte(kind.Value, '.')+1:]; {
		case strings.Contains(kind.Value, "outbox.EventRouter") || strings.HasSuffix(name, "EventRouter"):
			c.outbox(t, at, kind)
		case name == "RegexRouter":
			c.route(t, c.get(at+"regex"), c.get(at+"replacement"))
		case name == "ByLogicalTableRouter":
			c.route(t, c.get(at+"topic.regex"), c.get(at+"topic.replacement"))
		case strings.Contains(name, "Rout"):
			t.Name, t.Reason = "", "a transformation names the topic: "+name
		}
		if t.Name != was && c.get(at+"predicate") != nil {
			t.Name, t.Reason = "", "some messages go to another topic"
		}
	}
}

// outbox names the topics of an outbox table: after what its rows say.
func (c *connector) outbox(t *Topic, at string, kind *keys.Entry) {
	name, place := "outbox.event.${routedByValue}", kind
	if e := c.get(at + "route.topic.replacement"); e != nil {
		name, place = e.Value, e
	}
	t.Name = strings.ReplaceAll(name, "${routedByValue}", "*")
	t.At, t.Steps, t.Reason = place.At, []Step{{place.At, "transforms is set here"}}, ""
	if strings.Contains(t.Name, "*") {
		t.Reason = "the rows of the outbox name the topic"
	}
}

// route replaces a topic's name by what a regular expression makes of it, when it
// matches as a whole.
func (c *connector) route(t *Topic, pattern, replacement *keys.Entry) {
	if pattern == nil || replacement == nil || t.Name == "" {
		return
	}
	re, err := regexp.Compile("^(?:" + pattern.Value + ")$")
	switch {
	case err != nil:
		t.Name, t.Reason = "", "a transformation names the topic by an expression that is not read"
	case strings.Contains(t.Name, "*"):
		t.Name, t.Reason = "", "a transformation names the topics of tables that are not listed"
	case re.MatchString(t.Name):
		t.Name = re.ReplaceAllString(t.Name, braces.ReplaceAllString(replacement.Value, "$${$1}"))
		t.Steps = append([]Step{{replacement.At, "concatenation"}}, t.Steps...)
	}
}

var braces = regexp.MustCompile(`\$(\d+)`)

// unique drops topics that there are already: of an outbox, one for all tables.
func unique(list []Topic) []Topic {
	seen := map[string]bool{}
	out := list[:0]
	for _, t := range list {
		if t.Name == "" || !seen[t.Name] {
			seen[t.Name] = true
			out = append(out, t)
		}
	}
	return out
}
