# SPDX-License-Identifier: MIT
# Output: formats, whole lines, what goes to which stream.

load helper

@test "--help goes to stdout, in 80 columns, with every option" {
    ask --help
    ended 0
    complained ''
    [[ ${lines[0]} == 'Usage: cpmcalc [OPTION]... SPEC' ]]
    [ "$(awk 'length > 80' <<< "$output")" = '' ]
    for option in nth mod init offset signature of set matrix semiring engine check explain dump \
        base format list threads max-memory timeout time progress help version; do
        grep -qE -- "^ {2,6}(-., )?--$option( |\[|\$)" <<< "$output"
    done
    [ "$(grep -c '^  cpmcalc ' <<< "$output")" -eq 3 ]
}

@test "the examples of --help run" {
    while read -r command; do
        [[ $command == *10000000* ]] && continue
        run --separate-stderr bash -c "$command"
        ended 0
        [ -n "$output" ]
    done < <(cpmcalc --help | grep '^  cpmcalc ')
}

@test "--version names GMP and FLINT" {
    ask --version
    ended 0
    [[ $output =~ ^cpmcalc\ [0-9.]+\ \(GMP\ [0-9.]+,\ FLINT\ [0-9.]+\)$ ]]
    ask -V --no-such-option
    ended 0
}

@test "--list is aligned" {
    ask --list
    ended 0
    [ ${#lines[@]} -ge 60 ]
    [ "$(grep -cE '^[a-z0-9-]+ +(A[0-9]{6}|- {6})  [^ ]' <<< "$output")" -eq ${#lines[@]} ]
    [ "$(awk '{ match($0, / +[^ ]/); print RLENGTH + RSTART }' <<< "$output" | sort -u | wc -l)" -eq 1 ]
}

@test "--list in JSON" {
    ask --list --format json
    ended 0
    [ ${#lines[@]} -eq 1 ]
    [[ $output == '{"catalogue":[{"name":"'*'}]}' ]]
    command -v python3 > /dev/null || skip 'no python3 to parse it'
    python3 -c 'import json, sys; json.loads(sys.argv[1])["catalogue"][0]["spec"]' "$output"
}

@test "JSON: one object, numbers as strings" {
    ask --format json --nth 10,0..1 fib
    said '{"terms":[{"n":"10","value":"55"},{"n":"0","value":"0"},{"n":"1","value":"1"}]}'
    ask --format json --matrix '1,1;1,0' --nth 2,3
    said '{"powers":[{"n":"2","rows":[["2","1"],["1","1"]]},{"n":"3","rows":[["3","2"],["2","1"]]}]}'
}

@test "JSON: a failure leaves nothing on stdout" {
    ask --format json --nth 5,-1 --mod 4 --init 1 'cur = 2*p1'
    ended 1
    said ''
}

@test "JSON: the report is in the object" {
    ask --format json --explain --nth 10 fib
    ended 0
    complained ''
    [[ $output == '{"explain":{"'*'},"terms":[{"n":"10","value":"55"}]}' ]]
    command -v python3 > /dev/null || skip 'no python3 to parse it'
    python3 -c 'import json, sys; json.loads(sys.argv[1])' "$output"
}

@test "--explain goes to stderr" {
    ask --explain --nth 10 fib
    ended 0
    said 55
    grep -q '^engine: ' <<< "$stderr"
}

@test "text: lines before a failure stay" {
    ask --nth 5,-1 --mod 4 --init 1 'cur = 2*p1'
    ended 1
    said 0
}

@test "several powers are separated by an empty line" {
    run --separate-stderr --keep-empty-lines cpmcalc --matrix '1,1;1,0' --nth 1..2
    said '1 1
1 0

2 1
1 1
'
}

@test "a long term is one line" {
    cpmcalc --nth 1000000 fib > out
    [ "$(wc -l < out)" -eq 1 ]
    [ "$(wc -c < out)" -eq 208989 ]
}

@test "--time: fixed lines on stderr" {
    ask --time --nth 1000 fib
    ended 0
    [ ${#lines[@]} -eq 1 ]
    [ ${#stderr_lines[@]} -ge 2 ]
    for line in "${stderr_lines[@]}"; do
        [[ $line =~ ^[a-z\ -]+:\ [0-9]+\.[0-9]{6}$ ]]
    done
    [[ ${stderr_lines[-1]} == total:* ]]
}

@test "--progress: auto is silent off a terminal, always draws and erases" {
    ask --progress --nth 100000 fib
    complained ''
    cpmcalc --progress=always --nth 100000 --engine naive --format bfile fib 2> err > out
    grep -q $'^\rcpmcalc: \|\rcpmcalc: ' err
    # The last thing on the line is its erasure.
    [ "$(tail -c 1 err)" = $'\r' ]
    ask --progress=often fib
    wrong_usage "--progress must be auto, always or never, not 'often'"
}

@test "no colour off a terminal" {
    ask --init 1,2 'cur = q *p1'
    [[ $stderr != *$'\033'* ]]
}

@test "colour on a terminal, unless NO_COLOR is set" {
    script -qec true /dev/null > /dev/null 2>&1 || skip 'script(1) makes no terminal here'
    export TERM=xterm
    run script -qec "cpmcalc --init 1,2 'cur = q *p1'" /dev/null
    [[ $output == *$'\033['* ]]
    NO_COLOR=1 run script -qec "cpmcalc --init 1,2 'cur = q *p1'" /dev/null
    [[ $output != *$'\033['* ]]
}

@test "sequences side by side are what each is alone" {
    spec='a(n) = a(n-1) + 2*b(n-1); b(n) = 3*a(n-1) - b(n-1); a(0) = 1; b(0) = 0'
    for range in 0..3000 5000..100..-7 7000..8000..3; do
        cpmcalc --nth $range --of a "$spec" > a
        cpmcalc --nth $range --of b "$spec" > b
        cpmcalc --nth $range --of a,b "$spec" > both
        paste -d ' ' a b | cmp - both
    done
}

@test "rows side by side end with the first term that cannot be had" {
    ask --nth 0..10 --of a,b 'a(n) = 5*a(n-1); b(n) = b(n-1)/2; a(0) = 1; b(0) = 8' --mod 6
    ended 1
    said '1 2
5 4
1 2
5 1'
}

@test "csv: terms, sums, digits, facts, the catalogue" {
    ask --format csv --nth 10,3..4 fib
    said 'n,value
10,55
3,2
4,3'
    ask --format csv --sum 0..10 fib
    said 'n,value
10,143'
    ask --format csv --first 2 --length --nth 100 --signature=-2 --init 1
    said 'n,sign,first,last,length
100,1,12,,31'
    ask --format csv --show order,signature fib
    said 'key,value
order,2
signature,"1,1"'
    cpmcalc --list --format csv > list.csv
    python3 - list.csv "$(cpmcalc --list | wc -l)" <<'END'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
assert len(rows) == int(sys.argv[2]) and all(None not in row and row['spec'] for row in rows)
END
    ask --format csv -e 'print(1)'
    wrong_usage 'a program and --format csv do not go together'
}

@test "an equals sign behind a short option" {
    ask -n=10 -m=7 fib
    said 6
    ask -n=-5..-4 fib
    said '5
-3'
}
