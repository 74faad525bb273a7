#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cli/cli.h"
#include "results/file.h"

/* Of a fleet there are the stored quantiles alone: of others it has NAN. */
static int
choose_of_fleet(struct jc_fleet_query *query, const struct jc_results *results,
    const struct jc_cli_options *options, struct jc_error *error)
{
    double *chosen;
    size_t j, k;

    if (query->quantile == NULL) {
        return 0;
    }
    chosen = malloc(options->n_quantiles * sizeof(double));
    if (chosen == NULL) {
        return jc_fail_memory(error);
    }
    for (j = 0; j < options->n_quantiles; j++) {
        chosen[j] = NAN;
        for (k = 0; k < results->n_quantiles; k++) {
            chosen[j] =
                results->quantile[k] == options->quantile[j] ? query->quantile[k] : chosen[j];
        }
    }
    free(query->quantile);
    query->quantile = chosen;
    return 0;
}

/* The quantiles of the options take the place of the stored ones. */
static int
choose(struct jc_results *results, const struct jc_cli_options *options, struct jc_error *error)
{
    double *quantile = malloc(options->n_quantiles * sizeof(double));
    size_t j;
    int ret = quantile == NULL ? jc_fail_memory(error) : 0;

    for (j = 0; ret == 0 && j < results->fleets.n; j++) {
        ret = choose_of_fleet(&results->fleets.fleet[j].query, results, options, error);
    }
    if (ret != 0) {
        free(quantile);
        return ret;
    }
    (void) memcpy(quantile, options->quantile, options->n_quantiles * sizeof(double));
    free(results->quantile);
    results->quantile = quantile;
    results->n_quantiles = options->n_quantiles;
    return 0;
}

static int
function(const struct jc_cli_options *options, struct jc_error *error)
{
    struct jc_results results;
    int ret = jc_file_read_cases(options->file, &results, error);

    if (ret != 0) {
        return ret;
    }
    ret = options->quantile != NULL ? choose(&results, options, error) : 0;
    if (ret == 0) {
        ret = options->json ? jc_cli_print_json(&results, error)
                            : jc_cli_print_table(&results, stdout, error);
    }
    jc_results_free(&results);
    return ret;
}

const struct jc_cli_verb jc_cli_summary = {
    .name = "summary",
    .purpose = "print the summary of a result file",
    .operand = "FILE",
    .accepts = JC_CLI_JSON | JC_CLI_QUANTILES,
    .example = "joulecast summary energy.h5 --json --quantiles 0.01,0.5,0.999",
    .details = "The table shows P5 to P95; --json has all quantiles that are stored, or those of "
               "--quantiles.",
    .function = function,
};
