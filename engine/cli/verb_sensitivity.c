#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cli/cli.h"
#include "engine/indices.h"
#include "engine/sensitivity.h"
#include "engine/sensitivity_unknowns.h"
#include "results/file.h"

/* Draws of the unknowns, and queries of each if neither the command nor the study says how many. */
#define DEFAULT_DRAWS 1024
#define DEFAULT_QUERIES 10000

#define MOST_DRAWS 10000000
#define BATCHES JC_INDEX_BATCHES /* that draws are divided into */

/* wanted[n_cases + n_blends of the scenario], cases first; NULL: all of them. Blends only have sensitivities
 * to what is unknown. */
static int
choose_cases(const struct jc_cli_options *options, const struct jc_scenario *scenario,
    bool **wanted, struct jc_error *error)
{
    size_t j, k;

    *wanted = NULL;
    if (options->sensitivity.n_cases == 0) {
        return 0;
    }
    *wanted = calloc(scenario->n_cases + scenario->n_blends, sizeof(**wanted));
    if (*wanted == NULL) {
        return jc_fail_memory(error);
    }
    for (k = 0; k < options->sensitivity.n_cases; k++) {
        const char *name = options->sensitivity.cases[k];
        bool found = false;

        for (j = 0; j < scenario->n_cases; j++) {
            if (strcmp(scenario->cases[j].name, name) == 0) {
                (*wanted)[j] = found = true;
            }
        }
        for (j = 0; options->sensitivity.of != NULL && j < scenario->n_blends; j++) {
            if (strcmp(scenario->blends[j].name, name) == 0) {
                (*wanted)[scenario->n_cases + j] = found = true;
            }
        }
        if (!found) {
            return jc_fail(error, JC_ERROR_SCENARIO, "--case: %s has no case%s '%s'",
                scenario->name, options->sensitivity.of != NULL ? " or blend" : "", name);
        }
    }
    return 0;
}

static int
choose_quantity(const struct jc_cli_options *options, enum jc_quantity *quantity,
    struct jc_error *error)
{
    const char *name = options->sensitivity.quantity;

    *quantity = name == NULL ? JC_ENERGY : jc_quantity_by_name(name);
    return *quantity < JC_QUANTITIES
        ? 0
        : jc_fail(error, JC_ERROR_SCENARIO,
            "--quantity: '%s' is not a quantity, such as energy, water or carbon", name);
}

/* -n, and --set queries, are the queries of each draw here. */
static bool
says_queries(const struct jc_cli_options *options)
{
    size_t j;
    bool says = false;

    for (j = 0; j < options->overrides.n_settings; j++) {
        says |= strncmp(options->settings[j], "queries=", strlen("queries=")) == 0;
    }
    return says;
}

/* How many draws of how many queries. */
static int
choose_draws(const struct jc_cli_options *options, struct jc_scenario *scenario,
    struct jc_error *error)
{
    const char *text = options->sensitivity.draws;
    char *end = NULL;
    double draws = DEFAULT_DRAWS;

    if (text != NULL) {
        draws = strtod(text, &end);
        if (end == text || *end != '\0' || !(draws >= BATCHES && draws <= MOST_DRAWS)
            || (double) (uint64_t) draws != draws || (uint64_t) draws % BATCHES != 0) {
            return jc_fail(error, JC_ERROR_SCENARIO,
                "--draws: '%s' is not a multiple of %d, from %d to %d", text, BATCHES, BATCHES,
                MOST_DRAWS);
        }
    }
    scenario->bands.draws = (uint64_t) draws;
    if (says_queries(options)) {
        scenario->bands.queries = scenario->queries;
    } else if (scenario->bands.queries == 0) {
        scenario->bands.queries = DEFAULT_QUERIES;
    }
    if (scenario->bands.queries < 2) {
        return jc_fail(error, JC_ERROR_SCENARIO, "-n: a draw needs 2 queries or more");
    }
    return 0;
}

static int
choose_statistic(const struct jc_cli_options *options, struct jc_statistic *statistic,
    struct jc_error *error)
{
    struct jc_error inner = { "" };
    int ret = jc_statistic_parse(options->sensitivity.of, statistic, &inner);

