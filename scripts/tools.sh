#!/usr/bin/env bash
# Installs what `make test` needs beside Go modules: on Debian and Ubuntu, as
# root, with apt-get; elsewhere it says what is missing. `tools.sh untested` says
# at the end of the tests what they had to leave out.
#
# A missing Go or C compiler is an error. Without an editor or npm
# everything else is tested, except when CI is set: then it is an error too.
set -euo pipefail
cd "$(dirname "$0")/.."

have() { command -v "$1" >/dev/null 2>&1; }

# Emacs with eglot, and a mode for YAML.
emacs_ready() {
  have emacs && emacs --batch --eval "(progn (require 'package) (package-initialize) (require 'eglot) (or (require 'yaml-mode nil t) (fboundp 'yaml-ts-mode) (kill-emacs 1)))" >/dev/null 2>&1
}

browser() { have chromium || have chromium-browser || have google-chrome || [ -n "${CHROMIUM:-}" ]; }

# What is missing, as Debian's package names.
missing() {
  have gcc || have clang || have "${CC:-cc}" || echo gcc
  [ -e /usr/include/stdlib.h ] || [ ! -e /etc/debian_version ] || echo libc6-dev
  have nvim || echo neovim
  have vim || echo vim
  [ -e "${TOPICLS_ALE:-/usr/share/vim-ale}" ] || echo vim-ale
  emacs_ready || echo emacs-nox elpa-eglot elpa-yaml-mode
  have tmux || echo tmux
  # The VS Code extension, and its tests in a workbench.
  have npm || echo npm
  browser || [ "$(uname -s)" != Linux ] || echo chromium
  # The parser's tests also read the Python files of the system.
  [ ! -e /etc/debian_version ] || compgen -G '/usr/lib/python3/../python3.*/os.py' >/dev/null || echo python3
}

if [ "${1:-}" = untested ]; then
  left() { echo "make: passed, but NOT TESTED: $1 (not installed)"; }
  have nvim || left Neovim
  { have vim && [ -e "${TOPICLS_ALE:-/usr/share/vim-ale}" ]; } || left 'Vim with ALE'
  emacs_ready || left 'Emacs with eglot and yaml-mode'
  { have tmux && scripts/helix.sh find >/dev/null; } || left 'Helix, or tmux'
  have npm || left 'the VS Code extension: npm'
  { have npm && browser && [ "$(uname -s)" = Linux ]; } || left 'the VS Code extension in a workbench: Linux, npm and Chromium'
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

untested() {
  echo "tools: $1" >&2
  [ -z "${CI:-}" ] || failed=1
}
for p in $packages; do
  case $p in
    neovim) untested 'Neovim (0.7 or later) is not installed: its test is left out. Debian: apt-get install neovim; macOS: brew install neovim' ;;
    vim | vim-ale) untested "Vim with ALE ($p) is not installed: its test is left out. Debian: apt-get install vim vim-ale; elsewhere TOPICLS_ALE says where ALE is" ;;
    emacs-nox) untested 'Emacs with eglot and yaml-mode is not installed: its test is left out. Debian: apt-get install emacs-nox elpa-eglot elpa-yaml-mode' ;;
    elpa-*) ;; # said with emacs-nox
    tmux) untested 'tmux is not installed: Helix is not tested. Debian: apt-get install tmux' ;;
    npm | chromium) untested "$p is not installed: the VS Code extension is not tested. Debian: apt-get install $p" ;;
    python3) echo 'tools: no Python library on the system: the parser is tested on fewer files' >&2 ;;
    *) echo "tools: no C compiler ($p): the parsers are written in C. Debian: apt-get install gcc libc6-dev; macOS: xcode-select --install" >&2
       failed=1 ;;
  esac
done
# Helix is in newer Debians alone: it is installed in a folder of its own.
scripts/helix.sh >/dev/null || untested 'its test is left out'
[ -z "${failed:-}" ] || exit 1
