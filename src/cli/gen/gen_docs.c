/* SPDX-License-Identifier: MIT
 *
 * gen_docs.c - writes what is generated from options.def; run by `make docs`,
 * and by `make check` to see that nothing has drifted.
 *
 *     gen_docs man < man/cpmcalc.1     the page with its OPTIONS made anew
 *     gen_docs bash|zsh|fish           a completion
 *
 * It also checks the table itself: help lines fit the page, and the choices of
 * --engine and --semiring are the library's first ones, in order, since the
 * parser takes their positions for the library's enums. Status 1 when something
 * is wrong.
 */
#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MAN_BEGIN[] = ".\\\" Generated from src/cli/options.def: begin\n";
static const char MAN_END[] = ".\\\" Generated from src/cli/options.def: end\n";

static const cpm_option *const table = cpm_option_table;

static void die(const char *message, const char *detail)
{
    fprintf(stderr, "gen_docs: %s%s\n", message, detail);
    exit(1);
}

/* ---- The table itself -------------------------------------------------- */

static const char *engine_name(unsigned i)
{
    return cpm_engine_name((cpm_engine)i);
}

static const char *semiring_name(unsigned i)
{
    return cpm_semiring_name((cpm_semiring)i);
}

static void check_choices(const cpm_option *option, const char *(*name)(unsigned))
{
    const char *at = option->values;
    for (unsigned i = 0; *at != '\0'; i++) {
        size_t len = strcspn(at, " ");
        if (name(i) == NULL || strlen(name(i)) != len || strncmp(name(i), at, len) != 0)
            die("the library does not know these choices: ", at);
        at += len + (at[len] == ' ');
    }
}

static void check_table(void)
{
    enum { HELP_COLUMNS = 52 };
    for (size_t i = 0; i < cpm_option_table_len; i++) {
        if (table[i].long_name == NULL)
            continue;
        if (strlen(table[i].help) > HELP_COLUMNS)
            die("this help line is too long: ", table[i].help);
        if (table[i].id == CPM_OPT_ENGINE)
            check_choices(&table[i], engine_name);
        if (table[i].id == CPM_OPT_SEMIRING)
            check_choices(&table[i], semiring_name);
    }
}

/* ---- The man page ------------------------------------------------------ */

static bool is_choice(const cpm_option *option)
{
    return option->kind == CPM_OPTION_CHOICE || option->kind == CPM_OPTION_WHEN;
}

/* A paragraph that describes the last choice describes them all. */
static bool describes_choices(const cpm_option *option)
{
    const char *last = strrchr(option->values, ' ');
    return strstr(option->man, last == NULL ? option->values : last + 1) != NULL;
}

static void man_choices(const cpm_option *option)
{
    printf(".Ar %s\nis one of\n", option->argument);
    const char *at = option->values;
    while (*at != '\0') {
        size_t len = strcspn(at, " ");
        const char *next = at[len] == '\0' ? at + len : at + len + 1;
        const bool last = *next == '\0';
        const bool last_but_one = !last && strchr(next, ' ') == NULL;
        printf(".Cm %.*s%s\n", (int)len, at, last ? " ." : last_but_one ? "" : " ,");
        if (last_but_one)
            printf("or\n");
        at = next;
    }
}

static void man_option(const cpm_option *option)
{
    printf(".It ");
    if (option->short_name != '\0')
        printf("Fl %c , ", option->short_name);
    printf("Fl -%s", option->long_name);
    if (option->kind == CPM_OPTION_WHEN)
        printf(" Ns Op = Ns Ar %s", option->argument);
    else if (option->argument != NULL)
        printf(" Ar %s", option->argument);
    printf("\n%s", option->man);
    if (is_choice(option) && !describes_choices(option))
        man_choices(option);
}

static void man_options(void)
{
    bool open = false;
    for (size_t i = 0; i < cpm_option_table_len; i++) {
        if (table[i].long_name != NULL) {
            man_option(&table[i]);
            continue;
        }
        printf("%s.Ss %s\n.Bl -tag -width Ds\n", open ? ".El\n" : "", table[i].group);
        open = true;
    }
    printf(".El\n");
}

