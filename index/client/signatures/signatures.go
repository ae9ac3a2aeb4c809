// Package signatures compares client models with what the real libraries have.
// The libraries' side is recorded: internal/verifymodels installs a library and
// writes down what the names that its model uses are there. This package reads
// such recordings and says where a model claims something that no recorded
// version has. It installs nothing and asks no registry.
package signatures

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Recording is what versions of a library have of the names in its model.
type Recording struct {
	Library  string    `json:"library"`
	Registry string    `json:"registry"` // PyPI, Maven Central, npm, Go, NuGet
	Package  string    `json:"package"`
	Recorded string    `json:"recorded"` // the day, as in 2026-01-31
	Versions []Version `json:"versions"` // the newest first
}

// Version is what one version has. A name that it lacks is not in Names.
type Version struct {
	Version string               `json:"version"`
	Names   map[string]Signature `json:"names"`
}

// Signature is what a name stands for.
type Signature struct {
	// Kind is type, function (methods too), field or module.
	Kind string `json:"kind"`
	// Calls are the ways to call it: for a type, its constructors.
	Calls []Params `json:"calls,omitempty"`
	// Keys are the settings it takes beside its parameters: by keyword, or as
	// fields of the literal that makes it.
	Keys []string `json:"keys,omitempty"`
	// Open: it takes any keyword, and which ones it knows can't be told.
	Open bool `json:"open,omitempty"`
}

// Params are the parameters of a call. Each is a name, with `*` in front when it
// takes all further positional arguments, and behind a colon the keys of the
// object that it takes, where they are known: `0`, `topic`, `*topics`,
// `record:messages,topic`. A parameter that can only be given by name has `=`
// in front.
type Params []string

// Load reads all recordings in a folder, by library.
func Load(dir string) (map[string]*Recording, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("list recordings: %w", err)
	}
	out := map[string]*Recording{}
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			return nil, fmt.Errorf("read a recording: %w", err)
		}
		var r Recording
		if err := json.Unmarshal(data, &r); err != nil {
			return nil, fmt.Errorf("read recording %s: %w", filepath.Base(p), err)
		}
		out[r.Library] = &r
	}
	return out, nil
}

// has reports whether a call takes what a slot names.
func (s *Signature) has(w Slot) bool {
	if s.Kind == "module" {
		return false
	}
	if w.Keyword != "" && (s.Open || slices.Contains(s.Keys, w.Keyword)) {
		return true
	}
	return slices.ContainsFunc(s.Calls, func(ps Params) bool { return ps.has(w) })
}

func (ps Params) has(w Slot) bool {
	if w.Of > 0 && len(ps) < w.Of && !slices.ContainsFunc(ps, func(p string) bool { return parseParam(p).rest }) {
		return false
	}
	pos := 0
	for _, text := range ps {
		p := parseParam(text)
		switch {
		case w.Keyword != "":
			if p.name == w.Keyword && !p.rest && w.keyFits(p) {
				return true
			}
		case p.rest:
			return true
		case p.named:
		case pos == w.Pos:
			return w.keyFits(p)
		}
		if !p.named {
			pos++
		}
	}
	return false
}

// keyFits reports whether a parameter can have the slot's key.
func (w Slot) keyFits(p param) bool {
	first, _, _ := strings.Cut(w.Key, ".")
	return w.Key == "" || len(p.keys) == 0 || first[0] >= '0' && first[0] <= '9' || // of a call that makes it
		slices.Contains(p.keys, first) || slices.Contains(p.keys, w.Key)
}

type param struct {
	name        string
	rest, named bool
	keys        []string
}

func parseParam(text string) param {
	name, keys, ok := strings.Cut(text, ":")
	p := param{name: strings.TrimLeft(name, "*="), rest: strings.HasPrefix(name, "*"), named: strings.HasPrefix(name, "=")}
	if ok && keys != "" {
		p.keys = strings.Split(keys, ",")
	}
	return p
}
