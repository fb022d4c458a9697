/* SPDX-License-Identifier: MIT
 *
 * test_formulas.c - recurrences as people and other programs write them, through the
 * public API: those of tests/data/formulas.txt with their terms, which formulas.py has
 * made, and those of the OEIS with polynomial coefficients, with terms that
 * oeis-varying.py has made of them.
 */
#include "cpmcalc.h"
#include "unit.h"

enum { LINE_CAP = 4096, TEXT_CAP = 4096 };

static cpm_text text_of(const char *data)
{
    return (cpm_text){"<test>", data, data == NULL ? 0 : strlen(data)};
}

/* Cuts the line at its next tab; *rest is what comes behind it. */
static char *next_field(char **rest)
{
    char *field = *rest;
    char *tab = strchr(field, '\t');
    *rest = tab == NULL ? field + strlen(field) : tab + 1;
    if (tab != NULL)
        *tab = '\0';
    return field;
}

/* ---- Terms ------------------------------------------------------------- */

typedef struct terms {
    char text[TEXT_CAP];
    size_t len;
} terms;

static cpm_status add_term(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    terms *t = ctx;
    char *text;
    (void)n;
    cpm_status status = cpm_value_text(&text, value, 10, err);
    if (status != CPM_OK)
        return status;
    t->len +=
        (size_t)snprintf(t->text + t->len, TEXT_CAP - t->len, "%s%s", t->len > 0 ? " " : "", text);
    free(text);
    return CPM_OK;
}

static size_t count_words(const char *text)
{
    size_t count = 1;
    for (; *text != '\0'; text++)
        count += *text == ' ';
    return count;
}

static cpm_status find_terms(terms *t, const cpm_spec *spec, size_t count, cpm_err *err)
{
    cpm_seq *seq;
    cpm_config config;
    cpm_config_init(&config);
    cpm_status status = cpm_seq_new(&seq, spec, &config, err);
    if (status != CPM_OK)
        return status;
    mpz_t first, last, step;
    mpz_init(first);
    mpz_init(last);
    mpz_init_set_ui(step, 1);
    cpm_seq_offset(first, seq);
    mpz_add_ui(last, first, count - 1);
    status = cpm_seq_terms(seq, first, last, step, &config, add_term, t, err);
    mpz_clear(first);
    mpz_clear(last);
    mpz_clear(step);
    cpm_seq_free(seq);
    return status;
}

static void check_terms(char *line)
{
    const char *text = next_field(&line), *init = next_field(&line), *wanted = next_field(&line);
    cpm_spec spec = {.spec = text_of(text)};
    if (strcmp(init, "-") != 0)
        spec.init = text_of(init);
    terms t = {.len = 0};
    cpm_err err = {0};
    if (find_terms(&t, &spec, count_words(wanted), &err) != CPM_OK)
        UNIT_FAIL("%s\nis refused: %s", text, err.message);
    else if (strcmp(t.text, wanted) != 0)
        UNIT_FAIL("%s\ngave   %s\nwanted %s", text, t.text, wanted);
}

/* A line of oeis-varying.txt. */
static void check_varying(char *line)
{
    const char *number = next_field(&line), *text = next_field(&line);
    const char *offset = next_field(&line), *init = next_field(&line), *wanted = next_field(&line);
    cpm_spec spec = {.spec = text_of(text)};
    if (strcmp(init, "-") != 0) {
        spec.init = text_of(init);
        spec.offset = text_of(offset);
    }
    terms t = {.len = 0};
    cpm_err err = {0};
    if (find_terms(&t, &spec, count_words(wanted), &err) != CPM_OK)
        UNIT_FAIL("%s, %s\nis refused: %s", number, text, err.message);
    else if (strcmp(t.text, wanted) != 0)
        UNIT_FAIL("%s, %s\ngave   %s\nwanted %s", number, text, t.text, wanted);
}

/* ---- Rules ------------------------------------------------------------- */

static cpm_status find_rule(void *ctx, const char *data, size_t len)
{
    bool *found = ctx;
    static const char word[] = "\n  rule ";
    for (size_t i = 0; i + sizeof word <= len && !*found; i++)
        *found = memcmp(data + i, word, sizeof word - 1) == 0;
    return CPM_OK;
}

static bool is_rule(const char *text)
{
    bool found = false;
    cpm_text spec = text_of(text);
    cpm_writer writer = {find_rule, &found};
    cpm_err err = {0};
    return cpm_spec_dump(&spec, &writer, &err) == CPM_OK && found;
}

/* What is not read, and why it should not be. */
static bool is_no_rule(const char *number)
{
    static const char *const known[] = {
        "A000179",            /* a(n) = a(-n) is a second equation for the same terms */
        "A052726", "A052730", /* for their braces that are not closed */
        "A187259"};           /* cut off in the middle */
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(number, known[i]) == 0)
            return true;
    return false;
}

static void check_rule(char *line)
{
    const char *number = next_field(&line), *text = next_field(&line);
    if (is_rule(text) == is_no_rule(number))
        UNIT_FAIL("%s is %s: %s", number, is_no_rule(number) ? "read" : "not read", text);
}

/* ---- Files ------------------------------------------------------------- */

/* Calls check for each line that is no comment; how many there are. */
static size_t each_line(const char *name, void (*check)(char *line))
{
    char line[LINE_CAP];
    size_t count = 0;
    FILE *f = fopen(name, "r");
    if (f == NULL)
        UNIT_FAIL("%s is missing: run from the top folder", name);
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#')
            continue;
        check(line);
        count++;
    }
    if (f != NULL)
        fclose(f);
    return count;
}

static void test_terms(void)
{
    UNIT_CHECK(each_line("tests/data/formulas.txt", check_terms) == 73);
}

static void test_rules(void)
{
    UNIT_CHECK(each_line("tests/data/oeis-dfinite.tsv", check_rule) == 120);
    UNIT_CHECK(each_line("tests/data/oeis-varying.txt", check_varying) == 115);
}

static const cpm_test tests[] = {{"terms", test_terms}, {"rules", test_rules}};

UNIT_MAIN(tests)
