/* SPDX-License-Identifier: MIT
 *
 * value.c - values: life cycle, conversion, text. Numbers become text through
 * GMP's radix conversion, quasi-linear in the digits.
 */
#include "eval/value.h"

#include "base/limits.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- Life cycle -------------------------------------------------------- */

static void clear_items(cpm_value *items, size_t nitems)
{
    for (size_t i = 0; i < nitems; i++)
        cpm_value_clear(&items[i]);
}

void cpm_value_clear_heap(cpm_value *value)
{
    switch (value->kind) {
    case CPM_VALUE_INT:
        fmpz_clear(&value->u.z);
        break;
    case CPM_VALUE_RATIONAL:
        if (--value->u.q->refs == 0) {
            fmpq_clear(value->u.q->q);
            free(value->u.q);
        }
        break;
    case CPM_VALUE_TUPLE:
        if (--value->u.tuple->refs == 0) {
            clear_items(value->u.tuple->items, value->u.tuple->nitems);
            free(value->u.tuple);
        }
        break;
    case CPM_VALUE_STRING:
        if (--value->u.string->refs == 0)
            free(value->u.string);
        break;
    case CPM_VALUE_FUNCTION:
        if (--value->u.function->refs == 0) {
            clear_items(value->u.function->items, value->u.function->ndefaults);
            free(value->u.function);
        }
        break;
    default:
        break;
    }
    *value = (cpm_value){0};
}

void cpm_value_copy_heap(cpm_value *out, const cpm_value *value)
{
    switch (value->kind) {
    case CPM_VALUE_INT:
        out->kind = CPM_VALUE_INT;
        fmpz_init_set(&out->u.z, &value->u.z);
        return;
    case CPM_VALUE_RATIONAL:
        value->u.q->refs++;
        break;
    case CPM_VALUE_TUPLE:
        value->u.tuple->refs++;
        break;
    case CPM_VALUE_STRING:
        value->u.string->refs++;
        break;
    case CPM_VALUE_FUNCTION:
        value->u.function->refs++;
        break;
    default:
        break;
    }
    *out = *value;
}

void cpm_value_free(cpm_value *value)
{
    if (value == NULL)
        return;
    cpm_value_clear(value);
    free(value);
}

/* ---- Setters and constructors ------------------------------------------ */

static void set_kind(cpm_value *out, cpm_value_kind kind)
{
    cpm_value_clear(out);
    out->kind = kind;
}

void cpm_value_set_none(cpm_value *out)
{
    set_kind(out, CPM_VALUE_NONE);
}

void cpm_value_set_bool(cpm_value *out, bool truth)
{
    set_kind(out, CPM_VALUE_BOOL);
    out->u.z = truth;
}

void cpm_value_set_si(cpm_value *out, slong number)
{
    set_kind(out, CPM_VALUE_INT);
    fmpz_set_si(&out->u.z, number);
}

void cpm_value_set_fmpz(cpm_value *out, const fmpz_t number)
{
    if (out->kind != CPM_VALUE_INT)
        set_kind(out, CPM_VALUE_INT);
    fmpz_set(&out->u.z, number);
}

void cpm_value_set_infinity(cpm_value *out, int sign)
{
    set_kind(out, sign < 0 ? CPM_VALUE_NEG_INF : CPM_VALUE_POS_INF);
}

cpm_status cpm_value_set_fmpq(cpm_value *out, const fmpq_t number, cpm_err *err)
{
    if (fmpz_is_one(fmpq_denref(number))) {
        cpm_value_set_fmpz(out, fmpq_numref(number));
        return CPM_OK;
    }
    cpm_rational_object *object = cpm_calloc(1, sizeof *object);
    if (object == NULL)
        return cpm_err_memory(err);
    object->refs = 1;
    fmpq_init(object->q);
    fmpq_set(object->q, number);
    set_kind(out, CPM_VALUE_RATIONAL);
    out->u.q = object;
    return CPM_OK;
}

/* A counted object with `nitems` values at its end. */
static void *new_object(size_t head, size_t nitems, cpm_err *err)
{
    size_t nbytes;
    void *object = NULL;
    if (cpm_size_mul(&nbytes, nitems, sizeof(cpm_value)) && cpm_size_add(&nbytes, nbytes, head))
        object = cpm_calloc(1, nbytes);
    if (object == NULL)
        cpm_err_memory(err);
    return object;
}

cpm_status cpm_value_new_tuple(cpm_value *out, size_t nitems, cpm_err *err)
{
    cpm_tuple_object *object = new_object(sizeof *object, nitems, err);
    if (object == NULL)
        return CPM_ERR_MEMORY;
    object->refs = 1;
    object->nitems = nitems;
    out->kind = CPM_VALUE_TUPLE;
    out->u.tuple = object;
    return CPM_OK;
}

