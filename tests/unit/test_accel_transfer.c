/* SPDX-License-Identifier: MIT
 *
 * test_accel_transfer.c - transfer matrices of random matrix code against the
 * code itself run on numbers, one instruction after another; and systems
 * against what is left of them when rows were folded and dropped.
 */
#include "accel/reduce.h"
#include "accel/transfer.h"

#include "linear.h"

enum { MAX_REGS = 6, MAX_LENGTH = 12, MAX_DEPTH = 2, ROUNDS = 800 };

/* mul-pow runs code on exponents, which is plus-times. */
static const cpm_semiring DOMAINS[] = {
    CPM_SEMIRING_PLUS_TIMES, CPM_SEMIRING_MAX_PLUS,  CPM_SEMIRING_MIN_PLUS,  CPM_SEMIRING_OR_AND,
    CPM_SEMIRING_XOR_AND,    CPM_SEMIRING_MAX_TIMES, CPM_SEMIRING_MIN_TIMES, CPM_SEMIRING_MAX_MIN,
};

/* ---- Random code ---------------------------------------------------------- */

static void random_constant(fmpq_t out, const cpm_domain *domain, unsigned fractions)
{
    if (domain->is_arithmetic)
        random_rational(out, fractions);
    else
        random_scalar(out, domain);
}

static void random_instr(cpm_matcode *code, unsigned fractions)
{
    static const cpm_mc_op OPS[] = {CPM_MC_MOV, CPM_MC_ADD, CPM_MC_MUL, CPM_MC_SUB};
    cpm_mc_op op = OPS[unit_below(code->domain->is_arithmetic ? 4 : 3)];
    uint32_t dst = (uint32_t)unit_below(code->nregs), src = (uint32_t)unit_below(code->nregs);
    fmpq_t c;
    fmpq_init(c);
    random_constant(c, code->domain, fractions);
    if (op == CPM_MC_MUL || unit_below(3) == 0)
        MUST(cpm_matcode_emit_const(code, op, dst, c, err));
    else
        MUST(cpm_matcode_emit(code, op, dst, src, err));
    fmpq_clear(c);
}

static void random_block(cpm_matcode *code, int depth, unsigned fractions)
{
    for (size_t left = 1 + unit_below(MAX_LENGTH >> depth); left > 0; left--) {
        if (depth == MAX_DEPTH || unit_below(6) > 0) {
            random_instr(code, fractions);
            continue;
        }
        fmpq_t trips;
        fmpq_init(trips);
        fmpq_set_si(trips, (slong)unit_below(5), 1);
        MUST(cpm_matcode_emit_const(code, CPM_MC_LOOP, 0, trips, err));
        random_block(code, depth + 1, fractions);
        MUST(cpm_matcode_emit(code, CPM_MC_END, 0, 0, err));
        fmpq_clear(trips);
    }
}

static void random_code(cpm_matcode *code, const cpm_domain *domain, unsigned fractions)
{
    code->domain = domain;
    for (size_t r = 1 + unit_below(MAX_REGS); r > 0; r--) {
        uint32_t reg;
        MUST(cpm_matcode_add_reg(&reg, code, CPM_REG_VARIABLE, "x", err));
        random_constant(code->regs[reg].start, domain, fractions);
        code->regs[reg].is_bound = true;
    }
    random_block(code, 0, fractions);
}

/* ---- The code, run -------------------------------------------------------- */

static void run_instr(fmpq *x, const cpm_matcode *code, const cpm_mc_instr *instr)
{
    const fmpq *src = instr->is_const ? code->consts + instr->src : x + instr->src;
    switch (instr->op) {
    case CPM_MC_MOV:
        fmpq_set(x + instr->dst, src);
        break;
    case CPM_MC_ADD:
        code->domain->add(x + instr->dst, x + instr->dst, src, code->domain);
        break;
    case CPM_MC_SUB:
        fmpq_sub(x + instr->dst, x + instr->dst, src);
        break;
    case CPM_MC_MUL:
        code->domain->mul(x + instr->dst, x + instr->dst, src, code->domain);
        break;
    default:
        UNIT_FAIL("instruction %d", (int)instr->op);
    }
}

/* Runs the block from instruction `pc`; the index behind its end. */
static size_t run_block(fmpq *x, const cpm_matcode *code, size_t pc, bool run)
{
    while (pc < code->ninstrs && code->instrs[pc].op != CPM_MC_END) {
        const cpm_mc_instr *instr = &code->instrs[pc++];
        if (instr->op != CPM_MC_LOOP) {
            if (run)
                run_instr(x, code, instr);
            continue;
        }
        slong trips = run ? fmpz_get_si(fmpq_numref(code->consts + instr->src)) : 0;
        size_t end = run_block(x, code, pc, false);
        for (; trips > 0; trips--)
            run_block(x, code, pc, true);
        pc = end;
    }
    return pc + 1;
}

/* ---- Against each other --------------------------------------------------- */

