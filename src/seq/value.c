/* SPDX-License-Identifier: MIT
 *
 * value.c - results: made by the engines, written in any base.
 */
#include "seq/value.h"

#include <stdlib.h>
#include <string.h>

void cpm_value_init(cpm_value *value)
{
    fmpq_init(value->q);
}

void cpm_value_clear(cpm_value *value)
{
    fmpq_clear(value->q);
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
    if (!fmpz_is_one(fmpq_denref(value->q)))
        return false;
    fmpz_get_mpz(out, fmpq_numref(value->q));
    return true;
}

static cpm_status write_integer(const fmpz_t x, int base, const cpm_writer *writer)
{
    char *text = fmpz_get_str(NULL, base, x);
    cpm_status status = writer->write(writer->ctx, text, strlen(text));
    flint_free(text);
    return status;
}

cpm_status cpm_value_write(const cpm_value *value, int base, const cpm_writer *writer, cpm_err *err)
{
    if (base < 2 || base > 62)
        return cpm_err_set(err, CPM_ERR_USAGE, "the base must be from 2 to 62");
    cpm_status status = write_integer(fmpq_numref(value->q), base, writer);
    if (status == CPM_OK && !fmpz_is_one(fmpq_denref(value->q))) {
        status = writer->write(writer->ctx, "/", 1);
        if (status == CPM_OK)
            status = write_integer(fmpq_denref(value->q), base, writer);
    }
    return status == CPM_OK ? CPM_OK : cpm_err_set(err, status, "writing failed");
}
