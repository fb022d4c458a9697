/* SPDX-License-Identifier: MIT
 *
 * recurrence_terms.c - the given terms of a recurrence: from the text, from
 * --init and --offset, and completed by the rules where one sequence is given
 * further than another.
 */
#include "base/limits.h"
#include "eval/constant.h"
#include "lang/parse.h"
#include "rec/recurrence_internal.h"

#include <stdlib.h>

cpm_status cpm_rec_append_term(cpm_rec_builder *b, cpm_rec_sequence *seq, const fmpq_t value)
{
    fmpq *grown = cpm_grow(seq->terms, &seq->terms_cap, seq->nterms + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_rec_memory(b);
    seq->terms = grown;
    fmpq_init(seq->terms + seq->nterms);
    fmpq_set(seq->terms + seq->nterms++, value);
    return CPM_OK;
}

/* A term a(4) = 7 of the text. */
typedef struct given_term {
    const cpm_clause *clause;
    size_t seq;
    fmpz_t at;
} given_term;

static int by_place(const void *x, const void *y)
{
    const given_term *s = x, *t = y;
    if (s->seq != t->seq)
        return s->seq < t->seq ? -1 : 1;
    return fmpz_cmp(s->at, t->at);
}

static cpm_status read_given(given_term *given, cpm_rec_builder *b, const cpm_clause *clause)
{
    given->clause = clause;
    given->seq = cpm_rec_find_sequence(b, clause->name);
    if (given->seq == CPM_REC_NO_SEQ)
        return cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, clause->span, "'%s' has no rule",
                          cpm_rec_name_of(b, clause->name));
    cpm_status status =
        cpm_rec_eval_integer(given->at, b, clause->at, b->text, "the index of a term");
    fmpz_add_si(given->at, given->at, b->seqs[given->seq].delay);
    return status;
}

static cpm_status make_term(cpm_rec_builder *b, cpm_rec_sequence *seq);

/* A gap before a term that the rule does not make, as it divides by 0 there: the terms
 * in the gap are made. False, with nothing changed, where it is no such gap. */
static bool fill_gap(cpm_rec_builder *b, cpm_rec_sequence *seq, const fmpz_t at)
{
    enum { LONGEST_GAP = 1000 };
    cpm_err *err = b->err, why = {0};
    const size_t nterms = seq->nterms;
    fmpz_t next;
    fmpz_init(next);
    fmpz_add_ui(next, seq->first, LONGEST_GAP);
    bool fits = b->nseqs == 1 && nterms >= seq->norder && fmpz_cmp(at, next) <= 0;
    b->err = &why;
    for (fmpz_add_ui(next, seq->first, nterms); fits && fmpz_cmp(next, at) < 0;
         fmpz_add_ui(next, next, 1))
        fits = make_term(b, seq) == CPM_OK;
    const size_t filled = seq->nterms;
    bool is_needed = fits && make_term(b, seq) == CPM_ERR_SEMANTIC;
    b->err = err;
    for (size_t keep = is_needed ? filled : nterms; seq->nterms > keep;)
        fmpq_clear(seq->terms + --seq->nterms);
    fmpz_clear(next);
    return is_needed;
}

/* Terms in order of their index; they must follow each other. */
static cpm_status place_given(cpm_rec_builder *b, const given_term *given, size_t count)
{
    fmpz_t expected;
    fmpq_t value;
    fmpz_init(expected);
    fmpq_init(value);
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < count && status == CPM_OK; i++) {
        cpm_rec_sequence *seq = &b->seqs[given[i].seq];
        if (seq->nterms == 0)
            fmpz_set(seq->first, given[i].at);
        fmpz_add_ui(expected, seq->first, seq->nterms);
        if (fmpz_cmp(expected, given[i].at) < 0 && fill_gap(b, seq, given[i].at))
            fmpz_set(expected, given[i].at);
        if (!fmpz_equal(expected, given[i].at))
            status = cpm_rec_semantic(b, given[i].clause->span,
                                      fmpz_cmp(given[i].at, expected) < 0
                                          ? "this term is given twice"
                                          : "the given terms leave a gap before this one");
        if (status == CPM_OK)
            status = cpm_rec_eval_constant(value, b, given[i].clause->value, b->text);
        if (status == CPM_OK)
            status = cpm_rec_append_term(b, seq, value);
    }
    fmpz_clear(expected);
    fmpq_clear(value);
    return status;
}

