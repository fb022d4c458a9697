/* SPDX-License-Identifier: MIT
 *
 * arith.c - Python's operators on exact values: integers by FLINT's fmpz,
 * rationals by fmpq, with Python's rounding (floor) and two's complement
 * without end. Sizes are bounded before a product, power or shift is made.
 */
#include "eval/arith.h"

#include "base/limits.h"
#include "base/logs.h"
#include "base/stack.h"
#include "eval/heap.h"

#include <string.h>

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

/* ---- Integers found in decimal ----------------------------------------- */

/* Changes the form of a value, not the value: const is kept in spirit. */
static bool settle_one(cpm_arith *ar, const cpm_val *x)
{
    ar->side = CPM_SIDE_WHOLE;
    return x->kind != CPM_VAL_DECIMAL || cpm_val_settle((cpm_val *)x, ar->err) == CPM_OK;
}

/* ---- Operators --------------------------------------------------------- */

bool cpm_arith_binary(cpm_arith *ar, cpm_val *out, cpm_op op, const cpm_val *x, const cpm_val *y)
{
    if (cpm_val_is_int(x) && cpm_val_is_int(y))
        return int_binary(ar, out, op, x, y);
    if (x->kind == CPM_VAL_DECIMAL || y->kind == CPM_VAL_DECIMAL)
        return settle_one(ar, x) && settle_one(ar, y) && cpm_arith_binary(ar, out, op, x, y);
    if (x->kind > CPM_VAL_RATIONAL || y->kind > CPM_VAL_RATIONAL) {
        bool handled = false;
        ar->side = CPM_SIDE_WHOLE;
        bool ok = cpm_arith_values(ar, &handled, out, op, x, y);
        if (handled)
            return ok;
    }
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
    if (!settle_one(ar, x))
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

/* Two sequences: where they differ first, or the shorter length. */
static bool common_prefix(size_t *prefix, const cpm_val *a, size_t na, const cpm_val *b, size_t nb,
                          cpm_arith *ar)
{
    bool same = true;
    size_t i = 0;
    for (; i < na && i < nb; i++) {
        if (!cpm_arith_equal(ar, &same, &a[i], &b[i]))
            return false;
        if (!same)
            break;
    }
    *prefix = i;
    return true;
}

static bool equal_strings(const cpm_string_object *a, const cpm_string_object *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* Tuples or lists. */
static bool equal_items(cpm_arith *ar, bool *same, const cpm_val *x, const cpm_val *y)
{
    const cpm_val *a = NULL, *b = NULL;
    size_t na = 0, nb = 0, prefix;
    if (cpm_stack_is_low(ar->floor))
        return fail(ar, CPM_SIDE_WHOLE, CPM_ERR_LIMIT, "values are nested too deep to compare");
    *same = cpm_val_items(x, &a, &na) && cpm_val_items(y, &b, &nb) && na == nb;
    if (!*same || a == b)
        return true;
    if (!common_prefix(&prefix, a, na, b, nb, ar))
        return false;
    *same = prefix == na;
    return true;
}

static bool equal_sets(cpm_arith *ar, bool *same, const cpm_dict_object *a,
                       const cpm_dict_object *b)
{
    size_t index = 0;
    const cpm_entry *entry;
    cpm_entry *other;
    if (cpm_stack_is_low(ar->floor))
        return fail(ar, CPM_SIDE_WHOLE, CPM_ERR_LIMIT, "values are nested too deep to compare");
    *same = a->count == b->count;
    while (*same && (entry = cpm_dict_next(a, &index)) != NULL) {
        if (cpm_dict_find(&other, b, &entry->key, ar->err) != CPM_OK)
            return false;
        *same = other != NULL;
        if (*same && a->base.kind == CPM_VAL_DICT &&
            !cpm_arith_equal(ar, same, &entry->value, &other->value))
            return false;
    }
    return true;
}

/* Of one kind, which is no number's. */
static bool equal_kind(cpm_arith *ar, bool *same, const cpm_val *x, const cpm_val *y)
{
    switch (x->kind) {
    case CPM_VAL_NONE:
        *same = true;
        break;
    case CPM_VAL_STRING:
        *same = equal_strings(x->u.string, y->u.string);
        break;
    case CPM_VAL_TUPLE:
    case CPM_VAL_LIST:
        return equal_items(ar, same, x, y);
    case CPM_VAL_RANGE:
        *same = cpm_range_equal(&x->u.range->range, &y->u.range->range);
        break;
    case CPM_VAL_FUNCTION:
        *same = x->u.function == y->u.function;
        break;
    case CPM_VAL_BUILTIN:
        *same = x->u.z == y->u.z;
        break;
    case CPM_VAL_ITER:
        *same = x->u.iter == y->u.iter;
        break;
    case CPM_VAL_DICT:
    case CPM_VAL_SET:
        return equal_sets(ar, same, x->u.dict, y->u.dict);
    default:
        *same = false;
    }
    return true;
}

/* Values of different kinds are different. */
bool cpm_arith_equal(cpm_arith *ar, bool *same, const cpm_val *x, const cpm_val *y)
{
    int order;
    if (!settle_one(ar, x) || !settle_one(ar, y))
        return false;
    if (cpm_val_is_int(x) && cpm_val_is_int(y)) {
        *same = fmpz_equal(&x->u.z, &y->u.z);
        return true;
    }
    *same = false;
    if (number_order(&order, x, y))
        *same = order == 0;
    else if (x->kind == y->kind)
        return equal_kind(ar, same, x, y);
    return true;
}

/* < and the like of tuples and of lists: by the first items that differ. */
static bool compare_items(cpm_arith *ar, bool *holds, cpm_op op, const cpm_val *x, const cpm_val *y)
{
    const cpm_val *a, *b;
    size_t na, nb, i;
    if (cpm_stack_is_low(ar->floor))
        return fail(ar, CPM_SIDE_WHOLE, CPM_ERR_LIMIT, "values are nested too deep to compare");
    if (x->kind != y->kind || !cpm_val_items(x, &a, &na) || !cpm_val_items(y, &b, &nb))
        return fail_types(ar, op, x, y);
    if (!common_prefix(&i, a, na, b, nb, ar))
        return false;
    if (i < na && i < nb)
        return cpm_arith_compare(ar, holds, op, &a[i], &b[i]);
    *holds = cpm_order_holds(op, (na > nb) - (na < nb));
    return true;
}

static int string_order(const cpm_string_object *a, const cpm_string_object *b)
{
    int order = memcmp(a->bytes, b->bytes, a->len < b->len ? a->len : b->len);
    return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

/* <= and the like of sets: whether one holds the other. */
static bool compare_sets(cpm_arith *ar, bool *holds, cpm_op op, const cpm_dict_object *a,
                         const cpm_dict_object *b)
{
    size_t index = 0;
    const cpm_entry *entry;
    cpm_entry *other;
    if (op == CPM_OP_GT || op == CPM_OP_GE)
        return compare_sets(ar, holds, op == CPM_OP_GT ? CPM_OP_LT : CPM_OP_LE, b, a);
    *holds = op == CPM_OP_LT ? a->count < b->count : a->count <= b->count;
    while (*holds && (entry = cpm_dict_next(a, &index)) != NULL) {
        if (cpm_dict_find(&other, b, &entry->key, ar->err) != CPM_OK)
            return false;
        *holds = other != NULL;
    }
    return true;
}

/* `is`: the same object, or an equal one where there is only one of its kind. */
static bool is_same(const cpm_val *x, const cpm_val *y)
{
    if (x->kind != y->kind)
        return false;
    switch (x->kind) {
    case CPM_VAL_BOOL:
    case CPM_VAL_INT:
        return fmpz_equal(&x->u.z, &y->u.z);
    case CPM_VAL_NONE:
    case CPM_VAL_POS_INF:
    case CPM_VAL_NEG_INF:
        return true;
    case CPM_VAL_BUILTIN:
        return x->u.z == y->u.z;
    default:
        return x->u.object == y->u.object;
    }
}

bool cpm_arith_compare(cpm_arith *ar, bool *holds, cpm_op op, const cpm_val *x, const cpm_val *y)
{
    int order;
    if (cpm_val_is_int(x) && cpm_val_is_int(y) && op <= CPM_OP_NE) {
        *holds = cpm_order_holds(op, fmpz_cmp(&x->u.z, &y->u.z));
        return true;
    }
    ar->side = CPM_SIDE_WHOLE;
    if (op == CPM_OP_IN || op == CPM_OP_NOT_IN) {
        if (!cpm_arith_contains(ar, holds, x, y))
            return false;
        *holds = *holds == (op == CPM_OP_IN);
        return true;
    }
    if (!settle_one(ar, x) || !settle_one(ar, y))
        return false;
    if (op == CPM_OP_IS || op == CPM_OP_IS_NOT) {
        *holds = is_same(x, y) == (op == CPM_OP_IS);
        return true;
    }
    if (op == CPM_OP_EQ || op == CPM_OP_NE) {
        if (!cpm_arith_equal(ar, holds, x, y))
            return false;
        *holds = *holds == (op == CPM_OP_EQ);
        return true;
    }
    if (number_order(&order, x, y))
        *holds = cpm_order_holds(op, order);
    else if (x->kind == CPM_VAL_STRING && y->kind == CPM_VAL_STRING)
        *holds = cpm_order_holds(op, string_order(x->u.string, y->u.string));
    else if (x->kind == CPM_VAL_SET && y->kind == CPM_VAL_SET)
        return compare_sets(ar, holds, op, x->u.dict, y->u.dict);
    else
        return compare_items(ar, holds, op, x, y);
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
    if (!settle_one(ar, x) || !settle_one(ar, y) || !settle_one(ar, m))
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
