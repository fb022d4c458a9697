/* SPDX-License-Identifier: MIT
 *
 * parse_spec.c - recurrences: clauses separated by semicolons, commas or line ends.
 * The left side of a clause is read as an expression first and judged when the
 * `=` behind it is seen, which saves all lookahead. Whether a rule is linear,
 * and what names mean, is not decided here.
 */
#include "lang/formula.h"
#include "lang/parse.h"
#include "lang/parser.h"
#include "lang/visit.h"

#include <stdlib.h>
#include <string.h>

/* ---- Bare names -------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

/* A name with dashes in it that fills the whole clause, as the catalogue has
 * them; the lexer would see a difference. */
static bool at_bare_name(const cpm_parser *p, size_t *name_end)
{
    const char *data = p->text->data;
    size_t end = p->lexer.end, i = p->tok.span.begin;
    if (p->tok.kind != CPM_TOK_NAME)
        return false;
    while (i < end && (cpm_is_name_byte(data[i]) || data[i] == '-'))
        i++;
    *name_end = i;
    while (i < end && is_blank(data[i]))
        i++;
    return i == end || data[i] == ';' || data[i] == '\n' || data[i] == '#';
}

static bool parse_bare_name(cpm_parser *p, cpm_clause *clause, size_t name_end)
{
    clause->kind = CPM_CLAUSE_NAME;
    clause->name_span = (cpm_span){p->tok.span.begin, name_end};
    clause->name = cpm_parser_intern(p, clause->name_span);
    if (clause->name == CPM_NO_SYM)
        return false;
    while (p->tok.span.begin < name_end && p->tok.kind != CPM_TOK_EOF &&
           p->tok.kind != CPM_TOK_NEWLINE)
        if (!cpm_parser_advance(p))
            return false;
    return true;
}

/* ---- Clauses ----------------------------------------------------------- */

/* Whether a clause `name = ...` makes it a constant, here or further on. */
static bool is_constant(const cpm_parser *p, cpm_sym sym)
{
    const cpm_symbol *name = &p->tree->symbols[sym];
    const char *data = p->text->data;
    for (size_t at = 0; at + name->len < p->text->len; at++) {
        size_t before = at, after = at + name->len;
        if (memcmp(data + at, name->name, name->len) != 0 || cpm_is_name_byte(data[after]))
            continue;
        while (before > 0 && is_blank(data[before - 1]))
            before--;
        while (after < p->text->len && is_blank(data[after]))
            after++;
        bool begins = before == 0 || strchr(";,\n", data[before - 1]) != NULL;
        if (begins && after < p->text->len && data[after] == '=')
            return true;
    }
    return false;
}

/* The two sides of an equation, as what they say. *shift is by how much the index of a
 * rule has been moved. */
static bool set_clause(cpm_parser *p, cpm_clause *clause, cpm_expr *left, cpm_expr *right,
                       slong *shift)
{
    *shift = 0;
    clause->value = right;
    if (left->kind == CPM_EXPR_NAME) {
        bool is_cur = cpm_tree_find(p->tree, "cur", 3) == left->u.name.sym;
        clause->kind = is_cur ? CPM_CLAUSE_CUR : CPM_CLAUSE_CONST;
        clause->name = left->u.name.sym;
        clause->name_span = left->span;
        return true;
    }
    slong k;
    if (left->kind != CPM_EXPR_CALL)
        return cpm_formula_solve(p, clause, left, right, shift);
    if (left->u.call.nargs != 1)
        return cpm_parser_fail(p, left->span, "a term has one index, as in a(n)");
    const cpm_expr *at = left->u.call.args[0].value;
    cpm_sym index = cpm_formula_index(&k, p->tree, at);
    if (index != CPM_NO_SYM && (at->kind == CPM_EXPR_NAME || !is_constant(p, index)))
        return cpm_formula_solve(p, clause, left, right, shift);
    clause->kind = CPM_CLAUSE_TERM;
    clause->name = left->u.call.callee;
    clause->name_span = left->u.call.callee_span;
    clause->at = left->u.call.args[0].value;
    return true;
}

