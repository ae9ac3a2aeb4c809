#!/usr/bin/env bash
# Packs the VS Code extension with a server inside.
# usage: vsix.sh SERVER TARGET OUT   (TARGET is VS Code's name of a platform, such as linux-x64)
#        vsix.sh modules             installs the packages that building and testing need, if they are not
set -euo pipefail
cd "$(dirname "$0")/../vscode-extension"
node=$PWD/../scripts/node.sh

# With --ignore-scripts: esbuild's program comes as a package of its own, and
# nothing else has scripts that matter.
modules() {
  local stamp=node_modules/.installed
  cmp -s package-lock.json $stamp && return
  for attempt in 1 2 3; do
    "$node" npm ci --silent --no-audit --no-fund --ignore-scripts && break
    [ $attempt -lt 3 ] || { echo 'vsix: npm ci failed' >&2; exit 1; }
  done
  cp package-lock.json $stamp
}

modules
[ "$1" != modules ] || exit 0
server=$1 target=$2 out=$3
case $target in win32-*) program=topicls.exe ;; *) program=topicls ;; esac
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -r package.json README.md media schemas walkthrough ../LICENSE "$stage"
install -D -m 755 "$server" "$stage/bin/$program"
"$node" node esbuild.mjs "$stage/dist"
vsce=$PWD/node_modules/.bin/vsce
cd "$stage"
"$node" "$vsce" package --no-dependencies --allow-missing-repository --no-rewrite-relative-links \
  --target "$target" -o "$out" >vsce.log 2>&1 || { cat vsce.log >&2; exit 1; }
