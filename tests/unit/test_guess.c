/* SPDX-License-Identifier: MIT
 *
 * test_guess.c - sequences from generating functions and from terms alone, through
 * the public API: those of the OEIS in tests/data, and random rules with exceptions
 * over Q and modulo primes, prime powers and composites, and with polynomials of the
 * index, whose terms are made here by the rule itself. Whatever is found must give back every term
 * it was found from.
 *
 * Runs in the root of the repository.
 */
#include "cpmcalc.h"
#include "unit.h"

enum { MAX_TERMS = 400, MAX_LINE = 20000, MAX_TEXT = 200000 };

/* ---- Terms as texts ------------------------------------------------------------ */

typedef struct terms {
    size_t count;
    mpq_t at[MAX_TERMS];
} terms;

static void terms_init(terms *t)
{
    t->count = 0;
    for (size_t i = 0; i < MAX_TERMS; i++)
        mpq_init(t->at[i]);
}

static void terms_clear(terms *t)
{
    for (size_t i = 0; i < MAX_TERMS; i++)
        mpq_clear(t->at[i]);
}

/* The first `count` terms separated by commas. */
static void write_list(char *text, const terms *t, size_t count)
{
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        char *term = mpq_get_str(NULL, 10, t->at[i]);
        text += sprintf(text, "%s%s", i ? "," : "", term);
        free(term);
    }
}

static cpm_text text_of(const char *data)
{
    return (cpm_text){"<test>", data, strlen(data)};
}

/* ---- Comparing ------------------------------------------------------------------- */

typedef struct comparison {
    const terms *want;
    size_t next;
    const char *label;
} comparison;

static cpm_status compare(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    comparison *c = ctx;
    mpq_t got;
    (void)n, (void)err;
    mpq_init(got);
    if (!cpm_value_get_mpq(got, value) || !mpq_equal(got, c->want->at[c->next])) {
        char *seen = mpq_get_str(NULL, 10, got);
        char *wanted = mpq_get_str(NULL, 10, c->want->at[c->next]);
        UNIT_FAIL("%s: term %zu is %s, not %s", c->label, c->next, seen, wanted);
        free(seen);
        free(wanted);
    }
    c->next++;
    mpq_clear(got);
    return CPM_OK;
}

static void check_terms(cpm_seq *seq, const terms *want, const cpm_config *config,
                        const char *label)
{
    mpz_t first, last, step;
    mpz_init(first);
    mpz_init_set_ui(last, want->count - 1);
    mpz_init_set_ui(step, 1);
    comparison c = {want, 0, label};
    cpm_err err = {0};
    if (cpm_seq_terms(seq, first, last, step, config, compare, &c, &err) != CPM_OK)
        UNIT_FAIL("%s: %s", label, err.message);
    mpz_clear(first);
    mpz_clear(last);
    mpz_clear(step);
}

/* The order that was found. */
static unsigned long order_of(cpm_seq *seq, const cpm_config *config)
{
    cpm_report *report = NULL;
    cpm_err err = {0};
    cpm_text keys = text_of("order");
    unsigned long order = 0;
    if (cpm_seq_show(&report, seq, &keys, config, &err) == CPM_OK)
        order = strtoul(cpm_report_text(report, 0), NULL, 10);
    else
        UNIT_FAIL("%s", err.message);
    cpm_report_free(report);
    return order;
}

/* A guess from the first `count` terms, which must be there, give all the terms and be
 * no longer than `order`. */
static void check_guess(const terms *want, size_t count, unsigned long order,
                        const cpm_config *config, const char *label)
{
    static char list[MAX_TEXT];
    write_list(list, want, count);
    cpm_spec spec = {.guess = text_of(list)};
    cpm_seq *seq = NULL;
    cpm_err err = {0};
    if (cpm_seq_new(&seq, &spec, config, &err) != CPM_OK) {
        UNIT_FAIL("%s: %s", label, err.message);
        return;
    }
    check_terms(seq, want, config, label);
    unsigned long found = order_of(seq, config);
    if (found > order)
        UNIT_FAIL("%s: order %lu, not %lu", label, found, order);
    cpm_seq_free(seq);
}

/* ---- The OEIS -------------------------------------------------------------------- */

