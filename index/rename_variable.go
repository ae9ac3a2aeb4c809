package index

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/deploy"
	"topicls/index/deploy/config"
	"topicls/index/deploy/keys"
	"topicls/index/facts"
	"topicls/index/topology"
)

// A variable is renamed for the services that share it: those that run the code
// which reads it there, and those that get it from the same line. Where a
// deployment takes its value from a name that is the same (`X: ${X}` and a line of
// .env), that one is renamed with it.

// variableAt tells which variable stands at an offset: one of a service, or a name
// from which a deployment file takes values.
func (r *renaming) variableAt(o *Occurrence, off uint32) (t target, why string, ok bool) {
	for _, n := range o.Names {
		for _, p := range r.named(o.Place, n) {
			if p.Contains(o.Place.File, off) {
				t := target{kind: o.Kind, name: n, at: p, services: o.Services}
				return t, "", true
			}
		}
	}
	if name, at := r.wordAt(o.Place.File, off); name != "" && o.Deployed && !slices.Contains(o.Names, name) {
		if envs := r.taking(name, o); len(envs) > 0 {
			return target{kind: o.Kind, name: name, at: at, taken: envs}, "", true
		}
	}
	if names := topicsOf(o.Uses); len(names) == 1 && !r.setAt(o) && !slices.ContainsFunc(o.Names, func(n string) bool { return len(r.named(o.Place, n)) > 0 }) {
		return target{kind: TopicOccurrence, name: names[0], at: o.Place}, "", true // a key or field that the variable sets
	}
	if len(o.Names) != 1 {
		return target{}, fmt.Sprintf("%s stand here: %s; rename one where it is named", counted(len(o.Names), "variable"), listed(o.Names)), false
	}
	return target{kind: o.Kind, name: o.Names[0], at: o.Place, services: o.Services}, "", true
}

// underKey reports whether code at a place asks for a key of an object that a
// function of the program makes, as NestJS's configuration is asked: the name of
// the variable stands in that function.
func (r *renaming) underKey(at topology.Place) bool {
	cf := r.s.codeOf(at.File)
	return cf.codeFile != nil && cf.family == client.ECMA && strings.ContainsAny(r.at(at), "('\"")
}

// setAt reports whether variables are set at an occurrence's place.
func (r *renaming) setAt(o *Occurrence) bool {
	return o.Deployed && slices.ContainsFunc(r.settings(o.Names, nil), func(p placed) bool {
		return placeOf(p.v.NamePos) == o.Place || placeOf(p.v.ValuePos) == o.Place
	})
}

// named finds where a variable's name is spelled at a place, or in the line behind
// it, as the tag of a field is.
func (r *renaming) named(at topology.Place, name string) []topology.Place {
	if p := r.spelled(at, name, false); len(p) > 0 {
		return p
	}
	cf := r.s.codeOf(at.File)
	if cf.codeFile == nil {
		return nil
	}
	t := r.text(at.File)
	if int(at.End) > len(t) {
		return nil
	}
	end := len(t)
	if i := strings.IndexByte(t[at.End:], '\n'); i >= 0 {
		end = int(at.End) + i
	}
	for _, q := range []string{`"`, `'`, "`"} {
		if i := strings.Index(t[at.End:end], q+name+q); i >= 0 {
			start := at.End + uint32(i) + 1
			return []topology.Place{{File: at.File, Start: start, End: start + uint32(len(name))}}
		}
	}
	if i := strings.Index(t[at.End:end], `"`+name+`,`); i >= 0 { // `env:"NAME,required"`
		start := at.End + uint32(i) + 1
		return []topology.Place{{File: at.File, Start: start, End: start + uint32(len(name))}}
	}
	return nil
}

// told finds the literals in the code of services that are a variable's name, which
// they give to a function that reads it.
func (r *renaming) told(name string, services []string) []topology.Place {
	var out []topology.Place
	seen := map[string]bool{}
	for _, id := range services {
		var files []string
		if svc := r.s.byID[id]; svc != nil {
			files = svc.Files
		}
		if svc := r.s.deployed.byID[id]; svc != nil {
			files = svc.files
		}
		for _, file := range files {
			cf := r.s.codeOf(file)
			if seen[file] || cf.codeFile == nil || cf.facts == nil || !strings.Contains(r.text(file), name) {
				continue
			}
			seen[file] = true
			f := cf.facts.File()
			for i := range f.Exprs {
				if e := &f.Exprs[i]; e.Kind == facts.String && f.Text(e.Name) == name {
					out = append(out, find(r.text(file), e.Span, name, variableByte, false, file)...)
				}
			}
		}
	}
	return out
}

