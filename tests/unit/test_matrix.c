/* SPDX-License-Identifier: MIT
 *
 * test_matrix.c - given matrices through the public header: powers times a vector
 * against as many products by the methods of the domain, edges against the matrix
 * that they are, facts against what the powers themselves show.
 */
#include "algebra/semiring.h"
#include "cpmcalc.h"
#include "unit.h"

#include <flint/fmpq_vec.h>

enum { MAX_DIM = 5, MAX_TEXT = 4000 };

/* ---- Elements and texts ---------------------------------------------------- */

static void random_element(fmpq_t out, const cpm_domain *domain)
{
    do {
        uint64_t dice = unit_below(8);
        if (dice < 2)
            domain->zero(out, domain);
        else
            fmpq_set_si(out, (slong)unit_below(15) - 5, unit_below(5) == 0 ? 2 : 1);
    } while (!domain->contains(out, domain));
}

static size_t put(char *text, size_t len, const fmpq *x)
{
    if (!cpm_ext_is_finite(x))
        return len + (size_t)sprintf(text + len, "%sinf", fmpq_sgn(x) < 0 ? "-" : "");
    char *digits = fmpq_get_str(NULL, 10, x);
    len += (size_t)sprintf(text + len, "%s", digits);
    flint_free(digits);
    return len;
}

static cpm_text text_of(char *text, const fmpq *x, size_t nrows, size_t ncols)
{
    size_t len = 0;
    for (size_t i = 0; i < nrows * ncols; i++) {
        if (i > 0)
            text[len++] = i % ncols == 0 ? ';' : ',';
        len = put(text, len, x + i);
    }
    return (cpm_text){"<text>", text, len};
}

static cpm_status collect(void *ctx, size_t row, size_t col, const cpm_value *value, cpm_err *err)
{
    char *text = ctx, *one;
    (void)row, (void)col;
    cpm_status status = cpm_value_text(&one, value, 10, err);
    if (status == CPM_OK)
        sprintf(text + strlen(text), "%s%s", text[0] == '\0' ? "" : ",", one);
    free(one);
    return status;
}

/* ---- A power times a vector --------------------------------------------------- */

static void multiply(fmpq *out, const fmpq *a, const fmpq *v, size_t dim, const cpm_domain *domain)
{
    fmpq_t t;
    fmpq_init(t);
    for (size_t i = 0; i < dim; i++) {
        domain->zero(out + i, domain);
        for (size_t k = 0; k < dim; k++) {
            domain->mul(t, v + k, a + i * dim + k, domain);
            domain->add(out + i, out + i, t, domain);
        }
    }
    fmpq_clear(t);
}

static void check_product(const char *matrix, const char *vector, const char *expected,
                          const cpm_domain *domain, ulong n, cpm_engine engine)
{
    char found[MAX_TEXT] = "";
    cpm_text texts[] = {{"<matrix>", matrix, strlen(matrix)}, {"<vector>", vector, strlen(vector)}};
    cpm_config config;
    cpm_err err = {0};
    cpm_matrix *m = NULL;
    mpz_t exponent;
    mpz_init_set_ui(exponent, n);
    cpm_config_init(&config);
    config.semiring = domain->id;
    config.engine = engine;
    cpm_status status = cpm_matrix_new(&m, &texts[0], &config, &err);
    if (status == CPM_OK)
        status = cpm_matrix_times(m, &texts[1], &err);
    if (status == CPM_OK)
        status = cpm_matrix_power(m, exponent, &config, collect, found, &err);
    if (status != CPM_OK && status != CPM_ERR_UNSUPPORTED)
        UNIT_FAIL("%s: (%s)^%lu (%s): %s", domain->name, matrix, (unsigned long)n, vector,
                  err.message);
    else if (status == CPM_OK && strcmp(found, expected) != 0)
        UNIT_FAIL("%s: (%s)^%lu (%s) is %s, not %s", domain->name, matrix, (unsigned long)n, vector,
                  found, expected);
    cpm_matrix_free(m);
    mpz_clear(exponent);
}

