/* SPDX-License-Identifier: MIT
 *
 * test_sequences.c - recorded terms, through the public API: the OEIS sequences
 * of tests/data/oeis-linrec.jsonl from their signatures, and the catalogue
 * against tests/data/catalogue-terms.txt. Every listed term is asked for on its
 * own from every engine, as one range, and modulo some numbers.
 *
 * Runs in the root of the repository.
 */
#include "cpmcalc.h"
#include "unit.h"

enum { MAX_TERMS = 200, MAX_LINE = 20000 };

/* Expected terms; the texts lie in the line they were read from. */
typedef struct expected {
    const char *label; /* borrowed */
    long offset;
    size_t nterms;
    const char *term[MAX_TERMS];
} expected;

/* What a run has delivered so far. */
typedef struct delivery {
    const expected *want; /* borrowed */
    const char *what;     /* borrowed: for messages */
    mpz_srcptr modulus;   /* borrowed, or NULL */
    size_t next;          /* which term must come next */
} delivery;

/* The residue of a fraction, whose denominator has an inverse. */
static void reduce(mpq_t x, mpz_srcptr modulus)
{
    (void)!mpz_invert(mpq_denref(x), mpq_denref(x), modulus);
    mpz_mul(mpq_numref(x), mpq_numref(x), mpq_denref(x));
    mpz_mod(mpq_numref(x), mpq_numref(x), modulus);
    mpz_set_ui(mpq_denref(x), 1);
}

static cpm_status receive(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    delivery *d = ctx;
    (void)err;
    mpq_t got, want;
    mpq_inits(got, want, NULL);
    cpm_value_get_mpq(got, value);
    if (d->next >= d->want->nterms || mpz_cmp_si(n, d->want->offset + (long)d->next) != 0) {
        UNIT_FAIL("%s %s: unexpected index", d->want->label, d->what);
    } else {
        mpq_set_str(want, d->want->term[d->next], 10);
        if (d->modulus)
            reduce(want, d->modulus);
        if (mpq_cmp(got, want) != 0) {
            char *text = mpq_get_str(NULL, 10, got);
            UNIT_FAIL("%s %s: a(%ld) is %s, not %s", d->want->label, d->what,
                      d->want->offset + (long)d->next, text, d->want->term[d->next]);
            free(text);
        }
        d->next++;
    }
    mpq_clears(got, want, NULL);
    return CPM_OK;
}

/* Asks for terms number `from` to `to` (counted from 0) in one call. */
static cpm_status ask(cpm_seq *seq, const expected *want, const cpm_config *config,
                      const char *what, size_t from, size_t to)
{
    mpz_t first, last, step;
    mpz_init_set_si(first, want->offset + (long)from);
    mpz_init_set_si(last, want->offset + (long)to);
    mpz_init_set_si(step, 1);
    delivery d = {want, what, config->modulus, from};
    cpm_err err;
    cpm_err_clear(&err);
    cpm_status status = cpm_seq_terms(seq, first, last, step, config, receive, &d, &err);
    if (status == CPM_OK && d.next != to + 1)
        UNIT_FAIL("%s %s: stopped after %zu terms", want->label, what, d.next - from);
    if (status != CPM_OK && status != CPM_ERR_UNSUPPORTED)
        UNIT_FAIL("%s %s: %s", want->label, what, err.message);
    mpz_clears(first, last, step, NULL);
    return status;
}

/* Each term alone, then all of them in one range. */
static void check_engine(cpm_seq *seq, const expected *want, const cpm_config *config,
                         const char *what, bool may_refuse)
{
    for (size_t i = 0; i < want->nterms; i++) {
        if (ask(seq, want, config, what, i, i) != CPM_OK) {
            if (!may_refuse)
                UNIT_FAIL("%s %s: engine does not apply", want->label, what);
            return;
        }
    }
    (void)!ask(seq, want, config, what, 0, want->nterms - 1);
}

/* Whether coefficients vary: the engine of constant ones does not apply. */
static bool varies(cpm_seq *seq, const expected *want)
{
    cpm_config config;
    cpm_err err = {0};
    cpm_value *value;
    mpz_t n;
    cpm_config_init(&config);
    config.engine = CPM_ENGINE_RECURRENCE;
    mpz_init_set_si(n, want->offset + (long)want->nterms - 1);
    cpm_status status = cpm_seq_nth(&value, seq, n, &config, &err);
    if (status == CPM_OK)
        cpm_value_free(value);
    mpz_clear(n);
    return status == CPM_ERR_UNSUPPORTED;
}

/* Whether there may be sequences that an engine does not apply to. */
static bool may_refuse(cpm_engine e, bool varying)
{
    if (varying)
        return e != CPM_ENGINE_AUTO && e != CPM_ENGINE_NAIVE && e != CPM_ENGINE_SPLITTING;
    return e == CPM_ENGINE_DOUBLING || e > CPM_ENGINE_RECURRENCE;
}

static bool has_fractions(const expected *want)
{
    bool has = false;
    for (size_t i = 0; i < want->nterms; i++)
        has = has || strchr(want->term[i], '/') != NULL;
    return has;
}

/* min_rows decides whether a signature goes straight to its companion matrix or
 * through a loop. */
