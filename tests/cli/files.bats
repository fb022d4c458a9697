# SPDX-License-Identifier: MIT
# @FILE and @-.

load helper

@test "a LIST from a file: lines or commas, with or without the last line end" {
    printf '0\n1\n' > lines
    printf '0, 1' > commas
    ask --init @lines --nth 10 'cur = p1 + p2'
    said 55
    ask --init @commas --nth 10 'cur = p1 + p2'
    said 55
    printf '0\r\n1\r\n' > crlf
    ask --init @crlf --nth 10 'cur = p1 + p2'
    said 55
}

@test "a LIST from standard input" {
    run --separate-stderr bash -c 'echo 0,1 | cpmcalc --init @- --nth 10 "cur = p1 + p2"'
    said 55
    run --separate-stderr bash -c 'echo 0,z | cpmcalc --init @- --nth 10 "cur = p1 + p2"'
    ended 3
    [[ $stderr == 'cpmcalc: <stdin>:1:3: error: '* ]]
}

@test "standard input is read once" {
    run --separate-stderr bash -c 'echo 1 | cpmcalc --init @- --signature @- --nth 10'
    wrong_usage 'standard input can be read only once: --signature @- and --init @-'
}

@test "--signature and --matrix from files" {
    printf '1\n1\n' > sig
    ask --signature @sig --init 0,1 --nth 10
    said 55
    printf '1,1\n1,0\n' > mat
    ask --matrix @mat --nth 10
    said '89 55
55 34'
}

@test "what cannot be read" {
    mkdir -p folder
    ask --init @folder 'cur = p1'
    ended 4
    complained "cpmcalc: error: cannot read 'folder': Is a directory"
    ask --init @ 'cur = p1'
    wrong_usage "--init @FILE needs a file's name after the @"
    if [ "$(id -u)" -ne 0 ]; then
        touch secret
        chmod 000 secret
        ask --init @secret 'cur = p1'
        ended 4
        complained "cpmcalc: error: cannot read 'secret': Permission denied"
    fi
}

@test "an endless file is refused" {
    ask --init @/dev/zero 'cur = p1'
    ended 4
    complained "cpmcalc: error: '/dev/zero' is larger than 256 MiB"
}

@test "a SPEC from a file or standard input" {
    printf 'a(n) = a(n-1) + a(n-2)\na(0) = 0 # the first\na(1) = 1\n' > rule
    ask --nth 10 @rule
    said 55
    run --separate-stderr bash -c 'cpmcalc --nth 10 - < rule'
    said 55
    run --separate-stderr bash -c 'cpmcalc --nth 10 @- < rule'
    said 55
    run --separate-stderr bash -c 'echo 1 | cpmcalc --init @- -'
    wrong_usage 'standard input can be read only once: SPEC - and --init @-'
    printf 'a(n) = a(n-1) +\n' > cut
    ask @cut
    ended 3
    [[ $stderr == 'cpmcalc: cut:1:16: error: expected an expression'* ]]
}

@test "--args from a file" {
    printf '10,20\n' > arguments
    ask --bench --columns cpm --args @arguments --format csv fib
    ended 0
    [ "${#lines[@]}" -eq 3 ]
}

# A hint for a file's name where a SPEC is expected, by its name or by what it holds.
@test "files of other kinds as a SPEC" {
    printf '# A000045\n0 0\n1 1\n2 1\n' > terms.txt
    printf 'loop 5\nA += 1\nend\n' > run.loop
    printf 'A = 3\nloop 5\nA += 1\nend\n' > later.loop
    printf 'def f(n):\n    return n\n' > f.python
    printf 'cur = p1\n' > rule.txt
    while read -r name hint; do
        ask "$name"
        ended 3
        [[ $stderr == *"hint: $hint"* ]] || { echo "$name: $stderr"; false; }
    done <<'END'
terms.txt a b-file holds terms: --guess @terms.txt, or --init @terms.txt with a rule
b000045.txt a b-file holds terms
run.loop a program is run with -f run.loop
later.loop a program is run with -f later.loop
f.python a program is run with -f f.python
missing.py a program is run with -f missing.py
rule.txt a SPEC is read from a file by @rule.txt
END
}
