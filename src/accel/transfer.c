/* SPDX-License-Identifier: MIT
 *
 * transfer.c - running matrix code on linear forms instead of numbers: after
 * the run, register r holds row r of the transfer matrix.
 *
 * A move shares the form and a later change copies it, so shifting a register
 * file of 10^5 places costs 10^5 pointer copies. A loop inside is run once on
 * the identity, which gives its matrix over the registers it touches; that is
 * raised to the trip count by squaring (dense: few registers) and applied.
 */
#include "accel/transfer.h"

#include "accel/inner_power.h"
#include "base/mem.h"

#include <flint/fmpq_mat.h>
#include <flint/fmpq_vec.h>
#include <stdlib.h>
#include <string.h>

/* Registers an inner loop may touch; its matrix is dense. */
enum { MAX_INNER_DIM = 1000 };

/* Systems past this have no names: they are never drawn, and 10^5 copied names
 * cost more than some answers. */
enum { MAX_NAMED_DIM = 1000 };

/* A form that several registers may hold. */
typedef struct shared {
    size_t nrefs;
    cpm_form form;
} shared;

typedef struct machine {
    const cpm_matcode *code;
    const cpm_domain *domain; /* of the coefficients */
    const bool *needed;       /* instructions for other registers are passed over; NULL: all */
    shared **regs; /* owned: one per register, and last the constant 1; NULL: still itself */
    size_t nregs;  /* with the constant */
    size_t max_bytes;
    cpm_err *err;
} machine;

static void release(shared *s)
{
    if (s != NULL && --s->nrefs == 0) {
        cpm_form_clear(&s->form);
        free(s);
    }
}

static void machine_clear(machine *m)
{
    if (m->regs != NULL)
        for (size_t i = 0; i < m->nregs; i++)
            release(m->regs[i]);
    free(m->regs);
}

static shared *shared_new(machine *m)
{
    shared *s = cpm_calloc(1, sizeof *s);
    if (s == NULL)
        cpm_err_memory(m->err);
    else
        s->nrefs = 1;
    return s;
}

/* Every register holds itself. */
static cpm_status machine_init(machine *m, const machine *like)
{
    *m = *like;
    m->regs = cpm_calloc(m->nregs, sizeof *m->regs);
    return m->regs == NULL ? cpm_err_memory(m->err) : CPM_OK;
}

/* What register r holds; NULL when memory ran out. */
static shared *held(machine *m, size_t r)
{
    if (m->regs[r] != NULL)
        return m->regs[r];
    fmpq_t one;
    fmpq_init(one);
    m->domain->one(one, m->domain);
    m->regs[r] = shared_new(m);
    if (m->regs[r] != NULL &&
        cpm_form_add_term(&m->regs[r]->form, r, one, m->domain, m->err) != CPM_OK) {
        release(m->regs[r]);
        m->regs[r] = NULL;
    }
    fmpq_clear(one);
    return m->regs[r];
}

/* The form of register r, to be changed: a copy when others hold it too. */
static cpm_form *own(machine *m, uint32_t r)
{
    if (held(m, r) == NULL)
        return NULL;
    if (m->regs[r]->nrefs == 1)
        return &m->regs[r]->form;
    shared *copy = shared_new(m);
    if (copy == NULL || cpm_form_copy(&copy->form, &m->regs[r]->form, m->err) != CPM_OK) {
        free(copy);
        return NULL;
    }
    m->regs[r]->nrefs--;
    m->regs[r] = copy;
    return &copy->form;
}

/* The form of a constant. */
static shared *constant(machine *m, const cpm_mc_instr *in)
{
    shared *s = shared_new(m);
    if (s == NULL)
        return NULL;
    fmpq_t c;
    fmpq_init(c);
    m->domain->one(c, m->domain);
    m->domain->mul(c, m->code->consts + in->src, c, m->domain); /* a residue in Z/m */
    if (cpm_form_add_term(&s->form, m->nregs - 1, c, m->domain, m->err) != CPM_OK) {
        release(s);
        s = NULL;
    }
    fmpq_clear(c);
    return s;
}

static cpm_status run_mov(machine *m, const cpm_mc_instr *in)
{
    shared *from;
    if (in->is_const) {
        from = constant(m, in);
        if (from == NULL)
            return m->err->status;
    } else {
        from = held(m, in->src);
        if (from == NULL)
            return m->err->status;
        from->nrefs++;
    }
    release(m->regs[in->dst]);
    m->regs[in->dst] = from;
    return CPM_OK;
}

