/* SPDX-License-Identifier: MIT
 *
 * test_iterate.c - rules that are not linear, through the public API: random ones against
 * their definition, exactly in 128 bits and modulo small numbers by brute force, near
 * indices and far ones, term by term and as ranges.
 */
#include "cpmcalc.h"
#include "unit.h"

typedef long long integer;

/* a(n) = c0 a(n-1)^2 + c1 a(n-2) a(n-1) + c2 n + c3, or reduced by `divisor` each time, or
 * with a maximum and a floor. */
typedef enum rule_kind { SQUARES, REMAINDERS, STEPS, NKINDS } rule_kind;

typedef struct rule {
    rule_kind kind;
    integer c[4], divisor, first, second;
    char text[400];
} rule;

static integer residue(integer x, integer m)
{
    x %= m;
    return x < 0 ? x + m : x;
}

static integer greater(integer a, integer b)
{
    return a > b ? a : b;
}

static rule random_rule(rule_kind which)
{
    rule r = {.kind = which,
              .divisor = 2 + (integer)unit_below(which == STEPS ? 4 : 60),
              .first = (integer)unit_below(9) - 3,
              .second = (integer)unit_below(9) - 3};
    for (int k = 0; k < 4; k++)
        r.c[k] = (integer)unit_below(7) - 3;
    r.c[0] = r.c[0] == 0 ? 2 : r.c[0];
    r.c[2] = unit_below(2) == 0 ? 0 : r.c[2];
    if (which == STEPS) {
        snprintf(r.text, sizeof r.text,
                 "a(n) = max(%lld*a(n-1) + %lld, -a(n-2)) + floor(a(n-1)/%lld); a(0) = %lld; "
                 "a(1) = %lld",
                 r.c[0], r.c[3], r.divisor, r.first, r.second);
    } else {
        char rest[40] = "";
        if (which == REMAINDERS)
            snprintf(rest, sizeof rest, " %% %lld", r.divisor);
        snprintf(r.text, sizeof r.text,
                 "a(n) = (%lld*a(n-1)^2 + %lld*a(n-1)*a(n-2) + %lld*n + %lld)%s; a(0) = %lld; "
                 "a(1) = %lld",
                 r.c[0], r.c[1], r.c[2], r.c[3], rest, r.first, r.second);
    }
    return r;
}

/* a(n) by definition, all of it modulo m where m > 0; false where it gets too large. */
static bool by_definition(integer *out, const rule *r, unsigned long n, integer m)
{
    integer before = m > 0 ? residue(r->first, m) : r->first;
    integer now = m > 0 ? residue(r->second, m) : r->second;
    if (n == 0) {
        *out = before;
        return true;
    }
    for (unsigned long i = 2; i <= n; i++) {
        integer next;
        if (now > 1000000000 || now < -1000000000)
            return false;
        if (r->kind == STEPS)
            next = greater(r->c[0] * now + r->c[3], -before) +
                   (now - residue(now, r->divisor)) / r->divisor;
        else
            next = r->c[0] * now * now + r->c[1] * now * before +
                   r->c[2] * (m > 0 ? (integer)(i % (unsigned long)m) : (integer)i) + r->c[3];
        before = now;
        now = m > 0 ? residue(next, m) : r->kind == REMAINDERS ? residue(next, r->divisor) : next;
    }
    *out = now;
    return true;
}

static void check_term(cpm_seq *seq, const rule *r, mpz_srcptr n, mpz_srcptr modulus,
                       integer wanted)
{
    cpm_config config;
    cpm_value *value = NULL;
    cpm_err err = {0};
    cpm_config_init(&config);
    config.modulus = modulus;
    char *text = NULL;
    cpm_status status = cpm_seq_nth(&value, seq, n, &config, &err);
    if (status != CPM_OK) {
        UNIT_FAIL("%s: %s", r->text, err.message);
    } else {
        mpz_t found;
        mpz_init(found);
        bool is_integer = cpm_value_get_mpz(found, value);
        if (!is_integer || mpz_cmp_si(found, (long)wanted) != 0) {
            text = mpz_get_str(NULL, 10, found);
            UNIT_FAIL("%s: %s instead of %lld", r->text, text, wanted);
            free(text);
        }
        mpz_clear(found);
    }
    cpm_value_free(value);
}

