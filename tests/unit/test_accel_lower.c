/* SPDX-License-Identifier: MIT
 *
 * test_accel_lower.c - from the text of a loop to matrix code, instruction by
 * instruction, and to refusals with their places.
 */
#include "accel/lower.h"
#include "base/strbuf.h"
#include "eval/constant.h"
#include "lang/parse.h"

#include "unit.h"

#include <flint/fmpq_vec.h>

/* ---- Names around the loop: every one is 5, but for u, which is unbound ---- */

enum { MAX_SYMS = 32 };

typedef struct names {
    const cpm_tree *tree;
    fmpq *values; /* owned, MAX_SYMS */
} names;

static void env_reset(void *ctx)
{
    names *e = ctx;
    for (size_t i = 0; i < MAX_SYMS; i++)
        fmpq_set_si(e->values + i, 5, 1);
}

static bool env_get(void *ctx, fmpq_t out, cpm_sym sym)
{
    const names *e = ctx;
    fmpq_set(out, e->values + sym);
    return strcmp(e->tree->symbols[sym].name, "u") != 0;
}

static bool env_look_up(void *ctx, cpm_sym sym, fmpq_t value)
{
    return env_get(ctx, value, sym);
}

static cpm_status env_eval(void *ctx, fmpq_t out, const cpm_expr *expr, cpm_err *err)
{
    names *e = ctx;
    return cpm_eval_extended(out, e->tree, expr, e->tree->text, env_look_up, e, 4096, err);
}

static cpm_status env_test(void *ctx, bool *out, const cpm_expr *expr, cpm_err *err)
{
    fmpq_t value;
    fmpq_init(value);
    cpm_status status = env_eval(ctx, value, expr, err);
    *out = !fmpq_is_zero(value);
    fmpq_clear(value);
    return status;
}

static cpm_status env_set(void *ctx, cpm_sym sym, const fmpq_t value, cpm_err *err)
{
    names *e = ctx;
    (void)err;
    fmpq_set(e->values + sym, value);
    return CPM_OK;
}

static cpm_status env_assign(void *ctx, cpm_sym sym, const cpm_expr *expr, cpm_err *err)
{
    fmpq_t value;
    fmpq_init(value);
    cpm_status status = env_eval(ctx, value, expr, err);
    if (status == CPM_OK)
        status = env_set(ctx, sym, value, err);
    fmpq_clear(value);
    return status;
}

/* ---- One loop: for i in range(2, 2 + 3*10, 3) ------------------------------ */

/* Lowers `source`, whose first statement is the loop. */
static cpm_status lower(cpm_lowered *lowered, cpm_tree *tree, const cpm_text *text,
                        cpm_semiring semiring, cpm_err *err)
{
    names e = {.tree = tree, .values = _fmpq_vec_init(MAX_SYMS)};
    cpm_lower_env env = {.ctx = &e,
                         .eval = env_eval,
                         .test = env_test,
                         .get = env_get,
                         .assign = env_assign,
                         .set = env_set,
                         .reset = env_reset};
    cpm_lower_options options = {.prefix = "", .adjective = "unpredictable", .counter = "counter"};
    fmpz_t start, step, trips;
    fmpz_init_set_ui(start, 2);
    fmpz_init_set_ui(step, 3);
    fmpz_init_set_ui(trips, 10);
    env_reset(&e);
    cpm_tree_init(tree, text);
    cpm_status status = cpm_parse_program(tree, text, CPM_DIALECT_PY3, err);
    UNIT_CHECK(tree->nsymbols <= MAX_SYMS);
    if (status == CPM_OK)
        status = cpm_lower_loop_in(lowered, semiring, tree, tree->top.stmts[0], start, step, trips,
                                   &env, &options, err);
    fmpz_clear(start);
    fmpz_clear(step);
    fmpz_clear(trips);
    _fmpq_vec_clear(e.values, MAX_SYMS);
    return status;
}

/* The code on one line, then "| name=" and what each name is after the loop. */
static void describe(cpm_strbuf *out, const cpm_lowered *lowered, const cpm_tree *tree)
{
    cpm_strbuf code = {0};
    cpm_matcode_dump(&code, &lowered->code);
    for (size_t i = 0; i < code.len; i++) {
        bool blank =
            code.data[i] == ' ' && (i == 0 || code.data[i - 1] == '\n' || code.data[i - 1] == ' ');
        if (code.data[i] == '\n')
            cpm_strbuf_puts(out, i + 1 < code.len ? "; " : " ");
        else if (!blank)
            cpm_strbuf_printf(out, "%c", code.data[i]);
    }
    cpm_strbuf_puts(out, "|");
    for (size_t k = 0; k < lowered->nfinals; k++) {
        const cpm_final *final = &lowered->finals[k];
        cpm_strbuf_printf(out, " %s=%s", tree->symbols[final->sym].name,
                          final->kind == CPM_FINAL_REGISTER    ? lowered->code.regs[final->reg].name
                          : final->kind == CPM_FINAL_PREDICTED ? "known"
                                                               : "counter");
    }
    cpm_strbuf_clear(&code);
}

