/* SPDX-License-Identifier: MIT
 *
 * builtin_tools.c - what programs import: counting functions of math, collections,
 * itertools, heapq, bisect, functools and sys, as far as contest programs use them.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "eval/interp_impl.h"

#include <stdlib.h>

static bool fail(cpm_interp *in, const char *message)
{
    cpm_err_set(in->err, CPM_ERR_RUNTIME, "%s", message);
    return false;
}

/* ---- math --------------------------------------------------------------------------- */

/* An integer that is not negative. */
static bool need_natural(cpm_interp *in, const cpm_val *x, const char *name)
{
    if (cpm_val_settle((cpm_val *)x, in->err) != CPM_OK)
        return false;
    if (cpm_val_is_int(x) && fmpz_sgn(&x->u.z) >= 0)
        return true;
    cpm_err_set(in->err, CPM_ERR_RUNTIME, "%s takes integers from 0 on", name);
    return false;
}

/* The same within what a loop can be. */
static bool need_size(cpm_interp *in, ulong *out, const cpm_val *x, const char *name)
{
    if (!need_natural(in, x, name))
        return false;
    if (fmpz_cmp_ui(&x->u.z, in->arith.max_bits) > 0) {
        cpm_err_set(in->err, CPM_ERR_LIMIT, "the value of %s would be too large", name);
        return false;
    }
    *out = fmpz_get_ui(&x->u.z);
    return true;
}

static bool check_bits(cpm_interp *in, double nbits)
{
    if (nbits <= (double)in->arith.max_bits)
        return true;
    cpm_err_set(in->err, CPM_ERR_LIMIT, "the value would have more than %zu bits",
                in->arith.max_bits);
    return false;
}

static bool run_isqrt(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                      size_t nargs)
{
    (void)site, (void)nargs;
    if (!need_natural(in, &args[0], "isqrt"))
        return false;
    out->kind = CPM_VAL_INT;
    fmpz_sqrt(&out->u.z, &args[0].u.z);
    return true;
}

/* log2 of n!, at most. */
static double factorial_bits(ulong n)
{
    double bits = 1;
    for (ulong k = n; k > 1; k /= 2)
        bits++;
    return bits * (double)n;
}

static bool run_factorial(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                          size_t nargs)
{
    (void)site, (void)nargs;
    ulong n;
    if (!need_size(in, &n, &args[0], "factorial") || !check_bits(in, factorial_bits(n)))
        return false;
    out->kind = CPM_VAL_INT;
    fmpz_fac_ui(&out->u.z, n);
    return true;
}

/* n (n-1) ... (n-k+1), which has at most k times the bits of n. */
static bool falling(cpm_interp *in, cpm_val *out, const fmpz_t n, const cpm_val *k,
                    const char *name)
{
    ulong length;
    fmpz_t factor;
    cpm_val_set_si(out, 0);
    if (fmpz_cmp(&k->u.z, n) > 0)
        return true;
    if (!need_size(in, &length, k, name) || !check_bits(in, (double)length * (double)fmpz_bits(n)))
        return false;
    fmpz_init_set(factor, n);
    fmpz_one(&out->u.z);
    for (ulong i = 0; i < length; i++) {
        fmpz_mul(&out->u.z, &out->u.z, factor);
        fmpz_sub_ui(factor, factor, 1);
    }
    fmpz_clear(factor);
    return true;
}

static bool run_perm(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                     size_t nargs)
{
    if (nargs == 1)
        return run_factorial(in, out, site, args, nargs);
    return need_natural(in, &args[0], "perm") && need_natural(in, &args[1], "perm") &&
           falling(in, out, &args[0].u.z, &args[1], "perm");
}

static bool run_comb(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                     size_t nargs)
{
    (void)site, (void)nargs;
    cpm_val k = {.kind = CPM_VAL_INT};
    fmpz_t other;
    ulong length;
    if (!need_natural(in, &args[0], "comb") || !need_natural(in, &args[1], "comb"))
        return false;
    fmpz_init(other);
    fmpz_sub(other, &args[0].u.z, &args[1].u.z);
    bool smaller = fmpz_sgn(other) >= 0 && fmpz_cmp(other, &args[1].u.z) < 0;
    fmpz_set(&k.u.z, smaller ? other : &args[1].u.z);
    bool ok = falling(in, out, &args[0].u.z, &k, "comb");
    if (ok && !fmpz_is_zero(&out->u.z) && need_size(in, &length, &k, "comb")) {
        fmpz_fac_ui(other, length);
        fmpz_divexact(&out->u.z, &out->u.z, other);
    }
    fmpz_clear(other);
    cpm_val_clear(&k);
    return ok;
}