/* A subtraction is emitted only where there are negatives. */
static cpm_status run_add(machine *m, const cpm_mc_instr *in)
{
    const cpm_domain *domain = m->domain;
    cpm_form *form = own(m, in->dst);
    if (form == NULL || (!in->is_const && held(m, in->src) == NULL))
        return m->err->status;
    fmpq_t c, factor;
    fmpq_init(c);
    fmpq_init(factor);
    domain->one(factor, domain);
    if (in->op == CPM_MC_SUB)
        fmpq_neg(factor, factor);
    cpm_status status = CPM_OK;
    if (in->is_const) {
        domain->mul(c, m->code->consts + in->src, factor, domain);
        status = cpm_form_add_term(form, m->nregs - 1, c, domain, m->err);
    } else if (in->src == in->dst) {
        domain->one(c, domain);
        domain->add(c, c, factor, domain);
        cpm_form_scale(form, c, domain);
    } else {
        status = cpm_form_addmul(form, &m->regs[in->src]->form, factor, domain, m->err);
    }
    fmpq_clear(c);
    fmpq_clear(factor);
    return status;
}

static cpm_status run_mul(machine *m, const cpm_mc_instr *in)
{
    cpm_form *form = own(m, in->dst);
    if (form == NULL)
        return m->err->status;
    cpm_form_scale(form, m->code->consts + in->src, m->domain);
    return CPM_OK;
}

static bool is_needed(const machine *m, const cpm_mc_instr *in)
{
    return m->needed == NULL || in->op == CPM_MC_LOOP || in->op == CPM_MC_END || m->needed[in->dst];
}

static cpm_status run(machine *m, size_t begin, size_t end);

/* place[r] = 1 + index of register r among those the block touches, 0: untouched.
 * The constant comes along always. */
static size_t touched(uint32_t *place, const machine *m, size_t begin, size_t end)
{
    size_t count = 0;
    for (size_t i = begin; i < end; i++) {
        const cpm_mc_instr *in = &m->code->instrs[i];
        if (in->op == CPM_MC_LOOP || in->op == CPM_MC_END || !is_needed(m, in))
            continue;
        if (place[in->dst] == 0)
            place[in->dst] = (uint32_t)++count;
        if (!in->is_const && place[in->src] == 0)
            place[in->src] = (uint32_t)++count;
    }
    place[m->nregs - 1] = (uint32_t)++count;
    return count;
}

/* The matrix of the block over the touched registers. */
static cpm_status block_matrix(fmpq_mat_t mat, const machine *m, const uint32_t *place,
                               size_t begin, size_t end)
{
    machine inner;
    const cpm_domain *domain = m->domain;
    for (slong i = 0; i < fmpq_mat_nrows(mat); i++)
        for (slong j = 0; j < fmpq_mat_ncols(mat); j++)
            domain->zero(fmpq_mat_entry(mat, i, j), domain);
    cpm_status status = machine_init(&inner, m);
    if (status == CPM_OK)
        status = run(&inner, begin, end);
    for (size_t r = 0; r < m->nregs && status == CPM_OK; r++) {
        if (place[r] == 0)
            continue;
        if (held(&inner, r) == NULL) {
            status = m->err->status;
            break;
        }
        cpm_form *form = &inner.regs[r]->form;
        cpm_form_normalise(form, domain);
        for (size_t i = 0; i < form->len; i++)
            fmpq_set(fmpq_mat_entry(mat, (slong)place[r] - 1, (slong)place[form->terms[i].var] - 1),
                     form->terms[i].coeff);
    }
    machine_clear(&inner);
    return status;
}

/* Register r = row of `mat` applied to the registers before the loop. */
static cpm_status apply_matrix(machine *m, const fmpq_mat_t mat, const uint32_t *place)
{
    const cpm_domain *domain = m->domain;
    shared **after = cpm_calloc(m->nregs, sizeof *after);
    if (after == NULL)
        return cpm_err_memory(m->err);
    cpm_status status = CPM_OK;
    for (size_t r = 0; r < m->nregs && status == CPM_OK; r++) {
        if (place[r] == 0)
            continue;
        after[r] = shared_new(m);
        if (after[r] == NULL)
            status = m->err->status;
        for (size_t s = 0; s < m->nregs && status == CPM_OK; s++) {
            if (place[s] == 0)
                continue;
            const fmpq *c = fmpq_mat_entry(mat, (slong)place[r] - 1, (slong)place[s] - 1);
            if (cpm_domain_is_zero(c, domain))
                continue;
            status = held(m, s) == NULL
                         ? m->err->status
                         : cpm_form_addmul(&after[r]->form, &m->regs[s]->form, c, domain, m->err);
        }
    }
    for (size_t r = 0; r < m->nregs; r++) {
        if (after[r] == NULL)
            continue;
        release(m->regs[r]);
        m->regs[r] = after[r];
    }
    free(after);
    return status;
}

