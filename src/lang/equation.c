/* SPDX-License-Identifier: MIT
 *
 * equation.c - equations about the terms of a sequence, solved for the newest one:
 *
 *     a(n+2) = a(n+1) + a(n)              a(n) = a(n-1) + a(n-2)
 *     y(n+1) - 2*y(n) = 3*n               y(n) = 3*(n-1) + 2*y(n-1)
 *     0 = (n+1)*a(n) - (4*n-2)*a(n-1)     a(n) = (4*n-2)*a(n-1)/(n+1)
 *
 * The newest term must occur in sums and multiples only; then left - right is
 * c * term + rest, where both are read off the tree.
 */
#include "lang/builtin.h"
#include "lang/formula.h"
#include "lang/visit.h"

/* ---- Terms ------------------------------------------------------------------------------- */

/* Adds what the index is in a sum of one name and numbers; false for anything else. */
static bool add_to_index(cpm_sym *sym, slong *shift, const cpm_tree *tree, const cpm_expr *at,
                         int sign)
{
    if (at->kind == CPM_EXPR_NAME && sign > 0 && *sym == CPM_NO_SYM) {
        *sym = at->u.name.sym;
        return true;
    }
    if (at->kind == CPM_EXPR_INT) {
        const fmpz *value = tree->literals + at->u.literal;
        if (fmpz_bits(value) > 40)
            return false;
        *shift += sign * fmpz_get_si(value);
        return true;
    }
    if (at->kind == CPM_EXPR_UNARY &&
        (at->u.unary.op == CPM_OP_NEG || at->u.unary.op == CPM_OP_POS))
        return add_to_index(sym, shift, tree, at->u.unary.operand,
                            at->u.unary.op == CPM_OP_NEG ? -sign : sign);
    if (at->kind != CPM_EXPR_CHAIN || !add_to_index(sym, shift, tree, at->u.chain.first, sign))
        return false;
    for (size_t i = 0; i < at->u.chain.nlinks; i++) {
        const cpm_link *link = &at->u.chain.links[i];
        if ((link->op != CPM_OP_ADD && link->op != CPM_OP_SUB) ||
            !add_to_index(sym, shift, tree, link->operand, link->op == CPM_OP_ADD ? sign : -sign))
            return false;
    }
    return true;
}

cpm_sym cpm_formula_index(slong *shift, const cpm_tree *tree, const cpm_expr *at)
{
    cpm_sym sym = CPM_NO_SYM;
    *shift = 0;
    return add_to_index(&sym, shift, tree, at, 1) ? sym : CPM_NO_SYM;
}

/* a(n+k): a call of what is no function, with the index in it. */
static bool is_term(const cpm_tree *tree, const cpm_expr *expr, cpm_sym index, slong *shift)
{
    return expr->kind == CPM_EXPR_CALL && expr->u.call.nargs == 1 &&
           expr->u.call.args[0].keyword == CPM_NO_SYM &&
           cpm_builtin_of_symbol(tree, expr->u.call.callee, CPM_IN_RULE) == CPM_BUILTIN_NONE &&
           cpm_formula_index(shift, tree, expr->u.call.args[0].value) == index &&
           index != CPM_NO_SYM;
}

/* The index variable: that of the first term. */
static cpm_sym find_index(const cpm_tree *tree, const cpm_expr *expr)
{
    slong shift;
    if (expr->kind == CPM_EXPR_CALL && expr->u.call.nargs == 1) {
        cpm_sym sym = cpm_formula_index(&shift, tree, expr->u.call.args[0].value);
        if (sym != CPM_NO_SYM &&
            cpm_builtin_of_symbol(tree, expr->u.call.callee, CPM_IN_RULE) == CPM_BUILTIN_NONE)
            return sym;
    }
    const cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++) {
        cpm_sym sym = find_index(tree, child);
        if (sym != CPM_NO_SYM)
            return sym;
    }
    return CPM_NO_SYM;
}

/* The newest term there is; names are counted that are not its own. */
typedef struct newest {
    const cpm_expr *term;
    slong shift;
    bool has_others;
} newest;

static void find_newest(newest *out, const cpm_tree *tree, const cpm_expr *expr, cpm_sym index)
{
    slong shift;
    if (is_term(tree, expr, index, &shift)) {
        bool other = out->term != NULL && out->term->u.call.callee != expr->u.call.callee;
        out->has_others = out->has_others || other;
        if (out->term == NULL || (!other && shift > out->shift)) {
            out->term = expr;
            out->shift = shift;
        }
        return;
    }
    const cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        find_newest(out, tree, child, index);
}

