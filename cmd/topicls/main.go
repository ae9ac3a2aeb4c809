// Command topicls finds the Kafka topics of a workspace: as a language server
// for editors, and as reports and checks for terminals and CI. It has flags,
// wiring and exit codes; all that it knows is in package index.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	defer close(done)
	defer stop()
	go func() {
		select {
		case <-done:
			return
		case <-ctx.Done():
		}
		stop() // a second signal ends the program at once
		// What stops by itself clears the terminal and closes its files.
		select {
		case <-done:
		case <-time.After(grace):
			os.Exit(exitFailure)
		}
	}()
	return execute(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

// grace is how long work may go on after the signal to end.
const grace = 500 * time.Millisecond
