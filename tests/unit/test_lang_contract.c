/* SPDX-License-Identifier: MIT
 *
 * test_lang_contract.c - lists of which a window is kept: what a text becomes, and the
 * texts that are left alone since more of the list can be seen. That both mean the same
 * is proved by tests/data/growing.py against Python.
 */
#include "base/limits.h"
#include "base/strbuf.h"
#include "lang/contract.h"
#include "lang/dump.h"
#include "lang/parse.h"
#include "lang/window.h"
#include "unit.h"

/* The tree of the text as it is dumped, after the pass or without it. */
static void dump(cpm_strbuf *out, const char *source, const char *call, bool contracts)
{
    cpm_text text = {"<test>", source, strlen(source)};
    cpm_tree tree;
    cpm_err err = {0};
    cpm_expr *expr = NULL;
    cpm_tree_init(&tree, &text);
    cpm_status status = cpm_parse_program(&tree, &text, CPM_DIALECT_PY3, &err);
    cpm_text call_text = {"<call>", call, call == NULL ? 0 : strlen(call)};
    if (status == CPM_OK && call != NULL)
        status =
            cpm_parse_expr(&expr, &tree, &call_text, (cpm_span){0, call_text.len}, false, &err);
    if (status == CPM_OK && contracts)
        status = cpm_contract_lists(&tree, expr, &err);
    if (status == CPM_OK)
        status = cpm_tree_dump(out, &tree, &err);
    if (status != CPM_OK)
        UNIT_FAIL("%s\n%s", source, err.message);
    cpm_tree_clear(&tree);
}

static void check_becomes(const char *source, const char *wanted)
{
    cpm_strbuf out = {0};
    dump(&out, source, NULL, true);
    if (out.data != NULL && strcmp(out.data, wanted) != 0)
        UNIT_FAIL("%s\ngave\n%s\nwanted\n%s", source, out.data, wanted);
    cpm_strbuf_clear(&out);
}

/* Whether the pass changes the text, with an expression that is evaluated later. */
static bool is_changed(const char *source, const char *call)
{
    cpm_strbuf before = {0}, after = {0};
    dump(&before, source, call, false);
    dump(&after, source, call, true);
    bool changed =
        before.data != NULL && after.data != NULL && strcmp(before.data, after.data) != 0;
    cpm_strbuf_clear(&before);
    cpm_strbuf_clear(&after);
    return changed;
}

static void check_taken(const char *source)
{
    if (!is_changed(source, NULL))
        UNIT_FAIL("left alone:\n%s", source);
}

static void check_left(const char *source)
{
    if (is_changed(source, NULL))
        UNIT_FAIL("changed:\n%s", source);
}

/* ---- What it becomes -------------------------------------------------------------- */

static void test_filled(void)
{
    check_becomes("dp = [0] * (n + 1)\n"
                  "dp[1] = 1\n"
                  "for i in range(2, n + 1):\n"
                  "    dp[i] = dp[i - 1] + dp[i - 2]\n"
                  "print(dp[n])\n",
                  "program py3\n"
                  "  assign is long = ((n + 1) >= 3)\n"
                  "  assign dp = ([0] * (3 if is long else (n + 1)))\n"
                  "  assign dp[1] = 1\n"
                  "  for i in range(2, (3 if is long else (n + 1)))  # loop 0\n"
                  "    assign dp[i] = (dp[(i - 1)] + dp[(i - 2)])\n"
                  "  if is long\n"
                  "    assign tuple(dp[i-2], dp[i-1], dp[i]) = tuple(dp[0], dp[1], dp[2])\n"
                  "    for i in range(3, (n + 1))  # loop 1\n"
                  "      assign tuple(dp[i-2], dp[i-1], dp[i]) = tuple(dp[i-1], dp[i], 0)\n"
                  "      assign dp[i] = (dp[i-1] + dp[i-2])\n"
                  "  print (dp[i] if is long else dp[n])\n");
}

