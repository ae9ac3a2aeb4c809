package dockerfile

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/dotenv"
)

// Options say how an image is built.
type Options struct {
	FS      deploy.FS
	Context string // the build context, relative to the workspace root
	Outside bool   // there is no context in the workspace: COPY brings in nothing
	Target  string // the stage to build; "" for the last one
	Args    map[string]dotenv.Value
	Named   map[string]string // additional build contexts: name -> workspace folder
}

// An Image is what a Dockerfile builds.
type Image struct {
	Base       string         // the image that its stages begin with in the end, "scratch" or ""
	Env        []Env          // in order of their instructions; the last of a name wins
	Workdir    string         // absolute; "/" when never set
	Files      []deploy.Mount // workspace files and folders at container paths; later ones win
	Built      []string       // workspace files and folders that other stages made something from which it holds
	Made       []string       // the folders of the workspace among those in which that was made, where its path tells
	Absent     []string       // paths of the workspace that are copied and not there: what is built before the image is
	Entrypoint Command
	Cmd        Command
	Stages     int            // how many stages the Dockerfile has
	Builds     []deploy.Build // what is run in all of them
}

// An Env is a variable that the image sets.
type Env struct {
	Name     string
	Value    dotenv.Value
	Raw      string
	NamePos  deploy.Pos
	ValuePos deploy.Pos
}

// A Command is a CMD or ENTRYPOINT.
type Command struct {
	Words []string // exec form, or {"/bin/sh", "-c", text} for the shell form
	Shell bool     // it was written in shell form
	Pos   deploy.Pos
}

// Set reports whether the command is given.
func (c Command) Set() bool { return c.Words != nil }

// Build evaluates the stages that lead to the target.
func (f *File) Build(o Options) Image {
	b := builder{file: f, o: o, global: map[string]dotenv.Value{}, named: map[string]*stage{}}
	for i := range f.Instructions {
		b.run(&f.Instructions[i])
	}
	s := b.target()
	if s == nil {
		return Image{Workdir: "/"}
	}
	s.Stages, s.Builds = len(b.stages), b.builds
	return s.Image
}

// stage is an image under construction.
type stage struct {
	Image
	args      map[string]dotenv.Value
	env       map[string]dotenv.Value
	inherited bool // the command comes from the stage this one begins with
	known     bool // the stage begins with nothing: no variables from a base image
}

type builder struct {
	file   *File
	o      Options
	global map[string]dotenv.Value // ARGs before the first FROM
	stages []*stage
	named  map[string]*stage
	builds []deploy.Build
}

func (b *builder) target() *stage {
	if s, ok := b.named[strings.ToLower(b.o.Target)]; ok && b.o.Target != "" {
		return s
	}
	if len(b.stages) == 0 {
		return nil
	}
	return b.stages[len(b.stages)-1]
}

func (b *builder) run(i *Instruction) {
	if i.Name == "FROM" {
		b.from(i)
		return
	}
	if len(b.stages) == 0 {
		if i.Name == "ARG" {
			b.arg(i, b.global, nil, func(name string) (dotenv.Value, bool) { v, ok := b.global[name]; return v, ok })
		}
		return
	}
	s := b.stages[len(b.stages)-1]
	switch i.Name {
	case "ARG":
		b.arg(i, s.args, b.global, s.lookup)
	case "ENV":
		b.env(i, s)
	case "WORKDIR":
		dir := b.text(i, s)
		if !path.IsAbs(dir) {
			dir = path.Join(s.Workdir, dir)
		}
		s.Workdir = path.Clean(dir)
	case "COPY", "ADD":
		b.copy(i, s)
	case "RUN":
		b.build(i, s)
	case "CMD":
		s.Cmd = command(i)
	case "ENTRYPOINT":
		if s.inherited {
			s.Cmd = Command{}
		}
		s.Entrypoint = command(i)
		s.inherited = false
	}
}

// from begins a stage.
func (b *builder) from(i *Instruction) {
	lookup := func(name string) (dotenv.Value, bool) { v, ok := b.global[name]; return v, ok }
	ws := words(i.Rest, b.file.escape)
	base, name := "", ""
	if len(ws) > 0 {
		base = expand(i.Rest, ws[0].start, ws[0].end, b.file.escape, lookup, i.at).Text
	}
	if len(ws) > 2 && strings.EqualFold(i.Rest[ws[1].start:ws[1].end], "as") {
		name = strings.ToLower(i.Rest[ws[2].start:ws[2].end])
	}
	s := &stage{args: map[string]dotenv.Value{}, env: map[string]dotenv.Value{}}
	s.Workdir, s.Base = "/", base
	s.known = base == "scratch"
	if parent, ok := b.named[strings.ToLower(base)]; ok {
		s.Image = parent.Image
		s.Env = append([]Env(nil), parent.Env...)
		s.Files = append([]deploy.Mount(nil), parent.Files...)
		s.Built, s.Made = slices.Clone(parent.Built), slices.Clone(parent.Made)
		for k, v := range parent.env {
			s.env[k] = v
		}
		s.inherited, s.known = true, parent.known
	}
	b.stages = append(b.stages, s)
	if name != "" {
		b.named[name] = s
	}
}

