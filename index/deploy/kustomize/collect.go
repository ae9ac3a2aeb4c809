package kustomize

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"topicls/index/deploy"
	"topicls/index/deploy/kustomization"
	"topicls/index/deploy/yamldoc"
)

// top is the folder of the workspace in the file system that the library sees.
const top = "/workspace"

// maxUnits bounds how many kustomizations are taken in, maxBytes their files.
const (
	maxUnits = 2000
	maxBytes = 64 << 20
)

// A collection is everything that a kustomization takes in, as far as it is in
// the workspace and may be read.
type collection struct {
	fs       *deploy.Recorder
	disk     filesys.FileSystem
	root     *unit
	units    []*unit // those that take in others before those
	byDir    map[string]*unit
	texts    map[string]*deploy.Text
	files    []string
	size     int
	problems []deploy.Problem
	lost     bool // something is missing that patches may be for
}

// A unit is one kustomization.
type unit struct {
	dir, file string
	refs      *kustomization.File
	spec      types.Kustomization
	// more says by a generator's name why it may make more than is known.
	more map[string]string
}

func collect(fs *deploy.Recorder, dir string) *collection {
	c := &collection{fs: fs, disk: filesys.MakeFsInMemory(), byDir: map[string]*unit{}, texts: map[string]*deploy.Text{}}
	c.root = c.unit(dir, nil)
	return c
}

func (c *collection) problem(pos deploy.Pos, absent bool, format string, args ...any) {
	p := deploy.Problem{Pos: pos, Message: fmt.Sprintf(format, args...), Absent: absent}
	if !slices.Contains(c.problems, p) {
		c.problems = append(c.problems, p)
	}
}

// unit reads a kustomization and all that it takes in; nil when it can't be read.
func (c *collection) unit(dir string, active []string) *unit {
	if u, ok := c.byDir[dir]; ok {
		return u
	}
	if len(c.byDir) > maxUnits {
		return nil
	}
	c.byDir[dir] = nil
	u := &unit{dir: dir, more: map[string]string{}}
	var data []byte
	for _, name := range []string{"kustomization.yaml", "kustomization.yml", "Kustomization"} {
		p := path.Join(dir, name)
		if read, err := c.fs.ReadFile(p); err == nil && u.file == "" {
			u.file, data = p, read
		}
	}
	if u.file == "" {
		return nil
	}
	c.files = append(c.files, u.file)
	u.refs = kustomization.Parse(u.file, data)
	c.texts[u.file] = u.refs.Doc.Text
	if u.refs.Doc.Err != nil {
		c.problems = append(c.problems, *u.refs.Doc.Err)
		return nil
	}
	if err := unmarshal(&u.spec, data); err != nil {
		c.problem(u.refs.Doc.Text.Pos(0, 0), false, "not a kustomization: %s", brief(err))
		return nil
	}
	c.byDir[dir] = u
	c.units = append(c.units, u)
	dropped := map[[2]string]bool{}
	for _, ref := range u.refs.Refs {
		if !c.take(u, ref, append(active, dir)) {
			dropped[[2]string{ref.Section, ref.Text}] = true
		}
	}
	for _, pos := range u.refs.Charts {
		c.lost = true
		c.problem(pos, true, "Helm charts in kustomizations are not read")
	}
	u.clean(c, dropped)
	c.write(u)
	return u
}

// unmarshal reads a kustomization as the library does. It has been seen to panic.
func unmarshal(k *types.Kustomization, data []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return k.Unmarshal(data)
}

// brief is the part of the library's message that is for people.
func brief(err error) string {
	text := strings.ReplaceAll(err.Error(), top+"/", "")
	text = strings.ReplaceAll(text, "\n", " ")
	if len(text) > 300 {
		text = text[:297] + "..."
	}
	return strings.ToValidUTF8(text, "?")
}

