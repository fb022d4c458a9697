/* SPDX-License-Identifier: MIT
 *
 * test_semi_programs.c - random loops in every pair of operations, accelerated
 * and run plainly by the interpreter: the output must be the same, and nearly
 * all must have been accelerated.
 */
#include "algebra/semiring.h"
#include "base/strbuf.h"
#include "cpmcalc.h"

#include "unit.h"

enum { ROUNDS = 500, MAX_VARS = 4 };

typedef struct maker {
    cpm_strbuf text;
    cpm_semiring id;
    size_t nvars;
    int depth;
    bool in_inner; /* inside a loop of the loop */
} maker;

static long below(long limit)
{
    return (long)unit_below((uint64_t)limit);
}

static long constant(cpm_semiring id, bool factor)
{
    switch (id) {
    case CPM_SEMIRING_MUL_POW:
        return factor ? below(2) : below(9) - 3;
    case CPM_SEMIRING_MAX_TIMES:
    case CPM_SEMIRING_MIN_TIMES:
        return below(4);
    case CPM_SEMIRING_GCD_LCM: /* 5040 has divisors enough; now and then a multiple of all */
        return unit_below(8) == 0 ? 0 : (long)(5040 / (1 + unit_below(10)));
    case CPM_SEMIRING_OR_AND:
    case CPM_SEMIRING_AND_OR:
    case CPM_SEMIRING_XOR_AND:
        return below(600) - 300;
    default:
        return below(40) - 20;
    }
}

/* On the counters that there are. */
static void put_condition(maker *m)
{
    const char *counter = m->in_inner && unit_below(2) ? "j" : "i";
    long k = 2 + below(3);
    switch (unit_below(5)) {
    case 0:
        cpm_strbuf_printf(&m->text, "%s < %ld", counter, below(30));
        break;
    case 1:
        cpm_strbuf_printf(&m->text, "%s // %ld >= %ld", counter, k, below(10));
        break;
    case 2:
        cpm_strbuf_printf(&m->text, "%s %% 2 and not %s == %ld", counter, counter, below(20));
        break;
    default:
        cpm_strbuf_printf(&m->text, "%s %% %ld == %ld", counter, k, below(k));
    }
}

/* A constant, or what a condition makes one. */
static void put_constant(maker *m, bool factor)
{
    if (unit_below(8) > 0) {
        cpm_strbuf_printf(&m->text, "%ld", constant(m->id, factor));
    } else if (unit_below(3) == 0 && m->id != CPM_SEMIRING_GCD_LCM) {
        cpm_strbuf_puts(&m->text, "i % 2");
    } else {
        cpm_strbuf_printf(&m->text, "(%ld if ", constant(m->id, factor));
        put_condition(m);
        cpm_strbuf_printf(&m->text, " else %ld)", constant(m->id, factor));
    }
}

/* max, not + */
static bool is_function(const char *written)
{
    return written[0] >= 'a' && written[0] <= 'z';
}

static void put_variable(maker *m)
{
    cpm_strbuf_printf(&m->text, "%c", 'a' + (int)unit_below(m->nvars));
}

static void put_value(maker *m);

/* value times a constant */
static void put_product(maker *m)
{
    static const char *const infix[] = {
        [CPM_SEMIRING_MAX_PLUS] = "+",  [CPM_SEMIRING_MIN_PLUS] = "-",
        [CPM_SEMIRING_MUL_POW] = "**",  [CPM_SEMIRING_OR_AND] = "&",
        [CPM_SEMIRING_AND_OR] = "|",    [CPM_SEMIRING_XOR_AND] = "&",
        [CPM_SEMIRING_MAX_TIMES] = "*", [CPM_SEMIRING_MIN_TIMES] = "*"};
    const char *mul = cpm_domain_of(m->id)->written.mul;
    if (is_function(mul)) {
        cpm_strbuf_printf(&m->text, "%s(", mul);
        put_value(m);
        cpm_strbuf_puts(&m->text, ", ");
        put_constant(m, true);
        cpm_strbuf_puts(&m->text, ")");
    } else if (unit_below(2) && m->id != CPM_SEMIRING_MUL_POW && m->id != CPM_SEMIRING_MIN_PLUS) {
        cpm_strbuf_puts(&m->text, "(");
        put_constant(m, true);
        cpm_strbuf_printf(&m->text, " %s ", infix[m->id]);
        put_value(m);
        cpm_strbuf_puts(&m->text, ")");
    } else {
        cpm_strbuf_puts(&m->text, "((");
        put_value(m);
        cpm_strbuf_printf(&m->text, ") %s (", infix[m->id]);
        put_constant(m, true);
        cpm_strbuf_puts(&m->text, "))");
    }
}

