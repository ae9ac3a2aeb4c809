package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"topicls/index"
	"topicls/index/report"
)

func (p *program) explainCommand() *cobra.Command {
	var flags workspaceFlags
	dir := "."
	cmd := &cobra.Command{
		Use:   "explain FILE:LINE[:COLUMN]",
		Short: "Show how the topic at a place came about, step by step",
		Long: `Explain shows, for a call that produces or consumes, or for any line that a topic's name passes through
(a constant, a variable read, a line of a compose file), how the name came about: every place it went
through, nearest first. Lines and columns count from 1, columns in bytes.

FILE is relative to the workspace, or to here, or absolute.

Exit codes: 0 done; 1 nothing of Kafka is at that place; 2 topicls failed.`,
		Example: `  topicls explain eval_container/promoter.py:71
  topicls explain docker-compose.yaml:96
  topicls explain --dir ~/src/shop api/main.py:10:5`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, line, column, err := parsePlace(args[0])
			if err != nil {
				return err
			}
			s, err := p.open(cmd, &flags, []string{dir})
			if err != nil {
				return err
			}
			in := s.Report()
			if file, err = inWorkspace(in, file); err != nil {
				return err
			}
			found, err := report.Explain(p.out, in, file, line, column, styleFor(p.out))
			if err == nil && !found {
				fmt.Fprintf(p.err, "topicls: nothing of Kafka at %s%s\n", args[0], elsewhere(s, flags.environment, file))
				p.code = exitFindings
			}
			return err
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVar(&dir, "dir", dir, "the workspace's `folder`")
	return cmd
}

// elsewhere says which environment to ask for when a file belongs to others
// than the one that answers.
func elsewhere(s *index.Snapshot, chosen, file string) string {
	id := ""
	for _, e := range s.Environments() {
		if !slices.Contains(e.Files, file) {
			continue
		}
		if e.ID == chosen || chosen == "" && e.Default {
			return ""
		}
		if id == "" {
			id = e.ID
		}
	}
	if id == "" {
		return ""
	}
	return "; the file belongs to another environment (--environment " + id + ")"
}

// parsePlace splits FILE:LINE[:COLUMN]; column is 0 when it is not given.
func parsePlace(s string) (file string, line, column int, err error) {
	file = s
	var numbers []int
	for len(numbers) < 2 {
		i := strings.LastIndexByte(file, ':')
		if i < 0 {
			break
		}
		n, err := strconv.Atoi(file[i+1:])
		if err != nil || n < 1 {
			break
		}
		numbers = append([]int{n}, numbers...)
		file = file[:i]
	}
	if len(numbers) == 0 || file == "" {
		return "", 0, 0, fmt.Errorf("%q is not FILE:LINE or FILE:LINE:COLUMN", s)
	}
	if len(numbers) == 2 {
		column = numbers[1]
	}
	return file, numbers[0], column, nil
}

// inWorkspace returns a file's path relative to the workspace.
func inWorkspace(in report.Input, file string) (string, error) {
	if slash := filepath.ToSlash(filepath.Clean(file)); !filepath.IsAbs(file) {
		if _, ok := in.Text(slash); ok {
			return slash, nil
		}
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	root := in.Root()
	for _, p := range []string{abs, realPath(abs)} {
		for _, r := range []string{root, realPath(root)} {
			rel, err := filepath.Rel(r, p)
			if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
				continue
			}
			if rel = filepath.ToSlash(rel); readable(in, rel) {
				return rel, nil
			}
		}
	}
	if _, err := os.Stat(abs); err != nil {
		return "", fmt.Errorf("no file %s in %s", file, root)
	}
	return "", fmt.Errorf("%s is not in %s", file, root)
}

func readable(in report.Input, path string) bool {
	_, ok := in.Text(path)
	return ok
}

func realPath(p string) string {
	if r, err := filepath.EvalSymlinks(p); err == nil {
		return r
	}
	return p
}
