/* SPDX-License-Identifier: MIT
 *
 * prepare.c - the steps from a loop to a reduced system, one after another.
 */
#include "accel/prepare.h"

#include "accel/body_map.h"
#include "accel/reduce.h"
#include "accel/transfer.h"
#include "base/mem.h"

#include <stdlib.h>

cpm_status cpm_prepare_lower(cpm_prepare *prep, cpm_err *err)
{
    return cpm_lower_loop_in(&prep->lowered, prep->semiring, prep->tree, prep->loop, prep->start,
                             prep->step, prep->trips, prep->env, &prep->options, err);
}

/* Only the registers of the wanted values, where the others must not be looked
 * at. */
static cpm_status find_needed(bool **needed, const cpm_prepare *prep, const size_t *wanted,
                              size_t nwanted, cpm_err *err)
{
    if (!prep->slices)
        return CPM_OK;
    *needed = cpm_calloc(prep->lowered.code.nregs, sizeof **needed);
    if (*needed == NULL)
        return cpm_err_memory(err);
    for (size_t k = 0; k < nwanted; k++)
        (*needed)[prep->lowered.finals[wanted[k]].reg] = true;
    return CPM_OK;
}

/* The registers of wanted values, owned; NULL when memory runs out. */
static uint32_t *wanted_registers(const cpm_prepare *prep, const size_t *wanted, size_t nwanted,
                                  cpm_err *err)
{
    uint32_t *regs = cpm_calloc(nwanted, sizeof *regs);
    if (regs == NULL)
        (void)!cpm_err_memory(err);
    for (size_t k = 0; k < nwanted && regs != NULL; k++)
        regs[k] = prep->lowered.finals[wanted[k]].reg;
    return regs;
}

cpm_status cpm_prepare_varying(bool *found, cpm_polysys *sys, const cpm_prepare *prep,
                               const size_t *wanted, size_t nwanted, cpm_err *err)
{
    *found = false;
    *sys = (cpm_polysys){0};
    if (!prep->lowered.code.domain->is_arithmetic || !cpm_matcode_has_product(&prep->lowered.code))
        return CPM_OK;
    uint32_t *regs = wanted_registers(prep, wanted, nwanted, err);
    if (regs == NULL)
        return err->status;
    cpm_body_options options = {
        .wanted = regs, .nwanted = nwanted, .text = prep->tree->text, .prefix = ""};
    cpm_status status = cpm_body_varying(found, sys, &prep->lowered.code, &options, err);
    free(regs);
    return status;
}

/* Code with products: over monomials of what the wanted values need. */
static cpm_status close_products(cpm_prepare *prep, const size_t *wanted, size_t nwanted,
                                 cpm_err *err)
{
    uint32_t *regs = wanted_registers(prep, wanted, nwanted, err);
    if (regs == NULL)
        return err->status;
    cpm_body_options options = {.wanted = regs,
                                .nwanted = nwanted,
                                .modulus = prep->modulus,
                                .max_bytes = prep->max_memory_bytes,
                                .text = prep->tree->text,
                                .prefix = prep->options.prefix,
                                .period = prep->options.period,
                                .split = &prep->lowered.split};
    cpm_status status = cpm_body_system(&prep->full, &prep->lowered.code, &options, err);
    free(regs);
    return status;
}

cpm_status cpm_prepare_system(cpm_prepare *prep, const size_t *wanted, size_t nwanted, cpm_err *err)
{
    const cpm_domain *scalars = cpm_domain_scalars(prep->lowered.code.domain);
    cpm_linsys_clear(&prep->full);
    if (cpm_matcode_has_product(&prep->lowered.code))
        return close_products(prep, wanted, nwanted, err);
    cpm_transfer_options options = {.modulus = prep->modulus, .max_bytes = prep->max_memory_bytes};
    cpm_status status = find_needed(&options.needed, prep, wanted, nwanted, err);
    if (status == CPM_OK)
        status = cpm_transfer(&prep->full, &prep->lowered.code, nwanted, &options, err);
    free(options.needed);
    fmpq_t one;
    fmpq_init(one);
    scalars->one(one, scalars);
    for (size_t k = 0; k < nwanted && status == CPM_OK; k++)
        status = cpm_form_add_term(&prep->full.outputs[k], prep->lowered.finals[wanted[k]].reg, one,
                                   scalars, err);
    fmpq_clear(one);
    return status;
}

/* How many rounds may be peeled off for the sake of a smaller matrix. */
enum { MAX_PEELED = 64 };

static cpm_status fold(cpm_prepare *prep, cpm_linsys *sys, const fmpz *rounds, cpm_err *err)
{
    unsigned long most = MAX_PEELED;
    if (rounds == NULL || !sys->domain->is_arithmetic) /* folding is arithmetic */
        return CPM_OK;
    if (fmpz_cmp_ui(rounds, most) < 0)
        most = fmpz_get_ui(rounds);
    return cpm_fold_predictable(&prep->peeled, sys, sys->dim - 1, most, err);
}

static cpm_status drop_rows(cpm_prepare *prep, cpm_linsys *sys, const fmpz *rounds, cpm_err *err)
{
    const cpm_matcode *code = &prep->lowered.code;
    bool *keep = cpm_calloc(sys->dim, sizeof *keep);
    if (keep == NULL)
        return cpm_err_memory(err);
    bool are_registers = !cpm_matcode_has_product(code); /* the variables; else monomials */
    for (size_t r = 0; r < code->nregs && are_registers; r++)
        keep[r] = !prep->options.clear_stack && code->regs[r].kind == CPM_REG_VIRTUAL;
    cpm_status status = fold(prep, sys, rounds, err);
    if (status == CPM_OK)
        status = cpm_drop_unused(&prep->reduced, sys, keep, err);
    free(keep);
    return status;
}

cpm_status cpm_prepare_reduce(cpm_prepare *prep, const fmpz *rounds, cpm_err *err)
{
    cpm_linsys sys = {0};
    cpm_status status = CPM_OK;
    if (prep->keeps_full) {
        status = cpm_linsys_copy(&sys, &prep->full, err);
    } else {
        sys = prep->full;
        prep->full = (cpm_linsys){0};
    }
    if (status == CPM_OK && prep->min_rows) {
        status = drop_rows(prep, &sys, rounds, err);
    } else if (status == CPM_OK) {
        prep->reduced = sys;
        sys = (cpm_linsys){0};
    }
    cpm_linsys_clear(&sys);
    return status;
}

cpm_status cpm_prepare_draw_map(cpm_strbuf *out, const cpm_lowered *lowered, const cpm_text *text,
                                cpm_err *err)
{
    if (!lowered->code.domain->is_arithmetic) { /* its sums are no sums */
        cpm_matcode_dump(out, &lowered->code);
        return CPM_OK;
    }
    uint32_t *regs = cpm_calloc(lowered->nfinals, sizeof *regs);
    if (regs == NULL)
        return cpm_err_memory(err);
    cpm_body_options options = {.wanted = regs, .text = text, .prefix = ""};
    for (size_t i = 0; i < lowered->nfinals; i++)
        if (lowered->finals[i].kind == CPM_FINAL_REGISTER)
            regs[options.nwanted++] = lowered->finals[i].reg;
    cpm_status status = cpm_body_draw(out, &lowered->code, &options, err);
    free(regs);
    return status;
}

void cpm_prepare_clear(cpm_prepare *prep)
{
    cpm_lowered_clear(&prep->lowered);
    cpm_linsys_clear(&prep->full);
    cpm_linsys_clear(&prep->reduced);
}