// spelledRead tells which variable's name is spelled at an offset behind the field
// that is read from it: in its tag, as its alias. It is nil for all else.
func (s *Snapshot) spelledRead(path string, off uint32) *Occurrence {
	var o *Occurrence
	r := s.newRenaming()
	for _, rd := range s.ReadsIn(path) {
		if rd.At.Start > off {
			continue
		}
		for _, p := range r.named(rd.At, rd.Name) {
			if p.Contains(path, off) {
				o = &Occurrence{Kind: VariableOccurrence, Place: p}
				o.add(rd.Name, topology.Use{}, rd.Services...)
			}
		}
	}
	return o
}

// wordAt returns the name of a variable that stands at an offset.
func (r *renaming) wordAt(file string, off uint32) (string, topology.Place) {
	t := r.text(file)
	if int(off) > len(t) {
		return "", topology.Place{}
	}
	start, end := int(off), int(off)
	for start > 0 && variableByte(t[start-1]) {
		start--
	}
	for end < len(t) && variableByte(t[end]) {
		end++
	}
	if !variableName.MatchString(t[start:end]) {
		return "", topology.Place{}
	}
	return t[start:end], topology.Place{File: file, Start: uint32(start), End: uint32(end)}
}

// taking lists the environments in which variables of an occurrence take their
// values from a name.
func (r *renaming) taking(name string, o *Occurrence) []string {
	var out []string
	for _, set := range r.settings(o.Names, o.Services) {
		if takes(set.v, name) && !slices.Contains(out, set.environment) {
			out = append(out, set.environment)
		}
	}
	return out
}

// takes reports whether a variable's value is taken from a name.
func takes(v *deploy.Variable, name string) bool {
	return takenIn(v.Raw, name) || slices.ContainsFunc(v.Origin, func(st deploy.Step) bool { return strings.HasPrefix(st.What, name+" in ") })
}

// takenIn reports whether a text refers to a name: `${NAME}` or `$NAME`.
func takenIn(text, name string) bool { return len(references(text, name)) > 0 }

// references finds the references to a name in a text: where the name stands.
func references(text, name string) []int {
	var out []int
	for _, m := range regexp.MustCompile(`(^|[^$])\$\{?`+regexp.QuoteMeta(name)+`\b`).FindAllStringIndex(text, -1) {
		out = append(out, m[1]-len(name))
	}
	return out
}

// placed is a variable as a service of some environment has it.
type placed struct {
	id          string // the service; of an environment that does not answer, its twin
	service     string // its name
	environment string
	v           *deploy.Variable
}

// settings returns how variables are set for services in every environment; all
// variables when none is named, and for all services.
func (r *renaming) settings(names, services []string) []placed {
	var out []placed
	add := func(id string, svc *deploy.Service) {
		if len(services) > 0 && !slices.Contains(services, id) {
			return
		}
		for i := range svc.Vars {
			if names == nil || slices.Contains(names, svc.Vars[i].Name) {
				out = append(out, placed{id, svc.Name, svc.Environment, &svc.Vars[i]})
			}
		}
	}
	for _, svc := range r.s.deployed.services {
		add(svc.ID, svc.Service)
	}
	for _, svc := range r.s.deployed.others {
		if svc.twin != "" {
			add(svc.twin, svc.Service)
		}
	}
	return out
}

// definition is one place that sets a variable, whether it counts or is overridden.
type definition struct{ name, value topology.Place }

// definitions lists all places that set a variable for a service: the one that
// counts first, those that it overrides, and those of other files of the same
// environment, which may be deployed without it.
func (r *renaming) definitions(set placed) []definition {
	out := []definition{{placeOf(set.v.NamePos), placeOf(set.v.ValuePos)}}
	for _, h := range set.v.Hidden {
		out = append(out, definition{placeOf(h.NamePos), placeOf(h.ValuePos)})
	}
	key := "services." + set.service + ".environment"
	for _, file := range r.filesOf(set.environment) {
		doc := keys.YAML([]byte(r.text(file)), ".")
		for _, d := range doc.Documents {
			for _, e := range d.Entries {
				at := topology.Place{File: file, Start: e.At.Start, End: e.At.End}
				switch {
				case e.Key == key+"."+set.v.Name:
					out = append(out, definition{topology.Place{File: file, Start: e.Name.Start, End: e.Name.End}, at})
				case strings.HasPrefix(e.Key, key+"[") && e.Verbatim && (e.Value == set.v.Name || strings.HasPrefix(e.Value, set.v.Name+"=")):
					name := topology.Place{File: file, Start: at.Start, End: at.Start + uint32(len(set.v.Name))}
					out = append(out, definition{name, topology.Place{File: file, Start: name.End, End: at.End}})
				}
			}
		}
	}
	return out
}

// filesOf lists the files of an environment.
func (r *renaming) filesOf(environment string) []string {
	for _, e := range r.s.deployed.environments {
		if e.ID == environment {
			return e.Files
		}
	}
	return nil
}

