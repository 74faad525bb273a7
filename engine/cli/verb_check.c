#include <inttypes.h>
#include <math.h>

#include "base/clock.h"
#include "engine/cli/cli.h"
#include "engine/block.h"
#include "engine/layers.h"
#include "engine/run.h"

#define TRIAL_QUERIES 65536 /* of each case, to measure the speed of this machine */

/* Seconds that drawing and recording will take here, from a short trial of the same scenario. */
static int
estimate_seconds(struct jc_scenario *scenario, const struct jc_cli_options *options,
    double *seconds, struct jc_error *error)
{
    const uint64_t queries = scenario->queries;
    const double layers = (double) scenario->bands.draws * (double) scenario->bands.queries;
    const struct jc_run_options run = { .threads = 1, .simd = options->simd };
    struct jc_plan plan = { 0 };
    struct jc_results results;
    const double blocks = ceil((double) queries / (double) JC_BLOCK);
    double began, took;
    int ret;

    scenario->queries = queries < TRIAL_QUERIES ? queries : TRIAL_QUERIES;
    ret = jc_plan_init(&plan, scenario, error);
    began = jc_clock_seconds();
    ret = ret != 0 ? ret : jc_run(&plan, &run, &results, error);
    took = jc_clock_seconds() - began;
    if (ret == 0) {
        took /= (double) scenario->queries;
        *seconds = took * (double) queries / fmin(options->threads, blocks);
        *seconds += took * layers / fmin(options->threads, fmax((double) scenario->bands.draws, 1));
        jc_results_free(&results);
    }
    jc_plan_free(&plan);
    scenario->queries = queries;
    return ret;
}

/* What a case has instead of a fit. */
static void
print_throughput(const char *name, const struct jc_case_model *model)
{
    const struct jc_throughput_spec *spec = &model->spec->throughput;
    const struct jc_configurations *rows = &spec->configurations;

    switch (spec->form) {
        case JC_THROUGHPUT_MEASURED:
            (void) printf("%-28s measured at %zu batch sizes, %g to %g\n", name, rows->n_rows,
                rows->row[0].batch_size, rows->row[rows->n_rows - 1].batch_size);
            break;
        case JC_THROUGHPUT_ROOFLINE:
        case JC_THROUGHPUT_IDEAL:
            (void) printf("%-28s %s, %.4g FLOP/s\n", name,
                spec->form == JC_THROUGHPUT_IDEAL ? "bound by arithmetic alone" : "roofline",
                (double) model->roofline.peak_flops);
            break;
        default:
            (void) printf("%-28s %10s %10s %10s %10.2f %5zu\n", name, "-", "-", "-",
                model->largest_tokens_per_s, spec->measurements.n_rows);
            break;
    }
}

/* What is drawn of a fit, and from what. */
static void
print_scatter(const struct jc_case_model *model)
{
    const bool coefficients = model->coefficients_uncertain;
    const bool residuals = model->residuals != NULL;

    if (model->is_scattered) {
        (void) printf("  %s%s%s: scatter %.2fx, %g degrees of freedom, %s\n",
            coefficients ? "uncertain coefficients" : "", coefficients && residuals ? " and " : "",
            residuals ? "residuals per query" : "", exp(model->scatter.sd),
            model->scatter.degrees_of_freedom,
            model->spec->throughput.scatter == JC_SCATTER_GIVEN ? "as given"
                : !model->scatter.borrowed                      ? "its own"
                : model->spec->throughput.scatter == JC_SCATTER_POOLED
                ? "pooled over the fits of the study"
                : "borrowed from the fits of the study");
    }
}