/* ---- collections ------------------------------------------------------------------------ */

static bool run_deque(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                      size_t nargs)
{
    (void)site;
    if (cpm_list_new(out, in->heap, 0, in->err) != CPM_OK ||
        (nargs > 0 && !cpm_in_extend(in, out->u.list, &args[0])))
        return false;
    out->u.list->is_deque = true;
    return true;
}

static bool run_defaultdict(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                            size_t nargs)
{
    (void)site;
    if (cpm_dict_new(out, in->heap, CPM_VAL_DICT, in->err) != CPM_OK)
        return false;
    if (nargs == 0 || args[0].kind == CPM_VAL_NONE)
        return true;
    if (args[0].kind != CPM_VAL_FUNCTION && args[0].kind != CPM_VAL_BUILTIN)
        return fail(in, "defaultdict takes a function that makes values");
    cpm_val_copy(&out->u.dict->missing, &args[0]);
    return true;
}

/* Counts one more of the key. */
static bool count_one(cpm_interp *in, cpm_dict_object *dict, const cpm_val *key)
{
    cpm_entry *entry;
    cpm_val one = {.kind = CPM_VAL_INT, .u.z = 1};
    if (cpm_dict_entry(&entry, dict, key, in->err) != CPM_OK)
        return false;
    if (entry->value.kind == CPM_VAL_UNBOUND)
        entry->value.kind = CPM_VAL_INT;
    return cpm_arith_binary(&in->arith, &entry->value, CPM_OP_ADD, &entry->value, &one);
}

static bool run_counter(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                        size_t nargs)
{
    (void)site;
    const cpm_val *items = NULL;
    size_t nitems = 0;
    cpm_val hold = {0};
    if (cpm_dict_new(out, in->heap, CPM_VAL_DICT, in->err) != CPM_OK)
        return false;
    out->u.dict->is_counter = true;
    if (nargs > 0 && args[0].kind == CPM_VAL_DICT)
        return fail(in, "Counter of a dict is not supported");
    bool ok = nargs == 0 || cpm_in_view(in, &hold, &items, &nitems, &args[0]);
    for (size_t i = 0; ok && i < nitems; i++)
        ok = count_one(in, out->u.dict, &items[i]);
    cpm_val_clear(&hold);
    return ok;
}

/* ---- itertools, functools --------------------------------------------------------------- */

/* out = fn(out, x), or their sum. */
static bool step(cpm_interp *in, cpm_val *total, const cpm_val *fn, const cpm_val *x)
{
    if (fn == NULL || fn->kind == CPM_VAL_NONE)
        return cpm_arith_binary(&in->arith, total, CPM_OP_ADD, total, x);
    cpm_val args[2] = {{0}}, made = {0};
    cpm_val_move(&args[0], total);
    cpm_val_copy(&args[1], x);
    bool ok = cpm_in_call_value(in, &made, fn, args, 2);
    cpm_val_move(total, &made);
    cpm_val_clear(&args[0]);
    cpm_val_clear(&args[1]);
    return ok;
}

static bool run_accumulate(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                           size_t nargs)
{
    (void)site;
    const cpm_val *items;
    size_t nitems;
    cpm_val hold = {0}, list = {0}, total = {0};
    bool ok = cpm_list_new(&list, in->heap, 0, in->err) == CPM_OK &&
              cpm_in_view(in, &hold, &items, &nitems, &args[0]);
    for (size_t i = 0; ok && i < nitems; i++) {
        cpm_val copy = {0};
        if (i == 0)
            cpm_val_copy(&total, &items[0]);
        else
            ok = step(in, &total, nargs > 1 ? &args[1] : NULL, &items[i]);
        cpm_val_copy(&copy, &total);
        ok = ok && cpm_list_push(list.u.list, &copy, in->err) == CPM_OK;
        cpm_val_clear(&copy);
    }
    ok = ok && cpm_in_iter(in, out, &list);
    cpm_val_clear(&total);
    cpm_val_clear(&list);
    cpm_val_clear(&hold);
    return ok;
}

