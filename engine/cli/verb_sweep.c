#include <stdlib.h>

#include "engine/cli/cli.h"
#include "engine/sweep.h"
#include "results/file.h"

static int
print(const struct jc_cli_options *options, const struct jc_results *results,
    struct jc_error *error)
{
    return options->json ? jc_cli_print_sweep_json(results, error)
                         : jc_cli_print_sweep(results, error);
}

/* How many points failed, the first few by their messages. */
static void
tell_failures(const struct jc_sweep_result *sweep, size_t n_points)
{
    const size_t n = jc_sweep_count(sweep, JC_POINT_FAILED);
    size_t told = 0;

    if (n == 0) {
        return;
    }
    (void) fprintf(stderr, "%zu of %zu points failed:\n", n, n_points);
    for (size_t p = 0; p < sweep->n_points && told < 3; p++) {
        if (sweep->point[p].status == JC_POINT_FAILED) {
            (void) fprintf(stderr, "  %s\n", sweep->point[p].message);
            told++;
        }
    }
    if (n > told) {
        (void) fprintf(stderr, "  and %zu more: the variable 'message' of the file has them\n",
            n - told);
    }
}

static void
tell_outcome(const struct jc_cli_options *options, const char *output,
    const struct jc_sweep_result *sweep, const struct jc_sweep_outcome *outcome)
{
    const size_t n_computed = outcome->n_points - outcome->n_failed;

    if (outcome->nothing_to_do) {
        (void) fprintf(stderr, "%s: has these points already: nothing to do\n", output);
    } else if (options->resume && outcome->n_known > 0) {
        (void) fprintf(stderr, "%zu of %zu points were there already\n", outcome->n_known,
            outcome->n_points);
    }
    if (outcome->n_different < n_computed) {
        (void) fprintf(stderr,
            "warning: only %zu of %zu points differ in what was computed; does every case take "
            "what the parameters set?\n",
            outcome->n_different, n_computed);
    }
    tell_failures(sweep, outcome->n_points);
}

static int
print_result(const struct jc_cli_options *options, const struct jc_results *results,
    const char *output, struct jc_error *error)
{
    int ret = print(options, results, error);

    if (ret == 0 && !options->json) {
        (void) printf("\nresult file: %s\nin Python:   xarray.open_dataset(", output);
        jc_cli_print_python_text(output);
        (void) printf(", group=\"sweep\").energy.sel(quantile=0.5)\n");
    }
    return ret;
}

static int
run_study(const struct jc_cli_options *options, const struct jc_study *study, const char *output,
    struct jc_error *error)
{
    struct jc_cli_progress progress;
    struct jc_cli_watch watch;
    const struct jc_run_options run = {
        .threads = options->threads,
        .simd = options->simd,
        .summary_only = true,
        .output = output,
        .store = { .force = options->force },
        .progress = options->quiet ? NULL : jc_cli_progress_report,
        .progress_context = &progress,
        .task = options->stop.task,
        .n_tasks = options->stop.n_tasks,
        .ask = jc_cli_watch_ask,
        .ask_context = &watch,
        .crew = options->crew,
    };
    struct jc_sweep_outcome outcome;
    struct jc_results results;
    int ret;

    jc_cli_progress_begin(&progress);
    jc_cli_watch_begin(&watch, &options->stop);
    ret = jc_sweep_run(study, &run, options->resume, &results, &outcome, error);
    jc_cli_watch_end();
    jc_cli_progress_end(&progress);
    if (ret != 0) {
        return ret;
    }
    if (options->crew != NULL && options->crew->rank > 0) { /* the first one speaks */
        jc_results_free(&results);
        return 0;
    }
    tell_outcome(options, output, &results.sweep, &outcome);
    if (options->stop.n_tasks > 0) {
        (void) printf("shard: %s\n", output);
    } else {
        ret = print_result(options, &results, output, error);
    }
    jc_results_free(&results);
    return ret;
}

static int
from_study(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_study *study;
    struct jc_scenario scenario;
    char *output = NULL;
    int ret = jc_cli_open_study(options, &study, error);

    if (ret != 0) {
        return ret;
    }
    ret = jc_study_scenario(study, 0, NULL, &scenario, error);
    if (ret == 0) {
        ret = jc_cli_output(options, &scenario, "-sweep", &output, error);
        jc_scenario_free(&scenario);
    }
    ret = ret != 0 ? ret : jc_cli_task_output(&options->stop, &output, error);
    ret = ret != 0 ? ret : run_study(options, study, output, error);
    jc_study_free(study);
    free(output);
    return ret;
}

/* A result file tells the sweep that it holds. */
static int
from_file(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_results results;
    const char *own = options->resume ? "--resume" : options->stop.n_tasks > 0 ? "--task" : NULL;
    int ret = jc_cli_refuse_of_file(options, "sweep", own, error);

    if (options->crew != NULL) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "%s: ranks can share no such work as to print it; start it without mpirun or srun",
            options->file);
    }
    ret = ret != 0 ? ret : jc_file_read_results(options->file, &results, error);
    if (ret != 0) {
        return ret;
    }
    if (results.sweep.n_axes == 0) {
        ret = jc_fail(error, JC_ERROR_SCENARIO,
            "%s: it has no sweep; 'joulecast sweep SCENARIO' makes one", options->file);
    } else {
        tell_failures(&results.sweep, results.sweep.n_points);
        ret = print(options, &results, error);
    }
    jc_results_free(&results);
    return ret;
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    return jc_file_is_result(options->file) ? from_file(options, error)
                                            : from_study(options, error);
}

const struct jc_cli_verb jc_cli_sweep = {
    .name = "sweep",
    .purpose = "run a study at every point of its sweep, keep the statistics as one array",
    .operand = "SCENARIO or FILE",
    .accepts = JC_CLI_SCENARIO | JC_CLI_SWEEP | JC_CLI_JSON,
    .example = "joulecast sweep scenarios/sweep-pue-batch.yaml -n 1e5 -o sweep.h5",
    .details =
        "The section 'sweep' of the scenario names the keys and the values that they take. All\n"
        "points have the same random numbers. A point that fails is recorded with its message, "
        "and\n"
        "the others go on. A sweep that was killed, or stopped by SIGINT, SIGTERM, SIGUSR1 or\n"
        "--max-time (exit code 6), leaves PATH.journal; --resume goes on from there, or computes "
        "what\n"
        "a changed design adds to an existing file. With --task I/N only the I-th of N parts of "
        "the\n"
        "points is computed, to a shard; 'joulecast merge' joins them. Of a result file with a "
        "sweep\n"
        "it is printed again.",
    .function = function,
};
