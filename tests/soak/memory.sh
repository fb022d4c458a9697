#!/bin/sh
# SPDX-License-Identifier: MIT
#
# memory.sh PROGRAM [LEVELS] - short memory at LEVELS levels of `ulimit -v`, over
# several commands: the right answer and status 0, or status 4, "out of memory"
# and nothing on standard output. Prints the figures; status 1 after any failure.
set -u
program=$1
levels=${2:-200}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
seq 1 20000 > "$folder/list"
printf 's = 0\na = 1\nfor i in range(10**6):\n    a, s = a + s, a\nprint(s %% 1000007)\n' > "$folder/p.py"

runs=0 short=0 failed=0
# try ARG...: one command at one level.
try() {
    runs=$((runs + 1))
    status=0
    (
        ulimit -v "$kib"
        timeout 60 "$program" --max-memory 0 --threads 1 "$@" > "$folder/out" 2> "$folder/err"
    ) || status=$?
    if [ $status -eq 0 ]; then
        key=$(printf '%s\n' "$@" | cksum | cut -d ' ' -f 1)
        [ -e "$folder/$key" ] || "$program" --threads 1 "$@" > "$folder/$key"
        cmp -s "$folder/out" "$folder/$key" && return
    elif [ $status -eq 4 ] && [ ! -s "$folder/out" ] &&
        grep -q 'out of memory\|memory limit' "$folder/err"; then
        short=$((short + 1))
        return
    elif [ $status -eq 127 ] || grep -q 'error while loading shared libraries' "$folder/err"; then
        short=$((short + 1)) # the loader itself has no room
        return
    fi
    failed=$((failed + 1))
    echo "FAILED at $kib KiB, status $status: $*"
    head -n 3 "$folder/err"
}

level=0
while [ $level -lt "$levels" ]; do
    kib=$((12000 + level * 400))
    level=$((level + 1))
    case $((level % 8)) in
    0) try --nth 1000000 fib ;;
    1) try --nth 1000000 --init 1 'cur=p1/3*2' ;;
    2) try --nth 10^18 --mod 998244353 --signature "@$folder/list" --init "@$folder/list" ;;
    3) try --nth 10^18 --init 1,2 'cur = max(p1+3, p2+5, 7)' ;;
    4) try -f "$folder/p.py" ;;
    5) try --matrix '1,1;1,0' --nth 200000 ;;
    6) try --nth 10^18 --mod 10^9+7 --init 1,2 'cur = p1*p2' ;;
    7) try --format json --nth 0..300 --explain tribonacci ;;
    esac
done
echo "memory: $levels levels, $runs runs, $short short of memory, $failed failed"
[ $failed -eq 0 ]
