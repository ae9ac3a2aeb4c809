package index

import (
	"bytes"

	"topicls/index/facts"
	"topicls/index/schema/protobuf"
	"topicls/index/schema/tree"
)

// A schema that somebody types in is broken every other moment. As code does
// (lastgood.go), it says until it can be read again what it last said, at the
// places where that stands now: the text that could be read is kept, and read once
// more.

// goodText is the text of a file in an editor when it could be read last, if it
// can't be read now; as far as is known yet, the one before the last change. It is
// nil for a file that is not in an editor.
func (x *schemaFiles) goodText(p string) []byte {
	if e, ok := x.set.Get(p); !ok || !e.Overlay || x.before == nil {
		return nil
	}
	if good := x.good[p]; good != nil {
		return good
	}
	if _, ok := x.before.Get(p); !ok {
		return nil
	}
	text, err := x.before.ReadFile(p)
	if err != nil {
		return nil
	}
	return text
}

// parse reads a document. One that is half typed is what it last was, and has a
// problem all the same.
func (x *schemaFiles) parse(p string, data []byte) (*tree.Node, *tree.Problem) {
	n, problem := parseDocument(p, data)
	if problem == nil {
		delete(x.good, p)
		return n, nil
	}
	good := x.goodText(p)
	if good == nil || len(bytes.TrimSpace(data)) == 0 { // nothing is not half typed
		return nil, problem
	}
	e, ok := typedSince(good, data)
	was, wrong := parseDocument(p, good)
	if !ok || wrong != nil {
		return nil, problem
	}
	x.good[p] = good
	return was.Moved(e.at), problem
}

// protobuf reads a file of Protobuf. The parser goes on behind what is half typed;
// if it loses some of what the file last declared, that is still declared.
func (x *schemaFiles) protobuf(p string, data []byte) *protobuf.File {
	f := protobuf.Read(p, data)
	if len(f.Problems) == 0 {
		delete(x.good, p)
		return f
	}
	good := x.goodText(p)
	if good == nil {
		return f
	}
	e, ok := typedSince(good, data)
	was := protobuf.Read(p, good)
	if !ok || len(was.Problems) > 0 {
		return f
	}
	x.good[p] = good // also if nothing is lost now: the next letter may
	if e.lost(declaredIn(was), declaredIn(f)) {
		was = was.Moved(e.at)
		was.Problems = f.Problems
		return was
	}
	return f
}

// declaredIn are the places of the names of a file's messages and their fields.
func declaredIn(f *protobuf.File) map[facts.Span]facts.Kind {
	out := map[facts.Span]facts.Kind{}
	for _, r := range f.Records {
		out[facts.Span{Start: r.At.Start, End: r.At.End}] = 0
		for i := range r.Fields {
			out[facts.Span{Start: r.Fields[i].At.Start, End: r.Fields[i].At.End}] = 0
		}
	}
	return out
}
