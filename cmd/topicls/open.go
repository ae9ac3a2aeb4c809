package main

import (
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"topicls/index"
)

// workspaceFlags say how a workspace is read; all commands on one have them.
type workspaceFlags struct {
	environment string
	tests       bool
	exclude     []string
	quiet       bool
}

func (f *workspaceFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.environment, "environment", "", "the `id` of the environment that answers, such as compose:staging (default: what is deployed by default)")
	cmd.Flags().BoolVar(&f.tests, "tests", false, "take test code in")
	cmd.Flags().StringArrayVar(&f.exclude, "exclude", nil, "leave out files by a `pattern` as in .gitignore; may be repeated")
	cmd.Flags().BoolVarP(&f.quiet, "quiet", "q", false, "no progress line")
}

// A command lives for seconds: garbage is collected late (in percent of what is
// live), unless the heap (in bytes) grows beyond what a machine can spare.
// GOGC and GOMEMLIMIT have their say (runtime's documentation).
const (
	commandGC   = 400
	commandHeap = 1 << 30
)

// collectLate sets how a command's garbage is collected.
func collectLate() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(commandGC)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(commandHeap)
	}
}

// open indexes the workspace at the first argument, or here.
func (p *program) open(cmd *cobra.Command, f *workspaceFlags, args []string) (*index.Snapshot, error) {
	dir := "."
	if len(args) > 0 {
		dir = args[0]
	}
	log, err := p.logger()
	if err != nil {
		return nil, err
	}
	collectLate()
	line := newProgressLine(p.err, f.quiet)
	w, err := index.Open(cmd.Context(), dir, index.Options{
		Tests: f.tests, Exclude: f.exclude, Environment: f.environment, Logger: log, Progress: line.show, Store: p.store(log),
	})
	line.clear()
	if err != nil {
		return nil, err
	}
	p.keep = func() {
		if err := w.Save(); err != nil {
			log.Warn("not all is kept for the next start", "err", err)
		}
	}
	s := w.Snapshot()
	if f.environment != "" {
		if err := index.UnknownEnvironment(f.environment, s.Environments()); err != nil {
			return nil, err
		}
	}
	return s, nil
}
