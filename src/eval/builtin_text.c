/* SPDX-License-Identifier: MIT
 *
 * builtin_text.c - the built-in functions between values and text: str, repr, int and
 * the like, print as a function, and the input.
 */
#include "eval/interp_impl.h"

#include <string.h>

static bool fail(cpm_interp *in, const char *message)
{
    cpm_err_set(in->err, CPM_ERR_RUNTIME, "%s", message);
    return false;
}

/* ---- Conversions -------------------------------------------------------------------- */

static bool run_str(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site;
    cpm_strbuf text = {0};
    if (nargs == 1 && args[0].kind == CPM_VAL_STRING) {
        cpm_val_copy(out, &args[0]);
        return true;
    }
    bool ok = (nargs == 0 || cpm_val_format(&text, &args[0], 10, in->err) == CPM_OK) &&
              cpm_in_take_text(in, out, &text);
    cpm_strbuf_clear(&text);
    return ok;
}

static bool run_repr(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                     size_t nargs)
{
    (void)site, (void)nargs;
    cpm_strbuf text = {0};
    bool ok = cpm_val_repr(&text, &args[0], in->err) == CPM_OK && cpm_in_take_text(in, out, &text);
    cpm_strbuf_clear(&text);
    return ok;
}

static bool int_of_text(cpm_interp *in, cpm_val *out, const cpm_val *args, size_t nargs)
{
    const cpm_string_object *s = args[0].u.string;
    slong base = 10;
    if (nargs == 2) {
        bool ok = cpm_val_is_int(&args[1]) && !COEFF_IS_MPZ(args[1].u.z);
        base = ok ? args[1].u.z : 1;
        if (!ok || base < 0 || base == 1 || base > 36)
            return fail(in, "the base of int is 0 or from 2 to 36");
    }
    return cpm_in_parse_int(in, out, s->bytes, s->len, (int)base);
}

/* int(x): rounds a rational towards zero. */
static bool run_int(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site;
    if (nargs == 0) {
        cpm_val_set_si(out, 0);
        return true;
    }
    const cpm_val *x = &args[0];
    if (x->kind == CPM_VAL_STRING)
        return int_of_text(in, out, args, nargs);
    if (nargs == 2)
        return fail(in, "int takes a base for a string only");
    if (x->kind != CPM_VAL_RATIONAL)
        return cpm_arith_unary(&in->arith, out, CPM_OP_POS, x);
    out->kind = CPM_VAL_INT;
    fmpz_tdiv_q(&out->u.z, fmpq_numref(x->u.q->q), fmpq_denref(x->u.q->q));
    return true;
}

/* Infinity is the only number of this type that is exact. */
static bool run_float(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                      size_t nargs)
{
    (void)site, (void)nargs;
    const cpm_val *x = &args[0];
    if (x->kind == CPM_VAL_STRING) {
        const char *bytes = x->u.string->bytes;
        size_t len = x->u.string->len, sign = len > 0 && (*bytes == '-' || *bytes == '+');
        if ((len == 3 + sign && memcmp(bytes + sign, "inf", 3) == 0) ||
            (len == 8 + sign && memcmp(bytes + sign, "infinity", 8) == 0)) {
            out->kind = sign && *bytes == '-' ? CPM_VAL_NEG_INF : CPM_VAL_POS_INF;
            return true;
        }
    }
    cpm_err_set(in->err, CPM_ERR_UNSUPPORTED,
                "floating-point numbers are not supported, but for "
                "float('inf')");
    return false;
}

static bool run_chr(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site, (void)nargs;
    char bytes[4];
    slong c = cpm_val_is_int(&args[0]) && !COEFF_IS_MPZ(args[0].u.z) ? args[0].u.z : -1;
    if (c < 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return fail(in, "chr takes the number of a character");
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = len - 1; i > 0; i--, c >>= 6)
        bytes[i] = (char)(0x80 | (c & 0x3f));
    bytes[0] = (char)(lead[len] | c);
    return cpm_val_copy_string(out, bytes, len, in->err) == CPM_OK;
}

static bool run_ord(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site, (void)nargs;
    if (args[0].kind != CPM_VAL_STRING || args[0].u.string->nchars != 1)
        return fail(in, "ord takes a string of one character");
    const cpm_string_object *s = args[0].u.string;
    unsigned char c = (unsigned char)s->bytes[0];
    slong code = s->len == 1 ? c : s->len == 2 ? c & 0x1f : s->len == 3 ? c & 0x0f : c & 0x07;
    for (size_t i = 1; i < s->len; i++)
        code = code << 6 | ((unsigned char)s->bytes[i] & 0x3f);
    cpm_val_set_si(out, code);
    return true;
}

