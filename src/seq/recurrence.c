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
#include "seq/recurrence.h"

#include "base/limits.h"
#include "eval/constant.h"
#include "lang/parse.h"
#include "seq/catalogue.h"

#include <flint/fmpq_vec.h>
#include <stdlib.h>
#include <string.h>

/* One sequence of the spec. */
typedef struct sequence {
    const cpm_clause *rule; /* NULL until it is seen */
    cpm_sym name;
    cpm_sym current;  /* the variable of the term being made */
    cpm_sym *history; /* owned: history[k-1] is the variable of the term k back */
    size_t norder, history_cap;
    fmpz_t first; /* index of terms[0]; meaningless without terms */
    fmpq *terms;  /* owned */
    size_t nterms, terms_cap;
    size_t *same; /* owned: sequences it reads at the same index */
    size_t nsame, same_cap;
    int mark; /* of the topological sort: 0 new, 1 open, 2 done */
} sequence;

/* What a symbol stands for. */
typedef struct role {
    size_t seq; /* NO_SEQ: no term */
    size_t lag;
} role;

#define NO_SEQ ((size_t)-1)

typedef struct builder {
    cpm_recurrence *rec;
    cpm_tree *tree;
    const cpm_spec *spec;
    const cpm_text *text; /* what the clauses are from */
    sequence *seqs;       /* owned */
    size_t nseqs, seqs_cap;
    role *roles; /* owned, per symbol */
    size_t nroles, roles_cap;
    fmpq *consts; /* owned, per symbol */
    bool *has_const;
    size_t nconsts;
    cpm_sym index; /* the common index variable */
    bool cur_form;
    fmpz_t at;     /* index at which a rule is being evaluated */
    size_t *order; /* owned: sequences, read before reading */
    size_t norder;
    cpm_err *err;
} builder;

static cpm_status memory(builder *b)
{
    return cpm_err_memory(b->err);
}

static cpm_status semantic(builder *b, cpm_span span, const char *message)
{
    return cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, span, "%s", message);
}

/* ---- Symbols ----------------------------------------------------------- */

static cpm_status set_role(builder *b, cpm_sym sym, size_t seq, size_t lag)
{
    if (sym == CPM_NO_SYM)
        return memory(b);
    if (sym >= b->nroles) {
        role *grown = cpm_grow(b->roles, &b->roles_cap, (size_t)sym + 1, sizeof *grown);
        if (grown == NULL)
            return memory(b);
        b->roles = grown;
        while (b->nroles <= sym)
            b->roles[b->nroles++] = (role){NO_SEQ, 0};
    }
    b->roles[sym] = (role){seq, lag};
    return CPM_OK;
}

static role role_of(const builder *b, cpm_sym sym)
{
    return sym < b->nroles ? b->roles[sym] : (role){NO_SEQ, 0};
}

static const char *name_of(const builder *b, cpm_sym sym)
{
    return b->tree->symbols[sym].name;
}

/* The variable of the term `lag` back, made with all nearer ones. */
static cpm_status history_symbol(cpm_sym *sym, builder *b, size_t s, size_t lag)
{
    while (b->seqs[s].norder < lag) {
        sequence *seq = &b->seqs[s];
        char name[CPM_MESSAGE_CAP];
        if (b->cur_form)
            snprintf(name, sizeof name, "p%zu", seq->norder + 1);
        else
            snprintf(name, sizeof name, "%.200s(%.200s-%zu)", name_of(b, seq->name),
                     name_of(b, b->index), seq->norder + 1);
        cpm_sym *grown = cpm_grow(seq->history, &seq->history_cap, seq->norder + 1, sizeof *grown);
        if (grown == NULL)
            return memory(b);
        seq->history = grown;
        seq->history[seq->norder] = cpm_tree_intern(b->tree, name, strlen(name));
        cpm_status status = set_role(b, seq->history[seq->norder], s, seq->norder + 1);
        if (status != CPM_OK)
            return status;
        seq->norder++;
    }
    *sym = b->seqs[s].history[lag - 1];
    return CPM_OK;
}

/* ---- Constants --------------------------------------------------------- */

