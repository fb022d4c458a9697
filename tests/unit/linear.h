/* SPDX-License-Identifier: MIT
 *
 * linear.h - random linear systems, and what they yield by the definition: one
 * step after another through the methods of the domain, nothing of src/power.
 */
#ifndef CPM_TESTS_LINEAR_H
#define CPM_TESTS_LINEAR_H

#include "power/linsys.h"
#include "unit.h"

#include <flint/fmpq_vec.h>

#define MUST(call)                                                                                 \
    do {                                                                                           \
        cpm_err must_err_ = {0};                                                                   \
        cpm_err *err = &must_err_;                                                                 \
        if ((call) != CPM_OK)                                                                      \
            UNIT_FAIL("%s: %s", #call, must_err_.message);                                         \
        cpm_err_clear(&must_err_);                                                                 \
    } while (0)

/* Small, often 0 or 1; a fraction in one of `fractions` cases (0: never). */
static inline void random_rational(fmpq_t out, unsigned fractions)
{
    slong den = fractions > 0 && unit_below(fractions) == 0 ? 1 + (slong)unit_below(5) : 1;
    fmpq_set_si(out, (slong)unit_below(9) - 4, (ulong)den);
}

/* An element of the domain, or one of its scalars. */
static inline void random_scalar(fmpq_t out, const cpm_domain *domain)
{
    do
        random_rational(out, domain->is_bitwise ? 0 : 6);
    while (!domain->contains(out, domain));
}

/* A row or an output of up to three terms, in normal form. */
static inline void random_form(cpm_form *form, size_t dim, const cpm_domain *scalars,
                               unsigned fractions)
{
    fmpq_t c;
    fmpq_init(c);
    for (size_t t = 1 + unit_below(3); t > 0; t--) {
        if (scalars->is_arithmetic)
            random_rational(c, fractions);
        else
            random_scalar(c, scalars);
        MUST(cpm_form_add_term(form, unit_below(dim), c, scalars, err));
    }
    cpm_form_normalise(form, scalars);
    fmpq_clear(c);
}

static inline void random_system(cpm_linsys *sys, const cpm_domain *domain, size_t dim,
                                 size_t noutputs, unsigned fractions)
{
    const cpm_domain *scalars = cpm_domain_scalars(domain);
    MUST(cpm_linsys_init(sys, domain, dim, noutputs, err));
    for (size_t i = 0; i < dim; i++) {
        random_form(&sys->rows[i], dim, scalars, fractions);
        if (domain->is_arithmetic)
            random_rational(sys->start + i, fractions);
        else
            random_scalar(sys->start + i, domain);
    }
    for (size_t k = 0; k < noutputs; k++)
        random_form(&sys->outputs[k], dim, scalars, fractions);
}

/* Makes all rows but the first pass on the variable before them, and every
 * output the last variable: the shift register of a recurrence. */
static inline void make_register(cpm_linsys *sys)
{
    const cpm_domain *scalars = cpm_domain_scalars(sys->domain);
    fmpq_t one;
    fmpq_init(one);
    scalars->one(one, scalars);
    for (size_t i = 1; i < sys->dim + sys->noutputs; i++) {
        cpm_form *form = i < sys->dim ? &sys->rows[i] : &sys->outputs[i - sys->dim];
        cpm_form_clear(form);
        MUST(cpm_form_add_term(form, i < sys->dim ? i - 1 : sys->dim - 1, one, scalars, err));
        cpm_form_normalise(form, scalars);
    }
    fmpq_clear(one);
}

/* out = form . x by the methods of the domain. */
static inline void plain_form(fmpq_t out, const cpm_form *form, const fmpq *x,
                              const cpm_domain *domain)
{
    fmpq_t t, sum;
    fmpq_init(t);
    fmpq_init(sum);
    domain->zero(sum, domain);
    for (size_t k = 0; k < form->len; k++) {
        domain->mul(t, x + form->terms[k].var, form->terms[k].coeff, domain);
        domain->add(sum, sum, t, domain);
    }
    fmpq_swap(out, sum);
    fmpq_clear(t);
    fmpq_clear(sum);
}

static inline void plain_step(fmpq *x, const cpm_linsys *sys)
{
    fmpq *next = _fmpq_vec_init((slong)sys->dim);
    for (size_t i = 0; i < sys->dim; i++)
        plain_form(next + i, &sys->rows[i], x, sys->domain);
    for (size_t i = 0; i < sys->dim; i++)
        fmpq_swap(x + i, next + i);
    _fmpq_vec_clear(next, (slong)sys->dim);
}

/* y[0..count-1] = the first values of output k. */
static inline void plain_terms(fmpq *y, size_t count, const cpm_linsys *sys, size_t k)
{
    fmpq *x = _fmpq_vec_init((slong)sys->dim);
    for (size_t i = 0; i < sys->dim; i++)
        fmpq_set(x + i, sys->start + i);
    for (size_t n = 0; n < count; n++) {
        plain_form(y + n, &sys->outputs[k], x, sys->domain);
        plain_step(x, sys);
    }
    _fmpq_vec_clear(x, (slong)sys->dim);
}

#endif
