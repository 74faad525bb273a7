#include "engine/cli/help.h"

#include <string.h>

const struct jc_cli_verb *
jc_cli_find_verb(const struct jc_cli_verbs *verbs, const char *name)
{
    size_t j;

    for (j = 0; j < verbs->n && strcmp(verbs->verb[j]->name, name) != 0; j++) { }
    return j < verbs->n ? verbs->verb[j] : NULL;
}

void
jc_cli_print_usage(const struct jc_cli_verbs *verbs, FILE *stream)
{
    size_t j;

    (void) fprintf(stream,
        "joulecast: how much energy does serving these LLM queries take?\n\n"
        "usage: joulecast VERB [OPTION]... OPERAND\n\n");
    for (j = 0; j < verbs->n; j++) {
        (void) fprintf(stream, "  %-11s %s\n", verbs->verb[j]->name, verbs->verb[j]->purpose);
    }
    (void) fprintf(stream,
        "\n'joulecast VERB --help' explains a verb and shows an example; 'joulecast --version' "
        "tells what\nthis program was built from.\n");
}

void
jc_cli_print_help(const struct jc_cli_verb *verb)
{
    const struct jc_cli_option *option;
    char left[64];
    size_t j;

    (void) printf("usage: joulecast %s [OPTION]... %s\n\n%s\n\n", verb->name, verb->operand,
        verb->purpose);
    if (verb->details != NULL) {
        (void) printf("%s\n\n", verb->details);
    }
    for (j = 0; j < jc_cli_n_options; j++) {
        option = &jc_cli_option_table[j];
        if (jc_cli_accepts_option(verb, option)) {
            (void) snprintf(left, sizeof(left), "%s%c%s--%s%s%s", option->code < 256 ? "-" : " ",
                option->code < 256 ? option->code : ' ', option->code < 256 ? ", " : "  ",
                option->name, option->argument != NULL ? " " : "",
                option->argument != NULL ? option->argument : "");
            (void) printf("  %-24s %s\n", left, option->help);
        }
    }
    (void) printf("\nexample:\n  %s\n", verb->example);
}

int
jc_cli_help(const struct jc_cli_verbs *verbs, int n_words, char **word, struct jc_error *error)
{
    const bool is_page = n_words > 0 && strcmp(word[0], "--man") == 0;
    const char *name = n_words > (is_page ? 1 : 0) ? word[is_page ? 1 : 0] : NULL;
    const struct jc_cli_verb *verb = name != NULL ? jc_cli_find_verb(verbs, name) : NULL;

    if (n_words == 1 && strcmp(word[0], "--completion") == 0) {
        jc_cli_print_completion(verbs);
        return 0;
    }
    if (n_words > (is_page ? 2 : 1) || (name != NULL && verb == NULL)) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "help: '%s' is not one verb; 'joulecast --help' lists them", word[n_words - 1]);
    }
    if (is_page && verb == NULL) {
        jc_cli_print_program_page(verbs);
    } else if (is_page) {
        jc_cli_print_verb_page(verb);
    } else if (verb != NULL) {
        jc_cli_print_help(verb);
    } else {
        jc_cli_print_usage(verbs, stdout);
    }
    return 0;
}