/* Names while a rule is evaluated at index `at`: constants, the index, terms. */
static bool look_up(void *ctx, cpm_sym sym, fmpq_t value)
{
    const builder *b = ctx;
    role r = role_of(b, sym);
    if (r.seq != NO_SEQ) {
        const sequence *seq = &b->seqs[r.seq];
        fmpz_t k;
        fmpz_init(k);
        fmpz_sub(k, b->at, seq->first);
        fmpz_sub_ui(k, k, r.lag);
        bool known = fmpz_sgn(k) >= 0 && fmpz_cmp_ui(k, seq->nterms) < 0;
        if (known)
            fmpq_set(value, seq->terms + fmpz_get_ui(k));
        fmpz_clear(k);
        return known;
    }
    if (sym == b->index) {
        fmpq_set_fmpz(value, b->at);
        return true;
    }
    if (sym >= b->nconsts || !b->has_const[sym])
        return false;
    fmpq_set(value, b->consts + sym);
    return true;
}

/* Names outside the rules: constants only. */
static bool look_up_constant(void *ctx, cpm_sym sym, fmpq_t value)
{
    const builder *b = ctx;
    if (sym >= b->nconsts || !b->has_const[sym])
        return false;
    fmpq_set(value, b->consts + sym);
    return true;
}

static cpm_status eval_constant(fmpq_t out, builder *b, const cpm_expr *expr, const cpm_text *where)
{
    return cpm_eval_constant(out, b->tree, expr, where, look_up_constant, b, CPM_MAX_VALUE_BITS,
                             b->err);
}

static cpm_status eval_integer(fmpz_t out, builder *b, const cpm_expr *expr, const cpm_text *where,
                               const char *what)
{
    fmpq_t value;
    fmpq_init(value);
    cpm_status status = eval_constant(value, b, expr, where);
    if (status == CPM_OK && !fmpz_is_one(fmpq_denref(value)))
        status =
            cpm_err_at(b->err, CPM_ERR_SEMANTIC, where, expr->span, "%s must be an integer", what);
    if (status == CPM_OK)
        fmpz_set(out, fmpq_numref(value));
    fmpq_clear(value);
    return status;
}

/* Room for a constant of every symbol there is now. */
static cpm_status size_constants(builder *b)
{
    b->nconsts = b->tree->nsymbols;
    b->has_const = cpm_calloc(b->nconsts, sizeof *b->has_const);
    if (b->has_const == NULL) {
        b->nconsts = 0;
        return memory(b);
    }
    b->consts = _fmpq_vec_init((slong)b->nconsts);
    return CPM_OK;
}

/* NAME=VALUE of a --set. */
static cpm_status apply_set(builder *b, const cpm_text *set)
{
    const char *equals = set->data == NULL ? NULL : memchr(set->data, '=', set->len);
    size_t len = equals == NULL ? set->len : (size_t)(equals - set->data);
    while (len > 0 && set->data[len - 1] == ' ')
        len--;
    cpm_span whole = {0, set->len};
    if (equals == NULL || len == 0)
        return cpm_err_at(b->err, CPM_ERR_USAGE, set, whole, "expected NAME=VALUE");
    cpm_sym sym = cpm_tree_find(b->tree, set->data, len);
    if (sym == CPM_NO_SYM || sym >= b->nconsts || sym == b->index || role_of(b, sym).seq != NO_SEQ)
        return cpm_err_at(b->err, CPM_ERR_USAGE, set, (cpm_span){0, len},
                          "the recurrence has no constant '%.*s'", (int)len, set->data);
    cpm_expr *expr;
    cpm_span value = {(size_t)(equals - set->data) + 1, set->len};
    cpm_status status = cpm_parse_expr(&expr, b->tree, set, value, true, b->err);
    if (status == CPM_OK)
        status = eval_constant(b->consts + sym, b, expr, set);
    b->has_const[sym] = status == CPM_OK;
    return status;
}

static cpm_status collect_constants(builder *b)
{
    cpm_status status = size_constants(b);
    for (size_t i = 0; i < b->spec->nsets && status == CPM_OK; i++)
        status = apply_set(b, &b->spec->sets[i]);
    for (size_t i = 0; i < b->tree->nclauses && status == CPM_OK; i++) {
        const cpm_clause *clause = &b->tree->clauses[i];
        if (clause->kind != CPM_CLAUSE_CONST || b->has_const[clause->name])
            continue; /* --set beats the text */
        status = eval_constant(b->consts + clause->name, b, clause->value, b->text);
        b->has_const[clause->name] = true;
    }
    return status;
}

