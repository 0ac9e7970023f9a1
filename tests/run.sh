#!/bin/sh
# Builds and runs every test. Installs what is missing on Debian; a second run installs nothing.
set -eu
cd "$(dirname "$0")/.."
. cmake/debian.sh
need g++ cmake ninja-build pkg-config libssl-dev catch2 nlohmann-json3-dev libsqlite3-dev libhiredis-dev redis-server \
    libcpp-httplib-dev libcli11-dev python3 tzdata
cmake --workflow --preset test
