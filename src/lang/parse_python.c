/* SPDX-License-Identifier: MIT
 *
 * parse_python.c - statements of the Python subset, by recursive descent with
 * one token of lookahead. The only recursion is over nested blocks and is
 * counted. What Python has and the subset has not is refused by name, at its
 * first word. Functions, decorators and imports are in parse_def.c.
 */
#include "lang/builtin.h"
#include "lang/parse.h"
#include "lang/parser.h"
#include "lang/visit.h"

#include <string.h>

static cpm_stmt *parse_compound(cpm_parser *p, bool *is_compound);
static bool parse_simple_line(cpm_parser *p);

/* ---- Small things ------------------------------------------------------ */

cpm_stmt *cpm_parser_stmt(cpm_parser *p, cpm_stmt_kind kind, size_t begin)
{
    cpm_stmt *stmt = cpm_stmt_new(p->tree, kind, (cpm_span){begin, p->prev_end});
    if (stmt == NULL)
        cpm_parser_fail_memory(p);
    return stmt;
}

bool cpm_parser_is_word(const cpm_parser *p, cpm_span span, const char *word)
{
    size_t len = strlen(word);
    return span.end - span.begin == len && memcmp(p->text->data + span.begin, word, len) == 0;
}

bool cpm_parser_at_word(const cpm_parser *p, const char *word)
{
    return p->tok.kind == CPM_TOK_NAME && cpm_parser_is_word(p, p->tok.span, word);
}

bool cpm_parser_check_bindable(cpm_parser *p, cpm_span span)
{
    cpm_builtin_id id =
        cpm_builtin_find(p->text->data + span.begin, span.end - span.begin, CPM_IN_PROGRAM);
    if (id == CPM_BUILTIN_NONE || !cpm_builtin_of(id)->is_fixed)
        return true;
    cpm_err_at(p->err, CPM_ERR_SEMANTIC, p->text, span, "'%s' cannot be redefined",
               cpm_builtin_of(id)->name);
    return false;
}

bool cpm_parser_bind(cpm_parser *p, cpm_sym *sym, cpm_span *span)
{
    if (p->tok.kind != CPM_TOK_NAME) {
        cpm_parser_expected(p, "a name");
        return false;
    }
    *span = p->tok.span;
    if (!cpm_parser_check_bindable(p, *span))
        return false;
    *sym = cpm_parser_intern(p, *span);
    return *sym != CPM_NO_SYM && cpm_parser_advance(p);
}

bool cpm_parser_line_end(cpm_parser *p)
{
    if (p->tok.kind == CPM_TOK_NEWLINE)
        return cpm_parser_advance(p);
    if (p->tok.kind == CPM_TOK_EOF && p->lexer.nbrackets == 0)
        return true;
    cpm_parser_expected(p, "the end of the line");
    return false;
}

/* ---- Assignments and expressions --------------------------------------- */

/* Names, items, slices, and tuples of targets, of which one may be starred. */
bool cpm_parser_check_target(cpm_parser *p, const cpm_expr *target)
{
    cpm_expr *item;
    size_t nstars = 0;
    if (target->kind == CPM_EXPR_NAME)
        return cpm_parser_check_bindable(p, target->span);
    if (target->kind == CPM_EXPR_INDEX || target->kind == CPM_EXPR_SLICE)
        return true;
    if (target->kind != CPM_EXPR_TUPLE && target->kind != CPM_EXPR_LIST)
        return cpm_parser_fail(p, target->span, "this cannot be assigned to");
    for (size_t i = 0; (item = cpm_target_item(target, i)) != NULL; i++) {
        bool is_star = item->kind == CPM_EXPR_STAR;
        if (is_star && nstars++ > 0)
            return cpm_parser_fail(p, item->span, "two starred targets in one list");
        if (!cpm_parser_check_target(p, is_star ? item->u.unary.operand : item))
            return false;
    }
    return true;
}