static bool run_reduce(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                       size_t nargs)
{
    (void)site;
    const cpm_val *items;
    size_t nitems, from = 0;
    cpm_val hold = {0};
    bool ok = cpm_in_view(in, &hold, &items, &nitems, &args[1]);
    if (ok && nargs > 2)
        cpm_val_copy(out, &args[2]);
    else if (ok && nitems > 0)
        cpm_val_copy(out, &items[from++]);
    else if (ok)
        ok = fail(in, "reduce of nothing has no value");
    for (; ok && from < nitems; from++)
        ok = step(in, out, &args[0], &items[from]);
    cpm_val_clear(&hold);
    return ok;
}

/* Lists of choices, each a tuple of items by their indices. */
typedef struct chooser {
    cpm_interp *in;
    cpm_val lists; /* what is chosen from, a list of lists or tuples */
    cpm_val out;   /* a list of tuples */
    size_t length;
    bool distinct, rising; /* no index twice; each larger than the one before */
    size_t *chosen;        /* owned */
} chooser;

static bool emit_choice(chooser *c)
{
    cpm_val tuple = {0};
    bool ok = cpm_val_new_tuple(&tuple, c->length, c->in->err) == CPM_OK;
    for (size_t i = 0; ok && i < c->length; i++) {
        const cpm_val *items;
        size_t nitems;
        cpm_val_items(&c->lists.u.list->items[c->lists.u.list->nitems == 1 ? 0 : i], &items,
                      &nitems);
        cpm_val_copy(&tuple.u.tuple->items[i], &items[c->chosen[i]]);
    }
    ok = ok && cpm_val_seal_tuple(&tuple, c->in->err) == CPM_OK &&
         cpm_list_push(c->out.u.list, &tuple, c->in->err) == CPM_OK;
    cpm_val_clear(&tuple);
    return ok;
}

static bool is_taken(const chooser *c, size_t at, size_t index)
{
    for (size_t i = 0; c->distinct && i < at; i++)
        if (c->chosen[i] == index)
            return true;
    return false;
}

static bool choose(chooser *c, size_t at)
{
    const cpm_val *items;
    size_t nitems;
    if (cpm_stack_is_low(c->in->floor))
        return cpm_in_too_deep(c->in, c->in->calling);
    if (at == c->length)
        return emit_choice(c);
    cpm_val_items(&c->lists.u.list->items[c->lists.u.list->nitems == 1 ? 0 : at], &items, &nitems);
    for (size_t i = c->rising && at > 0 ? c->chosen[at - 1] + 1 : 0; i < nitems; i++) {
        if (is_taken(c, at, i))
            continue;
        c->chosen[at] = i;
        if (!choose(c, at + 1))
            return false;
    }
    return true;
}

/* Adds an iterable, as a list, to what is chosen from. */
static bool add_choices(chooser *c, const cpm_val *iterable)
{
    cpm_val list = {0};
    bool ok = cpm_list_new(&list, c->in->heap, 0, c->in->err) == CPM_OK &&
              cpm_in_extend(c->in, list.u.list, iterable) &&
              cpm_list_push(c->lists.u.list, &list, c->in->err) == CPM_OK;
    cpm_val_clear(&list);
    return ok;
}

/* All choices; an iterator over them goes to *out. */
static bool run_chooser(chooser *c, cpm_val *out, const cpm_val *args, size_t nargs)
{
    bool ok = cpm_list_new(&c->lists, c->in->heap, 0, c->in->err) == CPM_OK &&
              cpm_list_new(&c->out, c->in->heap, 0, c->in->err) == CPM_OK;
    for (size_t i = 0; ok && i < nargs; i++)
        ok = add_choices(c, &args[i]);
    size_t nlists = nargs, most = 0;
    for (size_t i = 0; ok && i < nlists; i++)
        most += c->lists.u.list->items[i].u.list->nitems;
    if (c->length == SIZE_MAX)
        c->length = c->distinct ? most : nargs;
    if (ok && (!c->distinct || c->length <= most)) {
        c->chosen = cpm_calloc(c->length + 1, sizeof *c->chosen);
        ok = c->chosen != NULL ? choose(c, 0) : (cpm_err_memory(c->in->err), false);
    }
    ok = ok && cpm_in_iter(c->in, out, &c->out);
    free(c->chosen);
    cpm_val_clear(&c->lists);
    cpm_val_clear(&c->out);
    return ok;
}

