/* SPDX-License-Identifier: MIT
 *
 * test_semi.c - the engines over semirings against repeated multiplication and
 * plain iteration by the methods of each domain.
 */
#include "power/semi_plan.h"
#include "unit.h"

#include <flint/fmpq_vec.h>

enum { ROUNDS = 500 };

static cpm_config config;

static void setup(void)
{
    cpm_config_init(&config);
}

/* How large random elements are: small ones meet often, large ones leave the
 * range of machine words. */
static void random_element(fmpq_t out, const cpm_domain *domain, unsigned kind)
{
    do {
        uint64_t dice = unit_below(10);
        if (dice < 2)
            domain->zero(out, domain);
        else if (dice == 2)
            domain->one(out, domain);
        else if (dice == 3 && kind % 4 == 1)
            cpm_ext_set_inf(out, unit_below(2) ? 1 : -1);
        else if (kind % 4 == 2) /* 2^40 and beyond */
            fmpq_set_si(out, (slong)(unit_rand() >> (1 + unit_below(24))), 1);
        else if (kind % 4 == 3 && !domain->is_bitwise)
            fmpq_set_si(out, (slong)unit_below(41) - 20, 1 + unit_below(6));
        else
            fmpq_set_si(out, (slong)unit_below(41) - 20, 1);
        if (unit_below(2) && kind % 4 == 2) {
            fmpz_neg(fmpq_numref(out), fmpq_numref(out));
            if (domain->is_bitwise)
                fmpz_mul_2exp(fmpq_numref(out), fmpq_numref(out), unit_below(90));
        }
    } while (!domain->contains(out, domain));
}

static void multiply(fmpq *c, const fmpq *a, const fmpq *b, size_t dim, const cpm_domain *domain)
{
    fmpq_t t;
    fmpq_init(t);
    for (size_t i = 0; i < dim; i++)
        for (size_t j = 0; j < dim; j++) {
            domain->zero(c + i * dim + j, domain);
            for (size_t k = 0; k < dim; k++) {
                domain->mul(t, a + i * dim + k, b + k * dim + j, domain);
                domain->add(c + i * dim + j, c + i * dim + j, t, domain);
            }
        }
    fmpq_clear(t);
}

static void check_equal(const fmpq *found, const fmpq *expected, size_t count,
                        const cpm_domain *domain, const char *what, ulong n)
{
    for (size_t i = 0; i < count; i++)
        if (!fmpq_equal(found + i, expected + i)) {
            UNIT_FAIL("%s: %s differs at %zu, n = %lu", cpm_semiring_name(domain->id), what, i,
                      (unsigned long)n);
            return;
        }
}

static void one_power(const cpm_domain *domain, unsigned kind)
{
    size_t dim = 1 + unit_below(6), count = dim * dim;
    ulong n = unit_below(domain->is_bitwise || unit_below(4) ? 24 : 60);
    fmpq *a = _fmpq_vec_init((slong)count), *found = _fmpq_vec_init((slong)count);
    fmpq *expected = _fmpq_vec_init((slong)count), *next = _fmpq_vec_init((slong)count);
    for (size_t i = 0; i < count; i++) {
        random_element(a + i, domain, kind);
        (i % (dim + 1) == 0 ? domain->one : domain->zero)(expected + i, domain);
    }
    for (ulong i = 0; i < n; i++) {
        multiply(next, expected, a, dim, domain);
        for (size_t k = 0; k < count; k++)
            fmpq_set(expected + k, next + k);
    }
    fmpz_t exponent;
    cpm_err err = {0};
    fmpz_init_set_ui(exponent, n);
    if (cpm_semi_matrix_power(found, a, dim, exponent, domain, &config, &err) != CPM_OK)
        UNIT_FAIL("%s: %s", cpm_semiring_name(domain->id), err.message);
    check_equal(found, expected, count, domain, "power", n);
    fmpz_clear(exponent);
    _fmpq_vec_clear(a, (slong)count);
    _fmpq_vec_clear(found, (slong)count);
    _fmpq_vec_clear(expected, (slong)count);
    _fmpq_vec_clear(next, (slong)count);
}

static void powers(void)
{
    setup();
    for (int id = CPM_SEMIRING_MAX_PLUS; id < CPM_NSEMIRINGS; id++)
        for (size_t i = unit_scaled(ROUNDS); i > 0 && id != CPM_SEMIRING_MUL_POW; i--)
            one_power(cpm_domain_of((cpm_semiring)id), (unsigned)i);
}

