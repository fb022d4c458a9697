/* SPDX-License-Identifier: MIT
 *
 * recurrence_import.c - names of the catalogue in a rule: s(n) = s(n-1) + fib(2*n+1).
 *
 * fib(k*n+c) is a sequence of its own in n, which is added to those of the text. Its
 * rule is the shortest one that its first terms obey: these are more than twice as many
 * as the order of any entry (a test holds the catalogue to that), which settles it; where
 * there is none recurrence_varying.c goes on. Each reading with another k or c is another
 * sequence; the reduction finds what they share.
 */
#include "rec/recurrence_internal.h"

#include "base/mem.h"
#include "eval/constant.h"
#include "lang/builtin.h"
#include "lang/visit.h"
#include "rec/catalogue.h"
#include "rec/guess.h"

#include <flint/fmpq_vec.h>
#include <stdio.h>
#include <string.h>

/* Terms that settle a rule, and the largest index of an entry that they may need: all
 * terms up to there are made. */
enum { NTERMS = 2 * CPM_REC_MAX_IMPORT_ORDER + 4, MAX_INDEX = 20000 };

/* ---- Readings ------------------------------------------------------------ */

/* The entry that a call reads; NULL where it reads a sequence of the text, or nothing. */
static const cpm_catalogue_entry *entry_of(const cpm_rec_builder *b, const cpm_expr *call)
{
    if (call->kind != CPM_EXPR_CALL || call->u.call.nargs != 1 ||
        call->u.call.args[0].keyword != CPM_NO_SYM ||
        cpm_rec_find_sequence(b, call->u.call.callee) != CPM_REC_NO_SEQ ||
        cpm_builtin_of_symbol(b->tree, call->u.call.callee, CPM_IN_RULE) != CPM_BUILTIN_NONE)
        return NULL;
    const char *name = cpm_rec_name_of(b, call->u.call.callee);
    return cpm_catalogue_find(name, strlen(name));
}

static bool is_small(const fmpz_t x)
{
    return fmpz_cmp_si(x, MAX_INDEX) <= 0 && fmpz_cmp_si(x, -MAX_INDEX) >= 0;
}

/* k and c of the index k*n + c that a call has. */
static cpm_status read_index(slong *k, slong *c, cpm_rec_builder *b, const cpm_expr *call)
{
    fmpq at[3];
    cpm_status status = CPM_OK;
    for (slong n = 0; n < 3; n++)
        fmpq_init(at + n);
    for (slong n = 0; n < 3 && status == CPM_OK; n++)
        status = cpm_rec_argument_at(at + n, b, call->u.call.args[0].value, n);
    if (status == CPM_OK) {
        fmpq_sub(at + 2, at + 2, at + 1);
        fmpq_sub(at + 1, at + 1, at);
        bool affine = cpm_ext_is_finite(at) && fmpq_equal(at + 1, at + 2) &&
                      fmpz_is_one(fmpq_denref(at)) && fmpz_is_one(fmpq_denref(at + 1)) &&
                      fmpq_sgn(at + 1) >= 0;
        bool small = is_small(fmpq_numref(at)) && is_small(fmpq_numref(at + 1));
        if (!affine)
            status = cpm_rec_semantic(b, call->span,
                                      "the index of a name of the catalogue is K*n+C with "
                                      "constants K and C, K >= 0");
        else if (!small)
            status = cpm_err_at(b->err, CPM_ERR_LIMIT, b->text, call->span,
                                "indices of names of the catalogue go up to %d", MAX_INDEX);
        *k = affine && small ? fmpz_get_si(fmpq_numref(at + 1)) : 0;
        *c = affine && small ? fmpz_get_si(fmpq_numref(at)) : 0;
    }
    for (slong n = 0; n < 3; n++)
        fmpq_clear(at + n);
    return status;
}

/* ---- Terms of an entry --------------------------------------------------------- */

/* terms[j] = the entry at k*(first+j) + c, j < count, of which all exist. */
static cpm_status take_terms(fmpq *terms, size_t count, const cpm_rec_import *from, slong first,
                             cpm_rec_builder *b)
{
    cpm_err why = {0};
    fmpq *all = NULL;
    size_t nall = 0;
    slong offset = cpm_rec_entry_offset(from->entry);
    slong last = from->k * (first + (slong)count - 1) + from->c;
    if (last > MAX_INDEX)
        return cpm_err_at(b->err, CPM_ERR_LIMIT, b->text, from->span,
                          "indices of names of the catalogue go up to %d", MAX_INDEX);
    cpm_status status =
        cpm_rec_entry_terms(&all, &nall, from->entry, (size_t)(last - offset) + 1, &why);
    for (size_t j = 0; j < count && status == CPM_OK; j++)
        fmpq_set(terms + j, all + (from->k * (first + (slong)j) + from->c - offset));
    cpm_list_free(all, nall);
    if (status != CPM_OK)
        cpm_err_at(b->err, why.status, b->text, from->span, "%s", why.message);
    return status;
}

