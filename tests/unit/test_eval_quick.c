/* SPDX-License-Identifier: MIT
 *
 * test_eval_quick.c - the quick way of the interpreter against its general way, which
 * is asked for by an option: random programs must print the same and fail with the same
 * words in the same place. What the fixed programs print was printed by python3 (3.11).
 */
#include "run_program.h"

/* ---- Fixed programs --------------------------------------------------------- */

/* Small integers end at 2**62 - 1 in size. */
static void test_boundaries(void)
{
    py("a = [2**62 - 1, -2**62 + 1, 2**61, -2**61, 3]\n"
       "for i in range(3):\n"
       "    x = a[0] + i; y = a[1] - i; z = a[2] + a[2] - i; w = a[3] + a[3] + i\n"
       "    print(x, y, z, w, a[2] * (i + 1), a[3] * (i + 2), -a[1] + i, ~a[0] - i)\n",
       "4611686018427387903 -4611686018427387903 4611686018427387904 -4611686018427387904 "
       "2305843009213693952 -4611686018427387904 4611686018427387903 -4611686018427387904\n"
       "4611686018427387904 -4611686018427387904 4611686018427387903 -4611686018427387903 "
       "4611686018427387904 -6917529027641081856 4611686018427387904 -4611686018427387905\n"
       "4611686018427387905 -4611686018427387905 4611686018427387902 -4611686018427387902 "
       "6917529027641081856 -9223372036854775808 4611686018427387905 -4611686018427387906\n");
    py("a = [2**62 - 2]\n"
       "for i in range(4):\n    a[0] += 1\n    print(a[0])\n"
       "for i in range(4):\n    a[0] -= 1\n    print(a[0])\n",
       "4611686018427387903\n4611686018427387904\n4611686018427387905\n4611686018427387906\n"
       "4611686018427387905\n4611686018427387904\n4611686018427387903\n4611686018427387902\n");
    py("x = 1; s = ''\n"
       "for i in range(66):\n    x = x * 2; y = 1 << i; z = -x >> i; s = (y, z)\n"
       "print(x, s, 3**39, 3**40, (-2)**62, (-2)**63, 2**61 << 1, -1 << 62, 5 >> 99)",
       "73786976294838206464 (36893488147419103232, -2) 4052555153018976267 12157665459056928801 "
       "4611686018427387904 -9223372036854775808 4611686018427387904 -4611686018427387904 0\n");
    py("for a in [-7, 7, 0]:\n    for b in [-2, 2, -7, 1, -1]:\n"
       "        print(a // b, a % b, a & b, a | b, a ^ b, min(a, b), max(a, b, 0), abs(a - b))\n",
       "3 -1 -8 -1 7 -7 0 5\n-4 1 0 -5 -5 -7 2 9\n1 0 -7 -7 0 -7 0 0\n-7 0 1 -7 -8 -7 1 8\n"
       "7 0 -7 -1 6 -7 0 6\n-4 -1 6 -1 -7 -2 7 9\n3 1 2 7 5 2 7 5\n-1 0 1 -1 -2 -7 7 14\n"
       "7 0 1 7 6 1 7 6\n-7 0 7 -1 -8 -1 7 8\n0 0 0 -2 -2 -2 0 2\n0 0 0 2 2 0 2 2\n"
       "0 0 0 -7 -7 -7 0 7\n0 0 0 1 1 0 1 1\n0 0 0 -1 -1 -1 0 1\n");
}

