package index

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"topicls/index/topology"
)

// What stands in front of a caret in YAML and in files of variables.
var (
	valueBegun = regexp.MustCompile(`^[ \t]*(?:-[ \t]+)?(?:export[ \t]+)?["']?([A-Za-z_][\w.-]*)["']?[ \t]*(?::[ \t]+|=[ \t]*)["']?([\w.-]*)$`)
	nameBegun  = regexp.MustCompile(`^([ \t]+)(?:-[ \t]+)?(name:[ \t]*)?["']?([A-Za-z_]\w*|)$`)
	nameGiven  = regexp.MustCompile(`^[ \t]*(?:-[ \t]+)?name:[ \t]*["']?([A-Za-z_]\w*)`)
	blockHead  = regexp.MustCompile(`^([ \t]*)(?:-[ \t]+)?(environment|env):[ \t]*\r?$`)
)

// inConfiguration completes the value of what names a topic, and the name of a
// variable in a service's block of them.
func (c *completing) inConfiguration() (Completion, bool) {
	if m := valueBegun.FindSubmatch(c.line); m != nil {
		name, begun := string(m[1]), len(m[2])
		if name == "value" { // of the name on the line before, as in Kubernetes
			if g := nameGiven.FindSubmatch(c.lineBefore()); g != nil {
				name = string(g[1])
			}
		}
		if role, ok := c.namesTopic(name); ok {
			return c.topics(c.value(begun), role), true
		}
		if name != "name" {
			return Completion{}, false
		}
	}
	if m := nameBegun.FindSubmatch(c.line); m != nil {
		head, indent := c.block()
		in := len(m[1])
		if head == "environment" && in > indent && len(m[2]) == 0 || head == "env" && in >= indent && len(m[2]) > 0 {
			if svc := c.serviceAbove(); svc != nil {
				return c.needed(svc, c.word(len(m[3]))), true
			}
		}
	}
	return Completion{}, false
}

// value is the plain value around the offset.
func (c *completing) value(n int) topology.Place {
	at := topology.Place{File: c.path, Start: c.off - uint32(n), End: c.off}
	for int(at.End) < len(c.text) && (isWord(c.text[at.End]) || c.text[at.End] == '-' || c.text[at.End] == '.') {
		at.End++
	}
	return at
}

func (c *completing) lineBefore() []byte {
	start := int(c.off) - len(c.line)
	if start == 0 {
		return nil
	}
	return c.text[lineStart(c.text, start-1) : start-1]
}

// namesTopic reports whether code takes a topic's name from a variable, or a key
// of the file's on the offset's line, and what it does with the topic.
func (c *completing) namesTopic(name string) (role topology.Role, ok bool) {
	key := ""
	if f := c.s.conf().files[c.path]; f != nil {
		start := uint32(int(c.off) - len(c.line))
		for i := range f.Documents {
			for j := range f.Documents[i].Entries {
				e := &f.Documents[i].Entries[j]
				if e.Name.Start >= start && e.Name.Start <= c.off && e.Name.End > e.Name.Start {
					key, _, _ = strings.Cut(e.Key, "[")
				}
			}
		}
		if key == "" {
			key = name
		}
	}
	for rf := range c.s.files.All() {
		for _, e := range rf.endpoints {
			for i := range e.Topics {
				n := &e.Topics[i]
				if slices.ContainsFunc(n.Vars, func(v topology.VariableUse) bool { return v.Name == name }) ||
					key != "" && slices.ContainsFunc(n.Keys, func(k topology.KeyUse) bool { return k.Key == key }) {
					return e.Role, true
				}
			}
		}
	}
	return "", false
}

// block is the block of variables that the offset's line is in, and how far its
// head is indented; "" when it is in none.
func (c *completing) block() (head string, indent int) {
	in := len(indentOf(c.line))
	end := int(c.off) - len(c.line)
	for range 500 {
		if end <= 0 {
			return "", 0
		}
		start := lineStart(c.text, end-1)
		line := bytes.TrimRight(c.text[start:end], "\r\n")
		end = start
		trimmed := bytes.TrimSpace(line)
		if len(trimmed) == 0 || trimmed[0] == '#' {
			continue
		}
		if m := blockHead.FindSubmatch(line); m != nil && len(m[1]) <= in {
			return string(m[2]), len(m[1])
		}
		if n := len(indentOf(line)); n < in {
			if trimmed[0] != '-' { // the item that the line belongs to
				return "", 0
			}
			in = n
		}
	}
	return "", 0
}

// serviceAbove is the service that begins last in front of the offset.
func (c *completing) serviceAbove() *service {
	var out *service
	for _, svc := range c.s.deployed.services {
		if svc.Pos.File == c.path && svc.Pos.Start < c.off && (out == nil || svc.Pos.Start > out.Pos.Start) {
			out = svc
		}
	}
	return out
}

// needed lists the variables that the code of a service reads and nothing sets,
// and then those that are set.
func (c *completing) needed(svc *service, at topology.Place) Completion {
	out := Completion{Kind: VariableOccurrence, Place: at}
	seen := map[string]bool{string(c.text[at.Start:at.End]): true}
	for _, p := range svc.files {
		for _, r := range c.s.ReadsIn(p) {
			if seen[r.Name] {
				continue
			}
			seen[r.Name] = true
			item := CompletionItem{Name: r.Name, Detail: "read in " + p, First: svc.variable(r.Name) == nil}
			if !item.First {
				item.Detail = "set already, " + item.Detail
			}
			out.Items = append(out.Items, item)
		}
	}
	return out
}