/* Terms in front of those there are, all of one value. */
static cpm_status prepend_terms(cpm_rec_builder *b, cpm_rec_sequence *seq, const fmpq_t value,
                                size_t count)
{
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < count && status == CPM_OK; i++)
        status = cpm_rec_append_term(b, seq, value);
    if (status != CPM_OK)
        return status;
    for (size_t i = seq->nterms; i-- > count;)
        fmpq_swap(seq->terms + i, seq->terms + i - count);
    fmpz_sub_ui(seq->first, seq->first, count);
    seq->nbefore = count;
    return CPM_OK;
}

/* a(n) = 0 for n < 0: as many of them as the rule reads, and one at least, which stands
 * for all others. */
static cpm_status place_before(cpm_rec_builder *b, const cpm_clause *clause)
{
    size_t s = cpm_rec_find_sequence(b, clause->name);
    if (s == CPM_REC_NO_SEQ)
        return cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, clause->span, "'%s' has no rule",
                          cpm_rec_name_of(b, clause->name));
    cpm_rec_sequence *seq = &b->seqs[s];
    fmpz_t bound;
    fmpq_t value;
    fmpz_init(bound);
    fmpq_init(value);
    cpm_status status =
        cpm_rec_eval_integer(bound, b, clause->at, b->text, "the bound of a condition");
    fmpz_add_si(bound, bound, seq->delay);
    if (status == CPM_OK)
        status = cpm_rec_eval_constant(value, b, clause->value, b->text);
    if (status == CPM_OK && seq->nterms == 0)
        fmpz_set(seq->first, bound);
    if (status == CPM_OK && !fmpz_equal(seq->first, bound))
        status = cpm_rec_semantic(b, clause->span,
                                  fmpz_cmp(seq->first, bound) < 0
                                      ? "a term before this bound is given as well"
                                      : "the given terms leave a gap behind this bound");
    if (status == CPM_OK)
        status = prepend_terms(b, seq, value, seq->norder > 0 ? seq->norder : 1);
    fmpz_clear(bound);
    fmpq_clear(value);
    return status;
}

cpm_status cpm_rec_collect_text_terms(cpm_rec_builder *b)
{
    given_term *given = cpm_calloc(b->tree->nclauses, sizeof *given);
    if (given == NULL)
        return cpm_rec_memory(b);
    size_t count = 0;
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < b->tree->nclauses && status == CPM_OK; i++)
        if (b->tree->clauses[i].kind == CPM_CLAUSE_TERM) {
            fmpz_init(given[count].at);
            status = read_given(&given[count++], b, &b->tree->clauses[i]);
        }
    if (status == CPM_OK) {
        qsort(given, count, sizeof *given, by_place);
        status = place_given(b, given, count);
    }
    for (size_t i = 0; i < b->tree->nclauses && status == CPM_OK; i++)
        if (b->tree->clauses[i].kind == CPM_CLAUSE_BEFORE)
            status = place_before(b, &b->tree->clauses[i]);
    for (size_t i = 0; i < count; i++)
        fmpz_clear(given[i].at);
    free(given);
    return status;
}

void cpm_rec_drop_terms(cpm_rec_sequence *seq)
{
    for (size_t i = 0; i < seq->nterms; i++)
        fmpq_clear(seq->terms + i);
    seq->nterms = 0;
}

static cpm_status read_init(cpm_rec_builder *b, cpm_rec_sequence *seq)
{
    fmpq *values;
    size_t count;
    cpm_status status = cpm_list_parse(&values, &count, &b->spec->init, b->err);
    if (status != CPM_OK)
        return status;
    for (size_t i = 0; i < count && status == CPM_OK; i++)
        status = cpm_rec_append_term(b, seq, values + i);
    cpm_list_free(values, count);
    return status;
}

/* Lines "n a(n)", whose first index is the offset; none may be left out. */
static cpm_status read_bfile(cpm_rec_builder *b, cpm_rec_sequence *seq)
{
    const cpm_text *text = &b->spec->init;
    cpm_span line;
    fmpz_t expected;
    fmpz_init(expected);
    cpm_status status = CPM_OK;
    for (size_t at = 0; status == CPM_OK && cpm_bfile_line(&line, &at, text);) {
        fmpq *pair;
        size_t count;
        status = cpm_list_parse_span(&pair, &count, text, line, b->err);
        if (status != CPM_OK)
            break;
        if (seq->nterms == 0)
            fmpz_set(seq->first, fmpq_numref(pair));
        fmpz_add_ui(expected, seq->first, seq->nterms);
        if (!fmpz_equal(fmpq_numref(pair), expected)) {
            char *index = fmpz_get_str(NULL, 10, expected);
            status =
                cpm_err_at(b->err, CPM_ERR_SEMANTIC, text, line,
                           "the indices of a b-file follow each other: expected %.60s here", index);
            flint_free(index);
        }
        if (status == CPM_OK)
            status = cpm_rec_append_term(b, seq, pair + 1);
        cpm_list_free(pair, count);
    }
    fmpz_clear(expected);
    return status;
}

