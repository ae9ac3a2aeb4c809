package index

import (
	"path"
	"slices"
	"strings"

	"topicls/index/facts"
	"topicls/index/schema"
	"topicls/index/schema/avro"
	"topicls/index/source"
	"topicls/index/topology"
)

// The code around an endpoint shows which schema its messages have: it names the
// class that is generated from it, the file, or it has the schema's text in it.

// schemaUses are the schemas that the endpoints of a file name.
type schemaUses struct {
	of    map[string][]schemaUse // by the endpoint's id
	files []string               // whose code was looked at besides
}

// schemaUse is a schema where code names it.
type schemaUse struct {
	record *schema.Record
	at     topology.Place
	key    bool
	class  bool // by the class that is generated from it
}

// renewed are the same uses of the records that came in the place of others.
func (u *schemaUses) renewed(became map[*schema.Record]*schema.Record) *schemaUses {
	out := &schemaUses{of: make(map[string][]schemaUse, len(u.of)), files: u.files}
	for id, list := range u.of {
		list = slices.Clone(list)
		for i := range list {
			if r := became[list[i].record]; r != nil {
				list[i].record = r
			}
		}
		out.of[id] = list
	}
	return out
}

// usesOf finds the schemas that the endpoints of a file name. Code is looked at
// from near to far: what is given to the call, or the parameters of what handles
// the messages; the function around it; the fields of the class; the file. Where a
// function names several, the class may tell which; otherwise none is shown. What
// a function names that has to do with several topics may be of any.
func (w *Workspace) usesOf(rf *resolvedFile) *schemaUses {
	out := &schemaUses{of: map[string][]schemaUse{}}
	l := w.schemas.linked
	named := map[string]*namedSchemas{}
	in := func(p string) *namedSchemas {
		n, ok := named[p]
		if !ok {
			if n = w.namedSchemas(l, p); p != rf.path {
				out.files = append(out.files, p)
			}
			named[p] = n
		}
		return n
	}
	for _, e := range rf.endpoints {
		n := in(e.Place.File)
		if n == nil {
			continue
		}
		first, near := n.within(facts.Span{Start: e.Place.Start, End: e.Place.End}), n.within(n.function(e.Place.Start))
		if e.Role == topology.Consume {
			first = n.parameters(e.Place.Start)
		}
		for _, h := range e.Handlers {
			if n := in(h.File); n != nil {
				first, near = append(first, n.parameters(h.Start)...), append(near, n.within(n.function(h.Start))...)
			}
		}
		members, whole := n.members(e.Place.Start), n.whole(rf)
		if !oneTopic(rf, n.function(e.Place.Start)) {
			near = nil
		}
		if e.Role == topology.Consume && slices.ContainsFunc(rf.endpoints, func(o *topology.Endpoint) bool { return o.Role == topology.Produce }) {
			members = nil // what it is given to produce with
		}
		for _, level := range [][]schemaUse{first, near, common(near, members), members, whole} {
			if uses, known := l.agree(level); len(uses) > 0 {
				out.of[e.ID] = uses
				break
			} else if known && len(members) == 0 {
				break
			}
		}
	}
	return out
}

// oneTopic reports whether all endpoints in a part of a file have the same topics.
func oneTopic(rf *resolvedFile, in facts.Span) bool {
	var first *topology.Endpoint
	for _, e := range rf.endpoints {
		if e.Place.Start < in.Start || in.End < e.Place.End {
			continue
		}
		if first == nil {
			first = e
		} else if !slices.Equal(first.TopicNames(), e.TopicNames()) {
			return false
		}
	}
	return true
}

// common are those of some uses whose schemas others have too.
func common(list, others []schemaUse) []schemaUse {
	var out []schemaUse
	for _, u := range list {
		if slices.ContainsFunc(others, func(o schemaUse) bool { return o.record.ID == u.record.ID }) {
			out = append(out, u)
		}
	}
	return out
}

