#include <stdio.h>
#include <string.h>

#include "engine/cli/help.h"
#include "models/quantities.h"
#include "results/plots/plot.h"

/* What stands for the value of an option in the tables of options, and what bash is to offer for it. */
static const struct {
    const char *argument;
    const char *offer;
} values[] = {
    { "PATH", "_joulecast_files" },
    { "FILE", "_joulecast_files" },
    { "CSV", "_joulecast_files csv" },
    { "SIDE", "_joulecast_words input output" },
    { "GOAL", "_joulecast_words benevolent aggressive none" },
    { "HOW", "_joulecast_words none min-max" },
    { "STATISTIC", "_joulecast_words mean p5 p25 p50 p75 p95 p99" },
};

#define N_VALUES (sizeof(values) / sizeof(values[0]))

/* The endings of files that a word of an operand stands for. */
static const struct {
    const char *word;
    const char *endings;
} operands[] = {
    { "SCENARIO", "yaml yml" },
    { "FLEET", "yaml yml" },
    { "FILE", "h5" },
    { "SHARD", "h5" },
    { "TABLE", "csv" },
};

#define N_OPERANDS (sizeof(operands) / sizeof(operands[0]))

/* What does not depend on the tables. A file name is offered if it has one of the endings, or leads on. */
static const char *const head =
    "# Completion of bash for joulecast; made by 'joulecast help --completion'.\n"
    "_joulecast_words()\n"
    "{\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$*\" -- \"$current\")\n"
    "}\n"
    "\n"
    "_joulecast_files()\n"
    "{\n"
    "    local name ending\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    while IFS= read -r name; do\n"
    "        if [[ $# -eq 0 || -d $name ]]; then\n"
    "            COMPREPLY+=(\"$name\")\n"
    "            continue\n"
    "        fi\n"
    "        for ending in \"$@\"; do\n"
    "            if [[ $name == *.$ending ]]; then\n"
    "                COMPREPLY+=(\"$name\")\n"
    "            fi\n"
    "        done\n"
    "    done < <(compgen -f -- \"$current\")\n"
    "}\n"
    "\n"
    "_joulecast_folders()\n"
    "{\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen -d -- \"$current\")\n"
    "}\n"
    "\n"
    "_joulecast()\n"
    "{\n"
    "    local current=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]}\n"
    "    local option=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    COMPREPLY=()\n"
    "    # --option=value comes as three words.\n"
    "    if [[ $current == = ]]; then\n"
    "        current=\n"
    "    elif [[ $option == = ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n";

static const char *
simd_name(size_t j)
{
    return jc_simd_name((enum jc_simd) j);
}

static const char *
quantity_name(size_t j)
{
    return jc_quantity_info((enum jc_quantity) j)->name;
}

static const char *
kind_name(size_t j)
{
    return jc_plot_name((enum jc_plot_kind) j);
}

/* Options whose values the library has a table of. */
static const struct {
    const char *option;
    size_t n;
    const char *(*name)(size_t j);
} tables[] = {
    { "simd", JC_SIMD_COUNT, simd_name },
    { "quantity", JC_QUANTITIES, quantity_name },
    { "kind", JC_PLOT_KINDS, kind_name },
};

#define N_TABLES (sizeof(tables) / sizeof(tables[0]))

static void
print_offer(const struct jc_cli_option *option)
{
    size_t j, k;

    for (k = 0; k < N_TABLES && strcmp(tables[k].option, option->name) != 0; k++) { }
    if (k < N_TABLES) {
        (void) printf("_joulecast_words");
        for (j = 0; j < tables[k].n; j++) {
            (void) printf(" %s", tables[k].name(j));
        }
        return;
    }
    if (strcmp(option->name, "folder") == 0) {
        (void) printf("_joulecast_folders");
        return;
    }
    for (j = 0; j < N_VALUES && strcmp(values[j].argument, option->argument) != 0; j++) { }
    (void) printf("%s", j < N_VALUES ? values[j].offer : ":");
}

static void
print_operand(const struct jc_cli_verb *verb)
{
    size_t j;

    (void) printf("_joulecast_files");
    for (j = 0; j < N_OPERANDS; j++) {
        if (strstr(verb->operand, operands[j].word) != NULL) {
            (void) printf(" %s", operands[j].endings);
        }
    }
}

static void
print_verb(const struct jc_cli_verb *verb)
{
    const struct jc_cli_option *option;
    size_t j;

    (void) printf("        %s)\n            case $option in\n", verb->name);
    for (j = 0; j < jc_cli_n_options; j++) {
        option = &jc_cli_option_table[j];
        if (jc_cli_accepts_option(verb, option) && option->argument != NULL) {
            (void) printf("                --%s", option->name);
            if (option->code < 256) {
                (void) printf(" | -%c", option->code);
            }
            (void) printf(")\n                    ");
            print_offer(option);
            (void) printf("\n                    return\n                    ;;\n");
        }
    }
    (void) printf("            esac\n            if [[ $current == -* ]]; then\n"
                  "                _joulecast_words");
    for (j = 0; j < jc_cli_n_options; j++) {
        option = &jc_cli_option_table[j];
        if (jc_cli_accepts_option(verb, option)) {
            (void) printf(" --%s", option->name);
            if (option->code < 256) {
                (void) printf(" -%c", option->code);
            }
        }
    }
    (void) printf("\n            else\n                ");
    print_operand(verb);
    (void) printf("\n            fi\n            ;;\n");
}

void
jc_cli_print_completion(const struct jc_cli_verbs *verbs)
{
    size_t j;

    (void) printf("%s    if ((COMP_CWORD == 1)); then\n        _joulecast_words", head);
    for (j = 0; j < verbs->n; j++) {
        (void) printf(" %s", verbs->verb[j]->name);
    }
    (void) printf(" help --help --version\n        return\n    fi\n    case $verb in\n");
    for (j = 0; j < verbs->n; j++) {
        print_verb(verbs->verb[j]);
    }
    (void) printf("        help)\n            _joulecast_words --man --completion");
    for (j = 0; j < verbs->n; j++) {
        (void) printf(" %s", verbs->verb[j]->name);
    }
    (void) printf("\n            ;;\n    esac\n}\n\ncomplete -F _joulecast joulecast\n");
}
