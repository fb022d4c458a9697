/* SPDX-License-Identifier: MIT
 *
 * lower_modulus.c - loops in Z/M. A value is reduced by x % M, by x & (M - 1) where M is
 * a power of 2, as pow(b, e, M), or by taking M off where that makes a residue of it:
 *
 *     c = a + b
 *     if c >= M: c -= M
 *
 * From there on the loop is one in Z/M, where this changes nothing but what is known of
 * the value: that it is a residue. In the last form it must be known that c, which is
 * a sum of residues, is below 2M. What flows around the loop is found by lowering it
 * again until nothing new comes (lower.c); until then a variable may pass for a residue
 * that is not known to be one.
 */
#include "accel/lower_list.h"

/* ---- Remainders ------------------------------------------------------------------------ */

/* The value is a residue modulo m, or this is one modulus too many. */
static cpm_status reduce(lv *out, lowering *lw, const fmpz_t m, cpm_span span)
{
    if (lw->has_modulus && !fmpz_equal(lw->modulus, m))
        return cpm_lower_refuse(lw, span, "'%%' with two moduli");
    lw->has_modulus = true;
    fmpz_set(lw->modulus, m);
    if (lw->modulus_span.end == 0)
        lw->modulus_span = span;
    cpm_status status = cpm_lower_push(lw, out);
    out->flow = 1;
    return status;
}

static bool may_reduce(const lowering *lw)
{
    return lw->env->reset != NULL && !lw->is_deciding;
}

/* m = 2^k for the mask 2^k - 1 */
static bool modulus_of_mask(fmpz_t m, const fmpq_t mask)
{
    if (!fmpz_is_one(fmpq_denref(mask)) || fmpq_sgn(mask) < 0)
        return false;
    fmpz_add_ui(m, fmpq_numref(mask), 1);
    return fmpz_val2(m) + 1 == fmpz_bits(m);
}

bool cpm_lower_reduces(lowering *lw, const lv *value, const cpm_link *link)
{
    if (!may_reduce(lw))
        return false;
    if (cpm_lower_is_predictable(lw, link->operand))
        return true;
    fmpq_t mask;
    fmpz_t m;
    fmpq_init(mask);
    fmpz_init(m);
    bool is_mask = link->op == CPM_OP_AND && lv_is_constant(value);
    if (is_mask)
        cpm_lv_get_constant(mask, value);
    is_mask = is_mask && modulus_of_mask(m, mask);
    fmpq_clear(mask);
    fmpz_clear(m);
    return is_mask;
}

cpm_status cpm_lower_reduce_by(lv *out, lowering *lw, const cpm_link *link, cpm_span left)
{
    cpm_span span = {left.begin, link->operand->span.end};
    fmpq_t c;
    fmpz_t m;
    fmpq_init(c);
    fmpz_init(m);
    cpm_status status = CPM_OK;
    if (cpm_lower_is_predictable(lw, link->operand)) {
        status = cpm_lower_eval(c, lw, link->operand);
    } else { /* mask & x */
        cpm_lv_get_constant(c, out);
        cpm_lv_clear(out);
        status = cpm_lower_expr(out, lw, link->operand);
    }
    fmpz_set(m, fmpq_numref(c));
    if (status == CPM_OK && link->op == CPM_OP_AND && !modulus_of_mask(m, c))
        status = cpm_lower_refuse(lw, span, "'&' with a mask that is not 2^k - 1");
    if (status == CPM_OK && link->op == CPM_OP_MOD &&
        (!fmpz_is_one(fmpq_denref(c)) || fmpq_sgn(c) <= 0))
        status = cpm_lower_refuse(lw, span, "'%%' with a modulus that is no positive integer");
    if (status == CPM_OK)
        status = reduce(out, lw, m, span);
    fmpq_clear(c);
    fmpz_clear(m);
    return status;
}

cpm_status cpm_lower_power_mod(lv *out, lowering *lw, const cpm_expr *expr)
{
    const cpm_arg *args = expr->u.call.args;
    const cpm_link link = {.op = CPM_OP_MOD, .operand = args[2].value};
    lv exponent;
    cpm_status status = cpm_lower_expr(&exponent, lw, args[1].value);
    if (status != CPM_OK)
        return status;
    bool is_natural = exponent.kind == LV_POLY &&
                      !cpm_lower_may_be_negative(lw, exponent.counter, &exponent.poly);
    cpm_lv_clear(&exponent);
    if (!is_natural || !may_reduce(lw) || !cpm_lower_is_predictable(lw, args[2].value))
        return cpm_lower_refuse(lw, expr->span, "'pow' of %s values", lw->options->adjective);
    status = cpm_lower_power_expr(out, lw, expr, args[0].value, args[1].value);
    return status == CPM_OK ? cpm_lower_reduce_by(out, lw, &link, expr->span) : status;
}