// agree chooses what all of some uses are about: one schema of values, and one of
// keys. known is false where there are none; where there are several, nothing is
// chosen.
func (l *schemaIndex) agree(list []schemaUse) (out []schemaUse, known bool) {
	for _, key := range []bool{false, true} {
		var one *schemaUse
		several := false
		for i := range list {
			u := &list[i]
			if u.key != key || slices.ContainsFunc(list, func(o schemaUse) bool {
				return o.key == key && o.record.ID != u.record.ID && l.holds(o.record, u.record, 0)
			}) {
				continue
			}
			if one == nil {
				one = u
			} else if one.record.ID != u.record.ID {
				several = true
			}
		}
		known = known || one != nil
		if one == nil || several {
			continue
		}
		for _, u := range list { // of files that are equally near, each
			if u.key == key && u.record.ID == one.record.ID && !slices.ContainsFunc(out, func(o schemaUse) bool { return o.record == u.record }) {
				out = append(out, u)
			}
		}
	}
	return out, known
}

// holds reports whether a record has another one somewhere inside.
func (l *schemaIndex) holds(r, o *schema.Record, depth int) bool {
	if depth > 6 {
		return false
	}
	var in func(list []schema.Field) bool
	in = func(list []schema.Field) bool {
		return slices.ContainsFunc(list, func(f schema.Field) bool {
			if f.Type.Ref != "" {
				if x := l.lookup(r, f.Type.Ref); x != nil && x != r && (x.ID == o.ID || l.holds(x, o, depth+1)) {
					return true
				}
			}
			return in(f.Type.Fields)
		})
	}
	return in(r.Fields) || slices.ContainsFunc(r.Any, func(t schema.Type) bool { return in(t.Fields) })
}

// namedSchemas are the schemas that a file of code names, by place.
type namedSchemas struct {
	f    *facts.File
	list []schemaUse
}

// namedSchemas finds them; nil when the file is not read.
func (w *Workspace) namedSchemas(l *schemaIndex, p string) *namedSchemas {
	cf := w.code.files[p]
	if cf == nil || cf.facts == nil {
		return nil
	}
	n := &namedSchemas{f: cf.facts.File()}
	f := n.f
	type asked struct {
		r    *schema.Record
		qual string
	}
	answers := map[asked]bool{}
	for i := range f.Exprs {
		e := &f.Exprs[i]
		u := schemaUse{at: topology.Place{File: p, Start: e.Start, End: e.End}}
		switch e.Kind {
		case facts.Name, facts.Attr:
			name := f.Text(e.Name)
			if len(l.byBase[name]) == 0 {
				continue
			}
			qual := dotted(f, e.X, 0)
			if e.Kind == facts.Name {
				qual = ""
			}
			var fit []*schema.Record
			for _, r := range l.byBase[name] {
				q := asked{r, qual}
				ok, known := answers[q]
				if !known {
					ok = belongs(f, string(cf.lang), r, qual) && !w.handWritten(f, p, r)
					answers[q] = ok
				}
				if ok {
					fit = append(fit, r)
				}
			}
			for _, r := range nearestRecords(fit, p) {
				u.record, u.class, u.key = r, true, strings.HasSuffix(name, "Key")
				n.list = append(n.list, u)
			}
			continue
		case facts.String:
			text := f.Text(e.Name)
			switch {
			case len(text) < 200 && strings.ContainsRune(text, '.') && (isAvro(text) || isDocument(text) || strings.HasSuffix(text, ".proto")):
				if to := l.schemaFile(p, text); to != "" {
					u.record = l.roots[to]
					base := strings.ToLower(path.Base(text))
					u.key = strings.Contains(base, "key") && !strings.Contains(base, "value")
				}
			case len(text) > 30 && len(text) < 1<<16 && strings.Contains(text, `"record"`) && strings.Contains(text, `"fields"`):
				u.record = w.inlineSchema(p, e.Span, text)
			}
		}
		if u.record != nil {
			n.list = append(n.list, u)
		}
	}
	return n
}

// inlineSchema reads the schema of Avro that is a text in code.
func (w *Workspace) inlineSchema(p string, at facts.Span, text string) *schema.Record {
	data, err := w.set.ReadFile(p)
	if err != nil || int(at.End) > len(data) {
		return nil
	}
	off := strings.Index(string(data[at.Start:at.End]), text)
	if off < 0 { // with escapes: its places can't be told
		return nil
	}
	f := avro.Read(p, []byte(text))
	if f.Root == nil {
		return nil
	}
	r := *f.Root
	r.ID = inlineID + r.Name // not to be taken for the one of a file
	shift(&r, at.Start+uint32(off))
	return &r
}

const inlineID = "text:"

func isInline(r *schema.Record) bool { return strings.HasPrefix(r.ID, inlineID) }

