/* SPDX-License-Identifier: MIT
 *
 * recurrence.c - from the clauses of a SPEC to a loop of the syntax tree, so
 * that recurrences take the road of every other program.
 *
 * A reference a(n-K) becomes the variable named "a(n-K)"; `cur` and pK are such
 * variables as they stand. Sequences may refer to each other at the same index
 * in any order of the text as long as there is no circle. Given terms may
 * differ in number from sequence to sequence: the shorter ones are completed
 * by their rules, and the loop starts where the longest one ends.
 */
#include "rec/recurrence.h"

#include "base/limits.h"
#include "eval/constant.h"
#include "lang/parse.h"
#include "rec/catalogue.h"
#include "rec/recurrence_internal.h"

#include <flint/fmpq_vec.h>
#include <stdlib.h>
#include <string.h>

cpm_status cpm_rec_memory(cpm_rec_builder *b)
{
    return cpm_err_memory(b->err);
}

cpm_status cpm_rec_semantic(cpm_rec_builder *b, cpm_span span, const char *message)
{
    return cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, span, "%s", message);
}

/* ---- Clauses ----------------------------------------------------------- */

cpm_status cpm_rec_add_sequence(cpm_rec_builder *b, const cpm_clause *rule)
{
    cpm_rec_sequence *grown = cpm_grow(b->seqs, &b->seqs_cap, b->nseqs + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_rec_memory(b);
    b->seqs = grown;
    cpm_rec_sequence *seq = &b->seqs[b->nseqs++];
    *seq = (cpm_rec_sequence){.rule = rule, .name = rule->name};
    fmpz_init(seq->first);
    char name[CPM_MESSAGE_CAP];
    if (b->cur_form)
        snprintf(name, sizeof name, "%.200s", cpm_rec_name_of(b, rule->name));
    else
        snprintf(name, sizeof name, "%.200s(%.200s)", cpm_rec_name_of(b, rule->name),
                 cpm_rec_name_of(b, b->index));
    seq->current = cpm_tree_intern(b->tree, name, strlen(name));
    return cpm_rec_set_role(b, seq->current, b->nseqs - 1, 0);
}

static cpm_status collect_rules(cpm_rec_builder *b)
{
    b->index = CPM_NO_SYM;
    for (size_t i = 0; i < b->tree->nclauses; i++) {
        const cpm_clause *clause = &b->tree->clauses[i];
        if (clause->kind != CPM_CLAUSE_CUR && clause->kind != CPM_CLAUSE_RULE)
            continue;
        bool cur = clause->kind == CPM_CLAUSE_CUR;
        if (b->nseqs > 0 && (cur || b->cur_form))
            return cpm_rec_semantic(b, clause->span, "'cur = ...' stands for one sequence alone");
        b->cur_form = cur;
        if (b->nseqs == 0)
            b->index = cur ? cpm_tree_intern(b->tree, "i", 1) : clause->index;
        cpm_status status = cpm_rec_add_sequence(b, clause);
        if (status != CPM_OK)
            return status;
    }
    for (size_t i = 0; i < b->tree->nclauses && b->nseqs > 0; i++)
        if (b->tree->clauses[i].kind == CPM_CLAUSE_NAME)
            return cpm_rec_semantic(b, b->tree->clauses[i].span,
                                    "a name of the catalogue stands alone");
    if (b->nseqs > 0)
        return CPM_OK;
    cpm_rec_semantic(b, (cpm_span){0, b->text->len}, "there is no rule");
    cpm_err_hint(b->err, "write cur = p1 + p2, or a(n) = a(n-1) + a(n-2)");
    return b->err->status;
}

/* ---- Order of evaluation ----------------------------------------------- */

static cpm_status sort_from(cpm_rec_builder *b, size_t s)
{
    cpm_rec_sequence *seq = &b->seqs[s];
    if (seq->mark == 2)
        return CPM_OK;
    if (seq->mark == 1)
        return cpm_rec_semantic(b, seq->rule->span,
                                "these rules refer to each other at the same index, in a circle");
    seq->mark = 1;
    for (size_t i = 0; i < b->seqs[s].nsame; i++) {
        cpm_status status = sort_from(b, b->seqs[s].same[i]);
        if (status != CPM_OK)
            return status;
    }
    b->seqs[s].mark = 2;
    b->order[b->norder++] = s;
    return CPM_OK;
}

static cpm_status sort_sequences(cpm_rec_builder *b)
{
    if (b->nseqs > CPM_MAX_NESTING)
        return cpm_rec_semantic(b, (cpm_span){0, b->text->len}, "too many sequences");
    b->order = cpm_calloc(b->nseqs, sizeof *b->order);
    if (b->order == NULL)
        return cpm_rec_memory(b);
    cpm_status status = CPM_OK;
    for (size_t s = 0; s < b->nseqs && status == CPM_OK; s++)
        status = sort_from(b, s);
    return status;
}

/* ---- The loop ---------------------------------------------------------- */

static cpm_stmt *new_assign(cpm_rec_builder *b, cpm_sym target, cpm_expr *value)
{
    cpm_span span = value->span;
    cpm_stmt *stmt = cpm_stmt_new(b->tree, CPM_STMT_ASSIGN, span);
    cpm_expr *name = cpm_expr_name(b->tree, target, span);
    cpm_expr **targets = cpm_arena_array(&b->tree->arena, 1, sizeof(cpm_expr *));
    if (stmt == NULL || name == NULL || targets == NULL)
        return NULL;
    targets[0] = name;
    stmt->u.assign.targets = targets;
    stmt->u.assign.ntargets = 1;
    stmt->u.assign.value = value;
    return stmt;
}

/* The history of a sequence, one place further. */
static cpm_stmt *new_shift(cpm_rec_builder *b, const cpm_rec_sequence *seq)
{
    cpm_stmt *stmt = cpm_stmt_new(b->tree, CPM_STMT_SHIFT, seq->rule->span);
    size_t nbytes = seq->norder * sizeof *seq->history;
    cpm_sym *places = cpm_arena_copy(&b->tree->arena, seq->history, nbytes);
    if (stmt == NULL || places == NULL)
        return NULL;
    stmt->u.shift.places = places;
    stmt->u.shift.nplaces = seq->norder;
    return stmt;
}

static cpm_stmt *new_move(cpm_rec_builder *b, cpm_sym target, cpm_sym from, cpm_span span)
{
    cpm_expr *value = cpm_expr_name(b->tree, from, span);
    return value == NULL ? NULL : new_assign(b, target, value);
}

/* The rules; then every history is shifted, and its first place set. */
static cpm_status build_loop(cpm_rec_builder *b)
{
    size_t count = 3 * b->nseqs, done = 0;
    cpm_stmt **stmts = cpm_arena_array(&b->tree->arena, count, sizeof *stmts);
    cpm_stmt *loop = cpm_stmt_new(b->tree, CPM_STMT_FOR, b->seqs[0].rule->span);
    cpm_expr *target = cpm_expr_name(b->tree, b->index, b->seqs[0].rule->span);
    if (stmts == NULL || loop == NULL || target == NULL)
        return cpm_rec_memory(b);
    for (size_t k = 0; k < b->nseqs; k++) {
        const cpm_rec_sequence *seq = &b->seqs[b->order[k]];
        stmts[done++] = new_assign(b, seq->current, seq->rule->value);
    }
    for (size_t s = 0; s < b->nseqs; s++) {
        const cpm_rec_sequence *seq = &b->seqs[s];
        stmts[done++] = new_shift(b, seq);
        stmts[done++] = new_move(b, seq->history[0], seq->current, seq->rule->span);
    }
    for (size_t i = 0; i < done; i++)
        if (stmts[i] == NULL)
            return cpm_rec_memory(b);
    loop->u.loop.target = target;
    loop->u.loop.body = (cpm_block){stmts, done};
    b->rec->loop = loop;
    return CPM_OK;
}

/* Values of all names before the first round. */
static cpm_status set_values(cpm_rec_builder *b)
{
    cpm_recurrence *rec = b->rec;
    rec->nvalues = b->tree->nsymbols;
    rec->is_known = cpm_calloc(rec->nvalues, sizeof *rec->is_known);
    if (rec->is_known == NULL) {
        rec->nvalues = 0;
        return cpm_rec_memory(b);
    }
    rec->values = _fmpq_vec_init((slong)rec->nvalues);
    fmpz_set(b->at, rec->start);
    for (size_t sym = 0; sym < rec->nvalues; sym++) {
        cpm_rec_role r = cpm_rec_role_of(b, (cpm_sym)sym);
        if ((cpm_sym)sym != b->index && !(r.seq != CPM_REC_NO_SEQ && r.lag == 0))
            rec->is_known[sym] = cpm_rec_look_up(b, (cpm_sym)sym, rec->values + sym);
    }
    return CPM_OK;
}

/* The rule, applied to the given terms, does not give the later of them. */
static cpm_status find_exceptions(cpm_rec_builder *b, size_t s)
{
    cpm_rec_sequence *seq = &b->seqs[s];
    cpm_recurrence *rec = b->rec;
    fmpq_t value;
    fmpq_init(value);
    cpm_err ignored = {0};
    size_t nterms = seq->nterms;
    for (size_t k = seq->norder; k < nterms && !rec->has_exceptions; k++) {
        fmpz_add_ui(b->at, seq->first, k);
        cpm_status status = cpm_eval_extended(value, b->tree, seq->rule->value, b->text,
                                              cpm_rec_look_up, b, CPM_MAX_VALUE_BITS, &ignored);
        rec->has_exceptions = status != CPM_OK || !fmpq_equal(value, seq->terms + k);
    }
    fmpq_clear(value);
    return cpm_err_pass_memory(b->err, &ignored);
}

static cpm_status keep_names(cpm_rec_builder *b)
{
    b->rec->names = cpm_arena_array(&b->tree->arena, b->nseqs, sizeof *b->rec->names);
    if (b->rec->names == NULL)
        return cpm_rec_memory(b);
    for (size_t s = 0; s < b->nseqs; s++)
        if (b->seqs[s].import == NULL)
            b->rec->names[b->rec->nnames++] = b->seqs[s].name;
    return CPM_OK;
}

static cpm_status finish(cpm_rec_builder *b, size_t wanted)
{
    size_t order = b->seqs[wanted].norder;
    cpm_status status = keep_names(b);
    if (status == CPM_OK)
        status = find_exceptions(b, wanted);
    for (size_t s = 0; s < b->nseqs && status == CPM_OK; s++) {
        cpm_sym sym;
        status = cpm_rec_history_symbol(&sym, b, s, 1); /* at least one place each */
    }
    if (status == CPM_OK)
        status = build_loop(b);
    if (status == CPM_OK)
        status = set_values(b);
    if (status != CPM_OK)
        return status;
    cpm_recurrence *rec = b->rec;
    cpm_rec_sequence *seq = &b->seqs[wanted];
    rec->order = order;
    rec->output = seq->history[seq->norder - 1];
    fmpz_sub_ui(rec->base, rec->start, seq->norder);
    fmpz_set(rec->offset, seq->first);
    fmpz_set(rec->loop_start, rec->start);
    fmpz_sub_si(rec->offset, rec->offset, seq->delay); /* from rounds to its own indices */
    fmpz_sub_si(rec->base, rec->base, seq->delay);
    fmpz_sub_si(rec->start, rec->start, seq->delay);
    rec->given = seq->terms;
    rec->ngiven = seq->nterms;
    rec->nbefore = seq->nbefore;
    seq->terms = NULL;
    seq->nterms = 0;
    return CPM_OK;
}

static cpm_status find_wanted(size_t *wanted, cpm_rec_builder *b)
{
    *wanted = 0;
    const cpm_text *of = &b->spec->of;
    if (of->data == NULL)
        return CPM_OK;
    *wanted = cpm_rec_find_sequence(b, cpm_tree_find(b->tree, of->data, of->len));
    if (*wanted != CPM_REC_NO_SEQ && of->len > 0)
        return CPM_OK;
    cpm_err_at(b->err, CPM_ERR_USAGE, of, (cpm_span){0, of->len}, "no sequence '%.*s'",
               (int)(of->len > 100 ? 100 : of->len), of->data);
    char names[CPM_HINT_CAP / 2] = "";
    for (size_t s = 0, len = 0; s < b->nseqs && len + 40 < sizeof names; s++)
        len += (size_t)snprintf(names + len, sizeof names - len, "%s%.30s", s == 0 ? "" : ", ",
                                cpm_rec_name_of(b, b->seqs[s].name));
    cpm_err_hint(b->err, b->nseqs == 1 ? "there is only %s" : "there are %s", names);
    return b->err->status;
}

/* ---- Where the clauses come from --------------------------------------- */

/* Without the zero coefficients. */
cpm_expr *cpm_rec_new_rule(cpm_rec_builder *b, size_t s, const fmpq *c, size_t count)
{
    cpm_tree *tree = b->tree;
    cpm_expr *sum = cpm_expr_new(tree, CPM_EXPR_DOT, (cpm_span){0, 0});
    cpm_sym *names = cpm_arena_array(&tree->arena, count, sizeof *names);
    if (sum == NULL || names == NULL)
        return NULL;
    sum->u.dot.names = names;
    sum->u.dot.literals = tree->nliterals;
    for (size_t k = 0; k < count; k++) {
        if (fmpq_is_zero(c + k))
            continue;
        if (cpm_rec_history_symbol(&names[sum->u.dot.nterms++], b, s, k + 1) != CPM_OK ||
            cpm_tree_add_literal(tree, fmpq_numref(c + k)) == SIZE_MAX ||
            cpm_tree_add_literal(tree, fmpq_denref(c + k)) == SIZE_MAX)
            return NULL;
    }
    return sum;
}

/* A --signature stands for one rule; its references need no rewriting. */
static cpm_status sequence_of_signature(cpm_rec_builder *b)
{
    fmpq *c;
    size_t count;
    cpm_status status = cpm_list_parse(&c, &count, b->text, b->err);
    if (status != CPM_OK)
        return status;
    cpm_clause *clause = cpm_arena_alloc(&b->tree->arena, sizeof *clause);
    b->index = cpm_tree_intern(b->tree, "i", 1);
    b->cur_form = true;
    if (clause == NULL || b->index == CPM_NO_SYM) {
        status = cpm_rec_memory(b);
    } else {
        *clause = (cpm_clause){.kind = CPM_CLAUSE_CUR,
                               .name = cpm_tree_intern(b->tree, "cur", 3),
                               .index = CPM_NO_SYM};
        status = cpm_rec_add_sequence(b, clause);
    }
    if (status == CPM_OK) {
        clause->value = cpm_rec_new_rule(b, 0, c, count);
        if (clause->value == NULL)
            status = cpm_rec_memory(b);
        b->tree->clauses = clause;
        b->tree->nclauses = 1;
    }
    cpm_list_free(c, count);
    return status;
}

/* A000045 and the like. */
static bool is_oeis_number(const char *name, size_t len)
{
    bool is = len > 1 && (name[0] == 'A' || name[0] == 'a');
    for (size_t i = 1; i < len && is; i++)
        is = name[i] >= '0' && name[i] <= '9';
    return is;
}

static cpm_status unknown_name(cpm_rec_builder *b, const char *name, size_t len, cpm_span span)
{
    const char *nearest[CPM_CATALOGUE_SUGGESTIONS];
    size_t count = cpm_catalogue_nearest(nearest, name, len);
    cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, span, "no sequence '%.*s' in the catalogue",
               (int)(len < 100 ? len : 100), name);
    if (is_oeis_number(name, len))
        cpm_err_hint(b->err, "its page in the OEIS may give a signature and first terms: "
                             "--signature LIST --init LIST");
    else if (count == 1)
        cpm_err_hint(b->err, "did you mean '%s'?", nearest[0]);
    else if (count == 2)
        cpm_err_hint(b->err, "did you mean '%s' or '%s'?", nearest[0], nearest[1]);
    else if (count >= 3)
        cpm_err_hint(b->err, "did you mean '%s', '%s' or '%s'?", nearest[0], nearest[1],
                     nearest[2]);
    else
        cpm_err_hint(b->err, "--list shows the catalogue");
    return b->err->status;
}

