/* SPDX-License-Identifier: MIT
 *
 * arith.c - Python's operators on exact values: integers by FLINT's fmpz,
 * rationals by fmpq, with Python's rounding (floor) and two's complement
 * without end. Sizes are bounded before a product, power or shift is made.
 */
#include "eval/arith.h"

#include "base/limits.h"
#include "base/logs.h"

/* ---- Failures ---------------------------------------------------------- */

static bool fail(cpm_arith *ar, cpm_side side, cpm_status status, const char *message)
{
    ar->side = side;
    cpm_err_set(ar->err, status, "%s", message);
    return false;
}

static bool fail_types(cpm_arith *ar, cpm_op op, const cpm_val *x, const cpm_val *y)
{
    ar->side = CPM_SIDE_WHOLE;
    cpm_err_set(ar->err, CPM_ERR_RUNTIME, "'%s' does not apply to %s and %s", cpm_op_text(op),
                cpm_val_type(x), cpm_val_type(y));
    if (op == CPM_OP_XOR)
        cpm_err_hint(ar->err, "in a program '^' is exclusive or; a power is '**'");
    return false;
}

static bool fail_size(cpm_arith *ar)
{
    ar->side = CPM_SIDE_WHOLE;
    cpm_err_set(ar->err, CPM_ERR_LIMIT, "the value would have more than %zu bits", ar->max_bits);
    if (ar->max_bits < CPM_MAX_VALUE_BITS) /* else it is no question of memory */
        cpm_err_hint(ar->err, "--max-memory SIZE raises the limit");
    return false;
}

/* ---- Powers and shifts of integers ------------------------------------- */

bool cpm_fmpz_power_fits(const fmpz_t x, const fmpz_t e, size_t max_bits)
{
    if (fmpz_is_zero(x) || fmpz_is_pm1(x))
        return true;
    if (fmpz_cmp_ui(e, max_bits) > 0)
        return false;
    /* log2 |x| * e; the relative error of 1e-15 is far below one part of the cap */
    fmpz_t magnitude;
    fmpz_init(magnitude);
    fmpz_abs(magnitude, x);
    double nbits = fmpz_dlog(magnitude) * CPM_LOG2_E * (double)fmpz_get_ui(e);
    fmpz_clear(magnitude);
    return nbits <= (double)max_bits;
}

void cpm_fmpz_power(fmpz_t x, const fmpz_t e)
{
    if (fmpz_is_zero(e)) {
        fmpz_one(x);
    } else if (fmpz_is_pm1(x)) {
        if (fmpz_is_even(e))
            fmpz_one(x);
    } else if (!fmpz_is_zero(x)) {
        fmpz_pow_ui(x, x, fmpz_get_ui(e));
    }
}

bool cpm_fmpz_shift_fits(const fmpz_t x, const fmpz_t y, size_t max_bits)
{
    if (fmpz_is_zero(x))
        return true;
    return fmpz_cmp_ui(y, max_bits) <= 0 && fmpz_get_ui(y) + (size_t)fmpz_bits(x) <= max_bits;
}

void cpm_fmpz_shift(fmpz_t out, const fmpz_t x, const fmpz_t y, bool left)
{
    if (fmpz_is_zero(x)) {
        fmpz_zero(out);
    } else if (left) {
        fmpz_mul_2exp(out, x, fmpz_get_ui(y));
    } else {
        ulong settled = (ulong)fmpz_bits(x) + 1; /* from here on it is 0 or -1 */
        fmpz_fdiv_q_2exp(out, x, fmpz_cmp_ui(y, settled) < 0 ? fmpz_get_ui(y) : settled);
    }
}

/* ---- Rationals --------------------------------------------------------- */

static bool set_rational(cpm_arith *ar, cpm_val *out, const fmpq_t q)
{
    ar->side = CPM_SIDE_WHOLE;
    return cpm_val_set_fmpq(out, q, ar->err) == CPM_OK;
}

static size_t height_bits(const fmpq_t x)
{
    return (size_t)fmpz_bits(fmpq_numref(x)) + (size_t)fmpz_bits(fmpq_denref(x));
}

