#!/bin/sh
# replay.sh BIN[:BIN] SESSION: runs the commands of a console session with BIN on the path and compares what they print.
#
# A line that begins with "$ " is a command, a line after it that begins with "> " goes on with it (a here-document,
# say); what follows is its output, standard error included, and "[N]" where its exit status N is not 0. Other lines
# up to the first command, and those that begin with "# ", are comments.
set -u
PATH=$1:$PATH NO_COLOR=1
export PATH NO_COLOR
session=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
shown=$folder/shown
command=

run() {
    [ -n "$command" ] || return 0
    (cd "$folder" && sh -c "$command" </dev/null 2>&1)
    status=$?
    [ "$status" = 0 ] || echo "[$status]"
    command=
}

while IFS= read -r line; do
    case $line in
    '$ '*) run; printf '%s\n' "$line"; command=${line#'$ '} ;;
    '> '*) printf '%s\n' "$line"; command="$command
${line#'> '}" ;;
    '# '*) run; printf '%s\n' "$line" ;;
    esac
done <"$session" >"$shown"
run >>"$shown"
diff -u "$session" "$shown"