/* In mul-pow the exponents are small and not negative: values would be too long. */
static void random_entry(fmpq_t out, const cpm_domain *domain)
{
    if (domain->scalars != NULL)
        fmpq_set_si(out, (slong)unit_below(3), 1);
    else
        random_element(out, domain);
}

static void one_product(const cpm_domain *domain)
{
    size_t dim = 1 + unit_below(MAX_DIM);
    ulong n = unit_below(domain->scalars != NULL ? 5 : 20);
    fmpq *a = _fmpq_vec_init(MAX_DIM * MAX_DIM), *v = _fmpq_vec_init(MAX_DIM);
    fmpq *next = _fmpq_vec_init(MAX_DIM);
    static char matrix[MAX_TEXT], vector[MAX_TEXT], expected[1 << 20];
    for (size_t i = 0; i < dim * dim; i++)
        random_entry(a + i, domain);
    for (size_t i = 0; i < dim; i++)
        random_element(v + i, domain);
    text_of(matrix, a, dim, dim);
    text_of(vector, v, 1, dim);
    for (ulong i = 0; i < n; i++) {
        multiply(next, a, v, dim, domain);
        for (size_t k = 0; k < dim; k++)
            fmpq_set(v + k, next + k);
    }
    if (text_of(expected, v, 1, dim).len < MAX_TEXT)
        for (int engine = CPM_ENGINE_AUTO; engine <= CPM_ENGINE_RECURRENCE; engine++)
            check_product(matrix, vector, expected, domain, n, (cpm_engine)engine);
    _fmpq_vec_clear(a, MAX_DIM * MAX_DIM);
    _fmpq_vec_clear(v, MAX_DIM);
    _fmpq_vec_clear(next, MAX_DIM);
}

static void test_products(void)
{
    for (int id = CPM_SEMIRING_PLUS_TIMES; id < CPM_NSEMIRINGS; id++)
        for (size_t i = unit_scaled(60); i > 0; i--)
            one_product(cpm_domain_of((cpm_semiring)id));
}

/* ---- Edges ---------------------------------------------------------------------- */

static void check_edges(const char *edges, bool undirected, const char *expected,
                        const cpm_domain *domain)
{
    char found[MAX_TEXT] = "";
    cpm_text text = {"<edges>", edges, strlen(edges)};
    cpm_config config;
    cpm_err err = {0};
    cpm_matrix *m = NULL;
    mpz_t one;
    mpz_init_set_ui(one, 1);
    cpm_config_init(&config);
    config.semiring = domain->id;
    cpm_status status = cpm_matrix_of_edges(&m, &text, undirected, &config, &err);
    if (status == CPM_OK)
        status = cpm_matrix_power(m, one, &config, collect, found, &err);
    if (status != CPM_OK)
        UNIT_FAIL("%s: %s: %s", domain->name, edges, err.message);
    else if (strcmp(found, expected) != 0)
        UNIT_FAIL("%s: %s is %s, not %s", domain->name, edges, found, expected);
    cpm_matrix_free(m);
    mpz_clear(one);
}