/* ---- Sums of residues -------------------------------------------------------------------- */

/* Adds sign * the range of a name or a number; false where it is not known. */
static bool add_range(residue_range *range, lowering *lw, const cpm_expr *expr, int sign)
{
    residue_range r = {.known = true};
    if (cpm_lower_is_predictable(lw, expr)) {
        fmpq_t c;
        cpm_err ignored = {0};
        fmpq_init(c);
        r.known = lw->env->eval(lw->env->ctx, c, expr, &ignored) == CPM_OK &&
                  fmpz_is_one(fmpq_denref(c)) && fmpz_bits(fmpq_numref(c)) < 60;
        r.constant = r.known ? fmpz_get_si(fmpq_numref(c)) : 0;
        fmpq_clear(c);
    } else if (expr->kind == CPM_EXPR_NAME && lw->names[expr->u.name.sym].state == NAME_REGISTER) {
        const name_info *name = &lw->names[expr->u.name.sym];
        if (name->range.known)
            r = name->range;
        else if (name->flow < CPM_MAX_FLOW)
            r = (residue_range){.known = true, .nplus = 1, .is_assumed = name->flow == 0};
        else
            r.known = false;
    } else {
        return false;
    }
    bool fits = r.known && range->nplus + range->nminus + r.nplus + r.nminus < 1000 &&
                !__builtin_add_overflow(range->constant, sign * r.constant, &range->constant);
    range->nplus += sign > 0 ? r.nplus : r.nminus;
    range->nminus += sign > 0 ? r.nminus : r.nplus;
    range->is_assumed = range->is_assumed || r.is_assumed;
    return fits;
}

residue_range cpm_lower_range_of(lowering *lw, const cpm_expr *expr)
{
    residue_range range = {.known = true};
    if (expr->kind != CPM_EXPR_CHAIN) {
        range.known = add_range(&range, lw, expr, 1);
        return range;
    }
    range.known = add_range(&range, lw, expr->u.chain.first, 1);
    for (size_t i = 0; i < expr->u.chain.nlinks && range.known; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        range.known = (link->op == CPM_OP_ADD || link->op == CPM_OP_SUB) &&
                      add_range(&range, lw, link->operand, link->op == CPM_OP_ADD ? 1 : -1);
    }
    return range;
}

void cpm_lower_forget_ranges(lowering *lw)
{
    for (size_t sym = 0; sym < lw->tree->nsymbols; sym++)
        lw->names[sym].range.known = false;
}

/* ---- if c >= M: c -= M -------------------------------------------------------------------- */

/* A comparison of a name with a number, the name on the left. */
typedef struct comparison {
    cpm_sym sym;
    cpm_op op;
    const cpm_expr *bound;
} comparison;

static cpm_op mirrored(cpm_op op)
{
    return op == CPM_OP_LT   ? CPM_OP_GT
           : op == CPM_OP_LE ? CPM_OP_GE
           : op == CPM_OP_GT ? CPM_OP_LT
           : op == CPM_OP_GE ? CPM_OP_LE
                             : op;
}

static bool read_comparison(comparison *out, lowering *lw, const cpm_expr *test)
{
    if (test->kind != CPM_EXPR_COMPARE || test->u.chain.nlinks != 1)
        return false;
    const cpm_expr *left = test->u.chain.first, *right = test->u.chain.links[0].operand;
    out->op = test->u.chain.links[0].op;
    if (out->op > CPM_OP_NE) /* in, is */
        return false;
    if (cpm_lower_is_predictable(lw, left)) {
        const cpm_expr *swap = left;
        left = right;
        right = swap;
        out->op = mirrored(out->op);
    }
    out->bound = right;
    if (left->kind != CPM_EXPR_NAME || !cpm_lower_is_predictable(lw, right))
        return false;
    out->sym = left->u.name.sym;
    return lw->names[out->sym].state == NAME_REGISTER;
}

/* name op= number, or name = name op number: the operator, and the number. */
static bool read_change(cpm_op *op, const cpm_expr **by, const cpm_block *body, cpm_sym sym)
{
    if (body->nstmts != 1)
        return false;
    const cpm_stmt *stmt = body->stmts[0];
    if (stmt->kind == CPM_STMT_AUGMENT) {
        *op = stmt->u.augment.op;
        *by = stmt->u.augment.value;
        return stmt->u.augment.target->u.name.sym == sym;
    }
    if (stmt->kind != CPM_STMT_ASSIGN || stmt->u.assign.ntargets != 1)
        return false;
    const cpm_expr *target = stmt->u.assign.targets[0], *value = stmt->u.assign.value;
    if (target->kind != CPM_EXPR_NAME || target->u.name.sym != sym ||
        value->kind != CPM_EXPR_CHAIN || value->u.chain.nlinks != 1)
        return false;
    const cpm_expr *first = value->u.chain.first;
    *op = value->u.chain.links[0].op;
    *by = value->u.chain.links[0].operand;
    return first->kind == CPM_EXPR_NAME && first->u.name.sym == sym;
}