    return ret != 0 ? jc_fail(error, ret, "--of: %.900s", inner.message)
                    : choose_quantity(options, &statistic->quantity, error);
}

static struct jc_run_options
run_options(const struct jc_cli_options *options, struct jc_cli_progress *progress)
{
    return (struct jc_run_options){
        .threads = options->threads,
        .simd = options->simd,
        .output = options->output,
        .store = { .force = options->force },
        .progress = options->quiet ? NULL : jc_cli_progress_report,
        .progress_context = progress,
    };
}

/* New draws of a scenario, or with `bands` those. */
static int
compute_unknowns(const struct jc_cli_options *options, struct jc_scenario *scenario,
    const struct jc_bands *bands, struct jc_results *results, struct jc_error *error)
{
    struct jc_cli_progress progress;
    const struct jc_run_options run = run_options(options, &progress);
    struct jc_unknowns_options unknowns = { .run = &run, .grouped = options->sensitivity.groups };
    struct jc_plan plan = { 0 };
    bool *wanted = NULL;
    int ret = choose_statistic(options, &unknowns.statistic, error);

    ret = ret != 0 ? ret : choose_cases(options, scenario, &wanted, error);
    if (ret == 0 && bands == NULL) {
        ret = choose_draws(options, scenario, error);
    }
    ret = ret != 0 ? ret : jc_plan_init(&plan, scenario, error);
    unknowns.wanted = wanted;
    if (ret == 0 && bands != NULL) {
        ret = jc_sensitivity_of_bands(bands, &plan, &unknowns, results, error);
    } else if (ret == 0) {
        jc_cli_progress_begin(&progress);
        ret = jc_sensitivity_of_unknowns(&plan, &unknowns, results, error);
        jc_cli_progress_end(&progress);
    }
    jc_plan_free(&plan);
    free(wanted);
    return ret;
}

/* New queries of a scenario, or with `path` the samples of that result file. */
static int
compute(const struct jc_cli_options *options, const struct jc_scenario *scenario, const char *path,
    struct jc_results *results, struct jc_error *error)
{
    struct jc_cli_progress progress;
    const struct jc_run_options run = run_options(options, &progress);
    struct jc_sensitivity_options sensitivity = { .run = &run,
        .grouped = options->sensitivity.groups };
    struct jc_plan plan = { 0 };
    bool *wanted = NULL;
    int ret = choose_quantity(options, &sensitivity.response, error);

    ret = ret != 0 ? ret : choose_cases(options, scenario, &wanted, error);
    ret = ret != 0 ? ret : jc_plan_init(&plan, scenario, error);
    sensitivity.wanted = wanted;
    if (ret == 0 && path != NULL) {
        ret = jc_sensitivity_of_file(path, &plan, &sensitivity, results, error);
    } else if (ret == 0) {
        jc_cli_progress_begin(&progress);
        ret = jc_sensitivity_run(&plan, &sensitivity, results, error);
        jc_cli_progress_end(&progress);
    }
    jc_plan_free(&plan);
    free(wanted);
    return ret;
}

/* What only new queries can do. */
static int
check_file_options(const struct jc_cli_options *options, struct jc_error *error)
{
    const char *own = options->sensitivity.groups ? "--groups"
        : options->sensitivity.draws != NULL      ? "--draws"
                                                  : NULL;

    return jc_cli_refuse_of_file(options, "sensitivity", own, error);
}

/* What is finished is printed whole. */
static int
check_finished(const struct jc_cli_options *options, struct jc_results *results,
    struct jc_error *error)
{
    if (options->sensitivity.n_cases == 0 && options->sensitivity.quantity == NULL
        && options->sensitivity.of == NULL) {
        return 0;
    }
    jc_results_free(results);
    return jc_fail(error, JC_ERROR_SCENARIO,
        "sensitivity: --case, --quantity and --of need a scenario, samples or bands; %s has none",
        options->file);
}

/* What a run has left: samples, or with --of its bands. */
static int
analyse_file(const struct jc_cli_options *options, const struct jc_bands *bands,
    struct jc_results *results, struct jc_error *error)
{
    struct jc_error inner = { "" };
    struct jc_scenario scenario;
    int ret = jc_cli_load_stored(options->file, &scenario, error);