static void test_grown(void)
{
    check_becomes(
        "a = [0, 1]\n"
        "for i in range(2, n + 1):\n"
        "    a.append(a[-1] + a[i - 3])\n"
        "    s = a[-2]\n"
        "print(a[-1], a[n - 1])\n",
        "program py3\n"
        "  assign a = [0, 1]\n"
        "  assign is long = ((n + 1) >= 3)\n"
        "  for i in range(2, (3 if is long else (n + 1)))  # loop 0\n"
        "    expr a.append((a[(-1)] + a[(i - 3)]))\n"
        "    assign s = a[(-2)]\n"
        "  if is long\n"
        "    assign tuple(a[i-2], a[i-1], a[i]) = tuple(a[0], a[1], a[2])\n"
        "    for i in range(3, (n + 1))  # loop 1\n"
        "      assign tuple(a[i-2], a[i-1], a[i]) = tuple(a[i-1], a[i], (a[i] + a[i-2]))\n"
        "      assign s = a[i-1]\n"
        "  print (a[i] if is long else a[(-1)]), (a[i-1] if is long else a[(n - 1)])\n");
    check_becomes("w = [[1, 2] for _ in range(n)]\n"
                  "for i in range(n):\n"
                  "    for j in range(1, 4):\n"
                  "        if i >= j: w[i][0] += w[i - j][1]\n"
                  "print(w[n - 1])\n",
                  "program py3\n"
                  "  assign is long = (n >= 7)\n"
                  "  assign w = list([1, 2] for _ in range((7 if is long else n)))\n"
                  "  for i in range((4 if is long else n))  # loop 0\n"
                  "    for j in range(1, 4)  # loop 1\n"
                  "      if (i >= j)\n"
                  "        augment w[i][0] += w[(i - j)][1]\n"
                  "  if is long\n"
                  "    assign w[i-3..i] = w[0:4:]\n"
                  "    for i in range(4, n)  # loop 2\n"
                  "      assign w[i-3..i] = (w[i-3..i][1::] + [[1, 2]])\n"
                  "      for j in range(1, 4)  # loop 3\n"
                  "        if (i >= j)\n"
                  "          augment w[i-3..i][3][0] += w[i-3..i][(3 - j)][1]\n"
                  "  print (w[i-3..i][3] if is long else w[(n - 1)])\n");
}

/* ---- What is left alone ------------------------------------------------------------ */

/* A function around a list, a loop and what is looked at behind it. */
#define FUNCTION(made, body, behind)                                                               \
    "def f(n):\n    dp = " made "\n    for i in range(2, n + 1):\n        " body                   \
    "\n    return " behind "\n"

static void test_taken(void)
{
    check_taken(FUNCTION("[1] * (n + 1)", "dp[i] = dp[i-1] + dp[i-2]", "dp[n]"));
    check_taken(FUNCTION("[1] * (n + 1)", "dp[i] = dp[i-1] + dp[i-2]", "dp[n] + dp[n - 5]"));
    check_taken(FUNCTION("[1] * (1 + n)", "dp[i] += dp[i-1]", "dp[-1], dp[-2]"));
    check_taken(FUNCTION("(n + 3) * [1]", "dp[i+1] = dp[i]", "dp[n + 1]"));
    check_taken(FUNCTION("[1, 2] + [0] * (n - 1)", "dp[i] = dp[i-2]", "dp[n]"));
    check_taken(FUNCTION("[[0] * 3 for _ in range(n + 1)]", "dp[i][0] = dp[i-1][1]", "sum(dp[n])"));
    check_taken(FUNCTION("[[0, n] for _ in range(n + 1)]", "dp[i] = dp[i-1][:]", "max(dp[n])"));
    check_taken(FUNCTION("[0, 1]", "dp.append(dp[-1] + dp[i-2])", "dp[-1]"));
    check_taken(FUNCTION("[0] * (n + 1)", "dp[i] = sum(dp[i-j] for j in range(1, 3))", "dp[n]"));
    check_taken(FUNCTION("[0] * (n + 1)",
                         "\n        for j in (1, 3):\n"
                         "            if i >= j: dp[i] += dp[i-j]",
                         "dp[n]"));
}

