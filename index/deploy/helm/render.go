package helm

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"

	"topicls/index/deploy"
)

// maxIncludes is how often a named template may be in itself, as in Helm.
const maxIncludes = 1000

// maxTexts is how many texts that are given to tpl may be in one another.
const maxTexts = 100

// A rendering renders the templates of a tree of charts with one set of values.
type rendering struct {
	*tracer
	root     *template.Template
	nested   map[string]int // how often a named template is in itself
	texts    int            // how many texts given to tpl are in one another
	total    int
	problems []deploy.Problem
	byFile   map[string]*unit
}

// job is a template to be rendered.
type job struct {
	name string // as Helm knows it
	unit *unit
	base string // of the chart's templates
	dot  Values
}

// output is what a template file gave.
type output struct {
	name string // of the template, as Helm knows it
	unit *unit
	text string
}

// releaseValues is what templates see of the release. Where nothing says how it is
// called, it is called like the chart, as charts expect it of the first one that is
// installed.
func releaseValues(name, namespace string) map[string]any {
	return map[string]any{
		"Name": clone(name), "Namespace": clone(namespace), "IsUpgrade": false, "IsInstall": true, "Revision": 1, "Service": "Helm",
	}
}

// jobs lists the templates of a chart and its dependencies, in no order.
func (r *rendering) jobs(c *chart, above map[string]any, fs *fileReader, out *[]job) map[string]any {
	subs := map[string]any{}
	dot := map[string]any{
		"Chart": struct {
			metadata
			IsRoot bool
		}{c.meta, c.parent == nil},
		"Files":        newFiles(c.files, fs, r.tracer),
		"Release":      above["Release"],
		"Capabilities": above["Capabilities"],
		"Values":       Values{},
		"Subcharts":    subs,
	}
	if c.parent == nil {
		dot["Values"] = above["Values"]
	} else if v, ok := above["Values"].(Values); ok {
		if t, ok := v[c.name()].(map[string]any); ok {
			dot["Values"] = Values(t)
		}
	}
	for _, d := range c.deps {
		subs[d.name()] = r.jobs(d, dot, fs, out)
	}
	for _, u := range c.files.templates {
		if isLibrary(&c.meta) && !strings.HasPrefix(path.Base(u.name), "_") {
			continue
		}
		*out = append(*out, job{path.Join(c.path(), u.name), u, path.Join(c.path(), "templates"), Values(dot)})
	}
	return dot
}

// render renders all templates of a tree of charts. One that fails costs itself.
func (r *rendering) render(c *chart, release, values map[string]any, fs *fileReader) []output {
	var jobs []job
	r.jobs(c, map[string]any{"Values": Values(values), "Release": release, "Capabilities": capabilities()}, fs, &jobs)
	// Templates further down are overridden by those above: they are parsed first.
	slices.SortFunc(jobs, func(a, b job) int {
		if n := strings.Count(b.name, "/") - strings.Count(a.name, "/"); n != 0 {
			return n
		}
		return strings.Compare(b.name, a.name)
	})
	return r.renderJobs(jobs)
}

func (r *rendering) renderJobs(jobs []job) []output {
	r.nested = map[string]int{}
	r.asking = func(u *unit, action int, message string) {
		if u.file == "" {
			return
		}
		e := u.actions[action]
		r.problem(deploy.Problem{Pos: u.pos(e.start, e.end), Message: "the chart asks for a value that is not given: " + message, Absent: true})
	}
	r.byFile = map[string]*unit{}
	r.root = template.New("gotpl").Option("missingkey=zero").Funcs(r.functions())
	r.bind(r.root)
	for _, j := range jobs {
		r.add(j.unit)
		r.byFile[j.unit.file] = j.unit
		r.addTrees(r.root, j.name, j.unit)
	}
	var out []output
	for _, j := range jobs {
		if strings.HasPrefix(path.Base(j.name), "_") || j.unit.trees == nil {
			continue
		}
		j.dot["Template"] = Values{"Name": j.name, "BasePath": j.base}
		if text, ok := r.run(j); ok && text != "" {
			out = append(out, output{j.name, j.unit, text})
		}
	}
	slices.SortStableFunc(out, func(a, b output) int { return strings.Compare(a.unit.file, b.unit.file) })
	return out
}

