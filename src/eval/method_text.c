/* SPDX-License-Identifier: MIT
 *
 * method_text.c - the methods of strings. Letters and digits are ASCII's.
 */
#include "eval/interp_impl.h"
#include "lang/method.h"

#include <string.h>

/* A method at work. */
typedef struct text_call {
    cpm_interp *in;
    cpm_val *out;
    const cpm_string_object *s;
    const cpm_val *args;
    size_t nargs;
} text_call;

typedef bool (*text_fn)(const text_call *c);

static bool fail(const text_call *c, const char *message)
{
    cpm_err_set(c->in->err, CPM_ERR_RUNTIME, "%s", message);
    return false;
}

static bool put_string(const text_call *c, const char *bytes, size_t len)
{
    return cpm_val_copy_string(c->out, bytes, len, c->in->err) == CPM_OK;
}

/* Argument number i as a string; NULL, with the error set, when it is none. */
static const cpm_string_object *string_arg(const text_call *c, size_t i)
{
    if (c->args[i].kind == CPM_VAL_STRING)
        return c->args[i].u.string;
    cpm_err_set(c->in->err, CPM_ERR_RUNTIME, "this method takes a string, not %s",
                cpm_val_type(&c->args[i]));
    return NULL;
}

static bool is_blank(char ch)
{
    return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

/* ---- Taking apart ----------------------------------------------------------------- */

static bool push_piece(const text_call *c, const char *bytes, size_t len)
{
    cpm_val piece = {0};
    bool ok = cpm_val_copy_string(&piece, bytes, len, c->in->err) == CPM_OK &&
              cpm_list_push(c->out->u.list, &piece, c->in->err) == CPM_OK;
    cpm_val_clear(&piece);
    return ok;
}

static bool new_list(const text_call *c)
{
    return cpm_list_new(c->out, c->in->heap, 0, c->in->err) == CPM_OK;
}

static bool split_at_blanks(const text_call *c)
{
    size_t at = 0;
    while (at < c->s->len) {
        size_t begin = at;
        while (at < c->s->len && !is_blank(c->s->bytes[at]))
            at++;
        if (at > begin && !push_piece(c, c->s->bytes + begin, at - begin))
            return false;
        at += at < c->s->len;
    }
    return true;
}

static bool text_split(const text_call *c)
{
    if (!new_list(c))
        return false;
    if (c->nargs == 0 || c->args[0].kind == CPM_VAL_NONE)
        return split_at_blanks(c);
    const cpm_string_object *mark = string_arg(c, 0);
    if (mark == NULL || mark->len == 0)
        return mark != NULL && fail(c, "split takes a separator that is not empty");
    for (size_t begin = 0;;) {
        size_t end = cpm_string_find(c->s, begin, mark);
        bool last = end == SIZE_MAX;
        if (!push_piece(c, c->s->bytes + begin, (last ? c->s->len : end) - begin) || last)
            return last && c->in->err->status == CPM_OK;
        begin = end + mark->len;
    }
}

static bool text_splitlines(const text_call *c)
{
    const char *bytes = c->s->bytes;
    size_t len = c->s->len, begin = 0;
    bool ok = new_list(c);
    while (ok && begin < len) {
        size_t end = begin;
        while (end < len && bytes[end] != '\n' && bytes[end] != '\r')
            end++;
        ok = push_piece(c, bytes + begin, end - begin);
        begin = end + 1 + (end + 1 < len && bytes[end] == '\r' && bytes[end + 1] == '\n');
    }
    return ok;
}

static bool strips(char ch, const cpm_string_object *set)
{
    return set == NULL ? is_blank(ch) : memchr(set->bytes, ch, set->len) != NULL;
}

/* Without blanks, or the characters given, at the ends. */
static bool strip(const text_call *c, bool left, bool right)
{
    const cpm_string_object *set = NULL;
    if (c->nargs > 0 && c->args[0].kind != CPM_VAL_NONE) {
        set = string_arg(c, 0);
        if (set == NULL)
            return false;
        if (set->len != set->nchars)
            return fail(c, "only ASCII characters are stripped");
    }
    size_t begin = 0, end = c->s->len;
    while (left && begin < end && strips(c->s->bytes[begin], set))
        begin++;
    while (right && end > begin && strips(c->s->bytes[end - 1], set))
        end--;
    return put_string(c, c->s->bytes + begin, end - begin);
}

static bool text_strip(const text_call *c)
{
    return strip(c, true, true);
}

static bool text_lstrip(const text_call *c)
{
    return strip(c, true, false);
}

static bool text_rstrip(const text_call *c)
{
    return strip(c, false, true);
}

/* ---- Putting together ---------------------------------------------------------------- */

static bool text_join(const text_call *c)
{
    cpm_val hold = {0};
    const cpm_val *items;
    size_t nitems;
    cpm_strbuf text = {0};
    bool ok = cpm_in_view(c->in, &hold, &items, &nitems, &c->args[0]);
    for (size_t i = 0; ok && i < nitems; i++) {
        if (items[i].kind != CPM_VAL_STRING) {
            cpm_err_set(c->in->err, CPM_ERR_RUNTIME, "join takes strings; item %zu is of type %s",
                        i, cpm_val_type(&items[i]));
            ok = false;
            break;
        }
        if (i > 0)
            cpm_strbuf_append(&text, c->s->bytes, c->s->len);
        cpm_strbuf_append(&text, items[i].u.string->bytes, items[i].u.string->len);
    }
    ok = ok && cpm_in_take_text(c->in, c->out, &text);
    cpm_strbuf_clear(&text);
    cpm_val_clear(&hold);
    return ok;
}

static bool text_replace(const text_call *c)
{
    const cpm_string_object *from = string_arg(c, 0), *to = string_arg(c, 1);
    cpm_strbuf text = {0};
    if (from == NULL || to == NULL)
        return false;
    if (from->len == 0)
        return fail(c, "replace of an empty string is not supported");
    for (size_t at = 0;;) {
        size_t found = cpm_string_find(c->s, at, from);
        bool last = found == SIZE_MAX;
        cpm_strbuf_append(&text, c->s->bytes + at, (last ? c->s->len : found) - at);
        if (last)
            break;
        cpm_strbuf_append(&text, to->bytes, to->len);
        at = found + from->len;
    }
    bool ok = cpm_in_take_text(c->in, c->out, &text);
    cpm_strbuf_clear(&text);
    return ok;
}

static bool need_ascii(const text_call *c)
{
    return c->s->len == c->s->nchars || fail(c, "this method is supported for ASCII strings only");
}

/* Every letter of one case as that of the other. */
static bool change_case(const text_call *c, char first, char last, int by)
{
    cpm_strbuf text = {0};
    if (!need_ascii(c))
        return false;
    for (size_t i = 0; i < c->s->len; i++) {
        char ch = c->s->bytes[i];
        ch = ch >= first && ch <= last ? (char)(ch + by) : ch;
        cpm_strbuf_append(&text, &ch, 1);
    }
    bool ok = cpm_in_take_text(c->in, c->out, &text);
    cpm_strbuf_clear(&text);
    return ok;
}

static bool text_upper(const text_call *c)
{
    return change_case(c, 'a', 'z', 'A' - 'a');
}

static bool text_lower(const text_call *c)
{
    return change_case(c, 'A', 'Z', 'a' - 'A');
}

static bool text_zfill(const text_call *c)
{
    cpm_strbuf text = {0};
    if (!cpm_val_is_int(&c->args[0]) || COEFF_IS_MPZ(c->args[0].u.z) || c->args[0].u.z > 100000000)
        return fail(c, "zfill takes a small integer");
    size_t sign = c->s->len > 0 && (c->s->bytes[0] == '-' || c->s->bytes[0] == '+');
    slong width = c->args[0].u.z, missing = width - (slong)c->s->nchars;
    cpm_strbuf_append(&text, c->s->bytes, sign);
    cpm_strbuf_fill(&text, '0', missing > 0 ? (size_t)missing : 0);
    cpm_strbuf_append(&text, c->s->bytes + sign, c->s->len - sign);
    bool ok = cpm_in_take_text(c->in, c->out, &text);
    cpm_strbuf_clear(&text);
    return ok;
}

/* '{} of {:>3}'.format(a, b), with fields in order or by number. */
static bool text_format(const text_call *c)
{
    const char *bytes = c->s->bytes;
    size_t len = c->s->len, next = 0;
    cpm_strbuf text = {0};
    bool ok = true;
    for (size_t at = 0; ok && at < len; at++) {
        if ((bytes[at] == '{' || bytes[at] == '}') && at + 1 < len && bytes[at + 1] == bytes[at]) {
            cpm_strbuf_append(&text, bytes + at++, 1);
            continue;
        }
        if (bytes[at] != '{') {
            cpm_strbuf_append(&text, bytes + at, 1);
            continue;
        }
        size_t end = at + 1, number = 0, digits = 0;
        for (; end < len && bytes[end] >= '0' && bytes[end] <= '9' && digits < 6; end++, digits++)
            number = number * 10 + (size_t)(bytes[end] - '0');
        size_t begin = end < len && bytes[end] == ':' ? end + 1 : end;
        for (end = begin; end < len && bytes[end] != '}' && bytes[end] != '{';)
            end++;
        size_t index = digits > 0 ? number : next++;
        ok = end < len && bytes[end] == '}' && index < c->nargs &&
                     (begin > at + 1 + digits || end == begin)
                 ? cpm_in_format(c->in, &text, &c->args[index], bytes + begin, end - begin)
                 : fail(c, "the fields of this format and the arguments do not fit");
        at = end;
    }
    ok = ok && cpm_in_take_text(c->in, c->out, &text);
    cpm_strbuf_clear(&text);
    return ok;
}

/* ---- Looking ------------------------------------------------------------------------------ */

static size_t chars_before(const cpm_string_object *s, size_t at)
{
    size_t n = 0;
    for (size_t i = 0; i < at; i++)
        n += ((unsigned char)s->bytes[i] & 0xc0) != 0x80;
    return n;
}

static bool text_find(const text_call *c)
{
    const cpm_string_object *what = string_arg(c, 0);
    if (what == NULL)
        return false;
    size_t at = cpm_string_find(c->s, 0, what);
    cpm_val_set_si(c->out, at == SIZE_MAX ? -1 : (slong)chars_before(c->s, at));
    return true;
}

static bool text_index(const text_call *c)
{
    return text_find(c) && (c->out->u.z >= 0 || fail(c, "the string does not occur there"));
}

static bool text_count(const text_call *c)
{
    const cpm_string_object *what = string_arg(c, 0);
    slong count = 0;
    if (what == NULL)
        return false;
    if (what->len == 0)
        count = (slong)c->s->nchars + 1;
    for (size_t at = 0; what->len > 0; count++) {
        at = cpm_string_find(c->s, at, what);
        if (at == SIZE_MAX)
            break;
        at += what->len;
    }
    cpm_val_set_si(c->out, count);
    return true;
}

static bool text_startswith(const text_call *c)
{
    const cpm_string_object *what = string_arg(c, 0);
    if (what == NULL)
        return false;
    cpm_val_set_bool(c->out,
                     what->len <= c->s->len && memcmp(c->s->bytes, what->bytes, what->len) == 0);
    return true;
}

static bool text_endswith(const text_call *c)
{
    const cpm_string_object *what = string_arg(c, 0);
    if (what == NULL)
        return false;
    size_t len = what->len;
    cpm_val_set_bool(c->out, len <= c->s->len &&
                                 memcmp(c->s->bytes + c->s->len - len, what->bytes, len) == 0);
    return true;
}

static bool all_bytes(const text_call *c, bool (*holds)(char ch))
{
    bool all = c->s->len > 0;
    if (!need_ascii(c))
        return false;
    for (size_t i = 0; all && i < c->s->len; i++)
        all = holds(c->s->bytes[i]);
    cpm_val_set_bool(c->out, all);
    return true;
}

static bool is_digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

static bool is_letter(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

static bool text_isdigit(const text_call *c)
{
    return all_bytes(c, is_digit);
}

static bool text_isalpha(const text_call *c)
{
    return all_bytes(c, is_letter);
}

bool cpm_in_text_method(cpm_interp *in, cpm_val *out, int id, const cpm_val *object,
                        const cpm_val *args, size_t nargs)
{
    static const text_fn methods[CPM_METHOD_NONE] = {
        [CPM_METHOD_COUNT] = text_count,
        [CPM_METHOD_ENDSWITH] = text_endswith,
        [CPM_METHOD_FIND] = text_find,
        [CPM_METHOD_FORMAT] = text_format,
        [CPM_METHOD_INDEX] = text_index,
        [CPM_METHOD_ISALPHA] = text_isalpha,
        [CPM_METHOD_ISDIGIT] = text_isdigit,
        [CPM_METHOD_JOIN] = text_join,
        [CPM_METHOD_LOWER] = text_lower,
        [CPM_METHOD_LSTRIP] = text_lstrip,
        [CPM_METHOD_REPLACE] = text_replace,
        [CPM_METHOD_RSTRIP] = text_rstrip,
        [CPM_METHOD_SPLIT] = text_split,
        [CPM_METHOD_SPLITLINES] = text_splitlines,
        [CPM_METHOD_STARTSWITH] = text_startswith,
        [CPM_METHOD_STRIP] = text_strip,
        [CPM_METHOD_UPPER] = text_upper,
        [CPM_METHOD_ZFILL] = text_zfill,
    };
    text_call call = {in, out, object->u.string, args, nargs};
    if (methods[id] != NULL)
        return methods[id](&call);
    cpm_err_set(in->err, CPM_ERR_RUNTIME, "a string has no method '%s'",
                cpm_method_name((cpm_method_id)id));
    return false;
}
