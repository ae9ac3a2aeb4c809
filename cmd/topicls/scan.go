package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"topicls/index/report"
)

func (p *program) scanCommand() *cobra.Command {
	var flags workspaceFlags
	format, compare := "text", []string{}
	cmd := &cobra.Command{
		Use:   "scan [DIR]",
		Short: "Show the topics, services and findings of a workspace",
		Long: `Scan shows the topics of the workspace in DIR (or here) with their producers and consumers, the services with
their variables, and what is wrong.

With --format json it writes one document for programs, described in docs/scan-json.md: lines and columns
count from 1, columns in bytes, paths are relative to the workspace.

With --compare A,B it shows what differs between two environments instead: services that only one of them deploys,
topics, groups and variables that are others, topics that lose a side.

Exit codes: 0 done, whatever was found; 2 topicls failed.`,
		Example: `  topicls scan
  topicls scan ~/src/shop --environment compose:staging
  topicls scan --compare compose,kubernetes
  topicls scan --format json | jq -r '.topics[] | select(.consumers == []) | .name'`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return fmt.Errorf("--format is text or json, not %q", format)
			}
			if cmd.Flags().Changed("compare") {
				if len(compare) != 2 || compare[0] == compare[1] || flags.environment != "" {
					return errors.New("--compare takes the ids of two different environments, as in --compare compose,kubernetes, and no --environment")
				}
				flags.environment = compare[0]
			}
			s, err := p.open(cmd, &flags, args)
			if err != nil {
				return err
			}
			if len(compare) == 2 {
				c, err := s.Compare(compare[0], compare[1])
				switch {
				case err != nil:
					return err
				case format == "json":
					return report.CompareJSON(p.out, c)
				}
				return report.CompareText(p.out, c, styleFor(p.out))
			}
			if format == "json" {
				return report.JSON(p.out, s.Report())
			}
			return report.Text(p.out, s.Report(), styleFor(p.out))
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVar(&format, "format", format, "`text` for people, json for programs")
	cmd.Flags().StringSliceVar(&compare, "compare", nil, "show what differs between two environments, by their `ids`")
	return cmd
}
