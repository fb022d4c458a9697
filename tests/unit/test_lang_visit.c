/* SPDX-License-Identifier: MIT
 *
 * test_lang_visit.c - the parts of expressions and statements: which they are,
 * in which order, and that in whole programs none is missed. What runs first
 * was checked against CPython.
 */
#include "base/strbuf.h"
#include "gen_program.h"
#include "lang/parse.h"
#include "lang/visit.h"
#include "unit.h"

static bool parse(cpm_tree *tree, const cpm_text *text, cpm_err *err)
{
    cpm_tree_init(tree, text);
    cpm_err_clear(err);
    if (cpm_parse_program(tree, text, CPM_DIALECT_PY3, err) == CPM_OK)
        return true;
    UNIT_FAIL("%.*s\nerror at %zu: %s", (int)text->len, text->data, err->span.begin, err->message);
    return false;
}

static void put_span(cpm_strbuf *out, const cpm_text *text, cpm_span span)
{
    cpm_strbuf_append(out, text->data + span.begin, span.end - span.begin);
}

static void compare(const char *source, cpm_strbuf *out, const char *wanted)
{
    cpm_strbuf_puts(out, "");
    if (strcmp(out->data, wanted) != 0)
        UNIT_FAIL("%s\ngave   %s\nwanted %s", source, out->data, wanted);
    cpm_strbuf_clear(out);
}

/* ---- Statements -------------------------------------------------------- */

static void put_part(cpm_strbuf *out, const cpm_tree *tree, const cpm_part *part)
{
    static const char *const words[] = {
        [CPM_PART_VALUE] = "value",   [CPM_PART_SHOWN] = "shown", [CPM_PART_TARGET] = "target",
        [CPM_PART_UPDATE] = "update", [CPM_PART_NAME] = "name",   [CPM_PART_GLOBAL] = "global",
        [CPM_PART_BLOCK] = "block",
    };
    cpm_strbuf_printf(out, "%s%s:", out->len > 0 ? " " : "", words[part->kind]);
    if (part->kind == CPM_PART_BLOCK)
        cpm_strbuf_printf(out, "%zu", part->u.block->nstmts);
    else if (part->kind == CPM_PART_NAME || part->kind == CPM_PART_GLOBAL)
        cpm_strbuf_puts(out, tree->symbols[part->u.sym].name);
    else
        put_span(out, tree->text, part->u.expr->span);
}

/* The parts of the first statement of a program. */
static void check_parts(const char *source, const char *wanted)
{
    cpm_text text = {"<test>", source, strlen(source)};
    cpm_tree tree;
    cpm_err err;
    cpm_strbuf out = {0};
    cpm_part part;
    if (parse(&tree, &text, &err)) {
        size_t i = 0;
        for (; cpm_stmt_part(&part, &tree, tree.top.stmts[0], i); i++)
            put_part(&out, &tree, &part);
        UNIT_CHECK(!cpm_stmt_part(&part, &tree, tree.top.stmts[0], i + 1));
        UNIT_CHECK(!cpm_stmt_part(&part, &tree, tree.top.stmts[0], SIZE_MAX));
        compare(source, &out, wanted);
    }
    cpm_tree_clear(&tree);
}

static void test_statements(void)
{
    check_parts("a = 1", "value:1 target:a");
    check_parts("a, b = c = x, y", "value:x, y target:a, b target:c");
    check_parts("a += b * 2", "value:b * 2 update:a");
    check_parts("f(x)", "value:f(x)");
    check_parts("print(a, b + 1)", "shown:a shown:b + 1");
    check_parts("print(a, end=e)", "shown:a value:e");
    check_parts("print(a, end=e, sep=s)", "shown:a value:s value:e");
    check_parts("print()", "");
    check_parts("for i in range(n): pass", "value:n target:i block:1 block:0");
    check_parts("for i in range(1, n, 2):\n  pass\n  pass\nelse:\n  pass",
                "value:1 value:n value:2 target:i block:2 block:1");
    check_parts("for i in r: pass", "value:r target:i block:1 block:0");
    check_parts("while a < b:\n  a += 1\nelse:\n  b = 0", "value:a < b block:1 block:1");
    check_parts("if a:\n  b = 1\nelif c:\n  d = 1\n", "value:a block:1 block:1");
    check_parts("pass", "");
    check_parts("global a, b", "global:a global:b");
    check_parts("def f(x, y=a + 1, z=b):\n  return y", "value:a + 1 value:b name:f");
}

