/* SPDX-License-Identifier: MIT
 *
 * test_algebra.c - the laws of a module over a semiring, written once and held
 * against random elements of every domain.
 */
#include "algebra/semiring.h"
#include "unit.h"

enum { ROUNDS = 500 };

/* Three values and three scalars, and room for results. */
typedef struct sample {
    const cpm_domain *domain, *scalars;
    fmpq_t x, y, z, r, s, t;
    fmpq_t left, right, aux;
} sample;

static fmpq *all(sample *p, size_t i)
{
    fmpq *const members[] = {p->x, p->y, p->z, p->r, p->s, p->t, p->left, p->right, p->aux};
    return i < sizeof members / sizeof *members ? members[i] : NULL;
}

static void sample_init(sample *p, const cpm_domain *domain)
{
    p->domain = domain;
    p->scalars = domain->scalars != NULL ? domain->scalars : domain;
    for (size_t i = 0; all(p, i) != NULL; i++)
        fmpq_init(all(p, i));
}

static void sample_clear(sample *p)
{
    for (size_t i = 0; all(p, i) != NULL; i++)
        fmpq_clear(all(p, i));
}

static slong small(slong limit)
{
    return (slong)unit_below((uint64_t)(2 * limit + 1)) - limit;
}

/* Now and then one of the special elements, else something small or large. */
static void random_element(fmpq_t out, const cpm_domain *domain)
{
    do {
        switch (unit_below(8)) {
        case 0:
            domain->zero(out, domain);
            break;
        case 1:
            domain->one(out, domain);
            break;
        case 2:
            cpm_ext_set_inf(out, unit_below(2) ? 1 : -1);
            break;
        case 3:
            fmpq_set_si(out, small(1), 1);
            break;
        case 4:
            fmpq_set_si(out, small(40), 1 + unit_below(12));
            break;
        case 5:
            fmpz_set_ui(fmpq_numref(out), unit_rand());
            fmpz_mul_2exp(fmpq_numref(out), fmpq_numref(out), unit_below(80));
            fmpz_sub_ui(fmpq_numref(out), fmpq_numref(out), unit_rand());
            if (unit_below(2))
                fmpz_neg(fmpq_numref(out), fmpq_numref(out));
            fmpz_one(fmpq_denref(out));
            break;
        default:
            fmpq_set_si(out, small(1000), 1);
        }
        if (domain->modulus != NULL && cpm_ext_is_finite(out)) {
            fmpz_one(fmpq_denref(out));
            fmpz_mod(fmpq_numref(out), fmpq_numref(out), domain->modulus);
        }
    } while (!domain->contains(out, domain));
}

/* mul-pow: exponents small enough to compute, and no 0 ** -1. */
static void random_sample(sample *p)
{
    fmpq *const scalars[] = {p->r, p->s, p->t};
    random_element(p->x, p->domain);
    random_element(p->y, p->domain);
    random_element(p->z, p->domain);
    bool has_zero = fmpq_is_zero(p->x) || fmpq_is_zero(p->y) || fmpq_is_zero(p->z);
    for (size_t i = 0; i < 3; i++) {
        if (p->scalars == p->domain)
            random_element(scalars[i], p->scalars);
        else
            fmpq_set_si(scalars[i], has_zero ? (slong)unit_below(6) : small(5), 1);
    }
}

static void check(sample *p, const char *law)
{
    if (fmpq_equal(p->left, p->right))
        return;
    UNIT_FAIL("%s: %s does not hold", cpm_semiring_name(p->domain->id), law);
    fmpq *const shown[] = {p->x, p->y, p->z, p->r, p->s, p->t, p->left, p->right};
    for (size_t i = 0; i < 8; i++) {
        char *num = fmpz_get_str(NULL, 10, fmpq_numref(shown[i]));
        char *den = fmpz_get_str(NULL, 10, fmpq_denref(shown[i]));
        fprintf(stderr, "  %s/%s", num, den);
        flint_free(num);
        flint_free(den);
    }
    fputc('\n', stderr);
}