/* Edges in any order, some of them twice; vertices from 0 or from 1. */
static void one_graph(const cpm_domain *domain)
{
    const cpm_domain *scalars = cpm_domain_scalars(domain);
    size_t dim = 1 + unit_below(MAX_DIM), nedges = 1 + unit_below(10), base = unit_below(2);
    bool undirected = unit_below(2);
    char edges[MAX_TEXT], expected[MAX_TEXT];
    size_t len = (size_t)sprintf(edges, "%zu # vertices\n%s", dim, base == 0 ? "0 0 " : "1 1 ");
    fmpq *a = _fmpq_vec_init(MAX_DIM * MAX_DIM);
    fmpq_t w;
    fmpq_init(w);
    for (size_t i = 0; i < dim * dim; i++)
        scalars->zero(a + i, scalars);
    for (size_t i = 0; i < nedges; i++) {
        size_t u = i == 0 ? 0 : unit_below(dim), v = i == 0 ? 0 : unit_below(dim);
        random_element(w, scalars);
        bool plain = unit_below(3) == 0;
        if (plain)
            fmpq_one(w);
        if (i > 0)
            len += (size_t)sprintf(edges + len, "%s%zu%s%zu ", unit_below(2) ? "\n" : ";", u + base,
                                   unit_below(2) ? " " : "\t", v + base);
        len = plain ? len : put(edges, len, w);
        scalars->add(a + u * dim + v, a + u * dim + v, w, scalars);
        if (undirected && u != v)
            scalars->add(a + v * dim + u, a + v * dim + u, w, scalars);
    }
    edges[len] = '\0';
    text_of(expected, a, dim, dim);
    for (char *c = expected; *c != '\0'; c++)
        *c = *c == ';' ? ',' : *c;
    check_edges(edges, undirected, expected, domain);
    fmpq_clear(w);
    _fmpq_vec_clear(a, MAX_DIM * MAX_DIM);
}

static void test_edges(void)
{
    for (int id = CPM_SEMIRING_PLUS_TIMES; id < CPM_NSEMIRINGS; id++)
        for (size_t i = unit_scaled(40); i > 0; i--)
            one_graph(cpm_domain_of((cpm_semiring)id));
}

/* ---- Facts ------------------------------------------------------------------------- */

/* The text of one fact, owned by the caller; NULL, and the status, where it is not told. */
static char *fact(cpm_status *status, const char *key, const char *matrix, const char *vector,
                  const cpm_domain *domain, unsigned long modulus)
{
    cpm_text text = {"<matrix>", matrix, strlen(matrix)}, keys = {"<show>", key, strlen(key)};
    cpm_config config;
    cpm_err err = {0};
    cpm_matrix *m = NULL;
    cpm_report *report = NULL;
    char *found = NULL;
    mpz_t mod;
    mpz_init_set_ui(mod, modulus);
    cpm_config_init(&config);
    config.semiring = domain->id;
    config.modulus = modulus > 0 ? mod : NULL;
    *status = cpm_matrix_new(&m, &text, &config, &err);
    if (*status == CPM_OK && vector != NULL) {
        cpm_text v = {"<vector>", vector, strlen(vector)};
        *status = cpm_matrix_times(m, &v, &err);
    }
    if (*status == CPM_OK)
        *status = cpm_matrix_show(&report, m, &keys, &config, &err);
    if (*status == CPM_OK) {
        const char *told = cpm_report_text(report, 0);
        found = malloc(strlen(told) + 1);
        strcpy(found, told);
    }
    cpm_report_free(report);
    cpm_matrix_free(m);
    mpz_clear(mod);
    return found;
}

static void check_fact(const char *key, const char *matrix, const char *vector,
                       const cpm_domain *domain, unsigned long modulus, const char *expected)
{
    cpm_status status;
    char *found = fact(&status, key, matrix, vector, domain, modulus);
    if (found == NULL)
        UNIT_FAIL("%s: %s of %s: status %d, not %s", domain->name, key, matrix, (int)status,
                  expected);
    else if (strcmp(found, expected) != 0)
        UNIT_FAIL("%s: %s of %s is %s, not %s", domain->name, key, matrix, found, expected);
    free(found);
}

static void copy(fmpq *to, const fmpq *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fmpq_set(to + i, from + i);
}

/* out = a b of dim * dim elements. */
static void product(fmpq *out, const fmpq *a, const fmpq *b, size_t dim, const cpm_domain *domain)
{
    fmpq_t t;
    fmpq_init(t);
    for (size_t i = 0; i < dim; i++)
        for (size_t j = 0; j < dim; j++) {
            fmpq *sum = out + i * dim + j;
            domain->zero(sum, domain);
            for (size_t k = 0; k < dim; k++) {
                domain->mul(t, a + i * dim + k, b + k * dim + j, domain);
                domain->add(sum, sum, t, domain);
            }
        }
    fmpq_clear(t);
}

