/* SPDX-License-Identifier: MIT
 *
 * test_property.c - random recurrences through the public API, every engine,
 * with and without a modulus, against a plain loop that stands here and shares
 * no code with the library.
 *
 * A recurrence is drawn as coefficients, initial values and inhomogeneous parts
 * c*(i+s)**e*b**(i-t); its text is written in one of the three notations. The
 * loop works on rationals; residues are taken of its exact values.
 */
#include <stdarg.h> /* before gmp.h, for gmp_vsnprintf */

#include "cpmcalc.h"
#include "unit.h"

#include <stdbool.h>

enum {
    MAX_ORDER = 12,
    MAX_PARTS = 3,
    MAX_INDICES = 16,
    TEXT_CAP = 8192,
    CASES = 2100,
    BACKWARD_CASES = 300,
    SYSTEM_CASES = 300,
    MAX_SEQUENCES = 3
};

/* c * (i + shift)**degree * base**(i - start) */
typedef struct part {
    mpz_t factor;
    long shift;
    unsigned long degree;
    long base;
    long start; /* at most the first index that is made */
} part;

typedef struct recurrence {
    size_t order;
    long offset;
    bool rational;
    mpq_t coeff[MAX_ORDER]; /* of a(n-1), a(n-2), ... */
    mpq_t init[MAX_ORDER];  /* a(offset), a(offset+1), ... */
    size_t nparts;
    part parts[MAX_PARTS];
    long last_index; /* how far it may be asked for, given its growth */
} recurrence;

/* ---- Drawing ------------------------------------------------------------------ */

/* A number of mixed size: mostly small, sometimes of several words. */
static void random_mpz(mpz_t out, bool small)
{
    static const unsigned sizes[] = {1, 2, 3, 5, 8, 31, 33, 63, 65, 130};
    unsigned nbits = sizes[unit_below(small ? 5 : 10)];
    mpz_set_ui(out, 0);
    for (unsigned i = 0; i < nbits; i += 32) {
        mpz_mul_2exp(out, out, 32);
        mpz_add_ui(out, out, (unsigned long)(unit_rand() & 0xffffffffu));
    }
    mpz_fdiv_r_2exp(out, out, nbits);
    if (unit_below(2))
        mpz_neg(out, out);
}

static void random_mpq(mpq_t out, bool small, bool rational)
{
    random_mpz(mpq_numref(out), small);
    mpz_set_ui(mpq_denref(out), rational ? 1 + (unsigned long)unit_below(6) : 1);
    mpq_canonicalize(out);
}

static void random_part(part *p, long first_made)
{
    mpz_init(p->factor);
    random_mpz(p->factor, true);
    p->shift = (long)unit_below(7) - 3;
    p->degree = (unsigned long)unit_below(4);
    p->base = unit_below(2) ? 1 : (long)unit_below(9) - 4;
    if (p->base == 0)
        p->degree = 0; /* 0**(i - t) stands alone */
    p->start = first_made - (long)unit_below(3);
}

static void draw(recurrence *r)
{
    bool small = unit_below(3) > 0;
    r->order = 1 + (size_t)unit_below(MAX_ORDER);
    r->offset = unit_below(2) ? 0 : (long)unit_below(20) - 10;
    r->rational = unit_below(6) == 0;
    for (size_t k = 0; k < r->order; k++) {
        mpq_inits(r->coeff[k], r->init[k], NULL);
        if (unit_below(4) > 0) /* zeros, the last coefficient's too, are ordinary */
            random_mpq(r->coeff[k], small, r->rational);
        random_mpq(r->init[k], small, r->rational);
    }
    r->nparts = unit_below(2) ? 0 : 1 + (size_t)unit_below(MAX_PARTS);
    for (size_t k = 0; k < r->nparts; k++)
        random_part(&r->parts[k], r->offset + (long)r->order);
    r->last_index = !small || r->rational ? 150 : unit_below(8) ? 300 : 3000;
}

static void clear(recurrence *r)
{
    for (size_t k = 0; k < r->order; k++)
        mpq_clears(r->coeff[k], r->init[k], NULL);
    for (size_t k = 0; k < r->nparts; k++)
        mpz_clear(r->parts[k].factor);
}

/* ---- The plain loop ------------------------------------------------------------ */

