/* SPDX-License-Identifier: MIT
 *
 * tune.c - measures the cutoffs of src/bignum/tune.h and prints a new one:
 *
 *     make -s tune > build/tune.h
 *
 * A cutoff lies where two ways to the same result cost the same. Both are timed
 * at sizes a quarter of an octave apart, in turn so that a busy machine is busy
 * for both, and the least times count. The cutoff taken is the one that loses
 * least against the better way over all sizes; stderr says what half and twice
 * that would cost at the worst size between.
 */
#include "base/mem.h"
#include "bignum/dec_product.h"
#include "bignum/nmod_mori.h"
#include "bignum/nmod_mul.h"
#include "power/decimal.h"
#include "power/doubling.h"

#include <flint/nmod_poly.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static cpm_err err;

static void must(cpm_status status)
{
    if (status == CPM_OK)
        return;
    fprintf(stderr, "tune: %s\n", err.message);
    exit(1);
}

/* Processor time where one thread works for long enough to be interrupted. */
static clockid_t clock_in_use = CLOCK_MONOTONIC;

static double now(void)
{
    struct timespec t;
    clock_gettime(clock_in_use, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef void runner(void *ctx);

/* The least times of some ways to do a thing, in turn, over some tenths of a
 * second. */
static void least_times(double *best, runner *const *run, size_t nways, void *ctx)
{
    double begin = now();
    for (size_t k = 0; k < nways; k++)
        best[k] = INFINITY;
    for (int i = 0; i < 12 || (now() - begin < 0.15 && i < 5000); i++)
        for (size_t k = 0; k < nways; k++) {
            double t = now();
            run[k](ctx);
            t = now() - t;
            best[k] = t < best[k] ? t : best[k];
        }
}

static double least(runner *run, void *ctx)
{
    double best;
    least_times(&best, &run, 1, ctx);
    return best;
}

/* ---- Two ways and a cutoff ---------------------------------------------------------- */

enum { MAX_SIZES = 64, OCTAVE = 4 };

typedef struct contest {
    const char *name, *unit;
    void (*set)(void *ctx, size_t size);
    runner *below, *above; /* the ways for sizes below and above the cutoff */
    void *ctx;
    size_t from;
    int octaves;
} contest;

typedef struct result {
    int nsizes, chosen;
    size_t size[MAX_SIZES];
    double time[MAX_SIZES][2]; /* below, above */
} result;

/* What a cutoff at size number `cutoff` costs there in the logarithm, against
 * the better way. */
static double loss(const result *r, int i, int cutoff)
{
    double taken = r->time[i][i > cutoff], best = fmin(r->time[i][0], r->time[i][1]);
    return log(taken / best);
}

static void report_loss(const char *which, const result *r, int from, int to, int cutoff)
{
    double worst = 0, most = 0; /* in the logarithm, in seconds */
    for (int i = from < 0 ? 0 : from; i <= to && i < r->nsizes; i++) {
        double best = fmin(r->time[i][0], r->time[i][1]);
        worst = fmax(worst, loss(r, i, cutoff));
        most = fmax(most, r->time[i][i > cutoff] - best);
    }
    fprintf(stderr, "    %s of it costs at most %.0f %%, %.1f us\n", which, 100 * (exp(worst) - 1),
            most * 1e6);
}

static size_t decide(result *r, const contest *c)
{
    double least_sum = INFINITY;
    r->nsizes = c->octaves * OCTAVE + 1;
    for (int i = 0; i < r->nsizes; i++) {
        r->size[i] = (size_t)lrint((double)c->from * exp2((double)i / OCTAVE));
        c->set(c->ctx, r->size[i]);
        least_times(r->time[i], (runner *const[]){c->below, c->above}, 2, c->ctx);
    }
    for (int cutoff = 0; cutoff < r->nsizes; cutoff++) {
        double sum = 0;
        for (int i = 0; i < r->nsizes; i++)
            sum += loss(r, i, cutoff);
        if (sum < least_sum) {
            least_sum = sum;
            r->chosen = cutoff;
        }
    }
    fprintf(stderr, "%s: %zu %s\n", c->name, r->size[r->chosen], c->unit);
    for (int i = r->chosen - OCTAVE; i <= r->chosen + OCTAVE; i += OCTAVE)
        if (i >= 0 && i < r->nsizes)
            fprintf(stderr, "    at %8zu: %10.2f us below the cutoff, %10.2f us above\n",
                    r->size[i], r->time[i][0] * 1e6, r->time[i][1] * 1e6);
    report_loss("half", r, r->chosen - OCTAVE, r->chosen, r->chosen - OCTAVE);
    report_loss("twice", r, r->chosen, r->chosen + OCTAVE, r->chosen + OCTAVE);
    return r->size[r->chosen];
}

static size_t cutoff_of(const contest *c)
{
    result r;
    return decide(&r, c);
}

/* ---- The odd passes ------------------------------------------------------------- */

typedef struct transform {
    cpm_ntt *ntt;
    cpm_ntt_job job;
    cpm_ntt_shape shape;
} transform;

static void run_forward(void *ctx)
{
    transform *t = ctx;
    memset(t->job.x, 0, cpm_ntt_shape_total(t->shape) * sizeof *t->job.x);
    cpm_ntt_forward(t->ntt, &t->job, 1, t->shape);
}

/* Seconds for each number. */
static double forward_cost(cpm_ntt *ntt, unsigned odd, size_t len)
{
    transform t = {ntt, {NULL, &ntt->field[0]}, {len, odd, false}};
    t.job.x = cpm_big_alloc(odd * len, sizeof *t.job.x);
    if (t.job.x == NULL)
        must(cpm_err_memory(&err));
    must(cpm_ntt_field_prepare(&ntt->field[0], ntt->kernel, t.shape, &err));
    double cost = least(run_forward, &t) / (double)(odd * len);
    cpm_big_free(t.job.x);
    return cost;
}

/* What the pass costs in levels of a transform of 2^14 to 2^17. */
static double odd_levels(cpm_ntt *ntt, unsigned odd)
{
    double sum = 0;
    for (int k = 14; k <= 17; k++) {
        double plain = forward_cost(ntt, 1, (size_t)1 << k);
        sum += (forward_cost(ntt, odd, (size_t)1 << k) / plain - 1) * k;
    }
    return sum / 4;
}

/* ---- Binary and decimal ------------------------------------------------------------ */

typedef struct term {
    fmpz_poly_t num, den;
    fmpz_t n;
    cpm_config config;
    size_t nbytes; /* written */
} term;

static cpm_status count_bytes(void *ctx, const char *bytes, size_t nbytes)
{
    (void)bytes;
    ((term *)ctx)->nbytes += nbytes;
    return CPM_OK;
}

static void run_decimal(void *ctx)
{
    term *t = ctx;
    cpm_dec x = {0};
    cpm_writer writer = {count_bytes, t};
    must(cpm_nth_decimal_doubling(&x, t->num, t->den, t->n, &t->config, &err));
    must(cpm_dec_write(&x, &writer, &err));
    cpm_dec_clear(&x);
}

static void run_binary(void *ctx)
{
    term *t = ctx;
    fmpz_t x;
    fmpz_init(x);
    cpm_nth_doubling(x, t->num, t->den, t->n, NULL, &t->config);
    char *text = fmpz_get_str(NULL, 10, x);
    t->nbytes += strlen(text);
    flint_free(text);
    fmpz_clear(x);
}

static void set_digits(void *ctx, size_t digits)
{
    fmpz_set_ui(((term *)ctx)->n, (ulong)((double)digits / 0.20898764));
}

/* The digits from which Fibonacci numbers are found sooner in decimal. */
static size_t decimal_min_digits(void)
{
    term t = {.config = {.nthreads = 1}};
    fmpz_poly_init(t.num);
    fmpz_poly_init(t.den);
    fmpz_init(t.n);
    fmpz_poly_set_coeff_si(t.num, 1, 1);
    fmpz_poly_set_coeff_si(t.den, 0, 1);
    fmpz_poly_set_coeff_si(t.den, 1, -1);
    fmpz_poly_set_coeff_si(t.den, 2, -1);
    size_t digits = cutoff_of(&(contest){"DECIMAL_MIN_DIGITS", "digits", set_digits, run_binary,
                                         run_decimal, &t, 1000, 6});
    fmpz_poly_clear(t.num);
    fmpz_poly_clear(t.den);
    fmpz_clear(t.n);
    return digits;
}

typedef struct step {
    cpm_dec_ctx *ctx;
    cpm_dec u, v, s, t;
    mpz_t a, b, c, d;
} step;

static void run_decimal_step(step *s)
{
    cpm_dec_term even[] = {{&s->u, &s->v, 2}, {&s->u, &s->u, -1}};
    cpm_dec_term odd[] = {{&s->v, &s->v, 1}, {&s->u, &s->u, 1}};
    cpm_dec_sum sums[] = {{even, 2}, {odd, 2}};
    cpm_dec *out[] = {&s->s, &s->t};
    must(cpm_dec_sums(out, sums, 2, s->ctx, &err));
}

static void convert(step *s, const mpz_t a, const mpz_t b)
{
    must(cpm_dec_set_mpz(&s->u, a, &err));
    must(cpm_dec_set_mpz(&s->v, b, &err));
}

/* Converting now and a decimal step. */
static void run_decimal_now(void *ctx)
{
    step *s = ctx;
    convert(s, s->a, s->b);
    run_decimal_step(s);
}

/* A binary step and converting then. */
static void run_decimal_later(void *ctx)
{
    step *s = ctx;
    mpz_mul(s->c, s->a, s->a);
    mpz_mul(s->d, s->b, s->b);
    convert(s, s->c, s->d);
    mpz_mul(s->c, s->a, s->b);
}

static void set_bits(void *ctx, size_t bits)
{
    step *s = ctx;
    mpz_ui_pow_ui(s->a, 3, bits * 100 / 158);
    mpz_ui_pow_ui(s->b, 7, bits * 100 / 281);
}

static size_t decimal_start_bits(void)
{
    cpm_dec_ctx ctx;
    step s = {.ctx = &ctx};
    must(cpm_dec_ctx_init(&ctx, 1, false, &err));
    mpz_inits(s.a, s.b, s.c, s.d, NULL);
    size_t bits = cutoff_of(&(contest){"DECIMAL_START_BITS", "bits", set_bits, run_decimal_later,
                                       run_decimal_now, &s, 500, 6});
    mpz_clears(s.a, s.b, s.c, s.d, NULL);
    cpm_dec_clear(&s.u);
    cpm_dec_clear(&s.v);
    cpm_dec_clear(&s.s);
    cpm_dec_clear(&s.t);
    cpm_dec_ctx_clear(&ctx);
    return bits;
}

/* ---- Bostan-Mori modulo a word ------------------------------------------------------- */

enum { MAX_LEN = 1 << 17 };

typedef struct mori {
    ulong modulus;
    size_t len;
    fmpz_t n;
    ulong *num, *den;   /* owned */
    ulong *num2, *den2; /* owned; the copies that are worked on */
    nmod_poly_t p, q, t;
    size_t cutoff[3]; /* half, right and twice, for run_half ... */
    unsigned nthreads;
} mori;

static ulong *words(void)
{
    ulong *out = cpm_calloc(MAX_LEN, sizeof *out);
    if (out == NULL)
        must(cpm_err_memory(&err));
    return out;
}

static void power_of_ten(fmpz_t n, ulong k)
{
    fmpz_set_ui(n, 10);
    fmpz_pow_ui(n, n, k);
}

static void mori_init(mori *m, ulong modulus)
{
    memset(m, 0, sizeof *m);
    m->modulus = modulus;
    m->nthreads = 1;
    m->num = words();
    m->den = words();
    m->num2 = words();
    m->den2 = words();
    fmpz_init(m->n);
    power_of_ten(m->n, 120);
    nmod_poly_init(m->p, modulus);
    nmod_poly_init(m->q, modulus);
    nmod_poly_init(m->t, modulus);
    for (size_t i = 0; i < MAX_LEN; i++) {
        m->num[i] = ((ulong)rand() << 33 ^ (ulong)rand() << 3) % modulus;
        m->den[i] = i == 0 ? 1 : ((ulong)rand() << 33 ^ (ulong)rand() << 3) % modulus;
    }
}

static void mori_clear(mori *m)
{
    free(m->num);
    free(m->den);
    free(m->num2);
    free(m->den2);
    fmpz_clear(m->n);
    nmod_poly_clear(m->p);
    nmod_poly_clear(m->q);
    nmod_poly_clear(m->t);
}

static void set_len(void *ctx, size_t len)
{
    ((mori *)ctx)->len = len;
}

/* The whole question, all steps. */
static void run_mori(mori *m, size_t cutoff)
{
    cpm_nmod_fraction f = {m->num2, m->den2, m->len - 1, m->len, m->modulus, {0}};
    memcpy(f.num, m->num, m->len * sizeof *f.num);
    memcpy(f.den, m->den, m->len * sizeof *f.den);
    fmpz_init_set(f.index, m->n);
    must(cpm_nmod_mori(&f, cutoff, m->nthreads, NULL, NULL, &err));
    fmpz_clear(f.index);
}

static void run_plain(void *ctx)
{
    run_mori(ctx, SIZE_MAX);
}

static void run_transforms(void *ctx)
{
    run_mori(ctx, 0);
}

static void run_half(void *ctx)
{
    run_mori(ctx, ((mori *)ctx)->cutoff[0]);
}

static void run_right(void *ctx)
{
    run_mori(ctx, ((mori *)ctx)->cutoff[1]);
}

static void run_twice(void *ctx)
{
    run_mori(ctx, ((mori *)ctx)->cutoff[2]);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

enum { ROUNDS = 21 };

/* What half, right and twice take against the better kernel, at one length: the
 * ratio of the least times or the median of those within a round, whichever is
 * less, since a busy machine is slow for some rounds or for a part of one. */
static void ratios(double out[3], mori *m)
{
    static runner *const run[] = {run_half, run_right, run_twice, run_plain, run_transforms};
    double ratio[3][ROUNDS], seconds[5], best[5] = {1e9, 1e9, 1e9, 1e9, 1e9};
    for (int i = 0; i < ROUNDS; i++) {
        for (int k = 0; k < 5; k++) {
            double begin = now();
            run[k](m);
            seconds[k] = now() - begin;
            best[k] = fmin(best[k], seconds[k]);
        }
        for (int k = 0; k < 3; k++)
            ratio[k][i] = seconds[k] / fmin(seconds[3], seconds[4]);
    }
    for (int k = 0; k < 3; k++) {
        qsort(ratio[k], ROUNDS, sizeof ratio[k][0], compare);
        out[k] = fmin(ratio[k][ROUNDS / 2], best[k] / fmin(best[3], best[4]));
    }
}

/* As it is used, with the trial: the worst that each cutoff costs from half to
 * twice the right one. */
static void cost_with_trial(mori *m, const result *r, ulong digits)
{
    double worst[3] = {1, 1, 1}, ratio[3];
    power_of_ten(m->n, digits);
    for (int k = 0; k < 3; k++)
        m->cutoff[k] = r->size[r->chosen] * (size_t)(1 << k) / 2;
    for (int i = r->chosen - OCTAVE; i <= r->chosen + OCTAVE; i++) {
        m->len = r->size[i];
        ratios(ratio, m);
        for (int k = 0; k < 3; k++)
            worst[k] = fmax(worst[k], ratio[k]);
    }
    fprintf(stderr, "    with a trial, n = 10^%lu: half %.0f %%, right %.0f %%, twice %.0f %%\n",
            digits, 100 * (worst[0] - 1), 100 * (worst[1] - 1), 100 * (worst[2] - 1));
}

static size_t nmod_len(const char *name, ulong modulus)
{
    mori m;
    result r;
    mori_init(&m, modulus);
    size_t len =
        decide(&r, &(contest){name, "coefficients", set_len, run_plain, run_transforms, &m, 12, 5});
    cost_with_trial(&m, &r, 18);
    cost_with_trial(&m, &r, 1000);
    clock_in_use = CLOCK_MONOTONIC;
    mori_clear(&m);
    return len;
}

static void set_polys(void *ctx, size_t len)
{
    mori *m = ctx;
    m->len = len;
    nmod_poly_zero(m->p);
    nmod_poly_zero(m->q);
    for (size_t i = len; i-- > 0;) {
        nmod_poly_set_coeff_ui(m->p, (slong)i, m->num[i]);
        nmod_poly_set_coeff_ui(m->q, (slong)i, m->den[i]);
    }
}

/* Four products of half the length a step, as bostan_mori.c has them. */
static void set_halves(void *ctx, size_t len)
{
    set_polys(ctx, (len + 1) / 2);
    set_len(ctx, len);
}

static void run_flint_steps(void *ctx)
{
    mori *m = ctx;
    for (ulong i = 0; i < 2 * fmpz_bits(m->n); i++) {
        nmod_poly_mul(m->t, m->p, m->p);
        nmod_poly_mul(m->t, m->p, m->q);
    }
}

static size_t nmod_plain_len(void)
{
    mori m;
    mori_init(&m, 1000000007);
    size_t len = cutoff_of(&(contest){"NMOD_PLAIN_LEN", "coefficients", set_halves, run_plain,
                                      run_flint_steps, &m, 32, 5});
    mori_clear(&m);
    return len;
}

static void run_flint_product(void *ctx)
{
    mori *m = ctx;
    nmod_poly_mullow(m->t, m->p, m->q, (slong)m->len);
}

static void run_own_product(void *ctx)
{
    mori *m = ctx;
    must(cpm_nmod_mul(m->num2, m->num, m->len, m->den, m->len, m->modulus, 1, &err));
}

static size_t nmod_mul_len(void)
{
    mori m;
    mori_init(&m, 1000000007);
    size_t len = cutoff_of(&(contest){"NMOD_MUL_LEN", "coefficients", set_polys, run_flint_product,
                                      run_own_product, &m, 128, 7});
    mori_clear(&m);
    return len;
}

/* ---- Threads --------------------------------------------------------------------------- */

/* Four transforms, as a step of the engines has them, again and again. */
typedef struct shared {
    cpm_ntt ntt;
    cpm_ntt_job job[4];
    cpm_ntt_shape shape;
} shared;

enum { AGAIN = 20 };

static void set_numbers(void *ctx, size_t n)
{
    shared *s = ctx;
    s->shape = cpm_ntt_shape_for(n / 4, true);
    must(cpm_ntt_field_prepare(&s->ntt.field[0], s->ntt.kernel, s->shape, &err));
    for (int i = 0; i < 4; i++)
        memset(s->job[i].x, 0, cpm_ntt_shape_total(s->shape) * sizeof *s->job[i].x);
}

static void run_shared(shared *s, size_t team_min)
{
    s->ntt.team_min = team_min;
    for (int i = 0; i < AGAIN; i++) {
        cpm_ntt_forward(&s->ntt, s->job, 4, s->shape);
        cpm_ntt_inverse(&s->ntt, s->job, 4, s->shape);
    }
}

static void run_alone(void *ctx)
{
    run_shared(ctx, SIZE_MAX);
}

static void run_together(void *ctx)
{
    run_shared(ctx, 0);
}

static size_t team_min(void)
{
    shared s;
    must(cpm_ntt_init(&s.ntt, 2, &err));
    for (int i = 0; i < 4; i++) {
        s.job[i] = (cpm_ntt_job){cpm_big_alloc(1 << 16, sizeof(double)), &s.ntt.field[0]};
        if (s.job[i].x == NULL)
            must(cpm_err_memory(&err));
    }
    size_t n = cutoff_of(
        &(contest){"TEAM_MIN", "numbers", set_numbers, run_alone, run_together, &s, 512, 7});
    for (int i = 0; i < 4; i++)
        cpm_big_free(s.job[i].x);
    cpm_ntt_clear(&s.ntt);
    return n;
}

/* ---- The header ------------------------------------------------------------------------ */

/* The processor's name where the system tells it. */
static void machine(char *out, size_t cap)
{
    char line[256];
    FILE *f = fopen("/proc/cpuinfo", "r");
    snprintf(out, cap, "unknown processor");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        char *name = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && name != NULL) {
            line[strcspn(line, "\n")] = 0;
            snprintf(out, cap, "%s", name + 2);
            break;
        }
    }
    if (f != NULL)
        fclose(f);
}

int main(void)
{
    cpm_ntt ntt;
    char name[256];
    machine(name, sizeof name);
    must(cpm_ntt_init(&ntt, 1, &err));
    double odd3 = odd_levels(&ntt, 3), odd5 = odd_levels(&ntt, 5);
    size_t bits = decimal_start_bits(), digits = decimal_min_digits();
    size_t direct = nmod_len("NMOD_DIRECT_LEN", 998244353);
    size_t primes = nmod_len("NMOD_PRIMES_LEN", 1000000007);
    size_t wide = nmod_len("NMOD_WIDE_LEN", 4611686018427387847);
    size_t plain = nmod_plain_len(), product = nmod_mul_len(), team = team_min();
    printf("/* SPDX-License-Identifier: MIT\n *\n"
           " * tune.h - measured cutoffs (make tune prints new ones).\n"
           " * Machine: %s, kernel %s, GMP %s, FLINT %s.\n */\n"
           "#ifndef CPM_BIGNUM_TUNE_H\n#define CPM_BIGNUM_TUNE_H\n\n"
           "#include <stddef.h>\n\n"
           "/* What the pass of radix 3 or 5 costs, in levels of radix 2. */\n"
           "#define CPM_TUNE_ODD3_LEVELS %.1f\n#define CPM_TUNE_ODD5_LEVELS %.1f\n\n"
           "/* Where the engines go from binary to decimal numbers: bits of the largest. */\n"
           "#define CPM_TUNE_DECIMAL_START_BITS %zu\n\n"
           "/* Results of fewer digits are found in binary and converted. */\n"
           "#define CPM_TUNE_DECIMAL_MIN_DIGITS %zu\n\n",
           name, ntt.kernel->name, gmp_version, flint_version, odd3, odd5, bits, digits);
    printf("/* Bostan-Mori modulo a word takes transforms for more coefficients: modulo m\n"
           " * itself, modulo several primes, and for m of 50 bits or more. Within a factor\n"
           " * of 2 a trial decides. */\n"
           "#define CPM_TUNE_NMOD_DIRECT_LEN %zu\n#define CPM_TUNE_NMOD_PRIMES_LEN %zu\n"
           "#define CPM_TUNE_NMOD_WIDE_LEN   %zu\n\n"
           "/* Where there are no transforms, FLINT's products for more coefficients. */\n"
           "#define CPM_TUNE_NMOD_PLAIN_LEN %zu\n\n"
           "/* A single product modulo a word is FLINT's below this length. */\n"
           "#define CPM_TUNE_NMOD_MUL_LEN %zu\n\n"
           "/* Work on fewer numbers at once is left to one thread. */\n"
           "#define CPM_TUNE_TEAM_MIN ((size_t)%zu)\n\n#endif\n",
           direct, primes, wide, plain, product, team);
    cpm_ntt_clear(&ntt);
    return 0;
}
