#!/usr/bin/env bash
# Prints the path of a Helix: the one on the PATH (hx), or, on Debian before 13,
# which has none, the one of Debian 13, installed in the cache folder with all of
# its libraries. The system is not touched. It fails, and says why, where there is none.
# usage: helix.sh [find]   (find installs nothing)
set -euo pipefail
if command -v hx; then
  exit
fi
cache=${TOPICLS_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/topicls-tools}
root=$cache/helix-trixie
if [ ! -x "$root/hx" ]; then
  [ "${1:-}" != find ] || exit 1
  if ! command -v apt-get >/dev/null || [ "$(uname -m)" != x86_64 ] || [ ! -e /usr/share/keyrings/debian-archive-keyring.gpg ]; then
    echo 'helix: Helix (hx) is not installed: https://docs.helix-editor.com/install.html' >&2
    exit 1
  fi
  tmp=$(mktemp -d)
  trap 'rm -rf "$tmp"' EXIT
  chmod 755 "$tmp" # apt downloads as another user
  mkdir -p "$tmp/lists/partial" "$tmp/cache/archives/partial" "$cache"
  : >"$tmp/status" # nothing counts as installed: the libraries come too
  mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -n 1) # the one that this system uses
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$tmp/sources.list"
  apt() {
    apt-get -qq -o Dir::Etc::sourcelist="$tmp/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
      -o Dir::State::lists="$tmp/lists" -o Dir::Cache="$tmp/cache" -o Dir::State::status="$tmp/status" \
      -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o Debug::NoLocking=true "$@" >&2
  }
  apt update
  apt install -y --no-install-recommends --download-only hx
  rm -rf "$root.new"
  mkdir "$root.new"
  for deb in "$tmp"/cache/archives/*.deb; do dpkg-deb -x "$deb" "$root.new"; done
  # Programs of another release start through the loader of its own libc.
  cat >"$root.new/hx" <<EOF
#!/bin/sh
HELIX_RUNTIME='$root/usr/lib/hx/runtime' exec '$root/usr/lib64/ld-linux-x86-64.so.2' --library-path '$root/usr/lib/x86_64-linux-gnu' '$root/usr/lib/hx/hx' "\$@"
EOF
  chmod +x "$root.new/hx"
  rm -rf "$root"
  mv "$root.new" "$root"
fi
echo "$root/hx"
