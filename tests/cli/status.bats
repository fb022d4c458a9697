# SPDX-License-Identifier: MIT
# Exit statuses: a test each, and which stream says what.

load helper

@test "status 0: done, stdout holds the result only" {
    ask --nth 100 fib
    ended 0
    said 354224848179261915075
    complained ''
}

@test "status 1: no inverse, nothing on stdout" {
    ask --nth=-1 --mod 4 --init 1 'cur = 2*p1'
    ended 1
    said ''
    [[ $stderr == 'cpmcalc: '*error:* ]]
}

@test "status 1: an engine that does not apply says why" {
    ask --engine doubling --nth 100 tribonacci
    ended 1
    said ''
    [[ $stderr == 'cpmcalc: '*error:* ]]
}

@test "status 2: wrong usage is two lines" {
    ask --nth 3 --no-such-option fib
    wrong_usage "unknown option '--no-such-option'"
}

@test "status 3: an error in a SPEC, with its place" {
    ask --strict --init 1,2 'cur = p1 *p1+1'
    ended 3
    said ''
    [ "${stderr_lines[1]}" = 'cur = p1 *p1+1' ]
    [[ ${stderr_lines[0]} == 'cpmcalc: <spec>:1:7: error: '* ]]
    [ "${stderr_lines[2]}" = '      ^~~~~~' ]
}

@test "status 3: an error in a number" {
    ask --nth 1e-3 fib
    ended 3
    [[ ${stderr_lines[0]} == 'cpmcalc: <--nth>:1:'*': error: '* ]]
}

@test "status 4: a full disk" {
    [ -c /dev/full ] || skip 'no /dev/full'
    run --separate-stderr bash -c 'cpmcalc --nth 10 fib > /dev/full'
    ended 4
    complained 'cpmcalc: error: cannot write standard output: No space left on device'
}

@test "status 4: a full disk, when the term is long" {
    [ -c /dev/full ] || skip 'no /dev/full'
    run --separate-stderr bash -c 'cpmcalc --nth 10^6 fib > /dev/full'
    ended 4
    complained 'cpmcalc: error: cannot write standard output: No space left on device'
}

@test "status 4: a full disk, when all is written at the end" {
    [ -c /dev/full ] || skip 'no /dev/full'
    run --separate-stderr bash -c 'cpmcalc --format json --nth 1..5 fib > /dev/full'
    ended 4
    complained 'cpmcalc: error: cannot write standard output: No space left on device'
}

@test "status 4: a full disk, for --help, --version and --list" {
    [ -c /dev/full ] || skip 'no /dev/full'
    for option in --help --version --list; do
        run --separate-stderr bash -c "cpmcalc $option > /dev/full"
        ended 4
        complained 'cpmcalc: error: cannot write standard output: No space left on device'
    done
}

@test "status 4: standard output is closed" {
    run --separate-stderr bash -c 'cpmcalc --nth 10 fib >&-'
    ended 4
    complained 'cpmcalc: error: cannot write standard output: Bad file descriptor'
}

@test "status 4: a file that cannot be read" {
    ask --init @nowhere 'cur = p1 + p2'
    ended 4
    complained "cpmcalc: error: cannot read 'nowhere': No such file or directory"
}

@test "status 5: an abort is a bug, and leaves no core" {
    cpmcalc --nth 0..10^18 --mod 10 fib > /dev/null 2> err &
    pid=$!
    sleep 0.3
    kill -ABRT $pid
    status=0
    wait $pid || status=$?
    [ $status -eq 5 ]
    grep -q '^cpmcalc: error: internal error' err
}

@test "an interrupt ends the program by the signal" {
    command -v timeout > /dev/null || skip 'no timeout(1)'
    run --separate-stderr timeout --preserve-status -s INT 0.3 cpmcalc --nth 0..10^18 --mod 2 fib
    ended 130
    complained ''
}

@test "a closed pipe ends the program silently" {
    run --separate-stderr bash -c 'cpmcalc --nth 0..10^18 --mod 10 fib | head -n 3; echo "${PIPESTATUS[0]}"'
    said '0
1
1
141'
    complained ''
}
