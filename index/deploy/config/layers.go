package config

import (
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/keys"
)

// docLayer is one document of a file.
type docLayer struct {
	path    string
	entries []keys.Entry
	exact   map[string][]int
	loose   map[string][]int
	canon   func(key string) string // keys that are the same to the framework; nil: as they are written
	// variants are further spellings under which the file may have a key, those
	// that count first: `%prod.key`.
	variants func(key string) []string

	mounted *deploy.MountedFile // the text that it is in, if it is no file of the workspace
	files   []string            // then, of each entry
	origins [][]Step            // then, of each entry
}

func newDoc(path string, d *keys.Document, canon func(string) string) *docLayer {
	y := &docLayer{path: path, entries: d.Entries, canon: canon, exact: map[string][]int{}}
	if canon != nil {
		y.loose = map[string][]int{}
	}
	for i := range d.Entries {
		k := d.Entries[i].Key
		y.exact[k] = append(y.exact[k], i)
		if canon != nil {
			c := canon(k)
			y.loose[c] = append(y.loose[c], i)
		}
	}
	return y
}

func (d *docLayer) find(key string) []hit {
	if d.variants != nil {
		for _, k := range d.variants(key) {
			if h := d.plain(k); len(h) > 0 {
				return h
			}
		}
	}
	return d.plain(key)
}

func (d *docLayer) plain(key string) []hit {
	list := d.exact[key]
	if len(list) == 0 && d.canon != nil {
		list = d.loose[d.canon(key)]
	}
	var out []hit
	for i := len(list) - 1; i >= 0; i-- {
		e := &d.entries[list[i]]
		h := hit{text: e.Value, at: Place{d.file(list[i]), e.At}, verbatim: e.Verbatim, optional: e.Optional, steps: d.steps(list[i], key)}
		if d.mounted != nil && e.Value == deploy.UnknownText {
			h.why, h.ends = key+" is not known from the chart alone", true
		}
		out = append(out, h)
		if !e.Optional {
			break
		}
	}
	return out
}

// varLayer is the environment of the service.
type varLayer struct {
	p     *Process
	spell func(key string) []string
	fold  bool // names of variables are compared without case
	// expands says that placeholders in the values of variables are resolved.
	expands bool
}

func (y *varLayer) find(key string) []hit {
	for _, name := range y.spell(key) {
		v := y.p.variable(name)
		if v == nil && y.fold {
			for i := range y.p.Vars {
				if strings.EqualFold(y.p.Vars[i].Name, name) {
					v = &y.p.Vars[i]
				}
			}
		}
		if v == nil {
			continue
		}
		h := hit{text: v.Value, steps: StepsOf(v), variable: v.Name, raw: !y.expands}
		if v.Status != deploy.VarSet {
			h.why = v.Reason
			if h.why == "" {
				h.why = v.Name + " is not known"
			}
		}
		return []hit{h}
	}
	return nil
}

// StepsOf tells where a variable is set, nearest first.
func StepsOf(v *deploy.Variable) []Step {
	at := v.ValuePos
	if at.File == "" || at.Start == at.End {
		at = v.NamePos
	}
	out := []Step{{placeOf(at), v.Name + " is set here"}}
	for _, o := range v.Origin {
		out = append(out, Step{placeOf(o.Pos), o.What})
	}
	return out
}

func placeOf(p deploy.Pos) Place { return Place{p.File, keys.Span{Start: p.Start, End: p.End}} }

// setLayer is what a command line or a variable with options says.
type setLayer struct {
	set   map[string]hit
	canon func(string) string
}

func (y *setLayer) find(key string) []hit {
	if h, ok := y.set[key]; ok {
		return []hit{h}
	}
	if y.canon != nil {
		if h, ok := y.set[y.canon(key)]; ok {
			return []hit{h}
		}
	}
	return nil
}

func (y *setLayer) put(key string, h hit) {
	if y.canon != nil {
		if c := y.canon(key); c != key {
			y.set[c] = h
		}
	}
	y.set[key] = h
}

// words are the words of the commands that a service starts, each with its
// place; what is one text for a shell is divided.
func (p *Process) words() []Step {
	var out []Step
	for i := range p.Entries {
		e := &p.Entries[i]
		for _, list := range [][]string{e.Words, e.Args} {
			for _, w := range list {
				for _, f := range strings.Fields(w) {
					out = append(out, Step{placeOf(e.Pos), strings.Trim(f, `"'`)})
				}
			}
			if len(e.Words) > 0 {
				break // Args are among them
			}
		}
	}
	return out
}

// options collects the words of commands that begin with a prefix and give a
// value behind "=": `--app.topic=orders`.
func (p *Process) options(prefix string, canon func(string) string) *setLayer {
	y := &setLayer{set: map[string]hit{}, canon: canon}
	for _, w := range p.words() {
		if rest, ok := strings.CutPrefix(w.What, prefix); ok {
			if k, v, ok := strings.Cut(rest, "="); ok && k != "" {
				y.put(k, hit{text: v, steps: []Step{{w.Place, k + " in the command"}}})
			}
		}
	}
	return y
}

// javaOptions are variables that hold options of the Java virtual machine, which
// reads the first two by itself.
var javaOptions = []string{"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_OPTS", "JAVA_OPTIONS", "JAVA_OPTS_APPEND"}

// properties collects Java's system properties: `-Dapp.topic=orders`.
func (p *Process) properties(canon func(string) string) *setLayer {
	y := &setLayer{set: map[string]hit{}, canon: canon}
	for _, name := range javaOptions {
		v := p.variable(name)
		if v == nil || v.Status != deploy.VarSet {
			continue
		}
		for _, f := range strings.Fields(v.Value) {
			if rest, ok := strings.CutPrefix(strings.Trim(f, `"'`), "-D"); ok {
				if k, val, ok := strings.Cut(rest, "="); ok && k != "" {
					y.put(k, hit{text: val, steps: StepsOf(v), variable: v.Name})
				}
			}
		}
	}
	for k, h := range p.options("-D", canon).set {
		y.set[k] = h
	}
	return y
}

// separated replaces what is no letter or digit by "_".
func separated(key string) string {
	b := []byte(key)
	for i, c := range b {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			b[i] = '_'
		}
	}
	return string(b)
}

func unique(list []string) []string {
	out := list[:0]
	for i, s := range list {
		seen := false
		for _, o := range list[:i] {
			seen = seen || o == s
		}
		if !seen && s != "" {
			out = append(out, s)
		}
	}
	return out
}