/* ---- References -------------------------------------------------------- */

static size_t find_sequence(const builder *b, cpm_sym name)
{
    for (size_t s = 0; s < b->nseqs; s++)
        if (b->seqs[s].name == name)
            return s;
    return NO_SEQ;
}

/* Value of the argument of a reference with the index set to `n`. */
static cpm_status argument_at(fmpq_t out, builder *b, const cpm_expr *arg, slong n)
{
    fmpz_set_si(b->at, n);
    return cpm_eval_constant(out, b->tree, arg, b->text, look_up, b, CPM_MAX_VALUE_BITS, b->err);
}

/* The K of an argument n-K; an argument that is not of this form is refused. */
static cpm_status lag_of(size_t *lag, builder *b, const cpm_expr *call)
{
    const cpm_expr *arg = call->u.call.args[0].value;
    fmpq_t at[3];
    cpm_status status = CPM_OK;
    for (slong n = 0; n < 3; n++)
        fmpq_init(at[n]);
    for (slong n = 0; n < 3 && status == CPM_OK; n++)
        status = argument_at(at[n], b, arg, n);
    if (status == CPM_OK) {
        fmpq_sub(at[2], at[2], at[1]);
        fmpq_sub(at[1], at[1], at[0]);
        bool shifted = fmpq_is_one(at[1]) && fmpq_is_one(at[2]) && fmpz_is_one(fmpq_denref(at[0]));
        if (!shifted) {
            status = cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, call->span,
                                "not a linear recurrence with constant coefficients: a term is "
                                "referred to as %s(%s-K) with a constant K",
                                name_of(b, call->u.call.callee), name_of(b, b->index));
        } else if (fmpz_sgn(fmpq_numref(at[0])) > 0) {
            status = semantic(b, call->span, "the rule refers to a term that comes later");
        } else if (fmpz_cmp_si(fmpq_numref(at[0]), -100000000) < 0) {
            status = cpm_err_at(b->err, CPM_ERR_LIMIT, b->text, call->span,
                                "the order of a recurrence is at most 10^8");
        } else {
            *lag = (size_t)-fmpz_get_si(fmpq_numref(at[0]));
        }
    }
    for (slong n = 0; n < 3; n++)
        fmpq_clear(at[n]);
    return status;
}

static cpm_status note_same_index(builder *b, size_t s, size_t read, cpm_span span)
{
    sequence *seq = &b->seqs[s];
    if (read == s)
        return semantic(b, span, "the rule refers to the term that it makes");
    size_t *grown = cpm_grow(seq->same, &seq->same_cap, seq->nsame + 1, sizeof *grown);
    if (grown == NULL)
        return memory(b);
    seq->same = grown;
    seq->same[seq->nsame++] = read;
    return CPM_OK;
}

/* a(n-K) becomes the name of its variable. */
static cpm_status rewrite_call(builder *b, size_t s, cpm_expr *expr)
{
    size_t read = find_sequence(b, expr->u.call.callee), lag = 0;
    if (expr->u.call.nargs != 1 || expr->u.call.args[0].keyword != CPM_NO_SYM)
        return semantic(b, expr->span, "a term has one index");
    cpm_status status = lag_of(&lag, b, expr);
    if (status != CPM_OK)
        return status;
    cpm_sym sym = b->seqs[read].current;
    status =
        lag == 0 ? note_same_index(b, s, read, expr->span) : history_symbol(&sym, b, read, lag);
    expr->kind = CPM_EXPR_NAME;
    expr->u.name.sym = sym;
    return status;
}

/* pK -> K; 0 for any other name. */
static size_t lag_of_name(const char *name)
{
    if (name[0] != 'p' || name[1] < '1' || name[1] > '9')
        return 0;
    size_t lag = 0;
    for (const char *c = name + 1; *c != '\0'; c++) {
        if (*c < '0' || *c > '9' || lag > 10000000)
            return 0;
        lag = 10 * lag + (size_t)(*c - '0');
    }
    return lag;
}