static void check_rows(const cpm_matcode *code, const cpm_linsys *sys, const bool *needed,
                       const fmpz *modulus)
{
    size_t nregs = code->nregs;
    fmpq *x = _fmpq_vec_init((slong)nregs + 1), *run = _fmpq_vec_init((slong)nregs);
    fmpq_t found, wanted;
    fmpq_init(found);
    fmpq_init(wanted);
    UNIT_CHECK(sys->dim == nregs + 1);
    for (size_t r = 0; r < nregs; r++) {
        UNIT_CHECK(fmpq_equal(sys->start + r, code->regs[r].start));
        random_constant(x + r, code->domain, 0);
        fmpq_set(run + r, x + r);
    }
    code->domain->one(x + nregs, code->domain);
    run_block(run, code, 0, true);
    for (size_t r = 0; r < nregs; r++) {
        if (needed != NULL && !needed[r])
            continue;
        plain_form(found, &sys->rows[r], x, code->domain);
        fmpq_set(wanted, run + r);
        if (modulus != NULL) {
            fmpz_mod(fmpq_numref(found), fmpq_numref(found), modulus);
            fmpz_mod(fmpq_numref(wanted), fmpq_numref(wanted), modulus);
        }
        if (!fmpq_equal(found, wanted)) {
            UNIT_FAIL("%s: register %zu of %zu%s", code->domain->name, r, nregs,
                      modulus != NULL ? ", modular" : "");
            break;
        }
    }
    fmpq_clear(found);
    fmpq_clear(wanted);
    _fmpq_vec_clear(x, (slong)nregs + 1);
    _fmpq_vec_clear(run, (slong)nregs);
}

static void one_code(const cpm_domain *domain, unsigned fractions, const fmpz *modulus, bool slice)
{
    cpm_matcode code = {0};
    cpm_linsys sys = {0};
    bool needed[MAX_REGS] = {false};
    random_code(&code, domain, fractions);
    needed[unit_below(code.nregs)] = true;
    cpm_transfer_options options = {.modulus = modulus, .needed = slice ? needed : NULL};
    MUST(cpm_transfer(&sys, &code, 0, &options, err));
    check_rows(&code, &sys, options.needed, modulus);
    cpm_linsys_clear(&sys);
    cpm_matcode_clear(&code);
}

static void test_exact(void)
{
    for (size_t d = 0; d < sizeof DOMAINS / sizeof *DOMAINS; d++)
        for (size_t round = unit_scaled(ROUNDS); round > 0; round--)
            one_code(cpm_domain_of(DOMAINS[d]), round % 2 ? 6 : 0, NULL, round % 3 == 0);
}

static void test_modular(void)
{
    fmpz_t m;
    fmpz_init(m);
    for (size_t round = unit_scaled(ROUNDS); round > 0; round--) {
        fmpz_set_ui(m, 1 + unit_below(1000));
        if (round % 4 == 0) /* past a word */
            fmpz_mul_2exp(m, m, 70);
        one_code(cpm_domain_of(CPM_SEMIRING_PLUS_TIMES), 0, m, round % 3 == 0);
    }
    fmpz_clear(m);
}

/* A loop of 10^30 rounds costs a hundred products: x += y is y times the rounds. */
static void test_long_loop(void)
{
    cpm_matcode code = {.domain = cpm_domain_of(CPM_SEMIRING_PLUS_TIMES)};
    cpm_linsys sys = {0};
    uint32_t x, y;
    fmpq_t rounds;
    fmpq_init(rounds);
    fmpz_set_ui(fmpq_numref(rounds), 10);
    fmpz_pow_ui(fmpq_numref(rounds), fmpq_numref(rounds), 30);
    MUST(cpm_matcode_add_reg(&x, &code, CPM_REG_VARIABLE, "x", err));
    MUST(cpm_matcode_add_reg(&y, &code, CPM_REG_VARIABLE, "y", err));
    MUST(cpm_matcode_emit_const(&code, CPM_MC_LOOP, 0, rounds, err));
    MUST(cpm_matcode_emit(&code, CPM_MC_ADD, x, y, err));
    MUST(cpm_matcode_emit(&code, CPM_MC_END, 0, 0, err));
    cpm_transfer_options options = {0};
    MUST(cpm_transfer(&sys, &code, 0, &options, err));
    UNIT_CHECK(sys.rows[x].len == 2 && sys.rows[x].terms[1].var == y &&
               fmpq_equal(sys.rows[x].terms[1].coeff, rounds));
    cpm_linsys_clear(&sys);
    cpm_matcode_clear(&code);
    fmpq_clear(rounds);
}

/* What a loop inside would need is refused before the work: x = 2 x, 10^12 times. */
static void test_refusal(void)
{
    cpm_matcode code = {.domain = cpm_domain_of(CPM_SEMIRING_PLUS_TIMES)};
    cpm_linsys sys = {0};
    cpm_err failure = {0};
    uint32_t x;
    fmpq_t c;
    fmpq_init(c);
    MUST(cpm_matcode_add_reg(&x, &code, CPM_REG_VARIABLE, "x", err));
    fmpq_set_si(c, 1000000000000, 1);
    MUST(cpm_matcode_emit_const(&code, CPM_MC_LOOP, 0, c, err));
    fmpq_set_si(c, 2, 1);
    MUST(cpm_matcode_emit_const(&code, CPM_MC_MUL, x, c, err));
    MUST(cpm_matcode_emit(&code, CPM_MC_END, 0, 0, err));
    cpm_transfer_options options = {.max_bytes = 1 << 20};
    UNIT_CHECK(cpm_transfer(&sys, &code, 0, &options, &failure) == CPM_ERR_UNSUPPORTED);
    cpm_err_clear(&failure);
    cpm_linsys_clear(&sys);
    cpm_matcode_clear(&code);
    fmpq_clear(c);
}

