/* SPDX-License-Identifier: MIT
 *
 * logs.h - logarithms of the bases that sizes are measured in.
 */
#ifndef CPM_BASE_LOGS_H
#define CPM_BASE_LOGS_H

#define CPM_LN2     0.69314718055994530942
#define CPM_LOG2_E  1.44269504088896340736 /* bits of a number from its natural logarithm */
#define CPM_LOG2_10 3.32192809488736234787 /* bits of a decimal digit */
#define CPM_LOG10_2 0.30102999566398119521 /* decimal digits of a bit */

#endif