static void test_items(void)
{
    py("a = [1, 2, 3]; b = a; m = [[0] * 2] * 2\n"
       "for i in range(-3, 3):\n    b[i] += i; m[i % 2][1] = a[-1] + i\n"
       "print(a, b is a, m, m[0] is m[1])",
       "[-2, 1, 4] True [[0, 6], [0, 6]] True\n");
    py("a = [0]\nfor x in a:\n    a.append(x + 1)\n    if len(a) > 5: break\nprint(a, len(a))",
       "[0, 1, 2, 3, 4, 5] 6\n");
    py("a = [1, [2]]; a[0] = a; a[0] = 5; c = [a]; c[0][1] = c; print(a[1] is c, c[0][0])",
       "True 5\n");
    py("t = (3, 1, 2); r = 'north'; n = 0\n"
       "for i in range(3):\n    n = n * 10 + t[i]\n    if r[i] == 'r': n += 5\n"
       "    if r[-i] != r[0]: n += len(r) + len(t)\n"
       "print(n)",
       "405\n");
    py("a = [True, None, 'x', 2**70, (1,), [1]]\n"
       "for i in range(6):\n    x = a[i]\n    print(x, x == 1, not x, x == a[i], x is None)\n",
       "True True False True False\nNone False True True True\nx False False True False\n"
       "1180591620717411303424 False False True False\n(1,) False False True False\n"
       "[1] False False True False\n");
    py("f = [True, False]; x = f[0] + f[0]; y = f[0] & f[1]; z = f[1] == 0 == y; w = [7][f[1]]\n"
       "f[0] &= f[0]; f[1] += 3; print(x, y, z, w, f, -f[0], min(f[0], 1), max(1, f[0]))",
       "2 False True 7 [True, 3] -1 True 1\n");
    py("a = [3, 1, 2]; i = 0\n"
       "while i < 3:\n    a[i], a[a[i] - 1] = a[a[i] - 1], a[i]\n    i += 1\n"
       "x, y = 1, 2; x, y = y, x + y; i, a[i] = 0, 9; a[0], a[1] = a[1], a[0]; print(a, x, y, i)",
       "[3, 9, 2] 2 3 0\n");
    py("d = {1: 2}; k = [1]\nfor i in range(3):\n    d[k[0]] += i\n    d[i + 5] = d[1]\nprint(d)",
       "{1: 5, 5: 2, 6: 3, 7: 5}\n");
}

/* What is called between the reading of an operand and its use may change it. */
static void test_called_between(void)
{
    py("a = [1]\ndef f():\n    a[0] = 2**70\n    a.extend(range(1000))\n    return 1\n"
       "print(a[0] + f(), a[0] - f(), a[0] == f(), 1 + a[0] * f() - a[0])",
       "2 1180591620717411303423 False 1\n");
    py("a = [[2**80]]\ndef g():\n    a[0][0] = 5\n    a[0] = [7]\n    return 1\n"
       "print(a[0][0] + g(), a[0][0] < g(), 2**80 + 0)",
       "1208925819614629174706177 False 1208925819614629174706176\n");
    py("from collections import defaultdict\na = [2**80]\n"
       "def h():\n    a[0] = 1\n    return 3\nd = defaultdict(h)\nprint(a[0] + d[0], a[0] + d[1])",
       "1208925819614629174706179 4\n");
    py("a = [1]\nprint(a[0] + (a := [5, 6])[0], a[1] + len(a))", "6 8\n");
}

/* A name that means a built-in function may come to mean another one. */
static void test_names(void)
{
    py("s = 0\nfor i in range(4):\n    s += max(i, 2) + min(i, 1) + len([1])\n"
       "    if i == 1:\n        max = lambda x, y: 100\n        min = divmod\n        min = "
       "pow\nprint(s)",
       "214\n");
    py("def f(x):\n    def g():\n        return x + y\n    y = 0\n    for i in range(5):\n"
       "        y += x * i\n        x, y = y % 7, x\n    return g(), x, y\nprint(f(3))",
       "(6, 6, 0)\n");
    py("x = 5\ndef f():\n    global x\n    a = [x]\n    for i in range(3):\n        x += a[0]\n"
       "        a[0] = x\n    return a\nprint(f(), x)",
       "[40] 40\n");
    py("x = 0 or [] or 3; y = 1 and 2; z = not x; w = x == 3 and y == 2; v = x < y < 9 or y\n"
       "u = 7 if x and y else 8; t = -(x if z else y); print(x, y, z, w, v, u, t)",
       "3 2 False True 2 7 -2\n");
}

