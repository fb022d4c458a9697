/* SPDX-License-Identifier: MIT
 *
 * nmod_mori.c - Bostan-Mori modulo a word, by the kernel that suits the length.
 *
 * Two kernels: plain products (nmod_plain.c, quadratic in the degree) and
 * transforms (nmod_transform.c, nearly linear, whose cost goes in steps). Where
 * their curves cross, a length off by a factor of 2 costs a factor of 2, and the
 * crossing depends on the processor and the modulus. All steps of one question
 * cost the same, though, and there are as many as n has bits: within a factor of
 * 2 of the measured cutoff a few steps by either kernel are timed, and the
 * quicker one goes on. Each step is exact by either, so that the answer does not
 * depend on which.
 */
#include "bignum/nmod_mori.h"

#include "base/mem.h"
#include "bignum/nmod_plain.h"
#include "bignum/nmod_transform.h"
#include "bignum/tune.h"

#include <flint/longlong.h>
#include <stdlib.h>
#include <time.h>

enum {
    TRIALS = 3,
    CHUNK = 64,
    /* Coefficients times steps for which helpers, some 60 microseconds to start
     * and to end, are worth it: half a millisecond. */
    TEAM_WORK = 1 << 16
};

bool cpm_nmod_mori_available(void)
{
    return cpm_ntt_kernel_choose() != NULL;
}

/* Modulo m itself, by some primes, by more of them. */
typedef enum kind { DIRECT, BY_PRIMES, WIDE } kind;

static kind kind_of(ulong modulus)
{
    if (cpm_nmod_transform_direct(modulus))
        return DIRECT;
    return modulus >> 50 ? WIDE : BY_PRIMES;
}

size_t cpm_nmod_mori_cutoff(ulong modulus)
{
    static const size_t cutoff[] = {CPM_TUNE_NMOD_DIRECT_LEN, CPM_TUNE_NMOD_PRIMES_LEN,
                                    CPM_TUNE_NMOD_WIDE_LEN};
    return cutoff[kind_of(modulus)];
}

/* Seconds of plain steps that must lie ahead for a trial of the transforms, whose
 * tables and first steps take 4 to 25 microseconds. */
static double worth_a_trial(ulong modulus)
{
    static const double seconds[] = {40e-6, 80e-6, 120e-6};
    return seconds[kind_of(modulus)];
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef struct run {
    cpm_nmod_fraction *f; /* borrowed */
    size_t cutoff;
    bool tried;                    /* both kernels, on these polynomials */
    ulong *room;                   /* owned; of plain steps */
    cpm_nmod_transform transforms; /* once `ready` */
    bool ready;
    unsigned nthreads;
    cpm_nmod_progress progress;
    void *ctx;
} run;

static bool is_done(const run *r)
{
    return fmpz_is_zero(r->f->index) || r->f->nnum == 0;
}

/* Plain steps, at most `most`, or one where the index is that small that
 * coefficients can be dropped after each. */
static cpm_status plain_steps(run *r, size_t most)
{
    size_t nbits = (size_t)fmpz_bits(r->f->index);
    size_t low = FLINT_BIT_COUNT(cpm_nmod_fraction_len(r->f));
    size_t uncut = nbits > low ? nbits - low : 1;
    cpm_nmod_plain_steps(r->f, uncut < most ? uncut : most, r->room);
    cpm_nmod_fraction_trim(r->f);
    return r->progress == NULL ? CPM_OK : r->progress(r->ctx, r->f->index);
}

static cpm_status transform_steps(run *r, const double *rival, bool *slower, cpm_err *err)
{
    cpm_status status = CPM_OK;
    if (!r->ready) {
        double work = (double)cpm_nmod_fraction_len(r->f) * (double)fmpz_bits(r->f->index);
        unsigned nthreads = work < TEAM_WORK ? 1 : r->nthreads;
        status = cpm_nmod_transform_init(&r->transforms, r->f->modulus, nthreads, err);
    }
    if (status != CPM_OK)
        return status;
    r->ready = true;
    return cpm_nmod_transform_round(&r->transforms, r->f, rival, slower, r->progress, r->ctx, err);
}

/* Whether the length does not tell which kernel is quicker. */
static bool is_contested(const run *r)
{
    size_t len = cpm_nmod_fraction_len(r->f);
    return !r->tried && r->cutoff > 0 && len > r->cutoff / 2 && len / 2 <= r->cutoff;
}

/* A few steps by the one and by the other; moves the cutoff where the transforms
 * are slower, or there is too little left to do for them. */
static cpm_status try_both(run *r, cpm_err *err)
{
    double least = 1;
    cpm_status status = CPM_OK;
    for (int i = 0; i < TRIALS && !is_done(r) && status == CPM_OK; i++) {
        double begin = now();
        status = plain_steps(r, 1);
        double seconds = now() - begin;
        least = seconds < least ? seconds : least;
    }
    r->tried = true;
    bool plain = least * (double)fmpz_bits(r->f->index) < worth_a_trial(r->f->modulus);
    if (!plain && status == CPM_OK)
        status = transform_steps(r, &least, &plain, err);
    if (plain)
        r->cutoff = SIZE_MAX;
    return status;
}

static cpm_status some_steps(run *r, cpm_err *err)
{
    bool slower;
    if (is_contested(r))
        return try_both(r, err);
    if (cpm_nmod_fraction_len(r->f) > r->cutoff)
        return transform_steps(r, NULL, &slower, err);
    return plain_steps(r, CHUNK);
}

cpm_status cpm_nmod_mori(cpm_nmod_fraction *f, size_t cutoff, unsigned nthreads,
                         cpm_nmod_progress progress, void *ctx, cpm_err *err)
{
    run r = {f, cutoff, .nthreads = nthreads, .progress = progress, .ctx = ctx};
    cpm_nmod_fraction_trim(f);
    if (!cpm_nmod_mori_available() && cutoff != SIZE_MAX) {
        if (cpm_nmod_fraction_len(f) > CPM_TUNE_NMOD_PLAIN_LEN)
            return CPM_OK;
        r.cutoff = SIZE_MAX;
    }
    r.room = cpm_realloc_array(NULL, cpm_nmod_plain_room(f), sizeof *r.room);
    if (r.room == NULL)
        return cpm_err_memory(err);
    cpm_status status = CPM_OK;
    while (status == CPM_OK && !is_done(&r))
        status = some_steps(&r, err);
    if (f->nnum == 0)
        fmpz_zero(f->index);
    if (r.ready)
        cpm_nmod_transform_clear(&r.transforms);
    free(r.room);
    return status;
}
