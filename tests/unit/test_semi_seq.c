/* SPDX-License-Identifier: MIT
 *
 * test_semi_seq.c - random recurrences in every pair of operations against
 * plain evaluation of the same rules by the methods of the domain.
 */
#include "algebra/semiring.h"
#include "base/strbuf.h"
#include "unit.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_vec.h>

enum { ROUNDS = 500, MAX_ORDER = 4, MAX_TERMS = 6 };

/* cur = sum of products: terms[j] * p[lag], lag 0 for a constant. */
typedef struct rule {
    const cpm_domain *domain;
    size_t order, nterms;
    size_t lags[MAX_TERMS];
    fmpq *factors; /* one per term */
    fmpq *init;    /* order values, oldest first */
} rule;

static slong below(slong limit)
{
    return (slong)unit_below((uint64_t)limit);
}

static void random_value(fmpq_t out, const cpm_domain *domain, bool is_factor)
{
    switch (domain->id) {
    case CPM_SEMIRING_MUL_POW:
        fmpq_set_si(out, is_factor ? (unit_below(6) == 0 ? 2 : below(2)) : below(12) - 3, 1);
        break;
    case CPM_SEMIRING_MAX_TIMES:
    case CPM_SEMIRING_MIN_TIMES:
        fmpq_set_si(out, below(9), is_factor ? 1 + unit_below(3) : 1);
        break;
    case CPM_SEMIRING_MAX_PLUS:
    case CPM_SEMIRING_MIN_PLUS:
    case CPM_SEMIRING_MAX_MIN:
    case CPM_SEMIRING_MIN_MAX:
        fmpq_set_si(out, below(41) - 20, unit_below(8) == 0 ? 3 : 1);
        break;
    case CPM_SEMIRING_GCD_LCM:
        fmpq_set_si(out, below(200), 1);
        break;
    default:
        fmpq_set_si(out, below(5000) - 2500, 1);
        if (unit_below(6) == 0)
            fmpz_mul_2exp(fmpq_numref(out), fmpq_numref(out), unit_below(100));
    }
}

static void put(cpm_strbuf *text, const fmpq_t value)
{
    char *digits = fmpq_get_str(NULL, 10, value);
    cpm_strbuf_printf(text, "(%s)", digits);
    flint_free(digits);
}

/* term j as the user would write it */
static void put_term(cpm_strbuf *text, const rule *r, size_t j)
{
    static const char *const infix[] = {
        [CPM_SEMIRING_MAX_PLUS] = "+",  [CPM_SEMIRING_MIN_PLUS] = "+",
        [CPM_SEMIRING_MUL_POW] = "**",  [CPM_SEMIRING_OR_AND] = "&",
        [CPM_SEMIRING_AND_OR] = "|",    [CPM_SEMIRING_XOR_AND] = "&",
        [CPM_SEMIRING_MAX_TIMES] = "*", [CPM_SEMIRING_MIN_TIMES] = "*"};
    cpm_semiring id = r->domain->id;
    if (r->lags[j] == 0) {
        put(text, r->factors + j);
    } else if (r->domain->written.mul[0] >= 'a' &&
               r->domain->written.mul[0] <= 'z') { /* a function */
        cpm_strbuf_printf(text, "%s(p%zu, ", r->domain->written.mul, r->lags[j]);
        put(text, r->factors + j);
        cpm_strbuf_puts(text, ")");
    } else {
        cpm_strbuf_printf(text, "(p%zu %s ", r->lags[j], infix[id]);
        put(text, r->factors + j);
        cpm_strbuf_puts(text, ")");
    }
}