/* The number of items of a choice: an argument, or all of them. */
static bool choice_length(cpm_interp *in, size_t *length, const cpm_val *x)
{
    *length = SIZE_MAX;
    if (x == NULL || x->kind == CPM_VAL_NONE)
        return true;
    if (!need_natural(in, x, "this function") || fmpz_cmp_ui(&x->u.z, 100000) > 0)
        return in->err->status == CPM_OK && fail(in, "so many items are not chosen");
    *length = fmpz_get_ui(&x->u.z);
    return true;
}

static bool run_permutations(cpm_interp *in, cpm_val *out, const cpm_site *site,
                             const cpm_val *args, size_t nargs)
{
    (void)site;
    chooser c = {.in = in, .distinct = true};
    return choice_length(in, &c.length, nargs > 1 ? &args[1] : NULL) &&
           run_chooser(&c, out, args, 1);
}

static bool run_combinations(cpm_interp *in, cpm_val *out, const cpm_site *site,
                             const cpm_val *args, size_t nargs)
{
    (void)site, (void)nargs;
    chooser c = {.in = in, .distinct = true, .rising = true};
    return choice_length(in, &c.length, &args[1]) && run_chooser(&c, out, args, 1);
}

static bool run_product(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                        size_t nargs)
{
    chooser c = {.in = in};
    const cpm_val *repeat = cpm_in_keyword(in, site, args, nargs, "repeat");
    if (!choice_length(in, &c.length, repeat))
        return false;
    if (repeat != NULL && nargs != 1)
        return fail(in, "product repeats one iterable only");
    return run_chooser(&c, out, args, nargs);
}

/* ---- heapq, bisect ----------------------------------------------------------------------- */

static bool need_list(cpm_interp *in, const cpm_val *x)
{
    return x->kind == CPM_VAL_LIST || fail(in, "this function takes a list");
}

static bool less(cpm_interp *in, bool *holds, const cpm_val *x, const cpm_val *y)
{
    return cpm_arith_compare(&in->arith, holds, CPM_OP_LT, x, y);
}

static void swap_items(cpm_list_object *list, size_t i, size_t k)
{
    cpm_val item = list->items[i];
    list->items[i] = list->items[k];
    list->items[k] = item;
}

static bool sift_up(cpm_interp *in, cpm_list_object *list, size_t top, size_t at)
{
    bool holds = true;
    while (at > top) {
        size_t parent = (at - 1) / 2;
        if (!less(in, &holds, &list->items[at], &list->items[parent]))
            return false;
        if (!holds)
            break;
        swap_items(list, at, parent);
        at = parent;
    }
    return true;
}

/* As heapq does it, so that the list has the same order: down to a leaf along the
 * smaller children, then up again. */
static bool sift_down(cpm_interp *in, cpm_list_object *list, size_t at)
{
    size_t top = at, n = list->nitems;
    while (2 * at + 1 < n) {
        size_t child = 2 * at + 1;
        bool holds = true;
        if (child + 1 < n && !less(in, &holds, &list->items[child], &list->items[child + 1]))
            return false;
        child += child + 1 < n && !holds;
        swap_items(list, at, child);
        at = child;
    }
    return sift_up(in, list, top, at);
}

static bool run_heappush(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                         size_t nargs)
{
    (void)site, (void)nargs;
    cpm_val copy = {0};
    if (!need_list(in, &args[0]))
        return false;
    cpm_list_object *list = args[0].u.list;
    cpm_val_copy(&copy, &args[1]);
    bool ok =
        cpm_list_push(list, &copy, in->err) == CPM_OK && sift_up(in, list, 0, list->nitems - 1);
    cpm_val_clear(&copy);
    cpm_val_set_none(out);
    return ok;
}

static bool run_heappop(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                        size_t nargs)
{
    (void)site, (void)nargs;
    if (!need_list(in, &args[0]))
        return false;
    cpm_list_object *list = args[0].u.list;
    if (list->nitems == 0)
        return fail(in, "heappop from an empty list");
    swap_items(list, 0, list->nitems - 1);
    cpm_list_take(out, list, list->nitems - 1);
    return list->nitems == 0 || sift_down(in, list, 0);
}

static bool run_heapify(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                        size_t nargs)
{
    (void)site, (void)nargs;
    if (!need_list(in, &args[0]))
        return false;
    for (size_t i = args[0].u.list->nitems / 2; i-- > 0;)
        if (!sift_down(in, args[0].u.list, i))
            return false;
    cpm_val_set_none(out);
    return true;
}

