// Command bench measures Topicls against the budgets of the design, on a
// workspace that it makes and on a given one, as ratios to raw work on the
// same files in the same run.
//
//	go run ./index/bench/cmd -endpoints 10000 -json bench.json -markdown docs/benchmarks.md
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"time"

	"topicls/index/bench"
)

type options struct {
	endpoints, rounds, edits, many int
	manyFor                        time.Duration
	server, example                string
	dir                            string
	json, markdown, profile, only  string
	noGrowth, mixed, deployed      bool
}

func main() {
	var o options
	flag.IntVar(&o.endpoints, "endpoints", 10000, "size of the workspace that is made")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds of cold indexing; medians are given")
	flag.IntVar(&o.edits, "edits", 60, "edits of each kind")
	flag.IntVar(&o.many, "many", 20000, "edits after which memory is looked at again")
	flag.DurationVar(&o.manyFor, "many-for", time.Minute, "time that these may take; fewer are made when it is over")
	flag.StringVar(&o.server, "server", "", "the topicls `program`; default: built from ./cmd/topicls")
	flag.StringVar(&o.example, "example", "examples/forecasting-pipeline", "a `folder` to index as well; \"\" for none")
	flag.StringVar(&o.dir, "dir", "", "keep the workspaces that are made in this `folder`")
	flag.StringVar(&o.json, "json", "", "write the results to this `file` as JSON")
	flag.StringVar(&o.markdown, "markdown", "", "write the results to this `file` as Markdown")
	flag.StringVar(&o.only, "only", "", "measure nothing but the edits whose names match this `pattern`; or \"first hover\"")
	flag.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile of the edits to this `file`")
	flag.BoolVar(&o.noGrowth, "no-growth", false, "leave out the workspace of a tenth of the size")
	flag.BoolVar(&o.mixed, "mixed", false, "services in Python, Java, Go and TypeScript instead of in Python alone")
	flag.BoolVar(&o.deployed, "deployed", false, "with -only: edits of charts and manifests instead")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	temp, err := os.MkdirTemp("", "topicls-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	if o.dir == "" {
		o.dir = temp
	}
	if o.server == "" && (o.only == "" || o.only == "first hover") {
		o.server = filepath.Join(temp, "topicls")
		build := exec.CommandContext(ctx, "go", "build", "-o", o.server, "./cmd/topicls")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("build ./cmd/topicls: %w", err)
		}
	}
	r := newResults()
	switch o.only {
	case "":
	case "first hover":
		return r.firstHovers(ctx, o)
	default:
		return onlyEdits(ctx, o, r)
	}
	if o.example != "" {
		c, err := measureCold(ctx, o.example, max(25, o.rounds))
		if err != nil {
			return err
		}
		c.Name = "example"
		r.Cold = append(r.Cold, c)
		copied := filepath.Join(temp, "example") // where files may be changed
		if err := os.CopyFS(copied, os.DirFS(o.example)); err != nil {
			return err
		}
		if err := r.warm(ctx, c.Name, copied, max(25, o.rounds)); err != nil {
			return err
		}
	}
	sizes := []int{o.endpoints / 10, o.endpoints}
	if o.noGrowth {
		sizes = sizes[1:]
	}
	var root string
	for _, n := range sizes {
		if root, err = generate(o.dir, n, o.mixed); err != nil {
			return err
		}
		note("indexing %d endpoints", n)
		c, err := measureCold(ctx, root, o.rounds)
		if err != nil {
			return err
		}
		c.Name = fmt.Sprintf("generated, %d endpoints", c.Stats.Endpoints)
		if o.mixed {
			c.Name += " in four languages"
		}
		r.Cold = append(r.Cold, c)
		if err := r.warm(ctx, c.Name, root, 3*o.rounds); err != nil {
			return err
		}
	}
	if n := len(r.Cold); !o.noGrowth {
		r.growth(r.Cold[n-2], r.Cold[n-1])
	}
	if !o.mixed { // one more, over languages
		other, err := generate(o.dir, o.endpoints, true)
		if err != nil {
			return err
		}
		note("indexing %d endpoints over languages", o.endpoints)
		c, err := measureCold(ctx, other, o.rounds)
		if err != nil {
			return err
		}
		c.Name = fmt.Sprintf("generated, %d endpoints in four languages", c.Stats.Endpoints)
		r.Cold = append(r.Cold, c)
		if err := r.warm(ctx, c.Name, other, 3*o.rounds); err != nil {
			return err
		}
	}
	if err := inProcess(ctx, o, root, r); err != nil {
		return err
	}
	if err := inDeployed(ctx, o, r); err != nil {
		return err
	}
	if err := r.firstHovers(ctx, o); err != nil {
		return err
	}
	if err := throughServer(ctx, o, root, r); err != nil {
		return err
	}
	r.judge()
	fmt.Print(r.text())
	if o.json != "" {
		data, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(o.json, append(data, '\n'), 0o644); err != nil {
			return err
		}
	}
	if o.markdown != "" {
		return os.WriteFile(o.markdown, []byte(r.markdown(o)), 0o644)
	}
	return nil
}

// generate makes a workspace, or takes the one that an earlier run left.
func generate(dir string, endpoints int, mixed bool) (root string, err error) {
	name, kinds := fmt.Sprintf("endpoints-%d", endpoints), bench.PythonOnly
	if mixed {
		name, kinds = name+"-mixed", bench.Mixed
	}
	root = filepath.Join(dir, name)
	if _, err := os.Stat(root); err == nil {
		return root, nil
	} else if !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	note("making a workspace of %d endpoints", endpoints)
	return root, bench.Write(root, bench.Workspace(endpoints, kinds))
}

func note(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// inProcess measures edits and questions on the index itself.
func inProcess(ctx context.Context, o options, root string, r *results) error {
	note("editing")
	x, err := open(ctx, root)
	if err != nil {
		return err
	}
	r.Live = x.live
	stop, err := startProfile(o.profile)
	if err != nil {
		return err
	}
	defer stop()
	if x.edits(kinds, "all", o.edits, o.only, r); o.only != "" {
		return nil
	}
	note("asking")
	x.queries(r)
	return nil
}

// onlyEdits measures some kinds of edits, to find out what they cost.
func onlyEdits(ctx context.Context, o options, r *results) error {
	if o.deployed {
		return inDeployed(ctx, o, r)
	}
	root, err := generate(o.dir, o.endpoints, o.mixed)
	if err != nil {
		return err
	}
	return inProcess(ctx, o, root, r)
}

// inDeployed measures edits of charts, overlays and manifests, in a workspace of a
// tenth of the size.
func inDeployed(ctx context.Context, o options, r *results) error {
	note("editing charts and manifests")
	root := filepath.Join(o.dir, fmt.Sprintf("deployed-%d", o.endpoints/10))
	if _, err := os.Stat(root); errors.Is(err, os.ErrNotExist) {
		if err := bench.Write(root, bench.Deployed(o.endpoints/10, bench.PythonOnly)); err != nil {
			return err
		}
	}
	x, err := open(ctx, root)
	if err != nil {
		return err
	}
	if o.only != "" {
		stop, err := startProfile(o.profile)
		if err != nil {
			return err
		}
		defer stop()
	}
	x.edits(deployedKinds, "all of charts and manifests", o.edits, o.only, r)
	return nil
}

// startProfile begins a CPU profile, if a file is named.
func startProfile(file string) (stop func(), err error) {
	if file == "" {
		return func() {}, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close()
	}, nil
}
