/* SPDX-License-Identifier: MIT
 *
 * doubling.c - Lucas sequences U(k) with parameters (P, Q), by the classical
 * doublings (E. Lucas 1878; D. H. Lehmer 1930). With u = U(k), v = U(k+1):
 *
 *     U(2k)   = u (2v - P u)
 *     U(2k+1) = v^2 - Q u^2
 *     U(2k+2) = v (P v - 2 Q u)
 *     v^2 - P u v + Q u^2 = Q^k                                (norm)
 *
 * When Q = +-1 and P != 0 the norm gives P u v from the two squares, so a step
 * costs two squarings (and an exact division by the small P). The last step
 * wants one value, a quadratic form alpha v^2 + beta u v + gamma u^2; adding
 * -alpha times the norm leaves u times a linear form: a single product.
 * Otherwise a step costs two squarings and a product. Q = 0 is a plain power.
 * Starting from the top
 * bits of n all numbers are as short as they can be.
 */
#include "power/doubling.h"

#include "power/progress.h"

#include <flint/fmpz.h>

typedef struct lucas {
    fmpz_t p, q;   /* parameters; a unit q is kept as +-1 also modulo m */
    fmpz_t u, v;   /* U(k), U(k+1) */
    bool use_norm; /* q = +-1, p != 0, no modulus */
    int norm;      /* Q^k, when use_norm */
    const fmpz *m; /* NULL: over Z */
    fmpz_t uu, vv, uv, t;
} lucas;

static void reduce(fmpz_t x, const lucas *s)
{
    if (s->m != NULL)
        fmpz_mod(x, x, s->m);
}

static void lucas_init(lucas *s, const fmpz_poly_t den, const fmpz *m)
{
    fmpz_init(s->p);
    fmpz_init(s->q);
    fmpz_init(s->u);
    fmpz_init_set_ui(s->v, 1);
    fmpz_init(s->uu);
    fmpz_init(s->vv);
    fmpz_init(s->uv);
    fmpz_init(s->t);
    fmpz_poly_get_coeff_fmpz(s->p, den, 1);
    fmpz_neg(s->p, s->p);
    fmpz_poly_get_coeff_fmpz(s->q, den, 2);
    s->m = m;
    s->use_norm = m == NULL && fmpz_is_pm1(s->q) && !fmpz_is_zero(s->p);
    s->norm = 1;
    reduce(s->p, s);
    reduce(s->q, s);
    reduce(s->v, s);
}

static void lucas_clear(lucas *s)
{
    fmpz_clear(s->p);
    fmpz_clear(s->q);
    fmpz_clear(s->u);
    fmpz_clear(s->v);
    fmpz_clear(s->uu);
    fmpz_clear(s->vv);
    fmpz_clear(s->uv);
    fmpz_clear(s->t);
}

/* uu = u^2, vv = v^2, uv = u v. */
static void squares(lucas *s)
{
    fmpz_mul(s->uu, s->u, s->u);
    fmpz_mul(s->vv, s->v, s->v);
    if (s->use_norm) { /* P u v = v^2 + Q u^2 - Q^k */
        fmpz_set(s->uv, s->vv);
        fmpz_addmul(s->uv, s->q, s->uu);
        fmpz_sub_si(s->uv, s->uv, s->norm);
        fmpz_divexact(s->uv, s->uv, s->p);
    } else {
        fmpz_mul(s->uv, s->u, s->v);
    }
}

/* k -> 2k + bit */
static void step(lucas *s, int bit)
{
    squares(s);
    fmpz_mul(s->t, s->q, s->uu); /* U(2k+1) = v^2 - Q u^2, where bit = 0 puts it in v */
    fmpz_sub(s->t, s->vv, s->t);
    if (bit == 0) {
        fmpz_mul_2exp(s->u, s->uv, 1);
        fmpz_submul(s->u, s->p, s->uu);
        fmpz_swap(s->v, s->t);
    } else {
        fmpz_mul_2exp(s->uv, s->uv, 1);
        fmpz_mul(s->v, s->p, s->vv);
        fmpz_submul(s->v, s->q, s->uv);
        fmpz_swap(s->u, s->t);
    }
    if (s->use_norm)
        s->norm = bit && fmpz_sgn(s->q) < 0 ? -1 : 1; /* Q^(2k+bit) */
    reduce(s->u, s);
    reduce(s->v, s);
}

