/* SPDX-License-Identifier: MIT
 *
 * arith_values.c - operators on values that are no finite numbers: sums and multiples
 * of lists, tuples and strings, the algebra of sets, infinities, and what `in` means.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "eval/arith.h"

#include <stdlib.h>
#include <string.h>

static bool fail_limit(cpm_arith *ar, const char *what)
{
    cpm_err_set(ar->err, CPM_ERR_LIMIT, "the %s would be too long", what);
    return false;
}

/* ---- Sequences ---------------------------------------------------------- */

/* A new tuple or list, like `model`, with room for so many items. */
static bool new_sequence(cpm_arith *ar, cpm_val *out, const cpm_val *model, size_t nitems)
{
    if (model->kind == CPM_VAL_LIST)
        return cpm_list_new(out, model->u.list->base.heap, nitems, ar->err) == CPM_OK;
    if (nitems > CPM_MAX_TUPLE_VALUES)
        return fail_limit(ar, "tuple");
    return cpm_val_new_tuple(out, nitems, ar->err) == CPM_OK;
}

/* Copies items to where place number `at` is. */
static void put_items(cpm_val *out, size_t at, const cpm_val *items, size_t nitems)
{
    if (nitems == 0)
        return; /* an empty list has no items to point to */
    bool is_list = out->kind == CPM_VAL_LIST;
    cpm_val *to = (is_list ? out->u.list->items : out->u.tuple->items) + at;
    memset(to, 0, nitems * sizeof *to);
    for (size_t i = 0; i < nitems; i++)
        cpm_val_copy(&to[i], &items[i]);
    if (is_list)
        out->u.list->nitems += nitems;
}

static bool finish_sequence(cpm_arith *ar, cpm_val *out, cpm_val *made)
{
    if (made->kind == CPM_VAL_TUPLE && cpm_val_seal_tuple(made, ar->err) != CPM_OK)
        return false;
    cpm_val_move(out, made);
    return true;
}

static bool join_sequences(cpm_arith *ar, cpm_val *out, const cpm_val *x, const cpm_val *y)
{
    const cpm_val *a, *b;
    size_t na, nb;
    cpm_val made = {0};
    cpm_val_items(x, &a, &na);
    cpm_val_items(y, &b, &nb);
    bool ok = new_sequence(ar, &made, x, na + nb);
    if (ok) {
        put_items(&made, 0, a, na);
        put_items(&made, na, b, nb);
        ok = finish_sequence(ar, out, &made);
    }
    cpm_val_clear(&made);
    return ok;
}

/* How often a sequence is repeated: as in Python the number fits a word, even where
 * nothing is repeated, or not at all. */
static bool repeat_count(cpm_arith *ar, size_t *count, const cpm_val *times)
{
    if (!fmpz_fits_si(&times->u.z)) {
        cpm_err_set(ar->err, CPM_ERR_RUNTIME, "this number of repetitions does not fit a word");
        return false;
    }
    slong n = fmpz_get_si(&times->u.z);
    *count = n > 0 ? (size_t)n : 0;
    return true;
}

static bool repeat_sequence(cpm_arith *ar, cpm_val *out, const cpm_val *x, const cpm_val *times)
{
    const cpm_val *items;
    size_t nitems, count, total;
    cpm_val made = {0};
    cpm_val_items(x, &items, &nitems);
    if (!repeat_count(ar, &count, times))
        return false;
    if (!cpm_size_mul(&total, nitems, count))
        return fail_limit(ar, "sequence");
    bool ok = new_sequence(ar, &made, x, total);
    for (size_t i = 0; ok && i < total; i += nitems)
        put_items(&made, i, items, nitems);
    ok = ok && finish_sequence(ar, out, &made);
    cpm_val_clear(&made);
    return ok;
}

/* ---- Strings ------------------------------------------------------------ */

