package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"topicls/index"
	"topicls/lsp/internal/wire"
)

// maxSymbols is the most that one answer lists.
const maxSymbols = 200

// workspaceSymbol answers workspace/symbol: topics and services by name.
func (s *server) workspaceSymbol(ctx context.Context, tickets []ticket, p wire.SymbolParams) ([]protocol.SymbolInformation, error) {
	out := []protocol.SymbolInformation{}
	for _, t := range tickets {
		snap, err := t.snapshot(ctx)
		if err != nil {
			return nil, err
		}
		if snap == nil {
			continue
		}
		for _, y := range snap.Symbols(p.Query, maxSymbols) {
			if l, ok := t.folder.location(snap, y.Place); ok {
				out = append(out, symbolInformation(y, l))
			}
		}
	}
	return out, nil
}

func symbolInformation(y index.Symbol, l wire.Location) protocol.SymbolInformation {
	return protocol.SymbolInformation{
		Name: y.Name, Kind: symbolKind(y.Kind), ContainerName: y.Detail,
		Location: protocol.Location{URI: l.URI.Protocol(), Range: l.Range},
	}
}

func symbolKind(k index.OccurrenceKind) protocol.SymbolKind {
	if k == index.ServiceOccurrence {
		return protocol.SymbolKindModule
	}
	return protocol.SymbolKindEvent
}