static void put_rule(cpm_strbuf *text, const rule *r)
{
    const char *op = " * ";
    if (r->domain->id == CPM_SEMIRING_OR_AND)
        op = " | ";
    else if (r->domain->id == CPM_SEMIRING_AND_OR)
        op = " & ";
    else if (r->domain->id == CPM_SEMIRING_XOR_AND)
        op = " xor ";
    bool call =
        r->domain->written.add[0] >= 'a' && r->domain->written.add[0] <= 'z' && r->nterms > 1;
    cpm_strbuf_puts(text, "cur = ");
    if (call)
        cpm_strbuf_printf(text, "%s(", r->domain->written.add);
    for (size_t j = 0; j < r->nterms; j++) {
        if (j > 0)
            cpm_strbuf_puts(text, call ? ", " : op);
        put_term(text, r, j);
    }
    cpm_strbuf_puts(text, call ? ")" : "");
}

static void make_rule(rule *r, const cpm_domain *domain)
{
    *r = (rule){
        .domain = domain, .order = 1 + unit_below(MAX_ORDER), .nterms = 1 + unit_below(MAX_TERMS)};
    r->factors = _fmpq_vec_init(MAX_TERMS);
    r->init = _fmpq_vec_init(MAX_ORDER);
    for (size_t j = 0; j < r->nterms; j++) {
        r->lags[j] = j == 0 ? r->order : unit_below(r->order + 1);
        random_value(r->factors + j, domain, r->lags[j] > 0);
    }
    for (size_t i = 0; i < r->order; i++)
        random_value(r->init + i, domain, false);
}

static void rule_clear(rule *r)
{
    _fmpq_vec_clear(r->factors, MAX_TERMS);
    _fmpq_vec_clear(r->init, MAX_ORDER);
}

/* a[n] from a[0..n-1] */
static void apply_rule(fmpq *a, size_t n, const rule *r)
{
    const cpm_domain *d = r->domain;
    fmpq_t t;
    fmpq_init(t);
    for (size_t j = 0; j < r->nterms; j++) {
        if (r->lags[j] == 0)
            fmpq_set(t, r->factors + j);
        else
            d->mul(t, a + n - r->lags[j], r->factors + j, d);
        if (j == 0)
            fmpq_set(a + n, t);
        else
            d->add(a + n, a + n, t, d);
    }
    fmpq_clear(t);
}

typedef struct check {
    const fmpq *expected;
    const char *spec;
    mpz_srcptr modulus;
    cpm_semiring id;
} check;

static cpm_status collect(void *ctx, const char *bytes, size_t nbytes)
{
    cpm_strbuf_append(ctx, bytes, nbytes);
    return CPM_OK;
}

static cpm_status compare(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    const check *c = ctx;
    const fmpq *a = c->expected + mpz_get_ui(n);
    cpm_strbuf found = {0};
    cpm_writer writer = {collect, &found};
    cpm_status status = cpm_value_write(value, 10, &writer, err);
    char *expected = fmpq_get_str(NULL, 10, a);
    if (c->modulus != NULL) {
        fmpz_t m;
        fmpz_init(m);
        fmpz_set_mpz(m, c->modulus);
        fmpz_mod(m, fmpq_numref(a), m);
        flint_free(expected);
        expected = fmpz_get_str(NULL, 10, m);
        fmpz_clear(m);
    }
    if (status != CPM_OK || strcmp(found.data, expected) != 0)
        UNIT_FAIL("%s: %s: a(%lu) is %.60s, wanted %.60s", cpm_semiring_name(c->id), c->spec,
                  mpz_get_ui(n), found.data, expected);
    flint_free(expected);
    cpm_strbuf_clear(&found);
    return status;
}