/* What depends on the counter of the outer loop. */
static void put_counter(maker *m)
{
    if (m->in_inner) {
        put_variable(m);
        return;
    }
    if (m->id == CPM_SEMIRING_MAX_PLUS || m->id == CPM_SEMIRING_MIN_PLUS)
        cpm_strbuf_printf(&m->text, "%ld * i - %ld", below(7) - 3, below(9));
    else if (m->id == CPM_SEMIRING_MAX_TIMES || m->id == CPM_SEMIRING_MIN_TIMES)
        cpm_strbuf_printf(&m->text, "%ld * %ld ** i", below(4), 1 + below(3));
    else if (m->id == CPM_SEMIRING_MUL_POW)
        cpm_strbuf_printf(&m->text, "(%ld) ** (i * i + %ld)", 1 + below(5), below(3));
    else
        put_variable(m);
}

static void put_sum(maker *m)
{
    const char *op = cpm_domain_of(m->id)->written.add;
    size_t count = 2 + unit_below(2);
    bool call = is_function(op);
    cpm_strbuf_printf(&m->text, "%s(", call ? op : "");
    for (size_t j = 0; j < count; j++) {
        if (j > 0)
            cpm_strbuf_printf(&m->text, call ? ", " : " %s ", op);
        if (j > 0 && unit_below(5) == 0)
            put_constant(m, false);
        else if (j > 0 && unit_below(5) == 0)
            put_variable(m);
        else
            put_value(m);
    }
    cpm_strbuf_puts(&m->text, ")");
}

static void put_value(maker *m)
{
    uint64_t dice = unit_below(10);
    if (++m->depth > 3 || dice < 4)
        put_variable(m);
    else if (dice < 7)
        put_product(m);
    else
        put_sum(m);
    m->depth--;
}

static void put_statement(maker *m, const char *indent);

static void put_inner(maker *m, const char *indent)
{
    char deeper[20];
    snprintf(deeper, sizeof deeper, "%s    ", indent);
    put_statement(m, deeper);
}

static void put_if(maker *m, const char *indent)
{
    char deeper[20];
    snprintf(deeper, sizeof deeper, "%s    ", indent);
    cpm_strbuf_printf(&m->text, "%sif ", indent);
    put_condition(m);
    cpm_strbuf_puts(&m->text, ":\n");
    if (!m->in_inner && unit_below(6) == 0)
        cpm_strbuf_printf(&m->text, "%scontinue\n", deeper);
    else
        put_statement(m, deeper);
    if (unit_below(2) == 0)
        return;
    cpm_strbuf_printf(&m->text, "%selse:\n", indent);
    put_statement(m, deeper);
}

