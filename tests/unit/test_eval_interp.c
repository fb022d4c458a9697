/* SPDX-License-Identifier: MIT
 *
 * test_eval_interp.c - the plain meaning of programs. What a program prints
 * was printed by python3 (3.11) for the same text, where not said otherwise (the
 * sum over range(10**20) is n(n-1)/2). Error texts are ours, their places are
 * where python3's traceback points.
 */
#include "base/limits.h"
#include "eval/interp.h"
#include "lang/parse.h"
#include "unit.h"

/* ---- Running ----------------------------------------------------------- */

typedef struct run {
    cpm_text text, call_text;
    cpm_tree tree;
    cpm_interp *interp;
    cpm_strbuf output;
    cpm_err err;
} run;

static cpm_status keep(void *ctx, const char *bytes, size_t nbytes)
{
    cpm_strbuf_append(ctx, bytes, nbytes);
    return CPM_OK;
}

/* Parses and runs; the caller ends with run_clear. */
static cpm_status run_program(run *r, const char *source, cpm_dialect dialect,
                              const cpm_interp_options *options)
{
    memset(r, 0, sizeof *r);
    r->text = (cpm_text){"<test>", source, strlen(source)};
    cpm_tree_init(&r->tree, &r->text);
    cpm_writer writer = {keep, &r->output};
    cpm_interp_options own = options ? *options : (cpm_interp_options){0};
    own.output = &writer;
    cpm_status status = cpm_parse_program(&r->tree, &r->text, dialect, &r->err);
    if (status == CPM_OK)
        status = cpm_interp_new(&r->interp, &r->tree, &own, &r->err);
    if (status == CPM_OK)
        status = cpm_interp_run(r->interp, &r->err);
    if (status == CPM_OK && r->tree.dialect == CPM_DIALECT_LOOP)
        status = cpm_interp_print_variables(r->interp, 10, &r->err);
    return status;
}

static void run_clear(run *r)
{
    cpm_interp_free(r->interp);
    cpm_tree_clear(&r->tree);
    cpm_strbuf_clear(&r->output);
}

static const char *printed(const run *r)
{
    return r->output.data ? r->output.data : "";
}

static void check_output(const char *source, cpm_dialect dialect, const cpm_interp_options *options,
                         const char *wanted)
{
    run r;
    if (run_program(&r, source, dialect, options) != CPM_OK)
        UNIT_FAIL("%s\nerror at %zu: %s", source, r.err.span.begin, r.err.message);
    else if (strcmp(printed(&r), wanted) != 0)
        UNIT_FAIL("%s\nprinted\n%swanted\n%s", source, printed(&r), wanted);
    run_clear(&r);
}

static void py(const char *source, const char *wanted)
{
    check_output(source, CPM_DIALECT_PY3, NULL, wanted);
}

typedef struct error_case {
    const char *source;
    size_t begin, end;
    cpm_status status;
    const char *message;
} error_case;

static void check_error(const error_case *c, cpm_dialect dialect)
{
    run r;
    if (run_program(&r, c->source, dialect, NULL) == CPM_OK)
        UNIT_FAIL("%s\nruns", c->source);
    else if (r.err.status != c->status || r.err.span.begin != c->begin ||
             r.err.span.end != c->end || strcmp(r.err.message, c->message) != 0 ||
             r.err.where.data != c->source)
        UNIT_FAIL("%s\nstatus %d [%zu,%zu) %s", c->source, (int)r.err.status, r.err.span.begin,
                  r.err.span.end, r.err.message);
    run_clear(&r);
}

/* ---- Values and operators ---------------------------------------------- */

static void test_operators(void)
{
    py("print(7 // 2, -7 // 2, 7 // -2, -7 // -2, 7 % 3, -7 % 3, 7 % -3, -7 % -3)",
       "3 -4 -4 3 1 2 -2 -1\n");
    py("print(-2**2, 2**-0, 2**3**2, (-3)**3, 0**0, (-1)**(10**30+1))", "-4 1 512 -27 1 -1\n");
    py("print(1 << 70, -1 >> 100, -5 >> 1, 5 >> 100, 0 << 10**30, -1 >> 10**30)",
       "1180591620717411303424 -1 -3 0 0 -1\n");
    py("print(6 & 3, 6 | 3, 6 ^ 3, ~6, -6 & 255, -1 ^ 2**70, -2**70 | 1)",
       "2 7 5 -7 250 -1180591620717411303425 -1180591620717411303423\n");
    py("print(2**61 + 2**61, 2**62 - 1 + 1, -2**62 - 1, 2**40 * 2**40, (2**62) // -1)",
       "4611686018427387904 4611686018427387904 -4611686018427387905 1208925819614629174706176 "
       "-4611686018427387904\n");
    py("print(True + True, True & False, True ^ 3, ~True, -True, True << 2, True // True)",
       "2 False 2 -2 -1 4 1\n");
    py("print(True and 3, 0 or None, 0 and 1, 2 or 1 // 0, not 0, not 3, None)",
       "3 None 0 2 True False None\n");
    py("print(1 < 2 < 3, 1 < 3 < 2, 1 == True, 1 != 2 != 1, 3 > 2 >= 2 == 2, (1, 2) < (1, 3))",
       "True False True True True True\n");
    py("print((1, 2) == (1, 2), (1,) != 1, None == None, None == 0, (1, 2) < (1, 2, 0))",
       "True True True False True\n");
    py("print(5 if 0 else 6, (1, (2,), (), True), (3,) + (4, 5))",
       "6 (1, (2,), (), True) (3, 4, 5)\n");
    py("print(abs(-3), abs(True), min(3, 1, 2), max(1, True), max((4, 9, 2)), divmod(-7, 2))",
       "3 1 1 1 9 (-4, 1)\n");
    py("print(pow(2, 10), pow(3, 4, 7), pow(3, -1, 7), pow(2, 5, -7), pow(5, 0, 1), pow(2, -3, 5))",
       "1024 4 5 -3 0 2\n");
    py("print(sum(range(10)), sum(range(5, -5, -3)), sum(range(0)), sum(range(3), 100),\n"
       "      sum(range(10**20)), sum((1, 2, 3)), sum((), 7))",
       "45 2 0 103 4999999999999999999950000000000000000000 6 7\n");
    py("print(int(True), bool(3), bool(()), bool(None), 10**20 % 7, -10**20 // 3, 10**20 % -7)",
       "1 True False False 2 -33333333333333333334 -5\n");
    py("x = 2**64; y = x; x += 1; y -= 1; x ^= y; print(x, y)",
       "36893488147419103230 18446744073709551615\n");
    py("x = 5; x **= 3; x //= 2; x %= 50; x <<= 3; x >>= 1; x &= 0xfc; x |= 1; x *= x; print(x)",
       "2401\n");
}

