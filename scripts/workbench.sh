#!/usr/bin/env bash
# Installs what the VS Code extension is tested in, a real workbench (code-server)
# and what drives a browser (playwright-core), from npm into the cache folder, and
# prints the folder. It has no effect when they are there. usage: workbench.sh
set -euo pipefail
cd "$(dirname "$0")/.."
node="$PWD/scripts/node.sh --24"
code_server=4.139.1 # VS Code 1.139.1
playwright=1.65.1
cache=${TOPICLS_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/topicls-tools}
folder=$cache/workbench-$code_server-$playwright-1
if [ -e "$folder/.installed" ]; then
  echo "$folder"
  exit
fi

npm() {
  for attempt in 1 2 3; do
    $node npm "$@" --silent --no-audit --no-fund --ignore-scripts >&2 && return
  done
  echo "workbench: npm $1 failed" >&2
  exit 1
}

rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
echo '{"name":"topicls-workbench","version":"0.0.0","private":true}' >package.json
# Its own install step does all or nothing, and builds modules that tests don't
# need; only the parts that matter are done here. Nothing is compiled: without a
# compiled logger the workbench writes no log files of its own.
npm install --save-exact "code-server@$code_server" "playwright-core@$playwright"
vscode=$folder/node_modules/code-server/lib/vscode
(cd "$vscode" && npm install --omit=dev)
(cd "$vscode/extensions" && npm install --omit=dev)
# Never loaded by the tests: agents, other platforms' programs, source maps.
rm -rf "$vscode"/node_modules/@github/copilot-sdk-* "$vscode/node_modules/@microsoft/mxc-sdk" "$vscode/extensions/copilot"
find "$folder/node_modules" -name '*.js.map' -delete
touch .installed
echo "$folder"