static bool at_equals(const cpm_parser *p)
{
    return p->tok.kind == CPM_TOK_ASSIGN || p->tok.kind == CPM_TOK_EQ ||
           p->tok.kind == CPM_TOK_WALRUS; /* Mathematica's := */
}

/* What stands between clauses: marks, and words that mean no more. */
static bool at_separator(const cpm_parser *p)
{
    return p->tok.kind == CPM_TOK_SEMICOLON || p->tok.kind == CPM_TOK_NEWLINE ||
           p->tok.kind == CPM_TOK_COMMA || cpm_parser_at_word(p, "and") ||
           cpm_parser_at_word(p, "with") || cpm_parser_at_word(p, "where") ||
           cpm_parser_at_word(p, "here") || cpm_formula_at_stop(p);
}

/* Says why the text cannot go on here. */
static void refuse_rest(cpm_parser *p)
{
    if (at_equals(p))
        cpm_parser_expected(p, "one '=' a clause");
    else
        cpm_parser_expected(p, "an operator or ';'");
    if (cpm_parser_at_expr(p))
        cpm_err_hint(p->err, "a product is written with '*'");
}

static bool defines_name(const cpm_clause *clause)
{
    return clause->kind == CPM_CLAUSE_CUR || clause->kind == CPM_CLAUSE_RULE ||
           clause->kind == CPM_CLAUSE_CONST;
}

/* What stands there is noted, by whoever asked for the tree, and not read. */
static void leave_out(cpm_parser *p, size_t from, size_t end)
{
    while (from < end && (is_blank(p->text->data[from]) || p->text->data[from] == '\n'))
        from++;
    if (p->tree->rest.begin == p->tree->rest.end)
        p->tree->rest = (cpm_span){from, end};
    else if (from < end)
        p->tree->rest.end = end; /* a second one: all between them is underlined */
}

/* The same for all that is left. */
static void leave_rest(cpm_parser *p, size_t from)
{
    leave_out(p, from, p->lexer.end);
    p->tok = (cpm_token){CPM_TOK_EOF, {p->lexer.end, p->lexer.end}};
}

/* a(n) = x = y: a rule needs only one of them. */
static bool skip_sides(cpm_parser *p)
{
    size_t from = p->tok.span.begin;
    while (at_equals(p))
        if (!cpm_parser_advance(p) || cpm_parser_expr(p) == NULL)
            return false;
    leave_out(p, from, p->prev_end);
    return true;
}

static bool push_clause(cpm_parser *p, cpm_clause *clause, size_t begin)
{
    clause->span = (cpm_span){begin, p->prev_end};
    return cpm_parser_push(p, clause, sizeof *clause);
}

/* A rule, and how far its index was moved: what a condition behind it is about. */
typedef struct last_rule {
    size_t at; /* in the scratch */
    slong shift;
    bool exists;
    bool is_doubtful; /* `, for n > 1` came behind it: a rule behind a comma could be meant */
    cpm_span doubt;
    /* `for n > 1,` before a rule: the condition it will get. */
    cpm_expr *pending;
    cpm_sym pending_index;
    cpm_op pending_op;
} last_rule;

/* ---- Conditions ------------------------------------------------------------ */

static bool comparison_at(cpm_op *op, const cpm_parser *p, bool mirrored)
{
    switch (p->tok.kind) {
    case CPM_TOK_LT:
        *op = mirrored ? CPM_OP_GT : CPM_OP_LT;
        return true;
    case CPM_TOK_LE:
        *op = mirrored ? CPM_OP_GE : CPM_OP_LE;
        return true;
    case CPM_TOK_GT:
        *op = mirrored ? CPM_OP_LT : CPM_OP_GT;
        return true;
    case CPM_TOK_GE:
        *op = mirrored ? CPM_OP_LE : CPM_OP_GE;
        return true;
    case CPM_TOK_EQ:
    case CPM_TOK_ASSIGN: /* not where a clause begins: only behind `for` */
        *op = CPM_OP_EQ;
        return true;
    default:
        return false;
    }
}