/* A text that is one name: the catalogue's entry takes its place. */
static cpm_status replace_by_catalogue(bool *replaced, cpm_rec_builder *b)
{
    *replaced = false;
    if (b->tree->nclauses != 1 || b->tree->clauses[0].kind != CPM_CLAUSE_NAME)
        return CPM_OK;
    cpm_span span = b->tree->clauses[0].name_span;
    const char *name = b->text->data + span.begin;
    size_t len = span.end - span.begin;
    const cpm_catalogue_entry *entry = cpm_catalogue_find(name, len);
    if (entry == NULL)
        return unknown_name(b, name, len, span);
    cpm_tree_clear(b->tree);
    b->rec->text = (cpm_text){entry->name, entry->spec, strlen(entry->spec)};
    *replaced = true;
    cpm_tree_init(b->tree, b->text);
    return cpm_parse_spec(b->tree, b->text, b->err);
}

static cpm_status collect_clauses(bool *from_catalogue, cpm_rec_builder *b)
{
    *from_catalogue = false;
    b->text = &b->rec->text;
    if (b->spec->signature.data != NULL) {
        b->rec->text = b->spec->signature;
        cpm_tree_init(b->tree, b->text);
        b->tree->is_spec = true;
        return sequence_of_signature(b);
    }
    b->text = &b->rec->text;
    b->rec->text = b->spec->spec;
    cpm_tree_init(b->tree, b->text);
    cpm_status status = cpm_parse_spec(b->tree, b->text, b->err);
    return status == CPM_OK ? replace_by_catalogue(from_catalogue, b) : status;
}

