/* SPDX-License-Identifier: MIT
 *
 * test_accel_closure.c - matrix code with products, as a linear system over
 * monomials: random solvable codes against running them on numbers, random ones
 * that are not, and what they are refused for.
 */
#include "accel/body_map.h"
#include "accel/matcode.h"
#include "unit.h"

#include <flint/fmpq_vec.h>

enum { NREGS = 6, ROUNDS = 9 };

static cpm_err err;

static void emit(cpm_matcode *code, cpm_mc_op op, uint32_t dst, uint32_t src)
{
    if (cpm_matcode_emit(code, op, dst, src, &err) != CPM_OK)
        abort();
}

static void emit_const(cpm_matcode *code, cpm_mc_op op, uint32_t dst, slong value)
{
    fmpq_t c;
    fmpq_init(c);
    fmpq_set_si(c, value, 1);
    if (cpm_matcode_emit_const(code, op, dst, c, &err) != CPM_OK)
        abort();
    fmpq_clear(c);
}

static void emit_product(cpm_matcode *code, uint32_t dst, uint32_t src, size_t at)
{
    if (cpm_matcode_emit_product(code, dst, src, (cpm_span){at, at + 1}, &err) != CPM_OK)
        abort();
}

/* x0 .. x5, their next values in n0 .. n5, and a scratch register. */
static void begin(cpm_matcode *code)
{
    static const char *const names[] = {"x0", "x1", "x2", "x3", "x4", "x5", "n0",
                                        "n1", "n2", "n3", "n4", "n5", "t"};
    *code = (cpm_matcode){.domain = cpm_domain_of(CPM_SEMIRING_PLUS_TIMES)};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        uint32_t reg;
        if (cpm_matcode_add_reg(&reg, code, CPM_REG_VARIABLE, names[i], &err) != CPM_OK)
            abort();
        code->regs[reg].is_bound = true;
        fmpq_set_si(code->regs[reg].start, (slong)unit_below(7) - 3, 1);
    }
}

/* next[r] += c * the product of `degree` registers below `limit`. */
static void add_monomial(cpm_matcode *code, uint32_t r, size_t limit, unsigned degree)
{
    emit_const(code, CPM_MC_MOV, 2 * NREGS, (slong)unit_below(5) - 2);
    for (unsigned k = 0; k < degree && limit > 0; k++)
        emit_product(code, 2 * NREGS, (uint32_t)unit_below(limit), r);
    emit(code, CPM_MC_ADD, NREGS + r, 2 * NREGS);
}

/* next[r] += c * x[s] */
static void add_linear(cpm_matcode *code, uint32_t r, uint32_t s)
{
    emit(code, CPM_MC_MOV, 2 * NREGS, s);
    emit_const(code, CPM_MC_MUL, 2 * NREGS, (slong)unit_below(5) - 2);
    emit(code, CPM_MC_ADD, NREGS + r, 2 * NREGS);
}

/* Layers of one or two registers: linear inside, polynomial in those below. */
static void random_updates(cpm_matcode *code)
{
    for (uint32_t low = 0; low < NREGS;) {
        uint32_t high = low + 1 + (uint32_t)unit_below(2);
        high = high > NREGS ? NREGS : high;
        for (uint32_t r = low; r < high; r++) {
            emit_const(code, CPM_MC_MOV, NREGS + r, (slong)unit_below(3) - 1);
            for (uint32_t s = low; s < high; s++)
                add_linear(code, r, s);
            for (unsigned k = 0; k < 1 + unit_below(2); k++)
                add_monomial(code, r, low, low == 0 ? 0 : 1 + (unsigned)unit_below(2));
        }
        low = high;
    }
    for (uint32_t r = 0; r < NREGS; r++)
        emit(code, CPM_MC_MOV, r, NREGS + r);
}

