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
    return p->tok.kind == CPM_TOK_ASSIGN || p->tok.kind == CPM_TOK_EQ;
}

/* What stands between clauses: marks, and words that mean no more. */
static bool at_separator(const cpm_parser *p)
{
    return p->tok.kind == CPM_TOK_SEMICOLON || p->tok.kind == CPM_TOK_NEWLINE ||
           p->tok.kind == CPM_TOK_COMMA || cpm_parser_at_word(p, "and") ||
           cpm_parser_at_word(p, "with") || cpm_parser_at_word(p, "where");
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

/* What comes from here on is noted, by whoever asked for the tree, and not read. */
static void leave_rest(cpm_parser *p, size_t from)
{
    size_t end = p->lexer.end;
    while (from < end && (is_blank(p->text->data[from]) || p->text->data[from] == '\n'))
        from++;
    p->tree->rest = (cpm_span){from, end};
    p->tok = (cpm_token){CPM_TOK_EOF, {end, end}};
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
    bool before = op == CPM_OP_LT || op == CPM_OP_LE;
    bool next = op == CPM_OP_GT || op == CPM_OP_LE; /* the bound is one further */
    cpm_expr *more = cpm_formula_number(p, last->shift + next, bound->span);
    cpm_expr *at = cpm_formula_binary(p, bound, CPM_OP_ADD, more, bound->span);
    if (at == NULL)
        return false;
    if (before) {
        clause.kind = CPM_CLAUSE_BEFORE;
        clause.at = at;
    } else {
        clause.from = at;
    }
    memcpy(p->scratch + last->at, &clause, sizeof clause);
    return true;
}

/* ---- Equations ------------------------------------------------------------ */

/* left = right, or a(0) = a(1) = right */
static bool parse_equation(cpm_parser *p, last_rule *last, cpm_expr *left, size_t begin)
{
    cpm_clause clause = {.index = CPM_NO_SYM};
    if (!cpm_parser_advance(p))
        return false;
    cpm_expr *right = cpm_parser_expr(p);
    slong shift;
    if (right == NULL || !cpm_formula_unfold(p, right, CPM_NO_SYM) ||
        !set_clause(p, &clause, left, right, &shift))
        return false;
    if (at_equals(p) && clause.kind == CPM_CLAUSE_RULE) { /* the same in other words */
        leave_rest(p, p->tok.span.begin);
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
    if (right == NULL)
        return false;
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
static bool parse_condition(cpm_parser *p, last_rule *last, bool is_for_next)
{
    cpm_op op;
    bool ok = cpm_parser_advance(p);
    bool all = ok && cpm_parser_at_word(p, "all");
    if (all)
        ok = cpm_parser_advance(p);
    cpm_expr *left = ok ? cpm_parser_expr(p) : NULL;
    if (left == NULL)
        return false;
    if (comparison_at(&op, p, false))
        return parse_comparison(p, last, left, is_for_next);
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
    if (last->exists && comparison_at(&op, p, false))
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

/* A full stop ends the recurrence. */
static void skip_stop(cpm_parser *p)
{
    if (cpm_formula_at_stop(p))
        leave_rest(p, p->tok.span.end);
}

/* One clause, or a condition; *is_apart says that a separator stood before it. */
static bool parse_part(cpm_parser *p, last_rule *last, size_t from, bool is_apart)
{
    bool condition = at_condition(p), follows = last->exists;
    if (follows && is_apart) { /* only behind the rule itself */
        cpm_clause previous;
        memcpy(&previous, p->scratch + p->scratch_len - sizeof previous, sizeof previous);
        follows = p->scratch_len > from && previous.kind == CPM_CLAUSE_RULE;
    }
    return condition ? parse_condition(p, last, !follows) : parse_clause(p, last);
}

/* What ends a part: a separator, the end, or a condition behind it. */
static bool check_end(cpm_parser *p)
{
    if (at_separator(p) || at_condition(p) || p->tok.kind == CPM_TOK_EOF ||
        cpm_formula_at_stop(p) || (p->in_braces && p->tok.kind == CPM_TOK_RBRACE))
        return true;
    refuse_rest(p);
    return false;
}

/* {clause, clause, ...}, as Maple writes it, or without braces. */
static bool parse_clauses(cpm_parser *p)
{
    size_t from = p->scratch_len;
    last_rule last = {0};
    bool is_apart = true;
    if (!cpm_parser_accept(p, CPM_TOK_LBRACE, &p->in_braces))
        return false;
    while (p->tok.kind != CPM_TOK_EOF) {
        if (at_separator(p)) {
            is_apart = true;
            if (!cpm_parser_advance(p))
                return false;
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
        skip_stop(p);
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

static bool defines_name(const cpm_clause *clause)
{
    return clause->kind == CPM_CLAUSE_CUR || clause->kind == CPM_CLAUSE_RULE ||
           clause->kind == CPM_CLAUSE_CONST;
}

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
    parser.formulas = true;
    parser.subscripts = cpm_formula_has_subscripts(&parser);
    ok = ok && parse_clauses(&parser) && check_names(&parser);
    cpm_parser_clear(&parser);
    tree->is_spec = true;
    return ok ? CPM_OK : err->status;
}
