/* SPDX-License-Identifier: MIT
 *
 * value.h - the inside of cpm_value.
 */
#ifndef CPM_API_VALUE_H
#define CPM_API_VALUE_H

#include "algebra/number.h"
#include "base/err.h"
#include "eval/heap.h"
#include "eval/val.h"

#include <flint/fmpq.h>

struct cpm_value {
    cpm_number number; /* not set where is_val */
    bool is_val;       /* the value is `val` */
    cpm_val val;       /* what a program yielded */
    cpm_heap *heap;    /* held: where its lists are; NULL: nowhere */
};

/* A value on the heap, the integer 0; NULL when memory runs out. */
cpm_value *cpm_value_new(void);

/* For values that live on the stack while a callback looks at them. */
void cpm_value_init(cpm_value *value);
void cpm_value_clear(cpm_value *value);

/* Takes over what a program yielded, and its heap, which may be NULL; *val is unbound
 * afterwards. */
void cpm_value_take_val(cpm_value *value, cpm_val *val, cpm_heap *heap);

/* What a program is given: an unbound *out becomes a copy of a number, a truth value,
 * None or a tuple of these; CPM_ERR_USAGE for others. */
CPM_MUST_USE cpm_status cpm_value_give_val(cpm_val *out, const cpm_value *value, cpm_err *err);

#endif
