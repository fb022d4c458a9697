# SPDX-License-Identifier: MIT
# Tables of times and plots.

load helper

needs_gnuplot() {
    command -v gnuplot > /dev/null || skip 'gnuplot is not installed'
}

write_program() {
    cat > f.py <<'END'
def f(n):
    a = 0
    b = 1
    for i in range(n):
        a, b = b, a + b
    return a


def off_by_one(n):
    return f(n + n % 2)


def fails(n):
    return 10 // (n - 2)
END
}

@test "--bench lists the built-in benches" {
    ask --bench
    ended 0
    said 'fib             Fibonacci numbers
arith_sum       the sum of an arithmetic progression
geom_sum        the sum of a geometric progression
power           a power by repeated multiplication
int_operations  integer operations that stay the same in each round
knight          numbers that a knight dials on a telephone, a state list rebuilt each step
lanternfish     a window of nine ages, by pop and append'
}

@test "the built-in benches: their columns, and the results agree" {
    check() {
        ask --bench $1 --args 0,7000,20000 --format csv
        ended 0
        [ "${lines[0]}" = "arg,naive,cpm,$2,match" ]
        [ ${#lines[@]} -eq 4 ]
        [ "$(grep -c ',true$' <<< "$output")" -eq 3 ]
    }
    check fib 'matrices,fast dbl'
    check arith_sum formula
    check geom_sum formula
    check power binary
    check int_operations 'by hand'
    check knight matrix
    check lanternfish 'in place'
}

@test "the table has the layout of the article" {
    ask --bench fib --args 0,9000 --timeout 5
    ended 0
    [ "${lines[0]}" = 'Function "fib":' ]
    [[ ${lines[2]} =~ ^'|  arg   | naive, s |       cpm, s       |    matrices, s     |    fast dbl, s     | match |'$ ]]
    [[ ${lines[5]} =~ ^'|   9000 | '0\.[0-9]{6}' | '0\.[0-9]{6}' '*\([0-9.]+x\)' | '.*' |  True |'$ ]]
    [ "${lines[1]}" = "${lines[3]}" ]
    [ "${lines[1]}" = "${lines[6]}" ]
    [ ${#lines[1]} -eq ${#lines[5]} ]
}

@test "a program of the user's, and a column that is wrong" {
    write_program
    ask --bench -f f.py 'f({n})' --args 8000..8001 --columns 'naive,cpm,other=off_by_one({n})'
    ended 0
    [ "${lines[0]}" = 'Program "f.py":' ]
    [[ ${lines[4]} = *'|   8000 |'*'|  True |' ]]
    [[ ${lines[5]} = *'|   8001 |'*'| False |' ]]
}

@test "a program in place, also one that is not called" {
    ask --bench -e 'loop {n}
a += 1
end' --args 10000 --format csv
    ended 0
    [[ ${lines[1]} = 10000,*,true ]]
    ask --bench -e 'def f(n): return n' 'f({n})' --args 5 --format csv
    ended 0
    [[ ${lines[1]} = 5,*,true ]]
}

@test "a sequence, and engines as columns" {
    ask --bench A000032 --args 10,10000 --columns naive,matrix,doubling,recurrence --format csv
    ended 0
    [ "${lines[0]}" = 'arg,naive,matrix,doubling,recurrence,match' ]
    [[ ${lines[2]} = 10000,*,true ]]
    ask --bench --signature 1,1,1 --init 0,0,1 --mod 1000 --args 10^6 --format csv
    ended 0
    [[ ${lines[1]} = 1000000,*,true ]]
}

@test "JSON parses" {
    command -v python3 > /dev/null || skip 'python3 is not installed'
    ask --bench fib --args 0,6000 --format json
    ended 0
    python3 -c '
import json, sys
t = json.loads(sys.argv[1])
assert t["columns"] == ["naive", "cpm", "matrices", "fast dbl"], t
assert [r["arg"] for r in t["rows"]] == ["0", "6000"], t
assert all(r["match"] is True and len(r["seconds"]) == 4 for r in t["rows"]), t
' "$output"
    ask --bench --format json
    python3 -c '
import json, sys
assert [b["name"] for b in json.loads(sys.argv[1])["benches"]][0] == "fib"' "$output"
}

@test "a column past the timeout shows - from then on" {
    write_program
    ask --bench -f f.py 'f({n})' --args 10,10^7,2,10^8 --timeout 0.1 --columns naive --format csv
    ended 0
    [[ ${lines[1]} =~ ^10,0\.[0-9]+,$ ]]
    [ "${lines[2]}" = '10000000,,' ]
    [[ ${lines[3]} =~ ^2,0\.[0-9]+,$ ]]
    [ "${lines[4]}" = '100000000,,' ]
}

@test "a column past the memory is ended with a note" {
    write_program
    ask --bench -f f.py 'f({n})' --args 10,10^12 --columns cpm --format csv --max-memory 100M
    ended 0
    [ "${lines[2]}" = '1000000000000,,' ]
    [[ $stderr = 'cpmcalc: note: column cpm ends at 1000000000000: '* ]]
}

@test "an error in the program ends the table where it is" {
    write_program
    ask --bench -f f.py 'fails({n})' --args 1..3 --columns cpm --format csv
    ended 3
    [ ${#lines[@]} -eq 2 ]
    [ "${stderr_lines[0]}" = 'cpmcalc: f.py:14:19: error: division by zero' ]
    ask --bench -f f.py 'g({n})' --args 1..3
    ended 3
    [[ $stderr = *"g(1)"* ]]
    ask --bench -f f.py 'fails({n})' --args 1..3 --format json
    ended 3
    said ''
}

@test "what is wrong with the question" {
    write_program
    ask --bench -f f.py 'f(10)'
    ended 2
    [[ $stderr = *'--bench does not know where the argument goes'*"write {n} for it"* ]]
    ask --bench nothing
    ended 3
    ask --bench fib --args lin:5:5
    ended 2
    complained 'cpmcalc: <--args>:1:1: error: the arguments are linear:MAX:COUNT, log:MAX:COUNT or a list
lin:5:5
^~~'
    ask --bench fib --columns naive,fast
    ended 2
    complained 'cpmcalc: <--columns>:1:7: error: there is no such column
naive,fast
      ^~~~
hint: columns: naive, cpm, matrix, doubling, recurrence, -m, -c, -mc, matrices, fast dbl, or NAME=CALL'
    ask --bench lucas --columns 'x=f({n})'
    ended 2
    ask --args 5 fib
    wrong_usage '--args needs --bench'
    ask --bench fib --nth 5
    wrong_usage '--bench and --nth do not go together'
    ask --plot x.svg fib
    wrong_usage '--plot needs --nth A..B or --bench: what is drawn?'
}

@test "a full disk is reported" {
    run --separate-stderr bash -c 'cpmcalc --bench fib --args 10 > /dev/full'
    ended 4
    complained 'cpmcalc: error: cannot write standard output: No space left on device'
}

@test "an interrupt shows the rows that are there" {
    write_program
    (trap - INT; exec cpmcalc --bench -f f.py 'f({n})' --args 10,10^8 --columns naive --format csv --timeout 60) > out &
    pid=$!
    for i in $(seq 100); do [ "$(wc -l < out)" -ge 2 ] && break; sleep 0.1; done
    kill -INT $pid || kill -TERM $pid
    run wait $pid
    [ "$(wc -l < out)" -eq 2 ]
}

# ---- Plots -------------------------------------------------------------------

@test "--plot draws the table, with the names of the columns" {
    needs_gnuplot
    ask --bench fib --args 0,5000,10000 --plot fib.svg --columns naive,matrices,-m
    ended 0
    grep -q '</svg>' fib.svg
    for name in naive matrices -m 'Function "fib"'; do
        grep -qF ">${name//\"/&quot;}<" fib.svg || grep -qF ">$name<" fib.svg
    done
    ask --bench fib --args log:10^4:4 --plot fib.png
    ended 0
    [ "$(head -c 4 fib.png | tail -c 3)" = PNG ]
    ask --bench fib --args 10^400,10^500 --columns cpm --plot fib.PDF --timeout 0.1
    [ "$(head -c 4 fib.PDF)" = %PDF ] || [ "$status" -eq 4 ]
}

@test "--plot with --nth draws terms instead of printing them" {
    needs_gnuplot
    ask --nth 0..50 --plot fib.svg fib
    ended 0
    said ''
    grep -q '>|a(n)|<' fib.svg
    ask --nth 0..20 --plot small.svg --init=1,-1 'cur = p1 - p2'
    ended 0
    grep -q '>a(n)<' small.svg
    ask --nth 0..50 --plot signs.svg 'a(n)=a(n-1)-2*a(n-2); a(0)=0; a(1)=1'
    ended 0
    grep -q '>a(n) &lt; 0<' signs.svg
    ask --nth 10000,20000 --plot large.svg fib
    ended 0
    ask --nth 0..9 --plot rational.svg 'a(n)=a(n-1)/3; a(0)=1'
    ended 0
}

@test "--plot without gnuplot, before any work is done" {
    run --separate-stderr env PATH="$BATS_TEST_TMPDIR/bin" cpmcalc --bench fib --plot fib.svg
    ended 4
    said ''
    complained 'cpmcalc: error: --plot needs gnuplot, which is not found in PATH
hint: install it: apt-get install gnuplot-nox, dnf install gnuplot, pacman -S gnuplot or brew install gnuplot'
    [ ! -e fib.svg ]
    run --separate-stderr env PATH= "$CPMCALC" --nth 0..5 --plot fib.svg fib
    ended 4
}

@test "--plot to a file that cannot be" {
    ask --bench fib --plot fib.gif
    wrong_usage "--plot takes a file that ends in .svg, .png or .pdf, not 'fib.gif'"
    needs_gnuplot
    ask --bench fib --plot nowhere/fib.svg
    ended 4
    said ''
    complained "cpmcalc: error: cannot write 'nowhere/fib.svg': No such file or directory"
    ln -s /dev/full full.svg
    ask --nth 0..5 --plot full.svg fib
    ended 4
    complained "cpmcalc: error: cannot write 'full.svg': No space left on device"
}

@test "a gnuplot that fails" {
    printf '#!/bin/sh\ncat > /dev/null\necho "line 0: it is broken" >&2\nexit 1\n' > bin/gnuplot
    chmod +x bin/gnuplot
    ask --nth 0..5 --plot fib.svg fib
    ended 4
    complained 'cpmcalc: error: gnuplot failed: line 0: it is broken'
    printf '#!/bin/sh\nexit 1\n' > bin/gnuplot
    ask --nth 0..20000 --plot fib.svg fib
    ended 4
    complained 'cpmcalc: error: gnuplot made no picture'
    [ ! -e fib.svg ]
}

# ---- Graphs ------------------------------------------------------------------

@test "--explain --format dot: which variable feeds which" {
    ask --explain --format dot 'a(n) = 2*a(n-1) + b(n-1); b(n) = a(n-1)/3; a(0)=0; b(0)=1'
    ended 0
    node() { sed -n "s/^ *\([a-z0-9_]*\) \[label=\"$1\".*/\1/p" <<< "$output"; }
    a=$(node 'a(n-1)') b=$(node 'b(n-1)')
    [ -n "$a" ] && [ -n "$b" ]
    grep -qF "$a -> $a [label=\"2\"];" <<< "$output"
    grep -qF "$b -> $a;" <<< "$output"
    grep -qF "$a -> $b [label=\"1/3\"];" <<< "$output"
    ask --format dot fib
    wrong_usage '--format dot needs --explain'
}

@test "--explain --format dot: a cluster for each accelerated loop" {
    cat > two.py <<'END'
def f(n):
    r = 0
    for i in range(n):
        r += i
    for j in range(n):
        r += 2 * r + 5
    return r
END
    ask --explain --format dot -f two.py 'f(10**5) + f(10**6)'
    ended 0
    [ "$(grep -c 'subgraph cluster_' <<< "$output")" -eq 2 ]
    if command -v dot > /dev/null; then dot -Tsvg <<< "$output" > two.svg; fi
}

@test "--explain --format dot: the critical cycle of a matrix, with the eigenvalue" {
    # 9/2 and the cycle through both nodes: the example of (3, 7; 2, 4).
    ask --semiring max-plus --matrix '3,7;2,4' --explain --format dot
    ended 0
    grep -qF 'label="critical cycle mean 9/2";' <<< "$output"
    grep -qF 'c1_0 -> c1_1 [label="7", style=bold, penwidth=3];' <<< "$output"
    grep -qF 'c1_1 -> c1_0 [label="2", style=bold, penwidth=3];' <<< "$output"
    grep -qF 'c1_1 -> c1_1 [label="4"];' <<< "$output"
    ask --semiring max-plus --matrix '-inf,0;-inf,-inf' --explain --format dot
    ended 0
    [[ $output != *critical* ]]
    [ "$(grep -c -- '->' <<< "$output")" -eq 1 ]
}
