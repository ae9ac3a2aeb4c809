package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"topicls/index/report"
)

// isTerminal reports whether a person looks at w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func styleFor(w io.Writer) report.Style {
	return report.Style{Color: isTerminal(w) && os.Getenv("NO_COLOR") == ""}
}

// progressLine shows on a terminal, in one line, what takes long. It shows
// nothing in the first moments.
type progressLine struct {
	w     io.Writer // nil: shows nothing
	start time.Time

	mu    sync.Mutex // guards the fields below
	shown bool
	last  time.Time
}

func newProgressLine(w io.Writer, quiet bool) *progressLine {
	l := &progressLine{start: time.Now()}
	if !quiet && isTerminal(w) {
		l.w = w
	}
	return l
}

func (l *progressLine) show(stage string, done, total int) {
	if l.w == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if now.Sub(l.start) < 300*time.Millisecond || l.shown && now.Sub(l.last) < 50*time.Millisecond {
		return
	}
	l.shown, l.last = true, now
	if total > 0 {
		stage = fmt.Sprintf("%s %d/%d", stage, done, total)
	}
	fmt.Fprintf(l.w, "\r\x1b[Ktopicls: %s ...", stage)
}

func (l *progressLine) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shown {
		fmt.Fprint(l.w, "\r\x1b[K")
		l.shown = false
	}
}
