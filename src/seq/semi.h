/* SPDX-License-Identifier: MIT
 *
 * semi.h - what --semiring means for matrices and sequences.
 */
#ifndef CPM_SEQ_SEMI_H
#define CPM_SEQ_SEMI_H

#include "algebra/semiring.h"

/* "inf", "+inf" or "-inf" with blanks around it. */
bool cpm_semi_read_inf(fmpq_t out, const cpm_text *text, cpm_span span);

/* All entries (dim * dim, row by row) of the n-th power over `domain`. */
CPM_MUST_USE cpm_status cpm_semi_emit_power(const fmpq *entries, size_t dim, mpz_srcptr n,
                                            const cpm_domain *domain, const cpm_config *config,
                                            cpm_entry_fn emit, void *ctx, cpm_err *err);

#endif