/* Reads the numbers of a list up to its bracket, quotes and blanks dropped. */
static void read_list(terms *t, const char *line, const char *key)
{
    const char *at = strstr(line, key);
    t->count = 0;
    if (at == NULL) {
        UNIT_FAIL("a line lacks %s: %.40s", key, line);
        return;
    }
    at += strlen(key);
    while (*at != ']' && t->count < MAX_TERMS) {
        char number[2000];
        size_t len = strspn(at, "-0123456789");
        if (len > 0 && len < sizeof number) {
            memcpy(number, at, len);
            number[len] = '\0';
            mpq_set_str(t->at[t->count++], number, 10);
        }
        at += len > 0 ? len : 1;
    }
}

/* (36 + 460*x^1 + ...) */
static char *write_poly(char *text, const terms *t)
{
    text += sprintf(text, "(0");
    for (size_t i = 0; i < t->count; i++) {
        char *c = mpq_get_str(NULL, 10, t->at[i]);
        text += sprintf(text, " + %s*x^%zu", c, i);
        free(c);
    }
    return text + sprintf(text, ")");
}

static void check_gf(const terms *num, const terms *den, const terms *want, const char *label)
{
    static char text[MAX_TEXT];
    char *end = write_poly(text, num);
    *end++ = '/';
    write_poly(end, den);
    cpm_spec spec = {.gf = text_of(text)};
    cpm_config config;
    cpm_seq *seq = NULL;
    cpm_err err = {0};
    cpm_config_init(&config);
    if (cpm_seq_new(&seq, &spec, &config, &err) != CPM_OK) {
        UNIT_FAIL("%s: %s", label, err.message);
        return;
    }
    check_terms(seq, want, &config, label);
    cpm_seq_free(seq);
}

/* Calls check for each line of a file in tests/data; returns how many there are. */
static size_t each_line(const char *path, void (*check)(const char *line))
{
    static char line[MAX_LINE];
    size_t count = 0;
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        UNIT_FAIL("%s is missing", path);
        return 0;
    }
    for (; fgets(line, sizeof line, f); count++)
        check(line);
    fclose(f);
    return count;
}

/* As many terms as settle a recurrence and confirm it, if there are so many. */
static void check_from_terms(const terms *want, size_t order, size_t nexceptions, const char *label)
{
    cpm_config config;
    size_t needed = 2 * order + nexceptions + (nexceptions > 2 ? nexceptions : 2);
    cpm_config_init(&config);
    if (needed <= want->count)
        check_guess(want, needed, order, &config, label);
}

static void check_gf_line(const char *line)
{
    static terms num, den, want;
    terms_init(&num);
    terms_init(&den);
    terms_init(&want);
    read_list(&num, line, "\"num\": [");
    read_list(&den, line, "\"den\": [");
    read_list(&want, line, "\"terms\": [");
    size_t order = den.count - 1, given = num.count > order ? num.count : order;
    check_gf(&num, &den, &want, line);
    check_from_terms(&want, order, given - order, line);
    terms_clear(&num);
    terms_clear(&den);
    terms_clear(&want);
}

static void check_signature_line(const char *line)
{
    static terms signature, want;
    terms_init(&signature);
    terms_init(&want);
    read_list(&signature, line, "\"signature\":[");
    read_list(&want, line, "\"terms\":[");
    long offset = strtol(strstr(line, "\"offset\":") + 9, NULL, 10);
    long from = strtol(strstr(line, "\"holds_from\":") + 13, NULL, 10);
    check_from_terms(&want, signature.count, (size_t)(from - offset) - signature.count, line);
    terms_clear(&signature);
    terms_clear(&want);
}

static void test_oeis(void)
{
    UNIT_CHECK(each_line("tests/data/oeis-gf.jsonl", check_gf_line) == 200);
    UNIT_CHECK(each_line("tests/data/oeis-linrec.jsonl", check_signature_line) == 46);
}

/* ---- Random rules ------------------------------------------------------------------ */

static void random_number(mpq_t out, bool fractions, mpz_srcptr modulus)
{
    mpq_set_si(out, (long)unit_below(41) - 20, fractions && unit_below(4) == 0 ? 3 : 1);
    if (modulus != NULL)
        mpz_set_ui(mpq_numref(out), (unsigned long)unit_rand());
    if (modulus != NULL)
        mpz_mod(mpq_numref(out), mpq_numref(out), modulus);
    mpq_canonicalize(out);
}

