/* SPDX-License-Identifier: MIT
 *
 * linsys.c - sparse linear systems: stepping, and the first values of an
 * output. Stepping is the definition of the system: everything else in this
 * folder must agree with it.
 */
#include "power/linsys.h"

#include "base/logs.h"
#include "base/mem.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_vec.h>
#include <stdlib.h>
#include <string.h>

cpm_status cpm_linsys_init(cpm_linsys *sys, const cpm_domain *domain, size_t dim, size_t noutputs,
                           cpm_err *err)
{
    *sys = (cpm_linsys){.domain = domain, .dim = dim, .noutputs = noutputs};
    sys->rows = cpm_calloc(dim, sizeof *sys->rows);
    sys->names = cpm_calloc(dim, sizeof *sys->names);
    sys->outputs = cpm_calloc(noutputs, sizeof *sys->outputs);
    if (sys->rows == NULL || sys->names == NULL || sys->outputs == NULL) {
        free(sys->rows);
        free(sys->names);
        free(sys->outputs);
        *sys = (cpm_linsys){0};
        return cpm_err_memory(err);
    }
    sys->start = _fmpq_vec_init((slong)dim);
    return CPM_OK;
}

void cpm_linsys_clear(cpm_linsys *sys)
{
    for (size_t i = 0; i < sys->dim; i++) {
        cpm_form_clear(&sys->rows[i]);
        free(sys->names[i]);
    }
    for (size_t k = 0; k < sys->noutputs; k++)
        cpm_form_clear(&sys->outputs[k]);
    if (sys->start != NULL)
        _fmpq_vec_clear(sys->start, (slong)sys->dim);
    free(sys->rows);
    free(sys->names);
    free(sys->outputs);
    *sys = (cpm_linsys){0};
}

cpm_status cpm_linsys_companion(cpm_linsys *sys, const fmpq *c, const fmpq *given, size_t order,
                                cpm_err *err)
{
    const cpm_domain *domain = cpm_domain_of(CPM_SEMIRING_PLUS_TIMES);
    cpm_status status = cpm_linsys_init(sys, domain, order, 1, err);
    if (status != CPM_OK)
        return status;
    fmpq_t one;
    fmpq_init(one);
    fmpq_one(one);
    status = cpm_form_reserve(&sys->rows[0], order, err);
    for (size_t k = 0; k < order && status == CPM_OK; k++) {
        fmpq_set(sys->start + k, given + (order - 1 - k));
        status = cpm_form_add_term(&sys->rows[0], k, c + k, domain, err);
    }
    for (size_t k = 1; k < order && status == CPM_OK; k++)
        status = cpm_form_add_term(&sys->rows[k], k - 1, one, domain, err);
    if (status == CPM_OK)
        status = cpm_form_add_term(&sys->outputs[0], order - 1, one, domain, err);
    fmpq_clear(one);
    if (status != CPM_OK)
        cpm_linsys_clear(sys);
    return status;
}

cpm_status cpm_linsys_copy(cpm_linsys *to, const cpm_linsys *from, cpm_err *err)
{
    cpm_status status = cpm_linsys_init(to, from->domain, from->dim, from->noutputs, err);
    to->divides = from->divides;
    for (size_t i = 0; i < from->dim && status == CPM_OK; i++) {
        status = cpm_form_copy(&to->rows[i], &from->rows[i], err);
        fmpq_set(to->start + i, from->start + i);
        if (status == CPM_OK && from->names[i] != NULL) {
            to->names[i] = strdup(from->names[i]);
            status = to->names[i] == NULL ? cpm_err_memory(err) : CPM_OK;
        }
    }
    for (size_t k = 0; k < from->noutputs && status == CPM_OK; k++)
        status = cpm_form_copy(&to->outputs[k], &from->outputs[k], err);
    return status;
}

static bool form_is_integral(const cpm_form *form)
{
    for (size_t i = 0; i < form->len; i++)
        if (!fmpz_is_one(fmpq_denref(form->terms[i].coeff)))
            return false;
    return true;
}

bool cpm_linsys_is_integral(const cpm_linsys *sys)
{
    for (size_t i = 0; i < sys->dim; i++)
        if (!form_is_integral(&sys->rows[i]) || !fmpz_is_one(fmpq_denref(sys->start + i)))
            return false;
    for (size_t k = 0; k < sys->noutputs; k++)
        if (!form_is_integral(&sys->outputs[k]))
            return false;
    return true;
}

double cpm_linsys_log2_denominator(const cpm_linsys *sys)
{
    fmpz_t lcm;
    fmpz_init_set_ui(lcm, 1);
    for (size_t i = 0; i < sys->dim; i++)
        for (size_t k = 0; k < sys->rows[i].len; k++)
            fmpz_lcm(lcm, lcm, fmpq_denref(sys->rows[i].terms[k].coeff));
    double log2_lcm = fmpz_is_one(lcm) ? 0 : fmpz_dlog(lcm) * CPM_LOG2_E;
    fmpz_clear(lcm);
    return log2_lcm;
}

