/* SPDX-License-Identifier: MIT
 *
 * test_period.c - periods modulo m against plain iteration: rules of order 1 to 4,
 * also with roots that divide m, with multiple roots, exceptions and fractions whose
 * denominators cancel. CPM_TEST_SCALE=30 asks for all m up to 2000.
 */
#include "cpmcalc.h"
#include "unit.h"

enum { MAX_ORDER = 6, RANDOM_ORDER = 4, MAX_STEPS = 3000000 };

/* a(n) = c[0] a(n-1) + ... from n = nbefore + order on. */
typedef struct rule {
    size_t order, nbefore;
    long c[MAX_ORDER], given[2 * MAX_ORDER];
} rule;

static void random_rule(rule *r, size_t max_order)
{
    r->order = 1 + unit_below(max_order);
    r->nbefore = unit_below(3) == 0 ? unit_below(RANDOM_ORDER) : 0;
    for (size_t k = 0; k < r->order; k++)
        r->c[k] = (long)unit_below(13) - 6;
    for (size_t k = 0; k < r->order + r->nbefore; k++)
        r->given[k] = (long)unit_below(19) - 9;
}

/* ---- By iteration ---------------------------------------------------------------- */

static unsigned long residue(long x, unsigned long m)
{
    long r = x % (long)m;
    return (unsigned long)(r < 0 ? r + (long)m : r);
}

/* The terms from the first state on, one after another. */
typedef struct walker {
    const rule *r;
    unsigned long m, state[MAX_ORDER];
} walker;

static void start_walker(walker *w, const rule *r, unsigned long m)
{
    *w = (walker){.r = r, .m = m};
    for (size_t k = 0; k < r->order; k++)
        w->state[k] = residue(r->given[r->nbefore + k], m);
}

static void step(walker *w)
{
    const rule *r = w->r;
    unsigned long sum = 0;
    for (size_t k = 0; k < r->order; k++)
        sum = (sum + residue(r->c[k], w->m) * w->state[r->order - 1 - k]) % w->m;
    for (size_t k = 0; k + 1 < r->order; k++)
        w->state[k] = w->state[k + 1];
    w->state[r->order - 1] = sum;
}

static bool same_state(const walker *a, const walker *b)
{
    return memcmp(a->state, b->state, sizeof a->state) == 0;
}

/* Brent's algorithm on states, then back through the terms before the first state.
 * False when it takes too long. */
static bool iterate(unsigned long *period, unsigned long *preperiod, const rule *r, unsigned long m)
{
    walker slow, fast;
    start_walker(&slow, r, m);
    fast = slow;
    unsigned long power = 1, length = 1, steps = 0;
    for (step(&fast); !same_state(&slow, &fast); step(&fast), length++, steps++) {
        if (steps > MAX_STEPS)
            return false;
        if (power == length) {
            slow = fast;
            power *= 2;
            length = 0;
        }
    }
    *period = length;
    start_walker(&slow, r, m);
    start_walker(&fast, r, m);
    for (unsigned long i = 0; i < length; i++)
        step(&fast);
    unsigned long first = 0;
    for (; !same_state(&slow, &fast); first++) {
        step(&slow);
        step(&fast);
    }
    *preperiod = first + r->nbefore;
    if (first > 0)
        return true;
    /* a(n+T) = a(n) further back: a(n+T) is T - (nbefore - n) terms into the states. */
    for (size_t n = r->nbefore; n > 0; n--) {
        unsigned long ahead = (r->nbefore - n + 1);
        unsigned long turns = (ahead + length - 1) / length; /* to be at or after the state */
        start_walker(&fast, r, m);
        for (unsigned long i = 0; i < turns * length - ahead; i++)
            step(&fast);
        if (fast.state[0] != residue(r->given[n - 1], m))
            break;
        *preperiod = n - 1;
    }
    return true;
}

/* ---- Comparing ------------------------------------------------------------------- */

static cpm_text list_of(char *text, const long *values, size_t count)
{
    size_t len = 0;
    text[0] = '\0';
    for (size_t k = 0; k < count; k++)
        len += (size_t)sprintf(text + len, "%s%ld", k ? "," : "", values[k]);
    return (cpm_text){"<list>", text, len};
}