static void set_unit(fmpq *x, size_t dim, const cpm_domain *domain)
{
    for (size_t i = 0; i < dim * dim; i++)
        (i % (dim + 1) == 0 ? domain->one : domain->zero)(x + i, domain);
}

/* 1 + a + ... + a^count, by Horner. */
static void sum_of_powers(fmpq *sum, const fmpq *a, size_t dim, size_t count,
                          const cpm_domain *domain)
{
    fmpq *next = _fmpq_vec_init((slong)(dim * dim)), *unit = _fmpq_vec_init((slong)(dim * dim));
    set_unit(unit, dim, domain);
    copy(sum, unit, dim * dim);
    for (size_t n = 0; n < count; n++) {
        product(next, a, sum, dim, domain);
        for (size_t i = 0; i < dim * dim; i++)
            domain->add(sum + i, next + i, unit + i, domain);
    }
    _fmpq_vec_clear(next, (slong)(dim * dim));
    _fmpq_vec_clear(unit, (slong)(dim * dim));
}

/* Entries that go on changing after many more powers than a way without cycles needs, and
 * than weights of about ten need to show, have the limit for their star. */
static void one_star(const cpm_domain *domain)
{
    size_t dim = 1 + unit_below(MAX_DIM), count = dim * dim;
    fmpq *a = _fmpq_vec_init(MAX_DIM * MAX_DIM), *sum = _fmpq_vec_init(MAX_DIM * MAX_DIM);
    fmpq *later = _fmpq_vec_init(MAX_DIM * MAX_DIM);
    char matrix[MAX_TEXT], expected[MAX_TEXT];
    for (size_t i = 0; i < count; i++)
        random_element(a + i, domain);
    text_of(matrix, a, dim, dim);
    sum_of_powers(sum, a, dim, 300, domain);
    sum_of_powers(later, a, dim, 360, domain);
    for (size_t i = 0; i < count; i++) {
        if (fmpq_equal(sum + i, later + i))
            continue;
        if (domain->id == CPM_SEMIRING_MIN_TIMES)
            fmpq_zero(sum + i);
        else
            cpm_ext_set_inf(sum + i, cpm_ext_cmp(later + i, sum + i));
    }
    text_of(expected, sum, dim, dim);
    check_fact("star", matrix, NULL, domain, 0, expected);
    _fmpq_vec_clear(a, MAX_DIM * MAX_DIM);
    _fmpq_vec_clear(sum, MAX_DIM * MAX_DIM);
    _fmpq_vec_clear(later, MAX_DIM * MAX_DIM);
}

static void test_stars(void)
{
    for (int id = CPM_SEMIRING_PLUS_TIMES; id < CPM_NSEMIRINGS; id++)
        for (size_t i = unit_scaled(20); i > 0 && cpm_domain_of((cpm_semiring)id)->is_idempotent;
             i--)
            one_star(cpm_domain_of((cpm_semiring)id));
}

/* ---- Growth ------------------------------------------------------------------------ */

enum { NPOWERS = 300 };

static fmpq *powers_of(const fmpq *a, size_t dim, const cpm_domain *domain)
{
    size_t count = dim * dim;
    fmpq *powers = _fmpq_vec_init((slong)(NPOWERS * count));
    set_unit(powers, dim, domain);
    for (size_t n = 1; n < NPOWERS; n++)
        product(powers + n * count, powers + (n - 1) * count, a, dim, domain);
    return powers;
}

