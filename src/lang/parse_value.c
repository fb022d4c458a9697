/* SPDX-License-Identifier: MIT
 *
 * parse_value.c - the expressions of Python that are no arithmetic: lists, sets,
 * dictionaries, comprehensions, lambdas, and what follows an operand: items,
 * slices, methods, calls. A comprehension's variables are symbols of their own
 * from here on: no name finds them, so that they are plain variables of the
 * function around it and still hide nothing.
 */
#include "lang/method.h"
#include "lang/parser.h"
#include "lang/visit.h"

#include <string.h>

static cpm_expr *new_expr(cpm_parser *p, cpm_expr_kind kind, size_t begin)
{
    cpm_expr *expr = cpm_expr_new(p->tree, kind, (cpm_span){begin, p->prev_end});
    if (expr == NULL)
        cpm_parser_fail_memory(p);
    return expr;
}

/* ---- Comprehensions ---------------------------------------------------- */

/* Every occurrence of a variable, also in lambdas unless a parameter hides it. */
static void rename_in(cpm_tree *tree, cpm_expr *expr, cpm_sym from, cpm_sym to)
{
    if (expr->kind == CPM_EXPR_NAME && expr->u.name.sym == from)
        expr->u.name.sym = to;
    if (expr->kind == CPM_EXPR_CALL && expr->u.call.callee == from)
        expr->u.call.callee = to;
    cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        rename_in(tree, child, from, to);
    if (expr->kind != CPM_EXPR_LAMBDA)
        return;
    const cpm_function *function = &tree->functions[expr->u.lambda.function];
    for (size_t i = 0; i < function->nparams; i++)
        if (function->params[i].sym == from)
            return;
    rename_in(tree, function->body.stmts[0]->u.expr, from, to);
}

/* One variable, wherever it stands but in what the first clause runs over. */
static bool hide_variable(cpm_parser *p, cpm_expr *comp, cpm_sym sym)
{
    cpm_tree *tree = p->tree;
    cpm_sym hidden = cpm_tree_add_symbol(tree, tree->symbols[sym].name, tree->symbols[sym].len);
    if (hidden == CPM_NO_SYM)
        return cpm_parser_fail_memory(p);
    for (size_t i = 0; i < comp->u.comp.nclauses; i++) {
        const cpm_comp_clause *clause = &comp->u.comp.clauses[i];
        if (clause->target != NULL)
            rename_in(tree, clause->target, sym, hidden);
        if (i > 0)
            rename_in(tree, clause->expr, sym, hidden);
    }
    rename_in(tree, comp->u.comp.element, sym, hidden);
    if (comp->u.comp.value != NULL)
        rename_in(tree, comp->u.comp.value, sym, hidden);
    return true;
}

/* The names of a target; each is a symbol of its own afterwards. */
static bool hide_target(cpm_parser *p, cpm_expr *comp, const cpm_expr *target)
{
    if (target->kind == CPM_EXPR_NAME)
        return cpm_tree_find(p->tree, p->tree->symbols[target->u.name.sym].name,
                             p->tree->symbols[target->u.name.sym].len) != target->u.name.sym ||
               hide_variable(p, comp, target->u.name.sym);
    cpm_expr *item;
    for (size_t i = 0; (item = cpm_target_item(target, i)) != NULL; i++)
        if (!hide_target(p, comp, item))
            return false;
    return true;
}

/* 'for' targets 'in' or_test | 'if' or_test */
static bool parse_clause(cpm_parser *p, cpm_comp_clause *clause)
{
    *clause = (cpm_comp_clause){NULL, NULL};
    bool is_for = p->tok.kind == CPM_TOK_FOR;
    if (!cpm_parser_advance(p))
        return false;
    if (is_for) {
        clause->target = cpm_parser_target_list(p);
        if (clause->target == NULL || !cpm_parser_expect(p, CPM_TOK_IN))
            return false;
    }
    clause->expr = cpm_parser_or_test(p);
    return clause->expr != NULL;
}

