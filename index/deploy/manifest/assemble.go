package manifest

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
)

// Assembled is what objects deploy that are applied together.
type Assembled struct {
	Services []deploy.Service // sorted by name
	Topics   []deploy.DeclaredTopic
	Problems []deploy.Problem
}

// Assemble works out what objects deploy in an environment. Of two with the same
// identity the later counts, as if it was applied after the other.
//
// A workload is a service of its name, and so is the container that it is there
// for: the only one with an image that isn't a known sidecar's, the one that
// kubectl takes by default, or the one of the workload's name. Its other
// containers are services called "workload/container"; those that run before it
// are services only when their image is not a well-known tool's. A name that
// several workloads have is followed by the namespace, and by the kind where that
// doesn't tell them apart: "orders.staging", "orders.staging.cronjob".
//
// ConfigMaps and Secrets are those nearest to the workload's file where several
// files have one of a name, as folders of different services do that are never
// applied to one namespace.
func Assemble(environment string, objects []*Object) Assembled {
	return (&Memory{}).Assemble(environment, objects)
}

// A Memory remembers what it assembled last in an environment, so that a change
// of one object costs those that it concerns. It is not safe for concurrent use.
type Memory struct{ done map[*Object]*assembled }

// assembled is what a workload was found to deploy.
type assembled struct {
	name     string
	finds    []find
	services []deploy.Service
	problems []deploy.Problem
}

// A find is a ConfigMap or Secret that was looked for, and what was found.
type find struct {
	kind, name string
	object     *Object
	why        string
}

// Assemble is like the function Assemble.
func (m *Memory) Assemble(environment string, objects []*Object) Assembled {
	a := &assembler{environment: environment, before: m.done, after: map[*Object]*assembled{}, maps: map[[2]string][]*Object{}}
	byID := make(map[ID]*Object, len(objects))
	for _, o := range objects {
		byID[o.ID] = o
	}
	for _, o := range objects {
		if o.Map != nil {
			key := [2]string{o.Kind, o.Name}
			a.maps[key] = append(a.maps[key], o)
		} else if byID[o.ID] == o {
			a.kept = append(a.kept, o)
		}
	}
	names := a.names()
	for _, o := range a.kept {
		switch {
		case o.Topic != nil:
			a.out.Topics = append(a.out.Topics, *o.Topic)
		case o.Broker:
			a.services = append(a.services, &deploy.Service{
				ID: environment + ":" + names[o.ID], Environment: environment, Name: names[o.ID], Pos: o.Pos, Infra: true, Broker: true,
			})
		case o.Workload != nil && !o.Workload.Fragment:
			a.remember(o, names[o.ID])
		}
	}
	m.done = a.after
	slices.SortStableFunc(a.services, func(a, b *deploy.Service) int { return cmp.Compare(a.Name, b.Name) })
	a.out.Services = make([]deploy.Service, 0, len(a.services))
	for i, s := range a.services {
		if i == 0 || a.services[i-1].Name != s.Name {
			a.out.Services = append(a.out.Services, *s)
		}
	}
	slices.SortStableFunc(a.out.Topics, func(a, b deploy.DeclaredTopic) int { return cmp.Compare(a.Name, b.Name) })
	return a.out
}

type assembler struct {
	environment   string
	kept          []*Object               // all but maps
	maps          map[[2]string][]*Object // by kind and name
	before, after map[*Object]*assembled
	now           *assembled // the workload that is looked at
	services      []*deploy.Service
	out           Assembled
}

// remember adds the services of a workload, as they were before if nothing that
// they depend on is different.
func (a *assembler) remember(o *Object, name string) {
	done := a.before[o]
	if done == nil || done.name != name || slices.ContainsFunc(done.finds, func(f find) bool {
		object, why := a.search(o, f.kind, f.name)
		return object != f.object || why != f.why
	}) {
		a.now = &assembled{name: name}
		a.workload(o, name)
		done = a.now
	}
	a.after[o] = done
	for i := range done.services {
		a.services = append(a.services, &done.services[i])
	}
	a.out.Problems = append(a.out.Problems, done.problems...)
}