/* The bytes of x, `count` times, and those of y. */
static bool join_strings(cpm_arith *ar, cpm_val *out, const cpm_string_object *x, size_t count,
                         const cpm_string_object *y)
{
    size_t total, tail = y == NULL ? 0 : y->len;
    if (!cpm_size_mul(&total, x->len, count) || !cpm_size_add(&total, total, tail) ||
        total / 8 > ar->max_bits)
        return fail_limit(ar, "string");
    cpm_string_object *object = malloc(sizeof *object + total);
    if (object == NULL)
        return cpm_err_memory(ar->err), false;
    object->refs = 1;
    object->bytes = object->own;
    object->len = total;
    object->nchars = x->nchars * count + (y == NULL ? 0 : y->nchars);
    for (size_t i = 0; x->len > 0 && i < count; i++)
        memcpy(object->own + i * x->len, x->bytes, x->len);
    if (tail > 0)
        memcpy(object->own + x->len * count, y->bytes, tail);
    cpm_val_clear(out);
    out->kind = CPM_VAL_STRING;
    out->u.string = object;
    return true;
}

static bool repeat_string(cpm_arith *ar, cpm_val *out, const cpm_string_object *x,
                          const cpm_val *times)
{
    size_t count;
    if (!repeat_count(ar, &count, times))
        return false;
    return join_strings(ar, out, x, count, NULL);
}

/* ---- Sets --------------------------------------------------------------- */

/* Adds the keys of `from` to a set: those that `other` has, or has not, or all where
 * it is NULL. */
static bool add_keys(cpm_arith *ar, cpm_dict_object *set, const cpm_dict_object *from,
                     const cpm_dict_object *other, bool wanted)
{
    size_t index = 0;
    cpm_entry *entry, *found = NULL, *made;
    while ((entry = cpm_dict_next(from, &index)) != NULL) {
        if (other != NULL && cpm_dict_find(&found, other, &entry->key, ar->err) != CPM_OK)
            return false;
        if ((other == NULL || (found != NULL) == wanted) &&
            cpm_dict_entry(&made, set, &entry->key, ar->err) != CPM_OK)
            return false;
    }
    return true;
}

static bool combine_sets(cpm_arith *ar, cpm_val *out, cpm_op op, const cpm_dict_object *x,
                         const cpm_dict_object *y)
{
    cpm_val made = {0};
    bool ok = cpm_dict_new(&made, x->base.heap, CPM_VAL_SET, ar->err) == CPM_OK;
    cpm_dict_object *set = made.u.dict;
    if (op == CPM_OP_AND)
        ok = ok && add_keys(ar, set, x, y, true);
    else if (op == CPM_OP_OR)
        ok = ok && add_keys(ar, set, x, NULL, true) && add_keys(ar, set, y, NULL, true);
    else
        ok = ok && add_keys(ar, set, x, y, false) &&
             (op == CPM_OP_SUB || add_keys(ar, set, y, x, false));
    if (ok)
        cpm_val_move(out, &made);
    cpm_val_clear(&made);
    return ok;
}

/* ---- Infinities --------------------------------------------------------- */

static int infinity_sign(const cpm_val *x)
{
    return (x->kind == CPM_VAL_POS_INF) - (x->kind == CPM_VAL_NEG_INF);
}

static int sign_of(const cpm_val *x)
{
    if (infinity_sign(x) != 0)
        return infinity_sign(x);
    return x->kind == CPM_VAL_RATIONAL ? fmpq_sgn(x->u.q->q) : fmpz_sgn(&x->u.z);
}

/* As float("inf") behaves, of which there is nothing else. */
static bool with_infinity(cpm_arith *ar, cpm_val *out, cpm_op op, const cpm_val *x,
                          const cpm_val *y)
{
    int a = infinity_sign(x), b = infinity_sign(y), sign = 0;
    if (op == CPM_OP_ADD || op == CPM_OP_SUB) {
        b = op == CPM_OP_SUB ? -b : b;
        sign = a != 0 && b != 0 && a != b ? 0 : a != 0 ? a : b;
    } else if (op == CPM_OP_MUL) {
        sign = sign_of(x) * sign_of(y);
    }
    if (sign == 0) {
        cpm_err_set(ar->err, CPM_ERR_RUNTIME, "'%s' of infinity has no exact value here",
                    cpm_op_text(op));
        return false;
    }
    cpm_val_clear(out);
    out->kind = sign > 0 ? CPM_VAL_POS_INF : CPM_VAL_NEG_INF;
    return true;
}

