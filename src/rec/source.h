/* SPDX-License-Identifier: MIT
 *
 * source.h - sequences that are given by something else than a rule: a generating
 * function, or terms that one is to be guessed from.
 */
#ifndef CPM_REC_SOURCE_H
#define CPM_REC_SOURCE_H

#include "base/err.h"

#include <flint/fmpz.h>

/* What a guess rests on. */
typedef struct cpm_source {
    bool is_guess;
    size_t nterms;     /* given */
    size_t nconfirmed; /* of them, beyond those that settle the rule */
    bool is_modular;   /* the rule holds modulo `modulus` only */
    fmpz_t modulus;    /* a zeroed one is 0 */
} cpm_source;

void cpm_source_clear(cpm_source *source);

/* Replaces the generating function or the terms of *spec by what they come to: a
 * signature, or a SPEC where its coefficients vary, initial terms and an offset; for a rule that
 * holds modulo a number only these are residues, and source->is_modular. The new texts are owned,
 * to be freed by cpm_text_free; those that say `gf` or `guess` stay. A spec without either is left
 * as it is. */
CPM_MUST_USE cpm_status cpm_source_resolve(cpm_source *source, cpm_spec *spec,
                                           const cpm_config *config, cpm_err *err);

#endif
