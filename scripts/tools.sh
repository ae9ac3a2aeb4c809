#!/usr/bin/env bash
# Installs what `make test` needs beside Go modules: on Debian and Ubuntu, as
# root, with apt-get; elsewhere it says what is missing. `tools.sh untested` says
# at the end of the tests what they had to leave out.
#
# A missing Go or C compiler is an error. Without Neovim or npm
# everything else is tested, except when CI is set: then it is an error too.
set -euo pipefail
cd "$(dirname "$0")/.."

have() { command -v "$1" >/dev/null 2>&1; }

what=${1:-}

# What is missing, as Debian's package names.
missing() {
  have gcc || have clang || have "${CC:-cc}" || echo gcc
  [ -e /usr/include/stdlib.h ] || [ ! -e /etc/debian_version ] || echo libc6-dev
  have nvim || echo neovim
  # The VS Code extension; its tests in a workbench (`tools.sh workbench`).
  have npm || echo npm
  [ "$what" != workbench ] || have chromium || have chromium-browser || have google-chrome || [ -n "${CHROMIUM:-}" ] || echo chromium
  # The parser's tests also read the Python files of the system.
  [ ! -e /etc/debian_version ] || compgen -G '/usr/lib/python3/../python3.*/os.py' >/dev/null || echo python3
}

if [ "${1:-}" = untested ]; then
  have nvim || echo 'make: passed, but NOT TESTED: Neovim (not installed)'
  have npm || echo 'make: passed, but NOT TESTED: the VS Code extension (it needs npm)'
  echo 'make: the extension in a real workbench has a command of its own: make vscode'
  exit 0
fi

if ! have "${GO:-go}"; then
  echo "tools: Go is not installed; $(grep '^go ' go.mod) or newer is needed: https://go.dev/dl" >&2
  exit 1
fi

packages=$(missing)
if [ -n "$packages" ] && have apt-get && [ "$(id -u)" = 0 ]; then
  echo "tools: installing" $packages
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # a list
  { apt-get install -y -qq --no-install-recommends $packages || { apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages; }; } </dev/null >/dev/null
  packages=$(missing)
fi

for p in $packages; do
  case $p in
    neovim) echo 'tools: Neovim (0.7 or later) is not installed: its test is left out. Debian: apt-get install neovim; macOS: brew install neovim' >&2
            [ -z "${CI:-}" ] || failed=1 ;;
    npm | chromium)
             echo "tools: $p is not installed: the VS Code extension is not tested. Debian: apt-get install $p" >&2
             [ -z "${CI:-}" ] || failed=1 ;;
    python3) echo 'tools: no Python library on the system: the parser is tested on fewer files' >&2 ;;
    *) echo "tools: no C compiler ($p): the parsers are written in C. Debian: apt-get install gcc libc6-dev; macOS: xcode-select --install" >&2
       failed=1 ;;
  esac
done
[ -z "${failed:-}" ] || exit 1
