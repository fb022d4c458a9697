/* SPDX-License-Identifier: MIT
 *
 * text.c - text of values for programs: the formats of f-strings as far as integers
 * and strings need them ([fill]align, sign, '#', '0', width, ',' or '_', type), and
 * integers out of text.
 */
#include "eval/interp_impl.h"

#include <stdlib.h>
#include <string.h>

bool cpm_in_take_text(cpm_interp *in, cpm_val *out, cpm_strbuf *text)
{
    bool ok =
        cpm_strbuf_status(text, in->err) == CPM_OK &&
        cpm_val_copy_string(out, text->len == 0 ? "" : text->data, text->len, in->err) == CPM_OK;
    cpm_strbuf_clear(text);
    *text = (cpm_strbuf){0};
    return ok;
}

/* ---- Integers out of text --------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
}

static bool no_integer(cpm_interp *in, const char *bytes, size_t len)
{
    cpm_err_set(in->err, CPM_ERR_RUNTIME, "'%.*s' is no integer", (int)(len > 60 ? 60 : len),
                bytes);
    return false;
}

/* Digits with single underscores between them; what is kept of them goes to *digits. */
static bool copy_digits(char *digits, const char *bytes, size_t len, int base)
{
    bool after_digit = false;
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        bool is_digit = digit_value(bytes[i]) < base;
        if (!is_digit && !(bytes[i] == '_' && after_digit))
            return false;
        if (is_digit)
            digits[n++] = bytes[i];
        after_digit = is_digit;
    }
    digits[n] = '\0';
    return after_digit;
}

/* The prefix 0x, 0o or 0b where the base allows it. */
static size_t skip_prefix(const char *bytes, size_t len, int *base)
{
    if (len < 2 || bytes[0] != '0') {
        *base = *base == 0 ? 10 : *base;
        return 0;
    }
    char c = (char)(bytes[1] | 0x20);
    int named = c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 0;
    bool fits = named != 0 && (*base == named || *base == 0);
    if (*base == 0)
        *base = fits ? named : 10;
    return fits ? 2 : 0;
}

bool cpm_in_parse_int(cpm_interp *in, cpm_val *out, const char *bytes, size_t len, int base)
{
    const char *whole = bytes;
    size_t whole_len = len;
    while (len > 0 && is_blank(*bytes))
        bytes++, len--;
    while (len > 0 && is_blank(bytes[len - 1]))
        len--;
    bool negative = len > 0 && *bytes == '-';
    if (len > 0 && (*bytes == '-' || *bytes == '+'))
        bytes++, len--;
    if (base == 10 && len > 0 && len <= 18) { /* as most are */
        slong value = 0;
        size_t i = 0;
        for (; i < len && bytes[i] >= '0' && bytes[i] <= '9'; i++)
            value = value * 10 + (bytes[i] - '0');
        if (i == len) {
            *out = (cpm_val){CPM_VAL_INT, {.z = negative ? -value : value}};
            return true;
        }
    }
    size_t prefix = skip_prefix(bytes, len, &base);
    bytes += prefix, len -= prefix;
    char *digits = malloc(len + 1);
    if (digits == NULL)
        return cpm_err_memory(in->err), false;
    bool ok = copy_digits(digits, bytes, len, base);
    if (ok) {
        out->kind = CPM_VAL_INT;
        ok = fmpz_set_str(&out->u.z, digits, base) == 0;
        if (negative)
            fmpz_neg(&out->u.z, &out->u.z);
    }
    free(digits);
    return ok || no_integer(in, whole, whole_len);
}

/* ---- Formats --------------------------------------------------------------------------- */

typedef struct format_spec {
    const char *fill; /* one character, of so many bytes */
    size_t fill_len;
    char align;       /* '<', '>', '^', '=', or 0 */
    char sign;        /* '+', ' ', or 0 */
    bool prefix;      /* '#' */
    size_t width;     /* in characters */
    char grouping;    /* ',', '_', or 0 */
    size_t precision; /* of strings: no more characters than that */
    char type;        /* 'd', 'b', 'o', 'x', 'X', 's', or 0 */
} format_spec;

static bool bad_format(cpm_interp *in, const char *format, size_t len)
{
    cpm_err_set(in->err, CPM_ERR_UNSUPPORTED, "the format '%.*s' is not supported",
                (int)(len > 60 ? 60 : len), format);
    return false;
}

static bool is_align(char c)
{
    return c == '<' || c == '>' || c == '^' || c == '=';
}

static size_t read_number(const char *format, size_t len, size_t *at)
{
    size_t value = 0;
    for (; *at < len && format[*at] >= '0' && format[*at] <= '9' && value < 100000000; ++*at)
        value = value * 10 + (size_t)(format[*at] - '0');
    return value;
}

/* [[fill]align] */
static size_t read_align(format_spec *spec, const char *format, size_t len)
{
    size_t fill_len = 1;
    while (fill_len < len && ((unsigned char)format[fill_len] & 0xc0) == 0x80)
        fill_len++;
    if (fill_len < len && is_align(format[fill_len])) {
        spec->fill = format;
        spec->fill_len = fill_len;
        spec->align = format[fill_len];
        return fill_len + 1;
    }
    if (len > 0 && is_align(format[0])) {
        spec->align = format[0];
        return 1;
    }
    return 0;
}