func shift(r *schema.Record, off uint32) {
	var fields func(list []schema.Field) []schema.Field
	fields = func(list []schema.Field) []schema.Field {
		list = slices.Clone(list)
		for i := range list {
			list[i].At.Start += off
			list[i].At.End += off
			list[i].Type.Fields = fields(list[i].Type.Fields)
		}
		return list
	}
	r.At.Start += off
	r.At.End += off
	r.Fields = fields(r.Fields)
}

// within are the uses in a part of the file.
func (n *namedSchemas) within(at facts.Span) []schemaUse {
	var out []schemaUse
	for _, u := range n.list {
		if at.Start <= u.at.Start && u.at.End <= at.End && at.End > 0 {
			out = append(out, u)
		}
	}
	return out
}

// function is the function around an offset: not a lambda, but what it stands in.
func (n *namedSchemas) function(off uint32) facts.Span {
	var out facts.Span
	for i := range n.f.Scopes {
		s := &n.f.Scopes[i]
		if s.Kind == facts.FuncScope && s.Start <= off && off <= s.End && (out.End == 0 || s.End-s.Start < out.End-out.Start) {
			out = s.Span
		}
	}
	return out
}

// parameters are the uses in the declared types of the parameters of the function
// around an offset.
func (n *namedSchemas) parameters(off uint32) []schemaUse {
	at := n.function(off)
	var out []schemaUse
	for i := range n.f.Scopes {
		s := &n.f.Scopes[i]
		if s.Kind != facts.FuncScope || s.Span != at {
			continue
		}
		for _, p := range n.f.ScopeParams(s) {
			if p.Annot != 0 {
				out = append(out, n.within(n.f.At(p.Annot).Span)...)
			}
		}
	}
	return out
}

// clientWords are words in the names of types whose arguments are messages.
var clientWords = []string{"Kafka", "Producer", "Template", "Emitter", "Publisher", "Sender", "Writer", "Consumer", "Receiver", "Listener", "Reader"}

// inClient reports whether a place is among the type arguments of something that
// sends or receives messages: `KafkaTemplate<String, Order>`.
func (n *namedSchemas) inClient(at topology.Place) bool {
	for i := range n.f.Exprs {
		e := &n.f.Exprs[i]
		if e.Kind != facts.Index || e.X == 0 || e.Y == 0 {
			continue
		}
		y := n.f.At(e.Y)
		if at.Start < y.Start || y.End < at.End {
			continue
		}
		x := n.f.At(e.X)
		if x.Kind != facts.Name && x.Kind != facts.Attr {
			continue
		}
		if slices.ContainsFunc(clientWords, func(w string) bool { return strings.Contains(n.f.Text(x.Name), w) }) {
			return true
		}
	}
	return false
}

// members are the uses in a class around an offset that stand in none of its
// functions but the constructor: in the types of the clients that it has.
func (n *namedSchemas) members(off uint32) []schemaUse {
	class := facts.ScopeID(-1)
	for i := range n.f.Scopes {
		s := &n.f.Scopes[i]
		if s.Kind == facts.ClassScope && s.Start <= off && off <= s.End && (class < 0 || s.End-s.Start < n.f.Scopes[class].End-n.f.Scopes[class].Start) {
			class = facts.ScopeID(i)
		}
	}
	var out []schemaUse
	if class < 0 {
		return nil
	}
	for _, u := range n.within(n.f.Scopes[class].Span) {
		inside := false
		for i := range n.f.Scopes {
			s := &n.f.Scopes[i]
			inside = inside || s.Parent == class && (s.Kind == facts.ClassScope || s.Kind == facts.FuncScope && n.f.Text(s.Name) != facts.Constructor) && s.Start <= u.at.Start && u.at.End <= s.End
		}
		if !inside && n.inClient(u.at) {
			out = append(out, u)
		}
	}
	return out
}

// whole are all uses, where all endpoints of a file have the same topics.
func (n *namedSchemas) whole(rf *resolvedFile) []schemaUse {
	for _, e := range rf.endpoints[1:] {
		if !slices.Equal(e.TopicNames(), rf.endpoints[0].TopicNames()) {
			return nil
		}
	}
	return n.list
}