func (r *rendering) addTrees(t *template.Template, name string, u *unit) {
	for _, n := range sorted(u.trees) {
		as := n
		if n == u.file {
			as = name
		}
		if _, err := t.AddParseTree(as, u.trees[n]); err != nil {
			r.problem(deploy.Problem{Pos: u.pos(0, 0), Message: err.Error(), Absent: true})
		}
	}
}

func (r *rendering) problem(p deploy.Problem) {
	if !slices.Contains(r.problems, p) {
		r.problems = append(r.problems, p)
	}
}

// run renders one template. When an action fails, it is left out and the rest
// is rendered, so that one missing value does not cost a whole deployment.
func (r *rendering) run(j job) (string, bool) {
	root := r.root
	for range maxMended {
		w := r.writer(4096)
		r.last = printed{action: -1}
		clear(r.nested)
		r.texts = 0
		err := execute(root, w, j.name, j.dot)
		if err == nil {
			w.removeNoValue()
			return w.finish(), true
		}
		u, at, problem := r.failure(j, err)
		r.problem(problem)
		mended := r.mend(root, j, u, at, err)
		if mended == nil {
			return "", false
		}
		root = mended
	}
	return "", false
}

func (r *rendering) writer(size int) *writer {
	return &writer{t: r.tracer, total: &r.total, buf: make([]byte, 0, size), pieces: make([]piece, 0, size/64)}
}

// maxMended is how many actions of a template may fail.
const maxMended = 25

// execute renders a template. Functions have been seen to panic.
func execute(t *template.Template, w *writer, name string, dot any) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("rendering failed: %v", p)
		}
	}()
	return t.ExecuteTemplate(w, name, dot)
}

// bind gives a set of templates the functions that render others of the set.
func (r *rendering) bind(t *template.Template) {
	t.Funcs(template.FuncMap{
		"include":  func(name string, data any) (string, error) { return r.include(t, name, data) },
		"tpl":      func(text string, data any) (string, error) { return r.tpl(t, text, data) },
		"required": r.required,
		"fail":     func(message string) (string, error) { return "", demand(message) },
	})
}

// demand is an error by which a chart itself refuses its values.
type demand string

func (d demand) Error() string { return string(d) }

func (r *rendering) required(message string, v any) (any, error) {
	if v == nil || v == "" {
		r.asked = message
		s := clone(unknown)
		r.noteText("required", func() []any { return nil }, s)
		return s, nil
	}
	return v, nil
}

func (r *rendering) include(t *template.Template, name string, data any) (string, error) {
	if r.nested[name] > maxIncludes {
		return "", &loopError{name}
	}
	if err := r.step(10); err != nil {
		return "", err
	}
	r.nested[name]++
	defer func() { r.nested[name]-- }()
	w := r.writer(256)
	r.last = printed{action: -1}
	err := t.ExecuteTemplate(w, name, data)
	r.last = printed{action: -1}
	var loop *loopError
	if errors.As(err, &loop) {
		return "", loop // not with the thousand places that it came through
	}
	return w.finish(), err
}

// A loopError says that a named template is in itself without end.
type loopError struct{ name string }

func (e *loopError) Error() string {
	return fmt.Sprintf("the template %q includes itself without end", e.name)
}

func (r *rendering) tpl(t *template.Template, text string, data any) (string, error) {
	if r.texts++; r.texts > maxTexts {
		return "", errTooMuch
	}
	defer func() { r.texts-- }()
	if !strings.Contains(text, "{{") {
		return strings.ReplaceAll(text, "<no value>", ""), nil
	}
	if err := r.step(50); err != nil {
		return "", err
	}
	u := &unit{text: deploy.NewText("", nil), src: clone(text)}
	u.parse("gotpl")
	if u.trees == nil {
		return "", errors.New(strings.TrimPrefix(u.err.Message, "the template "))
	}
	r.add(u)
	r.noteText("tpl source", func() []any { return []any{text} }, u.src)
	set, err := t.Clone()
	if err != nil {
		return "", err
	}
	set.Option("missingkey=zero")
	r.bind(set)
	name := "gotpl"
	for _, n := range sorted(u.trees) {
		if _, err := set.AddParseTree(n, u.trees[n]); err != nil {
			return "", err
		}
	}
	if u.trees[name] == nil {
		return "", nil
	}
	w := r.writer(256)
	r.last = printed{action: -1}
	err = set.ExecuteTemplate(w, name, data)
	r.last = printed{action: -1}
	if err != nil {
		return "", err
	}
	w.removeNoValue()
	return w.finish(), nil
}

