#!/usr/bin/env bash
# Prints VS Code's name of the platform that GOOS and GOARCH (or this machine) are.
set -euo pipefail
go=${GO:-go}
os=${GOOS:-$($go env GOOS)} arch=${GOARCH:-$($go env GOARCH)}
case $os in windows) os=win32 ;; esac
case $arch in amd64) arch=x64 ;; arm) arch=armhf ;; esac
echo "$os-$arch"
