/* SPDX-License-Identifier: MIT
 *
 * test_seq_graph.c - critical cycles, against all simple cycles of small random
 * graphs, and a known one.
 */
#include "power/critical.h"

#include "unit.h"

#include <flint/fmpq.h>

enum { MAX_DIM = 5 };

/* A dense system; weight[r][c] < 0 with absent[r][c]. */
typedef struct sample {
    size_t dim;
    long weight[MAX_DIM][MAX_DIM];
    int absent[MAX_DIM][MAX_DIM];
} sample;

static void make_system(cpm_linsys *sys, const sample *s)
{
    cpm_err err = {0};
    fmpq_t w;
    fmpq_init(w);
    UNIT_CHECK(cpm_linsys_init(sys, cpm_domain_of(CPM_SEMIRING_MAX_PLUS), s->dim, 0, &err) ==
               CPM_OK);
    for (size_t r = 0; r < s->dim; r++)
        for (size_t c = 0; c < s->dim; c++) {
            fmpq_set_si(w, s->weight[r][c], 1);
            /* weights of 0 are kept as they stand */
            if (!s->absent[r][c] &&
                cpm_form_add_term(&sys->rows[r], c, w, cpm_domain_of(CPM_SEMIRING_MAX_PLUS),
                                  &err) != CPM_OK)
                UNIT_FAIL("out of memory");
        }
    fmpq_clear(w);
}

/* The best mean num/den over all simple cycles, and the edges of those that
 * have it, by depth-first search. */
typedef struct search {
    const sample *s;
    int sign;
    size_t path[MAX_DIM + 1];
    size_t len;
    int on_path[MAX_DIM];
    int found;
    long num, den;
    int critical[MAX_DIM][MAX_DIM];
} search;

static void close_cycle(search *x)
{
    long sum = 0, len = (long)x->len;
    for (size_t i = 0; i < x->len; i++)
        sum += x->s->weight[x->path[(i + 1) % x->len]][x->path[i]];
    long order = x->found ? (sum * x->den - x->num * len) * x->sign : 1;
    if (order < 0)
        return;
    if (order > 0) {
        memset(x->critical, 0, sizeof x->critical);
        x->num = sum;
        x->den = len;
    }
    x->found = 1;
    for (size_t i = 0; i < x->len; i++)
        x->critical[x->path[(i + 1) % x->len]][x->path[i]] = 1;
}

static void extend(search *x)
{
    size_t last = x->path[x->len - 1];
    for (size_t next = x->path[0]; next < x->s->dim; next++) {
        if (x->s->absent[next][last])
            continue;
        if (next == x->path[0]) {
            close_cycle(x);
        } else if (!x->on_path[next]) {
            x->on_path[next] = 1;
            x->path[x->len++] = next;
            extend(x);
            x->len--;
            x->on_path[next] = 0;
        }
    }
}

static void check(const sample *s, int sign)
{
    search x = {.s = s, .sign = sign};
    cpm_linsys sys = {0};
    bool marks[MAX_DIM * MAX_DIM] = {0}, found;
    cpm_err err = {0};
    fmpq_t mean, expected;
    fmpq_init(mean);
    fmpq_init(expected);
    for (size_t v = 0; v < s->dim; v++) {
        memset(x.on_path, 0, sizeof x.on_path);
        x.path[0] = v;
        x.len = 1;
        extend(&x);
    }
    make_system(&sys, s);
    UNIT_CHECK(cpm_critical_mark(mean, marks, &found, &sys, sign, &err) == CPM_OK);
    UNIT_CHECK(found == (x.found != 0));
    if (x.found) {
        fmpq_set_si(expected, x.num, (ulong)x.den);
        UNIT_CHECK(fmpq_equal(mean, expected));
        size_t mark = 0;
        for (size_t r = 0; r < s->dim; r++)
            for (size_t i = 0; i < sys.rows[r].len; i++, mark++)
                if (marks[mark] != (x.critical[r][sys.rows[r].terms[i].var] != 0))
                    UNIT_FAIL("edge %zu -> %zu of %zu, sign %d", (size_t)sys.rows[r].terms[i].var,
                              r, s->dim, sign);
    }
    cpm_linsys_clear(&sys);
    fmpq_clear(mean);
    fmpq_clear(expected);
}

/* 9/2 is the eigenvalue of (3, 7; 2, 4). */
static void test_known(void)
{
    const sample s = {2, {{3, 7}, {2, 4}}, {{0}}};
    cpm_linsys sys = {0};
    bool marks[4] = {0}, found;
    cpm_err err = {0};
    fmpq_t mean;
    fmpq_init(mean);
    make_system(&sys, &s);
    UNIT_CHECK(cpm_critical_mark(mean, marks, &found, &sys, 1, &err) == CPM_OK && found);
    UNIT_CHECK(fmpz_equal_si(fmpq_numref(mean), 9) && fmpz_equal_si(fmpq_denref(mean), 2));
    UNIT_CHECK(!marks[0] && marks[1] && marks[2] && !marks[3]);
    cpm_linsys_clear(&sys);
    fmpq_clear(mean);
}

static void test_random(void)
{
    for (size_t i = unit_scaled(2000); i > 0; i--) {
        sample s = {.dim = 1 + unit_below(MAX_DIM)};
        for (size_t r = 0; r < s.dim; r++)
            for (size_t c = 0; c < s.dim; c++) {
                s.weight[r][c] = (long)unit_below(7) - 3;
                s.absent[r][c] = unit_below(3) == 0;
            }
        check(&s, 1);
        check(&s, -1);
    }
}

static const cpm_test tests[] = {{"known", test_known}, {"random", test_random}};

UNIT_MAIN(tests)
