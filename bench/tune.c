/* SPDX-License-Identifier: MIT
 *
 * tune.c - measures the cutoffs of src/bignum/tune.h and prints a new one:
 *
 *     make tune > build/tune.h
 *
 * Every figure is where two ways to the same result cost the same; near it they
 * differ little, so a cutoff that is wrong by a factor of 2 costs little too
 * (what it would cost is printed on stderr). Times are the least of several runs.
 */
#include "base/mem.h"
#include "bignum/dec_product.h"
#include "bignum/nmod_mori.h"
#include "power/decimal.h"
#include "power/doubling.h"

#include <flint/nmod_poly.h>
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

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The least time of run(ctx), over some tenth of a second. */
static double least(void (*run)(void *ctx), void *ctx)
{
    double best = 1e9, begin = now();
    for (int i = 0; i < 3 || (now() - begin < 0.1 && i < 10000); i++) {
        double t = now();
        run(ctx);
        t = now() - t;
        best = t < best ? t : best;
    }
    return best;
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
    size_t digits = 1000;
    for (; digits < 1000000; digits += digits / 4) {
        fmpz_set_ui(t.n, (ulong)((double)digits / 0.20898764));
        double binary = least(run_binary, &t), decimal = least(run_decimal, &t);
        fprintf(stderr, "%zu digits: binary %.1f us, decimal %.1f us\n", digits, binary * 1e6,
                decimal * 1e6);
        if (decimal < binary)
            break;
    }
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

static void run_decimal_step(void *ctx)
{
    step *s = ctx;
    cpm_dec_term even[] = {{&s->u, &s->v, 2}, {&s->u, &s->u, -1}};
    cpm_dec_term odd[] = {{&s->v, &s->v, 1}, {&s->u, &s->u, 1}};
    cpm_dec_sum sums[] = {{even, 2}, {odd, 2}};
    cpm_dec *out[] = {&s->s, &s->t};
    must(cpm_dec_sums(out, sums, 2, s->ctx, &err));
}

static void run_binary_step(void *ctx)
{
    step *s = ctx;
    mpz_mul(s->c, s->a, s->a);
    mpz_mul(s->d, s->b, s->b);
    mpz_mul(s->c, s->a, s->b);
}

static void run_conversion(void *ctx)
{
    step *s = ctx;
    must(cpm_dec_set_mpz(&s->u, s->a, &err));
    must(cpm_dec_set_mpz(&s->v, s->b, &err));
}

/* The bits at which one more binary step, and the conversion of twice as long
 * numbers after it, costs more than converting now and a decimal step. */
static size_t decimal_start_bits(void)
{
    cpm_dec_ctx ctx;
    step s = {.ctx = &ctx};
    must(cpm_dec_ctx_init(&ctx, 1, false, &err));
    mpz_inits(s.a, s.b, s.c, s.d, NULL);
    size_t bits = 1000;
    for (; bits < 1000000; bits += bits / 4) {
        mpz_ui_pow_ui(s.a, 3, bits * 100 / 158);
        mpz_ui_pow_ui(s.b, 7, bits * 100 / 281);
        double convert = least(run_conversion, &s), decimal = least(run_decimal_step, &s);
        double binary = least(run_binary_step, &s);
        mpz_mul(s.a, s.a, s.a);
        mpz_mul(s.b, s.b, s.b);
        double convert2 = least(run_conversion, &s);
        fprintf(stderr, "%zu bits: decimal %.1f + %.1f us, binary %.1f + %.1f us\n", bits,
                convert * 1e6, decimal * 1e6, binary * 1e6, convert2 * 1e6);
        if (convert + decimal < binary + convert2)
            break;
    }
    mpz_clears(s.a, s.b, s.c, s.d, NULL);
    cpm_dec_clear(&s.u);
    cpm_dec_clear(&s.v);
    cpm_dec_clear(&s.s);
    cpm_dec_clear(&s.t);
    cpm_dec_ctx_clear(&ctx);
    return bits;
}

/* ---- Bostan-Mori modulo a word ------------------------------------------------------- */

typedef struct mori {
    nmod_poly_t p, q, t;
    size_t len;
} mori;

enum { MORI_STEPS = 40 };

static void run_own(void *ctx)
{
    const mori *m = ctx;
    cpm_nmod_fraction f = {.nnum = m->len, .nden = m->len, .modulus = nmod_poly_modulus(m->p)};
    f.num = cpm_calloc(m->len, sizeof *f.num);
    f.den = cpm_calloc(m->len, sizeof *f.den);
    if (f.num == NULL || f.den == NULL)
        must(cpm_err_memory(&err));
    for (size_t i = 0; i < m->len; i++) {
        f.num[i] = nmod_poly_get_coeff_ui(m->p, (slong)i);
        f.den[i] = nmod_poly_get_coeff_ui(m->q, (slong)i);
    }
    fmpz_init_set_ui(f.index, m->len);
    fmpz_mul_2exp(f.index, f.index, MORI_STEPS);
    must(cpm_nmod_mori(&f, m->len - 1, 1, NULL, NULL, &err));
    fmpz_clear(f.index);
    free(f.num);
    free(f.den);
}

/* Four products of half the length, as bostan_mori.c has them. */
static void run_flint(void *ctx)
{
    mori *m = ctx;
    nmod_poly_t half;
    nmod_poly_init(half, nmod_poly_modulus(m->p));
    nmod_poly_set(half, m->p);
    nmod_poly_truncate(half, (slong)(m->len / 2 + 1));
    for (int i = 0; i < 2 * MORI_STEPS; i++) {
        nmod_poly_mul(m->t, half, half);
        nmod_poly_mul(m->t, half, m->q);
    }
    nmod_poly_clear(half);
}

/* The length from which our steps modulo 10^9+7, the dearer kind, are quicker. */
static size_t mori_len(void)
{
    mori m;
    ulong modulus = 1000000007;
    nmod_poly_init(m.p, modulus);
    nmod_poly_init(m.q, modulus);
    nmod_poly_init(m.t, modulus);
    for (m.len = 32; m.len < 4096; m.len += m.len / 4) {
        nmod_poly_zero(m.p);
        nmod_poly_zero(m.q);
        for (size_t i = 0; i < m.len; i++) {
            nmod_poly_set_coeff_ui(m.p, (slong)i, (ulong)rand() % modulus);
            if (i <= m.len / 2)
                nmod_poly_set_coeff_ui(m.q, (slong)i, i == 0 ? 1 : (ulong)rand() % modulus);
        }
        double own = least(run_own, &m), flint = least(run_flint, &m);
        fprintf(stderr, "length %zu: transforms %.1f us, products %.1f us\n", m.len, own * 1e6,
                flint * 1e6);
        if (own < flint)
            break;
    }
    nmod_poly_clear(m.p);
    nmod_poly_clear(m.q);
    nmod_poly_clear(m.t);
    return m.len;
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
    size_t start = decimal_start_bits(), digits = decimal_min_digits(), len = mori_len();
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
           "#define CPM_TUNE_DECIMAL_MIN_DIGITS %zu\n\n"
           "/* Bostan-Mori modulo a word takes its own transforms for more coefficients. */\n"
           "#define CPM_TUNE_NMOD_MORI_LEN %zu\n\n"
           "/* A single product modulo a word is FLINT's below this length. Not measured by\n"
           " * make tune: it is for one product a question. */\n"
           "#define CPM_TUNE_NMOD_MUL_LEN 4000\n\n"
           "/* Work on fewer numbers at once is not worth waking a second thread for: some 30\n"
           " * microseconds. Not measured by make tune. */\n"
           "#define CPM_TUNE_TEAM_MIN ((size_t)1 << 15)\n\n#endif\n",
           name, ntt.kernel->name, gmp_version, flint_version, odd3, odd5, start, digits, len);
    cpm_ntt_clear(&ntt);
    return 0;
}
