/* SPDX-License-Identifier: MIT
 *
 * print.c - print: a line is put together and written at once.
 */
#include "eval/interp_impl.h"

/* The value of sep= or end=; None, which is also Python's way to leave them
 * out, when there is none. */
static bool eval_mark(cpm_interp *in, cpm_val *out, const cpm_expr *expr, const char *name)
{
    if (expr == NULL) {
        cpm_val_set_none(out);
        return true;
    }
    if (!cpm_in_eval(in, out, expr))
        return false;
    return out->kind == CPM_VAL_STRING || out->kind == CPM_VAL_NONE ||
           cpm_in_fail(in, CPM_ERR_RUNTIME, expr->span, "%s= of print takes a string, not %s", name,
                       cpm_val_type(out));
}

static cpm_status append_mark(cpm_interp *in, const cpm_val *mark, const char *otherwise)
{
    if (mark->kind != CPM_VAL_NONE)
        return cpm_val_format(&in->line, mark, 10, in->err);
    cpm_strbuf_puts(&in->line, otherwise);
    return CPM_OK;
}

/* The line as it will be printed, into in->line. */
static cpm_status format_line(cpm_interp *in, const cpm_val *values, size_t nvalues,
                              const cpm_val *sep, const cpm_val *end)
{
    cpm_status status = CPM_OK;
    in->line.len = 0;
    for (size_t i = 0; i < nvalues && status == CPM_OK; i++) {
        if (i > 0)
            status = append_mark(in, sep, " ");
        if (status == CPM_OK)
            status = cpm_val_format(&in->line, &values[i], 10, in->err);
    }
    if (status == CPM_OK)
        status = append_mark(in, end, "\n");
    return status == CPM_OK ? cpm_strbuf_status(&in->line, in->err) : status;
}

bool cpm_in_print(cpm_interp *in, const cpm_val *values, size_t nvalues, const cpm_val *sep,
                  const cpm_val *end)
{
    if (format_line(in, values, nvalues, sep, end) != CPM_OK)
        return false;
    const cpm_writer *output = in->options.output;
    if (output == NULL || in->line.len == 0)
        return true;
    cpm_status status = output->write(output->ctx, in->line.data, in->line.len);
    if (status != CPM_OK)
        cpm_err_set(in->err, status, "the output could not be written");
    return status == CPM_OK;
}

/* Everything is evaluated before anything is written: an item may print. */
bool cpm_in_exec_print(cpm_interp *in, const cpm_stmt *stmt)
{
    cpm_val list = {0}, sep = {0}, end = {0};
    size_t nitems = stmt->u.print.nitems;
    bool ok = cpm_list_new(&list, in->heap, nitems, in->err) == CPM_OK;
    for (size_t i = 0; ok && i < nitems; i++) {
        const cpm_expr *item = stmt->u.print.items[i];
        bool is_star = item->kind == CPM_EXPR_STAR;
        cpm_val value = {0};
        ok = cpm_in_eval(in, &value, is_star ? item->u.unary.operand : item);
        if (ok && is_star)
            ok = cpm_in_extend(in, list.u.list, &value) || cpm_in_locate(in, item->span);
        else if (ok)
            ok = cpm_list_push(list.u.list, &value, in->err) == CPM_OK;
        cpm_val_clear(&value);
    }
    ok = ok && eval_mark(in, &sep, stmt->u.print.sep, "sep") &&
         eval_mark(in, &end, stmt->u.print.end, "end") &&
         cpm_in_print(in, list.u.list->items, list.u.list->nitems, &sep, &end);
    cpm_val_clear(&list);
    cpm_val_clear(&sep);
    cpm_val_clear(&end);
    return ok;
}
