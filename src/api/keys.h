/* SPDX-License-Identifier: MIT
 *
 * keys.h - lists of keys, separated by commas, as --show takes them.
 */
#ifndef CPM_API_KEYS_H
#define CPM_API_KEYS_H

#include "base/err.h"

/* Key number i; NULL past the last one. */
typedef const char *(*cpm_key_fn)(size_t i);

/* Calls `visit` with the number of each key of the list, in its order. A key that is not
 * known is CPM_ERR_USAGE, with all that are as the hint. */
CPM_MUST_USE cpm_status cpm_keys_each(const cpm_text *keys, cpm_key_fn known,
                                      cpm_status (*visit)(void *ctx, size_t key), void *ctx,
                                      cpm_err *err);

#endif
