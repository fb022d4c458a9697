/* SPDX-License-Identifier: MIT
 *
 * semiring.c - the tables of methods. These are the definitions, one small
 * function each, and the oracle that the machine-word kernels of src/power are
 * tested against. Laws are written once, in tests/unit/test_algebra.c.
 * Reference: M. Gondran, M. Minoux, "Graphs, Dioids and Semirings", 2008, ch. 1.
 */
#include "algebra/semiring.h"

#include <string.h>

/* ---- Rationals with infinities ------------------------------------------ */

void cpm_ext_set_inf(fmpq_t out, int sign)
{
    fmpz_set_si(fmpq_numref(out), sign > 0 ? 1 : -1);
    fmpz_zero(fmpq_denref(out));
}

int cpm_ext_cmp(const fmpq_t x, const fmpq_t y)
{
    bool x_finite = cpm_ext_is_finite(x), y_finite = cpm_ext_is_finite(y);
    if (x_finite && y_finite)
        return fmpq_cmp(x, y);
    int a = x_finite ? 0 : fmpz_sgn(fmpq_numref(x));
    int b = y_finite ? 0 : fmpz_sgn(fmpq_numref(y));
    return (a > b) - (a < b);
}

static void zero_number(fmpq_t out, const cpm_domain *domain)
{
    (void)domain;
    fmpq_zero(out);
}

static void one_number(fmpq_t out, const cpm_domain *domain)
{
    (void)domain;
    fmpq_one(out);
}

static void minus_one(fmpq_t out, const cpm_domain *domain)
{
    (void)domain;
    fmpq_set_si(out, -1, 1);
}

static void plus_infinity(fmpq_t out, const cpm_domain *domain)
{
    (void)domain;
    cpm_ext_set_inf(out, 1);
}

static void minus_infinity(fmpq_t out, const cpm_domain *domain)
{
    (void)domain;
    cpm_ext_set_inf(out, -1);
}

static bool is_extended(const fmpq_t x, const cpm_domain *domain)
{
    (void)x, (void)domain;
    return true;
}

static bool is_rational(const fmpq_t x, const cpm_domain *domain)
{
    (void)domain;
    return cpm_ext_is_finite(x);
}

static bool is_integer(const fmpq_t x, const cpm_domain *domain)
{
    (void)domain;
    return fmpz_is_one(fmpq_denref(x));
}

static bool is_not_negative(const fmpq_t x, const cpm_domain *domain)
{
    (void)domain;
    return fmpz_sgn(fmpq_numref(x)) >= 0;
}

static bool is_natural(const fmpq_t x, const cpm_domain *domain)
{
    return is_integer(x, domain) && is_not_negative(x, domain);
}

/* ---- Additions and multiplications --------------------------------------- */

static void maximum(fmpq_t out, const fmpq_t x, const fmpq_t y, const cpm_domain *domain)
{
    (void)domain;
    fmpq_set(out, cpm_ext_cmp(x, y) >= 0 ? x : y);
}

static void minimum(fmpq_t out, const fmpq_t x, const fmpq_t y, const cpm_domain *domain)
{
    (void)domain;
    fmpq_set(out, cpm_ext_cmp(x, y) <= 0 ? x : y);
}

/* x + y; the domain's zero absorbs the other infinity. */
static void shifted(fmpq_t out, const fmpq_t x, const fmpq_t y, const cpm_domain *domain)
{
    bool x_finite = cpm_ext_is_finite(x), y_finite = cpm_ext_is_finite(y);
    if (x_finite && y_finite)
        fmpq_add(out, x, y);
    else if (cpm_domain_is_zero(x, domain) || cpm_domain_is_zero(y, domain))
        domain->zero(out, domain);
    else
        fmpq_set(out, x_finite ? y : x);
}

