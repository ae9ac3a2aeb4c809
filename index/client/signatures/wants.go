package signatures

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	"topicls/index/client"
)

// Slot is a place of a call in which a model expects something.
type Slot struct {
	Pos     int    // 0-based, or -1
	Of      int    // how many arguments the call has then; 0 for any
	Keyword string // or ""
	Key     string // of the object or map that is given there, or ""
}

func (w Slot) String() string {
	s := w.Keyword
	if s == "" {
		s = fmt.Sprintf("argument %d", w.Pos)
	}
	if w.Of > 0 {
		s += fmt.Sprintf(" of %d", w.Of)
	}
	if w.Key != "" {
		s += "[" + w.Key + "]"
	}
	return s
}

// Want is a name that a model uses, and how.
type Want struct {
	Name  string
	Or    []string // what else may have it: the same member by the type's other names
	Call  bool     // it is called
	Slots []Slot   // with these arguments
}

// Wants lists what a model claims of its library, by name.
func Wants(m *client.Model) []Want {
	w := wants{model: m, byName: map[string]*Want{}}
	for name, t := range m.Types {
		if t.Unnamed {
			continue
		}
		for _, n := range append([]string{name}, t.Aliases...) {
			w.name(n)
		}
		w.called(name, t.New, nil)
		member := func(n string) string {
			x := w.name(name + "." + n)
			for _, a := range t.Aliases {
				x.Or = append(x.Or, a+"."+n)
			}
			return x.Name
		}
		for method, c := range t.Methods {
			w.called(member(method), c, t)
		}
		for field := range t.Fields {
			member(field)
		}
		for method, in := range t.Include {
			w.slots(member(method), in.Router, in.Prefix)
		}
	}
	for name, c := range m.Functions {
		w.called(name, c, nil)
	}
	for name, r := range m.Reads {
		if r.Subscript {
			w.name(name)
			continue
		}
		w.slots(name, r.Name, r.Default, r.Text)
	}
	for name, f := range m.Forwards {
		w.slots(name, f.Function, f.Args, f.Kwargs, f.Element)
	}
	for name, s := range m.Through {
		w.slots(name, s)
	}
	for name := range m.Settings {
		w.name(name)
	}
	for name, b := range m.Bound {
		w.slots(name, b.Prefix, b.Class)
		for _, list := range [][]string{b.Name, b.Default} {
			for _, annotation := range list {
				w.name(annotation)
			}
		}
	}
	for name, y := range m.Layered {
		w.slots(name, y.Prefix, y.Files, y.Sections)
	}
	for name, u := range m.Setups {
		w.slots(name, u.Args)
	}
	for name := range m.Constants {
		w.name(name)
	}
	for name := range m.Messages {
		w.name(name)
	}
	for _, list := range [][]string{m.Picks, m.Creates, m.Documents, m.Includes, m.Parsers, slices.Collect(maps.Keys(m.Queues)), slices.Collect(maps.Keys(m.Options))} {
		for _, name := range list {
			w.name(name)
		}
	}
	out := make([]Want, 0, len(w.byName))
	for _, x := range w.byName {
		if slices.ContainsFunc(m.Unverified, func(r string) bool { return x.Name == r || strings.HasPrefix(x.Name, r+".") }) {
			continue
		}
		slices.Sort(x.Or)
		x.Or = slices.Compact(x.Or)
		sort.Slice(x.Slots, func(i, j int) bool { return x.Slots[i].String() < x.Slots[j].String() })
		x.Slots = slices.Compact(x.Slots)
		out = append(out, *x)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

type wants struct {
	model  *client.Model
	byName map[string]*Want
}

// name wants a name. Names that begin with a dot are methods of any type.
func (w *wants) name(n string) *Want {
	if strings.HasPrefix(n, ".") {
		return &Want{}
	}
	x := w.byName[n]
	if x == nil {
		x = &Want{Name: n}
		w.byName[n] = x
	}
	return x
}

// packageOf is the package of a dotted name of Go.
func packageOf(name string) string {
	i := strings.LastIndexByte(name, '/') + 1
	pkg, _, _ := strings.Cut(name[i:], ".")
	return name[:i] + pkg
}

func (w *wants) slots(n string, lists ...client.Slots) {
	x := w.name(n)
	x.Call = true
	for _, list := range lists {
		for _, s := range list {
			if s.New == 0 && s.Option != "" {
				o := w.name(packageOf(n) + "." + s.Option)
				o.Call = true
				o.Slots = append(o.Slots, Slot{s.Pos, s.Of, s.Keyword, s.Key})
				continue
			}
			if s.New == 0 && s.Method == "" && s.Inside == "" && (s.Pos >= 0 || s.Keyword != "" && s.Keyword != client.Receiver) {
				x.Slots = append(x.Slots, Slot{s.Pos, s.Of, s.Keyword, s.Key})
			}
		}
	}
}

// called wants what a model says of a call: of a method of type t, or of a
// function or constructor.
func (w *wants) called(n string, c *client.Call, t *client.Type) {
	if c == nil {
		return
	}
	w.name(n).Call = true
	for _, h := range c.Handlers {
		w.slots(n, h.Function)
	}
	for _, a := range slices.Concat([]*client.Action{c.Action, c.Decorator}, c.Also, c.Decorators) {
		if a == nil {
			continue
		}
		for _, list := range [][]string{a.With, a.Within, a.Declared} {
			for _, name := range list {
				w.name(name)
			}
		}
		for _, list := range actionSlots(a) {
			w.slots(n, list)
			if t != nil {
				w.made(t, list)
			}
		}
	}
}

// made wants the slots that lead to the call which made an object of type t: its
// constructor, or one of the methods and functions whose result it is.
func (w *wants) made(t *client.Type, list client.Slots) {
	var mine client.Slots
	for _, s := range list {
		if s.New == 1 {
			s.New = 0
			mine = append(mine, s)
		}
	}
	if len(mine) == 0 {
		return
	}
	var makers []string
	if !t.Unnamed {
		makers = append(makers, t.Name)
	}
	for name, o := range w.model.Types {
		for method, c := range o.Methods {
			if c != nil && c.Result == t.Name && !o.Unnamed {
				makers = append(makers, name+"."+method)
			}
		}
	}
	for name, c := range w.model.Functions {
		if c.Result == t.Name {
			makers = append(makers, name)
		}
	}
	slices.Sort(makers)
	if len(makers) > 0 {
		if i := slices.Index(makers, t.Name); i > 0 {
			makers[0], makers[i] = makers[i], makers[0]
		}
		w.slots(makers[0], mine)
		x := w.name(makers[0])
		x.Or = append(x.Or, makers[1:]...)
	}
}

func actionSlots(a *client.Action) []client.Slots {
	out := []client.Slots{a.Topic, a.Pattern, a.Group, a.Key, a.Value, a.Bootstrap, a.Prefix, a.Batch, a.SuffixFrom}
	for _, g := range a.Gives {
		out = append(out, g.To)
	}
	return out
}
