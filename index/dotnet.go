package index

import (
	"bytes"
	"encoding/xml"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"

	"topicls/index/client"
	"topicls/index/deploy"
	"topicls/index/deploy/config"
)

// Projects of .NET: a folder with a project file is a program or a library, and
// a program runs its own code and that of the projects it refers to.

// dotnetProject is what a project file says.
type dotnetProject struct {
	dir, name  string   // its folder, and the file's name without the ending
	assembly   string   // what its program is called, without .dll
	references []string // project files
	program    bool     // it is a program of its own, no library
	host       bool     // it starts the projects it refers to, and runs none of their code
}

// isDotnetProject reports whether a file is a project file of .NET.
func isDotnetProject(p string) bool {
	return strings.HasSuffix(p, ".csproj") || strings.HasSuffix(p, ".fsproj")
}

// readProject reads a project file; what is broken in it is left out.
func (w *Workspace) readProject(p string) dotnetProject {
	pr := dotnetProject{dir: path.Dir(p), name: strings.TrimSuffix(path.Base(p), path.Ext(p))}
	pr.assembly = pr.name
	data, err := w.set.ReadFile(p)
	if err != nil {
		return pr
	}
	dec := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	dec.Strict = false
	element := ""
	for {
		t, err := dec.Token()
		if err != nil {
			return pr
		}
		switch t := t.(type) {
		case xml.StartElement:
			element = t.Name.Local
			if element == "Project" || element == "Sdk" {
				pr.readSdk(t.Attr)
			}
			if element != "ProjectReference" {
				continue
			}
			for _, a := range t.Attr {
				if a.Name.Local == "Include" {
					ref := path.Join(pr.dir, strings.ReplaceAll(strings.TrimSpace(a.Value), `\`, "/"))
					pr.references = append(pr.references, ref)
				}
			}
		case xml.EndElement:
			element = ""
		case xml.CharData:
			switch text := strings.TrimSpace(string(t)); {
			case text == "":
			case element == "AssemblyName" && !strings.Contains(text, "$("):
				pr.assembly = text
			case element == "OutputType":
				pr.program = strings.EqualFold(text, "Exe") || strings.EqualFold(text, "WinExe")
			case element == "IsAspireHost":
				pr.host = strings.EqualFold(text, "true")
			}
		}
	}
}

// readSdk notes what the SDKs say that a project is built with.
func (pr *dotnetProject) readSdk(attrs []xml.Attr) {
	for _, a := range attrs {
		switch v := a.Value; {
		case a.Name.Local != "Sdk" && a.Name.Local != "Name":
		case strings.HasPrefix(v, "Microsoft.NET.Sdk.Web"), strings.HasPrefix(v, "Microsoft.NET.Sdk.Worker"):
			pr.program = true
		case strings.HasPrefix(v, "Aspire.AppHost"):
			pr.host = true
		}
	}
}

// projectFiles lists the project files below folders, sorted.
func (w *Workspace) projectFiles(folders []string) []string {
	var out []string
	for e := range w.set.All() {
		if isDotnetProject(e.Path) && slices.ContainsFunc(folders, func(f string) bool { return under(e.Path, f) }) {
			out = append(out, e.Path)
		}
	}
	sort.Strings(out)
	return out
}

var (
	startsDotnet = regexp.MustCompile(`(?i)^(.*/)?dotnet(\.exe)?$`)
	// namesProject finds the projects that a Dockerfile builds.
	namesProject = regexp.MustCompile(`(?im)\bdotnet\s+(?:publish|build|run)\b[^\n&|;]*?["'\s]([^\s"']+\.(?:cs|fs)proj)`)
	// startsAssembly finds the program that a Dockerfile starts.
	startsAssembly = regexp.MustCompile(`(?im)^\s*(?:ENTRYPOINT|CMD)\b.*?([\w.-]+)\.dll`)
)

// findDotnet finds the C# files that a service runs: those of the project whose
// program it starts or builds and of the projects that this one refers to. Where
// the project can't be told, it is all code of its folders.
func (w *Workspace) findDotnet(s *service) (files []string, whole bool) {
	if s.Context == "" && len(s.Entries) > 0 || !w.imageRuns(client.DotNet, s) {
		return nil, false
	}
	all := w.projectFiles(s.Code)
	if len(all) == 0 {
		return w.findWhole(client.DotNet, s)
	}
	s.project = w.startedProject(s, all)
	if s.project == "" {
		return w.findWhole(client.DotNet, s)
	}
	return w.projectCode(s.project), false
}

// startedProject tells which of some projects a service starts; "" if it can't
// be told.
func (w *Workspace) startedProject(s *service, all []string) string {
	if len(all) == 1 {
		return all[0]
	}
	byAssembly := func(name string) string {
		for _, p := range all {
			if w.readProject(p).assembly == name {
				return p
			}
		}
		return ""
	}
	byPath := func(word string) string {
		word = strings.TrimPrefix(strings.ReplaceAll(word, `\`, "/"), "./")
		found := ""
		for _, p := range all {
			if p == word || strings.HasSuffix(p, "/"+word) || path.Base(p) == path.Base(word) && found == "" {
				found = p
				if path.Base(p) != path.Base(word) || strings.HasSuffix(p, "/"+word) {
					break
				}
			}
		}
		return found
	}
	for _, e := range s.Entries {
		for i, word := range e.Words {
			if name, ok := strings.CutSuffix(path.Base(word), ".dll"); ok {
				if p := byAssembly(name); p != "" {
					return p
				}
			}
			if isDotnetProject(word) {
				if p := byPath(word); p != "" {
					return p
				}
			}
			if (word == "--project" || word == "-p") && i+1 < len(e.Words) {
				for _, p := range all {
					if strings.HasSuffix("/"+path.Dir(p), "/"+strings.Trim(e.Words[i+1], "./")) {
						return p
					}
				}
			}
			if i == 0 && !startsDotnet.MatchString(word) {
				if p := byAssembly(path.Base(word)); p != "" { // published as a program of its own
					return p
				}
			}
		}
	}
	data, err := w.set.ReadFile(s.Dockerfile)
	if err != nil { // written in another case, as some file systems allow it
		for _, p := range all {
			if strings.EqualFold(path.Dir(p), path.Dir(s.Dockerfile)) {
				return p
			}
		}
		return ""
	}
	if m := startsAssembly.FindSubmatch(data); m != nil {
		if p := byAssembly(string(m[1])); p != "" {
			return p
		}
	}
	if m := namesProject.FindAllSubmatch(data, -1); len(m) > 0 {
		return byPath(string(m[len(m)-1][1]))
	}
	return ""
}

// projectCode lists the code of a project and of those that it refers to.
func (w *Workspace) projectCode(main string) []string {
	seen := map[string]bool{main: true}
	dirs := map[string]bool{}
	for queue := []string{main}; len(queue) > 0; queue = queue[1:] {
		pr := w.readProject(queue[0])
		dirs[pr.dir] = true
		for _, r := range pr.references {
			if w.set.Has(r) && !seen[r] {
				seen[r] = true
				queue = append(queue, r)
			}
		}
	}
	var out []string
	for _, p := range w.code.below(client.DotNet, []string{"."}) {
		if dirs[w.code.projectFolder(p)] {
			out = append(out, p)
		}
	}
	return out
}

// programsOfProjects says, by the folder of a project, which programs run its
// code where nothing deploys it: itself if it is one, else those that refer to
// it.
func (w *Workspace) programsOfProjects() map[string][]string {
	all := map[string]dotnetProject{}
	for _, p := range w.projectFiles([]string{"."}) {
		if e, ok := w.set.Get(p); ok && (!e.Test || w.code.tests) {
			all[p] = w.readProject(p)
		}
	}
	out := map[string][]string{}
	for p, pr := range all {
		if !pr.program || pr.host {
			continue
		}
		seen := map[string]bool{p: true}
		for queue := []string{p}; len(queue) > 0; queue = queue[1:] {
			q := all[queue[0]]
			if (queue[0] == p || !q.program) && !slices.Contains(out[q.dir], pr.dir) {
				out[q.dir] = append(out[q.dir], pr.dir)
			}
			for _, r := range q.references {
				if _, ok := all[r]; ok && !seen[r] {
					seen[r] = true
					queue = append(queue, r)
				}
			}
		}
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out
}

// launchSettings is where a project has its launch settings.
const launchSettings = "Properties/launchSettings.json"

// launchVariables reads the environment that the first profile of a project's
// launch settings gives the program where nothing deploys it (.NET SDK,
// "launchSettings.json").
func launchVariables(p string, files config.Files) []deploy.Variable {
	f := files.Read(p, "", ":")
	if f == nil {
		return nil
	}
	profile, started := "", false
	var out []deploy.Variable
	for i := range f.Documents {
		for _, e := range f.Documents[i].Entries {
			rest, ok := strings.CutPrefix(e.Key, "profiles:")
			if !ok {
				continue
			}
			name, key, _ := strings.Cut(rest, ":")
			if name != profile {
				if started { // the profile before runs the project
					return sortedVariables(out)
				}
				profile, out = name, nil
			}
			started = started || key == "commandName" && e.Value == "Project"
			if v, ok := strings.CutPrefix(key, "environmentVariables:"); ok {
				at := deploy.Pos{File: p, Start: e.At.Start, End: e.At.End}
				out = append(out, deploy.Variable{Name: v, Value: e.Value, Raw: e.Value, NamePos: at, ValuePos: at})
			}
		}
	}
	return sortedVariables(out)
}

func sortedVariables(vars []deploy.Variable) []deploy.Variable {
	slices.SortStableFunc(vars, func(a, b deploy.Variable) int { return strings.Compare(a.Name, b.Name) })
	return slices.CompactFunc(vars, func(a, b deploy.Variable) bool { return a.Name == b.Name })
}

// projectFolder is the nearest folder around a file that has a project file of
// .NET; "" if none has.
func (c *code) projectFolder(p string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for d := path.Dir(p); ; d = path.Dir(d) {
		if c.isDotnetFolder(d) {
			return d
		}
		if d == "." || d == "/" {
			return ""
		}
	}
}

// isDotnetFolder reports whether a folder has a project file of .NET. The
// caller holds c.mu.
func (c *code) isDotnetFolder(d string) bool {
	if c.dotnet == nil {
		c.dotnet = map[string]bool{}
		for e := range c.set.All() {
			if isDotnetProject(e.Path) {
				c.dotnet[path.Dir(e.Path)] = true
			}
		}
	}
	return c.dotnet[d]
}