func (a *assembler) problem(pos deploy.Pos, message string, absent bool) {
	p := deploy.Problem{Pos: pos, Message: message, Absent: absent}
	if !slices.Contains(a.now.problems, p) {
		a.now.problems = append(a.now.problems, p)
	}
}

func (a *assembler) add(s deploy.Service) {
	s.ID, s.Environment = a.environment+":"+s.Name, a.environment
	a.now.services = append(a.now.services, s)
}

// names gives each workload and broker a name of its own.
func (a *assembler) names() map[ID]string {
	byName := map[string][]ID{}
	for _, o := range a.kept {
		if o.Workload != nil && !o.Workload.Fragment || o.Broker {
			byName[o.Name] = append(byName[o.Name], o.ID)
		}
	}
	out := map[ID]string{}
	for name, ids := range byName {
		perSpace := map[string]int{}
		for _, id := range ids {
			perSpace[id.Namespace]++
		}
		for _, id := range ids {
			full := name
			if id.Namespace != "" && len(perSpace) > 1 {
				full += "." + id.Namespace
			}
			if perSpace[id.Namespace] > 1 {
				full += "." + strings.ToLower(id.Kind)
			}
			out[id] = full
		}
	}
	return out
}

// find returns the ConfigMap or Secret that a workload means, or why it is not
// known.
func (a *assembler) find(owner *Object, kind, name string) (*Object, string) {
	object, why := a.search(owner, kind, name)
	a.now.finds = append(a.now.finds, find{kind: kind, name: name, object: object, why: why})
	return object, why
}

// search looks for a ConfigMap or Secret. A namespace that isn't said may be any.
func (a *assembler) search(owner *Object, kind, name string) (*Object, string) {
	var found *Object
	best, equals := -1, false
	for _, o := range a.maps[[2]string{kind, name}] {
		if owner.Namespace != o.Namespace && owner.Namespace != "" && o.Namespace != "" {
			continue
		}
		n := nearness(owner.Pos.File, o.Pos.File)
		if owner.Namespace == o.Namespace {
			n += 1 << 20
		}
		switch {
		case n > best || n == best && o.Pos.File == found.Pos.File && o.ID == found.ID: // the later of a file counts
			found, best, equals = o, n, false
		case n == best && !o.Map.equal(found.Map):
			equals = true
		}
	}
	switch {
	case found == nil:
		return nil, fmt.Sprintf("%s %s is not in the workspace", kind, name)
	case equals:
		return nil, fmt.Sprintf("%s %s is there several times, with other values", kind, name)
	}
	return found, ""
}

// nearness says how near two files are to one another.
func nearness(a, b string) int {
	if a == b {
		return 1 << 19
	}
	n := 0
	for i := 0; i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		if a[i] == '/' {
			n++
		}
	}
	return n
}

// equal reports whether two maps have the same contents. Those of Secrets are
// not known.
func (m *Map) equal(o *Map) bool {
	return m.More == o.More && slices.EqualFunc(m.Entries, o.Entries, func(a, b Entry) bool {
		return a.Key.Text == b.Key.Text && a.Value.Text == b.Value.Text
	})
}

// workload adds the services of a workload.
func (a *assembler) workload(o *Object, name string) {
	main := mainContainer(o)
	for i := range o.Workload.Containers {
		c := &o.Workload.Containers[i]
		if c.Init && c.Installed && !c.Broker {
			continue
		}
		s := deploy.Service{Name: name, Pos: o.Pos, Image: c.Image}
		if i != main {
			s.Name, s.Pos = name+"/"+c.Name.Text, c.Name.Pos
			if c.Name.Text == "" {
				s.Name = fmt.Sprintf("%s/%d", name, i+1)
			}
		}
		s.Broker = c.Broker && !c.Init && !o.Workload.Ends
		s.Infra = c.Installed
		v := a.variables(o, c)
		s.Vars, s.MoreVars = v.list, v.more
		s.Files = a.files(o, c)
		s.Start = start(c, v)
		a.add(s)
	}
}