/* index op bound, about the rule before it. */
static bool set_condition(cpm_parser *p, const last_rule *last, cpm_sym index, cpm_op op,
                          cpm_expr *bound)
{
    cpm_clause clause;
    if (!last->exists)
        return cpm_parser_fail(p, bound->span, "a condition stands behind the rule it is about");
    memcpy(&clause, p->scratch + last->at, sizeof clause);
    if (clause.index != index)
        return cpm_parser_fail(p, bound->span, "a condition is about the index, %s",
                               p->tree->symbols[clause.index].name);
    bool next = op == CPM_OP_GT || op == CPM_OP_LE; /* the bound is one further */
    cpm_expr *more = cpm_formula_number(p, last->shift + next, bound->span);
    cpm_expr *at = cpm_formula_binary(p, bound, CPM_OP_ADD, more, bound->span);
    if (at == NULL)
        return false;
    if (clause.from != NULL || clause.kind != CPM_CLAUSE_RULE)
        return cpm_parser_fail(p, bound->span, "a second condition on the same rule");
    if (op == CPM_OP_GE || op == CPM_OP_GT) {
        clause.from = at;
    } else {
        clause.kind = op == CPM_OP_EQ ? CPM_CLAUSE_TERM : CPM_CLAUSE_BEFORE;
        clause.at = at;
    }
    memcpy(p->scratch + last->at, &clause, sizeof clause);
    return true;
}

/* ---- Equations ------------------------------------------------------------ */

/* a(n) = ..., for n > 1, b(n) = ... */
static bool refuse_doubt(cpm_parser *p, const last_rule *last)
{
    cpm_parser_fail(p, last->doubt, "this condition may belong to the rule before or behind it");
    cpm_err_hint(p->err, "end its rule with ';'");
    return false;
}

/* Whether both are a(n). */
static bool is_same_term(const cpm_expr *left, const cpm_expr *right)
{
    return left->kind == CPM_EXPR_CALL && right->kind == CPM_EXPR_CALL &&
           left->u.call.callee == right->u.call.callee && left->u.call.nargs == 1 &&
           right->u.call.nargs == 1 && left->u.call.args[0].value->kind == CPM_EXPR_NAME &&
           right->u.call.args[0].value->kind == CPM_EXPR_NAME &&
           left->u.call.args[0].value->u.name.sym == right->u.call.args[0].value->u.name.sym;
}

/* ---- PARI's if(n<2, n, a(n-1)+a(n-2)) ---------------------------------------- */

/* Terms that conditions give, and the first index that they leave. */
enum { MAX_PIECE = 1000 };

static bool at_piece(const cpm_parser *p)
{
    size_t at = p->tok.span.end;
    while (at < p->lexer.end && is_blank(p->text->data[at]))
        at++;
    return cpm_parser_at_word(p, "if") && at < p->lexer.end && p->text->data[at] == '(';
}

/* The number that the index stands for, in place. */
static bool put_index(cpm_parser *p, cpm_expr *expr, cpm_sym index, slong n)
{
    cpm_expr *child;
    if (expr->kind == CPM_EXPR_NAME && expr->u.name.sym == index) {
        cpm_expr *number = cpm_formula_number(p, n, expr->span);
        if (number == NULL)
            return false;
        *expr = *number;
    }
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        if (!put_index(p, child, index, n))
            return false;
    return true;
}

/* The clauses a(first) = value ... a(last) = value, where the value may have the index. */
static bool push_pieces(cpm_parser *p, const cpm_expr *left, const cpm_expr *value, slong first,
                        slong last, size_t begin)
{
    cpm_sym index = left->u.call.args[0].value->u.name.sym;
    for (slong n = first; n <= last; n++) {
        cpm_expr *copy = cpm_formula_copy(p, value);
        cpm_clause clause = {.kind = CPM_CLAUSE_TERM,
                             .index = CPM_NO_SYM,
                             .name = left->u.call.callee,
                             .name_span = left->u.call.callee_span,
                             .at = cpm_formula_number(p, n, value->span),
                             .value = copy};
        if (copy == NULL || clause.at == NULL || !put_index(p, copy, index, n) ||
            !cpm_formula_unfold(p, copy, CPM_NO_SYM) || !push_clause(p, &clause, begin))
            return false;
    }
    return true;
}

