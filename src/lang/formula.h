/* SPDX-License-Identifier: MIT
 *
 * formula.h - recurrences as people write them elsewhere: products without a sign,
 * subscripts, equations. Private to src/lang.
 */
#ifndef CPM_LANG_FORMULA_H
#define CPM_LANG_FORMULA_H

#include "lang/parser.h"

/* Reads ahead through all of the text which names are indices: those that stand in
 * a(n), a(n-1), b[n+2] and are no sequences. */
CPM_MUST_USE bool cpm_formula_scan(cpm_parser *p);
bool cpm_formula_is_index(const cpm_parser *p, cpm_sym sym);

/* Whether a factor begins here that no operator stands before: 2n, (n+1) a(n). */
bool cpm_formula_at_factor(const cpm_parser *p);
/* Whether the current token is a full stop behind which nothing else begins at once. */
bool cpm_formula_at_stop(const cpm_parser *p);
/* Refuses a product without a sign behind the factor `left`, of the product that begins
 * at `begin`, where it may be read in two ways: 1/2n, 2^2n. */
CPM_MUST_USE bool cpm_formula_check_product(cpm_parser *p, const cpm_expr *left, size_t begin,
                                            bool divides);
/* Notes that the product from `begin` up to here has the word `mod` at `at`, or refuses
 * it: x mod m*y and -x mod m may be read in two ways. */
CPM_MUST_USE bool cpm_formula_note_mod(cpm_parser *p, size_t begin, size_t at);
/* Refuses a sum from `begin` up to here that has `mod` in it outside of parentheses. */
CPM_MUST_USE bool cpm_formula_check_mod(cpm_parser *p, size_t begin);
/* Whether the parenthesis here is a remark behind a formula and no factor: (n > 1),
 * (order 2), (mod 7). */
bool cpm_formula_at_remark(const cpm_parser *p);
/* Splits a number that runs into a name, 2n, in two tokens. */
void cpm_formula_split_number(cpm_parser *p);
/* 0.25 and 1e-3, exactly: a quotient. *expr is NULL where the token is none of these. */
CPM_MUST_USE bool cpm_formula_decimal(cpm_expr **expr, cpm_parser *p);
/* Whether the text writes its terms as a_n: then a_0 is one too. O(length): once. */
bool cpm_formula_has_subscripts(const cpm_parser *p);
/* factorial(x) for x!, whose `!` is the current token; the operand begins at `begin`. */
CPM_MUST_USE cpm_expr *cpm_formula_factorial(cpm_parser *p, cpm_expr *operand, size_t begin);
/* a[n], a_n and a_{n-1} behind the name `span`, which has been consumed: a call. *expr is
 * NULL where there is no subscript. */
CPM_MUST_USE bool cpm_formula_subscript(cpm_expr **expr, cpm_parser *p, cpm_span span);

/* Trees. A NULL operand yields NULL, as running out of memory does, with the error set. */
cpm_expr *cpm_formula_number(cpm_parser *p, slong value, cpm_span span);
cpm_expr *cpm_formula_binary(cpm_parser *p, cpm_expr *left, cpm_op op, cpm_expr *right,
                             cpm_span span);
cpm_expr *cpm_formula_negative(cpm_parser *p, cpm_expr *operand);
cpm_expr *cpm_formula_copy(cpm_parser *p, const cpm_expr *expr);

/* Puts operators for functions that are such, in place; `index` may be CPM_NO_SYM. */
CPM_MUST_USE bool cpm_formula_unfold(cpm_parser *p, cpm_expr *expr, cpm_sym index);

/* One side = the other, about terms of a sequence: finds which term it makes, the newest
 * one, and solves for it. What stands alone already is left as it is but for a shift of
 * the index, by *shift. */
CPM_MUST_USE bool cpm_formula_solve(cpm_parser *p, cpm_clause *clause, cpm_expr *left,
                                    cpm_expr *right, slong *shift);
/* The name whose value the index has in a term: the variable in n+1. CPM_NO_SYM for a
 * constant, or anything else. *shift is the 1. */
cpm_sym cpm_formula_index(slong *shift, const cpm_tree *tree, const cpm_expr *at);

#endif
