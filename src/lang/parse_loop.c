/* SPDX-License-Identifier: MIT
 *
 * parse_loop.c - the loop/end language: assignments and `loop N ... end`, one
 * a line or separated by semicolons. A loop becomes a `for` without a variable.
 * One `end` too many is accepted at the very end, where it closes the program.
 */
#include "lang/parse.h"
#include "lang/parser.h"

static bool parse_statements(cpm_parser *p);

static bool at_separator(const cpm_parser *p)
{
    return p->tok.kind == CPM_TOK_SEMICOLON || p->tok.kind == CPM_TOK_NEWLINE;
}

static bool skip_separators(cpm_parser *p)
{
    while (at_separator(p))
        if (!cpm_parser_advance(p))
            return false;
    return true;
}

/* Behind a statement stands a separator, `end` or nothing. */
static bool need_separator(cpm_parser *p)
{
    if (at_separator(p) || p->tok.kind == CPM_TOK_EOF)
        return skip_separators(p);
    cpm_parser_expected(p, "the end of the line");
    return false;
}

/* 'loop' expr statements 'end' */
static cpm_stmt *parse_loop(cpm_parser *p)
{
    cpm_span word = p->tok.span;
    size_t from = p->scratch_len;
    cpm_stmt *stmt = cpm_parser_stmt(p, CPM_STMT_FOR, word.begin);
    if (stmt == NULL || !cpm_parser_enter(p) || !cpm_parser_advance(p))
        return NULL;
    stmt->u.loop.stop = cpm_parser_expr(p);
    if (stmt->u.loop.stop == NULL)
        return NULL;
    stmt->u.loop.range_span = stmt->u.loop.stop->span;
    stmt->span.end = p->prev_end;
    stmt->u.loop.id = (uint32_t)p->tree->nloops++;
    if (!need_separator(p) || !parse_statements(p))
        return NULL;
    if (p->tok.kind != CPM_TOK_END_LOOP) {
        cpm_parser_expected(p, "'end'");
        cpm_err_related(p->err, word, "this loop is not closed");
        return NULL;
    }
    cpm_block *body = &stmt->u.loop.body;
    body->stmts = cpm_parser_take_list(p, from, sizeof(cpm_stmt *), &body->nstmts);
    if (body->stmts == NULL || !cpm_parser_advance(p))
        return NULL;
    cpm_parser_leave(p);
    return stmt;
}

/* NAME ('=' | op '=') expr */
static cpm_stmt *parse_assignment(cpm_parser *p)
{
    size_t begin = p->tok.span.begin;
    if (p->tok.kind != CPM_TOK_NAME) {
        cpm_parser_expected(p, "a variable, 'loop' or 'end'");
        return NULL;
    }
    cpm_sym sym = cpm_parser_intern(p, p->tok.span);
    cpm_expr *target = sym == CPM_NO_SYM ? NULL : cpm_expr_name(p->tree, sym, p->tok.span);
    if (target == NULL)
        return cpm_parser_fail_memory(p), NULL;
    if (!cpm_parser_advance(p))
        return NULL;
    cpm_token op_token = p->tok;
    cpm_op op = CPM_OP_ADD;
    bool augments = cpm_parser_augmented_op(op_token.kind, &op);
    if (!augments && op_token.kind != CPM_TOK_ASSIGN) {
        cpm_parser_expected(p, "'=', '+=', '-=' or '*='");
        return NULL;
    }
    cpm_expr *value = cpm_parser_advance(p) ? cpm_parser_expr(p) : NULL;
    if (value == NULL)
        return NULL;
    cpm_stmt *stmt = cpm_parser_stmt(p, augments ? CPM_STMT_AUGMENT : CPM_STMT_ASSIGN, begin);
    if (stmt == NULL)
        return NULL;
    if (augments) {
        stmt->u.augment.target = target;
        stmt->u.augment.op = op;
        stmt->u.augment.op_span = op_token.span;
        stmt->u.augment.value = value;
        return stmt;
    }
    stmt->u.assign.targets = cpm_arena_copy(&p->tree->arena, &target, sizeof target);
    stmt->u.assign.ntargets = 1;
    stmt->u.assign.value = value;
    return stmt->u.assign.targets != NULL ? stmt : (cpm_parser_fail_memory(p), NULL);
}

/* Statements up to `end` or the end of the text; pushes them. */
static bool parse_statements(cpm_parser *p)
{
    if (!skip_separators(p))
        return false;
    while (p->tok.kind != CPM_TOK_END_LOOP && p->tok.kind != CPM_TOK_EOF) {
        cpm_stmt *stmt = p->tok.kind == CPM_TOK_LOOP ? parse_loop(p) : parse_assignment(p);
        if (stmt == NULL || !cpm_parser_push(p, &stmt, sizeof stmt) || !need_separator(p))
            return false;
    }
    return true;
}

static bool parse_file(cpm_parser *p)
{
    size_t from = p->scratch_len;
    if (!parse_statements(p))
        return false;
    if (p->tok.kind == CPM_TOK_END_LOOP) {
        cpm_span word = p->tok.span;
        if (!cpm_parser_advance(p) || !skip_separators(p))
            return false;
        if (p->tok.kind != CPM_TOK_EOF)
            return cpm_parser_fail(p, word, "this 'end' closes no loop");
    }
    cpm_block *top = &p->tree->top;
    top->stmts = cpm_parser_take_list(p, from, sizeof(cpm_stmt *), &top->nstmts);
    return top->stmts != NULL;
}

cpm_status cpm_parse_loop(cpm_tree *tree, const cpm_text *text, cpm_err *err)
{
    cpm_parser parser;
    cpm_span all = {0, text->len};
    tree->dialect = CPM_DIALECT_LOOP;
    bool ok = cpm_parser_init(&parser, tree, text, all, CPM_NOTATION_LOOP, true, err) == CPM_OK &&
              parse_file(&parser);
    cpm_parser_clear(&parser);
    return ok ? CPM_OK : err->status;
}

/* ---- Which language is it? --------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* A line that starts with `loop`, a blank and something that can be a count. */
static bool is_loop_line(const char *p, const char *end)
{
    while (p < end && is_blank(*p))
        p++;
    if (end - p < 6 || p[0] != 'l' || p[1] != 'o' || p[2] != 'o' || p[3] != 'p' || !is_blank(p[4]))
        return false;
    for (p += 5; p < end && is_blank(*p); p++)
        ;
    return p < end && (cpm_is_name_byte(*p) || *p == '(');
}

static bool has_loop_line(const cpm_text *text)
{
    const char *end = text->data + text->len;
    bool at_start = true;
    for (const char *p = text->data; p < end; p++) {
        if (at_start && is_loop_line(p, end))
            return true;
        at_start = *p == '\n' || *p == '\r' || *p == ';';
    }
    return false;
}

cpm_status cpm_parse_program(cpm_tree *tree, const cpm_text *text, cpm_dialect dialect,
                             cpm_err *err)
{
    bool loop_line = has_loop_line(text);
    if (dialect == CPM_DIALECT_LOOP || (loop_line && dialect != CPM_DIALECT_PY2))
        return cpm_parse_loop(tree, text, err);
    cpm_status status = cpm_parse_python(tree, text, dialect, err);
    if (status == CPM_OK || status == CPM_ERR_MEMORY || !loop_line)
        return status;
    /* Python 2 was asked for and it is none: the loop/end language then. */
    cpm_tree_clear(tree);
    cpm_tree_init(tree, text);
    cpm_err_clear(err);
    return cpm_parse_loop(tree, text, err);
}
