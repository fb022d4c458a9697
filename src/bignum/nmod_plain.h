/* SPDX-License-Identifier: MIT
 *
 * nmod_plain.h - Bostan-Mori steps on short polynomials modulo a word.
 */
#ifndef CPM_BIGNUM_NMOD_PLAIN_H
#define CPM_BIGNUM_NMOD_PLAIN_H

#include "bignum/nmod_fraction.h"

/* Words of room for a step on f. */
size_t cpm_nmod_plain_room(const cpm_nmod_fraction *f);

/* So many steps, with nnum and nden at least 1; the index is shifted by as many
 * bits. All coefficients are kept, whatever the index. */
void cpm_nmod_plain_steps(cpm_nmod_fraction *f, size_t nsteps, ulong *room);

#endif