static void check_in(cpm_semiring semiring, const char *body, const char *wanted)
{
    char source[400];
    snprintf(source, sizeof source, "for i in r:\n  %s\n", body);
    cpm_text text = {"<test>", source, strlen(source)};
    cpm_tree tree;
    cpm_lowered lowered = {0};
    cpm_err err = {0};
    cpm_strbuf out = {0};
    if (lower(&lowered, &tree, &text, semiring, &err) == CPM_OK)
        describe(&out, &lowered, &tree);
    else
        cpm_strbuf_printf(&out, "refused at '%.*s': %s", (int)(err.span.end - err.span.begin),
                          source + err.span.begin, err.message);
    if (lowered.split.kind == CPM_SPLIT_PERIOD)
        cpm_strbuf_printf(&out, "; period %lu", (unsigned long)lowered.split.period);
    if (lowered.split.kind == CPM_SPLIT_CUT)
        cpm_strbuf_printf(&out, "; cut at %lu", (unsigned long)fmpz_get_ui(lowered.split.at));
    if (out.data == NULL || strcmp(out.data, wanted) != 0)
        UNIT_FAIL("%s\ngave   %s\nwanted %s", source, out.data, wanted);
    cpm_strbuf_clear(&out);
    cpm_lowered_clear(&lowered);
    cpm_tree_clear(&tree);
    cpm_err_clear(&err);
}

static void check(const char *body, const char *wanted)
{
    check_in(CPM_SEMIRING_PLUS_TIMES, body, wanted);
}

/* A name that the body does not change is the number it holds. */
static void test_assignments(void)
{
    check("a = b", "mov a, 5 | i=counter a=known");
    check("a += 7", "add a, 7 | i=counter a=a");
    check("a -= b", "sub a, 5 | i=counter a=a");
    check("a *= k - 2", "mul a, 3 | i=counter a=a");
    check("a, b = b, a", "mov s0, b; mov s1, a; mov a, s0; mov b, s1 | i=counter a=a b=b");
    check("a = 3*a - 2*b + 1",
          "mov s0, a; mul s0, 3; add s0, -10; add s0, 1; mov a, s0 | i=counter a=a");
    check("a = (a + b)*(k - 2)", "mov s0, a; add s0, 5; mul s0, 3; mov a, s0 | i=counter a=a");
    check("a = -a", "mov s0, a; mul s0, -1; mov a, s0 | i=counter a=a");
    check("c = 4; a += c", "mov c, 4; add a, 4 | i=counter c=known a=a");
    check("a += 1; c = a; c = 4", "add a, 1; mov c, 4 | i=counter a=a c=known");
    check("pass", "| i=counter");
}

/* i counts 2, 5, 8, ...: (i+3)^2 = i^2 + 6 i + 9, and 2^(i+3) = 8 * 2^i. */
static void test_counter(void)
{
    check("a += i", "mov s0, 0; add s0, i; add a, s0; add i, 3 | i=counter a=a");
    check("a = i", "mov a, 0; add a, i; add i, 3 | i=counter a=a");
    check("a += i**2", "mov s0, 0; add s0, i^2; add a, s0; mov s0, i; mul s0, 6; add i^2, s0; "
                       "add i^2, 9; add i, 3 | i=counter a=a");
    check("a += 2**i", "mov s0, 0; mov s1, 2^(i-2); mul s1, 4; add s0, s1; add a, s0; "
                       "mul 2^(i-2), 8 | i=counter a=a");
}

static void test_inner(void)
{
    check("for j in range(4): a += b", "loop 4; add a, 5; end; mov j, 3 | i=counter j=known a=a");
    check("for j in range(k): a += j",
          "mov j, 0; loop 5; mov s0, 0; add s0, j; add a, s0; add j, 1; end; mov j, 4 | "
          "i=counter j=known a=a");
    check("if k == 5: a += 1\n  else: a += 2", "add a, 1 | i=counter a=a");
    check("a = a + 1 if k < 5 else a + 2", "mov s0, a; add s0, 2; mov a, s0 | i=counter a=a");
}

/* The code is congruent; what is reduced is told by the flow. */
static void test_flows(void)
{
    static const char SOURCE[] = "for i in r:\n  a = (a + b) % 7\n";
    cpm_text text = {"<test>", SOURCE, sizeof SOURCE - 1};
    cpm_tree tree;
    cpm_lowered lowered = {0};
    cpm_err err = {0};
    UNIT_CHECK(lower(&lowered, &tree, &text, CPM_SEMIRING_PLUS_TIMES, &err) == CPM_OK);
    UNIT_CHECK(lowered.has_modulus && fmpz_equal_ui(lowered.modulus, 7));
    UNIT_CHECK(lowered.nfinals == 2 && lowered.finals[1].flow == 1);
    cpm_lowered_clear(&lowered);
    cpm_tree_clear(&tree);
}

