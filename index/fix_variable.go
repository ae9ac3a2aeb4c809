package index

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/keys"
	"topicls/index/topology"
)

// setVariable sets a variable for a service where its own others are set: beside
// them and written as they are. A service without any gets a block for them in a
// compose file or a manifest; elsewhere, and where all are shared with others, it
// can't be told where the new one belongs.
func (s *Snapshot) setVariable(svc *service, name, value string) (Edit, bool) {
	text, ok := s.Text(svc.Pos.File)
	if !ok || int(svc.Pos.End) > len(text) || svc.Pos.End <= svc.Pos.Start {
		return Edit{}, false
	}
	var last *deploy.Variable
	for i := range svc.Vars {
		v := &svc.Vars[i]
		if v.NamePos.File == svc.Pos.File && v.NamePos.Start > svc.Pos.Start && int(v.NamePos.End) <= len(text) && !v.Bulk && !s.sharedSetting(svc, v) &&
			(last == nil || v.NamePos.Start > last.NamePos.Start) {
			last = v
		}
	}
	if last != nil {
		return besideVariable(text, last, name, value)
	}
	if svc.Start != nil { // a manifest's
		return newContainerEnv(text, svc, name, value)
	}
	return newEnvironment(text, svc, name, value)
}

// sharedSetting reports whether a variable is set for other services by the same
// words.
func (s *Snapshot) sharedSetting(svc *service, v *deploy.Variable) bool {
	for _, o := range s.deployed.services {
		if x := o.variable(v.Name); o.ID != svc.ID && x != nil && x.NamePos == v.NamePos {
			return true
		}
	}
	for _, o := range s.deployed.others { // of one environment: others may be made of the same files
		if x := o.vars[v.Name]; o.ID != svc.ID && o.Environment == svc.Environment && x != nil && x.NamePos == v.NamePos {
			return true
		}
	}
	return false
}

var (
	mapped   = regexp.MustCompile(`^([ \t]*)["']?[A-Za-z_][\w.-]*["']?[ \t]*:(?:[ \t]|$)`)      // NAME: value
	assigned = regexp.MustCompile(`^([ \t]*)-[ \t]+["']?[A-Za-z_][\w.-]*(?:=|["']?[ \t]*\r?$)`) // - NAME=value
	entry    = regexp.MustCompile(`^([ \t]*)-[ \t]+name[ \t]*:`)                                // - name: NAME, as in Kubernetes
)

// besideVariable sets a variable on lines of its own beside another.
func besideVariable(text []byte, beside *deploy.Variable, name, value string) (Edit, bool) {
	start := lineStart(text, int(beside.NamePos.Start))
	line, _, _ := bytes.Cut(text[start:], []byte("\n"))
	eol := lineEnd(text, start)
	at := topology.Place{File: beside.NamePos.File, Start: uint32(start), End: uint32(start)}
	if m := entry.FindSubmatch(line); m != nil {
		return Edit{Place: at, Text: string(m[1]) + "- name: " + name + eol + string(m[1]) + "  value: " + scalar(value) + eol}, true
	}
	var set string
	if m := assigned.FindSubmatch(line); m != nil {
		set = string(m[1]) + "- " + assignment(name, value)
	} else if m := mapped.FindSubmatch(line); m != nil && !bytes.ContainsAny(line[:int(beside.NamePos.Start)-start], "{") {
		set = string(m[1]) + name + ": " + scalar(value)
	} else {
		return Edit{}, false
	}
	end := start + len(bytes.TrimRight(line, "\r"))
	if v := beside.ValuePos; v.File == at.File && int(v.End) > end || strings.HasSuffix(strings.TrimSpace(string(line)), "\\") {
		return Edit{Place: at, Text: set + eol}, true // the value has more lines: in front of it
	}
	at.Start, at.End = uint32(end), uint32(end)
	return Edit{Place: at, Text: eol + set}, true
}