static cpm_status build(cpm_rec_builder *b)
{
    size_t wanted = 0;
    bool from_catalogue;
    cpm_status status = collect_clauses(&from_catalogue, b);
    bool is_text = b->spec->signature.data == NULL;
    if (status == CPM_OK && is_text)
        status = collect_rules(b);
    if (status == CPM_OK)
        status = cpm_rec_collect_constants(b);
    if (status == CPM_OK && is_text && !from_catalogue)
        status = cpm_rec_import_entries(b);
    if (status == CPM_OK && is_text && !b->cur_form)
        status = cpm_rec_find_delays(b);
    for (size_t s = 0; s < b->nseqs && is_text && status == CPM_OK; s++)
        status = cpm_rec_rewrite(b, s, b->seqs[s].rule->value);
    if (status == CPM_OK)
        status = sort_sequences(b);
    if (status == CPM_OK)
        status = find_wanted(&wanted, b);
    if (status == CPM_OK)
        status = cpm_rec_collect_text_terms(b);
    if (status == CPM_OK)
        status = cpm_rec_collect_option_terms(b, &b->seqs[wanted], from_catalogue);
    if (status == CPM_OK)
        status = cpm_rec_give_imports(b);
    if (status == CPM_OK)
        status = cpm_rec_complete_terms(b);
    return status == CPM_OK ? finish(b, wanted) : status;
}