// shared is what a variable's rename is about.
type shared struct {
	services     []string
	environments []string // in which the name is one that values are taken from
}

// variable enters the edits of a variable's rename.
func (r *renaming) variable(t target, to string) {
	if namesModule(t.name) {
		r.refuse("%s is a variable of the framework", t.name)
		return
	}
	sh := r.share(t)
	for _, id := range sh.services {
		if len(r.settings([]string{to}, []string{id})) > 0 || len(r.s.readsOf([]string{to}, []string{id})) > 0 {
			r.refuse("%s is a variable of %s already", to, r.serviceName(id))
			return
		}
	}
	for _, p := range r.settings([]string{t.name}, sh.services) {
		if p.v.Command { // where else a script sets or uses it is not followed
			r.refuse("%s is set by the command of %s, or a script that it runs", t.name, p.service)
			return
		}
	}
	read := len(sh.services) == 0
	for _, at := range r.readAt(t.name, sh.services) {
		p := r.named(at, t.name)
		if len(p) == 0 && !variableName.MatchString(r.at(at)) { // a function that is told the name
			p = r.told(t.name, sh.services)
		}
		if len(p) == 0 && r.underKey(at) {
			continue // what reads the variable under that key is among these places too
		}
		if len(p) == 0 {
			r.refuse("%s is read at %s, where its name is not spelled: it is made of the name of a field or key", t.name, r.line(at))
			return
		}
		read = true
		for _, p := range p {
			if r.held(p) {
				r.refuse("%s is read at %s from an object that has it under its name", t.name, r.line(at))
				return
			}
			r.edit(p, to, "the variable is read here")
		}
	}
	if !read {
		r.refuse("nothing is found that reads %s: what does might be left with the old name", t.name)
		return
	}
	if len(sh.services) > 0 {
		for _, set := range r.settings([]string{t.name}, sh.services) {
			r.setting(t.name, to, set)
		}
	}
	for _, env := range sh.environments {
		r.taken(t.name, to, env)
	}
	r.launched(t.name, to, sh.services)
	r.loaded(t.name, to, sh.services)
	r.unread(t.name, sh.services)
}

func (r *renaming) serviceName(id string) string {
	if svc := r.s.byID[id]; svc != nil {
		return svc.Name
	}
	return id
}

// share finds the services that share a variable, and the environments in which
// their deployment takes its value from the same name.
func (r *renaming) share(t target) shared {
	sh := shared{services: slices.Clone(t.services), environments: slices.Clone(t.taken)}
	all := r.settings([]string{t.name}, nil)
	add := func(list *[]string, x string) bool {
		if x == "" || slices.Contains(*list, x) {
			return false
		}
		*list = append(*list, x)
		return true
	}
	for more := true; more; {
		more = false
		for _, rd := range r.s.Reads() {
			if rd.Name == t.name && slices.ContainsFunc(rd.Services, func(id string) bool { return slices.Contains(sh.services, id) }) {
				for _, id := range rd.Services {
					more = add(&sh.services, id) || more
				}
			}
		}
		for _, a := range all {
			mine := slices.Contains(sh.services, a.id)
			if takes(a.v, t.name) || passed(a.v) {
				if mine {
					more = add(&sh.environments, a.environment) || more
				} else if slices.Contains(sh.environments, a.environment) {
					more = add(&sh.services, a.id) || more
				}
			}
			for _, b := range all {
				if mine && b.v.NamePos == a.v.NamePos && a.v.NamePos.File != "" {
					more = add(&sh.services, b.id) || more
				}
			}
		}
	}
	slices.Sort(sh.services)
	slices.Sort(sh.environments)
	return sh
}

// passed reports whether a variable has no value of its own in the deployment
// file: it is passed on under its name.
func passed(v *deploy.Variable) bool {
	return v.ValuePos.File == "" || v.ValuePos.Start == v.ValuePos.End && v.Raw == ""
}

// readAt lists where code and configuration of services read a variable.
func (r *renaming) readAt(name string, services []string) []topology.Place {
	var out []topology.Place
	for _, rd := range r.s.Reads() {
		if rd.Name == name && slices.ContainsFunc(rd.Services, func(id string) bool { return slices.Contains(services, id) }) {
			out = append(out, rd.At)
		}
	}
	for _, id := range services {
		for _, v := range r.s.VariablesOf(id) {
			if v.Name == name {
				out = append(out, v.ReadAt...)
			}
		}
		for _, e := range r.s.endpointsIn(id) {
			for _, list := range [][]topology.Name{e.Topics, e.Groups, e.Keys, e.Brokers} {
				for i := range list {
					for _, v := range list[i].Vars {
						if v.Name == name {
							out = append(out, v.At)
						}
					}
				}
			}
		}
	}
	for _, k := range r.s.storesWith("") {
		if !slices.Contains(services, k.service) {
			continue
		}
		for file, f := range r.configFiles(r.s.conf().stores[k]) {
			for i := range f.Documents {
				for j := range f.Documents[i].Entries {
					e := &f.Documents[i].Entries[j]
					at := topology.Place{File: file, Start: e.At.Start, End: e.At.End}
					for _, off := range references(r.at(at), name) {
						start := at.Start + uint32(off)
						out = append(out, topology.Place{File: file, Start: start, End: start + uint32(len(name))})
					}
				}
			}
		}
	}
	return uniquePlaces(out)
}

