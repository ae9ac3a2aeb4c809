package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"topicls/index/report"
)

func (p *program) lineageCommand() *cobra.Command {
	var flags workspaceFlags
	format := "text"
	cmd := &cobra.Command{
		Use:   "lineage FIELD [DIR]",
		Short: "Follow a field of messages through topics and services",
		Long: `Lineage follows a field of messages through the workspace in DIR (or here): who writes it first, on which topics
it travels, which services read it, and what each does with it that consumes it and produces to further topics:

  passed on             the value is sent on, be it under another name
  perhaps passed on     a field of that name is sent on; whether with that value is not known
  a part passed on      single fields of its object are sent on
  not passed on         what the service sends to that topic is known, and has it not
  not known             what the service sends to that topic is not known

A field inside of another one is given with dots: metrics.rmse. With --format json it writes one document for
programs, described in docs/lineage-json.md.

Exit codes: 0 done; 1 no message has that field; 2 topicls failed.`,
		Example: `  topicls lineage order_id
  topicls lineage metrics.rmse ~/src/shop
  topicls lineage order_id --format json | jq -r '.stops[] | .topic as $t | .hops[] | select(.how == "lost") | "\($t) > \(.service)"'`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return fmt.Errorf("--format is text or json, not %q", format)
			}
			s, err := p.open(cmd, &flags, args[1:])
			if err != nil {
				return err
			}
			way, near := s.Lineage(args[0])
			if len(way.Stops) == 0 {
				meant := ""
				if len(near) > 0 {
					meant = "; there is " + strings.Join(near[:min(len(near), maxNear)], ", ")
				}
				fmt.Fprintf(p.err, "topicls: no message has a field %q%s\n", args[0], meant)
				p.code = exitFindings
				return nil
			}
			if format == "json" {
				return report.LineageJSON(p.out, s.Report(), way)
			}
			return report.LineageText(p.out, s.Report(), way, styleFor(p.out))
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVar(&format, "format", format, "`text` for people, json for programs")
	return cmd
}

// maxNear is how many fields are offered for one that there isn't.
const maxNear = 5
