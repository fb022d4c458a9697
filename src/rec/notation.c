/* SPDX-License-Identifier: MIT
 *
 * notation.c - the heads by which other notations are known, and their arguments, found
 * by their brackets. What is inside is read by the parsers that read it anyway.
 */
#include "rec/notation.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* A call NAME(...) or NAME[...]: the spans of its arguments, which outer commas part. */
enum { MAX_ARGS = 4 };
typedef struct call {
    size_t nargs;
    cpm_span args[MAX_ARGS];
    size_t end; /* behind its closing bracket */
} call;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static cpm_span trimmed(const cpm_text *text, cpm_span span)
{
    while (span.begin < span.end && is_blank(text->data[span.begin]))
        span.begin++;
    while (span.end > span.begin && is_blank(text->data[span.end - 1]))
        span.end--;
    return span;
}

/* Whether nothing but blanks and the end of a sentence or statement comes from there on. */
static bool is_end(const cpm_text *text, size_t at)
{
    cpm_span rest = trimmed(text, (cpm_span){at, text->len});
    return rest.begin == rest.end ||
           (rest.end - rest.begin == 1 && strchr(".;:", text->data[rest.begin]) != NULL);
}

/* The arguments of the call whose opening bracket is at `open`; false where it does not
 * close, or has too many. */
static bool read_call(call *out, const cpm_text *text, size_t open)
{
    size_t depth = 0, begin = open + 1;
    *out = (call){0};
    for (size_t at = open; at < text->len; at++) {
        char c = text->data[at];
        if (c == '(' || c == '[' || c == '{')
            depth++;
        bool closes = c == ')' || c == ']' || c == '}';
        if (closes)
            depth--;
        if (depth > 1 || (depth == 1 && c != ',') || (closes && depth == 1))
            continue;
        if (out->nargs == MAX_ARGS)
            return false;
        out->args[out->nargs++] = trimmed(text, (cpm_span){begin, at});
        begin = at + 1;
        if (depth == 0) {
            out->end = at + 1;
            return true;
        }
    }
    return false;
}

/* Whether the text begins with the word; *at is where it goes on. */
static bool has_head(size_t *at, const cpm_text *text, const char *word)
{
    cpm_span all = trimmed(text, (cpm_span){0, text->len});
    size_t len = strlen(word);
    if (all.end - all.begin < len || memcmp(text->data + all.begin, word, len) != 0)
        return false;
    *at = all.begin + len;
    return true;
}

static bool has_call(call *out, const cpm_text *text, const char *word)
{
    size_t at;
    if (!has_head(&at, text, word))
        return false;
    while (at < text->len && text->data[at] == ' ')
        at++;
    return at < text->len && (text->data[at] == '(' || text->data[at] == '[') &&
           read_call(out, text, at);
}

/* Without the brackets around it, if there are any. */
static cpm_span inside(const cpm_text *text, cpm_span span)
{
    bool bracketed = span.end - span.begin >= 2 && strchr("([{", text->data[span.begin]) != NULL;
    return bracketed ? trimmed(text, (cpm_span){span.begin + 1, span.end - 1}) : span;
}

/* ---- Parts ------------------------------------------------------------------------- */

/* The text with blanks for all but the span. */
static cpm_status carve(cpm_text *out, const cpm_text *from, cpm_span keep, cpm_err *err)
{
    char *data = malloc(from->len + 1);
    if (data == NULL)
        return cpm_err_memory(err);
    memset(data, ' ', from->len);
    memcpy(data + keep.begin, from->data + keep.begin, keep.end - keep.begin);
    data[from->len] = '\0';
    cpm_text carved = {from->name, data, from->len};
    cpm_status status = cpm_text_copy(out, &carved, err);
    free(data);
    return status;
}

/* The SPEC becomes what the span holds. */
static cpm_status keep_spec(cpm_spec *own, cpm_span span, cpm_err *err)
{
    cpm_text carved;
    cpm_status status = carve(&carved, &own->spec, span, err);
    if (status != CPM_OK)
        return status;
    cpm_text_free(&own->spec);
    own->spec = carved;
    return CPM_OK;
}

static void drop_spec(cpm_spec *own, cpm_spec *given)
{
    cpm_text_free(&own->spec);
    own->spec = (cpm_text){0};
    given->spec = (cpm_text){0};
}