/* -0b101, as f"{x:#b}" writes it. */
static bool with_prefix(cpm_interp *in, cpm_val *out, const cpm_val *x, const char *format)
{
    cpm_strbuf text = {0};
    if (!cpm_val_is_int(x))
        return fail(in, "bin, oct and hex take integers");
    bool ok = cpm_in_format(in, &text, x, format, 2) && cpm_in_take_text(in, out, &text);
    cpm_strbuf_clear(&text);
    return ok;
}

static bool run_bin(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site, (void)nargs;
    return with_prefix(in, out, &args[0], "#b");
}

static bool run_oct(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site, (void)nargs;
    return with_prefix(in, out, &args[0], "#o");
}

static bool run_hex(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site, (void)nargs;
    return with_prefix(in, out, &args[0], "#x");
}

/* ---- Output and input ------------------------------------------------------------------ */

static bool run_print(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                      size_t nargs)
{
    cpm_val none = {.kind = CPM_VAL_NONE};
    const cpm_val *sep = cpm_in_keyword(in, site, args, nargs, "sep");
    const cpm_val *end = cpm_in_keyword(in, site, args, nargs, "end");
    cpm_val_set_none(out);
    return cpm_in_print(in, args, nargs, sep == NULL ? &none : sep, end == NULL ? &none : end);
}

/* A line without its end. */
static size_t without_end(const char *line, size_t nbytes)
{
    if (nbytes > 0 && line[nbytes - 1] == '\n')
        nbytes--;
    if (nbytes > 0 && line[nbytes - 1] == '\r')
        nbytes--;
    return nbytes;
}

static bool run_input(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                      size_t nargs)
{
    (void)site;
    const char *line = NULL;
    size_t nbytes;
    cpm_val sep = {.kind = CPM_VAL_NONE}, end = {0};
    if (nargs == 1) {
        bool shown = cpm_val_new_string(&end, "", 0, in->err) == CPM_OK &&
                     cpm_in_print(in, args, 1, &sep, &end);
        cpm_val_clear(&end);
        if (!shown)
            return false;
    }
    if (!cpm_in_read_line(in, &line, &nbytes))
        return false;
    if (nbytes == 0)
        return fail(in, "the input has no more lines");
    return cpm_val_copy_string(out, line, without_end(line, nbytes), in->err) == CPM_OK;
}

static bool run_readline(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                         size_t nargs)
{
    (void)site, (void)args, (void)nargs;
    const char *line = "";
    size_t nbytes;
    return cpm_in_read_line(in, &line, &nbytes) &&
           cpm_val_copy_string(out, line, nbytes, in->err) == CPM_OK;
}

static bool run_read(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                     size_t nargs)
{
    (void)site, (void)args, (void)nargs;
    cpm_strbuf text = {0};
    const char *line;
    size_t nbytes = 1;
    bool ok = true;
    while (ok && nbytes > 0) {
        ok = cpm_in_read_line(in, &line, &nbytes);
        if (ok && nbytes > 0)
            cpm_strbuf_append(&text, line, nbytes);
    }
    ok = ok && cpm_in_take_text(in, out, &text);
    cpm_strbuf_clear(&text);
    return ok;
}

static bool run_readlines(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                          size_t nargs)
{
    (void)site, (void)args, (void)nargs;
    cpm_val lines = {0};
    bool ok = cpm_iter_new(&lines, CPM_ITER_LINES, 0, in->err) == CPM_OK &&
              cpm_list_new(out, in->heap, 0, in->err) == CPM_OK &&
              cpm_in_extend(in, out->u.list, &lines);
    cpm_val_clear(&lines);
    return ok;
}

cpm_builtin_fn cpm_in_builtin_text(cpm_builtin_id id)
{
    static const cpm_builtin_fn functions[CPM_BUILTIN_NONE] = {
        [CPM_BUILTIN_BIN] = run_bin,
        [CPM_BUILTIN_CHR] = run_chr,
        [CPM_BUILTIN_FLOAT] = run_float,
        [CPM_BUILTIN_HEX] = run_hex,
        [CPM_BUILTIN_INPUT] = run_input,
        [CPM_BUILTIN_INT] = run_int,
        [CPM_BUILTIN_LONG] = run_int,
        [CPM_BUILTIN_OCT] = run_oct,
        [CPM_BUILTIN_ORD] = run_ord,
        [CPM_BUILTIN_PRINT] = run_print,
        [CPM_BUILTIN_READ] = run_read,
        [CPM_BUILTIN_READLINE] = run_readline,
        [CPM_BUILTIN_READLINES] = run_readlines,
        [CPM_BUILTIN_REPR] = run_repr,
        [CPM_BUILTIN_STR] = run_str,
    };
    return functions[id];
}
