/* SPDX-License-Identifier: MIT
 *
 * recurrence.h - a recurrence as a loop of the syntax tree.
 */
#ifndef CPM_REC_RECURRENCE_H
#define CPM_REC_RECURRENCE_H

#include "lang/ast.h"
#include "power/linsys.h"

#include <flint/fmpq.h>

/* The loop
 *
 *     for n in range(start, ...):
 *         a(n) = the rule
 *         a(n-d) = a(n-(d-1)); ...; a(n-1) = a(n)
 *
 * whose variable `output` = a(n-d) holds a(base + t) after t rounds. */
typedef struct cpm_recurrence {
    cpm_text text;     /* what the clauses are from: the SPEC, a signature, a catalogue entry */
    cpm_tree tree;     /* the spec, with the loop added; over `text` */
    cpm_stmt *loop;    /* in tree */
    fmpz_t start;      /* the first index the rule makes */
    fmpz_t loop_start; /* the round that makes it: later where the sequence is delayed */
    fmpz_t base;       /* index of the oldest term the state holds */
    cpm_sym output;
    cpm_sym *names; /* in tree: of all sequences of the text */
    size_t nnames;
    fmpz_t offset; /* index of the first given term of the wanted sequence */
    fmpq *given;   /* owned: a(offset), a(offset+1), ... up to a(start-1) */
    size_t ngiven;
    size_t nbefore;      /* of them, in front of the sequence: a(n) = 0 for n < 0 */
    size_t order;        /* the largest lag of the wanted sequence */
    bool reads_varying;  /* entries of the catalogue with such coefficients */
    bool has_exceptions; /* more terms are given than the rule needs, and they break it */
    fmpq *values;        /* owned, per symbol: constants, and variables before the loop */
    bool *is_known;      /* owned, per symbol */
    size_t nvalues;      /* symbols there were when the loop was complete */
} cpm_recurrence;

/* Texts are borrowed and must outlive the recurrence. On failure *rec is empty. */
CPM_MUST_USE cpm_status cpm_recurrence_init(cpm_recurrence *rec, const cpm_spec *spec,
                                            cpm_err *err);

/* A signature with at least as many given terms as it has coefficients needs no
 * loop: *found becomes true, *rec is complete but for tree, loop and values, and
 * *sys its companion system. Otherwise both are empty. */
CPM_MUST_USE cpm_status cpm_recurrence_of_signature(cpm_recurrence *rec, bool *found,
                                                    cpm_linsys *sys, const cpm_spec *spec,
                                                    cpm_err *err);

/* The terms in spec->init and the index of the first of them, which a b-file brings
 * along and spec->offset says otherwise. *terms (of *nterms) belongs to the caller,
 * who gives it to cpm_list_free. */
CPM_MUST_USE cpm_status cpm_recurrence_terms(fmpq **terms, size_t *nterms, fmpz_t first,
                                             const cpm_spec *spec, cpm_err *err);

void cpm_recurrence_clear(cpm_recurrence *rec);

#endif
