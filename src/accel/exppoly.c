/* SPDX-License-Identifier: MIT
 *
 * exppoly.c - arithmetic of exponential polynomials, term by term: they have a
 * handful of terms.
 */
#include "accel/exppoly.h"

#include "base/mem.h"

#include <stdlib.h>

void cpm_exppoly_clear(cpm_exppoly *p)
{
    for (size_t i = 0; i < p->len; i++) {
        fmpq_clear(p->terms[i].coeff);
        fmpq_clear(p->terms[i].base);
    }
    free(p->terms);
    *p = (cpm_exppoly){0};
}

static void remove_term(cpm_exppoly *p, size_t i)
{
    fmpq_clear(p->terms[i].coeff);
    fmpq_clear(p->terms[i].base);
    p->terms[i] = p->terms[--p->len];
}

cpm_status cpm_exppoly_add_term(cpm_exppoly *p, const fmpq_t coeff, ulong power, const fmpq_t base,
                                cpm_err *err)
{
    if (fmpq_is_zero(coeff))
        return CPM_OK;
    for (size_t i = 0; i < p->len; i++) {
        cpm_monomial *t = &p->terms[i];
        if (t->power != power || !fmpq_equal(t->base, base))
            continue;
        fmpq_add(t->coeff, t->coeff, coeff);
        if (fmpq_is_zero(t->coeff))
            remove_term(p, i);
        return CPM_OK;
    }
    if (p->len >= CPM_MAX_MONOMIALS || power >= CPM_MAX_MONOMIALS)
        return cpm_err_set(err, CPM_ERR_LIMIT,
                           "too high a degree or too many terms "
                           "(at most %d)",
                           CPM_MAX_MONOMIALS);
    cpm_monomial *terms = cpm_grow(p->terms, &p->cap, p->len + 1, sizeof *terms);
    if (terms == NULL)
        return cpm_err_memory(err);
    p->terms = terms;
    cpm_monomial *t = &p->terms[p->len++];
    fmpq_init(t->coeff);
    fmpq_init(t->base);
    fmpq_set(t->coeff, coeff);
    fmpq_set(t->base, base);
    t->power = power;
    return CPM_OK;
}

cpm_status cpm_exppoly_addmul(cpm_exppoly *p, const cpm_exppoly *q, const fmpq_t c, cpm_err *err)
{
    fmpq_t product;
    fmpq_init(product);
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < q->len && status == CPM_OK; i++) {
        fmpq_mul(product, q->terms[i].coeff, c);
        status = cpm_exppoly_add_term(p, product, q->terms[i].power, q->terms[i].base, err);
    }
    fmpq_clear(product);
    return status;
}

void cpm_exppoly_scale(cpm_exppoly *p, const fmpq_t c)
{
    if (fmpq_is_zero(c)) {
        cpm_exppoly_clear(p);
        return;
    }
    for (size_t i = 0; i < p->len; i++)
        fmpq_mul(p->terms[i].coeff, p->terms[i].coeff, c);
}

cpm_status cpm_exppoly_mul(cpm_exppoly *p, const cpm_exppoly *q, cpm_err *err)
{
    cpm_exppoly product = {0};
    fmpq_t coeff, base;
    fmpq_init(coeff);
    fmpq_init(base);
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < p->len && status == CPM_OK; i++)
        for (size_t j = 0; j < q->len && status == CPM_OK; j++) {
            const cpm_monomial *s = &p->terms[i], *t = &q->terms[j];
            fmpq_mul(coeff, s->coeff, t->coeff);
            fmpq_mul(base, s->base, t->base);
            status = cpm_exppoly_add_term(&product, coeff, s->power + t->power, base, err);
        }
    fmpq_clear(coeff);
    fmpq_clear(base);
    if (status == CPM_OK) {
        cpm_exppoly old = *p;
        *p = product;
        product = old;
    }
    cpm_exppoly_clear(&product);
    return status;
}

cpm_status cpm_exppoly_pow(cpm_exppoly *p, ulong e, cpm_err *err)
{
    cpm_exppoly result = {0};
    fmpq_t one;
    fmpq_init(one);
    fmpq_one(one);
    cpm_status status = CPM_OK;
    if (e >= CPM_MAX_MONOMIALS && p->len > 0)
        status = cpm_err_set(err, CPM_ERR_LIMIT, "too high a degree (at most %d)",
                             CPM_MAX_MONOMIALS - 1);
    if (status == CPM_OK)
        status = cpm_exppoly_add_term(&result, one, 0, one, err);
    for (ulong i = 0; i < e && p->len > 0 && status == CPM_OK; i++)
        status = cpm_exppoly_mul(&result, p, err);
    if (e > 0 && p->len == 0)
        cpm_exppoly_clear(&result);
    fmpq_clear(one);
    if (status != CPM_OK) {
        cpm_exppoly_clear(&result);
        return status;
    }
    cpm_exppoly_clear(p);
    *p = result;
    return CPM_OK;
}

bool cpm_exppoly_is_affine(const cpm_exppoly *p, fmpz_t slope, fmpz_t constant)
{
    fmpz_zero(slope);
    fmpz_zero(constant);
    for (size_t i = 0; i < p->len; i++) {
        const cpm_monomial *t = &p->terms[i];
        if (t->power > 1 || !fmpq_is_one(t->base) || !fmpz_is_one(fmpq_denref(t->coeff)))
            return false;
        fmpz_set(t->power == 1 ? slope : constant, fmpq_numref(t->coeff));
    }
    return true;
}