/* sum += the part's value for the term with index i. */
static void add_part(mpq_t sum, const part *p, long i)
{
    mpz_t value, factor;
    mpq_t q;
    mpz_inits(value, factor, NULL);
    mpq_init(q);
    mpz_set_si(value, i + p->shift);
    mpz_pow_ui(value, value, p->degree);
    mpz_set_si(factor, p->base);
    mpz_pow_ui(factor, factor, (unsigned long)(i - p->start));
    mpz_mul(value, value, factor);
    mpz_mul(value, value, p->factor);
    mpq_set_z(q, value);
    mpq_add(sum, sum, q);
    mpq_clear(q);
    mpz_clears(value, factor, NULL);
}

/* Runs the loop and keeps the terms whose indices are asked for (ascending). */
static void plain_loop(mpq_t *terms, const recurrence *r, const long *index, size_t nindices)
{
    mpq_t state[MAX_ORDER], sum, product;
    size_t d = r->order, found = 0;
    if (d == 0)
        abort(); /* the generator makes none */
    mpq_inits(sum, product, NULL);
    for (size_t k = 0; k < d; k++)
        mpq_init(state[k]);
    for (long i = r->offset; found < nindices; i++) {
        size_t at = (size_t)(i - r->offset);
        if (at < d) {
            mpq_set(sum, r->init[at]);
        } else {
            mpq_set_ui(sum, 0, 1);
            for (size_t k = 0; k < d; k++) {
                mpq_mul(product, r->coeff[k], state[(at - 1 - k) % d]);
                mpq_add(sum, sum, product);
            }
            for (size_t k = 0; k < r->nparts; k++)
                add_part(sum, &r->parts[k], i);
        }
        mpq_set(state[at % d], sum);
        while (found < nindices && index[found] == i)
            mpq_set(terms[found++], sum);
    }
    for (size_t k = 0; k < d; k++)
        mpq_clear(state[k]);
    mpq_clears(sum, product, NULL);
}

/* ---- The text -------------------------------------------------------------------- */

typedef struct buffer {
    char text[TEXT_CAP];
    size_t len;
} buffer;

static void put(buffer *w, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    w->len += (size_t)gmp_vsnprintf(w->text + w->len, TEXT_CAP - w->len, format, args);
    va_end(args);
    if (w->len >= TEXT_CAP)
        abort();
}

static void put_part(buffer *w, const part *p, const char *index)
{
    put(w, " + %Zd", p->factor);
    if (p->degree > 0)
        put(w, "*(%s + %ld)**%lu", index, p->shift, p->degree);
    if (p->base != 1)
        put(w, "*(%ld)**(%s - (%ld))", p->base, index, p->start);
}

static void put_rule(buffer *w, const recurrence *r, bool named)
{
    const char *separator = "";
    put(w, named ? "a(n) = " : "cur = ");
    for (size_t k = 0; k < r->order; k++) {
        bool last = k + 1 == r->order; /* keeps the order, whatever its coefficient */
        if (mpq_sgn(r->coeff[k]) == 0 && !last)
            continue;
        if (named)
            put(w, "%s%Qd*a(n-%zu)", separator, r->coeff[k], k + 1);
        else
            put(w, "%s%Qd*p%zu", separator, r->coeff[k], k + 1);
        separator = " + ";
    }
    for (size_t k = 0; k < r->nparts; k++)
        put_part(w, &r->parts[k], named ? "n" : "i");
}

static cpm_text text_of(const char *name, const buffer *w)
{
    return (cpm_text){name, w->text, w->len};
}

/* The three notations of one recurrence. */
typedef struct written {
    buffer spec, signature, init, offset;
    cpm_spec parts;
} written;

static void write_recurrence(written *out, const recurrence *r)
{
    uint64_t form = unit_below(r->nparts ? 2 : 3);
    *out = (written){0};
    put(&out->offset, "%ld", r->offset);
    for (size_t k = 0; k < r->order; k++)
        put(&out->init, "%s%Qd", k ? "," : "", r->init[k]);
    if (form == 1) {
        put_rule(&out->spec, r, true);
        for (size_t k = 0; k < r->order; k++)
            put(&out->spec, "; a(%ld) = %Qd", r->offset + (long)k, r->init[k]);
    } else if (form == 0) {
        put_rule(&out->spec, r, false);
    } else {
        for (size_t k = 0; k < r->order; k++)
            put(&out->signature, "%s%Qd", k ? "," : "", r->coeff[k]);
    }
    if (form == 2)
        out->parts.signature = text_of("<--signature>", &out->signature);
    else
        out->parts.spec = text_of("<spec>", &out->spec);
    if (form != 1) {
        out->parts.init = text_of("<--init>", &out->init);
        out->parts.offset = text_of("<--offset>", &out->offset);
    }
}

