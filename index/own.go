package index

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"topicls/index/check"
	"topicls/index/deploy"
	"topicls/index/source"
	"topicls/index/topology"
	"topicls/index/workspacefile"
)

// A workspace's own file, .topicls.yaml, tells what can't be found out. What it
// says is a setting like those in Options, which come before it; an edit of it
// changes what hangs on the keys that say something else then.

// ownFile is what the workspace's own file says. It never changes.
type ownFile struct {
	*workspacefile.File // the last that could be read as a whole
	problems            []workspacefile.Problem
	data                []byte // its text then
	broken              bool   // it can't be read now
	rules               *check.Settings
}

// readOwn reads the file's bytes; was is what it said before, if anything.
func readOwn(data []byte, was *ownFile) *ownFile {
	file, problems, ok := workspacefile.Read(data)
	o := &ownFile{File: file, data: data, problems: problems, broken: !ok}
	if !ok && was != nil {
		o.File, o.data = was.File, was.data
	}
	o.rules = &check.Settings{External: workspacefile.Texts(o.External), DeadLetters: workspacefile.Texts(o.DeadLetters)}
	return o
}

// exclude are all patterns of files to leave out: those that come later decide.
func (o *ownFile) exclude(opts *Options) []string {
	return append(workspacefile.Texts(o.Ignore), opts.Exclude...)
}

// grading is how much findings matter, by the file and by what comes before it.
func (o *ownFile) grading(opts *Options) check.Grading {
	if len(o.Severities) == 0 {
		return opts.Grading
	}
	g := check.Grading{}
	for _, s := range o.Severities {
		if s.Level == workspacefile.Off {
			g[s.Code.Text] = ""
		} else {
			g[s.Code.Text] = topology.Severity(s.Level)
		}
	}
	maps.Copy(g, opts.Grading)
	return g
}

// deploysSame reports whether two files say the same of what is deployed.
func (o *ownFile) deploysSame(p *ownFile) bool {
	same := func(a, b workspacefile.Value) bool { return a.Text == b.Text }
	return same(o.Environment, p.Environment) && slices.EqualFunc(o.Services, p.Services, func(a, b workspacefile.Service) bool {
		return same(a.Name, b.Name) && slices.EqualFunc(a.Code, b.Code, same)
	})
}

// updateOwn reads the file again if it is among changed files. It gives
// the set after the changes and what differs in it, with the files that are left
// out now or no longer, and reports whether the file says something else of what is
// deployed.
func (w *Workspace) updateOwn(set *source.Set, diff []string) (next *source.Set, now []string, deploys bool) {
	if !slices.Contains(diff, workspacefile.Name) {
		return set, diff, false
	}
	was := w.own
	data, err := set.ReadFile(workspacefile.Name)
	if err != nil {
		data = nil
	}
	w.own = readOwn(data, was)
	if exclude := w.own.exclude(&w.opts); !slices.Equal(exclude, was.exclude(&w.opts)) {
		set = set.Excluding(exclude)
		diff = uniqueSorted(append(diff, source.Diff(w.set, set)...))
	}
	return set, diff, !w.own.deploysSame(was)
}

// chosen is the id of the environment that answers because somebody asked for
// it, or "".
func (w *Workspace) chosen(all []environment) string {
	if w.opts.Environment != "" {
		return w.opts.Environment
	}
	id := w.own.Environment.Text
	if !slices.ContainsFunc(all, func(e environment) bool { return e.ID == id }) {
		return "" // which is said of the file
	}
	return id
}

// withOwnCode returns a service with the code that the file says it has.
func (w *Workspace) withOwnCode(s *deploy.Service) *deploy.Service {
	folders := w.own.codeOf(s)
	if len(folders) == 0 {
		return s
	}
	c := *s
	c.Code = folders
	c.Infra, c.Named, c.Absent, c.Within = false, false, false, ""
	c.Roots = append(slices.Clone(folders), s.Roots...)
	inside := func(p string) bool { return slices.ContainsFunc(folders, func(f string) bool { return under(p, f) }) }
	if !inside(c.Context) {
		c.Context = folders[0]
	}
	if !slices.ContainsFunc(s.Entries, func(e deploy.Entry) bool { return e.File != "" && inside(e.File) }) {
		c.Entries, c.Builds, c.Dockerfile = nil, nil, "" // they were looked for in other code
	}
	return &c
}

