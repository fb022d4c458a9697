# SPDX-License-Identifier: MIT
# Many questions in one process: --batch.

load helper

@test "a line is what would stand behind cpmcalc" {
    printf '%s\n' 'fib -n 10' '' '  # a comment' "-n 1..3 'cur = p1 + 1' -i 0 # and one more" \
        '-e "print(2**10)"' '-n 5 -m 3 --signature 1,1 --init=0,1' 'fib -n 100 -b 16' > lines
    ask --batch lines
    ended 0
    said '55
1
2
3
1024
2
1333db76a7c594bfc3'
    ask --batch - < lines
    ended 0
    [ "${lines[0]}" = 55 ]
}

@test "options beside --batch are defaults" {
    printf '%s\n' '-n 10' '-n 20 -m 7' > lines
    ask fib --batch lines --mod 10
    said '5
3'
}

@test "templates: fields and whole lines" {
    printf '%s\n' '10 7' '100,  1000' > lines
    ask --batch lines --nth {1} --mod {2} fib
    said '6
75'
    ask --batch=lines -n0,{1} fib --format bfile
    said '0 0
10 55
0 0
100 354224848179261915075'
    echo 'p1 + p2' > lines
    ask --batch lines --nth 10 -i 0,1 'cur = {}'
    said 55
    echo 5 > lines
    ask --batch lines --nth {2} fib
    ended 2
    complained 'cpmcalc: lines:1: error: there is no field 2 in this line'
}

@test "an error names its line, the others are answered, the worst status counts" {
    printf '%s\n' 'fib -n 1' 'no-such -n 1' 'fib -n 1/0' 'fib --nht 1' "-n '1" 'fib -n 2' > lines
    ask --batch lines
    ended 3
    said '1
1'
    complained "cpmcalc: lines:2: <spec>:1:1: error: no sequence 'no-such' in the catalogue
no-such
^~~~~~~
hint: --list shows the catalogue
cpmcalc: lines:3: <--nth>:1:3: error: division by zero
1/0
  ^
cpmcalc: lines:4: error: unknown option '--nht'; did you mean '--nth'?
cpmcalc: lines:5: <batch>:1:4: error: this quote is not closed
-n '1
   ^"
}

@test "quoting is the shell's, and nothing is run" {
    printf '%s\n' "-e 'print(\"\$(touch x)\", 1)'" '-e "print(\"\$HOME `id`\")"' \
        "-e print\\(\\'a\\ b\\'\\)" '"fi"b -n "1"0' 'fib -n 7 "" ' > lines
    ask --batch lines
    [ "${lines[0]}" = '$(touch x) 1' ]
    [ "${lines[1]}" = '$HOME `id`' ]
    [ "${lines[2]}" = 'a b' ]
    [ "${lines[3]}" = 55 ]
    ended 2
    [ ! -e x ]
}

@test "a NUL byte, a line without end, no line at all" {
    printf 'fib -n 5\0\nfib -n 7' > lines
    ask --batch lines
    ended 2
    said 13
    ask --batch /dev/null
    ended 0
    said ''
}

@test "what does not go into a batch" {
    printf '%s\n' '--batch x' '--bench fib' 'fib -i @-' > lines
    ask --batch - < lines
    ended 2
    [[ "${stderr_lines[0]}" == *'--batch does not go into a batch' ]]
    [[ "${stderr_lines[1]}" == *'--bench does not go into a batch' ]]
    [[ "${stderr_lines[2]}" == *'standard input can be read only once'* ]]
    ask --batch
    wrong_usage "option '--batch' needs an argument: FILE"
    ask --batch nowhere
    ended 4
}

@test "each answer leaves before the next line is waited for" {
    mkfifo questions answers
    cpmcalc --batch - --nth {} fib < questions > answers &
    exec 8> questions 9< answers
    for n in 10 20 30; do
        echo $n >&8
        read -r -t 20 answer <&9
        [ "$answer" = "$(cpmcalc fib --nth $n)" ]
    done
    exec 8>&- 9<&-
    wait $!
}

