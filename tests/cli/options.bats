# SPDX-License-Identifier: MIT
# Options: how they are written, and what is said about wrong ones.

load helper

@test "a misspelt option gets the nearest one" {
    ask --nht 5 fib
    wrong_usage "unknown option '--nht'; did you mean '--nth'?"
    ask --formats=json fib
    wrong_usage "unknown option '--formats'; did you mean '--format'?"
    ask -z fib
    wrong_usage "unknown option '-z'"
}

@test "one minus sign too few" {
    ask -nth 10 fib
    wrong_usage "unknown option '-nth'; did you mean '--nth'?"
    ask -nth=10 fib
    wrong_usage "unknown option '-nth=10'; did you mean '--nth'?"
    ask -list
    wrong_usage "unknown option '-list'; did you mean '--list'?"
    ask -n10 fib
    said 55
}

@test "abbreviations are accepted, ambiguous ones are listed" {
    ask --form=bfile --nt 10 fib
    said '10 55'
    ask --ma 5 fib
    wrong_usage "option '--ma' is ambiguous: --matrix, --max-memory"
}

@test "a missing argument" {
    ask fib --nth
    wrong_usage "option '--nth' needs an argument: N[,N...]|A..B"
    ask --nth --mod 7 fib
    wrong_usage "option '--nth' needs an argument: N[,N...]|A..B"
    ask fib -m
    wrong_usage "option '--mod' needs an argument: M"
}

@test "an argument where none belongs" {
    ask --check=yes fib
    wrong_usage "option '--check' takes no argument"
}

@test "no SPEC, and too many" {
    ask
    wrong_usage 'nothing to do: give a SPEC, such as fib'
    ask --nth 5
    wrong_usage 'nothing to do: give a SPEC, such as fib'
    ask fib 10
    wrong_usage "unexpected argument '10'; did you mean '--nth 10'?"
    ask cur = p1
    wrong_usage "unexpected argument '='; a SPEC with spaces must be in quotes"
}

@test "clashing options are both named" {
    ask --dump ast --nth 5 fib
    wrong_usage '--dump and --nth do not go together'
    ask --matrix '1,1;1,0' --offset 1 --nth 5
    wrong_usage '--matrix and --offset do not go together'
    ask --signature 1,1 --init 0,1 fib
    wrong_usage '--signature and a SPEC do not go together'
    ask --list --mod 5
    wrong_usage '--list and --mod do not go together'
    ask --matrix 1 --nth 5 --format bfile
    wrong_usage '--matrix and --format bfile do not go together'
}

@test "choices: the nearest, or all of them" {
    ask --engine naiv fib
    wrong_usage "--engine does not know 'naiv'; did you mean 'naive'?"
    ask --format xml fib
    wrong_usage "--format must be text, bfile, json, csv or dot, not 'xml'"
}

@test "numbers out of range" {
    ask --base 1 fib
    wrong_usage "--base must be a number from 2 to 62, not '1'"
    ask --base 63 fib
    wrong_usage "--base must be a number from 2 to 62, not '63'"
    ask --threads 0 fib
    wrong_usage "--threads must be a number from 1 to 1024, not '0'"
    ask --timeout 0 fib
    wrong_usage "--timeout takes a number of seconds above 0 such as 10 or 0.5, not '0'"
    ask --timeout 1e3 fib
    wrong_usage "--timeout takes a number of seconds above 0 such as 10 or 0.5, not '1e3'"
    ask --max-memory 5X fib
    wrong_usage "--max-memory takes a size such as 500M or 2GiB, not '5X'"
    ask --max-memory -1 fib
    wrong_usage "--max-memory takes a size such as 500M or 2GiB, not '-1'"
}

@test "sizes" {
    for size in 1000000000 500000K 500M 1G 1.5GiB 2GB .5T 0; do
        ask --max-memory $size --nth 10 fib
        ended 0
        said 55
    done
}

@test "a modulus below 1" {
    ask --mod 0 fib
    ended 2
    complained 'cpmcalc: <--mod>:1:1: error: the modulus must be at least 1
0
^'
    ask --mod=-7 fib
    ended 2
}

@test "options may follow the SPEC, also with POSIXLY_CORRECT, and -- ends them" {
    POSIXLY_CORRECT=1 ask fib --nth 10
    said 55
    ask --nth 10 -- fib
    said 55
    ask -- --nth
    ended 3
}

@test "the last of repeated options counts" {
    ask --nth 5 --nth 10 fib
    said 55
}

@test "negative values" {
    ask --init=-5,1 --nth 0..2 'cur = p1 + p2'
    said '-5
1
-4'
}

@test "--nth: lists, ranges and steps, in the order asked for" {
    ask --nth '10, 3,0..2,20..5..-5' fib
    said '55
2
0
1
1
6765
610
55
5'
}

@test "--nth: what is wrong with it" {
    ask --nth 5..1 fib
    ended 2
    complained 'cpmcalc: <--nth>:1:1: error: this range is empty
5..1
^~~~
hint: a range that counts down is written A..B..-1'
    ask --nth 1..5..0 fib
    ended 2
    complained 'cpmcalc: <--nth>:1:1: error: the step of a range cannot be 0
1..5..0
^~~~~~~'
    ask --nth 1,,2 fib
    ended 3
    complained 'cpmcalc: <--nth>:1:3: error: expected an index
1,,2
  ^
hint: a range is written A..B or A..B..STEP'
    ask --nth '' fib
    ended 3
    [ "${stderr_lines[0]}" = 'cpmcalc: <--nth>:1:1: error: expected an index' ]
}

@test "without --nth the first 20 terms, from the offset" {
    ask fib
    [ ${#lines[@]} -eq 20 ]
    [ "${lines[0]}" = 0 ]
    [ "${lines[19]}" = 4181 ]
    ask --format bfile --offset 5 --init 1 'cur = 2*p1'
    [ ${#lines[@]} -eq 20 ]
    [ "${lines[0]}" = '5 1' ]
    [ "${lines[19]}" = '24 524288' ]
}

@test "CPMCALC_THREADS counts, the option beats it, nonsense is refused" {
    CPMCALC_THREADS=2 ask --nth 10 fib
    said 55
    CPMCALC_THREADS=x ask --threads 1 --nth 10 fib
    said 55
    CPMCALC_THREADS=x ask --nth 10 fib
    wrong_usage "CPMCALC_THREADS must be a number from 1 to 1024, not 'x'"
    CPMCALC_THREADS= ask --nth 10 fib
    said 55
}

@test "the answer does not depend on the number of threads" {
    one=$(cpmcalc --threads 1 --nth 300000 fib | cksum)
    four=$(cpmcalc --threads 4 --nth 300000 fib | cksum)
    [ "$one" = "$four" ]
}
