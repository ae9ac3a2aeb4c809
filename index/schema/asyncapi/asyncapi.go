// Package asyncapi reads documents of AsyncAPI 2 and 3, as far as they are about
// Kafka: channels with the topics that they are, what the application that a
// document describes does with them, and the messages. Documents that others
// refer to come through Docs; nothing is fetched.
package asyncapi

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"topicls/index/schema"
	"topicls/index/schema/jsonschema"
	"topicls/index/schema/tree"
	"topicls/index/topology"
)

// Document is what a document says.
type Document struct {
	Path     string
	Major    int // 2 or 3
	Title    string
	TitleAt  topology.Place
	ID       string
	Channels []Channel
	Problems []schema.Problem
	// Named says that nothing in it says whether its channels are Kafka's: it
	// names no server and has no bindings.
	Named bool
}

// Channel is a topic.
type Channel struct {
	Topic      string // "" when it can't be told
	Named      bool   // the topic is what the document calls the channel, which need not be its name
	At         topology.Place
	Partitions int
	Operations []Operation
	Messages   []Message
}

// Operation is what the application that the document describes does.
type Operation struct {
	Role topology.Role
	Word string // as the document says it
	At   topology.Place
}

// Message is a message of a channel.
type Message struct {
	Name    string
	Doc     string
	At      topology.Place
	Payload jsonschema.Ref // where its schema is; empty if it has none
	Avro    bool           // in which form that is
	Other   bool           // in one that is not read here
	Key     jsonschema.Ref // of its key, if the bindings of Kafka say so
}

// Likely reports whether bytes may be a document, by its words.
func Likely(data []byte) bool {
	head := data[:min(len(data), 4096)]
	return strings.Contains(string(head), "asyncapi")
}

// Is reports whether a tree is a document.
func Is(n *tree.Node) bool {
	v := n.Get("asyncapi")
	return v != nil && (strings.HasPrefix(v.Text, "2.") || strings.HasPrefix(v.Text, "3."))
}

// Read reads a document; nil when it is none.
func Read(p string, docs jsonschema.Docs) *Document {
	root := docs.Doc(p)
	if !Is(root) {
		return nil
	}
	d := &Document{Path: p, Major: int(root.Get("asyncapi").Text[0] - '0'), ID: root.Str("id")}
	if t := root.Get("info").Get("title"); t.Is(tree.String) {
		d.Title, d.TitleAt = t.Text, topology.Place{File: p, Start: t.Start, End: t.End}
	} else {
		d.TitleAt = topology.Place{File: p, Start: root.Entry("asyncapi").At.Start, End: root.Entry("asyncapi").At.End}
	}
	r := &reader{docs: docs, path: p, root: root, doc: d}
	r.servers()
	r.channels()
	return d
}

type reader struct {
	docs  jsonschema.Docs
	path  string
	root  *tree.Node
	doc   *Document
	kafka map[string]bool // servers, whether they are of Kafka
	other bool            // all servers are of something else
	bound bool            // something has bindings of Kafka
}

// node is a part of a document with where it stands.
type node struct {
	*tree.Node
	file string
	ptr  string
	in   *tree.Entry
}

func (n node) place() topology.Place {
	if n.in != nil {
		return topology.Place{File: n.file, Start: n.in.At.Start, End: n.in.At.End}
	}
	return topology.Place{File: n.file, Start: n.Start, End: n.Start}
}

// get returns the value of a key, followed through references.
func (r *reader) get(n node, key string) (node, bool) {
	e := n.Entry(key)
	if e == nil {
		return node{}, false
	}
	return r.follow(node{e.Value, n.file, n.ptr + "/" + escape(key), e})
}

func escape(key string) string {
	return strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}

const maxRefs = 16

// follow goes from a reference to what it means; false, and a problem, when that
// is not there.
func (r *reader) follow(n node) (node, bool) {
	for range maxRefs {
		v := n.Get("$ref")
		if !v.Is(tree.String) {
			return n, n.Node != nil
		}
		to, target, in, why := jsonschema.Follow(r.docs, n.file, v.Text)
		if why != "" {
			r.doc.Problems = append(r.doc.Problems, schema.Problem{
				At: topology.Place{File: n.file, Start: v.Start, End: v.End}, Message: "what " + v.Text + " means " + why,
			})
			return n, false
		}
		n = node{target, to.File, to.Pointer, in}
	}
	r.doc.Problems = append(r.doc.Problems, schema.Problem{At: n.place(), Message: "references that lead to each other"})
	return n, false
}

