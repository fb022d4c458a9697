/* SPDX-License-Identifier: MIT
 *
 * test_varying.c - rules whose coefficients vary with the index, through the public API:
 * random ones, of one sequence or two, with polynomials, quotients, powers, factorials,
 * binomials and remainders of the index, against their definition, iterated over Q.
 */
#include "cpmcalc.h"
#include "unit.h"

#include <flint/fmpq.h>
#include <flint/fmpq_vec.h>
#include <flint/fmpz_poly.h>

enum { MAX_ORDER = 3, MAX_ADDED = 2, NTERMS = 24, TEXT_CAP = 4096, NSEQS = 2, DEGREE = 3 };

static cpm_text text_of(const char *data)
{
    return (cpm_text){"<test>", data, strlen(data)};
}

/* ---- Rules ------------------------------------------------------------------ */

typedef long poly[DEGREE + 1];

/* What a rule adds: p(n) times one of these. */
typedef enum kind {
    ONE,
    POWER,      /* 3^n */
    POWER_BACK, /* (-2)^(1-n) */
    FACTORIAL,  /* n! */
    LATER,      /* (n+2)! */
    CENTRAL,    /* binomial(2*n, n) */
    BESIDE,     /* binomial(2*n+1, n-1) */
    INVERSE,    /* 1/n! */
    HARMONIC,   /* 1/(2*n+1) */
    SIGN,       /* (-1)^n */
    HALF_POWER, /* 3^(n//2) */
    MIDDLE,     /* binomial(n, n//2) */
    NKINDS
} kind;

static const char *const written[NKINDS] = {"1",
                                            "3^n",
                                            "(-2)^(1-n)",
                                            "n!",
                                            "factorial(n+2)",
                                            "binomial(2*n, n)",
                                            "binomial(2*n+1, n-1)",
                                            "1/n!",
                                            "1/(2*n+1)",
                                            "(-1)^n",
                                            "3^(n//2)",
                                            "binomial(n, n//2)"};

/* What a coefficient is multiplied by: these come back modulo some period. */
typedef enum turn {
    NO_TURN,
    SIGNS,     /* (-1)^n */
    TRIANGLE,  /* (-1)^(n*(n+1)/2) */
    REMAINDER, /* n % 3 */
    BACK,      /* (1-n) % 4 */
    HALF,      /* floor(n/2) */
    THIRD,     /* (2*n+1) // 3 */
    SQUARE,    /* n^2 // 4 */
    MASK,      /* n & 3 */
    SHIFT,     /* (n+1) >> 1 */
    COMMON,    /* gcd(n, 6) */
    NTURNS
} turn;

static const char *const turns[NTURNS] = {
    "1",           "(-1)^n",       "(-1)^(n*(n+1)/2)", "(n % 3)",
    "((1-n) % 4)", "floor(n/2)",   "((2*n+1)//3)",     "(n^2 // 4)",
    "(n & 3)",     "((n+1) >> 1)", "gcd(n, 6)"};

typedef struct rule {
    int order;
    poly lead;                                     /* lead(n) x(n) = ... */
    poly own[MAX_ORDER + 1], other[MAX_ORDER + 1]; /* by lag, from 1 on */
    turn turn_of[MAX_ORDER + 1];                   /* of own */
    int nadded;
    kind added[MAX_ADDED];
    turn turn_added[MAX_ADDED];
    poly factor[MAX_ADDED];
} rule;

typedef struct problem {
    int nseqs;
    rule rules[NSEQS];
    long first, start;  /* of the given terms, and of those that are made */
    fmpq *terms[NSEQS]; /* owned: NTERMS each, from `first` on */
    long end;           /* terms up to end - 1 exist */
    char text[TEXT_CAP];
} problem;

static void random_poly(long *p, int degree)
{
    for (int k = 0; k <= DEGREE; k++)
        p[k] = k > degree ? 0 : (long)unit_below(11) - 5;
}

static long value_at(const long *p, long n)
{
    long value = 0;
    for (int k = DEGREE; k >= 0; k--)
        value = value * n + p[k];
    return value;
}