/* `n < 2,` and the like: which indices a piece is for, from `next` on, and whether it is the
 * first value or the second one. */
static bool parse_piece_condition(cpm_parser *p, const cpm_expr *left, slong next, slong *first,
                                  slong *last, bool *is_first)
{
    cpm_op op;
    slong bound;
    const cpm_expr *index = left->u.call.args[0].value;
    cpm_expr *name = cpm_parser_expr(p);
    if (name == NULL)
        return false;
    if (name->kind != CPM_EXPR_NAME || name->u.name.sym != index->u.name.sym ||
        !comparison_at(&op, p, false)) {
        cpm_parser_expected(p, "a condition on the index, such as n<2");
        return false;
    }
    cpm_expr *number = cpm_parser_advance(p) ? cpm_parser_expr(p) : NULL;
    if (number == NULL)
        return false;
    if (cpm_formula_index(&bound, p->tree, number) != CPM_NO_SYM || number->kind != CPM_EXPR_INT ||
        bound < 0 || bound > MAX_PIECE)
        return cpm_parser_fail(p, number->span, "expected a number from 0 to %d", MAX_PIECE);
    *is_first = op == CPM_OP_LT || op == CPM_OP_LE || op == CPM_OP_EQ;
    *last = op == CPM_OP_LT || op == CPM_OP_GE ? bound - 1 : bound;
    *first = op == CPM_OP_EQ ? bound : next;
    if (*last < *first)
        return cpm_parser_fail(p, number->span, "no term from %ld on is meant by this", (long)next);
    return cpm_parser_expect(p, CPM_TOK_COMMA);
}

/* Reads if(CONDITION, value, ...) from the word on. The given terms become clauses, *rule is
 * what holds for all others; NULL on failure. */
static bool parse_pieces(cpm_parser *p, const cpm_expr *left, slong next, size_t begin,
                         cpm_expr **rule)
{
    slong first = 0, last = -1;
    bool is_first = true;
    *rule = NULL;
    if (!cpm_parser_enter(p) || !cpm_parser_advance(p) || !cpm_parser_expect(p, CPM_TOK_LPAREN) ||
        !parse_piece_condition(p, left, next, &first, &last, &is_first))
        return false;
    cpm_expr *value = NULL;
    for (int arm = 0; arm < 2; arm++) {
        if (arm == 1 && !cpm_parser_expect(p, CPM_TOK_COMMA))
            return false;
        bool is_value = is_first == (arm == 0);
        if (!is_value && at_piece(p)) {
            if (!parse_pieces(p, left, last + 1, begin, rule))
                return false;
            continue;
        }
        cpm_expr *expr = cpm_parser_expr(p);
        if (expr == NULL)
            return false;
        *(is_value ? &value : rule) = expr;
    }
    cpm_parser_leave(p);
    return cpm_parser_expect(p, CPM_TOK_RPAREN) && push_pieces(p, left, value, first, last, begin);
}

/* The right side of an equation. */
static cpm_expr *parse_side(cpm_parser *p, const cpm_expr *left, size_t begin)
{
    cpm_expr *rule;
    bool is_rule = left->kind == CPM_EXPR_CALL && left->u.call.nargs == 1 &&
                   left->u.call.args[0].value->kind == CPM_EXPR_NAME;
    if (!is_rule || !at_piece(p))
        return cpm_parser_expr(p);
    return parse_pieces(p, left, 0, begin, &rule) ? rule : NULL;
}

