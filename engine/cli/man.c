#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "engine/cli/help.h"
#include "results/provenance.h"

/* What is told of a verb that takes an option of these; 0: of every verb. */
struct entry {
    const char *name;
    unsigned accepted_by; /* enum jc_cli_accepts */
    const char *meaning;
};

#define ALL (~0U)
#define WRITES                                                                                   \
    (JC_CLI_OUTPUT | JC_CLI_FIT | JC_CLI_SENSITIVITY | JC_CLI_SWEEP | JC_CLI_MERGE | JC_CLI_PLOT \
        | JC_CLI_REPORT)
#define COMPUTES (JC_CLI_COMPUTE | JC_CLI_SENSITIVITY | JC_CLI_SWEEP | JC_CLI_MERGE)

/* The exit codes: minus the values of enum jc_status. */
static const struct entry exit_codes[] = {
    { "0", 0, "All went well." },
    { "1", 0, "There was no memory, or a library failed." },
    { "2", 0, "The command line or the scenario is wrong." },
    { "3", 0, "A table, a trace or other data cannot be used." },
    { "4", 0, "A file cannot be read or written, or exists already." },
    { "5", 0, "A result file is damaged, incomplete or incompatible." },
    { "6", JC_CLI_STOP | JC_CLI_SWEEP,
        "The work was stopped, and --resume goes on from what was kept." },
    { "7", JC_CLI_UNTIL, "The precision that --until asks for was not reached." },
};

static const struct entry variables[] = {
    { "JOULECAST_DATA", JC_CLI_SCENARIO,
        "Folders, with colons between them, of the tables and distributions that a scenario may "
        "name "
        "without a path. Without it: those that came with the program." },
    { "OMP_NUM_THREADS", COMPUTES, "The number of threads without --threads." },
    { "SLURM_ARRAY_TASK_ID, SLURM_ARRAY_TASK_MIN, SLURM_ARRAY_TASK_COUNT",
        JC_CLI_STOP | JC_CLI_SWEEP, "What --task auto stands for." },
};

static const struct entry files[] = {
    { "energy.h5.partial", WRITES,
        "What will be energy.h5 when it is complete. A file that has its name is complete." },
    { "energy.checkpoint-1.h5", JC_CLI_STOP,
        "What a run to energy.h5 that was stopped has done, for --resume." },
    { "energy.h5.journal", JC_CLI_SWEEP,
        "The points that a sweep to energy.h5 has computed, for --resume." },
};

#define N(table) (sizeof(table) / sizeof((table)[0]))

/* A character as roff has it. */
static void
print_character(char c)
{
    static const char *const special[] = { "-\\-", "\\\\e", "'\\(aq", "`\\(ga", "^\\(ha", "~\\(ti",
        "\"\\(dq" };
    size_t j;

    for (j = 0; j < N(special) && special[j][0] != c; j++) { }
    if (j < N(special)) {
        (void) fputs(special[j] + 1, stdout);
    } else {
        (void) putchar(c);
    }
}

/* A text of which no line is an instruction, and the end of its line. Lines are joined, those that begin with a space
 * are not. */
static void
print_text(const char *text)
{
    bool begins = true;
    bool stands = false;

    for (; *text != '\0'; text++) {
        if (begins && stands != (*text == ' ')) {
            stands = !stands;
            (void) fputs(stands ? ".nf\n" : ".fi\n", stdout);
        }
        if (begins && *text == '.') {
            (void) fputs("\\&", stdout);
        }
        print_character(*text);
        begins = *text == '\n';
    }
    (void) fputs(stands ? "\n.fi\n" : "\n", stdout);
}

static void
print_title(const char *name, const char *suffix, const char *purpose)
{
    (void) printf(".TH JOULECAST%s", *suffix == '\0' ? "" : "\\-");
    for (; *suffix != '\0'; suffix++) {
        print_character((char) toupper((unsigned char) *suffix));
    }
    (void) printf(" 1 \"\" \"joulecast %s\" \"User Commands\"\n.nh\n.ad l\n.SH NAME\n%s \\- ",
        jc_build_version(), name);
    print_text(purpose);
}

static void
print_entries(const char *title, size_t n, const struct entry *entry, unsigned accepts)
{
    bool is_first = true;
    size_t j;

    for (j = 0; j < n; j++) {
        if (entry[j].accepted_by != 0 && (entry[j].accepted_by & accepts) == 0) {
            continue;
        }
        if (is_first) {
            (void) printf(".SH %s\n", title);
            is_first = false;
        }
        (void) printf(".TP\n.B ");
        print_text(entry[j].name);
        print_text(entry[j].meaning);
    }
}