/* r = floor(x / y) */
static void floor_quotient(fmpq_t r, const fmpq_t x, const fmpq_t y)
{
    fmpq_div(r, x, y);
    fmpz_fdiv_q(fmpq_numref(r), fmpq_numref(r), fmpq_denref(r));
    fmpz_one(fmpq_denref(r));
}

static bool rational_power(cpm_arith *ar, fmpq_t r, const fmpq_t x, const fmpq_t y)
{
    if (!fmpz_is_one(fmpq_denref(y)))
        return fail(ar, CPM_SIDE_RIGHT, CPM_ERR_RUNTIME, "the exponent is not an integer");
    if (fmpq_is_zero(x) && fmpq_sgn(y) < 0)
        return fail(ar, CPM_SIDE_LEFT, CPM_ERR_RUNTIME, "0 has no negative powers");
    fmpz_t e;
    fmpz_init(e);
    fmpz_abs(e, fmpq_numref(y));
    bool fits = cpm_fmpz_power_fits(fmpq_numref(x), e, ar->max_bits) &&
                cpm_fmpz_power_fits(fmpq_denref(x), e, ar->max_bits);
    if (fits) {
        if (fmpq_sgn(y) < 0)
            fmpq_inv(r, x);
        else
            fmpq_set(r, x);
        cpm_fmpz_power(fmpq_numref(r), e);
        cpm_fmpz_power(fmpq_denref(r), e);
    }
    fmpz_clear(e);
    return fits || fail_size(ar);
}

static bool rational_op(cpm_arith *ar, fmpq_t r, cpm_op op, const fmpq_t x, const fmpq_t y)
{
    if (op == CPM_OP_POW)
        return rational_power(ar, r, x, y);
    if (height_bits(x) + height_bits(y) > ar->max_bits)
        return fail_size(ar);
    bool divides = op == CPM_OP_DIV || op == CPM_OP_FLOORDIV || op == CPM_OP_MOD;
    if (divides && fmpq_is_zero(y))
        return fail(ar, CPM_SIDE_RIGHT, CPM_ERR_RUNTIME, "division by zero");
    switch (op) {
    case CPM_OP_ADD:
        fmpq_add(r, x, y);
        break;
    case CPM_OP_SUB:
        fmpq_sub(r, x, y);
        break;
    case CPM_OP_MUL:
        fmpq_mul(r, x, y);
        break;
    case CPM_OP_DIV:
        fmpq_div(r, x, y);
        break;
    case CPM_OP_FLOORDIV:
        floor_quotient(r, x, y);
        break;
    default: /* x % y = x - y * floor(x / y) */
        floor_quotient(r, x, y);
        fmpq_mul(r, r, y);
        fmpq_sub(r, x, r);
    }
    return true;
}

static bool is_bitwise(cpm_op op)
{
    return op == CPM_OP_AND || op == CPM_OP_OR || op == CPM_OP_XOR || op == CPM_OP_LSHIFT ||
           op == CPM_OP_RSHIFT;
}

static bool rational_binary(cpm_arith *ar, cpm_val *out, cpm_op op, const cpm_val *x,
                            const cpm_val *y)
{
    fmpq_t a, b, r;
    fmpq_init(a);
    fmpq_init(b);
    fmpq_init(r);
    bool ok = cpm_val_get_fmpq(a, x) && cpm_val_get_fmpq(b, y) && !is_bitwise(op);
    if (!ok)
        fail_types(ar, op, x, y);
    ok = ok && rational_op(ar, r, op, a, b) && set_rational(ar, out, r);
    fmpq_clear(r);
    fmpq_clear(b);
    fmpq_clear(a);
    return ok;
}

/* ---- Integers ---------------------------------------------------------- */

static bool int_divide(cpm_arith *ar, cpm_val *out, const cpm_val *x, const cpm_val *y)
{
    if (ar->allow_rational)
        return rational_binary(ar, out, CPM_OP_DIV, x, y);
    fail(ar, CPM_SIDE_WHOLE, CPM_ERR_RUNTIME, "'/' of integers does not give an integer");
    cpm_err_hint(ar->err, "floor division is '//'; --types int,rational makes '/' exact");
    return false;
}

