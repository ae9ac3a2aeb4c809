package index

import (
	"strings"

	"topicls/index/client"
	"topicls/index/deploy"
	"topicls/index/facts"
	"topicls/index/source"
	"topicls/index/topology"
)

// Topics are named in places that are no endpoints: where code has them created,
// and where a deployment does.

// declared renames a topic where it is created under a literal name.
func (r *renaming) declared(name string) {
	word := source.NewWord(name)
	for cf := range r.s.inFull().wholeCode.All() {
		if cf.facts == nil || !cf.signature.MayContainWord(word) || !strings.Contains(r.text(cf.path), name) {
			continue
		}
		f := cf.facts.File()
		for _, id := range f.Calls {
			if e := f.At(id); creates(f, e, client.CreatesOf(cf.family)) {
				r.literals(name, cf.path, f, e.Span, "the topic is created here")
			}
		}
	}
	for _, d := range r.s.Declarations(name) {
		r.all(name, d.At)
		if d.Described {
			r.channelRefs(name, d.At)
		}
	}
	for _, svc := range r.s.deployed.services {
		r.created(name, svc.Service)
	}
	for _, svc := range r.s.deployed.others {
		r.created(name, svc.Service)
	}
}

// channelRefs renames a topic in the references to a channel of an AsyncAPI
// document that has its name as key.
func (r *renaming) channelRefs(name string, at topology.Place) {
	text := r.text(at.File)
	if int(at.End) > len(text) || !strings.HasPrefix(strings.TrimLeft(text[at.End:], "\"' "), ":") {
		return
	}
	ref := "#/channels/" + name
	for off := 0; ; {
		i := strings.Index(text[off:], ref)
		if i < 0 {
			return
		}
		off += i + len(ref)
		if off == len(text) || !topicByte(text[off]) {
			r.give(name, topology.Place{File: at.File, Start: uint32(off - len(name)), End: uint32(off)}, "the channel is referred to here")
		}
	}
}

// creates reports whether a call has topics created: it is one of those that
// client models name so.
func creates(f *facts.File, call *facts.Expr, names client.Creates) bool {
	callee := f.At(call.X)
	if callee.Kind != facts.Name && callee.Kind != facts.Attr {
		return false
	}
	last := f.Text(callee.Name)
	if names[last] {
		return true
	}
	if callee.Kind != facts.Attr {
		return false
	}
	of := f.At(callee.X)
	return (of.Kind == facts.Name || of.Kind == facts.Attr) && names[f.Text(of.Name)+"."+last]
}

// literals renames a topic in the literals of a part of a code file.
func (r *renaming) literals(name, file string, f *facts.File, in facts.Span, why string) {
	for i := range f.Exprs {
		e := &f.Exprs[i]
		if e.Kind != facts.String || f.Text(e.Name) != name || e.Start < in.Start || in.End < e.End {
			continue
		}
		if p := find(r.text(file), e.Span, name, topicByte, true, file); len(p) == 1 {
			r.give(name, p[0], why)
		}
	}
}

// created renames a topic where a service that has topics created names it: in a
// variable of the broker's image, or in a command of Kafka's own tools.
func (r *renaming) created(name string, svc *deploy.Service) {
	if !svc.Infra && !svc.Broker {
		return
	}
	for i := range svc.Vars {
		v := &svc.Vars[i]
		if strings.Contains(strings.ToUpper(v.Name), "TOPIC") {
			r.all(name, placeOf(v.ValuePos))
		}
	}
	for _, e := range svc.Entries {
		if strings.Contains(strings.Join(e.Words, " "), "topic") {
			r.all(name, placeOf(e.Pos))
		}
	}
}

// all renames a topic in all of a place.
func (r *renaming) all(name string, at topology.Place) {
	for _, p := range find(r.text(at.File), facts.Span{Start: at.Start, End: at.End}, name, topicByte, true, at.File) {
		r.give(name, p, "the topic is created here")
	}
}
