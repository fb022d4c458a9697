/* SPDX-License-Identifier: MIT
 *
 * run_system.c - terms of several sequences of a system, side by side: --of a,b or
 * --of all.
 *
 * Each is a sequence of its own, which is asked for a block of consecutive terms; then
 * the block is printed. A block has as many rows as keep its texts near a MiB, so that
 * neither the jumps to its begin nor what is held in memory count for much.
 */
#include "cli/run.h"

#include "cli/indices.h"
#include "cli/sink.h"

#include <stdlib.h>
#include <string.h>

enum { MIN_ROWS = 16, MAX_ROWS = 4096, BLOCK_BYTES = 1 << 20, DEFAULT_TERMS = 20 };

typedef struct sequences {
    cpm_seq *first;     /* owned: knows the names */
    cpm_seq **seqs;     /* owned, with what they point to */
    const char **names; /* owned; the names are those of `first` */
    size_t count, cap;
} sequences;

bool cpm_asks_for_several(const cpm_options *options)
{
    const cpm_text *of = &options->spec.of;
    return of->data != NULL && (memchr(of->data, ',', of->len) != NULL ||
                                (of->len == 3 && memcmp(of->data, "all", 3) == 0));
}

/* ---- Which sequences ------------------------------------------------------- */

static bool is_name(const char *name, const cpm_text *text)
{
    return strlen(name) == text->len && memcmp(name, text->data, text->len) == 0;
}

/* The name that a text is; NULL: none is. */
static const char *find_name(const cpm_seq *seq, const cpm_text *text)
{
    size_t i = 0;
    while (cpm_seq_name(seq, i) != NULL && !is_name(cpm_seq_name(seq, i), text))
        i++;
    return cpm_seq_name(seq, i);
}

static cpm_status add_sequence(sequences *all, const cpm_options *options, const cpm_text *name,
                               const cpm_config *config, cpm_err *err)
{
    cpm_spec spec = options->spec;
    spec.of = *name;
    if (all->count == all->cap) {
        size_t cap = all->cap == 0 ? 8 : 2 * all->cap;
        cpm_seq **seqs = realloc(all->seqs, cap * sizeof(cpm_seq *));
        all->seqs = seqs == NULL ? all->seqs : seqs;
        const char **names = realloc(all->names, cap * sizeof *names);
        all->names = names == NULL ? all->names : names;
        if (seqs == NULL || names == NULL)
            return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
        all->cap = cap;
    }
    cpm_status status = cpm_seq_new(&all->seqs[all->count], &spec, config, err);
    if (status == CPM_OK)
        all->names[all->count++] = find_name(all->first, name);
    return status;
}

static cpm_status add_all(sequences *all, const cpm_options *options, const cpm_config *config,
                          cpm_err *err)
{
    cpm_status status = CPM_OK;
    const char *name;
    for (size_t i = 0; status == CPM_OK && (name = cpm_seq_name(all->first, i)) != NULL; i++) {
        const cpm_text text = {"<--of>", name, strlen(name)};
        status = add_sequence(all, options, &text, config, err);
    }
    return status;
}

static cpm_status add_listed(sequences *all, const cpm_options *options, const cpm_config *config,
                             cpm_err *err)
{
    const cpm_text *of = &options->spec.of;
    cpm_status status = CPM_OK;
    for (size_t begin = 0; begin <= of->len && status == CPM_OK;) {
        const char *comma = memchr(of->data + begin, ',', of->len - begin);
        size_t end = comma == NULL ? of->len : (size_t)(comma - of->data);
        cpm_text name = {of->name, of->data + begin, end - begin};
        while (name.len > 0 && name.data[0] == ' ') {
            name.data++;
            name.len--;
        }
        while (name.len > 0 && name.data[name.len - 1] == ' ')
            name.len--;
        status = add_sequence(all, options, &name, config, err);
        begin = end + 1;
    }
    return status;
}

static cpm_status find_sequences(sequences *all, const cpm_options *options,
                                 const cpm_config *config, cpm_err *err)
{
    cpm_spec spec = options->spec;
    spec.of = (cpm_text){0};
    cpm_status status = cpm_seq_new(&all->first, &spec, config, err);
    if (status != CPM_OK)
        return status;
    bool listed = memchr(options->spec.of.data, ',', options->spec.of.len) != NULL ||
                  find_name(all->first, &options->spec.of) != NULL; /* one called "all" */
    return (listed ? add_listed : add_all)(all, options, config, err);
}

static void clear_sequences(sequences *all)
{
    for (size_t i = 0; i < all->count; i++)
        cpm_seq_free(all->seqs[i]);
    free(all->seqs);
    free(all->names);
    cpm_seq_free(all->first);
}

/* ---- A block ------------------------------------------------------------------ */

/* Texts of `count` sequences for consecutive indices, row by row. */
typedef struct block {
    char **texts; /* owned, with what they point to: MAX_ROWS * count */
    size_t count;
    size_t nrows;  /* wanted, and at the end there */
    size_t column; /* that is being filled */
    size_t row;    /* that comes next */
    size_t nbytes;
    int base;
} block;

static void clear_block(block *b)
{
    for (size_t i = 0; i < MAX_ROWS * b->count; i++) {
        free(b->texts[i]);
        b->texts[i] = NULL;
    }
    b->nbytes = 0;
}

