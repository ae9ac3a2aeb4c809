package client

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed models/*.yaml
var bundled embed.FS

// Parse reads one model file. Unknown keys are errors: a misspelt key would
// otherwise silently lose endpoints.
func Parse(name string, data []byte) (*Model, error) {
	var m Model
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&m); err != nil {
		return nil, fmt.Errorf("read client model %s: %w", name, err)
	}
	if m.Library == "" || m.Language == "" {
		return nil, fmt.Errorf("read client model %s: library and language are required", name)
	}
	if FamilyOf(m.Language) == "" {
		return nil, fmt.Errorf("read client model %s: no such language: %s", name, m.Language)
	}
	for name, t := range m.Types {
		if t == nil {
			return nil, fmt.Errorf("read client model %s: type %s is empty", name, name)
		}
		t.Name, t.Library = name, m.Library
	}
	for name, c := range m.Functions {
		if c == nil {
			return nil, fmt.Errorf("read client model %s: function %s is empty", name, name)
		}
		c.Library = m.Library
	}
	for _, c := range m.Chains {
		if c.Action == nil || c.Option == "" || len(c.Through) == 0 {
			return nil, fmt.Errorf("read client model %s: a chain needs through, option and action", name)
		}
		c.Library = m.Library
	}
	return &m, nil
}

// Bundled returns the models that ship with the program, in file order.
func Bundled() ([]*Model, error) { return bundledOnce() }

var bundledOnce = sync.OnceValues(func() ([]*Model, error) {
	names, err := fs.Glob(bundled, "models/*.yaml")
	if err != nil {
		return nil, err
	}
	var out []*Model
	for _, name := range names {
		data, err := bundled.ReadFile(name)
		if err != nil {
			return nil, err
		}
		m, err := Parse(name, data)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
})

// ForFamily links the bundled models of one family of languages with further
// ones.
func ForFamily(family Family, more ...*Model) (*Set, error) {
	all, err := Bundled()
	if err != nil {
		return nil, err
	}
	var mine []*Model
	for _, m := range append(append([]*Model(nil), all...), more...) {
		if FamilyOf(m.Language) == family {
			mine = append(mine, m)
		}
	}
	return Link(family, mine)
}

// Creates are the calls of a family that have topics created, by their last name,
// or as Type.method where that alone says little.
type Creates map[string]bool

// CreatesOf returns the calls that the bundled models of a family say have topics
// created.
func CreatesOf(family Family) Creates { return createsOnce()[family] }

var createsOnce = sync.OnceValue(func() map[Family]Creates {
	out := map[Family]Creates{}
	all, err := Bundled()
	if err != nil {
		return nil // whoever needs models has been told
	}
	for _, m := range all {
		f := FamilyOf(m.Language)
		if out[f] == nil {
			out[f] = Creates{}
		}
		for _, name := range m.Creates {
			parts := strings.Split(name, ".")
			n := len(parts)
			if last := parts[n-1]; n > 1 && parts[n-2] != "" && parts[n-2][0] >= 'A' && parts[n-2][0] <= 'Z' {
				out[f][parts[n-2]+"."+last] = true
			} else {
				out[f][last] = true
			}
		}
	}
	return out
})