// take takes in what a reference names. It reports whether there is anything to
// take.
func (c *collection) take(u *unit, ref kustomization.Ref, active []string) bool {
	generator := ref.Section == "configMapGenerator" || ref.Section == "secretGenerator"
	switch {
	case ref.Remote:
		c.problem(ref.Pos, true, "%s is on another machine and not fetched", ref.Text)
	case ref.Outside:
		c.problem(ref.Pos, false, "%s is outside the workspace and not read", ref.Text)
	case slices.Contains(active, ref.Path):
		c.problem(ref.Pos, false, "%s takes in itself", ref.Text)
	default:
		data, err := c.fs.ReadFile(ref.Path)
		switch {
		case err == nil && (ref.Section == "generators" || ref.Section == "transformers" || ref.Section == "validators") && reaches(string(data)):
			c.problem(ref.Pos, true, "%s names another machine and is not read", ref.Text)
		case err == nil:
			if c.add(ref.Path, data) {
				return true
			}
			c.problem(ref.Pos, true, "%s is not read: there is too much, or its path has characters that kustomize can't be given", ref.Text)
		case ref.Section == "resources" || ref.Section == "bases" || ref.Section == "components":
			if c.unit(ref.Path, active) != nil {
				return true
			}
			if c.fs.IsDir(ref.Path) {
				c.problem(ref.Pos, false, "%s has no kustomization that can be read", ref.Text)
			} else {
				c.problem(ref.Pos, false, "%s is not in the workspace", ref.Text)
			}
		case c.fs.IsDir(ref.Path) && !generator:
			c.problem(ref.Pos, true, "%s is a folder and not read", ref.Text)
		default:
			c.problem(ref.Pos, generator, "%s is not in the workspace", ref.Text)
		}
	}
	c.lost = true
	return false
}

// reaches reports whether a text names another machine.
func reaches(text string) bool {
	return strings.Contains(text, "://") || strings.Contains(text, "git@") || strings.Contains(text, "github.com")
}

// add puts a file where the library finds it.
func (c *collection) add(p string, data []byte) bool {
	if c.texts[p] != nil {
		return true
	}
	if c.size += len(data); c.size > maxBytes {
		return false
	}
	c.texts[p] = deploy.NewText(p, data)
	if !slices.Contains(c.files, p) {
		c.files = append(c.files, p)
	}
	return c.disk.WriteFile(path.Join(top, p), data) == nil
}

// generator takes out of a generator what is not there.
func (u *unit) generator(c *collection, section string, g *types.GeneratorArgs, dropped map[[2]string]bool) {
	gone := func(text string) bool {
		if !dropped[[2]string{section, text}] {
			return false
		}
		u.more[g.Name] = fmt.Sprintf("%s, which %s is made of, is not read", text, g.Name)
		return true
	}
	if g.EnvSource != "" {
		g.EnvSources = append(g.EnvSources, g.EnvSource)
		g.EnvSource = ""
	}
	g.EnvSources = slices.DeleteFunc(g.EnvSources, gone)
	g.FileSources = slices.DeleteFunc(g.FileSources, gone)
	for _, p := range g.EnvSources {
		file := path.Join(u.dir, p)
		if t := c.texts[file]; t != nil {
			data, passed := withoutPassed(t.Data)
			if passed != "" {
				u.more[g.Name] = fmt.Sprintf("%s in %s is taken from the machine that builds", passed, file)
			}
			_ = c.disk.WriteFile(path.Join(top, file), data)
		}
	}
}

// withoutPassed takes out lines without a value, for which the library would ask
// this machine. It returns the name in one of them.
func withoutPassed(data []byte) (out []byte, name string) {
	for _, line := range bytes.SplitAfter(data, []byte("\n")) {
		text := bytes.TrimSpace(line)
		if len(text) > 0 && text[0] != '#' && !bytes.Contains(text, []byte("=")) {
			name = string(text)
			continue
		}
		out = append(out, line...)
	}
	return out, name
}

// write puts a kustomization where the library finds it.
func (c *collection) write(u *unit) {
	k := u.spec
	if k.GeneratorOptions == nil {
		k.GeneratorOptions = &types.GeneratorOptions{} // the library refuses what is empty
	}
	k.BuildMetadata = nil
	if k.APIVersion == "" {
		k.APIVersion, k.Kind = types.KustomizationVersion, cmp.Or(k.Kind, types.KustomizationKind)
	}
	data, err := yaml.Marshal(k)
	if err != nil {
		c.problem(u.refs.Doc.Text.Pos(0, 0), false, "not a kustomization: %s", brief(err))
		return
	}
	_ = c.disk.WriteFile(path.Join(top, u.dir, "kustomization.yaml"), data)
}

// doc parses a file that was taken in; nil when there is none.
func (c *collection) doc(file string) *yamldoc.Document {
	t := c.texts[file]
	if t == nil {
		return nil
	}
	return yamldoc.ParseAll(file, t.Data)
}
