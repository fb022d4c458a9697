/* SPDX-License-Identifier: MIT
 *
 * test_eval_host.c - the interpreter as its hosts see it: limits, hints and output,
 * CALL, hooks before loops, trees that code makes, and the C stack. What a program
 * prints was printed by python3 (3.11) for the same text, where not said otherwise.
 */
#include "run_program.h"

/* ---- Limits, hints, output ------------------------------------------------- */

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
