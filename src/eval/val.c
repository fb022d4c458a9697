/* SPDX-License-Identifier: MIT
 *
 * val.c - values: life cycle and conversion.
 */
#include "eval/val.h"

#include "base/limits.h"
#include "base/mem.h"
#include "eval/heap.h"

#include <stdlib.h>
#include <string.h>

/* ---- Life cycle -------------------------------------------------------- */

/* What lost its last reference, and whose items are still to be let go: a list
 * instead of recursion, since a function whose default value is a function, and
 * so on, can be made as deep as one likes. */
typedef struct dead_list {
    cpm_tuple_object *tuples;
    cpm_function_object *functions;
    cpm_object *objects;
    cpm_iter_object *iters;
} dead_list;

/* The kinds that hold other values. */
static void let_go_holder(cpm_val *value, dead_list *dead)
{
    switch (value->kind) {
    case CPM_VAL_TUPLE:
        if (--value->u.tuple->refs == 0) {
            value->u.tuple->next_dead = dead->tuples;
            dead->tuples = value->u.tuple;
        }
        break;
    case CPM_VAL_FUNCTION:
        if (--value->u.function->refs == 0) {
            value->u.function->next_dead = dead->functions;
            dead->functions = value->u.function;
        }
        break;
    case CPM_VAL_ITER:
        if (--value->u.iter->refs == 0) {
            value->u.iter->next_dead = dead->iters;
            dead->iters = value->u.iter;
        }
        break;
    case CPM_VAL_LIST:
    case CPM_VAL_DICT:
    case CPM_VAL_SET:
    case CPM_VAL_CELL:
        if (--value->u.object->refs == 0) {
            value->u.object->next_dead = dead->objects;
            dead->objects = value->u.object;
        }
        break;
    default:
        break;
    }
}

static void let_go(cpm_val *value, dead_list *dead)
{
    switch (value->kind) {
    case CPM_VAL_INT:
        fmpz_clear(&value->u.z);
        break;
    case CPM_VAL_RATIONAL:
        if (--value->u.q->refs == 0) {
            fmpq_clear(value->u.q->q);
            free(value->u.q);
        }
        break;
    case CPM_VAL_RANGE:
        if (--value->u.range->refs == 0) {
            cpm_range_clear(&value->u.range->range);
            free(value->u.range);
        }
        break;
    case CPM_VAL_STRING:
        if (--value->u.string->refs == 0)
            free(value->u.string);
        break;
    case CPM_VAL_DECIMAL:
        if (--value->u.decimal->refs == 0) {
            cpm_dec_clear(&value->u.decimal->dec);
            free(value->u.decimal);
        }
        break;
    default:
        let_go_holder(value, dead);
    }
}

static void let_go_items(cpm_val *items, size_t nitems, dead_list *dead)
{
    for (size_t i = 0; i < nitems; i++)
        if (cpm_val_is_heap(&items[i]))
            let_go(&items[i], dead);
}

static void free_tuple(dead_list *dead)
{
    cpm_tuple_object *tuple = dead->tuples;
    dead->tuples = tuple->next_dead;
    let_go_items(tuple->items, tuple->nitems, dead);
    free(tuple);
}

static void free_function(dead_list *dead)
{
    cpm_function_object *function = dead->functions;
    dead->functions = function->next_dead;
    let_go_items(function->items, function->ndefaults + function->ncells, dead);
    let_go_items(&function->kept, 1, dead);
    free(function);
}

static void free_iter(dead_list *dead)
{
    cpm_iter_object *iter = dead->iters;
    dead->iters = iter->next_dead;
    let_go_items(iter->sources, iter->nsources, dead);
    fmpz_clear(iter->at);
    free(iter);
}

