/* SPDX-License-Identifier: MIT
 *
 * builtin.c - the built-in functions of programs: abs, min, max, pow, divmod, gcd,
 * lcm, len, sum, range and xrange, and int, long and bool as conversions. Each gets
 * its arguments as values; failures without a place get that of the call.
 */
#include "eval/interp_impl.h"

static bool run_abs(cpm_interp *in, cpm_val *out, const cpm_expr *call, const cpm_val *args,
                    size_t nargs)
{
    (void)call, (void)nargs;
    const cpm_val *x = &args[0];
    if (cpm_val_settle((cpm_val *)x, in->err) != CPM_OK)
        return false;
    bool negative = x->kind == CPM_VAL_RATIONAL ? fmpq_sgn(x->u.q->q) < 0
                                                : cpm_val_is_int(x) && fmpz_sgn(&x->u.z) < 0;
    return cpm_arith_unary(&in->arith, out, negative ? CPM_OP_NEG : CPM_OP_POS, x);
}

/* The items of the only argument, a tuple, or all arguments. */
static bool spread(cpm_interp *in, const char *name, const cpm_val **items, size_t *nitems)
{
    if (*nitems != 1)
        return true;
    const cpm_val *only = *items;
    if (only->kind != CPM_VAL_TUPLE) {
        cpm_err_set(in->err, CPM_ERR_RUNTIME, "%s of one argument takes a range or a tuple, not %s",
                    name, cpm_val_type(only));
        return false;
    }
    *items = only->u.tuple->items;
    *nitems = only->u.tuple->nitems;
    if (*nitems > 0)
        return true;
    cpm_err_set(in->err, CPM_ERR_RUNTIME, "%s of an empty tuple", name);
    return false;
}

/* The values of a range rise or fall: the best one is the first or the last. */
static bool pick_of_range(cpm_interp *in, cpm_val *out, const char *name, cpm_op better,
                          const cpm_range *range)
{
    if (fmpz_is_zero(range->count)) {
        cpm_err_set(in->err, CPM_ERR_RUNTIME, "%s of an empty range", name);
        return false;
    }
    bool first = (better == CPM_OP_LT) == (fmpz_sgn(range->step) > 0);
    fmpz_t index;
    fmpz_init(index);
    if (!first)
        fmpz_sub_ui(index, range->count, 1);
    out->kind = CPM_VAL_INT;
    cpm_range_at(&out->u.z, range, index);
    fmpz_clear(index);
    return true;
}

/* The first item that no other one beats. */
static bool pick(cpm_interp *in, cpm_val *out, const char *name, cpm_op better,
                 const cpm_val *items, size_t nitems)
{
    if (nitems == 1 && items[0].kind == CPM_VAL_RANGE)
        return pick_of_range(in, out, name, better, &items[0].u.range->range);
    if (!spread(in, name, &items, &nitems))
        return false;
    const cpm_val *best = &items[0];
    for (size_t i = 1; i < nitems; i++) {
        bool beats;
        if (!cpm_arith_compare(&in->arith, &beats, better, &items[i], best))
            return false;
        if (beats)
            best = &items[i];
    }
    cpm_val_copy(out, best);
    return true;
}

static bool run_min(cpm_interp *in, cpm_val *out, const cpm_expr *call, const cpm_val *args,
                    size_t nargs)
{
    (void)call;
    return pick(in, out, "min", CPM_OP_LT, args, nargs);
}

static bool run_max(cpm_interp *in, cpm_val *out, const cpm_expr *call, const cpm_val *args,
                    size_t nargs)
{
    (void)call;
    return pick(in, out, "max", CPM_OP_GT, args, nargs);
}

static bool run_pow(cpm_interp *in, cpm_val *out, const cpm_expr *call, const cpm_val *args,
                    size_t nargs)
{
    if (nargs == 3 && args[2].kind != CPM_VAL_NONE)
        return cpm_arith_powmod(&in->arith, out, &args[0], &args[1], &args[2]);
    return cpm_in_apply(in, out, CPM_OP_POW, &args[0], &args[1], &call->u.call.args[0].value->span,
                        &call->u.call.args[1].value->span);
}

static bool run_divmod(cpm_interp *in, cpm_val *out, const cpm_expr *call, const cpm_val *args,
                       size_t nargs)
{
    (void)nargs;
    cpm_span x_span = call->u.call.args[0].value->span, y_span = call->u.call.args[1].value->span;
    if (cpm_val_new_tuple(out, 2, in->err) != CPM_OK)
        return false;
    cpm_val *items = out->u.tuple->items;
    return cpm_in_apply(in, &items[0], CPM_OP_FLOORDIV, &args[0], &args[1], &x_span, &y_span) &&
           cpm_in_apply(in, &items[1], CPM_OP_MOD, &args[0], &args[1], &x_span, &y_span) &&
           cpm_val_seal_tuple(out, in->err) == CPM_OK;
}

typedef bool (*join_fn)(cpm_interp *in, cpm_val *out, const fmpz_t x);

/* out = gcd(out, x) */
static bool join_gcd(cpm_interp *in, cpm_val *out, const fmpz_t x)
{
    (void)in;
    fmpz_gcd(&out->u.z, &out->u.z, x);
    return true;
}