// servers finds out which servers are Kafka's.
func (r *reader) servers() {
	r.kafka = map[string]bool{}
	root := node{Node: r.root, file: r.path}
	list, ok := r.get(root, "servers")
	if !ok || !list.Is(tree.Map) || len(list.Entries) == 0 {
		r.doc.Named = true
		return
	}
	r.other = true
	for i := range list.Entries {
		key := list.Entries[i].Key
		s, ok := r.get(list, key)
		if !ok {
			r.other = false
			continue
		}
		protocol := strings.ToLower(s.Str("protocol"))
		r.kafka[key] = strings.HasPrefix(protocol, "kafka")
		r.other = r.other && protocol != "" && !r.kafka[key]
	}
}

// isKafka reports whether a channel is a topic of Kafka.
func (r *reader) isKafka(ch node) bool {
	if ch.Get("bindings") != nil {
		if b, ok := r.get(ch, "bindings"); ok && b.Is(tree.Map) && len(b.Entries) > 0 {
			return b.Get("kafka") != nil
		}
	}
	if list := ch.Get("servers"); list.Is(tree.List) && len(list.Items) > 0 {
		return slices.ContainsFunc(list.Items, func(n *tree.Node) bool {
			name := n.Text
			if ref := n.Str("$ref"); ref != "" {
				name = ref[strings.LastIndexByte(ref, '/')+1:]
			}
			return r.kafka[name]
		})
	}
	return !r.other
}

// legal reports whether Kafka may have a topic of that name.
func legal(name string) bool {
	if name == "" || len(name) > 249 || name == "." || name == ".." {
		return false
	}
	for _, c := range name {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '_' || c == '-') {
			return false
		}
	}
	return true
}

func (r *reader) channels() {
	root := node{Node: r.root, file: r.path}
	list, ok := r.get(root, "channels")
	if !ok || !list.Is(tree.Map) {
		return
	}
	at := map[string]int{} // a channel's pointer -> its number
	var kept []node
	for i := range list.Entries {
		e := &list.Entries[i]
		ch, ok := r.follow(node{e.Value, list.file, list.ptr + "/" + escape(e.Key), e})
		if !ok || !ch.Is(tree.Map) || !r.isKafka(ch) {
			continue
		}
		at[list.file+"#"+list.ptr+"/"+escape(e.Key)] = len(r.doc.Channels)
		at[ch.file+"#"+ch.ptr] = len(r.doc.Channels)
		r.doc.Channels = append(r.doc.Channels, r.channel(ch, e, list.file))
		kept = append(kept, ch)
	}
	if r.doc.Major == 2 {
		for i := range r.doc.Channels {
			r.operations2(&r.doc.Channels[i], kept[i])
		}
	} else {
		r.operations3(root, at)
	}
	r.doc.Named = r.doc.Named && !r.bound
}

// channel reads the topic that a channel is: what the bindings say, else its
// address, in AsyncAPI 2 its key.
func (r *reader) channel(ch node, e *tree.Entry, file string) Channel {
	out := Channel{Topic: e.Key, At: topology.Place{File: file, Start: e.At.Start, End: e.At.End}}
	if r.doc.Major == 3 {
		a := ch.Get("address")
		switch {
		case a.Is(tree.String):
			out.Topic, out.At = a.Text, topology.Place{File: ch.file, Start: a.Start, End: a.End}
		case a != nil:
			out.Topic = ""
		default:
			out.Named = true
		}
	}
	if b, ok := r.get(ch, "bindings"); ok {
		if k, ok := r.get(b, "kafka"); ok {
			r.bound = true
			if t := k.Get("topic"); t.Is(tree.String) && t.Text != "" {
				out.Topic, out.At, out.Named = t.Text, topology.Place{File: k.file, Start: t.Start, End: t.End}, false
			}
			if p := k.Get("partitions"); p.Is(tree.Number) {
				for _, c := range p.Text {
					if c < '0' || c > '9' || out.Partitions > 1<<20 {
						break
					}
					out.Partitions = 10*out.Partitions + int(c-'0')
				}
			}
		}
	}
	if !legal(out.Topic) { // a pattern, or a path of another protocol
		out.Topic = ""
	}
	if r.doc.Major == 3 {
		if list, ok := r.get(ch, "messages"); ok && list.Is(tree.Map) {
			for i := range list.Entries {
				m := &list.Entries[i]
				out.Messages = append(out.Messages, r.messages(node{m.Value, list.file, list.ptr + "/" + escape(m.Key), m}, 0)...)
			}
		}
		mixed := out // documents that were brought from 2 to 3 in part
		r.operations2(&mixed, ch)
		out.Messages = mixed.Messages
	}
	return out
}