/* Where the value would go: before equal ones, or behind them. */
static bool bisect(cpm_interp *in, cpm_val *out, const cpm_val *args, bool left)
{
    const cpm_val *items;
    size_t nitems, low = 0;
    if (!cpm_val_items(&args[0], &items, &nitems))
        return fail(in, "bisect takes a sorted list");
    for (size_t high = nitems; low < high;) {
        size_t middle = low + (high - low) / 2;
        bool holds;
        if (!(left ? less(in, &holds, &items[middle], &args[1])
                   : less(in, &holds, &args[1], &items[middle])))
            return false;
        if (holds == left)
            low = middle + 1;
        else
            high = middle;
    }
    cpm_val_set_si(out, (slong)low);
    return true;
}

static bool run_bisect_left(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                            size_t nargs)
{
    (void)site, (void)nargs;
    return bisect(in, out, args, true);
}

static bool run_bisect_right(cpm_interp *in, cpm_val *out, const cpm_site *site,
                             const cpm_val *args, size_t nargs)
{
    (void)site, (void)nargs;
    return bisect(in, out, args, false);
}

/* ---- sys ------------------------------------------------------------------------------------ */

/* How deep calls may nest; the C stack bounds them too. */
static bool run_setrecursionlimit(cpm_interp *in, cpm_val *out, const cpm_site *site,
                                  const cpm_val *args, size_t nargs)
{
    (void)site, (void)nargs;
    if (!need_natural(in, &args[0], "setrecursionlimit") || fmpz_is_zero(&args[0].u.z))
        return in->err->status == CPM_OK && fail(in, "a recursion limit is at least 1");
    in->max_depth = fmpz_abs_fits_ui(&args[0].u.z) ? fmpz_get_ui(&args[0].u.z) : SIZE_MAX;
    cpm_val_set_none(out);
    return true;
}

/* The run ends here, as if the program were over; with a status, as a failure. */
static bool run_exit(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                     size_t nargs)
{
    (void)site, (void)out;
    cpm_strbuf text = {0};
    bool is_good = nargs == 0 || args[0].kind == CPM_VAL_NONE ||
                   (cpm_val_is_int(&args[0]) && fmpz_is_zero(&args[0].u.z));
    in->has_exited = is_good;
    if (!is_good && cpm_val_format(&text, &args[0], 10, in->err) == CPM_OK)
        cpm_err_set(in->err, CPM_ERR_RUNTIME, "the program ended with %.*s",
                    (int)(text.len > 200 ? 200 : text.len), text.len == 0 ? "" : text.data);
    cpm_strbuf_clear(&text);
    return false;
}

cpm_builtin_fn cpm_in_builtin_tools(cpm_builtin_id id)
{
    static const cpm_builtin_fn functions[CPM_BUILTIN_NONE] = {
        [CPM_BUILTIN_ACCUMULATE] = run_accumulate,
        [CPM_BUILTIN_BISECT] = run_bisect_right,
        [CPM_BUILTIN_BISECT_LEFT] = run_bisect_left,
        [CPM_BUILTIN_BISECT_RIGHT] = run_bisect_right,
        [CPM_BUILTIN_COMB] = run_comb,
        [CPM_BUILTIN_COMBINATIONS] = run_combinations,
        [CPM_BUILTIN_COUNTER] = run_counter,
        [CPM_BUILTIN_DEFAULTDICT] = run_defaultdict,
        [CPM_BUILTIN_DEQUE] = run_deque,
        [CPM_BUILTIN_EXIT] = run_exit,
        [CPM_BUILTIN_FACTORIAL] = run_factorial,
        [CPM_BUILTIN_HEAPIFY] = run_heapify,
        [CPM_BUILTIN_HEAPPOP] = run_heappop,
        [CPM_BUILTIN_HEAPPUSH] = run_heappush,
        [CPM_BUILTIN_ISQRT] = run_isqrt,
        [CPM_BUILTIN_PERM] = run_perm,
        [CPM_BUILTIN_PERMUTATIONS] = run_permutations,
        [CPM_BUILTIN_PRODUCT] = run_product,
        [CPM_BUILTIN_REDUCE] = run_reduce,
        [CPM_BUILTIN_SETRECURSIONLIMIT] = run_setrecursionlimit,
    };
    return functions[id];
}
