/* SPDX-License-Identifier: MIT
 *
 * lower_periodic.c - remainders and quotients of a counter whose loop has no end: the
 * index of a recurrence, whose range cannot be cut.
 *
 * (a*i + b) mod k repeats after k / gcd(k, a*step) rounds: so many registers hold the
 * next values and move on by one place in each. A quotient grows by what such
 * registers hold.
 */
#include "accel/lower_internal.h"
#include "base/mem.h"

#include <stdlib.h>

/* Values of a period that may wait in registers. */
enum { MAX_WAITING = 1000 };

static void clear_row(periodic *row)
{
    fmpz_clear(row->first);
    fmpz_clear(row->delta);
    fmpz_clear(row->divisor);
    free(row->waiting);
}

void cpm_lower_clear_periodics(lowering *lw)
{
    for (size_t i = 0; i < lw->nperiodics; i++)
        clear_row(&lw->periodics[i]);
    free(lw->periodics);
}

static periodic *find(const lowering *lw, const periodic *like)
{
    for (size_t i = 0; i < lw->nperiodics; i++) {
        periodic *row = &lw->periodics[i];
        if (row->is_quotient == like->is_quotient && fmpz_equal(row->first, like->first) &&
            fmpz_equal(row->delta, like->delta) && fmpz_equal(row->divisor, like->divisor))
            return row;
    }
    return NULL;
}

/* What waits for round t: the remainder in it, or what the quotient grows by. */
static void waiting_value(fmpz_t out, const periodic *row, ulong t)
{
    fmpz_t at, next;
    fmpz_init(at);
    fmpz_init(next);
    fmpz_mul_ui(at, row->delta, t);
    fmpz_add(at, at, row->first);
    fmpz_add(next, at, row->delta);
    if (row->is_quotient) {
        fmpz_fdiv_q(at, at, row->divisor);
        fmpz_fdiv_q(next, next, row->divisor);
        fmpz_sub(out, next, at);
    } else {
        fmpz_mod(out, at, row->divisor);
    }
    fmpz_clear(at);
    fmpz_clear(next);
}

static cpm_status add_register(uint32_t *reg, lowering *lw, const fmpz_t start)
{
    char name[40];
    snprintf(name, sizeof name, "c%zu", lw->code->nregs);
    cpm_status status = cpm_matcode_add_reg(reg, lw->code, CPM_REG_MONOMIAL, name, lw->err);
    if (status == CPM_OK) {
        lw->code->regs[*reg].is_bound = true;
        fmpq_set_fmpz(lw->code->regs[*reg].start, start);
    }
    return status;
}

static cpm_status make_registers(periodic *row, lowering *lw)
{
    fmpz_t value;
    fmpz_init(value);
    row->waiting = cpm_calloc(row->period + 1, sizeof *row->waiting); /* and a place to turn */
    cpm_status status = row->waiting == NULL ? cpm_err_memory(lw->err) : CPM_OK;
    fmpz_fdiv_q(value, row->first, row->divisor);
    if (status == CPM_OK && row->is_quotient)
        status = add_register(&row->quotient, lw, value);
    for (ulong t = 0; t < row->period && status == CPM_OK; t++) {
        waiting_value(value, row, t);
        status = add_register(&row->waiting[t], lw, value);
    }
    fmpz_zero(value);
    if (status == CPM_OK)
        status = add_register(&row->waiting[row->period], lw, value);
    fmpz_clear(value);
    return status;
}

cpm_split_answer cpm_lower_periodic(cpm_status *status, lv *out, lowering *lw, const fmpz_t k,
                                    bool quotient)
{
    periodic row = {.is_quotient = quotient};
    fmpz_t slope, constant;
    if (lw->is_deciding || out->kind != LV_POLY || out->counter != 0 || lw->counters[0].has_trips)
        return CPM_SPLIT_NOT_MINE;
    const lower_counter *ctr = &lw->counters[0];
    fmpz_init(slope);
    fmpz_init(constant);
    bool mine = cpm_exppoly_is_affine(&out->poly, slope, constant);
    fmpz_mul(row.first, slope, ctr->start);
    fmpz_add(row.first, row.first, constant);
    fmpz_mul(row.delta, slope, ctr->step);
    fmpz_set(row.divisor, k);
    fmpz_gcd(constant, k, row.delta);
    fmpz_divexact(constant, k, constant);
    mine = mine && fmpz_cmp_ui(constant, MAX_WAITING) <= 0;
    row.period = mine ? fmpz_get_ui(constant) : 0;
    fmpz_clear(slope);
    fmpz_clear(constant);
    periodic *known = mine ? find(lw, &row) : NULL;
    if (mine && known == NULL) {
        periodic *grown =
            cpm_grow(lw->periodics, &lw->periodics_cap, lw->nperiodics + 1, sizeof *grown);
        *status = grown == NULL ? cpm_err_memory(lw->err) : make_registers(&row, lw);
        if (grown != NULL) {
            lw->periodics = grown;
            known = &lw->periodics[lw->nperiodics++];
            *known = row;
        }
    }
    if (known != NULL && *status == CPM_OK) {
        cpm_lv_clear(out);
        *out = (lv){.kind = LV_REG, .reg = quotient ? known->quotient : known->waiting[0]};
    }
    if (known == NULL || known->waiting != row.waiting)
        clear_row(&row);
    return mine ? CPM_SPLIT_DONE : CPM_SPLIT_NOT_MINE;
}

cpm_status cpm_lower_advance_periodics(lowering *lw)
{
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < lw->nperiodics && status == CPM_OK; i++) {
        const periodic *row = &lw->periodics[i];
        uint32_t turn = row->waiting[row->period];
        if (row->is_quotient)
            status =
                cpm_matcode_emit(lw->code, CPM_MC_ADD, row->quotient, row->waiting[0], lw->err);
        if (status == CPM_OK)
            status = cpm_matcode_emit(lw->code, CPM_MC_MOV, turn, row->waiting[0], lw->err);
        for (ulong t = 0; t < row->period && status == CPM_OK; t++)
            status = cpm_matcode_emit(lw->code, CPM_MC_MOV, row->waiting[t],
                                      t + 1 < row->period ? row->waiting[t + 1] : turn, lw->err);
    }
    return status;
}
