/* SPDX-License-Identifier: MIT
 *
 * matcode.c - building and printing matrix code.
 */
#include "accel/matcode.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void cpm_matcode_clear(cpm_matcode *code)
{
    for (size_t i = 0; i < code->nconsts; i++)
        fmpq_clear(code->consts + i);
    for (size_t i = 0; i < code->nregs; i++) {
        free(code->regs[i].own_name);
        fmpq_clear(code->regs[i].start);
    }
    free(code->instrs);
    free(code->consts);
    free(code->regs);
    free(code->spans);
    *code = (cpm_matcode){0};
}

cpm_status cpm_matcode_add_reg(uint32_t *reg, cpm_matcode *code, cpm_reg_kind kind,
                               const char *name, cpm_err *err)
{
    cpm_mc_reg *regs = cpm_grow(code->regs, &code->regs_cap, code->nregs + 1, sizeof *regs);
    if (regs == NULL)
        return cpm_err_memory(err);
    code->regs = regs;
    cpm_mc_reg *added = &code->regs[code->nregs];
    *added = (cpm_mc_reg){.kind = kind, .name = name};
    if (kind != CPM_REG_VARIABLE) {
        added->own_name = strdup(name);
        added->name = added->own_name;
        if (added->name == NULL)
            return cpm_err_memory(err);
    }
    *reg = (uint32_t)code->nregs++;
    fmpq_init(added->start);
    return CPM_OK;
}

/* A move right behind a move to the same register makes the first one dead: so
 * it is with a virtual register that is cleared and used again. */
static bool overwrites_last(const cpm_matcode *code, const cpm_mc_instr *instr)
{
    if (code->ninstrs == 0 || instr->op != CPM_MC_MOV)
        return false;
    const cpm_mc_instr *last = &code->instrs[code->ninstrs - 1];
    return last->op == CPM_MC_MOV && last->dst == instr->dst &&
           (instr->is_const || instr->src != instr->dst);
}

static cpm_status append(cpm_matcode *code, cpm_mc_instr instr, cpm_err *err)
{
    if (overwrites_last(code, &instr))
        code->ninstrs--;
    cpm_mc_instr *instrs =
        cpm_grow(code->instrs, &code->instrs_cap, code->ninstrs + 1, sizeof *instrs);
    if (instrs == NULL)
        return cpm_err_memory(err);
    code->instrs = instrs;
    code->instrs[code->ninstrs++] = instr;
    return CPM_OK;
}

cpm_status cpm_matcode_emit(cpm_matcode *code, cpm_mc_op op, uint32_t dst, uint32_t src,
                            cpm_err *err)
{
    return append(code, (cpm_mc_instr){.op = op, .dst = dst, .src = src}, err);
}

cpm_status cpm_matcode_emit_const(cpm_matcode *code, cpm_mc_op op, uint32_t dst, const fmpq_t value,
                                  cpm_err *err)
{
    fmpq *consts = cpm_grow(code->consts, &code->consts_cap, code->nconsts + 1, sizeof *consts);
    if (consts == NULL)
        return cpm_err_memory(err);
    code->consts = consts;
    fmpq_init(code->consts + code->nconsts);
    fmpq_set(code->consts + code->nconsts, value);
    cpm_mc_instr instr = {.op = op, .is_const = true, .dst = dst, .src = (uint32_t)code->nconsts++};
    return append(code, instr, err);
}

cpm_status cpm_matcode_emit_product(cpm_matcode *code, uint32_t dst, uint32_t src, cpm_span span,
                                    cpm_err *err)
{
    cpm_span *spans = cpm_grow(code->spans, &code->spans_cap, code->nspans + 1, sizeof *spans);
    if (spans == NULL)
        return cpm_err_memory(err);
    code->spans = spans;
    code->spans[code->nspans] = span;
    cpm_mc_instr instr = {
        .op = CPM_MC_MUL, .dst = dst, .src = src, .place = (uint32_t)code->nspans++};
    return append(code, instr, err);
}

static void put_rational(cpm_strbuf *out, const fmpq_t value)
{
    char *text = fmpq_get_str(NULL, 10, value);
    cpm_strbuf_puts(out, text);
    flint_free(text);
}

void cpm_matcode_dump(cpm_strbuf *out, const cpm_matcode *code)
{
    static const char *const mnemonic[] = {"mov", "add", "sub", "mul", "loop", "end"};
    size_t depth = 0;
    for (size_t i = 0; i < code->ninstrs; i++) {
        const cpm_mc_instr *in = &code->instrs[i];
        if (in->op == CPM_MC_END)
            depth--;
        cpm_strbuf_fill(out, ' ', 4 * depth);
        cpm_strbuf_puts(out, mnemonic[in->op]);
        if (in->op == CPM_MC_LOOP)
            depth++;
        else if (in->op != CPM_MC_END)
            cpm_strbuf_printf(out, " %s,", code->regs[in->dst].name);
        if (in->op != CPM_MC_END)
            cpm_strbuf_puts(out, " ");
        if (in->op != CPM_MC_END && in->is_const)
            put_rational(out, code->consts + in->src);
        else if (in->op != CPM_MC_END)
            cpm_strbuf_puts(out, code->regs[in->src].name);
        cpm_strbuf_puts(out, "\n");
    }
}

bool cpm_matcode_is_integral(const cpm_matcode *code)
{
    for (size_t i = 0; i < code->nconsts; i++)
        if (!fmpz_is_one(fmpq_denref(code->consts + i)))
            return false;
    for (size_t r = 0; r < code->nregs; r++)
        if (!fmpz_is_one(fmpq_denref(code->regs[r].start)))
            return false;
    return true;
}

bool cpm_matcode_has_product(const cpm_matcode *code)
{
    for (size_t i = 0; i < code->ninstrs; i++)
        if ((code->instrs[i].op == CPM_MC_MUL || code->instrs[i].op == CPM_MC_LOOP) &&
            !code->instrs[i].is_const)
            return true;
    return false;
}

bool cpm_matcode_has_loop(const cpm_matcode *code)
{
    for (size_t i = 0; i < code->ninstrs; i++)
        if (code->instrs[i].op == CPM_MC_LOOP)
            return true;
    return false;
}

size_t cpm_matcode_end(const cpm_matcode *code, size_t loop)
{
    size_t depth = 0, i = loop;
    do {
        depth += code->instrs[i].op == CPM_MC_LOOP;
        depth -= code->instrs[i].op == CPM_MC_END;
        i++;
    } while (depth > 0);
    return i - 1;
}

void cpm_matcode_close_needed(bool *needed, const cpm_matcode *code)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < code->ninstrs; i++) {
            const cpm_mc_instr *in = &code->instrs[i];
            bool counts = in->op == CPM_MC_LOOP; /* what its body needs is not known yet */
            if (in->op == CPM_MC_END || in->is_const || (!counts && !needed[in->dst]) ||
                needed[in->src])
                continue;
            needed[in->src] = changed = true;
        }
    }
}