static void free_object(dead_list *dead)
{
    cpm_object *object = dead->objects;
    dead->objects = object->next_dead;
    if (object->kind == CPM_VAL_LIST) {
        cpm_list_object *list = (cpm_list_object *)object;
        let_go_items(list->items, list->nitems, dead);
    } else if (object->kind == CPM_VAL_CELL) {
        let_go_items(&((cpm_cell_object *)object)->value, 1, dead);
    } else {
        cpm_dict_object *dict = (cpm_dict_object *)object;
        for (size_t i = 0; i < dict->nentries; i++) {
            let_go_items(&dict->entries[i].key, 1, dead);
            let_go_items(&dict->entries[i].value, 1, dead);
        }
        let_go_items(&dict->missing, 1, dead);
    }
    cpm_object_free(object);
}

void cpm_val_clear_heap(cpm_val *value)
{
    dead_list dead = {NULL, NULL, NULL, NULL};
    let_go(value, &dead);
    *value = (cpm_val){0};
    for (;;) {
        if (dead.tuples != NULL)
            free_tuple(&dead);
        else if (dead.objects != NULL)
            free_object(&dead);
        else if (dead.functions != NULL)
            free_function(&dead);
        else if (dead.iters != NULL)
            free_iter(&dead);
        else
            break;
    }
}

void cpm_val_copy_heap(cpm_val *out, const cpm_val *value)
{
    switch (value->kind) {
    case CPM_VAL_INT:
        out->kind = CPM_VAL_INT;
        fmpz_init_set(&out->u.z, &value->u.z);
        return;
    case CPM_VAL_RATIONAL:
        value->u.q->refs++;
        break;
    case CPM_VAL_TUPLE:
        value->u.tuple->refs++;
        break;
    case CPM_VAL_RANGE:
        value->u.range->refs++;
        break;
    case CPM_VAL_STRING:
        value->u.string->refs++;
        break;
    case CPM_VAL_FUNCTION:
        value->u.function->refs++;
        break;
    case CPM_VAL_DECIMAL:
        value->u.decimal->refs++;
        break;
    case CPM_VAL_LIST:
    case CPM_VAL_DICT:
    case CPM_VAL_SET:
    case CPM_VAL_CELL:
        value->u.object->refs++;
        break;
    case CPM_VAL_ITER:
        value->u.iter->refs++;
        break;
    default:
        break;
    }
    *out = *value;
}

/* ---- Setters and constructors ------------------------------------------ */

static void set_kind(cpm_val *out, cpm_val_kind kind)
{
    cpm_val_clear(out);
    out->kind = kind;
}

void cpm_val_set_none(cpm_val *out)
{
    set_kind(out, CPM_VAL_NONE);
}

void cpm_val_set_bool(cpm_val *out, bool truth)
{
    set_kind(out, CPM_VAL_BOOL);
    out->u.z = truth;
}

void cpm_val_set_si(cpm_val *out, slong number)
{
    set_kind(out, CPM_VAL_INT);
    fmpz_set_si(&out->u.z, number);
}

void cpm_val_set_fmpz(cpm_val *out, const fmpz_t number)
{
    if (out->kind != CPM_VAL_INT)
        set_kind(out, CPM_VAL_INT);
    fmpz_set(&out->u.z, number);
}

cpm_status cpm_val_set_fmpq(cpm_val *out, const fmpq_t number, cpm_err *err)
{
    if (fmpz_is_one(fmpq_denref(number))) {
        cpm_val_set_fmpz(out, fmpq_numref(number));
        return CPM_OK;
    }
    cpm_rational_object *object = cpm_calloc(1, sizeof *object);
    if (object == NULL)
        return cpm_err_memory(err);
    object->refs = 1;
    fmpq_init(object->q);
    fmpq_set(object->q, number);
    set_kind(out, CPM_VAL_RATIONAL);
    out->u.q = object;
    return CPM_OK;
}

/* A counted object with `nitems` values at its end. */
static void *new_object(size_t head, size_t nitems, cpm_err *err)
{
    size_t nbytes;
    void *object = NULL;
    if (cpm_size_mul(&nbytes, nitems, sizeof(cpm_val)) && cpm_size_add(&nbytes, nbytes, head))
        object = cpm_calloc(1, nbytes);
    if (object == NULL)
        cpm_err_memory(err);
    return object;
}

