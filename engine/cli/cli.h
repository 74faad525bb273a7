/*
 * The program: verbs, their options, and what a person sees. Only this folder prints.
 *
 * stdout is data, stderr is log and progress.
 */
#ifndef JC_ENGINE_CLI_H
#define JC_ENGINE_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cJSON.h>

#include "base/error.h"
#include "base/simd.h"
#include "engine/plan.h"
#include "engine/crew.h"
#include "engine/run.h"
#include "results/results.h"
#include "scenarios/fleet_file.h"
#include "scenarios/scenario.h"
#include "scenarios/study.h"

/* Options of `rank`, as they were given; NULL: the default. */
struct jc_cli_rank_options {
    const char *inputs;
    const char *outputs;
    const char *outputs_table;
    const char *orientation;
    const char *goal;
    const char *normalise;
    const char *epsilon;
    const char *draws;
    const char *seed;
    bool exclude_self;
};

/* Options of `sensitivity`. */
struct jc_cli_sensitivity_options {
    const char **cases; /* [n_cases] names, the array owned; none: all of them */
    size_t n_cases;
    const char *quantity; /* NULL: energy */
    const char *of;       /* statistic that responds to the unknowns; NULL: queries respond */
    const char *draws;
    bool groups;
};

/* Options of `plot`. */
struct jc_cli_plot_options {
    const char *kind; /* NULL: the most telling one */
    const char *statistic;
    bool script; /* print the commands of gnuplot instead */
};

/* How a long run is shared out and stopped. */
struct jc_cli_stop_options {
    uint64_t task;           /* of n_tasks */
    uint64_t n_tasks;        /* 0: all in one */
    double most_seconds;     /* INFINITY: no limit */
    double checkpoint_every; /* s; INFINITY: never */
    bool virtual;            /* merge, run: a file that refers to the samples in others */
};

/* Options that verbs share; each means the same in all of them. */
struct jc_cli_options {
    const char *file; /* the one operand; NULL: none */
    char **files;     /* [n_files] the operands of a verb that takes several, not owned */
    size_t n_files;
    struct jc_overrides overrides;
    char **settings; /* [overrides.n_settings] owned */
    const char *output;
    const char *folder;
    int threads;
    enum jc_simd simd;
    bool force;
    bool no_pictures;
    int deflate;
    bool summary_only;
    bool quiet;
    bool json;
    bool resume;
    const char **until; /* [n_until] texts, not owned */
    size_t n_until;
    uint64_t most_queries; /* 0: the default */
    double *quantile;      /* [n_quantiles]; NULL: as stored */
    size_t n_quantiles;
    const char *columns;
    const char *title;
    const char *source;
    const char *licence;
    const char *with;
    size_t points;  /* 0: every value */
    size_t classes; /* 0: as --points has it */
    struct jc_cli_rank_options rank;
    struct jc_cli_sensitivity_options sensitivity;
    struct jc_cli_stop_options stop;
    struct jc_cli_plot_options plot;
    const struct jc_crew *crew; /* NULL: one process */
};