static void builder_clear(cpm_rec_builder *b)
{
    for (size_t s = 0; s < b->nseqs; s++) {
        cpm_rec_drop_terms(&b->seqs[s]);
        free(b->seqs[s].terms);
        free(b->seqs[s].history);
        free(b->seqs[s].same);
        fmpz_clear(b->seqs[s].first);
    }
    free(b->seqs);
    free(b->roles);
    free(b->order);
    free(b->has_const);
    if (b->consts != NULL)
        _fmpq_vec_clear(b->consts, (slong)b->nconsts);
    fmpz_clear(b->at);
}

cpm_status cpm_recurrence_init(cpm_recurrence *rec, const cpm_spec *spec, cpm_err *err)
{
    *rec = (cpm_recurrence){0}; /* a zeroed fmpz is 0 */
    cpm_rec_builder b = {.rec = rec, .tree = &rec->tree, .spec = spec, .err = err};
    fmpz_init(b.at);
    cpm_status status = build(&b);
    builder_clear(&b);
    if (status != CPM_OK)
        cpm_recurrence_clear(rec);
    return status;
}

/* ---- Entries of the catalogue in rules --------------------------------- */

slong cpm_rec_entry_offset(const cpm_catalogue_entry *entry)
{
    return strtol(entry->offset, NULL, 10);
}

