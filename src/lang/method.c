/* SPDX-License-Identifier: MIT
 *
 * method.c - the table of methods, and whether a call fits.
 */
#include "lang/method.h"

#include <string.h>

static const struct {
    const char *name;
    size_t len, min, max;
} table[] = {
#define X(id, name, min, max) [CPM_METHOD_##id] = {name, sizeof name - 1, min, max},
    CPM_METHODS(X)
#undef X
};

cpm_method_id cpm_method_find(const char *name, size_t len)
{
    for (int id = 0; id < CPM_METHOD_NONE; id++)
        if (table[id].len == len && memcmp(table[id].name, name, len) == 0)
            return (cpm_method_id)id;
    return CPM_METHOD_NONE;
}

const char *cpm_method_name(cpm_method_id id)
{
    return table[id].name;
}

/* sort(key=..., reverse=...) is the only method with keywords. */
static bool knows_keyword(int id, const char *keyword)
{
    return id == CPM_METHOD_SORT &&
           (strcmp(keyword, "key") == 0 || strcmp(keyword, "reverse") == 0);
}

cpm_status cpm_method_check(const cpm_expr *call, cpm_status failure, const cpm_tree *tree,
                            const cpm_text *where, cpm_err *err)
{
    int id = call->u.method.id;
    size_t npositional = 0;
    for (size_t i = 0; i < call->u.method.nargs; i++) {
        const cpm_arg *arg = &call->u.method.args[i];
        if (arg->keyword == CPM_NO_SYM)
            npositional++;
        else if (!knows_keyword(id, tree->symbols[arg->keyword].name))
            return cpm_err_at(err, failure, where, arg->keyword_span,
                              "%s has no keyword argument '%s'", table[id].name,
                              tree->symbols[arg->keyword].name);
    }
    if (npositional >= table[id].min && npositional <= table[id].max)
        return CPM_OK;
    size_t bound = npositional < table[id].min ? table[id].min : table[id].max;
    const char *which = table[id].min == table[id].max ? ""
                        : npositional < table[id].min  ? "at least "
                                                       : "at most ";
    return cpm_err_at(err, failure, where, call->span, "%s takes %s%zu argument%s, not %zu",
                      table[id].name, which, bound, bound == 1 ? "" : "s", npositional);
}