/* A part of the SPEC as a text of its own. */
static cpm_status keep_part(cpm_text *own, cpm_text *given, const cpm_spec *from,
                            const cpm_spec *original, cpm_span span, cpm_err *err)
{
    *given = original->spec;
    return carve(own, &from->spec, span, err);
}

static cpm_status take_signature(cpm_spec *own, cpm_spec *given, cpm_span c, cpm_span terms,
                                 cpm_err *err)
{
    bool has_terms = terms.end > terms.begin;
    if (has_terms && own->init.data != NULL)
        return cpm_err_at(err, CPM_ERR_USAGE, &own->init, (cpm_span){0, own->init.len},
                          "the text of the recurrence gives initial terms too");
    cpm_status status = keep_part(&own->signature, &given->signature, own, given, c, err);
    if (status == CPM_OK && has_terms)
        status = keep_part(&own->init, &given->init, own, given, terms, err);
    if (status == CPM_OK)
        drop_spec(own, given);
    return status;
}

static cpm_status take_gf(cpm_spec *own, cpm_spec *given, cpm_span span, cpm_err *err)
{
    if (own->init.data != NULL || own->of.data != NULL || own->nsets > 0)
        return cpm_err_set(err, CPM_ERR_USAGE, "a generating function leaves nothing to be set");
    cpm_status status = keep_part(&own->gf, &given->gf, own, given, span, err);
    if (status == CPM_OK)
        drop_spec(own, given);
    return status;
}

/* ---- Notations ----------------------------------------------------------------------- */

/* x/(1-x-x^2) + O(x^20): what comes before the O. */
static cpm_span before_order(const cpm_text *text, cpm_span span)
{
    for (size_t at = span.begin; at + 2 < span.end; at++)
        if (text->data[at] == 'O' && text->data[at + 1] == '(') {
            cpm_span head = trimmed(text, (cpm_span){span.begin, at});
            if (head.end > head.begin && text->data[head.end - 1] == '+')
                head.end--;
            return head;
        }
    return span;
}

/* "Index entries for ... signature (2,-1).": the numbers in the parentheses. */
static bool find_signature(cpm_span *out, const cpm_text *text)
{
    static const char word[] = "signature";
    size_t at;
    if (!has_head(&at, text, "Index"))
        return false;
    for (; at + sizeof word < text->len; at++)
        if (memcmp(text->data + at, word, sizeof word - 1) == 0)
            break;
    if (at + sizeof word >= text->len)
        return false;
    at += sizeof word - 1;
    while (at < text->len && text->data[at] == ' ')
        at++;
    const char *close = memchr(text->data + at, ')', text->len - at);
    if (at == text->len || text->data[at] != '(' || close == NULL)
        return false;
    *out = (cpm_span){at + 1, (size_t)(close - text->data)};
    return is_end(text, out->end + 1);
}

/* rsolve(f, y(n), {y(0): 0, y(1): 1}), as SymPy has it: f = 0 and the terms, in braces. */
static void join_terms(char *data, const call *c)
{
    data[c->args[0].begin - 1] = '{';
    for (size_t at = c->args[0].end; at < c->args[2].begin; at++)
        data[at] = ' ';
    data[c->args[0].end] = ';';
    for (size_t at = c->args[2].begin; at < c->args[2].end; at++)
        if (data[at] == ':')
            data[at] = '=';
    data[c->args[2].begin] = ' ';
    data[c->args[2].end - 1] = ' ';
    data[c->end - 1] = '}';
}

/* An equation, or a set of them, as the first argument. */
static cpm_status take_equations(cpm_spec *own, const call *c, cpm_err *err)
{
    const cpm_text *text = &own->spec;
    bool has_dict =
        c->nargs == 3 && text->data[c->args[2].begin] == '{' &&
        memchr(text->data + c->args[2].begin, ':', c->args[2].end - c->args[2].begin) != NULL;
    cpm_status status =
        keep_spec(own, has_dict ? (cpm_span){c->args[0].begin - 1, c->end} : c->args[0], err);
    if (status == CPM_OK && has_dict)
        join_terms((char *)own->spec.data, c);
    return status;
}

/* "(PARI) ..." and "(Sage) ...", as the OEIS has it, and "f := rectoproc(...)", as Maple
 * does: what stands in front is blanked out. */
