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
    X(ACCUMULATE, "itertools.accumulate", 1, 2, 1, 0, 0)                                           \
    X(ALL, "all", 1, 1, 1, 0, READS)                                                               \
    X(ANY, "any", 1, 1, 1, 0, READS)                                                               \
    X(BIN, "bin", 1, 1, 1, 0, 0)                                                                   \
    X(BISECT, "bisect.bisect", 2, 2, 1, 0, 0)                                                      \
    X(BISECT_LEFT, "bisect.bisect_left", 2, 2, 1, 0, 0)                                            \
    X(BISECT_RIGHT, "bisect.bisect_right", 2, 2, 1, 0, 0)                                          \
    X(BINOMIAL, "binomial", 1, 0, 2, 2, PURE)                                                      \
    X(BOOL, "bool", 0, 1, 1, 0, PURE)                                                              \
    X(CHR, "chr", 1, 1, 1, 0, 0)                                                                   \
    X(COMB, "comb", 2, 2, 1, 0, 0)                                                                 \
    X(COUNTER, "collections.Counter", 0, 1, 1, 0, READS)                                           \
    X(DEFAULTDICT, "collections.defaultdict", 0, 1, 1, 0, 0)                                       \
    X(DEQUE, "collections.deque", 0, 1, 1, 0, READS)                                               \
    X(DICT, "dict", 0, 1, 1, 0, READS)                                                             \
    X(DIVMOD, "divmod", 2, 2, 1, 0, PURE)                                                          \
    X(ENUMERATE, "enumerate", 1, 2, 1, 0, 0)                                                       \
    X(EXIT, "sys.exit", 0, 1, 1, 0, 0)                                                             \
    X(FACTORIAL, "factorial", 1, 1, 1, 1, PURE)                                                    \
    X(FILTER, "filter", 2, 2, 1, 0, 0)                                                             \
    X(FLOAT, "float", 1, 1, 1, 0, 0)                                                               \
    X(FLOOR, "floor", 1, 0, 1, 1, PURE)                                                            \
    X(GCD, "gcd", 0, MANY, 2, MANY, PURE)                                                          \
    X(HEAPIFY, "heapq.heapify", 1, 1, 1, 0, 0)                                                     \
    X(HEAPPOP, "heapq.heappop", 1, 1, 1, 0, 0)                                                     \
    X(HEAPPUSH, "heapq.heappush", 2, 2, 1, 0, 0)                                                   \
    X(HEX, "hex", 1, 1, 1, 0, 0)                                                                   \
    X(INPUT, "input", 0, 1, 1, 0, 0)                                                               \
    X(INT, "int", 0, 2, 1, 0, PURE)                                                                \
    X(ISQRT, "isqrt", 1, 1, 1, 0, 0)                                                               \
    X(ITER, "iter", 1, 1, 1, 0, 0)                                                                 \
    X(LCM, "lcm", 0, MANY, 2, MANY, PURE)                                                          \
    X(LEN, "len", 1, 1, 1, 0, PURE)                                                                \
    X(LIST, "list", 0, 1, 1, 0, READS)                                                             \
    X(LONG, "long", 1, 1, 1, 0, PURE)                                                              \
    X(MAP, "map", 2, MANY, 1, 0, 0)                                                                \
    X(MAX, "max", 1, MANY, 2, MANY, PURE | READS)                                                  \
    X(MIN, "min", 1, MANY, 2, MANY, PURE | READS)                                                  \
    X(NEXT, "next", 1, 2, 1, 0, READS)                                                             \
    X(OCT, "oct", 1, 1, 1, 0, 0)                                                                   \
    X(ORD, "ord", 1, 1, 1, 0, 0)                                                                   \
    X(PERM, "perm", 1, 2, 1, 0, 0)                                                                 \
    X(PERMUTATIONS, "itertools.permutations", 1, 2, 1, 0, 0)                                       \
    X(COMBINATIONS, "itertools.combinations", 2, 2, 1, 0, 0)                                       \
    X(POW, "pow", 2, 3, 2, 2, PURE)                                                                \
    X(PRINT, "print", 0, MANY, 1, 0, FIXED)                                                        \
    X(PROD, "math.prod", 1, 1, 1, 0, READS)                                                        \
    X(PRODUCT, "itertools.product", 0, MANY, 1, 0, 0)                                              \
    X(RANGE, "range", 1, 3, 1, 0, PURE | FIXED)                                                    \
    X(READ, "sys.stdin.read", 0, 0, 1, 0, 0)                                                       \
    X(READLINE, "sys.stdin.readline", 0, 0, 1, 0, 0)                                               \
    X(READLINES, "sys.stdin.readlines", 0, 0, 1, 0, 0)                                             \
    X(REDUCE, "functools.reduce", 2, 3, 1, 0, 0)                                                   \
    X(REPR, "repr", 1, 1, 1, 0, 0)                                                                 \
    X(REVERSED, "reversed", 1, 1, 1, 0, 0)                                                         \
    X(SET, "set", 0, 1, 1, 0, READS)                                                               \
    X(SETRECURSIONLIMIT, "sys.setrecursionlimit", 1, 1, 1, 0, 0)                                   \
    X(SORTED, "sorted", 1, 1, 1, 0, READS)                                                         \
    X(STR, "str", 0, 1, 1, 0, 0)                                                                   \
    X(SUM, "sum", 1, 2, 1, 0, PURE | READS)                                                        \
    X(TUPLE, "tuple", 0, 1, 1, 0, READS)                                                           \
    X(XRANGE, "xrange", 1, 3, 1, 0, PURE | FIXED)                                                  \
    X(ZIP, "zip", 0, MANY, 1, 0, 0)

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
    bool reads_all;     /* a generator expression may be its argument */
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

/* Whether it has an argument of that name in a program. */
bool cpm_builtin_knows(cpm_builtin_id id, const char *keyword, size_t len);

/* Refuses a call with a wrong number of arguments or with keywords that are not known;
 * the error is of the kind `failure` and points into `where`, the text of the call. */
CPM_MUST_USE cpm_status cpm_builtin_check(cpm_builtin_id id, cpm_builtin_place place,
                                          const cpm_expr *call, cpm_status failure,
                                          const cpm_text *where, cpm_err *err);

#endif
