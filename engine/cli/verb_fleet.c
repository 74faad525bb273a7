#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/cli/cli.h"
#include "engine/fleet_files.h"
#include "results/file.h"
#include "results/fleet_json.h"

static int
print(const struct jc_cli_options *options, const struct jc_results *results,
    struct jc_error *error)
{
    struct jc_text text = { 0 };
    int ret;

    if (!options->json) {
        return jc_cli_print_fleets(results, stdout, error);
    }
    ret = jc_json_fleet(results, &text, error);
    if (ret == 0) {
        (void) fputs(text.bytes, stdout);
    }
    jc_text_free(&text);
    return ret;
}

static int
from_result(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_results results;
    int ret = jc_cli_refuse_of_file(options, "fleet", NULL, error);

    ret = ret != 0 ? ret : jc_file_read_results(options->file, &results, error);
    if (ret != 0) {
        return ret;
    }
    if (results.fleets.n == 0) {
        ret = jc_fail(error, JC_ERROR_SCENARIO,
            "%s: it has no fleets; a file with results: {NAME: %s} and a section fleet makes some",
            options->file, options->file);
    }
    ret = ret != 0 ? ret : print(options, &results, error);
    jc_results_free(&results);
    return ret;
}

/* What a fleet of files is written to is not there yet: it cannot be made longer, as runs can. */
static int
check_output(const struct jc_cli_options *options, struct jc_error *error)
{
    return options->output == NULL || options->force || access(options->output, F_OK) != 0
        ? 0
        : jc_fail(error, JC_ERROR_IO,
            "%s: exists already; --force replaces it, --output names another file",
            options->output);
}

/* Aggregates what is stored; a file is written if one is asked for. */
static int
from_files(const struct jc_cli_options *options, struct jc_fleet_file *file,
    struct jc_scenario *scenario, struct jc_error *error)
{
    const struct jc_store_options store = { .force = options->force };
    struct jc_results results;
    int ret = check_output(options, error);

    ret = ret != 0 ? ret : jc_fleet_files_compute(file, scenario, &results, error);
    if (ret != 0) {
        return ret;
    }
    if (options->output != NULL) {
        ret = jc_fleet_files_write(scenario, options->output, &store, &results, error);
    }
    ret = ret != 0 ? ret : print(options, &results, error);
    if (ret == 0 && !options->json && options->output != NULL) {
        (void) printf("\nresult file: %s\n", options->output);
    }
    jc_results_free(&results);
    return ret;
}

/* 1 if the file holds what the scenario would give: it was made from the same one. */
static int
holds(const char *path, const struct jc_scenario *scenario, struct jc_error *error)
{
    struct jc_text wanted = { 0 };
    struct jc_text stored = { 0 };
    int ret = jc_file_scenario_of(path, &stored, error);

    ret = ret != 0 ? ret : jc_scenario_write(scenario, &wanted, error);
    ret = ret != 0 ? ret : strcmp(wanted.bytes, stored.bytes) == 0;
    if (ret == 0) {
        ret = jc_fail(error, JC_ERROR_IO,
            "%s: it holds another scenario, seed or number of queries; --force replaces it, "
            "--output names another file",
            path);
    }
    jc_text_free(&wanted);
    jc_text_free(&stored);
    return ret;
}

/* What is not there yet is computed. */
static int
compute(const struct jc_cli_options *options, const struct jc_scenario *scenario,
    const char *output, struct jc_results *results, struct jc_error *error)
{
    struct jc_cli_options without_samples = *options;
    int ret;

    without_samples.summary_only = true;
    if (!options->force && access(output, F_OK) == 0) {
        ret = holds(output, scenario, error);
        return ret < 0 ? ret : jc_file_read_results(output, results, error);
    }
    return jc_cli_run_study(&without_samples, scenario, output, results, error);
}

static int
from_study(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_scenario scenario;
    struct jc_results results;
    char *output = NULL;
    int ret = jc_cli_load(options, &scenario, error);

    if (ret != 0) {
        return ret;
    }
    if (scenario.n_fleets == 0) {
        ret = jc_fail(error, JC_ERROR_SCENARIO, "%s: it has no section fleet", options->file);
    }
    ret = ret != 0 ? ret : jc_cli_output(options, &scenario, "", &output, error);
    ret = ret != 0 ? ret : compute(options, &scenario, output, &results, error);
    if (ret == 0) {
        ret = print(options, &results, error);
        if (ret == 0 && !options->json) {
            (void) printf("\nresult file: %s\n", output);
        }
        jc_results_free(&results);
    }
    jc_scenario_free(&scenario);
    free(output);
    return ret;
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_fleet_file *file;
    struct jc_scenario scenario;
    int ret;

    if (jc_file_is_result(options->file)) {
        return from_result(options, error);
    }
    ret = jc_cli_load_fleet_file(options, &file, &scenario, error);
    if (ret == 0 && file == NULL) {
        return from_study(options, error);
    }
    if (ret == 0) {
        ret = from_files(options, file, &scenario, error);
        jc_fleet_file_free(file);
        jc_scenario_free(&scenario);
    }
    return ret;
}

const struct jc_cli_verb jc_cli_fleet = {
    .name = "fleet",
    .purpose = "tell what fleets of queries take: energy, power, nodes, water, carbon",
    .operand = "SCENARIO or FLEET or FILE",
    .accepts = JC_CLI_SCENARIO | JC_CLI_QUERIES | JC_CLI_COMPUTE | JC_CLI_OUTPUT | JC_CLI_JSON
        | JC_CLI_RESUME,
    .example = "joulecast fleet scenarios/oviedo2026-fleet.yaml --json -o fleet.h5",
    .details =
        "A scenario with a section fleet is run without samples, unless the output file holds its\n"
        "results already. A FLEET names result files, and has fleets of their cases; nothing is\n"
        "run, and a file is written if --output asks for it. Of a result file its fleets are\n"
        "printed again.",
    .function = function,
};
