package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"topicls/index/client/signatures"
)

// pypi installs into an environment of its own and has Python describe what is
// there.
type pypi struct{}

//go:embed signatures.py
var pythonScript string

func (pypi) name() string { return "PyPI" }

func (pypi) record(ctx context.Context, dir string, packages, names []string) (string, map[string]signatures.Signature, error) {
	if _, err := output(ctx, dir, nil, "python3", "-m", "venv", "env"); err != nil {
		return "", nil, err
	}
	python := filepath.Join(dir, "env/bin/python")
	args := []string{"-m", "pip", "install", "--quiet"}
	for _, p := range packages {
		args = append(args, strings.Replace(p, "@", "==", 1))
	}
	if _, err := output(ctx, dir, nil, python, args...); err != nil {
		return "", nil, err
	}
	first, _, _ := strings.Cut(packages[0], "@")
	first, _, _ = strings.Cut(first, "[")
	version, err := output(ctx, dir, nil, python, "-c", "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))", first)
	if err != nil {
		return "", nil, err
	}
	script := filepath.Join(dir, "signatures.py")
	if err := os.WriteFile(script, []byte(pythonScript), 0o644); err != nil {
		return "", nil, fmt.Errorf("write the script: %w", err)
	}
	found, err := describe(ctx, dir, names, python, script)
	return strings.TrimSpace(string(version)), found, err
}

// describe runs a program that gets {"names": [...]} and prints {name: signature}.
func describe(ctx context.Context, dir string, names []string, program string, args ...string) (map[string]signatures.Signature, error) {
	in, err := json.Marshal(map[string][]string{"names": names})
	if err != nil {
		return nil, fmt.Errorf("encode names: %w", err)
	}
	out, err := output(ctx, dir, in, program, args...)
	if err != nil {
		return nil, err
	}
	var found map[string]signatures.Signature
	if err := json.Unmarshal(out[max(bytes.LastIndexByte(bytes.TrimSpace(out), '\n'), 0):], &found); err != nil {
		return nil, fmt.Errorf("read what %s says: %w", filepath.Base(program), err)
	}
	return found, nil
}

// output runs a program and returns what it prints; its error has what it
// complains of.
func output(ctx context.Context, dir string, in []byte, program string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(in)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w: %s", filepath.Base(program), strings.Join(args, " "), err, tail(complaints.String()+string(out), 200))
	}
	return out, nil
}

func tail(s string, n int) string {
	if len(s) > n {
		s = "..." + s[len(s)-n:]
	}
	return strings.TrimSpace(s)
}