/* clause+; the element (and value) is read, 'for' is the next token. */
cpm_expr *cpm_parser_comp(cpm_parser *p, cpm_expr_kind of, size_t begin, cpm_expr *element,
                          cpm_expr *value)
{
    size_t from = p->scratch_len;
    if (!cpm_parser_enter(p))
        return NULL;
    while (p->tok.kind == CPM_TOK_FOR || p->tok.kind == CPM_TOK_IF) {
        cpm_comp_clause clause;
        if (!parse_clause(p, &clause) || !cpm_parser_push(p, &clause, sizeof clause))
            return NULL;
    }
    cpm_parser_leave(p);
    if (element->kind == CPM_EXPR_STAR) {
        cpm_parser_fail(p, element->span, "a comprehension has no starred element");
        return NULL;
    }
    cpm_expr *comp = new_expr(p, CPM_EXPR_COMP, begin);
    if (comp == NULL)
        return NULL;
    comp->u.comp.of = of;
    comp->u.comp.element = element;
    comp->u.comp.value = value;
    comp->u.comp.clauses =
        cpm_parser_take_list(p, from, sizeof *comp->u.comp.clauses, &comp->u.comp.nclauses);
    bool ok = comp->u.comp.clauses != NULL;
    for (size_t i = 0; ok && i < comp->u.comp.nclauses; i++)
        if (comp->u.comp.clauses[i].target != NULL)
            ok = hide_target(p, comp, comp->u.comp.clauses[i].target);
    return ok ? comp : NULL;
}

/* ---- Displays ---------------------------------------------------------- */

/* The rest of a comprehension or a list of items, up to the closing bracket. */
static cpm_expr *finish_display(cpm_parser *p, cpm_expr *expr, size_t begin, cpm_token_kind close)
{
    if (expr == NULL || !cpm_parser_expect(p, close))
        return NULL;
    expr->span = (cpm_span){begin, p->prev_end};
    return expr;
}

/* item (',' item)* [',']; the first item is read. */
static cpm_expr *parse_items(cpm_parser *p, cpm_expr_kind kind, size_t begin, cpm_expr *first,
                             cpm_token_kind close)
{
    size_t from = p->scratch_len;
    bool comma = false;
    if (!cpm_parser_push(p, &first, sizeof first) || !cpm_parser_accept(p, CPM_TOK_COMMA, &comma))
        return NULL;
    while (comma && p->tok.kind != close) {
        cpm_expr *item = cpm_parser_item(p);
        if (item == NULL || !cpm_parser_push(p, &item, sizeof item) ||
            !cpm_parser_accept(p, CPM_TOK_COMMA, &comma))
            return NULL;
    }
    cpm_expr *expr = new_expr(p, kind, begin);
    if (expr == NULL)
        return NULL;
    expr->u.tuple.items = cpm_parser_take_list(p, from, sizeof(cpm_expr *), &expr->u.tuple.nitems);
    return expr->u.tuple.items == NULL ? NULL : expr;
}

/* '[' [item comprehension | items] ']' */
cpm_expr *cpm_parser_bracket(cpm_parser *p)
{
    size_t begin = p->tok.span.begin;
    if (!cpm_parser_advance(p))
        return NULL;
    if (p->tok.kind == CPM_TOK_RBRACKET)
        return finish_display(p, new_expr(p, CPM_EXPR_LIST, begin), begin, CPM_TOK_RBRACKET);
    cpm_expr *first = cpm_parser_item(p);
    if (first == NULL)
        return NULL;
    cpm_expr *list = p->tok.kind == CPM_TOK_FOR
                         ? cpm_parser_comp(p, CPM_EXPR_LIST, begin, first, NULL)
                         : parse_items(p, CPM_EXPR_LIST, begin, first, CPM_TOK_RBRACKET);
    return finish_display(p, list, begin, CPM_TOK_RBRACKET);
}

