#include <stdlib.h>

#include "engine/cli/cli.h"

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
    struct jc_results results;
    char *output = NULL;
    int ret = jc_cli_load(options, &scenario, error);

    if (ret != 0) {
        return ret;
    }
    ret = jc_cli_output(options, &scenario, "", &output, error);
    ret = ret != 0 ? ret : jc_cli_run_study(options, &scenario, output, &results, error);
    if (ret == 0) {
        ret = print_results(&results, options, output, error);
        jc_results_free(&results);
    }
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