static cpm_status rewrite_name(builder *b, size_t s, cpm_expr *expr)
{
    cpm_sym sym = expr->u.name.sym;
    if (!b->cur_form) {
        if (b->seqs[s].rule != NULL && sym == b->seqs[s].rule->index)
            expr->u.name.sym = b->index;
        else if (find_sequence(b, sym) != NO_SEQ)
            return cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, expr->span,
                              "'%s' is a sequence: a term is written %s(%s-K)", name_of(b, sym),
                              name_of(b, sym), name_of(b, b->index));
        return CPM_OK;
    }
    if (sym == b->seqs[s].current)
        return semantic(b, expr->span, "the rule refers to the term that it makes");
    size_t lag = lag_of_name(name_of(b, sym));
    return lag == 0 ? CPM_OK : history_symbol(&sym, b, s, lag);
}

static cpm_status rewrite(builder *b, size_t s, cpm_expr *expr)
{
    cpm_status status = CPM_OK;
    switch (expr->kind) {
    case CPM_EXPR_NAME:
        return rewrite_name(b, s, expr);
    case CPM_EXPR_UNARY:
        return rewrite(b, s, expr->u.unary.operand);
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
    case CPM_EXPR_COMPARE:
    case CPM_EXPR_BOOL:
        status = rewrite(b, s, expr->u.chain.first);
        for (size_t i = 0; i < expr->u.chain.nlinks && status == CPM_OK; i++)
            status = rewrite(b, s, expr->u.chain.links[i].operand);
        return status;
    case CPM_EXPR_CALL:
        for (size_t i = 0; i < expr->u.call.nargs && status == CPM_OK; i++)
            status = rewrite(b, s, expr->u.call.args[i].value);
        if (status == CPM_OK && find_sequence(b, expr->u.call.callee) != NO_SEQ)
            status = rewrite_call(b, s, expr);
        return status;
    default:
        return CPM_OK;
    }
}

/* ---- Clauses ----------------------------------------------------------- */

static cpm_status add_sequence(builder *b, const cpm_clause *rule)
{
    sequence *grown = cpm_grow(b->seqs, &b->seqs_cap, b->nseqs + 1, sizeof *grown);
    if (grown == NULL)
        return memory(b);
    b->seqs = grown;
    sequence *seq = &b->seqs[b->nseqs++];
    *seq = (sequence){.rule = rule, .name = rule->name};
    fmpz_init(seq->first);
    char name[CPM_MESSAGE_CAP];
    if (b->cur_form)
        snprintf(name, sizeof name, "%.200s", name_of(b, rule->name));
    else
        snprintf(name, sizeof name, "%.200s(%.200s)", name_of(b, rule->name), name_of(b, b->index));
    seq->current = cpm_tree_intern(b->tree, name, strlen(name));
    return set_role(b, seq->current, b->nseqs - 1, 0);
}

static cpm_status collect_rules(builder *b)
{
    b->index = CPM_NO_SYM;
    for (size_t i = 0; i < b->tree->nclauses; i++) {
        const cpm_clause *clause = &b->tree->clauses[i];
        if (clause->kind != CPM_CLAUSE_CUR && clause->kind != CPM_CLAUSE_RULE)
            continue;
        bool cur = clause->kind == CPM_CLAUSE_CUR;
        if (b->nseqs > 0 && (cur || b->cur_form))
            return semantic(b, clause->span, "'cur = ...' stands for one sequence alone");
        b->cur_form = cur;
        if (b->nseqs == 0)
            b->index = cur ? cpm_tree_intern(b->tree, "i", 1) : clause->index;
        cpm_status status = add_sequence(b, clause);
        if (status != CPM_OK)
            return status;
    }
    if (b->nseqs > 0)
        return CPM_OK;
    semantic(b, (cpm_span){0, b->text->len}, "there is no rule");
    cpm_err_hint(b->err, "write cur = p1 + p2, or a(n) = a(n-1) + a(n-2)");
    return b->err->status;
}

static cpm_status append_term(builder *b, sequence *seq, const fmpq_t value)
{
    fmpq *grown = cpm_grow(seq->terms, &seq->terms_cap, seq->nterms + 1, sizeof *grown);
    if (grown == NULL)
        return memory(b);
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

static cpm_status read_given(given_term *given, builder *b, const cpm_clause *clause)
{
    given->clause = clause;
    given->seq = find_sequence(b, clause->name);
    if (given->seq == NO_SEQ)
        return cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, clause->span, "'%s' has no rule",
                          name_of(b, clause->name));
    return eval_integer(given->at, b, clause->at, b->text, "the index of a term");
}