static bool int_power(cpm_arith *ar, cpm_val *out, const cpm_val *x, const cpm_val *y)
{
    if (fmpz_sgn(&y->u.z) < 0) {
        if (ar->allow_rational)
            return rational_binary(ar, out, CPM_OP_POW, x, y);
        if (fmpz_is_zero(&x->u.z))
            return fail(ar, CPM_SIDE_LEFT, CPM_ERR_RUNTIME, "0 has no negative powers");
        fail(ar, CPM_SIDE_RIGHT, CPM_ERR_RUNTIME, "a negative power of an integer is no integer");
        cpm_err_hint(ar->err, "--types int,rational makes it exact");
        return false;
    }
    if (!cpm_fmpz_power_fits(&x->u.z, &y->u.z, ar->max_bits))
        return fail_size(ar);
    fmpz_t e; /* *out may be y */
    fmpz_init_set(e, &y->u.z);
    fmpz_set(&out->u.z, &x->u.z);
    cpm_fmpz_power(&out->u.z, e);
    fmpz_clear(e);
    return true;
}

static bool int_shift(cpm_arith *ar, cpm_val *out, cpm_op op, const cpm_val *x, const cpm_val *y)
{
    bool left = op == CPM_OP_LSHIFT;
    if (fmpz_sgn(&y->u.z) < 0)
        return fail(ar, CPM_SIDE_RIGHT, CPM_ERR_RUNTIME, "negative shift count");
    if (left && !cpm_fmpz_shift_fits(&x->u.z, &y->u.z, ar->max_bits))
        return fail_size(ar);
    cpm_fmpz_shift(&out->u.z, &x->u.z, &y->u.z, left);
    return true;
}

static bool int_product(cpm_arith *ar, cpm_val *out, const cpm_val *x, const cpm_val *y)
{
    if ((COEFF_IS_MPZ(x->u.z) || COEFF_IS_MPZ(y->u.z)) &&
        (size_t)fmpz_bits(&x->u.z) + (size_t)fmpz_bits(&y->u.z) > ar->max_bits + 1)
        return fail_size(ar);
    fmpz_mul(&out->u.z, &x->u.z, &y->u.z);
    return true;
}

/* A sum is a bit longer than its operands at most: looking afterwards will do. */
static bool fits(cpm_arith *ar, const fmpz_t z)
{
    return (size_t)fmpz_bits(z) <= ar->max_bits || fail_size(ar);
}

void cpm_fmpz_bitwise(fmpz_t out, cpm_op op, const fmpz_t x, const fmpz_t y)
{
    if (op == CPM_OP_AND)
        fmpz_and(out, x, y);
    else if (op == CPM_OP_OR)
        fmpz_or(out, x, y);
    else
        fmpz_xor(out, x, y);
    fmpz_add_ui(out, out, 0); /* FLINT may leave a small result in the form of a long one */
}

/* & | ^ of two truth values is one. */
static cpm_val_kind bitwise_kind(const cpm_val *x, const cpm_val *y)
{
    return x->kind == CPM_VAL_BOOL && y->kind == CPM_VAL_BOOL ? CPM_VAL_BOOL : CPM_VAL_INT;
}

