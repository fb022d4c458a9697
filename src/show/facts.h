/* SPDX-License-Identifier: MIT
 *
 * facts.h - what is known of a sequence, one text for each question.
 */
#ifndef CPM_SHOW_FACTS_H
#define CPM_SHOW_FACTS_H

#include "base/strbuf.h"
#include "power/genfun.h"

#include <flint/fmpz_poly_factor.h>

/* The shortest recurrence of a sequence,
 *
 *     a(n) = c[0] a(n-1) + ... + c[order-1] a(n-order)    for n >= offset + ngiven,
 *
 * and all that came before it. A zeroed one is safe to clear. */
typedef struct cpm_facts {
    fmpz_t offset;  /* index of the first term */
    fmpz_t modulus; /* the rule reduces its terms modulo it; 0: exact */
    cpm_genfun f;   /* sum a(offset+k) x^k, in lowest terms; modulo the modulus */
    size_t order;
    fmpq *c; /* owned */
    size_t ngiven;
    fmpq *given; /* owned: a(offset), ..., the first `ngiven` terms, order or more */
} cpm_facts;

/* From the first `nknown` terms, and the generating function of those from `nbefore`
 * <= nknown on. `modulus` 0: exact; else all is reduced. */
void cpm_facts_init(cpm_facts *facts, const fmpq *known, size_t nknown, size_t nbefore,
                    const cpm_genfun *f, const fmpz_t offset, const fmpz_t modulus);
void cpm_facts_clear(cpm_facts *facts);

/* The texts, appended to `out`. Whole, however long: they are to be read by programs
 * too. */
void cpm_fact_rule(cpm_strbuf *out, const cpm_facts *facts);
void cpm_fact_signature(cpm_strbuf *out, const cpm_facts *facts);
void cpm_fact_init(cpm_strbuf *out, const cpm_facts *facts);
void cpm_fact_offset(cpm_strbuf *out, const cpm_facts *facts);
void cpm_fact_order(cpm_strbuf *out, const cpm_facts *facts);
void cpm_fact_gf(cpm_strbuf *out, const cpm_facts *facts);

/* " for n >= 5": where the rule begins to hold, when that is later than after `order`
 * terms. */
void cpm_fact_validity(cpm_strbuf *out, const cpm_facts *facts);

/* facts_roots.c: in irreducible factors; the companion matrix, as --matrix takes it. */
void cpm_fact_charpoly(cpm_strbuf *out, const cpm_facts *facts);
void cpm_fact_matrix(cpm_strbuf *out, const cpm_facts *facts);
/* The terms after the exceptions as a sum over roots; false where a root is multiple and
 * the order more than this, as the cost is that of a linear system then. */
enum { CPM_FACT_MAX_MULTIPLE = 100 };
bool cpm_fact_closed(cpm_strbuf *out, const cpm_facts *facts);
/* facts_growth.c: c*n^k*r^n, which the terms come near to, or a bound O(n^k*r^n).
 * CPM_ERR_UNSUPPORTED without Arb and for long recurrences. */
CPM_MUST_USE cpm_status cpm_fact_growth(cpm_strbuf *out, const cpm_facts *facts, cpm_err *err);

/* What the two have in common. The irreducible factors of x^d den(1/x) over Z; "n",
 * "(n-3)", "(n+1)", the steps from the offset; "2^n", "(-1/2)^(n-3)" for the root of a
 * linear factor, and nothing for the root 1. */
void cpm_fact_factor(fmpz_poly_factor_t factors, const cpm_facts *facts);
void cpm_fact_steps(cpm_strbuf *out, const cpm_facts *facts);
void cpm_fact_root_power(cpm_strbuf *out, const cpm_facts *facts, const fmpz_poly_t factor);

#endif
