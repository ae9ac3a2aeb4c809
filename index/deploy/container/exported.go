package container

import (
	"cmp"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/program"
)

// addExported adds the variables that a service's command, and the scripts that
// it runs, give to the programs which they start. They come last and so override
// what the deployment says, unless it is what they are made of and stays the
// same. Where only some of the programs get one, or another value, it is not known.
func addExported(fs deploy.FS, s *deploy.Service, started []program.Started, pos deploy.Pos) {
	started = slices.DeleteFunc(slices.Clone(started), func(p program.Started) bool { return p.File == "" })
	var names []string
	for _, p := range started {
		for name := range p.Exported {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 {
		return
	}
	host := s.MoreVars != "" || slices.ContainsFunc(s.Vars, func(v deploy.Variable) bool { return v.Status != deploy.VarSet })
	vars := slices.Clone(s.Vars)
	for _, name := range names {
		x, why := agreed(started, name)
		at, found := slices.BinarySearchFunc(vars, name, func(v deploy.Variable, name string) int { return cmp.Compare(v.Name, name) })
		if found && why == "" && vars[at].Status == deploy.VarSet && vars[at].Value == x.Value {
			continue
		}
		if x.Unset && host {
			why = "it is made of variables that are not known"
		}
		v := deploy.Variable{Name: name, Value: x.Value, Raw: x.Raw, Bulk: true, Command: true}
		v.NamePos, v.ValuePos = placeOf(fs, name, x, pos)
		if why != "" {
			v.Status, v.Value, v.Reason = deploy.VarHost, "", why
		}
		if !found {
			vars = slices.Insert(vars, at, v)
			continue
		}
		v.Hidden = append(slices.Clone(vars[at].Hidden), deploy.Definition{NamePos: vars[at].NamePos, ValuePos: vars[at].ValuePos})
		vars[at] = v
	}
	s.Vars = vars
}

// agreed is what all programs get for a variable, or why they don't get the same.
func agreed(started []program.Started, name string) (x program.Exported, why string) {
	for i, p := range started {
		got, ok := p.Exported[name]
		switch {
		case ok && got.Open != "":
			return got, got.Open
		case i > 0 && (!ok || x.Value != got.Value), i == 0 && !ok:
			return got, "the programs that are started get different ones"
		}
		x = got
	}
	return x, ""
}

// placeOf finds where a command or script gives a variable: where it is spelled
// out once. Otherwise the place is the command, or the script's beginning.
func placeOf(fs deploy.FS, name string, x program.Exported, command deploy.Pos) (at, value deploy.Pos) {
	file, from, to := x.File, 0, 0
	if file == "" {
		file, from, to = command.File, int(command.Start), int(command.End)
	}
	data, err := fs.ReadFile(file)
	if err != nil {
		return command, command
	}
	if x.File != "" || to <= from || to > len(data) {
		from, to = 0, len(data)
	}
	t := deploy.NewText(file, data)
	var all, same []int // where the name is set, and where to this value
	for i := from; i < to; i += len(name) {
		j := strings.Index(string(data[i:to]), name+"=")
		if j < 0 {
			break
		}
		if i += j; i > 0 && isNameByte(data[i-1]) {
			continue
		}
		all = append(all, i)
		if start := min(behind(data, i+len(name)), to); strings.HasPrefix(string(data[start:to]), x.Raw) && x.Raw != "" {
			same = append(same, i)
		}
	}
	switch {
	case len(same) == 1:
		start := behind(data, same[0]+len(name))
		return t.Pos(same[0], same[0]+len(name)), t.Pos(start, start+len(x.Raw))
	case len(all) == 1:
		start := behind(data, all[0]+len(name))
		return t.Pos(all[0], all[0]+len(name)), t.Pos(start, start)
	case x.File == "":
		return command, command
	}
	return t.Pos(0, 0), t.Pos(0, 0)
}

// behind is the offset of the value behind the equals sign at i.
func behind(data []byte, i int) int {
	if i++; i < len(data) && (data[i] == '"' || data[i] == '\'') {
		i++
	}
	return i
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
