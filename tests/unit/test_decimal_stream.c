/* SPDX-License-Identifier: MIT
 *
 * Consecutive large terms in decimal: jumps and steps against Bostan-Mori on
 * binary integers, and ranges of a sequence for base 10 against the same
 * ranges for a base that is not known.
 */
#include "bignum/cpu.h"
#include "decimal.h"
#include "power/bostan_mori.h"
#include "power/decimal_stream.h"
#include "unit.h"

#include "cpmcalc.h"

static cpm_err err;

static const char *const disabled[] = {"", "avx512f", "avx512f,avx2"};

/* A coefficient of up to nbits bits; some are 0, +-1. */
static slong random_coeff(unsigned nbits)
{
    static const slong common[] = {0, 1, -1, 1};
    if (unit_below(2))
        return common[unit_below(4)];
    slong c = (slong)(unit_rand() >> (64 - nbits));
    return unit_below(2) ? c : -c;
}

static void random_fraction(cpm_genfun *f, slong order, slong reach, unsigned nbits)
{
    fmpz_poly_zero(f->den);
    fmpz_poly_zero(f->num);
    fmpz_poly_set_coeff_si(f->den, 0, 1);
    for (slong j = 1; j <= order; j++)
        fmpz_poly_set_coeff_si(f->den, j, random_coeff(nbits));
    if (fmpz_poly_degree(f->den) < order)
        fmpz_poly_set_coeff_si(f->den, order, unit_below(2) ? 1 : -3);
    for (slong i = 0; i < reach; i++)
        fmpz_poly_set_coeff_si(f->num, i, random_coeff(nbits));
    fmpz_one(f->scale);
}

static void check_stream(const cpm_genfun *f, ulong next, const cpm_config *config)
{
    fmpz_t n, expected;
    fmpz_init_set_ui(n, next);
    fmpz_init(expected);
    cpm_decimal_stream stream;
    UNIT_CHECK(cpm_decimal_stream_applies(f));
    if (cpm_decimal_stream_jump(&stream, f, n, config, &err) != CPM_OK) {
        UNIT_FAIL("order %ld at %lu: %s", cpm_genfun_order(f), next, err.message);
        cpm_err_clear(&err);
    }
    for (ulong i = 0; i < 20 && stream.order > 0; i++) {
        const cpm_dec *term;
        fmpz_set_ui(n, next + i);
        if (cpm_nth_bostan_mori(expected, f->num, f->den, n, NULL, config, &err) != CPM_OK ||
            cpm_decimal_stream_step(&term, &stream, &err) != CPM_OK ||
            !decimal_is(term, expected)) {
            UNIT_FAIL("order %ld: wrong term %lu, %lu after the jump", cpm_genfun_order(f),
                      next + i, i);
            break;
        }
    }
    cpm_decimal_stream_clear(&stream);
    fmpz_clear(n);
    fmpz_clear(expected);
}

static void test_jumps(void)
{
    cpm_genfun f;
    cpm_genfun_init(&f);
    for (size_t i = 0; i < unit_scaled(100); i++) {
        cpm_cpu_disable(disabled[i % 3]);
        slong order = i % 2 ? 1 + (slong)unit_below(3) : 1 + (slong)unit_below(12);
        slong reach = unit_below(4) ? order : (slong)unit_below(80);
        random_fraction(&f, order, reach, unit_below(4) ? 2 : 1 + (unsigned)unit_below(40));
        cpm_config config = {.nthreads = 1};
        config.nthreads = 1 + (unsigned)(i % 3);
        ulong next = (ulong)(order + reach) + unit_below(i % 4 ? 3000 / (ulong)order : 20000);
        if (fmpz_poly_max_bits(f.den) > 4 || fmpz_poly_max_bits(f.den) < -4)
            next = (ulong)(order + reach) + next / 10;
        check_stream(&f, next, &config);
    }
    cpm_cpu_disable(NULL);
    cpm_genfun_clear(&f);
}

/* From terms that are known, and with coefficients of a whole word. */
static void test_steps(void)
{
    cpm_genfun f;
    cpm_genfun_init(&f);
    for (size_t i = 0; i < unit_scaled(100); i++) {
        slong order = 1 + (slong)unit_below(6);
        random_fraction(&f, order, order, 1 + (unsigned)unit_below(62));
        enum { NTERMS = 60 };
        fmpq *y = flint_malloc(NTERMS * sizeof *y);
        for (int k = 0; k < NTERMS; k++)
            fmpq_init(y + k);
        cpm_genfun_terms(y, 0, NTERMS, &f);
        size_t start = (size_t)order, at = unit_below((uint64_t)order);
        fmpq *ring = flint_malloc((size_t)order * sizeof *ring);
        for (size_t k = 0; k < (size_t)order; k++) {
            fmpq_init(ring + (at + k) % (size_t)order);
            fmpq_set(ring + (at + k) % (size_t)order, y + start - (size_t)order + k);
        }
        cpm_decimal_stream stream;
        UNIT_CHECK(cpm_decimal_stream_set(&stream, &f, ring, at, &err) == CPM_OK);
        for (size_t k = start; k < NTERMS; k++) {
            const cpm_dec *term;
            UNIT_CHECK(cpm_decimal_stream_step(&term, &stream, &err) == CPM_OK &&
                       decimal_is(term, fmpq_numref(y + k)));
        }
        cpm_decimal_stream_clear(&stream);
        for (slong k = 0; k < order; k++)
            fmpq_clear(ring + k);
        for (int k = 0; k < NTERMS; k++)
            fmpq_clear(y + k);
        flint_free(ring);
        flint_free(y);
    }
    cpm_genfun_clear(&f);
}

