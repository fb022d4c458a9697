/* SPDX-License-Identifier: MIT
 *
 * value.c - results: made by the engines, written in any base.
 */
#include "api/value.h"

#include <stdlib.h>
#include <string.h>

void cpm_value_init(cpm_value *value)
{
    *value = (cpm_value){.is_val = false};
    cpm_number_init(&value->number);
}

void cpm_value_clear(cpm_value *value)
{
    cpm_number_clear(&value->number);
    cpm_val_clear(&value->val);
}

void cpm_value_take_val(cpm_value *value, cpm_val *val)
{
    bool is_dec = val->kind == CPM_VAL_DECIMAL && val->u.decimal->refs == 1;
    value->is_val = !is_dec;
    value->number.is_dec = is_dec;
    if (is_dec)
        cpm_dec_swap(&value->number.dec, &val->u.decimal->dec);
    else
        cpm_val_move(&value->val, val);
}

void cpm_value_free(cpm_value *value)
{
    if (value == NULL)
        return;
    cpm_value_clear(value);
    free(value);
}

bool cpm_value_get_mpz(mpz_t out, const cpm_value *value)
{
    if (!value->is_val)
        return cpm_number_get_mpz(out, &value->number);
    if (!cpm_val_is_int(&value->val))
        return false;
    fmpz_get_mpz(out, &value->val.u.z);
    return true;
}

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
    cpm_val_format(&text, value, base);
    cpm_status status = cpm_strbuf_status(&text, err);
    if (status == CPM_OK && writer->write(writer->ctx, text.data, text.len) != CPM_OK)
        status = cpm_err_set(err, CPM_ERR_IO, "writing failed");
    cpm_strbuf_clear(&text);
    return status;
}

cpm_status cpm_value_write(const cpm_value *value, int base, const cpm_writer *writer, cpm_err *err)
{
    if (base < 2 || base > 62)
        return cpm_err_set(err, CPM_ERR_USAGE, "the base must be from 2 to 62");
    const cpm_number *x = &value->number;
    if (value->is_val)
        return write_val(&value->val, base, writer, err);
    if (x->is_dec)
        return write_dec(&x->dec, base, writer, err);
    if (fmpz_is_zero(fmpq_denref(x->q))) { /* an infinity of a semiring */
        const char *text = fmpz_sgn(fmpq_numref(x->q)) > 0 ? "inf" : "-inf";
        cpm_status written = writer->write(writer->ctx, text, strlen(text));
        return written == CPM_OK ? CPM_OK : cpm_err_set(err, written, "writing failed");
    }
    if (!fmpz_is_one(fmpq_denref(x->q)))
        return write_rational(x->q, base, writer, err);
    cpm_status status = write_integer(fmpq_numref(x->q), base, writer);
    return status == CPM_OK ? CPM_OK : cpm_err_set(err, status, "writing failed");
}
