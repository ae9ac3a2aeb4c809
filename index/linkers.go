package index

import (
	"fmt"
	"slices"

	"topicls/index/client"
	"topicls/index/flow"
	"topicls/index/source"
)

// linkers are a linker per family of languages. A family without files costs
// nothing but its models, which are read when its first file appears.
type linkers struct {
	code *code
	of   map[client.Family]*flow.Linker
}

func newLinkers(c *code) *linkers { return &linkers{code: c, of: map[client.Family]*flow.Linker{}} }

// loadFamily reads the models of a family and says which bytes make a file of
// it worth reading.
func (c *code) loadFamily(f client.Family) error {
	if c.models[f] != nil {
		return nil
	}
	models, err := client.ForFamily(f, c.more...)
	if err != nil {
		return fmt.Errorf("load client models: %w", err)
	}
	c.models[f] = models
	c.prefilters[f] = source.NewPrefilter(models.Prefilter...)
	return nil
}

// linker returns the linker of a file's family; nil when no file has it.
func (l *linkers) linker(p string) *flow.Linker {
	if cf := l.code.files[p]; cf != nil {
		return l.family(cf.family)
	}
	return nil
}

// family returns the linker of a family whose models are loaded.
func (l *linkers) family(f client.Family) *flow.Linker {
	if l.of[f] == nil && l.code.models[f] != nil {
		l.of[f] = flow.NewLinker(l.code.models[f], familyView{l.code, f})
	}
	return l.of[f]
}

// each calls do for every linker that has files, in a fixed order.
func (l *linkers) each(do func(client.Family, *flow.Linker)) {
	for _, f := range client.Families {
		if x := l.family(f); x != nil {
			do(f, x)
		}
	}
}

func (l *linkers) want(p string) {
	if x := l.linker(p); x != nil {
		x.Want(p)
	}
}

func (l *linkers) runUntil(stop func() bool) {
	l.each(func(_ client.Family, x *flow.Linker) {
		if !stop() {
			x.RunUntil(stop)
		}
	})
}

// documentsChanged takes changed configuration documents.
func (l *linkers) documentsChanged(paths []string) {
	l.each(func(_ client.Family, x *flow.Linker) {
		x.Changed(paths)
		x.Run()
	})
}

// importsChanged says that imports of a family's files may lead elsewhere.
func (l *linkers) importsChanged(f client.Family) {
	if x := l.family(f); x != nil {
		x.ImportsChanged()
	}
}

func (l *linkers) reproject() {
	l.each(func(_ client.Family, x *flow.Linker) { x.Reproject() })
}

// codeChange is a change of code files, apart by family.
type codeChange struct {
	changed  map[client.Family][]string
	moved    map[client.Family][]string // came, went, or are part of another package
	packages map[client.Family][]string // that got or lost files
}

func newCodeChange() *codeChange {
	return &codeChange{changed: map[client.Family][]string{}, moved: map[client.Family][]string{}, packages: map[client.Family][]string{}}
}

// add takes a file as it was before and is now; nil for none.
func (c *codeChange) add(p string, old, now *codeFile) {
	for i, cf := range []*codeFile{old, now} {
		if cf == nil || i == 1 && old != nil && old.family == now.family {
			continue
		}
		c.changed[cf.family] = append(c.changed[cf.family], p)
		if old == nil || now == nil || old.family != now.family || old.pkg != now.pkg {
			c.moved[cf.family] = append(c.moved[cf.family], p)
		}
	}
	if old != nil && now != nil && old.family == now.family && old.pkg == now.pkg {
		return
	}
	for _, cf := range []*codeFile{old, now} {
		if cf != nil {
			c.packages[cf.family] = append(c.packages[cf.family], cf.pkg)
		}
	}
}

func (l *linkers) update(c *codeChange) {
	l.each(func(f client.Family, x *flow.Linker) {
		x.Update(c.changed[f], c.moved[f], c.packages[f])
		x.Run()
	})
}

// unsettled lists the files that no number of rounds settled, sorted.
func (l *linkers) unsettled() []string {
	var out []string
	l.each(func(_ client.Family, x *flow.Linker) { out = append(out, x.Unsettled()...) })
	slices.Sort(out)
	return out
}

// take returns the files whose endpoints may have changed since the last call,
// sorted.
func (l *linkers) take() []string {
	var out []string
	l.each(func(_ client.Family, x *flow.Linker) { out = append(out, x.Take()...) })
	slices.Sort(out)
	return slices.Compact(out)
}

func (l *linkers) endpoints(p string) []*flow.Endpoint {
	if x := l.linker(p); x != nil {
		return x.Endpoints(p)
	}
	return nil
}

func (l *linkers) envReads(p string) []flow.Variable {
	if x := l.linker(p); x != nil {
		return x.EnvReads(p)
	}
	return nil
}

// setups returns what a file tells the stores.
func (l *linkers) setups(p string) []flow.Setup {
	if x := l.linker(p); x != nil {
		return x.Setups(p)
	}
	return nil
}

// files lists all files that were taken in, sorted.
func (l *linkers) files() []string {
	var out []string
	l.each(func(_ client.Family, x *flow.Linker) { out = append(out, x.Files()...) })
	slices.Sort(out)
	return out
}