static void
print_form(const char *name, const struct jc_case_model *model)
{
    if (!model->has_fit) {
        print_throughput(name, model);
        return;
    }
    (void) printf("%-28s %10.6f %10.6f %10.6f %10.2f %5zu", name, model->fit.coefficient[0],
        model->fit.coefficient[1], model->fit.coefficient[2], (double) model->log_linear.cap,
        model->fit.n_rows);
    if (model->fit.degrees_of_freedom > 0) {
        (void) printf(" %7.2fx", exp(model->fit.residual_sd));
    }
    (void) printf("\n");
    print_scatter(model);
}

/* All forms of all cases: those of several have a number. */
static void
print_fits(const struct jc_plan *plan)
{
    const struct jc_forms *forms;
    char name[128];
    size_t j, k;

    (void) printf("\n%-28s %10s %10s %10s %10s %5s %8s\n", "throughput", "b0", "b1", "b2", "cap",
        "rows", "scatter");
    for (j = 0; j < plan->scenario->n_cases; j++) {
        forms = &plan->forms[j];
        for (k = 0; k < forms->n; k++) {
            (void) snprintf(name, sizeof(name), forms->n == 1 ? "%s" : "%s, form %zu",
                plan->scenario->cases[j].name, k + 1);
            print_form(name, &forms->form[k].model);
        }
    }
}

static void
print_bands(const struct jc_bands_spec *bands, const struct jc_unknowns *unknowns)
{
    size_t j;

    if (bands->draws > 0) {
        (void) printf("  bands     %" PRIu64 " draws, %" PRIu64 " queries per case and draw, of",
            bands->draws, bands->queries);
        for (j = 0; j < unknowns->n; j++) {
            (void) printf("%s %s", j > 0 ? "," : "", unknowns->name[j]);
        }
        (void) printf("\n");
    }
}

static void
print_points(const struct jc_design *design)
{
    const uint64_t most = jc_design_points(design, 0).n;
    const uint64_t least = jc_design_points(design, design->replicates - 1).n;

    (void) printf("  points    %s", jc_points_names[design->kind]);
    if (design->replicates > 1) {
        (void) printf(", %zu replicates of %" PRIu64, design->replicates, least);
    }
    if (most > least) {
        (void) printf(" to %" PRIu64, most);
    }
    (void) printf("\n");
}

static void
print_table(const struct jc_plan *plan, const struct jc_unknowns *unknowns,
    const struct jc_estimate *estimate, double seconds, int threads)
{
    const struct jc_scenario *scenario = plan->scenario;

    (void) printf("%s: valid\n", scenario->name);
    (void) printf("  cases     %zu, blends %zu, pathways %zu\n", scenario->n_cases,
        scenario->n_blends, scenario->n_pathways);
    (void) printf("  queries   %.10g (%.10g per case)\n", estimate->queries,
        (double) scenario->queries);
    print_points(&plan->design);
    print_bands(&scenario->bands, unknowns);
    (void) printf("  file      about %.3g MB\n", estimate->bytes / 1e6);
    (void) printf("  memory    about %.3g MB\n", estimate->memory / 1e6);
    (void) printf("  time      about %.2g s of computing with %d thread%s\n", seconds, threads,
        threads == 1 ? "" : "s");
    print_fits(plan);
}

/* 1 if out of memory. */
static int
add_scatter(cJSON *fit, const struct jc_case_model *model)
{
    return cJSON_AddStringToObject(fit, "coefficients",
               model->coefficients_uncertain ? "uncertain" : "fixed")
        == NULL
        || cJSON_AddStringToObject(fit, "residuals", model->residuals != NULL ? "query" : "none")
        == NULL
        || (model->is_scattered
            && (cJSON_AddNumberToObject(fit, "scatter_sd", model->scatter.sd) == NULL
                || cJSON_AddNumberToObject(fit, "scatter_degrees_of_freedom",
                       model->scatter.degrees_of_freedom)
                    == NULL
                || cJSON_AddBoolToObject(fit, "scatter_borrowed", model->scatter.borrowed)
                    == NULL));
}

