/* SPDX-License-Identifier: MIT
 *
 * lower.c - statements, and the loop as a whole.
 *
 * Every name that the loop assigns gets a register; assigning a predictable
 * value also emits the move, so that a value carried into the next iteration
 * is right, and tells the environment, so that later expressions can be
 * evaluated.
 */
#include "accel/lower_list.h"
#include "accel/while_loop.h"
#include "base/limits.h"
#include "lang/method.h"
#include "lang/visit.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

cpm_status cpm_lower_refuse(lowering *lw, cpm_span span, const char *format, ...)
{
    char message[CPM_MESSAGE_CAP];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return cpm_err_at(lw->err, CPM_ERR_SEMANTIC, lw->tree->text, span, "%s%s", lw->options->prefix,
                      message);
}

/* An error of the program: it is left to the interpreter to raise it. */
cpm_status cpm_lower_own_error(lowering *lw, cpm_span span, const char *message)
{
    return cpm_err_at(lw->err, CPM_ERR_RUNTIME, lw->tree->text, span, "%s", message);
}

void cpm_lowered_clear(cpm_lowered *lowered)
{
    cpm_matcode_clear(&lowered->code);
    free(lowered->finals);
    free(lowered->inner);
    cpm_list_result_free(lowered->lists);
    if (lowered->has_modulus)
        fmpz_clear(lowered->modulus);
    fmpz_clear(lowered->split.at);
    *lowered = (cpm_lowered){0};
}

/* ---- What is told of it ------------------------------------------------- */

