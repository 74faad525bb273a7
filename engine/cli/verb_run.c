#include <stdlib.h>

#include "engine/cli/cli.h"
#include "engine/run.h"

static int
run_plan(const struct jc_plan *plan, const struct jc_cli_options *options, const char *output,
    struct jc_results *results, struct jc_error *error)
{
    struct jc_cli_progress progress;
    struct jc_run_options run = {
        .threads = options->threads,
        .simd = options->simd,
        .summary_only = options->summary_only,
        .output = output,
        .store = { .force = options->force, .deflate = options->deflate },
        .progress = options->quiet ? NULL : jc_cli_progress_report,
        .progress_context = &progress,
    };
    int ret;

    jc_cli_progress_begin(&progress);
    ret = jc_run(plan, &run, results, error);
    jc_cli_progress_end(&progress);
    return ret;
}

/* An unknown of the whole fleet has one value in a run: a person should know which. */
static void
print_fleet_values(const struct jc_plan *plan)
{
    const struct jc_case_model *model;
    size_t j, k, q;

    for (j = 0; j < plan->scenario->n_cases; j++) {
        model = &plan->models[j];
        for (q = 0; q < JC_QUANTITIES; q++) {
            for (k = 0; k < j && plan->models[k].constant[q] != model->constant[q]; k++) { }
            if (model->is_fleet_value[q] && k == j) {
                (void) fprintf(stderr,
                    "%s: one value for the whole fleet in this run, %g (case %s)\n",
                    jc_quantity_info((enum jc_quantity) q)->key, (double) model->constant[q],
                    model->spec->name);
            }
        }
    }
}

static int
print_results(const struct jc_results *results, const struct jc_cli_options *options,
    const char *output, struct jc_error *error)
{
    int ret;

    if (options->json) {
        return jc_cli_print_json(results, error);
    }
    ret = jc_cli_print_table(results, stdout, error);
    if (ret == 0) {
        (void) printf("\nresult file: %s\n", output);
        (void) printf("in Python:   xarray.open_dataset(\"%s\", group=\"%s%s\").to_dataframe()\n",
            output, results->has_samples ? "cases/" : "summary/cases",
            results->has_samples ? results->cases[0].name : "");
    }
    return ret;
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_scenario scenario;
    struct jc_plan plan = { 0 };
    struct jc_results results;
    char *output = NULL;
    int ret = jc_cli_load(options, &scenario, error);

    if (ret != 0) {
        return ret;
    }
    if (options->output != NULL ? asprintf(&output, "%s", options->output) < 0
                                : asprintf(&output, "%s.h5", scenario.name) < 0) {
        output = NULL;
        ret = jc_fail_memory(error);
    }
    ret = ret != 0 ? ret : jc_plan_init(&plan, &scenario, error);
    if (ret == 0 && !options->quiet) {
        print_fleet_values(&plan);
        jc_cli_warn_points(&plan);
    }
    ret = ret != 0 ? ret : run_plan(&plan, options, output, &results, error);
    if (ret == 0) {
        ret = print_results(&results, options, output, error);
        jc_results_free(&results);
    }
    jc_plan_free(&plan);
    jc_scenario_free(&scenario);
    free(output);
    return ret;
}

const struct jc_cli_verb jc_cli_run = {
    .name = "run",
    .purpose = "run a scenario: print the summary, write the result file",
    .operand = "SCENARIO",
    .accepts = JC_CLI_SCENARIO | JC_CLI_QUERIES | JC_CLI_COMPUTE | JC_CLI_OUTPUT | JC_CLI_JSON,
    .example = "joulecast run scenarios/oviedo2026-traditional.yaml -n 4e6 -o energy.h5",
    .function = function,
};