/* ---- Systems ------------------------------------------------------------- */

static void add_term(cpm_form *form, size_t var, const cpm_domain *domain, unsigned kind)
{
    fmpq_t c;
    cpm_err err = {0};
    fmpq_init(c);
    random_element(c, domain, kind);
    if (!cpm_domain_is_zero(c, domain))
        UNIT_CHECK(cpm_form_add_term(form, var, c, domain, &err) == CPM_OK);
    fmpq_clear(c);
}

static void add_copy(cpm_form *form, size_t var, const cpm_domain *domain)
{
    fmpq_t one;
    cpm_err err = {0};
    fmpq_init(one);
    domain->one(one, domain);
    UNIT_CHECK(cpm_form_add_term(form, var, one, domain, &err) == CPM_OK);
    fmpq_clear(one);
}

/* A shift register of order d with a constant, or any system; sys is set up. */
static void random_system(cpm_linsys *sys, const cpm_domain *domain, unsigned kind, bool chain)
{
    size_t dim = sys->dim;
    for (size_t i = 0; i < dim; i++) {
        random_element(sys->start + i, domain, kind);
        if (chain && i + 1 == dim)
            add_copy(&sys->rows[i], i, domain);
        else if (chain && i > 0)
            add_copy(&sys->rows[i], i - 1, domain);
        else
            for (size_t j = 0; j < dim; j++)
                if (unit_below(3) > 0)
                    add_term(&sys->rows[i], j, domain, kind);
        cpm_form_normalise(&sys->rows[i], domain);
    }
    add_copy(&sys->outputs[0], chain && dim > 1 ? dim - 2 : 0, domain);
}

/* The engine that config->engine stands for, and its answer. */
static cpm_status ask(fmpq *out, cpm_semi_plan *plan, const fmpz_t n, const cpm_config *options,
                      cpm_err *err)
{
    cpm_decision decision;
    cpm_status status = cpm_semi_decide(&decision, plan, n, options, err);
    return status == CPM_OK ? cpm_semi_run(out, plan, decision.engine, n, options, err) : status;
}

static void one_system(const cpm_domain *domain, unsigned kind)
{
    cpm_linsys sys;
    cpm_err err = {0};
    cpm_semi_plan plan;
    bool chain = kind / 4 % 2 == 0;
    fmpz_t n;
    fmpq_t expected, found;
    fmpz_init_set_ui(n, unit_below(50));
    fmpq_init(expected);
    fmpq_init(found);
    UNIT_CHECK(cpm_linsys_init(&sys, domain, 1 + unit_below(6), 1, &err) == CPM_OK);
    random_system(&sys, domain, kind, chain);
    UNIT_CHECK(cpm_semi_plan_init(&plan, &sys, &err) == CPM_OK);
    UNIT_CHECK(!chain || plan.is_register);
    cpm_config forced = config;
    forced.engine = CPM_ENGINE_NAIVE;
    UNIT_CHECK(ask(expected, &plan, n, &forced, &err) == CPM_OK);
    forced.engine = CPM_ENGINE_MATRIX;
    UNIT_CHECK(ask(found, &plan, n, &forced, &err) == CPM_OK);
    check_equal(found, expected, 1, domain, "matrix", fmpz_get_ui(n));
    if (plan.is_register) {
        forced.engine = CPM_ENGINE_RECURRENCE;
        UNIT_CHECK(ask(found, &plan, n, &forced, &err) == CPM_OK);
        check_equal(found, expected, 1, domain, "recurrence", fmpz_get_ui(n));
    }
    cpm_semi_plan_clear(&plan);
    fmpz_clear(n);
    fmpq_clear(expected);
    fmpq_clear(found);
}

static void systems(void)
{
    setup();
    for (int id = CPM_SEMIRING_MAX_PLUS; id < CPM_NSEMIRINGS; id++)
        for (size_t i = unit_scaled(ROUNDS); i > 0 && id != CPM_SEMIRING_MUL_POW; i--)
            one_system(cpm_domain_of((cpm_semiring)id), (unsigned)i);
}