// failure says where and why a template failed: in the innermost template that
// is a file.
func (r *rendering) failure(j job, err error) (*unit, int, deploy.Problem) {
	u, at := j.unit, 0
	start, end := u.text.Line(1)
	pos := u.text.Pos(start, end)
	message := err.Error()
	for _, m := range execErrorLine.FindAllStringSubmatch(message, -1) {
		inner := r.byFile[m[1]]
		if inner == nil {
			continue
		}
		line, _ := strconv.Atoi(m[2])
		column, _ := strconv.Atoi(m[3])
		u = inner
		start, end = u.text.Line(line)
		pos = u.text.Pos(start, end)
		at = start - u.skip + column
	}
	var d demand
	if errors.As(err, &d) {
		message = "the chart asks for other values: " + string(d)
	} else if i := strings.LastIndex(message, ">: "); i >= 0 {
		message = "not rendered: " + message[i+3:]
	} else {
		message = "not rendered: " + execErrorLine.ReplaceAllString(message, "")
	}
	return u, at, deploy.Problem{Pos: pos, Message: message, Absent: true}
}

// mend returns the templates without the action at an offset of a unit, or nil
// when that is none.
func (r *rendering) mend(root *template.Template, j job, u *unit, at int, failed error) *template.Template {
	if errors.Is(failed, errTooMuch) {
		return nil
	}
	var d demand
	asked := errors.As(failed, &d)
	for _, name := range sorted(u.trees) {
		as := name
		if name == u.file {
			if u != j.unit {
				continue
			}
			as = j.name
		}
		current := root.Lookup(as)
		if current == nil || current.Tree == nil || current.Tree.ParseName != u.file {
			continue
		}
		tree := current.Tree.Copy()
		m := mender{unit: u, at: at, silent: asked}
		m.list(tree.Root)
		if !m.done {
			continue
		}
		set, err := root.Clone()
		if err != nil {
			return nil
		}
		set.Option("missingkey=zero")
		r.bind(set)
		if _, err := set.AddParseTree(as, tree); err != nil {
			return nil
		}
		return set
	}
	return nil
}

// A mender replaces the action at an offset.
type mender struct {
	unit   *unit
	at     int
	silent bool // by nothing; else by what is not known
	done   bool
}

func (m *mender) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for i, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			(&instrumenter{unit: m.unit}).node(n)
		case *parse.ActionNode:
			if e := m.unit.braces(int(n.Pos)); !m.done && e.start <= m.at && m.at < e.end {
				m.done = true
				l.Nodes[i] = m.instead(n, e)
			}
		case *parse.IfNode:
			m.list(n.List)
			m.list(n.ElseList)
		case *parse.RangeNode:
			m.list(n.List)
			m.list(n.ElseList)
		case *parse.WithNode:
			m.list(n.List)
			m.list(n.ElseList)
		}
	}
}

// isBlock reports whether an action begins a line of its own and does not indent what
// it gives: whole documents or parts of one, where a text without a key would break
// the rest.
func (u *unit) isBlock(e extent) bool {
	return (e.start == 0 || u.src[e.start-1] == '\n') && !strings.Contains(u.src[e.start:e.end], "indent")
}

func (m *mender) instead(n *parse.ActionNode, e extent) parse.Node {
	text := unknown
	if m.silent || m.unit.isBlock(e) {
		text = ""
	}
	c := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: n.Pos, Args: []parse.Node{&parse.StringNode{NodeType: parse.NodeString, Pos: n.Pos, Text: text, Quoted: strconv.Quote(text)}}}
	out := n.Copy().(*parse.ActionNode)
	cmds := out.Pipe.Cmds
	out.Pipe.Cmds = []*parse.CommandNode{c}
	if last := cmds[len(cmds)-1]; len(n.Pipe.Decl) == 0 && len(last.Args) == outArgs { // what tells where it stands
		last.Args[outArgs-1] = &parse.NilNode{NodeType: parse.NodeNil, Pos: n.Pos}
		last.Args[1] = &parse.StringNode{NodeType: parse.NodeString, Pos: n.Pos, Text: m.unit.src}
		out.Pipe.Cmds = append(out.Pipe.Cmds, last)
	}
	return out
}
