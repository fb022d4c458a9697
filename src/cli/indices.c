/* SPDX-License-Identifier: MIT
 *
 * indices.c - what --nth asks for.
 *
 *     list  = item {("," | line end) item}
 *     item  = number | number ".." number [".." number]
 *
 * Numbers are constant expressions, which the library reads from their span, so
 * that its complaints point into the option's text. In a file, lines may be empty, and
 * a `#` begins a comment.
 */
#include "cli/indices.h"

#include <stdlib.h>
#include <string.h>

static cpm_status add_range(cpm_indices *indices, cpm_range **range, cpm_err *err)
{
    if (indices->count == indices->cap) {
        size_t cap = indices->cap == 0 ? 4 : indices->cap * 2;
        cpm_range *ranges = realloc(indices->ranges, cap * sizeof *ranges);
        if (ranges == NULL)
            return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
        indices->ranges = ranges;
        indices->cap = cap;
    }
    *range = &indices->ranges[indices->count++];
    mpz_inits((*range)->first, (*range)->last, (*range)->step, (mpz_ptr)NULL);
    (*range)->expr = (cpm_span){0, 0};
    return CPM_OK;
}

/* Without the blanks around it. */
static cpm_span trimmed(const cpm_text *text, cpm_span span)
{
    while (span.begin < span.end && strchr(" \t\r", text->data[span.begin]) != NULL)
        span.begin++;
    while (span.begin < span.end && strchr(" \t\r", text->data[span.end - 1]) != NULL)
        span.end--;
    return span;
}

static cpm_status read_number(mpz_t out, const cpm_text *text, cpm_span span, cpm_err *err)
{
    span = trimmed(text, span);
    if (span.begin == span.end) {
        cpm_err_at(err, CPM_ERR_SYNTAX, text, span, "expected an index");
        cpm_err_hint(err, "a range is written A..B or A..B..STEP");
        return CPM_ERR_SYNTAX;
    }
    return cpm_number_parse(out, text, span, err);
}

/* Where the next ".." in the span begins; its end when there is none. */
static size_t find_dots(const cpm_text *text, cpm_span span)
{
    for (size_t i = span.begin; i + 1 < span.end; i++)
        if (text->data[i] == '.' && text->data[i + 1] == '.')
            return i;
    return span.end;
}

/* Makes `last` the index that the range really ends with. */
static cpm_status close_range(cpm_range *range, const cpm_text *text, cpm_span item, cpm_err *err)
{
    int sign = mpz_sgn(range->step);
    if (sign == 0)
        return cpm_err_at(err, CPM_ERR_USAGE, text, item, "the step of a range cannot be 0");
    int order = mpz_cmp(range->first, range->last);
    if (order == 0 || (order < 0) == (sign > 0)) {
        mpz_sub(range->last, range->last, range->first);
        mpz_tdiv_q(range->last, range->last, range->step);
        mpz_mul(range->last, range->last, range->step);
        mpz_add(range->last, range->last, range->first);
        return CPM_OK;
    }
    cpm_err_at(err, CPM_ERR_USAGE, text, item, "this range is empty");
    cpm_err_hint(err, sign > 0 ? "a range that counts down is written A..B..-1"
                               : "a range that counts up has a positive step");
    return CPM_ERR_USAGE;
}

static cpm_status read_item(cpm_range *range, const cpm_text *text, cpm_span item,
                            bool takes_expressions, cpm_err *err)
{
    item = trimmed(text, item);
    size_t dots = find_dots(text, item);
    mpz_set_ui(range->step, 1);
    cpm_status status = read_number(range->first, text, (cpm_span){item.begin, dots}, err);
    if (status == CPM_ERR_LIMIT && takes_expressions && dots == item.end) {
        range->expr = item;
        cpm_err_clear(err);
        return CPM_OK;
    }
    if (status != CPM_OK)
        return status;
    if (dots == item.end) {
        mpz_set(range->last, range->first);
        return CPM_OK;
    }
    cpm_span rest = {dots + 2, item.end};
    dots = find_dots(text, rest);
    status = read_number(range->last, text, (cpm_span){rest.begin, dots}, err);
    if (status == CPM_OK && dots < item.end)
        status = read_number(range->step, text, (cpm_span){dots + 2, item.end}, err);
    return status == CPM_OK ? close_range(range, text, item, err) : status;
}