/* Terms of a random rule: `nexceptions`, then `order` more, then what it makes. */
static void make_terms(terms *t, size_t count, size_t order, size_t nexceptions, bool fractions,
                       mpz_srcptr modulus)
{
    mpq_t c[20], product;
    mpq_init(product);
    for (size_t k = 0; k < order; k++) {
        mpq_init(c[k]);
        random_number(c[k], fractions, modulus);
    }
    t->count = count;
    for (size_t n = 0; n < count; n++) {
        mpq_set_ui(t->at[n], 0, 1);
        if (n < order + nexceptions)
            random_number(t->at[n], fractions, modulus);
        for (size_t k = 0; n >= order + nexceptions && k < order; k++) {
            mpq_mul(product, c[k], t->at[n - 1 - k]);
            mpq_add(t->at[n], t->at[n], product);
        }
        if (modulus != NULL)
            mpz_mod(mpq_numref(t->at[n]), mpq_numref(t->at[n]), modulus);
    }
    for (size_t k = 0; k < order; k++)
        mpq_clear(c[k]);
    mpq_clear(product);
}

static void test_rational_rules(void)
{
    static terms t;
    cpm_config config;
    cpm_config_init(&config);
    terms_init(&t);
    for (size_t i = unit_scaled(150); i > 0; i--) {
        size_t order = unit_below(9), nexceptions = unit_below(4);
        size_t needed = 2 * order + nexceptions + (nexceptions > 2 ? nexceptions : 2);
        make_terms(&t, needed + 10, order, nexceptions, unit_below(2) == 0, NULL);
        check_guess(&t, needed, order, &config, "a rational rule");
    }
    terms_clear(&t);
}

static void check_modular_rules(const char *modulus, size_t nrounds)
{
    static terms t;
    cpm_config config;
    mpz_t m;
    mpz_init_set_str(m, modulus, 10);
    cpm_config_init(&config);
    config.modulus = m;
    terms_init(&t);
    for (size_t i = unit_scaled(nrounds); i > 0; i--) {
        size_t order = unit_below(7), nexceptions = unit_below(4);
        size_t needed = 2 * (order + nexceptions) + 2;
        make_terms(&t, needed + 20, order, nexceptions, false, m);
        check_guess(&t, needed, order + nexceptions, &config, modulus);
    }
    terms_clear(&t);
    mpz_clear(m);
}

static void test_modular_rules(void)
{
    check_modular_rules("2", 40);
    check_modular_rules("101", 40);
    check_modular_rules("9223372036854775783", 20);
    check_modular_rules("170141183460469231731687303715884105727", 10); /* 2^127 - 1 */
    check_modular_rules("8", 40);
    check_modular_rules("18446744073709551616", 20);
    check_modular_rules("2187", 30);
    check_modular_rules("12", 40);
    check_modular_rules("1000000", 30);
    check_modular_rules("2305843009213693950", 10);
    /* Two primes of 120 bits each, which nobody factors on the way. */
    check_modular_rules("1766847064778384329583297500742918515827483896875618958121606201292619776"
                        "1766847064778384329583297500742918515827483896875618958121606201292619777",
                        3);
}

/* ---- Terms of nothing ---------------------------------------------------------------- */

/* Random terms of a few values, which often look like a rule: what is found must give
 * them back. */
static void check_noise(terms *t, const cpm_config *config)
{
    static char list[MAX_TEXT];
    write_list(list, t, t->count);
    cpm_spec spec = {.guess = text_of(list)};
    cpm_seq *seq = NULL;
    cpm_err err = {0};
    cpm_status status = cpm_seq_new(&seq, &spec, config, &err);
    if (status == CPM_OK)
        check_terms(seq, t, config, list);
    else if (status != CPM_ERR_NO_ANSWER)
        UNIT_FAIL("%s: %s", list, err.message);
    cpm_seq_free(seq);
}