static cpm_seq *sequence(const rule *r)
{
    cpm_seq *seq;
    cpm_err err = {0};
    cpm_spec spec = {.spec = {"<test>", r->text, strlen(r->text)}};
    cpm_config config;
    cpm_config_init(&config);
    if (cpm_seq_new(&seq, &spec, &config, &err) != CPM_OK)
        UNIT_FAIL("%s: %s", r->text, err.message);
    return seq;
}

/* Forwards, so that the state goes on, and back to the beginning. */
static void test_exact(void)
{
    mpz_t n;
    mpz_init(n);
    for (size_t round = 0; round < unit_scaled(300) && unit_failures < 5; round++) {
        rule r = random_rule((rule_kind)(round % NKINDS));
        cpm_seq *seq = sequence(&r);
        for (unsigned long k = 0; seq != NULL && k < 14; k++) {
            unsigned long index = k < 12 ? k : 15 - k;
            integer wanted;
            mpz_set_ui(n, index);
            if (by_definition(&wanted, &r, index, 0))
                check_term(seq, &r, n, NULL, wanted);
        }
        cpm_seq_free(seq);
    }
    mpz_clear(n);
}

/* The state of (a(n-1), a(n-2), n) modulo m comes back within m^3 rounds: an index far
 * away is one that is not. */
static void test_modular(void)
{
    mpz_t n, m;
    mpz_init(n);
    mpz_init(m);
    for (size_t round = 0; round < unit_scaled(300) && unit_failures < 5; round++) {
        rule r = random_rule(SQUARES);
        integer modulus = 2 + (integer)unit_below(11);
        unsigned long cube = (unsigned long)(modulus * modulus * modulus), period = 0;
        cpm_seq *seq = sequence(&r);
        /* One period at most `cube`; the lcm of all of them would do as well: find it. */
        integer a, b, x, y;
        for (unsigned long p = (unsigned long)modulus; seq != NULL && period == 0;
             p += (unsigned long)modulus) {
            by_definition(&a, &r, cube, modulus);
            by_definition(&b, &r, cube + 1, modulus);
            by_definition(&x, &r, cube + p, modulus);
            by_definition(&y, &r, cube + p + 1, modulus);
            if (a == x && b == y)
                period = p;
            if (p > cube)
                break;
        }
        mpz_set_ui(m, (unsigned long)modulus);
        for (unsigned long k = 0; seq != NULL && period > 0 && k < 4; k++) {
            unsigned long index = cube + 2 + (unsigned long)unit_below(5 * period);
            integer wanted;
            by_definition(&wanted, &r, index, modulus);
            mpz_set_ui(n, period);
            mpz_mul_ui(n, n, 1000000007UL * k);
            mpz_mul_2exp(n, n, (mp_bitcnt_t)(40 * k));
            mpz_add_ui(n, n, index);
            check_term(seq, &r, n, m, wanted);
        }
        cpm_seq_free(seq);
    }
    mpz_clear(n);
    mpz_clear(m);
}

/* a(n) = a(n-1)^2 + 1 has 2^n digits or so: said before they are made. */
static void test_too_large(void)
{
    static const char text[] = "a(n) = a(n-1)^2 + 1; a(0) = 2";
    cpm_seq *seq;
    cpm_value *value = NULL;
    cpm_err err = {0};
    cpm_spec spec = {.spec = {"<test>", text, sizeof text - 1}};
    cpm_config config;
    mpz_t n;
    cpm_config_init(&config);
    mpz_init_set_ui(n, 1000);
    UNIT_CHECK(cpm_seq_new(&seq, &spec, &config, &err) == CPM_OK);
    UNIT_CHECK(cpm_seq_nth(&value, seq, n, &config, &err) == CPM_ERR_LIMIT);
    cpm_value_free(value);
    cpm_seq_free(seq);
    cpm_err_clear(&err);
    config.strict = true;
    UNIT_CHECK(cpm_seq_new(&seq, &spec, &config, &err) == CPM_ERR_SEMANTIC);
    cpm_seq_free(seq);
    mpz_clear(n);
}

static const cpm_test tests[] = {
    {"exact", test_exact},
    {"modular", test_modular},
    {"too_large", test_too_large},
};

UNIT_MAIN(tests)
