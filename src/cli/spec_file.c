/* SPDX-License-Identifier: MIT
 *
 * spec_file.c - tells programs, b-files and recurrences apart by their names and,
 * where the file is there, by the first word of its first line that says anything.
 * It only words a hint: nothing is read from the file but that.
 */
#include "cli/spec_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { HEAD_BYTES = 4096, NAME_BYTES = 150 };

typedef enum content { UNKNOWN, PROGRAM, BFILE, TEXT } content;

static bool ends_with(const char *name, const char *ending)
{
    size_t len = strlen(name), tail = strlen(ending);
    return len > tail && strcmp(name + len - tail, ending) == 0;
}

/* b000045.txt, with a path before it or not. */
static bool is_bfile_name(const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *base = slash == NULL ? name : slash + 1;
    size_t ndigits = base[0] == 'b' ? strspn(base + 1, "0123456789") : 0;
    return ndigits >= 6 && strcmp(base + 1 + ndigits, ".txt") == 0;
}

/* The first line of `head` that is neither empty nor a comment; "" if none is. */
static const char *first_line(const char *head)
{
    for (;;) {
        head += strspn(head, " \t\r\n");
        if (*head != '#')
            return head;
        head += strcspn(head, "\n");
    }
}

/* "n a(n)": two integers and nothing else in the line. */
static bool is_bfile_line(const char *line)
{
    for (int i = 0; i < 2; i++) {
        line += strspn(line, " \t");
        line += *line == '-';
        size_t ndigits = strspn(line, "0123456789");
        if (ndigits == 0)
            return false;
        line += ndigits;
    }
    line += strspn(line, " \t\r");
    return *line == '\n' || *line == '\0' || *line == '#';
}

static bool begins_program(const char *line)
{
    static const char *const words[] = {"def ",  "import ", "from ", "for ",  "while ",
                                        "loop ", "print(",  "if ",   "class "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(line, words[i], strlen(words[i])) == 0)
            return true;
    return line[0] == '@' || strstr(line, "\nloop ") != NULL || strstr(line, "\ndef ") != NULL;
}

/* What the file holds; UNKNOWN when there is none. */
static content look_into(const char *name)
{
    char head[HEAD_BYTES + 1];
    struct stat info;
    if (stat(name, &info) != 0 || !S_ISREG(info.st_mode))
        return UNKNOWN;
    FILE *file = fopen(name, "r");
    if (file == NULL)
        return UNKNOWN;
    head[fread(head, 1, HEAD_BYTES, file)] = '\0';
    fclose(file);
    const char *line = first_line(head);
    return is_bfile_line(line) ? BFILE : begins_program(line) ? PROGRAM : TEXT;
}

void cpm_spec_file_hint(const cpm_text *spec, cpm_err *err)
{
    bool is_operand = spec->data != NULL && strcmp(spec->name, "<spec>") == 0;
    if (!is_operand || spec->len == 0 || spec->len > NAME_BYTES)
        return; /* none, what was read from a file, or no name */
    char name[NAME_BYTES + 1];
    memcpy(name, spec->data, spec->len);
    name[spec->len] = '\0';
    content what = look_into(name);
    if (ends_with(name, ".py") || ends_with(name, ".loop"))
        what = PROGRAM;
    else if (what == UNKNOWN && is_bfile_name(name))
        what = BFILE;
    if (what == PROGRAM)
        cpm_err_hint(err, "a program is run with -f %s", name);
    else if (what == BFILE)
        cpm_err_hint(err, "a b-file holds terms: --guess @%s, or --init @%s with a rule", name,
                     name);
    else if (what == TEXT)
        cpm_err_hint(err, "a SPEC is read from a file by @%s", name);
}