static bool is_number(const cpm_val *x)
{
    return cpm_val_is_int(x) || x->kind == CPM_VAL_RATIONAL || infinity_sign(x) != 0;
}

/* ---- Operators ----------------------------------------------------------- */

bool cpm_arith_values(cpm_arith *ar, bool *handled, cpm_val *out, cpm_op op, const cpm_val *x,
                      const cpm_val *y)
{
    bool x_is_items = x->kind == CPM_VAL_LIST || x->kind == CPM_VAL_TUPLE;
    bool y_is_items = y->kind == CPM_VAL_LIST || y->kind == CPM_VAL_TUPLE;
    bool strings = x->kind == CPM_VAL_STRING && y->kind == CPM_VAL_STRING;
    *handled = true;
    if (op == CPM_OP_ADD && strings)
        return join_strings(ar, out, x->u.string, 1, y->u.string);
    if (op == CPM_OP_ADD && x_is_items && x->kind == y->kind)
        return join_sequences(ar, out, x, y);
    if (op == CPM_OP_MUL && x_is_items && cpm_val_is_int(y))
        return repeat_sequence(ar, out, x, y);
    if (op == CPM_OP_MUL && y_is_items && cpm_val_is_int(x))
        return repeat_sequence(ar, out, y, x);
    if (op == CPM_OP_MUL && x->kind == CPM_VAL_STRING && cpm_val_is_int(y))
        return repeat_string(ar, out, x->u.string, y);
    if (op == CPM_OP_MUL && y->kind == CPM_VAL_STRING && cpm_val_is_int(x))
        return repeat_string(ar, out, y->u.string, x);
    bool is_set_op = op == CPM_OP_AND || op == CPM_OP_OR || op == CPM_OP_XOR || op == CPM_OP_SUB;
    if (is_set_op && x->kind == CPM_VAL_SET && y->kind == CPM_VAL_SET)
        return combine_sets(ar, out, op, x->u.dict, y->u.dict);
    if (is_number(x) && is_number(y))
        return with_infinity(ar, out, op, x, y);
    *handled = false;
    return false;
}

/* ---- in ------------------------------------------------------------------ */

static bool range_contains(const cpm_range *range, const cpm_val *x)
{
    if (!cpm_val_is_int(x))
        return false;
    fmpz_t offset, index;
    fmpz_init(offset);
    fmpz_init(index);
    fmpz_sub(offset, &x->u.z, range->start);
    bool divides = fmpz_divisible(offset, range->step);
    fmpz_fdiv_q(index, offset, range->step);
    bool holds = divides && fmpz_sgn(index) >= 0 && fmpz_cmp(index, range->count) < 0;
    fmpz_clear(index);
    fmpz_clear(offset);
    return holds;
}

static bool string_contains(cpm_arith *ar, bool *holds, const cpm_val *x,
                            const cpm_string_object *s)
{
    if (x->kind != CPM_VAL_STRING) {
        cpm_err_set(ar->err, CPM_ERR_RUNTIME, "'in' of a string takes a string, not %s",
                    cpm_val_type(x));
        return false;
    }
    *holds = cpm_string_find(s, 0, x->u.string) != SIZE_MAX;
    return true;
}

bool cpm_arith_contains(cpm_arith *ar, bool *holds, const cpm_val *x, const cpm_val *y)
{
    const cpm_val *items;
    size_t nitems;
    cpm_entry *entry;
    *holds = false;
    if (cpm_val_items(y, &items, &nitems)) {
        for (size_t i = 0; i < nitems && !*holds; i++)
            if (!cpm_arith_equal(ar, holds, &items[i], x))
                return false;
        return true;
    }
    switch (y->kind) {
    case CPM_VAL_DICT:
    case CPM_VAL_SET:
        if (cpm_dict_find(&entry, y->u.dict, x, ar->err) != CPM_OK)
            return false;
        *holds = entry != NULL;
        return true;
    case CPM_VAL_RANGE:
        *holds = range_contains(&y->u.range->range, x);
        return true;
    case CPM_VAL_STRING:
        return string_contains(ar, holds, x, y->u.string);
    default:
        cpm_err_set(ar->err, CPM_ERR_RUNTIME, "'in' does not apply to %s", cpm_val_type(y));
        return false;
    }
}