/* The code on numbers. */
static void run(fmpq *x, const cpm_matcode *code, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        const cpm_mc_instr *in = &code->instrs[i];
        const fmpq *from = in->is_const ? code->consts + in->src : x + in->src;
        size_t after = i;
        switch (in->op) {
        case CPM_MC_MOV:
            fmpq_set(x + in->dst, from);
            break;
        case CPM_MC_ADD:
            fmpq_add(x + in->dst, x + in->dst, from);
            break;
        case CPM_MC_SUB:
            fmpq_sub(x + in->dst, x + in->dst, from);
            break;
        case CPM_MC_MUL:
            fmpq_mul(x + in->dst, x + in->dst, from);
            break;
        case CPM_MC_LOOP:
            while (code->instrs[after].op != CPM_MC_END)
                after++; /* one level is all that is written here */
            for (slong k = 0; k < fmpz_get_si(fmpq_numref(from)); k++)
                run(x, code, i + 1, after);
            i = after;
            break;
        case CPM_MC_END:
            break;
        }
    }
}

static void check_rounds(const cpm_linsys *sys, const cpm_matcode *code, const uint32_t *wanted,
                         size_t nwanted, const fmpz *m)
{
    fmpq *x = _fmpq_vec_init((slong)code->nregs);
    fmpq *y = _fmpq_vec_init((slong)sys->dim), *next = _fmpq_vec_init((slong)sys->dim);
    fmpq_t out;
    fmpq_init(out);
    for (size_t r = 0; r < code->nregs; r++)
        fmpq_set(x + r, code->regs[r].start);
    for (size_t k = 0; k < sys->dim; k++)
        fmpq_set(y + k, sys->start + k);
    for (int round = 0; round < ROUNDS; round++) {
        run(x, code, 0, code->ninstrs);
        cpm_linsys_step(sys, y, next);
        for (size_t k = 0; k < nwanted; k++) {
            cpm_form_value(out, &sys->outputs[k], y);
            if (m != NULL) {
                fmpz_mod(fmpq_numref(out), fmpq_numref(out), m);
                fmpz_mod(fmpq_numref(x + wanted[k]), fmpq_numref(x + wanted[k]), m);
            }
            if (!fmpq_equal(out, x + wanted[k]))
                UNIT_FAIL("round %d: register %u is wrong", round, (unsigned)wanted[k]);
        }
    }
    _fmpq_vec_clear(x, (slong)code->nregs);
    _fmpq_vec_clear(y, (slong)sys->dim);
    _fmpq_vec_clear(next, (slong)sys->dim);
    fmpq_clear(out);
}

static cpm_status close_code(cpm_linsys *sys, const cpm_matcode *code, const uint32_t *wanted,
                             size_t nwanted, const fmpz *m)
{
    static const cpm_text text = {"<test>", "0123456789", 10};
    cpm_body_options options = {
        .wanted = wanted, .nwanted = nwanted, .modulus = m, .text = &text, .prefix = ""};
    cpm_err_clear(&err);
    return cpm_body_system(sys, code, &options, &err);
}

/* Degrees multiply from layer to layer, so that some take too many monomials. */
static void test_solvable(void)
{
    size_t closed = 0, count = unit_scaled(400);
    for (size_t i = 0; i < count; i++) {
        cpm_matcode code;
        cpm_linsys sys = {0};
        const uint32_t wanted[2] = {(uint32_t)unit_below(3), 3 + (uint32_t)unit_below(3)};
        fmpz_t m;
        fmpz_init_set_ui(m, 2 + unit_below(1000));
        begin(&code);
        random_updates(&code);
        const fmpz *modulus = unit_below(2) ? m : NULL;
        cpm_status status = close_code(&sys, &code, wanted, 2, modulus);
        if (status == CPM_OK)
            check_rounds(&sys, &code, wanted, 2, modulus);
        else if (status != CPM_ERR_UNSUPPORTED)
            UNIT_FAIL("refused: %s", err.message);
        closed += status == CPM_OK;
        cpm_linsys_clear(&sys);
        cpm_matcode_clear(&code);
        fmpz_clear(m);
    }
    if (closed < count / 2)
        UNIT_FAIL("only %zu of %zu are closed", closed, count);
}

