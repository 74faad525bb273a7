#include <stdio.h>

#include "engine/cli/cli.h"
#include "engine/resume.h"
#include "engine/run.h"

int
jc_cli_output(const struct jc_cli_options *options, const struct jc_scenario *scenario,
    const char *suffix, char **output, struct jc_error *error)
{
    int written = options->output != NULL ? asprintf(output, "%s", options->output)
                                          : asprintf(output, "%s%s.h5", scenario->name, suffix);

    if (written < 0) {
        *output = NULL;
        return jc_fail_memory(error);
    }
    return 0;
}

static void
print_fleet_values(const struct jc_plan *plan)
{
    const struct jc_case_model *model;
    size_t j, k, q;

    for (j = 0; j < plan->scenario->n_cases; j++) {
        model = &plan->models[j];
        for (q = 0; q < JC_QUANTITIES; q++) {
            for (k = 0; k < j && plan->models[k].constant[q] != model->constant[q]; k++) { }
            if (model->unknown[q] != NULL && k == j) {
                (void) fprintf(stderr,
                    "%s: one value for the whole fleet in this run, %g (case %s)\n",
                    jc_quantity_info((enum jc_quantity) q)->key, (double) model->constant[q],
                    model->spec->name);
            }
        }
        if (model->coefficients_uncertain) {
            (void) fprintf(stderr,
                "throughput: one draw of the coefficients for the whole fleet in this run, b0 %g, "
                "b1 %g, b2 %g (case %s)\n",
                (double) model->log_linear.log_scale, (double) model->log_linear.input_exponent,
                (double) model->log_linear.output_exponent, model->spec->name);
        }
        if (plan->forms[j].n > 1) {
            (void) fprintf(stderr,
                "throughput: alternative %zu of %zu for the whole fleet in this run "
                "(case %s)\n",
                plan->chosen[j] + 1, plan->forms[j].n, model->spec->name);
        }
    }
}

int
jc_cli_tell_unknowns(const struct jc_scenario *scenario, struct jc_error *error)
{
    struct jc_plan plan;
    int ret = jc_plan_init(&plan, scenario, error);

    if (ret == 0) {
        print_fleet_values(&plan);
        jc_cli_warn_points(&plan);
    }
    jc_plan_free(&plan);
    return ret;
}

int
jc_cli_run_task(const struct jc_scenario *scenario, const struct jc_run_options *run, bool resume,
    struct jc_error *error)
{
    struct jc_plan plan;
    struct jc_results results;
    bool is_done = false;
    int ret = jc_plan_init(&plan, scenario, error);

    if (ret == 0 && resume) {
        ret = jc_resume_task(run->output, &plan, run, &is_done, error);
    }
    if (ret == 0 && is_done) {
        (void) fprintf(stderr, "%s: is whole already: nothing to do\n", run->output);
    } else if (ret == 0) {
        ret = jc_run_crew(&plan, run, &results, error);
    }
    jc_plan_free(&plan);
    if (ret == 0) {
        (void) printf("shard: %s\n", run->output);
    }
    return ret;
}

/* A complete file that is resumed has the results, if it has as many queries. */
static int
run_from(const struct jc_scenario *scenario, struct jc_run_options *run, struct jc_resume *resume,
    struct jc_results *results, struct jc_error *error)
{
    struct jc_plan plan;
    int ret = jc_plan_init(&plan, scenario, error);

    if (ret == 0 && resume->exists && resume->results.queries >= scenario->queries) {
        (void) fprintf(stderr, "%s: is whole already: nothing to do\n", run->output);
        *results = resume->results;
        resume->exists = false;
        ret = jc_resume_clear(run->output, &plan, run, error);
        if (ret != 0) {
            jc_results_free(results);
        }
    } else if (ret == 0) {
        ret = jc_resume_apply(resume, run, error);
        ret = ret != 0 ? ret : jc_run_crew(&plan, run, results, error);
    }
    jc_plan_free(&plan);
    return ret;
}

int
jc_cli_run_study(const struct jc_cli_options *options, const struct jc_scenario *scenario,
    const char *output, struct jc_results *results, struct jc_error *error)
{
    struct jc_cli_progress progress;
    struct jc_cli_watch watch;
    struct jc_resume resume = { .exists = false };
    struct jc_run_options run = {
        .threads = options->threads,
        .simd = options->simd,
        .summary_only = options->summary_only,
        .bands = true,
        .output = output,
        .store = { .force = options->force, .deflate = options->deflate },
        .task = options->stop.task,
        .n_tasks = options->stop.n_tasks,
        .resume = options->resume,
        .progress = options->quiet ? NULL : jc_cli_progress_report,
        .progress_context = &progress,
        .ask = jc_cli_watch_ask,
        .ask_context = &watch,
        .crew = options->crew,
    };
    int ret = 0;

    *results = (struct jc_results){ .n_cases = 0 };
    jc_cli_watch_begin(&watch, &options->stop);
    jc_cli_progress_begin(&progress);
    if (run.n_tasks > 0) {
        ret = jc_cli_run_task(scenario, &run, options->resume, error);
    } else {
        ret = options->resume ? jc_resume_open(&resume, output, scenario, &run, error) : 0;
        ret = ret != 0 ? ret : run_from(scenario, &run, &resume, results, error);
    }
    jc_cli_progress_end(&progress);
    jc_resume_free(&resume);
    return ret;
}
