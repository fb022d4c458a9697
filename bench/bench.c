/* SPDX-License-Identifier: MIT
 *
 * bench.c - times cpmcalc against peer programs, side by side in one run.
 *
 *     bench PROGRAM PEER-FOLDER [ROW|GROUP...]
 *     bench PROGRAM --ref OTHER-PROGRAM [ROW|GROUP...]
 *
 * Each row of the table runs two commands in turn, ours and the peer's, until
 * at least 5 pairs and about 2 seconds are spent (at most 201 pairs; a pair
 * that takes longer than 5 seconds is run 3 times), and compares the medians
 * of one figure:
 *   whole  the wall time of the process, from fork to exit;
 *   power  the work alone: the line "power: SECONDS" that both print on stderr;
 *   work   all of it but the start of the process: the line "total: SECONDS";
 *   memory the peak resident set (ru_maxrss).
 * A goal may also be a fixed time or size. Standard output goes to files; both must hold
 * the same bytes, else the row fails. Exit status 1 when
 * a row fails; a goal that is not met is marked in the table only, since a busy
 * machine can do that.
 *
 * With --ref the peer is another build of cpmcalc, given the same arguments. A
 * row that is more than 5 % slower is run again, and fails when it loses three
 * times in a row.
 *
 * Not strict POSIX: wait4, for the memory of one child (GNU, BSD, macOS).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PAIRS = 201, MIN_PAIRS = 5, SLOW_PAIRS = 3, MAX_ARGS = 32, PATH_CAP = 128 };
static const double ENOUGH_SECONDS = 2.0, SLOW_SECONDS = 5.0;

typedef enum figure { WHOLE, POWER, WORK, MEMORY } figure;
static const char *const figure_name[] = {"whole", "power", "work", "memory"};

/* Which way the goal goes: ours/peer at most, peer/ours at least, ours below so
 * many seconds or MiB; or there is none. */
typedef enum goal_kind { AT_MOST, FASTER, BELOW, NO_GOAL } goal_kind;

/* What a peer that is not installed exits with. */
enum { EXIT_MISSING = 77 };

typedef struct row {
    const char *group; /* "main" runs when nothing is asked for */
    const char *name;
    const char *title;
    figure figure;
    goal_kind kind;
    double goal;
    const char *ours; /* arguments of cpmcalc, separated by spaces */
    const char *peer; /* a program of the peer folder, or cpmcalc itself, and its arguments */
} row;

#define ORDER4  "2,3,0,1"
#define INIT4   "1,2,3,4"
#define ORDER12 "3,-1,4,-1,5,-9,2,-6,5,-3,5,8"
#define INIT12  "1,2,3,4,5,6,7,8,9,10,11,12"
#define E18     "1000000000000000000"

/* A max-plus recurrence of order 50: the rule, its constants, its initial values. */
#define MAX50_RULE                                                                                 \
    "p1+521704,p2+897261,p3+279103,p4+381783,p5+668374,p6+934085,p7+254258,p8+726184,"             \
    "p9+496153,p10+804155,p11+346081,p12+89326,p13+564650,p14+332795,p15+235293,"                  \
    "p16+709302,p17+583738,p18+89381,p19+975474,p20+160765,p21+364042,p22+865362,"                 \
    "p23+103295,p24+364399,p25+334850,p26+233186,p27+198148,p28+72077,p29+906245,"                 \
    "p30+344896,p31+633113,p32+936568,p33+637003,p34+449699,p35+665833,p36+93277,"                 \
    "p37+959858,p38+972292,p39+67114,p40+726818,p41+633254,p42+864974,p43+350496,"                 \
    "p44+832389,p45+724124,p46+674363,p47+873261,p48+451194,p49+6003,p50+238258"
#define MAX50                                                                                      \
    "521704,897261,279103,381783,668374,934085,254258,726184,496153,804155,346081,"                \
    "89326,564650,332795,235293,709302,583738,89381,975474,160765,364042,865362,"                  \
    "103295,364399,334850,233186,198148,72077,906245,344896,633113,936568,637003,"                 \
    "449699,665833,93277,959858,972292,67114,726818,633254,864974,350496,832389,"                  \
    "724124,674363,873261,451194,6003,238258"
#define MAX50_INIT                                                                                 \
    "353841,279110,837565,975193,455517,734072,110934,210839,955055,464216,284254,"                \
    "950220,726098,609415,482336,132771,282762,653343,219418,560059,607204,128788,"                \
    "431767,715488,654774,933226,729790,859245,123246,894629,655846,825779,570218,"                \
    "520203,447655,930663,542663,854564,557656,857269,706768,131186,523657,598145,"                \
    "866711,541685,315107,97690,899165,385602"