/* Whether the range is within 0..2m-1 (where m is taken off what is m or more), or
 * within -m..m-1 (where m is added to what is negative). */
static bool is_one_step_away(const residue_range *r, const fmpz_t m, bool adds)
{
    fmpz_t low, high;
    fmpz_init(low);
    fmpz_init(high);
    fmpz_sub_ui(high, m, 1);
    fmpz_mul_si(low, high, -(slong)r->nminus);
    fmpz_mul_ui(high, high, r->nplus);
    fmpz_add_si(low, low, r->constant);
    fmpz_add_si(high, high, r->constant);
    if (adds) {
        fmpz_add(low, low, m);
        fmpz_add(high, high, m);
    }
    fmpz_sub(high, high, m);
    bool fits = r->known && fmpz_sgn(low) >= 0 && fmpz_cmp(high, m) < 0;
    fmpz_clear(low);
    fmpz_clear(high);
    return fits;
}

/* The number, if it is one; m is positive. */
static bool eval_integer(fmpz_t out, lowering *lw, const cpm_expr *expr)
{
    fmpq_t value;
    cpm_err ignored = {0};
    fmpq_init(value);
    bool ok = cpm_lower_is_predictable(lw, expr) &&
              lw->env->eval(lw->env->ctx, value, expr, &ignored) == CPM_OK &&
              fmpz_is_one(fmpq_denref(value));
    fmpz_set(out, fmpq_numref(value));
    fmpq_clear(value);
    return ok;
}

/* Whether the statement makes a residue modulo m of the name. */
static bool folds(fmpz_t m, lowering *lw, const comparison *c, cpm_op op, const cpm_expr *by)
{
    fmpz_t bound;
    bool ok = false;
    fmpz_init(bound);
    if (eval_integer(m, lw, by) && eval_integer(bound, lw, c->bound) && fmpz_sgn(m) > 0) {
        const residue_range *range = &lw->names[c->sym].range;
        if (c->op == CPM_OP_GT)
            fmpz_add_ui(bound, bound, 1); /* of integers */
        if (op == CPM_OP_SUB && (c->op == CPM_OP_GE || c->op == CPM_OP_GT))
            ok = fmpz_equal(bound, m) && is_one_step_away(range, m, false);
        else if (op == CPM_OP_ADD && c->op == CPM_OP_LT)
            ok = fmpz_is_zero(bound) && is_one_step_away(range, m, true);
    }
    fmpz_clear(bound);
    return ok;
}

cpm_status cpm_lower_fold(bool *handled, lowering *lw, const cpm_stmt *stmt)
{
    comparison c;
    cpm_op op;
    const cpm_expr *by;
    fmpz_t m;
    *handled = false;
    if (!domain_of(lw)->is_arithmetic || !may_reduce(lw) || lw->inner_depth > 0 ||
        stmt->u.branch.orelse.nstmts > 0 || !read_comparison(&c, lw, stmt->u.branch.test) ||
        !read_change(&op, &by, &stmt->u.branch.body, c.sym))
        return CPM_OK;
    fmpz_init(m);
    cpm_status status = CPM_OK;
    if (folds(m, lw, &c, op, by)) {
        lv value = {.kind = LV_REG};
        *handled = true;
        lw->assumes = lw->assumes || lw->names[c.sym].range.is_assumed;
        lw->folds = true;
        status = cpm_lower_variable(&value.reg, lw, c.sym);
        if (status == CPM_OK)
            status = reduce(&value, lw, m, stmt->span);
        if (status == CPM_OK)
            status = cpm_lower_assign_value(lw, c.sym, &value, stmt->span);
        lw->fold_span = stmt->span;
    }
    fmpz_clear(m);
    return status;
}

cpm_status cpm_lower_check_folds(lowering *lw, const unsigned *at_start)
{
    bool ok = !lw->assumes;
    for (size_t i = 0; i < lw->nassigned && ok && lw->folds; i++) {
        cpm_sym sym = lw->assigned[i];
        if (at_start[sym] < 2 || at_start[sym] >= CPM_MAX_FLOW || !lw->names[sym].has_reg)
            continue;
        const cpm_mc_reg *reg = &lw->code->regs[lw->names[sym].reg];
        if (!reg->is_bound) /* nobody reads it then */
            continue;
        ok = fmpz_is_one(fmpq_denref(reg->start)) && fmpq_sgn(reg->start) >= 0 &&
             fmpz_cmp(fmpq_numref(reg->start), lw->modulus) < 0;
    }
    ok = ok && (lw->lists == NULL || cpm_lists_start_reduced(lw));
    return ok ? CPM_OK
              : cpm_lower_refuse(lw, lw->fold_span, "%s condition", lw->options->adjective);
}
