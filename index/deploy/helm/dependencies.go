package helm

import (
	"fmt"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	helmchart "helm.sh/helm/v3/pkg/chart"
)

// enable decides which dependencies of a chart take part, by their conditions
// and tags in the values, and gives them the names they are used under.
func (c *chart) enable(given map[string]any, path string) error {
	if c.meta.Dependencies == nil {
		return nil
	}
	var deps []*chart
	for _, d := range c.deps {
		if !slices.ContainsFunc(c.meta.Dependencies, func(r *helmchart.Dependency) bool {
			return r.Name == d.name() && inRange(r.Version, d.meta.Version)
		}) {
			deps = append(deps, d)
		}
	}
	for _, r := range c.meta.Dependencies {
		for _, d := range c.deps {
			if d.name() == r.Name && inRange(r.Version, d.meta.Version) {
				used := d.copy()
				if r.Alias != "" {
					used.meta.Name = r.Alias
				}
				deps = append(deps, used)
				break
			}
		}
		if r.Alias != "" {
			r.Name = r.Alias
		}
	}
	c.setDeps(deps)

	settled, err := c.settle(given, false)
	if err != nil {
		return err
	}
	tags, _ := lookUp(settled, []string{"tags"})
	off := map[string]bool{}
	var kept []*helmchart.Dependency
	for _, r := range c.meta.Dependencies {
		if !isEnabled(r, settled, tags, path) {
			off[r.Name] = true
		}
	}
	for _, r := range c.meta.Dependencies {
		if !off[r.Name] {
			kept = append(kept, r)
		}
	}
	deps = slices.DeleteFunc(deps, func(d *chart) bool { return off[d.name()] })
	for _, d := range deps {
		if err := d.enable(settled, path+d.name()+"."); err != nil {
			return err
		}
	}
	c.meta.Dependencies = kept
	c.setDeps(deps)
	return nil
}

// copy returns a chart with the same dependencies that can be named anew.
func (c *chart) copy() *chart {
	out := *c
	out.meta.Dependencies = nil
	for _, r := range c.meta.Dependencies {
		dep := *r
		out.meta.Dependencies = append(out.meta.Dependencies, &dep)
	}
	deps := make([]*chart, len(c.deps))
	for i, d := range c.deps {
		deps[i] = d.copy()
	}
	out.setDeps(deps)
	return &out
}

// isEnabled is what the first condition says that names a truth value, else
// what the tags say: off when some are off and none is on.
func isEnabled(r *helmchart.Dependency, settled, tags map[string]any, path string) bool {
	for _, condition := range strings.Split(strings.TrimSpace(r.Condition), ",") {
		if condition == "" {
			continue
		}
		keys := strings.Split(path+condition, ".")
		if t, ok := lookUp(settled, keys[:len(keys)-1]); ok {
			if b, ok := t[keys[len(keys)-1]].(bool); ok {
				return b
			}
		}
	}
	on, off := false, false
	for _, tag := range r.Tags {
		if b, ok := tags[tag].(bool); ok {
			on, off = on || b, off || !b
		}
	}
	return on || !off
}

// importValues takes values that dependencies export into their parents.
func (c *chart) importValues() error {
	for _, d := range c.deps {
		if err := d.importValues(); err != nil {
			return err
		}
	}
	if c.meta.Dependencies == nil {
		return nil
	}
	own, err := c.settle(nil, true)
	if err != nil {
		return err
	}
	imported := map[string]any{}
	for _, r := range c.meta.Dependencies {
		for _, value := range r.ImportValues {
			switch value := value.(type) {
			case map[string]any:
				child, parent := fmt.Sprint(value["child"]), fmt.Sprint(value["parent"])
				if t, ok := lookUp(own, strings.Split(r.Name+"."+child, ".")); ok {
					fill(imported, below(parent, t), true)
				}
			case string:
				if t, ok := lookUp(own, []string{r.Name, "exports", value}); ok {
					fill(imported, t, true)
				}
			}
		}
	}
	own = copyTable(own)
	fill(own, imported, true)
	c.values = own
	return nil
}

// below returns a table that has another at the end of a path of keys.
func below(path string, t map[string]any) map[string]any {
	if path == "." {
		return t
	}
	keys := strings.Split(path, ".")
	for _, k := range slices.Backward(keys) {
		t = map[string]any{k: t}
	}
	return t
}

// inRange reports whether a version is one that a dependency asks for.
func inRange(constraint, version string) bool {
	v, err := semver.NewVersion(version)
	if err != nil {
		return false
	}
	c, err := semver.NewConstraint(constraint)
	return err == nil && c.Check(v)
}

// splitCondition returns the paths of keys that a condition names.
func splitCondition(condition string) [][]string {
	var out [][]string
	for _, path := range strings.Split(strings.TrimSpace(condition), ",") {
		if path != "" {
			out = append(out, strings.Split(path, "."))
		}
	}
	return out
}