cpm_status cpm_val_new_tuple(cpm_val *out, size_t nitems, cpm_err *err)
{
    cpm_tuple_object *object = new_object(sizeof *object, nitems, err);
    if (object == NULL)
        return CPM_ERR_MEMORY;
    object->refs = 1;
    object->nitems = nitems;
    out->kind = CPM_VAL_TUPLE;
    out->u.tuple = object;
    return CPM_OK;
}

cpm_status cpm_val_seal_tuple(cpm_val *tuple, cpm_err *err)
{
    cpm_tuple_object *object = tuple->u.tuple;
    object->depth = 1;
    object->total = object->nitems;
    for (size_t i = 0; i < object->nitems; i++) {
        if (object->items[i].kind != CPM_VAL_TUPLE)
            continue;
        const cpm_tuple_object *item = object->items[i].u.tuple;
        object->total += item->total; /* no overflow: both are far below 2^63 */
        if (item->depth >= object->depth)
            object->depth = item->depth + 1;
        if (object->total > CPM_MAX_TUPLE_VALUES)
            return cpm_err_set(err, CPM_ERR_LIMIT, "a tuple holds more than %d values in all",
                               CPM_MAX_TUPLE_VALUES);
    }
    if (object->depth > CPM_MAX_NESTING)
        return cpm_err_set(err, CPM_ERR_LIMIT, "tuples are nested more than %d deep",
                           CPM_MAX_NESTING);
    return CPM_OK;
}

cpm_status cpm_val_new_range(cpm_val *out, const cpm_range *range, cpm_err *err)
{
    cpm_range_object *object = new_object(sizeof *object, 0, err);
    if (object == NULL)
        return CPM_ERR_MEMORY;
    object->refs = 1;
    cpm_range_init(&object->range);
    cpm_range_set(&object->range, range);
    out->kind = CPM_VAL_RANGE;
    out->u.range = object;
    return CPM_OK;
}

static size_t count_chars(const char *bytes, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += ((unsigned char)bytes[i] & 0xc0) != 0x80;
    return count;
}

cpm_status cpm_val_new_string(cpm_val *out, const char *bytes, size_t len, cpm_err *err)
{
    cpm_string_object *object = new_object(sizeof *object, 0, err);
    if (object == NULL)
        return CPM_ERR_MEMORY;
    object->refs = 1;
    object->bytes = bytes;
    object->len = len;
    object->nchars = count_chars(bytes, len);
    out->kind = CPM_VAL_STRING;
    out->u.string = object;
    return CPM_OK;
}

cpm_status cpm_val_copy_string(cpm_val *out, const char *bytes, size_t len, cpm_err *err)
{
    cpm_string_object *object = malloc(sizeof *object + len);
    if (object == NULL)
        return cpm_err_memory(err);
    object->refs = 1;
    object->bytes = object->own;
    object->len = len;
    if (len > 0)
        memcpy(object->own, bytes, len);
    object->nchars = count_chars(bytes, len);
    out->kind = CPM_VAL_STRING;
    out->u.string = object;
    return CPM_OK;
}

cpm_status cpm_val_new_function(cpm_val *out, size_t index, size_t ndefaults, size_t ncells,
                                cpm_err *err)
{
    cpm_function_object *object = new_object(sizeof *object, ndefaults + ncells, err);
    if (object == NULL)
        return CPM_ERR_MEMORY;
    object->refs = 1;
    object->index = index;
    object->ndefaults = ndefaults;
    object->ncells = ncells;
    out->kind = CPM_VAL_FUNCTION;
    out->u.function = object;
    return CPM_OK;
}