/* left = right, or a(0) = a(1) = right */
static bool parse_equation(cpm_parser *p, last_rule *last, cpm_expr *left, size_t begin)
{
    cpm_clause clause = {.index = CPM_NO_SYM};
    if (!cpm_parser_advance(p))
        return false;
    cpm_expr *right = parse_side(p, left, begin);
    slong shift;
    if (right != NULL && at_equals(p) && is_same_term(left, right)) /* a[n_] := a[n] = ... */
        right = cpm_parser_advance(p) ? cpm_parser_expr(p) : NULL;
    if (right == NULL || !cpm_formula_unfold(p, right, CPM_NO_SYM) ||
        !set_clause(p, &clause, left, right, &shift))
        return false;
    if (at_equals(p) && clause.kind == CPM_CLAUSE_RULE) { /* the same in other words */
        if (!skip_sides(p))
            return false;
    } else if (at_equals(p)) {
        if (clause.kind != CPM_CLAUSE_TERM) {
            refuse_rest(p);
            return false;
        }
        size_t from = p->scratch_len; /* of the clauses that follow, the last has the value */
        if (!parse_equation(p, last, right, begin))
            return false;
        cpm_clause next;
        memcpy(&next, p->scratch + from, sizeof next);
        if (next.kind != CPM_CLAUSE_TERM)
            return cpm_parser_fail(p, right->span, "expected one '=' a clause");
        clause.value = next.value;
    }
    if (clause.kind == CPM_CLAUSE_RULE) {
        if (last->is_doubtful)
            return refuse_doubt(p, last);
        last->exists = true;
        last->shift = shift;
        last->at = p->scratch_len;
    }
    if (!push_clause(p, &clause, begin))
        return false;
    if (clause.kind != CPM_CLAUSE_RULE || last->pending == NULL)
        return true;
    cpm_expr *bound = last->pending;
    last->pending = NULL;
    return set_condition(p, last, last->pending_index, last->pending_op, bound);
}

/* `n >= 2` or `2 <= n`, of which the left side has been read. */
static bool parse_comparison(cpm_parser *p, last_rule *last, cpm_expr *left, bool is_for_next)
{
    cpm_op op = CPM_OP_GE;
    bool is_index = left->kind == CPM_EXPR_NAME;
    comparison_at(&op, p, !is_index);
    if (!cpm_parser_advance(p))
        return false;
    cpm_expr *right = cpm_parser_expr(p);
    cpm_op second;
    if (right == NULL)
        return false;
    if (comparison_at(&second, p, false))
        return cpm_parser_fail(p, p->tok.span, "a condition has one bound, as in n >= 2");
    const cpm_expr *index = is_index ? left : right;
    if (index->kind != CPM_EXPR_NAME)
        return cpm_parser_fail(p, left->span, "a condition is n >= K or n > K");
    if (is_for_next) {
        last->pending = is_index ? right : left;
        last->pending_index = index->u.name.sym;
        last->pending_op = op;
        return true;
    }
    return set_condition(p, last, index->u.name.sym, op, is_index ? right : left);
}

/* [all] n [in Z], or a comparison, behind `for`, `if` or `when`. */
static bool parse_condition(cpm_parser *p, last_rule *last, bool is_for_next, bool is_apart)
{
    cpm_op op;
    size_t begin = p->tok.span.begin;
    bool ok = cpm_parser_advance(p);
    bool all = ok && cpm_parser_at_word(p, "all");
    if (all)
        ok = cpm_parser_advance(p);
    cpm_expr *left = ok ? cpm_parser_expr(p) : NULL;
    if (left == NULL)
        return false;
    if (comparison_at(&op, p, false)) {
        if (!parse_comparison(p, last, left, is_for_next))
            return false;
        last->is_doubtful = !is_for_next && is_apart && p->tok.kind == CPM_TOK_COMMA;
        last->doubt = (cpm_span){begin, p->prev_end};
        return true;
    }
    if (!all || left->kind != CPM_EXPR_NAME) {
        cpm_parser_expected(p, "a comparison such as n >= 2");
        return false;
    }
    if (!cpm_parser_at_word(p, "in"))
        return true;
    return cpm_parser_advance(p) && cpm_parser_expr(p) != NULL;
}

