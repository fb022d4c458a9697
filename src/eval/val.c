/* SPDX-License-Identifier: MIT
 *
 * val.c - values: life cycle, conversion, text. Numbers become text through
 * GMP's radix conversion, quasi-linear in the digits.
 */
#include "eval/val.h"

#include "base/limits.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- Life cycle -------------------------------------------------------- */

/* What lost its last reference, and whose items are still to be let go: a list
 * instead of recursion, since a function whose default value is a function, and
 * so on, can be made as deep as one likes. */
typedef struct dead_list {
    cpm_tuple_object *tuples;
    cpm_function_object *functions;
} dead_list;

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
    case CPM_VAL_TUPLE:
        if (--value->u.tuple->refs == 0) {
            value->u.tuple->next_dead = dead->tuples;
            dead->tuples = value->u.tuple;
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
    case CPM_VAL_FUNCTION:
        if (--value->u.function->refs == 0) {
            value->u.function->next_dead = dead->functions;
            dead->functions = value->u.function;
        }
        break;
    case CPM_VAL_DECIMAL:
        if (--value->u.decimal->refs == 0) {
            cpm_dec_clear(&value->u.decimal->dec);
            free(value->u.decimal);
        }
        break;
    default:
        break;
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
    let_go_items(function->items, function->ndefaults, dead);
    free(function);
}

void cpm_val_clear_heap(cpm_val *value)
{
    dead_list dead = {NULL, NULL};
    let_go(value, &dead);
    *value = (cpm_val){0};
    while (dead.tuples != NULL || dead.functions != NULL) {
        if (dead.tuples != NULL)
            free_tuple(&dead);
        else
            free_function(&dead);
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

cpm_status cpm_val_new_string(cpm_val *out, const char *bytes, size_t len, cpm_err *err)
{
    cpm_string_object *object = new_object(sizeof *object, 0, err);
    if (object == NULL)
        return CPM_ERR_MEMORY;
    *object = (cpm_string_object){1, bytes, len};
    out->kind = CPM_VAL_STRING;
    out->u.string = object;
    return CPM_OK;
}

cpm_status cpm_val_new_function(cpm_val *out, size_t index, size_t ndefaults, cpm_err *err)
{
    cpm_function_object *object = new_object(sizeof *object, ndefaults, err);
    if (object == NULL)
        return CPM_ERR_MEMORY;
    object->refs = 1;
    object->index = index;
    object->ndefaults = ndefaults;
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
    };
    return names[value->kind];
}

/* ---- Text -------------------------------------------------------------- */

static void format_integer(cpm_strbuf *out, const fmpz_t z, int base)
{
    if (!COEFF_IS_MPZ(*z) && base == 10) {
        cpm_strbuf_printf(out, "%ld", (long)fmpz_get_si(z));
        return;
    }
    char *digits = fmpz_get_str(NULL, base, z);
    cpm_strbuf_puts(out, digits);
    flint_free(digits);
}

static void format_string(cpm_strbuf *out, const cpm_string_object *string, bool quoted)
{
    if (!quoted) {
        cpm_strbuf_append(out, string->bytes, string->len);
        return;
    }
    /* As Python's repr: double quotes where that saves a backslash. */
    bool has_single = memchr(string->bytes, '\'', string->len) != NULL;
    bool has_double = memchr(string->bytes, '"', string->len) != NULL;
    char quote = has_single && !has_double ? '"' : '\'';
    cpm_strbuf_append(out, &quote, 1);
    for (size_t i = 0; i < string->len; i++) {
        unsigned char c = (unsigned char)string->bytes[i];
        if (c == '\n')
            cpm_strbuf_puts(out, "\\n");
        else if (c == '\t')
            cpm_strbuf_puts(out, "\\t");
        else if (c == '\r')
            cpm_strbuf_puts(out, "\\r");
        else if (c == '\\' || c == (unsigned char)quote)
            cpm_strbuf_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            cpm_strbuf_printf(out, "\\x%02x", c);
        else
            cpm_strbuf_append(out, string->bytes + i, 1);
    }
    cpm_strbuf_append(out, &quote, 1);
}

static void format(cpm_strbuf *out, const cpm_val *value, int base, bool quoted);

/* (1, 2), (1,), () */
static void format_tuple(cpm_strbuf *out, const cpm_tuple_object *tuple, int base)
{
    cpm_strbuf_puts(out, "(");
    for (size_t i = 0; i < tuple->nitems; i++) {
        if (i > 0)
            cpm_strbuf_puts(out, ", ");
        format(out, &tuple->items[i], base, true);
    }
    cpm_strbuf_puts(out, tuple->nitems == 1 ? ",)" : ")");
}

/* range(0, 3), range(0, 9, 2) */
static void format_range(cpm_strbuf *out, const cpm_range *range, int base)
{
    cpm_strbuf_puts(out, "range(");
    format_integer(out, range->start, base);
    cpm_strbuf_puts(out, ", ");
    format_integer(out, range->stop, base);
    if (!fmpz_is_one(range->step)) {
        cpm_strbuf_puts(out, ", ");
        format_integer(out, range->step, base);
    }
    cpm_strbuf_puts(out, ")");
}

static cpm_status append_digits(void *ctx, const char *bytes, size_t nbytes)
{
    cpm_strbuf_append(ctx, bytes, nbytes);
    return CPM_OK;
}

static void format_decimal(cpm_strbuf *out, const cpm_val *value, int base)
{
    cpm_err err = {0};
    if (base == 10) {
        cpm_writer writer = {append_digits, out};
        if (cpm_dec_write(&value->u.decimal->dec, &writer, &err) != CPM_OK)
            out->failed = true;
        return;
    }
    cpm_val binary = {0};
    cpm_val_copy(&binary, value);
    if (cpm_val_settle(&binary, &err) == CPM_OK)
        format_integer(out, &binary.u.z, base);
    else
        out->failed = true;
    cpm_val_clear(&binary);
}

static void format(cpm_strbuf *out, const cpm_val *value, int base, bool quoted)
{
    switch (value->kind) {
    case CPM_VAL_UNBOUND:
        break;
    case CPM_VAL_NONE:
        cpm_strbuf_puts(out, "None");
        break;
    case CPM_VAL_BOOL:
        cpm_strbuf_puts(out, fmpz_is_zero(&value->u.z) ? "False" : "True");
        break;
    case CPM_VAL_INT:
        format_integer(out, &value->u.z, base);
        break;
    case CPM_VAL_RATIONAL:
        format_integer(out, fmpq_numref(value->u.q->q), base);
        cpm_strbuf_puts(out, "/");
        format_integer(out, fmpq_denref(value->u.q->q), base);
        break;
    case CPM_VAL_TUPLE:
        format_tuple(out, value->u.tuple, base);
        break;
    case CPM_VAL_RANGE:
        format_range(out, &value->u.range->range, base);
        break;
    case CPM_VAL_STRING:
        format_string(out, value->u.string, quoted);
        break;
    case CPM_VAL_FUNCTION:
        cpm_strbuf_puts(out, "<function>");
        break;
    case CPM_VAL_POS_INF:
        cpm_strbuf_puts(out, "inf");
        break;
    case CPM_VAL_NEG_INF:
        cpm_strbuf_puts(out, "-inf");
        break;
    case CPM_VAL_DECIMAL:
        format_decimal(out, value, base);
        break;
    }
}

cpm_status cpm_val_format(cpm_strbuf *out, const cpm_val *value, int base, cpm_err *err)
{
    cpm_status status = cpm_val_check_depth(value, err);
    if (status == CPM_OK)
        format(out, value, base, false);
    return status;
}
