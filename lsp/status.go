package lsp

import (
	"context"
	"path/filepath"

	"topicls/index/topology"
	"topicls/lsp/internal/wire"
)

// The answer to topicls/status; docs/lsp-extensions.md describes it.
type (
	statusResult struct {
		Version string         `json:"version"`
		Folders []folderStatus `json:"folders"`
	}
	folderStatus struct {
		URI          wire.URI                  `json:"uri"`
		Name         string                    `json:"name"`
		State        string                    `json:"state"`
		Message      string                    `json:"message,omitempty"`
		Environments []topologyEnvironment     `json:"environments"`
		Counts       statusCounts              `json:"counts"`
		Findings     map[topology.Severity]int `json:"findings"`
		Problems     []statusProblem           `json:"problems"`
	}
	statusCounts struct {
		Files     int `json:"files"`
		Services  int `json:"services"`
		Topics    int `json:"topics"`
		Endpoints int `json:"endpoints"`
		Unknown   int `json:"unknown"`
	}
	statusProblem struct {
		Message  string         `json:"message"`
		Location *wire.Location `json:"location,omitempty"`
	}
)

// The states of a folder.
const (
	stateIndexing = "indexing"
	stateReady    = "ready"
	stateFailed   = "failed"
)

// status answers topicls/status: how each folder is, at once.
func (s *server) status(ctx context.Context, tickets []ticket, p wire.FolderParams) (statusResult, error) {
	out := statusResult{Version: s.opts.Version, Folders: []folderStatus{}}
	for _, t := range s.only(tickets, p.Folder) {
		f := t.folder
		st := folderStatus{
			URI: f.uri("."), Name: f.name(), State: stateIndexing, Environments: []topologyEnvironment{}, Problems: []statusProblem{},
			Findings: map[topology.Severity]int{topology.Error: 0, topology.Warning: 0, topology.Information: 0, topology.Hint: 0},
		}
		f.mu.Lock()
		if f.failure != "" {
			st.State, st.Message = stateFailed, f.failure
		}
		f.mu.Unlock()
		snap, err := t.snapshot(ctx)
		if err != nil {
			return out, err
		}
		if snap != nil {
			st.State = stateReady
			q := query{folder: f, snap: snap}
			st.Environments = q.environments(snap.TopologyEnvironments())
			n := snap.Stats()
			st.Counts = statusCounts{n.Files, n.Services, n.Topics, n.Endpoints, n.Unknown}
			for _, d := range snap.Diagnostics() {
				st.Findings[d.Severity]++
			}
			for _, problem := range snap.Problems() {
				st.Problems = append(st.Problems, statusProblem{problem.Message, q.place(problem.Place)})
			}
		}
		out.Folders = append(out.Folders, st)
	}
	return out, nil
}

// name is what people call a folder.
func (f *folder) name() string { return filepath.Base(f.root) }