/* Both are integers or truth values; computed in place in out->u.z. */
static bool int_binary(cpm_arith *ar, cpm_val *out, cpm_op op, const cpm_val *x, const cpm_val *y)
{
    bool divides = op == CPM_OP_DIV || op == CPM_OP_FLOORDIV || op == CPM_OP_MOD;
    if (divides && fmpz_is_zero(&y->u.z))
        return fail(ar, CPM_SIDE_RIGHT, CPM_ERR_RUNTIME, "division by zero");
    if (op == CPM_OP_DIV && !ar->floor_division)
        return int_divide(ar, out, x, y);
    if (op == CPM_OP_POW && fmpz_sgn(&y->u.z) < 0)
        return int_power(ar, out, x, y);
    cpm_val_kind kind = CPM_VAL_INT;
    bool ok = true;
    switch (op) {
    case CPM_OP_ADD:
        fmpz_add(&out->u.z, &x->u.z, &y->u.z);
        ok = fits(ar, &out->u.z);
        break;
    case CPM_OP_SUB:
        fmpz_sub(&out->u.z, &x->u.z, &y->u.z);
        ok = fits(ar, &out->u.z);
        break;
    case CPM_OP_MUL:
        ok = int_product(ar, out, x, y);
        break;
    case CPM_OP_DIV:
    case CPM_OP_FLOORDIV:
        fmpz_fdiv_q(&out->u.z, &x->u.z, &y->u.z);
        break;
    case CPM_OP_MOD:
        fmpz_fdiv_r(&out->u.z, &x->u.z, &y->u.z);
        break;
    case CPM_OP_POW:
        ok = int_power(ar, out, x, y);
        break;
    case CPM_OP_AND:
    case CPM_OP_OR:
    case CPM_OP_XOR:
        kind = bitwise_kind(x, y);
        cpm_fmpz_bitwise(&out->u.z, op, &x->u.z, &y->u.z);
        break;
    default:
        ok = int_shift(ar, out, op, x, y);
    }
    out->kind = kind;
    return ok;
}

/* ---- Tuples ------------------------------------------------------------ */

/* x + y */
static bool join_tuples(cpm_arith *ar, cpm_val *out, const cpm_val *x, const cpm_val *y)
{
    const cpm_tuple_object *a = x->u.tuple, *b = y->u.tuple;
    cpm_val joined = {0};
    ar->side = CPM_SIDE_WHOLE;
    if (cpm_val_new_tuple(&joined, a->nitems + b->nitems, ar->err) != CPM_OK)
        return false;
    for (size_t i = 0; i < a->nitems; i++)
        cpm_val_copy(&joined.u.tuple->items[i], &a->items[i]);
    for (size_t i = 0; i < b->nitems; i++)
        cpm_val_copy(&joined.u.tuple->items[a->nitems + i], &b->items[i]);
    cpm_val_move(out, &joined);
    return cpm_val_seal_tuple(out, ar->err) == CPM_OK;
}

/* ---- Integers found in decimal ----------------------------------------- */

static bool has_decimal(const cpm_val *x)
{
    if (x->kind != CPM_VAL_TUPLE)
        return x->kind == CPM_VAL_DECIMAL;
    for (size_t i = 0; i < x->u.tuple->nitems; i++)
        if (has_decimal(&x->u.tuple->items[i]))
            return true;
    return false;
}

/* Changes the form of a value, not the value: const is kept in spirit. */
static bool settle(cpm_arith *ar, const cpm_val *x)
{
    ar->side = CPM_SIDE_WHOLE;
    if (x->kind != CPM_VAL_TUPLE)
        return cpm_val_settle((cpm_val *)x, ar->err) == CPM_OK;
    for (size_t i = 0; i < x->u.tuple->nitems; i++)
        if (!settle(ar, &x->u.tuple->items[i]))
            return false;
    return true;
}

/* ---- Operators --------------------------------------------------------- */

/* Walks over tuples recurse. */
static bool has_room(cpm_arith *ar, const cpm_val *x, const cpm_val *y)
{
    ar->side = CPM_SIDE_WHOLE;
    return cpm_val_check_depth(x, ar->err) == CPM_OK && cpm_val_check_depth(y, ar->err) == CPM_OK;
}

bool cpm_arith_binary(cpm_arith *ar, cpm_val *out, cpm_op op, const cpm_val *x, const cpm_val *y)
{
    if (cpm_val_is_int(x) && cpm_val_is_int(y))
        return int_binary(ar, out, op, x, y);
    if (!has_room(ar, x, y))
        return false;
    if (has_decimal(x) || has_decimal(y))
        return settle(ar, x) && settle(ar, y) && cpm_arith_binary(ar, out, op, x, y);
    if (x->kind == CPM_VAL_TUPLE && y->kind == CPM_VAL_TUPLE && op == CPM_OP_ADD)
        return join_tuples(ar, out, x, y);
    return rational_binary(ar, out, op, x, y);
}

