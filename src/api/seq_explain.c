/* SPDX-License-Identifier: MIT
 *
 * seq_explain.c - what --explain and --dump show of a sequence.
 */
#include "accel/matcode.h"
#include "accel/prepare.h"
#include "api/config.h"
#include "api/seq.h"
#include "base/stack.h"
#include "lang/dump.h"
#include "lang/parse.h"
#include "power/progress.h"
#include "show/draw.h"
#include "show/graph.h"
#include "show/report.h"
#include "show/varying.h"

#include <math.h>

static cpm_status add_system(cpm_report *report, const char *key, const char *start_key,
                             const cpm_linsys *sys, cpm_err *err)
{
    cpm_strbuf text = {0};
    cpm_draw_matrix(&text, sys);
    cpm_status status = cpm_report_add(report, key, &text, err);
    if (status == CPM_OK && start_key != NULL) {
        cpm_draw_start(&text, sys);
        status = cpm_report_add(report, start_key, &text, err);
    }
    cpm_strbuf_clear(&text);
    return status;
}

static cpm_status add_matrices(cpm_report *report, const cpm_seq *seq, const cpm_config *config,
                               cpm_err *err)
{
    cpm_linsys full = {0};
    cpm_status status = cpm_seq_full_system(&full, seq, config, err);
    if (status == CPM_OK)
        status = cpm_report_printf(report, err, "variables", "%zu before reduction, %zu after it",
                                   full.dim, cpm_solver_system(&seq->solver)->dim);
    if (status == CPM_OK)
        status = add_system(report, "matrix-before", NULL, &full, err);
    if (status == CPM_OK)
        status = add_system(report, "matrix", "start", cpm_solver_system(&seq->solver), err);
    cpm_linsys_clear(&full);
    return status;
}

/* "  for n >= 5 (order 3)": from where on the shortest recurrence makes the terms. */
static void put_validity(cpm_strbuf *out, const cpm_seq *seq, const cpm_genfun *f)
{
    slong first = fmpz_poly_degree(f->num) + 1, order = cpm_genfun_order(f);
    fmpz_t index;
    fmpz_init(index);
    fmpz_add_si(index, seq->rec.base, first < order ? order : first);
    char *from = fmpz_get_str(NULL, 10, index);
    cpm_strbuf_printf(out, "  for n >= %s (order %ld)", from, (long)order);
    flint_free(from);
    fmpz_clear(index);
}

/* The characteristic polynomial of the matrix, and the recurrence. */
static cpm_status add_polynomials(cpm_report *report, cpm_seq *seq, cpm_err *err)
{
    cpm_plan *plan = cpm_solver_plan(&seq->solver);
    cpm_strbuf text = {0};
    const fmpz_poly_struct *den = cpm_plan_den(plan, err);
    if (den == NULL)
        return err->status;
    cpm_draw_characteristic(&text, den, plan->sys.dim);
    cpm_status status = cpm_report_add(report, "characteristic", &text, err);
    const cpm_genfun *f = status == CPM_OK ? cpm_plan_genfun(plan, 0, err) : NULL;
    if (f != NULL) {
        cpm_draw_recurrence(&text, f->den);
        put_validity(&text, seq, f);
        status = cpm_report_add(report, "recurrence", &text, err);
    }
    cpm_strbuf_clear(&text);
    return f == NULL ? err->status : status;
}

