/* SPDX-License-Identifier: MIT
 *
 * contract.h - array contraction: a list that grows with the rounds of a loop, of which
 * each round reads the last few items alone, becomes that many variables.
 *
 *     dp = [0] * (n + 1)                   is long = n + 1 >= 3
 *     dp[1] = 1                            dp = [0] * (3 if is long else n + 1)
 *     for i in range(2, n + 1):            dp[1] = 1
 *         dp[i] = dp[i-1] + dp[i-2]        for i in range(2, 3 if is long else n + 1):
 *     print(dp[n])                             dp[i] = dp[i-1] + dp[i-2]
 *                                          if is long:
 *                                              dp[i-2], dp[i-1], dp[i] = dp[0], dp[1], dp[2]
 *                                              for i in range(3, n + 1):
 *                                                  dp[i-2], dp[i-1], dp[i] = dp[i-1], dp[i], 0
 *                                                  dp[i] = dp[i-1] + dp[i-2]
 *                                          print(dp[i] if is long else dp[n])
 *
 * where `dp[i-1]` on the right is the name of a variable. Such a loop is taken over like
 * any other, and one that is not needs no memory for what nobody reads.
 *
 * It is done where the text shows that nothing else can be seen of the list: all its
 * occurrences are items at places that are known relative to the loop's variable, or
 * before the loop at constants, or behind it at a fixed distance from its last round; the
 * names that its length, the range and those places depend on keep their values. The
 * first rounds, in which places may still be negative, run as they are written, on a
 * list that is short but long enough for them. Where an offset moves (dp[i-j] for j in
 * range(1, 7)) the items stay in a list, of constant length.
 *
 * Also taken: lists of such lists (dp[state][i]), and `while len(a) <= n` whose rounds
 * append once, which is a `for` then.
 *
 * Sources: the idea is storage contraction of loops, W. Lim, S. Liao, M. Lam, "Blocking
 * and array contraction across arbitrarily nested loops using affine partitioning"
 * (PPoPP 2001); V. Lefebvre, P. Feautrier, "Automatic storage management for parallel
 * programs" (Parallel Computing 24, 1998).
 */
#ifndef CPM_LANG_CONTRACT_H
#define CPM_LANG_CONTRACT_H

#include "lang/ast.h"

/* Does so in the whole program, before its names are resolved. `call`, which may be NULL,
 * is an expression that is evaluated at top level once the program has run. Fails only
 * for want of memory. Takes time proportional to the text for each list that a loop goes
 * along, until CPM_MAX_CONTRACT_WORK nodes have been looked at; the rest stays as it is. */
CPM_MUST_USE cpm_status cpm_contract_lists(cpm_tree *tree, const cpm_expr *call, cpm_err *err);

#endif