/* 1, or one or two linear factors, some of which are 0 at an index. */
static void random_lead(long *p)
{
    for (int k = 0; k <= DEGREE; k++)
        p[k] = k == 0;
    for (uint64_t nfactors = unit_below(3); nfactors > 0; nfactors--) {
        long a = 1 + (long)unit_below(3), b = (long)unit_below(8) - (unit_below(4) == 0 ? 8 : 0);
        for (int k = DEGREE; k >= 0; k--)
            p[k] = b * p[k] + (k > 0 ? a * p[k - 1] : 0);
    }
}

/* A period of 12 at most, and few rules that have one. */
static turn random_turn(bool turns_at_all)
{
    return turns_at_all && unit_below(2) == 0 ? (turn)unit_below(NTURNS) : NO_TURN;
}

static void random_rule(rule *r, int nseqs)
{
    bool turning = unit_below(7) == 0;
    *r = (rule){.order = 1 + (int)unit_below(MAX_ORDER)};
    random_lead(r->lead);
    for (int lag = 1; lag <= r->order; lag++) {
        if (lag == r->order || unit_below(3) > 0)
            random_poly(r->own[lag], (int)unit_below(DEGREE + 1));
        r->turn_of[lag] = random_turn(turning);
        if (nseqs > 1 && unit_below(2) == 0)
            random_poly(r->other[lag], (int)unit_below(DEGREE));
    }
    r->nadded = (int)unit_below(MAX_ADDED + 1);
    for (int i = 0; i < r->nadded; i++) {
        r->added[i] = (kind)unit_below(turning ? NKINDS : SIGN);
        r->turn_added[i] = random_turn(turning);
        random_poly(r->factor[i], (int)unit_below(DEGREE));
    }
}

/* ---- As text ------------------------------------------------------------------- */

static void put(char *text, const char *format, long value)
{
    size_t len = strlen(text);
    snprintf(text + len, TEXT_CAP - len, format, value);
}

static void put_poly(char *text, const long *p)
{
    put(text, "(%ld", p[0]);
    for (int k = 1; k <= DEGREE; k++)
        if (p[k] != 0) {
            put(text, p[k] < 0 ? " - %ld*n" : " + %ld*n", labs(p[k]));
            if (k > 1)
                put(text, "^%ld", k);
        }
    put(text, ")", 0);
}

static void put_sum(char *text, const problem *q, int s)
{
    const rule *r = &q->rules[s];
    put(text, "0", 0);
    for (int lag = 1; lag <= r->order; lag++) {
        put(text, " + ", 0);
        put_poly(text, r->own[lag]);
        put(text, "*", 0);
        strncat(text, turns[r->turn_of[lag]], TEXT_CAP - strlen(text) - 1);
        put(text, s == 0 ? "*x(n-%ld)" : "*y(n-%ld)", lag);
        if (q->nseqs < 2)
            continue;
        put(text, " + ", 0);
        put_poly(text, r->other[lag]);
        put(text, s == 0 ? "*y(n-%ld)" : "*x(n-%ld)", lag);
    }
    for (int i = 0; i < r->nadded; i++) {
        put(text, " + ", 0);
        put_poly(text, r->factor[i]);
        put(text, "*", 0);
        strncat(text, written[r->added[i]], TEXT_CAP - strlen(text) - 1);
        put(text, "*", 0);
        strncat(text, turns[r->turn_added[i]], TEXT_CAP - strlen(text) - 1);
    }
}

/* lead*x(n) = sum, lead*x(n) - (sum) = 0, or x(n) = (sum)/lead */
static void put_rule(char *text, const problem *q, int s)
{
    uint64_t how = unit_below(3);
    if (how < 2) {
        put_poly(text, q->rules[s].lead);
        put(text, s == 0 ? "*x(n)" : "*y(n)", 0);
        if (how == 1 && q->nseqs > 1)
            how = 0; /* equations are about one sequence */
        put(text, how == 0 ? " = " : " - (", 0);
    } else {
        put(text, s == 0 ? "x(n) = (" : "y(n) = (", 0);
    }
    put_sum(text, q, s);
    if (how == 1)
        put(text, ") = 0", 0);
    if (how == 2) {
        put(text, ")/", 0);
        put_poly(text, q->rules[s].lead);
    }
    put(text, "; ", 0);
}