static const char *shown(const written *w)
{
    return w->parts.spec.data ? w->spec.text : w->signature.text;
}

/* ---- Asking ---------------------------------------------------------------------- */

/* One answer, as the library writes it. */
typedef struct answer {
    char *text; /* owned */
    size_t len;
} answer;

static cpm_status append(void *ctx, const char *bytes, size_t nbytes)
{
    answer *a = ctx;
    char *grown = realloc(a->text, a->len + nbytes + 1);
    if (!grown)
        return CPM_ERR_MEMORY;
    memcpy(grown + a->len, bytes, nbytes);
    a->text = grown;
    a->len += nbytes;
    a->text[a->len] = '\0';
    return CPM_OK;
}

static cpm_status receive(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    (void)n;
    cpm_writer writer = {append, ctx};
    return cpm_value_write(value, 10, &writer, err);
}

/* The term with the index, or an error. */
static cpm_status ask(answer *out, cpm_seq *seq, long index, const cpm_config *config, cpm_err *err)
{
    mpz_t n, one;
    mpz_init_set_si(n, index);
    mpz_init_set_ui(one, 1);
    *out = (answer){0};
    cpm_err_clear(err);
    cpm_status status = cpm_seq_terms(seq, n, n, one, config, receive, out, err);
    mpz_clears(n, one, NULL);
    return status;
}

/* What must come out: the term, or its residue. NULL when there is none. */
static char *expected(const mpq_t term, mpz_srcptr modulus)
{
    char *text = NULL;
    mpz_t residue;
    if (!modulus)
        return mpq_get_str(NULL, 10, term);
    mpz_init(residue);
    bool exists = mpz_cmp_ui(mpq_denref(term), 1) == 0 || mpz_cmp_ui(modulus, 1) == 0 ||
                  mpz_invert(residue, mpq_denref(term), modulus);
    if (mpz_cmp_ui(mpq_denref(term), 1) == 0)
        mpz_set_ui(residue, 1);
    mpz_mul(residue, residue, mpq_numref(term));
    mpz_mod(residue, residue, modulus);
    if (exists)
        text = mpz_get_str(NULL, 10, residue);
    mpz_clear(residue);
    return text;
}

static void check_term(cpm_seq *seq, long index, const mpq_t term, const cpm_config *config,
                       const char *label)
{
    answer got;
    cpm_err err;
    cpm_status status = ask(&got, seq, index, config, &err);
    char *want = expected(term, config->modulus);
    char *modulus = config->modulus ? mpz_get_str(NULL, 10, config->modulus) : NULL;
    bool refused = status == CPM_ERR_UNSUPPORTED && config->engine == CPM_ENGINE_DOUBLING;
    if (status != CPM_OK && !refused)
        UNIT_FAIL("n = %ld, %s, mod %s: %s\n    %s", index, cpm_engine_name(config->engine),
                  modulus ? modulus : "-", err.message, label);
    if (status == CPM_OK && (!got.text || !want || strcmp(got.text, want) != 0))
        UNIT_FAIL("n = %ld, %s, mod %s: got %.60s, want %.60s\n    %s", index,
                  cpm_engine_name(config->engine), modulus ? modulus : "-",
                  got.text ? got.text : "nothing", want ? want : "nothing", label);
    free(modulus);
    free(want);
    free(got.text);
}

/* ---- The indices ------------------------------------------------------------------ */

static int ascending(const void *a, const void *b)
{
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

/* 0, 1, d-1, d, d+1, 2^k-1, 2^k and one at random, counted from the offset. */
static size_t choose_indices(long index[MAX_INDICES], const recurrence *r)
{
    long d = (long)r->order, k = (long)unit_below(12);
    long places[] = {0, 1, d - 1, d, d + 1, (1L << k) - 1, 1L << k, -1};
    size_t count = 0;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        long place = places[i];
        if (place < 0 || place > r->last_index)
            place = (long)unit_below((uint64_t)r->last_index + 1);
        index[count++] = r->offset + place;
    }
    qsort(index, count, sizeof *index, ascending);
    return count;
}

/* A modulus of mixed size and kind; NULL for exact terms. Rationals get a large
 * prime, so that every denominator has an inverse. */
