package client

import (
	"fmt"
	"maps"
	"slices"
)

// stores are the frameworks whose configuration can be looked into, and setups
// what code can tell them.
var (
	stores = []string{"spring", "microprofile", "micronaut", "dotnet", "ktor", "viper", "node-config", "dotenv", "azure-functions"}
	setups = []string{"load", "file", "later", "named", "name", "path", "prefix", "replace", "automatic", "bind", "default", "set"}
)

// checkStores reports a store or setup in a model that there is none of, and an
// action with keys but no store.
func (m *Model) checkStores() error {
	store := func(where, name string, optional bool) error {
		if name == "" && optional || slices.Contains(stores, name) {
			return nil
		}
		return fmt.Errorf("client model %s: %s names the store %q; there are %v", m.Library, where, name, stores)
	}
	action := func(where string, list ...*Action) error {
		for _, a := range list {
			if a == nil {
				continue
			}
			if err := store(where, a.Store, a.Keys == nil); err != nil {
				return err
			}
		}
		return nil
	}
	call := func(where string, c *Call) error {
		if c == nil {
			return nil
		}
		return action(where, slices.Concat([]*Action{c.Action, c.Decorator}, c.Also, c.Decorators)...)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Types)) {
		if err := call(name, m.Types[name].New); err != nil {
			return err
		}
		for method, c := range m.Types[name].Methods {
			if err := call(name+"."+method, c); err != nil {
				return err
			}
		}
	}
	for name, c := range m.Functions {
		if err := call(name, c); err != nil {
			return err
		}
	}
	for name, r := range m.Reads {
		if err := store(name, r.Store, len(r.Text) == 0); err != nil {
			return err
		}
	}
	for name, b := range m.Bound {
		if err := store(name, b.Store, true); err != nil {
			return err
		}
	}
	for name, u := range m.Setups {
		if err := store(name, u.Store, false); err != nil {
			return err
		}
		if !slices.Contains(setups, u.Is) {
			return fmt.Errorf("client model %s: %s is %q; there are %v", m.Library, name, u.Is, setups)
		}
	}
	return nil
}
