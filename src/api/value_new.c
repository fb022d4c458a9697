/* SPDX-License-Identifier: MIT
 *
 * value_new.c - values that a host makes, and integers as bytes.
 */
#include "api/value.h"
#include "base/stack.h"

#include <string.h>

/* ---- Integers as bytes ---------------------------------------------------------- */

enum { WORD = 8 }; /* bytes: what is written comes in words, which is GMP's fast way */

size_t cpm_value_nbytes(const cpm_value *value)
{
    cpm_value_kind kind = cpm_value_get_kind(value);
    if (kind != CPM_VALUE_INTEGER && kind != CPM_VALUE_BOOL)
        return 0;
    const fmpz *z = value->is_val ? &value->val.u.z : fmpq_numref(value->number.q);
    bool is_dec = value->is_val ? value->val.kind == CPM_VAL_DECIMAL : value->number.is_dec;
    if (!is_dec)
        return (fmpz_bits(z) / (8 * WORD) + 1) * WORD;
    mpz_t binary;
    mpz_init(binary);
    bool ok = cpm_value_get_mpz(binary, value);
    size_t nbytes = ok ? (mpz_sizeinbase(binary, 2) / (8 * WORD) + 1) * WORD : 0;
    mpz_clear(binary);
    return nbytes;
}

/* The bytes of -x from those of x. */
static void negate(unsigned char *bytes, size_t nbytes)
{
    unsigned carry = 1;
    for (size_t i = 0; i < nbytes; i++) {
        carry += (unsigned char)~bytes[i];
        bytes[i] = (unsigned char)carry;
        carry >>= 8;
    }
}

bool cpm_value_get_bytes(void *bytes, size_t nbytes, const cpm_value *value)
{
    mpz_t number;
    mpz_init(number);
    bool ok = cpm_value_get_mpz(number, value) &&
              nbytes == (mpz_sizeinbase(number, 2) / (8 * WORD) + 1) * WORD;
    if (ok) {
        memset(bytes, 0, nbytes);
        mpz_export(bytes, NULL, -1, WORD, -1, 0, number);
        if (mpz_sgn(number) < 0)
            negate(bytes, nbytes);
    }
    mpz_clear(number);
    return ok;
}

/* ---- Making values -------------------------------------------------------------- */

static cpm_status new_value(cpm_value **value, cpm_err *err)
{
    *value = cpm_value_new();
    return *value == NULL ? cpm_err_memory(err) : CPM_OK;
}

cpm_status cpm_value_new_mpz(cpm_value **value, mpz_srcptr number, cpm_err *err)
{
    cpm_status status = new_value(value, err);
    if (status == CPM_OK)
        fmpz_set_mpz(fmpq_numref((*value)->number.q), number);
    return status;
}

cpm_status cpm_value_new_bytes(cpm_value **value, const void *bytes, size_t nbytes, cpm_err *err)
{
    cpm_status status = new_value(value, err);
    if (status != CPM_OK)
        return status;
    mpz_t number, wrap;
    mpz_init(number);
    mpz_import(number, nbytes, -1, 1, 0, 0, bytes);
    if (nbytes > 0 && ((const unsigned char *)bytes)[nbytes - 1] >= 0x80) {
        mpz_init_set_ui(wrap, 1);
        mpz_mul_2exp(wrap, wrap, 8 * nbytes);
        mpz_sub(number, number, wrap);
        mpz_clear(wrap);
    }
    fmpz_set_mpz(fmpq_numref((*value)->number.q), number);
    mpz_clear(number);
    return CPM_OK;
}

static cpm_status new_val(cpm_value **value, cpm_val *val, cpm_err *err)
{
    cpm_status status = new_value(value, err);
    if (status == CPM_OK)
        cpm_value_take_val(*value, val, NULL);
    else
        cpm_val_clear(val);
    return status;
}

cpm_status cpm_value_new_none(cpm_value **value, cpm_err *err)
{
    cpm_val val = {0};
    cpm_val_set_none(&val);
    return new_val(value, &val, err);
}

cpm_status cpm_value_new_bool(cpm_value **value, bool truth, cpm_err *err)
{
    cpm_val val = {0};
    cpm_val_set_bool(&val, truth);
    return new_val(value, &val, err);
}

cpm_status cpm_value_new_tuple(cpm_value **value, const cpm_value *const *items, size_t nitems,
                               cpm_err *err)
{
    cpm_val tuple = {0};
    *value = NULL;
    cpm_status status = cpm_stack_check(0, err);
    if (status == CPM_OK)
        status = cpm_val_new_tuple(&tuple, nitems, err);
    for (size_t i = 0; i < nitems && status == CPM_OK; i++)
        status = cpm_value_give_val(&tuple.u.tuple->items[i], items[i], err);
    if (status == CPM_OK)
        status = cpm_val_seal_tuple(&tuple, err);
    if (status == CPM_OK)
        return new_val(value, &tuple, err);
    cpm_val_clear(&tuple);
    return status;
}

/* ---- Giving them to a program --------------------------------------------------- */

/* Whether it, and all that is in it, needs no heap. */
static bool is_plain(const cpm_val *val)
{
    switch (val->kind) {
    case CPM_VAL_NONE:
    case CPM_VAL_BOOL:
    case CPM_VAL_INT:
    case CPM_VAL_RATIONAL:
    case CPM_VAL_DECIMAL:
        return true;
    case CPM_VAL_TUPLE:
        for (size_t i = 0; i < val->u.tuple->nitems; i++)
            if (!is_plain(&val->u.tuple->items[i]))
                return false;
        return true;
    default:
        return false;
    }
}

static cpm_status refuse(cpm_err *err)
{
    return cpm_err_set(err, CPM_ERR_USAGE,
                       "an argument is a number, a truth value, None or a tuple of these");
}

cpm_status cpm_value_give_val(cpm_val *out, const cpm_value *value, cpm_err *err)
{
    if (value->is_val) {
        cpm_status status = cpm_val_check_depth(&value->val, err);
        if (status == CPM_OK && !is_plain(&value->val))
            status = refuse(err);
        if (status == CPM_OK)
            cpm_val_copy(out, &value->val);
        return status;
    }
    mpq_t number;
    mpq_init(number);
    cpm_status status = cpm_value_get_mpq(number, value) ? CPM_OK : refuse(err);
    if (status == CPM_OK) {
        fmpq_t q;
        fmpq_init_set_readonly(q, number);
        status = cpm_val_set_fmpq(out, q, err);
        fmpq_clear_readonly(q);
    }
    mpq_clear(number);
    return status;
}
