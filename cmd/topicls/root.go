package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"
)

// The exit codes, as help and README tell them.
const (
	exitOK       = 0
	exitFindings = 1 // check: findings at or above --fail-on; explain: nothing there; lineage: no such field
	exitFailure  = 2 // topicls could not do its work
)

// program is what all commands share.
type program struct {
	in       io.Reader
	out, err io.Writer
	logFile  string
	cacheDir string
	noCache  bool
	keep     func() // what was found out, for the next start, once it was told; nil for nothing
	verbose  bool
	code     int
	closeLog func() error
}

func execute(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	p := &program{in: in, out: out, err: errw}
	root := p.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errw)
	err := root.ExecuteContext(ctx)
	if p.keep != nil && ctx.Err() == nil {
		p.keep()
	}
	if p.closeLog != nil {
		err = errors.Join(err, p.closeLog())
	}
	if err != nil && ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	if err != nil {
		fmt.Fprintln(errw, "topicls:", err)
		return exitFailure
	}
	return p.code
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "topicls",
		Short: "Find the Kafka topics of a workspace: who produces, who consumes, what is wrong",
		Long: `Topicls reads a workspace of services, finds every call that produces to or consumes from Kafka, and works
out which topic each one means in each deployed service, through constants, functions, environment
variables and compose files. It runs nothing of the workspace and asks nothing of the network.

Exit codes: 0 done; 1 check has findings at or above --fail-on, explain found nothing at the place, or lineage
no such field; 2 topicls itself failed (no such folder, bad flag).

Colours are used on a terminal, unless NO_COLOR is set.`,
		Example: `  topicls scan                         # what is in this folder
  topicls scan --format json | jq .    # the same for programs
  topicls check --fail-on information  # for CI
  topicls report --output kafka.md     # the inventory in Markdown
  topicls explain eval/main.py:42      # how the topic there came about
  topicls lineage order_id             # where a field of messages goes`,
		Version:       fullVersion(),
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentFlags().StringVar(&p.logFile, "log-file", "", "write the log to this `file` (it is added to)")
	root.PersistentFlags().BoolVar(&p.verbose, "verbose", false, "log more; without --log-file, to standard error")
	root.PersistentFlags().StringVar(&p.cacheDir, "cache-dir", "", "keep what is found out between runs in this `folder` (see topicls cache --help)")
	root.PersistentFlags().BoolVar(&p.noCache, "no-cache", false, "keep nothing between runs, and use nothing that was kept")
	root.SetVersionTemplate("topicls {{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath())
	})
	root.AddCommand(p.scanCommand(), p.reportCommand(), p.checkCommand(), p.explainCommand(), p.lineageCommand(), p.serveCommand(), p.cacheCommand(), p.versionCommand())
	return root
}

// logger opens the log that the flags ask for.
func (p *program) logger() (*slog.Logger, error) {
	level := slog.LevelInfo
	if p.verbose {
		level = slog.LevelDebug
	}
	var w io.Writer
	switch {
	case p.logFile != "":
		f, err := os.OpenFile(p.logFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, fmt.Errorf("open log: %w", err)
		}
		p.closeLog = f.Close
		w = f
	case p.verbose:
		w = p.err
	default:
		return slog.New(slog.DiscardHandler), nil
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level})), nil
}
