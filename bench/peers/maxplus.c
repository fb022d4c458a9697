/* SPDX-License-Identifier: MIT
 *
 * maxplus.c - peer for max-plus: binary powering with the plain triple loop on
 * int64_t, as many products as cpmcalc makes.
 * Usage: maxplus matrix N FILE          the power of a matrix, a row a line
 *        maxplus order N C1,C2,... A0,A1,...   a term of max(p1 + C1, ...)
 *        maxplus bits N FILE            the same over (or, and), size 64
 * The largest element is taken off after each product, so that int64_t holds
 * what N = 10^18 needs (that is not part of the triple loop's time).
 */
#include "clock.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

static const int64_t ZERO = INT64_MIN / 4;

typedef struct matrix {
    size_t rows, cols;
    int64_t *x;
    wide offset;
} matrix;

static matrix make(size_t rows, size_t cols)
{
    matrix m = {rows, cols, calloc(rows * cols, sizeof(int64_t)), 0};
    if (!m.x)
        exit(2);
    for (size_t i = 0; i < rows * cols; i++)
        m.x[i] = ZERO;
    return m;
}

/* *b = a * *b */
static void multiply(matrix *b, const matrix *a)
{
    matrix c = make(a->rows, b->cols);
    for (size_t i = 0; i < a->rows; i++)
        for (size_t k = 0; k < a->cols; k++) {
            int64_t factor = a->x[i * a->cols + k];
            if (factor == ZERO)
                continue;
            for (size_t j = 0; j < b->cols; j++) {
                int64_t y = b->x[k * b->cols + j];
                if (y != ZERO && factor + y > c.x[i * b->cols + j])
                    c.x[i * b->cols + j] = factor + y;
            }
        }
    int64_t top = ZERO;
    for (size_t i = 0; i < c.rows * c.cols; i++)
        top = c.x[i] > top ? c.x[i] : top;
    for (size_t i = 0; i < c.rows * c.cols; i++)
        c.x[i] = c.x[i] == ZERO ? ZERO : c.x[i] - top;
    c.offset = a->offset + b->offset + top;
    free(b->x);
    *b = c;
}

static void apply_power(matrix *result, matrix *base, uint64_t n)
{
    for (; n > 0; n >>= 1) {
        if (n & 1)
            multiply(result, base);
        if (n > 1) {
            matrix copy = make(base->rows, base->cols);
            memcpy(copy.x, base->x, base->rows * base->cols * sizeof(int64_t));
            copy.offset = base->offset;
            multiply(base, &copy);
            free(copy.x);
        }
    }
}

static void print(wide x)
{
    char digits[50], *at = digits + sizeof digits - 1;
    int negative = x < 0;
    *at = '\0';
    do {
        int digit = (int)(x % 10);
        *--at = (char)('0' + (digit < 0 ? -digit : digit));
        x /= 10;
    } while (x != 0);
    printf("%s%s", negative ? "-" : "", at);
}

static void print_element(const matrix *m, size_t i)
{
    if (m->x[i] == ZERO)
        printf("-inf");
    else
        print(m->offset + m->x[i]);
}

static int run_matrix(uint64_t n, const char *path)
{
    enum { MAX_DIM = 100 };
    FILE *file = fopen(path, "r");
    matrix base = make(MAX_DIM, MAX_DIM), result = make(MAX_DIM, MAX_DIM);
    long value;
    for (size_t i = 0; i < MAX_DIM * MAX_DIM; i++) {
        if (!file || fscanf(file, "%ld,", &value) != 1)
            return 2;
        base.x[i] = value;
        if (i % (MAX_DIM + 1) == 0)
            result.x[i] = 0;
    }
    fclose(file);
    double start = clock_now();
    apply_power(&result, &base, n);
    clock_report(start);
    for (size_t i = 0; i < MAX_DIM * MAX_DIM; i++) {
        print_element(&result, i);
        putchar(i % MAX_DIM == MAX_DIM - 1 ? '\n' : ' ');
    }
    return 0;
}

static void multiply_bits(uint64_t *b, const uint64_t *a, size_t dim)
{
    uint64_t *c = calloc(dim * dim, sizeof *c);
    if (!c)
        exit(2);
    for (size_t i = 0; i < dim; i++)
        for (size_t k = 0; k < dim; k++)
            for (size_t j = 0; j < dim; j++)
                c[i * dim + j] |= a[i * dim + k] & b[k * dim + j];
    memcpy(b, c, dim * dim * sizeof *c);
    free(c);
}

static int run_bits(uint64_t n, const char *path)
{
    enum { DIM = 64 };
    static uint64_t base[DIM * DIM], copy[DIM * DIM], result[DIM * DIM];
    FILE *file = fopen(path, "r");
    unsigned long value;
    for (size_t i = 0; i < DIM * DIM; i++) {
        if (!file || fscanf(file, "%lu,", &value) != 1)
            return 2;
        base[i] = value;
        result[i] = i % (DIM + 1) == 0 ? UINT64_MAX : 0;
    }
    fclose(file);
    double start = clock_now();
    for (; n > 0; n >>= 1) {
        if (n & 1)
            multiply_bits(result, base, DIM);
        memcpy(copy, base, sizeof base);
        multiply_bits(base, copy, DIM);
    }
    clock_report(start);
    for (size_t i = 0; i < DIM * DIM; i++)
        printf("%ld%c", (long)result[i], i % DIM == DIM - 1 ? '\n' : ' ');
    return 0;
}

static long next(char **list)
{
    long value = strtol(*list, list, 10);
    *list += **list == ',';
    return value;
}

static int run_order(uint64_t n, char *rule, char *init)
{
    size_t d = 1;
    for (const char *c = rule; *c; c++)
        d += *c == ',';
    matrix base = make(d, d), state = make(d, 1);
    for (size_t k = 0; k < d; k++) {
        base.x[(d - 1) * d + d - 1 - k] = next(&rule);
        state.x[k] = next(&init);
        if (k + 1 < d)
            base.x[k * d + k + 1] = 0;
    }
    double start = clock_now();
    apply_power(&state, &base, n);
    clock_report(start);
    print_element(&state, 0);
    putchar('\n');
    free(base.x);
    free(state.x);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "matrix") == 0)
        return run_matrix(strtoull(argv[2], NULL, 10), argv[3]);
    if (argc == 4 && strcmp(argv[1], "bits") == 0)
        return run_bits(strtoull(argv[2], NULL, 10), argv[3]);
    if (argc == 5 && strcmp(argv[1], "order") == 0)
        return run_order(strtoull(argv[2], NULL, 10), argv[3], argv[4]);
    return 2;
}