/* x * y for x, y >= 0; the domain's zero absorbs. */
static void scaled(fmpq_t out, const fmpq_t x, const fmpq_t y, const cpm_domain *domain)
{
    bool x_finite = cpm_ext_is_finite(x), y_finite = cpm_ext_is_finite(y);
    if (cpm_domain_is_zero(x, domain) || cpm_domain_is_zero(y, domain))
        domain->zero(out, domain);
    else if (x_finite && y_finite)
        fmpq_mul(out, x, y);
    else
        cpm_ext_set_inf(out, 1); /* in max-times: 0 is out of the way already */
}

static void sum(fmpq_t out, const fmpq_t x, const fmpq_t y, const cpm_domain *domain)
{
    fmpq_add(out, x, y);
    if (domain->modulus != NULL)
        fmpz_mod(fmpq_numref(out), fmpq_numref(out), domain->modulus);
}

static void product(fmpq_t out, const fmpq_t x, const fmpq_t y, const cpm_domain *domain)
{
    fmpq_mul(out, x, y);
    if (domain->modulus != NULL)
        fmpz_mod(fmpq_numref(out), fmpq_numref(out), domain->modulus);
}

/* x ** s for an integer s that fits a word unless x is 0, 1 or -1; 0**0 = 1. */
static void power(fmpq_t out, const fmpq_t x, const fmpq_t s, const cpm_domain *domain)
{
    (void)domain;
    const fmpz *e = fmpq_numref(s);
    if (fmpz_is_zero(e) || fmpq_is_one(x))
        fmpq_one(out);
    else if (fmpq_is_zero(x))
        fmpq_zero(out);
    else if (fmpz_is_one(fmpq_denref(x)) && fmpz_is_pm1(fmpq_numref(x)))
        fmpq_set_si(out, fmpz_is_even(e) ? 1 : -1, 1);
    else
        fmpq_pow_si(out, x, fmpz_get_si(e));
}

/* FLINT 2.9 leaves a small result of a large operand in the form of large
 * integers (-1 in fmpz_or(x, -1)), which then compares as different from the
 * same number in the small form; adding 0 settles it. */
#define BITWISE(name, function)                                                                    \
    static void name(fmpq_t out, const fmpq_t x, const fmpq_t y, const cpm_domain *domain)         \
    {                                                                                              \
        (void)domain;                                                                              \
        function(fmpq_numref(out), fmpq_numref(x), fmpq_numref(y));                                \
        fmpz_add_ui(fmpq_numref(out), fmpq_numref(out), 0);                                        \
        fmpz_one(fmpq_denref(out));                                                                \
    }

BITWISE(bits_and, fmpz_and)
BITWISE(bits_or, fmpz_or)
BITWISE(bits_xor, fmpz_xor)

/* Divisibility orders the integers from 0 on; 0 is above all. */
static void common_divisor(fmpq_t out, const fmpq_t x, const fmpq_t y, const cpm_domain *domain)
{
    (void)domain;
    fmpz_gcd(fmpq_numref(out), fmpq_numref(x), fmpq_numref(y));
    fmpz_one(fmpq_denref(out));
}

static void common_multiple(fmpq_t out, const fmpq_t x, const fmpq_t y, const cpm_domain *domain)
{
    (void)domain;
    fmpz_lcm(fmpq_numref(out), fmpq_numref(x), fmpq_numref(y));
    fmpz_one(fmpq_denref(out));
}

/* ---- Zero tests, inverses and powers ------------------------------------- */

static bool is_number_zero(const fmpq_t x)
{
    return fmpz_is_zero(fmpq_numref(x));
}

static bool is_number_one(const fmpq_t x)
{
    return fmpq_is_one(x);
}

static bool is_minus_one(const fmpq_t x)
{
    return fmpz_equal_si(fmpq_numref(x), -1);
}

static bool is_minus_infinity(const fmpq_t x)
{
    return !cpm_ext_is_finite(x) && fmpz_sgn(fmpq_numref(x)) < 0;
}