static void test_rationals(void)
{
    /* python3's fractions.Fraction */
    cpm_interp_options options = {.allow_rational = true};
    check_output("x = 1/3 + 1/6\nprint(x, 4/2, x*2, -x, x**-2, 2**-3, x//1, 7/2 % 2, x < 1,\n"
                 "      1/2 == 2/4, abs(-x), max(x, 1/3), int(-7/2), -7/2 // 1, divmod(7/2, 1))",
                 CPM_DIALECT_PY3, &options,
                 "1/2 2 1 -1/2 4 1/8 0 3/2 True True 1/2 1/2 -3 -4 (3, 1/2)\n");
    check_output("x = 1\nfor i in range(4): x /= 2\nprint(x)", CPM_DIALECT_PY3, &options, "1/16\n");
    py("@cpmoptimize(types=(int, rational))\ndef f(n): return n / 4\n"
       "def g(n): return n // 4 + f(n)\nprint(g(6))",
       "5/2\n"); /* 1 + 3/2 */
    check_output("print 7 / 2, -7 / 2; x = 9; x /= 2; print x,; print x", CPM_DIALECT_PY2, NULL,
                 "3 -4\n4 4\n"); /* python2 */
}

/* ---- Statements -------------------------------------------------------- */

static void test_statements(void)
{
    py("a = b = 3; a, b = b + 1, a; print(a, b); (a, (b, c)), d = (1, (2, 3)), 4; print(a, b, c, "
       "d)",
       "4 3\n1 2 3 4\n");
    py("a, b, c = 1, 2, 3\na, b, c = c, a, b; print(a, b, c)\na, a = a, b; print(a)\n"
       "a, b = b, b; print(a, b)\na, b, c = b + c, a, a; print(a, b, c)",
       "3 1 2\n1\n1 1\n3 1 1\n");
    py("for i in range(3): print(i)\nelse: print('done')\nprint(i)", "0\n1\n2\ndone\n2\n");
    py("i = 9\nfor i in range(5, 5): print(i)\nelse: print('none')\nprint(i)", "none\n9\n");
    py("for i in range(10, 0, -4): print(i)\nfor i in range(439, -3323): print(i)\nprint(i)",
       "10\n6\n2\n2\n");
    py("for i in range(5):\n    if i == 1: continue\n    if i == 3: break\n    print(i)\n"
       "else: print('no')\nprint('after', i)\n",
       "0\n2\nafter 3\n");
    py("for i in range(3):\n    for j in range(9):\n        if j == i: break\n"
       "    while True:\n        j += 10\n        if j > 20: break\n    print(i, j)\nprint('end')",
       "0 30\n1 21\n2 22\nend\n");
    py("n = 3\nfor i in range(n):\n    n = 10; i = 7\n    print(i, n)\nprint(i)",
       "7 10\n7 10\n7 10\n7\n");
    py("for i in range(10**20, 10**20 + 3): print(i)\nfor i in range(0, -10**20, -6 * 10**19): "
       "print(i)",
       "100000000000000000000\n100000000000000000001\n100000000000000000002\n0\n"
       "-60000000000000000000\n");
    py("for i in range(2**62 - 2, 2**62 + 2): print(i)\nprint(i + 1)",
       "4611686018427387902\n4611686018427387903\n4611686018427387904\n4611686018427387905\n"
       "4611686018427387906\n");
    py("x = 0\nwhile x < 3:\n    x += 1\n    if x == 2: continue\n    print(x)\nelse: "
       "print('end')\n"
       "while True:\n    break\nelse: print('no')",
       "1\n3\nend\n");
    py("a = 2**70\nb = 3\nfor i in range(4):\n    a, b = b, a + b\nprint(a, b)",
       "2361183241434822606857 3541774862152233910287\n");
}

static void test_printing(void)
{
    py("print()\nprint(1, 2, sep='')\nprint(1, end='!')\nprint(2, 'a\\tb', \"q'\" '\\x41')\n"
       "print(('a', \"it's\\n\"))\nprint(1, 2, sep=None, end=None)",
       "\n12\n1!2 a\tb q'A\n('a', \"it's\\n\")\n1 2\n");
    py("print('x' if 1 else 'y')\nprint(10**30, -10**30, 0)",
       "x\n1000000000000000000000000000000 -1000000000000000000000000000000 0\n");
    py("def f():\n    print('in')\n    return 1\nprint('a', f())", "in\na 1\n");
}

