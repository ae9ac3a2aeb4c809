package helm

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"
	"unsafe"

	"topicls/index/deploy"
)

// A unit is a parsed template file, or a text that a template gave to tpl. It is
// not changed after parsing and is shared by all renderings.
//
// Its trees are instrumented so that a rendering can tell where its output comes
// from while every byte of it stays as it is: text nodes point into src, so that
// the writer knows them by their address, and each action that prints calls
// outFunc last, with its number and the value, which comes back unchanged.
type unit struct {
	file  string // "" for a text that was given to tpl
	name  string // below the chart's folder: "templates/deployment.yaml"
	text  *deploy.Text
	src   string // what is parsed
	skip  int    // bytes in front of it in the file
	trees map[string]*parse.Tree
	// actions are where the printing actions stand in src, with their braces.
	actions []extent
	err     *deploy.Problem
	uses    *usage
}

type extent struct{ start, end int }

const (
	outFunc  = "topicls_out"
	stepFunc = "topicls_step" // called each time a loop begins anew
	outArgs  = 5              // its name, the unit's text, the action's number, the key and its table
)

var byteOrderMark = []byte("\uFEFF")

// parseUnit parses a template file. What can't be parsed has no trees.
func parseUnit(file, name string, data []byte) *unit {
	u := &unit{file: file, name: name, text: deploy.NewText(file, data), uses: newUsage()}
	u.text.Edited = editedIn(file)
	data = bytes.TrimPrefix(data, byteOrderMark)
	u.skip = len(u.text.Data) - len(data)
	u.src = string(data)
	u.parse(file)
	return u
}

func (u *unit) parse(name string) {
	trees := map[string]*parse.Tree{}
	t := parse.New(name)
	t.Mode = parse.SkipFuncCheck
	if _, err := t.Parse(u.src, "", "", trees, nil); err != nil {
		u.err = u.parseProblem(err)
		if u.uses != nil {
			u.uses.all = true
		}
		return
	}
	u.trees = trees
	i := &instrumenter{unit: u}
	for _, name := range sorted(trees) {
		tree := trees[name]
		i.tree = tree
		i.unknown = ""
		if u.uses != nil && tree.Root != nil {
			u.uses.defines = append(u.uses.defines, name)
			u.uses.list(tree.Root)
		}
		i.list(tree.Root)
		if i.unknown != "" && u.err == nil {
			u.err = &deploy.Problem{Pos: u.pos(i.at, i.at+len(i.unknown)), Message: fmt.Sprintf("Helm has no function %q; what needs it is not rendered", i.unknown), Absent: true}
		}
	}
}

var (
	parseErrorLine = regexp.MustCompile(`^template: .*?:(\d+): (?s:(.*))$`)
	execErrorLine  = regexp.MustCompile(`template: (.+?):(\d+)(?::(\d+))?: `)
)

func (u *unit) parseProblem(err error) *deploy.Problem {
	line, message := 1, err.Error()
	if m := parseErrorLine.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	start, end := u.text.Line(line)
	return &deploy.Problem{Pos: u.text.Pos(start, end), Message: "the template can't be parsed: " + message}
}

// pos returns the place of a part of src.
func (u *unit) pos(start, end int) deploy.Pos { return u.text.Pos(u.skip+start, u.skip+end) }

// at returns the offset in src of the bytes at an address, if they are its own.
func (u *unit) at(p *byte, n int) (int, bool) {
	off := uintptr(unsafe.Pointer(p)) - uintptr(unsafe.Pointer(unsafe.StringData(u.src)))
	if off < uintptr(len(u.src)) && off+uintptr(n) <= uintptr(len(u.src)) {
		return int(off), true
	}
	return 0, false
}

// An instrumenter changes the trees of a unit.
type instrumenter struct {
	unit    *unit
	tree    *parse.Tree
	unknown string // a function that Helm does not have
	at      int
	ranges  [][2]string // the variables for the value and the key of the loops around
}

// ofKey says that a printed value's parent is the key that it stands at.
const ofKey = "\x00key"

func (i *instrumenter) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		i.node(n)
	}
}

func (i *instrumenter) node(n parse.Node) {
	switch n := n.(type) {
	case *parse.TextNode:
		if at := int(n.Pos); len(n.Text) > 0 && at+len(n.Text) <= len(i.unit.src) && i.unit.src[at:at+len(n.Text)] == string(n.Text) {
			n.Text = unsafe.Slice(unsafe.StringData(i.unit.src[at:]), len(n.Text)) // only read
		}
	case *parse.ActionNode:
		i.functions(n.Pipe)
		if len(n.Pipe.Decl) == 0 {
			i.action(n)
		}
	case *parse.IfNode:
		i.branch(&n.BranchNode)
	case *parse.RangeNode:
		if d := n.Pipe.Decl; len(d) == 2 {
			i.ranges = append(i.ranges, [2]string{d[1].Ident[0], d[0].Ident[0]})
			defer func() { i.ranges = i.ranges[:len(i.ranges)-1] }()
		}
		i.branch(&n.BranchNode)
		i.count(n)
	case *parse.WithNode:
		i.branch(&n.BranchNode)
	case *parse.TemplateNode:
		i.functions(n.Pipe)
	case *parse.ListNode:
		i.list(n)
	}
}

