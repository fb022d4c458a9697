/* SPDX-License-Identifier: MIT
 *
 * call_note.c - `fib(10^7)` as a CALL is Python, where `^` is exclusive or, and
 * gives fib(13). Options and recurrences take 10^7 for a power, so those who
 * write it here are told. An exclusive or that is meant has a name or a
 * hexadecimal number on one side, or can be silenced by --quiet.
 */
#include "call_note.h"

#include "diagnostics.h"

#include <inttypes.h>

/* Decimal digits that fit into 64 bits; longer numbers are not evaluated. */
enum { MAX_DIGITS = 18 };

static bool is_digit(char c)
{
    return (c >= '0' && c <= '9') || c == '_';
}

static bool is_name(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

/* The decimal number that ends at `end`; empty when there is none. */
static cpm_span number_before(const cpm_text *text, size_t end)
{
    while (end > 0 && text->data[end - 1] == ' ')
        end--;
    size_t begin = end;
    while (begin > 0 && is_digit(text->data[begin - 1]))
        begin--;
    bool is_part = begin > 0 && (is_name(text->data[begin - 1]) || text->data[begin - 1] == '.');
    is_part = is_part || (begin < end && text->data[begin] == '_');
    return is_part ? (cpm_span){end, end} : (cpm_span){begin, end};
}

/* The same for the one that begins at `begin`. */
static cpm_span number_after(const cpm_text *text, size_t begin)
{
    while (begin < text->len && text->data[begin] == ' ')
        begin++;
    size_t end = begin;
    while (end < text->len && is_digit(text->data[end]))
        end++;
    bool is_part = end < text->len && (is_name(text->data[end]) || text->data[end] == '.');
    return is_part ? (cpm_span){begin, begin} : (cpm_span){begin, end};
}

/* Its value; false when it is too long. */
static bool value_of(uint64_t *value, const cpm_text *text, cpm_span number)
{
    *value = 0;
    for (size_t i = number.begin; i < number.end; i++)
        if (text->data[i] != '_')
            *value = *value * 10 + (uint64_t)(text->data[i] - '0');
    return number.end - number.begin <= MAX_DIGITS;
}

static void show(const cpm_text *call, cpm_span base, cpm_span exponent)
{
    uint64_t x, y;
    if (!value_of(&x, call, base) || !value_of(&y, call, exponent))
        return;
    cpm_diag_note(call, (cpm_span){base.begin, exponent.end},
                  "'^' is exclusive or in a program: %" PRIu64 "^%" PRIu64 " is %" PRIu64
                  "; a power is written %" PRIu64 "**%" PRIu64,
                  x, y, x ^ y, x, y);
}

void cpm_call_note(const cpm_text *call)
{
    for (size_t i = 0; i < call->len; i++) {
        if (call->data[i] != '^')
            continue;
        cpm_span base = number_before(call, i), exponent = number_after(call, i + 1);
        if (base.begin < base.end && exponent.begin < exponent.end) {
            show(call, base, exponent);
            return;
        }
    }
}
