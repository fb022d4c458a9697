/* SPDX-License-Identifier: MIT
 *
 * semi_template.h - template: products of matrices and of polynomials over one
 * pair of operations on machine words. Included by semi_words.c once for each
 * pair, with
 *
 *     KERNEL(name)  the name of a function of this instance
 *     ELEM          the type of an element
 *     ADD(x, y)     the addition
 *     MUL(x, y)     the multiplication
 *     ZERO          the identity of ADD, absorbed by nothing and absorbing in MUL
 *
 * Inner loops run over PANEL elements, a number known to the compiler, so that
 * they become vector code without any directive.
 */

/* c = a * b: a has `rows` rows of `inner` elements, b `inner` rows; rows of a
 * are `a_stride` apart, those of b and c `stride`, a multiple of PANEL. A panel
 * of b stays in the first cache while all rows of a pass over it. */
static void KERNEL(mat_mul)(ELEM *restrict c, const ELEM *restrict a, const ELEM *restrict b,
                            size_t rows, size_t inner, size_t a_stride, size_t stride)
{
    for (size_t at = 0; at < stride; at += PANEL)
        for (size_t i = 0; i < rows; i++) {
            ELEM sum[PANEL];
            for (size_t t = 0; t < PANEL; t++)
                sum[t] = ZERO;
            for (size_t k = 0; k < inner; k++) {
                ELEM factor = a[i * a_stride + k];
                const ELEM *row = b + k * stride + at;
                for (size_t t = 0; t < PANEL; t++) {
                    ELEM product = MUL(factor, row[t]);
                    sum[t] = ADD(sum[t], product);
                }
            }
            for (size_t t = 0; t < PANEL; t++)
                c[i * stride + at + t] = sum[t];
        }
}

/* out[i] = out[i] + factor * x[i] */
static void KERNEL(add_mul)(ELEM *restrict out, const ELEM *restrict x, size_t len, ELEM factor)
{
    size_t i = 0;
    for (; i + PANEL <= len; i += PANEL)
        for (size_t t = 0; t < PANEL; t++) {
            ELEM product = MUL(factor, x[i + t]);
            out[i + t] = ADD(out[i + t], product);
        }
    for (; i < len; i++) {
        ELEM product = MUL(factor, x[i]);
        out[i] = ADD(out[i], product);
    }
}

/* A jump a(m+k) = sum u[i] a(m+i) is composed with itself, then reduced by the
 * rule a(m+d) = sum rule[i] a(m+i). `w` has room for 2d. Returns the sum of the
 * coefficients that were reduced away: what multiplies the rule's constant. */
static ELEM KERNEL(jump_square)(ELEM *u, ELEM *w, const ELEM *rule, size_t d)
{
    ELEM high = ZERO;
    for (size_t i = 0; i < 2 * d; i++)
        w[i] = ZERO;
    for (size_t i = 0; i < d; i++)
        KERNEL(add_mul)(w + i, u, d, u[i]);
    for (size_t k = 2 * d - 1; k >= d; k--) {
        KERNEL(add_mul)(w + (k - d), rule, d, w[k]);
        high = ADD(high, w[k]);
    }
    for (size_t i = 0; i < d; i++)
        u[i] = w[i];
    return high;
}

/* One step further; returns what multiplies the rule's constant. */
static ELEM KERNEL(jump_step)(ELEM *u, const ELEM *rule, size_t d)
{
    ELEM top = u[d - 1];
    for (size_t i = d - 1; i > 0; i--)
        u[i] = u[i - 1];
    u[0] = ZERO;
    KERNEL(add_mul)(u, rule, d, top);
    return top;
}

/* Either of the two with the constant: k + sum(u) k + high r where the rule's
 * constant is r; sum(u) and high are left in `sums`. */
static ELEM KERNEL(jump)(ELEM *u, ELEM *w, const ELEM *rule, size_t d, bool square, ELEM k, ELEM r,
                         ELEM sums[2])
{
    ELEM sum = ZERO, product;
    for (size_t i = 0; square && i < d; i++)
        sum = ADD(sum, u[i]);
    ELEM high = square ? KERNEL(jump_square)(u, w, rule, d) : KERNEL(jump_step)(u, rule, d);
    sums[0] = sum;
    sums[1] = high;
    product = MUL(sum, k);
    k = ADD(k, product);
    product = MUL(high, r);
    return ADD(k, product);
}