/* The smallest n >= `least` at which the entry has begun. */
static slong first_index(const cpm_rec_import *from, slong least)
{
    slong gap = cpm_rec_entry_offset(from->entry) - from->c; /* k n >= gap */
    slong first = gap > 0 ? (gap + from->k - 1) / from->k : -(-gap / from->k);
    return first > least ? first : least;
}

/* ---- Sequences ------------------------------------------------------------------ */

/* *found is false where it has no constant coefficients. */
static cpm_status find_rule(cpm_guess *guess, bool *found, fmpq *terms, const cpm_rec_import *from,
                            cpm_rec_builder *b)
{
    cpm_config config;
    cpm_config_init(&config);
    cpm_err why = {0};
    cpm_status status = take_terms(terms, NTERMS, from, first_index(from, WORD_MIN), b);
    if (status == CPM_OK)
        status = cpm_guess_rational(guess, terms, NTERMS, &config, &why);
    *found = status == CPM_OK;
    if (status == CPM_ERR_NO_ANSWER)
        return CPM_OK;
    return status == CPM_OK || b->err->status != CPM_OK ? status : cpm_rec_memory(b);
}

static cpm_status add_constant(size_t *s, cpm_rec_builder *b, cpm_sym name,
                               const cpm_rec_import *from, const cpm_guess *guess)
{
    cpm_clause *clause = cpm_arena_alloc(&b->tree->arena, sizeof *clause);
    cpm_rec_import *kept = cpm_arena_copy(&b->tree->arena, from, sizeof *from);
    if (clause == NULL || kept == NULL)
        return cpm_rec_memory(b);
    *clause = (cpm_clause){.kind = CPM_CLAUSE_RULE,
                           .name = name,
                           .index = b->index,
                           .span = from->span,
                           .name_span = from->span};
    *s = b->nseqs;
    kept->nexceptions = guess->nexceptions;
    cpm_status status = cpm_rec_add_sequence(b, clause);
    if (status != CPM_OK)
        return status;
    b->seqs[*s].import = kept;
    clause->value = cpm_rec_new_rule(b, *s, guess->c, guess->order);
    return clause->value == NULL ? cpm_rec_memory(b) : CPM_OK;
}

/* The sequence entry(k*n+c), with a rule, without terms yet. */
static cpm_status add_import(size_t *s, cpm_rec_builder *b, cpm_sym name,
                             const cpm_rec_import *from)
{
    fmpq *terms = _fmpq_vec_init(NTERMS);
    cpm_guess guess = {0};
    bool is_constant;
    cpm_status status = find_rule(&guess, &is_constant, terms, from, b);
    if (status == CPM_OK)
        status = is_constant ? add_constant(s, b, name, from, &guess)
                             : cpm_rec_add_varying(s, b, name, from);
    cpm_guess_clear(&guess);
    _fmpq_vec_clear(terms, NTERMS);
    return status;
}

/* fib(7) is a number. */
static cpm_status put_number(cpm_rec_builder *b, cpm_expr *call, const cpm_rec_import *from)
{
    cpm_rec_import one = *from;
    fmpq_t value;
    fmpq_init(value);
    one.k = 1;
    cpm_status status = CPM_OK;
    if (from->c < cpm_rec_entry_offset(from->entry))
        status = cpm_rec_semantic(b, from->span, "the entry of the catalogue begins later");
    one.c = 0;
    if (status == CPM_OK)
        status = take_terms(value, 1, &one, from->c, b);
    if (status == CPM_OK && !fmpz_is_one(fmpq_denref(value)))
        status = cpm_rec_semantic(b, from->span, "this term is no integer");
    if (status == CPM_OK) {
        size_t literal = cpm_tree_add_literal(b->tree, fmpq_numref(value));
        call->kind = CPM_EXPR_INT;
        call->u.literal = literal;
        status = literal == SIZE_MAX ? cpm_rec_memory(b) : CPM_OK;
    }
    fmpq_clear(value);
    return status;
}

