// Command topicls finds the Kafka topics of a workspace: as a language server
// for editors, and as reports and checks for terminals and CI. It has flags,
// wiring and exit codes; all that it knows is in package index.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return execute(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}
