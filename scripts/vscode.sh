#!/usr/bin/env bash
# Tests the VS Code extension. usage: vscode.sh lint | unit | e2e [FILE...]
#   lint   TypeScript's types, eslint, prettier
#   unit   what needs no VS Code
#   e2e    the extension, packed (bin/topicls.vsix), in a real workbench; screenshots
#          are left in bin/screenshots
set -euo pipefail
cd "$(dirname "$0")/../vscode-extension"
node=$PWD/../scripts/node.sh

# What can be tested here; in CI everything can.
if ! command -v npm >/dev/null; then
  echo 'NOTHING TESTED: npm is not installed' >&2
  [ -z "${CI:-}" ] && exit 0 || exit 1
fi
../scripts/vsix.sh modules
case $1 in
  lint)
    for project in . src/webview test/e2e; do "$node" node_modules/.bin/tsc -p $project; done
    "$node" node_modules/.bin/eslint --max-warnings 0 .
    "$node" node_modules/.bin/prettier --check --log-level warn .
    ;;
  unit)
    "$node" node --test --test-reporter=dot 'test/unit/*.test.ts'
    ;;
  e2e)
    shift
    if [ "$(uname -s)" != Linux ] || ! { command -v chromium || command -v chromium-browser || command -v google-chrome || [ -n "${CHROMIUM:-}" ]; } >/dev/null; then
      echo 'NOTHING TESTED: the workbench needs Linux and Chromium' >&2
      [ -z "${CI:-}" ] && exit 0 || exit 1
    fi
    make -C .. vsix
    TOPICLS_WORKBENCH=$(../scripts/workbench.sh)
    export TOPICLS_WORKBENCH TOPICLS_VSIX=$PWD/../bin/topicls.vsix TOPICLS_SHOTS=$PWD/../bin/screenshots
    # With limits that no run comes near; it takes four minutes where nothing else runs.
    timeout --kill-after=30 60m "$node" --24 node --test --test-concurrency=1 --test-reporter=spec --test-timeout=1800000 "${@:-test/e2e/*.test.ts}"
    ;;
  *) echo "vscode: $1?" >&2; exit 2 ;;
esac