/* The call becomes one of the added sequence, at n. */
static cpm_status import_call(cpm_rec_builder *b, cpm_expr *call, const cpm_catalogue_entry *entry)
{
    cpm_rec_import from = {.entry = entry, .span = call->span};
    cpm_status status = read_index(&from.k, &from.c, b, call);
    if (status != CPM_OK)
        return status;
    if (from.k == 0)
        return put_number(b, call, &from);
    char text[200];
    snprintf(text, sizeof text, "%.100s(%ld*%.40s%+ld)", entry->name, (long)from.k,
             cpm_rec_name_of(b, b->index), (long)from.c);
    cpm_sym name = cpm_tree_intern(b->tree, text, strlen(text));
    size_t s = name == CPM_NO_SYM ? 0 : cpm_rec_find_sequence(b, name);
    if (name == CPM_NO_SYM)
        return cpm_rec_memory(b);
    if (s == CPM_REC_NO_SEQ)
        status = add_import(&s, b, name, &from);
    cpm_expr *index = cpm_expr_new(b->tree, CPM_EXPR_NAME, call->span);
    if (status == CPM_OK && index == NULL)
        status = cpm_rec_memory(b);
    if (status == CPM_OK) {
        index->u.name.sym = b->index;
        call->u.call.callee = name;
        call->u.call.args[0].value = index;
    }
    return status;
}

static cpm_status import_in(cpm_rec_builder *b, cpm_expr *expr)
{
    cpm_status status = CPM_OK;
    cpm_expr *child;
    for (size_t i = 0; status == CPM_OK && (child = cpm_expr_child(expr, i)) != NULL; i++)
        status = import_in(b, child);
    const cpm_catalogue_entry *entry = status == CPM_OK ? entry_of(b, expr) : NULL;
    return entry == NULL ? status : import_call(b, expr, entry);
}

cpm_status cpm_rec_import_entries(cpm_rec_builder *b)
{
    cpm_status status = CPM_OK;
    size_t count = b->nseqs; /* those that are added read nothing */
    for (size_t s = 0; s < count && status == CPM_OK; s++)
        status = import_in(b, b->seqs[s].rule->value);
    return status;
}

/* ---- Their terms ------------------------------------------------------------------ */

/* The first index of the sequences that have terms, 0 where none has. */
static slong earliest_index(const cpm_rec_builder *b)
{
    bool found = false;
    slong earliest = 0;
    for (size_t s = 0; s < b->nseqs; s++) {
        const cpm_rec_sequence *seq = &b->seqs[s];
        if (seq->nterms == 0 || !fmpz_fits_si(seq->first))
            continue;
        slong first = fmpz_get_si(seq->first) - seq->delay;
        earliest = !found || first < earliest ? first : earliest;
        found = true;
    }
    return earliest;
}

/* The first terms of a sequence of an entry, from `first` on. */
static cpm_status find_terms(fmpq **terms, size_t *count, cpm_rec_builder *b,
                             const cpm_rec_sequence *seq, slong first)
{
    const cpm_rec_import *from = seq->import;
    cpm_status status = CPM_OK;
    if (from->varies) {
        status = cpm_rec_varying_terms(terms, count, b, from, first);
        if (status != CPM_OK || from->component > 0)
            return status;
    } else {
        *count = seq->norder + from->nexceptions;
        *count += *count == 0;
        *terms = _fmpq_vec_init((slong)*count);
    }
    return take_terms(*terms, *count, from, first, b);
}

static cpm_status give_terms(cpm_rec_builder *b, cpm_rec_sequence *seq, slong earliest)
{
    fmpq *terms = NULL;
    size_t count = 0;
    slong first = first_index(seq->import, earliest);
    fmpz_set_si(seq->first, first + seq->delay);
    cpm_status status = earliest > MAX_INDEX
                            ? cpm_err_at(b->err, CPM_ERR_LIMIT, b->text, seq->import->span,
                                         "indices of names of the catalogue go up to %d", MAX_INDEX)
                            : find_terms(&terms, &count, b, seq, first);
    for (size_t k = 0; k < count && status == CPM_OK; k++)
        status = cpm_rec_append_term(b, seq, terms + k);
    if (terms != NULL)
        _fmpq_vec_clear(terms, (slong)count);
    return status;
}

cpm_status cpm_rec_give_imports(cpm_rec_builder *b)
{
    cpm_status status = CPM_OK;
    slong earliest = earliest_index(b);
    for (size_t s = 0; s < b->nseqs && status == CPM_OK; s++)
        if (b->seqs[s].import != NULL)
            status = give_terms(b, &b->seqs[s], earliest);
    return status;
}