/* expr ':' expr */
static bool parse_pair(cpm_parser *p, cpm_expr **key, cpm_expr **value)
{
    *key = cpm_parser_expr(p);
    if (*key == NULL || !cpm_parser_expect(p, CPM_TOK_COLON))
        return false;
    *value = cpm_parser_expr(p);
    return *value != NULL;
}

/* pair (',' pair)* [',']; the first pair is read. */
static cpm_expr *parse_pairs(cpm_parser *p, size_t begin, cpm_expr *key, cpm_expr *value)
{
    size_t from = p->scratch_len;
    for (;;) {
        bool comma;
        if (!cpm_parser_push(p, &key, sizeof key) || !cpm_parser_push(p, &value, sizeof value) ||
            !cpm_parser_accept(p, CPM_TOK_COMMA, &comma))
            return NULL;
        if (!comma || p->tok.kind == CPM_TOK_RBRACE)
            break;
        if (!parse_pair(p, &key, &value))
            return NULL;
    }
    cpm_expr *dict = new_expr(p, CPM_EXPR_DICT, begin);
    if (dict == NULL)
        return NULL;
    dict->u.tuple.items = cpm_parser_take_list(p, from, sizeof(cpm_expr *), &dict->u.tuple.nitems);
    return dict->u.tuple.items == NULL ? NULL : dict;
}

/* What stands in braces behind its first expression. */
static cpm_expr *parse_brace_rest(cpm_parser *p, size_t begin, cpm_expr *first)
{
    if (p->tok.kind != CPM_TOK_COLON)
        return p->tok.kind == CPM_TOK_FOR
                   ? cpm_parser_comp(p, CPM_EXPR_SET, begin, first, NULL)
                   : parse_items(p, CPM_EXPR_SET, begin, first, CPM_TOK_RBRACE);
    if (!cpm_parser_advance(p))
        return NULL;
    cpm_expr *value = cpm_parser_expr(p);
    if (value == NULL)
        return NULL;
    return p->tok.kind == CPM_TOK_FOR ? cpm_parser_comp(p, CPM_EXPR_DICT, begin, first, value)
                                      : parse_pairs(p, begin, first, value);
}

/* '{' [pairs | items | comprehension] '}' */
cpm_expr *cpm_parser_brace(cpm_parser *p)
{
    size_t begin = p->tok.span.begin;
    if (!cpm_parser_advance(p))
        return NULL;
    if (p->tok.kind == CPM_TOK_RBRACE)
        return finish_display(p, new_expr(p, CPM_EXPR_DICT, begin), begin, CPM_TOK_RBRACE);
    if (p->tok.kind == CPM_TOK_DOUBLE_STAR) {
        cpm_parser_fail(p, p->tok.span, "'**' in a dictionary is not supported");
        return NULL;
    }
    cpm_expr *first = cpm_parser_item(p);
    return first == NULL
               ? NULL
               : finish_display(p, parse_brace_rest(p, begin, first), begin, CPM_TOK_RBRACE);
}

/* ---- Lambdas ----------------------------------------------------------- */

/* The default values stand in the expression, since they are evaluated with it. */
static bool take_fallbacks(cpm_parser *p, cpm_expr *lambda, const cpm_function *function)
{
    size_t n = 0;
    lambda->u.lambda.fallbacks =
        cpm_arena_array(&p->tree->arena, function->nparams, sizeof(cpm_expr *));
    if (lambda->u.lambda.fallbacks == NULL)
        return cpm_parser_fail_memory(p);
    for (size_t i = 0; i < function->nparams; i++)
        if (function->params[i].fallback != NULL)
            lambda->u.lambda.fallbacks[n++] = function->params[i].fallback;
    lambda->u.lambda.nfallbacks = n;
    return true;
}

