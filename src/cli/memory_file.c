/* SPDX-License-Identifier: MIT
 *
 * memory_file.c - a text that is put together with stdio (open_memstream of
 * POSIX). Its only failure is that memory runs out.
 */
#include "memory_file.h"

#include <stdlib.h>

cpm_status cpm_memory_file_open(cpm_memory_file *file, cpm_err *err)
{
    file->data = NULL;
    file->len = 0;
    file->stream = open_memstream(&file->data, &file->len);
    return file->stream == NULL ? cpm_err_set(err, CPM_ERR_MEMORY, "out of memory") : CPM_OK;
}

cpm_status cpm_memory_file_close(cpm_memory_file *file, cpm_err *err)
{
    bool failed = ferror(file->stream) != 0;
    failed |= fclose(file->stream) != 0;
    file->stream = NULL;
    if (!failed)
        return CPM_OK;
    free(file->data);
    file->data = NULL;
    return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
}
