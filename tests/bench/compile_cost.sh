#!/usr/bin/env bash
# Prints what including and using centavo costs the compiler, relative to nlohmann/json.hpp measured in the same run:
# user seconds and peak memory, medians of RUNS (5) runs, with the limit of each ratio. Exits with 1 if one is exceeded.
# Interleaves the runs, so that another load on the machine touches all of them alike.
#
#   [CXX=g++] [RUNS=5] [CXXFLAGS=…] tests/bench/compile_cost.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compiler="${CXX:-g++} -std=c++20 -Iinclude ${CXXFLAGS:-}"

# name: the compiler's arguments
declare -A units
headers="metered.hpp centavo.hpp cost_calculator.hpp cost_monitor.hpp"
for header in $headers; do
    echo "#include <centavo/$header>" >"$work/${header%.hpp}.cpp"
    units[$header]="-fsyntax-only $work/${header%.hpp}.cpp"
done
echo '#include <nlohmann/json.hpp>' >"$work/json.cpp"
units[json.hpp]="-fsyntax-only $work/json.cpp"
use=tests/bench/compile_cost
units[parse_and_dump]="-O2 -c -o /dev/null $use/parse_and_dump.cpp"
units[header_only]="-O2 -c -o /dev/null $use/metered_call.cpp"
units[compiled]="-O2 -DCENTAVO_COMPILED -c -o /dev/null $use/metered_call.cpp"

for ((run = 0; run < ${RUNS:-5}; ++run)); do
    for name in "${!units[@]}"; do
        # shellcheck disable=SC2086 # lists of words
        python3 - "$work/$name" $compiler ${units[$name]} <<'PYTHON'
import resource, subprocess, sys
subprocess.run(sys.argv[2:], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "a") as samples:
    print(f"{used.ru_utime:.2f} {used.ru_maxrss / 1024:.0f}", file=samples)
PYTHON
    done
done

# median NAME COLUMN
median() {
    cut -d' ' -f"$2" "$work/$1" | sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

failed=0
# compare NAME YARDSTICK COLUMN LIMIT UNIT
compare() {
    awk -v name="$1" -v yardstick="$2" -v value="$(median "$1" "$3")" -v base="$(median "$2" "$3")" -v limit="$4" \
        -v unit="$5" 'BEGIN {
            printf "%-20s %8s %-2s = %5.2f x %-14s (limit %s)%s\n", name, value, unit, value / base, yardstick, limit,
                   (value / base > limit) ? "  EXCEEDED" : ""
            exit (value / base > limit)
        }' || failed=1
}

compare metered.hpp json.hpp 1 3.0 s
compare centavo.hpp json.hpp 1 4.0 s
compare cost_calculator.hpp json.hpp 1 0.9 s
compare cost_monitor.hpp json.hpp 1 1.5 s
compare header_only parse_and_dump 1 4.5 s
compare header_only parse_and_dump 2 2.0 MB
compare compiled parse_and_dump 1 1.6 s
compare compiled parse_and_dump 2 1.2 MB
exit $failed
