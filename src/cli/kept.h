/* SPDX-License-Identifier: MIT
 *
 * kept.h - what outlives a question: the sequence that was asked about last, prepared
 * for the next one, and texts that its error may point into.
 */
#ifndef CPM_CLI_KEPT_H
#define CPM_CLI_KEPT_H

#include "cli/draft.h"
#include "cli/options.h"
#include "cpmcalc.h"

/* A zeroed one is empty; so is the modulus of one. */
typedef struct cpm_kept {
    cpm_seq *seq;   /* owned; NULL: none */
    cpm_draft key;  /* all that seq depends on, as bytes */
    cpm_draft next; /* the same of the question at hand */
    cpm_draft mod;  /* the text of the modulus that was read last */
    mpz_t modulus;  /* its value; not set while there is no text */
    char *texts[2]; /* owned: call and program of a bench, the last ones */
} cpm_kept;

/* *seq = the sequence that the options name, borrowed from `kept`: the one that is there
 * if it is the same, else a new one in its place. */
cpm_status cpm_kept_sequence(cpm_seq **seq, cpm_kept *kept, const cpm_options *options,
                             const cpm_config *config, cpm_err *err);

/* *modulus = the number in a text, borrowed from `kept`. */
cpm_status cpm_kept_modulus(mpz_srcptr *modulus, cpm_kept *kept, const cpm_text *text,
                            cpm_err *err);

void cpm_kept_clear(cpm_kept *kept);

#endif