    if (ret != 0) {
        return ret;
    }
    if (options->sensitivity.of != NULL) {
        ret = compute_unknowns(options, &scenario, bands, results, &inner);
        if (ret != 0) {
            (void) jc_fail(error, ret, "%s: %.900s", options->file, inner.message);
        }
    } else {
        ret = compute(options, &scenario, options->file, results, error);
    }
    jc_scenario_free(&scenario);
    return ret;
}

/* A file of `sensitivity` tells what it holds; one of `run` or `bands` is analysed. */
static int
read_file(const struct jc_cli_options *options, struct jc_results *results, struct jc_error *error)
{
    struct jc_results stored;
    int ret = check_file_options(options, error);

    ret = ret != 0 ? ret : jc_file_read_results(options->file, &stored, error);
    if (ret != 0) {
        return ret;
    }
    if (stored.n_cases == 0 && stored.n_sensitivities == 0) {
        jc_results_free(&stored);
        return jc_fail(error, JC_ERROR_INPUT,
            "%s: has a sweep and neither samples nor sensitivities; 'joulecast sweep %s' prints it",
            options->file, options->file);
    }
    if (stored.n_cases == 0) {
        *results = stored;
        return check_finished(options, results, error);
    }
    ret = analyse_file(options, &stored.bands, results, error);
    jc_results_free(&stored);
    return ret;
}

static int
from_study(const struct jc_cli_options *options, struct jc_results *results, struct jc_error *error)
{
    struct jc_scenario scenario;
    int ret = jc_cli_load(options, &scenario, error);

    if (ret != 0) {
        return ret;
    }
    ret = options->sensitivity.of != NULL
        ? compute_unknowns(options, &scenario, NULL, results, error)
        : compute(options, &scenario, NULL, results, error);
    jc_scenario_free(&scenario);
    return ret;
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_results results;
    int ret;

    if (options->sensitivity.draws != NULL && options->sensitivity.of == NULL) {
        return jc_fail(error, JC_ERROR_SCENARIO,
            "sensitivity: --draws are those of the unknowns, which only --of asks for");
    }
    ret = jc_file_is_result(options->file) ? read_file(options, &results, error)
                                           : from_study(options, &results, error);
    if (ret != 0) {
        return ret;
    }
    ret = options->json ? jc_cli_print_sensitivities_json(&results, error)
                        : jc_cli_print_sensitivities(&results, error);
    if (ret == 0 && !options->json && options->output != NULL) {
        (void) printf("\nresult file: %s\nin Python:   xarray.open_dataset(", options->output);
        jc_cli_print_python_text(options->output);
        (void) printf(", group=\"sensitivity/%s\")\n", results.sensitivities[0].name);
    }
    jc_results_free(&results);
    return ret;
}

const struct jc_cli_verb jc_cli_sensitivity = {
    .name = "sensitivity",
    .purpose = "tell which inputs the variance of energy, or of another quantity, comes from",
    .operand = "SCENARIO or FILE",
    .accepts = JC_CLI_SCENARIO | JC_CLI_QUERIES | JC_CLI_JSON | JC_CLI_SENSITIVITY,
    .example = "joulecast sensitivity scenarios/oviedo2026-traditional.yaml --case llama-3.1-70b",
    .details =
        "Of a scenario: Sobol indices by pick-freeze, as shares of the variance between queries. "
        "'first\n"
        "order' is what an input explains by itself, 'total' what it explains with all "
        "interactions;\n"
        "'rank' is its standardised rank regression coefficient, and 'at P5' and 'at P95' the "
        "response\n"
        "with the input there and all others at their medians. All inputs vary from query to "
        "query here,\n"
        "also those that are one value for the whole fleet. Inputs that go together are one.\n"
        "Of a result file with samples: first order and rank from what is there, without new "
        "runs.\n"
        "With --of, what the queries of a draw have in common responds to what is unknown, in "
        "each\n"
        "case and blend: these are shares of the variance between draws, 'P5 alone' and 'P95 "
        "alone' the\n"
        "ends of the band if this unknown alone is drawn and all others are in the middle. -n is "
        "the\n"
        "queries of each case and draw. Of a result file with bands: first order and rank of "
        "each word.",
    .function = function,
};