static bool read_format(cpm_interp *in, format_spec *spec, const char *format, size_t len)
{
    *spec = (format_spec){.fill = " ", .fill_len = 1, .precision = SIZE_MAX};
    size_t at = read_align(spec, format, len);
    if (at < len && (format[at] == '+' || format[at] == '-' || format[at] == ' ')) {
        spec->sign = format[at] == '-' ? 0 : format[at];
        at++;
    }
    if (at < len && format[at] == '#')
        spec->prefix = true, at++;
    if (at < len && format[at] == '0') {
        if (spec->align == 0) {
            spec->align = '=';
            spec->fill = "0";
        }
        at++;
    }
    spec->width = read_number(format, len, &at);
    if (at < len && (format[at] == ',' || format[at] == '_'))
        spec->grouping = format[at++];
    if (at + 1 < len && format[at] == '.' && format[at + 1] >= '0' && format[at + 1] <= '9') {
        at++;
        spec->precision = read_number(format, len, &at);
    }
    if (at < len && strchr("dboxXs", format[at]) != NULL)
        spec->type = format[at++];
    return at == len || bad_format(in, format, len);
}

static size_t count_chars(const char *bytes, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)bytes[i] & 0xc0) != 0x80;
    return n;
}

static void put_fill(cpm_strbuf *text, const format_spec *spec, size_t count)
{
    for (; count > 0; count--)
        cpm_strbuf_append(text, spec->fill, spec->fill_len);
}

/* The sign and prefix, `head`, and what follows, in a field of the width. */
static void put_padded(cpm_strbuf *text, const format_spec *spec, const char *head,
                       const char *bytes, size_t len, char align)
{
    size_t used = strlen(head) + count_chars(bytes, len);
    size_t room = spec->width > used ? spec->width - used : 0;
    size_t before = align == '>' ? room : align == '^' ? room / 2 : 0;
    put_fill(text, spec, before);
    cpm_strbuf_puts(text, head);
    put_fill(text, spec, align == '=' ? room : 0);
    cpm_strbuf_append(text, bytes, len);
    put_fill(text, spec, align == '<' || align == '^' ? room - before : 0);
}

/* The digits, every three or four of them apart. */
static void group(cpm_strbuf *out, const char *digits, size_t len, char mark, size_t every)
{
    for (size_t i = 0; i < len; i++) {
        if (mark != 0 && i > 0 && (len - i) % every == 0)
            cpm_strbuf_append(out, &mark, 1);
        cpm_strbuf_append(out, digits + i, 1);
    }
}

static bool format_integer(cpm_interp *in, cpm_strbuf *text, const format_spec *spec,
                           const fmpz_t value)
{
    int base = spec->type == 'b' ? 2 : spec->type == 'o' ? 8 : spec->type == 'x' ? 16 : 10;
    if (spec->type == 'X')
        base = 16;
    char *digits = fmpz_get_str(NULL, base, value), head[4] = "";
    bool negative = digits[0] == '-';
    size_t n = 0;
    if (negative || spec->sign != 0)
        head[n++] = negative ? '-' : spec->sign;
    if (spec->prefix && base != 10) {
        head[n++] = '0';
        head[n++] = spec->type;
    }
    for (char *c = digits; *c != '\0' && spec->type == 'X'; c++)
        *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
    cpm_strbuf grouped = {0};
    group(&grouped, digits + negative, strlen(digits + negative), spec->grouping,
          base == 10 ? 3 : 4);
    put_padded(text, spec, head, grouped.data, grouped.len, spec->align == 0 ? '>' : spec->align);
    text->failed |= grouped.failed;
    cpm_strbuf_clear(&grouped);
    flint_free(digits);
    return cpm_strbuf_status(text, in->err) == CPM_OK;
}

/* What is no integer: as it is printed, cut and padded. */
static bool format_text(cpm_interp *in, cpm_strbuf *text, const format_spec *spec,
                        const cpm_val *value)
{
    cpm_strbuf shown = {0};
    bool ok = cpm_val_format(&shown, value, 10, in->err) == CPM_OK &&
              cpm_strbuf_status(&shown, in->err) == CPM_OK;
    size_t len = shown.len, nchars = 0;
    for (size_t i = 0; i < shown.len; i++) {
        bool begins = ((unsigned char)shown.data[i] & 0xc0) != 0x80;
        if (begins && nchars++ == spec->precision) {
            len = i;
            break;
        }
    }
    bool number = value->kind != CPM_VAL_STRING && value->kind != CPM_VAL_NONE;
    char align = spec->align == 0 ? (number ? '>' : '<') : spec->align == '=' ? '<' : spec->align;
    if (ok)
        put_padded(text, spec, "", len == 0 ? "" : shown.data, len, align);
    cpm_strbuf_clear(&shown);
    return ok;
}

bool cpm_in_format(cpm_interp *in, cpm_strbuf *text, const cpm_val *value, const char *format,
                   size_t len)
{
    format_spec spec;
    if (len == 0)
        return cpm_val_format(text, value, 10, in->err) == CPM_OK;
    if (cpm_val_settle((cpm_val *)value, in->err) != CPM_OK || !read_format(in, &spec, format, len))
        return false;
    bool is_int = value->kind == CPM_VAL_INT || (value->kind == CPM_VAL_BOOL && spec.type != 's');
    if (is_int && spec.type != 's' && spec.precision == SIZE_MAX)
        return format_integer(in, text, &spec, &value->u.z);
    if (value->kind == CPM_VAL_STRING && (spec.type == 's' || spec.type == 0) &&
        spec.grouping == 0 && spec.sign == 0 && !spec.prefix && spec.align != '=')
        return format_text(in, text, &spec, value);
    return bad_format(in, format, len);
}