// newEnvironment begins a service's block of variables in a compose file.
func newEnvironment(text []byte, svc *service, name, value string) (Edit, bool) {
	if !strings.HasPrefix(svc.Environment, "compose") {
		return Edit{}, false
	}
	start := lineStart(text, int(svc.Pos.Start))
	line, rest, _ := bytes.Cut(text[start:], []byte("\n"))
	line = bytes.TrimRight(line, "\r")
	indent := indentOf(line)
	if !bytes.HasSuffix(bytes.TrimSpace(line), []byte(":")) {
		return Edit{}, false
	}
	child := ""
	for _, l := range bytes.Split(rest, []byte("\n")) {
		trimmed := bytes.TrimSpace(l)
		if len(trimmed) == 0 || trimmed[0] == '#' {
			continue
		}
		in := indentOf(l)
		if len(in) <= len(indent) {
			break
		}
		if child == "" {
			child = in
		}
		if in == child && bytes.HasPrefix(trimmed, []byte("environment")) {
			return Edit{}, false // made of what others have
		}
	}
	if child == "" {
		return Edit{}, false
	}
	eol := lineEnd(text, start)
	end := uint32(start + len(line))
	inner := child + strings.Repeat(" ", len(child)-len(indent))
	return Edit{
		Place: topology.Place{File: svc.Pos.File, Start: end, End: end},
		Text:  eol + child + "environment:" + eol + inner + name + ": " + scalar(value),
	}, true
}

// newContainerEnv begins the list of variables of a container in a manifest, below
// its image, if that is written there as it is and the container has none.
func newContainerEnv(text []byte, svc *service, name, value string) (Edit, bool) {
	image := regexp.MustCompile(`^([ \t]*(?:- )?)image:[ \t]*["']?` + regexp.QuoteMeta(svc.Image) + `["']?[ \t]*(?:#.*)?\r?$`)
	off, found, first := lineStart(text, int(svc.Pos.Start)), -1, 0
	var key string // what the container's keys are indented by
	eol := lineEnd(text, off)
	for _, line := range bytes.SplitAfter(text[off:], []byte("\n")) {
		l := bytes.TrimRight(line, "\n")
		if bytes.HasPrefix(l, []byte("---")) {
			break
		}
		if m := image.FindSubmatch(l); m != nil {
			if found >= 0 {
				return Edit{}, false // of which of two?
			}
			found, first = off+len(line), off
			key = strings.Replace(string(m[1]), "- ", "  ", 1)
		}
		off += len(line)
	}
	if found < 0 || svc.Image == "" || hasSibling(text, first, key, "env:") || hasSibling(text, first, key, "envFrom:") {
		return Edit{}, false
	}
	set := key + "env:" + eol + key + "  - name: " + name + eol + key + "    value: " + scalar(value) + eol
	if text[found-1] != '\n' {
		set = eol + strings.TrimSuffix(set, eol)
	}
	return Edit{Place: topology.Place{File: svc.Pos.File, Start: uint32(found), End: uint32(found)}, Text: set}, true
}

// hasSibling reports whether the mapping around a line has a key; indent is that
// of its keys.
func hasSibling(text []byte, at int, indent, key string) bool {
	begins := func(line []byte) (is, over bool) {
		trimmed := bytes.TrimSpace(line)
		if len(trimmed) == 0 || trimmed[0] == '#' {
			return false, false
		}
		own, dash := indentOf(line), bytes.HasPrefix(trimmed, []byte("- "))
		if dash && len(own)+2 == len(indent) { // the mapping begins here
			return bytes.HasPrefix(trimmed[2:], []byte(key)), true
		}
		return own == indent && bytes.HasPrefix(trimmed, []byte(key)), len(own) < len(indent)
	}
	lines := bytes.Split(text, []byte("\n"))
	n := bytes.Count(text[:at], []byte("\n"))
	for i := n; i >= 0; i-- {
		if is, over := begins(lines[i]); is || over {
			if is {
				return true
			}
			break
		}
	}
	for i := n + 1; i < len(lines); i++ {
		is, over := begins(lines[i])
		if over || bytes.HasPrefix(lines[i], []byte("---")) {
			return false // of the next
		}
		if is {
			return true
		}
	}
	return false
}

// scalar spells a text in YAML.
func scalar(value string) string {
	if value != "" && keys.PlainText(value) {
		return value
	}
	return jsonText(value)
}

func assignment(name, value string) string {
	if value == "" || keys.PlainText(value) {
		return name + "=" + value
	}
	return jsonText(name + "=" + value)
}

// jsonText quotes a text as JSON does, which YAML reads.
func jsonText(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}