cpm_status cpm_lower_note_inner(lowering *lw, cpm_inner_fact fact)
{
    cpm_lowered *lowered = lw->lowered;
    for (size_t i = 0; i < lowered->ninner; i++) {
        cpm_inner_fact *known = &lowered->inner[i];
        bool calls = fact.kind == CPM_INNER_CALL && known->kind == CPM_INNER_CALL;
        if (calls ? known->callee == fact.callee : known->span.begin == fact.span.begin)
            return CPM_OK;
    }
    cpm_inner_fact *grown =
        cpm_grow(lowered->inner, &lowered->inner_cap, lowered->ninner + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(lw->err);
    lowered->inner = grown;
    lowered->inner[lowered->ninner++] = fact;
    return CPM_OK;
}

/* ---- Names that a loop assigns ----------------------------------------- */

static cpm_status note_assigned(void *ctx, cpm_sym sym, const cpm_stmt *by)
{
    lowering *lw = ctx;
    (void)by;
    if (lw->names[sym].is_assigned)
        return CPM_OK;
    cpm_sym *grown = cpm_grow(lw->assigned, &lw->assigned_cap, lw->nassigned + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(lw->err);
    lw->assigned = grown;
    lw->assigned[lw->nassigned++] = sym;
    lw->names[sym].is_assigned = true;
    return CPM_OK;
}

/* ---- Registers --------------------------------------------------------- */

cpm_status cpm_lower_variable(uint32_t *reg, lowering *lw, cpm_sym sym)
{
    name_info *name = &lw->names[sym];
    if (!name->has_reg) {
        cpm_status status = cpm_matcode_add_reg(&name->reg, lw->code, CPM_REG_VARIABLE,
                                                lw->tree->symbols[sym].name, lw->err);
        if (status != CPM_OK)
            return status;
        name->has_reg = true;
        cpm_mc_reg *r = &lw->code->regs[name->reg];
        r->is_bound = lw->env->get(lw->env->ctx, r->start, sym);
    }
    *reg = name->reg;
    return CPM_OK;
}

/* ---- Statements -------------------------------------------------------- */

/* The number that a predicted name now holds goes into its register too. */
cpm_status cpm_lower_emit_predicted(lowering *lw, cpm_sym sym, cpm_span span)
{
    uint32_t reg;
    fmpq_t value;
    fmpq_init(value);
    cpm_status status = cpm_lower_variable(&reg, lw, sym);
    if (status == CPM_OK) {
        if (lw->env->get(lw->env->ctx, value, sym))
            status = cpm_lower_move_constant(lw, reg, value, span);
        else if (lw->names[sym].is_carried)
            status = cpm_lower_refuse(lw, span, "'%s' becomes something that is no integer",
                                      lw->tree->symbols[sym].name);
    }
    fmpq_clear(value);
    lw->names[sym].state = NAME_PREDICTED;
    lw->names[sym].flow = 0;
    lw->names[sym].may_be_unbound = false;
    return status;
}

/* The places of a delay line, from the far end. */
static cpm_status lower_shift(lowering *lw, const cpm_stmt *stmt)
{
    cpm_status status = CPM_OK;
    uint32_t to, from;
    for (size_t k = stmt->u.shift.nplaces; k-- > 1 && status == CPM_OK;) {
        lw->names[stmt->u.shift.places[k - 1]].is_carried = true;
        lw->names[stmt->u.shift.places[k]].flow = lw->names[stmt->u.shift.places[k - 1]].flow;
        status = cpm_lower_variable(&to, lw, stmt->u.shift.places[k]);
        if (status == CPM_OK)
            status = cpm_lower_variable(&from, lw, stmt->u.shift.places[k - 1]);
        if (status == CPM_OK)
            status = cpm_matcode_emit(lw->code, CPM_MC_MOV, to, from, lw->err);
    }
    return status;
}

static cpm_status lower_if(lowering *lw, const cpm_stmt *stmt)
{
    bool truth, folded;
    cpm_status status = cpm_lower_fold(&folded, lw, stmt);
    if (folded || status != CPM_OK)
        return status;
    status = cpm_lower_decide(&truth, lw, stmt->u.branch.test);
    if (status != CPM_OK)
        return status;
    return cpm_lower_block(lw, truth ? &stmt->u.branch.body : &stmt->u.branch.orelse);
}

/* The variable of a while loop moves on: from here to the end of the body it is one
 * step further, and so it is at the beginning of the next one. */
static cpm_status lower_step(lowering *lw, const cpm_stmt *stmt)
{
    name_info *name = &lw->names[lw->counters[0].sym];
    lower_counter *ctr = &lw->counters[0];
    if (name->state != NAME_COUNTER || name->counter != 0)
        return cpm_lower_refuse(lw, stmt->span, "a counter that is used in an inner loop");
    fmpz_add(ctr->offset, ctr->offset, lw->step);
    lw->nsteps++;
    return CPM_OK;
}

/* In this round, if it is known to be the one and only. */
static cpm_status lower_break(lowering *lw, const cpm_stmt *stmt)
{
    const inner_loop *inner = lw->inner;
    bool is_known =
        inner != NULL && (inner->is_unrolled || (inner->piece != NULL && inner->piece->is_single));
    if (!is_known) {
        cpm_lower_ask_break(lw);
        return cpm_lower_refuse(lw, stmt->span, "break inside the body");
    }
    lw->skips = lw->breaks = true;
    return CPM_OK;
}

cpm_status cpm_lower_plain_stmt(lowering *lw, const cpm_stmt *stmt)
{
    switch (stmt->kind) {
    case CPM_STMT_ASSIGN:
        return cpm_lower_assign(lw, stmt);
    case CPM_STMT_AUGMENT:
        return cpm_lower_augment(lw, stmt);
    case CPM_STMT_FOR:
        return cpm_lower_inner_for(lw, stmt);
    case CPM_STMT_IF:
        return lower_if(lw, stmt);
    case CPM_STMT_SHIFT:
        return lower_shift(lw, stmt);
    case CPM_STMT_PASS:
        return CPM_OK;
    case CPM_STMT_GLOBAL:
        return lw->call == NULL ? CPM_OK : cpm_lower_refuse(lw, stmt->span, "global in a function");
    case CPM_STMT_EXPR:
        if (stmt->u.expr->kind == CPM_EXPR_STRING)
            return CPM_OK;
        if (stmt->u.expr->kind == CPM_EXPR_CALL)
            return cpm_lower_refuse(lw, stmt->span, "call of '%s'",
                                    lw->tree->symbols[stmt->u.expr->u.call.callee].name);
        if (stmt->u.expr->kind == CPM_EXPR_METHOD)
            return cpm_lower_refuse(lw, stmt->span, "call of the method '%s'",
                                    cpm_method_name((cpm_method_id)stmt->u.expr->u.method.id));
        return cpm_lower_refuse(lw, stmt->span, "expression whose value is not used");
    case CPM_STMT_PRINT:
        return cpm_lower_refuse(lw, stmt->span, "print inside the body");
    case CPM_STMT_BREAK:
        return lower_break(lw, stmt);
    case CPM_STMT_CONTINUE: /* decided for this round: what follows is dead */
        lw->skips = true;
        return CPM_OK;
    case CPM_STMT_RETURN:
        return cpm_lower_return(lw, stmt);
    case CPM_STMT_DEF:
        return cpm_lower_refuse(lw, stmt->span, "def inside the body");
    case CPM_STMT_AUGMENT_ITEM:
        return cpm_lower_refuse(lw, stmt->span, "item of a list that is changed");
    case CPM_STMT_WHILE: /* has become a for */
    case CPM_STMT_ASSERT:
    case CPM_STMT_DEL:
    case CPM_STMT_NONLOCAL:
        break;
    }
    return cpm_lower_refuse(lw, stmt->span, "statement that is not linear");
}

/* A truth value or something else that is known, and is no number. */
static bool is_other(lowering *lw, const cpm_expr *expr)
{
    return lw->env->is_number != NULL && cpm_lower_is_predictable(lw, expr) &&
           !lw->env->is_number(lw->env->ctx, expr);
}

/* The for loop that a while loop is. Its range is right where the step goes towards the
 * limit. */
static cpm_status take_counted(const cpm_stmt **stmt, lowering *lw)
{
    const cpm_counted *counted = (*stmt)->u.branch.counted;
    const cpm_stmt *loop = counted == NULL ? NULL : counted->inner;
    fmpq_t step;
    if (loop == NULL || !cpm_lower_is_predictable(lw, loop->u.loop.step) ||
        is_other(lw, loop->u.loop.start))
        return cpm_lower_refuse(lw, (*stmt)->span,
                                "a while loop in it that does not count to a limit");
    fmpq_init(step);
    cpm_status status = cpm_lower_eval(step, lw, loop->u.loop.step);
    if (status == CPM_OK && fmpq_sgn(step) * loop->u.loop.counts_on <= 0)
        status = cpm_lower_refuse(lw, (*stmt)->span,
                                  "a while loop in it that counts away from its limit");
    fmpq_clear(step);
    *stmt = loop;
    return status;
}

static cpm_status lower_stmt(lowering *lw, const cpm_stmt *stmt)
{
    cpm_status status = CPM_OK;
    if (stmt == lw->options->step)
        return lower_step(lw, stmt);
    if (stmt->kind == CPM_STMT_WHILE)
        status = take_counted(&stmt, lw);
    if (status != CPM_OK)
        return status;
    return lw->lists == NULL ? cpm_lower_plain_stmt(lw, stmt) : cpm_list_stmt(lw, stmt);
}

/* What comes next in this block is not reached. */
static bool is_over(const lowering *lw)
{
    return lw->skips || cpm_lower_has_returned(lw);
}

cpm_status cpm_lower_block(lowering *lw, const cpm_block *block)
{
    if (++lw->nesting > CPM_MAX_NESTING)
        return cpm_lower_refuse(lw, block->stmts[0]->span, "blocks nested too deeply");
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < block->nstmts && status == CPM_OK && !is_over(lw); i++)
        status = lower_stmt(lw, block->stmts[i]);
    lw->nesting--;
    return status;
}

/* ---- The whole loop ---------------------------------------------------- */

/* Delay lines get their registers in order, so that the matrix is readable. */
static cpm_status place_delay_lines(lowering *lw, const cpm_block *body)
{
    cpm_status status = CPM_OK;
    uint32_t reg;
    for (size_t i = 0; i < body->nstmts; i++) {
        const cpm_stmt *stmt = body->stmts[i];
        if (stmt->kind != CPM_STMT_SHIFT)
            continue;
        for (size_t k = 0; k < stmt->u.shift.nplaces && status == CPM_OK; k++)
            status = cpm_lower_variable(&reg, lw, stmt->u.shift.places[k]);
    }
    return status;
}

cpm_status cpm_lower_refuse_lost(lowering *lw, cpm_sym sym, cpm_span span)
{
    inner_plan *plan = &lw->plans[lw->names[sym].lost_by];
    lw->wants_again = lw->wants_again || !plan->runs;
    plan->runs = true;
    return cpm_lower_refuse(lw, span, "the variable '%s' of an inner loop that may not run",
                            lw->tree->symbols[sym].name);
}

/* Names the body assigns start as registers with the value the environment has. */
static cpm_status prepare_names(lowering *lw, const cpm_stmt *loop)
{
    cpm_status status = CPM_OK;
    if (loop->u.loop.target != NULL)
        status = note_assigned(lw, loop->u.loop.target->u.name.sym, loop);
    if (status == CPM_OK)
        status = cpm_block_assigned(lw->tree, &loop->u.loop.body, note_assigned, lw);
    fmpq_t value;
    fmpq_init(value);
    for (size_t i = 0; i < lw->nassigned && status == CPM_OK; i++) {
        name_info *name = &lw->names[lw->assigned[i]];
        name->state = NAME_REGISTER;
        name->may_be_unbound = !lw->env->get(lw->env->ctx, value, lw->assigned[i]);
    }
    fmpq_clear(value);
    return status == CPM_OK ? place_delay_lines(lw, &loop->u.loop.body) : status;
}

static cpm_status collect_finals(cpm_lowered *lowered, lowering *lw)
{
    lowered->finals = cpm_calloc(lw->nassigned + (lw->lists == NULL ? 0 : lw->lists->ncells),
                                 sizeof *lowered->finals);
    if (lowered->finals == NULL)
        return cpm_err_memory(lw->err);
    for (size_t i = 0; i < lw->nassigned; i++) {
        cpm_sym sym = lw->assigned[i];
        const name_info *name = &lw->names[sym];
        cpm_final *final = &lowered->finals[lowered->nfinals];
        *final = (cpm_final){.sym = sym, .reg = name->reg, .flow = name->flow};
        if (name->state == NAME_LOST) {
            if (name->is_carried)
                return cpm_lower_refuse_lost(lw, sym, (cpm_span){0, 0});
            final->kind = CPM_FINAL_LOST;
        } else if (name->state == NAME_LIST) {
            continue; /* see lists */
        } else if (name->state == NAME_COUNTER) {
            final->kind = CPM_FINAL_COUNTER;
        } else if (name->state == NAME_PREDICTED || (name->has_reg && name->may_be_unbound)) {
            /* The latter: predicted to be no number, then left alone by inner loops. */
            final->kind = CPM_FINAL_PREDICTED;
        } else if (name->has_reg) {
            final->kind = CPM_FINAL_REGISTER;
        } else {
            continue; /* only assigned in a branch that is not taken */
        }
        lowered->nfinals++;
    }
    return lw->lists == NULL ? CPM_OK : cpm_lists_collect(lowered, lw);
}

static void lowering_clear(lowering *lw)
{
    cpm_lower_clear_counters(lw);
    cpm_lower_clear_forms(lw);
    cpm_lower_clear_periodics(lw);
    for (size_t i = 0; i < lw->npowers; i++) {
        fmpq_clear(lw->powers[i].unit);
        fmpq_clear(lw->powers[i].base);
    }
    free(lw->powers);
    fmpz_clear(lw->modulus);
    fmpz_clear(lw->step);
    free(lw->names);
    free(lw->stack_regs);
    free(lw->assigned);
}

/* What a run of lowering begins with: how the values that the names have at the
 * start of an iteration are reduced, and the modulus once it is known. */
typedef struct flows {
    unsigned *at_start; /* owned, per symbol */
    inner_plan *plans;  /* owned, per loop */
    size_t nplans;
    list_memory lists;
    bool has_modulus;
    fmpz_t modulus;
} flows;

/* From the end of an iteration to the start of the next; true when that says
 * more than was assumed. */
static bool carry_flows(flows *f, const lowering *lw)
{
    bool changed = lw->has_modulus != f->has_modulus;
    f->has_modulus = lw->has_modulus;
    fmpz_set(f->modulus, lw->modulus);
    for (size_t i = 0; i < lw->nassigned; i++) {
        cpm_sym sym = lw->assigned[i];
        unsigned flow = lw->names[sym].state == NAME_REGISTER ? lw->names[sym].flow : 0;
        if (flow > 0 && flow < CPM_FLOW_MIXED)
            flow++;
        if (flow > f->at_start[sym]) {
            f->at_start[sym] = flow;
            changed = true;
        }
    }
    return changed;
}

/* The bodies of a round, and the step of the counter behind them. */
static cpm_status lower_bodies(lowering *lw, size_t c, const cpm_stmt *loop)
{
    ulong period = lw->options->period;
    fmpz_set(lw->step, lw->counters[c].step);
    if (period > 0)
        cpm_lower_scale_counter(lw, c, period);
    cpm_status status = CPM_OK;
    for (ulong k = 0; k < (period == 0 ? 1 : period) && status == CPM_OK; k++) {
        status = cpm_lower_body(lw, c, &loop->u.loop.body);
        if (lw->options->step == NULL)
            fmpz_add(lw->counters[c].offset, lw->counters[c].offset, lw->step);
        else if (status == CPM_OK && lw->nsteps != k + 1)
            status = cpm_lower_refuse(lw, loop->span, "a round that does not count");
    }
    if (status == CPM_OK)
        status = cpm_lower_advance_periodics(lw);
    return status == CPM_OK ? cpm_lower_advance(lw, c) : status;
}

static cpm_status lower_once(cpm_lowered *lowered, bool *again, flows *f, const cpm_tree *tree,
                             const cpm_stmt *loop, const fmpz_t start, const fmpz_t step,
                             const fmpz *trips, const cpm_lower_env *env,
                             const cpm_lower_options *options, cpm_err *err)
{
    *lowered = (cpm_lowered){0};
    lowered->code.domain = options->domain;
    lowering lw = {.tree = tree,
                   .env = env,
                   .options = options,
                   .code = &lowered->code,
                   .lowered = lowered,
                   .has_modulus = f->has_modulus,
                   .plans = f->plans,
                   .err = err};
    size_t c;
    lists work = {0};
    fmpz_init_set(lw.modulus, f->modulus);
    lw.names = cpm_calloc(tree->nsymbols, sizeof *lw.names);
    cpm_status status = lw.names == NULL ? cpm_err_memory(err) : prepare_names(&lw, loop);
    if (status == CPM_OK && cpm_list_is_used_in(&lw, &loop->u.loop.body))
        status = cpm_lists_begin(&lw, &work, &f->lists);
    for (size_t i = 0; i < lw.nassigned && status == CPM_OK; i++)
        lw.names[lw.assigned[i]].flow = f->at_start[lw.assigned[i]];
    if (status == CPM_OK)
        status = cpm_lower_push_counter(&c, &lw, loop, start, step, trips);
    if (status == CPM_OK)
        status = lower_bodies(&lw, c, loop);
    if (status == CPM_OK && lw.lists != NULL)
        status = cpm_lists_close(&lw, loop->span);
    if (status == CPM_OK)
        status = cpm_lower_check_starts(&lw, loop);
    if (status == CPM_OK)
        status = collect_finals(lowered, &lw);
    bool changed = status == CPM_OK && lw.has_modulus && carry_flows(f, &lw);
    if (status == CPM_OK && lw.folds && !changed)
        status = cpm_lower_check_folds(&lw, f->at_start);
    *again = lw.wants_again || changed || work.learned;
    if (status == CPM_OK && lw.has_modulus) {
        lowered->has_modulus = true;
        lowered->modulus_span = lw.modulus_span;
        fmpz_init_set(lowered->modulus, lw.modulus);
    }
    lowering_clear(&lw);
    cpm_lists_clear(&work);
    if (status != CPM_OK)
        cpm_lowered_clear(lowered);
    lowered->split = lw.split;
    lowered->refused_value = lw.refused_value;
    lowered->refused_product = lw.refused_product;
    return status;
}

cpm_status cpm_lower_loop(cpm_lowered *lowered, const cpm_tree *tree, const cpm_stmt *loop,
                          const fmpz_t start, const fmpz_t step, const fmpz *trips,
                          const cpm_lower_env *env, const cpm_lower_options *options, cpm_err *err)
{
    flows f = {.at_start = cpm_calloc(tree->nsymbols, sizeof(unsigned)),
               .plans = cpm_calloc(tree->nloops + 1, sizeof(inner_plan)),
               .nplans = tree->nloops + 1};
    bool again = false;
    *lowered = (cpm_lowered){0};
    if (f.at_start == NULL || f.plans == NULL) {
        free(f.at_start);
        free(f.plans);
        return cpm_err_memory(err);
    }
    fmpz_init(f.modulus);
    cpm_status status =
        lower_once(lowered, &again, &f, tree, loop, start, step, trips, env, options, err);
    /* What flows around the loop grows to a fixed point, what is unrolled too. */
    while (again && env->reset != NULL && status != CPM_ERR_MEMORY) {
        if (status != CPM_OK)
            cpm_err_clear(err);
        cpm_lowered_clear(lowered);
        env->reset(env->ctx);
        status = lower_once(lowered, &again, &f, tree, loop, start, step, trips, env, options, err);
    }
    free(f.at_start);
    cpm_inner_plans_free(f.plans, f.nplans);
    cpm_list_memory_clear(&f.lists);
    fmpz_clear(f.modulus);
    return status;
}