/* What building leaves as given terms is all that was made. */
cpm_status cpm_rec_entry_terms(fmpq **terms, size_t *nterms, const cpm_catalogue_entry *entry,
                               size_t count, cpm_err *err)
{
    cpm_recurrence rec = {0};
    const cpm_spec spec = {.spec = {entry->name, entry->name, strlen(entry->name)}};
    cpm_rec_builder b = {
        .rec = &rec, .tree = &rec.tree, .spec = &spec, .min_terms = count, .err = err};
    fmpz_init(b.at);
    cpm_status status = build(&b);
    builder_clear(&b);
    *terms = rec.given;
    *nterms = rec.ngiven;
    rec.given = NULL;
    rec.ngiven = 0;
    cpm_recurrence_clear(&rec);
    return status;
}

/* ---- Signatures without a loop ----------------------------------------- */

/* Whether the coefficients, applied to the given terms, do not give the later ones. */
static bool breaks_signature(const fmpq *c, size_t order, const fmpq *given, size_t ngiven)
{
    fmpq_t sum;
    fmpq_init(sum);
    bool breaks = false;
    for (size_t n = order; n < ngiven && !breaks; n++) {
        fmpq_zero(sum);
        for (size_t k = 0; k < order; k++)
            fmpq_addmul(sum, c + k, given + (n - 1 - k));
        breaks = !fmpq_equal(sum, given + n);
    }
    fmpq_clear(sum);
    return breaks;
}