/* out = lcm(out, x): a product, whose size is looked at before it is made. */
static bool join_lcm(cpm_interp *in, cpm_val *out, const fmpz_t x)
{
    cpm_val cofactor = {.kind = CPM_VAL_INT};
    fmpz_gcd(&cofactor.u.z, &out->u.z, x);
    if (!fmpz_is_zero(&cofactor.u.z))
        fmpz_divexact(&cofactor.u.z, x, &cofactor.u.z);
    bool ok = cpm_arith_binary(&in->arith, out, CPM_OP_MUL, out, &cofactor);
    if (ok)
        fmpz_abs(&out->u.z, &out->u.z);
    cpm_val_clear(&cofactor);
    return ok;
}

/* All arguments, which must be integers, joined to `start`; a truth value counts as
 * the integer that it is. */
static bool join(cpm_interp *in, cpm_val *out, const char *name, join_fn fn, slong start,
                 const cpm_val *args, size_t nargs)
{
    cpm_val_set_si(out, start);
    for (size_t i = 0; i < nargs; i++) {
        if (cpm_val_settle((cpm_val *)&args[i], in->err) != CPM_OK)
            return false;
        if (!cpm_val_is_int(&args[i])) {
            cpm_err_set(in->err, CPM_ERR_RUNTIME, "%s takes integers, not %s", name,
                        cpm_val_type(&args[i]));
            return false;
        }
        if (!fn(in, out, &args[i].u.z))
            return false;
    }
    return true;
}

static bool run_gcd(cpm_interp *in, cpm_val *out, const cpm_expr *call, const cpm_val *args,
                    size_t nargs)
{
    (void)call;
    return join(in, out, "gcd", join_gcd, 0, args, nargs);
}

static bool run_lcm(cpm_interp *in, cpm_val *out, const cpm_expr *call, const cpm_val *args,
                    size_t nargs)
{
    (void)call;
    return join(in, out, "lcm", join_lcm, 1, args, nargs);
}

/* Exact, where CPython gives up past a machine word. */
static bool run_len(cpm_interp *in, cpm_val *out, const cpm_expr *call, const cpm_val *args,
                    size_t nargs)
{
    (void)call, (void)nargs;
    if (args[0].kind == CPM_VAL_RANGE) {
        cpm_val_set_fmpz(out, args[0].u.range->range.count);
        return true;
    }
    if (args[0].kind == CPM_VAL_TUPLE) {
        cpm_val_set_si(out, (slong)args[0].u.tuple->nitems);
        return true;
    }
    cpm_err_set(in->err, CPM_ERR_RUNTIME, "len takes a range or a tuple, not %s",
                cpm_val_type(&args[0]));
    return false;
}

static bool run_sum(cpm_interp *in, cpm_val *out, const cpm_expr *call, const cpm_val *args,
                    size_t nargs)
{
    if (args[0].kind != CPM_VAL_TUPLE && args[0].kind != CPM_VAL_RANGE) {
        cpm_err_set(in->err, CPM_ERR_RUNTIME, "sum takes a range or a tuple, not %s",
                    cpm_val_type(&args[0]));
        return false;
    }
    if (nargs == 2)
        cpm_val_copy(out, &args[1]);
    else
        cpm_val_set_si(out, 0);
    if (args[0].kind == CPM_VAL_RANGE)
        return cpm_in_add_range(in, out, &args[0].u.range->range, call);
    const cpm_tuple_object *tuple = args[0].u.tuple;
    for (size_t i = 0; i < tuple->nitems; i++)
        if (!cpm_in_apply(in, out, CPM_OP_ADD, out, &tuple->items[i], &call->span, &call->span))
            return false;
    return true;
}

/* int(x): rounds a rational towards zero. */
static bool run_int(cpm_interp *in, cpm_val *out, const cpm_expr *call, const cpm_val *args,
                    size_t nargs)
{
    (void)call, (void)nargs;
    const cpm_val *x = &args[0];
    if (x->kind != CPM_VAL_RATIONAL)
        return cpm_arith_unary(&in->arith, out, CPM_OP_POS, x);
    out->kind = CPM_VAL_INT;
    fmpz_tdiv_q(&out->u.z, fmpq_numref(x->u.q->q), fmpq_denref(x->u.q->q));
    return true;
}

static bool run_bool(cpm_interp *in, cpm_val *out, const cpm_expr *call, const cpm_val *args,
                     size_t nargs)
{
    (void)in, (void)call;
    cpm_val_set_bool(out, nargs == 1 && cpm_val_truth(&args[0]));
    return true;
}

cpm_builtin_fn cpm_in_builtin(cpm_builtin_id id)
{
    static const cpm_builtin_fn functions[CPM_BUILTIN_NONE] = {
        [CPM_BUILTIN_ABS] = run_abs,       [CPM_BUILTIN_BOOL] = run_bool,
        [CPM_BUILTIN_DIVMOD] = run_divmod, [CPM_BUILTIN_GCD] = run_gcd,
        [CPM_BUILTIN_INT] = run_int,       [CPM_BUILTIN_LCM] = run_lcm,
        [CPM_BUILTIN_LEN] = run_len,       [CPM_BUILTIN_LONG] = run_int,
        [CPM_BUILTIN_MAX] = run_max,       [CPM_BUILTIN_MIN] = run_min,
        [CPM_BUILTIN_POW] = run_pow,       [CPM_BUILTIN_RANGE] = cpm_in_run_range,
        [CPM_BUILTIN_SUM] = run_sum,       [CPM_BUILTIN_XRANGE] = cpm_in_run_range,
    };
    return functions[id];
}