/* Rules with polynomial coefficients. */
#define FACTORIAL "a(n)=n*a(n-1);a(0)=1"
#define CATALAN   "(n+1)*a(n)=(4*n-2)*a(n-1);a(0)=1"
#define MOTZKIN   "(n+2)*a(n)=(2*n+1)*a(n-1)+3*(n-1)*a(n-2);a(0)=1;a(1)=1"
#define APERY     "n^3*a(n)=(34*n^3-51*n^2+27*n-5)*a(n-1)-(n-1)^3*a(n-2);a(0)=1;a(1)=5"

/* %D is the folder of data files made by make_lists. */
static const row rows[] = {
    {"main", "fib", "F(10^7), whole process", WHOLE, AT_MOST, 1.1, "--nth 10000000 fib",
     "fib-gmp 10000000"},
    {"main", "fib-memory", "F(10^7), peak memory", MEMORY, AT_MOST, 3.0, "--nth 10000000 fib",
     "fib-gmp 10000000"},
    {"main", "order-4", "order 4, n = 10^6, against fmpz_mat_pow", POWER, FASTER, 8.0,
     "--time --nth 1000000 --signature " ORDER4 " --init " INIT4,
     "matpow-flint 1000000 " ORDER4 " " INIT4},
    {"main", "order-12", "order 12, n = 10^6, against fmpz_mat_pow", POWER, FASTER, 20.0,
     "--time --nth 1000000 --signature " ORDER12 " --init " INIT12,
     "matpow-flint 1000000 " ORDER12 " " INIT12},
    {"main", "mod-1000", "order 1000, n = 10^18 mod 998244353", POWER, AT_MOST, 1.2,
     "--time --nth " E18 " --mod 998244353 --signature @%D/coeffs-1000 --init @%D/terms-1000",
     "mori-nmod " E18 " 998244353 %D/coeffs-1000 %D/terms-1000"},
    {"main", "mod-2", "order 2, n = 10^1000 mod 998244353", POWER, BELOW, 0.005,
     "--time --nth 10^1000 --mod 998244353 --signature @%D/coeffs-2 --init @%D/terms-2",
     "mori-nmod @E1000 998244353 %D/coeffs-2 %D/terms-2"},
    {"main", "start", "--nth 10 fib, start-up of the process", WHOLE, AT_MOST, 1.3, "--nth 10 fib",
     "start"},
    {"loops", "loop-fib", "fib(10^7) as a program, against --nth", WHOLE, AT_MOST, 1.15,
     "-f examples/fib.py fib(10**7)", "cpmcalc --nth 10000000 fib"},
    {"loops", "loop-geometric", "geometric sum, n = 10^6, against --nth", WHOLE, AT_MOST, 1.3,
     "-f examples/geom_sum.py geom_sum(5,7,10**6)",
     "cpmcalc --nth 1000000 --signature 8,-7 --init 0,5"},
    {"loops", "loop-three", "the article's three terms, n = 10^6, against --nth", WHOLE, AT_MOST,
     1.3, "-f examples/three_terms.py f(10**6)",
     "cpmcalc --nth 1000000 --init 0,1,1 cur=7*(2*p1+3*p2)+4*p3+5*i+6"},
    {"loops", "loop-dense", "30 dense variables, n = 10^18", WHOLE, BELOW, 0.05,
     "-f bench/dense.py dense(10**18)", "cpmcalc --engine matrix -f bench/dense.py dense(10**18)"},
    {"loops", "loop-nested", "the article's nested loops", POWER, BELOW, 0.005,
     "--time -f examples/nested.py f()",
     "cpmcalc --time --engine recurrence -f examples/nested.py f()"},
    {"loops", "loop-plain", "fib(3*10^5), against the plain loop", WHOLE, FASTER, 10,
     "-f examples/fib.py fib(3*10**5)", "cpmcalc --engine naive -f examples/fib.py fib(3*10**5)"},
    {"loops", "loop-m", "fib(10^6) by the matrix, against --no-min-rows", WHOLE, NO_GOAL, 0,
     "--engine matrix -f examples/fib.py fib(10**6)",
     "cpmcalc --engine matrix --no-min-rows -f examples/fib.py fib(10**6)"},
    {"loops", "loop-c", "fib(10^6) by the matrix, against --no-clear-stack", WHOLE, NO_GOAL, 0,
     "--engine matrix -f examples/fib.py fib(10**6)",
     "cpmcalc --engine matrix --no-clear-stack -f examples/fib.py fib(10**6)"},
    {"loops", "loop-mc", "fib(10^6) by the matrix, against both off", WHOLE, NO_GOAL, 0,
     "--engine matrix -f examples/fib.py fib(10**6)",
     "cpmcalc --engine matrix --no-min-rows --no-clear-stack -f examples/fib.py fib(10**6)"},
    {"reach", "reach-squares", "sum of F(i)^2 mod p, n = 10^18", WORK, BELOW, 0.002,
     "--time -f bench/reach.py squares(10**18)",
     "cpmcalc --time --engine recurrence -f bench/reach.py squares(10**18)"},
    {"reach", "reach-cubes", "sum of i^3 F(i) mod p, n = 10^18", WORK, BELOW, 0.003,
     "--time -f bench/reach.py cubes(10**18)",
     "cpmcalc --time --engine recurrence -f bench/reach.py cubes(10**18)"},
    {"reach", "reach-fourth", "sum of T(i)^4 mod p, n = 10^18", WORK, BELOW, 0.03,
     "--time -f bench/reach.py fourth(10**18)",
     "cpmcalc --time --engine recurrence -f bench/reach.py fourth(10**18)"},
    {"reach", "reach-high", "sum of i^40 F(i) mod p, n = 10^18", WORK, BELOW, 0.04,
     "--time -f bench/reach.py high(10**18)",
     "cpmcalc --time --engine recurrence -f bench/reach.py high(10**18)"},
    {"reach", "reach-fizzbuzz", "FizzBuzz sums, period 15, n = 10^18", WORK, BELOW, 0.005,
     "--time -f bench/reach.py fizzbuzz(10**18)",
     "cpmcalc --time --engine recurrence -f bench/reach.py fizzbuzz(10**18)"},
    {"reach", "reach-triple", "three loops, each as long as the one around says, n = 10^18", WORK,
     BELOW, 0.005, "--time -f bench/reach.py triple(10**18)",
     "cpmcalc --time --engine recurrence -f bench/reach.py triple(10**18)"},
    {"reach", "reach-between", "three loops, the last one between the counters of the others", WORK,
     BELOW, 0.005, "--time -f bench/reach.py between(10**18)",
     "cpmcalc --time --engine recurrence -f bench/reach.py between(10**18)"},
    {"reach", "reach-conditions", "conditions on two counters, n = 10^18", WORK, BELOW, 0.02,
     "--time -f bench/reach.py conditions(10**18)",
     "cpmcalc --time --engine recurrence -f bench/reach.py conditions(10**18)"},
    {"reach", "reach-closing", "sum of a^8 over 495 monomials, mod p, n = 10^18", WORK, BELOW, 0.1,
     "--time -f bench/reach.py closing(10**18)",
     "cpmcalc --time -f bench/reach.py closing(10**18)"},
    {"reach", "reach-watched", "x = (x*x + 1) mod 10^9+7, watched, n = 10^18", WORK, BELOW, 0.05,
     "--time -f bench/reach.py watched(10**18)",
     "cpmcalc --time -f bench/reach.py watched(10**18)"},
    {"lists", "lists-knapsack", "knapsack of 100 things, plainly, against CPython", WHOLE, FASTER,
     2.5, "-f bench/lists.py knapsack(100,20000)", "py bench/lists.py knapsack(100,20000)"},
    {"lists", "lists-coins", "ways to pay 200000, plainly, against CPython", WHOLE, FASTER, 2.5,
     "-f bench/lists.py coins(200000)", "py bench/lists.py coins(200000)"},
    {"lists", "lists-edit", "edit distance of 1000 and 1100 letters", WHOLE, FASTER, 2.5,
     "-f bench/lists.py edit(1000,1100)", "py bench/lists.py edit(1000,1100)"},
    {"lists", "lists-rising", "longest rising part of 2000", WHOLE, FASTER, 2.5,
     "-f bench/lists.py rising(2000)", "py bench/lists.py rising(2000)"},
    {"lists", "lists-paths", "all shortest paths between 120 places", WHOLE, FASTER, 2.5,
     "-f bench/lists.py paths(120)", "py bench/lists.py paths(120)"},
    {"lists", "lists-product", "product of matrices of size 120 modulo 10^9+7", WHOLE, FASTER, 2.5,
     "-f bench/lists.py product(120)", "py bench/lists.py product(120)"},
    {"lists", "lists-digits", "numbers of 1000 digits by their sum modulo 100", WHOLE, FASTER, 2.5,
     "-f bench/lists.py digits(1000,100)", "py bench/lists.py digits(1000,100)"},
    {"lists", "lists-sieve", "primes below 10^6", WHOLE, FASTER, 2.5,
     "-f bench/lists.py sieve(10**6)", "py bench/lists.py sieve(10**6)"},
    {"semirings", "max-plus", "max-plus matrix of size 100, n = 10^18", POWER, AT_MOST, 2.0,
     "--time -s max-plus --nth " E18 " --matrix @%D/matrix-100",
     "maxplus matrix " E18 " %D/matrix-100"},
    {"semirings", "max-plus-50", "max-plus recurrence of order 50, n = 10^18", POWER, AT_MOST, 2.0,
     "--time --nth " E18 " --init " MAX50_INIT " cur=max(" MAX50_RULE ")",
     "maxplus order " E18 " " MAX50 " " MAX50_INIT},
    {"semirings", "mul-pow", "f(n) = f(n-1) f(n-2)^2 f(n-3) 7, n = 10^18 mod 10^9+7", POWER, BELOW,
     0.005, "--time --nth " E18 " --mod 10^9+7 --init 2,3,5 cur=p1*p2**2*p3*7", "mulpow " E18},
    {"semirings", "or-and", "or-and matrix of size 64, n = 10^18", POWER, BELOW, 0.005,
     "--time -s or-and --nth " E18 " --matrix @%D/matrix-64", "maxplus bits " E18 " %D/matrix-64"},
    {"large", "fib-7", "F(10^7), 1 thread", WHOLE, FASTER, 8, "--threads 1 --nth 10000000 fib",
     "fib-gmp 10000000"},
    {"large", "fib-7-2", "F(10^7), 2 threads", WHOLE, FASTER, 12, "--threads 2 --nth 10000000 fib",
     "fib-gmp 10000000"},
    {"large", "fib-8", "F(10^8), 1 thread", WHOLE, FASTER, 8, "--threads 1 --nth 100000000 fib",
     "fib-gmp 100000000"},
    {"large", "fib-8-2", "F(10^8), 2 threads", WHOLE, FASTER, 12, "--threads 2 --nth 100000000 fib",
     "fib-gmp 100000000"},
    /* 20 bytes for each of 20,898,764 digits */
    {"large", "fib-8-memory", "F(10^8), peak memory", MEMORY, BELOW, 398.6,
     "--threads 1 --nth 100000000 fib", "fib-gmp 100000000"},
    {"large", "tribonacci-7", "tribonacci n = 10^7, 1 thread", WHOLE, FASTER, 5,
     "--threads 1 --nth 10000000 tribonacci", "mori-fmpz 10000000 1,1,1 0,0,1"},
    {"large", "order-4-7", "order 4 n = 10^7, 1 thread", WHOLE, FASTER, 5,
     "--threads 1 --nth 10000000 --signature " ORDER4 " --init " INIT4,
     "mori-fmpz 10000000 " ORDER4 " " INIT4},
    {"large", "order-12-6", "order 12 n = 10^6, 1 thread", WHOLE, FASTER, 5,
     "--threads 1 --nth 1000000 --signature " ORDER12 " --init " INIT12,
     "mori-fmpz 1000000 " ORDER12 " " INIT12},
    {"large", "mod-10000", "order 10^4 mod 998244353, 1 thread", WHOLE, FASTER, 25,
     "--threads 1 --nth " E18
     " --mod 998244353 --signature @%D/coeffs-10000 --init @%D/terms-10000",
     "mori-nmod " E18 " 998244353 %D/coeffs-10000 %D/terms-10000"},
    {"large", "mod-100000", "order 10^5 mod 998244353, 1 thread", WHOLE, FASTER, 25,
     "--threads 1 --nth " E18
     " --mod 998244353 --signature @%D/coeffs-100000 --init @%D/terms-100000",
     "mori-nmod " E18 " 998244353 %D/coeffs-100000 %D/terms-100000"},
    {"large", "mod7-100000", "order 10^5 mod 10^9+7, 1 thread", WHOLE, FASTER, 6,
     "--threads 1 --nth " E18 " --mod 10^9+7 --signature @%D/coeffs-100000 --init @%D/terms-100000",
     "mori-nmod " E18 " 1000000007 %D/coeffs-100000 %D/terms-100000"},
    {"varying", "factorial-6", "10^6!, 1 thread, against GMP", WHOLE, FASTER, 3,
     "--threads 1 --nth 1000000 " FACTORIAL, "fac-gmp 1000000"},
    {"varying", "factorial-7", "10^7!, 1 thread, against GMP", WHOLE, FASTER, 5,
     "--threads 1 --nth 10000000 " FACTORIAL, "fac-gmp 10000000"},
    {"varying", "catalan-6", "Catalan(10^6), 1 thread, against PARI/GP", WHOLE, AT_MOST, 1,
     "--threads 1 --nth 1000000 " CATALAN, "gp catalan 1000000"},
    {"varying", "motzkin-5", "Motzkin(10^5) against a loop in PARI/GP", WHOLE, FASTER, 3,
     "--threads 1 --nth 100000 " MOTZKIN, "gp motzkin 100000"},
    {"varying", "apery-5", "Apery(10^5) against a loop in PARI/GP", WHOLE, FASTER, 3,
     "--threads 1 --nth 100000 " APERY, "gp apery 100000"},
    {"varying", "factorial-mod-8", "10^8! mod 10^9+7, step by step, against C", POWER, BELOW, 0.25,
     "--time --engine words --nth 100000000 --mod 10^9+7 " FACTORIAL,
     "loop-mod factorial 100000000"},
    {"varying", "motzkin-mod-8", "Motzkin(10^8) mod 10^9+7, step by step", POWER, BELOW, 0.8,
     "--time --engine words --nth 100000000 --mod 10^9+7 " MOTZKIN, "loop-mod motzkin 100000000"},
    {"varying", "factorial-mod-9", "(10^9-1)! mod 10^9+7 against C", POWER, BELOW, 0.06,
     "--time --nth 999999999 --mod 10^9+7 " FACTORIAL, "loop-mod factorial 999999999"},
    {"varying", "motzkin-mod-9", "Motzkin(10^9) mod 10^9+7 against C", POWER, BELOW, 0.5,
     "--time --nth 1000000000 --mod 10^9+7 " MOTZKIN, "loop-mod motzkin 1000000000"},
    {"peers", "fib-5-gm", "F(10^5) against GMP", WHOLE, NO_GOAL, 0, "--nth 100000 fib",
     "fib-gmp 100000"},
    {"peers", "fib-5-pa", "F(10^5) against PARI/GP", WHOLE, NO_GOAL, 0, "--nth 100000 fib",
     "gp fib 100000"},
    {"peers", "fib-6-gm", "F(10^6) against GMP", WHOLE, NO_GOAL, 0, "--nth 1000000 fib",
     "fib-gmp 1000000"},
    {"peers", "fib-6-pa", "F(10^6) against PARI/GP", WHOLE, NO_GOAL, 0, "--nth 1000000 fib",
     "gp fib 1000000"},
    {"peers", "fib-7-gm", "F(10^7) against GMP", WHOLE, NO_GOAL, 0, "--nth 10000000 fib",
     "fib-gmp 10000000"},
    {"peers", "fib-7-pa", "F(10^7) against PARI/GP", WHOLE, NO_GOAL, 0, "--nth 10000000 fib",
     "gp fib 10000000"},
    {"peers", "fib-8-gm", "F(10^8) against GMP", WHOLE, NO_GOAL, 0, "--nth 100000000 fib",
     "fib-gmp 100000000"},
    {"peers", "fib-8-pa", "F(10^8) against PARI/GP", WHOLE, NO_GOAL, 0, "--nth 100000000 fib",
     "gp fib 100000000"},
    {"peers", "order-4-matpow", "order 4, n = 10^6 against FLINT, matrix", WHOLE, NO_GOAL, 0,
     "--nth 1000000 --signature " ORDER4 " --init " INIT4,
     "matpow-flint 1000000 " ORDER4 " " INIT4},
    {"peers", "order-4-mori", "order 4, n = 10^6 against FLINT, series", WHOLE, NO_GOAL, 0,
     "--nth 1000000 --signature " ORDER4 " --init " INIT4, "mori-fmpz 1000000 " ORDER4 " " INIT4},
    {"peers", "order-4-gp", "order 4, n = 10^6 against PARI/GP", WHOLE, NO_GOAL, 0,
     "--nth 1000000 --signature " ORDER4 " --init " INIT4, "gp order 1000000 " ORDER4 " " INIT4},
    {"peers", "mod-1000-flint", "order 1000 mod 998244353 against FLINT", WHOLE, NO_GOAL, 0,
     "--nth " E18 " --mod 998244353 --signature @%D/coeffs-1000 --init @%D/terms-1000",
     "mori-nmod " E18 " 998244353 %D/coeffs-1000 %D/terms-1000"},
    {"peers", "mod-12-gp", "order 12 mod 998244353 against PARI/GP", WHOLE, NO_GOAL, 0,
     "--nth " E18 " --mod 998244353 --signature " ORDER12 " --init " INIT12,
     "gp mod " E18 " 998244353 " ORDER12 " " INIT12},
};

