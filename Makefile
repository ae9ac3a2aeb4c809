# The project's commands. `make` or `make help` lists them.

SHELL       := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS   += --no-print-directory

GO        ?= go
GOFUMPT   := mvdan.cc/gofumpt@v0.12.0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

# A work tree that belongs to another user, as in containers, must not fail the
# build; releases are built with the revision stamped in.
export GOFLAGS := -buildvcs=false $(GOFLAGS)
# The parsers are C.
export CGO_ENABLED := 1

DIR       ?= examples/forecasting-pipeline
ENDPOINTS ?= 10000
FUZZTIME  ?= 10s
VERSION   ?= 0.1.0
TARGETS   ?=

.PHONY: help build install vsix release test tools lint unit vscode demo bench verify-models fuzz update clean
.DEFAULT_GOAL := help

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

build: ## build bin/topicls
	@mkdir -p bin
	$(GO) build -o bin/topicls$$($(GO) env GOEXE) ./cmd/topicls

install: ## install topicls into Go's bin folder
	$(GO) install ./cmd/topicls

vsix: build ## pack the VS Code extension, with the server, for this platform: bin/topicls.vsix
	@scripts/vsix.sh "$(CURDIR)/bin/topicls$$($(GO) env GOEXE)" "$$(scripts/platform.sh)" "$(CURDIR)/bin/topicls.vsix"
	@echo "packed bin/topicls.vsix (code --install-extension bin/topicls.vsix)"

test: tools lint unit vscode ## install what the tests need and run everything (the one command)
	@scripts/tools.sh untested

release: ## build servers and VS Code packages for all platforms into dist (VERSION=1.2.3, TARGETS='linux-x64 ...')
	@scripts/release.sh '$(VERSION)' $(TARGETS)

vscode: tools build ## test the packed VS Code extension in a real workbench (screenshots: bin/screenshots)
	@echo '== VS Code'; scripts/vscode.sh e2e

tools: ## install what the tests need (on Debian as root), or say what is missing
	@scripts/tools.sh

lint: ## gofumpt, go vet, staticcheck; TypeScript, eslint, prettier
	@echo '== gofumpt'
	@bad=$$($(GO) run $(GOFUMPT) -l .); if [ -n "$$bad" ]; then \
	  echo "not formatted (run: $(GO) run $(GOFUMPT) -w .):"; echo "$$bad"; exit 1; fi
	@echo '== go vet'
	@$(GO) vet ./...
	@echo '== staticcheck'
	@$(GO) run $(STATICCHECK) ./...
	@echo '== TypeScript, eslint, prettier'
	@scripts/vscode.sh lint

# The packages whose goroutines share data, with the race detector; the rest
# without, which is several times faster.
RACE := ./lsp/... ./index ./index/source ./index/syntax

unit: ## all Go tests, among them those of documents and of Neovim, Vim, Emacs and Helix; the extension's unit tests
	@failed=0; \
	echo '== go test -race'; $(GO) test -race -timeout 20m $(RACE) || failed=1; \
	echo '== go test'; $(GO) test -timeout 20m $$($(GO) list ./... | grep -vxF "$$($(GO) list $(RACE))") || failed=1; \
	echo '== node --test'; scripts/vscode.sh unit || failed=1; \
	exit $$failed

demo: build ## show an example workspace: topology, findings, and what an editor shows
	@$(GO) run ./internal/demo -program bin/topicls "$(patsubst ~/%,$$HOME/%,$(DIR))"

bench: ## measure against the budgets (ENDPOINTS=10000), write docs/benchmarks.md
	$(GO) run ./index/bench/cmd -endpoints $(ENDPOINTS) -markdown docs/benchmarks.md

verify-models: ## compare client models (MODELS=regexp) with the real libraries, recorded anew
	$(GO) run ./internal/verifymodels -models '$(or $(MODELS),.)'

fuzz: ## every fuzz target for FUZZTIME (10s) each
	@scripts/fuzz.sh $(FUZZTIME)

update: ## write the expected results of all golden tests (look at the diff!)
	@scripts/update.sh

clean: ## remove what was built
	rm -rf bin dist vscode-extension/node_modules vscode-extension/dist vscode-extension/bin