static void check_rule(const rule *r, size_t nmoduli, unsigned long largest)
{
    char signature[100], init[200];
    cpm_spec spec = {.signature = list_of(signature, r->c, r->order),
                     .init = list_of(init, r->given, r->order + r->nbefore)};
    cpm_config config;
    cpm_err err = {0};
    cpm_seq *seq = NULL;
    mpz_t m, period, preperiod;
    mpz_inits(m, period, preperiod, (mpz_ptr)NULL);
    cpm_config_init(&config);
    mpz_set_ui(m, 1);
    config.modulus = m;
    if (cpm_seq_new(&seq, &spec, &config, &err) != CPM_OK)
        UNIT_FAIL("%s; %s: %s", signature, init, err.message);
    for (size_t i = 0; seq != NULL && i < nmoduli; i++) {
        unsigned long t, k, modulus = nmoduli >= largest ? i + 1 : 1 + unit_below(largest);
        mpz_set_ui(m, modulus);
        if (!iterate(&t, &k, r, modulus))
            continue;
        if (cpm_seq_period(period, preperiod, seq, &config, &err) != CPM_OK)
            UNIT_FAIL("%s; %s modulo %lu: %s", signature, init, modulus, err.message);
        else if (mpz_cmp_ui(period, t) != 0 || mpz_cmp_ui(preperiod, k) != 0)
            UNIT_FAIL("%s; %s modulo %lu: %lu after %lu, not %lu after %lu", signature, init,
                      modulus, mpz_get_ui(period), mpz_get_ui(preperiod), t, k);
        cpm_err_clear(&err);
    }
    cpm_seq_free(seq);
    mpz_clears(m, period, preperiod, (mpz_ptr)NULL);
}

/* So many moduli, and all of them from CPM_TEST_SCALE=30 on. */
static size_t scaled_or_all(size_t count, size_t all)
{
    size_t scaled = unit_scaled(count);
    return scaled >= 30 * count ? all : scaled;
}

static void test_small_orders(void)
{
    for (size_t i = 0; i < 30; i++) {
        rule r;
        random_rule(&r, 2);
        check_rule(&r, scaled_or_all(70, 2000), 2000);
    }
}

static void test_larger_orders(void)
{
    for (size_t i = 0; i < 30; i++) {
        rule r;
        random_rule(&r, RANDOM_ORDER);
        check_rule(&r, unit_scaled(12), 60);
    }
}

/* Rules with names, one whose matrix has no inverse modulo even numbers, and order 6. */
static void test_named_rules(void)
{
    static const rule rules[] = {
        {.order = 2, .c = {1, 1}, .given = {0, 1}},                         /* Fibonacci */
        {.order = 2, .c = {1, 1}, .given = {2, 1}},                         /* Lucas */
        {.order = 2, .c = {2, 1}, .given = {0, 1}},                         /* Pell */
        {.order = 2, .c = {1, 2}, .given = {0, 1}},                         /* Jacobsthal */
        {.order = 3, .c = {1, 1, 1}, .given = {0, 0, 1}},                   /* tribonacci */
        {.order = 3, .c = {0, 1, 1}, .given = {3, 0, 2}},                   /* Perrin */
        {.order = 3, .c = {0, 1, 1}, .given = {1, 1, 1}},                   /* Padovan */
        {.order = 3, .c = {1, 0, 1}, .given = {1, 1, 1}},                   /* Narayana's cows */
        {.order = 2, .c = {4, 6}, .given = {1, 5}},                         /* not invertible */
        {.order = 2, .nbefore = 3, .c = {0, 12}, .given = {9, 8, 7, 1, 1}}, /* exceptions too */
        {.order = 6, .c = {0, 0, 0, 0, 1, 1}, .given = {6, 0, 0, 0, 0, 5}}, /* Perrin's kind */
        {.order = 6, .c = {1, 0, -1, 0, 2, 10}, .given = {1, 2, 3, 4, 5, 60}},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        check_rule(&rules[i], scaled_or_all(10, rules[i].order > 3 ? 40 : 2000),
                   rules[i].order > 3 ? 40 : 2000);
}

/* The triangular numbers modulo 2^k have period 2^(k+1), with 1/2 in their formula. */
static void test_fractions(void)
{
    cpm_spec spec = {.gf = {"<gf>", "x/(1-x)^3", 9}};
    cpm_config config;
    cpm_err err = {0};
    cpm_seq *seq = NULL;
    mpz_t m, period, preperiod;
    mpz_inits(m, period, preperiod, (mpz_ptr)NULL);
    cpm_config_init(&config);
    mpz_set_ui(m, 1);
    config.modulus = m;
    UNIT_CHECK(cpm_seq_new(&seq, &spec, &config, &err) == CPM_OK);
    for (unsigned long k = 1; k < 70; k++) {
        mpz_set_ui(m, 1);
        mpz_mul_2exp(m, m, k);
        UNIT_CHECK(cpm_seq_period(period, preperiod, seq, &config, &err) == CPM_OK);
        mpz_mul_2exp(m, m, 1);
        UNIT_CHECK(mpz_cmp(period, m) == 0 && mpz_sgn(preperiod) == 0);
    }
    cpm_seq_free(seq);
    mpz_clears(m, period, preperiod, (mpz_ptr)NULL);
}

static const cpm_test tests[] = {
    {"small_orders", test_small_orders},
    {"larger_orders", test_larger_orders},
    {"named_rules", test_named_rules},
    {"fractions", test_fractions},
};

UNIT_MAIN(tests)