static cpm_status drop_prefix(cpm_spec *own, cpm_err *err)
{
    static const char *const systems[] = {"(PARI)", "(Sage)", "(SageMath)", "(Maple)",
                                          "(Mathematica)"};
    const cpm_text *text = &own->spec;
    size_t at;
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
        if (has_head(&at, text, systems[i]))
            return keep_spec(own, (cpm_span){at, text->len}, err);
    const char *head = memchr(text->data, ':', text->len);
    size_t behind = head == NULL ? text->len : (size_t)(head - text->data) + 2;
    if (behind >= text->len || head[1] != '=')
        return CPM_OK;
    const cpm_text value = {text->name, text->data + behind, text->len - behind};
    if (has_head(&at, &value, "rectoproc") || has_head(&at, &value, "gfun"))
        return keep_spec(own, (cpm_span){behind, text->len}, err);
    return CPM_OK;
}

/* A series of its first argument in powers of x: taylor(f, x, 0, 20) as Sage has it,
 * series(f, x, 20) and series(f, x = 0, 20) as Maple does. */
static bool is_series(const call *c, const cpm_text *text, bool has_point)
{
    cpm_span x = c->args[1], point = c->args[2];
    const char *equals = memchr(text->data + x.begin, '=', x.end - x.begin);
    if (has_point)
        return c->nargs == 4 && point.end - point.begin == 1 && text->data[point.begin] == '0';
    cpm_span zero = {equals == NULL ? x.end : (size_t)(equals - text->data) + 1, x.end};
    zero = trimmed(text, zero);
    return c->nargs == 3 &&
           (equals == NULL || (zero.end - zero.begin == 1 && text->data[zero.begin] == '0'));
}

cpm_status cpm_notation_resolve(cpm_spec *own, cpm_spec *given, cpm_err *err)
{
    static const char *const solvers[] = {"RSolveValue",     "RSolve",         "RecurrenceTable",
                                          "rsolve",          "solve_rec",      "rectoproc",
                                          "gfun:-rectoproc", "gfun[rectoproc]"};
    static const char *const ours[] = {"recurrence:", "Recurrence:"};
    static const char *const gfs[] = {"G.f.:", "g.f.:", "G.f. :", "O.g.f.:"};
    const cpm_text *text = &own->spec;
    call c, series;
    cpm_span span;
    size_t at;
    if (text->data == NULL)
        return CPM_OK;
    if (drop_prefix(own, err) != CPM_OK)
        return err->status;
    if (has_call(&c, text, "BinaryRecurrenceSequence") && c.nargs == 4 && is_end(text, c.end))
        return take_signature(own, given, (cpm_span){c.args[0].begin, c.args[1].end},
                              (cpm_span){c.args[2].begin, c.args[3].end}, err);
    if (has_call(&c, text, "taylor") && is_end(text, c.end) && is_series(&c, text, true))
        return take_gf(own, given, c.args[0], err);
    if (has_call(&c, text, "series") && is_end(text, c.end) && is_series(&c, text, false))
        return take_gf(own, given, c.args[0], err);
    if (has_call(&c, text, "LinearRecurrence") && c.nargs >= 2 && is_end(text, c.end))
        return take_signature(own, given, inside(text, c.args[0]), inside(text, c.args[1]), err);
    if (find_signature(&span, text))
        return take_signature(own, given, span, (cpm_span){0, 0}, err);
    if (has_call(&c, text, "Vec") && is_end(text, c.end))
        return take_gf(own, given, before_order(text, c.args[0]), err);
    if (has_call(&c, text, "CoefficientList") && is_end(text, c.end)) {
        const cpm_text first = {text->name, text->data + c.args[0].begin,
                                c.args[0].end - c.args[0].begin};
        if (has_call(&series, &first, "Series"))
            return take_gf(own, given,
                           (cpm_span){c.args[0].begin + series.args[0].begin,
                                      c.args[0].begin + series.args[0].end},
                           err);
    }
    for (size_t i = 0; i < sizeof gfs / sizeof *gfs; i++)
        if (has_head(&at, text, gfs[i])) {
            span = trimmed(text, (cpm_span){at, text->len});
            span.end -= span.end > span.begin && text->data[span.end - 1] == '.';
            return take_gf(own, given, before_order(text, span), err);
        }
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (has_head(&at, text, ours[i]))
            return keep_spec(own, (cpm_span){at, text->len}, err);
    for (size_t i = 0; i < sizeof solvers / sizeof *solvers; i++)
        if (has_call(&c, text, solvers[i]) && is_end(text, c.end))
            return take_equations(own, &c, err);
    return CPM_OK;
}