static int
add_fits(cJSON *document, const struct jc_plan *plan)
{
    cJSON *fits = cJSON_AddObjectToObject(document, "throughput_fits");
    const struct jc_case_model *model;
    cJSON *fit;
    size_t j;
    int failed = fits == NULL;

    for (j = 0; !failed && j < plan->scenario->n_cases; j++) {
        model = &plan->models[j];
        if (model->has_fit) {
            fit = cJSON_AddObjectToObject(fits, model->spec->name);
            failed = fit == NULL
                || cJSON_AddNumberToObject(fit, "b0", model->fit.coefficient[0]) == NULL
                || cJSON_AddNumberToObject(fit, "b1", model->fit.coefficient[1]) == NULL
                || cJSON_AddNumberToObject(fit, "b2", model->fit.coefficient[2]) == NULL
                || cJSON_AddNumberToObject(fit, "cap_tokens_per_s", (double) model->log_linear.cap)
                    == NULL
                || cJSON_AddNumberToObject(fit, "rows", (double) model->fit.n_rows) == NULL
                || cJSON_AddNumberToObject(fit, "residual_sd", model->fit.residual_sd) == NULL
                || add_scatter(fit, model);
        }
    }
    return failed;
}

static int
print_json(const struct jc_plan *plan, const struct jc_estimate *estimate, double seconds,
    struct jc_error *error)
{
    cJSON *document = cJSON_CreateObject();
    bool failed = document == NULL
        || cJSON_AddStringToObject(document, "format", "joulecast-check") == NULL
        || cJSON_AddNumberToObject(document, "version", 1) == NULL
        || cJSON_AddStringToObject(document, "scenario", plan->scenario->name) == NULL
        || cJSON_AddNumberToObject(document, "queries", estimate->queries) == NULL
        || cJSON_AddStringToObject(document, "points", jc_points_names[plan->design.kind]) == NULL
        || cJSON_AddNumberToObject(document, "replicates", (double) plan->design.replicates) == NULL
        || cJSON_AddNumberToObject(document, "file_bytes", estimate->bytes) == NULL
        || cJSON_AddNumberToObject(document, "memory_bytes", estimate->memory) == NULL
        || cJSON_AddNumberToObject(document, "seconds", seconds) == NULL
        || add_fits(document, plan);

    return jc_cli_print_document(document, failed, error);
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_scenario scenario;
    struct jc_plan plan = { 0 };
    struct jc_unknowns unknowns = { 0 };
    struct jc_estimate estimate;
    double seconds = 0;
    int ret = jc_cli_load(options, &scenario, error);

    if (ret != 0) {
        return ret;
    }
    ret = estimate_seconds(&scenario, options, &seconds, error);
    ret = ret != 0 ? ret : jc_plan_init(&plan, &scenario, error);
    ret = ret != 0 ? ret : jc_unknowns_init(&unknowns, &plan, error);
    if (ret == 0 && scenario.bands.draws > 0) {
        ret = jc_bands_check(&unknowns, error);
    }
    if (ret == 0) {
        jc_cli_warn_points(&plan);
        estimate = jc_plan_estimate(&plan, jc_plan_threads(&plan, options->threads),
            options->summary_only);
        if (options->json) {
            ret = print_json(&plan, &estimate, seconds, error);
        } else {
            print_table(&plan, &unknowns, &estimate, seconds,
                jc_plan_threads(&plan, options->threads));
        }
    }
    jc_unknowns_free(&unknowns);
    jc_plan_free(&plan);
    jc_scenario_free(&scenario);
    return ret;
}

const struct jc_cli_verb jc_cli_check = {
    .name = "check",
    .purpose = "validate a scenario; tell its queries, bytes, memory, time and throughput fits",
    .operand = "SCENARIO",
    .accepts = JC_CLI_SCENARIO | JC_CLI_QUERIES | JC_CLI_COMPUTE | JC_CLI_JSON,
    .example = "joulecast check scenarios/oviedo2026-long.yaml -n 1e9",
    .function = function,
};