/* Terms 0..last by the library against `a`, engine by engine. */
static void compare_terms(const rule *r, const cpm_strbuf *text, const cpm_strbuf *init,
                          const fmpq *a, size_t last, cpm_semiring wanted)
{
    static const cpm_engine engines[] = {CPM_ENGINE_AUTO, CPM_ENGINE_NAIVE, CPM_ENGINE_MATRIX,
                                         CPM_ENGINE_RECURRENCE};
    cpm_config config;
    cpm_err err = {0};
    cpm_seq *seq = NULL;
    cpm_config_init(&config);
    config.semiring = wanted;
    cpm_spec spec = {.spec = {"<spec>", text->data, text->len},
                     .init = {"<--init>", init->data, init->len}};
    check c = {a, text->data, NULL, r->domain->id};
    if (cpm_seq_new(&seq, &spec, &config, &err) != CPM_OK) {
        UNIT_FAIL("%s: %s: %s", cpm_semiring_name(r->domain->id), text->data, err.message);
        return;
    }
    mpz_t first, end, step, m;
    mpz_init_set_ui(first, 0);
    mpz_init_set_ui(end, last);
    mpz_init_set_ui(step, 1 + unit_below(3));
    mpz_init_set_ui(m, 1 + unit_below(60));
    for (size_t e = 0; e < sizeof engines / sizeof *engines; e++) {
        config.engine = engines[e];
        if (cpm_seq_terms(seq, first, end, step, &config, compare, &c, &err) != CPM_OK)
            UNIT_FAIL("%s: %s: %s", cpm_semiring_name(r->domain->id), text->data, err.message);
    }
    bool integral = true;
    for (size_t i = 0; i <= last; i++)
        integral = integral && fmpz_is_one(fmpq_denref(a + i));
    config.engine = CPM_ENGINE_AUTO;
    config.modulus = c.modulus = m;
    if (integral && cpm_seq_terms(seq, first, end, step, &config, compare, &c, &err) != CPM_OK)
        UNIT_FAIL("%s: %s mod: %s", cpm_semiring_name(r->domain->id), text->data, err.message);
    mpz_clear(first);
    mpz_clear(end);
    mpz_clear(step);
    mpz_clear(m);
    cpm_seq_free(seq);
}

static void one_recurrence(const cpm_domain *domain)
{
    rule r;
    cpm_strbuf text = {0}, init = {0};
    make_rule(&r, domain);
    size_t last = domain->id == CPM_SEMIRING_MUL_POW ? 7 : 30;
    fmpq *a = _fmpq_vec_init((slong)last + 1);
    put_rule(&text, &r);
    for (size_t i = 0; i <= last; i++) {
        if (i < r.order)
            fmpq_set(a + i, r.init + i);
        else
            apply_rule(a, i, &r);
    }
    for (size_t i = 0; i < r.order; i++) {
        cpm_strbuf_puts(&init, i == 0 ? "" : ",");
        put(&init, r.init + i);
    }
    compare_terms(&r, &text, &init, a, last, domain->id);
    compare_terms(&r, &text, &init, a, last, CPM_SEMIRING_AUTO);
    _fmpq_vec_clear(a, (slong)last + 1);
    cpm_strbuf_clear(&text);
    cpm_strbuf_clear(&init);
    rule_clear(&r);
}

static void recurrences(void)
{
    for (int id = CPM_SEMIRING_MAX_PLUS; id < CPM_NSEMIRINGS; id++)
        for (size_t i = unit_scaled(ROUNDS); i > 0; i--)
            one_recurrence(cpm_domain_of((cpm_semiring)id));
}

/* ---- mul-pow modulo M ------------------------------------------------------ */

/* r = r * x^e modulo m */
static void multiply_power(fmpz_t r, const fmpz_t x, const fmpz_t e, const fmpz_t m)
{
    fmpz_t p;
    fmpz_init(p);
    fmpz_powm(p, x, e, m);
    fmpz_mul(r, r, p);
    fmpz_mod(r, r, m);
    fmpz_clear(p);
}

/* The rule iterated modulo m; residues[0..last]. */
static void iterate_mod(fmpz *residues, size_t last, const rule *r, const fmpz_t m)
{
    fmpz_t one;
    fmpz_init_set_ui(one, 1);
    for (size_t n = 0; n <= last; n++) {
        if (n < r->order) {
            fmpz_mod(residues + n, fmpq_numref(r->init + n), m);
            continue;
        }
        fmpz_mod(residues + n, one, m);
        for (size_t j = 0; j < r->nterms; j++) {
            if (r->lags[j] == 0)
                multiply_power(residues + n, fmpq_numref(r->factors + j), one, m);
            else
                multiply_power(residues + n, residues + n - r->lags[j], fmpq_numref(r->factors + j),
                               m);
        }
    }
    fmpz_clear(one);
}