static void put_statement(maker *m, const char *indent)
{
    const char *op;
    if (strlen(indent) < 12 && unit_below(6) == 0) {
        put_if(m, indent);
        return;
    }
    cpm_strbuf_puts(&m->text, indent);
    switch (unit_below(m->in_inner ? 3 : 6)) {
    case 0:
        put_variable(m);
        cpm_strbuf_puts(&m->text, " = ");
        put_sum(m);
        break;
    case 1:
        cpm_strbuf_puts(&m->text, "a, b = ");
        put_value(m);
        cpm_strbuf_puts(&m->text, ", ");
        put_value(m);
        break;
    case 3:
        put_variable(m);
        cpm_strbuf_printf(&m->text, " = %ld", constant(m->id, false));
        break;
    case 4:
        if (m->id == CPM_SEMIRING_MUL_POW) {
            put_variable(m);
            cpm_strbuf_puts(&m->text, " *= ");
            put_counter(m);
            break;
        }
        put_variable(m);
        op = cpm_domain_of(m->id)->written.add;
        cpm_strbuf_printf(&m->text, " = %s(", is_function(op) ? op : "");
        put_value(m);
        cpm_strbuf_printf(&m->text, is_function(op) ? ", " : " %s ", op);
        put_counter(m);
        cpm_strbuf_puts(&m->text, ")");
        break;
    case 5:
        m->in_inner = true;
        cpm_strbuf_printf(&m->text, "for j in range(%ld):\n",
                          m->id == CPM_SEMIRING_MUL_POW ? below(3) : below(4));
        put_inner(m, indent);
        m->in_inner = false;
        return;
    default:
        put_variable(m);
        cpm_strbuf_puts(&m->text, " = ");
        put_value(m);
    }
    cpm_strbuf_puts(&m->text, "\n");
}

static void make_program(maker *m, cpm_semiring id)
{
    m->id = id;
    m->nvars = 2 + unit_below(MAX_VARS - 1);
    m->text.len = 0;
    for (size_t v = 0; v < MAX_VARS; v++) {
        long value = constant(id, false);
        cpm_strbuf_printf(&m->text, "%c = %ld\n", 'a' + (int)v, value);
    }
    long trips = id == CPM_SEMIRING_MUL_POW ? 3 : 3 + below(25); /* powers of powers */
    long start = id == CPM_SEMIRING_MUL_POW ? below(2) : below(4), step = 1 + below(2);
    cpm_strbuf_printf(&m->text, "for i in range(%ld, %ld, %ld):\n", start, start + trips * step,
                      step);
    for (size_t k = 1 + unit_below(3); k > 0; k--)
        put_statement(m, "    ");
    cpm_strbuf_puts(&m->text, "print(a, b, c, d, i)\n");
}

static cpm_status collect(void *ctx, const char *bytes, size_t nbytes)
{
    cpm_strbuf_append(ctx, bytes, nbytes);
    return CPM_OK;
}

static void run(cpm_strbuf *out, bool *accelerated, const cpm_strbuf *program_text,
                const cpm_config *config)
{
    cpm_program *program = NULL;
    cpm_value *value = NULL;
    cpm_report *report = NULL;
    cpm_writer writer = {collect, out};
    cpm_err err = {0};
    cpm_text text = {"<program>", program_text->data, program_text->len};
    out->len = 0;
    cpm_status status = cpm_program_new(&program, &text, CPM_DIALECT_PY3, &err);
    if (status == CPM_OK)
        status = cpm_program_run(&value, &report, program, NULL, 10, &writer, config, &err);
    if (status != CPM_OK)
        cpm_strbuf_printf(out, "error %d: %s", (int)status, err.message);
    *accelerated = report != NULL && cpm_report_count(report) > 0 &&
                   strstr(cpm_report_text(report, 0), "accelerated 1") != NULL;
    cpm_report_free(report);
    cpm_value_free(value);
    cpm_program_free(program);
}

static void programs(void)
{
    maker m = {0};
    cpm_strbuf fast = {0}, plain = {0};
    for (int id = CPM_SEMIRING_MAX_PLUS; id < CPM_NSEMIRINGS; id++) {
        size_t count = unit_scaled(ROUNDS), naccelerated = 0;
        for (size_t i = count; i > 0; i--) {
            cpm_config config;
            bool accelerated;
            cpm_config_init(&config);
            make_program(&m, (cpm_semiring)id);
            config.iters_limit = 2;
            config.semiring = unit_below(2) ? (cpm_semiring)id : CPM_SEMIRING_AUTO;
            run(&fast, &accelerated, &m.text, &config);
            naccelerated += accelerated;
            config.engine = CPM_ENGINE_NAIVE;
            run(&plain, &accelerated, &m.text, &config);
            if (strcmp(fast.data, plain.data) != 0)
                UNIT_FAIL("%s: accelerated %.200s, plainly %.200s\n%s",
                          cpm_semiring_name((cpm_semiring)id), fast.data, plain.data, m.text.data);
        }
        size_t least = id == CPM_SEMIRING_MUL_POW ? 65 : 90; /* in a hundred */
        if (naccelerated * 100 < count * least)
            UNIT_FAIL("%s: only %zu of %zu loops were accelerated",
                      cpm_semiring_name((cpm_semiring)id), naccelerated, count);
    }
    cpm_strbuf_clear(&fast);
    cpm_strbuf_clear(&plain);
    cpm_strbuf_clear(&m.text);
}

