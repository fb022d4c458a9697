/* SPDX-License-Identifier: MIT
 *
 * test_sums.c - sums of terms against terms added one by one: random recurrences
 * over Z and Q with exceptions, ranges of all kinds, exact and modulo numbers.
 */
#include "cpmcalc.h"
#include "unit.h"

static cpm_status add(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    mpq_t q;
    (void)n, (void)err;
    mpq_init(q);
    UNIT_CHECK(cpm_value_get_mpq(q, value));
    mpq_add(ctx, ctx, q);
    mpq_clear(q);
    return CPM_OK;
}

/* Numbers separated by commas, a third of them fractions if that is wanted. */
static void random_list(char *text, size_t count, bool fractions)
{
    for (size_t i = 0; i < count; i++) {
        text += sprintf(text, "%s%ld", i ? "," : "", (long)unit_below(9) - 4);
        if (fractions && unit_below(3) == 0)
            text += sprintf(text, "/2");
    }
}

typedef struct question {
    mpz_t first, last, step;
    long from, to, by;
} question;

static void random_question(question *q, long lowest)
{
    q->from = lowest + (long)unit_below(20);
    q->to = q->from + (long)unit_below(400);
    q->by = 1 + (long)(unit_below(2) == 0 ? 0 : unit_below(9));
    q->to -= (q->to - q->from) % q->by;
    mpz_init_set_si(q->first, q->from);
    mpz_init_set_si(q->last, q->to);
    mpz_init_set_si(q->step, q->by);
    if (unit_below(4) == 0) {
        mpz_swap(q->first, q->last);
        mpz_neg(q->step, q->step);
    }
}

static void check_sum(cpm_seq *seq, const question *q, const cpm_config *config, const char *label)
{
    mpq_t wanted, got;
    cpm_value *value = NULL;
    cpm_err err = {0}, why = {0};
    mpq_init(wanted);
    mpq_init(got);
    cpm_status status = cpm_seq_terms(seq, q->first, q->last, q->step, config, add, wanted, &why);
    if (config->modulus != NULL)
        mpz_mod(mpq_numref(wanted), mpq_numref(wanted), config->modulus);
    cpm_status found = cpm_seq_sum(&value, seq, q->first, q->last, q->step, config, &err);
    if (found != CPM_OK && status == CPM_OK && found != CPM_ERR_UNSUPPORTED)
        UNIT_FAIL("%s, %ld..%ld..%ld: %s", label, q->from, q->to, q->by, err.message);
    if (found == CPM_OK && status == CPM_OK &&
        (!cpm_value_get_mpq(got, value) || !mpq_equal(got, wanted)))
        UNIT_FAIL("%s, %ld..%ld..%ld: wrong sum", label, q->from, q->to, q->by);
    cpm_value_free(value);
    mpq_clear(wanted);
    mpq_clear(got);
}

static void check_sequence(size_t order, bool fractions)
{
    char signature[400], init[400], label[900];
    random_list(signature, order, fractions);
    random_list(init, order + unit_below(3), fractions);
    snprintf(label, sizeof label, "--signature %s --init %s", signature, init);
    cpm_spec spec = {.signature = {"<signature>", signature, strlen(signature)},
                     .init = {"<init>", init, strlen(init)},
                     .offset = {"<offset>", "3", 1}};
    static const unsigned long moduli[] = {1, 2, 7, 12, 998244353};
    cpm_config config;
    cpm_err err = {0};
    cpm_seq *seq = NULL;
    mpz_t m;
    question q;
    mpz_init(m);
    cpm_config_init(&config);
    random_question(&q, 3);
    if (cpm_seq_new(&seq, &spec, &config, &err) != CPM_OK) {
        UNIT_FAIL("%s: %s", label, err.message);
    } else {
        check_sum(seq, &q, &config, label);
        for (size_t i = 0; i < sizeof moduli / sizeof moduli[0]; i++) {
            mpz_set_ui(m, moduli[i]);
            config.modulus = m;
            check_sum(seq, &q, &config, label);
        }
    }
    cpm_seq_free(seq);
    mpz_clear(m);
    mpz_clears(q.first, q.last, q.step, (mpz_ptr)NULL);
}

static void test_integers(void)
{
    for (size_t i = unit_scaled(300); i > 0; i--)
        check_sequence(1 + unit_below(5), false);
}

static void test_fractions(void)
{
    for (size_t i = unit_scaled(150); i > 0; i--)
        check_sequence(1 + unit_below(4), true);
}

/* Orders from which sums are a recurrence of their own, and those before. */
static void test_long(void)
{
    for (size_t i = unit_scaled(120); i > 0; i--)
        check_sequence(12 + unit_below(40), unit_below(3) == 0);
}

static const cpm_test tests[] = {
    {"integers", test_integers},
    {"fractions", test_fractions},
    {"long", test_long},
};

UNIT_MAIN(tests)
