package main

import (
	"context"
	"fmt"
	"net/http"

	"topicls/index/client/signatures"
)

// nuget is the registry of .NET. Its packages hold compiled code that only
// .NET's own tools describe, so that it takes both, the registry and `dotnet`.
type nuget struct{}

func (nuget) name() string { return "NuGet" }

func (nuget) record(ctx context.Context, _ string, _, _ []string) (string, map[string]signatures.Signature, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.nuget.org/v3/index.json", nil)
	if err != nil {
		return "", nil, fmt.Errorf("ask NuGet: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", nil, fmt.Errorf("%w: %w", errUnreachable, err)
	}
	resp.Body.Close()
	return "", nil, fmt.Errorf("%w: reading compiled .NET libraries is not built", errUnreachable)
}