/* What does not apply is refused and not done wrongly. */
static void test_refusals(void)
{
    cpm_genfun f;
    cpm_genfun_init(&f);
    random_fraction(&f, 40, 40, 2);
    cpm_config config = {.nthreads = 1};
    config.nthreads = 1;
    cpm_decimal_stream stream;
    fmpz_t n;
    fmpz_init_set_ui(n, 100000);
    UNIT_CHECK(cpm_decimal_stream_jump(&stream, &f, n, &config, &err) == CPM_ERR_UNSUPPORTED);
    cpm_err_clear(&err);
    fmpz_set_ui(f.scale, 3);
    UNIT_CHECK(!cpm_decimal_stream_applies(&f));
    fmpz_one(f.scale);
    fmpz_poly_set_coeff_ui(f.den, 2, UINT64_MAX);
    UNIT_CHECK(!cpm_decimal_stream_applies(&f));
    fmpz_poly_set_coeff_ui(f.den, 2, 1);
    fmpz_poly_set_coeff_ui(f.den, 0, 2);
    UNIT_CHECK(!cpm_decimal_stream_applies(&f));
    fmpz_clear(n);
    cpm_genfun_clear(&f);
}

/* ---- Ranges of sequences ----------------------------------------------------- */

enum { MAX_RANGE = 400 };

typedef struct range {
    mpz_t terms[MAX_RANGE];
    size_t count;
} range;

static cpm_status take_term(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *e)
{
    range *r = ctx;
    (void)n;
    if (r->count == MAX_RANGE || !cpm_value_get_mpz(r->terms[r->count], value)) {
        e->status = CPM_ERR_IO;
        return e->status;
    }
    r->count++;
    return CPM_OK;
}

/* first, first + step, ..., up to last, found for the given base. */
static void get_range(range *r, const cpm_spec *spec, const slong bounds[3], int base,
                      unsigned nthreads)
{
    cpm_config config;
    cpm_config_init(&config);
    config.output_base = base;
    config.nthreads = nthreads;
    mpz_t first, last, step;
    mpz_init_set_si(first, bounds[0]);
    mpz_init_set_si(last, bounds[1]);
    mpz_init_set_si(step, bounds[2]);
    cpm_seq *seq = NULL;
    r->count = 0;
    cpm_status status = cpm_seq_new(&seq, spec, &config, &err);
    if (status == CPM_OK)
        status = cpm_seq_terms(seq, first, last, step, &config, take_term, r, &err);
    if (status != CPM_OK)
        UNIT_FAIL("%s", err.message);
    cpm_err_clear(&err);
    cpm_seq_free(seq);
    mpz_clear(first);
    mpz_clear(last);
    mpz_clear(step);
}

static void random_list(char *text, size_t cap, size_t n, unsigned nbits)
{
    size_t len = 0;
    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, cap - len, "%s%ld", i ? "," : "", random_coeff(nbits));
}

static void test_ranges(void)
{
    static range binary, decimal;
    for (size_t i = 0; i < MAX_RANGE; i++) {
        mpz_init(binary.terms[i]);
        mpz_init(decimal.terms[i]);
    }
    for (size_t round = 0; round < unit_scaled(40); round++) {
        cpm_cpu_disable(round % 4 == 3 ? "fma" : disabled[round % 3]);
        char signature[1200], init[1200];
        size_t order = 1 + unit_below(round % 2 ? 4 : 30);
        unsigned nbits = unit_below(4) ? 2 : 30;
        random_list(signature, sizeof signature, order, nbits);
        random_list(init, sizeof init, order, nbits);
        cpm_spec spec = {.signature = {"signature", signature, strlen(signature)},
                         .init = {"init", init, strlen(init)}};
        slong first = (slong)unit_below(round % 3 ? 60000 / order : 2000);
        slong step = unit_below(3) ? 1 : (slong)unit_below(70) - 3;
        step = step == 0 ? 1 : step;
        if (nbits > 2)
            first /= 20;
        slong nterms = 1 + (slong)unit_below(unit_below(4) ? 40 : MAX_RANGE);
        slong last = first + step * (nterms - 1);
        slong bounds[] = {first, step < 0 && last < 0 ? 0 : last, step};
        get_range(&binary, &spec, bounds, 0, 1);
        get_range(&decimal, &spec, bounds, 10, 1 + (unsigned)(round % 3));
        UNIT_CHECK(binary.count == decimal.count && binary.count > 0);
        for (size_t i = 0; i < binary.count && i < decimal.count; i++)
            if (mpz_cmp(binary.terms[i], decimal.terms[i]) != 0) {
                UNIT_FAIL("%s: term %zu of %ld..%ld..%ld differs", signature, i, bounds[0],
                          bounds[1], bounds[2]);
                break;
            }
    }
    for (size_t i = 0; i < MAX_RANGE; i++) {
        mpz_clear(binary.terms[i]);
        mpz_clear(decimal.terms[i]);
    }
    cpm_cpu_disable(NULL);
}

static const cpm_test tests[] = {
    {"jumps", test_jumps},
    {"steps", test_steps},
    {"refusals", test_refusals},
    {"ranges", test_ranges},
};
UNIT_MAIN(tests)