/* `add` and `mul` are those of the pair: 6 & 5 is 4, b**2 the exponent's 25. */
static void test_semirings(void)
{
    check_in(CPM_SEMIRING_MAX_PLUS, "a = max(a + 3, b)",
             "mov s0, a; mul s0, 3; add s0, 5; mov a, s0 | i=counter a=a");
    check_in(CPM_SEMIRING_MUL_POW, "a = a**3*b**2",
             "mov s0, a; mul s0, 3; add s0, 25; mov a, s0 | i=counter a=a");
    check_in(CPM_SEMIRING_XOR_AND, "a = a ^ b & 6",
             "mov s0, a; add s0, 4; mov a, s0 | i=counter a=a");
}

/* Whether they lead anywhere is for the closure to say. */
static void test_products(void)
{
    check("b += 1\n  a = a*b", "add b, 1; mov s0, a; mul s0, b; mov a, s0 | i=counter b=b a=a");
    check("a += 1\n  b = (a + 1)*(a + i)",
          "add a, 1; mov s0, a; add s0, 1; mov s1, a; add s1, i; mul s0, s1; mov b, s0; "
          "add i, 3 | i=counter a=a b=b");
    check("a += 1\n  b = a**3",
          "add a, 1; mov s0, a; mul s0, a; mul s0, a; mov b, s0 | i=counter a=a b=b");
    check("a += 1\n  b = (a - 2)**2",
          "add a, 1; mov s0, a; add s0, -2; mov s1, s0; mul s0, s1; mov b, s0 | "
          "i=counter a=a b=b");
    check("a += 1\n  b = i*a",
          "add a, 1; mov s0, 0; add s0, i; mul s0, a; mov b, s0; add i, 3 | i=counter a=a b=b");
    check("for j in range(4): a += i*j",
          "mov j, 0; loop 4; mov s0, 0; add s0, i; mov s1, 0; add s1, j; mul s0, s1; add a, s0; "
          "add j, 1; end; mov j, 3; add i, 3 | i=counter j=known a=a");
}

/* i is 2, 5, 8, ...: what is the same in all rounds is decided, the rest asks. */
static void test_splits(void)
{
    check("if i % 3 == 2: a += 1", "add a, 1 | i=counter a=a");
    check("if i > 1 and not i < 2: a += 1", "add a, 1 | i=counter a=a");
    check("if 2*i == 7: a += 1", "| i=counter"); /* passes through 0 between two rounds */
    check("if i == 3: a += 1", "| i=counter");
    check("if i % 2: a += 1",
          "refused at 'i % 2': operator '%' on unpredictable values ('i' and '2'); period 2");
    check("a += i & 3",
          "refused at 'i & 3': operator '&' on unpredictable values ('i' and '3'); period 4");
    check("a += i // 3",
          "refused at 'i // 3': operator '//' on unpredictable values ('i' and '3'); period 1");
    check("if i <= 8: a += 1", "refused at 'i <= 8': unpredictable condition; cut at 3");
    check("if i == 8: a += 1", "refused at 'i == 8': unpredictable condition; cut at 2");
    check("if i == 2: a += 1", "refused at 'i == 2': unpredictable condition; cut at 1");
    check("if i*i < 60: a += 1", "refused at 'i*i < 60': unpredictable condition; cut at 2");
    check("if 9 - i > 0: a += 1", "refused at '9 - i > 0': unpredictable condition; cut at 3");
    check("if i > 7: break", "refused at 'i > 7': unpredictable condition; cut at 2");
    check("if i > 1: continue\n  a += 1", "| i=counter");
    check("for j in range(3):\n    if j == 1: break\n    a += j",
          "mov j, 0; add a, 0; mov j, 1 | i=counter j=known a=a");
    check("for j in range(1, i): a += j",
          "mov s0, 0; add s0, i; add s0, -1; mov j, 1; loop s0; mov s1, 0; add s1, j; add a, s1; "
          "add j, 1; end; mov j, 0; add j, i; add j, -1; add i, 3 | i=counter j=j a=a");
}

static void test_refusals(void)
{
    check("a = a // 2", "refused at 'a // 2': operator '//' on unpredictable values ('a' and '2')");
    check("a += u", "refused at 'u': unknown name 'u'");
    check("a += 1\n  b = max(a, b)", "refused at 'max(a, b)': 'max' of unpredictable values");
    check("a += 1\n  if a > 3: b = 1", "refused at 'a > 3': unpredictable condition");
    check("print(a)", "refused at 'print(a)': print inside the body");
    check("a = f(a)", "refused at 'f(a)': call of 'f'");
    check("while a: a -= 1",
          "refused at 'while a': a while loop in it that does not count to a limit");
}

static const cpm_test tests[] = {
    {"assignments", test_assignments},
    {"counter", test_counter},
    {"inner", test_inner},
    {"flows", test_flows},
    {"semirings", test_semirings},
    {"products", test_products},
    {"splits", test_splits},
    {"refusals", test_refusals},
};

UNIT_MAIN(tests)
