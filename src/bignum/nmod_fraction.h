/* SPDX-License-Identifier: MIT
 *
 * nmod_fraction.h - what the Bostan-Mori steps modulo a word work on.
 */
#ifndef CPM_BIGNUM_NMOD_FRACTION_H
#define CPM_BIGNUM_NMOD_FRACTION_H

#include "cpmcalc.h"

#include <flint/fmpz.h>
#include <stddef.h>

/* A fraction modulo a word and the index of the coefficient that is wanted. */
typedef struct cpm_nmod_fraction {
    ulong *num, *den; /* room for the longer of both */
    size_t nnum, nden;
    ulong modulus; /* not 0 */
    fmpz_t index;
} cpm_nmod_fraction;

/* Called after steps with the index that is left; may be NULL. Any status but
 * CPM_OK ends the work, and is what it returns. */
typedef cpm_status (*cpm_nmod_progress)(void *ctx, const fmpz_t index);

static inline size_t cpm_nmod_fraction_len(const cpm_nmod_fraction *f)
{
    return f->nnum > f->nden ? f->nnum : f->nden;
}

/* Drops what is above x^index and zeros at the top. */
static inline void cpm_nmod_fraction_trim(cpm_nmod_fraction *f)
{
    if (fmpz_cmp_ui(f->index, cpm_nmod_fraction_len(f)) < 0) {
        size_t keep = (size_t)fmpz_get_ui(f->index) + 1;
        f->nnum = f->nnum < keep ? f->nnum : keep;
        f->nden = f->nden < keep ? f->nden : keep;
    }
    while (f->nnum > 0 && f->num[f->nnum - 1] == 0)
        f->nnum--;
    while (f->nden > 1 && f->den[f->nden - 1] == 0)
        f->nden--;
}

#endif