@test "a reader that goes away, and a full disk" {
    run bash -c "yes 'fib -n 5' | head -100000 | { cpmcalc --batch -; echo \$? >&2; } | head -1"
    [ "${lines[0]}" = 5 ]
    [ "${lines[1]}" = 141 ]
    [ -e /dev/full ] || skip 'no /dev/full'
    run --separate-stderr bash -c "echo fib | cpmcalc --batch - > /dev/full"
    ended 4
    complained 'cpmcalc: <stdin>:1: error: cannot write standard output: No space left on device'
}

@test "10^5 lines give what a list of indices gives" {
    awk 'BEGIN { for (i = 1; i <= 100000; i++) printf "%d\n", i * 999999999989 }' > indices
    cpmcalc --nth @indices --mod 10^9+7 fib > expected
    cpmcalc --batch indices --nth {1} --mod 10^9+7 fib > found
    cmp expected found
    [ "$(wc -l < found)" -eq 100000 ]
}

@test "10^5 lines with a bad one among them" {
    awk 'BEGIN { for (i = 1; i <= 100000; i++) print i == 50000 ? "12x" : i * 7919 }' > indices
    run --separate-stderr bash -c 'cpmcalc --batch indices --nth {1} --mod 10^9+7 fib > found'
    ended 3
    [ "${stderr_lines[0]}" = 'cpmcalc: indices:50000: <--nth>:1:1: error: a number runs into a name in '"'12x'" ]
    grep -v x indices > good
    cpmcalc --nth @good --mod 10^9+7 fib | cmp - found
}

@test "hostile fields of a template are values, never files, options or commands" {
    printf '%s\n' '$(touch hit)' '`touch hit`' '--version' '-h' '@/etc/passwd' "'" '"' '5;touch hit' \
        '{1}' '{}' '%s%n' '..' '1..' '-5' '9999999999999999999999999999999999999999999999' > lines
    for option in '--nth={1}' '-n {1}'; do
        # shellcheck disable=SC2086 # two words
        run --separate-stderr cpmcalc --batch lines $option --mod 7 fib
        ended 3
        [ "$output" = "$(cpmcalc --nth=-5,9999999999999999999999999999999999999999999999 --mod 7 fib)" ]
        [ ! -e hit ]
        for n in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
            [[ "$stderr" == *"lines:$n:"* ]]
        done
        [[ "$stderr" != *root* ]]
        [[ "$stderr" == *"lines:5: error: a field that begins with '@' would name a file"* ]]
    done
    printf '%s\n' --version '-f/etc/passwd' '-' '$(touch hit)' fib > lines
    run --separate-stderr cpmcalc --batch lines {1} -n 5
    ended 3
    [ "$output" = 5 ]
    [ "${stderr_lines[0]}" = "cpmcalc: lines:1: error: a field that begins with '-' would be an option" ]
    [ ! -e hit ]
}

@test "a line of a megabyte, and fields past the last one" {
    { printf 'fib -n 10 #'; head -c 1000000 /dev/zero | tr '\0' x; echo; echo 'fib -n 20'; } > lines
    ask --batch lines
    ended 0
    said '55
6765'
    head -c 1000000 /dev/zero | tr '\0' 9 > lines
    ask --batch lines --nth {1} --mod 10 fib
    ended 0
    said 6
    echo 7 > lines
    ask --batch lines --nth {1} --mod {999999} fib
    ended 2
    complained 'cpmcalc: lines:1: error: there is no field 999999 in this line'
}

@test "a full pipe that closes ends a long batch" {
    run bash -c "seq 1000000 | { timeout 20 cpmcalc --batch - --nth {1} --mod 97 fib; echo \$? >&2; } | head -2"
    [ "${lines[0]}" = 1 ]
    [ "${lines[2]}" = 141 ]
}
