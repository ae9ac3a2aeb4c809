package lsp

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"topicls/lsp/internal/rpc"
	"topicls/lsp/internal/wire"
)

// progress shows the client how a long work goes on, if it can. The work does
// not wait for the client.
type progress struct {
	s     *server
	token wire.ProgressToken
	title string

	mu    sync.Mutex
	begun bool // under mu: the client knows of it
	ended bool // under mu
	last  time.Time
}

var progressCount atomic.Int64

func (s *server) newProgress(title string) *progress {
	p := &progress{s: s, title: title, token: wire.NewProgressToken(fmt.Sprintf("topicls/%d", progressCount.Add(1)))}
	if s.client.WorkDoneProgress {
		s.rpc.Go("progress", p.begin)
	}
	return p
}

func (p *progress) begin(ctx context.Context) {
	if err := p.s.rpc.Call(ctx, "window/workDoneProgress/create", wire.ProgressCreateParams{Token: p.token}, nil); err != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return // it took no time worth showing
	}
	p.begun = true
	p.s.notify("$/progress", wire.ProgressBegin(p.token, p.title, "", nil, false))
}

// report tells of a stage of the work, not too often.
func (p *progress) report(stage string, done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.begun || p.ended || time.Since(p.last) < 50*time.Millisecond {
		return
	}
	p.last = time.Now()
	if total > 0 {
		stage = fmt.Sprintf("%s, %d of %d", stage, done, total)
	}
	p.s.notify("$/progress", wire.ProgressReport(p.token, stage, nil))
}

func (p *progress) end(message string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.begun && !p.ended {
		p.s.notify("$/progress", wire.ProgressEnd(p.token, message))
	}
	p.ended = true
}

// progressCancelled is accepted: what is shown can't be cancelled.
func (s *server) progressCancelled(context.Context, rpc.NoParams) error { return nil }
