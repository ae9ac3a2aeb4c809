package helm

import (
	"regexp"
	"slices"
	"strings"
	"text/template/parse"
)

// usage is what a template file uses of the values, as far as its text tells.
// It says rather too much than too little: what is not in it is not used.
type usage struct {
	// paths are the keys that are used below .Values, with all that is below
	// them, joined by zero bytes.
	paths map[string]bool
	// all says that any key may be used.
	all      bool
	defines  []string // named templates
	includes []string // the names of those that are asked for
	files    []string // names of files that are asked for
	tpl      bool     // texts of values may be templates themselves
	// readsFiles says that files are read, which may be templates too.
	readsFiles bool

	// above holds every path that a used one begins with, once ready was called.
	above map[string]bool
}

// ready prepares a usage to be asked.
func (u *usage) ready() {
	u.above = map[string]bool{}
	for p := range u.paths {
		for i := range len(p) {
			if p[i] == pathSeparator[0] {
				u.above[p[:i]] = true
			}
		}
	}
}

func newUsage() *usage { return &usage{paths: map[string]bool{}} }

const pathSeparator = "\x00"

func (u *usage) use(path ...string) {
	if len(path) == 0 {
		u.all = true
		return
	}
	u.paths[strings.Join(path, pathSeparator)] = true
}

func (u *usage) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			u.pipe(n.Pipe)
		case *parse.IfNode:
			u.branch(&n.BranchNode)
		case *parse.RangeNode:
			u.branch(&n.BranchNode)
		case *parse.WithNode:
			u.branch(&n.BranchNode)
		case *parse.TemplateNode:
			u.includes = append(u.includes, n.Name)
			u.pipe(n.Pipe)
		case *parse.ListNode:
			u.list(n)
		}
	}
}

func (u *usage) branch(n *parse.BranchNode) {
	u.pipe(n.Pipe)
	u.list(n.List)
	u.list(n.ElseList)
}

func (u *usage) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for i, c := range p.Cmds {
		u.command(c, i+1 < len(p.Cmds))
	}
}

func (u *usage) command(c *parse.CommandNode, piped bool) {
	name := ""
	if id, ok := c.Args[0].(*parse.IdentifierNode); ok {
		name = id.Ident
	}
	switch name {
	case "include":
		if s, ok := literal(c, 1); ok {
			u.includes = append(u.includes, s)
		} else {
			u.all = true
		}
	case "tpl":
		u.tpl = true
	case "index", "get", "hasKey":
		// Keys of a table by name: `index .Values "a" "b"`.
		if len(c.Args) > 2 {
			if chain, ok := valuesChain(c.Args[1]); ok {
				for _, a := range c.Args[2:] {
					s, ok := a.(*parse.StringNode)
					if !ok {
						for _, a := range c.Args[2:] {
							u.arg(a)
						}
						break
					}
					chain = append(chain, s.Text)
				}
				u.use(chain...)
				return
			}
		}
	}
	for i, a := range c.Args {
		if f, ok := a.(*parse.FieldNode); ok && i == 0 && len(c.Args) == 2 {
			u.file(c, f.Ident)
		}
		if v, ok := a.(*parse.VariableNode); ok && i == 0 && len(c.Args) == 2 {
			u.file(c, v.Ident)
		}
		u.arg(a)
	}
}

// file notes the file that .Files.Get, .Files.Lines and the like name.
func (u *usage) file(c *parse.CommandNode, ident []string) {
	if s, ok := literal(c, 1); ok && slices.Contains(ident, "Files") {
		u.readsFiles = true
		if !slices.Contains(ident, "Glob") {
			u.files = append(u.files, s)
		}
	} else if slices.Contains(ident, "Files") {
		u.readsFiles = true
	}
}

// literal returns the text of an argument that is written out.
func literal(c *parse.CommandNode, i int) (string, bool) {
	if i >= len(c.Args) {
		return "", false
	}
	s, ok := c.Args[i].(*parse.StringNode)
	if !ok {
		return "", false
	}
	return s.Text, true
}

func (u *usage) arg(n parse.Node) {
	switch n := n.(type) {
	case *parse.FieldNode, *parse.VariableNode:
		if chain, ok := valuesChain(n); ok {
			u.use(chain...)
		}
	case *parse.ChainNode:
		if slices.Contains(n.Field, "Values") {
			u.use(n.Field[slices.Index(n.Field, "Values")+1:]...)
		}
		u.arg(n.Node)
	case *parse.PipeNode:
		u.pipe(n)
	case *parse.StringNode:
		if n.Text == "Values" || strings.Contains(n.Text, ".Values") {
			u.all = true
		}
	}
}

// valuesChain returns the keys behind .Values, wherever it hangs.
func valuesChain(n parse.Node) ([]string, bool) {
	var ident []string
	switch n := n.(type) {
	case *parse.FieldNode:
		ident = n.Ident
	case *parse.VariableNode:
		ident = n.Ident
	}
	if i := slices.Index(ident, "Values"); i >= 0 {
		return slices.Clone(ident[i+1:]), true
	}
	return nil, false
}

// covers reports whether a key at a path is used: something above it, below it
// or itself.
func (u *usage) covers(path []string) bool {
	return u.all || u.whole(path) || u.above[strings.Join(path, pathSeparator)]
}

// onlyBelow reports whether only parts of the table at a path are used.
func (u *usage) onlyBelow(path []string) bool {
	return !u.all && !u.whole(path) && u.above[strings.Join(path, pathSeparator)]
}

// whole reports whether the key at a path is used with all that is below it.
func (u *usage) whole(path []string) bool {
	for i := range path {
		if u.paths[strings.Join(path[:i+1], pathSeparator)] {
			return true
		}
	}
	return false
}

func (u *usage) add(o *usage) {
	for p := range o.paths {
		u.paths[p] = true
	}
	u.all = u.all || o.all
	u.tpl = u.tpl || o.tpl
	u.readsFiles = u.readsFiles || o.readsFiles
	u.defines = append(u.defines, o.defines...)
	u.includes = append(u.includes, o.includes...)
	u.files = append(u.files, o.files...)
}

var valuesInText = regexp.MustCompile(`\.Values((?:\.[A-Za-z0-9_]+)*)`)

// text notes what a text uses that is a template itself.
func (u *usage) text(s string) {
	if !strings.Contains(s, "{{") {
		return
	}
	for _, m := range valuesInText.FindAllStringSubmatch(s, -1) {
		u.use(strings.FieldsFunc(m[1], func(r rune) bool { return r == '.' })...)
	}
}
