/* SPDX-License-Identifier: MIT
 *
 * limits.h - every cap in one place, with its reason and the option that
 * raises it, where there is one.
 */
#ifndef CPM_BASE_LIMITS_H
#define CPM_BASE_LIMITS_H

/* Nesting of parentheses, unary signs, blocks and the like; less where the stack
 * is small (CPM_STACK_PER_LEVEL). No option: nobody writes this by hand. */
#define CPM_MAX_NESTING 1000

/* How much later the terms may come that a rule reads: d(n) = f(n+K). As many terms of f
 * are held. */
#define CPM_MAX_DELAY 10000

/* Pairs of a sequence and its index, a(n) and b(m), that are looked for in a SPEC. */
#define CPM_MAX_INDEX_NAMES 64

/* Calls of user functions that may be active at once, as CPython's default. */
#define CPM_MAX_CALL_DEPTH 1000

/* Local variables of all active calls together: 64 MiB of them. */
#define CPM_MAX_LOCALS ((size_t)1 << 22)

/* Rounds of a plain loop from which on a note says that it will take long: some
 * tenths of a second. */
#define CPM_LONG_LOOP 2000000

/* Where nothing else is asked for: loops of at most so many rounds run plainly where it
 * has turned out that they cannot be taken over, or it is unlikely to pay. */
#define CPM_MOST_PLAIN_ROUNDS 5000

/* The same in programs with lists, where an attempt costs more: a tenth of a millisecond. */
#define CPM_MOST_PLAIN_LISTS 40000

/* Rounds that a loop whose state may repeat runs before that note: what has M states
 * and looks random repeats after some sqrt(M). And the most that a remainder of its
 * counter may be of. */
#define CPM_REPEAT_ROUNDS 262144
#define CPM_MAX_STRIDE    1000000

/* Blocks of statements after which a running program asks whether to go on: a
 * millisecond or less, where numbers are small. */
#define CPM_TICK_BLOCKS 16384

/* Rounds from which on a loop is named when time runs out in it. */
#define CPM_NAMED_LOOP 1000

/* The C stack, see base/stack.h. Sanitizers make frames several times larger. */
#if defined(__has_feature)
#define CPM_HAS_FEATURE(name) __has_feature(name) /* as clang says it */
#else
#define CPM_HAS_FEATURE(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                               \
    CPM_HAS_FEATURE(address_sanitizer) || CPM_HAS_FEATURE(thread_sanitizer)
#define CPM_STACK_SCALE 3
#else
#define CPM_STACK_SCALE 1
#endif

/* Left for what does not recurse with the input: GMP and FLINT, which put up to
 * 64 KiB a frame on the stack, and our own largest buffers. */
#define CPM_STACK_RESERVE ((size_t)CPM_STACK_SCALE * 192 << 10)

/* What one level of nesting may take in the hungriest parser or walk. */
#define CPM_STACK_PER_LEVEL ((size_t)CPM_STACK_SCALE * 2048)

/* Taken to be below a caller whose stack is not known. */
#define CPM_STACK_ASSUMED ((size_t)CPM_STACK_SCALE * 256 << 10)

/* Of the threads that share out large products: the reserve, and as much again and
 * more for what the C library keeps there. */
#define CPM_TEAM_STACK_BYTES ((size_t)CPM_STACK_SCALE * 512 << 10)

/* What calls, expressions and walks may use at most, however large the stack is,
 * so that answers do not depend on it: of the usual 8 MiB it leaves 2. */
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

/* Coefficients of a polynomial in a generating function: the shortest recurrence of
 * that order still answers within minutes. */
#define CPM_MAX_GF_LENGTH 1000000

/* Coefficients of a rule that vary with the index: their degree (of numerator and
 * denominator together, counted from 1), the bits of their coefficients, and how many
 * earlier terms and powers a rule may read then. What people write has degrees below
 * 30; a dense matrix of polynomials is made. */
#define CPM_MAX_RULE_DEGREE 1000
#define CPM_MAX_RULE_BITS   100000
#define CPM_MAX_RULE_DIM    64

/* Rounds after which the remainders in a rule whose coefficients vary come back: so many
 * rules are put into each other, and their degrees add up. */
#define CPM_MAX_RULE_PERIOD 32

/* Rounds of a recurrence that is not linear, on the way to a term: a minute or so. */
#define CPM_MAX_ITERATED 1e8

/* Coefficients of polynomials that are guessed together: order 3 and degree 15, or order
 * 7 and degree 7. The kernel of a matrix of that size over Z is found. */
#define CPM_MAX_GUESS_UNKNOWNS 64

/* Steps that a search for a recurrence modulo a composite number may take, some
 * seconds: it begins anew at each term that might be an exception. */
#define CPM_MAX_GUESS_STEPS 1e8

/* The largest dimension for which a dense matrix is made. 4096^2 words are
 * 128 MiB; longer recurrences go by their polynomial, which needs no matrix. */
#define CPM_MAX_DENSE_DIM 4096

/* Bodies that make up one round of a loop with remainders of its counter in it, and
 * rounds of an inner loop that are written out. */
#define CPM_MAX_PERIOD   2520
#define CPM_MAX_UNROLLED 256

/* Places where the range of an inner loop is cut, since a condition in it changes; and
 * pieces of all of them in a body, where they stand inside one another. */
#define CPM_MAX_INNER_CUTS   16
#define CPM_MAX_INNER_PIECES 1000

/* Calls of the program's functions that are written out in a loop: in all (a round of a
 * followed loop counts again), and one inside the other. */
#define CPM_MAX_INLINED       10000
#define CPM_MAX_INLINED_DEPTH 32

/* Loops that work on lists: items that change and what they are computed by, at a time;
 * items of one list; statements that its rounds are written out to, some tenths of a
 * second; and rounds that run plainly before what the lists are has settled. */
#define CPM_MAX_LIST_CELLS  2048
#define CPM_MAX_LIST_ITEMS  4096
#define CPM_MAX_LIST_STEPS  200000
#define CPM_MAX_LIST_PEELED 64

/* Items of a list that a round reads behind each other for the rest to be forgotten, and
 * how far from the loop's variable they may be. */
#define CPM_MAX_WINDOW 64

/* Nodes of the text that may be looked at, and copied, for such lists: some tenths of a
 * second. What is left of a very long text runs as it is written. */
#define CPM_MAX_CONTRACT_WORK 5000000

/* Loops with products of their variables: variables that may take part, monomials
 * that are added for them, in inner loops too, and what the image of a monomial
 * may grow to on the way. */
#define CPM_MAX_CLOSED_VARIABLES 256
#define CPM_MAX_CLOSURE          1000
#define CPM_MAX_INNER_CLOSURE    300
#define CPM_MAX_IMAGE_TERMS      20000
#define CPM_MAX_IMAGE_DEGREE     1000

/* Bits of the matrix that an inner loop of changing length is, after all its rounds: a
 * second or so, before it is known whether the loop is taken over. */
#define CPM_MAX_ROW_BITS 1e9

/* Instructions of the bodies of a round that becomes longer so that what its inner loops
 * come to has residues: half a second. */
#define CPM_MAX_CLEARED_INSTRS 8000

#endif
