package kustomize

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"

	"topicls/index/deploy/manifest"
	"topicls/index/deploy/yamldoc"
)

// results builds the kustomization and reads what comes out; false when it can't
// be built.
func (c *collection) results() (objects []*manifest.Object, ok bool) {
	result, err := c.build()
	if err != nil {
		c.problem(c.root.refs.Doc.Text.Pos(0, 0), false, "kustomize can't build this: %s", brief(err))
		return nil, false
	}
	l := c.layers()
	for _, res := range result.Resources() {
		text, err := res.AsYAML()
		if err != nil {
			continue
		}
		for _, o := range manifest.Read(yamldoc.Parse("", text), nil).Objects {
			l.relocate(o)
			objects = append(objects, o)
		}
	}
	l.plainNames(objects)
	c.problems = append(c.problems, l.problems...)
	return objects, true
}

// build lets the library build. Where something could not be taken in, what is
// for it is taken out until the rest can be built.
func (c *collection) build() (resmap.ResMap, error) {
	for try := 0; ; try++ {
		result, err := run(c)
		if err == nil || !c.lost || try > 50 || !c.without(err) {
			return result, err
		}
	}
}

func run(c *collection) (result resmap.ResMap, err error) {
	building.Lock()
	defer building.Unlock()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	options := krusty.MakeDefaultOptions()
	options.LoadRestrictions = types.LoadRestrictionsNone // there is nothing but what was taken in
	return krusty.MakeKustomizer(options).Run(c.disk, path.Join(top, c.root.dir))
}

// missingTarget matches what the library says of a patch or generator whose
// object is not there.
var missingTarget = regexp.MustCompile(`(?:failed to find unique target for patch|id resid\.ResId\{.*Name:"|no matches for Id) ?[^/ "]*[/]?([^\s".;]+)`)

// without takes out what is for the object that is missing. It reports whether
// there was anything.
func (c *collection) without(err error) bool {
	text := err.Error()
	for _, u := range c.units {
		k := &u.spec
		if strings.Contains(text, "merge or replace") || strings.Contains(text, "does not exist; cannot merge") {
			changed := false
			for i := range k.ConfigMapGenerator {
				changed = create(&k.ConfigMapGenerator[i].GeneratorArgs, text) || changed
			}
			for i := range k.SecretGenerator {
				changed = create(&k.SecretGenerator[i].GeneratorArgs, text) || changed
			}
			if changed {
				c.write(u)
				return true
			}
		}
		if m := missingTarget.FindStringSubmatch(text); m != nil {
			before := len(k.Patches)
			k.Patches = slices.DeleteFunc(k.Patches, func(p types.Patch) bool {
				patch := p.Patch
				if t := c.texts[path.Join(u.dir, p.Path)]; p.Path != "" && t != nil {
					patch = string(t.Data)
				}
				read := manifest.Parse("", []byte(patch))
				return slices.ContainsFunc(read.Objects, func(o *manifest.Object) bool { return o.Name == m[1] }) ||
					len(read.Objects) == 0 && regexp.MustCompile(`name:\s*["']?`+regexp.QuoteMeta(m[1])+`["']?\s`).MatchString(patch+"\n")
			})
			if len(k.Patches) < before {
				c.write(u)
				return true
			}
		}
		if withoutReplacements(k) {
			c.problem(u.refs.Doc.Text.Pos(0, 0), true, "replacements are not read: %s", brief(err))
			c.write(u)
			return true
		}
	}
	return false
}

// create lets a generator make anew what it would change.
func create(g *types.GeneratorArgs, text string) bool {
	if g.Behavior == "" || g.Behavior == "create" || !strings.Contains(text, g.Name) {
		return false
	}
	g.Behavior = "create"
	return true
}
