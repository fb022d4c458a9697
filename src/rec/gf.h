/* SPDX-License-Identifier: MIT
 *
 * gf.h - rational functions as people write them: x/(1-x-x^2).
 */
#ifndef CPM_REC_GF_H
#define CPM_REC_GF_H

#include "base/err.h"

#include <flint/fmpz_poly_q.h>

/* Reads a rational function of one variable, of whatever name, over Q. `out` is
 * initialised by the caller and in lowest terms afterwards. Degrees and sizes are
 * bounded before a power is computed. */
CPM_MUST_USE cpm_status cpm_gf_parse(fmpz_poly_q_t out, const cpm_text *text, cpm_err *err);

#endif