/* break, continue and return, which stand inside something else. */
static void test_jumps(void)
{
    static const char source[] = "def f(a):\n"
                                 "  for i in range(3):\n"
                                 "    break\n"
                                 "    continue\n"
                                 "    return\n"
                                 "  return a, 1\n";
    cpm_text text = {"<test>", source, sizeof source - 1};
    cpm_tree tree;
    cpm_err err;
    cpm_part part;
    cpm_strbuf out = {0};
    if (parse(&tree, &text, &err)) {
        const cpm_block *body = &tree.functions[0].body;
        const cpm_block *inner = &body->stmts[0]->u.loop.body;
        for (size_t i = 0; i < inner->nstmts; i++)
            UNIT_CHECK(!cpm_stmt_part(&part, &tree, inner->stmts[i], 0));
        UNIT_CHECK(cpm_stmt_part(&part, &tree, body->stmts[1], 0));
        put_part(&out, &tree, &part);
        compare(source, &out, "shown:a, 1");
        UNIT_CHECK(cpm_stmt_is_loop(body->stmts[0]) && !cpm_stmt_is_loop(body->stmts[1]));
        UNIT_CHECK(cpm_block_jumps(&tree, inner, CPM_STMT_BREAK));
        UNIT_CHECK(!cpm_block_jumps(&tree, body, CPM_STMT_BREAK));
        UNIT_CHECK(cpm_block_jumps(&tree, body, CPM_STMT_RETURN));
    }
    cpm_tree_clear(&tree);
}

/* The else of a loop is no part of it. */
static void test_jumps_of_else(void)
{
    static const char source[] = "while a:\n"
                                 "  for i in b:\n"
                                 "    continue\n"
                                 "  else:\n"
                                 "    if a: break\n";
    cpm_text text = {"<test>", source, sizeof source - 1};
    cpm_tree tree;
    cpm_err err;
    if (parse(&tree, &text, &err)) {
        const cpm_block *body = &tree.top.stmts[0]->u.branch.body;
        UNIT_CHECK(cpm_block_jumps(&tree, body, CPM_STMT_BREAK));
        UNIT_CHECK(!cpm_block_jumps(&tree, body, CPM_STMT_CONTINUE));
        UNIT_CHECK(!cpm_block_jumps(&tree, body, CPM_STMT_RETURN));
    }
    cpm_tree_clear(&tree);
}

/* What no text is parsed to. */
static void test_made_nodes(void)
{
    cpm_text text = {"<test>", "", 0};
    cpm_tree tree;
    cpm_part part;
    cpm_tree_init(&tree, &text);
    cpm_sym names[] = {cpm_tree_intern(&tree, "a", 1), cpm_tree_intern(&tree, "b", 1)};
    cpm_stmt shift = {.kind = CPM_STMT_SHIFT, .u.shift = {names, 2}};
    for (size_t i = 0; i < 2; i++)
        UNIT_CHECK(cpm_stmt_part(&part, &tree, &shift, i) && part.kind == CPM_PART_NAME &&
                   part.u.sym == names[i]);
    UNIT_CHECK(!cpm_stmt_part(&part, &tree, &shift, 2));
    cpm_expr dot = {.kind = CPM_EXPR_DOT, .u.dot = {.names = names, .nterms = 2}};
    UNIT_CHECK(cpm_expr_child(&dot, 0) == NULL);
    UNIT_CHECK(cpm_expr_reads(&dot, 0) == names[0] && cpm_expr_reads(&dot, 1) == names[1]);
    UNIT_CHECK(cpm_expr_reads(&dot, 2) == CPM_NO_SYM);
    cpm_tree_clear(&tree);
}

/* ---- Expressions ------------------------------------------------------- */

/* The names of a node and then its operands, separated by bars. */
static void check_operands(const char *source, const char *wanted)
{
    cpm_text text = {"<test>", source, strlen(source)};
    cpm_tree tree;
    cpm_err err;
    cpm_strbuf out = {0};
    if (parse(&tree, &text, &err)) {
        const cpm_expr *expr = tree.top.stmts[0]->u.expr, *child;
        cpm_sym sym;
        for (size_t i = 0; (sym = cpm_expr_reads(expr, i)) != CPM_NO_SYM; i++)
            cpm_strbuf_printf(&out, "%s:", tree.symbols[sym].name);
        size_t i = 0;
        for (; (child = cpm_expr_child(expr, i)) != NULL; i++) {
            cpm_strbuf_puts(&out, i > 0 ? "|" : "");
            put_span(&out, &text, child->span);
        }
        UNIT_CHECK(cpm_expr_child(expr, i + 1) == NULL && cpm_expr_child(expr, SIZE_MAX) == NULL);
        compare(source, &out, wanted);
    }
    cpm_tree_clear(&tree);
}

static void test_expressions(void)
{
    check_operands("12", "");
    check_operands("'a'", "");
    check_operands("True", "");
    check_operands("None", "");
    check_operands("a", "a:");
    check_operands("-a", "a");
    check_operands("not a", "a");
    check_operands("a + b - c*d", "a|b|c*d");
    check_operands("a ** b", "a|b");
    check_operands("a < b <= c", "a|b|c");
    check_operands("a and b and c", "a|b|c");
    check_operands("a if b else c", "b|a|c");
    check_operands("f()", "f:");
    check_operands("f(a, x=b + 1)", "f:a|b + 1");
    check_operands("a, b, c", "a|b|c");
    check_operands("()", "");
}

/* ---- Names that are assigned ------------------------------------------- */

typedef struct listing {
    const cpm_tree *tree;
    cpm_strbuf *out;
    size_t left; /* names until it stops */
} listing;