static cpm_status keep_term(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    block *b = ctx;
    char **text = &b->texts[b->row++ * b->count + b->column];
    (void)n;
    cpm_status status = cpm_value_text(text, value, b->base, err);
    if (status == CPM_OK)
        b->nbytes += strlen(*text);
    return status;
}

/* The terms first, first + step, ..., b->nrows of them; where one cannot be had, the rows
 * before it and why. */
static cpm_status fill_block(block *b, const sequences *all, mpz_srcptr first, mpz_srcptr step,
                             const cpm_config *config, cpm_err *err)
{
    cpm_status result = CPM_OK;
    mpz_t last;
    mpz_init(last);
    for (b->column = 0; b->column < all->count && b->nrows > 0; b->column++) {
        cpm_err why;
        cpm_err_clear(&why);
        b->row = 0;
        mpz_mul_ui(last, step, b->nrows - 1);
        mpz_add(last, last, first);
        cpm_status status =
            cpm_seq_terms(all->seqs[b->column], first, last, step, config, keep_term, b, &why);
        if (status == CPM_OK)
            continue;
        result = status;
        *err = why;
        b->nrows = b->row;
    }
    mpz_clear(last);
    return result;
}

static cpm_status print_block(cpm_sink *sink, const block *b, mpz_srcptr first, mpz_srcptr step,
                              cpm_err *err)
{
    cpm_status status = CPM_OK;
    mpz_t n;
    mpz_init_set(n, first);
    for (size_t row = 0; row < b->nrows && status == CPM_OK; row++) {
        const char *const *texts = (const char *const *)(b->texts + row * b->count);
        status = cpm_sink_terms(sink, n, texts, err);
        mpz_add(n, n, step);
    }
    mpz_clear(n);
    return status;
}

/* ---- All of them --------------------------------------------------------------- */

/* How many rows there are from n on, at most `most`. */
static size_t rows_left(mpz_srcptr n, const cpm_range *range, size_t most)
{
    mpz_t left;
    mpz_init(left);
    mpz_sub(left, range->last, n);
    mpz_fdiv_q(left, left, range->step);
    size_t count = mpz_cmp_ui(left, most) < 0 ? mpz_get_ui(left) + 1 : most;
    mpz_clear(left);
    return count;
}

/* A range up to its last term, which its indices hit. */
static cpm_status print_range(cpm_sink *sink, block *b, const sequences *all,
                              const cpm_range *range, const cpm_config *config, cpm_err *err)
{
    cpm_status status = CPM_OK;
    size_t most = MIN_ROWS;
    mpz_t n;
    mpz_init_set(n, range->first);
    for (bool more = true; status == CPM_OK && more;) {
        b->nrows = rows_left(n, range, most);
        size_t wanted = b->nrows;
        status = fill_block(b, all, n, range->step, config, err);
        cpm_status printed = print_block(sink, b, n, range->step, err);
        status = status == CPM_OK ? printed : status;
        mpz_addmul_ui(n, range->step, wanted);
        more = mpz_cmp(n, range->last) * mpz_sgn(range->step) <= 0;
        if (b->nbytes < BLOCK_BYTES / 2 && most < MAX_ROWS)
            most *= 2;
        else if (b->nbytes > BLOCK_BYTES && most > 1)
            most /= 2;
        clear_block(b);
    }
    mpz_clear(n);
    return status;
}

/* The first terms that all of them have, unless --nth says which. */
static cpm_status choose_indices(cpm_indices *indices, const cpm_options *options,
                                 const sequences *all, cpm_err *err)
{
    if (options->nth.data != NULL)
        return cpm_indices_parse(indices, &options->nth, err);
    mpz_t offset, first;
    mpz_init(offset);
    mpz_init(first);
    for (size_t i = 0; i < all->count; i++) {
        cpm_seq_offset(offset, all->seqs[i]);
        if (i == 0 || mpz_cmp(offset, first) > 0)
            mpz_set(first, offset);
    }
    cpm_status status = cpm_indices_first(indices, first, DEFAULT_TERMS, err);
    mpz_clear(offset);
    mpz_clear(first);
    return status;
}

static cpm_status print_terms(const cpm_options *options, const sequences *all,
                              const cpm_config *config, cpm_err *err)
{
    cpm_sink sink = cpm_sink_of(options, err);
    sink.names = all->names;
    sink.nnames = all->count;
    cpm_indices indices = {0};
    block b = {.count = all->count, .base = options->base};
    b.texts = calloc(MAX_ROWS * all->count, sizeof *b.texts);
    if (b.texts == NULL)
        return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
    cpm_status status = choose_indices(&indices, options, all, err);
    if (status == CPM_OK)
        status = sink.format->open(&sink, "terms", NULL);
    for (size_t i = 0; i < indices.count && status == CPM_OK; i++)
        status = print_range(&sink, &b, all, &indices.ranges[i], config, err);
    if (status == CPM_OK)
        status = sink.format->close(&sink);
    cpm_indices_clear(&indices);
    clear_block(&b);
    free(b.texts);
    return status;
}

cpm_status cpm_run_several(const cpm_options *options, const cpm_config *config, cpm_err *err)
{
    sequences all = {0};
    cpm_status status = find_sequences(&all, options, config, err);
    if (status == CPM_OK)
        status = print_terms(options, &all, config, err);
    clear_sequences(&all);
    return status;
}