/* The best (a^k)[i][i] / k, k <= dim; false where there is no cycle. */
static bool best_mean(fmpq_t best, const fmpq *powers, size_t dim, const cpm_domain *domain)
{
    bool found = false;
    fmpq_t mean, k_value;
    fmpq_init(mean);
    fmpq_init(k_value);
    for (size_t k = 1; k <= dim; k++)
        for (size_t i = 0; i < dim; i++) {
            const fmpq *entry = powers + k * dim * dim + i * dim + i;
            if (!cpm_ext_is_finite(entry))
                continue;
            fmpq_set_si(k_value, (slong)k, 1);
            fmpq_div(mean, entry, k_value);
            if (found)
                domain->add(best, best, mean, domain);
            else
                fmpq_set(best, mean);
            found = true;
        }
    fmpq_clear(mean);
    fmpq_clear(k_value);
    return found;
}

/* a^(n+c) = a^n + c mean */
static bool repeats(const fmpq *powers, size_t n, size_t c, const fmpq_t mean, size_t dim,
                    const cpm_domain *domain)
{
    fmpq_t shift, t;
    fmpq_init(shift);
    fmpq_init(t);
    fmpq_set_si(t, (slong)c, 1);
    fmpq_mul(shift, mean, t);
    bool same = true;
    for (size_t i = 0; i < dim * dim && same; i++) {
        domain->mul(t, powers + n * dim * dim + i, shift, domain);
        same = fmpq_equal(t, powers + (n + c) * dim * dim + i);
    }
    fmpq_clear(shift);
    fmpq_clear(t);
    return same;
}

static void check_growth(const char *matrix, const fmpq *powers, const fmpq_t mean, size_t dim,
                         const cpm_domain *domain)
{
    enum { LATE = 200 };
    char expected[100];
    size_t c = 1, n = LATE;
    while (c < 60 && !repeats(powers, LATE, c, mean, dim, domain))
        c++;
    expected[put(expected, 0, mean)] = '\0';
    check_fact("eigenvalue", matrix, NULL, domain, 0, expected);
    if (c == 60) /* parts that grow at different rates */
        return;
    sprintf(expected, "%zu", c);
    check_fact("cyclicity", matrix, NULL, domain, 0, expected);
    while (n > 0 && repeats(powers, n - 1, c, mean, dim, domain))
        n--;
    sprintf(expected, "%zu", n);
    check_fact("transient", matrix, NULL, domain, 0, expected);
}

static void one_growth(const cpm_domain *domain)
{
    size_t dim = 1 + unit_below(MAX_DIM);
    char matrix[MAX_TEXT];
    fmpq *a = _fmpq_vec_init(MAX_DIM * MAX_DIM);
    fmpq_t mean;
    fmpq_init(mean);
    for (size_t i = 0; i < dim * dim; i++)
        random_element(a + i, domain);
    text_of(matrix, a, dim, dim);
    fmpq *powers = powers_of(a, dim, domain);
    if (best_mean(mean, powers, dim, domain))
        check_growth(matrix, powers, mean, dim, domain);
    _fmpq_vec_clear(powers, (slong)(NPOWERS * dim * dim));
    _fmpq_vec_clear(a, MAX_DIM * MAX_DIM);
    fmpq_clear(mean);
}

static void test_growth(void)
{
    for (size_t i = unit_scaled(60); i > 0; i--) {
        one_growth(cpm_domain_of(CPM_SEMIRING_MAX_PLUS));
        one_growth(cpm_domain_of(CPM_SEMIRING_MIN_PLUS));
    }
}

/* ---- Periods ------------------------------------------------------------------------ */

enum { NSTATES = 3000 };

/* The least period and preperiod among the first states; false where they are not seen. */
static bool first_return(size_t *period, size_t *preperiod, const fmpq *states, size_t count)
{
    for (size_t n = 1; n < NSTATES; n++)
        for (size_t k = 0; k < n; k++) {
            bool same = true;
            for (size_t i = 0; i < count && same; i++)
                same = fmpq_equal(states + k * count + i, states + n * count + i);
            if (!same)
                continue;
            *period = n - k;
            *preperiod = k;
            return true;
        }
    return false;
}

static void reduce(fmpq *x, size_t count, unsigned long modulus)
{
    for (size_t i = 0; i < count && modulus > 0; i++)
        fmpz_mod_ui(fmpq_numref(x + i), fmpq_numref(x + i), modulus);
}

