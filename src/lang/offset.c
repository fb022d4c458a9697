/* SPDX-License-Identifier: MIT
 *
 * offset.c - affine expressions, read from the syntax tree.
 */
#include "lang/offset.h"

#include <flint/fmpz.h>

/* Sums of a few such numbers, and products with one below 2^3, stay in a word. */
static const slong largest = (slong)1 << 60;

/* *x += c * y, within bounds. */
static bool add_product(slong *x, slong c, slong y)
{
    slong product, sum;
    if (__builtin_mul_overflow(c, y, &product) || __builtin_add_overflow(*x, product, &sum) ||
        sum > largest || sum < -largest)
        return false;
    *x = sum;
    return true;
}

slong cpm_offset_take(cpm_offset *f, cpm_sym sym)
{
    for (size_t i = 0; i < f->nterms; i++)
        if (f->terms[i].sym == sym) {
            slong c = f->terms[i].c;
            f->terms[i] = f->terms[--f->nterms];
            return c;
        }
    return 0;
}

bool cpm_offset_add(cpm_offset *f, const cpm_offset *g, slong c)
{
    if (!add_product(&f->constant, c, g->constant))
        return false;
    for (size_t i = 0; i < g->nterms; i++) {
        slong sum = cpm_offset_take(f, g->terms[i].sym);
        if (!add_product(&sum, c, g->terms[i].c))
            return false;
        if (sum == 0)
            continue;
        if (f->nterms == CPM_OFFSET_TERMS)
            return false;
        f->terms[f->nterms].sym = g->terms[i].sym;
        f->terms[f->nterms++].c = sum;
    }
    return true;
}

/* *f *= g, one of which is a number. */
static bool multiply(cpm_offset *f, const cpm_offset *g)
{
    cpm_offset product = {0};
    bool done = g->nterms == 0   ? cpm_offset_add(&product, f, g->constant)
                : f->nterms == 0 ? cpm_offset_add(&product, g, f->constant)
                                 : false;
    *f = product;
    return done;
}

static bool read_int(cpm_offset *out, const fmpz_t value)
{
    if (fmpz_cmp_si(value, largest) > 0)
        return false;
    out->constant = fmpz_get_si(value);
    return true;
}

/* 10**9, of numbers. */
static bool read_power(cpm_offset *out, const cpm_tree *tree, const cpm_expr *expr)
{
    cpm_offset base, exponent;
    if (!cpm_offset_read(&base, tree, expr->u.chain.first) ||
        !cpm_offset_read(&exponent, tree, expr->u.chain.links[0].operand) || base.nterms > 0 ||
        exponent.nterms > 0 || exponent.constant < 0 || exponent.constant > 60)
        return false;
    out->constant = 1;
    for (slong i = 0; i < exponent.constant; i++)
        if (!multiply(out, &base))
            return false;
    return true;
}

static bool read_chain(cpm_offset *out, const cpm_tree *tree, const cpm_expr *expr)
{
    bool done = cpm_offset_read(out, tree, expr->u.chain.first);
    for (size_t i = 0; done && i < expr->u.chain.nlinks; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        cpm_offset operand;
        done = cpm_offset_read(&operand, tree, link->operand);
        if (done && link->op == CPM_OP_MUL)
            done = multiply(out, &operand);
        else if (done && (link->op == CPM_OP_ADD || link->op == CPM_OP_SUB))
            done = cpm_offset_add(out, &operand, link->op == CPM_OP_ADD ? 1 : -1);
        else
            done = false;
    }
    return done;
}

bool cpm_offset_read(cpm_offset *out, const cpm_tree *tree, const cpm_expr *expr)
{
    *out = (cpm_offset){0};
    cpm_offset operand;
    switch (expr->kind) {
    case CPM_EXPR_INT:
        return read_int(out, tree->literals + expr->u.literal);
    case CPM_EXPR_NAME:
        out->nterms = 1;
        out->terms[0].sym = expr->u.name.sym;
        out->terms[0].c = 1;
        return true;
    case CPM_EXPR_UNARY:
        return (expr->u.unary.op == CPM_OP_NEG || expr->u.unary.op == CPM_OP_POS) &&
               cpm_offset_read(&operand, tree, expr->u.unary.operand) &&
               cpm_offset_add(out, &operand, expr->u.unary.op == CPM_OP_NEG ? -1 : 1);
    case CPM_EXPR_CHAIN:
        return read_chain(out, tree, expr);
    case CPM_EXPR_POWER:
        return read_power(out, tree, expr);
    default:
        return false;
    }
}
