/* SPDX-License-Identifier: MIT
 *
 * test_catalogue.c - the list of sequences: its form, look-up by name, and
 * suggestions for misspelt names, names in rules. That the recurrences are right is
 * tested in test_sequences.c.
 */
#include "lang/parse.h"
#include "rec/catalogue.h"
#include "rec/recurrence_internal.h"
#include "unit.h"

static const char *found(const char *name)
{
    const cpm_catalogue_entry *e = cpm_catalogue_find(name, strlen(name));
    return e ? e->name : "";
}

static void check_found(const char *name, const char *want)
{
    if (strcmp(found(name), want) != 0)
        UNIT_FAIL("%s: found '%s', wanted '%s'", name, found(name), want);
}

static void test_size(void)
{
    UNIT_CHECK(cpm_catalogue_count() >= 60);
    UNIT_CHECK(cpm_catalogue_at(0) != NULL);
    UNIT_CHECK(cpm_catalogue_at(cpm_catalogue_count()) == NULL);
    UNIT_CHECK(cpm_catalogue_at((size_t)-1) == NULL);
}

/* Every entry is found by its name and its number, and is complete. */
static void test_entries(void)
{
    for (size_t i = 0; i < cpm_catalogue_count(); i++) {
        const cpm_catalogue_entry *e = cpm_catalogue_at(i);
        UNIT_CHECK(cpm_catalogue_find(e->name, strlen(e->name)) == e);
        UNIT_CHECK(e->oeis[0] == '\0' || cpm_catalogue_find(e->oeis, strlen(e->oeis)) == e);
        UNIT_CHECK(e->oeis[0] == '\0' || strlen(e->oeis) == 7);
        UNIT_CHECK(e->title[0] && e->offset[0]);
        UNIT_CHECK(strlen(e->title) <= 100);
        UNIT_CHECK(strchr(e->spec, '=') != NULL);
    }
}

/* Every recurrence parses, as does every name. */
static void test_specs(void)
{
    for (size_t i = 0; i < cpm_catalogue_count(); i++) {
        const cpm_catalogue_entry *e = cpm_catalogue_at(i);
        const char *texts[] = {e->spec, e->name, e->oeis};
        for (size_t t = 0; t < 3; t++) {
            if (texts[t][0] == '\0') /* fractions have no number */
                continue;
            cpm_text text = {"<spec>", texts[t], strlen(texts[t])};
            cpm_tree tree;
            cpm_err err;
            cpm_err_clear(&err);
            cpm_tree_init(&tree, &text);
            if (cpm_parse_spec(&tree, &text, &err) != CPM_OK)
                UNIT_FAIL("%s: %s: %s", e->name, texts[t], err.message);
            else if (t > 0)
                UNIT_CHECK(tree.nclauses == 1 && tree.clauses[0].kind == CPM_CLAUSE_NAME);
            cpm_tree_clear(&tree);
        }
    }
}

static void test_find(void)
{
    check_found("fib", "fib");
    check_found("FIB", "fib");
    check_found("Fibonacci", "fib");
    check_found("A000045", "fib");
    check_found("a000045", "fib");
    check_found("pell_lucas", "pell-lucas");
    check_found("Companion_Pell", "pell-lucas");
    check_found("power-of-2", "powers-2");
    check_found("pow2", "powers-2");
    check_found("", "");
    check_found("fi", "");
    check_found("power-of-2 pow2", "");
    check_found("A00004", "");
    UNIT_CHECK(cpm_catalogue_find("fibx", 3) != NULL); /* the length counts, not a NUL */
}

/* The suggestions for `name`, separated by spaces, must be `want`. */
static void check_nearest(const char *name, const char *want)
{
    const char *nearest[CPM_CATALOGUE_SUGGESTIONS];
    char line[256] = "";
    size_t count = cpm_catalogue_nearest(nearest, name, strlen(name));
    for (size_t i = 0; i < count; i++) {
        strcat(line, i ? " " : "");
        strcat(line, nearest[i]);
    }
    if (strcmp(line, want) != 0)
        UNIT_FAIL("%s: nearest '%s', wanted '%s'", name, line, want);
}

static void test_nearest(void)
{
    check_nearest("fibb", "fib");
    check_nearest("fbi", "fib");
    check_nearest("fibonaci", "fib");
    check_nearest("Fibonnacci", "fib");
    check_nearest("tribonaci", "tribonacci");
    check_nearest("jacobstahl", "jacobsthal");
    check_nearest("paddovan", "padovan");
    check_nearest("pel-lucas", "pell-lucas");
    check_nearest("", "");
    check_nearest("xyzzyplugh", "");
    check_nearest("x", "");
    check_nearest("a-name-of-more-than-forty-letters-is-no-misspelt-name", "");
}

