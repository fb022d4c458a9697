/* SPDX-License-Identifier: MIT
 *
 * test_matrix.c - given matrices through the public header: powers times a vector
 * against as many products by the methods of the domain, edges against the matrix
 * that they are.
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

static const cpm_test tests[] = {
    {"products", test_products},
    {"edges", test_edges},
};

UNIT_MAIN(tests)