/* Of a system with constant coefficients, or with polynomials. */
static cpm_status add_size(cpm_report *report, cpm_solver *solver, const fmpz_t steps,
                           const cpm_config *config, cpm_err *err)
{
    if (config->modulus != NULL) {
        size_t digits = mpz_sizeinbase(config->modulus, 10);
        return cpm_report_printf(report, err, "size", "at most %zu %s (a residue)", digits,
                                 digits == 1 ? "digit" : "digits");
    }
    cpm_size_bound bound;
    cpm_plan *plan = cpm_solver_plan(solver);
    cpm_status status =
        plan != NULL ? cpm_plan_bound(&bound, plan, 0, steps, config, err)
                     : cpm_poly_plan_bound(&bound, cpm_solver_poly(solver), steps, config, err);
    if (status != CPM_OK)
        return status;
    const char *how = bound.quasi_polynomial ? " (grows like a power of n)" : "";
    double digits = ceil(pow(10, bound.log10_digits));
    if (bound.log10_digits < 15)
        return cpm_report_printf(report, err, "size", "at most %.0f %s%s", digits,
                                 digits == 1 ? "digit" : "digits", how);
    return cpm_report_printf(report, err, "size", "at most 10^%.1f digits", bound.log10_digits);
}

static cpm_status add_engine(cpm_report *report, cpm_solver *solver, const fmpz_t steps,
                             const cpm_config *config, cpm_err *err)
{
    cpm_decision decision;
    cpm_status status = cpm_solver_decide(&decision, solver, steps, config, err);
    return status == CPM_OK ? cpm_report_add_decision(report, &decision, err) : status;
}

/* ---- What a pair of operations has to show -------------------------------- */

/* `steps` is NULL for a given term, of which there is nothing to find. */
static cpm_status add_arithmetic(cpm_report *report, cpm_seq *seq, cpm_solver *solver,
                                 const fmpz *steps, const cpm_config *config, cpm_err *err)
{
    cpm_status status = add_polynomials(report, seq, err);
    if (status == CPM_OK && steps != NULL)
        status = add_size(report, solver, steps, config, err);
    return status == CPM_OK && steps != NULL ? add_engine(report, solver, steps, config, err)
                                             : status;
}

/* Eigenvalue, cyclicity and transient of max-plus and min-plus. */
cpm_status cpm_report_add_growth(cpm_report *report, const cpm_linsys *sys, bool of_matrix,
                                 cpm_err *err)
{
    enum { MAX_STEPS = 2000 };
    cpm_growth growth;
    cpm_err ignored = {0};
    cpm_growth_init(&growth);
    cpm_status status = CPM_OK;
    if (cpm_growth_find(&growth, sys, sys->domain, MAX_STEPS, &ignored) == CPM_OK &&
        growth.has_cycle) {
        char *mean = fmpq_get_str(NULL, 10, growth.mean);
        status = cpm_report_printf(report, err, "eigenvalue", "%.200s (the %s mean of a cycle)",
                                   mean, sys->domain->is_dual ? "smallest" : "largest");
        flint_free(mean);
        if (status == CPM_OK)
            status =
                cpm_report_printf(report, err, "cyclicity", "%lu", (unsigned long)growth.cyclicity);
        if (status == CPM_OK && !of_matrix && growth.has_transient)
            status = cpm_report_printf(report, err, "transient", "%lu %s",
                                       (unsigned long)growth.transient,
                                       growth.transient == 1 ? "step" : "steps");
        else if (status == CPM_OK && !of_matrix)
            status = cpm_report_printf(report, err, "transient", "not found in %d steps",
                                       (int)MAX_STEPS);
    }
    cpm_growth_clear(&growth);
    return status == CPM_OK ? cpm_err_pass_memory(err, &ignored) : status;
}

/* The base, and the recurrence of the exponents of each element. */
static cpm_status add_exponents(cpm_report *report, cpm_mulpow *mp, cpm_err *err)
{
    cpm_strbuf text = {0};
    cpm_err ignored = {0};
    for (size_t b = 0; b < mp->nbase; b++) {
        char *element = fmpz_get_str(NULL, 10, mp->base + b);
        cpm_strbuf_printf(&text, "%s%.60s: ", b == 0 ? "" : "\n", element);
        flint_free(element);
        const cpm_genfun *f = cpm_plan_genfun(&mp->exponents[b], 0, &ignored);
        if (f != NULL)
            cpm_draw_recurrence(&text, f->den);
    }
    if (mp->nbase == 0)
        cpm_strbuf_puts(&text, "none: all values are 0, 1 or -1");
    cpm_status status = cpm_report_add(report, "exponents", &text, err);
    cpm_strbuf_clear(&text);
    return status == CPM_OK ? cpm_err_pass_memory(err, &ignored) : status;
}

