/* SPDX-License-Identifier: MIT
 *
 * recurrence_internal.h - what the files that build a recurrence share.
 */
#ifndef CPM_REC_RECURRENCE_INTERNAL_H
#define CPM_REC_RECURRENCE_INTERNAL_H

#include "rec/recurrence.h"

/* A name of the catalogue in a rule: the sequence entry(k*n + c), k >= 1. */
typedef struct cpm_rec_import {
    const struct cpm_catalogue_entry *entry;
    slong k, c;
    size_t nexceptions; /* terms before its rule holds, besides those it needs */
    cpm_span span;      /* of the first call that reads it */
    bool varies;        /* its coefficients do: it is one of several sequences that a system */
    size_t component;   /* is made of, 0 that of the terms: see recurrence_varying.c */
} cpm_rec_import;

/* No entry of the catalogue has a larger order. */
enum { CPM_REC_MAX_IMPORT_ORDER = 64 };

/* Variables of an entry whose coefficients vary. */
enum { CPM_REC_MAX_VECTOR = 16 };

/* One sequence of the spec. */
typedef struct cpm_rec_sequence {
    const cpm_clause *rule; /* NULL until it is seen */
    cpm_sym name;
    cpm_sym current;  /* the variable of the term being made */
    cpm_sym *history; /* owned: history[k-1] is the variable of the term k back */
    size_t norder, history_cap;
    fmpz_t first; /* index of terms[0]; meaningless without terms */
    fmpq *terms;  /* owned */
    size_t nterms, terms_cap;
    size_t nbefore; /* of the terms, in front of the sequence */
    size_t *same;   /* owned: sequences it reads at the same index */
    size_t nsame, same_cap;
    slong delay; /* the loop makes its term n-delay in round n; all below is in rounds */
    const cpm_rec_import *import; /* in the tree's arena: where it is from; NULL: the text */
    int mark;                     /* of the topological sort: 0 new, 1 open, 2 done */
} cpm_rec_sequence;

/* What a symbol stands for. */
typedef struct cpm_rec_role {
    size_t seq; /* CPM_REC_NO_SEQ: no term */
    size_t lag;
} cpm_rec_role;

#define CPM_REC_NO_SEQ ((size_t)-1)

typedef struct cpm_rec_builder {
    cpm_recurrence *rec;
    cpm_tree *tree;
    const cpm_spec *spec;
    const cpm_text *text;   /* what the clauses are from */
    cpm_rec_sequence *seqs; /* owned */
    size_t nseqs, seqs_cap;
    cpm_rec_role *roles; /* owned, per symbol */
    size_t nroles, roles_cap;
    fmpq *consts; /* owned, per symbol */
    bool *has_const;
    size_t nconsts;
    cpm_sym index; /* the common index variable */
    bool cur_form;
    fmpz_t at;        /* index at which a rule is being evaluated */
    bool missed_term; /* the evaluation asked for a term that is not known */
    size_t min_terms; /* so many of sequence 0 are made at least */
    size_t *order;    /* owned: sequences, read before reading */
    size_t norder;
    cpm_err *err;
} cpm_rec_builder;

/* Failures: out of memory, and a meaning that cannot be. Both return the status. */
cpm_status cpm_rec_memory(cpm_rec_builder *b);
cpm_status cpm_rec_semantic(cpm_rec_builder *b, cpm_span span, const char *message);

/* recurrence.c: sequences. Adds one; the rule c[0]*x(n-1) + ... of sequence s, NULL when
 * memory ran out; the first terms of an entry of the catalogue, from its offset on, `count`
 * of them or more, which belong to the caller: cpm_list_free. */
cpm_status cpm_rec_add_sequence(cpm_rec_builder *b, const cpm_clause *rule);
cpm_expr *cpm_rec_new_rule(cpm_rec_builder *b, size_t s, const fmpq *c, size_t count);
cpm_status cpm_rec_entry_terms(fmpq **terms, size_t *nterms,
                               const struct cpm_catalogue_entry *entry, size_t count, cpm_err *err);