/* Terms in order of their index; they must follow each other. */
static cpm_status place_given(builder *b, const given_term *given, size_t count)
{
    fmpz_t expected;
    fmpq_t value;
    fmpz_init(expected);
    fmpq_init(value);
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < count && status == CPM_OK; i++) {
        sequence *seq = &b->seqs[given[i].seq];
        if (seq->nterms == 0)
            fmpz_set(seq->first, given[i].at);
        fmpz_add_ui(expected, seq->first, seq->nterms);
        if (!fmpz_equal(expected, given[i].at))
            status = semantic(b, given[i].clause->span,
                              fmpz_cmp(given[i].at, expected) < 0
                                  ? "this term is given twice"
                                  : "the given terms leave a gap before this one");
        if (status == CPM_OK)
            status = eval_constant(value, b, given[i].clause->value, b->text);
        if (status == CPM_OK)
            status = append_term(b, seq, value);
    }
    fmpz_clear(expected);
    fmpq_clear(value);
    return status;
}

static cpm_status collect_text_terms(builder *b)
{
    given_term *given = cpm_calloc(b->tree->nclauses, sizeof *given);
    if (given == NULL)
        return memory(b);
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
    for (size_t i = 0; i < count; i++)
        fmpz_clear(given[i].at);
    free(given);
    return status;
}

static void drop_terms(sequence *seq)
{
    for (size_t i = 0; i < seq->nterms; i++)
        fmpq_clear(seq->terms + i);
    seq->nterms = 0;
}

/* --init and --offset, for the wanted sequence. */
static cpm_status collect_option_terms(builder *b, sequence *seq, bool from_catalogue)
{
    cpm_status status = CPM_OK;
    if (b->spec->init.data != NULL) {
        if (seq->nterms > 0 && !from_catalogue)
            return cpm_err_at(b->err, CPM_ERR_USAGE, &b->spec->init,
                              (cpm_span){0, b->spec->init.len},
                              "the text of the recurrence gives initial terms too");
        drop_terms(seq);
        fmpq *values;
        size_t count;
        status = cpm_list_parse(&values, &count, &b->spec->init, b->err);
        if (status != CPM_OK)
            return status;
        for (size_t i = 0; i < count && status == CPM_OK; i++)
            status = append_term(b, seq, values + i);
        cpm_list_free(values, count);
    }
    if (status == CPM_OK && b->spec->offset.data != NULL) {
        cpm_expr *expr;
        cpm_span whole = {0, b->spec->offset.len};
        status = cpm_parse_expr(&expr, b->tree, &b->spec->offset, whole, true, b->err);
        if (status == CPM_OK)
            status = eval_integer(seq->first, b, expr, &b->spec->offset, "the offset");
    }
    return status;
}

/* ---- Order of evaluation ----------------------------------------------- */