static cpm_status add_mulpow(cpm_report *report, cpm_solver *solver, const fmpz *steps,
                             const cpm_config *config, cpm_err *err)
{
    cpm_mulpow *mp = cpm_solver_mulpow(solver);
    double digits;
    cpm_err ignored = {0};
    cpm_decision decision;
    cpm_status status = add_exponents(report, mp, err);
    if (steps == NULL || status != CPM_OK)
        return status;
    if (config->modulus == NULL) {
        status = cpm_mulpow_log10_digits(&digits, mp, 0, steps, config, err);
        if (status == CPM_OK)
            status = cpm_report_printf(report, err, "size", "at most about 10^%.1f digits", digits);
    }
    if (status == CPM_OK && /* exponents that nobody could find have a size all the same */
        cpm_solver_decide(&decision, solver, steps, config, &ignored) == CPM_OK)
        status = cpm_report_add_decision(report, &decision, err);
    return status == CPM_OK ? cpm_err_pass_memory(err, &ignored) : status;
}

static cpm_status add_operations(cpm_report *report, cpm_solver *solver, const fmpz *steps,
                                 const cpm_config *config, cpm_err *err)
{
    const cpm_linsys *sys = cpm_solver_system(solver);
    cpm_status status = cpm_report_printf(report, err, "operations", "%s", sys->domain->name);
    if (status == CPM_OK && cpm_solver_mulpow(solver) != NULL)
        return add_mulpow(report, solver, steps, config, err);
    if (status == CPM_OK)
        status = cpm_report_add_growth(report, sys, false, err);
    return status == CPM_OK && steps != NULL ? add_engine(report, solver, steps, config, err)
                                             : status;
}

/* ---- The report ----------------------------------------------------------- */

static cpm_status add_index(cpm_report *report, const fmpz_t n, const fmpq *given,
                            const cpm_seq *seq, const cpm_solver *solver, const fmpz_t steps,
                            cpm_err *err)
{
    char *index = fmpz_get_str(NULL, 10, n), *count = fmpz_get_str(NULL, 10, steps);
    cpm_status status;
    if (given != NULL)
        status = cpm_report_printf(report, err, "term", "a(%.150s), one of the given terms", index);
    else
        status = cpm_report_printf(report, err, "term", "a(%.150s), %.150s steps %s", index, count,
                                   solver == &seq->backward ? "of the recurrence read backwards"
                                                            : "from the given terms");
    flint_free(index);
    flint_free(count);
    return status;
}

/* ---- Of coefficients that vary ---------------------------------------------- */

/* "polynomials of t = (n - 3)/2" */
static cpm_status add_coefficients(cpm_report *report, const cpm_varying *v, cpm_err *err)
{
    if (v->period == 1)
        return cpm_report_printf(report, err, "coefficients",
                                 "polynomials of the index, of degree %ld",
                                 (long)cpm_varying_degree(v));
    char *shift = fmpz_get_str(NULL, 10, v->shift);
    bool negative = shift[0] == '-';
    cpm_status status = cpm_report_printf(
        report, err, "coefficients",
        "polynomials of t, of degree %ld, where n = %lu*t %c %.100s in the first of the %lu rounds "
        "of a step",
        (long)cpm_varying_degree(v), (unsigned long)v->period, negative ? '-' : '+',
        shift + negative, (unsigned long)v->period);
    flint_free(shift);
    return status;
}