/* ---- Dropping rows -------------------------------------------------------- */

enum { NTERMS = 12 };

/* Every variable left is read by an output, in some number of steps. */
static void check_all_needed(const cpm_linsys *sys)
{
    bool *needed = calloc(sys->dim + 1, sizeof *needed), more = true;
    for (size_t k = 0; k < sys->noutputs; k++)
        for (size_t t = 0; t < sys->outputs[k].len; t++)
            needed[sys->outputs[k].terms[t].var] = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < sys->dim; i++)
            for (size_t t = 0; needed[i] && t < sys->rows[i].len; t++) {
                more |= !needed[sys->rows[i].terms[t].var];
                needed[sys->rows[i].terms[t].var] = true;
            }
    }
    for (size_t i = 0; i < sys->dim; i++)
        UNIT_CHECK(needed[i]);
    free(needed);
}

/* The last variable of the system becomes the constant 1. */
static void set_constant(cpm_linsys *sys)
{
    size_t one = sys->dim - 1;
    const cpm_domain *scalars = cpm_domain_scalars(sys->domain);
    fmpq_t c;
    fmpq_init(c);
    scalars->one(c, scalars);
    cpm_form_clear(&sys->rows[one]);
    MUST(cpm_form_add_term(&sys->rows[one], one, c, scalars, err));
    cpm_form_normalise(&sys->rows[one], scalars);
    fmpq_set(sys->start + one, c);
    fmpq_clear(c);
}

static void one_reduction(const cpm_domain *domain, unsigned fractions)
{
    cpm_linsys sys = {0}, reduced = {0};
    unsigned long peeled = 0, most = unit_below(4);
    size_t dim = 2 + unit_below(6);
    fmpq *wanted = _fmpq_vec_init(NTERMS), *found = _fmpq_vec_init(NTERMS);
    random_system(&sys, domain, dim, 1 + unit_below(2), fractions);
    for (size_t i = 0; i < dim; i++) /* rows that are predictable, too */
        if (unit_below(3) == 0) {
            cpm_form_clear(&sys.rows[i]);
            if (unit_below(3) > 0)
                MUST(cpm_form_copy(&sys.rows[i], &sys.rows[dim - 1], err));
        }
    set_constant(&sys);
    plain_terms(wanted, NTERMS, &sys, 0);
    if (domain->is_arithmetic)
        MUST(cpm_fold_predictable(&peeled, &sys, dim - 1, most, err));
    UNIT_CHECK(peeled <= most);
    MUST(cpm_drop_unused(&reduced, &sys, NULL, err));
    UNIT_CHECK(sys.dim == 0 && reduced.dim <= dim);
    check_all_needed(&reduced);
    plain_terms(found, NTERMS, &reduced, 0);
    for (size_t n = peeled; n < NTERMS; n++)
        if (!fmpq_equal(found + n - peeled, wanted + n)) {
            UNIT_FAIL("%s: term %zu, %zu rows of %zu, %lu peeled", domain->name, n, reduced.dim,
                      dim, peeled);
            break;
        }
    cpm_linsys_clear(&reduced);
    cpm_linsys_clear(&sys);
    _fmpq_vec_clear(wanted, NTERMS);
    _fmpq_vec_clear(found, NTERMS);
}

static void test_reduce(void)
{
    for (size_t d = 0; d < sizeof DOMAINS / sizeof *DOMAINS; d++)
        for (size_t round = unit_scaled(ROUNDS); round > 0; round--)
            one_reduction(cpm_domain_of(DOMAINS[d]), round % 2 ? 6 : 0);
}

/* What is to be kept stays, with what it reads. */
static void test_keep(void)
{
    for (size_t round = unit_scaled(ROUNDS); round > 0; round--) {
        cpm_linsys sys = {0}, reduced = {0};
        bool keep[8] = {false};
        size_t dim = 1 + unit_below(8);
        random_system(&sys, cpm_domain_of(CPM_SEMIRING_PLUS_TIMES), dim, 1, 0);
        for (size_t i = 0; i < dim; i++)
            keep[i] = true;
        MUST(cpm_drop_unused(&reduced, &sys, keep, err));
        UNIT_CHECK(reduced.dim == dim);
        cpm_linsys_clear(&reduced);
        cpm_linsys_clear(&sys);
    }
}

static const cpm_test tests[] = {
    {"exact", test_exact},     {"modular", test_modular}, {"long_loop", test_long_loop},
    {"refusal", test_refusal}, {"reduce", test_reduce},   {"keep", test_keep},
};

UNIT_MAIN(tests)