static cpm_status sort_from(builder *b, size_t s)
{
    sequence *seq = &b->seqs[s];
    if (seq->mark == 2)
        return CPM_OK;
    if (seq->mark == 1)
        return semantic(b, seq->rule->span,
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

static cpm_status sort_sequences(builder *b)
{
    if (b->nseqs > CPM_MAX_NESTING)
        return semantic(b, (cpm_span){0, b->text->len}, "too many sequences");
    b->order = cpm_calloc(b->nseqs, sizeof *b->order);
    if (b->order == NULL)
        return memory(b);
    cpm_status status = CPM_OK;
    for (size_t s = 0; s < b->nseqs && status == CPM_OK; s++)
        status = sort_from(b, s);
    return status;
}

/* ---- Given terms ------------------------------------------------------- */

static void next_index(fmpz_t out, const sequence *seq)
{
    fmpz_add_ui(out, seq->first, seq->nterms);
}

static cpm_status too_few(builder *b, const sequence *seq)
{
    fmpz_t last;
    fmpz_init(last);
    fmpz_add_ui(last, seq->first, seq->norder - 1);
    char *first_text = fmpz_get_str(NULL, 10, seq->first);
    char *last_text = fmpz_get_str(NULL, 10, last);
    const char *name = b->cur_form ? "a" : name_of(b, seq->name);
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
    fmpz_clear(last);
    return b->err->status;
}

/* Appends the next term of a sequence by its rule. */
static cpm_status make_term(builder *b, sequence *seq)
{
    fmpq_t value;
    fmpq_init(value);
    next_index(b->at, seq);
    cpm_status status = cpm_eval_constant(value, b->tree, seq->rule->value, b->text, look_up, b,
                                          CPM_MAX_VALUE_BITS, b->err);
    if (status == CPM_OK)
        status = append_term(b, seq, value);
    fmpq_clear(value);
    return status;
}

/* Sequences without given terms begin where the first of the others does. */
static void place_unstarted(builder *b)
{
    const sequence *earliest = NULL;
    for (size_t s = 0; s < b->nseqs; s++)
        if (b->seqs[s].nterms > 0 &&
            (earliest == NULL || fmpz_cmp(b->seqs[s].first, earliest->first) < 0))
            earliest = &b->seqs[s];
    for (size_t s = 0; s < b->nseqs; s++)
        if (b->seqs[s].nterms == 0 && earliest != NULL)
            fmpz_set(b->seqs[s].first, earliest->first);
}

/* Every sequence gets terms up to start - 1, and at least one. */
static cpm_status complete_terms(builder *b)
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
    for (size_t s = 0; s < b->nseqs && status == CPM_OK; s++) {
        const sequence *seq = &b->seqs[s];
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
            sequence *seq = &b->seqs[b->order[k]];
            next_index(next, seq);
            if (!fmpz_equal(next, limit) || fmpz_cmp(next, start) >= 0)
                continue;
            status = make_term(b, seq);
            grew = true;
        }
    }
    fmpz_clear(next);
    fmpz_clear(limit);
    return status;
}

/* ---- The loop ---------------------------------------------------------- */

static cpm_stmt *new_assign(builder *b, cpm_sym target, cpm_expr *value)
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

static cpm_stmt *new_move(builder *b, cpm_sym target, cpm_sym from, cpm_span span)
{
    cpm_expr *value = cpm_expr_name(b->tree, from, span);
    return value == NULL ? NULL : new_assign(b, target, value);
}

/* The rules, then all histories shifted by one. */
static cpm_status build_loop(builder *b)
{
    size_t count = b->nseqs, done = 0;
    for (size_t s = 0; s < b->nseqs; s++)
        count += b->seqs[s].norder;
    cpm_stmt **stmts = cpm_arena_array(&b->tree->arena, count, sizeof *stmts);
    cpm_stmt *loop = cpm_stmt_new(b->tree, CPM_STMT_FOR, b->seqs[0].rule->span);
    cpm_expr *target = cpm_expr_name(b->tree, b->index, b->seqs[0].rule->span);
    if (stmts == NULL || loop == NULL || target == NULL)
        return memory(b);
    for (size_t k = 0; k < b->nseqs; k++) {
        const sequence *seq = &b->seqs[b->order[k]];
        stmts[done] = new_assign(b, seq->current, seq->rule->value);
        if (stmts[done++] == NULL)
            return memory(b);
    }
    for (size_t s = 0; s < b->nseqs; s++) {
        const sequence *seq = &b->seqs[s];
        for (size_t lag = seq->norder; lag > 0; lag--) {
            cpm_sym from = lag == 1 ? seq->current : seq->history[lag - 2];
            stmts[done] = new_move(b, seq->history[lag - 1], from, seq->rule->span);
            if (stmts[done++] == NULL)
                return memory(b);
        }
    }
    loop->u.loop.target = target;
    loop->u.loop.body = (cpm_block){stmts, count};
    b->rec->loop = loop;
    return CPM_OK;
}

