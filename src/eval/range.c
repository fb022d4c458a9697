/* SPDX-License-Identifier: MIT
 *
 * range.c - the values of a range(start, stop, step) and its sum, for integers
 * of any size.
 */
#include "eval/interp_impl.h"

void cpm_range_init(cpm_range *range)
{
    fmpz_init(range->start);
    fmpz_init(range->stop);
    fmpz_init(range->step);
    fmpz_init(range->count);
}

void cpm_range_clear(cpm_range *range)
{
    fmpz_clear(range->start);
    fmpz_clear(range->stop);
    fmpz_clear(range->step);
    fmpz_clear(range->count);
}

/* The integer value of `expr`, or `otherwise` when that is left out. */
static bool read_bound(cpm_interp *in, fmpz_t out, const cpm_expr *expr, slong otherwise)
{
    if (expr == NULL) {
        fmpz_set_si(out, otherwise);
        return true;
    }
    cpm_val tmp = {0};
    const cpm_val *value = cpm_in_operand(in, expr, &tmp);
    bool ok = value != NULL && cpm_val_settle((cpm_val *)value, in->err) == CPM_OK;
    if (ok && cpm_val_is_int(value))
        fmpz_set(out, &value->u.z);
    else if (ok)
        ok = cpm_in_fail(in, CPM_ERR_RUNTIME, expr->span, "%s takes integers, not %s",
                         in->tree->dialect == CPM_DIALECT_LOOP ? "loop" : "range",
                         cpm_val_type(value));
    cpm_val_clear(&tmp);
    return ok;
}

/* count = max(0, ceil((stop - start) / step)) */
static void count_steps(cpm_range *range)
{
    fmpz_sub(range->count, range->stop, range->start);
    fmpz_cdiv_q(range->count, range->count, range->step);
    if (fmpz_sgn(range->count) < 0)
        fmpz_zero(range->count);
}

bool cpm_in_range(cpm_interp *in, cpm_range *range, const cpm_expr *start, const cpm_expr *stop,
                  const cpm_expr *step)
{
    if (!read_bound(in, range->start, start, 0) || !read_bound(in, range->stop, stop, 0) ||
        !read_bound(in, range->step, step, 1))
        return false;
    if (fmpz_is_zero(range->step))
        return cpm_in_fail(in, CPM_ERR_RUNTIME, step->span, "the step of range is 0");
    count_steps(range);
    return true;
}

/* count * start + step * count * (count - 1) / 2 */
static void sum_range(fmpz_t out, const cpm_range *range)
{
    fmpz_t pairs;
    fmpz_init(pairs);
    fmpz_sub_ui(pairs, range->count, 1);
    fmpz_mul(pairs, pairs, range->count);
    fmpz_fdiv_q_2exp(pairs, pairs, 1);
    fmpz_mul(out, range->count, range->start);
    fmpz_addmul(out, range->step, pairs);
    fmpz_clear(pairs);
}

bool cpm_in_is_range_call(const cpm_interp *in, const cpm_expr *expr)
{
    if (expr->kind != CPM_EXPR_CALL)
        return false;
    const cpm_builtin *builtin = in->builtins[expr->u.call.callee];
    return builtin != NULL &&
           (builtin == cpm_builtin_find("range", 5) || builtin == cpm_builtin_find("xrange", 6));
}

static bool read_range_call(cpm_interp *in, cpm_range *range, const cpm_expr *call)
{
    const cpm_arg *args = call->u.call.args;
    size_t nargs = call->u.call.nargs;
    if (nargs < 1 || nargs > 3)
        return cpm_in_fail(in, CPM_ERR_RUNTIME, call->span, "range takes 1 to 3 arguments, not %zu",
                           nargs);
    for (size_t i = 0; i < nargs; i++)
        if (args[i].keyword != CPM_NO_SYM)
            return cpm_in_fail(in, CPM_ERR_RUNTIME, args[i].keyword_span,
                               "range takes no keyword arguments");
    return cpm_in_range(in, range, nargs == 1 ? NULL : args[0].value,
                        args[nargs == 1 ? 0 : 1].value, nargs == 3 ? args[2].value : NULL);
}

bool cpm_in_sum_range(cpm_interp *in, cpm_val *out, const cpm_expr *call)
{
    cpm_range range;
    cpm_range_init(&range);
    const cpm_arg *args = call->u.call.args;
    bool ok = read_range_call(in, &range, args[0].value);
    if (ok) {
        out->kind = CPM_VAL_INT;
        sum_range(&out->u.z, &range);
    }
    if (ok && call->u.call.nargs == 2) {
        cpm_val first = {0};
        ok = cpm_in_eval(in, &first, args[1].value) &&
             cpm_in_apply(in, out, CPM_OP_ADD, out, &first, &args[0].value->span,
                          &args[1].value->span);
        cpm_val_clear(&first);
    }
    cpm_range_clear(&range);
    return ok;
}