func (s *stage) lookup(name string) (dotenv.Value, bool) {
	if v, ok := s.env[name]; ok {
		return v, true
	}
	if v, ok := s.args[name]; ok {
		return v, true
	}
	if s.known {
		return dotenv.Value{}, false
	}
	return dotenv.Value{Reason: name + " may come from the base image"}, false
}

// arg declares build arguments.
func (b *builder) arg(i *Instruction, into, outer map[string]dotenv.Value, lookup dotenv.Lookup) {
	for _, w := range words(i.Rest, b.file.escape) {
		text := i.Rest[w.start:w.end]
		name, _, hasDefault := strings.Cut(text, "=")
		if v, ok := b.o.Args[name]; ok {
			into[name] = v
			continue
		}
		if hasDefault {
			start := w.start + len(name) + 1
			v := expand(i.Rest, start, w.end, b.file.escape, lookup, i.at)
			v.Origin = append([]deploy.Step{{Pos: i.at(start, w.end), What: "ARG " + name}}, v.Origin...)
			v.Default = true
			into[name] = v
			continue
		}
		if v, ok := outer[name]; ok {
			into[name] = v
		} else if _, ok := into[name]; !ok {
			into[name] = dotenv.Value{Pattern: "*", Reason: "build argument " + name + " is not given"}
		}
	}
}

// What is kept of the commands that build an image.
const maxBuilds, maxBuildText = 100, 1 << 14

var (
	continued = strings.NewReplacer("\\\r\n", " ", "\\\n", " ")
	variable  = regexp.MustCompile(`\$(\w+|\{\w+\})`)
)

// build notes a command that is run in a stage.
func (b *builder) build(i *Instruction, s *stage) {
	if len(b.builds) >= maxBuilds || len(i.Rest) > maxBuildText {
		return
	}
	text := variable.ReplaceAllStringFunc(continued.Replace(i.Rest), func(v string) string {
		if got, ok := s.lookup(strings.Trim(v, "${}")); ok && got.Reason == "" {
			return got.Text
		}
		return v
	})
	b.builds = append(b.builds, deploy.Build{Text: text, Dir: s.Workdir, Files: s.Files})
}

// env sets variables, in the form `NAME=value ...` or `NAME value`.
func (b *builder) env(i *Instruction, s *stage) {
	ws := words(i.Rest, b.file.escape)
	if len(ws) == 0 {
		return
	}
	var set []Env
	add := func(name string, nameStart, valueStart, valueEnd int) {
		e := Env{Name: name, Raw: i.Rest[valueStart:valueEnd], NamePos: i.at(nameStart, nameStart+len(name))}
		e.Value = expand(i.Rest, valueStart, valueEnd, b.file.escape, s.lookup, i.at)
		if q := e.Raw; len(q) >= 2 && (q[0] == '"' || q[0] == '\'') && q[len(q)-1] == q[0] {
			valueStart, valueEnd = valueStart+1, valueEnd-1
			e.Raw = i.Rest[valueStart:valueEnd]
		}
		e.ValuePos = i.at(valueStart, valueEnd)
		set = append(set, e)
	}
	if first := i.Rest[ws[0].start:ws[0].end]; !strings.Contains(first, "=") {
		if len(ws) > 1 {
			add(first, ws[0].start, ws[1].start, len(strings.TrimRight(i.Rest, " \t\r")))
		}
	} else {
		for _, w := range ws {
			if name, _, ok := strings.Cut(i.Rest[w.start:w.end], "="); ok && name != "" {
				add(name, w.start, w.start+len(name)+1, w.end)
			}
		}
	}
	for _, e := range set {
		v := e.Value
		v.Origin = append([]deploy.Step{{Pos: e.ValuePos, What: "ENV " + e.Name}}, v.Origin...)
		s.env[e.Name] = v
		s.Env = append(s.Env, e)
	}
}

// text evaluates the whole rest of an instruction.
func (b *builder) text(i *Instruction, s *stage) string {
	return expand(i.Rest, 0, len(strings.TrimRight(i.Rest, " \t\r")), b.file.escape, s.lookup, i.at).Text
}

// command reads CMD and ENTRYPOINT. Variables in them are the shell's matter.
func command(i *Instruction) Command {
	c := Command{Pos: i.Pos}
	if words, ok := i.JSON(); ok {
		if c.Words = words; c.Words == nil {
			c.Words = []string{}
		}
		return c
	}
	c.Shell = true
	c.Words = []string{"/bin/sh", "-c", strings.TrimSpace(i.Rest)}
	return c
}
