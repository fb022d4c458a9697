/* SPDX-License-Identifier: MIT
 *
 * semi.c - matrices over semirings: infinities as entries, powers, residues.
 * The residue of an element is taken at the end: neither maxima nor bits
 * survive a reduction on the way.
 */
#include "seq/semi.h"

#include "power/progress.h"
#include "power/residue.h"
#include "power/semi_plan.h"
#include "seq/value.h"

#include <flint/fmpq_vec.h>
#include <string.h>

bool cpm_semi_read_inf(fmpq_t out, const cpm_text *text, cpm_span span)
{
    const char *at = text->data + span.begin, *end = text->data + span.end;
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
        end--;
    int sign = at < end && *at == '-' ? -1 : 1;
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    if (end - at != 3 || memcmp(at, "inf", 3) != 0)
        return false;
    cpm_ext_set_inf(out, sign);
    return true;
}

static cpm_status emit_all(fmpq *power, size_t dim, const cpm_config *config, cpm_entry_fn emit,
                           void *ctx, cpm_err *err)
{
    cpm_value value;
    cpm_status status = CPM_OK;
    cpm_value_init(&value);
    for (size_t i = 0; i < dim * dim && status == CPM_OK; i++)
        status = cpm_residue_of_value(power + i, config, err);
    for (size_t i = 0; i < dim * dim && status == CPM_OK; i++) {
        fmpq_swap(value.number.q, power + i);
        status = emit(ctx, i / dim, i % dim, &value, err);
    }
    cpm_value_clear(&value);
    return status;
}

cpm_status cpm_semi_emit_power(const fmpq *entries, size_t dim, mpz_srcptr n,
                               const cpm_domain *domain, const cpm_config *config,
                               cpm_entry_fn emit, void *ctx, cpm_err *err)
{
    if (mpz_sgn(n) < 0)
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                           "negative powers of a matrix need plus-times, not %s",
                           cpm_semiring_name(domain->id));
    fmpq *power = _fmpq_vec_init((slong)(dim * dim));
    fmpz_t index;
    fmpz_init(index);
    fmpz_set_mpz(index, n);
    cpm_phase(config, "power");
    cpm_status status = cpm_semi_matrix_power(power, entries, dim, index, domain, config, err);
    cpm_phase(config, "output");
    if (status == CPM_OK)
        status = emit_all(power, dim, config, emit, ctx, err);
    fmpz_clear(index);
    _fmpq_vec_clear(power, (slong)(dim * dim));
    return status;
}