// setting renames a variable where it is set.
func (r *renaming) setting(name, to string, set placed) {
	for i, d := range r.definitions(set) {
		p := r.spelled(d.name, name, false)
		if len(p) == 0 && i == 0 {
			r.refuse("%s is set at %s, where its name is not spelled", name, r.line(d.name))
			return
		}
		if len(p) > 0 {
			r.edit(p[0], to, "the variable is set here")
		}
	}
	if passed(set.v) && set.v.Status == deploy.VarHost {
		r.note("the machine that deploys must set %s instead of %s", to, name)
	}
}

// taken renames a name from which the deployment files of an environment take
// values.
func (r *renaming) taken(name, to, environment string) {
	files := map[string]bool{}
	for _, f := range r.filesOf(environment) {
		files[f] = true
	}
	set := false
	for _, a := range r.settings(nil, nil) {
		if a.environment != environment {
			continue
		}
		for i := range a.v.Origin {
			o := &a.v.Origin[i]
			if !strings.HasPrefix(o.What, name+" in ") {
				continue
			}
			if p, ok := r.s.spelledName(o); ok {
				r.edit(p, to, "the name is set here")
				files[p.File], set = true, true
			}
		}
	}
	for f := range files {
		for _, off := range references(r.text(f), name) {
			r.edit(topology.Place{File: f, Start: uint32(off), End: uint32(off + len(name))}, to, "a value is taken from it here")
		}
	}
	if !set {
		r.note("the machine that deploys must set %s instead of %s", to, name)
	}
}

// unread tells of files that mention a variable and are not followed: scripts, and
// code in other languages.
func (r *renaming) unread(name string, services []string) {
	edited := map[string]bool{}
	for p := range r.edits {
		edited[p.File] = true
	}
	for _, id := range services {
		svc := r.s.deployed.byID[id]
		if svc == nil {
			continue
		}
		for _, folder := range svc.Code {
			for m := range r.s.mentions.under(folder) {
				if !edited[m.path] && readsVariables(m.path) && len(find(r.text(m.path), wholeOf(r.text(m.path)), name, variableByte, false, m.path)) > 0 {
					r.note("%s mentions %s too", m.path, name)
				}
			}
		}
	}
}

// loaded renames a variable in the files from which programs take it.
func (r *renaming) loaded(name, to string, services []string) {
	edited := map[string]bool{}
	folders := map[string]bool{} // of the code that reads it
	for _, at := range r.readAt(name, services) {
		folders[path.Dir(at.File)] = true
	}
	var others []*builtStore
	for _, k := range r.s.storesWith("") {
		if k.kind != config.DotEnv && k.kind != config.EnvFile {
			continue
		}
		st := r.s.conf().stores[k]
		if k.service != "" && !slices.Contains(services, k.service) {
			others = append(others, st)
			continue
		}
		if dir, _, _ := strings.Cut(k.module, "\n"); k.service == "" && !folders[dir] {
			continue
		}
		for file, f := range r.configFiles(st) {
			for i := range f.Documents {
				for j := range f.Documents[i].Entries {
					e := &f.Documents[i].Entries[j]
					switch e.Key {
					case to:
						r.refuse("%s is a variable in %s already", to, file)
					case name:
						edited[file] = true
						r.edit(topology.Place{File: file, Start: e.Name.Start, End: e.Name.End}, to, "the variable is set here")
					}
				}
			}
		}
		st.Keys(func(file string, e *keys.Entry) {
			if st.loads[file] {
				return // seen above
			}
			switch at := (topology.Place{File: file, Start: e.Name.Start, End: e.Name.End}); {
			case e.Key == to:
				r.refuse("%s is a variable in %s already", to, file)
			case e.Key != name:
			case r.at(at) == name:
				r.edit(at, to, "the variable is set here, in a file that is mounted")
			default:
				r.refuse("%s is set in a file that is mounted, which is made at %s", name, r.line(at))
			}
		})
	}
	for _, st := range others {
		if len(r.s.readsOf([]string{name}, []string{st.key.service})) == 0 {
			continue
		}
		for file := range edited {
			if st.looked[file] {
				r.refuse("%s reads %s from %s, too", r.serviceName(st.key.service), name, file)
				return
			}
		}
	}
}