slong cpm_rec_entry_offset(const struct cpm_catalogue_entry *entry);

/* recurrence_import.c: adds a sequence for each name of the catalogue that a rule reads,
 * and gives them their first terms when it is known where the others begin. */
cpm_status cpm_rec_import_entries(cpm_rec_builder *b);
cpm_status cpm_rec_give_imports(cpm_rec_builder *b);

/* recurrence_varying.c: adds the sequences of an entry whose coefficients vary, *seq being
 * the first; the terms of one of them from `first` on as far as they are given: the last
 * one is right, and those before it are never read but for component 0, whose are not
 * filled in. They belong to the caller. */
cpm_status cpm_rec_add_varying(size_t *seq, cpm_rec_builder *b, cpm_sym name,
                               const cpm_rec_import *from);
cpm_status cpm_rec_varying_terms(fmpq **terms, size_t *count, cpm_rec_builder *b,
                                 const cpm_rec_import *from, slong first);

/* recurrence_names.c: names, constants, references. */

cpm_status cpm_rec_set_role(cpm_rec_builder *b, cpm_sym sym, size_t seq, size_t lag);
cpm_rec_role cpm_rec_role_of(const cpm_rec_builder *b, cpm_sym sym);
const char *cpm_rec_name_of(const cpm_rec_builder *b, cpm_sym sym);
/* The variable of the term `lag` back, made with all nearer ones. */
cpm_status cpm_rec_history_symbol(cpm_sym *sym, cpm_rec_builder *b, size_t s, size_t lag);
/* A cpm_constant_lookup while a rule is evaluated at index b->at: constants, the
 * index, terms that are known. */
bool cpm_rec_look_up(void *ctx, cpm_sym sym, fmpq_t value);
/* The value of an expression of constants. */
cpm_status cpm_rec_eval_constant(fmpq_t out, cpm_rec_builder *b, const cpm_expr *expr,
                                 const cpm_text *where);
cpm_status cpm_rec_eval_integer(fmpz_t out, cpm_rec_builder *b, const cpm_expr *expr,
                                const cpm_text *where, const char *what);
/* Finds the values of all named constants. */
cpm_status cpm_rec_collect_constants(cpm_rec_builder *b);
size_t cpm_rec_find_sequence(const cpm_rec_builder *b, cpm_sym name);
/* Value of an argument with the index set to `n`. */
cpm_status cpm_rec_argument_at(fmpq_t out, cpm_rec_builder *b, const cpm_expr *arg, slong n);
/* The K of a reference x(n-K), as the text has it; other arguments are refused. */
cpm_status cpm_rec_lag_of(slong *lag, cpm_rec_builder *b, const cpm_expr *call);
/* Turns the references in a rule of sequence s into names of variables. */
cpm_status cpm_rec_rewrite(cpm_rec_builder *b, size_t s, cpm_expr *expr);

/* recurrence_delay.c: finds by how much each sequence is late. */
cpm_status cpm_rec_find_delays(cpm_rec_builder *b);

/* recurrence_terms.c: given terms. */

cpm_status cpm_rec_append_term(cpm_rec_builder *b, cpm_rec_sequence *seq, const fmpq_t value);
void cpm_rec_drop_terms(cpm_rec_sequence *seq);
/* The clauses a(4) = 7 of the text. */
cpm_status cpm_rec_collect_text_terms(cpm_rec_builder *b);
/* --init and --offset, for the wanted sequence. */
cpm_status cpm_rec_collect_option_terms(cpm_rec_builder *b, cpm_rec_sequence *seq,
                                        bool from_catalogue);
/* Every sequence gets terms up to rec->start - 1, and at least one. */
cpm_status cpm_rec_complete_terms(cpm_rec_builder *b);

#endif
