/* SPDX-License-Identifier: MIT
 *
 * recurrence_names.c - what the names in the clauses of a recurrence stand for:
 * constants, the index, terms. A reference a(n-K) is recognised by evaluating
 * its argument at three indices, so any way of writing n-K will do.
 */
#include "base/limits.h"
#include "eval/constant.h"
#include "lang/builtin.h"
#include "lang/parse.h"
#include "lang/visit.h"
#include "rec/recurrence_internal.h"

#include <flint/fmpq_vec.h>
#include <string.h>

/* ---- Symbols ----------------------------------------------------------- */

cpm_status cpm_rec_set_role(cpm_rec_builder *b, cpm_sym sym, size_t seq, size_t lag)
{
    if (sym == CPM_NO_SYM)
        return cpm_rec_memory(b);
    if (sym >= b->nroles) {
        cpm_rec_role *grown = cpm_grow(b->roles, &b->roles_cap, (size_t)sym + 1, sizeof *grown);
        if (grown == NULL)
            return cpm_rec_memory(b);
        b->roles = grown;
        while (b->nroles <= sym)
            b->roles[b->nroles++] = (cpm_rec_role){CPM_REC_NO_SEQ, 0};
    }
    b->roles[sym] = (cpm_rec_role){seq, lag};
    return CPM_OK;
}

cpm_rec_role cpm_rec_role_of(const cpm_rec_builder *b, cpm_sym sym)
{
    return sym < b->nroles ? b->roles[sym] : (cpm_rec_role){CPM_REC_NO_SEQ, 0};
}

const char *cpm_rec_name_of(const cpm_rec_builder *b, cpm_sym sym)
{
    return b->tree->symbols[sym].name;
}

/* "p17"; returns the length. By hand, since long signatures need one a term. */
static size_t put_lag_name(char *name, size_t lag)
{
    char digits[24];
    size_t ndigits = 0, len = 0;
    for (; lag > 0; lag /= 10)
        digits[ndigits++] = (char)('0' + lag % 10);
    name[len++] = 'p';
    while (ndigits > 0)
        name[len++] = digits[--ndigits];
    name[len] = '\0';
    return len;
}

/* The symbol of the term `lag` back. In the text of a rule it is the name pK; a
 * name that is only made up here need not be found again. */
static cpm_sym new_history_symbol(cpm_rec_builder *b, const cpm_rec_sequence *seq, size_t lag)
{
    char name[CPM_MESSAGE_CAP];
    if (b->cur_form && seq->import == NULL) {
        size_t len = put_lag_name(name, lag);
        return b->spec->signature.data == NULL ? cpm_tree_intern(b->tree, name, len)
                                               : cpm_tree_add_symbol(b->tree, name, len);
    }
    int len = snprintf(name, sizeof name, "%.200s(%.200s-%zu)", cpm_rec_name_of(b, seq->name),
                       cpm_rec_name_of(b, b->index), lag);
    return cpm_tree_add_symbol(b->tree, name, (size_t)len);
}

cpm_status cpm_rec_history_symbol(cpm_sym *sym, cpm_rec_builder *b, size_t s, size_t lag)
{
    while (b->seqs[s].norder < lag) {
        cpm_rec_sequence *seq = &b->seqs[s];
        cpm_sym *grown = cpm_grow(seq->history, &seq->history_cap, seq->norder + 1, sizeof *grown);
        if (grown == NULL)
            return cpm_rec_memory(b);
        seq->history = grown;
        seq->history[seq->norder] = new_history_symbol(b, seq, seq->norder + 1);
        cpm_status status = cpm_rec_set_role(b, seq->history[seq->norder], s, seq->norder + 1);
        if (status != CPM_OK)
            return status;
        seq->norder++;
    }
    *sym = b->seqs[s].history[lag - 1];
    return CPM_OK;
}

/* ---- Constants --------------------------------------------------------- */