static cpm_status run_loop(machine *m, size_t loop, size_t end)
{
    const fmpq *trips = m->code->consts + m->code->instrs[loop].src;
    uint32_t *place = cpm_calloc(m->nregs, sizeof *place);
    if (place == NULL)
        return cpm_err_memory(m->err);
    size_t dim = touched(place, m, loop + 1, end);
    cpm_status status = CPM_OK;
    if (dim > MAX_INNER_DIM)
        status = cpm_err_set(m->err, CPM_ERR_UNSUPPORTED,
                             "cannot accelerate this loop: an inner loop with %zu variables "
                             "(at most %d)",
                             dim, MAX_INNER_DIM);
    if (status == CPM_OK) {
        fmpq_mat_t mat, result;
        fmpq_mat_init(mat, (slong)dim, (slong)dim);
        fmpq_mat_init(result, (slong)dim, (slong)dim);
        status = block_matrix(mat, m, place, loop + 1, end);
        if (status == CPM_OK)
            status =
                cpm_inner_power(result, mat, fmpq_numref(trips), m->domain, m->max_bytes, m->err);
        if (status == CPM_OK)
            status = apply_matrix(m, result, place);
        fmpq_mat_clear(mat);
        fmpq_mat_clear(result);
    }
    free(place);
    return status;
}

static cpm_status run(machine *m, size_t begin, size_t end)
{
    cpm_status status = CPM_OK;
    for (size_t i = begin; i < end && status == CPM_OK; i++) {
        const cpm_mc_instr *in = &m->code->instrs[i];
        size_t after;
        if (!is_needed(m, in))
            continue;
        switch (in->op) {
        case CPM_MC_MOV:
            status = run_mov(m, in);
            break;
        case CPM_MC_ADD:
        case CPM_MC_SUB:
            status = run_add(m, in);
            break;
        case CPM_MC_MUL:
            status = run_mul(m, in);
            break;
        case CPM_MC_LOOP:
            after = cpm_matcode_end(m->code, i);
            status = run_loop(m, i, after);
            i = after;
            break;
        case CPM_MC_END:
            break;
        }
    }
    return status;
}

/* The row of register r: moved where nobody else holds the form. */
static cpm_status take_row(cpm_form *row, machine *m, size_t r)
{
    shared *s = held(m, r);
    if (s == NULL)
        return m->err->status;
    cpm_form_normalise(&s->form, m->domain);
    if (s->nrefs > 1) {
        s->nrefs--;
        m->regs[r] = NULL;
        return cpm_form_copy(row, &s->form, m->err);
    }
    *row = s->form;
    s->form = (cpm_form){0};
    return CPM_OK;
}

cpm_status cpm_transfer(cpm_linsys *sys, const cpm_matcode *code, size_t noutputs,
                        const cpm_transfer_options *options, cpm_err *err)
{
    cpm_domain residues;
    machine m, like = {.code = code,
                       .domain = cpm_domain_scalars(code->domain),
                       .needed = options->needed,
                       .nregs = code->nregs + 1,
                       .max_bytes = options->max_bytes,
                       .err = err};
    if (options->needed != NULL)
        cpm_matcode_close_needed(options->needed, code);
    if (options->modulus != NULL) {
        cpm_domain_init_mod(&residues, options->modulus);
        like.domain = &residues;
    }
    *sys = (cpm_linsys){0};
    cpm_status status = machine_init(&m, &like);
    if (status == CPM_OK)
        status = run(&m, 0, code->ninstrs);
    if (status == CPM_OK)
        status = cpm_linsys_init(sys, code->domain, m.nregs, noutputs, err);
    sys->divides = code->divides;
    for (size_t r = 0; r < m.nregs && status == CPM_OK; r++) {
        status = take_row(&sys->rows[r], &m, r);
        bool is_one = r == m.nregs - 1;
        if (is_one)
            code->domain->one(sys->start + r, code->domain);
        else
            fmpq_set(sys->start + r, code->regs[r].start);
        if (m.nregs > MAX_NAMED_DIM)
            continue;
        sys->names[r] = strdup(is_one ? "1" : code->regs[r].name);
        if (sys->names[r] == NULL)
            status = cpm_err_memory(err);
    }
    machine_clear(&m);
    if (status != CPM_OK)
        cpm_linsys_clear(sys);
    return status;
}
