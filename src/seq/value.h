/* SPDX-License-Identifier: MIT
 *
 * value.h - the inside of cpm_value.
 */
#ifndef CPM_SEQ_VALUE_H
#define CPM_SEQ_VALUE_H

#include "base/err.h"

#include "bignum/dec.h"
#include "eval/val.h"

#include <flint/fmpq.h>

struct cpm_value {
    fmpq_t q;    /* canonical, or 1/0 and -1/0 for infinities; not set where is_dec or is_val */
    bool is_dec; /* the value is `dec` */
    bool is_val; /* the value is `val` */
    cpm_dec dec; /* a large integer that was found in decimal */
    cpm_val val; /* what a program yielded */
};

/* For values that live on the stack while a callback looks at them. */
void cpm_value_init(cpm_value *value);
void cpm_value_clear(cpm_value *value);

/* Takes over what a program yielded; *val is unbound afterwards. */
void cpm_value_take_val(cpm_value *value, cpm_val *val);

/* Whether a value equals q. */
CPM_MUST_USE cpm_status cpm_value_equals(bool *equal, const cpm_value *value, const fmpq_t q,
                                         cpm_err *err);

#endif
