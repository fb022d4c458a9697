/* SPDX-License-Identifier: MIT
 *
 * value.h - the inside of cpm_value.
 */
#ifndef CPM_SEQ_VALUE_H
#define CPM_SEQ_VALUE_H

#include "base/err.h"

#include <flint/fmpq.h>

struct cpm_value {
    fmpq_t q; /* canonical */
};

/* For values that live on the stack while a callback looks at them. */
void cpm_value_init(cpm_value *value);
void cpm_value_clear(cpm_value *value);

#endif
