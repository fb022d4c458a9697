/* SPDX-License-Identifier: MIT
 *
 * lower_known.c - variables that are known as affine expressions of counters: after
 * `k = i + 1`, or `lo = max_width - 2*j`, a condition on k, or a range that begins at lo, is
 * one on the counters themselves.
 *
 * Such a form holds until the body at work ends, since counters move on there, or the
 * variable's register is written once more; that is looked up in the code, so that
 * nobody who writes a register need think of it. Only an inner loop has to be asked
 * beforehand: what its body assigns is none from its beginning on (cpm_lower_demote).
 */
#include "accel/lower_internal.h"
#include "base/mem.h"
#include "lang/visit.h"

#include <stdlib.h>

/* Of one loop: what is more is not known. */
enum { MAX_KNOWN_FORMS = 4096 };

struct known_form {
    affine_form form;
    uint32_t reg;
    size_t at;         /* instructions up to the assignment */
    cpm_mc_instr last; /* the last of these: a later one may take its place */
    bool is_over;      /* the body in which it held has ended */
};

/* Names and numbers, with arithmetic of forms; one look at each, and most expressions
 * are none by their first name. */
static bool may_be_form(const lowering *lw, const cpm_expr *expr)
{
    const cpm_expr *child;
    switch (expr->kind) {
    case CPM_EXPR_INT:
        return true;
    case CPM_EXPR_NAME:
        return lw->names[expr->u.name.sym].state != NAME_REGISTER ||
               cpm_lower_known_form(lw, expr->u.name.sym) != NULL ||
               cpm_lower_is_piece(lw, expr->u.name.sym);
    case CPM_EXPR_UNARY:
    case CPM_EXPR_CHAIN:
        for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
            if (!may_be_form(lw, child))
                return false;
        return true;
    default:
        return false;
    }
}

cpm_status cpm_lower_find_form(bool *found, affine_form *form, lowering *lw, const cpm_expr *expr)
{
    cpm_err ignored = {0}, *err = lw->err;
    bool was_quiet = lw->is_quiet;
    *found = false;
    cpm_affine_init(form);
    if (!lw->options->domain->is_arithmetic || lw->is_deciding || !may_be_form(lw, expr))
        return CPM_OK;
    lw->err = &ignored;
    lw->is_quiet = true;
    *found = cpm_lower_form(form, lw, expr) == CPM_OK;
    lw->err = err;
    lw->is_quiet = was_quiet;
    cpm_status status = cpm_err_pass_memory(err, &ignored);
    cpm_err_clear(&ignored);
    return status;
}

cpm_status cpm_lower_keep_form(lowering *lw, cpm_sym sym, affine_form *form)
{
    name_info *name = &lw->names[sym];
    if (name->state != NAME_REGISTER || !name->has_reg || name->flow != 0 ||
        lw->code->ninstrs == 0 || lw->nforms == MAX_KNOWN_FORMS) {
        cpm_affine_clear(form);
        return CPM_OK;
    }
    known_form *grown = cpm_grow(lw->forms, &lw->forms_cap, lw->nforms + 1, sizeof *grown);
    if (grown == NULL) {
        cpm_affine_clear(form);
        return cpm_err_memory(lw->err);
    }
    lw->forms = grown;
    lw->forms[lw->nforms++] = (known_form){.form = *form,
                                           .reg = name->reg,
                                           .at = lw->code->ninstrs,
                                           .last = lw->code->instrs[lw->code->ninstrs - 1]};
    name->form = lw->nforms;
    cpm_affine_init(form);
    return CPM_OK;
}

/* Whether the code writes the register again. */
static bool is_rewritten(const cpm_matcode *code, const known_form *known)
{
    if (code->ninstrs < known->at)
        return true;
    const cpm_mc_instr *last = &code->instrs[known->at - 1];
    bool rewritten = last->op != known->last.op || last->is_const != known->last.is_const ||
                     last->dst != known->last.dst || last->src != known->last.src;
    for (size_t i = known->at; i < code->ninstrs && !rewritten; i++)
        rewritten = code->instrs[i].op != CPM_MC_LOOP && code->instrs[i].op != CPM_MC_END &&
                    code->instrs[i].dst == known->reg;
    return rewritten;
}

const affine_form *cpm_lower_known_form(const lowering *lw, cpm_sym sym)
{
    const name_info *name = &lw->names[sym];
    if (name->form == 0 || name->state != NAME_REGISTER || name->may_be_unbound)
        return NULL;
    known_form *known = &lw->forms[name->form - 1];
    known->is_over = known->is_over || is_rewritten(lw->code, known);
    return known->is_over ? NULL : &known->form;
}

void cpm_lower_end_forms(lowering *lw, size_t from)
{
    for (size_t i = from; i < lw->nforms; i++)
        lw->forms[i].is_over = true;
}

void cpm_lower_clear_forms(lowering *lw)
{
    for (size_t i = 0; i < lw->nforms; i++)
        cpm_affine_clear(&lw->forms[i].form);
    free(lw->forms);
}
