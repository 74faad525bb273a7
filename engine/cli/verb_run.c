#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "engine/cli/cli.h"
#include "engine/resume.h"
#include "engine/run.h"
#include "engine/until.h"

/* A run from the command line to the end. */
struct job {
    const struct jc_cli_options *options;
    struct jc_scenario scenario;
    char *output;
    struct jc_cli_progress progress;
    struct jc_cli_watch watch;
    struct jc_run_options run;
    struct jc_resume resume;
    struct jc_until *target;   /* [options->n_until] */
    struct jc_results results; /* empty if the resumed file stays */
};

static int
print_results(const struct job *job, struct jc_error *error)
{
    const struct jc_results *results =
        job->results.cases != NULL ? &job->results : &job->resume.results;
    int ret;

    if (job->options->json) {
        return jc_cli_print_json(results, error);
    }
    ret = jc_cli_print_table(results, stdout, error);
    if (ret == 0) {
        (void) printf("\nresult file: %s\n", job->output);
        (void) printf("in Python:   xarray.open_dataset(");
        jc_cli_print_python_text(job->output);
        (void) printf(", group=\"%s%s\").to_dataframe()\n",
            results->has_samples ? "cases/" : "summary/cases",
            results->has_samples ? results->cases[0].name : "");
    }
    return ret;
}

static int
init_job(struct job *job, const struct jc_cli_options *options, struct jc_error *error)
{
    int ret = jc_cli_output(options, &job->scenario, "", &job->output, error);

    ret = ret != 0 ? ret : jc_cli_task_output(&options->stop, &job->output, error);
    if (ret != 0) {
        return ret;
    }
    job->options = options;
    job->run = (struct jc_run_options){
        .threads = options->threads,
        .simd = options->simd,
        .summary_only = options->summary_only,
        .samples_stay = options->stop.virtual,
        .bands = true,
        .output = job->output,
        .store = { .force = options->force, .deflate = options->deflate },
        .progress = options->quiet ? NULL : jc_cli_progress_report,
        .progress_context = &job->progress,
        .task = options->stop.task,
        .n_tasks = options->stop.n_tasks,
        .resume = options->resume,
        .ask = jc_cli_watch_ask,
        .ask_context = &job->watch,
        .crew = options->crew,
    };
    jc_cli_watch_begin(&job->watch, &options->stop);
    if (options->stop.n_tasks > 0 && options->n_until > 0) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "--task: how long --until runs depends on all queries; -n says it beforehand");
    }
    if (options->crew != NULL && options->n_until > 0) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "--until: ranks cannot share runs that go on from one another; -n says how long");
    }
    if (options->stop.virtual && (options->summary_only || options->stop.n_tasks > 0)) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            options->summary_only
                ? "--virtual: with --summary-only there are no samples to be left anywhere"
                : "--virtual: a task has its samples in its shard, where 'merge --virtual' leaves "
                  "them");
    }
    if (options->most_queries > 0 && options->n_until == 0) {
        return jc_fail(error, JC_ERROR_SCENARIO, "--max-n: it is for --until, which is missing");
    }
    return options->resume && options->stop.n_tasks == 0
        ? jc_resume_open(&job->resume, job->output, &job->scenario, &job->run, error)
        : 0;
}

/* As many queries as the scenario asks for. */
static int
run_plan(struct job *job, struct jc_error *error)
{
    struct jc_plan plan;
    int ret = jc_plan_init(&plan, &job->scenario, error);

    if (ret == 0 && job->resume.exists && job->resume.results.queries >= job->scenario.queries) {
        (void) fprintf(stderr, "%s: has %" PRIu64 " queries per case already: nothing to do\n",
            job->output, job->resume.results.queries);
        ret = jc_resume_clear(job->output, &plan, &job->run, error);
    } else if (ret == 0) {
        ret = jc_resume_apply(&job->resume, &job->run, error);
        jc_cli_progress_begin(&job->progress);
        ret = ret != 0 ? ret : jc_run_crew(&plan, &job->run, &job->results, error);
        jc_cli_progress_end(&job->progress);
    }
    jc_plan_free(&plan);
    return ret;
}

/* What was reached; not what was wanted is an error, after everything else has been done. */
static int
tell_outcome(const struct job *job, const struct jc_until_search *search,
    const struct jc_until_outcome *outcome, struct jc_error *error)
{
    const struct jc_until *target = &search->target[outcome->target];
    const double scale = target->relative ? 100 : 1;
    const char *unit = target->relative ? "%" : jc_quantity_info(target->quantity)->unit;
    char reached[512];
    char needed[64] = "it cannot be said how many";

    (void) snprintf(reached, sizeof(reached),
        "--until '%s': +-%.3g %s (%.200s) with %" PRIu64 " queries per case", target->text,
        scale * outcome->state.half_width, unit, outcome->state.label, job->scenario.queries);
    if (!isfinite(outcome->state.half_width)) {
        (void) snprintf(reached, sizeof(reached),
            "--until '%s': too few values to tell (%.200s) with %" PRIu64 " queries per case",
            target->text, outcome->state.label, job->scenario.queries);
    }
    if (outcome->is_reached) {
        if (!job->options->quiet) {
            (void) fprintf(stderr, "%s\n", reached);
        }
        return 0;
    }
    if (outcome->needed != UINT64_MAX) {
        (void) snprintf(needed, sizeof(needed), "about %.3g", (double) outcome->needed);
    }
    return jc_fail(error, JC_ERROR_PRECISION, "%s, the most allowed; %s would be needed", reached,
        needed);
}