/* ---- Trees --------------------------------------------------------------------------------- */

static bool is_number(const cpm_tree *tree, const cpm_expr *expr, slong value)
{
    return expr->kind == CPM_EXPR_INT && fmpz_equal_si(tree->literals + expr->u.literal, value);
}

/* left + right or left - right, without zeros. */
static cpm_expr *sum(cpm_parser *p, cpm_expr *left, cpm_op op, cpm_expr *right)
{
    if (left == NULL || right == NULL)
        return NULL;
    if (left->kind == CPM_EXPR_INT && right->kind == CPM_EXPR_INT) {
        const fmpz *a = p->tree->literals + left->u.literal;
        const fmpz *b = p->tree->literals + right->u.literal;
        if (fmpz_bits(a) < 60 && fmpz_bits(b) < 60)
            return cpm_formula_number(
                p, fmpz_get_si(a) + (op == CPM_OP_SUB ? -1 : 1) * fmpz_get_si(b), left->span);
    }
    if (is_number(p->tree, right, 0))
        return left;
    if (is_number(p->tree, left, 0))
        return op == CPM_OP_SUB ? cpm_formula_negative(p, right) : right;
    return cpm_formula_binary(p, left, op, right, (cpm_span){left->span.begin, right->span.end});
}

/* left * right or left / right, without ones. */
static cpm_expr *product(cpm_parser *p, cpm_expr *left, cpm_op op, cpm_expr *right)
{
    if (left == NULL || right == NULL)
        return NULL;
    if (is_number(p->tree, right, 1))
        return left;
    if (op == CPM_OP_MUL && is_number(p->tree, left, 1))
        return right;
    return cpm_formula_binary(p, left, op, right, (cpm_span){left->span.begin, right->span.end});
}

/* ---- Solving ------------------------------------------------------------------------------- */

typedef struct solving {
    cpm_parser *p;
    cpm_sym name, index;
    slong shift; /* of the term that is solved for */
} solving;

static bool is_wanted(const solving *s, const cpm_expr *expr)
{
    slong shift;
    return is_term(s->p->tree, expr, s->index, &shift) && expr->u.call.callee == s->name &&
           shift == s->shift;
}

static bool contains(const solving *s, const cpm_expr *expr)
{
    if (is_wanted(s, expr))
        return true;
    const cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        if (contains(s, child))
            return true;
    return false;
}

static bool refuse_solving(const solving *s, const cpm_expr *expr)
{
    char shift[24] = "";
    if (s->shift != 0)
        snprintf(shift, sizeof shift, "%+ld", (long)s->shift);
    return cpm_parser_fail(s->p, expr->span, "the equation cannot be solved for '%s(%s%s)'",
                           s->p->tree->symbols[s->name].name, s->p->tree->symbols[s->index].name,
                           shift);
}

static bool split(cpm_expr **c, cpm_expr **rest, const solving *s, cpm_expr *expr);

/* A sum: coefficients and rests add up. */
static bool split_sum(cpm_expr **c, cpm_expr **rest, const solving *s, cpm_expr *expr)
{
    if (!split(c, rest, s, expr->u.chain.first))
        return false;
    for (size_t i = 0; i < expr->u.chain.nlinks; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        cpm_expr *c2, *rest2;
        if (!split(&c2, &rest2, s, link->operand))
            return false;
        *c = sum(s->p, *c, link->op, c2);
        *rest = sum(s->p, *rest, link->op, rest2);
        if (*c == NULL || *rest == NULL)
            return false;
    }
    return true;
}