static void write_man(void)
{
    char line[1024];
    bool inside = false, found = false;
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (strcmp(line, MAN_END) == 0)
            inside = false;
        if (!inside)
            fputs(line, stdout);
        if (strcmp(line, MAN_BEGIN) == 0) {
            man_options();
            inside = found = true;
        }
    }
    if (!found || inside)
        die("the man page lacks the marks of its generated part", "");
}

/* ---- bash -------------------------------------------------------------- */

/* "-n|--nth" */
static void bash_pattern(const cpm_option *option)
{
    if (option->short_name != '\0')
        printf("-%c|", option->short_name);
    printf("--%s", option->long_name);
}

static void bash_case(const cpm_option *option)
{
    printf("    ");
    bash_pattern(option);
    switch (option->kind) {
    case CPM_OPTION_NONE:
        break;
    case CPM_OPTION_TEXT:
        printf(") return ;;\n");
        break;
    case CPM_OPTION_LIST:
        printf(") _cpmcalc_list \"$cur\"; return ;;\n");
        break;
    case CPM_OPTION_FILE:
        printf(") compopt -o filenames 2> /dev/null; COMPREPLY=($(compgen -f -- \"$cur\")); return "
               ";;\n");
        break;
    case CPM_OPTION_CHOICE:
        printf(")\n        COMPREPLY=($(compgen -W '%s' -- \"$cur\"))\n        return ;;\n",
               option->values);
        break;
    case CPM_OPTION_WHEN:
        printf(")\n        if [[ $joined ]]; then\n"
               "            COMPREPLY=($(compgen -W '%s' -- \"$cur\"))\n"
               "            return\n"
               "        fi ;;\n",
               option->values);
        break;
    }
}

static const char BASH_HEAD[] =
    "# bash completion for cpmcalc; generated from src/cli/options.def\n"
    "\n"
    "# A LIST is numbers, or @FILE.\n"
    "_cpmcalc_list() {\n"
    "    if [[ $1 == @* ]]; then\n"
    "        compopt -o filenames 2> /dev/null\n"
    "        COMPREPLY=($(compgen -f -P @ -- \"${1#@}\"))\n"
    "    fi\n"
    "}\n"
    "\n"
    "_cpmcalc() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} joined=\n"
    "    # \"--option=value\" arrives as three words.\n"
    "    if [[ $cur == '=' ]]; then\n"
    "        cur='' joined=1\n"
    "    elif [[ $prev == '=' ]]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD-2]} joined=1\n"
    "    fi\n"
    "    COMPREPLY=()\n"
    "    case $prev in\n";

static const char BASH_TAIL[] = "    else\n"
                                "        COMPREPLY=($(compgen -W \"$(cpmcalc --list 2> /dev/null | "
                                "cut -d ' ' -f 1)\" -- \"$cur\"))\n"
                                "    fi\n"
                                "}\n"
                                "\n"
                                "complete -F _cpmcalc cpmcalc\n";

static void write_bash(void)
{
    fputs(BASH_HEAD, stdout);
    for (size_t i = 0; i < cpm_option_table_len; i++)
        if (table[i].long_name != NULL && table[i].kind != CPM_OPTION_NONE)
            bash_case(&table[i]);
    printf("    esac\n"
           "    if [[ $cur == -* ]]; then\n"
           "        COMPREPLY=($(compgen -W '");
    const char *separator = "";
    for (size_t i = 0; i < cpm_option_table_len; i++) {
        if (table[i].long_name == NULL)
            continue;
        printf("%s--%s", separator, table[i].long_name);
        separator = " ";
        if (table[i].short_name != '\0')
            printf(" -%c", table[i].short_name);
    }
    printf("' -- \"$cur\"))\n");
    fputs(BASH_TAIL, stdout);
}

/* ---- zsh --------------------------------------------------------------- */

/* Inside single quotes, and with _arguments' own characters escaped. */
static void zsh_text(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '\'')
            printf("'\\''");
        else if (strchr("[]:\\", *text) != NULL)
            printf("\\%c", *text);
        else
            putchar(*text);
}

