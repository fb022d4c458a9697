/* SPDX-License-Identifier: MIT
 *
 * test_accel_liveness.c - which names may be read after a loop: the first `for`
 * over z in a program, alone on its line or inside whatever stands around it.
 */
#include "accel/liveness.h"
#include "base/strbuf.h"
#include "lang/parse.h"
#include "lang/visit.h"
#include "unit.h"

/* The first loop in the block whose variable is z; NULL when there is none. */
static const cpm_stmt *find_loop(const cpm_tree *tree, const cpm_block *block)
{
    const cpm_stmt *found = NULL;
    cpm_part part;
    for (size_t k = 0; found == NULL && k < block->nstmts; k++) {
        const cpm_stmt *stmt = block->stmts[k];
        if (stmt->kind == CPM_STMT_FOR &&
            strcmp(tree->symbols[stmt->u.loop.target->u.name.sym].name, "z") == 0)
            return stmt;
        for (size_t i = 0; found == NULL && cpm_stmt_part(&part, tree, stmt, i); i++)
            if (part.kind == CPM_PART_BLOCK)
                found = find_loop(tree, part.u.block);
    }
    return found;
}

/* between: after a round of it, not after the loop. */
static void list_uses(cpm_strbuf *out, const cpm_tree *tree, bool between)
{
    const cpm_function *function = NULL;
    const cpm_stmt *loop = find_loop(tree, &tree->top);
    for (size_t f = 0; loop == NULL && f < tree->nfunctions; f++) {
        function = &tree->functions[f];
        loop = find_loop(tree, &function->body);
    }
    if (loop == NULL) {
        cpm_strbuf_puts(out, "no loop");
        return;
    }
    cpm_use *use = calloc(tree->nsymbols, sizeof *use);
    if (between)
        cpm_uses_between(use, tree, loop);
    else
        cpm_uses_after(use, tree, function, loop, NULL);
    for (size_t sym = 0; sym < tree->nsymbols; sym++)
        if (use[sym] != CPM_USE_NONE)
            cpm_strbuf_printf(out, "%s%s%s", out->len > 0 ? " " : "", tree->symbols[sym].name,
                              use[sym] == CPM_USE_SHOWN ? "(shown)" : "");
    cpm_strbuf_puts(out, "");
    free(use);
}

/* The names that may be read after the loop, or a round, in order of first appearance. */
static void check_uses(const char *source, const char *wanted, bool between)
{
    cpm_text text = {"<test>", source, strlen(source)};
    cpm_tree tree;
    cpm_err err = {0};
    cpm_strbuf out = {0};
    cpm_tree_init(&tree, &text);
    if (cpm_parse_program(&tree, &text, CPM_DIALECT_PY3, &err) != CPM_OK)
        UNIT_FAIL("%s\nerror at %zu: %s", source, err.span.begin, err.message);
    else
        list_uses(&out, &tree, between);
    if (out.data != NULL && strcmp(out.data, wanted) != 0)
        UNIT_FAIL("%s\ngave   %s\nwanted %s", source, out.data, wanted);
    cpm_strbuf_clear(&out);
    cpm_tree_clear(&tree);
}

static void check(const char *source, const char *wanted)
{
    check_uses(source, wanted, false);
}

#define LOOP "for z in range(9): a = b\n"

static void test_statements_after(void)
{
    check("b = c\n" LOOP, "");
    check(LOOP "d = a + 1", "a");
    check(LOOP "a = 1", "");
    check(LOOP "a += c", "a c");
    check(LOOP "a, (b, c) = d", "d");
    check(LOOP "print(a, b + 1)", "a(shown) b");
    check(LOOP "print((a, b), a + 1)", "a b(shown)");
    check(LOOP "print(a, sep=b, end=c)", "a(shown) b c");
    check(LOOP "f(a, k=b)", "a b f");
    check(LOOP "a if b else not c\n-d", "a b c d");
    check(LOOP "for i in range(a, b, c): d = e\nelse: g = h", "a b c e h");
    check(LOOP "for i in a: pass", "a");
    check(LOOP "while a < b: c\nelse: d", "a b c d");
    check(LOOP "if a: b\nelif c: d\nelse: e", "a b c d e");
    check(LOOP "def f(x=a):\n  return b", "a b(shown)");
}

/* What stands before the loop counts where it may run again, if it reads what has not
 * been written; in an else clause that is more than it need be. */
static void test_around(void)
{
    check(LOOP "else: c = d", "d");
    check("if c:\n  d\n  " LOOP "  e\nelse: f\ng", "e g");
    check("for i in range(n):\n  d\n  " LOOP "else: e\nf", "d b e f");
    check("while c:\n  " LOOP "d", "c b d");
    check("for i in c: pass\nelse:\n  " LOOP, "b");
    check("for i in c:\n  a = d\n  e = a\n  " LOOP, "d b");
    check("while c:\n  a = 1\n  while a:\n    " LOOP "    b = 2", "c a b");
}

static void check_round(const char *body, const char *wanted)
{
    char source[400];
    snprintf(source, sizeof source, "for z in range(a):\n%s", body);
    check_uses(source, wanted, true);
}

static void test_between_rounds(void)
{
    check_round("  b = c", "c");
    check_round("  b = c\n  d = b + z", "c");
    check_round("  b += c\n  b = 1", "b c");
    check_round("  b, c = c, b", "b c");
    check_round("  if b: c = 1\n  d = c", "b c");
    check_round("  if b: c = 1\n  else: c = 2\n  d = c", "b");
    check_round("  for i in range(b): c = i\n  d = c", "b c");
    check_round("  for i in range(b): c = i\n  d = i", "i b");
    check_round("  for i in range(b):\n    c = i\n    d += c", "b d");
    check_round("  for i in range(b): c = i\n  else: d = i", "i b");
    check_round("  while b:\n    c = b\n    b = c\n  d = c", "b c");
    check_round("  b = c\n  if c: break\n  e = b\nelse: d", "c d");
    check_round("  b = d = 1\n  b[c] = d", "c");
    check_round("  b = 1\n  print(b, c)", "b(shown) c(shown)");
}

static void test_functions(void)
{
    check("def f(c):\n  " LOOP "  return c, a\nd", "c(shown) a(shown)");
    check("def f():\n  global a, b\n  " LOOP "  return c", "a b c(shown)");
    check("def f():\n  if c:\n    global a\n  " LOOP, "a");
    check("def f(x=c):\n  return d + x\n" LOOP, "x c d");
}

static const cpm_test tests[] = {
    {"statements_after", test_statements_after},
    {"around", test_around},
    {"between_rounds", test_between_rounds},
    {"functions", test_functions},
};

UNIT_MAIN(tests)
