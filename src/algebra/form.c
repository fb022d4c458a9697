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

/* The operations, without a detour over the table where FLINT's do. */

static inline bool is_zero(const fmpq_t c, const cpm_domain *domain)
{
    return domain->is_arithmetic ? fmpq_is_zero(c) : cpm_domain_is_zero(c, domain);
}

static inline void add_to(fmpq_t sum, const fmpq_t c, const cpm_domain *domain)
{
    if (domain->is_arithmetic)
        fmpq_add(sum, sum, c);
    else
        domain->add(sum, sum, c, domain);
}

/* out = a * b; the two may be in any order, scalars commute. */
static inline void product(fmpq_t out, const fmpq_t a, const fmpq_t b, const cpm_domain *domain)
{
    if (domain->is_arithmetic)
        fmpq_mul(out, a, b);
    else
        domain->mul(out, a, b, domain);
}

void cpm_form_normalise(cpm_form *form, const cpm_domain *domain)
{
    if (form->normal_len == form->len)
        return;
    if (!is_sorted(form))
        qsort(form->terms, form->len, sizeof *form->terms, by_var);
    size_t kept = 0; /* terms[0..kept) are final; terms[kept..i) are cleared */
    for (size_t i = 0; i < form->len; i++) {
        cpm_form_term *term = &form->terms[i];
        if (kept > 0 && form->terms[kept - 1].var == term->var) {
            add_to(form->terms[kept - 1].coeff, term->coeff, domain);
            fmpq_clear(term->coeff);
            continue;
        }
        if (kept > 0 && is_zero(form->terms[kept - 1].coeff, domain))
            fmpq_clear(form->terms[--kept].coeff);
        form->terms[kept++] = *term;
    }
    if (kept > 0 && is_zero(form->terms[kept - 1].coeff, domain))
        fmpq_clear(form->terms[--kept].coeff);
    form->len = form->normal_len = kept;
}

cpm_status cpm_form_reserve(cpm_form *form, size_t nterms, cpm_err *err)
{
    if (nterms <= form->cap)
        return CPM_OK;
    cpm_form_term *grown = cpm_realloc_array(form->terms, nterms, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(err);
    form->terms = grown;
    form->cap = nterms;
    return CPM_OK;
}

cpm_status cpm_form_add_term(cpm_form *form, size_t var, const fmpq_t coeff,
                             const cpm_domain *domain, cpm_err *err)
{
    if (is_zero(coeff, domain))
        return CPM_OK;
    if (form->len == form->cap) {
        if (form->len > 2 * form->normal_len + MERGE_SLACK)
            cpm_form_normalise(form, domain);
        /* Most rows have one term; a merge may have made room enough. */
        size_t cap = form->cap == 0 ? 1 : form->len > form->cap / 2 ? 2 * form->cap : form->cap;
        if (cpm_form_reserve(form, cap, err) != CPM_OK)
            return err->status;
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

cpm_status cpm_form_addmul(cpm_form *form, const cpm_form *other, const fmpq_t coeff,
                           const cpm_domain *domain, cpm_err *err)
{
    fmpq_t c;
    fmpq_init(c);
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < other->len && status == CPM_OK; i++) {
        product(c, other->terms[i].coeff, coeff, domain);
        status = cpm_form_add_term(form, other->terms[i].var, c, domain, err);
    }
    fmpq_clear(c);
    return status;
}

void cpm_form_scale(cpm_form *form, const fmpq_t coeff, const cpm_domain *domain)
{
    if (is_zero(coeff, domain)) {
        cpm_form_clear(form);
        return;
    }
    bool zeros = false; /* modulo m products may vanish */
    for (size_t i = 0; i < form->len; i++) {
        product(form->terms[i].coeff, form->terms[i].coeff, coeff, domain);
        zeros = zeros || is_zero(form->terms[i].coeff, domain);
    }
    if (zeros) {
        form->normal_len = 0;
        cpm_form_normalise(form, domain);
    }
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
    fmpq_t sum, t;
    fmpq_init(sum);
    fmpq_init(t);
    for (size_t i = 0; i < form->len; i++) {
        fmpq_mul(t, form->terms[i].coeff, x + form->terms[i].var);
        fmpq_add(sum, sum, t);
    }
    fmpq_swap(out, sum);
    fmpq_clear(sum);
    fmpq_clear(t);
}