size_t cpm_linsys_nnz(const cpm_linsys *sys)
{
    size_t nnz = 0;
    for (size_t i = 0; i < sys->dim; i++)
        nnz += sys->rows[i].len;
    return nnz;
}

void cpm_linsys_step(const cpm_linsys *sys, fmpq *x, fmpq *next)
{
    for (size_t i = 0; i < sys->dim; i++)
        cpm_form_value(next + i, &sys->rows[i], x);
    for (size_t i = 0; i < sys->dim; i++)
        fmpq_swap(x + i, next + i);
}

/* True, and *var set, when the form is 1 * x[var]. */
static bool is_copy(const cpm_form *form, size_t *var)
{
    if (form->len != 1 || !fmpq_is_one(form->terms[0].coeff))
        return false;
    *var = form->terms[0].var;
    return true;
}

/* Follows copies from output k: y(t) = x_0[chain(t)] for t < *length, and
 * y(*length - 1 + j) = x_j[*head] for j >= 0. *length is 0 when the output is
 * not a single variable; it stops at `count`. */
static void follow_chain(const cpm_linsys *sys, size_t k, size_t count, size_t *length,
                         size_t *head)
{
    size_t var;
    *length = 0;
    if (count == 0 || !is_copy(&sys->outputs[k], &var))
        return;
    do {
        *head = var;
        ++*length;
    } while (*length < count && is_copy(&sys->rows[var], &var));
}

/* The start values along that chain, into y(0) .. y(length-1). */
static void read_chain(fmpq *y, size_t length, const cpm_linsys *sys, size_t k)
{
    size_t var = 0;
    for (size_t t = 0; t < length; t++) {
        is_copy(t == 0 ? &sys->outputs[k] : &sys->rows[var], &var);
        fmpq_set(y + t, sys->start + var);
    }
}

void cpm_linsys_terms(fmpq *y, size_t count, const cpm_linsys *sys, size_t k)
{
    size_t length, head = 0;
    follow_chain(sys, k, count, &length, &head);
    read_chain(y, length, sys, k);
    if (length == count)
        return;
    fmpq *x = _fmpq_vec_init((slong)sys->dim);
    fmpq *next = _fmpq_vec_init((slong)sys->dim);
    for (size_t i = 0; i < sys->dim; i++)
        fmpq_set(x + i, sys->start + i);
    for (size_t t = length; t < count; t++) {
        if (t > 0)
            cpm_linsys_step(sys, x, next);
        if (length > 0)
            fmpq_set(y + t, x + head);
        else
            cpm_form_value(y + t, &sys->outputs[k], x);
    }
    _fmpq_vec_clear(x, (slong)sys->dim);
    _fmpq_vec_clear(next, (slong)sys->dim);
}

static void form_value_mod(fmpz_t out, const cpm_form *form, const fmpz *x, const fmpz_t m)
{
    fmpz_t sum;
    fmpz_init(sum);
    for (size_t i = 0; i < form->len; i++)
        fmpz_addmul(sum, fmpq_numref(form->terms[i].coeff), x + form->terms[i].var);
    fmpz_mod(out, sum, m);
    fmpz_clear(sum);
}

void cpm_linsys_step_mod(const cpm_linsys *sys, fmpz *x, fmpz *next, const fmpz_t m)
{
    for (size_t i = 0; i < sys->dim; i++)
        form_value_mod(next + i, &sys->rows[i], x, m);
    _fmpz_vec_swap(x, next, (slong)sys->dim);
}

void cpm_linsys_output_mod(fmpz_t out, const cpm_linsys *sys, size_t k, const fmpz *x,
                           const fmpz_t m)
{
    form_value_mod(out, &sys->outputs[k], x, m);
}

void cpm_linsys_terms_mod(fmpz *y, size_t count, const cpm_linsys *sys, size_t k, const fmpz_t m)
{
    size_t length, head = 0;
    follow_chain(sys, k, count, &length, &head);
    size_t var = 0;
    for (size_t t = 0; t < length; t++) {
        is_copy(t == 0 ? &sys->outputs[k] : &sys->rows[var], &var);
        fmpz_mod(y + t, fmpq_numref(sys->start + var), m);
    }
    if (length == count)
        return;
    fmpz *x = _fmpz_vec_init((slong)sys->dim);
    fmpz *next = _fmpz_vec_init((slong)sys->dim);
    for (size_t i = 0; i < sys->dim; i++)
        fmpz_mod(x + i, fmpq_numref(sys->start + i), m);
    for (size_t t = length; t < count; t++) {
        if (t > 0)
            cpm_linsys_step_mod(sys, x, next, m);
        if (length > 0)
            fmpz_set(y + t, x + head);
        else
            form_value_mod(y + t, &sys->outputs[k], x, m);
    }
    _fmpz_vec_clear(x, (slong)sys->dim);
    _fmpz_vec_clear(next, (slong)sys->dim);
}