static void test_noise(void)
{
    static const unsigned long moduli[] = {0, 1, 2, 3, 4, 6, 8, 9, 12, 36};
    static terms t;
    mpz_t m;
    mpz_init(m);
    terms_init(&t);
    for (size_t i = unit_scaled(4000); i > 0; i--) {
        unsigned long modulus = moduli[unit_below(sizeof moduli / sizeof moduli[0])];
        cpm_config config;
        cpm_config_init(&config);
        mpz_set_ui(m, modulus);
        config.modulus = modulus == 0 ? NULL : m;
        t.count = 1 + unit_below(12);
        for (size_t n = 0; n < t.count; n++)
            mpq_set_ui(t.at[n], unit_below(modulus == 0 ? 2 : modulus), 1);
        check_noise(&t, &config);
    }
    terms_clear(&t);
    mpz_clear(m);
}

/* ---- Coefficients that vary --------------------------------------------------------- */

/* c[k][j] n^j a(n-k), summed up for k from 1 on, over (n + b) or 1. */
typedef struct varying_rule {
    size_t order, degree;
    long c[3][3];
    long b; /* 0: the denominator is 1 */
} varying_rule;

static void random_varying_rule(varying_rule *r)
{
    r->order = 1 + unit_below(2);
    r->degree = 1 + unit_below(2);
    for (size_t k = 1; k <= r->order; k++)
        for (size_t j = 0; j <= r->degree; j++)
            r->c[k][j] = (long)unit_below(9) - 4 + (j == r->degree ? 7 : 0);
    r->b = (long)unit_below(4);
}

static void make_varying_terms(terms *t, const varying_rule *r, size_t count)
{
    mpq_t x;
    mpq_init(x);
    for (t->count = 0; t->count < r->order; t->count++)
        mpq_set_si(t->at[t->count], 1 + (long)unit_below(5), 1);
    for (; t->count < count; t->count++) {
        long n = (long)t->count;
        mpq_set_ui(t->at[n], 0, 1);
        for (size_t k = 1; k <= r->order; k++) {
            mpq_set_si(x, r->c[k][0] + r->c[k][1] * n + (r->degree > 1 ? r->c[k][2] * n * n : 0),
                       r->b > 0 ? (unsigned long)(n + r->b) : 1);
            mpq_canonicalize(x);
            mpq_mul(x, x, t->at[n - (long)k]);
            mpq_add(t->at[n], t->at[n], x);
        }
    }
    mpq_clear(x);
}

/* Rules of few coefficients from their terms; of a sequence that has a still shorter one
 * that is found. */
static void varying(void)
{
    cpm_config config;
    varying_rule rule;
    terms want;
    terms_init(&want);
    cpm_config_init(&config);
    for (size_t i = 0; i < unit_scaled(150); i++) {
        random_varying_rule(&rule);
        size_t unknowns = (rule.order + 1) * (rule.degree + 1), count = unknowns + rule.order + 2;
        char label[80];
        make_varying_terms(&want, &rule, count + 12);
        snprintf(label, sizeof label, "rule %zu of order %zu and degree %zu", i, rule.order,
                 rule.degree);
        check_guess(&want, count + unit_below(6), rule.order + 1, &config, label);
    }
    terms_clear(&want);
}

/* What obeys no short rule is refused: squares of terms that do not go together. */
static void no_rule(void)
{
    static char list[MAX_TEXT];
    terms want;
    cpm_config config;
    cpm_err err = {0};
    cpm_seq *seq;
    terms_init(&want);
    cpm_config_init(&config);
    for (want.count = 0; want.count < 40; want.count++)
        mpq_set_ui(want.at[want.count], (unsigned long)unit_below(1000000), 1);
    write_list(list, &want, want.count);
    cpm_spec spec = {.guess = text_of(list)};
    if (cpm_seq_new(&seq, &spec, &config, &err) == CPM_OK) {
        UNIT_FAIL("a rule for random numbers");
        cpm_seq_free(seq);
    } else if (err.status != CPM_ERR_NO_ANSWER) {
        UNIT_FAIL("%s", err.message);
    }
    terms_clear(&want);
}

static const cpm_test tests[] = {
    {"varying", varying},
    {"no_rule", no_rule},
    {"oeis", test_oeis},
    {"rational_rules", test_rational_rules},
    {"modular_rules", test_modular_rules},
    {"noise", test_noise},
};

UNIT_MAIN(tests)
