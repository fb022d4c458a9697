/* SPDX-License-Identifier: MIT
 *
 * method.h - the methods of lists, strings, dictionaries and the like: one table of
 * their names, where they are known. What they do stands in src/eval/method*.c.
 */
#ifndef CPM_LANG_METHOD_H
#define CPM_LANG_METHOD_H

#include "lang/ast.h"

/* Name, how many arguments at least and at most. */
#define CPM_METHODS(X)                                                                             \
    X(ADD, "add", 1, 1)                                                                            \
    X(APPEND, "append", 1, 1)                                                                      \
    X(APPENDLEFT, "appendleft", 1, 1)                                                              \
    X(BIT_COUNT, "bit_count", 0, 0)                                                                \
    X(BIT_LENGTH, "bit_length", 0, 0)                                                              \
    X(CLEAR, "clear", 0, 0)                                                                        \
    X(COPY, "copy", 0, 0)                                                                          \
    X(COUNT, "count", 1, 1)                                                                        \
    X(DIFFERENCE, "difference", 1, 1)                                                              \
    X(DISCARD, "discard", 1, 1)                                                                    \
    X(ENDSWITH, "endswith", 1, 1)                                                                  \
    X(EXTEND, "extend", 1, 1)                                                                      \
    X(FIND, "find", 1, 1)                                                                          \
    X(FORMAT, "format", 0, SIZE_MAX)                                                               \
    X(GET, "get", 1, 2)                                                                            \
    X(INDEX, "index", 1, 1)                                                                        \
    X(INSERT, "insert", 2, 2)                                                                      \
    X(INTERSECTION, "intersection", 1, 1)                                                          \
    X(ISALPHA, "isalpha", 0, 0)                                                                    \
    X(ISDIGIT, "isdigit", 0, 0)                                                                    \
    X(ISSUBSET, "issubset", 1, 1)                                                                  \
    X(ITEMS, "items", 0, 0)                                                                        \
    X(JOIN, "join", 1, 1)                                                                          \
    X(KEYS, "keys", 0, 0)                                                                          \
    X(LOWER, "lower", 0, 0)                                                                        \
    X(LSTRIP, "lstrip", 0, 1)                                                                      \
    X(POP, "pop", 0, 2)                                                                            \
    X(POPLEFT, "popleft", 0, 0)                                                                    \
    X(REMOVE, "remove", 1, 1)                                                                      \
    X(REPLACE, "replace", 2, 2)                                                                    \
    X(REVERSE, "reverse", 0, 0)                                                                    \
    X(RSTRIP, "rstrip", 0, 1)                                                                      \
    X(SETDEFAULT, "setdefault", 1, 2)                                                              \
    X(SORT, "sort", 0, 0)                                                                          \
    X(SPLIT, "split", 0, 1)                                                                        \
    X(SPLITLINES, "splitlines", 0, 0)                                                              \
    X(STARTSWITH, "startswith", 1, 1)                                                              \
    X(STRIP, "strip", 0, 1)                                                                        \
    X(UNION, "union", 1, 1)                                                                        \
    X(UPDATE, "update", 1, 1)                                                                      \
    X(UPPER, "upper", 0, 0)                                                                        \
    X(VALUES, "values", 0, 0)                                                                      \
    X(ZFILL, "zfill", 1, 1)

typedef enum cpm_method_id {
#define X(id, ...) CPM_METHOD_##id,
    CPM_METHODS(X) CPM_METHOD_NONE /* no such method; also their number */
#undef X
} cpm_method_id;

/* The method with that name, of whatever type; CPM_METHOD_NONE where there is none. */
cpm_method_id cpm_method_find(const char *name, size_t len);
const char *cpm_method_name(cpm_method_id id);

/* Refuses a call with a wrong number of arguments or with keywords that the method
 * has not; the error is of the kind `failure` and points into `where`. */
CPM_MUST_USE cpm_status cpm_method_check(const cpm_expr *call, cpm_status failure,
                                         const cpm_tree *tree, const cpm_text *where, cpm_err *err);

#endif
