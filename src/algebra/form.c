/* SPDX-License-Identifier: MIT
 *
 * form.c - sparse linear forms. Appending is O(1); terms are sorted and merged
 * only when as many have been appended as there were before (or a reader asks),
 * so a sum of d terms costs O(d log d) in whatever order they come, and
 * repeated doubling (a += b; b += a) does not let the lists grow without bound.
 */
#include "algebra/form.h"

#include "base/mem.h"

#include <stdlib.h>

#ifdef CPM_TINY_LIMITS
enum { MERGE_SLACK = 1 };
#else
enum { MERGE_SLACK = 32 };
#endif

void cpm_form_clear(cpm_form *form)
{
    for (size_t i = 0; i < form->len; i++)
        fmpq_clear(form->terms[i].coeff);
    free(form->terms);
    *form = (cpm_form){0};
}

static int by_var(const void *a, const void *b)
{
    const cpm_form_term *s = a, *t = b;
    return (s->var > t->var) - (s->var < t->var);
}

static bool is_sorted(const cpm_form *form)
{
    for (size_t i = 1; i < form->len; i++)
        if (form->terms[i - 1].var >= form->terms[i].var)
            return false;
    return true;
}

void cpm_form_normalise(cpm_form *form)
{
    if (form->normal_len == form->len)
        return;
    if (!is_sorted(form))
        qsort(form->terms, form->len, sizeof *form->terms, by_var);
    size_t kept = 0; /* terms[0..kept) are final; terms[kept..i) are cleared */
    for (size_t i = 0; i < form->len; i++) {
        cpm_form_term *term = &form->terms[i];
        if (kept > 0 && form->terms[kept - 1].var == term->var) {
            fmpq_add(form->terms[kept - 1].coeff, form->terms[kept - 1].coeff, term->coeff);
            fmpq_clear(term->coeff);
            continue;
        }
        if (kept > 0 && fmpq_is_zero(form->terms[kept - 1].coeff))
            fmpq_clear(form->terms[--kept].coeff);
        form->terms[kept++] = *term;
    }
    if (kept > 0 && fmpq_is_zero(form->terms[kept - 1].coeff))
        fmpq_clear(form->terms[--kept].coeff);
    form->len = form->normal_len = kept;
}

cpm_status cpm_form_add_term(cpm_form *form, size_t var, const fmpq_t coeff, cpm_err *err)
{
    if (fmpq_is_zero(coeff))
        return CPM_OK;
    if (form->len == form->cap) {
        if (form->len > 2 * form->normal_len + MERGE_SLACK)
            cpm_form_normalise(form);
        size_t cap = form->cap == 0 ? 1 : 2 * form->cap; /* most rows have one term */
        cpm_form_term *grown = cpm_realloc_array(form->terms, cap, sizeof *grown);
        if (grown == NULL)
            return cpm_err_memory(err);
        form->terms = grown;
        form->cap = cap;
    }
    bool in_order =
        form->normal_len == form->len && (form->len == 0 || form->terms[form->len - 1].var < var);
    cpm_form_term *term = &form->terms[form->len++];
    term->var = var;
    fmpq_init(term->coeff);
    fmpq_set(term->coeff, coeff);
    if (in_order)
        form->normal_len = form->len;
    return CPM_OK;
}

cpm_status cpm_form_addmul(cpm_form *form, const cpm_form *other, const fmpq_t coeff, cpm_err *err)
{
    fmpq_t product;
    fmpq_init(product);
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < other->len && status == CPM_OK; i++) {
        fmpq_mul(product, other->terms[i].coeff, coeff);
        status = cpm_form_add_term(form, other->terms[i].var, product, err);
    }
    fmpq_clear(product);
    return status;
}

void cpm_form_scale(cpm_form *form, const fmpq_t coeff)
{
    if (fmpq_is_zero(coeff)) {
        cpm_form_clear(form);
        return;
    }
    for (size_t i = 0; i < form->len; i++)
        fmpq_mul(form->terms[i].coeff, form->terms[i].coeff, coeff);
}

cpm_status cpm_form_copy(cpm_form *to, const cpm_form *from, cpm_err *err)
{
    *to = (cpm_form){0};
    cpm_form_term *terms = cpm_calloc(from->len, sizeof *terms);
    if (terms == NULL)
        return cpm_err_memory(err);
    for (size_t i = 0; i < from->len; i++) {
        terms[i].var = from->terms[i].var;
        fmpq_init(terms[i].coeff);
        fmpq_set(terms[i].coeff, from->terms[i].coeff);
    }
    *to = (cpm_form){
        .terms = terms, .len = from->len, .cap = from->len, .normal_len = from->normal_len};
    return CPM_OK;
}

void cpm_form_value(fmpq_t out, const cpm_form *form, const fmpq *x)
{
    fmpq_t sum, product;
    fmpq_init(sum);
    fmpq_init(product);
    for (size_t i = 0; i < form->len; i++) {
        fmpq_mul(product, form->terms[i].coeff, x + form->terms[i].var);
        fmpq_add(sum, sum, product);
    }
    fmpq_swap(out, sum);
    fmpq_clear(sum);
    fmpq_clear(product);
}
