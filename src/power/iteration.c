/* SPDX-License-Identifier: MIT
 *
 * iteration.c - a map round by round.
 */
#include "power/iteration.h"

#include "base/limits.h"
#include "base/mem.h"
#include "power/progress.h"

#include <flint/fmpq_vec.h>
#include <math.h>
#include <stdlib.h>

void cpm_iteration_init(cpm_iteration *it, const cpm_map *map)
{
    *it = (cpm_iteration){.map = *map};
    fmpz_init(it->modulus);
    fmpz_init(it->position);
}

void cpm_iteration_clear(cpm_iteration *it)
{
    if (it->map.free == NULL)
        return;
    it->map.free(it->map.ctx);
    fmpz_clear(it->modulus);
    fmpz_clear(it->position);
    *it = (cpm_iteration){0};
}

cpm_status cpm_iteration_decide(cpm_decision *decision, const cpm_iteration *it, const fmpz_t n,
                                const cpm_config *config, cpm_err *err)
{
    static const char not_linear[] = "the recurrence is not linear";
    double rounds = fmpz_get_d(n);
    *decision = (cpm_decision){.engine = CPM_ENGINE_NAIVE};
    for (int e = 0; e < CPM_NENGINES; e++) {
        decision->objection[e] = e > CPM_ENGINE_RECURRENCE ? cpm_coefficients_stay : not_linear;
        decision->cost[e] = INFINITY;
    }
    decision->objection[CPM_ENGINE_NAIVE] = NULL;
    if (rounds > CPM_MAX_ITERATED) /* it comes back before, or is given up */
        rounds = CPM_MAX_ITERATED;
    decision->cost[CPM_ENGINE_NAIVE] = (rounds + 1) * 100 * (double)it->map.dim;
    return cpm_decide(decision, config, err);
}

/* ---- The state that may come back --------------------------------------------- */

typedef struct watch {
    fmpq *saved;    /* owned: the state at `taken`; NULL: there is nothing to watch */
    fmpz_t taken;   /* the round */
    ulong patience; /* rounds until it is taken anew */
    ulong waited;
} watch;

/* A map that reads its number comes back modulo the modulus, or not at all. */
static cpm_status watch_init(watch *w, const cpm_iteration *it, const fmpz_t n, cpm_err *err)
{
    enum { WORTH_WATCHING = 64 };
    fmpz_t left;
    fmpz_init(left);
    fmpz_sub(left, n, it->position);
    bool pays = fmpz_cmp_ui(left, WORTH_WATCHING) > 0;
    fmpz_clear(left);
    *w = (watch){.patience = 1};
    fmpz_init(w->taken);
    if (!pays || (it->map.reads_index && !it->is_modular))
        return CPM_OK;
    w->saved = cpm_calloc(it->map.dim, sizeof *w->saved);
    for (size_t k = 0; w->saved != NULL && k < it->map.dim; k++)
        fmpq_init(w->saved + k);
    return w->saved == NULL ? cpm_err_memory(err) : CPM_OK;
}

static void watch_clear(watch *w, size_t dim)
{
    for (size_t k = 0; w->saved != NULL && k < dim; k++)
        fmpq_clear(w->saved + k);
    free(w->saved);
    w->saved = NULL;
    fmpz_clear(w->taken);
}

static bool is_back(const watch *w, const cpm_iteration *it)
{
    for (size_t k = 0; k < it->map.dim; k++)
        if (!fmpq_equal(w->saved + k, it->map.value(it->map.ctx, k)))
            return false;
    if (!it->map.reads_index)
        return true;
    fmpz_t rounds;
    fmpz_init(rounds);
    fmpz_sub(rounds, it->position, w->taken);
    bool same = fmpz_divisible(rounds, it->modulus);
    fmpz_clear(rounds);
    return same;
}

/* Whole periods are behind us: the state is that of a later round. */
static void skip(const watch *w, cpm_iteration *it, const fmpz_t n)
{
    fmpz_t period, left;
    fmpz_init(period);
    fmpz_init(left);
    fmpz_sub(period, it->position, w->taken);
    fmpz_sub(left, n, it->position);
    fmpz_mod(left, left, period);
    fmpz_sub(it->position, n, left);
    fmpz_clear(period);
    fmpz_clear(left);
}

static void look(watch *w, cpm_iteration *it, const fmpz_t n)
{
    if (w->saved == NULL)
        return;
    if (w->waited > 0 && is_back(w, it)) {
        skip(w, it, n);
        watch_clear(w, it->map.dim);
        fmpz_init(w->taken);
        return;
    }
    if (w->waited < w->patience && w->waited > 0) {
        w->waited++;
        return;
    }
    w->patience *= w->waited > 0 ? 2 : 1;
    w->waited = 1;
    fmpz_set(w->taken, it->position);
    for (size_t k = 0; k < it->map.dim; k++)
        fmpq_set(w->saved + k, it->map.value(it->map.ctx, k));
}

