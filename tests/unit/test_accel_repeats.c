/* SPDX-License-Identifier: MIT
 *
 * test_accel_repeats.c - what a loop depends on, and from how many rounds on it is
 * worth taking over. The loop is the first statement that is one.
 */
#include "accel/estimate.h"
#include "accel/repeats.h"
#include "base/limits.h"
#include "base/strbuf.h"
#include "lang/parse.h"
#include "unit.h"

/* The functions of the program are defined, and nothing else is run. */
static const cpm_stmt *run_defs(cpm_interp *interp, const cpm_tree *tree, cpm_err *err)
{
    for (size_t i = 0; i < tree->top.nstmts; i++) {
        cpm_block one = {&tree->top.stmts[i], 1};
        if (tree->top.stmts[i]->kind == CPM_STMT_FOR)
            return tree->top.stmts[i];
        UNIT_CHECK(cpm_interp_exec(interp, &one, err) == CPM_OK);
    }
    return NULL;
}

static void put_names(cpm_strbuf *out, const cpm_tree *tree, const cpm_interp *interp,
                      const cpm_slot *slots, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (cpm_sym sym = 0; sym < tree->nsymbols; sym++)
            if (cpm_interp_slot(interp, sym) == slots[i])
                cpm_strbuf_printf(out, " %s", tree->symbols[sym].name);
}

/* "stride; state; sums", or "none" for a loop that is not followed. */
static void check_plan(const char *source, const char *wanted)
{
    cpm_text text = {"<test>", source, strlen(source)};
    cpm_tree tree;
    cpm_err err = {0};
    cpm_strbuf out = {0};
    cpm_interp *interp = NULL;
    cpm_repeat_plan plan = {0};
    const cpm_interp_options options = {.output = NULL};
    cpm_tree_init(&tree, &text);
    if (cpm_parse_program(&tree, &text, CPM_DIALECT_PY3, &err) != CPM_OK ||
        cpm_interp_new(&interp, &tree, &options, &err) != CPM_OK) {
        UNIT_FAIL("%s\n%s", source, err.message);
    } else {
        const cpm_stmt *loop = run_defs(interp, &tree, &err);
        UNIT_CHECK(cpm_repeat_plan_of(&plan, &tree, interp, loop, &err) == CPM_OK);
        if (plan.stride == 0) {
            cpm_strbuf_puts(&out, "none");
        } else {
            cpm_strbuf_printf(&out, "%lu;", (unsigned long)plan.stride);
            put_names(&out, &tree, interp, plan.state, plan.nstate);
            cpm_strbuf_puts(&out, ";");
            put_names(&out, &tree, interp, plan.sums, plan.nsums);
        }
        if (strcmp(out.data, wanted) != 0)
            UNIT_FAIL("%s\ngave %s, not %s", source, out.data, wanted);
    }
    cpm_repeat_plan_clear(&plan);
    cpm_strbuf_clear(&out);
    cpm_interp_free(interp);
    cpm_tree_clear(&tree);
}

static void test_plans(void)
{
    check_plan("for i in range(9):\n  x = (x*x + 1) % 7\n", "1; x;");
    check_plan("for i in range(9):\n  x = x*3 % 7\n  s += x\n  t -= x*x\n", "1; x; s t");
    check_plan("for i in range(9):\n  x = x*3 % 7\n  s += x\n  if s > 9: x = 1\n", "1; x s;");
    check_plan("for i in range(9):\n  s += x\n  s = s % 5\n", "1; s;");
    check_plan("for i in range(9):\n  s += t\n  t += 1\n", "1; t; s");
    check_plan("for i in range(9):\n  x = (x + i % 4) % 7\n  y = i & 7\n", "8; x y;");
    check_plan("for i in range(9):\n  x = (x + i % 6 + i % 4) % 7\n", "12; x;");
    check_plan("for i in range(9):\n  for j in range(3): x = x*j % 7\n", "1; j x;");
    check_plan("for i in range(9):\n  a, b = b, a\n  if a: break\n", "1; a b;");
}

static void test_not_followed(void)
{
    check_plan("for i in range(9):\n  x = x + i\n", "none");
    check_plan("for i in range(9):\n  x = x + i % k\n", "none");
    check_plan("for i in range(9):\n  x = i & 6\n", "none");
    check_plan("for i in range(9):\n  print(x)\n", "none");
    check_plan("for i in range(9):\n  i = 3\n", "none");
    check_plan("for i in range(9):\n  x = unknown(x)\n", "none");
    check_plan("for i in range(9):\n  x = x % 7\n  def g(): return 1\n", "none");
}

static void test_functions(void)
{
    check_plan("def g(a):\n  b = a + k\n  return b % 7\nfor i in range(9):\n  x = g(x)\n", "1; x;");
    check_plan("def g(a):\n  return a + s\nfor i in range(9):\n  x = g(x)\n  s += 1\n", "1; s x;");
    check_plan("def g(a):\n  return i\nfor i in range(9):\n  x = g(x)\n", "none");
    check_plan("def g(a):\n  global z\n  z = a\n  return a\nfor i in range(9):\n  x = g(x)\n",
               "none");
    check_plan("def g(a):\n  print(a)\n  return a\nfor i in range(9):\n  x = g(x)\n", "none");
    check_plan("def g(a):\n  return 1 if a < 1 else g(a - 1)\nfor i in range(9):\n  x = g(x % 5)\n",
               "1; x;");
    check_plan("for i in range(9):\n  x = max(x, 3) % 5\n", "1; x;");
    check_plan("def max(a, b):\n  print(a)\n  return b\nfor i in range(9):\n  x = max(x, 3) % 5\n",
               "none");
}

static unsigned long limit_of(const char *source)
{
    cpm_text text = {"<test>", source, strlen(source)};
    cpm_tree tree;
    cpm_err err = {0};
    unsigned long limit = 0;
    cpm_tree_init(&tree, &text);
    UNIT_CHECK(cpm_parse_program(&tree, &text, CPM_DIALECT_PY3, &err) == CPM_OK);
    for (size_t i = 0; i < tree.top.nstmts; i++)
        if (tree.top.stmts[i]->kind == CPM_STMT_FOR)
            limit = cpm_estimate_limit(&tree, tree.top.stmts[i]);
    cpm_tree_clear(&tree);
    return limit;
}

/* Some hundred rounds for small bodies; more for many variables, within its bounds. */
static void test_estimate(void)
{
    unsigned long fib = limit_of("for i in range(9):\n  a, b = b, a + b\n");
    unsigned long sum = limit_of("for i in range(9):\n  s += i\n");
    unsigned long many =
        limit_of("for i in range(9):\n"
                 "  a = b = c = d = e = f = g = h = k = l = m = n = o = p = q = r\n"
                 "  a += 1; b += 1; c += 1; d += 1; e += 1; f += 1; g += 1\n");
    UNIT_CHECK(fib >= 100 && fib <= 1000);
    UNIT_CHECK(sum >= 100 && sum <= 1000);
    UNIT_CHECK(many > fib && many <= CPM_MOST_PLAIN_ROUNDS);
}

static const cpm_test tests[] = {
    {"plans", test_plans},
    {"not_followed", test_not_followed},
    {"functions", test_functions},
    {"estimate", test_estimate},
};

UNIT_MAIN(tests)
