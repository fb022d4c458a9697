/* SPDX-License-Identifier: MIT
 *
 * transfer.h - from matrix code to the transfer matrix of one iteration.
 */
#ifndef CPM_ACCEL_TRANSFER_H
#define CPM_ACCEL_TRANSFER_H

#include "accel/matcode.h"
#include "power/linsys.h"

/* The system whose variables are the registers of `code`, in order, and last
 * the constant 1; rows are one run of the code, the start is the registers'.
 * No outputs yet (`noutputs` empty ones). Loops inside the code are powers of
 * their own dense matrices: CPM_ERR_LIMIT where one would need more than
 * max_bytes (0: no limit). */
CPM_MUST_USE cpm_status cpm_transfer(cpm_linsys *sys, const cpm_matcode *code, size_t noutputs,
                                     size_t max_bytes, cpm_err *err);

#endif