static bool rational_negate(cpm_arith *ar, cpm_val *out, const cpm_val *x)
{
    fmpq_t r;
    fmpq_init(r);
    fmpq_neg(r, x->u.q->q);
    bool ok = set_rational(ar, out, r);
    fmpq_clear(r);
    return ok;
}

bool cpm_arith_unary(cpm_arith *ar, cpm_val *out, cpm_op op, const cpm_val *x)
{
    if (x->kind == CPM_VAL_DECIMAL && !settle(ar, x))
        return false;
    if (x->kind == CPM_VAL_RATIONAL && op == CPM_OP_NEG)
        return rational_negate(ar, out, x);
    if (x->kind == CPM_VAL_RATIONAL && op == CPM_OP_POS) {
        if (out != x)
            cpm_val_copy(out, x);
        return true;
    }
    if (!cpm_val_is_int(x)) {
        ar->side = CPM_SIDE_WHOLE;
        cpm_err_set(ar->err, CPM_ERR_RUNTIME, "'%s' does not apply to %s", cpm_op_text(op),
                    cpm_val_type(x));
        return false;
    }
    if (op == CPM_OP_NEG)
        fmpz_neg(&out->u.z, &x->u.z);
    else if (op == CPM_OP_INVERT)
        fmpz_complement(&out->u.z, &x->u.z);
    else
        fmpz_set(&out->u.z, &x->u.z);
    out->kind = CPM_VAL_INT;
    return true;
}

bool cpm_order_holds(cpm_op op, int order)
{
    switch (op) {
    case CPM_OP_LT:
        return order < 0;
    case CPM_OP_LE:
        return order <= 0;
    case CPM_OP_GT:
        return order > 0;
    case CPM_OP_GE:
        return order >= 0;
    case CPM_OP_EQ:
        return order == 0;
    default:
        return order != 0;
    }
}

/* Three-way order of two numbers, infinities included. */
static bool number_order(int *order, const cpm_val *x, const cpm_val *y)
{
    int x_inf = (x->kind == CPM_VAL_POS_INF) - (x->kind == CPM_VAL_NEG_INF);
    int y_inf = (y->kind == CPM_VAL_POS_INF) - (y->kind == CPM_VAL_NEG_INF);
    fmpq_t a, b;
    fmpq_init(a);
    fmpq_init(b);
    bool ok = (x_inf != 0 || cpm_val_get_fmpq(a, x)) && (y_inf != 0 || cpm_val_get_fmpq(b, y));
    *order = x_inf != 0 || y_inf != 0 ? x_inf - y_inf : fmpq_cmp(a, b);
    fmpq_clear(b);
    fmpq_clear(a);
    return ok;
}

static bool equal(const cpm_val *x, const cpm_val *y);

/* The first index where the tuples differ, or the shorter length. */
static size_t common_prefix(const cpm_tuple_object *a, const cpm_tuple_object *b)
{
    size_t i = 0;
    while (i < a->nitems && i < b->nitems && equal(&a->items[i], &b->items[i]))
        i++;
    return i;
}

static bool equal_strings(const cpm_string_object *a, const cpm_string_object *b)
{
    bool same = a->len == b->len;
    for (size_t i = 0; same && i < a->len; i++)
        same = a->bytes[i] == b->bytes[i];
    return same;
}