/* Values of all names before the first round. */
static cpm_status set_values(builder *b)
{
    cpm_recurrence *rec = b->rec;
    rec->nvalues = b->tree->nsymbols;
    rec->is_known = cpm_calloc(rec->nvalues, sizeof *rec->is_known);
    if (rec->is_known == NULL) {
        rec->nvalues = 0;
        return memory(b);
    }
    rec->values = _fmpq_vec_init((slong)rec->nvalues);
    fmpz_set(b->at, rec->start);
    for (size_t sym = 0; sym < rec->nvalues; sym++) {
        role r = role_of(b, (cpm_sym)sym);
        if ((cpm_sym)sym != b->index && !(r.seq != NO_SEQ && r.lag == 0))
            rec->is_known[sym] = look_up(b, (cpm_sym)sym, rec->values + sym);
    }
    return CPM_OK;
}

/* The rule, applied to the given terms, does not give the later of them. */
static cpm_status find_exceptions(builder *b, size_t s)
{
    sequence *seq = &b->seqs[s];
    cpm_recurrence *rec = b->rec;
    fmpq_t value;
    fmpq_init(value);
    cpm_err ignored = {0};
    size_t nterms = seq->nterms;
    for (size_t k = seq->norder; k < nterms && !rec->has_exceptions; k++) {
        fmpz_add_ui(b->at, seq->first, k);
        cpm_status status = cpm_eval_constant(value, b->tree, seq->rule->value, b->text, look_up, b,
                                              CPM_MAX_VALUE_BITS, &ignored);
        rec->has_exceptions = status != CPM_OK || !fmpq_equal(value, seq->terms + k);
    }
    fmpq_clear(value);
    return CPM_OK;
}

static cpm_status finish(builder *b, size_t wanted)
{
    cpm_status status = CPM_OK;
    size_t order = b->seqs[wanted].norder;
    find_exceptions(b, wanted);
    for (size_t s = 0; s < b->nseqs && status == CPM_OK; s++) {
        cpm_sym sym;
        status = history_symbol(&sym, b, s, 1); /* at least one place each */
    }
    if (status == CPM_OK)
        status = build_loop(b);
    if (status == CPM_OK)
        status = set_values(b);
    if (status != CPM_OK)
        return status;
    cpm_recurrence *rec = b->rec;
    sequence *seq = &b->seqs[wanted];
    rec->order = order;
    rec->output = seq->history[seq->norder - 1];
    fmpz_sub_ui(rec->base, rec->start, seq->norder);
    fmpz_set(rec->offset, seq->first);
    rec->given = seq->terms;
    rec->ngiven = seq->nterms;
    seq->terms = NULL;
    seq->nterms = 0;
    return CPM_OK;
}

static cpm_status find_wanted(size_t *wanted, builder *b)
{
    *wanted = 0;
    const cpm_text *of = &b->spec->of;
    if (of->data == NULL)
        return CPM_OK;
    *wanted = find_sequence(b, cpm_tree_find(b->tree, of->data, of->len));
    if (*wanted != NO_SEQ && of->len > 0)
        return CPM_OK;
    return cpm_err_at(b->err, CPM_ERR_USAGE, of, (cpm_span){0, of->len}, "no sequence '%.*s'",
                      (int)of->len, of->data);
}

/* ---- Where the clauses come from --------------------------------------- */

/* cur = c1*p1 + c2*p2 + ..., without the zero coefficients. */
static cpm_status rule_of_signature(builder *b, const fmpq *c, size_t count)
{
    cpm_tree *tree = b->tree;
    cpm_span none = {0, 0};
    cpm_expr *sum = cpm_expr_new(tree, CPM_EXPR_CHAIN, none);
    cpm_link *links = cpm_arena_array(&tree->arena, count, sizeof *links);
    fmpz_t zero;
    fmpz_init(zero);
    if (sum == NULL || links == NULL ||
        (sum->u.chain.first = cpm_expr_int(tree, zero, none)) == NULL)
        return memory(b);
    size_t nlinks = 0;
    for (size_t k = 0; k < count; k++) {
        if (fmpq_is_zero(c + k))
            continue;
        char name[32];
        snprintf(name, sizeof name, "p%zu", k + 1);
        cpm_expr *product = cpm_expr_new(tree, CPM_EXPR_CHAIN, none);
        cpm_link *factors = cpm_arena_array(&tree->arena, 2, sizeof *factors);
        if (product == NULL || factors == NULL)
            return memory(b);
        product->u.chain.first = cpm_expr_int(tree, fmpq_numref(c + k), none);
        factors[0] = (cpm_link){
            CPM_OP_MUL, none, cpm_expr_name(tree, cpm_tree_intern(tree, name, strlen(name)), none)};
        product->u.chain.nlinks = 1;
        if (!fmpz_is_one(fmpq_denref(c + k)))
            factors[product->u.chain.nlinks++] =
                (cpm_link){CPM_OP_DIV, none, cpm_expr_int(tree, fmpq_denref(c + k), none)};
        product->u.chain.links = factors;
        if (product->u.chain.first == NULL || factors[0].operand == NULL ||
            factors[product->u.chain.nlinks - 1].operand == NULL)
            return memory(b);
        links[nlinks++] = (cpm_link){CPM_OP_ADD, none, product};
    }
    sum->u.chain.links = links;
    sum->u.chain.nlinks = nlinks;
    cpm_clause *clause = cpm_arena_alloc(&tree->arena, sizeof *clause);
    if (clause == NULL)
        return memory(b);
    *clause = (cpm_clause){.kind = CPM_CLAUSE_CUR,
                           .name = cpm_tree_intern(tree, "cur", 3),
                           .index = CPM_NO_SYM,
                           .value = nlinks > 0 ? sum : sum->u.chain.first};
    tree->clauses = clause;
    tree->nclauses = 1;
    return CPM_OK;
}

