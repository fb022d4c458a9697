/* SPDX-License-Identifier: MIT
 *
 * parse_spec.c - recurrences: clauses separated by semicolons or line ends.
 * The left side of a clause is read as an expression first and judged when the
 * `=` behind it is seen, which saves all lookahead. Whether a rule is linear,
 * and what names mean, is not decided here.
 */
#include "lang/parse.h"
#include "lang/parser.h"

#include <stdlib.h>

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

/* NAME | NAME '(' NAME ')' | NAME '(' expr ')' */
static bool set_target(cpm_parser *p, cpm_clause *clause, const cpm_expr *left)
{
    static const char wanted[] = "the left side of '=' is a name, or a term such as a(n) or a(0)";
    if (left->kind == CPM_EXPR_NAME) {
        bool is_cur = cpm_tree_find(p->tree, "cur", 3) == left->u.name.sym;
        clause->kind = is_cur ? CPM_CLAUSE_CUR : CPM_CLAUSE_CONST;
        clause->name = left->u.name.sym;
        clause->name_span = left->span;
        return true;
    }
    if (left->kind != CPM_EXPR_CALL)
        return cpm_parser_fail(p, left->span, "%s", wanted);
    if (left->u.call.nargs != 1)
        return cpm_parser_fail(p, left->span, "a term has one index, as in a(n)");
    cpm_expr *at = left->u.call.args[0].value;
    clause->name = left->u.call.callee;
    clause->name_span = left->u.call.callee_span;
    if (at->kind == CPM_EXPR_NAME) {
        clause->kind = CPM_CLAUSE_RULE;
        clause->index = at->u.name.sym;
    } else {
        clause->kind = CPM_CLAUSE_TERM;
        clause->at = at;
    }
    return true;
}

/* target '=' expr | NAME */
static bool parse_clause(cpm_parser *p, cpm_clause *clause)
{
    size_t begin = p->tok.span.begin, name_end;
    *clause = (cpm_clause){.index = CPM_NO_SYM};
    if (at_bare_name(p, &name_end)) {
        if (!parse_bare_name(p, clause, name_end))
            return false;
    } else {
        cpm_expr *left = cpm_parser_expr(p);
        if (left == NULL)
            return false;
        if (p->tok.kind != CPM_TOK_ASSIGN) {
            cpm_parser_expected(p, "'='");
            cpm_err_hint(p->err, "a recurrence is written cur = ... or a(n) = ...");
            return false;
        }
        if (!set_target(p, clause, left) || !cpm_parser_advance(p))
            return false;
        clause->value = cpm_parser_expr(p);
        if (clause->value == NULL)
            return false;
    }
    clause->span = (cpm_span){begin, p->prev_end};
    return true;
}

static bool at_separator(const cpm_parser *p)
{
    return p->tok.kind == CPM_TOK_SEMICOLON || p->tok.kind == CPM_TOK_NEWLINE;
}

/* Says why the text cannot go on here. */
static void refuse_rest(cpm_parser *p)
{
    if (p->tok.kind == CPM_TOK_ASSIGN)
        cpm_parser_expected(p, "one '=' a clause");
    else
        cpm_parser_expected(p, "an operator or ';'");
    if (cpm_parser_at_expr(p))
        cpm_err_hint(p->err, "a product is written with '*'");
    else if (p->tok.kind == CPM_TOK_COMMA)
        cpm_err_hint(p->err, "clauses are separated by ';'");
}

static bool parse_clauses(cpm_parser *p)
{
    size_t from = p->scratch_len;
    while (p->tok.kind != CPM_TOK_EOF) {
        if (at_separator(p)) {
            if (!cpm_parser_advance(p))
                return false;
            continue;
        }
        cpm_clause clause;
        if (!parse_clause(p, &clause) || !cpm_parser_push(p, &clause, sizeof clause))
            return false;
        if (!at_separator(p) && p->tok.kind != CPM_TOK_EOF) {
            refuse_rest(p);
            return false;
        }
    }
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
    bool ok = cpm_parser_init(&parser, tree, text, all, CPM_NOTATION_SPEC, true, err) == CPM_OK &&
              parse_clauses(&parser) && check_names(&parser);
    cpm_parser_clear(&parser);
    tree->is_spec = true;
    return ok ? CPM_OK : err->status;
}
