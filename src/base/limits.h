/* SPDX-License-Identifier: MIT
 *
 * limits.h - every cap in one place, with its reason and the option that
 * raises it, where there is one.
 */
#ifndef CPM_BASE_LIMITS_H
#define CPM_BASE_LIMITS_H

/* Nesting of parentheses, unary signs, blocks and the like. The parsers and
 * walkers recurse; 1000 levels of the largest frame stay well inside an 8 MiB
 * stack even under AddressSanitizer. No option: nobody writes this by hand. */
#define CPM_MAX_NESTING 1000

/* Calls of user functions that may be active at once, as CPython's default. */
#define CPM_MAX_CALL_DEPTH 1000

/* Local variables of all active calls together: 64 MiB of them. */
#define CPM_MAX_LOCALS ((size_t)1 << 22)

/* Rounds of a plain loop from which on a note says that it will take long: some
 * tenths of a second. */
#define CPM_LONG_LOOP 2000000

/* Blocks of statements after which a running program asks whether to go on: a
 * millisecond or less, where numbers are small. */
#define CPM_TICK_BLOCKS 16384

/* Rounds from which on a loop is named when time runs out in it. */
#define CPM_NAMED_LOOP 1000

/* C stack that a running program may use for nested calls and expressions: of
 * the usual 8 MiB it leaves 2 for the arithmetic below and the caller above. */
#define CPM_MAX_STACK_BYTES ((size_t)6 << 20)

/* Values in a tuple, those of the tuples inside it included: what is shared in
 * memory (t = t, t) is still written and compared value by value. */
#define CPM_MAX_TUPLE_VALUES (1 << 24)

/* Bits of a constant in a text or of an intermediate value of the interpreter:
 * 2^33 bits is one GiB. Larger powers and shifts are refused before they are
 * computed; --max-memory may refuse earlier. */
#define CPM_MAX_VALUE_BITS ((size_t)1 << 33)

/* Bits of a number given on the command line (an index, an offset, a modulus):
 * 10^100000 still fits. An index beyond that is a typing error. */
#define CPM_MAX_NUMBER_BITS ((size_t)1 << 20)

/* The largest dimension for which a dense matrix is made. 4096^2 words are
 * 128 MiB; longer recurrences go by their polynomial, which needs no matrix. */
#define CPM_MAX_DENSE_DIM 4096

#endif
