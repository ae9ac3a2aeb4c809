package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"topicls/index/report"
)

func (p *program) reportCommand() *cobra.Command {
	var flags workspaceFlags
	output := ""
	cmd := &cobra.Command{
		Use:   "report [DIR]",
		Short: "Write the Kafka inventory of a workspace in Markdown",
		Long: `Report writes the inventory that moving a system off Kafka, or taking it over, begins with: topics with
producers, consumers and message schemas, services with their functions, variables and code locations, the
chains from service to service, claim checks, fields that travel through the pipeline and where they stop,
consumers that hold messages back, dead letters, and the deployment checked against the code.

Exit codes: 0 done; 2 topicls failed.`,
		Example: `  topicls report --output kafka.md
  topicls report ~/src/shop --environment compose:staging | less`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := p.open(cmd, &flags, args)
			if err != nil {
				return err
			}
			if output == "" || output == "-" {
				return report.Markdown(p.out, s.Report())
			}
			var b bytes.Buffer
			if err := report.Markdown(&b, s.Report()); err != nil {
				return err
			}
			if err := os.WriteFile(output, b.Bytes(), 0o644); err != nil { //nolint:gosec // a report is to be read by others
				return fmt.Errorf("write report: %w", err)
			}
			return nil
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this `file` instead of standard output")
	return cmd
}
