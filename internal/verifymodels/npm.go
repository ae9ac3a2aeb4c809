package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"topicls/index/client/signatures"
)

// npm installs packages and has TypeScript describe their declarations.
type npm struct{}

//go:embed signatures.mjs
var nodeScript string

func (npm) name() string { return "npm" }

func (npm) record(ctx context.Context, dir string, packages, names []string) (string, map[string]signatures.Signature, error) {
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"private": true}`), 0o644); err != nil {
		return "", nil, fmt.Errorf("make a package: %w", err)
	}
	args := append([]string{"install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps", "typescript@5", "@types/node"}, packages...)
	if _, err := output(ctx, dir, nil, "npm", args...); err != nil {
		return "", nil, err
	}
	first := packages[0]
	if i := strings.LastIndexByte(first, '@'); i > 0 {
		first = first[:i]
	}
	data, err := os.ReadFile(filepath.Join(dir, "node_modules", filepath.FromSlash(first), "package.json"))
	if err != nil {
		return "", nil, fmt.Errorf("read what was installed: %w", err)
	}
	var manifest struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		return "", nil, fmt.Errorf("read what was installed: %w", err)
	}
	script := filepath.Join(dir, "signatures.mjs")
	if err := os.WriteFile(script, []byte(nodeScript), 0o644); err != nil {
		return "", nil, fmt.Errorf("write the script: %w", err)
	}
	found, err := describe(ctx, dir, names, "node", script)
	return manifest.Version, found, err
}