/* Takes the given terms over when there are as many as coefficients, or more. */
static cpm_status complete_signature(bool *found, cpm_linsys *sys, cpm_rec_builder *b,
                                     const fmpq *c, size_t order)
{
    cpm_recurrence *rec = b->rec;
    cpm_rec_sequence seq = {.norder = order};
    fmpz_init(seq.first);
    cpm_status status = cpm_rec_collect_option_terms(b, &seq, false);
    *found = status == CPM_OK && seq.nterms >= order;
    for (size_t k = 0; k < seq.nterms; k++)
        *found = *found && cpm_ext_is_finite(seq.terms + k); /* the loop says why not */
    if (*found) {
        size_t nbefore = seq.nterms - order;
        status = cpm_linsys_companion(sys, c, seq.terms + nbefore, order, b->err);
        rec->given = seq.terms;
        rec->ngiven = seq.nterms;
        rec->order = order;
        rec->has_exceptions = breaks_signature(c, order, seq.terms, seq.nterms);
        fmpz_set(rec->offset, seq.first);
        fmpz_add_ui(rec->base, seq.first, nbefore);
        fmpz_add_ui(rec->start, seq.first, seq.nterms);
    } else {
        cpm_rec_drop_terms(&seq);
        free(seq.terms);
    }
    fmpz_clear(seq.first);
    return status;
}

cpm_status cpm_recurrence_of_signature(cpm_recurrence *rec, bool *found, cpm_linsys *sys,
                                       const cpm_spec *spec, cpm_err *err)
{
    fmpq *c;
    size_t count, order;
    *found = false;
    *sys = (cpm_linsys){0};
    *rec = (cpm_recurrence){.text = spec->signature};
    cpm_status status = cpm_list_parse(&c, &count, &rec->text, err);
    if (status != CPM_OK)
        return status;
    for (size_t k = 0; k < count && status == CPM_OK; k++)
        if (!cpm_ext_is_finite(c + k))
            status = cpm_err_at(err, CPM_ERR_SEMANTIC, &rec->text, (cpm_span){0, rec->text.len},
                                "a signature has no infinite coefficients");
    if (status != CPM_OK) {
        cpm_list_free(c, count);
        return status;
    }
    order = count;
    while (order > 1 && fmpq_is_zero(c + (order - 1)))
        order--;
    cpm_rec_builder b = {.rec = rec, .tree = &rec->tree, .spec = spec, .text = &rec->text};
    b.err = err;
    cpm_tree_init(&rec->tree, &rec->text);
    status = complete_signature(found, sys, &b, c, order);
    cpm_tree_clear(&rec->tree);
    cpm_list_free(c, count);
    if (status != CPM_OK || !*found)
        cpm_recurrence_clear(rec);
    return status;
}

/* ---- Terms alone -------------------------------------------------------- */

cpm_status cpm_recurrence_terms(fmpq **terms, size_t *nterms, fmpz_t first, const cpm_spec *spec,
                                cpm_err *err)
{
    cpm_recurrence rec = {.text = spec->init};
    cpm_rec_builder b = {
        .rec = &rec, .tree = &rec.tree, .spec = spec, .text = &rec.text, .err = err};
    cpm_rec_sequence seq = {0};
    fmpz_init(seq.first);
    cpm_tree_init(&rec.tree, &rec.text);
    cpm_status status = cpm_rec_collect_option_terms(&b, &seq, false);
    if (status == CPM_OK) {
        *terms = seq.terms;
        *nterms = seq.nterms;
        fmpz_set(first, seq.first);
    } else {
        cpm_rec_drop_terms(&seq);
        free(seq.terms);
    }
    fmpz_clear(seq.first);
    cpm_tree_clear(&rec.tree);
    return status;
}

void cpm_recurrence_clear(cpm_recurrence *rec)
{
    cpm_tree_clear(&rec->tree);
    for (size_t i = 0; i < rec->ngiven; i++)
        fmpq_clear(rec->given + i);
    free(rec->given);
    if (rec->values != NULL)
        _fmpq_vec_clear(rec->values, (slong)rec->nvalues);
    free(rec->is_known);
    fmpz_clear(rec->start);
    fmpz_clear(rec->loop_start);
    fmpz_clear(rec->base);
    fmpz_clear(rec->offset);
    *rec = (cpm_recurrence){0};
}