/* The body, as a function's. */
static bool parse_lambda_body(cpm_parser *p, cpm_function *function, size_t index)
{
    size_t outer = p->function, from = p->scratch_len;
    p->function = index;
    cpm_expr *value = cpm_parser_expr(p);
    p->function = outer;
    if (value == NULL)
        return false;
    cpm_stmt *stmt = cpm_stmt_new(p->tree, CPM_STMT_RETURN, value->span);
    if (stmt == NULL)
        return cpm_parser_fail_memory(p);
    stmt->u.expr = value;
    if (!cpm_parser_push(p, &stmt, sizeof stmt))
        return false;
    function->body.stmts =
        cpm_parser_take_list(p, from, sizeof(cpm_stmt *), &function->body.nstmts);
    return function->body.stmts != NULL;
}

/* 'lambda' [params] ':' expr */
cpm_expr *cpm_parser_lambda(cpm_parser *p)
{
    cpm_span word = p->tok.span;
    size_t index;
    cpm_function function = {
        .parent = p->function, .is_lambda = true, .name = CPM_NO_SYM, .name_span = word};
    if (!p->functions_allowed) {
        cpm_parser_fail(p, word, "a lambda is not supported here");
        return NULL;
    }
    if (!cpm_parser_enter(p) || !cpm_parser_advance(p) || !cpm_parser_reserve(p, &index) ||
        !cpm_parser_params(p, &function, CPM_TOK_COLON) || !cpm_parser_advance(p) ||
        !parse_lambda_body(p, &function, index))
        return NULL;
    cpm_parser_leave(p);
    cpm_expr *lambda = new_expr(p, CPM_EXPR_LAMBDA, word.begin);
    if (lambda == NULL || !take_fallbacks(p, lambda, &function))
        return NULL;
    function.name = cpm_tree_intern(p->tree, "<lambda>", 8);
    if (function.name == CPM_NO_SYM)
        return cpm_parser_fail_memory(p), NULL;
    lambda->u.lambda.function = function.original = index;
    p->tree->functions[index] = function;
    return lambda;
}

/* ---- What follows an operand ------------------------------------------- */

/* [expr] before ':' or ']' */
static bool parse_bound(cpm_parser *p, cpm_expr **bound)
{
    *bound = NULL;
    if (p->tok.kind == CPM_TOK_COLON || p->tok.kind == CPM_TOK_RBRACKET)
        return true;
    *bound = cpm_parser_expr(p);
    return *bound != NULL;
}

/* ':' [stop] [':' [step]] */
static cpm_expr *parse_slice(cpm_parser *p, cpm_expr *object, cpm_expr *start)
{
    cpm_expr *bounds[3] = {start, NULL, NULL};
    for (size_t i = 1; i < 3 && p->tok.kind == CPM_TOK_COLON; i++)
        if (!cpm_parser_advance(p) || !parse_bound(p, &bounds[i]))
            return NULL;
    cpm_expr *slice = new_expr(p, CPM_EXPR_SLICE, object->span.begin);
    if (slice == NULL)
        return NULL;
    slice->u.slice.object = object;
    memcpy(slice->u.slice.bounds, bounds, sizeof bounds);
    return slice;
}

/* '[' (expr_list | slice) ']' */
static cpm_expr *parse_subscript(cpm_parser *p, cpm_expr *object)
{
    cpm_expr *expr = NULL, *at;
    if (!cpm_parser_enter(p) || !cpm_parser_advance(p))
        return NULL;
    if (p->tok.kind == CPM_TOK_COLON) {
        expr = parse_slice(p, object, NULL);
    } else {
        at = cpm_parser_expr_list(p);
        if (at == NULL)
            return NULL;
        expr = p->tok.kind == CPM_TOK_COLON ? parse_slice(p, object, at)
                                            : new_expr(p, CPM_EXPR_INDEX, object->span.begin);
        if (expr != NULL && expr->kind == CPM_EXPR_INDEX) {
            expr->u.index.object = object;
            expr->u.index.at = at;
        }
    }
    cpm_parser_leave(p);
    return finish_display(p, expr, object->span.begin, CPM_TOK_RBRACKET);
}

