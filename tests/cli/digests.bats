# SPDX-License-Identifier: MIT
#
# Terms too long for a case file, by their digests. The values were found with
# GMP's mpz_fib_ui and with a plain loop.

load helper

@test "the ten-millionth Fibonacci number" {
    [ "$(cpmcalc --nth 10000000 fib | digest)" = e80d973e30eacde60bb6618be79465e1 ]
}

@test "the three-term formula at 30000" {
    [ "$(cpmcalc --nth 30000 --init 0,1,1 'cur=7*(2*p1+3*p2)+4*p3+5*i+6' | digest)" = \
        6f2c6367f57724dfa5cf116a526cdb74 ]
}

@test "several long values of one loop" {
    cat > sums.py <<'END'
def f(n):
    a = 0
    b = 1
    c = 1
    s = 0
    for i in range(n):
        s += a * 3 - i
        a, b, c = b, c, a + b + c
    return s, a, (b, c), n
END
    [ "$(cpmcalc -f sums.py 'f(60000)' | digest)" = c15a66cc6e5b8e70d6dbd4d263829961 ]
    [ "$(cpmcalc --engine matrix -f sums.py 'f(60000)' | digest)" = c15a66cc6e5b8e70d6dbd4d263829961 ]
}
