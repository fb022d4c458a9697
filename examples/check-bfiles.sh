#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-bfiles.sh FOLDER - checks a folder of b-files, as the OEIS has them
# (b000045.txt: lines "n a(n)"), a file at a time on each processor.
#
# A sequence of the catalogue is compared with it, term by term. For any other the
# shortest linear recurrence is looked for, which the file itself must confirm.
# Prints a line a file, in the order of their names:
#
#     b000045.txt  A000045 as in the catalogue
#     b000594.txt  no linear recurrence is confirmed
#     b001906.txt  a(n) = 3*a(n-1) - a(n-2)
#
# The exit status is 1 if a file differs from the catalogue.
set -eu

if [ "${1-}" = --one ]; then # called by parallel or xargs, once a file
    name=$(basename "$2")
    number=A${name#b}
    number=${number%.txt}
    if cpmcalc --list "$number" > /dev/null 2>&1; then
        if ! why=$(cpmcalc "$number" --verify "$2" 2>&1); then
            printf '%s\t%s differs: %s\n' "$name" "$number" "$(printf '%s' "$why" | head -1)"
            exit 1
        fi
        printf '%s\t%s as in the catalogue\n' "$name" "$number"
    elif rule=$(cpmcalc --guess "@$2" --show rule 2> /dev/null); then
        printf '%s\t%s\n' "$name" "$rule"
    else
        printf '%s\tno linear recurrence is confirmed\n' "$name"
    fi
    exit 0
fi

if [ $# -ne 1 ] || [ ! -d "$1" ]; then
    echo "usage: $0 FOLDER" >&2
    exit 2
fi
report=$(mktemp)
trap 'rm -f "$report"' EXIT
status=0
if command -v parallel > /dev/null 2>&1; then
    find "$1" -name 'b[0-9]*.txt' | parallel "$0" --one {} > "$report" || status=1
else
    find "$1" -name 'b[0-9]*.txt' -print0 |
        xargs -0 -n 1 -P "$(getconf _NPROCESSORS_ONLN)" "$0" --one > "$report" || status=1
fi
sort "$report"
exit $status