/* targets '=' ... value; the first target is read and '=' is the next token. */
static cpm_stmt *parse_assign(cpm_parser *p, size_t begin, cpm_expr *target)
{
    size_t from = p->scratch_len;
    cpm_expr *value = target;
    while (p->tok.kind == CPM_TOK_ASSIGN) {
        if (!cpm_parser_check_target(p, value) || !cpm_parser_push(p, &value, sizeof value) ||
            !cpm_parser_advance(p))
            return NULL;
        if (cpm_parser_at_word(p, "cpmoptimize") && p->scratch_len - from == sizeof value)
            return p->scratch_len = from, cpm_parser_optimized_copy(p, target, begin);
        value = cpm_parser_expr_list(p);
        if (value == NULL)
            return NULL;
    }
    cpm_stmt *stmt = cpm_parser_stmt(p, CPM_STMT_ASSIGN, begin);
    if (stmt == NULL)
        return NULL;
    stmt->u.assign.value = value;
    stmt->u.assign.targets =
        cpm_parser_take_list(p, from, sizeof(cpm_expr *), &stmt->u.assign.ntargets);
    return stmt->u.assign.targets == NULL ? NULL : stmt;
}

static cpm_stmt *parse_augment(cpm_parser *p, size_t begin, cpm_expr *target, cpm_op op)
{
    cpm_span op_span = p->tok.span;
    bool is_name = target->kind == CPM_EXPR_NAME;
    if (!is_name && target->kind != CPM_EXPR_INDEX) {
        cpm_parser_fail(p, target->span, "only a name or an item can stand left of '%s='",
                        cpm_op_text(op));
        return NULL;
    }
    if (!cpm_parser_check_target(p, target) || !cpm_parser_advance(p))
        return NULL;
    cpm_expr *value = cpm_parser_expr_list(p);
    cpm_stmt *stmt =
        value == NULL
            ? NULL
            : cpm_parser_stmt(p, is_name ? CPM_STMT_AUGMENT : CPM_STMT_AUGMENT_ITEM, begin);
    if (stmt != NULL) {
        stmt->u.augment.target = target;
        stmt->u.augment.op = op;
        stmt->u.augment.op_span = op_span;
        stmt->u.augment.value = value;
    }
    return stmt;
}

/* NAME ':' annotation ['=' value]: the annotation means nothing. */
static cpm_stmt *parse_annotated(cpm_parser *p, size_t begin, cpm_expr *target)
{
    if (target->kind != CPM_EXPR_NAME) {
        cpm_parser_expected(p, "the end of the line");
        return NULL;
    }
    if (!cpm_parser_advance(p) || cpm_parser_expr(p) == NULL)
        return NULL;
    if (p->tok.kind == CPM_TOK_ASSIGN)
        return parse_assign(p, begin, target);
    return cpm_parser_stmt(p, CPM_STMT_PASS, begin);
}

/* `g() and other expressions, assignments, documentation strings */
static cpm_stmt *parse_expr_stmt(cpm_parser *p)
{
    size_t begin = p->tok.span.begin;
    cpm_expr *expr = cpm_parser_expr_list(p);
    if (expr == NULL)
        return NULL;
    cpm_op op;
    if (p->tok.kind == CPM_TOK_ASSIGN)
        return parse_assign(p, begin, expr);
    if (cpm_parser_augmented_op(p->tok.kind, &op))
        return parse_augment(p, begin, expr, op);
    if (p->tok.kind == CPM_TOK_COLON)
        return parse_annotated(p, begin, expr);
    cpm_stmt *stmt = cpm_parser_stmt(p, CPM_STMT_EXPR, begin);
    if (stmt != NULL)
        stmt->u.expr = expr;
    return stmt;
}

/* ---- print ------------------------------------------------------------- */

