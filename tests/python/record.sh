#!/bin/sh
# Records what CPython 3.14 prints for the programs of this directory: record.sh PYTHON [PROGRAM...]
# Without programs: all. Standard output; then, if there is any, `[stderr]` and standard error; then `[exit N]` if N is not 0.
# The directory of the program is taken out of the text.
set -eu
python=$1
shift
here=$(cd "$(dirname "$0")" && pwd -P)
[ $# -gt 0 ] || set -- $(find "$here" -name '*.py' -not -path '*/fixtures/*')
output=$(mktemp)
errors=$(mktemp)
trap 'rm -f "$output" "$errors"' EXIT
for program in "$@"; do
    directory=$(cd "$(dirname "$program")" && pwd -P)
    status=0
    (cd "$directory" && PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1 "$python" "$(basename "$program")") \
        >"$output" 2>"$errors" </dev/null || status=$?
    end_line() { [ ! -s "$output" ] || [ -z "$(tail -c 1 "$output")" ] || echo >>"$output"; }
    [ ! -s "$errors" ] || { end_line; { echo '[stderr]'; cat "$errors"; } >>"$output"; }
    [ "$status" = 0 ] || { end_line; echo "[exit $status]" >>"$output"; }
    sed "s|$directory/||g" "$output" >"${program%.py}.out"
done
