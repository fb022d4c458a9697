/* SPDX-License-Identifier: MIT
 *
 * seq_verify.c - a list of terms, such as a b-file of the OEIS, against the sequence.
 */
#include "api/config.h"
#include "api/seq.h"
#include "api/value.h"
#include "eval/constant.h"
#include "power/residue.h"

typedef struct comparison {
    const fmpq *terms; /* borrowed */
    size_t next;
    const cpm_config *config;
} comparison;

static cpm_status differ(mpz_srcptr n, const fmpq_t given, cpm_number *found, cpm_err *err)
{
    cpm_status status = cpm_number_settle(found, err);
    if (status != CPM_OK)
        return status;
    char *index = mpz_get_str(NULL, 10, n), *theirs = fmpq_get_str(NULL, 10, given);
    char *ours = fmpq_get_str(NULL, 10, found->q);
    cpm_err_set(err, CPM_ERR_NO_ANSWER,
                "at index %.60s there is %.100s, and the sequence has %.100s", index, theirs, ours);
    flint_free(index);
    flint_free(theirs);
    flint_free(ours);
    return CPM_ERR_NO_ANSWER;
}

static cpm_status compare(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    comparison *c = ctx;
    cpm_number given, found;
    bool equal = false;
    cpm_number_init(&given);
    fmpq_set(given.q, c->terms + c->next++);
    found = value->number;
    cpm_status status = cpm_residue_of_value(given.q, c->config, err);
    if (status == CPM_OK)
        status = cpm_number_equal(&equal, &found, &given, err);
    if (status == CPM_OK && !equal)
        status = differ(n, given.q, &found, err);
    cpm_number_clear(&given);
    return status;
}

/* Terms first, first+1, ... of the sequence against the `count` given ones. */
static cpm_status compare_all(cpm_seq *seq, const fmpq *terms, size_t count, const fmpz_t first,
                              const cpm_config *config, cpm_err *err)
{
    comparison c = {terms, 0, config};
    mpz_t from, to, step;
    mpz_inits(from, to, (mpz_ptr)NULL);
    mpz_init_set_ui(step, 1);
    fmpz_get_mpz(from, first);
    mpz_add_ui(to, from, count - 1);
    cpm_config binary = *config;
    binary.output_base = 0;
    cpm_status status = cpm_seq_terms(seq, from, to, step, &binary, compare, &c, err);
    mpz_clears(from, to, step, (mpz_ptr)NULL);
    return status;
}

cpm_status cpm_seq_verify(cpm_seq *seq, const cpm_text *terms, const cpm_config *wishes,
                          cpm_err *err)
{
    cpm_config config;
    fmpq *values = NULL;
    size_t count = 0;
    fmpz_t first;
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status != CPM_OK)
        return status;
    const cpm_spec given = {.init = *terms};
    fmpz_init(first);
    status = cpm_recurrence_terms(&values, &count, first, &given, err);
    if (status == CPM_OK && !cpm_is_bfile(terms))
        fmpz_set(first, seq->rec.offset);
    if (status == CPM_OK)
        status = compare_all(seq, values, count, first, &config, err);
    cpm_list_free(values, count);
    fmpz_clear(first);
    return cpm_seq_leave(seq, status, err);
}