static mpz_srcptr choose_modulus(mpz_t room, bool rational)
{
    switch (unit_below(6)) {
    case 0:
        mpz_set_ui(room, 1 + (unsigned long)unit_below(20));
        break;
    case 1:
        mpz_set_ui(room, (unsigned long)unit_rand() | 1u);
        break;
    case 2:
        mpz_set_ui(room, 1);
        mpz_mul_2exp(room, room, 30 + (unsigned long)unit_below(90));
        break;
    default:
        return NULL;
    }
    if (rational)
        mpz_set_ui(room, unit_below(2) ? 998244353 : 18446744073709551557u);
    return room;
}

/* ---- Tests ------------------------------------------------------------------------- */

static void check_engines(cpm_seq *seq, const recurrence *r, const char *label)
{
    mpq_t terms[MAX_INDICES];
    long index[MAX_INDICES];
    mpz_t room;
    cpm_config config;
    mpz_init(room);
    cpm_config_init(&config);
    for (size_t i = 0; i < MAX_INDICES; i++)
        mpq_init(terms[i]);
    size_t count = choose_indices(index, r);
    plain_loop(terms, r, index, count);
    config.modulus = choose_modulus(room, r->rational);
    for (cpm_engine e = CPM_ENGINE_AUTO; e <= CPM_ENGINE_RECURRENCE; e++) {
        config.engine = e;
        for (size_t i = 0; i < count; i++)
            check_term(seq, index[i], terms[i], &config, label);
    }
    for (size_t i = 0; i < MAX_INDICES; i++)
        mpq_clear(terms[i]);
    mpz_clear(room);
}

static cpm_seq *make(const cpm_spec *spec, const char *label)
{
    cpm_config config;
    cpm_err err;
    cpm_seq *seq = NULL;
    cpm_config_init(&config);
    cpm_err_clear(&err);
    if (cpm_seq_new(&seq, spec, &config, &err) != CPM_OK)
        UNIT_FAIL("%s\n    %s", err.message, label);
    return seq;
}

static void test_engines(void)
{
    for (size_t i = unit_scaled(CASES); i > 0 && unit_failures < 20; i--) {
        static written w;
        recurrence r;
        draw(&r);
        write_recurrence(&w, &r);
        cpm_seq *seq = make(&w.parts, shown(&w));
        if (seq)
            check_engines(seq, &r, shown(&w));
        cpm_seq_free(seq);
        clear(&r);
    }
}

/* Below the given terms: solve the rule for its oldest term, again and again. */
static void backward_loop(mpq_t term, const recurrence *r, long index)
{
    mpq_t state[MAX_ORDER], sum, product;
    size_t d = r->order;
    mpq_inits(sum, product, NULL);
    for (size_t k = 0; k < d; k++) { /* state[k] is a(oldest + k) */
        mpq_init(state[k]);
        mpq_set(state[k], r->init[k]);
    }
    for (long oldest = r->offset; oldest > index; oldest--) {
        mpq_set(sum, state[d - 1]);
        for (size_t k = 0; k + 1 < d; k++) {
            mpq_mul(product, r->coeff[k], state[d - 2 - k]);
            mpq_sub(sum, sum, product);
        }
        mpq_set_ui(product, 0, 1);
        for (size_t k = 0; k < r->nparts; k++)
            add_part(product, &r->parts[k], oldest + (long)d - 1);
        mpq_sub(sum, sum, product);
        mpq_div(sum, sum, r->coeff[d - 1]);
        for (size_t k = d - 1; k > 0; k--)
            mpq_set(state[k], state[k - 1]);
        mpq_set(state[0], sum);
    }
    mpq_set(term, state[0]);
    for (size_t k = 0; k < d; k++)
        mpq_clear(state[k]);
    mpq_clears(sum, product, NULL);
}

static void test_backward(void)
{
    for (size_t i = unit_scaled(BACKWARD_CASES); i > 0 && unit_failures < 20; i--) {
        static written w;
        recurrence r;
        mpq_t term;
        cpm_config config;
        mpq_init(term);
        cpm_config_init(&config);
        draw(&r);
        for (size_t k = 0; k < r.nparts; k++)
            r.parts[k].base = 1; /* powers below their start would be fractions */
        if (unit_below(2) || mpq_sgn(r.coeff[r.order - 1]) == 0)
            mpq_set_si(r.coeff[r.order - 1], unit_below(2) ? 1 : -1, 1);
        write_recurrence(&w, &r);
        cpm_seq *seq = make(&w.parts, shown(&w));
        for (int k = 0; seq && k < 4; k++) {
            long index = r.offset - 1 - (long)unit_below(40);
            backward_loop(term, &r, index);
            check_term(seq, index, term, &config, shown(&w));
        }
        cpm_seq_free(seq);
        clear(&r);
        mpq_clear(term);
    }
}