/* A^(m+n) = A^m A^n for huge m and n, where nothing can be iterated. */
static void huge_exponents(void)
{
    setup();
    enum { DIM = 5, COUNT = DIM * DIM };
    fmpq *a = _fmpq_vec_init(COUNT), *x = _fmpq_vec_init(COUNT), *y = _fmpq_vec_init(COUNT);
    fmpq *z = _fmpq_vec_init(COUNT), *product = _fmpq_vec_init(COUNT);
    fmpz_t m, n;
    fmpz_init(m);
    fmpz_init(n);
    for (int id = CPM_SEMIRING_MAX_PLUS; id < CPM_NSEMIRINGS; id++) {
        const cpm_domain *domain = cpm_domain_of((cpm_semiring)id);
        if (id == CPM_SEMIRING_MUL_POW || id == CPM_SEMIRING_MAX_TIMES ||
            id == CPM_SEMIRING_MIN_TIMES)
            continue; /* their powers are huge too */
        for (size_t i = unit_scaled(40); i > 0; i--) {
            cpm_err err = {0};
            for (size_t k = 0; k < COUNT; k++)
                random_element(a + k, domain, (unsigned)i);
            fmpz_set_ui(m, unit_rand());
            fmpz_set_ui(n, unit_rand());
            fmpz_mul_2exp(m, m, unit_below(40));
            UNIT_CHECK(cpm_semi_matrix_power(x, a, DIM, m, domain, &config, &err) == CPM_OK);
            UNIT_CHECK(cpm_semi_matrix_power(y, a, DIM, n, domain, &config, &err) == CPM_OK);
            fmpz_add(m, m, n);
            UNIT_CHECK(cpm_semi_matrix_power(z, a, DIM, m, domain, &config, &err) == CPM_OK);
            multiply(product, x, y, DIM, domain);
            check_equal(z, product, COUNT, domain, "A^(m+n)", (ulong)i);
        }
    }
    fmpz_clear(m);
    fmpz_clear(n);
    _fmpq_vec_clear(a, COUNT);
    _fmpq_vec_clear(x, COUNT);
    _fmpq_vec_clear(y, COUNT);
    _fmpq_vec_clear(z, COUNT);
    _fmpq_vec_clear(product, COUNT);
}

/* Huge n of sparse systems: by the period, by squaring. */
static void periods(void)
{
    setup();
    size_t used = 0, count = unit_scaled(200);
    for (size_t i = count; i > 0; i--) {
        const cpm_domain *domain =
            cpm_domain_of(i % 2 ? CPM_SEMIRING_MAX_PLUS : CPM_SEMIRING_MIN_PLUS);
        cpm_linsys sys;
        cpm_err err = {0};
        cpm_semi_plan plan;
        fmpz_t n;
        fmpq_t expected, found, c;
        fmpz_init_set_ui(n, unit_rand());
        fmpz_mul_2exp(n, n, 1000);
        fmpz_add_ui(n, n, unit_rand());
        fmpq_init(expected);
        fmpq_init(found);
        fmpq_init(c);
        size_t dim = 6 + unit_below(12);
        UNIT_CHECK(cpm_linsys_init(&sys, domain, dim, 1, &err) == CPM_OK);
        for (size_t k = 0; k < dim; k++) { /* a ring with chords */
            random_element(sys.start + k, domain, 0);
            fmpq_set_si(c, (slong)unit_below(20), 1);
            UNIT_CHECK(cpm_form_add_term(&sys.rows[k], (k + 1) % dim, c, domain, &err) == CPM_OK);
            fmpq_set_si(c, (slong)unit_below(20), 1);
            if (unit_below(3) == 0)
                UNIT_CHECK(cpm_form_add_term(&sys.rows[k], unit_below(dim), c, domain, &err) ==
                           CPM_OK);
            cpm_form_normalise(&sys.rows[k], domain);
        }
        add_copy(&sys.outputs[0], 0, domain);
        UNIT_CHECK(cpm_semi_plan_init(&plan, &sys, &err) == CPM_OK);
        cpm_config forced = config;
        forced.engine = CPM_ENGINE_MATRIX;
        UNIT_CHECK(ask(expected, &plan, n, &forced, &err) == CPM_OK);
        UNIT_CHECK(ask(found, &plan, n, &config, &err) == CPM_OK);
        check_equal(found, expected, 1, domain, "period", (ulong)i);
        used += plan.knows_growth && plan.growth.has_transient;
        cpm_semi_plan_clear(&plan);
        fmpz_clear(n);
        fmpq_clear(expected);
        fmpq_clear(found);
        fmpq_clear(c);
    }
    UNIT_CHECK(used * 2 > count);
}

static const cpm_test tests[] = {
    {"periods", periods},
    {"powers", powers},
    {"systems", systems},
    {"huge_exponents", huge_exponents},
};

UNIT_MAIN(tests)
