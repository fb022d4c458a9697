/* SPDX-License-Identifier: MIT
 *
 * list.c - many answers in one value, for hosts that would rather not be called back.
 */
#include "api/config.h"
#include "api/value.h"
#include "base/limits.h"
#include "base/mem.h"
#include "power/progress.h"

#include <stdlib.h>

/* What has come so far. */
typedef struct answers {
    cpm_val *items; /* owned */
    size_t nitems, cap;
    size_t nbytes;     /* of their digits */
    cpm_config config; /* with the deadline of all of it */
} answers;

/* An unbound *out becomes the answer, which may be an infinity. */
static cpm_status set_answer(cpm_val *out, const cpm_value *value, cpm_err *err)
{
    if (cpm_value_get_kind(value) != CPM_VALUE_INFINITY)
        return cpm_value_give_val(out, value, err);
    out->kind = cpm_value_sign(value) > 0 ? CPM_VAL_POS_INF : CPM_VAL_NEG_INF;
    return CPM_OK;
}

static size_t size_of(const cpm_value *value)
{
    if (cpm_value_get_kind(value) != CPM_VALUE_RATIONAL || value->is_val)
        return cpm_value_nbytes(value);
    const fmpq *q = value->number.q;
    return (fmpz_bits(fmpq_numref(q)) + fmpz_bits(fmpq_denref(q))) / 8;
}

/* Each answer is within the limit of memory, all of them together need not be. */
static cpm_status check_size(answers *list, const cpm_value *value, cpm_err *err)
{
    list->nbytes += size_of(value);
    size_t most = list->config.max_memory_bytes;
    if (most == 0 || list->nbytes <= most)
        return CPM_OK;
    return cpm_err_set(err, CPM_ERR_LIMIT, "the first %zu answers fill the memory allowed",
                       list->nitems);
}

static cpm_status keep(answers *list, const cpm_value *value, cpm_err *err)
{
    if (check_size(list, value, err) != CPM_OK || cpm_progress(&list->config, -1, err) != CPM_OK)
        return err->status;
    if (list->nitems == CPM_MAX_TUPLE_VALUES)
        return cpm_err_set(err, CPM_ERR_LIMIT, "a tuple has at most %d values",
                           CPM_MAX_TUPLE_VALUES);
    cpm_val *items = cpm_grow(list->items, &list->cap, list->nitems + 1, sizeof *items);
    if (items == NULL)
        return cpm_err_memory(err);
    list->items = items;
    items[list->nitems] = (cpm_val){0};
    cpm_status status = set_answer(&items[list->nitems], value, err);
    if (status == CPM_OK)
        list->nitems++;
    return status;
}

static cpm_status keep_term(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    (void)n;
    return keep(ctx, value, err);
}

static cpm_status keep_entry(void *ctx, size_t row, size_t col, const cpm_value *value,
                             cpm_err *err)
{
    (void)row;
    (void)col;
    return keep(ctx, value, err);
}

/* The answers as a tuple, unless something failed; the list is empty afterwards. */
static cpm_status take_answers(cpm_value **tuple, answers *list, cpm_status status, cpm_err *err)
{
    cpm_val val = {0};
    if (status == CPM_OK)
        status = cpm_val_new_tuple(&val, list->nitems, err);
    for (size_t i = 0; i < list->nitems; i++) {
        if (status == CPM_OK)
            val.u.tuple->items[i] = list->items[i];
        else
            cpm_val_clear(&list->items[i]);
    }
    free(list->items);
    if (status == CPM_OK)
        status = cpm_val_seal_tuple(&val, err);
    *tuple = status == CPM_OK ? cpm_value_new() : NULL;
    if (*tuple != NULL)
        cpm_value_take_val(*tuple, &val, NULL);
    else if (status == CPM_OK)
        status = cpm_err_memory(err);
    cpm_val_clear(&val);
    return status;
}

cpm_status cpm_seq_list(cpm_value **tuple, cpm_seq *seq, mpz_srcptr first, mpz_srcptr last,
                        mpz_srcptr step, const cpm_config *config, cpm_err *err)
{
    answers list = {0};
    cpm_status status = cpm_config_take(&list.config, config, err);
    if (status == CPM_OK)
        status = cpm_seq_terms(seq, first, last, step, &list.config, keep_term, &list, err);
    return take_answers(tuple, &list, status, err);
}

cpm_status cpm_matrix_power_list(cpm_value **tuple, const cpm_matrix *matrix, mpz_srcptr n,
                                 const cpm_config *config, cpm_err *err)
{
    answers list = {0};
    cpm_status status = cpm_config_take(&list.config, config, err);
    if (status == CPM_OK)
        status = cpm_matrix_power(matrix, n, &list.config, keep_entry, &list, err);
    return take_answers(tuple, &list, status, err);
}
