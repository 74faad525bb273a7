/*
 * What the program says of itself, all of it made from the tables of verbs and options: help, manual pages
 * and the completion of a shell.
 */
#ifndef JC_ENGINE_CLI_HELP_H
#define JC_ENGINE_CLI_HELP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "engine/cli/cli.h"

/* An option, as one or more verbs take it. */
struct jc_cli_option {
    const char *name;
    int code;             /* its letter, or 256 and more */
    unsigned accepted_by; /* enum jc_cli_accepts; 0: all */
    const char *argument; /* NULL: none */
    const char *help;
};

extern const struct jc_cli_option jc_cli_option_table[];
extern const size_t jc_cli_n_options;

bool jc_cli_accepts_option(const struct jc_cli_verb *verb, const struct jc_cli_option *option);

/* All verbs of the program. */
struct jc_cli_verbs {
    size_t n;
    const struct jc_cli_verb *const *verb;
};

/* The verb of that name; NULL: there is none. */
const struct jc_cli_verb *jc_cli_find_verb(const struct jc_cli_verbs *verbs, const char *name);

/* `joulecast help`, with the words behind it. Errors: JC_ERROR_SCENARIO. */
int jc_cli_help(const struct jc_cli_verbs *verbs, int n_words, char **word, struct jc_error *error);

/* `joulecast --help`, and `joulecast VERB --help`. */
void jc_cli_print_usage(const struct jc_cli_verbs *verbs, FILE *stream);
void jc_cli_print_help(const struct jc_cli_verb *verb);

/* Manual pages, as roff: joulecast(1), and joulecast-VERB(1). */
void jc_cli_print_program_page(const struct jc_cli_verbs *verbs);
void jc_cli_print_verb_page(const struct jc_cli_verb *verb);

/* A script for bash that completes verbs, options, their values and files. */
void jc_cli_print_completion(const struct jc_cli_verbs *verbs);

/* `joulecast --version`: what was built from what, with what. */
void jc_cli_print_version(void);

#endif