/* Positional arguments are items; sep and end are known by name. */
static bool set_print_args(cpm_parser *p, cpm_stmt *stmt, const cpm_arg *args, size_t nargs)
{
    stmt->u.print.items = cpm_arena_array(&p->tree->arena, nargs, sizeof(cpm_expr *));
    if (stmt->u.print.items == NULL)
        return cpm_parser_fail_memory(p);
    for (size_t i = 0; i < nargs; i++) {
        if (args[i].keyword == CPM_NO_SYM)
            stmt->u.print.items[stmt->u.print.nitems++] = args[i].value;
        else if (cpm_parser_is_word(p, args[i].keyword_span, "sep"))
            stmt->u.print.sep = args[i].value;
        else if (cpm_parser_is_word(p, args[i].keyword_span, "end"))
            stmt->u.print.end = args[i].value;
        else if (cpm_parser_is_word(p, args[i].keyword_span, "flush"))
            continue; /* what is printed is seen in order anyway */
        else
            return cpm_parser_fail(p, args[i].keyword_span, "print has no argument '%s' here",
                                   p->tree->symbols[args[i].keyword].name);
    }
    return true;
}

/* 'print' args */
static cpm_stmt *parse_print_call(cpm_parser *p)
{
    size_t begin = p->tok.span.begin;
    if (!cpm_parser_advance(p))
        return NULL;
    if (p->tok.kind != CPM_TOK_LPAREN) {
        cpm_parser_expected(p, "'(' after print");
        if (cpm_parser_at_expr(p))
            cpm_err_hint(p->err, "the print statement is Python 2's: --dialect py2");
        return NULL;
    }
    cpm_arg *args;
    size_t nargs;
    bool ok = cpm_parser_args(p, &args, &nargs);
    cpm_stmt *stmt = ok ? cpm_parser_stmt(p, CPM_STMT_PRINT, begin) : NULL;
    return stmt != NULL && set_print_args(p, stmt, args, nargs) ? stmt : NULL;
}

/* The trailing comma of Python 2: the line goes on after a blank. */
static bool end_with_blank(cpm_parser *p, cpm_stmt *stmt)
{
    cpm_expr *blank = cpm_expr_new(p->tree, CPM_EXPR_STRING, stmt->span);
    if (blank == NULL)
        return cpm_parser_fail_memory(p);
    blank->u.string.bytes = " ";
    blank->u.string.len = 1;
    stmt->u.print.end = blank;
    return true;
}

/* Python 2: 'print' [expr (',' expr)* [',']] */
static cpm_stmt *parse_print_stmt(cpm_parser *p)
{
    size_t begin = p->tok.span.begin, from = p->scratch_len;
    bool comma = false;
    if (!cpm_parser_advance(p))
        return NULL;
    if (p->tok.kind == CPM_TOK_RSHIFT) {
        cpm_parser_fail(p, p->tok.span, "printing to a file is not supported");
        return NULL;
    }
    while (cpm_parser_at_expr(p)) {
        cpm_expr *item = cpm_parser_expr(p);
        if (item == NULL || !cpm_parser_push(p, &item, sizeof item) ||
            !cpm_parser_accept(p, CPM_TOK_COMMA, &comma))
            return NULL;
        if (!comma)
            break;
    }
    cpm_stmt *stmt = cpm_parser_stmt(p, CPM_STMT_PRINT, begin);
    if (stmt == NULL)
        return NULL;
    stmt->u.print.items = cpm_parser_take_list(p, from, sizeof(cpm_expr *), &stmt->u.print.nitems);
    if (stmt->u.print.items == NULL || (comma && !end_with_blank(p, stmt)))
        return NULL;
    return stmt;
}

/* ---- Other simple statements ------------------------------------------- */

static cpm_stmt *parse_jump(cpm_parser *p, cpm_stmt_kind kind)
{
    cpm_span span = p->tok.span;
    if (kind != CPM_STMT_PASS && p->loop_depth == 0) {
        cpm_parser_fail(p, span, "%s outside of a loop", cpm_token_name(p->tok.kind));
        return NULL;
    }
    return cpm_parser_advance(p) ? cpm_parser_stmt(p, kind, span.begin) : NULL;
}