static void write_text(problem *q)
{
    q->text[0] = '\0';
    for (int s = 0; s < q->nseqs; s++) {
        put_rule(q->text, q, s);
        for (long n = q->first; n < q->start; n++) {
            put(q->text, s == 0 ? "x(%ld) = " : "y(%ld) = ", n);
            char *value = fmpq_get_str(NULL, 10, q->terms[s] + (n - q->first));
            strncat(q->text, value, TEXT_CAP - strlen(q->text) - 1);
            flint_free(value);
            put(q->text, "; ", 0);
        }
    }
}

/* ---- By the definition ------------------------------------------------------------ */

static void value_of_kind(fmpq_t out, kind what, long n)
{
    fmpz_t z;
    fmpz_init(z);
    fmpq_one(out);
    switch (what) {
    case POWER:
        fmpq_set_si(out, 3, 1);
        fmpq_pow_si(out, out, n);
        break;
    case POWER_BACK:
        fmpq_set_si(out, -2, 1);
        fmpq_pow_si(out, out, 1 - n);
        break;
    case FACTORIAL:
    case INVERSE:
    case LATER:
        fmpz_fac_ui(z, (ulong)(what == LATER ? n + 2 : n));
        fmpq_set_fmpz(out, z);
        if (what == INVERSE)
            fmpq_inv(out, out);
        break;
    case CENTRAL:
    case BESIDE:
        fmpz_bin_uiui(z, (ulong)(2 * n + (what == BESIDE)), (ulong)(n - (what == BESIDE)));
        fmpq_set_fmpz(out, z);
        break;
    case HARMONIC:
        fmpq_set_si(out, 1, (ulong)(2 * n + 1));
        break;
    case SIGN:
        fmpq_set_si(out, n % 2 == 0 ? 1 : -1, 1);
        break;
    case HALF_POWER:
        fmpq_set_si(out, 3, 1);
        fmpq_pow_si(out, out, n / 2);
        break;
    case MIDDLE:
        fmpz_bin_uiui(z, (ulong)n, (ulong)(n / 2));
        fmpq_set_fmpz(out, z);
        break;
    default:
        break;
    }
    fmpz_clear(z);
}

/* n >= 0 */
static long value_of_turn(turn what, long n)
{
    switch (what) {
    case SIGNS:
        return n % 2 == 0 ? 1 : -1;
    case TRIANGLE:
        return n * (n + 1) / 2 % 2 == 0 ? 1 : -1;
    case REMAINDER:
        return n % 3;
    case BACK:
        return (4 * n + 1 - n) % 4;
    case HALF:
        return n / 2;
    case THIRD:
        return (2 * n + 1) / 3;
    case SQUARE:
        return n * n / 4;
    case MASK:
        return n % 4;
    case SHIFT:
        return (n + 1) / 2;
    case COMMON:
        return (n % 2 == 0 ? 2 : 1) * (n % 3 == 0 ? 3 : 1);
    default:
        return 1;
    }
}

/* The term with index n of sequence s, of which those before it are there. False where
 * the leading coefficient is 0. */
static bool make_term(problem *q, int s, long n)
{
    const rule *r = &q->rules[s];
    fmpq *term = q->terms[s] + (n - q->first);
    fmpq_t value;
    long lead = value_at(r->lead, n);
    if (lead == 0)
        return false;
    fmpq_init(value);
    fmpq_zero(term);
    for (int lag = 1; lag <= r->order; lag++) {
        fmpq_mul_si(value, q->terms[s] + (n - lag - q->first),
                    value_at(r->own[lag], n) * value_of_turn(r->turn_of[lag], n));
        fmpq_add(term, term, value);
        if (q->nseqs < 2)
            continue;
        fmpq_mul_si(value, q->terms[1 - s] + (n - lag - q->first), value_at(r->other[lag], n));
        fmpq_add(term, term, value);
    }
    for (int i = 0; i < r->nadded; i++) {
        value_of_kind(value, r->added[i], n);
        fmpq_mul_si(value, value, value_at(r->factor[i], n) * value_of_turn(r->turn_added[i], n));
        fmpq_add(term, term, value);
    }
    fmpq_set_si(value, lead, 1);
    fmpq_div(term, term, value);
    fmpq_clear(value);
    return true;
}