/* --offset, which must not contradict a b-file. */
static cpm_status check_offset(cpm_rec_builder *b, const fmpz_t of_bfile, const fmpz_t offset)
{
    if (b->spec->init.data == NULL || !cpm_is_bfile(&b->spec->init) || fmpz_equal(of_bfile, offset))
        return CPM_OK;
    char *index = fmpz_get_str(NULL, 10, of_bfile);
    cpm_err_at(b->err, CPM_ERR_USAGE, &b->spec->offset, (cpm_span){0, b->spec->offset.len},
               "the b-file begins at index %.60s", index);
    flint_free(index);
    return b->err->status;
}

/* --init and --offset, for the wanted sequence. */
cpm_status cpm_rec_collect_option_terms(cpm_rec_builder *b, cpm_rec_sequence *seq,
                                        bool from_catalogue)
{
    cpm_status status = CPM_OK;
    fmpz_sub_si(seq->first, seq->first, seq->delay); /* an index, as the options have it */
    if (b->spec->init.data != NULL) {
        if (seq->nterms > 0 && !from_catalogue)
            return cpm_err_at(b->err, CPM_ERR_USAGE, &b->spec->init,
                              (cpm_span){0, b->spec->init.len},
                              "the text of the recurrence gives initial terms too");
        cpm_rec_drop_terms(seq);
        status = cpm_is_bfile(&b->spec->init) ? read_bfile(b, seq) : read_init(b, seq);
        if (status != CPM_OK)
            return status;
    }
    if (status == CPM_OK && b->spec->offset.data != NULL) {
        cpm_expr *expr;
        cpm_span whole = {0, b->spec->offset.len};
        status = cpm_parse_expr(&expr, b->tree, &b->spec->offset, whole, true, b->err);
        fmpz_t before;
        fmpz_init_set(before, seq->first);
        if (status == CPM_OK)
            status = cpm_rec_eval_integer(seq->first, b, expr, &b->spec->offset, "the offset");
        if (status == CPM_OK)
            status = check_offset(b, before, seq->first);
        fmpz_clear(before);
    }
    fmpz_add_si(seq->first, seq->first, seq->delay);
    return status;
}

/* ---- Given terms ------------------------------------------------------- */

static void next_index(fmpz_t out, const cpm_rec_sequence *seq)
{
    fmpz_add_ui(out, seq->first, seq->nterms);
}

static cpm_status too_few(cpm_rec_builder *b, const cpm_rec_sequence *seq)
{
    fmpz_t first, last;
    fmpz_init(first);
    fmpz_init(last);
    fmpz_sub_si(first, seq->first, seq->delay);
    fmpz_add_ui(last, first, seq->norder - 1);
    char *first_text = fmpz_get_str(NULL, 10, first);
    char *last_text = fmpz_get_str(NULL, 10, last);
    const char *name = b->cur_form ? "a" : cpm_rec_name_of(b, seq->name);
    cpm_span span = {0, b->text->len};
    if (seq->rule->span.end > seq->rule->span.begin)
        span = seq->rule->span;
    if (seq->norder == 1)
        cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, span, "needs 1 initial value, %.100s(%.60s)",
                   name, first_text);
    else
        cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, span,
                   "needs %zu initial values, %.100s(%.60s) to %.100s(%.60s); there %s %zu",
                   seq->norder, name, first_text, name, last_text, seq->nterms == 1 ? "is" : "are",
                   seq->nterms);
    cpm_err_hint(b->err, "%s",
                 seq->norder == 1   ? "--init A"
                 : seq->norder == 2 ? "--init A,B"
                 : seq->norder == 3 ? "--init A,B,C"
                                    : "--init A,B,C,...");
    flint_free(first_text);
    flint_free(last_text);
    fmpz_clear(first);
    fmpz_clear(last);
    return b->err->status;
}

/* The next term is neither given nor can it be made. */
static cpm_status refuse_term(cpm_rec_builder *b, const cpm_rec_sequence *seq)
{
    const char *name = cpm_rec_name_of(b, seq->name);
    fmpz_sub_si(b->at, b->at, seq->delay);
    char *index = fmpz_get_str(NULL, 10, b->at);
    cpm_err_clear(b->err);
    cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, seq->rule->span,
               "needs an initial value %.100s(%.60s)", name, index);
    cpm_err_hint(b->err, "add %.100s(%.60s) = VALUE", name, index);
    flint_free(index);
    return b->err->status;
}

