/* SPDX-License-Identifier: MIT
 *
 * val.h - the value type of programs: 16 bytes, small integers inline,
 * everything large behind a pointer. (Results of the public API: api/value.h.)
 *
 * Ownership: a cpm_val owns what it points to. A zeroed value is unbound and
 * needs no clearing; moving is copying the 16 bytes and zeroing the source.
 * Everything but integers is counted, so that copying it costs nothing; integers
 * beyond 62 bits are copied. Lists, dictionaries, sets and cells can be changed, and
 * so may hold themselves: a heap knows all of them and frees what is left at the
 * end of the run (heap.h).
 */
#ifndef CPM_EVAL_VAL_H
#define CPM_EVAL_VAL_H

#include "algebra/number.h"
#include "base/err.h"
#include "base/stack.h"
#include "base/strbuf.h"

#include <flint/fmpq.h>
#include <flint/fmpz.h>
#include <stdint.h>

typedef enum cpm_val_kind {
    CPM_VAL_UNBOUND = 0, /* no value: a variable that was never assigned */
    CPM_VAL_NONE,        /* None */
    CPM_VAL_BOOL,        /* z is 0 or 1 */
    CPM_VAL_INT,         /* z */
    CPM_VAL_RATIONAL,    /* q: reduced, the denominator is at least 2 */
    CPM_VAL_TUPLE,       /* tuple */
    CPM_VAL_RANGE,       /* range: what range(...) and xrange(...) yield */
    CPM_VAL_STRING,      /* string */
    CPM_VAL_FUNCTION,    /* function: what a def yields */
    CPM_VAL_POS_INF,     /* no payload; of semirings */
    CPM_VAL_NEG_INF,     /* no payload */
    CPM_VAL_DECIMAL,     /* decimal: a large integer that was found in decimal; arithmetic turns
                            it into an INT where it stands, printing does without */
    CPM_VAL_LIST,        /* list; also a deque */
    CPM_VAL_DICT,        /* dict */
    CPM_VAL_SET,         /* dict, without values */
    CPM_VAL_CELL,        /* cell: in place of a local variable that functions share */
    CPM_VAL_ITER,        /* iter: what gives values one after another */
    CPM_VAL_BUILTIN      /* z: a built-in function, by its cpm_builtin_id */
} cpm_val_kind;

typedef struct cpm_rational_object {
    size_t refs;
    fmpq_t q;
} cpm_rational_object;

typedef struct cpm_decimal_object {
    size_t refs;
    cpm_dec dec;
} cpm_decimal_object;

typedef struct cpm_tuple_object cpm_tuple_object;

/* The values start, start + step, ..., as far as they do not reach stop. */
typedef struct cpm_range {
    fmpz_t start, stop, step; /* step != 0 */
    fmpz_t count;             /* of values: max(0, ceil((stop - start) / step)) */
} cpm_range;

typedef struct cpm_range_object {
    size_t refs;
    cpm_range range;
} cpm_range_object;

typedef struct cpm_string_object {
    size_t refs;
    const char *bytes; /* UTF-8, without NUL; `own`, or borrowed from the syntax tree */
    size_t len;
    size_t nchars; /* code points */
    char own[];
} cpm_string_object;

/* A function is an index, the default values that its def computed, and the cells of
 * the variables around it that it uses. */
typedef struct cpm_function_object cpm_function_object;

/* Those that can be changed, see heap.h. */
typedef struct cpm_object cpm_object;
typedef struct cpm_list_object cpm_list_object;
typedef struct cpm_dict_object cpm_dict_object;
typedef struct cpm_cell_object cpm_cell_object;
typedef struct cpm_iter_object cpm_iter_object;

typedef struct cpm_val cpm_val;

struct cpm_val {
    cpm_val_kind kind;
    union {
        fmpz z; /* 0 while unbound, so that results can be computed in place */
        cpm_rational_object *q;
        cpm_tuple_object *tuple;
        cpm_range_object *range;
        cpm_string_object *string;
        cpm_function_object *function;
        cpm_decimal_object *decimal;
        cpm_object *object; /* of any of the next three */
        cpm_list_object *list;
        cpm_dict_object *dict;
        cpm_cell_object *cell;
        cpm_iter_object *iter;
    } u;
};

struct cpm_tuple_object {
    size_t refs;
    union {
        size_t depth;                /* 1 + that of the deepest item; at most CPM_MAX_NESTING */
        cpm_tuple_object *next_dead; /* without references: see val.c */
    };
    size_t total; /* values in it, at all depths; at most CPM_MAX_TUPLE_VALUES */
    size_t nitems;
    cpm_val items[]; /* owned */
};

struct cpm_function_object {
    size_t refs;
    union {
        size_t index;                   /* in tree->functions */
        cpm_function_object *next_dead; /* without references */
    };
    size_t ndefaults; /* of the last parameters */
    size_t ncells;
    cpm_val kept;    /* owned: values by arguments, a DICT, where the function is cached */
    cpm_val items[]; /* owned: the defaults, in the order of the parameters; then the cells */
};

