/* SPDX-License-Identifier: MIT
 *
 * residue.h - terms modulo M of a sequence whose generating function may have
 * denominators.
 */
#ifndef CPM_POWER_RESIDUE_H
#define CPM_POWER_RESIDUE_H

#include "power/genfun.h"

/* num/den modulo `modulus`, den(0) = 1, and the way back: with A = [x^n] num/den,
 * y(n) = (A / divisor) * unit modulo m, where divisor * m = modulus; y(n) has no
 * residue when divisor does not divide A. */
typedef struct cpm_residue_form {
    fmpz_t m, modulus, divisor, unit;
    fmpz_poly_t num, den;
} cpm_residue_form;

void cpm_residue_form_init(cpm_residue_form *r);
void cpm_residue_form_clear(cpm_residue_form *r);

/* CPM_ERR_NO_ANSWER when den(0) has no inverse modulo m. */
CPM_MUST_USE cpm_status cpm_residue_form_set(cpm_residue_form *r, const cpm_genfun *f,
                                             const fmpz_t m, cpm_err *err);
/* From polynomials that are integral already (den(0) = 1 modulo m). */
void cpm_residue_form_set_integral(cpm_residue_form *r, const fmpz_poly_t num,
                                   const fmpz_poly_t den, const fmpz_t m);

/* out = y(n) from A; CPM_ERR_NO_ANSWER when y(n) has no residue. */
CPM_MUST_USE cpm_status cpm_residue_finish(fmpz_t out, const fmpz_t a, const cpm_residue_form *r,
                                           cpm_err *err);

/* Records that a term has no residue; returns CPM_ERR_NO_ANSWER. */
cpm_status cpm_residue_missing(cpm_err *err);

/* out = c modulo m for a rational c; false when its denominator has no inverse. */
bool cpm_residue_of_rational(fmpz_t out, const fmpq_t c, const fmpz_t m);

/* The same in place for a result over any domain, modulo config->modulus where
 * there is one; infinities stay what they are. CPM_ERR_NO_ANSWER for such a
 * denominator. */
CPM_MUST_USE cpm_status cpm_residue_of_value(fmpq_t x, const cpm_config *config, cpm_err *err);

/* An integral copy of `sys` with all coefficients and start values reduced
 * modulo m; CPM_ERR_NO_ANSWER when a denominator has no inverse. */
CPM_MUST_USE cpm_status cpm_linsys_reduce_mod(cpm_linsys *out, const cpm_linsys *sys,
                                              const fmpz_t m, cpm_err *err);

#endif