/* Lists of such lists, and loops along lists that stay what they are. */
static void test_columns(void)
{
    check_taken(FUNCTION("[[0] * (n + 1) for _ in range(3)]", "dp[0][i] = dp[1][i-1]",
                         "dp[0][n] + dp[2][n]"));
    check_left(FUNCTION("[[0] * (n + 1) for _ in range(3)]", "dp[0][i] = dp[1][i-1]", "dp[0]"));
    check_left(FUNCTION("[[0] * (n + 1)] * 3", "dp[0][i] = dp[1][i-1]", "dp[0][n]"));
    check_left(FUNCTION("[[0] * (n + 1) for _ in range(3)]", "dp[0][i] = dp[i][0]", "dp[0][n]"));
#define STEPS FUNCTION("[0] * (n + 1)", "\n        for j in s: dp[i] += dp[i-j]", "dp[n]")
    check_taken("s = [1, 3]\n" STEPS);
    check_taken("s = (1, 3)\nt = s\n" STEPS);
    check_taken("s = [1, 3]\nprint(len(s), s[0])\n" STEPS);
    check_left("s = [1, n]\n" STEPS);
    check_left("s = [1, 3]\nt = s\n" STEPS);
    check_left("s = [1, 3]\ns.append(2)\n" STEPS);
    check_left("s = [1, 3]\ns[0] += 2\n" STEPS);
    check_left("s = [1, 3]\ns[0] = 2\n" STEPS);
    check_left("s = [1, 3]\ns += [7]\n" STEPS);
    check_left("s = [1, 3]\ns = [4]\n" STEPS);
    check_left("s = [1, 3]\ndef g(s): return s\n" STEPS);
    check_left("s = [1, 3]\nprint(f(s))\n" STEPS);
    check_left("s = [1, 300]\n" STEPS);
#undef STEPS
}

/* a, b = [0] * n, [1] * n: one after the other. */
static void test_pairs(void)
{
#define PAIR(made)                                                                                 \
    "def f(n):\n    a, b = " made "\n    for i in range(1, n):\n        a[i] = a[i-1] + b[i-1]\n"  \
    "        b[i] = a[i-1]\n    return a[n - 1]\n"
    check_taken(PAIR("[0] * n, [1] * n"));
    check_taken(PAIR("[0 for _ in range(n)], [1] + [0] * (n - 1)"));
    check_left(PAIR("[0] * n, b * n"));
    check_left(PAIR("[b] * n, [1] * n"));
    check_left(PAIR("[g()] * n, [1] * n"));
    check_left(PAIR("g(n)"));
#undef PAIR
}

/* The length of the list as the loop's end, and items that are one list at first. */
static void test_lengths(void)
{
    check_taken("def f(n):\n    dp = [1] + [0] * n\n    for i in range(1, len(dp)):\n"
                "        dp[i] = dp[i-1] + i\n    return dp[n], dp[-1]\n");
    check_left("def f(n):\n    dp = [1] + [0] * n\n    for i in range(1, len(a)):\n"
               "        dp[i] = dp[i-1] + i\n    return dp[n], dp[-1]\n");
    check_taken("a = [0, 1]\nn = g()\nfor i in range(2, n):\n    a.append(a[i-1])\nprint(a[-1])\n");
    check_left("a = [0, 1]\nfor i in range(2, n):\n    a.append(a[i-1])\nn = 3\nprint(a[n-1])\n");
    check_taken(FUNCTION("[[0, 0]] * (n + 1)", "dp[i] = [dp[i-1][1], 1]", "dp[n][0]"));
    check_left(FUNCTION("[[0, 0]] * (n + 1)", "dp[i] = dp[i-1]", "dp[n][0]"));
    check_left(FUNCTION("[[0, 0]] * (n + 1)", "dp[i][0] = dp[i-1][1]", "dp[n][0]"));
    check_left(FUNCTION("[[0, 0]] * (n + 1)", "dp[i] = [dp[i-1][1], 1]", "dp[n]"));
    check_left(FUNCTION("[[0, g()]] * (n + 1)", "dp[i] = [dp[i-1][1], 1]", "dp[n][0]"));
}

