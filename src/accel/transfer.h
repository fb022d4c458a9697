/* SPDX-License-Identifier: MIT
 *
 * transfer.h - from matrix code to the transfer matrix of one iteration.
 */
#ifndef CPM_ACCEL_TRANSFER_H
#define CPM_ACCEL_TRANSFER_H

#include "accel/matcode.h"
#include "power/linsys.h"

typedef struct cpm_transfer_options {
    /* Coefficients are residues modulo this; the code's constants must be
     * integers then. NULL: exact. */
    const fmpz *modulus;
    /* Per register: its row is wanted. What flows into it is added here; rows of
     * others mean nothing. NULL: all rows are wanted. */
    bool *needed;
    size_t max_bytes; /* for the matrices of inner loops; 0: no limit */
} cpm_transfer_options;

/* The system whose variables are the registers of `code`, in order, and last
 * the constant 1; rows are one run of the code, the start is the registers'.
 * No outputs yet (`noutputs` empty ones). Loops inside the code are powers of
 * their own dense matrices: CPM_ERR_UNSUPPORTED, before the work, where one would
 * take too much memory or time. */
CPM_MUST_USE cpm_status cpm_transfer(cpm_linsys *sys, const cpm_matcode *code, size_t noutputs,
                                     const cpm_transfer_options *options, cpm_err *err);

#endif
