/* SPDX-License-Identifier: MIT
 *
 * value.h - the value type of programs and of results: 16 bytes, small
 * integers inline, everything large behind a pointer.
 *
 * Ownership: a cpm_value owns what it points to. A zeroed value is unbound and
 * needs no clearing; moving is copying the 16 bytes and zeroing the source.
 * Rationals, tuples, strings and functions are immutable and counted, so that
 * copying them costs nothing; integers beyond 62 bits are copied.
 */
#ifndef CPM_EVAL_VALUE_H
#define CPM_EVAL_VALUE_H

#include "base/err.h"
#include "base/strbuf.h"

#include <flint/fmpq.h>
#include <flint/fmpz.h>
#include <stdint.h>

typedef enum cpm_value_kind {
    CPM_VALUE_UNBOUND = 0, /* no value: a variable that was never assigned */
    CPM_VALUE_NONE,        /* None */
    CPM_VALUE_BOOL,        /* z is 0 or 1 */
    CPM_VALUE_INT,         /* z */
    CPM_VALUE_RATIONAL,    /* q: reduced, the denominator is at least 2 */
    CPM_VALUE_TUPLE,       /* tuple */
    CPM_VALUE_STRING,      /* string; only printed and compared */
    CPM_VALUE_FUNCTION,    /* function: what a def yields */
    CPM_VALUE_POS_INF,     /* no payload; of semirings */
    CPM_VALUE_NEG_INF      /* no payload */
} cpm_value_kind;

typedef struct cpm_rational_object {
    size_t refs;
    fmpq_t q;
} cpm_rational_object;

typedef struct cpm_tuple_object cpm_tuple_object;

typedef struct cpm_string_object {
    size_t refs;
    const char *bytes; /* borrowed from the syntax tree */
    size_t len;
} cpm_string_object;

/* A function is an index and the default values that its def computed. */
typedef struct cpm_function_object cpm_function_object;

struct cpm_value {
    cpm_value_kind kind;
    union {
        fmpz z; /* 0 while unbound, so that results can be computed in place */
        cpm_rational_object *q;
        cpm_tuple_object *tuple;
        cpm_string_object *string;
        cpm_function_object *function;
    } u;
};

struct cpm_tuple_object {
    size_t refs;
    size_t depth; /* 1 + that of the deepest item; at most CPM_MAX_NESTING */
    size_t nitems;
    cpm_value items[]; /* owned */
};

struct cpm_function_object {
    size_t refs;
    size_t index;      /* in tree->functions */
    size_t ndefaults;  /* of the last parameters */
    cpm_value items[]; /* owned: the defaults, in the order of the parameters */
};

/* Frees what the value holds; it is unbound afterwards. */
void cpm_value_clear_heap(cpm_value *value);
static inline void cpm_value_clear(cpm_value *value)
{
    if (value->kind > CPM_VALUE_INT || COEFF_IS_MPZ(value->u.z))
        cpm_value_clear_heap(value);
    else
        *value = (cpm_value){0};
}

/* *out, which is unbound, becomes a copy. */
void cpm_value_copy_heap(cpm_value *out, const cpm_value *value);
static inline void cpm_value_copy(cpm_value *out, const cpm_value *value)
{
    if (value->kind > CPM_VALUE_INT || COEFF_IS_MPZ(value->u.z))
        cpm_value_copy_heap(out, value);
    else
        *out = *value;
}

/* *out loses its old value and takes over that of *value, which is unbound
 * afterwards. */
static inline void cpm_value_move(cpm_value *out, cpm_value *value)
{
    cpm_value_clear(out);
    *out = *value;
    *value = (cpm_value){0};
}

static inline bool cpm_value_is_int(const cpm_value *value)
{
    return value->kind == CPM_VALUE_INT || value->kind == CPM_VALUE_BOOL;
}

/* Setters: *out is a value, whose old content goes. */
void cpm_value_set_none(cpm_value *out);
void cpm_value_set_bool(cpm_value *out, bool truth);
void cpm_value_set_si(cpm_value *out, slong number);
void cpm_value_set_fmpz(cpm_value *out, const fmpz_t number);
CPM_MUST_USE cpm_status cpm_value_set_fmpq(cpm_value *out, const fmpq_t number, cpm_err *err);
void cpm_value_set_infinity(cpm_value *out, int sign);

/* An unbound *out becomes a tuple of `nitems` unbound items. */
CPM_MUST_USE cpm_status cpm_value_new_tuple(cpm_value *out, size_t nitems, cpm_err *err);
/* Once its items are set: finds the depth; CPM_ERR_LIMIT past the cap. */
CPM_MUST_USE cpm_status cpm_value_seal_tuple(cpm_value *tuple, cpm_err *err);
CPM_MUST_USE cpm_status cpm_value_new_string(cpm_value *out, const char *bytes, size_t len,
                                             cpm_err *err);
CPM_MUST_USE cpm_status cpm_value_new_function(cpm_value *out, size_t index, size_t ndefaults,
                                               cpm_err *err);

/* The number as a rational; false when the value is no finite number. */
bool cpm_value_get_fmpq(fmpq_t out, const cpm_value *value);

/* What Python's bool() says. */
bool cpm_value_truth(const cpm_value *value);

/* "int", "bool", "tuple", ... for messages. */
const char *cpm_value_type(const cpm_value *value);

/* Appends the value as print shows it, numbers in `base` (2..62). */
void cpm_value_format(cpm_strbuf *out, const cpm_value *value, int base);

#endif
