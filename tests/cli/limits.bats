# SPDX-License-Identifier: MIT
# Memory and time: refused or ended with one line and status 4, never a core.

load helper

@test "a term too large to hold is refused at once" {
    ask --timeout 10 --nth 10^18 fib
    ended 4
    said ''
    [[ $stderr == *hint:*--mod* ]]
}

@test "--max-memory refuses what is estimated to need more" {
    ask --max-memory 1M --nth 10^8 fib
    ended 4
    said ''
    [[ $stderr == 'cpmcalc: '*error:* ]]
    ask --max-memory 100M --nth 10^6 --mod 1000 fib
    ended 0
}

@test "a range goes on to the first term that is too large" {
    run --separate-stderr bash -c 'cpmcalc --nth 0..10^18 fib | head -n 5'
    ended 0
    said "$(printf '0\n1\n1\n2\n3')"
    complained ''
    rule='a(n) = 10^5000*a(n-1); a(0) = 1'
    cpmcalc --max-memory 1M --nth 0..10^18 "$rule" > out 2> err || status=$?
    [ "$status" = 4 ]
    grep -q '^cpmcalc: error: at index 63: the term may have' err
    [ "$(wc -l < out)" = 63 ]
    [ "$(tail -n 1 out | wc -c)" = 310002 ]
    ask --max-memory 1M --nth 63..10^18 "$rule"
    ended 4
    said ''
    # A JSON document is of no use in part, nor is a single term.
    ask --max-memory 1M --nth 0..10^18 --format json fib
    ended 4
    said ''
    [[ $stderr == 'cpmcalc: error: at index 1000000000000000000: the term may have'* ]]
    ask --max-memory 1M --nth 10^18 fib
    ended 4
    said ''
    [[ $stderr == 'cpmcalc: error: the term may have'* ]]
}

# bats test_tags=no-asan
@test "the memory of a range does not grow with it" {
    run --separate-stderr bash -c 'ulimit -v 150000; cpmcalc --max-memory 0 --threads 1 \
        --nth 0..1500000 --mod 1000000007 fib | tail -n 1'
    ended 0
    said "$(cpmcalc --nth 1500000 --mod 1000000007 fib)"
}

@test "what only plain iteration could find in years is refused" {
    awk -v k=4200 'BEGIN {
        print "def f(n):"
        for (i = 0; i < k; i++) {
            print "    a" i " = " i % 7
            names = names (i ? ", " : "") "a" i
            sums = sums (i ? ", " : "") "a" (i + 1) % k " + a" i * i % k " + a" i * 31 % k
        }
        print "    for i in range(n):"
        print "        " names " = " sums
        print "    return a0"
    }' > coupled.py
    ask -f coupled.py 'f(10**18)'
    ended 4
    said ''
    [[ ${stderr_lines[0]} == *'this would take years: the characteristic polynomial is out of reach' ]]
    ask -f coupled.py 'f(3)'
    ended 0
}

# bats test_tags=no-asan
@test "short memory does not end in plain iteration" {
    seq 1 100000 > list
    for kib in 36000 40000 50000; do
        ( ulimit -v $kib
          timeout 60 cpmcalc --threads 1 --mod 998244353 --nth 10^18 --signature @list --init @list \
            > out 2> err ) || {
            [ "$(cat err)" = 'cpmcalc: error: out of memory' ]
            [ ! -s out ]
        }
    done
}

@test "--timeout ends the work with one line" {
    ask --timeout 0.3 --nth 0..10^18 --mod 7 --format json fib
    ended 4
    said ''
    complained 'cpmcalc: error: not finished after 0.3 seconds (--timeout)'
}

@test "--timeout keeps complete lines, and no other" {
    cpmcalc --timeout 0.5 --nth 100000..10^8 fib > out 2> err && false
    [ "$(cat err)" = 'cpmcalc: error: not finished after 0.5 seconds (--timeout)' ]
    [ -s out ]
    [ "$(tail -c 1 out | od -An -c | tr -d ' ')" = '\n' ]
    expected=$(cpmcalc --nth $((100000 + $(wc -l < out) - 1)) fib | cksum)
    [ "$(tail -n 1 out | cksum)" = "$expected" ]
}

# bats test_tags=no-asan
@test "an allocation that fails ends with one line and status 4" {
    run --separate-stderr bash -c 'ulimit -v 150000; ulimit -c 0; cpmcalc --max-memory 0 --nth 10^9 fib'
    ended 4
    said ''
    [ ${#stderr_lines[@]} -eq 1 ]
    complained 'cpmcalc: error: out of memory'
}

@test "--timeout leaves no half line in a pipe that is full" {
    cpmcalc --timeout 0.4 --nth 1000000..10^8 fib 2> /dev/null | {
        sleep 0.6
        cat > out
    }
    [ -s out ]
    [ "$(tail -c 1 out | od -An -c | tr -d ' ')" = '\n' ]
}

# bats test_tags=no-asan
@test "whichever allocation fails, it is the right answer or one line and status 4" {
    run "$TOP/tests/soak/allocations.py" "$CPMCALC" 20 1
    [ "$status" -ne 77 ] || skip 'nothing is preloaded here'
    echo "$output"
    ended 0
}