/* An equation, a condition on the rule before it, or a name of the catalogue. */
static bool parse_clause(cpm_parser *p, last_rule *last)
{
    size_t begin = p->tok.span.begin, name_end;
    cpm_clause clause = {.index = CPM_NO_SYM};
    cpm_op op;
    if (at_bare_name(p, &name_end))
        return parse_bare_name(p, &clause, name_end) && push_clause(p, &clause, begin);
    cpm_expr *left = cpm_parser_expr(p);
    if (left == NULL)
        return false;
    if (at_equals(p))
        return parse_equation(p, last, left, begin);
    if (last->exists && comparison_at(&op, p, false)) /* no '=', which was seen before */
        return parse_comparison(p, last, left, false);
    if (p->in_braces) { /* as Maple has it: = 0 */
        cpm_expr *zero = cpm_formula_number(p, 0, left->span);
        slong shift;
        clause = (cpm_clause){.index = CPM_NO_SYM};
        return zero != NULL && set_clause(p, &clause, left, zero, &shift) &&
               push_clause(p, &clause, begin);
    }
    cpm_parser_expected(p, "'='");
    cpm_err_hint(p->err, "a recurrence is written cur = ... or a(n) = ...");
    return false;
}

static bool at_condition(const cpm_parser *p)
{
    return cpm_parser_at_word(p, "for") || cpm_parser_at_word(p, "if") ||
           cpm_parser_at_word(p, "when");
}

/* (n > 1) and (order 2) behind a rule; (mod 7) is a statement about residues. */
static bool parse_remark(cpm_parser *p, last_rule *last)
{
    cpm_span begin = p->tok.span;
    cpm_op op;
    if (!cpm_parser_advance(p))
        return false;
    if (cpm_parser_at_word(p, "mod")) {
        cpm_parser_fail(p, (cpm_span){begin.begin, p->tok.span.end},
                        "this says which numbers have equal remainders, not which one is meant");
        cpm_err_hint(p->err, "write (...) mod M for the remainder from 0 to M-1");
        return false;
    }
    bool is_order = cpm_parser_at_word(p, "order");
    if (is_order && !cpm_parser_advance(p))
        return false;
    cpm_expr *left = cpm_parser_expr(p);
    if (left == NULL)
        return false;
    if (!is_order && !comparison_at(&op, p, false)) {
        cpm_parser_expected(p, "a comparison such as n >= 2");
        return false;
    }
    if (!is_order && !parse_comparison(p, last, left, false))
        return false;
    return cpm_parser_expect(p, CPM_TOK_RPAREN);
}

/* One clause, or a condition; *is_apart says that a separator stood before it. */
static bool parse_part(cpm_parser *p, last_rule *last, size_t from, bool is_apart)
{
    bool condition = at_condition(p), follows = last->exists;
    if (!is_apart && cpm_formula_at_remark(p))
        return parse_remark(p, last);
    if (follows && is_apart) { /* only behind the rule itself */
        cpm_clause previous;
        memcpy(&previous, p->scratch + p->scratch_len - sizeof previous, sizeof previous);
        follows = p->scratch_len > from && previous.kind == CPM_CLAUSE_RULE;
    }
    return condition ? parse_condition(p, last, !follows, is_apart) : parse_clause(p, last);
}

/* What ends a part: a separator, the end, or a condition behind it. */
static bool check_end(cpm_parser *p)
{
    if (at_separator(p) || at_condition(p) || p->tok.kind == CPM_TOK_EOF ||
        cpm_formula_at_remark(p) || (p->in_braces && p->tok.kind == CPM_TOK_RBRACE))
        return true;
    refuse_rest(p);
    return false;
}

/* A full stop: what has been read so far stands, whatever comes behind it. */
typedef struct full_stop {
    bool seen;
    size_t at, scratch_len, depth;
} full_stop;

static void note_stop(full_stop *stop, cpm_parser *p, last_rule *last)
{
    *stop = (full_stop){true, p->tok.span.end, p->scratch_len, p->depth};
    last->exists = last->is_doubtful = false; /* sentences are about themselves */
}

/* A sentence behind a full stop that is no clause, or says again what a sequence is. */
static bool forgive(cpm_parser *p, const full_stop *stop)
{
    if (!stop->seen || (p->err->status != CPM_ERR_SYNTAX && p->err->status != CPM_ERR_SEMANTIC))
        return false;
    cpm_err_clear(p->err);
    p->scratch_len = stop->scratch_len;
    p->depth = stop->depth;
    leave_rest(p, stop->at);
    return true;
}