/* Loops that run until the list is long enough. */
static void test_while(void)
{
#define WHILE(test, body)                                                                          \
    "def f(n):\n    a = [0, 1]\n    while " test ":\n        " body "\n    return a[-1]\n"
    check_taken(WHILE("len(a) < n", "a.append(a[-1] + a[-2])"));
    check_taken(WHILE("len(a) <= n", "a.append(a[-1] + a[-2])"));
    check_taken(WHILE("n > len(a)", "a.append(a[-1] + a[-2])"));
    check_left(WHILE("len(a) != n", "a.append(a[-1] + a[-2])"));
    check_left(WHILE("len(a) < n < 9", "a.append(a[-1] + a[-2])"));
    check_left(WHILE("len(a) > n", "a.append(a[-1] + a[-2])"));
    check_left(WHILE("len(b) < n", "a.append(a[-1] + a[-2])"));
    check_left(WHILE("len(a) < n", "a.append(a[-1]); n -= 1"));
    check_left(WHILE("len(a) < n", "a.append(a[-1]); b = len(a)"));
    check_left(WHILE("len(a) < n", "if n > 3: a.append(a[-1])"));
    check_left(WHILE("len(a) < n", "a.append(1); a.append(a[-1])"));
    check_left(WHILE("len(a) < n", "a.append(1)\n        if a[-1]: break"));
    check_left(WHILE("len(a) < n", "a.append(1)\n        if a[-1]: continue"));
    check_left(WHILE("a[-1] < n", "a.append(a[-1] + a[-2])"));
#undef WHILE
}

static void test_left(void)
{
    check_left(FUNCTION("[1] * (n + 1)", "dp[i] = dp[i-1] + dp[i//2]", "dp[n]"));
    check_left(FUNCTION("[1] * (n + 1)", "dp[i] = dp[i-1] + dp[0]", "dp[n]"));
    check_left(FUNCTION("[1] * (n + 1)", "dp[i] = dp[i-1]", "dp"));
    check_left(FUNCTION("[1] * (n + 1)", "dp[i] = dp[i-1]", "sum(dp)"));
    check_left(FUNCTION("[1] * (n + 1)", "dp[i] = dp[i-1]", "dp[n // 2]"));
    check_left(FUNCTION("[1] * (n + 1)", "dp[i] = dp[i-1]", "dp[n + 1]"));
    check_left(FUNCTION("[1] * (n + 1)", "dp[i] = dp[i-1]", "[x for x in dp]"));
    check_left(FUNCTION("[1] * n", "dp[i] = dp[i-1]", "dp[n - 1]")); /* too short */
    check_left(FUNCTION("[1] * m", "dp[i] = dp[i-1]", "dp[n]"));
    check_left(FUNCTION("[1] * (n + 1); n = 5", "dp[i] = dp[i-1]", "dp[n]"));
    check_left(FUNCTION("[1] * (n + 1); b = dp", "dp[i] = dp[i-1]", "dp[n]"));
    check_left(FUNCTION("[1] * (n + 1)", "dp[i] = dp[i-1]; n = 3", "dp[n]"));
    check_left(FUNCTION("[1] * (n + 1)", "dp[i] = dp[i-1]; i = 3", "dp[n]"));
    check_left(FUNCTION("[1] * (n + 1)", "dp[i] = dp[i-1]; b = len(dp)", "dp[n]"));
    check_left(FUNCTION("[1] * (n + 1)", "dp[i] = (x := dp[i-1])", "dp[n]"));
    check_left(FUNCTION("[1] * (n + 1)", "dp[i] = dp[i-1]; del dp[i-1]", "dp[n]"));
    check_left(FUNCTION("[1] * (n + 1)", "\n        if i == 7: break\n        dp[i] = i", "dp[n]"));
    check_left(FUNCTION("[1] * (n + 1)", "dp[i] = dp[i-100]", "dp[n]")); /* too wide */
    check_left(FUNCTION("[[0] * 3] * (n + 1)", "dp[i][0] = dp[i-1][1]", "dp[n]"));
    check_left(FUNCTION("[0, 1]", "if i > 5: dp.append(dp[-1])", "dp[-1]"));
    check_left(FUNCTION("[0, 1]", "dp.append(1); dp.append(dp[-1])", "dp[-1]"));
    check_left(FUNCTION("[0, 1]", "dp.append(dp[i])", "dp[-1]")); /* not there yet */
    check_left(FUNCTION("[0, 1]", "dp.append(dp.pop())", "dp[-1]"));
    check_left(FUNCTION("[0] * 5", "dp[i] = i", "0"));
    /* Rounds that would write to the end of the list. */
    check_left("def f(n):\n    dp = [0] * (n + 1)\n    for i in range(n + 1):\n"
               "        dp[i - 1] = i\n    return dp[n]\n");
}