/* ---- How large it gets ----------------------------------------------------------- */

static double bits_of_state(const cpm_iteration *it)
{
    double bits = 0;
    for (size_t k = 0; k < it->map.dim; k++)
        bits = fmax(bits, (double)fmpq_height_bits(it->map.value(it->map.ctx, k)));
    return bits;
}

/* The sizes at half of the rounds so far, and now. */
typedef struct growth {
    double half_at, half_bits; /* what was measured last, at a power of two */
    double at, bits;
} growth;

static size_t most_bits(const cpm_config *config)
{
    size_t bytes = config->max_memory_bytes == 0 ? SIZE_MAX / 64 : config->max_memory_bytes / 4;
    return bytes > SIZE_MAX / 8 ? SIZE_MAX / 8 : bytes * 8;
}

static cpm_status refuse_size(cpm_err *err)
{
    cpm_err_set(err, CPM_ERR_LIMIT, "the terms grow too large on the way to this one");
    cpm_err_hint(err, "--mod M finds a residue; --max-memory SIZE raises the limit");
    return CPM_ERR_LIMIT;
}

/* If sizes go on to grow like the power of the index that they have grown by since half
 * of the rounds, which is less than they do if they grow faster: too large in the end? */
static cpm_status check_growth(growth *g, const cpm_iteration *it, const fmpz_t n,
                               const cpm_config *config, cpm_err *err)
{
    enum { SMALL = 4096 };
    double at = fmpz_get_d(it->position), bits = bits_of_state(it);
    if (at >= 2 * g->at || g->at == 0) {
        g->half_at = g->at;
        g->half_bits = g->bits;
        g->at = at;
        g->bits = bits;
    }
    if (bits < SMALL || g->half_at < 1 || g->half_bits < 1 || at <= g->half_at)
        return CPM_OK;
    double power = log(bits / g->half_bits) / log(at / g->half_at);
    double last = log2(bits) + power * log2(fmpz_get_d(n) / at);
    return last > log2((double)most_bits(config)) ? refuse_size(err) : CPM_OK;
}

/* ---- The run ------------------------------------------------------------------------ */

static void begin(cpm_iteration *it, const fmpz_t n, const cpm_config *config)
{
    fmpz_t m;
    bool modular = config->modulus != NULL && it->map.is_ring;
    fmpz_init(m);
    if (modular)
        fmpz_set_mpz(m, config->modulus);
    if (!it->has_begun || it->is_modular != modular || !fmpz_equal(m, it->modulus) ||
        fmpz_cmp(n, it->position) < 0) {
        it->map.restart(it->map.ctx);
        fmpz_zero(it->position);
    }
    it->has_begun = true;
    it->is_modular = modular;
    fmpz_set(it->modulus, m);
    fmpz_clear(m);
}

static cpm_status go(cpm_iteration *it, watch *w, const fmpz_t n, const cpm_config *config,
                     cpm_err *err)
{
    growth g = {0};
    size_t max_bits = most_bits(config);
    cpm_status status = CPM_OK;
    for (ulong rounds = 0; status == CPM_OK && fmpz_cmp(it->position, n) < 0; rounds++) {
        if (rounds >= CPM_MAX_ITERATED)
            return cpm_err_set(err, CPM_ERR_LIMIT,
                               "the recurrence is not linear, and its terms did not come back "
                               "within %.0f rounds",
                               (double)CPM_MAX_ITERATED);
        look(w, it, n);
        if (fmpz_cmp(it->position, n) >= 0)
            break;
        status = it->map.step(it->map.ctx, it->is_modular ? it->modulus : NULL, max_bits, err);
        fmpz_add_ui(it->position, it->position, 1);
        if (status == CPM_OK && !it->is_modular)
            status = check_growth(&g, it, n, config, err);
        if (status == CPM_OK && (rounds % 64 == 0 || bits_of_state(it) > 1e4))
            status = cpm_progress(config, fmpz_get_d(it->position) / fmpz_get_d(n), err);
    }
    return status;
}

cpm_status cpm_iteration_run(fmpq_t out, cpm_iteration *it, const fmpz_t n,
                             const cpm_config *config, cpm_err *err)
{
    watch w;
    begin(it, n, config);
    cpm_status status = watch_init(&w, it, n, err);
    if (status == CPM_OK)
        status = go(it, &w, n, config, err);
    watch_clear(&w, it->map.dim);
    it->has_begun = status == CPM_OK; /* the state is that of no round */
    if (status == CPM_OK)
        fmpq_set(out, it->map.value(it->map.ctx, it->map.output));
    return status;
}
