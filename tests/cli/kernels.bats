# SPDX-License-Identifier: MIT
#
# The same digits on every form of the arithmetic of large numbers (AVX-512,
# AVX2, portable, GMP) and with any number of threads. The digests are of GMP's
# mpz_fib_ui and of FLINT's fmpz_mat_pow, the residues of nmod_poly_powmod.

load helper

FIB_3000000=f48d59e96184ccbf82b13dad4452f3f3
FIB_2999990_5_3000000=f3438ede3f678d3d9485fe78d91c22d4
FIB_0_8000=e5d24fc22faab98bc933cbe7befe575e
ORDER_7=398eb5286407243fa76e820af052d189

# On every kernel and with 1, 2 and 5 threads, `cpmcalc ARG...` has the digest.
same_everywhere() {
    local expected=$1 disabled threads found
    shift
    for disabled in '' avx512f avx512f,avx2 fma; do
        for threads in 1 2 5; do
            found=$(set -o pipefail # a race that ThreadSanitizer finds is a status
                CPMCALC_DISABLE_CPU=$disabled cpmcalc --threads "$threads" "$@" | digest) &&
                [ "$found" = "$expected" ] || {
                printf "without '%s', %s threads: %s\n" "$disabled" "$threads" "$found"
                return 1
            }
        done
    done
}

@test "a large Fibonacci number on every kernel" {
    same_everywhere "$FIB_3000000" --nth 3000000 fib
}

@test "a recurrence of order 7 with mixed signs on every kernel" {
    same_everywhere "$ORDER_7" --nth 1000000 --init=1,0,-1,2,1,-3,1 \
        'a(n) = a(n-1) - 2*a(n-2) + 3*a(n-3) + a(n-4) - a(n-5) + 2*a(n-6) - a(n-7)'
}

@test "a range of large terms, and one that grows large, on every kernel" {
    same_everywhere "$FIB_2999990_5_3000000" --nth 2999990..3000000..5 fib
    same_everywhere "$FIB_0_8000" --nth 0..8000 fib
}

@test "order 2000 modulo primes with and without roots of unity on every kernel" {
    local disabled rule='cur = p1999 + p2000' ones="@$TOP/tests/data/ones-2000.txt"
    for disabled in '' avx512f avx512f,avx2 fma; do
        export CPMCALC_DISABLE_CPU=$disabled
        ask --threads 2 --nth 10^18 --mod 998244353 --init "$ones" "$rule"
        said 321499764
        ask --threads 2 --nth 10^18 --mod 10^9+7 --init "$ones" "$rule"
        said 294762456
    done
}

@test "CPMCALC_DISABLE_CPU takes names it knows, and no others" {
    CPMCALC_DISABLE_CPU= ask --nth 10 fib
    said 55
    CPMCALC_DISABLE_CPU=fma,avx2,avx512f ask --nth 10 fib
    said 55
    CPMCALC_DISABLE_CPU=avx2,sse9 ask --nth 10 fib
    wrong_usage "CPMCALC_DISABLE_CPU must be a list of fma, avx2 and avx512f, not 'avx2,sse9'"
    CPMCALC_DISABLE_CPU=sse9 ask --version
    ended 0
}