/* One more term makes a layer multiply itself, or by what it flows into. */
static void test_unsolvable(void)
{
    for (size_t i = 0; i < unit_scaled(300); i++) {
        cpm_matcode code;
        cpm_linsys sys = {0};
        const uint32_t wanted = (uint32_t)unit_below(NREGS), other = (uint32_t)unit_below(NREGS);
        begin(&code);
        for (uint32_t r = 0; r < NREGS; r++)
            emit(&code, CPM_MC_MOV, NREGS + r, r);
        emit(&code, CPM_MC_MOV, 2 * NREGS, wanted);
        emit_product(&code, 2 * NREGS, other, 7);
        emit(&code, CPM_MC_ADD, NREGS + wanted, 2 * NREGS);
        for (uint32_t r = 0; r < NREGS; r++)
            emit_const(&code, CPM_MC_ADD, NREGS + r, 1);
        for (uint32_t r = 0; r < NREGS; r++)
            emit(&code, CPM_MC_MOV, r, NREGS + r);
        char message[100], by[10] = "itself";
        if (other != wanted)
            snprintf(by, sizeof by, "'x%u'", (unsigned)other);
        snprintf(message, sizeof message, "'x%u' is multiplied by %s in its own update",
                 (unsigned)wanted, by);
        if (close_code(&sys, &code, &wanted, 1, NULL) != CPM_ERR_SEMANTIC ||
            strcmp(err.message, message) != 0 || err.span.begin != 7)
            UNIT_FAIL("%s (wanted: %s), byte %zu", err.message, message, err.span.begin);
        cpm_linsys_clear(&sys);
        cpm_matcode_clear(&code);
    }
}

/* x4 += x0 x1 in an inner loop in which x1 moves and x0 does not, x5 = x4^2. */
static void test_inner(void)
{
    for (slong trips = 1; trips < 30; trips += 4) {
        cpm_matcode code;
        cpm_linsys sys = {0};
        const uint32_t wanted[] = {4, 5};
        begin(&code);
        emit_const(&code, CPM_MC_LOOP, 0, trips);
        emit(&code, CPM_MC_MOV, 6, 0);
        emit_product(&code, 6, 1, 0);
        emit(&code, CPM_MC_ADD, 4, 6);
        emit_const(&code, CPM_MC_ADD, 1, 2);
        emit(&code, CPM_MC_END, 0, 0);
        emit_const(&code, CPM_MC_ADD, 0, 3);
        emit(&code, CPM_MC_MOV, 5, 4);
        emit_product(&code, 5, 4, 0);
        if (close_code(&sys, &code, wanted, 2, NULL) != CPM_OK)
            UNIT_FAIL("%s", err.message);
        else
            check_rounds(&sys, &code, wanted, 2, NULL);
        cpm_linsys_clear(&sys);
        cpm_matcode_clear(&code);
    }
}

/* What is not wanted is not looked at, and what cancels neither. */
static void test_dead(void)
{
    cpm_matcode code;
    cpm_linsys sys = {0};
    const uint32_t wanted = 1;
    begin(&code);
    emit_product(&code, 0, 0, 3);  /* x0 = x0^2, dead */
    emit(&code, CPM_MC_MOV, 6, 2); /* x1 += x2 x3 - x3 x2 + 2 */
    emit_product(&code, 6, 3, 0);
    emit(&code, CPM_MC_ADD, 1, 6);
    emit(&code, CPM_MC_MOV, 6, 3);
    emit_product(&code, 6, 2, 0);
    emit(&code, CPM_MC_SUB, 1, 6);
    emit_const(&code, CPM_MC_ADD, 1, 2);
    if (close_code(&sys, &code, &wanted, 1, NULL) != CPM_OK)
        UNIT_FAIL("%s", err.message);
    UNIT_CHECK(sys.dim == 2);
    check_rounds(&sys, &code, &wanted, 1, NULL);
    cpm_linsys_clear(&sys);
    cpm_matcode_clear(&code);
}

static const cpm_test tests[] = {
    {"solvable", test_solvable},
    {"unsolvable", test_unsolvable},
    {"inner", test_inner},
    {"dead", test_dead},
};

UNIT_MAIN(tests)
