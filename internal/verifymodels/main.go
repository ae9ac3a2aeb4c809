// Command verifymodels proves that what client models say of libraries is true:
// it installs each modelled library from its registry, at its newest version
// and at one or two older ones that the model lists, writes down what the names that
// the model uses are there, and compares. `make verify-models` runs it; the
// recordings are what `make test` compares the models with, without a network.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"topicls/index/client"
	"topicls/index/client/signatures"
)

// registry installs libraries of one family of languages and looks at them.
type registry interface {
	name() string
	// record installs packages, as name or name@version, the newest version of
	// those without one, and describes the names that they have. It returns the
	// version of the first package.
	record(ctx context.Context, dir string, packages, names []string) (version string, _ map[string]signatures.Signature, _ error)
}

var registries = map[client.Family]registry{
	client.Python: pypi{},
	client.Go:     goProxy{},
	client.JVM:    maven{},
	client.ECMA:   npm{},
	client.DotNet: nuget{},
}

// maxVersions is how many versions of a library are recorded: the newest and older
// ones.
const maxVersions = 3

// errUnreachable is the error of a registry that this machine can't reach.
var errUnreachable = errors.New("the registry can't be reached")

func main() {
	which := flag.String("models", ".", "a regular expression: libraries to look at")
	dir := flag.String("recordings", "index/client/signatures/recorded", "where recordings are written")
	offline := flag.Bool("offline", false, "only compare with the recordings there are")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ok, err := run(ctx, *which, *dir, *offline)
	if err != nil {
		slog.Error("verify models", "err", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

func run(ctx context.Context, which, dir string, offline bool) (bool, error) {
	re, err := regexp.Compile(which)
	if err != nil {
		return false, fmt.Errorf("read -models: %w", err)
	}
	models, err := client.Bundled()
	if err != nil {
		return false, err // says what it was about
	}
	if !offline {
		for _, m := range models {
			if re.MatchString(m.Library) && ofPackages(m) {
				if err := write(ctx, m, dir); err != nil {
					return false, err
				}
			}
		}
	}
	recordings, err := signatures.Load(dir)
	if err != nil {
		return false, err
	}
	ok := true
	for _, m := range models {
		if !re.MatchString(m.Library) || !ofPackages(m) {
			continue
		}
		r := recordings[m.Library]
		if r == nil {
			fmt.Printf("%-22s not recorded\n", m.Library)
			continue
		}
		faults := signatures.Check(m, r)
		fmt.Printf("%-22s %d names", m.Library, len(signatures.Wants(m)))
		for _, v := range r.Versions {
			fmt.Printf(", %s", v.Version)
		}
		fmt.Printf(" (%s): %d wrong\n", r.Recorded, len(faults))
		for _, f := range faults {
			fmt.Println("  " + f)
		}
		ok = ok && len(faults) == 0
	}
	return ok, nil
}

// ofPackages reports whether the names of a model come from packages.
func ofPackages(m *client.Model) bool { return m.Package != "" || len(m.Packages) > 0 }

// write records one library, in its newest version and older ones listed.
func write(ctx context.Context, m *client.Model, dir string) error {
	reg := registries[client.FamilyOf(m.Language)]
	names := []string{}
	for _, w := range signatures.Wants(m) {
		names = append(append(names, w.Name), w.Or...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	r := signatures.Recording{Library: m.Library, Registry: reg.name(), Package: m.Package, Recorded: time.Now().UTC().Format(time.DateOnly)}
	var wanted []string // the newest, then those listed that can be installed here
	if m.Package != "" {
		wanted = append(wanted, m.Package)
	} else { // of the language itself, and of many packages
		wanted, m.Packages = m.Packages[:1], m.Packages[1:]
	}
	for _, v := range m.Checked {
		wanted = append(wanted, m.Package+"@"+v)
	}
	for i, pkg := range wanted {
		if len(r.Versions) == maxVersions {
			break
		}
		room, err := os.MkdirTemp("", "verify-models-")
		if err != nil {
			return fmt.Errorf("make room: %w", err)
		}
		version, found, err := reg.record(ctx, room, append([]string{pkg}, m.Packages...), names)
		os.RemoveAll(room)
		if errors.Is(err, errUnreachable) {
			fmt.Printf("%-22s not verified: %s: %v\n", m.Library, reg.name(), err)
			return nil
		}
		if err != nil && i > 0 && ctx.Err() == nil {
			fmt.Printf("%-22s %s is left out: %v\n", m.Library, pkg, err)
			continue
		}
		if err != nil {
			return fmt.Errorf("record %s: %w", pkg, err)
		}
		if m.Package == "" {
			version = "newest"
		}
		if !slices.ContainsFunc(r.Versions, func(v signatures.Version) bool { return v.Version == version }) {
			r.Versions = append(r.Versions, signatures.Version{Version: version, Names: found})
		}
	}
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return fmt.Errorf("write recording of %s: %w", m.Library, err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, m.Library+".json"), append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	return nil
}