/* The item that begins at *at, which moves on behind what ends it; false at the end of
 * the text. A comment ends with its line. */
static bool next_item(cpm_span *item, size_t *at, const cpm_text *text)
{
    if (*at > text->len)
        return false;
    size_t end = *at;
    while (end < text->len && memchr(",\n#", text->data[end], 3) == NULL)
        end++;
    *item = (cpm_span){*at, end};
    if (end < text->len && text->data[end] == '#')
        while (end < text->len && text->data[end] != '\n')
            end++;
    *at = end + 1;
    return true;
}

/* Nothing but the end of a line: between items, or behind the last. */
static bool is_empty_line(const cpm_text *text, cpm_span item)
{
    cpm_span inside = trimmed(text, item);
    bool ends_line = item.end == text->len ? memchr(text->data, '\n', text->len) != NULL
                                           : text->data[item.end] != ',';
    return inside.begin == inside.end && ends_line;
}

cpm_status cpm_indices_parse(cpm_indices *indices, const cpm_text *text, cpm_err *err)
{
    cpm_span item;
    for (size_t at = 0; next_item(&item, &at, text);) {
        cpm_range *range = NULL;
        if (is_empty_line(text, item))
            continue;
        cpm_status status = add_range(indices, &range, err);
        if (range != NULL)
            status = read_item(range, text, item, indices->takes_expressions, err);
        if (status != CPM_OK)
            return status;
    }
    if (indices->count == 0)
        return cpm_err_at(err, CPM_ERR_SYNTAX, text, (cpm_span){0, text->len}, "expected an index");
    return CPM_OK;
}

cpm_status cpm_indices_first(cpm_indices *indices, mpz_srcptr offset, unsigned long count,
                             cpm_err *err)
{
    cpm_range *range = NULL;
    cpm_status status = add_range(indices, &range, err);
    if (range == NULL)
        return status;
    mpz_set(range->first, offset);
    mpz_add_ui(range->last, offset, count - 1);
    mpz_set_ui(range->step, 1);
    return CPM_OK;
}

mpz_srcptr cpm_indices_largest(const cpm_indices *indices)
{
    mpz_srcptr largest = indices->ranges[0].first;
    for (size_t i = 0; i < indices->count; i++) {
        const cpm_range *range = &indices->ranges[i];
        if (mpz_cmpabs(range->first, largest) > 0)
            largest = range->first;
        if (mpz_cmpabs(range->last, largest) > 0)
            largest = range->last;
    }
    return largest;
}

/* "1-5", all digits. */
static bool is_difference(const cpm_text *text, cpm_span item)
{
    size_t ndigits[2] = {0, 0}, nminus = 0;
    for (size_t i = item.begin; i < item.end; i++) {
        char c = text->data[i];
        if (c == '-')
            nminus++;
        else if (c >= '0' && c <= '9' && nminus < 2)
            ndigits[nminus]++;
        else
            return false;
    }
    return nminus == 1 && ndigits[0] > 0 && ndigits[1] > 0;
}

bool cpm_indices_find_difference(cpm_span *item, const cpm_text *text)
{
    for (size_t at = 0; next_item(item, &at, text);) {
        *item = trimmed(text, *item);
        if (is_difference(text, *item))
            return true;
    }
    return false;
}

void cpm_indices_clear(cpm_indices *indices)
{
    for (size_t i = 0; i < indices->count; i++) {
        cpm_range *range = &indices->ranges[i];
        mpz_clears(range->first, range->last, range->step, (mpz_ptr)NULL);
    }
    free(indices->ranges);
    memset(indices, 0, sizeof *indices);
}