// codeOf are the folders that the file gives a service, by its id or else by its
// name; nil for none.
func (o *ownFile) codeOf(s *deploy.Service) []string {
	var out []string
	for _, x := range o.Services {
		if x.Name.Text != s.ID && (x.Name.Text != s.Name || out != nil) {
			continue
		}
		out = nil
		for _, c := range x.Code {
			if p, ok := folderOf(c.Text); ok {
				out = append(out, p)
			}
		}
		slices.Sort(out)
		out = slices.Compact(out)
		if x.Name.Text == s.ID {
			break
		}
	}
	return out
}

// folderOf is a folder as the file names it, relative to the root.
func folderOf(text string) (string, bool) {
	p := path.Clean(strings.TrimPrefix(text, "./"))
	return p, text != "" && !path.IsAbs(p) && p != ".." && !strings.HasPrefix(p, "../")
}

// flawsOf lists what is wrong with the file: what it can't say, and what it names
// that there is not.
func (s *Snapshot) flawsOf(w *Workspace) []check.Flaw {
	o := w.own
	var out []check.Flaw
	for _, p := range o.problems {
		out = append(out, check.Flaw{Place: placeOf(p.Pos), Message: p.Message, Replace: p.Replace, Unsure: p.Unknown})
	}
	if o.broken { // the places of what it said before are gone
		return out
	}
	out = append(append(out, w.ownModels.flaws...), w.imports.flaws...)
	missing := func(v workspacefile.Value, names []string, format string, args ...any) {
		f := check.Flaw{Place: placeOf(v.Pos), Message: fmt.Sprintf(format, args...), Unsure: true}
		if f.Replace = workspacefile.Nearest(v.Text, names); f.Replace != "" {
			f.Message += fmt.Sprintf("; did you mean %q?", f.Replace)
		}
		out = append(out, f)
	}
	if id := o.Environment; id.Text != "" {
		var ids []string
		for _, e := range s.deployed.environments {
			ids = append(ids, e.ID)
		}
		if err := UnknownEnvironment(id.Text, s.deployed.environments); err != nil {
			missing(id, ids, "%s", err.Error())
		}
	}
	if len(o.Services) == 0 {
		return out
	}
	names := map[string]bool{}
	for _, set := range w.deployments.all() {
		e := set.counts()
		for i := range e.Services {
			names[e.Services[i].Name], names[e.Services[i].ID] = true, true
		}
	}
	for _, x := range o.Services {
		if !names[x.Name.Text] {
			missing(x.Name, slices.Sorted(maps.Keys(names)), "no deployment has a service %q", x.Name.Text)
		}
		for _, c := range x.Code {
			p, ok := folderOf(c.Text)
			switch {
			case !ok:
				missing(c, nil, "%s leads out of the workspace", c.Text)
			case !s.set.IsDir(p) && !s.set.Has(p):
				missing(c, nil, "there is no folder %s in the workspace", c.Text)
			}
		}
	}
	return out
}

// setOwn takes in what the file says now, and tells the rules what differs.
func (s *Snapshot) setOwn(w *Workspace, change *check.Change) {
	was := s.own
	s.own = w.own
	flaws := s.flawsOf(w)
	change.Flaws = !slices.Equal(flaws, s.flaws)
	change.Settings = was != nil && (!was.rules.Same(w.own.rules) || !slices.Equal(s.imports.texts, w.imports.texts))
	s.imports = w.imports
	s.flaws = flaws
}

// relinkDeadLetters has all topics looked at again when other names are those of
// dead-letter topics.
func (w *Workspace) relinkDeadLetters(s *Snapshot, c *delta) {
	if s.own == nil || slices.Equal(s.own.rules.DeadLetters, w.own.rules.DeadLetters) {
		return
	}
	clear(w.deadLetters)
	for t := range s.topics.All() {
		c.moved[t.Name], c.topics[t.Name] = true, true
	}
}

// Settings implements check.Input.
func (s *Snapshot) Settings() *check.Settings { return s.own.rules }

// Flaws implements check.Input.
func (s *Snapshot) Flaws() []check.Flaw { return s.flaws }
