/* SPDX-License-Identifier: MIT
 *
 * ball.h - Arb's ball arithmetic (F. Johansson 2017): numbers with rigorous error
 * bounds. From version 3 on it is a part of FLINT. Before that it is a library of
 * its own, which is loaded when it is first needed: to link with it would cost every
 * run of the program time at its start.
 *
 * Whoever includes this header calls Arb's functions by their names, after
 * cpm_ball_load, but for inline ones that call others.
 */
#ifndef CPM_POWER_BALL_H
#define CPM_POWER_BALL_H

#include "base/err.h"

#include <flint/flint.h>

#if __FLINT_RELEASE >= 30000
#include <flint/acb_poly.h>
#include <flint/arb_fmpz_poly.h>
#define CPM_HAS_BALLS 1
#define CPM_LOADS_ARB 0
#elif __has_include(<arb_fmpz_poly.h>)
#include <acb_poly.h>
#include <arb_fmpz_poly.h>
#define CPM_HAS_BALLS 1
#define CPM_LOADS_ARB 1
#else
#define CPM_HAS_BALLS 0
#define CPM_LOADS_ARB 0
#endif

/* CPM_ERR_UNSUPPORTED where there is no Arb. Safe to call from several threads. */
CPM_MUST_USE cpm_status cpm_ball_load(cpm_err *err);

#if CPM_LOADS_ARB

#define CPM_ARB_FUNCTIONS(X)                                                                       \
    X(arb_abs)                                                                                     \
    X(arb_add)                                                                                     \
    X(arb_clear)                                                                                   \
    X(arb_contains_zero)                                                                           \
    X(arb_div)                                                                                     \
    X(arb_exp)                                                                                     \
    X(arb_floor)                                                                                   \
    X(arb_get_str)                                                                                 \
    X(arb_get_unique_fmpz)                                                                         \
    X(arb_log)                                                                                     \
    X(arb_log_ui)                                                                                  \
    X(arb_mul)                                                                                     \
    X(arb_mul_2exp_si)                                                                             \
    X(arb_mul_fmpz)                                                                                \
    X(arb_set)                                                                                     \
    X(arb_set_fmpz)                                                                                \
    X(arb_sgn_nonzero)                                                                             \
    X(arb_sub)                                                                                     \
    X(arb_sub_fmpz)                                                                                \
    X(arb_zero)                                                                                    \
    X(arf_get_d)                                                                                   \
    X(arf_get_fmpz)                                                                                \
    X(acb_clear)                                                                                   \
    X(acb_div)                                                                                     \
    X(acb_exp)                                                                                     \
    X(acb_inv)                                                                                     \
    X(acb_log)                                                                                     \
    X(acb_mul)                                                                                     \
    X(_acb_vec_init)                                                                               \
    X(_acb_vec_clear)                                                                              \
    X(acb_poly_init)                                                                               \
    X(acb_poly_clear)                                                                              \
    X(acb_poly_get_coeff_acb)                                                                      \
    X(acb_poly_set_fmpz_poly)                                                                      \
    X(acb_poly_taylor_shift)                                                                       \
    X(arb_fmpz_poly_complex_roots)

/* The functions, set by cpm_ball_load. */
typedef struct cpm_arb_table {
#define X(name) __typeof__(name) *name;
    CPM_ARB_FUNCTIONS(X)
#undef X
} cpm_arb_table;
extern cpm_arb_table cpm_arb;

#ifndef CPM_BALL_LOADER
#define arb_abs                     cpm_arb.arb_abs
#define arb_add                     cpm_arb.arb_add
#define arb_clear                   cpm_arb.arb_clear
#define arb_contains_zero           cpm_arb.arb_contains_zero
#define arb_div                     cpm_arb.arb_div
#define arb_exp                     cpm_arb.arb_exp
#define arb_floor                   cpm_arb.arb_floor
#define arb_get_str                 cpm_arb.arb_get_str
#define arb_get_unique_fmpz         cpm_arb.arb_get_unique_fmpz
#define arb_log                     cpm_arb.arb_log
#define arb_log_ui                  cpm_arb.arb_log_ui
#define arb_mul                     cpm_arb.arb_mul
#define arb_mul_2exp_si             cpm_arb.arb_mul_2exp_si
#define arb_mul_fmpz                cpm_arb.arb_mul_fmpz
#define arb_set                     cpm_arb.arb_set
#define arb_set_fmpz                cpm_arb.arb_set_fmpz
#define arb_sgn_nonzero             cpm_arb.arb_sgn_nonzero
#define arb_sub                     cpm_arb.arb_sub
#define arb_sub_fmpz                cpm_arb.arb_sub_fmpz
#define arb_zero                    cpm_arb.arb_zero
#define arf_get_d                   cpm_arb.arf_get_d
#define arf_get_fmpz                cpm_arb.arf_get_fmpz
#define acb_clear                   cpm_arb.acb_clear
#define acb_div                     cpm_arb.acb_div
#define acb_exp                     cpm_arb.acb_exp
#define acb_inv                     cpm_arb.acb_inv
#define acb_log                     cpm_arb.acb_log
#define acb_mul                     cpm_arb.acb_mul
#define _acb_vec_init               cpm_arb._acb_vec_init
#define _acb_vec_clear              cpm_arb._acb_vec_clear
#define acb_poly_init               cpm_arb.acb_poly_init
#define acb_poly_clear              cpm_arb.acb_poly_clear
#define acb_poly_get_coeff_acb      cpm_arb.acb_poly_get_coeff_acb
#define acb_poly_set_fmpz_poly      cpm_arb.acb_poly_set_fmpz_poly
#define acb_poly_taylor_shift       cpm_arb.acb_poly_taylor_shift
#define arb_fmpz_poly_complex_roots cpm_arb.arb_fmpz_poly_complex_roots
#endif

#endif

#endif