static cpm_status list_name(void *ctx, cpm_sym sym, const cpm_stmt *by)
{
    listing *l = ctx;
    if (l->left-- == 0)
        return CPM_ERR_LIMIT;
    cpm_strbuf_printf(l->out, "%s%s", l->tree->symbols[sym].name,
                      by->kind == CPM_STMT_FOR ? "(for) " : " ");
    return CPM_OK;
}

static void test_assigned(void)
{
    static const char source[] = "a, (b, c) = d = x\n"
                                 "e += 1\n"
                                 "for i in range(y):\n"
                                 "  f = 1\n"
                                 "  if z:\n"
                                 "    g = 1\n"
                                 "  else:\n"
                                 "    h = 1\n"
                                 "else:\n"
                                 "  j = 1\n"
                                 "while u:\n"
                                 "  k = a\n"
                                 "else:\n"
                                 "  a = 1\n"
                                 "def m(n=v):\n"
                                 "  o = 1\n"
                                 "print(w)\n";
    cpm_text text = {"<test>", source, sizeof source - 1};
    cpm_tree tree;
    cpm_err err;
    cpm_strbuf out = {0};
    if (parse(&tree, &text, &err)) {
        listing l = {&tree, &out, 100};
        UNIT_CHECK(cpm_block_assigned(&tree, &tree.top, list_name, &l) == CPM_OK);
        compare(source, &out, "a b c d e i(for) f g h j k a m ");
        l.left = 7;
        UNIT_CHECK(cpm_block_assigned(&tree, &tree.top, list_name, &l) == CPM_ERR_LIMIT);
        compare(source, &out, "a b c d e i(for) f ");
    }
    cpm_tree_clear(&tree);
}

/* ---- Nothing is missed ------------------------------------------------- */

/* How often each name was met. */
typedef struct census {
    const cpm_tree *tree;
    size_t *counts; /* per symbol */
} census;

static void count_expr(census *c, const cpm_expr *expr)
{
    cpm_sym sym;
    const cpm_expr *child;
    for (size_t i = 0; (sym = cpm_expr_reads(expr, i)) != CPM_NO_SYM; i++)
        c->counts[sym]++;
    for (size_t i = 0; expr->kind == CPM_EXPR_CALL && i < expr->u.call.nargs; i++)
        if (expr->u.call.args[i].keyword != CPM_NO_SYM)
            c->counts[expr->u.call.args[i].keyword]++;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        count_expr(c, child);
}

static void count_block(census *c, const cpm_block *block)
{
    cpm_part part;
    for (size_t k = 0; k < block->nstmts; k++)
        for (size_t i = 0; cpm_stmt_part(&part, c->tree, block->stmts[k], i); i++)
            if (part.kind == CPM_PART_BLOCK)
                count_block(c, part.u.block);
            else if (part.kind == CPM_PART_NAME || part.kind == CPM_PART_GLOBAL)
                c->counts[part.u.sym]++;
            else
                count_expr(c, part.u.expr);
}

static bool is_word_byte(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
           ch == '_';
}

/* How often the text (that has no strings and no comments) has the word. */
static size_t count_word(const char *text, const char *word)
{
    size_t count = 0, len = strlen(word);
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += len)
        count += (at == text || !is_word_byte(at[-1])) && !is_word_byte(at[len]);
    return count;
}

static void check_census(const char *source)
{
    cpm_text text = {"<test>", source, strlen(source)};
    cpm_tree tree;
    cpm_err err;
    if (!parse(&tree, &text, &err)) {
        cpm_tree_clear(&tree);
        return;
    }
    census c = {&tree, calloc(tree.nsymbols + 1, sizeof(size_t))};
    count_block(&c, &tree.top);
    for (size_t f = 0; f < tree.nfunctions; f++) {
        count_block(&c, &tree.functions[f].body);
        for (size_t i = 0; i < tree.functions[f].nparams; i++)
            c.counts[tree.functions[f].params[i].sym]++;
    }
    for (size_t sym = 0; sym < tree.nsymbols; sym++) {
        const char *name = tree.symbols[sym].name;
        bool is_syntax = strstr(name, "range") != NULL || strcmp(name, "sep") == 0;
        if (!is_syntax && c.counts[sym] != count_word(source, name))
            UNIT_FAIL("%s\n'%s' is met %zu times instead of %zu", source, name, c.counts[sym],
                      count_word(source, name));
    }
    free(c.counts);
    cpm_tree_clear(&tree);
}

static void test_census(void)
{
    check_census("def f(a, b=c):\n  global d\n  d = a if b else -c\n  return f(a=d, b=(a, b))\n");
    for (size_t k = 0; k < unit_scaled(300) && unit_failures == 0; k++) {
        cpm_strbuf source = {0};
        gen_program(&source, 300);
        check_census(source.data);
        cpm_strbuf_clear(&source);
    }
}

static const cpm_test tests[] = {
    {"statements", test_statements},
    {"jumps", test_jumps},
    {"jumps_of_else", test_jumps_of_else},
    {"made_nodes", test_made_nodes},
    {"expressions", test_expressions},
    {"assigned", test_assigned},
    {"census", test_census},
};

UNIT_MAIN(tests)
