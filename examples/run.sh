#!/bin/sh
# Builds the examples and runs the assistant. Installs what is missing on Debian; a second run installs nothing.
set -eu
cd "$(dirname "$0")/.."
. cmake/debian.sh
need g++ cmake ninja-build pkg-config libssl-dev nlohmann-json3-dev libcpp-httplib-dev libcli11-dev
cmake --workflow --preset demo
exec build/release/bin/quickstart "$@"
