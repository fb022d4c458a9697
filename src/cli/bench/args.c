/* SPDX-License-Identifier: MIT
 *
 * args.c - the arguments of a table of times.
 *
 *     args = "linear:" MAX ":" COUNT | "log:" MAX ":" COUNT | list
 *
 * The points of log: are the roots MAX^(i/COUNT), found exactly and rounded to
 * the nearest integer, so that log:10^6:6 gives the powers of ten.
 */
#include "cli/bench/args.h"

#include "cli/indices.h"

#include <stdlib.h>
#include <string.h>

/* More rows than anyone reads are a slip of the keyboard; the roots of log:
 * are taken of numbers of so many bits at most. */
enum { MAX_ROWS = 10000, MAX_ROOT_BITS = 1 << 24 };

static cpm_status reserve(cpm_bench_args *args, size_t count, cpm_err *err)
{
    args->values = calloc(count + 1, sizeof *args->values);
    if (args->values == NULL)
        return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
    return CPM_OK;
}

static void add(cpm_bench_args *args, mpz_srcptr value)
{
    mpz_init_set(args->values[args->count++], value);
}

/* ---- linear: and log: -------------------------------------------------- */

typedef struct scale {
    mpz_t max;
    unsigned long count;
} scale;

static void add_linear(cpm_bench_args *args, const scale *s)
{
    mpz_t value;
    mpz_init(value);
    for (unsigned long i = 0; i <= s->count; i++) {
        mpz_mul_ui(value, s->max, i);
        mpz_fdiv_q_ui(value, value, s->count);
        if (args->count == 0 || mpz_cmp(value, args->values[args->count - 1]) > 0)
            add(args, value);
    }
    mpz_clear(value);
}

/* max^(i/count), to the nearest: half of 2*max^(i/count) + 1, both rounded down. */
static void add_log(cpm_bench_args *args, const scale *s)
{
    mpz_t value;
    mpz_init(value);
    for (unsigned long i = 0; i <= s->count; i++) {
        mpz_pow_ui(value, s->max, i);
        mpz_mul_2exp(value, value, s->count);
        mpz_root(value, value, s->count);
        mpz_add_ui(value, value, 1);
        mpz_fdiv_q_2exp(value, value, 1);
        if (args->count == 0 || mpz_cmp(value, args->values[args->count - 1]) > 0)
            add(args, value);
    }
    mpz_clear(value);
}

static cpm_status read_count(unsigned long *count, const cpm_text *text, cpm_span span,
                             cpm_err *err)
{
    mpz_t value;
    mpz_init(value);
    cpm_status status = cpm_number_parse(value, text, span, err);
    if (status == CPM_OK && (mpz_sgn(value) <= 0 || mpz_cmp_ui(value, MAX_ROWS) > 0))
        status = cpm_err_at(err, CPM_ERR_USAGE, text, span,
                            "the number of steps must be from 1 to %d", MAX_ROWS);
    if (status == CPM_OK)
        *count = mpz_get_ui(value);
    mpz_clear(value);
    return status;
}

/* MAX ":" COUNT in text[begin..]. */
static cpm_status read_scale(scale *s, const cpm_text *text, size_t begin, cpm_err *err)
{
    const char *colon = memchr(text->data + begin, ':', text->len - begin);
    if (colon == NULL) {
        cpm_err_at(err, CPM_ERR_USAGE, text, (cpm_span){0, text->len},
                   "the number of steps is missing");
        cpm_err_hint(err, "it is written %.*sMAX:COUNT", (int)begin, text->data);
        return err->status;
    }
    cpm_span max = {begin, (size_t)(colon - text->data)};
    cpm_span count = {max.end + 1, text->len};
    cpm_status status = cpm_number_parse(s->max, text, max, err);
    if (status == CPM_OK && mpz_sgn(s->max) <= 0)
        status = cpm_err_at(err, CPM_ERR_USAGE, text, max, "the largest argument must be above 0");
    if (status == CPM_OK)
        status = read_count(&s->count, text, count, err);
    if (status == CPM_OK && mpz_sizeinbase(s->max, 2) > MAX_ROOT_BITS / (s->count + 1))
        status = cpm_err_at(err, CPM_ERR_LIMIT, text, max, "this number is too large here");
    return status;
}

/* Whether the text begins with `word`, whose length is put in *len. */
static bool begins_with(const cpm_text *text, const char *word, size_t *len)
{
    *len = strlen(word);
    return text->len >= *len && memcmp(text->data, word, *len) == 0;
}

