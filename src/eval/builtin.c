/* SPDX-License-Identifier: MIT
 *
 * builtin.c - the built-in functions of programs on numbers: abs, pow, divmod, gcd,
 * lcm, range and bool. Each gets its arguments as values; failures without a place
 * get that of the call. The others are in the three files beside this one.
 */
#include "eval/interp_impl.h"

static bool run_abs(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site, (void)nargs;
    const cpm_val *x = &args[0];
    if (cpm_val_settle((cpm_val *)x, in->err) != CPM_OK)
        return false;
    bool negative = x->kind == CPM_VAL_RATIONAL ? fmpq_sgn(x->u.q->q) < 0
                                                : cpm_val_is_int(x) && fmpz_sgn(&x->u.z) < 0;
    return cpm_arith_unary(&in->arith, out, negative ? CPM_OP_NEG : CPM_OP_POS, x);
}

static bool run_pow(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    if (nargs == 3 && args[2].kind != CPM_VAL_NONE)
        return cpm_arith_powmod(&in->arith, out, &args[0], &args[1], &args[2]);
    cpm_span x_span = cpm_site_span(site, 0), y_span = cpm_site_span(site, 1);
    return cpm_in_apply(in, out, CPM_OP_POW, &args[0], &args[1], &x_span, &y_span);
}

static bool run_divmod(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                       size_t nargs)
{
    (void)nargs;
    cpm_span x_span = cpm_site_span(site, 0), y_span = cpm_site_span(site, 1);
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

static bool run_gcd(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site;
    return join(in, out, "gcd", join_gcd, 0, args, nargs);
}

static bool run_lcm(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site;
    return join(in, out, "lcm", join_lcm, 1, args, nargs);
}

static bool run_bool(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                     size_t nargs)
{
    (void)in, (void)site;
    cpm_val_set_bool(out, nargs == 1 && cpm_val_truth(&args[0]));
    return true;
}

cpm_builtin_fn cpm_in_builtin(cpm_builtin_id id)
{
    static const cpm_builtin_fn functions[CPM_BUILTIN_NONE] = {
        [CPM_BUILTIN_ABS] = run_abs,
        [CPM_BUILTIN_BOOL] = run_bool,
        [CPM_BUILTIN_DIVMOD] = run_divmod,
        [CPM_BUILTIN_GCD] = run_gcd,
        [CPM_BUILTIN_LCM] = run_lcm,
        [CPM_BUILTIN_POW] = run_pow,
        [CPM_BUILTIN_RANGE] = cpm_in_run_range,
        [CPM_BUILTIN_XRANGE] = cpm_in_run_range,
    };
    if (functions[id] != NULL)
        return functions[id];
    cpm_builtin_fn fn = cpm_in_builtin_values(id);
    if (fn == NULL)
        fn = cpm_in_builtin_text(id);
    return fn == NULL ? cpm_in_builtin_tools(id) : fn;
}
