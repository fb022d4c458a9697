/* SPDX-License-Identifier: MIT
 *
 * reduce.c - the smaller the matrix, the fewer long products: rows that are
 * unused or predictable go.
 *
 * Unused: not reachable from an output along "row i reads variable j".
 * Predictable: row i is a multiple of the constant row, so that from the second
 * iteration on its value is known; the first one is done by hand. Folding may
 * make further rows predictable (d = c; c = 3), hence the repetition.
 */
#include "accel/reduce.h"

#include "base/mem.h"

#include <flint/fmpq_vec.h>
#include <stdlib.h>

#define DROPPED ((size_t)-1)

static void visit(size_t *queue, size_t *length, size_t *place, const cpm_form *form)
{
    for (size_t i = 0; i < form->len; i++) {
        size_t var = form->terms[i].var;
        if (place[var] != DROPPED)
            continue;
        place[var] = 0;
        queue[(*length)++] = var;
    }
}

static void renumber(cpm_form *form, const size_t *place)
{
    for (size_t i = 0; i < form->len; i++)
        form->terms[i].var = place[form->terms[i].var];
}

static void move_form(cpm_form *to, cpm_form *from, const size_t *place)
{
    *to = *from;
    *from = (cpm_form){0};
    renumber(to, place);
}

/* place[i] = new index of variable i, or DROPPED; returns the new dimension. */
static size_t find_live(size_t *place, size_t *queue, const cpm_linsys *sys, const bool *keep)
{
    size_t length = 0, dim = 0;
    for (size_t i = 0; i < sys->dim; i++)
        place[i] = DROPPED;
    for (size_t k = 0; k < sys->noutputs; k++)
        visit(queue, &length, place, &sys->outputs[k]);
    for (size_t i = 0; keep != NULL && i < sys->dim; i++)
        if (keep[i] && place[i] == DROPPED) {
            place[i] = 0;
            queue[length++] = i;
        }
    for (size_t done = 0; done < length; done++)
        visit(queue, &length, place, &sys->rows[queue[done]]);
    for (size_t i = 0; i < sys->dim; i++)
        if (place[i] != DROPPED)
            place[i] = dim++;
    return dim;
}

cpm_status cpm_drop_unused(cpm_linsys *out, cpm_linsys *sys, const bool *keep, cpm_err *err)
{
    *out = (cpm_linsys){0};
    size_t *place = cpm_calloc(sys->dim, sizeof *place);
    size_t *queue = cpm_calloc(sys->dim, sizeof *queue);
    cpm_status status = CPM_OK;
    if (place == NULL || queue == NULL) {
        status = cpm_err_memory(err);
        goto done;
    }
    status =
        cpm_linsys_init(out, sys->domain, find_live(place, queue, sys, keep), sys->noutputs, err);
    if (status != CPM_OK)
        goto done;
    out->divides = sys->divides;
    for (size_t i = 0; i < sys->dim; i++) {
        if (place[i] == DROPPED)
            continue;
        move_form(&out->rows[place[i]], &sys->rows[i], place);
        fmpq_swap(out->start + place[i], sys->start + i);
        out->names[place[i]] = sys->names[i];
        sys->names[i] = NULL;
    }
    for (size_t k = 0; k < sys->noutputs; k++)
        move_form(&out->outputs[k], &sys->outputs[k], place);
    cpm_linsys_clear(sys);
done:
    free(place);
    free(queue);
    return status;
}

/* The row is a multiple of the constant 1 (zero included). */
static bool is_predictable(const cpm_linsys *sys, size_t var, size_t one)
{
    const cpm_form *row = &sys->rows[var];
    return var != one && (row->len == 0 || (row->len == 1 && row->terms[0].var == one));
}

/* Terms of the known variables become terms of the constant. Those that this
 * very pass makes predictable are not among them: their value is known only
 * one iteration later. */
static cpm_status fold_form(cpm_form *form, const bool *known, const cpm_linsys *sys, size_t one,
                            cpm_err *err)
{
    cpm_form folded = {0};
    fmpq_t c;
    fmpq_init(c);
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < form->len && status == CPM_OK; i++) {
        const cpm_form_term *term = &form->terms[i];
        if (!known[term->var]) {
            status = cpm_form_add_term(&folded, term->var, term->coeff, sys->domain, err);
            continue;
        }
        if (sys->rows[term->var].len == 0)
            continue;
        fmpq_mul(c, term->coeff, sys->rows[term->var].terms[0].coeff);
        status = cpm_form_add_term(&folded, one, c, sys->domain, err);
    }
    fmpq_clear(c);
    cpm_form_normalise(&folded, sys->domain);
    cpm_form_clear(form);
    *form = folded;
    return status;
}

/* known[v]: variable v is predictable; whether some row reads such a one. */
static bool find_known(bool *known, const cpm_linsys *sys, size_t one)
{
    bool read = false;
    for (size_t i = 0; i < sys->dim; i++)
        known[i] = is_predictable(sys, i, one);
    for (size_t i = 0; i < sys->dim && !read; i++)
        for (size_t j = 0; j < sys->rows[i].len && !read; j++)
            read = known[sys->rows[i].terms[j].var];
    return read;
}

cpm_status cpm_fold_predictable(unsigned long *peeled, cpm_linsys *sys, size_t one,
                                unsigned long max_peeled, cpm_err *err)
{
    *peeled = 0;
    cpm_status status = CPM_OK;
    bool *known = cpm_calloc(sys->dim, sizeof *known);
    if (known == NULL)
        return cpm_err_memory(err);
    fmpq *next = _fmpq_vec_init((slong)sys->dim);
    while (status == CPM_OK && *peeled < max_peeled && find_known(known, sys, one)) {
        cpm_linsys_step(sys, sys->start, next);
        ++*peeled;
        for (size_t i = 0; i < sys->dim && status == CPM_OK; i++)
            status = fold_form(&sys->rows[i], known, sys, one, err);
    }
    _fmpq_vec_clear(next, (slong)sys->dim);
    free(known);
    return status;
}