/* The letters of the options that a verb takes. */
enum jc_cli_accepts {
    JC_CLI_SCENARIO = 1 << 0, /* --seed --set */
    JC_CLI_QUERIES = 1 << 1,  /* -n */
    JC_CLI_COMPUTE = 1 << 2,  /* --threads --simd --summary-only */
    JC_CLI_OUTPUT = 1 << 3,   /* -o --force --compress --quiet */
    JC_CLI_JSON = 1 << 4,
    JC_CLI_QUANTILES = 1 << 5,
    JC_CLI_FOLDER = 1 << 6,
    JC_CLI_FIT = 1 << 7,   /* --columns --title --source --licence --points --classes --with -o */
    JC_CLI_RANK = 1 << 8,  /* --inputs --outputs --outputs-table ... --draws --seed */
    JC_CLI_BANDS = 1 << 9, /* --draws -n */
    /* --case --quantity --groups --of --draws --threads --simd -o --force --quiet */
    JC_CLI_SENSITIVITY = 1 << 10,
    JC_CLI_UNTIL = 1 << 11, /* --until --max-n */
    JC_CLI_SWEEP = 1 << 12, /* -n --threads --simd -o --force --resume --task --max-time --quiet */
    JC_CLI_STOP = 1 << 13,  /* --resume --task --max-time --checkpoint-every */
    /* --virtual -o --force --threads --simd --quiet; any number of operands */
    JC_CLI_MERGE = 1 << 14,
    JC_CLI_VIRTUAL = 1 << 15, /* --virtual */
    JC_CLI_PLOT = 1 << 16,    /* --kind --case --quantity --statistic --script -o --force */
    JC_CLI_REPORT = 1 << 17,  /* --no-pictures -o --force */
    JC_CLI_RESUME = 1 << 18,  /* --resume */
};

struct jc_cli_verb {
    const char *name;
    const char *purpose; /* one line */
    const char *operand; /* "SCENARIO", "TRACE" or "FILE" */
    unsigned accepts;    /* enum jc_cli_accepts */
    const char *example;
    const char *details; /* further lines of the help, or NULL */
    int (*function)(const struct jc_cli_options *options, struct jc_error *error);
};

extern const struct jc_cli_verb jc_cli_run, jc_cli_check, jc_cli_summary, jc_cli_info,
    jc_cli_verify, jc_cli_bench, jc_cli_fit, jc_cli_rank, jc_cli_bands, jc_cli_fleet,
    jc_cli_sensitivity, jc_cli_sweep, jc_cli_merge, jc_cli_plot, jc_cli_report;

/* The ranks that this process is one of, NULL if it is alone. One file or another has these: crew_alone.c or
 * crew_mpi.c. */
const struct jc_crew *jc_cli_crew_begin(int *argc, char ***argv);
void jc_cli_crew_end(void);

/* The library that ranks talk by, and its version; "none". */
const char *jc_cli_crew_library(void);

/* Reads the words after the verb. Returns 0, 1 if help was asked for and printed, or an error. Free
 * the options in any case. */
int jc_cli_parse(const struct jc_cli_verb *verb, int argc, char **argv,
    struct jc_cli_options *options, struct jc_error *error);
void jc_cli_options_free(struct jc_cli_options *options);

/* Loads the scenario that the options name, with their overrides. */
int jc_cli_load(const struct jc_cli_options *options, struct jc_scenario *scenario,
    struct jc_error *error);

/* The same of a fleet of result files; *file is NULL if it is none. Free it before the scenario. */
int jc_cli_load_fleet_file(const struct jc_cli_options *options, struct jc_fleet_file **file,
    struct jc_scenario *scenario, struct jc_error *error);

/* Opens the study that the options name, with their overrides. */
int jc_cli_open_study(const struct jc_cli_options *options, struct jc_study **study,
    struct jc_error *error);

/* Prints a sweep for people, or for programs. */
int jc_cli_print_sweep(const struct jc_results *results, struct jc_error *error);
int jc_cli_print_sweep_json(const struct jc_results *results, struct jc_error *error);

/* *output becomes the path of the result file: that of --output, or the scenario's name and a suffix. */
int jc_cli_output(const struct jc_cli_options *options, const struct jc_scenario *scenario,
    const char *suffix, char **output, struct jc_error *error);

/* Tells on stderr which value every unknown of the whole fleet has in a plain run. Errors: those of
 * jc_plan_init. */
int jc_cli_tell_unknowns(const struct jc_scenario *scenario, struct jc_error *error);

/* Plans and runs a scenario as the options say, with the bands that it asks for. A task has no results, and the path
 * of its shard is printed. */
int jc_cli_run_study(const struct jc_cli_options *options, const struct jc_scenario *scenario,
    const char *output, struct jc_results *results, struct jc_error *error);