static cpm_stmt *parse_return(cpm_parser *p)
{
    cpm_span span = p->tok.span;
    if (p->function == CPM_NO_FUNCTION) {
        cpm_parser_fail(p, span, "'return' outside of a function");
        return NULL;
    }
    if (!cpm_parser_advance(p))
        return NULL;
    cpm_expr *value = NULL;
    if (cpm_parser_at_expr(p)) {
        value = cpm_parser_expr_list(p);
        if (value == NULL)
            return NULL;
    }
    cpm_stmt *stmt = cpm_parser_stmt(p, CPM_STMT_RETURN, span.begin);
    if (stmt != NULL)
        stmt->u.expr = value;
    return stmt;
}

/* ('global' | 'nonlocal') NAME (',' NAME)* */
static cpm_stmt *parse_global(cpm_parser *p, cpm_stmt_kind kind)
{
    size_t begin = p->tok.span.begin, from = p->scratch_len;
    bool more = true;
    if (kind == CPM_STMT_NONLOCAL && p->function == CPM_NO_FUNCTION) {
        cpm_parser_fail(p, p->tok.span, "'nonlocal' outside of a function");
        return NULL;
    }
    if (!cpm_parser_advance(p))
        return NULL;
    while (more) {
        cpm_sym sym;
        cpm_span span;
        if (!cpm_parser_bind(p, &sym, &span) || !cpm_parser_push(p, &sym, sizeof sym) ||
            !cpm_parser_accept(p, CPM_TOK_COMMA, &more))
            return NULL;
    }
    cpm_stmt *stmt = cpm_parser_stmt(p, kind, begin);
    if (stmt == NULL)
        return NULL;
    stmt->u.global.syms = cpm_parser_take_list(p, from, sizeof(cpm_sym), &stmt->u.global.nsyms);
    return stmt->u.global.syms == NULL ? NULL : stmt;
}

/* 'assert' expr [',' expr] */
static cpm_stmt *parse_assert(cpm_parser *p)
{
    cpm_stmt *stmt = cpm_parser_stmt(p, CPM_STMT_ASSERT, p->tok.span.begin);
    bool comma = false;
    if (stmt == NULL || !cpm_parser_advance(p))
        return NULL;
    stmt->u.check.test = cpm_parser_expr(p);
    if (stmt->u.check.test == NULL || !cpm_parser_accept(p, CPM_TOK_COMMA, &comma))
        return NULL;
    if (comma)
        stmt->u.check.message = cpm_parser_expr(p);
    stmt->span.end = p->prev_end;
    return comma && stmt->u.check.message == NULL ? NULL : stmt;
}

/* 'del' target (',' target)* */
static cpm_stmt *parse_del(cpm_parser *p)
{
    size_t begin = p->tok.span.begin, from = p->scratch_len;
    bool more = true;
    if (!cpm_parser_advance(p))
        return NULL;
    while (more) {
        cpm_expr *target = cpm_parser_expr(p);
        if (target == NULL || !cpm_parser_check_target(p, target) ||
            !cpm_parser_push(p, &target, sizeof target) ||
            !cpm_parser_accept(p, CPM_TOK_COMMA, &more))
            return NULL;
    }
    cpm_stmt *stmt = cpm_parser_stmt(p, CPM_STMT_DEL, begin);
    if (stmt == NULL)
        return NULL;
    stmt->u.del.targets = cpm_parser_take_list(p, from, sizeof(cpm_expr *), &stmt->u.del.ntargets);
    return stmt->u.del.targets == NULL ? NULL : stmt;
}

/* The names of what is left out, for the error. */
static const char *unsupported_word(cpm_token_kind kind)
{
    switch (kind) {
    case CPM_TOK_ASYNC:
    case CPM_TOK_AWAIT:
        return "coroutines";
    case CPM_TOK_CLASS:
        return "classes";
    case CPM_TOK_RAISE:
    case CPM_TOK_TRY:
    case CPM_TOK_EXCEPT:
    case CPM_TOK_FINALLY:
        return "exceptions";
    case CPM_TOK_WITH:
        return "with statements";
    case CPM_TOK_YIELD:
        return "generators";
    default:
        return NULL;
    }
}

