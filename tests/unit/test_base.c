/* SPDX-License-Identifier: MIT
 *
 * test_base.c - errors: which failure is kept.
 */
#include "base/err.h"
#include "unit.h"

static void test_first_failure_is_kept(void)
{
    cpm_err err;
    cpm_err_clear(&err);
    const cpm_text text = {"<spec>", "abc", 3};
    UNIT_CHECK(cpm_err_at(&err, CPM_ERR_SEMANTIC, &text, (cpm_span){1, 2}, "first") ==
               CPM_ERR_SEMANTIC);
    UNIT_CHECK(cpm_err_set(&err, CPM_ERR_LIMIT, "second") == CPM_ERR_SEMANTIC);
    UNIT_CHECK(strcmp(err.message, "first") == 0 && err.span.begin == 1);
}

/* Who runs out of memory while a failure is looked into does not know its reason. */
static void test_out_of_memory_is_kept(void)
{
    cpm_err err;
    cpm_err_clear(&err);
    const cpm_text text = {"<spec>", "abc", 3};
    cpm_err_at(&err, CPM_ERR_SEMANTIC, &text, (cpm_span){1, 2}, "first");
    cpm_err_hint(&err, "a hint");
    UNIT_CHECK(cpm_err_memory(&err) == CPM_ERR_MEMORY);
    UNIT_CHECK(strcmp(err.message, "out of memory") == 0 && err.where.data == NULL);
    UNIT_CHECK(err.hint[0] == '\0');
    UNIT_CHECK(cpm_err_set(&err, CPM_ERR_LIMIT, "third") == CPM_ERR_MEMORY);
}

static void test_pass_memory(void)
{
    cpm_err err, ignored;
    cpm_err_clear(&err);
    cpm_err_clear(&ignored);
    UNIT_CHECK(cpm_err_pass_memory(&err, &ignored) == CPM_OK);
    cpm_err_set(&ignored, CPM_ERR_LIMIT, "too large");
    UNIT_CHECK(cpm_err_pass_memory(&err, &ignored) == CPM_OK && err.status == CPM_OK);
    cpm_err_memory(&ignored);
    UNIT_CHECK(cpm_err_pass_memory(&err, &ignored) == CPM_ERR_MEMORY &&
               err.status == CPM_ERR_MEMORY);
}

static const cpm_test tests[] = {
    {"first failure", test_first_failure_is_kept},
    {"out of memory", test_out_of_memory_is_kept},
    {"pass memory", test_pass_memory},
};

UNIT_MAIN(tests)
