/* SPDX-License-Identifier: MIT
 *
 * builtin.c - the table of built-in functions, and whether a call fits.
 */
#include "lang/builtin.h"

#include <string.h>

static const cpm_builtin table[] = {
#define MANY  SIZE_MAX
#define PURE  1
#define FIXED 2
#define READS 4
#define X(id, name, min, max, rule_min, rule_max, flags)                                           \
    [CPM_BUILTIN_##id] = {name,                                                                    \
                          sizeof name - 1,                                                         \
                          {{min, max}, {rule_min, rule_max}},                                      \
                          ((flags)&PURE) != 0,                                                     \
                          ((flags)&READS) != 0,                                                    \
                          ((flags)&FIXED) != 0},
    CPM_BUILTINS(X)
#undef X
#undef READS
#undef FIXED
#undef PURE
#undef MANY
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

bool cpm_builtin_knows(cpm_builtin_id id, const char *keyword, size_t len)
{
    static const struct {
        cpm_builtin_id id;
        const char *keyword;
    } keywords[] = {
        {CPM_BUILTIN_MAX, "key"},        {CPM_BUILTIN_MAX, "default"},
        {CPM_BUILTIN_MIN, "key"},        {CPM_BUILTIN_MIN, "default"},
        {CPM_BUILTIN_SORTED, "key"},     {CPM_BUILTIN_SUM, "start"},
        {CPM_BUILTIN_SORTED, "reverse"}, {CPM_BUILTIN_ENUMERATE, "start"},
        {CPM_BUILTIN_PRODUCT, "repeat"}, {CPM_BUILTIN_PRINT, "sep"},
        {CPM_BUILTIN_PRINT, "end"},      {CPM_BUILTIN_PRINT, "flush"},
    };
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (keywords[i].id == id && strlen(keywords[i].keyword) == len &&
            memcmp(keywords[i].keyword, keyword, len) == 0)
            return true;
    return false;
}

static bool knows(cpm_builtin_id id, cpm_builtin_place place, const cpm_text *where,
                  const cpm_arg *arg)
{
    cpm_span span = arg->keyword_span;
    return place == CPM_IN_PROGRAM &&
           cpm_builtin_knows(id, where->data + span.begin, span.end - span.begin);
}

cpm_status cpm_builtin_check(cpm_builtin_id id, cpm_builtin_place place, const cpm_expr *call,
                             cpm_status failure, const cpm_text *where, cpm_err *err)
{
    const char *name = table[id].name;
    cpm_arity arity = table[id].arity[place];
    size_t nargs = 0;
    for (size_t i = 0; i < call->u.call.nargs; i++) {
        const cpm_arg *arg = &call->u.call.args[i];
        if (arg->value->kind == CPM_EXPR_STAR) /* how many there are is seen when it is called */
            return CPM_OK;
        nargs += arg->keyword == CPM_NO_SYM || !knows(id, place, where, arg);
    }
    if (nargs < arity.min || nargs > arity.max) {
        size_t bound = nargs < arity.min ? arity.min : arity.max;
        const char *which = arity.min == arity.max ? ""
                            : nargs < arity.min    ? "at least "
                                                   : "at most ";
        return cpm_err_at(err, failure, where, call->span, "%s takes %s%zu argument%s, not %zu",
                          name, which, bound, bound == 1 ? "" : "s", nargs);
    }
    for (size_t i = 0; i < call->u.call.nargs; i++)
        if (call->u.call.args[i].keyword != CPM_NO_SYM &&
            !knows(id, place, where, &call->u.call.args[i]))
            return cpm_err_at(err, failure, where, call->u.call.args[i].keyword_span,
                              "%s takes no keyword arguments", name);
    return CPM_OK;
}
