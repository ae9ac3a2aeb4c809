package main

import (
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/spf13/cobra"

	"topicls/index"
	"topicls/lsp"
)

// idleGC is how far the heap of a server may grow, in percent of what is live,
// before garbage is collected. A server idles next to an editor: memory counts
// for more than the few milliseconds that it collects more often.
const idleGC = 40

func (p *program) serveCommand() *cobra.Command {
	var tests bool
	var environment string
	stdio := false
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the language server on standard input and output",
		Long: `Serve speaks the Language Server Protocol on standard input and output. Editors start it; see the README for
VS Code and Neovim. Logs go to --log-file, or with --verbose to standard error.

Exit codes: 0 the client shut the server down; 1 it went away without, or a signal ended the server; 2 topicls failed.`,
		Example: `  topicls serve
  topicls serve --log-file /tmp/topicls.log --verbose`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := p.logger()
			if err != nil {
				return err
			}
			if os.Getenv("GOGC") == "" {
				debug.SetGCPercent(idleGC)
			}
			p.code = lsp.Serve(cmd.Context(), p.in, p.out, lsp.Options{
				Version: version, Logger: log, Index: index.Options{Tests: tests, Environment: environment, Logger: log, Store: p.store(log)},
				RulePages: rulePages(),
			})
			return nil
		},
	}
	cmd.Flags().BoolVar(&tests, "tests", false, "take test code in")
	cmd.Flags().StringVar(&environment, "environment", "", "the `id` of the environment that answers (default: what is deployed by default)")
	cmd.Flags().BoolVar(&stdio, "stdio", false, "accepted for clients that ask for it; it is always so")
	return cmd
}

// rulePages is where the pages of rules are written for editors to open: beside
// what is kept between runs. "" when there is no such place.
func rulePages() string {
	dir, err := index.DefaultStoreDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "rules")
}