static void test_functions(void)
{
    py("def f(a, b=2, c=3): return (a, b, c)\nprint(f(1), f(1, c=5), f(c=1, a=2), f(1, 2, 4))",
       "(1, 2, 3) (1, 2, 5) (2, 2, 1) (1, 2, 4)\n");
    py("k = 5\ndef f(n=k): return n\nk = 6\nprint(f())\ndef f(n=k): return n\nprint(f())",
       "5\n6\n");
    py("def f(): pass\ndef g():\n    return\nprint(f(), g())", "None None\n");
    py("x = 1\ndef f():\n    global x\n    x += 1\n    return x\ndef g(): return x\n"
       "print(f(), f(), g(), x)",
       "2 3 3 3\n");
    py("x = 1\ndef f():\n    global x\n    x = 10\n    return 1\nx += f()\nprint(x)\n"
       "print(x + f() + x, x < f() < x, (x, f(), x))\n",
       "2\n13 False (10, 1, 10)\n");
    py("def fact(n): return 1 if n < 2 else n * fact(n - 1)\nprint(fact(25))",
       "15511210043330985984000000\n");
    py("def even(n): return True if n == 0 else odd(n - 1)\n"
       "def odd(n): return False if n == 0 else even(n - 1)\nprint(even(10), odd(7))",
       "True True\n");
    py("def f(n):\n    for i in range(n):\n        if i == 3:\n            return i * 10\n"
       "    return -1\nprint(f(10), f(2))",
       "30 -1\n");
    py("def f(): return 1\ng = f\ndef f(): return 2\nprint(f(), g())", "2 1\n");
    py("def max(a, b): return 42\nprint(max(1, 2))", "42\n");
    py("def f(x):\n    x, y = 1, x\n    return y, x\nprint(f(9))", "(9, 1)\n");
    py("def naive(n):\n    return n + 1\nsmart = cpmoptimize()(naive)\nprint(smart(1), naive(2))",
       "2 3\n"); /* cpmoptimize as the identity */
    py("if 1:\n    def f(): return 1\nelse:\n    def f(): return 2\nprint(f())", "1\n");
    py("def fib(n):\n    a, b = 0, 1\n    for i in range(n):\n        a, b = b, a + b\n    return "
       "a\n"
       "print(fib(300))",
       "222232244629420445529739893461909967206666939096499764990979600\n");
}

/* The listings of the article that the system comes from, with small counts. */
static void test_article(void)
{
    py("from cpmoptimize import cpmoptimize, xrange\n"
       "\n"
       "@cpmoptimize()\n"
       "def f(n):\n"
       "    step1 = 1\n"
       "    step2 = 1\n"
       "    res = 1\n"
       "    for i in xrange(n):\n"
       "        res += step2\n"
       "        step2 += step1\n"
       "        step1 += 1\n"
       "    return res\n"
       "print(f(1000))\n",
       "166667501\n");
    py("from cpmoptimize import cpmoptimize\n"
       "\n"
       "@cpmoptimize()\n"
       "def f(n):\n"
       "    prev3 = 0\n"
       "    prev2 = 1\n"
       "    prev1 = 1\n"
       "    for i in xrange(3, n + 3):\n"
       "        cur = 7 * (2 * prev1 + 3 * prev2) + 4 * prev3 + 5 * i + 6\n"
       "        prev3, prev2, prev1 = prev2, prev1, cur\n"
       "    return prev3\n"
       "print(f(30))\n",
       "6108924002351276406018298655609657\n");
    py("from cpmoptimize import cpmoptimize\n"
       "\n"
       "@cpmoptimize()\n"
       "def geom_sum(start, coeff, count):\n"
       "    res = 0\n"
       "    elem = start\n"
       "    for i in xrange(count):\n"
       "        res += elem\n"
       "        elem *= coeff\n"
       "    return res\n"
       "print(geom_sum(3, -7, 40))\n",
       "-2387552160340885494653038177209000\n");
    py("from cpmoptimize import cpmoptimize\n"
       "\n"
       "@cpmoptimize()\n"
       "def power(a, n):\n"
       "    res = 1\n"
       "    for i in xrange(n):\n"
       "        res *= a\n"
       "    return res\n"
       "print(power(-3, 55))\n",
       "-174449211009120179071170507\n");
    py("from cpmoptimize import cpmoptimize, xrange\n"
       "\n"
       "@cpmoptimize()\n"
       "def f(top):\n"
       "    res = 0\n"
       "    for i in xrange(top):\n"
       "        res += 3\n"
       "    return res\n"
       "print(f(10 ** 3))\n",
       "3000\n");
    py("from cpmoptimize import cpmoptimize\n"
       "\n"
       "@cpmoptimize()\n"
       "def f(n, k):\n"
       "    res = 0\n"
       "    for i in xrange(n):\n"
       "        m = 3\n"
       "        res += ((k ** m) & 676) + i\n"
       "    return res\n"
       "print(f(1000, 1234567))\n",
       "631500\n");
    py("def f(n):\n"
       "    a = 1\n"
       "    b = 1\n"
       "    for i in xrange(n):\n"
       "        a, b = b, a * b\n"
       "    return a\n"
       "print(f(9))\n",
       "1\n");
    py("def f():\n"
       "    res = 0\n"
       "    for i in xrange(10 ** 2):\n"
       "        for j in xrange(10 ** 1):\n"
       "            res += i * 2 + j\n"
       "    return res\n"
       "print(f())\n",
       "103500\n");
    py("def f(mode):\n"
       "    res = 0\n"
       "    for i in xrange(10 ** 3):\n"
       "        if mode == 1:\n"
       "            res += 3\n"
       "        else:\n"
       "            res += 5\n"
       "    return res\n"
       "print(f(1), f(2))\n",
       "3000 5000\n");
    py("from cpmoptimize import cpmoptimize\n"
       "\n"
       "@cpmoptimize(strict=True)\n"
       "def f(n, k):\n"
       "    res = 0\n"
       "    for i in xrange(n):\n"
       "        res += i * res\n"
       "    return res\n"
       "print(f(10, 1))\n",
       "0\n");
    check_output("from cpmoptimize import cpmoptimize, xrange\n"
                 "@cpmoptimize()\n"
                 "def f():\n"
                 "    res = 0\n"
                 "    for i in xrange(10 ** 3):\n"
                 "        res += 3\n"
                 "    return res\n"
                 "\n"
                 "print f()\n",
                 CPM_DIALECT_PY2, NULL, "3000\n");
}