static void check_all_engines(const cpm_spec *spec, const expected *want, bool min_rows)
{
    static const unsigned long moduli[] = {1, 2, 10, 998244353, 18446744073709551557u};
    cpm_config config;
    cpm_err err;
    cpm_seq *seq = NULL;
    cpm_config_init(&config);
    config.min_rows = min_rows;
    cpm_err_clear(&err);
    if (cpm_seq_new(&seq, spec, &config, &err) != CPM_OK) {
        UNIT_FAIL("%s: %s", want->label, err.message);
        return;
    }
    mpz_t m;
    mpz_init(m);
    cpm_seq_offset(m, seq);
    if (mpz_cmp_si(m, want->offset) != 0)
        UNIT_FAIL("%s: offset is %ld, not %ld", want->label, mpz_get_si(m), want->offset);
    const bool varying = varies(seq, want);
    for (cpm_engine e = CPM_ENGINE_AUTO; cpm_engine_name(e) != NULL; e++) {
        config.engine = e;
        check_engine(seq, want, &config, cpm_engine_name(e), may_refuse(e, varying));
    }
    for (size_t i = 0; i < sizeof moduli / sizeof moduli[0]; i++) {
        char what[40];
        if (moduli[i] < 1000 && has_fractions(want)) /* there need not be residues */
            continue;
        mpz_set_ui(m, moduli[i]);
        config.engine = i % 2 || varying ? CPM_ENGINE_AUTO : CPM_ENGINE_RECURRENCE;
        config.modulus = m;
        snprintf(what, sizeof what, "mod %lu", moduli[i]);
        check_engine(seq, want, &config, what, false);
    }
    mpz_clear(m);
    cpm_seq_free(seq);
}

static cpm_text text_of(const char *name, const char *data)
{
    return (cpm_text){name, data, strlen(data)};
}

/* Cuts a list at its commas, quotes dropped, up to `end` or the end of the text. */
static size_t split_terms(const char *term[MAX_TERMS], char *list, char end)
{
    size_t count = 0;
    char *p = list;
    while (*p && *p != end && count < MAX_TERMS) {
        p += *p == '"';
        term[count++] = p;
        p += strspn(p, "-/0123456789");
        char stop = *p;
        *p++ = '\0';
        if (stop == '"')
            stop = *p++;
        if (stop != ',')
            break;
    }
    return count;
}

/* ---- OEIS signatures --------------------------------------------------------- */

/* The value of a field of a JSON object on one line, as we write them. */
static char *field(char *line, const char *key)
{
    char *at = strstr(line, key);
    return at ? at + strlen(key) : NULL;
}

static void check_signature(char *line)
{
    char label[8] = "", init[MAX_LINE] = "", offset[24];
    char *number = field(line, "\"a\":\""), *start = field(line, "\"offset\":");
    char *signature = field(line, "\"signature\":["), *from = field(line, "\"holds_from\":");
    char *terms = field(line, "\"terms\":[");
    if (!number || !start || !signature || !from || !terms) {
        UNIT_FAIL("a line lacks a field: %.40s", line);
        return;
    }
    expected want = {.label = label, .offset = strtol(start, NULL, 10)};
    long given = strtol(from, NULL, 10) - want.offset;
    memcpy(label, number, 7);
    *strchr(signature, ']') = '\0';
    want.nterms = split_terms(want.term, terms, ']');
    for (long i = 0; i < given; i++) {
        strcat(init, i ? "," : "");
        strcat(init, want.term[i]);
    }
    snprintf(offset, sizeof offset, "%ld", want.offset);
    cpm_spec spec = {.signature = text_of("<--signature>", signature),
                     .init = text_of("<--init>", init),
                     .offset = text_of("<--offset>", offset)};
    check_all_engines(&spec, &want, true);
    check_all_engines(&spec, &want, false);
}

static void test_oeis(void)
{
    char line[MAX_LINE];
    size_t count = 0;
    FILE *f = fopen("tests/data/oeis-linrec.jsonl", "r");
    if (!f) {
        UNIT_FAIL("tests/data/oeis-linrec.jsonl is missing");
        return;
    }
    for (; fgets(line, sizeof line, f); count++)
        check_signature(line);
    fclose(f);
    UNIT_CHECK(count == 46);
}

/* ---- The catalogue ------------------------------------------------------------- */

/* A line NAME OFFSET | FORMULA | TERMS. */
static void check_entry(char *line)
{
    char *name = strtok(line, " "), *offset = strtok(NULL, " ");
    char *terms = strrchr(offset + strlen(offset) + 1, '|') + 2;
    expected want = {.label = name, .offset = strtol(offset, NULL, 10)};
    want.nterms = split_terms(want.term, terms, '\n');
    cpm_spec spec = {.spec = text_of("<spec>", name)};
    check_all_engines(&spec, &want, true);
    check_all_engines(&spec, &want, false);
}

static void test_catalogue(void)
{
    char line[MAX_LINE];
    size_t count = 0;
    FILE *f = fopen("tests/data/catalogue-terms.txt", "r");
    if (!f) {
        UNIT_FAIL("tests/data/catalogue-terms.txt is missing");
        return;
    }
    while (fgets(line, sizeof line, f)) {
        if (line[0] == '#')
            continue;
        check_entry(line);
        count++;
    }
    fclose(f);
    UNIT_CHECK(count == cpm_catalogue_count());
}

static const cpm_test tests[] = {
    {"oeis", test_oeis},
    {"catalogue", test_catalogue},
};

UNIT_MAIN(tests)