static bool is_plus_infinity(const fmpq_t x)
{
    return !cpm_ext_is_finite(x) && fmpz_sgn(fmpq_numref(x)) > 0;
}

static void difference(fmpq_t out, const fmpq_t x, const fmpq_t y)
{
    fmpq_sub(out, x, y);
}

static void quotient(fmpq_t out, const fmpq_t x, const fmpq_t y)
{
    fmpq_div(out, x, y);
}

/* e times s, the power of max-plus and min-plus */
static bool multiple(fmpq_t out, const fmpq_t s, const fmpz_t e, size_t max_bits)
{
    (void)max_bits; /* as long as both together */
    fmpq_mul_fmpz(out, s, e);
    return true;
}

/* x^e as a rational, when it is small enough. */
static bool rational_power(fmpq_t out, const fmpq_t x, const fmpz_t e, size_t max_bits)
{
    bool is_unit = fmpz_is_one(fmpq_denref(x)) && fmpz_is_pm1(fmpq_numref(x));
    if (fmpz_is_zero(e) || fmpq_is_one(x)) {
        fmpq_one(out);
    } else if (fmpq_is_zero(x)) {
        fmpq_zero(out);
        return fmpz_sgn(e) > 0;
    } else if (is_unit) {
        fmpq_set_si(out, fmpz_is_even(e) ? 1 : -1, 1);
    } else {
        double size = fmpz_get_d(e) * (double)fmpq_height_bits(x);
        if (!(size <= (double)max_bits && -size <= (double)max_bits))
            return false;
        fmpq_pow_si(out, x, fmpz_get_si(e));
    }
    return true;
}

/* ---- The tables ---------------------------------------------------------- */

#define RATIONALS "rationals"
#define EXTENDED  "rationals, inf and -inf"
#define POSITIVE  "rationals from 0 on and inf"
#define INTEGERS  "integers"

/* The exponents of mul-pow. */
static const cpm_domain integers = {
    .id = CPM_SEMIRING_PLUS_TIMES,
    .name = "plus-times",
    .values = INTEGERS,
    .is_arithmetic = true,
    .has_negation = true,
    .zero = zero_number,
    .one = one_number,
    .is_zero = is_number_zero,
    .add = sum,
    .mul = product,
    .power = rational_power,
    .contains = is_integer,
};