void cpm_range_init(cpm_range *range);
void cpm_range_clear(cpm_range *range);
void cpm_range_set(cpm_range *out, const cpm_range *range);
/* Finds the count once the other three are set; the step is not 0. */
void cpm_range_count(cpm_range *range);
/* The value at an index from 0 to count - 1. */
void cpm_range_at(fmpz_t out, const cpm_range *range, const fmpz_t index);
/* Without its first values; what `stop` was is forgotten. */
void cpm_range_drop(cpm_range *range, const fmpz_t count);
/* Whether both have the same values, as Python compares ranges. */
bool cpm_range_equal(const cpm_range *a, const cpm_range *b);

/* Whether it holds anything outside its 16 bytes. */
static inline bool cpm_val_is_heap(const cpm_val *value)
{
    return value->kind > CPM_VAL_INT || COEFF_IS_MPZ(value->u.z);
}

/* Frees what the value holds; it is unbound afterwards. */
void cpm_val_clear_heap(cpm_val *value);
static inline void cpm_val_clear(cpm_val *value)
{
    if (cpm_val_is_heap(value))
        cpm_val_clear_heap(value);
    else
        *value = (cpm_val){0};
}

/* *out, which is unbound, becomes a copy. */
void cpm_val_copy_heap(cpm_val *out, const cpm_val *value);
static inline void cpm_val_copy(cpm_val *out, const cpm_val *value)
{
    if (cpm_val_is_heap(value)) {
        cpm_val_copy_heap(out, value);
    } else { /* by parts, as small values are written: a wide load would wait for them */
        out->kind = value->kind;
        out->u.z = value->u.z;
    }
}

/* *out loses its old value and takes over that of *value, which is unbound
 * afterwards. */
static inline void cpm_val_move(cpm_val *out, cpm_val *value)
{
    cpm_val_clear(out);
    *out = *value;
    *value = (cpm_val){0};
}

static inline bool cpm_val_is_int(const cpm_val *value)
{
    return value->kind == CPM_VAL_INT || value->kind == CPM_VAL_BOOL;
}

/* Setters: *out is a value, whose old content goes. */
void cpm_val_set_none(cpm_val *out);
void cpm_val_set_bool(cpm_val *out, bool truth);
void cpm_val_set_si(cpm_val *out, slong number);
void cpm_val_set_fmpz(cpm_val *out, const fmpz_t number);
CPM_MUST_USE cpm_status cpm_val_set_fmpq(cpm_val *out, const fmpq_t number, cpm_err *err);
/* Takes the number over, a finite one. */
CPM_MUST_USE cpm_status cpm_val_take_number(cpm_val *out, cpm_number *number, cpm_err *err);

/* An unbound *out becomes a tuple of `nitems` unbound items. */
CPM_MUST_USE cpm_status cpm_val_new_tuple(cpm_val *out, size_t nitems, cpm_err *err);
/* Once its items are set: finds depth and total; CPM_ERR_LIMIT past a cap. */
CPM_MUST_USE cpm_status cpm_val_seal_tuple(cpm_val *tuple, cpm_err *err);
/* An unbound *out becomes a copy of the range. */
CPM_MUST_USE cpm_status cpm_val_new_range(cpm_val *out, const cpm_range *range, cpm_err *err);
/* The bytes, UTF-8, are borrowed or copied; with NULL they are not set yet. */
CPM_MUST_USE cpm_status cpm_val_new_string(cpm_val *out, const char *bytes, size_t len,
                                           cpm_err *err);
CPM_MUST_USE cpm_status cpm_val_copy_string(cpm_val *out, const char *bytes, size_t len,
                                            cpm_err *err);
CPM_MUST_USE cpm_status cpm_val_new_function(cpm_val *out, size_t index, size_t ndefaults,
                                             size_t ncells, cpm_err *err);

/* The first byte from `at` on where `what` begins; SIZE_MAX where it does not occur. */
size_t cpm_string_find(const cpm_string_object *s, size_t at, const cpm_string_object *what);

/* The items of a tuple or a list; false for other values. Good until it changes. */
bool cpm_val_items(const cpm_val *value, const cpm_val **items, size_t *nitems);

/* The number as a rational; false when the value is no finite number. */
bool cpm_val_get_fmpq(fmpq_t out, const cpm_val *value);

/* A DECIMAL becomes the INT of the same value (its meaning does not change, so
 * that this may be done to any value that is looked at); others stay. */
CPM_MUST_USE cpm_status cpm_val_settle(cpm_val *value, cpm_err *err);

/* What Python's bool() says. */
bool cpm_val_truth(const cpm_val *value);

/* "int", "bool", "tuple", ... for messages. */
const char *cpm_val_type(const cpm_val *value);

/* Whether the stack has room for a walk over the value, which recurses as deep as
 * tuples are nested in it: CPM_ERR_LIMIT. A few levels fit anywhere. */
static inline cpm_status cpm_val_check_depth(const cpm_val *value, cpm_err *err)
{
    bool is_flat = value->kind != CPM_VAL_TUPLE || value->u.tuple->depth <= 16;
    return is_flat ? CPM_OK : cpm_stack_check(value->u.tuple->depth, err);
}

/* Appends the value as print shows it, numbers in `base` (2..62). CPM_ERR_LIMIT as
 * above; *out says itself whether it failed. */
CPM_MUST_USE cpm_status cpm_val_format(cpm_strbuf *out, const cpm_val *value, int base,
                                       cpm_err *err);
/* The same, as Python's repr: strings in quotes. */
CPM_MUST_USE cpm_status cpm_val_repr(cpm_strbuf *out, const cpm_val *value, cpm_err *err);

#endif
