/* SPDX-License-Identifier: MIT
 *
 * test_cli_exit.c - every kind of failure has the exit status that cpmcalc(1)
 * promises.
 */
#include "unit.h"

#include "cli/exit.h"

static void statuses(void)
{
    static const struct {
        cpm_status status;
        int expected; /* numbers, not names: they are the promise */
    } promised[] = {
        {CPM_OK, 0},           {CPM_ERR_USAGE, 2},    {CPM_ERR_SYNTAX, 3},
        {CPM_ERR_SEMANTIC, 3}, {CPM_ERR_RUNTIME, 3},  {CPM_ERR_NO_ANSWER, 1},
        {CPM_ERR_LIMIT, 4},    {CPM_ERR_MEMORY, 4},   {CPM_ERR_UNSUPPORTED, 1},
        {CPM_ERR_IO, 4},       {CPM_ERR_INTERNAL, 5},
    };
    for (size_t i = 0; i < sizeof promised / sizeof promised[0]; i++)
        if (cpm_exit_of(promised[i].status) != promised[i].expected)
            UNIT_FAIL("status %d gives %d, not %d", (int)promised[i].status,
                      cpm_exit_of(promised[i].status), promised[i].expected);
}

static const cpm_test tests[] = {{"statuses", statuses}};

UNIT_MAIN(tests)