/* '.' NAME args */
static cpm_expr *parse_method(cpm_parser *p, cpm_expr *object)
{
    if (!cpm_parser_advance(p))
        return NULL;
    cpm_span name = p->tok.span;
    int id = p->tok.kind == CPM_TOK_NAME
                 ? (int)cpm_method_find(p->text->data + name.begin, name.end - name.begin)
                 : (int)CPM_METHOD_NONE;
    if (p->tok.kind != CPM_TOK_NAME) {
        cpm_parser_expected(p, "a name");
        return NULL;
    }
    if (id == CPM_METHOD_NONE) {
        size_t len = name.end - name.begin;
        cpm_parser_fail(p, name, "the attribute '%.*s' is not supported",
                        (int)(len > 60 ? 60 : len), p->text->data + name.begin);
        return NULL;
    }
    if (!cpm_parser_advance(p))
        return NULL;
    if (p->tok.kind != CPM_TOK_LPAREN) {
        cpm_parser_fail(p, name, "a method that is not called is not supported");
        return NULL;
    }
    cpm_expr *call = new_expr(p, CPM_EXPR_METHOD, object->span.begin);
    if (call == NULL || !cpm_parser_enter(p))
        return NULL;
    call->u.method.object = object;
    call->u.method.id = id;
    call->u.method.name_span = name;
    if (!cpm_parser_args(p, &call->u.method.args, &call->u.method.nargs))
        return NULL;
    cpm_parser_leave(p);
    call->span.end = p->prev_end;
    for (size_t i = 0; i < call->u.method.nargs; i++)
        if (call->u.method.args[i].value->kind == CPM_EXPR_STAR && id != CPM_METHOD_FORMAT) {
            cpm_parser_fail(p, call->u.method.args[i].value->span,
                            "unpacked arguments of a method are not supported");
            return NULL;
        }
    bool ok = cpm_method_check(call, CPM_ERR_SYNTAX, p->tree, p->text, p->err) == CPM_OK;
    return ok ? call : NULL;
}

/* args */
static cpm_expr *parse_apply(cpm_parser *p, cpm_expr *callee)
{
    cpm_expr *call = new_expr(p, CPM_EXPR_APPLY, callee->span.begin);
    if (call == NULL || !cpm_parser_enter(p))
        return NULL;
    call->u.apply.callee = callee;
    if (!cpm_parser_args(p, &call->u.apply.args, &call->u.apply.nargs))
        return NULL;
    cpm_parser_leave(p);
    call->span.end = p->prev_end;
    return call;
}

static bool can_be_called(const cpm_expr *expr)
{
    return expr->kind == CPM_EXPR_CALL || expr->kind == CPM_EXPR_APPLY ||
           expr->kind == CPM_EXPR_INDEX || expr->kind == CPM_EXPR_LAMBDA ||
           expr->kind == CPM_EXPR_NAME || expr->kind == CPM_EXPR_COND;
}

/* (subscript | method | args)*: the tree grows deeper by each of them. */
cpm_expr *cpm_parser_trailers(cpm_parser *p, cpm_expr *expr)
{
    size_t depth = p->depth;
    while (expr != NULL) {
        cpm_token_kind kind = p->tok.kind;
        if (kind == CPM_TOK_LPAREN && can_be_called(expr)) {
            expr = parse_apply(p, expr);
        } else if (kind == CPM_TOK_LPAREN) {
            cpm_parser_fail(p, p->tok.span, "this cannot be called");
            cpm_err_hint(p->err, "a product is written with '*'");
            return NULL;
        } else if (kind == CPM_TOK_LBRACKET) {
            expr = parse_subscript(p, expr);
        } else if (kind == CPM_TOK_DOT) {
            expr = parse_method(p, expr);
        } else {
            break;
        }
        if (expr != NULL && !cpm_parser_enter(p))
            return NULL;
    }
    p->depth = depth;
    return expr;
}