static cpm_stmt *parse_simple(cpm_parser *p)
{
    const char *unsupported = unsupported_word(p->tok.kind);
    if (unsupported != NULL) {
        cpm_parser_fail(p, p->tok.span, "%s are not supported", unsupported);
        return NULL;
    }
    switch (p->tok.kind) {
    case CPM_TOK_PASS:
        return parse_jump(p, CPM_STMT_PASS);
    case CPM_TOK_BREAK:
        return parse_jump(p, CPM_STMT_BREAK);
    case CPM_TOK_CONTINUE:
        return parse_jump(p, CPM_STMT_CONTINUE);
    case CPM_TOK_RETURN:
        return parse_return(p);
    case CPM_TOK_GLOBAL:
        return parse_global(p, CPM_STMT_GLOBAL);
    case CPM_TOK_NONLOCAL:
        return parse_global(p, CPM_STMT_NONLOCAL);
    case CPM_TOK_ASSERT:
        return parse_assert(p);
    case CPM_TOK_DEL:
        return parse_del(p);
    case CPM_TOK_FROM:
    case CPM_TOK_IMPORT:
        return cpm_parser_import(p);
    case CPM_TOK_ELSE:
    case CPM_TOK_ELIF:
        cpm_parser_fail(p, p->tok.span, "%s belongs to nothing here", cpm_token_name(p->tok.kind));
        return NULL;
    default:
        break;
    }
    if (cpm_parser_at_word(p, "print"))
        return p->lexer.notation == CPM_NOTATION_PY2 ? parse_print_stmt(p) : parse_print_call(p);
    return parse_expr_stmt(p);
}

/* ---- Loops and branches ------------------------------------------------ */

/* RANGE or XRANGE for a call of these. */
static cpm_builtin_id range_called(const cpm_parser *p, const cpm_expr *expr)
{
    cpm_builtin_id id = CPM_BUILTIN_NONE;
    if (expr->kind == CPM_EXPR_CALL)
        id = cpm_builtin_of_symbol(p->tree, expr->u.call.callee, CPM_IN_PROGRAM);
    return id == CPM_BUILTIN_RANGE || id == CPM_BUILTIN_XRANGE ? id : CPM_BUILTIN_NONE;
}

static bool has_star(const cpm_expr *call)
{
    bool found = false;
    for (size_t i = 0; i < call->u.call.nargs; i++)
        found |= call->u.call.args[i].value->kind == CPM_EXPR_STAR;
    return found;
}

/* 'range' '(' [start ','] stop [',' step] ')' | expr_list */
static bool parse_iterable(cpm_parser *p, cpm_stmt *stmt)
{
    size_t begin = p->tok.span.begin;
    cpm_expr *iterable = cpm_parser_expr_list(p);
    if (iterable == NULL)
        return false;
    stmt->u.loop.range_span = (cpm_span){begin, p->prev_end};
    cpm_builtin_id id = stmt->u.loop.unpack == NULL ? range_called(p, iterable) : CPM_BUILTIN_NONE;
    if (id == CPM_BUILTIN_NONE || has_star(iterable)) {
        stmt->u.loop.iterable = iterable;
        return true;
    }
    const cpm_arg *args = iterable->u.call.args;
    size_t nargs = iterable->u.call.nargs;
    if (cpm_builtin_check(id, CPM_IN_PROGRAM, iterable, CPM_ERR_SYNTAX, p->text, p->err) != CPM_OK)
        return false;
    stmt->u.loop.start = nargs == 1 ? NULL : args[0].value;
    stmt->u.loop.stop = nargs == 1 ? args[0].value : args[1].value;
    stmt->u.loop.step = nargs == 3 ? args[2].value : NULL;
    return true;
}