static void zsh_argument(const cpm_option *option)
{
    if (option->kind == CPM_OPTION_NONE)
        return;
    printf("%s", option->kind == CPM_OPTION_WHEN ? "::" : ":");
    zsh_text(option->argument);
    if (option->values != NULL)
        printf(":(%s)", option->values);
    else if (option->kind == CPM_OPTION_LIST)
        printf(":_cpmcalc_list");
    else if (option->kind == CPM_OPTION_FILE)
        printf(":_files");
    else
        printf(": ");
}

static void zsh_option(const cpm_option *option)
{
    const char *joint = option->kind == CPM_OPTION_NONE   ? ""
                        : option->kind == CPM_OPTION_WHEN ? "=-"
                                                          : "=";
    const bool repeats = option->id == CPM_OPT_SET;
    printf("    ");
    if (option->short_name != '\0')
        printf("'(-%c --%s)'{-%c%s,--%s%s}'[", option->short_name, option->long_name,
               option->short_name, joint[0] == '\0' ? "" : "+", option->long_name, joint);
    else
        printf("'%s--%s%s[", repeats ? "*" : "", option->long_name, joint);
    zsh_text(option->help);
    printf("]");
    zsh_argument(option);
    printf("' \\\n");
}

static void write_zsh(void)
{
    printf("#compdef cpmcalc\n"
           "# zsh completion for cpmcalc; generated from src/cli/options.def\n"
           "\n"
           "# A LIST is numbers, or @FILE.\n"
           "_cpmcalc_list() {\n"
           "    if compset -P '@'; then\n"
           "        _files\n"
           "    fi\n"
           "}\n"
           "\n"
           "_cpmcalc_names() {\n"
           "    local -a names\n"
           "    names=(${${(f)\"$(_call_program names cpmcalc --list 2> /dev/null)\"}%%%% *})\n"
           "    compadd -a names\n"
           "}\n"
           "\n"
           "_arguments -s -S \\\n");
    for (size_t i = 0; i < cpm_option_table_len; i++)
        if (table[i].long_name != NULL)
            zsh_option(&table[i]);
    printf("    ':SPEC:_cpmcalc_names'\n");
}

/* ---- fish -------------------------------------------------------------- */

static void fish_text(const char *text)
{
    putchar('\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('\'');
}

static void fish_option(const cpm_option *option)
{
    printf("complete -c cpmcalc");
    if (option->short_name != '\0')
        printf(" -s %c", option->short_name);
    printf(" -l %s", option->long_name);
    if (option->kind == CPM_OPTION_LIST)
        printf(" -x -a '(__cpmcalc_list)'");
    else if (option->kind == CPM_OPTION_FILE)
        printf(" -r -F");
    else if (option->kind == CPM_OPTION_TEXT || option->kind == CPM_OPTION_CHOICE)
        printf(" -x");
    if (option->values != NULL) {
        printf(" -a ");
        fish_text(option->values);
    }
    printf(" -d ");
    fish_text(option->help);
    printf("\n");
}

static const char FISH_HEAD[] =
    "# fish completion for cpmcalc; generated from src/cli/options.def\n"
    "\n"
    "# A LIST is numbers, or @FILE.\n"
    "function __cpmcalc_list\n"
    "    set -l token (string replace -r '^--[a-z]+=' '' -- (commandline -ct))\n"
    "    string match -q '@*' -- $token; or return\n"
    "    for file in (__fish_complete_path (string sub -s 2 -- $token))\n"
    "        echo @$file\n"
    "    end\n"
    "end\n"
    "\n"
    "complete -c cpmcalc -f\n"
    "complete -c cpmcalc -a \"(cpmcalc --list 2> /dev/null | string replace -r ' .*' '')\"\n";

static void write_fish(void)
{
    fputs(FISH_HEAD, stdout);
    for (size_t i = 0; i < cpm_option_table_len; i++)
        if (table[i].long_name != NULL)
            fish_option(&table[i]);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*write)(void);
    } documents[] = {
        {"man", write_man}, {"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};

    check_table();
    for (size_t i = 0; argc == 2 && i < sizeof documents / sizeof documents[0]; i++)
        if (strcmp(argv[1], documents[i].name) == 0) {
            documents[i].write();
            return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
        }
    die("usage: gen_docs man|bash|zsh|fish", "");
}