/* A product or quotient with the term in one factor: the others multiply both. */
static bool split_product(cpm_expr **c, cpm_expr **rest, const solving *s, cpm_expr *expr)
{
    bool first = contains(s, expr->u.chain.first);
    cpm_expr *others = NULL; /* in front of the factor */
    if (first) {
        if (!split(c, rest, s, expr->u.chain.first))
            return false;
    } else {
        others = expr->u.chain.first;
    }
    for (size_t i = 0; i < expr->u.chain.nlinks; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        bool here = contains(s, link->operand);
        if ((here && (first || link->op != CPM_OP_MUL)) ||
            (link->op != CPM_OP_MUL && link->op != CPM_OP_DIV))
            return refuse_solving(s, expr);
        if (here) {
            cpm_expr *c2, *rest2;
            if (!split(&c2, &rest2, s, link->operand))
                return false;
            *c = product(s->p, others, CPM_OP_MUL, c2);
            *rest =
                is_number(s->p->tree, rest2, 0) ? rest2 : product(s->p, others, CPM_OP_MUL, rest2);
            first = true;
        } else if (first) {
            *c = product(s->p, *c, link->op, link->operand);
            if (*rest != NULL && !is_number(s->p->tree, *rest, 0))
                *rest = product(s->p, *rest, link->op, link->operand);
        } else {
            others = product(s->p, others, link->op, link->operand);
        }
        if ((first && (*c == NULL || *rest == NULL)) || (!first && others == NULL))
            return false;
    }
    return true;
}

/* expr = c * term + rest */
static bool split(cpm_expr **c, cpm_expr **rest, const solving *s, cpm_expr *expr)
{
    if (!contains(s, expr)) {
        *c = cpm_formula_number(s->p, 0, expr->span);
        *rest = expr;
        return *c != NULL;
    }
    if (is_wanted(s, expr)) {
        *c = cpm_formula_number(s->p, 1, expr->span);
        *rest = cpm_formula_number(s->p, 0, expr->span);
        return *c != NULL && *rest != NULL;
    }
    if (expr->kind == CPM_EXPR_UNARY && expr->u.unary.op == CPM_OP_POS)
        return split(c, rest, s, expr->u.unary.operand);
    if (expr->kind == CPM_EXPR_UNARY && expr->u.unary.op == CPM_OP_NEG) {
        if (!split(c, rest, s, expr->u.unary.operand))
            return false;
        *c = cpm_formula_negative(s->p, *c);
        *rest = is_number(s->p->tree, *rest, 0) ? *rest : cpm_formula_negative(s->p, *rest);
        return *c != NULL && *rest != NULL;
    }
    if (expr->kind != CPM_EXPR_CHAIN)
        return refuse_solving(s, expr);
    cpm_op op = expr->u.chain.links[0].op;
    if (op == CPM_OP_ADD || op == CPM_OP_SUB)
        return split_sum(c, rest, s, expr);
    return split_product(c, rest, s, expr);
}

/* ---- The index ------------------------------------------------------------------------------- */

/* n becomes n - shift everywhere. */
static bool shift_index(cpm_parser *p, cpm_expr *expr, cpm_sym index, slong shift)
{
    if (expr->kind == CPM_EXPR_NAME && expr->u.name.sym == index) {
        cpm_expr *n = cpm_expr_name(p->tree, index, expr->span);
        cpm_expr *k = cpm_formula_number(p, shift < 0 ? -shift : shift, expr->span);
        cpm_expr *whole =
            n == NULL || k == NULL
                ? NULL
                : cpm_formula_binary(p, n, shift < 0 ? CPM_OP_ADD : CPM_OP_SUB, k, expr->span);
        if (whole == NULL)
            return p->err->status != CPM_OK ? false : cpm_parser_fail_memory(p);
        *expr = *whole;
        return true;
    }
    cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        if (!shift_index(p, child, index, shift))
            return false;
    return true;
}

/* A copy: one part of a tree may stand in two places, and is then changed in one. */
cpm_expr *cpm_formula_copy(cpm_parser *p, const cpm_expr *expr)
{
    cpm_expr *out = cpm_expr_new(p->tree, expr->kind, expr->span);
    if (out == NULL) {
        cpm_parser_fail_memory(p);
        return NULL;
    }
    *out = *expr;
    bool ok = true;
    if (expr->kind == CPM_EXPR_UNARY) {
        out->u.unary.operand = cpm_formula_copy(p, expr->u.unary.operand);
        ok = out->u.unary.operand != NULL;
    } else if (expr->kind == CPM_EXPR_CHAIN || expr->kind == CPM_EXPR_POWER) {
        out->u.chain.first = cpm_formula_copy(p, expr->u.chain.first);
        out->u.chain.links = cpm_arena_copy(&p->tree->arena, expr->u.chain.links,
                                            expr->u.chain.nlinks * sizeof *expr->u.chain.links);
        ok = out->u.chain.first != NULL && out->u.chain.links != NULL;
        for (size_t i = 0; ok && i < expr->u.chain.nlinks; i++) {
            out->u.chain.links[i].operand = cpm_formula_copy(p, expr->u.chain.links[i].operand);
            ok = out->u.chain.links[i].operand != NULL;
        }
    } else if (expr->kind == CPM_EXPR_CALL) {
        out->u.call.args = cpm_arena_copy(&p->tree->arena, expr->u.call.args,
                                          expr->u.call.nargs * sizeof *expr->u.call.args);
        ok = out->u.call.args != NULL;
        for (size_t i = 0; ok && i < expr->u.call.nargs; i++) {
            out->u.call.args[i].value = cpm_formula_copy(p, expr->u.call.args[i].value);
            ok = out->u.call.args[i].value != NULL;
        }
    }
    return ok ? out : NULL;
}

