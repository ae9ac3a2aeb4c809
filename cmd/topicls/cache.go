package main

import (
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"topicls/index"
)

func (p *program) cacheCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cache",
		Short: "Show what is kept between runs, and how to remove it",
		Long: `Topicls keeps what it found out about a workspace, so that the next start reads only what changed. Cache shows
where that is, how much room it takes and for which workspaces.

It is in the folder topicls of your cache folder, or where the variable TOPICLS_CACHE_DIR or --cache-dir says;
never in a workspace. Only you can read it: it has texts of your code in it, but no values of secrets. What is
damaged, or from another version of topicls, is ignored; what was used longest ago goes when there is too much.
It is safe to remove it at any time, while topicls runs too. --no-cache does without it.

A file counts as unchanged when its size and times are as they were. Where something changes files without
changing these, run with --no-cache or clear the cache.

Exit codes: 0 done; 2 topicls failed.`,
		Example: `  topicls cache
  topicls cache clear
  topicls scan --no-cache
  TOPICLS_CACHE_DIR=/tmp/topicls topicls scan`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			s, err := p.openStore()
			if err != nil {
				return err
			}
			info, err := s.Info()
			if err != nil {
				return err
			}
			return writeCache(p.out, info, time.Now())
		},
	}
	cmd.AddCommand(&cobra.Command{
		Use:     "clear",
		Short:   "Remove all that is kept between runs",
		Long:    "Clear removes all that topicls keeps between runs, of all workspaces and versions, and nothing else.",
		Example: "  topicls cache clear",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			s, err := p.openStore()
			if err != nil {
				return err
			}
			freed, err := s.Clear()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.out, "cleared %s (%s)\n", s.Dir(), megabytes(freed))
			return err
		},
	})
	return cmd
}

func writeCache(w io.Writer, info index.StoreInfo, now time.Time) error {
	if _, err := fmt.Fprintf(w, "folder      %s\nsize        %s of at most %s\nworkspaces  %d\n", info.Dir, megabytes(info.Size), megabytes(info.Limit), len(info.Workspaces)); err != nil {
		return err
	}
	for _, x := range info.Workspaces {
		note := ""
		if !x.Current {
			note = ", of another version of topicls"
		}
		if x.LastFiles > 0 {
			note += fmt.Sprintf(", last start took %d of %d code files from here", x.LastHits, x.LastFiles)
		}
		if _, err := fmt.Fprintf(w, "\n%s\n  %s, %d files, used %s%s\n", x.Root, megabytes(x.Size), x.Entries, ago(now.Sub(x.Used)), note); err != nil {
			return err
		}
	}
	return nil
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// ago says how long something is past, roughly.
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}

// openStore opens what is kept between runs.
func (p *program) openStore() (*index.Store, error) {
	dir := p.cacheDir
	if dir == "" {
		var err error
		if dir, err = index.DefaultStoreDir(); err != nil {
			return nil, err
		}
	}
	return index.OpenStore(dir)
}

// store is openStore for commands that do without, if it must be.
func (p *program) store(log *slog.Logger) *index.Store {
	if p.noCache {
		return nil
	}
	s, err := p.openStore()
	if err != nil {
		log.Warn("nothing is kept between runs", "err", err)
		return nil
	}
	return s
}