static cpm_status take(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    (void)n, (void)err;
    return cpm_value_get_mpz(ctx, value) ? CPM_OK : CPM_ERR_INTERNAL;
}

static void one_residue(const rule *r, const cpm_strbuf *text, const cpm_strbuf *init,
                        ulong modulus)
{
    enum { LAST = 2000 };
    cpm_config config;
    cpm_err err = {0};
    cpm_seq *seq = NULL;
    mpz_t n, m, found, step;
    mpz_init(n);
    mpz_init_set_ui(m, modulus);
    mpz_init(found);
    mpz_init_set_ui(step, 1);
    cpm_config_init(&config);
    config.semiring = CPM_SEMIRING_MUL_POW;
    config.modulus = m;
    cpm_spec spec = {.spec = {"<spec>", text->data, text->len},
                     .init = {"<--init>", init->data, init->len}};
    fmpz *expected = _fmpz_vec_init(LAST + 1);
    fmpz_t big;
    fmpz_init_set_ui(big, modulus);
    iterate_mod(expected, LAST, r, big);
    if (cpm_seq_new(&seq, &spec, &config, &err) != CPM_OK)
        UNIT_FAIL("%s: %s", text->data, err.message);
    for (int i = 0; i < 4 && seq != NULL; i++) {
        mpz_set_ui(n, i < 2 ? unit_below(40) : unit_below(LAST + 1));
        if (cpm_seq_terms(seq, n, n, step, &config, take, found, &err) != CPM_OK) {
            UNIT_FAIL("%s: n = %lu modulo %lu: %s", text->data, mpz_get_ui(n), modulus,
                      err.message);
            break;
        }
        fmpz_set_mpz(big, found);
        if (!fmpz_equal(big, expected + mpz_get_ui(n)))
            UNIT_FAIL("%s --init %s: n = %lu modulo %lu: %lu, wanted %lu", text->data, init->data,
                      mpz_get_ui(n), modulus, mpz_get_ui(found),
                      fmpz_get_ui(expected + mpz_get_ui(n)));
    }
    cpm_seq_free(seq);
    _fmpz_vec_clear(expected, LAST + 1);
    fmpz_clear(big);
    mpz_clear(n);
    mpz_clear(m);
    mpz_clear(found);
    mpz_clear(step);
}

static void residues(void)
{
    static const ulong moduli[] = {
        1,   2,    3,    4,     6,   7,     8,   9,   12,   30,   64,        72,         81,  97,
        100, 1024, 1155, 30030, 720, 65536, 210, 999, 2310, 6561, 998244353, 1000000007, 360, 3072};
    const cpm_domain *domain = cpm_domain_of(CPM_SEMIRING_MUL_POW);
    for (size_t i = unit_scaled(ROUNDS); i > 0; i--) {
        rule r;
        cpm_strbuf text = {0}, init = {0};
        make_rule(&r, domain);
        put_rule(&text, &r);
        for (size_t k = 0; k < r.order; k++) {
            cpm_strbuf_puts(&init, k == 0 ? "" : ",");
            put(&init, r.init + k);
        }
        ulong m = unit_below(4) ? moduli[unit_below(sizeof moduli / sizeof *moduli)]
                                : 1 + unit_below(100000);
        one_residue(&r, &text, &init, m);
        cpm_strbuf_clear(&text);
        cpm_strbuf_clear(&init);
        rule_clear(&r);
    }
}

static const cpm_test tests[] = {
    {"recurrences", recurrences},
    {"residues", residues},
};

UNIT_MAIN(tests)