// dotted is the dotted name that an expression spells, or "?".
func dotted(f *facts.File, id facts.ExprID, depth int) string {
	e := f.At(id)
	switch {
	case id == 0 || depth > 12:
		return "?"
	case e.Kind == facts.Name:
		return f.Text(e.Name)
	case e.Kind == facts.Attr:
		return dotted(f, e.X, depth+1) + "." + f.Text(e.Name)
	}
	return "?"
}

// handWritten reports whether the class that a file means by a record's name is
// one of the workspace that no compiler of schemas made: in the file itself, or in
// a file of its name in the package.
func (w *Workspace) handWritten(f *facts.File, p string, r *schema.Record) bool {
	base := r.Base()
	for i := range f.Scopes {
		if s := &f.Scopes[i]; s.Kind == facts.ClassScope && f.Text(s.Name) == base {
			return true
		}
	}
	for _, c := range w.schemas.linked.classes[base] {
		q := c.path
		if inCommon(q, p) < inCommon(r.At.File, p) && path.Dir(q) != path.Dir(p) {
			continue
		}
		if !slices.ContainsFunc(r.Space, func(s string) bool {
			return strings.HasSuffix("/"+path.Dir(q), "/"+strings.ReplaceAll(s, ".", "/")) || path.Ext(q) == ".cs"
		}) {
			continue
		}
		return !c.made
	}
	return false
}

// madeBySchema reports whether a compiler of schemas made a file of code.
func (w *Workspace) madeBySchema(p string) bool {
	cf := w.code.files[p]
	return cf != nil && slices.ContainsFunc(madeBy, cf.signature.MayContainWord)
}

// madeBy are words of classes that compilers of schemas made.
var madeBy = []source.Word{source.NewWord("SpecificRecord"), source.NewWord("SpecificRecordBase"), source.NewWord("GeneratedMessageV3"), source.NewWord("GeneratedMessage"), source.NewWord("ISpecificRecord"), source.NewWord("IMessage")}

// belongs reports whether a file of code means by a name the class that is
// generated from a record: what it imports, or its own package, says so. qual is
// the dotted name before it, if it has one.
func belongs(f *facts.File, lang string, r *schema.Record, qual string) bool {
	switch lang {
	case "java", "kotlin", "csharp":
		return belongsToPackage(f, lang, r, qual)
	}
	proto := strings.TrimSuffix(path.Base(r.At.File), ".proto")
	for i := range f.Imports {
		im := &f.Imports[i]
		module, member, local := f.Text(im.Module), f.Text(im.Member), f.Text(im.Local)
		if qual != "" && qual != local && !(lang == "python" && (qual == module || strings.HasSuffix(qual, "_pb2"))) {
			continue
		}
		switch lang {
		case "go":
			if qual == "" && !im.Star {
				continue
			}
			for _, s := range r.Space {
				s = strings.TrimPrefix(s, "./")
				if strings.Contains(s, "/") && (module == s || strings.HasSuffix(module, "/"+s)) {
					return true
				}
			}
		case "python":
			if r.Format == schema.Protobuf {
				last := module[strings.LastIndexByte(module, '.')+1:]
				if last == proto+"_pb2" || member == proto+"_pb2" && qual != "" {
					return true
				}
			}
		default:
			if r.Format == schema.Protobuf {
				last := strings.TrimSuffix(strings.TrimSuffix(path.Base(module), ".js"), ".ts")
				if last == proto || last == proto+"_pb" || last == proto+".pb" {
					return true
				}
			}
		}
	}
	return false
}

// belongsToPackage is belongs for languages with packages.
func belongsToPackage(f *facts.File, lang string, r *schema.Record, qual string) bool {
	base, pack := r.Base(), f.Text(f.Package)
	for _, s := range r.Space {
		full := s
		if r.Outer != "" && lang != "csharp" {
			full = s + "." + r.Outer
		}
		if qual == full || qual == s { // spelled in full
			return true
		}
		if qual != "" && (qual != r.Outer || lang == "csharp") {
			continue
		}
		if pack == s || lang == "csharp" && strings.HasPrefix(pack, s+".") {
			return true
		}
		for i := range f.Imports {
			im := &f.Imports[i]
			module, member := f.Text(im.Module), f.Text(im.Member)
			switch {
			case qual != "": // the class around it
				if module == s && (member == r.Outer || member == "") {
					return true
				}
			case module == full && (member == base || member == ""):
				return true
			case module == s && (member == base || member == "" && full == s):
				return true
			}
		}
	}
	return false
}
