/* SPDX-License-Identifier: MIT
 *
 * arguments.c - the values that options take. Decimal numbers are read by hand:
 * nothing here depends on the locale, and nothing but digits, one point and a
 * known suffix passes.
 */
#include "cli/arguments.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- Numbers ----------------------------------------------------------- */

cpm_status cpm_argument_int(long *out, const char *name, const char *text, long low, long high,
                            cpm_err *err)
{
    cpm_text where = {name, text, strlen(text)};
    cpm_err ignored;
    cpm_err_clear(&ignored);
    mpz_t value;
    mpz_init(value);
    bool good = cpm_number_parse(value, &where, (cpm_span){0, where.len}, &ignored) == CPM_OK &&
                mpz_cmp_si(value, low) >= 0 && mpz_cmp_si(value, high) <= 0;
    if (good)
        *out = mpz_get_si(value);
    mpz_clear(value);
    if (good)
        return CPM_OK;
    return cpm_err_set(err, CPM_ERR_USAGE, "%s must be a number from %ld to %ld, not '%s'", name,
                       low, high, text);
}

/* Reads "12", "1.5", ".5" and moves *at past it; false when there is no digit. */
static bool read_decimal(double *out, const char **at)
{
    double value = 0, unit = 1;
    bool digits = false, point = false;
    for (; (**at >= '0' && **at <= '9') || (**at == '.' && !point); ++*at) {
        if (**at == '.') {
            point = true;
            continue;
        }
        digits = true;
        value = value * 10 + (**at - '0');
        unit = point ? unit * 10 : unit;
    }
    *out = value / unit;
    return digits;
}

static bool unit_of_suffix(double *unit, const char *suffix)
{
    static const char letters[] = "KMGT";
    *unit = 1;
    if (suffix[0] == '\0' || strcmp(suffix, "B") == 0)
        return true;
    char first = suffix[0] == 'k' ? 'K' : suffix[0];
    const char *letter = strchr(letters, first);
    if (letter == NULL)
        return false;
    bool decimal = strcmp(suffix + 1, "B") == 0;
    if (!decimal && suffix[1] != '\0' && strcmp(suffix + 1, "iB") != 0)
        return false;
    for (const char *l = letters; l <= letter; l++)
        *unit *= decimal ? 1000 : 1024;
    return true;
}

cpm_status cpm_argument_size(size_t *out, const char *name, const char *text, cpm_err *err)
{
    const char *at = text;
    double value, unit;
    if (!read_decimal(&value, &at) || !unit_of_suffix(&unit, at))
        return cpm_err_set(err, CPM_ERR_USAGE, "%s takes a size such as 500M or 2GiB, not '%s'",
                           name, text);
    if (value * unit >= (double)(SIZE_MAX / 4))
        return cpm_err_set(err, CPM_ERR_USAGE, "%s is too large: '%s'", name, text);
    *out = (size_t)(value * unit);
    return CPM_OK;
}

cpm_status cpm_argument_seconds(double *out, const char *name, const char *text, cpm_err *err)
{
    const char *at = text;
    if (!read_decimal(out, &at) || *at != '\0' || !(*out > 0 && *out <= 1e9))
        return cpm_err_set(err, CPM_ERR_USAGE,
                           "%s takes a number of seconds above 0 such as 10 or 0.5, not '%s'", name,
                           text);
    return CPM_OK;
}

/* ---- Words ------------------------------------------------------------- */

/* Optimal string alignment: the dynamic program over prefixes, with rows for
 * the last two prefixes of a. */
size_t cpm_word_distance(const char *a, const char *b)
{
    enum { CAP = 64 };
    size_t na = strlen(a), nb = strlen(b);
    if (na >= CAP || nb >= CAP)
        return CAP;
    size_t rows[3][CAP];
    size_t *two_ago = rows[0], *one_ago = rows[1], *row = rows[2];
    for (size_t j = 0; j <= nb; j++)
        row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t *recycled = two_ago;
        two_ago = one_ago;
        one_ago = row;
        row = recycled;
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t best = one_ago[j - 1] + (a[i - 1] != b[j - 1]);
            if (one_ago[j] + 1 < best)
                best = one_ago[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && two_ago[j - 2] + 1 < best)
                best = two_ago[j - 2] + 1;
            row[j] = best;
        }
    }
    return row[nb];
}

/* Copies the word at `at` into `word`; returns what follows it. */
static const char *next_word(char word[64], const char *at)
{
    size_t len = strcspn(at, " ");
    size_t kept = len < 63 ? len : 63;
    memcpy(word, at, kept);
    word[kept] = '\0';
    at += len;
    return *at == ' ' ? at + 1 : at;
}

/* "a, b or c" out of "a b c". */
static void enumerate(char *buffer, size_t cap, const char *values)
{
    size_t len = 0;
    char word[64];
    for (const char *at = values; *at != '\0';) {
        at = next_word(word, at);
        const char *more = *at == '\0' ? "" : strchr(at, ' ') != NULL ? ", " : " or ";
        int n = snprintf(buffer + len, cap - len, "%s%s", word, more);
        if (n < 0 || (size_t)n >= cap - len)
            return;
        len += (size_t)n;
    }
}

cpm_status cpm_argument_choice(size_t *out, const char *name, const char *text, const char *values,
                               cpm_err *err)
{
    char word[64], nearest[64] = "", all[CPM_HINT_CAP] = "";
    size_t least = 3; /* a word three changes away is another word */
    size_t i = 0;
    for (const char *at = values; *at != '\0'; i++) {
        at = next_word(word, at);
        if (strcmp(word, text) == 0) {
            *out = i;
            return CPM_OK;
        }
        size_t distance = cpm_word_distance(word, text);
        if (distance < least && distance < strlen(word)) {
            least = distance;
            memcpy(nearest, word, sizeof nearest);
        }
    }
    enumerate(all, sizeof all, values);
    if (nearest[0] != '\0')
        return cpm_err_set(err, CPM_ERR_USAGE, "%s does not know '%s'; did you mean '%s'?", name,
                           text, nearest);
    return cpm_err_set(err, CPM_ERR_USAGE, "%s must be %s, not '%s'", name, all, text);
}