/* Addition of `d` is a commutative monoid; the elements are a, b, c. */
static void addition_laws(sample *p, const cpm_domain *d, const fmpq_t a, const fmpq_t b,
                          const fmpq_t c)
{
    d->add(p->left, a, b, d);
    d->add(p->right, b, a, d);
    check(p, "a + b = b + a");
    d->add(p->left, p->left, c, d);
    d->add(p->right, b, c, d);
    d->add(p->right, a, p->right, d);
    check(p, "(a + b) + c = a + (b + c)");
    d->zero(p->aux, d);
    d->add(p->left, a, p->aux, d);
    fmpq_set(p->right, a);
    check(p, "a + 0 = a");
    if (d->is_idempotent) {
        d->add(p->left, a, a, d);
        check(p, "a + a = a");
    }
    UNIT_CHECK(d->contains(p->left, d));
    UNIT_CHECK(cpm_domain_is_zero(p->aux, d));
}

/* How scalars act on values, with r, s scalars and x, y values. */
static void action_laws(sample *p)
{
    const cpm_domain *d = p->domain, *k = p->scalars;
    d->add(p->aux, p->x, p->y, d);
    d->mul(p->left, p->aux, p->s, d);
    d->mul(p->right, p->x, p->s, d);
    d->mul(p->aux, p->y, p->s, d);
    d->add(p->right, p->right, p->aux, d);
    check(p, "(x + y) s = x s + y s");
    k->add(p->aux, p->r, p->s, k);
    d->mul(p->left, p->x, p->aux, d);
    d->mul(p->right, p->x, p->r, d);
    d->mul(p->aux, p->x, p->s, d);
    d->add(p->right, p->right, p->aux, d);
    check(p, "x (r + s) = x r + x s");
    k->mul(p->aux, p->r, p->s, k);
    d->mul(p->left, p->x, p->aux, d);
    d->mul(p->right, p->x, p->r, d);
    d->mul(p->right, p->right, p->s, d);
    check(p, "x (r s) = (x r) s");
    d->one(p->aux, d);
    d->mul(p->left, p->x, p->aux, d);
    fmpq_set(p->right, p->x);
    check(p, "x 1 = x");
    k->zero(p->aux, k);
    d->mul(p->left, p->x, p->aux, d);
    d->zero(p->right, d);
    check(p, "x 0 = 0");
    d->mul(p->left, p->right, p->s, d);
    check(p, "0 s = 0");
}

static void scalar_laws(sample *p)
{
    const cpm_domain *k = p->scalars;
    addition_laws(p, k, p->r, p->s, p->t);
    k->mul(p->left, p->r, p->s, k);
    k->mul(p->right, p->s, p->r, k);
    check(p, "r s = s r");
    k->mul(p->left, p->left, p->t, k);
    k->mul(p->right, p->s, p->t, k);
    k->mul(p->right, p->r, p->right, k);
    check(p, "(r s) t = r (s t)");
    k->add(p->aux, p->s, p->t, k);
    k->mul(p->left, p->r, p->aux, k);
    k->mul(p->right, p->r, p->s, k);
    k->mul(p->aux, p->r, p->t, k);
    k->add(p->right, p->right, p->aux, k);
    check(p, "r (s + t) = r s + r t");
    k->one(p->aux, k);
    k->mul(p->left, p->r, p->aux, k);
    fmpq_set(p->right, p->r);
    check(p, "r 1 = r");
    k->zero(p->aux, k);
    k->mul(p->left, p->r, p->aux, k);
    fmpq_set(p->right, p->aux);
    check(p, "r 0 = 0");
}