static bool parse_loop_body(cpm_parser *p, cpm_block *body)
{
    p->loop_depth++;
    bool ok = cpm_parser_suite(p, body);
    p->loop_depth--;
    return ok;
}

/* ['else' suite] */
static bool parse_else(cpm_parser *p, cpm_block *orelse)
{
    bool taken;
    return cpm_parser_accept(p, CPM_TOK_ELSE, &taken) && (!taken || cpm_parser_suite(p, orelse));
}

/* A name is the loop's variable; anything else is unpacked, and the variable one that
 * no name finds. */
static bool set_loop_target(cpm_parser *p, cpm_stmt *stmt, cpm_expr *target)
{
    stmt->u.loop.target = target;
    if (target->kind == CPM_EXPR_NAME)
        return true;
    cpm_sym hidden = cpm_tree_add_symbol(p->tree, "item", 4);
    stmt->u.loop.unpack = target;
    stmt->u.loop.target =
        hidden == CPM_NO_SYM ? NULL : cpm_expr_name(p->tree, hidden, target->span);
    return stmt->u.loop.target != NULL || cpm_parser_fail_memory(p);
}

/* 'for' targets 'in' iterable suite [else] */
static cpm_stmt *parse_for(cpm_parser *p)
{
    cpm_stmt *stmt = cpm_parser_stmt(p, CPM_STMT_FOR, p->tok.span.begin);
    if (stmt == NULL || !cpm_parser_advance(p))
        return NULL;
    cpm_expr *target = cpm_parser_target_list(p);
    if (target == NULL || !set_loop_target(p, stmt, target))
        return NULL;
    if (!cpm_parser_expect(p, CPM_TOK_IN) || !parse_iterable(p, stmt))
        return NULL;
    stmt->span.end = p->prev_end;
    stmt->u.loop.id = (uint32_t)p->tree->nloops++;
    if (!parse_loop_body(p, &stmt->u.loop.body) || !parse_else(p, &stmt->u.loop.orelse))
        return NULL;
    return stmt;
}

/* 'while' expr suite [else] */
static cpm_stmt *parse_while(cpm_parser *p)
{
    cpm_stmt *stmt = cpm_parser_stmt(p, CPM_STMT_WHILE, p->tok.span.begin);
    if (stmt == NULL || !cpm_parser_advance(p))
        return NULL;
    stmt->u.branch.test = cpm_parser_test(p);
    if (stmt->u.branch.test == NULL)
        return NULL;
    stmt->span.end = p->prev_end;
    if (!parse_loop_body(p, &stmt->u.branch.body) || !parse_else(p, &stmt->u.branch.orelse))
        return NULL;
    return stmt;
}

/* ('if' | 'elif') expr suite [elif ... | else suite] */
static cpm_stmt *parse_if(cpm_parser *p)
{
    cpm_stmt *stmt = cpm_parser_stmt(p, CPM_STMT_IF, p->tok.span.begin);
    if (stmt == NULL || !cpm_parser_enter(p) || !cpm_parser_advance(p))
        return NULL;
    stmt->u.branch.test = cpm_parser_test(p);
    if (stmt->u.branch.test == NULL)
        return NULL;
    stmt->span.end = p->prev_end;
    if (!cpm_parser_suite(p, &stmt->u.branch.body))
        return NULL;
    if (p->tok.kind == CPM_TOK_ELIF) {
        cpm_stmt *nested = parse_if(p);
        size_t from = p->scratch_len;
        if (nested == NULL || !cpm_parser_push(p, &nested, sizeof nested))
            return NULL;
        cpm_block *orelse = &stmt->u.branch.orelse;
        orelse->stmts = cpm_parser_take_list(p, from, sizeof nested, &orelse->nstmts);
        if (orelse->stmts == NULL)
            return NULL;
    } else if (!parse_else(p, &stmt->u.branch.orelse)) {
        return NULL;
    }
    cpm_parser_leave(p);
    return stmt;
}

/* ---- Blocks ------------------------------------------------------------ */