static void make_terms(problem *q)
{
    bool exists = true;
    for (q->end = q->start; q->end < q->first + NTERMS && exists;) {
        for (int s = 0; s < q->nseqs && exists; s++)
            exists = make_term(q, s, q->end);
        q->end += exists;
    }
}

static void random_problem(problem *q)
{
    *q = (problem){.nseqs = 1 + (unit_below(4) == 0), .first = (long)unit_below(4)};
    long longest = 1;
    for (int s = 0; s < q->nseqs; s++) {
        random_rule(&q->rules[s], q->nseqs);
        longest = q->rules[s].order > longest ? q->rules[s].order : longest;
        q->terms[s] = _fmpq_vec_init(NTERMS);
    }
    q->start = q->first + longest;
    for (int s = 0; s < q->nseqs; s++)
        for (long n = q->first; n < q->start; n++)
            fmpq_set_si(q->terms[s] + (n - q->first), (long)unit_below(9) - 4,
                        1 + (ulong)(unit_below(5) == 0));
    make_terms(q);
    write_text(q);
}

static void problem_clear(problem *q)
{
    for (int s = 0; s < q->nseqs; s++)
        _fmpq_vec_clear(q->terms[s], NTERMS);
}

/* ---- Questions -------------------------------------------------------------------- */

/* Whether another sequence's rule, on which nothing depends, ends the terms. */
static void fail(const problem *q, long n, const char *what, const fmpq_t wanted, mpq_srcptr got)
{
    char *want = fmpq_get_str(NULL, 10, wanted), *found = mpq_get_str(NULL, 10, got);
    UNIT_FAIL("%s\nterm %ld%s is %s, not %s", q->text, n, what, found, want);
    flint_free(want);
    free(found);
}

/* The residue modulo m where there is one. */
static bool residue(fmpq_t out, const fmpq_t x, ulong m)
{
    fmpz_t modulus;
    fmpz_init_set_ui(modulus, m);
    fmpz_one(fmpq_denref(out));
    bool exists = fmpq_mod_fmpz(fmpq_numref(out), x, modulus);
    fmpz_clear(modulus);
    return exists;
}

static void check_term(const problem *q, cpm_seq *seq, long n, ulong m)
{
    cpm_config config;
    cpm_err err = {0};
    cpm_value *value;
    mpz_t index, modulus;
    mpq_t got;
    fmpq_t wanted, found;
    cpm_config_init(&config);
    mpz_init_set_si(index, n);
    mpz_init_set_ui(modulus, m);
    mpq_init(got);
    fmpq_init(wanted);
    fmpq_init(found);
    bool exists = true;
    if (m > 0) {
        config.modulus = modulus;
        exists = residue(wanted, q->terms[0] + (n - q->first), m);
    } else {
        fmpq_set(wanted, q->terms[0] + (n - q->first));
    }
    cpm_status status = cpm_seq_nth(&value, seq, index, &config, &err);
    char what[40] = "";
    if (m > 0)
        snprintf(what, sizeof what, " modulo %lu", m);
    if (status == CPM_OK) {
        cpm_value_get_mpq(got, value);
        fmpq_set_mpq(found, got);
        if (!exists || !fmpq_equal(found, wanted))
            fail(q, n, what, wanted, got);
        cpm_value_free(value);
    } else if (exists || status != CPM_ERR_NO_ANSWER) {
        UNIT_FAIL("%s\nterm %ld%s: %s", q->text, n, what, err.message);
    }
    mpz_clear(index);
    mpz_clear(modulus);
    mpq_clear(got);
    fmpq_clear(wanted);
    fmpq_clear(found);
}