/* Powers, or products with a vector, in the domain or modulo a number. */
static void one_period(const cpm_domain *domain, unsigned long modulus)
{
    size_t dim = 1 + unit_below(3), ncols = unit_below(2) ? dim : 1, count = dim * ncols;
    char matrix[MAX_TEXT], vector[MAX_TEXT], expected[100];
    fmpq *a = _fmpq_vec_init((slong)(dim * dim)),
         *states = _fmpq_vec_init((slong)(NSTATES * count));
    for (size_t i = 0; i < dim * dim; i++)
        do
            random_element(a + i, domain);
        while (!fmpz_is_one(fmpq_denref(a + i)) && cpm_ext_is_finite(a + i));
    if (ncols == dim)
        set_unit(states, dim, domain);
    for (size_t i = 0; i < dim && ncols != dim; i++)
        do
            random_element(states + i, domain);
        while (!fmpz_is_one(fmpq_denref(states + i)) && cpm_ext_is_finite(states + i));
    text_of(matrix, a, dim, dim);
    text_of(vector, states, 1, ncols == dim ? 0 : dim);
    reduce(states, count, modulus);
    fmpq *column = _fmpq_vec_init((slong)dim), *next = _fmpq_vec_init((slong)dim);
    for (size_t n = 1; n < NSTATES; n++)
        for (size_t j = 0; j < ncols; j++) {
            for (size_t i = 0; i < dim; i++)
                fmpq_set(column + i, states + (n - 1) * count + i * ncols + j);
            multiply(next, a, column, dim, domain);
            reduce(next, dim, modulus);
            for (size_t i = 0; i < dim; i++)
                fmpq_set(states + n * count + i * ncols + j, next + i);
        }
    size_t period, preperiod;
    if (first_return(&period, &preperiod, states, count)) {
        sprintf(expected, "%zu", period);
        check_fact("period", matrix, ncols == dim ? NULL : vector, domain, modulus, expected);
        sprintf(expected, "%zu", preperiod);
        check_fact("preperiod", matrix, ncols == dim ? NULL : vector, domain, modulus, expected);
    }
    _fmpq_vec_clear(column, (slong)dim);
    _fmpq_vec_clear(next, (slong)dim);
    _fmpq_vec_clear(a, (slong)(dim * dim));
    _fmpq_vec_clear(states, (slong)(NSTATES * count));
}

static void test_periods(void)
{
    for (size_t i = unit_scaled(40); i > 0; i--) {
        one_period(cpm_domain_of(CPM_SEMIRING_PLUS_TIMES), 1 + unit_below(12));
        one_period(cpm_domain_of(CPM_SEMIRING_OR_AND), 0);
        one_period(cpm_domain_of(CPM_SEMIRING_XOR_AND), 0);
        one_period(cpm_domain_of(CPM_SEMIRING_MAX_MIN), 0);
        one_period(cpm_domain_of(CPM_SEMIRING_GCD_LCM), 0);
    }
}

static void test_charpoly(void)
{
    const cpm_domain *domain = cpm_domain_of(CPM_SEMIRING_PLUS_TIMES);
    check_fact("charpoly", "1,1;1,0", NULL, domain, 0, "x^2 - x - 1");
    check_fact("charpoly", "1/2,0;0,1/2", NULL, domain, 0, "1/4*(2*x - 1)^2");
    check_fact("charpoly", "0,0,0;0,0,0;0,0,5", NULL, domain, 0, "(x - 5)*x^2");
    check_fact("charpoly", "1,2,3;4,5,6;7,8,10", NULL, domain, 0, "x^3 - 16*x^2 - 12*x + 3");
}

static const cpm_test tests[] = {
    {"products", test_products}, {"edges", test_edges},     {"stars", test_stars},
    {"growth", test_growth},     {"periods", test_periods}, {"charpoly", test_charpoly},
};

UNIT_MAIN(tests)