/* ---- The rule -------------------------------------------------------------------------------- */

static void set_rule(cpm_clause *clause, const cpm_expr *term, cpm_sym index, cpm_expr *value)
{
    clause->kind = CPM_CLAUSE_RULE;
    clause->name = term->u.call.callee;
    clause->name_span = term->u.call.callee_span;
    clause->index = index;
    clause->value = value;
}

/* c * term + rest = 0 */
static bool solve_for(cpm_parser *p, cpm_clause *clause, const newest *term, cpm_sym index,
                      cpm_expr *left, cpm_expr *right)
{
    solving s = {p, term->term->u.call.callee, index, term->shift};
    cpm_expr *c1, *c2, *rest1, *rest2;
    if (!split(&c1, &rest1, &s, left) || !split(&c2, &rest2, &s, right))
        return false;
    cpm_expr *c = sum(p, c1, CPM_OP_SUB, c2), *rest = sum(p, rest2, CPM_OP_SUB, rest1);
    if (c == NULL || rest == NULL)
        return false;
    if (is_number(p->tree, c, 0))
        return refuse_solving(&s, left);
    if (c->kind == CPM_EXPR_UNARY && c->u.unary.op == CPM_OP_NEG) {
        c = c->u.unary.operand;
        rest = is_number(p->tree, rest, 0) ? rest : cpm_formula_negative(p, rest);
    } else if (is_number(p->tree, c, -1)) {
        c = cpm_formula_number(p, 1, c->span);
        rest = is_number(p->tree, rest, 0) ? rest : cpm_formula_negative(p, rest);
    }
    cpm_expr *value = product(p, rest, CPM_OP_DIV, c);
    if (value == NULL)
        return false;
    set_rule(clause, term->term, index, value);
    return true;
}

bool cpm_formula_solve(cpm_parser *p, cpm_clause *clause, cpm_expr *left, cpm_expr *right,
                       slong *shift)
{
    cpm_sym index = find_index(p->tree, left);
    if (index == CPM_NO_SYM)
        index = find_index(p->tree, right);
    if (index == CPM_NO_SYM)
        return cpm_parser_fail(p, left->span,
                               "the left side of '=' is a name, or a term such as a(n) or a(0)");
    if (!cpm_formula_unfold(p, left, index) || !cpm_formula_unfold(p, right, index))
        return false;
    newest alone = {0}, all = {0};
    find_newest(&alone, p->tree, left, index);
    find_newest(&all, p->tree, left, index);
    find_newest(&all, p->tree, right, index);
    newest later = {0};
    find_newest(&later, p->tree, right, index);
    bool stands_alone = is_term(p->tree, left, index, shift);
    if (all.term == NULL) /* 2*ceil(n) = 0, which was a call before it was unfolded */
        return cpm_parser_fail(p, left->span, "an equation without a term of a sequence");
    bool is_newest = stands_alone && (later.term == NULL || all.shift <= alone.shift);
    if (is_newest) { /* that it does not read itself is checked elsewhere */
        set_rule(clause, left, index, right);
        return *shift == 0 || shift_index(p, right, index, *shift);
    }
    /* (n+1)*x(n) = y(n-1) + ... is about x; x(n) + y(n) = ... could be about either. */
    bool left_alone = alone.term != NULL && !alone.has_others && all.shift == alone.shift;
    if (all.has_others && !stands_alone && !left_alone)
        return cpm_parser_fail(p, left->span,
                               "an equation about several sequences: write the newest term of one "
                               "of them alone on the left");
    if (!solve_for(p, clause, &all, index, left, right))
        return false;
    *shift = all.shift;
    clause->value = cpm_formula_copy(p, clause->value);
    return clause->value != NULL && (*shift == 0 || shift_index(p, clause->value, index, *shift));
}
