/* SPDX-License-Identifier: MIT
 *
 * value.c - results: made by the engines, written in any base.
 */
#include "api/value.h"

#include "base/mem.h"
#include "base/stack.h"

#include <stdlib.h>
#include <string.h>

void cpm_value_init(cpm_value *value)
{
    *value = (cpm_value){.is_val = false};
    cpm_number_init(&value->number);
}

cpm_value *cpm_value_new(void)
{
    cpm_value *value = cpm_calloc(1, sizeof *value);
    if (value != NULL)
        cpm_value_init(value);
    return value;
}

void cpm_value_clear(cpm_value *value)
{
    cpm_number_clear(&value->number);
    cpm_val_clear(&value->val);
    cpm_heap_release(value->heap);
    value->heap = NULL;
}

void cpm_value_take_val(cpm_value *value, cpm_val *val, cpm_heap *heap)
{
    value->heap = heap;
    bool is_dec = val->kind == CPM_VAL_DECIMAL && val->u.decimal->refs == 1;
    value->is_val = !is_dec;
    value->number.is_dec = is_dec;
    if (is_dec) {
        cpm_dec_swap(&value->number.dec, &val->u.decimal->dec);
        cpm_val_clear(val);
    } else {
        cpm_val_move(&value->val, val);
    }
}

void cpm_value_free(cpm_value *value)
{
    if (value == NULL)
        return;
    cpm_value_clear(value);
    free(value);
}

/* ---- What it is ----------------------------------------------------------- */

static cpm_value_kind kind_of_number(const cpm_number *x)
{
    if (x->is_dec || fmpz_is_one(fmpq_denref(x->q)))
        return CPM_VALUE_INTEGER;
    return cpm_number_is_finite(x) ? CPM_VALUE_RATIONAL : CPM_VALUE_INFINITY;
}

cpm_value_kind cpm_value_get_kind(const cpm_value *value)
{
    if (!value->is_val)
        return kind_of_number(&value->number);
    switch (value->val.kind) {
    case CPM_VAL_INT:
    case CPM_VAL_DECIMAL:
        return CPM_VALUE_INTEGER;
    case CPM_VAL_RATIONAL:
        return CPM_VALUE_RATIONAL;
    case CPM_VAL_POS_INF:
    case CPM_VAL_NEG_INF:
        return CPM_VALUE_INFINITY;
    case CPM_VAL_NONE:
        return CPM_VALUE_NONE;
    case CPM_VAL_BOOL:
        return CPM_VALUE_BOOL;
    case CPM_VAL_TUPLE:
        return CPM_VALUE_TUPLE;
    case CPM_VAL_LIST:
        return CPM_VALUE_LIST;
    case CPM_VAL_STRING:
        return CPM_VALUE_STRING;
    default:
        return CPM_VALUE_OTHER;
    }
}

bool cpm_value_get_mpq(mpq_t out, const cpm_value *value)
{
    if (cpm_value_get_kind(value) != CPM_VALUE_RATIONAL) {
        if (!cpm_value_get_mpz(mpq_numref(out), value))
            return false;
        mpz_set_ui(mpq_denref(out), 1);
        return true;
    }
    fmpq_get_mpq(out, value->is_val ? value->val.u.q->q : value->number.q);
    return true;
}

static int sign_of_number(const cpm_number *x)
{
    return x->is_dec ? cpm_dec_sign(&x->dec) : fmpq_sgn(x->q);
}

int cpm_value_sign(const cpm_value *value)
{
    if (!value->is_val)
        return sign_of_number(&value->number);
    switch (value->val.kind) {
    case CPM_VAL_INT:
    case CPM_VAL_BOOL:
        return fmpz_sgn(&value->val.u.z);
    case CPM_VAL_RATIONAL:
        return fmpq_sgn(value->val.u.q->q);
    case CPM_VAL_DECIMAL:
        return cpm_dec_sign(&value->val.u.decimal->dec);
    default:
        return (value->val.kind == CPM_VAL_POS_INF) - (value->val.kind == CPM_VAL_NEG_INF);
    }
}

size_t cpm_value_count(const cpm_value *value)
{
    const cpm_val *items;
    size_t nitems = 0;
    if (value->is_val)
        cpm_val_items(&value->val, &items, &nitems);
    return nitems;
}

cpm_status cpm_value_item(cpm_value **item, const cpm_value *value, size_t i, cpm_err *err)
{
    *item = NULL;
    if (i >= cpm_value_count(value))
        return cpm_err_set(err, CPM_ERR_USAGE, "the value has no item %zu", i);
    cpm_value *copy = cpm_value_new();
    if (copy == NULL)
        return cpm_err_memory(err);
    const cpm_val *items;
    size_t nitems;
    copy->is_val = true;
    cpm_val_items(&value->val, &items, &nitems);
    cpm_val_copy(&copy->val, &items[i]);
    copy->heap = value->heap;
    if (copy->heap != NULL)
        cpm_heap_hold(copy->heap);
    *item = copy;
    return CPM_OK;
}

