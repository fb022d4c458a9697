/* SPDX-License-Identifier: MIT
 *
 * range.c - ranges: what range(start, stop, step) is as the header of a loop
 * and as a value, for integers of any size. The values themselves are never
 * made: count, items and sum come from formulas, in time that depends on the
 * sizes of the numbers only.
 */
#include "eval/interp_impl.h"

/* ---- The type ---------------------------------------------------------- */

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

void cpm_range_set(cpm_range *out, const cpm_range *range)
{
    fmpz_set(out->start, range->start);
    fmpz_set(out->stop, range->stop);
    fmpz_set(out->step, range->step);
    fmpz_set(out->count, range->count);
}

void cpm_range_count(cpm_range *range)
{
    fmpz_sub(range->count, range->stop, range->start);
    fmpz_cdiv_q(range->count, range->count, range->step);
    if (fmpz_sgn(range->count) < 0)
        fmpz_zero(range->count);
}

void cpm_range_at(fmpz_t out, const cpm_range *range, const fmpz_t index)
{
    fmpz_mul(out, range->step, index);
    fmpz_add(out, out, range->start);
}

void cpm_range_drop(cpm_range *range, const fmpz_t count)
{
    fmpz_addmul(range->start, range->step, count);
    fmpz_sub(range->count, range->count, count);
}

bool cpm_range_equal(const cpm_range *a, const cpm_range *b)
{
    if (!fmpz_equal(a->count, b->count))
        return false;
    return fmpz_is_zero(a->count) || (fmpz_equal(a->start, b->start) &&
                                      (fmpz_is_one(a->count) || fmpz_equal(a->step, b->step)));
}

/* ---- From a program ---------------------------------------------------- */

static bool set_bound(cpm_interp *in, fmpz_t out, const cpm_val *value, cpm_span span)
{
    if (cpm_val_settle((cpm_val *)value, in->err) != CPM_OK)
        return false;
    if (!cpm_val_is_int(value))
        return cpm_in_fail(in, CPM_ERR_RUNTIME, span, "%s takes integers, not %s",
                           in->tree->dialect == CPM_DIALECT_LOOP ? "loop" : "range",
                           cpm_val_type(value));
    fmpz_set(out, &value->u.z);
    return true;
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
    bool ok = value != NULL && set_bound(in, out, value, expr->span);
    cpm_val_clear(&tmp);
    return ok;
}

/* The last check, of a step that stands at `span`. */
static bool finish(cpm_interp *in, cpm_range *range, cpm_span span)
{
    if (fmpz_is_zero(range->step))
        return cpm_in_fail(in, CPM_ERR_RUNTIME, span, "the step of range is 0");
    cpm_range_count(range);
    return true;
}

bool cpm_in_loop_range(cpm_interp *in, cpm_range *range, const cpm_stmt *loop)
{
    const cpm_expr *step = loop->u.loop.step;
    return read_bound(in, range->start, loop->u.loop.start, 0) &&
           read_bound(in, range->stop, loop->u.loop.stop, 0) &&
           read_bound(in, range->step, step, 1) &&
           finish(in, range, step == NULL ? loop->u.loop.range_span : step->span);
}

bool cpm_in_run_range(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                      size_t nargs)
{
    cpm_range range;
    cpm_range_init(&range);
    fmpz_one(range.step);
    fmpz *bounds[] = {nargs == 1 ? range.stop : range.start, range.stop, range.step};
    bool ok = true;
    for (size_t i = 0; ok && i < nargs; i++)
        ok = set_bound(in, bounds[i], &args[i], cpm_site_span(site, i));
    ok = ok && finish(in, &range, cpm_site_span(site, nargs - 1)) &&
         cpm_val_new_range(out, &range, in->err) == CPM_OK;
    cpm_range_clear(&range);
    return ok;
}

/* ---- Sums -------------------------------------------------------------- */

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

bool cpm_in_add_range(cpm_interp *in, cpm_val *out, const cpm_range *range, cpm_span span)
{
    if (fmpz_is_zero(range->count))
        return true;
    cpm_val sum = {.kind = CPM_VAL_INT};
    sum_range(&sum.u.z, range);
    bool ok = cpm_in_apply(in, out, CPM_OP_ADD, out, &sum, &span, &span);
    cpm_val_clear(&sum);
    return ok;
}
