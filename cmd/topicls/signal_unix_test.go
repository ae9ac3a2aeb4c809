//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestServeSignals ends a server by a signal while it serves: at once, with
// the exit code of a session that nobody shut down.
func TestServeSignals(t *testing.T) {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(s.String(), func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, os.Args[0], "serve")
			cmd.Env = append(os.Environ(), asProgram+"=1")
			in, err := cmd.StdinPipe() // stays open: only the signal can end the session
			if err != nil {
				t.Fatal(err)
			}
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			const initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}`
			fmt.Fprintf(in, "Content-Length: %d\r\n\r\n%s", len(initialize), initialize)
			if _, err := bufio.NewReader(out).ReadByte(); err != nil { // it answers: it serves
				t.Fatal(err)
			}
			if err := cmd.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, out)
			if _ = cmd.Wait(); cmd.ProcessState.ExitCode() != 1 {
				t.Errorf("ended with %v", cmd.ProcessState)
			}
		})
	}
}

// TestInterrupted runs commands with a context that a signal has ended.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, command := range []string{"scan", "check", "report"} {
		var out, errs bytes.Buffer
		code := execute(ctx, []string{command, t.TempDir()}, strings.NewReader(""), &out, &errs)
		if code != exitFailure || out.Len() > 0 || errs.String() != "topicls: interrupted\n" {
			t.Errorf("%s: code %d, %q, %q", command, code, out.String(), errs.String())
		}
	}
}