/* ---- Loops in Z/M ---------------------------------------------------------- */

static void put_linear(maker *m)
{
    cpm_strbuf_printf(&m->text, "%ld * ", below(9) - 4);
    put_variable(m);
    cpm_strbuf_printf(&m->text, " + %ld * ", below(9) - 4);
    put_variable(m);
    if (unit_below(2))
        cpm_strbuf_printf(&m->text, " + %ld * i", below(5) - 2);
    cpm_strbuf_printf(&m->text, " - %ld", below(50));
}

static void put_modular_statement(maker *m, long modulus)
{
    cpm_strbuf_puts(&m->text, "    ");
    switch (unit_below(6)) {
    case 0:
        cpm_strbuf_puts(&m->text, "a, b, c = b, c, (");
        put_linear(m);
        cpm_strbuf_printf(&m->text, ") %% %ld", modulus);
        break;
    case 1: /* exact, or mixed */
        cpm_strbuf_printf(&m->text, "d = %ld * d + %ld", below(3), below(5));
        break;
    case 2:
        put_variable(m);
        cpm_strbuf_printf(&m->text, " %%= %ld", modulus);
        break;
    case 3:
        put_variable(m);
        cpm_strbuf_puts(&m->text, " = ");
        put_variable(m);
        break;
    case 4:
        cpm_strbuf_puts(&m->text, "t = ");
        put_linear(m);
        cpm_strbuf_printf(&m->text, "\n    a = t %% %ld", modulus);
        break;
    default:
        put_variable(m);
        cpm_strbuf_puts(&m->text, " = (");
        put_linear(m);
        cpm_strbuf_printf(&m->text, ") %% %ld", modulus);
    }
    cpm_strbuf_puts(&m->text, "\n");
}

static void make_modular_program(maker *m)
{
    m->nvars = 2 + unit_below(MAX_VARS - 1);
    m->text.len = 0;
    for (size_t v = 0; v < MAX_VARS; v++)
        cpm_strbuf_printf(&m->text, "%c = %ld\n", 'a' + (int)v, below(400) - 200);
    long modulus = 1 + below(unit_below(3) ? 12 : 1000);
    cpm_strbuf_printf(&m->text, "t = 0\nfor i in range(%ld):\n", 3 + below(30));
    for (size_t k = 1 + unit_below(4); k > 0; k--)
        put_modular_statement(m, modulus);
    cpm_strbuf_puts(&m->text, "print(a, b, c, d, i)\n");
}

static void modular(void)
{
    maker m = {0};
    cpm_strbuf fast = {0}, plain = {0};
    size_t count = unit_scaled(2 * ROUNDS), naccelerated = 0;
    for (size_t i = count; i > 0; i--) {
        cpm_config config;
        bool accelerated;
        cpm_config_init(&config);
        make_modular_program(&m);
        config.iters_limit = 2;
        run(&fast, &accelerated, &m.text, &config);
        naccelerated += accelerated;
        config.engine = CPM_ENGINE_NAIVE;
        run(&plain, &accelerated, &m.text, &config);
        if (strcmp(fast.data, plain.data) != 0)
            UNIT_FAIL("accelerated %.200s, plainly %.200s\n%s", fast.data, plain.data, m.text.data);
    }
    if (naccelerated * 10 < count * 4)
        UNIT_FAIL("only %zu of %zu loops were accelerated", naccelerated, count);
    cpm_strbuf_clear(&fast);
    cpm_strbuf_clear(&plain);
    cpm_strbuf_clear(&m.text);
}

static const cpm_test tests[] = {
    {"modular", modular},
    {"programs", programs},
};

UNIT_MAIN(tests)
