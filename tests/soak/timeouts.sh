#!/bin/sh
# SPDX-License-Identifier: MIT
#
# timeouts.sh PROGRAM - --timeout on every engine and stage: status 4, one line, no
# output, within 0.3 s of the limit (more under load: 1 s here). Prints the
# longest delay; status 1 after any failure.
set -u
program=$1
failed=0 runs=0 longest=0
try() {
    runs=$((runs + 1))
    before=$(date +%s%N)
    status=0
    timeout 30 "$program" --quiet --timeout 0.5 "$@" > /dev/null 2>&1 || status=$?
    late=$((($(date +%s%N) - before) / 1000000 - 500))
    [ $late -gt $longest ] && longest=$late
    if [ $status -ne 4 ] || [ $late -gt 1000 ]; then
        failed=$((failed + 1))
        echo "FAILED: status $status, $late ms late: $*"
    fi
}
for engine in naive matrix doubling recurrence; do
    try --engine $engine --nth 2*10^9 --max-memory 0 fib
    try --engine $engine --base 3 --nth 10^9 --max-memory 0 fib
done
try --engine naive --nth 10^18 --mod 7 tribonacci
try --nth 10^9 --max-memory 0 --init 1 'cur = p1/3*2'
try --nth 3*10^8 --max-memory 0 --base 7 fib
try --engine naive --nth 10^18 --init 1,2 'cur = max(p1+3, p2+5, 7)'
try --engine naive --nth 10^18 --mod 10^9+7 --init 1,2 'cur = p1*p2'
try --matrix '1,1;1,0' --nth 10^9 --max-memory 0
try --nth 0..10^18 --mod 7 --format json fib
try -e 'while True: pass'
try -e 'print(3**(3**18))'
try -e 'x = 3
for i in range(10**18): x = x*x % 1000003'
try --check --nth 10^9 --max-memory 0 fib

echo "timeouts: $runs runs, $failed failed, at most $longest ms late"
[ $failed -eq 0 ]