/* ---- Names in rules -------------------------------------------------------------- */

static const cpm_config *defaults(void)
{
    static cpm_config config;
    cpm_config_init(&config);
    return &config;
}

static cpm_seq *new_sequence(const char *text)
{
    cpm_spec spec = {.spec = {"<spec>", text, strlen(text)}};
    cpm_err err = {0};
    cpm_seq *seq = NULL;
    if (cpm_seq_new(&seq, &spec, defaults(), &err) != CPM_OK)
        UNIT_FAIL("%s: %s", text, err.message);
    return seq;
}

static void add_nth(mpq_t sum, cpm_seq *seq, long n)
{
    cpm_err err = {0};
    cpm_value *value = NULL;
    mpz_t index;
    mpq_t q;
    mpz_init_set_si(index, n);
    mpq_init(q);
    if (cpm_seq_nth(&value, seq, index, defaults(), &err) != CPM_OK || !cpm_value_get_mpq(q, value))
        UNIT_FAIL("at %ld: %s", n, err.message);
    mpq_add(sum, sum, q);
    cpm_value_free(value);
    mpz_clear(index);
    mpq_clear(q);
}

/* x(n) = A(k*n+c) and s(n) = s(n-1) + A(k*n+c), against the entry at these indices. */
static void check_import(const cpm_catalogue_entry *e)
{
    long k = 1 + (long)unit_below(4), offset = atol(e->offset), c = (long)unit_below(12) - 4;
    long first = (offset - c + 20 * k + k - 1) / k - 20; /* ceil */
    char bare[100], sum[200];
    first = first < 0 ? 0 : first;
    snprintf(bare, sizeof bare, "x(n) = %s(%ld*n %+ld)", e->oeis, k, c);
    snprintf(sum, sizeof sum, "s(n) = s(n-1) + %s(%ld*n %+ld); s(%ld) = 0", e->oeis, k, c, first);
    cpm_seq *entry = new_sequence(e->name), *x = new_sequence(bare), *s = new_sequence(sum);
    mpq_t wanted, got, total;
    mpq_inits(wanted, got, total, (mpq_ptr)NULL);
    for (long n = first; n < first + 60 && entry != NULL && x != NULL && s != NULL; n++) {
        mpq_set_ui(wanted, 0, 1);
        mpq_set_ui(got, 0, 1);
        add_nth(wanted, entry, k * n + c);
        add_nth(got, x, n);
        if (!mpq_equal(wanted, got))
            UNIT_FAIL("%s at %ld", bare, n);
        if (n > first)
            mpq_add(total, total, wanted);
        mpq_set_ui(got, 0, 1);
        add_nth(got, s, n);
        if (!mpq_equal(total, got))
            UNIT_FAIL("%s at %ld", sum, n);
    }
    mpq_clears(wanted, got, total, (mpq_ptr)NULL);
    cpm_seq_free(entry);
    cpm_seq_free(x);
    cpm_seq_free(s);
}

/* Whether its coefficients are constant: those of others are not read in rules. */
static bool is_constant(const cpm_catalogue_entry *e)
{
    const cpm_text keys = {"<show>", "signature", 9};
    cpm_seq *seq = new_sequence(e->name);
    cpm_report *report = NULL;
    cpm_err err = {0};
    bool is = seq != NULL && cpm_seq_show(&report, seq, &keys, defaults(), &err) == CPM_OK;
    cpm_report_free(report);
    cpm_seq_free(seq);
    return is;
}

static void test_imports(void)
{
    size_t nconstant = 0;
    for (size_t i = 0; i < cpm_catalogue_count(); i++) {
        if (!is_constant(cpm_catalogue_at(i)))
            continue;
        check_import(cpm_catalogue_at(i));
        nconstant++;
    }
    UNIT_CHECK(nconstant >= 180);
}

/* What settles the rule of an entry that is read in another. */
static void test_orders(void)
{
    const cpm_text keys = {"<show>", "order", 5};
    for (size_t i = 0; i < cpm_catalogue_count(); i++) {
        cpm_seq *seq = new_sequence(cpm_catalogue_at(i)->name);
        cpm_report *report = NULL;
        cpm_err err = {0};
        UNIT_CHECK(seq != NULL && cpm_seq_show(&report, seq, &keys, defaults(), &err) == CPM_OK &&
                   atol(cpm_report_text(report, 0)) <= CPM_REC_MAX_IMPORT_ORDER);
        cpm_report_free(report);
        cpm_seq_free(seq);
    }
}

static const cpm_test tests[] = {
    {"size", test_size},     {"entries", test_entries}, {"specs", test_specs},
    {"find", test_find},     {"nearest", test_nearest}, {"imports", test_imports},
    {"orders", test_orders},
};

UNIT_MAIN(tests)