enum { nrows = sizeof rows / sizeof rows[0] };

/* What one run of a command cost. */
typedef struct cost {
    double whole; /* seconds */
    double power; /* seconds; negative when not reported, as is the next */
    double work;
    double memory; /* MiB */
} cost;

static char folder[] = "/tmp/cpmcalc-bench-XXXXXX";

static void die(const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
    exit(2);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- Data files -------------------------------------------------------------- */

static uint64_t random_word(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void make_list(const char *kind, size_t count, uint64_t seed)
{
    char path[sizeof folder + 40];
    snprintf(path, sizeof path, "%s/%s-%zu", folder, kind, count);
    FILE *f = fopen(path, "w");
    if (!f)
        die(path);
    for (size_t i = 0; i < count; i++)
        fprintf(f, "%lu\n", (unsigned long)(random_word(&seed) % 998244353));
    if (fclose(f) != 0)
        die(path);
}

/* Lists of so many random residues: coeffs-N and terms-N. */
static const size_t list_size[] = {2, 1000, 10000, 100000};
enum { nlists = sizeof list_size / sizeof list_size[0] };

/* A square matrix: of numbers below 10^6, or of bit masks with one bit in eight. */
static void make_matrix(size_t dim, int masks)
{
    char path[sizeof folder + 40];
    uint64_t seed = 3;
    snprintf(path, sizeof path, "%s/matrix-%zu", folder, dim);
    FILE *f = fopen(path, "w");
    if (!f)
        die(path);
    for (size_t i = 0; i < dim * dim; i++) {
        uint64_t x = random_word(&seed);
        x = masks ? (x & random_word(&seed) & random_word(&seed)) >> 2 : x % 1000000;
        fprintf(f, "%lu%c", (unsigned long)x, i % dim == dim - 1 ? '\n' : ',');
    }
    if (fclose(f) != 0)
        die(path);
}

static void make_lists(void)
{
    make_matrix(100, 0);
    make_matrix(64, 1);
    for (size_t i = 0; i < nlists; i++) {
        make_list("coeffs", list_size[i], 1);
        make_list("terms", list_size[i], 2);
    }
}

static const char *in_folder(char path[PATH_CAP], const char *name)
{
    snprintf(path, PATH_CAP, "%s/%s", folder, name);
    return path;
}

static void remove_folder(void)
{
    static const char *const names[] = {"ours.out", "peer.out", "err", "matrix-100", "matrix-64"};
    char path[PATH_CAP], name[40];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(in_folder(path, names[i]));
    for (size_t i = 0; i < nlists; i++) {
        snprintf(name, sizeof name, "coeffs-%zu", list_size[i]);
        unlink(in_folder(path, name));
        snprintf(name, sizeof name, "terms-%zu", list_size[i]);
        unlink(in_folder(path, name));
    }
    rmdir(folder);
}

/* ---- Running ----------------------------------------------------------------- */

/* A word of a command with %D and @E1000 put in. Owned by the caller. */
static char *expand(const char *word, size_t len)
{
    size_t cap = len + sizeof folder + 1100;
    char *out = calloc(cap, 1);
    if (!out)
        die("memory");
    if (len == 6 && memcmp(word, "@E1000", 6) == 0) {
        out[0] = '1';
        memset(out + 1, '0', 1000);
        return out;
    }
    for (size_t i = 0, at = 0; i < len; i++) {
        if (word[i] == '%' && word[i + 1] == 'D') {
            strcpy(out + at, folder);
            at += strlen(folder);
            i++;
        } else {
            out[at++] = word[i];
        }
    }
    return out;
}

/* Splits at spaces; the words are owned by argv. */
static void split(char *argv[MAX_ARGS + 1], int argc, const char *command)
{
    while (*command && argc < MAX_ARGS) {
        size_t len = strcspn(command, " ");
        argv[argc++] = expand(command, len);
        command += len + (command[len] == ' ');
    }
    argv[argc] = NULL;
}

/* An empty file of the folder, made before the clock runs: emptying what the last
 * run left is not the program's work. */
static int fresh_file(const char *name)
{
    char path[PATH_CAP];
    int file = open(in_folder(path, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        die(path);
    return file;
}

/* The value of the line "KEY: X" of the errors, or -1. */
static double reported(const char *key)
{
    char path[PATH_CAP], line[256];
    double value = -1;
    FILE *f = fopen(in_folder(path, "err"), "r");
    while (f && fgets(line, sizeof line, f)) {
        size_t len = strlen(key);
        if (strncmp(line, key, len) == 0 && line[len] == ':')
            value = strtod(line + len + 1, NULL);
    }
    if (f)
        fclose(f);
    return value;
}

static void show_errors(void)
{
    char path[PATH_CAP], line[256];
    FILE *f = fopen(in_folder(path, "err"), "r");
    while (f && fgets(line, sizeof line, f))
        printf("    %s", line);
    if (f)
        fclose(f);
}

/* Returns the exit status, or -1 when a signal ended the command. */
static int run(cost *c, char *argv[], const char *out)
{
    struct rusage usage;
    int status = 0, out_file = fresh_file(out), err_file = fresh_file("err");
    double start = now();
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        if (dup2(out_file, 1) < 0 || dup2(err_file, 2) < 0)
            _exit(126);
        execv(argv[0], argv);
        fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
        _exit(127);
    }
    while (wait4(child, &status, 0, &usage) < 0) {
        if (errno != EINTR)
            die("wait4");
    }
    c->whole = now() - start;
    close(out_file);
    close(err_file);
    c->power = reported("power");
    c->work = reported("total");
#ifdef __APPLE__
    c->memory = (double)usage.ru_maxrss / (1024.0 * 1024.0);
#else
    c->memory = (double)usage.ru_maxrss / 1024.0;
#endif
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool same_output(void)
{
    char a[PATH_CAP], b[PATH_CAP];
    FILE *f = fopen(in_folder(a, "ours.out"), "r"), *g = fopen(in_folder(b, "peer.out"), "r");
    bool same = f && g;
    while (same) {
        char x[4096], y[4096];
        size_t got = fread(x, 1, sizeof x, f);
        same = got == fread(y, 1, sizeof y, g) && memcmp(x, y, got) == 0;
        if (got == 0)
            break;
    }
    if (f)
        fclose(f);
    if (g)
        fclose(g);
    return same;
}

/* ---- Comparing --------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static double pick(const cost *c, figure f)
{
    return f == WHOLE ? c->whole : f == POWER ? c->power : f == WORK ? c->work : c->memory;
}

static void show_value(double value, figure f)
{
    if (f == MEMORY)
        printf("  %8.1f MiB", value);
    else if (value < 1)
        printf("  %8.3f ms ", value * 1e3);
    else
        printf("  %8.3f s  ", value);
}

static void show_ratio(const row *r, double ours, double peer)
{
    char goal[40] = "";
    if (r->kind == AT_MOST)
        snprintf(goal, sizeof goal, "at most %g", r->goal);
    else if (r->kind == FASTER)
        snprintf(goal, sizeof goal, "at least %g", r->goal);
    else if (r->kind == BELOW && r->figure == MEMORY)
        snprintf(goal, sizeof goal, "below %g MiB", r->goal);
    else if (r->kind == BELOW)
        snprintf(goal, sizeof goal, "below %g ms", r->goal * 1e3);
    if (r->kind == FASTER)
        printf("  %8.1fx  %-16s", peer / ours, goal);
    else
        printf("  %8.2f   %-16s", ours / peer, goal);
}

static bool is_met(const row *r, double ours, double peer)
{
    switch (r->kind) {
    case AT_MOST:
        return ours <= r->goal * peer;
    case FASTER:
        return peer >= r->goal * ours;
    case BELOW:
        return ours < r->goal;
    case NO_GOAL:
        break;
    }
    return true;
}

/* Whether the goal is met. */
static bool show_row(const row *r, double ours, double peer, size_t pairs)
{
    bool met = is_met(r, ours, peer);
    printf("%-42s %-6s", r->title, figure_name[r->figure]);
    show_value(ours, r->figure);
    show_value(peer, r->figure);
    show_ratio(r, ours, peer);
    printf("  %-6s %3zu\n", r->kind == NO_GOAL ? "" : met ? "met" : "MISSED", pairs);
    fflush(stdout);
    return met;
}

/* What became of a row. */
typedef enum verdict { MET, MISSED, SKIPPED, FAILED } verdict;

static verdict fail(const row *r, const char *why)
{
    printf("%-42s FAILED: %s\n", r->title, why);
    show_errors();
    fflush(stdout);
    return FAILED;
}

static verdict skip(const row *r)
{
    printf("%-42s skipped: the peer is not installed\n", r->title);
    fflush(stdout);
    return SKIPPED;
}

/* Whether to run another pair, after `pairs` of them in `spent` seconds. */
static bool more(size_t pairs, double spent)
{
    if (pairs < SLOW_PAIRS)
        return true;
    if (pairs < MIN_PAIRS)
        return spent < SLOW_SECONDS * (double)pairs;
    return pairs < MAX_PAIRS && spent < ENOUGH_SECONDS;
}

static verdict run_pairs(const row *r, char *ours[], char *peer[])
{
    static double our_values[MAX_PAIRS], peer_values[MAX_PAIRS];
    size_t pairs = 0;
    for (double start = now(); more(pairs, now() - start); pairs++) {
        cost mine, theirs;
        if (run(&mine, ours, "ours.out") != 0)
            return fail(r, "cpmcalc did not succeed");
        int status = run(&theirs, peer, "peer.out");
        if (status == EXIT_MISSING)
            return skip(r);
        if (status != 0)
            return fail(r, "the peer did not succeed");
        our_values[pairs] = pick(&mine, r->figure);
        peer_values[pairs] = pick(&theirs, r->figure);
        if (our_values[pairs] < 0 || peer_values[pairs] < 0)
            return fail(r, "no line \"power: SECONDS\" or \"total: SECONDS\"");
        if (pairs == 0 && !same_output())
            return fail(r, "the answers differ");
    }
    bool met = show_row(r, median(our_values, pairs), median(peer_values, pairs), pairs);
    return met ? MET : MISSED;
}

/* Runs our program and another one with their arguments. */
static verdict run_commands(const row *r, char *program, char *peer_program, const char *peer_args)
{
    char *ours[MAX_ARGS + 1] = {program}, *peer[MAX_ARGS + 1] = {peer_program};
    split(ours, 1, r->ours);
    split(peer, 1, peer_args);
    verdict v = run_pairs(r, ours, peer);
    for (size_t i = 1; ours[i]; i++)
        free(ours[i]);
    for (size_t i = 1; peer[i]; i++)
        free(peer[i]);
    return v;
}

/* False when the row fails. */
static bool run_against_peer(const row *r, char *program, const char *peers)
{
    char path[4096];
    size_t len = strcspn(r->peer, " ");
    if (strncmp(r->peer, "cpmcalc ", 8) == 0) /* ourselves, asked in another way */
        snprintf(path, sizeof path, "%s", program);
    else
        snprintf(path, sizeof path, "%s/%.*s", peers, (int)len, r->peer);
    return run_commands(r, program, path, r->peer + len + (r->peer[len] == ' ')) != FAILED;
}

/* False when the row fails, or is slower time after time. */
static bool run_against_build(const row *r, char *program, char *other)
{
    row copy = *r;
    verdict v = MISSED;
    copy.kind = AT_MOST;
    copy.goal = 1.05;
    for (int round = 0; round < 3 && v == MISSED; round++)
        v = run_commands(&copy, program, other, r->ours);
    return v != FAILED && v != MISSED;
}

/* The processor's name, where the system tells. */
static void show_machine(void)
{
    char line[256];
    FILE *f = fopen("/proc/cpuinfo", "r");
    while (f && fgets(line, sizeof line, f)) {
        if (strncmp(line, "model name", 10) == 0) {
            printf("Processor: %s", strchr(line, ':') + 2);
            break;
        }
    }
    if (f)
        fclose(f);
    printf("Medians of interleaved runs; ratio is cpmcalc/peer (lower is better), or with x\n"
           "how many times faster cpmcalc is.\n\n");
    printf("%-42s %-6s  %-12s  %-12s  %8s   %-16s  %-6s runs\n", "what", "figure", "cpmcalc",
           "peer", "ratio", "goal", "");
}

static bool wanted(const row *r, char **names)
{
    if (!*names)
        return strcmp(r->group, "main") == 0;
    for (; *names; names++) {
        if (strcmp(*names, r->name) == 0 || strcmp(*names, r->group) == 0)
            return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    bool ok = true, ref = argc > 3 && strcmp(argv[2], "--ref") == 0;
    if (argc < 3) {
        fputs("usage: bench PROGRAM PEER-FOLDER|--ref OTHER [ROW|GROUP...]\n", stderr);
        return 2;
    }
    if (!mkdtemp(folder))
        die(folder);
    make_lists();
    show_machine();
    for (size_t i = 0; i < nrows; i++) {
        if (!wanted(&rows[i], argv + (ref ? 4 : 3)))
            continue;
        ok &= ref ? run_against_build(&rows[i], argv[1], argv[3])
                  : run_against_peer(&rows[i], argv[1], argv[2]);
    }
    remove_folder();
    return ok ? 0 : 1;
}
