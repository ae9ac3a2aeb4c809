package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"topicls/index/check"
	"topicls/index/report"
	"topicls/index/topology"
)

func (p *program) checkCommand() *cobra.Command {
	var flags workspaceFlags
	failOn := string(topology.Warning)
	list := false
	cmd := &cobra.Command{
		Use:   "check [DIR]",
		Short: "Find topics and variables that lead nowhere",
		Long: `Check prints what is wrong with the topics of the workspace in DIR (or here), one finding a line, as compilers do:

  file:line:column: severity: message [code]

Severities are error, warning, information and hint. Each code has a page in docs/rules.

A finding is silenced by a comment on its line, or alone on the line above,
  # topicls: ignore[topic-no-consumer]
or for a whole file by
  # topicls: ignore-file[topic-no-consumer]

Exit codes: 0 nothing at or above --fail-on; 1 findings at or above --fail-on; 2 topicls failed.`,
		Example: `  topicls check
  topicls check --fail-on information
  topicls check ~/src/shop --fail-on never
  topicls check --rules`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if list {
				for _, r := range check.Rules() {
					fmt.Fprintf(p.out, "%-22s %-12s %s\n", r.Code, r.Severity, r.Summary)
				}
				return nil
			}
			limit, ok := failLevels[failOn]
			if !ok {
				return fmt.Errorf("--fail-on is one of %s, not %q", strings.Join(failNames, ", "), failOn)
			}
			s, err := p.open(cmd, &flags, args)
			if err != nil {
				return err
			}
			in := s.Report()
			for _, n := range in.Notes() {
				fmt.Fprintf(p.err, "topicls: %s: %s\n", n.Place.File, n.Message)
			}
			found := in.Diagnostics()
			if err := report.Findings(p.out, in, found, styleFor(p.out)); err != nil {
				return err
			}
			if !flags.quiet {
				fmt.Fprintln(p.err, report.Summary(found))
			}
			for i := range found {
				if check.Rank(found[i].Severity) <= limit {
					p.code = exitFindings
				}
			}
			return nil
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVar(&failOn, "fail-on", failOn, "exit with 1 when there are findings of this `severity` or a worse one: "+strings.Join(failNames, ", "))
	cmd.Flags().BoolVar(&list, "rules", false, "list the rules and exit")
	return cmd
}

var (
	failNames  = []string{"error", "warning", "information", "hint", "never"}
	failLevels = map[string]int{
		"error": check.Rank(topology.Error), "warning": check.Rank(topology.Warning),
		"information": check.Rank(topology.Information), "hint": check.Rank(topology.Hint), "never": 0,
	}
)