/* Results may be written over operands. */
static void aliasing(sample *p)
{
    const cpm_domain *d = p->domain;
    d->add(p->right, p->x, p->y, d);
    fmpq_set(p->left, p->x);
    d->add(p->left, p->left, p->y, d);
    check(p, "out = first operand of +");
    fmpq_set(p->left, p->y);
    d->add(p->left, p->x, p->left, d);
    check(p, "out = second operand of +");
    d->mul(p->right, p->x, p->s, d);
    fmpq_set(p->left, p->x);
    d->mul(p->left, p->left, p->s, d);
    check(p, "out = first operand of *");
    fmpq_set(p->left, p->s);
    d->mul(p->left, p->x, p->left, d);
    check(p, "out = second operand of *");
}

/* s^e against repeated multiplication. */
static void scalar_powers(sample *p)
{
    const cpm_domain *k = p->scalars;
    fmpz_t e;
    fmpz_init_set_ui(e, unit_below(12));
    k->one(p->left, k);
    for (ulong i = 0; i < fmpz_get_ui(e); i++)
        k->mul(p->left, p->left, p->s, k);
    if (k->modulus == NULL) {
        UNIT_CHECK(cpm_domain_power(p->right, p->s, e, 1000000, k));
        check(p, "s^e");
    }
    fmpz_clear(e);
}

static void laws_of(const cpm_domain *domain)
{
    sample p;
    sample_init(&p, domain);
    for (size_t i = unit_scaled(ROUNDS); i > 0; i--) {
        random_sample(&p);
        addition_laws(&p, domain, p.x, p.y, p.z);
        scalar_laws(&p);
        action_laws(&p);
        aliasing(&p);
        scalar_powers(&p);
    }
    sample_clear(&p);
}

static void laws(void)
{
    for (int id = CPM_SEMIRING_PLUS_TIMES; cpm_semiring_name((cpm_semiring)id) != NULL; id++)
        laws_of(cpm_domain_of((cpm_semiring)id));
}

static void residues(void)
{
    static const ulong moduli[] = {1, 2, 7, 12, 1000000007};
    for (size_t i = 0; i < sizeof moduli / sizeof *moduli; i++) {
        fmpz_t m;
        cpm_domain domain;
        fmpz_init_set_ui(m, moduli[i]);
        cpm_domain_init_mod(&domain, m);
        laws_of(&domain);
        fmpz_clear(m);
    }
}

/* What the table in semiring.h says, spelt out. */
static void absorption(void)
{
    fmpq_t inf, minus, zero, out;
    fmpq_init(inf);
    fmpq_init(minus);
    fmpq_init(zero);
    fmpq_init(out);
    cpm_ext_set_inf(inf, 1);
    cpm_ext_set_inf(minus, -1);
    const cpm_domain *d = cpm_domain_of(CPM_SEMIRING_MAX_PLUS);
    d->mul(out, minus, inf, d);
    UNIT_CHECK(fmpq_equal(out, minus));
    d = cpm_domain_of(CPM_SEMIRING_MIN_PLUS);
    d->mul(out, minus, inf, d);
    UNIT_CHECK(fmpq_equal(out, inf));
    d = cpm_domain_of(CPM_SEMIRING_MAX_TIMES);
    d->mul(out, zero, inf, d);
    UNIT_CHECK(fmpq_is_zero(out));
    d = cpm_domain_of(CPM_SEMIRING_MIN_TIMES);
    d->mul(out, zero, inf, d);
    UNIT_CHECK(fmpq_equal(out, inf));
    d = cpm_domain_of(CPM_SEMIRING_MUL_POW);
    d->mul(out, zero, zero, d); /* 0 ** 0 */
    UNIT_CHECK(fmpq_is_one(out));
    fmpq_clear(inf);
    fmpq_clear(minus);
    fmpq_clear(zero);
    fmpq_clear(out);
}

static const cpm_test tests[] = {
    {"laws", laws},
    {"residues", residues},
    {"absorption", absorption},
};

UNIT_MAIN(tests)