static cpm_stmt *parse_compound(cpm_parser *p, bool *is_compound)
{
    *is_compound = true;
    switch (p->tok.kind) {
    case CPM_TOK_FOR:
        return parse_for(p);
    case CPM_TOK_WHILE:
        return parse_while(p);
    case CPM_TOK_IF:
        return parse_if(p);
    case CPM_TOK_DEF:
        return cpm_parser_def(p);
    case CPM_TOK_AT:
        return cpm_parser_decorated(p);
    default:
        *is_compound = false;
        return NULL;
    }
}

/* simple (';' simple)* [';'] NEWLINE; pushes them. */
static bool parse_simple_line(cpm_parser *p)
{
    bool more = true;
    while (more) {
        cpm_stmt *stmt = parse_simple(p);
        if (stmt == NULL || !cpm_parser_push(p, &stmt, sizeof stmt) ||
            !cpm_parser_accept(p, CPM_TOK_SEMICOLON, &more))
            return false;
        more = more && p->tok.kind != CPM_TOK_NEWLINE && p->tok.kind != CPM_TOK_EOF;
    }
    return cpm_parser_line_end(p);
}

/* One compound statement or one line of simple ones; pushes them. */
static bool parse_line(cpm_parser *p)
{
    bool is_compound;
    cpm_stmt *stmt = parse_compound(p, &is_compound);
    if (!is_compound)
        return parse_simple_line(p);
    return stmt != NULL && cpm_parser_push(p, &stmt, sizeof stmt);
}

static bool parse_indented(cpm_parser *p)
{
    if (p->tok.kind != CPM_TOK_INDENT) {
        cpm_parser_expected(p, "an indented block");
        return false;
    }
    if (!cpm_parser_advance(p))
        return false;
    while (p->tok.kind != CPM_TOK_DEDENT) {
        if (p->tok.kind == CPM_TOK_INDENT)
            return cpm_parser_fail(p, p->tok.span, "unexpected indentation");
        if (p->tok.kind == CPM_TOK_EOF) {
            cpm_parser_expected(p, "a statement");
            return false;
        }
        if (!parse_line(p))
            return false;
    }
    return cpm_parser_advance(p);
}

bool cpm_parser_suite(cpm_parser *p, cpm_block *block)
{
    size_t from = p->scratch_len;
    if (!cpm_parser_enter(p) || !cpm_parser_expect(p, CPM_TOK_COLON))
        return false;
    bool ok;
    if (p->tok.kind == CPM_TOK_NEWLINE)
        ok = cpm_parser_advance(p) && parse_indented(p);
    else
        ok = parse_simple_line(p);
    if (!ok)
        return false;
    cpm_parser_leave(p);
    block->stmts = cpm_parser_take_list(p, from, sizeof(cpm_stmt *), &block->nstmts);
    return block->stmts != NULL;
}

static bool parse_file(cpm_parser *p)
{
    size_t from = p->scratch_len;
    while (p->tok.kind != CPM_TOK_EOF) {
        if (p->tok.kind == CPM_TOK_INDENT)
            return cpm_parser_fail(p, p->tok.span, "unexpected indentation");
        if (!parse_line(p))
            return false;
    }
    cpm_block *top = &p->tree->top;
    top->stmts = cpm_parser_take_list(p, from, sizeof(cpm_stmt *), &top->nstmts);
    return top->stmts != NULL;
}

cpm_status cpm_parse_python(cpm_tree *tree, const cpm_text *text, cpm_dialect dialect, cpm_err *err)
{
    cpm_parser parser;
    cpm_notation notation = dialect == CPM_DIALECT_PY2 ? CPM_NOTATION_PY2 : CPM_NOTATION_PY3;
    cpm_span all = {0, text->len};
    tree->dialect = dialect;
    bool ok = cpm_parser_init(&parser, tree, text, all, notation, true, err) == CPM_OK;
    parser.functions_allowed = true;
    ok = ok && parse_file(&parser);
    cpm_parser_clear(&parser);
    return ok ? CPM_OK : err->status;
}
