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

# nested DEPTH: programs of that depth, and what they print.
nested() {
    awk -v d="$1" '
        function times(s, n,   r) { while (n-- > 0) r = r s; return r }
        BEGIN {
            print "print(" times("(", d) "7" times(")", d) ")" > "parentheses.py"
            print "print(" times("--", d) "7)" > "signs.py"
            print "print(" times("abs(", d) "-7" times(")", d) ")" > "calls.py"
            print "def f(n):\n  return f(n - 1) if n > 0 else 7\nprint(f(" d "))" > "functions.py"
            print "t = ()\nfor i in range(" d "):\n  t = (t,)\nprint(7 if t == t + () else 0)" > "tuples.py"
            print "s = 0\nfor i in range(7000):\n  s = " times("(", d) "s + 1" times(")", d) \
                "\nprint(s // 1000)" > "loop.py"
        }'
}

# The answer, or one error that says which limit it was.
answered_or_refused() {
    if [ "$status" -eq 0 ]; then
        said 7
    else
        ended 4
        [[ $stderr == *nested* || $stderr == *'too little stack'* ]] || complained 'a limit'
    fi
}

# bats test_tags=no-asan
@test "deep programs are answered or refused whatever the stack" {
    for depth in 5 90 499 990; do
        nested $depth
        for kib in 256 512 1024 2048 unlimited; do
            for file in *.py; do
                run --separate-stderr bash -c "ulimit -s $kib; exec env -i bin/cpmcalc -f $file"
                if [ $depth -le 5 ]; then
                    said 7
                fi
                answered_or_refused
            done
        done
    done
}

@test "the usual stack allows all that is allowed" {
    nested 499
    for file in *.py; do
        ask -f "$file"
        said 7
    done
}

# bats test_tags=no-asan
@test "with hardly any stack a question is refused" {
    run --separate-stderr bash -c 'ulimit -s 160; exec env -i bin/cpmcalc --nth 10 fib'
    ended 4
    [ "${stderr_lines[0]}" = 'cpmcalc: error: too little stack is left, 192 KiB are needed' ]
}

# bats test_tags=no-asan
@test "large answers need no large stack" {
    ask --nth 1000000 --mod 998244353 --threads 4 fib
    wanted=$output
    run --separate-stderr bash -c \
        'ulimit -s 256; exec env -i bin/cpmcalc --threads 4 --nth 1000000 fib | sha256sum'
    small=$output
    run --separate-stderr bash -c 'bin/cpmcalc --threads 1 --nth 1000000 fib | sha256sum'
    [ "$output" = "$small" ]
    run --separate-stderr bash -c \
        'ulimit -s 256; exec env -i bin/cpmcalc --threads 4 --nth 1000000 --mod 998244353 fib'
    said "$wanted"
}