static cpm_status add_poly_system(cpm_report *report, const cpm_seq *seq, const cpm_solver *solver,
                                  cpm_err *err)
{
    cpm_strbuf text = {0};
    cpm_varying v = cpm_seq_varying(seq, solver);
    if (solver == &seq->backward) {
        v.order = 0;
        v.index = "m"; /* step m takes round -m back */
    }
    cpm_varying_matrix(&text, &v);
    cpm_status status = cpm_report_add(report, "matrix", &text, err);
    if (status == CPM_OK && v.order > 0 && seq->rec.nbefore == 0) {
        cpm_varying_rule(&text, &v);
        status = cpm_report_add(report, "recurrence", &text, err);
    }
    cpm_strbuf_clear(&text);
    if (status == CPM_OK && solver == &seq->backward)
        return cpm_report_printf(report, err, "coefficients",
                                 "polynomials of m, of degree %ld, where m = -n takes the round of "
                                 "index n back",
                                 (long)cpm_varying_degree(&v));
    return status == CPM_OK ? add_coefficients(report, &v, err) : status;
}

static cpm_status explain_varying(cpm_report *report, cpm_seq *seq, cpm_solver *solver,
                                  const fmpz *steps, const cpm_config *config, cpm_err *err)
{
    size_t dim = cpm_solver_polysys(solver)->dim;
    cpm_status status = cpm_report_printf(report, err, "variables", "%zu", dim);
    if (status == CPM_OK)
        status = add_poly_system(report, seq, solver, err);
    if (status == CPM_OK && steps != NULL)
        status = add_size(report, solver, steps, config, err);
    return status == CPM_OK && steps != NULL ? add_engine(report, solver, steps, config, err)
                                             : status;
}

/* No system: the rule is applied round by round. */
static cpm_status explain_map(cpm_report *report, const cpm_seq *seq, bool is_asked, cpm_err *err)
{
    const cpm_map *map = cpm_solver_map(&seq->solver);
    cpm_status status = cpm_report_printf(report, err, "recurrence", "not linear: round by round%s",
                                          map->is_ring ? ", modulo --mod on the way" : "");
    if (status == CPM_OK)
        status = cpm_report_printf(report, err, "variables", "%zu", map->dim);
    if (status == CPM_OK && is_asked)
        status = cpm_report_printf(report, err, "engine", "naive");
    return status;
}

static cpm_status explain(cpm_report *report, cpm_seq *seq, const fmpz_t n,
                          const cpm_config *config, cpm_err *err)
{
    const fmpq *given;
    cpm_solver *solver;
    fmpz_t steps;
    fmpz_init(steps);
    cpm_status status = cpm_seq_place(&given, &solver, steps, seq, n, err);
    if (status == CPM_OK)
        status = add_index(report, n, given, seq, solver, steps, err);
    const fmpz *to_find = given == NULL ? steps : NULL;
    bool varies = cpm_solver_polysys(&seq->solver) != NULL;
    bool is_map = cpm_solver_is_map(&seq->solver);
    if (status == CPM_OK && is_map)
        status = explain_map(report, seq, to_find != NULL, err);
    else if (status == CPM_OK && varies)
        status = explain_varying(report, seq, solver, to_find, config, err);
    else if (status == CPM_OK)
        status = add_matrices(report, seq, config, err);
    if (status == CPM_OK && !varies && !is_map)
        status = cpm_solver_plan(solver) != NULL
                     ? add_arithmetic(report, seq, solver, to_find, config, err)
                     : add_operations(report, solver, to_find, config, err);
    fmpz_clear(steps);
    return status;
}

cpm_status cpm_seq_explain(cpm_report **out, cpm_seq *seq, mpz_srcptr n, const cpm_config *wishes,
                           cpm_err *err)
{
    cpm_config config;
    cpm_report *report = NULL;
    *out = NULL;
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status == CPM_OK)
        status = cpm_report_new(&report, err);
    if (status != CPM_OK)
        return status;
    fmpz_t index;
    fmpz_init(index);
    fmpz_set_mpz(index, n);
    status = cpm_seq_show_loop(seq, &config, err);
    if (status == CPM_OK)
        status = explain(report, seq, index, &config, err);
    fmpz_clear(index);
    if (status != CPM_OK) {
        cpm_report_free(report);
        return cpm_seq_leave(seq, status, err);
    }
    *out = report;
    return CPM_OK;
}