static void test_loop_language(void)
{
    /* worked out by hand */
    check_output("loop 3\nloop 4\nA += 1\nB += A\nend\nend\nend", CPM_DIALECT_LOOP, NULL,
                 "A = 12\nB = 78\n");
    check_output("x = 5\nx *= -3\ny -= x\nz = y\nloop y - 13\nz += z\nend\nloop -1\nq = 1\nend",
                 CPM_DIALECT_LOOP, NULL, "x = -15\ny = 15\nz = 60\nq = 0\n");
    check_output("a = max(2, 3) ^ 2; a += unset", CPM_DIALECT_LOOP, NULL, "a = 9\nunset = 0\n");
}

/* ---- Errors ------------------------------------------------------------ */

static void test_errors(void)
{
    static const error_case cases[] = {
        {"x = 1\nprint(y)", 12, 13, CPM_ERR_RUNTIME, "name 'y' is not defined"},
        {"x = f(1)", 4, 5, CPM_ERR_RUNTIME, "name 'f' is not defined"},
        {"x += 1", 0, 1, CPM_ERR_RUNTIME, "name 'x' is not defined"},
        {"a, b = b, 1 // 0", 7, 8, CPM_ERR_RUNTIME, "name 'b' is not defined"},
        {"a = 1; a, b = 1 // 0, c", 19, 20, CPM_ERR_RUNTIME, "division by zero"},
        {"x = 1\ndef f():\n    y = x\n    x = 2\nf()", 23, 24, CPM_ERR_RUNTIME,
         "name 'x' is not defined"},
        {"for i in range(0): pass\nprint(i)", 30, 31, CPM_ERR_RUNTIME, "name 'i' is not defined"},
        {"x = 3 + 1 % (1 - 1)", 13, 18, CPM_ERR_RUNTIME, "division by zero"},
        {"x = 7\nx //= 0", 12, 13, CPM_ERR_RUNTIME, "division by zero"},
        {"x = 4 / 2", 4, 9, CPM_ERR_RUNTIME, "'/' of integers does not give an integer"},
        {"x = 4 / 0", 8, 9, CPM_ERR_RUNTIME, "division by zero"},
        {"x = 2 ** -1", 9, 11, CPM_ERR_RUNTIME, "a negative power of an integer is no integer"},
        {"x = 0 ** -1", 4, 5, CPM_ERR_RUNTIME, "0 has no negative powers"},
        {"x = 1 << -1", 9, 11, CPM_ERR_RUNTIME, "negative shift count"},
        {"x = 2 ** 10 ** 12", 4, 17, CPM_ERR_LIMIT,
         "the value would have more than 8589934592 bits"},
        {"x = 1 << 10 ** 12", 4, 17, CPM_ERR_LIMIT,
         "the value would have more than 8589934592 bits"},
        {"x = 1 + None", 4, 12, CPM_ERR_RUNTIME, "'+' does not apply to int and None"},
        {"x = 2 * 3 + (1,)", 4, 16, CPM_ERR_RUNTIME, "'+' does not apply to int and tuple"},
        {"x = -None", 4, 9, CPM_ERR_RUNTIME, "'-' does not apply to None"},
        {"x = 1 < 2 < None", 8, 16, CPM_ERR_RUNTIME, "'<' does not apply to int and None"},
        {"a, b = 1, 2, 3", 0, 4, CPM_ERR_RUNTIME, "3 values cannot be unpacked into 2 names"},
        {"a, b = 5", 0, 4, CPM_ERR_RUNTIME, "a value of type int cannot be unpacked into 2 names"},
        {"for i in range(1, 2, 0): pass", 21, 22, CPM_ERR_RUNTIME, "the step of range is 0"},
        {"for i in range(None): pass", 15, 19, CPM_ERR_RUNTIME, "range takes integers, not None"},
        {"for i in 7: pass", 9, 10, CPM_ERR_RUNTIME,
         "a value of type int has no items to run over"},
        {"r = range(3)\nx = 2 * r", 17, 22, CPM_ERR_RUNTIME, "'*' does not apply to int and range"},
        {"r = range(3)\nx = -r", 17, 19, CPM_ERR_RUNTIME, "'-' does not apply to range"},
        {"x = range(1, None)", 13, 17, CPM_ERR_RUNTIME, "range takes integers, not None"},
        {"x = range(1, 2, 0)", 16, 17, CPM_ERR_RUNTIME, "the step of range is 0"},
        {"x = range(1, 2, 3, 4)", 4, 21, CPM_ERR_RUNTIME, "range takes at most 3 arguments, not 4"},
        {"x = range(2) < range(3)", 4, 23, CPM_ERR_RUNTIME,
         "'<' does not apply to range and range"},
        {"a, b = range(3)", 0, 4, CPM_ERR_RUNTIME,
         "a range of more than 2 values cannot be unpacked into 2 names"},
        {"x = min(range(0))", 4, 17, CPM_ERR_RUNTIME, "min of an empty range"},
        {"x = len(3)", 4, 10, CPM_ERR_RUNTIME, "a value of type int has no len"},
        {"x = abs()", 4, 9, CPM_ERR_RUNTIME, "abs takes 1 argument, not 0"},
        {"x = pow(1)", 4, 10, CPM_ERR_RUNTIME, "pow takes at least 2 arguments, not 1"},
        {"x = abs(x=3)", 8, 9, CPM_ERR_RUNTIME, "abs takes no keyword arguments"},
        {"x = pow(2, -1, 4)", 4, 17, CPM_ERR_RUNTIME, "the base has no inverse for this modulus"},
        {"x = max(())", 4, 11, CPM_ERR_RUNTIME, "max of an empty tuple"},
        {"def f(n): return n\nf()", 19, 22, CPM_ERR_RUNTIME, "f needs the argument 'n'"},
        {"def f(n): return n\nf(1, 2)", 19, 26, CPM_ERR_RUNTIME, "f takes 1 argument, not 2"},
        {"def f(n): return n\nf(1, n=2)", 24, 25, CPM_ERR_RUNTIME, "f gets the argument 'n' twice"},
        {"def f(n): return n\nf(k=2)", 21, 22, CPM_ERR_RUNTIME, "f has no parameter 'k'"},
        {"f = 3\nf(1)", 6, 7, CPM_ERR_RUNTIME, "'f' is of type int and cannot be called"},
        {"def f(n): return f(n + 1)\nf(0)", 17, 25, CPM_ERR_LIMIT,
         "more than 1000 calls are nested"},
        {"def f(n): return 1 + (2 if n else -f(n))\nf(0)", 35, 39, CPM_ERR_LIMIT,
         "more than 1000 calls are nested"},
        {"def f(x):\n    global x\n", 14, 22, CPM_ERR_SEMANTIC,
         "'x' is a parameter and cannot be global"},
        {"def f():\n    x = 1\n    global x\n", 23, 31, CPM_ERR_SEMANTIC,
         "'x' is used before it is declared global"},
        {"print(1, sep=2)", 13, 14, CPM_ERR_RUNTIME, "sep= of print takes a string, not int"},
        {"t = ()\nfor i in range(2000): t = (t,)", 33, 37, CPM_ERR_LIMIT,
         "tuples are nested more than 1000 deep"},
        {"t = 1,\nfor i in range(100): t = t, t", 32, 36, CPM_ERR_LIMIT,
         "a tuple holds more than 16777216 values in all"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_error(&cases[i], CPM_DIALECT_PY3);
    error_case in_loop = {"loop None\nend", 5, 9, CPM_ERR_RUNTIME, "loop takes integers, not None"};
    check_error(&in_loop, CPM_DIALECT_LOOP);
}

/* Sizes are bounded in every way a value can grow; so is the stack of locals. */
static void test_limits(void)
{
    static const char *const growing[] = {
        "x = 1\nfor i in range(2000): x += x",
        "x = 1\nfor i in range(2000): x -= -x",
        "x = 3\nfor i in range(20): x *= x",
        "x = 1\nfor i in range(50): x <<= i",
        "x = 3 ** 1000",
        "x = 1 / 3 ** 600 + 1 / 2 ** 900",
        "x = (2 / 3) ** 1000",
    };
    cpm_interp_options options = {.max_bits = 1000, .allow_rational = true};
    for (size_t i = 0; i < sizeof growing / sizeof *growing; i++) {
        run r;
        if (run_program(&r, growing[i], CPM_DIALECT_PY3, &options) != CPM_ERR_LIMIT ||
            r.err.where.data != growing[i])
            UNIT_FAIL("%s: %s", growing[i], r.err.message);
        run_clear(&r);
    }
    check_output("x = 2 ** 999; x -= 1 - x; print(x % 1000)", CPM_DIALECT_PY3,
                 &(cpm_interp_options){.max_bits = 1001}, "375\n");

    options.max_bits = SIZE_MAX; /* the cap stands */
    run capped;
    UNIT_CHECK(run_program(&capped, "x = 1 << 2 ** 34", CPM_DIALECT_PY3, &options) ==
               CPM_ERR_LIMIT);
    run_clear(&capped);

    cpm_strbuf source = {0};
    cpm_strbuf_puts(&source, "def f(n):\n    if n == 0: return 0\n    return f(n - 1)\n    ");
    for (int i = 0; i < 5000; i++)
        cpm_strbuf_printf(&source, "v%d = ", i);
    cpm_strbuf_puts(&source, "0\nprint(f(500))\nf(900)");
    run r;
    UNIT_CHECK(run_program(&r, source.data, CPM_DIALECT_PY3, NULL) == CPM_ERR_LIMIT);
    UNIT_CHECK(strcmp(printed(&r), "0\n") == 0 && r.err.where.data != NULL);
    run_clear(&r);
    cpm_strbuf_clear(&source);
}

static void test_max_blocks(void)
{
    cpm_interp_options options = {.max_blocks = 1000};
    run r;
    UNIT_CHECK(run_program(&r, "x = 0\nwhile True: x += 1", CPM_DIALECT_PY3, &options) ==
               CPM_ERR_LIMIT);
    UNIT_CHECK(r.err.span.begin == 18 && r.err.span.end == 24);
    run_clear(&r);
    check_output("x = 0\nfor i in range(900): x += 1\nprint(x)", CPM_DIALECT_PY3, &options,
                 "900\n");
}

static void test_hints(void)
{
    run r;
    UNIT_CHECK(run_program(&r, "x = 1\ndef f():\n    x += 1\nf()", CPM_DIALECT_PY3, NULL) ==
               CPM_ERR_RUNTIME);
    UNIT_CHECK(strcmp(r.err.hint, "'x' is assigned in this function and so local to it") == 0);
    run_clear(&r);
    UNIT_CHECK(run_program(&r, "x = 4 / 2", CPM_DIALECT_PY3, NULL) == CPM_ERR_RUNTIME);
    UNIT_CHECK(strstr(r.err.hint, "'//'") != NULL);
    run_clear(&r);
    UNIT_CHECK(run_program(&r, "x = None ^ 2", CPM_DIALECT_PY3, NULL) == CPM_ERR_RUNTIME);
    UNIT_CHECK(strstr(r.err.hint, "'**'") != NULL);
    run_clear(&r);
}

/* Output up to an error stays; a failing writer ends the run. */
static cpm_status refuse(void *ctx, const char *bytes, size_t nbytes)
{
    (void)ctx, (void)bytes, (void)nbytes;
    return CPM_ERR_IO;
}

static void test_output(void)
{
    run r;
    UNIT_CHECK(run_program(&r, "print(1)\nprint(x)", CPM_DIALECT_PY3, NULL) == CPM_ERR_RUNTIME);
    UNIT_CHECK(strcmp(printed(&r), "1\n") == 0);
    run_clear(&r);

    cpm_text text = {"<test>", "print(1)\nx = 2", 14};
    cpm_tree tree;
    cpm_err err;
    cpm_err_clear(&err);
    cpm_tree_init(&tree, &text);
    cpm_writer writer = {refuse, NULL};
    cpm_interp_options options = {.output = &writer};
    cpm_interp *interp = NULL;
    UNIT_CHECK(cpm_parse_program(&tree, &text, CPM_DIALECT_PY3, &err) == CPM_OK);
    UNIT_CHECK(cpm_interp_new(&interp, &tree, &options, &err) == CPM_OK);
    UNIT_CHECK(cpm_interp_run(interp, &err) == CPM_ERR_IO);
    cpm_interp_free(interp);
    cpm_tree_clear(&tree);
}

/* ---- CALL, hooks, trees built by code ---------------------------------- */

static void check_call(run *r, const char *call, const char *wanted)
{
    r->call_text = (cpm_text){"<expr>", call, strlen(call)};
    cpm_expr *expr;
    cpm_val value = {0};
    cpm_strbuf text = {0};
    cpm_err_clear(&r->err);
    cpm_span all = {0, r->call_text.len};
    cpm_status status = cpm_parse_expr(&expr, &r->tree, &r->call_text, all, false, &r->err);
    if (status == CPM_OK)
        status = cpm_interp_call(r->interp, &value, expr, &r->call_text, &r->err);
    if (status == CPM_OK)
        status = cpm_val_format(&text, &value, 10, &r->err);
    if (wanted != NULL && (status != CPM_OK || strcmp(text.data, wanted) != 0))
        UNIT_FAIL("%s gave %s %s", call, text.data ? text.data : "", r->err.message);
    if (wanted == NULL && status == CPM_OK)
        UNIT_FAIL("%s works", call);
    cpm_val_clear(&value);
    cpm_strbuf_clear(&text);
}

static void test_call(void)
{
    run r;
    UNIT_CHECK(run_program(&r,
                           "g = 5\ndef f(n, k=2):\n    return n ** k + g, n // 0 if n > 99 "
                           "else 1\n",
                           CPM_DIALECT_PY3, NULL) == CPM_OK);
    check_call(&r, "f(3)", "(14, 1)");
    check_call(&r, "f(10**2 - 1, k=3)", "(970304, 1)");
    check_call(&r, "1, 2", "(1, 2)");
    check_call(&r, "g + 123456789012345678901234567890", "123456789012345678901234567895");
    check_call(&r, "h(1) + new", NULL);
    UNIT_CHECK(r.err.where.data == r.call_text.data && r.err.span.begin == 0 &&
               r.err.span.end == 1);
    check_call(&r, "new", NULL);
    check_call(&r, "f(100)", NULL);
    UNIT_CHECK(r.err.where.data == r.text.data); /* inside the function */
    check_call(&r, "f(2)", "(9, 1)");
    run_clear(&r);
}

/* Takes over loops of at least 100 rounds that only say `x += i`. */
typedef struct hook_log {
    size_t asked, taken;
    bool saw_param, saw_local, saw_global;
} hook_log;

static cpm_status sum_hook(void *ctx, cpm_interp *interp, const cpm_stmt *loop,
                           const cpm_range *range, bool again, cpm_rounds *rounds, cpm_err *err)
{
    hook_log *log = ctx;
    log->asked++;
    UNIT_CHECK(!again && fmpz_equal(rounds->plain, range->count));
    if (fmpz_cmp_ui(range->count, 100) < 0)
        return CPM_OK;
    const cpm_stmt *body = loop->u.loop.body.stmts[0];
    cpm_slot x = cpm_interp_slot_of(body->u.augment.target);
    cpm_slot i = cpm_interp_slot_of(loop->u.loop.target);
    UNIT_CHECK(x == cpm_interp_slot(interp, body->u.augment.target->u.name.sym));
    log->saw_param |= cpm_interp_is_param(interp, x);
    log->saw_global |= cpm_interp_is_global(i);
    log->saw_local |= !cpm_interp_is_global(i) && cpm_interp_function(interp) != NULL;
    if (cpm_interp_get(interp, x)->kind != CPM_VAL_INT)
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED, "no integer");
    cpm_val step = {0}, sum = {0}, last = {0};
    cpm_status status = cpm_interp_eval(interp, &step, body->u.augment.value, err);
    if (status != CPM_OK && !cpm_interp_is_global(x))
        cpm_err_clear(err);
    fmpz_t t; /* start + (start + 1) + ... for step 1 */
    fmpz_init(t);
    fmpz_sub_ui(t, range->count, 1);
    fmpz_add(t, t, range->start);
    cpm_val_set_fmpz(&last, t);
    fmpz_add(t, t, range->start);
    fmpz_mul(t, t, range->count);
    fmpz_fdiv_q_2exp(t, t, 1);
    fmpz_add(t, t, &cpm_interp_get(interp, x)->u.z);
    cpm_val_set_fmpz(&sum, t);
    fmpz_clear(t);
    cpm_interp_set(interp, x, &sum);
    cpm_interp_set(interp, i, &last);
    cpm_val_clear(&step);
    log->taken++;
    fmpz_set(rounds->taken, range->count);
    return CPM_OK;
}

/* Evaluating a part of `a, b = b + k, a` changes no variable. */
static cpm_status eval_hook(void *ctx, cpm_interp *interp, const cpm_stmt *loop,
                            const cpm_range *range, bool again, cpm_rounds *rounds, cpm_err *err)
{
    (void)ctx, (void)again;
    fmpz_set(rounds->taken, range->count);
    const cpm_stmt *body = loop->u.loop.body.stmts[0];
    for (size_t i = 0; i < 3; i++) {
        cpm_val value = {0};
        cpm_status status = cpm_interp_eval(interp, &value, body->u.assign.value, err);
        cpm_val_clear(&value);
        if (status != CPM_OK)
            return status;
    }
    return CPM_OK;
}

static void test_hook_eval(void)
{
    cpm_interp_options options = {.on_for = eval_hook};
    check_output("a = 2**70; b = 2**80; k = 1\nfor i in range(9): a, b = b + k, a\nprint(a, b)",
                 CPM_DIALECT_PY3, &options, "1180591620717411303424 1208925819614629174706176\n");
}

/* Every other stretch of three rounds is the hook's, which multiplies instead. */
static cpm_status turns_hook(void *ctx, cpm_interp *interp, const cpm_stmt *loop,
                             const cpm_range *range, bool again, cpm_rounds *rounds, cpm_err *err)
{
    size_t *asked = ctx;
    (void)err;
    UNIT_CHECK(again == (*asked > 0));
    ++*asked;
    fmpz_set_si(rounds->plain, 3);
    if (!again || fmpz_cmp_si(range->count, 3) < 0)
        return CPM_OK;
    fmpz_set_si(rounds->taken, 3);
    cpm_slot x = cpm_interp_slot_of(loop->u.loop.body.stmts[0]->u.augment.target);
    cpm_val value = {0};
    fmpz_t t;
    fmpz_init(t);
    fmpz_mul_si(t, &cpm_interp_get(interp, x)->u.z, 10);
    cpm_val_set_fmpz(&value, t);
    cpm_interp_set(interp, x, &value);
    fmpz_clear(t);
    return CPM_OK;
}

/* 0 1 2 | 3 4 5: times ten | 6 7 8 | 9 10 11: times ten | 12, and a break in the rest. */
static void test_turns(void)
{
    size_t asked = 0;
    cpm_interp_options options = {.on_for = turns_hook, .hook_ctx = &asked};
    check_output("x = 0\nfor i in range(13): x += i\nelse: x += 1000000\nprint(x, i)",
                 CPM_DIALECT_PY3, &options, "1000522 12\n");
    UNIT_CHECK(asked == 3);
    asked = 0;
    check_output(
        "x = 0\nfor i in range(13):\n    x += i\n    if i == 7: break\nelse: x += 1000000\n"
        "print(x, i)",
        CPM_DIALECT_PY3, &options, "43 7\n");
}

static void test_hook(void)
{
    hook_log log = {0};
    cpm_interp_options options = {.on_for = sum_hook, .hook_ctx = &log};
    check_output("def f(x, n):\n    i = 0\n    for i in range(5, n):\n        x += i\n"
                 "    else:\n        x += 1\n    return x, i\n"
                 "print(f(0, 8), f(0, 10**6), f(1, 10**30 + 5))\n"
                 "y = j = 0\nfor j in range(1000): y += j\nprint(y, j)",
                 CPM_DIALECT_PY3, &options,
                 "(19, 7) (499999499991, 999999) "
                 "(500000000000000000000000000004500000000000000000000000000002, "
                 "1000000000000000000000000000004)\n499500 999\n");
    UNIT_CHECK(log.asked == 4 && log.taken == 3);
    UNIT_CHECK(log.saw_param && log.saw_local && log.saw_global);
    run r;
    UNIT_CHECK(run_program(&r, "x = (1,)\nfor i in range(1000): x += i", CPM_DIALECT_PY3,
                           &options) == CPM_ERR_UNSUPPORTED);
    UNIT_CHECK(r.err.span.begin == 9 && r.err.span.end == 29 && r.err.where.data == r.text.data);
    run_clear(&r);
}

/* for _ in range(n): a, b = b, a + b, written as a tree by hand. */
static cpm_stmt *fibonacci_loop(cpm_tree *tree, cpm_sym a, cpm_sym b, cpm_sym n)
{
    cpm_span none = {0, 0};
    cpm_expr *targets = cpm_expr_new(tree, CPM_EXPR_TUPLE, none);
    cpm_expr *values = cpm_expr_new(tree, CPM_EXPR_TUPLE, none);
    cpm_expr *sum = cpm_expr_new(tree, CPM_EXPR_CHAIN, none);
    cpm_link link = {CPM_OP_ADD, none, cpm_expr_name(tree, b, none)};
    sum->u.chain.first = cpm_expr_name(tree, a, none);
    sum->u.chain.links = cpm_arena_copy(&tree->arena, &link, sizeof link);
    sum->u.chain.nlinks = 1;
    cpm_expr *left[] = {cpm_expr_name(tree, a, none), cpm_expr_name(tree, b, none)};
    cpm_expr *right[] = {cpm_expr_name(tree, b, none), sum};
    targets->u.tuple.items = cpm_arena_copy(&tree->arena, left, sizeof left);
    values->u.tuple.items = cpm_arena_copy(&tree->arena, right, sizeof right);
    targets->u.tuple.nitems = values->u.tuple.nitems = 2;
    cpm_stmt *assign = cpm_stmt_new(tree, CPM_STMT_ASSIGN, none);
    assign->u.assign.targets = cpm_arena_copy(&tree->arena, &targets, sizeof targets);
    assign->u.assign.ntargets = 1;
    assign->u.assign.value = values;
    cpm_stmt *loop = cpm_stmt_new(tree, CPM_STMT_FOR, none);
    loop->u.loop.stop = cpm_expr_name(tree, n, none);
    loop->u.loop.body.stmts = cpm_arena_copy(&tree->arena, &assign, sizeof assign);
    loop->u.loop.body.nstmts = 1;
    return loop;
}

static void test_built_tree(void)
{
    cpm_text text = {"<spec>", "", 0};
    cpm_tree tree;
    cpm_err err;
    cpm_err_clear(&err);
    cpm_tree_init(&tree, &text);
    cpm_sym a = cpm_tree_intern(&tree, "a", 1), b = cpm_tree_intern(&tree, "b", 1);
    cpm_sym n = cpm_tree_intern(&tree, "n", 1);
    cpm_stmt *loop = fibonacci_loop(&tree, a, b, n);
    tree.top.stmts = cpm_arena_copy(&tree.arena, &loop, sizeof loop);
    tree.top.nstmts = 1;
    cpm_interp_options options = {0};
    cpm_interp *interp;
    UNIT_CHECK(cpm_interp_new(&interp, &tree, &options, &err) == CPM_OK);
    cpm_val zero = {0}, one = {0}, count = {0};
    cpm_val_set_si(&zero, 0);
    cpm_val_set_si(&one, 1);
    cpm_val_set_si(&count, 50);
    cpm_interp_set(interp, cpm_interp_slot(interp, a), &zero);
    cpm_interp_set(interp, cpm_interp_slot(interp, b), &one);
    cpm_interp_set(interp, cpm_interp_slot(interp, n), &count);
    UNIT_CHECK(cpm_interp_run(interp, &err) == CPM_OK);
    UNIT_CHECK(cpm_interp_run(interp, &err) == CPM_OK); /* goes on from there */
    char *digits = fmpz_get_str(NULL, 10, &cpm_interp_get(interp, cpm_interp_slot(interp, a))->u.z);
    UNIT_CHECK(strcmp(digits, "354224848179261915075") == 0); /* F(100), OEIS A000045 */
    flint_free(digits);
    cpm_interp_free(interp);
    cpm_tree_clear(&tree);
}

/* 1/2*x - 3*y, the node that a signature becomes. */
static void test_dot(void)
{
    run r;
    UNIT_CHECK(run_program(&r, "x = 5; y = 2", CPM_DIALECT_PY3, NULL) == CPM_OK);
    cpm_sym names[] = {cpm_tree_find(&r.tree, "x", 1), cpm_tree_find(&r.tree, "y", 1)};
    static const slong coefficients[] = {1, 2, -3, 1};
    cpm_expr *dot = cpm_expr_new(&r.tree, CPM_EXPR_DOT, (cpm_span){0, 0});
    dot->u.dot.literals = r.tree.nliterals;
    for (size_t i = 0; i < 4; i++) {
        fmpz_t c;
        fmpz_init_set_si(c, coefficients[i]);
        UNIT_CHECK(cpm_tree_add_literal(&r.tree, c) != SIZE_MAX);
        fmpz_clear(c);
    }
    dot->u.dot.names = names;
    dot->u.dot.nterms = 2;
    cpm_val value = {0};
    cpm_strbuf text = {0};
    UNIT_CHECK(cpm_interp_call(r.interp, &value, dot, &r.text, &r.err) == CPM_OK);
    UNIT_CHECK(cpm_val_format(&text, &value, 10, &r.err) == CPM_OK);
    UNIT_CHECK(strcmp(text.data, "-7/2") == 0);
    cpm_val_clear(&value);
    cpm_strbuf_clear(&text);
    run_clear(&r);
}

/* ---- Depth ------------------------------------------------------------- */

/* Recursion through deeply nested expressions ends with an error, not with
 * the C stack: 990 calls of a function whose body nests 400 parentheses. */
static void test_stack(void)
{
    for (size_t depth = 10; depth <= 400; depth *= 4) {
        cpm_strbuf source = {0};
        cpm_strbuf_puts(&source, "def f(n):\n    return n if n == 0 else ");
        for (size_t i = 0; i < depth; i++)
            cpm_strbuf_puts(&source, "1|1^1&1<<0+1*(");
        cpm_strbuf_puts(&source, "f(n - 1)");
        cpm_strbuf_fill(&source, ')', depth);
        cpm_strbuf_puts(&source, "\nf(10)\nf(990)\n");
        run r;
        cpm_status status = run_program(&r, source.data, CPM_DIALECT_PY3, NULL);
        if (status != CPM_OK && status != CPM_ERR_LIMIT)
            UNIT_FAIL("depth %zu: %s", depth, r.err.message);
        run_clear(&r);
        cpm_strbuf_clear(&source);
    }
    py("def f(n):\n    if n > 0:\n        for i in range(1):\n            return 1 + f(n - 1)\n"
       "    return 0\nprint(f(990))",
       "990\n"); /* ordinary recursion reaches CPython's depth */
    py("def f(g=0):\n    return 7\nfor i in range(300000):\n    def f(g=(f,)):\n        return 8\n"
       "print(f())\nf = 9\nprint(f)",
       "8\n9\n"); /* nothing bounds how deep functions hold functions */
}

static const cpm_test tests[] = {
    {"operators", test_operators},
    {"rationals", test_rationals},
    {"statements", test_statements},
    {"printing", test_printing},
    {"functions", test_functions},
    {"article", test_article},
    {"loop_language", test_loop_language},
    {"errors", test_errors},
    {"limits", test_limits},
    {"max_blocks", test_max_blocks},
    {"hints", test_hints},
    {"output", test_output},
    {"call", test_call},
    {"hook", test_hook},
    {"turns", test_turns},
    {"hook_eval", test_hook_eval},
    {"built_tree", test_built_tree},
    {"dot", test_dot},
    {"stack", test_stack},
};

UNIT_MAIN(tests)