cpm_status cpm_val_take_number(cpm_val *out, cpm_number *number, cpm_err *err)
{
    if (!number->is_dec)
        return cpm_val_set_fmpq(out, number->q, err);
    cpm_decimal_object *object = cpm_calloc(1, sizeof *object);
    if (object == NULL)
        return cpm_err_memory(err);
    object->refs = 1;
    cpm_dec_swap(&object->dec, &number->dec);
    number->is_dec = false;
    set_kind(out, CPM_VAL_DECIMAL);
    out->u.decimal = object;
    return CPM_OK;
}

cpm_status cpm_val_settle(cpm_val *value, cpm_err *err)
{
    if (value->kind != CPM_VAL_DECIMAL)
        return CPM_OK;
    mpz_t binary;
    mpz_init(binary);
    cpm_status status = cpm_dec_get_mpz(binary, &value->u.decimal->dec, err);
    if (status == CPM_OK) {
        set_kind(value, CPM_VAL_INT);
        fmpz_set_mpz(&value->u.z, binary);
    }
    mpz_clear(binary);
    return status;
}

/* ---- Reading ----------------------------------------------------------- */

bool cpm_val_get_fmpq(fmpq_t out, const cpm_val *value)
{
    if (value->kind == CPM_VAL_RATIONAL) {
        fmpq_set(out, value->u.q->q);
        return true;
    }
    if (!cpm_val_is_int(value))
        return false;
    fmpz_set(fmpq_numref(out), &value->u.z);
    fmpz_one(fmpq_denref(out));
    return true;
}

size_t cpm_string_find(const cpm_string_object *s, size_t at, const cpm_string_object *what)
{
    for (; at <= s->len && what->len <= s->len - at; at++)
        if (memcmp(s->bytes + at, what->bytes, what->len) == 0)
            return at;
    return SIZE_MAX;
}

bool cpm_val_items(const cpm_val *value, const cpm_val **items, size_t *nitems)
{
    if (value->kind == CPM_VAL_LIST) {
        *items = value->u.list->items;
        *nitems = value->u.list->nitems;
        return true;
    }
    if (value->kind != CPM_VAL_TUPLE)
        return false;
    *items = value->u.tuple->items;
    *nitems = value->u.tuple->nitems;
    return true;
}

bool cpm_val_truth(const cpm_val *value)
{
    switch (value->kind) {
    case CPM_VAL_UNBOUND:
    case CPM_VAL_NONE:
        return false;
    case CPM_VAL_BOOL:
    case CPM_VAL_INT:
        return !fmpz_is_zero(&value->u.z);
    case CPM_VAL_TUPLE:
        return value->u.tuple->nitems > 0;
    case CPM_VAL_RANGE:
        return !fmpz_is_zero(value->u.range->range.count);
    case CPM_VAL_STRING:
        return value->u.string->len > 0;
    case CPM_VAL_LIST:
        return value->u.list->nitems > 0;
    case CPM_VAL_DICT:
    case CPM_VAL_SET:
        return value->u.dict->count > 0;
    default:
        return true;
    }
}

const char *cpm_val_type(const cpm_val *value)
{
    static const char *const names[] = {
        [CPM_VAL_UNBOUND] = "unbound",   [CPM_VAL_NONE] = "None",
        [CPM_VAL_BOOL] = "bool",         [CPM_VAL_INT] = "int",
        [CPM_VAL_RATIONAL] = "rational", [CPM_VAL_TUPLE] = "tuple",
        [CPM_VAL_RANGE] = "range",       [CPM_VAL_STRING] = "string",
        [CPM_VAL_FUNCTION] = "function", [CPM_VAL_POS_INF] = "infinity",
        [CPM_VAL_NEG_INF] = "infinity",  [CPM_VAL_DECIMAL] = "int",
        [CPM_VAL_LIST] = "list",         [CPM_VAL_DICT] = "dict",
        [CPM_VAL_SET] = "set",           [CPM_VAL_CELL] = "variable",
        [CPM_VAL_ITER] = "iterator",     [CPM_VAL_BUILTIN] = "function",
    };
    return names[value->kind];
}