/* Whether the last clause makes a sequence, or a constant, that another one makes. */
static bool is_repeated(const cpm_parser *p, size_t from)
{
    cpm_clause last, other;
    size_t end = p->scratch_len - sizeof last;
    memcpy(&last, p->scratch + end, sizeof last);
    bool found = false;
    for (size_t at = from; at < end && !found && defines_name(&last); at += sizeof other) {
        memcpy(&other, p->scratch + at, sizeof other);
        found = defines_name(&other) && other.name == last.name;
    }
    return found;
}

/* One part behind a full stop. */
static bool parse_sentence(cpm_parser *p, last_rule *last, const full_stop *stop, size_t from)
{
    bool ok = parse_part(p, last, from, true) && check_end(p);
    if (ok && p->scratch_len > from && is_repeated(p, from))
        ok = cpm_parser_fail(p, p->tok.span, "defined twice");
    return ok || forgive(p, stop);
}

/* {clause, clause, ...}, as Maple writes it, or without braces. */
static bool parse_clauses(cpm_parser *p)
{
    size_t from = p->scratch_len;
    last_rule last = {0};
    full_stop stop = {0};
    bool is_apart = true;
    if (!cpm_parser_accept(p, CPM_TOK_LBRACE, &p->in_braces))
        return false;
    while (p->tok.kind != CPM_TOK_EOF) {
        if (at_separator(p)) {
            is_apart = true;
            last.is_doubtful = last.is_doubtful && p->tok.kind == CPM_TOK_COMMA;
            if (cpm_formula_at_stop(p))
                note_stop(&stop, p, &last);
            if (!cpm_parser_advance(p) && !forgive(p, &stop))
                return false;
            continue;
        }
        if (stop.seen) {
            if (!parse_sentence(p, &last, &stop, from))
                return false;
            is_apart = false;
            continue;
        }
        if (p->in_braces && p->tok.kind == CPM_TOK_RBRACE) {
            p->in_braces = false;
            if (!cpm_parser_advance(p))
                return false;
            continue;
        }
        if (!parse_part(p, &last, from, is_apart) || !check_end(p))
            return false;
        is_apart = false;
    }
    if (p->in_braces) {
        cpm_parser_expected(p, "'}'");
        return false;
    }
    if (last.pending != NULL)
        return cpm_parser_fail(p, last.pending->span, "a condition without a rule");
    if (p->scratch_len == from)
        return cpm_parser_fail(p, (cpm_span){0, p->text->len}, "the recurrence is empty");
    p->tree->clauses = cpm_parser_take_list(p, from, sizeof(cpm_clause), &p->tree->nclauses);
    return p->tree->clauses != NULL;
}

/* ---- Names that are given twice ---------------------------------------- */

static bool check_names(cpm_parser *p)
{
    const cpm_tree *tree = p->tree;
    const cpm_clause **first = cpm_calloc(tree->nsymbols, sizeof *first);
    if (first == NULL)
        return cpm_parser_fail_memory(p);
    for (size_t i = 0; i < tree->nclauses && p->err->status == CPM_OK; i++) {
        const cpm_clause *clause = &tree->clauses[i];
        if (!defines_name(clause))
            continue;
        const cpm_clause *earlier = first[clause->name];
        first[clause->name] = clause;
        if (earlier == NULL)
            continue;
        cpm_err_at(p->err, CPM_ERR_SEMANTIC, p->text, clause->name_span, "'%s' is defined twice",
                   tree->symbols[clause->name].name);
        cpm_err_related(p->err, earlier->name_span, "first defined here");
    }
    free(first);
    return p->err->status == CPM_OK;
}

cpm_status cpm_parse_spec(cpm_tree *tree, const cpm_text *text, cpm_err *err)
{
    cpm_parser parser;
    cpm_span all = {0, text->len};
    bool ok = cpm_parser_init(&parser, tree, text, all, CPM_NOTATION_SPEC, true, err) == CPM_OK;
    parser.formulas = parser.decimals = true;
    parser.subscripts = cpm_formula_has_subscripts(&parser);
    ok = ok && cpm_formula_scan(&parser) && parse_clauses(&parser) && check_names(&parser);
    cpm_parser_clear(&parser);
    tree->is_spec = true;
    return ok ? CPM_OK : err->status;
}