// count makes each turn of a loop count.
func (i *instrumenter) count(n *parse.RangeNode) {
	call := &parse.CommandNode{
		NodeType: parse.NodeCommand, Pos: n.Pos,
		Args: []parse.Node{parse.NewIdentifier(stepFunc).SetTree(i.tree).SetPos(n.Pos)},
	}
	action := &parse.ActionNode{
		NodeType: parse.NodeAction, Pos: n.Pos, Line: n.Line,
		Pipe: &parse.PipeNode{NodeType: parse.NodePipe, Pos: n.Pos, Line: n.Line, Cmds: []*parse.CommandNode{call}},
	}
	n.List.Nodes = slices.Insert(n.List.Nodes, 0, parse.Node(action))
}

func (i *instrumenter) branch(n *parse.BranchNode) {
	i.functions(n.Pipe)
	i.list(n.List)
	i.list(n.ElseList)
}

// functions looks for names of functions that there are none of.
func (i *instrumenter) functions(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for _, c := range p.Cmds {
		for _, a := range c.Args {
			switch a := a.(type) {
			case *parse.IdentifierNode:
				if !isFunction(a.Ident) && i.unknown == "" {
					i.unknown, i.at = a.Ident, int(a.Pos)
				}
			case *parse.PipeNode:
				i.functions(a)
			case *parse.ChainNode:
				if p, ok := a.Node.(*parse.PipeNode); ok {
					i.functions(p)
				}
			}
		}
	}
}

// action makes a printing action tell its value: {{ X }} becomes
// {{ X | topicls_out UNIT NUMBER PARENT }}, where PARENT is the table that X is
// a key of, if it is one.
func (i *instrumenter) action(n *parse.ActionNode) {
	number := len(i.unit.actions)
	i.unit.actions = append(i.unit.actions, i.unit.braces(int(n.Pos)))
	var parent parse.Node = &parse.NilNode{NodeType: parse.NodeNil, Pos: n.Pos}
	key := ""
	if first := n.Pipe.Cmds[0]; len(first.Args) == 1 {
		switch a := first.Args[0].(type) {
		case *parse.FieldNode:
			last := len(a.Ident) - 1
			key = a.Ident[last]
			if last == 0 {
				parent = &parse.DotNode{NodeType: parse.NodeDot, Pos: a.Pos}
			} else {
				up := a.Copy().(*parse.FieldNode)
				up.Ident = up.Ident[:last]
				parent = up
			}
		case *parse.VariableNode:
			if last := len(a.Ident) - 1; last > 0 {
				key = a.Ident[last]
				up := a.Copy().(*parse.VariableNode)
				up.Ident = up.Ident[:last]
				parent = up
				break
			}
			for _, r := range slices.Backward(i.ranges) {
				if r[0] == a.Ident[0] {
					of := a.Copy().(*parse.VariableNode)
					of.Ident = []string{r[1]}
					key, parent = ofKey, of
					break
				}
			}
		}
	}
	n.Pipe.Cmds = append(n.Pipe.Cmds, &parse.CommandNode{
		NodeType: parse.NodeCommand, Pos: n.Pos,
		Args: []parse.Node{
			parse.NewIdentifier(outFunc).SetTree(i.tree).SetPos(n.Pos),
			&parse.StringNode{NodeType: parse.NodeString, Pos: n.Pos, Text: i.unit.src},
			&parse.NumberNode{NodeType: parse.NodeNumber, Pos: n.Pos, IsInt: true, Int64: int64(number), Text: strconv.Itoa(number)},
			&parse.StringNode{NodeType: parse.NodeString, Pos: n.Pos, Text: key},
			parent,
		},
	})
}

// braces returns the extent of the action whose first word is at an offset.
func (u *unit) braces(at int) extent {
	at = min(at, len(u.src))
	start := max(strings.LastIndex(u.src[:at], "{{"), 0)
	for i := at; i < len(u.src); i++ {
		switch c := u.src[i]; c {
		case '"', '\'':
			for i++; i < len(u.src) && u.src[i] != c && u.src[i] != '\n'; i++ {
				if u.src[i] == '\\' {
					i++
				}
			}
		case '`':
			if n := strings.IndexByte(u.src[i+1:], '`'); n >= 0 {
				i += n + 1
			}
		case '}':
			if strings.HasPrefix(u.src[i:], "}}") {
				return extent{start, i + 2}
			}
		}
	}
	return extent{start, len(u.src)}
}