cpm_status cpm_value_seal_tuple(cpm_value *tuple, cpm_err *err)
{
    cpm_tuple_object *object = tuple->u.tuple;
    object->depth = 1;
    for (size_t i = 0; i < object->nitems; i++) {
        const cpm_value *item = &object->items[i];
        if (item->kind == CPM_VALUE_TUPLE && item->u.tuple->depth >= object->depth)
            object->depth = item->u.tuple->depth + 1;
    }
    if (object->depth <= CPM_MAX_NESTING)
        return CPM_OK;
    return cpm_err_set(err, CPM_ERR_LIMIT, "tuples are nested more than %d deep", CPM_MAX_NESTING);
}

cpm_status cpm_value_new_string(cpm_value *out, const char *bytes, size_t len, cpm_err *err)
{
    cpm_string_object *object = new_object(sizeof *object, 0, err);
    if (object == NULL)
        return CPM_ERR_MEMORY;
    *object = (cpm_string_object){1, bytes, len};
    out->kind = CPM_VALUE_STRING;
    out->u.string = object;
    return CPM_OK;
}

cpm_status cpm_value_new_function(cpm_value *out, size_t index, size_t ndefaults, cpm_err *err)
{
    cpm_function_object *object = new_object(sizeof *object, ndefaults, err);
    if (object == NULL)
        return CPM_ERR_MEMORY;
    object->refs = 1;
    object->index = index;
    object->ndefaults = ndefaults;
    out->kind = CPM_VALUE_FUNCTION;
    out->u.function = object;
    return CPM_OK;
}

/* ---- Reading ----------------------------------------------------------- */

bool cpm_value_get_mpz(mpz_t out, const cpm_value *value)
{
    if (!cpm_value_is_int(value))
        return false;
    fmpz_get_mpz(out, &value->u.z);
    return true;
}

bool cpm_value_get_fmpq(fmpq_t out, const cpm_value *value)
{
    if (value->kind == CPM_VALUE_RATIONAL) {
        fmpq_set(out, value->u.q->q);
        return true;
    }
    if (!cpm_value_is_int(value))
        return false;
    fmpz_set(fmpq_numref(out), &value->u.z);
    fmpz_one(fmpq_denref(out));
    return true;
}

bool cpm_value_truth(const cpm_value *value)
{
    switch (value->kind) {
    case CPM_VALUE_UNBOUND:
    case CPM_VALUE_NONE:
        return false;
    case CPM_VALUE_BOOL:
    case CPM_VALUE_INT:
        return !fmpz_is_zero(&value->u.z);
    case CPM_VALUE_TUPLE:
        return value->u.tuple->nitems > 0;
    case CPM_VALUE_STRING:
        return value->u.string->len > 0;
    default:
        return true;
    }
}

const char *cpm_value_type(const cpm_value *value)
{
    static const char *const names[] = {
        [CPM_VALUE_UNBOUND] = "unbound",   [CPM_VALUE_NONE] = "None",
        [CPM_VALUE_BOOL] = "bool",         [CPM_VALUE_INT] = "int",
        [CPM_VALUE_RATIONAL] = "rational", [CPM_VALUE_TUPLE] = "tuple",
        [CPM_VALUE_STRING] = "string",     [CPM_VALUE_FUNCTION] = "function",
        [CPM_VALUE_POS_INF] = "infinity",  [CPM_VALUE_NEG_INF] = "infinity",
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

static void format(cpm_strbuf *out, const cpm_value *value, int base, bool quoted);

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

static void format(cpm_strbuf *out, const cpm_value *value, int base, bool quoted)
{
    switch (value->kind) {
    case CPM_VALUE_UNBOUND:
        break;
    case CPM_VALUE_NONE:
        cpm_strbuf_puts(out, "None");
        break;
    case CPM_VALUE_BOOL:
        cpm_strbuf_puts(out, fmpz_is_zero(&value->u.z) ? "False" : "True");
        break;
    case CPM_VALUE_INT:
        format_integer(out, &value->u.z, base);
        break;
    case CPM_VALUE_RATIONAL:
        format_integer(out, fmpq_numref(value->u.q->q), base);
        cpm_strbuf_puts(out, "/");
        format_integer(out, fmpq_denref(value->u.q->q), base);
        break;
    case CPM_VALUE_TUPLE:
        format_tuple(out, value->u.tuple, base);
        break;
    case CPM_VALUE_STRING:
        format_string(out, value->u.string, quoted);
        break;
    case CPM_VALUE_FUNCTION:
        cpm_strbuf_puts(out, "<function>");
        break;
    case CPM_VALUE_POS_INF:
        cpm_strbuf_puts(out, "inf");
        break;
    case CPM_VALUE_NEG_INF:
        cpm_strbuf_puts(out, "-inf");
        break;
    }
}

void cpm_value_format(cpm_strbuf *out, const cpm_value *value, int base)
{
    format(out, value, base, false);
}

cpm_status cpm_value_write(const cpm_value *value, int base, const cpm_writer *writer, cpm_err *err)
{
    cpm_strbuf text = {0};
    cpm_value_format(&text, value, base);
    cpm_status status = cpm_strbuf_status(&text, err);
    if (status == CPM_OK && text.len > 0) {
        status = writer->write(writer->ctx, text.data, text.len);
        if (status != CPM_OK)
            status = cpm_err_set(err, status, "the output could not be written");
    }
    cpm_strbuf_clear(&text);
    return status;
}