/* The first index whose term the rule does not make. */
static void check_hole(const problem *q, cpm_seq *seq)
{
    cpm_config config;
    cpm_err err = {0};
    cpm_value *value;
    mpz_t index;
    cpm_config_init(&config);
    mpz_init_set_si(index, q->end);
    if (cpm_seq_nth(&value, seq, index, &config, &err) == CPM_OK) {
        UNIT_FAIL("%s\nterm %ld is made, by a division by 0", q->text, q->end);
        cpm_value_free(value);
    } else if (err.status != CPM_ERR_NO_ANSWER) {
        UNIT_FAIL("%s\nterm %ld: %s", q->text, q->end, err.message);
    }
    mpz_clear(index);
}

/* Terms in front of the given ones, by the rule solved for its oldest term, up to where
 * that divides by 0 or says nothing. */
static void check_backwards(const problem *q, cpm_seq *seq)
{
    const rule *r = &q->rules[0];
    problem back = *q;
    fmpq *terms = _fmpq_vec_init(NTERMS);
    fmpq_t value;
    const long order = r->order, low = q->start - order - 8;
    back.first = low;
    back.terms[0] = terms;
    fmpq_init(value);
    for (long n = q->start - order; n < q->start; n++)
        fmpq_set(terms + (n - low), q->terms[0] + (n - q->first));
    bool exists = true;
    for (long n = q->start - 1; n - order >= low && exists; n--) {
        fmpq *oldest = terms + (n - order - low);
        exists = value_at(r->lead, n) != 0 && value_at(r->own[order], n) != 0;
        fmpq_mul_si(oldest, terms + (n - low), value_at(r->lead, n));
        for (long lag = 1; lag < order; lag++) {
            fmpq_mul_si(value, terms + (n - lag - low), value_at(r->own[lag], n));
            fmpq_sub(oldest, oldest, value);
        }
        fmpq_set_si(value, value_at(r->own[order], n), 1);
        if (exists)
            fmpq_div(oldest, oldest, value);
        back.end = n - order;
        if (exists && n - order < q->first)
            check_term(&back, seq, n - order, unit_below(2) ? 0 : 1000003);
        else if (n - order < q->first)
            check_hole(&back, seq);
    }
    fmpq_clear(value);
    _fmpq_vec_clear(terms, NTERMS);
}

/* One sequence, whose rule has nothing but terms in it. */
static bool runs_backwards(const problem *q)
{
    const rule *r = &q->rules[0];
    bool is = q->nseqs == 1 && r->nadded == 0 && q->end > q->start;
    for (int lag = 1; lag <= r->order; lag++)
        is = is && r->turn_of[lag] == NO_TURN;
    bool has_oldest = false;
    for (int k = 0; k <= DEGREE; k++)
        has_oldest = has_oldest || r->own[r->order][k] != 0;
    return is && has_oldest;
}

static void check_problem(const problem *q)
{
    static const ulong moduli[] = {1, 2, 3, 4, 7, 12, 97, 1000, 1000003};
    const cpm_spec spec = {.spec = text_of(q->text)};
    cpm_config config;
    cpm_err err = {0};
    cpm_seq *seq;
    cpm_config_init(&config);
    if (cpm_seq_new(&seq, &spec, &config, &err) != CPM_OK) {
        UNIT_FAIL("%s\nis refused: %s", q->text, err.message);
        return;
    }
    for (long n = q->first; n < q->end; n++)
        check_term(q, seq, n, 0);
    for (long n = q->first; n < q->end; n += 1 + (long)unit_below(5))
        check_term(q, seq, n, moduli[unit_below(sizeof moduli / sizeof *moduli)]);
    if (q->end < q->first + NTERMS && q->nseqs == 1)
        check_hole(q, seq);
    if (runs_backwards(q))
        check_backwards(q, seq);
    cpm_seq_free(seq);
}

static void random_rules(void)
{
    problem q;
    for (size_t i = 0; i < unit_scaled(1200); i++) {
        random_problem(&q);
        check_problem(&q);
        problem_clear(&q);
    }
}

/* ---- Entries of the catalogue -------------------------------------------------------- */

enum { MAX_ENTRY_INDEX = 120 };

