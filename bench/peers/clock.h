/* SPDX-License-Identifier: MIT
 *
 * clock.h - what the peers share: a monotonic clock and the line on stderr that
 * tells the time of the work alone, in the form of cpmcalc --time.
 */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <stdio.h>
#include <time.h>

static inline double clock_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline void clock_report(double start)
{
    fprintf(stderr, "power: %.6f\n", clock_now() - start);
}

#endif
