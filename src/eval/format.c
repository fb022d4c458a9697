/* SPDX-License-Identifier: MIT
 *
 * format.c - values as text: what print and repr show. Numbers become text through
 * GMP's radix conversion, quasi-linear in the digits. The walk recurses as deep as
 * values are nested; what holds itself is shown as [...] there.
 */
#include "base/limits.h"
#include "eval/heap.h"
#include "lang/builtin.h"

#include <stdlib.h>
#include <string.h>

/* How values are written. */
typedef struct formatter {
    cpm_strbuf *out;
    int base;
    uintptr_t floor; /* of the stack */
    bool too_deep;   /* it was reached: what is written is not complete */
} formatter;

static void format_integer(cpm_strbuf *out, const fmpz_t z, int base)
{
    if (!COEFF_IS_MPZ(*z) && base == 10) {
        cpm_strbuf_printf(out, "%ld", (long)fmpz_get_si(z));
        return;
    }
    char *digits = fmpz_get_str(NULL, base, z);
    cpm_strbuf_puts(out, digits);
    flint_free(digits);
}

static void format_string(cpm_strbuf *out, const cpm_string_object *string, bool quoted)
{
    if (!quoted) {
        cpm_strbuf_append(out, string->bytes, string->len);
        return;
    }
    /* As Python's repr: double quotes where that saves a backslash. */
    bool has_single = memchr(string->bytes, '\'', string->len) != NULL;
    bool has_double = memchr(string->bytes, '"', string->len) != NULL;
    char quote = has_single && !has_double ? '"' : '\'';
    cpm_strbuf_append(out, &quote, 1);
    for (size_t i = 0; i < string->len; i++) {
        unsigned char c = (unsigned char)string->bytes[i];
        if (c == '\n')
            cpm_strbuf_puts(out, "\\n");
        else if (c == '\t')
            cpm_strbuf_puts(out, "\\t");
        else if (c == '\r')
            cpm_strbuf_puts(out, "\\r");
        else if (c == '\\' || c == (unsigned char)quote)
            cpm_strbuf_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            cpm_strbuf_printf(out, "\\x%02x", c);
        else
            cpm_strbuf_append(out, string->bytes + i, 1);
    }
    cpm_strbuf_append(out, &quote, 1);
}

/* range(0, 3), range(0, 9, 2) */
static void format_range(cpm_strbuf *out, const cpm_range *range, int base)
{
    cpm_strbuf_puts(out, "range(");
    format_integer(out, range->start, base);
    cpm_strbuf_puts(out, ", ");
    format_integer(out, range->stop, base);
    if (!fmpz_is_one(range->step)) {
        cpm_strbuf_puts(out, ", ");
        format_integer(out, range->step, base);
    }
    cpm_strbuf_puts(out, ")");
}

static cpm_status append_digits(void *ctx, const char *bytes, size_t nbytes)
{
    cpm_strbuf_append(ctx, bytes, nbytes);
    return CPM_OK;
}

static void format_decimal(cpm_strbuf *out, const cpm_val *value, int base)
{
    cpm_err err = {0};
    if (base == 10) {
        cpm_writer writer = {append_digits, out};
        if (cpm_dec_write(&value->u.decimal->dec, &writer, &err) != CPM_OK)
            out->failed = true;
        return;
    }
    cpm_val binary = {0};
    cpm_val_copy(&binary, value);
    if (cpm_val_settle(&binary, &err) == CPM_OK)
        format_integer(out, &binary.u.z, base);
    else
        out->failed = true;
    cpm_val_clear(&binary);
}

static void format(formatter *f, const cpm_val *value, bool quoted);

static void format_items(formatter *f, const cpm_val *items, size_t nitems)
{
    for (size_t i = 0; i < nitems && !f->too_deep; i++) {
        if (i > 0)
            cpm_strbuf_puts(f->out, ", ");
        format(f, &items[i], true);
    }
}

/* (1, 2), (1,), () */
static void format_tuple(formatter *f, const cpm_tuple_object *tuple)
{
    cpm_strbuf_puts(f->out, "(");
    format_items(f, tuple->items, tuple->nitems);
    cpm_strbuf_puts(f->out, tuple->nitems == 1 ? ",)" : ")");
}

/* [1, 2], deque([1, 2]) */
static void format_list(formatter *f, cpm_list_object *list)
{
    if (list->base.is_shown) {
        cpm_strbuf_puts(f->out, "[...]");
        return;
    }
    list->base.is_shown = true;
    cpm_strbuf_puts(f->out, list->is_deque ? "deque([" : "[");
    format_items(f, list->items, list->nitems);
    cpm_strbuf_puts(f->out, list->is_deque ? "])" : "]");
    list->base.is_shown = false;
}

