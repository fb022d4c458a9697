/* SPDX-License-Identifier: MIT
 *
 * files.c - reading @FILE and @-. A file is read whole, up to a cap: a list of
 * 10^5 numbers of a thousand digits passes, an endless device does not.
 */
#include "cli/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const size_t FILE_BYTES_MAX = (size_t)256 << 20;
enum { FIRST_BYTES = 64 * 1024 };

struct cpm_file {
    struct cpm_file *next; /* owned */
    char *data;            /* owned */
    size_t len;
};

static cpm_status fail_to_read(const char *name, cpm_err *err)
{
    return cpm_err_set(err, CPM_ERR_IO, "cannot read '%s': %s", name, strerror(errno));
}

/* Makes room for more to read. */
static cpm_status grow(struct cpm_file *file, size_t *cap, const char *name, cpm_err *err)
{
    if (file->len < *cap)
        return CPM_OK;
    if (*cap >= FILE_BYTES_MAX)
        return cpm_err_set(err, CPM_ERR_LIMIT, "'%s' is larger than %zu MiB", name,
                           FILE_BYTES_MAX >> 20);
    size_t wanted = *cap == 0 ? FIRST_BYTES : *cap * 2;
    char *data = realloc(file->data, wanted);
    if (data == NULL)
        return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
    file->data = data;
    *cap = wanted;
    return CPM_OK;
}

static cpm_status read_all(struct cpm_file *file, int fd, const char *name, cpm_err *err)
{
    size_t cap = 0;
    for (;;) {
        cpm_status status = grow(file, &cap, name, err);
        if (status != CPM_OK)
            return status;
        ssize_t n = read(fd, file->data + file->len, cap - file->len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_to_read(name, err);
        if (n == 0)
            return CPM_OK;
        file->len += (size_t)n;
    }
}

static cpm_status read_named(struct cpm_file *file, const char *name, cpm_err *err)
{
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_to_read(name, err);
    cpm_status status = read_all(file, fd, name, err);
    close(fd);
    return status;
}

static cpm_status claim_stdin(cpm_files *files, const char *option, const char *form, cpm_err *err)
{
    if (files->stdin_user != NULL)
        return cpm_err_set(err, CPM_ERR_USAGE,
                           "standard input can be read only once: %s %s and %s %s",
                           files->stdin_user, files->stdin_form, option, form);
    files->stdin_user = option;
    files->stdin_form = form;
    return CPM_OK;
}

/* Reads the file called `name` into *text; `form` is how `option` asks for it. */
static cpm_status read_file(cpm_files *files, cpm_text *text, const char *name, const char *option,
                            const char *form, cpm_err *err)
{
    const bool from_stdin = strcmp(name, "-") == 0;
    cpm_status status = from_stdin ? claim_stdin(files, option, form, err) : CPM_OK;
    if (status != CPM_OK)
        return status;
    struct cpm_file *file = calloc(1, sizeof *file);
    if (file == NULL)
        return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
    file->next = files->first;
    files->first = file;
    name = from_stdin ? "<stdin>" : name;
    status = from_stdin ? read_all(file, STDIN_FILENO, name, err) : read_named(file, name, err);
    *text = (cpm_text){name, file->data, file->len};
    return status;
}

cpm_status cpm_files_expand(cpm_files *files, cpm_text *text, const char *option, cpm_err *err)
{
    if (text->data == NULL || text->data[0] != '@')
        return CPM_OK;
    if (text->data[1] == '\0')
        return cpm_err_set(err, CPM_ERR_USAGE, "%s @FILE needs a file's name after the @", option);
    return read_file(files, text, text->data + 1, option, text->data, err);
}

cpm_status cpm_files_read(cpm_files *files, cpm_text *text, const char *option, cpm_err *err)
{
    return read_file(files, text, text->data, option, text->data, err);
}

void cpm_files_clear(cpm_files *files)
{
    while (files->first != NULL) {
        struct cpm_file *next = files->first->next;
        free(files->first->data);
        free(files->first);
        files->first = next;
    }
}