// defaultContainer is the annotation that names the container kubectl means.
const defaultContainer = "kubectl.kubernetes.io/default-container"

// mainContainer returns the index of the container that a workload is there for,
// or -1 when several are equals.
func mainContainer(o *Object) int {
	own, installed := []int{}, []int{}
	for i := range o.Workload.Containers {
		c := &o.Workload.Containers[i]
		switch {
		case c.Init:
			continue
		case c.Name.Text != "" && c.Name.Text == o.Workload.Annotations[defaultContainer]:
			return i
		case c.Installed:
			installed = append(installed, i)
		default:
			own = append(own, i)
		}
	}
	if len(own) == 0 {
		own = installed
	}
	if len(own) == 1 {
		return own[0]
	}
	for _, i := range own {
		if o.Workload.Containers[i].Name.Text == o.Name {
			return i
		}
	}
	return -1
}

// start returns what a container starts. Variables that are known are filled in.
func start(c *Container, v *variables) *deploy.Start {
	fill := func(words []string) []string {
		if words == nil {
			return nil
		}
		out := make([]string, len(words))
		for i, w := range words {
			out[i] = expand(w, func(name string) (known, bool) {
				k, ok := v.values[name]
				return k, ok && k.reason == ""
			}).text
		}
		return out
	}
	return &deploy.Start{Entrypoint: fill(c.Command), Args: fill(c.Args), Workdir: c.Workdir, Pos: c.CommandPos}
}

// files returns the ConfigMaps' texts that are mounted into a container, and the
// Secrets' names.
func (a *assembler) files(owner *Object, c *Container) []deploy.MountedFile {
	files := map[string]deploy.MountedFile{}
	for _, m := range c.Mounts {
		v := owner.Workload.volume(m.Volume)
		if v == nil {
			continue
		}
		for i := range v.Sources {
			s := &v.Sources[i]
			o, _ := a.find(owner, s.Kind, s.Name.Text)
			if o == nil {
				continue
			}
			for j := range o.Map.Entries {
				e := &o.Map.Entries[j]
				target, ok := m.target(s, e.Key.Text)
				if !ok {
					continue
				}
				f := deploy.MountedFile{
					Target: target, Text: e.Value.Text, Pos: e.Value.Pos, Lines: e.Lines, Parts: e.Parts,
					Origin: []deploy.Step{
						{Pos: e.Key.Pos, What: e.Key.Text + " in " + s.Kind + " " + o.title()},
						{Pos: s.Name.Pos, What: "volume " + v.Name + " at " + m.Path},
					},
				}
				if s.Kind == "Secret" {
					f.Text, f.Secret, f.Pos, f.Lines, f.Parts = "", true, e.Key.Pos, nil, nil
				}
				files[target] = f
			}
		}
	}
	var out []deploy.MountedFile
	for _, target := range slices.Sorted(maps.Keys(files)) {
		out = append(out, files[target])
	}
	return out
}

// target returns where a key of a ConfigMap is in the container.
func (m Mount) target(s *VolumeSource, key string) (string, bool) {
	at := key
	if s.Items != nil {
		var ok bool
		if at, ok = s.Items[key]; !ok || at == "" {
			return "", false
		}
	}
	at = path.Clean("/" + at)
	if sub := path.Clean("/" + m.SubPath); sub != "/" {
		if at == sub {
			return path.Clean("/" + m.Path), true
		}
		rest, ok := strings.CutPrefix(at, sub+"/")
		if !ok {
			return "", false
		}
		at = "/" + rest
	}
	return path.Join("/", m.Path, at), true
}
