#!/usr/bin/env bash
# Runs every fuzz target of the module for a time (default 10s), one after the
# other, and fails when one does. usage: fuzz.sh [TIME]
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-10s}
failed=0
while read -r file target; do
  package=./$(dirname "$file")
  echo "== $package $target"
  go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "$time" || failed=1
done < <(git ls-files -co --exclude-standard '*_test.go' | xargs grep -Ho '^func Fuzz[A-Za-z0-9_]*' | sed 's/:func / /' | sort)
exit $failed
