package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"topicls/index/topology"
)

// Text writes the topology for a person: topics with their producers and
// consumers, services with their variables, findings.
func Text(w io.Writer, input Input, style Style) error {
	v, o := newView(input), newOutput(w)
	v.textSummary(o, style)
	v.textTopics(o, style)
	v.textServices(o, style)
	v.textFindings(o, style)
	return o.Flush()
}

func (v *view) textSummary(o output, st Style) {
	app, unknown := 0, 0
	for _, s := range v.Services() {
		if v.runs(s) {
			app++
		}
	}
	for _, e := range v.Endpoints() {
		if len(e.TopicNames()) == 0 {
			unknown++
		}
	}
	o.linef("%s  %s, %s, %s", st.bold(printable(filepath.Base(v.Root()))), plural(app, "service", "services"),
		plural(len(v.Topics()), "topic", "topics"), plural(len(v.Endpoints()), "endpoint", "endpoints"))
	for _, e := range v.chosen() {
		o.line(st.dim(fmt.Sprintf("environment %s: %s", e.ID, strings.Join(e.Files, ", "))))
	}
	if len(v.Endpoints()) == 0 {
		o.line("\nNo code that uses Kafka was found.")
	} else if unknown > 0 {
		o.line(st.dim(plural(unknown, "endpoint has", "endpoints have") + " a topic that is not known"))
	}
}

func (v *view) textTopics(o output, st Style) {
	if len(v.Topics()) > 0 {
		o.line("\n", st.heading("Topics"))
	}
	for _, n := range v.Topics() {
		t := v.Topic(n)
		head := st.topic(printable(n))
		switch {
		case t.DeadLetterOf != "":
			head += st.dim("  dead letters of " + t.DeadLetterOf)
		case t.Pattern:
			head += st.dim("  a part of the name is not known")
		}
		o.line("\n", head)
		tab := &table{indent: "  "}
		v.textUses(tab, st, "produced by", t.Producers)
		v.textUses(tab, st, "consumed by", t.Consumers)
		if list, _ := payloads(t); len(list) > 0 {
			var names []string
			for _, f := range mergeFields(list) {
				name := f.Name
				if f.Optional {
					name += "?"
				}
				names = append(names, name)
			}
			if len(names) > 0 {
				tab.write(o)
				tab.rows = nil
				o.line("  ", st.dim("message      "+strings.Join(names, ", ")))
			}
		}
		tab.write(o)
		for _, s := range v.distinctSchemas(n) {
			what := "schema"
			if s.Key {
				what = "key schema"
			}
			o.line("  ", st.dim(fmt.Sprintf("%-12s %s (%s) %s, %s", what, s.Name, s.Format, v.where(s.At), s.Tie)))
		}
	}
	var open []*topology.Endpoint
	for _, e := range v.Endpoints() {
		if len(e.TopicNames()) == 0 {
			open = append(open, e)
		}
	}
	if len(open) > 0 {
		o.line("\n", st.topic("?"), st.dim("  topics that are not known"))
		tab := &table{indent: "  "}
		for _, e := range open {
			verb := "produced by"
			if e.Role == topology.Consume {
				verb = "consumed by"
			}
			tab.add(cell{verb, st.dim}, cell{v.names(e.Services), st.service}, plain(v.where(e.Place)), cell{e.Reason, st.dim})
		}
		tab.write(o)
	}
}

func (v *view) textUses(tab *table, st Style, verb string, uses []topology.Use) {
	if len(uses) == 0 {
		tab.add(cell{verb, st.dim}, cell{"nobody", st.dim})
		return
	}
	last := ""
	for _, p := range parts(uses) {
		e := p.use.Endpoint
		name := ""
		if p.service != last {
			name = v.name(p.service)
		}
		last = p.service
		var notes []string
		if g := in(e.Groups, p.service); len(g) > 0 {
			notes = append(notes, "group "+strings.Join(g, ", "))
		}
		if k := in(e.Keys, p.service); len(k) > 0 && strings.Join(k, "") != "?" {
			notes = append(notes, "key "+strings.Join(k, ", "))
		}
		if p.use.Name.Status == topology.Default {
			notes = append(notes, "by default")
		}
		place := v.where(e.Place)
		tab.add(cell{verb, st.dim}, cell{name, st.service}, plain(place), cell{strings.Join(notes, ", "), st.dim})
		verb = ""
	}
}

func (v *view) textServices(o output, st Style) {
	var images []string
	heading := "\n" + st.heading("Services")
	vars := v.Variables()
	for _, s := range v.Services() {
		if !v.runs(s) {
			if s.Environment != "" {
				images = append(images, v.named(s))
			}
			continue
		}
		if heading != "" {
			o.line(heading)
			heading = ""
		}
		code := s.Code
		if len(code) > maxCode {
			code = folders(code)
		}
		note := strings.Join(code, ", ")
		if s.Image != "" {
			note += " as " + s.Image
		}
		if s.Named && len(s.Code) > 0 {
			note += ", told by its name alone"
		}
		if s.Environment == "" {
			if note = "deployed by nothing in this workspace"; len(s.DeployedIn) > 0 {
				note = "deployed in " + strings.Join(s.DeployedIn, ", ") + " only"
			}
		}
		o.line("\n", st.service(v.name(s.ID)), "  ", st.dim(note))
		tab := &table{indent: "  "}
		for _, role := range [...]topology.Role{topology.Consume, topology.Produce} {
			topics, dead := v.topicsOf(s.ID, role)
			word := map[topology.Role]string{topology.Consume: "consumes", topology.Produce: "produces"}[role]
			if len(topics) > 0 {
				tab.add(cell{word, st.dim}, plain(strings.Join(topics, ", ")))
			}
			if len(dead) > 0 {
				tab.add(cell{"dead letters", st.dim}, plain(strings.Join(dead, ", ")))
			}
		}
		if g := v.groupsOf(s.ID); len(g) > 0 {
			tab.add(cell{"group", st.dim}, plain(strings.Join(g, ", ")))
		}
		if b := v.brokersOf(s.ID); len(b) > 0 {
			tab.add(cell{"broker", st.dim}, plain(strings.Join(b, ", ")))
		}
		tab.write(o)
		tab = &table{indent: "  "}
		for i := range vars {
			x := &vars[i]
			if x.Service != s.ID {
				continue
			}
			value := "= " + x.Value
			switch {
			case x.Reason == topology.SecretReason:
				value = "= " + topology.Masked
			case !x.Known:
				value = "= ? " + x.Reason
			}
			name := cell{text: x.Name}
			if len(x.ReadAt) == 0 {
				name.dye = st.dim
			}
			tab.add(name, plain(value), cell{v.where(x.NameAt), st.dim})
		}
		tab.write(o)
	}
	if len(images) > 0 {
		o.line("\n", st.dim("without code that uses Kafka: "+strings.Join(images, ", ")))
	}
}

func (v *view) textFindings(o output, st Style) {
	if notes := v.Notes(); len(notes) > 0 {
		o.line("\n", st.heading("Not read"), "\n")
		for _, n := range notes {
			where := n.Place.File
			if n.Place.End > 0 {
				where = v.whereExactly(n.Place)
			}
			o.line(where, ": ", printable(n.Message))
		}
	}
	list := v.Diagnostics()
	if len(list) == 0 && len(v.Endpoints()) == 0 {
		return
	}
	o.line("\n", st.heading("Findings"), "  ", summary(list))
	if len(list) > 0 {
		o.line("")
		v.findings(o, list, st, false)
	}
}
