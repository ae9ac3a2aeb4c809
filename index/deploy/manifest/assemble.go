package manifest

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/images"
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
func Assemble(environment string, objects []*Object) Assembled {
	a := &assembler{environment: environment, byID: make(map[ID]*Object, len(objects)), maps: map[[2]string][]*Object{}}
	for _, o := range objects {
		a.byID[o.ID] = o
	}
	a.kept = slices.DeleteFunc(slices.Clone(objects), func(o *Object) bool { return a.byID[o.ID] != o })
	for _, o := range a.kept {
		if o.Map != nil {
			key := [2]string{o.Kind, o.Name}
			a.maps[key] = append(a.maps[key], o)
		}
	}
	names := a.names()
	for _, o := range a.kept {
		switch {
		case o.Topic != nil:
			a.out.Topics = append(a.out.Topics, *o.Topic)
		case o.Broker:
			a.add(deploy.Service{Name: names[o.ID], Pos: o.Pos, Infra: true, Broker: true})
		case o.Workload != nil:
			a.workload(o, names[o.ID])
		}
	}
	slices.SortFunc(a.out.Services, func(a, b deploy.Service) int { return cmp.Compare(a.Name, b.Name) })
	a.out.Services = slices.CompactFunc(a.out.Services, func(a, b deploy.Service) bool { return a.Name == b.Name })
	slices.SortStableFunc(a.out.Topics, func(a, b deploy.DeclaredTopic) int { return cmp.Compare(a.Name, b.Name) })
	return a.out
}

type assembler struct {
	environment string
	kept        []*Object
	byID        map[ID]*Object
	maps        map[[2]string][]*Object // by kind and name
	out         Assembled
}

func (a *assembler) problem(pos deploy.Pos, message string, absent bool) {
	p := deploy.Problem{Pos: pos, Message: message, Absent: absent}
	if !slices.Contains(a.out.Problems, p) {
		a.out.Problems = append(a.out.Problems, p)
	}
}

func (a *assembler) add(s deploy.Service) {
	s.ID, s.Environment = a.environment+":"+s.Name, a.environment
	a.out.Services = append(a.out.Services, s)
}

// names gives each workload and broker a name of its own.
func (a *assembler) names() map[ID]string {
	byName := map[string][]ID{}
	for _, o := range a.kept {
		if o.Workload != nil || o.Broker {
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
// known. A namespace that isn't said may be any.
func (a *assembler) find(owner *Object, kind, name string) (*Object, string) {
	if o := a.byID[ID{kind, owner.Namespace, name}]; o != nil {
		return o, ""
	}
	var found *Object
	for _, o := range a.maps[[2]string{kind, name}] {
		if owner.Namespace != "" && o.Namespace != "" {
			continue
		}
		if found != nil {
			return nil, fmt.Sprintf("%s %s is in several namespaces", kind, name)
		}
		found = o
	}
	if found == nil {
		return nil, fmt.Sprintf("%s %s is not in the workspace", kind, name)
	}
	return found, ""
}

// workload adds the services of a workload.
func (a *assembler) workload(o *Object, name string) {
	main := mainContainer(o)
	for i := range o.Workload.Containers {
		c := &o.Workload.Containers[i]
		broker := images.Broker(c.Image)
		if c.Init && images.Installed(c.Image) && !broker {
			continue
		}
		s := deploy.Service{Name: name, Pos: o.Pos, Image: c.Image}
		if i != main {
			s.Name, s.Pos = name+"/"+c.Name.Text, c.Name.Pos
			if c.Name.Text == "" {
				s.Name = fmt.Sprintf("%s/%d", name, i+1)
			}
		}
		s.Broker = broker && !c.Init && !o.Workload.Ends
		s.Infra = images.Installed(c.Image)
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
		case images.Installed(c.Image):
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

// files returns the ConfigMaps' texts that are mounted into a container.
func (a *assembler) files(owner *Object, c *Container) []deploy.MountedFile {
	files := map[string]deploy.MountedFile{}
	for _, m := range c.Mounts {
		v := owner.Workload.volume(m.Volume)
		if v == nil {
			continue
		}
		for i := range v.Sources {
			s := &v.Sources[i]
			o, _ := a.find(owner, "ConfigMap", s.Name.Text)
			if o == nil {
				continue
			}
			for j := range o.Map.Entries {
				e := &o.Map.Entries[j]
				target, ok := m.target(s, e.Key.Text)
				if !ok {
					continue
				}
				files[target] = deploy.MountedFile{
					Target: target, Text: e.Value.Text, Pos: e.Value.Pos, Lines: e.Lines,
					Origin: slices.Concat(e.Value.Origin, []deploy.Step{
						{Pos: e.Key.Pos, What: e.Key.Text + " in ConfigMap " + o.Name},
						{Pos: s.Name.Pos, What: "volume " + v.Name + " at " + m.Path},
					}),
				}
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
