/* SPDX-License-Identifier: MIT
 *
 * parse_call.c - the arguments of calls: positional ones before keywords, and a
 * generator expression only where all of it is read at once.
 */
#include "lang/builtin.h"
#include "lang/parser.h"

#include <string.h>

/* NAME '=' expr | expr */
static bool parse_arg(cpm_parser *p, cpm_arg *arg)
{
    *arg = (cpm_arg){CPM_NO_SYM, {0, 0}, NULL};
    bool is_star = p->tok.kind == CPM_TOK_STAR && cpm_parser_is_python(p);
    if ((p->tok.kind == CPM_TOK_STAR && !is_star) || p->tok.kind == CPM_TOK_DOUBLE_STAR)
        return cpm_parser_fail(p, p->tok.span, "unpacked arguments are not supported");
    cpm_token before = p->tok;
    arg->value = cpm_parser_item(p);
    if (arg->value != NULL && p->tok.kind == CPM_TOK_FOR && !is_star && cpm_parser_is_python(p))
        arg->value = cpm_parser_comp(p, CPM_EXPR_COMP, before.span.begin, arg->value, NULL);
    if (arg->value != NULL && p->tok.kind == CPM_TOK_WALRUS)
        arg->value = cpm_parser_walrus(p, arg->value);
    if (arg->value == NULL || !cpm_parser_no_generator(p))
        return false;
    if (p->tok.kind != CPM_TOK_ASSIGN || p->lexer.notation == CPM_NOTATION_SPEC)
        return true;
    if (arg->value->kind != CPM_EXPR_NAME || before.kind != CPM_TOK_NAME)
        return cpm_parser_fail(p, arg->value->span, "only a name can be a keyword argument");
    arg->keyword = arg->value->u.name.sym;
    arg->keyword_span = arg->value->span;
    if (!cpm_parser_advance(p))
        return false;
    arg->value = cpm_parser_expr(p);
    return arg->value != NULL;
}

static bool is_generator(const cpm_expr *expr)
{
    return expr->kind == CPM_EXPR_COMP && expr->u.comp.of == CPM_EXPR_COMP;
}

static bool check_arg_order(cpm_parser *p, const cpm_arg *arg, size_t from)
{
    for (size_t at = from; at < p->scratch_len; at += sizeof(cpm_arg)) {
        cpm_arg earlier;
        memcpy(&earlier, p->scratch + at, sizeof earlier);
        if (earlier.keyword == CPM_NO_SYM)
            continue;
        if (arg->keyword == CPM_NO_SYM)
            return cpm_parser_fail(p, arg->value->span,
                                   "a positional argument stands behind a keyword argument");
        if (arg->keyword == earlier.keyword)
            return cpm_parser_fail(p, arg->keyword_span, "the argument '%s' is given twice",
                                   p->tree->symbols[arg->keyword].name);
    }
    return true;
}

bool cpm_parser_args(cpm_parser *p, cpm_arg **args, size_t *nargs)
{
    size_t from = p->scratch_len;
    bool has_keyword = false;
    if (!cpm_parser_expect(p, CPM_TOK_LPAREN))
        return false;
    while (p->tok.kind != CPM_TOK_RPAREN) {
        cpm_arg arg;
        if (!parse_arg(p, &arg))
            return false;
        has_keyword |= arg.keyword != CPM_NO_SYM;
        if (has_keyword && (p->scratch_len - from) / sizeof arg >= CPM_MAX_NESTING)
            return cpm_parser_fail(p, arg.value->span, "more than %d arguments", CPM_MAX_NESTING);
        if ((has_keyword && !check_arg_order(p, &arg, from)) ||
            !cpm_parser_push(p, &arg, sizeof arg))
            return false;
        bool comma;
        if (!cpm_parser_accept(p, CPM_TOK_COMMA, &comma))
            return false;
        if (!comma)
            break;
    }
    if (p->tok.kind != CPM_TOK_RPAREN) {
        cpm_parser_expected(p, "',' or ')'");
        return false;
    }
    *args = cpm_parser_take_list(p, from, sizeof **args, nargs);
    for (size_t i = 0; *args != NULL && *nargs > 1 && i < *nargs; i++)
        if (is_generator((*args)[i].value))
            return cpm_parser_fail(p, (*args)[i].value->span,
                                   "a generator expression is the only argument, or stands in "
                                   "brackets as a list");
    return *args != NULL && cpm_parser_advance(p);
}

/* Only what reads all values, one after another, at once, is given a generator. */
static bool check_generator(cpm_parser *p, cpm_sym callee, const cpm_arg *args, size_t nargs)
{
    cpm_builtin_id id = cpm_builtin_of_symbol(p->tree, callee, CPM_IN_PROGRAM);
    if (nargs != 1 || !is_generator(args[0].value) ||
        (id != CPM_BUILTIN_NONE && cpm_builtin_of(id)->reads_all))
        return true;
    cpm_parser_fail(p, args[0].value->span,
                    "a generator expression is not supported as an argument of '%s'",
                    p->tree->symbols[callee].name);
    cpm_err_hint(p->err, "in brackets it is a list");
    return false;
}

bool cpm_parser_call_args(cpm_parser *p, cpm_sym callee, cpm_arg **args, size_t *nargs)
{
    if (!cpm_parser_enter(p) || !cpm_parser_args(p, args, nargs) ||
        !check_generator(p, callee, *args, *nargs))
        return false;
    cpm_parser_leave(p);
    return true;
}