bool cpm_value_get_mpz(mpz_t out, const cpm_value *value)
{
    if (!value->is_val)
        return cpm_number_get_mpz(out, &value->number);
    if (value->val.kind == CPM_VAL_DECIMAL) {
        cpm_err ignored = {0};
        return cpm_dec_get_mpz(out, &value->val.u.decimal->dec, &ignored) == CPM_OK;
    }
    if (!cpm_val_is_int(&value->val))
        return false;
    fmpz_get_mpz(out, &value->val.u.z);
    return true;
}

/* ---- As text -------------------------------------------------------------- */

static cpm_status write_integer(const fmpz_t x, int base, const cpm_writer *writer)
{
    char *text = fmpz_get_str(NULL, base, x);
    cpm_status status = writer->write(writer->ctx, text, strlen(text));
    flint_free(text);
    return status;
}

/* Both texts are there before the first byte goes out. */
static cpm_status write_rational(const fmpq_t q, int base, const cpm_writer *writer, cpm_err *err)
{
    char *num = fmpz_get_str(NULL, base, fmpq_numref(q));
    char *den = fmpz_get_str(NULL, base, fmpq_denref(q));
    cpm_status status = writer->write(writer->ctx, num, strlen(num));
    if (status == CPM_OK)
        status = writer->write(writer->ctx, "/", 1);
    if (status == CPM_OK)
        status = writer->write(writer->ctx, den, strlen(den));
    flint_free(num);
    flint_free(den);
    return status == CPM_OK ? CPM_OK : cpm_err_set(err, status, "writing failed");
}

static cpm_status write_dec(const cpm_dec *x, int base, const cpm_writer *writer, cpm_err *err)
{
    if (base == 10)
        return cpm_dec_write(x, writer, err);
    mpz_t binary;
    mpz_init(binary);
    cpm_status status = cpm_dec_get_mpz(binary, x, err);
    if (status == CPM_OK) {
        fmpz_t y;
        fmpz_init_set_readonly(y, binary);
        status = write_integer(y, base, writer);
        fmpz_clear_readonly(y);
    }
    mpz_clear(binary);
    return status == CPM_OK ? CPM_OK : cpm_err_set(err, status, "writing failed");
}

static cpm_status write_val(const cpm_val *value, int base, const cpm_writer *writer, cpm_err *err)
{
    cpm_strbuf text = {0};
    cpm_status status = value->kind == CPM_VAL_STRING ? cpm_val_repr(&text, value, err)
                                                      : cpm_val_format(&text, value, base, err);
    if (status == CPM_OK)
        status = cpm_strbuf_status(&text, err);
    if (status == CPM_OK && writer->write(writer->ctx, text.data, text.len) != CPM_OK)
        status = cpm_err_set(err, CPM_ERR_IO, "writing failed");
    cpm_strbuf_clear(&text);
    return status;
}

cpm_status cpm_value_write(const cpm_value *value, int base, const cpm_writer *writer, cpm_err *err)
{
    if (cpm_stack_check(0, err) != CPM_OK)
        return err->status;
    if (base < 2 || base > 62)
        return cpm_err_set(err, CPM_ERR_USAGE, "the base must be from 2 to 62");
    const cpm_number *x = &value->number;
    if (value->is_val)
        return write_val(&value->val, base, writer, err);
    if (x->is_dec)
        return write_dec(&x->dec, base, writer, err);
    if (!cpm_number_is_finite(x)) { /* of a semiring */
        const char *text = fmpz_sgn(fmpq_numref(x->q)) > 0 ? "inf" : "-inf";
        cpm_status written = writer->write(writer->ctx, text, strlen(text));
        return written == CPM_OK ? CPM_OK : cpm_err_set(err, written, "writing failed");
    }
    if (!fmpz_is_one(fmpq_denref(x->q)))
        return write_rational(x->q, base, writer, err);
    cpm_status status = write_integer(fmpq_numref(x->q), base, writer);
    return status == CPM_OK ? CPM_OK : cpm_err_set(err, status, "writing failed");
}

static cpm_status append(void *ctx, const char *bytes, size_t nbytes)
{
    cpm_strbuf *text = ctx;
    cpm_strbuf_append(text, bytes, nbytes);
    return text->failed ? CPM_ERR_MEMORY : CPM_OK;
}

cpm_status cpm_value_text(char **text, const cpm_value *value, int base, cpm_err *err)
{
    cpm_strbuf out = {0};
    cpm_writer writer = {append, &out};
    *text = NULL;
    cpm_status status = cpm_value_write(value, base, &writer, err);
    if (out.failed) {
        cpm_err_clear(err);
        status = cpm_err_memory(err);
    }
    if (status == CPM_OK)
        *text = out.data; /* ended by NUL, and allocated by malloc */
    else
        cpm_strbuf_clear(&out);
    return status;
}