static void
print_surroundings(unsigned accepts)
{
    print_entries("EXIT STATUS", N(exit_codes), exit_codes, accepts);
    print_entries("ENVIRONMENT", N(variables), variables, accepts);
    print_entries("FILES", N(files), files, accepts);
}

/* Lines that stay as they are; of all but the first, help indents by two. */
static void
print_example(const char *example)
{
    const char *end;

    (void) printf(".nf\n");
    for (; example != NULL; example = end) {
        char line[256];

        end = strstr(example, "\n  ");
        (void) snprintf(line, sizeof(line), "%.*s",
            end != NULL ? (int) (end - example) : (int) sizeof(line) - 1, example);
        print_text(line);
        end = end != NULL ? end + strlen("\n  ") : NULL;
    }
    (void) printf(".fi\n");
}

static void
print_option(const struct jc_cli_option *option)
{
    (void) printf(".TP\n");
    if (option->code < 256) {
        (void) printf("\\fB\\-%c\\fR, ", option->code);
    }
    (void) printf("\\fB\\-\\-");
    for (const char *c = option->name; *c != '\0'; c++) {
        print_character(*c);
    }
    (void) printf("\\fR");
    if (option->argument != NULL) {
        (void) printf(" \\fI%s\\fR", option->argument);
    }
    (void) printf("\n");
    print_text(option->help);
}

void
jc_cli_print_verb_page(const struct jc_cli_verb *verb)
{
    char name[64];
    size_t j;

    (void) snprintf(name, sizeof(name), "joulecast\\-%s", verb->name);
    print_title(name, verb->name, verb->purpose);
    (void) printf(".SH SYNOPSIS\n\\fBjoulecast %s\\fR [\\fIOPTION\\fR]... ", verb->name);
    print_text(verb->operand);
    if (verb->details != NULL) {
        (void) printf(".SH DESCRIPTION\n");
        print_text(verb->details);
    }
    (void) printf(".SH OPTIONS\n");
    for (j = 0; j < jc_cli_n_options; j++) {
        if (jc_cli_accepts_option(verb, &jc_cli_option_table[j])) {
            print_option(&jc_cli_option_table[j]);
        }
    }
    print_surroundings(verb->accepts);
    (void) printf(".SH EXAMPLES\n");
    print_example(verb->example);
    (void) printf(".SH SEE ALSO\n.BR joulecast (1)\n");
}

void
jc_cli_print_program_page(const struct jc_cli_verbs *verbs)
{
    size_t j;

    print_title("joulecast", "", "energy, carbon and water of serving large language models");
    (void) printf(".SH SYNOPSIS\n\\fBjoulecast\\fR \\fIVERB\\fR [\\fIOPTION\\fR]... "
                  "\\fIOPERAND\\fR\n.br\n\\fBjoulecast\\fR \\fIVERB\\fR \\fB\\-\\-help\\fR\n.br\n"
                  "\\fBjoulecast\\fR \\fB\\-\\-version\\fR\n.SH DESCRIPTION\n");
    print_text(
        "A Monte Carlo engine. It draws token lengths, utilisation and facility overhead from\n"
        "distributions, turns throughput into energy for every single query, and keeps the\n"
        "whole distribution. A scenario is a YAML file, a result file is HDF5. The standard\n"
        "output is data, the standard error log and progress.");
    (void) printf(".SH VERBS\n");
    for (j = 0; j < verbs->n; j++) {
        (void) printf(".TP\n.BR joulecast\\-%s (1)\n", verbs->verb[j]->name);
        print_text(verbs->verb[j]->purpose);
    }
    (void) printf(".TP\n.B joulecast help \\fR[\\fB\\-\\-man\\fR] [\\fIVERB\\fR]\n");
    print_text("The help of the program or of a verb; with --man its manual page, as roff.");
    (void) printf(".TP\n.B joulecast help \\-\\-completion\n");
    print_text("A script with which bash completes the words of a command line.");
    print_surroundings(ALL);
    (void) printf(".SH EXAMPLES\n");
    for (j = 0; j < verbs->n; j++) {
        (void) printf("%s", j > 0 ? ".PP\n" : "");
        print_example(verbs->verb[j]->example);
    }
    (void) printf(".SH SEE ALSO\n");
    for (j = 0; j < verbs->n; j++) {
        (void) printf(".BR joulecast\\-%s (1)%s\n", verbs->verb[j]->name,
            j + 1 < verbs->n ? "," : "");
    }
}
