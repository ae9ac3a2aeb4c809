// Command demo shows a workspace as Topicls sees it: the output of
// `topicls scan` and `topicls check`, and then what an editor shows, from a
// live session with `topicls serve`. It is a language client of its own: it
// speaks the protocol over the server's standard input and output and knows
// nothing of the server's inside.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	program := flag.String("program", "bin/topicls", "the topicls `program`")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := run(ctx, os.Stdout, *program, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// run shows the workspace in dir on out.
func run(ctx context.Context, out io.Writer, program, dir string) error {
	if dir == "" {
		return errors.New("name a workspace: demo [-program topicls] DIR")
	}
	program, err := filepath.Abs(program)
	if err != nil {
		return err
	}
	p := printer{out: out, color: colored(out)}

	p.command("topicls scan " + dir)
	if _, err := command(ctx, out, program, "scan", dir); err != nil {
		return err
	}
	p.command("topicls check " + dir)
	code, err := command(ctx, out, program, "check", dir)
	if err != nil {
		return err
	}
	if code != 0 {
		p.note(fmt.Sprintf("(exit code %d: a CI job would fail here)", code))
	}

	p.command("topicls serve   # a session, as an editor has one")
	return session(ctx, &p, program, dir)
}

// command runs the program with its output on out. Exit code 1 is an answer.
func command(ctx context.Context, out io.Writer, program string, args ...string) (code int, err error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdout, cmd.Stderr = out, out
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return 1, nil
	}
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w", filepath.Base(program), args[0], err)
	}
	return 0, nil
}

// capture returns what the program prints.
func capture(ctx context.Context, program string, args ...string) ([]byte, error) {
	var b bytes.Buffer
	_, err := command(ctx, &b, program, args...)
	return b.Bytes(), err
}

// printer writes headings and indented text.
type printer struct {
	out   io.Writer
	color bool
}

func (p *printer) style(code, s string) string {
	if !p.color {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p *printer) command(s string) { fmt.Fprintf(p.out, "\n%s\n", p.style("1;36", "$ "+s)) }
func (p *printer) note(s string)    { fmt.Fprintln(p.out, p.style("2", s)) }
func (p *printer) title(s string)   { fmt.Fprintf(p.out, "\n%s\n", p.style("1", s)) }

func (p *printer) text(s string) {
	for line := range strings.Lines(s) {
		fmt.Fprintln(p.out, strings.TrimRight("  │ "+strings.TrimRight(line, "\r\n"), " "))
	}
}

func colored(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