static cpm_status parse_scale(cpm_bench_args *args, const cpm_text *text, size_t begin,
                              cpm_err *err)
{
    scale s;
    mpz_init(s.max);
    cpm_status status = read_scale(&s, text, begin, err);
    if (status == CPM_OK)
        status = reserve(args, s.count + 1, err);
    if (status == CPM_OK && args->logarithmic)
        add_log(args, &s);
    else if (status == CPM_OK)
        add_linear(args, &s);
    mpz_clear(s.max);
    return status;
}

/* ---- Lists ------------------------------------------------------------- */

/* How many values the list has; more than MAX_ROWS is an error. */
static cpm_status count_values(size_t *count, const cpm_indices *indices, const cpm_text *text,
                               cpm_err *err)
{
    mpz_t steps;
    mpz_init(steps);
    *count = 0;
    for (size_t i = 0; i < indices->count && *count <= MAX_ROWS; i++) {
        const cpm_range *range = &indices->ranges[i];
        mpz_sub(steps, range->last, range->first);
        mpz_divexact(steps, steps, range->step);
        *count += mpz_cmp_ui(steps, MAX_ROWS) > 0 ? MAX_ROWS + 1 : mpz_get_ui(steps) + 1;
    }
    mpz_clear(steps);
    if (*count <= MAX_ROWS)
        return CPM_OK;
    return cpm_err_at(err, CPM_ERR_USAGE, text, (cpm_span){0, text->len},
                      "these are more than %d arguments", MAX_ROWS);
}

static void add_range(cpm_bench_args *args, const cpm_range *range)
{
    mpz_t value;
    mpz_init_set(value, range->first);
    for (; mpz_cmp(value, range->last) != 0; mpz_add(value, value, range->step))
        add(args, value);
    add(args, value);
    mpz_clear(value);
}

/* A list that spans two orders of magnitude is shown better so. */
static bool spans_magnitudes(const cpm_bench_args *args)
{
    enum { FACTOR = 100 };
    mpz_srcptr least = args->values[0], largest = args->values[0];
    for (size_t i = 1; i < args->count; i++) {
        if (mpz_cmp(args->values[i], least) < 0)
            least = args->values[i];
        if (mpz_cmp(args->values[i], largest) > 0)
            largest = args->values[i];
    }
    if (mpz_sgn(least) <= 0)
        return false;
    mpz_t bound;
    mpz_init(bound);
    mpz_mul_ui(bound, least, FACTOR);
    bool wide = mpz_cmp(largest, bound) >= 0;
    mpz_clear(bound);
    return wide;
}

static cpm_status parse_list(cpm_bench_args *args, const cpm_text *text, cpm_err *err)
{
    cpm_indices indices = {0};
    size_t count = 0;
    cpm_status status = cpm_indices_parse(&indices, text, err);
    if (status == CPM_OK)
        status = count_values(&count, &indices, text, err);
    if (status == CPM_OK)
        status = reserve(args, count, err);
    for (size_t i = 0; i < indices.count && status == CPM_OK; i++)
        add_range(args, &indices.ranges[i]);
    if (status == CPM_OK)
        args->logarithmic = spans_magnitudes(args);
    cpm_indices_clear(&indices);
    return status;
}

/* ---- All together ------------------------------------------------------ */

/* "lin:5:5", "exp:9:3": a word before the colon that is no kind of scale. */
static cpm_status check_kind(const cpm_text *text, cpm_err *err)
{
    const char *colon = memchr(text->data, ':', text->len);
    if (colon == NULL)
        return CPM_OK;
    cpm_err_at(err, CPM_ERR_USAGE, text, (cpm_span){0, (size_t)(colon - text->data)},
               "the arguments are linear:MAX:COUNT, log:MAX:COUNT or a list");
    return err->status;
}

cpm_status cpm_bench_args_parse(cpm_bench_args *args, const cpm_text *text, cpm_err *err)
{
    size_t len;
    if (begins_with(text, "linear:", &len))
        return parse_scale(args, text, len, err);
    args->logarithmic = begins_with(text, "log:", &len);
    if (args->logarithmic)
        return parse_scale(args, text, len, err);
    cpm_status status = check_kind(text, err);
    return status == CPM_OK ? parse_list(args, text, err) : status;
}

void cpm_bench_args_clear(cpm_bench_args *args)
{
    for (size_t i = 0; i < args->count; i++)
        mpz_clear(args->values[i]);
    free(args->values);
    memset(args, 0, sizeof *args);
}