/* Runs a task, unless it is to be resumed and its shard is whole, and prints the path of the shard. */
int jc_cli_run_task(const struct jc_scenario *scenario, const struct jc_run_options *run,
    bool resume, struct jc_error *error);

/* "3/7", from 1 on; "auto": of a Slurm array. Errors: JC_ERROR_SCENARIO. */
int jc_cli_parse_task(const char *text, struct jc_cli_stop_options *stop, struct jc_error *error);

/* "90", "90s", "1.5h": seconds above 0. Errors: JC_ERROR_SCENARIO. */
int jc_cli_parse_duration(const char *name, const char *text, double *seconds,
    struct jc_error *error);

/* What is wanted of a run: a signal, or the time, ends it. There is one watch in a program, as there is one set of
 * signal handlers: SIGINT, SIGTERM and SIGUSR1 stop a run or sweep, a second one ends the program at once. */
struct jc_cli_watch {
    struct jc_cli_stop_options stop;
    double began;
    double saved;
};
void jc_cli_watch_begin(struct jc_cli_watch *self, const struct jc_cli_stop_options *stop);
enum jc_wish jc_cli_watch_ask(void *context);
void jc_cli_watch_end(void);

/* *output becomes the path of what the task writes, where there are tasks. */
int jc_cli_task_output(const struct jc_cli_stop_options *stop, char **output,
    struct jc_error *error);

/* A label that fills a column of so many characters, or the first one of a table; and a number with four
 * digits. */
void jc_cli_print_padded(FILE *stream, int width, const char *indent, const char *label);
void jc_cli_print_label(FILE *stream, const char *indent, const char *label);
void jc_cli_print_value(FILE *stream, double value);

/* Refuses options that only a scenario has, of a verb whose operand is a result file: those that all verbs have, and
 * one of its own, NULL if that was not given. Errors: JC_ERROR_SCENARIO. */
int jc_cli_refuse_of_file(const struct jc_cli_options *options, const char *verb, const char *own,
    struct jc_error *error);

/* Loads the scenario that a result file holds. */
int jc_cli_load_stored(const char *path, struct jc_scenario *scenario, struct jc_error *error);

/* Warns on stderr of a design whose replicates are not as many points as it is made for. */
void jc_cli_warn_points(const struct jc_plan *plan);

/* Prints the summary for people. */
int jc_cli_print_table(const struct jc_results *results, FILE *stream, struct jc_error *error);

/* Prints the summary in the one shape that programs read. */
int jc_cli_print_json(const struct jc_results *results, struct jc_error *error);

/* Prints a text as Python writes it, in quotes. */
void jc_cli_print_python_text(const char *text);

/* Prints the fleets for people. */
int jc_cli_print_fleets(const struct jc_results *results, FILE *stream, struct jc_error *error);

/* Prints the bands for programs. */
int jc_cli_print_bands_json(const struct jc_results *results, struct jc_error *error);

/* Prints the sensitivities for people, and for programs. */
int jc_cli_print_sensitivities(const struct jc_results *results, struct jc_error *error);
int jc_cli_print_sensitivities_json(const struct jc_results *results, struct jc_error *error);

/* Prints a document that was made by cJSON, and frees it. `failed` says that memory ran out while it was
 * made. Errors: JC_ERROR_INTERNAL. */
int jc_cli_print_document(cJSON *document, bool failed, struct jc_error *error);

/* Progress on stderr: a bar on a terminal, a line now and then elsewhere. */
struct jc_cli_progress {
    bool terminal;
    bool shown;
    double began;
    double last;
    uint64_t done;
};
void jc_cli_progress_begin(struct jc_cli_progress *self);
void jc_cli_progress_report(void *context, uint64_t done, uint64_t total);
void jc_cli_progress_end(struct jc_cli_progress *self);

#endif