static void format_entries(formatter *f, const cpm_dict_object *dict)
{
    size_t index = 0;
    const cpm_entry *entry;
    for (bool first = true; !f->too_deep && (entry = cpm_dict_next(dict, &index)) != NULL;
         first = false) {
        cpm_strbuf_puts(f->out, first ? "" : ", ");
        format(f, &entry->key, true);
        if (dict->base.kind == CPM_VAL_DICT) {
            cpm_strbuf_puts(f->out, ": ");
            format(f, &entry->value, true);
        }
    }
}

/* {1: 2}, {1, 2}, set(), defaultdict(<class 'int'>, {}), Counter({'a': 2}) */
static void format_dict(formatter *f, cpm_dict_object *dict)
{
    bool is_set = dict->base.kind == CPM_VAL_SET, is_default = dict->missing.kind != 0;
    if (dict->base.is_shown || (dict->count == 0 && (is_set || dict->is_counter))) {
        cpm_strbuf_puts(f->out, dict->base.is_shown ? "{...}" : is_set ? "set()" : "Counter()");
        return;
    }
    dict->base.is_shown = true;
    if (is_default) {
        cpm_strbuf_puts(f->out, "defaultdict(");
        format(f, &dict->missing, true);
        cpm_strbuf_puts(f->out, ", ");
    }
    cpm_strbuf_puts(f->out, dict->is_counter ? "Counter({" : "{");
    format_entries(f, dict);
    cpm_strbuf_puts(f->out, dict->is_counter || is_default ? "})" : "}");
    dict->base.is_shown = false;
}

static void format_builtin(formatter *f, cpm_builtin_id id)
{
    bool is_type = id == CPM_BUILTIN_INT || id == CPM_BUILTIN_LIST || id == CPM_BUILTIN_SET ||
                   id == CPM_BUILTIN_DICT || id == CPM_BUILTIN_STR || id == CPM_BUILTIN_TUPLE ||
                   id == CPM_BUILTIN_BOOL;
    cpm_strbuf_printf(f->out, is_type ? "<class '%s'>" : "<built-in function %s>",
                      cpm_builtin_of(id)->name);
}

/* The kinds that hold other values. */
static void format_holder(formatter *f, const cpm_val *value)
{
    if (cpm_stack_is_low(f->floor)) {
        f->too_deep = true;
        return;
    }
    switch (value->kind) {
    case CPM_VAL_TUPLE:
        format_tuple(f, value->u.tuple);
        break;
    case CPM_VAL_LIST:
        format_list(f, value->u.list);
        break;
    default:
        format_dict(f, value->u.dict);
    }
}

static void format(formatter *f, const cpm_val *value, bool quoted)
{
    cpm_strbuf *out = f->out;
    switch (value->kind) {
    case CPM_VAL_UNBOUND:
    case CPM_VAL_CELL:
        break;
    case CPM_VAL_NONE:
        cpm_strbuf_puts(out, "None");
        break;
    case CPM_VAL_BOOL:
        cpm_strbuf_puts(out, fmpz_is_zero(&value->u.z) ? "False" : "True");
        break;
    case CPM_VAL_INT:
        format_integer(out, &value->u.z, f->base);
        break;
    case CPM_VAL_RATIONAL:
        format_integer(out, fmpq_numref(value->u.q->q), f->base);
        cpm_strbuf_puts(out, "/");
        format_integer(out, fmpq_denref(value->u.q->q), f->base);
        break;
    case CPM_VAL_RANGE:
        format_range(out, &value->u.range->range, f->base);
        break;
    case CPM_VAL_STRING:
        format_string(out, value->u.string, quoted);
        break;
    case CPM_VAL_FUNCTION:
        cpm_strbuf_puts(out, "<function>");
        break;
    case CPM_VAL_ITER:
        cpm_strbuf_puts(out, "<iterator>");
        break;
    case CPM_VAL_BUILTIN:
        format_builtin(f, (cpm_builtin_id)value->u.z);
        break;
    case CPM_VAL_POS_INF:
        cpm_strbuf_puts(out, "inf");
        break;
    case CPM_VAL_NEG_INF:
        cpm_strbuf_puts(out, "-inf");
        break;
    case CPM_VAL_DECIMAL:
        format_decimal(out, value, f->base);
        break;
    default:
        format_holder(f, value);
    }
}

static cpm_status format_whole(cpm_strbuf *out, const cpm_val *value, int base, bool quoted,
                               cpm_err *err)
{
    formatter f = {.out = out, .base = base};
    bool is_flat = value->kind < CPM_VAL_TUPLE || value->kind == CPM_VAL_STRING;
    if (!is_flat)
        f.floor = cpm_stack_floor();
    format(&f, value, quoted);
    return f.too_deep ? cpm_err_set(err, CPM_ERR_LIMIT, "the value is nested too deep to be shown")
                      : CPM_OK;
}

cpm_status cpm_val_format(cpm_strbuf *out, const cpm_val *value, int base, cpm_err *err)
{
    return format_whole(out, value, base, false, err);
}

cpm_status cpm_val_repr(cpm_strbuf *out, const cpm_val *value, cpm_err *err)
{
    return format_whole(out, value, 10, true, err);
}
