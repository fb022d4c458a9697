/* SPDX-License-Identifier: MIT
 *
 * seq_long.c - residues of terms whose index is too long to be written down: the index is
 * evaluated modulo the period of the sequence.
 */
#include "api/config.h"
#include "api/seq.h"
#include "eval/long_number.h"

/* position = the first one with the same residue as `at`, a position from the first term
 * on that is long: k + (at - k) mod T. */
static void fold(mpz_t position, const cpm_long_number *at, mpz_srcptr period, mpz_srcptr preperiod)
{
    fmpz_get_mpz(position, at->residue);
    mpz_sub(position, position, preperiod);
    mpz_fdiv_r(position, position, period);
    mpz_add(position, position, preperiod);
}

/* The index that has the term at the long one, which comes after the beginning of the
 * period: it has more bits than that. */
static cpm_status find_index(mpz_t out, cpm_seq *seq, const cpm_text *text, cpm_span span,
                             const cpm_config *config, cpm_err *err)
{
    cpm_long_number index;
    mpz_t period, preperiod, offset;
    fmpz_t m;
    mpz_inits(period, preperiod, offset, (mpz_ptr)NULL);
    fmpz_init(m);
    cpm_long_number_init(&index);
    cpm_status status = cpm_seq_period(period, preperiod, seq, config, err);
    fmpz_set_mpz(m, period);
    if (status == CPM_OK)
        status = cpm_long_number_parse(&index, text, span, m, err);
    fmpz_get_mpz(offset, seq->rec.offset);
    if (status == CPM_OK && index.sign < 0 && !index.is_exact)
        status = cpm_err_at(err, CPM_ERR_UNSUPPORTED, text, span,
                            "a negative index of so many digits is not looked for");
    mpz_add(preperiod, preperiod, offset); /* as an index */
    if (status == CPM_OK && !index.is_exact && index.low < (double)mpz_sizeinbase(preperiod, 2) + 1)
        status = cpm_err_at(err, CPM_ERR_UNSUPPORTED, text, span,
                            "the period does not begin before this index");
    if (status == CPM_OK && index.is_exact)
        fmpz_get_mpz(out, index.value);
    else if (status == CPM_OK)
        fold(out, &index, period, preperiod);
    mpz_clears(period, preperiod, offset, (mpz_ptr)NULL);
    fmpz_clear(m);
    cpm_long_number_clear(&index);
    return status;
}

cpm_status cpm_seq_nth_expr(cpm_value **value, cpm_seq *seq, const cpm_text *text, cpm_span span,
                            const cpm_config *config, cpm_err *err)
{
    mpz_t n;
    cpm_err too_long = {0};
    *value = NULL;
    mpz_init(n);
    cpm_status status = cpm_number_parse(n, text, span, &too_long);
    if (status == CPM_ERR_LIMIT && (seq->reduces || config->modulus != NULL)) {
        status = find_index(n, seq, text, span, config, err);
    } else if (status != CPM_OK) {
        *err = too_long;
        if (status == CPM_ERR_LIMIT)
            cpm_err_hint(err, "modulo M (--mod M) the period of the sequence settles such terms");
    }
    if (status == CPM_OK)
        status = cpm_seq_nth(value, seq, n, config, err);
    mpz_clear(n);
    return status;
}
