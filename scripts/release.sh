#!/usr/bin/env bash
# Builds the server and the VS Code package for every platform into dist/, with
# zig as the C compiler, and checks what each program needs of its system.
# usage: release.sh VERSION [TARGET...]   (TARGET as VS Code names it, such as linux-x64)
#
# A target that can't be built is told of, with the reason, and makes the exit code 1.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$1
shift
cache=${TOPICLS_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/topicls-tools}
zig_version=0.15.2
go=${GO:-go}

# What each target is to Go, and to zig. Programs for Linux run from glibc 2.17 on.
declare -A goos=([linux-x64]=linux [linux-arm64]=linux [darwin-x64]=darwin [darwin-arm64]=darwin [win32-x64]=windows)
declare -A goarch=([linux-x64]=amd64 [linux-arm64]=arm64 [darwin-x64]=amd64 [darwin-arm64]=arm64 [win32-x64]=amd64)
declare -A triple=(
  [linux-x64]=x86_64-linux-gnu.2.17 [linux-arm64]=aarch64-linux-gnu.2.17
  [darwin-x64]=x86_64-macos.12.0 [darwin-arm64]=aarch64-macos.12.0 [win32-x64]=x86_64-windows-gnu
)
targets=("$@")
[ $# -gt 0 ] || targets=(linux-x64 linux-arm64 darwin-x64 darwin-arm64 win32-x64)

# zig comes as a Python package, for all systems.
zig=$cache/zig-$zig_version/ziglang/zig
if [ ! -x "$zig" ]; then
  python=$(command -v python3 || command -v python) || { echo 'release: Python with pip is needed to install zig' >&2; exit 1; }
  for attempt in 1 2 3; do
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --target "$cache/zig-$zig_version" "ziglang==$zig_version" && break
    [ $attempt -lt 3 ] || { echo 'release: zig can not be installed with pip' >&2; exit 1; }
  done
fi

# The compilers have places that stay, by which Go knows what it has built before.
work=$cache/zig-$zig_version/cc
mkdir -p dist "$work"
failed=()

# Go asks a Mac's linker for libraries of which it calls a few functions. They
# belong to the system: to link, their names are enough.
libraries() {
  local path name file
  grep -rhoE 'cgo_import_dynamic [a-zA-Z0-9_]+ [a-zA-Z0-9_]+ "[^"]+"' "$($go env GOROOT)/src" | tr -d '"' | sort -u >"$work/imports"
  for path in $(awk '{ print $4 }' "$work/imports" | sort -u); do
    name=$(basename "$path")
    case $path in
      /usr/lib/libSystem*) continue ;; # zig has it
      /System/*.framework/*) file=$work/lib/$name.framework/$name.tbd ;;
      /usr/lib/*.dylib) file=$work/lib/${name%%.*}.tbd ;;
      *) continue ;; # of other systems
    esac
    mkdir -p "$(dirname "$file")"
    {
      printf -- '--- !tapi-tbd\ntbd-version: 4\ntargets: [ x86_64-macos, arm64-macos ]\ninstall-name: %s\n' "$path"
      printf 'exports:\n  - targets: [ x86_64-macos, arm64-macos ]\n    symbols: [ '
      awk -v path="$path" '$4 == path { printf "%s_%s", sep, $3; sep = ", " }' "$work/imports"
      printf ' ]\n...\n'
    } >"$file"
  done
}

build() {
  local target=$1 out=$2 cc=$work/cc-$1
  local flags=
  case $target in darwin-*) libraries; flags="-F$work/lib -L$work/lib" ;; esac
  # What zig's linker has not, and this program needs not: -flat_namespace is for
  # programs that load Go plugins, which Go takes it for because a library
  # (kustomize) could; -bind_at_load resolves at the start what is resolved later.
  cat >"$cc.new" <<EOF
#!/bin/sh
for arg; do
  shift
  case \$arg in -Wl,-flat_namespace | -Wl,-bind_at_load) ;; *) set -- "\$@" "\$arg" ;; esac
done
exec "$zig" cc -target ${triple[$target]} $flags "\$@"
EOF
  chmod +x "$cc.new"
  # One that is as it was stays, by which Go knows what it has built.
  cmp -s "$cc" "$cc.new" || mv "$cc.new" "$cc"
  CGO_ENABLED=1 GOOS=${goos[$target]} GOARCH=${goarch[$target]} CC=$cc GOFLAGS=-buildvcs=false \
    $go build -trimpath -ldflags "-s -w -X main.version=$version" -o "$out" ./cmd/topicls
}

for target in "${targets[@]}"; do
  [ -n "${triple[$target]:-}" ] || { echo "release: no such target: $target" >&2; exit 2; }
  program=dist/topicls-$version-$target
  [ "${goos[$target]}" != windows ] || program+=.exe
  if ! build "$target" "$program" 2>"$work/log"; then
    failed+=("$target")
    echo "$target: NOT BUILT:"
    tail -n 15 "$work/log" | sed 's/^/    /'
    rm -f "$program"
    continue
  fi
  if ! $go run ./internal/checkprogram "$target" "$program"; then
    failed+=("$target")
    continue
  fi
  scripts/vsix.sh "$PWD/$program" "$target" "$PWD/dist/topicls-$version-$target.vsix"
done
(cd dist && sha256sum topicls-"$version"-* >"topicls-$version.sha256")
[ ${#failed[@]} -eq 0 ] || { echo "release: not built: ${failed[*]}" >&2; exit 1; }