/* out = a U(n+1) + b U(n) for n = 2k + bit, from u = U(k), v = U(k+1). */
static void last_step(fmpz_t out, lucas *s, int bit, const fmpz_t a, const fmpz_t b)
{
    fmpz_t alpha, beta, gamma;
    fmpz_init(alpha);
    fmpz_init(beta);
    fmpz_init(gamma);
    if (bit == 0) { /* a (v^2 - Q u^2) + b u (2v - P u) */
        fmpz_set(alpha, a);
        fmpz_mul_2exp(beta, b, 1);
        fmpz_addmul(gamma, a, s->q);
        fmpz_addmul(gamma, b, s->p);
        fmpz_neg(gamma, gamma);
    } else { /* a v (P v - 2 Q u) + b (v^2 - Q u^2) */
        fmpz_mul(alpha, a, s->p);
        fmpz_add(alpha, alpha, b);
        fmpz_mul(beta, a, s->q);
        fmpz_mul_2exp(beta, beta, 1);
        fmpz_neg(beta, beta);
        fmpz_mul(gamma, b, s->q);
        fmpz_neg(gamma, gamma);
    }
    if (s->use_norm) { /* alpha Q^k + u ((beta + alpha P) v + (gamma - alpha Q) u) */
        fmpz_addmul(beta, alpha, s->p);
        fmpz_submul(gamma, alpha, s->q);
        fmpz_mul_si(alpha, alpha, s->norm);
        fmpz_mul(s->t, beta, s->v);
        fmpz_addmul(s->t, gamma, s->u);
        fmpz_addmul(alpha, s->t, s->u);
        fmpz_swap(out, alpha);
    } else { /* v (alpha v + beta u) + gamma u^2 */
        fmpz_mul(s->t, alpha, s->v);
        fmpz_addmul(s->t, beta, s->u);
        fmpz_mul(s->t, s->t, s->v);
        if (!fmpz_is_zero(gamma)) {
            fmpz_mul(s->uu, s->u, s->u);
            fmpz_addmul(s->t, gamma, s->uu);
        }
        fmpz_swap(out, s->t);
    }
    reduce(out, s);
    fmpz_clear(alpha);
    fmpz_clear(beta);
    fmpz_clear(gamma);
}

/* Order 2: from the top bit of n downwards. */
static cpm_status nth_lucas(fmpz_t out, lucas *s, const fmpz_t a, const fmpz_t b, const fmpz_t n,
                            const cpm_config *config, cpm_err *err)
{
    cpm_status status = CPM_OK;
    for (slong i = (slong)fmpz_bits(n); i-- > 1 && status == CPM_OK;) {
        step(s, fmpz_tstbit(n, (ulong)i));
        status = cpm_progress(config, cpm_done_with_left((ulong)i), err);
    }
    if (status == CPM_OK)
        last_step(out, s, fmpz_tstbit(n, 0), a, b);
    return status;
}

/* Order 1: (a + b x)/(1 - P x) has the coefficients a, then (a P + b) P^(n-1). */
static void nth_geometric(fmpz_t out, const lucas *s, const fmpz_t a, const fmpz_t b,
                          const fmpz_t n)
{
    fmpz_t e, first;
    fmpz_init(e);
    fmpz_init(first);
    fmpz_sub_ui(e, n, 1);
    if (fmpz_sgn(e) < 0) {
        fmpz_set(out, a);
    } else {
        fmpz_mul(first, a, s->p);
        fmpz_add(first, first, b);
        if (s->m != NULL)
            fmpz_powm(e, s->p, e, s->m);
        else
            fmpz_pow_fmpz(e, s->p, e);
        fmpz_mul(out, first, e);
    }
    reduce(out, s);
    fmpz_clear(e);
    fmpz_clear(first);
}

cpm_status cpm_nth_doubling(fmpz_t out, const fmpz_poly_t num, const fmpz_poly_t den,
                            const fmpz_t n, const fmpz *m, const cpm_config *config, cpm_err *err)
{
    cpm_status status = CPM_OK;
    lucas s;
    fmpz_t a, b;
    lucas_init(&s, den, m);
    fmpz_init(a);
    fmpz_init(b);
    fmpz_poly_get_coeff_fmpz(a, num, 0);
    fmpz_poly_get_coeff_fmpz(b, num, 1);
    if (fmpz_is_zero(s.q))
        nth_geometric(out, &s, a, b, n);
    else
        status = nth_lucas(out, &s, a, b, n, config, err);
    fmpz_clear(a);
    fmpz_clear(b);
    lucas_clear(&s);
    return status;
}