/* Names while a rule is evaluated at index `at`: constants, the index, terms. */
bool cpm_rec_look_up(void *ctx, cpm_sym sym, fmpq_t value)
{
    cpm_rec_builder *b = ctx;
    cpm_rec_role r = cpm_rec_role_of(b, sym);
    if (r.seq != CPM_REC_NO_SEQ) {
        const cpm_rec_sequence *seq = &b->seqs[r.seq];
        fmpz_t k;
        fmpz_init(k);
        fmpz_sub(k, b->at, seq->first);
        fmpz_sub_ui(k, k, r.lag);
        bool known = fmpz_sgn(k) >= 0 && fmpz_cmp_ui(k, seq->nterms) < 0;
        if (known)
            fmpq_set(value, seq->terms + fmpz_get_ui(k));
        fmpz_clear(k);
        b->missed_term = b->missed_term || !known;
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
    const cpm_rec_builder *b = ctx;
    if (sym >= b->nconsts || !b->has_const[sym])
        return false;
    fmpq_set(value, b->consts + sym);
    return true;
}

cpm_status cpm_rec_eval_constant(fmpq_t out, cpm_rec_builder *b, const cpm_expr *expr,
                                 const cpm_text *where)
{
    return cpm_eval_extended(out, b->tree, expr, where, look_up_constant, b, CPM_MAX_VALUE_BITS,
                             b->err);
}

cpm_status cpm_rec_eval_integer(fmpz_t out, cpm_rec_builder *b, const cpm_expr *expr,
                                const cpm_text *where, const char *what)
{
    fmpq_t value;
    fmpq_init(value);
    cpm_status status = cpm_rec_eval_constant(value, b, expr, where);
    if (status == CPM_OK && !fmpz_is_one(fmpq_denref(value)))
        status =
            cpm_err_at(b->err, CPM_ERR_SEMANTIC, where, expr->span, "%s must be an integer", what);
    if (status == CPM_OK)
        fmpz_set(out, fmpq_numref(value));
    fmpq_clear(value);
    return status;
}

/* Room for a constant of every symbol there is now. */
static cpm_status size_constants(cpm_rec_builder *b)
{
    b->nconsts = b->tree->nsymbols;
    b->has_const = cpm_calloc(b->nconsts, sizeof *b->has_const);
    if (b->has_const == NULL) {
        b->nconsts = 0;
        return cpm_rec_memory(b);
    }
    b->consts = _fmpq_vec_init((slong)b->nconsts);
    return CPM_OK;
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

/* NAME=VALUE of a --set. */
static cpm_status apply_set(cpm_rec_builder *b, const cpm_text *set)
{
    const char *equals = set->data == NULL ? NULL : memchr(set->data, '=', set->len);
    size_t len = equals == NULL ? set->len : (size_t)(equals - set->data);
    while (len > 0 && set->data[len - 1] == ' ')
        len--;
    cpm_span whole = {0, set->len};
    if (equals == NULL || len == 0)
        return cpm_err_at(b->err, CPM_ERR_USAGE, set, whole, "expected NAME=VALUE");
    cpm_sym sym = cpm_tree_find(b->tree, set->data, len);
    bool is_term = sym != CPM_NO_SYM && b->cur_form && lag_of_name(cpm_rec_name_of(b, sym)) > 0;
    if (sym == CPM_NO_SYM || sym >= b->nconsts || sym == b->index || is_term ||
        cpm_rec_role_of(b, sym).seq != CPM_REC_NO_SEQ)
        return cpm_err_at(b->err, CPM_ERR_USAGE, set, (cpm_span){0, len},
                          "the recurrence has no constant '%.*s'", (int)len, set->data);
    cpm_expr *expr;
    cpm_span value = {(size_t)(equals - set->data) + 1, set->len};
    cpm_status status = cpm_parse_expr(&expr, b->tree, set, value, true, b->err);
    if (status == CPM_OK)
        status = cpm_rec_eval_constant(b->consts + sym, b, expr, set);
    b->has_const[sym] = status == CPM_OK;
    return status;
}

cpm_status cpm_rec_collect_constants(cpm_rec_builder *b)
{
    cpm_status status = size_constants(b);
    for (size_t i = 0; i < b->spec->nsets && status == CPM_OK; i++)
        status = apply_set(b, &b->spec->sets[i]);
    for (size_t i = 0; i < b->tree->nclauses && status == CPM_OK; i++) {
        const cpm_clause *clause = &b->tree->clauses[i];
        if (clause->kind != CPM_CLAUSE_CONST || b->has_const[clause->name])
            continue; /* --set beats the text */
        status = cpm_rec_eval_constant(b->consts + clause->name, b, clause->value, b->text);
        b->has_const[clause->name] = true;
    }
    return status;
}

/* ---- References -------------------------------------------------------- */

size_t cpm_rec_find_sequence(const cpm_rec_builder *b, cpm_sym name)
{
    for (size_t s = 0; s < b->nseqs; s++)
        if (b->seqs[s].name == name)
            return s;
    return CPM_REC_NO_SEQ;
}

cpm_status cpm_rec_argument_at(fmpq_t out, cpm_rec_builder *b, const cpm_expr *arg, slong n)
{
    fmpz_set_si(b->at, n);
    return cpm_eval_extended(out, b->tree, arg, b->text, cpm_rec_look_up, b, CPM_MAX_VALUE_BITS,
                             b->err);
}

cpm_status cpm_rec_lag_of(slong *lag, cpm_rec_builder *b, const cpm_expr *call)
{
    const cpm_expr *arg = call->u.call.args[0].value;
    fmpq_t at[3];
    cpm_status status = CPM_OK;
    for (slong n = 0; n < 3; n++)
        fmpq_init(at[n]);
    for (slong n = 0; n < 3 && status == CPM_OK; n++)
        status = cpm_rec_argument_at(at[n], b, arg, n);
    if (status == CPM_OK && !cpm_ext_is_finite(at[0]))
        status = cpm_rec_semantic(b, call->span, "the index of a term is infinite");
    if (status == CPM_OK) {
        fmpq_sub(at[2], at[2], at[1]);
        fmpq_sub(at[1], at[1], at[0]);
        bool shifted = fmpq_is_one(at[1]) && fmpq_is_one(at[2]) && fmpz_is_one(fmpq_denref(at[0]));
        if (!shifted) {
            status =
                cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, call->span,
                           "not a linear recurrence with constant coefficients: a term is "
                           "referred to as %s(%s-K) with a constant K",
                           cpm_rec_name_of(b, call->u.call.callee), cpm_rec_name_of(b, b->index));
        } else if (fmpz_cmp_si(fmpq_numref(at[0]), -100000000) < 0 ||
                   fmpz_cmp_si(fmpq_numref(at[0]), 100000000) > 0) {
            status = cpm_err_at(b->err, CPM_ERR_LIMIT, b->text, call->span,
                                "the order of a recurrence is at most 10^8");
        } else {
            *lag = -fmpz_get_si(fmpq_numref(at[0]));
        }
    }
    for (slong n = 0; n < 3; n++)
        fmpq_clear(at[n]);
    return status;
}

static cpm_status note_same_index(cpm_rec_builder *b, size_t s, size_t read, cpm_span span)
{
    cpm_rec_sequence *seq = &b->seqs[s];
    if (read == s)
        return cpm_rec_semantic(b, span, "the rule refers to the term that it makes");
    size_t *grown = cpm_grow(seq->same, &seq->same_cap, seq->nsame + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_rec_memory(b);
    seq->same = grown;
    seq->same[seq->nsame++] = read;
    return CPM_OK;
}

/* a(n-K) becomes the name of its variable. */
static cpm_status rewrite_call(cpm_rec_builder *b, size_t s, cpm_expr *expr)
{
    size_t read = cpm_rec_find_sequence(b, expr->u.call.callee);
    slong lag = 0;
    if (expr->u.call.nargs != 1 || expr->u.call.args[0].keyword != CPM_NO_SYM)
        return cpm_rec_semantic(b, expr->span, "a term has one index");
    cpm_status status = cpm_rec_lag_of(&lag, b, expr);
    if (status != CPM_OK)
        return status;
    lag -= b->seqs[read].delay; /* that of s is in the argument, as everywhere in its rule */
    if (lag < 0)
        return cpm_rec_semantic(b, expr->span, "the rule refers to a term that comes later");
    cpm_sym sym = b->seqs[read].current;
    status = lag == 0 ? note_same_index(b, s, read, expr->span)
                      : cpm_rec_history_symbol(&sym, b, read, (size_t)lag);
    expr->kind = CPM_EXPR_NAME;
    expr->u.name.sym = sym;
    return status;
}

/* What to write instead of a name that means nothing in a rule. */
static void hint_name(cpm_rec_builder *b, const char *name)
{
    static const char *const previous[] = {"prev", "previous", "last", "p", "cur_prev"};
    const char *index = cpm_rec_name_of(b, b->index);
    for (size_t i = 0; b->cur_form && i < sizeof previous / sizeof *previous; i++)
        if (strcmp(name, previous[i]) == 0) {
            cpm_err_hint(b->err, "the previous term is p1, the one before it p2");
            return;
        }
    if (b->cur_form && strcmp(name, "p0") == 0)
        cpm_err_hint(b->err, "p1 is the previous term; the one that is made has no name");
    else if (strlen(name) == 1)
        cpm_err_hint(b->err, "the index is %s; a constant is given by --set %s=VALUE", index, name);
    else
        cpm_err_hint(b->err, "a constant is given by --set %.60s=VALUE", name);
}

/* A name in a rule that is no term: a constant, the index, or infinity. */
static cpm_status need_known(cpm_rec_builder *b, cpm_sym sym, cpm_span span)
{
    const char *name = cpm_rec_name_of(b, sym);
    if (sym == b->index || (sym < b->nconsts && b->has_const[sym]) ||
        cpm_is_infinity_name(b->tree, sym))
        return CPM_OK;
    cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, span, "unknown name '%.100s'", name);
    hint_name(b, name);
    return b->err->status;
}

/* The index in the rule of a sequence that is late. */
static cpm_status rewrite_index(cpm_rec_builder *b, size_t s, cpm_expr *expr)
{
    fmpz_t delay;
    if (b->seqs[s].delay == 0)
        return CPM_OK;
    fmpz_init_set_si(delay, b->seqs[s].delay);
    cpm_expr *n = cpm_expr_name(b->tree, b->index, expr->span);
    cpm_expr *k = cpm_expr_int(b->tree, delay, expr->span);
    cpm_link *link = cpm_arena_array(&b->tree->arena, 1, sizeof *link);
    fmpz_clear(delay);
    if (n == NULL || k == NULL || link == NULL)
        return cpm_rec_memory(b);
    *link = (cpm_link){CPM_OP_SUB, expr->span, k};
    expr->kind = CPM_EXPR_CHAIN;
    expr->u.chain.first = n;
    expr->u.chain.links = link;
    expr->u.chain.nlinks = 1;
    return CPM_OK;
}

static cpm_status rewrite_name(cpm_rec_builder *b, size_t s, cpm_expr *expr)
{
    cpm_sym sym = expr->u.name.sym;
    if (!b->cur_form) {
        if (b->seqs[s].rule != NULL && sym == b->seqs[s].rule->index)
            expr->u.name.sym = b->index;
        else if (cpm_rec_find_sequence(b, sym) != CPM_REC_NO_SEQ)
            return cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, expr->span,
                              "'%s' is a sequence: a term is written %s(%s-K)",
                              cpm_rec_name_of(b, sym), cpm_rec_name_of(b, sym),
                              cpm_rec_name_of(b, b->index));
        return expr->u.name.sym == b->index ? rewrite_index(b, s, expr)
                                            : need_known(b, expr->u.name.sym, expr->span);
    }
    if (sym == b->seqs[s].current)
        return cpm_rec_semantic(b, expr->span, "the rule refers to the term that it makes");
    size_t lag = lag_of_name(cpm_rec_name_of(b, sym));
    return lag == 0 ? need_known(b, sym, expr->span) : cpm_rec_history_symbol(&sym, b, s, lag);
}

cpm_status cpm_rec_rewrite(cpm_rec_builder *b, size_t s, cpm_expr *expr)
{
    if (expr->kind == CPM_EXPR_NAME)
        return rewrite_name(b, s, expr);
    cpm_status status = CPM_OK;
    cpm_expr *child;
    for (size_t i = 0; status == CPM_OK && (child = cpm_expr_child(expr, i)) != NULL; i++)
        status = cpm_rec_rewrite(b, s, child);
    if (status != CPM_OK || expr->kind != CPM_EXPR_CALL)
        return status;
    cpm_sym callee = expr->u.call.callee;
    if (cpm_rec_find_sequence(b, callee) != CPM_REC_NO_SEQ)
        return rewrite_call(b, s, expr);
    if (cpm_builtin_of_symbol(b->tree, callee, CPM_IN_RULE) != CPM_BUILTIN_NONE)
        return CPM_OK;
    return cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->text, expr->u.call.callee_span,
                      "no rule makes the sequence '%.100s'", cpm_rec_name_of(b, callee));
}