static const cpm_domain domains[CPM_NSEMIRINGS] = {
    [CPM_SEMIRING_PLUS_TIMES] =
        {
            .id = CPM_SEMIRING_PLUS_TIMES,
            .name = "plus-times",
            .values = RATIONALS,
            .is_arithmetic = true,
            .has_negation = true,
            .written = {.add = "+", .subtract = "-", .mul = "*", .divide = "/", .negate = "-"},
            .zero = zero_number,
            .one = one_number,
            .is_zero = is_number_zero,
            .add = sum,
            .mul = product,
            .divide = quotient,
            .power = rational_power,
            .contains = is_rational,
        },
    [CPM_SEMIRING_MAX_PLUS] =
        {
            .id = CPM_SEMIRING_MAX_PLUS,
            .name = "max-plus",
            .values = EXTENDED,
            .is_idempotent = true,
            .is_ordered = true,
            .has_cycle_mean = true,
            .packing = CPM_PACK_SHIFT,
            .counter = CPM_COUNTER_AFFINE,
            .written = {.add = "max", .mul = "+", .divide = "-"},
            .zero = minus_infinity,
            .one = zero_number,
            .is_zero = is_minus_infinity,
            .add = maximum,
            .mul = shifted,
            .divide = difference,
            .power = multiple,
            .contains = is_extended,
        },
    [CPM_SEMIRING_MIN_PLUS] =
        {
            .id = CPM_SEMIRING_MIN_PLUS,
            .name = "min-plus",
            .values = EXTENDED,
            .is_idempotent = true,
            .is_ordered = true,
            .is_dual = true,
            .has_cycle_mean = true,
            .packing = CPM_PACK_SHIFT,
            .counter = CPM_COUNTER_AFFINE,
            .written = {.add = "min", .mul = "+", .divide = "-"},
            .zero = plus_infinity,
            .one = zero_number,
            .is_zero = is_plus_infinity,
            .add = minimum,
            .mul = shifted,
            .divide = difference,
            .power = multiple,
            .contains = is_extended,
        },
    [CPM_SEMIRING_MUL_POW] =
        {
            .id = CPM_SEMIRING_MUL_POW,
            .name = "mul-pow",
            .values = RATIONALS,
            .written = {.add = "*", .subtract = "/", .mul = "**", .mul_call = "pow", .flip = "-"},
            .zero = one_number,
            .one = one_number,
            .is_zero = is_number_one,
            .add = product,
            .mul = power,
            .power = rational_power,
            .contains = is_rational,
            .scalars = &integers,
        },
    [CPM_SEMIRING_OR_AND] =
        {
            .id = CPM_SEMIRING_OR_AND,
            .name = "or-and",
            .values = INTEGERS,
            .is_idempotent = true,
            .is_bitwise = true,
            .packing = CPM_PACK_BITS,
            .written = {.add = "|", .mul = "&"},
            .zero = zero_number,
            .one = minus_one,
            .is_zero = is_number_zero,
            .add = bits_or,
            .mul = bits_and,
            .contains = is_integer,
        },
    [CPM_SEMIRING_AND_OR] =
        {
            .id = CPM_SEMIRING_AND_OR,
            .name = "and-or",
            .values = INTEGERS,
            .is_idempotent = true,
            .is_bitwise = true,
            .is_dual = true,
            .packing = CPM_PACK_BITS,
            .written = {.add = "&", .mul = "|"},
            .zero = minus_one,
            .one = zero_number,
            .is_zero = is_minus_one,
            .add = bits_and,
            .mul = bits_or,
            .contains = is_integer,
        },
    [CPM_SEMIRING_XOR_AND] =
        {
            .id = CPM_SEMIRING_XOR_AND,
            .name = "xor-and",
            .values = INTEGERS,
            .is_bitwise = true,
            .has_negation = true,
            .packing = CPM_PACK_BITS,
            .written = {.add = "^", .mul = "&", .mask = "|", .flip = "~"},
            .zero = zero_number,
            .one = minus_one,
            .is_zero = is_number_zero,
            .add = bits_xor,
            .mul = bits_and,
            .contains = is_integer,
        },
    [CPM_SEMIRING_MAX_TIMES] =
        {
            .id = CPM_SEMIRING_MAX_TIMES,
            .name = "max-times",
            .values = POSITIVE,
            .is_idempotent = true,
            .is_ordered = true,
            .counter = CPM_COUNTER_EXPONENTIAL,
            .written = {.add = "max", .mul = "*", .divide = "/"},
            .zero = zero_number,
            .one = one_number,
            .is_zero = is_number_zero,
            .add = maximum,
            .mul = scaled,
            .divide = quotient,
            .power = rational_power,
            .contains = is_not_negative,
        },
    [CPM_SEMIRING_MIN_TIMES] =
        {
            .id = CPM_SEMIRING_MIN_TIMES,
            .name = "min-times",
            .values = POSITIVE,
            .is_idempotent = true,
            .is_ordered = true,
            .is_dual = true,
            .counter = CPM_COUNTER_EXPONENTIAL,
            .written = {.add = "min", .mul = "*", .divide = "/"},
            .zero = plus_infinity,
            .one = one_number,
            .is_zero = is_plus_infinity,
            .add = minimum,
            .mul = scaled,
            .divide = quotient,
            .power = rational_power,
            .contains = is_not_negative,
        },
    [CPM_SEMIRING_MAX_MIN] =
        {
            .id = CPM_SEMIRING_MAX_MIN,
            .name = "max-min",
            .values = EXTENDED,
            .is_idempotent = true,
            .is_ordered = true,
            .packing = CPM_PACK_RANK,
            .written = {.add = "max", .mul = "min"},
            .zero = minus_infinity,
            .one = plus_infinity,
            .is_zero = is_minus_infinity,
            .add = maximum,
            .mul = minimum,
            .contains = is_extended,
        },
    [CPM_SEMIRING_MIN_MAX] =
        {
            .id = CPM_SEMIRING_MIN_MAX,
            .name = "min-max",
            .values = EXTENDED,
            .is_idempotent = true,
            .is_ordered = true,
            .is_dual = true,
            .packing = CPM_PACK_RANK,
            .written = {.add = "min", .mul = "max"},
            .zero = plus_infinity,
            .one = minus_infinity,
            .is_zero = is_plus_infinity,
            .add = minimum,
            .mul = maximum,
            .contains = is_extended,
        },
    [CPM_SEMIRING_GCD_LCM] =
        {
            .id = CPM_SEMIRING_GCD_LCM,
            .name = "gcd-lcm",
            .values = "integers from 0 on",
            .is_idempotent = true,
            .written = {.add = "gcd", .mul = "lcm"},
            .zero = zero_number,
            .one = one_number,
            .is_zero = is_number_zero,
            .add = common_divisor,
            .mul = common_multiple,
            .contains = is_natural,
        },
};