// operations2: in AsyncAPI 2, others publish what the application receives, and
// subscribe to what it sends.
func (r *reader) operations2(ch *Channel, n node) {
	for _, op := range []struct {
		word string
		role topology.Role
	}{{"publish", topology.Consume}, {"subscribe", topology.Produce}} {
		o, ok := r.get(n, op.word)
		if !ok || !o.Is(tree.Map) {
			continue
		}
		at := n.Entry(op.word).At
		ch.Operations = append(ch.Operations, Operation{op.role, op.word, topology.Place{File: n.file, Start: at.Start, End: at.End}})
		if e := o.Entry("message"); e != nil {
			for _, m := range r.messages(node{e.Value, o.file, o.ptr + "/message", nil}, 0) {
				if !slices.ContainsFunc(ch.Messages, func(x Message) bool { return x.At == m.At && x.Payload == m.Payload }) {
					ch.Messages = append(ch.Messages, m)
				}
			}
		}
	}
}

// operations3: actions are those of the application.
func (r *reader) operations3(root node, at map[string]int) {
	list, ok := r.get(root, "operations")
	if !ok || !list.Is(tree.Map) {
		return
	}
	for i := range list.Entries {
		e := &list.Entries[i]
		op, ok := r.follow(node{e.Value, list.file, list.ptr + "/" + escape(e.Key), e})
		if !ok {
			continue
		}
		a := op.Get("action")
		role := topology.Consume
		switch {
		case a.Is(tree.String) && a.Text == "send":
			role = topology.Produce
		case a.Is(tree.String) && a.Text == "receive":
		default:
			continue
		}
		note := func(of node, role topology.Role) {
			v := of.Get("channel")
			ref := v.Str("$ref")
			if ref == "" {
				return
			}
			to, _, _, why := jsonschema.Follow(r.docs, of.file, ref)
			if n, ok := at[to.String()]; ok && why == "" {
				ch := &r.doc.Channels[n]
				ch.Operations = append(ch.Operations, Operation{role, a.Text, topology.Place{File: op.file, Start: a.Start, End: a.End}})
			}
		}
		note(op, role)
		if reply, ok := r.get(op, "reply"); ok {
			if role == topology.Produce {
				note(reply, topology.Consume)
			} else {
				note(reply, topology.Produce)
			}
		}
	}
}

// messages reads a message, or all of those that it may be.
func (r *reader) messages(n node, depth int) []Message {
	given := n
	n, ok := r.follow(n)
	if !ok || !n.Is(tree.Map) || depth > 4 {
		return nil
	}
	if one := n.Get("oneOf"); one.Is(tree.List) {
		var out []Message
		for i, it := range one.Items {
			out = append(out, r.messages(node{it, n.file, n.ptr + "/oneOf/" + strconv.Itoa(i), nil}, depth+1)...)
		}
		return out
	}
	m := Message{Name: cmp.Or(n.Str("name"), n.Str("title")), Doc: cmp.Or(n.Str("summary"), n.Str("description")), At: n.place()}
	if n.in == nil {
		m.At = given.place()
		for _, key := range []string{"name", "title", "payload"} {
			if v := n.Entry(key); v != nil {
				m.At = topology.Place{File: n.file, Start: v.Value.Start, End: v.Value.Start + uint32(len(v.Value.Text))}
				break
			}
		}
	} else if m.Name == "" {
		m.Name = n.in.Key
	}
	if b, ok := r.get(n, "bindings"); ok {
		if k, ok := r.get(b, "kafka"); ok {
			r.bound = true
			if key, ok := r.get(k, "key"); ok && key.Is(tree.Map) {
				m.Key = jsonschema.Ref{File: key.file, Pointer: key.ptr}
			}
		}
	}
	form := n.Str("schemaFormat")
	if file, _, _ := strings.Cut(n.Get("payload").Str("$ref"), "#"); strings.HasSuffix(file, ".proto") {
		m.Other, m.Payload.File = true, schema.Join(n.file, file)
	} else if p, ok := r.payload(n); ok {
		if inner := p.Get("schema"); r.doc.Major == 3 && p.Str("schemaFormat") != "" && inner != nil {
			form = p.Str("schemaFormat")
			p, ok = r.get(p, "schema")
		}
		if ok {
			m.Payload = jsonschema.Ref{File: p.file, Pointer: p.ptr}
		}
	}
	switch {
	case strings.Contains(form, "avro"):
		m.Avro = true
	case form != "" && !strings.Contains(form, "json") && !strings.Contains(form, "yaml") && !strings.Contains(form, "asyncapi"):
		m.Other = true
	}
	if m.Name == "" && m.Payload.File != "" && !strings.HasSuffix(m.Payload.Pointer, "/payload") {
		m.Name = m.Payload.Pointer[strings.LastIndexByte(m.Payload.Pointer, '/')+1:]
	}
	return []Message{m}
}

// payload follows a message's schema to where it stands, through one reference
// after the other.
func (r *reader) payload(n node) (node, bool) {
	e := n.Entry("payload")
	if e == nil {
		return node{}, false
	}
	return r.follow(node{e.Value, n.file, n.ptr + "/payload", e})
}
