#!/usr/bin/env bash
# Writes the expected results of all golden tests anew: of the packages whose
# tests have an -update flag, and the program's scripts. Look at the diff.
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files -co --exclude-standard '*_test.go' | xargs grep -l 'flag.Bool("update"' | xargs -n1 dirname | sort -u |
  while read -r dir; do
    go test "./$dir" -update </dev/null || true # a test that also fails for another reason says so in `make test`
  done
UPDATE=1 go test ./cmd/topicls