/* Whether the rule holds for index b->at: `for n > 17` says from where on. */
static cpm_status check_holds(cpm_rec_builder *b, const cpm_rec_sequence *seq)
{
    fmpz_t from;
    if (seq->rule->from == NULL)
        return CPM_OK;
    fmpz_init(from);
    cpm_status status =
        cpm_rec_eval_integer(from, b, seq->rule->from, b->text, "the bound of a condition");
    fmpz_add_si(from, from, seq->delay);
    if (status == CPM_OK && fmpz_cmp(b->at, from) < 0)
        status = refuse_term(b, seq);
    fmpz_clear(from);
    return status;
}

/* Appends the next term of a sequence by its rule. */
static cpm_status make_term(cpm_rec_builder *b, cpm_rec_sequence *seq)
{
    fmpq_t value;
    next_index(b->at, seq);
    if (check_holds(b, seq) != CPM_OK)
        return b->err->status;
    fmpq_init(value);
    b->missed_term = false;
    cpm_status status = cpm_eval_extended(value, b->tree, seq->rule->value, b->text,
                                          cpm_rec_look_up, b, CPM_MAX_VALUE_BITS, b->err);
    if (status != CPM_OK && status != CPM_ERR_MEMORY && b->missed_term)
        status = refuse_term(b, seq);
    if (status == CPM_OK)
        status = cpm_rec_append_term(b, seq, value);
    fmpq_clear(value);
    return status;
}

/* Sequences without given terms begin at the index where the first of the others does. */
static void place_unstarted(cpm_rec_builder *b)
{
    fmpz_t earliest, first;
    fmpz_init(earliest);
    fmpz_init(first);
    bool found = false;
    for (size_t s = 0; s < b->nseqs; s++) {
        fmpz_sub_si(first, b->seqs[s].first, b->seqs[s].delay);
        if (b->seqs[s].nterms == 0 || (found && fmpz_cmp(first, earliest) >= 0))
            continue;
        fmpz_set(earliest, first);
        found = true;
    }
    for (size_t s = 0; s < b->nseqs && found; s++)
        if (b->seqs[s].nterms == 0)
            fmpz_add_si(b->seqs[s].first, earliest, b->seqs[s].delay);
    fmpz_clear(earliest);
    fmpz_clear(first);
}

/* Every sequence gets terms up to start - 1, and at least one. */
cpm_status cpm_rec_complete_terms(cpm_rec_builder *b)
{
    fmpz *start = b->rec->start;
    fmpz_t next, limit;
    fmpz_init(next);
    fmpz_init(limit);
    cpm_status status = CPM_OK;
    place_unstarted(b);
    next_index(start, &b->seqs[0]);
    for (size_t s = 1; s < b->nseqs; s++) {
        next_index(next, &b->seqs[s]);
        if (fmpz_cmp(next, start) > 0)
            fmpz_set(start, next);
    }
    fmpz_add_ui(next, b->seqs[0].first, b->min_terms);
    if (fmpz_cmp(next, start) > 0)
        fmpz_set(start, next);
    for (size_t s = 0; s < b->nseqs && status == CPM_OK; s++) {
        const cpm_rec_sequence *seq = &b->seqs[s];
        fmpz_add_ui(limit, seq->first, seq->norder);
        if (fmpz_cmp(limit, start) > 0)
            status = too_few(b, seq);
    }
    bool empty = false;
    for (size_t s = 0; s < b->nseqs; s++)
        empty = empty || fmpz_equal(b->seqs[s].first, start);
    if (empty)
        fmpz_add_ui(start, start, 1);
    for (bool grew = true; grew && status == CPM_OK;) { /* term by term, in step */
        grew = false;
        fmpz_set(limit, start);
        for (size_t s = 0; s < b->nseqs; s++) {
            next_index(next, &b->seqs[s]);
            if (fmpz_cmp(next, limit) < 0)
                fmpz_set(limit, next);
        }
        for (size_t k = 0; k < b->nseqs && status == CPM_OK; k++) {
            cpm_rec_sequence *seq = &b->seqs[b->order[k]];
            next_index(next, seq);
            if (!fmpz_equal(next, limit) || fmpz_cmp(next, start) >= 0)
                continue;
            status = make_term(b, seq);
            grew = true;
        }
    }
    for (size_t s = 0; s < b->nseqs && status == CPM_OK; s++) {
        fmpz_set(b->at, start);
        status = check_holds(b, &b->seqs[s]);
    }
    fmpz_clear(next);
    fmpz_clear(limit);
    return status;
}