static void test_errors(void)
{
    static const error_case cases[] = {
        {"a = [1]\ni = 1\nx = a[i]", 18, 22, CPM_ERR_RUNTIME,
         "list index out of range: there are 1 items"},
        {"a = [1]\nfor i in range(3): a[i] = i", 27, 31, CPM_ERR_RUNTIME,
         "list index out of range: there are 1 items"},
        {"a = [4]\nfor i in range(3): a[-1 - i] += a[0]", 27, 36, CPM_ERR_RUNTIME,
         "list index out of range: there are 1 items"},
        {"a = [1]\nx = a[0] % (a[0] - 1)", 20, 28, CPM_ERR_RUNTIME, "division by zero"},
        {"a = (1,)\na[0] = 2", 9, 13, CPM_ERR_RUNTIME,
         "a value of type tuple has no items that can be changed"},
        {"a = 'ab'\ni = 1\na[i] = 'c'", 15, 19, CPM_ERR_RUNTIME,
         "a value of type string has no items that can be changed"},
        {"def f():\n    if 0: y = 1\n    return 1 + y\nf()", 40, 41, CPM_ERR_RUNTIME,
         "name 'y' is not defined"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_error(&cases[i], CPM_DIALECT_PY3);
}

/* ---- Random programs -------------------------------------------------------- */

typedef struct generator {
    cpm_strbuf text;
    unsigned wild; /* of a hundred constants, so many are no small integers */
} generator;

#define PICK(list) list[unit_below(sizeof(list) / sizeof *(list))]

static void put_constant(generator *g)
{
    static const char *const tame[] = {"0", "1", "2", "3", "7", "-1", "-3", "10", "1000000007"};
    static const char *const wild[] = {
        "2**61", "2**62 - 1", "-2**62", "-2**62 + 1", "2**63",  "-2**63", "2**64", "True",
        "False", "None",      "'b'",    "'abc'",      "[1, 2]", "(4, 5)", "2**31", "-2**63 - 1"};
    cpm_strbuf_printf(&g->text, "(%s)", unit_below(100) < g->wild ? PICK(wild) : PICK(tame));
}

static void put_expr(generator *g, unsigned depth);

static void put_index(generator *g, unsigned depth)
{
    static const char *const plain[] = {"i",  "i",     "-1", "0",     "1", "i + 1",
                                        "-i", "i % 3", "k",  "2 - i", "i", "i - 1"};
    if (depth > 0 && unit_below(12) == 0)
        put_expr(g, depth - 1);
    else
        cpm_strbuf_puts(&g->text, PICK(plain));
}

static void put_item(generator *g, unsigned depth)
{
    static const char *const objects[] = {"a", "a", "b", "m[0]", "m[1]", "m[i % 2]", "t"};
    static const char *const others[] = {"s", "m", "m[i]", "a[i]"};
    cpm_strbuf_printf(&g->text, "%s[",
                      unit_below(100) < g->wild + 2 ? PICK(others) : PICK(objects));
    put_index(g, depth);
    cpm_strbuf_puts(&g->text, "]");
}

static void put_condition(generator *g, unsigned depth)
{
    static const char *const orders[] = {"<", "<=", ">", ">=", "==", "!=", "==", "is", "in"};
    unsigned kind = depth == 0 ? 0 : (unsigned)unit_below(9);
    if (kind >= 7) {
        put_expr(g, depth - 1);
        return;
    }
    cpm_strbuf_puts(&g->text, kind == 6 ? "not (" : "(");
    if (kind >= 4) {
        put_condition(g, depth - 1);
        cpm_strbuf_puts(&g->text, unit_below(2) ? " and " : " or ");
        put_condition(g, depth - 1);
    } else {
        put_expr(g, depth / 2);
        for (unsigned n = 0; n < 1 + (kind == 3); n++) {
            cpm_strbuf_printf(&g->text, " %s ",
                              orders[unit_below(unit_below(100) < g->wild ? 9 : 7)]);
            put_expr(g, depth / 2);
        }
    }
    cpm_strbuf_puts(&g->text, ")");
}

static void put_call(generator *g, unsigned depth)
{
    static const char *const names[] = {"min", "max", "max", "abs", "len", "f"};
    size_t which = (size_t)unit_below(6), nargs = which < 3 ? 2 + (size_t)unit_below(2) : 1;
    if (which == 4) {
        static const char *const lists[] = {"a", "b", "m", "m[0]", "s", "t"};
        cpm_strbuf_printf(&g->text, "len(%s)", PICK(lists));
        return;
    }
    cpm_strbuf_printf(&g->text, "%s(", names[which]);
    for (size_t i = 0; i < nargs; i++) {
        cpm_strbuf_puts(&g->text, i > 0 ? ", " : "");
        put_expr(g, depth - 1);
    }
    cpm_strbuf_puts(&g->text, ")");
}

static void put_binary(generator *g, unsigned depth)
{
    static const char *const ops[] = {"+", "+", "-", "-", "*", "+", "%", "*", "&", "|", "^", "-"};
    static const char *const tails[] = {" << 3",     " >> 1", " << 60", " ** 2",
                                        " ** 3",     " % 7",  " // 3",  " % 1000007",
                                        " // 5 % 3", " >> i", " % -5"};
    cpm_strbuf_puts(&g->text, "(");
    put_expr(g, depth - 1);
    if (unit_below(3) == 0) {
        cpm_strbuf_printf(&g->text, "%s)", PICK(tails));
        return;
    }
    for (size_t n = 1 + (size_t)unit_below(2); n > 0; n--) {
        cpm_strbuf_printf(&g->text, " %s ", PICK(ops));
        put_expr(g, depth - 1);
    }
    cpm_strbuf_puts(&g->text, ")");
}

static void put_expr(generator *g, unsigned depth)
{
    static const char *const names[] = {"x", "y", "i", "k", "x", "y"};
    switch (unit_below(depth == 0 ? 5 : 12)) {
    case 0:
        put_constant(g);
        break;
    case 1:
    case 2:
        cpm_strbuf_puts(&g->text, PICK(names));
        break;
    case 3:
    case 4:
    case 5:
        put_item(g, depth);
        break;
    case 6:
        put_call(g, depth);
        break;
    case 7:
        cpm_strbuf_puts(&g->text, unit_below(3) ? "-" : "~");
        put_expr(g, depth - 1);
        break;
    case 8:
        cpm_strbuf_puts(&g->text, "(");
        put_expr(g, depth - 1);
        cpm_strbuf_puts(&g->text, " if ");
        put_condition(g, depth - 1);
        cpm_strbuf_puts(&g->text, " else ");
        put_expr(g, depth - 1);
        cpm_strbuf_puts(&g->text, ")");
        break;
    default:
        put_binary(g, depth);
    }
}

static void put_target(generator *g)
{
    if (unit_below(2))
        cpm_strbuf_puts(&g->text, unit_below(2) ? "x" : "y");
    else
        put_item(g, 1);
}

static void put_pair(generator *g)
{
    put_target(g);
    cpm_strbuf_puts(&g->text, ", ");
    put_target(g);
    cpm_strbuf_puts(&g->text, " = ");
    put_expr(g, 1);
    cpm_strbuf_puts(&g->text, ", ");
    put_expr(g, 1);
}

static void put_stmt(generator *g, unsigned indent, unsigned depth)
{
    static const char *const updates[] = {
        "+=", "-=", "*=", "//=", "%=", "&=", "|=", "^=", "<<= 2 *"};
    cpm_strbuf_fill(&g->text, ' ', indent);
    unsigned kind = (unsigned)unit_below(depth == 0 ? 8 : 10);
    if (kind >= 8) {
        cpm_strbuf_puts(&g->text, "if ");
        put_condition(g, 2);
        cpm_strbuf_puts(&g->text, ":\n");
        put_stmt(g, indent + 4, depth - 1);
        return;
    }
    if (kind == 7) {
        put_pair(g);
    } else if (kind == 6) {
        cpm_strbuf_printf(&g->text, "%s.append(", unit_below(2) ? "a" : "m[0]");
        put_expr(g, 1);
        cpm_strbuf_puts(&g->text, ")");
    } else {
        put_target(g);
        cpm_strbuf_printf(&g->text, " %s ", kind >= 4 ? PICK(updates) : "=");
        if (kind == 0)
            put_condition(g, 2);
        else
            put_expr(g, kind == 4 || kind == 5 ? 1 : 2);
    }
    cpm_strbuf_puts(&g->text, "\n");
}

static void put_list(generator *g, const char *name, size_t nitems)
{
    cpm_strbuf_printf(&g->text, "%s = [", name);
    for (size_t i = 0; i < nitems; i++) {
        put_constant(g);
        cpm_strbuf_puts(&g->text, ", ");
    }
    cpm_strbuf_puts(&g->text, "]");
}

/* At top level, in a function, or there with cells for variables. */
static void put_program(generator *g)
{
    unsigned form = (unsigned)unit_below(3), indent = form > 0 ? 4 : 0;
    g->wild = unit_below(3) ? 1 : 15;
    g->text.len = 0;
    cpm_strbuf_puts(&g->text, "def f(v):\n    return v\n");
    cpm_strbuf_puts(&g->text, form > 0 ? "def main():\n" : "");
    cpm_strbuf_fill(&g->text, ' ', indent);
    put_list(g, "a", 7);
    cpm_strbuf_puts(&g->text, "; ");
    put_list(g, "b", 8);
    cpm_strbuf_puts(&g->text, "; m = [[1, 2, 3, 4, 5, 6, 7], [4, 5, 6, 7, 8, 9, 0]]; s = "
                              "'abcabcd'; t = (1, 2, 3, 4, 5, 6, 7); k = 1; x = ");
    put_constant(g);
    cpm_strbuf_puts(&g->text, "; y = ");
    put_constant(g);
    cpm_strbuf_puts(&g->text, "\n");
    if (form == 2)
        cpm_strbuf_puts(&g->text, "    h = lambda: (x, a, i)\n");
    cpm_strbuf_fill(&g->text, ' ', indent);
    cpm_strbuf_puts(&g->text, "for i in range(-2, 6):\n");
    for (size_t n = 1 + (size_t)unit_below(4); n > 0; n--)
        put_stmt(g, indent + 4, 2);
    cpm_strbuf_fill(&g->text, ' ', indent + 4);
    cpm_strbuf_puts(&g->text, "print(x, y, a, b, m)\n");
    cpm_strbuf_puts(&g->text, form > 0 ? "main()\n" : "");
}

static cpm_status run_one(run *r, const char *source, bool general_only)
{
    cpm_interp_options options = {.general_only = general_only, .max_bits = 1 << 14};
    return run_program(r, source, CPM_DIALECT_PY3, &options);
}

static bool same_error(const cpm_err *x, const cpm_err *y)
{
    return x->status == y->status && x->span.begin == y->span.begin && x->span.end == y->span.end &&
           strcmp(x->message, y->message) == 0;
}

static void test_random(void)
{
    generator g = {{0}, 0};
    size_t nrounds = unit_scaled(5000), nfailed = 0;
    for (size_t i = 0; i < nrounds; i++) {
        run general, quick;
        put_program(&g);
        cpm_status wanted = run_one(&general, g.text.data, true);
        cpm_status got = run_one(&quick, g.text.data, false);
        nfailed += wanted != CPM_OK;
        if (got != wanted || strcmp(printed(&general), printed(&quick)) != 0 ||
            (got != CPM_OK && !same_error(&general.err, &quick.err)))
            UNIT_FAIL("%s---- the general way\n%s%s\n---- the quick way\n%s%s\n", g.text.data,
                      printed(&general), general.err.message, printed(&quick), quick.err.message);
        run_clear(&general);
        run_clear(&quick);
    }
    fprintf(stderr, "test_eval_quick: %zu programs, %zu with an error\n", nrounds, nfailed);
    cpm_strbuf_clear(&g.text);
}

static const cpm_test tests[] = {
    {"boundaries", test_boundaries},
    {"items", test_items},
    {"called_between", test_called_between},
    {"names", test_names},
    {"errors", test_errors},
    {"random", test_random},
};

UNIT_MAIN(tests)