const cpm_domain *cpm_domain_of(cpm_semiring id)
{
    return &domains[id == CPM_SEMIRING_AUTO ? CPM_SEMIRING_PLUS_TIMES : id];
}

static bool is_residue(const fmpq_t x, const cpm_domain *domain)
{
    return fmpz_is_one(fmpq_denref(x)) && fmpz_sgn(fmpq_numref(x)) >= 0 &&
           fmpz_cmp(fmpq_numref(x), domain->modulus) < 0;
}

static void one_residue(fmpq_t out, const cpm_domain *domain)
{
    fmpq_set_si(out, !fmpz_is_one(domain->modulus), 1);
}

void cpm_domain_init_mod(cpm_domain *domain, const fmpz *m)
{
    *domain = integers;
    domain->is_arithmetic = false;
    domain->values = "residues";
    domain->one = one_residue;
    domain->contains = is_residue;
    domain->modulus = m;
}

bool cpm_domain_power(fmpq_t out, const fmpq_t s, const fmpz_t e, size_t max_bits,
                      const cpm_domain *domain)
{
    if (domain->power != NULL && cpm_ext_is_finite(s))
        return domain->power(out, s, e, max_bits);
    if (fmpz_sgn(e) > 0) /* s * s = s, also of an infinity */
        fmpq_set(out, s);
    else
        domain->one(out, domain);
    return fmpz_sgn(e) >= 0;
}

/* ---- Names ---------------------------------------------------------------- */

const char *cpm_semiring_name(cpm_semiring semiring)
{
    if (semiring == CPM_SEMIRING_AUTO)
        return "auto";
    return (unsigned)semiring < CPM_NSEMIRINGS ? domains[semiring].name : NULL;
}

static bool is_written(const char *as, const char *text)
{
    return as != NULL && strcmp(as, text) == 0;
}

cpm_role cpm_domain_role(const cpm_domain *domain, const char *text)
{
    const cpm_writing *w = &domain->written;
    return is_written(w->add, text)        ? CPM_ROLE_ADD
           : is_written(w->subtract, text) ? CPM_ROLE_SUBTRACT
           : is_written(w->mul, text)      ? CPM_ROLE_MUL
           : is_written(w->mul_call, text) ? CPM_ROLE_MUL
           : is_written(w->divide, text)   ? CPM_ROLE_DIVIDE
           : is_written(w->mask, text)     ? CPM_ROLE_MASK
                                           : CPM_ROLE_NONE;
}

bool cpm_domain_has_unary(const cpm_domain *domain, const char *text)
{
    return is_written(domain->written.negate, text) || is_written(domain->written.flip, text);
}