static cpm_status clauses_of_signature(builder *b)
{
    fmpq *c;
    size_t count;
    b->text = &b->rec->text;
    b->rec->text = b->spec->signature;
    cpm_tree_init(b->tree, b->text);
    b->tree->is_spec = true;
    cpm_status status = cpm_list_parse(&c, &count, b->text, b->err);
    if (status != CPM_OK)
        return status;
    status = rule_of_signature(b, c, count);
    cpm_list_free(c, count);
    return status;
}

static cpm_status unknown_name(builder *b, const char *name, size_t len, cpm_span span)
{
    const char *nearest[CPM_CATALOGUE_SUGGESTIONS];
    size_t count = cpm_catalogue_nearest(nearest, name, len);
    cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, span, "no sequence '%.*s' in the catalogue",
               (int)(len < 100 ? len : 100), name);
    if (count == 1)
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
static cpm_status replace_by_catalogue(bool *replaced, builder *b)
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

static cpm_status collect_clauses(bool *from_catalogue, builder *b)
{
    *from_catalogue = false;
    if (b->spec->signature.data != NULL)
        return clauses_of_signature(b);
    b->text = &b->rec->text;
    b->rec->text = b->spec->spec;
    cpm_tree_init(b->tree, b->text);
    cpm_status status = cpm_parse_spec(b->tree, b->text, b->err);
    return status == CPM_OK ? replace_by_catalogue(from_catalogue, b) : status;
}

static cpm_status build(builder *b)
{
    size_t wanted = 0;
    bool from_catalogue;
    cpm_status status = collect_clauses(&from_catalogue, b);
    if (status == CPM_OK)
        status = collect_rules(b);
    if (status == CPM_OK)
        status = collect_constants(b);
    for (size_t s = 0; s < b->nseqs && status == CPM_OK; s++)
        status = rewrite(b, s, b->seqs[s].rule->value);
    if (status == CPM_OK)
        status = sort_sequences(b);
    if (status == CPM_OK)
        status = find_wanted(&wanted, b);
    if (status == CPM_OK)
        status = collect_text_terms(b);
    if (status == CPM_OK)
        status = collect_option_terms(b, &b->seqs[wanted], from_catalogue);
    if (status == CPM_OK)
        status = complete_terms(b);
    return status == CPM_OK ? finish(b, wanted) : status;
}

static void builder_clear(builder *b)
{
    for (size_t s = 0; s < b->nseqs; s++) {
        drop_terms(&b->seqs[s]);
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
    *rec = (cpm_recurrence){0};
    fmpz_init(rec->start);
    fmpz_init(rec->base);
    fmpz_init(rec->offset);
    builder b = {.rec = rec, .tree = &rec->tree, .spec = spec, .err = err};
    fmpz_init(b.at);
    cpm_status status = build(&b);
    builder_clear(&b);
    if (status != CPM_OK)
        cpm_recurrence_clear(rec);
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
    fmpz_clear(rec->base);
    fmpz_clear(rec->offset);
    *rec = (cpm_recurrence){0};
}