/* Who else can see the list. */
static void test_others(void)
{
    static const char inner[] = "def f(n):\n    dp = [0] * (n + 1)\n"
                                "    for i in range(1, n + 1): dp[i] = dp[i - 1]\n"
                                "    def g(): return dp[0]\n    return dp[n]\n";
    static const char top[] = "dp = [0] * (n + 1)\n"
                              "for i in range(1, n + 1): dp[i] = dp[i - 1]\n";
    check_left(inner);
    check_left("def f():\n    return dp[3]\ndp = [0] * (n + 1)\n"
               "for i in range(1, n + 1): dp[i] = dp[i - 1]\n");
    check_left("def f():\n    global n\n    n = 7\ndp = [0] * (n + 1)\n"
               "for i in range(1, n + 1): dp[i] = dp[i - 1] + f()\n");
    check_left("def f(dp):\n    for _ in range(2):\n        dp = [0] * (n + 1)\n"
               "        for i in range(1, n + 1): dp[i] = dp[i - 1]\n    return dp\n");
    check_taken("def g():\n    dp = 5\n    return dp\ndef f(n):\n    dp = [0] * (n + 1)\n"
                "    for i in range(1, n + 1): dp[i] = dp[i - 1]\n    return dp[n]\n");
    if (!is_changed(top, NULL) || !is_changed(top, "n + 1") || is_changed(top, "dp[5]"))
        UNIT_FAIL("an expression that is evaluated in the end");
}

/* Loops in loops, each with a list of its own: every one that is taken doubles its body,
 * so that some must be left alone. */
static void test_nest(void)
{
    enum { DEPTH = 40 };
    cpm_strbuf source = {0};
    for (int k = 0; k < DEPTH; k++) {
        cpm_strbuf_fill(&source, ' ', (size_t)k);
        cpm_strbuf_printf(&source, "a%d = [1] * (n + 1)\n", k);
        cpm_strbuf_fill(&source, ' ', (size_t)k);
        cpm_strbuf_printf(&source, "for i%d in range(1, n + 1):\n", k);
        cpm_strbuf_fill(&source, ' ', (size_t)k + 1);
        cpm_strbuf_printf(&source, "a%d[i%d] = a%d[i%d-1] + 1\n", k, k, k, k);
    }
    cpm_text text = {"<test>", source.data, source.len};
    cpm_tree tree;
    cpm_err err = {0};
    cpm_tree_init(&tree, &text);
    if (cpm_parse_program(&tree, &text, CPM_DIALECT_PY3, &err) != CPM_OK ||
        cpm_contract_lists(&tree, NULL, &err) != CPM_OK)
        UNIT_FAIL("%s", err.message);
    else if (tree.nloops <= DEPTH || tree.nloops > CPM_MAX_CONTRACT_WORK / 8)
        UNIT_FAIL("%zu loops out of %d", tree.nloops, DEPTH);
    cpm_tree_clear(&tree);
    cpm_strbuf_clear(&source);
}

static const cpm_test tests[] = {
    {"filled", test_filled},   {"grown", test_grown},     {"taken", test_taken},
    {"columns", test_columns}, {"columns", test_columns}, {"pairs", test_pairs},
    {"lengths", test_lengths}, {"while", test_while},     {"left", test_left},
    {"others", test_others},   {"nest", test_nest},
};

UNIT_MAIN(tests)