/* Writes what has been put together, and empties it. */
static cpm_status write_dump(cpm_strbuf *text, const cpm_writer *writer, cpm_err *err)
{
    cpm_status status = cpm_strbuf_status(text, err);
    if (status == CPM_OK && writer->write(writer->ctx, text->data, text->len) != CPM_OK)
        status = cpm_err_set(err, CPM_ERR_IO, "writing failed");
    cpm_strbuf_clear(text);
    return status;
}

cpm_status cpm_seq_dump(cpm_seq *seq, cpm_stage stage, const cpm_config *wishes,
                        const cpm_writer *writer, cpm_err *err)
{
    cpm_config config;
    cpm_strbuf text = {0};
    cpm_linsys full = {0};
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status == CPM_OK)
        status = cpm_stack_check(seq->rec.tree.depth, err);
    if (status == CPM_OK)
        status = cpm_seq_show_loop(seq, &config, err);
    bool needs =
        stage != CPM_STAGE_AST && (stage != CPM_STAGE_MATRIX || cpm_solver_is_map(&seq->solver));
    if (status == CPM_OK && needs)
        status = cpm_seq_need_constant(seq, "this stage", err);
    if (status != CPM_OK)
        return status;
    if (stage == CPM_STAGE_MATRIX && cpm_solver_polysys(&seq->solver) != NULL) {
        const cpm_varying v = cpm_seq_varying(seq, &seq->solver);
        cpm_varying_matrix(&text, &v);
        return write_dump(&text, writer, err);
    }
    switch (stage) {
    case CPM_STAGE_AST:
        status = cpm_tree_dump(&text, &seq->rec.tree, err);
        break;
    case CPM_STAGE_MATCODE:
        cpm_matcode_dump(&text, &seq->lowered.code);
        break;
    case CPM_STAGE_MAP:
        status = cpm_prepare_draw_map(&text, &seq->lowered, &seq->rec.text, err);
        break;
    case CPM_STAGE_CLOSURE:
        status = cpm_seq_full_system(&full, seq, &config, err);
        if (status == CPM_OK)
            cpm_draw_equations(&text, &full);
        cpm_linsys_clear(&full);
        break;
    case CPM_STAGE_MATRIX:
        status = cpm_seq_full_system(&full, seq, &config, err);
        if (status == CPM_OK)
            cpm_draw_matrix(&text, &full);
        cpm_linsys_clear(&full);
        break;
    case CPM_STAGE_GRAPH:
        status = cpm_seq_full_system(&full, seq, &config, err);
        cpm_graph_begin(&text);
        if (status == CPM_OK)
            cpm_graph_add(&text, 1, "", &full, cpm_solver_system(&seq->solver));
        cpm_graph_end(&text);
        cpm_linsys_clear(&full);
        break;
    }
    if (status == CPM_OK)
        status = write_dump(&text, writer, err);
    cpm_strbuf_clear(&text);
    return cpm_seq_leave(seq, status, err);
}

cpm_status cpm_spec_dump(const cpm_text *spec, const cpm_writer *writer, cpm_err *err)
{
    cpm_tree tree;
    cpm_strbuf text = {0};
    cpm_tree_init(&tree, spec);
    cpm_status status = cpm_parse_spec(&tree, spec, err);
    if (status == CPM_OK)
        status = cpm_stack_check(tree.depth, err);
    if (status == CPM_OK)
        status = cpm_tree_dump(&text, &tree, err);
    if (status == CPM_OK)
        status = write_dump(&text, writer, err);
    cpm_strbuf_clear(&text);
    cpm_tree_clear(&tree);
    return status;
}