/* As many queries as the targets ask for. */
static int
run_until(struct job *job, struct jc_until_search *search, struct jc_until_outcome *outcome,
    struct jc_error *error)
{
    const struct jc_cli_options *options = job->options;
    size_t j;
    int ret;

    job->target = calloc(options->n_until, sizeof(*job->target));
    ret = job->target == NULL ? jc_fail_memory(error) : 0;
    search->n_targets = options->n_until;
    search->target = job->target;
    search->most_queries = options->most_queries > 0 ? options->most_queries
        : options->summary_only                      ? JC_UNTIL_MOST_QUERIES
                                                     : JC_UNTIL_MOST_STORED;
    for (j = 0; ret == 0 && j < options->n_until; j++) {
        ret = jc_until_parse(options->until[j], &job->target[j], error);
    }
    if (ret == 0 && !job->resume.exists) {
        ret = jc_store_check_target(job->output, options->force, error);
    }
    jc_cli_progress_begin(&job->progress);
    ret = ret != 0 ? ret
                   : jc_until_run(&job->scenario, search, &job->resume, &job->run, &job->results,
                       outcome, error);
    jc_cli_progress_end(&job->progress);
    return ret;
}

/* Only the first of some ranks has results. */
static bool
is_silent(const struct job *job)
{
    return job->options->crew != NULL && job->options->crew->rank > 0;
}

static int
run_job(struct job *job, struct jc_error *error)
{
    struct jc_until_search search = { 0 };
    struct jc_until_outcome outcome = { 0 };
    int ret = job->options->quiet ? 0 : jc_cli_tell_unknowns(&job->scenario, error);

    if (job->resume.afresh != NULL && !job->options->quiet) {
        (void) fprintf(stderr, "%s: %s: all queries are computed anew\n", job->output,
            job->resume.afresh);
    }
    if (ret == 0 && job->options->stop.n_tasks > 0) {
        return jc_cli_run_task(&job->scenario, &job->run, job->options->resume, error);
    }
    if (ret == 0 && job->options->n_until == 0) {
        ret = run_plan(job, error);
        return ret != 0 || is_silent(job) ? ret : print_results(job, error);
    }
    ret = ret != 0 ? ret : run_until(job, &search, &outcome, error);
    ret = ret != 0 ? ret : print_results(job, error);
    return ret != 0 ? ret : tell_outcome(job, &search, &outcome, error);
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    struct job job = { .output = NULL };
    int ret = jc_cli_load(options, &job.scenario, error);

    if (ret != 0) {
        return ret;
    }
    ret = init_job(&job, options, error);
    ret = ret != 0 ? ret : run_job(&job, error);
    jc_results_free(&job.results);
    jc_resume_free(&job.resume);
    jc_scenario_free(&job.scenario);
    free(job.target);
    free(job.output);
    return ret;
}

const struct jc_cli_verb jc_cli_run = {
    .name = "run",
    .purpose = "run a scenario: print the summary, write the result file",
    .operand = "SCENARIO",
    .accepts = JC_CLI_SCENARIO | JC_CLI_QUERIES | JC_CLI_COMPUTE | JC_CLI_OUTPUT | JC_CLI_JSON
        | JC_CLI_UNTIL | JC_CLI_STOP | JC_CLI_VIRTUAL,
    .example = "joulecast run scenarios/oviedo2026-traditional.yaml -n 4e6 -o energy.h5\n"
               "  joulecast run scenarios/oviedo2026-traditional.yaml --until 'p95 rel 0.1%' \\\n"
               "      --summary-only -o energy.h5",
    .details =
        "A TARGET is [QUANTITY] mean|pNN rel|abs NUMBER[%| UNIT], half the width of the 95 %\n"
        "confidence interval in every case and blend: 'mean abs 0.001 Wh', 'water p50 rel 1%'.\n"
        "The queries grow from those of the scenario, or of the file that is resumed, until all\n"
        "targets are reached. If --max-n comes first the exit code is 7, and the file is written\n"
        "all the same. Such a stop makes the coverage of the intervals a little lower.\n"
        "SIGINT, SIGTERM, SIGUSR1 or --max-time stop a run: it keeps a checkpoint beside the "
        "result\n"
        "file and exits with 6; the same command with --resume goes on. A second signal ends it "
        "at\n"
        "once, and the last checkpoint counts. --until keeps none while it searches.",
    .function = function,
};