/* Sequences that refer to each other: x, y, z, each with one initial value and
 * terms one back; y may use x and z may use x and y at the same index. */
typedef struct coupled {
    size_t count;
    long back[MAX_SEQUENCES][MAX_SEQUENCES];
    long same[MAX_SEQUENCES][MAX_SEQUENCES]; /* used below the diagonal */
    long constant[MAX_SEQUENCES];
    long init[MAX_SEQUENCES];
} coupled;

static void draw_coupled(coupled *c)
{
    c->count = 2 + (size_t)unit_below(MAX_SEQUENCES - 1);
    for (size_t i = 0; i < c->count; i++) {
        c->constant[i] = (long)unit_below(9) - 4;
        c->init[i] = (long)unit_below(21) - 10;
        for (size_t j = 0; j < c->count; j++) {
            c->back[i][j] = (long)unit_below(7) - 3;
            c->same[i][j] = j < i ? (long)unit_below(5) - 2 : 0;
        }
    }
}

static void write_coupled(buffer *w, const coupled *c)
{
    static const char names[] = "xyz";
    for (size_t i = 0; i < c->count; i++) {
        put(w, "%s%c(n) = %ld", i ? "; " : "", names[i], c->constant[i]);
        for (size_t j = 0; j < c->count; j++) {
            put(w, " + (%ld)*%c(n-1)", c->back[i][j], names[j]);
            if (c->same[i][j])
                put(w, " + (%ld)*%c(n)", c->same[i][j], names[j]);
        }
    }
    for (size_t i = 0; i < c->count; i++)
        put(w, "; %c(0) = %ld", names[i], c->init[i]);
}

static void coupled_loop(mpq_t term, const coupled *c, size_t wanted, long index)
{
    mpz_t old[MAX_SEQUENCES], now[MAX_SEQUENCES];
    for (size_t i = 0; i < c->count; i++) {
        mpz_init(old[i]);
        mpz_init_set_si(now[i], c->init[i]);
    }
    for (long n = 1; n <= index; n++) {
        for (size_t i = 0; i < c->count; i++)
            mpz_set(old[i], now[i]);
        for (size_t i = 0; i < c->count; i++) {
            mpz_t product;
            mpz_init(product);
            mpz_set_si(now[i], c->constant[i]);
            for (size_t j = 0; j < c->count; j++) {
                mpz_mul_si(product, old[j], c->back[i][j]);
                mpz_add(now[i], now[i], product);
                mpz_mul_si(product, now[j], j < i ? c->same[i][j] : 0);
                mpz_add(now[i], now[i], product);
            }
            mpz_clear(product);
        }
    }
    mpq_set_z(term, now[wanted]);
    for (size_t i = 0; i < c->count; i++)
        mpz_clears(old[i], now[i], NULL);
}

static void test_systems(void)
{
    static const char *const names[] = {"x", "y", "z"};
    for (size_t i = unit_scaled(SYSTEM_CASES); i > 0 && unit_failures < 20; i--) {
        coupled c;
        buffer w = {.len = 0};
        mpq_t term;
        cpm_config config;
        mpq_init(term);
        cpm_config_init(&config);
        draw_coupled(&c);
        write_coupled(&w, &c);
        size_t wanted = (size_t)unit_below(c.count);
        cpm_spec spec = {.spec = text_of("<spec>", &w), .of = {"<--of>", names[wanted], 1}};
        cpm_seq *seq = make(&spec, w.text);
        for (int k = 0; seq && k < 4; k++) {
            long index = k < 2 ? k : (long)unit_below(400);
            coupled_loop(term, &c, wanted, index);
            for (cpm_engine e = CPM_ENGINE_AUTO; e <= CPM_ENGINE_RECURRENCE; e++) {
                config.engine = e;
                check_term(seq, index, term, &config, w.text);
            }
        }
        cpm_seq_free(seq);
        mpq_clear(term);
    }
}

static const cpm_test tests[] = {
    {"engines", test_engines},
    {"backward", test_backward},
    {"systems", test_systems},
};

UNIT_MAIN(tests)