/* Never fails: values of different kinds are different. */
static bool equal(const cpm_val *x, const cpm_val *y)
{
    int order;
    if (cpm_val_is_int(x) && cpm_val_is_int(y))
        return fmpz_equal(&x->u.z, &y->u.z);
    if (number_order(&order, x, y))
        return order == 0;
    if (x->kind != y->kind)
        return false;
    switch (x->kind) {
    case CPM_VAL_NONE:
        return true;
    case CPM_VAL_STRING:
        return equal_strings(x->u.string, y->u.string);
    case CPM_VAL_TUPLE:
        return x->u.tuple == y->u.tuple ||
               (x->u.tuple->nitems == y->u.tuple->nitems &&
                common_prefix(x->u.tuple, y->u.tuple) == x->u.tuple->nitems);
    case CPM_VAL_RANGE:
        return cpm_range_equal(&x->u.range->range, &y->u.range->range);
    case CPM_VAL_FUNCTION:
        return x->u.function == y->u.function;
    default:
        return false;
    }
}

bool cpm_arith_compare(cpm_arith *ar, bool *holds, cpm_op op, const cpm_val *x, const cpm_val *y)
{
    int order;
    if (cpm_val_is_int(x) && cpm_val_is_int(y)) {
        *holds = cpm_order_holds(op, fmpz_cmp(&x->u.z, &y->u.z));
        return true;
    }
    if (!has_room(ar, x, y))
        return false;
    if (has_decimal(x) || has_decimal(y))
        return settle(ar, x) && settle(ar, y) && cpm_arith_compare(ar, holds, op, x, y);
    if (op == CPM_OP_EQ || op == CPM_OP_NE) {
        *holds = equal(x, y) == (op == CPM_OP_EQ);
        return true;
    }
    if (number_order(&order, x, y)) {
        *holds = cpm_order_holds(op, order);
        return true;
    }
    if (x->kind != CPM_VAL_TUPLE || y->kind != CPM_VAL_TUPLE)
        return fail_types(ar, op, x, y);
    const cpm_tuple_object *a = x->u.tuple, *b = y->u.tuple;
    size_t i = common_prefix(a, b);
    if (i < a->nitems && i < b->nitems)
        return cpm_arith_compare(ar, holds, op, &a->items[i], &b->items[i]);
    *holds = cpm_order_holds(op, (a->nitems > b->nitems) - (a->nitems < b->nitems));
    return true;
}

/* ---- pow with three arguments ------------------------------------------ */

/* r = x**e mod m for m >= 1, with an inverse where e < 0. */
static bool power_modulo(fmpz_t r, const fmpz_t x, const fmpz_t e, const fmpz_t m)
{
    fmpz_mod(r, x, m);
    if (fmpz_sgn(e) >= 0) {
        fmpz_powm(r, r, e, m);
        return true;
    }
    if (fmpz_is_one(m))
        return true; /* 0, the only residue, is its own inverse */
    if (!fmpz_invmod(r, r, m))
        return false;
    fmpz_t positive;
    fmpz_init(positive);
    fmpz_neg(positive, e);
    fmpz_powm(r, r, positive, m);
    fmpz_clear(positive);
    return true;
}

bool cpm_arith_powmod(cpm_arith *ar, cpm_val *out, const cpm_val *x, const cpm_val *y,
                      const cpm_val *m)
{
    if (!settle(ar, x) || !settle(ar, y) || !settle(ar, m))
        return false;
    if (!cpm_val_is_int(x) || !cpm_val_is_int(y) || !cpm_val_is_int(m))
        return fail(ar, CPM_SIDE_WHOLE, CPM_ERR_RUNTIME,
                    "pow with 3 arguments takes integers only");
    if (fmpz_is_zero(&m->u.z))
        return fail(ar, CPM_SIDE_WHOLE, CPM_ERR_RUNTIME, "the modulus of pow is 0");
    fmpz_t modulus;
    fmpz_init(modulus);
    fmpz_abs(modulus, &m->u.z);
    bool ok = power_modulo(&out->u.z, &x->u.z, &y->u.z, modulus);
    if (ok && fmpz_sgn(&m->u.z) < 0 && !fmpz_is_zero(&out->u.z))
        fmpz_sub(&out->u.z, &out->u.z, modulus);
    fmpz_clear(modulus);
    out->kind = CPM_VAL_INT;
    return ok ||
           fail(ar, CPM_SIDE_WHOLE, CPM_ERR_RUNTIME, "the base has no inverse for this modulus");
}