static const char *const entries[] = {
    "catalan",          "motzkin",        "derangements",     "involutions", "apery", "schroeder",
    "double_factorial", "left_factorial", "factorial_plus_1", "fib",         "pell",  "squares"};
enum { NENTRIES = sizeof entries / sizeof *entries };

/* terms[i] = the entry at index i, which is held against other sources elsewhere. */
static void entry_terms(fmpq *terms, const char *name)
{
    const cpm_spec spec = {.spec = text_of(name)};
    cpm_config config;
    cpm_err err = {0};
    cpm_seq *seq;
    cpm_config_init(&config);
    if (cpm_seq_new(&seq, &spec, &config, &err) != CPM_OK) {
        UNIT_FAIL("%s: %s", name, err.message);
        return;
    }
    for (long n = 0; n < MAX_ENTRY_INDEX; n++) {
        cpm_value *value;
        mpz_t index;
        mpq_t got;
        mpz_init_set_si(index, n);
        mpq_init(got);
        if (cpm_seq_nth(&value, seq, index, &config, &err) == CPM_OK) {
            cpm_value_get_mpq(got, value);
            fmpq_set_mpq(terms + n, got);
            cpm_value_free(value);
        }
        mpz_clear(index);
        mpq_clear(got);
    }
    cpm_seq_free(seq);
}

/* x(n) = p(n) x(n-1) + q(n) entry(k n + c) + r(n) entry'(k' n + c'), x(first) given */
static void check_entries(fmpq *const *terms)
{
    problem q = {.nseqs = 1, .first = (long)unit_below(4)};
    poly p[3];
    long e[2], k[2], c[2];
    fmpq_t value;
    q.start = q.first + 1;
    q.end = q.first + NTERMS;
    q.terms[0] = _fmpq_vec_init(NTERMS);
    fmpq_set_si(q.terms[0], (long)unit_below(5), 1);
    for (int i = 0; i < 3; i++)
        random_poly(p[i], (int)unit_below(2));
    for (int i = 0; i < 2; i++) {
        e[i] = (long)unit_below(NENTRIES);
        k[i] = 1 + (long)unit_below(3);
        c[i] = (long)unit_below(6) - (unit_below(3) == 0 ? k[i] * (q.first + 1) : 0);
    }
    put(q.text, "x(%ld) = ", q.first);
    put(q.text, "%ld; x(n) = ", fmpz_get_si(fmpq_numref(q.terms[0])));
    put_poly(q.text, p[0]);
    put(q.text, "*x(n-1)", 0);
    for (int i = 0; i < 2; i++) {
        put(q.text, " + ", 0);
        put_poly(q.text, p[i + 1]);
        put(q.text, "*", 0);
        strncat(q.text, entries[e[i]], TEXT_CAP - strlen(q.text) - 1);
        put(q.text, "(%ld*n", k[i]);
        put(q.text, "%+ld)", c[i]);
    }
    fmpq_init(value);
    for (long n = q.start; n < q.end; n++) {
        fmpq *term = q.terms[0] + (n - q.first);
        fmpq_mul_si(term, term - 1, value_at(p[0], n));
        for (int i = 0; i < 2; i++) {
            fmpq_mul_si(value, terms[e[i]] + (k[i] * n + c[i]), value_at(p[i + 1], n));
            fmpq_add(term, term, value);
        }
    }
    fmpq_clear(value);
    check_problem(&q);
    problem_clear(&q);
}

static void entries_in_rules(void)
{
    fmpq *terms[NENTRIES];
    for (size_t i = 0; i < NENTRIES; i++) {
        terms[i] = _fmpq_vec_init(MAX_ENTRY_INDEX);
        entry_terms(terms[i], entries[i]);
    }
    for (size_t i = 0; i < unit_scaled(120); i++)
        check_entries(terms);
    for (size_t i = 0; i < NENTRIES; i++)
        _fmpq_vec_clear(terms[i], MAX_ENTRY_INDEX);
}

static const cpm_test tests[] = {
    {"random_rules", random_rules},
    {"entries_in_rules", entries_in_rules},
};

UNIT_MAIN(tests)
