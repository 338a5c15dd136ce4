#!/bin/sh
# Records what CPython 3.14 prints for the programs of this directory: record.sh PYTHON [PROGRAM...]
# Without programs: all. Standard output; then, if there is any, `[stderr]` and standard error; then `[exit N]` if N is not 0.
set -eu
python=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || set -- $(find "$here" -name '*.py' -not -path '*/fixtures/*')
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
for program in "$@"; do
    out=${program%.py}.out
    status=0
    (cd "$(dirname "$program")" && PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1 "$python" "$(basename "$program")") \
        >"$out" 2>"$errors" </dev/null || status=$?
    end_line() { [ ! -s "$out" ] || [ -z "$(tail -c 1 "$out")" ] || echo >>"$out"; }
    [ ! -s "$errors" ] || { end_line; echo '[stderr]'; cat "$errors"; } >>"$out"
    [ "$status" = 0 ] || { end_line; echo "[exit $status]"; } >>"$out"
done
