/* SPDX-License-Identifier: MIT
 *
 * builtin.c - the table of built-in functions, and whether a call fits.
 */
#include "lang/builtin.h"

#include <string.h>

static const cpm_builtin table[] = {
#define ANY   SIZE_MAX
#define PURE  1
#define FIXED 2
#define X(id, name, min, max, rule_min, rule_max, flags)                                           \
    [CPM_BUILTIN_##id] = {name,                                                                    \
                          sizeof name - 1,                                                         \
                          {{min, max}, {rule_min, rule_max}},                                      \
                          ((flags)&PURE) != 0,                                                     \
                          ((flags)&FIXED) != 0},
    CPM_BUILTINS(X)
#undef X
#undef FIXED
#undef PURE
#undef ANY
};

const cpm_builtin *cpm_builtin_of(cpm_builtin_id id)
{
    return &table[id];
}

cpm_builtin_id cpm_builtin_find(const char *name, size_t len, cpm_builtin_place place)
{
    for (int id = 0; id < CPM_BUILTIN_NONE; id++) {
        const cpm_builtin *row = &table[id];
        if (row->len == len && memcmp(row->name, name, len) == 0)
            return row->arity[place].min <= row->arity[place].max ? (cpm_builtin_id)id
                                                                  : CPM_BUILTIN_NONE;
    }
    return CPM_BUILTIN_NONE;
}

cpm_builtin_id cpm_builtin_of_symbol(const cpm_tree *tree, cpm_sym sym, cpm_builtin_place place)
{
    return cpm_builtin_find(tree->symbols[sym].name, tree->symbols[sym].len, place);
}

bool cpm_is_infinity_name(const cpm_tree *tree, cpm_sym sym)
{
    return strcmp(tree->symbols[sym].name, "inf") == 0;
}

cpm_status cpm_builtin_check(cpm_builtin_id id, cpm_builtin_place place, const cpm_expr *call,
                             cpm_status failure, const cpm_text *where, cpm_err *err)
{
    const char *name = table[id].name;
    cpm_arity arity = table[id].arity[place];
    size_t nargs = call->u.call.nargs;
    if (nargs < arity.min || nargs > arity.max) {
        size_t bound = nargs < arity.min ? arity.min : arity.max;
        const char *which = arity.min == arity.max ? ""
                            : nargs < arity.min    ? "at least "
                                                   : "at most ";
        return cpm_err_at(err, failure, where, call->span, "%s takes %s%zu argument%s, not %zu",
                          name, which, bound, bound == 1 ? "" : "s", nargs);
    }
    for (size_t i = 0; i < nargs; i++)
        if (call->u.call.args[i].keyword != CPM_NO_SYM)
            return cpm_err_at(err, failure, where, call->u.call.args[i].keyword_span,
                              "%s takes no keyword arguments", name);
    return CPM_OK;
}
