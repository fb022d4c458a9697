/* SPDX-License-Identifier: MIT
 *
 * builtin.h - the built-in functions: one table of their names, where they are
 * known and what is true of them. What they do stands with those who do it: the
 * interpreter (src/eval/builtin.c), constants and rules (src/eval/constant.c) and
 * lowering (src/accel) have arrays by id.
 */
#ifndef CPM_LANG_BUILTIN_H
#define CPM_LANG_BUILTIN_H

#include "lang/ast.h"

/* Name, how many arguments at least and at most in a program, the same in a rule
 * (1, 0: not known there), and flags: see cpm_builtin. */
#define CPM_BUILTINS(X)                                                                            \
    X(ABS, "abs", 1, 1, 1, 1, PURE)                                                                \
    X(BINOMIAL, "binomial", 1, 0, 2, 2, PURE)                                                      \
    X(BOOL, "bool", 0, 1, 1, 0, PURE)                                                              \
    X(DIVMOD, "divmod", 2, 2, 1, 0, PURE)                                                          \
    X(FACTORIAL, "factorial", 1, 0, 1, 1, PURE)                                                    \
    X(FLOOR, "floor", 1, 0, 1, 1, PURE)                                                            \
    X(GCD, "gcd", 0, ANY, 2, ANY, PURE)                                                            \
    X(INT, "int", 1, 1, 1, 0, PURE)                                                                \
    X(LCM, "lcm", 0, ANY, 2, ANY, PURE)                                                            \
    X(LEN, "len", 1, 1, 1, 0, PURE)                                                                \
    X(LONG, "long", 1, 1, 1, 0, PURE)                                                              \
    X(MAX, "max", 1, ANY, 2, ANY, PURE)                                                            \
    X(MIN, "min", 1, ANY, 2, ANY, PURE)                                                            \
    X(POW, "pow", 2, 3, 2, 2, PURE)                                                                \
    X(PRINT, "print", 0, ANY, 1, 0, FIXED)                                                         \
    X(RANGE, "range", 1, 3, 1, 0, PURE | FIXED)                                                    \
    X(SUM, "sum", 1, 2, 1, 0, PURE)                                                                \
    X(XRANGE, "xrange", 1, 3, 1, 0, PURE | FIXED)

typedef enum cpm_builtin_id {
#define X(id, ...) CPM_BUILTIN_##id,
    CPM_BUILTINS(X) CPM_BUILTIN_NONE /* no such function; also their number */
#undef X
} cpm_builtin_id;

/* Where a call stands. */
typedef enum cpm_builtin_place {
    CPM_IN_PROGRAM,
    CPM_IN_RULE /* of a recurrence, or any constant outside of programs */
} cpm_builtin_place;

/* How many arguments; min > max where the function is not known. */
typedef struct cpm_arity {
    size_t min, max;
} cpm_arity;

typedef struct cpm_builtin {
    const char *name;
    size_t len;         /* of the name */
    cpm_arity arity[2]; /* by cpm_builtin_place */
    bool is_pure;       /* the same arguments give the same value, and nothing else
                           happens: predictable where they are */
    bool is_fixed;      /* the parser knows it: a program cannot give the name another meaning */
} cpm_builtin;

/* The row of a function; not for CPM_BUILTIN_NONE. */
const cpm_builtin *cpm_builtin_of(cpm_builtin_id id);

/* The function with that name in a program or a rule; CPM_BUILTIN_NONE where it is
 * not known. (That the program gives the name another meaning is not looked at.) */
cpm_builtin_id cpm_builtin_find(const char *name, size_t len, cpm_builtin_place place);
cpm_builtin_id cpm_builtin_of_symbol(const cpm_tree *tree, cpm_sym sym, cpm_builtin_place place);

/* Whether the name stands for infinity where there is one: in rules and LISTs. */
bool cpm_is_infinity_name(const cpm_tree *tree, cpm_sym sym);

/* Refuses a call with a wrong number of arguments or with keywords; the error is
 * of the kind `failure` and points into `where`. */
CPM_MUST_USE cpm_status cpm_builtin_check(cpm_builtin_id id, cpm_builtin_place place,
                                          const cpm_expr *call, cpm_status failure,
                                          const cpm_text *where, cpm_err *err);

#endif
